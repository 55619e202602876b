#include "fund/first_payout.h"

#include "registry/scope.h"

#include <stdlib.h>

struct payouts {
    struct screen_own_day *list; /* on the heap */
    size_t n, cap;
};
static void payouts_release(struct payouts *p)
{
    free(p->list);
}

static void add(struct payouts *p, const struct screen_own_day *x)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 1024;
        p->list = xrealloc(p->list, arena_mul(p->cap, sizeof *p->list));
    }
    p->list[p->n++] = *x;
}

static bool add_county(struct tx *tx, struct payouts *p, const struct scope *s, struct str programme,
                       struct date as_of, struct errs *e)
{
    int64_t last = 0;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT household_id, paid_out_on, village FROM contract WHERE county = $1 AND "
                     "programme = $2 AND household_id IS NOT NULL AND paid_out_on <= $3 AND void_on IS "
                     "NULL ORDER BY household_id, paid_out_on, id"),
                 e, V(s->county), V(programme), V(as_of)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t household = rows_int(&r, 0), village = rows_int(&r, 2);
        bool first = household != last;
        last = household;
        if (first && village >= s->first && village <= s->last)
            add(p, &(struct screen_own_day){ s->county, household, { (int32_t)rows_int(&r, 1) } });
    }
    return f != FAILED;
}

static int by_day(const void *a, const void *b)
{
    const struct screen_own_day *x = a, *y = b;
    if (x->county != y->county)
        return x->county < y->county ? -1 : 1;
    if (x->day.day != y->day.day)
        return x->day.day < y->day.day ? -1 : 1;
    return (x->household > y->household) - (x->household < y->household);
}

bool first_payouts(struct tx *tx, const struct actor *who, struct region_code within, struct str programme,
                   struct date as_of, struct screen_own_day **list, size_t *n, struct errs *e)
{
    struct scopes scopes;
    CLEANUP(payouts_release) struct payouts p = { 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++)
        if (!add_county(tx, &p, &scopes.list[i], programme, as_of, e))
            return false;
    if (p.n)
        qsort(p.list, p.n, sizeof *p.list, by_day);
    *list = NEW_ARRAY(e->a, struct screen_own_day, p.n + 1);
    if (p.n)
        memcpy(*list, p.list, p.n * sizeof *p.list);
    *n = p.n;
    return true;
}
