/* form_book.h - a register as a workbook. */
#ifndef REPORT_FORM_BOOK_H
#define REPORT_FORM_BOOK_H

#include "report/form.h"

/* Its heading, rows and total on one sheet.  The file is there afterwards, whatever was there before. */
bool form_book_write(const struct form_table *t, const char *path, struct arena *a, struct errs *e);

#endif
