#include "registry/balance.h"

#include "registry/household_file.h"

#include <assert.h>

enum { DAYS_MAX = 4096 };

struct tally {
    const struct scope *scope;
    const struct county_history *h;
    int32_t from, to;
    struct balance *out;
};

static bool in_scope(const struct tally *t, int64_t village)
{
    return village >= t->scope->first && village <= t->scope->last;
}

static void misfit(struct balance *b, struct str hh_no, struct str name)
{
    if (b->misfits_n < MISFITS_MAX)
        b->misfits[b->misfits_n] = (struct misfit){ hh_no, name };
    b->misfits_n++;
}

/* --- days on which something happened to somebody ----------------------------------------- */

struct days {
    int32_t day[DAYS_MAX];
    size_t n;
};

static void add_day(const struct tally *t, struct days *d, int32_t day)
{
    if (day >= t->from && day <= t->to && d->n < DAYS_MAX)
        d->day[d->n++] = day;
}

static void add_days(const struct tally *t, struct days *d, const struct trace *x)
{
    if (x->from.set)
        add_day(t, d, x->from.v.day);
    if (x->until.set)
        add_day(t, d, x->until.v.day);
    for (size_t i = 0; i < x->n; i++) {
        add_day(t, d, x->steps[i].day);
        if (x->steps[i].since.set)
            add_day(t, d, x->steps[i].since.v.day);
        if (x->steps[i].until.set)
            add_day(t, d, x->steps[i].until.v.day);
    }
}

static int by_day(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Households that the person was a member of. */
static void add_homes(const struct tally *t, struct days *d, const struct trace *x)
{
    const struct trace *home = household_trace(t->h, x->household_id);
    if (home)
        add_days(t, d, home);
    for (size_t i = 0; i < x->n; i++) {
        home = household_trace(t->h, x->steps[i].household_id);
        if (home)
            add_days(t, d, home);
    }
}

/* --- one life in the balance -------------------------------------------------------------- */

typedef int64_t village_fn(const struct county_history *h, const struct trace *x, int32_t day);

static bool moved_on(const struct trace *x, int32_t day)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->steps[i].day == day && x->steps[i].no)
            return true;
    return false;
}

/* What its movements add, and what changed without one.  The sum must lead from opening to closing. */
static bool tally_life(struct tally *t, const struct trace *x, const struct days *d, village_fn *village,
                       struct flows *f)
{
    bool was = in_scope(t, village(t->h, x, t->from - 1)), opening = was;
    int64_t sum = 0;
    for (size_t i = 0; i < d->n; i++) {
        bool now = in_scope(t, village(t->h, x, d->day[i]));
        if (now != was && !moved_on(x, d->day[i])) {
            now ? f->in[0]++ : f->out[0]++;
            sum += now ? 1 : -1;
        }
        was = now;
    }
    for (size_t i = 0; i < x->n; i++) {
        const struct step *s = &x->steps[i];
        bool own = s->no && s->day >= t->from && s->day <= t->to && in_scope(t, s->village);
        assert(s->kind >= 0 && s->kind < MOVE_KINDS);
        if (!own)
            continue;
        s->change > 0 ? f->in[s->kind]++ : f->out[s->kind]++;
        sum += s->change;
    }
    bool closing = in_scope(t, village(t->h, x, t->to));
    f->opening += opening;
    f->closing += closing;
    return opening + sum == closing;
}

/* The row agrees with what is known of its life.  Without one, the last that is known was in another county.
 */
static bool row_agrees(const struct trace *x, int64_t county, bool person)
{
    struct place last = place_on(x, INT32_MAX);
    if (!x->row)
        return !last.in || last.village / 1000000 != county;
    bool present = person ? !x->gone && !x->until.set : x->state != STATE_CLOSED;
    return last.in == present && (!last.in || last.household_id == x->household_id);
}

static bool name_misfit(struct tx *tx, struct tally *t, const struct trace *x, bool person, struct errs *e)
{
    struct person p = { .household_id = x->household_id };
    struct household h = { 0 };
    if (t->out->misfits_n >= MISFITS_MAX) {
        misfit(t->out, h.hh_no, p.name);
        return true;
    }
    enum found f = person ? db_get(tx, &person_entity, &p, e, V(t->h->county), V(x->id)) : FOUND;
    if (f != FAILED)
        f = db_get(tx, &household_entity, &h, e, V(t->h->county), V(person ? p.household_id : x->id));
    misfit(t->out, h.hh_no.p ? h.hh_no : STR("?"), p.name);
    return f != FAILED;
}

static bool tally_all(struct tx *tx, struct tally *t, const struct trace *list, size_t n, bool person,
                      struct errs *e)
{
    CLEANUP(freep) struct days *d = xmalloc(sizeof *d);
    struct flows *f = person ? &t->out->persons : &t->out->households;
    for (size_t i = 0; i < n; i++) {
        const struct trace *x = &list[i];
        d->n = 0;
        add_days(t, d, x);
        if (person)
            add_homes(t, d, x);
        if (d->n)
            qsort(d->day, d->n, sizeof *d->day, by_day);
        bool fits = tally_life(t, x, d, person ? person_village : household_village, f);
        const struct trace *home = person ? household_trace(t->h, x->household_id) : x;
        bool here = home && in_scope(t, home->village);
        if ((!fits || (here && !row_agrees(x, t->h->county, person))) && !name_misfit(tx, t, x, person, e))
            return false;
    }
    return true;
}

static void sum_up(struct flows *f)
{
    for (size_t k = 0; k < MOVE_KINDS; k++) {
        f->total_in += f->in[k];
        f->total_out += f->out[k];
    }
}

bool balance_of(struct tx *tx, const struct actor *who, struct region_code within, struct date from,
                struct date to, struct balance *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct balance){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        CLEANUP(county_history_release) struct county_history h = { 0 };
        struct tally t = { &scopes.list[i], &h, from.day, to.day, out };
        if (!county_history_read(tx, scopes.list[i].county, &h, e) ||
            !tally_all(tx, &t, h.households, h.households_n, false, e) ||
            !tally_all(tx, &t, h.persons, h.persons_n, true, e))
            return false;
    }
    sum_up(&out->households);
    sum_up(&out->persons);
    const struct flows *a = &out->households, *b = &out->persons;
    out->balanced = !out->misfits_n && a->opening + a->total_in - a->total_out == a->closing &&
                    b->opening + b->total_in - b->total_out == b->closing;
    return true;
}

#define MOVEMENTS                                                                                        \
    "SELECT {*} FROM movement WHERE county = $1 AND village BETWEEN $2 AND $3 AND effective_on BETWEEN " \
    "$4 AND $5 AND (CAST($6 AS INTEGER) = 0 OR kind = $6) AND (effective_on, no) "

const struct stmt *movement_rows(bool down)
{
    return down ? SQL_OF(STMT_KEY, &movement_entity,
                         MOVEMENTS "< (CAST($8 AS bigint), $9) ORDER BY effective_on DESC, no DESC LIMIT $7")
                : SQL_OF(STMT_KEY, &movement_entity,
                         MOVEMENTS "> (CAST($8 AS bigint), $9) ORDER BY effective_on, no LIMIT $7");
}

bool movements_list(struct tx *tx, const struct actor *who, struct region_code within, struct date from,
                    struct date to, int32_t kind, size_t limit, struct list *out, bool *more, struct errs *e)
{
    struct scopes scopes;
    *out = (struct list){ NEW_ARRAY(e->a, struct movement, limit + 1), 0 };
    *more = false;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && out->n <= limit; i++) {
        const struct scope *s = &scopes.list[i];
        struct list one;
        if (!db_list(tx, movement_rows(false), &one, e->a, e, V(s->county), V(s->first), V(s->last), V(from),
                     V(to), V(kind), V(limit + 1 - out->n), V(INT64_MIN), V((int64_t)0)))
            return false;
        if (one.n)
            memcpy((struct movement *)out->rows + out->n, one.rows, one.n * sizeof(struct movement));
        out->n += one.n;
    }
    *more = out->n > limit;
    if (*more)
        out->n = limit;
    return true;
}

/* --- verify ------------------------------------------------------------------------------- */

/* Persons with movements only: the others are what their row says. */
static bool check_county(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    struct list rows;
    size_t steps_n = 0;
    if (!db_list(
            tx,
            SQL_OF(STMT_KEY, &movement_entity,
                   "SELECT {*} FROM movement WHERE county = $1 AND person_id IS NOT NULL AND change <> 0 AND "
                   "reverses IS NULL AND reversed_by IS NULL ORDER BY person_id, effective_on, no"),
            &rows, e->a, e, V(county)))
        return false;
    const struct movement *m = rows.rows;
    struct step *steps = NEW_ARRAY(e->a, struct step, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        steps[i] = step_of(&m[i]);
    for (size_t i = 0; i < rows.n; i += steps_n) {
        struct person p;
        for (steps_n = 1; i + steps_n < rows.n && steps[i + steps_n].id == steps[i].id;)
            steps_n++;
        enum found f = db_get(tx, &person_entity, &p, e, V(county), V(steps[i].id));
        if (f == FAILED)
            return false;
        struct trace t = f == FOUND ? trace_of_person(&p) : (struct trace){ .id = steps[i].id };
        t.steps = steps + i;
        t.n = steps_n;
        if (!row_agrees(&t, county, true))
            verify_found(r, e, "movement", county, MSG_MOVE_MISFIT, ARGS(A(m[i].hh_no), A(m[i].no)));
    }
    return true;
}

static bool check_all(struct tx *tx, struct verify_report *r, struct errs *e)
{
    struct scopes scopes;
    const struct grant everything = { UINT64_MAX, { 0, INT64_MAX } };
    const struct actor all = { .grants = &everything, .n = 1 };
    if (!scopes_of(tx, &all, PERM_REGISTRY_READ, (struct region_code){ 0 }, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++)
        if (!check_county(tx, scopes.list[i].county, r, e))
            return false;
    return true;
}

const struct invariant movement_invariant = { "movement", check_all };
