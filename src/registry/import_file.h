/* import_file.h - one file of a book: its bytes, its headings, what they mean; and the list of
 * refused rows.  Private to the import. */
#ifndef REGISTRY_IMPORT_FILE_H
#define REGISTRY_IMPORT_FILE_H

#include "base/encoding.h"
#include "registry/import.h"

/* Rows of one kind in one file. */
struct source {
    struct import_file *file;
    const struct import_kind *kind;
    enum encoding enc;
    struct str text; /* the whole file as UTF-8, between source_load and source_unload */
    void *owned;     /* its memory */
    size_t bytes;    /* size of the file */
    struct csv_row head;
    const struct col **cols; /* per heading; NULL: nothing is known of it */
    size_t kind_at;          /* in a list of refused rows: which column says the kind; else SIZE_MAX */
};

/* Read the file and find out what it is; *out gets its sources (none when it is not understood). */
void source_open(struct import_file *f, const struct import_kind *const *kinds, size_t n, struct arena *a,
                 enum lang lang, struct source *out, size_t *out_n);
/* Its text into memory; false: the file can no longer be read. */
bool source_load(struct source *s, struct errs *e);
void source_unload(struct source *s);

/* The list of refused rows: one heading for all kinds, so that it can be corrected and imported again.
 * The file appears with the first row, mode 0600, and never replaces another. */
struct rejects {
    const char *path;
    int fd; /* -1: not begun */
    const char **headings;
    size_t n;
    int64_t rows;
    off_t kept; /* bytes of units that are done */
};
void rejects_plan(struct rejects *r, const struct source *s, size_t n, struct arena *a);
bool rejects_add(struct rejects *r, const struct source *s, const struct import_row *row, struct errs *e);
bool rejects_rewind(struct rejects *r, int64_t rows, struct errs *e); /* forget the unit at hand */
void rejects_keep(struct rejects *r);
void rejects_close(struct rejects *r);

#endif
