/* audit_api.c - who did what. */
#include "api/tables.h"
#include "base/value.h"

struct audit_query {
    struct region_code county;
    struct str login, action, object;
    struct opt_date from, to;
};
static const struct col query_cols[] = {
    COL(audit_query, county, "县", "County"),
    COL(audit_query, login, "谁", "Who", .max = 40),
    COL(audit_query, action, "做了什么，如 household.reveal", "What was done, like household.reveal",
        .max = 60),
    COL(audit_query, object, "对什么", "To what", .max = 200),
    COL(audit_query, from, "自哪天", "From"),
    COL(audit_query, to, "到哪天", "Up to and with"),
};
static const struct entity audit_query = ENTITY(audit_query, TABLE_LOCAL, "审计", "Audit", query_cols);

static void put_audit(struct call *c, const struct audit *x)
{
    static const char *const shown[] = { "seq", "at", "login", "source", "action", "object", "detail" };
    struct str touched = x->touched;
    struct audit_touch t;
    put_object(&c->w);
    for (size_t i = 0; i < N_ELEMS(shown); i++)
        put_col(c, &audit_entity, shown[i], x, true);
    put_key(&c->w, "tables");
    put_object(&c->w);
    while (touched.p && audit_next_touch(&touched, &t))
        put_member_int(&c->w, arena_str(c->a, t.table).p, t.rows);
    put_object_end(&c->w);
    put_object_end(&c->w);
}

/* The day begins at midnight of China. */
static int64_t day_us(struct date d)
{
    return ((int64_t)d.day * 24 - 8) * 3600 * 1000000;
}

#define AUDIT_WANTED                                                                                  \
    "SELECT {*} FROM audit WHERE county = $1 AND (CAST($3 AS text) IS NULL OR login = $3) AND "       \
    "(CAST($4 AS text) IS NULL OR action = $4) AND (CAST($5 AS text) IS NULL OR object = $5) AND at " \
    ">= $6 AND at < $7 AND seq "

static const struct stmt *by_seq(bool down)
{
    return down ? SQL_OF(STMT_KEY, &audit_entity, AUDIT_WANTED "< $2 ORDER BY seq DESC LIMIT $8")
                : SQL_OF(STMT_KEY, &audit_entity, AUDIT_WANTED "> $2 ORDER BY seq LIMIT $8");
}

static bool list_audit(struct call *c, struct errs *e)
{
    const struct audit_query *q = c->query;
    struct list_page *p = &c->page;
    struct list all;
    if (q->county.v && region_level(q->county) > COUNTY)
        return fail(e, ERR_INVALID, "county", MSG_NOT_COUNTY, A("county"));
    if (!actor_need_at(&c->who, PERM_AUDIT_READ, q->county, e) ||
        !db_list(c->tx, page_rows(p), &all, e->a, e, V(region_county(q->county)), V(page_behind(p).n[0]),
                 V(q->login), V(q->action), V(q->object), V(q->from.set ? day_us(q->from.v) : INT64_MIN),
                 V(q->to.set ? day_us((struct date){ q->to.v.day + 1 }) : INT64_MAX), V(page_room(p))))
        return false;
    const struct audit *x = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n && page_take(p, (struct page_key){ .n = { x[i].seq } }); i++)
        put_audit(c, &x[i]);
    page_end(c);
    return true;
}

static const struct answer_part audit_parts[] = { OBJECT_PART("tables"), { 0 } };
static const struct route routes[] = {
    { .method = "GET",
      .pattern = "/api/v1/audit",
      .perm = PERM_AUDIT_READ,
      .query = &audit_query,
      .orders = ORDERS(BY("seq", "先后", "as it happened", .rows = by_seq)),
      .run = list_audit,
      .parts = audit_parts,
      .answer = &audit_entity,
      .list = true,
      .doc = { "审计记录；不写县则为公共数据的", "The audit of a county, or of what all share" } },
};
const struct route_table audit_routes = { { "审计", "Audit" }, routes, N_ELEMS(routes) };
