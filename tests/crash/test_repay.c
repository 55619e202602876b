/* test_repay.c - eight writers take repayments and the process is killed -9 at a random moment, again and
 * again: every repayment that was acknowledged is there once, none is there twice, and verify has nothing to
 * say.
 *
 * A repayment is acknowledged by its key in a pipe, written after the commit.  1,000 repayments and KILLS
 * kills (3); with TEST_LONG 20,000 before each of 50.  The writers run in a process of their own: this
 * program, called with `write FIRST LOAN…`.  KILL_SEED gives the same moments again. */
#include "support/lend.h"
#include "support/raw.h"
#include "support/world.h"

#include "fund/repay.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 8, LOANS = 8, ACK = 3, KEYS_MAX = 1 << 20 };

/* --- the process that is killed ---------------------------------------------------------------- */

static struct writing {
    struct world *w;
    int64_t county;
    const char *numbers[LOANS];
    atomic_int next, left;
} writing;

struct one {
    int key, loan;
};

static bool take_one(struct act *act, void *ctx, struct errs *e)
{
    const struct one *x = ctx;
    struct contract c;
    struct repay_result r;
    struct lending l = { .act = act, .codes = &writing.w->codes, .today = clock_today() };
    const struct repay_request q = { .amount = { 1 },
                                     .on = l.today,
                                     .value_date = l.today,
                                     .payer_kind = { PAYER_BORROWER, true },
                                     .key = str_of(arena_printf(e->a, "k%d", x->key)) };
    return contract_find(act->tx, act->who, PERM_FUND_REPAY, str_of(writing.numbers[x->loan]), &c, e) &&
           repay_take(&l, &c, &q, &r, e);
}

/* What was refused because the database was busy is asked for again, as a clerk would. */
static void *write_some(void *ctx)
{
    struct arena a = { 0 };
    (void)ctx;
    while (atomic_fetch_sub(&writing.left, 1) > 0) {
        struct one x = { .key = atomic_fetch_add(&writing.next, 1) };
        struct errs e = { .a = &a, .lang = EN };
        char line[32];
        x.loan = x.key % LOANS;
        while (!world_try(writing.w, writing.w->st, writing.county, take_one, &x, &e)) {
            if (e.bad.first->code != ERR_RETRY) {
                fprintf(stderr, "writer: %s\n", e.bad.first->text);
                _exit(3);
            }
            errs_clear(&e);
        }
        int n = snprintf(line, sizeof line, "%d\n", x.key);
        if (write(ACK, line, (size_t)n) != n)
            _exit(4);
        arena_reset(&a);
    }
    arena_free(&a);
    return NULL;
}

static int write_repayments(char **argv)
{
    void *state = NULL;
    pthread_t thread[WRITERS];
    int64_t first = 0, n = 0;
    world_open(&state);
    writing.w = state;
    str_int(str_of(argv[0]), &first);
    str_int(str_of(argv[1]), &n);
    str_int(str_of(argv[2]), &writing.county);
    writing.next = (int)first;
    writing.left = (int)n;
    for (int i = 0; i < LOANS; i++)
        writing.numbers[i] = argv[3 + i];
    for (int i = 0; i < WRITERS; i++)
        pthread_create(&thread[i], NULL, write_some, NULL);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(thread[i], NULL);
    world_close(&state);
    return 0;
}

/* --- the one that kills ---------------------------------------------------------------------------- */

struct loans {
    struct lent lent;
    char *numbers[LOANS];
};

static struct loans lend_eight(struct world *w)
{
    struct loans x = { .lent = lend_world(w, "xingfu") };
    for (int i = 0; i < LOANS; i++) {
        lend_draft(&x.lent, "6000");
        lend_sign(&x.lent);
        lend_pay(&x.lent);
        x.numbers[i] = arena_printf(&w->a, "%.*s", (int)x.lent.loan.number.n, x.lent.loan.number.p);
    }
    return x;
}

static uint64_t seed;
static uint64_t roll(uint64_t sides)
{
    uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % sides;
}

static void start(const struct loans *x, int first, int n, int ack, pid_t *child)
{
    char begin[16], count[16], county[24];
    snprintf(begin, sizeof begin, "%d", first);
    snprintf(count, sizeof count, "%d", n);
    snprintf(county, sizeof county, "%lld", (long long)x->lent.county);
    const char *argv[4 + LOANS + 2] = { "test_repay", "write", begin, count, county };
    for (int i = 0; i < LOANS; i++)
        argv[5 + i] = x->numbers[i];
    *child = fork();
    assert_true(*child >= 0);
    if (*child == 0) {
        if (ack == ACK ? fcntl(ACK, F_SETFD, 0) < 0 : dup2(ack, ACK) < 0)
            _exit(5);
        execv("/proc/self/exe", (char *const *)argv);
        _exit(127);
    }
}

/* Keys that were acknowledged, up to the kill: after so many of them, or when all are. */
static int read_keys(int from, pid_t child, int kill_after, char *acknowledged, int *status)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 24);
    struct str rest, line;
    int n = 0, lines = 0;
    bool killed = false;
    char part[4096];
    for (ssize_t got; (got = read(from, part, sizeof part)) > 0;) {
        buf_add(&b, (struct str){ part, (size_t)got });
        for (ssize_t i = 0; i < got; i++)
            lines += part[i] == '\n';
        if (lines >= kill_after && !killed) {
            usleep((useconds_t)roll(2000)); /* somewhere within the batch that follows */
            kill(child, SIGKILL);
            killed = true;
        }
    }
    assert_int_equal(waitpid(child, status, 0), child);
    assert_false(b.full);
    rest = buf_str(&b);
    while (str_split(&rest, '\n', &line)) {
        int64_t key;
        if (!str_int(line, &key))
            continue;
        assert_true(key < KEYS_MAX);
        assert_int_equal(acknowledged[key], 0);
        acknowledged[key] = 1;
        n++;
    }
    return n;
}

struct there {
    int64_t county;
    const char *acknowledged;
    int asked, acknowledged_n, found;
};

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct there *x = ctx;
    char *times = arena_alloc(e->a, KEYS_MAX);
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    x->found = 0;
    if (!db_query(tx, &r, SQL(STMT_KEY, "SELECT request_key FROM repayment WHERE county = $1"), e,
                  V(x->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct str key = rows_text(&r, 0), number = { 0 };
        int64_t no;
        assert_true(str_split(&key, ':', &number) &&
                    str_int((struct str){ number.p + 1, number.n - 1 }, &no));
        assert_true(no < x->asked);
        assert_int_equal(times[no], 0); /* none twice */
        times[no] = 1;
        x->found++;
    }
    for (int i = 0; i < x->asked; i++)
        if (x->acknowledged[i] && !times[i])
            fail_msg("repayment k%d was acknowledged and is not there", i);
    return f == NONE;
}

static bool outstanding(struct lent *x, void *sum, struct errs *e)
{
    return db_int(x->l.act->tx,
                  SQL(STMT_KEY,
                      "SELECT CAST(sum(b.amount) AS bigint) FROM fund_account a JOIN account_balance b "
                      "ON b.county = $1 AND b.account_id = a.id WHERE a.county = $1 AND a.kind = 1101 "
                      "AND a.part IN (SELECT id FROM contract WHERE county = $1)"),
                  sum, e, V(x->county));
}

static int number_in(const char *name, int otherwise)
{
    int64_t v;
    const char *s = getenv(name);
    return s && str_int(str_of(s), &v) ? (int)v : otherwise;
}

static void acknowledged_repayments_survive_any_kill_and_none_is_there_twice(void **state)
{
    struct world *w = *state;
    bool is_long = getenv("TEST_LONG") && *getenv("TEST_LONG");
    int kills = number_in("KILLS", 3), all = is_long ? 20000 : 1000, first = 0, hits = 0;
    char *acknowledged = xcalloc(KEYS_MAX, 1);
    struct loans x = lend_eight(w);
    struct there there = { .county = x.lent.county, .acknowledged = acknowledged };
    seed = (uint64_t)number_in("KILL_SEED", (int)getpid());
    print_message("# KILL_SEED=%d, %d repayments, %d kills\n", (int)seed, all, kills);
    for (int i = 0; i <= kills; i++) {
        int fd[2], status, n = is_long ? all : all / (kills + 1);
        pid_t child;
        assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
        start(&x, first, n, fd[1], &child);
        close(fd[1]);
        int kill_after = i < kills ? (int)roll((uint64_t)n) : KEYS_MAX;
        there.acknowledged_n += read_keys(fd[0], child, kill_after, acknowledged, &status);
        close(fd[0]);
        hits += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
        assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
        first += n;
        there.asked = first;
        world_read(w, look, &there);
        assert_true(there.found >= there.acknowledged_n);
        if (!is_long || i % 10 == 0 || i == kills)
            assert_verifies(w);
    }
    int64_t left = 0;
    lend_do(&x.lent, outstanding, &left);
    assert_int_equal(left, (int64_t)LOANS * 600000 - (int64_t)there.found);
    print_message("# %d asked for, %d acknowledged, %d there, %d of %d kills hit\n", first,
                  there.acknowledged_n, there.found, hits, kills);
    assert_true(hits > 0);
    free(acknowledged);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledged_repayments_survive_any_kill_and_none_is_there_twice),
    };
    if (argc > 3 && !strcmp(argv[1], "write"))
        return write_repayments(argv + 2);
    return cmocka_run_group_tests(tests, world_open, world_close);
}
