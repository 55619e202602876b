/* test_encoding.c - what bytes a file holds (dictionary §13). */
#include "base/encoding.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DAMAGED "\xef\xbf\xbd"
#define BOM     "\xef\xbb\xbf"

/* 户主,张三 and 𠮷 (outside the basic plane, four bytes) in GB18030 */
#define GB_HEAD_ZHANG "\xbb\xa7\xd6\xf7,\xd5\xc5\xc8\xfd"
#define GB_JI         "\x95\x34\xb2\x35"

#define assert_converted(bytes, enc, want)                   \
    do {                                                     \
        CLEANUP(buf_release) struct buf own_ = BUF(1 << 20); \
        struct str got_ = to_utf8(STR(bytes), enc, &own_);   \
        assert_int_equal(got_.n, sizeof(want) - 1);          \
        assert_memory_equal(got_.p, want, sizeof(want) - 1); \
        assert_true(utf8_valid(got_));                       \
    } while (0)

static void well_formed_text_is_valid(void **state)
{
    (void)state;
    assert_true(utf8_valid(STR("")));
    assert_true(utf8_valid((struct str){ 0 }));
    assert_true(utf8_valid(STR("plain text that is longer than eight bytes")));
    assert_true(utf8_valid(STR("户主，张三")));
    assert_true(utf8_valid(STR("\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf")));
    assert_true(utf8_valid(STR("\xf0\x90\x80\x80 \xf3\xa0\x80\x80 \xf4\x8f\xbf\xbf")));
}

static void overlong_forms_surrogates_and_pieces_are_not_valid(void **state)
{
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc2",
        "\xc2 ",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xe5\x85",
        "\xe5\x85 ",
        "\xe5",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf0\x9f\x98",
        "\xf5\x80\x80\x80",
        "\xfe",
        "\xff",
        "12345678\x80",
        "1234567\x80",
        "户\xe4\xb8",
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(bad); i++)
        assert_false(utf8_valid(str_of(bad[i])));
}

/* One code point written by the book. */
static size_t encode(uint32_t c, char out[4])
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

static void every_code_point_but_the_surrogates_is_valid(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x110010; c++) {
        char text[4];
        size_t n = encode(c, text);
        bool right = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
        assert_true(utf8_valid((struct str){ text, n }) == right);
        if (n > 1)
            assert_false(utf8_valid((struct str){ text, n - 1 }));
    }
}

/* Long text is looked at many bytes at a time; a piece of damage may stand anywhere in it. */
static void damage_is_found_wherever_it_stands_in_long_text(void **state)
{
    static const char *const bad[] = { "\x80",         "\xbf\xbf",        "\xc0\xaf",         "\xe0\x9f\xbf",
                                       "\xed\xa0\x80", "\xe4\xb8",        "\xf4\x90\x80\x80", "\xff",
                                       "\xe4",         "\xe4\xb8\xad\xad" };
    static const char *const good[] = { "\xc2\x80",     "\xe0\xa0\x80", "\xed\x9f\xbf",
                                        "\xef\xbc\x88", "\xee\x80\x80", "\xf0\x90\x80\x80" };
    static const char *const around[] = { "a", "户", "1户", "，户主" };
    (void)state;
    for (size_t k = 0; k < N_ELEMS(around); k++)
        for (size_t before = 0; before < 140; before++)
            for (size_t i = 0; i < N_ELEMS(bad) + N_ELEMS(good); i++) {
                CLEANUP(buf_release) struct buf b = BUF(4096);
                for (size_t n = 0; n < before; n++)
                    buf_adds(&b, around[k]);
                buf_adds(&b, i < N_ELEMS(bad) ? bad[i] : good[i - N_ELEMS(bad)]);
                if (utf8_valid(buf_str(&b)) != (i >= N_ELEMS(bad)))
                    fail_msg("%zu times %s before case %zu, at the end", before, around[k], i);
                for (size_t n = 0; n < 70; n++)
                    buf_adds(&b, around[k]);
                if (utf8_valid(buf_str(&b)) != (i >= N_ELEMS(bad)))
                    fail_msg("%zu times %s before case %zu, in the middle", before, around[k], i);
            }
}

static void control_characters_make_text_unclean(void **state)
{
    (void)state;
    assert_true(text_is_clean(STR("户主\t张三\r\n")));
    assert_true(text_is_clean(STR("\xc2\xa0")));
    assert_true(text_is_clean((struct str){ 0 }));
    assert_false(text_is_clean((struct str){ "a\0b", 3 }));
    assert_false(text_is_clean(STR("a\x1b[2J")));
    assert_false(text_is_clean(STR("\x7f")));
    assert_false(text_is_clean(STR("\xc2\x85")));
    assert_false(text_is_clean(STR("\xc2\x9f")));
    assert_false(text_is_clean(STR("\xe5\x85")));
    assert_false(text_is_clean(STR("\xc2")));
}

static void the_encoding_is_found_from_the_bytes(void **state)
{
    (void)state;
    assert_int_equal(encoding_detect(STR("")), ENC_UTF8);
    assert_int_equal(encoding_detect(STR("plain")), ENC_UTF8);
    assert_int_equal(encoding_detect(STR("户主,张三")), ENC_UTF8);
    assert_int_equal(encoding_detect(STR(BOM "户主,张三")), ENC_UTF8);
    assert_int_equal(encoding_detect(STR(GB_HEAD_ZHANG)), ENC_GB18030);
    assert_int_equal(encoding_detect(STR(GB_JI)), ENC_GB18030);
    assert_int_equal(encoding_detect(STR(GB_HEAD_ZHANG "\xff")), ENC_UNKNOWN);
    assert_int_equal(encoding_detect(STR(GB_HEAD_ZHANG "\xd5")), ENC_UNKNOWN);
    assert_int_equal(encoding_detect(STR("\xff\xfe\x37\x62")), ENC_UNKNOWN); /* UTF-16 */
}

static void good_text_is_borrowed(void **state)
{
    static const char text[] = BOM "户主,张三";
    CLEANUP(buf_release) struct buf own = BUF(1 << 20);
    (void)state;
    struct str got = to_utf8(str_of(text), ENC_UTF8, &own);
    assert_ptr_equal(got.p, text + 3);
    assert_int_equal(got.n, sizeof text - 4);
    assert_null(own.p);
    assert_null(to_utf8((struct str){ 0 }, ENC_GB18030, &own).p);
}

static void gb18030_becomes_utf8(void **state)
{
    (void)state;
    assert_converted(GB_HEAD_ZHANG, ENC_GB18030, "户主,张三");
    assert_converted(GB_JI "\r\n", ENC_GB18030, "𠮷\r\n");
    assert_converted("\x84\x31\x95\x33" GB_HEAD_ZHANG, ENC_GB18030, "户主,张三"); /* its own BOM */
}

static void a_damaged_piece_is_marked_and_nothing_behind_it_is_lost(void **state)
{
    (void)state;
    assert_converted("张\xe4\xb8,李四\n王五", ENC_UTF8, "张" DAMAGED ",李四\n王五");
    assert_converted("\xff\xfe", ENC_UTF8, DAMAGED DAMAGED);
    assert_converted("a\xc0\x80z", ENC_UTF8, "a" DAMAGED DAMAGED "z");
    assert_converted("a\xed\xa0\x80z", ENC_UTF8, "a" DAMAGED DAMAGED DAMAGED "z");
    assert_converted("a\xf0\x9f\x98", ENC_UTF8, "a" DAMAGED);
    assert_converted(BOM "\x80", ENC_UTF8, DAMAGED);
    assert_converted("\xbb\xa7\xd6,\xd5\xc5\n\xc8\xfd", ENC_GB18030, "户" DAMAGED ",张\n三");
    assert_converted("\xbb\xa7\xd6\n\xd5\xc5", ENC_GB18030, "户" DAMAGED "\n张");
    assert_converted("\xbb\xa7\xff\xd5\xc5\x80", ENC_GB18030, "户" DAMAGED "张" DAMAGED);
    assert_converted("\xbb\xa7\xd5", ENC_GB18030, "户" DAMAGED);
    assert_converted("\x81\x30,\xd5\xc5", ENC_GB18030, DAMAGED "0,张");
    assert_converted("\xfe\x39\xfe\x39,\xd5\xc5", ENC_GB18030, DAMAGED ",张"); /* shape right, no meaning */
}

static void unknown_bytes_are_read_as_what_they_most_likely_are(void **state)
{
    (void)state;
    assert_converted(GB_HEAD_ZHANG "\xff", ENC_UNKNOWN, "户主,张三" DAMAGED);
    assert_converted("户主,张三\xff", ENC_UNKNOWN, "户主,张三" DAMAGED);
    assert_converted(BOM "户\xff", ENC_UNKNOWN, "户" DAMAGED);
}

static void damage_at_the_edge_of_a_piece_of_a_long_file_is_found(void **state)
{
    enum { SIZE = 70000 };
    char *text = xmalloc(SIZE);
    (void)state;
    for (size_t at = 16380; at < 16390; at++) {
        CLEANUP(buf_release) struct buf own = BUF(4 * SIZE);
        memset(text, 'a', SIZE);
        text[at] = (char)0xd5;
        assert_int_equal(encoding_detect((struct str){ text, SIZE }), ENC_GB18030); /* \xd5a is a character */
        text[at + 1] = ',';
        assert_int_equal(encoding_detect((struct str){ text, SIZE }), ENC_UNKNOWN);
        struct str got = to_utf8((struct str){ text, SIZE }, ENC_GB18030, &own);
        assert_int_equal(got.n, SIZE + 2);
        assert_memory_equal(got.p + at, DAMAGED ",", 4);
    }
    free(text);
}

static void text_that_does_not_fit_is_said_to_be_cut(void **state)
{
    CLEANUP(buf_release) struct buf own = BUF(4);
    (void)state;
    to_utf8(STR(GB_HEAD_ZHANG), ENC_GB18030, &own);
    assert_true(own.full);
}

static void utf8_becomes_gb18030(void **state)
{
    CLEANUP(buf_release) struct buf out = BUF(1 << 20);
    (void)state;
    buf_adds(&out, ">");
    assert_true(from_utf8(STR("户主,张三𠮷"), ENC_GB18030, &out));
    assert_string_equal(buf_cstr(&out), ">" GB_HEAD_ZHANG GB_JI);
    assert_true(from_utf8((struct str){ 0 }, ENC_GB18030, &out));
    assert_true(from_utf8(STR("户"), ENC_UTF8, &out));
    assert_string_equal(buf_cstr(&out), ">" GB_HEAD_ZHANG GB_JI "户");
}

static void what_cannot_be_written_leaves_the_output_alone(void **state)
{
    CLEANUP(buf_release) struct buf out = BUF(1 << 20);
    (void)state;
    buf_adds(&out, ">");
    assert_false(from_utf8(STR("户\xe4\xb8"), ENC_GB18030, &out));
    assert_false(from_utf8(STR("户\xe4\xb8"), ENC_UTF8, &out));
    assert_false(from_utf8(STR("户"), ENC_UNKNOWN, &out));
    assert_string_equal(buf_cstr(&out), ">");
}

static void every_common_character_survives_gb18030(void **state)
{
    (void)state;
    for (uint32_t first = 0x4e00; first < 0x9fa6; first += 256) {
        CLEANUP(buf_release) struct buf utf8 = BUF(4096), gb = BUF(4096), again = BUF(4096);
        for (uint32_t c = first; c < first + 256 && c < 0x9fa6; c++) {
            char text[4];
            size_t n = encode(c, text);
            buf_add(&utf8, (struct str){ text, n });
        }
        assert_true(from_utf8(buf_str(&utf8), ENC_GB18030, &gb));
        assert_int_equal(gb.n, utf8.n / 3 * 2);
        assert_int_equal(encoding_detect(buf_str(&gb)), ENC_GB18030);
        assert_true(str_eq(to_utf8(buf_str(&gb), ENC_GB18030, &again), buf_str(&utf8)));
    }
}

/* GB 18030-2022: eighteen two-byte codes stand for characters now, and the code points for private use that
 * stood for these took over their four-byte codes. */
static const struct {
    const char *character, *gb, *private_use, *private_gb;
} exchanged[] = {
    { "\uFE10", "\xa6\xd9", "\uE78D", "\x84\x31\x82\x36" },
    { "\uFE12", "\xa6\xda", "\uE78E", "\x84\x31\x82\x38" },
    { "\uFE11", "\xa6\xdb", "\uE78F", "\x84\x31\x82\x37" },
    { "\uFE13", "\xa6\xdc", "\uE790", "\x84\x31\x82\x39" },
    { "\uFE14", "\xa6\xdd", "\uE791", "\x84\x31\x83\x30" },
    { "\uFE15", "\xa6\xde", "\uE792", "\x84\x31\x83\x31" },
    { "\uFE16", "\xa6\xdf", "\uE793", "\x84\x31\x83\x32" },
    { "\uFE17", "\xa6\xec", "\uE794", "\x84\x31\x83\x33" },
    { "\uFE18", "\xa6\xed", "\uE795", "\x84\x31\x83\x34" },
    { "\uFE19", "\xa6\xf3", "\uE796", "\x84\x31\x83\x35" },
    { "\u9FB4", "\xfe\x59", "\uE81E", "\x82\x35\x90\x37" },
    { "\u9FB5", "\xfe\x61", "\uE826", "\x82\x35\x90\x38" },
    { "\u9FB6", "\xfe\x66", "\uE82B", "\x82\x35\x90\x39" },
    { "\u9FB7", "\xfe\x67", "\uE82C", "\x82\x35\x91\x30" },
    { "\u9FB8", "\xfe\x6d", "\uE832", "\x82\x35\x91\x31" },
    { "\u9FB9", "\xfe\x7e", "\uE843", "\x82\x35\x91\x32" },
    { "\u9FBA", "\xfe\x90", "\uE854", "\x82\x35\x91\x33" },
    { "\u9FBB", "\xfe\xa0", "\uE864", "\x82\x35\x91\x34" },
};

static void assert_both_ways(const char *text, const char *gb)
{
    CLEANUP(buf_release) struct buf out = BUF(64), own = BUF(64);
    assert_true(from_utf8(str_of(text), ENC_GB18030, &out));
    assert_string_equal(buf_cstr(&out), gb);
    assert_int_equal(encoding_detect(str_of(gb)), ENC_GB18030);
    assert_true(str_eq(to_utf8(str_of(gb), ENC_GB18030, &own), str_of(text)));
}

static void what_gb18030_of_2022_exchanged_goes_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMS(exchanged); i++) {
        assert_both_ways(exchanged[i].character, exchanged[i].gb);
        assert_both_ways(exchanged[i].private_use, exchanged[i].private_gb);
    }
}

static void six_private_code_points_are_read_as_the_characters_they_stand_for(void **state)
{
    static const struct {
        const char *private_use, *gb, *character;
    } six[] = {
        { "\uE816", "\xfe\x51", "\U00020087" }, { "\uE817", "\xfe\x52", "\U00020089" },
        { "\uE818", "\xfe\x53", "\U000200CC" }, { "\uE831", "\xfe\x6c", "\U000215D7" },
        { "\uE83B", "\xfe\x76", "\U0002298F" }, { "\uE855", "\xfe\x91", "\U000241FE" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(six); i++) {
        CLEANUP(buf_release) struct buf out = BUF(64);
        assert_true(from_utf8(str_of(six[i].private_use), ENC_GB18030, &out));
        assert_string_equal(buf_cstr(&out), six[i].gb);
        assert_both_ways(six[i].character, six[i].gb);
    }
}

/* An export never fails for a character. */
static void every_code_point_can_be_written_in_gb18030(void **state)
{
    (void)state;
    for (uint32_t first = 0x80; first < 0x110000; first += 4096) {
        CLEANUP(buf_release) struct buf utf8 = BUF(1 << 15), gb = BUF(1 << 15), again = BUF(1 << 15);
        for (uint32_t c = first; c < first + 4096 && c < 0x110000; c++) {
            char text[4];
            if (c < 0xd800 || c > 0xdfff)
                buf_add(&utf8, (struct str){ text, encode(c, text) });
        }
        if (!utf8.n)
            continue;
        assert_true(from_utf8(buf_str(&utf8), ENC_GB18030, &gb));
        to_utf8(buf_str(&gb), ENC_GB18030, &again);
        assert_int_equal(str_has(buf_str(&again), STR(DAMAGED)), str_has(buf_str(&utf8), STR(DAMAGED)));
    }
}

static void text_of_two_bytes_a_letter_is_told_by_its_mark_or_its_zeros_and_refused_by_name(void **state)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    (void)state;
    assert_string_equal(encoding_wide(STR("\xff\xfeh\0h\0")), "UTF-16LE");
    assert_string_equal(encoding_wide(STR("\xfe\xff\0h\0h")), "UTF-16BE");
    assert_string_equal(encoding_wide(STR("\xff\xfe\0\0h\0\0\0")), "UTF-32LE");
    assert_string_equal(encoding_wide(STR("h\0h\0,\0n\0o\0")), "UTF-16LE");
    assert_string_equal(encoding_wide(STR("\0h\0h\0,\0n\0o")), "UTF-16BE");
    assert_null(encoding_wide(STR("")));
    assert_null(encoding_wide(STR("\xff\xff")));
    assert_null(encoding_wide(STR("hh_no,head_name\nL1,\0zhang\n"))); /* one lost byte is no encoding */
    assert_true(encoding_fits(STR("户主,张三"), "a.csv", &e));
    assert_false(encoding_fits(STR("\xff\xfeh\0"), "a.csv", &e));
    assert_string_equal(e.bad.first->text,
                        "a.csv is in UTF-16LE, which is not read: save it as “CSV UTF-8” in "
                        "the spreadsheet, or in GB18030");
    arena_free(&a);
}

#define assert_from_utf16(bytes, want)                       \
    do {                                                     \
        CLEANUP(buf_release) struct buf out_ = BUF(1 << 10); \
        assert_non_null(encoding_wide(STR(bytes)));          \
        utf16_to_utf8(STR(bytes), &out_);                    \
        assert_string_equal(buf_cstr(&out_), want);          \
    } while (0)

static void utf16_becomes_utf8_with_and_without_its_mark(void **state)
{
    (void)state;
    assert_from_utf16("\xff\xfe\x37\x62,\0A\0\x42\xd8\xb7\xdf", "户,A𠮷");
    assert_from_utf16("\xfe\xff\x62\x37\0,\0A\xd8\x42\xdf\xb7", "户,A𠮷");
    assert_from_utf16("\xff\xfe\x42\xd8"
                      "A\0B",
                      DAMAGED "A" DAMAGED);
    assert_from_utf16("\xff\xfe\xb7\xdf\xe9\0", DAMAGED "é");
    assert_from_utf16("\x37\x62,\0A\0B\0C\0", "户,ABC");
    assert_from_utf16("\x62\x37\0,\0A\0B\0C", "户,ABC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_text_is_valid),
        cmocka_unit_test(overlong_forms_surrogates_and_pieces_are_not_valid),
        cmocka_unit_test(every_code_point_but_the_surrogates_is_valid),
        cmocka_unit_test(damage_is_found_wherever_it_stands_in_long_text),
        cmocka_unit_test(control_characters_make_text_unclean),
        cmocka_unit_test(the_encoding_is_found_from_the_bytes),
        cmocka_unit_test(utf16_becomes_utf8_with_and_without_its_mark),
        cmocka_unit_test(good_text_is_borrowed),
        cmocka_unit_test(gb18030_becomes_utf8),
        cmocka_unit_test(a_damaged_piece_is_marked_and_nothing_behind_it_is_lost),
        cmocka_unit_test(unknown_bytes_are_read_as_what_they_most_likely_are),
        cmocka_unit_test(damage_at_the_edge_of_a_piece_of_a_long_file_is_found),
        cmocka_unit_test(text_that_does_not_fit_is_said_to_be_cut),
        cmocka_unit_test(utf8_becomes_gb18030),
        cmocka_unit_test(what_cannot_be_written_leaves_the_output_alone),
        cmocka_unit_test(every_common_character_survives_gb18030),
        cmocka_unit_test(what_gb18030_of_2022_exchanged_goes_both_ways),
        cmocka_unit_test(six_private_code_points_are_read_as_the_characters_they_stand_for),
        cmocka_unit_test(every_code_point_can_be_written_in_gb18030),
        cmocka_unit_test(text_of_two_bytes_a_letter_is_told_by_its_mark_or_its_zeros_and_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
