#include "store/sm.h"

#include <assert.h>
#include <endian.h>
#include <pthread.h>

static inline uint32_t word_at(const uint8_t *p)
{
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return be32toh(x);
}

static inline void put_word(uint8_t *p, uint32_t x)
{
    x = htobe32(x);
    memcpy(p, &x, sizeof x);
}

static inline uint32_t turned(uint32_t x, unsigned bits)
{
    return x << (bits & 31) | x >> (-bits & 31);
}

/* --- SM3 ------------------------------------------------------------------------------------ */

const uint32_t sm3_start[SM3_WORDS] = { 0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                                        0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e };

/* A word of each text. */
typedef uint32_t eight __attribute__((vector_size(SM3_AT_ONCE * sizeof(uint32_t))));

#define TURNED(x, bits) ((x) << (bits) | (x) >> (32 - (bits)))
#define P0(x)           ((x) ^ TURNED(x, 9) ^ TURNED(x, 17))
#define P1(x)           ((x) ^ TURNED(x, 15) ^ TURNED(x, 23))

enum { EXPANDED = 68, ROUNDS = 64, EARLY_ROUNDS = 16 };

static inline __attribute__((always_inline)) void expand(eight w[EXPANDED],
                                                         uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    for (size_t j = 0; j < 16; j++)
        for (size_t i = 0; i < SM3_AT_ONCE; i++)
            w[j][i] = word_at(&block[i][j * 4]);
    for (size_t j = 16; j < EXPANDED; j++) {
        eight x = w[j - 16] ^ w[j - 9] ^ TURNED(w[j - 3], 15);
        w[j] = P1(x) ^ TURNED(w[j - 13], 7) ^ w[j - 6];
    }
}

static inline __attribute__((always_inline)) void take(uint32_t state[SM3_WORDS][SM3_AT_ONCE],
                                                       uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    eight w[EXPANDED], s[SM3_WORDS];
    expand(w, block);
    memcpy(s, state, sizeof s);
    eight a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (size_t j = 0; j < ROUNDS; j++) {
        bool early = j < EARLY_ROUNDS;
        eight a12 = TURNED(a, 12);
        eight ss1 = a12 + e + turned(early ? 0x79cc4519 : 0x7a879d8a, (unsigned)j);
        ss1 = TURNED(ss1, 7);
        eight tt1 = (early ? a ^ b ^ c : (a & (b | c)) | (b & c)) + d + (ss1 ^ a12) + (w[j] ^ w[j + 4]);
        eight tt2 = (early ? e ^ f ^ g : (e & (f ^ g)) ^ g) + h + ss1 + w[j];
        d = c;
        c = TURNED(b, 9);
        b = a;
        a = tt1;
        h = g;
        g = TURNED(f, 19);
        f = e;
        e = P0(tt2);
    }
    eight after[SM3_WORDS] = { a, b, c, d, e, f, g, h };
    for (size_t i = 0; i < SM3_WORDS; i++)
        s[i] ^= after[i];
    memcpy(state, s, sizeof s);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void take_avx2(uint32_t state[SM3_WORDS][SM3_AT_ONCE],
                                                      uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    take(state, block);
}

__attribute__((target("avx2,avx512f,avx512vl"))) static void
take_avx512(uint32_t state[SM3_WORDS][SM3_AT_ONCE], uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    take(state, block);
}

bool sm3_has(enum sm3_way way)
{
    __builtin_cpu_init();
    switch (way) {
    case SM3_AVX2: return __builtin_cpu_supports("avx2") != 0;
    case SM3_AVX512:
        return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("avx512f") != 0 &&
               __builtin_cpu_supports("avx512vl") != 0;
    default: return way == SM3_PLAIN;
    }
}

void sm3_blocks_by(enum sm3_way way, uint32_t state[SM3_WORDS][SM3_AT_ONCE],
                   uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    assert(sm3_has(way));
    switch (way) {
    case SM3_AVX512: take_avx512(state, block); return;
    case SM3_AVX2: take_avx2(state, block); return;
    default: take(state, block); return;
    }
}
#else
bool sm3_has(enum sm3_way way)
{
    return way == SM3_PLAIN;
}

void sm3_blocks_by(enum sm3_way way, uint32_t state[SM3_WORDS][SM3_AT_ONCE],
                   uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    assert(sm3_has(way));
    take(state, block);
}
#endif

static enum sm3_way quickest;
static uint32_t substituted[256]; /* see below */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void prepare(void);

void sm3_blocks(uint32_t state[SM3_WORDS][SM3_AT_ONCE], uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    pthread_once(&once, prepare);
    sm3_blocks_by(quickest, state, block);
}

/* --- SM4 ------------------------------------------------------------------------------------ */

static const uint8_t substitute[256] = {
    0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2, 0x28, 0xfb, 0x2c, 0x05,
    0x2b, 0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3, 0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
    0x9c, 0x42, 0x50, 0xf4, 0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62,
    0xe4, 0xb3, 0x1c, 0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa, 0x75, 0x8f, 0x3f, 0xa6,
    0x47, 0x07, 0xa7, 0xfc, 0xf3, 0x73, 0x17, 0xba, 0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8,
    0x68, 0x6b, 0x81, 0xb2, 0x71, 0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35,
    0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58, 0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b, 0x01, 0x21, 0x78, 0x87,
    0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27, 0x52, 0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e,
    0xea, 0xbf, 0x8a, 0xd2, 0x40, 0xc7, 0x38, 0xb5, 0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1,
    0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad, 0x93, 0x32, 0x30, 0xf5, 0x8c, 0xb1, 0xe3,
    0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60, 0xc0, 0x29, 0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f,
    0xd5, 0xdb, 0x37, 0x45, 0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a, 0x72, 0x6d, 0x6c, 0x5b, 0x51,
    0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41, 0x1f, 0x10, 0x5a, 0xd8,
    0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd, 0x2d, 0x74, 0xd0, 0x12, 0xb8, 0xe5, 0xb4, 0xb0,
    0x89, 0x69, 0x97, 0x4a, 0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e, 0xc6, 0x84,
    0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e, 0xd7, 0xcb, 0x39, 0x48,
};

/* substituted[b]: what the first byte of a word comes to in a round; of the others it is turned. */
static void prepare(void)
{
    for (int way = SM3_PLAIN; way < SM3_WAYS; way++)
        if (sm3_has((enum sm3_way)way))
            quickest = (enum sm3_way)way;
    for (size_t b = 0; b < 256; b++) {
        uint32_t x = (uint32_t)substitute[b] << 24;
        substituted[b] = x ^ turned(x, 2) ^ turned(x, 10) ^ turned(x, 18) ^ turned(x, 24);
    }
}

static inline uint32_t mixed(uint32_t x)
{
    return substituted[x >> 24] ^ turned(substituted[x >> 16 & 255], 24) ^
           turned(substituted[x >> 8 & 255], 16) ^ turned(substituted[x & 255], 8);
}

void sm4_expand(struct sm4_key *k, const uint8_t key[SM4_KEY])
{
    static const uint32_t first[4] = { 0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc };
    uint32_t w[4];
    pthread_once(&once, prepare);
    for (size_t i = 0; i < 4; i++)
        w[i] = word_at(key + 4 * i) ^ first[i];
    for (size_t r = 0; r < N_ELEMS(k->round); r++) {
        uint32_t x = w[(r + 1) % 4] ^ w[(r + 2) % 4] ^ w[(r + 3) % 4], y = 0;
        for (size_t i = 0; i < 4; i++)
            x ^= (uint32_t)((4 * r + i) * 7 % 256) << (24 - 8 * i);
        for (unsigned shift = 0; shift < 32; shift += 8)
            y |= (uint32_t)substitute[x >> shift & 255] << shift;
        w[r % 4] ^= y ^ turned(y, 13) ^ turned(y, 23);
        k->round[r] = w[r % 4];
    }
}

/* So many as have their words in registers. */
enum { SM4_AT_ONCE = 4 };

static inline void mix(uint32_t to[SM4_AT_ONCE], const uint32_t x[SM4_AT_ONCE], const uint32_t y[SM4_AT_ONCE],
                       const uint32_t z[SM4_AT_ONCE], uint32_t key)
{
    for (size_t i = 0; i < SM4_AT_ONCE; i++)
        to[i] ^= mixed(x[i] ^ y[i] ^ z[i] ^ key);
}

static void encrypt(const struct sm4_key *k, uint8_t block[SM4_AT_ONCE][SM4_BLOCK])
{
    uint32_t a[SM4_AT_ONCE], b[SM4_AT_ONCE], c[SM4_AT_ONCE], d[SM4_AT_ONCE];
    for (size_t i = 0; i < SM4_AT_ONCE; i++) {
        a[i] = word_at(block[i]);
        b[i] = word_at(block[i] + 4);
        c[i] = word_at(block[i] + 8);
        d[i] = word_at(block[i] + 12);
    }
    for (size_t r = 0; r < N_ELEMS(k->round); r += 4) {
        mix(a, b, c, d, k->round[r]);
        mix(b, c, d, a, k->round[r + 1]);
        mix(c, d, a, b, k->round[r + 2]);
        mix(d, a, b, c, k->round[r + 3]);
    }
    for (size_t i = 0; i < SM4_AT_ONCE; i++) {
        put_word(block[i], d[i]);
        put_word(block[i] + 4, c[i]);
        put_word(block[i] + 8, b[i]);
        put_word(block[i] + 12, a[i]);
    }
}

void sm4_blocks(const struct sm4_key *k, uint8_t (*block)[SM4_BLOCK], size_t n)
{
    size_t whole = n / SM4_AT_ONCE * SM4_AT_ONCE;
    for (size_t at = 0; at < whole; at += SM4_AT_ONCE)
        encrypt(k, block + at);
    if (n == whole)
        return;
    uint8_t rest[SM4_AT_ONCE][SM4_BLOCK] = { 0 };
    memcpy(rest, block + whole, (n - whole) * SM4_BLOCK);
    encrypt(k, rest);
    memcpy(block + whole, rest, (n - whole) * SM4_BLOCK);
    explicit_bzero(rest, sizeof rest);
}
