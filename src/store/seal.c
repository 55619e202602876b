#include "store/seal.h"

#include "store/sm3.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET = 32, ENC_MAX = 64, SUITE = 1, SM4_BLOCK = 16, KEY_FILE_MAX = 16384 };

/* SM3 after one block of padded key, for one text and for many at once. */
struct hmac {
    EVP_MD_CTX *inner, *outer;
    uint32_t inner_state[SM3_WORDS], outer_state[SM3_WORDS];
};

struct seal {
    uint64_t serial; /* tells the per-thread contexts of two keys apart */
    uint8_t mac_secret[SECRET], check_secret[SECRET], enc_secret[ENC_MAX][SECRET];
    int mac_version, enc_n; /* enc_secret[i] is version i + 1 */
    struct hmac tag[SEAL_KINDS], check;
    uint8_t sip_key[crypto_shorthash_siphashx24_KEYBYTES];
};

static EVP_MD *sm3;
static EVP_CIPHER *sm4;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t worker_key;

static void fetch(void);
static void must(int ok)
{
    if (ok != 1)
        abort(); /* the library refuses an algorithm it has, or memory ran out */
}

/* --- HMAC-SM3 ----------------------------------------------------------------------------- */

/* Each state into all places. */
static void spread(uint32_t to[SM3_WORDS][SM3_AT_ONCE], const uint32_t state[SM3_WORDS])
{
    for (size_t w = 0; w < SM3_WORDS; w++)
        for (size_t i = 0; i < SM3_AT_ONCE; i++)
            to[w][i] = state[w];
}

static EVP_MD_CTX *padded(const uint8_t key[SECRET], uint8_t pad, uint32_t after[SM3_WORDS])
{
    uint8_t block[SM3_AT_ONCE][SM3_BLOCK] = { 0 };
    uint32_t state[SM3_WORDS][SM3_AT_ONCE];
    memset(block[0], pad, sizeof block[0]);
    for (int i = 0; i < SECRET; i++)
        block[0][i] ^= key[i];
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c != NULL);
    must(EVP_DigestInit_ex2(c, sm3, NULL));
    must(EVP_DigestUpdate(c, block[0], sizeof block[0]));
    spread(state, sm3_start);
    sm3_blocks(state, block);
    for (size_t w = 0; w < SM3_WORDS; w++)
        after[w] = state[w][0];
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(state, sizeof state);
    return c;
}

static struct hmac hmac_init(const uint8_t key[SECRET])
{
    struct hmac h;
    h.inner = padded(key, 0x36, h.inner_state);
    h.outer = padded(key, 0x5c, h.outer_state);
    return h;
}

static void hmac_release(struct hmac *h)
{
    EVP_MD_CTX_free(h->inner);
    EVP_MD_CTX_free(h->outer);
    OPENSSL_cleanse(h, sizeof *h);
}

struct part {
    const void *p;
    size_t n;
};

static void hmac(const struct hmac *h, EVP_MD_CTX *work, const struct part *parts, size_t n,
                 uint8_t out[MAC_SIZE])
{
    uint8_t digest[MAC_SIZE];
    must(EVP_MD_CTX_copy_ex(work, h->inner));
    for (size_t i = 0; i < n; i++)
        must(EVP_DigestUpdate(work, parts[i].p, parts[i].n));
    must(EVP_DigestFinal_ex(work, digest, NULL));
    must(EVP_MD_CTX_copy_ex(work, h->outer));
    must(EVP_DigestUpdate(work, digest, sizeof digest));
    must(EVP_DigestFinal_ex(work, out, NULL));
}

static void derive(const uint8_t secret[SECRET], const char *purpose, uint8_t out[SECRET])
{
    EVP_MD_CTX *work = EVP_MD_CTX_new();
    must(work != NULL);
    struct hmac h = hmac_init(secret);
    hmac(&h, work, &(struct part){ purpose, strlen(purpose) }, 1, out);
    hmac_release(&h);
    EVP_MD_CTX_free(work);
}

/* --- contexts of one thread: making them costs more than using them ----------------------- */

struct worker {
    uint64_t serial;
    EVP_MD_CTX *md;
    EVP_CIPHER_CTX *block[SEAL_KINDS];
    int version[SEAL_KINDS]; /* of the key that block[kind] was set up with; 0: none */
};

static void worker_free(void *p)
{
    struct worker *w = p;
    EVP_MD_CTX_free(w->md);
    for (int k = 0; k < SEAL_KINDS; k++)
        EVP_CIPHER_CTX_free(w->block[k]);
    OPENSSL_cleanse(w, sizeof *w);
    free(w);
}

static void fetch(void)
{
    sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
    sm4 = EVP_CIPHER_fetch(NULL, "SM4-ECB", NULL);
    must(sm3 != NULL && sm4 != NULL);
    must(pthread_key_create(&worker_key, worker_free) == 0);
    must(sodium_init() >= 0);
}

static struct worker *worker(const struct seal *s)
{
    struct worker *w = pthread_getspecific(worker_key);
    if (!w) {
        w = xcalloc(1, sizeof *w);
        w->md = EVP_MD_CTX_new();
        must(w->md != NULL);
        must(pthread_setspecific(worker_key, w) == 0);
    }
    if (w->serial != s->serial) {
        memset(w->version, 0, sizeof w->version);
        w->serial = s->serial;
    }
    return w;
}

static EVP_CIPHER_CTX *cipher(const struct seal *s, struct worker *w, enum seal_kind kind, int version)
{
    if (w->version[kind] == version)
        return w->block[kind];
    uint8_t key[SECRET];
    char purpose[32];
    snprintf(purpose, sizeof purpose, "encrypt kind %d", (int)kind);
    derive(s->enc_secret[version - 1], purpose, key);
    if (!w->block[kind])
        w->block[kind] = EVP_CIPHER_CTX_new();
    must(w->block[kind] != NULL);
    must(EVP_EncryptInit_ex2(w->block[kind], sm4, key, NULL, NULL));
    must(EVP_CIPHER_CTX_set_padding(w->block[kind], 0));
    OPENSSL_cleanse(key, sizeof key);
    w->version[kind] = version;
    return w->block[kind];
}

static void count_up(uint8_t counter[SM4_BLOCK])
{
    int i = SM4_BLOCK - 1;
    while (i >= 0 && ++counter[i] == 0)
        i--;
}

/* SM4 in counter mode.  The library's own takes as long to begin anew as to encrypt a number. */
static void sm4_ctr(EVP_CIPHER_CTX *c, const uint8_t iv[SM4_BLOCK], struct str in, uint8_t *out)
{
    enum { AT_ONCE = 4 * SM4_BLOCK };
    uint8_t counter[SM4_BLOCK], pad[AT_ONCE] = { 0 };
    memcpy(counter, iv, sizeof counter);
    for (size_t done = 0; done < in.n; done += AT_ONCE) {
        size_t left = in.n - done < AT_ONCE ? in.n - done : AT_ONCE;
        size_t blocks = (left + SM4_BLOCK - 1) / SM4_BLOCK;
        int n = 0;
        for (size_t i = 0; i < blocks; i++) {
            memcpy(pad + i * SM4_BLOCK, counter, SM4_BLOCK);
            count_up(counter);
        }
        must(EVP_EncryptUpdate(c, pad, &n, pad, (int)(blocks * SM4_BLOCK)));
        assert((size_t)n == blocks * SM4_BLOCK);
        for (size_t i = 0; i < left; i++)
            out[done + i] = (uint8_t)in.p[done + i] ^ pad[i];
    }
    OPENSSL_cleanse(pad, sizeof pad);
}

/* --- sealing ------------------------------------------------------------------------------ */

static void tag_of(const struct seal *s, struct worker *w, enum seal_kind kind, struct str plain,
                   uint8_t out[MAC_SIZE])
{
    uint8_t head[2] = { (uint8_t)kind, SUITE };
    struct part parts[] = { { head, sizeof head }, { plain.p, plain.n } };
    hmac(&s->tag[kind], w->md, parts, N_ELEMS(parts), out);
}

void seal_key(const struct seal *s, enum seal_kind kind, struct str plain, uint8_t out[SEAL_TAG])
{
    uint8_t mac[MAC_SIZE];
    tag_of(s, worker(s), kind, plain, mac);
    memcpy(out, mac, SEAL_TAG);
}

void seal_put(const struct seal *s, enum seal_kind kind, struct str plain, uint8_t *out)
{
    assert(kind > SEAL_NONE);
    assert(kind < SEAL_KINDS);
    assert(plain.n <= seal_plain_max(kind));
    uint8_t mac[MAC_SIZE];
    struct worker *w = worker(s);
    tag_of(s, w, kind, plain, mac);
    memcpy(out, mac, SEAL_TAG);
    out[SEAL_TAG] = (uint8_t)s->enc_n;
    sm4_ctr(cipher(s, w, kind, s->enc_n), mac, plain, out + SEAL_OVERHEAD);
}

/* --- many at once --------------------------------------------------------------------------- */

/* What follows the padded key in the block behind it: at most so much, or its length has no room. */
enum { LENGTH = 8, HEAD = 2, SHORT = SM3_BLOCK - 1 - LENGTH - HEAD };
enum { SHORT_BLOCKS = (SHORT + SM4_BLOCK - 1) / SM4_BLOCK };

static void end_block(uint8_t block[SM3_BLOCK], size_t n)
{
    uint64_t bits = htobe64((SM3_BLOCK + n) * 8);
    memset(block + n, 0, SM3_BLOCK - n);
    block[n] = 0x80;
    memcpy(block + SM3_BLOCK - LENGTH, &bits, LENGTH);
}

static void digest_at(uint32_t state[SM3_WORDS][SM3_AT_ONCE], size_t i, uint8_t out[MAC_SIZE])
{
    for (size_t w = 0; w < SM3_WORDS; w++) {
        uint32_t x = htobe32(state[w][i]);
        memcpy(out + w * sizeof x, &x, sizeof x);
    }
}

static void tags_of(const struct hmac *h, enum seal_kind kind, const struct sealing *x, size_t n)
{
    uint8_t block[SM3_AT_ONCE][SM3_BLOCK] = { 0 }, mac[MAC_SIZE];
    uint32_t state[SM3_WORDS][SM3_AT_ONCE];
    for (size_t i = 0; i < n; i++) {
        block[i][0] = (uint8_t)kind;
        block[i][1] = SUITE;
        if (x[i].plain.n)
            memcpy(block[i] + HEAD, x[i].plain.p, x[i].plain.n);
        end_block(block[i], HEAD + x[i].plain.n);
    }
    spread(state, h->inner_state);
    sm3_blocks(state, block);
    for (size_t i = 0; i < n; i++) {
        digest_at(state, i, block[i]);
        end_block(block[i], MAC_SIZE);
    }
    spread(state, h->outer_state);
    sm3_blocks(state, block);
    for (size_t i = 0; i < n; i++) {
        digest_at(state, i, mac);
        memcpy(x[i].out, mac, SEAL_TAG);
    }
    OPENSSL_cleanse(block, sizeof block);
}

static void hide(EVP_CIPHER_CTX *c, const struct sealing *x, size_t n)
{
    uint8_t pad[SM3_AT_ONCE * SHORT_BLOCKS][SM4_BLOCK];
    size_t blocks = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t counter[SM4_BLOCK];
        memcpy(counter, x[i].out, sizeof counter);
        for (size_t done = 0; done < x[i].plain.n; done += SM4_BLOCK) {
            memcpy(pad[blocks++], counter, SM4_BLOCK);
            count_up(counter);
        }
    }
    int len;
    must(EVP_EncryptUpdate(c, pad[0], &len, pad[0], (int)(blocks * SM4_BLOCK)));
    const uint8_t *from = pad[0];
    for (size_t i = 0; i < n; i++) {
        for (size_t at = 0; at < x[i].plain.n; at++)
            x[i].out[SEAL_OVERHEAD + at] = (uint8_t)x[i].plain.p[at] ^ from[at];
        from += (x[i].plain.n + SM4_BLOCK - 1) / SM4_BLOCK * SM4_BLOCK;
    }
    OPENSSL_cleanse(pad, sizeof pad);
}

void seal_put_many(const struct seal *s, enum seal_kind kind, const struct sealing *x, size_t n)
{
    struct sealing some[SM3_AT_ONCE];
    struct worker *w = worker(s);
    size_t some_n = 0;
    assert(kind > SEAL_NONE);
    assert(kind < SEAL_KINDS);
    EVP_CIPHER_CTX *c = cipher(s, w, kind, s->enc_n);
    for (size_t i = 0; i < n; i++) {
        if (x[i].plain.n <= SHORT)
            some[some_n++] = x[i];
        else
            seal_put(s, kind, x[i].plain, x[i].out);
        if (!some_n || (some_n < SM3_AT_ONCE && i + 1 < n))
            continue;
        tags_of(&s->tag[kind], kind, some, some_n);
        for (size_t k = 0; k < some_n; k++)
            some[k].out[SEAL_TAG] = (uint8_t)s->enc_n;
        hide(c, some, some_n);
        some_n = 0;
    }
}

bool seal_get(const struct seal *s, enum seal_kind kind, struct bytes sealed, struct arena *a,
              struct str *plain)
{
    if (sealed.n < SEAL_OVERHEAD || sealed.n > SEAL_OVERHEAD + seal_plain_max(kind))
        return false;
    int version = sealed.p[SEAL_TAG];
    if (version < 1 || version > s->enc_n)
        return false;
    size_t len = sealed.n - SEAL_OVERHEAD;
    char *out = arena_alloc(a, len + 1);
    struct worker *w = worker(s);
    struct str hidden = { (const char *)sealed.p + SEAL_OVERHEAD, len };
    sm4_ctr(cipher(s, w, kind, version), sealed.p, hidden, (uint8_t *)out);
    uint8_t mac[MAC_SIZE];
    tag_of(s, w, kind, (struct str){ out, len }, mac);
    if (CRYPTO_memcmp(mac, sealed.p, SEAL_TAG) != 0)
        return false;
    *plain = (struct str){ out, len };
    return true;
}

int seal_version_of(struct bytes sealed)
{
    return sealed.n >= SEAL_OVERHEAD ? sealed.p[SEAL_TAG] : 0;
}

int seal_version(const struct seal *s)
{
    return s->enc_n;
}

/* --- what verify relies on ---------------------------------------------------------------- */

struct rowsum rowsum_hash(const struct seal *s, struct str bytes)
{
    uint8_t out[crypto_shorthash_siphashx24_BYTES];
    struct rowsum sum = { 0 };
    crypto_shorthash_siphashx24(out, (const uint8_t *)bytes.p, bytes.n, s->sip_key);
    for (int i = 7; i >= 0; i--) {
        sum.lo = sum.lo << 8 | out[i];
        sum.hi = sum.hi << 8 | out[i + 8];
    }
    return sum;
}

void seal_mac(const struct seal *s, const char *purpose, struct str bytes, uint8_t out[MAC_SIZE])
{
    uint8_t zero = 0;
    struct part parts[] = { { purpose, strlen(purpose) }, { &zero, 1 }, { bytes.p, bytes.n } };
    hmac(&s->check, worker(s)->md, parts, N_ELEMS(parts), out);
}

static void print_fingerprint(const uint8_t mac[MAC_SIZE], char out[33])
{
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", mac[i]);
}

void seal_fingerprint(const struct seal *s, char out[33])
{
    uint8_t mac[MAC_SIZE];
    seal_mac(s, "fingerprint", (struct str){ "", 0 }, mac);
    print_fingerprint(mac, out);
}

void seal_mac_fingerprint(const struct seal *s, char out[33])
{
    uint8_t mac[MAC_SIZE];
    hmac(&s->tag[SEAL_ID_NUMBER], worker(s)->md, &(struct part){ "fingerprint", 11 }, 1, mac);
    print_fingerprint(mac, out);
}

/* --- the key file ------------------------------------------------------------------------- */

static void set_up(struct seal *s)
{
    static atomic_uint_least64_t serials;
    uint8_t key[SECRET];
    s->serial = atomic_fetch_add(&serials, 1) + 1;
    for (int k = 1; k < SEAL_KINDS; k++) {
        char purpose[32];
        snprintf(purpose, sizeof purpose, "look-up kind %d", k);
        derive(s->mac_secret, purpose, key);
        s->tag[k] = hmac_init(key);
    }
    derive(s->check_secret, "chain", key);
    s->check = hmac_init(key);
    derive(s->check_secret, "row hash", key);
    memcpy(s->sip_key, key, sizeof s->sip_key);
    OPENSSL_cleanse(key, sizeof key);
}

static void tear_down(struct seal *s)
{
    for (int k = 1; k < SEAL_KINDS; k++)
        hmac_release(&s->tag[k]);
    hmac_release(&s->check);
}

void seal_free(struct seal *s)
{
    if (!s)
        return;
    tear_down(s);
    OPENSSL_cleanse(s, sizeof *s);
    free(s);
}

static struct seal *seal_new(void)
{
    pthread_once(&once, fetch);
    return xcalloc(1, sizeof(struct seal));
}

static bool hex_read(struct str hex, uint8_t out[SECRET])
{
    if (hex.n != 2 * SECRET)
        return false;
    size_t n = 0;
    return sodium_hex2bin(out, SECRET, hex.p, hex.n, NULL, &n, NULL) == 0 && n == SECRET;
}

static bool read_line(struct seal *s, struct str line)
{
    struct str name, number;
    int64_t version;
    if (!str_split(&line, ' ', &name) || !str_split(&line, ' ', &number) || !str_int(number, &version))
        return false;
    if (str_eq(name, STR("mac")) && version >= 1 && version <= INT32_MAX) {
        s->mac_version = (int)version;
        return hex_read(line, s->mac_secret);
    }
    if (str_eq(name, STR("check")) && version == 1)
        return hex_read(line, s->check_secret);
    if (str_eq(name, STR("enc")) && version == s->enc_n + 1 && version <= ENC_MAX)
        return hex_read(line, s->enc_secret[s->enc_n++]);
    return false;
}

static bool parse(struct seal *s, struct str text)
{
    struct str line;
    unsigned seen = 0;
    if (!str_split(&text, '\n', &line) || !str_eq(line, STR("bangfu-site-key 1")))
        return false;
    while (str_split(&text, '\n', &line)) {
        if (!line.n)
            continue;
        if (!read_line(s, line))
            return false;
        seen |= line.p[0] == 'm' ? 1u : line.p[0] == 'c' ? 2u : 4u;
    }
    return seen == 7;
}

static void wipe_buf(struct buf *b)
{
    if (b->p)
        OPENSSL_cleanse(b->p, b->cap);
    buf_release(b);
}

static void add_secret(struct buf *b, const char *name, int version, const uint8_t secret[SECRET])
{
    char hex[2 * SECRET + 1];
    sodium_bin2hex(hex, sizeof hex, secret, SECRET);
    buf_addf(b, "%s %d %s\n", name, version, hex);
    OPENSSL_cleanse(hex, sizeof hex);
}

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool write_file(const char *path, struct str text)
{
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    for (size_t done = 0; done < text.n;) {
        ssize_t n = write(fd, text.p + done, text.n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

/* A key that is in use must not be lost with the folder's entry for it. */
static bool sync_folder(const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');
    const char *folder = !slash          ? "."
                         : slash == path ? "/"
                                         : arena_printf(a, "%.*s", (int)(slash - path), path);
    CLEANUP(closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0;
}

static bool replace(const char *fresh, const char *path, struct arena *a)
{
    const char *old = arena_printf(a, "%s.old", path);
    unlink(old);
    return link(path, old) == 0 && rename(fresh, path) == 0;
}

/* FIRST: never in the place of a key that is there.  NEXT: beside the key file, until it comes into force. */
enum place { FIRST, INSTEAD, NEXT };

/* The file appears whole or not at all: written beside its place, then moved there. */
static bool save(const struct seal *s, const char *path, enum place place, struct errs *e)
{
    CLEANUP(wipe_buf) struct buf b = BUF(KEY_FILE_MAX);
    buf_adds(&b, "bangfu-site-key 1\n");
    add_secret(&b, "mac", s->mac_version, s->mac_secret);
    for (int i = 0; i < s->enc_n; i++)
        add_secret(&b, "enc", i + 1, s->enc_secret[i]);
    add_secret(&b, "check", 1, s->check_secret);
    const char *fresh = arena_printf(e->a, "%s.%ld.new", path, (long)getpid());
    bool ok = write_file(fresh, buf_str(&b));
    switch (place) {
    case FIRST: ok = ok && link(fresh, path) == 0; break;
    case INSTEAD: ok = ok && replace(fresh, path, e->a); break;
    case NEXT: ok = ok && rename(fresh, seal_next_path(path, e->a)) == 0; break;
    }
    ok = ok && sync_folder(path, e->a);
    int why = errno;
    unlink(fresh);
    return ok || fail(e, ERR_INTERNAL, NULL, MSG_KEY_WRITE, A(path), A(strerror(why)));
}

struct seal *seal_create(const char *path, struct errs *e)
{
    struct seal *s = seal_new();
    must(RAND_bytes(s->mac_secret, SECRET));
    must(RAND_bytes(s->check_secret, SECRET));
    must(RAND_bytes(s->enc_secret[0], SECRET));
    s->mac_version = s->enc_n = 1;
    set_up(s);
    if (save(s, path, FIRST, e))
        return s;
    seal_free(s);
    return NULL;
}

struct seal *seal_load(const char *path, struct errs *e)
{
    CLEANUP(wipe_buf) struct buf b = BUF(KEY_FILE_MAX);
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char chunk[4096];
    if (fd < 0 || fstat(fd, &st) != 0) {
        fail(e, ERR_UNAVAILABLE, NULL, MSG_KEY_MISSING, A(path));
        return NULL;
    }
    if (st.st_mode & 077) {
        fail(e, ERR_UNAVAILABLE, NULL, MSG_KEY_OPEN, A(path));
        return NULL;
    }
    for (ssize_t n; (n = read(fd, chunk, sizeof chunk)) > 0;)
        buf_add(&b, (struct str){ chunk, (size_t)n });
    OPENSSL_cleanse(chunk, sizeof chunk);
    struct seal *s = seal_new();
    if (!b.full && parse(s, buf_str(&b))) {
        set_up(s);
        return s;
    }
    OPENSSL_cleanse(s, sizeof *s);
    free(s);
    fail(e, ERR_UNAVAILABLE, NULL, MSG_KEY_DAMAGED, A(path));
    return NULL;
}

bool seal_add_enc(struct seal *s, const char *path, struct errs *e)
{
    if (s->enc_n == ENC_MAX)
        return fail(e, ERR_CONFLICT, NULL, MSG_KEY_TOO_MANY, A(ENC_MAX));
    must(RAND_bytes(s->enc_secret[s->enc_n], SECRET));
    s->enc_n++;
    if (save(s, path, INSTEAD, e))
        return true;
    s->enc_n--;
    return false;
}

struct seal *seal_rekeyed(const struct seal *s, const char *path, struct errs *e)
{
    struct seal *next = seal_new();
    memcpy(next->check_secret, s->check_secret, SECRET);
    memcpy(next->enc_secret, s->enc_secret, sizeof next->enc_secret);
    next->enc_n = s->enc_n;
    next->mac_version = s->mac_version + 1;
    must(RAND_bytes(next->mac_secret, SECRET));
    set_up(next);
    if (save(next, path, NEXT, e))
        return next;
    seal_free(next);
    return NULL;
}

const char *seal_next_path(const char *path, struct arena *a)
{
    return arena_printf(a, "%s.next", path);
}

/* That there is no next one any more means that somebody else was quicker. */
bool seal_activate(const char *path, struct errs *e)
{
    const char *next = seal_next_path(path, e->a);
    if (access(next, F_OK) != 0 && errno == ENOENT)
        return true;
    if (replace(next, path, e->a) && sync_folder(path, e->a))
        return true;
    return fail(e, ERR_INTERNAL, NULL, MSG_KEY_WRITE, A(path), A(strerror(errno)));
}

const char *seal_key_path(const char *given, const char *db_url, struct arena *a)
{
    if (given)
        return given;
    const char *env = getenv("BANGFU_KEY");
    if (env && *env)
        return env;
    if (!str_has(str_of(db_url), STR("://")))
        return arena_printf(a, "%s.key", db_url);
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && *config)
        return arena_printf(a, "%s/bangfu/site.key", config);
    return arena_printf(a, "%s/.config/bangfu/site.key", home && *home ? home : "");
}
