#include "store/migrate.h"

#include "base/assets.h"
#include "store/id.h"
#include "store/internal.h"

#include <assert.h>
#include <ctype.h>

enum { STATEMENTS_MAX = 4096, SQL_MAX = 1 << 20 };

static const struct col migration_cols[] = {
    COL(migration, number, "序号", "Number", .flags = PKEY | REQUIRED),
    COL(migration, name, "脚本", "Script", .flags = REQUIRED, .max = 200),
    COL(migration, hash, "内容校验", "Hash", .flags = REQUIRED, .max = 64),
    COL(migration, layout, "布局", "Layout", .flags = REQUIRED, .max = 40),
    COL(migration, applied_at, "执行时间", "Applied at", .flags = REQUIRED),
    COL(migration, mac, "校验", "MAC", .flags = SERVER | REQUIRED),
};
/* verify compares these rows with the files inside the program, and the rest by its MAC. */
const struct entity migration_entity = { .table = "migration",
                                         .label = { "数据库脚本", "Migrations" },
                                         .class = TABLE_LOCAL,
                                         .cols = migration_cols,
                                         .n = N_ELEMS(migration_cols),
                                         .size = sizeof(struct migration),
                                         .own_check = true };

static struct bytes mac_of(const struct seal *s, const struct migration *m, struct arena *a)
{
    uint8_t *mac = arena_alloc(a, MAC_SIZE);
    const char *text =
        arena_printf(a, "%lld %.*s %.*s %.*s %lld", (long long)m->number, (int)m->name.n, m->name.p,
                     (int)m->hash.n, m->hash.p, (int)m->layout.n, m->layout.p, (long long)m->applied_at.us);
    seal_mac(s, "migration", str_of(text), mac);
    return (struct bytes){ mac, MAC_SIZE };
}

bool migration_valid(const struct seal *s, const struct migration *m, struct arena *a)
{
    struct bytes want = mac_of(s, m, a);
    return m->mac.n == want.n && !memcmp(m->mac.p, want.p, want.n);
}

/* --- the text ----------------------------------------------------------------------------- */

static const struct driver *driver_named(const char *name)
{
    return !strcmp(name, sqlite_driver.name) ? &sqlite_driver : &postgres_driver;
}

static bool class_of(struct str token, enum table_class *class)
{
    static const struct {
        const char *token;
        enum table_class class;
    } classes[] = {
        { "COUNTY", TABLE_COUNTY },
        { "NATIONAL", TABLE_NATIONAL },
        { "REFERENCE", TABLE_REFERENCE },
        { "LOCAL", TABLE_LOCAL },
    };
    for (size_t i = 0; i < N_ELEMS(classes); i++)
        if (str_eq(token, str_of(classes[i].token))) {
            *class = classes[i].class;
            return true;
        }
    return false;
}

struct output {
    const struct driver *d;
    struct layout layout;
    struct arena *a;
    const char **sql;
    size_t n;
};

static void emit(struct output *o, const char *sql)
{
    assert(o->n < STATEMENTS_MAX);
    o->sql[o->n++] = sql;
}

/* What follows CREATE TABLE on a database that spreads its rows. */
static void emit_spread(struct output *o, const char *table, enum table_class class, const char *key)
{
    if (o->layout.kind == LAYOUT_PARTITIONS && (class == TABLE_COUNTY || class == TABLE_NATIONAL)) {
        for (int i = 0; i < o->layout.n; i++)
            emit(o,
                 arena_printf(
                     o->a, "CREATE TABLE %s_p%d PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)",
                     table, i, table, o->layout.n, i));
    } else if (o->layout.kind == LAYOUT_CITUS && class == TABLE_REFERENCE) {
        emit(o, arena_printf(o->a, "SELECT create_reference_table('%s')", table));
    } else if (o->layout.kind == LAYOUT_CITUS && class == TABLE_COUNTY) {
        emit(o, arena_printf(o->a, "SELECT create_distributed_table('%s', 'county', shard_count := %d)",
                             table, o->layout.n));
    } else if (o->layout.kind == LAYOUT_CITUS && class == TABLE_NATIONAL) {
        emit(o, arena_printf(
                    o->a,
                    "SELECT create_distributed_table('%s', '%s', shard_count := %d, colocate_with := 'none')",
                    table, key, o->layout.n));
    }
}

/* The word behind "CREATE TABLE ". */
static const char *table_name(struct str sql, struct arena *a)
{
    struct str word;
    if (!str_starts(sql, STR("CREATE TABLE ")))
        return NULL;
    struct str rest = { sql.p + 13, sql.n - 13 };
    str_split(&rest, ' ', &word);
    return arena_str(a, word).p;
}

/* APPEND ONLY table: nobody may change or remove its rows.  A sharded site allows no triggers: there the role
 * gives the right up (distributed.md T6). */
static void emit_append_only(struct output *o, const char *table)
{
    const char *const verbs[] = { "UPDATE", "DELETE" };
    if (o->d == &sqlite_driver) {
        for (size_t i = 0; i < N_ELEMS(verbs); i++)
            emit(o, arena_printf(o->a,
                                 "CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is "
                                 "append-only'); END",
                                 table, i ? "delete" : "update", verbs[i], table, table));
        return;
    }
    if (o->layout.kind == LAYOUT_CITUS) {
        emit(o, arena_printf(o->a, "REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM CURRENT_USER", table));
        return;
    }
    emit(
        o,
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION "
        "''% is append-only'', TG_TABLE_NAME; END'");
    emit(o, arena_printf(
                o->a,
                "CREATE TRIGGER %s_no_change BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION "
                "append_only()",
                table, table));
    emit(o, arena_printf(
                o->a,
                "CREATE TRIGGER %s_no_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION "
                "append_only()",
                table, table));
}

/* One statement with its tokens replaced. */
static void translate(struct output *o, struct str sql)
{
    CLEANUP(buf_release) struct buf b = BUF(SQL_MAX);
    enum table_class class = TABLE_LOCAL;
    bool classed = false;
    const char *key = "";
    if (str_starts(sql, STR("APPEND ONLY "))) {
        size_t head = STR("APPEND ONLY ").n;
        emit_append_only(o, arena_str(o->a, (struct str){ sql.p + head, sql.n - head }).p);
        return;
    }
    for (size_t i = 0; i < sql.n; i++) {
        if (sql.p[i] != '@') {
            buf_addc(&b, sql.p[i]);
            continue;
        }
        size_t end = i + 1;
        while (end < sql.n && isalnum((unsigned char)sql.p[end]))
            end++;
        struct str token = arena_str(o->a, (struct str){ sql.p + i + 1, end - i - 1 });
        const char *type = o->d->type_of(token.p);
        if (!type) {
            classed = class_of(token, &class);
            assert(classed);
            if (class == TABLE_NATIONAL) {
                struct str rest = { sql.p + end + 1, sql.n - end - 1 }, column;
                str_split(&rest, ')', &column);
                key = arena_str(o->a, column).p;
                end += column.n + 2;
            }
            type =
                o->d->table_suffix(class, key, o->layout.kind == LAYOUT_PARTITIONS ? o->layout.n : 0, o->a);
        }
        buf_adds(&b, type);
        i = end - 1;
    }
    assert(!b.full);
    const char *table = table_name(sql, o->a);
    assert(!table == !classed); /* every table says its class, and nothing else does */
    emit(o, arena_str(o->a, buf_str(&b)).p);
    if (table)
        emit_spread(o, table, class, key);
}

const char **migration_statements(const char *driver, struct str text, struct layout layout, struct arena *a)
{
    struct output o = { .d = driver_named(driver), .layout = layout, .a = a };
    CLEANUP(buf_release) struct buf one = BUF(SQL_MAX);
    struct str line;
    o.sql = NEW_ARRAY(a, const char *, STATEMENTS_MAX + 1);
    if (layout.kind == LAYOUT_CITUS)
        emit(&o, "SET citus.enable_local_reference_table_foreign_keys TO off");
    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (!line.n || str_starts(line, STR("--")))
            continue;
        if (one.n)
            buf_addc(&one, ' ');
        buf_add(&one, line);
        if (line.p[line.n - 1] == ';') {
            one.n--;
            translate(&o, buf_str(&one));
            buf_clear(&one);
        }
    }
    assert(one.n == 0);
    return o.sql;
}

/* --- what is applied ---------------------------------------------------------------------- */

static bool is_migration(const struct asset *x)
{
    return str_starts(str_of(x->path), STR("sql/migrations/"));
}

static int64_t newest(void)
{
    int64_t n = 0;
    for (size_t i = 0; i < assets_n; i++)
        n += is_migration(&assets[i]);
    return n;
}

static const char *has_table_text(const void *key, unsigned which, struct arena *a)
{
    (void)which, (void)a;
    return key;
}

static bool count_applied(struct tx *tx, void *ctx, struct errs *e)
{
    int64_t *n = ctx;
    struct conn *c = tx_conn(tx);
    struct plan *p = plan_get(c, c->driver->has_table_sql, 0, has_table_text, e);
    struct val name = V("migration");
    void *cursor = p ? c->driver->query(c, p, false, &name, 1, e) : NULL;
    if (!cursor)
        return false;
    enum found f = c->driver->next(cursor, e);
    int64_t tables = f == FOUND ? c->driver->cell(cursor, 0).i : 0;
    c->driver->done(cursor);
    *n = 0;
    return f != FAILED &&
           (tables == 0 || db_int(tx, SQL(STMT_LOCAL, "SELECT count(*) FROM migration"), n, e));
}

bool migrate_is_new(struct store *st, bool *is_new, struct errs *e)
{
    int64_t n = 0;
    if (!store_run(st, TX_READ, 0, count_applied, &n, e))
        return false;
    *is_new = n == 0;
    return true;
}

bool migrate_check(struct store *st, struct errs *e)
{
    int64_t n = 0;
    if (!store_run(st, TX_READ, 0, count_applied, &n, e))
        return false;
    if (n == 0)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_DB_NONE, A(store_is_sqlite(st) ? st->url : "PostgreSQL"));
    if (n < newest())
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_OLD, A(n), A(newest()));
    if (n > newest())
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_NEW, A(n), A(newest()));
    return true;
}

static const char *layout_print(struct layout l, struct arena *a)
{
    if (l.kind == LAYOUT_PLAIN)
        return "plain";
    return arena_printf(a, "%s %d", l.kind == LAYOUT_CITUS ? "citus" : "partitions", l.n);
}

static struct layout layout_read(struct str s)
{
    struct str kind;
    int64_t n = 0;
    if (!str_split(&s, ' ', &kind) || str_eq(kind, STR("plain")) || !str_int(s, &n))
        return (struct layout){ 0 };
    return (struct layout){ str_eq(kind, STR("citus")) ? LAYOUT_CITUS : LAYOUT_PARTITIONS, (int)n };
}

struct step {
    const struct asset *file;
    int64_t number;
    struct layout layout;
    struct instant now;
    bool first;
};

static bool run_script(struct tx *tx, const struct step *s, struct errs *e)
{
    struct str text = { (const char *)s->file->p, s->file->n };
    const char **sql = migration_statements(tx->c->driver->name, text, s->layout, e->a);
    const struct driver *d = tx_conn(tx)->driver;
    for (; *sql; sql++)
        if (!d->script(tx->c, *sql, e))
            return false;
    return !d->settle || d->settle(tx->c, e);
}

static bool apply(struct tx *tx, void *ctx, struct errs *e)
{
    struct step *s = ctx;
    struct migration m = { .number = s->number,
                           .name = str_of(s->file->path + STR("sql/migrations/").n),
                           .hash = str_of(s->file->sha256),
                           .layout = str_of(layout_print(s->layout, e->a)),
                           .applied_at = s->now };
    m.mac = mac_of(tx->st->seal, &m, e->a);
    return run_script(tx, s, e) && db_insert(tx, &migration_entity, &m, e) &&
           (!s->first || id_block_init(tx, e));
}

struct applied {
    int64_t n;
    struct layout layout;
};

static bool read_applied(struct tx *tx, void *ctx, struct errs *e)
{
    struct applied *x = ctx;
    struct migration m;
    if (!count_applied(tx, &x->n, e))
        return false;
    if (x->n == 0)
        return true;
    enum found f = db_get(tx, &migration_entity, &m, e, V((int64_t)1));
    x->layout = f == FOUND ? layout_read(m.layout) : x->layout;
    return f != FAILED;
}

bool migrate(struct store *st, struct layout layout, struct instant now, int *applied, struct errs *e)
{
    struct applied have = { .layout = layout };
    *applied = 0;
    if (store_is_sqlite(st) && layout.kind != LAYOUT_PLAIN)
        return fail(e, ERR_INVALID, "partitions", MSG_LAYOUT_SQLITE);
    if (!store_run(st, TX_READ, 0, read_applied, &have, e))
        return false;
    if (have.n > newest())
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_NEW, A(have.n), A(newest()));
    int64_t number = 0;
    for (size_t i = 0; i < assets_n; i++) {
        if (!is_migration(&assets[i]) || ++number <= have.n)
            continue;
        struct step s = { &assets[i], number, have.layout, now, number == 1 };
        if (!store_run(st, TX_WRITE, 0, apply, &s, e))
            return false;
        ++*applied;
    }
    return true;
}
