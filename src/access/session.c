#include "access/session.h"

#include "access/credential.h"
#include "access/secret.h"
#include "base/clock.h"

static const struct col session_cols[] = {
    COL(session, token_hash, "会话", "Session", .flags = PKEY | SERVER, .max = 64),
    COL(session, user_id, "用户", "Account", .flags = SERVER),
    COL(session, csrf, "防伪令牌", "Form token", .flags = SERVER, .max = 64),
    COL(session, address, "来自", "From", .flags = SERVER, .max = 64),
    COL(session, created_at, "登录时间", "Logged in at", .flags = SERVER),
    COL(session, seen_at, "最近使用", "Last seen", .flags = SERVER),
    COL(session, expires_at, "有效至", "Good until", .flags = SERVER),
    COL(session, mac, "校验", "MAC", .flags = SERVER),
};
const struct entity session_entity = { .table = "session",
                                       .label = { "会话", "Session" },
                                       .class = TABLE_LOCAL,
                                       .cols = session_cols,
                                       .n = N_ELEMS(session_cols),
                                       .size = sizeof(struct session),
                                       .own_check = true,
                                       .row_mac = true };

static const struct col guard_cols[] = {
    COL(login_guard, who, "对象", "Who", .flags = PKEY | SERVER, .max = 64),
    COL(login_guard, failures, "失败次数", "Failures", .flags = SERVER),
    COL(login_guard, until, "锁定至", "Locked until", .flags = SERVER),
    COL(login_guard, seen_at, "最近一次", "Last seen", .flags = SERVER),
    COL(login_guard, totp_step, "用过的动态口令", "Code used", .flags = SERVER),
    COL(login_guard, mac, "校验", "MAC", .flags = SERVER),
};
const struct entity login_guard_entity = { .table = "login_guard",
                                           .label = { "登录失败", "Failed log-ins" },
                                           .class = TABLE_LOCAL,
                                           .cols = guard_cols,
                                           .n = N_ELEMS(guard_cols),
                                           .size = sizeof(struct login_guard),
                                           .own_check = true,
                                           .row_mac = true };

/* --- failures ----------------------------------------------------------------------------- */

int login_delay_s(int64_t failures, int64_t free_of_charge)
{
    int64_t over = failures - free_of_charge;
    if (over < 0)
        return 0;
    return over > 5 ? DELAY_MAX_S : DELAY_FIRST_S << over < DELAY_MAX_S ? DELAY_FIRST_S << over : DELAY_MAX_S;
}

static struct str guard_name(const char *kind, struct str what, struct arena *a)
{
    return secret_hash(str_of(arena_printf(a, "%s %.*s", kind, (int)what.n, what.n ? what.p : "")), a);
}

static enum found guard_read(struct tx *tx, struct str who, struct instant now, struct login_guard *g,
                             struct errs *e)
{
    enum found f = db_get(tx, &login_guard_entity, g, e, V(who));
    if (f == NONE)
        *g = (struct login_guard){ .who = who };
    if (f == FOUND && now.us - g->seen_at.us > (int64_t)FAILURES_FORGOTTEN_S * 1000000)
        g->failures = 0;
    return f;
}

static bool guard_write(struct tx *tx, struct login_guard *g, struct errs *e)
{
    struct login_guard old;
    enum found f = db_get(tx, &login_guard_entity, &old, e, V(g->who));
    g->mac = row_mac(store_seal(tx_store(tx)), &login_guard_entity, g, e->a);
    return f == FOUND  ? db_update(tx, &login_guard_entity, &old, g, e)
           : f == NONE ? db_insert(tx, &login_guard_entity, g, e)
                       : false;
}

static bool count_attempt(struct tx *tx, struct str who, int64_t free_of_charge, struct instant now,
                          struct errs *e)
{
    struct login_guard g;
    if (guard_read(tx, who, now, &g, e) == FAILED)
        return false;
    g.failures++;
    g.seen_at = now;
    g.until.us = now.us + (int64_t)login_delay_s(g.failures, free_of_charge) * 1000000;
    return guard_write(tx, &g, e);
}

/* It was no failure; the account begins anew, the address loses the one. */
static bool uncount(struct tx *tx, struct str who, bool all, int64_t totp_step, struct instant now,
                    struct errs *e)
{
    struct login_guard g;
    if (guard_read(tx, who, now, &g, e) == FAILED)
        return false;
    g.failures = all || g.failures < 1 ? 0 : g.failures - 1;
    g.seen_at = now;
    g.until.us = 0;
    if (totp_step > g.totp_step)
        g.totp_step = totp_step;
    return guard_write(tx, &g, e);
}

/* What nobody has tried for a day is forgotten, some at a time. */
static bool forget_attempts(struct tx *tx, struct instant now, struct errs *e)
{
    struct list old;
    if (!db_list(tx,
                 SQL_OF(STMT_LOCAL, &login_guard_entity,
                        "SELECT {*} FROM login_guard WHERE seen_at < $1 ORDER BY seen_at, who LIMIT 100"),
                 &old, e->a, e, V(now.us - (int64_t)FAILURES_FORGOTTEN_S * 1000000)))
        return false;
    const struct login_guard *g = old.rows;
    for (size_t i = 0; i < old.n; i++)
        if (!db_delete(tx, &login_guard_entity, &g[i], e))
            return false;
    return true;
}

/* --- sessions ----------------------------------------------------------------------------- */

enum found session_find(struct tx *tx, struct str token, struct instant now, struct session *s,
                        struct errs *e)
{
    enum found f = db_get(tx, &session_entity, s, e, V(secret_hash(token, e->a)));
    if (f != FOUND)
        return f;
    bool over = s->expires_at.us <= now.us || now.us - s->seen_at.us > (int64_t)SESSION_IDLE_S * 1000000;
    return over || !row_mac_holds(store_seal(tx_store(tx)), &session_entity, s, e->a) ? NONE : FOUND;
}

bool session_is_stale(const struct session *s, struct instant now)
{
    return now.us - s->seen_at.us > (int64_t)SESSION_TOUCH_S * 1000000;
}

bool session_touch(struct tx *tx, const struct session *s, struct instant now, struct errs *e)
{
    struct session old, new;
    enum found f = db_get(tx, &session_entity, &old, e, V(s->token_hash));
    if (f != FOUND)
        return f == NONE;
    new = old;
    new.seen_at = now;
    new.mac = row_mac(store_seal(tx_store(tx)), &session_entity, &new, e->a);
    return db_update(tx, &session_entity, &old, &new, e);
}

bool sessions_of(struct tx *tx, int64_t user_id, struct instant now, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_LOCAL, &session_entity,
                          "SELECT {*} FROM session WHERE user_id = $1 AND expires_at > $2 "
                          "ORDER BY created_at, token_hash"),
                   out, e->a, e, V(user_id), V(now.us));
}

bool sessions_end(struct tx *tx, int64_t user_id, struct str token_hash, struct errs *e)
{
    struct list all;
    if (!sessions_of(tx, user_id, (struct instant){ 0 }, &all, e))
        return false;
    const struct session *s = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if ((!token_hash.p || str_eq(token_hash, s[i].token_hash)) &&
            !db_delete(tx, &session_entity, &s[i], e))
            return false;
    return true;
}

/* Sessions that are over, of anybody, and the oldest of somebody who has many. */
static bool sweep(struct tx *tx, int64_t user_id, struct instant now, struct errs *e)
{
    struct list old, mine;
    if (!db_list(tx,
                 SQL_OF(STMT_LOCAL, &session_entity,
                        "SELECT {*} FROM session WHERE expires_at <= $1 ORDER BY expires_at, token_hash "
                        "LIMIT 100"),
                 &old, e->a, e, V(now.us)) ||
        !sessions_of(tx, user_id, now, &mine, e))
        return false;
    const struct session *s = old.rows, *m = mine.rows;
    for (size_t i = 0; i < old.n; i++)
        if (!db_delete(tx, &session_entity, &s[i], e))
            return false;
    for (size_t i = 0; i + SESSIONS_PER_USER <= mine.n; i++)
        if (!db_delete(tx, &session_entity, &m[i], e))
            return false;
    return true;
}

/* --- logging in --------------------------------------------------------------------------- */

struct attempt {
    const struct login *in;
    struct logged_in *out;
    struct instant now;
    struct str account, address; /* names of their guards */
    struct credential credential;
    bool known;
    int64_t totp_step;
};

static int wait_s(const struct login_guard *g, struct instant now)
{
    return g->until.us > now.us ? (int)((g->until.us - now.us + 999999) / 1000000) : 0;
}

/* The attempt is counted before the password is checked, so that many at once are not each the first. */
static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct attempt *x = ctx;
    struct login_guard account, address;
    if (guard_read(tx, x->account, x->now, &account, e) == FAILED ||
        guard_read(tx, x->address, x->now, &address, e) == FAILED)
        return false;
    int a = wait_s(&account, x->now), b = wait_s(&address, x->now);
    x->out->retry_s = a > b ? a : b;
    x->totp_step = account.totp_step;
    if (x->out->retry_s)
        return fail(e, ERR_TOO_MANY, NULL, MSG_LOGIN_WAIT, A(x->out->retry_s));
    if (!forget_attempts(tx, x->now, e) || !count_attempt(tx, x->account, FAILURES_FREE, x->now, e) ||
        !count_attempt(tx, x->address, FAILURES_FREE_ADDRESS, x->now, e))
        return false;
    enum found f = user_by_login(tx, x->in->name, &x->out->user, e);
    if (f == FAILED)
        return false;
    x->known = f == FOUND && x->out->user.active;
    if (!x->known)
        return true;
    f = credential_get(tx, x->out->user.id, &x->credential, e);
    x->known = f == FOUND && x->credential.password.p;
    return f != FAILED;
}

static bool check(struct attempt *x, const struct seal *seal)
{
    uint8_t secret[TOTP_BYTES];
    bool right = password_matches(x->known ? x->credential.password.p : NULL, x->in->password);
    if (!right || !x->credential.totp.n)
        return right;
    return credential_totp(seal, &x->credential, secret) &&
           totp_matches(secret, x->in->code, x->now, x->totp_step, &x->totp_step);
}

/* Who tried is told only if there is such an account: people type passwords into the wrong field. */
static bool failed(struct tx *tx, void *ctx, struct errs *e)
{
    struct attempt *x = ctx;
    struct actor nobody = { .login = STR("-"), .source = x->in->source };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &nobody, "session.refused", x->known ? x->in->name : (struct str){ 0 }, e->a);
    return act_log(&act, 0, NULL, e);
}

static bool open_session(struct tx *tx, void *ctx, struct errs *e)
{
    struct attempt *x = ctx;
    struct session *s = &x->out->session;
    struct actor who = { .user_id = x->out->user.id, .login = x->out->user.login, .source = x->in->source };
    CLEANUP(act_release) struct act act = { 0 };
    struct credential still;
    /* The password may have been changed, or the code used, while this one was checked. */
    struct login_guard now;
    if (credential_get(tx, x->out->user.id, &still, e) != FOUND ||
        guard_read(tx, x->account, x->now, &now, e) == FAILED)
        return errs_any(e) ? false : fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_WRONG);
    if (!str_eq(still.password, x->credential.password) || (still.totp.n && now.totp_step >= x->totp_step))
        return fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_WRONG);
    x->out->token = secret_new(e->a);
    *s = (struct session){ .token_hash = secret_hash(x->out->token, e->a),
                           .user_id = x->out->user.id,
                           .csrf = secret_new(e->a),
                           .address = str_of(x->in->address),
                           .created_at = x->now,
                           .seen_at = x->now };
    s->expires_at.us = x->now.us + (int64_t)SESSION_HOURS * 3600 * 1000000;
    s->mac = row_mac(store_seal(tx_store(tx)), &session_entity, s, e->a);
    act_begin(&act, tx, &who, "session.open", x->out->user.login, e->a);
    return uncount(tx, x->account, true, x->totp_step, x->now, e) &&
           uncount(tx, x->address, false, 0, x->now, e) && sweep(tx, s->user_id, x->now, e) &&
           db_insert(tx, &session_entity, s, e) && act_log(&act, 0, NULL, e);
}

bool session_code_used(struct tx *tx, struct str login, int64_t totp_step, struct errs *e)
{
    struct instant now = clock_now();
    struct login_guard g;
    if (guard_read(tx, guard_name("account", login, e->a), now, &g, e) == FAILED)
        return false;
    g.totp_step = totp_step;
    g.seen_at = now;
    return guard_write(tx, &g, e);
}

static bool was_right(struct tx *tx, void *ctx, struct errs *e)
{
    const struct attempt *x = ctx;
    return uncount(tx, x->account, true, 0, x->now, e) && uncount(tx, x->address, false, 0, x->now, e);
}

bool session_prove(struct store *st, const struct login *in, struct errs *e)
{
    struct logged_in out = { 0 };
    struct attempt x = { .in = in, .out = &out, .now = clock_now() };
    x.account = guard_name("account", in->name, e->a);
    x.address = guard_name("address", str_of(in->address), e->a);
    if (!store_run(st, TX_WRITE, 0, look, &x, e))
        return false;
    if (password_matches(x.known ? x.credential.password.p : NULL, in->password))
        return store_run(st, TX_WRITE, 0, was_right, &x, e);
    return store_run(st, TX_WRITE, 0, failed, &x, e) && fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_WRONG);
}

bool session_login(struct store *st, const struct login *in, struct logged_in *out, struct errs *e)
{
    struct attempt x = { .in = in, .out = out, .now = clock_now() };
    *out = (struct logged_in){ 0 };
    x.account = guard_name("account", in->name, e->a);
    x.address = guard_name("address", str_of(in->address), e->a);
    if (!store_run(st, TX_WRITE, 0, look, &x, e))
        return false;
    if (check(&x, store_seal(st)))
        return store_run(st, TX_WRITE, 0, open_session, &x, e);
    return store_run(st, TX_WRITE, 0, failed, &x, e) && fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_WRONG);
}
