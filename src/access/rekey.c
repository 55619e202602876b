#include "access/rekey.h"

#include "access/site.h"

#include <assert.h>

enum { KEY_COLS_MAX = 4, COUNTIES_MAX = 4096 };

static bool has_sealed(const struct entity *en)
{
    for (size_t i = 0; i < en->n; i++)
        if (en->cols[i].seal != SEAL_NONE)
            return true;
    return false;
}

/* --- pages of a county's table ------------------------------------------------------------ */

struct page {
    const struct entity *en;
    int64_t county;
    const struct col *key[KEY_COLS_MAX]; /* behind the county, all of them numbers */
    int64_t at[KEY_COLS_MAX];            /* the last key seen */
    size_t key_n;
    size_t batch;
    char *rows; /* of this page */
    bool *due;  /* has a value below the version asked for */
    size_t n;
};

static struct page page_of(const struct entity *en, int64_t county)
{
    struct page p = { .en = en, .county = county, .batch = REKEY_BATCH };
    assert(en->class == TABLE_COUNTY);
    for (size_t i = 1; i < en->n; i++) {
        if (en->cols[i].type == T_BYTES && en->cols[i].seal != SEAL_NONE)
            p.batch = REKEY_BATCH_BYTES;
        if (en->cols[i].flags & PKEY) {
            assert(p.key_n < KEY_COLS_MAX);
            assert(en->cols[i].type == T_INT);
            p.at[p.key_n] = -1;
            p.key[p.key_n++] = &en->cols[i];
        }
    }
    return p;
}

static int64_t int_of(const struct col *c, const void *obj)
{
    return *(const int64_t *)(const void *)((const char *)obj + c->off);
}

static bool row_due(const struct entity *en, struct rows *r, int version)
{
    for (size_t i = 0; i < en->n; i++) {
        struct val v = en->cols[i].seal == SEAL_NONE ? val_null() : rows_val(r, (int)i);
        if (v.kind == V_BYTES && seal_version_of((struct bytes){ (const uint8_t *)v.s.p, v.s.n }) < version)
            return true;
    }
    return false;
}

/* The rows behind p->at; the page that follows begins behind the last of them. */
static bool page_read(struct tx *tx, struct page *p, int version, struct errs *e)
{
    struct val v[KEY_COLS_MAX + 2] = { V(p->county) };
    enum found f = NONE;
    CLEANUP(rows_close) struct rows r = { 0 };
    for (size_t i = 0; i < p->key_n; i++)
        v[i + 1] = V(p->at[i]);
    v[p->key_n + 1] = V(p->batch);
    p->rows = arena_alloc(e->a, p->en->size * p->batch);
    p->due = NEW_ARRAY(e->a, bool, p->batch);
    p->n = 0;
    if (!db_page(tx, &r, p->en, v, p->key_n + 2, e))
        return false;
    while (p->n < p->batch && (f = rows_next(&r, e)) == FOUND) {
        if (!rows_obj(&r, 0, p->rows + p->n * p->en->size, e->a, e))
            return false;
        p->due[p->n++] = row_due(p->en, &r, version);
    }
    return f != FAILED;
}

static void page_turn(struct page *p)
{
    for (size_t i = 0; p->n && i < p->key_n; i++)
        p->at[i] = int_of(p->key[i], p->rows + (p->n - 1) * p->en->size);
}

/* --- what both do ------------------------------------------------------------------------- */

/* Batches have arenas of their own; what went wrong outlives them. */
static bool hand_over(const struct errs *from, struct errs *to)
{
    for (const struct err *x = from->bad.first; x; x = x->next) {
        struct err *copy = NEW(to->a, struct err);
        *copy = *x;
        copy->text = arena_str(to->a, str_of(x->text)).p;
        copy->next = NULL;
        if (!to->bad.tail)
            to->bad.tail = &to->bad.first;
        *to->bad.tail = copy;
        to->bad.tail = &copy->next;
        to->bad.n++;
    }
    return false;
}

struct counties {
    int64_t list[COUNTIES_MAX];
    size_t n;
};

/* Whoever has rows has an audit chain. */
static bool read_counties(struct tx *tx, void *ctx, struct errs *e)
{
    struct counties *c = ctx;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    c->n = 0;
    if (!db_query(tx, &r, SQL(STMT_FAN, "SELECT county FROM audit_head ORDER BY county"), e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND && c->n < COUNTIES_MAX)
        c->list[c->n++] = rows_int(&r, 0);
    return f != FAILED;
}

static bool go_on(struct rekey *k, struct errs *e)
{
    if (k->progress)
        k->progress(k->ctx, k->rows);
    return !k->stop || !*k->stop || fail(e, ERR_INTERRUPTED, NULL, MSG_STOPPED);
}

/* --- rotate ------------------------------------------------------------------------------- */

struct rotate_batch {
    struct rekey *k;
    struct page p;
    int64_t written;
};

static bool rotate_batch(struct tx *tx, void *ctx, struct errs *e)
{
    struct rotate_batch *b = ctx;
    const struct seal *seal = store_seal(tx_store(tx));
    CLEANUP(act_release) struct act act;
    b->written = 0;
    act_begin(&act, tx, b->k->who, "key.rotate", str_of(b->p.en->table), e->a);
    if (!page_read(tx, &b->p, b->k->version, e))
        return false;
    for (size_t i = 0; i < b->p.n; i++) {
        if (!b->p.due[i])
            continue;
        if (!db_reseal(tx, b->p.en, b->p.rows + i * b->p.en->size, seal, e))
            return false;
        b->written++;
    }
    return act_end(
        &act, arena_printf(e->a, "{\"version\":%d,\"rows\":%lld}", b->k->version, (long long)b->written), e);
}

static bool rotate_table(struct rekey *k, const struct entity *en, int64_t county, struct errs *e)
{
    struct arena a = { 0 };
    struct errs own = { .a = &a, .lang = e->lang };
    struct rotate_batch b = { .k = k, .p = page_of(en, county) };
    bool ok;
    do {
        arena_reset(&a);
        ok = store_run(k->st, TX_WRITE, county, rotate_batch, &b, &own);
        k->rows += ok ? b.written : 0;
        ok = (ok && go_on(k, &own)) || hand_over(&own, e);
        page_turn(&b.p);
    } while (ok && b.p.n == b.p.batch);
    arena_free(&a);
    return ok;
}

static bool read_version(struct tx *tx, void *ctx, struct errs *e)
{
    struct str value = { 0 };
    enum found f = site_get(tx, "enc", &value, e);
    int64_t *version = ctx;
    if (f != FOUND || !str_int(value, version))
        *version = 1;
    return f != FAILED;
}

/* From now on every sealed value is at least at this version. */
static bool rotate_done(struct tx *tx, void *ctx, struct errs *e)
{
    const struct rekey *k = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, k->who, "key.rotate", STR("site"), e->a);
    return site_put(tx, "enc", str_of(arena_printf(e->a, "%d", k->version)), e) &&
           act_end(&act, arena_printf(e->a, "{\"version\":%d}", k->version), e);
}

/* The key in the file is ahead of the database only when an earlier rotation did not end. */
static bool load_newest(struct rekey *k, struct errs *e)
{
    int64_t version;
    CLEANUP(seal_freep) struct seal *s = NULL;
    if (!store_run(k->st, TX_READ, 0, read_version, &version, e))
        return false;
    s = seal_load(k->key_path, e);
    if (!s)
        return false;
    if (seal_version(s) < version)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_KEY_OLDER, A(k->key_path));
    k->resumed = seal_version(s) > version;
    if (!k->resumed && !seal_add_enc(s, k->key_path, e))
        return false;
    k->version = seal_version(s);
    store_use_seal(k->st, s);
    s = NULL;
    return true;
}

bool key_rotate(struct rekey *k, struct errs *e)
{
    const struct schema *schema = store_schema(k->st);
    CLEANUP(freep) struct counties *c = xcalloc(1, sizeof *c);
    if (!load_newest(k, e) || !store_run(k->st, TX_READ, 0, read_counties, c, e))
        return false;
    for (size_t i = 0; i < c->n; i++)
        for (size_t t = 0; t < schema->n; t++)
            if (has_sealed(schema->entities[t]) && !rotate_table(k, schema->entities[t], c->list[i], e))
                return false;
    return store_run(k->st, TX_WRITE, 0, rotate_done, k, e);
}

/* --- rekey: one transaction --------------------------------------------------------------- */

struct rekeying {
    struct rekey *k;
    struct tx *tx;
    const struct seal *old, *next;
    int64_t moved; /* rows of registers by look-up key */
};

/* Registers by look-up key: their rows go to the place of the new one. */
static bool move_key(struct rekeying *r, const struct entity *en, enum seal_kind kind, struct str plain,
                     struct errs *e)
{
    uint8_t from[SEAL_TAG], to[SEAL_TAG];
    const struct col *key = &en->cols[0];
    char *old = arena_alloc(e->a, en->size), *new = arena_alloc(e->a, en->size);
    assert(key->flags & PKEY);
    assert(key->type == T_BYTES);
    seal_key(r->old, kind, plain, from);
    seal_key(r->next, kind, plain, to);
    enum found f = db_get(r->tx, en, old, e, V(((struct bytes){ from, sizeof from })));
    if (f != FOUND)
        return f == NONE; /* another kind of value, or moved already */
    memcpy(new, old, en->size);
    *(struct bytes *)(void *)(new + key->off) = (struct bytes){ to, sizeof to };
    r->moved++;
    return db_delete(r->tx, en, old, e) && db_insert(r->tx, en, new, e);
}

static bool move_keys(struct rekeying *r, const struct entity *en, const void *obj, struct errs *e)
{
    const struct schema *schema = store_schema(r->k->st);
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        if (c->seal == SEAL_NONE || c->type != T_TEXT || !col_known(c, obj))
            continue;
        struct str plain = *(const struct str *)(const void *)((const char *)obj + c->off);
        for (size_t t = 0; t < schema->n; t++)
            if (schema->entities[t]->class == TABLE_NATIONAL &&
                !move_key(r, schema->entities[t], c->seal, plain, e))
                return false;
    }
    return true;
}

static bool rekey_row(struct rekeying *r, const struct entity *en, const void *obj, struct errs *e)
{
    return move_keys(r, en, obj, e) && db_reseal(r->tx, en, obj, r->next, e);
}

/* The change log keeps sealed values as hex of what was sealed. */
static bool reseal_hex(struct rekeying *r, enum seal_kind kind, struct str *hex, struct arena *a)
{
    uint8_t sealed[SEAL_OVERHEAD + SEAL_PLAIN_MAX] = { 0 };
    struct str plain;
    if (!hex->p)
        return true;
    if (hex->n % 2 || hex->n / 2 > sizeof sealed)
        return false;
    for (size_t i = 0; i < hex->n; i++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, hex->p[i], 16);
        if (!d)
            return false;
        sealed[i / 2] = (uint8_t)(sealed[i / 2] << 4 | (d - digits));
    }
    if (!seal_get(r->old, kind, (struct bytes){ sealed, hex->n / 2 }, a, &plain))
        return false;
    seal_put(r->next, kind, plain, sealed);
    struct buf b = BUF(2 * sizeof sealed);
    for (size_t i = 0; i < SEAL_OVERHEAD + plain.n; i++)
        buf_addf(&b, "%02x", sealed[i]);
    *hex = arena_str(a, buf_str(&b));
    buf_release(&b);
    return true;
}

static bool rekey_change(struct rekeying *r, const struct entity *en, const void *obj, struct errs *e)
{
    const struct schema *schema = store_schema(r->k->st);
    const struct field_change *old = obj;
    struct field_change new = *old;
    const struct entity *of = entity_find(schema->entities, schema->n, arena_str(e->a, old->table_name).p);
    const struct col *c = of ? entity_col(of, arena_str(e->a, old->field).p) : NULL;
    if (!c || c->seal == SEAL_NONE)
        return true;
    if (!reseal_hex(r, c->seal, &new.before, e->a) || !reseal_hex(r, c->seal, &new.after, e->a))
        return fail(e, ERR_INTERNAL, NULL, MSG_SEAL_BROKEN, A(en->table), A(c->name));
    return db_update(r->tx, en, old, &new, e);
}

typedef bool row_fn(struct rekeying *r, const struct entity *en, const void *obj, struct errs *e);

static bool rekey_table(struct rekeying *r, const struct entity *en, int64_t county, row_fn *fn,
                        struct errs *e)
{
    struct arena a = { 0 };
    struct errs own = { .a = &a, .lang = e->lang };
    struct page p = page_of(en, county);
    bool ok;
    do {
        arena_reset(&a);
        ok = page_read(r->tx, &p, 0, &own);
        for (size_t i = 0; ok && i < p.n; i++)
            ok = fn(r, en, p.rows + i * en->size, &own);
        r->k->rows += ok ? (int64_t)p.n : 0;
        ok = (ok && go_on(r->k, &own)) || hand_over(&own, e);
        page_turn(&p);
    } while (ok && p.n == p.batch);
    arena_free(&a);
    return ok;
}

static bool count_registers(struct tx *tx, const struct schema *schema, int64_t *n, struct errs *e)
{
    *n = 0;
    for (size_t t = 0; t < schema->n; t++) {
        if (schema->entities[t]->class != TABLE_NATIONAL)
            continue;
        enum found f;
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_scan_table(tx, &r, schema->entities[t], e))
            return false;
        while ((f = rows_next(&r, e)) == FOUND)
            ++*n;
        if (f == FAILED)
            return false;
    }
    return true;
}

static bool rekey_county(struct rekeying *r, int64_t county, struct errs *e)
{
    const struct schema *schema = store_schema(r->k->st);
    for (size_t t = 0; t < schema->n; t++)
        if (has_sealed(schema->entities[t]) && !rekey_table(r, schema->entities[t], county, rekey_row, e))
            return false;
    return rekey_table(r, &field_change_entity, county, rekey_change, e);
}

static bool rekey_all(struct tx *tx, void *ctx, struct errs *e)
{
    struct rekeying *r = ctx;
    char mac[33];
    int64_t registered;
    CLEANUP(freep) struct counties *c = xcalloc(1, sizeof *c);
    CLEANUP(act_release) struct act act;
    r->tx = tx;
    r->moved = r->k->rows = 0;
    act_begin(&act, tx, r->k->who, "key.rekey", (struct str){ 0 }, e->a);
    if (!read_counties(tx, c, e) || !count_registers(tx, store_schema(r->k->st), &registered, e))
        return false;
    for (size_t i = 0; i < c->n; i++)
        if (!rekey_county(r, c->list[i], e))
            return false;
    if (r->moved != registered)
        return fail(e, ERR_CONFLICT, NULL, MSG_REKEY_ORPHANS, A(registered - r->moved));
    seal_mac_fingerprint(r->next, mac);
    return site_put(tx, "mac", str_of(mac), e) && act_end(&act, NULL, e);
}

bool key_rekey(struct rekey *k, struct errs *e)
{
    CLEANUP(seal_freep) struct seal *next = seal_rekeyed(store_seal(k->st), k->key_path, e);
    struct rekeying r = { .k = k, .old = store_seal(k->st), .next = next };
    if (!next || !store_run(k->st, TX_WRITE, 0, rekey_all, &r, e))
        return false;
    store_use_seal(k->st, next);
    next = NULL;
    return seal_activate(k->key_path, e);
}
