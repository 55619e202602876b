/* find.h - finding anybody by what a clerk has in hand: a name or its beginning, an ID number, a phone,
 * a household number, a village. */
#ifndef REGISTRY_FIND_H
#define REGISTRY_FIND_H

#include "registry/household.h"
#include "registry/person.h"
#include "registry/scope.h"

enum hit_reason { HIT_ID_NUMBER, HIT_HH_NO, HIT_PHONE, HIT_NAME, HIT_VILLAGE };
extern const struct label hit_reasons[];

struct hit {
    enum hit_reason why;
    struct household household;
    struct person person; /* id 0: the household itself was found */
    struct str village;   /* name */
};
struct hits {
    struct hit *list;
    size_t n;
    bool more; /* there are others beyond the limit */
};

/* Within what the actor may read.  An ID number registered outside it is answered with the county's name
 * only, in *elsewhere. */
bool find_anybody(struct tx *tx, const struct actor *who, struct str text, struct region_code within,
                  size_t limit, struct date today, struct hits *out, struct str *elsewhere, struct errs *e);

/* A household by its number; NONE outside the actor's area as well.  Fails if several counties in it have
 * the number, unless they are one family's that moved. */
enum found household_by_no(struct tx *tx, const struct actor *who, struct str hh_no,
                           struct region_code within, struct household *h, struct errs *e);

#endif
