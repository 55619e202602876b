#include "programme/rule_years.h"

#include "programme/rule_run.h"

/* The node goes through the list, or looks at its elements. */
static bool looks_at(const struct node *x, int incomes)
{
    bool list = x->op == OP_ANY || x->op == OP_ALL || (x->op >= OP_SIZE && x->op <= OP_MAX);
    bool fact = x->op == OP_FACT || x->op == OP_HAS;
    return (list && x->list == incomes) || (fact && x->fact_record == incomes) ||
           (x->level > LEVEL_HOUSEHOLD && x->record == incomes);
}

static bool widen(struct rule_run *run, const struct node *year, int64_t *first, int64_t *last)
{
    if (year->level != LEVEL_RUN)
        return false;
    struct vec v = rule_eval(run, year);
    if (vec_known(&v, 0)) {
        *first = v.num[0] < *first ? v.num[0] : *first;
        *last = v.num[0] > *last ? v.num[0] : *last;
    }
    return true;
}

static bool walk(struct rule_run *run, const struct node *x, int incomes, int64_t *first, int64_t *last)
{
    if (!x)
        return true;
    if (x->op == OP_PER_HEAD && x->list == incomes)
        return widen(run, x->a, first, last);
    return !looks_at(x, incomes) && walk(run, x->a, incomes, first, last) &&
           walk(run, x->b, incomes, first, last) && walk(run, x->c, incomes, first, last);
}

bool rule_years(struct rule_run *run, const struct rule *r, int incomes, int64_t *first, int64_t *last)
{
    static const struct fact_batch nobody;
    rule_run_batch(run, &nobody);
    rule_ready_params(run, r);
    return walk(run, r->root, incomes, first, last);
}
