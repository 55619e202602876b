/* session_api.c - logging in and out, and what people change about their own account. */
#include "access/credential.h"
#include "access/secret.h"
#include "access/token.h"
#include "api/forms.h"
#include "api/tables.h"

#include <sodium.h>

/* --- forms -------------------------------------------------------------------------------- */

struct login_form {
    struct str login, password, code;
};
static const struct col login_cols[] = {
    COL(login_form, login, "登录名", "Login", .flags = REQUIRED, .max = 40),
    COL(login_form, password, "口令", "Password", .flags = REQUIRED, .max = PASSWORD_MAX),
    COL(login_form, code, "动态口令", "Code of the authenticator", .max = 6),
};
static const struct entity login_form = ENTITY(login_form, TABLE_LOCAL, "登录", "Log in", login_cols);

struct setup_form {
    struct str token, password;
};
static const struct col setup_cols[] = {
    COL(setup_form, token, "一次性链接", "One-time link", .flags = REQUIRED, .max = 64),
    COL(setup_form, password, "新口令", "New password", .flags = REQUIRED, .max = PASSWORD_MAX),
};
static const struct entity setup_form = ENTITY(setup_form, TABLE_LOCAL, "设置口令", "Set-up", setup_cols);

struct password_form {
    struct str old_password, password;
};
static const struct col password_cols[] = {
    COL(password_form, old_password, "现口令", "Present password", .flags = REQUIRED, .max = PASSWORD_MAX),
    COL(password_form, password, "新口令", "New password", .flags = REQUIRED, .max = PASSWORD_MAX),
};
static const struct entity password_form =
    ENTITY(password_form, TABLE_LOCAL, "更改口令", "Change of password", password_cols);

struct totp_form {
    struct str password, secret, code;
};
static const struct col totp_cols[] = {
    COL(totp_form, password, "口令", "Password", .flags = REQUIRED, .max = PASSWORD_MAX),
    COL(totp_form, secret, "密钥", "Secret", .flags = REQUIRED, .max = TOTP_BYTES * 2),
    COL(totp_form, code, "动态口令", "Code", .flags = REQUIRED, .max = 6),
};
static const struct entity totp_form = ENTITY(totp_form, TABLE_LOCAL, "动态口令", "Authenticator", totp_cols);

struct proof_form {
    struct str password;
};
static const struct col proof_cols[] = {
    COL(proof_form, password, "口令", "Password", .flags = REQUIRED, .max = PASSWORD_MAX),
};
static const struct entity proof_form = ENTITY(proof_form, TABLE_LOCAL, "口令", "Password", proof_cols);

struct session_path {
    struct str session;
};
static const struct col session_path_cols[] = {
    COL(session_path, session, "会话", "Session", .flags = REQUIRED, .min = 64, .max = 64),
};
static const struct entity session_path =
    ENTITY(session_path, TABLE_LOCAL, "会话", "Session", session_path_cols);

struct token_form {
    struct str name, scopes;
    int64_t days;
};
static const struct col token_cols[] = {
    COL(token_form, name, "用途", "Purpose", .flags = REQUIRED, .max = 60),
    COL(token_form, scopes, "权限", "Scopes", .flags = REQUIRED, .max = 400),
    COL(token_form, days, "有效天数", "Days", .flags = REQUIRED, .min = 1, .max = TOKEN_DAYS_MAX),
};
static const struct entity token_form = ENTITY(token_form, TABLE_LOCAL, "接口令牌", "API token", token_cols);

struct token_path {
    int64_t id;
};
static const struct col token_path_cols[] = {
    COL(token_path, id, "编号", "Id", .flags = REQUIRED, .min = 1, .max = INT64_C(1) << 53),
};
static const struct entity token_path =
    ENTITY(token_path, TABLE_LOCAL, "接口令牌", "API token", token_path_cols);

/* --- log in, log out ------------------------------------------------------------------------ */

static bool log_in(struct call *c, struct errs *e)
{
    const struct login_form *f = c->body;
    struct login in = { f->login, f->password, f->code, c->rq->address, "web" };
    struct logged_in out;
    bool ok = session_login(c->api->st, &in, &out, e);
    c->reply->retry_s = out.retry_s;
    if (!ok)
        return false;
    c->reply->cookie = out.token;
    put_object(&c->w);
    put_col(c, &app_user_entity, "login", &out.user, true);
    put_col(c, &app_user_entity, "name", &out.user, true);
    put_member_text(&c->w, "csrf", out.session.csrf);
    put_col(c, &session_entity, "expires_at", &out.session, true);
    put_object_end(&c->w);
    return true;
}

static bool end_sessions(struct call *c, const char *action, struct str which, struct errs *e)
{
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, action, c->who.login, e->a);
    put_done(c);
    return sessions_end(c->tx, c->who.user_id, which, e) && act_log(&act, 0, NULL, e);
}

static bool log_out(struct call *c, struct errs *e)
{
    c->reply->cookie = (struct str){ "", 0 };
    if (!c->session.token_hash.p) {
        put_done(c);
        return true;
    }
    return end_sessions(c, "session.close", c->session.token_hash, e);
}

/* --- me ----------------------------------------------------------------------------------- */

static bool show_me(struct call *c, struct errs *e)
{
    struct app_user u;
    struct list roles;
    if (db_get(c->tx, &app_user_entity, &u, e, V(c->who.user_id)) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_NEEDED);
    if (!db_list(c->tx,
                 SQL_OF(STMT_REF, &appointment_entity,
                        "SELECT {*} FROM appointment WHERE user_id = $1 ORDER BY id"),
                 &roles, e->a, e, V(u.id)))
        return false;
    put_object(&c->w);
    put_cols(c, &app_user_entity, &u, true);
    put_appointments(c, roles.rows, roles.n);
    put_key(&c->w, "permissions");
    put_list(&c->w);
    for (enum perm p = 1; p < PERM_COUNT; p++)
        if (actor_has(&c->who, p))
            put_cstr(&c->w, perm_info[p].code);
    put_list_end(&c->w);
    put_member_text(&c->w, "csrf", c->session.csrf);
    put_member_bool(&c->w, "demo", c->api->demo);
    put_object_end(&c->w);
    return true;
}

static bool list_sessions(struct call *c, struct errs *e)
{
    struct list all;
    if (!sessions_of(c->tx, c->who.user_id, c->now, &all, e))
        return false;
    const struct session *s = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        put_object(&c->w);
        put_member_text(&c->w, "session", s[i].token_hash);
        put_session(c, &s[i]);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool end_one_session(struct call *c, struct errs *e)
{
    const struct session_path *p = c->path;
    struct session s;
    enum found f = db_get(c->tx, &session_entity, &s, e, V(p->session));
    if (f != FOUND || s.user_id != c->who.user_id)
        return f != FAILED && fail(e, ERR_NOT_FOUND, "session", MSG_NO_SUCH_SESSION);
    return end_sessions(c, "session.end", p->session, e);
}

/* --- password and authenticator ------------------------------------------------------------ */

/* Of whoever is logged in: is it their password?  A guess counts as a failed log-in. */
static bool proven(struct call *c, struct str password, struct errs *e)
{
    struct login in = { c->who.login, password, { 0 }, c->rq->address, "web" };
    return session_prove(c->api->st, &in, e);
}

struct new_password {
    struct call *c;
    int64_t user_id;
    const struct actor *who;
    const char *hash;
    struct str setup; /* the link that was used; unknown: none */
};

static bool store_password(struct tx *tx, void *ctx, struct errs *e)
{
    const struct new_password *x = ctx;
    struct app_user u;
    CLEANUP(act_release) struct act act = { 0 };
    /* A link that somebody else has used meanwhile is used up. */
    if (x->setup.p && credential_of_setup(tx, x->setup, x->c->now, &u, e) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_NOT_FOUND, "token", MSG_SETUP_GONE);
    act_begin(&act, tx, x->who, "user.password", x->who->login, e->a);
    return credential_set_password(&act, x->user_id, x->hash, e) && act_end(&act, NULL, e);
}

static bool make_password(struct new_password *x, struct str password, struct errs *e)
{
    if (!password_fits(password, x->who->login, e))
        return false;
    x->hash = password_hash(password, e->a);
    if (!x->hash)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_PASSWORD_MEMORY);
    if (!store_run(x->c->api->st, TX_WRITE, 0, store_password, x, e))
        return false;
    put_done(x->c);
    return true;
}

static bool change_password(struct call *c, struct errs *e)
{
    const struct password_form *f = c->body;
    struct new_password x = { .c = c, .user_id = c->who.user_id, .who = &c->who };
    c->reply->cookie = (struct str){ "", 0 };
    return proven(c, f->old_password, e) && make_password(&x, f->password, e);
}

struct whose {
    struct str token;
    struct instant now;
    struct app_user user;
};

static bool find_whose(struct tx *tx, void *ctx, struct errs *e)
{
    struct whose *x = ctx;
    enum found f = credential_of_setup(tx, x->token, x->now, &x->user, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "token", MSG_SETUP_GONE));
}

static bool set_up(struct call *c, struct errs *e)
{
    const struct setup_form *f = c->body;
    struct whose w = { .token = f->token, .now = c->now };
    if (!store_run(c->api->st, TX_READ, 0, find_whose, &w, e))
        return false;
    struct actor who = { .user_id = w.user.id, .login = w.user.login, .source = "web" };
    struct new_password x = { .c = c, .user_id = w.user.id, .who = &who, .setup = f->token };
    return make_password(&x, f->password, e);
}

static bool offer_totp(struct call *c, struct errs *e)
{
    uint8_t secret[TOTP_BYTES];
    char hex[TOTP_BYTES * 2 + 1];
    (void)e;
    randombytes_buf(secret, sizeof secret);
    sodium_bin2hex(hex, sizeof hex, secret, sizeof secret);
    put_object(&c->w);
    put_member_cstr(&c->w, "secret", hex);
    put_member_text(&c->w, "uri", totp_uri(secret, c->who.login, c->a));
    put_object_end(&c->w);
    return true;
}

struct new_totp {
    struct call *c;
    const uint8_t *secret; /* NULL: none any more */
    int64_t step;          /* of the code that showed that the authenticator has it */
};

static bool store_totp(struct tx *tx, void *ctx, struct errs *e)
{
    const struct new_totp *x = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &x->c->who, x->secret ? "user.totp" : "user.totp.off", x->c->who.login, e->a);
    return credential_set_totp(&act, x->c->who.user_id, x->secret, e) &&
           (!x->secret || session_code_used(tx, x->c->who.login, x->step, e)) && act_end(&act, NULL, e);
}

static bool set_totp(struct call *c, struct errs *e)
{
    const struct totp_form *f = c->body;
    uint8_t secret[TOTP_BYTES];
    size_t n = 0;
    struct new_totp x = { .c = c, .secret = secret };
    if (sodium_hex2bin(secret, sizeof secret, f->secret.p, f->secret.n, NULL, &n, NULL) != 0 ||
        n != sizeof secret)
        return fail(e, ERR_INVALID, "secret", MSG_API_BAD_SECRET, A((int)TOTP_BYTES * 2));
    if (!totp_matches(secret, f->code, c->now, 0, &x.step))
        return fail(e, ERR_INVALID, "code", MSG_TOTP_WRONG);
    put_done(c);
    return proven(c, f->password, e) && store_run(c->api->st, TX_WRITE, 0, store_totp, &x, e);
}

static bool drop_totp(struct call *c, struct errs *e)
{
    const struct proof_form *f = c->body;
    struct new_totp x = { .c = c };
    put_done(c);
    return proven(c, f->password, e) && store_run(c->api->st, TX_WRITE, 0, store_totp, &x, e);
}

/* --- tokens ------------------------------------------------------------------------------- */

static bool list_tokens(struct call *c, struct errs *e)
{
    struct list all;
    if (!tokens_of(c->tx, c->who.user_id, &all, e))
        return false;
    const struct api_token *t = all.rows;
    static const char *const shown[] = { "id", "name", "scopes", "created_at", "expires_at", "revoked" };
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < all.n; i++) {
        put_object(&c->w);
        for (size_t k = 0; k < N_ELEMS(shown); k++)
            put_col(c, &api_token_entity, shown[k], &t[i], true);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool add_token(struct call *c, struct errs *e)
{
    const struct token_form *f = c->body;
    struct api_token t = { .name = f->name, .scopes = f->scopes };
    struct str secret;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "token.add", f->name, e->a);
    if (!token_add(&act, &t, f->days, &secret, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "id", t.id);
    put_member_text(&c->w, "token", secret);
    put_col(c, &api_token_entity, "expires_at", &t, true);
    put_object_end(&c->w);
    return true;
}

static bool revoke_token(struct call *c, struct errs *e)
{
    const struct token_path *p = c->path;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "token.revoke", c->who.login, e->a);
    put_done(c);
    return token_revoke(&act, c->who.user_id, p->id, e) && act_end(&act, NULL, e);
}

static const struct answer_part login_parts[] = {
    TEXT_PART("login"), TEXT_PART("name"), TEXT_PART("csrf"), TEXT_PART("expires_at"), { 0 }
};
static const struct answer_part me_parts[] = { { .name = "roles", .of = &appointment_entity, .list = true },
                                               LIST_PART("permissions", "string"),
                                               TEXT_PART("csrf"),
                                               BOOL_PART("demo"),
                                               { 0 } };
static const struct answer_part my_session_parts[] = { TEXT_PART("session"),    TEXT_PART("address"),
                                                       TEXT_PART("created_at"), TEXT_PART("seen_at"),
                                                       BOOL_PART("this"),       { 0 } };
static const struct answer_part totp_parts[] = { TEXT_PART("secret"), TEXT_PART("uri"), { 0 } };
static const struct answer_part token_parts[] = { { .name = "rows", .of = &api_token_entity, .list = true },
                                                  { 0 } };
static const struct answer_part new_token_parts[] = {
    NUMBER_PART("id"), TEXT_PART("token"), TEXT_PART("expires_at"), { 0 }
};
const struct answer_part done_parts[] = { BOOL_PART("done"), { 0 } };
static const struct route routes[] = {
    { .method = "POST",
      .pattern = "/api/v1/session",
      .tx = ROUTE_OWN,
      .flags = ROUTE_OPEN | ROUTE_SECRET,
      .body = &login_form,
      .run = log_in,
      .parts = login_parts,
      .doc = { "登录：得到会话和页面令牌（csrf）", "Log in: a session and the token that the page sends" },
      .sample = "{\"login\":\"chen\",\"password\":\"correct horse battery\"}" },
    { .method = "DELETE",
      .pattern = "/api/v1/session",
      .tx = ROUTE_WRITES,
      .flags = ROUTE_ANYBODY,
      .run = log_out,
      .parts = done_parts,
      .doc = { "退出登录", "Log out" } },
    { .method = "POST",
      .pattern = "/api/v1/setup",
      .tx = ROUTE_OWN,
      .flags = ROUTE_OPEN | ROUTE_SECRET,
      .body = &setup_form,
      .run = set_up,
      .parts = done_parts,
      .doc = { "用一次性链接设置口令", "Set a password by a one-time link" },
      .sample = "{\"token\":\"…\",\"password\":\"correct horse battery\"}" },
    { .method = "GET",
      .pattern = "/api/v1/me",
      .flags = ROUTE_ANYBODY,
      .run = show_me,
      .answer = &app_user_entity,
      .parts = me_parts,
      .doc = { "当前用户：角色、区划、权限", "Who is logged in: roles, regions, rights" } },
    { .method = "PUT",
      .pattern = "/api/v1/me/password",
      .tx = ROUTE_OWN,
      .flags = ROUTE_ANYBODY | ROUTE_SECRET,
      .body = &password_form,
      .run = change_password,
      .parts = done_parts,
      .doc = { "更改自己的口令，结束全部会话", "Change one's password; every session ends" },
      .sample = "{\"old_password\":\"correct horse battery\",\"password\":\"another long sentence\"}" },
    { .method = "GET",
      .pattern = "/api/v1/me/sessions",
      .flags = ROUTE_ANYBODY,
      .run = list_sessions,
      .list = true,
      .parts = my_session_parts,
      .doc = { "自己的会话", "One's sessions" } },
    { .method = "DELETE",
      .pattern = "/api/v1/me/sessions/{session}",
      .tx = ROUTE_WRITES,
      .flags = ROUTE_ANYBODY,
      .path = &session_path,
      .run = end_one_session,
      .parts = done_parts,
      .doc = { "结束自己的一个会话", "End one of one's sessions" } },
    { .method = "POST",
      .pattern = "/api/v1/me/totp",
      .tx = ROUTE_READS,
      .flags = ROUTE_ANYBODY | ROUTE_SECRET,
      .run = offer_totp,
      .parts = totp_parts,
      .doc = { "生成动态口令的密钥（确认之前不生效）",
               "A new secret for an authenticator; nothing changes yet" } },
    { .method = "PUT",
      .pattern = "/api/v1/me/totp",
      .tx = ROUTE_OWN,
      .flags = ROUTE_ANYBODY | ROUTE_SECRET,
      .body = &totp_form,
      .run = set_totp,
      .parts = done_parts,
      .doc = { "启用动态口令", "From now on log in with the authenticator, too" },
      .sample = "{\"password\":\"correct horse battery\",\"secret\":"
                "\"3132333435363738393031323334353637383930\",\"code\":\"123456\"}" },
    { .method = "DELETE",
      .pattern = "/api/v1/me/totp",
      .tx = ROUTE_OWN,
      .flags = ROUTE_ANYBODY | ROUTE_SECRET,
      .body = &proof_form,
      .run = drop_totp,
      .parts = done_parts,
      .doc = { "停用动态口令", "Log in without the authenticator again" },
      .sample = "{\"password\":\"correct horse battery\"}" },
    { .method = "GET",
      .pattern = "/api/v1/me/tokens",
      .flags = ROUTE_ANYBODY,
      .run = list_tokens,
      .parts = token_parts,
      .doc = { "自己的接口令牌", "One's API tokens" } },
    { .method = "POST",
      .pattern = "/api/v1/me/tokens",
      .tx = ROUTE_WRITES,
      .flags = ROUTE_ANYBODY | ROUTE_SECRET,
      .body = &token_form,
      .run = add_token,
      .parts = new_token_parts,
      .status = 201,
      .doc = { "建立接口令牌（只显示一次）", "Make an API token; it is shown once" },
      .sample = "{\"name\":\"nightly export\",\"scopes\":\"registry.read\",\"days\":30}" },
    { .method = "DELETE",
      .pattern = "/api/v1/me/tokens/{id}",
      .tx = ROUTE_WRITES,
      .flags = ROUTE_ANYBODY,
      .path = &token_path,
      .run = revoke_token,
      .parts = done_parts,
      .doc = { "撤销接口令牌", "Revoke an API token" } },
};
const struct route_table session_routes = { { "登录", "Session" }, routes, N_ELEMS(routes) };
