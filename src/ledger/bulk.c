/* bulk.c - histories: accounts, balances and numbers are kept in memory and written once, at the end. */
#include "access/site.h"
#include "base/value.h"
#include "ledger/posting.h"

#include <assert.h>

enum { ACCOUNTS_FIRST = 1024, SERIES_FIRST = 64 };

struct known_account {
    struct fund_account account;
    struct money was, now;
    bool is_new;
    struct date first; /* of the special account: the earliest day that was posted on */
    bool touched;
};
struct series {
    int64_t fund_id, year;
    struct counter was, now;
    bool is_new;
};
struct closed {
    int64_t fund_id;
    struct opt_date day;
};
struct ledger_bulk {
    struct act *act;
    int64_t county;
    struct arena a;
    struct known_account *list;
    size_t n, cap;
    size_t *slot; /* hash table over list: index + 1 */
    size_t slots;
    struct series *series;
    size_t series_n, series_cap;
    struct closed *closed; /* by fund */
    size_t closed_n, closed_cap;
    struct bulk *accounts, *balances, *vouchers, *lines;
};

/* --- accounts in memory ------------------------------------------------------------------- */

static size_t hash_of(int64_t fund_id, int64_t kind, int64_t part)
{
    uint64_t h = (uint64_t)fund_id * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (uint64_t)kind) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (uint64_t)part ^ (h >> 29)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(h ^ (h >> 31));
}

static bool is_account(const struct fund_account *a, int64_t fund_id, int64_t kind, int64_t part)
{
    return a->fund_id == fund_id && a->kind.v == kind && a->part == part;
}

static struct known_account *find(const struct ledger_bulk *b, int64_t fund_id, int64_t kind, int64_t part)
{
    if (!b->slots)
        return NULL;
    for (size_t at = hash_of(fund_id, kind, part) & (b->slots - 1); b->slot[at];
         at = (at + 1) & (b->slots - 1))
        if (is_account(&b->list[b->slot[at] - 1].account, fund_id, kind, part))
            return &b->list[b->slot[at] - 1];
    return NULL;
}

static void enter(struct ledger_bulk *b, size_t i)
{
    const struct fund_account *a = &b->list[i].account;
    size_t at = hash_of(a->fund_id, a->kind.v, a->part) & (b->slots - 1);
    while (b->slot[at])
        at = (at + 1) & (b->slots - 1);
    b->slot[at] = i + 1;
}

static struct known_account *add(struct ledger_bulk *b, const struct fund_account *a)
{
    if (b->n == b->cap) {
        b->cap = b->cap ? b->cap * 2 : ACCOUNTS_FIRST;
        b->slots = b->cap * 2;
        b->list = xrealloc(b->list, b->cap * sizeof *b->list);
        b->slot = xrealloc(b->slot, b->slots * sizeof *b->slot);
        memset(b->slot, 0, b->slots * sizeof *b->slot);
        for (size_t i = 0; i < b->n; i++)
            enter(b, i);
    }
    b->list[b->n] = (struct known_account){ .account = *a };
    b->list[b->n].account.name = (struct str){ 0 };
    enter(b, b->n);
    return &b->list[b->n++];
}

static bool load_accounts(struct ledger_bulk *b, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(
            b->act->tx, &r,
            SQL(STMT_KEY,
                "SELECT a.id, a.fund_id, a.kind, a.part, b.amount FROM fund_account a JOIN account_balance b "
                "ON b.county = $1 AND b.account_id = a.id WHERE a.county = $1 ORDER BY a.id"),
            e, V(b->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct fund_account a = { .county = b->county,
                                  .id = rows_int(&r, 0),
                                  .fund_id = rows_int(&r, 1),
                                  .kind = { (int32_t)rows_int(&r, 2), true },
                                  .part = rows_int(&r, 3) };
        struct known_account *x = add(b, &a);
        x->was.fen = x->now.fen = rows_int(&r, 4);
    }
    return f == NONE;
}

/* --- opening ------------------------------------------------------------------------------ */

struct ledger_bulk *ledger_bulk_open(struct act *act, int64_t county, struct errs *e)
{
    struct ledger_bulk *b = xcalloc(1, sizeof *b);
    b->act = act;
    b->county = county;
    if (!load_accounts(b, e) || !indexes_defer(act->tx, &voucher_line_entity, 0, e) ||
        !indexes_defer(act->tx, &voucher_entity, 0, e)) {
        ledger_bulk_close(b);
        return NULL;
    }
    /* What others refer to comes first. */
    b->accounts = bulk_open(act->tx, &fund_account_entity);
    b->balances = bulk_open(act->tx, &account_balance_entity);
    b->vouchers = bulk_open(act->tx, &voucher_entity);
    b->lines = bulk_open(act->tx, &voucher_line_entity);
    return b;
}

void ledger_bulk_close(struct ledger_bulk *b)
{
    if (!b)
        return;
    bulk_close(b->lines);
    bulk_close(b->vouchers);
    bulk_close(b->balances);
    bulk_close(b->accounts);
    arena_free(&b->a);
    free(b->closed);
    free(b->series);
    free(b->list);
    free(b->slot);
    free(b);
}

/* --- one voucher -------------------------------------------------------------------------- */

/* Room for one more; the array may move. */
static void *room(void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return list;
    *cap = *cap ? *cap * 2 : SERIES_FIRST;
    return xrealloc(list, *cap * size);
}

static bool need_open(struct ledger_bulk *b, const struct posting *p, struct errs *e)
{
    size_t i = 0;
    while (i < b->closed_n && b->closed[i].fund_id != p->fund_id)
        i++;
    if (i == b->closed_n) {
        struct fund f = { .county = b->county, .id = p->fund_id };
        struct closed c = { .fund_id = p->fund_id };
        if (!ledger_closed(b->act->tx, &f, &c.day, e))
            return false;
        b->closed = room(b->closed, b->closed_n, &b->closed_cap, sizeof *b->closed);
        b->closed[b->closed_n++] = c;
    }
    struct opt_date day = b->closed[i].day;
    return !day.set || p->entry_date.day > day.v.day ||
           fail(e, ERR_CONFLICT, "date", MSG_LEDGER_CLOSED, A(day.v), A(p->entry_date));
}

static struct series *series_of(struct ledger_bulk *b, int64_t fund_id, int64_t year, struct errs *e)
{
    for (size_t i = b->series_n; i-- > 0;)
        if (b->series[i].fund_id == fund_id && b->series[i].year == year)
            return &b->series[i];
    struct counter was,
        c = { .county = b->county, .name = str_of(voucher_series(fund_id, year, &b->a)), .next = 1 };
    enum found f = db_get(b->act->tx, &counter_entity, &was, e, V(b->county), V(c.name));
    if (f == FAILED)
        return NULL;
    if (f == FOUND)
        c.next = was.next;
    b->series = room(b->series, b->series_n, &b->series_cap, sizeof *b->series);
    b->series[b->series_n] = (struct series){ fund_id, year, c, c, f == NONE };
    return &b->series[b->series_n++];
}

/* The accounts of a voucher's lines with their new balances; nothing is kept unless all of it fits. */
static bool reckon(struct ledger_bulk *b, const struct posting *p, struct known_account **of, struct errs *e)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct posting_line *l = &p->lines[i];
        if (find(b, p->fund_id, (int64_t)l->kind, posting_part(l)))
            continue;
        struct fund_account a = posting_account(p, l, 0);
        if (!db_id(b->act->tx, &a.id, e) || !bulk_add(b->accounts, &a, e))
            return false;
        add(b, &a)->is_new = true;
    }
    for (size_t i = 0; i < p->n; i++) {
        const struct posting_line *l = &p->lines[i];
        of[i] = find(b, p->fund_id, (int64_t)l->kind, posting_part(l));
        assert(of[i]);
        if (money_add(&of[i]->now, l->amount))
            continue;
        while (i-- > 0)
            of[i]->now.fen -= p->lines[i].amount.fen;
        return fail(e, ERR_INVALID, "line", MSG_LEDGER_TOO_MANY);
    }
    return true;
}

bool ledger_bulk_post(struct ledger_bulk *b, const struct posting *p, struct voucher *out, struct errs *e)
{
    struct known_account *of[POSTING_LINES_MAX] = { 0 };
    int64_t id;
    assert(p->county == b->county);
    if (!posting_check(p, e) || !need_open(b, p, e))
        return false;
    struct series *s = series_of(b, p->fund_id, year_of(p->entry_date), e);
    if (!s || !posting_id(b->act, p, &id, e) || !reckon(b, p, of, e))
        return false;
    struct voucher v = posting_voucher(b->act, p, id, s->now.next++);
    if (!bulk_add(b->vouchers, &v, e))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        struct known_account *x = of[i];
        assert(x);
        struct voucher_line line = posting_voucher_line(&v, &p->lines[i], (int64_t)i + 1, x->account.id);
        if (!bulk_add(b->lines, &line, e))
            return false;
        if (!x->touched || p->entry_date.day < x->first.day)
            x->first = p->entry_date;
        x->touched = true;
    }
    *out = v;
    return true;
}

struct money ledger_bulk_balance(const struct ledger_bulk *b, int64_t fund_id, enum account_kind kind,
                                 int64_t part)
{
    const struct known_account *x = find(b, fund_id, (int64_t)kind, part);
    return x ? x->now : (struct money){ 0 };
}

/* --- the end ------------------------------------------------------------------------------ */

static bool write_balance(struct ledger_bulk *b, const struct known_account *x, struct errs *e)
{
    struct account_balance old = { b->county, x->account.id, x->was }, new = old;
    new.amount = x->now;
    if (x->is_new)
        return bulk_add(b->balances, &new, e);
    return x->now.fen == x->was.fen || db_update(b->act->tx, &account_balance_entity, &old, &new, e);
}

static bool write_series(struct ledger_bulk *b, const struct series *s, struct errs *e)
{
    if (s->now.next == s->was.next)
        return true;
    return s->is_new ? db_insert(b->act->tx, &counter_entity, &s->now, e)
                     : db_update(b->act->tx, &counter_entity, &s->was, &s->now, e);
}

bool ledger_bulk_finish(struct ledger_bulk *b, struct errs *e)
{
    for (size_t i = 0; i < b->n; i++)
        if (!write_balance(b, &b->list[i], e))
            return false;
    if (!bulk_flush(b->accounts, e) || !bulk_flush(b->balances, e) || !bulk_flush(b->vouchers, e) ||
        !bulk_flush(b->lines, e))
        return false;
    for (size_t i = 0; i < b->series_n; i++)
        if (!write_series(b, &b->series[i], e))
            return false;
    if (!indexes_build(b->act->tx, e))
        return false;
    for (size_t i = 0; i < b->n; i++) {
        const struct known_account *x = &b->list[i];
        if (x->touched && x->account.kind.v == ACCOUNT_SPECIAL &&
            !need_covered(b->act->tx, b->county, x->account.id, x->first, e))
            return false;
    }
    return true;
}
