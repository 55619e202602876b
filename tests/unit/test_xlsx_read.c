/* test_xlsx_read.c - the first sheet of a workbook reads as the CSV that somebody would have saved it as. */
#include "base/csv.h"
#include "base/xlsx_read.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cmocka.h>

static struct buf read_back(const char *path)
{
    struct buf b = BUF(1 << 20);
    char part[4096];
    ssize_t n;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    while ((n = read(fd, part, sizeof part)) > 0)
        buf_add(&b, (struct str){ part, (size_t)n });
    close(fd);
    unlink(path);
    return b;
}

static const char *temp_path(char *path, size_t n)
{
    const char *dir = getenv("TMPDIR");
    snprintf(path, n, "%s/book-%d.xlsx", dir ? dir : "/tmp", (int)getpid());
    return path;
}

/* A sheet as a clerk has it: a title, an empty row, numbers, dates, a formula, a text with a line end. */
static struct buf workbook(void)
{
    char path[200];
    lxw_workbook *book = workbook_new(temp_path(path, sizeof path));
    lxw_worksheet *sheet = workbook_add_worksheet(book, "还款"),
                  *second = workbook_add_worksheet(book, "说明");
    lxw_format *day = workbook_add_format(book), *own = workbook_add_format(book),
               *money = workbook_add_format(book);
    format_set_num_format_index(day, 14);
    format_set_num_format(own, "yyyy\"年\"m\"月\"d\"日\"");
    format_set_num_format(money, "#,##0.00");
    worksheet_write_string(sheet, 0, 0, "还款 <登记> & \"表\"", NULL);
    worksheet_write_string(sheet, 2, 0, "合同编号", NULL);
    worksheet_write_string(sheet, 2, 1, "日期", NULL);
    worksheet_write_string(sheet, 2, 3, "金额", NULL);
    worksheet_write_string(sheet, 3, 0, "XF-1", NULL);
    worksheet_write_number(sheet, 3, 1, 43101, day);
    worksheet_write_string(sheet, 3, 2, "两\n行", NULL);
    worksheet_write_number(sheet, 3, 3, 0.1 + 0.2, money);
    worksheet_write_string(sheet, 4, 0, "XF-2", NULL);
    worksheet_write_number(sheet, 4, 1, 46000.5, own);
    worksheet_write_formula_num(sheet, 4, 3, "=1000+500.5", NULL, 1500.5);
    worksheet_write_number(sheet, 5, 3, 990603196503040001.0, NULL);
    worksheet_write_string(second, 0, 0, "不读这张", NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    return read_back(path);
}

static void a_sheet_reads_as_what_it_shows(void **state)
{
    struct buf b = workbook(), csv = BUF(1 << 20);
    (void)state;
    assert_true(xlsx_is(buf_str(&b)));
    assert_true(xlsx_to_csv(buf_str(&b), &csv));
    assert_string_equal(buf_cstr(&csv), "\"还款 <登记> & \"\"表\"\"\"\r\n"
                                        "\r\n"
                                        "合同编号,日期,,金额\r\n"
                                        "XF-1,2018-01-01,两 行,0.3\r\n"
                                        "XF-2,2025-12-09,,1500.5\r\n"
                                        ",,,9.9060319650304E+17\r\n");
    buf_release(&b);
    buf_release(&csv);
}

static void what_is_no_workbook_is_refused(void **state)
{
    struct buf csv = BUF(1 << 20);
    (void)state;
    assert_false(xlsx_is(STR("合同编号,金额")));
    assert_false(xlsx_to_csv(STR("PK\3\4"), &csv));
    assert_false(xlsx_to_csv(STR(""), &csv));
    buf_release(&csv);
}

static void a_damaged_workbook_is_refused_or_read_but_never_overrun(void **state)
{
    struct buf b = workbook();
    (void)state;
    for (size_t i = 0; i < b.n; i += 23) {
        struct buf csv = BUF(1 << 16);
        char kept = b.p[i];
        b.p[i] = (char)(kept ^ 0x55);
        xlsx_to_csv(buf_str(&b), &csv);
        b.p[i] = kept;
        xlsx_to_csv((struct str){ b.p, i }, &csv);
        buf_release(&csv);
    }
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_reads_as_what_it_shows),
        cmocka_unit_test(what_is_no_workbook_is_refused),
        cmocka_unit_test(a_damaged_workbook_is_refused_or_read_but_never_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
