/* test_edit.c - what is typed at the desk is corrected with its reasons, and nothing slips by the movements.
 */
#include "base/clock.h"
#include "registry/edit.h"
#include "registry/national_id.h"
#include "support/world.h"

struct editing {
    struct household old, new;
    struct person p_old, p_new;
    struct household_year y;
};

static bool correct_household(struct act *act, void *ctx, struct errs *e)
{
    struct editing *x = ctx;
    return edit_household(act, &x->old, &x->new, e);
}
static bool correct_person(struct act *act, void *ctx, struct errs *e)
{
    struct editing *x = ctx;
    return edit_person(act, &x->p_old, &x->p_new, e);
}
static bool add(struct act *act, void *ctx, struct errs *e)
{
    struct editing *x = ctx;
    return edit_add(act, &x->new, &x->p_new, e);
}
static bool add_year(struct act *act, void *ctx, struct errs *e)
{
    struct editing *x = ctx;
    return edit_year(act, NULL, &x->y, e);
}

struct reading_back {
    int64_t county, household, person;
    struct household h;
    struct person p;
    int64_t numbers;
};
static bool read_back(struct tx *tx, void *ctx, struct errs *e)
{
    struct reading_back *x = ctx;
    return db_get(tx, &household_entity, &x->h, e, V(x->county), V(x->household)) == FOUND &&
           db_get(tx, &person_entity, &x->p, e, V(x->county), V(x->person)) == FOUND &&
           db_int(tx, SQL(STMT_NID, "SELECT count(*) FROM national_id WHERE county = $1 AND person_id = $2"),
                  &x->numbers, e, V(x->county), V(x->person));
}
static struct reading_back now_there(struct world *w, const struct family *f)
{
    struct reading_back x = { .county = f->h.county, .household = f->h.id, .person = f->p.id };
    world_read(w, read_back, &x);
    return x;
}

static struct editing of(const struct family *f)
{
    return (struct editing){ .old = f->h, .new = f->h, .p_old = f->p, .p_new = f->p };
}

static void assert_field(const struct errs *e, const char *field)
{
    for (const struct err *x = e->bad.first; x; x = x->next)
        if (x->field && !strcmp(x->field, field))
            return;
    fail_msg("nothing was said about %s", field);
}

static void a_correction_stays_and_what_movements_change_is_refused(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    struct editing x = of(&f);
    x.new.address = STR("第3组");
    world_act(w, f.h.county, correct_household, &x);
    assert_true(str_eq(now_there(w, &f).h.address, STR("第3组")));

    x = of(&f);
    x.new.state = (struct code){ STATE_EXITED, true };
    x.new.village = world_village(f.h.county, 2);
    struct errs e = { .a = &w->a };
    assert_false(world_try(w, w->st, f.h.county, correct_household, &x, &e));
    assert_field(&e, "state");
    assert_field(&e, "village");
}

static void a_card_that_fails_its_check_is_refused_at_its_field(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    struct editing x = of(&f);
    struct errs e = { .a = &w->a };
    x.new.bank_account_kind = (struct code){ ACCOUNT_KIND_CARD, true };
    x.new.bank_account = STR("6222000000000001");
    assert_false(world_try(w, w->st, f.h.county, correct_household, &x, &e));
    assert_field(&e, "bank_account");
}

/* R009: a person is registered once over all counties. */
static void a_number_moves_with_its_person_and_is_nobody_elses(void **state)
{
    struct world *w = *state;
    struct family a = world_family(w, world_county(w)), b = world_family(w, world_county(w));
    struct editing x = of(&a);
    struct errs e = { .a = &w->a };
    x.p_new.id_number = b.p.id_number;
    x.p_new.sex = b.p.sex;
    x.p_new.birth_date = b.p.birth_date;
    assert_false(world_try(w, w->st, a.h.county, correct_person, &x, &e));
    assert_field(&e, "id_number");

    struct person other = world_person(w, &a.h);
    x = of(&a);
    x.p_new.id_number = other.id_number;
    x.p_new.sex = (struct code){ 0 };
    x.p_new.birth_date = (struct opt_date){ 0 };
    world_act(w, a.h.county, correct_person, &x);
    struct reading_back r = now_there(w, &a);
    assert_int_equal(r.numbers, 1);
    assert_true(str_eq(r.p.id_number, other.id_number));
    assert_true(r.p.sex.set && r.p.birth_date.set); /* they stand in the number */
}

static void the_heads_name_is_also_the_households(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    struct editing x = of(&f);
    if (!f.p.relation.set || f.p.relation.v != RELATION_HEAD)
        return;
    x.p_new.name = STR("陈改名");
    world_act(w, f.h.county, correct_person, &x);
    assert_true(str_eq(now_there(w, &f).h.head_name, STR("陈改名")));

    struct errs e = { .a = &w->a };
    x.p_old = x.p_new;
    x.p_new.relation = (struct code){ RELATION_SON, true };
    assert_false(world_try(w, w->st, f.h.county, correct_person, &x, &e));
    assert_field(&e, "relation");
}

static void a_household_comes_with_its_head_and_once(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct editing x = { .new = world_household(w, county) };
    struct person p = world_person(w, &x.new);
    x.new.id = 0;
    x.p_new = (struct person){ .id_number = p.id_number };
    world_act(w, county, add, &x);
    assert_true(x.new.id > 0 && x.p_new.id > 0);
    assert_int_equal(x.p_new.relation.v, RELATION_HEAD);

    struct errs e = { .a = &w->a };
    struct editing again = { .new = x.new };
    again.new.id = 0;
    assert_false(world_try(w, w->st, county, add, &again, &e));
    assert_field(&e, "hh_no");

    x.y = (struct household_year){ .county = county, .household_id = x.new.id, .year = { 2025, true } };
    world_act(w, county, add_year, &x);
    assert_true(x.y.id > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_correction_stays_and_what_movements_change_is_refused),
        cmocka_unit_test(a_card_that_fails_its_check_is_refused_at_its_field),
        cmocka_unit_test(a_number_moves_with_its_person_and_is_nobody_elses),
        cmocka_unit_test(the_heads_name_is_also_the_households),
        cmocka_unit_test(a_household_comes_with_its_head_and_once),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
