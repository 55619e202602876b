/* interest.h - the interest of a stretch of days, exactly, then rounded once. */
#ifndef FUND_INTEREST_H
#define FUND_INTEREST_H

#include "fund/schedule.h"

/* The period that the days lie in: how long it is as agreed decides what a day of it is worth. */
struct loan_period {
    struct date from, due;
    bool regular; /* as long as agreed: not moved */
};

/* num ÷ den to the nearest multiple of unit. */
struct money round_to(struct money num, int64_t den, struct money unit, enum rounding r);
/* Interest for one yuan over a whole period, as a fraction in lowest terms. */
struct fraction period_rate(const struct loan_terms *t, const struct loan_period *p);
/* Call put for every piece of from..to on which the subsidy is the same. */
typedef void accrual_fn(void *ctx, const struct accrual *piece);
void interest_pieces(const struct loan_terms *t, const struct loan_period *p, struct money balance,
                     struct date from, struct date to, accrual_fn *put, void *ctx);

#endif
