/* check.h - for verify: do the books hold? */
#ifndef LEDGER_CHECK_H
#define LEDGER_CHECK_H

#include "access/verify.h"

/* Every voucher sums to zero and has its lines, numbers have no gap, reversals are the opposite, balances are
 * the sum of their lines, the special account is at no day's end below zero, nobody checked what he made
 * himself, and nothing was entered on a closed day. */
extern const struct invariant ledger_invariant;

/* check is asked of each county that has a fund. */
typedef bool county_check_fn(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e);
bool ledger_check_counties(struct tx *tx, county_check_fn *check, struct verify_report *r, struct errs *e);

#endif
