#include "registry/quality.h"

#include "registry/household_file.h"
#include "registry/region.h"

#include <assert.h>

enum { PAGE = 2000, KEYS_MAX = 40000000, UNIT_YUAN = 1, YEARS_MAX = 64 };

const struct label severity_labels[] = {
    [SEVERITY_ERROR] = { "错误", "error" },
    [SEVERITY_WARNING] = { "警告", "warning" },
    [SEVERITY_NOTICE] = { "提示", "notice" },
};
const char *const severity_slugs[] = {
    [SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTICE] = "notice"
};

/* --- values that only one household should have ------------------------------------------- */

struct holder {
    uint64_t hash;
    int64_t county, household;
};
struct quality_keys {
    const struct seal *seal;
    struct holder *list;
    size_t n, cap;
    int64_t county, household; /* at hand */
};

void quality_key(struct quality_keys *k, struct str value)
{
    if (!value.p)
        return;
    if (k->n == k->cap) {
        k->cap = k->cap ? k->cap * 2 : 4096;
        k->list = xrealloc(k->list, k->cap * sizeof *k->list);
    }
    k->list[k->n++] = (struct holder){ rowsum_hash(k->seal, value).lo, k->county, k->household };
}

static int by_household(const struct holder *x, const struct holder *y)
{
    if (x->county != y->county)
        return x->county < y->county ? -1 : 1;
    return (x->household > y->household) - (x->household < y->household);
}

static int by_hash_then_household(const void *a, const void *b)
{
    const struct holder *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return by_household(x, y);
}

static int by_holder(const void *a, const void *b)
{
    return by_household(a, b);
}

/* Leaves each household once that shares a value with another. */
static void keys_leave_shared(struct quality_keys *k)
{
    size_t kept = 0, once = 0;
    if (k->n)
        qsort(k->list, k->n, sizeof *k->list, by_hash_then_household);
    for (size_t from = 0, to; from < k->n; from = to) {
        for (to = from; to < k->n && k->list[to].hash == k->list[from].hash;)
            to++;
        if (by_household(&k->list[from], &k->list[to - 1]))
            for (size_t i = from; i < to; i++)
                k->list[kept++] = k->list[i];
    }
    if (kept)
        qsort(k->list, kept, sizeof *k->list, by_holder);
    for (size_t i = 0; i < kept; i++)
        if (!once || by_household(&k->list[once - 1], &k->list[i]))
            k->list[once++] = k->list[i];
    k->n = once;
}

/* --- a run -------------------------------------------------------------------------------- */

struct quality_run {
    struct tx *tx;
    const struct quality_options *o;
    struct quality_report *r;
    struct quality_keys *keys; /* per rule; only those of rules about shared values are used */
    struct arena page;         /* of the households at hand */
    struct {
        int64_t year;
        struct money line;
    } lines[YEARS_MAX]; /* monitoring lines of the county at hand, by year */
    size_t lines_n;
};

/* Households of a page, and where the members and the year of each stand. */
struct page {
    struct household *households;
    size_t n;
    struct person *persons;
    size_t persons_n;
    struct household_year *years; /* the latest of each that has one */
    size_t years_n;
};

static void find_household(struct quality_run *run, struct quality_list *l, const struct household *h,
                           struct str name, struct errs *e)
{
    l->count++;
    if (l->n == run->o->limit)
        return;
    l->first[l->n++] = (struct quality_finding){ .county = h->county,
                                                 .hh_no = arena_str(e->a, h->hh_no),
                                                 .name = arena_str(e->a, name),
                                                 .village = h->village };
}

static void check_case(struct quality_run *run, struct quality_list *l, const struct quality_case *c,
                       struct errs *e)
{
    const struct quality_rule *rule = l->rule;
    if (rule->household && rule->household(c->household))
        find_household(run, l, c->household, c->household->head_name, e);
    if (rule->family && rule->family(c))
        find_household(run, l, c->household, c->household->head_name, e);
    for (size_t i = 0; rule->person && i < c->n; i++)
        if (rule->person(&c->members[i], c->today))
            find_household(run, l, c->household, c->members[i].name, e);
    if (rule->keys) {
        struct quality_keys *k = &run->keys[l - run->r->lists];
        k->county = c->household->county;
        k->household = c->household->id;
        rule->keys(c, k);
    }
}

static struct opt_money line_of(const struct quality_run *run, const struct household_year *y)
{
    for (size_t i = 0; y && i < run->lines_n; i++)
        if (run->lines[i].year == y->year.v)
            return (struct opt_money){ run->lines[i].line, true };
    return (struct opt_money){ 0 };
}

static void check_household(struct quality_run *run, const struct quality_case *c, struct errs *e)
{
    if (c->household->state.set && c->household->state.v == STATE_CLOSED)
        return;
    run->r->households++;
    run->r->persons += (int64_t)c->n;
    for (size_t k = 0; k < run->r->n; k++)
        if (run->r->lists[k].wanted)
            check_case(run, &run->r->lists[k], c, e);
}

/* Persons and years stand in the order of households. */
static bool check_page(struct quality_run *run, const struct page *p, struct errs *e)
{
    size_t person = 0, year = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct household *h = &p->households[i];
        while (person < p->persons_n && p->persons[person].household_id < h->id)
            person++;
        size_t from = person;
        while (person < p->persons_n && p->persons[person].household_id == h->id)
            person++;
        while (year < p->years_n && p->years[year].household_id < h->id)
            year++;
        bool has_year = year < p->years_n && p->years[year].household_id == h->id;
        struct quality_case c = { .household = h,
                                  .members = p->persons + from,
                                  .n = person - from,
                                  .year = has_year ? &p->years[year] : NULL,
                                  .today = run->o->today };
        c.monitoring_line = line_of(run, c.year);
        check_household(run, &c, e);
    }
    for (size_t k = 0; k < run->r->n; k++)
        if (run->keys[k].n > KEYS_MAX)
            return fail(e, ERR_INVALID, "region", MSG_QUALITY_TOO_MANY);
    return true;
}

/* --- reading in pages --------------------------------------------------------------------- */

/* Grown rows leave their old place in the arena of the page. */
static void *grown(struct arena *a, void *rows, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return rows;
    *cap = *cap ? *cap * 2 : PAGE;
    char *more = NEW_ARRAY(a, char, arena_mul(size, *cap));
    if (n)
        memcpy(more, rows, n * size);
    return more;
}

static bool read_households(struct quality_run *run, const struct scope *s, int64_t after, struct page *p,
                            struct errs *e)
{
    struct list list;
    if (!db_list(
            run->tx,
            SQL_OF(
                STMT_KEY, &household_entity,
                "SELECT {*} FROM household WHERE county = $1 AND village + 0 BETWEEN $2 AND $3 AND id > $4 "
                "ORDER BY id LIMIT $5"),
            &list, &run->page, e, V(s->county), V(s->first), V(s->last), V(after), V((int64_t)PAGE)))
        return false;
    p->households = list.rows;
    p->n = list.n;
    return true;
}

static bool read_persons(struct quality_run *run, const struct scope *s, struct page *p, struct errs *e)
{
    size_t cap = 0;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            run->tx, &r,
            SQL_OF(STMT_KEY, &person_entity,
                   "SELECT {*} FROM person WHERE county = $1 AND household_id BETWEEN $2 AND $3 AND "
                   "household_id IN (SELECT h.id FROM household h WHERE h.county = $1 AND h.id BETWEEN $2 "
                   "AND $3 AND h.village + 0 BETWEEN $4 AND $5) ORDER BY household_id, id"),
            e, V(s->county), V(p->households[0].id), V(p->households[p->n - 1].id), V(s->first), V(s->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        p->persons = grown(&run->page, p->persons, p->persons_n, &cap, sizeof *p->persons);
        if (!rows_obj(&r, 0, &p->persons[p->persons_n], &run->page, e))
            return false;
        p->persons_n += person_is_present(&p->persons[p->persons_n]);
    }
    return f != FAILED;
}

static bool read_years(struct quality_run *run, const struct scope *s, struct page *p, struct errs *e)
{
    static_assert(offsetof(struct household_year, household_id) == 16, "the third column");
    enum { HOUSEHOLD_ID = 2 };
    size_t cap = 0;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            run->tx, &r,
            SQL_OF(
                STMT_KEY, &household_year_entity,
                "SELECT {*} FROM household_year WHERE county = $1 AND household_id BETWEEN $2 AND $3 "
                "AND household_id IN (SELECT h.id FROM household h WHERE h.county = $1 AND h.id BETWEEN $2 "
                "AND $3 AND h.village + 0 BETWEEN $4 AND $5) ORDER BY household_id, year DESC"),
            e, V(s->county), V(p->households[0].id), V(p->households[p->n - 1].id), V(s->first), V(s->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (p->years_n && p->years[p->years_n - 1].household_id == rows_int(&r, HOUSEHOLD_ID))
            continue;
        p->years = grown(&run->page, p->years, p->years_n, &cap, sizeof *p->years);
        if (!rows_obj(&r, 0, &p->years[p->years_n++], &run->page, e))
            return false;
    }
    return f != FAILED;
}

static bool check_scope(struct quality_run *run, const struct scope *s, struct errs *e)
{
    for (int64_t after = 0;;) {
        struct page p = { 0 };
        arena_reset(&run->page);
        if (run->o->stop && *run->o->stop)
            return fail(e, ERR_INTERRUPTED, NULL, MSG_STOPPED);
        if (!read_households(run, s, after, &p, e))
            return false;
        if (!p.n)
            return true;
        after = p.households[p.n - 1].id;
        if (!read_persons(run, s, &p, e) || !read_years(run, s, &p, e) || !check_page(run, &p, e))
            return false;
        if (run->o->progress)
            run->o->progress(run->o->ctx, run->r->households);
    }
}

/* The monitoring line of a year is that of the county, else of the prefecture, else of the province. */
static bool read_lines(struct quality_run *run, int64_t county, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    run->lines_n = 0;
    static_assert(INDICATOR_MONITORING_FLOOR == 6, "the statement says so too");
    static_assert(UNIT_YUAN == 1, "the statement says so too");
    if (!db_query(run->tx, &r,
                  SQL(STMT_REF,
                      "SELECT year, value FROM region_year WHERE indicator = 6 AND value IS NOT NULL "
                      "AND value_to IS NULL AND (unit IS NULL OR unit = 1) AND region IN ($1, $2, $3) "
                      "ORDER BY year, region DESC"),
                  e, V(county * 1000000), V(county / 100 * 100000000), V(county / 10000 * 10000000000)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND && run->lines_n < YEARS_MAX) {
        int64_t year = rows_int(&r, 0);
        if (run->lines_n && run->lines[run->lines_n - 1].year == year)
            continue;
        run->lines[run->lines_n].year = year;
        run->lines[run->lines_n++].line = (struct money){ rows_int(&r, 1) / 100 };
    }
    return f != FAILED;
}

/* --- what came of it ---------------------------------------------------------------------- */

static bool settle_keys(struct quality_run *run, size_t at, struct errs *e)
{
    struct quality_keys *k = &run->keys[at];
    struct quality_list *l = &run->r->lists[at];
    keys_leave_shared(k);
    for (size_t i = 0; i < k->n && i < run->o->limit; i++) {
        struct household h;
        enum found f =
            db_get(run->tx, &household_entity, &h, e, V(k->list[i].county), V(k->list[i].household));
        if (f == FAILED)
            return false;
        if (f == FOUND)
            find_household(run, l, &h, h.head_name, e);
    }
    l->count = (int64_t)k->n;
    return true;
}

static bool name_villages(struct quality_run *run, struct quality_list *l, struct errs *e)
{
    struct region r = { 0 };
    for (size_t i = 0; i < l->n; i++) {
        if (r.code.v != l->first[i].village.v &&
            db_get(run->tx, &region_entity, &r, e, V(l->first[i].village)) == FAILED)
            return false;
        if (r.code.v == l->first[i].village.v)
            l->first[i].village_name = r.name;
    }
    return true;
}

static bool run_rows(struct quality_run *run, struct quality_list *l, const struct scope *s, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(run->tx, &r, l->rule->rows(), e, V(s->county), V(s->first), V(s->last), V(run->o->today)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        const struct household h = { .county = s->county,
                                     .hh_no = rows_text(&r, 0),
                                     .village = { rows_int(&r, 2) } };
        find_household(run, l, &h, rows_text(&r, 1), e);
    }
    return f == NONE;
}

static bool run_find(struct quality_run *run, struct quality_list *l, const struct scope *s, struct errs *e)
{
    struct list found;
    if (!l->rule->find(run->tx, s, run->o->today, &found, e))
        return false;
    const struct quality_finding *x = found.rows;
    for (size_t i = 0; i < found.n; i++) {
        const struct household h = { .county = s->county, .hh_no = x[i].hh_no, .village = x[i].village };
        find_household(run, l, &h, x[i].name, e);
    }
    return true;
}

/* What looks at the tables of other modules. */
static bool run_elsewhere(struct quality_run *run, struct quality_list *l, const struct scope *s,
                          struct errs *e)
{
    if (!l->wanted)
        return true;
    return (!l->rule->rows || run_rows(run, l, s, e)) && (!l->rule->find || run_find(run, l, s, e));
}

static bool run_scopes(struct quality_run *run, const struct scopes *scopes, struct errs *e)
{
    for (size_t i = 0; i < scopes->n; i++)
        if (!read_lines(run, scopes->list[i].county, e) || !check_scope(run, &scopes->list[i], e))
            return false;
    for (size_t i = 0; i < scopes->n; i++)
        for (size_t k = 0; k < run->r->n; k++)
            if (!run_elsewhere(run, &run->r->lists[k], &scopes->list[i], e))
                return false;
    for (size_t i = 0; i < run->r->n; i++) {
        struct quality_list *l = &run->r->lists[i];
        if (!l->wanted)
            continue;
        if ((l->rule->keys && !settle_keys(run, i, e)) || !name_villages(run, l, e))
            return false;
    }
    return true;
}

/* --- which rules -------------------------------------------------------------------------- */

static bool choose(const struct quality_options *o, struct quality_report *r, struct errs *e)
{
    for (size_t i = 0; i < o->rules_n; i++) {
        bool known = false;
        for (size_t k = 0; k < r->n; k++)
            if (str_eq(o->rules[i], str_of(r->lists[k].rule->id)))
                known = r->lists[k].wanted = true;
        if (!known)
            fail(e, ERR_INVALID, "rule", MSG_NO_RULE, A(o->rules[i]));
    }
    for (size_t k = 0; k < r->n; k++) {
        struct quality_list *l = &r->lists[k];
        l->wanted = (l->wanted || !o->rules_n) && quality_checkable(l->rule);
        if (l->wanted)
            l->first = NEW_ARRAY(e->a, struct quality_finding, o->limit);
    }
    return !errs_any(e);
}

bool quality_run(struct tx *tx, const struct actor *who, const struct quality_table *const *tables, size_t n,
                 const struct quality_options *o, struct quality_report *r, struct errs *e)
{
    struct scopes scopes;
    assert(o->limit <= QUALITY_LIMIT_MAX);
    *r = (struct quality_report){ 0 };
    for (size_t i = 0; i < n; i++)
        r->n += tables[i]->n;
    r->lists = NEW_ARRAY(e->a, struct quality_list, r->n);
    for (size_t i = 0, at = 0; i < n; i++)
        for (size_t k = 0; k < tables[i]->n; k++)
            r->lists[at++].rule = &tables[i]->rules[k];
    if (!choose(o, r, e) || !scopes_of(tx, who, PERM_REGISTRY_READ, o->within, &scopes, e))
        return false;
    struct quality_run *run = xcalloc(1, sizeof *run);
    *run = (struct quality_run){ .tx = tx, .o = o, .r = r };
    run->keys = xcalloc(r->n ? r->n : 1, sizeof *run->keys);
    for (size_t i = 0; i < r->n; i++)
        run->keys[i].seal = store_seal(tx_store(tx));
    bool ok = run_scopes(run, &scopes, e);
    for (size_t i = 0; i < r->n; i++)
        free(run->keys[i].list);
    free(run->keys);
    arena_free(&run->page);
    free(run);
    return ok;
}
