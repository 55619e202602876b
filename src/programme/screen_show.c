#include "programme/screen_show.h"

#include "base/value.h"
#include "registry/region.h"

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

const struct label screen_first_time = { "未受助户另须村里评议", "first time: decided in the village too" };

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

struct str screen_label(const struct screen_words *in, const struct screen_rule *r)
{
    struct str label = wording_in(&r->label, in->lang);
    return label.p ? label : r->id;
}

struct str screen_value(const struct screen_words *in, const struct rule_value *v)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    if (!v->known)
        return STR("—");
    rule_value_print(v, &b, in->codes, in->lang);
    return arena_str(in->a, buf_str(&b));
}

/* --- names ---------------------------------------------------------------------------------- */

static bool name_of(struct tx *tx, struct region_code code, struct str *out, struct errs *e)
{
    struct region r;
    enum found f = db_get(tx, &region_entity, &r, e, V(code));
    *out = f == FOUND ? r.name : (struct str){ 0 };
    return f != FAILED;
}

bool screen_name_villages(struct tx *tx, struct screen_report *s, struct errs *e)
{
    const struct screen_result *r = s->result;
    s->village_names = NEW_ARRAY(e->a, struct str, r->villages_n + 1);
    s->township_names = NEW_ARRAY(e->a, struct str, r->villages_n + 1);
    for (size_t i = 0; i < r->villages_n; i++) {
        struct region_code up = region_parent(r->villages[i].region);
        bool again = i && region_parent(r->villages[i - 1].region).v == up.v;
        if (again)
            s->township_names[i] = s->township_names[i - 1];
        if (!name_of(tx, r->villages[i].region, &s->village_names[i], e) ||
            (!again && !name_of(tx, up, &s->township_names[i], e)))
            return false;
    }
    return true;
}

bool screen_candidate_read(struct tx *tx, const struct screen_report *s, const struct screen_candidate *x,
                           struct screened_candidate *out, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY, "SELECT hh_no, head_name FROM household WHERE county = $1 AND id = $2"), e,
                  V(x->county), V(x->household)))
        return false;
    enum found f = rows_next(&r, e);
    if (f != FOUND)
        return f == NONE;
    out->hh_no = arena_str(e->a, rows_text(&r, 0));
    out->head_name = arena_str(e->a, rows_text(&r, 1));
    for (size_t i = 0; i < s->result->villages_n; i++)
        if (s->result->villages[i].region.v == x->village) {
            out->village_name = s->village_names[i];
            out->township_name = s->township_names[i];
        }
    return true;
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
struct screen_counts screen_township_at(const struct screen_result *r, size_t i, size_t *end)
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

static void put_regions(struct json_out *w, const struct screen_report *s)
{
    const struct screen_result *r = s->result;
    put_key(w, "regions");
    put_list(w);
    for (size_t i = 0, end; i < r->villages_n; i = end) {
        struct screen_counts sum = screen_township_at(r, i, &end);
        put_region(w, region_parent(r->villages[i].region), "township", s->township_names[i], &sum);
        for (size_t k = i; k < end; k++)
            put_region(w, r->villages[k].region, "village", s->village_names[k], &r->villages[k].n);
    }
    put_list_end(w);
}

static void put_parameters(struct json_out *w, const struct screen_report *s, const struct screen_variant *v)
{
    const struct screen *p = s->screen;
    put_key(w, "parameters");
    put_object(w);
    for (size_t i = 0; i < p->params_n; i++) {
        if (v->varies[i])
            put_member_cstr(w, p->params[i].name, "varies");
        else if (v->seen[i] && v->value[i].known)
            put_member_text(w, p->params[i].name, screen_value(&s->in, &v->value[i]));
        else
            put_member_text(w, p->params[i].name, (struct str){ 0 });
    }
    put_object_end(w);
}

static void put_sources(struct json_out *w, const struct screen_report *s)
{
    put_key(w, "sources");
    put_list(w);
    for (size_t r = FACTS_LOANS; r < FACTS_RECORDS; r++) {
        if (!s->screen->plan.lists[r])
            continue;
        put_object(w);
        put_member_cstr(w, "name", fact_schema.records[r].name);
        put_member_bool(w, "present", fact_source_of(s->sources, fact_schema.records[r].name) != NULL);
        put_object_end(w);
    }
    put_list_end(w);
}

static void put_compared(struct json_out *w, const struct screen_report *s)
{
    put_key(w, "compare");
    put_object(w);
    put_counts(w, &s->result->variant[1].n);
    put_member_int(w, "gained", s->result->gained);
    put_member_int(w, "lost", s->result->lost);
    put_conditions(w, s->screen, &s->result->variant[1]);
    put_parameters(w, s, &s->result->variant[1]);
    put_object_end(w);
}

void screen_report_put(const struct screen_report *s, struct json_out *w)
{
    CLEANUP(buf_release) struct buf day = BUF(32);
    const struct screen_variant *v = &s->result->variant[0];
    date_print(&day, s->as_of);
    put_member_text(w, "programme", s->version->programme);
    put_member_int(w, "version", s->version->version);
    put_member_text(w, "as_of", buf_str(&day));
    put_counts(w, &v->n);
    put_conditions(w, s->screen, v);
    put_regions(w, s);
    put_parameters(w, s, v);
    put_sources(w, s);
    if (s->replayed) {
        put_member_cstr(w, "replay", "first_payout");
        put_member_int(w, "left_out", (int64_t)s->own_days_n - v->n.households);
    }
    if (s->no)
        put_member_int(w, "screening", s->no);
    if (s->result->variants == 2)
        put_compared(w, s);
}
