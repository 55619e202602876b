#include "access/backup.h"

#include "base/new_file.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <unistd.h>

enum {
    PIECE = 1 << 16,
    COST = 3, /* a third of a second and 128 MB, each time that somebody guesses */
    MEMORY_KIB = 128 << 10,
    COST_MAX = 16,
    MEMORY_KIB_MAX = 1 << 20,
    KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    SEAL = crypto_secretstream_xchacha20poly1305_ABYTES,
    CHECK = 16,
};

/* As it stands in the file. */
struct head {
    char magic[16];
    uint32_t cost, memory_kib; /* little-endian */
    uint8_t salt[crypto_pwhash_SALTBYTES];
    uint8_t check[CHECK];
    uint8_t stream[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    uint8_t sum[16];
};
static_assert(sizeof(struct head) == 96, "the head has no holes");
static const char magic[16] = { 'b', 'a', 'n', 'g', 'f', 'u', '-', 'b',
                                'a', 'c', 'k', 'u', 'p', ' ', '1', '\n' };

struct backup {
    int fd;
    const char *name; /* of the file, for messages */
    crypto_secretstream_xchacha20poly1305_state stream;
    int64_t bytes;
    bool part_over, over;
    size_t n; /* of plain that are to be written */
    uint8_t plain[PIECE], sealed[PIECE + SEAL];
};

void backup_close(struct backup *b)
{
    if (!b)
        return;
    sodium_memzero(b, sizeof *b);
    free(b);
}

int64_t backup_bytes(const struct backup *b)
{
    return b->bytes;
}

/* --- the head ----------------------------------------------------------------------------- */

/* Half of what comes of the passphrase is the key; the other half says whether it was the right one. */
static bool derive(const struct head *h, struct str passphrase, uint8_t key[KEY], uint8_t check[CHECK])
{
    uint8_t out[KEY + CHECK];
    if (sodium_init() < 0 ||
        crypto_pwhash(out, sizeof out, passphrase.p, passphrase.n, h->salt, le32toh(h->cost),
                      (size_t)le32toh(h->memory_kib) << 10, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return false;
    memcpy(key, out, KEY);
    memcpy(check, out + KEY, CHECK);
    sodium_memzero(out, sizeof out);
    return true;
}

static void sum_of(const struct head *h, uint8_t out[16])
{
    crypto_generichash(out, sizeof h->sum, (const uint8_t *)h, offsetof(struct head, sum), NULL, 0);
}

static bool cannot_write(const struct backup *b, struct errs *e)
{
    return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(b->name), A(strerror(errno)));
}

static bool put_bytes(struct backup *b, const void *p, size_t n, struct errs *e)
{
    b->bytes += (int64_t)n;
    return write_all(b->fd, (struct str){ p, n }) || cannot_write(b, e);
}

static bool passphrase_fits(struct str s, struct errs *e)
{
    return (s.n >= BACKUP_PASSPHRASE_MIN && s.n <= BACKUP_PASSPHRASE_MAX) ||
           fail(e, ERR_INVALID, NULL, MSG_BACKUP_SHORT, A((int)BACKUP_PASSPHRASE_MIN),
                A((int)BACKUP_PASSPHRASE_MAX));
}

struct backup *backup_begin(int fd, const char *name, struct str passphrase, struct errs *e)
{
    struct head h = { .cost = htole32(COST), .memory_kib = htole32(MEMORY_KIB) };
    uint8_t key[KEY];
    if (!passphrase_fits(passphrase, e))
        return NULL;
    struct backup *b = xcalloc(1, sizeof *b);
    b->fd = fd;
    b->name = name;
    memcpy(h.magic, magic, sizeof magic);
    randombytes_buf(h.salt, sizeof h.salt);
    bool ok = derive(&h, passphrase, key, h.check) || fail(e, ERR_UNAVAILABLE, NULL, MSG_PASSWORD_MEMORY);
    if (ok) {
        crypto_secretstream_xchacha20poly1305_init_push(&b->stream, h.stream, key);
        sum_of(&h, h.sum);
        ok = put_bytes(b, &h, sizeof h, e);
    }
    sodium_memzero(key, sizeof key);
    if (ok)
        return b;
    backup_close(b);
    return NULL;
}

/* --- writing ------------------------------------------------------------------------------ */

static bool push(struct backup *b, uint8_t tag, struct errs *e)
{
    uint32_t n = (uint32_t)b->n + SEAL, length = htole32(n);
    crypto_secretstream_xchacha20poly1305_push(&b->stream, b->sealed, NULL, b->plain, b->n,
                                               (const uint8_t *)&length, sizeof length, tag);
    b->n = 0;
    return put_bytes(b, &length, sizeof length, e) && put_bytes(b, b->sealed, n, e);
}

bool backup_put(struct backup *b, struct str bytes, struct errs *e)
{
    assert(!b->over);
    while (bytes.n) {
        if (b->n == PIECE && !push(b, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, e))
            return false;
        size_t n = PIECE - b->n < bytes.n ? PIECE - b->n : bytes.n;
        memcpy(b->plain + b->n, bytes.p, n);
        b->n += n;
        bytes = (struct str){ bytes.p + n, bytes.n - n };
    }
    return true;
}

bool backup_part_end(struct backup *b, bool last, struct errs *e)
{
    assert(!b->over);
    b->over = last;
    return push(b,
                last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                     : crypto_secretstream_xchacha20poly1305_TAG_PUSH,
                e);
}

/* --- reading ------------------------------------------------------------------------------ */

static bool is_damaged(const struct backup *b, struct errs *e)
{
    return fail(e, ERR_INVALID, NULL, MSG_BACKUP_DAMAGED, A(b->name), A(b->bytes));
}

/* Exactly n bytes; fewer: the file is cut off. */
static bool get_bytes(struct backup *b, void *p, size_t n, struct errs *e)
{
    for (size_t have = 0; have < n;) {
        ssize_t got = read(b->fd, (char *)p + have, n - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_READ, A(b->name), A(strerror(errno)));
        if (got == 0)
            return fail(e, ERR_INVALID, NULL, MSG_BACKUP_CUT, A(b->name));
        have += (size_t)got;
    }
    return true;
}

static bool head_holds(struct backup *b, const struct head *h, struct errs *e)
{
    uint8_t sum[16];
    if (memcmp(h->magic, magic, sizeof magic) != 0)
        return fail(e, ERR_INVALID, NULL, MSG_BACKUP_NOT, A(b->name));
    sum_of(h, sum);
    uint32_t cost = le32toh(h->cost), memory = le32toh(h->memory_kib);
    if (memcmp(sum, h->sum, sizeof sum) != 0 || cost < 1 || cost > COST_MAX || memory < 8 ||
        memory > MEMORY_KIB_MAX)
        return is_damaged(b, e);
    return true;
}

static bool read_head(struct backup *b, struct str passphrase, struct errs *e)
{
    struct head h = { 0 };
    uint8_t key[KEY], check[CHECK];
    struct errs quiet = { .a = e->a, .lang = e->lang };
    if (!get_bytes(b, &h, sizeof h, &quiet))
        return memcmp(h.magic, magic, sizeof magic) != 0
                   ? fail(e, ERR_INVALID, NULL, MSG_BACKUP_NOT, A(b->name))
                   : fail(e, ERR_INVALID, NULL, MSG_BACKUP_CUT, A(b->name));
    if (!head_holds(b, &h, e))
        return false;
    if (!derive(&h, passphrase, key, check))
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_PASSWORD_MEMORY);
    bool right = sodium_memcmp(check, h.check, CHECK) == 0;
    bool ok = right && crypto_secretstream_xchacha20poly1305_init_pull(&b->stream, h.stream, key) == 0;
    sodium_memzero(key, sizeof key);
    b->bytes = (int64_t)sizeof h;
    return ok || (right ? is_damaged(b, e) : fail(e, ERR_FORBIDDEN, NULL, MSG_BACKUP_WRONG));
}

struct backup *backup_open(int fd, const char *name, struct str passphrase, struct errs *e)
{
    if (!passphrase_fits(passphrase, e))
        return NULL;
    struct backup *b = xcalloc(1, sizeof *b);
    b->fd = fd;
    b->name = name;
    if (read_head(b, passphrase, e))
        return b;
    backup_close(b);
    return NULL;
}

bool backup_get(struct backup *b, struct str *piece, struct errs *e)
{
    uint32_t length, n;
    uint8_t tag;
    unsigned long long plain = 0;
    *piece = (struct str){ "", 0 };
    while (!plain) {
        if (b->part_over) {
            b->part_over = false;
            return true;
        }
        if (b->over)
            return is_damaged(b, e); /* another part is wanted, and there is none */
        if (!get_bytes(b, &length, sizeof length, e))
            return false;
        n = le32toh(length);
        if (n < SEAL || n > sizeof b->sealed)
            return is_damaged(b, e);
        if (!get_bytes(b, b->sealed, n, e))
            return false;
        if (crypto_secretstream_xchacha20poly1305_pull(&b->stream, b->plain, &plain, &tag, b->sealed, n,
                                                       (const uint8_t *)&length, sizeof length) != 0)
            return is_damaged(b, e);
        b->bytes += (int64_t)(sizeof length + n);
        b->over = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        b->part_over = tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    }
    *piece = (struct str){ (const char *)b->plain, (size_t)plain };
    return true;
}

bool backup_at_end(struct backup *b, struct errs *e)
{
    char more;
    ssize_t n = read(b->fd, &more, 1);
    return (b->over && !b->part_over && n == 0) || is_damaged(b, e);
}
