/* lending_cmd.c - periods and sources of a loan fund, and how it stands. */
#include "cli/lending_cmd.h"

#include "base/value.h"
#include "cli/commands.h"
#include "fund/pool.h"
#include "registry/region.h"

/* --- shared --------------------------------------------------------------------------------- */

void lend_begin(struct lend *w, struct tx *tx, const char *action, struct str object, struct errs *e)
{
    act_begin(&w->act, tx, &w->c->actor, action, object, e->a);
    w->l = (struct lending){ .act = &w->act, .codes = w->c->codes, .today = clock_today() };
}

static bool and_release(struct tx *tx, void *ctx, struct errs *e)
{
    struct lend *w = ctx;
    w->act = (struct act){ 0 };
    bool ok = w->fn(tx, ctx, e);
    act_release(&w->act);
    return ok;
}

bool lend_write(struct lend *w, tx_fn *fn)
{
    w->fn = fn;
    return cli_load_codes(w->c) && cli_write(w->c, 0, and_release, w);
}

bool lend_fund(struct lend *w, struct tx *tx, enum perm p, struct str programme, struct errs *e)
{
    return cli_ledger_county(w->c, tx, p, &w->county, e) &&
           fund_rules_open(tx, w->county, programme, w->c->codes, &w->rules, e);
}

bool lend_area(struct lend *w, struct tx *tx, enum perm p, struct str programme, struct region_code *within,
               struct errs *e)
{
    if (!cli_one_region(w->c, tx, p, within, e))
        return false;
    w->county = region_county(*within);
    return fund_rules_open(tx, w->county, programme, w->c->codes, &w->rules, e);
}

bool lend_contract(struct lend *w, struct tx *tx, enum perm p, struct str number, struct errs *e)
{
    if (!contract_find(tx, &w->c->actor, p, number, &w->contract, e))
        return false;
    w->county = w->contract.county;
    return true;
}

bool lend_township(struct lend *w, struct tx *tx, struct str text, struct region_code *r, struct errs *e)
{
    enum { BELOW_COUNTY = 1000000 };
    if (region_read(text, r) == READ_OK)
        return (region_level(*r) == TOWNSHIP && region_county(*r) == w->county) ||
               fail(e, ERR_INVALID, "township", MSG_CONTRACT_TOWNSHIP);
    if (!db_int(tx,
                SQL(STMT_REF,
                    "SELECT code FROM region WHERE level = 4 AND code BETWEEN $1 AND $2 AND (name = "
                    "$3 OR name = $4) ORDER BY code LIMIT 1"),
                &r->v, e, V(w->county * BELOW_COUNTY), V(w->county * BELOW_COUNTY + BELOW_COUNTY - 1),
                V(text), V(arena_printf(e->a, "%.*s镇", (int)text.n, text.p))))
        return false;
    return r->v || fail(e, ERR_NOT_FOUND, "township", MSG_CONTRACT_TOWNSHIP);
}

bool lend_places(struct lend *w, struct tx *tx, struct errs *e)
{
    return w->c->json ||
           db_list(tx,
                   SQL_OF(STMT_REF, &region_entity, "SELECT {*} FROM region WHERE level >= 3 ORDER BY code"),
                   &w->places, w->c->a, e);
}

struct str lend_place(const struct lend *w, struct region_code code)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 10);
    const struct region *r = w->places.rows;
    size_t lo = 0, hi = w->places.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (r[mid].code.v < code.v)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (!code.v)
        return STR("—");
    region_print(&b, code);
    if (lo < w->places.n && r[lo].code.v == code.v)
        buf_addf(&b, " %.*s", (int)r[lo].name.n, r[lo].name.p);
    return arena_str(w->c->a, buf_str(&b));
}

struct date lend_day(const struct cli *c, const char *name, struct date otherwise)
{
    const struct opt_value *v = cli_value(c, name);
    return v ? (struct date){ (int32_t)v->v } : otherwise;
}

struct opt_date lend_opt_day(const struct cli *c, const char *name)
{
    const struct opt_value *v = cli_value(c, name);
    return (struct opt_date){ { v ? (int32_t)v->v : 0 }, v != NULL };
}

bool lend_read(struct cli *c, const struct entity *en, const char *col, void *obj, struct str text,
               struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    return !text.p || col_read(entity_col(en, col), obj, text, &rd);
}

bool lend_money(struct cli *c, const char *field, struct str text, struct money *m, struct errs *e)
{
    struct contract x = { 0 };
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    (void)field;
    bool ok = col_read(entity_col(&contract_entity, "amount"), &x, text, &rd);
    *m = x.amount.v;
    return ok && (x.amount.set || fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT));
}

static bool is_internal(const struct col *col)
{
    struct str name = str_of(col->name);
    return str_eq(name, STR("id")) || str_eq(name, STR("county")) || str_ends(name, STR("_id")) ||
           str_eq(name, STR("request_key")) || str_eq(name, STR("reverses"));
}

void lend_print(struct cli *c, const struct entity *en, const void *obj)
{
    for (size_t i = 0; i < en->n; i++) {
        const struct col *col = &en->cols[i];
        if (!col_known(col, obj) || is_internal(col))
            continue;
        buf_addf(&c->out, "%s%s", label_in(&col->label, c->e.lang), c->e.lang == ZH ? "：" : ": ");
        buf_add(&c->out, cli_cell(c, en, col->name, obj));
        buf_addc(&c->out, '\n');
    }
}

void lend_put(struct cli *c, struct json_out *w, const char *key, const struct entity *en, const void *obj)
{
    if (key)
        put_key(w, key);
    put_object(w);
    for (size_t i = 0; i < en->n; i++) {
        const struct col *col = &en->cols[i];
        if (is_internal(col) || !col_known(col, obj))
            continue;
        put_key(w, col->name);
        col_json(col, obj, w, c->codes, true);
    }
    put_object_end(w);
}

void lend_put_list(struct cli *c, struct json_out *w, const char *key, const struct entity *en,
                   const struct list *list)
{
    const char *row = list->rows;
    put_key(w, key);
    put_list(w);
    for (size_t i = 0; i < list->n; i++)
        lend_put(c, w, NULL, en, row + i * en->size);
    put_list_end(w);
}

void lend_put_money(struct cli *c, struct json_out *w, const char *key, struct money m)
{
    put_member_text(w, key, cli_yuan(c, m));
}

int lend_answer_(struct cli *c, const char *key, const struct entity *en, const void *obj, enum msg m,
                 const struct arg *args, size_t n)
{
    struct json_out out = JSON_OUT(&c->out);
    if (!c->json) {
        cli_say_(c, m, args, n);
        return EXIT_DONE;
    }
    put_object(&out);
    lend_put(c, &out, key, en, obj);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- periods -------------------------------------------------------------------------------- */

struct pool_run {
    struct lend w;
    struct period period;
    struct fund_source source;
    struct fund_state state;
    struct list periods, sources;
};

static bool do_period(struct tx *tx, void *ctx, struct errs *e)
{
    struct pool_run *x = ctx;
    struct cli *c = x->w.c;
    x->period = (struct period){ 0 };
    if (!str_eq(c->args[0], STR("open")))
        return fail(e, ERR_INVALID, "action", MSG_LEND_ACTION, A(c->args[0]), A("open"));
    if (!lend_fund(&x->w, tx, PERM_FUNDS, c->args[1], e))
        return false;
    lend_read(c, &period_entity, "no", &x->period, c->args[2], e);
    lend_read(c, &period_entity, "planned", &x->period, cli_text(c, "planned"), e);
    lend_read(c, &period_entity, "note", &x->period, cli_text(c, "note"), e);
    if (cli_flag(c, "term-months"))
        x->period.term_months = (struct opt_int){ cli_int(c, "term-months", 0), true };
    x->period.starts_on = lend_opt_day(c, "starts-on");
    if (errs_any(e))
        return false;
    lend_begin(&x->w, tx, "fund.period", c->args[2], e);
    return period_open(&x->w.l, &x->w.rules.fund, &x->period, e) && act_end(&x->w.act, NULL, e);
}

static int period_cmd(struct cli *c)
{
    struct pool_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_period);
    return ok ? lend_answer(c, "period", &period_entity, &x.period, MSG_PERIOD_OPENED, A(x.w.rules.fund.name),
                            A(x.period.no.v))
              : EXIT_NOTHING;
}

/* --- sources -------------------------------------------------------------------------------- */

static bool read_giver(struct pool_run *x, struct tx *tx, struct source_giver *from, struct errs *e)
{
    struct cli *c = x->w.c;
    struct fund_rules r;
    struct fund_source of = { 0 };
    if (!fund_rules_open(tx, x->w.county, cli_text(c, "from"), c->codes, &r, e) ||
        !lend_read(c, &fund_source_entity, "source", &of, cli_text(c, "of"), e))
        return false;
    if (!of.source.set)
        return fail(e, ERR_INVALID, "of", MSG_SOURCE_OF);
    *from = (struct source_giver){ r.fund, of.source };
    return true;
}

static bool do_source(struct tx *tx, void *ctx, struct errs *e)
{
    struct pool_run *x = ctx;
    struct cli *c = x->w.c;
    struct source_giver from;
    struct fund_source *s = &x->source;
    bool transfer = cli_flag(c, "from");
    *s = (struct fund_source){ .nature = { transfer ? NATURE_TRANSFER_IN : NATURE_RECEIVED, true } };
    if (!str_eq(c->args[0], STR("add")))
        return fail(e, ERR_INVALID, "action", MSG_LEND_ACTION, A(c->args[0]), A("add"));
    if (!lend_fund(&x->w, tx, PERM_FUNDS, c->args[1], e))
        return false;
    lend_read(c, &fund_source_entity, "source", s, c->args[2], e);
    lend_read(c, &fund_source_entity, "amount", s, c->args[3], e);
    lend_read(c, &fund_source_entity, "nature", s, cli_text(c, "nature"), e);
    lend_read(c, &fund_source_entity, "document", s, cli_text(c, "document"), e);
    lend_read(c, &fund_source_entity, "voucher_no", s, cli_text(c, "voucher-no"), e);
    lend_read(c, &fund_source_entity, "summary", s, cli_text(c, "summary"), e);
    s->received_on = (struct opt_date){ lend_day(c, "date", clock_today()), true };
    if (errs_any(e) || (transfer && !read_giver(x, tx, &from, e)))
        return false;
    lend_begin(&x->w, tx, "fund.source", x->w.rules.fund.code, e);
    return source_add(&x->w.l, &x->w.rules.fund, s, transfer ? &from : NULL, e) &&
           act_end(&x->w.act, NULL, e);
}

static int source_cmd(struct cli *c)
{
    struct pool_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_source);
    return ok ? lend_answer(c, "source", &fund_source_entity, &x.source,
                            x.source.entry_id.set ? MSG_SOURCE_ADDED : MSG_SOURCE_NOTED,
                            A(x.w.rules.fund.name), A(x.source.amount.v))
              : EXIT_NOTHING;
}

/* --- how it stands -------------------------------------------------------------------------- */

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct pool_run *x = ctx;
    return lend_fund(&x->w, tx, PERM_LEDGER_READ, x->w.c->args[0], e) &&
           fund_state(tx, &x->w.rules.fund, clock_today(), &x->state, e) &&
           period_list(tx, &x->w.rules.fund, &x->periods, e) &&
           source_list(tx, &x->w.rules.fund, &x->sources, e);
}

static const struct {
    const char *key;
    struct label label;
    size_t off;
} sums[] = {
#define SUM(key, zh, en)                                   \
    {                                                      \
#key, { zh, en }, offsetof(struct fund_state, key) \
    }
    SUM(capital, "项目资金", "Capital"),
    SUM(pledged, "认捐（未到账）", "Pledged, not received"),
    SUM(memo, "表外", "Off the books"),
    SUM(special, "专户存款", "Special account"),
    SUM(transit, "乡镇在途", "In transit at townships"),
    SUM(outstanding, "在贷余额", "Lent"),
    SUM(due_soon, "一个月内到期", "Due within a month"),
    SUM(overdue, "逾期", "Overdue"),
    SUM(overpaid, "多收待退", "Overpaid"),
};

static struct money sum_of(const struct fund_state *s, size_t i)
{
    return *(const struct money *)((const char *)s + sums[i].off);
}

static int show_cmd(struct cli *c)
{
    struct pool_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json) {
        put_object(&out);
        lend_put(c, &out, "fund", &fund_entity, &x.w.rules.fund);
        for (size_t i = 0; i < N_ELEMS(sums); i++)
            lend_put_money(c, &out, sums[i].key, sum_of(&x.state, i));
        put_member_int(&out, "live", x.state.live);
        put_member_int(&out, "late", x.state.late);
        lend_put_list(c, &out, "periods", &period_entity, &x.periods);
        lend_put_list(c, &out, "sources", &fund_source_entity, &x.sources);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    static const struct table_col cols[] = { { { "项目", "Item" }, false }, { { "金额", "Amount" }, true } };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < N_ELEMS(sums); i++) {
        table_text(&t, str_of(label_in(&sums[i].label, c->e.lang)));
        table_text(&t, cli_yuan(c, sum_of(&x.state, i)));
    }
    table_print(&t, c->e.lang, &c->out);
    cli_say(c, MSG_FUND_LIVE, A(x.state.live), A(x.state.late));
    static const struct table_col period_cols[] = {
        { { "期数", "Period" }, true },
        { { "启动日期", "Starts on" }, false },
        { { "计划金额", "Planned" }, true },
        { { "期限(月)", "Months" }, true },
    };
    static const char *const names[] = { "no", "starts_on", "planned", "term_months" };
    t = table_begin(period_cols, N_ELEMS(period_cols), c->a);
    for (size_t i = 0; i < x.periods.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &period_entity, names[k], (const struct period *)x.periods.rows + i));
    if (x.periods.n)
        table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

// clang-format off
static const struct opt period_opts[] = {
    { .name = "starts-on", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" },
      .label = { "启动日期，此前不发放", "nothing is paid out before that day" } },
    { .name = "planned", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "金额", "YUAN" },
      .label = { "计划发放金额", "how much is to be lent" } },
    { .name = "term-months", .kind = OPT_INT, .min = 1, .max = 1200, .arg = { "月数", "N" },
      .label = { "本期借款的期限；默认按项目", "the term of its loans; the programme's unless told" } },
    { .name = "note", .kind = OPT_TEXT, .arg = { "说明", "TEXT" }, .label = { "说明", "a note" } },
    OPT_IN_COUNTY, { 0 },
};
static const struct opt source_opts[] = {
    OPT_DAY("到账日期；默认今天", "when it came in; today unless told"),
    { .name = "nature", .kind = OPT_TEXT, .arg = { "性质", "NATURE" },
      .label = { "到账（默认）、认捐、退回、表外", "received (default), pledged, returned, memo" } },
    { .name = "document", .kind = OPT_TEXT, .arg = { "文号", "NO" }, .label = { "依据的文件", "the document it rests on" } },
    { .name = "voucher-no", .kind = OPT_TEXT, .arg = { "凭证号", "NO" }, .label = { "随附单据的编号", "of the paper it came with" } },
    { .name = "summary", .kind = OPT_TEXT, .arg = { "摘要", "TEXT" }, .label = { "摘要", "what it is about" } },
    { .name = "from", .kind = OPT_TEXT, .arg = { "项目", "PROGRAMME" },
      .label = { "从哪个项目的资金转入，须有批准文件", "the programme whose fund gives it; needs --document" } },
    { .name = "of", .kind = OPT_TEXT, .arg = { "来源", "SOURCE" },
      .label = { "转出资金的哪项来源", "of which source of the giving fund" } },
    OPT_IN_COUNTY, { 0 },
};
static const struct opt show_opts[] = { OPT_IN_COUNTY, { 0 } };
static const struct command commands[] = {
    { .name = "fund period", .perm = PERM_FUNDS, .db = DB_OPEN, .opts = period_opts,
      .args = { "open 项目 期数", "open PROGRAMME NO" }, .args_min = 3, .args_max = 3,
      .summary = { "启动一期", "Open a lending period" },
      .help = { "期在资金内编号；合同和拨付都写明期数。\n\n"
                "  bangfu fund period open 幸福工程 25 --starts-on 2026-03-01 --planned 480000 --term-months 24",
                "Periods are numbered within the fund; contracts and transfers name theirs.\n\n"
                "  bangfu fund period open xingfu 25 --starts-on 2026-03-01 --planned 480000 --term-months 24" },
      .run = period_cmd },
    { .name = "fund show", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = show_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "资金总况：资金、在贷、到期、逾期、结存、各期", "How a loan fund stands" },
      .help = { "认捐与到账分开；表外资金不计入。\n\n  bangfu fund show 幸福工程",
                "Pledges stand apart from what was received; what is off the books is not counted.\n\n"
                "  bangfu fund show xingfu" },
      .run = show_cmd },
    { .name = "fund source", .perm = PERM_FUNDS, .db = DB_OPEN, .opts = source_opts,
      .args = { "add 项目 来源 金额", "add PROGRAMME SOURCE YUAN" }, .args_min = 4, .args_max = 4,
      .summary = { "登记资金来源", "Record money put into a fund" },
      .help = { "到账的计入项目资金并记账；认捐和表外只登记。从其他资金转入时两边同时记账。\n\n"
                "  bangfu fund source add 幸福工程 省级 150000 --date 2005-03-01 --document 计财〔2005〕1号\n"
                "  bangfu fund source add 幸福工程 其他基金转入 50000 --from 党员脱贫工程 --of 社会捐赠 --document 批〔2006〕3号",
                "What was received is capital and is posted; pledges and memos are only noted.  A transfer is posted in both\n"
                "funds.\n\n"
                "  bangfu fund source add xingfu provincial 150000 --date 2005-03-01 --document 1/2005\n"
                "  bangfu fund source add xingfu other_fund 50000 --from dangyuan --of public_donation --document 3/2006" },
      .run = source_cmd },
};
// clang-format on
const struct command_table lending_commands = { { "借款资金", "Loan funds" }, commands, N_ELEMS(commands) };
