/* test_faults.c - whichever step of the database fails, and however: an operation is there as a whole or not
 * at all, verify has nothing to say, and done again it is there once.
 *
 * The linker puts the functions below in the place of the database's own (WRAP in the Makefile).  PostgreSQL
 * is made to fail by a statement that fails, so that the transaction is in the state in which a server leaves
 * it. */
#include "support/lend.h"
#include "support/raw.h"
#include "support/world.h"

#include "access/site.h"
#include "fund/collected.h"
#include "fund/day.h"
#include "fund/payout.h"
#include "fund/repay.h"
#include "ledger/draft.h"
#include "registry/import.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- failing ------------------------------------------------------------------------------ */

enum way {
    FAILS,          /* one step, and nothing else */
    FAILS_FOR_GOOD, /* that step and all that follow, those that undo too */
    ROLLS_BACK,     /* SQLite ends the whole transaction, as it does when the disk is full */
    LOSES_RACE,     /* another one was quicker */
    CUTS_OFF,       /* PostgreSQL: the connection is gone */
};

static struct {
    bool armed, hit;
    enum way way;
    int at, steps;
    int code; /* what SQLite says is the matter; 0: the truth */
} fault;

static void arm(enum way way, int at)
{
    fault = (typeof(fault)){ .armed = true, .way = way, .at = at };
}

static bool disarm(void)
{
    bool hit = fault.hit;
    fault = (typeof(fault)){ 0 };
    return hit;
}

static bool due(void)
{
    if (!fault.armed)
        return false;
    ++fault.steps;
    bool now = fault.way == FAILS_FOR_GOOD ? fault.steps >= fault.at : fault.steps == fault.at;
    fault.hit = fault.hit || now;
    return now;
}

/* --- SQLite ------------------------------------------------------------------------------- */

int __real_sqlite3_step(sqlite3_stmt *s);
int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg,
                        char **why);
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s,
                              const char **tail);
int __real_sqlite3_extended_errcode(sqlite3 *db);
int __wrap_sqlite3_step(sqlite3_stmt *s);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg,
                        char **why);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s,
                              const char **tail);
int __wrap_sqlite3_extended_errcode(sqlite3 *db);

static int fail_sqlite(sqlite3 *db)
{
    fault.code = fault.way == LOSES_RACE   ? SQLITE_BUSY
                 : fault.way == ROLLS_BACK ? SQLITE_FULL
                                           : SQLITE_IOERR_WRITE;
    if (fault.way == ROLLS_BACK)
        __real_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return fault.code & 0xff;
}

int __wrap_sqlite3_step(sqlite3_stmt *s)
{
    return due() ? fail_sqlite(sqlite3_db_handle(s)) : __real_sqlite3_step(s);
}

int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg,
                        char **why)
{
    return due() ? fail_sqlite(db) : __real_sqlite3_exec(db, sql, fn, arg, why);
}

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s,
                              const char **tail)
{
    *s = NULL;
    return due() ? fail_sqlite(db) : __real_sqlite3_prepare_v3(db, sql, n, flags, s, tail);
}

int __wrap_sqlite3_extended_errcode(sqlite3 *db)
{
    int code = fault.code;
    fault.code = 0;
    return code ? code : __real_sqlite3_extended_errcode(db);
}

/* --- PostgreSQL --------------------------------------------------------------------------- */

PGresult *__real_PQexec(PGconn *c, const char *sql);
PGresult *__real_PQprepare(PGconn *c, const char *name, const char *sql, int n, const Oid *types);
PGresult *__real_PQexecPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                                const int *format, int result);
int __real_PQsendQueryPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                               const int *format, int result);
int __real_PQputCopyData(PGconn *c, const char *p, int n);
int __real_PQputCopyEnd(PGconn *c, const char *why);
PGresult *__wrap_PQexec(PGconn *c, const char *sql);
PGresult *__wrap_PQprepare(PGconn *c, const char *name, const char *sql, int n, const Oid *types);
PGresult *__wrap_PQexecPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                                const int *format, int result);
int __wrap_PQsendQueryPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                               const int *format, int result);
int __wrap_PQputCopyData(PGconn *c, const char *p, int n);
int __wrap_PQputCopyEnd(PGconn *c, const char *why);

static void cut(PGconn *c)
{
    if (fault.way == CUTS_OFF)
        shutdown(PQsocket(c), SHUT_RDWR);
}

static const char *failing_sql(void)
{
    return fault.way == LOSES_RACE
               ? "DO $$BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END$$"
               : "SELECT 1 / 0";
}

static PGresult *fail_pg(PGconn *c)
{
    cut(c);
    return __real_PQexec(c, failing_sql());
}

PGresult *__wrap_PQexec(PGconn *c, const char *sql)
{
    return due() ? fail_pg(c) : __real_PQexec(c, sql);
}

PGresult *__wrap_PQprepare(PGconn *c, const char *name, const char *sql, int n, const Oid *types)
{
    return due() ? fail_pg(c) : __real_PQprepare(c, name, sql, n, types);
}

PGresult *__wrap_PQexecPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                                const int *format, int result)
{
    return due() ? fail_pg(c) : __real_PQexecPrepared(c, name, n, v, len, format, result);
}

int __wrap_PQsendQueryPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                               const int *format, int result)
{
    if (!due())
        return __real_PQsendQueryPrepared(c, name, n, v, len, format, result);
    cut(c);
    return PQsendQuery(c, failing_sql());
}

/* A race is lost by statements, not by the rows of a COPY. */
int __wrap_PQputCopyData(PGconn *c, const char *p, int n)
{
    if (fault.way == LOSES_RACE || !due())
        return __real_PQputCopyData(c, p, n);
    cut(c);
    return -1;
}

int __wrap_PQputCopyEnd(PGconn *c, const char *why)
{
    if (fault.way == LOSES_RACE || !due())
        return __real_PQputCopyEnd(c, why);
    cut(c);
    return __real_PQputCopyEnd(c, "fault");
}

/* --- operations --------------------------------------------------------------------------- */

struct operation {
    struct world *w;
    int64_t county;
    struct family f; /* there before */
    int64_t next;    /* number of the county */
    struct fund fund;
    struct lent lent; /* where money is lent */
};
typedef bool op_fn(struct operation *x, struct errs *e);

static bool write_family(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    if (!household_put(act, &f->h, e))
        return false;
    f->p.household_id = f->h.id;
    return person_put(act, &f->p, e);
}

static bool register_family(struct operation *x, struct errs *e)
{
    struct family f = { .h = world_household(x->w, x->county) };
    f.p = world_person(x->w, &f.h);
    return world_try(x->w, x->w->st, x->county, write_family, &f, e);
}

static bool write_changes(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct household h = x->f.h;
    struct person p = x->f.p;
    h.note = STR("改过");
    h.phone = STR("13900000001");
    h.bank_account = STR("99999900000000001");
    p.name = STR("李测");
    return act_update(act, &household_entity, &x->f.h, &h, e) &&
           act_update(act, &person_entity, &x->f.p, &p, e);
}

static bool change_family(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_changes, x, e);
}

static bool write_fifty(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &household_entity);
    for (int i = 0; i < 50; i++) {
        struct household h = world_household(x->w, x->county);
        if (!db_id(act->tx, &h.id, e) || !bulk_add(b, &h, e) || (i == 25 && !bulk_flush(b, e)))
            return false;
    }
    return bulk_flush(b, e);
}

static bool load_fifty(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_fifty, x, e);
}

static bool write_number(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    int64_t number = 0;
    bool ok = counter_next(act->tx, x->county, "household", &number, e);
    assert_true(!ok || number == x->next);
    return ok;
}

static bool take_number(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_number, x, e);
}

static bool look_up(struct tx *tx, void *ctx, struct errs *e)
{
    const struct operation *x = ctx;
    struct household h;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (db_get(tx, &household_entity, &h, e, V(x->county), V(x->f.h.id)) != FOUND ||
        !db_scan(tx, &r, SQL(STMT_KEY, "SELECT id FROM person WHERE county = $1 AND household_id = $2"), e,
                 V(x->county), V(x->f.h.id)))
        return false;
    bool seen = false;
    while ((f = rows_next(&r, e)) == FOUND)
        seen = seen || rows_int(&r, 0) == x->f.p.id;
    assert_true(seen || f == FAILED);
    return f == NONE;
}

static bool read_family(struct operation *x, struct errs *e)
{
    return store_run(x->w->st, TX_READ, x->county, look_up, x, e);
}

/* --- books -------------------------------------------------------------------------------- */

static struct posting capital_in(const struct operation *x)
{
    static struct posting_line lines[2];
    lines[0] = (struct posting_line){ .kind = ACCOUNT_SPECIAL, .amount = { 1000 } };
    lines[1] = (struct posting_line){ .kind = ACCOUNT_CAPITAL, .amount = { -1000 }, .source = { 12, true } };
    return (struct posting){ .county = x->county,
                             .fund_id = x->fund.id,
                             .entry_date = { 17000 },
                             .value_date = { 17000 },
                             .kind = VOUCHER_CAPITAL_IN,
                             .purpose = STR("到账"),
                             .lines = lines,
                             .n = 2 };
}

static bool write_draft(struct act *act, void *ctx, struct errs *e)
{
    const struct operation *x = ctx;
    const struct actor *maker = act->who;
    struct actor checker = *maker;
    struct posting p = capital_in(x);
    struct draft d, read;
    struct voucher v;
    checker.login = STR("zhang");
    if (!draft_make(act, &p, &d, e) || draft_by_no(act->tx, x->county, d.no, &read, e) != FOUND)
        return false;
    act->who = &checker;
    bool ok = draft_approve(act, &read, &v, e);
    act->who = maker;
    return ok;
}

static bool approve_draft(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_draft, x, e);
}

static bool write_history(struct act *act, void *ctx, struct errs *e)
{
    const struct operation *x = ctx;
    struct posting p = capital_in(x);
    struct voucher v;
    CLEANUP(ledger_bulk_closep) struct ledger_bulk *b = ledger_bulk_open(act, x->county, e);
    if (!b)
        return false;
    for (int i = 0; i < 10; i++) {
        p.entry_date.day++;
        if (!ledger_bulk_post(b, &p, &v, e))
            return false;
    }
    return ledger_bulk_finish(b, e);
}

static bool load_history(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_history, x, e);
}

/* --- lending ------------------------------------------------------------------------------ */

static bool write_repayment(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    const struct repay_request q = {
        .amount = { 100 }, .on = l.today, .value_date = l.today, .payer_kind = { PAYER_BORROWER, true }
    };
    struct repay_result r;
    struct repayment back;
    return repay_take(&l, &x->lent.loan, &q, &r, e) &&
           repay_undo(&l, &x->lent.loan, &r.repayment, l.today, STR("记错"), true, &back, e);
}

static bool take_repayment(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_repayment, x, e);
}

static bool write_payout(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    struct payout p = { .period_no = { 1, true },
                        .township = x->lent.upper.village,
                        .held_on = { clock_today(), true },
                        .place = STR("村部"),
                        .attendees = STR("村两委"),
                        .lender = STR("王会计") };
    const struct meeting_receipt r = { x->lent.loan.number, RECEIPT_SIGNATURE };
    return payout_meeting(&l, &x->lent.rules, &p, &r, 1, e);
}

static bool hand_out(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_payout, x, e);
}

/* A promise, a receipt, what it brought remitted, and the day closed. */
static bool write_collection(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    const struct repay_request q = { .amount = { 100 },
                                     .on = l.today,
                                     .value_date = l.today,
                                     .collector = STR("李干事"),
                                     .payer_kind = { PAYER_BORROWER, true } };
    struct collection_log log = { .done_on = { l.today, true },
                                  .way = { 1, true },
                                  .visitor = STR("李干事"),
                                  .promised_on = { l.today, true },
                                  .promised = { { 500 }, true } };
    struct remittance r = { .township = x->lent.upper.village,
                            .collector = STR("李干事"),
                            .amount = { { 100 }, true },
                            .remitted_on = { l.today, true } };
    struct repay_result done;
    struct voucher v;
    struct day_result day = { .items = NULL };
    bool changed, ok = collect_log(&l, &x->lent.loan, &log, e) &&
                       repay_take(&l, &x->lent.loan, &q, &done, e) &&
                       remit(&l, &x->lent.rules.fund, &r, &v, e) &&
                       day_close(&l, &x->lent.rules, l.today, &day, &changed, e);
    day_release(&day);
    return ok;
}

static bool collect_and_close(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_collection, x, e);
}

/* --- an import ---------------------------------------------------------------------------- */

static const char *tmp_path(struct world *w, const char *name)
{
    const char *dir = getenv("TMPDIR");
    return arena_printf(&w->a, "%s/%s", dir ? dir : "/tmp", name);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* Two households, one of them there already, three members, one of them refused, and a year. */
static const char *const *book(const struct operation *x)
{
    static const char *paths[3];
    struct world *w = x->w;
    struct household h = world_household(w, x->county);
    paths[0] = tmp_path(w, "households.csv");
    paths[1] = tmp_path(w, "persons.csv");
    paths[2] = tmp_path(w, "incomes.csv");
    write_file(paths[0],
               arena_printf(&w->a,
                            "户编号,村代码,户主姓名,脱贫状态\n%s,%lld,%s,未脱贫\n%s,%lld,%s改,已脱贫\n",
                            h.hh_no.p, (long long)h.village.v, h.head_name.p, x->f.h.hh_no.p,
                            (long long)h.village.v, x->f.h.head_name.p));
    write_file(
        paths[1],
        arena_printf(&w->a,
                     "户编号,姓名,证件号码,与户主关系\n%s,%s,%s,户主\n%s,王测,%s,配偶\n%s,赵测,123,其他\n",
                     h.hh_no.p, h.head_name.p, world_person(w, &h).id_number.p, x->f.h.hh_no.p,
                     world_person(w, &h).id_number.p, h.hh_no.p));
    write_file(paths[2], arena_printf(&w->a, "户编号,年度,工资性收入\n%s,2026,1200.50\n", h.hh_no.p));
    return paths;
}

static bool import_book(struct operation *x, struct errs *e)
{
    const char *rejects = tmp_path(x->w, "rejects.csv");
    struct import_result r;
    struct stat st;
    unlink(rejects);
    struct import_options o = { .paths = book(x), .n = 3, .county = x->county, .rejects = rejects };
    bool ok = import_run(x->w->st, &x->w->who, &x->w->codes, registry_import_kinds, registry_import_kinds_n,
                         &o, &r, e);
    assert_int_equal(stat(rejects, &st) == 0, ok);
    assert_int_equal(r.rejected, ok ? 1 : 0);
    return ok;
}

/* --- every step in turn ------------------------------------------------------------------- */

static bool next_number(struct tx *tx, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct counter c = { .next = 1 };
    if (db_get(tx, &counter_entity, &c, e, V(x->county), V("household")) == FAILED)
        return false;
    x->next = c.next;
    return true;
}

static bool find_fund(struct tx *tx, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    return fund_by_code(tx, x->county, STR("F"), &x->fund, e) != FAILED;
}

static bool make_fund(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    x->fund = (struct fund){ .county = x->county, .code = STR("F"), .name = STR("资金") };
    return fund_add(act, &x->fund, e);
}

static struct operation prepare(struct world *w, int64_t county)
{
    struct operation x = { .w = w, .county = county, .f = world_family(w, county) };
    world_read(w, next_number, &x);
    world_read(w, find_fund, &x);
    if (!x.fund.id)
        world_act(w, county, make_fund, &x);
    return x;
}

static int64_t count_indexes(struct world *w)
{
    struct raw *raw = raw_open(w->url);
    int64_t n =
        raw_int(raw, world_is_sqlite(w) ? "SELECT count(*) FROM sqlite_master WHERE type = 'index'"
                                        : "SELECT count(*) FROM pg_class WHERE relkind IN ('i', 'I')");
    raw_close(raw);
    return n;
}

/* A contract that waits for its money, in a county of its own. */
static struct operation prepare_loan(struct world *w, const struct lent *lent)
{
    struct operation x = { .w = w, .county = lent->county, .lent = *lent };
    lend_draft(&x.lent, "1000");
    lend_sign(&x.lent);
    return x;
}

struct trial {
    struct world *w;
    op_fn *fn;
    struct operation x;
    int64_t adds; /* rows, when it succeeds */
};

static void succeed(struct trial *t)
{
    struct world *w = t->w;
    int64_t before = world_snapshot(w).rows;
    errs_clear(&w->e);
    assert_ok(t->fn(&t->x, &w->e), &w->e);
    t->adds = world_snapshot(w).rows - before;
    t->x = prepare(w, t->x.county);
}

/* After a failure: nothing has changed, and now and then that verify is content and it can be done after all.
 */
static void assert_undone(struct trial *t, struct snapshot before, int step)
{
    int64_t adds = t->adds;
    assert_non_null(t->w->e.bad.first);
    assert_same_snapshot(before, world_snapshot(t->w));
    if (step % 8)
        return;
    assert_verifies(t->w);
    succeed(t);
    assert_int_equal(t->adds, adds);
}

/* One step fails: false when the operation ended before it. */
static bool fail_once(struct trial *t, enum way way, int step)
{
    struct world *w = t->w;
    struct snapshot before = world_snapshot(w);
    errs_clear(&w->e);
    arm(way, step);
    bool ok = t->fn(&t->x, &w->e), hit = disarm();
    assert_true(ok || hit);
    if (t->adds && (way == FAILS || way == FAILS_FOR_GOOD))
        assert_true(!ok || !hit);
    if (way == LOSES_RACE)
        assert_ok(ok, &w->e);
    if (ok) {
        assert_int_equal(world_snapshot(w).rows, before.rows + t->adds);
        t->x = prepare(w, t->x.county);
    } else {
        assert_undone(t, before, step);
    }
    return hit;
}

static void fail_in_turn(struct trial *t, enum way way)
{
    int step = 1;
    if (way == (world_is_sqlite(t->w) ? CUTS_OFF : ROLLS_BACK))
        return;
    while (fail_once(t, way, step))
        step++;
    assert_true(step > 4);
    assert_verifies(t->w);
}

static struct trial trial(struct world *w, op_fn *fn)
{
    struct trial t = { .w = w, .fn = fn, .x = prepare(w, world_county(w)) };
    succeed(&t); /* the first one also begins a chain or a series */
    succeed(&t);
    return t;
}

static void fail_everywhere(struct world *w, op_fn *fn)
{
    struct trial t = trial(w, fn);
    for (enum way way = FAILS; way <= CUTS_OFF; way++)
        fail_in_turn(&t, way);
}

/* For long operations: what tells them from the others is that they fail and are run again. */
static void fail_and_run_again(struct world *w, op_fn *fn)
{
    struct trial t = trial(w, fn);
    fail_in_turn(&t, FAILS);
    fail_in_turn(&t, LOSES_RACE);
}

/* Into empty tables, whose indexes are built at the end. */
static void the_first_book_comes_in_whole_or_not_at_all_and_leaves_the_indexes(void **state)
{
    struct world *w = *state;
    struct operation x = { .w = w, .county = world_county(w) };
    struct snapshot before = world_snapshot(w);
    int64_t indexes = count_indexes(w);
    int step = 1;
    x.f.h = world_household(w, x.county);
    for (bool ok = false; !ok; step++) {
        errs_clear(&w->e);
        arm(FAILS, step);
        ok = import_book(&x, &w->e);
        assert_true(disarm() || ok);
        assert_int_equal(count_indexes(w), indexes);
        if (!ok)
            assert_same_snapshot(before, world_snapshot(w));
    }
    assert_true(step > 20);
    assert_verifies(w);
}

static void a_family_is_registered_whole_or_not_at_all(void **state)
{
    fail_everywhere(*state, register_family);
}

static void a_change_and_its_log_go_together(void **state)
{
    fail_everywhere(*state, change_family);
}

static void a_number_is_taken_once_or_not_at_all(void **state)
{
    fail_everywhere(*state, take_number);
}

static void a_reader_that_fails_harms_nobody(void **state)
{
    fail_everywhere(*state, read_family);
}

static void an_approved_draft_and_its_voucher_go_together(void **state)
{
    fail_and_run_again(*state, approve_draft);
}

static void a_history_comes_in_whole_or_not_at_all(void **state)
{
    fail_and_run_again(*state, load_history);
}

static void a_book_comes_in_whole_or_not_at_all(void **state)
{
    fail_everywhere(*state, import_book);
}

/* Every fifth step fails; each failure leaves everything as it was, and at last it is done once. */
static void fail_lending(struct operation *x, op_fn *fn)
{
    enum { EVERY = 5 };
    struct world *w = x->w;
    for (enum way way = FAILS; way <= CUTS_OFF; way++) {
        bool hit = true;
        if (way == LOSES_RACE || way == (world_is_sqlite(w) ? CUTS_OFF : ROLLS_BACK))
            continue;
        for (int step = 1 + (int)way; hit; step += EVERY) {
            struct snapshot before = world_snapshot(w);
            errs_clear(&w->e);
            arm(way, step);
            bool ok = fn(x, &w->e);
            hit = disarm();
            assert_true(ok || hit); /* a transaction that the server ended is run again */
            assert_true(!ok || !hit || way == CUTS_OFF || way == ROLLS_BACK);
            if (!ok)
                assert_same_snapshot(before, world_snapshot(w));
            else if (fn == hand_out)
                *x = prepare_loan(w, &x->lent);
        }
        assert_verifies(w);
    }
}

static void a_repayment_is_taken_and_undone_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    lend_pay(&x.lent);
    fail_lending(&x, take_repayment);
}

static void a_day_of_collection_is_kept_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    lend_pay(&x.lent);
    fail_lending(&x, collect_and_close);
}

static void a_meeting_pays_out_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    fail_lending(&x, hand_out);
}

/* The last, because it leaves many rows behind. */
static void a_bulk_comes_in_whole_or_not_at_all(void **state)
{
    fail_everywhere(*state, load_fifty);
}

static int open_group(void **state)
{
    world_open(state);
    world_forget_codes(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_book_comes_in_whole_or_not_at_all_and_leaves_the_indexes),
        cmocka_unit_test(a_family_is_registered_whole_or_not_at_all),
        cmocka_unit_test(a_change_and_its_log_go_together),
        cmocka_unit_test(a_number_is_taken_once_or_not_at_all),
        cmocka_unit_test(a_reader_that_fails_harms_nobody),
        cmocka_unit_test(an_approved_draft_and_its_voucher_go_together),
        cmocka_unit_test(a_history_comes_in_whole_or_not_at_all),
        cmocka_unit_test(a_book_comes_in_whole_or_not_at_all),
        cmocka_unit_test(a_repayment_is_taken_and_undone_whole_or_not_at_all),
        cmocka_unit_test(a_day_of_collection_is_kept_whole_or_not_at_all),
        cmocka_unit_test(a_meeting_pays_out_whole_or_not_at_all),
        cmocka_unit_test(a_bulk_comes_in_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, open_group, world_close);
}
