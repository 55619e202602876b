/* xlsx_read.h - the first sheet of a workbook, as the CSV text that somebody would have saved it as.
 *
 * Cells are what the sheet shows where that matters: texts as they stand, numbers with at most 15 digits,
 * dates as 2026-11-21.  Rows keep their numbers: the sheet's fifth row is the text's fifth line, line ends
 * within cells become blanks, and a row that ends early is filled up to the widest above it. */
#ifndef BASE_XLSX_READ_H
#define BASE_XLSX_READ_H

#include "base/buf.h"

bool xlsx_is(struct str bytes); /* by its first bytes: a zip archive */
/* Appended; false: it is damaged, no workbook, or more than out or this program takes. */
bool xlsx_to_csv(struct str bytes, struct buf *out);

#endif
