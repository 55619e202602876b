/* screen_print.c - a screening as a page and as JSON. */
#include "base/json.h"
#include "base/value.h"
#include "cli/screen_cmd.h"
#include "cli/table.h"

static struct str of_lang(struct str zh, struct str en, enum lang lang)
{
    return lang == EN && en.p ? en : zh;
}

void screen_print_json(struct cli *c, const struct screened *s)
{
    struct json_out w = JSON_OUT(&c->out);
    struct screen_report r = s->report;
    r.no = s->kept.no;
    r.replayed = s->own_days != NULL;
    r.own_days_n = s->own_days_n;
    put_object(&w);
    screen_report_put(&r, &w);
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
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < s->asked.screen.rules_n; i++) {
        const struct screen_rule *r = &s->asked.screen.rules[i];
        const struct screen_tally *x = &s->result.variant[0].tally[i];
        const int64_t n[] = { x->yes, x->no, x->unknown, x->only };
        table_text(&t, screen_label(&s->report.in, r));
        for (size_t k = 0; k < N_ELEMS(n); k++)
            if (r->rule)
                table_int(&t, n[k]);
            else
                table_text(&t, STR(""));
        const struct label *note = r->exclude ? &exclusion : r->first_time ? &screen_first_time : NULL;
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
        struct screen_counts sum = screen_township_at(r, i, &end);
        counts_row(&t, s->report.township_names[i], STR(""), &sum);
        for (size_t k = i; k < end; k++)
            counts_row(&t, STR(""), s->report.village_names[k], &r->villages[k].n);
    }
    buf_addc(&c->out, '\n');
    table_print(&t, c->e.lang, &c->out);
}

static void parameters_text(struct cli *c, const struct screened *s)
{
    const struct screen *p = &s->asked.screen;
    const struct screen_variant *v = &s->result.variant[0];
    static const struct label varies = { "各户不同", "differs between households" };
    for (size_t i = 0; i < p->params_n; i++) {
        struct str label = wording_in(&p->programme->parameters.p[i].label, c->e.lang);
        struct str value =
            v->varies[i] ? str_of(label_in(&varies, c->e.lang)) : screen_value(&s->report.in, &v->value[i]);
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
        table_text(&t, screen_label(&s->report.in, &s->asked.screen.rules[i]));
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

/* A blank end is open. */
static struct str end_of(const struct cli *c, const struct opt_date *d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    if (!d->set)
        return STR("…");
    date_print(&b, d->v);
    return arena_str(c->a, buf_str(&b));
}

static void remarks_text(struct cli *c, const struct screened *s)
{
    const struct programme_version *v = &s->asked.version;
    const struct screen_counts *n = &s->result.variant[0].n;
    int32_t day = s->asked.as_of.day;
    if ((v->valid_from.set && day < v->valid_from.v.day) || (v->valid_to.set && day > v->valid_to.v.day))
        cli_say(c, MSG_SCREEN_NOT_IN_FORCE, A(end_of(c, &v->valid_from)), A(end_of(c, &v->valid_to)));
    if (s->own_days)
        cli_say(c, MSG_SCREEN_REPLAY, A(s->own_days_n), A((int64_t)s->own_days_n - n->households));
    else if (!n->households)
        cli_say(c, MSG_SCREEN_NOBODY);
}

void screen_print_text(struct cli *c, const struct screened *s)
{
    const struct programme_version *v = &s->asked.version;
    const struct screen_counts *n = &s->result.variant[0].n;
    cli_say(c, MSG_SCREEN_HEAD, A(of_lang(v->zh, v->en, c->e.lang)), A(v->version), A(s->asked.as_of));
    remarks_text(c, s);
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
    if (!s->own_days)
        cli_say(c, MSG_SCREEN_KEPT, A(s->kept.no));
}
