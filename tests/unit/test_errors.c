/* test_errors.c - what a database reports becomes one of a few kinds of failure that the layers above act on.
 *
 * The texts with shard numbers are those of Citus 13.2.2 on PostgreSQL 15, recorded 2026-11 (distributed.md
 * E2, E3): on a sharded site a failure on a node may come as XX000 with nothing but its text, and constraints
 * and tables carry the number of their shard. */
#include "store/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;

static int finish(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

#define assert_failure(state, text, want) assert_int_equal(pg_failure(state, text), want)
#define assert_table(text, want)                                           \
    do {                                                                   \
        struct str table_ = pg_table_in(STR(text), &arena);                \
        if (!str_eq(table_, STR(want)))                                    \
            fail_msg("%.*s instead of %s", (int)table_.n, table_.p, want); \
    } while (0)

/* --- PostgreSQL, one node ----------------------------------------------------------------- */

static void a_sqlstate_is_enough_on_one_node(void **state)
{
    (void)state;
    assert_failure("23505", "duplicate key value violates unique constraint \"person_pkey\"", DB_DUPLICATE);
    assert_failure("23503", "insert or update on table \"person\" violates foreign key constraint",
                   DB_REFERENCE);
    assert_failure("23502", "null value in column \"name\" of relation \"person\"", DB_CHECK);
    assert_failure("23514", "new row for relation \"household\" violates check constraint", DB_CHECK);
    assert_failure("40001", "could not serialize access due to concurrent update", DB_RETRY);
    assert_failure("40P01", "deadlock detected", DB_RETRY);
    assert_failure("55P03", "could not obtain lock on row", DB_RETRY);
    assert_failure("53100", "could not extend file: No space left on device", DB_FULL);
    assert_failure("53200", "out of shared memory", DB_RETRY);
    assert_failure("08006", "server closed the connection unexpectedly", DB_GONE);
    assert_failure("57P01", "terminating connection due to administrator command", DB_GONE);
    assert_failure("57P03", "the database system is starting up", DB_GONE);
    assert_failure("XX001", "invalid page in block 3 of relation base/5/16384", DB_DAMAGED);
    assert_failure("58030", "could not read block 3 in file base/5/16384: Input/output error", DB_DAMAGED);
    assert_failure("42P01", "relation \"nothing\" does not exist", DB_OTHER);
    assert_failure("22012", "division by zero", DB_OTHER);
    assert_failure("25P02", "current transaction is aborted", DB_OTHER);
    assert_failure("57014", "canceling statement due to user request", DB_OTHER);
}

static void a_text_alone_does_not_outweigh_a_sqlstate(void **state)
{
    (void)state;
    assert_failure("42601", "duplicate key value violates unique constraint \"x\"", DB_OTHER);
    assert_failure("22P02", "deadlock detected", DB_OTHER);
}

static void without_a_sqlstate_the_connection_is_gone(void **state)
{
    (void)state;
    assert_failure(NULL, "server closed the connection unexpectedly", DB_GONE);
    assert_failure(NULL, "", DB_GONE);
    assert_failure(NULL, NULL, DB_GONE);
    assert_failure("", "could not receive data from server: Connection reset by peer", DB_GONE);
}

/* --- Citus -------------------------------------------------------------------------------- */

static void a_duplicate_on_a_copy_path_of_citus_is_a_duplicate_E2(void **state)
{
    (void)state;
    assert_failure("XX000", "duplicate key value violates unique constraint \"person_pkey_102052\"",
                   DB_DUPLICATE);
    assert_failure("23505", "duplicate key value violates unique constraint \"person_pkey_102052\"",
                   DB_DUPLICATE);
}

static void a_serialization_failure_at_commit_of_citus_is_a_lost_race_E2(void **state)
{
    (void)state;
    assert_failure("XX000", "could not commit transaction for shard 102052 on at least one active node",
                   DB_RETRY);
    assert_failure("XX000", "could not serialize access due to concurrent update", DB_RETRY);
    assert_failure(
        "XX000",
        "canceling the transaction since it was involved in a distributed deadlock: deadlock detected",
        DB_RETRY);
}

static void what_else_a_node_of_citus_reports_is_known_by_its_text_E2(void **state)
{
    (void)state;
    assert_failure("XX000",
                   "insert or update on table \"person_102052\" violates foreign key constraint "
                   "\"person_county_household_id_fkey_102052\"",
                   DB_REFERENCE);
    assert_failure("XX000",
                   "null value in column \"name\" of relation \"person_102052\" violates not-null constraint",
                   DB_CHECK);
    assert_failure(
        "XX000",
        "new row for relation \"household_102009\" violates check constraint \"household_size_check_102009\"",
        DB_CHECK);
    assert_failure(
        "XX000",
        "connection to the remote node worker-2:5432 failed with the following error: Connection refused",
        DB_GONE);
    assert_failure("XX000", "could not extend file \"base/5/16384\": No space left on device", DB_FULL);
    assert_failure("XX000", "the query contains a join that requires repartitioning", DB_OTHER);
    assert_failure("0A000", "modifying the partition value of rows is not allowed", DB_OTHER);
}

static void the_table_is_named_without_the_number_of_its_shard_E3(void **state)
{
    (void)state;
    assert_table("duplicate key value violates unique constraint \"person_pkey_102052\"", "person");
    assert_table("insert or update on table \"person_102052\" violates foreign key constraint "
                 "\"person_county_household_id_fkey_102052\"",
                 "person");
    assert_table("null value in column \"name\" of relation \"person_102052\" violates not-null constraint",
                 "person");
    assert_table(
        "new row for relation \"household_102009\" violates check constraint \"household_size_check_102009\"",
        "household");
}

static void the_table_is_named_without_the_number_of_its_partition(void **state)
{
    (void)state;
    assert_table("duplicate key value violates unique constraint \"person_p7_pkey\"", "person");
    assert_table("null value in column \"name\" of relation \"household_p12\" violates not-null constraint",
                 "household");
}

static void names_that_only_look_like_shards_stay_whole(void **state)
{
    (void)state;
    assert_table("duplicate key value violates unique constraint \"person_pkey\"", "person");
    assert_table("null value in column \"x\" of relation \"plan_2026\" violates not-null constraint",
                 "plan_2026");
    assert_table("null value in column \"x\" of relation \"household_status\" violates not-null constraint",
                 "household_status");
    assert_table("null value in column \"x\" of relation \"top_p\" violates not-null constraint", "top_p");
}

static void a_text_without_a_table_names_none(void **state)
{
    (void)state;
    assert_table("division by zero", "?");
    assert_table("duplicate key value violates unique constraint", "?");
    assert_table("", "?");
}

/* --- SQLite ------------------------------------------------------------------------------- */

static struct errs e;
static struct conn *lite;
static const char *path;

static void run(struct conn *c, const char *sql)
{
    if (!c->driver->script(c, sql, &e))
        fail_msg("%s: %s", sql, e.bad.first->text);
}

static int open_sqlite(void **state)
{
    (void)state;
    const char *dir = getenv("TMPDIR");
    e = (struct errs){ .a = &arena, .lang = EN };
    path = arena_printf(&arena, "%s/errors.db", dir ? dir : "/tmp");
    unlink(path);
    lite = sqlite_driver.open(path, true, &e);
    assert_non_null(lite);
    run(lite, "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, no TEXT UNIQUE, n INTEGER CHECK (n > 0)) "
              "STRICT, WITHOUT ROWID");
    run(lite,
        "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id)) STRICT");
    run(lite, "INSERT INTO a VALUES (1, 'one', 1); INSERT INTO b VALUES (1, 1)");
    return 0;
}

static int close_sqlite(void **state)
{
    (void)state;
    sqlite_driver.close(lite);
    return 0;
}

#define assert_refused(c, sql, want_code, want_text)         \
    do {                                                     \
        errs_clear(&e);                                      \
        assert_false((c)->driver->script((c), (sql), &e));   \
        assert_string_equal(e.bad.first->text, (want_text)); \
        assert_int_equal(e.bad.first->code, (want_code));    \
    } while (0)

static void sqlite_names_the_table_that_has_the_row_already(void **state)
{
    (void)state;
    assert_refused(lite, "INSERT INTO a VALUES (1, 'two', 1)", ERR_CONFLICT, "table a has this row already");
    assert_refused(lite, "INSERT INTO a VALUES (2, 'one', 1)", ERR_CONFLICT, "table a has this row already");
    assert_refused(lite, "INSERT INTO b VALUES (1, 1)", ERR_CONFLICT, "table b has this row already");
}

/* SQLite does not say which table it is. */
static void sqlite_refuses_a_reference_to_nothing(void **state)
{
    (void)state;
    assert_refused(lite, "INSERT INTO b VALUES (2, 77)", ERR_CONFLICT,
                   "table ? refers to a row that does not exist");
    assert_refused(lite, "DELETE FROM a WHERE id = 1", ERR_CONFLICT,
                   "table ? refers to a row that does not exist");
}

static void sqlite_refuses_what_is_missing_or_of_another_kind(void **state)
{
    (void)state;
    assert_refused(lite, "INSERT INTO b VALUES (2, NULL)", ERR_INVALID,
                   "table b: a required value is missing or not allowed");
    assert_refused(lite, "INSERT INTO a VALUES (2, 'x', 'many')", ERR_INVALID,
                   "table a: a required value is missing or not allowed");
}

static void sqlite_that_another_process_writes_to_is_busy(void **state)
{
    (void)state;
    struct conn *other = sqlite_driver.open(path, false, &e);
    run(other, "BEGIN IMMEDIATE");
    run(lite, "PRAGMA busy_timeout = 0");
    assert_refused(lite, "BEGIN IMMEDIATE", ERR_RETRY, "the database is busy, try again");
    run(other, "ROLLBACK");
    run(lite, "BEGIN IMMEDIATE");
    run(lite, "ROLLBACK");
    sqlite_driver.close(other);
}

static void a_snapshot_that_has_grown_old_is_a_lost_race(void **state)
{
    (void)state;
    struct conn *other = sqlite_driver.open(path, false, &e);
    run(lite, "BEGIN; SELECT count(*) FROM a");
    run(other, "INSERT INTO a VALUES (3, 'three', 3)");
    assert_refused(lite, "INSERT INTO a VALUES (4, 'four', 4)", ERR_RETRY, "the database is busy, try again");
    run(lite, "ROLLBACK");
    sqlite_driver.close(other);
}

static void a_full_disk_is_named(void **state)
{
    (void)state;
    run(lite, "CREATE TABLE big (t TEXT); PRAGMA max_page_count = 1");
    assert_refused(lite, "INSERT INTO big VALUES (hex(zeroblob(1000000)))", ERR_UNAVAILABLE,
                   "the disk is full, nothing was saved");
}

static void what_is_not_foreseen_is_told_in_the_words_of_the_database(void **state)
{
    (void)state;
    assert_refused(lite, "SELECT nonsense", ERR_INTERNAL, "database error: no such column: nonsense");
    assert_refused(lite, "SELEKT", ERR_INTERNAL, "database error: near \"SELEKT\": syntax error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sqlstate_is_enough_on_one_node),
        cmocka_unit_test(a_text_alone_does_not_outweigh_a_sqlstate),
        cmocka_unit_test(without_a_sqlstate_the_connection_is_gone),
        cmocka_unit_test(a_duplicate_on_a_copy_path_of_citus_is_a_duplicate_E2),
        cmocka_unit_test(a_serialization_failure_at_commit_of_citus_is_a_lost_race_E2),
        cmocka_unit_test(what_else_a_node_of_citus_reports_is_known_by_its_text_E2),
        cmocka_unit_test(the_table_is_named_without_the_number_of_its_shard_E3),
        cmocka_unit_test(the_table_is_named_without_the_number_of_its_partition),
        cmocka_unit_test(names_that_only_look_like_shards_stay_whole),
        cmocka_unit_test(a_text_without_a_table_names_none),
        cmocka_unit_test_setup_teardown(sqlite_names_the_table_that_has_the_row_already, open_sqlite,
                                        close_sqlite),
        cmocka_unit_test_setup_teardown(sqlite_refuses_a_reference_to_nothing, open_sqlite, close_sqlite),
        cmocka_unit_test_setup_teardown(sqlite_refuses_what_is_missing_or_of_another_kind, open_sqlite,
                                        close_sqlite),
        cmocka_unit_test_setup_teardown(sqlite_that_another_process_writes_to_is_busy, open_sqlite,
                                        close_sqlite),
        cmocka_unit_test_setup_teardown(a_snapshot_that_has_grown_old_is_a_lost_race, open_sqlite,
                                        close_sqlite),
        cmocka_unit_test_setup_teardown(a_full_disk_is_named, open_sqlite, close_sqlite),
        cmocka_unit_test_setup_teardown(what_is_not_foreseen_is_told_in_the_words_of_the_database,
                                        open_sqlite, close_sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, finish);
}
