/* count_kept.c - counts that a server keeps, brought up to date by counting only the villages written to.
 *
 * Which those are is read from the audit: field_change names the rows that were changed and where they were
 * before, and rows that are new have ids that were not there.  That is all there is to know of the acts in
 * rows_stay; whatever else wrote to the register (a transfer takes rows away, undoing a merge brings old ones
 * back), and whatever does not add up, has the county counted as a whole. */
#include "registry/count_parts.h"
#include "registry/person.h"
#include "registry/region.h"

#include "access/audit.h"

#include <assert.h>
#include <pthread.h>

enum { COUNTIES_KEPT = 64, LOOK_BACK = 5000, ROWS_MAX = 4000, VILLAGES_MAX = 200, IDS_KEPT = 20000 };

/* The greatest ids of a table, so that new ones are told from these.  A little of everything: several
 * connections number their rows from blocks of their own, so a new row need not have the greatest id. */
struct ids {
    int64_t *list; /* descending */
    size_t n;
};
struct kept_county {
    int64_t county, seq; /* where its audit chain ended */
    struct count_line *villages;
    size_t n;
    struct ids households, persons;
    uint64_t used;
};
struct counts_kept {
    pthread_mutex_t lock;
    struct kept_county list[COUNTIES_KEPT];
    size_t n;
    uint64_t clock;
};

static void kept_release(struct kept_county *x)
{
    free(x->villages);
    free(x->households.list);
    free(x->persons.list);
}

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
        kept_release(&k->list[i]);
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

static void *copy_of(const void *p, size_t n, size_t size)
{
    void *copy = xcalloc(n + 1, size);
    if (n)
        memcpy(copy, p, n * size);
    return copy;
}

/* A copy, to be worked on while others ask. */
static bool take_kept(struct counts_kept *k, int64_t county, struct kept_county *out)
{
    pthread_mutex_lock(&k->lock);
    struct kept_county *x = kept_of(k, county);
    if (x) {
        x->used = ++k->clock;
        *out = *x;
        out->villages = copy_of(x->villages, x->n, sizeof *x->villages);
        out->households.list = copy_of(x->households.list, x->households.n, sizeof(int64_t));
        out->persons.list = copy_of(x->persons.list, x->persons.n, sizeof(int64_t));
    }
    pthread_mutex_unlock(&k->lock);
    return x != NULL;
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

/* Takes over what x holds. */
static void keep(struct counts_kept *k, struct kept_county *x)
{
    pthread_mutex_lock(&k->lock);
    struct kept_county *at = room_for(k, x->county);
    if (at->county != x->county || at->seq < x->seq) {
        struct kept_county old = *at;
        *at = *x;
        at->used = ++k->clock;
        *x = old;
    }
    pthread_mutex_unlock(&k->lock);
    kept_release(x);
    *x = (struct kept_county){ 0 };
}

/* --- what was written since --------------------------------------------------------------- */

/* Acts that change rows of the register and add new ones, and do nothing else to it. */
static const char *const rows_stay[] = {
    "household.add", "household.edit", "household.status", "import",        "move army",      "move birth",
    "move death",    "move head",      "move in",          "move marry-in", "move marry-out", "move missing",
    "move out",      "move prison",    "move remove",      "move return",   "move split",     "person.edit",
    "regions.merge", "survey.record",  "year.edit",
};

/* Villages to be counted again, and what the audit says of the rows that came. */
struct since {
    struct tx *tx;
    int64_t county, from, to;
    int64_t households, persons; /* rows that came, by the audit */
    size_t rows;                 /* changed or new rows looked at so far */
    int64_t villages[VILLAGES_MAX];
    size_t n;
    bool written, whole; /* whole: no way but to count the county */
};

static bool stays(struct str action)
{
    for (size_t i = 0; i < N_ELEMS(rows_stay); i++)
        if (str_eq(action, str_of(rows_stay[i])))
            return true;
    return false;
}

static bool read_acts(struct since *s, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_query(s->tx, &r,
                  SQL(STMT_KEY, "SELECT touched, action FROM audit WHERE county = $1 AND seq > $2 AND "
                                "seq <= $3 AND touched IS NOT NULL"),
                  e, V(s->county), V(s->from), V(s->to)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct str touched = rows_text(&r, 0);
        struct audit_touch t;
        bool ours = false;
        while (audit_next_touch(&touched, &t)) {
            bool household = str_eq(t.table, str_of(household_entity.table));
            bool person = str_eq(t.table, str_of(person_entity.table));
            s->households += household ? t.rows : 0;
            s->persons += person ? t.rows : 0;
            ours = ours || household || person;
        }
        s->written = s->written || ours;
        s->whole = s->whole || (ours && !stays(rows_text(&r, 1)));
    }
    return f != FAILED;
}

static void add_village(struct since *s, int64_t code)
{
    if (code / 1000000 != s->county) {
        s->whole = true;
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        if (s->villages[i] == code)
            return;
    if (s->n == VILLAGES_MAX)
        s->whole = true;
    else
        s->villages[s->n++] = code;
}

/* The village of that row's household; a row that is not there any more is nothing we know of. */
static bool add_of(struct since *s, const struct stmt *st, int64_t id, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (++s->rows > ROWS_MAX) {
        s->whole = true;
        return true;
    }
    if (!db_query(s->tx, &r, st, e, V(s->county), V(id)))
        return false;
    enum found f = rows_next(&r, e);
    if (f == FOUND)
        add_village(s, rows_int(&r, 0));
    s->whole = s->whole || f == NONE;
    return f != FAILED;
}

static bool add_of_household(struct since *s, int64_t id, struct errs *e)
{
    return add_of(s, SQL(STMT_KEY, "SELECT village FROM household WHERE county = $1 AND id = $2"), id, e);
}

static bool add_of_person(struct since *s, int64_t id, struct errs *e)
{
    return add_of(s,
                  SQL(STMT_KEY, "SELECT h.village FROM person p JOIN household h ON h.county = p.county AND "
                                "h.id = p.household_id WHERE p.county = $1 AND h.county = $1 AND p.id = $2"),
                  id, e);
}

/* Only what counts go by; where a row was before counts as much as where it is. */
static bool add_change(struct since *s, struct rows *r, struct errs *e)
{
    struct str field = rows_text(r, 2), before = rows_text(r, 3);
    int64_t was = 0, id = rows_int(r, 1);
    bool village = str_eq(field, STR("village")), household = str_eq(field, STR("household_id"));
    if ((village || household) && !str_int(before, &was))
        s->whole = true;
    else if (village)
        add_village(s, was);
    else if (household && !add_of_household(s, was, e))
        return false;
    return str_eq(rows_text(r, 0), str_of(person_entity.table)) ? add_of_person(s, id, e)
                                                                : add_of_household(s, id, e);
}

static bool read_changes(struct since *s, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f = NONE;
    static_assert(CHANGE_LEFT_FIRST == 11, "what counts as left goes by change_status and left_on");
    if (!db_query(s->tx, &r,
                  SQL(STMT_KEY,
                      "SELECT table_name, row_id, field, before FROM field_change WHERE county = $1 "
                      "AND seq > $2 AND seq <= $3 AND table_name IN ('household', 'person') AND "
                      "field IN ('village', 'state', 'household_id', 'left_on', 'change_status')"),
                  e, V(s->county), V(s->from), V(s->to)))
        return false;
    while (!s->whole && (f = rows_next(&r, e)) == FOUND)
        if (!add_change(s, &r, e))
            return false;
    return s->whole || f != FAILED;
}

static const struct stmt *greatest_households(void)
{
    return SQL(STMT_KEY, "SELECT id FROM household WHERE county = $1 ORDER BY id DESC LIMIT $2");
}

static const struct stmt *greatest_persons(void)
{
    return SQL(STMT_KEY, "SELECT id FROM person WHERE county = $1 ORDER BY id DESC LIMIT $2");
}

static bool read_ids(struct tx *tx, const struct stmt *st, int64_t county, int64_t most, struct ids *out,
                     struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    struct ids got = { xcalloc((size_t)most + 1, sizeof(int64_t)), 0 };
    if (!db_query(tx, &r, st, e, V(county), V(most))) {
        free(got.list);
        return false;
    }
    while ((f = rows_next(&r, e)) == FOUND && got.n < (size_t)most)
        got.list[got.n++] = rows_int(&r, 0);
    if (f == FAILED) {
        free(got.list);
        return false;
    }
    free(out->list);
    *out = got;
    return true;
}

typedef bool add_fn(struct since *s, int64_t id, struct errs *e);

/* The rows of `now` whose ids are not among those known; how many. */
static bool add_unknown(struct since *s, const struct ids *known, const struct ids *now, add_fn *add,
                        int64_t *found, struct errs *e)
{
    int64_t floor = known->n < IDS_KEPT ? 0 : known->list[known->n - 1];
    for (size_t i = 0, k = 0; !s->whole && i < now->n && now->list[i] > floor; i++) {
        while (k < known->n && known->list[k] > now->list[i])
            k++;
        if (k < known->n && known->list[k] == now->list[i])
            continue;
        ++*found;
        if (!add(s, now->list[i], e))
            return false;
    }
    return true;
}

/* As many must be new as the audit says came, or something else happened. */
static bool add_new(struct since *s, const struct stmt *st, struct ids *known, int64_t came, add_fn *add,
                    struct errs *e)
{
    struct ids now = { 0 };
    int64_t found = 0;
    if (came == 0)
        return true;
    if (came < 0 || came > ROWS_MAX) {
        s->whole = true;
        return true;
    }
    if (!read_ids(s->tx, st, s->county, IDS_KEPT + came, &now, e))
        return false;
    bool ok = add_unknown(s, known, &now, add, &found, e);
    s->whole = s->whole || found != came;
    free(known->list);
    *known = now;
    known->n = now.n < IDS_KEPT ? now.n : IDS_KEPT;
    return ok;
}

/* --- one village again -------------------------------------------------------------------- */

static bool count_states(struct since *s, int64_t code, struct count_line *out, bool *there, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    *out = (struct count_line){ .region = { code } };
    *there = false;
    if (!db_query(s->tx, &r,
                  SQL(STMT_KEY, "SELECT state, count(*) FROM household WHERE county = $1 AND village = $2 "
                                "GROUP BY state"),
                  e, V(s->county), V(code)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct val state = rows_val(&r, 0);
        bool known = state.kind == V_INT && state.i >= 0 && state.i < STATES_MAX;
        out->by_state[known ? state.i : STATES_MAX] += rows_int(&r, 1);
        out->households += state.kind == V_INT && state.i == STATE_CLOSED ? 0 : rows_int(&r, 1);
        *there = true;
    }
    return f != FAILED;
}

static bool count_members(struct since *s, int64_t code, struct count_line *out, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    static_assert(STATE_CLOSED == 9, "the statement says so too");
    if (!db_query(s->tx, &r,
                  SQL(STMT_KEY,
                      "SELECT count(*) FROM household h JOIN person p ON p.county = h.county AND "
                      "p.household_id = h.id WHERE h.county = $1 AND p.county = $1 AND h.village = $2 AND "
                      "(h.state IS NULL OR h.state <> 9) AND p.left_on IS NULL AND "
                      "(p.change_status IS NULL OR p.change_status < 11)"),
                  e, V(s->county), V(code)))
        return false;
    if (rows_next(&r, e) != FOUND)
        return false;
    out->persons = rows_int(&r, 0);
    return true;
}

static bool count_villages(struct since *s, struct kept_county *x, struct errs *e)
{
    for (size_t i = 0; i < s->n; i++) {
        struct count_line now;
        size_t at = 0;
        bool there;
        if (!count_states(s, s->villages[i], &now, &there, e) || !count_members(s, s->villages[i], &now, e))
            return false;
        while (at < x->n && x->villages[at].region.v != s->villages[i])
            at++;
        if (there && at == x->n)
            x->villages = xrealloc(x->villages, ++x->n * sizeof *x->villages);
        if (there)
            x->villages[at] = now;
        else if (at < x->n)
            x->villages[at] = x->villages[--x->n];
    }
    return true;
}

/* FOUND: x holds as of seq. */
static enum found bring_up(struct tx *tx, struct kept_county *x, int64_t seq, struct errs *e)
{
    struct since s = { .tx = tx, .county = x->county, .from = x->seq, .to = seq };
    if (x->seq == seq)
        return FOUND;
    if (x->seq > seq || seq - x->seq > LOOK_BACK)
        return NONE;
    if (!read_acts(&s, e))
        return FAILED;
    if (s.written && !s.whole &&
        (!read_changes(&s, e) ||
         !add_new(&s, greatest_households(), &x->households, s.households, add_of_household, e) ||
         !add_new(&s, greatest_persons(), &x->persons, s.persons, add_of_person, e) ||
         (!s.whole && !count_villages(&s, x, e))))
        return FAILED;
    x->seq = seq;
    return s.whole ? NONE : FOUND;
}

/* --- asking ------------------------------------------------------------------------------- */

static bool head_of(struct tx *tx, int64_t county, int64_t *seq, struct errs *e)
{
    struct audit_head head = { 0 };
    enum found f = db_get(tx, &audit_head_entity, &head, e, V(county));
    *seq = f == FOUND ? head.seq : 0;
    return f != FAILED;
}

static void take_lines(struct county_count *to, const struct scope *s, const struct count_line *list,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i].region.v < s->first || list[i].region.v > s->last)
            continue;
        uint32_t v = village_add(to, list[i].region.v); /* may move to->villages */
        to->villages[v] = list[i];
    }
}

/* Its villages out of what is kept, or NONE. */
static enum found find_kept(struct tx *tx, struct counts_kept *k, const struct scope *s, int64_t seq,
                            struct county_count *out, struct errs *e)
{
    CLEANUP(kept_release) struct kept_county x = { 0 };
    if (!take_kept(k, s->county, &x))
        return NONE;
    enum found f = bring_up(tx, &x, seq, e);
    if (f == FOUND) {
        take_lines(out, s, x.villages, x.n);
        keep(k, &x);
    }
    return f;
}

/* The county as a whole is counted and kept; what the scope holds of it is taken then. */
static bool count_and_keep(struct tx *tx, struct counts_kept *k, const struct scope *s, int64_t seq,
                           struct county_count *out, struct errs *e)
{
    CLEANUP(county_release) struct county_count c = { 0 };
    CLEANUP(kept_release) struct kept_county x = { .county = s->county, .seq = seq };
    struct scope whole = { s->county, s->county * 1000000, s->county * 1000000 + 999999 };
    if (!count_county(tx, &whole, &c, e))
        return false;
    take_lines(out, s, c.villages, c.villages_n);
    if (!seq)
        return true;
    if (!read_ids(tx, greatest_households(), s->county, IDS_KEPT, &x.households, e) ||
        !read_ids(tx, greatest_persons(), s->county, IDS_KEPT, &x.persons, e))
        return false;
    x.n = c.villages_n;
    x.villages = copy_of(c.villages, x.n, sizeof *x.villages);
    keep(k, &x);
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

/* --- before anybody asks -------------------------------------------------------------------- */

struct warming {
    struct counts_kept *k;
    struct list counties;
    int64_t county;
};

static bool list_counties(struct tx *tx, void *ctx, struct errs *e)
{
    struct warming *w = ctx;
    return db_list(tx, SQL_OF(STMT_REF, &county_entity, "SELECT {*} FROM county ORDER BY county LIMIT 5000"),
                   &w->counties, e->a, e);
}

static bool warm_county(struct tx *tx, void *ctx, struct errs *e)
{
    struct warming *w = ctx;
    CLEANUP(county_release) struct county_count c = { 0 };
    struct scope none = { .county = w->county };
    int64_t seq;
    return head_of(tx, w->county, &seq, e) && (!seq || count_and_keep(tx, w->k, &none, seq, &c, e));
}

void counts_kept_warm(struct store *st, struct counts_kept *k, const volatile sig_atomic_t *stop)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    struct warming w = { .k = k };
    bool ok = store_run(st, TX_READ, 0, list_counties, &w, &e) && w.counties.n <= COUNTIES_KEPT;
    for (size_t i = 0; ok && i < w.counties.n && !__atomic_load_n(stop, __ATOMIC_RELAXED); i++) {
        w.county = ((const struct county *)w.counties.rows)[i].county;
        ok = store_run(st, TX_READ, w.county, warm_county, &w, &e);
    }
    arena_free(&a);
}
