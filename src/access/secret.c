#include "access/secret.h"

#include <assert.h>
#include <sodium.h>

enum { SECRET_BYTES = 32, ROW_MAX = 1 << 22 };

struct str secret_new(struct arena *a)
{
    uint8_t raw[SECRET_BYTES];
    size_t size = sodium_base64_encoded_len(sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, size);
    randombytes_buf(raw, sizeof raw);
    sodium_bin2base64(text, size, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(raw, sizeof raw);
    return str_of(text);
}

struct str secret_hash(struct str secret, struct arena *a)
{
    uint8_t raw[crypto_generichash_BYTES];
    char *hex = arena_alloc(a, sizeof raw * 2 + 1);
    crypto_generichash(raw, sizeof raw, (const uint8_t *)(secret.p ? secret.p : ""), secret.n, NULL, 0);
    sodium_bin2hex(hex, sizeof raw * 2 + 1, raw, sizeof raw);
    return str_of(hex);
}

bool secret_same(struct str a, struct str b)
{
    return a.p && b.p && a.n == b.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}

struct bytes row_mac(const struct seal *s, const struct entity *en, const void *obj, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(ROW_MAX), cell = BUF(ROW_MAX);
    static const struct code_book none = { 0 };
    for (size_t i = 0; i + 1 < en->n; i++) {
        buf_clear(&cell);
        assert(en->cols[i].type != T_BYTES);
        col_print(&en->cols[i], obj, &cell, &none, EN);
        if (col_known(&en->cols[i], obj)) /* unknown is not the same as empty */
            buf_addf(&b, "%zu", cell.n);
        buf_addc(&b, ':');
        buf_add(&b, buf_str(&cell));
    }
    assert(!b.full);
    uint8_t *mac = arena_alloc(a, MAC_SIZE);
    seal_mac(s, en->table, buf_str(&b), mac);
    return (struct bytes){ mac, MAC_SIZE };
}

bool row_mac_holds(const struct seal *s, const struct entity *en, const void *obj, struct arena *a)
{
    const struct col *last = &en->cols[en->n - 1];
    const struct bytes *have = (const void *)((const char *)obj + last->off);
    struct bytes want = row_mac(s, en, obj, a);
    return have->n == want.n && sodium_memcmp(have->p, want.p, want.n) == 0;
}
