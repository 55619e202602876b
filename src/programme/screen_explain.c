/* One household: its facts apart from the others', and what every question saw of them. */
#include "programme/fact_rows.h"
#include "programme/screen.h"

static bool bit_at(const uint64_t *words, size_t i)
{
    return !words || (words[i / 64] >> i % 64 & 1);
}

static uint64_t *bits_from(const uint64_t *words, size_t from, size_t n, struct arena *a)
{
    uint64_t *out = NEW_ARRAY(a, uint64_t, n / 64 + 1);
    for (size_t i = 0; i < n; i++)
        out[i / 64] |= (uint64_t)bit_at(words, from + i) << (i % 64);
    return out;
}

static const void *cells_from(const void *cells, size_t size, size_t from, size_t n, struct arena *a)
{
    char *out = arena_alloc(a, size * n + 1);
    if (n)
        memcpy(out, (const char *)cells + from * size, n * size);
    return out;
}

static struct fact_col col_from(const struct fact_col *c, enum fact_type type, size_t from, size_t n,
                                struct arena *a)
{
    struct fact_col out = { 0 };
    switch (type) {
    case FACT_BOOL: out.bits = bits_from(c->bits, from, n, a); break;
    case FACT_DATE: out.day = cells_from(c->day, sizeof *c->day, from, n, a); break;
    case FACT_CODE: out.code = cells_from(c->code, sizeof *c->code, from, n, a); break;
    case FACT_TEXT: out.text = cells_from(c->text, sizeof *c->text, from, n, a); break;
    case FACT_CODES: out.set = cells_from(c->set, sizeof *c->set, from, n, a); break;
    case FACT_INT:
    case FACT_MONEY:
    case FACT_QUANTITY: out.num = cells_from(c->num, sizeof *c->num, from, n, a); break;
    }
    out.known = c->known ? bits_from(c->known, from, n, a) : NULL;
    return out;
}

struct fact_page fact_page_one(const struct fact_page *page, const struct fact_plan *plan, size_t h,
                               struct arena *a)
{
    const struct fact_batch *b = &page->batch;
    struct fact_page one = { .batch.n = 1, .county = page->county };
    one.household = cells_from(page->household, sizeof *page->household, h, 1, a);
    one.village = cells_from(page->village, sizeof *page->village, h, 1, a);
    one.batch.region = cells_from(b->region, sizeof *b->region, h, 1, a);
    for (size_t r = 1; r < FACTS_RECORDS; r++) {
        if (!b->lists[r].start)
            continue;
        uint32_t *start = NEW_ARRAY(a, uint32_t, 2);
        start[1] = b->lists[r].start[h + 1] - b->lists[r].start[h];
        one.batch.lists[r].start = start;
        one.batch.lists[r].known = b->lists[r].known ? bits_from(b->lists[r].known, h, 1, a) : NULL;
    }
    for (size_t i = 0; i < plan->n; i++) {
        const struct fact_list *list = &b->lists[plan->needs[i].record];
        size_t from = list->start ? list->start[h] : h;
        size_t n = list->start ? list->start[h + 1] - from : 1;
        one.batch.cols[i] = col_from(&b->cols[i], plan->needs[i].field.type, from, n, a);
    }
    return one;
}

struct explaining {
    const struct screen_request *q;
    const struct screen_setting *set;
    size_t set_n;
    struct fact_env env;
    struct screen_explained *out;
    bool found;
};

static void settle(struct screen_explained *x, const struct screen_rule *rule, const struct rule_value *v)
{
    if (v->known && (v->num != 0) == rule->exclude)
        x->verdict = VERDICT_INELIGIBLE;
    else if (!v->known && x->verdict == VERDICT_ELIGIBLE)
        x->verdict = VERDICT_UNKNOWN;
}

static bool explain_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct explaining *x = ctx;
    const struct screen *s = x->q->screen;
    struct rule_given given[RULE_PARAMS_MAX];
    x->found = true;
    x->out->page = fact_page_one(page, &s->plan, 0, e->a);
    screen_given(s, x->set, x->set_n, page->county, x->q->as_of, given);
    struct rule_run *run = rule_run_open(s->params, s->params_n, given, &x->env);
    rule_run_batch(run, &x->out->page.batch);
    x->out->verdict = VERDICT_ELIGIBLE;
    for (size_t i = 0; i < s->rules_n; i++) {
        x->out->answers[i] = (struct screen_answer){ .rule = &s->rules[i] };
        if (!s->rules[i].rule)
            continue;
        x->out->answers[i].story = rule_eval_one(run, s->rules[i].rule, e->a);
        settle(x->out, &s->rules[i], &x->out->answers[i].story.result);
    }
    rule_run_close(run);
    return true;
}

enum found screen_explain(struct tx *tx, const struct screen_request *q, const struct screen_setting *set,
                          size_t set_n, int64_t household, struct screen_explained *out, struct errs *e)
{
    struct fact_indicators *indicators = NEW(e->a, struct fact_indicators);
    struct explaining x = { .q = q, .set = set, .set_n = set_n, .env = { q->as_of, indicators }, .out = out };
    struct fact_request ask_for = { .plan = &q->screen->plan,
                                    .sources = q->sources,
                                    .indicators = indicators,
                                    .who = q->who,
                                    .within = q->within,
                                    .as_of = q->as_of,
                                    .today = q->today,
                                    .household = household };
    *out = (struct screen_explained){ .verdict = VERDICT_UNKNOWN };
    if (!facts_indicators(tx, q->who, q->within, indicators, e) ||
        !facts_read(tx, &ask_for, explain_page, &x, e))
        return FAILED;
    return x.found ? FOUND : NONE;
}
