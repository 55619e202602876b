#include "registry/count.h"

#include "registry/history.h"
#include "registry/person.h"
#include "registry/region.h"

#include "access/audit.h"

#include <assert.h>
#include <pthread.h>

/* Households of one county in the order of ids, so that members find theirs by bisection: grouping in the
 * database by a column without an index is several times slower (performance.md). */
struct hh {
    int64_t id;
    uint32_t village;
    bool closed; /* off the register: neither it nor its members count */
};
struct county_count {
    struct hh *hh;
    size_t n, cap;
    struct count_line *villages;
    size_t villages_n, villages_cap;
};

static void county_release(struct county_count *c)
{
    free(c->hh);
    free(c->villages);
}

/* One more, which is not there yet. */
static uint32_t village_add(struct county_count *c, int64_t code)
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

/* Villages into lines; villages come sorted, so those of a township stand together. */
static bool add_county(struct tx *tx, struct county_count *c, enum region_level by, struct counts *out,
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
        if (!read_households(tx, &scopes.list[i], &c, e) || !read_persons(tx, &scopes.list[i], &c, e) ||
            !add_county(tx, &c, by, out, e))
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

/* --- kept between questions --------------------------------------------------------------- */

enum { COUNTIES_KEPT = 64, LOOK_BACK = 5000 };

struct kept_county {
    int64_t county, seq; /* where its audit chain ended */
    struct count_line *villages;
    size_t n;
    uint64_t used;
};
struct counts_kept {
    pthread_mutex_t lock;
    struct kept_county list[COUNTIES_KEPT];
    size_t n;
    uint64_t clock;
};

struct counts_kept *counts_kept_open(void)
{
    struct counts_kept *k = xcalloc(1, sizeof *k);
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void counts_kept_close(struct counts_kept *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < k->n; i++)
        free(k->list[i].villages);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

static struct kept_county *kept_of(struct counts_kept *k, int64_t county)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->list[i].county == county)
            return &k->list[i];
    return NULL;
}

static bool touches_register(struct str touched)
{
    struct audit_touch t;
    while (audit_next_touch(&touched, &t))
        if (str_eq(t.table, str_of(household_entity.table)) || str_eq(t.table, str_of(person_entity.table)))
            return true;
    return false;
}

/* Was a household or person written in (from, to]?  Too far back to look counts as yes. */
static bool written_since(struct tx *tx, int64_t county, int64_t from, int64_t to, bool *yes, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f = NONE;
    *yes = from > to || to - from > LOOK_BACK;
    if (*yes || from == to)
        return true;
    if (!db_query(tx, &r,
                  SQL(STMT_KEY, "SELECT touched FROM audit WHERE county = $1 AND seq > $2 AND seq <= $3 AND "
                                "touched IS NOT NULL"),
                  e, V(county), V(from), V(to)))
        return false;
    while (!*yes && (f = rows_next(&r, e)) == FOUND)
        *yes = touches_register(rows_text(&r, 0));
    return f != FAILED;
}

static void take_line(struct county_count *to, const struct scope *s, const struct count_line *x)
{
    if (x->region.v < s->first || x->region.v > s->last)
        return;
    uint32_t v = village_add(to, x->region.v); /* may move to->villages */
    to->villages[v] = *x;
}

/* Its villages out of what is kept, or NONE. */
static enum found find_kept(struct tx *tx, struct counts_kept *k, const struct scope *s, int64_t seq,
                            struct county_count *c, struct errs *e)
{
    int64_t then = -1;
    bool written;
    pthread_mutex_lock(&k->lock);
    const struct kept_county *x = kept_of(k, s->county);
    if (x)
        then = x->seq;
    pthread_mutex_unlock(&k->lock);
    if (then < 0)
        return NONE;
    if (!written_since(tx, s->county, then, seq, &written, e))
        return FAILED;
    if (written)
        return NONE;
    pthread_mutex_lock(&k->lock);
    struct kept_county *now = kept_of(k, s->county);
    bool same = now && now->seq == then;
    for (size_t i = 0; same && i < now->n; i++) {
        take_line(c, s, &now->villages[i]);
    }
    if (same) {
        now->seq = seq;
        now->used = ++k->clock;
    }
    pthread_mutex_unlock(&k->lock);
    return same ? FOUND : NONE;
}

/* Its own place, a new one, or that of the county not asked for longest. */
static struct kept_county *room_for(struct counts_kept *k, int64_t county)
{
    struct kept_county *x = kept_of(k, county);
    if (!x && k->n < COUNTIES_KEPT)
        return &k->list[k->n++];
    for (size_t i = 0, full = !x; full && i < k->n; i++)
        if (!x || k->list[i].used < x->used)
            x = &k->list[i];
    return x;
}

static void keep(struct counts_kept *k, int64_t county, int64_t seq, const struct county_count *c)
{
    pthread_mutex_lock(&k->lock);
    struct kept_county *x = room_for(k, county);
    if (x->county != county || x->seq < seq) {
        free(x->villages);
        *x = (struct kept_county){ .county = county, .seq = seq, .n = c->villages_n, .used = ++k->clock };
        x->villages = xcalloc(c->villages_n + 1, sizeof *x->villages);
        if (c->villages_n)
            memcpy(x->villages, c->villages, c->villages_n * sizeof *x->villages);
    }
    pthread_mutex_unlock(&k->lock);
}

static bool head_of(struct tx *tx, int64_t county, int64_t *seq, struct errs *e)
{
    struct audit_head head = { 0 };
    enum found f = db_get(tx, &audit_head_entity, &head, e, V(county));
    *seq = f == FOUND ? head.seq : 0;
    return f != FAILED;
}

/* The county as a whole is counted and kept; what the scope holds of it is taken then. */
static bool count_and_keep(struct tx *tx, struct counts_kept *k, const struct scope *s, int64_t seq,
                           struct county_count *out, struct errs *e)
{
    CLEANUP(county_release) struct county_count c = { 0 };
    struct scope whole = { s->county, s->county * 1000000, s->county * 1000000 + 999999 };
    if (!read_households(tx, &whole, &c, e) || !read_persons(tx, &whole, &c, e))
        return false;
    if (seq)
        keep(k, s->county, seq, &c);
    for (size_t i = 0; i < c.villages_n; i++)
        take_line(out, s, &c.villages[i]);
    return true;
}

bool count_registry_kept(struct tx *tx, struct counts_kept *k, const struct actor *who,
                         struct region_code within, enum region_level by, struct counts *out, struct errs *e)
{
    struct scopes scopes;
    if (!k)
        return count_registry(tx, who, within, by, out, e);
    *out = (struct counts){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        CLEANUP(county_release) struct county_count c = { 0 };
        int64_t seq;
        enum found f;
        if (!head_of(tx, scopes.list[i].county, &seq, e) ||
            (f = find_kept(tx, k, &scopes.list[i], seq, &c, e)) == FAILED ||
            (f == NONE && !count_and_keep(tx, k, &scopes.list[i], seq, &c, e)) ||
            !add_county(tx, &c, by, out, e))
            return false;
    }
    return true;
}

bool counts_kept_have(struct tx *tx, struct counts_kept *k, const struct actor *who,
                      struct region_code within, bool *have, struct errs *e)
{
    struct scopes scopes;
    *have = k != NULL;
    if (!k || !scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return !k;
    for (size_t i = 0; i < scopes.n && *have; i++) {
        CLEANUP(county_release) struct county_count c = { 0 };
        int64_t seq;
        if (!head_of(tx, scopes.list[i].county, &seq, e))
            return false;
        enum found f = find_kept(tx, k, &scopes.list[i], seq, &c, e);
        if (f == FAILED)
            return false;
        *have = f == FOUND;
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
