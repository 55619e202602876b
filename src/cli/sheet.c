#include "cli/sheet.h"

#include "base/csv.h"
#include "base/xlsx.h"

#include <errno.h>

enum { CHUNK_BYTES = 1 << 18, TEXT_BYTES_MAX = 1 << 24, SHEET_COLS_MAX = 32 };

static bool flush(struct sheet *s, size_t from, struct errs *e)
{
    if (s->text.n <= from)
        return true;
    if (s->text.full || !write_all(s->file.fd, buf_str(&s->text)))
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(s->file.path),
                    A(strerror(s->text.full ? EFBIG : errno)));
    buf_clear(&s->text);
    return true;
}

bool sheet_open(struct sheet *s, const char *path, bool workbook, bool replace, const char *title,
                const struct table_col *cols, size_t n, struct errs *e)
{
    struct xlsx_col heads[SHEET_COLS_MAX] = { 0 };
    *s = (struct sheet){ .cols = cols, .n = n, .text = BUF(TEXT_BYTES_MAX), .file = { .fd = -1 } };
    if (!new_file_open(&s->file, path, replace, e))
        return false;
    if (workbook) {
        s->book = xlsx_open(s->file.temp, true);
        xlsx_sheet(s->book, title);
        for (size_t i = 0; i < n; i++)
            heads[i].heading = label_in(&cols[i].heading, e->lang);
        xlsx_head(s->book, heads, n);
        return true;
    }
    if (!n)
        return true;
    buf_adds(&s->text, "\xef\xbb\xbf");
    for (size_t i = 0; i < n; i++)
        csv_put_text(&s->text, str_of(label_in(&cols[i].heading, e->lang)), i == 0);
    csv_end_row(&s->text);
    return true;
}

bool sheet_cell(struct sheet *s, struct str text, struct errs *e)
{
    bool last = s->at + 1 == s->n;
    if (s->book && s->at == 0 && xlsx_rows(s->book) == XLSX_ROWS_MAX)
        return fail(e, ERR_INVALID, "export", MSG_LEDGER_SHEET_FULL);
    if (s->book)
        xlsx_cell(s->book, text);
    else if (s->cols[s->at].number)
        csv_put(&s->text, text, s->at == 0);
    else
        csv_put_text(&s->text, text, s->at == 0);
    s->at = last ? 0 : s->at + 1;
    if (!last)
        return true;
    s->rows++;
    if (s->book) {
        xlsx_next_row(s->book);
        return true;
    }
    csv_end_row(&s->text);
    return flush(s, CHUNK_BYTES, e);
}

bool sheet_text(struct sheet *s, struct str text, struct errs *e)
{
    buf_add(&s->text, text);
    return flush(s, CHUNK_BYTES, e);
}

bool sheet_close(struct sheet *s, struct errs *e)
{
    struct xlsx *book = s->book;
    s->book = NULL;
    return (!book || xlsx_close(book, "lists", e)) && flush(s, 0, e) && new_file_keep(&s->file, e);
}

void sheet_drop(struct sheet *s)
{
    xlsx_drop(s->book);
    s->book = NULL;
    buf_release(&s->text);
    if (s->file.path)
        new_file_drop(&s->file);
}
