/* fuzz_csv.c - the reader gets through any bytes, loses no line, and reads its own writing. */
#include "base/csv.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS_MAX = 4096 };

static struct csv_row rows[ROWS_MAX];

static size_t read_all(struct str text, struct arena *a, struct csv *c)
{
    size_t n = 0;
    *c = csv_open(text);
    while (n < ROWS_MAX && csv_next(c, a, &rows[n])) {
        assert(rows[n].line > (n ? rows[n - 1].line : 0));
        assert(rows[n].n <= CSV_CELLS_MAX);
        assert(rows[n].line < c->line);
        n++;
    }
    return n;
}

static void cells_hold(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        assert((row->cells[i].p != NULL) == (row->cells[i].n != 0));
        assert(row->cells[i].n <= CSV_CELL_BYTES_MAX);
    }
}

/* Where no cell goes over several lines, no line may be missing but blank ones. */
static void no_line_is_lost(struct str text, size_t n, int64_t lines)
{
    int64_t line = 0;
    size_t at = 0;
    if (n == ROWS_MAX || memchr(text.n ? text.p : "", '"', text.n))
        return;
    struct str rest = text, part;
    while (rest.n && str_split(&rest, '\n', &part)) {
        line++;
        bool blank = true;
        for (size_t i = 0; i < part.n; i++)
            blank = blank && memchr(",;\t\r \xc2\xa0\xe3\x80\xef\xbb\xbf", part.p[i], 12);
        bool found = at < n && rows[at].line == line;
        assert(found || blank);
        at += found;
    }
    assert(at == n);
    assert(line <= lines);
}

static void writing_reads_again(size_t n)
{
    CLEANUP(buf_release) struct buf text = BUF(1 << 24);
    struct arena a = { 0 };
    struct csv_row row;
    for (size_t i = 0; i < n; i++) {
        csv_put(&text, STR("no."), true);
        for (size_t k = 0; k < rows[i].n; k++)
            (k % 2 ? csv_put_text : csv_put)(&text, rows[i].cells[k], false);
        csv_end_row(&text);
    }
    struct csv c = csv_open(buf_str(&text));
    for (size_t i = 0; i < n && rows[i].n < CSV_CELLS_MAX; i++) {
        assert(csv_next(&c, &a, &row));
        assert(row.damage == CSV_WHOLE);
        assert(row.n == rows[i].n + 1);
        for (size_t k = 0; k < rows[i].n; k++)
            assert(str_eq(row.cells[k + 1], rows[i].cells[k]));
    }
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct arena a = { 0 };
    struct csv c;
    size_t n = read_all(text, &a, &c);
    for (size_t i = 0; i < n; i++)
        cells_hold(&rows[i]);
    if (n < ROWS_MAX)
        assert(c.rest.n == 0);
    no_line_is_lost(text, n, c.line);
    writing_reads_again(n);
    arena_free(&a);
    return 0;
}
