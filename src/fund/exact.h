/* exact.h - whole numbers without limit, as far as an instalment needs them.
 *
 * An annuity over n rows is a fraction with n factors above and below the line.  It is worked out exactly and
 * rounded once, so that two offices never differ by a fen. */
#ifndef FUND_EXACT_H
#define FUND_EXACT_H

#include "base/base.h"

struct exact {
    uint64_t *limb; /* the lowest first; the highest is not 0 */
    size_t n, cap;
    struct arena *a;
};

struct exact exact_of(uint64_t v, size_t limbs_max, struct arena *a); /* 0 has no limb */
struct exact exact_copy(const struct exact *x);
void exact_mul(struct exact *x, uint64_t by);
void exact_add(struct exact *x, const struct exact *y);
int exact_cmp(const struct exact *x, const struct exact *y); /* <0, 0, >0 */
/* The largest q with q × den ≤ num, at most `max`; *half says how the rest compares with den ÷ 2. */
uint64_t exact_div(const struct exact *num, const struct exact *den, uint64_t max, int *half);

#endif
