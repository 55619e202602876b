#include "cli/table.h"

#include <assert.h>

enum { NUMBER_MAX = 24 };

struct table table_begin(const struct table_col *cols, size_t n, struct arena *a)
{
    assert(n > 0);
    assert(n <= TABLE_COLS_MAX);
    return (struct table){ .cols = cols, .n = n, .a = a };
}

void table_text(struct table *t, struct str s)
{
    if (t->cells_n == t->cells_cap) {
        size_t cap = t->cells_cap ? t->cells_cap * 2 : 64;
        struct str *grown = NEW_ARRAY(t->a, struct str, cap);
        if (t->cells_n)
            memcpy(grown, t->cells, t->cells_n * sizeof *grown);
        t->cells = grown;
        t->cells_cap = cap;
    }
    t->cells[t->cells_n++] = s.p ? arena_str(t->a, s) : (struct str){ 0 };
}

void table_int(struct table *t, int64_t v)
{
    char text[NUMBER_MAX];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    table_text(t, (struct str){ text, (size_t)n });
}

static void put_cell(struct buf *b, struct str s, size_t width, bool number, bool last)
{
    size_t fill = width - str_width(s);
    if (number)
        buf_pad(b, fill, ' ');
    buf_add(b, s);
    if (!number && !last)
        buf_pad(b, fill, ' ');
    buf_adds(b, last ? "\n" : "  ");
}

void table_print(const struct table *t, enum lang lang, struct buf *b)
{
    size_t width[TABLE_COLS_MAX];
    assert(t->cells_n % t->n == 0);
    for (size_t i = 0; i < t->n; i++)
        width[i] = str_width(str_of(label_in(&t->cols[i].heading, lang)));
    for (size_t i = 0; i < t->cells_n; i++) {
        size_t w = str_width(t->cells[i]);
        if (w > width[i % t->n])
            width[i % t->n] = w;
    }
    for (size_t i = 0; i < t->n; i++)
        put_cell(b, str_of(label_in(&t->cols[i].heading, lang)), width[i], t->cols[i].number, i + 1 == t->n);
    for (size_t i = 0; i < t->cells_n; i++)
        put_cell(b, t->cells[i], width[i % t->n], t->cols[i % t->n].number, i % t->n + 1 == t->n);
}
