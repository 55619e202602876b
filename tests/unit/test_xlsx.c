/* Workbooks are made of text cells, files appear whole or not at all, and no cell of a CSV file is a formula.
 */
#include "base/csv.h"
#include "base/new_file.h"
#include "base/xlsx.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static const char *dir;

static const char *in_dir(const char *name)
{
    return arena_printf(&arena, "%s/%s", dir, name);
}

static struct errs errs(void)
{
    return (struct errs){ .a = &arena, .lang = EN };
}

static int make_dir(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    char *path = arena_printf(&arena, "%s/xlsx.XXXXXX", tmp && *tmp ? tmp : "/tmp");
    dir = mkdtemp(path);
    return dir ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    rmdir(dir);
    arena_free(&arena);
    return 0;
}

/* What unzip finds of a part of the workbook. */
static struct str part(const char *book, const char *name)
{
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(pipe_ends[1], STDOUT_FILENO);
        close(pipe_ends[0]);
        execlp("unzip", "unzip", "-p", book, name, (char *)NULL);
        _exit(127);
    }
    close(pipe_ends[1]);
    struct buf b = BUF(1 << 22);
    char piece[4096];
    for (ssize_t n; (n = read(pipe_ends[0], piece, sizeof piece)) > 0;)
        buf_add(&b, (struct str){ piece, (size_t)n });
    close(pipe_ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fail_msg("unzip -p %s %s: status %d", book, name, status);
    struct str text = arena_str(&arena, buf_str(&b));
    buf_release(&b);
    return text;
}

static void has(struct str text, const char *piece)
{
    if (!str_has(text, str_of(piece)))
        fail_msg("no %s in %s", piece, text.p);
}

static void has_not(struct str text, const char *piece)
{
    if (str_has(text, str_of(piece)))
        fail_msg("%s in %s", piece, text.p);
}

static struct new_file open_file(const char *name)
{
    struct new_file f;
    struct errs e = errs();
    assert_true(new_file_open(&f, in_dir(name), false, &e));
    return f;
}

static void close_book(struct xlsx *x, struct new_file *f)
{
    struct errs e = errs();
    if (!xlsx_close(x, "lists", &e) || !new_file_keep(f, &e))
        fail_msg("%s", e.bad.first->text);
    new_file_drop(f);
}

/* --- workbooks ---------------------------------------------------------------------------- */

static const struct xlsx_col two[] = { { .heading = "证件号码", .required = true }, { .heading = "备注" } };

static void cells_are_text_whatever_they_look_like(void **state)
{
    (void)state;
    for (int streams = 0; streams < 2; streams++) {
        struct new_file f = open_file("text.xlsx");
        struct xlsx *x = xlsx_open(f.temp, streams);
        xlsx_sheet(x, "人员");
        xlsx_head(x, two, 2);
        xlsx_cell(x, STR("990603195508032067"));
        xlsx_cell(x, STR("=1+1"));
        xlsx_next_row(x);
        xlsx_cell(x, (struct str){ 0 });
        xlsx_cell(x, STR("007 <&>"));
        xlsx_next_row(x);
        assert_int_equal(xlsx_rows(x), 3);
        close_book(x, &f);
        struct str sheet = part(in_dir("text.xlsx"), "xl/worksheets/sheet1.xml");
        struct str texts = streams ? sheet : part(in_dir("text.xlsx"), "xl/sharedStrings.xml");
        has(texts, "<t>990603195508032067</t>");
        has(texts, "<t>=1+1</t>");
        has(texts, "<t>007 &lt;&amp;&gt;</t>");
        has_not(sheet, "<f>");
        has(sheet, "<c r=\"A2\" s=\"");
        if (streams)
            has(sheet, "t=\"inlineStr\"><is><t>990603195508032067</t></is></c>");
        else
            has_not(sheet, "<v>990603");
        has_not(sheet, "r=\"A3\"");
        unlink(in_dir("text.xlsx"));
    }
}

/* R848: amounts in yuan with fen; R847: quantities with three decimals. */
static void amounts_are_numbers_that_read_back_as_they_were_written(void **state)
{
    static const struct xlsx_col cols[] = { { .heading = "年度", .kind = XLSX_COUNT },
                                            { .heading = "收入", .kind = XLSX_MONEY },
                                            { .heading = "耕地", .kind = XLSX_QUANTITY } };
    static const struct {
        const char *count, *money, *quantity, *cells[3];
    } rows[] = {
        { "2016", "53421.43", "7.736", { "<v>2016</v>", "<v>53421.43</v>", "<v>7.736</v>" } },
        { "-3", "-5.20", "0", { "<v>-3</v>", "<v>-5.2</v>", "<v>0</v>" } },
        { "0", "9999999999999.99", "1.7777", { "<v>0</v>", "<v>9999999999999.99</v>", "<v>1.7777</v>" } },
        /* 18 digits, what is masked, and what is no decimal number stay text */
        { "990603195508032067", "***", "1e3", { "<t>990603195508032067</t>", "<t>***</t>", "<t>1e3</t>" } },
        { "-", "1.", ".5", { "<t>-</t>", "<t>1.</t>", "<t>.5</t>" } },
    };
    (void)state;
    struct new_file f = open_file("numbers.xlsx");
    struct xlsx *x = xlsx_open(f.temp, true);
    xlsx_sheet(x, "s");
    xlsx_head(x, cols, 3);
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        xlsx_number(x, str_of(rows[i].count), XLSX_COUNT);
        xlsx_number(x, str_of(rows[i].money), XLSX_MONEY);
        xlsx_number(x, str_of(rows[i].quantity), XLSX_QUANTITY);
        xlsx_next_row(x);
    }
    xlsx_number(x, (struct str){ 0 }, XLSX_MONEY);
    xlsx_next_row(x);
    close_book(x, &f);
    struct str sheet = part(in_dir("numbers.xlsx"), "xl/worksheets/sheet1.xml");
    struct str styles = part(in_dir("numbers.xlsx"), "xl/styles.xml");
    for (size_t i = 0; i < N_ELEMS(rows); i++)
        for (size_t k = 0; k < 3; k++)
            has(sheet, rows[i].cells[k]);
    has_not(sheet, "r=\"A7\"");
    has(styles, "numFmtId=\"1\""); /* 0 */
    has(styles, "numFmtId=\"2\""); /* 0.00 */
    unlink(in_dir("numbers.xlsx"));
}

/* Of some decimals the library writes 16 digits that are not theirs; the number in the spreadsheet is. */
static void every_amount_is_the_number_that_a_spreadsheet_has_for_it(void **state)
{
    char text[32], written[32];
    (void)state;
    for (int64_t fen = 1; fen < INT64_C(1000000000000000); fen = fen * 17 / 16 + 1) {
        snprintf(text, sizeof text, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
        snprintf(written, sizeof written, "%.16G", strtod(text, NULL));
        assert_true(strtod(written, NULL) == strtod(text, NULL));
    }
}

static void the_heading_stays_and_the_columns_below_are_text(void **state)
{
    (void)state;
    struct new_file f = open_file("head.xlsx");
    struct xlsx *x = xlsx_open(f.temp, true);
    const struct xlsx_col cols[] = { { .heading = "a", .note = "必填。", .width = 30 }, { .heading = "b" } };
    xlsx_sheet(x, "s");
    xlsx_head(x, cols, 2);
    close_book(x, &f);
    struct str sheet = part(in_dir("head.xlsx"), "xl/worksheets/sheet1.xml");
    struct str styles = part(in_dir("head.xlsx"), "xl/styles.xml");
    has(sheet, "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>");
    has(sheet, "<col min=\"1\" max=\"1\" width=\"30.7109375\" style=\"2\" customWidth=\"1\"/>");
    has(sheet, "<ignoredError sqref=\"A1:XFD1048576\" numberStoredAsText=\"1\"/>");
    has(styles, "numFmtId=\"49\""); /* @, text */
    has(part(in_dir("head.xlsx"), "xl/comments1.xml"), "必填。");
    unlink(in_dir("head.xlsx"));
}

static void short_lists_stand_in_the_cell_and_long_ones_in_a_hidden_sheet(void **state)
{
    (void)state;
    static const struct str few[] = { STR_INIT("是"), STR_INIT("否") };
    static const struct str comma[] = { STR_INIT("a, b"), STR_INIT("c") };
    struct str many[60];
    for (size_t i = 0; i < N_ELEMS(many); i++)
        many[i] = str_of(arena_printf(&arena, "民族%zu", i));
    struct new_file f = open_file("lists.xlsx");
    struct xlsx *x = xlsx_open(f.temp, false);
    const struct xlsx_col cols[] = { { .heading = "a" }, { .heading = "b" }, { .heading = "c" } };
    xlsx_sheet(x, "s");
    xlsx_head(x, cols, 3);
    xlsx_choices(x, 0, "list_few", few, N_ELEMS(few), true);
    xlsx_choices(x, 1, "list_many", many, N_ELEMS(many), false);
    xlsx_choices(x, 2, "list_comma", comma, N_ELEMS(comma), true);
    close_book(x, &f);
    struct str sheet = part(in_dir("lists.xlsx"), "xl/worksheets/sheet1.xml");
    struct str book = part(in_dir("lists.xlsx"), "xl/workbook.xml");
    has(sheet, "showErrorMessage=\"1\" sqref=\"A2:A1048576\"><formula1>\"是,否\"</formula1>");
    has(sheet, "showInputMessage=\"1\" sqref=\"B2:B1048576\"><formula1>list_many</formula1>");
    has(sheet, "sqref=\"C2:C1048576\"><formula1>list_comma</formula1>");
    has(book, "<sheet name=\"lists\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>");
    has(book, "<definedName name=\"list_many\">'lists'!$A$1:$A$60</definedName>");
    has(book, "<definedName name=\"list_comma\">'lists'!$B$1:$B$2</definedName>");
    unlink(in_dir("lists.xlsx"));
}

/* libxlsxwriter 1.1 counts characters where it has room for bytes. */
static void a_list_of_255_characters_in_chinese_overflows_nothing(void **state)
{
    (void)state;
    struct str many[50];
    for (size_t i = 0; i < N_ELEMS(many); i++)
        many[i] = STR("四个汉字");
    struct new_file f = open_file("chinese.xlsx");
    struct xlsx *x = xlsx_open(f.temp, false);
    xlsx_sheet(x, "s");
    xlsx_head(x, two, 2);
    xlsx_choices(x, 0, "list_chinese", many, N_ELEMS(many), true);
    close_book(x, &f);
    has(part(in_dir("chinese.xlsx"), "xl/worksheets/sheet1.xml"), "<formula1>list_chinese</formula1>");
    unlink(in_dir("chinese.xlsx"));
}

static void a_text_too_long_for_a_cell_is_said_at_the_end(void **state)
{
    (void)state;
    struct errs e = errs();
    CLEANUP(new_file_drop) struct new_file f = open_file("long.xlsx");
    struct xlsx *x = xlsx_open(f.temp, true);
    char *text = arena_alloc(&arena, 32769);
    memset(text, 'x', 32768);
    xlsx_sheet(x, "s");
    xlsx_head(x, two, 2);
    xlsx_cell(x, (struct str){ text, 32768 });
    assert_false(xlsx_close(x, "lists", &e));
    assert_int_equal(e.bad.first->msg, MSG_XLSX_WRITE);
}

static void a_book_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    struct errs e = errs();
    struct xlsx *x = xlsx_open(in_dir("no/such/folder.xlsx"), false);
    xlsx_sheet(x, "s");
    assert_false(xlsx_close(x, "lists", &e));
    assert_int_equal(e.bad.first->msg, MSG_XLSX_WRITE);
    xlsx_drop(xlsx_open(in_dir("dropped.xlsx"), true));
    assert_int_equal(access(in_dir("dropped.xlsx"), F_OK), -1);
}

/* --- files -------------------------------------------------------------------------------- */

static size_t files_in_dir(void)
{
    struct stat st;
    size_t n = 0;
    for (int i = 0; i < 4; i++)
        n += stat(in_dir((const char *[]){ "a", "b", "c", "d" }[i]), &st) == 0;
    return n;
}

static void a_file_appears_when_it_is_kept_and_is_its_owners_alone(void **state)
{
    (void)state;
    struct errs e = errs();
    struct stat st;
    struct new_file f = open_file("a");
    assert_true(write_all(f.fd, STR("whole")));
    assert_int_equal(files_in_dir(), 0);
    assert_true(new_file_keep(&f, &e));
    new_file_drop(&f);
    assert_int_equal(stat(in_dir("a"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, 5);
    unlink(in_dir("a"));
}

static void a_file_that_is_dropped_leaves_nothing(void **state)
{
    (void)state;
    struct new_file f = open_file("b");
    const char *temp = arena_printf(&arena, "%s", f.temp);
    assert_true(write_all(f.fd, STR("half")));
    assert_int_equal(access(temp, F_OK), 0);
    new_file_drop(&f);
    assert_int_equal(access(temp, F_OK), -1);
    assert_int_equal(files_in_dir(), 0);
}

static void no_file_is_overwritten_unless_it_shall_be(void **state)
{
    (void)state;
    struct errs e = errs();
    struct stat st;
    struct new_file f = open_file("c"), g;
    int other =
        open(in_dir("c"), O_CREAT | O_EXCL | O_WRONLY, 0644); /* meanwhile somebody else was quicker */
    assert_true(other >= 0);
    close(other);
    assert_false(new_file_keep(&f, &e));
    assert_int_equal(e.bad.first->msg, MSG_FILE_EXISTS);
    new_file_drop(&f);
    errs_clear(&e);
    assert_false(new_file_open(&g, in_dir("c"), false, &e));
    assert_int_equal(e.bad.first->msg, MSG_FILE_EXISTS);
    errs_clear(&e);
    assert_true(new_file_open(&g, in_dir("c"), true, &e));
    assert_true(write_all(g.fd, STR("new")));
    assert_true(new_file_keep(&g, &e));
    new_file_drop(&g);
    assert_int_equal(stat(in_dir("c"), &st), 0);
    assert_int_equal(st.st_size, 3);
    assert_int_equal(st.st_mode & 07777, 0600);
    unlink(in_dir("c"));
}

static void only_an_ordinary_file_is_replaced(void **state)
{
    (void)state;
    struct errs e = errs();
    struct new_file f;
    assert_int_equal(symlink("/dev/null", in_dir("d")), 0);
    assert_false(new_file_open(&f, in_dir("d"), true, &e));
    assert_int_equal(e.bad.first->msg, MSG_FILE_NOT_PLAIN);
    errs_clear(&e);
    assert_false(new_file_open(&f, "/dev/null", true, &e));
    assert_int_equal(e.bad.first->msg, MSG_FILE_NOT_PLAIN);
    unlink(in_dir("d"));
}

/* --- formulas ----------------------------------------------------------------------------- */

static void formulas_get_an_apostrophe_and_numbers_none(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *put, *text;
    } cases[] = {
        { "=1+1", "'=1+1", "'=1+1" },
        { "+86", "+86", "'+86" },
        { "-5.20", "-5.20", "'-5.20" },
        { "-5-1", "'-5-1", "'-5-1" },
        { "-", "'-", "'-" },
        { "@sum", "'@sum", "'@sum" },
        { "\tx", "\"'\tx\"", "\"'\tx\"" },
        { "\rx", "\"'\rx\"", "\"'\rx\"" },
        { "＝1", "'＝1", "'＝1" },
        { "＠a", "'＠a", "'＠a" },
        { "'=1", "''=1", "''=1" },
        { "''-5", "'''-5", "'''-5" },
        { "'-5", "''-5", "''-5" },
        { "'abc", "'abc", "'abc" },
        { "'", "'", "'" },
        { "5-1", "5-1", "5-1" },
        { "（", "（", "（" },
        { "=a,\"b\"", "\"'=a,\"\"b\"\"\"", "\"'=a,\"\"b\"\"\"" },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        CLEANUP(buf_release) struct buf b = BUF(256);
        struct csv_row row;
        struct csv csv;
        csv_put(&b, str_of(cases[i].cell), true);
        assert_string_equal(buf_cstr(&b), cases[i].put);
        csv_end_row(&b);
        csv_put_text(&b, str_of(cases[i].cell), true);
        csv_end_row(&b);
        csv = csv_open(buf_str(&b));
        csv.separator = ',';
        for (int way = 0; way < 2; way++) {
            assert_true(csv_next(&csv, &arena, &row));
            assert_int_equal(row.n, 1);
            assert_true(str_eq(row.cells[0], str_of(cases[i].cell)));
        }
        buf_clear(&b);
        csv_put_text(&b, str_of(cases[i].cell), true);
        assert_string_equal(buf_cstr(&b), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_text_whatever_they_look_like),
        cmocka_unit_test(amounts_are_numbers_that_read_back_as_they_were_written),
        cmocka_unit_test(every_amount_is_the_number_that_a_spreadsheet_has_for_it),
        cmocka_unit_test(the_heading_stays_and_the_columns_below_are_text),
        cmocka_unit_test(short_lists_stand_in_the_cell_and_long_ones_in_a_hidden_sheet),
        cmocka_unit_test(a_list_of_255_characters_in_chinese_overflows_nothing),
        cmocka_unit_test(a_text_too_long_for_a_cell_is_said_at_the_end),
        cmocka_unit_test(a_book_that_cannot_be_written_is_an_error),
        cmocka_unit_test(a_file_appears_when_it_is_kept_and_is_its_owners_alone),
        cmocka_unit_test(a_file_that_is_dropped_leaves_nothing),
        cmocka_unit_test(no_file_is_overwritten_unless_it_shall_be),
        cmocka_unit_test(only_an_ordinary_file_is_replaced),
        cmocka_unit_test(formulas_get_an_apostrophe_and_numbers_none),
    };
    return cmocka_run_group_tests_name("xlsx", tests, make_dir, release);
}
