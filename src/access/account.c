#include "access/account.h"

/* 三员分立: nobody keeps the system, its security and its audit at once. */
static bool apart(struct tx *tx, int64_t user_id, struct str role, struct errs *e)
{
    static const struct str offices[] = { STR_INIT("system_admin"), STR_INIT("security_admin"),
                                          STR_INIT("audit_admin") };
    bool one = false;
    for (size_t i = 0; i < N_ELEMS(offices); i++)
        one = one || str_eq(role, offices[i]);
    int64_t others = 0;
    if (one && !db_int(tx,
                       SQL(STMT_REF,
                           "SELECT count(*) FROM appointment WHERE user_id = $1 AND role <> $2 AND role IN "
                           "('system_admin', 'security_admin', 'audit_admin')"),
                       &others, e, V(user_id), V(role)))
        return false;
    return !others || fail(e, ERR_CONFLICT, "role", MSG_ADMINS_APART);
}

/* Who appoints for the office may give rights that they lack themselves, but not to themselves. */
static bool may_give(const struct actor *who, int64_t user_id, struct region_code where)
{
    return who->user_id != user_id && actor_may(who, PERM_APPOINT, where);
}

static bool role_within(const struct actor *who, const struct role *r, struct region_code where,
                        struct errs *e)
{
    struct str rest = r->permissions, one;
    while (str_split(&rest, ' ', &one))
        for (enum perm p = 1; p < PERM_COUNT; p++)
            if (str_eq(one, str_of(perm_info[p].code)) && !actor_need_at(who, p, where, e))
                return false;
    return true;
}

static bool appoint(struct act *act, int64_t user_id, const char *role, struct region_code where,
                    struct errs *e)
{
    struct role r;
    enum found f = db_get(act->tx, &role_entity, &r, e, V(role));
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "role", MSG_NO_SUCH_ROLE, A(role));
    return f == FOUND &&
           (may_give(act->who, user_id, where) ||
            (actor_need_at(act->who, PERM_USERS, where, e) && role_within(act->who, &r, where, e))) &&
           apart(act->tx, user_id, r.code, e) && user_appoint(act->tx, user_id, role, where, e);
}

static bool find_user(struct act *act, struct str login, struct app_user *a, struct errs *e)
{
    enum found f = user_by_login(act->tx, login, a, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "login", MSG_NO_SUCH_LOGIN, A(login)));
}

bool account_add(struct act *act, struct app_user *a, const char *role, struct region_code where,
                 struct errs *e)
{
    a->active = true;
    a->created_at = act->at;
    return user_add(act->tx, a, e) &&
           (role ? appoint(act, a->id, role, where, e) : actor_need_at(act->who, PERM_USERS, where, e));
}

bool account_appoint(struct act *act, struct str login, const char *role, struct region_code where,
                     struct errs *e)
{
    struct app_user a;
    return find_user(act, login, &a, e) && appoint(act, a.id, role, where, e);
}

bool account_dismiss(struct act *act, struct str login, const char *role, struct region_code where,
                     struct errs *e)
{
    struct app_user a;
    struct role r;
    struct appointment old;
    if (!find_user(act, login, &a, e))
        return false;
    if (a.id == act->who->user_id)
        return fail(e, ERR_CONFLICT, "login", MSG_DISMISS_SELF);
    enum found f = db_get(act->tx, &role_entity, &r, e, V(role));
    if (f == FOUND && !may_give(act->who, a.id, where) &&
        (!actor_need_at(act->who, PERM_USERS, where, e) || !role_within(act->who, &r, where, e)))
        return false;
    if (f == FOUND)
        f = db_find(act->tx,
                    SQL_OF(STMT_REF, &appointment_entity,
                           "SELECT {*} FROM appointment WHERE user_id = $1 AND role = $2 AND "
                           "COALESCE(region, 0) = $3 ORDER BY id LIMIT 1"),
                    &old, e, V(a.id), V(role), V(where.v));
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "role", MSG_NOT_APPOINTED, A(login), A(role));
    return f == FOUND && db_delete(act->tx, &appointment_entity, &old, e);
}

static bool appointments(struct tx *tx, int64_t user_id, struct list *out, struct errs *e)
{
    return db_list(
        tx,
        SQL_OF(STMT_REF, &appointment_entity, "SELECT {*} FROM appointment WHERE user_id = $1 ORDER BY id"),
        out, e->a, e, V(user_id));
}

bool account_set_active(struct act *act, struct str login, bool active, struct errs *e)
{
    struct app_user old, new;
    struct list roles;
    if (!find_user(act, login, &old, e) || !appointments(act->tx, old.id, &roles, e))
        return false;
    if (old.id == act->who->user_id && !active)
        return fail(e, ERR_CONFLICT, "login", MSG_USER_SELF);
    const struct appointment *at = roles.rows;
    for (size_t i = 0; i < roles.n; i++)
        if (!actor_need_at(act->who, PERM_USERS, at[i].region, e))
            return false;
    new = old;
    new.active = active;
    return act_update(act, &app_user_entity, &old, &new, e);
}

bool account_may_reset(struct tx *tx, const struct actor *who, const struct app_user *a, bool has_password,
                       struct errs *e)
{
    struct list roles;
    enum perm p = has_password ? PERM_APPOINT : PERM_USERS;
    if (a->id == who->user_id)
        return true;
    if (!appointments(tx, a->id, &roles, e))
        return false;
    const struct appointment *at = roles.rows;
    for (size_t i = 0; i < roles.n; i++)
        if (!actor_need_at(who, p, at[i].region, e))
            return false;
    return roles.n || actor_need(who, p, e);
}

/* An account without appointment is everybody's. */
static bool concerns(const struct actor *who, const struct appointment *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (actor_may(who, PERM_USERS, at[i].region) || actor_may(who, PERM_APPOINT, at[i].region))
            return true;
    return n == 0;
}

bool account_see(struct tx *tx, const struct actor *who, struct account *x, size_t *n, struct errs *e)
{
    struct list roles;
    if (!appointments(tx, x->user.id, &roles, e))
        return false;
    x->roles = roles.rows;
    x->n = roles.n;
    *n = concerns(who, x->roles, x->n);
    return true;
}

bool account_near(struct tx *tx, const struct actor *who, const struct app_user *x, bool *near,
                  struct errs *e)
{
    struct list roles;
    if (!appointments(tx, x->id, &roles, e))
        return false;
    const struct appointment *at = roles.rows;
    bool yes = roles.n == 0 || who->user_id == x->id;
    for (size_t i = 0; i < roles.n; i++) {
        struct span s = { 0, INT64_MAX };
        if (at[i].region.v)
            region_span(at[i].region, &s.first, &s.last);
        for (size_t k = 0; k < who->n; k++)
            yes = yes || (who->grants[k].span.first <= s.last && s.first <= who->grants[k].span.last);
    }
    *near = yes;
    return true;
}

const struct stmt *account_rows(bool down)
{
    return down ? SQL_OF(STMT_REF, &app_user_entity,
                         "SELECT {*} FROM app_user WHERE login < $1 ORDER BY login DESC LIMIT $2")
                : SQL_OF(STMT_REF, &app_user_entity,
                         "SELECT {*} FROM app_user WHERE login > $1 ORDER BY login LIMIT $2");
}

bool account_list(struct tx *tx, const struct actor *who, const struct stmt *rows, struct str after,
                  size_t max, struct account *out, size_t *n, struct str *last, struct errs *e)
{
    struct list users, roles;
    *n = 0;
    *last = (struct str){ 0 };
    if (!after.p)
        after = (struct str){ "", 0 }; /* before every login */
    if (!db_list(tx, rows, &users, e->a, e, V(after), V(max)))
        return false;
    const struct app_user *u = users.rows;
    for (size_t i = 0; i < users.n; i++) {
        if (!appointments(tx, u[i].id, &roles, e))
            return false;
        if (concerns(who, roles.rows, roles.n))
            out[(*n)++] = (struct account){ .user = u[i], .roles = roles.rows, .n = roles.n };
        *last = users.n == max ? u[i].login : *last;
    }
    return true;
}
