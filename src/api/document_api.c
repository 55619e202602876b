/* document_api.c - attached documents: put in, listed, and taken out again. */
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "casework/document.h"
#include "casework/notice.h"
#include "registry/household.h"

enum { OWNER_CHARS = 20 };

struct attach_query {
    int64_t county;
    struct opt_int household, notice, case_no;
    struct code kind;
    struct str title;
    struct opt_int pages;
};
static const struct col attach_cols[] = {
    COUNTY_COL(attach_query),
    COL(attach_query, household, "所属的户", "Household it belongs to", .min = 1, .max = ID_MAX),
    COL(attach_query, notice, "所属的公示号", "Notice it belongs to", .min = 1, .max = ID_MAX),
    COL(attach_query, case_no, "所属的案件号", "Case it belongs to", .min = 1, .max = ID_MAX),
    COL(attach_query, kind, "种类", "Kind", .flags = REQUIRED, .codes = "document_kind"),
    COL(attach_query, title, "名称", "Title", .flags = REQUIRED, .min = 1, .max = 100),
    COL(attach_query, pages, "页数", "Pages", .min = 1, .max = 10000),
};
static const struct entity attach_query = ENTITY(attach_query, TABLE_LOCAL, "附件", "Document", attach_cols);

static bool of_household(struct call *c, const struct at_id *at, struct document *d, enum perm p,
                         struct errs *e)
{
    struct household h;
    if (!find_household_at(c, at, p, &h, e))
        return false;
    d->owner = STR("household");
    d->owner_id = h.id;
    d->region = h.village;
    return true;
}

static bool of_notice(struct call *c, int64_t county, int64_t no, struct document *d, struct errs *e)
{
    struct notice n;
    enum found f = notice_by_no(c->tx, &c->who, no, county_region(county), &n, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "notice", MSG_NOTICE_NONE, A(no));
    d->owner = STR("notice");
    d->owner_id = n.id;
    d->region = n.region;
    return true;
}

static bool of_case(struct call *c, int64_t county, int64_t no, struct document *d, struct errs *e)
{
    struct relief_case k;
    if (!find_case(c, county, no, &k, e))
        return false;
    d->owner = STR("case");
    d->owner_id = k.id;
    d->region = k.village;
    return true;
}

static bool of_its_owner(struct call *c, const struct attach_query *q, struct document *d, struct errs *e)
{
    struct at_id at = { q->county, q->household.v };
    if (q->household.set + q->notice.set + q->case_no.set != 1)
        return fail(e, ERR_INVALID, "household", MSG_DOCUMENT_OWNER);
    return q->household.set ? of_household(c, &at, d, PERM_REGISTRY_WRITE, e)
           : q->notice.set  ? of_notice(c, q->county, q->notice.v, d, e)
                            : of_case(c, q->county, q->case_no.v, d, e);
}

static bool add(struct call *c, struct errs *e)
{
    const struct attach_query *q = c->query;
    struct document d = { .county = q->county, .kind = q->kind, .title = q->title, .pages = q->pages };
    bool again = false;
    CLEANUP(act_release) struct act act = { 0 };
    if (!of_its_owner(c, q, &d, e))
        return false;
    if (!c->rq->body.n)
        return fail(e, ERR_INVALID, NULL, MSG_API_EMPTY);
    act_begin(&act, c->tx, &c->who, "document.add", d.owner, e->a);
    if (!document_add(&act, &d, c->rq->body, clock_today(), &again, e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &document_entity, &d);
    return true;
}

struct documents_query {
    struct region_code region;
    struct code kind;
};
static const struct col documents_cols[] = {
    REGION_COL(documents_query),
    COL(documents_query, kind, "种类", "Kind", .codes = "document_kind"),
};
static const struct entity documents_query =
    ENTITY(documents_query, TABLE_LOCAL, "材料", "Documents", documents_cols);

static bool list_documents(struct call *c, struct errs *e)
{
    const struct documents_query *q = c->query;
    struct list_page *p = &c->page;
    struct scopes all;
    const struct scope *s;
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, q->region, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(p, &all))) {
        struct list rows;
        if (!document_page(c->tx, page_rows(p), s, q->kind, page_behind(p).n[0], page_room(p), &rows, e))
            return false;
        const struct document *d = rows.rows;
        for (size_t i = 0; i < rows.n && page_take(p, (struct page_key){ .n = { d[i].no } }); i++)
            put_row(c, &document_entity, &d[i]);
    }
    page_end(c);
    return true;
}

static bool list_of_household(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct document d = { 0 };
    struct list all;
    if (!of_household(c, at, &d, PERM_REGISTRY_READ, e) ||
        !document_list(c->tx, at->county, "household", d.owner_id, &all, e))
        return false;
    rows_begin(c);
    put_rows_of(c, &document_entity, &all);
    rows_end(c, (struct str){ 0 });
    return true;
}

static const struct {
    const char *type, *name;
} formats[] = { { "application/octet-stream", "document" },
                { "image/jpeg", "document.jpg" },
                { "image/png", "document.png" },
                { "application/pdf", "document.pdf" } };

static size_t format_of(struct str content)
{
    return str_starts(content, STR("\xff\xd8\xff")) ? 1
           : str_starts(content, STR("\x89PNG"))    ? 2
           : str_starts(content, STR("%PDF-"))      ? 3
                                                    : 0;
}

static bool find_document(struct call *c, struct document *d, struct errs *e)
{
    const struct at_number *at = c->path;
    enum found f = document_by_no(c->tx, &c->who, at->no, county_region(at->county), d, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_DOCUMENT_NONE, A(at->no)));
}

static bool show(struct call *c, struct errs *e)
{
    struct document d;
    if (!find_document(c, &d, e))
        return false;
    put_object(&c->w);
    put_cols(c, &document_entity, &d, false);
    put_member_bool(&c->w, "sensitive", document_is_sensitive(d.kind));
    put_object_end(&c->w);
    return true;
}

static bool put_content(struct call *c, struct str purpose, struct errs *e)
{
    struct document d;
    struct str content;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_document(c, &d, e))
        return false;
    act_begin(&act, c->tx, &c->who, "document.get", d.owner, e->a);
    if (!document_get(&act, &d, purpose, &content, e) || !act_end(&act, NULL, e))
        return false;
    c->w.b->max = DOCUMENT_BYTES_MAX + 1;
    buf_add(c->w.b, content);
    c->reply->type = formats[format_of(content)].type;
    c->reply->file = purpose.p ? formats[format_of(content)].name : NULL;
    return true;
}

static bool get(struct call *c, struct errs *e)
{
    const struct purpose_form *x = c->body;
    return put_content(c, x->purpose.p ? x->purpose : STR(""), e);
}

/* To look at: of those that show nothing personal. */
static bool view(struct call *c, struct errs *e)
{
    return put_content(c, (struct str){ 0 }, e);
}

// clang-format off
static const struct answer_part shown_parts[] = { { .name = "sensitive", .type = "boolean" }, { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/documents", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &documents_query, .orders = ORDERS(BY("no", "编号", "number", .rows = document_rows)), .run = list_documents, .answer = &document_entity, .list = true,
      .doc = { "管辖区划内的附件", "Documents of one's area" } },
    { .method = "POST", .pattern = "/api/v1/documents", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_BYTES | ROUTE_PERSONAL, .query = &attach_query, .body_max = DOCUMENT_BYTES_MAX, .run = add, .status = 201, .answer = &document_entity,
      .doc = { "登记附件：JPEG、PNG 或 PDF，最多 20 MB", "Attach a JPEG, PNG or PDF of at most 20 MB" } },
    { .method = "GET", .pattern = "/api/v1/households/{county}/{id}/documents", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = list_of_household, .answer = &document_entity, .list = true,
      .doc = { "一户的附件", "Documents of one household" } },
    { .method = "GET", .pattern = "/api/v1/documents/{county}/{no}", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = show, .answer = &document_entity, .parts = shown_parts,
      .doc = { "一个附件的登记；sensitive 的取用须写用途", "What is known of a document; of a sensitive one say why it is taken out" } },
    { .method = "GET", .pattern = "/api/v1/documents/{county}/{no}/view", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = view, .gives = "application/octet-stream",
      .doc = { "预览附件；不涉及身份、账户、病情的", "Look at one that shows no identity, account or illness" } },
    { .method = "POST", .pattern = "/api/v1/documents/{county}/{no}/content", .perm = PERM_REGISTRY_READ, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL | ROUTE_SECRET, .path = &at_number, .body = &purpose_form, .run = get, .gives = "application/octet-stream",
      .doc = { "取附件；涉及身份、账户、病情的须写用途", "Take one out; of those that show an identity, an account or an illness say why" }, .sample = "{\"purpose\":\"核对身份证\"}" },
};
// clang-format on
const struct route_table document_routes = { { "附件", "Documents" }, routes, N_ELEMS(routes) };
