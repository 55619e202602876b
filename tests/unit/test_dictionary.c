/* What offices set: parameters by place and day, codes of their own (dictionary §1, §9; R107, R264); and
 * counts that a server keeps. */
#include "base/clock.h"
#include "programme/screen.h"
#include "programme/version.h"
#include "registry/code_book.h"
#include "registry/code_change.h"
#include "registry/count.h"
#include "support/world.h"

static struct date day(int y, int m, int d)
{
    struct date out;
    assert_true(date_of(y, m, d, &out));
    return out;
}

/* --- parameters --------------------------------------------------------------------------- */

struct setting {
    struct world *w;
    struct parameter_setting x;
};

static bool do_set(struct act *act, void *ctx, struct errs *e)
{
    struct setting *s = ctx;
    struct programme_version v;
    const struct programme *p = programme_open(act->tx, STR("xingfu"), &s->w->codes, &v, e->a, e);
    return p && parameter_set(act, p, &s->x, e);
}

/* value NULL: taken back. */
static bool set(struct world *w, int64_t region, struct date from, const char *value)
{
    struct setting s = { w,
                         { .parameter = STR("max_amount"),
                           .region = { region },
                           .valid_from = from,
                           .value = value ? str_of(value) : (struct str){ 0 },
                           .basis = STR("某扶贫〔2026〕1号") } };
    return world_try(w, w->st, 0, do_set, &s, &w->e);
}

struct look {
    struct world *w;
    int64_t county, up_to, fen;
    struct date on;
};

static bool do_look(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    struct programme_version v;
    struct screen *s = NEW(e->a, struct screen);
    struct rule_given given[RULE_PARAMS_MAX];
    const struct programme *p = programme_open(tx, STR("xingfu"), &l->w->codes, &v, e->a, e);
    if (!p || !screen_open(tx, p, &l->w->codes, l->up_to, e->a, s, e))
        return false;
    screen_given(s, NULL, 0, l->county, l->on, given);
    for (size_t i = 0; i < s->params_n; i++)
        if (!strcmp(s->params[i].name, "max_amount"))
            l->fen = given[i].given ? given[i].value.num : -1;
    return true;
}

static int64_t seen(struct world *w, int64_t county, struct date on, int64_t up_to)
{
    struct look l = { .w = w, .county = county, .on = on, .up_to = up_to };
    world_read(w, do_look, &l);
    return l.fen;
}

static void the_nearest_region_wins_then_the_latest_beginning(void **state)
{
    struct world *w = *state;
    int64_t here = world_county(w), there = world_county(w);
    assert_int_equal(seen(w, here, day(2026, 6, 1), PARAMETERS_NOW), -1); /* the file's default */
    assert_ok(set(w, 0, day(2026, 1, 1), "25000"), &w->e);
    assert_ok(set(w, here * 1000000, day(2025, 1, 1), "30000"), &w->e);
    assert_ok(set(w, here * 1000000, day(2026, 7, 1), "40000"), &w->e);
    assert_int_equal(seen(w, there, day(2026, 6, 1), PARAMETERS_NOW), 2500000);
    assert_int_equal(seen(w, there, day(2025, 12, 31), PARAMETERS_NOW), -1);
    assert_int_equal(seen(w, here, day(2026, 6, 30), PARAMETERS_NOW), 3000000);
    assert_int_equal(seen(w, here, day(2026, 7, 1), PARAMETERS_NOW), 4000000);
    assert_verifies(w);
}

struct numbers {
    int64_t last;
};
static bool do_last(struct tx *tx, void *ctx, struct errs *e)
{
    return parameter_last(tx, &((struct numbers *)ctx)->last, e);
}

static void what_was_set_before_can_be_gone_by_again(void **state)
{
    struct world *w = *state;
    int64_t here = world_county(w);
    struct numbers n = { 0 };
    assert_ok(set(w, here * 1000000, day(2024, 1, 1), "11000"), &w->e);
    world_read(w, do_last, &n);
    assert_ok(set(w, here * 1000000, day(2024, 1, 1), "12000"), &w->e); /* set once more */
    assert_int_equal(seen(w, here, day(2024, 6, 1), PARAMETERS_NOW), 1200000);
    assert_int_equal(seen(w, here, day(2024, 6, 1), n.last), 1100000);
    assert_ok(set(w, here * 1000000, day(2024, 1, 1), NULL), &w->e);
    assert_int_equal(seen(w, here, day(2024, 6, 1), PARAMETERS_NOW), -1);
    assert_false(set(w, here * 1000000, day(2024, 1, 1), NULL));
    assert_error(&w->e, ERR_INVALID, MSG_PARAMETER_NOT_SET);
    assert_string_equal(w->e.bad.first->field, "valid_from");
}

static void a_value_for_a_township_or_village_is_refused_with_the_reason(void **state)
{
    struct world *w = *state;
    int64_t here = world_county(w);
    assert_false(set(w, world_village(here, 1).v, day(2026, 1, 1), "30000"));
    assert_error(&w->e, ERR_INVALID, MSG_PARAMETER_LEVEL);
    assert_string_equal(w->e.bad.first->field, "region");
    assert_false(set(w, 990000000000, day(2026, 1, 1), "30000"));
    assert_error(&w->e, ERR_INVALID, MSG_IMPORT_NO_REGION);
}

static void a_value_that_does_not_read_or_is_out_of_range_is_refused_at_its_field(void **state)
{
    struct world *w = *state;
    assert_false(set(w, 0, day(2026, 1, 1), "much"));
    assert_string_equal(w->e.bad.first->field, "value");
    assert_false(set(w, 0, day(2026, 1, 1), "50000.01"));
    assert_string_equal(w->e.bad.first->field, "value");
    assert_string_equal(w->e.bad.first->text, "highest amount must be between 1000.00 and 50000.00");
}

static void who_keeps_one_county_sets_nothing_for_another(void **state)
{
    struct world *w = *state;
    int64_t here = world_county(w), there = world_county(w);
    struct grant g = { UINT64_C(1) << PERM_PROGRAMMES, { here * 1000000, here * 1000000 + 999999 } };
    struct actor all = w->who;
    w->who.grants = &g;
    w->who.n = 1;
    bool own = set(w, here * 1000000, day(2026, 1, 1), "20000");
    struct errs e = w->e;
    bool other = set(w, there * 1000000, day(2026, 1, 1), "20000"),
         everywhere = set(w, 0, day(2026, 1, 1), "1000");
    w->who = all;
    assert_ok(own, &e);
    assert_false(other);
    assert_false(everywhere);
}

/* --- new versions -------------------------------------------------------------------------- */

struct loading {
    struct world *w;
    const char *from, *to;
};

static bool do_load(struct act *act, void *ctx, struct errs *e)
{
    struct loading *l = ctx;
    struct programme_version v;
    enum programme_loaded what;
    if (!programme_find(act->tx, STR("xingfu"), &v, e->a, e))
        return false;
    const char *at = strstr(arena_str(e->a, v.file).p, l->from);
    assert_non_null(at);
    const char *all = arena_str(e->a, v.file).p;
    at = strstr(all, l->from);
    struct str text =
        str_of(arena_printf(e->a, "%.*s%s%s", (int)(at - all), all, l->to, at + strlen(l->from)));
    return programme_load(act, text, &l->w->codes, &v, &what, e);
}

static void a_new_version_must_take_what_offices_set(void **state)
{
    struct world *w = *state;
    int64_t here = world_county(w);
    struct loading narrow = { w, "range: [1000.00, 50000.00]", "range: [1000.00, 45000.00]" };
    assert_ok(set(w, here * 1000000, day(2026, 1, 1), "46000"), &w->e);
    assert_false(world_try(w, w->st, 0, do_load, &narrow, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_PARAMETER_UNFIT);
    assert_ok(set(w, here * 1000000, day(2026, 1, 1), NULL), &w->e);
}

static void a_new_version_names_the_place_of_a_townships_value(void **state)
{
    struct world *w = *state;
    struct loading low = { w, "    default: 20000.00 ",
                           "    values: [{region: 350603100, value: 20000.00}]\n    default: 20000.00 " };
    assert_false(world_try(w, w->st, 0, do_load, &low, &w->e));
    assert_error(&w->e, ERR_INVALID, MSG_PARAMETER_LEVEL);
    assert_string_equal(w->e.bad.first->field, "40:41");
}

/* --- codes --------------------------------------------------------------------------------- */

struct coding {
    struct code_entry x;
    const char *zh;
    struct opt_date from;
};

static bool do_add(struct act *act, void *ctx, struct errs *e)
{
    return code_add(act, &((struct coding *)ctx)->x, e);
}

static bool do_rename(struct act *act, void *ctx, struct errs *e)
{
    struct coding *c = ctx;
    struct code_entry old;
    if (code_get(act->tx, c->x.table_name, c->x.code, &old, e) != FOUND)
        return false;
    c->x = old;
    c->x.zh = str_of(c->zh);
    return code_rename(act, &old, &c->x, e);
}

static bool do_end(struct act *act, void *ctx, struct errs *e)
{
    struct coding *c = ctx;
    struct code_entry old;
    return code_get(act->tx, c->x.table_name, c->x.code, &old, e) == FOUND &&
           code_end(act, &old, c->from, &c->x, e);
}

static bool do_book(struct tx *tx, void *ctx, struct errs *e)
{
    return codes_read(tx, ctx, e->a, e);
}

static const struct code_row *read_as(struct world *w, const char *table, const char *text)
{
    struct code_book book = { 0 };
    world_read(w, do_book, &book);
    return code_find(code_table(&book, table), str_of(text));
}

static bool add(struct world *w, struct coding *c, const char *table, const char *zh)
{
    *c = (struct coding){ .x = { .table_name = str_of(table), .zh = str_of(zh) } };
    return world_try(w, w->st, 0, do_add, c, &w->e);
}

static void a_code_of_ones_own_is_added_renamed_and_ended_and_never_means_another(void **state)
{
    struct world *w = *state;
    struct coding c;
    assert_ok(add(w, &c, "project_kind", "林下经济"), &w->e);
    assert_int_equal(c.x.code, 1001);
    assert_true(str_eq(c.x.slug, STR("own_1001")));
    c.zh = "林下产业";
    assert_ok(world_try(w, w->st, 0, do_rename, &c, &w->e), &w->e);
    const struct code_row *r = read_as(w, "project_kind", "林下经济"); /* as old papers say it */
    assert_non_null(r);
    assert_int_equal(r->code, 1001);
    assert_true(str_eq(r->zh, STR("林下产业")));
    struct coding other;
    assert_false(add(w, &other, "project_kind", "林下经济"));
    assert_error(&w->e, ERR_INVALID, MSG_CODES_TAKEN);
    assert_string_equal(w->e.bad.first->field, "zh");
    c.from = (struct opt_date){ day(2026, 1, 2), true };
    assert_ok(world_try(w, w->st, 0, do_end, &c, &w->e), &w->e);
    r = read_as(w, "project_kind", "林下产业");
    assert_int_equal(r->valid_to.v.day, day(2026, 1, 1).day);
    assert_verifies(w);
}

static void of_what_a_field_holds_several_own_numbers_stay_below_63(void **state)
{
    struct world *w = *state;
    struct coding c;
    assert_ok(add(w, &c, "household_tag", "水库移民户"), &w->e);
    assert_int_equal(c.x.code, 40);
}

static void national_standards_stay_and_the_programs_own_tables_take_other_labels_only(void **state)
{
    struct world *w = *state;
    struct coding c;
    assert_false(add(w, &c, "sex", "别的"));
    assert_error(&w->e, ERR_CONFLICT, MSG_CODES_STANDARD);
    assert_non_null(strstr(w->e.bad.first->text, "GB/T 2261.1"));
    assert_false(add(w, &c, "case_state", "别的"));
    assert_error(&w->e, ERR_CONFLICT, MSG_CODES_PROGRAM);
    c = (struct coding){ .x = { .table_name = STR("case_state"), .code = 1 }, .zh = "草稿箱" };
    assert_ok(world_try(w, w->st, 0, do_rename, &c, &w->e), &w->e);
    c.from = (struct opt_date){ day(2026, 1, 2), true };
    assert_false(world_try(w, w->st, 0, do_end, &c, &w->e));
}

static void an_ended_code_is_refused_where_it_is_newly_said_and_read_from_old_papers(void **state)
{
    struct world *w = *state;
    struct coding c = { .x = { .table_name = STR("poverty_cause"), .code = 6 },
                        .from = { day(2026, 1, 2), true } };
    struct code_book book = { 0 };
    struct household h = { 0 };
    assert_ok(world_try(w, w->st, 0, do_end, &c, &w->e), &w->e);
    world_read(w, do_book, &book);
    struct errs e = { .a = &w->a, .lang = EN };
    struct reading rd = { .e = &e, .codes = &book, .today = day(2026, 1, 2) };
    assert_true(col_read(entity_col(&household_entity, "cause_main"), &h, STR("缺水"), &rd));
    rd.newly = true;
    assert_false(col_read(entity_col(&household_entity, "cause_main"), &h, STR("缺水"), &rd));
    assert_int_equal(e.bad.first->msg, MSG_CODE_ENDED);
    c.from.set = false;
    assert_ok(world_try(w, w->st, 0, do_end, &c, &w->e), &w->e);
}

/* --- counts that a server keeps ------------------------------------------------------------ */

struct counting {
    struct world *w;
    struct counts_kept *k;
    int64_t county;
    struct counts fresh, kept, households;
    bool had;
};

static bool do_count(struct tx *tx, void *ctx, struct errs *e)
{
    struct counting *c = ctx;
    struct region_code at = { c->county * 1000000 };
    return counts_kept_have(tx, c->k, &c->w->who, at, &c->had, e) &&
           count_registry(tx, &c->w->who, at, VILLAGE, &c->fresh, e) &&
           count_registry_kept(tx, c->k, &c->w->who, at, VILLAGE, &c->kept, e) &&
           count_households(tx, &c->w->who, at, VILLAGE, &c->households, e);
}

static void assert_counted(struct counting *c, bool had, int64_t households, int64_t persons)
{
    world_read(c->w, do_count, c);
    assert_int_equal(c->had, had);
    const struct counts *all[] = { &c->fresh, &c->kept };
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(all[i]->all.households, households);
        assert_int_equal(all[i]->all.persons, persons);
        assert_int_equal(all[i]->n, c->fresh.n);
    }
    assert_int_equal(c->households.all.households, households);
    assert_int_equal(c->households.n, c->fresh.n);
}

static bool do_look_at(struct act *act, void *ctx, struct errs *e)
{
    return act_log(act, ((struct counting *)ctx)->county, "{\"purpose\":\"核对\"}", e);
}

static void counts_are_kept_until_a_household_or_person_is_written(void **state)
{
    struct world *w = *state;
    struct counting c = { .w = w, .k = counts_kept_open(), .county = world_county(w) };
    world_family(w, c.county);
    assert_counted(&c, false, 1, 1);
    assert_counted(&c, true, 1, 1);
    world_act(w, c.county, do_look_at, &c); /* the chain is longer, the register the same */
    assert_counted(&c, true, 1, 1);
    world_family(w, c.county);
    assert_counted(&c, false, 2, 2);
    assert_counted(&c, true, 2, 2);
    counts_kept_close(c.k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_version_names_the_place_of_a_townships_value),
        cmocka_unit_test(a_new_version_must_take_what_offices_set),
        cmocka_unit_test(what_was_set_before_can_be_gone_by_again),
        cmocka_unit_test(the_nearest_region_wins_then_the_latest_beginning),
        cmocka_unit_test(a_value_for_a_township_or_village_is_refused_with_the_reason),
        cmocka_unit_test(a_value_that_does_not_read_or_is_out_of_range_is_refused_at_its_field),
        cmocka_unit_test(who_keeps_one_county_sets_nothing_for_another),
        cmocka_unit_test(a_code_of_ones_own_is_added_renamed_and_ended_and_never_means_another),
        cmocka_unit_test(of_what_a_field_holds_several_own_numbers_stay_below_63),
        cmocka_unit_test(national_standards_stay_and_the_programs_own_tables_take_other_labels_only),
        cmocka_unit_test(an_ended_code_is_refused_where_it_is_newly_said_and_read_from_old_papers),
        cmocka_unit_test(counts_are_kept_until_a_household_or_person_is_written),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
