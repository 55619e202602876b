/* new_file.h - a file that appears whole or not at all, that only its owner may read (0600), and that takes
 * the place of another only when told to.  Path "-" is standard output, which then gets all of it at once. */
#ifndef BASE_NEW_FILE_H
#define BASE_NEW_FILE_H

#include "base/err.h"

struct new_file {
    const char *path;
    char *temp; /* where it is written meanwhile: beside path, or in $TMPDIR; NULL: nowhere */
    int fd;
    bool replace;
};

/* Fails if there is such a file already, unless it may be replaced.  The names live in e->a. */
bool new_file_open(struct new_file *f, const char *path, bool replace, struct errs *e);
/* It is whole: put it where it belongs. */
bool new_file_keep(struct new_file *f, struct errs *e);
void new_file_drop(struct new_file *f); /* for CLEANUP; after new_file_keep nothing is left to do */

/* Everything or false, with errno. */
bool write_all(int fd, struct str s);
/* The folder that a path lies in, "." if it names none; for "-" the one for temporary files. */
const char *folder_of(const char *path, struct arena *a);

#endif
