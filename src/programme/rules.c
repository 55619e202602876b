/* rules.c - every expression of a programme is shown to the rules engine when the file is read, so that none
 * waits to fail until somebody applies. */
#include "programme/fact_schema.h"
#include "programme/read.h"
#include "programme/rule.h"

#include <assert.h>

enum { TABLES_MAX = 512 };

struct checking {
    const struct programme *p;
    struct rule_scope scope; /* of screening: households, no application */
    struct fact_schema with_application;
    struct fact_record records[FACT_RECORDS_MAX];
    struct code_book codes; /* and a table for each list of choices */
    struct code_table tables[TABLES_MAX];
    struct rule_param params[RULE_PARAMS_MAX];
    size_t params_n;
    struct errs *e;
};

static const char *cstr(struct checking *c, struct str s)
{
    return arena_str(c->e->a, s).p;
}

/* --- what the application asks --------------------------------------------------------------------- */

static const enum fact_type fact_types[] = {
    [FIELD_TEXT] = FACT_TEXT,   [FIELD_BOOL] = FACT_BOOL,         [FIELD_INT] = FACT_INT,
    [FIELD_MONEY] = FACT_MONEY, [FIELD_QUANTITY] = FACT_QUANTITY, [FIELD_DATE] = FACT_DATE,
    [FIELD_CODE] = FACT_CODE,
};

static const char *choices_table(struct checking *c, const struct programme_application_field *f)
{
    struct code_row *rows = NEW_ARRAY(c->e->a, struct code_row, f->choices.n);
    const char *name = arena_printf(c->e->a, "application.%s", cstr(c, f->id.name));
    size_t n = 0;
    for (size_t i = 0; i < f->choices.n; i++)
        if (f->choices.p[i].id.name.p)
            rows[n++] = (struct code_row){ .code = (int32_t)i + 1,
                                           .slug = f->choices.p[i].id.name,
                                           .zh = f->choices.p[i].label.zh,
                                           .en = f->choices.p[i].label.en };
    if (c->codes.n < TABLES_MAX)
        c->tables[c->codes.n++] = (struct code_table){ .name = str_of(name), .rows = rows, .n = n };
    return name;
}

static void add_application(struct checking *c)
{
    const struct programme *p = c->p;
    struct fact_field *fields = NEW_ARRAY(c->e->a, struct fact_field, p->application.fields.n + 1);
    struct fact_record r = { .name = "application", .label = { "申请书", "Application" }, .derived = fields };
    for (size_t i = 0; i < p->application.fields.n; i++) {
        const struct programme_application_field *f = &p->application.fields.p[i];
        if (!f->id.name.p || (size_t)f->type >= N_ELEMS(fact_types))
            continue;
        struct fact_field *to = &fields[r.n_derived++];
        *to = (struct fact_field){ .name = cstr(c, f->id.name), .type = fact_types[f->type] };
        if (f->type == FIELD_CODE)
            to->codes = f->codes.name.p ? cstr(c, f->codes.name) : choices_table(c, f);
    }
    assert(fact_schema.n < FACT_RECORDS_MAX);
    memcpy(c->records, fact_schema.records, fact_schema.n * sizeof *c->records);
    c->records[fact_schema.n] = r;
    c->with_application = (struct fact_schema){ c->records, fact_schema.n + 1 };
}

/* --- expressions ------------------------------------------------------------------------------------- */

static const struct rule *check(struct checking *c, const struct rule_scope *scope,
                                const struct expression *x, enum rule_type want)
{
    struct fact_plan plan = { .n = 0 }; /* of each expression, because only its mistakes are of interest */
    struct rule_place at = { .line = x->at.line, .col = x->at.column };
    return rule_check(c->e->a, scope, x->text, want, at, scope->schema ? &plan : NULL, c->e);
}

static const enum rule_type param_types[] = {
    [PARAMETER_BOOL] = RULE_BOOL,         [PARAMETER_INT] = RULE_INT,     [PARAMETER_MONEY] = RULE_MONEY,
    [PARAMETER_QUANTITY] = RULE_QUANTITY, [PARAMETER_DATE] = RULE_DATE,   [PARAMETER_YEAR] = RULE_YEAR,
    [PARAMETER_TEXT] = RULE_TEXT,         [PARAMETER_RATIO] = RULE_RATIO,
};

/* A default may speak of the parameters before it. */
static void check_params(struct checking *c)
{
    for (size_t i = 0; i < c->p->parameters.n; i++) {
        const struct programme_parameter *x = &c->p->parameters.p[i];
        struct rule_param *to = &c->params[c->params_n];
        if (!x->id.name.p)
            continue;
        if (c->params_n == RULE_PARAMS_MAX) {
            fail_at(c->e, x->id.at, MSG_PARAMETERS_MANY, A((int)RULE_PARAMS_MAX));
            return;
        }
        *to = (struct rule_param){ .name = cstr(c, x->id.name), .type = param_types[x->type] };
        struct rule_scope scope = { .codes = &c->codes, .params = c->params, .n_params = c->params_n };
        if (x->initial.text.p)
            to->def = check(c, &scope, &x->initial, to->type);
        c->params_n++;
    }
}

/* What an expression of the table may speak of, besides the household. */
static struct rule_scope scope_of(struct checking *c, const struct key_table *t, const void *obj)
{
    struct rule_scope scope = c->scope;
    const struct key *stage = key_find(t, STR("stage"));
    int at = STAGE_REGISTRY;
    if (stage)
        memcpy(&at, (const char *)obj + stage->off, sizeof at);
    bool screening = !strcmp(t->name, "applicant") || !strcmp(t->name, "priority");
    scope.applicant = c->p->applicant.who != APPLICANT_HOUSEHOLD && strcmp(t->name, "priority") != 0;
    scope.application = stage ? at != STAGE_REGISTRY : !screening;
    if (scope.application)
        scope.schema = &c->with_application;
    return scope;
}

static void check_object(struct checking *c, const struct key_table *t, const void *obj)
{
    struct rule_scope scope = scope_of(c, t, obj);
    if (!strcmp(t->name, "parameters"))
        return;
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        const char *at = (const char *)obj + k->off;
        struct key_list l = { (char *)(uintptr_t)at, 1 };
        if (k->kind != KEY_OBJECT && k->kind != KEY_EXPRESSION && k->kind != KEY_AMOUNT)
            continue;
        if (k->flags & (KEY_MANY | KEY_NAMED))
            l = key_list_of(k, obj);
        for (size_t j = 0; j < l.n; j++) {
            const void *x = l.p + j * key_size(k);
            const struct expression *expr = k->kind == KEY_AMOUNT ? &((const struct amount *)x)->expr : x;
            if (k->kind == KEY_OBJECT)
                check_object(c, k->object, x);
            else if (expr->text.p)
                check(c, &scope, expr, k->kind == KEY_AMOUNT ? RULE_MONEY : k->want);
        }
    }
}

void programme_check_rules(const struct programme *p, const struct code_book *codes, struct errs *e)
{
    struct checking *c = NEW(e->a, struct checking);
    c->p = p;
    c->e = e;
    c->codes = (struct code_book){ c->tables, codes->n < TABLES_MAX ? codes->n : TABLES_MAX };
    memcpy(c->tables, codes->tables, c->codes.n * sizeof *c->tables);
    add_application(c);
    check_params(c);
    c->scope = (struct rule_scope){
        .schema = &fact_schema, .codes = &c->codes, .params = c->params, .n_params = c->params_n
    };
    check_object(c, &programme_keys, p);
}
