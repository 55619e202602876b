/* audit_api.c - who did what. */
#include "api/tables.h"
#include "base/value.h"

struct audit_query {
    struct region_code county;
    struct str login, action, object, after;
    struct opt_date from, to;
    struct opt_int limit;
};
static const struct col query_cols[] = {
    COL(audit_query, county, "县", "County"),
    COL(audit_query, login, "谁", "Who", .max = 40),
    COL(audit_query, action, "做了什么，如 household.reveal", "What was done, like household.reveal",
        .max = 60),
    COL(audit_query, object, "对什么", "To what", .max = 200),
    COL(audit_query, from, "自哪天", "From"),
    COL(audit_query, to, "到哪天", "Up to and with"),
    COL(audit_query, after, "翻页标记", "Cursor", .max = 600),
    COL(audit_query, limit, "行数", "Rows", .min = 1, .max = PAGE_MAX),
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

static bool list_audit(struct call *c, struct errs *e)
{
    const struct audit_query *q = c->query;
    struct cursor k;
    struct list all;
    size_t max = page_size(q->limit);
    if (q->county.v && region_level(q->county) > COUNTY)
        return fail(e, ERR_INVALID, "county", MSG_NOT_COUNTY, A("county"));
    if (!cursor_read(q->after, &k, e) || !actor_need_at(&c->who, PERM_AUDIT_READ, q->county, e) ||
        !db_list(c->tx,
                 SQL_OF(STMT_KEY, &audit_entity,
                        "SELECT {*} FROM audit WHERE county = $1 AND seq > $2 AND (CAST($3 AS text) IS NULL "
                        "OR login = $3) AND (CAST($4 AS text) IS NULL OR action = $4) AND (CAST($5 AS text) "
                        "IS NULL OR object = $5) AND at >= $6 AND at < $7 ORDER BY seq LIMIT $8"),
                 &all, e->a, e, V(region_county(q->county)), V(k.n[0]), V(q->login), V(q->action),
                 V(q->object), V(q->from.set ? day_us(q->from.v) : INT64_MIN),
                 V(q->to.set ? day_us((struct date){ q->to.v.day + 1 }) : INT64_MAX), V(max + 1)))
        return false;
    const struct audit *x = all.rows;
    size_t n = all.n < max ? all.n : max;
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < n; i++)
        put_audit(c, &x[i]);
    put_list_end(&c->w);
    if (n < all.n)
        k = (struct cursor){ .n = { x[n - 1].seq } };
    put_member_text(&c->w, "next", n < all.n ? cursor_write(&k, c->a) : (struct str){ 0 });
    put_object_end(&c->w);
    return true;
}

static const struct answer_part audit_parts[] = { OBJECT_PART("tables"), { 0 } };
static const struct route routes[] = {
    { .method = "GET",
      .pattern = "/api/v1/audit",
      .perm = PERM_AUDIT_READ,
      .query = &audit_query,
      .run = list_audit,
      .parts = audit_parts,
      .answer = &audit_entity,
      .list = true,
      .doc = { "审计记录；不写县则为公共数据的", "The audit of a county, or of what all share" } },
};
const struct route_table audit_routes = { { "审计", "Audit" }, routes, N_ELEMS(routes) };
