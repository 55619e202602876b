#include "store/sm3.h"

#include <assert.h>
#include <endian.h>
#include <pthread.h>

static inline uint32_t word_at(const uint8_t *p)
{
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return be32toh(x);
}

static inline uint32_t turned(uint32_t x, unsigned bits)
{
    return x << (bits & 31) | x >> (-bits & 31);
}

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
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    for (int way = SM3_PLAIN; way < SM3_WAYS; way++)
        if (sm3_has((enum sm3_way)way))
            quickest = (enum sm3_way)way;
}

void sm3_blocks(uint32_t state[SM3_WORDS][SM3_AT_ONCE], uint8_t block[SM3_AT_ONCE][SM3_BLOCK])
{
    pthread_once(&once, choose);
    sm3_blocks_by(quickest, state, block);
}
