#include "api/openapi.h"

#include "base/version.h"

#include <assert.h>

enum { ANSWERS_MAX = 200 };

/* --- one column as a JSON schema ----------------------------------------------------------- */

static const struct {
    const char *type, *format, *pattern;
} kinds[] = {
    [T_INT] = { "integer", "int64", NULL },
    [T_OPT_INT] = { "integer", "int64", NULL },
    [T_TEXT] = { "string", NULL, NULL },
    [T_BYTES] = { "string", NULL, NULL },
    [T_MONEY] = { "string", NULL, "^-?[0-9]+(\\.[0-9]{1,2})?$" },
    [T_OPT_MONEY] = { "string", NULL, "^-?[0-9]+(\\.[0-9]{1,2})?$" },
    [T_DATE] = { "string", "date", NULL },
    [T_OPT_DATE] = { "string", "date", NULL },
    [T_INSTANT] = { "string", "date-time", NULL },
    [T_OPT_QUANTITY] = { "string", NULL, "^-?[0-9]+(\\.[0-9]{1,4})?$" },
    [T_BOOL] = { "boolean", NULL, NULL },
    [T_YESNO] = { "boolean", NULL, NULL },
    [T_CODE] = { "string", NULL, NULL },
    [T_CODES] = { "array", NULL, NULL },
    [T_REGION] = { "string", NULL, "^[0-9]{12}$" },
};

static void put_slugs(struct json_out *w, const struct col *c, const struct code_book *codes)
{
    const struct code_table *t = code_table(codes, c->codes);
    put_key(w, "enum");
    put_list(w);
    for (size_t i = 0; t && i < t->n; i++)
        put_text(w, t->rows[i].slug);
    put_list_end(w);
}

static void put_type(struct json_out *w, const char *type, bool or_null)
{
    put_key(w, "type");
    if (!or_null) {
        put_cstr(w, type);
        return;
    }
    put_list(w);
    put_cstr(w, type);
    put_cstr(w, "null");
    put_list_end(w);
}

static void put_limits(struct json_out *w, const struct col *c)
{
    bool number = c->type == T_INT || c->type == T_OPT_INT;
    if (kinds[c->type].pattern && c->type != T_REGION)
        put_member_cstr(w, "pattern", kinds[c->type].pattern);
    if (!number && c->type != T_TEXT)
        return;
    if (c->min)
        put_member_int(w, number ? "minimum" : "minLength", c->min);
    if (c->max)
        put_member_int(w, number ? "maximum" : "maxLength", c->max);
}

/* What may be a mask instead. */
static void put_masked_type(struct json_out *w, const char *type)
{
    put_key(w, "type");
    put_list(w);
    if (strcmp(type, "string") != 0)
        put_cstr(w, type);
    put_cstr(w, "string");
    put_cstr(w, "null");
    put_list_end(w);
}

/* asked: as it may be sent, within its limits; answers may say null, or hold a mask. */
static void put_schema(struct json_out *w, const struct col *c, const struct code_book *codes, bool asked)
{
    bool masked = !asked && c->mask != MASK_NONE;
    put_object(w);
    if (masked)
        put_masked_type(w, kinds[c->type].type);
    else
        put_type(w, kinds[c->type].type, !asked);
    if (kinds[c->type].format && !masked)
        put_member_cstr(w, "format", kinds[c->type].format);
    if (asked)
        put_limits(w, c);
    if (asked && c->type == T_CODE)
        put_slugs(w, c, codes);
    if (c->type == T_CODES) {
        put_key(w, "items");
        put_object(w);
        put_member_cstr(w, "type", "string");
        put_object_end(w);
    }
    put_object_end(w);
}

static void put_line_list(struct json_out *w, const struct route *r, const struct code_book *codes,
                          enum lang lang);

enum asked { ANSWERED, ASKED, ASKED_PARTLY };

/* with: the body of a row that has lines, else NULL. */
static void put_entity(struct json_out *w, const struct entity *en, const struct code_book *codes,
                       enum lang lang, enum asked asked, const struct route *with)
{
    put_object(w);
    put_member_cstr(w, "type", "object");
    put_member_cstr(w, "title", label_in(&en->label, lang));
    if (asked) {
        put_member_bool(w, "additionalProperties", false);
        put_key(w, "required");
        put_list(w);
        for (size_t i = 0; i < en->n; i++)
            if (asked == ASKED && (en->cols[i].flags & (REQUIRED | SERVER)) == REQUIRED)
                put_cstr(w, en->cols[i].name);
        put_list_end(w);
    }
    put_key(w, "properties");
    put_object(w);
    for (size_t i = 0; i < en->n; i++) {
        if ((asked && (en->cols[i].flags & SERVER)) || en->cols[i].type == T_BYTES)
            continue;
        put_key(w, en->cols[i].name);
        put_schema(w, &en->cols[i], codes, asked != ANSWERED);
    }
    if (with)
        put_line_list(w, with, codes, lang);
    put_object_end(w);
    put_object_end(w);
}

static void put_line_list(struct json_out *w, const struct route *r, const struct code_book *codes,
                          enum lang lang)
{
    put_key(w, r->lines_name);
    put_object(w);
    put_member_cstr(w, "type", "array");
    put_member_int(w, "maxItems", API_LINES_MAX);
    put_key(w, "items");
    put_entity(w, r->lines, codes, lang, ASKED, NULL);
    put_object_end(w);
}

/* --- operations --------------------------------------------------------------------------- */

static void put_parameters(struct json_out *w, const struct entity *en, const char *in,
                           const struct code_book *codes, enum lang lang)
{
    for (size_t i = 0; en && i < en->n; i++) {
        const struct col *c = &en->cols[i];
        put_object(w);
        put_member_cstr(w, "name", c->name);
        put_member_cstr(w, "in", in);
        put_member_bool(w, "required", !strcmp(in, "path") || (c->flags & REQUIRED));
        put_member_cstr(w, "description", label_in(&c->label, lang));
        put_key(w, "schema");
        put_schema(w, c, codes, true);
        put_object_end(w);
    }
}

/* What `sort` may say, first what it says when it says nothing. */
static void put_orders(struct json_out *w, const struct order *orders)
{
    CLEANUP(buf_release) struct buf b = BUF(100);
    put_object(w);
    put_member_cstr(w, "type", "string");
    put_key(w, "enum");
    put_list(w);
    for (const struct order *o = orders; o->name; o++)
        for (int i = 0; i < 2; i++) {
            buf_clear(&b);
            buf_addf(&b, "%s%s", (i == 1) != o->down ? "-" : "", o->name);
            put_text(w, buf_str(&b));
        }
    put_list_end(w);
    put_object_end(w);
}

static void put_order_words(struct json_out *w, const struct order *orders, enum lang lang)
{
    CLEANUP(buf_release) struct buf b = BUF(2000);
    buf_adds(&b, lang == ZH ? "排序，前面加 - 为反向，默认第一种："
                            : "Order, reversed by a -, the first by default: ");
    for (const struct order *o = orders; o->name; o++)
        buf_addf(&b, "%s%s%s%s%s",
                 o == orders  ? ""
                 : lang == ZH ? "；"
                              : "; ",
                 o->down ? "-" : "", o->name, lang == ZH ? "：" : ": ", label_in(&o->doc, lang));
    put_member_text(w, "description", buf_str(&b));
}

static void put_paging(struct json_out *w, const struct order *orders, const struct code_book *codes,
                       enum lang lang)
{
    put_object(w);
    put_member_cstr(w, "name", "sort");
    put_member_cstr(w, "in", "query");
    put_member_bool(w, "required", false);
    put_order_words(w, orders, lang);
    put_key(w, "schema");
    put_orders(w, orders);
    put_object_end(w);
    const struct entity rest = { .cols = paging_entity.cols + 1, .n = paging_entity.n - 1 };
    put_parameters(w, &rest, "query", codes, lang);
}

static void put_header(struct json_out *w, const char *name, bool required)
{
    put_object(w);
    put_member_cstr(w, "name", name);
    put_member_cstr(w, "in", "header");
    put_member_bool(w, "required", required);
    put_key(w, "schema");
    put_object(w);
    put_member_cstr(w, "type", "string");
    put_object_end(w);
    put_object_end(w);
}

static void put_ref(struct json_out *w, const char *section, const char *name)
{
    CLEANUP(buf_release) struct buf b = BUF(200);
    buf_addf(&b, "#/components/%s/%s", section, name);
    put_object(w);
    put_member_text(w, "$ref", buf_str(&b));
    put_object_end(w);
}

/* The entity, and a list of lines beside its members. */
static void put_with_lines(struct json_out *w, const struct route *r)
{
    CLEANUP(buf_release) struct buf b = BUF(100);
    buf_addf(&b, "%s_with_%s", r->body->table, r->lines_name);
    put_ref(w, "schemas", buf_cstr(&b));
}

/* A file as it is. */
static void put_bytes(struct json_out *w)
{
    put_key(w, "requestBody");
    buf_adds(w->b, "{\"required\":true,\"content\":{\"application/octet-stream\":{\"schema\":{\"type\":"
                   "\"string\",\"format\":\"binary\"}}}}");
    w->comma = true;
}

static void put_body(struct json_out *w, const struct route *r)
{
    put_key(w, "requestBody");
    put_object(w);
    put_member_bool(w, "required", true);
    put_key(w, "content");
    put_object(w);
    put_key(w, "application/json");
    put_object(w);
    put_key(w, "schema");
    if (r->lines)
        put_with_lines(w, r);
    else
        put_ref(w, "schemas", r->body->table);
    if (r->sample) {
        json_t *j = json_loads(r->sample, 0, NULL);
        char *text = json_dumps(j, JSON_COMPACT);
        put_key(w, "example");
        buf_adds(w->b, text ? text : "null");
        w->comma = true;
        free(text);
        json_decref(j);
    }
    put_object_end(w);
    put_object_end(w);
    put_object_end(w);
}

static void put_entity_ref(struct json_out *w, const struct entity *en)
{
    CLEANUP(buf_release) struct buf b = BUF(100);
    buf_addf(&b, "%s_answer", en->table);
    put_ref(w, "schemas", buf_cstr(&b));
}

static void put_parts(struct json_out *w, const struct answer_part *p);

/* An entity, other parts, or both. */
static void put_all_of(struct json_out *w, const struct entity *of, const struct answer_part *with)
{
    if (!of || !with) {
        of ? put_entity_ref(w, of) : put_parts(w, with);
        return;
    }
    put_object(w);
    put_key(w, "allOf");
    put_list(w);
    put_entity_ref(w, of);
    put_parts(w, with);
    put_list_end(w);
    put_object_end(w);
}

static void put_part(struct json_out *w, const struct answer_part *p)
{
    bool composed = p->of || p->with;
    if (composed && !p->list) {
        put_all_of(w, p->of, p->with);
        return;
    }
    put_object(w);
    if (p->list) {
        put_member_cstr(w, "type", "array");
        put_key(w, "items");
        if (composed) {
            put_all_of(w, p->of, p->with);
        } else {
            put_object(w);
            put_member_cstr(w, "type", p->type);
            put_object_end(w);
        }
    } else {
        put_type(w, p->type, true);
    }
    put_object_end(w);
}

static void put_parts(struct json_out *w, const struct answer_part *p)
{
    put_object(w);
    put_member_cstr(w, "type", "object");
    put_key(w, "properties");
    put_object(w);
    for (; p && p->name; p++) {
        put_key(w, p->name);
        put_part(w, p);
    }
    put_object_end(w);
    put_object_end(w);
}

static void put_answer_schema(struct json_out *w, const struct route *r)
{
    if (!r->list) {
        put_all_of(w, r->answer, r->parts);
        return;
    }
    put_object(w);
    put_member_cstr(w, "type", "object");
    put_key(w, "properties");
    put_object(w);
    put_key(w, "rows");
    put_object(w);
    put_member_cstr(w, "type", "array");
    put_key(w, "items");
    put_all_of(w, r->answer, r->parts);
    put_object_end(w);
    put_key(w, "next");
    put_object(w);
    put_type(w, "string", true);
    put_object_end(w);
    put_object_end(w);
    put_object_end(w);
}

static void put_responses(struct json_out *w, const struct route *r, enum lang lang)
{
    static const struct label good = { "成功", "Done" };
    char status[8];
    snprintf(status, sizeof status, "%d", r->status ? r->status : 200);
    put_key(w, "responses");
    put_object(w);
    put_key(w, status);
    put_object(w);
    put_member_cstr(w, "description", label_in(&good, lang));
    put_key(w, "content");
    put_object(w);
    put_key(w, r->gives ? r->gives : "application/json");
    put_object(w);
    put_key(w, "schema");
    if (r->gives) {
        put_object(w);
        put_member_cstr(w, "type", "string");
        put_object_end(w);
    } else {
        put_answer_schema(w, r);
    }
    put_object_end(w);
    put_object_end(w);
    put_object_end(w);
    put_key(w, "4XX");
    put_ref(w, "responses", "problem");
    put_key(w, "5XX");
    put_ref(w, "responses", "problem");
    put_object_end(w);
}

/* "/api/v1/users/{login}/roles" and POST: post_users_login_roles. */
static void put_operation_id(struct json_out *w, const struct route *r)
{
    CLEANUP(buf_release) struct buf b = BUF(200);
    for (const char *p = r->method; *p; p++)
        buf_addc(&b, (char)(*p - 'A' + 'a'));
    for (const char *p = r->pattern + strlen("/api/v1"); *p; p++)
        if (!strchr("{}", *p))
            buf_addc(&b, strchr("/.", *p) ? '_' : *p);
    put_member_text(w, "operationId", buf_str(&b));
}

static void put_operation(struct json_out *w, const struct route *r, const struct route_table *t,
                          const struct code_book *codes, enum lang lang)
{
    char method[8] = "";
    for (size_t i = 0; i < sizeof method - 1 && r->method[i]; i++)
        method[i] = (char)(r->method[i] - 'A' + 'a');
    put_key(w, method);
    put_object(w);
    put_operation_id(w, r);
    put_member_cstr(w, "summary", label_in(&r->doc, lang));
    put_key(w, "tags");
    put_list(w);
    put_cstr(w, label_in(&t->title, lang));
    put_list_end(w);
    if (r->perm != PERM_NONE)
        put_member_cstr(w, "x-permission", perm_info[r->perm].code);
    if (r->flags & ROUTE_OPEN) {
        put_key(w, "security");
        put_list(w);
        put_list_end(w);
    }
    put_key(w, "parameters");
    put_list(w);
    put_parameters(w, r->path, "path", codes, lang);
    put_parameters(w, r->query, "query", codes, lang);
    if (r->orders)
        put_paging(w, r->orders, codes, lang);
    if (r->flags & ROUTE_MATCH)
        put_header(w, "If-Match", true);
    if (r->tx == ROUTE_WRITES && !(r->flags & ROUTE_SECRET))
        put_header(w, "Idempotency-Key", r->flags & ROUTE_KEY);
    put_list_end(w);
    if (r->body)
        put_body(w, r);
    else if (r->flags & ROUTE_BYTES)
        put_bytes(w);
    put_responses(w, r, lang);
    put_object_end(w);
}

static bool first_of_path(size_t table, size_t row)
{
    for (size_t t = 0; t <= table; t++)
        for (size_t i = 0; i < (t == table ? row : api_tables[t]->n); i++)
            if (!strcmp(api_tables[t]->routes[i].pattern, api_tables[table]->routes[row].pattern))
                return false;
    return true;
}

static void put_path(struct json_out *w, const char *pattern, const struct code_book *codes, enum lang lang)
{
    put_key(w, pattern);
    put_object(w);
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++)
            if (!strcmp(api_tables[t]->routes[i].pattern, pattern))
                put_operation(w, &api_tables[t]->routes[i], api_tables[t], codes, lang);
    put_object_end(w);
}

/* --- components --------------------------------------------------------------------------- */

static bool body_seen_before(const struct entity *en, size_t table, size_t row)
{
    for (size_t t = 0; t <= table; t++)
        for (size_t i = 0; i < (t == table ? row : api_tables[t]->n); i++)
            if (api_tables[t]->routes[i].body == en && !api_tables[t]->routes[i].lines)
                return true;
    return false;
}

struct answers {
    const struct entity *list[ANSWERS_MAX];
    size_t n;
};

static void add_answer(struct answers *a, const struct entity *en)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->list[i] == en)
            return;
    assert(a->n < ANSWERS_MAX);
    if (en)
        a->list[a->n++] = en;
}

static void add_parts(struct answers *a, const struct answer_part *p)
{
    for (; p && p->name; p++) {
        add_answer(a, p->of);
        add_parts(a, p->with);
    }
}

/* Every entity that some answer consists of, once. */
static void put_answers(struct json_out *w, const struct code_book *codes, enum lang lang)
{
    struct answers a = { .n = 0 };
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            add_answer(&a, api_tables[t]->routes[i].answer);
            add_parts(&a, api_tables[t]->routes[i].parts);
        }
    for (size_t i = 0; i < a.n; i++) {
        CLEANUP(buf_release) struct buf b = BUF(100);
        buf_addf(&b, "%s_answer", a.list[i]->table);
        put_key(w, buf_cstr(&b));
        put_entity(w, a.list[i], codes, lang, ANSWERED, NULL);
    }
}

/* Has a row before this one the same body with the same lines? */
static bool lines_seen_before(size_t table, size_t row)
{
    const struct route *me = &api_tables[table]->routes[row];
    for (size_t t = 0; t <= table; t++)
        for (size_t i = 0; i < (t == table ? row : api_tables[t]->n); i++)
            if (api_tables[t]->routes[i].body == me->body && api_tables[t]->routes[i].lines == me->lines)
                return true;
    return false;
}

static void put_schemas(struct json_out *w, const struct code_book *codes, enum lang lang)
{
    put_key(w, "schemas");
    put_object(w);
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            if (r->body && r->lines && !lines_seen_before(t, i)) {
                CLEANUP(buf_release) struct buf b = BUF(100);
                buf_addf(&b, "%s_with_%s", r->body->table, r->lines_name);
                put_key(w, buf_cstr(&b));
                put_entity(w, r->body, codes, lang, ASKED, r);
            } else if (r->body && !r->lines && !body_seen_before(r->body, t, i)) {
                put_key(w, r->body->table);
                put_entity(w, r->body, codes, lang, r->flags & ROUTE_PARTIAL ? ASKED_PARTLY : ASKED, NULL);
            }
        }
    put_answers(w, codes, lang);
    put_object_end(w);
}

/* What never changes, as it stands in the document. */
static const char fixed[] =
    "\"responses\":{\"problem\":{\"description\":\"RFC 9457\",\"content\":{\"application/problem+json\":{"
    "\"schema\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"detail\"],\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"code\":{\"type\":\"string\"},\"field\":{\"type\":[\"string\",\"null\"]},\"message\":{"
    "\"type\":\"string\"}}}}}}}}}},\"securitySchemes\":{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\","
    "\"name\":\"__Host-bangfu\"},\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}";

void openapi_write(struct json_out *w, const struct code_book *codes, enum lang lang)
{
    put_object(w);
    put_member_cstr(w, "openapi", "3.1.0");
    put_key(w, "info");
    buf_adds(w->b, "{\"title\":\"bangfu\",\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"
                   ",\"version\":\"");
    buf_adds(w->b, bangfu_version);
    buf_adds(w->b, "\"}");
    w->comma = true;
    put_key(w, "servers");
    buf_adds(w->b, "[{\"url\":\"/\"}]");
    w->comma = true;
    put_key(w, "security");
    buf_adds(w->b, "[{\"session\":[]},{\"token\":[]}]");
    w->comma = true;
    put_key(w, "paths");
    put_object(w);
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++)
            if (first_of_path(t, i))
                put_path(w, api_tables[t]->routes[i].pattern, codes, lang);
    put_object_end(w);
    put_key(w, "components");
    put_object(w);
    put_schemas(w, codes, lang);
    buf_addc(w->b, ',');
    buf_adds(w->b, fixed);
    put_object_end(w);
    put_object_end(w);
}
