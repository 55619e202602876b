/* sheet.h - a table that goes into a file, CSV or workbook, row by row. */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include "base/buf.h"
#include "base/new_file.h"
#include "cli/table.h"

struct xlsx;
struct sheet {
    struct new_file file;
    struct xlsx *book; /* NULL: CSV, or plain text by sheet_text */
    const struct table_col *cols;
    size_t n, at;
    int64_t rows;
    struct buf text;
};

/* The columns' headings are the first row; without columns the file is plain text. */
bool sheet_open(struct sheet *s, const char *path, bool workbook, bool replace, const char *title,
                const struct table_col *cols, size_t n, struct errs *e);
/* Cells from left to right; a row ends by itself. */
bool sheet_cell(struct sheet *s, struct str text, struct errs *e);
bool sheet_text(struct sheet *s, struct str text, struct errs *e);
bool sheet_close(struct sheet *s, struct errs *e); /* the file is there as a whole now */
void sheet_drop(struct sheet *s);                  /* for CLEANUP; after sheet_close nothing is left to do */

#endif
