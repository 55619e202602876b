/* account.h - people get accounts and are appointed to roles, by those who may.
 *
 * Nobody gives away more than they have: who appoints needs the right to manage accounts in the whole
 * region of the appointment, and every right of the role there; or the right to appoint, which gives others
 * what the appointer lacks, and is kept apart from managing accounts (三员). */
#ifndef ACCESS_ACCOUNT_H
#define ACCESS_ACCOUNT_H

#include "access/audit.h"

/* As act->who: make the account (a->id is set), and appoint it; role NULL: somebody else does that. */
bool account_add(struct act *act, struct app_user *a, const char *role, struct region_code where,
                 struct errs *e);
bool account_appoint(struct act *act, struct str login, const char *role, struct region_code where,
                     struct errs *e);
/* Whoever may appoint may take it back, but not from themselves.  Their sessions go on with what is left. */
bool account_dismiss(struct act *act, struct str login, const char *role, struct region_code where,
                     struct errs *e);
/* Needs the right to manage accounts wherever the account is appointed.  Nobody switches themselves off. */
bool account_set_active(struct act *act, struct str login, bool active, struct errs *e);

/* May act->who set the password of this account, or end its sessions?  Everybody their own; a first password
 * whoever keeps accounts where it is appointed; another one only who may also appoint there. */
bool account_may_reset(struct tx *tx, const struct actor *who, const struct app_user *a, bool has_password,
                       struct errs *e);

struct account {
    struct app_user user;
    const struct appointment *roles;
    size_t n;
};
/* The appointments of x->user; *n 0: it is appointed only where `who` does not manage accounts. */
bool account_see(struct tx *tx, const struct actor *who, struct account *x, size_t *n, struct errs *e);
/* May `who` know the name of x: do they work in the same area, one above the other, or x nowhere any more? */
bool account_near(struct tx *tx, const struct actor *who, const struct app_user *x, bool *near,
                  struct errs *e);
/* Accounts behind a login, in the order of logins, at most `max`; of each the appointments.  Those appointed
 * only outside of where `who` may manage accounts are left out, but *last is the last login looked at
 * (unknown: there are no more). */
const struct stmt *account_rows(bool down); /* down: before that login, from the last one */
bool account_list(struct tx *tx, const struct actor *who, const struct stmt *rows, struct str after,
                  size_t max, struct account *out, size_t *n, struct str *last, struct errs *e);

#endif
