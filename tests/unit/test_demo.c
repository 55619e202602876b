/* test_demo.c - the demonstration's archive is moved by whole years and stays what it is. */
#include "base/csv.h"
#include "base/idno.h"
#include "base/value.h"
#include "cli/demo.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 20, PERSONS = 4267 };

static struct date on(int year, int month, int day)
{
    struct date d;
    assert_true(date_of(year, month, day, &d));
    return d;
}

static void moved(const char *text, int years, const char *want)
{
    struct buf b = BUF(TEXT_MAX);
    demo_move(str_of(text), years, &b);
    assert_string_equal(buf_cstr(&b), want);
    buf_release(&b);
}

static void test_it_ends_in_the_last_september_that_is_over(void **state)
{
    (void)state;
    assert_int_equal(demo_years_at(on(2017, 10, 9)), 0);
    assert_int_equal(demo_years_at(on(2018, 9, 30)), 0);
    assert_int_equal(demo_years_at(on(2018, 10, 1)), 1);
    assert_int_equal(demo_years_at(on(2026, 11, 22)), 9);
    assert_int_equal(demo_years_at(on(2027, 6, 1)), 9);
    assert_int_equal(demo_years_at(on(2017, 9, 30)), -1);
}

static void test_days_years_and_births_move_alike(void **state)
{
    (void)state;
    moved("\xEF\xBB\xBF编号,借款人证件号码,金额,放款日期,到期日期\nX-1,990603195508032067,2003.00,2003-11-20,"
          "2004-11-20\n",
          9,
          "\xEF\xBB\xBF编号,借款人证件号码,金额,放款日期,到期日期\r\n"
          "X-1,990603196408032064,2003.00,2012-11-20,2013-11-20\r\n");
    moved("日期,摘要\n2005-06-20,2005年划拨\n2004-03-15,市资助\n", 9,
          "\xEF\xBB\xBF日期,摘要\r\n2014-06-20,2014年划拨\r\n2013-03-15,市资助\r\n");
    moved("户编号,年度,工资性收入\nLW000001,2002,2002\n", 9,
          "\xEF\xBB\xBF户编号,年度,工资性收入\r\nLW000001,2011,2002\r\n");
}

static void test_29_february_becomes_the_28th(void **state)
{
    (void)state;
    moved("日期\n2012-02-29\n", 9, "\xEF\xBB\xBF日期\r\n2021-02-28\r\n");
    moved("日期\n2012-02-29\n", 4, "\xEF\xBB\xBF日期\r\n2016-02-29\r\n");
}

static void test_by_no_years_every_file_stays_what_it_is(void **state)
{
    (void)state;
    static const char *const names[] = { "regions", "region_years", "households", "persons",    "incomes",
                                         "sources", "periods",      "loans",      "repayments", "visits" };
    for (size_t i = 0; i < N_ELEMS(names); i++) {
        struct buf text = BUF(TEXT_MAX), b = BUF(TEXT_MAX);
        assert_true(demo_text(names[i], &text));
        demo_move(buf_str(&text), 0, &b);
        assert_true(text.n > 0 && str_eq(buf_str(&text), buf_str(&b)));
        buf_release(&text);
        buf_release(&b);
    }
    struct buf none = BUF(TEXT_MAX);
    assert_false(demo_text("accounts", &none));
    buf_release(&none);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void check_persons(struct str text, int years)
{
    static char all[PERSONS][19];
    struct arena a = { 0 };
    struct csv_row row;
    struct idno id;
    size_t n = 0;
    struct buf b = BUF(TEXT_MAX);
    demo_move(text, years, &b);
    struct csv csv = csv_open(buf_str(&b));
    assert_true(csv_next(&csv, &a, &row));
    for (; csv_next(&csv, &a, &row); n++) {
        assert_true(n < PERSONS);
        assert_int_equal(idno_read(row.cells[2], on(2040, 1, 1), &id), IDNO_OK);
        memcpy(all[n], id.text, sizeof id.text);
    }
    assert_int_equal(n, PERSONS);
    qsort(all, n, sizeof all[0], compare);
    for (size_t i = 1; i < n; i++)
        assert_string_not_equal(all[i - 1], all[i]);
    buf_release(&b);
    arena_free(&a);
}

static void test_whatever_the_year_all_persons_have_numbers_of_their_own(void **state)
{
    (void)state;
    struct buf text = BUF(TEXT_MAX);
    assert_true(demo_text("persons", &text));
    for (int years = 8; years <= 14; years++)
        check_persons(buf_str(&text), years);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_ends_in_the_last_september_that_is_over),
        cmocka_unit_test(test_days_years_and_births_move_alike),
        cmocka_unit_test(test_29_february_becomes_the_28th),
        cmocka_unit_test(test_by_no_years_every_file_stays_what_it_is),
        cmocka_unit_test(test_whatever_the_year_all_persons_have_numbers_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
