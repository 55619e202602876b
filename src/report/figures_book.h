/* figures_book.h - figures as a workbook: what each says and what it is made of, what was asked, and the rows
 * of the one traced. */
#ifndef REPORT_FIGURES_BOOK_H
#define REPORT_FIGURES_BOOK_H

#include "report/figures_show.h"

/* path: a file that is not there yet. */
bool figures_book(const struct figures_show *s, const char *path, struct errs *e);

#endif
