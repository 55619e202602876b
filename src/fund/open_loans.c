#include "fund/open_loans.h"

#include "base/value.h"
#include "fund/schedule.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* What an account of a loan holds, by contract. */
struct held {
    int64_t contract, fen;
};
struct helds {
    struct held *list; /* on the heap */
    size_t n, cap;
};
static void helds_release(struct helds *h)
{
    free(h->list);
}

static void held_add(struct helds *h, int64_t contract, int64_t fen)
{
    enum { FIRST = 1024 };
    if (h->n == h->cap) {
        h->cap = h->cap ? h->cap * 2 : FIRST;
        h->list = xrealloc(h->list, arena_mul(h->cap, sizeof *h->list));
        large_pages(h->list, h->cap * sizeof *h->list);
    }
    h->list[h->n++] = (struct held){ contract, fen };
}

static void take_held(void *ctx, const int64_t *v)
{
    held_add(ctx, v[0], v[1]);
}

static int by_contract(const void *a, const void *b)
{
    const struct held *x = a, *y = b;
    return (x->contract > y->contract) - (x->contract < y->contract);
}

/* As they come they nearly always are. */
static void put_in_order(struct helds *h)
{
    for (size_t i = 1; i < h->n; i++)
        if (h->list[i - 1].contract > h->list[i].contract) {
            qsort(h->list, h->n, sizeof *h->list, by_contract);
            return;
        }
}

/* Rows of contract and amount, by contract. */
static bool take_rows(struct rows *r, struct helds *out, struct errs *e)
{
    enum found f;
    while ((f = rows_next(r, e)) == FOUND) {
        int64_t v[2];
        rows_numbers(r, N_ELEMS(v), v);
        held_add(out, v[0], v[1]);
    }
    return f == NONE;
}

static bool read_later(struct tx *tx, const struct fund *fund, struct date on, struct helds *out,
                       struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    return db_scan(
               tx, &r,
               SQL(STMT_KEY,
                   "SELECT a.part, CAST(sum(l.amount) AS bigint) FROM voucher v JOIN voucher_line l ON "
                   "l.county = $1 AND l.voucher_id = v.id JOIN fund_account a ON a.county = $1 AND a.id = "
                   "l.account_id AND a.kind = 1101 WHERE v.county = $1 AND v.fund_id = $2 AND "
                   "v.entry_date > $3 GROUP BY a.part ORDER BY a.part"),
               e, V(fund->county), V(fund->id), V(on)) &&
           take_rows(&r, out, e);
}

/* By account, with the contract as `fen`.  + and the bound of ids keep the index of funds out: from it,
 * SQLite would look each of them up again. */
static bool read_accounts(struct tx *tx, const struct fund *fund, bool many, struct helds *out,
                          struct errs *e)
{
    const struct numbers_to to = { take_held, out, 2, many };
    out->n = 0;
    bool ok = db_numbers(tx,
                         SQL(STMT_KEY, "SELECT {numbers id, part} FROM fund_account WHERE county = $1 AND "
                                       "+fund_id = $2 AND +kind = 1101 AND id > 0 ORDER BY id"),
                         &to, e, V(fund->county), V(fund->id));
    put_in_order(out);
    return ok;
}

/* Two tables read from end to end and merged here: to look a million accounts up one by one takes three times
 * as long. */
static bool read_balances(struct tx *tx, const struct fund *fund, bool many, struct helds *out,
                          struct errs *e)
{
    CLEANUP(helds_release) struct helds accounts = { 0 };
    const struct numbers_to to = { take_held, out, 2, many };
    out->n = 0;
    if (!read_accounts(tx, fund, many, &accounts, e))
        return false;
    if (!accounts.n)
        return true;
    if (!db_numbers(tx,
                    SQL(STMT_KEY,
                        "SELECT {numbers account_id, amount} FROM account_balance WHERE county = $1 "
                        "AND account_id >= $2 ORDER BY account_id"),
                    &to, e, V(fund->county), V(accounts.list[0].contract)))
        return false;
    put_in_order(out);
    size_t n = 0, k = 0;
    for (size_t i = 0; i < accounts.n; i++) {
        int64_t account = accounts.list[i].contract;
        while (k < out->n && out->list[k].contract < account)
            k++;
        bool any = k < out->n && out->list[k].contract == account;
        accounts.list[n++] = (struct held){ accounts.list[i].fen, any ? out->list[k].fen : 0 };
    }
    struct helds balances = *out;
    *out = accounts;
    accounts = balances;
    put_in_order(out);
    return true;
}

/* The balances less what was posted afterwards: the same as adding up all lines until then. */
static bool read_held(struct tx *tx, const struct fund *fund, struct date on, bool many, struct helds *out,
                      struct errs *e)
{
    CLEANUP(helds_release) struct helds later = { 0 };
    if (!read_later(tx, fund, on, &later, e) || !read_balances(tx, fund, many, out, e))
        return false;
    for (size_t i = 0, k = 0; i < later.n; i++) {
        while (k < out->n && out->list[k].contract < later.list[i].contract)
            k++;
        assert(k < out->n && out->list[k].contract == later.list[i].contract);
        out->list[k].fen -= later.list[i].fen;
    }
    return true;
}

/* --- contracts ------------------------------------------------------------------------------ */

static bool bears_interest(struct str rate)
{
    struct fraction f;
    return rate.p && rate_read(rate, &f) == READ_OK && f.num != 0;
}

static struct opt_int opt_int_of(struct rows *r, int i)
{
    struct opt_int x = { 0 };
    x.set = rows_number(r, i, &x.v);
    return x;
}

static struct code code_of(struct rows *r, int i)
{
    int64_t v;
    bool set = rows_number(r, i, &v);
    return (struct code){ (int32_t)v, set };
}

/* Of a loan that has more to it than one day and one amount. */
struct own_terms {
    int64_t contract;
    struct opt_int instalments, every_months;
    struct code method, day_count;
    struct str rate;
};
struct own_terms_list {
    struct own_terms *list; /* by contract, on the heap */
    size_t n, cap;
};

static const struct contract *terms_of(const struct own_terms *t, const struct fund *f,
                                       const struct open_loan *x, struct arena *a)
{
    if ((!t->instalments.set || t->instalments.v <= 1) && !bears_interest(t->rate))
        return NULL;
    struct contract *c = NEW(a, struct contract);
    *c = (struct contract){ .county = f->county,
                            .id = x->contract_id,
                            .fund_id = f->id,
                            .village = x->village,
                            .amount = { x->lent, true },
                            .rate = t->rate,
                            .method = t->method,
                            .day_count = t->day_count,
                            .instalments = t->instalments,
                            .every_months = t->every_months,
                            .paid_out_on = { x->paid_out_on, true },
                            .due_on = { x->due_on, true },
                            .ends_on = { x->ends_on, true } };
    return c;
}

enum { T_ID, T_INSTALMENTS, T_EVERY, T_METHOD, T_COUNT, T_RATE };

static bool read_terms(struct tx *tx, const struct fund *fund, struct own_terms_list *out, struct arena *a,
                       struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT c.id, c.instalments, c.every_months, c.method, c.day_count, c.rate FROM "
                     "contract c WHERE c.county = $1 AND +c.fund_id = $2 AND c.layer = 2 AND c.void_on IS "
                     "NULL AND (c.instalments > 1 OR c.rate <> '0') ORDER BY c.id"),
                 e, V(fund->county), V(fund->id)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        enum { FIRST = 1024 };
        if (out->n == out->cap) {
            out->cap = out->cap ? out->cap * 2 : FIRST;
            out->list = xrealloc(out->list, arena_mul(out->cap, sizeof *out->list));
        }
        out->list[out->n++] = (struct own_terms){ .contract = rows_int(&r, T_ID),
                                                  .instalments = opt_int_of(&r, T_INSTALMENTS),
                                                  .every_months = opt_int_of(&r, T_EVERY),
                                                  .method = code_of(&r, T_METHOD),
                                                  .day_count = code_of(&r, T_COUNT),
                                                  .rate = arena_str(a, rows_text(&r, T_RATE)) };
    }
    return f == NONE;
}

/* Of a fund in some villages until a day: its contracts, and what is held of them.  Where the fund has very
 * many, they are read in slices of ids, each by whoever of two threads is free. */
enum { SLICES = 16 };
enum { C_ID, C_VILLAGE, C_DUE, C_ENDS, C_AMOUNT, C_OUT, C_TERMS, C_CELLS };
struct lent {
    int64_t id, village, fen;
    int32_t due, ends, out;
};
struct slice {
    int64_t first, last; /* ids */
    struct lent *list;   /* by id, on the heap */
    size_t n, cap;
    bool done;
    bool terms; /* some have their own */
};
struct loan_reading {
    const struct fund *fund;
    int64_t first, last;
    struct date on;
    struct helds held;
    struct slice slices[SLICES];
    size_t slices_n;
    atomic_size_t next;
    struct own_terms_list terms;
    struct loan_dues dues;
    size_t slice, row, at_held, at_terms, at_kept; /* so far they are joined */
};

static void take_contract(void *ctx, const int64_t *v)
{
    enum { FIRST = 4096 };
    struct slice *s = ctx;
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : FIRST;
        s->list = xrealloc(s->list, arena_mul(s->cap, sizeof *s->list));
        large_pages(s->list, s->cap * sizeof *s->list);
    }
    s->list[s->n++] = (struct lent){ .id = v[C_ID],
                                     .village = v[C_VILLAGE],
                                     .fen = v[C_AMOUNT],
                                     .due = (int32_t)v[C_DUE],
                                     .ends = (int32_t)v[C_ENDS],
                                     .out = (int32_t)v[C_OUT] };
    s->terms = s->terms || v[C_TERMS] != 0;
}

static int by_id(const void *a, const void *b)
{
    const struct lent *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* The order is that of the key, so that no table has to be sorted: + keeps the other indexes out. */
static bool read_slice(struct tx *tx, const struct loan_reading *x, struct slice *s, struct errs *e)
{
    const struct numbers_to to = { take_contract, s, C_CELLS, x->slices_n > 1 };
    s->n = 0;
    s->done = db_numbers(
        tx,
        SQL(STMT_KEY,
            "SELECT {numbers c.id, c.village, c.due_on, c.ends_on, c.amount, c.paid_out_on, CASE WHEN "
            "c.instalments > 1 OR c.rate <> '0' THEN 1 ELSE 0 END} FROM contract c WHERE c.county = $1 AND "
            "+c.fund_id = $2 AND c.layer = 2 AND c.paid_out_on <= $5 AND c.void_on IS NULL AND +c.village "
            "BETWEEN $3 AND $4 AND c.id BETWEEN $6 AND $7 ORDER BY c.id"),
        &to, e, V(x->fund->county), V(x->fund->id), V(x->first), V(x->last), V(x->on), V(s->first),
        V(s->last));
    for (size_t i = 1; i < s->n; i++)
        if (s->list[i - 1].id > s->list[i].id) {
            qsort(s->list, s->n, sizeof *s->list, by_id);
            break;
        }
    return s->done;
}

static bool read_slices(struct tx *tx, void *ctx, struct errs *e)
{
    struct loan_reading *x = ctx;
    size_t k;
    while ((k = atomic_fetch_add(&x->next, 1)) < x->slices_n)
        if (!read_slice(tx, x, &x->slices[k], e))
            return false;
    return true;
}

static bool read_beside(struct tx *tx, void *ctx, struct errs *e)
{
    struct loan_reading *x = ctx;
    return read_held(tx, x->fund, x->on, x->slices_n > 1, &x->held, e) && read_slices(tx, x, e);
}

static bool slice_up(struct tx *tx, struct loan_reading *x, struct errs *e)
{
    int64_t n, first, last;
    x->slices_n = 1;
    x->slices[0] = (struct slice){ .first = 0, .last = INT64_MAX };
    enum { MANY = 20000 };
    if (!db_int(tx,
                SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM contract WHERE county = $1 AND fund_id = "
                              "$2 LIMIT 20000) x"),
                &n, e, V(x->fund->county), V(x->fund->id)))
        return false;
    if (n < MANY)
        return true;
    if (!db_int(tx, SQL(STMT_KEY, "SELECT min(id) FROM contract WHERE county = $1"), &first, e,
                V(x->fund->county)) ||
        !db_int(tx, SQL(STMT_KEY, "SELECT max(id) FROM contract WHERE county = $1"), &last, e,
                V(x->fund->county)))
        return false;
    x->slices_n = SLICES;
    for (size_t i = 0; i < SLICES; i++) {
        int64_t step = (last - first) / SLICES + 1, from = first + (int64_t)i * step;
        x->slices[i] = (struct slice){ .first = from, .last = from + step - 1 };
    }
    return true;
}

static bool read_both(struct tx *tx, struct loan_reading *x, struct errs *e)
{
    if (!slice_up(tx, x, e))
        return false;
    if (x->slices_n == 1)
        return read_slices(tx, x, e) && read_held(tx, x->fund, x->on, x->slices_n > 1, &x->held, e);
    if (!tx_both(tx, read_slices, x, read_beside, x, e))
        return false;
    for (size_t i = 0; i < x->slices_n; i++) /* what the other thread began and could not end */
        if (!x->slices[i].done && !read_slice(tx, x, &x->slices[i], e))
            return false;
    return true;
}

static struct open_loan open_loan_of(const struct lent *c, int64_t fen)
{
    return (struct open_loan){ .contract_id = c->id,
                               .village = { c->village },
                               .lent = { c->fen },
                               .open = { fen },
                               .due_on = { c->due },
                               .ends_on = { c->ends },
                               .paid_out_on = { c->out } };
}

static bool find_late(struct open_loan *x, struct date on, struct loan_dues *d, struct errs *e)
{
    if (!loan_dues(x, d, e))
        return false;
    for (size_t i = 0; i < d->n && d->list[i].day < on.day; i++) {
        if (!x->late.fen)
            x->late_since.day = d->list[i].day;
        x->late.fen += d->list[i].fen;
    }
    assert(x->late.fen >= 0 && x->late.fen <= x->open.fen);
    return true;
}

/* --- joined --------------------------------------------------------------------------------- */

static void loan_reading_free(struct loan_reading *x)
{
    if (!x)
        return;
    helds_release(&x->held);
    for (size_t i = 0; i < x->slices_n; i++)
        free(x->slices[i].list);
    free(x->terms.list);
    loan_dues_release(&x->dues);
    free(x);
}

bool open_loans_begin(struct tx *tx, const struct fund *fund, int64_t first, int64_t last, struct date on,
                      struct open_loans *out, struct errs *e)
{
    struct loan_reading *x = xcalloc(1, sizeof *x);
    *x = (struct loan_reading){ .fund = fund, .first = first, .last = last, .on = on };
    *out = (struct open_loans){ .on = on, .reading = x };
    if (!kept_dues_read(tx, fund->county, 0, on, &out->kept, e) || !read_both(tx, x, e))
        return false;
    for (size_t i = 0; i < x->slices_n; i++) {
        out->most += x->slices[i].n;
        out->any_terms = out->any_terms || x->slices[i].terms;
    }
    out->list = xmalloc(arena_mul(out->most + 1, sizeof *out->list));
    large_pages(out->list, (out->most + 1) * sizeof *out->list);
    return !out->any_terms || read_terms(tx, fund, &x->terms, &out->a, e);
}

/* NULL: that were all. */
static const struct lent *next_lent(struct loan_reading *x)
{
    while (x->slice < x->slices_n && x->row == x->slices[x->slice].n) {
        free(x->slices[x->slice].list);
        x->slices[x->slice++].list = NULL;
        x->row = 0;
    }
    return x->slice < x->slices_n ? &x->slices[x->slice].list[x->row++] : NULL;
}

static int64_t held_of(struct loan_reading *x, int64_t contract)
{
    const struct helds *held = &x->held;
    while (x->at_held < held->n && held->list[x->at_held].contract < contract)
        x->at_held++;
    bool any = x->at_held < held->n && held->list[x->at_held].contract == contract;
    return any ? held->list[x->at_held].fen : 0;
}

static void find_terms(struct loan_reading *x, struct open_loans *all, struct open_loan *loan)
{
    const struct own_terms_list *terms = &x->terms;
    while (x->at_terms < terms->n && terms->list[x->at_terms].contract < loan->contract_id)
        x->at_terms++;
    if (x->at_terms < terms->n && terms->list[x->at_terms].contract == loan->contract_id)
        loan->terms = terms_of(&terms->list[x->at_terms], x->fund, loan, &all->a);
    while (x->at_kept < all->kept.n && all->kept.list[x->at_kept].contract_id < loan->contract_id)
        x->at_kept++;
    if (x->at_kept < all->kept.n && all->kept.list[x->at_kept].contract_id == loan->contract_id)
        loan->kept = &all->kept;
}

/* Left out are those of whom nothing is held. */
enum found open_loans_next(struct open_loans *all, struct open_loan **out, struct errs *e)
{
    struct loan_reading *x = all->reading;
    const struct lent *c;
    int64_t fen = 0;
    while ((c = next_lent(x)) && (fen = held_of(x, c->id)) <= 0)
        ;
    if (!c)
        return NONE;
    struct open_loan *loan = &all->list[all->n++];
    *loan = open_loan_of(c, fen);
    find_terms(x, all, loan);
    *out = loan;
    return find_late(loan, x->on, &x->dues, e) ? FOUND : FAILED;
}

bool open_loans_read(struct tx *tx, const struct fund *fund, int64_t first, int64_t last, struct date on,
                     struct open_loans *out, struct errs *e)
{
    enum found f;
    struct open_loan *loan;
    if (!open_loans_begin(tx, fund, first, last, on, out, e))
        return false;
    while ((f = open_loans_next(out, &loan, e)) == FOUND)
        ;
    loan_reading_free(out->reading);
    out->reading = NULL;
    return f == NONE;
}

void open_loans_release(struct open_loans *x)
{
    loan_reading_free(x->reading);
    free(x->list);
    arena_free(&x->a);
    *x = (struct open_loans){ 0 };
}

/* --- when it is due ------------------------------------------------------------------------- */

/* What is not covered yet, the oldest first. */
static void put_open(struct loan_dues *out, struct due d, int64_t *back)
{
    int64_t paid = *back < d.fen ? *back : d.fen;
    *back -= paid;
    if (paid < d.fen)
        out->list[out->n++] = (struct due){ d.day, d.fen - paid };
}

static bool changed_dues(const struct open_loan *x, struct loan_dues *out, struct errs *e)
{
    const struct contract c = { .id = x->contract_id,
                                .due_on = { x->due_on, true },
                                .ends_on = { x->ends_on, true } };
    struct errs own = { .a = &out->a, .lang = e->lang };
    struct agreed_due *all;
    size_t n;
    int64_t back = x->lent.fen - x->open.fen;
    arena_reset(&out->a);
    if (!agreed_dues(x->terms ? x->terms : &c, x->kept, x->lent, x->paid_out_on, &all, &n, &own))
        return fail(e, ERR_INTERNAL, NULL, MSG_DAY_TERMS, A(x->contract_id));
    out->list = NEW_ARRAY(&out->a, struct due, n);
    out->n = 0;
    for (size_t i = 0; i < n; i++)
        put_open(out, (struct due){ all[i].day, all[i].fen }, &back);
    return true;
}

bool loan_dues(const struct open_loan *x, struct loan_dues *out, struct errs *e)
{
    if (x->kept)
        return changed_dues(x, out, e);
    bool extended = x->ends_on.day > x->due_on.day;
    if (!x->terms || !x->terms->instalments.set || x->terms->instalments.v <= 1 || extended) {
        out->one = (struct due){ extended ? x->ends_on.day : x->due_on.day, x->open.fen };
        out->list = &out->one;
        out->n = 1;
        return true;
    }
    struct errs own = { .a = &out->a, .lang = e->lang };
    struct due *all;
    size_t n;
    int64_t back = x->lent.fen - x->open.fen, before = 0;
    arena_reset(&out->a);
    if (!contract_dues(x->terms, x->lent, x->paid_out_on, &all, &n, &own))
        return fail(e, ERR_INTERNAL, NULL, MSG_DAY_TERMS, A(x->contract_id));
    out->list = all;
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t paid = back - before;
        before += all[i].fen;
        if (paid < 0)
            paid = 0;
        if (paid < all[i].fen)
            out->list[out->n++] = (struct due){ all[i].day, all[i].fen - paid };
    }
    return true;
}

void loan_dues_release(struct loan_dues *x)
{
    arena_free(&x->a);
}
