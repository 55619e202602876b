/* Other systems ask the registry (design/dci.md): what is answered, to whom, and what never leaves the house.
 */
#include "access/account.h"
#include "access/token.h"
#include "app/modules.h"
#include "base/clock.h"
#include "dci/dci_notify.h"
#include "dci/dci_parts.h"
#include "dci/dci_send.h"
#include "dci/dci_waiting.h"
#include "registry/income.h"
#include "support/raw.h"
#include "support/world.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

/* --- an office, a client, two families ------------------------------------------------------ */

struct office {
    struct world *w;
    struct dci dci;
    int64_t county;
    struct family near, far; /* within the client's township; in a county of others */
    struct person child;
    struct dci_client client;
    struct str token;
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
};
static struct office o;

static bool put_families(struct act *act, void *ctx, struct errs *e)
{
    struct office *x = ctx;
    struct household_year y = { .county = x->county,
                                .year = { date_civil(clock_today()).year - 1, true },
                                .wage_income = { { 700000 }, true },
                                .business_income = { { 0 }, true },
                                .property_income = { { 0 }, true },
                                .transfer_income = { { 0 }, true },
                                .business_expense = { { 0 }, true } };
    if (!household_put(act, &x->near.h, e))
        return false;
    x->near.p.household_id = x->child.household_id = y.household_id = x->near.h.id;
    return person_put(act, &x->near.p, e) && person_put(act, &x->child, e) && db_id(act->tx, &y.id, e) &&
           db_insert(act->tx, &household_year_entity, &y, e);
}

static bool put_client(struct act *act, void *ctx, struct errs *e)
{
    struct office *x = ctx;
    struct app_user u = { .login = STR("dci-client"), .name = STR("测试系统"), .unit = STR("民政局") };
    struct api_token t = { .name = STR("dci"), .scopes = STR("registry.read") };
    if (!account_add(act, &u, "county_clerk", (struct region_code){ x->county * 1000000 }, e) ||
        user_by_login(act->tx, u.login, &u, e) != FOUND)
        return false;
    x->client.user_id = u.id;
    return dci_client_add(act, &x->client, e) && token_add_for(act, &u, &t, 30, &x->token, e);
}

static int open_office(void **state)
{
    uint8_t key[crypto_sign_PUBLICKEYBYTES];
    char text[64];
    world_open(state);
    struct world *w = *state;
    o.w = w;
    o.county = world_county(w);
    o.near.h = world_household(w, o.county);
    o.near.h.phone = STR("13900000000");
    o.near.p = world_person(w, &o.near.h);
    o.near.p.relation = (struct code){ RELATION_HEAD, true };
    o.near.p.sex = (struct code){ SEX_FEMALE, true };
    o.near.p.birth_date = (struct opt_date){ { 3652 }, true }; /* 1980 */
    o.child = world_person(w, &o.near.h);
    o.child.name = STR("丙子");
    o.child.relation = (struct code){ RELATION_SON, true };
    o.child.sex = (struct code){ SEX_MALE, true };
    o.child.birth_date = (struct opt_date){ { clock_today().day - 3000 }, true };
    world_act(w, o.county, put_families, &o);
    o.far = world_family(w, world_county(w));
    crypto_sign_keypair(key, o.secret);
    sodium_bin2base64(text, sizeof text, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
    o.client =
        (struct dci_client){ .sender_id = STR("mis.example"),
                             .name = STR("某系统"),
                             .fields = STR("group_identifier group_size poverty_score member_list name sex"),
                             .hosts = STR("mis.example"),
                             .private_hosts = STR("127.0.0.1"),
                             .public_key = arena_str(&w->a, str_of(text)) };
    world_act(w, 0, put_client, &o);
    o.dci = (struct dci){ .st = w->st, .codes = &w->codes, .sources = app_program().fact_sources };
    return 0;
}

static int close_office(void **state)
{
    dci_sender_close(o.dci.sender);
    return world_close(state);
}

/* --- asking --------------------------------------------------------------------------------- */

#define TIME "2026-11-21T08:00:00+08:00"

static const char *envelope(const char *action, const char *uri, const char *signature, const char *message)
{
    return arena_printf(&o.w->a,
                        "{\"signature\":\"%s\",\"header\":{\"version\":\"1.0.0\",\"message_id\":\"m1\","
                        "\"message_ts\":\"" TIME "\",\"action\":\"%s\",\"sender_id\":\"mis.example\","
                        "\"sender_uri\":\"%s\",\"total_count\":1},\"message\":%s}",
                        signature, action, uri, message);
}

static const char *searching(const char *criteria)
{
    return envelope("search", "", "unsigned",
                    arena_printf(&o.w->a,
                                 "{\"transaction_id\":\"t1\",\"search_request\":[{\"reference_id\":\"r1\","
                                 "\"timestamp\":\"" TIME "\",\"locale\":\"eng\",\"search_criteria\":%s}]}",
                                 criteria));
}

static struct dci_reply ask_as(struct str token, const char *path, const char *body)
{
    struct dci_request q = {
        .a = &o.w->a, .method = "POST", .path = str_of(path), .body = str_of(body), .bearer = token
    };
    struct dci_reply r;
    dci_answer(&o.dci, &q, &r);
    return r;
}

static struct dci_reply ask(const char *path, const char *body)
{
    return ask_as(o.token, path, body);
}

static bool says(const struct dci_reply *r, const char *text)
{
    return str_has(r->body, str_of(text));
}

#define assert_answer(r, want, ...)                                                 \
    do {                                                                            \
        const char *const texts_[] = { __VA_ARGS__, NULL };                         \
        if ((r).status != (want))                                                   \
            fail_msg("status %d: %.*s", (r).status, (int)(r).body.n, (r).body.p);   \
        for (size_t i_ = 0; texts_[i_]; i_++)                                       \
            if (!says(&(r), texts_[i_]))                                            \
                fail_msg("no %s in %.*s", texts_[i_], (int)(r).body.n, (r).body.p); \
    } while (0)

static struct dci_reply expression(const char *collection, const char *query)
{
    return ask("/registry/sync/search",
               searching(arena_printf(
                   &o.w->a,
                   "{\"query_type\":\"expression\",\"query\":{\"type\":\"ns:org:QueryType:"
                   "expression\",\"value\":{\"expression\":{\"collection\":\"%s\",\"query\":%s}}}}",
                   collection, query)));
}

/* --- searching ------------------------------------------------------------------------------ */

static struct dci_reply by_number(struct str number, const char *kind)
{
    return ask("/registry/sync/search",
               searching(arena_printf(&o.w->a,
                                      "{\"query_type\":\"idtype-value\",\"reg_record_type\":\"%s\",\"query\":"
                                      "{\"type\":\"UIN\",\"value\":\"%.*s\"}}",
                                      kind, (int)number.n, number.p)));
}

static void a_number_finds_its_person_with_the_fields_on_the_list_only(void **state)
{
    (void)state;
    struct dci_reply r = by_number(o.near.p.id_number, "Member");
    assert_answer(r, 200, "\"action\":\"on-search\"", "\"transaction_id\":\"t1\"", "\"total_count\":1",
                  "\"sex\":\"female\"", "given_name");
    assert_false(str_has(r.body, o.near.p.id_number)); /* member_identifier is not on the list */
    assert_false(says(&r, "birth_date"));
    assert_false(says(&r, "13900000000"));
}

static void a_group_is_the_household_with_its_members(void **state)
{
    (void)state;
    struct dci_reply r = by_number(o.near.p.id_number, "Group");
    assert_answer(r, 200, "HOUSEHOLD_NUMBER", "\"group_size\":2", "\"poverty_score\":\"3500.00\"", "丙子");
}

static void who_lives_outside_the_clients_area_is_not_found(void **state)
{
    (void)state;
    struct dci_reply r = by_number(o.far.p.id_number, "Member");
    assert_answer(r, 200, "\"total_count\":0", "\"reg_records\":[]");
}

static void conditions_are_rules(void **state)
{
    (void)state;
    struct dci_reply r =
        expression("Group", "{\"$and\":[{\"group_size\":{\"$gte\":2}},{\"age\":{\"$lt\":18}}]}");
    assert_answer(r, 200, "\"total_count\":1");
    r = expression("Group", "{\"poverty_score\":{\"$lt\":3500}}");
    assert_answer(r, 200, "\"total_count\":0");
    r = expression("Group", "{\"poverty_score\":{\"$lte\":3500.00}}");
    assert_answer(r, 200, "\"total_count\":1");
    r = expression("Group", "{\"$or\":[{\"group_size\":{\"$in\":[7,8]}},{\"sex\":\"male\"}]}");
    assert_answer(r, 200, "\"total_count\":1");
}

static void of_members_each_one_is_asked(void **state)
{
    (void)state;
    struct dci_reply r = expression("Member", "{\"age\":{\"$lt\":18}}");
    assert_answer(r, 200, "\"total_count\":1", "丙子");
    r = expression("Member", "{\"sex\":{\"$eq\":\"female\"}}");
    assert_answer(r, 200, "\"total_count\":1");
    assert_false(says(&r, "丙子"));
}

static void a_predicate_is_a_chain_of_comparisons(void **state)
{
    (void)state;
    struct dci_reply r =
        ask("/registry/sync/search",
            searching(
                "{\"query_type\":\"predicate\",\"reg_record_type\":\"Member\",\"query\":[{\"seq_num\":1,"
                "\"expression1\":{\"attribute_name\":\"age\",\"operator\":\"lt\",\"attribute_value\":\"25\"},"
                "\"condition\":\"and\",\"expression2\":{\"attribute_name\":\"sex\",\"operator\":\"eq\","
                "\"attribute_value\":\"male\"}}]}"));
    assert_answer(r, 200, "\"total_count\":1", "丙子");
}

static void what_is_no_condition_is_refused_and_never_becomes_sql(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{\"group_size\":{\"$gt\":\"1; DROP TABLE person\"}}",
        "{\"sex\":\"x' OR '1'='1\"}",
        "{\"phone\":\"13900000000\"}",
        "{\"group_size\":{\"$where\":1}}",
        "{\"group_size\":{}}",
        "{}",
        "[]",
        "{\"age\":{\"$lt\":\"\"}}",
        "{\"sex\":\"no such slug\"}",
        "{\"registration_date\":{\"$lt\":\"2026-02-31\"}}",
        "{\"$and\":[{\"$and\":[{\"$and\":[{\"$and\":[{\"$and\":[{\"$and\":[{\"$and\":[{\"$and\":[{\"$and\":["
        "{\"age\":{\"$lt\":1}}]}]}]}]}]}]}]}]}]}",
    };
    for (size_t i = 0; i < N_ELEMS(bad); i++) {
        struct dci_reply r = expression("Group", bad[i]);
        assert_answer(r, 400, "err.request.bad");
    }
}

static void pages_are_counted_from_one(void **state)
{
    (void)state;
    static const char by[] = "{\"query_type\":\"predicate\",\"query\":[{\"expression1\":{\"attribute_name\":"
                             "\"group_size\",\"operator\":\"gt\",\"attribute_value\":\"0\"}}],\"pagination\":"
                             "{\"page_size\":%d,\"page_number\":%d}}";
    struct dci_reply r = ask("/registry/sync/search", searching(arena_printf(&o.w->a, by, 1, 2)));
    assert_answer(r, 200, "\"total_count\":1", "\"reg_records\":[]");
    static const int bad[][2] = { { 0, 1 }, { -1, 1 }, { 1, 0 } };
    for (size_t i = 0; i < N_ELEMS(bad); i++) {
        r = ask("/registry/sync/search", searching(arena_printf(&o.w->a, by, bad[i][0], bad[i][1])));
        assert_answer(r, 400, "pagination");
    }
}

/* --- who is let in --------------------------------------------------------------------------- */

static void without_a_token_of_the_client_nothing_is_said(void **state)
{
    (void)state;
    const char *body =
        searching("{\"query_type\":\"idtype-value\",\"query\":{\"type\":\"UIN\",\"value\":\"1\"}}");
    struct dci_reply r = ask_as((struct str){ 0 }, "/registry/sync/search", body);
    assert_answer(r, 401, "err.request.unauthorized");
    r = ask_as(STR("bf_wrong"), "/registry/sync/search", body);
    assert_answer(r, 401, "err.request.unauthorized");
    r = ask_as((struct str){ 0 }, "/registry/sync/search", "{}");
    assert_answer(r, 401, "err.request.unauthorized");
}

static void envelopes_that_break_the_standard_are_refused(void **state)
{
    (void)state;
    char *id = arena_printf(&o.w->a, "%0100d", 7);
    const char *const bad[] = {
        "{}",
        "[1]",
        "not JSON",
        "{\"header\":{}}",
        envelope("other", "", "unsigned", "{\"transaction_id\":\"t\"}"),
        envelope("search", "", "unsigned", "{\"transaction_id\":\"t\"}"),
        envelope("search", "", "unsigned", "{\"transaction_id\":\"t\",\"search_request\":[]}"),
        envelope("search", "", "unsigned", "{}"),
        envelope("search", "", "unsigned", arena_printf(&o.w->a, "{\"transaction_id\":\"%s\"}", id)),
    };
    for (size_t i = 0; i < N_ELEMS(bad); i++) {
        struct dci_reply r = ask("/registry/sync/search", bad[i]);
        assert_answer(r, 400, "\"ack_status\":\"ERR\"", "err.request.bad");
    }
}

static void times_need_a_zone(void **state)
{
    (void)state;
    static const char *const good[] = { TIME, "2026-11-21T08:00:00Z", "2026-11-21T08:00:00.123456+0800" };
    static const char *const bad[] = { "2026-11-21T08:00:00",
                                       "2026-11-21",
                                       "2026-13-01T00:00:00Z",
                                       "now",
                                       "2026-11-21T08:00:00+8",
                                       "2026-11-21T25:00:00Z",
                                       "" };
    for (size_t i = 0; i < N_ELEMS(good); i++)
        assert_true(dci_is_time(str_of(good[i])));
    for (size_t i = 0; i < N_ELEMS(bad); i++)
        assert_false(dci_is_time(str_of(bad[i])));
}

static void a_signature_is_of_the_registered_key(void **state)
{
    (void)state;
    uint8_t sig[crypto_sign_BYTES];
    char text[128];
    struct dci_message m;
    struct dci_fault f = { 0 };
    const char *message =
        "{\"transaction_id\":\"t9\",\"txnstatus_request\":{\"reference_id\":\"r\",\"txn_type\":"
        "\"search\",\"attribute_type\":\"transaction_id\",\"attribute_value\":\"t1\"}}";
    const char *plain = envelope("txn-status", "", "unsigned", message);
    assert_true(dci_message_read(str_of(plain), "txn-status", &m, &f));
    struct str bytes = dci_signed_bytes(&m, &o.w->a);
    crypto_sign_detached(sig, NULL, (const uint8_t *)bytes.p, bytes.n, o.secret);
    dci_message_free(&m);
    sodium_bin2base64(text, sizeof text, sig, sizeof sig, sodium_base64_VARIANT_ORIGINAL);
    const char *path = "/registry/sync/txn/status";
    struct dci_reply r = ask(path, envelope("txn-status", "", text, message));
    assert_answer(r, 200, "txn-on-status");
    r = ask(path, envelope("txn-status", "http://x/", text, message)); /* signed, then changed */
    assert_answer(r, 401, "err.signature.invalid");
    r = ask(path, envelope("txn-status", "", "bm9uZQ==", message));
    assert_answer(r, 401, "err.signature.invalid");
}

/* --- what becomes of it ---------------------------------------------------------------------- */

static bool last_audit(struct tx *tx, void *ctx, struct errs *e)
{
    struct str *detail = ctx;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT detail FROM audit WHERE county = $1 AND action = 'dci.search' ORDER BY seq "
                      "DESC LIMIT 1"),
                  e, V(0)) ||
        rows_next(&r, e) != FOUND)
        return false;
    *detail = arena_str(e->a, rows_text(&r, 0));
    return true;
}

static void every_answer_is_an_audit_row_that_names_nobody(void **state)
{
    struct world *w = *state;
    struct str detail = { 0 };
    by_number(o.near.p.id_number, "Member");
    world_read(w, last_audit, &detail);
    assert_true(str_has(detail, STR("mis.example")));
    assert_true(str_has(detail, STR("\"told\":1")));
    assert_false(str_has(detail, o.near.p.id_number));
    assert_false(str_has(detail, o.near.p.name));
}

static void the_status_of_a_request_can_be_asked(void **state)
{
    (void)state;
    by_number(o.near.p.id_number, "Member");
    struct dci_reply r =
        ask("/registry/sync/txn/status",
            envelope("txn-status", "", "unsigned",
                     "{\"transaction_id\":\"t2\",\"txnstatus_request\":{\"reference_id\":\"r\","
                     "\"txn_type\":\"search\",\"attribute_type\":\"transaction_id\","
                     "\"attribute_value\":\"t1\"}}"));
    assert_answer(r, 200, "txn-on-status", "\"total_count\":1", "\"status\":\"succ\"");
}

static void what_others_call_back_with_is_acknowledged(void **state)
{
    (void)state;
    struct dci_reply r =
        ask("/registry/notify", envelope("notify", "", "unsigned", "{\"transaction_id\":\"t3\"}"));
    assert_answer(r, 200, "\"ack_status\":\"ACK\"");
    r = ask("/registry/notify", envelope("notify", "", "unsigned", "{}"));
    assert_answer(r, 400, "\"ack_status\":\"ERR\"");
}

/* --- calling back ---------------------------------------------------------------------------- */

static void only_listed_hosts_are_called(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        int status; /* 0: may be called */
    } cases[] = {
        { "https://mis.example/registry/on-search", 0 },
        { "http://mis.example/registry/on-search", 403 },
        { "http://127.0.0.1:8090/x", 0 },
        { "https://elsewhere.example/x", 403 },
        { "https://mis.example@elsewhere.example/x", 400 },
        { "https://mis.example.elsewhere.example/x", 403 },
        { "file:///etc/passwd", 400 },
        { "gopher://mis.example/x", 400 },
        { "", 400 },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        struct dci_fault f = { 0 };
        bool ok = dci_may_call(&o.client, str_of(cases[i].uri), &f);
        if (ok != !cases[i].status || f.status != cases[i].status)
            fail_msg("%s: %d", cases[i].uri, f.status);
    }
}

static void addresses_inside_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        bool inside;
    } cases[] = {
        { "127.0.0.1", true },
        { "10.1.2.3", true },
        { "172.31.255.255", true },
        { "172.32.0.1", false },
        { "192.168.0.1", true },
        { "169.254.169.254", true },
        { "100.64.0.1", true },
        { "0.0.0.0", true },
        { "224.0.0.1", true },
        { "8.8.8.8", false },
        { "::1", true },
        { "fe80::1", true },
        { "fd00::1", true },
        { "::ffff:10.0.0.1", true },
        { "::ffff:8.8.8.8", false },
        { "64:ff9b::7f00:1", true },
        { "2002:7f00:1::", true },
        { "2001:4860:4860::8888", false },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        struct addrinfo want = { .ai_flags = AI_NUMERICHOST }, *at = NULL;
        assert_int_equal(getaddrinfo(cases[i].ip, NULL, &want, &at), 0);
        if (address_is_private(at->ai_addr) != cases[i].inside)
            fail_msg("%s", cases[i].ip);
        freeaddrinfo(at);
    }
}

/* Somebody who takes one call, refuses the first with 500, and keeps what came. */
struct listener {
    int fd, port, calls;
    char got[1 << 16];
    pthread_t thread;
};

static void take_call(struct listener *l, int c)
{
    size_t n = 0;
    const char *body = NULL;
    size_t want = SIZE_MAX;
    while (n < sizeof l->got - 1 && !(body && n >= want)) {
        struct pollfd p = { c, POLLIN, 0 };
        ssize_t more = poll(&p, 1, 5000) == 1 ? read(c, l->got + n, sizeof l->got - 1 - n) : 0;
        if (more <= 0)
            break;
        n += (size_t)more;
        l->got[n] = '\0';
        const char *length = strcasestr(l->got, "content-length:");
        body = strstr(l->got, "\r\n\r\n");
        if (body && length)
            want = (size_t)(body - l->got) + 4 + strtoul(length + 15, NULL, 10);
    }
    const char *answer = l->calls++ ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    : "HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert_true(write(c, answer, strlen(answer)) > 0);
    close(c);
}

static void *listen_twice(void *ctx)
{
    struct listener *l = ctx;
    for (int i = 0; i < 2; i++) {
        struct pollfd p = { l->fd, POLLIN, 0 };
        if (poll(&p, 1, 20000) != 1)
            break;
        take_call(l, accept(l->fd, NULL, NULL));
    }
    close(l->fd);
    return NULL;
}

static void listen_somewhere(struct listener *l)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    *l = (struct listener){ .fd = socket(AF_INET, SOCK_STREAM, 0) };
    assert_int_equal(bind(l->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(l->fd, 4), 0);
    assert_int_equal(getsockname(l->fd, (struct sockaddr *)&at, &n), 0);
    l->port = ntohs(at.sin_port);
    pthread_create(&l->thread, NULL, listen_twice, l);
}

static void an_answer_for_later_is_acknowledged_and_brought_with_its_correlation(void **state)
{
    (void)state;
    static struct listener l;
    struct dci d = o.dci;
    listen_somewhere(&l);
    o.dci.sender = dci_sender_open(&d);
    const char *body = envelope(
        "search", arena_printf(&o.w->a, "http://127.0.0.1:%d/registry/on-search", l.port), "unsigned",
        arena_printf(
            &o.w->a,
            "{\"transaction_id\":\"t7\",\"search_request\":[{\"reference_id\":\"r1\",\"timestamp\":\"" TIME
            "\",\"search_criteria\":{\"query_type\":\"idtype-value\",\"query\":{\"type\":\"UIN\","
            "\"value\":\"%.*s\"}}}]}",
            (int)o.near.p.id_number.n, o.near.p.id_number.p));
    struct dci_reply r = ask("/registry/search", body);
    assert_answer(r, 202, "\"ack_status\":\"ACK\"", "correlation_id");
    pthread_join(l.thread, NULL);
    assert_int_equal(l.calls, 2); /* refused once, and tried again */
    json_t *ack = json_loadb(r.body.p, r.body.n, 0, NULL);
    const char *correlation =
        json_string_value(json_object_get(json_object_get(ack, "message"), "correlation_id"));
    assert_non_null(strstr(l.got, correlation));
    assert_non_null(strstr(l.got, "\"transaction_id\":\"t7\""));
    assert_non_null(strstr(l.got, "\"action\":\"on-search\""));
    assert_null(strstr(l.got, o.token.p));
    json_decref(ack);
    r = ask("/registry/search", searching("{\"query_type\":\"predicate\",\"query\":[]}"));
    assert_answer(r, 400, "predicate"); /* told at once, not by the call back */
}

/* --- what waits outlives the server ------------------------------------------------------------- */

static int64_t rows_of(const char *table)
{
    struct raw *r = raw_open(o.w->url);
    int64_t n = raw_int(r, arena_printf(&o.w->a, "SELECT count(*) FROM %s", table));
    raw_close(r);
    return n;
}

static void what_waits_when_the_server_stops_is_brought_after_the_next_start(void **state)
{
    (void)state;
    static struct listener l;
    struct dci d = o.dci;
    dci_sender_close(o.dci.sender);
    listen_somewhere(&l);
    /* The first try is refused, and the server ends before the second. */
    o.dci.sender = dci_sender_open(&d);
    const char *uri = arena_printf(&o.w->a, "http://127.0.0.1:%d/registry/on-search", l.port);
    const char *body = envelope(
        "search", uri, "unsigned",
        arena_printf(&o.w->a,
                     "{\"transaction_id\":\"t8\",\"search_request\":[{\"reference_id\":\"r1\","
                     "\"timestamp\":\"" TIME "\",\"search_criteria\":{\"query_type\":\"idtype-value\","
                     "\"query\":{\"type\":\"UIN\",\"value\":\"%.*s\"}}}]}",
                     (int)o.near.p.id_number.n, o.near.p.id_number.p));
    struct dci_reply r = ask("/registry/search", body);
    assert_answer(r, 202, "\"ack_status\":\"ACK\"");
    while (!__atomic_load_n(&l.calls, __ATOMIC_SEQ_CST))
        usleep(10000);
    dci_sender_close(o.dci.sender);
    assert_int_equal(rows_of("dci_waiting"), 1);
    assert_verifies(o.w);
    o.dci.sender = dci_sender_open(&d);
    pthread_join(l.thread, NULL);
    assert_int_equal(l.calls, 2);
    assert_non_null(strstr(l.got, "\"transaction_id\":\"t8\""));
    dci_sender_close(o.dci.sender);
    o.dci.sender = NULL;
    assert_int_equal(rows_of("dci_waiting"), 0);
}

static bool add_neighbour(struct act *act, void *ctx, struct errs *e)
{
    return household_put(act, ctx, e);
}

static bool subscribe_to_register(int port)
{
    struct dci_job job = { .bearer = o.token, .correlation_id = STR("c2") };
    struct dci_fault f = { 0 };
    struct errs e = { .a = &o.w->a, .lang = EN };
    const char *body =
        envelope("subscribe", arena_printf(&o.w->a, "http://127.0.0.1:%d/notify", port), "unsigned",
                 "{\"transaction_id\":\"t9\",\"subscribe_request\":[{\"reference_id\":\"r1\","
                 "\"timestamp\":\"" TIME "\",\"subscribe_criteria\":{\"reg_event_type\":\"REGISTER\","
                 "\"notify_record_type\":\"Group\"}}]}");
    bool ok = dci_message_read(str_of(body), "subscribe", &job.m, &f);
    json_t *on = ok ? dci_on_subscribe(&o.dci, &job, &o.w->a, &f, &e) : NULL;
    json_decref(on);
    dci_message_free(&job.m);
    return on != NULL;
}

static void who_comes_while_the_server_is_down_is_told_when_it_is_up(void **state)
{
    (void)state;
    static struct listener l;
    struct household came = world_household(o.w, o.county);
    listen_somewhere(&l);
    assert_true(subscribe_to_register(l.port));
    struct dci_watch *w = dci_watch_open(); /* looks for the first time, and only remembers */
    dci_watch_run(w, &o.dci);
    dci_watch_close(w);
    assert_int_equal(rows_of("dci_waiting"), 0);
    world_act(o.w, o.county, add_neighbour, &came);
    w = dci_watch_open(); /* the next server */
    dci_watch_run(w, &o.dci);
    dci_watch_run(w, &o.dci);
    dci_watch_close(w);
    assert_int_equal(rows_of("dci_waiting"), 1); /* once */
    struct dci d = o.dci;
    o.dci.sender = dci_sender_open(&d);
    pthread_join(l.thread, NULL);
    assert_int_equal(l.calls, 2); /* refused once, and tried again */
    assert_non_null(strstr(l.got, "\"reg_event_type\":\"REGISTER\""));
    assert_non_null(strstr(l.got, arena_printf(&o.w->a, "%.*s", (int)came.hh_no.n, came.hh_no.p)));
    dci_sender_close(o.dci.sender);
    o.dci.sender = NULL;
    assert_verifies(o.w);
}

static bool add_hopeless(struct act *act, void *ctx, struct errs *e)
{
    struct dci_waiting w = { .client_id = o.client.id, .action = STR("search"), .correlation_id = STR("c9") };
    bool room = false;
    (void)ctx;
    return dci_waiting_add(act->tx, &w, STR("bf_no_such_token\n{}"), &room, e) && room;
}

static void what_cannot_be_brought_is_dropped_and_that_is_an_audit_row(void **state)
{
    (void)state;
    struct dci d = o.dci;
    world_act(o.w, 0, add_hopeless, NULL);
    o.dci.sender = dci_sender_open(&d);
    for (int i = 0; i < 1000 && rows_of("dci_waiting") > 0; i++)
        usleep(10000);
    dci_sender_close(o.dci.sender);
    o.dci.sender = NULL;
    assert_int_equal(rows_of("dci_waiting"), 0);
    assert_int_equal(rows_of("audit WHERE action = 'dci.dropped'"), 1);
    assert_verifies(o.w);
}

static void ids_are_packed_and_come_back(void **state)
{
    (void)state;
    static int64_t ids[5000];
    int64_t *back = NULL;
    size_t n = 0;
    for (size_t i = 0; i < N_ELEMS(ids); i++)
        ids[i] = (int64_t)(i * i * 7 + i + 1);
    assert_true(dci_ids_unpack(dci_ids_pack(ids, N_ELEMS(ids), &o.w->a), &back, &n));
    assert_int_equal(n, N_ELEMS(ids));
    assert_memory_equal(back, ids, sizeof ids);
    free(back);
    assert_true(dci_ids_unpack(dci_ids_pack(NULL, 0, &o.w->a), &back, &n));
    assert_int_equal(n, 0);
    free(back);
    assert_false(dci_ids_unpack(STR("2 2 eJxjYAAA"), &back, &n));
    assert_false(dci_ids_unpack(STR(""), &back, &n));
}

static void subscriptions_begin_and_end(void **state)
{
    (void)state;
    struct dci_job job = { .bearer = o.token, .correlation_id = STR("c1") };
    struct dci_fault f = { 0 };
    struct errs e = { .a = &o.w->a, .lang = EN };
    const char *body =
        envelope("subscribe", "http://127.0.0.1:9/x", "unsigned",
                 "{\"transaction_id\":\"t5\",\"subscribe_request\":[{\"reference_id\":\"r1\","
                 "\"timestamp\":\"" TIME "\",\"subscribe_criteria\":{\"reg_event_type\":\"REGISTER\","
                 "\"notify_record_type\":\"Member\"}}]}");
    assert_true(dci_message_read(str_of(body), "subscribe", &job.m, &f));
    json_t *on = dci_on_subscribe(&o.dci, &job, &o.w->a, &f, &e);
    assert_non_null(on);
    const json_t *list = json_object_get(json_object_get(on, "message"), "subscribe_response");
    struct str code =
        dci_text(json_array_get(json_object_get(json_array_get(list, 0), "subscriptions"), 0), "code");
    assert_true(dci_is_id(code));
    const char *end = envelope("unsubscribe", "http://127.0.0.1:9/x", "unsigned",
                               arena_printf(&o.w->a,
                                            "{\"transaction_id\":\"t6\",\"timestamp\":\"" TIME
                                            "\",\"subscription_codes\":[\"%.*s\"]}",
                                            (int)code.n, code.p));
    dci_message_free(&job.m);
    json_decref(on);
    assert_true(dci_message_read(str_of(end), "unsubscribe", &job.m, &f));
    json_t *off = dci_on_unsubscribe(&o.dci, &job, &o.w->a, &f, &e);
    assert_non_null(off);
    struct str text = dci_dump(off, &o.w->a);
    assert_true(str_has(text, STR("\"status\":\"unsubscribe\"")));
    dci_message_free(&job.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_finds_its_person_with_the_fields_on_the_list_only),
        cmocka_unit_test(a_group_is_the_household_with_its_members),
        cmocka_unit_test(who_lives_outside_the_clients_area_is_not_found),
        cmocka_unit_test(conditions_are_rules),
        cmocka_unit_test(of_members_each_one_is_asked),
        cmocka_unit_test(a_predicate_is_a_chain_of_comparisons),
        cmocka_unit_test(what_is_no_condition_is_refused_and_never_becomes_sql),
        cmocka_unit_test(pages_are_counted_from_one),
        cmocka_unit_test(without_a_token_of_the_client_nothing_is_said),
        cmocka_unit_test(envelopes_that_break_the_standard_are_refused),
        cmocka_unit_test(times_need_a_zone),
        cmocka_unit_test(a_signature_is_of_the_registered_key),
        cmocka_unit_test(every_answer_is_an_audit_row_that_names_nobody),
        cmocka_unit_test(the_status_of_a_request_can_be_asked),
        cmocka_unit_test(what_others_call_back_with_is_acknowledged),
        cmocka_unit_test(only_listed_hosts_are_called),
        cmocka_unit_test(addresses_inside_are_known),
        cmocka_unit_test(an_answer_for_later_is_acknowledged_and_brought_with_its_correlation),
        cmocka_unit_test(subscriptions_begin_and_end),
        cmocka_unit_test(what_waits_when_the_server_stops_is_brought_after_the_next_start),
        cmocka_unit_test(who_comes_while_the_server_is_down_is_told_when_it_is_up),
        cmocka_unit_test(what_cannot_be_brought_is_dropped_and_that_is_an_audit_row),
        cmocka_unit_test(ids_are_packed_and_come_back),
    };
    return cmocka_run_group_tests(tests, open_office, close_office);
}
