/* test_api.c - every route keeps the promises of its row, and nobody sees what is not theirs (issue 8). */
#include "access/account.h"
#include "access/act_words.h"
#include "api/dispatch.h"
#include "api/tables.h"
#include "app/modules.h"
#include "base/clock.h"
#include "cli/api_modules.h"
#include "support/world.h"

static struct api_reply answer(struct world *w, struct api_request rq)
{
    struct program p = app_program();
    struct api_modules modules = cli_api_modules(&p);
    struct api api = { .st = w->st, .codes = &w->codes, .modules = &modules };
    struct api_reply reply;
    rq.a = &w->a;
    rq.language = rq.language.p ? rq.language : STR("en");
    rq.address = "10.0.0.1";
    api_answer(&api, &rq, &reply);
    return reply;
}

static struct api_reply ask(struct world *w, const struct actor *as, const char *method, const char *path,
                            const char *body)
{
    struct str rest = str_of(path), p;
    assert_true(str_split(&rest, '?', &p));
    return answer(w, (struct api_request){
                         .method = method, .path = p, .query = rest, .body = str_of(body), .as = as });
}

static bool holds(struct api_reply r, const char *text)
{
    return str_has(r.body, str_of(text));
}

static json_t *json_of(struct api_reply r)
{
    json_t *j = json_loadb(r.body.p, r.body.n, JSON_REJECT_DUPLICATES, NULL);
    if (!j)
        fail_msg("not JSON: %.*s", (int)r.body.n, r.body.p);
    return j;
}

/* --- people ------------------------------------------------------------------------------- */

struct hiring {
    struct app_user user;
    const char *role;
    struct region_code where;
    struct actor who;
};

static bool hire(struct act *act, void *ctx, struct errs *e)
{
    struct hiring *h = ctx;
    return account_add(act, &h->user, h->role, h->where, e);
}

static bool open_actor(struct tx *tx, void *ctx, struct errs *e)
{
    struct hiring *h = ctx;
    return actor_open(tx, h->user.login.p, "web", &h->who, e);
}

static struct actor clerk(struct world *w, const char *role, struct region_code where)
{
    static int n;
    struct hiring h = { .role = role, .where = where };
    h.user.login = str_of(arena_printf(&w->a, "clerk%d_%lld", ++n, (long long)clock_now().us));
    h.user.name = STR("某人");
    world_act(w, 0, hire, &h);
    world_read(w, open_actor, &h);
    return h.who;
}

/* --- the table ---------------------------------------------------------------------------- */

typedef void each_fn(const struct route *r, void *ctx);
static void each_route(each_fn *fn, void *ctx)
{
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++)
            fn(&api_tables[t]->routes[i], ctx);
}

static bool known_method(const char *m)
{
    static const char *const all[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
    for (size_t i = 0; i < N_ELEMS(all); i++)
        if (!strcmp(m, all[i]))
            return true;
    return false;
}

static void check_row(const struct route *r, void *ctx)
{
    struct world *w = ctx;
    bool get = !strcmp(r->method, "GET"), open = r->flags & (ROUTE_OPEN | ROUTE_ANYBODY);
    if (!r->doc.zh || !r->doc.en || !known_method(r->method) ||
        !str_starts(str_of(r->pattern), STR("/api/v1/")))
        fail_msg("%s %s is not described", r->method, r->pattern);
    if ((r->perm == PERM_NONE) != open)
        fail_msg("%s %s: a permission, or open on purpose", r->method, r->pattern);
    if (get && (r->tx == ROUTE_WRITES || r->body))
        fail_msg("%s %s: a GET only reads", r->method, r->pattern);
    if (!!r->body != !!r->sample)
        fail_msg("%s %s: a body and a sample of it belong together", r->method, r->pattern);
    for (size_t i = 0; r->path && i < r->path->n; i++)
        if (!strstr(r->pattern, arena_printf(&w->a, "{%s}", r->path->cols[i].name)))
            fail_msg("%s %s has no {%s}", r->method, r->pattern, r->path->cols[i].name);
    if (!r->path != !strchr(r->pattern, '{'))
        fail_msg("%s %s: its path is not read", r->method, r->pattern);
    if (!r->sample || r->flags & ROUTE_PARTIAL) /* part of a row is no row; the operations' test sends it */
        return;
    json_t *j = json_loads(r->sample, JSON_REJECT_DUPLICATES, NULL);
    const struct reading rd = { .e = &w->e, .codes = &w->codes, .today = clock_today() };
    errs_clear(&w->e);
    if (r->lines)
        json_object_del(j, r->lines_name);
    if (!entity_from_json(r->body, j, arena_alloc(&w->a, r->body->size), &rd))
        fail_msg("%s %s does not take its own sample: %s", r->method, r->pattern, w->e.bad.first->text);
    json_decref(j);
}

static void every_route_is_described_guarded_and_takes_its_sample(void **state)
{
    each_route(check_row, *state);
}

static void check_described(const struct route *r, void *ctx)
{
    char method[8] = "";
    for (size_t i = 0; r->method[i]; i++)
        method[i] = (char)(r->method[i] | 32);
    json_t *op = json_object_get(json_object_get(json_object_get(ctx, "paths"), r->pattern), method);
    if (!op)
        fail_msg("%s %s is not in the document", r->method, r->pattern);
    assert_int_equal(json_object_get(op, "requestBody") != NULL, r->body != NULL || (r->flags & ROUTE_BYTES));
    size_t want = (r->path ? r->path->n : 0) + (r->query ? r->query->n : 0);
    if (json_array_size(json_object_get(op, "parameters")) < want)
        fail_msg("%s %s: parameters are missing", r->method, r->pattern);
    assert_true(json_object_size(json_object_get(op, "responses")) >= 3);
}

static void check_refs(json_t *doc, json_t *at)
{
    const char *key;
    json_t *v;
    size_t i;
    if (json_is_array(at))
        json_array_foreach(at, i, v) check_refs(doc, v);
    if (!json_is_object(at))
        return;
    json_object_foreach(at, key, v)
    {
        if (strcmp(key, "$ref") != 0) {
            check_refs(doc, v);
            continue;
        }
        struct str rest = str_of(json_string_value(v)), part;
        json_t *to = doc;
        assert_true(str_split(&rest, '/', &part));
        while (str_split(&rest, '/', &part)) {
            char name[100];
            snprintf(name, sizeof name, "%.*s", (int)part.n, part.p);
            to = json_object_get(to, name);
        }
        if (!to)
            fail_msg("%s leads nowhere", json_string_value(v));
    }
}

static void the_openapi_document_describes_every_route_and_no_other(void **state)
{
    struct world *w = *state;
    struct api_reply r = ask(w, NULL, "GET", "/api/v1/openapi.json", NULL);
    json_t *doc = json_of(r), *path;
    const char *key, *method;
    json_t *op;
    size_t operations = 0, routes = 0;
    assert_string_equal(json_string_value(json_object_get(doc, "openapi")), "3.1.0");
    each_route(check_described, doc);
    check_refs(doc, doc);
    json_object_foreach(json_object_get(doc, "paths"), key, path) json_object_foreach(path, method, op)
        operations += json_is_object(op);
    for (size_t t = 0; t < api_tables_n; t++)
        routes += api_tables[t]->n;
    assert_int_equal(operations, routes);
    json_decref(doc);
}

/* --- whose is it -------------------------------------------------------------------------- */

struct neighbours {
    struct world *w;
    struct actor mine;    /* of village 1 */
    struct family theirs; /* of village 2, or of another county */
    const char *login;
    int reached;
};

static const char *fill(struct arena *a, const struct route *r, const struct neighbours *n)
{
    CLEANUP(buf_release) struct buf b = BUF(1000);
    struct str rest = str_of(r->pattern), part;
    bool first = true;
    while (str_split(&rest, '/', &part)) {
        buf_adds(&b, first ? "" : "/");
        first = false;
        if (str_eq(part, STR("{county}")))
            buf_addi(&b, n->theirs.h.county);
        else if (str_eq(part, STR("{id}")))
            buf_addi(&b, n->theirs.h.id);
        else if (str_eq(part, STR("{no}")) || str_eq(part, STR("{year}")))
            buf_adds(&b, "1");
        else if (str_eq(part, STR("{login}")))
            buf_adds(&b, n->login);
        else if (part.n && part.p[0] == '{')
            buf_adds(&b, "poverty_state");
        else
            buf_add(&b, part);
    }
    bool asked = false;
    for (size_t i = 0; r->query && i < r->query->n; i++) {
        const struct col *col = &r->query->cols[i];
        if (!(col->flags & REQUIRED))
            continue;
        buf_addf(&b, "%s%s=", asked ? "&" : "?", col->name);
        asked = true;
        if (!strcmp(col->name, "county"))
            buf_addi(&b, n->theirs.h.county);
        else if (col->type == T_REGION)
            buf_addi(&b, region_parent(n->theirs.h.village).v);
        else if (col->type == T_INT)
            buf_addi(&b, 1);
        else if (col->type == T_DATE)
            buf_adds(&b, "2026-01-31");
        else
            buf_adds(&b, col->codes ? "identity_card" : "xingfu");
    }
    return arena_str(a, buf_str(&b)).p;
}

static void try_route(const struct route *r, void *ctx)
{
    struct neighbours *n = ctx;
    struct str rest = str_of(fill(&n->w->a, r, n)), path;
    assert_true(str_split(&rest, '?', &path));
    struct api_request rq = { .method = r->method, .path = path, .query = rest, .as = &n->mine };
    rq.body = r->flags & ROUTE_BYTES ? STR("a,b\n1,2\n") : str_of(r->sample);
    rq.key = r->flags & ROUTE_KEY ? str_of(arena_printf(&n->w->a, "neighbour-%d", n->reached)) : rq.key;
    struct api_reply x = answer(n->w, rq);
    n->reached++;
    if (x.status >= 500)
        fail_msg("%s %s: %d", r->method, r->pattern, x.status);
    if (holds(x, n->theirs.h.head_name.p) || holds(x, n->theirs.h.hh_no.p) ||
        holds(x, n->theirs.p.id_number.p))
        fail_msg("%s %s shows a neighbour's household: %.*s", r->method, r->pattern, (int)x.body.n, x.body.p);
    /* Who collects in one village of a county may know what its funds are called. */
    bool named = !strcmp(r->method, "GET") && !strcmp(r->pattern, "/api/v1/funds/{county}") &&
                 n->mine.grants[0].span.first / 1000000 == n->theirs.h.county;
    if (!named && r->path && (entity_col(r->path, "county") != NULL) && x.status != 404 && x.status != 403)
        fail_msg("%s %s: %d for a neighbour's household", r->method, r->pattern, x.status);
}

static bool put_there(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    if (!household_put(act, &f->h, e))
        return false;
    f->p.household_id = f->h.id;
    return person_put(act, &f->p, e);
}

static struct family family_in(struct world *w, int64_t county, int village)
{
    struct family f = { .h = world_household(w, county) };
    f.h.village = world_village(county, village);
    f.p = world_person(w, &f.h);
    world_act(w, county, put_there, &f);
    return f;
}

static void two_clerks_cannot_see_each_others_households_by_any_route(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w), other = world_county(w);
    struct neighbours n = { .w = w, .login = "admin" };
    struct family mine = family_in(w, county, 1);
    n.mine = clerk(w, "county_clerk", world_village(county, 1));
    n.theirs = family_in(w, county, 2);
    each_route(try_route, &n);
    n.theirs = family_in(w, other, 1);
    each_route(try_route, &n);
    assert_in_range(n.reached, 40, 10000);
    /* What is hers she sees, so that the test above is not about nothing. */
    assert_true(holds(ask(w, &n.mine, "GET", "/api/v1/households", NULL), mine.h.hh_no.p));
    const char *path =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld", (long long)county, (long long)mine.h.id);
    assert_true(holds(ask(w, &n.mine, "GET", path, NULL), mine.h.head_name.p));
}

static void without_logging_in_only_open_routes_answer(void **state)
{
    struct world *w = *state;
    struct neighbours n = { .w = w, .login = "admin" };
    n.theirs.h.county = 350603;
    n.theirs.h.id = 1;
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            if (r->flags & ROUTE_OPEN)
                continue;
            struct api_reply x = ask(w, NULL, r->method, fill(&w->a, r, &n), r->sample);
            /* A path that cannot be is not there, for whomever. */
            if (x.status != 401 && x.status != 404)
                fail_msg("%s %s: %d without logging in", r->method, r->pattern, x.status);
        }
}

/* --- reading ------------------------------------------------------------------------------ */

static void numbers_are_masked_until_somebody_says_why(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct family f = family_in(w, county, 1);
    struct actor who = clerk(w, "county_clerk", world_village(county, 1));
    struct actor reader = clerk(w, "leader", world_village(county, 1));
    const char *path =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld", (long long)county, (long long)f.h.id);
    const char *reveal = arena_printf(&w->a, "%s/reveal", path);
    struct api_reply shown = ask(w, &who, "GET", path, NULL);
    assert_int_equal(shown.status, 200);
    assert_false(holds(shown, f.p.id_number.p));
    assert_false(holds(shown, f.h.bank_account.p));
    assert_int_equal(ask(w, &who, "POST", reveal, "{}").status, 400);
    assert_int_equal(ask(w, &reader, "POST", reveal, "{\"purpose\":\"账号核对\"}").status, 403);
    shown = ask(w, &who, "POST", reveal, "{\"purpose\":\"账号核对\"}");
    assert_int_equal(shown.status, 200);
    assert_true(holds(shown, f.p.id_number.p));
    assert_true(shown.personal);
    struct api_reply audit =
        ask(w, &w->who, "GET",
            arena_printf(&w->a, "/api/v1/audit?county=%lld&limit=500", (long long)county * 1000000), NULL);
    assert_true(holds(audit, "household.reveal"));
    assert_true(holds(audit, "账号核对"));
    assert_false(holds(audit, f.p.id_number.p));
}

static void names_stand_for_logins_of_those_who_work_in_the_same_area(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w), other = world_county(w);
    struct actor here = clerk(w, "township_clerk", world_village(county, 1));
    struct actor above = clerk(w, "leader", (struct region_code){ county * 1000000 });
    struct actor elsewhere = clerk(w, "leader", (struct region_code){ other * 1000000 });
    const char *path = arena_printf(&w->a, "/api/v1/names?logins=%s,%s,%s,nobody", here.login.p,
                                    above.login.p, elsewhere.login.p);
    struct api_reply r = ask(w, &here, "GET", path, NULL);
    assert_int_equal(r.status, 200);
    assert_true(str_has(r.body, here.login));
    assert_true(str_has(r.body, above.login));
    assert_true(holds(r, "\"name\":\"某人\""));
    assert_false(str_has(r.body, elsewhere.login));
    assert_false(holds(r, "nobody"));
    assert_true(str_has(ask(w, &w->who, "GET", path, NULL).body, elsewhere.login));
    assert_int_equal(ask(w, NULL, "GET", path, NULL).status, 401);
    CLEANUP(buf_release) struct buf many = BUF(4096);
    for (int i = 0; i < 51; i++)
        buf_adds(&many, i ? ",aa" : "/api/v1/names?logins=aa");
    assert_int_equal(ask(w, &here, "GET", buf_cstr(&many), NULL).status, 400);
}

static int64_t number_behind(struct api_reply r, const char *text)
{
    const char *at = memmem(r.body.p, r.body.n, text, strlen(text));
    assert_non_null(at);
    return strtoll(at + strlen(text), NULL, 10);
}

static void the_audit_says_in_words_what_was_done_to_which_fields_but_not_from_what_to_what(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct family f = family_in(w, county, 1);
    const char *path =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld", (long long)county, (long long)f.h.id);
    json_t *now = json_of(ask(w, &w->who, "GET", path, NULL));
    struct api_request rq = { .method = "PATCH", .path = str_of(path), .as = &w->who };
    rq.if_match = str_of(arena_printf(&w->a, "%s", json_string_value(json_object_get(now, "version"))));
    rq.body = STR("{\"address\":\"第九组\"}");
    assert_int_equal(answer(w, rq).status, 200);
    json_decref(now);

    struct api_reply r = ask(w, &w->who, "GET",
                             arena_printf(&w->a, "/api/v1/audit?county=%lld&action=Correct%%20a%%20household",
                                          (long long)county * 1000000),
                             NULL);
    assert_true(holds(r, "\"action\":\"household.edit\""));
    assert_true(holds(r, "\"action_label\":\"Correct a household\""));
    assert_true(holds(r, "\"changes\":[{\"table\":\"household\",\"label\":\"Household\",\"rows\":0}]"));
    const char *fields = arena_printf(&w->a, "/api/v1/audit/%lld/%lld/fields", (long long)county,
                                      (long long)number_behind(r, "\"seq\":"));
    r = ask(w, &w->who, "GET", fields, NULL);
    assert_true(holds(r, "\"table_label\":\"Household\""));
    assert_true(holds(r, "\"field\":\"address\""));
    assert_false(holds(r, "第九组"));
    struct actor clerk_here = clerk(w, "county_clerk", (struct region_code){ county * 1000000 });
    assert_int_equal(ask(w, &clerk_here, "GET", fields, NULL).status, 403);
    struct actor auditor = clerk(w, "audit_admin", (struct region_code){ world_county(w) * 1000000 });
    assert_int_equal(ask(w, &auditor, "GET", fields, NULL).status, 403);

    r = ask(w, &clerk_here, "GET", arena_printf(&w->a, "%s?parts=changes", path), NULL);
    assert_int_equal(r.status, 200);
    assert_true(holds(r, "\"field\":\"address\""));
    assert_true(holds(r, "\"after\":\"第九组\""));
    assert_false(holds(ask(w, &clerk_here, "GET", path, NULL), "\"changes\""));
}

static void every_act_has_its_words_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < act_words_n; i++) {
        const struct act_word *a = &act_words[i];
        assert_true(a->label.zh && *a->label.zh && a->label.en && *a->label.en);
        assert_true(i == 0 || strcmp(act_words[i - 1].action, a->action) < 0);
        assert_ptr_equal(act_find(str_of(a->label.zh)), a);
        assert_ptr_equal(act_find(str_of(a->label.en)), a);
    }
    assert_string_equal(act_find(STR("contract sign"))->label.zh, "登记签字");
    assert_string_equal(act_find(STR("loan write-off"))->action, "loan.write.off");
    assert_string_equal(act_find(STR("repay.give_back"))->action, "repay.give.back");
    assert_null(act_find(STR("something.else")));
}

static void a_list_shows_every_household_once_however_it_is_paged(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    enum { FAMILIES = 7 };
    for (int i = 0; i < FAMILIES; i++)
        family_in(w, county, 1 + i % 2);
    static const char *const sorts[] = { "village", "hh_no" };
    for (size_t s = 0; s < N_ELEMS(sorts); s++)
        for (int limit = 1; limit <= FAMILIES + 1; limit++) {
            const char *next = "";
            int64_t seen[FAMILIES + 1];
            int n = 0, pages = 0;
            do {
                struct api_reply r = ask(
                    w, &w->who, "GET",
                    arena_printf(&w->a, "/api/v1/households?region=%lld&sort=%s&limit=%d%s%s",
                                 (long long)county * 1000000, sorts[s], limit, *next ? "&after=" : "", next),
                    NULL);
                assert_int_equal(r.status, 200);
                json_t *j = json_of(r), *row;
                size_t i;
                json_array_foreach(json_object_get(j, "rows"), i, row)
                {
                    assert_true(n < FAMILIES);
                    seen[n] = json_integer_value(json_object_get(row, "id"));
                    for (int k = 0; k < n; k++)
                        assert_int_not_equal(seen[k], seen[n]);
                    n++;
                }
                const char *cursor = json_string_value(json_object_get(j, "next"));
                next = cursor ? arena_str(&w->a, str_of(cursor)).p : "";
                json_decref(j);
                assert_true(++pages <= FAMILIES);
            } while (*next);
            assert_int_equal(n, FAMILIES);
        }
    assert_int_equal(ask(w, &w->who, "GET", "/api/v1/households?after=nonsense", NULL).status, 400);
    assert_int_equal(ask(w, &w->who, "GET", "/api/v1/households?sort=phone", NULL).status, 400);
}

static void filters_and_beginnings_of_names_narrow_the_list(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct family f = family_in(w, county, 1);
    const char *list = arena_printf(&w->a, "/api/v1/households?region=%lld&", (long long)county * 1000000);
    assert_true(
        holds(ask(w, &w->who, "GET", arena_printf(&w->a, "%sstate=poor&name=%%E5%%BC%%A0", list), NULL),
              f.h.hh_no.p));
    assert_false(
        holds(ask(w, &w->who, "GET", arena_printf(&w->a, "%sname=%%E7%%8E%%8B", list), NULL), f.h.hh_no.p));
    assert_false(
        holds(ask(w, &w->who, "GET", arena_printf(&w->a, "%sstate=exited", list), NULL), f.h.hh_no.p));
}

static void regions_open_level_by_level(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct api_reply r =
        ask(w, &w->who, "GET",
            arena_printf(&w->a, "/api/v1/regions?parent=%lld", (long long)county * 1000000), NULL);
    assert_true(holds(r, "东乡"));
    assert_false(holds(r, "上村"));
    r = ask(w, &w->who, "GET",
            arena_printf(&w->a, "/api/v1/regions?parent=%lld", (long long)county * 1000000 + 100000), NULL);
    assert_true(holds(r, "上村"));
    assert_true(holds(r, "下村"));
    assert_false(holds(r, "东乡"));
}

static void every_bad_field_is_reported_at_once_in_the_language_asked_for(void **state)
{
    struct world *w = *state;
    struct api_reply r = ask(w, &w->who, "POST", "/api/v1/users",
                             "{\"login\":\"x\",\"name\":5,\"region\":\"abc\",\"rank\":1}");
    assert_int_equal(r.status, 400);
    assert_true(r.problem);
    assert_true(holds(r, "\"field\":\"login\""));
    assert_true(holds(r, "\"field\":\"name\""));
    assert_true(holds(r, "\"field\":\"region\""));
    assert_true(holds(r, "\"field\":\"rank\""));
    static const char *const broken[] = { "",
                                          "[]",
                                          "null",
                                          "{",
                                          "{\"login\":\"a\",\"login\":\"b\"}",
                                          "{}x",
                                          "\xff\xfe",
                                          "\"\\ud800\"",
                                          "{\"a\":\"\\u0000\"}" };
    for (size_t i = 0; i < N_ELEMS(broken); i++)
        assert_int_equal(ask(w, &w->who, "POST", "/api/v1/users", broken[i]).status, 400);
    struct api_request zh = { .method = "GET",
                              .path = STR("/api/v1/nothing"),
                              .language = STR("zh-CN,en;q=0.5") };
    assert_true(holds(answer(w, zh), "没有这个地址"));
    r = ask(w, &w->who, "DELETE", "/api/v1/version", NULL);
    assert_int_equal(r.status, 405);
    assert_string_equal(r.allow.p, "GET");
    assert_int_equal(ask(w, &w->who, "GET", "/api/v1/households/350603/nonsense", NULL).status, 404);
    assert_int_equal(ask(w, &w->who, "GET", "/api/v1/households/-1/99999999999999999999", NULL).status, 404);
}

static void what_has_not_changed_is_not_sent_again(void **state)
{
    struct world *w = *state;
    struct api_request rq = { .method = "GET", .path = STR("/api/v1/codes/poverty_state"), .as = &w->who };
    struct api_reply r = answer(w, rq);
    assert_int_equal(r.status, 200);
    rq.if_none_match = r.etag;
    r = answer(w, rq);
    assert_int_equal(r.status, 304);
    assert_int_equal(r.body.n, 0);
}

/* --- writing ------------------------------------------------------------------------------ */

static void the_same_request_with_its_key_is_done_once(void **state)
{
    struct world *w = *state;
    struct api_request rq = { .method = "POST", .path = STR("/api/v1/users"), .as = &w->who };
    const char *login = arena_printf(&w->a, "once%lld", (long long)clock_now().us);
    rq.body = str_of(arena_printf(&w->a, "{\"login\":\"%s\",\"name\":\"一次\",\"role\":\"leader\"}", login));
    rq.key = str_of(arena_printf(&w->a, "key-%s", login));
    struct api_reply first = answer(w, rq), again = answer(w, rq);
    assert_int_equal(first.status, 201);
    assert_int_equal(again.status, 201);
    assert_true(again.replayed);
    assert_true(str_eq(first.body, again.body));
    struct api_request other = rq;
    other.body =
        str_of(arena_printf(&w->a, "{\"login\":\"%s2\",\"name\":\"一次\",\"role\":\"leader\"}", login));
    assert_int_equal(answer(w, other).status, 409);
    rq.key = (struct str){ 0 };
    assert_int_equal(answer(w, rq).status, 409); /* the login is taken */
    rq.key = STR("short");
    assert_int_equal(answer(w, rq).status, 400);
}

static void a_lost_update_is_refused(void **state)
{
    struct world *w = *state;
    struct actor x = clerk(w, "leader", (struct region_code){ 0 });
    struct api_request rq = { .method = "GET", .as = &w->who };
    rq.path = str_of(arena_printf(&w->a, "/api/v1/users/%s", x.login.p));
    struct str etag = answer(w, rq).etag;
    rq.method = "PATCH";
    rq.body = STR("{\"active\":false}");
    assert_int_equal(answer(w, rq).status, 428);
    rq.if_match = etag;
    struct api_reply r = answer(w, rq);
    assert_int_equal(r.status, 200);
    rq.body = STR("{\"active\":true}");
    assert_int_equal(answer(w, rq).status, 412);
    rq.if_match = r.etag;
    assert_int_equal(answer(w, rq).status, 200);
}

static void all_of_this_verifies(void **state)
{
    assert_verifies((struct world *)*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_described_guarded_and_takes_its_sample),
        cmocka_unit_test(the_openapi_document_describes_every_route_and_no_other),
        cmocka_unit_test(two_clerks_cannot_see_each_others_households_by_any_route),
        cmocka_unit_test(without_logging_in_only_open_routes_answer),
        cmocka_unit_test(numbers_are_masked_until_somebody_says_why),
        cmocka_unit_test(names_stand_for_logins_of_those_who_work_in_the_same_area),
        cmocka_unit_test(the_audit_says_in_words_what_was_done_to_which_fields_but_not_from_what_to_what),
        cmocka_unit_test(every_act_has_its_words_once),
        cmocka_unit_test(a_list_shows_every_household_once_however_it_is_paged),
        cmocka_unit_test(filters_and_beginnings_of_names_narrow_the_list),
        cmocka_unit_test(regions_open_level_by_level),
        cmocka_unit_test(every_bad_field_is_reported_at_once_in_the_language_asked_for),
        cmocka_unit_test(what_has_not_changed_is_not_sent_again),
        cmocka_unit_test(the_same_request_with_its_key_is_done_once),
        cmocka_unit_test(a_lost_update_is_refused),
        cmocka_unit_test(all_of_this_verifies),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
