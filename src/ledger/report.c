#include "ledger/report.h"

#include "base/value.h"

#include <assert.h>

enum { BELOW_TOWNSHIP = 1000 };
static const int32_t beginning = INT32_MIN;

/* --- names -------------------------------------------------------------------------------- */

static const struct code_row *source_row(const struct code_book *codes, int64_t part)
{
    const struct code_table *t = codes ? code_table(codes, "fund_source") : NULL;
    return t ? code_row(t, (int32_t)part) : NULL;
}

static void put_part(struct buf *b, int64_t kind, int64_t part, const struct code_book *codes)
{
    const struct chart_row *row = chart_of(kind);
    const struct code_row *source = row && row->part == PART_SOURCE ? source_row(codes, part) : NULL;
    if (!part || !row)
        return;
    buf_addc(b, ':');
    if (source)
        buf_add(b, source->slug);
    else
        buf_addi(b, row->part == PART_TOWNSHIP ? part / BELOW_TOWNSHIP : part);
}

void account_path(struct buf *b, int64_t kind, int64_t part, const struct code_book *codes)
{
    const struct chart_row *row = chart_of(kind);
    if (row)
        buf_adds(b, row->path);
    else
        buf_addi(b, kind);
    put_part(b, kind, part, codes);
}

void account_short(struct buf *b, int64_t kind, int64_t part, const struct code_book *codes)
{
    const struct chart_row *row = chart_of(kind);
    if (row)
        buf_adds(b, row->slug);
    else
        buf_addi(b, kind);
    put_part(b, kind, part, codes);
}

void account_part_text(struct buf *b, int64_t kind, int64_t part, struct str name,
                       const struct code_book *codes, enum lang lang)
{
    const struct chart_row *row = chart_of(kind);
    const struct code_row *source = row && row->part == PART_SOURCE ? source_row(codes, part) : NULL;
    if (!part)
        return;
    if (source)
        buf_add(b, code_label(source, lang));
    else if (name.p)
        buf_add(b, name);
    else
        buf_addi(b, row && row->part == PART_TOWNSHIP ? part / BELOW_TOWNSHIP : part);
}

/* --- trial balance ------------------------------------------------------------------------ */

struct trial {
    struct trial_row *rows;
    size_t n, cap;
    struct arena *a;
};

static bool merges(const struct trial *t, int64_t kind, bool detail)
{
    const struct chart_row *row = chart_of(kind);
    return !detail && t->n && t->rows[t->n - 1].kind == kind && row && row->part == PART_CONTRACT;
}

static struct trial_row *next_row(struct trial *t, int64_t kind, int64_t part, struct str name, bool detail)
{
    const struct chart_row *row = chart_of(kind);
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        struct trial_row *grown = NEW_ARRAY(t->a, struct trial_row, cap);
        if (t->n)
            memcpy(grown, t->rows, t->n * sizeof *grown);
        t->rows = grown;
        t->cap = cap;
    }
    bool whole = !detail && row && row->part == PART_CONTRACT;
    t->rows[t->n] = (struct trial_row){ .kind = kind, .part = whole ? 0 : part };
    if (name.p && !whole)
        t->rows[t->n].name = arena_str(t->a, name);
    return &t->rows[t->n++];
}

static bool add_row(struct trial_row *x, struct rows *r, struct errs *e)
{
    struct money opening = { rows_int(r, 3) }, debit = { rows_int(r, 4) }, credit = { -rows_int(r, 5) };
    x->accounts++;
    if (!money_add(&x->opening, opening) || !money_add(&x->debit, debit) || !money_add(&x->credit, credit))
        return fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
    x->closing = x->opening;
    return (money_add(&x->closing, x->debit) && money_sub(&x->closing, x->credit)) ||
           fail(e, ERR_INVALID, NULL, MSG_LEDGER_TOO_MANY);
}

bool trial_balance(struct tx *tx, const struct fund *f, const struct book_span *span, bool detail,
                   struct list *out, struct errs *e)
{
    struct trial t = { .a = e->a };
    int64_t from = span->from.set ? span->from.v.day : beginning;
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(
            tx, &r,
            SQL(STMT_KEY,
                "SELECT a.kind, a.part, a.name, CAST(sum(CASE WHEN l.entry_date < $3 THEN l.amount ELSE 0 "
                "END) AS BIGINT), CAST(sum(CASE WHEN l.entry_date >= $3 AND l.amount > 0 THEN l.amount ELSE "
                "0 "
                "END) AS BIGINT), CAST(sum(CASE WHEN l.entry_date >= $3 AND l.amount < 0 THEN l.amount ELSE "
                "0 "
                "END) AS BIGINT) FROM fund_account a JOIN voucher_line l ON l.county = $1 AND l.account_id = "
                "a.id WHERE a.county = $1 AND a.fund_id = $2 AND l.entry_date <= $4 GROUP BY a.kind, a.part, "
                "a.name ORDER BY a.kind, a.part"),
            e, V(f->county), V(f->id), V(from), V(span->as_of)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        int64_t kind = rows_int(&r, 0), part = rows_int(&r, 1);
        struct trial_row *x =
            merges(&t, kind, detail) ? &t.rows[t.n - 1] : next_row(&t, kind, part, rows_text(&r, 2), detail);
        if (!add_row(x, &r, e))
            return false;
    }
    *out = (struct list){ t.rows, t.n };
    return found == NONE;
}

bool account_balances(struct tx *tx, const struct fund *f, struct list *out, struct errs *e)
{
    struct trial t = { .a = e->a };
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT a.kind, a.part, a.name, b.amount FROM fund_account a JOIN account_balance b "
                     "ON b.county = $1 AND b.account_id = a.id WHERE a.county = $1 AND a.fund_id = $2 "
                     "ORDER BY a.kind, a.part"),
                 e, V(f->county), V(f->id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct trial_row *x = next_row(&t, rows_int(&r, 0), rows_int(&r, 1), rows_text(&r, 2), true);
        x->accounts = 1;
        x->closing.fen = rows_int(&r, 3);
    }
    *out = (struct list){ t.rows, t.n };
    return found == NONE;
}

/* --- journal ------------------------------------------------------------------------------ */

static struct opt_int opt_of(struct rows *r, int i)
{
    struct val v = rows_val(r, i);
    return (struct opt_int){ v.i, v.kind == V_INT };
}

static void read_voucher(struct rows *r, struct voucher *v)
{
    v->year = rows_int(r, 0);
    v->no = rows_int(r, 1);
    v->entry_date.day = (int32_t)rows_int(r, 2);
    v->value_date.day = (int32_t)rows_int(r, 3);
    v->kind = (struct code){ (int32_t)rows_int(r, 4), true };
    v->purpose = rows_text(r, 5);
    v->document = rows_text(r, 6);
    v->made_by = rows_text(r, 7);
    v->checked_by = rows_text(r, 8);
    v->reverses = opt_of(r, 9);
    v->id = rows_int(r, 10);
}

enum { LINE_AT = 11, ACCOUNT_AT = 18 };

static void read_line(struct rows *r, struct voucher_line *l)
{
    struct opt_int source = opt_of(r, LINE_AT + 2);
    l->no = rows_int(r, LINE_AT);
    l->amount.fen = rows_int(r, LINE_AT + 1);
    l->source = (struct code){ (int32_t)source.v, source.set };
    l->period = opt_of(r, LINE_AT + 3);
    l->case_id = opt_of(r, LINE_AT + 4);
    l->contract_id = opt_of(r, LINE_AT + 5);
    l->region.v = rows_int(r, LINE_AT + 6);
}

#define JOURNAL                                                                                             \
    "SELECT v.year, v.no, v.entry_date, v.value_date, v.kind, v.purpose, v.document, v.made_by, "           \
    "v.checked_by, v.reverses, v.id, l.no, l.amount, l.source, l.period, l.case_id, l.contract_id, "        \
    "l.region, a.kind, a.part, a.name FROM voucher v JOIN voucher_line l ON l.county = $1 AND "             \
    "l.voucher_id = v.id JOIN fund_account a ON a.county = $1 AND a.id = l.account_id WHERE v.county = "    \
    "$1 AND v.fund_id = $2 AND v.entry_date BETWEEN $3 AND $4 AND (CAST($5 AS BIGINT) = 0 OR a.kind = $5) " \
    "AND (CAST($6 AS BIGINT) = 0 OR a.part = $6) ORDER BY "
#define FROM_THE_LAST "v.entry_date DESC, v.year DESC, v.no DESC, "

static const struct stmt *journal_stmt(const struct book_span *span)
{
    switch (span->order) {
    case NEWEST_FIRST: return SQL(STMT_KEY, JOURNAL FROM_THE_LAST "l.no");
    case NEWEST_LINE_FIRST: return SQL(STMT_KEY, JOURNAL FROM_THE_LAST "l.no DESC");
    case OLDEST_FIRST:
    default: return SQL(STMT_KEY, JOURNAL "v.entry_date, v.year, v.no, l.no");
    }
}

bool journal_each(struct tx *tx, const struct fund *f, const struct book_span *span, int64_t kind,
                  int64_t part, journal_fn *fn, void *ctx, struct errs *e)
{
    int64_t from = span->from.set ? span->from.v.day : beginning;
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r, journal_stmt(span), e, V(f->county), V(f->id), V(from), V(span->as_of), V(kind),
                 V(part)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct journal_line x = { .kind = rows_int(&r, ACCOUNT_AT),
                                  .part = rows_int(&r, ACCOUNT_AT + 1),
                                  .name = rows_text(&r, ACCOUNT_AT + 2) };
        read_voucher(&r, &x.v);
        read_line(&r, &x.l);
        if (!fn(ctx, &x, e))
            return !errs_any(e);
    }
    return found == NONE;
}
