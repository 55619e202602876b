/* id.h - the counter row that ids are reserved from (architecture §5 "Ids"). */
#ifndef STORE_ID_H
#define STORE_ID_H

#include "store/store.h"

#define ID_MAX (INT64_C(1) << 53)

struct id_block {
    struct str name; /* 'id' */
    int64_t next;
    struct bytes mac; /* of name and next, under the check key */
};
extern const struct entity id_block_entity;

bool id_block_init(struct tx *tx, struct errs *e); /* once, when the database is made */
bool id_block_valid(const struct seal *s, const struct id_block *b, struct arena *a);

#endif
