#include "access/site.h"

static const struct col site_cols[] = {
    COL(site, name, "名称", "Name", .flags = PKEY | REQUIRED, .max = 40),
    COL(site, value, "值", "Value", .flags = REQUIRED, .max = 200),
};
const struct entity site_entity = ENTITY(site, TABLE_REFERENCE, "站点", "Site", site_cols);

static const struct col counter_cols[] = {
    COL(counter, county, "县", "County", .flags = PKEY | SERVER),
    COL(counter, name, "名称", "Name", .flags = PKEY | SERVER),
    COL(counter, next, "下一个", "Next", .flags = SERVER),
};
const struct entity counter_entity = ENTITY(counter, TABLE_COUNTY, "编号计数", "Counter", counter_cols);

enum found site_get(struct tx *tx, const char *name, struct str *value, struct errs *e)
{
    struct site s;
    enum found f = db_get(tx, &site_entity, &s, e, V(name));
    if (f == FOUND)
        *value = s.value;
    return f;
}

bool site_put(struct tx *tx, const char *name, struct str value, struct errs *e)
{
    struct site old, s = { str_of(name), value };
    enum found f = db_get(tx, &site_entity, &old, e, V(name));
    if (f == FOUND)
        return db_update(tx, &site_entity, &old, &s, e);
    return f == NONE && db_insert(tx, &site_entity, &s, e);
}

struct prints {
    struct str key, mac;
};

static bool read_prints(struct tx *tx, void *ctx, struct errs *e)
{
    struct prints *p = ctx;
    return site_get(tx, "key", &p->key, e) != FAILED && site_get(tx, "mac", &p->mac, e) != FAILED;
}

static bool fits(const struct seal *s, const struct prints *want)
{
    char key[33], mac[33];
    seal_fingerprint(s, key);
    seal_mac_fingerprint(s, mac);
    return str_eq(want->key, str_of(key)) && str_eq(want->mac, str_of(mac));
}

/* The database was rewritten with the next look-up key, but the key file was not exchanged any more. */
static bool finish_rekey(struct store *st, const char *key_path, const struct prints *want, struct errs *e)
{
    struct errs quiet = { .a = e->a, .lang = e->lang };
    CLEANUP(seal_freep) struct seal *next = seal_load(seal_next_path(key_path, e->a), &quiet);
    if (!next || !fits(next, want))
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_KEY_OLDER, A(key_path));
    store_use_seal(st, next);
    next = NULL;
    return seal_activate(key_path, e);
}

bool site_unlock(struct store *st, const char *key_path, bool doubtful, struct errs *e)
{
    struct prints want = { 0 };
    char have[33];
    struct seal *s = seal_load(key_path, e);
    if (!s)
        return false;
    store_use_seal(st, s);
    if (!store_run(st, TX_READ, 0, read_prints, &want, e))
        return false;
    if (fits(s, &want))
        return true;
    seal_fingerprint(s, have);
    bool ours = str_eq(want.key, str_of(have));
    if (ours && finish_rekey(st, key_path, &want, e))
        return true;
    if (!doubtful)
        return ours ? false : fail(e, ERR_UNAVAILABLE, NULL, MSG_KEY_OTHER, A(key_path));
    errs_clear(e);
    return true;
}

bool counter_next(struct tx *tx, int64_t county, const char *name, int64_t *number, struct errs *e)
{
    struct counter old, c = { county, str_of(name), 2 };
    enum found f = db_get(tx, &counter_entity, &old, e, V(county), V(name));
    if (f == FAILED)
        return false;
    *number = f == FOUND ? old.next : 1;
    c.next = *number + 1;
    return f == FOUND ? db_update(tx, &counter_entity, &old, &c, e) : db_insert(tx, &counter_entity, &c, e);
}
