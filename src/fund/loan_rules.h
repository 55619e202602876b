/* loan_rules.h - what a repayment needs to know of a programme: plain values, without its text.
 *
 * A version of a programme never changes, and reading its file takes longer than all the rest of a repayment,
 * so what was read once is remembered by the hash of the file, for the whole program. */
#ifndef FUND_LOAN_RULES_H
#define FUND_LOAN_RULES_H

#include "fund/lending.h"

struct loan_rules {
    enum rounding rounding;
    enum excess_rule excess;
    bool early_repayment;
    struct opt_money whole_unit;
    struct opt_int principal_grace_months;
};
struct loan_rules loan_rules_from(const struct programme *p);
/* Of the version that the contract was made by. */
bool loan_rules_of(struct tx *tx, const struct contract *c, const struct code_book *codes,
                   struct loan_rules *out, struct errs *e);

#endif
