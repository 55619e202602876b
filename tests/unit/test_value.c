/* test_value.c - money, dates, quantities and region codes as clerks write them. */
#include "base/value.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static enum read_result money(const char *text, int64_t *fen)
{
    struct money m = { -77 };
    enum read_result r = money_read(str_of(text), &m);
    *fen = m.fen;
    return r;
}

#define assert_fen(text, want)                         \
    do {                                               \
        int64_t fen_;                                  \
        assert_int_equal(money(text, &fen_), READ_OK); \
        assert_int_equal(fen_, want);                  \
    } while (0)

#define assert_no_money(text, want)                 \
    do {                                            \
        int64_t fen_;                               \
        assert_int_equal(money(text, &fen_), want); \
        assert_int_equal(fen_, -77);                \
    } while (0)

#define assert_printed(call, want)                    \
    do {                                              \
        CLEANUP(buf_release) struct buf b = BUF(256); \
        call;                                         \
        assert_string_equal(buf_cstr(&b), want);      \
    } while (0)

/* --- money -------------------------------------------------------------------------------- */

static void yuan_text_becomes_fen_exactly(void **state)
{
    (void)state;
    assert_fen("1234.50", 123450);
    assert_fen("1234.5", 123450);
    assert_fen("0", 0);
    assert_fen("0.01", 1);
    assert_fen("007.10", 710);
    assert_fen("20000", 2000000);
    assert_fen("92233720368547758.07", INT64_MAX);
    assert_fen("-92233720368547758.08", INT64_MIN);
}

static void a_sum_in_yuan_and_fen_is_exact_R848(void **state)
{
    (void)state;
    assert_fen("53421.43元", 5342143);
    assert_fen("53,421.43", 5342143);
}

static void a_blank_inside_a_number_is_forgiven_R838(void **state)
{
    (void)state;
    assert_fen("183. 56", 18356);
    assert_fen("183.\302\24056", 18356);
    assert_fen("183.　56", 18356);
    assert_fen(" \t1 409.50\r\n", 140950);
}

static void two_amounts_on_two_lines_are_not_one_number(void **state)
{
    (void)state;
    assert_no_money("100\n200", READ_BAD);
    assert_no_money("100\t200", READ_BAD);
}

static void full_width_figures_and_signs_are_read(void **state)
{
    (void)state;
    assert_fen("１２３４．５０", 123450);
    assert_fen("￥１，２３４．５０元", 123450);
    assert_fen("¥1,234.50", 123450);
    assert_fen("－５", -500);
    assert_fen("−5", -500);
    assert_fen("+5", 500);
    assert_fen("-¥5", -500);
    assert_fen("¥-5", -500);
    assert_fen("183。56", 18356);
}

static void thousands_separators_stand_only_at_thousands(void **state)
{
    (void)state;
    assert_fen("1,234,567.89", 123456789);
    assert_fen("-1,234", -123400);
    assert_no_money("1,23", READ_BAD);
    assert_no_money("1234,567", READ_BAD);
    assert_no_money(",123", READ_BAD);
    assert_no_money("1,,234", READ_BAD);
    assert_no_money("1,234,", READ_BAD);
    assert_no_money("1.234,5", READ_BAD);
    assert_no_money("12,3456", READ_BAD);
}

static void a_third_decimal_is_refused_unless_it_is_zero(void **state)
{
    (void)state;
    assert_fen("1.500", 150);
    assert_fen("1.2300000000", 123);
    assert_no_money("1.005", READ_BAD);
    assert_no_money("0.001", READ_BAD);
}

static void what_is_no_amount_is_refused_and_leaves_the_output_alone(void **state)
{
    static const char *const none[] = { "",      " ",     "　",     "-",          "+",     ".",
                                        "5.",    ".5",    "1.2.3",  "--5",        "+-5",   "-¥-5",
                                        "x万元", "XX0元", "40以上", "183.56万元", "¥",     "元",
                                        "5元元", "0x10",  "inf",    "NaN",        "5元整", "1/2" };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_no_money(none[i], READ_BAD);
    assert_no_money(NULL, READ_BAD);
    assert_no_money("\xff\xfe", READ_BAD);
    assert_no_money("5\xe5\x85", READ_BAD);
}

static void a_redacted_amount_is_not_zero_R841_R842(void **state)
{
    (void)state;
    assert_no_money("x", READ_BAD);
    assert_no_money("XX0", READ_BAD);
}

static void a_spreadsheets_scientific_notation_is_named(void **state)
{
    (void)state;
    assert_no_money("1.5E+06", READ_SCIENTIFIC);
    assert_no_money("-2e5", READ_SCIENTIFIC);
    assert_no_money("1E", READ_BAD);
}

static void an_amount_in_words_is_named(void **state)
{
    (void)state;
    assert_no_money("人民币壹万元零壹分", READ_WORDS);
    assert_no_money("贰万元整", READ_WORDS);
    assert_no_money("一百二十元整", READ_WORDS);
    assert_no_money("贰万", READ_BAD);
}

static void an_amount_beyond_the_ledger_overflows(void **state)
{
    (void)state;
    assert_no_money("92233720368547758.08", READ_OVERFLOW);
    assert_no_money("-92233720368547758.09", READ_OVERFLOW);
    assert_no_money("99999999999999999999999999", READ_OVERFLOW);
}

static void money_is_printed_with_two_decimals(void **state)
{
    (void)state;
    assert_printed(money_print(&b, (struct money){ 123450 }), "1234.50");
    assert_printed(money_print(&b, (struct money){ 0 }), "0.00");
    assert_printed(money_print(&b, (struct money){ -5 }), "-0.05");
    assert_printed(money_print(&b, (struct money){ INT64_MIN }), "-92233720368547758.08");
}

static void small_form_money_has_thousands_separators(void **state)
{
    (void)state;
    assert_printed(money_print_grouped(&b, (struct money){ 123450 }), "1,234.50");
    assert_printed(money_print_grouped(&b, (struct money){ 99999 }), "999.99");
    assert_printed(money_print_grouped(&b, (struct money){ 100000005 }), "1,000,000.05");
    assert_printed(money_print_grouped(&b, (struct money){ 0 }), "0.00");
    assert_printed(money_print_grouped(&b, (struct money){ INT64_MIN }), "-92,233,720,368,547,758.08");
}

static void every_printed_amount_reads_again(void **state)
{
    (void)state;
    for (int64_t fen = -30000000; fen < 30000000; fen += 1009) {
        CLEANUP(buf_release) struct buf b = BUF(64);
        struct money m;
        money_print_grouped(&b, (struct money){ fen });
        assert_int_equal(money_read(buf_str(&b), &m), READ_OK);
        assert_int_equal(m.fen, fen);
    }
}

static void sums_that_overflow_leave_the_sum_alone(void **state)
{
    (void)state;
    struct money m = { INT64_MAX };
    assert_false(money_add(&m, (struct money){ 1 }));
    assert_int_equal(m.fen, INT64_MAX);
    assert_true(money_sub(&m, (struct money){ 7 }));
    assert_int_equal(m.fen, INT64_MAX - 7);
    m.fen = INT64_MIN;
    assert_false(money_sub(&m, (struct money){ 1 }));
    assert_false(money_mul(&m, -1));
    assert_int_equal(m.fen, INT64_MIN);
    m.fen = 150000;
    assert_true(money_mul(&m, 12));
    assert_int_equal(m.fen, 1800000);
    assert_true(money_add(&m, (struct money){ -1 }));
    assert_int_equal(m.fen, 1799999);
}

static int64_t scaled(int64_t fen, int64_t num, int64_t den)
{
    struct money m = { fen };
    assert_true(money_scale(&m, num, den));
    return m.fen;
}

static void scaling_rounds_once_half_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(scaled(1000001, 15, 100), 150000);
    assert_int_equal(scaled(5, 1, 10), 1);
    assert_int_equal(scaled(-5, 1, 10), -1);
    assert_int_equal(scaled(4, 1, 10), 0);
    assert_int_equal(scaled(-4, 1, 10), 0);
    assert_int_equal(scaled(100, 1, 3), 33);
    assert_int_equal(scaled(200, 1, 3), 67);
    assert_int_equal(scaled(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    assert_int_equal(scaled(INT64_MIN, 1, 1), INT64_MIN);
    struct money m = { INT64_MIN };
    assert_false(money_scale(&m, -1, 1));
    assert_false(money_scale(&m, INT64_MIN, 1));
    assert_int_equal(m.fen, INT64_MIN);
}

/* --- dates -------------------------------------------------------------------------------- */

static int32_t day_of(int year, int month, int day)
{
    struct date d;
    assert_true(date_of(year, month, day, &d));
    return d.day;
}

static void every_date_form_of_a_clerk_is_read(void **state)
{
    static const char *const forms[] = {
        "2026-11-21",
        "2026/11/21",
        "2026.11.21",
        "2026年11月21日",
        "20261121",
        "２０２６－１１－２１",
        "２０２６年１１月２１日",
        " 2026-11-21 ",
        "2026 年 11 月 21 日",
        "2026．11．21",
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(forms); i++) {
        struct date d;
        assert_int_equal(date_read(str_of(forms[i]), &d), READ_OK);
        assert_int_equal(d.day, 20778);
    }
    assert_int_equal(day_of(2026, 11, 21), 20778);
}

static void single_figure_months_and_days_are_read(void **state)
{
    static const char *const forms[] = { "2026-1-5", "2026年1月5日", "2026/1/05", "2026.01.5", "20260105" };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(forms); i++) {
        struct date d;
        assert_int_equal(date_read(str_of(forms[i]), &d), READ_OK);
        assert_int_equal(d.day, 20458);
    }
}

static void a_day_that_does_not_exist_is_named(void **state)
{
    static const char *const none[] = { "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-0",
                                        "20260230",   "1799-12-31", "0000-01-01", "1900-02-29" };
    struct date d = { -7 };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_int_equal(date_read(str_of(none[i]), &d), READ_NO_SUCH_DATE);
    assert_int_equal(d.day, -7);
}

/* R308: 2013年4月. */
static void a_month_alone_is_told_from_a_date(void **state)
{
    static const char *const forms[] = { "2013年4月", "2013-04",        "2013-4",        "2013.4",
                                         "2013/04",   "２０１３．０４", " 2013 年 4 月 " };
    static const char *const none[] = { "2013-13", "2013年0月", "1799-12" };
    struct date d;
    (void)state;
    for (size_t i = 0; i < N_ELEMS(forms); i++) {
        d = (struct date){ 0 };
        assert_int_equal(date_read(str_of(forms[i]), &d), READ_MONTH);
        assert_int_equal(d.day, 15796); /* 2013-04-01 */
    }
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_int_equal(date_read(str_of(none[i]), &d), READ_NO_SUCH_DATE);
    /* A spreadsheet shows the number 2013.10 like this. */
    assert_int_equal(date_read(STR("2013.1"), &d), READ_UNSURE_MONTH);
    assert_int_equal(date_read(STR("2013.10"), &d), READ_MONTH);
    assert_int_equal(date_read(STR("2013.01"), &d), READ_MONTH);
    assert_int_equal(date_read(STR("2013-1"), &d), READ_MONTH);
}

static void days_as_a_spreadsheet_counts_them_are_told_from_dates(void **state)
{
    static const struct {
        const char *text;
        int day;
    } serials[] = {
        { "43101", 17532 } /* 2018-01-01 */, { "25569", 0 }, { "41275", 15706 }, { "7306", -18263 }
    };
    struct date d;
    (void)state;
    for (size_t i = 0; i < N_ELEMS(serials); i++) {
        assert_int_equal(date_read(str_of(serials[i].text), &d), READ_SERIAL);
        assert_int_equal(d.day, serials[i].day);
    }
}

static void words_for_nothing_say_nothing(void **state)
{
    static const char *const nothing[] = { "无", "暂无", "/", "-", "—", "——", "--", "－", "／", " 无 " };
    static const char *const something[] = { "", "0", "无业", "无为县", "没有", "///", "-1", "N/A" };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(nothing); i++)
        assert_true(text_says_nothing(str_of(nothing[i])));
    for (size_t i = 0; i < N_ELEMS(something); i++)
        assert_false(text_says_nothing(str_of(something[i])));
}

static void midnight_behind_a_day_is_no_part_of_it(void **state)
{
    (void)state;
    static const char *const days[] = { "2010/9/3 0:00",           "2010-09-03 00:00:00",
                                        "2010-09-03T00:00:00.000", "2010年9月3日 00:00",
                                        " 20100903  0:00:00 ",     "2010-09-03 00:00:00.0" };
    static const char *const none[] = { "2010/9/3 8:30", "2010-09 0:00", "40422 0:00", "0:00",
                                        " 0:00",         "2010/9/30:00", "00:00:00",   "T0:00" };
    for (size_t i = 0; i < N_ELEMS(days); i++) {
        struct date d = { 0 };
        assert_int_equal(date_read(str_of(days[i]), &d), READ_OK);
        assert_int_equal(d.day, 14855); /* 2010-09-03 */
    }
    for (size_t i = 0; i < N_ELEMS(none); i++) {
        struct date d = { 0 };
        assert_int_equal(date_read(str_of(none[i]), &d), READ_BAD);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    static const char *const none[] = {
        "",         "2026",         "26-11-21",    "2026-11/21",   "2026-",      "2026年11日", "2026-11月",
        "2026-11-", "2026年11月21", "2026-11-21x", "2026-111-1",   "2026115",    "99999",      "2299",
        "46347.5",  "-2026-11-21",  "2026--11-21", "2026-11-21日", "二〇二六年", "202611"
    };
    struct date d = { -7 };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_int_equal(date_read(str_of(none[i]), &d), READ_BAD);
    assert_int_equal(date_read(STR("2.02611E+07"), &d), READ_SCIENTIFIC);
    assert_int_equal(d.day, -7);
}

static void masked_and_damaged_years_are_no_dates_R844_R853(void **state)
{
    struct date d;
    (void)state;
    assert_int_equal(date_read(STR("201x-01-01"), &d), READ_BAD);
    assert_int_equal(date_read(STR("-2012常年"), &d), READ_BAD);
}

static void the_day_of_publication_is_kept_apart_R850_R851(void **state)
{
    struct date d;
    (void)state;
    assert_int_equal(date_read(STR("2022-09-18"), &d), READ_OK);
    assert_int_equal(d.day, 19253);
    assert_int_equal(date_read(STR("2007-12-28"), &d), READ_OK);
    assert_int_equal(d.day, 13875);
}

static void dates_are_printed_both_ways(void **state)
{
    (void)state;
    assert_printed(date_print(&b, (struct date){ 20778 }), "2026-11-21");
    assert_printed(date_print(&b, (struct date){ 0 }), "1970-01-01");
    assert_printed(date_print(&b, (struct date){ -1 }), "1969-12-31");
    assert_printed(date_print(&b, (struct date){ -719162 }), "0001-01-01");
    assert_printed(date_print_zh(&b, (struct date){ 20778 }), "2026年11月21日");
    assert_printed(date_print_zh(&b, (struct date){ 20458 }), "2026年1月5日");
}

static void every_day_from_1800_to_2200_follows_the_day_before(void **state)
{
    static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    struct date d = { day_of(1800, 1, 1) };
    (void)state;
    assert_int_equal(d.day, -62091);
    for (int year = 1800; year <= 2200; year++)
        for (int month = 1; month <= 12; month++) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            int days = length[month - 1] + (month == 2 && leap);
            for (int day = 1; day <= days; day++, d.day++) {
                CLEANUP(buf_release) struct buf b = BUF(64);
                struct date again;
                struct civil c = date_civil(d);
                assert_int_equal(day_of(year, month, day), d.day);
                assert_true(c.year == year && c.month == month && c.day == day);
                date_print(&b, d);
                assert_int_equal(date_read(buf_str(&b), &again), READ_OK);
                assert_int_equal(again.day, d.day);
            }
        }
    assert_int_equal(d.day, day_of(2201, 1, 1));
}

static void leap_years_follow_the_gregorian_rule(void **state)
{
    struct date d;
    (void)state;
    assert_true(date_of(2000, 2, 29, &d));
    assert_true(date_of(2024, 2, 29, &d));
    assert_false(date_of(1900, 2, 29, &d));
    assert_false(date_of(2100, 2, 29, &d));
    assert_false(date_of(2026, 2, 29, &d));
    assert_false(date_of(0, 1, 1, &d));
    assert_false(date_of(10000, 1, 1, &d));
    assert_false(date_of(2026, -1, 1, &d));
    assert_false(date_of(2026, 1, 32, &d));
}

static void any_number_of_days_has_a_civil_date(void **state)
{
    (void)state;
    assert_int_equal(date_civil((struct date){ INT32_MAX }).year, 5881580);
    assert_int_equal(date_civil((struct date){ INT32_MIN }).year, -5877641);
}

static void age_counts_completed_years(void **state)
{
    struct date birth = { day_of(1956, 2, 29) };
    (void)state;
    assert_int_equal(date_age(birth, (struct date){ day_of(2026, 2, 28) }), 69);
    assert_int_equal(date_age(birth, (struct date){ day_of(2026, 3, 1) }), 70);
    assert_int_equal(date_age(birth, (struct date){ day_of(2024, 2, 29) }), 68);
    assert_int_equal(date_age(birth, birth), 0);
    assert_int_equal(date_age(birth, (struct date){ birth.day - 1 }), -1);
    assert_int_equal(date_age((struct date){ INT32_MIN }, (struct date){ INT32_MAX }), 11759221);
}

static void in_two_centuries_age_is_that_of_the_calendar(void **state)
{
    (void)state;
    for (int32_t day = day_of(1895, 12, 1); day < day_of(1904, 4, 1); day += 7) {
        struct date birth = { day };
        struct civil b = date_civil(birth);
        for (int32_t on = day - 3; on < day_of(2105, 1, 1); on += on % 365 == 3 ? 340 : 1) {
            struct civil o = date_civil((struct date){ on });
            int had = o.month > b.month || (o.month == b.month && o.day >= b.day);
            if (date_age(birth, (struct date){ on }) != o.year - b.year - !had)
                fail_msg("%d on %d", day, on);
        }
    }
}

static int32_t moved(int year, int month, int day, int months)
{
    return date_add_months((struct date){ day_of(year, month, day) }, months).day;
}

static void a_month_later_stays_inside_the_month_R336(void **state)
{
    (void)state;
    assert_int_equal(moved(2026, 1, 31, 1), day_of(2026, 2, 28));
    assert_int_equal(moved(2024, 1, 31, 1), day_of(2024, 2, 29));
    assert_int_equal(moved(2026, 3, 31, -1), day_of(2026, 2, 28));
    assert_int_equal(moved(2026, 11, 21, 2), day_of(2027, 1, 21));
    assert_int_equal(moved(2026, 1, 21, -1), day_of(2025, 12, 21));
    assert_int_equal(moved(2024, 2, 29, 12), day_of(2025, 2, 28));
    assert_int_equal(moved(2026, 10, 31, 0), day_of(2026, 10, 31));
    assert_int_equal(moved(2026, 12, 31, -36), day_of(2023, 12, 31));
}

static void adding_months_is_held_at_the_ends_of_the_calendar(void **state)
{
    (void)state;
    assert_int_equal(moved(2026, 1, 1, INT32_MAX), day_of(9999, 12, 31));
    assert_int_equal(moved(2026, 1, 1, INT32_MIN), day_of(1, 1, 1));
    assert_int_equal(moved(9999, 12, 15, 1), day_of(9999, 12, 31));
    assert_int_equal(moved(1, 1, 15, -1), day_of(1, 1, 1));
}

/* --- instants ----------------------------------------------------------------------------- */

static void instants_are_printed_in_utc(void **state)
{
    (void)state;
    assert_printed(instant_print(&b, (struct instant){ INT64_C(1795248000000000) }),
                   "2026-11-21T08:00:00.000000Z");
    assert_printed(instant_print(&b, (struct instant){ 0 }), "1970-01-01T00:00:00.000000Z");
    assert_printed(instant_print(&b, (struct instant){ -1 }), "1969-12-31T23:59:59.999999Z");
    assert_printed(instant_print(&b, (struct instant){ INT64_MAX }), "294247-01-10T04:00:54.775807Z");
    assert_printed(instant_print(&b, (struct instant){ INT64_MIN }), "-290308-12-21T19:59:05.224192Z");
}

static void instants_are_read_with_any_zone(void **state)
{
    static const char *const forms[] = { "2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000000Z",
                                         "2026-11-21T16:00:00+08:00", "2026-11-20T22:30:00.0-09:30" };
    struct instant t;
    (void)state;
    for (size_t i = 0; i < N_ELEMS(forms); i++) {
        assert_int_equal(instant_read(str_of(forms[i]), &t), READ_OK);
        assert_int_equal(t.us, INT64_C(1795248000000000));
    }
    assert_int_equal(instant_read(STR("1969-12-31T23:59:59.5Z"), &t), READ_OK);
    assert_int_equal(t.us, -500000);
}

static void what_is_no_instant_is_refused(void **state)
{
    static const char *const none[] = { "",
                                        "2026-11-21",
                                        "2026-11-21T08:00:00",
                                        "2026-11-21T08:00Z",
                                        "2026-11-21T24:00:00Z",
                                        "2026-11-21T08:60:00Z",
                                        "2026-11-21T08:00:60Z",
                                        "2026-11-21T08:00:00.Z",
                                        "2026-11-21T08:00:00.0000000Z",
                                        "2026-11-21T08:00:00Zx",
                                        "2026-11-21T08:00:00+0800",
                                        "2026-11-21T08:00:00+24:00" };
    struct instant t = { -7 };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_int_equal(instant_read(str_of(none[i]), &t), READ_BAD);
    assert_int_equal(instant_read(STR("2026-02-29T08:00:00Z"), &t), READ_NO_SUCH_DATE);
    assert_int_equal(instant_read(STR("0001-01-01T00:00:00+00:01"), &t), READ_NO_SUCH_DATE);
    assert_int_equal(instant_read(STR("9999-12-31T23:59:59-00:01"), &t), READ_NO_SUCH_DATE);
    assert_int_equal(t.us, -7);
}

/* --- quantities --------------------------------------------------------------------------- */

static void quantities_keep_up_to_four_decimals_R847(void **state)
{
    struct quantity q;
    (void)state;
    assert_int_equal(quantity_read(STR("7.736"), &q), READ_OK);
    assert_int_equal(q.v, 77360);
    assert_printed(quantity_print(&b, q), "7.736");
    assert_int_equal(quantity_read(STR("１０８．３０４"), &q), READ_OK);
    assert_int_equal(q.v, 1083040);
    assert_int_equal(quantity_read(STR("0.0001"), &q), READ_OK);
    assert_int_equal(q.v, 1);
    assert_int_equal(quantity_read(STR("1,200"), &q), READ_OK);
    assert_int_equal(q.v, 12000000);
    assert_int_equal(quantity_read(STR("0.00001"), &q), READ_BAD);
    assert_int_equal(quantity_read(STR("7.736公里"), &q), READ_BAD);
    assert_int_equal(quantity_read(STR("922337203685477.5808"), &q), READ_OVERFLOW);
    assert_int_equal(q.v, 12000000);
}

static void quantities_are_printed_without_trailing_zeros(void **state)
{
    (void)state;
    assert_printed(quantity_print(&b, (struct quantity){ 120000 }), "12");
    assert_printed(quantity_print(&b, (struct quantity){ 4660 }), "0.466");
    assert_printed(quantity_print(&b, (struct quantity){ -500 }), "-0.05");
    assert_printed(quantity_print(&b, (struct quantity){ 1 }), "0.0001");
    assert_printed(quantity_print(&b, (struct quantity){ 0 }), "0");
    assert_printed(quantity_print(&b, (struct quantity){ INT64_MIN }), "-922337203685477.5808");
}

/* --- region codes ------------------------------------------------------------------------- */

static void short_region_codes_are_filled_with_zeros(void **state)
{
    static const struct {
        const char *text;
        int64_t code;
        enum region_level level;
    } rows[] = {
        { "35", 350000000000, PROVINCE },          { "3506", 350600000000, PREFECTURE },
        { "350603", 350603000000, COUNTY },        { "350603100", 350603100000, TOWNSHIP },
        { "350603100201", 350603100201, VILLAGE }, { "350603000000", 350603000000, COUNTY },
        { "３５０６０３", 350603000000, COUNTY },  { " 350603 100 201 ", 350603100201, VILLAGE },
        { "820000", 820000000000, PROVINCE },      { "429004", 429004000000, COUNTY },
        { "441900", 441900000000, PREFECTURE },    { "441900003", 441900003000, TOWNSHIP },
        { "442000100001", 442000100001, VILLAGE }, { "460400100", 460400100000, TOWNSHIP },
        { "620200001", 620200001000, TOWNSHIP },   { "620201001", 620201001000, TOWNSHIP },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        struct region_code r;
        assert_int_equal(region_read(str_of(rows[i].text), &r), READ_OK);
        assert_int_equal(r.v, rows[i].code);
        assert_int_equal(region_level(r), rows[i].level);
    }
}

static void what_is_no_region_code_is_refused(void **state)
{
    static const char *const none[] = { "",
                                        "0",
                                        "000000",
                                        "3",
                                        "350",
                                        "35060",
                                        "3506031",
                                        "35060310",
                                        "3506031002",
                                        "35060310020",
                                        "3506031002011",
                                        "100000",
                                        "660000",
                                        "830000",
                                        "990000",
                                        "350003",
                                        "350603000201",
                                        "350600100",
                                        "441800003",
                                        "460300100001",
                                        "441900000201",
                                        "350000100000",
                                        "35060x",
                                        "350,603",
                                        "-350603",
                                        "龙文区" };
    struct region_code r = { 7 };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_int_equal(region_read(str_of(none[i]), &r), READ_BAD);
    assert_int_equal(region_read(STR("3.50603E+11"), &r), READ_SCIENTIFIC);
    assert_int_equal(r.v, 7);
}

static void a_region_knows_its_parents_and_its_county(void **state)
{
    struct region_code r = { 350603100201 };
    (void)state;
    assert_int_equal(region_county(r), 350603);
    assert_int_equal((r = region_parent(r)).v, 350603100000);
    assert_int_equal((r = region_parent(r)).v, 350603000000);
    assert_int_equal((r = region_parent(r)).v, 350600000000);
    assert_int_equal((r = region_parent(r)).v, 350000000000);
    assert_int_equal((r = region_parent(r)).v, 0);
    assert_int_equal((r = region_parent(r)).v, 0);
    assert_int_equal(region_level(r), REGION_NONE);
    assert_int_equal(region_level((struct region_code){ -5 }), REGION_NONE);
    assert_int_equal(region_level((struct region_code){ INT64_MAX }), REGION_NONE);
}

static void townships_of_prefectures_without_counties_stand_under_the_prefecture(void **state)
{
    struct region_code r = { 441900003002 };
    int64_t first, last;
    (void)state;
    assert_int_equal(region_county(r), 441900);
    assert_int_equal((r = region_parent(r)).v, 441900003000);
    assert_false(region_is_county(r));
    assert_int_equal((r = region_parent(r)).v, 441900000000);
    assert_int_equal(region_level(r), PREFECTURE);
    assert_true(region_is_county(r));
    assert_int_equal(region_county(r), 441900);
    region_span(r, &first, &last);
    assert_int_equal(first, 441900000000);
    assert_int_equal(last, 441999999999);
    assert_int_equal((r = region_parent(r)).v, 440000000000);
    assert_false(region_is_county(r));
    assert_true(region_is_county((struct region_code){ 350603000000 }));
    assert_false(region_is_county((struct region_code){ 350600000000 }));
}

static void a_span_covers_what_lies_under_a_region(void **state)
{
    static const struct {
        int64_t code, first, last;
    } rows[] = {
        { 350000000000, 350000000000, 359999999999 }, { 350600000000, 350600000000, 350699999999 },
        { 350603000000, 350603000000, 350603999999 }, { 350603100000, 350603100000, 350603100999 },
        { 350603100201, 350603100201, 350603100201 },
    };
    int64_t first, last;
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        region_span((struct region_code){ rows[i].code }, &first, &last);
        assert_int_equal(first, rows[i].first);
        assert_int_equal(last, rows[i].last);
    }
}

static void an_unknown_region_covers_nothing(void **state)
{
    int64_t first, last;
    (void)state;
    region_span((struct region_code){ 0 }, &first, &last);
    assert_true(first > last);
    region_span((struct region_code){ INT64_MAX }, &first, &last);
    assert_true(first > last);
}

static void regions_are_printed_with_twelve_digits(void **state)
{
    (void)state;
    assert_printed(region_print(&b, (struct region_code){ 350603000000 }), "350603000000");
    assert_printed(region_print(&b, (struct region_code){ 0 }), "");
}

/* --- the rest ----------------------------------------------------------------------------- */

static void whole_numbers_are_read_as_clerks_type_them(void **state)
{
    int64_t v = -7;
    (void)state;
    assert_int_equal(int_read(STR("1,234"), &v), READ_OK);
    assert_int_equal(v, 1234);
    assert_int_equal(int_read(STR("１２３"), &v), READ_OK);
    assert_int_equal(v, 123);
    assert_int_equal(int_read(STR("３人"), &v), READ_BAD);
    assert_int_equal(int_read(STR("3.00"), &v), READ_OK);
    assert_int_equal(v, 3);
    assert_int_equal(int_read(STR("3.5"), &v), READ_BAD);
    assert_int_equal(int_read(STR("-9223372036854775808"), &v), READ_OK);
    assert_int_equal(v, INT64_MIN);
    assert_int_equal(int_read(STR("9223372036854775808"), &v), READ_OVERFLOW);
    assert_int_equal(int_read(STR("40以上"), &v), READ_BAD);
    assert_int_equal(v, INT64_MIN);
}

static void yes_and_no_have_many_words(void **state)
{
    static const char *const yes[] = { "是", "有", "yes", "YES",  "true", "True", "Y",
                                       "y",  "1",  "√",   " 是 ", "１",   "Ｙ" };
    static const char *const no[] = { "否", "无", "no", "NO", "false", "FALSE", "N", "n", "0", "×", "　否" };
    static const char *const neither[] = { "", " ", "是否", "2", "不详", "yess", "-" };
    enum yesno v;
    (void)state;
    for (size_t i = 0; i < N_ELEMS(yes); i++) {
        assert_int_equal(yesno_read(str_of(yes[i]), &v), READ_OK);
        assert_int_equal(v, YES);
    }
    for (size_t i = 0; i < N_ELEMS(no); i++) {
        assert_int_equal(yesno_read(str_of(no[i]), &v), READ_OK);
        assert_int_equal(v, NO);
    }
    v = UNKNOWN;
    for (size_t i = 0; i < N_ELEMS(neither); i++)
        assert_int_equal(yesno_read(str_of(neither[i]), &v), READ_BAD);
    assert_int_equal(v, UNKNOWN);
}

static void folding_mends_what_typing_does_to_text(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "　张 三 ", "张 三" },
        { "张三\xc2\xa0 　\t李四", "张三 李四" },
        { "ＡＢｃ１２３", "ABc123" },
        { "１，２３４．５０", "1,234.50" },
        { "２０２６／１１／２１　０８：００", "2026/11/21 08:00" },
        { "－５", "-5" },
        { "１５％", "15%" },
        { "张三，李四。", "张三，李四。" },
        { "第１组（东）：３户", "第1组（东）：3户" },
        { "，１", "，1" },
        { "plain", "plain" },
        { "\xe5\x85", "\xe5\x85" },
        { "1\xff 2", "1\xff 2" },
    };
    struct arena a = { 0 };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        struct str s = text_fold(&a, str_of(rows[i].in));
        assert_string_equal(s.p, rows[i].out);
        assert_int_equal(s.n, strlen(rows[i].out));
        assert_true(str_eq(text_fold(&a, s), s));
    }
    assert_null(text_fold(&a, (struct str){ 0 }).p);
    assert_null(text_fold(&a, STR(" 　\r\n")).p);
    assert_null(text_fold(&a, STR("\xe2\x80\x8b")).p);
    arena_free(&a);
}

static void squeezing_stops_at_its_limit(void **state)
{
    char out[4];
    (void)state;
    assert_int_equal(text_squeeze(STR("1 2 3 4"), out, 4), 4);
    assert_memory_equal(out, "1234", 4);
    assert_int_equal(text_squeeze(STR("12345"), out, 4), 0);
    assert_int_equal(text_squeeze(STR("１２３４"), out, 4), 4);
    assert_int_equal(text_squeeze(STR("1元"), out, 4), 4);
    assert_int_equal(text_squeeze(STR("12元"), out, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yuan_text_becomes_fen_exactly),
        cmocka_unit_test(a_sum_in_yuan_and_fen_is_exact_R848),
        cmocka_unit_test(a_blank_inside_a_number_is_forgiven_R838),
        cmocka_unit_test(two_amounts_on_two_lines_are_not_one_number),
        cmocka_unit_test(full_width_figures_and_signs_are_read),
        cmocka_unit_test(thousands_separators_stand_only_at_thousands),
        cmocka_unit_test(a_third_decimal_is_refused_unless_it_is_zero),
        cmocka_unit_test(what_is_no_amount_is_refused_and_leaves_the_output_alone),
        cmocka_unit_test(a_redacted_amount_is_not_zero_R841_R842),
        cmocka_unit_test(a_spreadsheets_scientific_notation_is_named),
        cmocka_unit_test(an_amount_in_words_is_named),
        cmocka_unit_test(an_amount_beyond_the_ledger_overflows),
        cmocka_unit_test(money_is_printed_with_two_decimals),
        cmocka_unit_test(small_form_money_has_thousands_separators),
        cmocka_unit_test(every_printed_amount_reads_again),
        cmocka_unit_test(sums_that_overflow_leave_the_sum_alone),
        cmocka_unit_test(scaling_rounds_once_half_away_from_zero),
        cmocka_unit_test(every_date_form_of_a_clerk_is_read),
        cmocka_unit_test(single_figure_months_and_days_are_read),
        cmocka_unit_test(a_day_that_does_not_exist_is_named),
        cmocka_unit_test(a_month_alone_is_told_from_a_date),
        cmocka_unit_test(days_as_a_spreadsheet_counts_them_are_told_from_dates),
        cmocka_unit_test(words_for_nothing_say_nothing),
        cmocka_unit_test(midnight_behind_a_day_is_no_part_of_it),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(masked_and_damaged_years_are_no_dates_R844_R853),
        cmocka_unit_test(the_day_of_publication_is_kept_apart_R850_R851),
        cmocka_unit_test(dates_are_printed_both_ways),
        cmocka_unit_test(every_day_from_1800_to_2200_follows_the_day_before),
        cmocka_unit_test(leap_years_follow_the_gregorian_rule),
        cmocka_unit_test(any_number_of_days_has_a_civil_date),
        cmocka_unit_test(age_counts_completed_years),
        cmocka_unit_test(in_two_centuries_age_is_that_of_the_calendar),
        cmocka_unit_test(a_month_later_stays_inside_the_month_R336),
        cmocka_unit_test(adding_months_is_held_at_the_ends_of_the_calendar),
        cmocka_unit_test(instants_are_printed_in_utc),
        cmocka_unit_test(instants_are_read_with_any_zone),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(quantities_keep_up_to_four_decimals_R847),
        cmocka_unit_test(quantities_are_printed_without_trailing_zeros),
        cmocka_unit_test(short_region_codes_are_filled_with_zeros),
        cmocka_unit_test(what_is_no_region_code_is_refused),
        cmocka_unit_test(a_region_knows_its_parents_and_its_county),
        cmocka_unit_test(townships_of_prefectures_without_counties_stand_under_the_prefecture),
        cmocka_unit_test(a_span_covers_what_lies_under_a_region),
        cmocka_unit_test(an_unknown_region_covers_nothing),
        cmocka_unit_test(regions_are_printed_with_twelve_digits),
        cmocka_unit_test(whole_numbers_are_read_as_clerks_type_them),
        cmocka_unit_test(yes_and_no_have_many_words),
        cmocka_unit_test(folding_mends_what_typing_does_to_text),
        cmocka_unit_test(squeezing_stops_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
