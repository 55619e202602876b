/* shelf.h - answers that were made before and still hold, kept in memory.
 *
 * An answer about one county holds as long as two audit chains end where they did: the county's and that of
 * what all share (0), for whatever changes a row leaves one there, whoever did it and in whatever process. It
 * is kept for the account that asked, in its language, on its day, word for word as it asked.  At most
 * SHELF_BYTES. */
#ifndef API_SHELF_H
#define API_SHELF_H

#include "base/err.h"

enum { SHELF_BYTES = 12 << 20 };

struct shelf;
struct shelf *shelf_open(void);
void shelf_close(struct shelf *s); /* NULL is fine */

struct shelf_key {
    int64_t user_id, shared, own; /* where the two chains end */
    struct date today;
    enum lang lang;
    struct str path, query;
};
/* Copies of what stands there, in the arena. */
bool shelf_find(struct shelf *s, const struct shelf_key *k, struct arena *a, struct str *body,
                struct str *etag);
void shelf_put(struct shelf *s, const struct shelf_key *k, struct str body, struct str etag);

#endif
