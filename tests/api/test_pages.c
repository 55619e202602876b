/* test_pages.c - every list by pages, in every order that its row of the route tables names, in the
 * demonstration office: page by page it shows each row once, as the whole list does, and "-name" is "name"
 * from its end (issue 8). */
#include "api/office.h"
#include "base/clock.h"
#include "cli/demo.h"
#include "support/raw.h"

#include <sys/wait.h>
#include <unistd.h>

enum { ONE_BY_ONE = 6, PAGES = 3, ROWS_MAX = 500 };
#define LOANS "/api/v1/funds/350603/01/"
#define TOWN  "350603100000"

/* --- the office ----------------------------------------------------------------------------- */

static void command(const char *const *words)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        execv(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void post(struct world *w, const char *path, const char *body)
{
    struct api_reply r = once(w, &w->who, path, body);
    if (r.status != 200 && r.status != 201)
        fail_msg("%s %s: %.*s", path, body, (int)r.body.n, r.body.p);
}

static long long member(const json_t *row, const char *name)
{
    return (long long)json_integer_value(json_object_get(row, name));
}

static void add_to_household(struct world *w, const char *path)
{
    static const char *const names[] = { "小宝甲", "小宝乙", "小宝丙" };
    for (int i = 0; i < 3; i++) {
        post(w, arena_printf(&w->a, "%s/visits", path),
             arena_printf(&w->a, "{\"visitor\":\"李%d\",\"note\":\"第%d次走访\"}", i, i));
        post(w, arena_printf(&w->a, "%s/join", path),
             arena_printf(
                 &w->a,
                 "{\"kind\":\"born\",\"name\":\"%s\",\"sex\":\"male\",\"relation\":\"son\",\"reason\":"
                 "\"出生\"}",
                 names[i]));
    }
}

static void add_to_contract(struct world *w, const char *path)
{
    for (int i = 1; i <= 3; i++) {
        post(w, arena_printf(&w->a, "%s/money-uses", path),
             "{\"found\":\"养牛\",\"misused\":false,\"finder\":\"李干事\"}");
        post(w, arena_printf(&w->a, "%s/effects", path),
             arena_printf(
                 &w->a,
                 "{\"assessor\":\"李干事\",\"surveyed_on\":\"2026-11-%d\",\"income_after\":\"5200.00\"}",
                 19 + i));
        post(w, arena_printf(&w->a, "%s/repayments", path),
             arena_printf(&w->a, "{\"amount\":\"10.00\",\"collector\":\"李干事\",\"receipt\":\"R-%d\"}", i));
        post(w, LOANS "remittances", "{\"township\":\"" TOWN "\",\"amount\":\"5.00\"}");
    }
}

/* What the demonstration has less than two of. */
static void add_some(struct world *w)
{
    json_t *j = json_of(ask(w, "GET", LOANS "open-loans?sort=-late&limit=3&region=" TOWN, NULL));
    const json_t *rows = json_object_get(j, "rows"), *loan;
    size_t i;
    json_array_foreach(rows, i, loan)
    {
        const char *contract =
            arena_printf(&w->a, "/api/v1/contracts/350603/%lld", member(loan, "contract_id"));
        if (!i) {
            add_to_household(
                w, arena_printf(&w->a, "/api/v1/households/350603/%lld", member(loan, "household_id")));
            add_to_contract(w, contract);
        }
        /* and more than is owed */
        post(w, arena_printf(&w->a, "%s/repayments", contract),
             arena_printf(&w->a, "{\"amount\":\"90000.00\",\"collector\":\"王干事\",\"receipt\":\"X-%zu\"}",
                          i));
    }
    json_decref(j);
    post(w, "/api/v1/rosters", "{\"name\":\"一村\",\"region\":\"350603100201\"}");
    post(w, LOANS "days", "{}");
}

static int demo_open(void **state)
{
    const char *program = getenv("BANGFU"), *db = getenv("TEST_DB");
    const char *const init[] = { program, "--db", db, "--today", "2026-11-22", "init", "--demo", NULL };
    const char *const demo[] = { program, "--db", db, "--today", "2026-11-22", "demo", NULL };
    struct raw *raw = raw_open(db);
    raw_do(raw, "INSERT INTO site (name, value) VALUES ('demo', 'begun')");
    raw_close(raw);
    command(init);
    command(demo);
    int opened = office_open(state);
    struct world *w = *state;
    struct date today;
    assert_true(date_of(2026, 11, 22, &today));
    clock_set_today(today);
    add_some(w);
    return opened;
}

/* --- what to ask for ------------------------------------------------------------------------ */

/* A part of each list that has few rows, but not one alone. */
#define LIST(p, q, n, ...)                                       \
    {                                                            \
        .pattern = (p), .path = (q), .least = (n), ##__VA_ARGS__ \
    }
static const struct {
    const char *pattern, *path;
    size_t least;
    const char *of, *member; /* whose number stands in the path: of the first row of that list */
} lists[] = {
    LIST("/api/v1/audit", "/api/v1/audit?county=350603000000&action=case.apply", 2),
    LIST("/api/v1/case-candidates", "/api/v1/case-candidates?programme=xingfu&region=350603100201", 2),
    LIST("/api/v1/case-exceptions", "/api/v1/case-exceptions?programme=xingfu", 0),
    LIST("/api/v1/cases", "/api/v1/cases?programme=xingfu", 2),
    LIST("/api/v1/meetings", "/api/v1/meetings?programme=xingfu", 1),
    LIST("/api/v1/batches", "/api/v1/batches?programme=xingfu", 1),
    LIST("/api/v1/due-list", "/api/v1/due-list?programme=xingfu", 2),
    LIST("/api/v1/funds/{county}/{code}/collected/receipts", LOANS "collected/receipts?region=" TOWN, 1),
    LIST("/api/v1/funds/{county}/{code}/remittances", LOANS "remittances?region=" TOWN, 1),
    LIST("/api/v1/funds/{county}/{code}/days/{day}/items", LOANS "days/2026-11-22/items", 1),
    LIST("/api/v1/documents", "/api/v1/documents?region=" TOWN, 2),
    LIST("/api/v1/rosters/{county}/{id}", "/api/v1/rosters/350603/%lld", 2,
         .of = "/api/v1/rosters?region=350603000000", .member = "id"),
    LIST("/api/v1/visits", "/api/v1/visits?from=2026-11-01", 2),
    LIST("/api/v1/households/{county}/{id}/visits", "/api/v1/households/350603/%lld/visits", 2,
         .of = "/api/v1/visits?sort=-visited_on&limit=1", .member = "household_id"),
    LIST("/api/v1/effects", "/api/v1/effects?programme=xingfu&region=" TOWN, 0),
    LIST("/api/v1/money-uses", "/api/v1/money-uses?programme=xingfu", 2),
    LIST("/api/v1/funds/{county}/{code}/contacts", LOANS "contacts", 2),
    LIST("/api/v1/funds/{county}/{code}/journal", LOANS "journal?from=2026-11-01", 2),
    LIST("/api/v1/funds/{county}/{code}/statement", LOANS "statement?from=2026-06-01", 2),
    LIST("/api/v1/contracts", "/api/v1/contracts?programme=xingfu&period=25", 2),
    LIST("/api/v1/funds/{county}/{code}/loans", LOANS "loans?period=25", 2),
    LIST("/api/v1/funds/{county}/{code}/open-loans", LOANS "open-loans?region=" TOWN, 2),
    LIST("/api/v1/funds/{county}/{code}/excess", LOANS "excess", 0),
    LIST("/api/v1/dues", "/api/v1/dues?to=2027-12-31&region=" TOWN, 2),
    LIST("/api/v1/households", "/api/v1/households?region=350603100201", 2),
    LIST("/api/v1/movements", "/api/v1/movements?from=2000-01-01", 3),
    LIST("/api/v1/reliefs", "/api/v1/reliefs?programme=xingfu", 2),
    LIST("/api/v1/disasters/{county}/{no}/losses", "/api/v1/disasters/350603/1/losses", 1),
    LIST("/api/v1/disasters/{county}/{no}/loans", "/api/v1/disasters/350603/1/loans", 1),
    LIST("/api/v1/funds/{county}/{code}/reminders", LOANS "reminders", 1),
    LIST("/api/v1/users", "/api/v1/users", 2),
    LIST("/api/v1/notices", "/api/v1/notices", 2),
    LIST("/api/v1/funds/{county}/{code}/payouts", LOANS "payouts", 2),
    LIST("/api/v1/drafts/{county}", "/api/v1/drafts/350603", 0),
    LIST("/api/v1/merges", "/api/v1/merges", 0),
    LIST("/api/v1/surveys", "/api/v1/surveys?region=350603000000", 0),
    LIST("/api/v1/rosters", "/api/v1/rosters?region=350603000000", 1),
    LIST("/api/v1/screenings", "/api/v1/screenings", 0),
    LIST("/api/v1/disasters", "/api/v1/disasters", 1),
};

static const char *path_of(struct world *w, const struct route *r, size_t *least)
{
    for (size_t i = 0; i < N_ELEMS(lists); i++) {
        if (strcmp(lists[i].pattern, r->pattern) != 0)
            continue;
        *least = lists[i].least;
        if (!lists[i].of)
            return lists[i].path;
        json_t *j = json_of(ask(w, "GET", lists[i].of, NULL));
        const json_t *row = json_array_get(json_object_get(j, "rows"), 0);
        long long no = json_integer_value(json_object_get(row, lists[i].member));
        json_decref(j);
        return swap(w, lists[i].path, "%lld", arena_printf(&w->a, "%lld", no));
    }
    fail_msg("%s has no row in lists[]", r->pattern);
    return NULL;
}

/* --- asking --------------------------------------------------------------------------------- */

static json_t *page(struct world *w, const char *path, const char *sort, size_t limit, const char *after)
{
    const char *full = arena_printf(&w->a, "%s%csort=%s&limit=%zu%s%s", path, strchr(path, '?') ? '&' : '?',
                                    sort, limit, after ? "&after=" : "", after ? after : "");
    struct api_reply r = ask(w, "GET", full, NULL);
    if (r.status != 200)
        fail_msg("%s: %d: %.*s", full, r.status, (int)r.body.n, r.body.p);
    return json_of(r);
}

static json_t *whole(struct world *w, const char *path, const char *sort)
{
    json_t *j = page(w, path, sort, ROWS_MAX, NULL);
    json_t *rows = json_incref(json_object_get(j, "rows"));
    if (json_is_string(json_object_get(j, "next")))
        fail_msg("%s has more than %d rows: ask for less", path, ROWS_MAX);
    json_decref(j);
    return rows;
}

static json_t *by_pages(struct world *w, const char *path, const char *sort, size_t limit)
{
    json_t *all = json_array();
    const char *after = NULL;
    for (int i = 0; i < ROWS_MAX; i++) {
        json_t *j = page(w, path, sort, limit, after);
        json_array_extend(all, json_object_get(j, "rows"));
        const char *next = json_string_value(json_object_get(j, "next"));
        after = next ? arena_str(&w->a, str_of(next)).p : NULL;
        json_decref(j);
        if (!after)
            return all;
    }
    fail_msg("%s does not end", path);
    return all;
}

static void same_rows(const json_t *want, const json_t *got, bool reversed, const char *path,
                      const char *sort)
{
    size_t n = json_array_size(want);
    if (n != json_array_size(got))
        fail_msg("%s by %s: %zu rows instead of %zu", path, sort, json_array_size(got), n);
    for (size_t i = 0; i < n; i++)
        if (!json_equal(json_array_get(want, i), json_array_get(got, reversed ? n - 1 - i : i)))
            fail_msg("%s by %s: row %zu is another one", path, sort, i);
}

/* An order that is called like a column goes by it. */
static void in_order(const json_t *rows, const char *name, const char *path)
{
    for (size_t i = 1; i < json_array_size(rows); i++) {
        const json_t *a = json_object_get(json_array_get(rows, i - 1), name);
        const json_t *b = json_object_get(json_array_get(rows, i), name);
        bool wrong = json_is_integer(a) && json_is_integer(b) ? json_integer_value(a) > json_integer_value(b)
                     : json_is_string(a) && json_is_string(b) && !strchr(json_string_value(a), '.')
                         ? strcmp(json_string_value(a), json_string_value(b)) > 0
                         : false;
        if (wrong)
            fail_msg("%s: row %zu is not in the order of %s", path, i, name);
    }
}

static const struct route *next_list(size_t *table, size_t *row)
{
    for (; *table < api_tables_n; (*table)++, *row = 0)
        while (*row < api_tables[*table]->n) {
            const struct route *r = &api_tables[*table]->routes[(*row)++];
            if (r->orders && !r->gives)
                return r;
        }
    return NULL;
}

/* --- tests ---------------------------------------------------------------------------------- */

static void every_order_of_every_list_shows_each_row_once_and_its_reverse_is_reversed(void **state)
{
    struct world *w = *state;
    const struct route *r;
    size_t n = 0;
    for (size_t t = 0, i = 0; (r = next_list(&t, &i)); n++)
        for (const struct order *o = r->orders; o->name; o++) {
            const char *back = arena_printf(&w->a, "-%s", o->name);
            size_t least = 0;
            const char *path = path_of(w, r, &least);
            json_t *all = whole(w, path, o->name), *reverse = whole(w, path, back);
            size_t rows = json_array_size(all), step = rows <= ONE_BY_ONE ? 1 : rows / PAGES + 1;
            if (rows < least)
                fail_msg("%s has %zu rows", path, rows);
            same_rows(all, reverse, true, path, back);
            in_order(all, o->name, path);
            json_t *up = by_pages(w, path, o->name, step), *down = by_pages(w, path, back, step);
            same_rows(all, up, false, path, o->name);
            same_rows(reverse, down, false, path, back);
            json_decref(up);
            json_decref(down);
            json_decref(all);
            json_decref(reverse);
        }
    assert_int_equal(n, N_ELEMS(lists));
}

static void what_is_no_order_is_refused_with_those_there_are(void **state)
{
    struct world *w = *state;
    struct api_reply r = ask(w, "GET", "/api/v1/households?sort=phone", NULL);
    assert_status(r, 400);
    assert_true(holds(r, "\"field\":\"sort\""));
    assert_true(holds(r, "village, -village, hh_no, -hh_no, head_name, -head_name"));
    assert_status(ask(w, "GET", "/api/v1/households?sort=--village", NULL), 400);
    assert_status(ask(w, "GET", "/api/v1/forms?sort=no", NULL), 400);
}

static void a_cursor_goes_on_only_in_the_order_that_it_came_from(void **state)
{
    struct world *w = *state;
    json_t *j = page(w, "/api/v1/households", "hh_no", 1, NULL);
    const char *next = json_string_value(json_object_get(j, "next"));
    assert_non_null(next);
    static const char *const others[] = { "", "&sort=-hh_no", "&sort=village" };
    for (size_t i = 0; i < N_ELEMS(others); i++) {
        struct api_reply r =
            ask(w, "GET", arena_printf(&w->a, "/api/v1/households?after=%s%s", next, others[i]), NULL);
        assert_status(r, 400);
        assert_true(holds(r, "\"field\":\"after\""));
    }
    json_decref(j);
}

static const json_t *parameter(const json_t *doc, const struct route *r, const char *name)
{
    const json_t *all = json_object_get(
        json_object_get(json_object_get(json_object_get(doc, "paths"), r->pattern), "get"), "parameters");
    const json_t *p;
    size_t i;
    json_array_foreach(all, i, p) if (!strcmp(json_string_value(json_object_get(p, "name")), name)) return p;
    return NULL;
}

static void the_document_names_the_orders_of_every_list_its_own_first(void **state)
{
    struct world *w = *state;
    json_t *doc = json_of(ask(w, "GET", "/api/v1/openapi.json", NULL));
    const struct route *r;
    for (size_t t = 0, i = 0; (r = next_list(&t, &i));) {
        const json_t *names = json_object_get(json_object_get(parameter(doc, r, "sort"), "schema"), "enum");
        const char *first = json_string_value(json_array_get(names, 0));
        size_t n = 0;
        while (r->orders[n].name)
            n++;
        assert_int_equal(json_array_size(names), 2 * n);
        assert_string_equal(first + (first[0] == '-'), r->orders[0].name);
        assert_int_equal(first[0] == '-', r->orders[0].down);
        assert_non_null(parameter(doc, r, "after"));
        assert_non_null(parameter(doc, r, "limit"));
    }
    json_decref(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_of_every_list_shows_each_row_once_and_its_reverse_is_reversed),
        cmocka_unit_test(what_is_no_order_is_refused_with_those_there_are),
        cmocka_unit_test(a_cursor_goes_on_only_in_the_order_that_it_came_from),
        cmocka_unit_test(the_document_names_the_orders_of_every_list_its_own_first),
    };
    return cmocka_run_group_tests(tests, demo_open, office_close);
}
