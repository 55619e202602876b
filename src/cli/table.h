/* table.h - columns that line up on a terminal, Chinese or not; numbers to the right. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/buf.h"
#include "base/err.h"

enum { TABLE_COLS_MAX = 16 };

struct table_col {
    struct label heading;
    bool number; /* to the right */
};
struct table {
    const struct table_col *cols;
    size_t n;
    struct arena *a;
    struct str *cells; /* row by row */
    size_t cells_n, cells_cap;
};

struct table table_begin(const struct table_col *cols, size_t n, struct arena *a);
/* Cells from left to right; texts are copied. */
void table_text(struct table *t, struct str s);
void table_int(struct table *t, int64_t v);
/* Headings and rows, two blanks between columns. */
void table_print(const struct table *t, enum lang lang, struct buf *b);

#endif
