/* Arithmetic: exact, and unknown where it would overflow or divide by zero. */
#include "programme/rule_run.h"

#include "base/value.h"

static void forget(uint64_t *known, size_t i)
{
    known[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

/* --- ages, years, days ----------------------------------------------------------------------- */

static struct vec eval_dates(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a), b = x->b ? rule_eval(run, x->b) : a;
    bool one = a.one && b.one;
    size_t n = one ? 1 : rule_rows(run, x);
    const uint64_t *known = known_in_both(run, &a, &b, n);
    int64_t *out = TAKE(run, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool known_here = !known || bits_at(known, i);
        struct date da = { known_here ? a.day[a.one ? 0 : i] : 0 },
                    db = { known_here ? b.day[b.one ? 0 : i] : 0 };
        if (x->op == OP_AGE)
            out[i] = date_age(da, db);
        else
            out[i] = x->op == OP_YEAR ? date_civil(da).year : (int64_t)da.day - db.day;
    }
    return (struct vec){ .one = one, .known = known, .num = out };
}

/* --- whole numbers of one scale -------------------------------------------------------------- */

static bool combine(enum rule_op op, int64_t a, int64_t b, int64_t *out)
{
    switch (op) {
    case OP_ADD: return !__builtin_add_overflow(a, b, out);
    case OP_SUBTRACT: return !__builtin_sub_overflow(a, b, out);
    case OP_MULTIPLY: return !__builtin_mul_overflow(a, b, out);
    default:
        assert(op == OP_REMAINDER);
        if (b == 0)
            return false;
        *out = b == -1 ? 0 : a % b;
        return true;
    }
}

/* A whole batch without looking at single rows; false: some row did not fit, perhaps one that is not known.
 */
static bool combine_all(enum rule_op op, const struct vec *a, const struct vec *b, size_t n, int64_t *out)
{
    size_t sa = !a->one, sb = !b->one;
    bool bad = false;
    if (op == OP_ADD)
        for (size_t i = 0; i < n; i++)
            bad |= __builtin_add_overflow(a->num[i * sa], b->num[i * sb], &out[i]);
    else if (op == OP_SUBTRACT)
        for (size_t i = 0; i < n; i++)
            bad |= __builtin_sub_overflow(a->num[i * sa], b->num[i * sb], &out[i]);
    else if (op == OP_MULTIPLY)
        for (size_t i = 0; i < n; i++)
            bad |= __builtin_mul_overflow(a->num[i * sa], b->num[i * sb], &out[i]);
    else
        return false;
    return !bad;
}

static struct vec eval_whole(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a), b;
    int64_t by = x->op == OP_NEGATE ? -1 : x->num;
    if (x->b)
        b = rule_eval(run, x->b);
    else
        b = (struct vec){ .one = true, .num = &by };
    enum rule_op op = x->op == OP_NEGATE || x->op == OP_RESCALE ? OP_MULTIPLY : x->op;
    bool one = a.one && b.one;
    size_t n = one ? 1 : rule_rows(run, x);
    const uint64_t *known = known_in_both(run, &a, &b, n);
    int64_t *out = TAKE(run, int64_t, n + 1);
    if (!combine_all(op, &a, &b, n, out)) {
        uint64_t *left = known_copy(run, known, n);
        for (size_t i = 0; i < n; i++) {
            if (bits_at(left, i) && combine(op, a.num[a.one ? 0 : i], b.num[b.one ? 0 : i], &out[i]))
                continue;
            forget(left, i);
            out[i] = 0;
        }
        known = left;
    }
    return (struct vec){ .one = one, .known = known, .num = out };
}

/* --- fractions ------------------------------------------------------------------------------- */

static struct fraction fraction_at(const struct vec *v, size_t i)
{
    size_t from = v->one ? 0 : i;
    return (struct fraction){ v->num[from], v->den ? v->den[from] : 1 };
}

static bool fraction_op(const struct node *x, const struct vec *a, const struct vec *b, size_t i,
                        struct fraction *out)
{
    struct fraction f = fraction_at(a, i);
    if (x->op == OP_FRACTION) {
        *out = (struct fraction){ f.num, x->num };
        return f.num > INT64_MIN || fraction_of(f.num, x->num, out);
    }
    if (x->op == OP_NEGATE) {
        *out = (struct fraction){ -f.num, f.den };
        return true;
    }
    return fraction_combine(x->op, f, fraction_at(b, i), out);
}

static struct vec eval_fraction(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a), b = x->b ? rule_eval(run, x->b) : a;
    bool one = a.one && b.one;
    size_t n = one ? 1 : rule_rows(run, x);
    uint64_t *known = known_copy(run, known_in_both(run, &a, &b, n), n);
    int64_t *num = TAKE(run, int64_t, n + 1), *den = TAKE(run, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct fraction f = { 0, 1 };
        if (!bits_at(known, i) || !fraction_op(x, &a, &b, i, &f)) {
            forget(known, i);
            f = (struct fraction){ 0, 1 };
        }
        num[i] = f.num;
        den[i] = f.den;
    }
    return (struct vec){ .one = one, .known = known, .num = num, .den = den };
}

static struct vec eval_round(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a);
    size_t n = a.one ? 1 : rule_rows(run, x);
    uint64_t *known = known_copy(run, a.known, n);
    int64_t *out = TAKE(run, int64_t, n + 1), den = power_of_ten[x->a->scale];
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
        if (!bits_at(known, i) || !fraction_round(a.num[i], a.den ? a.den[i] : den, (int)x->num, &out[i]))
            forget(known, i);
    }
    return (struct vec){ .one = a.one, .known = known, .num = out };
}

struct vec eval_arithmetic(struct rule_run *run, const struct node *x)
{
    if (x->op == OP_AGE || x->op == OP_YEAR || x->op == OP_DAYS)
        return eval_dates(run, x);
    if (x->op == OP_ROUND)
        return eval_round(run, x);
    return x->kind == KIND_RATIO ? eval_fraction(run, x) : eval_whole(run, x);
}

/* --- region.indicator ------------------------------------------------------------------------ */

static const struct fact_indicator *indicator_row(const struct fact_indicators *all, int64_t region,
                                                  int64_t year, int64_t indicator)
{
    size_t low = 0, high = all->n_rows;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct fact_indicator *r = &all->rows[mid];
        int sign = compare_128(r->region, region);
        sign = sign ? sign : compare_128(r->year, year);
        sign = sign ? sign : compare_128(r->indicator, indicator);
        if (sign == 0)
            return r;
        if (sign < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static const struct fact_indicator *nearest_indicator(const struct fact_indicators *all, struct region_code r,
                                                      int64_t year, int64_t indicator)
{
    for (; r.v; r = region_parent(r)) {
        const struct fact_indicator *row = indicator_row(all, r.v, year, indicator);
        if (row)
            return row;
    }
    return NULL;
}

struct vec eval_indicator(struct rule_run *run, const struct node *x)
{
    struct vec year = rule_eval(run, x->a);
    const struct fact_batch *batch = run->batch;
    const struct fact_indicators *all = run->env.indicators;
    size_t n = batch->n;
    const struct fact_indicator *found = NULL;
    int64_t *out = TAKE(run, int64_t, n + 1), found_year = 0;
    uint64_t *known = known_copy(run, NULL, n);
    uint32_t found_region = UINT32_MAX; /* families of a village stand together */
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
        uint32_t region = batch->region && all ? batch->region[i] : UINT32_MAX;
        if (region == UINT32_MAX || region >= all->n_regions || !vec_known(&year, i)) {
            forget(known, i);
            continue;
        }
        int64_t y = year.num[year.one ? 0 : i];
        if (region != found_region || y != found_year)
            found = nearest_indicator(all, all->regions[region], y, x->num);
        found_region = region;
        found_year = y;
        if (found)
            out[i] = found->value;
        else
            forget(known, i);
    }
    return (struct vec){ .known = known, .num = out };
}
