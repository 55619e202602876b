/* retention.h - what need not be kept any longer, and its removal.
 *
 * 个人信息保护法 §19: personal data are kept no longer than their purpose needs; §47: then they are erased.
 * What law wants kept - the register's history, journal, cases, notices, the audit chain - is not touched
 * here.  Each rule is a row of a table; removing goes in small transactions, so it may be cut short at any
 * time. */
#ifndef API_RETENTION_H
#define API_RETENTION_H

#include "access/audit.h"

#include <signal.h>

struct retention_rule {
    const char *name;
    struct label what, why;
    int days;                          /* kept so long, behind the moment that the statements ask about */
    bool by_day;                       /* they ask about a date, else about a moment */
    const struct entity *en;           /* NULL: files of jobs */
    const struct stmt *(*count)(void); /* county's tables: $1 county, $2 before; others: $1 before */
    const struct stmt *(*page)(void);  /* the same, and then how many */
    /* NULL: the row is removed. */
    bool (*end)(struct tx *tx, const void *row, struct errs *e);
};
extern const struct retention_rule retention_rules[];
extern const size_t retention_rules_n;

struct retention {
    struct store *st;
    const char *folder; /* of the server's jobs; NULL: none */
    const struct actor *who;
    const volatile sig_atomic_t *stop; /* not 0: leave off */
    int64_t *n;                        /* retention_rules_n of them: due, or removed; in the caller's arena */
    int64_t hanging;                   /* notices that nobody has taken down since their last day */
};
bool retention_look(struct retention *r, struct errs *e);
bool retention_run(struct retention *r, struct errs *e);

#endif
