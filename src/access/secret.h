/* secret.h - tokens nobody can guess, and their hashes, which is all the database keeps of them. */
#ifndef ACCESS_SECRET_H
#define ACCESS_SECRET_H

#include "store/store.h"

struct str secret_new(struct arena *a);                     /* 256 bits, base64url */
struct str secret_hash(struct str secret, struct arena *a); /* 64 hex digits */
bool secret_same(struct str a, struct str b);               /* takes as long whether they agree or not */

/* The MAC of a row that changes without an audit row: over every column but the last, which is it. */
struct bytes row_mac(const struct seal *s, const struct entity *en, const void *obj, struct arena *a);
bool row_mac_holds(const struct seal *s, const struct entity *en, const void *obj, struct arena *a);

#endif
