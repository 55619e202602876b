/* form_book.h - papers and registers as a workbook. */
#ifndef REPORT_FORM_BOOK_H
#define REPORT_FORM_BOOK_H

#include "report/form.h"

/* A sheet for each: of a register its heading, rows and total; of a paper what its page says, labels in the
 * first column and what belongs to them beside it.  Of a survey round its list. */
struct form_sheet {
    const char *name; /* as a sheet may be called; unique in the book */
    bool register_;   /* else paper */
    struct form_table table;
    struct print_rows paper;
};
struct form_book {
    struct form_sheet *sheets;
    size_t n, rows;
};
enum { FORM_SHEETS_MAX = 200 };
bool form_book_make(struct forms *f, struct form_book *out, struct errs *e);
/* Only number i. */
bool form_book_one(struct forms *f, size_t i, struct form_book *out, struct errs *e);
/* The file is there afterwards, whatever was there before. */
bool form_book_write(const struct form_book *b, const char *path, struct arena *a, struct errs *e);

#endif
