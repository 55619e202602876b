/* Cases: what may follow what, how numbers are made, who is family, and who looks like it (R141-R149, R300).
 */
#include "casework/case_check.h"
#include "casework/case_parts.h"
#include "casework/number.h"
#include "registry/duplicate.h"
#include "support/world.h"

static const char mass[] =
    "code: %s\nname: {zh: %s, en: %s}\nkind: grant\napplicant: {who: household}\nconditions:\n"
    "  - {id: there, zh: 有成员, en: members, when: \"household.members_n >= 1\"}\n"
    "  - {id: good, zh: 项目好, en: good, stage: county, decided_by_people: true}\n"
    "aid:\n  items:\n    - {id: once, zh: 一次, en: once, every: once, amount: 1000.00}\nexposure: {repeat: "
    "%s}\n"
    "steps:\n  - {id: apply, kind: application}\n  - {id: town, kind: review, level: township}\n"
    "  - {id: county, kind: review, level: county, decides: true, allots_number: true, other_person_than: "
    "[town]}\n"
    "number: \"M-{township}-{year}-{serial:3}\"\n";

struct trial {
    struct world *w;
    struct casework desk;
    struct case_known *k;
    struct relief_case c;
    struct household h;
    struct case_decision d;
    struct str field, value;
    bool kin;
};

static struct date today(void)
{
    struct date d = { 20500 }; /* 2026-02-16 */
    return d;
}

static struct casework desk(struct trial *t, struct act *act, struct errs *e)
{
    return (struct casework){
        .act = act, .tx = act->tx, .who = act->who, .codes = &t->w->codes, .today = today(), .a = e->a
    };
}

static bool do_load(struct act *act, void *ctx, struct errs *e)
{
    struct world *w = ctx;
    struct programme_version v;
    enum programme_loaded what;
    return programme_load(act, str_of(arena_printf(e->a, mass, "trial", "试验", "Trial", "yearly")),
                          &w->codes, &v, &what, e);
}

static struct trial trial(struct world *w)
{
    struct trial t = { .w = w };
    int64_t county = world_county(w);
    t.h = world_family(w, county).h;
    world_act(w, 0, do_load, w);
    return t;
}

static bool do_apply(struct act *act, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    t->desk = desk(t, act, e);
    struct case_application in = { .programme = STR("trial"), .household = t->h };
    return case_apply(&t->desk, &in, &t->c, e);
}

static bool do_submit(struct act *act, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    t->desk = desk(t, act, e);
    return case_submit(&t->desk, &t->c, e);
}

static bool do_decide(struct act *act, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    t->desk = desk(t, act, e);
    return case_decide(&t->desk, &t->c, &t->d, e);
}

static bool do_fill(struct act *act, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    t->desk = desk(t, act, e);
    return case_fill(&t->desk, &t->c, t->field, t->value, e);
}

static bool do_relate(struct act *act, void *ctx, struct errs *e)
{
    struct trial *t = ctx;
    int64_t person;
    if (!db_int(act->tx, SQL(STMT_KEY, "SELECT min(id) FROM person WHERE county = $1 AND household_id = $2"),
                &person, e, V(t->h.county), V(t->h.id)))
        return false;
    struct user_person x = { act->who->user_id, person, today(), act->who->login };
    return t->kin ? db_insert(act->tx, &user_person_entity, &x, e)
                  : db_delete(act->tx, &user_person_entity, &x, e);
}

static bool try_(struct trial *t, act_fn *fn)
{
    errs_clear(&t->w->e);
    return world_try(t->w, t->w->st, t->h.county, fn, t, &t->w->e);
}
#define assert_done(t, fn) assert_ok(try_((t), (fn)), &(t)->w->e)
#define assert_refused(t, fn, code, msg)     \
    do {                                     \
        assert_false(try_((t), (fn)));       \
        assert_error(&(t)->w->e, code, msg); \
    } while (0)

/* --- the tests ------------------------------------------------------------------------------------------ */

static void every_state_is_left_by_known_actions_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < case_moves_n; i++) {
        const struct case_move *m = &case_moves[i];
        assert_true(m->from >= CASE_DRAFT);
        assert_true(m->to < CASE_STATES);
        /* What is over stays so, but for a confirmed case that becomes void. */
        assert_true(m->from != CASE_REFUSED);
        assert_true(m->from != CASE_WITHDRAWN);
        assert_true(m->from != CASE_VOID);
        if (m->from == CASE_CONFIRMED)
            assert_int_equal(m->to, CASE_VOID);
        /* Nothing but a passed step of a case in steps confirms. */
        if (m->action == CASE_PASS)
            assert_int_equal(m->from, CASE_IN_STEPS);
        assert_true(m->to != CASE_CONFIRMED);
        for (size_t k = 0; k < i; k++)
            assert_false(case_moves[k].from == m->from && case_moves[k].action == m->action);
    }
}

static void every_kind_of_step_says_how_it_is_passed(void **state)
{
    (void)state;
    for (size_t i = 0; i < STEP_KINDS; i++) {
        assert_non_null(case_step_kinds[i].label.zh);
        assert_non_null(case_step_kinds[i].label.en);
        assert_non_null(case_step_kinds[i].hint);
        if (case_step_kinds[i].by == BY_RECORD)
            assert_non_null(case_step_kinds[i].need);
    }
}

static void a_number_is_made_of_places_period_and_serial(void **state)
{
    struct arena a = { 0 };
    struct relief_case c = { .village = { 350603100202 }, .period_no = { 24, true } };
    struct str pattern = STR("XF-{township}-{period:3}-{serial:4}");
    int64_t serial = 0;
    (void)state;
    assert_string_equal(number_make(pattern, &c, 2026, 7, &a).p, "XF-100-024-0007");
    assert_string_equal(number_make(pattern, &c, 2026, 12345, &a).p, "XF-100-024-12345");
    assert_string_equal(number_make(STR("{county}/{village}/{year}/{serial}"), &c, 2026, 1, &a).p,
                        "350603/100202/2026/1");
    /* Another township's number is of the same series; another period's is not. */
    assert_true(number_serial(pattern, &c, 2026, STR("XF-215-024-0397"), &serial));
    assert_int_equal(serial, 397);
    assert_false(number_serial(pattern, &c, 2026, STR("XF-215-023-0397"), &serial));
    assert_false(number_serial(pattern, &c, 2026, STR("XF-215-024-03x7"), &serial));
    assert_false(number_serial(pattern, &c, 2026, STR("DY-215-024-0397"), &serial));
    arena_free(&a);
}

static void names_are_counted_however_they_are_written(void **state)
{
    (void)state;
    assert_int_equal(case_names_count(STR("张三、李四，王五")), 3);
    assert_int_equal(case_names_count(STR("张三 李四")), 2);
    assert_int_equal(case_names_count(STR("John Smith, Ann Lee")), 2);
    assert_int_equal(case_names_count(STR("、、 ")), 0);
    assert_int_equal(case_names_count((struct str){ 0 }), 0);
}

static void the_same_family_is_refused_a_second_time(void **state)
{
    struct trial t = trial(*state);
    assert_done(&t, do_apply);
    assert_refused(&t, do_apply, ERR_CONFLICT, MSG_CASE_DUPLICATE);
}

static void a_case_waits_for_each_step_and_for_what_people_say(void **state)
{
    struct trial t = trial(*state);
    assert_done(&t, do_apply);
    t.d = (struct case_decision){ .action = CASE_PASS };
    assert_refused(&t, do_decide, ERR_CONFLICT, MSG_CASE_STATE);
    assert_done(&t, do_submit);
    assert_true(str_eq(t.c.step, STR("town")));
    assert_done(&t, do_decide);
    assert_true(str_eq(t.c.step, STR("county")));
    /* Maker and checker are apart. */
    assert_refused(&t, do_decide, ERR_FORBIDDEN, MSG_CASE_SAME_PERSON);
    t.field = STR("condition.good");
    t.value = STR("maybe");
    assert_refused(&t, do_fill, ERR_INVALID, MSG_NOT_YESNO);
    t.value = STR("是");
    assert_done(&t, do_fill);
    t.field = STR("condition.there");
    assert_refused(&t, do_fill, ERR_NOT_FOUND, MSG_CASE_NOT_PEOPLE);
    t.d = (struct case_decision){ .action = CASE_RETURN };
    assert_refused(&t, do_decide, ERR_INVALID, MSG_CASE_REASON);
    t.d.opinion = STR("补材料");
    t.d.to_step = STR("nowhere");
    assert_refused(&t, do_decide, ERR_NOT_FOUND, MSG_CASE_NO_STEP);
    t.d.to_step = STR("town");
    assert_done(&t, do_decide);
    assert_int_equal(t.c.state.v, CASE_RETURNED);
    assert_verifies(t.w);
}

static void nobody_decides_on_the_own_family(void **state)
{
    struct trial t = trial(*state);
    assert_done(&t, do_apply);
    assert_done(&t, do_submit);
    t.kin = true;
    assert_done(&t, do_relate);
    t.d = (struct case_decision){ .action = CASE_PASS };
    assert_refused(&t, do_decide, ERR_FORBIDDEN, MSG_CASE_OWN);
    t.d = (struct case_decision){ .action = CASE_REFUSE, .opinion = STR("x") };
    assert_refused(&t, do_decide, ERR_FORBIDDEN, MSG_CASE_OWN);
    t.kin = false;
    assert_done(&t, do_relate);
    assert_done(&t, do_decide);
    assert_int_equal(t.c.state.v, CASE_REFUSED);
}

struct twin {
    struct trial *t;
    struct household h;
    struct person p;
};
static bool do_twin(struct act *act, void *ctx, struct errs *e)
{
    struct twin *x = ctx;
    struct list l;
    if (!db_list(act->tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id LIMIT 1"),
                 &l, e->a, e, V(x->t->h.county), V(x->t->h.id)))
        return false;
    const struct person *of = l.rows;
    struct person whole = *of;
    whole.sex = (struct code){ SEX_FEMALE, true };
    whole.birth_date = (struct opt_date){ { 4000 }, true };
    if (!act_update(act, &person_entity, of, &whole, e))
        return false;
    x->p.name = whole.name;
    x->p.sex = whole.sex;
    x->p.birth_date = whole.birth_date;
    return household_put(act, &x->h, e) && (x->p.household_id = x->h.id, person_put(act, &x->p, e));
}

static void a_family_that_looks_the_same_is_stopped_at_submitting(void **state)
{
    struct trial t = trial(*state);
    struct twin x = { .t = &t, .h = world_household(t.w, t.h.county) };
    x.p = world_person(t.w, &x.h);
    assert_done(&t, do_apply);
    world_act(t.w, t.h.county, do_twin, &x);
    struct trial other = { .w = t.w, .h = x.h };
    assert_done(&other, do_apply);
    assert_refused(&other, do_submit, ERR_CONFLICT, MSG_CASE_DOUBLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_left_by_known_actions_only),
        cmocka_unit_test(every_kind_of_step_says_how_it_is_passed),
        cmocka_unit_test(a_number_is_made_of_places_period_and_serial),
        cmocka_unit_test(names_are_counted_however_they_are_written),
        cmocka_unit_test(the_same_family_is_refused_a_second_time),
        cmocka_unit_test(a_case_waits_for_each_step_and_for_what_people_say),
        cmocka_unit_test(nobody_decides_on_the_own_family),
        cmocka_unit_test(a_family_that_looks_the_same_is_stopped_at_submitting),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
