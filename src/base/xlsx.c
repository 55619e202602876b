#include "base/xlsx.h"

#include "base/buf.h"
#include "base/new_file.h"

#include <assert.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#include <xlsxwriter.h>

enum {
    INLINE_MAX = 255, /* bytes of a list within a cell's rule */
    WIDTH_MIN = 8,
    WIDTH_MAX = 60,
    CELL_CHARS_MAX = 32767,
    CELL_BYTES_MAX = 4 * CELL_CHARS_MAX,
    TEXT_FORMAT = 49, /* @ */
    DIGITS_MAX = 15,  /* of a number that every spreadsheet keeps */
    REQUIRED_COLOUR = 0xffe699,
    HEADING_COLOUR = 0xdde7f3,
};

/* A list of the hidden sheet. */
struct list {
    const char *name;
    const struct str *items;
    size_t n;
    struct list *next;
};

struct xlsx {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *text, *wrapped, *heading, *required, *numbers[XLSX_QUANTITY + 1];
    size_t row, col;
    lxw_error error; /* the first */
    struct arena a;
    struct buf cell;
    struct list *lists, **last;
};

static void note(struct xlsx *x, lxw_error error)
{
    if (x->error == LXW_NO_ERROR)
        x->error = error;
}

static lxw_format *format_of(lxw_workbook *book, uint8_t number_format)
{
    lxw_format *f = workbook_add_format(book);
    format_set_num_format_index(f, number_format);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static lxw_format *heading_format(lxw_workbook *book, lxw_color_t colour)
{
    lxw_format *f = format_of(book, TEXT_FORMAT);
    format_set_bold(f);
    format_set_bg_color(f, colour);
    format_set_border(f, LXW_BORDER_THIN);
    return f;
}

/* A whole number, two decimals, and as many as there are. */
static const uint8_t number_formats[] = { [XLSX_COUNT] = 1, [XLSX_MONEY] = 2, [XLSX_QUANTITY] = 0 };

/* 1980-01-01, as the parts of the zip say: the same rows make the same bytes on any day. */
enum { ZIP_EPOCH = 315532800 };

struct xlsx *xlsx_open(const char *path, bool streams)
{
    struct xlsx *x = xcalloc(1, sizeof *x);
    x->cell = BUF(CELL_BYTES_MAX);
    x->last = &x->lists;
    char *folder = arena_printf(&x->a, "%s", folder_of(path, &x->a));
    lxw_workbook_options o = { .constant_memory = streams, .tmpdir = folder };
    x->book = workbook_new_opt(path, &o);
    if (!x->book)
        abort(); /* only for want of memory */
    lxw_doc_properties day = { .created = ZIP_EPOCH };
    note(x, workbook_set_properties(x->book, &day));
    x->text = format_of(x->book, TEXT_FORMAT);
    x->wrapped = format_of(x->book, TEXT_FORMAT);
    for (size_t i = XLSX_COUNT; i < N_ELEMS(x->numbers); i++)
        x->numbers[i] = format_of(x->book, number_formats[i]);
    format_set_text_wrap(x->wrapped);
    x->heading = heading_format(x->book, HEADING_COLOUR);
    x->required = heading_format(x->book, REQUIRED_COLOUR);
    return x;
}

void xlsx_sheet(struct xlsx *x, const char *name)
{
    assert(str_chars(str_of(name)) <= LXW_SHEETNAME_MAX);
    x->sheet = workbook_add_worksheet(x->book, name);
    if (!x->sheet)
        abort(); /* a name that is taken or not allowed is our bug */
    x->row = x->col = 0;
    note(x, worksheet_ignore_errors(x->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576"));
}

static int width_of(const struct xlsx_col *c)
{
    size_t heading = str_width(str_of(c->heading)) + 2;
    int width = c->width ? c->width : heading < WIDTH_MAX ? (int)heading : WIDTH_MAX;
    return width < WIDTH_MIN ? WIDTH_MIN : width;
}

static lxw_format *column_format(const struct xlsx *x, const struct xlsx_col *c)
{
    return c->kind != XLSX_TEXT ? x->numbers[c->kind] : c->wraps ? x->wrapped : x->text;
}

static void add_note(struct xlsx *x, lxw_col_t col, const char *text)
{
    lxw_comment_options o = { .width = 320, .height = 160 };
    note(x, worksheet_write_comment_opt(x->sheet, 0, col, text, &o));
}

void xlsx_head(struct xlsx *x, const struct xlsx_col *cols, size_t n)
{
    assert(x->sheet);
    assert(x->row == 0);
    assert(n <= XLSX_COLS_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct xlsx_col *c = &cols[i];
        lxw_col_t at = (lxw_col_t)i;
        note(x, worksheet_set_column(x->sheet, at, at, width_of(c), column_format(x, c)));
        note(x, worksheet_write_string(x->sheet, 0, at, c->heading, c->required ? x->required : x->heading));
        if (c->note)
            add_note(x, at, c->note);
    }
    worksheet_freeze_panes(x->sheet, 1, 0);
    x->row = 1;
}

void xlsx_cell(struct xlsx *x, struct str text)
{
    size_t col = x->col++;
    assert(x->row < XLSX_ROWS_MAX);
    assert(col < XLSX_COLS_MAX);
    if (!text.n)
        return;
    if (str_chars(text) > CELL_CHARS_MAX) {
        note(x, LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED);
        return;
    }
    buf_clear(&x->cell);
    buf_add(&x->cell, text);
    note(x, worksheet_write_string(x->sheet, (lxw_row_t)x->row, (lxw_col_t)col, buf_cstr(&x->cell), NULL));
}

/* Digits, at most 15, perhaps with a minus before and a point between them. */
static bool is_number(struct str s)
{
    size_t digits = 0;
    bool point = false;
    for (size_t i = s.n && s.p[0] == '-'; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else if (s.p[i] == '.' && digits && !point && i + 1 < s.n)
            point = true;
        else
            return false;
    }
    return digits > 0 && digits <= DIGITS_MAX;
}

/* The library takes a binary fraction and writes 16 digits of it.  Of a decimal with at most 15 digits these
 * are either its own, or such that reading them gives the same fraction again, which is the one that a
 * spreadsheet has for the decimal itself: nothing is added up or rounded here. */
void xlsx_number(struct xlsx *x, struct str text, enum xlsx_kind kind)
{
    char digits[DIGITS_MAX + 3];
    if (kind == XLSX_TEXT || !is_number(text)) {
        xlsx_cell(x, text);
        return;
    }
    size_t col = x->col++;
    assert(x->row < XLSX_ROWS_MAX);
    assert(col < XLSX_COLS_MAX);
    memcpy(digits, text.p, text.n);
    digits[text.n] = 0;
    note(x, worksheet_write_number(x->sheet, (lxw_row_t)x->row, (lxw_col_t)col, strtod(digits, NULL),
                                   x->numbers[kind]));
}

void xlsx_next_row(struct xlsx *x)
{
    x->row++;
    x->col = 0;
}

size_t xlsx_rows(const struct xlsx *x)
{
    return x->row;
}

/* --- drop-downs --------------------------------------------------------------------------- */

/* A cell's own rule separates the choices by commas and puts quotation marks around all of them.  The limit
 * is 255 characters, but libxlsxwriter 1.1 has room for so many bytes only and writes over the end of it. */
static bool fits_inline(const struct str *items, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        bytes += items[i].n + 1;
        if (str_has(items[i], STR(",")) || str_has(items[i], STR("\"")))
            return false;
    }
    return bytes <= INLINE_MAX;
}

static void remember_list(struct xlsx *x, const char *name, const struct str *items, size_t n)
{
    for (const struct list *l = x->lists; l; l = l->next)
        if (!strcmp(l->name, name))
            return;
    struct str *copy = NEW_ARRAY(&x->a, struct str, n);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_str(&x->a, items[i]);
    struct list *l = NEW(&x->a, struct list);
    *l = (struct list){ .name = arena_printf(&x->a, "%s", name), .items = copy, .n = n };
    *x->last = l;
    x->last = &l->next;
}

/* libxlsxwriter 1.1 copies the formula of such a rule twice and frees it once. */
static void add_rule(struct xlsx *x, lxw_col_t col, lxw_data_validation *v)
{
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable();
#endif
    note(x, worksheet_data_validation_range(x->sheet, 1, col, XLSX_ROWS_MAX - 1, col, v));
#ifdef __SANITIZE_ADDRESS__
    __lsan_enable();
#endif
}

void xlsx_choices(struct xlsx *x, size_t col, const char *name, const struct str *items, size_t n,
                  bool strict)
{
    char **list = NEW_ARRAY(&x->a, char *, n + 1);
    lxw_data_validation v = { .ignore_blank = LXW_VALIDATION_ON, .show_input = LXW_VALIDATION_ON };
    v.show_error = strict ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF;
    if (!n)
        return;
    if (fits_inline(items, n)) {
        for (size_t i = 0; i < n; i++)
            list[i] = arena_printf(&x->a, "%.*s", (int)items[i].n, items[i].p);
        v.validate = LXW_VALIDATION_TYPE_LIST;
        v.value_list = list;
    } else {
        remember_list(x, name, items, n);
        v.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
        v.value_formula = arena_printf(&x->a, "=%s", name);
    }
    add_rule(x, (lxw_col_t)col, &v);
}

static void write_lists(struct xlsx *x, const char *sheet_name)
{
    lxw_col_t col = 0;
    if (!x->lists)
        return;
    xlsx_sheet(x, sheet_name);
    for (const struct list *l = x->lists; l; l = l->next, col++) {
        char letters[8];
        lxw_col_to_name(letters, col, 0);
        for (size_t i = 0; i < l->n; i++) {
            buf_clear(&x->cell);
            buf_add(&x->cell, l->items[i]);
            note(x, worksheet_write_string(x->sheet, (lxw_row_t)i, col, buf_cstr(&x->cell), x->text));
        }
        const char *range = arena_printf(&x->a, "='%s'!$%s$1:$%s$%zu", sheet_name, letters, letters, l->n);
        note(x, workbook_define_name(x->book, l->name, range));
    }
    worksheet_hide(x->sheet);
}

/* --- the end ------------------------------------------------------------------------------ */

static void release(struct xlsx *x)
{
    buf_release(&x->cell);
    arena_free(&x->a);
    free(x);
}

bool xlsx_close(struct xlsx *x, const char *lists_sheet, struct errs *e)
{
    if (x->error == LXW_NO_ERROR)
        write_lists(x, lists_sheet);
    lxw_error error = x->error;
    if (error == LXW_NO_ERROR)
        error = workbook_close(x->book);
    else
        lxw_workbook_free(x->book);
    release(x);
    return error == LXW_NO_ERROR || fail(e, ERR_UNAVAILABLE, NULL, MSG_XLSX_WRITE, A(lxw_strerror(error)));
}

void xlsx_drop(struct xlsx *x)
{
    if (!x)
        return;
    lxw_workbook_free(x->book);
    release(x);
}
