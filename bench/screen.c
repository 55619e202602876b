/* screen.c - how fast conditions are decided over columns in memory, beside a loop written by hand.
 * usage: screen [HOUSEHOLDS [ROUNDS]]
 *
 * Eight conditions of 幸福工程's kind, three of them over members.  The engine reads columns with 2 % of the
 * cells missing and keeps every verdict and, per condition, how many households fail it and how many fail
 * only it.  The loop reads the same columns without a cell missing, stops at the first condition that fails,
 * and only counts. Prints a line per measure: NAME MILLISECONDS, medians of interleaved rounds, and what each
 * found. */
#include "programme/rule.h"
#include "programme/rule_bits.h"

#include "base/value.h"

#include <pthread.h>
#include <time.h>

enum { CONDITIONS = 8, BATCH = 4096, ROUNDS_MAX = 99, THREADS_MAX = 2 };

/* --- what there is to know of a household ---------------------------------------------------- */

enum { HOUSEHOLD, MEMBERS, INCOMES, LOANS };
#define F(name_, type_)                                           \
    {                                                             \
        .name = name_, .label = { name_, name_ }, .type = (type_) \
    }
#define FC(name_, type_, codes_)                                                     \
    {                                                                                \
        .name = name_, .label = { name_, name_ }, .type = (type_), .codes = (codes_) \
    }
static const struct fact_field household_fields[] = { F("family_planning_compliant", FACT_BOOL),
                                                      F("debt", FACT_MONEY),
                                                      FC("state", FACT_CODE, "poverty_state") };
static const struct fact_field member_fields[] = { F("birth_date", FACT_DATE), F("village_cadre", FACT_BOOL),
                                                   FC("sex", FACT_CODE, "sex"),
                                                   FC("labour", FACT_CODE, "labour"),
                                                   FC("health", FACT_CODES, "health") };
static const struct fact_field income_fields[] = { F("year", FACT_INT), F("net", FACT_MONEY),
                                                   F("members", FACT_INT) };
static const struct fact_field loan_fields[] = { F("max_days_overdue", FACT_INT),
                                                 F("written_off", FACT_BOOL) };
#define RECORD(name_, fields, list_)                                                                 \
    {                                                                                                \
        .name = name_, .label = { name_, name_ }, .derived = (fields), .n_derived = N_ELEMS(fields), \
        .list = (list_)                                                                              \
    }
static const struct fact_record records[] = { RECORD("household", household_fields, false),
                                              RECORD("members", member_fields, true),
                                              RECORD("incomes", income_fields, true),
                                              RECORD("loans", loan_fields, true) };
static const struct fact_schema schema = { records, N_ELEMS(records) };

#define ROW(code_, slug_)                                                                      \
    {                                                                                          \
        .code = (code_), .slug = STR_INIT(slug_), .zh = STR_INIT(slug_), .en = STR_INIT(slug_) \
    }
static const struct code_row sexes[] = { ROW(1, "male"), ROW(2, "female") };
static const struct code_row labours[] = { ROW(1, "ordinary"), ROW(2, "skilled"), ROW(3, "lost"),
                                           ROW(4, "none"), ROW(5, "weak") };
static const struct code_row healths[] = { ROW(1, "healthy"), ROW(2, "chronic_illness"),
                                           ROW(3, "serious_illness"), ROW(4, "disabled") };
static const struct code_row states[] = { ROW(0, "poor"), ROW(1, "exited"), ROW(9, "closed") };
#define TABLE(name_, rows_)                                           \
    {                                                                 \
        .name = STR_INIT(name_), .rows = (rows_), .n = N_ELEMS(rows_) \
    }
static const struct code_table tables[] = { TABLE("sex", sexes), TABLE("labour", labours),
                                            TABLE("health", healths), TABLE("poverty_state", states) };
static const struct code_book codes = { tables, N_ELEMS(tables) };

static const char *const conditions[CONDITIONS] = {
    "household.family_planning_compliant",
    "household.state in ['poor', 'exited']",
    "household.income_per_head(2016) < income_line",
    "household.debt < 50000.00",
    "members.exists(m, m.labour in ['ordinary', 'skilled', 'weak'] && age(m.birth_date, today) <= 60)",
    "members.exists(m, m.sex == 'female' && age(m.birth_date, today) >= 18)",
    "!members.exists(m, m.village_cadre)",
    "loans.all(l, l.max_days_overdue == 0) && !loans.exists(l, l.written_off)",
};

/* --- invented households --------------------------------------------------------------------- */

struct data {
    size_t n, rows[4];
    uint32_t *start[4];
    /* each column once, and a bit per cell that is known, for the engine */
    int64_t *debt, *year, *net, *members, *overdue;
    int16_t *state, *sex, *labour;
    int32_t *birth;
    uint64_t *compliant, *cadre, *written_off;
    uint64_t *known[FACT_NEEDS_MAX];
};

static uint64_t seed = 20170930;
static uint64_t roll(uint64_t sides)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % sides;
}

#define COLUMN(type, n) ((type *)xcalloc((n) + 64, sizeof(type)))

static uint64_t *random_bits(size_t n, uint64_t percent)
{
    uint64_t *bits = COLUMN(uint64_t, n / 64 + 1);
    for (size_t i = 0; i < n; i++)
        bits[i / 64] |= (uint64_t)(roll(100) < percent) << (i % 64);
    return bits;
}

/* 3.4 members, two years of income, one loan in a household on average. */
static void families(struct data *d, size_t n)
{
    static const uint64_t sizes[] = { 1, 2, 2, 3, 3, 3, 4, 4, 5, 7 };
    d->n = n;
    for (int r = MEMBERS; r <= LOANS; r++) {
        d->start[r] = COLUMN(uint32_t, n + 1);
        for (size_t i = 0; i < n; i++) {
            uint64_t more = r == MEMBERS ? sizes[roll(N_ELEMS(sizes))] : r == INCOMES ? 2 : roll(5) / 2;
            d->start[r][i + 1] = d->start[r][i] + (uint32_t)more;
        }
        d->rows[r] = d->start[r][n];
    }
    d->rows[HOUSEHOLD] = n;
}

static void invent(struct data *d, size_t n)
{
    families(d, n);
    d->debt = COLUMN(int64_t, n);
    d->state = COLUMN(int16_t, n);
    d->compliant = random_bits(n, 92);
    for (size_t i = 0; i < n; i++) {
        d->debt[i] = (int64_t)roll(6000000);
        d->state[i] = roll(10) ? (int16_t)roll(2) : 9;
    }
    size_t p = d->rows[MEMBERS], y = d->rows[INCOMES], l = d->rows[LOANS];
    d->birth = COLUMN(int32_t, p);
    d->sex = COLUMN(int16_t, p);
    d->labour = COLUMN(int16_t, p);
    d->cadre = random_bits(p, 2);
    for (size_t i = 0; i < p; i++) {
        d->birth[i] = 17439 - (int32_t)roll(31000);
        d->sex[i] = (int16_t)(1 + roll(2));
        d->labour[i] = (int16_t)(1 + roll(5));
    }
    d->year = COLUMN(int64_t, y);
    d->net = COLUMN(int64_t, y);
    d->members = COLUMN(int64_t, y);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 2; k++) {
            d->year[i * 2 + k] = 2015 + (int64_t)k;
            d->members[i * 2 + k] = d->start[MEMBERS][i + 1] - d->start[MEMBERS][i];
            d->net[i * 2 + k] = (int64_t)roll(1400000) * d->members[i * 2 + k];
        }
    d->overdue = COLUMN(int64_t, l);
    d->written_off = random_bits(l, 1);
    for (size_t i = 0; i < l; i++)
        d->overdue[i] = roll(12) ? 0 : (int64_t)roll(300);
}

/* --- the engine ------------------------------------------------------------------------------ */

struct engine {
    struct arena a;
    struct fact_plan plan;
    struct rule_param line;
    struct rule_given given;
    const struct rule *rules[CONDITIONS];
    struct fact_env env;
    struct fact_batch *batches;
    size_t n_batches;
};

struct counts {
    uint64_t eligible, ineligible, unknown;
    uint64_t fails[CONDITIONS], only[CONDITIONS];
};

static const void *column_of(const struct data *d, const char *name, size_t *width)
{
    const struct {
        const char *name;
        const void *p;
        size_t width; /* 0: bits */
    } all[] = { { "family_planning_compliant", d->compliant, 0 },
                { "debt", d->debt, 8 },
                { "state", d->state, 2 },
                { "birth_date", d->birth, 4 },
                { "village_cadre", d->cadre, 0 },
                { "sex", d->sex, 2 },
                { "labour", d->labour, 2 },
                { "year", d->year, 8 },
                { "net", d->net, 8 },
                { "members", d->members, 8 },
                { "max_days_overdue", d->overdue, 8 },
                { "written_off", d->written_off, 0 } };
    for (size_t i = 0; i < N_ELEMS(all); i++)
        if (!strcmp(all[i].name, name)) {
            *width = all[i].width;
            return all[i].p;
        }
    abort();
}

/* A batch's bits begin in the middle of a word, so they are copied, as a reader would write them. */
static uint64_t *bits_from(struct arena *a, const uint64_t *bits, size_t from, size_t n)
{
    uint64_t *out = NEW_ARRAY(a, uint64_t, n / 64 + 2);
    for (size_t i = 0; i < n; i++)
        out[i / 64] |= (uint64_t)bits_at(bits, from + i) << (i % 64);
    return out;
}

static void cut(struct engine *x, const struct data *d, size_t from, size_t n, struct fact_batch *out)
{
    *out = (struct fact_batch){ .n = n };
    size_t first[4] = { from }, rows[4] = { n };
    for (int r = MEMBERS; r <= LOANS; r++) {
        uint32_t *start = NEW_ARRAY(&x->a, uint32_t, n + 1);
        first[r] = d->start[r][from];
        for (size_t i = 0; i <= n; i++)
            start[i] = d->start[r][from + i] - (uint32_t)first[r];
        rows[r] = start[n];
        out->lists[r].start = start;
    }
    for (size_t i = 0; i < x->plan.n; i++) {
        size_t width, r = (size_t)x->plan.needs[i].record;
        const void *p = column_of(d, x->plan.needs[i].field.name, &width);
        out->cols[i].known = bits_from(&x->a, d->known[i], first[r], rows[r]);
        if (width)
            out->cols[i].num = (const void *)((const char *)p + first[r] * width);
        else
            out->cols[i].bits = bits_from(&x->a, p, first[r], rows[r]);
    }
}

static void engine_open(struct engine *x, struct data *d)
{
    struct errs e = { .a = &x->a, .lang = EN };
    struct rule_scope scope = { .schema = &schema, .codes = &codes, .params = &x->line, .n_params = 1 };
    date_of(2017, 9, 30, &x->env.today);
    x->line = (struct rule_param){ "income_line", RULE_MONEY, NULL };
    x->given = (struct rule_given){ true, { .type = RULE_MONEY, .known = true, .num = 1100000 } };
    for (size_t i = 0; i < CONDITIONS; i++) {
        x->rules[i] = rule_check(&x->a, &scope, str_of(conditions[i]), RULE_BOOL,
                                 (struct rule_place){ "when", 1, 1, 0 }, &x->plan, &e);
        if (!x->rules[i]) {
            fprintf(stderr, "%s: %s\n", conditions[i], e.bad.first->text);
            exit(1);
        }
    }
    for (size_t i = 0; i < x->plan.n; i++) {
        bool key = !strcmp(x->plan.needs[i].field.name, "year");
        d->known[i] = random_bits(d->rows[x->plan.needs[i].record], key ? 100 : 98);
    }
    x->n_batches = (d->n + BATCH - 1) / BATCH;
    x->batches = xcalloc(x->n_batches + 1, sizeof *x->batches);
    for (size_t i = 0; i < x->n_batches; i++)
        cut(x, d, i * BATCH, d->n - i * BATCH < BATCH ? d->n - i * BATCH : BATCH, &x->batches[i]);
    cut(x, d, 5, 1, &x->batches[x->n_batches]);
}

/* Verdicts of a batch, and the counts: 64 households at a time. */
static void judge(struct rule_run *run, const struct engine *x, const struct fact_batch *b, uint64_t *yes,
                  uint64_t *no, struct counts *c)
{
    struct rule_truth t[CONDITIONS];
    rule_run_batch(run, b);
    for (size_t k = 0; k < CONDITIONS; k++)
        t[k] = rule_truth(run, x->rules[k]);
    for (size_t w = 0; w < t[0].words; w++) {
        uint64_t all = UINT64_MAX, once = 0, twice = 0;
        for (size_t k = 0; k < CONDITIONS; k++) {
            uint64_t fails = t[k].no[w];
            all &= t[k].yes[w];
            twice |= once & fails;
            once |= fails;
            c->fails[k] += (uint64_t)__builtin_popcountll(fails);
        }
        for (size_t k = 0; k < CONDITIONS; k++)
            c->only[k] += (uint64_t)__builtin_popcountll(t[k].no[w] & ~twice);
        yes[w] = all;
        no[w] = once;
        c->eligible += (uint64_t)__builtin_popcountll(all);
        c->ineligible += (uint64_t)__builtin_popcountll(once);
    }
    c->unknown += b->n;
}

struct worker {
    const struct engine *x;
    size_t first, step;
    uint64_t *yes, *no;
    struct counts c;
};

static void *work(void *arg)
{
    struct worker *w = arg;
    struct rule_run *run = rule_run_open(&w->x->line, 1, &w->x->given, &w->x->env);
    for (size_t i = w->first; i < w->x->n_batches; i += w->step)
        judge(run, w->x, &w->x->batches[i], w->yes + i * BATCH / 64, w->no + i * BATCH / 64, &w->c);
    rule_run_close(run);
    return NULL;
}

static struct counts screen(const struct engine *x, size_t threads, uint64_t *yes, uint64_t *no)
{
    pthread_t ids[THREADS_MAX];
    struct worker w[THREADS_MAX];
    struct counts sum = { 0 };
    for (size_t i = 0; i < threads; i++) {
        w[i] = (struct worker){ .x = x, .first = i, .step = threads, .yes = yes, .no = no };
        if (i && pthread_create(&ids[i], NULL, work, &w[i]))
            abort();
    }
    work(&w[0]);
    for (size_t i = 0; i < threads; i++) {
        if (i)
            pthread_join(ids[i], NULL);
        sum.eligible += w[i].c.eligible;
        sum.ineligible += w[i].c.ineligible;
        sum.unknown += w[i].c.unknown;
    }
    sum.unknown -= sum.eligible + sum.ineligible;
    return sum;
}

/* --- the loop written by hand ---------------------------------------------------------------- */

static bool able(const struct data *d, size_t i, int32_t born_after)
{
    for (size_t r = d->start[MEMBERS][i]; r < d->start[MEMBERS][i + 1]; r++)
        if ((d->labour[r] == 1 || d->labour[r] == 2 || d->labour[r] == 5) && d->birth[r] > born_after)
            return true;
    return false;
}

static bool woman(const struct data *d, size_t i, int32_t born_until)
{
    for (size_t r = d->start[MEMBERS][i]; r < d->start[MEMBERS][i + 1]; r++)
        if (d->sex[r] == 2 && d->birth[r] <= born_until)
            return true;
    return false;
}

static bool cadre(const struct data *d, size_t i)
{
    for (size_t r = d->start[MEMBERS][i]; r < d->start[MEMBERS][i + 1]; r++)
        if (bits_at(d->cadre, r))
            return true;
    return false;
}

static bool honest(const struct data *d, size_t i)
{
    for (size_t r = d->start[LOANS][i]; r < d->start[LOANS][i + 1]; r++)
        if (d->overdue[r] != 0 || bits_at(d->written_off, r))
            return false;
    return true;
}

static bool below(const struct data *d, size_t i, int64_t line)
{
    for (size_t r = d->start[INCOMES][i]; r < d->start[INCOMES][i + 1]; r++)
        if (d->year[r] == 2016)
            return d->net[r] < line * d->members[r];
    return false;
}

static uint64_t loop(const struct data *d)
{
    struct date adult, old;
    date_of(1999, 9, 30, &adult);
    date_of(1956, 9, 30, &old);
    uint64_t n = 0;
    for (size_t i = 0; i < d->n; i++)
        n += bits_at(d->compliant, i) && (d->state[i] == 0 || d->state[i] == 1) && below(d, i, 1100000) &&
             d->debt[i] < 5000000 && able(d, i, old.day) && woman(d, i, adult.day) && !cadre(d, i) &&
             honest(d, i);
    return n;
}

/* --- measuring ------------------------------------------------------------------------------- */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

/* One household, as for a case at the desk: microseconds. */
static double batch_of_one(const struct engine *x)
{
    enum { TIMES = 20000 };
    struct counts c = { 0 };
    uint64_t yes[1], no[1];
    struct rule_run *run = rule_run_open(&x->line, 1, &x->given, &x->env);
    double from = now_ms();
    for (int i = 0; i < TIMES; i++)
        judge(run, x, &x->batches[x->n_batches], yes, no, &c);
    double took = now_ms() - from;
    rule_run_close(run);
    return took * 1000 / TIMES;
}

int main(int argc, char **argv)
{
    struct data d = { 0 };
    struct engine x = { 0 };
    double hand[ROUNDS_MAX], one[ROUNDS_MAX], two[ROUNDS_MAX], single[ROUNDS_MAX];
    double one_ratio[ROUNDS_MAX], two_ratio[ROUNDS_MAX];
    size_t n = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1000000;
    size_t rounds = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 15;
    uint64_t found = 0;
    struct counts c = { 0 };
    if (!n || !rounds || rounds > ROUNDS_MAX)
        return 2;
    invent(&d, n);
    engine_open(&x, &d);
    uint64_t *yes = COLUMN(uint64_t, n / 64 + BATCH), *no = COLUMN(uint64_t, n / 64 + BATCH);
    for (size_t i = 0; i < rounds; i++) {
        double t0 = now_ms();
        found = loop(&d);
        double t1 = now_ms();
        c = screen(&x, 1, yes, no);
        double t2 = now_ms();
        c = screen(&x, 2, yes, no);
        double t3 = now_ms();
        hand[i] = t1 - t0;
        one[i] = t2 - t1;
        two[i] = t3 - t2;
        single[i] = batch_of_one(&x);
        one_ratio[i] = one[i] / hand[i];
        two_ratio[i] = two[i] / hand[i];
    }
    printf("households %zu members %zu\n", n, d.rows[MEMBERS]);
    printf("loop %.2f\none %.2f\ntwo %.2f\n", median(hand, rounds), median(one, rounds), median(two, rounds));
    printf("one_ratio %.2f\ntwo_ratio %.2f\nsingle_us %.2f\n", median(one_ratio, rounds),
           median(two_ratio, rounds), median(single, rounds));
    printf("loop_eligible %llu\neligible %llu ineligible %llu unknown %llu\n", (unsigned long long)found,
           (unsigned long long)c.eligible, (unsigned long long)c.ineligible, (unsigned long long)c.unknown);
    return 0;
}
