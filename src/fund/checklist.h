/* checklist.h - what is still missing before a contract is in force (R282) and before it is paid (R283).
 *
 * Every missing point is named at once, as an entry of `missing`; false only when the look itself failed. */
#ifndef FUND_CHECKLIST_H
#define FUND_CHECKLIST_H

#include "fund/contract.h"

struct checklist {
    struct tx *tx;
    const struct fund_rules *rules;
    struct date on;
};
/* Signatures, seals, guarantor, IOU and papers. */
bool checklist_papers(const struct checklist *k, const struct contract *c, struct errs *missing,
                      struct errs *e);
/* The same and more: period, township's contract, payee, second loan, guarantor's standing, the use it is
 * for. How much money there is to pay it from is looked at by whoever pays. */
bool checklist_payment(const struct checklist *k, const struct contract *c, struct errs *missing,
                       struct errs *e);

/* The five forbidden uses (挤占 挪用 截留 借用 改变用途, R261): each outflow is checked for each. */
enum forbidden_use { USE_SQUEEZED, USE_DIVERTED, USE_WITHHELD, USE_BORROWED, USE_CHANGED };
extern const struct label forbidden_uses[];
/* The purpose that an outflow states: not blank, none of the programme's forbidden uses nor the five; of a
 * contract it is its project. */
void purpose_check(const struct fund_rules *r, const struct contract *c, struct str purpose,
                   struct errs *against);

#endif
