/* test_rule_check.c - what is no rule is refused, at its place, in words that help (issue 4, R090–R095). */
#include "support/rules.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct fact_plan plan;
static struct arena memory;

static const struct rule_scope stage_screening = { .schema = &rules_schema,
                                                   .codes = &rules_codes,
                                                   .applicant = true };
static const struct rule_scope stage_application = {
    .schema = &rules_schema, .codes = &rules_codes, .applicant = true, .application = true
};

static const char *verdict_on(const struct rule_scope *scope, const char *text, enum rule_type want,
                              enum lang lang)
{
    struct errs e = { .a = &memory, .lang = lang };
    struct rule_place at = { "conditions[0].when", 1, 1, 0 };
    plan = (struct fact_plan){ 0 };
    const struct rule *r = rule_check(&memory, scope, str_of(text), want, at, &plan, &e);
    assert_true((r == NULL) == errs_any(&e));
    if (r)
        return "taken";
    CLEANUP(buf_release) struct buf b = BUF(8192);
    for (const struct err *x = e.bad.first; x; x = x->next) {
        assert_string_equal(x->field, "conditions[0].when");
        buf_addf(&b, "%s%s", x == e.bad.first ? "" : "\n", x->text);
    }
    return arena_str(&memory, buf_str(&b)).p;
}

static const char *condition(const char *text)
{
    return verdict_on(&stage_screening, text, RULE_BOOL, EN);
}

static const char *in_chinese(const char *text)
{
    return verdict_on(&stage_screening, text, RULE_BOOL, ZH);
}

#define assert_taken(text)         assert_string_equal(condition(text), "taken")
#define assert_refused(text, want) assert_string_equal(condition(text), want)

static int forget_all(void **state)
{
    (void)state;
    arena_free(&memory);
    return 0;
}

/* --- what selects everybody, or nobody --------------------------------------------------------------- */

static void nothing_selects_everybody_by_default(void **state)
{
    (void)state;
    assert_refused("", "line 1, column 1: the expression is empty: nothing is decided by nothing");
    assert_refused("  // nothing yet",
                   "line 1, column 1: the expression is empty: nothing is decided by nothing");
    assert_refused("true",
                   "line 1, column 1: this always has the same result: it selects everybody, or nobody");
    assert_refused("household.two_daughters || true",
                   "line 1, column 28: this always has the same result: it selects everybody, or nobody");
    assert_refused("1 < 2",
                   "line 1, column 3: this always has the same result: it selects everybody, or nobody");
    assert_refused("year(today) >= 2015",
                   "line 1, column 13: this speaks of nothing that differs between households: it "
                   "selects everybody, or nobody");
    assert_refused("household.debt == household.debt",
                   "line 1, column 16: both sides are the same thing: the result never changes");
    assert_refused("household.two_daughters || !household.two_daughters",
                   "line 1, column 25: one side is the opposite of the other: this selects everybody");
    assert_refused("household.debt < 5 && household.debt >= 5",
                   "line 1, column 20: one side is the opposite of the other: this selects nobody");
    assert_refused("members.size() >= 0",
                   "line 1, column 16: this always has the same result: it selects everybody, or nobody");
    assert_refused("members.exists(m, true)",
                   "line 1, column 19: this always has the same result: it selects everybody, or nobody");
    assert_refused(
        "members.exists(m, household.two_daughters)",
        "line 1, column 29: this does not speak of “m”: it is the same for all of them and belongs outside");
    assert_refused("household.rooms in []", "line 1, column 20: the empty list [ ] holds nothing");
}

/* --- known mistakes ------------------------------------------------------------------------------------- */

static void an_assignment_is_not_a_comparison(void **state)
{
    (void)state;
    assert_refused("household.rooms = 3", "line 1, column 17: “=” is not used here: write ==");
    assert_refused("household.rooms === 3", "line 1, column 17: “===” is not used here: write ==");
    assert_refused("household.rooms <> 3", "line 1, column 17: “<>” is not used here: write !=");
    assert_refused("household.two_daughters & household.debt > 5",
                   "line 1, column 25: “&” is not used here: write &&");
    assert_refused("household.two_daughters and household.debt > 5",
                   "line 1, column 25: “and” is not used here: write &&");
    assert_refused("not household.two_daughters", "line 1, column 1: “not” is not used here: write !");
}

static void comparisons_are_not_chained(void **state)
{
    (void)state;
    assert_refused("1 < household.rooms < 3",
                   "line 1, column 21: comparisons cannot be chained: write a < b && b < c for a < b < c");
}

static void signs_of_an_input_method_are_named(void **state)
{
    (void)state;
    assert_refused("age（household.entered_on, today) > 3",
                   "line 1, column 4: “（” is not used here: write (");
    assert_string_equal(in_chinese("household.debt ≥ 5000"), "第 1 行第 16 列：不能写“≥”，请写 >=");
    assert_string_equal(in_chinese("'贫困，' == ‘x’"), "第 1 行第 10 列：不能写“‘”，请写 '");
}

static void names_that_are_near_are_offered(void **state)
{
    (void)state;
    assert_refused("household.two_daugthers",
                   "line 1, column 11: household has no field “two_daugthers”; did you mean two_daughters?");
    assert_refused("houshold.two_daughters",
                   "line 1, column 1: there is no “houshold”; did you mean household?");
    assert_refused("members.exist(m, m.mother)",
                   "line 1, column 9: there is no function “exist”; did you mean exists?");
    assert_refused("members.exists(m, m.labour == 'ordinery')",
                   "line 1, column 31: the code table labour has no “ordinery”; did you mean ordinary?");
    assert_string_equal(in_chinese("members.exists(m, m.labour == '普通劳力')"),
                        "第 1 行第 31 列：代码表 labour 没有“普通劳力”；是不是 普通劳动力？");
    assert_refused("region.indicator('rural_net_income', 2016) > 5000.00",
                   "line 1, column 18: the code table indicator has no “rural_net_income”; did you mean "
                   "rural_net_income_per_head?");
}

static void every_mistake_is_reported_with_its_place(void **state)
{
    (void)state;
    struct errs e = { .a = &memory, .lang = ZH };
    struct rule_place at = { "conditions[2].when", 17, 12, 4 };
    const char *text = "household.debts > 5 &&\n  members.exists(m, m.sex == 'femal')";
    assert_null(rule_check(&memory, &stage_screening, str_of(text), RULE_BOOL, at, &plan, &e));
    assert_int_equal(e.bad.n, 2);
    assert_string_equal(e.bad.first->text, "第 17 行第 22 列：household 没有字段“debts”；是不是 debt？");
    assert_string_equal(e.bad.first->next->text, "第 18 行第 34 列：代码表 sex 没有“femal”；是不是 female？");
    assert_string_equal(e.bad.first->field, "conditions[2].when");
}

/* --- types
 * ---------------------------------------------------------------------------------------------------- */

static void money_is_compared_with_amounts_only(void **state)
{
    (void)state;
    assert_taken("household.debt >= 5000");
    assert_taken("household.debt >= 5000.00");
    assert_taken("household.debt / size(members) > 1000.00");
    assert_taken("household.debt * 2 > household.savings");
    assert_refused(
        "household.debt > size(members)",
        "line 1, column 16: the two sides of “>” count different things: an amount of money and an integer");
    assert_refused(
        "household.debt + household.rooms > 5",
        "line 1, column 16: the two sides of “+” count different things: an amount of money and an integer");
    assert_refused("household.debt * household.savings > 5",
                   "line 1, column 16: the two sides of “*” count different things: an amount of money and "
                   "an amount of money");
    assert_refused(
        "household.rooms / household.savings > 5",
        "line 1, column 17: the two sides of “/” count different things: an integer and an amount of money");
    assert_refused("household.debt > '5000'",
                   "line 1, column 16: an amount of money cannot be compared with text");
    assert_refused("household.debt % 3 == 0",
                   "line 1, column 16: “%” is for integers, not for an amount of money");
}

static void codes_are_compared_with_their_own_table_only(void **state)
{
    (void)state;
    assert_taken("members.exists(m, m.sex == 'female' && m.labour in ['ordinary', '弱劳动力'])");
    assert_taken("members.exists(m, m.sex == m.partner)");
    assert_taken("members.exists(m, 'disabled' in m.health)");
    assert_refused("members.exists(m, m.sex == m.labour)",
                   "line 1, column 25: a code (sex) cannot be compared with a code (labour)");
    assert_refused("members.exists(m, m.sex == 2)",
                   "line 1, column 25: a code (sex) cannot be compared with an integer");
    assert_refused("members.exists(m, m.sex > 'female')",
                   "line 1, column 25: a code (sex) cannot be compared with text");
    assert_refused("members.exists(m, m.health == 'disabled')",
                   "line 1, column 28: several codes can be set at once: write 'code' in field");
    assert_refused(
        "members.exists(m, 'disabled' in m.name)",
        "line 1, column 35: to the right of in there must be a list in [ ] or a set of codes, not text");
    assert_refused("members.exists(m, '1' in m.health)",
                   "line 1, column 19: the code table health has no “1”");
}

static void negation_is_of_the_nearest_thing(void **state)
{
    (void)state;
    assert_taken("!household.two_daughters && household.debt > 5");
    assert_refused("!household.rooms == 3",
                   "line 1, column 12: a condition (yes or no) is expected here, not an integer");
}

static void a_list_is_no_value_and_has_no_fields(void **state)
{
    (void)state;
    assert_refused("members.mother",
                   "line 1, column 1: members is a list: write members.exists(x, x.field …)");
    assert_refused(
        "members == 3",
        "line 1, column 1: “members” is a list and no value: go on with exists, all, size, sum, min or max");
    assert_refused("sum(loans) > 3",
                   "line 1, column 1: sum needs to know of what: write sum(loans.map(l, l.field))");
    assert_refused("household.exists(m, m.mother)",
                   "line 1, column 1: a list is expected, like members or members.filter(m, …)");
    assert_refused("members.exists(m, loans.exists(l, l.amount > m.monthly_wage))",
                   "line 1, column 44: this goes through two lists at once, which is not possible");
    assert_refused("members.exists(household, household.mother)",
                   "line 1, column 16: “household” means something else already: use another name");
    assert_refused("loans.map(l, l.amount).exists(l, l > 3)",
                   "line 1, column 24: exists cannot follow map: filter first, map afterwards");
}

static void what_cel_has_and_rules_have_not_is_named(void **state)
{
    (void)state;
    assert_refused("members.exists_one(m, m.mother)",
                   "line 1, column 9: rules do without “exists_one” of CEL; write "
                   "members.filter(m, …).size() == 1");
    assert_refused("household.wish.matches('a.*')",
                   "line 1, column 16: rules do without “matches” of CEL; write == 'text'");
    assert_refused("members[0].mother", "line 1, column 8: rules do without “[ ]” of CEL");
    assert_refused("household.rooms == null", "line 1, column 20: rules do without “null” of CEL");
    assert_refused("household.rooms > 1e3", "line 1, column 19: “1e3” is no number that can be used: write "
                                            "an integer, or up to four decimals, like "
                                            "5000 or 1000.00");
    assert_refused("household.debt > 0.12345", "line 1, column 18: “0.12345” is no number that can be used: "
                                               "write an integer, or up to four decimals, "
                                               "like 5000 or 1000.00");
    assert_refused("household.wish == r'x'",
                   "line 1, column 19: there must not be “r” before a quotation mark");
}

static void a_text_that_breaks_off_says_what_is_missing(void **state)
{
    (void)state;
    assert_refused("household.debt >",
                   "line 1, column 17: the expression ends too early: a field, a number, a text or a "
                   "bracket is missing");
    assert_refused("(household.two_daughters",
                   "line 1, column 25: the expression ends too early: the closing bracket, or a "
                   "comma and the next item is missing");
    assert_refused("household.wish == 'pig",
                   "line 1, column 19: the text does not end: its closing ' is missing");
    assert_refused("household.debt > 5,000",
                   "line 1, column 19: “,” cannot stand here: an operator (like && || == <), or "
                   "the end of the expression is expected");
}

static void what_a_stage_does_not_know_is_refused(void **state)
{
    (void)state;
    assert_refused("application.project != ''",
                   "line 1, column 1: application can only be used in conditions of stage application");
    assert_string_equal(verdict_on(&stage_application, "application.project != ''", RULE_BOOL, EN), "taken");
    struct rule_scope nobody = stage_screening;
    nobody.applicant = false;
    assert_string_equal(verdict_on(&nobody, "applicant.mother", RULE_BOOL, EN),
                        "line 1, column 1: applicant cannot be used here");
    struct rule_scope parameter = { .codes = &rules_codes };
    assert_string_equal(verdict_on(&parameter, "household.debt", RULE_MONEY, EN),
                        "line 1, column 1: there is no “household”");
}

static void a_value_has_the_type_that_is_wanted(void **state)
{
    (void)state;
    assert_string_equal(verdict_on(&stage_screening, "household.debt / 3", RULE_MONEY, EN), "taken");
    assert_string_equal(verdict_on(&stage_screening, "household.income_per_head(2016)", RULE_ANY, EN),
                        "taken");
    assert_string_equal(
        verdict_on(&stage_screening, "household.rooms", RULE_MONEY, EN),
        "line 1, column 11: an amount of money is expected here, and the expression gives an integer");
    assert_string_equal(
        verdict_on(&stage_screening, "household.debt", RULE_BOOL, EN),
        "line 1, column 11: a condition (yes or no) is expected here, not an amount of money");
    assert_string_equal(verdict_on(&stage_screening, "year(today) - 1", RULE_YEAR, EN), "taken");
}

static void depth_and_length_have_limits(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    buf_pad(&b, 100, '(');
    assert_string_equal(condition(buf_cstr(&b)), "line 1, column 65: nested too deeply: at most 64 levels");
    buf_clear(&b);
    buf_pad(&b, 100, '!');
    buf_adds(&b, "household.two_daughters");
    assert_string_equal(condition(buf_cstr(&b)), "line 1, column 64: nested too deeply: at most 64 levels");
    buf_clear(&b);
    buf_pad(&b, 5000, '1');
    assert_string_equal(condition(buf_cstr(&b)),
                        "line 1, column 1: the expression is too long: at most 4096 bytes");
}

/* --- what is needed
 * ------------------------------------------------------------------------------------------------ */

static void a_rule_asks_for_what_it_reads_and_no_more(void **state)
{
    (void)state;
    assert_taken("household.debt > 5 && members.exists(m, m.sex == 'female') && household.debt < 9 && "
                 "size(loans) > 1");
    assert_int_equal(plan.n, 2);
    assert_string_equal(plan.needs[0].field.name, "debt");
    assert_string_equal(plan.needs[1].field.name, "sex");
    assert_int_equal(plan.needs[1].record, RULES_MEMBERS);
    assert_true(plan.lists[RULES_MEMBERS]);
    assert_true(plan.lists[RULES_LOANS]);
    assert_false(plan.lists[RULES_INCOMES]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_selects_everybody_by_default),
        cmocka_unit_test(an_assignment_is_not_a_comparison),
        cmocka_unit_test(comparisons_are_not_chained),
        cmocka_unit_test(signs_of_an_input_method_are_named),
        cmocka_unit_test(names_that_are_near_are_offered),
        cmocka_unit_test(every_mistake_is_reported_with_its_place),
        cmocka_unit_test(money_is_compared_with_amounts_only),
        cmocka_unit_test(codes_are_compared_with_their_own_table_only),
        cmocka_unit_test(negation_is_of_the_nearest_thing),
        cmocka_unit_test(a_list_is_no_value_and_has_no_fields),
        cmocka_unit_test(what_cel_has_and_rules_have_not_is_named),
        cmocka_unit_test(a_text_that_breaks_off_says_what_is_missing),
        cmocka_unit_test(what_a_stage_does_not_know_is_refused),
        cmocka_unit_test(a_value_has_the_type_that_is_wanted),
        cmocka_unit_test(depth_and_length_have_limits),
        cmocka_unit_test(a_rule_asks_for_what_it_reads_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, forget_all);
}
