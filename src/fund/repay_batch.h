/* repay_batch.h - many repayments of one county as one act: what repay_take reads and writes one by one is
 * kept in memory and written in bulk.  Private to src/fund.
 *
 * The caller has looked for each request's key himself.  Meanwhile nothing else of the county may be posted.
 */
#ifndef FUND_REPAY_BATCH_H
#define FUND_REPAY_BATCH_H

#include "fund/repay.h"

struct repay_batch *repay_batch_open(struct lending *l, int64_t county, struct errs *e); /* NULL: failed */
/* Of the programme, for the contract that comes next; 0: it is to be looked up. */
void repay_batch_version(struct repay_batch *b, int64_t version);
bool repay_batch_finish(struct repay_batch *b, struct errs *e);
void repay_batch_close(struct repay_batch *b); /* NULL is fine; what was not finished must not be committed */
static inline void repay_batch_closep(struct repay_batch **b)
{
    repay_batch_close(*b);
}

/* --- for repay.c --------------------------------------------------------------------------------- */

bool repay_batch_rules(struct repay_batch *b, const struct contract *c, struct fund_rules *out,
                       struct errs *e);

struct money repay_batch_owed(const struct repay_batch *b, const struct contract *c);
/* Whatever was added can be read.  b may be NULL. */
bool repay_batch_flush(struct repay_batch *b, struct errs *e);
bool repay_batch_post(struct repay_batch *b, const struct posting *p, struct errs *e);
/* The number of the year's next receipt; it is taken by repay_batch_add. */
bool repay_batch_number(struct repay_batch *b, int year, int64_t *no, struct errs *e);
bool repay_batch_add(struct repay_batch *b, const struct repayment *r, bool takes_number, struct errs *e);

#endif
