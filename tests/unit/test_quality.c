/* The rules of data quality: each fires on what it is about, and none takes a blank for an answer (dictionary
 * §10). */
#include "base/clock.h"
#include "registry/quality.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct date today = { 20778 }; /* 2026-11-21 */

static const struct quality_rule *rule(const char *id)
{
    for (size_t i = 0; i < registry_quality.n; i++)
        if (!strcmp(registry_quality.rules[i].id, id))
            return &registry_quality.rules[i];
    fail_msg("there is no %s", id);
    return NULL;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct col *field(struct str name)
{
    static const struct entity *const entities[] = { &household_entity, &person_entity,
                                                     &household_year_entity };
    struct str table;
    char column[64];
    if (!str_split(&name, '.', &table) || name.n >= sizeof column)
        return NULL;
    memcpy(column, name.p, name.n);
    column[name.n] = 0;
    for (size_t i = 0; i < N_ELEMS(entities); i++)
        if (str_eq(table, str_of(entities[i]->table)))
            return entity_col(entities[i], column);
    return str_eq(table, STR("region_year")) ? &household_entity.cols[0] : NULL;
}

static void every_rule_is_documented_and_has_one_way_to_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < registry_quality.n; i++) {
        const struct quality_rule *r = &registry_quality.rules[i];
        assert_true(r->text.zh && *r->text.zh && r->text.en && *r->text.en);
        assert_true(i == 0 || strcmp(registry_quality.rules[i - 1].id, r->id) < 0);
        int ways = (r->person || r->household) + (r->family != NULL) + (r->keys != NULL);
        assert_int_equal(ways, quality_checkable(r) ? 1 : 0);
        assert_true(quality_checkable(r) || *r->missing.en);
        assert_true(!r->at_import || r->person || r->household);
        struct str rest = str_of(r->fields), name;
        while (str_split(&rest, ' ', &name))
            if (!field(name))
                fail_msg("%s: there is no field %.*s", r->id, (int)name.n, name.p);
    }
}

static void all_rules_of_the_dictionary_are_there(void **state)
{
    static const char *const ids[] = {
        "DQ01", "DQ02", "DQ03", "DQ04", "DQ05", "DQ07", "DQ08", "DQ10", "DQ11", "DQ12", "DQ13", "DQ14",
        "DQ15", "DQ16", "DQ17", "DQ18", "DQ19", "DQ30", "DQ31", "DQ32", "DQ33", "DQ34", "DQ35", "DQ36",
        "DQ37", "DQ38", "DQ39", "DQ40", "DQ41", "DQ42", "DQ43", "DQ44", "DQ45", "DQ46",
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(ids); i++)
        assert_non_null(rule(ids[i]));
}

/* --- blanks ------------------------------------------------------------------------------- */

static bool is_about_blanks(const char *id)
{
    static const char *const ids[] = { "DQ04", "DQ11", "DQ14", "DQ30", "DQ31", "DQ80" };
    for (size_t i = 0; i < N_ELEMS(ids); i++)
        if (!strcmp(ids[i], id))
            return true;
    return false;
}

static void a_blank_is_neither_yes_nor_no(void **state)
{
    const struct household h = { 0 };
    const struct person blank[3] = { 0 };
    const struct household_year y = { 0 };
    const struct quality_case with_year = {
        .household = &h, .members = blank, .n = 3, .year = &y, .today = today
    };
    const struct quality_case without = { .household = &h, .members = blank, .n = 3, .today = today };
    (void)state;
    for (size_t i = 0; i < registry_quality.n; i++) {
        const struct quality_rule *r = &registry_quality.rules[i];
        bool fires = (r->person && r->person(blank, today)) || (r->household && r->household(&h)) ||
                     (r->family && (r->family(&with_year) || r->family(&without)));
        if (fires && !is_about_blanks(r->id))
            fail_msg("%s fires on nothing", r->id);
    }
}

/* --- one member --------------------------------------------------------------------------- */

#define CODE(v)   \
    {             \
        (v), true \
    }
#define NUMBER(v) \
    {             \
        (v), true \
    }
#define YUAN(v)           \
    {                     \
        { (v)*100 }, true \
    }
#define HEALTH(v)                \
    {                            \
        UINT64_C(1) << (v), true \
    }
#define AGED(v)                   \
    {                             \
        { 20778 - (v)*366 }, true \
    } /* completed, and not yet v + 1 for v < 100 */
#define TEXT(v)       STR_INIT(v)
#define HEALTHY_AT(v) .health = HEALTH(HEALTH_HEALTHY), .birth_date = AGED(v)

// clang-format off
static const struct {
    const char *rule;
    bool fires;
    struct person p;
} people[] = {
    { "DQ01", true,  { .id_number = TEXT("99000019800101001") } },
    { "DQ01", false, { .id_number = TEXT("990000198001010012") } },
    { "DQ01", false, { .id_number = TEXT("E12345678"), .id_kind = CODE(4) } },
    { "DQ02", true,  { .id_number = TEXT("990000198001010013") } },
    { "DQ02", true,  { .id_number = TEXT("990000201002290014") } },
    { "DQ02", false, { .id_number = TEXT("990000198001010012") } },
    { "DQ03", true,  { .disability_kind = CODE(4) } },
    { "DQ03", true,  { .disability_grade = CODE(1) } },
    { "DQ03", false, { .disability_kind = CODE(4), .disability_grade = CODE(1) } },
    { "DQ04", true,  { .name = TEXT("王二") } },
    { "DQ04", true,  { .id_number = TEXT("999999198001010011") } },
    { "DQ04", false, { .id_number = TEXT("990603195508032067") } },
    { "DQ07", true,  { .phone = TEXT("12345") } },
    { "DQ07", false, { .phone = TEXT("13900000106") } },
    { "DQ13", true,  { .relation = CODE(RELATION_SON), .sex = CODE(SEX_FEMALE) } },
    { "DQ13", false, { .relation = CODE(RELATION_SON), .sex = CODE(SEX_MALE) } },
    { "DQ13", false, { .relation = CODE(RELATION_SON), .sex = CODE(SEX_UNKNOWN) } },
    { "DQ13", false, { .relation = CODE(RELATION_SPOUSE), .sex = CODE(SEX_MALE) } },
    { "DQ13", false, { .relation = CODE(RELATION_OTHER), .sex = CODE(SEX_MALE) } },
    { "DQ13", true,  { .relation = CODE(24), .sex = CODE(SEX_MALE) } },
    { "DQ30", true,  { .ethnicity = CODE(1), .health = HEALTH(1), .labour = CODE(1) } },
    { "DQ30", false, { .ethnicity = CODE(1), .health = HEALTH(1), .labour = CODE(1), .education = CODE(2) } },
    { "DQ30", false, { .ethnicity = CODE(1), .health = HEALTH(1), .labour = CODE(4), .student_status = CODE(5) } },
    { "DQ31", true,  { .education = CODE(2), .student_status = CODE(5) } },
    { "DQ31", true,  { .student_status = CODE(1) } },
    { "DQ31", false, { .education = CODE(2), .student_status = CODE(1) } },
    { "DQ31", false, { .student_status = CODE(5) } },
    { "DQ32", true,  { .birth_date = AGED(15), .labour = CODE(LABOUR_ORDINARY) } },
    { "DQ32", false, { .birth_date = AGED(15), .labour = CODE(LABOUR_NONE) } },
    { "DQ32", false, { .birth_date = AGED(16), .labour = CODE(LABOUR_ORDINARY) } },
    { "DQ32", false, { .labour = CODE(LABOUR_ORDINARY) } },
    { "DQ33", true,  { .student_status = CODE(22), .labour = CODE(LABOUR_ORDINARY) } },
    { "DQ33", false, { .student_status = CODE(22), .labour = CODE(LABOUR_NONE) } },
    { "DQ34", true,  { HEALTHY_AT(59), .student_status = CODE(1), .labour = CODE(LABOUR_WEAK) } },
    { "DQ34", false, { HEALTHY_AT(60), .student_status = CODE(1), .labour = CODE(LABOUR_WEAK) } },
    { "DQ34", false, { HEALTHY_AT(30), .labour = CODE(LABOUR_WEAK) } },
    { "DQ34", false, { HEALTHY_AT(18), .student_status = CODE(10), .labour = CODE(LABOUR_NONE) } },
    { "DQ35", true,  { .health = HEALTH(HEALTH_DISABLED) } },
    { "DQ35", true,  { .disability_kind = CODE(4), .disability_grade = CODE(2), .labour = CODE(LABOUR_ORDINARY) } },
    { "DQ35", false, { .disability_kind = CODE(4), .disability_grade = CODE(3), .labour = CODE(LABOUR_ORDINARY) } },
    { "DQ36", true,  { .birth_date = AGED(7), .student_status = CODE(STUDENT_PRESCHOOL_CHILD) } },
    { "DQ36", false, { .birth_date = AGED(6), .student_status = CODE(STUDENT_PRESCHOOL_CHILD) } },
    { "DQ36", true,  { .birth_date = AGED(11), .student_status = CODE(5) } },
    { "DQ36", false, { .birth_date = AGED(12), .student_status = CODE(5) } },
    { "DQ36", true,  { .birth_date = AGED(18), .student_status = CODE(7) } },
    { "DQ36", true,  { .birth_date = AGED(14), .student_status = CODE(8) } },
    { "DQ36", true,  { .birth_date = AGED(17), .student_status = CODE(22) } },
    { "DQ36", true,  { .birth_date = AGED(19), .student_status = CODE(27) } },
    { "DQ36", true,  { .birth_date = AGED(20), .student_status = CODE(4) } },
    { "DQ36", true,  { .birth_date = AGED(30), .education = CODE(6) } },
    { "DQ37", true,  { .dropout_reason = CODE(1), .health = HEALTH(HEALTH_HEALTHY) } },
    { "DQ37", false, { .dropout_reason = CODE(1), .health = HEALTH(HEALTH_SERIOUS_ILLNESS) } },
    { "DQ39", true,  { .birth_date = AGED(22), .education = CODE(2) } },
    { "DQ39", false, { .birth_date = AGED(23), .education = CODE(2) } },
    { "DQ40", true,  { .work_months = NUMBER(13) } },
    { "DQ40", false, { .work_months = NUMBER(12) } },
    { "DQ41", true,  { .work_months = NUMBER(10) } },
    { "DQ41", true,  { .work_county = TEXT("某县") } },
    { "DQ41", false, { .work_months = NUMBER(10), .work_county = TEXT("某县") } },
    { "DQ41", false, { .work_months = NUMBER(0) } },
    { "DQ42", true,  { .work_months = NUMBER(1), .labour = CODE(LABOUR_LOST) } },
    { "DQ42", false, { .work_months = NUMBER(1), .labour = CODE(LABOUR_WEAK) } },
    { "DQ44", true,  { .monthly_wage = YUAN(99) } },
    { "DQ44", true,  { .monthly_wage = YUAN(30001) } },
    { "DQ44", false, { .monthly_wage = YUAN(30000) } },
    { "DQ44", false, { .monthly_wage = YUAN(0) } },
    { "DQ45", true,  { .birth_date = AGED(15), .work_months = NUMBER(1) } },
    { "DQ45", false, { .birth_date = AGED(16), .work_months = NUMBER(1) } },
    { "DQ46", true,  { .public_post = YES } },
    { "DQ46", false, { .public_post = YES, .public_post_months = NUMBER(3) } },
    { "DQ47", true,  { .work_area = CODE(4), .job_channel = CODE(6) } },
    { "DQ47", false, { .work_area = CODE(2), .job_channel = CODE(6) } },
    { "DQ48", true,  { .work_province = TEXT("某省") } },
    { "DQ48", false, { .work_province = TEXT("某省"), .work_county = TEXT("某县") } },
    { "DQ50", true,  { .resident_medical = YES, .employee_medical = YES } },
    { "DQ50", true,  { .resident_medical = NO, .employee_medical = NO } },
    { "DQ50", false, { .resident_medical = NO } },
    { "DQ51", true,  { .serious_illness_insurance = NO } },
    { "DQ52", true,  { .resident_pension = YES, .employee_pension = YES } },
    { "DQ52", true,  { .resident_pension = NO, .employee_pension = NO, .birth_date = AGED(30), .student_status = CODE(1) } },
    { "DQ52", false, { .resident_pension = NO, .employee_pension = NO, .birth_date = AGED(10), .student_status = CODE(4) } },
    { "DQ53", true,  { .medical_aid = YES, .resident_medical = NO, .employee_medical = NO } },
    { "DQ53", false, { .medical_aid = YES, .resident_medical = NO } },
};
// clang-format on

static void a_rule_about_a_member_fires_on_what_it_is_about(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMS(people); i++)
        if (rule(people[i].rule)->person(&people[i].p, today) != people[i].fires)
            fail_msg("%s, case %zu of all: %s", people[i].rule, i, people[i].fires ? "silent" : "fired");
}

/* --- a household -------------------------------------------------------------------------- */

#define SET(v)                   \
    {                            \
        UINT64_C(1) << (v), true \
    }
#define NET_INCOME(v)                                                               \
    .wage_income = YUAN(v), .business_income = YUAN(0), .property_income = YUAN(0), \
    .transfer_income = YUAN(0), .business_expense = YUAN(0)

// clang-format off
static const struct {
    const char *rule;
    bool fires;
    struct household h;
} homes[] = {
    { "DQ07", true,  { .phone = TEXT("139") } },
    { "DQ14", true,  { .state = CODE(STATE_POOR) } },
    { "DQ14", false, { .cause_main = CODE(CAUSE_ILLNESS) } },
    { "DQ14", false, { .household_type = CODE(0) } },
    { "DQ15", true,  { .cause_main = CODE(CAUSE_ILLNESS), .causes_other = SET(CAUSE_ILLNESS) } },
    { "DQ15", false, { .cause_main = CODE(CAUSE_ILLNESS), .causes_other = SET(CAUSE_SCHOOLING) } },
};

static const struct {
    const char *rule;
    bool fires;
    struct household h;
    size_t n;
    struct person members[3];
    struct household_year y;
    int64_t line; /* yuan; 0: none on record */
} families[] = {
    { .rule = "DQ10", .fires = true, .n = 1, .members = { { .relation = CODE(RELATION_SON) } } },
    { .rule = "DQ10", .fires = true, .n = 2, .members = { { .relation = CODE(RELATION_HEAD) }, { .relation = CODE(RELATION_HEAD) } } },
    { .rule = "DQ10", .fires = false, .n = 2, .members = { { .relation = CODE(RELATION_HEAD) }, { .relation = CODE(RELATION_SON) } } },
    { .rule = "DQ10", .fires = false, .n = 2, .members = { { .relation = CODE(RELATION_SON) }, { .name = TEXT("某") } } },
    { .rule = "DQ10", .fires = false },
    { .rule = "DQ11", .fires = true },
    { .rule = "DQ11", .fires = false, .n = 1 },
    { .rule = "DQ12", .fires = true, .n = 2, .members = { { .relation = CODE(1), .sex = CODE(1) }, { .relation = CODE(2), .sex = CODE(1) } } },
    { .rule = "DQ12", .fires = false, .n = 2, .members = { { .relation = CODE(1), .sex = CODE(1) }, { .relation = CODE(2), .sex = CODE(2) } } },
    { .rule = "DQ12", .fires = false, .n = 2, .members = { { .relation = CODE(1), .sex = CODE(9) }, { .relation = CODE(2), .sex = CODE(9) } } },
    { .rule = "DQ16", .fires = true, .h = { .cause_main = CODE(CAUSE_ILLNESS) }, .n = 1, .members = { { .health = HEALTH(HEALTH_HEALTHY) } } },
    { .rule = "DQ16", .fires = false, .h = { .cause_main = CODE(CAUSE_ILLNESS) }, .n = 2, .members = { { .health = HEALTH(HEALTH_HEALTHY) }, { 0 } } },
    { .rule = "DQ17", .fires = true, .h = { .cause_main = CODE(CAUSE_DISABILITY) }, .n = 1, .members = { { .health = HEALTH(HEALTH_HEALTHY) } } },
    { .rule = "DQ17", .fires = false, .h = { .cause_main = CODE(CAUSE_DISABILITY) }, .n = 1, .members = { { .health = HEALTH(1), .disability_kind = CODE(1) } } },
    { .rule = "DQ18", .fires = true, .h = { .cause_main = CODE(CAUSE_SCHOOLING) }, .n = 1, .members = { { .student_status = CODE(1) } } },
    { .rule = "DQ18", .fires = false, .h = { .cause_main = CODE(CAUSE_SCHOOLING) }, .n = 2, .members = { { .student_status = CODE(1) }, { .student_status = CODE(4) } } },
    { .rule = "DQ19", .fires = true, .h = { .cause_main = CODE(CAUSE_NO_LABOUR) }, .n = 3, .members = { { .labour = CODE(1) } } },
    { .rule = "DQ19", .fires = false, .h = { .cause_main = CODE(CAUSE_NO_LABOUR) }, .n = 3, .members = { { .labour = CODE(5) }, { .labour = CODE(3) } } },
    { .rule = "DQ43", .fires = true, .n = 1, .members = { { .work_months = NUMBER(0) } }, .y = { .wage_income = YUAN(100) } },
    { .rule = "DQ43", .fires = false, .n = 1, .members = { { .name = TEXT("某") } }, .y = { .wage_income = YUAN(100) } },
    { .rule = "DQ43", .fires = true, .n = 1, .members = { { .work_months = NUMBER(9) } }, .y = { .wage_income = YUAN(0) } },
    { .rule = "DQ43", .fires = false, .n = 1, .members = { { .work_months = NUMBER(9) } }, .y = { .wage_income = YUAN(100) } },
    { .rule = "DQ60", .fires = true, .n = 1, .y = { .business_income = YUAN(100) } },
    { .rule = "DQ60", .fires = false, .n = 1, .y = { .business_income = YUAN(100), .business_expense = YUAN(1) } },
    { .rule = "DQ61", .fires = true, .n = 1, .y = { .wage_income = YUAN(1), .business_income = YUAN(0), .property_income = YUAN(0), .transfer_income = YUAN(0), .business_expense = YUAN(2) } },
    { .rule = "DQ61", .fires = false, .n = 1, .y = { .wage_income = YUAN(1), .business_expense = YUAN(2) } },
    { .rule = "DQ62", .fires = true, .h = { .state = CODE(STATE_EXITED) }, .n = 2, .y = { NET_INCOME(7999) } },
    { .rule = "DQ62", .fires = false, .h = { .state = CODE(STATE_POOR) }, .n = 2, .y = { NET_INCOME(7999) } },
    { .rule = "DQ63", .fires = true, .n = 1, .y = { .wage_income = YUAN(299) } },
    { .rule = "DQ63", .fires = false, .n = 1, .y = { .wage_income = YUAN(0) } },
    { .rule = "DQ64", .fires = true, .n = 1, .y = { .transfer_allowance = YUAN(199) } },
    { .rule = "DQ65", .fires = true, .n = 1, .y = { .transfer_family_planning = YUAN(99) } },
    { .rule = "DQ66", .fires = true, .n = 1, .y = { .transfer_pension = YUAN(87) } },
    { .rule = "DQ67", .fires = true, .n = 1, .y = { .transfer_extreme_poverty = YUAN(199) } },
    { .rule = "DQ68", .fires = true, .n = 1, .y = { .transfer_ecology = YUAN(10), .returned_forest = { { 0 }, true } } },
    { .rule = "DQ68", .fires = false, .n = 1, .y = { .transfer_ecology = YUAN(10) } },
    { .rule = "DQ69", .fires = true, .h = { .attribute = CODE(4) }, .n = 1, .members = { { .subsistence_allowance = NO } } },
    { .rule = "DQ69", .fires = true, .h = { .attribute = CODE(1) }, .n = 1, .members = { { .subsistence_allowance = YES } } },
    { .rule = "DQ69", .fires = false, .h = { .attribute = CODE(4) }, .n = 2, .members = { { .subsistence_allowance = NO }, { 0 } } },
    { .rule = "DQ69", .fires = false, .n = 1, .members = { { .subsistence_allowance = YES } } },
    { .rule = "DQ70", .fires = true, .n = 1, .members = { { .subsistence_allowance = YES, .extreme_poverty_support = YES } } },
    { .rule = "DQ71", .fires = true, .h = { .attribute = CODE(6) }, .n = 1, .members = { { .labour = CODE(1), .birth_date = AGED(65) } } },
    { .rule = "DQ71", .fires = false, .h = { .attribute = CODE(6) }, .n = 1, .members = { { .labour = CODE(1), .birth_date = AGED(66) } } },
    { .rule = "DQ72", .fires = true, .h = { .state = CODE(STATE_EXITED) }, .n = 1, .y = { NET_INCOME(6999) }, .line = 7000 },
    { .rule = "DQ72", .fires = false, .h = { .state = CODE(STATE_EXITED) }, .n = 1, .y = { NET_INCOME(6999) } },
    { .rule = "DQ81", .fires = true, .n = 1, .y = { .returned_forest = { { 30000 }, true }, .forest = { { 10000 }, true }, .pasture = { { 10000 }, true } } },
    { .rule = "DQ81", .fires = false, .n = 1, .y = { .returned_forest = { { 30000 }, true }, .forest = { { 10000 }, true } } },
    { .rule = "DQ82", .fires = true, .n = 1, .y = { .arable = { { 500001 }, true } } },
    { .rule = "DQ82", .fires = false, .n = 2, .y = { .arable = { { 500001 }, true } } },
    { .rule = "DQ83", .fires = true, .n = 1, .y = { .road_distance = { { 50001 }, true } } },
    { .rule = "DQ84", .fires = true, .n = 1, .y = { .house_area = { { 0 }, true } } },
    { .rule = "DQ85", .fires = true, .h = { .state = CODE(STATE_EXITED) }, .n = 1, .y = { .water_safe = NO } },
    { .rule = "DQ85", .fires = true, .h = { .state = CODE(STATE_EXITED) }, .n = 1, .y = { .danger_grade = CODE(4) } },
    { .rule = "DQ85", .fires = false, .h = { .state = CODE(STATE_EXITED) }, .n = 1, .y = { .danger_grade = CODE(2), .water_safe = YES } },
};
// clang-format on

static void a_rule_about_a_household_fires_on_what_it_is_about(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMS(homes); i++)
        if (rule(homes[i].rule)->household(&homes[i].h) != homes[i].fires)
            fail_msg("%s, case %zu of all: %s", homes[i].rule, i, homes[i].fires ? "silent" : "fired");
    for (size_t i = 0; i < N_ELEMS(families); i++) {
        struct quality_case c = { .household = &families[i].h,
                                  .members = families[i].members,
                                  .n = families[i].n,
                                  .year = &families[i].y,
                                  .today = today };
        if (families[i].line)
            c.monitoring_line = (struct opt_money)YUAN(families[i].line);
        if (rule(families[i].rule)->family(&c) != families[i].fires)
            fail_msg("%s, case %zu of all: %s", families[i].rule, i, families[i].fires ? "silent" : "fired");
    }
}

/* Every rule that can be checked has a case that fires. */
static void every_rule_has_fired_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < registry_quality.n; i++) {
        const struct quality_rule *r = &registry_quality.rules[i];
        bool fired = !quality_checkable(r) || r->keys || !strcmp(r->id, "DQ80");
        for (size_t k = 0; k < N_ELEMS(people); k++)
            fired = fired || (people[k].fires && !strcmp(people[k].rule, r->id));
        for (size_t k = 0; k < N_ELEMS(homes); k++)
            fired = fired || (homes[k].fires && !strcmp(homes[k].rule, r->id));
        for (size_t k = 0; k < N_ELEMS(families); k++)
            fired = fired || (families[k].fires && !strcmp(families[k].rule, r->id));
        if (!fired)
            fail_msg("nothing here makes %s fire", r->id);
    }
}

static void rules_about_one_row_warn_when_it_comes_in(void **state)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = ZH };
    struct person p = { .relation = CODE(RELATION_SON),
                        .sex = CODE(SEX_FEMALE),
                        .work_months = NUMBER(3),
                        .labour = CODE(LABOUR_LOST) };
    struct household h = { .cause_main = CODE(CAUSE_ILLNESS), .causes_other = SET(CAUSE_ILLNESS) };
    (void)state;
    quality_warn_person(&p, today, &e);
    assert_int_equal(e.warned.n, 2);
    assert_string_equal(e.warned.first->rule, "DQ13");
    assert_string_equal(e.warned.first->field, "person.relation person.sex");
    assert_string_equal(e.warned.first->text, "与户主关系和性别不符");
    quality_warn_household(&h, &e);
    assert_int_equal(e.warned.n, 3);
    assert_false(errs_any(&e));
    quality_warn_person(&(struct person){ 0 }, today, &e);
    quality_warn_household(&(struct household){ 0 }, &e);
    assert_int_equal(e.warned.n, 3);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_documented_and_has_one_way_to_check),
        cmocka_unit_test(all_rules_of_the_dictionary_are_there),
        cmocka_unit_test(a_blank_is_neither_yes_nor_no),
        cmocka_unit_test(a_rule_about_a_member_fires_on_what_it_is_about),
        cmocka_unit_test(a_rule_about_a_household_fires_on_what_it_is_about),
        cmocka_unit_test(every_rule_has_fired_once),
        cmocka_unit_test(rules_about_one_row_warn_when_it_comes_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
