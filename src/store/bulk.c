#include "store/internal.h"

#include <assert.h>

enum { STATISTICS_FROM_BYTES = 64 << 10, COPY_BESIDE_BYTES = 2 << 20, SQL_MAX = 1 << 18, INDEXES_MAX = 64 };

/* How many rows go into one statement where rows are inserted, and how much text waits with them. */
static const size_t group_sizes[] = { 256, 64, 8, 1 };
enum {
    GROUP_SIZES = N_ELEMS(group_sizes),
    GROUP_VALUES_MAX = 2048, /* of the largest: a longer statement is no faster */
    WAITING_VALUES = 4096,
    WAITING_MIN = 64,
    WAITING_BYTES = 64 << 10
};

/* So many portions of a table wait at most.  Where rows are copied the next ones are read while the database
 * sorts keys, and the portions in use stay few otherwise. */
enum { PORTIONS = 4, COPIED_PORTIONS = 1024 };

/* Rows on their way to the database. */
struct waiting {
    struct bulk *b;
    struct buf rows; /* for COPY, where the database takes that */
    const char *sql; /* by which they go there */
    struct val *v;   /* or the values, row after row, and what these point to */
    char *bytes;
    size_t n, most, bytes_n;
    size_t ticket; /* with the feeder */
};

struct bulk {
    struct tx *tx;
    const struct entity *en;
    struct arena a;      /* of one row's sealed values */
    bool used[COLS_MAX]; /* columns that some row has known */
    bool changed;        /* `used` has grown since the statements were made */
    uint8_t col[COLS_MAX];
    size_t cols;                 /* the columns that the statements have */
    uint8_t place[COLS_MAX];     /* where each of them stands */
    const struct widths *widths; /* of all columns, where rows are copied */
    struct shape shape[COLS_MAX];
    uint8_t known[COLS_MAX]; /* of one that was not drawn ahead: */
    struct val values[COLS_MAX];
    struct known *row; /* the one at hand */

    struct plan *plans[GROUP_SIZES]; /* where rows are inserted; made when first needed */
    char *sql[GROUP_SIZES];
    const char *copy_sql;                     /* or this; rows that wait may have an earlier one */
    struct waiting portions[COPIED_PORTIONS]; /* filled and written in turn where there is a feeder */
    struct waiting *waiting;                  /* the one being filled */

    int flushes;
    int64_t written;   /* rows that were copied */
    struct bulk *next; /* opened after it in this transaction */
};

struct bulk *bulk_open(struct tx *tx, const struct entity *en)
{
    struct bulk *b = xcalloc(1, sizeof *b);
    *b = (struct bulk){ .tx = tx, .en = en, .changed = true };
    row_shape(en, b->shape);
    struct bulk **end = &tx->bulks;
    while (*end)
        end = &(*end)->next;
    *end = b;
    return b;
}

static void forget(struct bulk *b)
{
    if (b->tx->feeder)
        feeder_drain(b->tx->feeder);
    for (size_t i = 0; i < GROUP_SIZES; i++) {
        if (b->plans[i])
            b->tx->c->driver->forget(b->tx->c, b->plans[i]);
        b->plans[i] = NULL;
        free(b->sql[i]);
        b->sql[i] = NULL;
    }
}

/* The statement for the columns in use, of so many rows. */
static char *make_sql(const struct bulk *b, size_t rows)
{
    CLEANUP(buf_release) struct buf sql = BUF(SQL_MAX);
    bool copy = b->tx->c->driver->copy;
    buf_addf(&sql, copy ? "COPY %s (" : "INSERT INTO %s (", b->en->table);
    for (size_t i = 0; i < b->cols; i++)
        buf_addf(&sql, "%s%s", i ? "," : "", b->en->cols[b->col[i]].name);
    buf_adds(&sql, copy ? ") FROM STDIN (FORMAT binary)" : ") VALUES ");
    for (size_t r = 0; r < rows && !copy; r++)
        for (size_t i = 0; i < b->cols; i++)
            buf_adds(&sql, i ? ",?" : r ? "),(?" : "(?");
    buf_adds(&sql, copy ? "" : ")");
    char *text = strdup(buf_cstr(&sql));
    if (!text || sql.full)
        abort();
    return text;
}

/* So many rows wait.  Of short ones more, in whole groups: to hand a portion to the other thread takes as
 * long as to write some of them. */
static size_t most_waiting(const struct entity *en)
{
    assert(en->n > 0);
    size_t n = WAITING_VALUES / en->n / group_sizes[0] * group_sizes[0];
    return n < WAITING_MIN ? WAITING_MIN : n;
}

static void fill(struct bulk *b, struct waiting *w)
{
    if (!w->b) {
        bool copy = b->tx->c->driver->copy;
        *w = (struct waiting){ .b = b,
                               .rows = BUF((size_t)32 * COPY_FLUSH_BYTES),
                               .most = most_waiting(b->en) };
        w->v = copy ? NULL : xcalloc(w->most * b->en->n, sizeof *w->v);
        w->bytes = copy ? NULL : xmalloc(WAITING_BYTES);
    }
    buf_clear(&w->rows);
    w->n = w->bytes_n = 0;
    b->waiting = w;
}

/* What the database takes for the numbers of each column. */
struct widths {
    const struct entity *en;
    uint8_t bytes[COLS_MAX];
    struct widths *next;
};

static const struct widths *widths_of(struct tx *tx, const struct entity *en, struct errs *e)
{
    struct widths *x = tx->widths;
    while (x && x->en != en)
        x = x->next;
    if (x)
        return x;
    CLEANUP(buf_release) struct buf sql = BUF(SQL_MAX);
    for (size_t i = 0; i < en->n; i++)
        buf_addf(&sql, "%s%s", i ? "," : "SELECT ", en->cols[i].name);
    buf_addf(&sql, " FROM %s LIMIT 0", en->table);
    x = NEW(&tx->a, struct widths);
    *x = (struct widths){ .en = en, .next = tx->widths };
    if (!tx->c->driver->copy_widths(tx_conn(tx), buf_cstr(&sql), x->bytes, en->n, e))
        return NULL;
    return tx->widths = x;
}

/* Where rows are copied, what waits keeps its statement, and nobody waits for it. */
static bool take_columns(struct bulk *b, struct errs *e)
{
    bool copy = b->tx->c->driver->copy;
    if (!copy)
        forget(b);
    b->cols = 0;
    for (size_t i = 0; i < b->en->n; i++)
        if (b->used[i]) {
            b->place[i] = (uint8_t)b->cols;
            b->col[b->cols++] = (uint8_t)i;
        }
    b->changed = false;
    if (!b->waiting)
        fill(b, &b->portions[0]);
    if (!copy)
        return true;
    char *sql = make_sql(b, 1);
    b->copy_sql = arena_str(&b->tx->a, str_of(sql)).p;
    free(sql);
    b->widths = widths_of(b->tx, b->en, e);
    return b->widths != NULL;
}

/* --- rows that are inserted --------------------------------------------------------------- */

static bool flush_in_order(struct bulk *b, struct errs *e);

static bool insert(struct bulk *b, size_t size, const struct val *v, struct errs *e)
{
    struct conn *c = b->tx->c;
    if (!b->plans[size]) {
        b->sql[size] = make_sql(b, group_sizes[size]);
        b->plans[size] = c->driver->prepare(c, b->sql[size], e);
    }
    return b->plans[size] && c->driver->exec(c, b->plans[size], v, group_sizes[size] * b->cols, NULL, e);
}

static bool insert_portion(const struct waiting *w, struct errs *e)
{
    size_t at = 0;
    for (size_t size = 0; size < GROUP_SIZES; size++) {
        if (size == 0 && (w->n < w->most || group_sizes[0] * w->b->cols > GROUP_VALUES_MAX))
            continue; /* of few rows its statement would be read longer than it saves */
        for (; w->n - at >= group_sizes[size]; at += group_sizes[size])
            if (!insert(w->b, size, &w->v[at * w->b->cols], e))
                return false;
    }
    return true;
}

/* What the row points to may be gone when its turn comes. */
static struct val kept(struct waiting *w, struct val v)
{
    if (v.s.n) {
        memcpy(w->bytes + w->bytes_n, v.s.p, v.s.n);
        v.s.p = w->bytes + w->bytes_n;
        w->bytes_n += v.s.n;
    }
    return v;
}

static bool put_waiting(struct bulk *b, struct errs *e)
{
    const struct known *k = b->row;
    size_t bytes = 0;
    for (size_t i = 0; i < k->n; i++)
        bytes += k->v[i].s.n;
    if (bytes > WAITING_BYTES - b->waiting->bytes_n && !flush_in_order(b, e))
        return false;
    struct waiting *w = b->waiting;
    bool large = bytes > WAITING_BYTES;
    assert(w->v);
    struct val *row = &w->v[w->n * b->cols];
    memset(row, 0, b->cols * sizeof *row);
    for (size_t i = 0; i < k->n; i++)
        row[b->place[k->col[i]]] = large ? k->v[i] : kept(w, k->v[i]);
    if (large) {
        tx_conn(b->tx);
        return insert(b, GROUP_SIZES - 1, row, e);
    }
    w->n++;
    return w->n < w->most || flush_in_order(b, e);
}

/* --- rows that are copied ----------------------------------------------------------------- */

static bool put_copied(struct bulk *b, struct errs *e)
{
    const struct driver *d = b->tx->c->driver;
    const struct known *k = b->row;
    static const struct val null;
    struct buf *rows = &b->waiting->rows;
    d->copy_row(rows, b->cols);
    b->waiting->n++;
    for (size_t i = 0, at = 0; i < b->cols; i++) {
        bool known = at < k->n && k->col[at] == b->col[i];
        d->copy_cell(rows, known ? &k->v[at++] : &null, b->widths->bytes[b->col[i]]);
    }
    assert(!rows->full);
    /* To turn to another table and back the program waits for the database, so those beside it wait longer.
     */
    bool beside = b->tx->copied && b->tx->copied != b && keys_deferred(b->tx, b->en);
    return rows->n < (beside ? COPY_BESIDE_BYTES : COPY_FLUSH_BYTES) || flush_in_order(b, e);
}

bool bulk_add_sealed(struct bulk *b, const void *obj, const struct bytes sealed[SEALED_COLS_MAX],
                     struct known *drawn, struct errs *e)
{
    struct known own = { 0, b->known, b->values };
    assert(b->tx->mode == TX_WRITE);
    b->row = drawn ? drawn : &own;
    if (drawn)
        row_complete(b->shape, obj, drawn);
    else
        row_known(b->shape, b->en->n, obj, sealed, &own);
    for (size_t i = 0; i < b->row->n; i++)
        if (!b->used[b->row->col[i]])
            b->used[b->row->col[i]] = b->changed = true;
    if (b->changed && (!flush_in_order(b, e) || !take_columns(b, e)))
        return false;
    row_added(b->tx, b->en, b->row);
    return b->tx->c->driver->copy ? put_copied(b, e) : put_waiting(b, e);
}

bool bulk_add(struct bulk *b, const void *obj, struct errs *e)
{
    struct bytes sealed[SEALED_COLS_MAX];
    arena_reset(&b->a);
    row_seal(b->tx->st->seal, b->en, obj, &b->a, sealed);
    return bulk_add_sealed(b, obj, sealed, NULL, e);
}

/* --- to the database ------------------------------------------------------------------------ */

static bool look_at_table(struct conn *c, const char *table, struct errs *e)
{
    CLEANUP(buf_release) struct buf sql = BUF(SQL_MAX);
    buf_addf(&sql, "%s %s", c->driver->statistics_sql, table);
    return c->driver->script(c, buf_cstr(&sql), e);
}

static const char *as_it_is(const void *key, unsigned which, struct arena *a)
{
    (void)which, (void)a;
    return key;
}

static bool known_rows(struct conn *c, const char *table, int64_t *rows, struct errs *e)
{
    const struct driver *d = c->driver;
    struct val v = V(table);
    struct plan *p = plan_get(c, d->known_rows_sql, 0, as_it_is, e);
    void *cursor = p ? d->query(c, p, false, &v, 1, e) : NULL;
    enum found f = cursor ? d->next(cursor, e) : FAILED;
    *rows = f == FOUND ? d->cell(cursor, 0).i : 0;
    if (cursor)
        d->done(cursor);
    return f != FAILED;
}

/* A table that grows within one transaction has no statistics but those of when it was small, and the checks
 * of foreign keys against it would read it from end to end.  After 1, 8, 64 … loads it gets new ones, unless
 * what came is little beside what was there. */
static bool take_statistics(struct bulk *b, struct errs *e)
{
    struct conn *c = b->tx->c;
    int64_t rows;
    if (keys_deferred(b->tx, b->en))
        return true; /* nobody looks into it before its indexes are there */
    int n = ++b->flushes;
    while (n > 1 && n % 8 == 0)
        n /= 8;
    if (n != 1 || !c->driver->statistics_sql)
        return true;
    return known_rows(c, b->en->table, &rows, e) && (rows > b->written || look_at_table(c, b->en->table, e));
}

/* Where there is a feeder, it runs there: no other thread uses the connection meanwhile. */
static bool write_portion(void *ctx, struct errs *e)
{
    struct waiting *w = ctx;
    struct conn *c = w->b->tx->c;
    if (!w->rows.n)
        return insert_portion(w, e);
    w->b->written += (int64_t)w->n;
    return c->driver->copy(c, w->sql, buf_str(&w->rows), e) &&
           (w->rows.n < STATISTICS_FROM_BYTES || take_statistics(w->b, e));
}

/* In a load, and where it is asked for, another thread writes, unless somebody reads from the same
 * connection. */
static struct feeder *feeder_of(struct tx *tx, const struct errs *e)
{
    if (!(tx->load || tx->beside) || tx->reading)
        return NULL;
    if (!tx->feeder)
        tx->feeder = feeder_open(tx->c->driver->copy ? COPIED_PORTIONS : 2 * PORTIONS, e->lang);
    return tx->feeder;
}

void bulk_write_beside(struct bulk *b)
{
    b->tx->beside = b->tx->st->driver->one_writer;
}

static bool is_empty(const struct bulk *b)
{
    return !b->waiting || !(b->waiting->n || b->waiting->rows.n);
}

/* The first that is not on its way, so that the same few are used while the database keeps up. */
static struct waiting *free_portion(struct bulk *b, struct feeder *f)
{
    size_t most = b->tx->c->driver->copy ? COPIED_PORTIONS : PORTIONS;
    struct waiting *oldest = &b->portions[0];
    for (size_t i = 0; i < most; i++) {
        if (feeder_did(f, b->portions[i].ticket))
            return &b->portions[i];
        if (b->portions[i].ticket < oldest->ticket)
            oldest = &b->portions[i];
    }
    feeder_wait(f, oldest->ticket);
    return oldest;
}

static bool flush(struct bulk *b, struct errs *e)
{
    struct waiting *w = b->waiting;
    if (is_empty(b))
        return true;
    if (w->rows.n && !b->tx->copied)
        b->tx->copied = b;
    w->sql = b->copy_sql;
    struct feeder *f = feeder_of(b->tx, e);
    if (!f) {
        tx_conn(b->tx);
        bool ok = write_portion(w, e);
        fill(b, w);
        return ok;
    }
    w->ticket = feeder_put(f, write_portion, w);
    fill(b, free_portion(b, f));
    return feeder_ok(f, e);
}

/* Those opened before it go first: its rows may refer to theirs. */
static bool flush_in_order(struct bulk *b, struct errs *e)
{
    if (is_empty(b))
        return true;
    for (struct bulk *x = b->tx->bulks; x != b; x = x->next)
        if (!flush(x, e))
            return false;
    return flush(b, e);
}

bool bulk_flush(struct bulk *b, struct errs *e)
{
    b->tx->copied = NULL; /* other tables may follow */
    return flush_in_order(b, e);
}

void bulk_close(struct bulk *b)
{
    if (!b)
        return;
    struct bulk **at = &b->tx->bulks;
    while (*at != b)
        at = &(*at)->next;
    *at = b->next;
    if (b->tx->copied == b)
        b->tx->copied = NULL;
    forget(b);
    arena_free(&b->a);
    for (size_t i = 0; i < COPIED_PORTIONS; i++) {
        buf_release(&b->portions[i].rows);
        free(b->portions[i].v);
        free(b->portions[i].bytes);
    }
    free(b);
}

/* --- indexes built at the end ------------------------------------------------------------- */

struct deferred {
    struct tx *tx;
    const char *table, *sql;
    const char *owner, *refers_to; /* of a foreign key */
    bool key, given;               /* given: it was made, or the feeder will */
    struct deferred *next;
};

struct index_text {
    const char *drop, *build;
    const char *refers_to;  /* of a foreign key */
    const char *owner;      /* and whose it is */
    bool key, from_outside; /* a foreign key of another table to this one */
};

static bool read_indexes(struct tx *tx, const struct entity *en, struct index_text *out, size_t *n,
                         struct errs *e)
{
    struct conn *c = tx_conn(tx);
    const struct driver *d = c->driver;
    struct val table = V(en->table);
    struct plan *p = plan_get(c, d->indexes_sql, 0, as_it_is, e);
    void *cursor = p ? d->query(c, p, false, &table, 1, e) : NULL;
    enum found f = FAILED;
    *n = 0;
    while (cursor && (f = d->next(cursor, e)) == FOUND && *n < INDEXES_MAX) {
        out[*n].drop = arena_str(&tx->a, d->cell(cursor, 0).s).p;
        out[*n].build = arena_str(&tx->a, d->cell(cursor, 1).s).p;
        out[*n].refers_to = arena_str(&tx->a, d->cell(cursor, 2).s).p;
        out[*n].key = d->cell(cursor, 3).i != 0;
        out[*n].owner = arena_str(&tx->a, d->cell(cursor, 4).s).p;
        out[*n].from_outside = out[*n].refers_to && !strcmp(out[*n].refers_to, en->table);
        ++*n;
    }
    if (cursor)
        d->done(cursor);
    return f == NONE || fail(e, ERR_INTERNAL, NULL, MSG_DB_ERROR, A("INDEXES_MAX"));
}

static bool is_deferred(const struct tx *tx, const char *table)
{
    const struct deferred *x = tx->deferred;
    while (x && strcmp(x->table, table) != 0)
        x = x->next;
    return x != NULL;
}

bool keys_deferred(const struct tx *tx, const struct entity *en)
{
    const struct deferred *x = tx->deferred;
    while (x && !(x->key && strcmp(x->table, en->table) == 0))
        x = x->next;
    return x != NULL;
}

/* Keys, and references to tables that are no such ones, only in a load: to take them away keeps others from
 * those tables too. */
static bool goes(const struct tx *tx, const struct index_text *x, unsigned how)
{
    bool all = tx->load && (how & INDEXES_NO_LOOKUPS);
    if (x->refers_to)
        return all || (!x->from_outside && is_deferred(tx, x->refers_to));
    if (x->key)
        return all;
    return !(how & INDEXES_IN_ORDER) || (all && !tx->c->driver->appends_well);
}

bool indexes_defer(struct tx *tx, const struct entity *en, unsigned how, struct errs *e)
{
    struct index_text found[INDEXES_MAX];
    bool any;
    size_t n;
    if (!db_any(tx, en, &any, e))
        return false;
    if (any)
        return true;
    if (!read_indexes(tx, en, found, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!goes(tx, &found[i], how))
            continue;
        struct deferred *x = NEW(&tx->a, struct deferred);
        *x = (struct deferred){ .tx = tx,
                                .table = en->table,
                                .sql = found[i].build,
                                .key = found[i].key,
                                .owner = found[i].owner,
                                .refers_to = found[i].refers_to,
                                .next = tx->deferred };
        tx->deferred = x;
        if (!tx->c->driver->script(tx_conn(tx), found[i].drop, e))
            return false;
    }
    /* Later its rows would have to wait until the connection is free. */
    const struct driver *d = tx->c->driver;
    if (d->copy && !widths_of(tx, en, e))
        return false;
    return !d->renew || !keys_deferred(tx, en) || d->renew(tx_conn(tx), en->table, e);
}

static bool build(void *ctx, struct errs *e)
{
    const struct deferred *x = ctx;
    return x->tx->c->driver->script(x->tx->c, x->sql, e);
}

/* To look by its only key needs no statistics. */
static bool has_only_key(const struct deferred *key)
{
    const struct deferred *x = key->tx->deferred;
    while (x && (x == key || strcmp(x->table, key->table) != 0))
        x = x->next;
    return !x;
}

/* Into a table that nobody has looked into so far. */
static bool look(void *ctx, struct errs *e)
{
    const struct deferred *x = ctx;
    return !x->tx->c->driver->statistics_sql || look_at_table(x->tx->c, x->table, e);
}

/* By the feeder if there is one. */
static bool give(struct deferred *x, feed_fn *fn, struct feeder *f, struct errs *e)
{
    x->given = true;
    if (!f)
        return fn(x, e);
    feeder_put(f, fn, x);
    return true;
}

static bool is_of(const struct deferred *x, const char *table)
{
    return !table || !strcmp(x->refers_to ? x->owner : x->table, table);
}

static bool waits_for_key(const struct tx *tx, const struct deferred *reference)
{
    const struct deferred *x = tx->deferred;
    while (x && !(x->key && !x->given && !strcmp(x->table, reference->refers_to)))
        x = x->next;
    return x != NULL;
}

static bool give_keys(struct tx *tx, const char *table, struct feeder *f, struct errs *e)
{
    struct deferred *looked = NULL;
    for (struct deferred *x = tx->deferred; x; x = x->next) {
        if (x->given || x->refers_to || !is_of(x, table))
            continue;
        if (!give(x, build, f, e))
            return false;
        if (x->key && !has_only_key(x) && !(looked && !strcmp(looked->table, x->table)) &&
            !give(looked = x, look, f, e))
            return false;
    }
    return true;
}

/* What was deferred of the table, or of all: references after keys, since they need those they refer to. */
static bool give_all(struct tx *tx, const char *table, struct feeder *f, struct errs *e)
{
    if (!give_keys(tx, table, f, e))
        return false;
    for (struct deferred *x = tx->deferred; x; x = x->next)
        if (!x->given && x->refers_to && is_of(x, table) && !waits_for_key(tx, x) && !give(x, build, f, e))
            return false;
    return true;
}

static bool sort_beside(void *ctx, struct errs *e)
{
    struct conn *c = ((struct tx *)ctx)->c;
    return c->driver->script(c, c->driver->sort_beside_sql, e);
}

bool indexes_build_ahead(struct tx *tx, const struct entity *en, struct errs *e)
{
    struct feeder *f = tx->c->driver->copy && tx->deferred ? feeder_of(tx, e) : NULL;
    if (!f)
        return true;
    if (tx->c->driver->sort_beside_sql)
        feeder_put(f, sort_beside, tx);
    return give_all(tx, en->table, f, e) && feeder_ok(f, e);
}

bool indexes_build(struct tx *tx, struct errs *e)
{
    const struct driver *d = tx->c->driver;
    if (!tx->deferred)
        return true;
    tx_conn(tx); /* what was given to the feeder is done */
    if (tx->feeder && !feeder_ok(tx->feeder, e))
        return false;
    if (tx->load && d->sort_sql && !d->script(tx_conn(tx), d->sort_sql, e))
        return false;
    if (!give_all(tx, NULL, NULL, e))
        return false;
    tx->deferred = NULL;
    return !d->settle || d->settle(tx_conn(tx), e);
}
