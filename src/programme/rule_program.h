/* rule_program.h - a checked rule: what the checker writes and the evaluator runs; private to rules. */
#ifndef PROGRAMME_RULE_PROGRAM_H
#define PROGRAMME_RULE_PROGRAM_H

#include "base/terms.h"
#include "programme/rule_syntax.h"

#include <assert.h>

enum rule_op {
    OP_CONST,
    OP_TODAY,
    OP_PARAM,
    OP_FACT,
    OP_HAS,       /* has(fact) */
    OP_NOT,       /* !a */
    OP_AND,       /* a && b */
    OP_OR,        /* a || b */
    OP_COMPARE,   /* a × scale_a  cmp  b × scale_b */
    OP_AGE_IS,    /* age(a, b) cmp c, b and c the same for the whole run: birth days are compared */
    OP_IN,        /* code a is one of `set` */
    OP_HOLDS,     /* set a holds the code num */
    OP_IF,        /* a ? b : c */
    OP_AGE,       /* age(a, b) */
    OP_YEAR,      /* year(a) */
    OP_DAYS,      /* a - b, of dates */
    OP_ADD,       /* a + b, of one scale, or both ratios */
    OP_SUBTRACT,  /* a - b */
    OP_MULTIPLY,  /* a * b; scales add up, or both ratios */
    OP_DIVIDE,    /* a / b, a ratio */
    OP_REMAINDER, /* a % b */
    OP_NEGATE,    /* -a */
    OP_RESCALE,   /* a × num */
    OP_FRACTION,  /* a ÷ num as a ratio */
    OP_ROUND,     /* a to the scale num, half up */
    OP_SPREAD,    /* a, of households, for each element of their lists */
    OP_PICK,      /* a, of members, of the applicant */
    OP_APPLICANT, /* the case's applicant satisfies a; in screening: any member satisfies a && b */
    OP_ANY,       /* of the list `record`: an element satisfies a */
    OP_ALL,       /* every element satisfies a */
    OP_SIZE,      /* how many satisfy a (NULL: all) */
    OP_SUM,       /* of b over those who satisfy a */
    OP_MIN,
    OP_MAX,
    OP_INDICATOR, /* of the region and the year a */
    OP_PER_HEAD,  /* net ÷ members of the year a */
};
enum node_kind { KIND_BOOL, KIND_NUMBER, KIND_RATIO, KIND_DATE, KIND_TEXT, KIND_CODE, KIND_CODES };
/* What a number counts; UNIT_ANY is a literal, which is whatever it stands beside. */
enum node_unit { UNIT_ANY, UNIT_PLAIN, UNIT_YUAN };
enum compare { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };

/* A number n of scale s is n ÷ 10^s; s is at most this. */
enum { SCALE_MAX = 4, SCALE_FEN = 2 };
extern const int64_t power_of_ten[SCALE_MAX + 1];

/* What a node has a value for: the whole run, each household, or each element of a list as one of the rule's
 * variables (1, 2, …) goes through it. */
enum { LEVEL_RUN = -1, LEVEL_HOUSEHOLD = 0 };

struct node {
    enum rule_op op;
    enum node_kind kind;
    enum node_unit unit;
    int scale;
    int level, record; /* record: the list, of levels above LEVEL_HOUSEHOLD */
    int id;            /* 0, 1, … within the rule */
    int line, col;
    enum compare cmp;
    const struct node *a, *b, *c;
    int list; /* ANY ALL SIZE SUM MIN MAX PER_HEAD: the list gone through */
    int need; /* FACT HAS: place in the plan; PER_HEAD: of the year */
    int need_net, need_members;
    struct fact_field field; /* FACT HAS */
    int fact_record;
    size_t param;
    int64_t num, den; /* CONST and others */
    int64_t scale_a, scale_b;
    struct str text;
    const char *codes; /* KIND_CODE, KIND_CODES */
    const int16_t *set;
    size_t n_set;
};

struct rule {
    const struct node *root;
    int n_nodes;
    enum rule_type type;
    bool money;
    bool applicant;
    uint64_t params; /* bit per parameter it reads, also through defaults */
    const struct syntax *syntax;
    struct str source;
};

/* --- exact numbers; shared with the evaluator ------------------------------------------------ */

__extension__ typedef __int128 int128;
/* false: does not fit, or den is 0. */
bool fraction_of(int128 num, int128 den, struct fraction *out);
bool fraction_combine(enum rule_op op, struct fraction a, struct fraction b, struct fraction *out);
/* num ÷ den × 10^scale, half up (away from zero); false: does not fit. */
bool fraction_round(int64_t num, int64_t den, int scale, int64_t *out);
static inline int compare_128(int128 a, int128 b)
{
    return (a > b) - (a < b);
}
static inline bool compare_says(enum compare cmp, int sign)
{
    switch (cmp) {
    case CMP_EQ: return sign == 0;
    case CMP_NE: return sign != 0;
    case CMP_LT: return sign < 0;
    case CMP_LE: return sign <= 0;
    case CMP_GT: return sign > 0;
    case CMP_GE: return sign >= 0;
    }
    return false;
}

/* --- the checker's two halves: names (rule_check.c) and operators (rule_operator.c) ---------- */

enum { VARIABLES_MAX = 16 };
struct checker {
    struct arena *a;
    const struct rule_scope *scope;
    struct rule_place place;
    struct fact_plan *plan;
    struct errs *e;
    struct variable {
        struct str name;
        int level, record;
    } vars[VARIABLES_MAX];
    size_t n_vars;
    int levels;          /* given out so far */
    int applicant_level; /* 0: not mentioned yet */
    int n_nodes;
    uint64_t params;
};
#define check_fail(ck, s, msg, ...) \
    rule_fail_((ck)->e, &(ck)->place, (s)->line, (s)->col, (msg), ARGS(__VA_ARGS__))

struct node *node_new(struct checker *ck, enum rule_op op, enum node_kind kind, const struct syntax *s);
/* A value; NULL: reported. */
const struct node *check_value(struct checker *ck, const struct syntax *s);
/* A condition; NULL: reported. */
const struct node *check_condition(struct checker *ck, const struct syntax *s);
const struct node *check_operator(struct checker *ck, const struct syntax *s);
/* Bring both to the same level; false: they go through two lists at once. */
bool check_level(struct checker *ck, const struct syntax *s, const struct node **a, const struct node **b);
const struct node *node_spread(struct checker *ck, const struct node *x, int level, int record);
/* A text literal as a slug or label of a code table. */
bool check_code(struct checker *ck, const struct syntax *literal, const char *codes, int64_t *code);
/* As what is wanted of the whole rule. */
const struct node *check_wanted(struct checker *ck, const struct node *x, enum rule_type want);
enum rule_type node_type(const struct node *x);
const char *node_kind_name(const struct node *x, struct checker *ck);

#endif
