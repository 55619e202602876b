/* payout_parts.h - what meetings and bank files share; private to src/fund. */
#ifndef FUND_PAYOUT_PARTS_H
#define FUND_PAYOUT_PARTS_H

#include "fund/payout.h"

bool payout_begin(struct lending *l, const struct fund_rules *r, struct payout *p, int32_t kind,
                  struct errs *e);
/* Nothing is missing of it, it is of the pay-out's period and township, and so much is there. */
bool payout_check(struct lending *l, const struct fund_rules *r, const struct payout *p,
                  const struct contract *c, struct errs *e);
bool payout_covered(struct lending *l, const struct fund_rules *r, const struct payout *p,
                    struct money amount, struct errs *e);
/* The money is in the household's hands: voucher, line, contract. */
bool payout_pay(struct lending *l, const struct payout *p, struct payout_line *line, const struct contract *c,
                struct date on, struct errs *e);
bool payout_bounce(struct lending *l, const struct payout *p, struct payout_line *line,
                   const struct contract *c, struct date on, struct errs *e);
bool has_way(const struct fund_rules *r, int way);
bool has_leg(const struct fund_rules *r, int leg);

#endif
