/* relief_parts.h - versions of a loan's schedule, as relief.c makes them; private to src/fund. */
#ifndef FUND_RELIEF_PARTS_H
#define FUND_RELIEF_PARTS_H

#include "fund/relief.h"

/* What the schedule would be: principal that came back keeps its day, the rest is moved. */
struct moved_dues {
    struct agreed_due *list;
    size_t n;
    struct opt_date from, to; /* the first day that moves, and where to */
    struct date last;
};
bool schedule_move(struct tx *tx, const struct contract *c, const struct loan_relief *x, struct money owed,
                   struct date on, struct moved_dues *out, struct errs *e);
/* As the newest version, since `on`; before the first one what was agreed is kept as version 1. */
bool schedule_write(struct tx *tx, const struct contract *c, const struct moved_dues *m,
                    const struct loan_relief *x, struct date on, int64_t *version, struct errs *e);
/* The version before x's as the newest one. */
bool schedule_restore(struct tx *tx, const struct loan_relief *x, struct date on, struct errs *e);

#endif
