/* repay_parts.h - what taking, undoing and reckoning repayments anew share; private to src/fund. */
#ifndef FUND_REPAY_PARTS_H
#define FUND_REPAY_PARTS_H

#include "fund/repay.h"

/* How a repayment is spread. */
struct spread {
    struct money principal, interest, overpaid;
    bool later;            /* there are payments behind it */
    bool keeps;            /* what is too much stays for the next debt, by the programme's rule */
    struct opt_money owed; /* before it, where that is known */
};
bool repay_write(struct lending *l, const struct contract *c, const struct repay_request *q,
                 const struct spread *s, struct repay_result *out, struct errs *e);
bool overpayment_of(struct tx *tx, const struct repayment *r, struct overpayment *out, enum found *f,
                    struct errs *e);
/* Without a look at what came later; dated `on`. */
bool repay_take_back(struct lending *l, const struct repayment *r, struct date on, struct str reason,
                     bool same_day, struct repayment *out, struct errs *e);
void excess_decide(const struct lending *l, struct overpayment *o, int32_t what, struct str reason);
/* What was kept and paid this repayment is there again. */
bool release_kept(struct lending *l, const struct repayment *r, struct errs *e);

/* A loan with interest is replayed from its pay-out: repayments that come to stand for something else, since
 * one before them was added or undone, are taken back and posted anew today, under their receipts and value
 * dates. Gives how many. */
bool reallocate(struct lending *l, const struct fund_rules *r, const struct contract *c, size_t *n,
                struct errs *e);

#endif
