/* screen_print.c - a screening as a page and as JSON. */
#include "base/json.h"
#include "base/value.h"
#include "cli/screen_cmd.h"
#include "cli/table.h"

static const struct {
    const char *name;
    struct label label;
} verdicts[] = {
    [VERDICT_UNKNOWN] = { "unknown", { "资料不全", "unknown" } },
    [VERDICT_ELIGIBLE] = { "eligible", { "符合", "eligible" } },
    [VERDICT_INELIGIBLE] = { "ineligible", { "不符合", "ineligible" } },
};
static const struct {
    const char *name;
    struct label label;
} stages[] = {
    [STAGE_REGISTRY] = { "registry", { "筛查", "screening" } },
    [STAGE_APPLICATION] = { "application", { "申请时审查", "asked with the application" } },
    [STAGE_VILLAGE] = { "village", { "村里评议", "decided in the village" } },
    [STAGE_TOWNSHIP] = { "township", { "乡镇审核", "asked in the township" } },
    [STAGE_COUNTY] = { "county", { "县里审批", "asked in the county" } },
    [STAGE_PAYMENT] = { "payment", { "发放前再审", "asked before payment" } },
};

const char *verdict_name(enum verdict v)
{
    return verdicts[v].name;
}

const struct label *verdict_label(enum verdict v)
{
    return &verdicts[v].label;
}

const char *stage_name(enum programme_stage stage)
{
    return stages[stage].name;
}

const struct label *stage_label(enum programme_stage stage)
{
    return &stages[stage].label;
}

struct str screen_label(const struct cli *c, const struct screen_rule *r)
{
    struct str label = wording_in(&r->label, c->e.lang);
    return label.p ? label : r->id;
}

struct str screen_value(struct cli *c, const struct rule_value *v)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    if (!v->known)
        return STR("—");
    rule_value_print(v, &b, c->codes, c->e.lang);
    return arena_str(c->a, buf_str(&b));
}

static struct str of_lang(struct str zh, struct str en, enum lang lang)
{
    return lang == EN && en.p ? en : zh;
}

/* --- JSON --------------------------------------------------------------------------------------- */

static void put_counts(struct json_out *w, const struct screen_counts *n)
{
    put_member_int(w, "households", n->households);
    put_member_int(w, "eligible", n->eligible);
    put_member_int(w, "ineligible", n->ineligible);
    put_member_int(w, "unknown", n->unknown);
}

static void put_conditions(struct json_out *w, const struct screen *s, const struct screen_variant *v)
{
    put_key(w, "conditions");
    put_list(w);
    for (size_t i = 0; i < s->rules_n; i++) {
        const struct screen_rule *r = &s->rules[i];
        const struct screen_tally *t = &v->tally[i];
        put_object(w);
        put_member_text(w, "id", r->id);
        if (r->exclude)
            put_member_bool(w, "exclude", true);
        if (r->rule) {
            put_member_int(w, "yes", t->yes);
            put_member_int(w, "no", t->no);
            put_member_int(w, "unknown", t->unknown);
            put_member_int(w, "only", t->only);
        } else {
            put_member_cstr(w, "stage", stage_name(r->stage));
        }
        if (r->first_time)
            put_member_bool(w, "first_time", true);
        put_object_end(w);
    }
    put_list_end(w);
}

static void put_region(struct json_out *w, struct region_code code, const char *level, struct str name,
                       const struct screen_counts *n)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    region_print(&b, code);
    put_object(w);
    put_member_text(w, "region", buf_str(&b));
    put_member_text(w, "name", name);
    put_member_cstr(w, "level", level);
    put_counts(w, n);
    put_object_end(w);
}

/* The sums of the township that the i-th village begins; *end: the first village of the next one. */
static struct screen_counts township_at(const struct screen_result *r, size_t i, size_t *end)
{
    struct screen_counts sum = { 0 };
    int64_t township = region_parent(r->villages[i].region).v;
    for (*end = i; *end < r->villages_n && region_parent(r->villages[*end].region).v == township; ++*end) {
        const struct screen_counts *n = &r->villages[*end].n;
        sum.households += n->households;
        sum.eligible += n->eligible;
        sum.ineligible += n->ineligible;
        sum.unknown += n->unknown;
    }
    return sum;
}

static void put_regions(struct json_out *w, const struct screened *s)
{
    const struct screen_result *r = &s->result;
    put_key(w, "regions");
    put_list(w);
    for (size_t i = 0, end; i < r->villages_n; i = end) {
        struct screen_counts sum = township_at(r, i, &end);
        put_region(w, region_parent(r->villages[i].region), "township", s->township_names[i], &sum);
        for (size_t k = i; k < end; k++)
            put_region(w, r->villages[k].region, "village", s->village_names[k], &r->villages[k].n);
    }
    put_list_end(w);
}

static void put_parameters(struct cli *c, struct json_out *w, const struct screened *s,
                           const struct screen_variant *v)
{
    const struct screen *p = &s->asked.screen;
    put_key(w, "parameters");
    put_object(w);
    for (size_t i = 0; i < p->params_n; i++) {
        if (v->varies[i])
            put_member_cstr(w, p->params[i].name, "varies");
        else if (v->seen[i] && v->value[i].known)
            put_member_text(w, p->params[i].name, screen_value(c, &v->value[i]));
        else
            put_member_text(w, p->params[i].name, (struct str){ 0 });
    }
    put_object_end(w);
}

static void put_sources(struct cli *c, struct json_out *w, const struct screened *s)
{
    put_key(w, "sources");
    put_list(w);
    for (size_t r = FACTS_LOANS; r < FACTS_RECORDS; r++) {
        if (!s->asked.screen.plan.lists[r])
            continue;
        put_object(w);
        put_member_cstr(w, "name", fact_schema.records[r].name);
        put_member_bool(w, "present",
                        fact_source_of(c->program->fact_sources, fact_schema.records[r].name) != NULL);
        put_object_end(w);
    }
    put_list_end(w);
}

static void put_compared(struct cli *c, struct json_out *w, const struct screened *s)
{
    put_key(w, "compare");
    put_object(w);
    put_counts(w, &s->result.variant[1].n);
    put_member_int(w, "gained", s->result.gained);
    put_member_int(w, "lost", s->result.lost);
    put_conditions(w, &s->asked.screen, &s->result.variant[1]);
    put_parameters(c, w, s, &s->result.variant[1]);
    put_object_end(w);
}

void screen_print_json(struct cli *c, const struct screened *s)
{
    struct json_out w = JSON_OUT(&c->out);
    CLEANUP(buf_release) struct buf day = BUF(32);
    const struct screen_variant *v = &s->result.variant[0];
    date_print(&day, s->asked.as_of);
    put_object(&w);
    put_member_text(&w, "programme", s->asked.version.programme);
    put_member_int(&w, "version", s->asked.version.version);
    put_member_text(&w, "as_of", buf_str(&day));
    put_counts(&w, &v->n);
    put_conditions(&w, &s->asked.screen, v);
    put_regions(&w, s);
    put_parameters(c, &w, s, v);
    put_sources(c, &w, s);
    put_member_int(&w, "screening", s->kept.no);
    if (s->result.variants == 2)
        put_compared(c, &w, s);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

/* --- a page ------------------------------------------------------------------------------------- */

static void conditions_text(struct cli *c, const struct screened *s)
{
    static const struct table_col cols[] = {
        { { "条件", "Condition" }, false },
        { { "是", "Yes" }, true },
        { { "否", "No" }, true },
        { { "不明", "Unknown" }, true },
        { { "仅此不符", "Only this" }, true },
        { { "", "" }, false },
    };
    static const struct label exclusion = { "有则排除", "excludes" };
    static const struct label first_time = { "未受助户另须村里评议",
                                             "first time: decided in the village too" };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < s->asked.screen.rules_n; i++) {
        const struct screen_rule *r = &s->asked.screen.rules[i];
        const struct screen_tally *x = &s->result.variant[0].tally[i];
        const int64_t n[] = { x->yes, x->no, x->unknown, x->only };
        table_text(&t, screen_label(c, r));
        for (size_t k = 0; k < N_ELEMS(n); k++)
            if (r->rule)
                table_int(&t, n[k]);
            else
                table_text(&t, STR(""));
        const struct label *note = r->exclude ? &exclusion : r->first_time ? &first_time : NULL;
        if (!r->rule)
            note = stage_label(r->stage == STAGE_REGISTRY ? STAGE_VILLAGE : r->stage);
        table_text(&t, note ? str_of(label_in(note, c->e.lang)) : STR(""));
    }
    buf_addc(&c->out, '\n');
    table_print(&t, c->e.lang, &c->out);
}

static void counts_row(struct table *t, struct str township, struct str village,
                       const struct screen_counts *n)
{
    table_text(t, township);
    table_text(t, village);
    table_int(t, n->households);
    table_int(t, n->eligible);
    table_int(t, n->ineligible);
    table_int(t, n->unknown);
}

static void regions_text(struct cli *c, const struct screened *s)
{
    static const struct table_col cols[] = {
        { { "乡镇", "Township" }, false },    { { "村", "Village" }, false },
        { { "户数", "Households" }, true },   { { "符合", "Eligible" }, true },
        { { "不符合", "Ineligible" }, true }, { { "资料不全", "Unknown" }, true },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    const struct screen_result *r = &s->result;
    for (size_t i = 0, end; i < r->villages_n; i = end) {
        struct screen_counts sum = township_at(r, i, &end);
        counts_row(&t, s->township_names[i], STR(""), &sum);
        for (size_t k = i; k < end; k++)
            counts_row(&t, STR(""), s->village_names[k], &r->villages[k].n);
    }
    buf_addc(&c->out, '\n');
    table_print(&t, c->e.lang, &c->out);
}

static void parameters_text(struct cli *c, const struct screened *s)
{
    const struct screen *p = &s->asked.screen;
    const struct screen_variant *v = &s->result.variant[0];
    static const struct label varies = { "各地不同", "differs from place to place" };
    for (size_t i = 0; i < p->params_n; i++) {
        struct str label = wording_in(&p->programme->parameters.p[i].label, c->e.lang);
        struct str value =
            v->varies[i] ? str_of(label_in(&varies, c->e.lang)) : screen_value(c, &v->value[i]);
        if (i == 0)
            buf_addc(&c->out, '\n');
        cli_say(c, MSG_SCREEN_PARAMETER, A(label.p ? label : str_of(p->params[i].name)), A(value),
                A(p->params[i].name));
    }
}

static void sources_text(struct cli *c, const struct screened *s)
{
    for (size_t r = FACTS_LOANS; r < FACTS_RECORDS; r++) {
        const struct fact_record *x = &fact_schema.records[r];
        const struct label *label = &x->label;
        if (s->asked.screen.plan.lists[r] && !fact_source_of(c->program->fact_sources, x->name))
            cli_say(c, MSG_SCREEN_NO_SOURCE, A(label));
    }
}

static void candidates_text(struct cli *c, const struct screened *s)
{
    static const struct table_col cols[] = {
        { { "次序", "Order" }, true },  { { "户编号", "Household" }, false },
        { { "户主", "Head" }, false },  { { "乡镇", "Township" }, false },
        { { "村", "Village" }, false },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (!s->first_n)
        return;
    for (size_t i = 0; i < s->first_n; i++) {
        const struct screened_candidate *x = &s->first[i];
        table_int(&t, (int64_t)i + 1);
        table_text(&t, x->hh_no);
        table_text(&t, x->head_name);
        table_text(&t, x->township_name);
        table_text(&t, x->village_name);
    }
    buf_addc(&c->out, '\n');
    table_print(&t, c->e.lang, &c->out);
    if (s->result.candidates_n > s->first_n)
        cli_say(c, MSG_SCREEN_MORE, A(s->result.candidates_n - s->first_n));
}

static void compared_text(struct cli *c, const struct screened *s)
{
    static const struct table_col cols[] = {
        { { "条件", "Condition" }, false }, { { "现是", "Yes now" }, true },
        { { "改后是", "Yes then" }, true }, { { "现否", "No now" }, true },
        { { "改后否", "No then" }, true },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    const struct screen_variant *a = &s->result.variant[0], *b = &s->result.variant[1];
    for (size_t i = 0; i < s->asked.screen.rules_n; i++) {
        if (!s->asked.screen.rules[i].rule)
            continue;
        table_text(&t, screen_label(c, &s->asked.screen.rules[i]));
        table_int(&t, a->tally[i].yes);
        table_int(&t, b->tally[i].yes);
        table_int(&t, a->tally[i].no);
        table_int(&t, b->tally[i].no);
    }
    buf_addc(&c->out, '\n');
    for (size_t i = 0; i < s->compared_n; i++)
        if (i >= s->asked.set_n)
            cli_say(c, MSG_SCREEN_COMPARED, A(s->compared[i].name), A(s->compared[i].value));
    cli_say(c, MSG_SCREEN_CHANGE, A(a->n.eligible), A(b->n.eligible), A(s->result.gained), A(s->result.lost));
    table_print(&t, c->e.lang, &c->out);
}

static void again_text(struct cli *c, const struct screened *s)
{
    const struct screening_record *x = &s->before;
    const struct screen_counts *n = &s->result.variant[0].n;
    if (x->households == n->households && x->eligible == n->eligible && x->ineligible == n->ineligible &&
        x->unknown == n->unknown)
        cli_say(c, MSG_SCREEN_SAME, A(x->no), A(x->made_on));
    else
        cli_say(c, MSG_SCREEN_DIFFERENT, A(x->no), A(x->made_on), A(x->households), A(x->eligible),
                A(x->ineligible), A(x->unknown));
}

void screen_print_text(struct cli *c, const struct screened *s)
{
    const struct programme_version *v = &s->asked.version;
    const struct screen_counts *n = &s->result.variant[0].n;
    cli_say(c, MSG_SCREEN_HEAD, A(of_lang(v->zh, v->en, c->e.lang)), A(v->version), A(s->asked.as_of));
    cli_say(c, MSG_SCREEN_COUNTS, A(n->households), A(n->eligible), A(n->ineligible), A(n->unknown));
    if (s->again)
        again_text(c, s);
    parameters_text(c, s);
    sources_text(c, s);
    conditions_text(c, s);
    if (s->result.variants == 2)
        compared_text(c, s);
    regions_text(c, s);
    candidates_text(c, s);
    cli_say(c, MSG_SCREEN_KEPT, A(s->kept.no));
}
