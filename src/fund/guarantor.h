/* guarantor.h - who stands for a loan: of what kinds, for how much at once, and who may not.
 *
 * Somebody is the same guarantor by ID number, or, where one of the two papers has none, by name and village.
 * What he stands for is what is owed on those contracts, and what they promise before they are paid out. */
#ifndef FUND_GUARANTOR_H
#define FUND_GUARANTOR_H

#include "fund/lending.h"

struct guarantor_state {
    struct money exposure;
    int64_t loans;
    int64_t in_default; /* of them, and of his own loans, late on that day */
};
bool guarantor_state(struct tx *tx, const struct contract *c, const struct guarantee *g, struct date on,
                     struct guarantor_state *out, struct errs *e);
/* What speaks against g as a guarantor of c on that day; all of it goes into `against`. */
bool guarantor_check(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                     const struct guarantee *g, struct date on, struct errs *against, struct errs *e);
/* Fills id and person_id. */
bool guarantor_add(struct lending *l, const struct contract *c, struct guarantee *g, struct errs *e);

#endif
