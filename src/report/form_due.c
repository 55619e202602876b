/* form_due.c - the notices before a loan falls due, township and borrower (R336-R338), and the receipts of
 * who collects. */
#include "fund/collection.h"
#include "report/form_parts.h"

#include <stdlib.h>

/* --- which fall due --------------------------------------------------------------------------- */

enum { TO_TOWNSHIP, TO_BORROWER };

static bool in_window(const struct forms *f, struct date due)
{
    int32_t from = f->q->from.set ? f->q->from.v.day : f->q->as_of.day;
    return due.day >= from && due.day <= date_add_months(f->q->as_of, 1).day;
}

/* What a notice says that is on record, else what one made today would say. */
static struct date due_day(const struct form_loan *l, int which)
{
    return l->notices[which].number.p ? l->notices[which].due_on : l->c.ends_on.v;
}

static struct money due_amount(const struct form_loan *l, int which)
{
    return l->notices[which].number.p ? l->notices[which].amount : loan_open(l);
}

static struct money due_back(const struct form_loan *l, int which)
{
    return l->notices[which].number.p ? l->notices[which].back : l->back;
}

static int by_number(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* All are, where none are named. */
static bool is_named(const struct forms *f, struct str number)
{
    return !f->q->notices ||
           (number.p && bsearch(&number, f->q->notices, f->q->notices_n, sizeof *f->q->notices, by_number));
}

static bool is_due(const struct forms *f, const struct form_loan *l, int which)
{
    const struct form_notice *n = &l->notices[which];
    if (f->q->notices)
        return n->number.p != NULL;
    if (f->q->number.p && !str_eq(f->q->number, n->number) && !str_eq(f->q->number, l->c.number))
        return false;
    if (n->number.p)
        return f->q->number.p || in_window(f, n->due_on);
    return loan_open(l).fen > 0 && l->c.ends_on.set && (f->q->number.p || in_window(f, l->c.ends_on.v));
}

/* The latest ones of each loan. */
static bool read_notices(struct forms *f, struct errs *e)
{
    enum found found;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(
            f->tx, &rows,
            SQL(STMT_KEY,
                "SELECT r.contract_id, n.form, n.number, n.issued_on, r.due_on, r.amount + r.interest, "
                "(SELECT "
                "CAST(coalesce(sum(x.principal), 0) AS bigint) FROM repayment x WHERE x.county = $1 AND "
                "x.contract_id = r.contract_id AND x.recorded_on <= n.issued_on) FROM due_notice_row r JOIN "
                "due_notice n ON n.county = $1 AND n.id = r.notice_id WHERE r.county = $1 AND r.fund_id = $2 "
                "AND n.issued_on <= $3 ORDER BY n.issued_on, n.id, r.no"),
            e, V(f->county), V(f->rules.fund.id), V(f->q->as_of)))
        return false;
    while ((found = rows_next(&rows, e)) == FOUND) {
        const struct form_loan *of = forms_loan(f, rows_int(&rows, 0));
        if (!of || !is_named(f, rows_text(&rows, 2)))
            continue;
        f->loans[of - f->loans].notices[rows_int(&rows, 1) == FORM_LIST ? TO_TOWNSHIP : TO_BORROWER] =
            (struct form_notice){ .number = arena_str(f->a, rows_text(&rows, 2)),
                                  .issued_on = { (int32_t)rows_int(&rows, 3) },
                                  .due_on = { (int32_t)rows_int(&rows, 4) },
                                  .amount = { rows_int(&rows, 5) },
                                  .back = { rows_int(&rows, 6) } };
    }
    return found != FAILED;
}

static bool keep_due(struct forms *f, int which, struct errs *e)
{
    size_t n = 0;
    f->number = (struct str){ 0 };
    if (!forms_read_loans(f, e) || (f->loans_n && !read_notices(f, e)))
        return false;
    for (size_t i = 0; i < f->loans_n; i++)
        if (is_due(f, &f->loans[i], which))
            f->loans[n++] = f->loans[i];
    f->loans_n = n;
    return true;
}

bool split_due_loans(struct forms *f, struct errs *e)
{
    if (!keep_due(f, TO_BORROWER, e))
        return false;
    for (size_t i = 0; i < f->loans_n; i++)
        form_piece_add(f, &(struct form_piece){ .name = f->loans[i].c.number, .from = i, .to = i + 1 });
    return true;
}

bool split_due_townships(struct forms *f, struct errs *e)
{
    if (!keep_due(f, TO_TOWNSHIP, e))
        return false;
    for (size_t i = 0, to; i < f->loans_n; i = to) {
        struct region_code t = region_parent(f->loans[i].c.village);
        for (to = i; to < f->loans_n && region_parent(f->loans[to].c.village).v == t.v;)
            to++;
        form_piece_add(
            f, &(struct form_piece){ .name = f->loans[i].township, .from = i, .to = to, .township = t });
    }
    return true;
}

/* --- county to township (R337) ---------------------------------------------------------------- */

static const struct form_col due_cols[] = {
    { { "序号", "No" }, XLSX_COUNT, 60 },        { { "编号", "Number" }, XLSX_TEXT, 270 },
    { { "村", "Village" }, XLSX_TEXT, 120 },     { { "姓名", "Name" }, XLSX_TEXT, 85 },
    { { "借款金额", "Lent" }, XLSX_MONEY, 120 }, { { "已还", "Repaid" }, XLSX_MONEY, 95 },
    { { "应还金额", "Owed" }, XLSX_MONEY, 120 }, { { "到期日期", "Due on" }, XLSX_TEXT, 130 },
};

bool table_reminder_township(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    const struct form_piece *x = &f->pieces[i];
    struct form_rows r = form_rows_begin(f, due_cols, N_ELEMS(due_cols));
    for (size_t k = x->from; k < x->to; k++) {
        const struct form_loan *l = &f->loans[k];
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)(k - x->from) + 1);
        c[1] = l->c.number;
        c[2] = l->village;
        c[3] = form_borrower(l);
        c[4] = form_plain(f, l->lent);
        c[5] = form_plain(f, due_back(l, TO_TOWNSHIP));
        c[6] = form_plain(f, due_amount(l, TO_TOWNSHIP));
        c[7] = form_short(f, (struct opt_date){ due_day(l, TO_TOWNSHIP), true });
        struct str changes = form_changes(f, l);
        if (changes.n)
            c[7] = TEXT(f, "%.*s（%.*s）", P(c[7]), P(changes));
    }
    *t = (struct form_table){ .title = STR("到期还款名单"), .left = x->name, .right = STR("单位：元") };
    return form_rows_end(&r, t, true, e);
}

static struct money owed_of(const struct forms *f, const struct form_piece *x, struct opt_date *first,
                            struct opt_date *last)
{
    struct money sum = { 0 };
    for (size_t k = x->from; k < x->to; k++) {
        const struct form_loan *l = &f->loans[k];
        struct opt_date day = { due_day(l, TO_TOWNSHIP), true };
        sum.fen += due_amount(l, TO_TOWNSHIP).fen;
        if (!first->set || day.v.day < first->v.day)
            *first = day;
        if (!last->set || day.v.day > last->v.day)
            *last = day;
    }
    return sum;
}

static struct str due_days(const struct forms *f, struct opt_date first, struct opt_date last)
{
    return first.v.day == last.v.day ? form_day(f, first)
                                     : TEXT(f, "%.*s至%.*s期间", P(form_day(f, first)), P(form_day(f, last)));
}

/* The slip at the foot that comes back signed: it is the proof of delivery. */
static void put_slip(const struct forms *f, struct print *p, struct str title, struct str text,
                     const struct print_party *parties, size_t n)
{
    (void)f;
    print_together(p, true);
    print_gap(p);
    print_heading(p, 1, title);
    print_text(p, text);
    print_parties(p, parties, n);
    print_together(p, false);
}

bool put_reminder_township(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    const struct form_piece *x = &f->pieces[i];
    struct opt_date first = { 0 }, last = { 0 };
    struct money sum = owed_of(f, x, &first, &last);
    struct form_table t;
    if (!table_reminder_township(f, i, &t, e))
        return false;
    print_page(p);
    print_title(p, STR("还款通知书"));
    const struct form_notice *on_record = &f->loans[x->from].notices[TO_TOWNSHIP];
    if (on_record->number.p)
        print_number(p, TEXT(f, "编号：%.*s", P(on_record->number)));
    print_address(p, TEXT(f, "%.*s项目办公室：", P(x->name)));
    print_text(
        p,
        TEXT(f, "你镇%.*s%.*s %zu 户（名单附后）按借款合同约定于%.*s到期，应还金额合计 ¥%.*s（大写：%.*s）。",
             P(f->rules.programme->name.zh), P(form_money(f)), x->to - x->from, P(due_days(f, first, last)),
             P(form_yuan(f, sum)), P(form_capital(f, sum))));
    print_text(p,
               TEXT(f,
                    "请你镇收到本通知书后，逐户向%.*s送达还款通知书，抄送担保人，并会同村“两委”做好回收工作；"
                    "收回的资金开具收据，及时上缴专户。",
                    P(form_beneficiary(f))));
    t.title = (struct str){ 0 };
    t.feet[0] = NULL;
    t.small = true;
    form_table_print(p, &t, f->a);
    print_together(p, true);
    print_seal(p, f->office.p ? f->office : TEXT(f, "%.*s项目办公室", P(f->county_name)),
               on_record->number.p ? on_record->issued_on : f->q->as_of);
    print_together(p, false);
    const struct print_party parties[] = { { STR("签收单位："), x->name, true },
                                           { STR("签收人："), { 0 }, false } };
    put_slip(
        f, p, STR("回执"),
        TEXT(f, "已收到还款通知书及名单，共 %zu 户，应还金额 ¥%.*s。", x->to - x->from, P(form_yuan(f, sum))),
        parties, N_ELEMS(parties));
    return true;
}

/* --- township to borrower (R338) -------------------------------------------------------------- */

bool put_reminder_borrower(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    const struct form_loan *l = &f->loans[f->pieces[i].from];
    struct str name = form_borrower(l), guarantor = form_guarantors(f, l),
               owed = form_yuan(f, due_amount(l, TO_BORROWER));
    const struct form_notice *on_record = &l->notices[TO_BORROWER];
    struct str number = on_record->number.p ? on_record->number : l->c.number;
    struct money repaid = due_back(l, TO_BORROWER);
    struct str back = repaid.fen ? TEXT(f, "，已归还 ¥%.*s", P(form_yuan(f, repaid))) : STR("");
    (void)e;
    print_page(p);
    print_title(p, STR("还款通知书"));
    print_number(p, TEXT(f, "编号：%.*s", P(number)));
    print_address(p, TEXT(f, "%.*s%.*s同志：", P(l->village), P(name)));
    print_text(p, TEXT(f,
                       "你于%.*s领取的%.*s%.*s ¥%.*s，用于%.*s%.*s，%s于%.*s到期，应还金额 "
                       "¥%.*s（大写：%.*s）。",
                       P(form_day(f, l->paid_on)), P(f->rules.programme->name.zh), P(form_money(f)),
                       P(form_yuan(f, l->lent)), P(l->c.project.p ? l->c.project : STR("发展生产")), P(back),
                       loan_extended(l) ? "经批准展期，" : "按合同约定",
                       P(form_day(f, (struct opt_date){ due_day(l, TO_BORROWER), true })), P(owed),
                       P(form_capital(f, due_amount(l, TO_BORROWER)))));
    print_text(p, STR("请你按期足额归还，并向收款人索取盖章的收据。诚信还款的，可按规定再次申请；"
                      "确因灾害、疾病等不能按期归还的，请在到期前提出书面申请。"));
    print_line(p, STR("抄送担保人："), guarantor);
    print_together(p, true);
    print_seal(p, TEXT(f, "%.*s项目办公室", P(l->township)),
               on_record->number.p ? on_record->issued_on : f->q->as_of);
    print_together(p, false);
    const struct print_party parties[] = { { STR("收件人："), name, false },
                                           { STR("担保人："), guarantor, false },
                                           { STR("送达人："), { 0 }, false } };
    put_slip(
        f, p, STR("送达回执"),
        TEXT(f,
             "编号 %.*s 的还款通知书已收到，应还金额 ¥%.*s。送达方式：□ 本人签收　□ 家属代收　□ 留置　□ 其他",
             P(l->c.number), P(owed)),
        parties, N_ELEMS(parties));
    return true;
}

/* --- who collects (R339, R346) ---------------------------------------------------------------- */

enum { RECEIPTS_MAX = 20000 };

bool split_receipts(struct forms *f, struct errs *e)
{
    struct date first = f->q->from.set ? f->q->from.v : (struct date){ INT32_MIN };
    f->number = (struct str){ 0 };
    if (!forms_read_loans(f, e) ||
        !db_list(
            f->tx,
            SQL_OF(
                STMT_KEY, &repayment_entity,
                "SELECT {*} FROM repayment r WHERE county = $1 AND fund_id = $2 AND reverses IS NULL AND "
                "paid_on BETWEEN $3 AND $4 AND (CAST($5 AS text) IS NULL OR receipt_no = $5 OR contract_id "
                "IN (SELECT c.id FROM contract c WHERE c.county = $1 AND c.number = $5)) AND NOT EXISTS "
                "(SELECT 1 FROM repayment x WHERE x.county = $1 AND x.reverses = r.id) ORDER BY paid_on, "
                "id LIMIT $6"),
            &f->listed, f->a, e, V(f->county), V(f->rules.fund.id), V(first), V(f->q->as_of), V(f->q->number),
            V((int64_t)RECEIPTS_MAX)))
        return false;
    const struct repayment *r = f->listed.rows;
    for (size_t i = 0; i < f->listed.n; i++)
        if (forms_loan(f, r[i].contract_id))
            form_piece_add(
                f, &(struct form_piece){ .name = r[i].receipt_no.p ? r[i].receipt_no : form_count(f, r[i].id),
                                         .from = i,
                                         .to = i + 1 });
    return true;
}

struct receipt {
    const struct forms *f;
    const struct repayment *r;
    const struct form_loan *l;
};

static struct str receipt_value(void *ctx, const char *key)
{
    const struct receipt *x = ctx;
    const struct forms *f = x->f;
    if (!strcmp(key, "payer"))
        return x->r->payer.p ? x->r->payer : form_borrower(x->l);
    if (!strcmp(key, "village"))
        return TEXT(f, "%.*s%.*s", P(x->l->township), P(x->l->village));
    if (!strcmp(key, "reason"))
        return TEXT(f, "归还%.*s第 %lld 期%.*s（借款人%.*s，编号 %.*s）", P(f->rules.programme->name.zh),
                    (long long)(x->l->c.period_no.set ? x->l->c.period_no.v : 0), P(form_money(f)),
                    P(form_borrower(x->l)), P(x->l->c.number));
    if (!strcmp(key, "words"))
        return form_capital(f, x->r->amount.v);
    if (!strcmp(key, "amount"))
        return TEXT(f, "¥%.*s", P(form_yuan(f, x->r->amount.v)));
    if (!strcmp(key, "parts"))
        return TEXT(f, "本金 ¥%.*s　利息 ¥%.*s", P(form_yuan(f, x->r->principal)),
                    P(form_yuan(f, x->r->interest)));
    if (!strcmp(key, "day"))
        return form_day(f, x->r->paid_on);
    return form_cell(f, &repayment_entity, key, x->r);
}

bool put_receipt(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    static const struct print_field fields[] = {
        { { "交款人", "Payer" }, "payer", 12, 4, 9, false },
        { { "所在村", "Village" }, "village", 12, 3, 0, false },
        { { "收款事由", "For" }, "reason", 24, 4, 11, false },
        { { "金额（大写）", "In words" }, "words", 16, 4, 10, false },
        { { "小写", "Amount" }, "amount", 8, 2, 0, false },
        { { "其中", "Of it" }, "parts", 14, 4, 9, false },
        { { "收款日期", "Date" }, "day", 10, 3, 0, false },
        { { "收款人", "Collector" }, "collector", 8, 3, 13, false },
        { { "交款人签名", "Signature" }, NULL, 8, 3, 0, false },
        { { "收款单位（盖章）", "Office" }, NULL, 8, 4, 0, false },
        { .width = 0 },
    };
    static const char *const holders[] = { "第一联　存根", "第二联　交款人", "第三联　记账" };
    struct receipt x = { .f = f, .r = (const struct repayment *)f->listed.rows + f->pieces[i].from };
    struct print_form form = { .title = { "收款收据", "Receipt" }, .fields = fields };
    (void)e;
    x.l = forms_loan(f, x.r->contract_id);
    print_page(p);
    for (size_t k = 0; k < N_ELEMS(holders); k++) {
        if (k)
            print_gap(p);
        print_form_block(p, &form, holders[k], TEXT(f, "No. %.*s", P(f->pieces[i].name)), receipt_value, &x);
    }
    return true;
}
