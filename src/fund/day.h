/* day.h - the close of a day 日终: a pure function of the journal and the day.
 *
 * What is owed, what is late and since when (ageing, PAR 30, 60, 90), what interest has accrued, which
 * notices are to be sent and which promises were broken.  It may be run late, again, and for any day that has
 * come; it posts nothing, locks nothing, and keeps its results only to be read: made again from the same
 * journal they are the same, and then nothing is written. */
#ifndef FUND_DAY_H
#define FUND_DAY_H

#include "fund/collect.h"
#include "fund/remind.h"

struct day_result {
    struct day_close sum;
    struct day_class *classes; /* by township and class; in e->a */
    size_t classes_n;
    struct day_item *items; /* by kind, contract and day; on the heap */
    size_t items_n, items_cap;
};
void day_release(struct day_result *x);

bool day_compute(struct tx *tx, const struct fund_rules *r, struct date day, struct day_result *out,
                 struct errs *e);
/* The same, kept; changed: it was not there, or was another one. */
bool day_close(struct lending *l, const struct fund_rules *r, struct date day, struct day_result *out,
               bool *changed, struct errs *e);
/* As it was kept. */
enum found day_read(struct tx *tx, const struct fund *f, struct date day, struct day_result *out,
                    struct errs *e);

#endif
