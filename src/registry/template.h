/* template.h - an empty workbook for people to fill in, so that what they fill in can be imported.
 *
 * The first sheet has the headings, required ones coloured, every column as text (a spreadsheet damages long
 * numbers), and drop-downs from the code tables as they stand in this database.  An example, about nobody, is
 * in a second sheet, so that it is never imported by mistake; a third explains every column. */
#ifndef REGISTRY_TEMPLATE_H
#define REGISTRY_TEMPLATE_H

#include "registry/export.h"

/* The example of a kind as an object of the import kind; values that do not read are left out. */
void *template_example(const struct export_kind *k, const struct import_kind *in,
                       const struct code_book *codes, struct errs *e);

bool template_write(const struct export_kind *k, const struct import_kind *in, const struct code_book *codes,
                    enum lang lang, const char *path, bool replace, struct errs *e);

#endif
