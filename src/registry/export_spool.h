/* export_spool.h - rows between the database and the file they go to.
 *
 * Which columns have any value is known only when the last row was read, and a transaction may begin again:
 * so rows wait in a file without a name, as they will be written (what is masked is masked already), and
 * take no memory.  Private to the export. */
#ifndef REGISTRY_EXPORT_SPOOL_H
#define REGISTRY_EXPORT_SPOOL_H

#include "base/buf.h"
#include "base/err.h"

enum { SPOOL_COLS_MAX = 128 };

struct spool {
    int fd; /* -1: none */
    struct buf b;
    size_t row_at, cell_at; /* in b, of what is being written or read */
    int64_t rows;
    bool used[SPOOL_COLS_MAX]; /* some row has a value there */
};

bool spool_open(struct spool *s, const char *folder, struct errs *e);
void spool_close(struct spool *s);                   /* for CLEANUP */
bool spool_restart(struct spool *s, struct errs *e); /* forget all rows */

/* A row: begin it, append each known value to what spool_cell gives, end the cell, end the row. */
void spool_row(struct spool *s);
struct buf *spool_cell(struct spool *s, unsigned col);
void spool_cell_end(struct spool *s);
bool spool_row_end(struct spool *s, struct errs *e);

/* Then the rows again from the first; a cell without value is unknown, the others live until the next call.
 */
bool spool_rewind(struct spool *s, struct errs *e);
bool spool_next(struct spool *s, struct str cells[SPOOL_COLS_MAX], struct errs *e);

#endif
