/* test_concurrency.c - many who write at once: one queue per county, lost races, connections that are cut
 * off, numbers without gaps and ids that nobody else has. */
#include "support/raw.h"
#include "support/world.h"

#include "access/site.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, WRITES = 25 };

/* --- helpers ------------------------------------------------------------------------------ */

static int64_t count(struct world *w, const char *table, int64_t county)
{
    struct raw *raw = raw_open(w->url);
    int64_t n = raw_int(
        raw, arena_printf(&w->a, "SELECT count(*) FROM %s WHERE county = %lld", table, (long long)county));
    raw_close(raw);
    return n;
}

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void assert_all_differ(int64_t *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 1; i < n; i++)
        if (v[i] == v[i - 1])
            fail_msg("%lld was given twice", (long long)v[i]);
}

static void assert_counts_from_1(int64_t *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(v[i], i + 1);
}

/* --- one county, many threads ------------------------------------------------------------- */

enum fate { SUCCEED, CLASH, REFUSE };

struct write {
    struct world *w;
    struct household h;
    enum fate fate;
    int64_t number;
    pthread_t caller;
    bool ran_elsewhere; /* in the batch of another thread */
};

static bool write_household(struct act *act, void *ctx, struct errs *e)
{
    struct write *x = ctx;
    x->ran_elsewhere = !pthread_equal(pthread_self(), x->caller);
    if (!counter_next(act->tx, x->h.county, "household", &x->number, e) || !household_put(act, &x->h, e))
        return false;
    if (x->fate == CLASH) {
        struct household again = x->h;
        return household_put(act, &again, e); /* its number is taken */
    }
    return x->fate == SUCCEED || refuse(e, ERR_INVALID, NULL, MSG_NO_SUCH_ROW, A("x"));
}

struct worker {
    struct world *w;
    struct store *st;
    pthread_t thread;
    struct write writes[WRITES];
    int failed_wrongly;
};

static void *work(void *arg)
{
    struct worker *k = arg;
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    for (int i = 0; i < WRITES; i++) {
        struct write *x = &k->writes[i];
        static const enum msg want[] = { [CLASH] = MSG_DB_DUPLICATE, [REFUSE] = MSG_NO_SUCH_ROW };
        x->caller = pthread_self();
        bool ok = world_try(k->w, k->st, x->h.county, write_household, x, &e);
        bool as_expected = x->fate == SUCCEED ? ok : !ok && e.bad.n == 1 && e.bad.first->msg == want[x->fate];
        k->failed_wrongly += !as_expected;
        if (!as_expected && e.bad.first)
            print_error("thread %d, write %d: %s\n", (int)(k->thread % 1000), i, e.bad.first->text);
    }
    arena_free(&a);
    return NULL;
}

static void run_workers(struct worker *k, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(pthread_create(&k[i].thread, NULL, work, &k[i]), 0);
    for (size_t i = 0; i < n; i++)
        pthread_join(k[i].thread, NULL);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(k[i].failed_wrongly, 0);
}

static struct worker *workers(struct world *w, int n)
{
    struct worker *k = NEW_ARRAY(&w->a, struct worker, (size_t)n);
    for (int i = 0; i < n; i++) {
        k[i].w = w;
        k[i].st = w->st;
    }
    return k;
}

static void assert_numbers_and_ids(struct worker *k, size_t n)
{
    int64_t numbers[THREADS * WRITES], ids[THREADS * WRITES];
    size_t saved = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m < WRITES; m++)
            if (k[i].writes[m].fate == SUCCEED) {
                numbers[saved] = k[i].writes[m].number;
                ids[saved++] = k[i].writes[m].h.id;
            }
    assert_counts_from_1(numbers, saved);
    assert_all_differ(ids, saved);
}

static void many_threads_in_one_county_leave_no_gap_and_share_batches(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w), elsewhere = 0;
    struct worker *k = workers(w, THREADS);
    for (int i = 0; i < THREADS; i++)
        for (int m = 0; m < WRITES; m++)
            k[i].writes[m] = (struct write){ .w = w, .h = world_household(w, county) };
    run_workers(k, THREADS);
    assert_numbers_and_ids(k, THREADS);
    assert_int_equal(count(w, "household", county), THREADS * WRITES);
    for (int i = 0; i < THREADS; i++)
        for (int m = 0; m < WRITES; m++)
            elsewhere += k[i].writes[m].ran_elsewhere;
    assert_true(elsewhere > 0);
    assert_verifies(w);
}

static void what_fails_in_a_batch_harms_nobody_else_in_it(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w), saved = 0;
    struct worker *k = workers(w, THREADS);
    for (int i = 0; i < THREADS; i++)
        for (int m = 0; m < WRITES; m++) {
            enum fate fate = (i + m) % 4 == 1 ? CLASH : (i + m) % 4 == 3 ? REFUSE : SUCCEED;
            k[i].writes[m] = (struct write){ .w = w, .h = world_household(w, county), .fate = fate };
            saved += fate == SUCCEED;
        }
    run_workers(k, THREADS);
    assert_numbers_and_ids(k, THREADS);
    assert_int_equal(count(w, "household", county), saved);
    assert_verifies(w);
}

static void counties_do_not_disturb_one_another(void **state)
{
    struct world *w = *state;
    struct worker *k = workers(w, THREADS);
    int64_t ids[THREADS * WRITES];
    for (int i = 0; i < THREADS; i++) {
        int64_t county = world_county(w);
        for (int m = 0; m < WRITES; m++)
            k[i].writes[m] = (struct write){ .w = w, .h = world_household(w, county) };
    }
    run_workers(k, THREADS);
    for (int i = 0; i < THREADS; i++)
        for (int m = 0; m < WRITES; m++) {
            assert_int_equal(k[i].writes[m].number, m + 1);
            ids[i * WRITES + m] = k[i].writes[m].h.id;
        }
    assert_all_differ(ids, THREADS * WRITES);
    assert_verifies(w);
}

static void two_processes_in_one_county_leave_no_gap(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct worker *k = workers(w, 2);
    k[1].st = world_second_store(w); /* another process looks just like that */
    for (int i = 0; i < 2; i++)
        for (int m = 0; m < WRITES; m++)
            k[i].writes[m] = (struct write){ .w = w, .h = world_household(w, county) };
    run_workers(k, 2);
    assert_numbers_and_ids(k, 2);
    assert_int_equal(count(w, "household", county), 2 * WRITES);
    store_close(k[1].st);
    assert_verifies(w);
}

/* --- lost races --------------------------------------------------------------------------- */

struct race {
    struct world *w;
    struct store *other;
    int64_t county, number;
    int attempts, beaten; /* how often the other one is quicker */
};

static bool take_number(struct act *act, void *ctx, struct errs *e)
{
    struct race *x = ctx;
    return counter_next(act->tx, x->county, "race", &x->number, e);
}

/* Read, be overtaken, write. */
static bool lose_then_take(struct act *act, void *ctx, struct errs *e)
{
    struct race *x = ctx;
    struct race winner = { .county = x->county };
    struct counter c;
    struct errs own = { .a = e->a, .lang = EN };
    if (db_get(act->tx, &counter_entity, &c, e, V(x->county), V("race")) == FAILED)
        return false;
    if (x->attempts++ < x->beaten)
        assert_ok(world_try(x->w, x->other, x->county, take_number, &winner, &own), &own);
    return take_number(act, x, e);
}

static void a_lost_race_is_run_again(void **state)
{
    struct world *w = *state;
    if (world_is_sqlite(w))
        skip(); /* who writes holds the whole database */
    struct race x = { .w = w, .other = world_second_store(w), .county = world_county(w), .beaten = 3 };
    assert_ok(world_try(w, w->st, x.county, lose_then_take, &x, &w->e), &w->e);
    assert_int_equal(x.attempts, 4);
    assert_int_equal(x.number, 4);
    store_close(x.other);
    assert_verifies(w);
}

static void who_always_loses_is_told_to_try_again(void **state)
{
    struct world *w = *state;
    if (world_is_sqlite(w))
        skip();
    struct race x = { .w = w, .other = world_second_store(w), .county = world_county(w), .beaten = 100000 };
    assert_false(world_try(w, w->st, x.county, lose_then_take, &x, &w->e));
    assert_error(&w->e, ERR_RETRY, MSG_DB_BUSY);
    assert_in_range(x.attempts, 8, 1000); /* and for three seconds */
    int lost = x.attempts;
    x.beaten = 0;
    world_act(w, x.county, take_number, &x);
    assert_int_equal(x.number, lost + 1);
    store_close(x.other);
    assert_verifies(w);
}

/* A quick one who never stops, in a lane of this same store. */
struct quick {
    struct race race;
    pthread_t thread;
    atomic_bool over;
    int wrong;
};

static void *take_and_take(void *arg)
{
    struct quick *q = arg;
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    while (!atomic_load(&q->over))
        q->wrong += !world_try(q->race.w, q->race.w->st, q->race.county, take_number, &q->race, &e);
    arena_free(&a);
    return NULL;
}

/* Read, take one's time, write. */
static bool dawdle_then_take(struct act *act, void *ctx, struct errs *e)
{
    struct race *x = ctx;
    struct counter c;
    x->attempts++;
    if (db_get(act->tx, &counter_entity, &c, e, V(x->county), V("race")) == FAILED)
        return false;
    usleep(50000);
    return take_number(act, x, e);
}

static void who_takes_long_gets_a_turn_when_quick_ones_keep_winning(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    if (world_is_sqlite(w))
        skip();
    while (county % 4 == 0) /* not the lane of what belongs to no county */
        county = world_county(w);
    struct race x = { .w = w, .county = county };
    struct quick q = { .race = { .w = w, .county = county } };
    world_act(w, county, take_number, &x);
    assert_int_equal(pthread_create(&q.thread, NULL, take_and_take, &q), 0);
    bool ok = world_try(w, w->st, 0, dawdle_then_take, &x, &w->e);
    atomic_store(&q.over, true);
    pthread_join(q.thread, NULL);
    assert_ok(ok, &w->e);
    assert_int_equal(x.attempts, 4);
    assert_int_equal(q.wrong, 0);
    assert_verifies(w);
}

struct two_looks {
    struct world *w;
    struct store *other;
    int64_t county, before, after;
};

static bool look_twice(struct tx *tx, void *ctx, struct errs *e)
{
    struct two_looks *x = ctx;
    struct errs own = { .a = e->a, .lang = EN };
    struct race number = { .county = x->county };
    const struct stmt *st = SQL(STMT_KEY, "SELECT next FROM counter WHERE county = $1 AND name = 'race'");
    if (!db_int(tx, st, &x->before, e, V(x->county)))
        return false;
    assert_ok(world_try(x->w, x->other, x->county, take_number, &number, &own), &own);
    return db_int(tx, st, &x->after, e, V(x->county));
}

static void who_reads_sees_one_moment(void **state)
{
    struct world *w = *state;
    struct two_looks x = { .w = w, .other = world_second_store(w), .county = world_county(w) };
    world_read(w, look_twice, &x);
    assert_int_equal(x.before, 0);
    assert_int_equal(x.after, 0);
    world_read(w, look_twice, &x);
    assert_int_equal(x.before, 2);
    assert_int_equal(x.after, 2);
    store_close(x.other);
}

/* --- connections that are cut off --------------------------------------------------------- */

static void cut_off_everybody(struct world *w)
{
    struct raw *raw = raw_open(w->url);
    raw_do(raw,
           "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() "
           "AND pid <> pg_backend_pid()");
    raw_close(raw);
}

static bool count_counters(struct tx *tx, void *ctx, struct errs *e)
{
    struct race *x = ctx;
    return db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM counter WHERE county = $1"), &x->number, e,
                  V(x->county));
}

static void a_connection_that_the_server_closed_is_replaced(void **state)
{
    struct world *w = *state;
    if (world_is_sqlite(w))
        skip();
    struct race x = { .w = w, .county = world_county(w) };
    cut_off_everybody(w);
    world_act(w, x.county, take_number, &x);
    assert_int_equal(x.number, 1);
    cut_off_everybody(w);
    world_read(w, count_counters, &x);
    assert_int_equal(x.number, 1);
}

static bool cut_off_then_take(struct act *act, void *ctx, struct errs *e)
{
    struct race *x = ctx;
    if (!take_number(act, x, e))
        return false;
    if (x->attempts++ == 0)
        cut_off_everybody(x->w);
    struct counter c;
    return db_get(act->tx, &counter_entity, &c, e, V(x->county), V("race")) == FOUND;
}

static void a_write_that_is_cut_off_before_it_is_saved_is_run_again(void **state)
{
    struct world *w = *state;
    if (world_is_sqlite(w))
        skip();
    struct race x = { .w = w, .county = world_county(w) };
    world_act(w, x.county, cut_off_then_take, &x);
    assert_int_equal(x.attempts, 2);
    assert_int_equal(x.number, 1);
    assert_verifies(w);
}

/* --- ids ---------------------------------------------------------------------------------- */

enum { IDS = 70000, PROCESSES = 4 }; /* more than one block each */

struct taken {
    int64_t *ids;
    bool fail;
};

static bool take_ids(struct act *act, void *ctx, struct errs *e)
{
    struct taken *x = ctx;
    for (int i = 0; i < IDS; i++)
        if (!db_id(act->tx, &x->ids[i], e))
            return false;
    return !x->fail || refuse(e, ERR_INVALID, NULL, MSG_NO_SUCH_ROW, A("x"));
}

static void take_in_child(struct world *w, int fd)
{
    int64_t *ids = NEW_ARRAY(&w->a, int64_t, IDS);
    struct taken x = { .ids = ids };
    struct store *st = world_second_store(w);
    bool ok = world_try(w, st, 829000, take_ids, &x, &w->e);
    size_t bytes = IDS * sizeof *ids;
    for (size_t done = 0; ok && done < bytes;) {
        ssize_t n = write(fd, (char *)ids + done, bytes - done);
        ok = n > 0;
        done += (size_t)n;
    }
    store_close(st);
    _exit(ok ? 0 : 1);
}

static void read_all(int fd, void *to, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = read(fd, (char *)to + done, bytes - done);
        assert_true(n > 0);
        done += (size_t)n;
    }
}

static void two_processes_never_have_the_same_id(void **state)
{
    struct world *w = *state;
    int64_t *ids = xcalloc((size_t)IDS * PROCESSES, sizeof *ids);
    int fds[PROCESSES][2], status;
    pid_t pids[PROCESSES];
    store_close(w->st); /* SQLite's locks, and the keeper's thread, do not outlive a fork in a child */
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(pipe(fds[i]), 0);
        fflush(NULL);
        pids[i] = fork();
        if (pids[i] == 0)
            take_in_child(w, fds[i][1]);
        close(fds[i][1]);
    }
    for (int i = 0; i < PROCESSES; i++) {
        read_all(fds[i][0], ids + (size_t)i * IDS, IDS * sizeof *ids);
        close(fds[i][0]);
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    w->st = world_second_store(w);
    assert_all_differ(ids, (size_t)IDS * PROCESSES);
    assert_true(ids[0] >= 1);
    assert_true(ids[(size_t)IDS * PROCESSES - 1] < INT64_C(1) << 53);
    free(ids);
    assert_verifies(w);
}

static void a_transaction_that_fails_takes_no_id_from_those_that_come_after(void **state)
{
    struct world *w = *state;
    int64_t *ids = xcalloc(IDS * 2, sizeof *ids);
    struct taken fails = { .ids = ids, .fail = true }, first = { .ids = ids }, second = { .ids = ids + IDS };
    struct store *other = world_second_store(w);
    assert_false(world_try(w, w->st, 829000, take_ids, &fails, &w->e));
    assert_ok(world_try(w, other, 829000, take_ids, &first, &w->e), &w->e);
    world_act(w, 829000, take_ids, &second);
    assert_all_differ(ids, IDS * 2);
    store_close(other);
    free(ids);
    assert_verifies(w);
}

static int64_t log_bytes(struct world *w)
{
    struct stat st;
    struct str file = str_of(w->url);
    file = (struct str){ file.p + STR("sqlite://").n, file.n - STR("sqlite://").n };
    return stat(arena_printf(&w->a, "%.*s-wal", (int)file.n, file.p), &st) == 0 ? (int64_t)st.st_size : 0;
}

static bool write_forty(struct act *act, void *ctx, struct errs *e)
{
    struct household *h = ctx;
    for (int i = 0; i < 40; i++)
        if (!household_put(act, &h[i], e))
            return false;
    return true;
}

/* A write that does not lengthen it stands at its beginning. */
static void the_log_of_sqlite_begins_anew_while_the_database_stays_open(void **state)
{
    enum { FORTY = 40, WRITES_MAX = 2000, LOG_MAX_BYTES = 100 << 20 };
    struct world *w = *state;
    if (!world_is_sqlite(w))
        skip();
    int64_t county = world_county(w), before = log_bytes(w);
    for (int n = 0;; n++) {
        struct household *h = NEW_ARRAY(&w->a, struct household, FORTY);
        for (int i = 0; i < FORTY; i++)
            h[i] = world_household(w, county);
        world_act(w, county, write_forty, h);
        int64_t after = log_bytes(w);
        if (after && after == before)
            break;
        assert_true(n < WRITES_MAX && after < LOG_MAX_BYTES);
        before = after;
    }
    assert_verifies(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_threads_in_one_county_leave_no_gap_and_share_batches),
        cmocka_unit_test(what_fails_in_a_batch_harms_nobody_else_in_it),
        cmocka_unit_test(counties_do_not_disturb_one_another),
        cmocka_unit_test(two_processes_in_one_county_leave_no_gap),
        cmocka_unit_test(a_lost_race_is_run_again),
        cmocka_unit_test(who_always_loses_is_told_to_try_again),
        cmocka_unit_test(who_takes_long_gets_a_turn_when_quick_ones_keep_winning),
        cmocka_unit_test(who_reads_sees_one_moment),
        cmocka_unit_test(a_connection_that_the_server_closed_is_replaced),
        cmocka_unit_test(a_write_that_is_cut_off_before_it_is_saved_is_run_again),
        cmocka_unit_test(two_processes_never_have_the_same_id),
        cmocka_unit_test(a_transaction_that_fails_takes_no_id_from_those_that_come_after),
        cmocka_unit_test(the_log_of_sqlite_begins_anew_while_the_database_stays_open),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
