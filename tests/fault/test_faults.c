/* test_faults.c - whichever step of the database fails, and however: an operation is there as a whole or not
 * at all, verify has nothing to say, and done again it is there once. */
#include "fault/fault.h"
#include "support/raw.h"
#include "support/world.h"

#include "access/site.h"
#include "ledger/draft.h"
#include "registry/import.h"

#include <sys/stat.h>
#include <unistd.h>

/* --- operations --------------------------------------------------------------------------- */

struct operation {
    struct world *w;
    int64_t county;
    struct family f; /* there before */
    int64_t next;    /* number of the county */
    struct fund fund;
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
    assert_true(step > (t->adds ? 4 : 3)); /* who only reads begins, asks and reads */
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
        cmocka_unit_test(a_bulk_comes_in_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, open_group, world_close);
}
