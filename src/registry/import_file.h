/* import_file.h - one file of a book: its bytes, its headings, what they mean; and the list of
 * refused rows.  Private to the import. */
#ifndef REGISTRY_IMPORT_FILE_H
#define REGISTRY_IMPORT_FILE_H

#include "base/encoding.h"
#include "registry/import.h"

#include <sys/stat.h>

/* Rows of one kind in one file. */
struct source {
    struct import_file *file;
    const struct import_kind *kind;
    enum encoding enc;
    size_t bytes;     /* size of the file */
    struct str text;  /* the whole file as UTF-8, from source_load or source_read to source_unload */
    void *owned;      /* its memory */
    size_t forgotten; /* bytes at its beginning */
    struct stat was;  /* the file when it was read */
    struct csv_row head;
    size_t head_at; /* where the heading stands in the text: rows above it are titles */
    int64_t head_line;
    const struct col **cols; /* per heading; NULL: nothing is known of it */
    /* By source_prepare: the headings that mean something, in the order in which their cells are to be read;
     * and per heading the column's codes and what its cells were read as. */
    size_t *order, order_n;
    const struct code_table **tables;
    struct col_memo *memos;
    size_t kind_at;            /* in a list of refused rows: which column says the kind; else SIZE_MAX */
    const char *const *others; /* the kinds of the file's other sources, where this one takes the strays */
    size_t others_n;
};

/* Read the file and find out what it is; *out gets its sources (none when it is not understood).  A file
 * that cannot be read has `trouble` set.  The text stays in memory for source_load if it fits into *room,
 * which shrinks by it. */
void source_open(struct import_file *f, const struct import_kind *const *kinds, size_t n, struct arena *a,
                 enum lang lang, size_t *room, struct source *out, size_t *out_n);
/* The same from the bytes, which become those of out[0]; false: they are too many as UTF-8. */
bool source_read(struct import_file *f, struct buf *bytes, const struct import_kind *const *kinds, size_t n,
                 struct arena *a, struct source *out, size_t *out_n);
/* The text of an opened file, into memory and out of it; false: it can no longer be read, or somebody has
 * put other columns into it. */
bool source_load(struct source *s, struct errs *e);
void source_unload(struct source *s);
/* The first n bytes of the text are needed no more: their memory goes back, and they read as zeros. */
void source_forget(struct source *s, size_t n);

/* The source's rows from its heading on. */
struct csv source_csv(const struct source *s);

/* Is it for this source to take the row?  In a list of refused rows each is of the kind it says; one that
 * says none is a stray, and exactly one source of the file takes it, to refuse it. */
enum source_row { ROW_MINE, ROW_STRAY, ROW_OTHERS };
enum source_row source_row_of(const struct source *s, const struct csv_row *cells);

/* Before the first row is read; lives as long as the arena. */
void source_prepare(struct source *s, const struct code_book *book, struct arena *a);
/* Fill row->obj, of s->kind->size zeroed bytes, from the cells; what is wrong goes into row->e.  `raw` is
 * where the row stands in the file. */
void source_read_row(const struct source *s, const struct csv_row *cells, struct str raw,
                     struct import_row *row, const struct reading *rd);

/* The list of refused rows: one heading for all kinds, so that it can be corrected and imported again.
 * The file appears with the first row, mode 0600, and never replaces another. */
struct rejects {
    const char *path;
    int fd; /* -1: not begun */
    const char **headings;
    size_t n;
    int64_t rows;
    off_t kept; /* bytes of units that are done */
    bool warns; /* it is the list of warnings: a line for each, without the row */
};
void rejects_plan(struct rejects *r, const struct source *s, size_t n, struct arena *a);
bool rejects_add(struct rejects *r, const struct source *s, const struct import_row *row, struct errs *e);
bool warnings_add(struct rejects *r, const struct source *s, const struct import_row *row, struct errs *e);
bool rejects_rewind(struct rejects *r, int64_t rows, struct errs *e); /* forget the unit at hand */
void rejects_keep(struct rejects *r);
void rejects_close(struct rejects *r);

#endif
