/* ledger_report_cmd.c - the books on the screen, as JSON, and in files. */
#include "base/clock.h"
#include "base/value.h"
#include "cli/ledger_cmd.h"
#include "cli/sheet.h"

enum { LIMIT_DEFAULT = 50, PATH_BYTES = 256 };
enum export_as { EXPORT_NOT, EXPORT_PLAIN, EXPORT_CSV_FILE, EXPORT_BOOK };

struct report {
    struct cli *c;
    struct fund fund;
    struct book_span span;
    struct list rows;            /* trial */
    struct posting_line account; /* statement: kind, part */
    int64_t part, limit, shown;  /* journal and statement */
    bool more, detail;
    bool kept; /* the balances of today, as they are kept */
    enum export_as export;
    struct sheet sheet;
    struct table table;
    struct json_out json;
    struct money opening, running;
    int64_t voucher_id; /* of the line before */
};

/* --- what is asked ------------------------------------------------------------------------ */

static bool read_span(struct report *r)
{
    struct cli *c = r->c;
    const struct opt_value *from = cli_value(c, "from"), *as_of = cli_value(c, "as-of");
    r->span.as_of = as_of ? (struct date){ (int32_t)as_of->v } : clock_today();
    if (from)
        r->span.from = (struct opt_date){ { (int32_t)from->v }, true };
    if (from && r->span.from.v.day > r->span.as_of.day)
        return fail(&c->e, ERR_INVALID, "from", MSG_LEDGER_FROM_AFTER, A(r->span.from.v), A(r->span.as_of));
    return true;
}

static bool read_export(struct report *r, bool journal)
{
    struct cli *c = r->c;
    struct str as = cli_text(c, "export");
    if (!as.p)
        return true;
    r->export = str_eq(as, STR("ledger")) ? EXPORT_PLAIN
                : str_eq(as, STR("xlsx")) ? EXPORT_BOOK
                                          : EXPORT_CSV_FILE;
    if (r->export == EXPORT_PLAIN && !journal)
        return fail(&c->e, ERR_INVALID, "export", MSG_LEDGER_PLAIN_ONLY);
    return cli_cstr(c, "out") != NULL || fail(&c->e, ERR_INVALID, "out", MSG_LEDGER_OUT);
}

static bool begin(struct report *r, struct cli *c, bool journal)
{
    *r = (struct report){ .c = c,
                          .limit = cli_int(c, "limit", LIMIT_DEFAULT),
                          .detail = cli_flag(c, "detail") };
    return read_span(r) && read_export(r, journal) && cli_load_codes(c);
}

static bool open_file(struct report *r, const char *title, const struct table_col *cols, size_t n,
                      struct errs *e)
{
    struct cli *c = r->c;
    sheet_drop(&r->sheet); /* of a run that lost a race */
    return sheet_open(&r->sheet, cli_cstr(c, "out"), r->export == EXPORT_BOOK, cli_flag(c, "force"), title,
                      cols, r->export == EXPORT_PLAIN ? 0 : n, e);
}

static int end_file(struct report *r, bool ok)
{
    struct cli *c = r->c;
    ok = ok && sheet_close(&r->sheet, &c->e);
    int64_t rows = r->sheet.rows;
    sheet_drop(&r->sheet);
    if (!ok)
        return EXIT_NOTHING;
    if (strcmp(cli_cstr(c, "out"), "-") != 0)
        cli_say(c, MSG_LEDGER_EXPORTED, A(cli_cstr(c, "out")), A(rows));
    return EXIT_DONE;
}

/* --- cells: into the file or onto the screen ---------------------------------------------- */

static bool put(struct report *r, struct str text, struct errs *e)
{
    if (r->export != EXPORT_NOT)
        return sheet_cell(&r->sheet, text, e);
    table_text(&r->table, text.p ? text : STR(""));
    return true;
}

static bool put_amount(struct report *r, struct money m, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (r->export != EXPORT_NOT)
        money_print(&b, m);
    else
        money_print_grouped(&b, m);
    return put(r, buf_str(&b), e);
}

static bool put_day(struct report *r, struct date d, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    return put(r, buf_str(&b), e);
}

static struct str short_name(struct cli *c, int64_t kind, int64_t part)
{
    CLEANUP(buf_release) struct buf b = BUF(PATH_BYTES);
    account_short(&b, kind, part, c->codes);
    return arena_str(c->a, buf_str(&b));
}

static struct str label_of(struct cli *c, int64_t kind)
{
    const struct chart_row *row = chart_of(kind);
    return row ? str_of(label_in(&row->label, c->e.lang)) : STR("?");
}

static bool put_account(struct report *r, int64_t kind, int64_t part, struct str name, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(PATH_BYTES);
    struct cli *c = r->c;
    account_part_text(&b, kind, part, name, c->codes, c->e.lang);
    return put(r, short_name(c, kind, part), e) && put(r, label_of(c, kind), e) &&
           put(r, b.n ? buf_str(&b) : STR(""), e);
}

static void put_yuan(struct cli *c, struct json_out *w, const char *key, struct money m)
{
    put_member_text(w, key, cli_yuan(c, m));
}

static void put_head(struct report *r)
{
    struct cli *c = r->c;
    r->json = JSON_OUT(&c->out);
    put_object(&r->json);
    put_member_text(&r->json, "fund", r->fund.code);
    put_member_text(&r->json, "from", r->span.from.set ? cli_day(c, r->span.from.v) : (struct str){ 0 });
    put_member_text(&r->json, "as_of", cli_day(c, r->span.as_of));
}

/* --- accounts and trial balance ----------------------------------------------------------- */

static bool do_trial(struct tx *tx, void *ctx, struct errs *e)
{
    struct report *r = ctx;
    if (!cli_fund(r->c, tx, PERM_LEDGER_READ, &r->fund, e))
        return false;
    return r->kept ? account_balances(tx, &r->fund, &r->rows, e)
                   : trial_balance(tx, &r->fund, &r->span, r->detail, &r->rows, e);
}

static const struct table_col trial_cols[] = {
    { { "科目", "Account" }, false },    { { "名称", "Name" }, false }, { { "明细", "Part" }, false },
    { { "期初余额", "Opening" }, true }, { { "借方", "Debit" }, true }, { { "贷方", "Credit" }, true },
    { { "期末余额", "Closing" }, true },
};
static const struct table_col account_cols[] = {
    { { "科目", "Account" }, false },
    { { "名称", "Name" }, false },
    { { "明细", "Part" }, false },
    { { "余额", "Balance" }, true },
};

static bool sum_trial(const struct report *r, struct trial_row *sum, struct errs *e)
{
    const struct trial_row *x = r->rows.rows;
    *sum = (struct trial_row){ 0 };
    for (size_t i = 0; i < r->rows.n; i++)
        if (!money_add(&sum->opening, x[i].opening) || !money_add(&sum->debit, x[i].debit) ||
            !money_add(&sum->credit, x[i].credit) || !money_add(&sum->closing, x[i].closing))
            return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    return true;
}

static void put_sums(struct report *r, const struct trial_row *x)
{
    put_yuan(r->c, &r->json, "opening", x->opening);
    put_yuan(r->c, &r->json, "debit", x->debit);
    put_yuan(r->c, &r->json, "credit", x->credit);
    put_yuan(r->c, &r->json, "closing", x->closing);
}

static void put_trial_row(struct report *r, const struct trial_row *x, bool turnover)
{
    CLEANUP(buf_release) struct buf b = BUF(PATH_BYTES);
    struct cli *c = r->c;
    account_part_text(&b, x->kind, x->part, x->name, c->codes, c->e.lang);
    put_object(&r->json);
    put_member_text(&r->json, "account", short_name(c, x->kind, x->part));
    put_member_text(&r->json, "name", label_of(c, x->kind));
    put_member_text(&r->json, "part", b.n ? buf_str(&b) : (struct str){ 0 });
    put_member_int(&r->json, "accounts", x->accounts);
    if (turnover)
        put_sums(r, x);
    else
        put_yuan(c, &r->json, "balance", x->closing);
    put_object_end(&r->json);
}

static void trial_json(struct report *r, const struct trial_row *sum, bool turnover)
{
    const struct trial_row *x = r->rows.rows;
    put_head(r);
    put_key(&r->json, turnover ? "rows" : "accounts");
    put_list(&r->json);
    for (size_t i = 0; i < r->rows.n; i++)
        put_trial_row(r, &x[i], turnover);
    put_list_end(&r->json);
    if (turnover) {
        put_key(&r->json, "totals");
        put_object(&r->json);
        put_sums(r, sum);
        put_object_end(&r->json);
    }
    put_object_end(&r->json);
    buf_addc(&r->c->out, '\n');
}

static bool put_trial(struct report *r, const struct trial_row *x, bool turnover, struct errs *e)
{
    if (!turnover)
        return put_amount(r, x->closing, e);
    return put_amount(r, x->opening, e) && put_amount(r, x->debit, e) && put_amount(r, x->credit, e) &&
           put_amount(r, x->closing, e);
}

static bool trial_rows(struct report *r, const struct trial_row *sum, bool turnover, struct errs *e)
{
    static const struct label total = { "合计", "Total" };
    const struct trial_row *x = r->rows.rows;
    for (size_t i = 0; i < r->rows.n; i++)
        if (!put_account(r, x[i].kind, x[i].part, x[i].name, e) || !put_trial(r, &x[i], turnover, e))
            return false;
    return !turnover || (put(r, str_of(label_in(&total, e->lang)), e) && put(r, STR(""), e) &&
                         put(r, STR(""), e) && put_trial(r, sum, true, e));
}

static int trial(struct cli *c, bool turnover)
{
    struct report r;
    struct trial_row sum;
    const struct table_col *cols = turnover ? trial_cols : account_cols;
    size_t n = turnover ? N_ELEMS(trial_cols) : N_ELEMS(account_cols);
    if (!begin(&r, c, false))
        return EXIT_NOTHING;
    r.detail = r.detail || !turnover;
    r.kept = !turnover && r.span.as_of.day >= clock_today().day; /* no voucher is dated ahead */
    if (!cli_read(c, do_trial, &r) || !sum_trial(&r, &sum, &c->e))
        return EXIT_NOTHING;
    if (r.export != EXPORT_NOT) {
        bool ok = open_file(&r, turnover ? "balance" : "accounts", cols, n, &c->e) &&
                  trial_rows(&r, &sum, turnover, &c->e);
        return end_file(&r, ok);
    }
    if (c->json) {
        trial_json(&r, &sum, turnover);
    } else {
        r.table = table_begin(cols, n, c->a);
        trial_rows(&r, &sum, turnover, &c->e);
        table_print(&r.table, c->e.lang, &c->out);
    }
    bool even = !turnover || !sum.closing.fen;
    if (!even)
        fail(&c->e, ERR_INTERNAL, NULL, MSG_LEDGER_NOT_EVEN, A(sum.closing));
    return even ? EXIT_DONE : EXIT_NOTHING;
}

int ledger_accounts_cmd(struct cli *c)
{
    return trial(c, false);
}

int ledger_balance_cmd(struct cli *c)
{
    return trial(c, true);
}

/* --- journal ------------------------------------------------------------------------------ */

static const struct table_col journal_cols[] = {
    { { "凭证", "Voucher" }, false },        { { "记账日期", "Entry date" }, false },
    { { "起息日期", "Value date" }, false }, { { "用途", "Purpose" }, false },
    { { "文号", "Document" }, false },       { { "科目", "Account" }, false },
    { { "名称", "Name" }, false },           { { "明细", "Part" }, false },
    { { "金额", "Amount" }, true },
};
static const struct table_col journal_file_cols[] = {
    { { "凭证", "Voucher" }, false },        { { "记账日期", "Entry date" }, false },
    { { "起息日期", "Value date" }, false }, { { "用途", "Purpose" }, false },
    { { "文号", "Document" }, false },       { { "科目", "Account" }, false },
    { { "名称", "Name" }, false },           { { "明细", "Part" }, false },
    { { "金额", "Amount" }, true },          { { "资金来源", "Source" }, false },
    { { "期次", "Period" }, true },          { { "区划代码", "Region" }, false },
    { { "制单", "Made by" }, false },        { { "审核", "Checked by" }, false },
};

static struct str code_text(const struct cli *c, const char *table, struct code v)
{
    const struct code_table *t = code_table(c->codes, table);
    const struct code_row *row = t && v.set ? code_row(t, v.v) : NULL;
    return row ? code_label(row, c->e.lang) : (struct str){ 0 };
}

static struct str code_slug(const struct cli *c, const char *table, struct code v)
{
    const struct code_table *t = code_table(c->codes, table);
    const struct code_row *row = t && v.set ? code_row(t, v.v) : NULL;
    return row ? row->slug : (struct str){ 0 };
}

static bool journal_row(struct report *r, const struct journal_line *x, struct errs *e)
{
    struct cli *c = r->c;
    char name[64];
    snprintf(name, sizeof name, "%lld-%lld", (long long)x->v.year, (long long)x->v.no);
    return put(r, str_of(name), e) && put_day(r, x->v.entry_date, e) && put_day(r, x->v.value_date, e) &&
           put(r, x->v.purpose, e) && put(r, x->v.document, e) &&
           put_account(r, x->kind, x->part, x->name, e) && put_amount(r, x->l.amount, e) &&
           (r->export == EXPORT_NOT || put(r, code_text(c, "fund_source", x->l.source), e));
}

static bool journal_dimensions(struct report *r, const struct journal_line *x, struct errs *e)
{
    char period[24] = "", region[24] = "";
    if (x->l.period.set)
        snprintf(period, sizeof period, "%lld", (long long)x->l.period.v);
    if (x->l.region.v)
        snprintf(region, sizeof region, "%012lld", (long long)x->l.region.v);
    return put(r, str_of(period), e) && put(r, str_of(region), e) && put(r, x->v.made_by, e) &&
           put(r, x->v.checked_by, e);
}

static void voucher_json(struct report *r, const struct journal_line *x)
{
    struct cli *c = r->c;
    struct json_out *w = &r->json;
    put_object(w);
    put_member_text(w, "voucher", cli_voucher(c, &x->v));
    put_member_text(w, "entry_date", cli_day(c, x->v.entry_date));
    put_member_text(w, "value_date", cli_day(c, x->v.value_date));
    put_member_text(w, "kind", code_slug(c, "voucher_kind", x->v.kind));
    put_member_text(w, "purpose", x->v.purpose);
    put_member_text(w, "document", x->v.document);
    put_member_text(w, "made_by", x->v.made_by);
    put_member_text(w, "checked_by", x->v.checked_by);
    put_member_bool(w, "reversal", x->v.reverses.set);
    put_key(w, "lines");
    put_list(w);
}

static void line_json(struct report *r, const struct journal_line *x)
{
    struct cli *c = r->c;
    struct json_out *w = &r->json;
    CLEANUP(buf_release) struct buf region = BUF(32);
    put_object(w);
    put_member_text(w, "account", short_name(c, x->kind, x->part));
    put_yuan(c, w, "amount", x->l.amount);
    put_member_text(w, "source", code_slug(c, "fund_source", x->l.source));
    if (x->l.period.set)
        put_member_int(w, "period", x->l.period.v);
    if (x->l.contract_id.set)
        put_member_int(w, "contract", x->l.contract_id.v);
    if (x->l.region.v) {
        region_print(&region, x->l.region);
        put_member_text(w, "region", buf_str(&region));
    }
    put_object_end(w);
}

/* A line of ledger's or hledger's journal ends at the line's end, and a comment begins with a semicolon. */
static void put_plain_text(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ';' || s.p[i] == '|')
            buf_adds(b, s.p[i] == ';' ? "；" : "｜");
        else
            buf_addc(b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
}

static void put_plain_tag(struct buf *b, const char *name, struct str value)
{
    if (!value.p)
        return;
    buf_addf(b, "    ; %s: ", name);
    put_plain_text(b, value);
    buf_addc(b, '\n');
}

static void plain_voucher(struct report *r, const struct journal_line *x, struct buf *b)
{
    struct cli *c = r->c;
    buf_addc(b, '\n');
    date_print(b, x->v.entry_date);
    if (x->v.value_date.day != x->v.entry_date.day) {
        buf_addc(b, '=');
        date_print(b, x->v.value_date);
    }
    buf_addf(b, " (%lld-%lld) ", (long long)x->v.year, (long long)x->v.no);
    put_plain_text(b, x->v.purpose);
    buf_addc(b, '\n');
    put_plain_tag(b, "kind", code_slug(c, "voucher_kind", x->v.kind));
    put_plain_tag(b, "document", x->v.document);
}

static bool plain_line(struct report *r, const struct journal_line *x, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 14), path = BUF(PATH_BYTES);
    if (r->voucher_id != x->v.id)
        plain_voucher(r, x, &b);
    r->voucher_id = x->v.id;
    account_path(&path, x->kind, x->part, r->c->codes);
    buf_adds(&b, "    ");
    buf_add(&b, buf_str(&path));
    buf_pad(&b, path.n < 40 ? 40 - path.n : 2, ' ');
    money_print(&b, x->l.amount);
    buf_adds(&b, " CNY\n");
    put_plain_tag(&b, "source", code_slug(r->c, "fund_source", x->l.source));
    r->sheet.rows++;
    return sheet_text(&r->sheet, buf_str(&b), e);
}

static bool journal_file_line(void *ctx, const struct journal_line *x, struct errs *e)
{
    struct report *r = ctx;
    if (r->export == EXPORT_PLAIN)
        return plain_line(r, x, e);
    return journal_row(r, x, e) && journal_dimensions(r, x, e);
}

static bool journal_screen_line(void *ctx, const struct journal_line *x, struct errs *e)
{
    struct report *r = ctx;
    bool next = r->voucher_id != x->v.id;
    if (next && r->shown == r->limit) {
        r->more = true;
        return false;
    }
    if (next && r->c->json && r->shown) {
        put_list_end(&r->json);
        put_object_end(&r->json);
    }
    if (next && r->c->json)
        voucher_json(r, x);
    r->shown += next;
    r->voucher_id = x->v.id;
    if (!r->c->json)
        return journal_row(r, x, e);
    line_json(r, x);
    return true;
}

static bool do_journal(struct tx *tx, void *ctx, struct errs *e)
{
    struct report *r = ctx;
    struct cli *c = r->c;
    r->voucher_id = r->shown = 0;
    r->more = false;
    if (!cli_fund(c, tx, PERM_LEDGER_READ, &r->fund, e))
        return false;
    if (r->export != EXPORT_NOT)
        return open_file(r, "journal", journal_file_cols, N_ELEMS(journal_file_cols), e) &&
               journal_each(tx, &r->fund, &r->span, 0, 0, journal_file_line, r, e);
    r->table = table_begin(journal_cols, N_ELEMS(journal_cols), c->a);
    buf_clear(&c->out);
    if (c->json) {
        put_head(r);
        put_key(&r->json, "vouchers");
        put_list(&r->json);
    }
    return journal_each(tx, &r->fund, &r->span, 0, 0, journal_screen_line, r, e);
}

int ledger_journal_cmd(struct cli *c)
{
    struct report r;
    if (!begin(&r, c, true))
        return EXIT_NOTHING;
    bool ok = cli_read(c, do_journal, &r);
    if (r.export != EXPORT_NOT)
        return end_file(&r, ok);
    if (!ok) {
        buf_clear(&c->out);
        return EXIT_NOTHING;
    }
    if (c->json) {
        if (r.shown) {
            put_list_end(&r.json);
            put_object_end(&r.json);
        }
        put_list_end(&r.json);
        put_member_bool(&r.json, "more", r.more);
        put_object_end(&r.json);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    if (!r.shown)
        cli_say(c, MSG_LEDGER_NO_ENTRIES);
    else
        table_print(&r.table, c->e.lang, &c->out);
    if (r.more)
        cli_say(c, MSG_LEDGER_MORE);
    return EXIT_DONE;
}

/* --- the statement of an account ---------------------------------------------------------- */

static const struct table_col statement_cols[] = {
    { { "凭证", "Voucher" }, false }, { { "记账日期", "Entry date" }, false },
    { { "用途", "Purpose" }, false }, { { "文号", "Document" }, false },
    { { "明细", "Part" }, false },    { { "借方", "Debit" }, true },
    { { "贷方", "Credit" }, true },   { { "余额", "Balance" }, true },
};

static void statement_json(struct report *r, const struct journal_line *x)
{
    struct cli *c = r->c;
    put_object(&r->json);
    put_member_text(&r->json, "voucher", cli_voucher(c, &x->v));
    put_member_text(&r->json, "entry_date", cli_day(c, x->v.entry_date));
    put_member_text(&r->json, "value_date", cli_day(c, x->v.value_date));
    put_member_text(&r->json, "purpose", x->v.purpose);
    put_member_text(&r->json, "document", x->v.document);
    put_member_text(&r->json, "account", short_name(c, x->kind, x->part));
    put_yuan(c, &r->json, "amount", x->l.amount);
    put_yuan(c, &r->json, "balance", r->running);
    put_object_end(&r->json);
}

static bool statement_row(struct report *r, const struct journal_line *x, struct errs *e)
{
    struct cli *c = r->c;
    CLEANUP(buf_release) struct buf part = BUF(PATH_BYTES), amount = BUF(64);
    char name[64];
    bool debit = x->l.amount.fen > 0;
    snprintf(name, sizeof name, "%lld-%lld", (long long)x->v.year, (long long)x->v.no);
    account_part_text(&part, x->kind, x->part, x->name, c->codes, c->e.lang);
    (r->export == EXPORT_NOT ? money_print_grouped : money_print)(
        &amount, (struct money){ debit ? x->l.amount.fen : -x->l.amount.fen });
    return put(r, str_of(name), e) && put_day(r, x->v.entry_date, e) && put(r, x->v.purpose, e) &&
           put(r, x->v.document, e) && put(r, part.n ? buf_str(&part) : STR(""), e) &&
           put(r, debit ? buf_str(&amount) : STR(""), e) && put(r, debit ? STR("") : buf_str(&amount), e) &&
           put_amount(r, r->running, e);
}

static bool statement_line(void *ctx, const struct journal_line *x, struct errs *e)
{
    struct report *r = ctx;
    if (r->export == EXPORT_NOT && r->shown == r->limit) {
        r->more = true;
        return false;
    }
    r->shown++;
    if (!money_add(&r->running, x->l.amount))
        return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    if (r->export == EXPORT_NOT && r->c->json)
        statement_json(r, x);
    else
        return statement_row(r, x, e);
    return true;
}

/* What the account held before the first day. */
static bool read_opening(struct report *r, struct tx *tx, struct errs *e)
{
    struct list rows;
    struct book_span before = { .as_of = { r->span.from.v.day - 1 } };
    r->opening = (struct money){ 0 };
    if (!r->span.from.set)
        return true;
    if (!trial_balance(tx, &r->fund, &before, true, &rows, e))
        return false;
    const struct trial_row *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        if (x[i].kind == (int64_t)r->account.kind && (!r->part || x[i].part == r->part) &&
            !money_add(&r->opening, x[i].closing))
            return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    return true;
}

static bool do_statement(struct tx *tx, void *ctx, struct errs *e)
{
    struct report *r = ctx;
    struct cli *c = r->c;
    r->shown = 0;
    r->more = false;
    if (!cli_fund(c, tx, PERM_LEDGER_READ, &r->fund, e) ||
        !account_line_read(c->codes, c->args[0], &r->account, e))
        return false;
    const struct chart_row *row = chart_of((int64_t)r->account.kind);
    r->part = row->part == PART_TOWNSHIP   ? r->account.region.v / 1000 * 1000
              : row->part == PART_CONTRACT ? r->account.contract_id.v
              : row->part == PART_SOURCE   ? r->account.source.v
                                           : 0;
    if (!read_opening(r, tx, e))
        return false;
    r->running = r->opening;
    buf_clear(&c->out);
    if (r->export != EXPORT_NOT) {
        if (!open_file(r, "statement", statement_cols, N_ELEMS(statement_cols), e))
            return false;
    } else if (c->json) {
        put_head(r);
        put_member_text(&r->json, "account", short_name(c, (int64_t)r->account.kind, r->part));
        put_yuan(c, &r->json, "opening", r->opening);
        put_key(&r->json, "lines");
        put_list(&r->json);
    }
    r->table = table_begin(statement_cols, N_ELEMS(statement_cols), c->a);
    return journal_each(tx, &r->fund, &r->span, (int64_t)r->account.kind, r->part, statement_line, r, e);
}

int ledger_statement_cmd(struct cli *c)
{
    struct report r;
    if (!begin(&r, c, false))
        return EXIT_NOTHING;
    bool ok = cli_read(c, do_statement, &r);
    if (r.export != EXPORT_NOT)
        return end_file(&r, ok);
    if (!ok) {
        buf_clear(&c->out);
        return EXIT_NOTHING;
    }
    if (c->json) {
        put_list_end(&r.json);
        put_yuan(c, &r.json, "closing", r.running);
        put_member_bool(&r.json, "more", r.more);
        put_object_end(&r.json);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    cli_say(c, MSG_LEDGER_OPENING, A(r.opening));
    table_print(&r.table, c->e.lang, &c->out);
    if (r.more)
        cli_say(c, MSG_LEDGER_MORE);
    return EXIT_DONE;
}
