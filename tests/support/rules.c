#include "support/rules.h"

#include "programme/rule_bits.h"

#define F(n, t)                                   \
    {                                             \
        .name = n, .label = { n, n }, .type = (t) \
    }
#define FC(n, t, table)                                             \
    {                                                               \
        .name = n, .label = { n, n }, .type = (t), .codes = (table) \
    }

static const struct fact_field household_fields[] = {
    F("two_daughters", FACT_BOOL),
    F("family_planning_compliant", FACT_BOOL),
    F("exit_year", FACT_INT),
    F("rooms", FACT_INT),
    F("debt", FACT_MONEY),
    F("savings", FACT_MONEY),
    F("arable", FACT_QUANTITY),
    F("entered_on", FACT_DATE),
    F("wish", FACT_TEXT),
    FC("state", FACT_CODE, "poverty_state"),
    FC("tags", FACT_CODES, "health"),
};
static const struct fact_field member_fields[] = {
    F("mother", FACT_BOOL),          F("village_cadre", FACT_BOOL),
    F("school_years", FACT_INT),     F("monthly_wage", FACT_MONEY),
    F("share", FACT_QUANTITY),       F("birth_date", FACT_DATE),
    F("joined_on", FACT_DATE),       F("name", FACT_TEXT),
    FC("sex", FACT_CODE, "sex"),     FC("labour", FACT_CODE, "labour"),
    FC("partner", FACT_CODE, "sex"), FC("health", FACT_CODES, "health"),
};
static const struct fact_field income_fields[] = {
    F("year", FACT_INT),
    F("net", FACT_MONEY),
    F("members", FACT_INT),
};
static const struct fact_field loan_fields[] = {
    F("written_off", FACT_BOOL), F("disaster_relief", FACT_BOOL), F("max_days_overdue", FACT_INT),
    F("amount", FACT_MONEY),     F("due_on", FACT_DATE),
};
static const struct fact_field application_fields[] = {
    F("project", FACT_TEXT),
    F("amount", FACT_MONEY),
};
#define RECORD(n, fields, is_list)                                                                         \
    {                                                                                                      \
        .name = n, .label = { n, n }, .derived = (fields), .n_derived = N_ELEMS(fields), .list = (is_list) \
    }
static const struct fact_record records[] = {
    RECORD("household", household_fields, false),     RECORD("members", member_fields, true),
    RECORD("incomes", income_fields, true),           RECORD("loans", loan_fields, true),
    RECORD("application", application_fields, false),
};
const struct fact_schema rules_schema = { records, N_ELEMS(records) };

#define ROW(c, s, z)                                                           \
    {                                                                          \
        .code = (c), .slug = STR_INIT(s), .zh = STR_INIT(z), .en = STR_INIT(s) \
    }
static const struct code_row sexes[] = { ROW(1, "male", "男"), ROW(2, "female", "女") };
static const struct code_row labours[] = { ROW(1, "ordinary", "普通劳动力"), ROW(2, "skilled", "技能劳动力"),
                                           ROW(3, "lost", "丧失劳动力"), ROW(4, "none", "无劳动力"),
                                           ROW(5, "weak", "弱劳动力") };
static const struct code_row healths[] = { ROW(1, "healthy", "健康"), ROW(2, "chronic_illness", "长期慢性病"),
                                           ROW(3, "serious_illness", "患有大病"),
                                           ROW(4, "disabled", "残疾") };
static const struct code_row states[] = { ROW(0, "poor", "贫困"), ROW(1, "exited", "脱贫"),
                                          ROW(9, "closed", "销户") };
static const struct code_row indicators[] = { ROW(1, "rural_net_income_per_head", "农民人均纯收入"),
                                              ROW(25, "households", "总户数") };
#define TABLE(slug_, rows_)                                           \
    {                                                                 \
        .name = STR_INIT(slug_), .rows = (rows_), .n = N_ELEMS(rows_) \
    }
static const struct code_table tables[] = { TABLE("sex", sexes), TABLE("labour", labours),
                                            TABLE("health", healths), TABLE("poverty_state", states),
                                            TABLE("indicator", indicators) };
const struct code_book rules_codes = { .tables = tables, .n = N_ELEMS(tables) };

static const struct region_code regions[] = {
    { 350602100201 }, { 350602100202 }, { 350602101201 }, { 350603100201 }
};
static const struct fact_indicator figures[] = {
    { 350600000000, 2016, 1, 110000000 }, /* 11,000 yuan */
    { 350600000000, 2016, 25, 5000000 },  { 350602000000, 2016, 1, 123450000 },
    { 350602100000, 2015, 1, 95000050 },  { 350602100201, 2016, 1, 90001234 },
};
const struct fact_indicators rules_indicators = { regions, N_ELEMS(regions), figures, N_ELEMS(figures) };

void rules_plan_all(struct fact_plan *p)
{
    *p = (struct fact_plan){ 0 };
    for (size_t r = 0; r < rules_schema.n; r++)
        for (size_t f = 0; f < records[r].n_derived; f++)
            fact_need(p, (int)r, &records[r].derived[f]);
}

uint64_t dice_roll(struct dice *d, uint64_t sides)
{
    d->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = d->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % sides;
}

static const uint64_t *random_known(struct arena *a, size_t rows, unsigned blank, struct dice *d)
{
    uint64_t *known = NEW_ARRAY(a, uint64_t, bits_words(rows) + 1);
    if (!blank)
        return NULL;
    for (size_t i = 0; i < bits_words(rows) * 64; i++) /* also behind the end: nobody may look there */
        known[i / 64] |= (uint64_t)(dice_roll(d, 1000) >= blank) << (i % 64);
    return known;
}

static int64_t random_number(enum fact_type t, const char *name, struct dice *d)
{
    static const int64_t extremes[] = { INT64_MAX, INT64_MIN, INT64_MAX / 100, INT64_MIN / 10000, 0, -1 };
    if (!strcmp(name, "year"))
        return 2014 + (int64_t)dice_roll(d, 4);
    if (dice_roll(d, 50) == 0)
        return extremes[dice_roll(d, N_ELEMS(extremes))];
    if (t == FACT_INT)
        return (int64_t)dice_roll(d, 8) - 1;
    return (int64_t)dice_roll(d, 40) * 50000 - 100000 + (int64_t)dice_roll(d, 3);
}

static struct fact_col random_column(struct arena *a, const struct fact_field *f, size_t rows, unsigned blank,
                                     struct dice *d)
{
    static const struct str words[] = { STR_INIT("猪"), STR_INIT("养鸡"), STR_INIT("x"), STR_INIT("种茶") };
    struct fact_col c = { .known = random_known(a, rows, blank, d) };
    uint64_t *bits = NEW_ARRAY(a, uint64_t, rows + 1);
    int64_t *num = NEW_ARRAY(a, int64_t, rows + 1);
    int32_t *day = NEW_ARRAY(a, int32_t, rows + 1);
    int16_t *code = NEW_ARRAY(a, int16_t, rows + 1);
    struct str *text = NEW_ARRAY(a, struct str, rows + 1);
    for (size_t i = 0; i < rows; i++) {
        num[i] = random_number(f->type, f->name, d);
        day[i] = (int32_t)dice_roll(d, 30000) - 10000;
        code[i] = (int16_t)dice_roll(d, 6);
        text[i] = words[dice_roll(d, N_ELEMS(words))];
        if (f->type == FACT_BOOL)
            bits[i / 64] |= dice_roll(d, 2) << (i % 64);
        else
            bits[i] = dice_roll(d, 32);
    }
    switch (f->type) {
    case FACT_BOOL: c.bits = bits; break;
    case FACT_CODES: c.set = bits; break;
    case FACT_DATE: c.day = day; break;
    case FACT_CODE: c.code = code; break;
    case FACT_TEXT: c.text = text; break;
    default: c.num = num;
    }
    return c;
}

void rules_batch(struct arena *a, const struct fact_plan *p, size_t households, unsigned blank,
                 struct dice *d, struct fact_batch *out)
{
    *out = (struct fact_batch){ .n = households };
    size_t rows[FACT_RECORDS_MAX];
    uint32_t *region = NEW_ARRAY(a, uint32_t, households + 1);
    for (size_t i = 0; i < households; i++)
        region[i] = (uint32_t)(i * N_ELEMS(regions) / households);
    out->region = region;
    for (size_t r = 0; r < rules_schema.n; r++) {
        rows[r] = households;
        if (!records[r].list)
            continue;
        uint32_t *start = NEW_ARRAY(a, uint32_t, households + 1);
        for (size_t i = 0; i < households; i++)
            start[i + 1] = start[i] + (uint32_t)(dice_roll(d, 40) == 0 ? dice_roll(d, 200) : dice_roll(d, 5));
        rows[r] = start[households];
        out->lists[r] = (struct fact_list){ start, random_known(a, households, blank, d) };
    }
    for (size_t i = 0; i < p->n; i++)
        out->cols[i] = random_column(a, &p->needs[i].field, rows[p->needs[i].record], blank, d);
}
