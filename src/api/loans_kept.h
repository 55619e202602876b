/* loans_kept.h - what households owe on a day, kept by a server from one page of a list to the next.
 *
 * An entry is of one fund, one part of its county and one day, and good as long as the county's audit chain
 * ends where it did: every write makes the chain longer. */
#ifndef API_LOANS_KEPT_H
#define API_LOANS_KEPT_H

#include "fund/open_loans.h"

struct loans_kept;
struct loans_kept *loans_kept_open(size_t bytes_max);
void loans_kept_close(struct loans_kept *k); /* NULL is fine; nobody may be reading */

struct loans_lent; /* somebody reads it */
/* Loans by contract, without their terms: what falls due later than next is not asked of them.  k NULL: read
 * for this question.  *out stays until loans_kept_return. */
bool loans_kept_lend(struct tx *tx, struct loans_kept *k, const struct fund *f, int64_t first, int64_t last,
                     struct date on, struct loans_lent **out, struct errs *e);
const struct open_loan *loans_lent_list(const struct loans_lent *x, size_t *n);
void loans_kept_return(struct loans_lent **x); /* for CLEANUP; NULL inside is fine */

#endif
