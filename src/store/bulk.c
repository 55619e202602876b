#include "store/internal.h"

#include <assert.h>

enum { STATISTICS_FROM_BYTES = 64 << 10, SQL_MAX = 1 << 16, INDEXES_MAX = 16, INDEXES_DEFERRED_MAX = 64 };

struct bulk {
    struct tx *tx;
    const struct entity *en;
    struct arena a;      /* of one row's sealed values */
    bool used[COLS_MAX]; /* columns that some row has known */
    bool changed;        /* `used` has grown since the statement was made */
    char *sql;
    struct plan *plan; /* where rows are inserted one by one */
    struct buf rows;   /* COPY text, where the database takes that */
    int flushes;
    struct bulk *next; /* opened after it in this transaction */
};

struct bulk *bulk_open(struct tx *tx, const struct entity *en)
{
    struct bulk *b = xcalloc(1, sizeof *b);
    *b = (struct bulk){ .tx = tx, .en = en, .changed = true, .rows = BUF((size_t)4 * COPY_FLUSH_BYTES) };
    struct bulk **end = &tx->bulks;
    while (*end)
        end = &(*end)->next;
    *end = b;
    return b;
}

static void forget(struct bulk *b)
{
    if (b->plan)
        b->tx->c->driver->forget(b->tx->c, b->plan);
    b->plan = NULL;
    free(b->sql);
    b->sql = NULL;
}

static void add_used(struct buf *sql, const struct bulk *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->en->n; i++)
        if (b->used[i])
            buf_addf(sql, "%s%s", n++ ? "," : "", b->en->cols[i].name);
}

/* The statement for the columns in use. */
static bool prepare(struct bulk *b, struct errs *e)
{
    const struct driver *d = b->tx->c->driver;
    CLEANUP(buf_release) struct buf sql = BUF(SQL_MAX);
    forget(b);
    buf_addf(&sql, d->copy ? "COPY %s (" : "INSERT INTO %s (", b->en->table);
    add_used(&sql, b);
    if (d->copy) {
        buf_adds(&sql, ") FROM STDIN");
    } else {
        size_t n = 0;
        for (size_t i = 0; i < b->en->n; i++)
            if (b->used[i]) {
                n++;
                buf_addf(&sql, "%s$%zu", n > 1 ? "," : ") VALUES (", n);
            }
        buf_addc(&sql, ')');
    }
    b->sql = strdup(buf_cstr(&sql));
    if (!b->sql)
        abort();
    b->changed = false;
    if (d->copy)
        return true;
    b->plan = d->prepare(tx_conn(b->tx), b->sql, e);
    return b->plan != NULL;
}

static bool put_row(struct bulk *b, const struct val *v, struct errs *e)
{
    const struct driver *d = b->tx->c->driver;
    struct val used[COLS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < b->en->n; i++)
        if (b->used[i])
            used[n++] = v[i];
    if (!d->copy)
        return d->exec(tx_conn(b->tx), b->plan, used, n, NULL, e);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(&b->rows, '\t');
        d->copy_cell(&b->rows, &used[i]);
    }
    buf_addc(&b->rows, '\n');
    assert(!b->rows.full);
    return true;
}

bool bulk_add_sealed(struct bulk *b, const void *obj, const struct bytes sealed[SEALED_COLS_MAX],
                     struct errs *e)
{
    struct val v[COLS_MAX];
    assert(b->tx->mode == TX_WRITE);
    row_vals_sealed(b->en, obj, sealed, v);
    for (size_t i = 0; i < b->en->n; i++)
        if (v[i].kind != V_NULL && !b->used[i])
            b->used[i] = b->changed = true;
    if (b->changed && (!bulk_flush(b, e) || !prepare(b, e)))
        return false;
    if (!put_row(b, v, e))
        return false;
    row_note(b->tx, b->en, 1, v, NULL);
    return b->rows.n < COPY_FLUSH_BYTES || bulk_flush(b, e);
}

bool bulk_add(struct bulk *b, const void *obj, struct errs *e)
{
    struct bytes sealed[SEALED_COLS_MAX];
    arena_reset(&b->a);
    row_seal(b->tx->st->seal, b->en, obj, &b->a, sealed);
    return bulk_add_sealed(b, obj, sealed, e);
}

/* A table that grows within one transaction has no statistics but those of when it was small, and the checks
 * of foreign keys against it would read it from end to end.  After 1, 8, 64 … loads it gets new ones. */
static bool take_statistics(struct bulk *b, struct errs *e)
{
    const struct driver *d = b->tx->c->driver;
    int n = ++b->flushes;
    while (n > 1 && n % 8 == 0)
        n /= 8;
    if (n != 1 || !d->statistics_sql)
        return true;
    CLEANUP(buf_release) struct buf sql = BUF(SQL_MAX);
    buf_addf(&sql, "%s %s", d->statistics_sql, b->en->table);
    return d->script(tx_conn(b->tx), buf_cstr(&sql), e);
}

static bool flush(struct bulk *b, struct errs *e)
{
    if (!b->rows.n)
        return true;
    bool large = b->rows.n >= STATISTICS_FROM_BYTES;
    bool ok = tx_conn(b->tx)->driver->copy(b->tx->c, b->sql, buf_str(&b->rows), e);
    buf_clear(&b->rows);
    return ok && (!large || take_statistics(b, e));
}

/* Those opened before it go first: its rows may refer to theirs. */
bool bulk_flush(struct bulk *b, struct errs *e)
{
    if (!b->rows.n)
        return true;
    for (struct bulk *x = b->tx->bulks; x != b; x = x->next)
        if (!flush(x, e))
            return false;
    return flush(b, e);
}

void bulk_close(struct bulk *b)
{
    if (!b)
        return;
    struct bulk **at = &b->tx->bulks;
    while (*at != b)
        at = &(*at)->next;
    *at = b->next;
    forget(b);
    arena_free(&b->a);
    buf_release(&b->rows);
    free(b);
}

/* --- indexes built at the end ------------------------------------------------------------- */

struct deferred {
    const char *sql;
    struct deferred *next;
};

static const char *as_it_is(const void *key, unsigned which, struct arena *a)
{
    (void)which, (void)a;
    return key;
}

struct index_text {
    const char *name, *sql;
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
        out[*n].name = arena_str(&tx->a, d->cell(cursor, 0).s).p;
        out[*n].sql = arena_str(&tx->a, d->cell(cursor, 1).s).p;
        ++*n;
    }
    if (cursor)
        d->done(cursor);
    return f == NONE;
}

bool indexes_defer(struct tx *tx, const struct entity *en, struct errs *e)
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
        struct deferred *x = NEW(&tx->a, struct deferred);
        *x = (struct deferred){ found[i].sql, tx->deferred };
        tx->deferred = x;
        if (!tx->c->driver->script(tx_conn(tx), arena_printf(&tx->a, "DROP INDEX %s", found[i].name), e))
            return false;
    }
    return true;
}

bool indexes_build(struct tx *tx, struct errs *e)
{
    for (struct deferred *x = tx->deferred; x; x = x->next)
        if (!tx->c->driver->script(tx_conn(tx), x->sql, e))
            return false;
    const struct driver *d = tx->c->driver;
    bool any = tx->deferred != NULL;
    tx->deferred = NULL;
    return !any || !d->settle || d->settle(tx_conn(tx), e);
}
