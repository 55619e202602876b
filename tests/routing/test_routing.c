/* test_routing.c - every statement goes to the shards that its class says, and to no others (distributed.md
 * §4).
 *
 * On a PostgreSQL whose tables of counties lie in 64 hash partitions the planner shows which partitions a
 * statement would touch; run without ANALYZE, because pruning at run time hides fan-outs.  What the
 * partitions accept and a sharded site does not is found in the syntax tree.  All objects are linked whole,
 * so that no statement is missing. */
#include "app/modules.h"
#include "base/assets.h"
#include "base/buf.h"
#include "store/migrate.h"
#include "store/store.h"

#include <libpq-fe.h>
#include <pg_query.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>

#include <cmocka.h>

static PGconn *pg;
static struct arena arena;

/* A statement under examination. */
struct probe {
    enum stmt_class class;
    const char *sql;
    const char *name; /* of a planted one, else file and line */
};

static const char *class_names[] = {
    [STMT_KEY] = "KEY", [STMT_NID] = "NID", [STMT_REF] = "REF", [STMT_FAN] = "FAN", [STMT_LOCAL] = "LOCAL"
};

static const struct entity *table(const char *name)
{
    return entity_find(app_schema.entities, app_schema.n, name);
}

/* --- the syntax tree ---------------------------------------------------------------------- */

/* What is wrong with a statement, or NULL; and what it is about. */
struct tree {
    const struct probe *p;
    const char *wrong;
    bool county, national, reference, local; /* kinds of tables that it names */
    bool recursive, writes, values;          /* values: INSERT … VALUES, whose shard is that of its row */
};

#define wrong_(t, ...) ((t)->wrong = (t)->wrong ? (t)->wrong : arena_printf(&arena, __VA_ARGS__))

static const char *text_at(const json_t *j, const char *key)
{
    return json_string_value(json_object_get(j, key));
}

static void see_table(struct tree *t, const json_t *range)
{
    const char *name = text_at(range, "relname");
    const struct entity *en = name ? table(name) : NULL;
    if (!en)
        return; /* the name of a WITH */
    t->county |= en->class == TABLE_COUNTY;
    t->national |= en->class == TABLE_NATIONAL;
    t->reference |= en->class == TABLE_REFERENCE;
    t->local |= en->class == TABLE_LOCAL;
}

static bool is_county_table(const json_t *range)
{
    const struct entity *en = table(text_at(range, "relname"));
    return en && en->class == TABLE_COUNTY;
}

static bool names_county(const json_t *targets)
{
    size_t i;
    json_t *x;
    json_array_foreach(targets, i, x)
    {
        const char *name = text_at(json_object_get(x, "ResTarget"), "name");
        if (name && !strcmp(name, "county"))
            return true;
    }
    return false;
}

static bool has_node(const json_t *j, const char *kind)
{
    const char *key;
    size_t i;
    json_t *x;
    if (json_is_object(j)) {
        json_object_foreach((json_t *)(uintptr_t)j, key,
                            x) if (!strcmp(key, kind) || has_node(x, kind)) return true;
    } else if (json_is_array(j)) {
        json_array_foreach(j, i, x) if (has_node(x, kind)) return true;
    }
    return false;
}

static void see_select(struct tree *t, const json_t *s)
{
    const json_t *values = json_object_get(s, "valuesLists"),
                 *distinct = json_object_get(s, "distinctClause");
    if (json_object_get(s, "lockingClause"))
        wrong_(t, "it locks rows (S10, S14)");
    if (has_node(values, "SubLink"))
        wrong_(t, "it has a sub-select in VALUES (S7)");
    if (json_object_size(json_array_get(distinct, 0)))
        wrong_(t, "DISTINCT ON (S10)");
    t->recursive |= json_is_true(json_object_get(json_object_get(s, "withClause"), "recursive"));
}

static void see_insert(struct tree *t, const json_t *s)
{
    const json_t *range = json_object_get(s, "relation"), *update = json_object_get(s, "onConflictClause");
    see_table(t, range);
    t->writes = true;
    t->values =
        json_object_get(json_object_get(json_object_get(s, "selectStmt"), "SelectStmt"), "valuesLists");
    if (is_county_table(range) && !names_county(json_object_get(s, "cols")))
        wrong_(t, "it does not list the county (§4.2)");
    if (is_county_table(range) && names_county(json_object_get(update, "targetList")))
        wrong_(t, "it changes the county (S4)");
}

static void see_update(struct tree *t, const json_t *s)
{
    const json_t *range = json_object_get(s, "relation");
    see_table(t, range);
    t->writes = true;
    if (is_county_table(range) && names_county(json_object_get(s, "targetList")))
        wrong_(t, "it changes the county (S4)");
}

static void see_delete(struct tree *t, const json_t *s)
{
    see_table(t, json_object_get(s, "relation"));
    t->writes = true;
    if (json_object_get(s, "usingClause"))
        wrong_(t, "DELETE … USING (S10)");
}

static void see_call(struct tree *t, const json_t *s)
{
    static const char *const banned[] = {
        "now",       "random",          "clock_timestamp", "statement_timestamp", "transaction_timestamp",
        "timeofday", "gen_random_uuid", "current_setting", "set_config",          "nextval",
        "currval",   "string_agg",      "array_agg",       "pg_notify",           "txid_current"
    };
    const json_t *names = json_object_get(s, "funcname");
    const char *name =
        text_at(json_object_get(json_array_get(names, json_array_size(names) - 1), "String"), "sval");
    if (!name)
        return;
    for (size_t i = 0; i < N_ELEMS(banned); i++)
        if (!strcmp(name, banned[i]))
            wrong_(t, "%s() (S8, S9, S10)", name);
    if (!strncmp(name, "pg_advisory", 11) || !strncmp(name, "percentile_", 11))
        wrong_(t, "%s() (E7, S10)", name);
}

static void see_expression(struct tree *t, const json_t *s)
{
    const char *kind = text_at(s, "kind");
    if (kind && (!strcmp(kind, "AEXPR_OP_ANY") || !strcmp(kind, "AEXPR_OP_ALL")))
        wrong_(t, "= ANY (array) (S10)");
}

static void see_node(struct tree *t, const char *kind, const json_t *j)
{
    static const struct {
        const char *kind;
        void (*see)(struct tree *t, const json_t *j);
    } nodes[] = {
        { "RangeVar", see_table },    { "SelectStmt", see_select }, { "InsertStmt", see_insert },
        { "UpdateStmt", see_update }, { "DeleteStmt", see_delete }, { "FuncCall", see_call },
        { "A_Expr", see_expression },
    };
    static const char *const banned[] = { "GroupingSet", "SQLValueFunction", "MergeStmt" };
    for (size_t i = 0; i < N_ELEMS(nodes); i++)
        if (!strcmp(kind, nodes[i].kind))
            nodes[i].see(t, j);
    for (size_t i = 0; i < N_ELEMS(banned); i++)
        if (!strcmp(kind, banned[i]))
            wrong_(t, "%s (S8, S10)", kind);
    if (!strcmp(kind, "RangeSubselect") && json_is_true(json_object_get(j, "lateral")))
        wrong_(t, "LATERAL (S10)");
    if (!strcmp(kind, "ctequery") && !json_object_get(j, "SelectStmt"))
        wrong_(t, "a WITH that writes (S10)");
}

static void walk(struct tree *t, const json_t *j)
{
    const char *key;
    size_t i;
    json_t *x;
    if (json_is_object(j)) {
        json_object_foreach((json_t *)(uintptr_t)j, key, x)
        {
            see_node(t, key, x);
            walk(t, x);
        }
    } else if (json_is_array(j)) {
        json_array_foreach(j, i, x) walk(t, x);
    }
}

/* `::` outside of quotes; in the tree it looks like CAST. */
static bool has_double_colon(const char *sql)
{
    bool quoted = false;
    for (; *sql; sql++) {
        quoted ^= *sql == '\'';
        if (!quoted && sql[0] == ':' && sql[1] == ':')
            return true;
    }
    return false;
}

static void check_class(struct tree *t)
{
    enum stmt_class c = t->p->class;
    if (t->recursive && t->county)
        wrong_(t, "WITH RECURSIVE over tables of counties (S13)");
    if (c == STMT_FAN && t->writes)
        wrong_(t, "it writes in many counties at once (S1)");
    if (c == STMT_KEY && (!t->county || t->national))
        wrong_(t, "KEY is about tables of counties");
    if (c == STMT_NID && (!t->national || t->county))
        wrong_(t, "NID is about a national table");
    if (c == STMT_REF && (!t->reference || t->county || t->national || t->local))
        wrong_(t, "REF is about reference tables");
    if (c == STMT_LOCAL && (!t->local || t->county || t->national || t->reference))
        wrong_(t, "LOCAL is about local tables");
}

static struct tree lint(const struct probe *p)
{
    struct tree t = { .p = p };
    PgQueryParseResult r = pg_query_parse(p->sql);
    json_t *root = r.error ? NULL : json_loads(r.parse_tree, 0, NULL), *one;
    if (!root) {
        wrong_(&t, "it does not parse: %s", r.error ? r.error->message : "no tree");
    } else {
        const json_t *stmts = json_object_get(root, "stmts");
        one = json_object_get(json_array_get(stmts, 0), "stmt");
        if (json_array_size(stmts) != 1 ||
            !(json_object_get(one, "SelectStmt") || json_object_get(one, "InsertStmt") ||
              json_object_get(one, "UpdateStmt") || json_object_get(one, "DeleteStmt")))
            wrong_(&t, "it is not one SELECT, INSERT, UPDATE or DELETE");
        walk(&t, one);
    }
    if (has_double_colon(p->sql))
        wrong_(&t, ":: (S10)");
    check_class(&t);
    json_decref(root);
    pg_query_free_parse_result(r);
    return t;
}

/* --- the plan ----------------------------------------------------------------------------- */

enum { PARTITIONS_MAX = 256 };
struct touched_parts {
    bool county[PARTITIONS_MAX], national[PARTITIONS_MAX];
    int counties, nationals;
};

static void see_relation(struct touched_parts *x, const char *name)
{
    const char *end = strrchr(name, '_');
    int64_t n;
    if (!end || end[1] != 'p' || !str_int(str_of(end + 2), &n) || n < 0 || n >= PARTITIONS_MAX)
        return;
    const struct entity *en = table(arena_printf(&arena, "%.*s", (int)(end - name), name));
    if (!en)
        return;
    bool national = en->class == TABLE_NATIONAL, *seen = national ? x->national : x->county;
    *(national ? &x->nationals : &x->counties) += !seen[n];
    seen[n] = true;
}

static void walk_plan(struct touched_parts *x, const json_t *j)
{
    const char *key;
    size_t i;
    json_t *v;
    if (json_is_object(j)) {
        json_object_foreach((json_t *)(uintptr_t)j, key, v)
        {
            if (!strcmp(key, "Relation Name"))
                see_relation(x, json_string_value(v));
            walk_plan(x, v);
        }
    } else if (json_is_array(j)) {
        json_array_foreach(j, i, v) walk_plan(x, v);
    }
}

static PGresult *ask(const char *sql)
{
    return PQexec(pg, sql);
}

static bool done(PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

/* A value for each parameter, no two alike, each more than the one before it, or the texts each less;
 * `round` gives others. */
struct sampling {
    int round;
    bool falling;
};

static const char *sample_values(struct sampling how)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    PGresult *r = ask("SELECT array_to_string(parameter_types::text[], ' ') FROM pg_prepared_statements "
                      "WHERE name = 'probe'");
    struct str types = str_of(PQgetvalue(r, 0, 0)), one;
    for (int i = 1; str_split(&types, ' ', &one) && one.n; i++) {
        int value = 1000 + 1000 * how.round + i;
        buf_adds(&b, b.n ? ", " : "(");
        if (str_eq(one, STR("bytea")))
            buf_addf(&b, "'\\x%08x'::bytea", value);
        else if (str_eq(one, STR("text")))
            buf_addf(&b, "'text %d'", how.falling ? 9999 - value : value);
        else
            buf_addf(&b, "%d", 343100 + value * 7);
    }
    if (b.n)
        buf_addc(&b, ')');
    PQclear(r);
    return arena_str(&arena, buf_str(&b)).p;
}

static const char *explain(const struct probe *p, struct sampling how, struct touched_parts *x)
{
    const char *why = NULL;
    PGresult *r = PQprepare(pg, "probe", p->sql, 0, NULL);
    if (!done(r)) {
        why = arena_printf(&arena, "it cannot be prepared: %s", PQerrorMessage(pg));
    } else {
        PQclear(r);
        r = ask(arena_printf(&arena, "EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE probe%s", sample_values(how)));
        json_t *plan = done(r) ? json_loads(PQgetvalue(r, 0, 0), 0, NULL) : NULL;
        if (plan)
            walk_plan(x, plan);
        else
            why = arena_printf(&arena, "it cannot be explained: %s", PQerrorMessage(pg));
        json_decref(plan);
        PQclear(ask("DEALLOCATE probe"));
    }
    PQclear(r);
    return why;
}

static const char *check_plan(const struct tree *t, int round)
{
    struct touched_parts x = { 0 };
    const char *why = explain(t->p, (struct sampling){ .round = round }, &x);
    /* "number = $7 AND number < $6" is nowhere if $7 is the greater one, and says nothing about shards. */
    if (!why && !x.counties && !x.nationals)
        why = explain(t->p, (struct sampling){ .round = round, .falling = true }, &x);
    if (why || t->p->class == STMT_FAN || t->values)
        return why;
    int counties = t->p->class == STMT_KEY, nationals = t->p->class == STMT_NID;
    if (x.counties == counties && x.nationals == nationals)
        return NULL;
    return arena_printf(&arena, "it touches %d shards of counties and %d of national tables", x.counties,
                        x.nationals);
}

/* What is wrong with it, or NULL. */
static const char *examine(const struct probe *p)
{
    struct tree t = lint(p);
    for (int round = 0; !t.wrong && round < 2; round++)
        t.wrong = check_plan(&t, round);
    return t.wrong;
}

/* --- what there is ------------------------------------------------------------------------ */

enum { PROBES_MAX = 2000 };
static struct probe probes[PROBES_MAX];
static size_t probes_n;

static void add_probe(enum stmt_class class, const char *sql, const char *name)
{
    assert_true(probes_n < PROBES_MAX);
    probes[probes_n++] = (struct probe){ class, sql, name };
}

static void add_catalogue(void)
{
    for (const struct stmt *s = __start_bangfu_stmts; s < __stop_bangfu_stmts; s++)
        add_probe(s->class, stmt_sql(s, &arena), arena_printf(&arena, "%s:%d", s->file, s->line));
}

/* Statements that the store makes for a table. */
static enum stmt_class class_of(enum table_class class, enum entity_stmt which)
{
    bool all = which == EN_SCAN || which == EN_ANY;
    switch (class) {
    case TABLE_COUNTY: return all ? STMT_FAN : STMT_KEY;
    case TABLE_NATIONAL: return all || which == EN_PAGE ? STMT_FAN : STMT_NID;
    case TABLE_REFERENCE: return STMT_REF;
    case TABLE_LOCAL: break;
    }
    return STMT_LOCAL;
}

/* A table of nothing but its key is never updated. */
static bool is_made(const struct entity *en, enum entity_stmt which)
{
    for (size_t i = 0; which == EN_UPDATE && i < en->n; i++)
        if (!(en->cols[i].flags & PKEY))
            return true;
    return which != EN_UPDATE;
}

static void add_tables(void)
{
    for (size_t t = 0; t < app_schema.n; t++)
        for (enum entity_stmt which = 0; which < EN_STMTS; which++) {
            const struct entity *en = app_schema.entities[t];
            if (is_made(en, which))
                add_probe(class_of(en->class, which), entity_sql(en, which, &arena),
                          arena_printf(&arena, "%s, statement %d", en->table, (int)which));
        }
}

/* Columns picked at run time: every table of counties, by every column that it may be asked for. */
static void add_picks(void)
{
    for (size_t t = 0; t < app_schema.n; t++) {
        const struct entity *en = app_schema.entities[t];
        static const char *const bys[] = { "id", "household_id", "village" };
        for (size_t k = 0; k < N_ELEMS(bys) && en->class == TABLE_COUNTY; k++) {
            const struct col *by = entity_col(en, bys[k]);
            if (by)
                add_probe(STMT_KEY, pick_sql(&(struct pick){ en, &by, 1, by }, &arena),
                          arena_printf(&arena, "%s, columns by %s", en->table, by->name));
        }
    }
}

static int start(void **state)
{
    (void)state;
    const char *url = getenv("TEST_DB");
    add_catalogue();
    add_tables();
    add_picks();
    if (!url || !str_starts(str_of(url), STR("postgres")))
        return 0;
    pg = PQconnectdb(url);
    if (PQstatus(pg) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(ask("SET plan_cache_mode = force_custom_plan"));
    return 0;
}

static int finish(void **state)
{
    (void)state;
    PQfinish(pg);
    arena_free(&arena);
    return 0;
}

static void need_partitions(void)
{
    PGresult *r = pg ? ask("SELECT count(*) FROM pg_inherits WHERE inhparent = 'household'::regclass") : NULL;
    int64_t n = 0;
    if (r)
        str_int(str_of(PQgetvalue(r, 0, 0)), &n);
    PQclear(r);
    if (n < 64) {
        print_message("TEST_DB names no PostgreSQL database with 64 partitions\n");
        skip();
    }
}

/* --- tests -------------------------------------------------------------------------------- */

static void the_catalogue_is_that_of_the_whole_program(void **state)
{
    (void)state;
    static const char *const files[] = {
        "src/store/migrate.c", "src/access/actor.c",   "src/registry/import_registry.c",
        "src/registry/find.c", "src/registry/count.c", "src/cli/"
    };
    for (size_t f = 0; f < N_ELEMS(files); f++) {
        bool seen = false;
        for (size_t i = 0; i < probes_n; i++)
            seen = seen || str_has(str_of(probes[i].name), str_of(files[f]));
        if (!seen)
            fail_msg("there is no statement of %s", files[f]);
    }
}

static void every_statement_goes_where_its_class_says(void **state)
{
    (void)state;
    int wrong = 0;
    need_partitions();
    for (size_t i = 0; i < probes_n; i++) {
        const char *why = examine(&probes[i]);
        if (why)
            print_error("%s (%s): %s\n  %.300s\n", probes[i].name, class_names[probes[i].class], why,
                        probes[i].sql);
        wrong += why != NULL;
    }
    assert_int_equal(wrong, 0);
}

/* The checker itself: distributed.md §4.2, in the tables of today. */
static const struct probe good[] = {
    { STMT_KEY, "SELECT id, hh_no FROM household WHERE county = $1 AND id = $2", "household_get" },
    { STMT_KEY, "SELECT id FROM household WHERE county = $1 AND id > $2 ORDER BY id LIMIT $3",
      "household_page" },
    { STMT_KEY,
      "SELECT p.name FROM person p JOIN household h ON h.county = p.county AND h.id = p.household_id "
      "WHERE p.county = $1 AND h.county = $1 AND h.hh_no = $2",
      "person_of_household" },
    { STMT_KEY,
      "INSERT INTO counter (county, name, next) VALUES ($1, $2, $3) ON CONFLICT (county, name) DO UPDATE SET "
      "next = excluded.next",
      "upsert" },
    { STMT_KEY,
      "SELECT h.id, (SELECT max(y.year) FROM household_year y WHERE y.county = $1 AND y.household_id = h.id) "
      "FROM household h WHERE h.county = $1",
      "last_key_repeated" },
    { STMT_KEY,
      "DELETE FROM counter WHERE county = $1 AND name IN (SELECT name FROM counter WHERE county = $1 AND "
      "next > $2)",
      "delete_subquery_ok" },
    { STMT_KEY, "SELECT count(*) FROM household WHERE county = $1 AND village BETWEEN $2 AND $3",
      "subtree_in_one" },
    { STMT_KEY, "SELECT id FROM household WHERE county = $1 AND id IN ($2, $3, $4)", "in_list" },
    { STMT_KEY,
      "SELECT id FROM household WHERE county = $1 UNION ALL SELECT id FROM person WHERE county = $1",
      "union_one" },
    { STMT_KEY, "SELECT village, count(*) FROM household WHERE county = $1 GROUP BY village",
      "rollup_village" },
    { STMT_NID, "SELECT county FROM national_id WHERE id_key = $1", "nid_lookup" },
    { STMT_REF, "SELECT name FROM region WHERE code BETWEEN $1 AND $2 ORDER BY code", "region_children" },
    { STMT_FAN, "SELECT county, count(*) FROM household GROUP BY county", "county_report" },
    { STMT_FAN,
      "WITH d AS MATERIALIZED (SELECT county, count(*) n FROM household GROUP BY county) "
      "SELECT c.name, sum(d.n) FROM d JOIN county c ON c.county = d.county GROUP BY c.name",
      "prefecture_report" },
};
static const struct probe bad[] = {
    { STMT_KEY, "SELECT id FROM household WHERE id = $1", "no_key" },
    { STMT_KEY,
      "SELECT h.id, (SELECT max(y.year) FROM household_year y WHERE y.county = h.county AND y.household_id = "
      "h.id) "
      "FROM household h WHERE h.county = $1",
      "last_scalar" },
    { STMT_KEY, "SELECT p.name FROM person p JOIN household h ON h.id = p.household_id WHERE p.county = $1",
      "join_without_county" },
    { STMT_KEY,
      "SELECT id FROM household h WHERE county = $1 AND EXISTS (SELECT 1 FROM person p WHERE p.household_id "
      "= h.id)",
      "exists_without_county" },
    { STMT_KEY, "SELECT id FROM household WHERE CAST(county AS text) = $1", "cast_key" },
    { STMT_KEY, "SELECT id FROM household WHERE county BETWEEN $1 AND $2", "range_key" },
    { STMT_KEY, "UPDATE household SET note = $1 WHERE id = $2", "update_no_key" },
    { STMT_KEY,
      "DELETE FROM counter WHERE county = $1 AND name IN (SELECT name FROM counter WHERE next > $2)",
      "delete_subquery" },
    { STMT_KEY, "SELECT id FROM household WHERE county = $1 OR id = $2", "or_key" },
    { STMT_KEY, "SELECT id FROM household WHERE county IN ($1, $2, $3)", "two_counties" },
    { STMT_KEY,
      "SELECT id FROM household WHERE county = $1 UNION ALL SELECT id FROM household WHERE county = $2",
      "union_of_two_counties" },
    { STMT_KEY, "INSERT INTO counter (name, next) VALUES ($1, $2)", "insert_without_county" },
    { STMT_KEY, "INSERT INTO counter VALUES ($1, $2, $3)", "insert_without_columns" },
    { STMT_KEY,
      "INSERT INTO counter (county, name, next) VALUES ($1, $2, (SELECT max(next) FROM counter WHERE county "
      "= $1))",
      "subselect_in_values" },
    { STMT_KEY,
      "INSERT INTO counter (county, name, next) VALUES ($1, $2, $3) ON CONFLICT (county, name) DO UPDATE SET "
      "county = excluded.county",
      "upsert_of_the_key" },
    { STMT_KEY, "UPDATE household SET county = $2 WHERE county = $1 AND id = $3", "update_of_the_key" },
    { STMT_KEY, "UPDATE audit SET at = random() WHERE county = $1", "volatile" },
    { STMT_KEY, "UPDATE audit SET at = extract(epoch FROM now()) WHERE county = $1", "now" },
    { STMT_KEY,
      "SELECT id FROM household WHERE county = $1 AND entered_on = CURRENT_DATE - DATE '1970-01-01'",
      "current_date" },
    { STMT_KEY, "SELECT id FROM household WHERE county = $1 FOR UPDATE", "for_update" },
    { STMT_KEY, "SELECT id::text FROM household WHERE county = $1", "double_colon" },
    { STMT_KEY, "SELECT id FROM household WHERE county = $1 AND id = ANY ($2)", "any_array" },
    { STMT_KEY, "SELECT DISTINCT ON (village) id FROM household WHERE county = $1", "distinct_on" },
    { STMT_KEY,
      "WITH RECURSIVE t AS (SELECT county, id FROM household WHERE county = $1 UNION SELECT county, id + 1 "
      "FROM t WHERE id < 9) "
      "SELECT * FROM t",
      "recursive" },
    { STMT_KEY, "WITH d AS (DELETE FROM counter WHERE county = $1 RETURNING next) SELECT next FROM d",
      "modifying_with" },
    { STMT_KEY, "DELETE FROM counter c USING county r WHERE c.county = $1 AND r.county = $1",
      "delete_using" },
    { STMT_KEY, "SELECT current_setting('app.county') FROM household WHERE county = $1", "session_setting" },
    { STMT_KEY, "SELECT pg_advisory_xact_lock($2) FROM household WHERE county = $1", "advisory_lock" },
    { STMT_KEY, "SELECT name FROM region WHERE code = $1", "reference_called_key" },
    { STMT_FAN, "SELECT county, state, count(*) FROM household GROUP BY ROLLUP (county, state)", "rollup" },
    { STMT_FAN, "UPDATE household SET note = NULL", "fan_that_writes" },
    { STMT_FAN, "DELETE FROM counter", "fan_that_deletes" },
    { STMT_NID, "SELECT county FROM national_id WHERE person_id = $1", "nid_by_another_column" },
    { STMT_NID, "SELECT county FROM national_id WHERE id_key IN ($1, $2)", "two_numbers" },
    { STMT_NID, "SELECT n.county FROM national_id n JOIN person p ON p.id = n.person_id WHERE n.id_key = $1",
      "nid_with_county" },
    { STMT_REF, "SELECT r.name FROM region r JOIN household h ON h.village = r.code WHERE r.code = $1",
      "reference_with_county" },
    { STMT_REF, "SELECT count(*) FROM household", "county_called_reference" },
    { STMT_LOCAL, "SELECT count(*) FROM region", "reference_called_local" },
    { STMT_KEY, "LISTEN household", "listen" },
    { STMT_KEY, "CREATE TRIGGER t AFTER INSERT ON household FOR EACH ROW EXECUTE FUNCTION f()", "trigger" },
    { STMT_KEY, "SELECT id FROM household WHERE county = $1; SELECT 1", "two_statements" },
    { STMT_KEY, "SELEKT", "no_sql" },
};

static void a_statement_that_goes_astray_is_caught(void **state)
{
    (void)state;
    need_partitions();
    for (size_t i = 0; i < N_ELEMS(bad); i++)
        if (!examine(&bad[i]))
            fail_msg("%s was not caught", bad[i].name);
}

static void a_statement_that_does_not_is_passed(void **state)
{
    (void)state;
    need_partitions();
    for (size_t i = 0; i < N_ELEMS(good); i++) {
        const char *why = examine(&good[i]);
        if (why)
            fail_msg("%s: %s", good[i].name, why);
    }
}

/* --- SQLite ------------------------------------------------------------------------------- */

static sqlite3 *sqlite_with_tables(void)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; i < assets_n; i++) {
        if (!str_starts(str_of(assets[i].path), STR("sql/migrations/")))
            continue;
        struct str text = { (const char *)assets[i].p, assets[i].n };
        for (const char **sql = migration_statements("sqlite", text, (struct layout){ 0 }, &arena); *sql;
             sql++)
            if (sqlite3_exec(db, *sql, NULL, NULL, NULL) != SQLITE_OK)
                fail_msg("%s: %s", *sql, sqlite3_errmsg(db));
    }
    return db;
}

static void every_statement_is_one_that_sqlite_understands(void **state)
{
    (void)state;
    sqlite3 *db = sqlite_with_tables();
    int wrong = 0;
    for (size_t i = 0; i < probes_n; i++) {
        sqlite3_stmt *s = NULL;
        if (sqlite3_prepare_v2(db, probes[i].sql, -1, &s, NULL) != SQLITE_OK) {
            print_error("%s: %s\n  %.300s\n", probes[i].name, sqlite3_errmsg(db), probes[i].sql);
            wrong++;
        }
        sqlite3_finalize(s);
    }
    sqlite3_close(db);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_is_that_of_the_whole_program),
        cmocka_unit_test(every_statement_goes_where_its_class_says),
        cmocka_unit_test(a_statement_that_goes_astray_is_caught),
        cmocka_unit_test(a_statement_that_does_not_is_passed),
        cmocka_unit_test(every_statement_is_one_that_sqlite_understands),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
