/* history_replay.c - what of an archive can have happened: events by date, day by day. */
#include "fund/history.h"

#include <assert.h>
#include <stdlib.h>

void history_add(struct history *h, const struct history_event *x)
{
    if (h->n == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 1024;
        h->list = xrealloc(h->list, h->cap * sizeof *h->list);
    }
    h->list[h->n++] = *x;
}

void history_release(struct history *h)
{
    free(h->list);
    *h = (struct history){ 0 };
}

/* The households' live loans, found by hash, and the funds' accounts, which are few. */
struct family {
    int64_t county, fund, household;
    int64_t rounds;
    size_t live[4]; /* places of live loans + 1 */
    bool used;
};
struct account_at {
    int64_t county, fund, fen;
};
struct book {
    struct family *slot;
    size_t cap;
    struct account_at accounts[HISTORY_FUNDS_MAX];
    size_t accounts_n;
};

static struct family *family_of(struct book *b, const struct history_event *x)
{
    uint64_t key =
        (uint64_t)x->fund * 0x9e3779b97f4a7c15u ^ ((uint64_t)x->household + 1) * 0xc2b2ae3d27d4eb4fu;
    size_t at = (size_t)((key ^ (key >> 29)) & (b->cap - 1));
    while (b->slot[at].used && (b->slot[at].fund != x->fund || b->slot[at].household != x->household ||
                                b->slot[at].county != x->county))
        at = (at + 1) & (b->cap - 1);
    struct family *s = &b->slot[at];
    if (!s->used)
        *s = (struct family){ .county = x->county, .fund = x->fund, .household = x->household, .used = true };
    return s;
}

static int64_t *account_of(struct book *b, const struct history_event *x)
{
    size_t i = 0;
    while (i < b->accounts_n && (b->accounts[i].fund != x->fund || b->accounts[i].county != x->county))
        i++;
    if (i == b->accounts_n) {
        assert(i < HISTORY_FUNDS_MAX);
        b->accounts[b->accounts_n++] = (struct account_at){ x->county, x->fund, 0 };
    }
    return &b->accounts[i].fen;
}

/* A loan goes out unless the household still owes as many as it may. */
static void lend(struct history *h, struct book *b, size_t i)
{
    struct history_event *x = &h->list[i];
    struct family *family = family_of(b, x);
    int64_t live = 0;
    size_t free_at = N_ELEMS(family->live);
    for (size_t k = 0; k < N_ELEMS(family->live); k++) {
        bool open = family->live[k] && h->list[family->live[k] - 1].loan > 0;
        if (open)
            x->other = family->live[k] - 1;
        else
            free_at = k;
        live += open;
    }
    if (x->file && (live >= h->live_max || free_at == N_ELEMS(family->live))) {
        x->verdict = HISTORY_SECOND_LOAN;
        return;
    }
    if (free_at < N_ELEMS(family->live))
        family->live[free_at] = i + 1;
    x->round = ++family->rounds;
    x->loan = x->fen;
    *account_of(b, x) -= x->fen;
}

static void take_back(struct history *h, struct book *b, struct history_event *x)
{
    struct history_event *loan = &h->list[x->loan];
    if (loan->verdict != HISTORY_GOOD) {
        x->verdict = HISTORY_NO_LOAN;
    } else if (x->on.day < loan->on.day) {
        x->verdict = HISTORY_BEFORE_PAYOUT;
    } else if (x->fen > loan->loan) {
        x->verdict = HISTORY_TOO_MUCH;
        x->short_of = loan->loan;
    } else {
        loan->loan -= x->fen;
        *account_of(b, x) += x->fen + x->interest;
    }
}

/* Money comes in before it goes out; else as they stand in the list, so that what a day lent last is what it
 * had no money for. */
static int by_day(const void *a, const void *b, void *ctx)
{
    const struct history *h = ctx;
    const struct history_event *x = &h->list[*(const size_t *)a], *y = &h->list[*(const size_t *)b];
    if (x->on.day != y->on.day)
        return x->on.day < y->on.day ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

/* Of the accounts that are short at the end of the day, the loans of files that went out last are refused,
 * those of the day first. */
static bool refuse_loans(struct history *h, struct book *b, const size_t *order, size_t upto, struct date day,
                         bool *again)
{
    for (size_t k = upto; k-- > 0;) {
        struct history_event *x = &h->list[order[k]];
        if (x->kind != HISTORY_LOAN || !x->file || x->verdict != HISTORY_GOOD)
            continue;
        int64_t *account = account_of(b, x);
        if (*account >= 0)
            continue;
        x->verdict = HISTORY_OVERDRAWN;
        x->day = day;
        x->short_of = -*account;
        *account += x->fen;
        /* What came back of it since did not, and what was refused for its sake may be good. */
        if (x->on.day != day.day) {
            *again = true;
            return true;
        }
        x->loan = 0;
        if (*account >= 0)
            return true;
    }
    return false;
}

static bool short_of_money(const struct book *b)
{
    for (size_t i = 0; i < b->accounts_n; i++)
        if (b->accounts[i].fen < 0)
            return true;
    return false;
}

static void day_end(struct history *h, struct book *b, const size_t *order, size_t upto, bool *again)
{
    struct date day = h->list[order[upto - 1]].on;
    while (!*again && short_of_money(b))
        if (!refuse_loans(h, b, order, upto, day, again))
            return;
}

static bool replay_once(struct history *h, struct book *b, const size_t *order)
{
    bool again = false;
    memset(b->slot, 0, b->cap * sizeof *b->slot);
    b->accounts_n = 0;
    for (size_t k = 0; k < h->n; k++)
        if (h->list[k].verdict != HISTORY_OVERDRAWN)
            h->list[k].verdict = HISTORY_GOOD;
    for (size_t k = 0; k < h->n && !again; k++) {
        struct history_event *x = &h->list[order[k]];
        if (x->verdict == HISTORY_OVERDRAWN)
            x->loan = 0;
        else if (x->kind == HISTORY_LOAN)
            lend(h, b, order[k]);
        else if (x->kind == HISTORY_REPAYMENT)
            take_back(h, b, x);
        else
            *account_of(b, x) += x->fen;
        if (k + 1 == h->n || h->list[order[k + 1]].on.day != x->on.day)
            day_end(h, b, order, k + 1, &again);
    }
    return again;
}

void history_replay(struct history *h)
{
    struct book b = { .cap = 64 };
    if (!h->n)
        return;
    size_t *order = xcalloc(h->n, sizeof *order);
    while (b.cap < h->n * 2)
        b.cap *= 2;
    b.slot = xcalloc(b.cap, sizeof *b.slot);
    for (size_t i = 0; i < h->n; i++)
        order[i] = i;
    qsort_r(order, h->n, sizeof *order, by_day, h);
    while (replay_once(h, &b, order))
        ;
    free(b.slot);
    free(order);
}
