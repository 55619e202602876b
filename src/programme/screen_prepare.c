/* A programme's expressions made into rules over one plan, and its parameters into values. */
#include "base/value.h"
#include "programme/screen.h"

#include <assert.h>

static const enum rule_type types[] = {
    [PARAMETER_BOOL] = RULE_BOOL,         [PARAMETER_INT] = RULE_INT,     [PARAMETER_MONEY] = RULE_MONEY,
    [PARAMETER_QUANTITY] = RULE_QUANTITY, [PARAMETER_DATE] = RULE_DATE,   [PARAMETER_YEAR] = RULE_YEAR,
    [PARAMETER_TEXT] = RULE_TEXT,         [PARAMETER_RATIO] = RULE_RATIO,
};

struct preparing {
    struct screen *s;
    struct arena *a;
    struct errs *e;
    struct rule_scope scope;
};

static const struct rule *compile(struct preparing *p, const struct expression *x, enum rule_type want,
                                  const char *field)
{
    struct rule_place at = { .field = field, .line = x->at.line, .col = x->at.column };
    return rule_check(p->a, &p->scope, x->text, want, at, p->scope.schema ? &p->s->plan : NULL, p->e);
}

/* Defaults speak of the parameters before them, and of no household. */
static bool add_params(struct preparing *p)
{
    const struct programme *pr = p->s->programme;
    if (pr->parameters.n > RULE_PARAMS_MAX)
        return fail(p->e, ERR_INVALID, "parameters", MSG_SCREEN_TOO_LARGE);
    for (size_t i = 0; i < pr->parameters.n; i++) {
        const struct programme_parameter *x = &pr->parameters.p[i];
        struct rule_param *out = &p->s->params[i];
        *out = (struct rule_param){ .name = arena_str(p->a, x->id.name).p, .type = types[x->type] };
        p->scope = (struct rule_scope){ .codes = p->s->codes, .params = p->s->params, .n_params = i };
        if (x->initial.text.p && !(out->def = compile(p, &x->initial, out->type, out->name)))
            return false;
        p->s->params_n++;
    }
    return true;
}

static struct screen_rule *room(struct preparing *p)
{
    return p->s->rules_n < SCREEN_RULES_MAX ? &p->s->rules[p->s->rules_n++] : NULL;
}

static bool add_condition(struct preparing *p, const struct programme_condition *c, bool exclude)
{
    struct screen_rule *r = room(p);
    if (!r)
        return fail(p->e, ERR_INVALID, "conditions", MSG_SCREEN_TOO_LARGE);
    *r = (struct screen_rule){ .id = c->id.name, .label = c->label, .stage = c->stage, .exclude = exclude };
    r->people = c->decided_by_people;
    r->first_time = c->first_time.when.text.p != NULL;
    if (c->stage != STAGE_REGISTRY || !c->when.text.p)
        return true;
    r->rule = compile(p, &c->when, RULE_BOOL, arena_str(p->a, c->id.name).p);
    return r->rule != NULL;
}

/* Somebody of the family who may apply. */
static bool add_applicant(struct preparing *p)
{
    const struct programme_applicant *x = &p->s->programme->applicant;
    struct screen_rule *r = x->must.text.p ? room(p) : NULL;
    p->scope.applicant = true;
    if (!r)
        return true;
    *r = (struct screen_rule){ .id = STR("applicant"), .label = x->label };
    if (!r->label.zh.p)
        r->label = (struct wording){ STR("有符合申请条件的成员"), STR("a member who may apply") };
    r->rule = p->s->must = p->scope.must = compile(p, &x->must, RULE_BOOL, "applicant");
    return r->rule != NULL;
}

static bool add_priority(struct preparing *p)
{
    const struct programme *pr = p->s->programme;
    for (size_t i = 0; i < pr->priority.n && i < SCREEN_PRIORITY_MAX; i++) {
        const struct rule *r = compile(p, &pr->priority.p[i].by, RULE_ANY, "priority");
        if (!r)
            return false;
        p->s->priority[i].rule = r;
        p->s->priority[i].descending = pr->priority.p[i].order == ORDER_DESC;
        p->s->priority[i].label = pr->priority.p[i].label;
        p->s->priority_n++;
    }
    return true;
}

bool screen_prepare(const struct programme *pr, const struct code_book *codes, struct arena *a,
                    struct screen *s, struct errs *e)
{
    *s = (struct screen){ .programme = pr, .codes = codes };
    struct preparing p = { .s = s, .a = a, .e = e };
    if (!add_params(&p))
        return false;
    p.scope = (struct rule_scope){
        .schema = &fact_schema, .codes = codes, .params = s->params, .n_params = s->params_n
    };
    bool ok = add_applicant(&p);
    for (size_t i = 0; i < pr->conditions.n; i++)
        ok = add_condition(&p, &pr->conditions.p[i], false) && ok;
    for (size_t i = 0; i < pr->exclude.n; i++)
        ok = add_condition(&p, &pr->exclude.p[i], true) && ok;
    return add_priority(&p) && ok;
}

bool screen_open(struct tx *tx, const struct programme *p, const struct code_book *codes, int64_t up_to,
                 struct arena *a, struct screen *s, struct errs *e)
{
    struct list rows;
    if (!screen_prepare(p, codes, a, s, e) || !parameter_settings(tx, p->code.name, up_to, &rows, a, e))
        return false;
    s->book = parameter_book_of(p, &rows, a);
    return true;
}

/* --- parameters --------------------------------------------------------------------------------- */

static const char *names_of(const struct screen *s, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    for (size_t i = 0; i < s->params_n; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", s->params[i].name);
    return arena_str(a, buf_str(&b)).p;
}

bool screen_setting_read(const struct screen *s, struct str text, struct screen_setting *out, struct errs *e)
{
    struct str name;
    if (!str_has(text, STR("=")) || !str_split(&text, '=', &name))
        return fail(e, ERR_INVALID, "set", MSG_SCREEN_SETTING, A(text));
    name = str_trim(name);
    text = str_trim(text);
    for (size_t i = 0; i < s->params_n; i++) {
        const struct wording *label = &s->programme->parameters.p[i].label;
        if (!name.n || (!str_eq(str_of(s->params[i].name), name) && !str_eq(label->zh, name) &&
                        !str_eq(label->en, name)))
            continue;
        *out = (struct screen_setting){ .name = str_of(s->params[i].name), .value = text, .param = i };
        return parameter_read(&s->programme->parameters.p[i], text, &out->constant, e);
    }
    return fail(e, ERR_NOT_FOUND, "set", MSG_SCREEN_NO_PARAMETER, A(name), A(names_of(s, e->a)));
}

static struct rule_given given_of(const struct programme_constant *c, enum rule_type type)
{
    struct rule_given g = { .given = true, .value = { .type = type, .known = true, .num = c->v } };
    g.value.den = type == RULE_RATIO ? c->den : 1;
    if (type == RULE_TEXT)
        g.value.text = c->text;
    return g;
}

void screen_given(const struct screen *s, const struct screen_setting *set, size_t n, int64_t county,
                  struct date as_of, struct rule_given given[RULE_PARAMS_MAX])
{
    struct region_code place = { county * 1000000 };
    for (size_t i = 0; i < s->params_n; i++) {
        const struct programme_parameter *p = &s->programme->parameters.p[i];
        struct parameter_choice v = parameter_choose(p, &s->book, place, as_of);
        given[i] = (struct rule_given){ 0 };
        if (v.constant)
            given[i] = given_of(v.constant, s->params[i].type);
        for (size_t k = 0; k < n; k++)
            if (set[k].param == i)
                given[i] = given_of(&set[k].constant, s->params[i].type);
    }
}
