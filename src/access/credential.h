/* credential.h - how a person proves who they are: a password, a one-time link to set it, an authenticator.
 */
#ifndef ACCESS_CREDENTIAL_H
#define ACCESS_CREDENTIAL_H

#include "access/audit.h"
#include "access/password.h"

struct credential {
    int64_t user_id;
    struct str password; /* Argon2id; unknown: none yet */
    struct instant changed_at;
    struct str setup_hash; /* of the one-time link */
    struct instant setup_until;
    struct bytes totp; /* encrypted; unknown: none */
};
extern const struct entity credential_entity;

enum { SETUP_LINK_HOURS = 24 };

enum found credential_get(struct tx *tx, int64_t user_id, struct credential *c, struct errs *e);
/* Has anybody a password?  If not, the first start shows a link. */
bool credential_any(struct tx *tx, bool *any, struct errs *e);
/* hash: from password_hash, made outside of the transaction.  The link is used up and every session of the
 * user ends. */
bool credential_set_password(struct act *act, int64_t user_id, const char *hash, struct errs *e);
/* A new one-time link; only its secret, which nobody can read again. */
bool credential_offer_setup(struct act *act, int64_t user_id, struct str *secret, struct errs *e);
/* Whose link is it?  NONE: nobody's, or too old. */
enum found credential_of_setup(struct tx *tx, struct str secret, struct instant now, struct app_user *u,
                               struct errs *e);

/* NULL takes the authenticator away. */
bool credential_set_totp(struct act *act, int64_t user_id, const uint8_t secret[TOTP_BYTES], struct errs *e);
/* false: none, or it was not encrypted with this site's key. */
bool credential_totp(const struct seal *s, const struct credential *c, uint8_t secret[TOTP_BYTES]);

#endif
