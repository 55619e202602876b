/* Counts that a server keeps between questions: after a write only the villages written to are counted again,
 * and whatever cannot be followed has the county counted as a whole (R002-R005, issue 9). */
#include "registry/count.h"

#include "base/clock.h"

#include "support/world.h"

struct counting {
    struct world *w;
    struct counts_kept *k;
    int64_t county;
    struct counts fresh, kept;
    bool had;
};

static bool do_count(struct tx *tx, void *ctx, struct errs *e)
{
    struct counting *c = ctx;
    struct region_code at = { c->county * 1000000 };
    return counts_kept_have(tx, c->k, &c->w->who, at, &c->had, e) &&
           count_registry(tx, &c->w->who, at, VILLAGE, &c->fresh, e) &&
           count_registry_kept(tx, c->k, &c->w->who, at, VILLAGE, &c->kept, e);
}

static void assert_same_line(const struct count_line *a, const struct count_line *b)
{
    assert_int_equal(a->region.v, b->region.v);
    assert_int_equal(a->households, b->households);
    assert_int_equal(a->persons, b->persons);
    assert_memory_equal(a->by_state, b->by_state, sizeof a->by_state);
}

/* What is kept is what is counted anew; had: it did not need the whole county. */
static void assert_counted(struct counting *c, bool had, int64_t households, int64_t persons)
{
    world_read(c->w, do_count, c);
    assert_int_equal(c->had, had);
    assert_int_equal(c->kept.all.households, households);
    assert_int_equal(c->kept.all.persons, persons);
    assert_same_line(&c->fresh.all, &c->kept.all);
    assert_int_equal(c->kept.villages, c->fresh.villages);
    assert_int_equal(c->kept.n, c->fresh.n);
    for (size_t i = 0; i < c->kept.n; i++)
        assert_same_line(&c->fresh.lines[i], &c->kept.lines[i]);
}

static struct counting begin(struct world *w)
{
    return (struct counting){ .w = w, .k = counts_kept_open(), .county = world_county(w) };
}

/* --- acts of a name ------------------------------------------------------------------------- */

struct named {
    struct world *w;
    const char *action;
    act_fn *fn;
    void *ctx;
};

static bool run_named(struct tx *tx, void *ctx, struct errs *e)
{
    struct named *n = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &n->w->who, n->action, (struct str){ 0 }, e->a);
    return n->fn(&act, n->ctx, e) && act_end(&act, NULL, e);
}

static void act_in(struct counting *c, struct store *st, const char *action, act_fn *fn, void *ctx)
{
    struct named n = { c->w, action, fn, ctx };
    assert_ok(store_run(st, TX_WRITE, c->county, run_named, &n, &c->w->e), &c->w->e);
}

static bool do_put(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    if (!household_put(act, &f->h, e))
        return false;
    f->p.household_id = f->h.id;
    return person_put(act, &f->p, e);
}

static struct family arrives(struct counting *c, struct store *st, const char *action, int village)
{
    struct family f = { .h = world_household(c->w, c->county) };
    f.h.village = world_village(c->county, village);
    f.p = world_person(c->w, &f.h);
    act_in(c, st, action, do_put, &f);
    return f;
}

struct household_change {
    struct household old, new;
};

static bool do_change_household(struct act *act, void *ctx, struct errs *e)
{
    struct household_change *x = ctx;
    return act_update(act, &household_entity, &x->old, &x->new, e);
}

struct person_change {
    struct person old, new;
};

static bool do_change_person(struct act *act, void *ctx, struct errs *e)
{
    struct person_change *x = ctx;
    return act_update(act, &person_entity, &x->old, &x->new, e);
}

static bool do_remove_person(struct act *act, void *ctx, struct errs *e)
{
    return db_delete(act->tx, &person_entity, ctx, e);
}

static bool do_add_person(struct act *act, void *ctx, struct errs *e)
{
    return db_insert(act->tx, &person_entity, ctx, e);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void a_family_that_is_added_has_only_its_village_counted(void **state)
{
    struct counting c = begin(*state);
    arrives(&c, c.w->st, "household.add", 1);
    assert_counted(&c, false, 1, 1);
    arrives(&c, c.w->st, "household.add", 2);
    arrives(&c, c.w->st, "import", 1);
    assert_counted(&c, true, 3, 3);
    counts_kept_close(c.k);
}

static void a_family_that_moves_is_counted_where_it_was_and_where_it_is(void **state)
{
    struct counting c = begin(*state);
    struct family f = arrives(&c, c.w->st, "household.add", 1);
    arrives(&c, c.w->st, "household.add", 2);
    assert_counted(&c, false, 2, 2);
    struct household_change x = { f.h, f.h };
    x.new.village = world_village(c.county, 2);
    act_in(&c, c.w->st, "household.edit", do_change_household, &x);
    assert_counted(&c, true, 2, 2);
    assert_int_equal(c.kept.n, 1); /* nobody is left in the first village */
    x.old = x.new;
    x.new.state = (struct code){ STATE_CLOSED, true };
    act_in(&c, c.w->st, "household.status", do_change_household, &x);
    assert_counted(&c, true, 1, 1);
    counts_kept_close(c.k);
}

static void who_leaves_or_joins_another_family_is_counted_there(void **state)
{
    struct counting c = begin(*state);
    struct family f = arrives(&c, c.w->st, "household.add", 1), g = arrives(&c, c.w->st, "household.add", 2);
    assert_counted(&c, false, 2, 2);
    struct person_change x = { f.p, f.p };
    x.new.household_id = g.h.id;
    act_in(&c, c.w->st, "move marry-out", do_change_person, &x);
    assert_counted(&c, true, 2, 2);
    x.old = x.new;
    x.new.left_on = (struct opt_date){ clock_today(), true };
    act_in(&c, c.w->st, "move death", do_change_person, &x);
    assert_counted(&c, true, 2, 1);
    counts_kept_close(c.k);
}

static void another_process_numbers_its_rows_from_a_block_of_its_own(void **state)
{
    struct counting c = begin(*state);
    struct store *other = world_second_store(c.w);
    arrives(&c, c.w->st, "household.add", 1);
    arrives(&c, other, "household.add", 1); /* of a later block */
    assert_counted(&c, false, 2, 2);
    arrives(&c, c.w->st, "household.add", 2); /* of the earlier one */
    assert_counted(&c, true, 3, 3);
    arrives(&c, other, "household.add", 2);
    assert_counted(&c, true, 4, 4);
    store_close(other);
    counts_kept_close(c.k);
}

static void what_cannot_be_followed_has_the_county_counted_as_a_whole(void **state)
{
    struct counting c = begin(*state);
    struct family f = arrives(&c, c.w->st, "household.add", 1);
    assert_counted(&c, false, 1, 1);
    arrives(&c, c.w->st, "an act nobody knows", 1);
    assert_counted(&c, false, 2, 2);
    act_in(&c, c.w->st, "household.edit", do_remove_person, &f.p);
    assert_counted(&c, false, 2, 1);
    act_in(&c, c.w->st, "household.edit", do_add_person, &f.p); /* a row that was there before */
    assert_counted(&c, true, 2, 2);
    act_in(&c, c.w->st, "merge undo", do_remove_person, &f.p);
    act_in(&c, c.w->st, "household.edit", do_add_person, &f.p);
    assert_counted(&c, false, 2, 2);
    counts_kept_close(c.k);
}

static void what_counts_do_not_go_by_changes_none(void **state)
{
    struct counting c = begin(*state);
    struct family f = arrives(&c, c.w->st, "household.add", 1);
    assert_counted(&c, false, 1, 1);
    struct household_change x = { f.h, f.h };
    x.new.note = STR("改过");
    act_in(&c, c.w->st, "household.edit", do_change_household, &x);
    assert_counted(&c, true, 1, 1);
    counts_kept_close(c.k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_family_that_is_added_has_only_its_village_counted),
        cmocka_unit_test(a_family_that_moves_is_counted_where_it_was_and_where_it_is),
        cmocka_unit_test(who_leaves_or_joins_another_family_is_counted_there),
        cmocka_unit_test(another_process_numbers_its_rows_from_a_block_of_its_own),
        cmocka_unit_test(what_cannot_be_followed_has_the_county_counted_as_a_whole),
        cmocka_unit_test(what_counts_do_not_go_by_changes_none),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
