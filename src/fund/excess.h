/* excess.h - what a repayment brought beyond the debt: given back to the payer, or kept for what falls due
 * next.
 *
 * Either is a decision with a person and a reason.  What is kept pays a later debt of the same household to
 * the same fund, by a receipt of its own, and may still be given back until it has. */
#ifndef FUND_EXCESS_H
#define FUND_EXCESS_H

#include "fund/repay.h"

bool excess_give_back(struct lending *l, const struct contract *c, const struct repayment *r, struct date on,
                      struct str reason, struct overpayment *out, struct errs *e);
bool excess_keep(struct lending *l, const struct repayment *r, struct str reason, struct overpayment *out,
                 struct errs *e);
/* All that was kept of r pays c, another debt of the household or the same one. */
bool excess_use(struct lending *l, const struct contract *of, const struct repayment *r,
                const struct contract *c, struct date on, struct repay_result *out, struct errs *e);

#endif
