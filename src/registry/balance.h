/* balance.h - opening + in - out = closing, in households and in persons (R015, R016, R035).
 *
 * Opening and closing are counted from where everybody was on those days (history.h), in and out are added up
 * from the movements recorded, and from what an import brought without one; the two must agree, and so must
 * the register as it stands today.  Whoever does not fit is named. */
#ifndef REGISTRY_BALANCE_H
#define REGISTRY_BALANCE_H

#include "access/verify.h"
#include "registry/history.h"

enum { MOVE_KINDS = 40 };
struct flows {
    int64_t opening, closing;
    int64_t in[MOVE_KINDS], out[MOVE_KINDS]; /* by kind of movement; 0: without one */
    int64_t total_in, total_out;
};
enum { MISFITS_MAX = 20 };
struct misfit {
    struct str hh_no, name; /* name unknown: the household itself */
};
struct balance {
    struct flows households, persons;
    bool balanced;
    struct misfit misfits[MISFITS_MAX];
    size_t misfits_n; /* may be more than are named */
};
/* From the morning of `from` to the evening of `to`, within a region of the actor's area (0: all of it). */
bool balance_of(struct tx *tx, const struct actor *who, struct region_code within, struct date from,
                struct date to, struct balance *out, struct errs *e);

/* By day and number, or back: county, first and last region, first and last day, kind (0: all), how many, and
 * the day and number that they are behind. */
const struct stmt *movement_rows(bool down);
/* The movements of that time in the order of days, at most `limit`; kind 0: all. */
bool movements_list(struct tx *tx, const struct actor *who, struct region_code within, struct date from,
                    struct date to, int32_t kind, size_t limit, struct list *out, bool *more, struct errs *e);

/* For verify: nobody is present whom the movements say to be gone, or the other way round. */
extern const struct invariant movement_invariant;

#endif
