#include "registry/region_load.h"

#include "base/value.h"
#include "registry/region.h"
#include "registry/region_book.h"

/* A province at a time: its rows in the database and those of the book, both in the order of codes. */
struct loading {
    struct act *act;
    struct region_load *l;
    struct bulk *out;
    const struct region *have;
    size_t have_n, at;
    struct span wanted;
    struct region_code prefecture, province; /* above what is wanted */
};

static bool load_office(struct loading *g, struct region_code code, struct str name, struct errs *e)
{
    struct county c = { .county = region_county(code), .name = name }, old;
    enum found f = db_get(g->act->tx, &county_entity, &old, e, V(c.county));
    if (f != NONE)
        return f == FOUND;
    g->l->offices++;
    return db_insert(g->act->tx, &county_entity, &c, e);
}

static bool load_one(void *ctx, struct region_code code, struct str name, struct errs *e)
{
    struct loading *g = ctx;
    bool inside = code.v >= g->wanted.first && code.v <= g->wanted.last;
    if (!inside && code.v != g->prefecture.v && code.v != g->province.v)
        return true;
    while (g->at < g->have_n && g->have[g->at].code.v < code.v)
        g->at++;
    if (inside && g->l->county.v && region_is_county(code) && !load_office(g, code, name, e))
        return false;
    if (g->at < g->have_n && g->have[g->at].code.v == code.v) {
        g->l->there++;
        g->l->renamed += !str_eq(g->have[g->at].name, name);
        return true;
    }
    struct region r = { .code = code, .name = name };
    g->l->added++;
    return region_settle_level(&r) && bulk_add(g->out, &r, e);
}

static bool load_province(struct loading *g, int64_t province, struct errs *e)
{
    struct arena rows = { 0 };
    struct list have;
    struct span all;
    region_span((struct region_code){ province * 10000000000 }, &all.first, &all.last);
    bool ok = db_list(
        g->act->tx,
        SQL_OF(STMT_REF, &region_entity, "SELECT {*} FROM region WHERE code BETWEEN $1 AND $2 ORDER BY code"),
        &have, &rows, e, V(all.first), V(all.last));
    if (ok) {
        g->have = have.rows;
        g->have_n = have.n;
        g->at = 0;
        ok = region_book_read(province, load_one, g, e);
    }
    arena_free(&rows);
    return ok;
}

static bool load_country(struct loading *g, struct errs *e)
{
    int64_t provinces[REGION_PROVINCES_MAX];
    size_t n = region_book_provinces(provinces);
    g->wanted = (struct span){ 0, INT64_MAX };
    if (!n)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_REGIONS_NONE);
    for (size_t i = 0; i < n; i++) {
        CLEANUP(buf_release) struct buf b = BUF(8);
        buf_addi(&b, provinces[i]);
        if (g->l->progress)
            g->l->progress(g->l->ctx, buf_str(&b));
        if (g->l->stop && *g->l->stop)
            return fail(e, ERR_INTERRUPTED, NULL, MSG_STOPPED);
        if (!load_province(g, provinces[i], e))
            return false;
    }
    return true;
}

static bool load_county(struct loading *g, struct errs *e)
{
    struct region_code county = g->l->county, top = county;
    g->prefecture = region_level(county) == PREFECTURE ? county : region_parent(county);
    g->province = region_parent(g->prefecture);
    if (g->l->with_prefecture)
        top = g->prefecture;
    region_span(top, &g->wanted.first, &g->wanted.last);
    if (!actor_need_at(g->act->who, PERM_REGIONS, top, e) ||
        !load_province(g, g->province.v / 10000000000, e))
        return false;
    return g->l->added + g->l->there > 2 ||
           fail(e, ERR_NOT_FOUND, "county", MSG_REGIONS_NO_COUNTY, A(county));
}

bool region_load(struct act *act, struct region_load *l, struct errs *e)
{
    l->added = l->there = l->renamed = l->offices = 0; /* a lost race runs this again */
    struct loading g = { .act = act, .l = l };
    if (!l->county.v && !actor_need_at(act->who, PERM_REGIONS, l->county, e))
        return false;
    if (l->county.v && !region_is_county(l->county))
        return fail(e, ERR_INVALID, "county", MSG_NOT_COUNTY, A("--county"));
    CLEANUP(bulk_closep) struct bulk *out = bulk_open(act->tx, &region_entity);
    g.out = out;
    return (l->county.v ? load_county(&g, e) : load_country(&g, e)) && bulk_flush(out, e);
}
