/* region_load.h - regions come from the program's own book into the database.
 *
 * What is there already stays as it is, whatever its name or end: the office knows better. */
#ifndef REGISTRY_REGION_LOAD_H
#define REGISTRY_REGION_LOAD_H

#include "access/audit.h"

#include <signal.h>

struct region_load {
    struct region_code county; /* 0: the whole country */
    bool with_prefecture;      /* the other counties of its prefecture too */
    const volatile sig_atomic_t *stop;
    void (*progress)(void *ctx, struct str province);
    void *ctx;
    /* What came of it. */
    int64_t added, there; /* regions */
    int64_t renamed;      /* of those there: called otherwise than in the book */
    int64_t offices;      /* counties that keep their books here from now on */
};

/* A county brings along its prefecture and its province and becomes an office that keeps its books here; the
 * whole country brings no offices: they open with their first household.  Needs PERM_REGIONS for all that is
 * loaded, the two above excepted. */
bool region_load(struct act *act, struct region_load *l, struct errs *e);

#endif
