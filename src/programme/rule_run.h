/* rule_run.h - a run in the making: its memory, its parameters, and columns while rules are evaluated;
 * private to rules. */
#ifndef PROGRAMME_RULE_RUN_H
#define PROGRAMME_RULE_RUN_H

#include "programme/rule_bits.h"
#include "programme/rule_program.h"

/* The values of an expression.  `one`: a single row, which stands for all. */
struct vec {
    bool one;
    const uint64_t *known; /* NULL: all; conditions do not use it */
    union {
        const int64_t *num;
        const int32_t *day;
        const int16_t *code;
        const uint64_t *set;
        const struct str *text;
    };
    const int64_t *den;       /* ratios */
    const uint64_t *yes, *no; /* conditions */
};

/* Memory that is taken in order and given back to a mark; it is not cleared. */
enum { SCRATCH_BLOCKS = 40 };
struct scratch {
    char *blocks[SCRATCH_BLOCKS];
    size_t size[SCRATCH_BLOCKS], n, at, used;
};
struct scratch_mark {
    size_t at, used;
};

struct constant {
    struct vec v;
    uint64_t yes, no, known;
    int64_t num, den;
    int32_t day;
    struct str text;
};

struct rule_run {
    const struct rule_param *params;
    const struct rule_given *given;
    size_t n_params;
    struct fact_env env;
    const struct fact_batch *batch;
    struct scratch memory;
    struct vec param[RULE_PARAMS_MAX];
    struct constant constant[RULE_PARAMS_MAX];
    uint64_t ready;   /* params whose column is there: of this batch, or for good */
    uint64_t settled; /* those that are the same for the whole run */
    struct vec *kept; /* for a story: each node's values, by id */
    struct {
        int32_t on, age, latest;
        bool set;
    } birthdays[8]; /* of AGE_IS: asked for again with every batch */
};

void *scratch_take(struct scratch *m, size_t bytes);
#define TAKE(run, type, n) ((type *)scratch_take(&(run)->memory, (n) * sizeof(type)))

struct vec rule_eval(struct rule_run *run, const struct node *x);
void rule_ready_params(struct rule_run *run, const struct rule *r);
size_t rule_rows(const struct rule_run *run, const struct node *x);

/* What rule_eval leaves to others: numbers and lists. */
struct vec eval_arithmetic(struct rule_run *run, const struct node *x);
struct vec eval_list(struct rule_run *run, const struct node *x);
struct vec eval_indicator(struct rule_run *run, const struct node *x);
struct vec eval_per_head(struct rule_run *run, const struct node *x);
/* Of the only household, whose income per head of a year is unknown. */
enum rule_why per_head_why(const struct rule_run *run, const struct node *x, int64_t year);

/* Known where both are. */
const uint64_t *known_in_both(struct rule_run *run, const struct vec *a, const struct vec *b, size_t n);
static inline bool vec_known(const struct vec *v, size_t i)
{
    return !v->known || bits_at(v->known, v->one ? 0 : i);
}
/* A copy to switch bits off in; all on where `known` is NULL. */
uint64_t *known_copy(struct rule_run *run, const uint64_t *known, size_t n);

#endif
