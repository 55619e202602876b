/* sm.h - SM3 and SM4 (GB/T 32905, GB/T 32907) for many short texts at once.
 *
 * In both each step waits for the one before, so that a text alone leaves the processor waiting; here some
 * that have nothing to do with one another take their steps together.  What is alone goes through libcrypto
 * (seal.c), which gives the same bytes. */
#ifndef STORE_SM_H
#define STORE_SM_H

#include "base/base.h"

enum { SM3_WORDS = 8, SM3_BLOCK = 64, SM4_BLOCK = 16, SM4_KEY = 16, SM3_AT_ONCE = 8 /* texts */ };

/* The state after no block at all. */
extern const uint32_t sm3_start[SM3_WORDS];
/* Takes one block into each of eight states: state[word][text]. */
void sm3_blocks(uint32_t state[SM3_WORDS][SM3_AT_ONCE], uint8_t block[SM3_AT_ONCE][SM3_BLOCK]);

/* The ways to do that; the quickest that the processor has is taken. */
enum sm3_way { SM3_PLAIN, SM3_AVX2, SM3_AVX512, SM3_WAYS };
bool sm3_has(enum sm3_way way);
void sm3_blocks_by(enum sm3_way way, uint32_t state[SM3_WORDS][SM3_AT_ONCE],
                   uint8_t block[SM3_AT_ONCE][SM3_BLOCK]);

struct sm4_key {
    uint32_t round[32];
};
void sm4_expand(struct sm4_key *k, const uint8_t key[SM4_KEY]);
/* Encrypts n blocks, each in its place. */
void sm4_blocks(const struct sm4_key *k, uint8_t (*block)[SM4_BLOCK], size_t n);

#endif
