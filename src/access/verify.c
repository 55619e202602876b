#include "access/verify.h"

#include "access/secret.h"
#include "base/assets.h"
#include "store/id.h"
#include "store/migrate.h"

#include <assert.h>

enum { FINDINGS_MAX = 1000, SUMS_CAP = 1 << 16 };

void verify_found(struct verify_report *r, struct errs *e, const char *table, int64_t county, enum msg m,
                  const struct arg *args, size_t n)
{
    if (r->findings++ >= FINDINGS_MAX)
        return;
    struct finding *f = NEW(e->a, struct finding);
    *f = (struct finding){ .table = table, .county = county, .text = say_(e->a, e->lang, m, args, n) };
    if (!r->tail)
        r->tail = &r->first;
    *r->tail = f;
    r->tail = &f->next;
}
#define found_(r, e, table, county, m, ...) verify_found((r), (e), (table), (county), (m), ARGS(__VA_ARGS__))

/* --- expected and actual sums, per table and county --------------------------------------- */

struct sum {
    const struct entity *en;
    int64_t county;
    int64_t want_rows, rows;
    struct rowsum want, have;
};
struct sums {
    struct sum *slot;
    size_t n;
};

static struct sum *sum_of(struct sums *s, const struct entity *en, int64_t county)
{
    uint64_t h = ((uint64_t)(uintptr_t)en >> 4) * 31 + (uint64_t)county;
    size_t at = (size_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 48) & (SUMS_CAP - 1);
    while (s->slot[at].en && (s->slot[at].en != en || s->slot[at].county != county))
        at = (at + 1) & (SUMS_CAP - 1);
    if (!s->slot[at].en) {
        assert(++s->n < SUMS_CAP);
        s->slot[at] = (struct sum){ .en = en, .county = county };
    }
    return &s->slot[at];
}

static void compare_sums(struct sums *s, struct verify_report *r, struct errs *e)
{
    for (size_t i = 0; i < SUMS_CAP; i++) {
        const struct sum *x = &s->slot[i];
        if (!x->en || (x->rows == x->want_rows && rowsum_eq(x->have, x->want)))
            continue;
        int64_t more = x->rows - x->want_rows;
        enum msg m = more > 0 ? MSG_VERIFY_MORE : more < 0 ? MSG_VERIFY_FEWER : MSG_VERIFY_CHANGED;
        found_(r, e, x->en->table, x->county, m, A(x->en->table), A(more < 0 ? -more : more));
    }
}

/* --- the chains --------------------------------------------------------------------------- */

struct chain_walk {
    struct sums *sums;
    struct verify_report *r;
    const struct schema *schema;
    const struct seal *seal;
    struct audit_head *heads; /* the last row of every chain, as read */
    size_t n, cap;
};

static void add_touched(struct chain_walk *w, const struct audit *row, struct errs *e)
{
    struct str rest = row->touched;
    struct audit_touch t;
    while (rest.p) {
        if (!audit_next_touch(&rest, &t))
            break;
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)t.table.n, t.table.p);
        const struct entity *en = entity_find(w->schema->entities, w->schema->n, name);
        if (!en) {
            found_(w->r, e, "audit", row->county, MSG_VERIFY_CHAIN, A(row->seq));
            continue;
        }
        struct sum *s = sum_of(w->sums, en, en->class == TABLE_COUNTY ? row->county : 0);
        s->want_rows += t.rows;
        rowsum_add(&s->want, t.sum);
    }
}

static struct audit_head *open_chain(struct chain_walk *w, int64_t county, struct arena *a)
{
    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 64;
        struct audit_head *grown = NEW_ARRAY(a, struct audit_head, cap);
        if (w->n)
            memcpy(grown, w->heads, w->n * sizeof *grown);
        w->heads = grown;
        w->cap = cap;
    }
    w->heads[w->n] = (struct audit_head){ .county = county };
    uint8_t *mac = arena_alloc(a, MAC_SIZE);
    w->heads[w->n].mac = (struct bytes){ mac, 0 };
    return &w->heads[w->n++];
}

/* Each row continues the one before: next number, and the MAC over both. */
static void walk_row(struct chain_walk *w, const struct audit *row, struct arena *keep, struct errs *e)
{
    uint8_t want[MAC_SIZE];
    struct audit_head *h = w->n && w->heads[w->n - 1].county == row->county
                               ? &w->heads[w->n - 1]
                               : open_chain(w, row->county, keep);
    audit_mac(w->seal, row, h->mac, want);
    if (row->seq != h->seq + 1)
        found_(w->r, e, "audit", row->county, MSG_VERIFY_GAP, A(h->seq + 1));
    else if (row->mac.n != MAC_SIZE || memcmp(want, row->mac.p, MAC_SIZE) != 0)
        found_(w->r, e, "audit", row->county, MSG_VERIFY_CHAIN, A(row->seq));
    h->seq = row->seq;
    h->mac.n = MAC_SIZE;
    audit_tip(w->seal, row->mac, (uint8_t *)(uintptr_t)h->mac.p);
    add_touched(w, row, e);
    w->r->audits++;
}

static bool walk_chains(struct tx *tx, struct chain_walk *w, struct errs *e)
{
    struct arena a = { 0 };
    struct audit row;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r, SQL_OF(STMT_FAN, &audit_entity, "SELECT {*} FROM audit ORDER BY county, seq"), e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        arena_reset(&a);
        if (!rows_obj(&r, 0, &row, &a, e))
            break;
        walk_row(w, &row, e->a, e);
    }
    arena_free(&a);
    return f == NONE;
}

static const struct audit_head *walked(const struct chain_walk *w, int64_t county)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->heads[i].county == county)
            return &w->heads[i];
    return NULL;
}

/* The kept ends of the chains: a row cut off at the end shows here. */
static bool check_heads(struct tx *tx, struct chain_walk *w, struct errs *e)
{
    struct list all;
    if (!db_list(tx, SQL_OF(STMT_FAN, &audit_head_entity, "SELECT {*} FROM audit_head ORDER BY county"), &all,
                 e->a, e))
        return false;
    const struct audit_head *kept = all.rows;
    size_t matched = 0;
    for (size_t i = 0; i < all.n; i++) {
        const struct audit_head *h = walked(w, kept[i].county);
        matched += h != NULL;
        if (!h || h->seq != kept[i].seq || h->mac.n != kept[i].mac.n ||
            memcmp(h->mac.p, kept[i].mac.p, h->mac.n) != 0)
            found_(w->r, e, "audit_head", kept[i].county, MSG_VERIFY_HEAD, A(kept[i].seq));
    }
    if (matched < w->n)
        found_(w->r, e, "audit_head", 0, MSG_VERIFY_FEWER, A("audit_head"), A(w->n - matched));
    return true;
}

/* --- the tables --------------------------------------------------------------------------- */

static void check_sealed(const struct entity *en, const struct val *v, const struct seal *seal,
                         struct arena *a, struct verify_report *r, struct errs *e)
{
    struct str plain;
    for (size_t i = 0; i < en->n; i++) {
        if (en->cols[i].seal == SEAL_NONE || v[i].kind == V_NULL)
            continue;
        arena_reset(a);
        r->sealed++;
        if (!seal_get(seal, en->cols[i].seal, (struct bytes){ (const uint8_t *)v[i].s.p, v[i].s.n }, a,
                      &plain))
            found_(r, e, en->table, en->class == TABLE_COUNTY ? v[0].i : 0, MSG_SEAL_BROKEN, A(en->table),
                   A(en->cols[i].name));
    }
}

static bool add_table(struct tx *tx, const struct entity *en, struct sums *sums, struct verify_report *r,
                      struct errs *e)
{
    const struct seal *seal = store_seal(tx_store(tx));
    struct arena a = { 0 };
    struct val v[COLS_MAX] = { 0 };
    enum found f;
    CLEANUP(buf_release) struct buf scratch = BUF(1 << 20);
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan_table(tx, &rows, en, e))
        return false;
    const struct col *id = entity_col(en, "id");
    size_t id_at = id ? (size_t)(id - en->cols) : 0;
    while ((f = rows_next(&rows, e)) == FOUND) {
        for (size_t i = 0; i < en->n; i++)
            v[i] = rows_val(&rows, (int)i);
        if (id && v[id_at].i > r->last_id)
            r->last_id = v[id_at].i;
        struct sum *s = sum_of(sums, en, en->class == TABLE_COUNTY ? v[0].i : 0);
        s->rows++;
        rowsum_add(&s->have, row_hash(seal, en, v, &scratch));
        check_sealed(en, v, seal, &a, r, e);
        r->rows++;
    }
    arena_free(&a);
    r->tables++;
    return f == NONE;
}

static bool add_tables(struct tx *tx, struct sums *sums, struct verify_report *r, struct errs *e)
{
    const struct schema *schema = store_schema(tx_store(tx));
    for (size_t i = 0; i < schema->n; i++)
        if (!schema->entities[i]->own_check && !add_table(tx, schema->entities[i], sums, r, e))
            return false;
    return true;
}

static bool check_ids(struct tx *tx, struct verify_report *r, struct errs *e)
{
    struct list all;
    if (!db_list(tx, SQL_OF(STMT_LOCAL, &id_block_entity, "SELECT {*} FROM id_block ORDER BY name"), &all,
                 e->a, e))
        return false;
    const struct id_block *b = all.rows;
    /* A counter set back to an earlier value of its own would give ids a second time. */
    if (all.n != 1 || !id_block_valid(store_seal(tx_store(tx)), b, e->a) || b->next <= r->last_id)
        found_(r, e, "id_block", 0, MSG_ID_BLOCK);
    r->tables++;
    return true;
}

static bool check_migrations(struct tx *tx, struct verify_report *r, struct errs *e)
{
    struct list all;
    if (!db_list(tx, SQL_OF(STMT_LOCAL, &migration_entity, "SELECT {*} FROM migration ORDER BY number"), &all,
                 e->a, e))
        return false;
    const struct migration *m = all.rows;
    size_t n = 0;
    for (size_t i = 0; i < assets_n; i++) {
        if (!str_starts(str_of(assets[i].path), STR("sql/migrations/")))
            continue;
        const char *name = assets[i].path + STR("sql/migrations/").n;
        if (n >= all.n || m[n].number != (int64_t)n + 1 || !str_eq(m[n].name, str_of(name)) ||
            !str_eq(m[n].hash, str_of(assets[i].sha256)) || !str_eq(m[n].layout, m[0].layout) ||
            !migration_valid(store_seal(tx_store(tx)), &m[n], e->a))
            found_(r, e, "migration", 0, MSG_VERIFY_MIGRATION, A(name));
        n++;
    }
    if (all.n > n)
        found_(r, e, "migration", 0, MSG_VERIFY_MORE, A("migration"), A(all.n - n));
    r->tables++;
    return true;
}

/* Rows that come and go without an audit row: none was changed, none slipped in.  That one went is no
 * finding. */
static bool check_row_macs(struct tx *tx, const struct entity *en, struct verify_report *r, struct errs *e)
{
    const struct seal *seal = store_seal(tx_store(tx));
    struct arena a = { 0 };
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan_table(tx, &rows, en, e))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        struct errs quiet = { .a = &a };
        arena_reset(&a);
        void *obj = arena_alloc(&a, en->size);
        if (!rows_obj(&rows, 0, obj, &a, &quiet) || !row_mac_holds(seal, en, obj, &a))
            found_(r, e, en->table, 0, MSG_VERIFY_CHANGED, A(en->table));
        r->rows++;
    }
    arena_free(&a);
    r->tables++;
    return f == NONE;
}

static bool check_all_row_macs(struct tx *tx, struct verify_report *r, struct errs *e)
{
    const struct schema *schema = store_schema(tx_store(tx));
    for (size_t i = 0; i < schema->n; i++)
        if (schema->entities[i]->row_mac && !check_row_macs(tx, schema->entities[i], r, e))
            return false;
    return true;
}

bool verify_run(struct tx *tx, const struct invariant *const *more, size_t n, struct verify_report *r,
                struct errs *e)
{
    CLEANUP(freep) struct sum *slots = xcalloc(SUMS_CAP, sizeof *slots);
    struct sums sums = { .slot = slots };
    struct chain_walk w = {
        .sums = &sums, .r = r, .schema = store_schema(tx_store(tx)), .seal = store_seal(tx_store(tx))
    };
    if (!walk_chains(tx, &w, e) || !check_heads(tx, &w, e) || !add_tables(tx, &sums, r, e))
        return false;
    compare_sums(&sums, r, e);
    r->tables += 2;
    if (!check_ids(tx, r, e) || !check_migrations(tx, r, e) || !check_all_row_macs(tx, r, e))
        return false;
    struct errs damage = { .a = e->a, .lang = e->lang };
    if (!store_integrity(tx, &damage))
        found_(r, e, "", 0, MSG_VERIFY_FILE, A(damage.bad.first->text));
    for (size_t i = 0; i < n; i++)
        if (!more[i]->check(tx, r, e))
            return false;
    return true;
}
