/* dci_client.c - who may ask, and what of. */
#include "access/account.h"
#include "access/secret.h"
#include "access/token.h"
#include "base/clock.h"
#include "dci/dci_parts.h"

#include <sodium.h>

// clang-format off
static const struct col client_cols[] = {
    COL(dci_client, id,            "内部编号",   "Id",           .flags = PKEY | SERVER | REQUIRED),
    COL(dci_client, sender_id,     "发送方编号", "Sender id",    .flags = REQUIRED | NATURAL, .min = 1, .max = 99),
    COL(dci_client, name,          "名称",       "Name",         .flags = REQUIRED, .min = 1, .max = 100),
    COL(dci_client, user_id,       "账户",       "Account",      .flags = SERVER | REQUIRED),
    COL(dci_client, fields,        "可提供的字段", "Fields",     .flags = REQUIRED, .max = 1000),
    COL(dci_client, hosts,         "可回调的主机", "Hosts",      .max = 1000),
    COL(dci_client, private_hosts, "内网主机",   "Private hosts", .max = 1000),
    COL(dci_client, public_key,    "公钥",       "Public key",   .max = 60),
    COL(dci_client, must_sign,     "必须签名",   "Must sign",    .flags = SERVER),
    COL(dci_client, created_at,    "登记时间",   "Added at",     .flags = SERVER),
    COL(dci_client, revoked,       "已停用",     "Revoked",      .flags = SERVER),
};
static const struct col transaction_cols[] = {
    COL(dci_transaction, id,             "内部编号", "Id",        .flags = PKEY | SERVER | REQUIRED),
    COL(dci_transaction, client_id,      "系统",     "Client",    .flags = SERVER | REQUIRED),
    COL(dci_transaction, transaction_id, "事务编号", "Transaction id", .flags = SERVER | REQUIRED, .max = 99),
    COL(dci_transaction, correlation_id, "关联编号", "Correlation id", .flags = SERVER | REQUIRED, .max = 99),
    COL(dci_transaction, action,         "动作",     "Action",    .flags = SERVER | REQUIRED, .max = 30),
    COL(dci_transaction, status,         "状态",     "Status",    .flags = SERVER | REQUIRED, .max = 10),
    COL(dci_transaction, found,          "记录数",   "Records",   .flags = SERVER),
    COL(dci_transaction, received_at,    "收到时间", "Received at", .flags = SERVER),
    COL(dci_transaction, done_at,        "完成时间", "Done at",   .flags = SERVER),
};
static const struct col subscription_cols[] = {
    COL(dci_subscription, id,           "内部编号", "Id",          .flags = PKEY | SERVER | REQUIRED),
    COL(dci_subscription, client_id,    "系统",     "Client",      .flags = SERVER | REQUIRED),
    COL(dci_subscription, code,         "订阅号",   "Code",        .flags = SERVER | REQUIRED, .max = 99),
    COL(dci_subscription, event,        "事件",     "Event",       .flags = SERVER | REQUIRED, .max = 30),
    COL(dci_subscription, record_type,  "记录类型", "Record type", .flags = SERVER | REQUIRED, .max = 30),
    COL(dci_subscription, reference_id, "参考号",   "Reference id", .flags = SERVER, .max = 99),
    COL(dci_subscription, sender_uri,   "通知地址", "Address",     .flags = SERVER | REQUIRED, .max = 500),
    COL(dci_subscription, created_at,   "订阅时间", "Subscribed at", .flags = SERVER),
    COL(dci_subscription, ended,        "已退订",   "Ended",       .flags = SERVER),
};
// clang-format on
const struct entity dci_client_entity =
    ENTITY(dci_client, TABLE_REFERENCE, "对接系统", "Client system", client_cols);
const struct entity dci_transaction_entity =
    ENTITY(dci_transaction, TABLE_REFERENCE, "对接请求", "Client request", transaction_cols);
const struct entity dci_subscription_entity =
    ENTITY(dci_subscription, TABLE_REFERENCE, "对接订阅", "Client subscription", subscription_cols);

static bool has_word(struct str list, struct str word)
{
    struct str one;
    while (str_split(&list, ' ', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

bool dci_may(const struct dci_client *c, const char *field)
{
    return has_word(c->fields, str_of(field));
}

/* --- keeping them ------------------------------------------------------------------------- */

static bool fields_known(struct str fields, struct errs *e)
{
    struct str one;
    CLEANUP(buf_release) struct buf b = BUF(2048);
    for (size_t i = 0; i < dci_fields_n; i++)
        buf_addf(&b, "%s%s", i ? " " : "", dci_fields[i].name);
    while (str_split(&fields, ' ', &one)) {
        if (one.n && !has_word(buf_str(&b), one))
            return fail(e, ERR_INVALID, "field", MSG_DCI_FIELD, A(one), A(buf_str(&b)));
    }
    return true;
}

static bool key_fits(struct str key, struct errs *e)
{
    uint8_t bytes[crypto_sign_PUBLICKEYBYTES];
    size_t n = 0;
    return !key.p ||
           (!sodium_base642bin(bytes, sizeof bytes, key.p, key.n, NULL, &n, NULL,
                               sodium_base64_VARIANT_ORIGINAL) &&
            n == sizeof bytes) ||
           fail(e, ERR_INVALID, "key", MSG_DCI_KEY);
}

static enum found client_by_sender(struct tx *tx, struct str sender_id, struct dci_client *c, struct errs *e)
{
    return db_find(tx,
                   SQL_OF(STMT_REF, &dci_client_entity, "SELECT {*} FROM dci_client WHERE sender_id = $1"), c,
                   e, V(sender_id));
}

/* A client sees what its account may: who registers or ends it manages that account, wherever it works. */
static bool may_speak_for(struct act *act, int64_t user_id, struct errs *e)
{
    struct app_user u = { 0 };
    return db_get(act->tx, &app_user_entity, &u, e, V(user_id)) == FOUND &&
           account_may_reset(act->tx, act->who, &u, false, e);
}

bool dci_client_add(struct act *act, struct dci_client *c, struct errs *e)
{
    struct dci_client old;
    if (!may_speak_for(act, c->user_id, e))
        return false;
    if (!dci_is_id(c->sender_id))
        return fail(e, ERR_INVALID, "sender", MSG_DCI_SENDER);
    if (!fields_known(c->fields, e) || !key_fits(c->public_key, e))
        return false;
    if (c->must_sign && !c->public_key.p)
        return fail(e, ERR_INVALID, "key", MSG_DCI_KEY);
    enum found f = client_by_sender(act->tx, c->sender_id, &old, e);
    if (f != NONE)
        return f == FOUND && fail(e, ERR_CONFLICT, "sender", MSG_DCI_TAKEN, A(c->sender_id));
    c->created_at = act->at;
    return db_id(act->tx, &c->id, e) && db_insert(act->tx, &dci_client_entity, c, e);
}

bool dci_client_revoke(struct act *act, struct str sender_id, struct errs *e)
{
    struct dci_client old;
    enum found f = client_by_sender(act->tx, sender_id, &old, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "sender", MSG_DCI_NONE, A(sender_id));
    struct dci_client now = old;
    if (!may_speak_for(act, old.user_id, e))
        return false;
    now.revoked = true;
    return act_update(act, &dci_client_entity, &old, &now, e);
}

bool dci_clients(struct tx *tx, struct list *out, struct errs *e)
{
    return db_list(
        tx, SQL_OF(STMT_REF, &dci_client_entity, "SELECT {*} FROM dci_client ORDER BY sender_id LIMIT 1000"),
        out, e->a, e);
}

/* --- letting them in ---------------------------------------------------------------------- */

/* `keyId="…",signature="…"`, or the signature alone. */
static struct str signature_of(struct str text)
{
    static const char mark[] = "signature=\"";
    for (size_t i = 0; i + sizeof mark - 1 < text.n; i++)
        if (!memcmp(text.p + i, mark, sizeof mark - 1)) {
            struct str rest = { text.p + i + sizeof mark - 1, text.n - i - (sizeof mark - 1) }, s;
            return str_split(&rest, '"', &s) ? s : (struct str){ 0 };
        }
    return text;
}

static bool is_signed_right(const struct dci_client *c, const struct dci_message *m, struct arena *a)
{
    uint8_t key[crypto_sign_PUBLICKEYBYTES], sig[crypto_sign_BYTES];
    size_t key_n = 0, sig_n = 0;
    struct str bytes = dci_signed_bytes(m, a), text = signature_of(m->signature);
    if (!c->public_key.p || !text.p)
        return false;
    return !sodium_base642bin(key, sizeof key, c->public_key.p, c->public_key.n, NULL, &key_n, NULL,
                              sodium_base64_VARIANT_ORIGINAL) &&
           key_n == sizeof key &&
           !sodium_base642bin(sig, sizeof sig, text.p, text.n, NULL, &sig_n, NULL,
                              sodium_base64_VARIANT_ORIGINAL) &&
           sig_n == sizeof sig && !crypto_sign_verify_detached(sig, (const uint8_t *)bytes.p, bytes.n, key);
}

static bool is_unsigned(struct str s)
{
    return !s.n || str_eq(s, STR("unsigned")) || str_eq(s, STR("unsigned-stub"));
}

bool dci_let_in(struct tx *tx, struct str bearer, const struct dci_message *m, struct actor *who,
                struct dci_client *c, struct arena *a, struct dci_fault *f, struct errs *e)
{
    enum found found = bearer.p ? token_actor(tx, bearer, clock_now(), who, e) : NONE;
    if (found == FAILED)
        return false;
    if (found == NONE)
        return dci_wrong(f, DCI_UNAUTHORIZED, 401, "a valid bearer token is needed");
    found = client_by_sender(tx, m->sender_id, c, e);
    if (found == FAILED)
        return false;
    if (found == NONE || c->revoked || c->user_id != who->user_id)
        return dci_wrong(f, DCI_FORBIDDEN, 403, "header.sender_id: no client of this token");
    if (!actor_has(who, PERM_REGISTRY_READ))
        return dci_wrong(f, DCI_FORBIDDEN, 403, "the token may not read the registry");
    if (is_unsigned(m->signature) ? c->must_sign : !is_signed_right(c, m, a))
        return dci_wrong(f, DCI_SIGNATURE, 401,
                         "the signature does not verify with the client's registered key");
    return true;
}
