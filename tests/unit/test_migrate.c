/* test_migrate.c - one text makes the tables of every kind of database, and the tables that are there are
 * those that the program believes in. */
#include "support/raw.h"
#include "support/world.h"

#include "base/assets.h"
#include "base/clock.h"
#include "store/migrate.h"

/* --- tokens ------------------------------------------------------------------------------- */

static const char small[] = "-- A comment; it does not count.\n"
                            "\n"
                            "CREATE TABLE county (\n"
                            "    county @INT NOT NULL PRIMARY KEY,\n"
                            "    name   @TEXT NOT NULL\n"
                            ") @REFERENCE;\n"
                            "CREATE TABLE house (\n"
                            "    county @INT NOT NULL,\n"
                            "    -- of the house\n"
                            "    id     @I64 NOT NULL,\n"
                            "    photo  @BYTES,\n"
                            "    PRIMARY KEY (county, id)\n"
                            ") @COUNTY;\n"
                            "CREATE INDEX house_photo ON house (county, photo);\n"
                            "CREATE TABLE plate (no @BYTES NOT NULL PRIMARY KEY) @NATIONAL(no);\n"
                            "CREATE TABLE job (id @I64 NOT NULL PRIMARY KEY) @LOCAL;\n";

static void assert_statements(const char *driver, struct layout layout, const char *const *want)
{
    struct arena a = { 0 };
    const char **got = migration_statements(driver, str_of(small), layout, &a);
    for (; *want; want++, got++) {
        assert_non_null(*got);
        assert_string_equal(*got, *want);
    }
    assert_null(*got);
    arena_free(&a);
}

static void rows_of_an_append_only_table_are_kept_by_triggers_or_by_a_right_given_up(void **state)
{
    (void)state;
    static const struct {
        const char *driver;
        struct layout layout;
        size_t n;
        const char *first;
    } cases[] = {
        { "sqlite",
          { LAYOUT_PLAIN, 0 },
          2,
          "CREATE TRIGGER voucher_no_update BEFORE UPDATE ON voucher BEGIN" },
        { "postgresql", { LAYOUT_PLAIN, 0 }, 3, "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger" },
        { "postgresql", { LAYOUT_PARTITIONS, 16 }, 3, "CREATE OR REPLACE FUNCTION append_only()" },
        { "postgresql", { LAYOUT_CITUS, 64 }, 2, "SET citus." },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        struct arena a = { 0 };
        const char **got =
            migration_statements(cases[i].driver, STR("APPEND ONLY voucher;\n"), cases[i].layout, &a);
        size_t n = 0;
        assert_memory_equal(got[0], cases[i].first, strlen(cases[i].first));
        while (got[n])
            n++;
        assert_int_equal(n, cases[i].n);
        if (cases[i].layout.kind == LAYOUT_CITUS)
            assert_string_equal(got[1], "REVOKE UPDATE, DELETE, TRUNCATE ON voucher FROM CURRENT_USER");
        arena_free(&a);
    }
}

static void on_sqlite_tables_are_strict_and_sorted_by_their_key(void **state)
{
    (void)state;
    static const char *const want[] = {
        "CREATE TABLE county ( county INTEGER NOT NULL PRIMARY KEY, name   TEXT NOT NULL )  STRICT, WITHOUT "
        "ROWID",
        "CREATE TABLE house ( county INTEGER NOT NULL, id     INTEGER NOT NULL, photo  BLOB, PRIMARY KEY "
        "(county, id) )"
        "  STRICT, WITHOUT ROWID",
        "CREATE INDEX house_photo ON house (county, photo)",
        "CREATE TABLE plate (no BLOB NOT NULL PRIMARY KEY)  STRICT, WITHOUT ROWID",
        "CREATE TABLE job (id INTEGER NOT NULL PRIMARY KEY)  STRICT",
        NULL,
    };
    assert_statements("sqlite", (struct layout){ LAYOUT_PLAIN, 0 }, want);
}

static void on_postgresql_texts_are_compared_by_their_bytes(void **state)
{
    (void)state;
    static const char *const want[] = {
        "CREATE TABLE county ( county integer NOT NULL PRIMARY KEY, name   text COLLATE \"C\" NOT NULL ) ",
        "CREATE TABLE house ( county integer NOT NULL, id     bigint NOT NULL, photo  bytea, PRIMARY KEY "
        "(county, id) ) ",
        "CREATE INDEX house_photo ON house (county, photo)",
        "CREATE TABLE plate (no bytea NOT NULL PRIMARY KEY) ",
        "CREATE TABLE job (id bigint NOT NULL PRIMARY KEY) ",
        NULL,
    };
    assert_statements("postgresql", (struct layout){ LAYOUT_PLAIN, 0 }, want);
}

static void
in_partitions_the_tables_of_counties_are_spread_by_county_and_national_ones_by_their_key(void **state)
{
    (void)state;
    static const char *const want[] = {
        "CREATE TABLE county ( county integer NOT NULL PRIMARY KEY, name   text COLLATE \"C\" NOT NULL ) ",
        "CREATE TABLE house ( county integer NOT NULL, id     bigint NOT NULL, photo  bytea, PRIMARY KEY "
        "(county, id) ) "
        " PARTITION BY HASH (county)",
        "CREATE TABLE house_p0 PARTITION OF house FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE house_p1 PARTITION OF house FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "CREATE INDEX house_photo ON house (county, photo)",
        "CREATE TABLE plate (no bytea NOT NULL PRIMARY KEY)  PARTITION BY HASH (no)",
        "CREATE TABLE plate_p0 PARTITION OF plate FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE plate_p1 PARTITION OF plate FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "CREATE TABLE job (id bigint NOT NULL PRIMARY KEY) ",
        NULL,
    };
    assert_statements("postgresql", (struct layout){ LAYOUT_PARTITIONS, 2 }, want);
}

/* The order that a new site needs: distributed.md §1. */
static void on_citus_every_table_is_distributed_as_soon_as_it_is_made(void **state)
{
    (void)state;
    static const char *const want[] = {
        "SET citus.enable_local_reference_table_foreign_keys TO off",
        "CREATE TABLE county ( county integer NOT NULL PRIMARY KEY, name   text COLLATE \"C\" NOT NULL ) ",
        "SELECT create_reference_table('county')",
        "CREATE TABLE house ( county integer NOT NULL, id     bigint NOT NULL, photo  bytea, PRIMARY KEY "
        "(county, id) ) ",
        "SELECT create_distributed_table('house', 'county', shard_count := 64)",
        "CREATE INDEX house_photo ON house (county, photo)",
        "CREATE TABLE plate (no bytea NOT NULL PRIMARY KEY) ",
        "SELECT create_distributed_table('plate', 'no', shard_count := 64, colocate_with := 'none')",
        "CREATE TABLE job (id bigint NOT NULL PRIMARY KEY) ",
        NULL,
    };
    assert_statements("postgresql", (struct layout){ LAYOUT_CITUS, 64 }, want);
}

/* --- running them ------------------------------------------------------------------------- */

static void migrating_again_applies_nothing(void **state)
{
    struct world *w = *state;
    struct snapshot before = world_snapshot(w);
    int applied = -1;
    bool is_new = true;
    assert_ok(migrate(w->st, (struct layout){ 0 }, clock_now(), &applied, &w->e), &w->e);
    assert_int_equal(applied, 0);
    assert_ok(migrate_check(w->st, &w->e), &w->e);
    assert_ok(migrate_is_new(w->st, &is_new, &w->e), &w->e);
    assert_false(is_new);
    assert_same_snapshot(before, world_snapshot(w));
}

static int64_t migrations(void)
{
    int64_t n = 0;
    for (size_t i = 0; i < assets_n; i++)
        n += str_starts(str_of(assets[i].path), STR("sql/migrations/"));
    return n;
}

static void assert_error_text(struct world *w, const char *want)
{
    assert_string_equal(w->e.bad.first->text, want);
}

static void a_database_of_a_newer_program_is_left_alone(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    int applied = -1;
    int64_t newest = migrations();
    const char *more = arena_printf(
        &w->a,
        "INSERT INTO migration (number, name, hash, layout, applied_at, mac) SELECT %lld, name, hash, "
        "layout, applied_at, mac FROM migration WHERE number = 1",
        (long long)newest + 1);
    raw_do(raw, more);
    assert_false(migrate_check(w->st, &w->e));
    assert_error(&w->e, ERR_UNAVAILABLE, MSG_DB_NEW);
    assert_error_text(
        w, arena_printf(
               &w->a, "the database is at version %lld, newer than this program (%lld): use a newer program",
               (long long)newest + 1, (long long)newest));
    assert_false(migrate(w->st, (struct layout){ 0 }, clock_now(), &applied, &w->e));
    assert_error(&w->e, ERR_UNAVAILABLE, MSG_DB_NEW);
    raw_do(raw, arena_printf(&w->a, "DELETE FROM migration WHERE number = %lld", (long long)newest + 1));
    raw_close(raw);
    assert_ok(migrate_check(w->st, &w->e), &w->e);
}

static void a_database_of_an_older_program_is_named_as_such(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    int64_t newest = migrations();
    const char *last = arena_printf(&w->a, "number = %lld", (long long)newest);
    struct raw_rows row =
        raw_query(raw, arena_printf(&w->a, "SELECT * FROM migration WHERE %s", last), &w->a);
    raw_do(raw, arena_printf(&w->a, "DELETE FROM migration WHERE %s", last));
    assert_false(migrate_check(w->st, &w->e));
    assert_error(&w->e, ERR_UNAVAILABLE, MSG_DB_OLD);
    raw_do(raw,
           arena_printf(&w->a, "INSERT INTO migration VALUES (%lld, %s, %s, %s, %s, %s)", (long long)newest,
                        row.cell[1], row.cell[2], row.cell[3], row.cell[4], row.cell[5]));
    raw_close(raw);
    assert_ok(migrate_check(w->st, &w->e), &w->e);
    assert_verifies(w);
}

static void sqlite_has_no_partitions(void **state)
{
    struct world *w = *state;
    int applied;
    if (!world_is_sqlite(w))
        skip();
    assert_false(migrate(w->st, (struct layout){ LAYOUT_PARTITIONS, 4 }, clock_now(), &applied, &w->e));
    assert_error(&w->e, ERR_INVALID, MSG_LAYOUT_SQLITE);
}

/* --- the tables that are there ------------------------------------------------------------ */

static bool always_known(enum type t)
{
    return t == T_INT || t == T_MONEY || t == T_DATE || t == T_INSTANT || t == T_BOOL;
}

/* bigint for what may grow, integer for codes, days and counties. */
static const char *type_wanted(const struct world *w, const struct col *c)
{
    bool lite = world_is_sqlite(w);
    if (c->type == T_BYTES || c->seal != SEAL_NONE)
        return lite ? "'BLOB'" : "'bytea'";
    switch (c->type) {
    case T_TEXT: return lite ? "'TEXT'" : "'text'";
    case T_DATE:
    case T_OPT_DATE:
    case T_BOOL:
    case T_YESNO:
    case T_CODE: return lite ? "'INTEGER'" : "'integer'";
    default: break;
    }
    if (!strcmp(c->name, "county"))
        return lite ? "'INTEGER'" : "'integer'";
    return lite ? "'INTEGER'" : "'bigint'";
}

/* Of each column: name, type, may it be NULL, its place in the primary key (0: none). */
static struct raw_rows columns(struct world *w, struct raw *raw, const char *table)
{
    static const char lite[] =
        "SELECT name, type, NOT \"notnull\", pk FROM pragma_table_info('%s') ORDER BY cid";
    static const char pg[] =
        "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), (NOT a.attnotnull)::int, "
        "COALESCE((SELECT k.n FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k (at, n) "
        "WHERE i.indrelid = a.attrelid AND i.indisprimary AND k.at = a.attnum), 0) "
        "FROM pg_attribute a WHERE a.attrelid = '%s'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER "
        "BY a.attnum";
    return raw_query(raw, arena_printf(&w->a, world_is_sqlite(w) ? lite : pg, table), &w->a);
}

static void compare_column(struct world *w, const struct entity *en, size_t i, const char **cell, int *keys)
{
    const struct col *c = &en->cols[i];
    bool nullable = !strcmp(cell[2], "1"), must = always_known(c->type) || (c->flags & (REQUIRED | PKEY));
    const char *name = arena_printf(&w->a, "'%s'", c->name);
    const char *key = (c->flags & PKEY) ? arena_printf(&w->a, "%d", ++*keys) : "0";
    if (strcmp(cell[0], name) != 0)
        fail_msg("%s: column %zu is %s in the database and %s in the program", en->table, i + 1, cell[0],
                 name);
    if (strcmp(cell[1], type_wanted(w, c)) != 0)
        fail_msg("%s.%s is %s instead of %s", en->table, c->name, cell[1], type_wanted(w, c));
    if (must && nullable)
        fail_msg("%s.%s may be NULL in the database but never is in the program", en->table, c->name);
    if (!nullable && !must && !(c->flags & SERVER))
        fail_msg("%s.%s may be unknown in the program but not in the database", en->table, c->name);
    if (strcmp(cell[3], key) != 0)
        fail_msg("%s.%s is in place %s of the primary key instead of %s", en->table, c->name, cell[3], key);
}

static void the_tables_that_are_there_are_those_of_the_program(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    for (size_t t = 0; t < w->schema.n; t++) {
        const struct entity *en = w->schema.entities[t];
        struct raw_rows r = columns(w, raw, en->table);
        int keys = 0;
        if (r.rows != en->n)
            fail_msg("%s has %zu columns in the database and %zu in the program", en->table, r.rows, en->n);
        for (size_t i = 0; i < en->n; i++)
            compare_column(w, en, i, r.cell + i * r.cols, &keys);
        assert_true(keys > 0);
    }
    raw_close(raw);
}

static void there_is_no_table_that_the_program_does_not_know(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    struct raw_rows r =
        raw_query(raw,
                  world_is_sqlite(w)
                      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                      : "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT "
                        "relispartition AND relnamespace = 'public'::regnamespace",
                  &w->a);
    for (size_t i = 0; i < r.rows; i++) {
        struct str name = { r.cell[i] + 1, strlen(r.cell[i]) - 2 };
        if (!entity_find(w->schema.entities, w->schema.n, arena_str(&w->a, name).p))
            fail_msg("table %s is in no list: verify would not see it", r.cell[i]);
    }
    assert_int_equal(r.rows, w->schema.n);
    raw_close(raw);
}

/* distributed.md T2: the county stands first, in the table and in its key. */
static void tables_of_counties_begin_with_the_county(void **state)
{
    struct world *w = *state;
    for (size_t t = 0; t < w->schema.n; t++) {
        const struct entity *en = w->schema.entities[t];
        if (en->class != TABLE_COUNTY)
            continue;
        assert_string_equal(en->cols[0].name, "county");
        assert_true(en->cols[0].flags & PKEY);
        assert_int_equal(en->cols[0].type, T_INT);
    }
}

/* distributed.md T3 and T4, on what the database has. */
static void what_is_unique_is_so_within_a_county_and_references_stay_in_it(void **state)
{
    struct world *w = *state;
    if (world_is_sqlite(w))
        skip(); /* the same text */
    struct raw *raw = raw_open(w->url);
    for (size_t t = 0; t < w->schema.n; t++) {
        const struct entity *en = w->schema.entities[t];
        if (en->class != TABLE_COUNTY)
            continue;
        assert_int_equal(
            raw_int(raw, arena_printf(&w->a,
                                      "SELECT count(*) FROM pg_index WHERE indrelid = '%s'::regclass AND "
                                      "indisunique AND indkey[0] <> 1",
                                      en->table)),
            0);
        struct raw_rows to = raw_query(
            raw,
            arena_printf(
                &w->a,
                "SELECT confrelid::regclass::text, (conkey[1] = 1)::int FROM pg_constraint WHERE contype = "
                "'f' AND conparentid = 0 AND conrelid = '%s'::regclass",
                en->table),
            &w->a);
        for (size_t i = 0; i < to.rows; i++) {
            struct str name = { to.cell[i * 2] + 1, strlen(to.cell[i * 2]) - 2 };
            const struct entity *target =
                entity_find(w->schema.entities, w->schema.n, arena_str(&w->a, name).p);
            assert_non_null(target);
            bool within = target->class == TABLE_COUNTY && !strcmp(to.cell[i * 2 + 1], "1");
            if (!within && target->class != TABLE_REFERENCE)
                fail_msg("%s refers to %s across counties", en->table, target->table);
        }
    }
    raw_close(raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_an_append_only_table_are_kept_by_triggers_or_by_a_right_given_up),
        cmocka_unit_test(on_sqlite_tables_are_strict_and_sorted_by_their_key),
        cmocka_unit_test(on_postgresql_texts_are_compared_by_their_bytes),
        cmocka_unit_test(
            in_partitions_the_tables_of_counties_are_spread_by_county_and_national_ones_by_their_key),
        cmocka_unit_test(on_citus_every_table_is_distributed_as_soon_as_it_is_made),
        cmocka_unit_test(migrating_again_applies_nothing),
        cmocka_unit_test(a_database_of_a_newer_program_is_left_alone),
        cmocka_unit_test(a_database_of_an_older_program_is_named_as_such),
        cmocka_unit_test(sqlite_has_no_partitions),
        cmocka_unit_test(the_tables_that_are_there_are_those_of_the_program),
        cmocka_unit_test(there_is_no_table_that_the_program_does_not_know),
        cmocka_unit_test(tables_of_counties_begin_with_the_county),
        cmocka_unit_test(what_is_unique_is_so_within_a_county_and_references_stay_in_it),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
