/* password_cmd.c - a password is set, or a link with which the person sets it. */
#include "access/account.h"
#include "access/credential.h"
#include "base/json.h"
#include "cli/admin_cmd.h"

#include <sodium.h>
#include <termios.h>
#include <unistd.h>

struct setting {
    struct cli *c;
    struct app_user user;
    const char *hash; /* NULL: a link is made */
    struct str secret;
};

static bool set(struct tx *tx, void *ctx, struct errs *e)
{
    struct setting *x = ctx;
    struct credential k = { 0 };
    CLEANUP(act_release) struct act act = { 0 };
    enum found f = user_by_login(tx, x->c->args[0], &x->user, e);
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "login", MSG_NO_SUCH_LOGIN, A(x->c->args[0]));
    if (f == FAILED || credential_get(tx, x->user.id, &k, e) == FAILED ||
        !account_may_reset(tx, &x->c->actor, &x->user, k.password.p != NULL, e))
        return false;
    act_begin(&act, tx, &x->c->actor, x->hash ? "user.password" : "user.setup", x->user.login, e->a);
    return (x->hash ? credential_set_password(&act, x->user.id, x->hash, e)
                    : credential_offer_setup(&act, x->user.id, &x->secret, e)) &&
           act_end(&act, NULL, e);
}

static bool read_line(struct cli *c, enum msg ask, char *line, size_t cap)
{
    struct termios was, quiet;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal) {
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        fprintf(stderr, "%s", say(c->a, c->e.lang, ask, A(c->args[0])));
    }
    bool ok = fgets(line, (int)cap, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    size_t n = ok ? strcspn(line, "\r\n") : 0;
    line[n] = '\0';
    return terminal;
}

static bool ask_password(struct cli *c, struct setting *x)
{
    char first[PASSWORD_MAX + 3], again[PASSWORD_MAX + 3];
    bool terminal = read_line(c, MSG_PASSWORD_ASK, first, sizeof first), ok = true;
    if (terminal) {
        read_line(c, MSG_PASSWORD_AGAIN, again, sizeof again);
        ok = !strcmp(first, again) || fail(&c->e, ERR_INVALID, NULL, MSG_PASSWORD_TWICE);
    }
    ok = ok && password_fits((struct str){ first, strlen(first) }, c->args[0], &c->e);
    if (ok)
        x->hash = password_hash(str_of(first), c->a);
    sodium_memzero(first, sizeof first);
    sodium_memzero(again, sizeof again);
    return ok && (x->hash || fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_PASSWORD_MEMORY));
}

int user_password_cmd(struct cli *c)
{
    struct setting x = { .c = c };
    bool link = cli_flag(c, "link");
    if ((!link && !ask_password(c, &x)) || !cli_write(c, 0, set, &x))
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_text(&w, "login", x.user.login);
        if (link)
            put_member_text(&w, "token", x.secret);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    } else if (link) {
        struct str path = str_of(arena_printf(c->a, "/setup/%.*s", (int)x.secret.n, x.secret.p));
        cli_say(c, MSG_SETUP_LINK, A((int)SETUP_LINK_HOURS), A(x.user.login), A(path));
    } else {
        cli_say(c, MSG_PASSWORD_SET, A(x.user.login));
    }
    return EXIT_DONE;
}
