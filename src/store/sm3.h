/* sm3.h - SM3 (GB/T 32905) of eight short texts at once.
 *
 * Each step waits for the one before, so that a text alone leaves the processor waiting; eight that have
 * nothing to do with one another take their steps together, one in each lane of a vector.  No library of
 * Debian does that for SM3; what is alone goes through libcrypto (seal.c), which gives the same bytes. */
#ifndef STORE_SM3_H
#define STORE_SM3_H

#include "base/base.h"

enum { SM3_WORDS = 8, SM3_BLOCK = 64, SM3_AT_ONCE = 8 /* texts */ };

/* The state after no block at all. */
extern const uint32_t sm3_start[SM3_WORDS];
/* Takes one block into each of eight states: state[word][text]. */
void sm3_blocks(uint32_t state[SM3_WORDS][SM3_AT_ONCE], uint8_t block[SM3_AT_ONCE][SM3_BLOCK]);

/* The ways to do that; the quickest that the processor has is taken. */
enum sm3_way { SM3_PLAIN, SM3_AVX2, SM3_AVX512, SM3_WAYS };
bool sm3_has(enum sm3_way way);
void sm3_blocks_by(enum sm3_way way, uint32_t state[SM3_WORDS][SM3_AT_ONCE],
                   uint8_t block[SM3_AT_ONCE][SM3_BLOCK]);

#endif
