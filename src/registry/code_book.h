/* code_book.h - code tables between the database and memory. */
#ifndef REGISTRY_CODE_BOOK_H
#define REGISTRY_CODE_BOOK_H

#include "access/audit.h"
#include "registry/code.h"

/* Bring the tables of sql/codes into the database: new rows are added; labels of rows that a site has
 * edited stay, because only the code and its slug are fixed. */
bool codes_load_shipped(struct act *act, int64_t *added, struct errs *e);

/* All code tables, as columns read and print them; lives in a. */
bool codes_read(struct tx *tx, struct code_book *book, struct arena *a, struct errs *e);

/* The shipped ones, where there is no database: the same for every site.  They live in a. */
void codes_shipped(struct code_book *book, struct arena *a);

#endif
