/* store.h - transactions and rows, the same on SQLite and PostgreSQL.
 *
 * SQL is written once, in the common dialect (c-style.md 3b, distributed.md §2), as a constant text
 * behind SQL(): values are always bound as $1, $2, …, and every text is in the catalogue that the
 * routing lint walks.  Rows are written only by the functions below, which keep for every table the
 * sum of its keyed row hashes; a transaction commits only after that change was taken into an audit
 * row (access/audit.h). */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/entity.h"
#include "store/seal.h"

struct store; /* a database; one per process; thread-safe */
struct tx;    /* an open transaction; belongs to one thread; never outlives its tx_fn */

/* What the modules bring along, put together by app. */
struct schema {
    const struct entity *const *entities;
    size_t n;
};

struct store_options {
    const char *url;      /* a file, or postgresql://… */
    const char *key_path; /* site key file; NULL: seal.h says where it is looked for */
    const struct schema *schema;
    bool create; /* make the database (a file) if there is none */
};

/* NULL on failure, with a message that says what to do. */
struct store *store_open(const struct store_options *o, struct errs *e);
void store_close(struct store *st); /* NULL is fine */
static inline void store_closep(struct store **p)
{
    store_close(*p);
}
/* What idle connections keep in memory is given back; whatever is needed again is read again. */
void store_trim(struct store *st);
const struct seal *store_seal(const struct store *st); /* NULL until a key is loaded */
void store_use_seal(struct store *st, struct seal *s); /* the store owns it from here */
const struct schema *store_schema(const struct store *st);
bool store_is_sqlite(const struct store *st);

/* --- transactions ------------------------------------------------------------------------- */

/* TX_LOAD: a write of very many rows into tables that are empty, in a transaction of its own; others may have
 * to wait for its end even to look.  Its caller has looked at every row that another one refers to, since the
 * database may leave that to him. */
enum tx_mode { TX_READ, TX_WRITE, TX_LOAD };
typedef bool tx_fn(struct tx *tx, void *ctx, struct errs *e);

/* Run fn in a transaction: commit if it returns true, else roll back.
 *
 * Writes of one county wait in one queue; the batch that waits becomes one transaction with a
 * savepoint per request (group commit).  A lost race runs the batch again, so fn must change nothing
 * but the database and *ctx, and must not assume *ctx is fresh.  county: the first six digits; 0 for
 * reference data or several counties. */
bool store_run(struct store *st, enum tx_mode mode, int64_t county, tx_fn *fn, void *ctx, struct errs *e);

/* Two functions that only read and share nothing: at once, the second on a connection and a thread of its
 * own, where that is sure to see the same, else one after the other; the second one maybe twice.  For very
 * many rows: it may take a connection that has to be opened first. */
bool tx_both(struct tx *tx, tx_fn *here, void *here_ctx, tx_fn *beside, void *beside_ctx, struct errs *e);

struct store *tx_store(const struct tx *tx);

/* A fresh id, unique over the whole installation and below 2^53 (architecture §5).  Ids that a
 * failed transaction took are not used again. */
bool db_id(struct tx *tx, int64_t *id, struct errs *e);

/* --- statements --------------------------------------------------------------------------- */

/* How many shards a statement may touch: exactly one county, one key of a national table, copies
 * that stand everywhere, every county (read-only or batch), this node only. */
enum stmt_class { STMT_KEY, STMT_NID, STMT_REF, STMT_FAN, STMT_LOCAL };

struct stmt {
    enum stmt_class class;
    const struct entity *en; /* what {*} stands for, and what db_find fills */
    const char *sql;
    const char *file;
    int line;
};
/* The catalogue: every statement of the program, gathered by the linker so that none can be left out.  It is
 * walked as an array; unless told, the compiler would align a statement on its own to more than its size. */
extern const struct stmt __start_bangfu_stmts[], __stop_bangfu_stmts[];
#define SQL_OF(cls, entity, text)                                                                   \
    __extension__({                                                                                 \
        static const struct stmt stmt_                                                              \
            __attribute__((section("bangfu_stmts"), used, aligned(8))) = { (cls), (entity), (text), \
                                                                           __FILE__, __LINE__ };    \
        &stmt_;                                                                                     \
    })
#define SQL(cls, text) SQL_OF(cls, NULL, text)

/* One bound value or one cell of a result. */
struct val {
    enum { V_NULL, V_INT, V_TEXT, V_BYTES } kind;
    int64_t i;
    struct str s;
};
static inline struct val val_null(void)
{
    return (struct val){ 0 };
}
static inline struct val val_int(int64_t i)
{
    return (struct val){ .kind = V_INT, .i = i };
}
static inline struct val val_i32(int32_t i)
{
    return val_int(i);
}
static inline struct val val_size(size_t n)
{
    return val_int((int64_t)n);
}
static inline struct val val_str(struct str s)
{
    return (struct val){ .kind = s.p ? V_TEXT : V_NULL, .s = s };
}
static inline struct val val_cstr(const char *s)
{
    return val_str(str_of(s));
}
static inline struct val val_bytes(struct bytes b)
{
    return (struct val){ .kind = b.p ? V_BYTES : V_NULL, .s = { (const char *)b.p, b.n } };
}
static inline struct val val_money(struct money m)
{
    return val_int(m.fen);
}
static inline struct val val_date(struct date d)
{
    return val_int(d.day);
}
static inline struct val val_region(struct region_code r)
{
    return r.v ? val_int(r.v) : val_null();
}
#define V(x) \
    _Generic((x), int64_t: val_int, int32_t: val_i32, size_t: val_size, struct str: val_str,       \
             const char *: val_cstr, char *: val_cstr, struct bytes: val_bytes,                    \
             struct money: val_money, struct date: val_date, struct region_code: val_region)(x)
#define VALS(...)                                     \
    (const struct val[]){ { 0 }, ##__VA_ARGS__ } + 1, \
        N_ELEMS(((const struct val[]){ { 0 }, ##__VA_ARGS__ })) - 1

/* The look-up key of a sealed value, to be compared with the first bytes of a sealed column or with a
 * national register's key. */
struct val val_seal_key(struct tx *tx, enum seal_kind kind, struct str plain, struct arena *a);

/* --- reading ------------------------------------------------------------------------------ */

enum found { FAILED, NONE, FOUND };

/* The one row of a statement made with SQL_OF: `SELECT {*} FROM …`.  Sealed columns come out plain. */
#define db_find(tx, st, obj, e, ...) db_find_((tx), (st), (obj), (e), VALS(__VA_ARGS__))
enum found db_find_(struct tx *tx, const struct stmt *st, void *obj, struct errs *e, const struct val *v,
                    size_t n);
/* By primary key, the values in the order of the key's columns. */
#define db_get(tx, en, obj, e, ...) db_get_((tx), (en), (obj), (e), VALS(__VA_ARGS__))
enum found db_get_(struct tx *tx, const struct entity *en, void *obj, struct errs *e, const struct val *v,
                   size_t n);
/* One number, 0 where the statement has no row or NULL. */
#define db_int(tx, st, out, e, ...) db_int_((tx), (st), (out), (e), VALS(__VA_ARGS__))
bool db_int_(struct tx *tx, const struct stmt *st, int64_t *out, struct errs *e, const struct val *v,
             size_t n);

/* Has the table any row, of whatever county? */
bool db_any(struct tx *tx, const struct entity *en, bool *any, struct errs *e);

/* Many rows, one after the other.  db_query holds a small result (a page); other statements may run
 * meanwhile.  db_scan streams any number of rows; until it is closed nothing else may run in tx.
 *     CLEANUP(rows_close) struct rows r = { 0 };
 *     if (!db_query(tx, &r, SQL(…), e, V(county))) return false;
 *     while ((f = rows_next(&r, e)) == FOUND) …
 *     if (f == FAILED) return false; */
struct rows {
    struct tx *tx;
    const struct entity *en;
    void *cursor; /* the driver's */
    bool stream;
};
#define db_query(tx, r, st, e, ...) db_query_((tx), (r), (st), false, (e), VALS(__VA_ARGS__))
#define db_scan(tx, r, st, e, ...)  db_query_((tx), (r), (st), true, (e), VALS(__VA_ARGS__))
bool db_query_(struct tx *tx, struct rows *r, const struct stmt *st, bool stream, struct errs *e,
               const struct val *v, size_t n);
enum found rows_next(struct rows *r, struct errs *e);
void rows_close(struct rows *r);
/* Cells of the current row; texts live until the next rows_next. */
struct val rows_val(struct rows *r, int i);
int64_t rows_int(struct rows *r, int i); /* NULL gives 0 */
/* Of a column of numbers, where there are very many: false, and 0, for NULL. */
bool rows_number(struct rows *r, int i, int64_t *v);
void rows_numbers(struct rows *r, int n, int64_t *v); /* of the first n columns; NULL gives 0 */
struct str rows_text(struct rows *r, int i);          /* NULL gives unknown */

/* Each row of a statement `SELECT {numbers a, b, …} FROM …` is given to take: its numbers, so many as are
 * said, 0 for NULL.  The fastest way to read a million rows; in no certain order, since SQLite passes over
 * ORDER BY here.  Meanwhile nothing else may run in tx. */
enum { ROW_NUMBERS_MAX = 8 };
typedef void numbers_fn(void *ctx, const int64_t *v);
struct numbers_to {
    numbers_fn *take;
    void *ctx;
    int n;
    bool many; /* so many that the database need not remember what it has read */
};
#define db_numbers(tx, st, to, e, ...) db_numbers_((tx), (st), (to), (e), VALS(__VA_ARGS__))
bool db_numbers_(struct tx *tx, const struct stmt *st, const struct numbers_to *to, struct errs *e,
                 const struct val *v, size_t n);
/* The columns of the statement's entity, beginning at cell `from`; texts are copied into a. */
bool rows_obj(struct rows *r, int from, void *obj, struct arena *a, struct errs *e);

/* Some columns of the rows of one county whose integer column `by` lies between first and last, streamed and
 * in no certain order; cell i is cols[i] as stored. */
struct pick {
    const struct entity *en; /* a table of counties */
    const struct col *const *cols;
    size_t n;
    const struct col *by;
};
bool db_scan_cols(struct tx *tx, struct rows *r, const struct pick *p, int64_t county, int64_t first,
                  int64_t last, struct errs *e);

/* A page of rows after a key: rows of `size` bytes each in the arena, in the statement's order.  The
 * statement ends in `ORDER BY key LIMIT $k`; the caller binds the last key seen and the limit. */
struct list {
    void *rows;
    size_t n;
};
#define db_list(tx, st, out, a, e, ...) db_list_((tx), (st), (out), (a), (e), VALS(__VA_ARGS__))
bool db_list_(struct tx *tx, const struct stmt *st, struct list *out, struct arena *a, struct errs *e,
              const struct val *v, size_t n);

/* --- writing ------------------------------------------------------------------------------ */

bool db_insert(struct tx *tx, const struct entity *en, const void *obj, struct errs *e);
/* Write new over old, which the caller has read in this transaction.  A row that meanwhile differs
 * from old cannot exist: writes are serial.  Key columns never change. */
bool db_update(struct tx *tx, const struct entity *en, const void *old, const void *new, struct errs *e);
bool db_delete(struct tx *tx, const struct entity *en, const void *old, struct errs *e);
/* Write a row again that was read in this transaction, so that its sealed columns are sealed by `to`. */
bool db_reseal(struct tx *tx, const struct entity *en, const void *obj, const struct seal *to,
               struct errs *e);

/* Many new rows of one table: a prepared loop on SQLite, COPY on PostgreSQL, where rows may be held
 * back until bulk_flush.  Only the columns that some row knows are written; the others are NULL by
 * themselves.  Several bulks may be open at once; the table that others refer to is opened first. */
struct bulk;
struct known; /* the values of a row */
struct bulk *bulk_open(struct tx *tx, const struct entity *en);
bool bulk_add(struct bulk *b, const void *obj, struct errs *e);
bool bulk_flush(struct bulk *b, struct errs *e);
/* For very many rows: a thread of its own writes them while the next ones are made.  What it could not write
 * is said by a later call, or at the end of the transaction. */
void bulk_write_beside(struct bulk *b);
void bulk_close(struct bulk *b); /* NULL is fine; what was not flushed is dropped */
static inline void bulk_closep(struct bulk **p)
{
    bulk_close(*p);
}

/* Sealing is the dear part of a row: it may be done ahead, on any thread. */
enum { SEALED_COLS_MAX = 4 };
void row_seal(const struct seal *s, const struct entity *en, const void *obj, struct arena *a,
              struct bytes out[SEALED_COLS_MAX]);
/* The same of n rows: obj[i] into out[i]. */
void rows_seal(const struct seal *s, const struct entity *en, const void *const *obj,
               struct bytes *const *out, size_t n, struct arena *a);
/* And so may drawing together what is known of it.  Only what the server sets may change afterwards: that is
 * taken when the row is added. */
struct row_drawing; /* NULL: rows of this table are drawn when they are added */
struct row_drawing *row_drawing_of(const struct entity *en, struct arena *a);
struct known *row_draw(const struct row_drawing *d, const void *obj,
                       const struct bytes sealed[SEALED_COLS_MAX], struct arena *a);
/* A hash of what a drawn row says but for what the server sets.  It is quick and knows a secret, but is none
 * to be kept: rowsum_hash is. */
uint64_t known_hash(const struct row_drawing *d, const struct known *k, struct rowsum secret);
uint64_t text_hash(struct str text, struct rowsum secret);
/* drawn: from row_draw, or NULL. */
bool bulk_add_sealed(struct bulk *b, const void *obj, const struct bytes sealed[SEALED_COLS_MAX],
                     struct known *drawn, struct errs *e);

/* For a table that is empty as a whole and is about to get very many rows: take its secondary indexes
 * away, and build them anew, sorted, at the end of the transaction.  Does nothing where that cannot be
 * done (partitions, or rows there).
 * IN_ORDER: its rows will come as its indexes have them, which may then stay.
 * NO_LOOKUPS: no statement will look for its rows, change them or lean on its being unique before the indexes
 * are built; in a TX_LOAD its keys go too, and so do all references from it and to it, where the database can
 * do that.  keys_deferred: that is how it stands now, so that all its rows came in this transaction. */
enum { INDEXES_IN_ORDER = 1, INDEXES_NO_LOOKUPS = 2 };
bool indexes_defer(struct tx *tx, const struct entity *en, unsigned how, struct errs *e);
bool keys_deferred(const struct tx *tx, const struct entity *en);
/* No more rows of it will come: where the database can, its indexes are built while other tables are read. */
bool indexes_build_ahead(struct tx *tx, const struct entity *en, struct errs *e);
bool indexes_build(struct tx *tx, struct errs *e); /* all that were deferred; before the audit row */

/* What this transaction changed, per table and county, since it was last taken. */
struct touched {
    const struct entity *en;
    int64_t county;    /* 0: not a county's table */
    int64_t rows;      /* rows added less rows removed */
    struct rowsum sum; /* change of the sum of row hashes */
    struct touched *next;
};
struct touched *tx_take_touched(struct tx *tx); /* in the order of first touch; then forgotten */
bool tx_has_touched(const struct tx *tx);

/* --- the row as the hash sees it (verify) ------------------------------------------------- */

/* Cell values of a row as stored: sealed columns stay sealed. */
struct rowsum row_hash(const struct seal *s, const struct entity *en, const struct val *v,
                       struct buf *scratch);
/* Every row of a table as stored, streamed; cell i is column i of the entity. */
bool db_scan_table(struct tx *tx, struct rows *r, const struct entity *en, struct errs *e);
/* Rows of a table as stored, in the order of the key: v is the county of a county's table, the other columns
 * of the last key seen, and how many. */
bool db_page(struct tx *tx, struct rows *r, const struct entity *en, const struct val *v, size_t n,
             struct errs *e);
/* The statements that the functions above make for an entity, for the routing lint. */
enum entity_stmt { EN_INSERT, EN_UPDATE, EN_DELETE, EN_GET, EN_SCAN, EN_ANY, EN_PAGE, EN_STMTS };
const char *entity_sql(const struct entity *en, enum entity_stmt which, struct arena *a);
const char *pick_sql(const struct pick *p, struct arena *a);
/* The statement as the database gets it: {*} replaced. */
const char *stmt_sql(const struct stmt *st, struct arena *a);

/* The database's own check of its files; SQLite only, true elsewhere. */
bool store_integrity(struct tx *tx, struct errs *e);

#endif
