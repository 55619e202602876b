/* Pages in official style: escaped, headed on every page, copies with their holders, totals, blank lines
 * struck out (dictionary §12).  With TEST_PRINT_DIR set the pages are left there, to be looked at. */
#include "base/html.h"
#include "casework/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *page_of(struct buf *b, const char *name)
{
    const char *dir = getenv("TEST_PRINT_DIR");
    char path[512];
    assert_false(b->full);
    if (dir) {
        snprintf(path, sizeof path, "%s/%s.html", dir, name);
        FILE *f = fopen(path, "we");
        assert_non_null(f);
        fputs(buf_cstr(b), f);
        fclose(f);
    }
    return buf_cstr(b);
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (const char *p = s; (p = strstr(p, what)) != NULL; p += strlen(what))
        n++;
    return n;
}

/* --- escaping ----------------------------------------------------------------------------- */

static void nothing_of_a_text_is_taken_for_markup(void **state)
{
    CLEANUP(buf_release) struct buf b = BUF(1000);
    (void)state;
    html_put(&b, "td", "n", STR("a<b>&\"c'\x01\n"));
    assert_string_equal(buf_cstr(&b), "<td class=\"n\">a&lt;b&gt;&amp;&quot;c&#39;  </td>\n");
    buf_clear(&b);
    html_lines(&b, STR("one\r\ntwo<"));
    assert_string_equal(buf_cstr(&b), "one<br>two&lt;");
}

/* --- tables ------------------------------------------------------------------------------- */

static const struct print_col register_cols[] = {
    { { "序号", "No" }, false, 60 },           { { "户主姓名", "Name" }, false, 100 },
    { { "村", "Village" }, false, 0 },         { { "项目内容", "Project" }, false, 0 },
    { { "人口", "Members" }, true, 80 },       { { "申请金额", "Asked" }, true, 120 },
    { { "核定金额", "Approved" }, true, 120 }, { { "备注", "Note" }, false, 150 },
};
enum { COLS = N_ELEMS(register_cols), ROWS = 23, A_PAGE = 10 };

static void a_register_has_a_total_on_every_page_and_strikes_out_what_is_blank(void **state)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    struct arena a = { 0 };
    struct print p;
    struct str cells[ROWS * COLS], pages[3 * COLS] = { 0 }, total[COLS] = { 0 };
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct str *row = &cells[i * COLS];
        row[0] = str_of(arena_printf(&a, "%zu", i + 1));
        row[1] = STR("张某");
        row[2] = STR("新洲村");
        row[3] = STR("香菇种植");
        row[4] = STR("4");
        row[5] = STR("5,000.00");
        row[6] = STR("4,000.00");
        row[7] = (struct str){ 0 };
    }
    for (size_t i = 0; i < 3; i++) {
        pages[i * COLS] = STR("本页");
        pages[i * COLS + 6] = i < 2 ? STR("40,000.00") : STR("12,000.00");
    }
    total[0] = STR("合计");
    total[6] = STR("92,000.00");
    print_begin(&p, &b, ZH, (struct print_page){ .name = STR("项目登记表"), .landscape = true });
    print_title(&p, STR("扶贫项目登记表"));
    print_edges(&p, STR("填报单位（盖章）："), STR("填报日期：2026年3月1日"), STR("单位：元"));
    print_table(&p, &(struct print_table){ .cols = register_cols,
                                           .cols_n = COLS,
                                           .cells = cells,
                                           .rows_n = ROWS,
                                           .total = total,
                                           .page_totals = pages,
                                           .page_rows = A_PAGE });
    print_edges(&p, STR("负责人："), STR("审核人："), STR("填报人："));
    print_end(&p);
    const char *page = page_of(&b, "register");
    assert_int_equal(count(page, "<thead>"), 3);
    assert_int_equal(count(page, "<table class=\"break\">"), 2);
    assert_int_equal(count(page, "<tr class=\"sum\">"), 4);
    assert_int_equal(count(page, "<tr class=\"struck\"><td colspan=\"8\" style=\"height:161pt\">"),
                     1); /* seven lines */
    assert_non_null(strstr(page, "size:A4 landscape"));
    arena_free(&a);
}

static void a_table_without_rows_keeps_its_heading(void **state)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    struct print p;
    (void)state;
    print_begin(&p, &b, EN, (struct print_page){ .name = STR("empty") });
    print_table(&p, &(struct print_table){ .cols = register_cols, .cols_n = COLS });
    print_end(&p);
    assert_int_equal(count(buf_cstr(&b), "<thead>"), 1);
    assert_non_null(strstr(buf_cstr(&b), "<th>Village</th>"));
    assert_non_null(strstr(buf_cstr(&b), "<html lang=\"en\">"));
}

/* --- forms -------------------------------------------------------------------------------- */

static const struct print_field application[] = {
    { { "申请人", "Applicant" }, "name", 8, 0, 0, false },
    { { "性别", "Sex" }, "sex", 6, 3, 0, false },
    { { "出生日期", "Born" }, "birth", 10, 0, 0, false },
    { { "身份证号", "Identity number" }, "id_number", 14, 0, 0, false },
    { { "联系电话", "Telephone" }, "phone", 10, 0, 0, false },
    { { "家庭住址", "Address" }, "address", 24, 0, 0, false },
    { { "申请项目", "Project" }, "project", 12, 0, 0, false },
    { { "申请金额", "Amount" }, "amount", 12, 0, 0, false },
    { { "申请理由", "Reasons" }, "reasons", 24, 0, 36, false },
    { { "村委会意见", "Village" }, NULL, 24, 0, 36, true },
    { { "乡镇审核意见", "Township" }, NULL, 12, 3, 40, true },
    { { "区项目办审批意见", "County" }, NULL, 12, 3, 40, true },
    { { NULL, NULL }, NULL, 0, 0, 0, false },
};
static const char *const holders[] = { "第一联　区项目办存", "第二联　乡镇存", "第三联　村委会存",
                                       "第四联　申请人存", NULL };
static const struct print_form application_form = {
    .title = { "扶贫项目申请表", "Application" },
    .fields = application,
    .holders = holders,
    .note = { "本表一式四份。", "In four copies." },
};

static struct str value_of(void *ctx, const char *key)
{
    static const char *const values[][2] = {
        { "name", "张某某" },        { "sex", "男" },
        { "birth", "1980-01-01" },   { "amount", "5,000.00 元" },
        { "project", "香菇<种植>" }, { "reasons", "家中劳力两人。\n愿种香菇五千袋。" },
    };
    (void)ctx;
    for (size_t i = 0; i < N_ELEMS(values); i++)
        if (!strcmp(values[i][0], key))
            return str_of(values[i][1]);
    return (struct str){ 0 };
}

static void a_form_has_a_page_for_each_holder(void **state)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    (void)state;
    print_form(&b, ZH, &application_form, STR("LW-350603-2026-0001-S"), value_of, NULL);
    const char *page = page_of(&b, "application");
    assert_int_equal(count(page, "<h1>扶贫项目申请表</h1>"), 4);
    assert_int_equal(count(page, "<div class=\"break\">"), 3);
    assert_int_equal(count(page, "第四联　申请人存"), 1);
    assert_int_equal(count(page, "LW-350603-2026-0001-S"), 4);
    assert_int_equal(count(page, "香菇&lt;种植&gt;"), 4);
    assert_int_equal(count(page, "签字（盖章）"), 12);
    assert_non_null(strstr(page, "家中劳力两人。<br>愿种香菇五千袋。"));
}

static void a_letter_has_its_parties_side_by_side(void **state)
{
    const struct print_party parties[] = {
        { STR("甲方："), STR("石亭街道办事处"), true },
        { STR("乙方："), STR("张某某"), false },
    };
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    struct print p;
    (void)state;
    print_begin(&p, &b, ZH, (struct print_page){ .name = STR("责任状") });
    print_title(&p, STR("小额扶贫项目责任状"));
    print_number(&p, STR("龙文扶〔2026〕12号"));
    print_address(&p, STR("张某某："));
    print_text(&p, STR("为用好扶贫资金，按期还款，甲乙双方订立本责任状。\n\n双方应当遵守。"));
    print_heading(&p, 1, STR("一、甲方的责任"));
    print_text(&p, STR("按时发放资金，组织技术培训，每季度回访一次。"));
    print_heading(&p, 2, STR("（一）乙方的责任"));
    print_text(&p, STR("资金专款专用，不得挪作他用；按期归还本金。"));
    print_parties(&p, parties, N_ELEMS(parties));
    print_end(&p);
    const char *page = page_of(&b, "letter");
    assert_int_equal(count(page, "<div class=\"party\">"), 2);
    assert_int_equal(count(page, "按指印"), 1);
    assert_non_null(strstr(page, "<p class=\"address\">张某某：</p>"));
    assert_int_equal(count(page, "<p>双方应当遵守。</p>"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_a_text_is_taken_for_markup),
        cmocka_unit_test(a_register_has_a_total_on_every_page_and_strikes_out_what_is_blank),
        cmocka_unit_test(a_table_without_rows_keeps_its_heading),
        cmocka_unit_test(a_form_has_a_page_for_each_holder),
        cmocka_unit_test(a_letter_has_its_parties_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
