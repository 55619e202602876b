/* audit_api.c - who did what. */
#include "access/act_words.h"
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

struct audit_path {
    int64_t county, seq;
};
static const struct col path_cols[] = {
    COL(audit_path, county, "县", "County", .flags = REQUIRED, .min = 0, .max = INT32_MAX),
    COL(audit_path, seq, "序号", "Number", .flags = REQUIRED, .min = 1, .max = INT64_MAX),
};
static const struct entity audit_path = ENTITY(audit_path, TABLE_LOCAL, "审计", "Audit", path_cols);

static const struct entity *entity_called(struct call *c, struct str table)
{
    const struct schema *s = store_schema(c->api->st);
    return entity_find(s->entities, s->n, arena_str(c->a, table).p);
}

static void put_label(struct call *c, const char *key, const struct label *label)
{
    if (label)
        put_member_cstr(&c->w, key, label_in(label, c->lang));
}

/* How many rows of which tables came or went; what the audit itself keeps is none of it. */
static void put_touched(struct call *c, struct str touched)
{
    struct audit_touch t;
    put_key(&c->w, "changes");
    put_list(&c->w);
    while (touched.p && audit_next_touch(&touched, &t)) {
        const struct entity *en = entity_called(c, t.table);
        if (en == &field_change_entity)
            continue;
        put_object(&c->w);
        put_member_text(&c->w, "table", t.table);
        put_label(c, "label", en ? &en->label : NULL);
        put_member_int(&c->w, "rows", t.rows);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static void put_audit(struct call *c, const struct audit *x)
{
    static const char *const shown[] = { "seq", "at", "login", "source", "action", "object", "detail" };
    struct str touched = x->touched;
    struct audit_touch t;
    put_object(&c->w);
    for (size_t i = 0; i < N_ELEMS(shown); i++)
        put_col(c, &audit_entity, shown[i], x, true);
    const struct act_word *done = act_find(x->action);
    put_label(c, "action_label", done ? &done->label : NULL);
    put_touched(c, touched);
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

#define AUDIT_WANTED                                                                                       \
    "SELECT {*} FROM audit WHERE county = $1 AND (CAST($3 AS text) IS NULL OR login = $3) AND "            \
    "(CAST($4 AS text) IS NULL OR "                                                                        \
    "replace(replace(replace(action, ' ', '.'), '-', '.'), '_', '.') = $4) AND (CAST($5 AS text) IS NULL " \
    "OR object = $5) AND at "                                                                              \
    ">= $6 AND at < $7 AND seq "

static const struct stmt *by_seq(bool down)
{
    return down ? SQL_OF(STMT_KEY, &audit_entity, AUDIT_WANTED "< $2 ORDER BY seq DESC LIMIT $8")
                : SQL_OF(STMT_KEY, &audit_entity, AUDIT_WANTED "> $2 ORDER BY seq LIMIT $8");
}

/* A page names an act with a dot, a command with a blank; people by its words. */
static struct str act_asked_for(struct call *c, struct str asked)
{
    const struct act_word *w = asked.n ? act_find(asked) : NULL;
    return !asked.n ? (struct str){ 0 } : w ? str_of(w->action) : arena_str(c->a, asked);
}

static bool list_actions(struct call *c, struct errs *e)
{
    (void)e;
    rows_begin(c);
    for (size_t i = 0; i < act_words_n; i++) {
        put_object(&c->w);
        put_member_cstr(&c->w, "action", act_words[i].action);
        put_label(c, "label", &act_words[i].label);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
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
                 V(q->login), V(act_asked_for(c, q->action)), V(q->object),
                 V(q->from.set ? day_us(q->from.v) : INT64_MIN),
                 V(q->to.set ? day_us((struct date){ q->to.v.day + 1 }) : INT64_MAX), V(page_room(p))))
        return false;
    const struct audit *x = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n && page_take(p, (struct page_key){ .n = { x[i].seq } }); i++)
        put_audit(c, &x[i]);
    page_end(c);
    return true;
}

/* --- which fields an act changed ---------------------------------------------------------- */

struct changed_field {
    struct str table_name, field;
    int64_t rows;
};
static const struct col changed_cols[] = {
    COL(changed_field, table_name, "表", "Table"),
    COL(changed_field, field, "字段", "Field"),
    COL(changed_field, rows, "记录数", "Rows"),
};
static const struct entity changed_field =
    ENTITY(changed_field, TABLE_LOCAL, "变更字段", "Changed field", changed_cols);

/* Not from what to what: who reads the audit need not be somebody who may read the register. */
static bool list_fields(struct call *c, struct errs *e)
{
    const struct audit_path *at = c->path;
    struct list all;
    if (!actor_need_at(&c->who, PERM_AUDIT_READ, (struct region_code){ at->county * 1000000 }, e) ||
        !db_list(c->tx,
                 SQL_OF(STMT_KEY, &changed_field,
                        "SELECT table_name, field, count(*) AS rows FROM field_change WHERE county = $1 AND "
                        "seq = $2 GROUP BY table_name, field ORDER BY table_name, field LIMIT 500"),
                 &all, e->a, e, V(at->county), V(at->seq)))
        return false;
    const struct changed_field *x = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        const struct entity *en = entity_called(c, x[i].table_name);
        const struct col *col = en ? entity_col(en, arena_str(c->a, x[i].field).p) : NULL;
        put_object(&c->w);
        put_cols(c, &changed_field, &x[i], true);
        put_label(c, "table_label", en ? &en->label : NULL);
        put_label(c, "field_label", col ? &col->label : NULL);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static const struct answer_part touched_parts[] = {
    TEXT_PART("table"), TEXT_PART("label"), NUMBER_PART("rows"), { 0 }
};
static const struct answer_part action_parts[] = { TEXT_PART("action"), TEXT_PART("label"), { 0 } };
static const struct answer_part field_parts[] = { TEXT_PART("table_label"), TEXT_PART("field_label"), { 0 } };
static const struct answer_part audit_parts[] = {
    OBJECT_PART("tables"), OBJECTS_PART("changes", touched_parts), TEXT_PART("action_label"), { 0 }
};
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
    { .method = "GET",
      .pattern = "/api/v1/audit/actions",
      .perm = PERM_AUDIT_READ,
      .run = list_actions,
      .list = true,
      .parts = action_parts,
      .doc = { "审计中的操作及其名称", "The acts that the audit knows, in words" } },
    { .method = "GET",
      .pattern = "/api/v1/audit/{county}/{seq}/fields",
      .perm = PERM_AUDIT_READ,
      .path = &audit_path,
      .run = list_fields,
      .parts = field_parts,
      .answer = &changed_field,
      .list = true,
      .doc = { "一次操作改了哪些字段，不含改前改后；县为 0 是公共数据",
               "Which fields an act changed, not from what to what; county 0: what all share" } },
};
const struct route_table audit_routes = { { "审计", "Audit" }, routes, N_ELEMS(routes) };
