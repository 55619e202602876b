#include "fund/exact.h"

#include <assert.h>

__extension__ typedef unsigned __int128 wide;

struct exact exact_of(uint64_t v, size_t limbs_max, struct arena *a)
{
    assert(limbs_max > 0);
    struct exact x = { .limb = NEW_ARRAY(a, uint64_t, limbs_max), .n = v != 0, .cap = limbs_max, .a = a };
    x.limb[0] = v;
    return x;
}

struct exact exact_copy(const struct exact *x)
{
    struct exact y = *x;
    y.limb = NEW_ARRAY(x->a, uint64_t, x->cap);
    memcpy(y.limb, x->limb, x->n * sizeof *y.limb);
    return y;
}

static void push(struct exact *x, uint64_t limb)
{
    assert(x->n < x->cap);
    x->limb[x->n++] = limb;
}

void exact_mul(struct exact *x, uint64_t by)
{
    wide carry = 0;
    assert(by > 0);
    for (size_t i = 0; i < x->n; i++) {
        carry += (wide)x->limb[i] * by;
        x->limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    if (carry)
        push(x, (uint64_t)carry);
}

void exact_add(struct exact *x, const struct exact *y)
{
    wide carry = 0;
    for (size_t i = 0; i < y->n || carry; i++) {
        if (i == x->n)
            push(x, 0);
        carry += (wide)x->limb[i] + (i < y->n ? y->limb[i] : 0);
        x->limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

int exact_cmp(const struct exact *x, const struct exact *y)
{
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    for (size_t i = x->n; i-- > 0;)
        if (x->limb[i] != y->limb[i])
            return x->limb[i] < y->limb[i] ? -1 : 1;
    return 0;
}

/* q × den against num, q being 0 too. */
static int product_cmp(uint64_t q, const struct exact *den, const struct exact *num, struct exact *scratch)
{
    scratch->n = q ? den->n : 0;
    memcpy(scratch->limb, den->limb, scratch->n * sizeof *den->limb);
    if (q)
        exact_mul(scratch, q);
    return exact_cmp(scratch, num);
}

uint64_t exact_div(const struct exact *num, const struct exact *den, uint64_t max, int *half)
{
    struct exact scratch = exact_of(0, den->n + 2, den->a), twice = exact_of(0, num->n + 2, num->a);
    uint64_t low = 0, high = max;
    assert(den->n > 0);
    assert(max < UINT64_MAX / 2);
    while (low < high) {
        uint64_t mid = high - (high - low) / 2;
        if (product_cmp(mid, den, num, &scratch) <= 0)
            low = mid;
        else
            high = mid - 1;
    }
    exact_add(&twice, num);
    exact_add(&twice, num);
    *half = -product_cmp(2 * low + 1, den, &twice, &scratch);
    return low;
}
