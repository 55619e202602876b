/* user_api.c - accounts of the people who work here. */
#include "access/account.h"
#include "access/credential.h"
#include "api/forms.h"
#include "api/tables.h"

struct user_path {
    struct str login;
};
static const struct col user_path_cols[] = {
    COL(user_path, login, "登录名", "Login", .flags = REQUIRED, .min = 2, .max = 40),
};
static const struct entity user_path = ENTITY(user_path, TABLE_LOCAL, "用户", "Account", user_path_cols);

struct user_form {
    struct str login, name, unit, role;
    struct region_code region;
};
static const struct col user_cols[] = {
    COL(user_form, login, "登录名", "Login", .flags = REQUIRED, .min = 2, .max = 40),
    COL(user_form, name, "姓名", "Name", .flags = REQUIRED, .max = 60, .check = check_name),
    COL(user_form, unit, "单位", "Unit", .max = 100),
    COL(user_form, role, "角色", "Role", .max = 40),
    COL(user_form, region, "区划", "Region"),
};
static const struct entity user_form = ENTITY(user_form, TABLE_LOCAL, "用户", "Account", user_cols);

struct role_form {
    struct str role;
    struct region_code region;
};
static const struct col role_cols[] = {
    COL(role_form, role, "角色", "Role", .flags = REQUIRED, .max = 40),
    COL(role_form, region, "区划", "Region"),
};
static const struct entity role_form = ENTITY(role_form, TABLE_LOCAL, "任职", "Appointment", role_cols);

struct active_form {
    bool active;
};
static const struct col active_cols[] = {
    COL(active_form, active, "启用", "Active", .flags = REQUIRED),
};
static const struct entity active_form = ENTITY(active_form, TABLE_LOCAL, "启用", "Active", active_cols);

/* --- reading ------------------------------------------------------------------------------ */

static void put_account(struct call *c, const struct account *x)
{
    put_object(&c->w);
    put_cols(c, &app_user_entity, &x->user, true);
    put_appointments(c, x->roles, x->n);
    put_object_end(&c->w);
}

/* Accounts of elsewhere are passed over, so that a page goes on behind the last one that was looked at. */
static bool list_users(struct call *c, struct errs *e)
{
    struct list_page *p = &c->page;
    struct account *all = NEW_ARRAY(e->a, struct account, p->max);
    struct str behind = page_behind(p).text;
    bool more = true;
    rows_begin(c);
    while (more && p->n < p->max) {
        size_t n;
        struct str last;
        if (!account_list(c->tx, &c->who, page_rows(p), behind, p->max - p->n, all, &n, &last, e))
            return false;
        for (size_t i = 0; i < n; i++)
            if (page_take(p, (struct page_key){ .text = all[i].user.login }))
                put_account(c, &all[i]);
        more = last.p;
        behind = last;
    }
    if (more)
        page_cut(p, (struct page_key){ .text = behind });
    page_end(c);
    return true;
}

/* An account elsewhere is as good as none. */
static bool find(struct call *c, struct account *x, struct errs *e)
{
    const struct user_path *p = c->path;
    size_t n = 0;
    enum found f = user_by_login(c->tx, p->login, &x->user, e);
    if (f == FAILED)
        return false;
    if (f == FOUND && !account_see(c->tx, &c->who, x, &n, e))
        return false;
    return n ? true : fail(e, ERR_NOT_FOUND, "login", MSG_NO_SUCH_LOGIN, A(p->login));
}

static bool show_user(struct call *c, struct errs *e)
{
    struct account x;
    if (!find(c, &x, e))
        return false;
    c->reply->etag = row_etag(c, &app_user_entity, &x.user);
    put_account(c, &x);
    return true;
}

/* What a role may do, in words: 三员 are told apart by it. */
static void put_rights(struct call *c, struct str permissions)
{
    struct str one;
    put_key(&c->w, "rights");
    put_list(&c->w);
    while (str_split(&permissions, ' ', &one)) {
        enum perm p = perm_find(one);
        if (p == PERM_NONE)
            continue;
        put_object(&c->w);
        put_member_text(&c->w, "code", one);
        put_member_cstr(&c->w, "label", label_in(&perm_info[p].label, c->lang));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static bool list_roles(struct call *c, struct errs *e)
{
    struct list all;
    if (!db_list(c->tx, SQL_OF(STMT_REF, &role_entity, "SELECT {*} FROM role ORDER BY code LIMIT 200"), &all,
                 e->a, e))
        return false;
    const struct role *r = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        put_object(&c->w);
        put_cols(c, &role_entity, &r[i], true);
        put_rights(c, r[i].permissions);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool list_user_sessions(struct call *c, struct errs *e)
{
    struct account x;
    struct list all;
    if (!find(c, &x, e) || !account_may_reset(c->tx, &c->who, &x.user, false, e) ||
        !sessions_of(c->tx, x.user.id, c->now, &all, e))
        return false;
    const struct session *s = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        put_object(&c->w);
        put_session(c, &s[i]);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- names beside logins ------------------------------------------------------------------ */

struct names_query {
    struct str logins;
};
static const struct col names_cols[] = {
    COL(names_query, logins, "登录名，以逗号分隔，最多 50 个", "Logins, commas between, at most 50",
        .flags = REQUIRED, .max = 2100),
};
static const struct entity names_query = ENTITY(names_query, TABLE_LOCAL, "用户", "Account", names_cols);

enum { NAMES_MAX = 50 };

/* Whoever works where the asker does, above or below. */
static bool list_names(struct call *c, struct errs *e)
{
    const struct names_query *q = c->query;
    struct str rest = q->logins, one;
    rows_begin(c);
    for (size_t n = 0; str_split(&rest, ',', &one); n++) {
        struct app_user u;
        bool near = false;
        if (n == NAMES_MAX)
            return fail(e, ERR_INVALID, "logins", MSG_MOVE_TOO_MANY, A(NAMES_MAX));
        enum found f = user_by_login(c->tx, one, &u, e);
        if (f == FAILED || (f == FOUND && !account_near(c->tx, &c->who, &u, &near, e)))
            return false;
        if (!near)
            continue;
        put_object(&c->w);
        put_member_text(&c->w, "login", u.login);
        put_member_text(&c->w, "name", u.name);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- writing ------------------------------------------------------------------------------ */

static bool add_user(struct call *c, struct errs *e)
{
    const struct user_form *f = c->body;
    struct account x = { .user = { .login = f->login, .name = f->name, .unit = f->unit } };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "user.add", f->login, e->a);
    if (!account_add(&act, &x.user, f->role.p, f->region, e) || !act_end(&act, NULL, e))
        return false;
    c->reply->location = str_of(arena_printf(c->a, "/api/v1/users/%.*s", (int)f->login.n, f->login.p));
    put_object(&c->w);
    put_cols(c, &app_user_entity, &x.user, true);
    put_object_end(&c->w);
    return true;
}

static bool appoint(struct call *c, struct errs *e)
{
    const struct user_path *p = c->path;
    const struct role_form *f = c->body;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "user.appoint", p->login, e->a);
    put_done(c);
    return account_appoint(&act, p->login, f->role.p, f->region, e) && act_end(&act, NULL, e);
}

static bool dismiss(struct call *c, struct errs *e)
{
    const struct user_path *p = c->path;
    const struct role_form *f = c->body;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "user.dismiss", p->login, e->a);
    put_done(c);
    return account_dismiss(&act, p->login, f->role.p, f->region, e) && act_end(&act, NULL, e);
}

static bool set_active(struct call *c, struct errs *e)
{
    const struct active_form *f = c->body;
    struct account x;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find(c, &x, e) || !call_matches(c, row_etag(c, &app_user_entity, &x.user), e))
        return false;
    act_begin(&act, c->tx, &c->who, f->active ? "user.enable" : "user.disable", x.user.login, e->a);
    if (!account_set_active(&act, x.user.login, f->active, e) ||
        (!f->active && !sessions_end(c->tx, x.user.id, (struct str){ 0 }, e)) || !act_end(&act, NULL, e))
        return false;
    x.user.active = f->active;
    c->reply->etag = row_etag(c, &app_user_entity, &x.user);
    put_account(c, &x);
    return true;
}

static bool offer_setup(struct call *c, struct errs *e)
{
    struct account x;
    struct credential k = { 0 };
    struct str secret;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find(c, &x, e) || credential_get(c->tx, x.user.id, &k, e) == FAILED ||
        !account_may_reset(c->tx, &c->who, &x.user, k.password.p != NULL, e))
        return false;
    act_begin(&act, c->tx, &c->who, "user.setup", x.user.login, e->a);
    if (!credential_offer_setup(&act, x.user.id, &secret, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "token", secret);
    put_member_int(&c->w, "hours", SETUP_LINK_HOURS);
    put_object_end(&c->w);
    return true;
}

static bool end_sessions(struct call *c, struct errs *e)
{
    struct account x;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find(c, &x, e) || !account_may_reset(c->tx, &c->who, &x.user, false, e))
        return false;
    act_begin(&act, c->tx, &c->who, "session.end", x.user.login, e->a);
    put_done(c);
    return sessions_end(c->tx, x.user.id, (struct str){ 0 }, e) && act_log(&act, 0, NULL, e);
}

static const struct answer_part session_parts[] = { { .name = "address", .type = "string" },
                                                    { .name = "created_at", .type = "string" },
                                                    { .name = "seen_at", .type = "string" },
                                                    { .name = "this", .type = "boolean" },
                                                    { 0 } };
static const struct answer_part role_parts[] = { { .name = "rights", .type = "object", .list = true },
                                                 { 0 } };
static const struct answer_part user_parts[] = { { .name = "roles", .of = &appointment_entity, .list = true },
                                                 { 0 } };
static const struct answer_part link_parts[] = { TEXT_PART("token"), NUMBER_PART("hours"), { 0 } };
static const struct answer_part name_parts[] = { TEXT_PART("login"), TEXT_PART("name"), { 0 } };
static const struct route routes[] = {
    { .method = "GET",
      .pattern = "/api/v1/names",
      .flags = ROUTE_ANYBODY,
      .query = &names_query,
      .run = list_names,
      .list = true,
      .parts = name_parts,
      .doc = { "登录名对应的姓名，限于本辖区及上下级的人",
               "The names of people by login: of those who work in the same area, above or below" } },
    { .method = "GET",
      .pattern = "/api/v1/users",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .orders = ORDERS(BY("login", "登录名", "login", .rows = account_rows)),
      .run = list_users,
      .parts = user_parts,
      .answer = &app_user_entity,
      .list = true,
      .doc = { "用户及其角色，按登录名", "Accounts with their roles, by login" } },
    { .method = "POST",
      .pattern = "/api/v1/users",
      .perm = PERM_USERS,
      .tx = ROUTE_WRITES,
      .body = &user_form,
      .run = add_user,
      .status = 201,
      .answer = &app_user_entity,
      .doc = { "建立用户，可同时任命", "Make an account, and appoint it" },
      .sample =
          "{\"login\":\"chen2\",\"name\":\"陈建国\",\"role\":\"township_clerk\",\"region\":\"350603101\"}" },
    { .method = "GET",
      .pattern = "/api/v1/users/{login}",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .path = &user_path,
      .run = show_user,
      .parts = user_parts,
      .answer = &app_user_entity,
      .doc = { "一个用户", "One account" } },
    { .method = "PATCH",
      .pattern = "/api/v1/users/{login}",
      .perm = PERM_USERS,
      .tx = ROUTE_WRITES,
      .flags = ROUTE_MATCH,
      .path = &user_path,
      .body = &active_form,
      .run = set_active,
      .parts = user_parts,
      .answer = &app_user_entity,
      .doc = { "启用或停用；停用即结束其会话", "Switch on or off; off ends its sessions" },
      .sample = "{\"active\":false}" },
    { .method = "POST",
      .pattern = "/api/v1/users/{login}/roles",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .tx = ROUTE_WRITES,
      .path = &user_path,
      .body = &role_form,
      .run = appoint,
      .parts = done_parts,
      .doc = { "任命", "Appoint to a role" },
      .sample = "{\"role\":\"leader\",\"region\":\"350603000000\"}" },
    { .method = "POST",
      .pattern = "/api/v1/users/{login}/dismiss",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .tx = ROUTE_WRITES,
      .path = &user_path,
      .body = &role_form,
      .run = dismiss,
      .parts = done_parts,
      .doc = { "免去一项任职", "Take an appointment away" },
      .sample = "{\"role\":\"leader\",\"region\":\"350603000000\"}" },
    { .method = "GET",
      .pattern = "/api/v1/users/{login}/sessions",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .path = &user_path,
      .run = list_user_sessions,
      .list = true,
      .parts = session_parts,
      .doc = { "其会话：从哪里、何时登录", "The sessions of an account: since when, from where" } },
    { .method = "GET",
      .pattern = "/api/v1/roles",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .run = list_roles,
      .answer = &role_entity,
      .list = true,
      .parts = role_parts,
      .doc = { "各角色及其权限", "The roles, and what each may do" } },
    { .method = "POST",
      .pattern = "/api/v1/users/{login}/setup",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .tx = ROUTE_WRITES,
      .flags = ROUTE_SECRET,
      .path = &user_path,
      .run = offer_setup,
      .parts = link_parts,
      .doc = { "发一次性链接，由本人设置口令", "A one-time link with which the person sets a password" } },
    { .method = "DELETE",
      .pattern = "/api/v1/users/{login}/sessions",
      .perm = PERM_USERS,
      .or_perm = PERM_APPOINT,
      .tx = ROUTE_WRITES,
      .path = &user_path,
      .run = end_sessions,
      .parts = done_parts,
      .doc = { "结束其全部会话（远程退出）", "End all sessions of an account" } },
};
const struct route_table user_routes = { { "用户", "Accounts" }, routes, N_ELEMS(routes) };
