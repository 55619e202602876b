/* dues.h - when the principal of a contract falls due: by its instalments, where it has them, else in one
 * sum. */
#ifndef FUND_DUES_H
#define FUND_DUES_H

#include "fund/book.h"

struct due {
    int32_t day;
    int64_t fen;
};
/* Of `lent`, paid out on `start`; in the order of days, in e->a.  An extension moves all of it to the last
 * day. */
bool contract_dues(const struct contract *c, struct money lent, struct date start, struct due **dues,
                   size_t *n, struct errs *e);

#endif
