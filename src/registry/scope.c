#include "registry/scope.h"

#include "base/value.h"

enum { SPANS_MAX = 256, SCOPES_MAX = 8192 };

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void add(struct scopes *s, size_t *room, struct scope x, struct arena *a)
{
    if (s->n == *room) {
        struct scope *grown = NEW_ARRAY(a, struct scope, *room = *room ? *room * 4 : 16);
        if (s->n)
            memcpy(grown, s->list, s->n * sizeof *grown);
        s->list = grown;
    }
    s->list[s->n++] = x;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

bool scopes_of(struct tx *tx, const struct actor *who, enum perm p, struct region_code within,
               struct scopes *out, struct errs *e)
{
    struct span spans[SPANS_MAX], all = { 0, INT64_MAX };
    size_t n = actor_spans(who, p, spans, SPANS_MAX), room = 0;
    enum found f;
    if (within.v)
        region_span(within, &all.first, &all.last);
    *out = (struct scopes){ 0 };
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r, SQL(STMT_REF, "SELECT county FROM county ORDER BY county"), e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t county = rows_int(&r, 0);
        for (size_t i = 0; i < n && out->n < SCOPES_MAX; i++) {
            int64_t first = later(later(county * 1000000, spans[i].first), all.first);
            int64_t last = earlier(earlier(county * 1000000 + 999999, spans[i].last), all.last);
            if (first <= last)
                add(out, &room, (struct scope){ county, first, last }, e->a);
        }
    }
    return f != FAILED;
}

bool scope_need_all(struct tx *tx, const struct actor *who, enum perm p, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (actor_may(who, p, (struct region_code){ 0 }))
        return true;
    if (!actor_need(who, p, e) ||
        !db_query(tx, &r, SQL(STMT_REF, "SELECT county FROM county ORDER BY county"), e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct region_code county = { rows_int(&r, 0) * 1000000 };
        const struct label *what = &perm_info[p].label;
        if (!actor_may(who, p, county))
            return fail(e, ERR_FORBIDDEN, NULL, MSG_NEEDED_IN_ALL, A(who->login), A(what), A(county));
    }
    return f != FAILED;
}

bool scopes_rows(struct tx *tx, const struct scopes *s, const struct stmt *st, struct list *out,
                 struct errs *e)
{
    size_t size = st->en->size;
    *out = (struct list){ 0 };
    for (size_t i = 0; i < s->n; i++) {
        struct list one;
        if (i && s->list[i].county == s->list[i - 1].county)
            continue;
        if (!db_list(tx, st, &one, e->a, e, V(s->list[i].county)))
            return false;
        char *grown = NEW_ARRAY(e->a, char, arena_mul(size, out->n + one.n + 1));
        if (out->n)
            memcpy(grown, out->rows, out->n * size);
        if (one.n)
            memcpy(grown + out->n * size, one.rows, one.n * size);
        *out = (struct list){ grown, out->n + one.n };
    }
    return true;
}
