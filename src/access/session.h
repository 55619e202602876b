/* session.h - logging in and out, and keeping those out who guess.
 *
 * A session is a secret that the browser keeps in a cookie; the database has its hash.  It ends after
 * twelve hours, after an hour without a request, when the password changes, or when somebody ends it.
 * Failed log-ins cost a growing delay, for the account and for the address, whether the account exists or
 * not. */
#ifndef ACCESS_SESSION_H
#define ACCESS_SESSION_H

#include "access/audit.h"

struct session {
    struct str token_hash;
    int64_t user_id;
    struct str csrf; /* the page sends it with everything that writes */
    struct str address;
    struct instant created_at, seen_at, expires_at;
    struct bytes mac;
};
struct login_guard {
    struct str who; /* hash of "account NAME" or "address ADDRESS" */
    int64_t failures;
    struct instant until, seen_at;
    int64_t totp_step;
    struct bytes mac;
};
extern const struct entity session_entity, login_guard_entity;

enum {
    SESSION_HOURS = 12,
    SESSION_IDLE_S = 3600,
    SESSION_TOUCH_S = 60, /* no more often is it written when a session was seen */
    SESSIONS_PER_USER = 20,
    FAILURES_FREE = 5,          /* of an account */
    FAILURES_FREE_ADDRESS = 30, /* many people may share one */
    DELAY_FIRST_S = 30,
    DELAY_MAX_S = 900,
    FAILURES_FORGOTTEN_S = 86400,
};

struct login {
    struct str name, password, code; /* code: of the authenticator; unknown: none */
    const char *address;
    const char *source; /* web */
};
struct logged_in {
    struct str token; /* for the cookie */
    struct session session;
    struct app_user user;
    int retry_s; /* after a failure: when to try again */
};
/* Runs its own transactions, because a password takes long to check.  ERR_UNKNOWN: name, password or code is
 * wrong, and nothing says which; ERR_TOO_MANY: too many failures, come back in retry_s. */
bool session_login(struct store *st, const struct login *in, struct logged_in *out, struct errs *e);

/* Is this the password of in->name?  With the same delays, but without a session. */
bool session_prove(struct store *st, const struct login *in, struct errs *e);

/* NONE: no such session, or it is over. */
enum found session_find(struct tx *tx, struct str token, struct instant now, struct session *s,
                        struct errs *e);
/* Is it time to write that it was seen? */
bool session_is_stale(const struct session *s, struct instant now);
bool session_touch(struct tx *tx, const struct session *s, struct instant now, struct errs *e);

/* One (token_hash) or, unknown, all of a user's. */
bool sessions_end(struct tx *tx, int64_t user_id, struct str token_hash, struct errs *e);
bool sessions_of(struct tx *tx, int64_t user_id, struct instant now, struct list *out, struct errs *e);

/* The code of that step has proven something: it opens no session any more (RFC 6238 §5.2). */
bool session_code_used(struct tx *tx, struct str login, int64_t totp_step, struct errs *e);

/* How long to wait after so many failures in a row. */
int login_delay_s(int64_t failures, int64_t free_of_charge);

#endif
