/* rekey.h - new keys for sealed values.
 *
 * rotate adds an encryption key and encrypts every sealed value anew, in small transactions that may be cut
 * short and gone on with: look-up keys, and with them the row sums, stay.  rekey replaces the look-up key, by
 * which rows are found: all or nothing, while nobody else works. */
#ifndef ACCESS_REKEY_H
#define ACCESS_REKEY_H

#include "access/audit.h"

#include <signal.h>

enum { REKEY_BATCH = 1000, REKEY_BATCH_BYTES = 32 /* rows of sealed bytes are large */ };

struct rekey {
    struct store *st;
    const struct actor *who;
    const char *key_path;
    const volatile sig_atomic_t *stop;         /* not 0: leave off, ERR_INTERRUPTED */
    void (*progress)(void *ctx, int64_t rows); /* after each batch; may be NULL */
    void *ctx;
    int64_t rows; /* written so far */
    int version;  /* rotate: of the encryption key now */
    bool resumed; /* rotate: no key was added, an earlier one was gone on with */
};

bool key_rotate(struct rekey *k, struct errs *e);
bool key_rekey(struct rekey *k, struct errs *e);

#endif
