/* quality_rules.c - the rules of the registry (dictionary §10), one function for each kind of disagreement.
 */
#include "registry/quality.h"

enum { NO_AGE = -1, ADULT = 16, RETIRED_FROM = 60, YUAN = 100, UNIT = 10000 };
/* Code tables whose numbers no header names (dictionary §8). */
enum { STUDENT_KINDERGARTEN = 3, STUDENT_PRIMARY = 4, EDUCATION_PRIMARY = 2, EDUCATION_PRESCHOOL = 6 };
enum { DROPOUT_ILLNESS = 1, DISABILITY_LIMBS = 4, CHANNEL_PUBLIC_POST = 5, CHANNEL_WORKSHOP = 6 };
enum { AREA_IN_PROVINCE = 3, AREA_OUTSIDE_PROVINCE = 4, TYPE_ORDINARY = 0, DANGER_C = 3 };
enum { TAG_ALLOWANCE = 1, TAG_EXTREME_POVERTY = 2 };

/* --- words -------------------------------------------------------------------------------- */

static bool is(struct code c, int32_t v)
{
    return c.set && c.v == v;
}

static bool is_between(struct code c, int32_t first, int32_t last)
{
    return c.set && c.v >= first && c.v <= last;
}

static bool holds(struct code_set s, int bit)
{
    return s.set && (s.bits >> bit & 1);
}

static bool lacks(struct code_set s, int bit)
{
    return s.set && !(s.bits >> bit & 1);
}

static bool is_only(struct code_set s, int bit)
{
    return s.set && s.bits == UINT64_C(1) << bit;
}

static int age_of(const struct person *p, struct date today)
{
    int age = p->birth_date.set ? date_age(p->birth_date.v, today) : NO_AGE;
    return age < 0 ? NO_AGE : age;
}

static bool aged(const struct person *p, struct date today, int first, int last)
{
    int age = age_of(p, today);
    return age != NO_AGE && age >= first && age <= last;
}

static bool is_student(const struct person *p)
{
    return p->student_status.set && p->student_status.v >= STUDENT_PRIMARY;
}

static bool is_no_student(const struct person *p)
{
    return p->student_status.set && p->student_status.v < STUDENT_PRIMARY;
}

static bool can_work(const struct person *p)
{
    return is(p->labour, LABOUR_ORDINARY) || is(p->labour, LABOUR_SKILLED);
}

static bool works(const struct person *p)
{
    return (p->work_months.set && p->work_months.v > 0) || p->public_post == YES;
}

static bool more_than(struct opt_money m, int64_t yuan)
{
    return m.set && m.v.fen > yuan * YUAN;
}

/* Received, but less than such a payment ever is. */
static bool some_below(struct opt_money m, int64_t yuan)
{
    return m.set && m.v.fen > 0 && m.v.fen < yuan * YUAN;
}

static bool is_zero(struct opt_money m)
{
    return m.set && m.v.fen == 0;
}

static bool any_member(const struct quality_case *c, bool (*of)(const struct person *p))
{
    for (size_t i = 0; i < c->n; i++)
        if (of(&c->members[i]))
            return true;
    return false;
}

/* false also for a household without members. */
static bool every_member(const struct quality_case *c, bool (*of)(const struct person *p))
{
    for (size_t i = 0; i < c->n; i++)
        if (!of(&c->members[i]))
            return false;
    return c->n > 0;
}

/* --- identity ----------------------------------------------------------------------------- */

static bool has_citizen_number(const struct person *p)
{
    return p->id_number.p && (!p->id_kind.set || is(p->id_kind, ID_KIND_CITIZEN));
}

static bool id_length(const struct person *p, struct date today)
{
    (void)today;
    return has_citizen_number(p) && p->id_number.n != 18;
}

static bool id_checksum(const struct person *p, struct date today)
{
    struct idno id;
    return has_citizen_number(p) && p->id_number.n == 18 && idno_read(p->id_number, today, &id) != IDNO_OK;
}

static bool disability_part(const struct person *p, struct date today)
{
    (void)today;
    return p->disability_kind.set != p->disability_grade.set;
}

static bool id_missing(const struct person *p, struct date today)
{
    struct idno id;
    if (!p->id_number.p)
        return true;
    return (!p->id_kind.set || is(p->id_kind, ID_KIND_CITIZEN) || is(p->id_kind, ID_KIND_NONE)) &&
           idno_read(p->id_number, today, &id) == IDNO_OK && idno_is_temporary(&id);
}

static void ids_of(const struct quality_case *c, struct quality_keys *k)
{
    for (size_t i = 0; i < c->n; i++)
        quality_key(k, c->members[i].id_number);
}

static bool bad_phone(struct str phone)
{
    char text[24];
    return phone.p && !phone_read(phone, text);
}

static bool person_phone(const struct person *p, struct date today)
{
    (void)today;
    return bad_phone(p->phone);
}

static bool household_phone(const struct household *h)
{
    return bad_phone(h->phone);
}

static void phones_of(const struct quality_case *c, struct quality_keys *k)
{
    quality_key(k, c->household->phone);
    for (size_t i = 0; i < c->n; i++)
        quality_key(k, c->members[i].phone);
}

/* --- household ---------------------------------------------------------------------------- */

static bool no_head_or_two(const struct quality_case *c)
{
    size_t heads = 0, unknown = 0;
    for (size_t i = 0; i < c->n; i++) {
        heads += is(c->members[i].relation, RELATION_HEAD);
        unknown += !c->members[i].relation.set;
    }
    return heads > 1 || (c->n && !heads && !unknown);
}

static bool nobody_lives_there(const struct quality_case *c)
{
    return c->n == 0;
}

static const struct person *member(const struct quality_case *c, int32_t relation)
{
    for (size_t i = 0; i < c->n; i++)
        if (is(c->members[i].relation, relation))
            return &c->members[i];
    return NULL;
}

static bool head_and_spouse_same_sex(const struct quality_case *c)
{
    const struct person *head = member(c, RELATION_HEAD), *spouse = member(c, RELATION_SPOUSE);
    return head && spouse && is_between(head->sex, SEX_MALE, SEX_FEMALE) && is(spouse->sex, head->sex.v);
}

static bool relation_against_sex(const struct person *p, struct date today)
{
    static const uint8_t sex_of[] = {
        [3] = SEX_MALE,    [4] = SEX_FEMALE,  [5] = SEX_FEMALE,  [6] = SEX_MALE,    [7] = SEX_MALE,
        [8] = SEX_FEMALE,  [9] = SEX_MALE,    [10] = SEX_FEMALE, [11] = SEX_MALE,   [12] = SEX_FEMALE,
        [13] = SEX_MALE,   [14] = SEX_FEMALE, [15] = SEX_MALE,   [16] = SEX_FEMALE, [17] = SEX_MALE,
        [18] = SEX_FEMALE, [19] = SEX_MALE,   [20] = SEX_FEMALE, [21] = SEX_MALE,   [22] = SEX_FEMALE,
        [24] = SEX_FEMALE, [25] = SEX_MALE,   [26] = SEX_MALE,   [27] = SEX_FEMALE,
    };
    (void)today;
    if (!is_between(p->sex, SEX_MALE, SEX_FEMALE) || !is_between(p->relation, 0, N_ELEMS(sex_of) - 1))
        return false;
    uint8_t sex = sex_of[p->relation.v];
    return sex && sex != p->sex.v;
}

static bool no_main_cause(const struct household *h)
{
    return !h->cause_main.set && !is(h->household_type, TYPE_ORDINARY);
}

static bool other_cause_is_main(const struct household *h)
{
    return h->cause_main.set && h->cause_main.v >= 0 && h->cause_main.v < 64 &&
           holds(h->causes_other, h->cause_main.v);
}

static bool is_healthy(const struct person *p)
{
    return is_only(p->health, HEALTH_HEALTHY);
}

static bool is_not_disabled(const struct person *p)
{
    return lacks(p->health, HEALTH_DISABLED) && !p->disability_kind.set;
}

static bool illness_without_ill(const struct quality_case *c)
{
    return is(c->household->cause_main, CAUSE_ILLNESS) && every_member(c, is_healthy);
}

static bool disability_without_disabled(const struct quality_case *c)
{
    return is(c->household->cause_main, CAUSE_DISABILITY) && every_member(c, is_not_disabled);
}

static bool schooling_without_student(const struct quality_case *c)
{
    return is(c->household->cause_main, CAUSE_SCHOOLING) && every_member(c, is_no_student);
}

/* Members whose capacity is unknown can only raise the share. */
static bool no_labour_with_labour(const struct quality_case *c)
{
    size_t able = 0;
    for (size_t i = 0; i < c->n; i++)
        able += can_work(&c->members[i]);
    return is(c->household->cause_main, CAUSE_NO_LABOUR) && able * 4 > c->n;
}

/* --- persons ------------------------------------------------------------------------------ */

static bool basics_empty(const struct person *p, struct date today)
{
    (void)today;
    return !p->ethnicity.set || !p->health.set || !p->labour.set || (!p->education.set && !is_student(p));
}

/* 文化程度 is for those who left school, 在校生状况 for those who attend one. */
static bool education_and_student(const struct person *p, struct date today)
{
    (void)today;
    bool schooled = p->education.set && p->education.v != EDUCATION_PRESCHOOL;
    return (schooled && is_student(p)) ||
           (!p->education.set && (!p->student_status.set || is(p->student_status, STUDENT_NOT)));
}

static bool child_with_labour(const struct person *p, struct date today)
{
    return aged(p, today, 0, ADULT - 1) && p->labour.set && p->labour.v != LABOUR_NONE;
}

static bool student_with_labour(const struct person *p, struct date today)
{
    (void)today;
    return is_student(p) && p->labour.set && p->labour.v != LABOUR_NONE;
}

static bool healthy_without_labour(const struct person *p, struct date today)
{
    return is_healthy(p) && is_no_student(p) && aged(p, today, ADULT, RETIRED_FROM - 1) &&
           is_between(p->labour, LABOUR_LOST, LABOUR_WEAK);
}

static bool disability_against_record(const struct person *p, struct date today)
{
    (void)today;
    bool heavy_limbs = is(p->disability_kind, DISABILITY_LIMBS) && is_between(p->disability_grade, 1, 2);
    return (holds(p->health, HEALTH_DISABLED) && !p->disability_kind.set) || (heavy_limbs && can_work(p));
}

static bool age_against_school(const struct person *p, struct date today)
{
    static const struct {
        uint8_t first, last; /* of code table student_status */
        uint8_t age_min, age_max;
    } schools[] = { { 2, 3, 0, 6 },      { 4, 4, 0, 19 },     { 5, 7, 12, 17 },   { 8, 13, 15, 20 },
                    { 14, 16, 18, 255 }, { 21, 26, 18, 255 }, { 27, 27, 20, 255 } };
    int age = age_of(p, today);
    if (age == NO_AGE)
        return false;
    for (size_t i = 0; i < N_ELEMS(schools); i++)
        if (is_between(p->student_status, schools[i].first, schools[i].last))
            return age < schools[i].age_min || age > schools[i].age_max;
    return age > 6 && is(p->education, EDUCATION_PRESCHOOL);
}

static bool ill_dropout_is_healthy(const struct person *p, struct date today)
{
    (void)today;
    return is(p->dropout_reason, DROPOUT_ILLNESS) && is_healthy(p);
}

static bool young_with_little_schooling(const struct person *p, struct date today)
{
    return aged(p, today, 16, 22) && is_between(p->education, 1, EDUCATION_PRIMARY) && !is_student(p);
}

/* --- work --------------------------------------------------------------------------------- */

static bool months_out_of_range(const struct person *p, struct date today)
{
    (void)today;
    return p->work_months.set && (p->work_months.v < 0 || p->work_months.v > 12);
}

static bool has_place(const struct person *p)
{
    return p->work_area.set || p->work_province.p || p->work_city.p || p->work_county.p || p->work_township.p;
}

static bool place_and_months(const struct person *p, struct date today)
{
    (void)today;
    bool some = p->work_months.set && p->work_months.v > 0;
    return has_place(p) != some;
}

static bool works_without_ability(const struct person *p, struct date today)
{
    (void)today;
    return p->work_months.set && p->work_months.v > 0 && is_between(p->labour, LABOUR_LOST, LABOUR_NONE);
}

/* Known to earn no wages, not merely without an entry. */
static bool is_idle(const struct person *p, struct date today)
{
    bool unable = is_between(p->labour, LABOUR_LOST, LABOUR_NONE) || aged(p, today, 0, ADULT - 1);
    return !works(p) && (unable || (p->work_months.set && p->work_months.v == 0));
}

static bool wages_against_workers(const struct quality_case *c)
{
    struct opt_money wages = c->year ? income_of(c->year, INCOME_WAGE) : (struct opt_money){ 0 };
    if (is_zero(wages))
        return any_member(c, works);
    for (size_t i = 0; i < c->n; i++)
        if (!is_idle(&c->members[i], c->today))
            return false;
    return more_than(wages, 0) && c->n;
}

static bool monthly_wage_out_of_range(const struct person *p, struct date today)
{
    (void)today;
    return some_below(p->monthly_wage, 100) || more_than(p->monthly_wage, 30000);
}

static bool child_works(const struct person *p, struct date today)
{
    return aged(p, today, 0, ADULT - 1) && works(p);
}

static bool post_without_months(const struct person *p, struct date today)
{
    (void)today;
    return p->public_post == YES && !p->public_post_months.set;
}

static bool far_away_by_local_channel(const struct person *p, struct date today)
{
    (void)today;
    return is_between(p->work_area, AREA_IN_PROVINCE, AREA_OUTSIDE_PROVINCE) &&
           is_between(p->job_channel, CHANNEL_PUBLIC_POST, CHANNEL_WORKSHOP);
}

static bool place_not_to_county(const struct person *p, struct date today)
{
    (void)today;
    return (p->work_province.p || p->work_city.p) && !p->work_county.p;
}

/* --- insurance ---------------------------------------------------------------------------- */

static bool medical_none_or_both(const struct person *p, struct date today)
{
    (void)today;
    return p->resident_medical != UNKNOWN && p->resident_medical == p->employee_medical;
}

static bool no_serious_illness_insurance(const struct person *p, struct date today)
{
    (void)today;
    return p->serious_illness_insurance == NO;
}

/* Nobody pays for a pension before 16 or while at school. */
static bool pension_none_or_both(const struct person *p, struct date today)
{
    if (p->resident_pension == YES && p->employee_pension == YES)
        return true;
    return p->resident_pension == NO && p->employee_pension == NO && aged(p, today, ADULT, 200) &&
           is_no_student(p);
}

static bool aid_without_insurance(const struct person *p, struct date today)
{
    (void)today;
    return p->medical_aid == YES && p->resident_medical == NO && p->employee_medical == NO;
}

/* --- income ------------------------------------------------------------------------------- */

static struct opt_money per_head(const struct quality_case *c)
{
    return c->year ? income_net_per_head(c->year, (int64_t)c->n) : (struct opt_money){ 0 };
}

static bool business_without_expense(const struct quality_case *c)
{
    if (!c->year || !more_than(income_of(c->year, INCOME_BUSINESS), 0))
        return false;
    struct opt_money expense = income_of(c->year, INCOME_EXPENSE);
    return !expense.set || expense.v.fen == 0;
}

static bool per_head_out_of_range(const struct quality_case *c)
{
    struct opt_money m = per_head(c);
    return m.set && (m.v.fen <= 0 || more_than(m, 100000));
}

static bool exited_on_little(const struct quality_case *c)
{
    struct opt_money m = per_head(c);
    return is(c->household->state, STATE_EXITED) && m.set && m.v.fen < (int64_t)4000 * YUAN;
}

static bool wages_out_of_range(const struct quality_case *c)
{
    struct opt_money m = c->year ? income_of(c->year, INCOME_WAGE) : (struct opt_money){ 0 };
    return some_below(m, 300) || more_than(m, 300000);
}

static bool small_allowance(const struct quality_case *c)
{
    return c->year && some_below(c->year->transfer_allowance, 200);
}

static bool small_family_planning(const struct quality_case *c)
{
    return c->year && some_below(c->year->transfer_family_planning, 100);
}

static bool small_pension(const struct quality_case *c)
{
    return c->year && some_below(c->year->transfer_pension, 88);
}

static bool small_extreme_poverty(const struct quality_case *c)
{
    return c->year && some_below(c->year->transfer_extreme_poverty, 200);
}

static bool ecology_without_land(const struct quality_case *c)
{
    return c->year && more_than(c->year->transfer_ecology, 0) && c->year->returned_forest.set &&
           c->year->returned_forest.v.v == 0;
}

static bool on_allowance(const struct person *p)
{
    return p->subsistence_allowance == YES;
}

static bool not_on_allowance(const struct person *p)
{
    return p->subsistence_allowance == NO;
}

/* Code table household_attribute: the old name and the one since the household got out of poverty. */
static bool is_attribute(const struct household *h, int32_t a, int32_t b, int32_t c)
{
    return is(h->attribute, a) || is(h->attribute, b) || is(h->attribute, c);
}

static bool allowance_against_members(const struct quality_case *c)
{
    const struct household *h = c->household;
    bool is_household = is_attribute(h, 2, 4, 8) || holds(h->tags, TAG_ALLOWANCE);
    if (is_household)
        return every_member(c, not_on_allowance) || (c->year && is_zero(c->year->transfer_allowance));
    return h->attribute.set && any_member(c, on_allowance);
}

static bool on_both(const struct person *p)
{
    return p->subsistence_allowance == YES && p->extreme_poverty_support == YES;
}

static bool allowance_and_extreme_poverty(const struct quality_case *c)
{
    const struct household *h = c->household;
    return any_member(c, on_both) || (holds(h->tags, TAG_ALLOWANCE) && holds(h->tags, TAG_EXTREME_POVERTY));
}

static bool extreme_poverty_with_labour(const struct quality_case *c)
{
    const struct household *h = c->household;
    if (!is_attribute(h, 3, 6, 9) && !holds(h->tags, TAG_EXTREME_POVERTY))
        return false;
    for (size_t i = 0; i < c->n; i++)
        if (can_work(&c->members[i]) && aged(&c->members[i], c->today, ADULT, 65))
            return true;
    return false;
}

static bool below_line_not_monitored(const struct quality_case *c)
{
    struct opt_money m = per_head(c);
    return is(c->household->state, STATE_EXITED) && !c->household->monitor_type.set && m.set &&
           c->monitoring_line.set && m.v.fen < c->monitoring_line.v.fen;
}

/* --- land and house ----------------------------------------------------------------------- */

static bool land_empty(const struct quality_case *c)
{
    const struct household_year *y = c->year;
    return y && !(y->arable.set && y->irrigated.set && y->forest.set && y->returned_forest.set &&
                  y->orchard.set && y->pasture.set && y->water_area.set);
}

static bool returned_more_than_there_is(const struct quality_case *c)
{
    const struct household_year *y = c->year;
    return y && y->returned_forest.set && y->forest.set && y->pasture.set &&
           y->returned_forest.v.v > y->forest.v.v + y->pasture.v.v;
}

static bool much_per_head(struct opt_quantity land, int64_t limit, size_t heads)
{
    return land.set && heads && land.v.v > limit * UNIT * (int64_t)heads;
}

static bool too_much_land(const struct quality_case *c)
{
    return c->year && (much_per_head(c->year->arable, 50, c->n) || much_per_head(c->year->forest, 70, c->n));
}

static bool far_from_road(const struct quality_case *c)
{
    return c->year && c->year->road_distance.set && c->year->road_distance.v.v > (int64_t)5 * UNIT;
}

static bool no_house(const struct quality_case *c)
{
    return c->year && c->year->house_area.set && c->year->house_area.v.v == 0;
}

static bool exited_in_danger(const struct quality_case *c)
{
    return c->year && is(c->household->state, STATE_EXITED) &&
           ((c->year->danger_grade.set && c->year->danger_grade.v >= DANGER_C) || c->year->water_safe == NO);
}

/* --- the table ---------------------------------------------------------------------------- */

#define ERROR   .severity = SEVERITY_ERROR
#define WARNING .severity = SEVERITY_WARNING
#define NOTICE  .severity = SEVERITY_NOTICE
#define TELL    .at_import = true
#define PER_HEAD                                                                                \
    "household_year.wage_income household_year.business_income household_year.property_income " \
    "household_year.transfer_income household_year.business_expense"

// clang-format off
static const struct quality_rule rules[] = {
    { "DQ01", ERROR, .text = { "证件号码位数不对", "the identity number has the wrong length" },
      .fields = "person.id_number person.id_kind", .person = id_length },
    { "DQ02", ERROR, .text = { "证件号码校验位不对", "the identity number fails its check" },
      .fields = "person.id_number person.id_kind", .person = id_checksum },
    { "DQ03", ERROR, .text = { "残疾类别和残疾等级只填了一个", "of kind and grade of a disability only one is given" },
      .fields = "person.disability_kind person.disability_grade", .person = disability_part, TELL },
    { "DQ04", WARNING, .text = { "没有证件号码，或为临时号", "no identity number, or a temporary one" },
      .fields = "person.id_number person.id_kind", .person = id_missing },
    { "DQ05", ERROR, .text = { "同一证件号码出现在多户", "one identity number in several households" },
      .fields = "person.id_number", .keys = ids_of },
    { "DQ07", ERROR, .text = { "电话号码格式不对", "a phone number has the wrong form" },
      .fields = "person.phone household.phone", .person = person_phone, .household = household_phone },
    { "DQ08", NOTICE, .text = { "多户登记同一电话", "one phone number in several households" },
      .fields = "person.phone household.phone", .keys = phones_of },

    { "DQ10", ERROR, .text = { "没有户主，或有多个户主", "no head, or several" },
      .fields = "person.relation", .family = no_head_or_two },
    { "DQ11", ERROR, .text = { "空挂户：没有现有成员", "an empty household: nobody is present" },
      .fields = "person.household_id", .family = nobody_lives_there },
    { "DQ12", ERROR, .text = { "户主与配偶性别相同", "head and spouse have the same sex" },
      .fields = "person.relation person.sex", .family = head_and_spouse_same_sex },
    { "DQ13", ERROR, .text = { "与户主关系和性别不符", "the relation to the head does not agree with the sex" },
      .fields = "person.relation person.sex", .person = relation_against_sex, TELL },
    { "DQ14", WARNING, .text = { "主要致贫原因未填", "the main cause of poverty is blank" },
      .fields = "household.cause_main household.household_type", .household = no_main_cause },
    { "DQ15", ERROR, .text = { "其他致贫原因与主要致贫原因相同", "another cause of poverty is the main one" },
      .fields = "household.cause_main household.causes_other", .household = other_cause_is_main, TELL },
    { "DQ16", WARNING, .text = { "因病致贫，但成员全部健康", "poor by illness, but all members are healthy" },
      .fields = "household.cause_main person.health", .family = illness_without_ill },
    { "DQ17", WARNING, .text = { "因残致贫，但没有残疾成员", "poor by disability, but nobody is disabled" },
      .fields = "household.cause_main person.health person.disability_kind", .family = disability_without_disabled },
    { "DQ18", WARNING, .text = { "因学致贫，但没有在校生", "poor by schooling, but nobody is at school" },
      .fields = "household.cause_main person.student_status", .family = schooling_without_student },
    { "DQ19", WARNING, .text = { "缺劳力致贫，但劳动力超过四分之一", "poor by lack of labour, but more than a quarter can work" },
      .fields = "household.cause_main person.labour", .family = no_labour_with_labour },

    { "DQ30", WARNING, .text = { "民族、文化程度、健康状况或劳动技能未填", "ethnicity, education, health or labour capacity is blank" },
      .fields = "person.ethnicity person.education person.health person.labour person.student_status", .person = basics_empty },
    { "DQ31", NOTICE, .text = { "文化程度和在校生状况都填了，或都没填", "education and student status are both filled in, or both blank" },
      .fields = "person.education person.student_status", .person = education_and_student },
    { "DQ32", WARNING, .text = { "不满 16 周岁，劳动技能不是无劳动力", "under 16 with labour capacity" },
      .fields = "person.birth_date person.labour", .person = child_with_labour, TELL },
    { "DQ33", NOTICE, .text = { "在校生的劳动技能不是无劳动力", "at school, with labour capacity" },
      .fields = "person.student_status person.labour", .person = student_with_labour },
    { "DQ34", WARNING, .text = { "16 至 59 周岁、健康、不在校，却丧失、没有或只有弱劳动力", "16 to 59, healthy and not at school, with lost, no or weak labour capacity" },
      .fields = "person.health person.birth_date person.labour person.student_status", .person = healthy_without_labour, TELL },
    { "DQ35", WARNING, .text = { "健康状况为残疾而无残疾证，或肢体一二级而有劳动力", "disabled without a certificate, or limbs grade 1 or 2 with full labour capacity" },
      .fields = "person.health person.disability_kind person.disability_grade person.labour", .person = disability_against_record },
    { "DQ36", WARNING, .text = { "年龄与就学阶段不符", "the age does not agree with the stage of schooling" },
      .fields = "person.birth_date person.student_status person.education", .person = age_against_school },
    { "DQ37", WARNING, .text = { "未上学原因为因病，健康状况为健康", "out of school by illness, but healthy" },
      .fields = "person.dropout_reason person.health", .person = ill_dropout_is_healthy, TELL },
    { "DQ38", WARNING, .text = { "连续三年就读同一年级", "the same grade for three years" },
      .missing = { "尚未按年度保存在校生状况", "student status is not kept by year yet" } },
    { "DQ39", NOTICE, .text = { "16 至 22 周岁，文化程度为小学及以下", "16 to 22 with primary education or less" },
      .fields = "person.birth_date person.education person.student_status", .person = young_with_little_schooling },

    { "DQ40", ERROR, .text = { "务工时间不在 0 至 12 个月之间", "months of work are not between 0 and 12" },
      .fields = "person.work_months", .person = months_out_of_range, TELL },
    { "DQ41", WARNING, .text = { "有务工地点无务工时间，或有时间无地点", "a place of work without months, or months without a place" },
      .fields = "person.work_months person.work_area person.work_province person.work_city person.work_county person.work_township", .person = place_and_months },
    { "DQ42", WARNING, .text = { "有务工时间，但丧失或没有劳动力", "months of work, but no labour capacity" },
      .fields = "person.work_months person.labour", .person = works_without_ability, TELL },
    { "DQ43", WARNING, .text = { "有工资性收入而无人务工，或有人务工而工资性收入为零", "wage income but nobody works, or somebody works for no wage income" },
      .fields = "household_year.wage_income person.work_months person.public_post person.labour person.birth_date", .family = wages_against_workers },
    { "DQ44", WARNING, .text = { "务工月收入低于 100 元或高于 30000 元", "a monthly wage below 100 or above 30,000 yuan" },
      .fields = "person.monthly_wage", .person = monthly_wage_out_of_range, TELL },
    { "DQ45", ERROR, .text = { "不满 16 周岁务工", "works under the age of 16" },
      .fields = "person.birth_date person.work_months person.public_post", .person = child_works, TELL },
    { "DQ46", WARNING, .text = { "有公益性岗位，未填月数", "a public post without months" },
      .fields = "person.public_post person.public_post_months", .person = post_without_months },
    { "DQ47", WARNING, .text = { "在县外务工，就业渠道却是公益性岗位或帮扶车间", "works outside the county by way of a public post or a relief workshop" },
      .fields = "person.work_area person.job_channel", .person = far_away_by_local_channel, TELL },
    { "DQ48", NOTICE, .text = { "务工所在地未填到县", "the place of work is not given down to the county" },
      .fields = "person.work_province person.work_city person.work_county", .person = place_not_to_county },

    { "DQ50", WARNING, .text = { "居民医保和职工医保都没有，或都有", "neither residents' nor employees' medical insurance, or both" },
      .fields = "person.resident_medical person.employee_medical", .person = medical_none_or_both },
    { "DQ51", WARNING, .text = { "没有大病保险", "no serious-illness insurance" },
      .fields = "person.serious_illness_insurance", .person = no_serious_illness_insurance },
    { "DQ52", NOTICE, .text = { "居民养老和职工养老都没有，或都有", "neither residents' nor employees' pension insurance, or both" },
      .fields = "person.resident_pension person.employee_pension person.birth_date person.student_status", .person = pension_none_or_both },
    { "DQ53", WARNING, .text = { "接受医疗救助，但没有医保", "receives medical aid, but is not insured" },
      .fields = "person.medical_aid person.resident_medical person.employee_medical", .person = aid_without_insurance },

    { "DQ60", WARNING, .text = { "有生产经营性收入而无支出", "business income without expense" },
      .fields = "household_year.business_income household_year.business_expense", .family = business_without_expense },
    { "DQ61", WARNING, .text = { "人均纯收入不大于零，或高于 100000 元", "net income per head not above zero, or above 100,000 yuan" },
      .fields = PER_HEAD, .family = per_head_out_of_range },
    { "DQ62", WARNING, .text = { "已脱贫户人均纯收入低于 4000 元", "out of poverty on less than 4,000 yuan per head" },
      .fields = "household.state " PER_HEAD, .family = exited_on_little },
    { "DQ63", NOTICE, .text = { "工资性收入低于 300 元或高于 300000 元", "wage income below 300 or above 300,000 yuan" },
      .fields = "household_year.wage_income", .family = wages_out_of_range },
    { "DQ64", NOTICE, .text = { "低保金低于 200 元", "subsistence allowance below 200 yuan" },
      .fields = "household_year.transfer_allowance", .family = small_allowance },
    { "DQ65", NOTICE, .text = { "计划生育金低于 100 元", "family-planning money below 100 yuan" },
      .fields = "household_year.transfer_family_planning", .family = small_family_planning },
    { "DQ66", NOTICE, .text = { "养老保险金低于 88 元", "pensions below 88 yuan" },
      .fields = "household_year.transfer_pension", .family = small_pension },
    { "DQ67", NOTICE, .text = { "特困供养金低于 200 元", "extreme-poverty support below 200 yuan" },
      .fields = "household_year.transfer_extreme_poverty", .family = small_extreme_poverty },
    { "DQ68", NOTICE, .text = { "有生态补偿金，退耕还林面积为零", "ecological money without field returned to forest" },
      .fields = "household_year.transfer_ecology household_year.returned_forest", .family = ecology_without_land },
    { "DQ69", WARNING, .text = { "低保户没有低保成员或低保金，或非低保户有低保成员", "a household on allowance without such a member or money, or the reverse" },
      .fields = "household.attribute household.tags person.subsistence_allowance household_year.transfer_allowance", .family = allowance_against_members },
    { "DQ70", ERROR, .text = { "同时享受低保和特困供养", "both subsistence allowance and extreme-poverty support" },
      .fields = "household.tags person.subsistence_allowance person.extreme_poverty_support", .family = allowance_and_extreme_poverty },
    { "DQ71", WARNING, .text = { "特困供养户有 16 至 65 周岁的劳动力", "a household in extreme-poverty support with somebody of 16 to 65 who can work" },
      .fields = "household.attribute household.tags person.labour person.birth_date", .family = extreme_poverty_with_labour },
    { "DQ72", WARNING, .text = { "已脱贫户人均纯收入低于监测标准，未列为监测对象", "out of poverty below the monitoring line, but not monitored" },
      .fields = "household.state household.monitor_type region_year.value " PER_HEAD, .family = below_line_not_monitored },

    { "DQ80", NOTICE, .text = { "土地面积有空项", "an area of land is blank" },
      .fields = "household_year.arable household_year.irrigated household_year.forest household_year.returned_forest household_year.orchard household_year.pasture household_year.water_area", .family = land_empty },
    { "DQ81", WARNING, .text = { "退耕还林面积大于林地与牧草地之和", "more field returned than forest and pasture together" },
      .fields = "household_year.returned_forest household_year.forest household_year.pasture", .family = returned_more_than_there_is },
    { "DQ82", NOTICE, .text = { "人均耕地超过 50 亩，或人均林地超过 70 亩", "more than 50 mu of arable land or 70 mu of forest per head" },
      .fields = "household_year.arable household_year.forest", .family = too_much_land },
    { "DQ83", NOTICE, .text = { "与村主干路距离超过 5 公里", "more than 5 km from the village road" },
      .fields = "household_year.road_distance", .family = far_from_road },
    { "DQ84", WARNING, .text = { "住房面积为零", "a house area of zero" },
      .fields = "household_year.house_area", .family = no_house },
    { "DQ85", ERROR, .text = { "已脱贫户住危房，或饮水不安全", "out of poverty, but in a dangerous house or without safe water" },
      .fields = "household.state household_year.danger_grade household_year.water_safe", .family = exited_in_danger },
    { "DQ86", NOTICE, .text = { "村汇总数小于各户之和", "the village's figure is less than its households' sum" },
      .missing = { "尚无村级土地和人口汇总表", "the villages' own sums of land and people are not on record yet" } },
};
// clang-format on
const struct quality_table registry_quality = { rules, N_ELEMS(rules) };

/* --- when a file comes in ----------------------------------------------------------------- */

static void warn_of(const struct quality_rule *r, struct errs *e)
{
    const struct label *text = &r->text;
    warn(e, r->fields, MSG_QUALITY, A(text))->rule = r->id;
}

void quality_warn_person(const struct person *p, struct date today, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(rules); i++)
        if (rules[i].at_import && rules[i].person && rules[i].person(p, today))
            warn_of(&rules[i], e);
}

void quality_warn_household(const struct household *h, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(rules); i++)
        if (rules[i].at_import && rules[i].household && rules[i].household(h))
            warn_of(&rules[i], e);
}
