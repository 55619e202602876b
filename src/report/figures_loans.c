/* figures_loans.c - figures of the contracts: what went out, what is due, what came back, what is late. */
#include "report/figures_parts.h"

#include <stdlib.h>

static struct figure_row contract_row(const struct loan *l, int32_t day)
{
    return (struct figure_row){ .kind = "contract", .name = l->number, .on = on_day(day) };
}

/* --- when principal falls due ----------------------------------------------------------------- */

static bool dues_of(struct run *r, const struct loan *l, struct agreed_due **dues, size_t *n)
{
    const struct contract c = { .id = l->id,
                                .due_on = on_day(l->due_on),
                                .ends_on = on_day(l->ends_on),
                                .instalments = l->instalments,
                                .every_months = l->every_months,
                                .rate = l->rate,
                                .method = l->method,
                                .day_count = l->day_count };
    return agreed_dues(&c, &r->kept, (struct money){ l->lent }, (struct date){ l->first_out }, dues, n, r->e);
}

static int64_t back_by(const struct loan *l, int32_t day)
{
    int64_t sum = 0;
    for (size_t i = 0; i < l->payments_n && l->payments[i].day <= day; i++)
        sum += l->payments[i].fen;
    return sum;
}

/* Of `fen` due after `before`, what `back` has covered: the oldest is paid first. */
static int64_t covered(int64_t back, int64_t before, int64_t fen)
{
    int64_t left = back - before;
    return left < 0 ? 0 : left < fen ? left : fen;
}

static void take_due(struct run *r, const struct loan *l, const struct agreed_due *d, int64_t before)
{
    struct figure_row row = contract_row(l, d->original);
    int64_t back = covered(l->back, before, d->fen);
    take(r, FIGURE_LOAN_DUE, NUMERATOR, d->fen, &row);
    take(r, FIGURE_LOAN_RECOVERED_OF_DUE, NUMERATOR, back, &row);
    take(r, FIGURE_LOAN_RECOVERY_ON_TIME, NUMERATOR, covered(back_by(l, d->original), before, d->fen), &row);
    if (r->q->trace == FIGURE_LOAN_RECOVERY_RATE) {
        take(r, FIGURE_LOAN_RECOVERY_RATE, NUMERATOR, back, &row);
        take(r, FIGURE_LOAN_RECOVERY_RATE, DENOMINATOR, d->fen, &row);
    }
    if (r->q->trace == FIGURE_LOAN_RECOVERY_ON_TIME)
        take(r, FIGURE_LOAN_RECOVERY_ON_TIME, DENOMINATOR, d->fen, &row);
    if (d->day > d->original)
        take(r, FIGURE_LOAN_EXTENDED, NUMERATOR, d->fen, &row);
    if (d->day > r->q->as_of.day)
        return; /* extended and not due again yet */
    take(r, FIGURE_LOAN_RECOVERY_EXTENDED, DENOMINATOR, d->fen, &row);
    take(r, FIGURE_LOAN_RECOVERY_EXTENDED, NUMERATOR, covered(back_by(l, d->day), before, d->fen), &row);
}

/* Gives what is late, and since when. */
static int64_t late_of(const struct run *r, const struct loan *l, const struct agreed_due *dues, size_t n,
                       int32_t *since)
{
    int64_t before = 0, late = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t day = dues[i].day;
        int64_t open = dues[i].fen - covered(l->back + l->written_off, before, dues[i].fen);
        before += dues[i].fen;
        if (day >= r->q->as_of.day || open <= 0)
            continue;
        if (!late)
            *since = day;
        late += open;
    }
    return late;
}

static void take_ageing(struct run *r, const struct loan *l, int64_t open, int64_t late, int32_t since)
{
    static const struct {
        enum figure_id id;
        int days;
    } classes[] = { { FIGURE_LOAN_PAR30, 30 }, { FIGURE_LOAN_PAR60, 60 }, { FIGURE_LOAN_PAR90, 90 } };
    struct figure_row row = contract_row(l, since);
    if (late <= 0)
        return;
    take(r, FIGURE_LOAN_OVERDUE, NUMERATOR, late, &row);
    take(r, FIGURE_LOAN_OVERDUE_COUNT, NUMERATOR, 1, &row);
    for (size_t i = 0; i < N_ELEMS(classes); i++)
        if (r->q->as_of.day - since > classes[i].days)
            take(r, classes[i].id, NUMERATOR, open, &row);
}

static void tell(const struct run *r, const struct loan *l, struct figure_loan *x)
{
    x->id = l->id;
    x->household = l->household;
    x->borrower = l->borrower;
    x->period = l->period;
    x->village = l->village;
    x->number = l->number;
    x->first_out = l->first_out;
    x->due_on = l->due_on;
    x->ends_on = l->ends_on;
    x->lent = l->lent;
    x->back = l->back;
    r->q->watch->loan(r->q->watch->ctx, x);
}

static bool take_contract(struct run *r, const struct loan *l)
{
    struct figure_loan x = { .id = 0 };
    struct figure_row row = contract_row(l, l->first_out);
    struct agreed_due *dues;
    size_t n;
    int64_t before = 0, open = l->lent - l->back - l->written_off;
    int32_t since = 0;
    if (!dues_of(r, l, &dues, &n))
        return false;
    if (in_span(r, l->first_out))
        take(r, FIGURE_LOAN_COUNT, NUMERATOR, 1, &row);
    take(r, FIGURE_LOAN_OUTSTANDING, NUMERATOR, open, &row);
    for (size_t i = 0; i < n; i++) {
        if (in_span(r, dues[i].original)) {
            take_due(r, l, &dues[i], before);
            x.due += dues[i].fen;
            x.recovered += covered(l->back, before, dues[i].fen);
        }
        before += dues[i].fen;
    }
    int64_t late = late_of(r, l, dues, n, &since);
    take_ageing(r, l, open, late, since);
    x.open = open;
    x.late = late;
    x.since = since;
    if (r->q->watch)
        tell(r, l, &x);
    return true;
}

/* --- how many different ----------------------------------------------------------------------- */

struct seen {
    int64_t id;
    const struct loan *loan;
};

static int by_seen(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->loan > y->loan) - (x->loan < y->loan);
}

static const struct {
    enum figure_id id;
    enum { OF_HOUSEHOLD, OF_BORROWER, OF_PERIOD, OF_VILLAGE, OF_TOWNSHIP } what;
    const char *kind;
} distinct[] = {
    { FIGURE_LOAN_HOUSEHOLDS, OF_HOUSEHOLD, "household" }, { FIGURE_LOAN_BORROWERS, OF_BORROWER, "person" },
    { FIGURE_LOAN_PERIODS, OF_PERIOD, "period" },          { FIGURE_REGION_VILLAGES, OF_VILLAGE, "village" },
    { FIGURE_REGION_TOWNSHIPS, OF_TOWNSHIP, "township" },
};

static struct figure_row distinct_row(const struct run *r, size_t which, const struct seen *s)
{
    struct figure_row row = { .kind = distinct[which].kind, .on = on_day(s->loan->first_out) };
    if (r->q->trace < 0)
        return row;
    switch (distinct[which].what) {
    case OF_HOUSEHOLD:
    case OF_BORROWER: row.name = household_name(r, s->loan->household); break;
    case OF_PERIOD: row.name = str_of(arena_printf(r->a, "%lld", (long long)s->id)); break;
    case OF_VILLAGE:
    case OF_TOWNSHIP: row.name = str_of(arena_printf(r->a, "%012lld", (long long)s->id)); break;
    }
    return row;
}

static int64_t distinct_of(size_t which, const struct loan *l)
{
    switch (distinct[which].what) {
    case OF_HOUSEHOLD: return l->household;
    case OF_BORROWER: return l->borrower;
    case OF_PERIOD: return l->period;
    case OF_VILLAGE: return l->village.v;
    case OF_TOWNSHIP:
    default: return region_parent(l->village).v;
    }
}

static void count_distinct(struct run *r, size_t which, struct seen *seen)
{
    size_t n = 0;
    for (size_t i = 0; i < r->loans_n; i++) {
        const struct loan *l = &r->loans[i];
        int64_t id = distinct_of(which, l);
        if (l->wanted && l->out && id && in_span(r, l->first_out))
            seen[n++] = (struct seen){ id, l };
    }
    if (n)
        qsort(seen, n, sizeof *seen, by_seen);
    for (size_t i = 0; i < n; i++) {
        if (i && seen[i].id == seen[i - 1].id)
            continue;
        struct figure_row row = distinct_row(r, which, &seen[i]);
        take(r, distinct[which].id, NUMERATOR, 1, &row);
    }
}

bool figures_loans(struct run *r)
{
    struct seen *seen = xcalloc(r->loans_n ? r->loans_n : 1, sizeof *seen);
    bool ok = true;
    for (size_t i = 0; i < r->loans_n && ok; i++)
        if (r->loans[i].wanted && r->loans[i].out)
            ok = take_contract(r, &r->loans[i]);
    for (size_t i = 0; i < N_ELEMS(distinct); i++)
        count_distinct(r, i, seen);
    free(seen);
    return ok;
}
