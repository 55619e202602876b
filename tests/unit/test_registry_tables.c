/* The tables of the registry keep their promises: entities, code tables and the migration agree. */
#include "base/csv.h"
#include "registry/code.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct entity *const entities[] = {
    &code_entity,      &region_entity,           &county_entity, &region_year_entity,
    &household_entity, &household_status_entity, &person_entity, &household_year_entity,
};

enum { ROWS_MAX = 2000, TABLES_MAX = 200 };
static struct arena arena;
static struct code_row rows[ROWS_MAX];
static struct str parents[ROWS_MAX], valid_from[ROWS_MAX], valid_to[ROWS_MAX];
static struct code_table tables[TABLES_MAX];
static struct code_book book = { .tables = tables };
static size_t n_rows;

/* --- reading what stands in the source tree ----------------------------------------------- */

static struct str slurp(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s: cannot be read; run from the root of the repository", path);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long n = ftell(f);
    assert_true(n > 0);
    rewind(f);
    char *p = arena_alloc(&arena, (size_t)n + 1);
    assert_int_equal(fread(p, 1, (size_t)n, f), n);
    fclose(f);
    return (struct str){ p, (size_t)n };
}

static void start_table(struct str name)
{
    for (size_t i = 0; i < book.n; i++)
        if (str_eq(tables[i].name, name))
            fail_msg("code table %s: its rows do not stand together", name.p);
    assert_true(book.n < TABLES_MAX);
    tables[book.n++] = (struct code_table){ .name = name, .rows = &rows[n_rows] };
}

static void take_row(const struct csv_row *r, const char *path)
{
    struct str c[12];
    int64_t code;
    if (r->n != N_ELEMS(c))
        fail_msg("%s:%d: %zu cells", path, (int)r->line, r->n);
    for (size_t i = 0; i < r->n; i++)
        c[i] = arena_str(&arena, r->cells[i]);
    if (!str_int(c[1], &code))
        fail_msg("%s:%d: the code is no number", path, (int)r->line);
    if (!book.n || !str_eq(tables[book.n - 1].name, c[0]))
        start_table(c[0]);
    assert_true(n_rows < ROWS_MAX);
    assert_true(code >= 0 && code <= INT32_MAX);
    rows[n_rows] = (struct code_row){
        .code = (int32_t)code, .slug = c[2], .zh = c[3], .en = c[4], .national = c[6], .aliases = c[7]
    };
    valid_from[n_rows] = c[8];
    valid_to[n_rows] = c[9];
    parents[n_rows++] = c[10];
    tables[book.n - 1].n++;
}

static void read_codes_file(const char *path)
{
    struct str text = slurp(path);
    struct csv csv = csv_open(text);
    struct csv_row r;
    const struct str head =
        STR("table,code,slug,zh,en,short,national,aliases,valid_from,valid_to,parent,note\n");
    assert_true(str_starts(text, head));
    assert_true(csv_next(&csv, &arena, &r));
    while (csv_next(&csv, &arena, &r)) {
        assert_int_equal(r.damage, CSV_WHOLE);
        take_row(&r, path);
    }
}

static int read_codes(void **state)
{
    (void)state;
    glob_t g;
    if (glob("sql/codes/*.csv", 0, NULL, &g))
        return -1;
    for (size_t i = 0; i < g.gl_pathc; i++)
        read_codes_file(g.gl_pathv[i]);
    globfree(&g);
    return 0;
}

static int release(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct code_table *table(const char *name)
{
    const struct code_table *t = code_table(&book, name);
    if (!t)
        fail_msg("sql/codes holds no table %s", name);
    return t;
}

/* --- code tables -------------------------------------------------------------------------- */

static void every_table_of_the_dictionary_is_there(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n;
    } want[] = {
        { "poverty_standard", 3 },
        { "household_attribute", 9 },
        { "household_type", 3 },
        { "poverty_cause", 14 },
        { "poverty_state", 5 },
        { "monitor_type", 3 },
        { "clue_source", 7 },
        { "risk", 18 },
        { "measure", 14 },
        { "risk_removal", 3 },
        { "work_area", 5 },
        { "danger_grade", 5 },
        { "road_kind", 4 },
        { "fuel", 5 },
        { "decision", 4 },
        { "guarantee", 6 },
        { "fund_source", 24 },
        { "project_kind", 25 },
        { "person_change", 12 },
        { "family_planning_type", 5 },
        { "relation", 28 },
        { "education", 8 },
        { "student_status", 27 },
        { "health", 4 },
        { "labour", 5 },
        { "dropout_reason", 6 },
        { "sex", 4 },
        { "marital", 8 },
        { "ethnicity", 58 },
        { "political_status", 13 },
        { "schooling", 8 },
        { "subsidy_form", 8 },
        { "payment_method", 5 },
        { "notice_objection", 4 },
        { "archive_category", 9 },
        { "account_kind", 4 },
        { "region_level", 5 },
        { "qualifier", 9 },
    };
    for (size_t i = 0; i < N_ELEMS(want); i++)
        if (table(want[i].name)->n != want[i].n)
            fail_msg("%s has %zu rows", want[i].name, table(want[i].name)->n);
}

static bool well_formed(struct str slug)
{
    for (size_t i = 0; i < slug.n; i++) {
        char c = slug.p[i];
        bool small = c >= 'a' && c <= 'z', later = (c >= '0' && c <= '9') || c == '_';
        if (!small && !(i && later))
            return false;
    }
    return slug.n && slug.p[slug.n - 1] != '_';
}

static void slugs_are_well_formed_and_codes_unique(void **state)
{
    (void)state;
    for (size_t t = 0; t < book.n; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            const struct code_row *r = &tables[t].rows[i];
            if (!well_formed(r->slug) || !r->zh.n || !r->en.n)
                fail_msg("%s %d: slug or label", tables[t].name.p, r->code);
            for (size_t k = 0; k < i; k++)
                if (tables[t].rows[k].code == r->code || str_eq(tables[t].rows[k].slug, r->slug))
                    fail_msg("%s %d: twice", tables[t].name.p, r->code);
        }
}

static void finds(const struct code_table *t, struct str text, const struct code_row *r)
{
    const struct code_row *found = code_find(t, text);
    if (found != r)
        fail_msg("%s: “%.*s” leads to %d, not to %d", t->name.p, (int)text.n, text.p,
                 found ? found->code : -1, r->code);
}

static void every_spelling_leads_to_its_own_row(void **state)
{
    (void)state;
    for (size_t t = 0; t < book.n; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            const struct code_row *r = &tables[t].rows[i];
            struct str rest = r->aliases, one;
            finds(&tables[t], r->zh, r);
            finds(&tables[t], r->en, r);
            finds(&tables[t], r->slug, r);
            if (r->national.n)
                finds(&tables[t], r->national, r);
            while (str_split(&rest, '|', &one)) {
                if (!one.n || !str_eq(str_trim(one), one))
                    fail_msg("%s %d: blank alias", tables[t].name.p, r->code);
                finds(&tables[t], one, r);
            }
        }
}

static void parents_exist_and_validity_is_dates(void **state)
{
    (void)state;
    for (size_t t = 0; t < book.n; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            size_t at = (size_t)(tables[t].rows - rows) + i;
            int64_t parent;
            struct date d;
            if (parents[at].n && (!str_int(parents[at], &parent) || !code_row(&tables[t], (int32_t)parent)))
                fail_msg("%s %d: no parent %s", tables[t].name.p, rows[at].code, parents[at].p);
            if ((valid_from[at].n && date_read(valid_from[at], &d) != READ_OK) ||
                (valid_to[at].n && date_read(valid_to[at], &d) != READ_OK))
                fail_msg("%s %d: validity", tables[t].name.p, rows[at].code);
        }
}

static void a_list_can_be_taken_apart(const struct code_table *t)
{
    static const char *const separators[] = { "、", "，", "；", ",", ";", "/" };
    for (size_t i = 0; i < t->n; i++) {
        const struct code_row *r = &t->rows[i];
        if (r->code > 62)
            fail_msg("%s %d: a set holds 0 to 62", t->name.p, r->code);
        for (size_t k = 0; k < N_ELEMS(separators); k++)
            if (str_has(r->zh, str_of(separators[k])) || str_has(r->en, str_of(separators[k])) ||
                str_has(r->aliases, str_of(separators[k])))
                fail_msg("%s %d: a separator in its label", t->name.p, r->code);
    }
}

static void code_columns_name_tables_that_exist(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_ELEMS(entities); k++)
        for (size_t i = 0; i < entities[k]->n; i++) {
            const struct col *c = &entities[k]->cols[i];
            bool coded = c->type == T_CODE || c->type == T_CODES;
            if (coded != (c->codes != NULL))
                fail_msg("%s.%s: code table", entities[k]->table, c->name);
            if (coded)
                table(c->codes);
            if (c->type == T_CODES)
                a_list_can_be_taken_apart(table(c->codes));
        }
    /* Sets of later modules. */
    a_list_can_be_taken_apart(table("risk"));
    a_list_can_be_taken_apart(table("measure"));
}

static void the_numbers_in_c_are_those_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        const char *table;
        int32_t code;
        const char *slug;
    } want[] = {
        { "poverty_state", STATE_POOR, "poor" },
        { "poverty_state", STATE_EXITED, "exited" },
        { "poverty_state", STATE_PRE_EXIT, "pre_exit" },
        { "poverty_state", STATE_FALLEN_BACK, "fallen_back" },
        { "poverty_state", STATE_CLOSED, "closed" },
        { "poverty_cause", CAUSE_ILLNESS, "illness" },
        { "poverty_cause", CAUSE_DISABILITY, "disability" },
        { "poverty_cause", CAUSE_SCHOOLING, "schooling" },
        { "poverty_cause", CAUSE_NO_LABOUR, "no_labour" },
        { "poverty_cause", CAUSE_OTHER, "other" },
        { "account_kind", ACCOUNT_KIND_CARD, "card" },
        { "account_kind", ACCOUNT_KIND_PASSBOOK, "passbook" },
        { "account_kind", ACCOUNT_KIND_ACCOUNT, "account" },
        { "account_kind", ACCOUNT_KIND_SOCIAL_SECURITY, "social_security_card" },
        { "relation", RELATION_HEAD, "head" },
        { "relation", RELATION_SPOUSE, "spouse" },
        { "relation", RELATION_SON, "son" },
        { "relation", RELATION_DAUGHTER, "daughter" },
        { "relation", RELATION_OTHER, "other" },
        { "sex", SEX_UNKNOWN, "unknown" },
        { "sex", SEX_MALE, "male" },
        { "sex", SEX_FEMALE, "female" },
        { "sex", SEX_UNSPECIFIED, "unspecified" },
        { "health", HEALTH_HEALTHY, "healthy" },
        { "health", HEALTH_CHRONIC_ILLNESS, "chronic_illness" },
        { "health", HEALTH_SERIOUS_ILLNESS, "serious_illness" },
        { "health", HEALTH_DISABLED, "disabled" },
        { "labour", LABOUR_ORDINARY, "ordinary" },
        { "labour", LABOUR_SKILLED, "skilled" },
        { "labour", LABOUR_LOST, "lost" },
        { "labour", LABOUR_NONE, "none" },
        { "labour", LABOUR_WEAK, "weak" },
        { "political_status", POLITICAL_PARTY_MEMBER, "party_member" },
        { "political_status", POLITICAL_PROBATIONARY, "probationary_party_member" },
        { "political_status", POLITICAL_MASSES, "masses" },
        { "id_kind", ID_KIND_CITIZEN, "citizen_id" },
        { "id_kind", ID_KIND_NONE, "none" },
        { "student_status", STUDENT_NOT, "not_student" },
        { "student_status", STUDENT_PRESCHOOL_CHILD, "preschool_child" },
        { "person_change", CHANGE_PRESENT, "present" },
        { "person_change", CHANGE_BORN, "born" },
        { "person_change", CHANGE_MARRIED_IN, "married_in" },
        { "person_change", CHANGE_MOVED_IN, "moved_in" },
        { "person_change", CHANGE_DIED, "died" },
        { "qualifier", QUALIFIER_RANGE, "range" },
        { "qualifier", QUALIFIER_MISSING, "missing" },
        { "qualifier", QUALIFIER_WITHHELD, "withheld" },
        { "indicator", INDICATOR_RURAL_NET_INCOME_PER_HEAD, "rural_net_income_per_head" },
        { "indicator", INDICATOR_NATIONAL_POVERTY_STANDARD, "national_poverty_standard" },
        { "indicator", INDICATOR_MONITORING_FLOOR, "monitoring_floor" },
        { "region_level", PROVINCE, "province" },
        { "region_level", PREFECTURE, "prefecture" },
        { "region_level", COUNTY, "county" },
        { "region_level", TOWNSHIP, "township" },
        { "region_level", VILLAGE, "village" },
    };
    for (size_t i = 0; i < N_ELEMS(want); i++) {
        const struct code_row *r = code_row(table(want[i].table), want[i].code);
        if (!r || !str_eq(r->slug, str_of(want[i].slug)))
            fail_msg("%s %d is not %s", want[i].table, want[i].code, want[i].slug);
    }
}

static void national_codes_and_old_words_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *table, *text;
        int32_t code;
    } want[] = {
        { "poverty_cause", "99", 14 },
        { "poverty_cause", "12", 12 },
        { "poverty_cause", "缺劳动力", 8 },
        { "risk", "99", 12 },
        { "risk", "04", 4 },
        { "relation", "01", 1 },
        { "relation", "1", 1 },
        { "relation", "长子", 3 },
        { "ethnicity", "汉", 1 },
        { "ethnicity", "汉族", 1 },
        { "ethnicity", "56", 56 },
        { "sex", "男性", 1 },
        { "political_status", "党员", 1 },
        { "political_status", "13", 13 },
        { "region_level", "镇", 4 },
        { "region_level", "区", 3 },
        { "region_level", "嘎查", 5 },
        { "indicator", "农民人均纯收入", 1 },
        { "education", "文盲或半文盲", 1 },
        { "student_status", "七年级", 5 },
        { "fund_source", "区县配套", 14 },
        { "guarantee", "村干部担保", 1 },
        { "danger_grade", "D级危房", 4 },
        { "work_area", "乡镇内", 1 },
    };
    for (size_t i = 0; i < N_ELEMS(want); i++) {
        const struct code_row *r = code_find(table(want[i].table), str_of(want[i].text));
        if (!r || r->code != want[i].code)
            fail_msg("%s “%s”: %d", want[i].table, want[i].text, r ? r->code : -1);
    }
}

/* --- entities ----------------------------------------------------------------------------- */

static bool is_heading(const struct col *c, struct str text)
{
    struct str lists[] = { str_of(c->aliases), str_of(c->national) }, one;
    if (str_eq(text, str_of(c->label.zh)) || str_eq(text, str_of(c->label.en)) ||
        str_eq(text, str_of(c->name)))
        return true;
    for (size_t i = 0; i < N_ELEMS(lists); i++)
        while (str_split(&lists[i], '|', &one))
            if (str_eq(text, one))
                return true;
    return false;
}

static void only(const struct entity *en, const struct col *c, struct str heading)
{
    if (!heading.n || !str_eq(str_trim(heading), heading))
        fail_msg("%s.%s: blank heading", en->table, c->name);
    for (size_t i = 0; i < en->n; i++)
        if (&en->cols[i] != c && is_heading(&en->cols[i], heading))
            fail_msg("%s: %s and %s share the heading %.*s", en->table, c->name, en->cols[i].name,
                     (int)heading.n, heading.p);
}

static void a_heading_belongs_to_one_column(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_ELEMS(entities); k++)
        for (size_t i = 0; i < entities[k]->n; i++) {
            const struct col *c = &entities[k]->cols[i];
            struct str lists[] = { str_of(c->aliases), str_of(c->national) }, one;
            only(entities[k], c, str_of(c->label.zh));
            only(entities[k], c, str_of(c->label.en));
            only(entities[k], c, str_of(c->name));
            for (size_t l = 0; l < N_ELEMS(lists); l++)
                while (str_split(&lists[l], '|', &one))
                    only(entities[k], c, one);
        }
}

static void column_is_complete(const struct entity *en, const struct col *c)
{
    if (!well_formed(str_of(c->name)) || !c->label.zh || !c->label.en || c->min > c->max)
        fail_msg("%s.%s: name, label or range", en->table, c->name);
    if (c->seal && (!c->mask || !c->check))
        fail_msg("%s.%s: sealed, but not masked and checked", en->table, c->name);
    /* A blank cell of these would pass for zero. */
    bool plain = c->type == T_INT || c->type == T_MONEY || c->type == T_DATE;
    if (en != &code_entity && plain && !(c->flags & SERVER))
        fail_msg("%s.%s: blank would be 0", en->table, c->name);
}

static void quantity_has_a_unit(const struct entity *en, const struct col *c)
{
    bool quantity = c->type == T_OPT_QUANTITY;
    if (c->unit && (!quantity || !code_find(table("unit"), str_of(c->unit))))
        fail_msg("%s.%s: unit %s", en->table, c->name, c->unit);
    if (quantity && !c->unit && !entity_col(en, "unit"))
        fail_msg("%s.%s: in what unit?", en->table, c->name);
}

static void columns_are_complete(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_ELEMS(entities); k++) {
        assert_true(entities[k]->n <= COLS_MAX);
        for (size_t i = 0; i < entities[k]->n; i++) {
            column_is_complete(entities[k], &entities[k]->cols[i]);
            quantity_has_a_unit(entities[k], &entities[k]->cols[i]);
        }
    }
}

static void county_tables_begin_with_their_key(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_ELEMS(entities); k++) {
        const struct entity *en = entities[k];
        if (en->class != TABLE_COUNTY)
            continue;
        assert_string_equal(en->cols[0].name, "county");
        assert_string_equal(en->cols[1].name, "id");
        for (size_t i = 0; i < en->n; i++)
            assert_int_equal(en->cols[i].flags & PKEY, i < 2 ? PKEY : 0);
    }
}

static void names_that_rules_use_are_there(void **state)
{
    (void)state;
    assert_int_equal(entity_col(&household_entity, "two_daughters")->type, T_YESNO);
    assert_int_equal(entity_col(&household_entity, "family_planning_compliant")->type, T_YESNO);
    assert_int_equal(entity_col(&person_entity, "birth_date")->type, T_OPT_DATE);
    assert_int_equal(entity_col(&person_entity, "village_cadre")->type, T_YESNO);
    assert_string_equal(entity_col(&person_entity, "sex")->codes, "sex");
    assert_string_equal(entity_col(&person_entity, "labour")->codes, "labour");
    assert_string_equal(entity_col(&person_entity, "political_status")->codes, "political_status");
}

static void headings_of_an_old_book_are_understood(void **state)
{
    (void)state;
    static const struct {
        const struct entity *en;
        const char *heading, *name;
    } want[] = {
        { &region_entity, "区划代码", "code" },
        { &region_entity, "名称", "name" },
        { &region_entity, "级别", "level" },
        { &region_year_entity, "区划代码", "region" },
        { &region_year_entity, "年度", "year" },
        { &region_year_entity, "指标", "indicator" },
        { &region_year_entity, "数值", "value" },
        { &household_entity, "户编号", "hh_no" },
        { &household_entity, "村代码", "village" },
        { &household_entity, "户主姓名", "head_name" },
        { &household_entity, "家庭住址", "address" },
        { &household_entity, "联系电话", "phone" },
        { &household_entity, "贫困户属性", "attribute" },
        { &household_entity, "主要致贫原因", "cause_main" },
        { &household_entity, "脱贫状态", "state" },
        { &household_entity, "脱贫年度", "exit_year" },
        { &household_entity, "是否二女户", "two_daughters" },
        { &household_entity, "是否双女户", "two_daughters" },
        { &household_entity, "是否落实计划生育", "family_planning_compliant" },
        { &household_entity, "开户银行", "bank" },
        { &household_entity, "银行账号", "bank_account" },
        { &household_entity, "AAC004", "bank_account" },
        { &person_entity, "姓名", "name" },
        { &person_entity, "证件号码", "id_number" },
        { &person_entity, "身份证号", "id_number" },
        { &person_entity, "AAB004", "id_number" },
        { &person_entity, "与户主关系", "relation" },
        { &person_entity, "民族", "ethnicity" },
        { &person_entity, "政治面貌", "political_status" },
        { &person_entity, "文化程度", "education" },
        { &person_entity, "健康状况", "health" },
        { &person_entity, "劳动技能", "labour" },
        { &person_entity, "在校生状况", "student_status" },
        { &person_entity, "是否村干部", "village_cadre" },
        { &household_year_entity, "年度", "year" },
        { &household_year_entity, "工资性收入", "wage_income" },
        { &household_year_entity, "生产经营性收入", "business_income" },
        { &household_year_entity, "财产性收入", "property_income" },
        { &household_year_entity, "转移性收入", "transfer_income" },
        { &household_year_entity, "生产经营性支出", "business_expense" },
        { &household_year_entity, "AAC091", "water_safe" },
    };
    for (size_t i = 0; i < N_ELEMS(want); i++)
        if (!is_heading(entity_col(want[i].en, want[i].name), str_of(want[i].heading)))
            fail_msg("%s: %s is not %s", want[i].en->table, want[i].heading, want[i].name);
    for (size_t i = 0; i < person_entity.n; i++)
        assert_false(is_heading(&person_entity.cols[i], STR("户主证件号码")));
}

static void illness_is_hidden_from_those_without_the_right(void **state)
{
    (void)state;
    static const char *const hidden[] = { "health", "disease", "disability_kind", "disability_grade" };
    for (size_t i = 0; i < N_ELEMS(hidden); i++)
        assert_int_equal(entity_col(&person_entity, hidden[i])->mask, MASK_HIDE);
    assert_int_equal(entity_col(&person_entity, "id_number")->mask, MASK_IDNO);
    assert_int_equal(entity_col(&household_entity, "bank_account")->mask, MASK_ACCOUNT);
    assert_int_equal(entity_col(&household_entity, "phone")->mask, MASK_PHONE);
}

/* --- the migration ------------------------------------------------------------------------ */

static const char *sql_type(const struct col *c)
{
    if (!strcmp(c->name, "county") || c->type == T_DATE || c->type == T_OPT_DATE || c->type == T_CODE ||
        c->type == T_YESNO || c->type == T_BOOL)
        return "@INT";
    if (c->type == T_BYTES || c->seal)
        return "@BYTES";
    return c->type == T_TEXT ? "@TEXT" : "@I64";
}

static const char *const classes[] = {
    [TABLE_COUNTY] = ") @COUNTY;", [TABLE_REFERENCE] = ") @REFERENCE;", [TABLE_LOCAL] = ") @LOCAL;"
};

/* The line without indent and runs of blanks. */
static const char *next_line(struct str *sql)
{
    struct str line = { 0 };
    if (!str_split(sql, '\n', &line))
        return NULL;
    char *d = arena_alloc(&arena, line.n + 1), *p = d;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != ' ' || (p > d && p[-1] != ' '))
            *p++ = line.p[i];
    return d;
}

static void check_table(const struct entity *en, struct str sql)
{
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        const char *want = arena_printf(&arena, "%s %s%s,", c->name, sql_type(c),
                                        (c->flags & (PKEY | REQUIRED)) ? " NOT NULL" : "");
        assert_string_equal(next_line(&sql), want);
    }
    const char *line = next_line(&sql);
    assert_true(line && str_starts(str_of(line), STR("PRIMARY KEY (")));
    assert_true(en->class != TABLE_COUNTY || !strcmp(line, "PRIMARY KEY (county, id),"));
    while ((line = next_line(&sql)) && line[0] != ')') {
        bool named =
            str_starts(str_of(line), STR("UNIQUE (")) || str_starts(str_of(line), STR("FOREIGN KEY ("));
        if (!named)
            fail_msg("%s: %s", en->table, line);
        if (en->class == TABLE_COUNTY && line[0] == 'U')
            assert_true(str_starts(str_of(line), STR("UNIQUE (county, ")));
    }
    assert_non_null(line);
    assert_string_equal(line, classes[en->class]);
}

static void the_migration_has_the_columns_of_the_entities(void **state)
{
    (void)state;
    struct str sql = slurp("sql/migrations/0002_registry.sql");
    size_t seen = 0;
    const char *line;
    while ((line = next_line(&sql))) {
        if (!str_starts(str_of(line), STR("CREATE TABLE ")))
            continue;
        struct str name = { line + 13, strlen(line) - 15 };
        const struct entity *en = entity_find(entities, N_ELEMS(entities), arena_str(&arena, name).p);
        if (!en)
            fail_msg("no entity for: %s", line);
        check_table(en, sql);
        seen++;
    }
    assert_int_equal(seen, N_ELEMS(entities));
}

/* --- income ------------------------------------------------------------------------------- */

static struct opt_money yuan(int64_t yuan)
{
    return (struct opt_money){ { yuan * 100 }, true };
}

static void is_fen(struct opt_money m, int64_t fen)
{
    assert_true(m.set);
    assert_int_equal(m.v.fen, fen);
}

/* LW000001 in 2002. */
static struct household_year old_book(void)
{
    return (struct household_year){
        .wage_income = yuan(5998),
        .business_income = yuan(6424),
        .property_income = yuan(0),
        .transfer_income = yuan(600),
        .business_expense = yuan(333),
    };
}

static void net_income_is_all_income_less_business_expense(void **state)
{
    (void)state;
    struct household_year y = old_book();
    is_fen(income_total(&y), 1302200);
    is_fen(income_net(&y), 1268900);
    is_fen(income_net_per_head(&y, 4), 317225);
}

static void income_per_head_is_rounded_half_up(void **state)
{
    (void)state;
    struct household_year y = old_book();
    is_fen(income_net_per_head(&y, 3), 422967); /* 4229.666… */
    is_fen(income_net_per_head(&y, 8), 158613); /* 1586.125 */
    y.business_expense = yuan(13022 + 1);
    is_fen(income_net(&y), -100);
    is_fen(income_net_per_head(&y, 8), -13); /* −0.125 */
    assert_false(income_net_per_head(&y, 0).set);
}

static void a_blank_is_never_zero(void **state)
{
    (void)state;
    size_t items[] = { offsetof(struct household_year, wage_income),
                       offsetof(struct household_year, business_income),
                       offsetof(struct household_year, property_income),
                       offsetof(struct household_year, transfer_income) };
    for (size_t i = 0; i < N_ELEMS(items); i++) {
        struct household_year y = old_book();
        *(struct opt_money *)((char *)&y + items[i]) = (struct opt_money){ 0 };
        assert_false(income_total(&y).set);
        assert_false(income_net(&y).set);
        assert_false(income_net_per_head(&y, 4).set);
    }
    struct household_year y = old_book();
    y.business_expense.set = false;
    is_fen(income_total(&y), 1302200);
    assert_false(income_net(&y).set);
    assert_false(income_net(&(struct household_year){ 0 }).set);
}

static void parts_count_when_all_of_them_are_given(void **state)
{
    (void)state;
    struct household_year y = old_book();
    y.property_income.set = false;
    y.property_dividend = yuan(120);
    assert_false(income_of(&y, INCOME_PROPERTY).set);
    y.property_other = yuan(30);
    is_fen(income_of(&y, INCOME_PROPERTY), 15000);
    is_fen(income_net(&y), 1283900);
    y.transfer_pension = yuan(90);
    is_fen(income_of(&y, INCOME_TRANSFER), 60000); /* some parts only: the amount as given */
    y.transfer_family_planning = y.transfer_allowance = y.transfer_extreme_poverty = yuan(0);
    y.transfer_ecology = yuan(10);
    y.transfer_other = yuan(700);
    is_fen(income_of(&y, INCOME_TRANSFER), 80000);
}

static void overflow_is_unknown(void **state)
{
    (void)state;
    struct household_year y = old_book();
    y.wage_income.v.fen = INT64_MAX;
    assert_false(income_total(&y).set);
    assert_false(income_net(&y).set);
    y.property_dividend.v.fen = INT64_MAX;
    y.property_dividend.set = true;
    y.property_other = yuan(1);
    assert_false(income_of(&y, INCOME_PROPERTY).set);
}

static void monitoring_adds_claims_and_takes_off_own_expense(void **state)
{
    (void)state;
    struct household_year y = old_book();
    assert_false(income_reference(&y).set);
    y.insurance_claims = yuan(1000);
    y.own_medical_expense = yuan(2500);
    is_fen(income_reference(&y), 1118900);
}

/* --- regions, persons --------------------------------------------------------------------- */

static void the_level_follows_from_the_code(void **state)
{
    (void)state;
    struct region r = { .code = { 350603100000 } };
    assert_true(region_settle_level(&r));
    assert_true(r.level.set);
    assert_int_equal(r.level.v, TOWNSHIP);
    r.level.v = VILLAGE;
    assert_false(region_settle_level(&r));
    assert_false(region_settle_level(&(struct region){ 0 }));
}

static void a_withheld_figure_is_not_zero(void **state)
{
    (void)state;
    struct region_year y = { .qualifier = { QUALIFIER_WITHHELD, true } };
    assert_true(region_year_says_something(&y));
    y.qualifier.set = false;
    assert_false(region_year_says_something(&y));
    y.value.set = true;
    assert_true(region_year_says_something(&y));
    y.qualifier = (struct code){ QUALIFIER_RANGE, true };
    assert_false(region_year_says_something(&y));
    y.value_to.set = true;
    assert_true(region_year_says_something(&y));
}

static void only_the_end_of_a_disability_certificate_is_kept(void **state)
{
    (void)state;
    struct date today;
    assert_true(date_of(2026, 11, 21, &today));
    struct person p = { .id_number = STR("990000198001010012") };
    assert_false(person_take_disability_card(&p, STR("99000019550630002X44"), today));
    assert_false(p.disability_kind.set);
    assert_true(person_take_disability_card(&p, STR("99000019800101001242B1"), today));
    assert_int_equal(p.disability_kind.v, 4);
    assert_int_equal(p.disability_grade.v, 2);
    assert_int_equal(p.disability_reissue.v, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_of_the_dictionary_is_there),
        cmocka_unit_test(slugs_are_well_formed_and_codes_unique),
        cmocka_unit_test(every_spelling_leads_to_its_own_row),
        cmocka_unit_test(parents_exist_and_validity_is_dates),
        cmocka_unit_test(code_columns_name_tables_that_exist),
        cmocka_unit_test(the_numbers_in_c_are_those_of_the_tables),
        cmocka_unit_test(national_codes_and_old_words_are_understood),
        cmocka_unit_test(a_heading_belongs_to_one_column),
        cmocka_unit_test(columns_are_complete),
        cmocka_unit_test(county_tables_begin_with_their_key),
        cmocka_unit_test(names_that_rules_use_are_there),
        cmocka_unit_test(headings_of_an_old_book_are_understood),
        cmocka_unit_test(illness_is_hidden_from_those_without_the_right),
        cmocka_unit_test(the_migration_has_the_columns_of_the_entities),
        cmocka_unit_test(net_income_is_all_income_less_business_expense),
        cmocka_unit_test(income_per_head_is_rounded_half_up),
        cmocka_unit_test(a_blank_is_never_zero),
        cmocka_unit_test(parts_count_when_all_of_them_are_given),
        cmocka_unit_test(overflow_is_unknown),
        cmocka_unit_test(monitoring_adds_claims_and_takes_off_own_expense),
        cmocka_unit_test(the_level_follows_from_the_code),
        cmocka_unit_test(a_withheld_figure_is_not_zero),
        cmocka_unit_test(only_the_end_of_a_disability_certificate_is_kept),
    };
    return cmocka_run_group_tests(tests, read_codes, release);
}
