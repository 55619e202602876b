#include "base/value.h"
#include "programme/screen_show.h"

bool explained_name_members(struct tx *tx, struct explained *v, struct errs *e)
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
struct str explained_element(const struct explained *v, const struct rule_seen *s)
{
    if (s->record == FACTS_HOUSEHOLD || s->element == RULE_NO_ELEMENT)
        return (struct str){ 0 };
    if (s->record == FACTS_MEMBERS && s->element < v->members_n)
        return v->members[s->element];
    return str_of(arena_printf(v->in->a, "%zu", s->element + 1));
}

static struct str indicator_name(const struct explained *v, int64_t indicator)
{
    const struct code_table *t = code_table(v->in->codes, "indicator");
    const struct code_row *row = t ? code_row(t, (int32_t)indicator) : NULL;
    return row ? code_label(row, v->in->lang) : STR("?");
}

struct str explained_what(const struct explained *v, const struct rule_seen *s)
{
    static const struct label per_head = { "家庭人均纯收入", "net income per head" },
                              result = { "计算结果", "result" };
    struct str name;
    switch (s->kind) {
    case RULE_SAW_FACT:
        return str_of(
            label_in(s->field.name ? &s->field.label : &fact_schema.records[s->record].label, v->in->lang));
    case RULE_SAW_PARAM:
        name = wording_in(&v->screen->programme->parameters.p[s->param].label, v->in->lang);
        return name.p ? name : str_of(v->screen->params[s->param].name);
    case RULE_SAW_INDICATOR:
        name = indicator_name(v, s->indicator);
        return str_of(arena_printf(v->in->a, "%lld %.*s", (long long)s->year, (int)name.n, name.p));
    case RULE_SAW_INCOME_PER_HEAD:
        return str_of(
            arena_printf(v->in->a, "%lld %s", (long long)s->year, label_in(&per_head, v->in->lang)));
    case RULE_SAW_RESULT: break;
    }
    return str_of(label_in(&result, v->in->lang));
}

/* As the role may see it: what is masked elsewhere is masked here. */
struct str explained_value(const struct explained *v, const struct rule_seen *s)
{
    if (!s->value.known)
        return (struct str){ 0 };
    if (s->kind == RULE_SAW_FACT && s->field.col && s->field.col->mask != MASK_NONE)
        return STR("***");
    return screen_value(v->in, &s->value);
}

bool explained_asks_office(const struct explained *v, const struct screen_rule *r)
{
    const struct fact_list *loans = &v->x.page.batch.lists[FACTS_LOANS];
    return r->first_time && r->rule && (!loans->start || !loans->start[1]);
}

struct str screen_answer_text(const struct rule_value *v, enum lang lang)
{
    static const struct label yes = { "是", "yes" }, no = { "否", "no" }, unknown = { "不明", "unknown" };
    return str_of(label_in(!v->known ? &unknown : v->num ? &yes : &no, lang));
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void put_seen(const struct explained *v, struct json_out *w, const struct rule_seen *s)
{
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
        put_member_text(w, "of", explained_element(v, s));
    }
    if (s->kind == RULE_SAW_PARAM)
        put_member_cstr(w, "parameter", v->screen->params[s->param].name);
    if (s->kind == RULE_SAW_INDICATOR || s->kind == RULE_SAW_INCOME_PER_HEAD)
        put_member_int(w, "year", s->year);
    put_member_text(w, "label", explained_what(v, s));
    put_member_text(w, "value", explained_value(v, s));
    if (!s->value.known)
        put_member_cstr(w, "why", whys[why_of(s->why)].name);
    if (s->missing)
        put_member_bool(w, "missing", true);
    put_object_end(w);
}

static void put_answer(const struct explained *v, struct json_out *w, const struct screen_answer *x)
{
    put_object(w);
    put_member_text(w, "id", x->rule->id);
    put_member_text(w, "label", screen_label(v->in, x->rule));
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
    if (explained_asks_office(v, x->rule))
        put_member_bool(w, "first_time", true);
    put_object_end(w);
}

struct str explained_why(const struct explained *v, enum rule_why why)
{
    return str_of(label_in(&whys[why_of(why)].label, v->in->lang));
}

void explained_put(const struct explained *v, struct json_out *w)
{
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, v->as_of);
    put_object(w);
    put_member_text(w, "programme", v->version->programme);
    put_member_int(w, "version", v->version->version);
    put_member_text(w, "as_of", buf_str(&day));
    put_member_text(w, "household", v->household.hh_no);
    put_member_text(w, "head_name", v->household.head_name);
    put_member_cstr(w, "verdict", verdict_name(v->x.verdict));
    put_key(w, "conditions");
    put_list(w);
    for (size_t i = 0; i < v->screen->rules_n; i++)
        put_answer(v, w, &v->x.answers[i]);
    put_list_end(w);
    put_object_end(w);
}
