/* codes_kept.h - the code tables as a server keeps them: read again when they were changed, here or by
 * another program on the same database. */
#ifndef API_CODES_KEPT_H
#define API_CODES_KEPT_H

#include "base/codes.h"
#include "store/store.h"

struct codes_kept;
struct codes_kept *codes_kept_open(const struct code_book *first);
void codes_kept_close(struct codes_kept *k); /* NULL is fine; nobody uses a book any more */
/* What they are by now: at most two seconds old, and not older than what codes_kept_changed was told.  The
 * book stays until the end, since whoever has it may go on using it. */
const struct code_book *codes_kept_now(struct codes_kept *k, struct store *st);
void codes_kept_changed(struct codes_kept *k); /* somebody is about to commit a change; NULL is fine */

#endif
