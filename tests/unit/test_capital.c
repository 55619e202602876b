/* test_capital.c - money and voucher dates in words (dictionary §5). */
#include "base/capital.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define assert_words(fen, want)                         \
    do {                                                \
        CLEANUP(buf_release) struct buf b = BUF(512);   \
        money_print_capital(&b, (struct money){ fen }); \
        assert_string_equal(buf_cstr(&b), want);        \
    } while (0)

#define assert_reads(text, want)                         \
    do {                                                 \
        struct money m_ = { -77 };                       \
        assert_true(money_read_capital(STR(text), &m_)); \
        assert_int_equal(m_.fen, want);                  \
    } while (0)

#define assert_both(fen, text)   \
    do {                         \
        assert_words(fen, text); \
        assert_reads(text, fen); \
    } while (0)

#define assert_refused(text)                              \
    do {                                                  \
        struct money m_ = { -77 };                        \
        assert_false(money_read_capital(STR(text), &m_)); \
        assert_int_equal(m_.fen, -77);                    \
    } while (0)

static void every_row_of_the_dictionary_goes_both_ways(void **state)
{
    (void)state;
    assert_both(1, "人民币壹分");
    assert_both(1000, "人民币壹拾元整");
    assert_both(32504, "人民币叁佰贰拾伍元零肆分");
    assert_both(140950, "人民币壹仟肆佰零玖元伍角整");
    assert_both(600714, "人民币陆仟零柒元壹角肆分");
    assert_both(1000001, "人民币壹万元零壹分");
    assert_both(1640902, "人民币壹万陆仟肆佰零玖元零贰分");
    assert_both(2000000, "人民币贰万元整");
    assert_both(5342143, "人民币伍万叁仟肆佰贰拾壹元肆角叁分");
    assert_both(10700053, "人民币壹拾万柒仟元伍角叁分");
    assert_both(183560000, "人民币壹佰捌拾叁万伍仟陆佰元整");
    assert_both(200010000, "人民币贰佰万零壹佰元整");
    assert_both(10000000000, "人民币壹亿元整");
}

static void the_variants_of_the_dictionary_are_read_too(void **state)
{
    (void)state;
    assert_reads("人民币壹仟肆佰零玖元伍角", 140950);
    assert_reads("人民币壹拾万零柒仟元零伍角叁分", 10700053);
    assert_reads("人民币壹拾万柒仟元零伍角叁分", 10700053);
    assert_reads("人民币壹拾万零柒仟元伍角叁分", 10700053);
    assert_reads("人民币壹仟陆佰捌拾元零叁角贰分", 168032);
    assert_reads("人民币壹仟陆佰捌拾元叁角贰分", 168032);
}

static void zero_and_red_letter_amounts_have_words(void **state)
{
    (void)state;
    assert_both(0, "人民币零元整");
    assert_both(-100, "人民币负壹元整");
    assert_both(10, "人民币壹角整");
    assert_both(15, "人民币壹角伍分");
    assert_reads("负人民币壹元整", -100);
    assert_reads("负壹元整", -100);
    assert_refused("负人民币负壹元整");
    assert_refused("负负壹元整");
    assert_refused("人民币负零元整");
}

static void zeros_across_the_units_are_said_once(void **state)
{
    (void)state;
    assert_both(100500000, "人民币壹佰万伍仟元整");
    assert_both(10000000100, "人民币壹亿零壹元整");
    assert_both(10000500000, "人民币壹亿零伍仟元整");
    assert_both(10200000000, "人民币壹亿零贰佰万元整");
    assert_both(102000000000, "人民币壹拾亿贰仟万元整");
    assert_both(10100, "人民币壹佰零壹元整");
    assert_both(1000100, "人民币壹万零壹元整");
    assert_both(1001000, "人民币壹万零壹拾元整");
    assert_both(101010100, "人民币壹佰零壹万零壹佰零壹元整");
    assert_reads("人民币壹亿伍仟元整", 10000500000);
    assert_reads("人民币壹拾亿零贰仟万元整", 102000000000);
}

static void amounts_above_a_hundred_million_nest(void **state)
{
    (void)state;
    assert_both(123456789012345678,
                "人民币壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元柒角捌分");
    assert_both(100000000000000, "人民币壹万亿元整");
    assert_both(900000000000000000, "人民币玖仟万亿元整");
    assert_both(1000000000000000000, "人民币壹亿亿元整");
    assert_both(INT64_MAX, "人民币玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分");
    assert_both(INT64_MIN,
                "人民币负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分");
}

static void other_spellings_of_the_same_words_are_read(void **state)
{
    (void)state;
    assert_reads("壹拾圆整", 1000);
    assert_reads("壹拾元正", 1000);
    assert_reads(" 壹拾元整\r\n", 1000);
    assert_reads("人民幣貳萬圓整", 2000000);
    assert_reads("壹億零陸元整", 10000000600);
    assert_reads("參佰元整", 30000);
    assert_reads("負人民幣壹元整", -100);
    assert_reads("一百二十元整", 12000);
    assert_reads("一百二拾元整", 12000);
    assert_reads("三百二十五元〇四分", 32504);
    assert_reads("五角", 50);
    assert_reads("九分", 9);
}

static void what_the_rules_forbid_is_refused(void **state)
{
    (void)state;
    assert_refused("");
    assert_refused("人民币");
    assert_refused("元整");
    assert_refused("整");
    assert_refused("贰万元"); /* ends at 元 without 整 */
    assert_refused("贰万整");
    assert_refused("贰万");
    assert_refused("壹分整"); /* 整 behind 分 */
    assert_refused("拾元整"); /* 壹 is missing */
    assert_refused("十五元整");
    assert_refused("壹佰壹元整"); /* 零 is missing */
    assert_refused("壹佰零零壹元整");
    assert_refused("壹佰零元整");
    assert_refused("零壹佰元整");
    assert_refused("叁佰贰拾伍元肆分");   /* 零 behind 元 is missing */
    assert_refused("叁佰贰拾伍元零肆角"); /* 零 that stands for no zero */
    assert_refused("壹元零角伍分");
    assert_refused("零元伍角");
    assert_refused("人民币 壹元整"); /* a gap that can be filled in */
    assert_refused("壹 元整");
    assert_refused("人民币人民币壹元整");
    assert_refused("人民币壹元整。");
    assert_refused("壹元整壹分");
    assert_refused("壹分壹角");
    assert_refused("壹元壹元整");
    assert_refused("壹万壹万元整");
    assert_refused("贰贰元整");
    assert_refused("壹拾壹拾元整");
    assert_refused("壹拾贰佰元整");
    assert_refused("壹万零亿元整");
    assert_refused("壹毛");
    assert_refused("壹百块");
    assert_refused("1元整");
    assert_refused("100.00");
    assert_refused("壹\xe5\x85");
    assert_refused("\xff\xff\xff");
}

static void words_beyond_the_ledger_are_refused(void **state)
{
    (void)state;
    assert_refused("玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分");
    assert_refused("壹拾亿亿元整");
    assert_refused("壹亿亿亿元整");
    assert_refused("玖亿亿亿亿亿亿亿亿亿亿亿亿亿亿亿亿元整");
}

static void round_trip(int64_t fen)
{
    CLEANUP(buf_release) struct buf b = BUF(512);
    struct money m;
    money_print_capital(&b, (struct money){ fen });
    assert_true(money_read_capital(buf_str(&b), &m));
    assert_int_equal(m.fen, fen);
}

static void every_1009th_amount_goes_to_words_and_back(void **state)
{
    (void)state;
    for (int64_t fen = 0; fen < INT64_C(200000000); fen += 1009)
        round_trip(fen);
    for (int64_t fen = 1; fen < INT64_MAX / 11; fen = fen * 11 / 10 + 1009) {
        round_trip(fen);
        round_trip(-fen);
    }
}

static void every_pattern_of_zeros_goes_to_words_and_back(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 1u << 18; bits++) {
        int64_t fen = 0, unit = 1;
        for (unsigned i = 0; i < 18; i++, unit *= 10)
            fen += bits >> i & 1 ? unit * (1 + (int64_t)(i % 9)) : 0;
        round_trip(fen);
    }
}

#define assert_date_words(y, m, d, want)              \
    do {                                              \
        CLEANUP(buf_release) struct buf b = BUF(128); \
        struct date date_;                            \
        assert_true(date_of(y, m, d, &date_));        \
        date_print_capital(&b, date_);                \
        assert_string_equal(buf_cstr(&b), want);      \
    } while (0)

static void voucher_dates_leave_no_place_to_add_a_figure(void **state)
{
    (void)state;
    assert_date_words(2026, 11, 21, "贰零贰陆年壹拾壹月贰拾壹日");
    assert_date_words(2026, 1, 15, "贰零贰陆年零壹月壹拾伍日");
    assert_date_words(2026, 2, 20, "贰零贰陆年零贰月零贰拾日");
    assert_date_words(2026, 10, 10, "贰零贰陆年零壹拾月零壹拾日");
    assert_date_words(2026, 12, 30, "贰零贰陆年壹拾贰月零叁拾日");
    assert_date_words(2026, 3, 9, "贰零贰陆年叁月零玖日");
    assert_date_words(2000, 9, 30, "贰零零零年玖月零叁拾日");
    assert_date_words(1999, 12, 31, "壹玖玖玖年壹拾贰月叁拾壹日");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_dictionary_goes_both_ways),
        cmocka_unit_test(the_variants_of_the_dictionary_are_read_too),
        cmocka_unit_test(zero_and_red_letter_amounts_have_words),
        cmocka_unit_test(zeros_across_the_units_are_said_once),
        cmocka_unit_test(amounts_above_a_hundred_million_nest),
        cmocka_unit_test(other_spellings_of_the_same_words_are_read),
        cmocka_unit_test(what_the_rules_forbid_is_refused),
        cmocka_unit_test(words_beyond_the_ledger_are_refused),
        cmocka_unit_test(every_1009th_amount_goes_to_words_and_back),
        cmocka_unit_test(every_pattern_of_zeros_goes_to_words_and_back),
        cmocka_unit_test(voucher_dates_leave_no_place_to_add_a_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
