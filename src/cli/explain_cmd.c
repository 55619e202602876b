/* explain_cmd.c - one household and one programme: every condition in words, what was seen, what is missing.
 */
#include "base/clock.h"
#include "base/json.h"
#include "base/value.h"
#include "cli/screen_cmd.h"
#include "registry/find.h"
#include "registry/person.h"

struct explained {
    struct screen_asked *asked;
    struct household household;
    struct screen_explained x;
    struct str *members; /* names, by their place in the list */
    size_t members_n;
};
/* All that were named. */
struct explained_list {
    struct screen_asked asked;
    struct explained *list;
    size_t n;
};

static bool name_members(struct tx *tx, struct explained *v, struct errs *e)
{
    const struct fact_page *page = &v->x.page;
    const struct fact_list *list = &page->batch.lists[FACTS_MEMBERS];
    v->members_n = list->start ? list->start[1] : 0;
    v->members = NEW_ARRAY(e->a, struct str, v->members_n + 1);
    for (size_t i = 0; i < v->members_n; i++) {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query(tx, &r, SQL(STMT_KEY, "SELECT name FROM person WHERE county = $1 AND id = $2"), e,
                      V(page->county), V(page->ids[FACTS_MEMBERS][i])))
            return false;
        enum found f = rows_next(&r, e);
        if (f == FAILED)
            return false;
        v->members[i] = f == FOUND ? arena_str(e->a, rows_text(&r, 0)) : STR("?");
    }
    return true;
}

static bool find_household(struct tx *tx, struct cli *c, struct str no, struct household *h, struct errs *e)
{
    enum found f = household_by_no(tx, &c->actor, no, cli_region(c, "county"), h, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(no)));
}

/* From `from` on, those of one county: how many. */
static size_t same_county(const struct explained_list *l, size_t from)
{
    size_t n = 1;
    while (from + n < l->n && l->list[from + n].household.county == l->list[from].household.county)
        n++;
    return n;
}

static bool explain_some(struct tx *tx, struct explained_list *l, size_t from, size_t n, struct errs *e)
{
    struct cli *c = l->asked.c;
    struct screen_explained *out = NEW_ARRAY(e->a, struct screen_explained, n);
    int64_t *ids = NEW_ARRAY(e->a, int64_t, n);
    for (size_t i = 0; i < n; i++)
        ids[i] = l->list[from + i].household.id;
    struct screen_request q = { .screen = &l->asked.screen,
                                .sources = c->program->fact_sources,
                                .who = &c->actor,
                                .within = { l->list[from].household.county * 1000000 },
                                .as_of = l->asked.as_of,
                                .today = clock_today() };
    if (n == 1 && q.as_of.day >= q.today.day)
        q.within = l->list[from].household.village;
    if (!screen_explain(tx, &q, l->asked.set, l->asked.set_n, ids, n, out, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct explained *v = &l->list[from + i];
        v->x = out[i];
        if (!v->x.there)
            return fail(e, ERR_NOT_FOUND, "household", MSG_EXPLAIN_NOT_THERE, A(c->args[from + i + 1]),
                        A(l->asked.as_of));
        if (!name_members(tx, v, e))
            return false;
    }
    return true;
}

static bool do_explain(struct tx *tx, void *ctx, struct errs *e)
{
    struct explained_list *l = ctx;
    struct screen_asked *a = &l->asked;
    a->set_n = 0;
    if (!screen_ask(a, tx, a->c->args[0], e) || !screen_settings(a, "set", &a->set, &a->set_n, e))
        return false;
    l->n = a->c->args_n - 1;
    l->list = NEW_ARRAY(e->a, struct explained, l->n);
    for (size_t i = 0; i < l->n; i++) {
        l->list[i].asked = a;
        if (!find_household(tx, a->c, a->c->args[i + 1], &l->list[i].household, e))
            return false;
    }
    for (size_t i = 0, n; i < l->n; i += n) {
        n = same_county(l, i);
        if (!explain_some(tx, l, i, n, e))
            return false;
    }
    return true;
}

/* --- what was seen ------------------------------------------------------------------------------ */

static const struct {
    enum rule_why why;
    const char *name;
    struct label label;
} whys[] = {
    { RULE_WHY_NONE, "", { "", "" } },
    { RULE_WHY_BLANK, "blank", { "没有填写", "not filled in" } },
    { RULE_WHY_NO_LIST, "not_recorded", { "没有登记", "not written down" } },
    { RULE_WHY_NO_INDICATOR, "no_figure", { "当地没有这一年的数字", "there is no figure of that year" } },
    { RULE_WHY_OVERFLOW, "overflow", { "数值过大", "too large a number" } },
    { RULE_WHY_ZERO, "division_by_zero", { "除数为零", "division by zero" } },
    { RULE_WHY_NOTHING, "nothing", { "没有可比的", "nothing to compare" } },
};

static size_t why_of(enum rule_why why)
{
    for (size_t i = 0; i < N_ELEMS(whys); i++)
        if (whys[i].why == why)
            return i;
    return 0;
}

/* Whose or which: a member's name, a year of income, the number of a loan. */
static struct str element_of(struct explained *v, const struct rule_seen *s)
{
    struct cli *c = v->asked->c;
    if (s->record == FACTS_HOUSEHOLD || s->element == RULE_NO_ELEMENT)
        return (struct str){ 0 };
    if (s->record == FACTS_MEMBERS && s->element < v->members_n)
        return v->members[s->element];
    return str_of(arena_printf(c->a, "%zu", s->element + 1));
}

static struct str indicator_name(struct cli *c, int64_t indicator)
{
    const struct code_table *t = code_table(c->codes, "indicator");
    const struct code_row *row = t ? code_row(t, (int32_t)indicator) : NULL;
    return row ? code_label(row, c->e.lang) : STR("?");
}

static struct str what_of(struct explained *v, const struct rule_seen *s)
{
    static const struct label per_head = { "家庭人均纯收入", "net income per head" },
                              result = { "计算结果", "result" };
    struct cli *c = v->asked->c;
    struct str name;
    switch (s->kind) {
    case RULE_SAW_FACT:
        return str_of(
            label_in(s->field.name ? &s->field.label : &fact_schema.records[s->record].label, c->e.lang));
    case RULE_SAW_PARAM:
        name = wording_in(&v->asked->screen.programme->parameters.p[s->param].label, c->e.lang);
        return name.p ? name : str_of(v->asked->screen.params[s->param].name);
    case RULE_SAW_INDICATOR:
        name = indicator_name(c, s->indicator);
        return str_of(arena_printf(c->a, "%lld %.*s", (long long)s->year, (int)name.n, name.p));
    case RULE_SAW_INCOME_PER_HEAD:
        return str_of(arena_printf(c->a, "%lld %s", (long long)s->year, label_in(&per_head, c->e.lang)));
    case RULE_SAW_RESULT: break;
    }
    return str_of(label_in(&result, c->e.lang));
}

/* As the role may see it: what is masked elsewhere is masked here. */
static struct str seen_value(struct cli *c, const struct rule_seen *s)
{
    if (!s->value.known)
        return (struct str){ 0 };
    if (s->kind == RULE_SAW_FACT && s->field.col && s->field.col->mask != MASK_NONE)
        return STR("***");
    return screen_value(c, &s->value);
}

static struct str answer_of(const struct cli *c, const struct rule_value *v)
{
    static const struct label yes = { "是", "yes" }, no = { "否", "no" }, unknown = { "不明", "unknown" };
    return str_of(label_in(!v->known ? &unknown : v->num ? &yes : &no, c->e.lang));
}

/* --- print -------------------------------------------------------------------------------------- */

/* Of a household that no loan is known of, an office is asked besides. */
static bool asks_office(const struct explained *v, const struct screen_rule *r)
{
    const struct fact_list *loans = &v->x.page.batch.lists[FACTS_LOANS];
    return r->first_time && r->rule && (!loans->start || !loans->start[1]);
}

static void seen_text(struct explained *v, const struct rule_seen *s)
{
    struct cli *c = v->asked->c;
    struct str who = element_of(v, s), what = what_of(v, s), value = seen_value(c, s);
    buf_adds(&c->out, s->missing ? "    ! " : "    · ");
    if (who.p)
        buf_addf(&c->out, "%.*s ", (int)who.n, who.p);
    buf_add(&c->out, what);
    buf_adds(&c->out, c->e.lang == EN ? ": " : "：");
    if (value.p)
        buf_add(&c->out, value);
    else
        buf_adds(&c->out, label_in(&whys[why_of(s->why)].label, c->e.lang));
    buf_addc(&c->out, '\n');
}

static void print_text(struct explained *v)
{
    struct cli *c = v->asked->c;
    const struct programme_version *p = &v->asked->version;
    const struct label *verdict = verdict_label(v->x.verdict);
    cli_say(c, MSG_SCREEN_HEAD, A(c->e.lang == EN && p->en.p ? p->en : p->zh), A(p->version),
            A(v->asked->as_of));
    cli_say(c, MSG_EXPLAIN_HEAD, A(v->household.hh_no), A(v->household.head_name), A(verdict));
    for (size_t i = 0; i < v->asked->screen.rules_n; i++) {
        const struct screen_answer *x = &v->x.answers[i];
        static const struct label exclusion = { "排除：", "Excluded if: " };
        struct str label = screen_label(c, x->rule);
        buf_addc(&c->out, '\n');
        if (x->rule->exclude)
            buf_adds(&c->out, label_in(&exclusion, c->e.lang));
        struct str answer = answer_of(c, &x->story.result);
        if (!x->rule->rule)
            answer = str_of(label_in(
                stage_label(x->rule->stage == STAGE_REGISTRY ? STAGE_VILLAGE : x->rule->stage), c->e.lang));
        buf_addf(&c->out, "%.*s%s%.*s\n", (int)label.n, label.p, c->e.lang == EN ? ": " : "：", (int)answer.n,
                 answer.p);
        for (size_t k = 0; x->rule->rule && k < x->story.n; k++)
            seen_text(v, &x->story.seen[k]);
        if (asks_office(v, x->rule))
            buf_addf(&c->out, "    · %s\n", label_in(&screen_first_time, c->e.lang));
    }
}

static void put_seen(struct explained *v, struct json_out *w, const struct rule_seen *s)
{
    struct cli *c = v->asked->c;
    static const char *const kinds[] = { [RULE_SAW_FACT] = "fact",
                                         [RULE_SAW_PARAM] = "parameter",
                                         [RULE_SAW_INDICATOR] = "indicator",
                                         [RULE_SAW_INCOME_PER_HEAD] = "income_per_head",
                                         [RULE_SAW_RESULT] = "result" };
    put_object(w);
    put_member_cstr(w, "kind", kinds[s->kind]);
    if (s->kind == RULE_SAW_FACT) {
        put_member_cstr(w, "record", fact_schema.records[s->record].name);
        if (s->field.name)
            put_member_cstr(w, "field", s->field.name);
        put_member_text(w, "of", element_of(v, s));
    }
    if (s->kind == RULE_SAW_PARAM)
        put_member_cstr(w, "parameter", v->asked->screen.params[s->param].name);
    if (s->kind == RULE_SAW_INDICATOR || s->kind == RULE_SAW_INCOME_PER_HEAD)
        put_member_int(w, "year", s->year);
    put_member_text(w, "label", what_of(v, s));
    put_member_text(w, "value", seen_value(c, s));
    if (!s->value.known)
        put_member_cstr(w, "why", whys[why_of(s->why)].name);
    if (s->missing)
        put_member_bool(w, "missing", true);
    put_object_end(w);
}

static void put_answer(struct explained *v, struct json_out *w, const struct screen_answer *x)
{
    put_object(w);
    put_member_text(w, "id", x->rule->id);
    put_member_text(w, "label", screen_label(v->asked->c, x->rule));
    if (x->rule->exclude)
        put_member_bool(w, "exclude", true);
    if (!x->rule->rule) {
        put_member_cstr(w, "stage", stage_name(x->rule->stage));
        put_object_end(w);
        return;
    }
    const struct rule_value *r = &x->story.result;
    put_member_cstr(w, "result", !r->known ? "unknown" : r->num ? "yes" : "no");
    put_key(w, "seen");
    put_list(w);
    for (size_t k = 0; k < x->story.n; k++)
        put_seen(v, w, &x->story.seen[k]);
    put_list_end(w);
    if (asks_office(v, x->rule))
        put_member_bool(w, "first_time", true);
    put_object_end(w);
}

static void print_json(struct explained *v)
{
    struct cli *c = v->asked->c;
    struct json_out w = JSON_OUT(&c->out);
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, v->asked->as_of);
    put_object(&w);
    put_member_text(&w, "programme", v->asked->version.programme);
    put_member_int(&w, "version", v->asked->version.version);
    put_member_text(&w, "as_of", buf_str(&day));
    put_member_text(&w, "household", v->household.hh_no);
    put_member_text(&w, "head_name", v->household.head_name);
    put_member_cstr(&w, "verdict", verdict_name(v->x.verdict));
    put_key(&w, "conditions");
    put_list(&w);
    for (size_t i = 0; i < v->asked->screen.rules_n; i++)
        put_answer(v, &w, &v->x.answers[i]);
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

int explain_cmd(struct cli *c)
{
    struct explained_list l = { .asked.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_explain, &l))
        return EXIT_NOTHING;
    for (size_t i = 0; i < l.n; i++) {
        if (!c->json && i)
            buf_addc(&c->out, '\n');
        if (c->json)
            print_json(&l.list[i]);
        else
            print_text(&l.list[i]);
    }
    return EXIT_DONE;
}
