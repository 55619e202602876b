/* user_cmd.c - accounts of the people who work here. */
#include "access/account.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/admin_cmd.h"
#include "cli/table.h"

enum { PAGE = 200 };

struct account_work {
    struct cli *c;
    const char *action;
    struct app_user user;
    bool active; /* what set_active makes of it */
};

static bool add(struct tx *tx, void *ctx, struct errs *e)
{
    struct account_work *w = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &w->c->actor, w->action, w->user.login, e->a);
    return account_add(&act, &w->user, cli_cstr(w->c, "role"), cli_region(w->c, "region"), e) &&
           act_end(&act, NULL, e);
}

static bool read_user(struct cli *c, struct app_user *u)
{
    struct reading rd = { .e = &c->e, .today = clock_today() };
    bool ok = col_read(entity_col(&app_user_entity, "login"), u, c->args[0], &rd);
    ok = col_read(entity_col(&app_user_entity, "name"), u, cli_text(c, "name"), &rd) && ok;
    return col_read(entity_col(&app_user_entity, "unit"), u, cli_text(c, "unit"), &rd) && ok;
}

static void done(struct cli *c, enum msg m, struct str login)
{
    struct json_out w = JSON_OUT(&c->out);
    if (!c->json) {
        cli_say(c, m, A(login), A(cli_text(c, "role")));
        return;
    }
    put_object(&w);
    put_member_text(&w, "login", login);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

int user_add_cmd(struct cli *c)
{
    struct account_work w = { .c = c, .action = "user.add" };
    if (!read_user(c, &w.user) || !cli_write(c, 0, add, &w))
        return EXIT_NOTHING;
    done(c, MSG_USER_ADDED, w.user.login);
    return EXIT_DONE;
}

static bool appoint(struct tx *tx, void *ctx, struct errs *e)
{
    struct account_work *w = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &w->c->actor, w->action, w->c->args[0], e->a);
    return account_appoint(&act, w->c->args[0], cli_cstr(w->c, "role"), cli_region(w->c, "region"), e) &&
           act_end(&act, NULL, e);
}

int user_appoint_cmd(struct cli *c)
{
    struct account_work w = { .c = c, .action = "user.appoint" };
    if (!cli_write(c, 0, appoint, &w))
        return EXIT_NOTHING;
    done(c, MSG_USER_APPOINTED, c->args[0]);
    return EXIT_DONE;
}

static bool set_active(struct tx *tx, void *ctx, struct errs *e)
{
    struct account_work *w = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &w->c->actor, w->action, w->c->args[0], e->a);
    return account_set_active(&act, w->c->args[0], w->active, e) && act_end(&act, NULL, e);
}

int user_enable_cmd(struct cli *c)
{
    struct account_work w = { .c = c, .action = "user.enable", .active = true };
    if (!cli_write(c, 0, set_active, &w))
        return EXIT_NOTHING;
    done(c, MSG_USER_ENABLED, c->args[0]);
    return EXIT_DONE;
}

int user_disable_cmd(struct cli *c)
{
    struct account_work w = { .c = c, .action = "user.disable" };
    if (!cli_write(c, 0, set_active, &w))
        return EXIT_NOTHING;
    done(c, MSG_USER_DISABLED, c->args[0]);
    return EXIT_DONE;
}

/* --- list --------------------------------------------------------------------------------- */

struct listing {
    struct cli *c;
    struct str after;
    struct account *accounts;
    size_t n;
};

static bool list_page(struct tx *tx, void *ctx, struct errs *e)
{
    struct listing *l = ctx;
    struct str after = l->after;
    l->accounts = NEW_ARRAY(e->a, struct account, PAGE);
    return account_list(tx, &l->c->actor, account_rows(false), after, PAGE, l->accounts, &l->n, &l->after, e);
}

static void put_account(struct json_out *w, const struct account *x)
{
    put_object(w);
    put_member_text(w, "login", x->user.login);
    put_member_text(w, "name", x->user.name);
    put_member_text(w, "unit", x->user.unit);
    put_member_bool(w, "active", x->user.active);
    put_key(w, "roles");
    put_list(w);
    for (size_t i = 0; i < x->n; i++) {
        struct buf code = BUF(16);
        put_object(w);
        put_member_text(w, "role", x->roles[i].role);
        if (x->roles[i].region.v)
            region_print(&code, x->roles[i].region);
        put_member_cstr(w, "region", code.n ? buf_cstr(&code) : NULL);
        put_object_end(w);
        buf_release(&code);
    }
    put_list_end(w);
    put_object_end(w);
}

static const struct table_col user_cols[] = {
    { { "登录名", "Login" }, false }, { { "姓名", "Name" }, false },  { { "单位", "Unit" }, false },
    { { "启用", "Active" }, false },  { { "角色", "Roles" }, false },
};

static void add_account(struct table *t, struct cli *c, const struct account *x)
{
    struct buf roles = BUF(1 << 12);
    for (size_t i = 0; i < x->n; i++) {
        buf_adds(&roles, i ? ", " : "");
        buf_add(&roles, x->roles[i].role);
        buf_addc(&roles, '@');
        if (x->roles[i].region.v)
            region_print(&roles, x->roles[i].region);
        else
            buf_adds(&roles, say(c->a, c->e.lang, MSG_EVERYWHERE));
    }
    static const struct label yes = { "是", "yes" }, no = { "否", "no" };
    table_text(t, x->user.login);
    table_text(t, x->user.name);
    table_text(t, x->user.unit);
    table_text(t, str_of(label_in(x->user.active ? &yes : &no, c->e.lang)));
    table_text(t, buf_str(&roles));
    buf_release(&roles);
}

int user_list_cmd(struct cli *c)
{
    struct listing l = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    struct table t = table_begin(user_cols, N_ELEMS(user_cols), c->a);
    if (c->json) {
        put_object(&w);
        put_key(&w, "users");
        put_list(&w);
    }
    do {
        if (!cli_read(c, list_page, &l))
            return EXIT_NOTHING;
        for (size_t i = 0; i < l.n; i++) {
            if (c->json)
                put_account(&w, &l.accounts[i]);
            else
                add_account(&t, c, &l.accounts[i]);
        }
    } while (l.after.p);
    if (c->json) {
        put_list_end(&w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
    return EXIT_DONE;
}
