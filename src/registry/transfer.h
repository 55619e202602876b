/* transfer.h - a household goes to another village, of its county or of another one (distributed.md §3).
 *
 * Within the county only its village changes.  Into another county its rows are written there with the same
 * ids and deleted here: household, members, years, states, movements; the register of numbers follows; both
 * counties' audit chains tell of it.  What is settled in a county stays there: open business forbids the
 * transfer. */
#ifndef REGISTRY_TRANSFER_H
#define REGISTRY_TRANSFER_H

#include "registry/movement.h"

/* What a module has to say about a household that leaves its county. */
struct transfer_block {
    const char *name;
    /* Open business: loans, cases, notices.  fail() with what has to be settled first, in words.  NULL: none.
     */
    bool (*check)(struct tx *tx, const struct household *h, struct errs *e);
    /* Rows that go along.  rows: those of a household, by county ($1) and household id ($2); the entity
     * begins with its county.  NULL: none.  They are written after the household and deleted before it, in
     * the table's order. */
    const struct entity *en;
    const struct stmt *(*rows)(void);
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
