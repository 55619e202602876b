#include "registry/sample_parts.h"

/* Code tables education, student_status, political_status, work_area and job_channel, where person.h has no
 * name. */
enum { EDUCATION_JUNIOR = 3 };
enum {
    STUDENT_KINDERGARTEN = 3,
    STUDENT_PRIMARY = 4,
    STUDENT_GRADE_7 = 5,
    STUDENT_SENIOR_1 = 8,
    STUDENT_VOCATIONAL_1 = 11,
    STUDENT_HIGHER_VOCATIONAL_1 = 14,
    STUDENT_BACHELOR_1 = 22,
    STUDENT_POSTGRADUATE = 27,
};
enum { POLITICAL_LEAGUE = 3 };
enum { WORK_IN_TOWNSHIP = 1, WORK_IN_COUNTY, WORK_IN_PROVINCE, WORK_OUTSIDE };
enum { CHANNEL_ALONE = 1, CHANNEL_PUBLIC_POST = 5, CHANNEL_WORKSHOP = 6 };
enum { SKILLS_EACH = 4, WORK_PLACES = 11 };

enum { BANDS = 7 };
struct band {
    int below;
    uint16_t permille[BANDS - 1];
};

static int by_age(struct maker *mk, const struct band *bands, int n, int age)
{
    while (age >= bands->below)
        bands++;
    return rng_choose(&mk->rng, bands->permille, n);
}

static int grade_of(struct maker *mk, int age)
{
    enum { SENIOR = 560, BACHELOR = 520 };
    if (age < 3)
        return STUDENT_PRESCHOOL_CHILD;
    if (age < 6)
        return rng_permille(&mk->rng, 870) ? STUDENT_KINDERGARTEN : STUDENT_PRESCHOOL_CHILD;
    if (age < 12)
        return STUDENT_PRIMARY;
    if (age < 15)
        return STUDENT_GRADE_7 + age - 12;
    if (age < 18)
        return (rng_permille(&mk->rng, SENIOR) ? STUDENT_SENIOR_1 : STUDENT_VOCATIONAL_1) + age - 15;
    if (age < 21)
        return (rng_permille(&mk->rng, BACHELOR) ? STUDENT_BACHELOR_1 : STUDENT_HIGHER_VOCATIONAL_1) + age -
               18;
    return age == 21 ? STUDENT_BACHELOR_1 + 3 : STUDENT_POSTGRADUATE;
}

/* Who goes to school has a grade and no education yet, the others the reverse (DQ31). */
static void send_to_school(struct maker *mk, struct member *m)
{
    static const struct band bands[] = {
        { 18, { 0, 0, 1000 } },
        { 21, { 0, 0, 560, 440 } },
        { 23, { 0, 0, 460, 340, 150, 50 } },
        { 36, { 4, 90, 560, 190, 96 } },
        { 51, { 20, 250, 550, 130, 35, 15 } },
        { 63, { 100, 450, 350, 90, 10 } },
        { 200, { 420, 470, 90, 20 } },
    };
    static const uint8_t codes[] = { 1, 2, EDUCATION_JUNIOR, 4, 7, 8 };
    static const struct {
        int below;
        uint16_t permille;
    } at_school[] = {
        { 15, 1000 }, { 18, 930 }, { 21, 520 }, { 22, 260 }, { 25, 25 }, { 200, 0 },
    };
    size_t i = 0;
    while (m->age >= at_school[i].below)
        i++;
    bool free_to_go = m->marital == MARITAL_SINGLE && m->relation != RELATION_HEAD;
    if (free_to_go && rng_permille(&mk->rng, at_school[i].permille)) {
        m->student = (uint8_t)grade_of(mk, m->age);
        return;
    }
    m->student = STUDENT_NOT;
    m->education = codes[by_age(mk, bands, N_ELEMS(codes), m->age)];
}

static void give_health(struct maker *mk, struct member *m)
{
    static const struct band bands[] = {
        { 16, { 974, 6, 5 } },    { 40, { 932, 28, 14 } },   { 60, { 794, 132, 28 } },
        { 75, { 586, 310, 40 } }, { 200, { 420, 442, 58 } },
    };
    static const uint16_t kinds[] = { 120, 120, 30, 480, 100, 90, 60 }, grades[] = { 120, 250, 290, 340 };
    static const uint8_t codes[] = { HEALTH_HEALTHY, HEALTH_CHRONIC_ILLNESS, HEALTH_SERIOUS_ILLNESS,
                                     HEALTH_DISABLED };
    m->health = codes[by_age(mk, bands, N_ELEMS(codes), m->age)];
    if (m->health != HEALTH_DISABLED)
        return;
    m->disability_kind = (uint8_t)(1 + rng_choose(&mk->rng, kinds, N_ELEMS(kinds)));
    m->disability_grade = (uint8_t)(1 + rng_choose(&mk->rng, grades, N_ELEMS(grades)));
    m->also_chronic = m->age > 40 && rng_permille(&mk->rng, 250);
}

static int labour_of_sick(struct maker *mk, const struct member *m)
{
    enum { OLD = 60 };
    bool disabled = m->health == HEALTH_DISABLED;
    if (disabled && m->disability_grade <= 2)
        return LABOUR_LOST;
    if (m->health == HEALTH_SERIOUS_ILLNESS)
        return rng_permille(&mk->rng, 620) ? LABOUR_LOST : LABOUR_WEAK;
    if (m->age >= OLD)
        return rng_permille(&mk->rng, 550) ? LABOUR_NONE : LABOUR_WEAK;
    return disabled || rng_permille(&mk->rng, 600) ? LABOUR_WEAK : LABOUR_ORDINARY;
}

/* Nobody under 16 or at school works; nobody healthy from 16 to 59 is without labour (DQ32–DQ34). */
static int labour_of(struct maker *mk, const struct member *m)
{
    enum { SKILLED = 130, STRONG = 66, OLD = 60, VERY_OLD = 75 };
    if (m->age < 16 || m->student != STUDENT_NOT)
        return LABOUR_NONE;
    if (m->health != HEALTH_HEALTHY)
        return m->age < VERY_OLD ? labour_of_sick(mk, m) : LABOUR_NONE;
    if (m->age >= OLD) {
        if (m->age < STRONG && rng_permille(&mk->rng, 520))
            return LABOUR_ORDINARY;
        return m->age < VERY_OLD && rng_permille(&mk->rng, 640) ? LABOUR_WEAK : LABOUR_NONE;
    }
    return m->education >= EDUCATION_JUNIOR && rng_permille(&mk->rng, SKILLED) ? LABOUR_SKILLED
                                                                               : LABOUR_ORDINARY;
}

/* Places in the list of skills: four that both know, four of men, four of women. */
static int skill_of(struct maker *mk, const struct member *m)
{
    int known = m->labour == LABOUR_SKILLED ? 820 : can_work(m) ? 60 : 0;
    if (!rng_permille(&mk->rng, known))
        return 0;
    int skill = 1 + rng_below(&mk->rng, 2 * SKILLS_EACH);
    return skill > SKILLS_EACH && m->sex == SEX_FEMALE ? skill + SKILLS_EACH : skill;
}

static void give_standing(struct maker *mk, struct member *m)
{
    enum { CADRE = 32, CADRE_IN_PARTY = 700, PARTY = 72, LEAGUE = 220 };
    m->cadre = m->age >= 25 && m->age < 60 && can_work(m) && m->education >= EDUCATION_JUNIOR &&
               rng_permille(&mk->rng, CADRE);
    m->political = POLITICAL_MASSES;
    if (m->age >= 22 && rng_permille(&mk->rng, m->cadre ? CADRE_IN_PARTY : PARTY))
        m->political = POLITICAL_PARTY_MEMBER;
    else if (m->age >= 14 && m->age < 28 && rng_permille(&mk->rng, LEAGUE))
        m->political = POLITICAL_LEAGUE;
}

static void give_work(struct maker *mk, struct member *m)
{
    static const uint16_t areas[] = { 130, 250, 300, 320 }, channels[] = { 450, 310, 90, 30, 0, 0, 120 };
    int leaves = m->age < 18 || m->age > 62 || !can_work(m) || m->cadre ? 0
                 : m->age < 36                                          ? 640
                 : m->age < 51                                          ? 420
                                                                        : 230;
    if (!rng_permille(&mk->rng, leaves))
        return;
    m->work_area = (uint8_t)(WORK_IN_TOWNSHIP + rng_choose(&mk->rng, areas, N_ELEMS(areas)));
    m->work_place = (uint8_t)rng_below(&mk->rng, WORK_PLACES);
    m->work_months = (uint8_t)(m->work_area < WORK_IN_PROVINCE ? rng_between(&mk->rng, 3, 12)
                                                               : rng_between(&mk->rng, 6, 12));
    m->wage = 1800 + 100 * rng_below(&mk->rng, 22) + (m->labour == LABOUR_SKILLED ? 800 : 0) +
              (m->work_area >= WORK_IN_PROVINCE ? 700 : 0);
    m->work_channel = (uint8_t)(CHANNEL_ALONE + rng_choose(&mk->rng, channels, N_ELEMS(channels)));
    if (m->work_area < WORK_IN_PROVINCE && rng_permille(&mk->rng, 60))
        m->work_channel = CHANNEL_WORKSHOP;
}

static void give_public_post(struct maker *mk, struct member *m)
{
    bool fit = m->age >= 30 && m->age < 66 && (m->labour == LABOUR_ORDINARY || m->labour == LABOUR_WEAK);
    if (m->work_area || m->cadre || !fit || !rng_permille(&mk->rng, 70))
        return;
    m->public_post = true;
    m->work_area = WORK_IN_TOWNSHIP;
    m->work_channel = CHANNEL_PUBLIC_POST;
    m->work_months = 12;
    m->wage = 500 + 50 * rng_below(&mk->rng, 15);
}

void member_live(struct maker *mk, struct member *m)
{
    send_to_school(mk, m);
    give_health(mk, m);
    m->labour = (uint8_t)labour_of(mk, m);
    give_standing(mk, m);
    give_work(mk, m);
    give_public_post(mk, m);
    m->skill = (uint8_t)skill_of(mk, m);
}
