/* rule_bits.h - what is done to whole columns at once: comparisons packed into words, and what holds for the
 * elements of a list; private to rules.  Bits behind the last row are off. */
#ifndef PROGRAMME_RULE_BITS_H
#define PROGRAMME_RULE_BITS_H

#include "base/base.h"

static inline size_t bits_words(size_t rows)
{
    return (rows + 63) / 64;
}
/* All bits of word w that stand for rows. */
static inline uint64_t bits_mask(size_t rows, size_t w)
{
    return rows - w * 64 >= 64 ? UINT64_MAX : (UINT64_C(1) << (rows - w * 64)) - 1;
}
static inline bool bits_at(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

/* Row by row, a condition of i. */
#define BITS_EACH(out, rows, i, condition)                           \
    for (size_t w_ = 0; w_ < bits_words(rows); w_++) {               \
        uint64_t word_ = 0;                                          \
        size_t from_ = w_ * 64;                                      \
        size_t to_ = (rows)-from_ < 64 ? (rows) : from_ + 64;        \
        for (size_t i = from_; i < to_; i++)                         \
            word_ |= (uint64_t)((condition) ? 1 : 0) << (i - from_); \
        (out)[w_] = word_;                                           \
    }

/* out: v[i] equals k, is less than k; at most k. */
void bits_equal_64(uint64_t *out, const int64_t *v, size_t n, int64_t k);
void bits_less_64(uint64_t *out, const int64_t *v, size_t n, int64_t k);
void bits_equal_32(uint64_t *out, const int32_t *v, size_t n, int32_t k);
void bits_at_most_32(uint64_t *out, const int32_t *v, size_t n, int32_t k);
/* v[i] is one of the set. */
void bits_in_16(uint64_t *out, const int16_t *v, size_t n, const int16_t *set, size_t n_set);
/* v[i] holds bit k. */
void bits_holds(uint64_t *out, const uint64_t *v, size_t n, unsigned k);

/* Of the elements start[i] to start[i + 1] of each of n rows: any: at least one bit is on (none: off);
 * all: every bit is on (none: on).  The bits need two words more than rows fill; what is in them does not
 * matter. */
void bits_any_all(uint64_t *any, const uint64_t *of_any, uint64_t *all, const uint64_t *of_all,
                  const uint32_t *start, size_t n);
/* How many bits of [from, to) are on. */
size_t bits_count(const uint64_t *bits, size_t from, size_t to);
/* The first bit of [from, to) that is on; to: none. */
size_t bits_first(const uint64_t *bits, size_t from, size_t to);

#endif
