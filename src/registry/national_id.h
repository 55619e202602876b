/* national_id.h - the register that makes a person unique over all counties (architecture §5, T8).
 *
 * Keyed by the look-up key of the sealed ID number, so that it can live on another shard than the
 * person; written in the same transaction as the person. */
#ifndef REGISTRY_NATIONAL_ID_H
#define REGISTRY_NATIONAL_ID_H

#include "store/store.h"

struct national_id {
    struct bytes id_key; /* SEAL_TAG bytes */
    int64_t county, person_id;
};
extern const struct entity national_id_entity;

#endif
