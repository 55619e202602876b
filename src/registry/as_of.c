#include "registry/as_of.h"

#include "base/value.h"
#include "registry/change_value.h"
#include "registry/history.h"
#include "registry/household_file.h"
#include "registry/region.h"

enum { COUNTIES_MAX = 64 };
#define EVENING(day) (((int64_t)(day) + 1) * INT64_C(86400000000) - INT64_C(8) * 3600 * 1000000)

struct looking_back {
    struct tx *tx;
    struct date day;
    int64_t county;                 /* where the household is now */
    int64_t counties[COUNTIES_MAX]; /* and where it was, the latest first */
    size_t counties_n;
    const struct movement
        *rows; /* all of the household, its members and those who were, in order; none taken back */
    size_t rows_n;
};

/* --- by the day of recording -------------------------------------------------------------- */

/* These go by the day of effect. */
static bool goes_by_effect(const struct entity *en, const char *field)
{
    static const char *const of_household[] = { "county",    "hh_no",     "village",   "head_name",
                                                "state",     "exit_year", "back_year", "planned_exit_year",
                                                "back_cause" };
    static const char *const of_person[] = { "county",     "household_id",  "relation",  "change_status",
                                             "changed_on", "change_reason", "joined_on", "left_on" };
    bool person = en == &person_entity;
    const char *const *list = person ? of_person : of_household;
    size_t n = person ? N_ELEMS(of_person) : en == &household_entity ? N_ELEMS(of_household) : 1;
    for (size_t i = 0; i < n; i++)
        if (!strcmp(list[i], field))
            return true;
    return false;
}

static bool undo_changes_in(struct looking_back *l, int64_t county, const struct entity *en, int64_t id,
                            void *obj, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_query(l->tx, &r,
                  SQL(STMT_KEY,
                      "SELECT c.field, c.before FROM field_change c JOIN audit a ON a.county = c.county AND "
                      "a.seq = c.seq WHERE c.county = $1 AND a.county = $1 AND c.table_name = $2 AND "
                      "c.row_id = $3 AND a.at >= $4 ORDER BY c.seq DESC, c.no DESC"),
                  e, V(county), V(en->table), V(id), V(EVENING(l->day.day))))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        char field[64];
        struct str name = rows_text(&r, 0);
        snprintf(field, sizeof field, "%.*s", (int)name.n, name.p);
        const struct col *c = entity_col(en, field);
        if (c && !goes_by_effect(en, field))
            change_value_set(store_seal(tx_store(l->tx)), c, obj, rows_text(&r, 1), e->a);
    }
    return f != FAILED;
}

static bool undo_changes(struct looking_back *l, const struct entity *en, int64_t id, void *obj,
                         struct errs *e)
{
    for (size_t i = 0; i < l->counties_n; i++)
        if (!undo_changes_in(l, l->counties[i], en, id, obj, e))
            return false;
    return true;
}

/* --- by the day of effect ----------------------------------------------------------------- */

static bool read_rows(struct looking_back *l, int64_t household_id, struct errs *e)
{
    struct list rows;
    if (!db_list(
            l->tx,
            SQL_OF(
                STMT_KEY, &movement_entity,
                "SELECT {*} FROM movement WHERE county = $1 AND reverses IS NULL AND reversed_by IS NULL AND "
                "(household_id = $2 OR person_id IN (SELECT p.id FROM person p WHERE p.county = $1 AND "
                "p.household_id = $2) OR person_id IN (SELECT m.person_id FROM movement m WHERE m.county = "
                "$1 "
                "AND m.household_id = $2 AND m.person_id IS NOT NULL)) ORDER BY effective_on, no"),
            &rows, e->a, e, V(l->county), V(household_id)))
        return false;
    l->rows = rows.rows;
    l->rows_n = rows.n;
    l->counties[l->counties_n++] = l->county;
    for (size_t i = rows.n; i-- > 0;) {
        int64_t county = region_county(l->rows[i].village);
        bool known = false;
        for (size_t k = 0; k < l->counties_n; k++)
            known = known || l->counties[k] == county;
        if (!known && l->counties_n < COUNTIES_MAX)
            l->counties[l->counties_n++] = county;
    }
    return true;
}

/* Take back, of one person (or of the household, id 0), what took effect after the day. */
static void undo_movements(struct looking_back *l, const struct entity *en, int64_t household_id,
                           int64_t person_id, void *obj, struct errs *e)
{
    for (size_t i = l->rows_n; i-- > 0 && l->rows[i].effective_on.day > l->day.day;) {
        const struct movement *m = &l->rows[i];
        bool mine = person_id ? m->person_id.set && m->person_id.v == person_id
                              : !m->person_id.set && m->household_id == household_id;
        if (mine)
            changes_apply(en, m->detail, CHANGE_BEFORE, obj, e->a);
    }
}

static void set_state(struct household *h, const struct household_status *s)
{
    h->state = s->state;
    if (s->state.v == STATE_EXITED)
        h->exit_year = s->year;
    if (s->state.v == STATE_PRE_EXIT)
        h->planned_exit_year = s->year;
    if (s->state.v == STATE_FALLEN_BACK) {
        h->back_year = s->year;
        h->back_cause = s->cause;
    }
}

static int by_status_day(const void *a, const void *b)
{
    const struct household_status *x = a, *y = b;
    int32_t d = status_day(x), f = status_day(y);
    if (d != f)
        return d < f ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static bool state_then(struct looking_back *l, struct household_then *out, struct errs *e)
{
    struct household *h = &out->household;
    struct list all;
    if (!db_list(
            l->tx,
            SQL_OF(STMT_KEY, &household_status_entity,
                   "SELECT {*} FROM household_status WHERE county = $1 AND household_id = $2 ORDER BY id"),
            &all, e->a, e, V(l->county), V(h->id)))
        return false;
    struct household_status *s = all.rows;
    if (all.n)
        qsort(s, all.n, sizeof *s, by_status_day);
    h->state = all.n ? s[0].old_state : h->state;
    h->exit_year = h->planned_exit_year = h->back_year = (struct opt_int){ 0 };
    h->back_cause = (struct code){ 0 };
    out->states = s;
    for (; out->states_n < all.n && status_day(&s[out->states_n]) <= l->day.day; out->states_n++)
        set_state(h, &s[out->states_n]);
    return true;
}

/* --- years -------------------------------------------------------------------------------- */

static bool years_then(struct looking_back *l, struct household_then *out, struct errs *e)
{
    struct list years;
    if (!db_list(
            l->tx,
            SQL_OF(STMT_KEY, &household_year_entity,
                   "SELECT {*} FROM household_year WHERE county = $1 AND household_id = $2 AND year <= $3 "
                   "ORDER BY year DESC"),
            &years, e->a, e, V(l->county), V(out->household.id), V((int64_t)date_civil(l->day).year)))
        return false;
    out->years = years.rows;
    out->years_n = years.n;
    for (size_t i = 0; i < years.n; i++)
        if (!undo_changes(l, &household_year_entity, out->years[i].id, &out->years[i], e))
            return false;
    return true;
}

/* The household's own stay on the register. */
static bool was_on_register(struct looking_back *l, const struct household *now, const struct household *then)
{
    struct step *steps = xcalloc(l->rows_n + 1, sizeof *steps);
    struct trace t = {
        .id = now->id, .household_id = now->id, .from = now->entered_on, .row = true, .steps = steps
    };
    struct date jan1;
    if (!t.from.set && now->registered_year.set && date_of((int)now->registered_year.v, 1, 1, &jan1))
        t.from = (struct opt_date){ jan1, true };
    for (size_t i = 0; i < l->rows_n; i++)
        if (!l->rows[i].person_id.set && l->rows[i].household_id == now->id)
            steps[t.n++] = step_of(&l->rows[i]);
    bool in = place_on(&t, l->day.day).in;
    free(steps);
    return in && !(then->state.set && then->state.v == STATE_CLOSED);
}

/* --- members ------------------------------------------------------------------------------ */

static bool was_member(struct looking_back *l, const struct trace *row, int64_t person_id,
                       int64_t household_id)
{
    struct step *steps = xcalloc(l->rows_n + 1, sizeof *steps);
    struct trace t = *row;
    t.steps = steps;
    for (size_t i = 0; i < l->rows_n; i++)
        if (l->rows[i].person_id.set && l->rows[i].person_id.v == person_id)
            steps[t.n++] = step_of(&l->rows[i]);
    struct place p = place_on(&t, l->day.day);
    free(steps);
    return p.in && p.household_id == household_id;
}

static bool add_member(struct looking_back *l, const struct household *h, int64_t id, struct str name,
                       struct household_then *out, struct errs *e)
{
    struct person p = { 0 };
    enum found f = db_get(l->tx, &person_entity, &p, e, V(l->county), V(id));
    if (f == FAILED)
        return false;
    struct trace t = f == FOUND ? trace_of_person(&p) : (struct trace){ .id = id };
    if (!was_member(l, &t, id, h->id))
        return true;
    if (f == NONE) {
        out->members[out->members_n++] = (struct person){ .name = name };
        return true;
    }
    if (!undo_changes(l, &person_entity, id, &p, e))
        return false;
    undo_movements(l, &person_entity, h->id, id, &p, e);
    out->members[out->members_n++] = p;
    return true;
}

/* In the order they were registered; who is known by name only, last. */
static int by_id(const void *a, const void *b)
{
    uint64_t x = (uint64_t)((const struct person *)a)->id - 1,
             y = (uint64_t)((const struct person *)b)->id - 1;
    return (x > y) - (x < y);
}

static bool members_then(struct looking_back *l, const struct household *h, struct household_then *out,
                         struct errs *e)
{
    struct list now;
    size_t n = 0;
    if (!db_list(l->tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                 &now, e->a, e, V(l->county), V(h->id)))
        return false;
    const struct person *p = now.rows;
    int64_t *ids = NEW_ARRAY(e->a, int64_t, now.n + l->rows_n + 1);
    struct str *names = NEW_ARRAY(e->a, struct str, now.n + l->rows_n + 1);
    for (size_t i = 0; i < now.n; i++, n++) {
        ids[n] = p[i].id;
        names[n] = p[i].name;
    }
    for (size_t i = 0; i < l->rows_n; i++) {
        bool known = !l->rows[i].person_id.set || l->rows[i].household_id != h->id;
        for (size_t k = 0; k < n && !known; k++)
            known = ids[k] == l->rows[i].person_id.v;
        if (known)
            continue;
        ids[n] = l->rows[i].person_id.v;
        names[n++] = l->rows[i].person_name;
    }
    out->members = NEW_ARRAY(e->a, struct person, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!add_member(l, h, ids[i], names[i], out, e))
            return false;
    if (out->members_n)
        qsort(out->members, out->members_n, sizeof *out->members, by_id);
    return true;
}

static bool read_names(struct looking_back *l, struct household_then *out, struct errs *e)
{
    struct region r;
    enum found f = db_get(l->tx, &region_entity, &r, e, V(out->household.village));
    if (f == FOUND)
        out->village = r.name;
    if (f != FAILED)
        f = db_get(l->tx, &region_entity, &r, e, V(region_parent(out->household.village)));
    if (f == FOUND)
        out->township = r.name;
    return f != FAILED;
}

bool household_as_of(struct tx *tx, const struct household *now, struct date day, struct household_then *out,
                     struct errs *e)
{
    struct looking_back l = { .tx = tx, .day = day, .county = now->county };
    *out = (struct household_then){ .household = *now };
    struct household *then = &out->household;
    if (!read_rows(&l, now->id, e) || !undo_changes(&l, &household_entity, now->id, then, e))
        return false;
    undo_movements(&l, &household_entity, now->id, 0, then, e);
    if (!state_then(&l, out, e) || !members_then(&l, now, out, e) || !years_then(&l, out, e) ||
        !read_names(&l, out, e))
        return false;
    out->on_register = was_on_register(&l, now, then);
    out->since = NEW_ARRAY(e->a, struct movement, l.rows_n + 1);
    for (size_t i = 0; i < l.rows_n; i++)
        if (l.rows[i].effective_on.day > day.day && l.rows[i].household_id == now->id)
            out->since[out->since_n++] = l.rows[i];
    return true;
}
