/* internal.h - the insides of a store and of a transaction; private to src/store. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "store/driver.h"

#include <pthread.h>

enum { LANES = 4, ID_BLOCK = 65536, ROW_BYTES_MAX = 1 << 20 };

struct job;

/* Ids reserved and not yet given out: [next, end). */
struct id_pool {
    int64_t next, end;
};

/* A queue of writes. */
struct lane {
    pthread_mutex_t lock;
    struct job *first, **last;
    size_t waiting;
    bool busy;          /* somebody leads */
    bool gathering;     /* and waits until so many as are expected wait */
    size_t expected;    /* who wrote or waited when the last batch was done */
    size_t ran;         /* how many it had */
    int64_t took_us;    /* and how long it took */
    struct id_pool ids; /* used only by the thread that leads */
};

/* Copies what SQLite's log holds into the database, so that the log stays short and no write waits for
 * that. The thread begins with the first log that is long. */
struct keeper {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool runs, ends;
    int64_t pages; /* of the log, as the last write left it */
    int64_t kept;  /* of them copied */
};

struct store {
    const struct driver *driver;
    const struct schema *schema;
    char *url;
    struct seal *seal;
    pthread_mutex_t lock; /* of idle */
    struct conn *idle;
    struct lane lanes[LANES];
    pthread_rwlock_t turn; /* of the lanes, where several write: shared, or one lane's alone */
    struct keeper keeper;
};

struct tx {
    struct store *st;
    struct conn *c;
    enum tx_mode mode;
    bool streaming; /* a db_scan is open */
    bool load;      /* it was begun as TX_LOAD */
    bool changed;   /* it is not any more what was committed */
    struct id_pool *ids;
    struct touched *touched, *last_touched;
    struct arena a;            /* of touched */
    struct bulk *bulks;        /* in the order in which they were opened */
    struct bulk *copied;       /* the one whose rows are copied all the time, others now and then */
    struct deferred *deferred; /* indexes to be built */
    struct widths *widths;     /* of the numbers of tables, where rows are copied */
    struct buf scratch;        /* of row_hash */
    struct feeder *feeder;     /* in a load: writes the rows that wait */
    unsigned reading;          /* rows that are open */
};

struct conn *conn_take(struct store *st, struct errs *e);
void conn_give(struct store *st, struct conn *c);
/* The prepared statement of this connection for (key, which), whose text `text` makes once. */
struct plan *plan_get(struct conn *c, const void *key, unsigned which,
                      const char *(*text)(const void *, unsigned, struct arena *), struct errs *e);
/* The same of a text that is put together at run time; key: what it is about. */
struct plan *plan_of_text(struct conn *c, const void *key, const char *sql, struct errs *e);
/* fn as if it were a write of the first lane: no other one is under way meanwhile. */
void run_between_writes(struct store *st, void (*fn)(struct store *st), struct errs *e);
void keeper_init(struct keeper *k);
void keeper_tell(struct store *st, int64_t log_pages);
void keeper_release(struct store *st); /* before the last connection closes */
bool store_run_apart(struct store *st, tx_fn *fn, void *ctx, struct errs *e);
/* What a row is read by, drawn together from the columns of its entity. */
struct shape {
    uint32_t off;
    uint8_t type;
    bool sealed, server;
};
/* The columns of a row that are known: which, and what stands there. */
struct known {
    size_t n;
    uint8_t *col;
    struct val *v;
};
void row_shape(const struct entity *en, struct shape shape[COLS_MAX]);
/* A row of n columns as it will be stored, its sealed columns given. */
void row_known(const struct shape *shape, size_t n, const void *obj, const struct bytes *sealed,
               struct known *k);
/* One that was drawn ahead gets what the server has set since. */
void row_complete(const struct shape *shape, const void *obj, struct known *k);
/* A row was added: into the sums of the transaction. */
void row_added(struct tx *tx, const struct entity *en, const struct known *k);
void ids_undo(struct tx *tx, struct id_pool before);
void touch(struct tx *tx, const struct entity *en, int64_t county, int64_t rows, struct rowsum add,
           struct rowsum sub);

/* A thread that writes to the database of a load while its owner makes the next rows ready.  It does what it
 * is given in that order, and nothing more after a failure.  The connection is its own until it is drained.
 */
struct feeder;
typedef bool feed_fn(void *ctx, struct errs *e);
struct feeder *feeder_open(size_t most, enum lang lang);     /* so many wait; NULL: no thread to be had */
size_t feeder_put(struct feeder *f, feed_fn *fn, void *ctx); /* a ticket */
void feeder_wait(struct feeder *f, size_t ticket);           /* until that portion is done */
bool feeder_did(struct feeder *f, size_t ticket);            /* is it done? */
void feeder_drain(struct feeder *f);                         /* until all are */
bool feeder_ok(struct feeder *f, struct errs *e);            /* so far; else e says why, and nothing else */
void feeder_close(struct feeder *f);                         /* drained; NULL is fine */

#endif
