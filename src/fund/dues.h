/* dues.h - when the principal of a contract falls due: by its instalments, where it has them, else in one
 * sum; after an extension, deferral or recall as the newest version of its schedule says. */
#ifndef FUND_DUES_H
#define FUND_DUES_H

#include "fund/book.h"
#include "store/store.h"

struct due {
    int32_t day;
    int64_t fen;
};
/* As the contract has it, without its versions: of `lent`, paid out on `start`; in the order of days, in
 * e->a. An extension moves all of it to the last day. */
bool contract_dues(const struct contract *c, struct money lent, struct date start, struct due **dues,
                   size_t *n, struct errs *e);

struct agreed_due {
    int32_t day;      /* as agreed now */
    int32_t original; /* as agreed at first: ageing counts from there */
    int64_t fen;
};
/* Versions of schedules that held on a day; of the others the contract itself says all. */
struct kept_dues {
    struct kept_due {
        int64_t contract_id;
        int32_t since; /* of the version: one before the pay-out was for an earlier one, which came back */
        struct agreed_due due;
    } * list; /* by contract, then by day */
    size_t n;
};
/* contract_id 0: all of the county.  In e->a. */
bool kept_dues_read(struct tx *tx, int64_t county, int64_t contract_id, struct date on, struct kept_dues *out,
                    struct errs *e);

/* By the version that held then, else by the contract.  kept: NULL, or what kept_dues_read gave. */
bool agreed_dues(const struct contract *c, const struct kept_dues *kept, struct money lent, struct date start,
                 struct agreed_due **dues, size_t *n, struct errs *e);

#endif
