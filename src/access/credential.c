#include "access/credential.h"

#include "access/secret.h"
#include "access/session.h"

#include <assert.h>
#include <sodium.h>

static const struct col cols[] = {
    COL(credential, user_id, "用户", "Account", .flags = PKEY | SERVER),
    COL(credential, password, "口令", "Password", .flags = SERVER, .max = 200),
    COL(credential, changed_at, "更改时间", "Changed at", .flags = SERVER),
    COL(credential, setup_hash, "一次性链接", "One-time link", .flags = SERVER, .max = 64),
    COL(credential, setup_until, "链接有效至", "Link good until", .flags = SERVER),
    COL(credential, totp, "动态口令密钥", "Authenticator", .flags = SERVER),
};
const struct entity credential_entity = ENTITY(credential, TABLE_REFERENCE, "登录凭据", "Credential", cols);

enum found credential_get(struct tx *tx, int64_t user_id, struct credential *c, struct errs *e)
{
    return db_get(tx, &credential_entity, c, e, V(user_id));
}

bool credential_any(struct tx *tx, bool *any, struct errs *e)
{
    int64_t n;
    if (!db_int(tx, SQL(STMT_REF, "SELECT count(*) FROM credential WHERE password IS NOT NULL"), &n, e))
        return false;
    *any = n > 0;
    return true;
}

/* Not by act_update: what a credential was and is stays out of the change log. */
static bool save(struct act *act, enum found f, const struct credential *old, struct credential *new,
                 struct errs *e)
{
    new->changed_at = act->at;
    return f == FOUND ? db_update(act->tx, &credential_entity, old, new, e)
                      : db_insert(act->tx, &credential_entity, new, e);
}

bool credential_set_password(struct act *act, int64_t user_id, const char *hash, struct errs *e)
{
    struct credential old, new = { .user_id = user_id };
    enum found f = credential_get(act->tx, user_id, &old, e);
    if (f == FAILED)
        return false;
    if (f == FOUND)
        new = old;
    new.password = str_of(hash);
    new.setup_hash = (struct str){ 0 };
    new.setup_until = (struct instant){ 0 };
    return save(act, f, &old, &new, e) && sessions_end(act->tx, user_id, (struct str){ 0 }, e);
}

bool credential_offer_setup(struct act *act, int64_t user_id, struct str *secret, struct errs *e)
{
    struct credential old, new = { .user_id = user_id };
    enum found f = credential_get(act->tx, user_id, &old, e);
    if (f == FAILED)
        return false;
    if (f == FOUND)
        new = old;
    *secret = secret_new(e->a);
    new.setup_hash = secret_hash(*secret, e->a);
    new.setup_until.us = act->at.us + (int64_t)SETUP_LINK_HOURS * 3600 * 1000000;
    return save(act, f, &old, &new, e);
}

enum found credential_of_setup(struct tx *tx, struct str secret, struct instant now, struct app_user *u,
                               struct errs *e)
{
    struct credential c;
    enum found f =
        db_find(tx, SQL_OF(STMT_REF, &credential_entity, "SELECT {*} FROM credential WHERE setup_hash = $1"),
                &c, e, V(secret_hash(secret, e->a)));
    if (f != FOUND)
        return f;
    if (c.setup_until.us < now.us)
        return NONE;
    f = db_get(tx, &app_user_entity, u, e, V(c.user_id));
    return f == FOUND && !u->active ? NONE : f;
}

/* --- authenticator ------------------------------------------------------------------------ */

static void totp_key(const struct seal *s, uint8_t key[MAC_SIZE])
{
    static_assert(MAC_SIZE == crypto_secretbox_KEYBYTES, "the MAC is used as a key");
    seal_mac(s, "authenticator", STR("key of authenticators"), key);
}

bool credential_set_totp(struct act *act, int64_t user_id, const uint8_t secret[TOTP_BYTES], struct errs *e)
{
    uint8_t key[MAC_SIZE], out[crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TOTP_BYTES];
    struct credential old, new;
    if (credential_get(act->tx, user_id, &old, e) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_CONFLICT, NULL, MSG_TOTP_FIRST_PASSWORD);
    new = old;
    new.totp = (struct bytes){ 0 };
    if (secret) {
        totp_key(store_seal(tx_store(act->tx)), key);
        randombytes_buf(out, crypto_secretbox_NONCEBYTES);
        crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, secret, TOTP_BYTES, out, key);
        sodium_memzero(key, sizeof key);
        new.totp = (struct bytes){ out, sizeof out };
    }
    return save(act, FOUND, &old, &new, e);
}

bool credential_totp(const struct seal *s, const struct credential *c, uint8_t secret[TOTP_BYTES])
{
    uint8_t key[MAC_SIZE];
    if (c->totp.n != crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + TOTP_BYTES)
        return false;
    totp_key(s, key);
    bool ok = crypto_secretbox_open_easy(secret, c->totp.p + crypto_secretbox_NONCEBYTES,
                                         c->totp.n - crypto_secretbox_NONCEBYTES, c->totp.p, key) == 0;
    sodium_memzero(key, sizeof key);
    return ok;
}
