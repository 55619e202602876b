/* history_post.c - the journal of an archive: what its rows moved, day by day. */
#include "fund/history_parts.h"

#include <assert.h>
#include <stdlib.h>

/* Of a day: money comes into the fund, comes back from townships, goes out to them. */
static int by_day(const void *a, const void *b)
{
    const struct history_post *x = a, *y = b;
    if (x->fund != y->fund)
        return x->fund < y->fund ? -1 : 1;
    if (x->on.day != y->on.day)
        return x->on.day < y->on.day ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->period.v != y->period.v)
        return x->period.v < y->period.v ? -1 : 1;
    if (x->township.v != y->township.v)
        return x->township.v < y->township.v ? -1 : 1;
    return (x->contract_id > y->contract_id) - (x->contract_id < y->contract_id);
}

static struct posting posting_of(const struct known_fund *f, const struct history_post *p,
                                 enum voucher_kind kind, const char *purpose)
{
    return (struct posting){ .id = p->voucher_id,
                             .county = f->county,
                             .fund_id = f->id,
                             .entry_date = p->on,
                             .value_date = p->on,
                             .kind = kind,
                             .purpose = str_of(purpose),
                             .document = p->document };
}

static struct money minus(struct money m)
{
    return (struct money){ -m.fen };
}

static bool post_source(struct ledger_bulk *b, const struct known_fund *f, const struct history_post *p,
                        struct arena *a, struct errs *e)
{
    bool out = p->nature.v == NATURE_RETURNED;
    enum voucher_kind kind = out                                 ? VOUCHER_CAPITAL_OUT
                             : p->nature.v == NATURE_TRANSFER_IN ? VOUCHER_FUND_TRANSFER
                                                                 : VOUCHER_CAPITAL_IN;
    struct money in = out ? minus(p->amount) : p->amount;
    const struct posting_line lines[] = {
        { .kind = ACCOUNT_SPECIAL, .amount = in, .source = p->source },
        { .kind = ACCOUNT_CAPITAL, .amount = minus(in), .source = p->source },
    };
    struct posting x = posting_of(f, p, kind, say(a, ZH, MSG_HISTORY_CAPITAL, A(p->number)));
    struct voucher v;
    x.lines = lines;
    x.n = N_ELEMS(lines);
    return ledger_bulk_post(b, &x, &v, e);
}

/* Between the special account and a township, in one sum for all of a day and period (R312, R329). */
static bool post_leg(struct ledger_bulk *b, const struct known_fund *f, const struct history_post *p,
                     struct money sum, struct arena *a, struct errs *e)
{
    bool out = p->kind == HISTORY_LOAN;
    struct money to_township = out ? sum : minus(sum);
    const struct posting_line lines[] = {
        { .kind = ACCOUNT_TRANSIT,
          .amount = to_township,
          .source = p->source,
          .period = p->period,
          .region = p->township },
        { .kind = ACCOUNT_SPECIAL,
          .amount = minus(to_township),
          .source = p->source,
          .period = p->period,
          .region = p->township },
    };
    struct history_post leg = *p;
    struct voucher v;
    leg.voucher_id = 0;
    leg.document = (struct str){ 0 };
    const char *purpose = say(a, ZH, out ? MSG_HISTORY_TO_TOWNSHIP : MSG_HISTORY_REMITTED, A(p->township));
    struct posting x = posting_of(f, &leg, out ? VOUCHER_TO_TOWNSHIP : VOUCHER_REMITTANCE, purpose);
    x.lines = lines;
    x.n = N_ELEMS(lines);
    return ledger_bulk_post(b, &x, &v, e);
}

static bool post_loan(struct ledger_bulk *b, const struct known_fund *f, const struct history_post *p,
                      struct arena *a, struct errs *e)
{
    struct opt_int contract = { p->contract_id, true };
    bool out = p->kind == HISTORY_LOAN;
    struct money in = out ? minus(p->amount) : (struct money){ p->amount.fen + p->interest.fen };
    struct money owed = out ? p->amount : minus(p->amount);
    struct posting_line lines[3] = {
        { .kind = ACCOUNT_TRANSIT, .amount = in },
        { .kind = ACCOUNT_LOANS, .amount = owed, .name = p->number },
        { .kind = ACCOUNT_FEE, .amount = minus(p->interest) },
    };
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = p->source;
        lines[i].period = p->period;
        lines[i].contract_id = contract;
        lines[i].region = p->township;
    }
    struct voucher v;
    const char *purpose = say(a, ZH, out ? MSG_HISTORY_PAYOUT : MSG_HISTORY_REPAID, A(p->number));
    struct posting x = posting_of(f, p, out ? VOUCHER_PAYOUT : VOUCHER_REPAYMENT, purpose);
    x.lines = lines;
    x.n = p->interest.fen ? 3 : 2;
    return ledger_bulk_post(b, &x, &v, e);
}

static bool same_leg(const struct history_post *x, const struct history_post *y)
{
    return x->fund == y->fund && x->on.day == y->on.day && x->kind == y->kind && x->period.v == y->period.v &&
           x->township.v == y->township.v;
}

/* Loans of one day, period and township: first the money goes there, then to the people; repayments the other
 * way round. */
static bool post_group(struct ledger_bulk *b, const struct known_fund *f, const struct history_post *p,
                       size_t n, struct arena *a, struct errs *e)
{
    struct money sum = { 0 };
    bool out = p->kind == HISTORY_LOAN;
    for (size_t i = 0; i < n; i++) {
        bool fits = money_add(&sum, p[i].amount) && money_add(&sum, p[i].interest);
        assert(fits);
    }
    if (out && !post_leg(b, f, p, sum, a, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!post_loan(b, f, &p[i], a, e))
            return false;
    return out || post_leg(b, f, p, sum, a, e);
}

static bool post_fund(struct ledger_bulk *b, const struct known_fund *f, const struct history_post *p,
                      size_t n, struct importing *im, struct errs *e)
{
    for (size_t from = 0, to; from < n; from = to) {
        to = from + 1;
        if (p[from].kind == HISTORY_SOURCE) {
            if (!post_source(b, f, &p[from], &im->batch, e))
                return false;
            continue;
        }
        while (to < n && same_leg(&p[from], &p[to]))
            to++;
        if (!post_group(b, f, p + from, to - from, &im->batch, e))
            return false;
        arena_reset(&im->batch);
    }
    return true;
}

/* One bulk for all funds of a county. */
static bool post_county(struct importing *im, int64_t county, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    CLEANUP(ledger_bulk_closep) struct ledger_bulk *b = ledger_bulk_open(im->act, county, e);
    if (!b)
        return false;
    for (size_t from = 0, to; from < m->posts_n; from = to) {
        for (to = from; to < m->posts_n && m->posts[to].fund == m->posts[from].fund;)
            to++;
        const struct known_fund *f = m->funds[m->posts[from].fund];
        if (f->county == county && !post_fund(b, f, m->posts + from, to - from, im, e))
            return false;
    }
    return ledger_bulk_finish(b, e);
}

bool history_post_all(struct importing *im, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    const struct code pool = { FUND_SOURCE_POOL, true };
    if (!m->posts_n)
        return true;
    for (size_t i = 0; i < m->posts_n; i++)
        if (m->posts[i].kind != HISTORY_SOURCE)
            m->posts[i].source = pool;
    qsort(m->posts, m->posts_n, sizeof *m->posts, by_day);
    for (size_t i = 0; i < m->funds_n; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first = first && m->funds[k]->county != m->funds[i]->county;
        if (first && !post_county(im, m->funds[i]->county, e))
            return false;
    }
    return true;
}
