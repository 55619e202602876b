/* figures_effects.c - what became of the households: people reached, incomes before and after, out of
 * poverty, losses. */
#include "base/value.h"
#include "fieldwork/fieldwork.h"
#include "registry/household.h"
#include "registry/income.h"
#include "report/figures_parts.h"

#include <stdlib.h>

/* A household with loans of the programme. */
struct family {
    int64_t id;
    const struct loan *first;     /* the first contract paid out in the span */
    const struct loan *first_due; /* the first paid out of those that fell due by as_of */
    int64_t loans;                /* in the span */
    int64_t now, at_payout;       /* members on any day since; on the day */
    int64_t members_before, members_after;
    struct opt_money before, after; /* net income of the two years */
    bool assessed, assessed_out;    /* by the latest effect survey */
};
struct effects {
    struct run *r;
    struct county_history h;
    struct family *list; /* ascending by id */
    size_t n;
};

static int32_t year_of(int32_t day)
{
    return date_civil((struct date){ day }).year;
}

static int32_t year_end(int32_t year)
{
    struct date d = { 0 };
    date_of(year, 12, 31, &d);
    return d.day;
}

static struct family *family_of(const struct effects *x, int64_t id)
{
    size_t lo = 0, hi = x->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (x->list[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < x->n && x->list[lo].id == id ? &x->list[lo] : NULL;
}

/* --- families --------------------------------------------------------------------------------- */

static int by_family(const void *a, const void *b)
{
    const struct family *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static bool earlier(const struct loan *a, const struct loan *b)
{
    return !b || a->first_out < b->first_out || (a->first_out == b->first_out && a->id < b->id);
}

static void list_families(struct effects *x)
{
    const struct run *r = x->r;
    size_t all = 0;
    x->list = xcalloc(r->loans_n ? r->loans_n : 1, sizeof *x->list);
    for (size_t i = 0; i < r->loans_n; i++)
        if (r->loans[i].wanted && r->loans[i].out)
            x->list[all++].id = r->loans[i].household;
    if (all)
        qsort(x->list, all, sizeof *x->list, by_family);
    for (size_t i = 0; i < all; i++)
        if (!x->n || x->list[x->n - 1].id != x->list[i].id)
            x->list[x->n++].id = x->list[i].id;
}

static void make_families(struct effects *x)
{
    const struct run *r = x->r;
    list_families(x);
    for (size_t i = 0; i < r->loans_n; i++) {
        const struct loan *l = &r->loans[i];
        struct family *f = l->wanted && l->out ? family_of(x, l->household) : NULL;
        if (f && in_span(r, l->first_out)) {
            f->loans++;
            if (earlier(l, f->first))
                f->first = l;
        }
        if (f && l->due_on <= r->q->as_of.day && earlier(l, f->first_due))
            f->first_due = l;
    }
}

/* --- people ----------------------------------------------------------------------------------- */

static struct family *home_on(const struct effects *x, const struct trace *person, int32_t day)
{
    struct place p = place_on(person, day);
    return p.in ? family_of(x, p.household_id) : NULL;
}

/* On any day from one to another: on the first, or on one on which something changed. */
static bool was_in(const struct trace *t, int64_t household, int32_t from, int32_t to)
{
    struct place p = place_on(t, from);
    if (p.in && p.household_id == household)
        return true;
    if (t->from.set && t->from.v.day > from && t->from.v.day <= to) {
        p = place_on(t, t->from.v.day);
        if (p.in && p.household_id == household)
            return true;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (t->steps[i].day <= from || t->steps[i].day > to)
            continue;
        p = place_on(t, t->steps[i].day);
        if (p.in && p.household_id == household)
            return true;
    }
    return false;
}

/* The households that a person may ever have belonged to: the row's, and those of the movements. */
static void count_person(struct effects *x, const struct trace *t)
{
    struct run *r = x->r;
    struct figure_row row = { .kind = "person" };
    bool counted = false, at_payout = false;
    for (size_t i = 0; i <= t->n; i++) {
        int64_t home = i < t->n ? t->steps[i].household_id : t->household_id;
        struct family *f = family_of(x, home);
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = t->steps[k].household_id == home;
        if (!f || !f->first || again)
            continue;
        if (was_in(t, home, f->first->first_out, r->q->as_of.day)) {
            row.name = household_name(r, home);
            row.on = on_day(f->first->first_out);
            if (!counted)
                take(r, FIGURE_LOAN_PERSONS, NUMERATOR, 1, &row);
            take(r, FIGURE_LOAN_PERSONS_TIMES, NUMERATOR, f->loans, &row);
            counted = true;
        }
        struct place p = place_on(t, f->first->first_out);
        if (p.in && p.household_id == home && !at_payout) {
            take(r, FIGURE_LOAN_PERSONS_AT_PAYOUT, NUMERATOR, 1, &row);
            at_payout = true;
        }
    }
}

static void count_people(struct effects *x)
{
    for (size_t i = 0; i < x->h.persons_n; i++) {
        const struct trace *t = &x->h.persons[i];
        count_person(x, t);
        for (size_t k = 0; k <= t->n; k++) {
            struct family *f = family_of(x, k < t->n ? t->steps[k].household_id : t->household_id);
            bool again = false;
            for (size_t j = 0; j < k && f && !again; j++)
                again = t->steps[j].household_id == f->id;
            if (!f || !f->first_due || again)
                continue;
            f->members_before += home_on(x, t, year_end(year_of(f->first_due->first_out) - 1)) == f;
            f->members_after += home_on(x, t, year_end(year_of(f->first_due->due_on))) == f;
        }
    }
}

/* --- incomes ---------------------------------------------------------------------------------- */

static bool read_incomes(struct effects *x)
{
    const struct run *r = x->r;
    enum found found;
    CLEANUP(rows_close) struct rows rows = { 0 };
    CLEANUP(arena_free) struct arena a = { 0 };
    if (!db_scan(r->tx, &rows,
                 SQL_OF(STMT_KEY, &household_year_entity,
                        "SELECT {*} FROM household_year WHERE county = $1 ORDER BY id"),
                 r->e, V(r->scope.county)))
        return false;
    while ((found = rows_next(&rows, r->e)) == FOUND) {
        struct household_year y;
        arena_reset(&a);
        if (!rows_obj(&rows, 0, &y, &a, r->e))
            return false;
        struct family *f = family_of(x, y.household_id);
        if (!f || !f->first_due || !y.year.set)
            continue;
        if (y.year.v == year_of(f->first_due->first_out) - 1)
            f->before = income_net(&y);
        if (y.year.v == year_of(f->first_due->due_on))
            f->after = income_net(&y);
    }
    return found != FAILED;
}

static void take_income(struct run *r, const struct family *f)
{
    struct figure_row row = { .kind = "household", .name = household_name(r, f->id) };
    take(r, FIGURE_EFFECT_INCOME_BEFORE, NUMERATOR, f->before.v.fen, &row);
    take(r, FIGURE_EFFECT_INCOME_BEFORE, DENOMINATOR, f->members_before, &row);
    take(r, FIGURE_EFFECT_INCOME_AFTER, NUMERATOR, f->after.v.fen, &row);
    take(r, FIGURE_EFFECT_INCOME_AFTER, DENOMINATOR, f->members_after, &row);
    /* Each household's own figure is rounded once, to the fen. */
    struct money before = f->before.v, after = f->after.v;
    if (!money_scale(&before, 1, f->members_before) || !money_scale(&after, 1, f->members_after))
        return;
    take(r, FIGURE_EFFECT_INCOME_BEFORE_MEAN, NUMERATOR, before.fen, &row);
    take(r, FIGURE_EFFECT_INCOME_BEFORE_MEAN, DENOMINATOR, 1, &row);
    take(r, FIGURE_EFFECT_INCOME_AFTER_MEAN, NUMERATOR, after.fen, &row);
    take(r, FIGURE_EFFECT_INCOME_AFTER_MEAN, DENOMINATOR, 1, &row);
}

/* --- out of poverty --------------------------------------------------------------------------- */

/* Where the archive knows only that a household left poverty later, it was poor before. */
static bool left_poverty(const struct effects *x, const struct family *f)
{
    int32_t then = household_state(&x->h, f->id, f->first_due->first_out);
    int32_t now = household_state(&x->h, f->id, year_end(year_of(x->r->q->as_of.day)));
    bool poor = then == STATE_POOR || then == STATE_FALLEN_BACK || then == STATE_PRE_EXIT || then == -1;
    return poor && now == STATE_EXITED;
}

static bool read_surveys(struct effects *x)
{
    struct run *r = x->r;
    enum found found;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan(r->tx, &rows,
                 SQL(STMT_KEY,
                     "SELECT s.household_id, s.out_of_poverty FROM effect_survey s JOIN contract c ON "
                     "c.county = $1 AND c.id = s.contract_id WHERE s.county = $1 AND c.fund_id = $2 AND "
                     "s.surveyed_on <= $3 AND s.out_of_poverty IS NOT NULL ORDER BY s.household_id, "
                     "s.surveyed_on, s.id"),
                 r->e, V(r->scope.county), V(r->fund_id), V(r->q->as_of)))
        return false;
    while ((found = rows_next(&rows, r->e)) == FOUND) {
        struct family *f = family_of(x, rows_int(&rows, 0));
        if (!f)
            continue;
        f->assessed = true;
        f->assessed_out = rows_int(&rows, 1) == 1;
    }
    return found != FAILED;
}

static void take_assessed(struct run *r, const struct family *f, const struct figure_row *row)
{
    if (!f->assessed) {
        r->out->list[FIGURE_EFFECT_EXIT_RATE_ASSESSED].left_out++;
        return;
    }
    take(r, FIGURE_EFFECT_EXIT_RATE_ASSESSED, DENOMINATOR, 1, row);
    if (f->assessed_out)
        take(r, FIGURE_EFFECT_EXIT_RATE_ASSESSED, NUMERATOR, 1, row);
}

static void count_effects(struct effects *x)
{
    static const enum figure_id of_incomes[] = { FIGURE_EFFECT_INCOME_BEFORE, FIGURE_EFFECT_INCOME_AFTER,
                                                 FIGURE_EFFECT_INCOME_GAIN };
    struct run *r = x->r;
    for (size_t i = 0; i < x->n; i++) {
        const struct family *f = &x->list[i];
        struct figure_row row = { .kind = "household", .name = household_name(r, f->id) };
        if (!f->first_due)
            continue;
        row.on = on_day(f->first_due->first_out);
        take(r, FIGURE_EFFECT_HOUSEHOLDS, NUMERATOR, 1, &row);
        if (left_poverty(x, f))
            take(r, FIGURE_EFFECT_EXIT_RATE, NUMERATOR, 1, &row);
        take_assessed(r, f, &row);
        bool both = f->before.set && f->after.set && f->members_before && f->members_after;
        if (both)
            take_income(r, f);
        for (size_t k = 0; k < N_ELEMS(of_incomes); k++)
            r->out->list[of_incomes[k]].left_out += !both;
    }
}

/* --- losses ----------------------------------------------------------------------------------- */

static bool count_losses(struct effects *x)
{
    struct run *r = x->r;
    enum found found;
    int64_t last = 0;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan(r->tx, &rows,
                 SQL(STMT_KEY,
                     "SELECT household_id, happened_on, loss, event FROM disaster_loss WHERE county = $1 "
                     "ORDER BY household_id, happened_on, id"),
                 r->e, V(r->scope.county)))
        return false;
    while ((found = rows_next(&rows, r->e)) == FOUND) {
        int64_t id = rows_int(&rows, 0);
        struct figure_row row = { .kind = "loss", .on = on_day((int32_t)rows_int(&rows, 1)) };
        const struct family *f = family_of(x, id);
        if (!f || !in_span(r, row.on.v.day))
            continue;
        row.name = household_name(r, id);
        take(r, FIGURE_DISASTER_PROJECTS, NUMERATOR, 1, &row);
        take(r, FIGURE_DISASTER_LOSS, NUMERATOR, rows_int(&rows, 2), &row);
        if (id != last)
            take(r, FIGURE_DISASTER_HOUSEHOLDS, NUMERATOR, 1, &row);
        last = id;
    }
    return found != FAILED;
}

bool figures_effects(struct run *r)
{
    struct effects x = { .r = r };
    if (!county_history_read(r->tx, r->scope.county, &x.h, r->e))
        return false;
    make_families(&x);
    count_people(&x);
    bool ok = read_incomes(&x) && read_surveys(&x);
    if (ok)
        count_effects(&x);
    ok = ok && count_losses(&x);
    free(x.list);
    county_history_release(&x.h);
    return ok;
}
