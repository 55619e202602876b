/* fund_api.c - funds and their books: who may read them, and drafts that another person approves. */
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "ledger/draft.h"
#include "ledger/report.h"
#include "registry/scope.h"

enum { DRAFTS_MAX = 1000, PATH_BYTES = 256 };

/* --- forms -------------------------------------------------------------------------------- */

struct fund_path {
    int64_t county;
    struct str code;
};
static const struct col fund_path_cols[] = {
    COUNTY_COL(fund_path),
    COL(fund_path, code, "资金编号", "Fund", .flags = REQUIRED, .min = 1, .max = 20),
};
static const struct entity fund_path = ENTITY(fund_path, TABLE_LOCAL, "资金", "Fund", fund_path_cols);

struct voucher_path {
    int64_t county;
    struct str code;
    int64_t year, no;
};
static const struct col voucher_path_cols[] = {
    COUNTY_COL(voucher_path),
    COL(voucher_path, code, "资金编号", "Fund", .flags = REQUIRED, .min = 1, .max = 20),
    COL(voucher_path, year, "年度", "Year", .flags = REQUIRED, .min = 1900, .max = 2200),
    NO_COL(voucher_path),
};
static const struct entity voucher_path =
    ENTITY(voucher_path, TABLE_LOCAL, "凭证", "Voucher", voucher_path_cols);

struct book_query {
    struct opt_date from, as_of;
    bool detail;
    struct str account;
};
static const struct col book_cols[] = {
    COL(book_query, from, "自哪天起", "From that day on"),
    COL(book_query, as_of, "到哪天为止（默认今天）", "Up to and with that day; today unless told"),
    COL(book_query, detail, "逐个合同", "The accounts of each contract"),
    COL(book_query, account, "科目，如 special、transit:350603100",
        "Account, like special or transit:350603100", .max = 100),
};
static const struct entity book_query = ENTITY(book_query, TABLE_LOCAL, "账簿", "Books", book_cols);

struct fund_form {
    struct str code, name, programme, bank, bank_account;
};
static const struct col fund_form_cols[] = {
    COL(fund_form, code, "资金编号", "Code", .flags = REQUIRED, .min = 1, .max = 20),
    COL(fund_form, name, "名称", "Name", .flags = REQUIRED, .min = 1, .max = 60),
    COL(fund_form, programme, "项目编号", "Programme", .max = 60),
    COL(fund_form, bank, "开户行", "Bank", .max = 100),
    COL(fund_form, bank_account, "专户账号", "Account number", .check = check_account, .mask = MASK_ACCOUNT),
};
static const struct entity fund_form = ENTITY(fund_form, TABLE_LOCAL, "资金", "Fund", fund_form_cols);

struct draft_form {
    struct opt_date entry_date, value_date;
    struct code kind;
    struct str purpose, document;
};
static const struct col draft_form_cols[] = {
    COL(draft_form, entry_date, "记账日期", "Entry date"),
    COL(draft_form, value_date, "起息日期", "Value date"),
    COL(draft_form, kind, "业务类型", "Kind", .codes = "voucher_kind"),
    COL(draft_form, purpose, "用途", "Purpose", .flags = REQUIRED, .min = 2, .max = PURPOSE_CHARS),
    COL(draft_form, document, "文号", "Document", .max = DOCUMENT_CHARS),
};
static const struct entity draft_form = ENTITY(draft_form, TABLE_LOCAL, "凭证", "Voucher", draft_form_cols);

struct draft_line_form {
    struct str account;
    struct opt_money debit, credit;
    struct code source;
    struct opt_int period;
};
static const struct col draft_line_cols[] = {
    COL(draft_line_form, account, "科目", "Account", .flags = REQUIRED, .max = 100),
    COL(draft_line_form, debit, "借方", "Debit", .min = 1, .max = INT64_C(100000000000000)),
    COL(draft_line_form, credit, "贷方", "Credit", .min = 1, .max = INT64_C(100000000000000)),
    COL(draft_line_form, source, "资金来源", "Source", .codes = "fund_source"),
    COL(draft_line_form, period, "期次", "Period", .min = 1, .max = 10000),
};
static const struct entity draft_line_form =
    ENTITY(draft_line_form, TABLE_LOCAL, "分录", "Line", draft_line_cols);

struct reverse_form {
    struct opt_date entry_date;
    struct str purpose;
};
static const struct col reverse_cols[] = {
    COL(reverse_form, entry_date, "记账日期", "Entry date"),
    COL(reverse_form, purpose, "用途", "Purpose", .flags = REQUIRED, .min = 2, .max = PURPOSE_CHARS),
};
static const struct entity reverse_form = ENTITY(reverse_form, TABLE_LOCAL, "冲销", "Reversal", reverse_cols);

struct close_form {
    struct opt_date day;
};
static const struct col close_cols[] = { COL(close_form, day, "结账日", "Day", .flags = REQUIRED) };
static const struct entity close_form = ENTITY(close_form, TABLE_LOCAL, "结账", "Close", close_cols);

/* --- funds -------------------------------------------------------------------------------- */

/* A path begins with county and code, whatever follows. */
static bool open_fund(struct call *c, enum perm p, struct fund *f, struct errs *e)
{
    const struct fund_path *at = c->path;
    return need_county(c, p, at->county, e) && fund_need(c->tx, at->county, at->code, f, e);
}

/* With the day of its last voucher: of several, people mean the one that is in use. */
static bool put_fund(struct call *c, const struct fund *f, struct errs *e)
{
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(c->tx, &r,
                  SQL(STMT_KEY, "SELECT max(entry_date) FROM voucher WHERE county = $1 AND fund_id = $2"), e,
                  V(f->county), V(f->id)) ||
        (found = rows_next(&r, e)) == FAILED)
        return false;
    struct val last = found == FOUND ? rows_val(&r, 0) : val_null();
    put_object(&c->w);
    put_cols(c, &fund_entity, f, false);
    if (last.kind == V_INT)
        put_member_date(&c->w, "last_entry_on", (struct date){ (int32_t)last.i });
    put_object_end(&c->w);
    return true;
}

static bool list_funds(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    struct region_code county = county_region(at->county);
    struct scopes s = { 0 };
    struct list all;
    /* Who takes repayments in a township names the fund, and reads no books. */
    if (!actor_may(&c->who, PERM_LEDGER_READ, county) &&
        (!scopes_of(c->tx, &c->who, PERM_FUND_REPAY, county, &s, e) ||
         (!s.n && !need_county(c, PERM_LEDGER_READ, at->county, e))))
        return false;
    if (!fund_list(c->tx, at->county, &all, e))
        return false;
    rows_begin(c);
    const struct fund *f = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (!put_fund(c, &f[i], e))
            return false;
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool add_fund(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    const struct fund_form *x = c->body;
    struct fund f = { .county = at->county,
                      .code = x->code,
                      .name = x->name,
                      .programme = x->programme,
                      .bank = x->bank,
                      .bank_account = x->bank_account };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "fund.add", f.code, e->a);
    if (!need_county(c, PERM_FUNDS, at->county, e) || !fund_add(&act, &f, e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &fund_entity, &f);
    return true;
}

/* --- reports ------------------------------------------------------------------------------ */

static bool span_of(const struct book_query *q, struct book_span *span, struct errs *e)
{
    span->from = q->from;
    span->as_of = q->as_of.set ? q->as_of.v : clock_today();
    return !span->from.set || span->from.v.day <= span->as_of.day ||
           fail(e, ERR_INVALID, "from", MSG_LEDGER_FROM_AFTER, A(span->from.v), A(span->as_of));
}

static void put_account(struct call *c, const char *key, int64_t kind, int64_t part)
{
    CLEANUP(buf_release) struct buf b = BUF(PATH_BYTES);
    account_short(&b, kind, part, c->codes);
    put_member_text(&c->w, key, buf_str(&b));
}

static void put_trial_row(struct call *c, const struct trial_row *x)
{
    CLEANUP(buf_release) struct buf b = BUF(PATH_BYTES);
    const struct chart_row *row = chart_of(x->kind);
    account_part_text(&b, x->kind, x->part, x->name, c->codes, c->lang);
    put_object(&c->w);
    put_account(c, "account", x->kind, x->part);
    put_member_cstr(&c->w, "name", row ? label_in(&row->label, c->lang) : NULL);
    put_member_text(&c->w, "part", b.n ? buf_str(&b) : (struct str){ 0 });
    put_member_int(&c->w, "accounts", x->accounts);
    put_member_money(&c->w, "opening", x->opening);
    put_member_money(&c->w, "debit", x->debit);
    put_member_money(&c->w, "credit", x->credit);
    put_member_money(&c->w, "closing", x->closing);
    put_object_end(&c->w);
}

static bool show_trial(struct call *c, struct errs *e)
{
    const struct book_query *q = c->query;
    struct fund f;
    struct book_span span;
    struct list rows;
    if (!open_fund(c, PERM_LEDGER_READ, &f, e) || !span_of(q, &span, e) ||
        !trial_balance(c->tx, &f, &span, q->detail, &rows, e))
        return false;
    rows_begin(c);
    for (size_t i = 0; i < rows.n; i++)
        put_trial_row(c, (const struct trial_row *)rows.rows + i);
    rows_end(c, (struct str){ 0 });
    return true;
}

/* A page of the journal, or of one account's lines. */
struct turning {
    struct call *c;
    int64_t voucher;
    bool past;
    struct money running;
};
static struct page_key key_of(const struct journal_line *x)
{
    return (struct page_key){ .n = { x->v.entry_date.day, x->v.id, x->l.no } };
}

static void put_slug(struct call *c, const char *key, const char *table, struct code v)
{
    const struct code_table *t = code_table(c->codes, table);
    const struct code_row *row = t && v.set ? code_row(t, v.v) : NULL;
    put_member_text(&c->w, key, row ? row->slug : (struct str){ 0 });
}

static void put_voucher(struct call *c, const struct voucher *v)
{
    put_member_cstr(&c->w, "voucher", arena_printf(c->a, "%lld-%lld", (long long)v->year, (long long)v->no));
    put_member_date(&c->w, "entry_date", v->entry_date);
    put_member_date(&c->w, "value_date", v->value_date);
    put_slug(c, "kind", "voucher_kind", v->kind);
    put_member_text(&c->w, "purpose", v->purpose);
    put_member_text(&c->w, "document", v->document);
    put_member_text(&c->w, "made_by", v->made_by);
    put_member_text(&c->w, "checked_by", v->checked_by);
    put_member_bool(&c->w, "reversal", v->reverses.set);
}

static void put_line(struct call *c, const struct journal_line *x)
{
    put_object(&c->w);
    put_account(c, "account", x->kind, x->part);
    put_member_money(&c->w, "amount", x->l.amount);
    put_slug(c, "source", "fund_source", x->l.source);
    if (x->l.period.set)
        put_member_int(&c->w, "period", x->l.period.v);
    if (x->l.contract_id.set)
        put_member_int(&c->w, "contract", x->l.contract_id.v);
    if (x->l.region.v)
        put_member_region(&c->w, "region", x->l.region);
    put_object_end(&c->w);
}

/* Was the line, with its voucher, or before it in the page's order, on the page before? */
static bool was_before(struct turning *t, const struct journal_line *x, bool whole_vouchers)
{
    const struct list_page *p = &t->c->page;
    const int64_t *last = p->from.key.n;
    if (t->past || !p->from.part)
        return false;
    if (whole_vouchers) {
        /* All lines of the last voucher are behind us. */
        if (x->v.id == last[1])
            t->voucher = last[1];
        t->past = t->voucher == last[1] && x->v.id != last[1];
        return !t->past;
    }
    t->past = x->v.id == last[1] && x->l.no == last[2];
    return true;
}

static bool journal_line(void *ctx, const struct journal_line *x, struct errs *e)
{
    struct turning *t = ctx;
    struct call *c = t->c;
    (void)e;
    if (was_before(t, x, true))
        return true;
    if (t->voucher != x->v.id || !c->page.n) {
        bool first = !c->page.n;
        if (!page_take(&c->page, key_of(x)))
            return false;
        if (!first) {
            put_list_end(&c->w);
            put_object_end(&c->w);
        }
        put_object(&c->w);
        put_voucher(c, &x->v);
        put_key(&c->w, "lines");
        put_list(&c->w);
    }
    t->voucher = x->v.id;
    put_line(c, x);
    return true;
}

static bool show_journal(struct call *c, struct errs *e)
{
    const struct book_query *q = c->query;
    const struct list_page *p = &c->page;
    struct fund f;
    struct book_span span;
    struct turning t = { .c = c };
    if (!open_fund(c, PERM_LEDGER_READ, &f, e) || !span_of(q, &span, e))
        return false;
    span.order = p->down ? NEWEST_FIRST : OLDEST_FIRST;
    const struct date goes_on = { (int32_t)p->from.key.n[0] };
    if (p->from.part && !p->down)
        span.from = (struct opt_date){ goes_on, true };
    if (p->from.part && p->down)
        span.as_of = goes_on;
    rows_begin(c);
    if (!journal_each(c->tx, &f, &span, 0, 0, journal_line, &t, e))
        return false;
    if (p->n) {
        put_list_end(&c->w);
        put_object_end(&c->w);
    }
    page_end(c);
    return true;
}

/* From the first day on, or from the last one back; the balance is that after the line. */
static bool statement_line(void *ctx, const struct journal_line *x, struct errs *e)
{
    struct turning *t = ctx;
    struct call *c = t->c;
    struct list_page *p = &c->page;
    if (!p->down && p->n < p->max && !money_add(&t->running, x->l.amount))
        return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    struct money balance = t->running;
    if (p->down && !money_sub(&t->running, x->l.amount))
        return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    if (was_before(t, x, false))
        return true;
    if (!page_take(p, key_of(x)))
        return false;
    put_object(&c->w);
    put_voucher(c, &x->v);
    put_account(c, "account", x->kind, x->part);
    put_member_money(&c->w, "amount", x->l.amount);
    put_member_money(&c->w, "balance", balance);
    put_object_end(&c->w);
    return true;
}

static int64_t part_of(const struct posting_line *l)
{
    const struct chart_row *row = chart_of((int64_t)l->kind);
    switch (row ? row->part : PART_NONE) {
    case PART_TOWNSHIP: return l->region.v / 1000 * 1000;
    case PART_CONTRACT: return l->contract_id.v;
    case PART_SOURCE: return l->source.v;
    case PART_NONE:
    default: return 0;
    }
}

/* What the account held at the end of a day. */
static bool read_balance(struct call *c, const struct fund *f, struct date day, const struct posting_line *l,
                         struct money *out, struct errs *e)
{
    struct list rows;
    struct book_span until = { .as_of = day };
    if (!trial_balance(c->tx, f, &until, true, &rows, e))
        return false;
    const struct trial_row *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        if (x[i].kind == (int64_t)l->kind && (!part_of(l) || x[i].part == part_of(l)) &&
            !money_add(out, x[i].closing))
            return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    return true;
}

static bool show_statement(struct call *c, struct errs *e)
{
    const struct book_query *q = c->query;
    const struct list_page *p = &c->page;
    struct fund f;
    struct book_span span;
    struct posting_line l;
    struct money opening = { 0 }, closing = { 0 };
    struct turning t = { .c = c };
    if (!open_fund(c, PERM_LEDGER_READ, &f, e) || !span_of(q, &span, e) ||
        !account_line_read(c->codes, q->account.p ? q->account : STR("special"), &l, e) ||
        (span.from.set && !read_balance(c, &f, (struct date){ span.from.v.day - 1 }, &l, &opening, e)) ||
        (p->down && !read_balance(c, &f, span.as_of, &l, &closing, e)))
        return false;
    span.order = p->down ? NEWEST_LINE_FIRST : OLDEST_FIRST;
    t.running = p->down ? closing : opening;
    put_object(&c->w);
    put_account(c, "account", (int64_t)l.kind, part_of(&l));
    put_member_money(&c->w, "opening", opening);
    put_key(&c->w, "rows");
    put_list(&c->w);
    if (!journal_each(c->tx, &f, &span, (int64_t)l.kind, part_of(&l), statement_line, &t, e))
        return false;
    put_list_end(&c->w);
    put_member_money(&c->w, "closing", p->down ? closing : t.running);
    put_member_text(&c->w, "next", page_next(p, c->a));
    put_object_end(&c->w);
    return true;
}

/* --- drafts ------------------------------------------------------------------------------- */

static bool list_drafts(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    struct list all;
    if (!need_county(c, PERM_LEDGER_READ, at->county, e) ||
        !draft_list(c->tx, at->county, DRAFTS_MAX, &all, e))
        return false;
    put_list_of(c, &draft_entity, &all);
    return true;
}

static bool find_draft(struct call *c, enum perm p, struct draft *d, struct errs *e)
{
    const struct at_number *at = c->path;
    if (!need_county(c, p, at->county, e))
        return false;
    enum found f = draft_by_no(c->tx, at->county, at->no, d, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_LEDGER_NO_DRAFT, A(at->no)));
}

static bool show_draft(struct call *c, struct errs *e)
{
    struct draft d;
    struct list lines;
    if (!find_draft(c, PERM_LEDGER_READ, &d, e) || !draft_lines(c->tx, &d, &lines, e))
        return false;
    put_object(&c->w);
    put_cols(c, &draft_entity, &d, false);
    put_key(&c->w, "lines");
    put_list(&c->w);
    put_rows_of(c, &draft_line_entity, &lines);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool read_lines(struct call *c, struct posting_line *lines, size_t *n, struct errs *e)
{
    const struct draft_line_form *x = c->lines;
    if (c->lines_n > POSTING_LINES_MAX)
        return fail(e, ERR_INVALID, "lines", MSG_LEDGER_LINES, A(POSTING_LINES_MAX));
    bool ok = true;
    for (size_t i = 0; i < c->lines_n; i++) {
        struct posting_line *l = &lines[i];
        if (x[i].debit.set == x[i].credit.set)
            ok = fail(e, ERR_INVALID, arena_printf(e->a, "lines[%zu].debit", i), MSG_LEDGER_ENTRY_SHAPE,
                      A(x[i].account));
        else if (!account_line_read(c->codes, x[i].account, l, e))
            ok = false;
        if (x[i].source.set)
            l->source = x[i].source;
        l->period = x[i].period;
        l->amount.fen = x[i].debit.set ? x[i].debit.v.fen : -x[i].credit.v.fen;
    }
    *n = c->lines_n;
    return ok;
}

static bool add_draft(struct call *c, struct errs *e)
{
    const struct draft_form *x = c->body;
    struct posting_line *lines = NEW_ARRAY(c->a, struct posting_line, POSTING_LINES_MAX);
    struct fund f;
    struct draft d;
    CLEANUP(act_release) struct act act = { 0 };
    if (!open_fund(c, PERM_LEDGER_MAKE, &f, e))
        return false;
    struct posting p = { .county = f.county,
                         .fund_id = f.id,
                         .entry_date = x->entry_date.set ? x->entry_date.v : clock_today(),
                         .kind = x->kind.set ? (enum voucher_kind)x->kind.v : VOUCHER_MANUAL,
                         .purpose = x->purpose,
                         .document = x->document,
                         .lines = lines };
    p.value_date = x->value_date.set ? x->value_date.v : p.entry_date;
    if (p.kind == VOUCHER_REVERSAL)
        return fail(e, ERR_INVALID, "kind", MSG_API_STATE, A("manual"));
    if (!read_lines(c, lines, &p.n, e))
        return false;
    act_begin(&act, c->tx, &c->who, "ledger.post", f.code, e->a);
    if (!draft_make(&act, &p, &d, e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &draft_entity, &d);
    return true;
}

static bool reverse(struct call *c, struct errs *e)
{
    const struct voucher_path *at = c->path;
    const struct reverse_form *x = c->body;
    struct fund f;
    struct voucher v;
    struct draft d;
    CLEANUP(act_release) struct act act = { 0 };
    struct str name = str_of(arena_printf(c->a, "%lld-%lld", (long long)at->year, (long long)at->no));
    if (!open_fund(c, PERM_LEDGER_MAKE, &f, e))
        return false;
    enum found found = voucher_by_no(c->tx, &f, at->year, at->no, &v, e);
    if (found != FOUND)
        return found == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_LEDGER_NO_VOUCHER, A(name));
    act_begin(&act, c->tx, &c->who, "ledger.reverse", name, e->a);
    if (!draft_reverse(&act, &v, x->entry_date.set ? x->entry_date.v : clock_today(), x->purpose, &d, e) ||
        !act_end(&act, NULL, e))
        return false;
    put_row(c, &draft_entity, &d);
    return true;
}

static bool decide(struct call *c, bool approve, struct errs *e)
{
    struct draft d;
    struct voucher v = { 0 };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_draft(c, approve ? PERM_LEDGER_CHECK : PERM_LEDGER_READ, &d, e))
        return false;
    /* Whoever made it may take it back without the right to check. */
    if (!approve && !str_eq(d.made_by, c->who.login) && !need_county(c, PERM_LEDGER_CHECK, d.county, e))
        return false;
    act_begin(&act, c->tx, &c->who, approve ? "ledger.approve" : "ledger.reject",
              str_of(arena_printf(c->a, "%lld", (long long)d.no)), e->a);
    if (!(approve ? draft_approve(&act, &d, &v, e) : draft_reject(&act, &d, e)) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "draft", d.no);
    put_member_cstr(&c->w, "state", approve ? "posted" : "rejected");
    if (approve)
        put_member_cstr(&c->w, "voucher",
                        arena_printf(c->a, "%lld-%lld", (long long)v.year, (long long)v.no));
    put_object_end(&c->w);
    return true;
}

static bool approve(struct call *c, struct errs *e)
{
    return decide(c, true, e);
}

static bool reject(struct call *c, struct errs *e)
{
    return decide(c, false, e);
}

static bool close_day(struct call *c, struct errs *e)
{
    const struct close_form *x = c->body;
    struct fund f;
    CLEANUP(act_release) struct act act = { 0 };
    if (!open_fund(c, PERM_LEDGER_CHECK, &f, e))
        return false;
    act_begin(&act, c->tx, &c->who, "ledger.close", f.code, e->a);
    if (!ledger_close(&act, &f, x->day.v, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "fund", f.code);
    put_member_date(&c->w, "closed", x->day.v);
    put_object_end(&c->w);
    return true;
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
static const struct answer_part fund_list_parts[] = { TEXT_PART("last_entry_on"), { 0 } };
static const struct answer_part trial_parts[] = { TEXT_PART("account"), TEXT_PART("name"), TEXT_PART("part"), NUMBER_PART("accounts"), TEXT_PART("opening"), TEXT_PART("debit"), TEXT_PART("credit"), TEXT_PART("closing"), { 0 } };
#define VOUCHER_PARTS TEXT_PART("voucher"), TEXT_PART("entry_date"), TEXT_PART("value_date"), TEXT_PART("kind"), TEXT_PART("purpose"), TEXT_PART("document"), TEXT_PART("made_by"), TEXT_PART("checked_by"), BOOL_PART("reversal")
static const struct answer_part journal_parts[] = { VOUCHER_PARTS, LIST_PART("lines", "object"), { 0 } };
static const struct answer_part movement_parts[] = { VOUCHER_PARTS, TEXT_PART("account"), TEXT_PART("amount"), TEXT_PART("balance"), { 0 } };
static const struct answer_part statement_parts[] = { TEXT_PART("account"), TEXT_PART("opening"), OBJECTS_PART("rows", movement_parts), TEXT_PART("closing"), TEXT_PART("next"), { 0 } };
#define BY_ENTRY ORDERS(BY("entry_date", "记账日期和凭证号", "entry day and voucher"))
static const struct answer_part draft_parts[] = { { .name = "lines", .of = &draft_line_entity, .list = true }, { 0 } };
static const struct answer_part closed_parts[] = { TEXT_PART("fund"), TEXT_PART("closed"), { 0 } };
static const struct answer_part decided_parts[] = { NUMBER_PART("draft"), TEXT_PART("state"), TEXT_PART("voucher"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/funds/{county}", .perm = PERM_LEDGER_READ, .or_perm = PERM_FUND_REPAY, .path = &at_county, .run = list_funds, .answer = &fund_entity, .list = true, .parts = fund_list_parts,
      .doc = { "县里的资金", "The funds of a county" } },
    { .method = "POST", .pattern = "/api/v1/funds/{county}", .perm = PERM_FUNDS, .tx = ROUTE_WRITES, .path = &at_county, .body = &fund_form, .run = add_fund, .status = 201, .answer = &fund_entity,
      .doc = { "建立资金", "Set up a fund" }, .sample = "{\"code\":\"02\",\"name\":\"小额信贷风险补偿金\"}" },
    { .method = "GET", .pattern = FUND "/trial-balance", .perm = PERM_LEDGER_READ, .path = &fund_path, .query = &book_query, .run = show_trial, .list = true, .parts = trial_parts,
      .doc = { "余额表：期初、借方、贷方、期末", "The trial balance: opening, debit, credit, closing" } },
    { .method = "GET", .pattern = FUND "/journal", .perm = PERM_LEDGER_READ, .path = &fund_path, .query = &book_query, .orders = BY_ENTRY, .run = show_journal, .list = true, .parts = journal_parts,
      .doc = { "日记账，逐张凭证及其分录，翻页", "The journal: vouchers with their lines, in pages" } },
    { .method = "GET", .pattern = FUND "/statement", .perm = PERM_LEDGER_READ, .path = &fund_path, .query = &book_query, .orders = BY_ENTRY, .run = show_statement, .parts = statement_parts,
      .doc = { "一个科目的明细账，逐笔余额", "The statement of one account, with the balance after each line" } },
    { .method = "POST", .pattern = FUND "/drafts", .perm = PERM_LEDGER_MAKE, .tx = ROUTE_WRITES, .flags = ROUTE_KEY, .path = &fund_path, .body = &draft_form, .lines = &draft_line_form, .lines_name = "lines", .run = add_draft, .status = 201, .answer = &draft_entity,
      .doc = { "制单，由另一人审核后入账", "Make a voucher, which another person approves" },
      .sample = "{\"purpose\":\"收到省级拨款\",\"lines\":[{\"account\":\"special\",\"debit\":\"1000.00\"},{\"account\":\"capital:provincial\",\"credit\":\"1000.00\"}]}" },
    { .method = "POST", .pattern = FUND "/vouchers/{year}/{no}/reverse", .perm = PERM_LEDGER_MAKE, .tx = ROUTE_WRITES, .flags = ROUTE_KEY, .path = &voucher_path, .body = &reverse_form, .run = reverse, .status = 201, .answer = &draft_entity,
      .doc = { "制单冲销一张凭证", "Make the voucher that takes one back" }, .sample = "{\"purpose\":\"金额有误\"}" },
    { .method = "POST", .pattern = FUND "/close", .perm = PERM_LEDGER_CHECK, .tx = ROUTE_WRITES, .path = &fund_path, .body = &close_form, .run = close_day, .parts = closed_parts,
      .doc = { "结账到某日", "Close the books up to a day" }, .sample = "{\"day\":\"2017-12-31\"}" },
    { .method = "GET", .pattern = "/api/v1/drafts/{county}", .perm = PERM_LEDGER_READ, .path = &at_county, .orders = ORDERS(BY("no", "编号", "number")), .run = list_drafts, .answer = &draft_entity, .list = true,
      .doc = { "待审核的凭证", "Vouchers that wait for approval" } },
    { .method = "GET", .pattern = "/api/v1/drafts/{county}/{no}", .perm = PERM_LEDGER_READ, .path = &at_number, .run = show_draft, .parts = draft_parts, .answer = &draft_entity,
      .doc = { "一张待审核的凭证及其分录", "One of them, with its lines" } },
    { .method = "POST", .pattern = "/api/v1/drafts/{county}/{no}/approve", .perm = PERM_LEDGER_CHECK, .tx = ROUTE_WRITES, .flags = ROUTE_KEY, .path = &at_number, .run = approve, .parts = decided_parts,
      .doc = { "审核入账；制单人不能审核自己的", "Approve and post it; not by whoever made it" } },
    { .method = "POST", .pattern = "/api/v1/drafts/{county}/{no}/reject", .perm = PERM_LEDGER_READ, .tx = ROUTE_WRITES, .path = &at_number, .run = reject, .parts = decided_parts,
      .doc = { "退回；制单人也可撤回", "Reject it; whoever made it may take it back" } },
};
// clang-format on
const struct route_table fund_routes = { { "资金和账务", "Funds and books" }, routes, N_ELEMS(routes) };
