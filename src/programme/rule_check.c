#include "programme/rule_program.h"

#include "base/nearest.h"
#include "base/value.h"

enum { NAMES_MAX = 512 };

struct node *node_new(struct checker *ck, enum rule_op op, enum node_kind kind, const struct syntax *s)
{
    struct node *x = NEW(ck->a, struct node);
    *x = (struct node){
        .op = op, .kind = kind, .level = LEVEL_RUN, .line = s->line, .col = s->col, .id = ck->n_nodes++
    };
    return x;
}

bool check_code(struct checker *ck, const struct syntax *literal, const char *codes, int64_t *code)
{
    const struct code_table *t = ck->scope->codes ? code_table(ck->scope->codes, codes) : NULL;
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (size_t i = 0; t && i < t->n; i++) {
        const struct code_row *row = &t->rows[i];
        bool named = str_eq(row->slug, literal->text) || str_eq(row->zh, literal->text) ||
                     str_eq(row->en, literal->text);
        if (named && row->code >= 0 && row->code <= INT16_MAX) {
            *code = row->code;
            return true;
        }
        if (n + 2 > NAMES_MAX)
            continue;
        names[n++] = arena_str(ck->a, row->slug).p;
        if (row->zh.p)
            names[n++] = arena_str(ck->a, row->zh).p;
    }
    return check_fail(ck, literal, MSG_RULE_NO_CODE, A(codes), A(literal->text),
                      A(rule_near(ck->e, literal->text, names, n)));
}

/* --- names ----------------------------------------------------------------------------------- */

static const struct variable *variable_named(const struct checker *ck, struct str name)
{
    for (size_t i = ck->n_vars; i-- > 0;)
        if (str_eq(ck->vars[i].name, name))
            return &ck->vars[i];
    return NULL;
}

static int record_named(const struct checker *ck, struct str name)
{
    int record = ck->scope->schema ? fact_record_find(ck->scope->schema, name) : -1;
    if (record > 0 && str_eq(name, STR("application")) && !ck->scope->application)
        return -1;
    return record;
}

static size_t names_known(const struct checker *ck, const char **names)
{
    size_t n = 0;
    names[n++] = "today";
    names[n++] = "region";
    if (ck->scope->applicant)
        names[n++] = "applicant";
    for (size_t i = 0; ck->scope->schema && i < ck->scope->schema->n; i++)
        names[n++] = ck->scope->schema->records[i].name;
    for (size_t i = 0; i < ck->scope->n_params; i++)
        names[n++] = ck->scope->params[i].name;
    for (size_t i = 0; i < ck->n_vars; i++)
        names[n++] = arena_str(ck->a, ck->vars[i].name).p;
    return n;
}

static bool no_name(struct checker *ck, const struct syntax *s)
{
    const char *names[NAMES_MAX];
    if (str_eq(s->text, STR("applicant")) && !ck->scope->applicant)
        return check_fail(ck, s, MSG_RULE_NO_APPLICANT);
    if (str_eq(s->text, STR("application")) && !ck->scope->application)
        return check_fail(ck, s, MSG_RULE_NO_APPLICATION);
    return check_fail(ck, s, MSG_RULE_NO_NAME, A(s->text),
                      A(rule_near(ck->e, s->text, names, names_known(ck, names))));
}

static const struct node *check_param(struct checker *ck, const struct syntax *s, size_t i)
{
    static const struct {
        enum node_kind kind;
        enum node_unit unit;
        int scale;
    } shapes[] = {
        [RULE_BOOL] = { KIND_BOOL, UNIT_ANY, 0 },
        [RULE_INT] = { KIND_NUMBER, UNIT_PLAIN, 0 },
        [RULE_MONEY] = { KIND_NUMBER, UNIT_YUAN, SCALE_FEN },
        [RULE_QUANTITY] = { KIND_NUMBER, UNIT_PLAIN, SCALE_MAX },
        [RULE_RATIO] = { KIND_RATIO, UNIT_PLAIN, 0 },
        [RULE_DATE] = { KIND_DATE, UNIT_ANY, 0 },
        [RULE_YEAR] = { KIND_NUMBER, UNIT_PLAIN, 0 },
        [RULE_TEXT] = { KIND_TEXT, UNIT_ANY, 0 },
    };
    const struct rule_param *p = &ck->scope->params[i];
    assert(p->type < N_ELEMS(shapes));
    assert(p->type != RULE_ANY);
    struct node *x = node_new(ck, OP_PARAM, shapes[p->type].kind, s);
    x->unit = shapes[p->type].unit;
    x->scale = shapes[p->type].scale;
    x->param = i;
    x->level = p->def && p->def->root->level != LEVEL_RUN ? LEVEL_HOUSEHOLD : LEVEL_RUN;
    ck->params |= UINT64_C(1) << i;
    if (p->def)
        ck->params |= p->def->params;
    return x;
}

static const struct node *check_bare(struct checker *ck, const struct syntax *s)
{
    if (variable_named(ck, s->text) || record_named(ck, s->text) == 0 || str_eq(s->text, STR("applicant")) ||
        (record_named(ck, s->text) > 0 && str_eq(s->text, STR("application"))))
        return check_fail(ck, s, MSG_RULE_NEEDS_FIELD, A(s->text)), NULL;
    if (record_named(ck, s->text) > 0)
        return check_fail(ck, s, MSG_RULE_LIST_ALONE, A(s->text)), NULL;
    if (str_eq(s->text, STR("today")))
        return node_new(ck, OP_TODAY, KIND_DATE, s);
    for (size_t i = 0; i < ck->scope->n_params; i++)
        if (str_eq(str_of(ck->scope->params[i].name), s->text))
            return check_param(ck, s, i);
    return no_name(ck, s), NULL;
}

/* --- fields ---------------------------------------------------------------------------------- */

/* Whose field: the record, and the level it is read at. */
static bool find_owner(struct checker *ck, const struct syntax *s, int *record, int *level)
{
    const struct variable *v = s->kind == SYN_NAME ? variable_named(ck, s->text) : NULL;
    if (s->kind != SYN_NAME)
        return check_fail(ck, s, MSG_RULE_NO_FIELDS);
    if (v) {
        *record = v->record;
        *level = v->level;
        return true;
    }
    if (str_eq(s->text, STR("applicant")) && ck->scope->applicant) {
        *record = record_named(ck, STR("members"));
        assert(*record > 0);
        if (!ck->applicant_level)
            ck->applicant_level = ++ck->levels;
        *level = ck->applicant_level;
        return true;
    }
    *record = record_named(ck, s->text);
    if (*record < 0)
        return no_name(ck, s);
    if (ck->scope->schema->records[*record].list)
        return check_fail(ck, s, MSG_RULE_LIST_FIELD, A(s->text));
    *level = LEVEL_HOUSEHOLD;
    return true;
}

static bool need(struct checker *ck, const struct syntax *s, int record, struct fact_field *f, int *place)
{
    *place = fact_need(ck->plan, record, f);
    return *place >= 0 || check_fail(ck, s, MSG_RULE_TOO_MANY_FACTS, A((int)FACT_NEEDS_MAX));
}

static const struct node *check_field(struct checker *ck, const struct syntax *s, enum rule_op op)
{
    static const struct {
        enum node_kind kind;
        enum node_unit unit;
        int scale;
    } shapes[] = {
        [FACT_BOOL] = { KIND_BOOL, UNIT_ANY, 0 },
        [FACT_INT] = { KIND_NUMBER, UNIT_PLAIN, 0 },
        [FACT_MONEY] = { KIND_NUMBER, UNIT_YUAN, SCALE_FEN },
        [FACT_QUANTITY] = { KIND_NUMBER, UNIT_PLAIN, SCALE_MAX },
        [FACT_DATE] = { KIND_DATE, UNIT_ANY, 0 },
        [FACT_TEXT] = { KIND_TEXT, UNIT_ANY, 0 },
        [FACT_CODE] = { KIND_CODE, UNIT_ANY, 0 },
        [FACT_CODES] = { KIND_CODES, UNIT_ANY, 0 },
    };
    int record = 0, level = 0, place = 0;
    struct fact_field f;
    if (!find_owner(ck, s->a, &record, &level))
        return NULL;
    const struct fact_record *r = &ck->scope->schema->records[record];
    if (!fact_field_find(r, s->text, &f)) {
        const char *names[NAMES_MAX];
        size_t n = fact_field_names(r, names, NAMES_MAX);
        check_fail(ck, s, MSG_RULE_NO_FIELD, A(s->a->text), A(s->text),
                   A(rule_near(ck->e, s->text, names, n)));
        return NULL;
    }
    if (!need(ck, s, record, &f, &place))
        return NULL;
    bool has = op == OP_HAS;
    struct node *x = node_new(ck, op, has ? KIND_BOOL : shapes[f.type].kind, s);
    x->unit = has ? UNIT_ANY : shapes[f.type].unit;
    x->scale = has ? 0 : shapes[f.type].scale;
    x->codes = has ? NULL : f.codes;
    x->level = level;
    x->record = level > LEVEL_HOUSEHOLD ? record : 0;
    x->need = place;
    x->field = f;
    x->fact_record = record;
    return x;
}

/* --- lists ----------------------------------------------------------------------------------- */

/* A list in the making: members, .filter(…), .map(…). */
struct list {
    int record, level;
    const struct node *filter; /* NULL: all elements */
    const struct node *value;  /* of map; NULL: the elements themselves */
};

static bool check_list(struct checker *ck, const struct syntax *s, struct list *out);

static bool is_macro(struct str name)
{
    static const char *const macros[] = { "exists", "all", "filter", "map" };
    for (size_t i = 0; i < N_ELEMS(macros); i++)
        if (str_eq(name, str_of(macros[i])))
            return true;
    return false;
}

static bool is_measure(struct str name)
{
    static const char *const measures[] = { "size", "sum", "min", "max" };
    for (size_t i = 0; i < N_ELEMS(measures); i++)
        if (str_eq(name, str_of(measures[i])))
            return true;
    return false;
}

/* m in members.exists(m, …) must be a new name. */
static bool check_variable(struct checker *ck, const struct syntax *s)
{
    const char *names[NAMES_MAX];
    if (s->kind != SYN_NAME)
        return check_fail(ck, s, MSG_RULE_VARIABLE);
    for (size_t i = names_known(ck, names); i-- > 0;)
        if (str_eq(str_of(names[i]), s->text))
            return check_fail(ck, s, MSG_RULE_VARIABLE_TAKEN, A(s->text));
    if (ck->n_vars == VARIABLES_MAX)
        return check_fail(ck, s, MSG_RULE_DEEP, A((int)VARIABLES_MAX));
    return true;
}

/* The second argument of a macro, with the first standing for each element. */
static const struct node *check_body(struct checker *ck, const struct syntax *call, const struct list *list)
{
    bool map = str_eq(call->text, STR("map"));
    if (call->n_args != 2)
        return check_fail(ck, call, MSG_RULE_USAGE, A(map ? "members.map(m, …)" : "members.exists(m, …)")),
               NULL;
    const struct syntax *var = call->args, *body = var->next;
    if (!check_variable(ck, var))
        return NULL;
    ck->vars[ck->n_vars++] = (struct variable){ var->text, list->level, list->record };
    const struct node *x = map ? check_value(ck, body) : check_condition(ck, body);
    ck->n_vars--;
    if (x && x->level > LEVEL_HOUSEHOLD && x->level != list->level)
        return check_fail(ck, body, MSG_RULE_TWO_LISTS), NULL;
    if (x && x->level != list->level)
        return check_fail(ck, body, MSG_RULE_NOT_ABOUT, A(var->text)), NULL;
    return x;
}

static const struct node *joined(struct checker *ck, const struct syntax *s, enum rule_op op,
                                 const struct node *a, const struct node *b)
{
    struct node *x = node_new(ck, op, KIND_BOOL, s);
    x->a = a;
    x->b = b;
    x->level = a->level;
    x->record = a->record;
    return x;
}

static bool check_list_call(struct checker *ck, const struct syntax *s, struct list *out)
{
    bool map = str_eq(s->text, STR("map"));
    if (!map && !str_eq(s->text, STR("filter")))
        return check_fail(ck, s, MSG_RULE_NOT_LIST);
    struct list list;
    if (!check_list(ck, s->a, &list))
        return false;
    if (list.value)
        return check_fail(ck, s, MSG_RULE_AFTER_MAP, A(s->text));
    const struct node *x = check_body(ck, s, &list);
    if (!x)
        return false;
    if (map)
        list.value = x;
    else
        list.filter = list.filter ? joined(ck, s, OP_AND, list.filter, x) : x;
    *out = list;
    return true;
}

static bool check_list(struct checker *ck, const struct syntax *s, struct list *out)
{
    if (s->kind == SYN_CALL && s->a)
        return check_list_call(ck, s, out);
    if (s->kind != SYN_NAME || variable_named(ck, s->text))
        return check_fail(ck, s, MSG_RULE_NOT_LIST);
    int record = record_named(ck, s->text);
    if (record < 0)
        return no_name(ck, s);
    if (!ck->scope->schema->records[record].list)
        return check_fail(ck, s, MSG_RULE_NOT_LIST);
    ck->plan->lists[record] = true;
    *out = (struct list){ .record = record, .level = ++ck->levels };
    return true;
}

static struct node *over(struct checker *ck, const struct syntax *s, enum rule_op op, enum node_kind kind,
                         const struct list *list)
{
    struct node *x = node_new(ck, op, kind, s);
    x->level = LEVEL_HOUSEHOLD;
    x->list = list->record;
    return x;
}

static const struct node *check_quantifier(struct checker *ck, const struct syntax *s)
{
    struct list list;
    if (!check_list(ck, s->a, &list))
        return NULL;
    if (list.value)
        return check_fail(ck, s, MSG_RULE_AFTER_MAP, A(s->text)), NULL;
    const struct node *x = check_body(ck, s, &list);
    if (!x)
        return NULL;
    bool all = str_eq(s->text, STR("all"));
    if (list.filter && all) { /* whoever is not meant does not count: !filter || x */
        struct node *others = node_new(ck, OP_NOT, KIND_BOOL, s);
        others->a = list.filter;
        others->level = list.filter->level;
        others->record = list.filter->record;
        x = joined(ck, s, OP_OR, others, x);
    } else if (list.filter) {
        x = joined(ck, s, OP_AND, list.filter, x);
    }
    struct node *q = over(ck, s, all ? OP_ALL : OP_ANY, KIND_BOOL, &list);
    q->a = x;
    return q;
}

/* size, sum, min and max: of a list in front of the dot, or between the parentheses. */
static const struct node *check_measure(struct checker *ck, const struct syntax *s)
{
    const struct syntax *what = s->a ? s->a : s->args;
    struct list list;
    if (s->n_args != (s->a ? 0 : 1)) {
        const char *usage = str_eq(s->text, STR("size")) ? "size(members)" : "sum(loans.map(l, …))";
        return check_fail(ck, s, MSG_RULE_USAGE, A(usage)), NULL;
    }
    if (!check_list(ck, what, &list))
        return NULL;
    if (str_eq(s->text, STR("size"))) {
        struct node *x = over(ck, s, OP_SIZE, KIND_NUMBER, &list);
        x->unit = UNIT_PLAIN;
        x->a = list.filter;
        return x;
    }
    if (!list.value)
        return check_fail(ck, s, MSG_RULE_NEEDS_MAP, A(s->text)), NULL;
    bool sum = str_eq(s->text, STR("sum"));
    bool number = list.value->kind == KIND_NUMBER || list.value->kind == KIND_RATIO;
    if (!number && (sum || list.value->kind != KIND_DATE))
        return check_fail(ck, s, MSG_RULE_NOT_NUMBER, A(s->text), A(node_kind_name(list.value, ck))), NULL;
    enum rule_op op = sum ? OP_SUM : str_eq(s->text, STR("min")) ? OP_MIN : OP_MAX;
    struct node *x = over(ck, s, op, list.value->kind, &list);
    x->unit = list.value->unit;
    x->scale = list.value->scale;
    x->a = list.filter;
    x->b = list.value;
    return x;
}

/* --- functions ------------------------------------------------------------------------------- */

static const struct node *check_age(struct checker *ck, const struct syntax *s)
{
    const struct node *a = check_value(ck, s->args), *b = check_value(ck, s->args->next);
    if (!a || !b)
        return NULL;
    if (a->kind != KIND_DATE || b->kind != KIND_DATE)
        return check_fail(ck, s, MSG_RULE_NEEDS_DATE, A(s->text),
                          A(node_kind_name(a->kind != KIND_DATE ? a : b, ck))),
               NULL;
    if (syntax_same(s->args, s->args->next))
        return check_fail(ck, s, MSG_RULE_ITSELF), NULL;
    if (!check_level(ck, s, &a, &b))
        return NULL;
    struct node *x = node_new(ck, OP_AGE, KIND_NUMBER, s);
    x->unit = UNIT_PLAIN;
    x->a = a;
    x->b = b;
    x->level = a->level > b->level ? a->level : b->level;
    x->record = a->level > b->level ? a->record : b->record;
    return x;
}

static const struct node *check_year(struct checker *ck, const struct syntax *s)
{
    const struct node *a = check_value(ck, s->args);
    if (!a)
        return NULL;
    if (a->kind != KIND_DATE)
        return check_fail(ck, s, MSG_RULE_NEEDS_DATE, A(s->text), A(node_kind_name(a, ck))), NULL;
    struct node *x = node_new(ck, OP_YEAR, KIND_NUMBER, s);
    x->unit = UNIT_PLAIN;
    x->a = a;
    x->level = a->level;
    x->record = a->record;
    return x;
}

static const struct node *check_date(struct checker *ck, const struct syntax *s)
{
    struct date d;
    if (s->args->kind != SYN_TEXT || date_read(s->args->text, &d) != READ_OK)
        return check_fail(ck, s->args, MSG_RULE_USAGE, A("date('2017-09-30')")), NULL;
    struct node *x = node_new(ck, OP_CONST, KIND_DATE, s);
    x->num = d.day;
    return x;
}

static const struct node *check_has(struct checker *ck, const struct syntax *s)
{
    if (s->args->kind != SYN_FIELD)
        return check_fail(ck, s, MSG_RULE_USAGE, A("has(m.birth_date)")), NULL;
    return check_field(ck, s->args, OP_HAS);
}

/* A year as an argument: an integer that is not a different one for each element of a list. */
static const struct node *check_year_argument(struct checker *ck, const struct syntax *s)
{
    const struct node *y = check_value(ck, s);
    if (!y)
        return NULL;
    if (y->kind != KIND_NUMBER || y->scale || y->unit == UNIT_YUAN || y->level > LEVEL_HOUSEHOLD)
        return check_fail(ck, s, MSG_RULE_NEEDS_YEAR, A(node_kind_name(y, ck))), NULL;
    return y;
}

/* Indicators that the code table says are in yuan; all others are plain numbers. */
static const int16_t yuan_indicators[] = { 1, 2, 3, 4, 5, 6, 7, 51 };

static const struct node *check_indicator(struct checker *ck, const struct syntax *s)
{
    int64_t code;
    if (s->args->kind != SYN_TEXT)
        return check_fail(ck, s->args, MSG_RULE_CODE_TEXT, A("indicator")), NULL;
    bool known = check_code(ck, s->args, "indicator", &code);
    const struct node *year = check_year_argument(ck, s->args->next);
    if (!known || !year)
        return NULL;
    struct node *x = node_new(ck, OP_INDICATOR, KIND_NUMBER, s);
    x->unit = UNIT_PLAIN;
    for (size_t i = 0; i < N_ELEMS(yuan_indicators); i++)
        if (yuan_indicators[i] == code)
            x->unit = UNIT_YUAN;
    x->scale = SCALE_MAX;
    x->level = LEVEL_HOUSEHOLD;
    x->num = code;
    x->a = year;
    return x;
}

static const struct node *check_per_head(struct checker *ck, const struct syntax *s)
{
    static const struct {
        struct str name;
        enum fact_type type;
    } wanted[] = { { STR_INIT("year"), FACT_INT },
                   { STR_INIT("net"), FACT_MONEY },
                   { STR_INIT("members"), FACT_INT } };
    int record = record_named(ck, STR("incomes")), places[3];
    const struct node *year = check_year_argument(ck, s->args);
    if (!year)
        return NULL;
    for (size_t i = 0; i < N_ELEMS(wanted); i++) {
        struct fact_field f;
        if (record < 0 || !fact_field_find(&ck->scope->schema->records[record], wanted[i].name, &f) ||
            f.type != wanted[i].type)
            return check_fail(ck, s, MSG_RULE_NO_FIELD, A("incomes"), A(wanted[i].name), A("")), NULL;
        if (!need(ck, s, record, &f, &places[i]))
            return NULL;
    }
    struct node *x = node_new(ck, OP_PER_HEAD, KIND_RATIO, s);
    x->unit = UNIT_YUAN;
    x->level = LEVEL_HOUSEHOLD;
    x->list = record;
    x->a = year;
    x->need = places[0];
    x->need_net = places[1];
    x->need_members = places[2];
    return x;
}

static const struct function {
    const char *of, *name; /* of: what stands in front of the dot */
    size_t n_args;
    const char *usage;
    const struct node *(*check)(struct checker *, const struct syntax *);
} functions[] = {
    { NULL, "age", 2, "age(m.birth_date, today)", check_age },
    { NULL, "year", 1, "year(today)", check_year },
    { NULL, "date", 1, "date('2017-09-30')", check_date },
    { NULL, "has", 1, "has(m.birth_date)", check_has },
    { "region", "indicator", 2, "region.indicator('rural_net_income_per_head', 2016)", check_indicator },
    { "household", "income_per_head", 1, "household.income_per_head(2016)", check_per_head },
};

/* What CEL has and rules have not, and what to write instead. */
static const struct {
    const char *name, *instead;
} missing[] = {
    { "exists_one", "members.filter(m, …).size() == 1" },
    { "matches", "== 'text'" },
    { "contains", "in" },
    { "startsWith", "== 'text'" },
    { "endsWith", "== 'text'" },
    { "timestamp", "date('2017-09-30')" },
    { "duration", "age(m.birth_date, today)" },
    { "getFullYear", "year(d)" },
    { "getDate", "year(d)" },
    { "getMonth", "year(d)" },
    { "int", "" },
    { "uint", "" },
    { "double", "" },
    { "string", "" },
    { "bytes", "" },
    { "bool", "" },
    { "type", "" },
    { "dyn", "" },
};

static bool no_function(struct checker *ck, const struct syntax *s)
{
    const char *names[N_ELEMS(functions) + 8] = { "exists", "all", "filter", "map",
                                                  "size",   "sum", "min",    "max" };
    size_t n = 8;
    for (size_t i = 0; i < N_ELEMS(missing); i++)
        if (str_eq(s->text, str_of(missing[i].name))) {
            const char *instead =
                *missing[i].instead ? say(ck->a, ck->e->lang, MSG_RULE_INSTEAD, A(missing[i].instead)) : "";
            return check_fail(ck, s, MSG_RULE_NOT_HERE, A(s->text), A(instead));
        }
    for (size_t i = 0; i < N_ELEMS(functions); i++)
        names[n++] = functions[i].name;
    return check_fail(ck, s, MSG_RULE_NO_FUNCTION, A(s->text), A(rule_near(ck->e, s->text, names, n)));
}

static const struct node *check_call(struct checker *ck, const struct syntax *s)
{
    for (size_t i = 0; i < N_ELEMS(functions); i++) {
        const struct function *f = &functions[i];
        if (!str_eq(s->text, str_of(f->name)))
            continue;
        bool owned = f->of ? s->a && s->a->kind == SYN_NAME && str_eq(s->a->text, str_of(f->of)) : !s->a;
        if (!owned || s->n_args != f->n_args)
            return check_fail(ck, s, MSG_RULE_USAGE, A(f->usage)), NULL;
        return f->check(ck, s);
    }
    if (is_measure(s->text))
        return check_measure(ck, s);
    if (!is_macro(s->text))
        return no_function(ck, s), NULL;
    if (!s->a)
        return check_fail(ck, s, MSG_RULE_USAGE, A("members.exists(m, …)")), NULL;
    if (str_eq(s->text, STR("exists")) || str_eq(s->text, STR("all")))
        return check_quantifier(ck, s);
    return check_fail(ck, s, MSG_RULE_LIST_ALONE, A(s->text)), NULL;
}

/* --- expressions ----------------------------------------------------------------------------- */

static const struct node *check_literal(struct checker *ck, const struct syntax *s)
{
    static const enum node_kind kinds[] = {
        [SYN_NUMBER] = KIND_NUMBER, [SYN_TEXT] = KIND_TEXT, [SYN_BOOL] = KIND_BOOL
    };
    struct node *x = node_new(ck, OP_CONST, kinds[s->kind], s);
    x->num = s->num;
    x->scale = s->scale;
    x->text = s->text;
    return x;
}

const struct node *check_value(struct checker *ck, const struct syntax *s)
{
    switch (s->kind) {
    case SYN_NUMBER:
    case SYN_TEXT:
    case SYN_BOOL: return check_literal(ck, s);
    case SYN_NAME: return check_bare(ck, s);
    case SYN_FIELD: return check_field(ck, s, OP_FACT);
    case SYN_CALL: return check_call(ck, s);
    case SYN_LIST: return check_fail(ck, s, MSG_RULE_LIST_ALONE, A("[ ]")), NULL;
    default: return check_operator(ck, s);
    }
}

const struct node *check_condition(struct checker *ck, const struct syntax *s)
{
    const struct node *x = check_value(ck, s);
    if (!x)
        return NULL;
    if (x->kind != KIND_BOOL)
        return check_fail(ck, s, MSG_RULE_NOT_CONDITION, A(node_kind_name(x, ck))), NULL;
    if (x->op == OP_CONST)
        return check_fail(ck, s, MSG_RULE_CONSTANT), NULL;
    return x;
}

/* --- the whole rule -------------------------------------------------------------------------- */

static const struct node *about_applicant(struct checker *ck, const struct node *x)
{
    struct syntax at = { .line = x->line, .col = x->col };
    if (x->level != ck->applicant_level || !ck->applicant_level)
        return x;
    struct node *root = node_new(ck, x->kind == KIND_BOOL ? OP_APPLICANT : OP_PICK, x->kind, &at);
    root->unit = x->unit;
    root->scale = x->scale;
    root->codes = x->codes;
    root->level = LEVEL_HOUSEHOLD;
    root->list = x->record;
    root->a = x;
    if (root->op == OP_APPLICANT && ck->scope->must) {
        const struct node *must = check_condition(ck, ck->scope->must->syntax);
        root->b = must ? node_spread(ck, must, x->level, x->record) : NULL;
        assert(root->b);
    }
    return root;
}

static const struct node *check_root(struct checker *ck, const struct syntax *s, enum rule_type want)
{
    const struct node *x =
        want == RULE_BOOL && ck->scope->schema ? check_condition(ck, s) : check_value(ck, s);
    if (!x)
        return NULL;
    assert(x->level <= LEVEL_HOUSEHOLD || x->level == ck->applicant_level);
    if (want == RULE_BOOL && ck->scope->schema && x->kind == KIND_BOOL && x->level == LEVEL_RUN)
        return check_fail(ck, s, MSG_RULE_SAME_FOR_ALL), NULL;
    x = about_applicant(ck, x);
    return check_wanted(ck, x, want);
}

const struct rule *rule_check(struct arena *a, const struct rule_scope *scope, struct str text,
                              enum rule_type want, struct rule_place at, struct fact_plan *plan,
                              struct errs *e)
{
    assert(scope->n_params <= RULE_PARAMS_MAX);
    assert(!scope->schema || plan);
    struct checker ck = { .a = a, .scope = scope, .place = at, .plan = plan, .e = e };
    struct rule *r = NEW(a, struct rule);
    r->source = arena_str(a, str_trim(text));
    r->syntax = rule_parse(a, arena_str(a, text), &at, e);
    r->root = r->syntax ? check_root(&ck, r->syntax, want) : NULL;
    if (!r->root) {
        assert(errs_any(e));
        return NULL;
    }
    r->n_nodes = ck.n_nodes;
    r->type = want == RULE_ANY ? node_type(r->root) : want;
    r->money = r->root->unit == UNIT_YUAN;
    r->applicant = ck.applicant_level != 0;
    r->params = ck.params;
    return r;
}

enum rule_type rule_type_of(const struct rule *r)
{
    return r->type;
}

bool rule_speaks_of_applicant(const struct rule *r)
{
    return r->applicant;
}

bool rule_is_constant(const struct rule *r)
{
    return r->root->level == LEVEL_RUN;
}

bool rule_uses_param(const struct rule *r, size_t param)
{
    return r->params >> param & 1;
}

struct str rule_source(const struct rule *r)
{
    return r->source;
}
