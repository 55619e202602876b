/* rules.c - every expression of a programme is shown to the rules engine when the file is read, so that none
 * waits to fail until somebody applies. */
#include "programme/application.h"
#include "programme/read.h"
#include "programme/rule.h"

struct checking {
    const struct programme *p;
    struct rule_scope scope; /* of screening: households, no application */
    const struct application_facts *application;
    struct rule_param params[RULE_PARAMS_MAX];
    size_t params_n;
    struct errs *e;
};

static const char *cstr(struct checking *c, struct str s)
{
    return arena_str(c->e->a, s).p;
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
        struct rule_scope scope = { .codes = &c->application->codes,
                                    .params = c->params,
                                    .n_params = c->params_n };
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
        scope.schema = &c->application->schema;
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
    c->application = application_facts(p, codes, e->a);
    check_params(c);
    c->scope = (struct rule_scope){
        .schema = &fact_schema, .codes = &c->application->codes, .params = c->params, .n_params = c->params_n
    };
    check_object(c, &programme_keys, p);
}
