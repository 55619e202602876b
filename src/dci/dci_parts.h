/* dci_parts.h - what the files of src/dci share. */
#ifndef DCI_DCI_PARTS_H
#define DCI_DCI_PARTS_H

#include "dci/dci.h"
#include "programme/rule.h"

#include <jansson.h>

enum { DCI_PAGE_MAX = 200, DCI_PAGE_DEFAULT = 50, DCI_REQUESTS_MAX = 10, DCI_ID_MAX = 99, DCI_DEPTH_MAX = 8 };

/* Error codes of the standard. */
#define DCI_BAD          "err.request.bad"
#define DCI_UNAUTHORIZED "err.request.unauthorized"
#define DCI_FORBIDDEN    "err.request.forbidden"
#define DCI_SIGNATURE    "err.signature.invalid"
#define DCI_INTERNAL     "err.service.unavailable"

/* What is wrong with a request; the first thing found. */
struct dci_fault {
    const char *code; /* NULL: nothing */
    const char *why;  /* English: it goes to programs */
    int status;
};
bool dci_wrong(struct dci_fault *f, const char *code, int status, const char *why);
/* The end of a function that runs in a transaction: what is wrong with the request is its error. */
bool dci_end(bool ok, const struct dci_fault *f, struct errs *e);

/* The envelope, once it is known to be right. */
struct dci_message {
    json_t *root; /* owned */
    const json_t *header, *message;
    struct str signature, action, message_id, sender_id, sender_uri, receiver_id, transaction_id;
};
bool dci_message_read(struct str body, const char *action, struct dci_message *m, struct dci_fault *f);
void dci_message_free(struct dci_message *m);          /* for CLEANUP */
struct str dci_text(const json_t *j, const char *key); /* unknown: not there, or no text */
bool dci_is_id(struct str s);                          /* 1 to 99 characters */
bool dci_is_time(struct str s);                        /* ISO 8601 with a zone */
/* The bytes that a signature stands over: header and message as JSON without blanks, keys in order. */
struct str dci_signed_bytes(const struct dci_message *m, struct arena *a);

/* Who asks: the actor of the token, and the client of that account that the message names. */
bool dci_let_in(struct tx *tx, struct str bearer, const struct dci_message *m, struct actor *who,
                struct dci_client *c, struct arena *a, struct dci_fault *f, struct errs *e);

/* --- one search_request ------------------------------------------------------------------- */

struct dci_hit {
    int64_t county, household, person; /* person 0: the household */
    struct rule_value score;           /* poverty_score, in yuan: income per head of the last full year */
    struct rule_value key;             /* what is sorted by */
};
struct dci_query {
    bool members;        /* Member records; else Groups */
    struct str id_value; /* idtype-value: this one only */
    bool by_household;   /* … which is a household's number */
    struct str rule, sort;
    bool descending;
    int64_t page_size, page_number;
};
bool dci_query_read(const json_t *request, struct dci_query *q, struct arena *a, struct dci_fault *f);

struct dci_hits {
    struct dci_hit *list;
    size_t n;
};
/* Everybody who fits, in order; *f where the registry cannot say what was asked. */
bool dci_search(const struct dci *d, struct tx *tx, const struct actor *who, const struct dci_query *q,
                struct dci_hits *out, struct dci_fault *f, struct errs *e);

/* A record with the client's fields; *out NULL: it is gone. */
bool dci_record(const struct dci *d, struct tx *tx, const struct actor *who, const struct dci_client *c,
                const struct dci_hit *hit, json_t **out, struct errs *e);

/* --- answers ------------------------------------------------------------------------------ */

struct str dci_ack(struct arena *a, struct str correlation_id);
struct str dci_err(struct arena *a, struct str correlation_id, const struct dci_fault *f);
/* {"signature", "header", "message"}; takes over both. */
json_t *dci_envelope(const struct dci_message *m, const char *action, const char *status, int64_t total,
                     json_t *message);
struct str dci_dump(json_t *j, struct arena *a); /* frees j */
json_t *dci_now(void);
json_t *dci_str(struct str s);

/* What an operation's full answer is, made now or for the call back.  NULL with *f or e. */
struct dci_job {
    struct str bearer, correlation_id;
    struct dci_message m;
};
typedef json_t *dci_operation(const struct dci *d, struct dci_job *job, struct arena *a, struct dci_fault *f,
                              struct errs *e);
dci_operation dci_on_search, dci_on_subscribe, dci_on_unsubscribe, dci_on_status;

/* --- calling back ------------------------------------------------------------------------- */

/* The client's list has this address; says why not in *f. */
bool dci_may_call(const struct dci_client *c, struct str uri, struct dci_fault *f);
/* Keeps the job in the database; false: too many wait, or it cannot be saved. */
bool dci_send_later(struct dci_sender *s, const struct dci_client *c, const struct dci_job *job,
                    struct str body);
dci_operation *dci_operation_of(struct str action); /* of those that answer later; NULL: none */

#endif
