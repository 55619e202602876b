/* test_rule_eval.c - what rules say of one household: unknown is neither yes nor no, numbers are exact, and
 * every verdict tells what it saw (architecture §6, R090–R095). */
#include "base/value.h"
#include "programme/rule_bits.h"
#include "support/rules.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROWS = 4 };

/* A household of which nothing is known until it is said. */
struct home {
    struct arena a;
    struct fact_plan plan;
    struct fact_batch batch;
    uint32_t start[FACT_RECORDS_MAX][2];
    uint64_t list_known[FACT_RECORDS_MAX], known[FACT_NEEDS_MAX];
    int64_t num[FACT_NEEDS_MAX][ROWS];
    int32_t day[FACT_NEEDS_MAX][ROWS];
    int16_t code[FACT_NEEDS_MAX][ROWS];
    struct str text[FACT_NEEDS_MAX][ROWS];
    uint64_t bits[FACT_NEEDS_MAX];
    uint32_t region[1], applicant[1];
    struct fact_env env;
    struct rule_scope scope;
    struct rule_param params[4];
    struct rule_given given[4];
};

static struct home *home_new(void)
{
    struct home *h = xcalloc(1, sizeof *h);
    rules_plan_all(&h->plan);
    h->batch.n = 1;
    for (size_t r = 0; r < rules_schema.n; r++)
        h->batch.lists[r] = (struct fact_list){ h->start[r], &h->list_known[r] };
    for (size_t i = 0; i < h->plan.n; i++) {
        struct fact_col *c = &h->batch.cols[i];
        c->known = &h->known[i];
        switch (h->plan.needs[i].field.type) {
        case FACT_BOOL: c->bits = &h->bits[i]; break;
        case FACT_DATE: c->day = h->day[i]; break;
        case FACT_TEXT: c->text = h->text[i]; break;
        case FACT_CODE: c->code = h->code[i]; break;
        default: c->num = h->num[i];
        }
    }
    h->batch.region = h->region;
    date_of(2017, 9, 30, &h->env.today);
    h->env.indicators = &rules_indicators;
    h->scope = (struct rule_scope){
        .schema = &rules_schema, .codes = &rules_codes, .params = h->params, .applicant = true
    };
    return h;
}

static void home_free(struct home *h)
{
    arena_free(&h->a);
    free(h);
}

static size_t place(struct home *h, int record, const char *field)
{
    for (size_t i = 0; i < h->plan.n; i++)
        if (h->plan.needs[i].record == record && !strcmp(h->plan.needs[i].field.name, field))
            return i;
    fail_msg("no field %s", field);
    return 0;
}

static void set(struct home *h, int record, size_t row, const char *field, int64_t v)
{
    size_t i = place(h, record, field);
    h->known[i] |= UINT64_C(1) << row;
    h->num[i][row] = v;
    h->day[i][row] = (int32_t)v;
    h->code[i][row] = (int16_t)v;
    h->bits[i] = (h->bits[i] & ~(UINT64_C(1) << row)) | (uint64_t)(v != 0) << row;
}

static void set_day(struct home *h, size_t member, const char *field, int year, int month, int day)
{
    struct date d;
    assert_true(date_of(year, month, day, &d));
    set(h, RULES_MEMBERS, member, field, d.day);
}

static void has_rows(struct home *h, int record, uint32_t n)
{
    h->start[record][1] = n;
    h->list_known[record] = 1;
}

static const struct rule *taken(struct home *h, const char *text, enum rule_type want)
{
    struct errs e = { .a = &h->a, .lang = EN };
    const struct rule *r =
        rule_check(&h->a, &h->scope, str_of(text), want, (struct rule_place){ "when", 1, 1, 0 },
                   h->scope.schema ? &h->plan : NULL, &e);
    if (!r)
        fail_msg("%s: %s", text, e.bad.first->text);
    return r;
}

static struct rule_story story(struct home *h, const char *text, enum rule_type want)
{
    const struct rule *r = taken(h, text, want);
    struct rule_run *run = rule_run_open(h->params, h->scope.n_params, h->given, &h->env);
    rule_run_batch(run, &h->batch);
    struct rule_story s = rule_eval_one(run, r, &h->a);
    rule_run_close(run);
    return s;
}

/* "yes", "no" or "unknown", or the value as it is printed. */
static const char *says(struct home *h, const char *text)
{
    CLEANUP(buf_release) struct buf b = BUF(256);
    struct rule_story s = story(h, text, RULE_ANY);
    rule_value_print(&s.result, &b, &rules_codes, EN);
    return arena_str(&h->a, buf_str(&b)).p;
}

/* --- unknown ------------------------------------------------------------------------------------------ */

static void a_blank_field_is_neither_yes_nor_no(void **state)
{
    (void)state;
    struct home *h = home_new();
    assert_string_equal(says(h, "household.two_daughters"), "unknown");
    assert_string_equal(says(h, "!household.two_daughters"), "unknown");
    assert_string_equal(says(h, "household.debt > 5000"), "unknown");
    assert_string_equal(says(h, "has(household.debt)"), "no");
    set(h, RULES_HOUSEHOLD, 0, "rooms", 3);
    assert_string_equal(says(h, "household.rooms == 3 || household.debt > 5"), "yes");
    assert_string_equal(says(h, "household.rooms == 4 && household.debt > 5"), "no");
    assert_string_equal(says(h, "household.rooms == 3 && household.debt > 5"), "unknown");
    assert_string_equal(says(h, "household.rooms == 4 || household.debt > 5"), "unknown");
    home_free(h);
}

static void not_binds_tighter_than_and(void **state)
{
    (void)state;
    struct home *h = home_new();
    set(h, RULES_HOUSEHOLD, 0, "two_daughters", 0);
    set(h, RULES_HOUSEHOLD, 0, "family_planning_compliant", 0);
    /* !(a && b) would be yes */
    assert_string_equal(says(h, "!household.two_daughters && household.family_planning_compliant"), "no");
    assert_string_equal(says(h, "!(household.two_daughters && household.family_planning_compliant)"), "yes");
    set(h, RULES_HOUSEHOLD, 0, "rooms", 2);
    assert_string_equal(
        says(h, "household.rooms + 2 * 3 == 8 || household.rooms == 9 && household.rooms == 7"), "yes");
    assert_string_equal(says(h, "10 - household.rooms - 3"), "5");
    home_free(h);
}

static void a_list_that_nobody_wrote_down_is_unknown_and_an_empty_one_is_not(void **state)
{
    (void)state;
    struct home *h = home_new();
    assert_string_equal(says(h, "members.exists(m, m.mother)"), "unknown");
    assert_string_equal(says(h, "size(members)"), "unknown");
    has_rows(h, RULES_MEMBERS, 0);
    assert_string_equal(says(h, "members.exists(m, m.mother)"), "no");
    assert_string_equal(says(h, "members.all(m, m.mother)"), "yes");
    assert_string_equal(says(h, "size(members)"), "0");
    assert_string_equal(says(h, "sum(members.map(m, m.monthly_wage))"), "0.00");
    assert_string_equal(says(h, "min(members.map(m, m.monthly_wage))"), "unknown");
    home_free(h);
}

static void an_unknown_member_leaves_exists_open_unless_another_decides(void **state)
{
    (void)state;
    struct home *h = home_new();
    has_rows(h, RULES_MEMBERS, 2);
    set(h, RULES_MEMBERS, 0, "mother", 0);
    assert_string_equal(says(h, "members.exists(m, m.mother)"), "unknown");
    assert_string_equal(says(h, "members.all(m, m.mother)"), "no");
    assert_string_equal(says(h, "members.filter(m, m.mother).size()"), "unknown");
    set(h, RULES_MEMBERS, 1, "mother", 1);
    assert_string_equal(says(h, "members.exists(m, m.mother)"), "yes");
    assert_string_equal(says(h, "members.filter(m, m.mother).size()"), "1");
    set(h, RULES_MEMBERS, 1, "monthly_wage", 123456);
    assert_string_equal(says(h, "sum(members.map(m, m.monthly_wage))"), "unknown");
    assert_string_equal(says(h, "members.filter(m, m.mother).map(m, m.monthly_wage).sum()"), "1,234.56");
    home_free(h);
}

/* --- numbers -----------------------------------------------------------------------------------------------
 */

static void division_is_exact_and_rounded_only_where_it_becomes_money(void **state)
{
    (void)state;
    struct home *h = home_new();
    set(h, RULES_HOUSEHOLD, 0, "debt", 1000000); /* 10,000 yuan among three */
    set(h, RULES_HOUSEHOLD, 0, "rooms", 3);
    assert_string_equal(says(h, "household.debt / household.rooms"), "3,333.33…");
    assert_string_equal(says(h, "household.debt / household.rooms > 3333.33"), "yes");
    assert_string_equal(says(h, "household.debt / household.rooms * 3 == 10000"), "yes");
    struct rule_value v = story(h, "household.debt / household.rooms", RULE_MONEY).result;
    assert_int_equal(v.num, 333333);
    v = story(h, "household.debt / 16 / 1000", RULE_MONEY).result; /* 0.625 yuan */
    assert_int_equal(v.num, 63);
    v = story(h, "-household.debt / 16 / 1000", RULE_MONEY).result;
    assert_int_equal(v.num, -63);
    home_free(h);
}

static void overflow_and_division_by_zero_are_unknown_with_their_place(void **state)
{
    (void)state;
    struct home *h = home_new();
    set(h, RULES_HOUSEHOLD, 0, "debt", INT64_MAX);
    set(h, RULES_HOUSEHOLD, 0, "rooms", 0);
    struct rule_story s = story(h, "household.debt * 2 > 5", RULE_BOOL);
    assert_false(s.result.known);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.seen[1].kind, RULE_SAW_RESULT);
    assert_int_equal(s.seen[1].why, RULE_WHY_OVERFLOW);
    assert_int_equal(s.seen[1].col, 16);
    assert_true(s.seen[1].missing);
    s = story(h, "household.debt / household.rooms > 5", RULE_BOOL);
    assert_false(s.result.known);
    assert_int_equal(s.seen[2].why, RULE_WHY_ZERO);
    assert_string_equal(says(h, "household.debt > 92233720368547758.06"), "yes");
    assert_string_equal(says(h, "household.debt > 92233720368547758.07"), "no");
    home_free(h);
}

/* --- the report's conditions
 * --------------------------------------------------------------------------------- */

static void somebody_is_of_age_on_the_birthday(void **state)
{
    (void)state;
    struct home *h = home_new();
    has_rows(h, RULES_MEMBERS, 1);
    set_day(h, 0, "birth_date", 1999, 9, 30);
    assert_string_equal(says(h, "members.exists(m, age(m.birth_date, today) >= 18)"), "yes");
    set_day(h, 0, "birth_date", 1999, 10, 1);
    assert_string_equal(says(h, "members.exists(m, age(m.birth_date, today) >= 18)"), "no");
    set_day(h, 0, "birth_date", 2000, 2, 29);
    assert_string_equal(says(h, "members.exists(m, age(m.birth_date, date('2018-02-28')) >= 18)"), "no");
    assert_string_equal(says(h, "members.exists(m, age(m.birth_date, date('2018-03-01')) == 18)"), "yes");
    assert_string_equal(says(h, "members.exists(m, 17 == age(m.birth_date, today))"), "yes");
    home_free(h);
}

static void income_per_head_is_compared_without_rounding(void **state)
{
    (void)state; /* R092 */
    struct home *h = home_new();
    assert_string_equal(says(h, "household.income_per_head(2016) < 3000.00"), "unknown");
    has_rows(h, RULES_INCOMES, 2);
    set(h, RULES_INCOMES, 0, "year", 2015);
    set(h, RULES_INCOMES, 0, "net", 900000);
    set(h, RULES_INCOMES, 0, "members", 3);
    set(h, RULES_INCOMES, 1, "year", 2016);
    set(h, RULES_INCOMES, 1, "net", 899999);
    set(h, RULES_INCOMES, 1, "members", 3);
    assert_string_equal(says(h, "household.income_per_head(2015) < 3000.00"), "no");
    assert_string_equal(says(h, "household.income_per_head(2016) < 3000.00"), "yes"); /* 2,999.9966… */
    assert_string_equal(says(h, "household.income_per_head(2016)"), "2,999.99…");
    assert_string_equal(says(h, "household.income_per_head(2014) < 3000.00"), "unknown");
    set(h, RULES_INCOMES, 1, "members", 0);
    struct rule_story s = story(h, "household.income_per_head(year(today) - 1) < 3000.00", RULE_BOOL);
    assert_false(s.result.known);
    assert_int_equal(s.seen[0].kind, RULE_SAW_INCOME_PER_HEAD);
    assert_int_equal(s.seen[0].year, 2016);
    assert_int_equal(s.seen[0].why, RULE_WHY_ZERO);
    home_free(h);
}

static void an_indicator_is_that_of_the_nearest_region(void **state)
{
    (void)state; /* R092 */
    struct home *h = home_new();
    assert_string_equal(says(h, "region.indicator('rural_net_income_per_head', 2016)"),
                        "9,000.12…"); /* the village's */
    h->region[0] = 1;
    assert_string_equal(says(h, "region.indicator('农民人均纯收入', 2016)"), "12,345.00"); /* the county's */
    assert_string_equal(says(h, "region.indicator('农民人均纯收入', 2015)"),
                        "9,500.00…"); /* the township's */
    h->region[0] = 3;
    assert_string_equal(says(h, "region.indicator('农民人均纯收入', 2016)"),
                        "11,000.00"); /* the prefecture's */
    assert_string_equal(says(h, "region.indicator('农民人均纯收入', 2015)"), "unknown");
    struct rule_story s = story(h, "region.indicator('农民人均纯收入', 2015) > 5.00", RULE_BOOL);
    assert_int_equal(s.seen[0].why, RULE_WHY_NO_INDICATOR);
    assert_int_equal(s.seen[0].indicator, 1);
    home_free(h);
}

static void a_parameter_is_its_default_until_it_is_given(void **state)
{
    (void)state;
    struct home *h = home_new();
    h->scope.schema = NULL;
    h->params[0] = (struct rule_param){ "income_year", RULE_YEAR, taken(h, "year(today) - 1", RULE_YEAR) };
    h->scope.n_params = 1;
    h->params[1] = (struct rule_param){ "income_line", RULE_MONEY, NULL };
    h->params[1].def = taken(h, "region.indicator('农民人均纯收入', income_year)", RULE_MONEY);
    h->scope.n_params = 2;
    h->scope.schema = &rules_schema;
    assert_string_equal(says(h, "income_line"), "9,000.12");
    assert_string_equal(says(h, "income_year"), "2016");
    h->region[0] = 3;
    assert_string_equal(says(h, "income_line"), "11,000.00");
    set(h, RULES_HOUSEHOLD, 0, "debt", 500000);
    assert_string_equal(says(h, "household.debt < income_line"), "yes");
    h->given[0] = (struct rule_given){ true, { .type = RULE_YEAR, .known = true, .num = 2015 } };
    assert_string_equal(says(h, "household.debt < income_line"), "unknown");
    h->given[1] = (struct rule_given){ true, { .type = RULE_MONEY, .known = true, .num = 500000 } };
    assert_string_equal(says(h, "household.debt < income_line"), "no");
    home_free(h);
}

static void in_screening_one_member_has_to_satisfy_all_of_it(void **state)
{
    (void)state; /* the applicant of 幸福工程 is a mother, and the same woman */
    struct home *h = home_new();
    has_rows(h, RULES_MEMBERS, 2);
    set(h, RULES_MEMBERS, 0, "sex", 2);
    set(h, RULES_MEMBERS, 0, "mother", 0);
    set(h, RULES_MEMBERS, 1, "sex", 1);
    set(h, RULES_MEMBERS, 1, "mother", 1);
    assert_string_equal(says(h, "applicant.sex == 'female' && applicant.mother"), "no");
    h->scope.must = taken(h, "applicant.sex == 'female'", RULE_BOOL);
    assert_string_equal(says(h, "applicant.mother"), "no");
    assert_string_equal(says(h, "!applicant.mother"), "yes");
    set(h, RULES_MEMBERS, 0, "mother", 1);
    assert_string_equal(says(h, "applicant.mother"), "yes");
    h->applicant[0] = 1; /* a case says who */
    h->batch.applicant = h->applicant;
    assert_string_equal(says(h, "applicant.sex == 'female'"), "no");
    assert_string_equal(says(h, "applicant.mother"), "yes");
    home_free(h);
}

/* --- stories
 * ------------------------------------------------------------------------------------------------------ */

static void an_unknown_verdict_names_what_is_missing_and_nothing_else(void **state)
{
    (void)state;
    struct home *h = home_new();
    has_rows(h, RULES_MEMBERS, 2);
    set(h, RULES_HOUSEHOLD, 0, "rooms", 1);
    set(h, RULES_MEMBERS, 0, "sex", 1);
    set(h, RULES_MEMBERS, 1, "sex", 2);
    set(h, RULES_MEMBERS, 0, "mother", 0);
    struct rule_story s = story(
        h, "household.rooms < 3 && members.exists(m, m.sex == 'female' && age(m.birth_date, today) <= 60)",
        RULE_BOOL);
    assert_false(s.result.known);
    assert_int_equal(s.n, 5);
    assert_string_equal(s.seen[0].field.name, "rooms");
    assert_int_equal(s.seen[0].value.num, 1);
    assert_int_equal(s.seen[0].element, RULE_NO_ELEMENT);
    size_t missing = 0;
    for (size_t i = 0; i < s.n; i++)
        missing += s.seen[i].missing;
    assert_int_equal(missing, 1); /* not the man's birth date, which changes nothing */
    assert_string_equal(s.seen[4].field.name, "birth_date");
    assert_int_equal(s.seen[4].element, 1);
    assert_int_equal(s.seen[4].why, RULE_WHY_BLANK);
    assert_true(s.seen[4].missing);
    home_free(h);
}

static void a_missing_list_is_named_itself(void **state)
{
    (void)state;
    struct home *h = home_new();
    struct rule_story s = story(h, "loans.all(l, l.max_days_overdue == 0)", RULE_BOOL);
    assert_int_equal(s.n, 1);
    assert_null(s.seen[0].field.name);
    assert_int_equal(s.seen[0].record, RULES_LOANS);
    assert_int_equal(s.seen[0].why, RULE_WHY_NO_LIST);
    assert_true(s.seen[0].missing);
    home_free(h);
}

static void values_are_ordered_exactly(void **state)
{
    (void)state;
    struct rule_value third = { .type = RULE_RATIO, .known = true, .num = 1, .den = 3 };
    struct rule_value nearly = {
        .type = RULE_RATIO, .known = true, .num = 3333333333333333, .den = 10000000000000000
    };
    assert_true(rule_value_cmp(&third, &nearly) > 0);
    assert_true(rule_value_cmp(&nearly, &third) < 0);
    assert_true(rule_value_cmp(&third, &third) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blank_field_is_neither_yes_nor_no),
        cmocka_unit_test(not_binds_tighter_than_and),
        cmocka_unit_test(a_list_that_nobody_wrote_down_is_unknown_and_an_empty_one_is_not),
        cmocka_unit_test(an_unknown_member_leaves_exists_open_unless_another_decides),
        cmocka_unit_test(division_is_exact_and_rounded_only_where_it_becomes_money),
        cmocka_unit_test(overflow_and_division_by_zero_are_unknown_with_their_place),
        cmocka_unit_test(somebody_is_of_age_on_the_birthday),
        cmocka_unit_test(income_per_head_is_compared_without_rounding),
        cmocka_unit_test(an_indicator_is_that_of_the_nearest_region),
        cmocka_unit_test(a_parameter_is_its_default_until_it_is_given),
        cmocka_unit_test(in_screening_one_member_has_to_satisfy_all_of_it),
        cmocka_unit_test(an_unknown_verdict_names_what_is_missing_and_nothing_else),
        cmocka_unit_test(a_missing_list_is_named_itself),
        cmocka_unit_test(values_are_ordered_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
