/* fuzz_import.c - any bytes that come as a file of a book: no row is lost, every cell is taken or refused by
 * name, and what was taken reads again as the same. */
#include "registry/import_file.h"
#include "support/shipped.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KINDS_MAX = 16 };

static const struct date today = { 20778 };

/* --- what must hold of a cell ------------------------------------------------------------- */

static bool is_told(const struct import_row *row, const char *field)
{
    for (const struct err *x = row->e.bad.first; x; x = x->next)
        if (x->field && !strcmp(x->field, field))
            return true;
    return false;
}

static void reads_again(const struct col *c, const struct source *s, const struct import_row *row)
{
    CLEANUP(buf_release) struct buf text = BUF(1 << 22);
    struct errs e = { .a = row->e.a };
    struct reading rd = { .e = &e, .codes = shipped_codes(), .today = today };
    void *again = arena_alloc(row->e.a, s->kind->size);
    col_print(c, row->obj, &text, shipped_codes(), ZH);
    bool ok = col_read(c, again, buf_str(&text), &rd);
    assert(ok);
    assert(col_same(c, row->obj, again));
}

static void cell_holds(const struct source *s, size_t i, const struct import_row *row)
{
    const struct col *c = s->cols[i];
    bool blank = str_trim(row->cells[i]).n == 0;
    if (!c)
        return;
    if (s->kind->col_for)
        c = s->kind->col_for(c, row->obj);
    if (is_told(row, c->name)) {
        assert(!blank);
    } else if (blank) {
        assert(!col_known(c, row->obj));
    } else if (c->type == T_CODES || col_known(c, row->obj)) { /* 、 alone is a set of nothing */
        reads_again(c, s, row);
    } else {
        /* nothing but characters that count as blank, or a word for nothing */
        assert(c->type == T_TEXT || text_says_nothing(row->cells[i]));
    }
}

/* --- rows --------------------------------------------------------------------------------- */

static void row_holds(const struct source *s, const struct csv_row *cells, struct import_row *row)
{
    for (const struct err *x = row->e.bad.first; x; x = x->next) {
        assert(x->text && *x->text);
        assert(utf8_valid(str_of(x->text)));
    }
    if (row->raw.p) {
        assert(errs_any(&row->e));
        assert(!row->e.bad.first->field);
        assert(cells->damage != CSV_WHOLE || row->n == 0 || row->n < s->head.n);
        return;
    }
    assert(row->n == s->head.n);
    for (const struct err *x = row->e.bad.first; x; x = x->next)
        assert(x->field);
    for (size_t i = 0; i < s->head.n; i++)
        cell_holds(s, i, row);
    if (!errs_any(&row->e) && s->kind->prepare)
        s->kind->prepare(row, today);
}

static size_t read_source(struct source *s)
{
    struct arena heading = { 0 }, a = { 0 };
    struct csv csv = source_csv(s);
    struct csv_row cells;
    size_t mine = 0;
    bool any = csv_next(&csv, &heading, &cells);
    assert(any);
    source_prepare(s, shipped_codes(), &heading);
    for (;;) {
        struct str from = csv.rest;
        if (!csv_next(&csv, &a, &cells))
            break;
        enum source_row whose = source_row_of(s, &cells);
        if (whose != ROW_OTHERS) {
            struct import_row row = { .obj = arena_alloc(&a, s->kind->size), .e = { .a = &a } };
            struct reading rd = { .e = &row.e, .codes = shipped_codes(), .today = today };
            struct str raw = { from.p, from.n - csv.rest.n };
            source_read_row(s, &cells, raw, &row, &rd);
            if (whose == ROW_STRAY)
                assert(is_told(&row, "kind"));
            else
                row_holds(s, &cells, &row);
            mine++;
        }
        arena_reset(&a);
    }
    arena_free(&a);
    arena_free(&heading);
    return mine;
}

static size_t rows_of(const struct source *s)
{
    struct arena a = { 0 };
    struct csv csv = source_csv(s);
    struct csv_row row;
    size_t n = 0;
    while (csv_next(&csv, &a, &row)) {
        n++;
        arena_reset(&a);
    }
    arena_free(&a);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source sources[KINDS_MAX] = { 0 };
    struct import_file f = { .path = "file.csv", .name = "file.csv" };
    struct buf bytes = { .p = xmalloc(size + 1), .n = size, .cap = size + 1, .max = SIZE_MAX };
    struct arena a = { 0 };
    size_t n = 0, mine = 0;
    assert(registry_import_kinds_n <= KINDS_MAX);
    if (size)
        memcpy(bytes.p, data, size);
    bool fits = source_read(&f, &bytes, registry_import_kinds, registry_import_kinds_n, &a, sources, &n);
    assert(fits);
    assert(f.understood == (n != 0));
    for (size_t i = 0; i < n; i++)
        mine += read_source(&sources[i]);
    if (n)
        assert(mine + 1 == rows_of(&sources[0]));
    for (size_t i = 0; i < n; i++)
        source_unload(&sources[i]);
    arena_free(&a);
    return 0;
}
