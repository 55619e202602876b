/* driver.h - what a database has to offer; private to src/store.
 *
 * The only place where dialects differ: opening, transactions, one prepared statement at a time, bulk
 * loading, errors, and the tokens of migrations.  No domain names. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "store/store.h"

/* A connection; the driver's struct begins with it. */
struct conn {
    const struct driver *driver;
    struct plan **plans; /* hash table of prepared statements, by key and which */
    size_t plans_n, plans_cap;
    struct conn *next; /* in the pool */
    bool broken;       /* to be closed, not pooled */
    int64_t log_pages; /* what the last commit left in the database's log, where somebody has to clear it */
};

/* A prepared statement of one connection; the driver's struct begins with it. */
struct plan {
    const void *key;
    unsigned which;
    const char *sql; /* owned */
};

enum { COPY_FLUSH_BYTES = 128 << 10 };

struct driver {
    const char *name;
    bool one_writer; /* writes of all counties wait in one queue */
    struct conn *(*open)(const char *url, bool create, struct errs *e);
    void (*close)(struct conn *c);
    bool (*begin)(struct conn *c, enum tx_mode mode, struct errs *e);
    bool (*commit)(struct conn *c, struct errs *e);
    void (*rollback)(struct conn *c);
    bool (*savepoint)(struct conn *c, struct errs *e);
    bool (*release)(struct conn *c, struct errs *e);
    bool (*rollback_to)(struct conn *c, struct errs *e);
    bool (*script)(struct conn *c, const char *sql, struct errs *e); /* DDL: statements without values */
    struct plan *(*prepare)(struct conn *c, const char *sql, struct errs *e);
    void (*forget)(struct conn *c, struct plan *p);
    /* A statement without result; *changed rows, where not NULL. */
    bool (*exec)(struct conn *c, struct plan *p, const struct val *v, size_t n, int64_t *changed,
                 struct errs *e);
    void *(*query)(struct conn *c, struct plan *p, bool stream, const struct val *v, size_t n,
                   struct errs *e);
    enum found (*next)(void *cursor, struct errs *e);
    struct val (*cell)(void *cursor, int i);
    bool (*number)(void *cursor, int i, int64_t *v);  /* of a cell that is a number or NULL; false: NULL */
    void (*numbers)(void *cursor, int n, int64_t *v); /* of the first cells; NULL gives 0 */
    void (*done)(void *cursor);
    /* A statement that calls bangfu_numbers(a, b, …) as its only result, run to its end; NULL where
     * db_numbers takes row by row. */
    bool (*each)(struct conn *c, struct plan *p, const struct numbers_to *to, const struct val *v, size_t n,
                 struct errs *e);
    void (*trim)(struct conn *c); /* gives back what it need not keep in memory; may be NULL */
    /* COPY of rows, or NULL where rows are inserted one by one.  copy_widths: how many bytes the numbers in
     * the columns of such a SELECT have; a row is copy_row and a copy_cell for each of them. */
    bool (*copy)(struct conn *c, const char *sql, struct str rows, struct errs *e);
    bool (*copy_widths)(struct conn *c, const char *select, uint8_t *width, size_t n, struct errs *e);
    void (*copy_row)(struct buf *rows, size_t cells);
    void (*copy_cell)(struct buf *rows, const struct val *v, uint8_t width);
    /* An exclusive autocommit connection reserves ids (NULL: within the write transaction). */
    bool ids_apart;
    bool (*integrity)(struct conn *c, struct errs *e);
    /* Copy what the log holds into the database: so many pages of it are there now.  NULL where the database
     * does that itself. */
    int64_t (*checkpoint)(const char *url);
    /* DDL tokens: class of the table closed by `)`, see migrate.c. */
    const char *(*table_suffix)(enum table_class class, const char *key, int partitions, struct arena *a);
    const char *(*type_of)(const char *token);      /* @I64 … */
    bool (*settle)(struct conn *c, struct errs *e); /* tables or indexes have changed; may be NULL */
    /* In a load, before keys are built: with what, while the program has all processors busy making rows, and
     * at its end, when it only waits.  May be NULL. */
    const char *sort_beside_sql, *sort_sql;
    /* In a load, of a table that nobody else can reach until its end: an empty file in the place of the empty
     * one, so that its rows need no log.  Nothing where it cannot be sure that there are no rows.  May be
     * NULL. */
    bool (*renew)(struct conn *c, const char *table, struct errs *e);
    const char *statistics_sql; /* before a table's name: look at how its values lie; may be NULL */
    const char *known_rows_sql; /* and how many rows table $1 had when that was last done */
    /* What slows table $1 down while it fills: how to take it away, how to make it again, of a foreign key
     * the table that it refers to, whether it is a key of the table, and of a foreign key whose it is; what
     * must go first comes first. */
    const char *indexes_sql;
    bool appends_well; /* rows that come in the order of an index cost it less than to be sorted later */
    const char *has_table_sql; /* counts tables named $1 */
};

extern const struct driver sqlite_driver, postgres_driver;

struct conn *tx_conn(struct tx *tx);

/* What kind of failure a database reported (distributed.md E2, E3, E8). */
enum db_failure {
    DB_OTHER,
    DB_DUPLICATE,
    DB_REFERENCE,
    DB_CHECK,
    DB_RETRY,
    DB_GONE,
    DB_FULL,
    DB_DAMAGED, /* what was written cannot be read any more */
};
/* By SQLSTATE and, where a sharded site hides that behind XX000, by the text. */
enum db_failure pg_failure(const char *sqlstate, const char *message);
/* The table a message speaks of, without the shard number that Citus appends: person_102052 → person. */
struct str pg_table_in(struct str message, struct arena *a);
bool db_fail(struct errs *e, enum db_failure f, struct str table, const char *text);

#endif
