/* test_csv.c - comma-separated files as offices send them. */
#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const damages[] = { "whole", "open", "after", "many", "long" };

/* The rows as  line[cell|cell] damage  so that a test shows them whole. */
static void show(struct str text, struct buf *b)
{
    struct arena a = { 0 };
    struct csv c = csv_open(text);
    struct csv_row row;
    while (csv_next(&c, &a, &row)) {
        buf_addi(b, row.line);
        buf_addc(b, '[');
        for (size_t i = 0; i < row.n; i++) {
            buf_adds(b, i ? "|" : "");
            buf_add(b, row.cells[i]);
        }
        buf_addc(b, ']');
        if (row.damage)
            buf_adds(b, damages[row.damage]);
    }
    arena_free(&a);
}

#define assert_rows(text, want)                            \
    do {                                                   \
        CLEANUP(buf_release) struct buf b_ = BUF(1 << 16); \
        show(STR(text), &b_);                              \
        assert_string_equal(buf_cstr(&b_), want);          \
    } while (0)

static void rows_end_with_crlf_or_lf_or_the_file(void **state)
{
    (void)state;
    assert_rows("a,b\r\nc,d\ne,f", "1[a|b]2[c|d]3[e|f]");
    assert_rows("a,b\r\n", "1[a|b]");
    assert_rows("a,b\r", "1[a|b]");
    assert_rows("\"a\",\"b\"\r", "1[a|b]");
    assert_rows("", "");
    assert_rows("a", "1[a]");
    assert_rows("a\rb\n", "1[a\rb]");
}

static void empty_cells_are_cells_and_unknown(void **state)
{
    (void)state;
    assert_rows("a,,\n,b,\n", "1[a||]2[|b|]");
    assert_rows("a,\"\",c", "1[a||c]");
    assert_rows("a,", "1[a|]");
    struct arena a = { 0 };
    struct csv c = csv_open(STR("a,,\"\""));
    struct csv_row row;
    assert_true(csv_next(&c, &a, &row));
    assert_int_equal(row.n, 3);
    assert_null(row.cells[1].p);
    assert_null(row.cells[2].p);
    arena_free(&a);
}

static void quoted_cells_may_hold_anything(void **state)
{
    (void)state;
    assert_rows("\"a,b\",\"c\"\"d\"\n", "1[a,b|c\"d]");
    assert_rows("\"a\nb\r\nc\",d\ne\n", "1[a\nb\r\nc|d]4[e]");
    assert_rows("\"\"\"\",x\n", "1[\"|x]");
    assert_rows("\"\"\"\"\"\"\n", "1[\"\"]");
    assert_rows("x,\" a \"\r\ny\n", "1[x| a ]2[y]");
}

static void a_quote_inside_a_plain_cell_is_text(void **state)
{
    (void)state;
    assert_rows("5\" pipe,b\nc,d\"\n", "1[5\" pipe|b]2[c|d\"]");
    assert_rows(" \"a\",b\n", "1[ \"a\"|b]");
}

static void blank_rows_are_skipped_but_counted(void **state)
{
    (void)state;
    assert_rows("a\n\n\r\n , ,　\n\"\",\"\"\nb\n\n", "1[a]6[b]");
    assert_rows("\n\n\n", "");
    assert_rows(",,,,", "");
}

static void the_separator_is_found_in_the_first_row(void **state)
{
    (void)state;
    assert_rows("a;b;c\n1,5;2;3\n", "1[a|b|c]2[1,5|2|3]");
    assert_rows("a\tb\tc\n1\t\"2\t3\"\n", "1[a|b|c]2[1|2\t3]");
    assert_rows("\"a;b;c\",d\n", "1[a;b;c|d]");
    assert_rows("a\nb,c\n", "1[a]2[b|c]");
    assert_rows("a,b;c\n", "1[a|b;c]");
    assert_int_equal(csv_open(STR("户主;\"a,,,,\"")).separator, ';');
    assert_int_equal(csv_open((struct str){ 0 }).separator, ',');
    assert_int_equal(csv_open(STR("\r\n  \t\n\na;b;c\n1,2;3")).separator, ';');
    assert_int_equal(csv_open(STR("\n\na\tb\n")).separator, '\t');
    assert_int_equal(csv_open(STR("\t\ta\n")).separator, '\t');
    assert_int_equal(csv_open(STR("\n\n  ")).separator, ',');
}

static void text_behind_a_closing_quote_is_damage(void **state)
{
    (void)state;
    assert_rows("a,b\n\"a\"b,c\nd,e\n", "1[a|b]2[]after3[d|e]");
    assert_rows("x,\"a\" ,c\nd\n", "1[x]after2[d]");
    assert_rows("\"5\" pipe,\"m\nn\"\nd,e\n", "1[]after3[d|e]");
}

static void an_open_quote_costs_one_line_and_nothing_behind_it(void **state)
{
    (void)state;
    assert_rows("a,b\nc,\"d\ne,f\ng,h\n", "1[a|b]2[c]open3[e|f]4[g|h]");
    assert_rows("a,\"b", "1[a]open");
    assert_rows("\"", "1[]open");
    assert_rows("a,\"b\"\"", "1[a]open");
    assert_rows("\"a\nb\",\"c\nd\n", "1[a\nb]open3[d]");
}

static void an_open_quote_closed_by_a_later_row_costs_one_line(void **state)
{
    (void)state;
    assert_rows("a,\"b\nc,\"d\"\ne,f\n", "1[a]after2[c|d]3[e|f]");
    assert_rows("a,\"b\nc\nd,\"e,f\"\ng\n", "1[a]after2[c]3[d|e,f]4[g]");
}

static void a_row_with_too_many_cells_is_damage(void **state)
{
    CLEANUP(buf_release) struct buf text = BUF(1 << 16);
    struct arena a = { 0 };
    struct csv_row row;
    (void)state;
    for (int i = 0; i < CSV_CELLS_MAX; i++)
        csv_put(&text, STR("x"), i == 0);
    csv_end_row(&text);
    for (int i = 0; i <= CSV_CELLS_MAX; i++)
        csv_put(&text, STR("y\n"), i == 0);
    csv_end_row(&text);
    buf_adds(&text, "z\n");
    struct csv c = csv_open(buf_str(&text));
    assert_true(csv_next(&c, &a, &row));
    assert_int_equal(row.n, CSV_CELLS_MAX);
    assert_int_equal(row.damage, CSV_WHOLE);
    assert_true(csv_next(&c, &a, &row));
    assert_int_equal(row.n, CSV_CELLS_MAX);
    assert_int_equal(row.damage, CSV_TOO_MANY_CELLS);
    assert_int_equal(row.line, 2);
    assert_true(csv_next(&c, &a, &row));
    assert_int_equal(row.damage, CSV_WHOLE);
    assert_int_equal(row.line, 3 + CSV_CELLS_MAX + 1);
    assert_false(csv_next(&c, &a, &row));
    arena_free(&a);
}

static void long_cell(size_t bytes, bool quoted, enum csv_damage want)
{
    CLEANUP(buf_release) struct buf text = BUF(CSV_CELL_BYTES_MAX + 64);
    struct arena a = { 0 };
    struct csv_row row;
    buf_adds(&text, quoted ? "a,\"" : "a,");
    buf_pad(&text, bytes, 'x');
    buf_adds(&text, quoted ? "\",b\nc\n" : ",b\nc\n");
    struct csv c = csv_open(buf_str(&text));
    assert_true(csv_next(&c, &a, &row));
    assert_int_equal(row.damage, want);
    assert_int_equal(row.n, want ? 1 : 3);
    assert_true(csv_next(&c, &a, &row));
    assert_int_equal(row.line, 2);
    assert_true(str_eq(row.cells[0], STR("c")));
    assert_false(csv_next(&c, &a, &row));
    arena_free(&a);
}

static void a_cell_beyond_the_limit_is_damage(void **state)
{
    (void)state;
    long_cell(CSV_CELL_BYTES_MAX, false, CSV_WHOLE);
    long_cell(CSV_CELL_BYTES_MAX + 1, false, CSV_CELL_TOO_LONG);
    long_cell(CSV_CELL_BYTES_MAX, true, CSV_WHOLE);
    long_cell(CSV_CELL_BYTES_MAX + 1, true, CSV_CELL_TOO_LONG);
}

static void cells_are_quoted_where_they_must_be(void **state)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    (void)state;
    csv_put(&b, STR("户主"), true);
    csv_put(&b, STR("a,b"), false);
    csv_put(&b, STR("say \"yes\""), false);
    csv_put(&b, STR("two\nlines"), false);
    csv_put(&b, STR("cr\r"), false);
    csv_put(&b, STR(" blank"), false);
    csv_put(&b, STR("blank "), false);
    csv_put(&b, STR("a;b"), false);
    csv_put(&b, (struct str){ 0 }, false);
    csv_put(&b, STR("350603199001010011"), false);
    csv_end_row(&b);
    assert_string_equal(buf_cstr(&b), "户主,\"a,b\",\"say \"\"yes\"\"\",\"two\nlines\",\"cr\r\",\" blank\","
                                      "\"blank \",\"a;b\",,350603199001010011\r\n");
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

/* Short pieces that are most likely to confuse a reader. */
static struct str random_cell(struct arena *a, uint32_t *seed)
{
    static const char *const pieces[] = { "\"", ",", "\r", "\n", " ", ";", "\t", "a", "户", "\"\"", "\r\n" };
    char *text = arena_alloc(a, 64);
    size_t n = 0;
    for (uint32_t k = next_random(seed) % 8; k; k--) {
        const char *piece = pieces[next_random(seed) % N_ELEMS(pieces)];
        memcpy(text + n, piece, strlen(piece));
        n += strlen(piece);
    }
    return n ? (struct str){ text, n } : (struct str){ 0 };
}

static void what_is_written_reads_again_as_the_same(void **state)
{
    uint32_t seed = 20261121;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        CLEANUP(buf_release) struct buf text = BUF(1 << 16);
        struct arena a = { 0 };
        struct str cells[6];
        struct csv_row row;
        size_t n = 2 + next_random(&seed) % 4;
        for (int rows = 0; rows < 2; rows++) {
            csv_put(&text, STR("no."), true);
            for (size_t i = 0; i < n; i++)
                csv_put(&text, rows ? cells[i] : (cells[i] = random_cell(&a, &seed)), false);
            csv_end_row(&text);
        }
        struct csv c = csv_open(buf_str(&text));
        assert_int_equal(c.separator, ',');
        for (int rows = 0; rows < 2; rows++) {
            assert_true(csv_next(&c, &a, &row));
            assert_int_equal(row.damage, CSV_WHOLE);
            assert_int_equal(row.n, n + 1);
            for (size_t i = 0; i < n; i++)
                assert_true(str_eq(row.cells[i + 1], cells[i]));
        }
        assert_false(csv_next(&c, &a, &row));
        arena_free(&a);
    }
}

static void random_bytes_never_stop_the_reader(void **state)
{
    static const char bytes[] = "\",;\t\r\n ab\xe6\x88\xb7\xff";
    uint32_t seed = 7;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t n = next_random(&seed) % 60;
        char *text = xmalloc(n);
        struct arena a = { 0 };
        struct csv_row row;
        int64_t line = 0, lines = 1;
        for (size_t i = 0; i < n; i++) {
            text[i] = bytes[next_random(&seed) % (sizeof bytes - 1)];
            lines += text[i] == '\n';
        }
        struct csv c = csv_open((struct str){ text, n });
        while (csv_next(&c, &a, &row)) {
            assert_true(row.line > line);
            line = row.line;
        }
        assert_true(line <= lines);
        assert_int_equal(c.rest.n, 0);
        assert_true(c.line >= lines && c.line <= lines + 1);
        arena_free(&a);
        free(text);
    }
}

/* The first row of the text, as show() does. */
static void show_first(struct str text, struct buf *b)
{
    CLEANUP(buf_release) struct buf all = BUF(1 << 20);
    show(text, &all);
    const char *end = strstr(buf_cstr(&all), "]");
    assert_non_null(end);
    buf_add(b, (struct str){ all.p, (size_t)(end - all.p) });
    if (end[1] == 'm')
        buf_adds(b, "many");
}

static void a_row_reads_the_same_at_the_end_of_a_file_and_with_others_behind_it(void **state)
{
    (void)state;
    static const char *const pieces[] = { "a", "", "bc", "村", "x\"y", "'=1", "\r", "0123456789abcdef0" };
    uint32_t random = 1;
    for (size_t turn = 0; turn < 3000; turn++) {
        CLEANUP(buf_release) struct buf row = BUF(1 << 16);
        CLEANUP(buf_release) struct buf alone = BUF(1 << 20);
        CLEANUP(buf_release) struct buf followed = BUF(1 << 20);
        size_t cells = turn < 2900 ? turn % 40 + 2 : 460 + turn % 100; /* and about the most there may be */
        for (size_t i = 0; i < cells; i++) {
            random = random * 1664525 + 1013904223;
            bool quote = turn % 3 == 0;
            const char *piece = pieces[(random >> 16) % N_ELEMS(pieces)];
            buf_adds(&row, i ? "," : "begin");
            buf_adds(&row, !quote && strchr(piece, '"') ? "xy" : piece);
        }
        buf_adds(&row, turn % 2 ? "\r" : "");
        show_first(buf_str(&row), &alone);
        buf_adds(&row, "\nnext,row,that,is,longer,than,sixteen,bytes\n");
        show_first(buf_str(&row), &followed);
        assert_string_equal(buf_cstr(&followed), buf_cstr(&alone));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_reads_the_same_at_the_end_of_a_file_and_with_others_behind_it),
        cmocka_unit_test(rows_end_with_crlf_or_lf_or_the_file),
        cmocka_unit_test(empty_cells_are_cells_and_unknown),
        cmocka_unit_test(quoted_cells_may_hold_anything),
        cmocka_unit_test(a_quote_inside_a_plain_cell_is_text),
        cmocka_unit_test(blank_rows_are_skipped_but_counted),
        cmocka_unit_test(the_separator_is_found_in_the_first_row),
        cmocka_unit_test(text_behind_a_closing_quote_is_damage),
        cmocka_unit_test(an_open_quote_costs_one_line_and_nothing_behind_it),
        cmocka_unit_test(an_open_quote_closed_by_a_later_row_costs_one_line),
        cmocka_unit_test(a_row_with_too_many_cells_is_damage),
        cmocka_unit_test(a_cell_beyond_the_limit_is_damage),
        cmocka_unit_test(cells_are_quoted_where_they_must_be),
        cmocka_unit_test(what_is_written_reads_again_as_the_same),
        cmocka_unit_test(random_bytes_never_stop_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
