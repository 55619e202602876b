#include "access/token.h"

#include "access/secret.h"

#include <assert.h>

static const struct col cols[] = {
    COL(api_token, id, "编号", "Id", .flags = PKEY | SERVER),
    COL(api_token, user_id, "用户", "Account", .flags = SERVER),
    COL(api_token, name, "用途", "Purpose", .flags = REQUIRED, .max = 60),
    COL(api_token, token_hash, "令牌", "Token", .flags = SERVER, .max = 64),
    COL(api_token, scopes, "权限", "Scopes", .flags = REQUIRED, .max = 400),
    COL(api_token, created_at, "建立时间", "Created at", .flags = SERVER),
    COL(api_token, expires_at, "有效至", "Good until", .flags = SERVER),
    COL(api_token, revoked, "已撤销", "Revoked", .flags = SERVER),
};
const struct entity api_token_entity = ENTITY(api_token, TABLE_REFERENCE, "接口令牌", "API token", cols);

static bool scopes_fit(const struct actor *who, struct str scopes, struct errs *e)
{
    struct str one;
    bool ok = true;
    while (str_split(&scopes, ' ', &one)) {
        enum perm p = perm_find(one);
        if (p == PERM_NONE)
            ok = fail(e, ERR_INVALID, "scopes", MSG_NO_SUCH_PERMISSION, A(one));
        else
            ok = actor_need(who, p, e) && ok;
    }
    return ok;
}

static bool make(struct act *act, const struct actor *owner, struct api_token *t, int64_t days,
                 struct str *secret, struct errs *e)
{
    if (days < 1 || days > TOKEN_DAYS_MAX)
        return fail(e, ERR_INVALID, "days", MSG_TOKEN_DAYS, A((int)TOKEN_DAYS_MAX));
    if (!scopes_fit(owner, t->scopes, e))
        return false;
    struct str random = secret_new(e->a);
    *secret = str_of(arena_printf(e->a, "bf_%.*s", (int)random.n, random.p));
    t->user_id = owner->user_id;
    t->token_hash = secret_hash(*secret, e->a);
    t->created_at = act->at;
    t->expires_at.us = act->at.us + days * 86400 * 1000000;
    t->revoked = false;
    return db_id(act->tx, &t->id, e) && db_insert(act->tx, &api_token_entity, t, e);
}

bool token_add(struct act *act, struct api_token *t, int64_t days, struct str *secret, struct errs *e)
{
    return make(act, act->who, t, days, secret, e);
}

bool token_add_for(struct act *act, const struct app_user *u, struct api_token *t, int64_t days,
                   struct str *secret, struct errs *e)
{
    struct actor owner;
    return actor_need(act->who, PERM_USERS, e) && actor_of(act->tx, u, "api", &owner, e) &&
           make(act, &owner, t, days, secret, e);
}

bool token_revoke(struct act *act, int64_t user_id, int64_t id, struct errs *e)
{
    struct api_token old, new;
    enum found f = db_get(act->tx, &api_token_entity, &old, e, V(id));
    if (f == FAILED)
        return false;
    if (f == NONE || old.user_id != user_id)
        return fail(e, ERR_NOT_FOUND, "id", MSG_NO_SUCH_TOKEN);
    new = old;
    new.revoked = true;
    return act_update(act, &api_token_entity, &old, &new, e);
}

bool tokens_of(struct tx *tx, int64_t user_id, struct list *out, struct errs *e)
{
    return db_list(
        tx, SQL_OF(STMT_REF, &api_token_entity, "SELECT {*} FROM api_token WHERE user_id = $1 ORDER BY id"),
        out, e->a, e, V(user_id));
}

enum found token_actor(struct tx *tx, struct str secret, struct instant now, struct actor *who,
                       struct errs *e)
{
    struct api_token t;
    struct app_user u;
    enum found f =
        db_find(tx, SQL_OF(STMT_REF, &api_token_entity, "SELECT {*} FROM api_token WHERE token_hash = $1"),
                &t, e, V(secret_hash(secret, e->a)));
    if (f != FOUND || t.revoked || t.expires_at.us <= now.us)
        return f == FAILED ? FAILED : NONE;
    f = db_get(tx, &app_user_entity, &u, e, V(t.user_id));
    if (f != FOUND || !u.active)
        return f == FAILED ? FAILED : NONE;
    if (!actor_of(tx, &u, "api", who, e))
        return FAILED;
    actor_narrow(who, perms_read(t.scopes), e->a);
    return FOUND;
}
