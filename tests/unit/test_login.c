/* test_login.c - who gets in, who is kept out, and for how long (issue 8). */
#include "access/account.h"
#include "access/credential.h"
#include "access/secret.h"
#include "access/token.h"
#include "api/dispatch.h"
#include "api/seen.h"
#include "api/shelf.h"
#include "api/tables.h"
#include "base/clock.h"
#include "support/world.h"

#include <pthread.h>

static const char password[] = "a long sentence";
static int serial;

struct person_here {
    struct app_user user;
    const char *hash;
};

static bool put_person(struct act *act, void *ctx, struct errs *e)
{
    struct person_here *x = ctx;
    return account_add(act, &x->user, "county_clerk", (struct region_code){ 0 }, e) &&
           (!x->hash || credential_set_password(act, x->user.id, x->hash, e));
}

/* Somebody who has a password. */
static struct app_user somebody(struct world *w)
{
    static const char *hash;
    struct person_here x = { 0 };
    if (!hash)
        hash = strdup(password_hash(str_of(password), &w->a));
    x.hash = hash;
    x.user.login = str_of(arena_printf(&w->a, "user%d_%lld", ++serial, (long long)clock_now().us));
    x.user.name = STR("某人");
    world_act(w, 0, put_person, &x);
    return x.user;
}

static struct api_reply answer(struct world *w, struct api_request rq)
{
    static struct seen *seen; /* as a server has it: none of these may notice */
    if (!seen)
        seen = seen_open();
    static struct shelf *shelf;
    if (!shelf)
        shelf = shelf_open();
    struct api api = { .st = w->st, .codes = &w->codes, .seen = seen, .shelf = shelf };
    struct api_reply reply;
    rq.a = &w->a;
    rq.language = STR("en");
    rq.address = rq.address ? rq.address : "10.0.0.1";
    api_answer(&api, &rq, &reply);
    return reply;
}

static bool log_in(struct world *w, struct str login, const char *pass, const char *code, const char *from,
                   struct logged_in *out)
{
    struct login in = { login, str_of(pass), str_of(code), from, "web" };
    return session_login(w->st, &in, out, &w->e);
}

static void delays_grow_and_end_at_a_quarter_of_an_hour(void **state)
{
    (void)state;
    static const int want[] = { 0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900 };
    for (int i = 0; i < (int)N_ELEMS(want); i++)
        assert_int_equal(login_delay_s(i, FAILURES_FREE), want[i]);
    assert_int_equal(login_delay_s(INT64_MAX, FAILURES_FREE), 900);
}

static void codes_of_the_authenticator_are_those_of_rfc_6238(void **state)
{
    (void)state;
    static const uint8_t secret[] = "12345678901234567890";
    static const struct {
        int64_t at;
        int code;
    } cases[] = { { 59, 287082 },       { 1111111109, 81804 },  { 1111111111, 50471 },
                  { 1234567890, 5924 }, { 2000000000, 279037 }, { INT64_C(20000000000), 353130 } };
    for (size_t i = 0; i < N_ELEMS(cases); i++)
        assert_int_equal(totp_code(secret, cases[i].at / 30), cases[i].code);
    struct arena a = { 0 };
    assert_string_equal(totp_uri(secret, STR("chen"), &a).p,
                        "otpauth://totp/bangfu:chen?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=bangfu");
    arena_free(&a);
}

static void five_failures_lock_the_account_even_for_the_right_password_and_from_elsewhere(void **state)
{
    struct world *w = *state;
    struct app_user u = somebody(w);
    struct logged_in out;
    for (int i = 0; i < 5; i++) {
        assert_false(log_in(w, u.login, "wrong wrong wrong", NULL, "10.1.0.1", &out));
        assert_error(&w->e, ERR_UNKNOWN, MSG_LOGIN_WRONG);
    }
    assert_false(log_in(w, u.login, password, NULL, "10.1.0.2", &out));
    assert_error(&w->e, ERR_TOO_MANY, MSG_LOGIN_WAIT);
    assert_in_range(out.retry_s, 25, 30);
    struct app_user other = somebody(w);
    assert_ok(log_in(w, other.login, password, NULL, "10.1.0.1", &out), &w->e);
}

struct guess {
    struct world *w;
    struct str login;
    pthread_t thread;
    enum err_code code;
    char said[200];
};

static void *guess(void *arg)
{
    struct guess *g = arg;
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    struct login in = { g->login, STR("wrong wrong wrong"), { 0 }, "10.1.1.1", "web" };
    struct logged_in out;
    g->code = session_login(g->w->st, &in, &out, &e) ? ERR_INTERNAL : e.bad.first->code;
    snprintf(g->said, sizeof g->said, "%s", e.bad.first ? e.bad.first->text : "");
    arena_free(&a);
    return NULL;
}

static void twelve_guesses_at_once_are_not_more_than_five(void **state)
{
    struct guess g[12];
    struct app_user u = somebody(*state);
    int checked = 0, kept_out = 0;
    for (size_t i = 0; i < N_ELEMS(g); i++) {
        g[i] = (struct guess){ .w = *state, .login = u.login };
        assert_int_equal(pthread_create(&g[i].thread, NULL, guess, &g[i]), 0);
    }
    for (size_t i = 0; i < N_ELEMS(g); i++) {
        pthread_join(g[i].thread, NULL);
        checked += g[i].code == ERR_UNKNOWN;
        kept_out += g[i].code == ERR_TOO_MANY;
        if (g[i].code != ERR_UNKNOWN && g[i].code != ERR_TOO_MANY)
            print_error("guess %zu was answered: %s\n", i, g[i].said);
    }
    assert_int_equal(checked, 5);
    assert_int_equal(kept_out, 7);
}

static void an_account_that_does_not_exist_is_answered_like_one_that_does(void **state)
{
    struct world *w = *state;
    struct logged_in out;
    struct str nobody = str_of(arena_printf(&w->a, "nobody%lld", (long long)clock_now().us));
    for (int i = 0; i < 5; i++) {
        assert_false(log_in(w, nobody, password, NULL, "10.2.0.1", &out));
        assert_error(&w->e, ERR_UNKNOWN, MSG_LOGIN_WRONG);
    }
    assert_false(log_in(w, nobody, password, NULL, "10.2.0.2", &out));
    assert_error(&w->e, ERR_TOO_MANY, MSG_LOGIN_WAIT);
}

static struct api_reply get(struct world *w, const char *path, struct str cookie)
{
    return answer(w, (struct api_request){ .method = "GET", .path = str_of(path), .cookie = cookie });
}

static void a_session_lasts_until_its_owner_or_the_office_ends_it(void **state)
{
    struct world *w = *state;
    struct app_user u = somebody(w);
    struct logged_in a, b;
    assert_ok(log_in(w, u.login, password, NULL, "10.3.0.1", &a), &w->e);
    assert_ok(log_in(w, u.login, password, NULL, "10.3.0.1", &b), &w->e);
    assert_int_equal(get(w, "/api/v1/me", a.token).status, 200);
    assert_int_equal(get(w, "/api/v1/me", (struct str){ 0 }).status, 401);
    assert_int_equal(get(w, "/api/v1/me", STR("guessed")).status, 401);
    /* Without the page's token a session only reads: another site cannot know it. */
    struct api_request out = { .method = "DELETE", .path = STR("/api/v1/session"), .cookie = a.token };
    assert_int_equal(answer(w, out).status, 403);
    out.csrf = b.session.csrf;
    assert_int_equal(answer(w, out).status, 403);
    out.csrf = a.session.csrf;
    assert_int_equal(answer(w, out).status, 200);
    assert_int_equal(get(w, "/api/v1/me", a.token).status, 401);
    assert_int_equal(get(w, "/api/v1/me", b.token).status, 200);
    struct api_request remote = { .method = "DELETE", .as = &w->who };
    remote.path = str_of(arena_printf(&w->a, "/api/v1/users/%s/sessions", u.login.p));
    assert_int_equal(answer(w, remote).status, 200);
    assert_int_equal(get(w, "/api/v1/me", b.token).status, 401);
}

static bool move_house(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    struct household now = f->h;
    now.address = STR("新村第9组");
    return act_update(act, &household_entity, &f->h, &now, e);
}

static bool end_sessions(struct act *act, void *ctx, struct errs *e)
{
    const struct app_user *u = ctx;
    return sessions_end(act->tx, u->id, (struct str){ 0 }, e) && act_log(act, 0, NULL, e);
}

static void an_answer_that_is_kept_holds_as_long_as_nothing_changes_and_for_who_asked(void **state)
{
    struct world *w = *state;
    struct app_user u = somebody(w), v = somebody(w);
    struct family f = world_family(w, world_county(w));
    const char *path =
        arena_printf(&w->a, "/api/v1/households/%lld/%lld", (long long)f.h.county, (long long)f.h.id);
    struct logged_in a, b;
    assert_ok(log_in(w, u.login, password, NULL, "10.3.1.1", &a), &w->e);
    assert_ok(log_in(w, v.login, password, NULL, "10.3.1.2", &b), &w->e);
    struct api_reply first = get(w, path, a.token), again = get(w, path, a.token);
    assert_int_equal(first.status, 200);
    assert_int_equal(again.status, 200);
    assert_true(str_eq(first.body, again.body) && str_eq(first.etag, again.etag));
    struct api_request unchanged = {
        .method = "GET", .path = str_of(path), .cookie = a.token, .if_none_match = first.etag
    };
    assert_int_equal(answer(w, unchanged).status, 304);
    world_act(w, f.h.county, move_house, &f);
    struct api_reply moved = get(w, path, a.token);
    assert_true(str_has(moved.body, STR("新村第9组")));
    assert_false(str_eq(moved.etag, first.etag));
    assert_int_equal(answer(w, unchanged).status, 200);
    assert_int_equal(get(w, path, b.token).status, 200);
    assert_int_equal(get(w, path, (struct str){ 0 }).status, 401);
    world_act(w, 0, end_sessions, &u);
    assert_int_equal(get(w, path, a.token).status, 401);
    assert_int_equal(get(w, path, b.token).status, 200);
}

static bool prolong(struct tx *tx, void *ctx, struct errs *e)
{
    const struct session *s = ctx;
    struct session new = *s;
    new.expires_at.us += INT64_C(1000000);
    return db_update(tx, &session_entity, s, &new, e);
}

static bool end_all(struct tx *tx, void *ctx, struct errs *e)
{
    const struct app_user *u = ctx;
    return sessions_end(tx, u->id, (struct str){ 0 }, e);
}

static bool expire(struct tx *tx, void *ctx, struct errs *e)
{
    const struct session *s = ctx;
    struct session new = *s;
    new.seen_at.us -= INT64_C(1000000) * (SESSION_IDLE_S + 1);
    new.mac = row_mac(store_seal(tx_store(tx)), &session_entity, &new, e->a);
    return db_update(tx, &session_entity, s, &new, e);
}

static void a_session_row_that_was_tampered_with_or_idle_for_an_hour_is_over(void **state)
{
    struct world *w = *state;
    struct app_user u = somebody(w);
    struct logged_in a, b;
    assert_ok(log_in(w, u.login, password, NULL, "10.3.0.2", &a), &w->e);
    assert_ok(log_in(w, u.login, password, NULL, "10.3.0.2", &b), &w->e);
    assert_ok(store_run(w->st, TX_WRITE, 0, prolong, &a.session, &w->e), &w->e);
    assert_ok(store_run(w->st, TX_WRITE, 0, expire, &b.session, &w->e), &w->e);
    assert_int_equal(get(w, "/api/v1/me", a.token).status, 401);
    assert_int_equal(get(w, "/api/v1/me", b.token).status, 401);
    struct verify_report r = world_verify(w);
    assert_int_equal(r.findings, 1);
    assert_string_equal(r.first->table, "session");
    assert_ok(store_run(w->st, TX_WRITE, 0, end_all, &u, &w->e), &w->e);
    assert_verifies(w);
}

static void a_new_password_ends_every_session_and_needs_the_old_one(void **state)
{
    struct world *w = *state;
    struct app_user u = somebody(w);
    struct logged_in a;
    assert_ok(log_in(w, u.login, password, NULL, "10.3.0.3", &a), &w->e);
    struct api_request change = { .method = "PUT", .path = STR("/api/v1/me/password"), .cookie = a.token };
    change.csrf = a.session.csrf;
    change.body = STR("{\"old_password\":\"not this one\",\"password\":\"another sentence\"}");
    struct api_reply refused = answer(w, change);
    assert_int_equal(refused.status, 401);
    assert_null(refused.cookie.p); /* whoever mistypes stays logged in */
    change.body = STR("{\"old_password\":\"a long sentence\",\"password\":\"aaaaaaaaaaaaa\"}");
    assert_int_equal(answer(w, change).status, 400);
    change.body = STR("{\"old_password\":\"a long sentence\",\"password\":\"another sentence\"}");
    assert_int_equal(answer(w, change).status, 200);
    assert_int_equal(get(w, "/api/v1/me", a.token).status, 401);
    assert_false(log_in(w, u.login, password, NULL, "10.3.0.3", &a));
    assert_ok(log_in(w, u.login, "another sentence", NULL, "10.3.0.3", &a), &w->e);
}

static bool offer(struct act *act, void *ctx, struct errs *e)
{
    struct str *secret = ctx;
    struct app_user u;
    return user_by_login(act->tx, *secret, &u, e) == FOUND && credential_offer_setup(act, u.id, secret, e);
}

static void a_set_up_link_works_once(void **state)
{
    struct world *w = *state;
    struct person_here x = { .user = { .name = STR("新人") } };
    struct logged_in a;
    x.user.login = str_of(arena_printf(&w->a, "new%lld", (long long)clock_now().us));
    world_act(w, 0, put_person, &x);
    struct str secret = x.user.login;
    assert_false(log_in(w, x.user.login, "", NULL, "10.4.0.1", &a));
    world_act(w, 0, offer, &secret);
    secret = arena_str(&w->a, secret);
    struct api_request set = { .method = "POST", .path = STR("/api/v1/setup") };
    set.body = str_of(arena_printf(&w->a, "{\"token\":\"%s\",\"password\":\"a first sentence\"}", secret.p));
    assert_int_equal(answer(w, set).status, 200);
    assert_int_equal(answer(w, set).status, 404);
    assert_ok(log_in(w, x.user.login, "a first sentence", NULL, "10.4.0.1", &a), &w->e);
}

static void with_an_authenticator_the_password_alone_is_not_enough_and_a_code_works_once(void **state)
{
    struct world *w = *state;
    static const uint8_t secret[] = "12345678901234567890";
    struct app_user u = somebody(w);
    struct logged_in a;
    assert_ok(log_in(w, u.login, password, NULL, "10.5.0.1", &a), &w->e);
    struct api_request set = { .method = "PUT", .path = STR("/api/v1/me/totp"), .cookie = a.token };
    set.csrf = a.session.csrf;
    int code = totp_code(secret, clock_now().us / 1000000 / TOTP_STEP_S);
    static const char form[] =
        "{\"password\":\"%s\",\"secret\":\"3132333435363738393031323334353637383930\",\"code\":\"%06d\"}";
    set.body = str_of(arena_printf(&w->a, form, password, (code + 1) % 1000000));
    assert_int_equal(answer(w, set).status, 400);
    set.body = str_of(arena_printf(&w->a, form, password, code));
    assert_int_equal(answer(w, set).status, 200);
    assert_false(log_in(w, u.login, password, NULL, "10.5.0.1", &a));
    /* That code has shown that the authenticator is set up; the log-in takes the next. */
    const char *text = arena_printf(&w->a, "%06d", code);
    assert_false(log_in(w, u.login, password, text, "10.5.0.1", &a));
    text = arena_printf(&w->a, "%06d", totp_code(secret, clock_now().us / 1000000 / TOTP_STEP_S + 1));
    assert_ok(log_in(w, u.login, password, text, "10.5.0.1", &a), &w->e);
    assert_false(log_in(w, u.login, password, text, "10.5.0.1", &a));
}

static void a_token_has_no_more_rights_than_its_scopes_and_none_when_revoked(void **state)
{
    struct world *w = *state;
    struct app_user u = somebody(w);
    struct logged_in a;
    assert_ok(log_in(w, u.login, password, NULL, "10.6.0.1", &a), &w->e);
    struct api_request make = { .method = "POST", .path = STR("/api/v1/me/tokens"), .cookie = a.token };
    make.csrf = a.session.csrf;
    make.body = STR("{\"name\":\"export\",\"scopes\":\"keys\",\"days\":3}");
    assert_int_equal(answer(w, make).status, 403);
    make.body = STR("{\"name\":\"export\",\"scopes\":\"nonsense\",\"days\":3}");
    assert_int_equal(answer(w, make).status, 400);
    make.body = STR("{\"name\":\"export\",\"scopes\":\"registry.read\",\"days\":3}");
    struct api_reply made = answer(w, make);
    assert_int_equal(made.status, 201);
    json_t *j = json_loadb(made.body.p, made.body.n, 0, NULL);
    struct api_request use = { .method = "GET", .path = STR("/api/v1/households") };
    use.bearer = arena_str(&w->a, str_of(json_string_value(json_object_get(j, "token"))));
    long long id = (long long)json_integer_value(json_object_get(j, "id"));
    json_decref(j);
    assert_int_equal(answer(w, use).status, 200);
    use.path = STR("/api/v1/users");
    assert_int_equal(answer(w, use).status, 403);
    use.method = "POST";
    use.path = STR("/api/v1/me/tokens");
    use.body = make.body;
    assert_int_equal(answer(w, use).status, 403);
    struct api_request revoke = make;
    revoke.method = "DELETE";
    revoke.body = (struct str){ 0 };
    revoke.path = str_of(arena_printf(&w->a, "/api/v1/me/tokens/%lld", id));
    assert_int_equal(answer(w, revoke).status, 200);
    use.method = "GET";
    use.body = (struct str){ 0 };
    use.path = STR("/api/v1/households");
    assert_int_equal(answer(w, use).status, 401);
}

/* --- three administrators ----------------------------------------------------------------- */

struct trial {
    const char *as, *target, *role;
    bool add;
};

static bool try_appoint(struct tx *tx, void *ctx, struct errs *e)
{
    const struct trial *t = ctx;
    struct actor who;
    struct app_user u = { .login = str_of(t->target), .name = STR("某人") };
    CLEANUP(act_release) struct act act;
    if (!actor_open(tx, t->as, "test", &who, e))
        return false;
    act_begin(&act, tx, &who, "test", (struct str){ 0 }, e->a);
    return (t->add ? account_add(&act, &u, t->role, (struct region_code){ 0 }, e)
                   : account_appoint(&act, u.login, t->role, (struct region_code){ 0 }, e)) &&
           act_end(&act, NULL, e);
}

static bool tries(struct world *w, const char *as, const char *target, const char *role, bool add)
{
    struct trial t = { as, target, role, add };
    return store_run(w->st, TX_WRITE, 0, try_appoint, &t, &w->e);
}

struct opening {
    const char *login;
    struct actor *who;
};

static bool open_actor(struct tx *tx, void *ctx, struct errs *e)
{
    struct opening *o = ctx;
    return actor_open(tx, o->login, "web", o->who, e);
}

static void the_three_administrators_are_apart(void **state)
{
    struct world *w = *state;
    const char *sys = arena_printf(&w->a, "sys%lld", (long long)clock_now().us);
    const char *sec = arena_printf(&w->a, "sec%lld", (long long)clock_now().us);
    const char *aud = arena_printf(&w->a, "aud%lld", (long long)clock_now().us);
    const char *clerk = arena_printf(&w->a, "clerk%lld", (long long)clock_now().us);
    assert_ok(tries(w, "admin", sys, "system_admin", true), &w->e);
    assert_ok(tries(w, "admin", sec, "security_admin", true), &w->e);
    assert_ok(tries(w, "admin", aud, "audit_admin", true), &w->e);
    /* One keeps accounts, another hands out rights, nobody to themselves. */
    assert_false(tries(w, sys, clerk, "county_clerk", true));
    assert_ok(tries(w, sys, clerk, NULL, true), &w->e);
    assert_false(tries(w, sys, clerk, "county_clerk", false));
    assert_ok(tries(w, sec, clerk, "county_clerk", false), &w->e);
    assert_false(tries(w, sec, sec, "county_clerk", false));
    assert_false(tries(w, sec, sec, "audit_admin", false));
    assert_false(tries(w, sec, sys, "audit_admin", false));
    assert_error(&w->e, ERR_CONFLICT, MSG_ADMINS_APART);
    assert_false(tries(w, "admin", aud, "system_admin", false));
    static const struct {
        const char *path;
        int sys, sec, aud;
    } cases[] = {
        { "/api/v1/households", 403, 403, 403 },
        { "/api/v1/audit", 403, 403, 200 },
        { "/api/v1/users", 200, 200, 403 },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++)
        for (int k = 0; k < 3; k++) {
            struct actor *who = NEW(&w->a, struct actor);
            const char *logins[] = { sys, sec, aud };
            const int want[] = { cases[i].sys, cases[i].sec, cases[i].aud };
            struct api_request rq = { .method = "GET", .path = str_of(cases[i].path), .as = who };
            struct opening o = { logins[k], who };
            world_read(w, open_actor, &o);
            assert_int_equal(answer(w, rq).status, want[k]);
        }
}

static void all_of_this_verifies(void **state)
{
    assert_verifies((struct world *)*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_grow_and_end_at_a_quarter_of_an_hour),
        cmocka_unit_test(codes_of_the_authenticator_are_those_of_rfc_6238),
        cmocka_unit_test(five_failures_lock_the_account_even_for_the_right_password_and_from_elsewhere),
        cmocka_unit_test(twelve_guesses_at_once_are_not_more_than_five),
        cmocka_unit_test(an_account_that_does_not_exist_is_answered_like_one_that_does),
        cmocka_unit_test(a_session_lasts_until_its_owner_or_the_office_ends_it),
        cmocka_unit_test(an_answer_that_is_kept_holds_as_long_as_nothing_changes_and_for_who_asked),
        cmocka_unit_test(a_session_row_that_was_tampered_with_or_idle_for_an_hour_is_over),
        cmocka_unit_test(a_new_password_ends_every_session_and_needs_the_old_one),
        cmocka_unit_test(a_set_up_link_works_once),
        cmocka_unit_test(with_an_authenticator_the_password_alone_is_not_enough_and_a_code_works_once),
        cmocka_unit_test(a_token_has_no_more_rights_than_its_scopes_and_none_when_revoked),
        cmocka_unit_test(the_three_administrators_are_apart),
        cmocka_unit_test(all_of_this_verifies),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
