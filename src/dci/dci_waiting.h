/* dci_waiting.h - what other systems wait for, in the database: requests acknowledged and not answered yet,
 * and notices of subscriptions; and what subscribers were last told of.
 *
 * A request with its token is sealed: it may ask for somebody by number.  Of a notice only the households are
 * kept; its records are read when it goes out. */
#ifndef DCI_DCI_WAITING_H
#define DCI_DCI_WAITING_H

#include "dci/dci.h"

struct dci_waiting {
    int64_t id, client_id;
    int64_t subscription_id; /* 0: an answer */
    struct str action;       /* of the request, or the event */
    struct str correlation_id;
    struct str sealed; /* base64 */
    struct str answer; /* the same, once it is made and says nothing about persons */
    int64_t tries;
    struct instant next_at, created_at;
    struct bytes mac;
};
struct dci_seen {
    int64_t county, seq;
    struct str households; /* packed */
    struct bytes mac;
};
extern const struct entity dci_waiting_entity, dci_seen_entity;

enum { DCI_WAITING_MAX = 256, DCI_NOTICES_MAX = 2000 };

/* Keeps w with its text.  *room false: too many wait already. */
bool dci_waiting_add(struct tx *tx, struct dci_waiting *w, struct str text, bool *room, struct errs *e);
/* The first that is due; *any: some wait, now or later. */
enum found dci_waiting_due(struct tx *tx, struct instant now, struct dci_waiting *w, bool *any,
                           struct errs *e);
/* Its text, or answer; false: it was changed or sealed by another key. */
bool dci_waiting_text(const struct seal *s, struct str sealed, struct arena *a, struct str *text);
struct str dci_waiting_seal(const struct seal *s, struct str text, struct arena *a); /* unknown: too long */
/* Again later, with what has changed in *w. */
bool dci_waiting_put_off(struct tx *tx, struct dci_waiting *w, struct errs *e);
bool dci_waiting_end(struct tx *tx, const struct dci_waiting *w, struct errs *e);

/* Ids in ascending order, packed, and back; *ids is on the heap. */
struct str dci_ids_pack(const int64_t *ids, size_t n, struct arena *a);
bool dci_ids_unpack(struct str packed, int64_t **ids, size_t *n);
bool dci_seen_put(struct tx *tx, struct dci_seen *s, struct errs *e);
bool dci_seen_all(struct tx *tx, struct list *out, struct errs *e);
bool dci_seen_forget(struct tx *tx, struct errs *e);

#endif
