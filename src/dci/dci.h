/* dci.h - other systems ask the registry: the Social Registry interface of the Digital Convergence Initiative
 * (design/dci.md), under /registry/….
 *
 * A client is somebody's system: it has a bearer token of one of our accounts, which bounds the area it may
 * see, a sender_id, a list of the fields that may leave the house, the hosts that may be called back, and, if
 * it signs, a key.  Households are Group records, members are Member records.  What is asked becomes a rule
 * (programme/rule.h), never a piece of SQL.  Every answer is an audit row: who asked, how many records, which
 * fields; never whom.
 *
 * Endpoints that answer later acknowledge with a correlation id; dci_send.h calls back. */
#ifndef DCI_DCI_H
#define DCI_DCI_H

#include "access/audit.h"
#include "programme/fact_schema.h"
#include "programme/facts_kept.h"

struct dci_client {
    int64_t id;
    struct str sender_id; /* what its messages call it */
    struct str name;
    int64_t user_id;          /* whose token it brings */
    struct str fields;        /* of dci_fields, a blank between them */
    struct str hosts;         /* host or host:port that may be called back, by https */
    struct str private_hosts; /* the same of hosts of our own network, also by http */
    struct str public_key;    /* ed25519, base64; unknown: it does not sign */
    bool must_sign;
    struct instant created_at;
    bool revoked;
};
/* One request for data that was answered, for /registry/txn/status. */
struct dci_transaction {
    int64_t id, client_id;
    struct str transaction_id, correlation_id, action;
    struct str status; /* rcvd, succ, rjct */
    int64_t found;
    struct instant received_at, done_at;
};
struct dci_subscription {
    int64_t id, client_id;
    struct str code, event, record_type;
    struct str reference_id, sender_uri;
    struct instant created_at;
    bool ended;
};
extern const struct entity dci_client_entity, dci_transaction_entity, dci_subscription_entity;

/* What may leave the house, with what it is here. */
struct dci_field {
    const char *name;
    bool member; /* of a Member; else of a Group */
    struct label label;
};
extern const struct dci_field dci_fields[];
extern const size_t dci_fields_n;
bool dci_may(const struct dci_client *c, const char *field);

/* --- clients ------------------------------------------------------------------------------ */

bool dci_client_add(struct act *act, struct dci_client *c, struct errs *e);
bool dci_client_revoke(struct act *act, struct str sender_id, struct errs *e);
bool dci_clients(struct tx *tx, struct list *out, struct errs *e);

/* --- answering ---------------------------------------------------------------------------- */

struct dci_sender;
struct dci {
    struct store *st;
    const struct code_book *codes;
    const struct fact_sources *sources;
    struct facts_kept *facts;
    struct dci_sender *sender; /* NULL: nobody can be called back */
};
struct dci_request {
    struct arena *a;
    const char *method;
    struct str path, body, bearer;
};
struct dci_reply {
    int status;
    const char *route;
    struct str body; /* JSON */
};
enum { DCI_BODY_MAX = 256 << 10 };
bool dci_is_path(struct str path);
/* Always a reply. */
void dci_answer(const struct dci *d, const struct dci_request *q, struct dci_reply *r);

#endif
