/* backup.h - a backup: one file that only a recovery passphrase opens, with the database and the site key.
 *
 *   head     "bangfu-backup 1\n", cost of Argon2id, salt, check of the passphrase, head of the stream, check
 * sum pieces   of secretstream (XChaCha20-Poly1305): length, then that many bytes; the last one says that it
 * is
 *
 * Inside stand, one after the other: a description in lines "name value", the database (store/dump.h), the
 * key file.  A wrong passphrase, a cut end and a changed byte are told apart. */
#ifndef ACCESS_BACKUP_H
#define ACCESS_BACKUP_H

#include "base/err.h"

enum { BACKUP_PASSPHRASE_MIN = 12, BACKUP_PASSPHRASE_MAX = 1024 };

struct backup; /* being written, or being read */

/* fd stays the caller's.  The passphrase is not kept. */
struct backup *backup_begin(int fd, const char *name, struct str passphrase, struct errs *e);
bool backup_put(struct backup *b, struct str bytes, struct errs *e);
/* The part at hand is over; last: so is the backup. */
bool backup_part_end(struct backup *b, bool last, struct errs *e);

struct backup *backup_open(int fd, const char *name, struct str passphrase, struct errs *e);
/* The next piece of the part at hand, good until the next call; empty: the part is over. */
bool backup_get(struct backup *b, struct str *piece, struct errs *e);
/* Nothing may stand behind the last part. */
bool backup_at_end(struct backup *b, struct errs *e);

int64_t backup_bytes(const struct backup *b); /* of the file so far */
void backup_close(struct backup *b);          /* wipes; NULL is fine */
static inline void backup_closep(struct backup **p)
{
    backup_close(*p);
}

#endif
