#include "casework/case_check.h"

#include "base/value.h"
#include "casework/case_parts.h"
#include "casework/step.h"
#include "programme/application.h"
#include "programme/screen.h"

#include <assert.h>

// clang-format off
static const struct col case_check_cols[] = {
    COL(case_check, county,       "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(case_check, case_id,      "案件内部编号", "Case id",   .flags = PKEY | SERVER | REQUIRED),
    COL(case_check, stage,        "环节",         "Stage",     .flags = PKEY | SERVER | REQUIRED, .codes = "check_stage"),
    COL(case_check, no,           "序号",         "No",        .flags = PKEY | SERVER | REQUIRED),
    COL(case_check, condition_id, "条件",         "Condition", .flags = SERVER | REQUIRED, .max = 60),
    COL(case_check, label,        "条件内容",     "In words",  .flags = SERVER | REQUIRED, .max = 400),
    COL(case_check, expression,   "表达式",       "Expression", .flags = SERVER, .max = 4096),
    COL(case_check, seen,         "所依据的情况", "What it saw", .flags = SERVER, .max = 4000),
    COL(case_check, missing,      "所缺资料",     "Missing",   .flags = SERVER, .max = 2000),
    COL(case_check, result,       "结果",         "Result",    .flags = SERVER | REQUIRED, .codes = "check_result"),
    COL(case_check, version,      "版本",         "Version",   .flags = SERVER | REQUIRED),
    COL(case_check, checked_on,   "核对日期",     "Checked on", .flags = SERVER | REQUIRED),
};
// clang-format on
const struct entity case_check_entity =
    ENTITY(case_check, TABLE_COUNTY, "条件核对", "Check of a condition", case_check_cols);

enum { QUESTIONS_MAX = SCREEN_RULES_MAX, PARTS_MAX = 64, SEEN_MAX = 4000 };

/* One condition or exclusion, or who may apply. */
struct question {
    struct str id;
    struct wording label;
    const struct programme_condition *condition; /* NULL: who may apply */
    bool exclude;
    const struct rule *rule, *first_time;
};
struct part_rule {
    const struct programme_step *step;
    const struct programme_register_part *part;
    const struct rule *rule; /* NULL: whoever is left */
};
struct case_rules {
    struct screen screen;
    const struct application_facts *application;
    struct fact_plan reading; /* the plan with a stand-in where the application's columns go */
    struct question questions[QUESTIONS_MAX];
    size_t questions_n;
    struct part_rule parts[PARTS_MAX];
    size_t parts_n;
    const struct rule *min, *max;
};

/* --- a programme made ready, once ------------------------------------------------------------- */

struct preparing {
    struct case_rules *r;
    struct rule_scope scope;
    struct arena *a;
    struct errs *e;
};

static const struct rule *compile(struct preparing *p, const struct expression *x, enum rule_type want)
{
    struct rule_place at = { .field = "programme", .line = x->at.line, .col = x->at.column };
    return x->text.p ? rule_check(p->a, &p->scope, x->text, want, at, &p->r->screen.plan, p->e) : NULL;
}

static void add_question(struct preparing *p, const struct screen_rule *s,
                         const struct programme_condition *c, bool exclude)
{
    struct question *q = &p->r->questions[p->r->questions_n++];
    *q = (struct question){ .id = s->id, .label = s->label, .condition = c, .exclude = exclude };
    q->rule = s->rule;
    if (c && !q->rule)
        q->rule = compile(p, &c->when, RULE_BOOL);
    if (c && c->first_time.when.text.p)
        q->first_time = compile(p, &c->first_time.when, RULE_BOOL);
}

static void add_parts(struct preparing *p)
{
    const struct programme *pr = p->r->screen.programme;
    for (size_t i = 0; i < pr->steps.n; i++) {
        const struct programme_step *s = &pr->steps.p[i];
        for (size_t k = 0; s->kind == STEP_CLASSIFICATION && k < s->parts.n && p->r->parts_n < PARTS_MAX; k++)
            p->r->parts[p->r->parts_n++] =
                (struct part_rule){ s, &s->parts.p[k], compile(p, &s->parts.p[k].when, RULE_BOOL) };
    }
}

/* facts_read knows no application: it is given another column to read in its place. */
static void stand_in(struct case_rules *r)
{
    struct fact_field any;
    bool found = fact_field_find(&fact_schema.records[FACTS_HOUSEHOLD], STR("village"), &any) ||
                 fact_field_find(&fact_schema.records[FACTS_HOUSEHOLD], STR("state"), &any);
    assert(found);
    (void)found;
    r->screen.plan.lists[FACTS_MEMBERS] = true;
    r->reading = r->screen.plan;
    r->reading.lists[FACTS_APPLICATION] = false;
    for (size_t i = 0; i < r->reading.n; i++)
        if (r->reading.needs[i].record == FACTS_APPLICATION)
            r->reading.needs[i] = (struct fact_need){ .record = FACTS_HOUSEHOLD, .field = any };
}

static struct case_rules *rules_make(struct tx *tx, const struct programme *pr, const struct code_book *codes,
                                     struct arena *a, struct errs *e)
{
    struct case_rules *r = NEW(a, struct case_rules);
    struct preparing p = { .r = r, .a = a, .e = e };
    r->application = application_facts(pr, codes, a);
    if (!screen_open(tx, pr, &r->application->codes, PARAMETERS_NOW, a, &r->screen, e))
        return NULL;
    p.scope = (struct rule_scope){ .schema = &r->application->schema,
                                   .codes = &r->application->codes,
                                   .params = r->screen.params,
                                   .n_params = r->screen.params_n,
                                   .applicant = pr->applicant.who != APPLICANT_HOUSEHOLD,
                                   .must = r->screen.must,
                                   .application = true };
    size_t at = 0;
    if (r->screen.must)
        add_question(&p, &r->screen.rules[at++], NULL, false);
    for (size_t i = 0; i < pr->conditions.n; i++)
        add_question(&p, &r->screen.rules[at++], &pr->conditions.p[i], false);
    for (size_t i = 0; i < pr->exclude.n; i++)
        add_question(&p, &r->screen.rules[at++], &pr->exclude.p[i], true);
    add_parts(&p);
    const struct amount_limits *l = &pr->loan.amount;
    r->min = compile(&p, &l->min.expr, RULE_MONEY);
    r->max = compile(&p, pr->kind == KIND_LOAN ? &l->max.expr : &pr->aid.max.expr, RULE_MONEY);
    stand_in(r);
    return errs_any(e) ? NULL : r;
}

struct case_known *case_programme(struct casework *w, struct str code, int64_t version, struct errs *e)
{
    for (struct case_known *k = w->known; k; k = k->next)
        if (str_eq(k->version.programme, code) && (!version || k->version.version == version))
            return k;
    struct case_known *k = NEW(w->a, struct case_known);
    struct str name =
        str_of(version ? arena_printf(w->a, "%.*s@%lld", (int)code.n, code.p, (long long)version)
                       : arena_str(w->a, code).p);
    k->programme = programme_open(w->tx, name, w->codes, &k->version, w->a, e);
    if (!k->programme || !(k->rules = rules_make(w->tx, k->programme, w->codes, w->a, e)))
        return NULL;
    k->next = w->known;
    w->known = k;
    return k;
}

/* --- the facts of one case ---------------------------------------------------------------------- */

struct facts {
    struct casework *w;
    const struct relief_case *c;
    const struct case_known *known;
    struct fact_page page;
    struct fact_env env;
    struct rule_run *run;
    bool found;
    bool first_time; /* the programme never helped this household */
    struct list answers;
};

static struct str answer_to(const struct facts *f, struct str field)
{
    const struct case_answer *x = f->answers.rows;
    for (size_t i = 0; i < f->answers.n; i++)
        if (str_eq(x[i].field, field))
            return x[i].value;
    return (struct str){ 0 };
}

static int64_t code_of(const struct facts *f, const char *table, struct str slug, bool *known)
{
    const struct code_table *t = code_table(&f->known->rules->application->codes, table);
    for (size_t i = 0; t && i < t->n; i++)
        if (str_eq(t->rows[i].slug, slug))
            return t->rows[i].code;
    *known = false;
    return 0;
}

/* A column of one cell, from the answer as it is kept. */
static struct fact_col answer_col(const struct facts *f, const struct fact_field *field, struct arena *a)
{
    struct str text = answer_to(f, str_of(field->name));
    uint64_t *known = NEW(a, uint64_t), *bits = NEW(a, uint64_t);
    int64_t *num = NEW(a, int64_t);
    struct money m = { 0 };
    struct quantity q = { 0 };
    struct date d = { 0 };
    bool ok = text.p != NULL;
    switch (field->type) {
    case FACT_BOOL: *num = ok && str_eq(text, STR("yes")); break;
    case FACT_INT: ok = ok && str_int(text, num); break;
    case FACT_MONEY:
        ok = ok && money_read(text, &m) == READ_OK;
        *num = m.fen;
        break;
    case FACT_QUANTITY:
        ok = ok && quantity_read(text, &q) == READ_OK;
        *num = q.v;
        break;
    case FACT_DATE: ok = ok && date_read(text, &d) == READ_OK; break;
    case FACT_CODE: *num = ok ? code_of(f, field->codes, text, &ok) : 0; break;
    case FACT_CODES:
    case FACT_TEXT: break;
    }
    *known = ok;
    *bits = *num != 0;
    struct fact_col out = { .known = known };
    if (field->type == FACT_BOOL)
        out.bits = bits;
    else if (field->type == FACT_DATE)
        out.day = memcpy(NEW(a, int32_t), &d.day, sizeof d.day);
    else if (field->type == FACT_CODE)
        out.code = memcpy(NEW(a, int16_t), &(int16_t){ (int16_t)*num }, sizeof(int16_t));
    else if (field->type == FACT_TEXT)
        out.text = memcpy(NEW(a, struct str), &(struct str){ text.p ? text.p : "", text.n }, sizeof text);
    else
        out.num = num;
    return out;
}

static bool take_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct facts *f = ctx;
    const struct case_rules *r = f->known->rules;
    const struct fact_plan *plan = &r->screen.plan;
    f->page = fact_page_one(page, &r->reading, 0, e->a);
    f->found = true;
    for (size_t i = 0; i < plan->n; i++)
        if (plan->needs[i].record == FACTS_APPLICATION)
            f->page.batch.cols[i] = answer_col(f, &plan->needs[i].field, e->a);
    const struct fact_list *members = &f->page.batch.lists[FACTS_MEMBERS];
    for (uint32_t i = 0; f->c->applicant_id.set && members->start && i < members->start[1]; i++)
        if (f->page.ids[FACTS_MEMBERS][i] == f->c->applicant_id.v)
            f->page.batch.applicant = memcpy(NEW(e->a, uint32_t), &i, sizeof i);
    return true;
}

static bool read_indicators(struct casework *w, int64_t county, struct errs *e)
{
    struct region_code within = { county * 1000000 };
    if (w->indicators && w->indicators_of == county)
        return true;
    w->indicators = NEW(w->a, struct fact_indicators);
    w->indicators_of = county;
    return facts_indicators(w->tx, w->who, within, w->indicators, e);
}

static void facts_release(struct facts *f)
{
    rule_run_close(f->run);
}

static bool facts_of(struct casework *w, const struct relief_case *c, struct facts *f, struct errs *e)
{
    struct case_obligations o;
    *f = (struct facts){ .w = w, .c = c, .known = case_programme(w, c->programme, c->version, e) };
    if (!f->known || !read_indicators(w, c->county, e) || !case_answers(w->tx, c, &f->answers, e->a, e) ||
        !case_obligations(w, c, &o, e))
        return false;
    f->first_time = !o.ever;
    struct fact_request q = { .plan = &f->known->rules->reading,
                              .sources = w->sources,
                              .indicators = w->indicators,
                              .who = w->who,
                              .within = c->village,
                              .as_of = w->today,
                              .today = w->today,
                              .household = c->household_id };
    if (!facts_read(w->tx, &q, take_page, f, e))
        return false;
    if (!f->found)
        return fail(e, ERR_NOT_FOUND, "household", MSG_CASE_HOUSEHOLD_GONE, A(c->hh_no));
    struct rule_given *given = NEW_ARRAY(e->a, struct rule_given, RULE_PARAMS_MAX);
    const struct screen *s = &f->known->rules->screen;
    screen_given(s, NULL, 0, c->county, w->today, given);
    f->env = (struct fact_env){ w->today, w->indicators };
    f->run = rule_run_open(s->params, s->params_n, given, &f->env);
    rule_run_batch(f->run, &f->page.batch);
    return true;
}

/* --- what was seen, in words -------------------------------------------------------------------- */

static void put_what(const struct facts *f, const struct rule_seen *s, struct buf *b, enum lang lang)
{
    const struct case_rules *r = f->known->rules;
    const struct code_table *t;
    struct str name = { 0 };
    switch (s->kind) {
    case RULE_SAW_FACT:
        buf_adds(b,
                 label_in(s->field.name ? &s->field.label : &r->application->schema.records[s->record].label,
                          lang));
        return;
    case RULE_SAW_PARAM:
        name = wording_in(&r->screen.programme->parameters.p[s->param].label, lang);
        buf_add(b, name.p ? name : str_of(r->screen.params[s->param].name));
        return;
    case RULE_SAW_INDICATOR:
        t = code_table(f->w->codes, "indicator");
        if (t && code_row(t, (int32_t)s->indicator))
            name = code_label(code_row(t, (int32_t)s->indicator), lang);
        buf_addf(b, "%lld ", (long long)s->year);
        buf_add(b, name);
        return;
    case RULE_SAW_INCOME_PER_HEAD:
        buf_addf(b, "%lld %s", (long long)s->year, lang == EN ? "net income per head" : "家庭人均纯收入");
        return;
    case RULE_SAW_RESULT: buf_adds(b, lang == EN ? "result" : "计算结果"); return;
    }
}

static bool is_private(const struct rule_seen *s)
{
    return s->kind == RULE_SAW_FACT && s->field.col && s->field.col->mask != MASK_NONE;
}

/* The whole story, or only what was missing. */
static struct str story_text(const struct facts *f, const struct rule_story *story, bool missing,
                             struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(SEEN_MAX);
    bool known = story->result.known;
    for (size_t i = 0; i < story->n && b.n < SEEN_MAX / 2; i++) {
        const struct rule_seen *s = &story->seen[i];
        if (missing && !(s->missing && !known))
            continue;
        if (b.n)
            buf_adds(&b, "；");
        put_what(f, s, &b, ZH);
        if (missing)
            continue;
        buf_addc(&b, '=');
        if (!s->value.known)
            buf_adds(&b, "？");
        else if (is_private(s))
            buf_adds(&b, "***");
        else
            rule_value_print(&s->value, &b, &f->known->rules->application->codes, ZH);
    }
    return b.n ? arena_str(a, buf_str(&b)) : (struct str){ 0 };
}

/* --- asking ----------------------------------------------------------------------------------------- */

static bool is_later(const struct facts *f, const struct question *q, enum check_stage stage)
{
    const struct programme_condition *c = q->condition;
    if (!c)
        return false;
    enum programme_stage asked = q->first_time && f->first_time ? c->first_time.stage : c->stage;
    if (asked == STAGE_PAYMENT)
        return true;
    return stage == CHECK_APPLICATION && asked != STAGE_REGISTRY && asked != STAGE_APPLICATION;
}

static enum check_result people_say(const struct facts *f, const struct question *q, struct case_check *x)
{
    struct str field = str_of(arena_printf(f->w->a, "condition.%.*s", (int)q->id.n, q->id.p)),
               said = answer_to(f, field);
    x->missing = said.p ? (struct str){ 0 } : field;
    if (!said.p)
        return CHECK_UNKNOWN;
    x->seen = str_of(arena_printf(f->w->a, "%.*s=%.*s", (int)field.n, field.p, (int)said.n, said.p));
    return str_eq(said, STR("yes")) == !q->exclude ? CHECK_YES : CHECK_NO;
}

static enum check_result ask(const struct facts *f, const struct question *q, enum check_stage stage,
                             struct case_check *x, struct arena *a)
{
    const struct rule *rule = q->first_time && f->first_time ? q->first_time : q->rule;
    if (rule)
        x->expression = rule_source(rule);
    if (is_later(f, q, stage))
        return CHECK_LATER;
    if (q->condition && q->condition->decided_by_people)
        return people_say(f, q, x);
    assert(rule);
    struct rule_story story = rule_eval_one(f->run, rule, a);
    x->seen = story_text(f, &story, false, a);
    x->missing = story_text(f, &story, true, a);
    if (!story.result.known)
        return CHECK_UNKNOWN;
    return (story.result.num != 0) == !q->exclude ? CHECK_YES : CHECK_NO;
}

static bool drop_old(struct casework *w, const struct relief_case *c, enum check_stage stage, struct errs *e)
{
    struct list old;
    if (!db_list(
            w->tx,
            SQL_OF(
                STMT_KEY, &case_check_entity,
                "SELECT {*} FROM case_check WHERE county = $1 AND case_id = $2 AND stage = $3 ORDER BY no"),
            &old, e->a, e, V(c->county), V(c->id), V((int64_t)stage)))
        return false;
    const struct case_check *x = old.rows;
    for (size_t i = 0; i < old.n; i++)
        if (!db_delete(w->tx, &case_check_entity, &x[i], e))
            return false;
    return true;
}

bool case_check(struct casework *w, const struct relief_case *c, enum check_stage stage, struct list *out,
                struct errs *e)
{
    CLEANUP(facts_release) struct facts f;
    if (!facts_of(w, c, &f, e) || !drop_old(w, c, stage, e))
        return false;
    const struct case_rules *r = f.known->rules;
    struct case_check *rows = NEW_ARRAY(w->a, struct case_check, r->questions_n + 1);
    for (size_t i = 0; i < r->questions_n; i++) {
        struct case_check *x = &rows[i];
        struct str label = wording_in(&r->questions[i].label, ZH);
        *x = (struct case_check){ .county = c->county,
                                  .case_id = c->id,
                                  .stage = { (int32_t)stage, true },
                                  .no = (int64_t)i + 1,
                                  .condition_id = r->questions[i].id,
                                  .label = label.p ? label : r->questions[i].id,
                                  .version = c->version,
                                  .checked_on = w->today };
        x->result = (struct code){ (int32_t)ask(&f, &r->questions[i], stage, x, w->a), true };
        if (!db_insert(w->tx, &case_check_entity, x, e))
            return false;
    }
    *out = (struct list){ rows, r->questions_n };
    return true;
}

bool case_checks(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                 struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &case_check_entity,
                          "SELECT {*} FROM case_check WHERE county = $1 AND case_id = $2 ORDER BY stage, no"),
                   out, a, e, V(c->county), V(c->id));
}

/* --- what stops the case -------------------------------------------------------------------------------- */

static bool stops(struct casework *w, const struct relief_case *c, const struct case_check *x, struct errs *e)
{
    bool excepted = false;
    if (x->result.v == CHECK_YES || x->result.v == CHECK_LATER)
        return false;
    if (c->exception && x->result.v == CHECK_NO && !case_excepted(w->tx, c, x->condition_id, &excepted, e))
        return true;
    if (excepted)
        return false;
    if (x->result.v == CHECK_NO)
        fail(e, ERR_CONFLICT, "condition", MSG_CASE_FAILED, A(x->label), A(x->seen.p ? x->seen : STR("—")));
    else
        fail(e, ERR_CONFLICT, "condition", MSG_CASE_UNKNOWN, A(x->label),
             A(x->missing.p ? x->missing : STR("—")));
    return true;
}

bool case_check_passes(struct casework *w, const struct relief_case *c, enum check_stage stage,
                       struct errs *e)
{
    struct list rows;
    bool ok = true;
    if (!case_check(w, c, stage, &rows, e))
        return false;
    const struct case_check *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        ok = !stops(w, c, &x[i], e) && ok;
    return ok;
}

bool case_not_excluded(struct casework *w, const struct relief_case *c, struct errs *missing)
{
    CLEANUP(facts_release) struct facts f;
    bool ok = true;
    if (!facts_of(w, c, &f, missing))
        return false;
    const struct case_rules *r = f.known->rules;
    for (size_t i = 0; i < r->questions_n; i++) {
        struct case_check x = { .condition_id = r->questions[i].id,
                                .label = wording_in(&r->questions[i].label, missing->lang) };
        if (!r->questions[i].exclude)
            continue;
        x.result = (struct code){ (int32_t)ask(&f, &r->questions[i], CHECK_DECISION, &x, w->a), true };
        ok = !stops(w, c, &x, missing) && ok;
    }
    return ok;
}

/* --- classes and amounts -----------------------------------------------------------------------------------
 */

bool case_classify(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                   struct str *class, struct errs *e)
{
    CLEANUP(facts_release) struct facts f;
    struct str left = { 0 };
    *class = (struct str){ 0 };
    if (!facts_of(w, c, &f, e))
        return false;
    const struct case_rules *r = f.known->rules;
    for (size_t i = 0; i < r->parts_n && !class->p; i++) {
        const struct part_rule *p = &r->parts[i];
        if (!str_eq(p->step->id.name, s->id.name))
            continue;
        struct str label = wording_in(&p->part->label, ZH);
        if (!p->rule)
            left = left.p ? left : label;
        else if (rule_eval_one(f.run, p->rule, e->a).result.num == 1)
            *class = label;
    }
    if (!class->p)
        *class = left;
    return true;
}

bool case_who_may_apply(struct casework *w, const struct relief_case *c, int64_t *person, struct errs *e)
{
    CLEANUP(facts_release) struct facts f;
    *person = 0;
    if (!facts_of(w, c, &f, e))
        return false;
    const struct rule *must = f.known->rules->screen.must;
    const struct fact_list *members = &f.page.batch.lists[FACTS_MEMBERS];
    for (uint32_t i = 0; must && members->start && i < members->start[1] && !*person; i++) {
        f.page.batch.applicant = &i;
        rule_run_batch(f.run, &f.page.batch);
        if (rule_eval_one(f.run, must, e->a).result.num == 1)
            *person = f.page.ids[FACTS_MEMBERS][i];
    }
    return true;
}

static struct opt_money limit_of(const struct facts *f, const struct amount *fixed, const struct rule *rule,
                                 struct arena *a)
{
    if (!rule)
        return fixed->fixed;
    struct rule_value v = rule_eval_one(f->run, rule, a).result;
    return (struct opt_money){ { v.num }, v.known };
}

bool case_limits(struct casework *w, const struct relief_case *c, struct opt_money *min,
                 struct opt_money *max, struct errs *e)
{
    CLEANUP(facts_release) struct facts f;
    if (!facts_of(w, c, &f, e))
        return false;
    const struct programme *p = f.known->programme;
    *min = limit_of(&f, &p->loan.amount.min, f.known->rules->min, e->a);
    *max = limit_of(&f, p->kind == KIND_LOAN ? &p->loan.amount.max : &p->aid.max, f.known->rules->max, e->a);
    return true;
}
