/* facts_kept.h - columns of facts that a server keeps in memory between questions, so that a parameter can be
 * moved without reading the register again.
 *
 * What is kept is of one part of one county, the columns of one plan, one day.  It is good as long as the
 * county's audit chain ends where it did when the columns were read: every write makes the chain longer. */
#ifndef PROGRAMME_FACTS_KEPT_H
#define PROGRAMME_FACTS_KEPT_H

#include "programme/facts_read.h"

struct facts_kept;
/* At most so many bytes; the one not used longest goes first, and what is too large is not kept. */
struct facts_kept *facts_kept_open(size_t bytes_max);
void facts_kept_close(struct facts_kept *k); /* NULL is fine; nobody may be reading */

/* As facts_read; k NULL: always from the database.  Any number of threads at a time. */
bool facts_read_kept(struct tx *tx, struct facts_kept *k, const struct fact_request *q, fact_page_fn *fn,
                     void *ctx, struct errs *e);

struct facts_kept_counts {
    int64_t hits, misses;
    size_t bytes;
};
struct facts_kept_counts facts_kept_counts(struct facts_kept *k);

#endif
