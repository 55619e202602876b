/* Forms of a loan fund and the fund monitor: what each paper says, in the programme's own words, with nothing
 * of a household taken for markup and no number shown whole without a right (requirements §2.1, dictionary
 * §9, §11, §12). */
#include "base/value.h"
#include "fieldwork/followup.h"
#include "fund/contract_text.h"
#include "fund/guarantor.h"
#include "fund/remind.h"
#include "fund/repay.h"
#include "report/form.h"
#include "report/monitor.h"
#include "support/lend.h"
#include "support/raw.h"

#include <stdio.h>

/* --- printing --------------------------------------------------------------------------------- */

struct printing {
    struct lent *x;
    const struct form_kind *kind;
    struct form_question q;
    struct buf page;
    size_t papers;
    struct form_table table;
};

static bool do_print(struct tx *tx, void *ctx, struct errs *e)
{
    struct printing *p = ctx;
    struct world *w = p->x->w;
    struct casework desk = {
        .tx = tx, .who = &w->who, .codes = &w->codes, .today = clock_today(), .a = &w->a
    };
    struct print out;
    struct errs lasting = { .a = &w->a, .lang = e->lang };
    struct forms *f = forms_open(&desk, p->kind, &p->q, &lasting);
    if (!f) {
        e->bad = lasting.bad;
        return false;
    }
    p->papers = forms_n(f);
    buf_clear(&p->page);
    print_begin(&out, &p->page, ZH, (struct print_page){ .name = str_of(p->kind->label.zh) });
    for (size_t i = 0; i < forms_n(f); i++)
        if (!forms_put(f, i, &out, e))
            return false;
    print_end(&out);
    return !p->kind->table || forms_table(f, 0, &p->table, e);
}

static const char *printed(struct printing *p, struct lent *x, const char *kind)
{
    p->x = x;
    p->kind = form_find(str_of(kind));
    p->page.max = 1 << 22;
    if (!p->q.programme.p)
        p->q.programme = str_of(x->programme);
    p->q.region = (struct region_code){ x->county * 1000000 };
    if (!p->q.as_of.day)
        p->q.as_of = clock_today();
    assert_non_null(p->kind);
    world_read(x->w, do_print, p);
    return buf_cstr(&p->page);
}

#define assert_says(page, text)                              \
    do {                                                     \
        if (!strstr((page), (text)))                         \
            fail_msg("the paper does not say “%s”", (text)); \
    } while (0)
#define assert_lacks(page, text)                     \
    do {                                             \
        if (strstr((page), (text)))                  \
            fail_msg("the paper says “%s”", (text)); \
    } while (0)

static struct lent paid_out(struct world *w, const char *programme)
{
    struct lent x = lend_world(w, programme);
    lend_draft(&x, "10000");
    lend_sign(&x);
    lend_pay(&x);
    return x;
}

/* --- the papers of a loan --------------------------------------------------------------------- */

static void a_contract_speaks_in_the_words_of_its_programme(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    CLEANUP(arena_free) struct arena a = { 0 };
    struct printing p = { .q = { .number = x.loan.number } };
    const char *page = printed(&p, &x, "contract");
    assert_int_equal(p.papers, 1);
    assert_says(page, "<h1>受助贫困母亲借款合同书</h1>");
    assert_says(page, "幸福工程第1期救助款人民币10000.00元（大写：人民币壹万元整）");
    assert_says(page, "专项用于养牛");
    assert_says(page, "自放款之日起12个月，不计利息");
    assert_says(page, arena_printf(&a, "借款人：%.*s", (int)x.f.p.name.n, x.f.p.name.p));
    assert_says(page, "担保人：林书记");
    assert_lacks(page, "贷款");
    page = printed(&p, &x, "iou");
    assert_says(page, "<h1>借款借据</h1>");
    assert_says(page,
                "今向区项目办借到幸福工程第1期救助款人民币10000.00元（大写：人民币壹万元整），用于养牛");
    assert_says(page, "立据人：");
    assert_lacks(page, "贷款");
    buf_release(&p.page);
}

static void an_application_has_four_copies_and_opinions_to_be_sealed(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .number = x.loan.number } };
    const char *page = printed(&p, &x, "application");
    static const char *const holders[] = { "第一联　申请户存", "第二联　村存", "第三联　镇存",
                                           "第四联　区（县）存" };
    assert_says(page, "<h1>受助贫困母亲资助申请表</h1>"); /* R752 */
    for (size_t i = 0; i < N_ELEMS(holders); i++)
        assert_says(page, holders[i]); /* R147 */
    assert_says(page, "村“两委”意见");
    assert_says(page, "10,000.00");
    assert_says(page, "养牛");
    buf_release(&p.page);
}

static void a_number_is_masked_unless_the_form_is_signed_with_it(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .number = x.loan.number } };
    const char *idno = x.f.p.id_number.p;
    static const char *const kinds[] = { "application", "iou", "pay-receipt", "payout", "roster" };
    for (size_t i = 0; i < N_ELEMS(kinds); i++) {
        p.q.full = false;
        assert_lacks(printed(&p, &x, kinds[i]), idno);
        assert_says(buf_cstr(&p.page), "************");
        p.q.full = true;
        assert_says(printed(&p, &x, kinds[i]), idno);
    }
    /* These never show one. */
    for (size_t i = 0; i < form_kinds_n; i++)
        if (!form_kinds[i].identity && str_eq(STR("statistics"), str_of(form_kinds[i].name)))
            assert_lacks(printed(&p, &x, form_kinds[i].name), idno);
    buf_release(&p.page);
}

static void nothing_of_a_household_is_taken_for_markup(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct raw *r = raw_open(x.w->url);
    CLEANUP(arena_free) struct arena a = { 0 };
    static const char *const kinds[] = { "contract", "iou",    "tracking",   "effect",
                                         "roster",   "payout", "pay-receipt" };
    struct printing p = { .q = { .number = x.loan.number } };
    raw_unguard(r);
    raw_do(r,
           arena_printf(
               &a,
               "UPDATE contract SET project = '<script>alert(1)</script>' WHERE county = %lld AND layer = 2",
               (long long)x.county));
    raw_close(r);
    for (size_t i = 0; i < N_ELEMS(kinds); i++) {
        const char *page = printed(&p, &x, kinds[i]);
        assert_lacks(page, "<script>");
        assert_says(page, "&lt;script&gt;");
    }
    buf_release(&p.page);
}

static bool vouch(struct lent *x, void *arg, struct errs *e)
{
    enum { BY_PAY = 2 };
    struct guarantee g = { .kind = { BY_PAY, true }, .name = STR("林书记") };
    (void)arg;
    return guarantor_add(&x->l, &x->loan, &g, e);
}

static void the_letter_of_responsibility_has_the_five_parties_of_its_programme(void **state)
{
    struct lent x = lend_world(*state, "dangyuan");
    struct printing p = { .q = { .number = { 0 } } };
    lend_draft(&x, "3000");
    lend_do(&x, vouch, NULL);
    const char *page = printed(&p, &x, "letter");
    static const char *const parties[] = { "县办公室", "乡镇党委", "行政联系人", "村党支部", "党员户" };
    for (size_t i = 0; i < N_ELEMS(parties); i++)
        assert_says(page, parties[i]);   /* R302 */
    assert_says(page, "以本人工资担保"); /* R303 */
    assert_says(page, "人民币叁仟元整");
    assert_says(page, "行政联系人：林书记</p>\n<p>（签字"); /* a person signs, an office seals */
    assert_says(page, "村党支部</p>\n<p>（盖章");
    page = printed(&p, &x, "contract");
    assert_says(page, "<h1>项目实施合同书</h1>"); /* R298 */
    assert_says(page, "不脱贫不脱钩，资金不回收，责任不解除");
    buf_release(&p.page);
}

/* R299: a party member borrows from the township's government, and the township from the county's office. */
static void where_townships_lend_the_contract_names_the_township(void **state)
{
    struct lent x = lend_world(*state, "dangyuan");
    struct printing p = { .q = { .number = { 0 } } };
    lend_draft(&x, "3000");
    assert_true(str_eq(x.loan.lender, STR("东乡人民政府")));
    lend_do(&x, vouch, NULL);
    assert_says(printed(&p, &x, "contract"), "甲方：东乡人民政府");
    p.q = (struct form_question){ .period_first = 1, .period_last = 1 };
    assert_says(printed(&p, &x, "township-contract"), "甲方：测试县");
    buf_release(&p.page);

    const struct programme townships = { .loan.layers = { (int[]){ LAYER_TOWNSHIP_TO_HOUSEHOLD }, 1 } };
    const struct fund_rules r = { .programme = &townships };
    const struct contract household = { .layer = { LAYER_HOUSEHOLD, true } };
    struct str street = contract_lender(&r, &household, STR("步文街道"), STR("扶贫办"), &x.w->a);
    assert_true(str_eq(street, STR("步文街道办事处")));
}

static void a_township_contract_names_both_parties(void **state)
{
    struct lent x = lend_world(*state, "xingfu");
    struct printing p = { .q = { .period_first = 1, .period_last = 1 } };
    const char *page = printed(&p, &x, "township-contract");
    assert_says(page, "<h1>幸福工程资金借款合同书</h1>"); /* R279 */
    assert_says(page, "人民币50000.00元（大写：人民币伍万元整）");
    assert_says(page, "乙方：东乡");
    buf_release(&p.page);
}

/* --- notices and receipts --------------------------------------------------------------------- */

static void a_notice_goes_out_in_the_month_before_the_loan_falls_due(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .as_of = date_add_months(x.loan.ends_on.v, -1) } };
    const char *page = printed(&p, &x, "reminder-township");
    assert_says(page, "东乡项目办公室："); /* R337 */
    assert_says(page, "你镇幸福工程救助款 1 户");
    assert_says(page, "应还金额合计 ¥10,000.00（大写：人民币壹万元整）");
    assert_says(page, "回执");
    page = printed(&p, &x, "reminder-borrower");
    assert_says(page, "<h1>还款通知书</h1>"); /* R338 */
    assert_says(page, "应还金额 ¥10,000.00（大写：人民币壹万元整）");
    assert_says(page, "抄送担保人：林书记");
    assert_says(page, "送达回执");
    p.q.as_of.day -= 1;
    p.kind = form_find(STR("reminder-borrower"));
    assert_false(store_run(x.w->st, TX_READ, 0, do_print, &p, &x.w->e));
    assert_error(&x.w->e, ERR_NOT_FOUND, MSG_FORM_NOTHING);
    buf_release(&p.page);
}

static bool bring(struct lent *x, void *arg, struct errs *e)
{
    struct repay_request q = { .amount = lend_yuan("4000"),
                               .on = lend_ago(5),
                               .value_date = lend_ago(5),
                               .payer_kind = { PAYER_BORROWER, true },
                               .collector = STR("陈会计"),
                               .payer = STR("李某") };
    struct repay_result r;
    (void)arg;
    return repay_take(&x->l, &x->loan, &q, &r, e);
}

static bool notify(struct lent *x, void *arg, struct errs *e)
{
    const struct remind_request q = { .within = { x->county * 1000000 }, .on = clock_today() };
    return remind_make(&x->l, &x->rules, &q, arg, e);
}

/* What came in since stands on the books, not on a paper that was sent (R337). */
static void a_notice_that_is_printed_again_says_what_it_said(void **state)
{
    const struct date today = clock_today();
    struct lent x = paid_out(*state, "xingfu");
    struct remind_made made;
    clock_set_today(date_add_months(x.loan.ends_on.v, -1));
    lend_do(&x, notify, &made);
    assert_int_equal(made.lists, 1);
    clock_set_today((struct date){ clock_today().day + 1 });
    lend_do(&x, bring, NULL);

    struct printing p = { 0 };
    const char *page = printed(&p, &x, "reminder-township");
    assert_says(page, "应还金额合计 ¥10,000.00");
    assert_lacks(page, "4,000.00");
    clock_set_today(today);
    buf_release(&p.page);
}

static void a_receipt_has_three_copies_with_the_amount_in_words(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .number = x.loan.number } };
    lend_do(&x, bring, NULL);
    const char *page = printed(&p, &x, "receipt");
    assert_int_equal(p.papers, 1);
    assert_says(page, "第一联　存根");
    assert_says(page, "第二联　交款人");
    assert_says(page, "第三联　记账");
    assert_says(page, "归还幸福工程第 1 期救助款");
    assert_says(page, "人民币肆仟元整");
    assert_says(page, "陈会计");
    page = printed(&p, &x, "tracking");
    assert_says(page, "<h1>受助贫困母亲跟踪运作督查表</h1>"); /* R354 */
    assert_says(page, "一、资金是否专款专用");                /* R350 */
    assert_says(page, "二、是否用在拟定的发展项目上");        /* R351 */
    page = printed(&p, &x, "effect");
    assert_says(page, "<h1>贫困母亲救助效果调查表</h1>"); /* R355 */
    assert_says(page, "¥6,000.00");
    assert_says(page, "☑ 未脱贫");
    buf_release(&p.page);
}

/* Surveyed, and looked at how the money was used, on this loan. */
static bool look_at(struct lent *x, void *arg, struct errs *e)
{
    struct effect_survey s = { .surveyed_on = SINCE(1),
                               .income_before = { lend_yuan("2300"), true },
                               .income_after = { lend_yuan("5200"), true },
                               .out_of_poverty = YES,
                               .assessor = STR("王调查") };
    struct money_use u = {
        .found_on = SINCE(2), .found = STR("存栏母牛两头"), .misused = NO, .finder = STR("李干事")
    };
    struct loan_relief recall;
    (void)arg;
    return effect_add(&x->l, &x->loan, &s, e) &&
           money_use_add(&x->l, &x->loan, &u, (struct date){ 0 }, &recall, e);
}

static void what_was_found_stands_on_the_effect_survey(void **state) /* R350, R355 */
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .number = x.loan.number } };
    lend_do(&x, look_at, NULL);
    const char *page = printed(&p, &x, "effect");
    assert_says(page, "2,300.00 元");
    assert_says(page, "5,200.00 元");
    assert_says(page, "2,900.00 元");
    assert_says(page, "☑ 已脱贫");
    assert_says(page, "王调查");
    assert_says(page, "存栏母牛两头");
    assert_lacks(printed(&p, &x, "tracking"),
                 "存栏母牛两头"); /* money where it was meant to be is no finding */
    p.q.blank = true;
    page = printed(&p, &x, "effect");
    assert_lacks(page, "王调查");
    assert_lacks(page, "☑ 已脱贫");
    buf_release(&p.page);
}

/* --- registers -------------------------------------------------------------------------------- */

static const struct str *cell(const struct form_table *t, size_t row, size_t col)
{
    assert_in_range(row, 0, t->rows_n - 1);
    return &t->cells[row * t->cols_n + col];
}

static void assert_cell(const struct form_table *t, size_t row, size_t col, const char *want)
{
    const struct str *s = cell(t, row, col);
    if (!str_eq(*s, str_of(want)))
        fail_msg("row %zu, column %zu is “%.*s”, not “%s”", row, col, (int)s->n, s->p ? s->p : "", want);
}

static void registers_have_a_row_for_every_loan_and_add_up(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .number = { 0 } } };
    lend_draft(&x, "8000");
    lend_sign(&x);
    lend_pay(&x);
    assert_says(printed(&p, &x, "roster"), "<h1>受助贫困母亲花名册</h1>"); /* R753 */
    assert_says(buf_cstr(&p.page), "18,000.00");
    assert_int_equal(p.table.rows_n, 2);
    assert_cell(&p.table, 0, 8, "10000.00");
    assert_cell(&p.table, 1, 8, "8000.00");
    assert_true(str_eq(p.table.total[8], STR("18000.00")));
    assert_says(printed(&p, &x, "payout"), "幸福工程第 1 期救助款发放花名册"); /* R314 */
    assert_says(buf_cstr(&p.page), "人民币壹万捌仟元整");
    assert_says(buf_cstr(&p.page), "地点：村部");                                  /* R313 */
    assert_says(printed(&p, &x, "statistics"), "<h1>救助贫困母亲情况统计表</h1>"); /* R755 */
    assert_cell(&p.table, 0, 2, "2");
    assert_cell(&p.table, 0, 4, "18000.00");
    assert_says(buf_cstr(&p.page), "累计 2 户次，2 户（不重复）"); /* R002 */
    printed(&p, &x, "archive-contract");
    assert_int_equal(p.table.rows_n, 2);
    assert_cell(&p.table, 0, 10, "签名、盖章"); /* R282 */
    printed(&p, &x, "archive-application");
    assert_cell(&p.table, 1, 9, "有");
    printed(&p, &x, "archive-tracking");
    assert_cell(&p.table, 1, 5, "无记录");
    printed(&p, &x, "archive-document");
    assert_cell(&p.table, 0, 3, "资金来源");
    buf_release(&p.page);
}

static void the_archive_of_xingfu_has_its_eight_kinds(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct printing p = { .q = { .number = { 0 } } };
    static const char *const names[] = { "受助贫困母亲资助申请表",     "受助贫困母亲花名册",
                                         "受助贫困母亲借款合同书",     "救助贫困母亲情况统计表",
                                         "受助贫困母亲跟踪运作督查表", "贫困母亲救助效果调查表" };
    const char *page = printed(&p, &x, "archive");
    assert_int_equal(p.papers, 9); /* the list and eight registers */
    assert_int_equal(p.table.rows_n, 8);
    for (size_t i = 0; i < N_ELEMS(names); i++)
        assert_cell(&p.table, i, 1, names[i]);
    assert_cell(&p.table, 4, 2, "1");
    assert_cell(&p.table, 4, 4, "1");                                /* no visit yet */
    assert_says(page, "幸福工程宣传资料、照片登记");                 /* R758 */
    assert_says(page, "幸福工程省、市、区文件、简讯和讲话材料登记"); /* R759 */
    buf_release(&p.page);
}

/* --- every form ------------------------------------------------------------------------------- */

static void docs_name_every_form_with_its_requirements(void **state)
{
    static char page[1 << 17];
    (void)state;
    FILE *f = fopen("docs/forms.md", "rbe");
    assert_non_null(f);
    struct str text = { page, fread(page, 1, sizeof page, f) };
    fclose(f);
    for (size_t i = 0; i < form_kinds_n; i++) {
        const struct form_kind *k = &form_kinds[i];
        char want[200];
        struct str rest = str_of(k->needs), one;
        assert_true(i == 0 || strcmp(form_kinds[i - 1].name, k->name) < 0);
        assert_non_null(k->split);
        assert_non_null(k->put);
        assert_non_null(k->holds.zh);
        snprintf(want, sizeof want, "| `%s` | %s (%s) |", k->name, k->label.zh, k->label.en);
        if (!str_has(text, str_of(want)))
            fail_msg("docs/forms.md has no row %s", want);
        const char *row = strstr(page, want);
        const char *end = strchr(row, '\n');
        while (str_split(&rest, ' ', &one))
            if (one.n && !str_has((struct str){ row, (size_t)(end - row) }, one))
                fail_msg("docs/forms.md does not say that %s asks for %s", one.p, k->name);
    }
}

/* --- the monitor ------------------------------------------------------------------------------ */

struct looking {
    struct lent *x;
    struct monitor_question q;
    struct monitor m;
};

static bool do_look(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    struct world *w = l->x->w;
    struct errs lasting = { .a = &w->a, .lang = e->lang };
    return monitor_of(tx, &w->who, &w->codes, &l->q, &l->m, &lasting);
}

/* Behind every number stand the rows that make it: their count, their longest days, or their sum, which is
 * the share's own part or what is missing of the whole. */
static void assert_rows_make(const struct indicator *x, enum indicator_unit unit)
{
    int64_t fen = 0, days = 0;
    for (size_t i = 0; i < x->rows_n; i++) {
        fen += x->rows[i].amount.fen;
        days = x->rows[i].days.v > days ? x->rows[i].days.v : days;
    }
    assert_int_equal(x->amount.fen, fen);
    if (unit == INDICATOR_ROWS)
        assert_int_equal(x->value, x->rows_n);
    if (unit == INDICATOR_DAYS && !x->unset)
        assert_int_equal(x->value, days);
    if (unit == INDICATOR_SHARE && !x->unset)
        assert_true(x->part[0] == fen || x->part[1] - x->part[0] == fen);
}

static const struct indicator *look(struct looking *l, struct lent *x, int days_from_now,
                                    enum indicator_id id)
{
    l->x = x;
    l->q = (struct monitor_question){ .programme = str_of(x->programme),
                                      .as_of = { clock_today().day + days_from_now },
                                      .region = { x->county * 1000000 } };
    world_read(x->w, do_look, l);
    for (int i = 0; i < INDICATORS; i++)
        assert_rows_make(&l->m.list[i], indicator_kinds[i].unit);
    return &l->m.list[id];
}

static void every_indicator_has_a_definition_a_limit_and_a_source(void **state)
{
    (void)state;
    for (int i = 0; i < INDICATORS; i++) {
        const struct indicator_kind *k = &indicator_kinds[i];
        assert_non_null(k->name);
        assert_non_null(k->definition.zh);
        assert_non_null(k->definition.en);
        assert_non_null(k->source);
        assert_int_equal(indicator_find(str_of(k->name)), i);
    }
}

static void the_monitor_sees_money_that_lies_and_loans_that_nobody_visits(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct looking l = { 0 };
    const struct indicator *in = look(&l, &x, 0, INDICATOR_LENDING_RATE);
    assert_string_equal(indicator_text(&l.m, INDICATOR_LENDING_RATE, EN, &x.w->a), "10.00%");
    assert_true(in->found); /* below half */
    assert_string_equal(indicator_text(&l.m, INDICATOR_IDLE_RATE, EN, &x.w->a), "90.00%");
    assert_string_equal(indicator_text(&l.m, INDICATOR_IDLE_DAYS, EN, &x.w->a), "100 days");
    assert_false(l.m.list[INDICATOR_IDLE_DAYS].found);
    in = &l.m.list[INDICATOR_TOWNSHIP_IDLE]; /* 50000 sent nineteen days ago, 10000 handed out */
    assert_int_equal(in->rows_n, 1);
    assert_int_equal(in->rows[0].amount.fen, 4000000);
    assert_int_equal(in->rows[0].days.v, 19);
    assert_int_equal(l.m.list[INDICATOR_NO_VISIT].rows_n, 0);
    in = look(&l, &x, 81, INDICATOR_NO_VISIT);
    assert_int_equal(in->rows_n, 1);
    assert_true(str_eq(in->rows[0].number, x.loan.number));
    assert_true(str_eq(in->rows[0].name, x.f.h.head_name));
    in = look(&l, &x, 300, INDICATOR_IDLE_DAYS);
    assert_true(in->found);
}

/* The limits of a site stand in its programme, with where they come from. */
static void the_limits_of_the_monitor_are_the_programmes_where_it_has_them(void **state)
{
    static const char *const pairs[] = {
        "code: xingfu",
        "code: jiance",
        "zh: 幸福工程, en: Happiness Project",
        "zh: 监测工程",
        "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
        "aliases: [监测]",
        "parameters:\n",
        "parameters:\n"
        "  monitor_idle_days: {zh: 闲置天数, type: int, default: 60, source: 县审〔2023〕5号}\n"
        "  monitor_lending_rate:\n    zh: 在贷率\n    type: int\n    default: 50\n    values: [{year: 2020, "
        "value: 8}]\n"
        "  monitor_no_visit_days: {zh: 走访, type: int, default: 30}\n",
        NULL
    };
    lend_programme(*state, "xingfu", pairs);
    struct lent x = paid_out(*state, "jiance");
    struct looking l = { 0 };
    struct arena *a = &x.w->a;
    const struct indicator *in = look(&l, &x, 0, INDICATOR_IDLE_DAYS);
    assert_true(in->found); /* 100 days, at most 60 */
    assert_string_equal(indicator_limit(&l.m, INDICATOR_IDLE_DAYS, EN, a), "at most 60 days");
    assert_true(str_eq(in->source, STR("县审〔2023〕5号")));
    assert_string_equal(indicator_limit(&l.m, INDICATOR_LENDING_RATE, ZH, a), "不低于 8%");
    assert_false(l.m.list[INDICATOR_LENDING_RATE].found); /* 10 % is lent */
    assert_true(str_eq(l.m.list[INDICATOR_LENDING_RATE].source, STR("dictionary §9")));
    assert_int_equal(look(&l, &x, 19, INDICATOR_NO_VISIT)->rows_n, 0);
    assert_int_equal(look(&l, &x, 20, INDICATOR_NO_VISIT)->rows_n, 1);
    assert_string_equal(indicator_definition(&l.m, INDICATOR_NO_VISIT, ZH, a),
                        "发放 30 天以上、未还清、没有一次走访记录的合同");
}

static void every_parameter_of_the_monitor_belongs_to_one_indicator(void **state)
{
    (void)state;
    for (const char *const *p = monitor_parameters; *p; p++) {
        int n = 0;
        for (int i = 0; i < INDICATORS; i++) {
            const struct indicator_kind *k = &indicator_kinds[i];
            n += k->parameter && !strcmp(k->parameter, *p);
            n += k->from_parameter && !strcmp(k->from_parameter, *p);
            assert_int_equal(k->from_parameter != NULL, strstr(k->definition.zh, "{1}") != NULL);
        }
        if (n != 1)
            fail_msg("%s belongs to %d indicators", *p, n);
    }
}

static void the_monitor_sees_what_is_overdue_and_remitted_late(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct looking l = { 0 };
    lend_do(&x, bring, NULL);
    assert_int_equal(look(&l, &x, 5, INDICATOR_REMITTED_LATE)->rows_n, 0);
    const struct indicator *in = look(&l, &x, 6, INDICATOR_REMITTED_LATE);
    assert_int_equal(in->rows_n, 1);
    assert_int_equal(in->rows[0].days.v, 11);
    assert_int_equal(in->rows[0].amount.fen, 400000);
    int due = x.loan.ends_on.v.day - clock_today().day;
    assert_false(look(&l, &x, due, INDICATOR_OVERDUE)->found);
    in = look(&l, &x, due + 1, INDICATOR_OVERDUE);
    assert_true(in->found);
    assert_int_equal(in->amount.fen, 600000);
    assert_string_equal(indicator_text(&l.m, INDICATOR_RECOVERY_RATE, EN, &x.w->a), "40.00%");
    assert_false(l.m.list[INDICATOR_BAD_RATE].found);
    look(&l, &x, due + 91, INDICATOR_BAD_RATE);
    assert_string_equal(indicator_text(&l.m, INDICATOR_BAD_RATE, EN, &x.w->a), "100.00%");
    assert_true(l.m.list[INDICATOR_BAD_RATE].found);
}

static void the_monitor_sees_papers_and_books_that_do_not_agree(void **state)
{
    struct lent x = paid_out(*state, "xingfu");
    struct looking l = { 0 };
    CLEANUP(arena_free) struct arena a = { 0 };
    static const enum indicator_id ids[] = { INDICATOR_GUARANTOR, INDICATOR_NO_PURPOSE,
                                             INDICATOR_LENT_UNPOSTED, INDICATOR_RECOVERED_UNPOSTED,
                                             INDICATOR_PAID_NOT_APPROVED };
    lend_do(&x, bring, NULL);
    look(&l, &x, 0, INDICATOR_GUARANTOR);
    for (size_t i = 0; i < N_ELEMS(ids); i++)
        assert_int_equal(l.m.list[ids[i]].rows_n, 0);
    struct raw *r = raw_open(x.w->url);
    static const char *const harm[] = {
        "UPDATE guarantee SET sealed_on = NULL WHERE county = %lld",
        "UPDATE contract SET project = NULL WHERE county = %lld AND layer = 2",
        "UPDATE contract SET amount = amount + 100 WHERE county = %lld AND layer = 2",
        "UPDATE repayment SET principal = principal - 1 WHERE county = %lld",
        "UPDATE payout_line SET voucher_id = NULL WHERE county = %lld",
    };
    raw_unguard(r);
    for (size_t i = 0; i < N_ELEMS(harm); i++) {
        CLEANUP(buf_release) struct buf sql = BUF(1000);
        const char *at = strstr(harm[i], "%lld");
        buf_add(&sql, (struct str){ harm[i], (size_t)(at - harm[i]) });
        buf_addi(&sql, x.county);
        buf_adds(&sql, at + strlen("%lld"));
        raw_do(r, buf_cstr(&sql));
    }
    raw_close(r);
    look(&l, &x, 0, INDICATOR_GUARANTOR);
    for (size_t i = 0; i < N_ELEMS(ids); i++)
        if (l.m.list[ids[i]].rows_n != 1)
            fail_msg("%s has %zu rows", indicator_kinds[ids[i]].name, l.m.list[ids[i]].rows_n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_speaks_in_the_words_of_its_programme),
        cmocka_unit_test(an_application_has_four_copies_and_opinions_to_be_sealed),
        cmocka_unit_test(a_number_is_masked_unless_the_form_is_signed_with_it),
        cmocka_unit_test(nothing_of_a_household_is_taken_for_markup),
        cmocka_unit_test(the_letter_of_responsibility_has_the_five_parties_of_its_programme),
        cmocka_unit_test(where_townships_lend_the_contract_names_the_township),
        cmocka_unit_test(a_township_contract_names_both_parties),
        cmocka_unit_test(a_notice_goes_out_in_the_month_before_the_loan_falls_due),
        cmocka_unit_test(a_notice_that_is_printed_again_says_what_it_said),
        cmocka_unit_test(a_receipt_has_three_copies_with_the_amount_in_words),
        cmocka_unit_test(what_was_found_stands_on_the_effect_survey),
        cmocka_unit_test(registers_have_a_row_for_every_loan_and_add_up),
        cmocka_unit_test(the_archive_of_xingfu_has_its_eight_kinds),
        cmocka_unit_test(docs_name_every_form_with_its_requirements),
        cmocka_unit_test(every_indicator_has_a_definition_a_limit_and_a_source),
        cmocka_unit_test(the_monitor_sees_money_that_lies_and_loans_that_nobody_visits),
        cmocka_unit_test(the_limits_of_the_monitor_are_the_programmes_where_it_has_them),
        cmocka_unit_test(every_parameter_of_the_monitor_belongs_to_one_indicator),
        cmocka_unit_test(the_monitor_sees_what_is_overdue_and_remitted_late),
        cmocka_unit_test(the_monitor_sees_papers_and_books_that_do_not_agree),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
