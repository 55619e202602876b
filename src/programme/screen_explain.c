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

static struct str *own_texts(struct str *texts, size_t n, struct arena *a)
{
    for (size_t i = 0; i < n; i++)
        if (texts[i].p)
            texts[i] = arena_str(a, texts[i]);
    return texts;
}

static void part_of_lists(const struct fact_page *page, size_t h, size_t n, struct fact_page *out,
                          struct arena *a)
{
    const struct fact_batch *b = &page->batch;
    for (size_t r = 1; r < FACTS_RECORDS; r++) {
        if (!b->lists[r].start)
            continue;
        uint32_t *start = NEW_ARRAY(a, uint32_t, n + 1), first = b->lists[r].start[h];
        for (size_t i = 0; i <= n; i++)
            start[i] = b->lists[r].start[h + i] - first;
        out->batch.lists[r].start = start;
        out->ids[r] = cells_from(page->ids[r], sizeof *page->ids[r], first, start[n], a);
        out->batch.lists[r].known = b->lists[r].known ? bits_from(b->lists[r].known, h, n, a) : NULL;
    }
}

struct fact_page fact_page_part(const struct fact_page *page, const struct fact_plan *plan, size_t h,
                                size_t n, struct arena *a)
{
    const struct fact_batch *b = &page->batch;
    struct fact_page part = { .batch.n = n, .county = page->county };
    part.household = cells_from(page->household, sizeof *page->household, h, n, a);
    part.village = cells_from(page->village, sizeof *page->village, h, n, a);
    part.batch.region = cells_from(b->region, sizeof *b->region, h, n, a);
    part_of_lists(page, h, n, &part, a);
    for (size_t i = 0; i < plan->n; i++) {
        const struct fact_list *list = &b->lists[plan->needs[i].record];
        enum fact_type type = plan->needs[i].field.type;
        size_t from = list->start ? list->start[h] : h;
        size_t cells = list->start ? list->start[h + n] - from : n;
        part.batch.cols[i] = col_from(&b->cols[i], type, from, cells, a);
        if (type == FACT_TEXT)
            part.batch.cols[i].text = own_texts((struct str *)(uintptr_t)part.batch.cols[i].text, cells, a);
    }
    return part;
}

struct fact_page fact_page_one(const struct fact_page *page, const struct fact_plan *plan, size_t h,
                               struct arena *a)
{
    return fact_page_part(page, plan, h, 1, a);
}

struct explaining {
    const struct screen_request *q;
    const struct screen_setting *set;
    size_t set_n;
    struct fact_env env;
    const int64_t *households;
    size_t n;
    struct screen_explained *out;
};

static void settle(struct screen_explained *x, const struct screen_rule *rule, const struct rule_value *v)
{
    if (v->known && (v->num != 0) == rule->exclude)
        x->verdict = VERDICT_INELIGIBLE;
    else if (!v->known && x->verdict == VERDICT_ELIGIBLE)
        x->verdict = VERDICT_UNKNOWN;
}

static void explain_one(struct explaining *x, const struct fact_page *page, size_t h,
                        struct screen_explained *out, struct errs *e)
{
    const struct screen *s = x->q->screen;
    struct rule_given given[RULE_PARAMS_MAX];
    out->there = true;
    out->page = fact_page_one(page, &s->plan, h, e->a);
    screen_given(s, x->set, x->set_n, page->county, x->q->as_of, given);
    struct rule_run *run = rule_run_open(s->params, s->params_n, given, &x->env);
    rule_run_batch(run, &out->page.batch);
    out->verdict = VERDICT_ELIGIBLE;
    for (size_t i = 0; i < s->rules_n; i++) {
        out->answers[i] = (struct screen_answer){ .rule = &s->rules[i] };
        if (!s->rules[i].rule)
            continue;
        out->answers[i].story = rule_eval_one(run, s->rules[i].rule, e->a);
        settle(out, &s->rules[i], &out->answers[i].story.result);
    }
    rule_run_close(run);
}

static bool explain_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct explaining *x = ctx;
    for (size_t h = 0; h < page->batch.n; h++)
        for (size_t i = 0; i < x->n; i++)
            if (page->household[h] == x->households[i])
                explain_one(x, page, h, &x->out[i], e);
    return true;
}

bool screen_explain(struct tx *tx, const struct screen_request *q, const struct screen_setting *set,
                    size_t set_n, const int64_t *households, size_t n, struct screen_explained *out,
                    struct errs *e)
{
    struct fact_indicators *indicators = NEW(e->a, struct fact_indicators);
    struct explaining x = { q, set, set_n, { q->as_of, indicators }, households, n, out };
    struct fact_request ask_for = { .plan = &q->screen->plan,
                                    .sources = q->sources,
                                    .indicators = indicators,
                                    .who = q->who,
                                    .within = q->within,
                                    .as_of = q->as_of,
                                    .today = q->today,
                                    .household = n == 1 ? households[0] : 0 };
    memset(out, 0, n * sizeof *out);
    return facts_indicators(tx, q->who, q->within, indicators, e) &&
           facts_read(tx, &ask_for, explain_page, &x, e);
}
