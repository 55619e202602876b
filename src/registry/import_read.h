/* import_read.h - the rows of a file, read ahead: cells into values, checked and sealed by a thread of
 * their own while the database takes the rows before them; who waits for them seals them.  Private to the
 * import. */
#ifndef REGISTRY_IMPORT_READ_H
#define REGISTRY_IMPORT_READ_H

#include "registry/import_file.h"

struct row_batch {
    struct arena a; /* of the rows and all that hangs on them */
    struct import_row *rows;
    size_t n;
    size_t done; /* bytes of the file read so far */
    bool sealed; /* each row is in the form in which it will be stored */
};

/* What reading needs besides the file. */
struct row_reading {
    const struct code_book *codes;
    const struct seal *seal;
    struct date today;
    enum lang lang;
};

/* A row to be read once more. */
struct row_text {
    struct str text;
    int64_t line;
    struct row_text *next;
};

struct row_reader;
struct row_reader *row_reader_open(struct source *s, const struct row_reading *how);
/* The next rows, or NULL at the end; those before are forgotten. */
struct row_batch *row_reader_next(struct row_reader *r);
/* At the end: the rows of the list, as many as fit; *rest becomes those left. */
struct row_batch *row_reader_again(struct row_reader *r, const struct row_text **rest);
void row_reader_close(struct row_reader *r);
static inline void row_reader_closep(struct row_reader **r)
{
    row_reader_close(*r);
}

#endif
