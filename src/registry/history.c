#include "registry/history.h"

#include "base/value.h"
#include "registry/household_file.h"

#include <assert.h>

/* --- one life ---------------------------------------------------------------------------------------- */

int step_cmp(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->no > y->no) - (x->no < y->no);
}

static bool within(struct opt_date from, struct opt_date until, int32_t day)
{
    return (!from.set || from.v.day <= day) && !(until.set && until.v.day <= day);
}

/* After the last movement the row may tell of an end that none was recorded for. */
static bool ended_since(const struct trace *t, const struct step *last, int32_t day)
{
    bool left = t->until.set && t->until.v.day >= last->day && t->until.v.day <= day;
    return t->row && (t->gone || left);
}

/* Before any movement: what the first one says of the stay that it ended, or of an earlier one. */
static bool was_in_before(const struct step *next, int32_t day)
{
    const struct opt_date never = { 0 };
    if (next->change < 0)
        return within(next->since, never, day);
    return next->until.set && within(next->since, next->until, day);
}

struct place place_on(const struct trace *t, int32_t day)
{
    const struct step *last = NULL, *next = NULL;
    for (size_t i = 0; i < t->n && !next; i++) {
        if (t->steps[i].change == 0)
            continue;
        if (t->steps[i].day <= day)
            last = &t->steps[i];
        else
            next = &t->steps[i];
    }
    if (!last && !next)
        return (struct place){ t->row && !t->gone && within(t->from, t->until, day), t->household_id,
                               t->village };
    const struct step *s = last ? last : next;
    bool in = last ? last->change > 0 && (next || !ended_since(t, last, day)) : was_in_before(next, day);
    return (struct place){ in, s->household_id, s->village };
}

struct trace trace_of_person(const struct person *p)
{
    struct trace t = { .id = p->id, .household_id = p->household_id, .from = p->joined_on, .row = true };
    bool left = p->change_status.set && p->change_status.v >= CHANGE_LEFT_FIRST;
    t.until = p->left_on.set ? p->left_on : left ? p->changed_on : (struct opt_date){ 0 };
    t.gone = left && !t.until.set;
    return t;
}

struct step step_of(const struct movement *m)
{
    return (struct step){ .id = m->person_id.set ? m->person_id.v : m->household_id,
                          .no = m->no,
                          .household_id = m->household_id,
                          .village = m->village.v,
                          .day = m->effective_on.day,
                          .kind = m->kind.v,
                          .change = (int32_t)m->change,
                          .since = m->since,
                          .until = m->until };
}

int32_t status_day(const struct household_status *s)
{
    struct date d = s->recorded_on;
    if (s->changed_on.set)
        return s->changed_on.v.day;
    if (s->year.set)
        date_of((int)s->year.v, 12, 31, &d);
    return d.day;
}

/* --- a county ---------------------------------------------------------------------------------------- */

/* One more place in a growing list, zeroed. */
static void *room(void **list, size_t *n, size_t *cap, size_t size)
{
    if (*n == *cap) {
        *cap = *cap ? *cap * 2 : 1024;
        *list = xrealloc(*list, arena_mul(*cap, size));
    }
    void *p = (char *)*list + *n * size;
    ++*n;
    return memset(p, 0, size);
}

static struct opt_date date_at(struct rows *r, int i)
{
    struct val v = rows_val(r, i);
    return (struct opt_date){ { (int32_t)v.i }, v.kind == V_INT };
}

static int32_t code_at(struct rows *r, int i)
{
    struct val v = rows_val(r, i);
    return v.kind == V_INT ? (int32_t)v.i : -1;
}

static bool read_households(struct tx *tx, struct county_history *h, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap = 0;
    enum found f;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT id, village, entered_on, registered_year, state FROM household WHERE county = "
                     "$1 ORDER BY id"),
                 e, V(h->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct trace *t = room((void **)&h->households, &h->households_n, &cap, sizeof *t);
        struct date jan1;
        *t = (struct trace){ .id = rows_int(&r, 0), .village = rows_int(&r, 1), .row = true };
        t->household_id = t->id;
        t->from = date_at(&r, 2);
        if (!t->from.set && rows_val(&r, 3).kind == V_INT && date_of((int)rows_int(&r, 3), 1, 1, &jan1))
            t->from = (struct opt_date){ jan1, true };
        t->state = code_at(&r, 4);
    }
    return f != FAILED;
}

static bool read_persons(struct tx *tx, struct county_history *h, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap = 0;
    enum found f;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT id, household_id, joined_on, left_on, change_status, changed_on FROM person "
                     "WHERE county = $1 ORDER BY id"),
                 e, V(h->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct person p = { .id = rows_int(&r, 0), .household_id = rows_int(&r, 1) };
        struct trace *t = room((void **)&h->persons, &h->persons_n, &cap, sizeof *t);
        p.joined_on = date_at(&r, 2);
        p.left_on = date_at(&r, 3);
        p.change_status = (struct code){ code_at(&r, 4), rows_val(&r, 4).kind == V_INT };
        p.changed_on = date_at(&r, 5);
        *t = trace_of_person(&p);
    }
    return f != FAILED;
}

static int by_household_and_day(const void *a, const void *b)
{
    const struct state_since *x = a, *y = b;
    if (x->household_id != y->household_id)
        return x->household_id < y->household_id ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static bool read_states(struct tx *tx, struct county_history *h, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap = 0;
    enum found f;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT household_id, id, old_state, state, year, changed_on, recorded_on FROM "
                     "household_status WHERE county = $1 ORDER BY household_id, id"),
                 e, V(h->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct household_status x = { .year = { rows_int(&r, 4), rows_val(&r, 4).kind == V_INT },
                                      .changed_on = date_at(&r, 5),
                                      .recorded_on = { (int32_t)rows_int(&r, 6) } };
        struct state_since *s = room((void **)&h->states, &h->states_n, &cap, sizeof *s);
        *s = (struct state_since){ .household_id = rows_int(&r, 0),
                                   .day = status_day(&x),
                                   .state = code_at(&r, 3),
                                   .old_state = code_at(&r, 2),
                                   .id = rows_int(&r, 1) };
    }
    if (h->states_n)
        qsort(h->states, h->states_n, sizeof *h->states, by_household_and_day);
    return f != FAILED;
}

static bool read_steps(struct tx *tx, struct county_history *h, size_t *cap, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap_persons = 0;
    enum found f;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT person_id, no, household_id, village, effective_on, kind, change, since, until "
                     "FROM movement WHERE county = $1 AND change <> 0 AND reverses IS NULL AND reversed_by "
                     "IS NULL ORDER BY no"),
                 e, V(h->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        bool person = rows_val(&r, 0).kind == V_INT;
        struct step *s = person ? room((void **)&h->person_steps, &h->person_steps_n, &cap_persons, sizeof *s)
                                : room((void **)&h->household_steps, &h->household_steps_n, cap, sizeof *s);
        *s = (struct step){ .id = rows_int(&r, person ? 0 : 2),
                            .no = rows_int(&r, 1),
                            .household_id = rows_int(&r, 2),
                            .village = rows_int(&r, 3),
                            .day = (int32_t)rows_int(&r, 4),
                            .kind = (int32_t)rows_int(&r, 5),
                            .change = (int32_t)rows_int(&r, 6),
                            .since = date_at(&r, 7),
                            .until = date_at(&r, 8) };
    }
    if (h->person_steps_n)
        qsort(h->person_steps, h->person_steps_n, sizeof *h->person_steps, step_cmp);
    if (h->household_steps_n)
        qsort(h->household_steps, h->household_steps_n, sizeof *h->household_steps, step_cmp);
    return f != FAILED;
}

static struct trace *find_trace(struct trace *list, size_t n, int64_t id)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (list[mid].id == id)
            return &list[mid];
        if (list[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

const struct trace *household_trace(const struct county_history *h, int64_t id)
{
    return find_trace(h->households, h->households_n, id);
}

/* Among the first n steps, which are in order. */
static bool has_step(const struct county_history *h, size_t n, int64_t id, int32_t day, int32_t change)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (h->household_steps[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < n && h->household_steps[lo].id == id; lo++)
        if (h->household_steps[lo].day == day && h->household_steps[lo].change == change)
            return true;
    return false;
}

/* Households closed or taken on again by an import have no movement; their states tell. */
static void add_steps_of_states(struct county_history *h, size_t *cap)
{
    size_t recorded = h->household_steps_n;
    for (size_t i = 0; i < h->states_n; i++) {
        const struct state_since *s = &h->states[i];
        bool closes = s->state == STATE_CLOSED, opens = s->old_state == STATE_CLOSED && !closes;
        const struct trace *t = closes || opens ? household_trace(h, s->household_id) : NULL;
        if (!t || has_step(h, recorded, s->household_id, s->day, closes ? -1 : 1))
            continue;
        struct step *x = room((void **)&h->household_steps, &h->household_steps_n, cap, sizeof *x);
        *x = (struct step){ .id = t->id, /* before the movements of the day: no 0 */
                            .household_id = t->id,
                            .village = t->village,
                            .day = s->day,
                            .change = closes ? -1 : 1,
                            .since = t->from };
    }
    if (h->household_steps_n)
        qsort(h->household_steps, h->household_steps_n, sizeof *h->household_steps, step_cmp);
}

/* Steps to their traces; those without a row get one of their own. */
static void join_steps(struct trace **list, size_t *n, const struct step *steps, size_t steps_n)
{
    const size_t rows = *n;
    size_t cap = rows;
    for (size_t i = 0; i < steps_n;) {
        size_t k = i;
        while (k < steps_n && steps[k].id == steps[i].id)
            k++;
        struct trace *t = find_trace(*list, rows, steps[i].id);
        if (!t) {
            t = room((void **)list, n, &cap, sizeof *t);
            t->id = steps[i].id;
        }
        t->steps = steps + i;
        t->n = k - i;
        i = k;
    }
}

static int by_trace_id(const void *a, const void *b)
{
    const struct trace *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

bool county_history_read(struct tx *tx, int64_t county, struct county_history *h, struct errs *e)
{
    size_t cap = 0;
    *h = (struct county_history){ .county = county };
    if (!read_households(tx, h, e) || !read_persons(tx, h, e) || !read_states(tx, h, e) ||
        !read_steps(tx, h, &cap, e))
        return false;
    add_steps_of_states(h, &cap);
    join_steps(&h->households, &h->households_n, h->household_steps, h->household_steps_n);
    for (size_t i = 0; i < h->households_n; i++) {
        struct trace *t = &h->households[i];
        t->gone = t->row && t->n == 0 && t->state == STATE_CLOSED; /* nobody wrote down when */
    }
    join_steps(&h->persons, &h->persons_n, h->person_steps, h->person_steps_n);
    if (h->households_n)
        qsort(h->households, h->households_n, sizeof *h->households, by_trace_id);
    if (h->persons_n)
        qsort(h->persons, h->persons_n, sizeof *h->persons, by_trace_id);
    return true;
}

void county_history_release(struct county_history *h)
{
    free(h->households);
    free(h->persons);
    free(h->states);
    free(h->household_steps);
    free(h->person_steps);
    *h = (struct county_history){ 0 };
}

/* --- questions --------------------------------------------------------------------------------- */

static bool in_county(const struct county_history *h, int64_t village)
{
    return village / 1000000 == h->county;
}

int64_t household_village(const struct county_history *h, const struct trace *household, int32_t day)
{
    struct place p = place_on(household, day);
    return p.in && in_county(h, p.village) ? p.village : 0;
}

int64_t person_village(const struct county_history *h, const struct trace *person, int32_t day)
{
    struct place p = place_on(person, day);
    if (!p.in)
        return 0;
    const struct trace *home = household_trace(h, p.household_id);
    if (home)
        return household_village(h, home, day);
    return in_county(h, p.village) ? p.village : 0;
}

int32_t household_state(const struct county_history *h, int64_t household_id, int32_t day)
{
    size_t lo = 0, hi = h->states_n;
    while (lo < hi) { /* the first one of the household */
        size_t mid = lo + (hi - lo) / 2;
        if (h->states[mid].household_id < household_id)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == h->states_n || h->states[lo].household_id != household_id)
        return -1;
    int32_t state = h->states[lo].old_state;
    for (; lo < h->states_n && h->states[lo].household_id == household_id && h->states[lo].day <= day; lo++)
        state = h->states[lo].state;
    return state;
}
