#include "programme/screen.h"

#include "programme/rule_years.h"
#include "registry/region.h"

#include <assert.h>

enum { WORDS = 64 }; /* of a page: 4096 households */

/* A parameter set on its way through the pages. */
struct running {
    struct screen_variant *v;
    struct rule_run *run;
    struct rule_given given[RULE_PARAMS_MAX];
    bool noted; /* this county's parameters that are the same everywhere in it */
    uint64_t eligible[WORDS], ineligible[WORDS];
};
struct screening {
    const struct screen_request *q;
    struct screen_result *r;
    struct fact_indicators indicators;
    struct fact_env env;
    struct date as_of;
    struct region_code within;
    const int64_t *only; /* of the day; NULL: all */
    size_t only_n;
    struct running side[SCREEN_VARIANTS];
    int64_t county;
    size_t villages_cap, candidates_cap;
};

static void screening_release(struct screening *s)
{
    for (size_t i = 0; i < SCREEN_VARIANTS; i++)
        rule_run_close(s->side[i].run);
}

void screen_result_release(struct screen_result *r)
{
    free(r->villages);
    free(r->candidates);
    r->villages = NULL;
    r->candidates = NULL;
}

/* --- counting ----------------------------------------------------------------------------------- */

static int64_t count_bits(const uint64_t *words, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += __builtin_popcountll(words[i]);
    return sum;
}

/* Bits from `from` to before `to`. */
static int64_t count_span(const uint64_t *words, size_t from, size_t to)
{
    int64_t sum = 0;
    for (size_t i = from / 64; i * 64 < to; i++) {
        uint64_t w = words[i];
        if (i == from / 64)
            w &= ~UINT64_C(0) << (from % 64);
        if (to - i * 64 < 64)
            w &= ~(~UINT64_C(0) << (to - i * 64));
        sum += __builtin_popcountll(w);
    }
    return sum;
}

static bool bit_of(const uint64_t *words, size_t i)
{
    return words[i / 64] >> i % 64 & 1;
}

/* A condition fails by no, an exclusion by yes. */
static const uint64_t *fails_of(const struct screen_rule *rule, const struct rule_truth *t)
{
    return rule->exclude ? t->yes : t->no;
}

static void ask(const struct screen *s, struct running *x, size_t n, size_t words)
{
    struct rule_truth t[SCREEN_RULES_MAX];
    uint64_t all[WORDS] = { 0 }, twice[WORDS] = { 0 };
    for (size_t i = 0; i < words; i++)
        all[i] = n - i * 64 >= 64 ? ~UINT64_C(0) : ~(~UINT64_C(0) << (n - i * 64));
    memcpy(x->eligible, all, words * sizeof *all);
    memset(x->ineligible, 0, sizeof x->ineligible);
    for (size_t k = 0; k < s->rules_n; k++) {
        if (!s->rules[k].rule)
            continue;
        t[k] = rule_truth(x->run, s->rules[k].rule);
        const uint64_t *fails = fails_of(&s->rules[k], &t[k]);
        const uint64_t *holds = s->rules[k].exclude ? t[k].no : t[k].yes;
        int64_t yes = count_bits(t[k].yes, words), no = count_bits(t[k].no, words);
        x->v->tally[k].yes += yes;
        x->v->tally[k].no += no;
        x->v->tally[k].unknown += (int64_t)n - yes - no;
        for (size_t i = 0; i < words; i++) {
            twice[i] |= x->ineligible[i] & fails[i];
            x->ineligible[i] |= fails[i];
            x->eligible[i] &= holds[i];
        }
    }
    for (size_t k = 0; k < s->rules_n; k++) {
        const uint64_t *fails = s->rules[k].rule ? fails_of(&s->rules[k], &t[k]) : NULL;
        for (size_t i = 0; fails && i < words; i++)
            x->v->tally[k].only += __builtin_popcountll(fails[i] & ~twice[i]);
    }
}

static void add_counts(struct screen_counts *c, int64_t n, int64_t eligible, int64_t ineligible)
{
    c->households += n;
    c->eligible += eligible;
    c->ineligible += ineligible;
    c->unknown += n - eligible - ineligible;
}

static void note_value(struct screen_variant *v, size_t k, const struct rule_value *now)
{
    const struct rule_value *was = &v->value[k];
    if (!v->seen[k])
        v->value[k] = *now;
    else if (now->known != was->known || (now->known && rule_value_cmp(now, was)))
        v->varies[k] = true;
    v->seen[k] = true;
}

static void note_values(const struct screen *s, struct running *x, size_t n)
{
    for (size_t k = 0; k < s->params_n; k++) {
        const struct rule *def = s->params[k].def;
        bool constant = x->given[k].given || (def && rule_is_constant(def));
        bool there = x->given[k].given || def;
        if (!there || x->v->varies[k] || (constant && x->noted))
            continue;
        struct rule_column c = rule_param_column(x->run, k);
        for (size_t i = 0; i < (constant ? 1 : n) && !x->v->varies[k]; i++) {
            struct rule_value now = rule_column_at(&c, i);
            note_value(x->v, k, &now);
        }
    }
    x->noted = true;
}

static struct screen_line *line_of(struct screening *s, int64_t village)
{
    struct screen_result *r = s->r;
    if (r->villages_n && r->villages[r->villages_n - 1].region.v == village)
        return &r->villages[r->villages_n - 1];
    if (r->villages_n == s->villages_cap) {
        s->villages_cap = s->villages_cap ? s->villages_cap * 2 : 256;
        r->villages = xrealloc(r->villages, arena_mul(s->villages_cap, sizeof *r->villages));
    }
    r->villages[r->villages_n] = (struct screen_line){ .region = { village } };
    return &r->villages[r->villages_n++];
}

static void count_villages(struct screening *s, const struct fact_page *page)
{
    const struct running *x = &s->side[0];
    for (size_t from = 0, to; from < page->batch.n; from = to) {
        for (to = from + 1; to < page->batch.n && page->village[to] == page->village[from];)
            to++;
        add_counts(&line_of(s, page->village[from])->n, (int64_t)(to - from),
                   count_span(x->eligible, from, to), count_span(x->ineligible, from, to));
    }
}

/* --- candidates --------------------------------------------------------------------------------- */

static void add_candidates(struct screening *s, const struct fact_page *page)
{
    const struct screen *p = s->q->screen;
    struct rule_column cols[SCREEN_PRIORITY_MAX];
    struct screen_result *r = s->r;
    for (size_t k = 0; k < p->priority_n; k++) {
        cols[k] = rule_column(s->side[0].run, p->priority[k].rule);
        r->key_like[k] =
            (struct rule_value){ .type = cols[k].type, .money = cols[k].money, .codes = cols[k].codes };
    }
    for (size_t i = 0; i < page->batch.n; i++) {
        if (!bit_of(s->side[0].eligible, i))
            continue;
        if (r->candidates_n == s->candidates_cap) {
            s->candidates_cap = s->candidates_cap ? s->candidates_cap * 2 : 256;
            r->candidates = xrealloc(r->candidates, arena_mul(s->candidates_cap, sizeof *r->candidates));
        }
        struct screen_candidate *x = &r->candidates[r->candidates_n++];
        *x = (struct screen_candidate){ page->county, page->household[i], page->village[i], { { 0 } } };
        for (size_t k = 0; k < p->priority_n; k++) {
            struct rule_value v = rule_column_at(&cols[k], i);
            x->key[k].known = v.known;
            x->key[k].num = v.num;
            x->key[k].den = v.den > 0 ? v.den : 1;
        }
    }
}

__extension__ typedef __int128 wide;

static int by_key(const struct screen *p, const struct screen_candidate *x, const struct screen_candidate *y)
{
    for (size_t k = 0; k < p->priority_n; k++) {
        if (x->key[k].known != y->key[k].known)
            return x->key[k].known ? -1 : 1; /* who is not known comes last */
        if (!x->key[k].known)
            continue;
        wide a = (wide)x->key[k].num * y->key[k].den, b = (wide)y->key[k].num * x->key[k].den;
        if (a != b)
            return (a < b) != p->priority[k].descending ? -1 : 1;
    }
    return 0;
}

static int by_priority(const void *a, const void *b, void *screen)
{
    const struct screen_candidate *x = a, *y = b;
    int cmp = by_key(screen, x, y);
    if (cmp)
        return cmp;
    if (x->village != y->village)
        return x->village < y->village ? -1 : 1;
    return (x->household > y->household) - (x->household < y->household);
}

/* --- pages -------------------------------------------------------------------------------------- */

static bool tell_unknown(struct screening *s, const struct fact_page *page, struct errs *e)
{
    struct running *x = &s->side[0];
    for (size_t i = 0; i < page->batch.n; i++) {
        if (bit_of(x->eligible, i) || bit_of(x->ineligible, i))
            continue;
        struct arena a = { 0 };
        struct fact_page one = fact_page_one(page, &s->q->screen->plan, i, &a);
        rule_run_batch(x->run, &one.batch);
        bool ok = s->q->unknown(s->q->ctx, &one, x->run, e);
        arena_free(&a);
        if (!ok)
            return false;
    }
    return true;
}

static void begin_county(struct screening *s, int64_t county)
{
    const struct screen *p = s->q->screen;
    s->county = county;
    for (size_t i = 0; i < s->r->variants; i++) {
        struct running *x = &s->side[i];
        rule_run_close(x->run);
        screen_given(p, x->v->set, x->v->set_n, county, s->as_of, x->given);
        x->noted = false;
        x->run = rule_run_open(p->params, p->params_n, x->given, &s->env);
    }
}

static bool screen_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct screening *s = ctx;
    const struct screen *p = s->q->screen;
    size_t n = page->batch.n, words = (n + 63) / 64;
    if (page->county != s->county)
        begin_county(s, page->county);
    for (size_t i = 0; i < s->r->variants; i++) {
        struct running *x = &s->side[i];
        rule_run_batch(x->run, &page->batch);
        ask(p, x, n, words);
        note_values(p, x, n);
        add_counts(&x->v->n, (int64_t)n, count_bits(x->eligible, words), count_bits(x->ineligible, words));
    }
    for (size_t i = 0; s->r->variants == 2 && i < words; i++) {
        uint64_t before = s->side[0].eligible[i], after = s->side[1].eligible[i];
        s->r->gained += __builtin_popcountll(after & ~before);
        s->r->lost += __builtin_popcountll(before & ~after);
    }
    count_villages(s, page);
    if (s->q->candidates)
        add_candidates(s, page);
    return !s->q->unknown || tell_unknown(s, page, e);
}

static void begin_result(struct screening *s)
{
    struct screen_result *r = s->r;
    screen_result_release(r);
    r->gained = r->lost = 0;
    r->villages_n = r->candidates_n = 0;
    for (size_t i = 0; i < r->variants; i++) {
        struct screen_variant *v = &r->variant[i];
        *v = (struct screen_variant){ .set = v->set, .set_n = v->set_n };
        s->side[i].v = v;
    }
}

static struct fact_request request_of(struct screening *s)
{
    return (struct fact_request){ .plan = &s->q->screen->plan,
                                  .sources = s->q->sources,
                                  .indicators = &s->indicators,
                                  .who = s->q->who,
                                  .within = s->within,
                                  .as_of = s->as_of,
                                  .today = s->q->today,
                                  .only = s->only,
                                  .only_n = s->only_n };
}

/* Incomes of other years than those asked for need not be read. */
static void find_years(struct screening *s, struct fact_request *ask_for)
{
    const struct screen *p = s->q->screen;
    int64_t first = INT64_MAX, last = 0;
    bool all = false;
    for (size_t i = 0; i < p->programme->parameters.n; i++)
        all = all || p->programme->parameters.p[i].values.n > 0; /* may differ from county to county */
    for (size_t i = 0; !all && i < s->r->variants; i++) {
        struct rule_given given[RULE_PARAMS_MAX];
        screen_given(p, s->r->variant[i].set, s->r->variant[i].set_n, 0, s->as_of, given);
        struct rule_run *run = rule_run_open(p->params, p->params_n, given, &s->env);
        for (size_t k = 0; k < p->rules_n; k++)
            if (p->rules[k].rule)
                all = !rule_years(run, p->rules[k].rule, FACTS_INCOMES, &first, &last) || all;
        for (size_t k = 0; k < p->priority_n; k++)
            all = !rule_years(run, p->priority[k].rule, FACTS_INCOMES, &first, &last) || all;
        rule_run_close(run);
    }
    if (all || !last || first < 1)
        return;
    ask_for->year_first = first;
    ask_for->year_last = last;
}

static bool run_day(struct tx *tx, struct screening *s, struct errs *e)
{
    s->env = (struct fact_env){ s->as_of, &s->indicators };
    s->county = -1;
    struct fact_request ask_for = request_of(s);
    find_years(s, &ask_for);
    return facts_read_kept(tx, s->q->kept, &ask_for, screen_page, s, e);
}

static int by_region(const void *a, const void *b)
{
    const struct screen_line *x = a, *y = b;
    return (x->region.v > y->region.v) - (x->region.v < y->region.v);
}

/* A village has a line from each day on which it had a household. */
static void join_villages(struct screen_result *r)
{
    size_t n = 0;
    if (!r->villages_n)
        return;
    qsort(r->villages, r->villages_n, sizeof *r->villages, by_region);
    for (size_t i = 1; i < r->villages_n; i++) {
        const struct screen_counts *x = &r->villages[i].n;
        if (r->villages[i].region.v == r->villages[n].region.v)
            add_counts(&r->villages[n].n, x->households, x->eligible, x->ineligible);
        else
            r->villages[++n] = r->villages[i];
    }
    r->villages_n = n + 1;
}

static bool run_own_days(struct tx *tx, struct screening *s, struct errs *e)
{
    const struct screen_request *q = s->q;
    int64_t *only = xcalloc(q->own_days_n + 1, sizeof *only);
    bool ok = true;
    s->only = only;
    for (size_t from = 0, to; from < q->own_days_n && ok; from = to) {
        const struct screen_own_day *x = &q->own_days[from];
        for (to = from; to < q->own_days_n && q->own_days[to].county == x->county &&
                        q->own_days[to].day.day == x->day.day;
             to++)
            only[to - from] = q->own_days[to].household;
        s->only_n = to - from;
        s->as_of = x->day;
        if (region_level(q->within) < COUNTY)
            s->within = (struct region_code){ x->county * 1000000 };
        ok = run_day(tx, s, e);
    }
    free(only);
    join_villages(s->r);
    return ok;
}

bool screen_run(struct tx *tx, const struct screen_request *q, struct screen_result *r, struct errs *e)
{
    CLEANUP(screening_release)
    struct screening s = { .q = q, .r = r, .as_of = q->as_of, .within = q->within };
    begin_result(&s);
    if (!facts_indicators(tx, q->who, q->within, &s.indicators, e))
        return false;
    if (!(q->own_days ? run_own_days(tx, &s, e) : run_day(tx, &s, e)))
        return false;
    if (r->candidates_n)
        qsort_r(r->candidates, r->candidates_n, sizeof *r->candidates, by_priority, (void *)q->screen);
    return true;
}
