/* rule.h - conditions and values of a programme, written in a subset of CEL (architecture §6).
 *
 * A text is checked once against what there is to speak of (a scope) and becomes a typed rule; the rule is
 * then evaluated over batches of households (facts.h).  There is no lenience: whatever is not understood,
 * always true, or compares what cannot be compared is refused with its line and column.
 *
 * Types: bool, int, money (fen), quantity (ten-thousandths), ratio (an exact fraction, what `/` gives), date,
 * text, code (compared with slugs or labels of its code table), sets of codes, lists (members, incomes, …).
 * A number without a unit and money do not mix; a literal is whatever it stands beside.
 *
 *     household.two_daughters && household.debt >= 5000
 *     members.exists(m, m.labour in ['ordinary', 'skilled'] && age(m.birth_date, today) <= labour_age_max)
 *     members.filter(m, 'disabled' in m.health).size() >= 2 || sum(loans.map(l, l.amount)) > 20000.00
 *     household.income_per_head(year(today) - 1) < region.indicator('rural_net_income_per_head', year(today)
 * - 1)
 *
 * Logic has three values (Kleene): a blank field is unknown, `!`, `&&`, `||`, exists (OR) and all (AND) go on
 * from there, has(x.f) is never unknown.  What would overflow, or divide by zero, is unknown. */
#ifndef PROGRAMME_RULE_H
#define PROGRAMME_RULE_H

#include "programme/facts.h"

enum rule_type {
    RULE_ANY, /* as what is wanted only: whatever the expression gives */
    RULE_BOOL,
    RULE_INT,
    RULE_MONEY,    /* num, fen */
    RULE_QUANTITY, /* num, ten-thousandths */
    RULE_RATIO,    /* num ÷ den; of yuan where `money` */
    RULE_DATE,     /* num, days since 1970-01-01 */
    RULE_YEAR,     /* num; an int that is shown as a year */
    RULE_TEXT,
    RULE_CODE,  /* num */
    RULE_CODES, /* num, a set: bit n is code n */
};
const char *rule_type_name(enum rule_type t, enum lang lang);

/* One value; of unknown ones only the type means something.  As RULE_BOOL num is 0 or 1. */
struct rule_value {
    enum rule_type type;
    bool known, money;
    int64_t num, den;  /* den: RULE_RATIO only, > 0, in lowest terms */
    struct str text;   /* RULE_TEXT */
    const char *codes; /* RULE_CODE and RULE_CODES: the code table */
};
/* Exact, of two known values of the same type: <0, 0, >0; text by bytes. */
int rule_value_cmp(const struct rule_value *a, const struct rule_value *b);
/* As people read it: 3,000.00, 是, 2017-09-30, 女; a ratio of yuan with two decimals and three dots where it
 * was cut. */
void rule_value_print(const struct rule_value *v, struct buf *b, const struct code_book *codes,
                      enum lang lang);

/* --- checking ---------------------------------------------------------------------------------- */

/* A parameter of a programme: a name in rules, a value for each run, or the default. */
struct rule_param {
    const char *name;
    enum rule_type type; /* BOOL INT MONEY QUANTITY RATIO DATE YEAR TEXT */
    /* Its default, checked with the type as what is wanted; may speak of parameters that stand before it, and
     * of region.indicator(…), then it differs from household to household.  NULL: a value must be given. */
    const struct rule *def;
};
enum { RULE_PARAMS_MAX = 64 };

/* What an expression may speak of. */
struct rule_scope {
    const struct fact_schema *schema; /* NULL: no household, as in defaults of parameters */
    const struct code_book *codes;
    const struct rule_param *params;
    size_t n_params;
    /* applicant.x: a member.  In screening a condition that speaks of the applicant holds if any member who
     * satisfies `must` (a rule of the same plan, NULL: anybody) satisfies it; a case says who it is. */
    bool applicant;
    const struct rule *must;
    bool application; /* application.x: the schema's record of that name; only in stage application */
};

/* Where the text stands in its file, for messages; lines and columns count from 1, columns in characters. */
struct rule_place {
    const char *field; /* in errors: conditions[2].when */
    int line, col;
    int indent; /* columns before the text's second and further lines, in a block; 0: none */
};

/* A bound that keeps a text's tree small, whoever wrote it. */
enum { RULE_TEXT_MAX = 4096, RULE_DEPTH_MAX = 64 };

/* The compiled rule, in a; what it reads is added to the plan (NULL where there is no schema).  NULL with
 * every mistake in e.  As `want`: RULE_BOOL gives a condition, which must speak of something that differs
 * from household to household; a number fits RULE_MONEY, RULE_QUANTITY, RULE_RATIO, and is rounded half up
 * where it becomes money. */
const struct rule *rule_check(struct arena *a, const struct rule_scope *scope, struct str text,
                              enum rule_type want, struct rule_place at, struct fact_plan *plan,
                              struct errs *e);
enum rule_type rule_type_of(const struct rule *r);
bool rule_speaks_of_applicant(const struct rule *r);
/* The value is the same for every household of a run: it depends on literals, today and such parameters only.
 */
bool rule_is_constant(const struct rule *r);
/* It reads the parameter, itself or through defaults. */
bool rule_uses_param(const struct rule *r, size_t param);
struct str rule_source(const struct rule *r);

/* --- evaluating -------------------------------------------------------------------------------- */

/* Memory and parameters of one run over many batches; one per thread.  The plan's columns are in the batch.
 */
struct rule_run;
struct rule_given {
    bool given; /* else the default */
    struct rule_value value;
};
/* given: one per parameter, or NULL for all defaults.  Everything named must outlive the run. */
struct rule_run *rule_run_open(const struct rule_param *params, size_t n, const struct rule_given *given,
                               const struct fact_env *env);
void rule_run_close(struct rule_run *run); /* NULL is fine */

/* From here on the run is about this batch; results of the one before are gone. */
void rule_run_batch(struct rule_run *run, const struct fact_batch *batch);

/* A bit per household in each; neither: unknown.  Bits behind the last household are off. */
struct rule_truth {
    size_t n, words;
    const uint64_t *yes, *no;
};
struct rule_truth rule_truth(struct rule_run *run, const struct rule *condition);

struct rule_column {
    enum rule_type type;
    bool money;
    const char *codes;
    size_t n;
    const uint64_t *known; /* NULL: all */
    const int64_t *num, *den;
    const struct str *text;
};
struct rule_column rule_column(struct rule_run *run, const struct rule *value);
struct rule_value rule_column_at(const struct rule_column *c, size_t i);
/* A parameter's column, as it is used. */
struct rule_column rule_param_column(struct rule_run *run, size_t param);

/* --- explaining --------------------------------------------------------------------------------- */

enum rule_why {
    RULE_WHY_NONE, /* it is known */
    RULE_WHY_BLANK,
    RULE_WHY_NO_LIST, /* nobody wrote the members (incomes, …) down; also: no income of that year */
    RULE_WHY_NO_INDICATOR,
    RULE_WHY_OVERFLOW,
    RULE_WHY_ZERO,    /* division by zero */
    RULE_WHY_NOTHING, /* min or max of nothing */
};
/* What a rule looked at: a field of an element, a parameter, or a function's result. */
struct rule_seen {
    enum {
        RULE_SAW_FACT,
        RULE_SAW_PARAM,
        RULE_SAW_INDICATOR,
        RULE_SAW_INCOME_PER_HEAD,
        RULE_SAW_RESULT
    } kind;
    int record;     /* FACT: place in the schema */
    size_t element; /* FACT: row within the household's list, from 0; a list's own: RULE_NO_ELEMENT */
    struct fact_field field; /* FACT; name NULL: the list itself */
    size_t param;            /* PARAM */
    int64_t year, indicator; /* INDICATOR, INCOME_PER_HEAD */
    int line, col;           /* of RESULT: the operation that overflowed, divided by zero … */
    struct rule_value value;
    enum rule_why why; /* of an unknown value */
    bool missing;      /* the rule is unknown, and for want of this */
};
#define RULE_NO_ELEMENT SIZE_MAX
struct rule_story {
    struct rule_value result;
    const struct rule_seen *seen; /* in the order of the text; each fact once */
    size_t n;
};
/* For the only household of the run's batch; the story lives in a. */
struct rule_story rule_eval_one(struct rule_run *run, const struct rule *r, struct arena *a);

#endif
