/* Conditions, and everything that is no arithmetic and no list. */
#include "programme/rule_run.h"

#include "base/value.h"

/* --- memory ---------------------------------------------------------------------------------- */

void *scratch_take(struct scratch *m, size_t bytes)
{
    enum { FIRST_BLOCK = 1 << 16, ALIGN = 16 };
    bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    while (m->at < m->n && m->used + bytes > m->size[m->at]) {
        m->at++;
        m->used = 0;
    }
    if (m->at == m->n) {
        assert(m->n < SCRATCH_BLOCKS);
        size_t size = m->n ? m->size[m->n - 1] * 2 : FIRST_BLOCK;
        m->size[m->n] = size > bytes ? size : bytes;
        m->blocks[m->n] = xmalloc(m->size[m->n]);
        m->n++;
    }
    void *p = m->blocks[m->at] + m->used;
    m->used += bytes;
    return p;
}

struct rule_run *rule_run_open(const struct rule_param *params, size_t n, const struct rule_given *given,
                               const struct fact_env *env)
{
    assert(n <= RULE_PARAMS_MAX);
    struct rule_run *run = xcalloc(1, sizeof *run);
    run->params = params;
    run->n_params = n;
    run->given = given;
    run->env = *env;
    return run;
}

void rule_run_close(struct rule_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < run->memory.n; i++)
        free(run->memory.blocks[i]);
    free(run);
}

void rule_run_batch(struct rule_run *run, const struct fact_batch *batch)
{
    run->batch = batch;
    run->memory.at = run->memory.used = 0;
    run->ready = run->settled;
}

size_t rule_rows(const struct rule_run *run, const struct node *x)
{
    if (x->level == LEVEL_RUN)
        return 1;
    if (x->level == LEVEL_HOUSEHOLD)
        return run->batch->n;
    return run->batch->lists[x->record].start[run->batch->n];
}

/* --- bits ------------------------------------------------------------------------------------ */

static uint64_t *take_bits(struct rule_run *run, size_t n)
{
    return TAKE(run, uint64_t, bits_words(n) + 2); /* as bits_any_all wants it */
}

uint64_t *known_copy(struct rule_run *run, const uint64_t *known, size_t n)
{
    uint64_t *out = take_bits(run, n);
    for (size_t w = 0; w < bits_words(n); w++)
        out[w] = (known ? known[w] : UINT64_MAX) & bits_mask(n, w);
    return out;
}

static const uint64_t *known_nowhere(struct rule_run *run, size_t n)
{
    uint64_t *out = take_bits(run, n);
    memset(out, 0, bits_words(n) * sizeof *out);
    return out;
}

const uint64_t *known_in_both(struct rule_run *run, const struct vec *a, const struct vec *b, size_t n)
{
    const uint64_t *ka = a->known, *kb = b->known;
    if (a->one != b->one) { /* the one for all is known, or nothing is */
        if (!vec_known(a->one ? a : b, 0))
            return known_nowhere(run, n);
        return a->one ? kb : ka;
    }
    if (!ka || !kb)
        return ka ? ka : kb;
    uint64_t *out = take_bits(run, n);
    for (size_t w = 0; w < bits_words(n); w++)
        out[w] = ka[w] & kb[w];
    return out;
}

/* A condition from what a comparison gave, which means nothing where a value is not known.  raw is used up.
 */
static struct vec decided(struct rule_run *run, uint64_t *raw, const uint64_t *known, size_t n, bool negate)
{
    uint64_t *no = take_bits(run, n);
    uint64_t flip = negate ? UINT64_MAX : 0;
    size_t words = bits_words(n);
    for (size_t w = 0; w < words; w++) {
        uint64_t ok = bits_mask(n, w) & (known ? known[w] : UINT64_MAX), yes = raw[w] ^ flip;
        raw[w] = yes & ok;
        no[w] = ~yes & ok;
    }
    return (struct vec){ .yes = raw, .no = no };
}

/* A condition that is one for all, for each of n rows. */
static struct vec for_each_row(struct rule_run *run, struct vec v, size_t n)
{
    if (!v.one)
        return v;
    uint64_t *yes = take_bits(run, n), *no = take_bits(run, n);
    for (size_t w = 0; w < bits_words(n); w++) {
        yes[w] = v.yes[0] & 1 ? bits_mask(n, w) : 0;
        no[w] = v.no[0] & 1 ? bits_mask(n, w) : 0;
    }
    return (struct vec){ .yes = yes, .no = no };
}

/* --- logic ----------------------------------------------------------------------------------- */

static struct vec eval_logic(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a), b = rule_eval(run, x->b);
    bool one = a.one && b.one;
    size_t n = one ? 1 : rule_rows(run, x);
    if (!one) {
        a = for_each_row(run, a, n);
        b = for_each_row(run, b, n);
    }
    uint64_t *yes = take_bits(run, n), *no = take_bits(run, n);
    size_t words = bits_words(n);
    if (x->op == OP_AND)
        for (size_t w = 0; w < words; w++) {
            yes[w] = a.yes[w] & b.yes[w];
            no[w] = a.no[w] | b.no[w];
        }
    else
        for (size_t w = 0; w < words; w++) {
            yes[w] = a.yes[w] | b.yes[w];
            no[w] = a.no[w] & b.no[w];
        }
    return (struct vec){ .one = one, .yes = yes, .no = no };
}

/* --- comparisons ----------------------------------------------------------------------------- */

/* For kernels that know "equal" and "less" only: which one, of which constant, and whether it is turned
 * round. */
static struct vec compare_64(struct rule_run *run, enum compare cmp, const struct vec *v, int64_t k, size_t n)
{
    uint64_t *raw = take_bits(run, n);
    bool negate = cmp == CMP_NE || cmp == CMP_GE || cmp == CMP_GT;
    if (cmp == CMP_EQ || cmp == CMP_NE) {
        bits_equal_64(raw, v->num, n, k);
    } else if (cmp == CMP_LT || cmp == CMP_GE) {
        bits_less_64(raw, v->num, n, k);
    } else if (k < INT64_MAX) {
        bits_less_64(raw, v->num, n, k + 1);
    } else {
        memset(raw, 0xFF, bits_words(n) * sizeof *raw);
    }
    return decided(run, raw, v->known, n, negate);
}

static struct vec compare_32(struct rule_run *run, enum compare cmp, const struct vec *v, int32_t k, size_t n)
{
    uint64_t *raw = take_bits(run, n);
    bool negate = cmp == CMP_NE || cmp == CMP_GE || cmp == CMP_GT;
    if (cmp == CMP_EQ || cmp == CMP_NE) {
        bits_equal_32(raw, v->day, n, k);
    } else if (cmp == CMP_LE || cmp == CMP_GT) {
        bits_at_most_32(raw, v->day, n, k);
    } else if (k > INT32_MIN) {
        bits_at_most_32(raw, v->day, n, k - 1);
    } else {
        memset(raw, 0, bits_words(n) * sizeof *raw);
    }
    return decided(run, raw, v->known, n, negate);
}

static enum compare turned(enum compare c)
{
    static const enum compare other[] = { CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE };
    return other[c];
}

/* A column against one value; false: no such luck. */
static bool compare_with_one(struct rule_run *run, const struct node *x, struct vec a, struct vec b, size_t n,
                             struct vec *out)
{
    enum compare cmp = x->cmp;
    bool plain = x->scale_a == 1 && x->scale_b == 1 && x->a->kind == x->b->kind;
    if (!plain || a.one == b.one || (x->a->kind != KIND_NUMBER && x->a->kind != KIND_DATE))
        return false;
    if (a.one) {
        struct vec swap = a;
        a = b;
        b = swap;
        cmp = turned(cmp);
    }
    if (!vec_known(&b, 0))
        *out = (struct vec){ .yes = known_nowhere(run, n), .no = known_nowhere(run, n) };
    else if (x->a->kind == KIND_DATE)
        *out = compare_32(run, cmp, &a, b.day[0], n);
    else
        *out = compare_64(run, cmp, &a, b.num[0], n);
    return true;
}

static inline bool fractions_compare(const struct node *x, const struct vec *a, size_t ia,
                                     const struct vec *b, size_t ib)
{
    int128 left = (int128)a->num[ia] * x->scale_a, right = (int128)b->num[ib] * x->scale_b;
    if (b->den)
        left *= b->den[ib]; /* scaled by 1 then: a ratio has no scale */
    if (a->den)
        right *= a->den[ia];
    return compare_says(x->cmp, compare_128(left, right));
}

static void compare_fractions(uint64_t *raw, const struct node *x, const struct vec *a, const struct vec *b,
                              size_t n)
{
    size_t step_a = !a->one, step_b = !b->one;
    BITS_EACH(raw, n, i, fractions_compare(x, a, i * step_a, b, i * step_b))
}

static struct vec eval_compare_conditions(struct rule_run *run, const struct node *x, struct vec a,
                                          struct vec b, bool one, size_t n)
{
    if (!one) {
        a = for_each_row(run, a, n);
        b = for_each_row(run, b, n);
    }
    uint64_t *yes = take_bits(run, n), *no = take_bits(run, n);
    for (size_t w = 0; w < bits_words(n); w++) {
        yes[w] = (a.yes[w] & b.yes[w]) | (a.no[w] & b.no[w]);
        no[w] = (a.yes[w] & b.no[w]) | (a.no[w] & b.yes[w]);
    }
    struct vec equal = { .one = one, .yes = yes, .no = no };
    return x->cmp == CMP_EQ ? equal : (struct vec){ .one = one, .yes = no, .no = yes };
}

static struct vec eval_compare(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a), b = rule_eval(run, x->b), out;
    bool one = a.one && b.one;
    size_t n = one ? 1 : rule_rows(run, x), sa = !a.one, sb = !b.one;
    if (x->a->kind == KIND_BOOL)
        return eval_compare_conditions(run, x, a, b, one, n);
    if (compare_with_one(run, x, a, b, n, &out))
        return out;
    uint64_t *raw = take_bits(run, n);
    const uint64_t *known = known_in_both(run, &a, &b, n);
    switch (x->a->kind) {
    case KIND_DATE:
        BITS_EACH(raw, n, i, compare_says(x->cmp, compare_128(a.day[i * sa], b.day[i * sb]))) break;
    case KIND_CODE: BITS_EACH(raw, n, i, compare_says(x->cmp, a.code[i * sa] != b.code[i * sb])) break;
    case KIND_TEXT:
        BITS_EACH(raw, n, i,
                  (!known || bits_at(known, i)) &&
                      compare_says(x->cmp, !str_eq(a.text[i * sa], b.text[i * sb])))
        break;
    default: compare_fractions(raw, x, &a, &b, n);
    }
    out = decided(run, raw, known, n, false);
    out.one = one;
    return out;
}

/* The latest birth day of those who are `age` on a day; ages never grow with the day of birth. */
static int32_t latest_birthday(struct date on, int64_t age)
{
    struct civil c = date_civil(on);
    struct date d, next;
    if (age >= c.year)
        return INT32_MIN;
    if (c.year - age > 9998)
        return INT32_MAX;
    int year = (int)(c.year - age);
    if (!date_of(year, c.month, c.day, &d))
        d = (struct date){ 0 }, date_of(year, 3, 1, &d); /* 29 February */
    while (date_age(d, on) < age)
        d.day--;
    for (next = d; date_age(next, on) >= age; next.day++)
        d = next;
    return d.day;
}

static int32_t birthday_limit(struct rule_run *run, struct date on, int64_t age)
{
    for (size_t i = 0; i < N_ELEMS(run->birthdays); i++) {
        if (run->birthdays[i].set && run->birthdays[i].on == on.day && run->birthdays[i].age == age)
            return run->birthdays[i].latest;
        if (run->birthdays[i].set)
            continue;
        int32_t latest = latest_birthday(on, age);
        if (age >= INT32_MIN && age <= INT32_MAX) {
            run->birthdays[i].on = on.day;
            run->birthdays[i].age = (int32_t)age;
            run->birthdays[i].latest = latest;
            run->birthdays[i].set = true;
        }
        return latest;
    }
    return latest_birthday(on, age);
}

static struct vec eval_age_is(struct rule_run *run, const struct node *x)
{
    struct vec born = rule_eval(run, x->a), on = rule_eval(run, x->b), age = rule_eval(run, x->c);
    size_t n = born.one ? 1 : rule_rows(run, x);
    struct vec out = { 0 };
    if (!vec_known(&on, 0) || !vec_known(&age, 0)) {
        out = (struct vec){ .yes = known_nowhere(run, n), .no = known_nowhere(run, n) };
        out.one = born.one;
        return out;
    }
    int64_t k = age.num[0];
    k = k > 1000000 ? 1000000 : k < -1000000 ? -1000000 : k;
    struct date day = { on.day[0] };
    uint64_t *raw = take_bits(run, n);
    /* at least k, or at least k + 1: younger ones were born later */
    bool next = x->cmp == CMP_GT || x->cmp == CMP_LE;
    bits_at_most_32(raw, born.day, n, birthday_limit(run, day, k + next));
    if (x->cmp == CMP_EQ || x->cmp == CMP_NE) {
        uint64_t *older = take_bits(run, n);
        bits_at_most_32(older, born.day, n, birthday_limit(run, day, k + 1));
        for (size_t w = 0; w < bits_words(n); w++)
            raw[w] &= ~older[w];
    }
    bool negate = x->cmp == CMP_LT || x->cmp == CMP_LE || x->cmp == CMP_NE;
    out = decided(run, raw, born.known, n, negate);
    out.one = born.one;
    return out;
}

static struct vec eval_code(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a);
    size_t n = a.one ? 1 : rule_rows(run, x);
    uint64_t *raw = take_bits(run, n);
    if (x->op == OP_IN)
        bits_in_16(raw, a.code, n, x->set, x->n_set);
    else
        bits_holds(raw, a.set, n, (unsigned)x->num);
    struct vec out = decided(run, raw, a.known, n, false);
    out.one = a.one;
    return out;
}

/* --- facts, parameters, literals ------------------------------------------------------------- */

static struct vec eval_fact(struct rule_run *run, const struct node *x)
{
    const struct fact_col *c = &run->batch->cols[x->need];
    struct vec v = { .known = c->known };
    size_t n = rule_rows(run, x);
    if (x->op == OP_HAS) {
        uint64_t *yes = known_copy(run, c->known, n);
        return decided(run, yes, NULL, n, false);
    }
    if (x->kind == KIND_BOOL) {
        uint64_t *raw = take_bits(run, n);
        memcpy(raw, c->bits, bits_words(n) * sizeof *raw);
        return decided(run, raw, c->known, n, false);
    }
    v.num = c->num; /* the union's other members are the same pointer */
    return v;
}

static struct vec eval_literal(struct rule_run *run, const struct node *x)
{
    struct constant *c = TAKE(run, struct constant, 1);
    *c = (struct constant){ .yes = x->num != 0, .no = x->num == 0, .num = x->num, .den = 1, .text = x->text };
    struct vec v = { .one = true, .yes = &c->yes, .no = &c->no, .num = &c->num };
    if (x->kind == KIND_DATE) {
        c->day = x->op == OP_TODAY ? run->env.today.day : (int32_t)x->num;
        v.day = &c->day;
    }
    if (x->kind == KIND_TEXT)
        v.text = &c->text;
    return v;
}

static void settle(struct constant *c, const struct rule_value *v)
{
    *c = (struct constant){ .known = v->known, .num = v->num, .den = v->den, .text = v->text };
    c->yes = v->known && v->num != 0;
    c->no = v->known && v->num == 0;
    c->day = (int32_t)v->num;
    c->v = (struct vec){ .one = true, .known = &c->known, .yes = &c->yes, .no = &c->no, .num = &c->num };
    if (v->type == RULE_DATE)
        c->v.day = &c->day;
    if (v->type == RULE_TEXT)
        c->v.text = &c->text;
    if (v->type == RULE_RATIO)
        c->v.den = &c->den;
}

static struct rule_column shown(struct rule_run *run, const struct rule *r, struct vec v, size_t n);

static void ready_param(struct rule_run *run, size_t i)
{
    const struct rule_param *p = &run->params[i];
    struct constant *c = &run->constant[i];
    struct rule_value value = { .type = p->type };
    bool given = run->given && run->given[i].given;
    if (!given && p->def && !rule_is_constant(p->def)) {
        run->param[i] = rule_eval(run, p->def->root);
        run->ready |= UINT64_C(1) << i;
        return;
    }
    if (given) {
        value = run->given[i].value;
    } else if (p->def) {
        struct rule_column column = shown(run, p->def, rule_eval(run, p->def->root), 1);
        value = rule_column_at(&column, 0);
    }
    settle(c, &value);
    run->param[i] = c->v;
    run->ready |= UINT64_C(1) << i;
    run->settled |= UINT64_C(1) << i;
}

void rule_ready_params(struct rule_run *run, const struct rule *r)
{
    struct vec *kept = run->kept;
    run->kept = NULL; /* the nodes of a default have numbers of their own */
    for (uint64_t left = r->params & ~run->ready; left; left &= left - 1)
        ready_param(run, (size_t)__builtin_ctzll(left));
    run->kept = kept;
}

/* --- from households to their lists, and back ------------------------------------------------ */

static struct vec spread_bits(struct rule_run *run, struct vec v, const uint32_t *start, size_t households)
{
    size_t rows = start[households];
    uint64_t *yes = take_bits(run, rows), *no = take_bits(run, rows);
    memset(yes, 0, bits_words(rows) * sizeof *yes);
    memset(no, 0, bits_words(rows) * sizeof *no);
    for (size_t i = 0; i < households; i++) {
        bool is = bits_at(v.yes, i), is_not = bits_at(v.no, i);
        for (size_t r = start[i]; r < start[i + 1]; r++) {
            yes[r / 64] |= (uint64_t)is << (r % 64);
            no[r / 64] |= (uint64_t)is_not << (r % 64);
        }
    }
    return (struct vec){ .yes = yes, .no = no };
}

static size_t width_of(enum node_kind kind)
{
    switch (kind) {
    case KIND_DATE: return sizeof(int32_t);
    case KIND_CODE: return sizeof(int16_t);
    case KIND_TEXT: return sizeof(struct str);
    default: return sizeof(int64_t);
    }
}

/* Row from[i] of v for each of n rows; UINT32_MAX: unknown. */
static struct vec rows_of(struct rule_run *run, struct vec v, enum node_kind kind, const uint32_t *from,
                          size_t n)
{
    size_t width = width_of(kind);
    char *values = scratch_take(&run->memory, n * width);
    int64_t *den = v.den ? TAKE(run, int64_t, n) : NULL;
    uint64_t *known = known_copy(run, NULL, n);
    for (size_t i = 0; i < n; i++) {
        if (from[i] == UINT32_MAX || !vec_known(&v, from[i])) {
            known[i / 64] &= ~(UINT64_C(1) << (i % 64));
            memset(values + i * width, 0, width);
            if (den)
                den[i] = 1;
            continue;
        }
        memcpy(values + i * width, (const char *)v.num + from[i] * width, width);
        if (den)
            den[i] = v.den[from[i]];
    }
    return (struct vec){ .known = known, .num = (const int64_t *)(const void *)values, .den = den };
}

static struct vec eval_spread(struct rule_run *run, const struct node *x)
{
    struct vec v = rule_eval(run, x->a);
    const uint32_t *start = run->batch->lists[x->record].start;
    size_t households = run->batch->n;
    if (v.one)
        return v;
    if (x->kind == KIND_BOOL)
        return spread_bits(run, v, start, households);
    uint32_t *from = TAKE(run, uint32_t, start[households] + 1);
    for (size_t i = 0; i < households; i++)
        for (size_t r = start[i]; r < start[i + 1]; r++)
            from[r] = (uint32_t)i;
    return rows_of(run, v, x->kind, from, start[households]);
}

/* The applicant's row of a condition, for each case. */
static struct vec applicants(struct rule_run *run, struct vec v)
{
    size_t n = run->batch->n;
    uint64_t *yes = take_bits(run, n), *no = take_bits(run, n);
    BITS_EACH(yes, n, i, bits_at(v.yes, run->batch->applicant[i]))
    BITS_EACH(no, n, i, bits_at(v.no, run->batch->applicant[i]))
    return (struct vec){ .yes = yes, .no = no };
}

static struct vec eval_pick(struct rule_run *run, const struct node *x)
{
    struct vec v = rule_eval(run, x->a);
    size_t n = run->batch->n;
    if (v.one)
        return v;
    uint32_t *nobody = NULL;
    if (!run->batch->applicant) {
        nobody = TAKE(run, uint32_t, n + 1);
        memset(nobody, 0xFF, n * sizeof *nobody);
    }
    return rows_of(run, v, x->kind, nobody ? nobody : run->batch->applicant, n);
}

static struct vec eval_applicant(struct rule_run *run, const struct node *x)
{
    size_t rows = run->batch->lists[x->list].start[run->batch->n];
    struct vec a = for_each_row(run, rule_eval(run, x->a), rows);
    if (run->batch->applicant)
        return applicants(run, a);
    if (x->b) {
        struct vec must = for_each_row(run, rule_eval(run, x->b), rows);
        uint64_t *yes = take_bits(run, rows), *no = take_bits(run, rows);
        for (size_t w = 0; w < bits_words(rows); w++) {
            yes[w] = a.yes[w] & must.yes[w];
            no[w] = a.no[w] | must.no[w];
        }
        a = (struct vec){ .yes = yes, .no = no };
    }
    const struct fact_list *l = &run->batch->lists[x->list];
    size_t n = run->batch->n;
    uint64_t *any = take_bits(run, n), *none = take_bits(run, n);
    bits_any_all(any, a.yes, none, a.no, l->start, n);
    if (l->known)
        for (size_t w = 0; w < bits_words(n); w++) {
            any[w] &= l->known[w];
            none[w] &= l->known[w];
        }
    return (struct vec){ .yes = any, .no = none };
}

/* --- ? : ------------------------------------------------------------------------------------- */

static struct vec choose_condition(struct rule_run *run, struct vec a, struct vec b, struct vec c, bool one,
                                   size_t n)
{
    b = one ? b : for_each_row(run, b, n);
    c = one ? c : for_each_row(run, c, n);
    uint64_t *yes = take_bits(run, n), *no = take_bits(run, n);
    for (size_t w = 0; w < bits_words(n); w++) {
        yes[w] = (a.yes[w] & b.yes[w]) | (a.no[w] & c.yes[w]);
        no[w] = (a.yes[w] & b.no[w]) | (a.no[w] & c.no[w]);
    }
    return (struct vec){ .one = one, .yes = yes, .no = no };
}

static struct vec choose_value(struct rule_run *run, const struct node *x, const struct vec *a,
                               const struct vec *b, const struct vec *c, bool one, size_t n)
{
    size_t width = width_of(x->kind);
    char *values = scratch_take(&run->memory, n * width);
    int64_t *den = x->kind == KIND_RATIO ? TAKE(run, int64_t, n) : NULL;
    uint64_t *known = known_copy(run, NULL, n);
    for (size_t i = 0; i < n; i++) {
        const struct vec *v = bits_at(a->yes, i) ? b : c;
        size_t from = v->one ? 0 : i;
        bool known_here = (bits_at(a->yes, i) || bits_at(a->no, i)) && vec_known(v, i);
        if (!known_here)
            known[i / 64] &= ~(UINT64_C(1) << (i % 64));
        memcpy(values + i * width, (const char *)v->num + from * width, width);
        if (den)
            den[i] = known_here ? v->den[from] : 1;
    }
    return (
        struct vec){ .one = one, .known = known, .num = (const int64_t *)(const void *)values, .den = den };
}

static struct vec eval_if(struct rule_run *run, const struct node *x)
{
    struct vec a = rule_eval(run, x->a), b = rule_eval(run, x->b), c = rule_eval(run, x->c);
    bool one = a.one && b.one && c.one;
    size_t n = one ? 1 : rule_rows(run, x);
    a = one ? a : for_each_row(run, a, n);
    if (x->kind == KIND_BOOL)
        return choose_condition(run, a, b, c, one, n);
    return choose_value(run, x, &a, &b, &c, one, n);
}

/* --- all of it ------------------------------------------------------------------------------- */

static struct vec eval_node(struct rule_run *run, const struct node *x)
{
    switch (x->op) {
    case OP_CONST:
    case OP_TODAY: return eval_literal(run, x);
    case OP_PARAM: return run->param[x->param];
    case OP_FACT:
    case OP_HAS: return eval_fact(run, x);
    case OP_NOT: {
        struct vec a = rule_eval(run, x->a);
        return (struct vec){ .one = a.one, .yes = a.no, .no = a.yes };
    }
    case OP_AND:
    case OP_OR: return eval_logic(run, x);
    case OP_COMPARE: return eval_compare(run, x);
    case OP_AGE_IS: return eval_age_is(run, x);
    case OP_IN:
    case OP_HOLDS: return eval_code(run, x);
    case OP_IF: return eval_if(run, x);
    default: return eval_arithmetic(run, x);
    }
}

static struct vec eval_other(struct rule_run *run, const struct node *x)
{
    switch (x->op) {
    case OP_SPREAD: return eval_spread(run, x);
    case OP_PICK: return eval_pick(run, x);
    case OP_APPLICANT: return eval_applicant(run, x);
    case OP_INDICATOR: return eval_indicator(run, x);
    case OP_PER_HEAD: return eval_per_head(run, x);
    case OP_ANY:
    case OP_ALL:
    case OP_SIZE:
    case OP_SUM:
    case OP_MIN:
    case OP_MAX: return eval_list(run, x);
    default: return eval_node(run, x);
    }
}

struct vec rule_eval(struct rule_run *run, const struct node *x)
{
    if (!run->kept)
        return eval_other(run, x);
    run->kept[x->id] = eval_other(run, x);
    return run->kept[x->id];
}

struct rule_truth rule_truth(struct rule_run *run, const struct rule *condition)
{
    assert(condition->root->kind == KIND_BOOL);
    rule_ready_params(run, condition);
    size_t n = run->batch->n, words = bits_words(n);
    uint64_t *yes = take_bits(run, n), *no = take_bits(run, n);
    struct scratch_mark mark = { run->memory.at, run->memory.used };
    struct vec v = for_each_row(run, rule_eval(run, condition->root), n);
    memcpy(yes, v.yes, words * sizeof *yes);
    memcpy(no, v.no, words * sizeof *no);
    run->memory.at = mark.at;
    run->memory.used = mark.used;
    return (struct rule_truth){ n, words, yes, no };
}

/* --- columns as others see them -------------------------------------------------------------- */

static const int64_t *widened(struct rule_run *run, enum node_kind kind, const struct vec *v, size_t n)
{
    int64_t *out = TAKE(run, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        size_t from = v->one ? 0 : i;
        switch (kind) {
        case KIND_DATE: out[i] = v->day[from]; break;
        case KIND_CODE: out[i] = v->code[from]; break;
        case KIND_BOOL: out[i] = bits_at(v->yes, from); break;
        default: out[i] = v->num[from];
        }
    }
    return out;
}

static struct rule_column shown(struct rule_run *run, const struct rule *r, struct vec v, size_t n)
{
    const struct node *x = r->root;
    struct rule_column c = { .type = r->type, .money = r->money, .codes = x->codes, .n = n };
    uint64_t *known = known_copy(run, NULL, n);
    for (size_t i = 0; i < n; i++) {
        bool is = x->kind == KIND_BOOL ? bits_at(v.yes, v.one ? 0 : i) || bits_at(v.no, v.one ? 0 : i)
                                       : vec_known(&v, i);
        if (!is)
            known[i / 64] &= ~(UINT64_C(1) << (i % 64));
    }
    c.known = known;
    if (x->kind == KIND_TEXT) {
        struct str *text = TAKE(run, struct str, n + 1);
        for (size_t i = 0; i < n; i++)
            text[i] = bits_at(known, i) ? v.text[v.one ? 0 : i] : (struct str){ 0 };
        c.text = text;
        return c;
    }
    c.num = widened(run, x->kind, &v, n);
    if (x->kind == KIND_RATIO) {
        int64_t *den = TAKE(run, int64_t, n + 1);
        for (size_t i = 0; i < n; i++)
            den[i] = v.den[v.one ? 0 : i];
        c.den = den;
    }
    return c;
}

struct rule_column rule_column(struct rule_run *run, const struct rule *value)
{
    rule_ready_params(run, value);
    return shown(run, value, rule_eval(run, value->root), run->batch->n);
}

struct rule_column rule_param_column(struct rule_run *run, size_t param)
{
    const struct rule_param *p = &run->params[param];
    struct rule_value value = { .type = p->type };
    if (!(run->ready >> param & 1)) {
        if (p->def)
            rule_ready_params(run, p->def);
        ready_param(run, param);
    }
    if (p->def && run->param[param].num != run->constant[param].v.num)
        return shown(run, p->def, run->param[param], run->batch->n);
    static const enum node_kind kinds[] = {
        [RULE_BOOL] = KIND_BOOL,       [RULE_INT] = KIND_NUMBER,  [RULE_MONEY] = KIND_NUMBER,
        [RULE_QUANTITY] = KIND_NUMBER, [RULE_RATIO] = KIND_RATIO, [RULE_DATE] = KIND_DATE,
        [RULE_YEAR] = KIND_NUMBER,     [RULE_TEXT] = KIND_TEXT
    };
    struct node root = { .kind = kinds[value.type] };
    struct rule r = { .root = &root, .type = p->type };
    return shown(run, &r, run->param[param], run->batch->n);
}

struct rule_value rule_column_at(const struct rule_column *c, size_t i)
{
    struct rule_value v = { .type = c->type, .money = c->money, .codes = c->codes };
    struct fraction f;
    v.known = !c->known || bits_at(c->known, i);
    if (!v.known)
        return v;
    if (c->text) {
        v.text = c->text[i];
    } else if (c->den) {
        bool fits = fraction_of(c->num[i], c->den[i], &f);
        assert(fits);
        v.num = f.num;
        v.den = f.den;
    } else {
        v.num = c->num[i];
    }
    return v;
}
