/* Screening: every household gets the verdict that explaining it gives, for the reason that is missing or
 * fails, and nobody is counted whom the actor may not see (R092, R101). */
#include "base/clock.h"
#include "base/value.h"
#include "programme/screen.h"
#include "programme/screening.h"
#include "programme/version.h"
#include "registry/income.h"
#include "registry/region.h"
#include "support/world.h"

enum { HOUSEHOLDS = 40, POOR = 30 };

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}

/* A county of mothers; the first POOR earn less than the county's average of 2016, the others more. */
struct place_of_mothers {
    int64_t county;
    struct household h[HOUSEHOLDS];
    struct person mother[HOUSEHOLDS], son[HOUSEHOLDS];
    struct household_year y[HOUSEHOLDS];
};

static bool put_all(struct act *act, void *ctx, struct errs *e)
{
    struct place_of_mothers *m = ctx;
    struct region_year average = { .region = { m->county * 1000000 },
                                   .year = { 2016, true },
                                   .indicator = { INDICATOR_RURAL_NET_INCOME_PER_HEAD, true },
                                   .value = { { 15000 * 10000 }, true } };
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        struct person *p[] = { &m->mother[i], &m->son[i] };
        if (!household_put(act, &m->h[i], e))
            return false;
        for (size_t k = 0; k < 2; k++) {
            p[k]->household_id = m->h[i].id;
            if (!person_put(act, p[k], e))
                return false;
        }
        m->y[i].household_id = m->h[i].id;
        if (!db_id(act->tx, &m->y[i].id, e) || !db_insert(act->tx, &household_year_entity, &m->y[i], e))
            return false;
    }
    return db_insert(act->tx, &region_year_entity, &average, e);
}

static struct place_of_mothers *mothers(struct world *w)
{
    struct place_of_mothers *m = NEW(&w->a, struct place_of_mothers);
    m->county = world_county(w);
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        m->h[i] = world_household(w, m->county);
        m->h[i].village = world_village(m->county, i % 4 ? 1 : 2);
        m->h[i].family_planning_compliant = YES;
        m->mother[i] = world_person(w, &m->h[i]);
        m->mother[i].sex = (struct code){ SEX_FEMALE, true };
        m->mother[i].birth_date = (struct opt_date){ day(1975, 1, 1), true };
        m->mother[i].labour = (struct code){ LABOUR_ORDINARY, true };
        m->son[i] = world_person(w, &m->h[i]);
        m->son[i].relation = (struct code){ RELATION_SON, true };
        m->son[i].sex = (struct code){ SEX_MALE, true };
        m->son[i].birth_date = (struct opt_date){ day(2000, 1, 1), true };
        m->son[i].labour = (struct code){ LABOUR_NONE, true };
        m->y[i] = (struct household_year){ .county = m->county, .year = { 2016, true } };
        m->y[i].wage_income = (struct opt_money){ { (i < POOR ? 20000 : 40000) * 100 }, true };
        m->y[i].business_income = m->y[i].property_income = m->y[i].transfer_income =
            m->y[i].business_expense = (struct opt_money){ .set = true };
    }
    world_act(w, m->county, put_all, m);
    return m;
}

/* --- screening ---------------------------------------------------------------------------- */

struct trial {
    struct world *w;
    const struct actor *who;
    int64_t within;
    struct screen screen;
    struct screen_setting set[2];
    struct screen_result r;
    const int64_t *ids;
    size_t ids_n;
    struct screen_explained *explained;
};

static bool prepare(struct trial *t, struct tx *tx, struct screen_request *q, struct errs *e)
{
    struct programme_version v;
    const struct programme *p = programme_open(tx, STR("xingfu"), &t->w->codes, &v, e->a, e);
    *q = (struct screen_request){ .screen = &t->screen,
                                  .who = t->who ? t->who : &t->w->who,
                                  .within = { t->within },
                                  .as_of = day(2017, 9, 30),
                                  .today = day(2024, 12, 31),
                                  .candidates = true };
    return p && screen_prepare(p, &t->w->codes, e->a, &t->screen, e);
}

static bool do_screen(struct tx *tx, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    struct screen_request q;
    if (!prepare(t, tx, &q, e))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (t->set[i].name.p && !screen_setting_read(&t->screen, t->set[i].name, &t->set[i], e))
            return false;
    t->r.variants = t->set[1].name.p ? 2 : 1;
    for (size_t i = 0; i < t->r.variants; i++) {
        t->r.variant[i].set = &t->set[i];
        t->r.variant[i].set_n = t->set[i].name.p != NULL;
    }
    return screen_run(tx, &q, &t->r, e);
}

static bool do_explain(struct tx *tx, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    struct screen_request q;
    t->explained = NEW_ARRAY(e->a, struct screen_explained, t->ids_n);
    return prepare(t, tx, &q, e) && screen_explain(tx, &q, NULL, 0, t->ids, t->ids_n, t->explained, e);
}

static struct screen_tally tally(const struct trial *t, const char *id)
{
    for (size_t i = 0; i < t->screen.rules_n; i++)
        if (str_eq(t->screen.rules[i].id, str_of(id)))
            return t->r.variant[0].tally[i];
    fail_msg("no condition %s", id);
    return (struct screen_tally){ 0 };
}

static void assert_counts(const struct screen_counts *c, int64_t n, int64_t eligible, int64_t ineligible,
                          int64_t unknown)
{
    assert_int_equal(c->households, n);
    assert_int_equal(c->eligible, eligible);
    assert_int_equal(c->ineligible, ineligible);
    assert_int_equal(c->unknown, unknown);
}

static bool remove_incomes(struct act *act, void *ctx, struct errs *e)
{
    struct place_of_mothers *m = ctx;
    for (size_t i = 5; i < 15; i++)
        if (!db_delete(act->tx, &household_year_entity, &m->y[i], e))
            return false;
    return true;
}

static void without_an_income_a_household_is_unknown_and_no_other(void **state)
{
    struct world *w = *state;
    struct place_of_mothers *m = mothers(w);
    struct trial t = { .w = w, .within = m->county * 1000000 };
    world_read(w, do_screen, &t);
    assert_counts(&t.r.variant[0].n, HOUSEHOLDS, POOR, HOUSEHOLDS - POOR, 0);
    world_act(w, m->county, remove_incomes, m);
    world_read(w, do_screen, &t);
    assert_counts(&t.r.variant[0].n, HOUSEHOLDS, POOR - 10, HOUSEHOLDS - POOR, 10);
    struct screen_tally below = tally(&t, "below_average"), fertile = tally(&t, "family_planning");
    assert_int_equal(below.yes, POOR - 10);
    assert_int_equal(below.no, HOUSEHOLDS - POOR);
    assert_int_equal(below.unknown, 10);
    assert_int_equal(below.only, HOUSEHOLDS - POOR);
    assert_int_equal(fertile.yes, HOUSEHOLDS);
    int64_t ids[HOUSEHOLDS];
    for (size_t i = 0; i < HOUSEHOLDS; i++)
        ids[i] = m->h[i].id;
    t.ids = ids;
    t.ids_n = HOUSEHOLDS;
    world_read(w, do_explain, &t);
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        enum verdict want = i >= POOR ? VERDICT_INELIGIBLE : VERDICT_ELIGIBLE;
        if (i >= 5 && i < 15)
            want = VERDICT_UNKNOWN;
        assert_true(t.explained[i].there);
        assert_int_equal(t.explained[i].verdict, want);
    }
    screen_result_release(&t.r);
}

static void a_changed_line_gains_and_loses(void **state)
{
    struct world *w = *state;
    struct place_of_mothers *m = mothers(w);
    struct trial t = { .w = w, .within = m->county * 1000000 };
    t.set[0].name = STR("income_line=9000");
    t.set[1].name = STR("income_line=30000");
    world_read(w, do_screen, &t);
    assert_int_equal(t.r.variant[0].n.eligible, 0);
    assert_int_equal(t.r.variant[1].n.eligible, HOUSEHOLDS);
    assert_int_equal(t.r.gained, HOUSEHOLDS);
    assert_int_equal(t.r.lost, 0);
    screen_result_release(&t.r);
}

static void whoever_may_see_a_village_screens_that_village(void **state)
{
    struct world *w = *state;
    struct place_of_mothers *m = mothers(w), *others = mothers(w);
    struct grant only = { UINT64_C(1) << PERM_REGISTRY_READ,
                          { world_village(m->county, 2).v, world_village(m->county, 2).v } };
    struct actor clerk = { .user_id = 7, .login = STR("clerk"), .source = "test", .grants = &only, .n = 1 };
    struct trial t = { .w = w, .who = &clerk };
    world_read(w, do_screen, &t);
    assert_int_equal(t.r.variant[0].n.households, HOUSEHOLDS / 4);
    assert_int_equal(t.r.villages_n, 1);
    assert_int_equal(t.r.villages[0].region.v, world_village(m->county, 2).v);
    t.within = others->county * 1000000;
    world_read(w, do_screen, &t);
    assert_int_equal(t.r.variant[0].n.households, 0);
    t.ids = &others->h[0].id;
    t.ids_n = 1;
    world_read(w, do_explain, &t);
    assert_false(t.explained[0].there);
    t.within = m->county * 1000000;
    t.ids = &m->h[0].id; /* hers */
    world_read(w, do_explain, &t);
    assert_true(t.explained[0].there);
    t.ids = &m->h[1].id; /* of the other village */
    world_read(w, do_explain, &t);
    assert_false(t.explained[0].there);
    screen_result_release(&t.r);
}

static void the_poorest_come_first_after_those_with_two_daughters(void **state)
{
    struct world *w = *state;
    struct place_of_mothers *m = mothers(w);
    struct trial t = { .w = w, .within = m->county * 1000000 };
    world_read(w, do_screen, &t);
    assert_int_equal(t.r.candidates_n, POOR);
    for (size_t i = 1; i < t.r.candidates_n; i++) {
        const struct screen_candidate *a = &t.r.candidates[i - 1], *b = &t.r.candidates[i];
        assert_true(a->village < b->village || (a->village == b->village && a->household < b->household));
    }
    screen_result_release(&t.r);
}

/* --- kept ----------------------------------------------------------------------------------- */

static bool keep(struct act *act, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    struct screening_record x = { .programme = STR("xingfu"), .version = 1, .region = { t->within } };
    x.as_of = x.made_on = day(2017, 9, 30);
    return screening_keep(act, &t->screen, &t->r.variant[0], &x, e);
}

static bool look_up(struct tx *tx, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    struct list all;
    struct screening_record x;
    struct screen_tally below;
    if (!screening_list(tx, &t->w->who, 100, &all, e))
        return false;
    assert_true(all.n > 0);
    const struct screening_record *last = all.rows;
    assert_int_equal(screening_get(tx, &t->w->who, last->no, &x, e), FOUND);
    assert_int_equal(x.eligible, POOR);
    assert_true(str_eq(x.parameters, STR("income_line=15000")));
    assert_true(screening_tally(&x, STR("below_average"), &below));
    assert_int_equal(below.no, HOUSEHOLDS - POOR);
    assert_false(screening_tally(&x, STR("has_project"), &below));
    struct actor stranger = { .user_id = 7, .login = STR("clerk"), .source = "test" };
    assert_int_equal(screening_get(tx, &stranger, last->no, &x, e), NONE);
    return true;
}

static void a_screening_is_kept_with_what_was_set(void **state)
{
    struct world *w = *state;
    struct place_of_mothers *m = mothers(w);
    struct trial t = { .w = w, .within = m->county * 1000000 };
    t.set[0].name = STR("income_line=15000");
    world_read(w, do_screen, &t);
    world_act(w, 0, keep, &t);
    world_read(w, look_up, &t);
    screen_result_release(&t.r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_income_a_household_is_unknown_and_no_other),
        cmocka_unit_test(a_changed_line_gains_and_loses),
        cmocka_unit_test(whoever_may_see_a_village_screens_that_village),
        cmocka_unit_test(the_poorest_come_first_after_those_with_two_daughters),
        cmocka_unit_test(a_screening_is_kept_with_what_was_set),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
