/* explain_cmd.c - one household and one programme: every condition in words, what was seen, what is missing.
 */
#include "base/clock.h"
#include "base/json.h"
#include "base/value.h"
#include "cli/screen_cmd.h"
#include "registry/find.h"
#include "registry/person.h"

/* All that were named. */
struct explained_list {
    struct screen_asked asked;
    struct screen_words in;
    struct explained *list;
    size_t n;
};

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
        if (!explained_name_members(tx, v, e))
            return false;
    }
    return true;
}

static bool do_explain(struct tx *tx, void *ctx, struct errs *e)
{
    struct explained_list *l = ctx;
    struct screen_asked *a = &l->asked;
    a->settings_up_to = PARAMETERS_NOW;
    a->set_n = 0;
    if (!screen_ask(a, tx, a->c->args[0], e) || !screen_settings(a, "set", &a->set, &a->set_n, e))
        return false;
    l->in = (struct screen_words){ a->c->codes, e->lang, e->a };
    l->n = a->c->args_n - 1;
    l->list = NEW_ARRAY(e->a, struct explained, l->n);
    for (size_t i = 0; i < l->n; i++) {
        l->list[i].in = &l->in;
        l->list[i].screen = &a->screen;
        l->list[i].version = &a->version;
        l->list[i].as_of = a->as_of;
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

/* --- print -------------------------------------------------------------------------------------- */

static void seen_text(struct cli *c, const struct explained *v, const struct rule_seen *s)
{
    struct str who = explained_element(v, s), what = explained_what(v, s), value = explained_value(v, s);
    buf_adds(&c->out, s->missing ? "    ! " : "    · ");
    if (who.p)
        buf_addf(&c->out, "%.*s ", (int)who.n, who.p);
    buf_add(&c->out, what);
    buf_adds(&c->out, c->e.lang == EN ? ": " : "：");
    if (value.p)
        buf_add(&c->out, value);
    else
        buf_add(&c->out, explained_why(v, s->why));
    buf_addc(&c->out, '\n');
}

static void print_text(struct cli *c, const struct explained *v)
{
    const struct programme_version *p = v->version;
    const struct label *verdict = verdict_label(v->x.verdict);
    cli_say(c, MSG_SCREEN_HEAD, A(c->e.lang == EN && p->en.p ? p->en : p->zh), A(p->version), A(v->as_of));
    cli_say(c, MSG_EXPLAIN_HEAD, A(v->household.hh_no), A(v->household.head_name), A(verdict));
    for (size_t i = 0; i < v->screen->rules_n; i++) {
        const struct screen_answer *x = &v->x.answers[i];
        static const struct label exclusion = { "排除：", "Excluded if: " };
        struct str label = screen_label(v->in, x->rule);
        buf_addc(&c->out, '\n');
        if (x->rule->exclude)
            buf_adds(&c->out, label_in(&exclusion, c->e.lang));
        struct str answer = screen_answer_text(&x->story.result, c->e.lang);
        if (!x->rule->rule)
            answer = str_of(label_in(
                stage_label(x->rule->stage == STAGE_REGISTRY ? STAGE_VILLAGE : x->rule->stage), c->e.lang));
        buf_addf(&c->out, "%.*s%s%.*s\n", (int)label.n, label.p, c->e.lang == EN ? ": " : "：", (int)answer.n,
                 answer.p);
        for (size_t k = 0; x->rule->rule && k < x->story.n; k++)
            seen_text(c, v, &x->story.seen[k]);
        if (explained_asks_office(v, x->rule))
            buf_addf(&c->out, "    · %s\n", label_in(&screen_first_time, c->e.lang));
    }
}

static void put_explained(struct cli *c, const struct explained *v)
{
    struct json_out w = JSON_OUT(&c->out);
    explained_put(v, &w);
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
            put_explained(c, &l.list[i]);
        else
            print_text(c, &l.list[i]);
    }
    return EXIT_DONE;
}
