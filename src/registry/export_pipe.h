/* export_pipe.h - rows on their way from the thread that reads them to one that makes something of them, so
 * that both work at once; in batches, in order.  Private to the export. */
#ifndef REGISTRY_EXPORT_PIPE_H
#define REGISTRY_EXPORT_PIPE_H

#include "base/err.h"

struct pipeline;
/* Called on the other thread for each row, in order; a is the arena that the row lives in. */
typedef bool pipeline_fn(void *ctx, void *row, struct arena *a, struct errs *e);

/* Rows of `size` bytes. */
struct pipeline *pipeline_open(size_t size, pipeline_fn *fn, void *ctx, enum lang lang);
/* Where the next row goes and the arena for what it points to; NULL: the other side has failed. */
void *pipeline_row(struct pipeline *p, struct arena **a);
void pipeline_push(struct pipeline *p); /* it is there */
/* Wait until all is done, and let go of p; false when fn failed, with its errors.  `stop`: leave the rest. */
bool pipeline_close(struct pipeline *p, bool stop, struct errs *e);

#endif
