/* seal.h - the site key, and what is done with it: sealed columns, row hashes, the audit chain.
 *
 * Sealing is SIV-fashion (architecture §5): tag = first 16 bytes of HMAC-SM3(kind ‖ suite ‖ plain);
 * stored = tag ‖ key version ‖ SM4-CTR(plain, IV = tag).  Equal plain texts of one kind have equal
 * tags, so the tag is look-up key, uniqueness key, authenticator and IV at once.
 *
 * The key file (mode 0600, outside the database) is text:
 *     bangfu-site-key 1
 *     mac 1 <64 hex>      look-up keys; changes only by `key rekey`
 *     enc 1 <64 hex>      encryption; `key rotate` adds enc 2, …; all are kept for reading
 *     check 1 <64 hex>    row hashes and the audit chain; never changes */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "base/entity.h"

enum { SEAL_TAG = 16, SEAL_OVERHEAD = SEAL_TAG + 1, SEAL_PLAIN_MAX = 256, MAC_SIZE = 32 };
enum { SEAL_BYTES_MAX = 256 * 1024 }; /* of SEAL_DOCUMENT, which is bytes, not text */

struct seal; /* keys in memory; thread-safe for use, one owner */

/* Where the site key is looked for: `given`, else $BANGFU_KEY, else <file>.key beside an SQLite
 * database, else ~/.config/bangfu/site.key. */
const char *seal_key_path(const char *given, const char *db_url, struct arena *a);

struct seal *seal_create(const char *path, struct errs *e); /* writes a new key; fails if there is one */
struct seal *seal_load(const char *path, struct errs *e);
void seal_free(struct seal *s); /* wipes; NULL is fine */
static inline void seal_freep(struct seal **p)
{
    seal_free(*p);
}
/* Add an encryption key (rotate) to the file, by an atomic rename; the old file stays beside it as
 * <path>.old. */
bool seal_add_enc(struct seal *s, const char *path, struct errs *e);
/* A copy of s with a new look-up key (rekey), written to <path>.next; it is in force only once the database
 * is rewritten with it, and then seal_activate makes it the key file. */
struct seal *seal_rekeyed(const struct seal *s, const char *path, struct errs *e);
const char *seal_next_path(const char *path, struct arena *a);
bool seal_activate(const char *path, struct errs *e);
int seal_version(const struct seal *s); /* the encryption key in use */
/* A fingerprint of the key file's check key: tells whether a key belongs to a database. */
void seal_fingerprint(const struct seal *s, char out[33]);
/* Of the look-up key: tells whether a rekey that was cut short had come into force. */
void seal_mac_fingerprint(const struct seal *s, char out[33]);

/* out holds SEAL_OVERHEAD + n bytes, n ≤ seal_plain_max. */
static inline size_t seal_plain_max(enum seal_kind kind)
{
    return kind == SEAL_DOCUMENT ? SEAL_BYTES_MAX : SEAL_PLAIN_MAX;
}
void seal_put(const struct seal *s, enum seal_kind kind, struct str plain, uint8_t *out);
/* The same of many, in a quarter of the time: the plain texts and where each goes. */
struct sealing {
    struct str plain;
    uint8_t *out;
};
void seal_put_many(const struct seal *s, enum seal_kind kind, const struct sealing *x, size_t n);
void seal_key(const struct seal *s, enum seal_kind kind, struct str plain, uint8_t out[SEAL_TAG]);
/* The plain text, in a; false when the bytes were not sealed with this key or were changed. */
bool seal_get(const struct seal *s, enum seal_kind kind, struct bytes sealed, struct arena *a,
              struct str *plain);
int seal_version_of(struct bytes sealed);

/* --- what verify relies on ---------------------------------------------------------------- */

/* A 128-bit sum of keyed hashes; adding is commutative, so it does not depend on the rows' order. */
struct rowsum {
    uint64_t lo, hi;
};
static inline void rowsum_add(struct rowsum *s, struct rowsum x)
{
    s->lo += x.lo;
    s->hi += x.hi + (s->lo < x.lo);
}
static inline void rowsum_sub(struct rowsum *s, struct rowsum x)
{
    s->hi -= x.hi + (s->lo < x.lo);
    s->lo -= x.lo;
}
static inline bool rowsum_eq(struct rowsum a, struct rowsum b)
{
    return a.lo == b.lo && a.hi == b.hi;
}
struct rowsum rowsum_hash(const struct seal *s, struct str bytes); /* SipHash-2-4-128 */

/* HMAC-SM3 under the check key, for chains and single rows. */
void seal_mac(const struct seal *s, const char *purpose, struct str bytes, uint8_t out[MAC_SIZE]);

#endif
