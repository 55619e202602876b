/* transfer.h - a household goes to another village, of its county or of another one (distributed.md §3).
 *
 * Within the county only its village changes.  Into another county its rows are written there with the same
 * ids: household, members, years, states, movements; the register of numbers follows; both counties' audit
 * chains tell of it.  Open business forbids the transfer.  What is settled stays in the county that did it -
 * cases, contracts, vouchers, visits, papers - and where there is any, so do the household's rows: closed,
 * the members as having moved out, so that the county's past reads as before.  Else they are deleted.  A
 * family that comes back takes them up again. */
#ifndef REGISTRY_TRANSFER_H
#define REGISTRY_TRANSFER_H

#include "registry/movement.h"

/* What a module has to say about a household that leaves its county. */
struct transfer_block {
    const char *name;
    /* Open business: loans, cases.  fail() with what has to be settled first, in words. */
    bool (*check)(struct tx *tx, const struct household *h, struct errs *e);
};

struct transfer {
    int64_t county, household_id;
    struct region_code to;                      /* a village */
    struct str hh_no;                           /* its number there; unknown: as before */
    const struct transfer_block *const *blocks; /* of the modules above the registry */
    size_t n;
    struct household made; /* as it stands afterwards */
};
bool household_transfer(struct event *ev, struct transfer *x, struct errs *e);

#endif
