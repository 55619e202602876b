/* backup_write.h - the database at hand and its key, into a backup, while others work on it. */
#ifndef ACCESS_BACKUP_WRITE_H
#define ACCESS_BACKUP_WRITE_H

#include "access/backup.h"
#include "store/store.h"

#include <signal.h>

struct backup_source {
    struct store *st;
    const char *db, *key; /* URL or file, and the file of the site key */
    const volatile sig_atomic_t *stop;
};
/* Into fd, a file called path; a copy of the database may lie in its folder meanwhile. */
bool backup_write(const struct backup_source *s, int fd, const char *path, struct str passphrase,
                  int64_t *bytes, struct errs *e);

#endif
