#include "programme/rule_bits.h"

/* Sixty-four bytes, each 0 or 1, as a word.  The product brings the eight low bits of eight bytes to the top.
 */
static inline uint64_t packed(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (unsigned k = 0; k < 8; k++) {
        uint64_t eight;
        memcpy(&eight, bytes + (size_t)k * 8, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        eight = __builtin_bswap64(eight);
#endif
        word |= (eight * UINT64_C(0x0102040810204080)) >> 56 << (k * 8);
    }
    return word;
}

/* A loop of fixed length, so that the compiler turns it into vector instructions. */
#define KERNEL(out, n, condition)                                \
    size_t full = (n) / 64;                                      \
    for (size_t w = 0; w < full; w++) {                          \
        uint8_t bytes[64];                                       \
        for (size_t j = 0; j < 64; j++) {                        \
            size_t i = w * 64 + j;                               \
            bytes[j] = (condition);                              \
        }                                                        \
        (out)[w] = packed(bytes);                                \
    }                                                            \
    if (full * 64 < (n)) {                                       \
        uint64_t word = 0;                                       \
        for (size_t i = full * 64; i < (n); i++)                 \
            word |= (uint64_t)((condition) ? 1 : 0) << (i % 64); \
        (out)[full] = word;                                      \
    }

void bits_equal_64(uint64_t *out, const int64_t *v, size_t n, int64_t k)
{
    KERNEL(out, n, v[i] == k)
}

void bits_less_64(uint64_t *out, const int64_t *v, size_t n, int64_t k)
{
    KERNEL(out, n, v[i] < k)
}

void bits_equal_32(uint64_t *out, const int32_t *v, size_t n, int32_t k)
{
    KERNEL(out, n, v[i] == k)
}

void bits_at_most_32(uint64_t *out, const int32_t *v, size_t n, int32_t k)
{
    KERNEL(out, n, v[i] <= k)
}

static void in_one(uint64_t *out, const int16_t *v, size_t n, int16_t k)
{
    KERNEL(out, n, v[i] == k)
}

static void in_three(uint64_t *out, const int16_t *v, size_t n, int16_t k0, int16_t k1, int16_t k2)
{
    KERNEL(out, n, (v[i] == k0) | (v[i] == k1) | (v[i] == k2))
}

static void or_into(uint64_t *out, const uint64_t *more, size_t words)
{
    for (size_t w = 0; w < words; w++)
        out[w] |= more[w];
}

void bits_in_16(uint64_t *out, const int16_t *v, size_t n, const int16_t *set, size_t n_set)
{
    enum { PART = 4096 };
    uint64_t more[PART / 64];
    if (n_set == 1) {
        in_one(out, v, n, set[0]);
        return;
    }
    for (size_t from = 0; from < n; from += PART) {
        size_t rows = n - from < PART ? n - from : PART;
        for (size_t k = 0; k < n_set; k += 3) {
            int16_t k1 = set[k + 1 < n_set ? k + 1 : k], k2 = set[k + 2 < n_set ? k + 2 : k];
            in_three(k ? more : out + from / 64, v + from, rows, set[k], k1, k2);
            if (k)
                or_into(out + from / 64, more, bits_words(rows));
        }
    }
}

void bits_holds(uint64_t *out, const uint64_t *v, size_t n, unsigned k)
{
    KERNEL(out, n, v[i] >> k & 1)
}

/* --- lists ----------------------------------------------------------------------------------- */

/* Sixty-four bits from bit `from` on; what lies behind the last word reads as off. */
static inline uint64_t window(const uint64_t *bits, size_t from, size_t to)
{
    size_t w = from / 64, shift = from % 64;
    uint64_t low = bits[w] >> shift;
    if (shift + (to - from) > 64)
        low |= bits[w + 1] << (64 - shift);
    return low;
}

static inline uint64_t first_bits(size_t n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

void bits_any_all(uint64_t *any, const uint64_t *of_any, uint64_t *all, const uint64_t *of_all,
                  const uint32_t *start, size_t n)
{
    for (size_t w = 0; w < bits_words(n); w++) {
        size_t to = n - w * 64 < 64 ? n - w * 64 : 64;
        const uint32_t *s = start + w * 64;
        uint64_t any_word = 0, all_word = 0;
        for (size_t j = 0; j < to; j++) {
            size_t first = s[j], last = s[j + 1], at = first / 64, shift = first % 64;
            bool some, every;
            if (last - first < 64) { /* no other branch: how many there are cannot be foretold */
                uint64_t mask = (UINT64_C(1) << (last - first)) - 1;
                some = ((of_any[at] >> shift | of_any[at + 1] << 1 << (63 - shift)) & mask) != 0;
                every = (~(of_all[at] >> shift | of_all[at + 1] << 1 << (63 - shift)) & mask) == 0;
            } else {
                some = bits_first(of_any, first, last) < last;
                every = bits_count(of_all, first, last) == last - first;
            }
            any_word |= (uint64_t)some << j;
            all_word |= (uint64_t)every << j;
        }
        any[w] = any_word;
        all[w] = all_word;
    }
}

size_t bits_count(const uint64_t *bits, size_t from, size_t to)
{
    size_t n = 0;
    while (from < to) {
        size_t take = to - from < 64 ? to - from : 64;
        n += (size_t)__builtin_popcountll(window(bits, from, from + take) & first_bits(take));
        from += take;
    }
    return n;
}

size_t bits_first(const uint64_t *bits, size_t from, size_t to)
{
    while (from < to) {
        size_t take = to - from < 64 ? to - from : 64;
        uint64_t word = window(bits, from, from + take) & first_bits(take);
        if (word)
            return from + (size_t)__builtin_ctzll(word);
        from += take;
    }
    return to;
}
