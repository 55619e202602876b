#include "fund/interest.h"

#include <assert.h>

__extension__ typedef __int128 wide;

enum { MONTHS = 12, DAYS_30 = 30, DAYS_360 = 360, DAYS_365 = 365, DAYS_366 = 366 };

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

static struct money round_wide(wide num, wide den, enum rounding r)
{
    assert(num >= 0);
    assert(den > 0);
    wide q = num / den, twice = 2 * (num % den);
    if (twice > den || (twice == den && (r == ROUND_HALF_UP || (q & 1))))
        q++;
    assert(q <= INT64_MAX);
    return (struct money){ (int64_t)q };
}

struct money round_to(struct money num, int64_t den, struct money unit, enum rounding r)
{
    int64_t step = unit.fen ? unit.fen : 1;
    struct money x = round_wide(num.fen, (wide)den * step, r);
    x.fen *= step;
    return x;
}

/* --- parts of a year ---------------------------------------------------------------------- */

static int64_t days(struct date from, struct date to)
{
    return (int64_t)to.day - from.day;
}

static int64_t days_360(struct date from, struct date to)
{
    struct civil a = date_civil(from), b = date_civil(to);
    int first = a.day < DAYS_30 ? a.day : DAYS_30, last = b.day < DAYS_30 ? b.day : DAYS_30;
    return (int64_t)(b.year - a.year) * DAYS_360 + (int64_t)(b.month - a.month) * DAYS_30 + last - first;
}

/* Days of a regular period are held within it, so that its parts add up to the whole. */
static int64_t offset_360(const struct loan_terms *t, const struct loan_period *p, struct date d)
{
    int64_t whole = (int64_t)t->every_months * DAYS_30, x = days_360(p->from, d);
    if (!p->regular)
        return x;
    return d.day == p->due.day || x > whole ? whole : x;
}

/* A day belongs to the year it ends in: 31 December is the last of the old year's. */
static struct fraction actual_actual(struct date from, struct date to)
{
    struct fraction f = { 0, (int64_t)DAYS_365 * DAYS_366 };
    int last = date_civil(to).year;
    for (int y = date_civil(from).year; y <= last; y++) {
        struct date first, end;
        if (!date_of(y, 1, 1, &first) || !date_of(y, MONTHS, 31, &end))
            break;
        int64_t in_year = days(first, end) + 1;
        int64_t lo = from.day + 1 > first.day ? from.day + 1 : first.day;
        int64_t hi = to.day < end.day ? to.day : end.day;
        if (hi >= lo)
            f.num += (hi - lo + 1) * (in_year == DAYS_365 ? DAYS_366 : DAYS_365);
    }
    return f;
}

static struct fraction same_as_period(const struct loan_terms *t, const struct loan_period *p,
                                      struct date from, struct date to)
{
    struct date end = p->regular ? p->due : date_add_months(p->from, t->every_months);
    return (struct fraction){ t->every_months * days(from, to), MONTHS * days(p->from, end) };
}

static struct fraction year_part(const struct loan_terms *t, const struct loan_period *p, struct date from,
                                 struct date to)
{
    switch (t->day_count) {
    case DAYS_30_360: return (struct fraction){ offset_360(t, p, to) - offset_360(t, p, from), DAYS_360 };
    case DAYS_ACTUAL_365: return (struct fraction){ days(from, to), DAYS_365 };
    case DAYS_ACTUAL_ACTUAL: return actual_actual(from, to);
    case DAYS_SAME_AS_PERIOD:
    default: return same_as_period(t, p, from, to);
    }
}

struct fraction period_rate(const struct loan_terms *t, const struct loan_period *p)
{
    struct fraction y = year_part(t, p, p->from, p->due);
    assert(y.num >= 0);
    int64_t g = gcd(y.den, y.num);
    y = (struct fraction){ y.num / g * t->rate.num, y.den / g * t->rate.den };
    g = gcd(y.den, y.num);
    return (struct fraction){ y.num / g, y.den / g };
}

/* --- pieces ------------------------------------------------------------------------------- */

static struct accrual piece_of(const struct loan_terms *t, const struct loan_period *p, struct money balance,
                               struct date from, struct date to, struct fraction share)
{
    struct fraction y = year_part(t, p, from, to);
    struct accrual x = { .from = from, .to = to };
    x.interest = round_wide((wide)balance.fen * t->rate.num * y.num, (wide)t->rate.den * y.den, t->rounding);
    x.subsidy = round_wide((wide)x.interest.fen * share.num, share.den, t->rounding);
    assert(x.subsidy.fen <= x.interest.fen);
    x.borrower.fen = x.interest.fen - x.subsidy.fen;
    return x;
}

void interest_pieces(const struct loan_terms *t, const struct loan_period *p, struct money balance,
                     struct date from, struct date to, accrual_fn *put, void *ctx)
{
    struct fraction share = { 0, 1 };
    assert(balance.fen >= 0);
    for (size_t i = 0; i < t->subsidy_n && from.day < to.day; i++) {
        struct date change = t->subsidy[i].from;
        if (change.day >= to.day)
            break;
        if (change.day > from.day) {
            struct accrual x = piece_of(t, p, balance, from, change, share);
            put(ctx, &x);
            from = change;
        }
        share = t->subsidy[i].share;
    }
    if (from.day < to.day) {
        struct accrual x = piece_of(t, p, balance, from, to, share);
        put(ctx, &x);
    }
}
