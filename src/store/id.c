/* id.c - ids unique over the installation, reserved in blocks from one counter row.
 *
 * On SQLite the block is reserved inside the write transaction that needs it (there is only one
 * writer), and given back in memory if that is undone; elsewhere by a connection of its own, so that
 * long transactions do not wait for each other.  The row carries its own MAC, because it changes
 * without an audit row. */
#include "store/id.h"

#include "store/internal.h"

#include <assert.h>

static const struct col id_block_cols[] = {
    COL(id_block, name, "名称", "Name", .flags = PKEY | REQUIRED, .max = 20),
    COL(id_block, next, "下一个", "Next", .flags = SERVER | REQUIRED),
    COL(id_block, mac, "校验", "MAC", .flags = SERVER | REQUIRED),
};
const struct entity id_block_entity = { .table = "id_block",
                                        .label = { "编号段", "Id blocks" },
                                        .class = TABLE_LOCAL,
                                        .cols = id_block_cols,
                                        .n = N_ELEMS(id_block_cols),
                                        .size = sizeof(struct id_block),
                                        .own_check = true };

static struct bytes mac_of(const struct seal *s, int64_t next, struct arena *a)
{
    uint8_t *mac = arena_alloc(a, MAC_SIZE);
    seal_mac(s, "id_block", str_of(arena_printf(a, "id %lld", (long long)next)), mac);
    return (struct bytes){ mac, MAC_SIZE };
}

bool id_block_valid(const struct seal *s, const struct id_block *b, struct arena *a)
{
    struct bytes want = mac_of(s, b->next, a);
    return str_eq(b->name, STR("id")) && b->mac.n == want.n && !memcmp(b->mac.p, want.p, want.n);
}

bool id_block_init(struct tx *tx, struct errs *e)
{
    struct id_block b = { .name = STR("id"), .next = 1, .mac = mac_of(tx->st->seal, 1, e->a) };
    return db_insert(tx, &id_block_entity, &b, e);
}

static bool reserve(struct tx *tx, struct id_pool *pool, struct errs *e)
{
    struct id_block b;
    if (db_get(tx, &id_block_entity, &b, e, V("id")) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_INTERNAL, NULL, MSG_ID_BLOCK);
    if (!id_block_valid(tx->st->seal, &b, e->a) || b.next > ID_MAX - ID_BLOCK)
        return fail(e, ERR_INTERNAL, NULL, MSG_ID_BLOCK);
    struct id_block grown = b;
    grown.next += ID_BLOCK;
    grown.mac = mac_of(tx->st->seal, grown.next, e->a);
    if (!db_update(tx, &id_block_entity, &b, &grown, e))
        return false;
    *pool = (struct id_pool){ b.next, grown.next };
    return true;
}

struct apart {
    struct id_pool pool;
};

static bool reserve_apart(struct tx *tx, void *ctx, struct errs *e)
{
    return reserve(tx, &((struct apart *)ctx)->pool, e);
}

bool db_id(struct tx *tx, int64_t *id, struct errs *e)
{
    assert(tx->mode == TX_WRITE);
    if (tx->ids->next == tx->ids->end) {
        struct apart got = { 0 };
        bool ok = tx->c->driver->ids_apart ? store_run_apart(tx->st, reserve_apart, &got, e)
                                           : reserve(tx, &got.pool, e);
        if (!ok)
            return false;
        *tx->ids = got.pool;
    }
    *id = tx->ids->next++;
    return true;
}

/* A block reserved since `before` in a transaction that is undone is not ours any more. */
void ids_undo(struct tx *tx, struct id_pool before)
{
    if (tx->ids && !tx->c->driver->ids_apart && tx->ids->end != before.end)
        *tx->ids = (struct id_pool){ 0 };
}
