/* test_idno.c - identity numbers, certificates, accounts, credit codes, phones (dictionary §3, §4, §11). */
#include "base/idno.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct date today = { 20778 }; /* 2026-11-21 */

static enum idno_result idno(const char *text, struct idno *id)
{
    memset(id, 0, sizeof *id);
    return idno_read(str_of(text), today, id);
}

#define assert_not_idno(s, want)               \
    do {                                       \
        struct idno id_;                       \
        assert_int_equal(idno(s, &id_), want); \
        assert_string_equal(id_.text, "");     \
    } while (0)

static void the_examples_of_the_standard_are_read(void **state)
{
    struct idno id;
    (void)state;
    assert_int_equal(idno("11010519491231002X", &id), IDNO_OK);
    assert_string_equal(id.text, "11010519491231002X");
    assert_int_equal(date_civil(id.birth).year, 1949);
    assert_int_equal(date_civil(id.birth).month, 12);
    assert_int_equal(date_civil(id.birth).day, 31);
    assert_int_equal(id.sex, 2);
    assert_int_equal(id.prefix, 110105);
    assert_true(IDNO_BAD_BIRTH == idno("440524188001010014", &id)); /* born 1880: right, but too old by now */
    assert_int_equal(idno_read(STR("440524188001010014"), (struct date){ 0 }, &id), IDNO_OK);
    assert_int_equal(id.sex, 1);
    assert_int_equal(id.prefix, 440524);
}

static void check_characters_follow_the_standard(void **state)
{
    (void)state;
    assert_int_equal(idno_check_char("11010519491231002"), 'X');
    assert_int_equal(idno_check_char("44052418800101001"), '4');
    assert_int_equal(idno_check_char("99000019800101001"), '2');
    assert_int_equal(idno_check_char("99000019550630002"), 'X');
    assert_int_equal(idno_check_char("99000020100229001"), '4');
}

static void the_synthetic_fixtures_are_read(void **state)
{
    struct idno id;
    (void)state;
    assert_int_equal(idno("990000198001010012", &id), IDNO_OK);
    assert_int_equal(id.birth.day, 3652);
    assert_int_equal(id.sex, 1);
    assert_true(idno_is_temporary(&id));
    assert_int_equal(idno("99000019550630002X", &id), IDNO_OK);
    assert_int_equal(id.sex, 2);
    assert_not_idno("990000201002290014", IDNO_BAD_BIRTH);
}

static void temporary_numbers_have_two_prefixes(void **state)
{
    struct idno id;
    (void)state;
    assert_int_equal(idno("999999200001010011", &id), IDNO_OK);
    assert_true(idno_is_temporary(&id));
    assert_int_equal(idno("11010519491231002X", &id), IDNO_OK);
    assert_false(idno_is_temporary(&id));
}

static void numbers_are_folded_as_clerks_type_them(void **state)
{
    static const char *const forms[] = {
        "11010519491231002x",         " 110105 19491231 002X ",   "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002ｘ",        "　11010519491231002X\r\n", "'11010519491231002X",
        "110105\302\24019491231002X",
    };
    struct idno id;
    (void)state;
    for (size_t i = 0; i < N_ELEMS(forms); i++) {
        assert_int_equal(idno(forms[i], &id), IDNO_OK);
        assert_string_equal(id.text, "11010519491231002X");
    }
}

static void old_numbers_are_widened(void **state)
{
    struct idno id;
    (void)state;
    assert_int_equal(idno("110105491231002", &id), IDNO_CONVERTED);
    assert_string_equal(id.text, "11010519491231002X");
    assert_int_equal(id.sex, 2);
    assert_not_idno("110105491331002", IDNO_BAD_BIRTH);
    assert_not_idno("11010549123100X", IDNO_BAD_DIGITS);
}

static void each_fault_of_a_number_has_its_name(void **state)
{
    (void)state;
    assert_not_idno(NULL, IDNO_BAD_LENGTH);
    assert_not_idno("", IDNO_BAD_LENGTH);
    assert_not_idno("无", IDNO_BAD_LENGTH);
    assert_not_idno("1101051949123100", IDNO_BAD_LENGTH);
    assert_not_idno("11010519491231002X43", IDNO_BAD_LENGTH);
    assert_not_idno("11010519491231002X11010519491231002X11010519491231002X11010519491231002X",
                    IDNO_BAD_LENGTH);
    assert_not_idno("1101051949123100XX", IDNO_BAD_DIGITS);
    assert_not_idno("11010519491231002Y", IDNO_BAD_DIGITS);
    assert_not_idno("-11010519491231002", IDNO_BAD_DIGITS);
    assert_not_idno("110105194912310021", IDNO_BAD_CHECK);
    assert_not_idno("990000198001010013", IDNO_BAD_CHECK);
    assert_not_idno("110105194912310000", IDNO_TRUNCATED);
    assert_not_idno("1.10105E+17", IDNO_SCIENTIFIC);
    assert_not_idno("3.50603e+17", IDNO_SCIENTIFIC);
}

static void a_right_number_may_end_in_zeros(void **state)
{
    struct idno id;
    char text[19] = "99000019800101100";
    (void)state;
    for (int day = 1; day <= 28; day++) {
        text[12] = (char)('0' + day / 10);
        text[13] = (char)('0' + day % 10);
        text[17] = idno_check_char(text);
        assert_int_equal(idno(text, &id), IDNO_OK);
        if (text[17] == '0')
            return;
    }
    fail_msg("no such number among the days of a month");
}

static void births_lie_between_today_and_120_years_ago(void **state)
{
    struct idno id;
    (void)state;
    assert_int_equal(idno("990000202611210010", &id), IDNO_OK);
    assert_int_equal(id.birth.day, today.day);
    assert_not_idno("990000202611220016", IDNO_BAD_BIRTH);
    assert_int_equal(idno("990000190611210015", &id), IDNO_OK);
    assert_not_idno("990000190511210018", IDNO_BAD_BIRTH);
}

static void every_single_wrong_figure_is_found(void **state)
{
    static const char right[] = "11010519491231002X";
    (void)state;
    for (size_t i = 0; i < 17; i++)
        for (char c = '0'; c <= '9'; c++) {
            char text[19];
            memcpy(text, right, sizeof text);
            text[i] = c;
            struct idno id;
            assert_int_equal(idno(text, &id), c == right[i] ? IDNO_OK : IDNO_BAD_CHECK);
        }
}

static void every_pair_of_swapped_figures_is_found(void **state)
{
    static const char right[] = "11010519491231002X";
    (void)state;
    for (size_t i = 0; i < 16; i++) {
        char text[19];
        struct idno id;
        memcpy(text, right, sizeof text);
        text[i] = right[i + 1];
        text[i + 1] = right[i];
        assert_int_equal(idno(text, &id), right[i] == right[i + 1] ? IDNO_OK : IDNO_BAD_CHECK);
    }
}

static void disability_cards_carry_kind_and_grade(void **state)
{
    struct idno id;
    struct disability_card d;
    (void)state;
    assert_int_equal(idno("99000019550630002X", &id), IDNO_OK);
    assert_true(disability_card_read(STR("99000019550630002X43"), &id, &d));
    assert_int_equal(d.kind, 4);
    assert_int_equal(d.grade, 3);
    assert_int_equal(d.reissue, 0);
    assert_true(disability_card_read(STR("990000 19550630 002x 71 b2"), &id, &d));
    assert_int_equal(d.kind, 7);
    assert_int_equal(d.grade, 1);
    assert_int_equal(d.reissue, 2);
}

static void what_is_no_disability_card_of_the_person_is_refused(void **state)
{
    static const char *const none[] = {
        "",
        "99000019550630002X",
        "99000019550630002X4",
        "99000019550630002X83",
        "99000019550630002X03",
        "99000019550630002X45",
        "99000019550630002X40",
        "99000019550630002X43B",
        "99000019550630002X43B0",
        "99000019550630002X43A1",
        "99000019550630002X43BB",
        "99000019550630002X431",
        "99000019800101001243",
    };
    struct idno id;
    struct disability_card d = { 9, 9, 9 };
    (void)state;
    assert_int_equal(idno("99000019550630002X", &id), IDNO_OK);
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_false(disability_card_read(str_of(none[i]), &id, &d));
    assert_int_equal(d.kind, 9);
}

static void the_card_fixtures_pass(void **state)
{
    struct account_number a;
    (void)state;
    assert_int_equal(account_read(STR("9999990000000000014"), &a), ACCOUNT_OK);
    assert_string_equal(a.text, "9999990000000000014");
    assert_int_equal(account_read(STR("999999000000123451"), &a), ACCOUNT_OK);
    assert_int_equal(account_read(STR(" 9999 9900-0000 1234 51 "), &a), ACCOUNT_OK);
    assert_string_equal(a.text, "999999000000123451");
    assert_int_equal(account_read(STR("'９９９９９９０００００００００００１４"), &a), ACCOUNT_OK);
    assert_string_equal(a.text, "9999990000000000014");
    assert_true(luhn_ok(STR("79927398713")));
    assert_false(luhn_ok(STR("79927398710")));
    assert_false(luhn_ok(STR("")));
    assert_false(luhn_ok(STR("7992739871x")));
}

static void a_wrong_luhn_digit_still_gives_the_account(void **state)
{
    struct account_number a;
    (void)state;
    assert_int_equal(account_read(STR("9999990000000000015"), &a), ACCOUNT_BAD_LUHN);
    assert_string_equal(a.text, "9999990000000000015");
    assert_int_equal(account_read(STR("12345678"), &a), ACCOUNT_BAD_LUHN);
    assert_string_equal(a.text, "12345678");
}

static void what_a_spreadsheet_did_to_an_account_is_named(void **state)
{
    struct account_number a = { "kept" };
    (void)state;
    assert_int_equal(account_read(STR("9.99999E+18"), &a), ACCOUNT_SCIENTIFIC);
    assert_int_equal(account_read(STR("6228481234567890000"), &a), ACCOUNT_TRUNCATED);
    assert_int_equal(account_read(STR("622848123456789000"), &a), ACCOUNT_TRUNCATED);
    assert_string_equal(a.text, "kept");
}

static void accounts_have_8_to_32_figures(void **state)
{
    struct account_number a = { "kept" };
    (void)state;
    assert_int_equal(account_read(STR("1234567"), &a), ACCOUNT_BAD_SHAPE);
    assert_int_equal(account_read(STR("123456789012345678901234567890123"), &a), ACCOUNT_BAD_SHAPE);
    assert_int_equal(account_read(STR("1234567a9"), &a), ACCOUNT_BAD_SHAPE);
    assert_int_equal(account_read(STR(""), &a), ACCOUNT_BAD_SHAPE);
    assert_int_equal(account_read(STR("----------"), &a), ACCOUNT_BAD_SHAPE);
    assert_int_equal(account_read(STR("农信社"), &a), ACCOUNT_BAD_SHAPE);
    assert_string_equal(a.text, "kept");
    assert_int_equal(account_read(STR("12345678901234567890123456789012"), &a), ACCOUNT_BAD_LUHN);
    assert_string_equal(a.text, "12345678901234567890123456789012");
}

static void credit_codes_carry_a_check_character(void **state)
{
    (void)state;
    assert_true(credit_code_ok(STR("91350100M000100Y43")));
    assert_true(credit_code_ok(STR("123456789012345678")));
    assert_false(credit_code_ok(STR("91350100M000100Y44")));
    assert_false(credit_code_ok(STR("91350100M000100Y4")));
    assert_false(credit_code_ok(STR("91350100M000100I43")));
    assert_false(credit_code_ok(STR("91350100m000100y43")));
    assert_false(credit_code_ok(STR("")));
}

static void phones_are_read_with_any_dash_R854(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "0398—8527115", "0398-8527115" },   { "0398-8527115", "0398-8527115" },
        { "0398–8527115", "0398-8527115" },   { "0398－8527115", "0398-8527115" },
        { "0398——8527115", "0398-8527115" },  { "０３９８－８５２７１１５", "0398-8527115" },
        { "(0398)8527115", "0398-8527115" },  { "（0398）8527115", "0398-8527115" },
        { "0398 8527115", "0398-8527115" },   { "03988527115", "0398-8527115" },
        { "010-88886666", "010-88886666" },   { "02088886666", "020-88886666" },
        { "0596-28886666", "0596-28886666" }, { "13800138000", "13800138000" },
        { "138 0013 8000", "13800138000" },   { "138-0013-8000", "13800138000" },
        { "+86 13800138000", "13800138000" }, { "8613800138000", "13800138000" },
        { "008613800138000", "13800138000" }, { "19912345678", "19912345678" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        char out[24];
        assert_true(phone_read(str_of(rows[i].in), out));
        assert_string_equal(out, rows[i].out);
    }
}

static void what_is_no_phone_is_refused(void **state)
{
    static const char *const none[] = {
        "",
        "-",
        "8527115",
        "12800138000",
        "1380013800",
        "138001380000",
        "0398-852711",
        "0398-852711556",
        "0098-8527115",
        "0398-0527115",
        "0398-1527115",
        "+8613800138",
        "1380013800a",
        "(0398",
        "无",
        "-13800138000",
        "13800138000-",
        "0398)8527115",
        "13800138000,13900139000",
    };
    char out[24] = "kept";
    (void)state;
    for (size_t i = 0; i < N_ELEMS(none); i++)
        assert_false(phone_read(str_of(none[i]), out));
    assert_string_equal(out, "kept");
}

#define assert_masked(mask, text, want)              \
    do {                                             \
        CLEANUP(buf_release) struct buf b = BUF(64); \
        mask(&b, STR(text));                         \
        assert_string_equal(buf_cstr(&b), want);     \
    } while (0)

static void masks_show_what_the_dictionary_allows(void **state)
{
    (void)state;
    assert_masked(idno_mask, "350603199001010011", "350603************");
    assert_masked(idno_mask, "11010519491231002X", "110105************");
    assert_masked(idno_mask, "110105491231002", "110105*********");
    assert_masked(account_mask, "6228481234561234", "****1234");
    assert_masked(phone_mask, "13800138000", "138****8000");
    assert_masked(phone_mask, "0398-8527115", "0398-****115");
    assert_masked(phone_mask, "010-88886666", "010-****6666");
}

static void a_mask_shows_nothing_of_what_it_does_not_know(void **state)
{
    (void)state;
    assert_masked(idno_mask, "", "************");
    assert_masked(idno_mask, "12345", "************");
    assert_masked(idno_mask, "张三张三张三张三", "************");
    assert_masked(account_mask, "", "****");
    assert_masked(account_mask, "1234567", "****");
    assert_masked(account_mask, "农村信用社", "****");
    assert_masked(phone_mask, "", "****");
    assert_masked(phone_mask, "8527115", "****");
    assert_masked(phone_mask, "ab-88886666", "****");
    assert_masked(phone_mask, "-1234567", "****");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard_are_read),
        cmocka_unit_test(check_characters_follow_the_standard),
        cmocka_unit_test(the_synthetic_fixtures_are_read),
        cmocka_unit_test(temporary_numbers_have_two_prefixes),
        cmocka_unit_test(numbers_are_folded_as_clerks_type_them),
        cmocka_unit_test(old_numbers_are_widened),
        cmocka_unit_test(each_fault_of_a_number_has_its_name),
        cmocka_unit_test(a_right_number_may_end_in_zeros),
        cmocka_unit_test(births_lie_between_today_and_120_years_ago),
        cmocka_unit_test(every_single_wrong_figure_is_found),
        cmocka_unit_test(every_pair_of_swapped_figures_is_found),
        cmocka_unit_test(disability_cards_carry_kind_and_grade),
        cmocka_unit_test(what_is_no_disability_card_of_the_person_is_refused),
        cmocka_unit_test(the_card_fixtures_pass),
        cmocka_unit_test(a_wrong_luhn_digit_still_gives_the_account),
        cmocka_unit_test(what_a_spreadsheet_did_to_an_account_is_named),
        cmocka_unit_test(accounts_have_8_to_32_figures),
        cmocka_unit_test(credit_codes_carry_a_check_character),
        cmocka_unit_test(phones_are_read_with_any_dash_R854),
        cmocka_unit_test(what_is_no_phone_is_refused),
        cmocka_unit_test(masks_show_what_the_dictionary_allows),
        cmocka_unit_test(a_mask_shows_nothing_of_what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
