/* disclosure.h - whether a fund shows its sums to everybody (资金公开): only where somebody has said so. */
#ifndef FUND_DISCLOSURE_H
#define FUND_DISCLOSURE_H

#include "access/audit.h"
#include "ledger/ledger.h"

struct fund_disclosure {
    int64_t county, fund_id;
    struct date disclosed_on;
    struct str disclosed_by;
};
extern const struct entity fund_disclosure_entity;

/* From now on, or no longer; what is so already stays as it is. */
bool fund_disclose(struct act *act, const struct fund *f, bool disclosed, struct date today, struct errs *e);
enum found fund_disclosure_of(struct tx *tx, const struct fund *f, struct fund_disclosure *out,
                              struct errs *e);

#endif
