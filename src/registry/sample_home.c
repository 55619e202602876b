#include "registry/sample_parts.h"

static void count_member(struct home *h, const struct member *m)
{
    h->sons += m->relation == RELATION_SON;
    h->daughters += m->relation == RELATION_DAUGHTER;
    h->students += m->student > STUDENT_PRESCHOOL_CHILD;
    h->working += can_work(m);
    h->workers += m->work_area != 0;
    h->posts += m->public_post;
    h->old += m->age >= 60;
    h->ill |= m->health == HEALTH_CHRONIC_ILLNESS || m->health == HEALTH_SERIOUS_ILLNESS;
    h->seriously_ill |= m->health == HEALTH_SERIOUS_ILLNESS;
    h->disabled |= m->health == HEALTH_DISABLED;
    h->severely_disabled |= m->health == HEALTH_DISABLED && m->disability_grade <= 2;
    h->party |= m->political == POLITICAL_PARTY_MEMBER;
}

/* 五保 are the old without labour or children; 低保 leans to those who cannot earn. */
static void choose_kind(struct maker *mk, struct home *h)
{
    enum { EXTREME_POVERTY = 450 };
    const struct family *f = &h->f;
    bool alone = f->n <= 2 && !h->sons && !h->daughters && f->m[0].age >= 60 && h->old == f->n;
    int allowance =
        90 + (h->seriously_ill ? 140 : 0) + (h->severely_disabled ? 260 : 0) + (h->working ? 0 : 260);
    if (alone && !h->working && rng_permille(&mk->rng, EXTREME_POVERTY))
        h->kind = KIND_EXTREME_POVERTY;
    else
        h->kind = rng_permille(&mk->rng, allowance) ? KIND_ALLOWANCE : KIND_ORDINARY;
}

static void give_support(struct maker *mk, struct home *h)
{
    bool all = rng_permille(&mk->rng, 650), any = false;
    for (int i = 0; i < h->f.n; i++) {
        struct member *m = &h->f.m[i];
        m->extreme_poverty = h->kind == KIND_EXTREME_POVERTY;
        m->allowance = h->kind == KIND_ALLOWANCE && (all || !can_work(m));
        any |= m->allowance;
    }
    if (h->kind == KIND_ALLOWANCE && !any)
        h->f.m[0].allowance = true;
}

static void choose_state(struct maker *mk, struct home *h)
{
    enum { POOR_AND_EARNING = 90, POOR = 270, BEFORE_EXIT = 30, BACK = 20, PLANNED = 750 };
    int roll = rng_below(&mk->rng, 1000), poor = h->workers > h->posts ? POOR_AND_EARNING : POOR;
    int latest = mk->year - 1;
    h->registered = rng_between(&mk->rng, mk->year - 10, mk->year - 3);
    if (roll < poor) {
        h->state = STATE_POOR;
        h->planned_exit_year =
            rng_permille(&mk->rng, PLANNED) ? rng_between(&mk->rng, mk->year, mk->year + 2) : 0;
    } else if (roll < poor + BEFORE_EXIT) {
        h->state = STATE_PRE_EXIT;
        h->planned_exit_year = mk->year;
    } else if (roll < poor + BEFORE_EXIT + BACK) {
        h->state = STATE_FALLEN_BACK;
        h->exit_year = h->registered + 1;
        h->back_year = rng_between(&mk->rng, h->exit_year + 1, mk->year);
    } else {
        int last = h->registered + 5 < latest ? h->registered + 5 : latest;
        h->state = STATE_EXITED;
        h->exit_year = rng_between(&mk->rng, h->registered + 1, last);
    }
}

/* A cause that the members bear out (DQ16–DQ19), but not `except`. */
static int choose_cause(struct maker *mk, const struct home *h, int except)
{
    int weights[CAUSE_OTHER] = {
        [CAUSE_ILLNESS] = h->ill ? 760 : 0,
        [CAUSE_DISABILITY] = h->disabled ? 620 : 0,
        [CAUSE_SCHOOLING] = h->students * 90,
        [CAUSE_DISASTER] = 30,
        [CAUSE_LAND] = 20,
        [CAUSE_WATER] = 6,
        [CAUSE_SKILL] = 150,
        [CAUSE_NO_LABOUR] = 4 * h->working <= h->f.n ? 260 : 0,
        [CAUSE_CAPITAL] = 140,
        [CAUSE_TRANSPORT] = 25,
        [CAUSE_DRIVE] = 40,
        [CAUSE_MARRIAGE] = 5,
        [CAUSE_BEREAVEMENT] = 5,
    };
    int all = 0, cause = 0;
    weights[except] = 0;
    for (size_t i = 0; i < N_ELEMS(weights); i++)
        all += weights[i];
    for (int roll = rng_below(&mk->rng, all); roll >= 0; roll -= weights[cause])
        cause++;
    return cause;
}

void home_make(struct maker *mk, struct home *h)
{
    enum { OTHER_CAUSE = 380, KNOWN_AS_ONE_CHILD = 700 };
    const struct family *f = &h->f;
    *h = (struct home){ .f.n = 0 };
    family_make(mk, &h->f);
    for (int i = 0; i < f->n; i++)
        count_member(h, &f->m[i]);
    choose_kind(mk, h);
    give_support(mk, h);
    choose_state(mk, h);
    h->cause = choose_cause(mk, h, 0);
    h->other_cause = rng_permille(&mk->rng, OTHER_CAUSE) ? choose_cause(mk, h, h->cause) : 0;
    h->back_cause = h->back_year ? choose_cause(mk, h, 0) : 0;
    h->two_daughters = h->daughters == 2 && !h->sons;
    h->one_child = h->sons + h->daughters == 1 && rng_permille(&mk->rng, KNOWN_AS_ONE_CHILD);
}

/* --- incomes ------------------------------------------------------------------------------ */

static int wages_of(const struct family *f)
{
    enum { MAX = 290000 };
    int sum = 0;
    for (int i = 0; i < f->n; i++)
        sum += f->m[i].work_months * f->m[i].wage;
    return sum < MAX ? sum : MAX;
}

static int transfers_of(struct maker *mk, const struct home *h)
{
    int subsidies = rng_between(&mk->rng, 100, 1000), pension = rng_between(&mk->rng, 1300, 2200);
    int allowance = rng_between(&mk->rng, 2400, 4800), support = rng_between(&mk->rng, 6500, 9500);
    int sum = subsidies + h->old * pension;
    for (int i = 0; i < h->f.n; i++)
        sum += h->f.m[i].extreme_poverty ? support : h->f.m[i].allowance ? allowance : 0;
    return sum;
}

/* Who left poverty stays above the line (DQ62); business has its expense (DQ60). */
static struct income make_income(struct maker *mk, const struct home *h, int wages, int transfers,
                                 int permille)
{
    enum { EXITED = 4300, OTHERS = 1700 };
    int least = h->f.n * ((h->state == STATE_EXITED ? EXITED : OTHERS) + rng_below(&mk->rng, 1500));
    int hands = h->working < 3 ? h->working : 3;
    struct income y = { .wage = wages / 100 * permille / 10, .transfer = transfers / 10 * permille / 100 };
    if (hands)
        y.business = hands * (1500 + rng_below(&mk->rng, 7500)) / 10 * permille / 100;
    else if (rng_permille(&mk->rng, 280))
        y.business = 200 + rng_below(&mk->rng, 1400);
    if (rng_permille(&mk->rng, 400))
        y.property = 50 + 10 * rng_below(&mk->rng, 150);
    y.expense = y.business / 100 * rng_between(&mk->rng, 15, 45);
    int missing = least - (y.wage + y.business + y.property + y.transfer - y.expense);
    if (missing > 0 && hands)
        y.business += missing;
    else if (missing > 0)
        y.transfer += missing;
    return y;
}

void home_incomes(struct maker *mk, const struct home *h, struct income years[INCOME_YEARS])
{
    static const int growth[INCOME_YEARS] = { 861, 927, 1000 };
    int wages = wages_of(&h->f), transfers = transfers_of(mk, h);
    for (int i = 0; i < INCOME_YEARS; i++)
        years[i] = make_income(mk, h, wages, transfers, growth[i]);
}
