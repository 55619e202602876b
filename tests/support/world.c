#include "support/world.h"

#include "app/modules.h"
#include "base/clock.h"
#include "registry/code_book.h"
#include "registry/national_id.h"
#include "registry/region.h"
#include "store/id.h"
#include "store/migrate.h"
#include "support/raw.h"

const struct entity *world_extra;

/* --- opening ------------------------------------------------------------------------------ */

static bool read_who(struct tx *tx, void *ctx, struct errs *e)
{
    struct world *w = ctx;
    return actor_open(tx, "admin", "test", &w->who, e) && codes_read(tx, &w->codes, &w->a, e);
}

static struct store *open_store(struct world *w)
{
    struct store_options o = { .url = w->url, .schema = &w->schema };
    struct store *st = store_open(&o, &w->e);
    assert_ok(st != NULL, &w->e);
    struct seal *s = seal_load(seal_key_path(NULL, w->url, &w->a), &w->e);
    assert_ok(s != NULL, &w->e);
    store_use_seal(st, s);
    return st;
}

int world_open(void **state)
{
    struct world *w = xcalloc(1, sizeof *w);
    *state = w;
    w->e = (struct errs){ .a = &w->a, .lang = EN };
    w->url = getenv("TEST_DB");
    for (size_t i = 0; i < app_schema.n; i++)
        w->entities[w->schema.n++] = app_schema.entities[i];
    if (world_extra)
        w->entities[w->schema.n++] = world_extra;
    w->schema.entities = w->entities;
    if (!w->url)
        fail_msg("TEST_DB names no database: tools/run-one.sh says what a test gets");
    w->st = open_store(w);
    world_read(w, read_who, w);
    return 0;
}

void world_create(struct world *w, const char *migration)
{
    const char **sql = migration_statements(world_is_sqlite(w) ? "sqlite" : "postgresql", str_of(migration),
                                            (struct layout){ LAYOUT_PLAIN, 0 }, &w->a);
    struct raw *raw = raw_open(w->url);
    for (; *sql; sql++)
        raw_do(raw, *sql);
    raw_close(raw);
}

int world_close(void **state)
{
    struct world *w = *state;
    store_close(w->st);
    arena_free(&w->a);
    free(w);
    return 0;
}

struct store *world_second_store(struct world *w)
{
    return open_store(w);
}

bool world_is_sqlite(const struct world *w)
{
    return store_is_sqlite(w->st);
}

/* --- doing things ------------------------------------------------------------------------- */

struct doing {
    const struct world *w;
    act_fn *fn;
    void *ctx;
};

static bool run_act(struct tx *tx, void *ctx, struct errs *e)
{
    struct doing *d = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &d->w->who, "test", (struct str){ 0 }, e->a);
    return d->fn(&act, d->ctx, e) && act_end(&act, NULL, e);
}

bool world_try(struct world *w, struct store *st, int64_t county, act_fn *fn, void *ctx, struct errs *e)
{
    struct doing d = { w, fn, ctx };
    return store_run(st, TX_WRITE, county, run_act, &d, e);
}

void world_act(struct world *w, int64_t county, act_fn *fn, void *ctx)
{
    assert_ok(world_try(w, w->st, county, fn, ctx, &w->e), &w->e);
}

void world_read(struct world *w, tx_fn *fn, void *ctx)
{
    assert_ok(store_run(w->st, TX_READ, 0, fn, ctx, &w->e), &w->e);
}

static bool forget_codes(struct act *act, void *ctx, struct errs *e)
{
    struct list all;
    (void)ctx;
    if (!db_list(act->tx,
                 SQL_OF(STMT_REF, &code_entity,
                        "SELECT {*} FROM code WHERE table_name > 'c' ORDER BY table_name, code"),
                 &all, e->a, e))
        return false;
    const struct code_entry *x = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (!db_delete(act->tx, &code_entity, &x[i], e))
            return false;
    return true;
}

void world_forget_codes(struct world *w)
{
    world_act(w, 0, forget_codes, NULL);
}

/* --- a county ----------------------------------------------------------------------------- */

/* Codes of a province that is one, for else no import would take them, but of no county. */
enum { FIRST_COUNTY = 829001, LAST_COUNTY = 829998 };

static bool last_county(struct tx *tx, void *ctx, struct errs *e)
{
    return db_int(tx, SQL(STMT_REF, "SELECT max(county) FROM county WHERE county >= 829001"), (int64_t *)ctx,
                  e);
}

static bool put_region(struct act *act, int64_t code, const char *name, struct errs *e)
{
    struct region r = { .code = { code }, .name = str_of(name) };
    assert_true(region_settle_level(&r));
    return db_insert(act->tx, &region_entity, &r, e);
}

static bool put_county(struct act *act, void *ctx, struct errs *e)
{
    int64_t county = *(int64_t *)ctx, code = county * 1000000;
    struct county c = { .county = county, .name = STR("测试县") };
    return db_insert(act->tx, &county_entity, &c, e) && put_region(act, code, "测试县", e) &&
           put_region(act, code + 100000, "东乡", e) && put_region(act, code + 100201, "上村", e) &&
           put_region(act, code + 100202, "下村", e);
}

int64_t world_county(struct world *w)
{
    int64_t county;
    world_read(w, last_county, &county);
    county = county ? county + 1 : FIRST_COUNTY;
    assert_true(county <= LAST_COUNTY);
    world_act(w, county, put_county, &county);
    return county;
}

struct region_code world_village(int64_t county, int which)
{
    return (struct region_code){ county * 1000000 + 100200 + which };
}

/* --- families ----------------------------------------------------------------------------- */

static int serial;

/* Begins with 99, which is no province. */
static struct str id_number(struct world *w, int64_t county, int n)
{
    char *p = arena_printf(&w->a, "99%04lld%04d%02d%02d%03dX", (long long)county % 10000,
                           1940 + n / 8064 % 60, 1 + n / 672 % 12, 1 + n / 24 % 28, n % 24);
    p[17] = idno_check_char(p);
    return str_of(p);
}

struct household world_household(struct world *w, int64_t county)
{
    int n = ++serial;
    return (struct household){
        .county = county,
        .hh_no = str_of(arena_printf(&w->a, "HT%lld-%d", (long long)county, n)),
        .village = world_village(county, 1),
        .head_name = str_of(arena_printf(&w->a, "张测%d", n)),
        .bank_account = str_of(arena_printf(&w->a, "999999%010d", n)),
        .debt = { { 123450 }, true },
        .state = { STATE_POOR, true },
    };
}

struct person world_person(struct world *w, const struct household *h)
{
    int n = ++serial;
    return (struct person){
        .county = h->county,
        .household_id = h->id,
        .name = h->head_name,
        .id_kind = { ID_KIND_CITIZEN, true },
        .id_number = id_number(w, h->county, n),
        .relation = { RELATION_HEAD, true },
        .health = { UINT64_C(1) << HEALTH_HEALTHY, true },
        .village_cadre = NO,
    };
}

bool household_put(struct act *act, struct household *h, struct errs *e)
{
    return db_id(act->tx, &h->id, e) && db_insert(act->tx, &household_entity, h, e);
}

bool person_put(struct act *act, struct person *p, struct errs *e)
{
    uint8_t key[SEAL_TAG];
    if (p->id_number.p)
        seal_key(store_seal(tx_store(act->tx)), SEAL_ID_NUMBER, p->id_number, key);
    struct national_id id = { .id_key = { key, sizeof key }, .county = p->county };
    if (!db_id(act->tx, &p->id, e))
        return false;
    id.person_id = p->id;
    return (!p->id_number.p || db_insert(act->tx, &national_id_entity, &id, e)) &&
           db_insert(act->tx, &person_entity, p, e);
}

static bool put_family(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    if (!household_put(act, &f->h, e))
        return false;
    f->p.household_id = f->h.id;
    return person_put(act, &f->p, e);
}

struct family world_family(struct world *w, int64_t county)
{
    struct family f = { .h = world_household(w, county) };
    f.p = world_person(w, &f.h);
    world_act(w, county, put_family, &f);
    return f;
}

/* --- looking at all of it ----------------------------------------------------------------- */

bool world_add_table(struct tx *tx, const struct entity *en, struct snapshot *s, struct errs *e)
{
    struct val v[COLS_MAX];
    enum found f;
    CLEANUP(buf_release) struct buf scratch = BUF(1 << 20);
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan_table(tx, &r, en, e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        for (size_t i = 0; i < en->n; i++)
            v[i] = rows_val(&r, (int)i);
        rowsum_add(&s->sum, row_hash(store_seal(tx_store(tx)), en, v, &scratch));
        s->rows++;
    }
    return f == NONE;
}

static bool take_snapshot(struct tx *tx, void *ctx, struct errs *e)
{
    const struct schema *schema = store_schema(tx_store(tx));
    *(struct snapshot *)ctx = (struct snapshot){ 0 };
    for (size_t i = 0; i < schema->n; i++)
        if (schema->entities[i] != &id_block_entity && !world_add_table(tx, schema->entities[i], ctx, e))
            return false;
    return true;
}

struct snapshot world_snapshot(struct world *w)
{
    struct snapshot s;
    world_read(w, take_snapshot, &s);
    return s;
}

void assert_same_snapshot_(struct snapshot a, struct snapshot b, const char *file, int line)
{
    if (a.rows != b.rows || !rowsum_eq(a.sum, b.sum)) {
        print_error("the tables hold %lld rows instead of %lld, or other ones\n", (long long)b.rows,
                    (long long)a.rows);
        _fail(file, line);
    }
}

static bool run_verify(struct tx *tx, void *ctx, struct errs *e)
{
    struct verify_report *r = ctx;
    struct program p = app_program();
    *r = (struct verify_report){ 0 };
    return verify_run(tx, p.invariants, p.invariants_n, r, e);
}

struct verify_report world_verify(struct world *w)
{
    struct verify_report r;
    world_read(w, run_verify, &r);
    return r;
}

void assert_verifies_(struct world *w, const char *file, int line)
{
    struct verify_report r = world_verify(w);
    for (const struct finding *f = r.first; f; f = f->next)
        print_error("%s %lld: %s\n", f->table, (long long)f->county, f->text);
    if (r.findings)
        _fail(file, line);
}
