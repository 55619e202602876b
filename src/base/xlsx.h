/* xlsx.h - workbooks for spreadsheets, written; a cell is text unless its column says that it is a number.
 *
 * An identity number in a number cell is damaged: of 18 digits a spreadsheet keeps 15, and leading zeros of
 * none.  So cells and columns are text, and the spreadsheet is told not to complain about that.  Text is
 * never a formula here, whatever it begins with.  Amounts, quantities and counts are numbers, so that they
 * can be added up; one of more than 15 digits is text after all.
 *
 * Sheets, rows and cells are written in their order: xlsx_sheet, xlsx_head, then of each row its cells from
 * left to right and xlsx_next_row.  What goes wrong is said once, by xlsx_close. */
#ifndef BASE_XLSX_H
#define BASE_XLSX_H

#include "base/err.h"

enum { XLSX_ROWS_MAX = 1048576, XLSX_COLS_MAX = 16384 }; /* of a sheet, the heading included */

struct xlsx;
/* path: a file that exists and is overwritten in place, so that it keeps its owner and mode.  streams: of any
 * size, a row is forgotten when it is written; the rows meanwhile lie in an unlinked file beside it. */
struct xlsx *xlsx_open(const char *path, bool streams);

/* The name is unique in the book, at most 31 characters and none of []:*?/\ */
void xlsx_sheet(struct xlsx *x, const char *name);

enum xlsx_kind { XLSX_TEXT, XLSX_COUNT, XLSX_MONEY, XLSX_QUANTITY };
struct xlsx_col {
    const char *heading;
    const char *note; /* a comment on the heading; NULL: none */
    int width;        /* in letters, a Chinese character is two; 0: as the heading needs */
    bool required;    /* in another colour */
    bool wraps;       /* long texts over several lines */
    enum xlsx_kind kind;
};
/* The heading row: it stays when the rows below are scrolled. */
void xlsx_head(struct xlsx *x, const struct xlsx_col *cols, size_t n);

void xlsx_cell(struct xlsx *x, struct str text); /* the next of the row; unknown leaves it blank */
/* The next cell of a column of that kind, from its decimal text; what is none (***) is written as text. */
void xlsx_number(struct xlsx *x, struct str text, enum xlsx_kind kind);
void xlsx_next_row(struct xlsx *x);
size_t xlsx_rows(const struct xlsx *x); /* of this sheet so far, the heading included */

/* A drop-down for all of a column below the heading.  strict: nothing else can be entered.  Lists that are
 * too long for the cell's own rule stand in a hidden sheet under `name` (letters, digits, _), once. */
void xlsx_choices(struct xlsx *x, size_t col, const char *name, const struct str *items, size_t n,
                  bool strict);

/* Write the file and let go of x; false when anything since xlsx_open went wrong. */
bool xlsx_close(struct xlsx *x, const char *lists_sheet, struct errs *e);
void xlsx_drop(struct xlsx *x); /* without writing; NULL is fine */

#endif
