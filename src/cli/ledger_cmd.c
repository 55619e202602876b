/* ledger_cmd.c - funds, and vouchers by hand: one person makes them, another approves. */
#include "cli/ledger_cmd.h"

#include "base/clock.h"
#include "base/value.h"
#include "cli/commands.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "ledger/draft.h"

enum { DRAFTS_MAX = 1000 };

/* --- shared ------------------------------------------------------------------------------- */

bool cli_ledger_county(struct cli *c, struct tx *tx, enum perm p, int64_t *county, struct errs *e)
{
    struct region_code r;
    enum { BELOW_COUNTY = 1000000 };
    if (!cli_one_region(c, tx, p, &r, e))
        return false;
    *county = region_county(r);
    return actor_need_at(&c->actor, p, (struct region_code){ *county * BELOW_COUNTY }, e);
}

bool cli_fund(struct cli *c, struct tx *tx, enum perm p, struct fund *f, struct errs *e)
{
    int64_t county;
    return cli_ledger_county(c, tx, p, &county, e) && fund_need(tx, county, cli_text(c, "fund"), f, e);
}

struct str cli_yuan(struct cli *c, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print(&b, m);
    return arena_str(c->a, buf_str(&b));
}

struct str cli_day(struct cli *c, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    return arena_str(c->a, buf_str(&b));
}

struct str cli_voucher(struct cli *c, const struct voucher *v)
{
    return str_of(arena_printf(c->a, "%lld-%lld", (long long)v->year, (long long)v->no));
}

/* --- funds -------------------------------------------------------------------------------- */

struct work {
    struct cli *c;
    struct fund fund;
    int64_t county;
    struct list list;
    struct draft draft;
    struct voucher voucher;
    bool posted;
};

static bool read_column(struct cli *c, const char *name, struct str text, struct fund *f, struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    return !text.p || col_read(entity_col(&fund_entity, name), f, text, &rd);
}

static bool do_fund_add(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    struct cli *c = w->c;
    CLEANUP(act_release) struct act act = { 0 };
    w->fund = (struct fund){ 0 };
    read_column(c, "code", c->args[0], &w->fund, e);
    read_column(c, "name", cli_text(c, "name"), &w->fund, e);
    read_column(c, "programme", cli_text(c, "programme"), &w->fund, e);
    read_column(c, "bank", cli_text(c, "bank"), &w->fund, e);
    read_column(c, "bank_account", cli_text(c, "bank-account"), &w->fund, e);
    if (errs_any(e) || !cli_ledger_county(c, tx, PERM_FUNDS, &w->fund.county, e))
        return false;
    act_begin(&act, tx, &c->actor, "fund.add", w->fund.code, e->a);
    return fund_add(&act, &w->fund, e) && act_end(&act, NULL, e);
}

static void put_fund(struct cli *c, struct json_out *w, const struct fund *f)
{
    put_object(w);
    cli_put_cols(c, w, &fund_entity, f);
    put_object_end(w);
}

static int fund_add_cmd(struct cli *c)
{
    struct work w = { .c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_write(c, 0, do_fund_add, &w))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_FUND_ADDED, A(w.fund.code), A(w.fund.name));
        return EXIT_DONE;
    }
    put_fund(c, &out, &w.fund);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static bool do_fund_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    return cli_ledger_county(w->c, tx, PERM_LEDGER_READ, &w->county, e) &&
           fund_list(tx, w->county, &w->list, e);
}

static int fund_list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "资金编号", "Fund" }, false },      { { "名称", "Name" }, false },
        { { "项目编号", "Programme" }, false }, { { "开户行", "Bank" }, false },
        { { "专户账号", "Account" }, false },
    };
    static const char *const names[] = { "code", "name", "programme", "bank", "bank_account" };
    struct work w = { .c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_fund_list, &w))
        return EXIT_NOTHING;
    const struct fund *f = w.list.rows;
    if (c->json) {
        put_object(&out);
        put_key(&out, "funds");
        put_list(&out);
        for (size_t i = 0; i < w.list.n; i++)
            put_fund(c, &out, &f[i]);
        put_list_end(&out);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < w.list.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &fund_entity, names[k], &f[i]));
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

/* --- making ------------------------------------------------------------------------------- */

/* ACCOUNT=AMOUNT */
static bool read_entry(struct cli *c, struct str text, int64_t sign, struct posting_line *l, struct errs *e)
{
    struct str amount = text, account;
    struct money m;
    if (!str_split(&amount, '=', &account) || money_read(amount, &m) != READ_OK || m.fen <= 0)
        return fail(e, ERR_INVALID, sign > 0 ? "debit" : "credit", MSG_LEDGER_ENTRY_SHAPE, A(text));
    if (!account_line_read(c->codes, account, l, e))
        return false;
    l->amount.fen = m.fen * sign;
    return true;
}

static bool read_entries(struct cli *c, const char *name, int64_t sign, struct posting_line *lines, size_t *n,
                         struct errs *e)
{
    for (const struct opt_value *v = cli_value(c, name); v; v = cli_next_value(v)) {
        if (*n == POSTING_LINES_MAX)
            return fail(e, ERR_INVALID, name, MSG_LEDGER_LINES, A(POSTING_LINES_MAX));
        if (!read_entry(c, v->text, sign, &lines[(*n)++], e))
            return false;
    }
    return true;
}

static bool read_kind(struct cli *c, enum voucher_kind *kind, struct errs *e)
{
    static const struct label label = { "业务类型", "The kind" };
    const struct label *what = &label;
    struct str text = cli_text(c, "kind");
    *kind = VOUCHER_MANUAL;
    if (!text.p)
        return true;
    const struct code_table *t = code_table(c->codes, "voucher_kind");
    const struct code_row *row = t ? code_find(t, text) : NULL;
    if (!row || row->code == VOUCHER_REVERSAL)
        return fail(e, ERR_INVALID, "kind", MSG_NO_SUCH_CODE, A(what), A(text), A("bangfu help ledger post"));
    *kind = (enum voucher_kind)row->code;
    return true;
}

/* --source and --period hold for all lines that do not say their own. */
static bool read_dimensions(struct cli *c, struct posting_line *lines, size_t n, struct errs *e)
{
    struct code source = { 0 };
    const struct opt_value *period = cli_value(c, "period");
    if (cli_text(c, "source").p && !fund_source_read(c->codes, cli_text(c, "source"), &source, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (source.set && !lines[i].source.set)
            lines[i].source = source;
        if (period)
            lines[i].period = (struct opt_int){ period->v, true };
    }
    return true;
}

static struct date day_of(const struct cli *c, const char *name, struct date otherwise)
{
    const struct opt_value *v = cli_value(c, name);
    return v ? (struct date){ (int32_t)v->v } : otherwise;
}

static bool read_posting(struct cli *c, const struct fund *f, struct posting *p, struct errs *e)
{
    struct posting_line *lines = NEW_ARRAY(e->a, struct posting_line, POSTING_LINES_MAX);
    *p = (struct posting){ .county = f->county,
                           .fund_id = f->id,
                           .entry_date = day_of(c, "date", clock_today()),
                           .purpose = str_trim(cli_text(c, "purpose")),
                           .document = cli_text(c, "document"),
                           .lines = lines };
    p->value_date = day_of(c, "value-date", p->entry_date);
    return read_kind(c, &p->kind, e) && read_entries(c, "debit", 1, lines, &p->n, e) &&
           read_entries(c, "credit", -1, lines, &p->n, e) && read_dimensions(c, lines, p->n, e);
}

static bool do_post(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    struct cli *c = w->c;
    struct posting p;
    CLEANUP(act_release) struct act act = { 0 };
    if (!cli_fund(c, tx, PERM_LEDGER_MAKE, &w->fund, e) || !read_posting(c, &w->fund, &p, e))
        return false;
    act_begin(&act, tx, &c->actor, "ledger.post", w->fund.code, e->a);
    return draft_make(&act, &p, &w->draft, e) && act_end(&act, NULL, e);
}

static int answer_draft(struct cli *c, const struct work *w)
{
    struct json_out out = JSON_OUT(&c->out);
    if (!c->json) {
        cli_say(c, MSG_LEDGER_DRAFTED, A(w->draft.no));
        return EXIT_DONE;
    }
    put_object(&out);
    put_member_int(&out, "draft", w->draft.no);
    put_member_text(&out, "fund", w->fund.code);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static int post(struct cli *c)
{
    struct work w = { .c = c };
    return cli_load_codes(c) && cli_write(c, 0, do_post, &w) ? answer_draft(c, &w) : EXIT_NOTHING;
}

/* YEAR-NUMBER */
static bool find_voucher(struct cli *c, struct tx *tx, const struct fund *f, struct voucher *v,
                         struct errs *e)
{
    struct str no = c->args[0], year;
    int64_t y, n;
    if (!str_split(&no, '-', &year) || int_read(year, &y) != READ_OK || int_read(no, &n) != READ_OK)
        return fail(e, ERR_INVALID, "voucher", MSG_LEDGER_VOUCHER_NO, A(c->args[0]));
    enum found found = voucher_by_no(tx, f, y, n, v, e);
    return found == FOUND ||
           (found == NONE && fail(e, ERR_NOT_FOUND, "voucher", MSG_LEDGER_NO_VOUCHER, A(c->args[0])));
}

static bool do_reverse(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    struct cli *c = w->c;
    struct voucher v;
    CLEANUP(act_release) struct act act = { 0 };
    if (!cli_fund(c, tx, PERM_LEDGER_MAKE, &w->fund, e) || !find_voucher(c, tx, &w->fund, &v, e))
        return false;
    act_begin(&act, tx, &c->actor, "ledger.reverse", c->args[0], e->a);
    return draft_reverse(&act, &v, day_of(c, "date", clock_today()), cli_text(c, "purpose"), &w->draft, e) &&
           act_end(&act, NULL, e);
}

static int reverse(struct cli *c)
{
    struct work w = { .c = c };
    return cli_write(c, 0, do_reverse, &w) ? answer_draft(c, &w) : EXIT_NOTHING;
}

/* --- deciding ----------------------------------------------------------------------------- */

static bool do_decide(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    struct cli *c = w->c;
    int64_t no;
    CLEANUP(act_release) struct act act = { 0 };
    enum perm p = w->posted ? PERM_LEDGER_CHECK : PERM_LEDGER_READ;
    if (!cli_ledger_county(c, tx, p, &w->county, e))
        return false;
    enum found f = int_read(c->args[0], &no) == READ_OK ? draft_by_no(tx, w->county, no, &w->draft, e) : NONE;
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "draft", MSG_LEDGER_NO_DRAFT, A(c->args[0]));
    /* Whoever made it may take it back without the right to check. */
    if (!w->posted && !str_eq(w->draft.made_by, c->actor.login) &&
        !actor_need(&c->actor, PERM_LEDGER_CHECK, e))
        return false;
    act_begin(&act, tx, &c->actor, w->posted ? "ledger.approve" : "ledger.reject", c->args[0], e->a);
    if (!(w->posted ? draft_approve(&act, &w->draft, &w->voucher, e) : draft_reject(&act, &w->draft, e)))
        return false;
    return act_end(&act, NULL, e);
}

static int decide(struct cli *c, bool approve)
{
    struct work w = { .c = c, .posted = approve };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_write(c, 0, do_decide, &w))
        return EXIT_NOTHING;
    if (!c->json && approve)
        cli_say(c, MSG_LEDGER_POSTED, A(cli_voucher(c, &w.voucher)));
    else if (!c->json)
        cli_say(c, MSG_LEDGER_REJECTED, A(w.draft.no));
    if (!c->json)
        return EXIT_DONE;
    put_object(&out);
    put_member_int(&out, "draft", w.draft.no);
    put_member_cstr(&out, "state", approve ? "posted" : "rejected");
    if (approve)
        put_member_text(&out, "voucher", cli_voucher(c, &w.voucher));
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static int approve(struct cli *c)
{
    return decide(c, true);
}

static int reject(struct cli *c)
{
    return decide(c, false);
}

static bool do_drafts(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    return cli_ledger_county(w->c, tx, PERM_LEDGER_READ, &w->county, e) &&
           draft_list(tx, w->county, DRAFTS_MAX, &w->list, e);
}

static int drafts(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "制单号", "Draft" }, true },   { { "记账日期", "Entry date" }, false },
        { { "业务类型", "Kind" }, false }, { { "用途", "Purpose" }, false },
        { { "文号", "Document" }, false }, { { "制单", "Made by" }, false },
    };
    static const char *const names[] = { "no", "entry_date", "kind", "purpose", "document", "made_by" };
    struct work w = { .c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_drafts, &w))
        return EXIT_NOTHING;
    const struct draft *d = w.list.rows;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json) {
        put_object(&out);
        put_key(&out, "drafts");
        put_list(&out);
    }
    for (size_t i = 0; i < w.list.n; i++) {
        if (c->json) {
            put_object(&out);
            cli_put_cols(c, &out, &draft_entity, &d[i]);
            put_object_end(&out);
            continue;
        }
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &draft_entity, names[k], &d[i]));
    }
    if (c->json) {
        put_list_end(&out);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
    return EXIT_DONE;
}

/* --- closing ------------------------------------------------------------------------------ */

static bool do_close(struct tx *tx, void *ctx, struct errs *e)
{
    struct work *w = ctx;
    struct cli *c = w->c;
    CLEANUP(act_release) struct act act = { 0 };
    if (!cli_fund(c, tx, PERM_LEDGER_CHECK, &w->fund, e))
        return false;
    act_begin(&act, tx, &c->actor, "ledger.close", w->fund.code, e->a);
    return ledger_close(&act, &w->fund, day_of(c, "day", clock_today()), e) && act_end(&act, NULL, e);
}

static int close_day(struct cli *c)
{
    struct work w = { .c = c };
    struct json_out out = JSON_OUT(&c->out);
    struct date day = day_of(c, "day", clock_today());
    if (!cli_write(c, 0, do_close, &w))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_LEDGER_CLOSED_NOW, A(w.fund.code), A(day));
        return EXIT_DONE;
    }
    put_object(&out);
    put_member_text(&out, "fund", w.fund.code);
    put_member_text(&out, "closed", cli_day(c, day));
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

// clang-format off
#define OPT_COUNTY \
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, \
      .label = { "哪个县；只管一个县时可省略", "which county; not needed by who works in one" } }
#define OPT_FUND \
    { .name = "fund", .kind = OPT_TEXT, .arg = { "编号", "CODE" }, \
      .label = { "哪项资金；只有一项时可省略", "which fund; not needed where there is one" } }
#define OPT_SPAN \
    { .name = "from", .kind = OPT_DATE, .arg = { "日期", "DATE" }, \
      .label = { "自哪天起；默认从头", "from that day on; from the beginning unless told" } }, \
    { .name = "as-of", .kind = OPT_DATE, .arg = { "日期", "DATE" }, \
      .label = { "到哪天为止，含当天；默认今天", "up to and with that day; today unless told" } }
#define OPT_EXPORTS(formats) \
    { .name = "export", .kind = OPT_CHOICE, .choices = formats, \
      .label = { "写成文件而不显示", "write a file instead" } }, \
    { .name = "out", .kind = OPT_TEXT, .arg = { "文件", "FILE" }, \
      .label = { "写到哪个文件；- 为标准输出", "the file to write; - is standard output" } }, \
    { .name = "force", .kind = OPT_FLAG, .label = { "覆盖已有的文件", "overwrite the file" } }
#define OPT_LIMIT \
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = 10000, .arg = { "条数", "N" }, \
      .label = { "最多显示多少；默认 50", "show at most so many; 50 unless told" } }

static const struct opt fund_add_opts[] = {
    { .name = "name", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "名称", "NAME" },
      .label = { "资金名称", "its name" } },
    { .name = "programme", .kind = OPT_TEXT, .arg = { "编号", "CODE" },
      .label = { "用于哪个项目", "the programme it is for" } },
    { .name = "bank", .kind = OPT_TEXT, .arg = { "开户行", "BANK" },
      .label = { "专户开户行", "where its special account is" } },
    { .name = "bank-account", .kind = OPT_TEXT, .arg = { "账号", "NUMBER" },
      .label = { "专户账号，加密保存", "the number of the special account, kept sealed" } },
    OPT_COUNTY, { 0 },
};
static const struct opt county_opts[] = { OPT_COUNTY, { 0 } };
static const struct opt trial_opts[] = {
    OPT_FUND, OPT_SPAN,
    { .name = "detail", .kind = OPT_FLAG, .label = { "逐个合同列出", "list the accounts of each contract" } },
    OPT_EXPORTS("csv|xlsx"), OPT_COUNTY, { 0 },
};
static const struct opt account_opts[] = { OPT_FUND, OPT_SPAN, OPT_EXPORTS("csv|xlsx"), OPT_COUNTY, { 0 } };
static const struct opt journal_opts[] = {
    OPT_FUND, OPT_SPAN, OPT_LIMIT, OPT_EXPORTS("ledger|csv|xlsx"), OPT_COUNTY, { 0 } };
static const struct opt statement_opts[] = {
    OPT_FUND, OPT_SPAN, OPT_LIMIT, OPT_EXPORTS("csv|xlsx"), OPT_COUNTY, { 0 } };
static const struct opt close_opts[] = {
    { .name = "day", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" },
      .label = { "结账到哪天，含当天", "the last day that is closed" } },
    OPT_FUND, OPT_COUNTY, { 0 },
};
static const struct opt reverse_opts[] = {
    { .name = "date", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "冲销的记账日期；默认今天", "the entry date of the reversal; today unless told" } },
    { .name = "purpose", .kind = OPT_TEXT, .arg = { "原因", "WHY" }, .label = { "为什么冲销", "why" } },
    OPT_FUND, OPT_COUNTY, { 0 },
};
static const struct opt post_opts[] = {
    { .name = "debit", .kind = OPT_TEXT, .flags = OPT_REQUIRED | OPT_REPEATS, .arg = { "科目=金额", "ACCOUNT=YUAN" },
      .label = { "借方，可多次", "a debit; may be repeated" } },
    { .name = "credit", .kind = OPT_TEXT, .flags = OPT_REQUIRED | OPT_REPEATS, .arg = { "科目=金额", "ACCOUNT=YUAN" },
      .label = { "贷方，可多次", "a credit; may be repeated" } },
    { .name = "purpose", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "用途", "WHAT" },
      .label = { "用途", "what the money is for" } },
    { .name = "document", .kind = OPT_TEXT, .arg = { "文号", "NO" },
      .label = { "依据的文件、回单或收据号", "the document, bank slip or receipt" } },
    { .name = "date", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "记账日期；默认今天", "the entry date; today unless told" } },
    { .name = "value-date", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "起息日期；默认同记账日期", "the value date; the entry date unless told" } },
    { .name = "kind", .kind = OPT_TEXT, .arg = { "类型", "KIND" },
      .label = { "业务类型，如 资金到账、结息", "what it is, like capital_in or bank_interest" } },
    { .name = "source", .kind = OPT_TEXT, .arg = { "来源", "SOURCE" },
      .label = { "资金来源，未注明的各行都用它", "the source of the money, of all lines that name none" } },
    { .name = "period", .kind = OPT_INT, .min = 1, .max = 10000, .arg = { "期次", "N" },
      .label = { "第几期", "the period of the programme" } },
    OPT_FUND, OPT_COUNTY, { 0 },
};

static const struct command commands[] = {
    { .name = "fund add", .perm = PERM_FUNDS, .db = DB_OPEN, .opts = fund_add_opts,
      .args = { "编号", "CODE" }, .args_min = 1, .args_max = 1,
      .summary = { "建立一项资金", "Set up a fund" },
      .help = { "一项资金有自己的专户、科目和凭证号。\n\n"
                "  bangfu fund add XF --name 幸福工程 --bank 区财政结算中心",
                "A fund has a special account, accounts and voucher numbers of its own.\n\n"
                "  bangfu fund add XF --name 幸福工程 --bank 'District settlement centre'" },
      .run = fund_add_cmd },
    { .name = "fund list", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts,
      .summary = { "列出各项资金", "List the funds" },
      .help = { "各项资金的编号、名称和专户。\n\n  bangfu fund list",
                "Their codes, names and special accounts.\n\n  bangfu fund list" }, .run = fund_list_cmd },
    { .name = "ledger accounts", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = account_opts,
      .summary = { "各科目的余额", "Accounts with what they hold" },
      .help = { "借方余额为正，贷方余额为负。\n\n  bangfu ledger accounts --fund XF --as-of 2017-09-30",
                "Debit balances are positive, credit balances negative.\n\n"
                "  bangfu ledger accounts --fund XF --as-of 2017-09-30" },
      .run = ledger_accounts_cmd },
    { .name = "ledger approve", .perm = PERM_LEDGER_CHECK, .db = DB_OPEN, .opts = county_opts,
      .args = { "制单号", "DRAFT" }, .args_min = 1, .args_max = 1,
      .summary = { "审核手工凭证并记账", "Approve a voucher that another person made" },
      .help = { "制单人不能审核自己的凭证。\n\n  bangfu ledger approve 3",
                "Not one's own: it takes two people.\n\n  bangfu ledger approve 3" },
      .run = approve },
    { .name = "ledger balance", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = trial_opts,
      .summary = { "试算平衡表", "The trial balance" },
      .help = { "期初余额、借方、贷方和期末余额；贷方余额为负，合计为零。合同较多时合并为一行，--detail 逐个列出。\n\n"
                "  bangfu ledger balance --from 2017-01-01 --as-of 2017-09-30",
                "Opening, debits, credits and closing; credit balances are negative, and all sum to zero.  The accounts\n"
                "of contracts are one row; --detail lists them.\n\n"
                "  bangfu ledger balance --from 2017-01-01 --as-of 2017-09-30" },
      .run = ledger_balance_cmd },
    { .name = "ledger close", .perm = PERM_LEDGER_CHECK, .db = DB_OPEN, .opts = close_opts,
      .summary = { "结账到某天", "Close the books up to a day" },
      .help = { "此后不能再记那天及以前的账；待审核的凭证须先处理。不能撤回。\n\n"
                "  bangfu ledger close --day 2017-09-30",
                "Nothing can be entered on that day or before any more; drafts must be decided first.  It is for good.\n\n"
                "  bangfu ledger close --day 2017-09-30" },
      .run = close_day },
    { .name = "ledger drafts", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts,
      .summary = { "待审核的手工凭证", "Vouchers that wait to be approved" },
      .help = { "已制单、尚未审核或退回的凭证。\n\n  bangfu ledger drafts",
                "Made, but neither approved nor rejected so far.\n\n  bangfu ledger drafts" }, .run = drafts },
    { .name = "ledger journal", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = journal_opts,
      .summary = { "按日期列出凭证和分录", "Vouchers and their lines by day" },
      .help = { "借方为正，贷方为负。--export ledger 写成纯文本，ledger 和 hledger 可以直接读取。\n\n"
                "  bangfu ledger journal --from 2017-01-01 --export ledger --out xf.journal",
                "Debits are positive, credits negative.  --export ledger writes plain text that ledger and hledger read.\n\n"
                "  bangfu ledger journal --from 2017-01-01 --export ledger --out xf.journal" },
      .run = ledger_journal_cmd },
    { .name = "ledger post", .perm = PERM_LEDGER_MAKE, .db = DB_OPEN, .opts = post_opts,
      .summary = { "手工制单，待他人审核", "Make a voucher by hand, for another person to approve" },
      .help = { "科目：special、transit:乡镇代码、loans:合同、capital:来源、fee、interest、suspense 等。\n\n"
                "  bangfu ledger post --debit special=150000 --credit capital:省级=150000 --purpose 省级资金到账\n"
                "  bangfu ledger post --debit transit:350603100=480000 --credit special=480000 --purpose 第24期下拨",
                "Accounts: special, transit:TOWNSHIP, loans:CONTRACT, capital:SOURCE, fee, interest, suspense …\n\n"
                "  bangfu ledger post --debit special=150000 --credit capital:provincial=150000 --purpose grant\n"
                "  bangfu ledger post --debit transit:350603100=480000 --credit special=480000 --purpose 'period 24'" },
      .run = post },
    { .name = "ledger reject", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .opts = county_opts,
      .args = { "制单号", "DRAFT" }, .args_min = 1, .args_max = 1,
      .summary = { "退回手工凭证", "Reject a voucher that waits to be approved" },
      .help = { "制单人也可以收回自己的凭证。\n\n  bangfu ledger reject 3",
                "Who made it may take it back likewise.\n\n  bangfu ledger reject 3" },
      .run = reject },
    { .name = "ledger reverse", .perm = PERM_LEDGER_MAKE, .db = DB_OPEN, .opts = reverse_opts,
      .args = { "凭证号", "VOUCHER" }, .args_min = 1, .args_max = 1,
      .summary = { "冲销凭证，待他人审核", "Take a voucher back, for another person to approve" },
      .help = { "原凭证不改动，另记一张相反的凭证；一张凭证只能冲销一次。\n\n  bangfu ledger reverse 2017-12",
                "The voucher stays; its opposite is posted beside it, once.\n\n  bangfu ledger reverse 2017-12" },
      .run = reverse },
    { .name = "ledger statement", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true,
      .opts = statement_opts, .args = { "科目", "ACCOUNT" }, .args_min = 1, .args_max = 1,
      .summary = { "一个科目的明细账", "The statement of an account" },
      .help = { "期初余额、逐笔发生和余额。不带明细的科目（如 transit）列出其全部明细。\n\n"
                "  bangfu ledger statement special --from 2017-01-01",
                "Opening balance, every line, and the balance after it.  An account named without its part (transit) is\n"
                "all of its parts.\n\n"
                "  bangfu ledger statement special --from 2017-01-01" },
      .run = ledger_statement_cmd },
};
// clang-format on
const struct command_table ledger_commands = { { "账务", "The ledger" }, commands, N_ELEMS(commands) };
