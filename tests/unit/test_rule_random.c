/* test_rule_random.c - ten thousand random rules on random households: the engine and the naive interpreter
 * agree, value for value and unknown for unknown (issue 4). */
#include "programme/rule.h"

#include "base/value.h"
#include "programme/rule_bits.h"
#include "support/naive.h"
#include "support/rules.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__ /* five times as slow: all of them without it */
enum { PROGRAMMES = 2500 };
#else
enum { PROGRAMMES = 10000 };
#endif
enum { BATCHES = 6, HOUSEHOLDS = 150 };

/* --- random texts ---------------------------------------------------------------------------- */

struct writer {
    struct buf b;
    struct dice d;
    int record; /* whose fields: the household's, or with `var` an element's */
    char var[4];
    bool applicant;
};

static void condition(struct writer *w, int depth);
static void number(struct writer *w, int depth, enum node_unit unit);

static bool chance(struct writer *w, uint64_t of)
{
    return dice_roll(&w->d, of) == 0;
}

#define pick(w, list) ((list)[dice_roll(&(w)->d, N_ELEMS(list))])

/* A field of the element at hand, or of the household now and then. */
static const struct fact_field *some_field(struct writer *w, enum fact_type t)
{
    for (int tries = 0; tries < 40; tries++) {
        int record = w->var[0] && !chance(w, 4) ? w->record : RULES_HOUSEHOLD;
        bool applicant = !w->var[0] && w->applicant && chance(w, 3);
        const struct fact_record *r = &rules_schema.records[applicant ? RULES_MEMBERS : record];
        const struct fact_field *f = &r->derived[dice_roll(&w->d, r->n_derived)];
        if (f->type != t)
            continue;
        buf_addf(&w->b, "%s.%s", applicant ? "applicant" : record ? w->var : "household", f->name);
        return f;
    }
    return NULL;
}

static void list_open(struct writer *w, int depth, struct writer *outer)
{
    static const int lists[] = { RULES_MEMBERS, RULES_INCOMES, RULES_LOANS };
    *outer = *w;
    w->record = pick(w, lists);
    buf_adds(&w->b, rules_schema.records[w->record].name);
    snprintf(w->var, sizeof w->var, "v%d", depth % 10);
    if (chance(w, 3)) {
        buf_addf(&w->b, ".filter(%s, ", w->var);
        condition(w, depth - 1);
        buf_addc(&w->b, ')');
    }
}

static void list_close(struct writer *w, const struct writer *outer)
{
    w->record = outer->record;
    memcpy(w->var, outer->var, sizeof w->var);
}

static void literal(struct writer *w, enum node_unit unit)
{
    static const char *const plain[] = {
        "0", "1", "2", "3", "5", "60", "2.5", "0.0001", "9223372036854775807"
    };
    static const char *const yuan[] = {
        "0", "5000", "1000.00", "0.01", "1234.5678", "3000.5", "92233720368547758.07"
    };
    if (unit == UNIT_YUAN)
        buf_adds(&w->b, pick(w, yuan));
    else
        buf_adds(&w->b, pick(w, plain));
}

static void date(struct writer *w)
{
    if (chance(w, 3) || !some_field(w, FACT_DATE))
        buf_adds(&w->b, chance(w, 2) ? "today" : chance(w, 2) ? "date('2000-02-29')" : "start");
}

static void fold(struct writer *w, int depth, enum node_unit unit)
{
    static const char *const folds[] = { "sum", "min", "max" };
    struct writer outer;
    const char *name = pick(w, folds);
    bool front = chance(w, 2);
    if (front)
        buf_addf(&w->b, "%s(", name);
    list_open(w, depth, &outer);
    buf_addf(&w->b, ".map(%s, ", w->var);
    number(w, depth - 1, unit);
    buf_addc(&w->b, ')');
    list_close(w, &outer);
    buf_adds(&w->b, front ? ")" : ".");
    if (!front)
        buf_addf(&w->b, "%s()", name);
}

static void plain_number(struct writer *w, int depth)
{
    struct writer outer;
    switch (dice_roll(&w->d, 6)) {
    case 0:
        buf_adds(&w->b, "age(");
        date(w);
        buf_adds(&w->b, ", ");
        date(w);
        buf_addc(&w->b, ')');
        return;
    case 1:
        buf_adds(&w->b, "year(");
        date(w);
        buf_addc(&w->b, ')');
        return;
    case 2:
        buf_adds(&w->b, "size(");
        list_open(w, depth, &outer);
        list_close(w, &outer);
        buf_addc(&w->b, ')');
        return;
    case 3: buf_adds(&w->b, "k"); return;
    case 4: buf_adds(&w->b, "region.indicator('households', 2016)"); return;
    default:
        if (!some_field(w, chance(w, 3) ? FACT_QUANTITY : FACT_INT))
            literal(w, UNIT_PLAIN);
    }
}

static void yuan_number(struct writer *w)
{
    switch (dice_roll(&w->d, 8)) {
    case 0: buf_adds(&w->b, "household.income_per_head(year(today) - 1)"); return;
    case 1: buf_adds(&w->b, "household.income_per_head(household.exit_year + 2014)"); return;
    case 2: buf_adds(&w->b, "line"); return;
    case 3: buf_adds(&w->b, "region.indicator('农民人均纯收入', 2016)"); return;
    default:
        if (!some_field(w, FACT_MONEY))
            literal(w, UNIT_YUAN);
    }
}

static void number(struct writer *w, int depth, enum node_unit unit)
{
    static const char *const sums[] = { " + ", " - " };
    if (depth <= 0 || chance(w, 3)) {
        if (unit == UNIT_YUAN)
            yuan_number(w);
        else
            plain_number(w, depth);
        return;
    }
    switch (dice_roll(&w->d, 7)) {
    case 0: fold(w, depth, unit); return;
    case 1:
        buf_addc(&w->b, '(');
        number(w, depth - 1, unit);
        buf_adds(&w->b, chance(w, 2) ? " * " : " / ");
        number(w, depth - 1, UNIT_PLAIN);
        buf_addc(&w->b, ')');
        return;
    case 2:
        buf_adds(&w->b, "(-");
        number(w, depth - 1, unit);
        buf_addc(&w->b, ')');
        return;
    case 3:
        buf_addc(&w->b, '(');
        condition(w, depth - 1);
        buf_adds(&w->b, " ? ");
        number(w, depth - 1, unit);
        buf_adds(&w->b, " : ");
        number(w, depth - 1, unit);
        buf_addc(&w->b, ')');
        return;
    case 4:
        if (unit == UNIT_YUAN)
            break;
        buf_addc(&w->b, '(');
        if (!some_field(w, FACT_INT))
            buf_addc(&w->b, '7');
        buf_adds(&w->b, chance(w, 4) ? " % -3)" : " % 3)");
        return;
    default: break;
    }
    buf_addc(&w->b, '(');
    number(w, depth - 1, unit);
    buf_adds(&w->b, pick(w, sums));
    number(w, depth - 1, unit);
    buf_addc(&w->b, ')');
}

static void comparison(struct writer *w, int depth)
{
    static const char *const ops[] = { " == ", " != ", " < ", " <= ", " > ", " >= " };
    enum node_unit unit = chance(w, 2) ? UNIT_YUAN : UNIT_PLAIN;
    number(w, depth - 1, unit);
    if (chance(w, 8)) {
        buf_adds(&w->b, " in [");
        literal(w, unit);
        buf_adds(&w->b, ", ");
        literal(w, unit);
        buf_addc(&w->b, ']');
        return;
    }
    buf_adds(&w->b, pick(w, ops));
    if (chance(w, 2))
        literal(w, unit);
    else
        number(w, depth - 1, unit);
}

static void ages(struct writer *w)
{
    static const char *const ops[] = { " == ", " != ", " < ", " <= ", " > ", " >= " };
    static const char *const limits[] = { "0", "18", "k", "-1", "45", "99999" };
    bool first = chance(w, 5);
    const char *limit = pick(w, limits);
    if (first)
        buf_addf(&w->b, "%s%s", limit, pick(w, ops));
    buf_adds(&w->b, "age(");
    date(w);
    buf_addf(&w->b, ", %s)", chance(w, 2) ? "today" : "date('2000-02-29')");
    if (!first)
        buf_addf(&w->b, "%s%s", pick(w, ops), limit);
}

static void quantified(struct writer *w, int depth)
{
    struct writer outer;
    list_open(w, depth, &outer);
    buf_addf(&w->b, ".%s(%s, ", chance(w, 2) ? "exists" : "all", w->var);
    condition(w, depth - 1);
    buf_addc(&w->b, ')');
    list_close(w, &outer);
}

static void simple(struct writer *w, int depth)
{
    static const char *const date_ops[] = { " == ", " < ", " >= ", " > ", " <= ", " != " };
    switch (dice_roll(&w->d, 7)) {
    case 0:
        if (some_field(w, FACT_CODE))
            buf_adds(&w->b, chance(w, 2) ? " in ['female', '普通劳动力', 'skilled', 'lost', 'none']"
                                         : " != 'female'");
        return;
    case 1:
        buf_adds(&w->b, chance(w, 2) ? "'残疾' in " : "'healthy' in ");
        some_field(w, FACT_CODES);
        return;
    case 2:
        if (some_field(w, FACT_TEXT))
            buf_adds(&w->b, chance(w, 2) ? " == '猪'" : " in ['x', '养鸡']");
        return;
    case 3:
        date(w);
        buf_adds(&w->b, pick(w, date_ops));
        date(w);
        return;
    case 4: ages(w); return;
    case 5:
        buf_adds(&w->b, "has(");
        some_field(w, chance(w, 2) ? FACT_MONEY : FACT_BOOL);
        buf_addc(&w->b, ')');
        return;
    default:
        if (chance(w, 4) || !some_field(w, FACT_BOOL))
            comparison(w, depth);
    }
}

static void condition(struct writer *w, int depth)
{
    if (depth <= 0) {
        simple(w, depth);
        return;
    }
    switch (dice_roll(&w->d, 7)) {
    case 0:
        buf_addc(&w->b, '!');
        if (!some_field(w, FACT_BOOL))
            buf_adds(&w->b, "household.two_daughters");
        return;
    case 1:
        buf_addc(&w->b, '(');
        condition(w, depth - 1);
        buf_adds(&w->b, chance(w, 2) ? " && " : " || ");
        condition(w, depth - 1);
        buf_addc(&w->b, ')');
        return;
    case 2:
        condition(w, depth - 1);
        buf_adds(&w->b, chance(w, 2) ? " && " : " || ");
        condition(w, depth - 1);
        return;
    case 3: quantified(w, depth); return;
    case 4: comparison(w, depth); return;
    case 5:
        buf_addc(&w->b, '(');
        condition(w, depth - 1);
        buf_adds(&w->b, chance(w, 2) ? " ? " : " != ");
        condition(w, depth - 1);
        buf_adds(&w->b, strstr(buf_cstr(&w->b), " ? ") ? " : " : " || ");
        condition(w, depth - 1);
        buf_addc(&w->b, ')');
        return;
    default: simple(w, depth);
    }
}

/* --- the world they are judged in ------------------------------------------------------------ */

struct fixture {
    struct arena a;
    struct fact_plan plan;
    struct fact_batch batches[BATCHES];
    struct rule_param params[3];
    struct rule_given given[3];
    struct rule_scope scope;
    struct fact_env env;
};

static const struct rule *checked(struct arena *a, const struct rule_scope *scope, struct str text,
                                  enum rule_type want, struct fact_plan *plan)
{
    struct errs e = { .a = a, .lang = EN };
    return rule_check(a, scope, text, want, (struct rule_place){ "test", 1, 1, 0 }, plan, &e);
}

static uint32_t *some_applicants(struct fixture *x, const struct fact_batch *b, struct dice *d)
{
    uint32_t *who = NEW_ARRAY(&x->a, uint32_t, b->n + 1);
    const uint32_t *start = b->lists[RULES_MEMBERS].start;
    for (size_t i = 0; i < b->n;
         i++) /* of a neighbour where there are no members: it is a row all the same */
        who[i] = start[i] + (uint32_t)(start[i + 1] > start[i] ? dice_roll(d, start[i + 1] - start[i]) : 0);
    for (size_t i = 0; i < b->n; i++)
        if (who[i] >= start[b->n])
            who[i] = 0;
    return who;
}

static void set_up(struct fixture *x)
{
    struct dice d = { 7 };
    rules_plan_all(&x->plan);
    for (size_t i = 0; i < BATCHES; i++) {
        rules_batch(&x->a, &x->plan, i ? HOUSEHOLDS + i : 1,
                    i == 1   ? 0
                    : i == 2 ? 300
                             : 60,
                    &d, &x->batches[i]);
        if (i >= 4)
            x->batches[i].applicant = some_applicants(x, &x->batches[i], &d);
    }
    date_of(2017, 9, 30, &x->env.today);
    x->env.indicators = &rules_indicators;
    x->scope = (struct rule_scope){ .codes = &rules_codes, .params = x->params };
    x->params[0] = (struct rule_param){ "line", RULE_MONEY, NULL };
    x->params[0].def =
        checked(&x->a, &x->scope, STR("region.indicator('rural_net_income_per_head', year(today) - 1)"),
                RULE_MONEY, NULL);
    x->params[1] = (struct rule_param){ "k", RULE_INT, NULL };
    x->params[1].def = checked(&x->a, &x->scope, STR("year(today) - 2000"), RULE_INT, NULL);
    x->params[2] = (struct rule_param){ "start", RULE_DATE, NULL };
    struct rule_value day = { .type = RULE_DATE, .known = true, .num = 9000 };
    x->given[2] = (struct rule_given){ true, day };
    x->scope.n_params = 3;
    x->scope.schema = &rules_schema;
    x->scope.applicant = true;
    assert_non_null(x->params[0].def);
    assert_non_null(x->params[1].def);
    x->scope.must =
        checked(&x->a, &x->scope, STR("applicant.sex == 'female' && age(applicant.birth_date, today) >= 18"),
                RULE_BOOL, &x->plan);
    assert_non_null(x->scope.must);
}

static void same(const struct rule_value *engine, const struct rule_value *naive, struct str text,
                 size_t household)
{
    bool equal = engine->known == naive->known && engine->type == naive->type;
    if (equal && engine->known)
        equal = engine->type == RULE_TEXT ? str_eq(engine->text, naive->text) : engine->num == naive->num;
    if (equal && engine->known && engine->type == RULE_RATIO)
        equal = engine->den == naive->den;
    if (!equal)
        fail_msg("household %zu: engine %s %lld/%lld, naive %s %lld/%lld (types %d %d): %.*s", household,
                 engine->known ? "" : "unknown", (long long)engine->num, (long long)engine->den,
                 naive->known ? "" : "unknown", (long long)naive->num, (long long)naive->den,
                 (int)engine->type, (int)naive->type, (int)text.n, text.p);
}

/* A case has an applicant, who is a member. */
static bool is_case(const struct fact_batch *b, size_t i)
{
    const uint32_t *start = b->lists[RULES_MEMBERS].start;
    return !b->applicant || start[i] < start[i + 1];
}

static void judge(struct fixture *x, const struct rule *r, struct rule_run *run, const struct fact_batch *b,
                  const struct rule_given *given)
{
    struct naive_world w = { &x->scope, &x->plan, b, &x->env, given };
    rule_run_batch(run, b);
    if (r->type == RULE_BOOL && r->root->kind == KIND_BOOL) {
        struct rule_truth t = rule_truth(run, r);
        for (size_t i = 0; i < b->n; i++) {
            if (!is_case(b, i))
                continue;
            struct rule_value v = { .type = RULE_BOOL,
                                    .known = bits_at(t.yes, i) || bits_at(t.no, i),
                                    .num = bits_at(t.yes, i) };
            struct rule_value want = naive_value(&w, r, i);
            assert_false(bits_at(t.yes, i) && bits_at(t.no, i));
            same(&v, &want, r->source, i);
        }
        for (size_t k = b->n; k < t.words * 64; k++)
            assert_false(bits_at(t.yes, k) || bits_at(t.no, k));
        return;
    }
    struct rule_column c = rule_column(run, r);
    for (size_t i = 0; i < b->n; i++) {
        if (!is_case(b, i))
            continue;
        struct rule_value v = rule_column_at(&c, i), want = naive_value(&w, r, i);
        same(&v, &want, r->source, i);
    }
}

/* A story ends with the same result, and an unknown one says what is missing. */
static void tell(struct fixture *x, const struct rule *r, struct rule_run *run, struct arena *a)
{
    struct naive_world w = { &x->scope, &x->plan, &x->batches[0], &x->env, NULL };
    rule_run_batch(run, &x->batches[0]);
    struct rule_story s = rule_eval_one(run, r, a);
    struct rule_value want = naive_value(&w, r, 0);
    assert_int_equal(s.result.known, want.known);
    size_t missing = 0;
    for (size_t i = 0; i < s.n; i++)
        missing += s.seen[i].missing;
    if (!s.result.known && !missing)
        fail_msg("unknown, and nothing is missing: %.*s", (int)r->source.n, r->source.p);
    if (s.result.known && missing)
        fail_msg("known, and something is missing: %.*s", (int)r->source.n, r->source.p);
}

static void engine_and_naive_interpreter_agree(void **state)
{
    (void)state;
    struct fixture x = { 0 };
    struct arena a = { 0 };
    struct writer w = { .b = BUF(1 << 16), .d = { 20170930 } };
    size_t taken = 0, tried = 0;
    set_up(&x);
    struct rule_run *defaults = rule_run_open(x.params, 3, NULL, &x.env),
                    *given = rule_run_open(x.params, 3, x.given, &x.env);
    while (taken < PROGRAMMES) {
        bool value = chance(&w, 4);
        buf_clear(&w.b);
        w.var[0] = '\0';
        w.applicant = chance(&w, 4);
        if (value)
            number(&w, 3, chance(&w, 2) ? UNIT_YUAN : UNIT_PLAIN);
        else
            condition(&w, 4);
        const struct rule *r = checked(&a, &x.scope, buf_str(&w.b), value ? RULE_ANY : RULE_BOOL, &x.plan);
        tried++;
        if (r) {
            size_t which = taken % 3;
            judge(&x, r, defaults, &x.batches[which], NULL);
            judge(&x, r, given, &x.batches[3 + which], x.given);
            tell(&x, r, defaults, &a);
            taken++;
        }
        if (taken % 64 == 0)
            arena_reset(&a);
    }
    print_message("# %zu of %zu random texts were rules\n", taken, tried);
    assert_true(tried < 4 * taken);
    rule_run_close(defaults);
    rule_run_close(given);
    buf_release(&w.b);
    arena_free(&a);
    arena_free(&x.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(engine_and_naive_interpreter_agree) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
