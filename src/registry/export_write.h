/* export_write.h - the rows of a spool into a CSV file or a workbook.  Private to the export. */
#ifndef REGISTRY_EXPORT_WRITE_H
#define REGISTRY_EXPORT_WRITE_H

#include "base/new_file.h"
#include "registry/export.h"
#include "registry/export_spool.h"

struct export_file {
    struct new_file *file;
    enum export_format format;
    enum encoding encoding;
    enum lang lang;
    const char *title; /* of the sheet */
    struct spool *spool;
    const struct col *cols[EXPORT_COLS_MAX]; /* the columns that appear */
    size_t at[EXPORT_COLS_MAX];              /* where they stand in the spool */
    size_t n;
};

bool export_write(struct export_file *f, struct errs *e);

#endif
