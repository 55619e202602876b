/* token.h - programs of others act for a user: with some of the user's rights, until a day. */
#ifndef ACCESS_TOKEN_H
#define ACCESS_TOKEN_H

#include "access/audit.h"

struct api_token {
    int64_t id, user_id;
    struct str name; /* what it is for */
    struct str token_hash;
    struct str scopes; /* codes of permissions, a blank between them */
    struct instant created_at, expires_at;
    bool revoked;
};
extern const struct entity api_token_entity;

enum { TOKEN_DAYS_MAX = 366 };

/* The scopes must be rights that the user has.  *secret is shown once; it begins with "bf_". */
bool token_add(struct act *act, struct api_token *t, int64_t days, struct str *secret, struct errs *e);
/* The same for another account, a system's: needs the right to manage accounts; the scopes are that
 * account's. */
bool token_add_for(struct act *act, const struct app_user *u, struct api_token *t, int64_t days,
                   struct str *secret, struct errs *e);
bool token_revoke(struct act *act, int64_t user_id, int64_t id, struct errs *e);
bool tokens_of(struct tx *tx, int64_t user_id, struct list *out, struct errs *e);
/* The user behind a token, with no more rights than its scopes; NONE: no such token, over or revoked. */
enum found token_actor(struct tx *tx, struct str secret, struct instant now, struct actor *who,
                       struct errs *e);

#endif
