/* Named lists and survey rounds: made by a filter, frozen for good, compared (R017, R018, R025-R027,
 * R071-R075). */
#include "base/value.h"
#include "registry/national_id.h"
#include "registry/region.h"
#include "registry/roster.h"
#include "registry/survey.h"
#include "support/world.h"

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}
#define TODAY day(2024, 12, 31)

/* Households 1 to 4 of a county: 1 and 2 in the first village, 3 and 4 in the second; 2 and 3 are out of
 * poverty. */
struct four {
    int64_t county;
    struct family f[4];
};

static bool put_four(struct act *act, void *ctx, struct errs *e)
{
    struct four *x = ctx;
    for (size_t i = 0; i < N_ELEMS(x->f); i++) {
        struct family *f = &x->f[i];
        if (!household_put(act, &f->h, e))
            return false;
        f->p.household_id = f->h.id;
        if (!person_put(act, &f->p, e))
            return false;
    }
    return true;
}

static struct four four(struct world *w)
{
    struct four x = { .county = world_county(w) };
    for (size_t i = 0; i < N_ELEMS(x.f); i++) {
        struct family *f = &x.f[i];
        f->h = world_household(w, x.county);
        f->h.hh_no = str_of(arena_printf(&w->a, "H%zu", i + 1));
        f->h.village = world_village(x.county, i < 2 ? 1 : 2);
        f->h.state = (struct code){ i == 1 || i == 2 ? STATE_EXITED : STATE_POOR, true };
        f->p = world_person(w, &f->h);
        f->p.name = f->h.head_name;
        f->p.birth_date = (struct opt_date){ day(1950 + (int)i, 12, 31), true };
        f->p.political_status = (struct code){ i < 3 ? POLITICAL_PARTY_MEMBER : POLITICAL_MASSES, true };
    }
    world_act(w, x.county, put_four, &x);
    return x;
}

/* --- making lists -------------------------------------------------------------------------------------- */

struct making {
    struct world *w;
    struct str name;
    struct roster_filter f;
    bool replace, may_see_all;
    const char *where[4];
    struct roster made;
};

static bool make(struct act *act, void *ctx, struct errs *e)
{
    struct making *m = ctx;
    struct reading rd = { .e = e, .codes = &m->w->codes, .today = TODAY };
    m->f.n = 0;
    for (size_t i = 0; i < N_ELEMS(m->where) && m->where[i]; i++)
        if (!condition_read(str_of(m->where[i]), m->f.of_persons, m->may_see_all, &rd,
                            &m->f.conditions[m->f.n++]))
            return false;
    return roster_save(act, m->name, &m->f, m->replace, TODAY, &m->made, e);
}

static struct making list_of(struct world *w, const struct four *x, const char *name, const char *where)
{
    struct making m = { .w = w, .name = str_of(name), .where = { where } };
    m.f.region = (struct region_code){ x->county * 1000000 };
    m.f.age_on = TODAY;
    return m;
}

static bool try_make(struct making *m)
{
    errs_clear(&m->w->e);
    return world_try(m->w, m->w->st, m->f.region.v / 1000000, make, m, &m->w->e);
}

static bool freeze(struct act *act, void *ctx, struct errs *e)
{
    return roster_freeze(act, ctx, TODAY, e);
}

struct looking {
    struct world *w;
    struct roster *r;
    struct str name;
    struct list rows;
    bool intact;
};

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    if (!roster_rows(tx, l->r, &l->rows, e))
        return false;
    l->intact = roster_is_intact(tx, l->r, &l->rows);
    return true;
}

/* The household numbers of a list, in its order. */
static const char *numbers(struct world *w, struct roster *r)
{
    struct looking l = { .w = w, .r = r };
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    world_read(w, look, &l);
    const struct roster_row *x = l.rows.rows;
    for (size_t i = 0; i < l.rows.n; i++) {
        if (i)
            buf_addc(&b, ' ');
        buf_add(&b, x[i].hh_no);
    }
    return arena_str(&w->a, buf_str(&b)).p;
}

static bool change_household(struct act *act, void *ctx, struct errs *e)
{
    const struct household *h = ctx;
    struct household now = *h;
    now.head_name = STR("新户主");
    now.state = (struct code){ STATE_FALLEN_BACK, true };
    return act_update(act, &household_entity, h, &now, e);
}

static bool close_it(struct act *act, void *ctx, struct errs *e)
{
    const struct household *h = ctx;
    struct household now = *h;
    now.state = (struct code){ STATE_CLOSED, true };
    return act_update(act, &household_entity, h, &now, e);
}

/* --- lists ------------------------------------------------------------------------------------------------
 */

static void a_list_holds_the_households_that_fit(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "已脱贫", "脱贫状态=已脱贫");
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H2 H3");
    assert_int_equal(m.made.households, 2);
    assert_int_equal(m.made.persons, 2);
    assert_false(try_make(&m));
    assert_error(&w->e, ERR_CONFLICT, MSG_ROSTER_EXISTS);
    m.replace = true;
    m.where[0] = "state=poor";
    m.f.region = world_village(x.county, 1);
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H1");
    struct str some[] = { STR("H1"), STR("H4") };
    m.f.region = (struct region_code){ x.county * 1000000 };
    m.f.numbers = some;
    m.f.numbers_n = 2;
    m.where[0] = NULL;
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H1 H4");
    world_act(w, x.county, close_it, &x.f[0].h);
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H4");
    assert_verifies(w);
}

static void party_members_of_seventy_are_found_as_of_a_day(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "党员70", "政治面貌=中共党员");
    m.f.of_persons = true;
    m.f.age_from = (struct opt_int){ 70, true };
    m.f.age_on = day(2021, 12, 30); /* one day before the second turns 70 */
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H1");
    m.replace = true;
    m.f.age_on = day(2021, 12, 31);
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H1 H2");
    m.where[1] = "脱贫状态=已脱贫"; /* the cross-list: a condition on the person's household */
    m.f.age_from.set = false;
    assert_ok(try_make(&m), &w->e);
    assert_string_equal(numbers(w, &m.made), "H2 H3");
    assert_int_equal(m.made.persons, 2);
}

static void blanks_and_any_value_can_be_asked_for(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "有负债", "debt=*");
    assert_ok(try_make(&m), &w->e);
    assert_int_equal(m.made.households, 4);
    m = list_of(w, &x, "无住址", "家庭住址=");
    assert_ok(try_make(&m), &w->e);
    assert_int_equal(m.made.households, 4);
    m = list_of(w, &x, "什么", "没有这个字段=1");
    assert_false(try_make(&m));
    assert_error(&w->e, ERR_INVALID, MSG_ROSTER_CONDITION);
}

static void what_is_masked_cannot_be_filtered_by(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "病人", "健康状况=健康");
    m.f.of_persons = true;
    assert_false(try_make(&m));
    assert_error(&w->e, ERR_FORBIDDEN, MSG_ROSTER_MASKED);
    m.may_see_all = true;
    assert_ok(try_make(&m), &w->e);
    assert_int_equal(m.made.persons, 4);
}

static void a_frozen_list_does_not_change(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "定稿", NULL);
    assert_ok(try_make(&m), &w->e);
    world_act(w, x.county, change_household,
              &x.f[0].h); /* before: the list takes it down when it is frozen */
    world_act(w, x.county, freeze, &m.made);
    struct looking l = { .w = w, .r = &m.made };
    world_read(w, look, &l);
    assert_true(l.intact);
    const struct roster_row *r = l.rows.rows;
    assert_string_equal(r[0].head_name.p, "新户主");
    assert_int_equal(r[0].state.v, STATE_FALLEN_BACK);
    world_act(w, x.county, close_it, &x.f[1].h); /* after: it does not */
    world_read(w, look, &l);
    assert_true(l.intact);
    assert_int_equal(l.rows.n, 4);
    m.replace = true;
    assert_false(try_make(&m));
    assert_error(&w->e, ERR_CONFLICT, MSG_ROSTER_FROZEN);
    assert_false(world_try(w, w->st, x.county, freeze, &m.made, &w->e));
    assert_verifies(w);
}

static bool run_verify(struct tx *tx, void *ctx, struct errs *e)
{
    static const struct invariant *const more[] = { &roster_invariant };
    struct verify_report *r = ctx;
    *r = (struct verify_report){ 0 };
    return verify_run(tx, more, 1, r, e);
}

static bool change_row(struct act *act, void *ctx, struct errs *e)
{
    const struct roster_row *r = ctx;
    struct roster_row now = *r;
    now.members++;
    return db_update(act->tx, &roster_row_entity, r, &now, e);
}

static void a_frozen_list_that_was_changed_all_the_same_is_found(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "改了", NULL);
    assert_ok(try_make(&m), &w->e);
    world_act(w, x.county, freeze, &m.made);
    struct looking l = { .w = w, .r = &m.made };
    world_read(w, look, &l);
    world_act(w, x.county, change_row,
              l.rows.rows); /* an act like any other: the sums of rows know nothing */
    world_read(w, look, &l);
    assert_false(l.intact);
    struct verify_report r;
    world_read(w, run_verify, &r);
    assert_int_equal(r.findings, 1);
    assert_string_equal(r.first->table, "roster");
}

static void a_list_with_somebody_who_is_gone_is_made_anew_first(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct making m = list_of(w, &x, "有人走了", NULL);
    assert_ok(try_make(&m), &w->e);
    world_act(w, x.county, close_it, &x.f[3].h);
    assert_false(world_try(w, w->st, x.county, freeze, &m.made, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_ROSTER_GONE);
}

static void two_lists_tell_who_came_who_went_and_what_changed(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct str before[] = { STR("H1"), STR("H2"), STR("H3") }, after[] = { STR("H1"), STR("H3"), STR("H4") };
    struct making a = list_of(w, &x, "前", NULL), b = list_of(w, &x, "后", NULL);
    a.f.numbers = before;
    b.f.numbers = after;
    a.f.numbers_n = b.f.numbers_n = 3;
    assert_ok(try_make(&a), &w->e);
    world_act(w, x.county, change_household, &x.f[0].h);
    assert_ok(try_make(&b), &w->e);
    struct looking l = { .w = w, .r = &a.made }, k = { .w = w, .r = &b.made };
    world_read(w, look, &l);
    world_read(w, look, &k);
    size_t n;
    struct roster_difference *d = roster_compare(&l.rows, &k.rows, &n, &w->a);
    assert_int_equal(n, 3);
    assert_int_equal(d[0].what, ROSTER_CAME);
    assert_string_equal(d[0].b->hh_no.p, "H4");
    assert_int_equal(d[1].what, ROSTER_WENT);
    assert_string_equal(d[1].a->hh_no.p, "H2");
    assert_int_equal(d[2].what, ROSTER_CHANGED);
    assert_string_equal(d[2].b->head_name.p, "新户主");
}

/* --- surveys
 * -------------------------------------------------------------------------------------------------- */

struct surveying {
    struct world *w;
    struct survey s;
    struct survey_result x;
    struct household h;
    struct str file_no;
    struct survey_progress p;
};

static bool open_it(struct act *act, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    return survey_open(act, &v->s, TODAY, e);
}

static bool record(struct act *act, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    return survey_record(act, &v->s, &v->h, &v->x, v->file_no, TODAY, e);
}

static bool close_round(struct act *act, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    return survey_close(act, &v->s, TODAY, TODAY, e);
}

static bool progress(struct tx *tx, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    return survey_progress(tx, &v->w->who, &v->s, 10, &v->p, e);
}

static bool try_record(struct surveying *v, const struct household *h, int32_t result, struct date on)
{
    v->h = *h;
    v->x = (struct survey_result){ .result = { result, true }, .surveyed_on = on };
    errs_clear(&v->w->e);
    return world_try(v->w, v->w->st, v->s.county, record, v, &v->w->e);
}

static void a_round_knows_how_far_it_is(void **state)
{
    struct world *w = *state;
    struct four x = four(w);
    struct surveying v = { .w = w };
    v.s = (struct survey){ .name = STR("摸底"), .opened_on = day(2024, 3, 1), .surveyor = STR("工作队") };
    v.s.region = world_village(x.county, 1);
    world_act(w, x.county, open_it, &v);
    assert_false(world_try(w, w->st, x.county, open_it, &v, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_SURVEY_EXISTS);
    assert_false(try_record(&v, &x.f[2].h, 1, day(2024, 3, 5)));
    assert_error(&w->e, ERR_CONFLICT, MSG_SURVEY_OUTSIDE);
    assert_false(try_record(&v, &x.f[0].h, 1, day(2024, 2, 5)));
    assert_error(&w->e, ERR_INVALID, MSG_SURVEY_DAY);
    v.file_no = STR("档001");
    assert_ok(try_record(&v, &x.f[0].h, 2, day(2024, 3, 5)), &w->e);
    world_read(w, progress, &v);
    assert_int_equal(v.p.n, 1);
    assert_int_equal(v.p.all.households, 2);
    assert_int_equal(v.p.all.done, 1);
    assert_int_equal(v.p.all.persons, 1);
    assert_int_equal(v.p.all.results[2], 1);
    assert_int_equal(v.p.all.files, 1);
    assert_int_equal(v.p.all.unfounded, 0);
    assert_int_equal(v.p.missing.n, 1);
    assert_string_equal(((struct household *)v.p.missing.rows)->hh_no.p, "H2");
    v.file_no = (struct str){ 0 };
    x.f[0].h.file_no = STR("档001");
    assert_ok(try_record(&v, &x.f[0].h, 1, day(2024, 3, 6)), &w->e); /* corrected */
    world_read(w, progress, &v);
    assert_int_equal(v.p.all.done, 1);
    assert_int_equal(v.p.all.results[1], 1);
    assert_int_equal(v.p.all.results[2], 0);
    world_act(w, x.county, close_round, &v);
    assert_false(try_record(&v, &x.f[1].h, 1, day(2024, 3, 6)));
    assert_error(&w->e, ERR_CONFLICT, MSG_SURVEY_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_holds_the_households_that_fit),
        cmocka_unit_test(party_members_of_seventy_are_found_as_of_a_day),
        cmocka_unit_test(blanks_and_any_value_can_be_asked_for),
        cmocka_unit_test(what_is_masked_cannot_be_filtered_by),
        cmocka_unit_test(a_frozen_list_does_not_change),
        cmocka_unit_test(a_list_with_somebody_who_is_gone_is_made_anew_first),
        cmocka_unit_test(two_lists_tell_who_came_who_went_and_what_changed),
        cmocka_unit_test(a_round_knows_how_far_it_is),
        cmocka_unit_test(a_frozen_list_that_was_changed_all_the_same_is_found),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
