#include "report/form_book.h"

/* What a sheet may be called. */
static const char *sheet_name(struct str title, struct arena *a)
{
    enum { NAME_CHARS_MAX = 31 };
    CLEANUP(buf_release) struct buf b = BUF(400);
    size_t chars = 0;
    for (size_t i = 0; i < title.n; i++) {
        if (((unsigned char)title.p[i] & 0xC0) != 0x80 && chars++ == NAME_CHARS_MAX)
            break;
        buf_addc(&b, strchr("[]:*?/\\'", title.p[i]) ? ' ' : title.p[i]);
    }
    return arena_str(a, buf_str(&b)).p;
}

static void put_row(struct xlsx *book, const struct form_table *t, const struct str *cells)
{
    for (size_t k = 0; k < t->cols_n; k++)
        if (t->cols[k].kind == XLSX_TEXT || !cells[k].p)
            xlsx_cell(book, cells[k]);
        else
            xlsx_number(book, cells[k], t->cols[k].kind);
    xlsx_next_row(book);
}

bool form_book_write(const struct form_table *t, const char *path, struct arena *a, struct errs *e)
{
    struct xlsx *book = xlsx_open(path, false);
    struct xlsx_col *heads = NEW_ARRAY(a, struct xlsx_col, t->cols_n);
    for (size_t i = 0; i < t->cols_n; i++)
        heads[i] = (struct xlsx_col){ .heading = t->cols[i].label.zh, .kind = t->cols[i].kind };
    xlsx_sheet(book, sheet_name(t->title, a));
    xlsx_head(book, heads, t->cols_n);
    for (size_t i = 0; i < t->rows_n; i++)
        put_row(book, t, t->cells + i * t->cols_n);
    if (t->total)
        put_row(book, t, t->total);
    return xlsx_close(book, "lists", e);
}
