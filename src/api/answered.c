#include "api/answered.h"

#include "access/secret.h"

enum { KEY_MIN = 8, KEY_MAX = 100, KEPT_DAYS = 30, FORGET_AT_ONCE = 50 };
#define DAY_US INT64_C(86400000000)

static const struct col cols[] = {
    COL(answered, county, "县", "County", .flags = PKEY | SERVER),
    COL(answered, user_id, "用户", "Account", .flags = PKEY | SERVER),
    COL(answered, request_key, "请求键", "Key", .flags = PKEY | SERVER, .max = KEY_MAX),
    COL(answered, request, "请求", "Request", .flags = SERVER, .max = 64),
    COL(answered, status, "状态码", "Status", .flags = SERVER),
    COL(answered, answer, "回答", "Answer", .flags = SERVER),
    COL(answered, at, "时间", "Time", .flags = SERVER),
    COL(answered, mac, "校验", "MAC", .flags = SERVER),
};
const struct entity answered_entity = { .table = "answered",
                                        .label = { "已答请求", "Answered requests" },
                                        .class = TABLE_COUNTY,
                                        .cols = cols,
                                        .n = N_ELEMS(cols),
                                        .size = sizeof(struct answered),
                                        .own_check = true,
                                        .row_mac = true };

static struct str request_hash(const struct call *c)
{
    const struct api_request *q = c->rq;
    return secret_hash(
        str_of(arena_printf(c->a, "%s %.*s?%.*s\n%.*s", q->method, (int)q->path.n, q->path.p, (int)q->query.n,
                            q->query.n ? q->query.p : "", (int)q->body.n, q->body.n ? q->body.p : "")),
        c->a);
}

enum found answered_before(struct call *c, int64_t county, struct errs *e)
{
    struct answered x;
    struct str key = c->rq->key;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] < '!' || key.p[i] > '~')
            key.n = 0;
    if (key.n < KEY_MIN || key.n > KEY_MAX)
        return fail(e, ERR_INVALID, "Idempotency-Key", MSG_API_KEY_FORM) ? FOUND : FAILED;
    enum found f = db_get(c->tx, &answered_entity, &x, e, V(county), V(c->who.user_id), V(key));
    if (f != FOUND)
        return f;
    if (!str_eq(x.request, request_hash(c)) ||
        !row_mac_holds(store_seal(tx_store(c->tx)), &answered_entity, &x, e->a))
        return fail(e, ERR_CONFLICT, "Idempotency-Key", MSG_API_KEY_USED) ? FOUND : FAILED;
    c->reply->status = (int)x.status;
    c->reply->body = x.answer.p ? x.answer : (struct str){ "", 0 };
    c->reply->replayed = true;
    return FOUND;
}

/* Nobody asks again after so long.  About every sixteenth new row takes some old ones of its user along, more
 * than have come since, so that none pile up and the others need not look. */
static bool takes_old_along(const struct answered *x)
{
    return x->mac.p[0] < 16;
}

static bool forget_old(struct call *c, int64_t county, struct errs *e)
{
    struct list old;
    int64_t before = c->now.us - (int64_t)KEPT_DAYS * DAY_US;
    if (!db_list(
            c->tx,
            SQL_OF(STMT_KEY, &answered_entity,
                   "SELECT {*} FROM answered WHERE county = $1 AND user_id = $2 AND at < $3 ORDER BY at, "
                   "request_key LIMIT $4"),
            &old, e->a, e, V(county), V(c->who.user_id), V(before), V((int64_t)FORGET_AT_ONCE)))
        return false;
    const struct answered *x = old.rows;
    for (size_t i = 0; i < old.n; i++)
        if (!db_delete(c->tx, &answered_entity, &x[i], e))
            return false;
    return true;
}

bool answered_keep(struct call *c, int64_t county, struct errs *e)
{
    struct answered x = { .county = county,
                          .user_id = c->who.user_id,
                          .request_key = c->rq->key,
                          .request = request_hash(c),
                          .status = c->reply->status,
                          .answer = c->reply->body.n ? c->reply->body : STR("{}"),
                          .at = c->now };
    x.mac = row_mac(store_seal(tx_store(c->tx)), &answered_entity, &x, e->a);
    return (!takes_old_along(&x) || forget_old(c, county, e)) && db_insert(c->tx, &answered_entity, &x, e);
}
