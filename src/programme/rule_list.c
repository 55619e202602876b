/* What is said of the elements of lists: members, incomes, loans, cases. */
#include "programme/rule_run.h"

static void forget(uint64_t *known, size_t i)
{
    known[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

static struct vec eval_quantifier(struct rule_run *run, const struct node *x)
{
    const struct fact_list *l = &run->batch->lists[x->list];
    size_t n = run->batch->n, words = bits_words(n);
    struct vec a = rule_eval(run, x->a);
    uint64_t *any = TAKE(run, uint64_t, words + 2), *all = TAKE(run, uint64_t, words + 2);
    assert(!a.one);
    if (x->op == OP_ANY)
        bits_any_all(any, a.yes, all, a.no, l->start, n);
    else
        bits_any_all(any, a.no, all, a.yes, l->start, n);
    if (l->known)
        for (size_t w = 0; w < words; w++) {
            any[w] &= l->known[w];
            all[w] &= l->known[w];
        }
    return x->op == OP_ANY ? (struct vec){ .yes = any, .no = all } : (struct vec){ .yes = all, .no = any };
}

static struct vec eval_size(struct rule_run *run, const struct node *x)
{
    const struct fact_list *l = &run->batch->lists[x->list];
    size_t n = run->batch->n;
    int64_t *out = TAKE(run, int64_t, n + 1);
    if (!x->a) {
        for (size_t i = 0; i < n; i++)
            out[i] = l->start[i + 1] - l->start[i];
        return (struct vec){ .known = l->known, .num = out };
    }
    struct vec a = rule_eval(run, x->a);
    uint64_t *known = known_copy(run, l->known, n);
    for (size_t i = 0; i < n; i++) {
        size_t from = l->start[i], to = l->start[i + 1], yes = bits_count(a.yes, from, to);
        out[i] = (int64_t)yes;
        if (yes + bits_count(a.no, from, to) < to - from)
            forget(known, i);
    }
    return (struct vec){ .known = known, .num = out };
}

/* --- sums and extremes ----------------------------------------------------------------------- */

struct tally {
    enum rule_op op;
    enum node_kind kind;
    bool any;
    int128 sum; /* of whole numbers: only the end has to fit */
    struct fraction f;
};

static struct fraction element(const struct vec *v, enum node_kind kind, size_t row)
{
    size_t i = v->one ? 0 : row;
    if (kind == KIND_DATE)
        return (struct fraction){ v->day[i], 1 };
    return (struct fraction){ v->num[i], kind == KIND_RATIO ? v->den[i] : 1 };
}

static bool tally_add(struct tally *t, struct fraction f)
{
    if (t->op == OP_SUM) {
        if (t->kind == KIND_RATIO)
            return fraction_combine(OP_ADD, t->f, f, &t->f);
        t->sum += f.num;
        return true;
    }
    int sign = compare_128((int128)f.num * t->f.den, (int128)t->f.num * f.den);
    if (!t->any || (t->op == OP_MIN ? sign < 0 : sign > 0))
        t->f = f;
    t->any = true;
    return true;
}

static bool tally_of(struct tally *t, const struct vec *filter, const struct vec *v, size_t from, size_t to)
{
    for (size_t row = from; row < to; row++) {
        size_t i = filter && filter->one ? 0 : row;
        if (filter && bits_at(filter->no, i))
            continue;
        if (filter && !bits_at(filter->yes, i))
            return false;
        if (!vec_known(v, row) || !tally_add(t, element(v, t->kind, row)))
            return false;
    }
    if (t->op != OP_SUM)
        return t->any;
    if (t->kind == KIND_RATIO)
        return true;
    t->f = (struct fraction){ (int64_t)t->sum, 1 };
    return t->sum >= INT64_MIN && t->sum <= INT64_MAX;
}

static struct vec eval_tally(struct rule_run *run, const struct node *x)
{
    const struct fact_list *l = &run->batch->lists[x->list];
    size_t n = run->batch->n;
    struct vec filter = { 0 }, v = rule_eval(run, x->b);
    if (x->a)
        filter = rule_eval(run, x->a);
    int64_t *num = TAKE(run, int64_t, n + 1), *den = TAKE(run, int64_t, n + 1);
    int32_t *day = TAKE(run, int32_t, n + 1);
    uint64_t *known = known_copy(run, l->known, n);
    for (size_t i = 0; i < n; i++) {
        struct tally t = { .op = x->op, .kind = x->kind, .f = { 0, 1 } };
        if (!bits_at(known, i) || !tally_of(&t, x->a ? &filter : NULL, &v, l->start[i], l->start[i + 1])) {
            forget(known, i);
            t.f = (struct fraction){ 0, 1 };
        }
        num[i] = t.f.num;
        den[i] = t.f.den;
        day[i] = (int32_t)t.f.num;
    }
    struct vec out = { .known = known, .num = num };
    if (x->kind == KIND_RATIO)
        out.den = den;
    if (x->kind == KIND_DATE)
        out.day = day;
    return out;
}

struct vec eval_list(struct rule_run *run, const struct node *x)
{
    if (x->op == OP_ANY || x->op == OP_ALL)
        return eval_quantifier(run, x);
    return x->op == OP_SIZE ? eval_size(run, x) : eval_tally(run, x);
}

/* --- household.income_per_head --------------------------------------------------------------- */

/* The rows of the year: bits over the list. */
static const uint64_t *rows_of_year(struct rule_run *run, const struct node *x, const struct vec *year)
{
    const struct fact_col *years = &run->batch->cols[x->need];
    const uint32_t *start = run->batch->lists[x->list].start;
    size_t households = run->batch->n, rows = start[households], words = bits_words(rows);
    uint64_t *out = TAKE(run, uint64_t, words + 2);
    if (year->one && vec_known(year, 0)) {
        bits_equal_64(out, years->num, rows, year->num[0]);
    } else {
        memset(out, 0, words * sizeof *out);
        for (size_t i = 0; i < households; i++)
            for (size_t r = start[i]; r < start[i + 1]; r++)
                if (vec_known(year, i) && years->num[r] == year->num[year->one ? 0 : i])
                    out[r / 64] |= UINT64_C(1) << (r % 64);
    }
    if (years->known)
        for (size_t w = 0; w < words; w++)
            out[w] &= years->known[w];
    return out;
}

static bool per_head(int64_t net, int64_t members, struct fraction *out)
{
    int64_t den;
    if (members > 0 && net > INT64_MIN && !__builtin_mul_overflow(members, 100, &den)) {
        *out = (struct fraction){ net, den };
        return true;
    }
    return fraction_of(net, (int128)members * 100, out);
}

static bool per_head_at(const struct rule_run *run, const struct node *x, const uint64_t *of_year, size_t i,
                        struct fraction *out)
{
    const struct fact_list *l = &run->batch->lists[x->list];
    const struct fact_col *net = &run->batch->cols[x->need_net],
                          *members = &run->batch->cols[x->need_members];
    size_t row = bits_first(of_year, l->start[i], l->start[i + 1]);
    *out = (struct fraction){ 0, 1 };
    if (row == l->start[i + 1] || (l->known && !bits_at(l->known, i)))
        return false;
    if ((net->known && !bits_at(net->known, row)) || (members->known && !bits_at(members->known, row)))
        return false;
    return per_head(net->num[row], members->num[row], out);
}

struct vec eval_per_head(struct rule_run *run, const struct node *x)
{
    struct vec year = rule_eval(run, x->a);
    size_t n = run->batch->n;
    const uint64_t *of_year = rows_of_year(run, x, &year);
    int64_t *num = TAKE(run, int64_t, n + 1), *den = TAKE(run, int64_t, n + 1);
    uint64_t *known = known_copy(run, NULL, n);
    for (size_t i = 0; i < n; i++) {
        struct fraction f;
        if (!per_head_at(run, x, of_year, i, &f))
            forget(known, i);
        num[i] = f.num;
        den[i] = f.den;
    }
    return (struct vec){ .known = known, .num = num, .den = den };
}

enum rule_why per_head_why(const struct rule_run *run, const struct node *x, int64_t year)
{
    const struct fact_col *years = &run->batch->cols[x->need], *net = &run->batch->cols[x->need_net];
    const struct fact_col *members = &run->batch->cols[x->need_members];
    const struct fact_list *l = &run->batch->lists[x->list];
    if (l->known && !bits_at(l->known, 0))
        return RULE_WHY_NO_LIST;
    for (size_t row = 0; row < l->start[1]; row++) {
        if ((years->known && !bits_at(years->known, row)) || years->num[row] != year)
            continue;
        if ((net->known && !bits_at(net->known, row)) || (members->known && !bits_at(members->known, row)))
            return RULE_WHY_BLANK;
        return members->num[row] == 0 ? RULE_WHY_ZERO : RULE_WHY_OVERFLOW;
    }
    return RULE_WHY_NO_LIST;
}
