#include "registry/state_years.h"

#include "base/value.h"

enum { YEARS_MAX = 400 };

/* Persons by the households they were ever in. */
struct stay {
    int64_t household_id;
    const struct trace *person;
};
struct counting {
    struct tx *tx;
    const struct scope *scope;
    struct county_history h;
    struct stay *stays;
    size_t n, cap;
    struct date today;
    struct state_years *out;
};

static void counting_release(struct counting *c)
{
    county_history_release(&c->h);
    free(c->stays);
}

static void add_stay(struct counting *c, int64_t household_id, const struct trace *person)
{
    if (c->n && c->stays[c->n - 1].person == person && c->stays[c->n - 1].household_id == household_id)
        return;
    if (c->n == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 4096;
        c->stays = xrealloc(c->stays, arena_mul(c->cap, sizeof *c->stays));
    }
    c->stays[c->n++] = (struct stay){ household_id, person };
}

static int by_household(const void *a, const void *b)
{
    const struct stay *x = a, *y = b;
    if (x->household_id != y->household_id)
        return x->household_id < y->household_id ? -1 : 1;
    return (x->person->id > y->person->id) - (x->person->id < y->person->id);
}

static void find_stays(struct counting *c)
{
    for (size_t i = 0; i < c->h.persons_n; i++) {
        const struct trace *p = &c->h.persons[i];
        if (p->row)
            add_stay(c, p->household_id, p);
        for (size_t k = 0; k < p->n; k++)
            add_stay(c, p->steps[k].household_id, p);
    }
    if (c->n)
        qsort(c->stays, c->n, sizeof *c->stays, by_household);
}

static int64_t members_on(const struct counting *c, int64_t household_id, int32_t day)
{
    size_t lo = 0, hi = c->n;
    int64_t members = 0;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->stays[mid].household_id < household_id)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < c->n && c->stays[lo].household_id == household_id; lo++) {
        bool again = lo && c->stays[lo - 1].person == c->stays[lo].person &&
                     c->stays[lo - 1].household_id == household_id;
        struct place p = place_on(c->stays[lo].person, day);
        members += !again && p.in && p.household_id == household_id;
    }
    return members;
}

static struct state_year *line_of(struct state_years *y, int64_t year)
{
    for (size_t i = 0; i < y->n; i++)
        if (y->list[i].year == year)
            return &y->list[i];
    if (y->n == YEARS_MAX)
        return &y->list[y->n - 1];
    y->list[y->n] = (struct state_year){ .year = year };
    return &y->list[y->n++];
}

static void count_one(struct counting *c, enum year_kind kind, int64_t household_id, int64_t year,
                      struct opt_date on)
{
    struct date day = on.v;
    struct state_year *l = line_of(c->out, year);
    if (!on.set && (!year || !date_of((int)year, 12, 31, &day)))
        day = c->today;
    if (day.day > c->today.day)
        day = c->today;
    l->households[kind]++;
    /* closed: those who left with it were members the day before */
    l->persons[kind] += members_on(c, household_id, day.day - (kind == YEAR_CLOSED));
}

/* A household made by a split has the state of the old one: no step of its own. */
static bool is_by_split(const struct trace *t, struct opt_date on)
{
    return t && t->n && t->steps[0].kind == MOVE_SPLIT_NEW && on.set && t->steps[0].day == on.v.day;
}

static bool count_states(struct counting *c, struct errs *e)
{
    static const struct {
        int32_t state;
        enum year_kind kind;
    } kinds[] = { { STATE_PRE_EXIT, YEAR_PLANNED },
                  { STATE_EXITED, YEAR_EXITED },
                  { STATE_FALLEN_BACK, YEAR_FALLEN_BACK } };
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(c->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT s.household_id, s.state, s.year, s.changed_on FROM household_status s JOIN "
                     "household h ON h.county = s.county AND h.id = s.household_id WHERE s.county = $1 AND "
                     "h.county = $1 AND h.village BETWEEN $2 AND $3 AND (s.old_state IS NULL OR "
                     "(s.old_state <> s.state AND s.old_state <> 9)) ORDER BY s.id"),
                 e, V(c->scope->county), V(c->scope->first), V(c->scope->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        for (size_t i = 0; i < N_ELEMS(kinds); i++) {
            struct opt_date on = { { (int32_t)rows_int(&r, 3) }, rows_val(&r, 3).kind == V_INT };
            int64_t year = rows_int(&r, 2);
            if (kinds[i].state != rows_int(&r, 1) || is_by_split(household_trace(&c->h, rows_int(&r, 0)), on))
                continue;
            if (!year && on.set)
                year = date_civil(on.v).year;
            if (kinds[i].kind == YEAR_PLANNED)
                on.set = false;
            count_one(c, kinds[i].kind, rows_int(&r, 0), year, on);
        }
    return f != FAILED;
}

/* Neither a closing that was taken back, nor a move to another village. */
static bool is_closing(const struct trace *t, const struct step *s)
{
    bool kind = s->kind == 0 || s->kind == MOVE_CLOSED || s->kind == MOVE_MERGED_AWAY;
    return s->change < 0 && kind && !place_on(t, s->day).in;
}

static void count_registered(struct counting *c)
{
    for (size_t i = 0; i < c->h.households_n; i++) {
        const struct trace *t = &c->h.households[i];
        if (!t->row || t->village < c->scope->first || t->village > c->scope->last)
            continue;
        if (t->from.set && !is_by_split(t, t->from))
            count_one(c, YEAR_REGISTERED, t->id, date_civil(t->from.v).year, t->from);
        for (size_t k = 0; k < t->n; k++) {
            struct opt_date on = { { t->steps[k].day }, true };
            if (is_closing(t, &t->steps[k]))
                count_one(c, YEAR_CLOSED, t->id, date_civil(on.v).year, on);
        }
    }
}

static int by_year(const void *a, const void *b)
{
    const struct state_year *x = a, *y = b;
    uint64_t p = (uint64_t)x->year - 1, q = (uint64_t)y->year - 1; /* 0 comes last */
    return (p > q) - (p < q);
}

bool state_years_of(struct tx *tx, const struct actor *who, struct region_code within, struct date today,
                    struct state_years *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct state_years){ .list = NEW_ARRAY(e->a, struct state_year, YEARS_MAX) };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        CLEANUP(counting_release)
        struct counting c = { .tx = tx, .scope = &scopes.list[i], .today = today, .out = out };
        if (!county_history_read(tx, scopes.list[i].county, &c.h, e))
            return false;
        find_stays(&c);
        count_registered(&c);
        if (!count_states(&c, e))
            return false;
    }
    if (out->n)
        qsort(out->list, out->n, sizeof *out->list, by_year);
    return true;
}
