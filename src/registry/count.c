#include "registry/count.h"

#include "registry/count_parts.h"
#include "registry/history.h"
#include "registry/person.h"
#include "registry/region.h"

#include <assert.h>

void county_release(struct county_count *c)
{
    free(c->hh);
    free(c->villages);
}

uint32_t village_add(struct county_count *c, int64_t code)
{
    if (c->villages_n == c->villages_cap) {
        c->villages_cap = c->villages_cap ? c->villages_cap * 2 : 64;
        c->villages = xrealloc(c->villages, c->villages_cap * sizeof *c->villages);
    }
    c->villages[c->villages_n] = (struct count_line){ .region = { code } };
    return (uint32_t)c->villages_n++;
}

static uint32_t village_at(struct county_count *c, int64_t code)
{
    for (size_t i = c->villages_n; i-- > 0;) /* neighbours in the register are neighbours in space */
        if (c->villages[i].region.v == code)
            return (uint32_t)i;
    return village_add(c, code);
}

static bool read_households(struct tx *tx, const struct scope *s, struct county_count *c, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY, "SELECT id, village, state FROM household WHERE county = $1 AND village "
                               "BETWEEN $2 AND $3 ORDER BY id"),
                 e, V(s->county), V(s->first), V(s->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (c->n == c->cap) {
            c->cap = c->cap ? c->cap * 2 : 4096;
            c->hh = xrealloc(c->hh, c->cap * sizeof *c->hh);
        }
        uint32_t v = village_at(c, rows_int(&r, 1));
        struct val state = rows_val(&r, 2);
        bool closed = state.kind == V_INT && state.i == STATE_CLOSED;
        c->hh[c->n++] = (struct hh){ rows_int(&r, 0), v, closed };
        c->villages[v].households += !closed;
        c->villages[v]
            .by_state[state.kind == V_INT && state.i >= 0 && state.i < STATES_MAX ? state.i : STATES_MAX]++;
    }
    return f != FAILED;
}

static const struct hh *hh_of(const struct county_count *c, int64_t id)
{
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->hh[mid].id == id)
            return &c->hh[mid];
        if (c->hh[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static bool read_persons(struct tx *tx, const struct scope *s, struct county_count *c, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    static_assert(CHANGE_LEFT_FIRST == 11, "the statement says so too");
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY, "SELECT household_id FROM person WHERE county = $1 AND left_on IS NULL "
                               "AND (change_status IS NULL OR change_status < 11)"),
                 e, V(s->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        const struct hh *h = hh_of(c, rows_int(&r, 0));
        if (h && !h->closed)
            c->villages[h->village].persons++;
    }
    return f != FAILED;
}

bool count_county(struct tx *tx, const struct scope *s, struct county_count *c, struct errs *e)
{
    return read_households(tx, s, c, e) && read_persons(tx, s, c, e);
}

static void add_line(struct count_line *to, const struct count_line *x)
{
    to->households += x->households;
    to->persons += x->persons;
    for (size_t i = 0; i <= STATES_MAX; i++)
        to->by_state[i] += x->by_state[i];
}

static int by_code(const void *a, const void *b)
{
    const struct count_line *x = a, *y = b;
    return (x->region.v > y->region.v) - (x->region.v < y->region.v);
}

static bool name_line(struct tx *tx, struct count_line *line, struct errs *e)
{
    struct region r;
    enum found f = db_get(tx, &region_entity, &r, e, V(line->region));
    if (f == FOUND)
        line->name = r.name;
    return f != FAILED;
}

bool add_county(struct tx *tx, struct county_count *c, enum region_level by, struct counts *out,
                struct errs *e)
{
    int64_t township = 0;
    struct count_line *lines = NEW_ARRAY(e->a, struct count_line, out->n + c->villages_n);
    if (out->n)
        memcpy(lines, out->lines, out->n * sizeof *lines);
    out->lines = lines;
    if (c->villages_n)
        qsort(c->villages, c->villages_n, sizeof *c->villages, by_code);
    for (size_t i = 0; i < c->villages_n; i++) {
        const struct count_line *v = &c->villages[i];
        struct region_code line = by == VILLAGE ? v->region : region_parent(v->region);
        out->villages++;
        out->townships += region_parent(v->region).v != township;
        township = region_parent(v->region).v;
        add_line(&out->all, v);
        if (by == REGION_NONE)
            continue;
        if (!out->n || lines[out->n - 1].region.v != line.v) {
            lines[out->n++] = (struct count_line){ .region = line };
            if (!name_line(tx, &lines[out->n - 1], e))
                return false;
        }
        add_line(&lines[out->n - 1], v);
    }
    return true;
}

bool count_registry(struct tx *tx, const struct actor *who, struct region_code within, enum region_level by,
                    struct counts *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct counts){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        CLEANUP(county_release) struct county_count c = { 0 };
        if (!count_county(tx, &scopes.list[i], &c, e) || !add_county(tx, &c, by, out, e))
            return false;
    }
    return true;
}

bool count_households(struct tx *tx, const struct actor *who, struct region_code within, enum region_level by,
                      struct counts *out, struct errs *e)
{
    struct scopes scopes;
    static_assert(STATE_CLOSED == 9, "the statement says so too");
    *out = (struct counts){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        const struct scope *s = &scopes.list[i];
        CLEANUP(county_release) struct county_count c = { 0 };
        CLEANUP(rows_close) struct rows r = { 0 };
        enum found f;
        if (!db_query(tx, &r,
                      SQL(STMT_KEY,
                          "SELECT village, count(*), sum(CASE WHEN state = 9 THEN 1 ELSE 0 END) FROM "
                          "household WHERE county = $1 AND village BETWEEN $2 AND $3 GROUP BY village"),
                      e, V(s->county), V(s->first), V(s->last)))
            return false;
        while ((f = rows_next(&r, e)) == FOUND) {
            uint32_t v = village_add(&c, rows_int(&r, 0)); /* may move c.villages */
            c.villages[v].households = rows_int(&r, 1) - rows_int(&r, 2);
        }
        if (f == FAILED || !add_county(tx, &c, by, out, e))
            return false;
    }
    return true;
}

/* --- as of a past day --------------------------------------------------------------------- */

static bool in_scope(const struct scope *s, int64_t village)
{
    return village >= s->first && village <= s->last;
}

static void count_then(struct county_count *c, const struct county_history *h, const struct scope *s,
                       int32_t day)
{
    for (size_t i = 0; i < h->households_n; i++) {
        int64_t village = household_village(h, &h->households[i], day);
        int32_t state = household_state(h, h->households[i].id, day);
        if (!in_scope(s, village))
            continue;
        uint32_t v = village_at(c, village); /* may move c->villages */
        c->villages[v].households++;
        c->villages[v].by_state[state >= 0 && state < STATES_MAX ? state : STATES_MAX]++;
    }
    for (size_t i = 0; i < h->persons_n; i++) {
        int64_t village = person_village(h, &h->persons[i], day);
        if (in_scope(s, village)) {
            uint32_t v = village_at(c, village);
            c->villages[v].persons++;
        }
    }
}

bool count_as_of(struct tx *tx, const struct actor *who, struct region_code within, enum region_level by,
                 struct date day, struct counts *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct counts){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        CLEANUP(county_release) struct county_count c = { 0 };
        CLEANUP(county_history_release) struct county_history h = { 0 };
        if (!county_history_read(tx, scopes.list[i].county, &h, e))
            return false;
        count_then(&c, &h, &scopes.list[i], day.day);
        if (!add_county(tx, &c, by, out, e))
            return false;
    }
    return true;
}
