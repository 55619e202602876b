/* Regions come out of the book into the database, and merged villages take their households along. */
#include "registry/region.h"
#include "registry/region_load.h"
#include "registry/region_merge.h"
#include "support/world.h"

#include "base/clock.h"

static struct world *world(void **state)
{
    return *state;
}

static struct region region_row(struct world *w, int64_t code);

/* --- loading ------------------------------------------------------------------------------------- */

static bool load(struct act *act, void *ctx, struct errs *e)
{
    return region_load(act, ctx, e);
}

static bool count_rows(struct tx *tx, void *ctx, struct errs *e)
{
    int64_t *n = ctx;
    return db_int(tx, SQL(STMT_REF, "SELECT count(*) FROM region WHERE code BETWEEN $1 AND $2"), n, e,
                  V(n[1]), V(n[2])) &&
           db_int(tx, SQL(STMT_REF, "SELECT count(*) FROM county WHERE county = $1"), &n[3], e,
                  V(n[2] / 1000000));
}

static void a_county_comes_with_its_villages_and_what_is_above_it(void **state)
{
    struct world *w = world(state);
    struct region_load l = { .county = { 620201000000 } };
    int64_t n[] = { 0, 620000000000, 620201999999, 0 };
    world_act(w, 0, load, &l);
    assert_int_equal(l.added, 56);
    assert_int_equal(l.offices, 1);
    world_read(w, count_rows, n);
    assert_int_equal(n[0], 56);
    assert_int_equal(n[3], 1);
    assert_string_equal(region_row(w, 620000000000).name.p, "甘肃省");
    assert_string_equal(region_row(w, 620201101000).name.p, "峪泉镇");
    world_act(w, 0, load, &l);
    assert_int_equal(l.added, 0);
    assert_int_equal(l.there, 56);
    assert_int_equal(l.offices, 0);
    assert_verifies(w);
}

static bool rename_county(struct act *act, void *ctx, struct errs *e)
{
    struct region old, now;
    (void)ctx;
    if (db_get(act->tx, &region_entity, &old, e, V((int64_t)460400000000)) != FOUND)
        return false;
    now = old;
    now.name = STR("儋州新市");
    return act_update(act, &region_entity, &old, &now, e);
}

static void what_is_there_keeps_its_name(void **state)
{
    struct world *w = world(state);
    struct region_load l = { .county = { 460400000000 } };
    world_act(w, 0, load, &l);
    assert_int_equal(l.added, 1 + 1 + 18 + 340); /* a prefecture that is its own county */
    assert_int_equal(l.offices, 1);
    world_act(w, 0, rename_county, NULL);
    world_act(w, 0, load, &l);
    assert_int_equal(l.added, 0);
    assert_int_equal(l.renamed, 1);
    assert_string_equal(region_row(w, 460400000000).name.p, "儋州新市");
}

static void with_the_prefecture_come_all_its_counties_and_their_offices(void **state)
{
    struct world *w = world(state);
    struct region_load one = { .county = { 640402000000 } }, l = one;
    world_act(w, 0, load, &one);
    assert_int_equal(one.offices, 1);
    l.with_prefecture = true;
    world_act(w, 0, load, &l);
    assert_int_equal(l.there, one.added);
    assert_int_equal(l.offices, 4); /* 固原 has five */
    assert_string_equal(region_row(w, 640425000000).name.p, "彭阳县");
}

static void only_counties_that_the_book_knows_are_loaded(void **state)
{
    static const struct {
        int64_t county;
        enum err_code code;
        enum msg msg;
    } rows[] = {
        { 350699000000, ERR_NOT_FOUND, MSG_REGIONS_NO_COUNTY },
        { 710101000000, ERR_NOT_FOUND, MSG_REGIONS_NO_DATA },
        { 350600000000, ERR_INVALID, MSG_NOT_COUNTY },
        { 350603100000, ERR_INVALID, MSG_NOT_COUNTY },
    };
    struct world *w = world(state);
    struct snapshot before = world_snapshot(w);
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        struct region_load l = { .county = { rows[i].county } };
        assert_false(world_try(w, w->st, 0, load, &l, &w->e));
        assert_error(&w->e, rows[i].code, rows[i].msg);
        errs_clear(&w->e);
    }
    assert_same_snapshot(before, world_snapshot(w));
}

/* --- whose regions they are ------------------------------------------------------------------------- */

/* Somebody who may maintain regions from first to last. */
static struct actor clerk(struct world *w, int64_t first, int64_t last)
{
    struct grant *g = NEW(&w->a, struct grant);
    *g = (struct grant){ UINT64_C(1) << PERM_REGIONS, { first, last } };
    return (struct actor){ .user_id = 1, .login = STR("clerk"), .source = "test", .grants = g, .n = 1 };
}

static void a_county_clerk_loads_her_county_and_no_other(void **state)
{
    struct world *w = world(state);
    struct actor admin = w->who;
    struct region_load own = { .county = { 640181000000 } }, other = { .county = { 640106000000 } },
                       all = { 0 };
    struct region_load wide = { .county = { 640181000000 }, .with_prefecture = true };
    struct region_load *denied[] = { &other, &all, &wide };
    w->who = clerk(w, 640181000000, 640181999999);
    world_act(w, 0, load, &own);
    assert_string_equal(region_row(w, 640100000000).name.p, "银川市");
    for (size_t i = 0; i < N_ELEMS(denied); i++) {
        assert_false(world_try(w, w->st, 0, load, denied[i], &w->e));
        assert_error(&w->e, ERR_FORBIDDEN, MSG_NO_PERMISSION_AT);
        errs_clear(&w->e);
    }
    w->who = admin;
}

/* --- merging ----------------------------------------------------------------------------------------- */

struct getting {
    int64_t code;
    struct region r;
};

static bool get_region(struct tx *tx, void *ctx, struct errs *e)
{
    struct getting *g = ctx;
    return db_get(tx, &region_entity, &g->r, e, V(g->code)) == FOUND;
}

static struct region region_row(struct world *w, int64_t code)
{
    struct getting g = { .code = code };
    world_read(w, get_region, &g);
    return g.r;
}

static bool merge(struct act *act, void *ctx, struct errs *e)
{
    return region_merge(act, ctx, e);
}

static struct date day(int year, int month, int dom)
{
    struct date d;
    assert_true(date_of(year, month, dom, &d));
    return d;
}

struct where {
    const struct family *f;
    struct household h;
    int64_t changes;
};

static bool where_is(struct tx *tx, void *ctx, struct errs *e)
{
    struct where *x = ctx;
    return db_get(tx, &household_entity, &x->h, e, V(x->f->h.county), V(x->f->h.id)) == FOUND &&
           db_int(tx,
                  SQL(STMT_KEY,
                      "SELECT count(*) FROM field_change WHERE county = $1 AND table_name = 'household' "
                      "AND row_id = $2 AND field = 'village'"),
                  &x->changes, e, V(x->f->h.county), V(x->f->h.id));
}

static void households_of_a_merged_village_move_and_keep_where_they_came_from(void **state)
{
    struct world *w = world(state);
    int64_t county = world_county(w);
    struct region_code from = world_village(county, 1), into = world_village(county, 2),
                       twice[] = { from, from };
    struct family f = world_family(w, county);
    struct region_merge m = {
        .old = twice, .n = 2, .into = into, .on = day(2024, 1, 1), .document = STR("漳龙政〔2023〕88号")
    };
    world_act(w, 0, merge, &m);
    assert_int_equal(m.n, 1);
    assert_int_equal(m.households, 1);
    struct where x = { .f = &f };
    world_read(w, where_is, &x);
    assert_int_equal(x.h.village.v, into.v);
    assert_int_equal(x.changes, 1);
    /* What is sealed came along unharmed. */
    assert_true(str_eq(x.h.bank_account, f.h.bank_account));
    struct region old = region_row(w, from.v);
    assert_int_equal(old.successor.v, into.v);
    assert_int_equal(old.valid_to.v.day, day(2024, 1, 1).day);
    assert_string_equal(old.note.p, "合并依据：漳龙政〔2023〕88号");
    assert_false(region_row(w, into.v).valid_to.set);
    assert_verifies(w);
}

static bool history(struct tx *tx, void *ctx, struct errs *e)
{
    struct region_history *h = ctx;
    struct region_code code = h->self.code;
    return region_history(tx, code, h, e) == FOUND;
}

static bool today(struct tx *tx, void *ctx, struct errs *e)
{
    struct region *r = ctx;
    return region_today(tx, r->code, clock_today(), r, e) == FOUND;
}

static void a_village_merged_twice_is_followed_to_what_it_is_today(void **state)
{
    struct world *w = world(state);
    int64_t county = world_county(w), fresh = county * 1000000 + 100300;
    struct region_code one = world_village(county, 1), two = world_village(county, 2);
    struct family f = world_family(w, county);
    struct region_merge first = { &one, 1, two, .on = day(2024, 1, 1), .document = STR("1") };
    struct region_merge second = {
        &two, 1, { fresh }, .name = STR("新联村"), .on = day(2025, 1, 1), .document = STR("2")
    };
    world_act(w, 0, merge, &first);
    world_act(w, 0, merge, &second);
    struct where x = { .f = &f };
    world_read(w, where_is, &x);
    assert_int_equal(x.h.village.v, fresh);
    assert_int_equal(x.changes, 2);
    assert_string_equal(region_row(w, fresh).name.p, "新联村");
    struct region_history h = { .self.code = one };
    world_read(w, history, &h);
    assert_int_equal(h.became_n, 2);
    assert_int_equal(h.became[1].code.v, fresh);
    h = (struct region_history){ .self.code = { fresh } };
    world_read(w, history, &h);
    assert_int_equal(h.became_n, 0);
    assert_int_equal(h.was_n, 2);
    assert_int_equal(h.was[0].code.v, two.v);
    assert_int_equal(h.was[1].code.v, one.v);
    struct region r = { .code = one };
    world_read(w, today, &r);
    assert_int_equal(r.code.v, fresh);
}

static void a_merger_that_cannot_be_changes_nothing_and_says_all_that_is_wrong(void **state)
{
    struct world *w = world(state);
    int64_t county = world_county(w), other = world_county(w);
    struct region_code one = world_village(county, 1), two = world_village(county, 2),
                       township = { county * 1000000 + 100000 }, nowhere = { county * 1000000 + 100299 };
    struct region_code far[] = { world_village(other, 1), two, nowhere, township };
    struct region_merge bad = { far, 4, two, .on = { clock_today().day + 1 }, .document = STR("1") };
    struct region_merge named = {
        &one, 1, two, .name = STR("新村"), .on = day(2024, 1, 1), .document = STR("1")
    };
    struct region_merge fine = { &one, 1, two, .on = day(2024, 1, 1), .document = STR("1") };
    struct region_merge back = { &two, 1, one, .on = day(2025, 1, 1), .document = STR("2") };
    static const enum msg want[] = { MSG_REGION_FUTURE, MSG_REGION_OTHER_COUNTY, MSG_REGION_SELF,
                                     MSG_IMPORT_NO_REGION, MSG_IMPORT_NOT_VILLAGE };
    struct snapshot before = world_snapshot(w);
    assert_false(world_try(w, w->st, 0, merge, &bad, &w->e));
    assert_int_equal(w->e.bad.n, N_ELEMS(want));
    size_t i = 0;
    for (const struct err *x = w->e.bad.first; x; x = x->next)
        assert_int_equal(x->msg, want[i++]);
    errs_clear(&w->e);
    assert_false(world_try(w, w->st, 0, merge, &named, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_REGION_IS_THERE);
    errs_clear(&w->e);
    assert_same_snapshot(before, world_snapshot(w));
    world_act(w, 0, merge, &fine);
    assert_false(world_try(w, w->st, 0, merge, &back, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_REGION_MERGED);
    errs_clear(&w->e);
}

static void only_who_maintains_both_villages_merges_them(void **state)
{
    struct world *w = world(state);
    struct actor admin = w->who;
    int64_t county = world_county(w);
    struct region_code one = world_village(county, 1), two = world_village(county, 2);
    struct region_merge m = { &one, 1, two, .on = day(2024, 1, 1), .document = STR("1") };
    w->who = clerk(w, two.v, two.v);
    assert_false(world_try(w, w->st, 0, merge, &m, &w->e));
    assert_error(&w->e, ERR_FORBIDDEN, MSG_IMPORT_OUTSIDE);
    errs_clear(&w->e);
    w->who = clerk(w, one.v, two.v);
    world_act(w, 0, merge, &m);
    w->who = admin;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_county_comes_with_its_villages_and_what_is_above_it),
        cmocka_unit_test(what_is_there_keeps_its_name),
        cmocka_unit_test(with_the_prefecture_come_all_its_counties_and_their_offices),
        cmocka_unit_test(only_counties_that_the_book_knows_are_loaded),
        cmocka_unit_test(a_county_clerk_loads_her_county_and_no_other),
        cmocka_unit_test(households_of_a_merged_village_move_and_keep_where_they_came_from),
        cmocka_unit_test(a_village_merged_twice_is_followed_to_what_it_is_today),
        cmocka_unit_test(a_merger_that_cannot_be_changes_nothing_and_says_all_that_is_wrong),
        cmocka_unit_test(only_who_maintains_both_villages_merges_them),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
