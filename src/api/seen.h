/* seen.h - who stands behind a session, kept in memory between one request and the next.
 *
 * What is kept holds as long as the audit chain of what all share (0) ends where it did: whatever takes a
 * session, an account or a right away leaves a row there.  Its own clocks are looked at each time. */
#ifndef API_SEEN_H
#define API_SEEN_H

#include "access/session.h"

struct seen;
struct seen *seen_open(void);
void seen_close(struct seen *k); /* NULL is fine */

/* In a transaction that only reads.  NONE: nothing is known; *head is what seen_keep wants to hear. */
enum found seen_find(struct seen *k, struct tx *tx, struct str secret, struct instant now, struct session *s,
                     struct actor *who, int64_t *head, struct errs *e);
void seen_keep(struct seen *k, int64_t head, const struct session *s, const struct actor *who);
void seen_forget(struct seen *k, struct str token_hash);

#endif
