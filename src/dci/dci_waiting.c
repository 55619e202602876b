#include "dci/dci_waiting.h"

#include "access/secret.h"

#include <sodium.h>
#include <zlib.h>

static const struct col waiting_cols[] = {
    COL(dci_waiting, id, "编号", "Id", .flags = PKEY | SERVER),
    COL(dci_waiting, client_id, "接入系统", "Client", .flags = SERVER),
    COL(dci_waiting, subscription_id, "订阅", "Subscription", .flags = SERVER),
    COL(dci_waiting, action, "请求", "Action", .flags = SERVER, .max = 40),
    COL(dci_waiting, correlation_id, "关联号", "Correlation id", .flags = SERVER, .max = 99),
    COL(dci_waiting, sealed, "内容", "Content", .flags = SERVER),
    COL(dci_waiting, answer, "回答", "Answer", .flags = SERVER),
    COL(dci_waiting, tries, "次数", "Tries", .flags = SERVER),
    COL(dci_waiting, next_at, "下次时间", "Next try", .flags = SERVER),
    COL(dci_waiting, created_at, "时间", "Time", .flags = SERVER),
    COL(dci_waiting, mac, "校验", "MAC", .flags = SERVER),
};
const struct entity dci_waiting_entity = { .table = "dci_waiting",
                                           .label = { "待送回答", "Answers to be sent" },
                                           .class = TABLE_LOCAL,
                                           .cols = waiting_cols,
                                           .n = N_ELEMS(waiting_cols),
                                           .size = sizeof(struct dci_waiting),
                                           .own_check = true,
                                           .row_mac = true };

static const struct col seen_cols[] = {
    COL(dci_seen, county, "县代码", "County", .flags = PKEY | SERVER),
    COL(dci_seen, seq, "审计序号", "Audit row", .flags = SERVER),
    COL(dci_seen, households, "户", "Households", .flags = SERVER),
    COL(dci_seen, mac, "校验", "MAC", .flags = SERVER),
};
const struct entity dci_seen_entity = { .table = "dci_seen",
                                        .label = { "已告知订阅者的名册",
                                                   "The register as subscribers know it" },
                                        .class = TABLE_LOCAL,
                                        .cols = seen_cols,
                                        .n = N_ELEMS(seen_cols),
                                        .size = sizeof(struct dci_seen),
                                        .own_check = true,
                                        .row_mac = true };

/* --- text ------------------------------------------------------------------------------------ */

static struct str base64(const uint8_t *p, size_t n, struct arena *a)
{
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(a, size);
    sodium_bin2base64(text, size, p, n, sodium_base64_VARIANT_ORIGINAL);
    return str_of(text);
}

static bool base64_read(struct str text, struct arena *a, struct bytes *out)
{
    uint8_t *p = arena_alloc(a, text.n + 1);
    size_t n = 0;
    if (!text.p ||
        sodium_base642bin(p, text.n, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL))
        return false;
    *out = (struct bytes){ p, n };
    return true;
}

struct str dci_waiting_seal(const struct seal *s, struct str text, struct arena *a)
{
    if (text.n > SEAL_BYTES_MAX)
        return (struct str){ 0 };
    uint8_t *sealed = arena_alloc(a, SEAL_OVERHEAD + text.n);
    seal_put(s, SEAL_DOCUMENT, text, sealed);
    return base64(sealed, SEAL_OVERHEAD + text.n, a);
}

bool dci_waiting_text(const struct seal *s, struct str sealed, struct arena *a, struct str *text)
{
    struct bytes raw;
    return base64_read(sealed, a, &raw) && seal_get(s, SEAL_DOCUMENT, raw, a, text);
}

/* --- what waits ------------------------------------------------------------------------------ */

static bool has_room(struct tx *tx, bool notice, bool *room, struct errs *e)
{
    int64_t n = 0;
    bool ok =
        notice
            ? db_int(tx, SQL(STMT_LOCAL, "SELECT count(*) FROM dci_waiting WHERE subscription_id > 0"), &n, e)
            : db_int(tx, SQL(STMT_LOCAL, "SELECT count(*) FROM dci_waiting WHERE subscription_id = 0"), &n,
                     e);
    *room = n < (notice ? DCI_NOTICES_MAX : DCI_WAITING_MAX);
    return ok;
}

bool dci_waiting_add(struct tx *tx, struct dci_waiting *w, struct str text, bool *room, struct errs *e)
{
    const struct seal *s = store_seal(tx_store(tx));
    if (!has_room(tx, w->subscription_id != 0, room, e))
        return false;
    w->sealed = dci_waiting_seal(s, text, e->a);
    *room = *room && w->sealed.p;
    if (!*room)
        return true;
    if (!db_id(tx, &w->id, e))
        return false;
    w->mac = row_mac(s, &dci_waiting_entity, w, e->a);
    return db_insert(tx, &dci_waiting_entity, w, e);
}

enum found dci_waiting_due(struct tx *tx, struct instant now, struct dci_waiting *w, bool *any,
                           struct errs *e)
{
    enum found f = db_find(
        tx,
        SQL_OF(STMT_LOCAL, &dci_waiting_entity, "SELECT {*} FROM dci_waiting ORDER BY next_at, id LIMIT 1"),
        w, e);
    *any = f == FOUND;
    return f == FOUND && w->next_at.us > now.us ? NONE : f;
}

bool dci_waiting_put_off(struct tx *tx, struct dci_waiting *w, struct errs *e)
{
    struct dci_waiting old;
    enum found f = db_get(tx, &dci_waiting_entity, &old, e, V(w->id));
    if (f != FOUND)
        return f != FAILED;
    w->mac = row_mac(store_seal(tx_store(tx)), &dci_waiting_entity, w, e->a);
    return db_update(tx, &dci_waiting_entity, &old, w, e);
}

bool dci_waiting_end(struct tx *tx, const struct dci_waiting *w, struct errs *e)
{
    struct dci_waiting old;
    enum found f = db_get(tx, &dci_waiting_entity, &old, e, V(w->id));
    return f == FOUND ? db_delete(tx, &dci_waiting_entity, &old, e) : f != FAILED;
}

/* --- what was seen --------------------------------------------------------------------------- */

/* Differences in bytes of seven bits, compressed: ids come in rows. */
struct str dci_ids_pack(const int64_t *ids, size_t n, struct arena *a)
{
    uint8_t *raw = xmalloc(n * 9 + 1);
    size_t used = 0;
    int64_t last = 0;
    for (size_t i = 0; i < n; last = ids[i++]) {
        uint64_t d = (uint64_t)(ids[i] - last);
        for (; d > 127; d >>= 7)
            raw[used++] = (uint8_t)(d | 128);
        raw[used++] = (uint8_t)d;
    }
    uLongf size = compressBound(used);
    uint8_t *packed = xmalloc(size);
    compress2(packed, &size, raw, used, 6);
    struct str text = base64(packed, size, a);
    free(raw);
    free(packed);
    return str_of(arena_printf(a, "%zu %zu %s", n, used, text.p));
}

static bool unfold(const uint8_t *raw, size_t used, int64_t *ids, size_t n)
{
    size_t at = 0, i = 0;
    int64_t last = 0;
    for (; i < n && at < used; i++) {
        uint64_t d = 0;
        for (int shift = 0; at < used && shift < 63; shift += 7) {
            d |= (uint64_t)(raw[at] & 127) << shift;
            if (raw[at++] < 128)
                break;
        }
        ids[i] = last += (int64_t)d;
    }
    return i == n && at == used;
}

bool dci_ids_unpack(struct str packed, int64_t **ids, size_t *n)
{
    enum { IDS_MAX = 10000000 };
    struct arena a = { 0 };
    struct str count, size;
    struct bytes bytes;
    int64_t many = 0, used = 0;
    bool ok = str_split(&packed, ' ', &count) && str_split(&packed, ' ', &size) && str_int(count, &many) &&
              str_int(size, &used) && many >= 0 && many <= IDS_MAX && used >= 0 &&
              used <= IDS_MAX * INT64_C(9) && base64_read(packed, &a, &bytes);
    if (ok) {
        uLongf have = (uLongf)used;
        uint8_t *raw = xmalloc((size_t)used + 1);
        *n = (size_t)many;
        *ids = xmalloc((*n + 1) * sizeof **ids);
        ok = uncompress(raw, &have, bytes.p, bytes.n) == Z_OK && unfold(raw, have, *ids, *n);
        free(raw);
        if (!ok)
            free(*ids);
    }
    arena_free(&a);
    return ok;
}

bool dci_seen_put(struct tx *tx, struct dci_seen *s, struct errs *e)
{
    struct dci_seen old;
    enum found f = db_get(tx, &dci_seen_entity, &old, e, V(s->county));
    s->mac = row_mac(store_seal(tx_store(tx)), &dci_seen_entity, s, e->a);
    if (f == FAILED)
        return false;
    return f == FOUND ? db_update(tx, &dci_seen_entity, &old, s, e) : db_insert(tx, &dci_seen_entity, s, e);
}

bool dci_seen_all(struct tx *tx, struct list *out, struct errs *e)
{
    return db_list(
        tx, SQL_OF(STMT_LOCAL, &dci_seen_entity, "SELECT {*} FROM dci_seen ORDER BY county LIMIT 4096"), out,
        e->a, e);
}

bool dci_seen_forget(struct tx *tx, struct errs *e)
{
    struct list all;
    if (!dci_seen_all(tx, &all, e))
        return false;
    for (size_t i = 0; i < all.n; i++)
        if (!db_delete(tx, &dci_seen_entity, &((const struct dci_seen *)all.rows)[i], e))
            return false;
    return true;
}
