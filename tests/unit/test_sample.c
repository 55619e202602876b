/* test_sample.c - an invented book passes as a real one, and is about nobody. */
#include "base/assets.h"
#include "base/csv.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"
#include "registry/sample.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOUSEHOLDS = 1000, YEAR = 2026, CELLS_MAX = 40, CODE_ROWS_MAX = 2000, CODE_TABLES_MAX = 200 };
enum { REGION_FILE, REGION_YEAR_FILE, HOUSEHOLD_FILE, PERSON_FILE, INCOME_FILE, FILES };
static const char *const names[FILES] = { "regions.csv", "region_years.csv", "households.csv", "persons.csv",
                                          "incomes.csv" };
static const struct entity *const entities[FILES] = { &region_entity, &region_year_entity, &household_entity,
                                                      &person_entity, &household_year_entity };

/* A file taken apart. */
struct sheet {
    struct str text;
    struct str heads[CELLS_MAX];
    size_t n_heads;
    struct str *cells; /* n rows of n_heads cells */
    size_t n;
};
static struct sheet sheets[FILES];
static struct arena arena;
static struct date today;
static const char *work;
static struct code_row code_rows[CODE_ROWS_MAX];
static struct code_table code_tables[CODE_TABLES_MAX];
static struct code_book codes = { .tables = code_tables };

/* --- making and reading books ------------------------------------------------------------- */

static const char *path_of(const char *dir, const char *name)
{
    return arena_printf(&arena, "%s/%s/%s", work, dir, name);
}

static bool make(const char *dir, int64_t households, int64_t county, uint64_t seed, struct errs *e)
{
    struct sample_options o = { .households = households, .county = county, .seed = seed, .today = today };
    *e = (struct errs){ .a = &arena, .lang = EN };
    return sample_write(&o, arena_printf(&arena, "%s/%s", work, dir), e);
}

static void make_well(const char *dir, int64_t households, int64_t county, uint64_t seed)
{
    struct errs e;
    if (!make(dir, households, county, seed, &e))
        fail_msg("%s", e.bad.first->text);
}

static struct str slurp(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st))
        fail_msg("%s cannot be read", path);
    char *p = arena_alloc(&arena, (size_t)st.st_size + 1);
    assert_int_equal(read(fd, p, (size_t)st.st_size), st.st_size);
    close(fd);
    return (struct str){ p, (size_t)st.st_size };
}

static size_t count(struct str s, const char *what)
{
    size_t n = 0, len = strlen(what);
    for (size_t i = 0; i + len <= s.n; i++)
        n += !memcmp(s.p + i, what, len);
    return n;
}

static struct sheet read_sheet(const char *path)
{
    struct sheet s = { .text = slurp(path) };
    struct csv_row row;
    assert_true(str_starts(s.text, STR("\xef\xbb\xbf")));
    assert_int_equal(count(s.text, "\r\n"), count(s.text, "\n"));
    struct csv csv = csv_open((struct str){ s.text.p + 3, s.text.n - 3 });
    assert_true(csv_next(&csv, &arena, &row));
    assert_in_range(row.n, 1, CELLS_MAX);
    memcpy(s.heads, row.cells, row.n * sizeof *row.cells);
    s.n_heads = row.n;
    s.cells = NEW_ARRAY(&arena, struct str, s.n_heads * count(s.text, "\n"));
    while (csv_next(&csv, &arena, &row)) {
        if (row.damage != CSV_WHOLE || row.n != s.n_heads)
            fail_msg("%s:%d: %zu cells", path, (int)row.line, row.n);
        memcpy(s.cells + s.n++ * s.n_heads, row.cells, row.n * sizeof *row.cells);
    }
    return s;
}

static struct str at(const struct sheet *s, size_t row, const char *head)
{
    for (size_t i = 0; i < s->n_heads; i++)
        if (str_eq(s->heads[i], str_of(head)))
            return s->cells[row * s->n_heads + i];
    fail_msg("there is no column %s", head);
    return (struct str){ 0 };
}

static bool is(const struct sheet *s, size_t row, const char *head, const char *value)
{
    return str_eq(at(s, row, head), str_of(value));
}

static int64_t number(const struct sheet *s, size_t row, const char *head)
{
    int64_t v = 0;
    if (!str_int(at(s, row, head), &v))
        fail_msg("row %zu: %s is no number", row, head);
    return v;
}

static void read_codes(const struct asset *asset)
{
    static size_t used;
    struct csv csv = csv_open((struct str){ (const char *)asset->p, asset->n });
    struct csv_row r;
    int64_t code;
    assert_true(csv_next(&csv, &arena, &r));
    while (csv_next(&csv, &arena, &r)) {
        if (!codes.n || !str_eq(code_tables[codes.n - 1].name, r.cells[0])) {
            assert_true(codes.n < CODE_TABLES_MAX);
            code_tables[codes.n++] = (struct code_table){ .name = r.cells[0], .rows = &code_rows[used] };
        }
        assert_true(used < CODE_ROWS_MAX && str_int(r.cells[1], &code));
        code_rows[used++] = (struct code_row){ .code = (int32_t)code,
                                               .slug = r.cells[2],
                                               .zh = r.cells[3],
                                               .en = r.cells[4],
                                               .aliases = r.cells[7] };
        code_tables[codes.n - 1].n++;
    }
}

static int begin(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    work = mkdtemp(arena_printf(&arena, "%s/sample.XXXXXX", base ? base : "/tmp"));
    assert_non_null(work);
    assert_true(date_of(YEAR, 11, 21, &today));
    for (size_t i = 0; i < assets_n; i++)
        if (str_starts(str_of(assets[i].path), STR("sql/codes/")))
            read_codes(&assets[i]);
    make_well("book", HOUSEHOLDS, 350603, 1);
    for (size_t i = 0; i < FILES; i++)
        sheets[i] = read_sheet(path_of("book", names[i]));
    return 0;
}

static int end(void **state)
{
    (void)state;
    static const char *const dirs[] = { "book", "again", "other", "small", "two", "taken", "refused" };
    for (size_t d = 0; d < N_ELEMS(dirs); d++) {
        for (size_t i = 0; i < FILES; i++)
            unlink(path_of(dirs[d], names[i]));
        rmdir(arena_printf(&arena, "%s/%s", work, dirs[d]));
    }
    int left = rmdir(work);
    arena_free(&arena);
    return left;
}

/* --- households and their members --------------------------------------------------------- */

/* The members of a household stand together, the head first. */
struct family {
    size_t first, n;
};

static struct family family_of(size_t household)
{
    static size_t known[HOUSEHOLDS + 1];
    const struct sheet *p = &sheets[PERSON_FILE], *h = &sheets[HOUSEHOLD_FILE];
    if (!known[HOUSEHOLDS]) {
        size_t row = 0;
        for (size_t i = 0; i < HOUSEHOLDS; i++) {
            known[i] = row;
            while (row < p->n && str_eq(at(p, row, "户编号"), at(h, i, "户编号")))
                row++;
        }
        assert_int_equal(row, p->n);
        known[HOUSEHOLDS] = row;
    }
    return (struct family){ known[household], known[household + 1] - known[household] };
}

static struct idno id_of(size_t person)
{
    struct idno id;
    assert_int_equal(idno_read(at(&sheets[PERSON_FILE], person, "证件号码"), today, &id), IDNO_OK);
    return id;
}

static int age_of(size_t person)
{
    return date_age(id_of(person).birth, today);
}

static size_t members_with(struct family f, const char *head, const char *value)
{
    size_t n = 0;
    for (size_t i = 0; i < f.n; i++)
        n += is(&sheets[PERSON_FILE], f.first + i, head, value);
    return n;
}

static bool can_work(size_t person)
{
    const struct sheet *p = &sheets[PERSON_FILE];
    return is(p, person, "劳动技能", "普通劳动力") || is(p, person, "劳动技能", "技能劳动力");
}

/* --- the files ---------------------------------------------------------------------------- */

static void the_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    make_well("again", HOUSEHOLDS, 350603, 1);
    make_well("other", HOUSEHOLDS, 350603, 2);
    for (size_t i = 0; i < FILES; i++) {
        assert_true(str_eq(slurp(path_of("again", names[i])), sheets[i].text));
        if (i != REGION_FILE)
            assert_false(str_eq(slurp(path_of("other", names[i])), sheets[i].text));
    }
}

static const struct col *heading(const struct entity *en, struct str text)
{
    for (size_t i = 0; i < en->n; i++)
        if (str_eq(text, str_of(en->cols[i].label.zh)))
            return &en->cols[i];
    return NULL;
}

static void every_heading_is_known(void **state)
{
    (void)state;
    for (size_t k = 0; k < FILES; k++)
        for (size_t i = 0; i < sheets[k].n_heads; i++) {
            const struct col *c = heading(entities[k], sheets[k].heads[i]);
            bool household_no = str_eq(sheets[k].heads[i], STR("户编号"));
            if ((!c && !household_no) || (c && (c->flags & SERVER)))
                fail_msg("%s: %.*s", names[k], (int)sheets[k].heads[i].n, sheets[k].heads[i].p);
        }
}

static void read_row(size_t k, size_t row)
{
    static struct arena scratch;
    union {
        struct region region;
        struct region_year region_year;
        struct household household;
        struct person person;
        struct household_year household_year;
    } obj = { 0 };
    struct errs e = { .a = &scratch, .lang = EN };
    struct reading rd = { .e = &e, .codes = &codes, .today = today };
    arena_reset(&scratch);
    for (size_t i = 0; i < sheets[k].n_heads; i++) {
        const struct col *c = heading(entities[k], sheets[k].heads[i]);
        if (c)
            col_read(c, &obj, sheets[k].cells[row * sheets[k].n_heads + i], &rd);
    }
    entity_complete(entities[k], &obj, &e);
    if (e.bad.first || e.warned.first)
        fail_msg("%s, row %zu: %s", names[k], row, (e.bad.first ? e.bad.first : e.warned.first)->text);
    if (row + 1 == sheets[k].n)
        arena_free(&scratch);
}

static void every_cell_can_be_read(void **state)
{
    (void)state;
    for (size_t k = 0; k < FILES; k++) {
        assert_true(sheets[k].n > 0);
        for (size_t row = 0; row < sheets[k].n; row++)
            read_row(k, row);
    }
}

static bool is_region(int64_t code)
{
    const struct sheet *r = &sheets[REGION_FILE];
    for (size_t i = 0; i < r->n; i++)
        if (number(r, i, "区划代码") == code)
            return true;
    return false;
}

static void regions_form_a_tree_that_all_rows_stand_in(void **state)
{
    (void)state;
    static const char *const levels[] = {
        [PROVINCE] = "省", [PREFECTURE] = "市", [COUNTY] = "县", [TOWNSHIP] = "乡", [VILLAGE] = "村"
    };
    const struct sheet *r = &sheets[REGION_FILE], *y = &sheets[REGION_YEAR_FILE];
    for (size_t i = 0; i < r->n; i++) {
        struct region_code c = { number(r, i, "区划代码") };
        assert_true(is(r, i, "级别", levels[region_level(c)]));
        assert_true(region_level(c) == PROVINCE || is_region(region_parent(c).v));
        for (size_t k = 0; k < i; k++) {
            struct region_code other = { number(r, k, "区划代码") };
            assert_int_not_equal(c.v, other.v);
            if (region_parent(c).v == region_parent(other).v)
                assert_false(str_eq(at(r, i, "名称"), at(r, k, "名称")));
        }
    }
    for (size_t i = 0; i < y->n; i++)
        assert_true(is_region(number(y, i, "区划代码")));
}

static void a_village_has_30_to_60_households(void **state)
{
    (void)state;
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    assert_int_equal(h->n, HOUSEHOLDS);
    for (size_t i = 0, first = 0; i < h->n; i++) {
        if (i + 1 < h->n && str_eq(at(h, i, "村代码"), at(h, i + 1, "村代码")))
            continue;
        struct region_code village = { number(h, i, "村代码") };
        assert_int_equal(region_level(village), VILLAGE);
        assert_true(is_region(village.v));
        assert_in_range(i + 1 - first, 30, 60);
        first = i + 1;
    }
}

static void the_county_knows_its_average_income_of_ten_years(void **state)
{
    (void)state;
    const struct sheet *y = &sheets[REGION_YEAR_FILE];
    int64_t year = YEAR - 10, before = 0;
    for (size_t i = 0; i < y->n; i++) {
        if (!is(y, i, "指标", "农民人均纯收入"))
            continue;
        assert_int_equal(number(y, i, "区划代码"), 350603000000);
        assert_int_equal(number(y, i, "年度"), year++);
        assert_true(number(y, i, "数值") > before);
        before = number(y, i, "数值");
    }
    assert_int_equal(year, YEAR);
}

static int64_t figure_of(int64_t region, const char *indicator)
{
    const struct sheet *y = &sheets[REGION_YEAR_FILE];
    for (size_t i = 0; i < y->n; i++)
        if (number(y, i, "区划代码") == region && is(y, i, "指标", indicator))
            return number(y, i, "数值");
    fail_msg("no %s", indicator);
    return 0;
}

static void the_county_counts_its_households_and_persons(void **state)
{
    (void)state;
    int64_t county = 350603000000, persons = (int64_t)sheets[PERSON_FILE].n;
    assert_int_equal(figure_of(county, "贫困户数"), HOUSEHOLDS);
    assert_int_equal(figure_of(county, "贫困人口数"), persons);
    assert_true(figure_of(county, "总户数") > HOUSEHOLDS);
    assert_true(figure_of(county, "总人口") > persons);
}

/* --- numbers ------------------------------------------------------------------------------ */

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void all_different(const struct sheet *s, const char *head)
{
    struct str *v = NEW_ARRAY(&arena, struct str, s->n);
    for (size_t i = 0; i < s->n; i++)
        v[i] = at(s, i, head);
    qsort(v, s->n, sizeof *v, by_text);
    for (size_t i = 1; i < s->n; i++)
        if (v[i].n && str_eq(v[i - 1], v[i]))
            fail_msg("%s %s stands twice", head, arena_str(&arena, v[i]).p);
}

static void id_numbers_are_valid_unique_and_nobodys(void **state)
{
    (void)state;
    const struct sheet *p = &sheets[PERSON_FILE];
    for (size_t i = 0; i < p->n; i++) {
        struct idno id = id_of(i);
        assert_int_equal(id.prefix, 990603);
        assert_true(is(p, i, "性别", id.sex == SEX_MALE ? "男" : "女"));
    }
    all_different(p, "证件号码");
}

static void household_numbers_and_accounts_are_valid_and_unique(void **state)
{
    (void)state;
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    for (size_t i = 0; i < h->n; i++) {
        struct account_number a;
        struct str no = at(h, i, "户编号"), account = at(h, i, "银行账号");
        assert_true(str_starts(no, STR("B350603-")) && no.n == 15);
        assert_int_equal(account.n != 0, at(h, i, "开户银行").n != 0);
        if (!account.n)
            continue;
        assert_true(str_starts(account, STR("999999")));
        assert_int_equal(account_read(account, &a), ACCOUNT_OK);
    }
    all_different(h, "户编号");
    all_different(h, "银行账号");
}

static void phones_are_valid_and_hardly_ever_shared(void **state)
{
    (void)state;
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    size_t blank = 0, shared = 0;
    for (size_t i = 0; i < h->n; i++) {
        char out[24];
        struct str phone = at(h, i, "联系电话");
        blank += !phone.n;
        shared += i && phone.n && str_eq(phone, at(h, i - 1, "联系电话"));
        if (phone.n)
            assert_true(phone_read(phone, out) && str_starts(phone, STR("1390000")));
    }
    assert_in_range(blank, 1, HOUSEHOLDS / 10);
    assert_in_range(shared, 0, HOUSEHOLDS / 50);
}

/* --- people ------------------------------------------------------------------------------- */

/* Of each relation: its sex, and how many years younger than the head it may be. */
static const struct kin {
    const char *label;
    int sex, least, most;
} kin[] = {
    { "户主", 0, 0, 0 },       { "配偶", 0, -10, 10 },      { "之子", 1, 15, 60 },
    { "之女", 2, 15, 60 },     { "之儿媳", 2, 12, 63 },     { "之女婿", 1, 10, 61 },
    { "之孙子", 1, 33, 98 },   { "之孙女", 2, 33, 98 },     { "之外孙子", 1, 33, 98 },
    { "之外孙女", 2, 33, 98 }, { "之父", 1, -40, -18 },     { "之母", 2, -35, -18 },
    { "之岳父", 1, -40, -12 }, { "之岳母", 2, -40, -12 },   { "之公公", 1, -50, -15 },
    { "之婆婆", 2, -50, -15 }, { "之兄弟姐妹", 0, -8, 10 },
};

static const struct kin *kin_of(size_t person)
{
    for (size_t i = 0; i < N_ELEMS(kin); i++)
        if (is(&sheets[PERSON_FILE], person, "与户主关系", kin[i].label))
            return &kin[i];
    fail_msg("row %zu: relation", person);
    return NULL;
}

static void relations_agree_with_sex_and_age(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        struct family f = family_of(i);
        assert_in_range(f.n, 1, 8);
        assert_int_equal(members_with(f, "与户主关系", "户主"), 1);
        assert_true(members_with(f, "与户主关系", "配偶") <= 1);
        assert_true(is(&sheets[PERSON_FILE], f.first, "与户主关系", "户主"));
        assert_true(
            str_eq(at(&sheets[PERSON_FILE], f.first, "姓名"), at(&sheets[HOUSEHOLD_FILE], i, "户主姓名")));
        assert_true(age_of(f.first) >= 20);
        for (size_t m = f.first; m < f.first + f.n; m++) {
            const struct kin *k = kin_of(m);
            int younger = age_of(f.first) - age_of(m);
            if (younger < k->least || younger > k->most || (k->sex && k->sex != id_of(m).sex))
                fail_msg("person %zu: %s, %d years younger", m, k->label, younger);
            if (!strcmp(k->label, "配偶"))
                assert_int_not_equal(id_of(m).sex, id_of(f.first).sex);
        }
    }
}

static void families_are_as_large_as_in_life(void **state)
{
    (void)state;
    assert_in_range(sheets[PERSON_FILE].n, HOUSEHOLDS * 32 / 10, HOUSEHOLDS * 43 / 10);
}

static void two_daughters_are_two_daughters_and_no_son(void **state)
{
    (void)state;
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    size_t n = 0;
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        size_t sons = members_with(family_of(i), "与户主关系", "之子");
        size_t daughters = members_with(family_of(i), "与户主关系", "之女");
        bool yes = is(h, i, "是否二女户", "是");
        assert_int_equal(yes, daughters == 2 && !sons);
        assert_int_equal(yes, is(h, i, "计生家庭类型", "二女户"));
        if (is(h, i, "是否独生子女户", "是"))
            assert_int_equal(sons + daughters, 1);
        n += yes;
    }
    assert_true(n > 0);
}

static bool grade_fits(struct str grade, int age)
{
    static const struct {
        const char *begins;
        int least, most;
    } rows[] = {
        { "学龄前儿童", 0, 6 }, { "学前教育", 3, 6 }, { "小学", 6, 12 },      { "七年级", 12, 17 },
        { "八年级", 12, 17 },   { "九年级", 12, 17 }, { "普通高中", 15, 20 }, { "中职", 15, 20 },
        { "高职", 18, 25 },     { "本科", 18, 25 },   { "硕士", 20, 30 },     { "非在校生", 15, 120 },
    };
    for (size_t i = 0; i < N_ELEMS(rows); i++)
        if (str_starts(grade, str_of(rows[i].begins)))
            return age >= rows[i].least && age <= rows[i].most;
    return false;
}

static void school_and_labour_agree_with_age_and_health(void **state)
{
    (void)state;
    const struct sheet *p = &sheets[PERSON_FILE];
    size_t no_education = 0;
    for (size_t i = 0; i < p->n; i++) {
        int age = age_of(i);
        bool at_school = !is(p, i, "在校生状况", "非在校生"), educated = at(p, i, "文化程度").n != 0;
        if (!grade_fits(at(p, i, "在校生状况"), age) || (at_school && educated))
            fail_msg("person %zu: school at %d", i, age);
        no_education += !at_school && !educated;
        if ((age < 16 || at_school) && !is(p, i, "劳动技能", "无劳动力"))
            fail_msg("person %zu works at %d", i, age);
        if (age >= 16 && age < 60 && !at_school && is(p, i, "健康状况", "健康") && !can_work(i))
            fail_msg("person %zu is healthy, but does not work", i);
        assert_int_equal(str_has(at(p, i, "健康状况"), STR("残疾")), at(p, i, "残疾类别").n != 0);
        assert_int_equal(at(p, i, "残疾类别").n != 0, at(p, i, "残疾等级").n != 0);
    }
    assert_in_range(no_education, 0, p->n / 50);
}

static void who_works_elsewhere_says_where_and_how_long(void **state)
{
    (void)state;
    static const char *const together[] = { "务工所在省", "务工所在市", "务工所在县",
                                            "务工时间",   "务工月收入", "就业渠道" };
    const struct sheet *p = &sheets[PERSON_FILE];
    size_t workers = 0;
    for (size_t i = 0; i < p->n; i++) {
        bool away = at(p, i, "务工区域").n != 0, post = is(p, i, "是否公益性岗位", "是");
        for (size_t k = 0; k < N_ELEMS(together); k++)
            assert_int_equal(away, at(p, i, together[k]).n != 0);
        assert_int_equal(post, at(p, i, "公益性岗位月数").n != 0);
        workers += away;
        if (away)
            assert_true(age_of(i) >= 16 && number(p, i, "务工时间") <= 12);
    }
    assert_true(workers > p->n / 10);
}

/* --- households --------------------------------------------------------------------------- */

static void year_follows(size_t i, const char *head, bool expected, int64_t least, int64_t most)
{
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    if (expected != (at(h, i, head).n != 0))
        fail_msg("household %zu: %s", i, head);
    if (expected)
        assert_in_range(number(h, i, head), least, most);
}

static void state_and_years_agree(void **state)
{
    (void)state;
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        bool back = is(h, i, "脱贫状态", "返贫"), out = is(h, i, "脱贫状态", "已脱贫");
        int64_t registered = number(h, i, "建档年度");
        year_follows(i, "脱贫年度", back || out, registered + 1, YEAR - 1);
        year_follows(i, "返贫年度", back, registered + 2, YEAR);
        assert_int_equal(back, at(h, i, "返贫原因").n != 0);
        assert_int_equal(out, str_has(at(h, i, "贫困户属性"), STR("脱贫户")));
        assert_true(!is(h, i, "脱贫状态", "预脱贫") || number(h, i, "计划脱贫年度") == YEAR);
    }
}

static void causes_are_borne_out_by_the_members(void **state)
{
    (void)state;
    const struct sheet *h = &sheets[HOUSEHOLD_FILE];
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        struct family f = family_of(i);
        size_t able = 0;
        for (size_t m = f.first; m < f.first + f.n; m++)
            able += can_work(m);
        if (is(h, i, "主要致贫原因", "因病"))
            assert_true(members_with(f, "健康状况", "健康") < f.n);
        if (is(h, i, "主要致贫原因", "因残"))
            assert_true(members_with(f, "残疾类别", "") < f.n);
        if (is(h, i, "主要致贫原因", "因学"))
            assert_true(members_with(f, "在校生状况", "非在校生") +
                            members_with(f, "在校生状况", "学龄前儿童") <
                        f.n);
        if (is(h, i, "主要致贫原因", "缺劳力"))
            assert_true(4 * able <= f.n);
        assert_false(str_eq(at(h, i, "主要致贫原因"), at(h, i, "其他致贫原因")));
        assert_int_equal(str_starts(at(h, i, "贫困户属性"), STR("低保")),
                         members_with(f, "是否享受低保", "是") > 0);
    }
}

static void shares_are_those_asked_for(void **state)
{
    (void)state;
    static const struct {
        int file;
        const char *head, *value;
        int64_t least, most;
    } rows[] = {
        /* permille */
        { PERSON_FILE, "是否村干部", "是", 5, 16 },        { PERSON_FILE, "政治面貌", "中共党员", 50, 75 },
        { PERSON_FILE, "残疾类别", NULL, 30, 50 },         { PERSON_FILE, "民族", "汉族", 860, 970 },
        { HOUSEHOLD_FILE, "是否落实计划生育", "", 8, 35 }, { HOUSEHOLD_FILE, "脱贫状态", "已脱贫", 700, 850 },
    };
    for (size_t k = 0; k < N_ELEMS(rows); k++) {
        const struct sheet *s = &sheets[rows[k].file];
        int64_t n = 0;
        for (size_t i = 0; i < s->n; i++)
            n += rows[k].value ? is(s, i, rows[k].head, rows[k].value) : at(s, i, rows[k].head).n != 0;
        int64_t permille = n * 1000 / (int64_t)s->n;
        if (permille < rows[k].least || permille > rows[k].most)
            fail_msg("%s: %d in a thousand", rows[k].head, (int)permille);
    }
}

static void income_agrees(const struct sheet *y, size_t row, size_t household)
{
    struct family f = family_of(household);
    int64_t wage = number(y, row, "工资性收入"), business = number(y, row, "生产经营性收入");
    assert_in_range(number(y, row, "年度"), YEAR - 3, YEAR - 1);
    assert_int_equal(wage > 0, members_with(f, "务工区域", "") < f.n);
    assert_int_equal(business > 0, number(y, row, "生产经营性支出") > 0);
}

static void incomes_are_those_of_the_last_three_years(void **state)
{
    (void)state;
    const struct sheet *y = &sheets[INCOME_FILE], *h = &sheets[HOUSEHOLD_FILE];
    size_t household = 0;
    for (size_t row = 0; row < y->n; row++) {
        while (household < HOUSEHOLDS && !str_eq(at(h, household, "户编号"), at(y, row, "户编号")))
            household++;
        assert_true(household < HOUSEHOLDS);
        income_agrees(y, row, household);
    }
    assert_in_range(y->n, HOUSEHOLDS * 28 / 10, HOUSEHOLDS * 3 - 1);
}

/* --- size and refusals -------------------------------------------------------------------- */

static void ten_households_are_a_book(void **state)
{
    (void)state;
    make_well("small", 10, 110101, 0);
    assert_int_equal(read_sheet(path_of("small", "households.csv")).n, 10);
    assert_int_equal(read_sheet(path_of("small", "regions.csv")).n, 5);
}

static void more_than_60000_households_fill_several_counties(void **state)
{
    (void)state;
    size_t counties = 0, persons = 0;
    make_well("two", 60001, 350603, 3);
    struct sheet regions = read_sheet(path_of("two", "regions.csv"));
    for (size_t i = 0; i < regions.n; i++)
        if (is(&regions, i, "级别", "县"))
            assert_int_equal(number(&regions, i, "区划代码"), (350603 + (int64_t)counties++) * 1000000);
    assert_int_equal(counties, 2);
    struct sheet p = read_sheet(path_of("two", "persons.csv"));
    for (size_t i = 0; i < p.n; i++) {
        bool second = str_starts(at(&p, i, "户编号"), STR("B350604-"));
        assert_true(str_starts(at(&p, i, "证件号码"), second ? STR("990604") : STR("990603")));
        persons += second;
    }
    assert_in_range(persons, p.n * 4 / 10, p.n * 6 / 10);
    all_different(&p, "证件号码");
}

static void a_file_that_exists_is_not_overwritten(void **state)
{
    (void)state;
    struct errs e;
    make_well("taken", 10, 350603, 1);
    struct str before = slurp(path_of("taken", "persons.csv"));
    unlink(path_of("taken", "households.csv"));
    unlink(path_of("taken", "incomes.csv"));
    assert_false(make("taken", 10, 350603, 2, &e));
    assert_int_equal(e.bad.n, 3);
    assert_int_equal(e.bad.first->msg, MSG_SAMPLE_EXISTS);
    assert_int_equal(e.bad.first->code, ERR_CONFLICT);
    assert_true(str_eq(slurp(path_of("taken", "persons.csv")), before));
    assert_int_equal(access(path_of("taken", "households.csv"), F_OK), -1);
    assert_int_equal(access(path_of("taken", "incomes.csv"), F_OK), -1);
}

static void impossible_wishes_are_refused_before_anything_is_made(void **state)
{
    (void)state;
    static const struct {
        int64_t households, county;
        enum msg msg;
    } rows[] = {
        { 9, 350603, MSG_OUT_OF_RANGE },         { 10000001, 350603, MSG_OUT_OF_RANGE },
        { 10, 350600, MSG_SAMPLE_COUNTY },       { 10, 350000, MSG_SAMPLE_COUNTY },
        { 10, 35060, MSG_SAMPLE_COUNTY },        { 10, 359999, MSG_SAMPLE_COUNTY },
        { 10, 990603, MSG_SAMPLE_COUNTY },       { 400001, 350699, MSG_SAMPLE_FULL },
        { 10, 350603000000, MSG_SAMPLE_COUNTY },
    };
    struct errs e;
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        assert_false(make("refused", rows[i].households, rows[i].county, 1, &e));
        assert_int_equal(e.bad.first->msg, rows[i].msg);
        assert_int_equal(access(path_of("refused", ""), F_OK), -1);
    }
    assert_false(make("refused", 9, 350600, 1, &e));
    assert_int_equal(e.bad.n, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(every_heading_is_known),
        cmocka_unit_test(every_cell_can_be_read),
        cmocka_unit_test(regions_form_a_tree_that_all_rows_stand_in),
        cmocka_unit_test(a_village_has_30_to_60_households),
        cmocka_unit_test(the_county_knows_its_average_income_of_ten_years),
        cmocka_unit_test(the_county_counts_its_households_and_persons),
        cmocka_unit_test(id_numbers_are_valid_unique_and_nobodys),
        cmocka_unit_test(household_numbers_and_accounts_are_valid_and_unique),
        cmocka_unit_test(phones_are_valid_and_hardly_ever_shared),
        cmocka_unit_test(relations_agree_with_sex_and_age),
        cmocka_unit_test(families_are_as_large_as_in_life),
        cmocka_unit_test(two_daughters_are_two_daughters_and_no_son),
        cmocka_unit_test(school_and_labour_agree_with_age_and_health),
        cmocka_unit_test(who_works_elsewhere_says_where_and_how_long),
        cmocka_unit_test(state_and_years_agree),
        cmocka_unit_test(causes_are_borne_out_by_the_members),
        cmocka_unit_test(shares_are_those_asked_for),
        cmocka_unit_test(incomes_are_those_of_the_last_three_years),
        cmocka_unit_test(ten_households_are_a_book),
        cmocka_unit_test(more_than_60000_households_fill_several_counties),
        cmocka_unit_test(a_file_that_exists_is_not_overwritten),
        cmocka_unit_test(impossible_wishes_are_refused_before_anything_is_made),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
