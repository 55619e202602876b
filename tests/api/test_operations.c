/* test_operations.c - the operations of the modules do what the commands do (issue 8; R015, R261, chapter T).
 */
#include "access/account.h"
#include "api/office.h"
#include "base/clock.h"
#include "programme/facts_kept.h"

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
    assert_false(holds(ask(w, "GET", "/api/v1/codes", NULL), "\"label\":null"));
}

/* --- as it was ------------------------------------------------------------------------------- */

static void a_household_is_shown_as_it_was_on_a_day_that_is_not_ahead(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    const char *then =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld/as-of", (long long)f.h.county, (long long)f.h.id);
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, clock_today());
    struct api_reply now = ask(w, "GET", arena_printf(&w->a, "%s?day=%s", then, buf_cstr(&day)), NULL);
    assert_status(now, 200);
    assert_true(holds(now, "\"on_register\":true"));
    assert_true(holds(now, arena_printf(&w->a, "\"name\":\"%.*s\"", (int)f.p.name.n, f.p.name.p)));
    assert_status(ask(w, "GET", then, NULL), 400);
    struct api_reply ahead = ask(w, "GET", arena_printf(&w->a, "%s?day=2999-01-01", then), NULL);
    assert_status(ahead, 400);
    assert_true(holds(ahead, "\"field\":\"day\""));
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

static void a_job_that_is_cancelled_says_so_and_has_done_nothing(void **state)
{
    enum { ROWS = 20000, TRIES = 5 };
    struct world *w = *state;
    int64_t county = world_county(w);
    CLEANUP(buf_release) struct buf csv = BUF(4 << 20);
    buf_adds(&csv, "户编号,户主姓名,行政村代码\n");
    for (int i = 0; i < ROWS; i++)
        buf_addf(&csv, "C%lld-%d,张秀英,%lld\n", (long long)county, i, (long long)world_village(county, 1).v);
    struct api_reply done = { 0 };
    /* It may be quicker than who cancels it, but hardly five times. */
    for (int i = 0; i < TRIES && !holds(done, "\"state\":\"cancelled\""); i++) {
        struct api_request in = request(&w->who, "POST", "/api/v1/imports?name=many.csv", NULL);
        in.body = buf_str(&csv);
        struct api_reply started = answer(w, in);
        assert_status(started, 202);
        assert_status(ask(w, "POST", arena_printf(&w->a, "%s/cancel", started.location.p), NULL), 200);
        done = wait_for(w, started);
    }
    assert_true(holds(done, "\"state\":\"cancelled\""));
    const char *list = arena_printf(&w->a, "/api/v1/households?region=%lld000000&limit=1", (long long)county);
    assert_int_equal(rows_in(ask(w, "GET", list, NULL)), 0);
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
    assert_status(ask(w, "GET", arena_printf(&w->a, "/api/v1/forms/iou/sheet?%s", of), NULL), 200);
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
    if (!getenv("BANGFU_KEY"))
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_a_parameter_reads_nothing_again_and_a_write_is_seen),
        cmocka_unit_test(a_parameter_is_set_with_its_basis_and_every_bad_field_is_named),
        cmocka_unit_test(a_code_that_was_added_is_known_to_the_next_request_and_one_that_ended_is_refused),
        cmocka_unit_test(a_household_is_shown_as_it_was_on_a_day_that_is_not_ahead),
        cmocka_unit_test(a_voucher_is_made_by_one_and_approved_by_another),
        cmocka_unit_test(a_lost_update_is_answered_with_both_versions),
        cmocka_unit_test(a_case_goes_from_tray_to_tray_until_it_is_confirmed),
        cmocka_unit_test(a_repayment_with_its_key_is_recorded_once_and_can_be_taken_back),
        cmocka_unit_test(notices_go_from_the_county_by_the_township_to_the_borrower_and_are_printed_once),
        cmocka_unit_test(what_a_collector_took_in_is_his_until_it_is_remitted_and_the_layers_agree),
        cmocka_unit_test(a_file_goes_out_and_comes_in_again_as_jobs),
        cmocka_unit_test(a_job_that_is_cancelled_says_so_and_has_done_nothing),
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
    return cmocka_run_group_tests(tests, office_open, office_close);
}
