/* dump.h - a whole database as bytes, while others work on it, and a database from such bytes.
 *
 * SQLite: a file, as it was at one moment.  PostgreSQL: an archive of pg_dump, which pg_restore takes into an
 * empty database all at once. */
#ifndef STORE_DUMP_H
#define STORE_DUMP_H

#include "store/store.h"

#include <signal.h>

typedef bool dump_put_fn(void *ctx, struct str piece, struct errs *e);
/* The next piece, good until the next call; empty: that was all. */
typedef bool dump_get_fn(void *ctx, struct str *piece, struct errs *e);

struct dump {
    const char *url;    /* of the database, as in store_open */
    const char *folder; /* where a copy may lie meanwhile; nobody sees it there */
    const volatile sig_atomic_t *stop;
    dump_put_fn *put;
    dump_get_fn *get;
    void *ctx;
};
bool dump_write(const struct dump *d, struct errs *e);
/* SQLite: url is a file that is there and empty. */
bool dump_read(const struct dump *d, struct errs *e);
bool dump_is_sqlite(const char *url);

#endif
