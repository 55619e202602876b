/* test_operations.c - the operations of the modules: they answer as described, whatever they are sent, and do
 * what the commands do (issue 8; R015, R261, chapter T). */
#include "access/account.h"
#include "api/codes_kept.h"
#include "api/dispatch.h"
#include "api/jobs.h"
#include "api/loans_kept.h"
#include "api/tables.h"
#include "app/modules.h"
#include "base/clock.h"
#include "cli/api_modules.h"
#include "programme/facts_kept.h"
#include "registry/count.h"
#include "support/lend.h"

#include <unistd.h>

static struct facts_kept *kept;
static struct codes_kept *codes;
static struct counts_kept *counts;
static struct loans_kept *loans;
static struct jobs *jobs;

static struct api_reply answer(struct world *w, struct api_request rq)
{
    struct program p = app_program();
    static struct api_modules modules; /* jobs go on behind the answer */
    modules = cli_api_modules(&p);
    const char *url = getenv("TEST_DB");
    struct api api = { .st = w->st,
                       .codes = &w->codes,
                       .modules = &modules,
                       .facts = kept,
                       .codes_kept = codes,
                       .counts = counts,
                       .loans = loans,
                       .jobs = jobs,
                       .db = url && store_is_sqlite(w->st) ? url + strlen("sqlite://") : NULL,
                       .key = getenv("BANGFU_KEY") };
    struct api_reply reply;
    rq.a = &w->a;
    rq.language = rq.language.p ? rq.language : STR("en");
    rq.address = "10.0.0.1";
    api_answer(&api, &rq, &reply);
    return reply;
}

static struct api_request request(const struct actor *as, const char *method, const char *path,
                                  const char *body)
{
    struct str rest = str_of(path), p;
    assert_true(str_split(&rest, '?', &p));
    return (struct api_request){ .method = method, .path = p, .query = rest, .body = str_of(body), .as = as };
}

static struct api_reply ask(struct world *w, const char *method, const char *path, const char *body)
{
    return answer(w, request(&w->who, method, path, body));
}

/* A write that is to be done once. */
static struct api_reply once(struct world *w, const struct actor *as, const char *path, const char *body)
{
    static int n;
    struct api_request rq = request(as, "POST", path, body);
    rq.key = str_of(arena_printf(&w->a, "test-key-%d-%lld", ++n, (long long)clock_now().us));
    return answer(w, rq);
}

static bool holds(struct api_reply r, const char *text)
{
    return str_has(r.body, str_of(text));
}

#define assert_status(r, want)                                                                \
    do {                                                                                      \
        struct api_reply r_ = (r);                                                            \
        if (r_.status != (want))                                                              \
            fail_msg("%d instead of %d: %.*s", r_.status, (want), (int)r_.body.n, r_.body.p); \
    } while (0)

static json_t *json_of(struct api_reply r)
{
    json_t *j = json_loadb(r.body.p, r.body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!j)
        fail_msg("not JSON: %.*s", (int)r.body.n, r.body.p);
    return j;
}

static struct str text_at(struct world *w, struct api_reply r, const char *name)
{
    json_t *j = json_of(r);
    const char *s = json_string_value(json_object_get(j, name));
    struct str out = s ? arena_str(&w->a, str_of(s)) : (struct str){ 0 };
    json_decref(j);
    return out;
}

static int64_t number_at(struct api_reply r, const char *name)
{
    json_t *j = json_of(r);
    int64_t v = json_integer_value(json_object_get(j, name));
    json_decref(j);
    return v;
}

/* --- against the document ------------------------------------------------------------------ */

static const json_t *resolve(const json_t *doc, const json_t *schema)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    struct str rest = str_of(ref), part;
    if (!ref)
        return schema;
    str_split(&rest, '/', &part);
    while (str_split(&rest, '/', &part)) {
        char name[100];
        snprintf(name, sizeof name, "%.*s", (int)part.n, part.p);
        doc = json_object_get(doc, name);
    }
    return doc;
}

static bool is_type(const json_t *v, const char *type)
{
    return (!strcmp(type, "object") && json_is_object(v)) || (!strcmp(type, "array") && json_is_array(v)) ||
           (!strcmp(type, "string") && json_is_string(v)) ||
           (!strcmp(type, "integer") && json_is_integer(v)) ||
           (!strcmp(type, "boolean") && json_is_boolean(v)) || (!strcmp(type, "null") && json_is_null(v));
}

static bool fits(const json_t *doc, const json_t *schema, json_t *v, const char **where)
{
    schema = resolve(doc, schema);
    const json_t *type = json_object_get(schema, "type"), *items = json_object_get(schema, "items"), *one;
    const char *key;
    json_t *member, *properties = json_object_get(schema, "properties");
    size_t i;
    bool ok = !type || (json_is_string(type) && is_type(v, json_string_value(type)));
    if (json_is_array(type))
        json_array_foreach(type, i, one) ok = ok || is_type(v, json_string_value(one));
    if (!ok)
        return false;
    json_array_foreach(json_object_get(schema, "allOf"), i, one) if (!fits(doc, one, v, where)) return false;
    if (items && json_is_array(v))
        json_array_foreach(v, i, member) if (!fits(doc, items, member, where)) return false;
    if (!properties || !json_is_object(v))
        return true;
    json_object_foreach(v, key, member)
    {
        const json_t *p = json_object_get(properties, key);
        if (p && !fits(doc, p, member, where)) {
            *where = key;
            return false;
        }
    }
    return true;
}

static void check_answer(const json_t *doc, const struct route *r, struct api_reply x)
{
    char method[8] = "", status[8];
    const char *where = "";
    for (size_t i = 0; r->method[i]; i++)
        method[i] = (char)(r->method[i] | 32);
    snprintf(status, sizeof status, "%d", r->status ? r->status : 200);
    if (x.status >= 500)
        fail_msg("%s %s: %d %.*s", r->method, r->pattern, x.status, (int)x.body.n, x.body.p);
    if (x.status >= 400) {
        assert_true(x.problem);
        json_t *j = json_of(x);
        assert_int_equal(json_integer_value(json_object_get(j, "status")), x.status);
        assert_true(json_array_size(json_object_get(j, "errors")) >= 1);
        json_decref(j);
        return;
    }
    if (r->gives || x.more)
        return;
    const json_t *op = json_object_get(json_object_get(json_object_get(doc, "paths"), r->pattern), method);
    const json_t *content =
        json_object_get(json_object_get(json_object_get(op, "responses"), status), "content");
    json_t *j = json_of(x);
    if (!fits(doc, json_object_get(json_object_get(content, "application/json"), "schema"), j, &where))
        fail_msg("%s %s: %s is not as described: %.*s", r->method, r->pattern, where, (int)x.body.n,
                 x.body.p);
    json_decref(j);
}

/* The examples are about a county, a household and a fund; this is the one that they are made to mean. */
struct office {
    struct lent lent;        /* a loan that is signed */
    struct family applicant; /* nobody moves them */
    int64_t paid, survey, roster;
    int64_t reminder; /* of the paid one, which falls due in twenty days */
};

static int64_t remind(struct world *w, const struct lent *x)
{
    const char *path =
        arena_printf(&w->a, "/api/v1/funds/%lld/%s/reminders", (long long)x->county, x->rules.fund.code.p);
    assert_status(ask(w, "POST", path, "{\"step\":1}"), 201);
    json_t *j = json_of(ask(w, "GET", path, NULL));
    int64_t id = json_integer_value(json_object_get(json_array_get(json_object_get(j, "rows"), 0), "id"));
    json_decref(j);
    return id;
}

static struct office office(struct world *w)
{
    struct office o = { .lent = lend_world(w, "xingfu"), .survey = 1, .roster = 1 };
    o.lent.due_on = (struct opt_date){ lend_ago(-20), true };
    lend_draft(&o.lent, "5000.00");
    lend_sign(&o.lent);
    lend_pay(&o.lent);
    o.paid = o.lent.loan.id;
    o.reminder = remind(w, &o.lent);
    o.lent.due_on.set = false;
    lend_draft(&o.lent, "5000.00");
    lend_sign(&o.lent);
    o.applicant = world_family(w, o.lent.county);
    return o;
}

static const char *swap(struct world *w, const char *text, const char *old, const char *new)
{
    CLEANUP(buf_release) struct buf b = BUF(20000);
    size_t n = strlen(old);
    while (*text)
        if (!strncmp(text, old, n)) {
            buf_adds(&b, new);
            text += n;
        } else {
            buf_addc(&b, *text++);
        }
    return arena_str(&w->a, buf_str(&b)).p;
}

static const char *example(struct world *w, const struct route *r, const struct office *o)
{
    if (!r->sample)
        return !(r->flags & ROUTE_BYTES)                      ? NULL
               : str_has(str_of(r->pattern), STR("holidays")) ? "日期,类型,名称\n2027-01-01,休,元旦\n"
               : str_has(str_of(r->pattern), STR("/repayments/")) ? "合同编号,日期,金额\n"
                                                                  : "%PDF-1.4 paper";
    const char *text = swap(w, r->sample, "350603", arena_printf(&w->a, "%lld", (long long)o->lent.county));
    text = swap(w, text, "LW000001", o->applicant.h.hh_no.p);
    text = swap(w, text, "XF-100-024-0001", o->lent.loan.number.p);
    text = swap(w, text, "{\"id\":1}", arena_printf(&w->a, "{\"id\":%lld}", (long long)o->reminder));
    return swap(w, text, ":24", ":1");
}

static int64_t id_of(const struct route *r, const struct office *o)
{
    struct str p = str_of(r->pattern);
    static const char *const of_the_paid[] = { "/repayments", "/collections", "/reliefs",
                                               "/effects",    "/money-uses",  "/release" };
    for (size_t i = 0; i < N_ELEMS(of_the_paid); i++)
        if (str_ends(p, str_of(of_the_paid[i])))
            return o->paid;
    if (str_has(p, STR("/visits")))
        return o->lent.f.h.id;
    if (str_ends(p, STR("/repayments")))
        return o->paid;
    if (str_has(p, STR("/persons/")))
        return o->lent.f.p.id;
    return str_has(p, STR("/contracts/")) || str_has(p, STR("/loans/")) ? o->lent.loan.id
           : str_has(p, STR("/surveys/"))                               ? o->survey
           : str_has(p, STR("/rosters/"))                               ? o->roster
           : str_has(p, STR("/reminders/"))                             ? o->reminder
                                                                        : o->lent.f.h.id;
}

static const char *value_of(const struct route *r, const char *name, const struct office *o)
{
    static const struct {
        const char *name, *value;
    } known[] = { { "year", "2017" },
                  { "programme", "xingfu" },
                  { "kind", "household" },
                  { "login", "admin" },
                  { "table", "poverty_state" },
                  { "from", "2020-01-01" },
                  { "region", "350603100202" },
                  { "form", "register" },
                  { "file", "export" },
                  { "with", "xingfu" },
                  { "no", "1" },
                  { "day", "2017-12-31" },
                  { "entity", "household" } };
    if (!strcmp(name, "code"))
        return o->lent.rules.fund.code.p;
    if (!strcmp(name, "kind") && r->query && entity_col(r->query, "kind"))
        return str_has(str_of(r->pattern), STR("documents")) ? "application_form" : "households";
    if (!strcmp(name, "form") && str_has(str_of(r->pattern), STR("/forms/")))
        return r->body ? "contract" : "roster";
    if (!strcmp(name, "form") && str_has(str_of(r->pattern), STR("/cases/")))
        return "application";
    for (size_t i = 0; i < N_ELEMS(known); i++)
        if (!strcmp(known[i].name, name))
            return known[i].value;
    return "1";
}

static const char *fill(struct world *w, const struct route *r, const struct office *o)
{
    CLEANUP(buf_release) struct buf b = BUF(2000);
    struct str rest = str_of(r->pattern), part;
    bool first = true;
    while (str_split(&rest, '/', &part)) {
        char name[40];
        buf_adds(&b, first ? "" : "/");
        first = false;
        if (!part.n || part.p[0] != '{') {
            buf_add(&b, part);
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)part.n - 2, part.p + 1);
        if (!strcmp(name, "county"))
            buf_addi(&b, o->lent.county);
        else if (!strcmp(name, "id"))
            buf_addi(&b, id_of(r, o));
        else
            buf_adds(&b, value_of(r, name, o));
    }
    for (size_t i = 0, n = 0; r->query && i < r->query->n; i++) {
        const struct col *col = &r->query->cols[i];
        bool owner = str_eq(str_of(col->name), STR("household")) && (r->flags & ROUTE_BYTES);
        bool wanted =
            (str_has(str_of(r->pattern), STR("-prints/")) || str_has(str_of(r->pattern), STR("/forms/"))) &&
            !strcmp(col->name, "programme");
        if (!(col->flags & REQUIRED) && !owner && !wanted)
            continue;
        buf_addf(&b, "%s%s=", n++ ? "&" : "?", col->name);
        if (!strcmp(col->name, "county"))
            buf_addi(&b, o->lent.county);
        else if (owner)
            buf_addi(&b, o->lent.f.h.id);
        else if (col->type == T_INT)
            buf_addi(&b, o->roster);
        else
            buf_adds(&b, value_of(r, col->name, o));
    }
    return arena_str(&w->a, buf_str(&b)).p;
}

/* What If-Match has to name, as it is read from the thing itself. */
static struct str version_at(struct world *w, const char *path)
{
    struct str rest = str_of(path), part;
    CLEANUP(buf_release) struct buf b = BUF(500);
    for (int i = 0; i < 6 && str_split(&rest, '/', &part); i++)
        buf_addf(&b, "%s%.*s", i ? "/" : "", (int)part.n, part.p);
    struct api_reply r = ask(w, "GET", arena_str(&w->a, buf_str(&b)).p, NULL);
    if (r.status != 200)
        return STR("\"none\"");
    struct str v = text_at(w, r, "etag");
    return v.p ? v : (v = text_at(w, r, "version")).p ? v : r.etag;
}

static bool is_session(const struct route *r)
{
    return str_has(str_of(r->pattern), STR("session")) || str_has(str_of(r->pattern), STR("password")) ||
           str_has(str_of(r->pattern), STR("setup")) || str_has(str_of(r->pattern), STR("totp"));
}

static void remember(struct office *o, const struct route *r, struct api_reply x)
{
    if (x.status == 201 && !strcmp(r->pattern, "/api/v1/surveys"))
        o->survey = number_at(x, "id");
    if (x.status == 201 && !strcmp(r->pattern, "/api/v1/rosters"))
        o->roster = number_at(x, "id");
}

static void every_operation_answers_its_example_as_it_is_described(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    json_t *doc = json_of(ask(w, "GET", "/api/v1/openapi.json", NULL));
    int good = 0, all = 0;
    CLEANUP(buf_release) struct buf said = BUF(1 << 17);
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            const char *path = fill(w, r, &o);
            struct api_request rq = request(&w->who, r->method, path, example(w, r, &o));
            if (is_session(r))
                continue;
            if (r->flags & ROUTE_KEY)
                rq.key = str_of(arena_printf(&w->a, "key-%zu-%zu-%lld", t, i, (long long)clock_now().us));
            if (r->flags & ROUTE_MATCH)
                rq.if_match = version_at(w, path);
            struct api_reply x = answer(w, rq);
            check_answer(doc, r, x);
            remember(&o, r, x);
            all++;
            good += x.status < 300;
            if (x.status >= 300)
                buf_addf(&said, "# %s %s: %d %.*s\n", r->method, path, x.status,
                         x.body.n < 300 ? (int)x.body.n : 300, x.body.n ? x.body.p : "");
        }
    json_decref(doc);
    /* The others are refused for what the examples before them did. */
    if (good * 100 < all * 65)
        fail_msg("only %d of %d operations have an example that works\n%s", good, all, buf_cstr(&said));
}

/* --- whose is it -------------------------------------------------------------------------- */

struct watched {
    struct world *w;
    struct office o;
    const char *paths[4]; /* of things that stay as they are */
    struct str before[4];
};

static void look(struct watched *v)
{
    for (size_t i = 0; i < N_ELEMS(v->paths); i++) {
        struct api_reply r = ask(v->w, "GET", v->paths[i], NULL);
        assert_status(r, 200);
        if (v->before[i].p && !str_eq(v->before[i], r.body))
            fail_msg("a neighbour changed %s: %.*s instead of %.*s", v->paths[i], (int)r.body.n, r.body.p,
                     (int)v->before[i].n, v->before[i].p);
        v->before[i] = r.body;
    }
}

static void nobody_of_here(struct watched *v, const struct actor *who)
{
    struct world *w = v->w;
    const char *const theirs[] = { v->o.applicant.h.head_name.p, v->o.applicant.p.id_number.p,
                                   v->o.lent.f.h.head_name.p, v->o.lent.f.p.id_number.p,
                                   v->o.lent.f.h.bank_account.p };
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            const char *path = fill(w, r, &v->o);
            struct api_request rq = request(who, r->method, path, example(w, r, &v->o));
            if (is_session(r))
                continue;
            if (r->flags & ROUTE_KEY)
                rq.key = str_of(arena_printf(&w->a, "other-%zu-%zu-%lld", t, i, (long long)clock_now().us));
            if (r->flags & ROUTE_MATCH)
                rq.if_match = version_at(w, path); /* even then */
            struct api_reply x = answer(w, rq);
            if (x.status >= 500)
                fail_msg("%s %s: %d %.*s", r->method, path, x.status, (int)x.body.n, x.body.p);
            for (size_t k = 0; k < N_ELEMS(theirs); k++)
                if (holds(x, theirs[k]))
                    fail_msg("%s %s shows %s to a neighbour: %.*s", r->method, path, theirs[k], (int)x.body.n,
                             x.body.p);
        }
    look(v);
}

static void neighbours_neither_see_nor_change_cases_loans_and_surveys(void **state)
{
    struct world *w = *state;
    struct watched v = { .w = w, .o = office(w) };
    long long county = (long long)v.o.lent.county;
    struct actor village = w->who, elsewhere = w->who;
    struct grant two = { ~UINT64_C(0), { world_village(county, 2).v, world_village(county, 2).v } };
    int64_t far = world_county(w);
    struct grant other = { ~UINT64_C(0), { far * 1000000, far * 1000000 + 999999 } };
    village.grants = &two;
    elsewhere.grants = &other;
    village.n = elsewhere.n = 1;
    const char *apply =
        arena_printf(&w->a, "{\"county\":%lld,\"programme\":\"xingfu\",\"hh_no\":\"%s\",\"period\":1}",
                     county, v.o.applicant.h.hh_no.p);
    assert_status(ask(w, "POST", "/api/v1/cases", apply), 201);
    const char *open =
        arena_printf(&w->a, "{\"name\":\"一村摸底\",\"region\":\"%lld\",\"surveyor\":\"张三\"}",
                     (long long)world_village(county, 1).v);
    struct api_reply made = ask(w, "POST", "/api/v1/surveys", open);
    assert_status(made, 201);
    v.o.survey = number_at(made, "id");
    v.paths[0] = arena_printf(&w->a, "/api/v1/cases/%lld/1", county);
    v.paths[1] = arena_printf(&w->a, "/api/v1/contracts/%lld/%lld", county, (long long)v.o.paid);
    v.paths[2] = arena_printf(&w->a, "/api/v1/households/%lld/%lld", county, (long long)v.o.lent.f.h.id);
    v.paths[3] = arena_printf(&w->a, "/api/v1/surveys/%lld/%lld", county, (long long)v.o.survey);
    look(&v);
    nobody_of_here(&v, &village);
    nobody_of_here(&v, &elsewhere);
    assert_true(holds(ask(w, "GET", v.paths[0], NULL), v.o.applicant.h.head_name.p));
}

/* --- whatever it is sent -------------------------------------------------------------------- */

static uint64_t dice_state = 88172645463325252;
static uint64_t dice(uint64_t n)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return dice_state % n;
}

static const char *const odd_json[] = {
    "null",
    "true",
    "-1",
    "0",
    "99999999999999999999",
    "1e400",
    "\"\"",
    "\"\\u0000\"",
    "\"\xff\xfe\"",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    "{}",
    "\"2020-02-30\"",
    "\"-0.001\"",
    "9007199254740993",
    "\"<script>alert(1)</script>\"",
    "\"'; DROP TABLE household; --\"",
    "\"350603100202\"",
    "\"special\"",
    "\"9223372036854775807.99\"",
};
static const char *const odd_text[] = { "",    "-1",  "0",   "9223372036854775808", "%00",
                                        "%ff", "%zz", "a'b", "350603100202",        "2020-13-01",
                                        "1e9", "x",   "..",  "%2e%2e%2f",           "*" };

static const char *odd_path(struct world *w, const struct route *r, const struct family *f)
{
    CLEANUP(buf_release) struct buf b = BUF(4000);
    struct str rest = str_of(r->pattern), part;
    bool first = true;
    while (str_split(&rest, '/', &part)) {
        buf_adds(&b, first ? "" : "/");
        first = false;
        if (str_eq(part, STR("{county}")) && dice(2))
            buf_addi(&b, f->h.county);
        else if (part.n && part.p[0] == '{')
            buf_adds(&b, odd_text[dice(N_ELEMS(odd_text))]);
        else
            buf_add(&b, part);
    }
    for (size_t i = 0, n = 0; r->query && i < r->query->n; i++)
        if (dice(2))
            buf_addf(&b, "%s%s=%s", n++ ? "&" : "?", r->query->cols[i].name,
                     odd_text[dice(N_ELEMS(odd_text))]);
    return arena_str(&w->a, buf_str(&b)).p;
}

static const char *odd_body(struct world *w, const struct route *r)
{
    CLEANUP(buf_release) struct buf b = BUF(20000);
    if (!r->body)
        return dice(2) ? NULL : "{}";
    buf_addc(&b, '{');
    for (size_t i = 0, n = 0; i < r->body->n; i++)
        if (dice(4))
            buf_addf(&b, "%s\"%s\":%s", n++ ? "," : "", r->body->cols[i].name,
                     odd_json[dice(N_ELEMS(odd_json))]);
    if (r->lines && dice(2))
        buf_addf(&b, "%s\"%s\":[%s,{\"name\":%s}]", b.n > 1 ? "," : "", r->lines_name,
                 odd_json[dice(N_ELEMS(odd_json))], odd_json[dice(N_ELEMS(odd_json))]);
    buf_addc(&b, '}');
    return arena_str(&w->a, buf_str(&b)).p;
}

static void no_operation_ever_breaks_and_none_shows_a_neighbour(void **state)
{
    struct world *w = *state;
    struct family theirs = world_family(w, world_county(w));
    struct actor mine = w->who;
    struct grant one = { ~UINT64_C(0),
                         { world_village(world_county(w), 1).v, world_village(world_county(w), 1).v } };
    mine.grants = &one;
    mine.n = 1;
    for (int round = 0; round < 6; round++)
        for (size_t t = 0; t < api_tables_n; t++)
            for (size_t i = 0; i < api_tables[t]->n; i++) {
                const struct route *r = &api_tables[t]->routes[i];
                struct api_request rq = request(&mine, r->method, odd_path(w, r, &theirs), odd_body(w, r));
                if (is_session(r))
                    continue;
                rq.key = dice(2) ? STR("some-key-1") : (struct str){ 0 };
                rq.if_match = dice(2) ? STR("\"0\"") : (struct str){ 0 };
                struct api_reply x = answer(w, rq);
                if (x.status >= 500)
                    fail_msg("%s %.*s?%.*s %.*s: %d %.*s", r->method, (int)rq.path.n, rq.path.p,
                             (int)rq.query.n, rq.query.n ? rq.query.p : "", (int)rq.body.n,
                             rq.body.n ? rq.body.p : "", x.status, (int)x.body.n, x.body.p);
                if (holds(x, theirs.h.hh_no.p) || holds(x, theirs.p.id_number.p))
                    fail_msg("%s %s shows a neighbour", r->method, r->pattern);
            }
}

/* --- screening ------------------------------------------------------------------------------ */

static const char what_if[] = "{\"programme\":\"xingfu\",\"region\":\"%lld\",\"candidates\":5}";

static void moving_a_parameter_reads_nothing_again_and_a_write_is_seen(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    for (int i = 0; i < 5; i++)
        world_family(w, county);
    const char *body = arena_printf(&w->a, what_if, (long long)county * 1000000);
    struct api_reply first = ask(w, "POST", "/api/v1/screenings/what-if", body);
    assert_status(first, 200);
    struct facts_kept_counts before = facts_kept_counts(kept);
    struct api_reply again = ask(w, "POST", "/api/v1/screenings/what-if", body);
    struct facts_kept_counts after = facts_kept_counts(kept);
    assert_int_equal(after.hits, before.hits + 1);
    assert_int_equal(after.misses, before.misses);
    assert_true(str_eq(first.body, again.body));
    assert_int_equal(number_at(again, "households"), 5);
    world_family(w, county);
    assert_int_equal(number_at(ask(w, "POST", "/api/v1/screenings/what-if", body), "households"), 6);
    struct facts_kept *was = kept;
    kept = NULL;
    struct api_reply plain = ask(w, "POST", "/api/v1/screenings/what-if", body);
    kept = was;
    assert_true(str_eq(plain.body, ask(w, "POST", "/api/v1/screenings/what-if", body).body));
    struct api_reply made = ask(w, "POST", "/api/v1/screenings", body);
    assert_status(made, 201);
    const char *path =
        arena_printf(&w->a, "/api/v1/screenings/%lld", (long long)number_at(made, "screening"));
    assert_int_equal(number_at(ask(w, "GET", path, NULL), "households"), 6);
    struct api_reply bad =
        ask(w, "POST", "/api/v1/screenings/what-if",
            "{\"programme\":\"xingfu\",\"set\":[{\"name\":\"nonsense\",\"value\":\"1\"},{\"value\":\"1\"}]}");
    assert_status(bad, 400);
    assert_true(holds(bad, "set[1].name"));
}

/* --- what offices set ---------------------------------------------------------------------- */

static void a_parameter_is_set_with_its_basis_and_every_bad_field_is_named(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    const char *path = "/api/v1/programmes/xingfu/parameters";
    const char *bad = arena_printf(&w->a,
                                   "{\"parameter\":\"max_amount\",\"region\":\"%lld\",\"valid_from\":"
                                   "\"2026-01-01\",\"value\":\"999999\",\"basis\":\"No. 1\"}",
                                   (long long)world_village(county, 1).v);
    struct api_reply x = ask(w, "POST", path, bad);
    assert_status(x, 400);
    assert_true(holds(x, "\"field\":\"region\""));
    assert_true(holds(x, "\"field\":\"value\""));
    const char *good = arena_printf(&w->a,
                                    "{\"parameter\":\"max_amount\",\"region\":\"%lld\",\"valid_from\":"
                                    "\"2026-01-01\",\"value\":\"30000\",\"basis\":\"No. 1\"}",
                                    (long long)county * 1000000);
    assert_status(ask(w, "POST", path, good), 201);
    x = ask(w, "GET", arena_printf(&w->a, "%s?region=%lld", path, (long long)county * 1000000), NULL);
    assert_true(holds(x, "\"value\":\"30000\",\"value_of\":\"office\""));
    assert_true(holds(ask(w, "GET", path, NULL), "\"value\":\"20000.00\",\"value_of\":\"default\""));
}

static void a_code_that_was_added_is_known_to_the_next_request_and_one_that_ended_is_refused(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    const char *home =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld", (long long)f.h.county, (long long)f.h.id);
    struct api_reply made =
        ask(w, "POST", "/api/v1/codes/poverty_cause", "{\"zh\":\"缺渠道\",\"en\":\"No outlet\"}");
    assert_status(made, 201);
    const char *path =
        arena_printf(&w->a, "/api/v1/codes/poverty_cause/%lld", (long long)number_at(made, "code"));
    struct api_request rq = request(&w->who, "PATCH", home, "{\"cause_main\":\"缺渠道\"}");
    rq.if_match = version_at(w, home);
    assert_status(answer(w, rq), 200);
    rq = request(&w->who, "PUT", path, "{\"zh\":\"缺销路\"}");
    assert_status(answer(w, rq), 428);
    rq.if_match = made.etag;
    assert_status(answer(w, rq), 200);
    assert_true(holds(ask(w, "GET", home, NULL), "own_40"));
    assert_status(ask(w, "POST", arena_printf(&w->a, "%s/end", path), "{}"), 200);
    rq = request(&w->who, "PATCH", home, "{\"cause_main\":\"缺销路\"}");
    rq.if_match = version_at(w, home);
    struct api_reply refused = answer(w, rq);
    assert_status(refused, 400);
    assert_true(holds(refused, "\"field\":\"cause_main\""));
    assert_status(ask(w, "POST", arena_printf(&w->a, "%s/resume", path), NULL), 200);
    assert_status(ask(w, "POST", "/api/v1/codes/sex", "{\"zh\":\"x\"}"), 409);
}

/* --- books ---------------------------------------------------------------------------------- */

static void a_voucher_is_made_by_one_and_approved_by_another(void **state)
{
    struct world *w = *state;
    long long county = (long long)world_county(w);
    struct actor other = w->who;
    struct app_user x = { .login = str_of(arena_printf(&w->a, "checker%lld", (long long)clock_now().us)) };
    const char *user =
        arena_printf(&w->a, "{\"login\":\"%s\",\"name\":\"审核\",\"role\":\"leader\"}", x.login.p);
    assert_status(ask(w, "POST", "/api/v1/users", user), 201);
    other.login = x.login;
    other.user_id++;
    const char *funds = arena_printf(&w->a, "/api/v1/funds/%lld", county);
    assert_status(ask(w, "POST", funds, "{\"code\":\"01\",\"name\":\"幸福工程\"}"), 201);
    const char *drafts = arena_printf(&w->a, "/api/v1/funds/%lld/01/drafts", county);
    const char *body = "{\"purpose\":\"收到拨款\",\"lines\":[{\"account\":\"special\",\"debit\":\"1000.00\"},"
                       "{\"account\":\"capital:provincial\",\"credit\":\"1000.00\"}]}";
    assert_status(ask(w, "POST", drafts, body), 428);
    for (int i = 1; i <= 3; i++) {
        struct api_reply made = once(w, &w->who, drafts, body);
        assert_status(made, 201);
        const char *approve =
            arena_printf(&w->a, "/api/v1/drafts/%lld/%lld/approve", county, (long long)number_at(made, "no"));
        assert_true(once(w, &w->who, approve, NULL).status >= 400);
        assert_status(once(w, &other, approve, NULL), 200);
    }
    const char *unequal =
        "{\"purpose\":\"收到拨款\",\"lines\":[{\"account\":\"special\",\"debit\":\"1000.00\"},"
        "{\"account\":\"nonsense\",\"credit\":\"1.00\"}]}";
    assert_status(once(w, &w->who, drafts, unequal), 400);
    struct api_reply trial =
        ask(w, "GET", arena_printf(&w->a, "/api/v1/funds/%lld/01/trial-balance", county), NULL);
    assert_true(holds(trial, "\"closing\":\"3000.00\""));
    const char *next = "";
    int pages = 0, vouchers = 0;
    do {
        struct api_reply page = ask(w, "GET",
                                    arena_printf(&w->a, "/api/v1/funds/%lld/01/journal?limit=2%s%s", county,
                                                 *next ? "&after=" : "", next),
                                    NULL);
        assert_status(page, 200);
        json_t *j = json_of(page);
        vouchers += (int)json_array_size(json_object_get(j, "rows"));
        json_decref(j);
        struct str cursor = text_at(w, page, "next");
        next = cursor.p ? cursor.p : "";
        assert_true(++pages <= 3);
    } while (*next);
    assert_int_equal(vouchers, 3);
    struct api_reply lines =
        ask(w, "GET", arena_printf(&w->a, "/api/v1/funds/%lld/01/statement?account=special&limit=2", county),
            NULL);
    assert_true(holds(lines, "\"balance\":\"2000.00\""));
    assert_false(holds(lines, "\"balance\":\"3000.00\""));
    lines = ask(w, "GET",
                arena_printf(&w->a, "/api/v1/funds/%lld/01/statement?account=special&limit=2&after=%s",
                             county, text_at(w, lines, "next").p),
                NULL);
    assert_true(holds(lines, "\"balance\":\"3000.00\""));
}

/* --- notices -------------------------------------------------------------------------------- */

static void a_lost_update_is_answered_with_both_versions(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    const char *body = arena_printf(&w->a,
                                    "{\"region\":\"%lld\",\"title\":\"关于拟补助对象的公示\",\"unit\":"
                                    "\"村委会\",\"hotline\":\"0596-0000000\","
                                    "\"channels\":\"website:https://example.org/"
                                    "1\",\"rows\":[{\"applicant_name\":\"张秀英\",\"amount\":\"3000.00\"}]}",
                                    (long long)world_village(county, 1).v);
    struct api_reply made = ask(w, "POST", "/api/v1/notices", body);
    assert_status(made, 201);
    const char *path =
        arena_printf(&w->a, "/api/v1/notices/%lld/%lld", (long long)county, (long long)number_at(made, "no"));
    struct api_request rq = request(&w->who, "PATCH", path, "{\"action\":\"post\"}");
    assert_status(answer(w, rq), 428);
    rq.if_match = text_at(w, ask(w, "GET", path, NULL), "version");
    struct api_reply posted = answer(w, rq);
    assert_status(posted, 200);
    rq.body = STR("{\"action\":\"void\",\"reason\":\"名单有误\"}");
    struct api_reply lost = answer(w, rq);
    assert_status(lost, 412);
    assert_true(holds(lost, "\"current\":{"));
    assert_true(holds(lost, "\"state\":\"posted\""));
    assert_true(holds(lost, "\"sent\":{\"action\":\"void\""));
    rq.if_match = posted.etag;
    assert_true(holds(ask(w, "GET", arena_printf(&w->a, "%s/print", path), NULL), "张秀英"));
    assert_status(ask(w, "POST", arena_printf(&w->a, "%s/objections", path),
                      "{\"row_no\":1,\"objector\":\"李某\",\"content\":\"家有小轿车\"}"),
                  201);
    assert_status(answer(w, rq), 200);
}

/* --- cases -------------------------------------------------------------------------------- */

static const char trial[] =
    "code: httptrial\nname: {zh: 接口试验, en: Trial}\nkind: grant\napplicant: {who: "
    "household}\nconditions:\n"
    "  - {id: there, zh: 有成员, en: members, when: \"household.members_n >= 1\"}\n"
    "aid:\n  items:\n    - {id: once, zh: 一次, en: once, every: once, amount: 1000.00}\nexposure: {repeat: "
    "yearly}\nsteps:\n  - {id: apply, kind: application}\n  - {id: town, kind: review, level: township, "
    "days_max: 5}\n"
    "  - {id: county, kind: review, level: county, decides: true, allots_number: true, other_person_than: "
    "[town]}\nnumber: \"H-{township}-{year}-{serial:3}\"\n";

static struct actor officer(struct world *w, uint64_t perms, int64_t first, int64_t last)
{
    static int n;
    struct actor a = w->who;
    struct grant *g = NEW(&w->a, struct grant);
    *g = (struct grant){ perms, { first, last } };
    a.grants = g;
    a.n = 1;
    a.user_id = 90000 + ++n;
    a.login = str_of(arena_printf(&w->a, "officer%d", n));
    return a;
}

static size_t rows_in(struct api_reply r)
{
    assert_status(r, 200);
    json_t *j = json_of(r);
    size_t n = json_array_size(json_object_get(j, "rows"));
    json_decref(j);
    return n;
}

static struct api_reply move(struct world *w, const struct actor *as, const char *path, const char *what,
                             const char *body)
{
    struct api_request rq = request(as, "POST", arena_printf(&w->a, "%s/%s", path, what), body);
    rq.if_match = text_at(w, ask(w, "GET", path, NULL), "etag");
    return answer(w, rq);
}

static void a_case_goes_from_tray_to_tray_until_it_is_confirmed(void **state)
{
    struct world *w = *state;
    long long county = (long long)world_county(w);
    struct family f = world_family(w, county);
    const uint64_t read = UINT64_C(1) << PERM_CASE_READ | UINT64_C(1) << PERM_REGISTRY_READ;
    struct actor clerk = officer(w, read | UINT64_C(1) << PERM_CASE_ENTER, f.h.village.v, f.h.village.v);
    struct actor town = officer(w, read | UINT64_C(1) << PERM_CASE_TOWNSHIP, county * 1000000 + 100000,
                                county * 1000000 + 100999);
    struct actor office =
        officer(w, read | UINT64_C(1) << PERM_CASE_COUNTY, county * 1000000, county * 1000000 + 999999);
    json_t *text = json_pack("{s:s}", "text", trial);
    char *load = json_dumps(text, 0);
    assert_status(ask(w, "POST", "/api/v1/programmes", load), 201);
    free(load);
    json_decref(text);
    const char *apply = arena_printf(
        &w->a, "{\"county\":%lld,\"programme\":\"httptrial\",\"household\":%lld}", county, (long long)f.h.id);
    struct api_reply made = answer(w, request(&clerk, "POST", "/api/v1/cases", apply));
    assert_status(made, 201);
    const char *path = arena_str(&w->a, made.location).p;
    static const char todo[] = "/api/v1/cases?box=todo&programme=httptrial";
    assert_int_equal(rows_in(answer(w, request(&clerk, "GET", todo, NULL))), 1);
    assert_int_equal(rows_in(answer(w, request(&clerk, "GET", "/api/v1/cases?box=mine", NULL))), 1);
    assert_int_equal(rows_in(answer(w, request(&town, "GET", todo, NULL))), 0);
    /* An edit names what it was made of; what is stale is shown beside what stands there (412). */
    struct api_request rq = request(&clerk, "POST", arena_printf(&w->a, "%s/submit", path), NULL);
    assert_status(answer(w, rq), 428);
    rq.if_match = STR("\"stale\"");
    struct api_reply stale = answer(w, rq);
    assert_status(stale, 412);
    assert_true(holds(stale, "\"state\":\"draft\""));
    rq.if_match = made.etag;
    assert_status(answer(w, rq), 200);
    assert_int_equal(rows_in(answer(w, request(&clerk, "GET", todo, NULL))), 0);
    assert_int_equal(rows_in(answer(w, request(&town, "GET", todo, NULL))), 1);
    assert_int_equal(rows_in(answer(w, request(&office, "GET", todo, NULL))), 0);
    struct api_reply home = answer(w, request(&town, "GET", "/api/v1/home", NULL));
    assert_true(
        holds(home, "\"programme\":\"httptrial\",\"version\":1,\"state\":\"in_steps\",\"step\":\"town\""));
    /* Not by whose step it is not. */
    assert_status(move(w, &office, path, "decide", "{\"decision\":\"agree\"}"), 403);
    assert_status(move(w, &town, path, "return", "{\"reason\":\"缺户口簿\"}"), 200);
    assert_int_equal(rows_in(answer(w, request(&clerk, "GET", todo, NULL))), 1);
    assert_status(move(w, &clerk, path, "submit", NULL), 200);
    assert_status(move(w, &town, path, "decide", "{\"decision\":\"agree\",\"opinion\":\"同意\"}"), 200);
    assert_int_equal(rows_in(answer(w, request(&town, "GET", "/api/v1/cases?box=done", NULL))), 1);
    const char *many = arena_printf(
        &w->a,
        "{\"county\":%lld,\"step\":\"county\",\"decision\":\"agree\",\"cases\":[{\"no\":1},{\"no\":77}]}",
        county);
    struct api_reply decided = answer(w, request(&office, "POST", "/api/v1/cases/decide", many));
    assert_status(decided, 200);
    assert_int_equal(number_at(decided, "done"), 1);
    assert_true(holds(decided, "\"no\":77"));
    struct api_reply shown = ask(w, "GET", path, NULL);
    assert_true(holds(shown, "\"state\":\"confirmed\""));
    assert_true(holds(shown, "\"number\":\"H-100-"));
    assert_true(holds(shown, "\"opinion\":\"缺户口簿\""));
}

/* --- money -------------------------------------------------------------------------------- */

static void a_repayment_with_its_key_is_recorded_once_and_can_be_taken_back(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    const char *path = arena_printf(&w->a, "/api/v1/contracts/%lld/%lld/repayments", (long long)o.lent.county,
                                    (long long)o.paid);
    struct api_request rq = request(&w->who, "POST", path, "{\"amount\":\"500.00\"}");
    assert_status(answer(w, rq), 428);
    rq.key = str_of(arena_printf(&w->a, "paid-%lld", (long long)clock_now().us));
    struct api_reply first = answer(w, rq), again = answer(w, rq);
    assert_status(first, 201);
    assert_true(again.replayed);
    assert_true(str_eq(first.body, again.body));
    assert_true(str_eq(text_at(w, first, "outstanding"), STR("4500.00")));
    assert_true(holds(ask(w, "GET", path, NULL), "\"outstanding\":\"4500.00\""));
    json_t *j = json_of(first);
    const char *receipt =
        arena_printf(&w->a, "{\"receipt\":\"%s\",\"reason\":\"金额有误\"}",
                     json_string_value(json_object_get(json_object_get(j, "repayment"), "receipt_no")));
    json_decref(j);
    const char *undo = arena_printf(&w->a, "/api/v1/repayments/%lld/void", (long long)o.lent.county);
    struct api_reply taken = once(w, &w->who, undo, receipt);
    assert_status(taken, 200);
    assert_true(str_eq(text_at(w, taken, "outstanding"), STR("5000.00")));
    const char *dues =
        arena_printf(&w->a, "/api/v1/dues?region=%lld000000&to=2099-12-31", (long long)o.lent.county);
    assert_int_equal(rows_in(ask(w, "GET", dues, NULL)), 1);
}

static const char *fund_path(struct world *w, const struct lent *x, const char *rest)
{
    return arena_printf(&w->a, "/api/v1/funds/%lld/%s/%s", (long long)x->county, x->rules.fund.code.p, rest);
}

static void notices_go_from_the_county_by_the_township_to_the_borrower_and_are_printed_once(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    long long county = (long long)o.lent.county;
    const char *list = fund_path(w, &o.lent, "reminders"),
               *one = arena_printf(&w->a, "/api/v1/reminders/%lld/%lld", county, (long long)o.reminder);
    assert_int_equal(rows_in(ask(w, "GET", list, NULL)), 1);
    struct api_reply shown = ask(w, "GET", one, NULL);
    assert_true(holds(shown, "\"form\":\"due_list\""));
    assert_true(holds(shown, "\"amount\":\"5000.00\""));
    struct api_reply page = ask(w, "GET", fund_path(w, &o.lent, "reminders/print"), NULL);
    assert_status(page, 200);
    assert_true(holds(page, "还款通知书"));
    assert_true(holds(page, text_at(w, shown, "number").p));
    /* R337, R338: the letters come after the township's receipt. */
    assert_int_equal(number_at(ask(w, "POST", list, "{}"), "letters"), 0);
    const char *received =
        arena_printf(&w->a, "{\"way\":\"office\",\"received_by\":\"李干事\",\"notices\":[{\"id\":%lld}]}",
                     (long long)o.reminder);
    const char *deliveries = arena_printf(&w->a, "/api/v1/reminders/%lld/deliveries", county);
    assert_status(ask(w, "POST", deliveries, received), 201);
    assert_status(ask(w, "POST", deliveries, received), 409);
    assert_int_equal(number_at(ask(w, "POST", list, "{}"), "letters"), 1);
    page = ask(w, "GET", fund_path(w, &o.lent, "reminders/print?step=2"), NULL);
    assert_true(holds(page, "抄送担保人"));
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "reminders?open=true"), NULL)), 1);
    const char *printed =
        arena_printf(&w->a, "{\"county\":%lld,\"notices\":[{\"id\":%lld}]}", county, (long long)o.reminder);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "reminders?unprinted=true"), NULL)), 2);
    assert_status(ask(w, "POST", "/api/v1/reminders/printed", printed), 200);
    assert_status(ask(w, "POST", "/api/v1/reminders/printed", printed), 200);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "reminders?unprinted=true"), NULL)), 1);
    struct api_reply first = ask(w, "GET", fund_path(w, &o.lent, "reminders?limit=1"), NULL);
    const char *next = arena_printf(&w->a, "%s?limit=1&after=%s", list, text_at(w, first, "next").p);
    assert_int_equal(rows_in(first), 1);
    assert_int_equal(rows_in(ask(w, "GET", next, NULL)), 1);
    struct api_reply dues =
        ask(w, "GET", arena_printf(&w->a, "/api/v1/due-list?region=%lld000000&by=village", county), NULL);
    assert_true(holds(dues, "\"soon\":{\"count\":1,\"amount\":\"5000.00\"}"));
    assert_int_equal(rows_in(dues), 1);
    assert_int_equal(
        rows_in(ask(w, "GET", arena_printf(&w->a, "/api/v1/due-list?region=%lld000000&kind=overdue", county),
                    NULL)),
        0);
}

static void what_a_collector_took_in_is_his_until_it_is_remitted_and_the_layers_agree(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    long long county = (long long)o.lent.county;
    const char *contract = arena_printf(&w->a, "/api/v1/contracts/%lld/%lld", county, (long long)o.paid);
    struct date by = { clock_today().day + 5 };
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, by);
    /* R339: a promise has a day and an amount. */
    const char *log = arena_printf(&w->a, "%s/collections", contract);
    assert_status(ask(w, "POST", log, "{\"visitor\":\"李干事\",\"promised\":\"100.00\"}"), 400);
    struct api_reply said = ask(w, "POST", log,
                                arena_printf(&w->a,
                                             "{\"visitor\":\"李干事\",\"promised\":\"100.00\","
                                             "\"promised_on\":\"%s\"}",
                                             buf_cstr(&day)));
    assert_status(said, 201);
    assert_true(holds(said, "\"promise\":\"open\""));
    assert_status(once(w, &w->who, arena_printf(&w->a, "%s/repayments", contract),
                       "{\"amount\":\"500.00\",\"collector\":\"李干事\"}"),
                  201);
    struct api_reply entries = ask(w, "GET", log, NULL);
    assert_true(holds(entries, "\"promise\":\"kept\""));
    /* R344-R348: collected, and his until it is remitted. */
    struct api_reply held = ask(w, "GET", fund_path(w, &o.lent, "collected"), NULL);
    assert_true(holds(held, "\"collector\":\"李干事\",\"receipts\":1,\"amount\":\"500.00\""));
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "collected/receipts"), NULL)), 1);
    const char *remit =
        arena_printf(&w->a, "{\"township\":\"%lld\",\"amount\":\"500.00\",\"collector\":\"李干事\"}",
                     (long long)region_parent(world_village(county, 1)).v);
    assert_status(once(w, &w->who, fund_path(w, &o.lent, "remittances"), remit), 201);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "collected"), NULL)), 0);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "remittances"), NULL)), 1);
    struct api_reply layers = ask(w, "GET", fund_path(w, &o.lent, "reconciliation"), NULL);
    assert_true(holds(layers, "\"even\":true"));
    assert_true(holds(layers, "\"lent\":\"4500.00\""));
    struct api_reply closed = ask(w, "POST", fund_path(w, &o.lent, "days"), "{}");
    assert_status(closed, 200);
    assert_true(holds(closed, "\"outstanding\":\"4500.00\""));
    assert_true(holds(closed, "\"changed\":true"));
    assert_true(holds(ask(w, "POST", fund_path(w, &o.lent, "days"), "{}"), "\"changed\":false"));
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "days"), NULL)), 1);
}

/* --- jobs ----------------------------------------------------------------------------------- */

static struct api_reply wait_for(struct world *w, struct api_reply started)
{
    const char *path = arena_str(&w->a, started.location).p;
    for (int i = 0; i < 400; i++) {
        struct api_reply r = ask(w, "GET", path, NULL);
        assert_status(r, 200);
        if (!str_eq(text_at(w, r, "state"), STR("running")))
            return r;
        usleep(50000);
    }
    fail_msg("the job does not end");
    return started;
}

static void a_file_goes_out_and_comes_in_again_as_jobs(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct family f = world_family(w, county);
    const char *order =
        arena_printf(&w->a, "{\"kind\":\"household\",\"region\":\"%lld\",\"full\":true,\"purpose\":\"核对\"}",
                     (long long)county * 1000000);
    struct api_reply started = ask(w, "POST", "/api/v1/exports", order);
    assert_status(started, 202);
    struct api_reply done = wait_for(w, started);
    if (!str_eq(text_at(w, done, "state"), STR("done")))
        fail_msg("%.*s", (int)done.body.n, done.body.p);
    struct api_reply file = ask(w, "GET", arena_printf(&w->a, "%s/files/export", started.location.p), NULL);
    assert_status(file, 200);
    assert_true(holds(file, f.h.hh_no.p));
    struct api_request in = request(&w->who, "POST", "/api/v1/imports?name=households.csv", NULL);
    in.body = file.body;
    started = answer(w, in);
    assert_status(started, 202);
    done = wait_for(w, started);
    assert_true(str_eq(text_at(w, done, "state"), STR("done")));
    assert_true(holds(done, "\"unchanged\":1"));
    struct api_reply stream = ask(w, "GET", arena_printf(&w->a, "%s/events", started.location.p), NULL);
    CLEANUP(buf_release) struct buf b = BUF(1000);
    assert_false(stream.more(stream.more_ctx, &b));
    assert_true(str_has(buf_str(&b), STR("event: end")));
    struct actor other = w->who;
    other.user_id = 4711;
    assert_status(answer(w, request(&other, "GET", started.location.p, NULL)), 404);
}

static void a_file_of_repayments_is_a_job_whose_refused_rows_can_be_fetched(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    long long county = (long long)o.lent.county;
    struct contract k;
    struct api_reply shown =
        ask(w, "GET", arena_printf(&w->a, "/api/v1/contracts/%lld/%lld", county, (long long)o.paid), NULL);
    k.number = text_at(w, shown, "number");
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, lend_ago(1));
    struct api_request in = request(
        &w->who, "POST",
        arena_printf(&w->a, "/api/v1/repayments/%lld/files?name=repaid.csv&collector=Li", county), NULL);
    in.body = str_of(arena_printf(&w->a, "合同编号,日期,金额\n%s,%s,300\nNO-SUCH-1,%s,100\n", k.number.p,
                                  buf_cstr(&day), buf_cstr(&day)));
    struct api_reply started = answer(w, in);
    assert_status(started, 202);
    struct api_reply done = wait_for(w, started);
    assert_true(holds(done, "\"state\":\"done\""));
    assert_true(holds(done, "\"taken\":1,\"known\":0,\"refused\":1,\"amount\":\"300.00\""));
    struct api_reply file = ask(w, "GET", arena_printf(&w->a, "%s/files/rejects", started.location.p), NULL);
    assert_status(file, 200);
    assert_true(holds(file, "NO-SUCH-1"));
    assert_false(holds(file, k.number.p));
    done = wait_for(w, answer(w, in));
    assert_true(holds(done, "\"taken\":0,\"known\":1,\"refused\":1"));
    assert_true(holds(ask(w, "GET", fund_path(w, &o.lent, "collected"), NULL),
                      "\"collector\":\"Li\",\"receipts\":1,\"amount\":\"300.00\""));
    /* Another township's clerk has every row refused; who has but a village brings no files. */
    struct actor far = w->who;
    struct grant there = { ~UINT64_C(0), { world_village(county, 2).v, world_village(county, 2).v } };
    far.grants = &there;
    far.n = 1;
    in.as = &far;
    in.body = str_of(arena_printf(&w->a, "合同编号,日期,金额\n%s,%s,1\n", k.number.p, buf_cstr(&day)));
    assert_status(answer(w, in), 403);
    there.span = (struct span){ county * 1000000 + 999000, county * 1000000 + 999999 };
    started = answer(w, in);
    assert_status(started, 202);
    assert_true(holds(wait_for(w, started), "\"taken\":0,\"known\":0,\"refused\":1"));
}

static void open_loans_ageing_and_flows_say_where_the_money_is(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    struct api_reply open = ask(w, "GET", fund_path(w, &o.lent, "open-loans"), NULL);
    assert_int_equal(rows_in(open), 1);
    assert_true(holds(open, "\"outstanding\":\"5000.00\""));
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "open-loans?late=true"), NULL)), 0);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "open-loans?due_by=2000-01-01"), NULL)), 0);
    struct api_reply ages = ask(w, "GET", fund_path(w, &o.lent, "ageing"), NULL);
    assert_status(ages, 200);
    assert_true(holds(ages, "{\"from_day\":0,\"loans\":1,\"amount\":\"5000.00\",\"overdue\":\"0.00\"}"));
    assert_status(once(w, &w->who,
                       arena_printf(&w->a, "/api/v1/contracts/%lld/%lld/repayments", (long long)o.lent.county,
                                    (long long)o.paid),
                       "{\"amount\":\"200.00\",\"collector\":\"李干事\"}"),
                  201);
    assert_true(
        holds(ask(w, "GET", fund_path(w, &o.lent, "open-loans"), NULL), "\"outstanding\":\"4800.00\""));
    struct api_reply flows = ask(w, "GET", fund_path(w, &o.lent, "flows"), NULL);
    assert_status(flows, 200);
    assert_true(holds(flows, "\"to_township\":\"50000.00\",\"to_households\":\"5000.00\",\"collected\":"
                             "\"200.00\",\"direct\":\"0.00\",\"given_back\":\"0.00\",\"remitted\":"
                             "\"0.00\",\"written_off\":\"0.00\""));
}

/* Another person of the county. */
static struct actor colleague(struct world *w)
{
    struct actor other = w->who;
    other.login = STR("colleague");
    other.user_id += 7000;
    return other;
}

/* A decision names what was read. */
static struct api_reply decided(struct world *w, const struct actor *as, const char *path, const char *what,
                                const char *body)
{
    static int n;
    struct api_request rq = request(as, "POST", arena_printf(&w->a, "%s/%s", path, what), body);
    rq.if_match = text_at(w, ask(w, "GET", path, NULL), "etag");
    rq.key = str_of(arena_printf(&w->a, "decided-%d-%lld", ++n, (long long)clock_now().us));
    return answer(w, rq);
}

static void a_loan_is_extended_by_two_persons_and_that_can_be_undone(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    struct actor other = colleague(w);
    long long county = (long long)o.lent.county;
    const char *contract = arena_printf(&w->a, "/api/v1/contracts/%lld/%lld", county, (long long)o.paid);
    const char *reliefs = arena_printf(&w->a, "%s/reliefs", contract);
    assert_status(ask(w, "POST", reliefs, "{\"kind\":\"extend\",\"reason\":\"受灾\"}"), 400);
    struct api_reply made = ask(w, "POST", reliefs, "{\"kind\":\"extend\",\"months\":3,\"reason\":\"受灾\"}");
    assert_status(made, 201);
    const char *one =
        arena_printf(&w->a, "/api/v1/reliefs/%lld/%lld", county, (long long)number_at(made, "no"));
    static const char yes[] = "{\"approve\":true,\"document\":\"某扶〔2026〕1号\"}";
    assert_status(once(w, &other, arena_printf(&w->a, "%s/decide", one), yes), 428);
    /* R620: by another person than who proposed it, under a document. */
    assert_status(decided(w, &w->who, one, "decide", yes), 403);
    assert_status(decided(w, &other, one, "decide", "{\"approve\":true}"), 400);
    struct api_reply approved = decided(w, &other, one, "decide", yes);
    assert_status(approved, 200);
    assert_true(holds(approved, "\"state\":\"approved\""));
    struct api_reply stands = ask(w, "GET", reliefs, NULL);
    assert_true(holds(stands, "\"version\":2"));
    assert_int_equal(rows_in(ask(w, "GET", "/api/v1/reliefs?state=open", NULL)), 0);
    assert_status(decided(w, &w->who, one, "undo", "{\"reason\":\"批错\",\"document\":\"某扶〔2026〕2号\"}"),
                  200);
    assert_true(holds(ask(w, "GET", one, NULL), "\"state\":\"undone\""));
    /* Written off, the contract says so. */
    made =
        ask(w, "POST", reliefs, "{\"kind\":\"write_off\",\"amount\":\"5000.00\",\"reason\":\"借款人去世\"}");
    assert_status(made, 201);
    one = arena_printf(&w->a, "/api/v1/reliefs/%lld/%lld", county, (long long)number_at(made, "no"));
    assert_status(decided(w, &other, one, "decide", yes), 200);
    assert_true(holds(ask(w, "GET", contract, NULL), "\"state\":\"written_off\""));
}

static void a_disaster_act_treats_all_loans_that_it_hit_at_once(void **state)
{
    struct world *w = *state;
    struct lent l = lend_world(w, "xingfu");
    struct actor other = colleague(w);
    long long county = (long long)l.county;
    lend_draft(&l, "5000.00");
    lend_sign(&l);
    lend_pay(&l);
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, lend_ago(5));
    const char *event = arena_printf(
        &w->a,
        "{\"event\":\"台风\",\"happened_on\":\"%s\",\"region\":\"%lld000000\",\"document\":\"某政1号\"}",
        buf_cstr(&day), county);
    struct api_reply made = ask(w, "POST", arena_printf(&w->a, "/api/v1/disasters/%lld", county), event);
    assert_status(made, 201);
    long long no = (long long)number_at(made, "no");
    const char *one = arena_printf(&w->a, "/api/v1/disasters/%lld/%lld", county, no);
    const char *losses = arena_printf(&w->a,
                                      "{\"no\":%lld,\"losses\":[{\"hh_no\":\"%s\",\"project\":\"养猪\","
                                      "\"loss\":\"3000.00\"},{\"hh_no\":\"NOBODY\"}]}",
                                      no, l.f.h.hh_no.p);
    const char *path = arena_printf(&w->a, "/api/v1/disasters/%lld/losses", county);
    struct api_reply bad = ask(w, "POST", path, losses);
    assert_status(bad, 404);
    assert_true(holds(bad, "losses[1].hh_no"));
    losses = arena_printf(
        &w->a, "{\"no\":%lld,\"losses\":[{\"hh_no\":\"%s\",\"project\":\"养猪\",\"loss\":\"3000.00\"}]}", no,
        l.f.h.hh_no.p);
    struct api_reply hit = ask(w, "POST", path, losses);
    assert_status(hit, 200);
    assert_true(holds(hit, "\"households\":1,\"projects\":1,\"loss\":\"3000.00\""));
    assert_true(holds(hit, "\"loans\":1,\"untreated\":1"));
    assert_int_equal(rows_in(ask(w, "GET", arena_printf(&w->a, "%s/losses", one), NULL)), 1);
    static const char yes[] = "{\"approve\":true,\"document\":\"某扶〔2026〕20号\"}";
    assert_status(decided(w, &other, one, "decide", yes), 409);
    struct str stale = text_at(w, ask(w, "GET", one, NULL), "etag");
    const char *treat =
        arena_printf(&w->a, "{\"no\":%lld,\"kind\":\"extend\",\"months\":12,\"all\":true}", no);
    struct api_reply treated =
        ask(w, "POST", arena_printf(&w->a, "/api/v1/disasters/%lld/treatments", county), treat);
    assert_status(treated, 200);
    assert_int_equal(number_at(treated, "untreated"), 0);
    assert_true(holds(ask(w, "GET", arena_printf(&w->a, "%s/loans", one), NULL), "\"kind\":\"extend\""));
    /* What was proposed meanwhile is not approved unseen. */
    struct api_request rq = request(&other, "POST", arena_printf(&w->a, "%s/decide", one), yes);
    rq.key = STR("disaster-unseen");
    rq.if_match = stale;
    assert_status(answer(w, rq), 412);
    struct api_reply done = decided(w, &other, one, "decide", yes);
    assert_status(done, 200);
    assert_true(holds(done, "\"state\":\"approved\""));
    assert_true(holds(
        ask(w, "GET",
            arena_printf(&w->a, "/api/v1/contracts/%lld/%lld/reliefs", county, (long long)l.loan.id), NULL),
        "\"version\":2"));
    assert_status(decided(w, &w->who, one, "undo", "{\"reason\":\"批错\",\"document\":\"某扶〔2026〕21号\"}"),
                  200);
}

static void visits_effects_and_uses_are_recorded_and_contacts_released_when_the_money_is_back(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    long long county = (long long)o.lent.county;
    const char *contract = arena_printf(&w->a, "/api/v1/contracts/%lld/%lld", county, (long long)o.paid);
    struct api_reply shown = ask(w, "GET", contract, NULL);
    const char *visits = arena_printf(&w->a, "/api/v1/households/%lld/%lld/visits", county,
                                      (long long)number_at(shown, "household_id"));
    static const char words[] = "{\"visitor\":\"李干事\",\"note\":\"鸡舍已建好，鸡苗五百只，长势良好\"}";
    assert_status(ask(w, "POST", visits, words), 201);
    assert_status(ask(w, "POST", visits, words), 409);
    assert_int_equal(rows_in(ask(w, "GET", visits, NULL)), 1);
    /* R357 */
    struct api_reply copied =
        ask(w, "POST",
            arena_printf(&w->a, "/api/v1/households/%lld/%lld/visits", county, (long long)o.applicant.h.id),
            words);
    assert_status(copied, 201);
    assert_true(holds(copied, o.lent.f.h.hh_no.p) || holds(copied, "\"warnings\":[\""));
    assert_int_equal(
        rows_in(ask(w, "GET", arena_printf(&w->a, "/api/v1/visits?region=%lld000000&limit=1", county), NULL)),
        1);
    assert_status(ask(w, "POST", arena_printf(&w->a, "%s/effects", contract),
                      "{\"assessor\":\"李干事\",\"income_after\":\"5200.00\",\"out_of_poverty\":\"yes\"}"),
                  201);
    assert_int_equal(
        rows_in(ask(w, "GET", arena_printf(&w->a, "/api/v1/effects?region=%lld000000", county), NULL)), 1);
    /* Misuse proposes a recall. */
    struct api_reply used =
        ask(w, "POST", arena_printf(&w->a, "%s/money-uses", contract),
            "{\"found\":\"盖房\",\"misused\":\"yes\",\"finder\":\"李干事\",\"amount\":\"5000.00\"}");
    assert_status(used, 201);
    assert_int_equal(
        rows_in(ask(w, "GET", arena_printf(&w->a, "/api/v1/money-uses?region=%lld000000", county), NULL)), 1);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "contacts"), NULL)), 1);
    const char *release = arena_printf(&w->a, "%s/contacts/release", contract);
    assert_status(ask(w, "POST", release, "{}"), 409);
    assert_status(once(w, &w->who, arena_printf(&w->a, "%s/repayments", contract),
                       "{\"amount\":\"5000.00\",\"collector\":\"李干事\"}"),
                  201);
    assert_status(ask(w, "POST", release, "{}"), 201);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "contacts"), NULL)), 0);
    assert_int_equal(rows_in(ask(w, "GET", fund_path(w, &o.lent, "contacts?all=true"), NULL)), 1);
}

/* --- whoever runs the office ---------------------------------------------------------------- */

static void a_merge_that_is_tried_tells_what_follows_and_keeps_nothing(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct family a = world_family(w, county), b = world_family(w, county);
    const char *body = arena_printf(&w->a,
                                    "{\"county\":%lld,\"kind\":\"household\",\"keep_id\":%lld,"
                                    "\"drop_id\":%lld,\"reason\":\"同一户\",\"same\":[]}",
                                    (long long)county, (long long)a.h.id, (long long)b.h.id);
    const char *gone =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld", (long long)county, (long long)b.h.id);
    struct api_reply tried = ask(w, "POST", "/api/v1/merges/preview", body);
    /* Two families without a common member are not one: a trial refuses what the merge would. */
    assert_true(tried.status >= 400);
    assert_int_equal(tried.status, ask(w, "POST", "/api/v1/merges", body).status);
    const char *one = arena_printf(&w->a,
                                   "{\"county\":%lld,\"kind\":\"household\",\"keep_id\":%lld,"
                                   "\"drop_id\":%lld,\"reason\":\"同一户\"}",
                                   (long long)county, (long long)a.h.id, (long long)a.h.id);
    assert_true(ask(w, "POST", "/api/v1/merges/preview", one).status >= 400);
    assert_status(ask(w, "GET", gone, NULL), 200);
    assert_int_equal(
        rows_in(
            ask(w, "GET", arena_printf(&w->a, "/api/v1/merges?region=%lld000000", (long long)county), NULL)),
        0);
}

static void an_appointment_is_given_and_taken_away_but_not_ones_own(void **state)
{
    struct world *w = *state;
    const char *login = arena_printf(&w->a, "zhou%lld", (long long)clock_now().us);
    const char *user = arena_printf(&w->a, "{\"login\":\"%s\",\"name\":\"周晓\"}", login);
    const char *roles = arena_printf(&w->a, "/api/v1/users/%s/roles", login);
    const char *dismiss = arena_printf(&w->a, "/api/v1/users/%s/dismiss", login);
    const char *auditor = "{\"role\":\"audit_admin\"}";
    assert_status(ask(w, "POST", "/api/v1/users", user), 201);
    assert_status(ask(w, "POST", roles, auditor), 200);
    assert_status(ask(w, "POST", roles, "{\"role\":\"system_admin\"}"), 409);
    assert_status(ask(w, "POST", dismiss, "{\"role\":\"leader\"}"), 404);
    assert_status(ask(w, "POST", dismiss, auditor), 200);
    assert_status(ask(w, "POST", dismiss, auditor), 404);
    assert_status(ask(w, "POST", roles, "{\"role\":\"system_admin\"}"), 200);
    const char *own = arena_printf(&w->a, "/api/v1/users/%.*s/dismiss", (int)w->who.login.n, w->who.login.p);
    assert_status(ask(w, "POST", own, "{\"role\":\"office\"}"), 409);
    assert_true(holds(ask(w, "GET", "/api/v1/roles", NULL), "\"audit.read\""));
    assert_int_equal(rows_in(ask(w, "GET", arena_printf(&w->a, "/api/v1/users/%s/sessions", login), NULL)),
                     0);
}

static void the_report_is_a_workbook_and_the_monitor_lists_what_is_behind_a_number(void **state)
{
    struct world *w = *state;
    office(w);
    struct api_reply book = ask(w, "GET", "/api/v1/figures?programme=xingfu&format=xlsx", NULL);
    assert_status(book, 200);
    assert_string_equal(book.file, "figures.xlsx");
    assert_memory_equal(book.body.p, "PK", 2);
    assert_status(ask(w, "GET", "/api/v1/figures?programme=xingfu&format=pdf", NULL), 400);
    struct api_reply monitor = ask(w, "GET", "/api/v1/monitor?programme=xingfu&rows=lending_rate", NULL);
    assert_status(monitor, 200);
    assert_true(holds(monitor, "\"rows\":[{\"number\":"));
    assert_status(ask(w, "GET", "/api/v1/monitor?programme=xingfu&rows=nonsense", NULL), 404);
}

static void forms_are_pages_and_registers_are_workbooks_too(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    long long county = (long long)o.lent.county;
    struct api_reply kinds = ask(w, "GET", "/api/v1/forms", NULL);
    assert_true(rows_in(kinds) >= 20);
    assert_true(holds(kinds, "\"form\":\"roster\""));
    /* R001, R753 */
    const char *of = arena_printf(&w->a, "programme=xingfu&region=%lld000000", county);
    struct api_reply page = ask(w, "GET", arena_printf(&w->a, "/api/v1/forms/roster?%s", of), NULL);
    assert_status(page, 200);
    assert_true(holds(page, "<!DOCTYPE html>"));
    assert_true(holds(page, o.lent.loan.number.p) || holds(page, "花名册"));
    struct api_reply book = ask(w, "GET", arena_printf(&w->a, "/api/v1/forms/roster/sheet?%s", of), NULL);
    assert_status(book, 200);
    assert_memory_equal(book.body.p, "PK\3\4", 4);
    assert_string_equal(book.file, "roster.xlsx");
    assert_status(ask(w, "GET", arena_printf(&w->a, "/api/v1/forms/iou/sheet?%s", of), NULL), 400);
    assert_status(ask(w, "GET", "/api/v1/forms/no-such?programme=xingfu", NULL), 404);
    assert_status(ask(w, "GET", "/api/v1/forms/roster", NULL), 400);
    /* Whole numbers only where the form is signed, and for a purpose. */
    const char *full = arena_printf(
        &w->a, "{\"programme\":\"xingfu\",\"region\":\"%lld000000\",\"purpose\":\"签字\"}", county);
    assert_status(ask(w, "POST", "/api/v1/forms/contract/full", "{\"programme\":\"xingfu\"}"), 400);
    page = ask(w, "POST", "/api/v1/forms/contract/full", full);
    assert_status(page, 200);
    assert_true(holds(page, o.lent.f.p.id_number.p));
    page = ask(w, "GET", arena_printf(&w->a, "/api/v1/forms/contract?%s", of), NULL);
    assert_status(page, 200);
    assert_false(holds(page, o.lent.f.p.id_number.p));
    assert_true(
        holds(ask(w, "GET", arena_printf(&w->a, "/api/v1/audit?county=%lld000000&action=form.reveal", county),
                  NULL),
              "签字"));
}

static void a_backup_is_a_job_whose_file_only_the_passphrase_opens(void **state)
{
    struct world *w = *state;
    static const char order[] = "{\"passphrase\":\"correct horse battery staple\"}";
    assert_status(ask(w, "POST", "/api/v1/backups", "{\"passphrase\":\"short\"}"), 400);
    if (!getenv("BANGFU_KEY") || !store_is_sqlite(w->st)) /* pg_dump is tried by tests/e2e/backup.sh */
        skip();
    struct api_reply started = ask(w, "POST", "/api/v1/backups", order);
    assert_status(started, 202);
    assert_false(holds(started, "battery"));
    struct api_reply done = wait_for(w, started);
    assert_true(holds(done, "\"state\":\"done\""));
    struct api_reply file = ask(w, "GET", arena_printf(&w->a, "%s/files/backup", started.location.p), NULL);
    assert_status(file, 200);
    assert_string_equal(file.file, "bangfu.backup");
    CLEANUP(buf_release) struct buf b = BUF(1 << 26);
    while (file.more(file.more_ctx, &b)) {
    }
    file.more_end(file.more_ctx);
    assert_true(str_starts(buf_str(&b), STR("bangfu-backup 1\n")));
    /* Whoever may not back up everywhere is refused. */
    struct actor part = w->who;
    struct grant county = { ~UINT64_C(0), { 350603000000, 350603999999 } };
    part.grants = &county;
    part.n = 1;
    assert_status(answer(w, request(&part, "POST", "/api/v1/backups", order)), 403);
    assert_status(answer(w, request(&part, "GET", "/api/v1/sessions", NULL)), 403);
}

static void all_of_this_verifies(void **state)
{
    assert_verifies((struct world *)*state);
}

static int open_all(void **state)
{
    const char *dir = getenv("TMPDIR");
    char path[500];
    snprintf(path, sizeof path, "%s/jobs", dir ? dir : "/tmp");
    kept = facts_kept_open(64 << 20);
    counts = counts_kept_open();
    loans = loans_kept_open(64 << 20);
    jobs = jobs_open(path);
    int opened = world_open(state);
    codes = codes_kept_open(&((struct world *)*state)->codes);
    return opened;
}

static int close_all(void **state)
{
    jobs_close(jobs);
    facts_kept_close(kept);
    codes_kept_close(codes);
    counts_kept_close(counts);
    loans_kept_close(loans);
    return world_close(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_answers_its_example_as_it_is_described),
        cmocka_unit_test(neighbours_neither_see_nor_change_cases_loans_and_surveys),
        cmocka_unit_test(no_operation_ever_breaks_and_none_shows_a_neighbour),
        cmocka_unit_test(moving_a_parameter_reads_nothing_again_and_a_write_is_seen),
        cmocka_unit_test(a_parameter_is_set_with_its_basis_and_every_bad_field_is_named),
        cmocka_unit_test(a_code_that_was_added_is_known_to_the_next_request_and_one_that_ended_is_refused),
        cmocka_unit_test(a_voucher_is_made_by_one_and_approved_by_another),
        cmocka_unit_test(a_lost_update_is_answered_with_both_versions),
        cmocka_unit_test(a_case_goes_from_tray_to_tray_until_it_is_confirmed),
        cmocka_unit_test(a_repayment_with_its_key_is_recorded_once_and_can_be_taken_back),
        cmocka_unit_test(notices_go_from_the_county_by_the_township_to_the_borrower_and_are_printed_once),
        cmocka_unit_test(what_a_collector_took_in_is_his_until_it_is_remitted_and_the_layers_agree),
        cmocka_unit_test(a_file_goes_out_and_comes_in_again_as_jobs),
        cmocka_unit_test(a_file_of_repayments_is_a_job_whose_refused_rows_can_be_fetched),
        cmocka_unit_test(open_loans_ageing_and_flows_say_where_the_money_is),
        cmocka_unit_test(a_loan_is_extended_by_two_persons_and_that_can_be_undone),
        cmocka_unit_test(a_disaster_act_treats_all_loans_that_it_hit_at_once),
        cmocka_unit_test(visits_effects_and_uses_are_recorded_and_contacts_released_when_the_money_is_back),
        cmocka_unit_test(a_merge_that_is_tried_tells_what_follows_and_keeps_nothing),
        cmocka_unit_test(an_appointment_is_given_and_taken_away_but_not_ones_own),
        cmocka_unit_test(the_report_is_a_workbook_and_the_monitor_lists_what_is_behind_a_number),
        cmocka_unit_test(forms_are_pages_and_registers_are_workbooks_too),
        cmocka_unit_test(a_backup_is_a_job_whose_file_only_the_passphrase_opens),
        cmocka_unit_test(all_of_this_verifies),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
