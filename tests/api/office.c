#include "api/office.h"

#include "api/codes_kept.h"
#include "api/jobs.h"
#include "api/loans_kept.h"
#include "api/schema.h"
#include "app/modules.h"
#include "base/clock.h"
#include "cli/api_modules.h"
#include "programme/facts_kept.h"
#include "registry/count.h"

#include <unistd.h>

struct facts_kept *kept;
static struct codes_kept *codes;
static struct counts_kept *counts;
static struct loans_kept *loans;
static struct jobs *jobs;

struct api_reply answer(struct world *w, struct api_request rq)
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
                       .db = url && store_is_sqlite(w->st) ? url + strlen("sqlite://") : url,
                       .key = getenv("BANGFU_KEY") };
    struct api_reply reply;
    rq.a = &w->a;
    rq.language = rq.language.p ? rq.language : STR("en");
    rq.address = rq.address ? rq.address : "10.0.0.1";
    api_answer(&api, &rq, &reply);
    return reply;
}

struct api_request request(const struct actor *as, const char *method, const char *path, const char *body)
{
    struct str rest = str_of(path), p;
    assert_true(str_split(&rest, '?', &p));
    return (struct api_request){ .method = method, .path = p, .query = rest, .body = str_of(body), .as = as };
}

struct api_reply ask(struct world *w, const char *method, const char *path, const char *body)
{
    return answer(w, request(&w->who, method, path, body));
}

/* A write that is to be done once. */
struct api_reply once(struct world *w, const struct actor *as, const char *path, const char *body)
{
    static int n;
    struct api_request rq = request(as, "POST", path, body);
    rq.key = str_of(arena_printf(&w->a, "test-key-%d-%lld", ++n, (long long)clock_now().us));
    return answer(w, rq);
}

bool holds(struct api_reply r, const char *text)
{
    return str_has(r.body, str_of(text));
}

json_t *json_of(struct api_reply r)
{
    json_t *j = json_loadb(r.body.p, r.body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!j)
        fail_msg("not JSON: %.*s", (int)r.body.n, r.body.p);
    return j;
}

struct str text_at(struct world *w, struct api_reply r, const char *name)
{
    json_t *j = json_of(r);
    const char *s = json_string_value(json_object_get(j, name));
    struct str out = s ? arena_str(&w->a, str_of(s)) : (struct str){ 0 };
    json_decref(j);
    return out;
}

int64_t number_at(struct api_reply r, const char *name)
{
    json_t *j = json_of(r);
    int64_t v = json_integer_value(json_object_get(j, name));
    json_decref(j);
    return v;
}

/* --- against the document ------------------------------------------------------------------ */

static const json_t *operation(const json_t *doc, const struct route *r)
{
    char method[8] = "";
    for (size_t i = 0; r->method[i]; i++)
        method[i] = (char)(r->method[i] | 32);
    return json_object_get(json_object_get(json_object_get(doc, "paths"), r->pattern), method);
}

static const json_t *json_schema(const json_t *of)
{
    return json_object_get(json_object_get(json_object_get(of, "content"), "application/json"), "schema");
}

void check_problem(struct api_reply x)
{
    json_t *j = json_of(x);
    assert_true(x.problem);
    assert_int_equal(json_integer_value(json_object_get(j, "status")), x.status);
    assert_true(json_array_size(json_object_get(j, "errors")) >= 1);
    json_decref(j);
}

bool answer_fits(const json_t *doc, const struct route *r, struct api_reply x, struct buf *why)
{
    char status[8];
    if (r->gives || x.more)
        return true;
    snprintf(status, sizeof status, "%d", r->status ? r->status : 200);
    json_t *j = json_of(x);
    const json_t *of = json_object_get(json_object_get(operation(doc, r), "responses"), status);
    bool ok = schema_fits(doc, json_schema(of), j, why);
    json_decref(j);
    return ok;
}

bool body_fits(const json_t *doc, const struct route *r, const char *body, struct buf *why)
{
    if (!r->body)
        return true;
    json_t *j = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    bool ok = j && schema_fits(doc, json_schema(json_object_get(operation(doc, r), "requestBody")), j, why);
    json_decref(j);
    return ok;
}

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

struct office office(struct world *w)
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

struct lent bank_world(struct world *w)
{
    static const char *const pairs[] = { "code: xingfu",
                                         "code: yinhang",
                                         "zh: 幸福工程, en: Happiness Project",
                                         "zh: 代发工程",
                                         "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
                                         "aliases: [代发]",
                                         "ways: [meeting]",
                                         "ways: [transfer]",
                                         NULL };
    lend_programme(w, "xingfu", pairs);
    return lend_world(w, "yinhang");
}

const char *swap(struct world *w, const char *text, const char *old, const char *new)
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

const char *example(struct world *w, const struct route *r, const struct office *o)
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

static const char *given(const char *const *at, const char *name)
{
    for (; at && *at; at += 2)
        if (!strcmp(*at, name))
            return at[1];
    return NULL;
}

static void put_segment(struct buf *b, const struct route *r, const char *name, const struct office *o,
                        const char *const *at)
{
    if (given(at, name))
        buf_adds(b, given(at, name));
    else if (!strcmp(name, "county"))
        buf_addi(b, o->lent.county);
    else if (!strcmp(name, "id"))
        buf_addi(b, id_of(r, o));
    else
        buf_adds(b, value_of(r, name, o));
}

static bool is_wanted(const struct route *r, const struct col *col, const char *const *at)
{
    bool print = str_has(str_of(r->pattern), STR("-prints/")) || str_has(str_of(r->pattern), STR("/forms/"));
    bool owner = !strcmp(col->name, "household") && (r->flags & ROUTE_BYTES);
    return (col->flags & REQUIRED) || given(at, col->name) || owner ||
           (print && !strcmp(col->name, "programme"));
}

const char *fill(struct world *w, const struct route *r, const struct office *o, const char *const *at)
{
    CLEANUP(buf_release) struct buf b = BUF(2000);
    struct str rest = str_of(r->pattern), part;
    char name[40];
    for (bool first = true; str_split(&rest, '/', &part); first = false) {
        buf_adds(&b, first ? "" : "/");
        snprintf(name, sizeof name, "%.*s", part.n > 2 ? (int)part.n - 2 : 0, part.n ? part.p + 1 : "");
        if (part.n && part.p[0] == '{')
            put_segment(&b, r, name, o, at);
        else
            buf_add(&b, part);
    }
    for (size_t i = 0, n = 0; r->query && i < r->query->n; i++) {
        const struct col *col = &r->query->cols[i];
        if (!is_wanted(r, col, at))
            continue;
        buf_addf(&b, "%s%s=", n++ ? "&" : "?", col->name);
        if (!given(at, col->name) && !strcmp(col->name, "household"))
            buf_addi(&b, o->lent.f.h.id);
        else if (!given(at, col->name) && strcmp(col->name, "county") != 0 && col->type == T_INT)
            buf_addi(&b, o->roster);
        else
            put_segment(&b, r, col->name, o, at);
    }
    return arena_str(&w->a, buf_str(&b)).p;
}

/* What If-Match has to name, as it is read from the thing itself. */
struct str version_at(struct world *w, const char *path)
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

size_t rows_in(struct api_reply r)
{
    assert_status(r, 200);
    json_t *j = json_of(r);
    size_t n = json_array_size(json_object_get(j, "rows"));
    json_decref(j);
    return n;
}

struct api_reply move(struct world *w, const struct actor *as, const char *path, const char *what,
                      const char *body)
{
    struct api_request rq = request(as, "POST", arena_printf(&w->a, "%s/%s", path, what), body);
    rq.if_match = text_at(w, ask(w, "GET", path, NULL), "etag");
    return answer(w, rq);
}

const char *fund_path(struct world *w, const struct lent *x, const char *rest)
{
    return arena_printf(&w->a, "/api/v1/funds/%lld/%s/%s", (long long)x->county, x->rules.fund.code.p, rest);
}

struct api_reply wait_as(struct world *w, const struct actor *as, struct api_reply started)
{
    const char *path = arena_str(&w->a, started.location).p;
    for (int i = 0; i < 400; i++) {
        struct api_reply r = answer(w, request(as, "GET", path, NULL));
        assert_status(r, 200);
        if (!str_eq(text_at(w, r, "state"), STR("running")))
            return r;
        usleep(50000);
    }
    fail_msg("the job does not end");
    return started;
}

struct api_reply wait_for(struct world *w, struct api_reply started)
{
    return wait_as(w, &w->who, started);
}

struct actor colleague(struct world *w)
{
    struct actor other = w->who;
    other.login = STR("colleague");
    other.user_id += 7000;
    return other;
}

/* A decision names what was read. */
struct api_reply decided(struct world *w, const struct actor *as, const char *path, const char *what,
                         const char *body)
{
    static int n;
    struct api_request rq = request(as, "POST", arena_printf(&w->a, "%s/%s", path, what), body);
    rq.if_match = text_at(w, ask(w, "GET", path, NULL), "etag");
    rq.key = str_of(arena_printf(&w->a, "decided-%d-%lld", ++n, (long long)clock_now().us));
    return answer(w, rq);
}

int office_open(void **state)
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

int office_close(void **state)
{
    jobs_close(jobs);
    facts_kept_close(kept);
    codes_kept_close(codes);
    counts_kept_close(counts);
    loans_kept_close(loans);
    return world_close(state);
}
