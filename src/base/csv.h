/* csv.h - comma-separated files (RFC 4180), read and written.
 *
 * The reader takes CRLF and LF, commas inside quotes, doubled quotes, line ends inside quotes, the
 * apostrophe that csv_put puts before formulas, and rows of any number of cells up to CSV_CELLS_MAX; it
 * never stops at a damaged row: the row comes out with `damage` set, so that it can be refused by its line
 * and nothing behind it is lost: after a quote that is never closed, or closed by the quote of a later row,
 * reading goes on at the next line. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

enum { CSV_CELLS_MAX = 512, CSV_CELL_BYTES_MAX = 1 << 20 };

enum csv_damage {
    CSV_WHOLE,
    CSV_QUOTE_OPEN,       /* the file ends inside quotes */
    CSV_TEXT_AFTER_QUOTE, /* "a"b */
    CSV_TOO_MANY_CELLS,
    CSV_CELL_TOO_LONG,
};

struct csv_row {
    struct str *cells; /* unquoted; borrow the input, or the arena where quotes were doubled;
                        * an empty cell is unknown */
    size_t n;          /* of a damaged row: the cells before the damage */
    int64_t line;      /* where the row begins, the first line is 1 */
    enum csv_damage damage;
};

struct csv {
    struct str rest; /* what is still to be read */
    int64_t line;
    char separator; /* ',' or, found in the first row, ';' or TAB */
};

/* Read valid UTF-8 text (encoding.h).  The separator is the one of , ; TAB that stands most often in
 * the first row outside quotes; blank lines before it are passed over. */
struct csv csv_open(struct str text);
/* The next row that is not wholly blank; false at the end.  Cells live in a. */
bool csv_next(struct csv *c, struct arena *a, struct csv_row *row);

/* Append one cell with the quotes it needs, and a comma unless it is the first of its row.
 *
 * Spreadsheets run what begins with = + - @, their full-width forms, TAB or a line end as a formula.  Such a
 * cell gets an apostrophe before it, and so does one that begins with apostrophes and then so; csv_next takes
 * one such apostrophe off, so that every cell reads again as what it was.  A plain number (-5.20) is left as
 * it is, unless it is text: then csv_put_text keeps the spreadsheet from making another number of it. */
void csv_put(struct buf *b, struct str cell, bool first);
void csv_put_text(struct buf *b, struct str cell, bool first);
void csv_end_row(struct buf *b); /* CRLF */

#endif
