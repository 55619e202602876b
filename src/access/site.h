/* site.h - the database as a whole: whose key it has, whether it is a demonstration. */
#ifndef ACCESS_SITE_H
#define ACCESS_SITE_H

#include "access/audit.h"

struct site {
    struct str name, value;
};
extern const struct entity site_entity;

/* Facts about the site: 'key' (fingerprint of the site key), 'mac' (of its look-up key), 'enc' (the
 * encryption key that every sealed value has at least), 'demo'. */
enum found site_get(struct tx *tx, const char *name, struct str *value, struct errs *e);
bool site_put(struct tx *tx, const char *name, struct str value, struct errs *e);

/* Load the key file and make sure that it is this database's; the key of a rekey that was cut short between
 * the database's commit and the key file's comes into force now.  `doubtful`: go on if it is not, because the
 * caller is about to find out what is wrong (verify). */
bool site_unlock(struct store *st, const char *key_path, bool doubtful, struct errs *e);

/* The next number of a gapless series of a county ('household', 'voucher' …), beginning with 1; kept in
 * the caller's transaction, so that an undone one leaves no gap. */
struct counter {
    int64_t county;
    struct str name;
    int64_t next;
};
extern const struct entity counter_entity;
bool counter_next(struct tx *tx, int64_t county, const char *name, int64_t *number, struct errs *e);

#endif
