/* collect.h - going after what is late (催收, R339): who went, what was promised, and whether it was kept.
 *
 * A promise is kept when so much came in from the day it was given until the day it was given for, or nothing
 * is owed any more; what was paid that day before it was written down does not count.  A later promise stands
 * in for the ones before it. */
#ifndef FUND_COLLECT_H
#define FUND_COLLECT_H

#include "fund/collection.h"
#include "fund/open_loans.h"

/* Fills id and what was paid that day. */
bool collect_log(struct lending *l, const struct contract *c, struct collection_log *x, struct errs *e);
bool collect_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);

enum promise_state { PROMISE_NONE, PROMISE_OPEN, PROMISE_KEPT, PROMISE_BROKEN };
extern const char *const promise_slugs[];
extern const struct label promise_labels[];
bool promise_state(struct tx *tx, const struct collection_log *x, struct date on, enum promise_state *out,
                   struct errs *e);

/* Promises whose day has passed without the money, and which nobody has made good yet; of loans that are
 * still open, in their order, in e->a. */
struct broken_promise {
    int64_t contract_id;
    struct date promised_on;
    struct money missing;
};
bool broken_promises(struct tx *tx, const struct fund *f, const struct open_loans *loans,
                     struct broken_promise **list, size_t *n, struct errs *e);

#endif
