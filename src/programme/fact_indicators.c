/* The yearly figures that rules may ask of a household's village, or of what lies above it. */
#include "base/value.h"
#include "programme/facts_read.h"
#include "registry/region.h"
#include "registry/scope.h"

struct loading {
    struct region_code *regions;
    size_t n_regions, cap_regions;
    struct fact_indicator *rows;
    size_t n_rows, cap_rows;
};

static void loading_release(struct loading *l)
{
    free(l->regions);
    free(l->rows);
}

static void *room(void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return list;
    *cap = *cap ? *cap * 2 : 256;
    return xrealloc(list, arena_mul(*cap, size));
}

static bool add_regions(struct tx *tx, struct loading *l, const struct scope *s, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(tx, &r, SQL(STMT_REF, "SELECT code FROM region WHERE code BETWEEN $1 AND $2 ORDER BY code"),
                 e, V(s->first), V(s->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        l->regions = room(l->regions, l->n_regions, &l->cap_regions, sizeof *l->regions);
        l->regions[l->n_regions++].v = rows_int(&r, 0);
    }
    return f != FAILED;
}

/* Figures of money may stand in a larger unit than the yuan. */
static bool in_yuan(int64_t *value, int64_t unit)
{
    static const int64_t factors[] = { [2] = 10000, [3] = 100000000 }; /* 万元, 亿元 of table `unit` */
    if (unit < 2 || unit > 3)
        return true;
    return !__builtin_mul_overflow(*value, factors[unit], value);
}

/* A range, and what is missing or withheld, is no figure to compare with. */
static bool add_figures(struct tx *tx, struct loading *l, int64_t first, int64_t last, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(tx, &r,
                 SQL(STMT_REF, "SELECT region, year, indicator, value, unit FROM region_year WHERE region "
                               "BETWEEN $1 AND $2 AND value IS NOT NULL AND value_to IS NULL AND (qualifier "
                               "IS NULL OR qualifier < 7) ORDER BY region, year, indicator"),
                 e, V(first), V(last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t value = rows_int(&r, 3);
        if (!in_yuan(&value, rows_int(&r, 4)))
            continue;
        l->rows = room(l->rows, l->n_rows, &l->cap_rows, sizeof *l->rows);
        l->rows[l->n_rows++] = (struct fact_indicator){ rows_int(&r, 0), (int32_t)rows_int(&r, 1),
                                                        (int32_t)rows_int(&r, 2), value };
    }
    return f != FAILED;
}

static int region_cmp(const void *a, const void *b)
{
    const struct region_code *x = a, *y = b;
    return (x->v > y->v) - (x->v < y->v);
}

static int figure_cmp(const void *a, const void *b)
{
    const struct fact_indicator *x = a, *y = b;
    if (x->region != y->region)
        return x->region < y->region ? -1 : 1;
    if (x->year != y->year)
        return x->year < y->year ? -1 : 1;
    return (x->indicator > y->indicator) - (x->indicator < y->indicator);
}

/* Areas may overlap above: each region and figure once. */
static size_t unique(void *list, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
    size_t kept = 0;
    char *p = list;
    if (n)
        qsort(list, n, size, cmp);
    for (size_t i = 0; i < n; i++)
        if (!kept || cmp(p + (kept - 1) * size, p + i * size))
            memmove(p + kept++ * size, p + i * size, size);
    return kept;
}

bool facts_indicators(struct tx *tx, const struct actor *who, struct region_code within,
                      struct fact_indicators *out, struct errs *e)
{
    CLEANUP(loading_release) struct loading l = { 0 };
    struct scopes scopes;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        int64_t county = scopes.list[i].county * 1000000;
        if (!add_regions(tx, &l, &scopes.list[i], e) || !add_figures(tx, &l, county, county + 999999, e))
            return false;
        for (struct region_code up = { county }; (up = region_parent(up)).v;)
            if (!add_figures(tx, &l, up.v, up.v, e))
                return false;
    }
    l.n_regions = unique(l.regions, l.n_regions, sizeof *l.regions, region_cmp);
    l.n_rows = unique(l.rows, l.n_rows, sizeof *l.rows, figure_cmp);
    struct region_code *regions = NEW_ARRAY(e->a, struct region_code, l.n_regions + 1);
    struct fact_indicator *rows = NEW_ARRAY(e->a, struct fact_indicator, l.n_rows + 1);
    if (l.n_regions)
        memcpy(regions, l.regions, l.n_regions * sizeof *regions);
    if (l.n_rows)
        memcpy(rows, l.rows, l.n_rows * sizeof *rows);
    *out = (struct fact_indicators){ regions, l.n_regions, rows, l.n_rows };
    return true;
}
