/* fuzz_rule.c - whatever stands in a programme's file is a rule or is refused with a place inside the text; a
 * rule can be evaluated, and its story agrees with its verdict. */
#include "support/rules.h"

#include "base/value.h"
#include "programme/rule_bits.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena world;
static struct fact_plan all;
static struct fact_batch many, one;
static struct fact_env env;
static struct rule_param params[2] = { { "income_line", RULE_MONEY, NULL }, { "k", RULE_INT, NULL } };
static struct rule_given given[2];

static void set_up(void)
{
    struct dice d = { 1 };
    if (many.n)
        return;
    rules_plan_all(&all);
    rules_batch(&world, &all, 70, 60, &d, &many);
    rules_batch(&world, &all, 1, 200, &d, &one);
    date_of(2017, 9, 30, &env.today);
    env.indicators = &rules_indicators;
    given[0] = (struct rule_given){ true, { .type = RULE_MONEY, .known = true, .num = 300000 } };
    given[1] = (struct rule_given){ true, { .type = RULE_INT, .known = true, .num = 18 } };
}

static void evaluate(const struct rule *r, struct arena *a)
{
    struct rule_run *run = rule_run_open(params, 2, given, &env);
    rule_run_batch(run, &one);
    struct rule_story s = rule_eval_one(run, r, a);
    bool missing = false;
    for (size_t i = 0; i < s.n; i++)
        missing |= s.seen[i].missing;
    assert(missing == !s.result.known);
    rule_run_batch(run, &many);
    if (rule_type_of(r) == RULE_BOOL) {
        struct rule_truth t = rule_truth(run, r);
        for (size_t w = 0; w < t.words; w++)
            assert(!(t.yes[w] & t.no[w]));
    } else {
        struct rule_column c = rule_column(run, r);
        for (size_t i = 0; i < c.n; i++) {
            CLEANUP(buf_release) struct buf b = BUF(4096);
            struct rule_value v = rule_column_at(&c, i);
            rule_value_print(&v, &b, &rules_codes, ZH);
        }
    }
    rule_run_close(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct fact_plan plan;
    const struct rule_scope scope = { .schema = &rules_schema,
                                      .codes = &rules_codes,
                                      .params = params,
                                      .n_params = 2,
                                      .applicant = true,
                                      .application = true };
    set_up();
    for (int round = 0; round < 2; round++) {
        struct errs e = { .a = &a, .lang = round ? EN : ZH };
        plan = all;
        struct str text = { (const char *)data, size };
        const struct rule *r = rule_check(&a, &scope, text, round ? RULE_ANY : RULE_BOOL,
                                          (struct rule_place){ "when", 3, 7, 2 }, &plan, &e);
        assert((r == NULL) == errs_any(&e));
        if (r)
            evaluate(r, &a);
    }
    arena_free(&a);
    return 0;
}
