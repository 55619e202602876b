/* password.h - passwords, kept as Argon2id, and six-digit codes of an authenticator (RFC 6238). */
#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include "base/err.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 128, TOTP_BYTES = 20, TOTP_STEP_S = 30 };

/* Is it long enough, and more than the login or a few letters?  Says what to do. */
bool password_fits(struct str password, struct str login, struct errs *e);
/* Takes tens of milliseconds and 32 MB; at most two at once, the others wait.  NULL: no memory. */
const char *password_hash(struct str password, struct arena *a);
/* hash NULL: there is no such account; takes as long all the same, and is false. */
bool password_matches(const char *hash, struct str password);

/* The code of a time step. */
int totp_code(const uint8_t secret[TOTP_BYTES], int64_t step);
/* Of this moment, the step before or the one after, but none up to `used`; *step is the one it was. */
bool totp_matches(const uint8_t secret[TOTP_BYTES], struct str code, struct instant now, int64_t used,
                  int64_t *step);
/* otpauth://totp/… for the authenticator. */
struct str totp_uri(const uint8_t secret[TOTP_BYTES], struct str login, struct arena *a);

#endif
