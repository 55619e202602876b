/* scope.h - the counties, and the part of each, that an actor may see. */
#ifndef REGISTRY_SCOPE_H
#define REGISTRY_SCOPE_H

#include "access/actor.h"

/* Queries of a county's data bind county and the two ends: … AND village BETWEEN $2 AND $3. */
struct scope {
    int64_t county, first, last;
};
struct scopes {
    struct scope *list;
    size_t n;
};

/* In the order of counties; `within` (0: all) narrows it to a region. */
bool scopes_of(struct tx *tx, const struct actor *who, enum perm p, struct region_code within,
               struct scopes *out, struct errs *e);

/* For what all counties share, like holidays and programmes: fails unless the actor may do it in every county
 * that the site has. */
bool scope_need_all(struct tx *tx, const struct actor *who, enum perm p, struct errs *e);

/* The rows of all their counties; the statement is of one entity and binds the county as $1. */
bool scopes_rows(struct tx *tx, const struct scopes *s, const struct stmt *st, struct list *out,
                 struct errs *e);

#endif
