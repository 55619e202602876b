#include "programme/rule_program.h"

const int64_t power_of_ten[] = { 1, 10, 100, 1000, 10000 };

/* --- what things are called ------------------------------------------------------------------ */

static const struct label type_labels[] = {
    [RULE_ANY] = { "值", "a value" },
    [RULE_BOOL] = { "是或否", "yes or no" },
    [RULE_INT] = { "整数", "an integer" },
    [RULE_MONEY] = { "金额", "an amount of money" },
    [RULE_QUANTITY] = { "数量", "a quantity" },
    [RULE_RATIO] = { "比值", "a ratio" },
    [RULE_DATE] = { "日期", "a date" },
    [RULE_YEAR] = { "年份", "a year" },
    [RULE_TEXT] = { "文字", "text" },
    [RULE_CODE] = { "代码", "a code" },
    [RULE_CODES] = { "代码集合", "a set of codes" },
};

const char *rule_type_name(enum rule_type t, enum lang lang)
{
    return label_in(&type_labels[t], lang);
}

const char *node_kind_name(const struct node *x, struct checker *ck)
{
    if (x->codes)
        return say(ck->a, ck->e->lang, MSG_RULE_CODE_OF, A(rule_type_name(node_type(x), ck->e->lang)),
                   A(x->codes));
    return rule_type_name(node_type(x), ck->e->lang);
}

enum rule_type node_type(const struct node *x)
{
    switch (x->kind) {
    case KIND_BOOL: return RULE_BOOL;
    case KIND_DATE: return RULE_DATE;
    case KIND_TEXT: return RULE_TEXT;
    case KIND_CODE: return RULE_CODE;
    case KIND_CODES: return RULE_CODES;
    case KIND_RATIO: return RULE_RATIO;
    case KIND_NUMBER: break;
    }
    if (x->unit == UNIT_YUAN)
        return RULE_MONEY;
    return x->scale ? RULE_QUANTITY : RULE_INT;
}

/* --- levels ---------------------------------------------------------------------------------- */

const struct node *node_spread(struct checker *ck, const struct node *x, int level, int record)
{
    if (x->level == LEVEL_RUN || x->level == level)
        return x;
    assert(x->level == LEVEL_HOUSEHOLD);
    struct syntax at = { .line = x->line, .col = x->col };
    struct node *s = node_new(ck, OP_SPREAD, x->kind, &at);
    s->unit = x->unit;
    s->scale = x->scale;
    s->codes = x->codes;
    s->level = level;
    s->record = record;
    s->a = x;
    return s;
}

bool check_level(struct checker *ck, const struct syntax *s, const struct node **a, const struct node **b)
{
    if ((*a)->level > LEVEL_HOUSEHOLD && (*b)->level > LEVEL_HOUSEHOLD && (*a)->level != (*b)->level)
        return check_fail(ck, s, MSG_RULE_TWO_LISTS);
    if ((*a)->level > LEVEL_HOUSEHOLD)
        *b = node_spread(ck, *b, (*a)->level, (*a)->record);
    else if ((*b)->level > LEVEL_HOUSEHOLD)
        *a = node_spread(ck, *a, (*b)->level, (*b)->record);
    return true;
}

static struct node *node_of(struct checker *ck, enum rule_op op, enum node_kind kind, const struct syntax *s,
                            const struct node *a, const struct node *b)
{
    struct node *x = node_new(ck, op, kind, s);
    const struct node *deep = b && b->level > a->level ? b : a;
    x->a = a;
    x->b = b;
    x->level = deep->level;
    x->record = deep->record;
    return x;
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool is_number(const struct node *x)
{
    return x->kind == KIND_NUMBER || x->kind == KIND_RATIO;
}

/* A literal with more decimals, so that nothing is left to do for each household; x where it does not fit. */
static const struct node *literal_rescaled(struct checker *ck, const struct syntax *s, const struct node *x,
                                           int scale)
{
    int64_t value;
    if (x->op != OP_CONST || x->scale >= scale ||
        __builtin_mul_overflow(x->num, power_of_ten[scale - x->scale], &value))
        return x;
    struct node *c = node_new(ck, OP_CONST, KIND_NUMBER, s);
    c->unit = x->unit;
    c->scale = scale;
    c->num = value;
    return c;
}

static const struct node *rescaled(struct checker *ck, const struct syntax *s, const struct node *x,
                                   int scale)
{
    x = literal_rescaled(ck, s, x, scale);
    if (x->scale == scale)
        return x;
    assert(x->scale < scale);
    struct node *r = node_of(ck, OP_RESCALE, KIND_NUMBER, s, x, NULL);
    r->unit = x->unit;
    r->scale = scale;
    r->num = power_of_ten[scale - x->scale];
    return r;
}

static const struct node *as_ratio(struct checker *ck, const struct syntax *s, const struct node *x)
{
    if (x->kind == KIND_RATIO)
        return x;
    struct node *r = node_of(ck, OP_FRACTION, KIND_RATIO, s, x, NULL);
    r->unit = x->unit;
    r->num = power_of_ten[x->scale];
    return r;
}

static bool both_numbers(struct checker *ck, const struct syntax *s, const struct node *a,
                         const struct node *b)
{
    const struct node *wrong = !is_number(a) ? a : !is_number(b) ? b : NULL;
    return !wrong || check_fail(ck, s, MSG_RULE_NOT_NUMBER, A(s->text), A(node_kind_name(wrong, ck)));
}

static bool same_unit(struct checker *ck, const struct syntax *s, const struct node *a, const struct node *b)
{
    if (a->unit == b->unit || a->unit == UNIT_ANY || b->unit == UNIT_ANY)
        return true;
    return check_fail(ck, s, MSG_RULE_UNITS, A(s->text), A(node_kind_name(a, ck)), A(node_kind_name(b, ck)));
}

static const struct node *check_sum(struct checker *ck, const struct syntax *s, const struct node *a,
                                    const struct node *b)
{
    enum rule_op op = s->op == TOK_PLUS ? OP_ADD : OP_SUBTRACT;
    if (op == OP_SUBTRACT && a->kind == KIND_DATE && b->kind == KIND_DATE) {
        struct node *d = node_of(ck, OP_DAYS, KIND_NUMBER, s, a, b);
        d->unit = UNIT_PLAIN;
        return d;
    }
    if (!both_numbers(ck, s, a, b) || !same_unit(ck, s, a, b))
        return NULL;
    enum node_unit unit = a->unit > b->unit ? a->unit : b->unit;
    bool ratio = a->kind == KIND_RATIO || b->kind == KIND_RATIO;
    int scale = a->scale > b->scale ? a->scale : b->scale;
    a = ratio ? as_ratio(ck, s, a) : rescaled(ck, s, a, scale);
    b = ratio ? as_ratio(ck, s, b) : rescaled(ck, s, b, scale);
    struct node *x = node_of(ck, op, ratio ? KIND_RATIO : KIND_NUMBER, s, a, b);
    x->unit = unit;
    x->scale = ratio ? 0 : scale;
    return x;
}

static const struct node *check_product(struct checker *ck, const struct syntax *s, const struct node *a,
                                        const struct node *b)
{
    if (!both_numbers(ck, s, a, b))
        return NULL;
    bool yuan_a = a->unit == UNIT_YUAN, yuan_b = b->unit == UNIT_YUAN;
    if (yuan_b && (s->op == TOK_TIMES ? yuan_a : !yuan_a))
        return check_fail(ck, s, MSG_RULE_UNITS, A(s->text), A(node_kind_name(a, ck)),
                          A(node_kind_name(b, ck))),
               NULL;
    enum node_unit unit = a->unit > b->unit ? a->unit : b->unit;
    if (yuan_a && yuan_b)
        unit = UNIT_PLAIN;
    bool ratio = s->op == TOK_DIVIDE || a->kind == KIND_RATIO || b->kind == KIND_RATIO ||
                 a->scale + b->scale > SCALE_MAX;
    int scale = ratio ? 0 : a->scale + b->scale;
    if (ratio) {
        a = as_ratio(ck, s, a);
        b = as_ratio(ck, s, b);
    }
    struct node *x =
        node_of(ck, s->op == TOK_TIMES ? OP_MULTIPLY : OP_DIVIDE, ratio ? KIND_RATIO : KIND_NUMBER, s, a, b);
    x->unit = unit;
    x->scale = scale;
    return x;
}

static bool is_count(const struct node *x)
{
    return x->kind == KIND_NUMBER && x->scale == 0 && x->unit != UNIT_YUAN;
}

static const struct node *check_remainder(struct checker *ck, const struct syntax *s, const struct node *a,
                                          const struct node *b)
{
    if (!is_count(a) || !is_count(b))
        return check_fail(ck, s, MSG_RULE_NEEDS_INTEGERS, A(s->text),
                          A(node_kind_name(is_count(a) ? b : a, ck))),
               NULL;
    struct node *x = node_of(ck, OP_REMAINDER, KIND_NUMBER, s, a, b);
    x->unit = a->unit > b->unit ? a->unit : b->unit;
    return x;
}

static const struct node *check_minus(struct checker *ck, const struct syntax *s)
{
    const struct node *a = check_value(ck, s->a);
    if (!a || !both_numbers(ck, s, a, a))
        return NULL;
    if (a->op == OP_CONST) {
        struct node *c = node_new(ck, OP_CONST, KIND_NUMBER, s);
        c->unit = a->unit;
        c->scale = a->scale;
        c->num = -a->num;
        return c;
    }
    struct node *x = node_of(ck, OP_NEGATE, a->kind, s, a, NULL);
    x->unit = a->unit;
    x->scale = a->scale;
    return x;
}

/* --- comparisons ----------------------------------------------------------------------------- */

static struct node *code_is_one_of(struct checker *ck, const struct syntax *s, const struct node *code,
                                   size_t n)
{
    struct node *x = node_of(ck, OP_IN, KIND_BOOL, s, code, NULL);
    x->set = NEW_ARRAY(ck->a, int16_t, n);
    x->n_set = n;
    return x;
}

static const struct node *negated(struct checker *ck, const struct syntax *s, const struct node *a)
{
    return node_of(ck, OP_NOT, KIND_BOOL, s, a, NULL);
}

static const struct node *compare_code(struct checker *ck, const struct syntax *s, const struct node *code,
                                       const struct syntax *literal)
{
    int64_t number;
    if (!check_code(ck, literal, code->codes, &number))
        return NULL;
    struct node *x = code_is_one_of(ck, s, code, 1);
    ((int16_t *)(uintptr_t)x->set)[0] = (int16_t)number;
    return s->op == TOK_NE ? negated(ck, s, x) : x;
}

static enum compare compare_of(enum token_kind op)
{
    switch (op) {
    case TOK_NE: return CMP_NE;
    case TOK_LT: return CMP_LT;
    case TOK_LE: return CMP_LE;
    case TOK_GT: return CMP_GT;
    case TOK_GE: return CMP_GE;
    default: return CMP_EQ;
    }
}

static enum compare mirrored(enum compare c)
{
    static const enum compare other[] = { CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE };
    return other[c];
}

static bool run_count(const struct node *x)
{
    return x->level == LEVEL_RUN && x->kind == KIND_NUMBER && x->scale == 0;
}

/* age(birth, today) >= 18: a comparison of birth days, because ages cost more than everything else. */
static const struct node *compare_age(struct checker *ck, const struct syntax *s, const struct node *a,
                                      const struct node *b, enum compare cmp)
{
    if (a->op != OP_AGE) {
        const struct node *swap = a;
        a = b;
        b = swap;
        cmp = mirrored(cmp);
    }
    if (a->op != OP_AGE || a->b->level != LEVEL_RUN || !run_count(b))
        return NULL;
    struct node *x = node_of(ck, OP_AGE_IS, KIND_BOOL, s, a->a, NULL);
    x->b = a->b;
    x->c = b;
    x->cmp = cmp;
    return x;
}

static const struct node *compare_numbers(struct checker *ck, const struct syntax *s, const struct node *a,
                                          const struct node *b)
{
    enum compare cmp = compare_of(s->op);
    if (!same_unit(ck, s, a, b))
        return NULL;
    const struct node *age = compare_age(ck, s, a, b, cmp);
    if (age)
        return age;
    int64_t scale_a = 1, scale_b = 1;
    a = literal_rescaled(ck, s, a, b->scale);
    b = literal_rescaled(ck, s, b, a->scale);
    if (a->scale < b->scale)
        scale_a = power_of_ten[b->scale - a->scale];
    else
        scale_b = power_of_ten[a->scale - b->scale];
    if (a->kind == KIND_RATIO || b->kind == KIND_RATIO) {
        scale_a = power_of_ten[b->scale]; /* a ratio has scale 0 */
        scale_b = power_of_ten[a->scale];
    }
    struct node *x = node_of(ck, OP_COMPARE, KIND_BOOL, s, a, b);
    x->cmp = cmp;
    x->scale_a = scale_a;
    x->scale_b = scale_b;
    return x;
}

static bool always_says_same(struct checker *ck, const struct syntax *s, const struct node *a,
                             const struct node *b)
{
    if (syntax_same(s->a, s->b))
        return check_fail(ck, s, MSG_RULE_ITSELF);
    if (a->op == OP_CONST && b->op == OP_CONST)
        return check_fail(ck, s, MSG_RULE_CONSTANT);
    /* size(…) >= 0 selects everybody, size(…) < 0 nobody */
    bool size_first = a->op == OP_SIZE && b->op == OP_CONST;
    if (!size_first && !(b->op == OP_SIZE && a->op == OP_CONST))
        return true;
    int64_t limit = size_first ? b->num : a->num;
    enum compare cmp = size_first ? compare_of(s->op) : mirrored(compare_of(s->op));
    bool pointless = limit < 0 || (limit == 0 && (cmp == CMP_GE || cmp == CMP_LT));
    return !pointless || check_fail(ck, s, MSG_RULE_CONSTANT);
}

/* Whether == and < can be said of both; codes are not compared with numbers, nor two tables with each other.
 */
static bool comparable(struct checker *ck, const struct syntax *s, const struct node *a, const struct node *b)
{
    bool ordered = s->op != TOK_EQ && s->op != TOK_NE, code = a->kind == KIND_CODE;
    if (a->kind == KIND_CODES && b->kind == KIND_TEXT)
        return check_fail(ck, s, MSG_RULE_USE_IN);
    if (a->kind != b->kind || a->kind == KIND_CODES || (code && strcmp(a->codes, b->codes) != 0))
        return check_fail(ck, s, MSG_RULE_COMPARED, A(node_kind_name(a, ck)), A(node_kind_name(b, ck)));
    if (ordered && a->kind != KIND_DATE)
        return check_fail(ck, s, MSG_RULE_NO_ORDER, A(s->text), A(node_kind_name(a, ck)));
    return true;
}

static const struct node *check_compare(struct checker *ck, const struct syntax *s, const struct node *a,
                                        const struct node *b)
{
    bool equality = s->op == TOK_EQ || s->op == TOK_NE;
    if (!always_says_same(ck, s, a, b))
        return NULL;
    if (equality && a->kind == KIND_CODE && s->b->kind == SYN_TEXT)
        return compare_code(ck, s, a, s->b);
    if (equality && b->kind == KIND_CODE && s->a->kind == SYN_TEXT)
        return compare_code(ck, s, b, s->a);
    if (is_number(a) && is_number(b))
        return compare_numbers(ck, s, a, b);
    if (!comparable(ck, s, a, b))
        return NULL;
    struct node *x = node_of(ck, OP_COMPARE, KIND_BOOL, s, a, b);
    x->cmp = compare_of(s->op);
    x->scale_a = x->scale_b = 1;
    return x;
}

/* --- in -------------------------------------------------------------------------------------- */

static const struct node *code_in_list(struct checker *ck, const struct syntax *s, const struct node *code)
{
    struct node *x = code_is_one_of(ck, s, code, s->b->n_args);
    int16_t *set = (int16_t *)(uintptr_t)x->set;
    size_t n = 0;
    bool ok = true;
    for (const struct syntax *item = s->b->args; item; item = item->next) {
        int64_t number;
        if (item->kind != SYN_TEXT)
            ok = check_fail(ck, item, MSG_RULE_CODE_TEXT, A(code->codes));
        else if (check_code(ck, item, code->codes, &number))
            set[n++] = (int16_t)number;
        else
            ok = false;
    }
    return ok ? x : NULL;
}

/* x in [a, b] of anything but codes: x == a || x == b. */
static const struct node *value_in_list(struct checker *ck, const struct syntax *s, const struct node *a)
{
    const struct node *any = NULL;
    for (const struct syntax *item = s->b->args; item; item = item->next) {
        const struct node *b = check_value(ck, item);
        if (!b)
            return NULL;
        if (b->op != OP_CONST)
            return check_fail(ck, item, MSG_RULE_LIST_LITERALS), NULL;
        struct syntax equal = {
            .kind = SYN_BINARY, .op = TOK_EQ, .line = item->line, .col = item->col, .a = s->a, .b = item
        };
        equal.text = STR("==");
        const struct node *x = check_compare(ck, &equal, a, b);
        if (!x)
            return NULL;
        any = any ? node_of(ck, OP_OR, KIND_BOOL, s, any, x) : x;
    }
    return any;
}

static const struct node *check_in(struct checker *ck, const struct syntax *s)
{
    if (s->b->kind == SYN_LIST) {
        if (!s->b->n_args)
            return check_fail(ck, s->b, MSG_RULE_LIST_EMPTY), NULL;
        const struct node *a = check_value(ck, s->a);
        if (!a)
            return NULL;
        if (a->op == OP_CONST)
            return check_fail(ck, s, MSG_RULE_CONSTANT), NULL;
        return a->kind == KIND_CODE ? code_in_list(ck, s, a) : value_in_list(ck, s, a);
    }
    const struct node *set = check_value(ck, s->b);
    if (!set)
        return NULL;
    if (set->kind != KIND_CODES)
        return check_fail(ck, s->b, MSG_RULE_IN_WHAT, A(node_kind_name(set, ck))), NULL;
    if (s->a->kind != SYN_TEXT)
        return check_fail(ck, s->a, MSG_RULE_CODE_TEXT, A(set->codes)), NULL;
    int64_t number;
    if (!check_code(ck, s->a, set->codes, &number))
        return NULL;
    if (number > 63)
        return check_fail(ck, s->a, MSG_RULE_NO_CODE, A(set->codes), A(s->a->text), A("")), NULL;
    struct node *x = node_of(ck, OP_HOLDS, KIND_BOOL, s, set, NULL);
    x->num = number;
    return x;
}

/* --- logic ----------------------------------------------------------------------------------- */

static bool opposite(const struct syntax *a, const struct syntax *b)
{
    static const struct {
        enum token_kind a, b;
    } pairs[] = { { TOK_EQ, TOK_NE }, { TOK_LT, TOK_GE }, { TOK_GT, TOK_LE } };
    if (a->kind == SYN_NOT && syntax_same(a->a, b))
        return true;
    if (b->kind == SYN_NOT && syntax_same(b->a, a))
        return true;
    if (a->kind != SYN_BINARY || b->kind != SYN_BINARY || !syntax_same(a->a, b->a) ||
        !syntax_same(a->b, b->b))
        return false;
    for (size_t i = 0; i < N_ELEMS(pairs); i++)
        if ((a->op == pairs[i].a && b->op == pairs[i].b) || (a->op == pairs[i].b && b->op == pairs[i].a))
            return true;
    return false;
}

static const struct node *check_logic(struct checker *ck, const struct syntax *s)
{
    const struct node *a = check_condition(ck, s->a), *b = check_condition(ck, s->b);
    if (!a || !b)
        return NULL;
    if (syntax_same(s->a, s->b))
        return check_fail(ck, s, MSG_RULE_TWICE, A(s->text)), NULL;
    if (opposite(s->a, s->b))
        return check_fail(ck, s, s->op == TOK_OR ? MSG_RULE_ALWAYS : MSG_RULE_NEVER), NULL;
    if (!check_level(ck, s, &a, &b))
        return NULL;
    return node_of(ck, s->op == TOK_AND ? OP_AND : OP_OR, KIND_BOOL, s, a, b);
}

/* Both branches of ? : as one kind. */
static bool alike(struct checker *ck, const struct syntax *s, const struct node **a, const struct node **b)
{
    if (is_number(*a) && is_number(*b)) {
        if (!same_unit(ck, s, *a, *b))
            return false;
        bool ratio = (*a)->kind == KIND_RATIO || (*b)->kind == KIND_RATIO;
        int scale = (*a)->scale > (*b)->scale ? (*a)->scale : (*b)->scale;
        *a = ratio ? as_ratio(ck, s, *a) : rescaled(ck, s, *a, scale);
        *b = ratio ? as_ratio(ck, s, *b) : rescaled(ck, s, *b, scale);
        return true;
    }
    bool codes = (*a)->kind == KIND_CODE || (*a)->kind == KIND_CODES;
    if ((*a)->kind == (*b)->kind && (!codes || !strcmp((*a)->codes, (*b)->codes)))
        return true;
    return check_fail(ck, s, MSG_RULE_BRANCHES, A(node_kind_name(*a, ck)), A(node_kind_name(*b, ck)));
}

static const struct node *check_if(struct checker *ck, const struct syntax *s)
{
    const struct node *a = check_condition(ck, s->a), *b = check_value(ck, s->b), *c = check_value(ck, s->c);
    if (!a || !b || !c || !alike(ck, s, &b, &c))
        return NULL;
    if (syntax_same(s->b, s->c))
        return check_fail(ck, s, MSG_RULE_TWICE, A("? :")), NULL;
    if (!check_level(ck, s, &a, &b) || !check_level(ck, s, &a, &c) || !check_level(ck, s, &b, &c))
        return NULL;
    struct node *x = node_of(ck, OP_IF, b->kind, s, a, b->level > c->level ? b : c);
    x->b = b;
    x->c = c;
    x->unit = b->unit > c->unit ? b->unit : c->unit;
    x->scale = b->scale;
    x->codes = b->codes;
    return x;
}

const struct node *check_operator(struct checker *ck, const struct syntax *s)
{
    if (s->kind == SYN_MINUS)
        return check_minus(ck, s);
    if (s->kind == SYN_IF)
        return check_if(ck, s);
    if (s->kind == SYN_NOT) {
        const struct node *a = check_condition(ck, s->a);
        return a ? negated(ck, s, a) : NULL;
    }
    assert(s->kind == SYN_BINARY);
    if (s->op == TOK_AND || s->op == TOK_OR)
        return check_logic(ck, s);
    if (s->op == TOK_IN)
        return check_in(ck, s);
    const struct node *a = check_value(ck, s->a), *b = check_value(ck, s->b);
    if (!a || !b || !check_level(ck, s, &a, &b))
        return NULL;
    switch (s->op) {
    case TOK_PLUS:
    case TOK_MINUS: return check_sum(ck, s, a, b);
    case TOK_TIMES:
    case TOK_DIVIDE: return check_product(ck, s, a, b);
    case TOK_REMAINDER: return check_remainder(ck, s, a, b);
    default: return check_compare(ck, s, a, b);
    }
}

/* --- what is wanted -------------------------------------------------------------------------- */

static const struct node *rounded(struct checker *ck, const struct syntax *at, const struct node *x)
{
    if (x->kind == KIND_NUMBER && x->scale <= SCALE_FEN)
        return rescaled(ck, at, x, SCALE_FEN);
    struct node *r = node_of(ck, OP_ROUND, KIND_NUMBER, at, x, NULL);
    r->unit = UNIT_YUAN;
    r->scale = SCALE_FEN;
    r->num = SCALE_FEN;
    return r;
}

/* A value of no declared type, in the shape that a column has. */
static const struct node *shaped(struct checker *ck, const struct syntax *at, const struct node *x)
{
    if (x->kind != KIND_NUMBER)
        return x;
    if (x->unit == UNIT_YUAN)
        return x->scale <= SCALE_FEN ? rescaled(ck, at, x, SCALE_FEN) : as_ratio(ck, at, x);
    return x->scale ? rescaled(ck, at, x, SCALE_MAX) : x;
}

const struct node *check_wanted(struct checker *ck, const struct node *x, enum rule_type want)
{
    struct syntax at = { .line = x->line, .col = x->col };
    bool yuan = x->unit == UNIT_YUAN;
    switch (want) {
    case RULE_ANY: return shaped(ck, &at, x);
    case RULE_INT:
    case RULE_YEAR:
        if (is_count(x))
            return x;
        break;
    case RULE_MONEY:
        if (is_number(x) && x->unit != UNIT_PLAIN)
            return rounded(ck, &at, x);
        break;
    case RULE_QUANTITY:
        if (x->kind == KIND_NUMBER && !yuan)
            return rescaled(ck, &at, x, SCALE_MAX);
        break;
    case RULE_RATIO:
        if (is_number(x) && !yuan)
            return as_ratio(ck, &at, x);
        break;
    default:
        if (node_type(x) == want)
            return x;
    }
    check_fail(ck, &at, MSG_RULE_WANTED, A(rule_type_name(want, ck->e->lang)), A(node_kind_name(x, ck)));
    return NULL;
}
