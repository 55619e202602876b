#include "support/shipped.h"

#include "base/assets.h"
#include "base/csv.h"

#include <assert.h>

enum { CODES_MAX = 4096, TABLES_MAX = 256 };

static struct code_row codes[CODES_MAX];
static struct code_table tables[TABLES_MAX];
static struct code_book book = { .tables = tables };

static void take_code(const struct csv_row *r, size_t *n)
{
    int64_t code;
    bool is_number = str_int(r->cells[1], &code);
    assert(is_number);
    if (!book.n || !str_eq(tables[book.n - 1].name, r->cells[0])) {
        assert(book.n < TABLES_MAX);
        tables[book.n++] = (struct code_table){ .name = r->cells[0], .rows = &codes[*n] };
    }
    assert(*n < CODES_MAX);
    codes[(*n)++] = (struct code_row){ .code = (int32_t)code,
                                       .slug = r->cells[2],
                                       .zh = r->cells[3],
                                       .en = r->cells[4],
                                       .national = r->cells[6],
                                       .aliases = r->cells[7] };
    tables[book.n - 1].n++;
}

static void read_codes(void)
{
    static struct arena a; /* as long as the program */
    struct csv_row row;
    size_t n = 0;
    for (size_t i = 0; i < assets_n; i++) {
        if (!str_starts(str_of(assets[i].path), STR("sql/codes/")))
            continue;
        struct csv csv = csv_open((struct str){ (const char *)assets[i].p, assets[i].n });
        for (bool head = true; csv_next(&csv, &a, &row); head = false)
            if (!head)
                take_code(&row, &n);
    }
    assert(book.n);
}

const struct code_book *shipped_codes(void)
{
    if (!book.n)
        read_codes();
    return &book;
}
