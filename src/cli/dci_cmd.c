/* dci_cmd.c - other systems that may ask the registry, and what of. */
#include "access/account.h"
#include "access/token.h"
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "dci/dci.h"

enum { DAYS = 180 };

struct dci_run {
    struct cli *c;
    struct dci_client client;
    struct str secret;
    struct list all;
};

static bool has_list(struct cli *c, const char *option, struct str *out)
{
    CLEANUP(buf_release) struct buf b = BUF(1000);
    for (const struct opt_value *v = cli_value(c, option); v; v = cli_next_value(v)) {
        struct str rest = v->text, one;
        while (str_split(&rest, ',', &one)) {
            one = str_trim(one);
            if (!one.n || str_has(one, STR(" ")) || str_has(one, STR("/")))
                return fail(&c->e, ERR_INVALID, option, MSG_DCI_HOST, A(one));
            buf_addf(&b, "%s%.*s", b.n ? " " : "", (int)one.n, one.p);
        }
    }
    *out = b.n ? arena_str(c->a, buf_str(&b)) : (struct str){ 0 };
    return true;
}

static bool do_add(struct tx *tx, void *ctx, struct errs *e)
{
    struct dci_run *x = ctx;
    struct cli *c = x->c;
    struct app_user u;
    struct api_token t = { .name = x->client.name, .scopes = STR("registry.read") };
    struct str login = cli_text(c, "login");
    CLEANUP(act_release) struct act act = { 0 };
    enum found f = user_by_login(tx, login, &u, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "login", MSG_NO_SUCH_LOGIN, A(login));
    x->client.user_id = u.id;
    act_begin(&act, tx, &c->actor, "dci.client", x->client.sender_id, e->a);
    return dci_client_add(&act, &x->client, e) &&
           token_add_for(&act, &u, &t, cli_int(c, "days", DAYS), &x->secret, e) && act_end(&act, NULL, e);
}

static int add_cmd(struct cli *c)
{
    struct dci_run x = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    x.client.sender_id = c->args[0];
    x.client.name = cli_text(c, "name").p ? cli_text(c, "name") : c->args[0];
    x.client.public_key = cli_text(c, "public-key");
    x.client.must_sign = cli_flag(c, "must-sign");
    if (!has_list(c, "field", &x.client.fields) || !has_list(c, "host", &x.client.hosts) ||
        !has_list(c, "private-host", &x.client.private_hosts))
        return EXIT_USAGE;
    if (!cli_load_codes(c) || !cli_write(c, 0, do_add, &x))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_DCI_ADDED, A(x.client.sender_id), A(x.client.fields));
        cli_say(c, MSG_DCI_TOKEN, A(x.secret));
        return EXIT_DONE;
    }
    put_object(&w);
    put_member_text(&w, "sender_id", x.client.sender_id);
    put_member_text(&w, "token", x.secret);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static bool do_revoke(struct tx *tx, void *ctx, struct errs *e)
{
    struct dci_run *x = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &x->c->actor, "dci.revoke", x->c->args[0], e->a);
    return dci_client_revoke(&act, x->c->args[0], e) && act_end(&act, NULL, e);
}

static int revoke_cmd(struct cli *c)
{
    struct dci_run x = { .c = c };
    if (!cli_write(c, 0, do_revoke, &x))
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_text(&w, "revoked", c->args[0]);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    cli_say(c, MSG_DCI_REVOKED, A(c->args[0]));
    return EXIT_DONE;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct dci_run *x = ctx;
    return dci_clients(tx, &x->all, e);
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = { { { "发送方编号", "Sender" }, false },
                                             { { "名称", "Name" }, false },
                                             { { "可提供的字段", "Fields" }, false },
                                             { { "可回调", "May be called" }, false },
                                             { { "已停用", "Revoked" }, false } };
    static const char *const fields[] = { "sender_id", "name", "fields", "hosts", "revoked" };
    struct dci_run x = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    const struct dci_client *all = x.all.rows;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_list(&w);
        for (size_t i = 0; i < x.all.n; i++) {
            put_object(&w);
            for (size_t k = 1; k < dci_client_entity.n; k++) {
                put_key(&w, dci_client_entity.cols[k].name);
                col_json(&dci_client_entity.cols[k], &all[i], &w, c->codes, true);
            }
            put_object_end(&w);
        }
        put_list_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    if (!x.all.n) {
        cli_say(c, MSG_DCI_EMPTY);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.all.n; i++)
        for (size_t k = 0; k < N_ELEMS(fields); k++)
            table_text(&t, cli_cell(c, &dci_client_entity, fields[k], &all[i]));
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

/* The fields there are, below the help. */
static void say_fields(struct buf *b, enum lang lang)
{
    for (size_t i = 0; i < dci_fields_n; i++)
        buf_addf(b, "  %-20s %s\n", dci_fields[i].name, label_in(&dci_fields[i].label, lang));
}

// clang-format off
static const struct opt add_opts[] = {
    { .name = "days", .kind = OPT_INT, .arg = { "天", "N" }, .label = { "令牌有效天数（默认 180）", "days that the token is good for (180)" }, .min = 1, .max = TOKEN_DAYS_MAX },
    { .name = "field", .kind = OPT_TEXT, .flags = OPT_REQUIRED | OPT_REPEATS, .arg = { "字段,…", "FIELD,…" }, .label = { "可以提供的字段", "what it may have" } },
    { .name = "host", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "主机[:端口]", "HOST[:PORT]" }, .label = { "可以用 https 回调的主机", "a host that may be called back, by https" } },
    { .name = "login", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "登录名", "LOGIN" }, .label = { "以哪个账户的权限和辖区查询", "the account whose rights and area it has" } },
    { .name = "must-sign", .kind = OPT_FLAG, .label = { "没有签名的一律拒绝", "refuse what is not signed" } },
    { .name = "name", .kind = OPT_TEXT, .arg = { "名称", "NAME" }, .label = { "是什么系统", "what system it is" } },
    { .name = "private-host", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "主机[:端口]", "HOST[:PORT]" }, .label = { "本单位内网里可以回调的主机", "a host of our own network that may be called back" } },
    { .name = "public-key", .kind = OPT_TEXT, .arg = { "公钥", "KEY" }, .label = { "对方签名的 ed25519 公钥（base64）", "the ed25519 public key it signs with (base64)" } },
    { 0 },
};
// clang-format on

static const struct command commands[] = {
    { .name = "dci add",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .opts = add_opts,
      .args = { "发送方编号", "SENDER" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "登记一个可以查询名册的系统", "register a system that may ask the registry" },
      .help = { "对方按 DCI 社会登记接口（/registry/…）查询，见 docs/dci.md。令牌只显示一次。\n\n"
                "  bangfu dci add mis.example --login dci-mis --field group_size,name --host mis.example\n\n"
                "字段：\n",
                "It asks by the DCI Social Registry interface (/registry/…), see docs/dci.md. The token is "
                "shown "
                "once.\n\n"
                "  bangfu dci add mis.example --login dci-mis --field group_size,name --host mis.example\n\n"
                "Fields:\n" },
      .more = say_fields,
      .run = add_cmd },
    { .name = "dci list",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .summary = { "可以查询名册的系统", "systems that may ask the registry" },
      .help = { "\n  bangfu dci list", "\n  bangfu dci list" },
      .run = list_cmd },
    { .name = "dci revoke",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .args = { "发送方编号", "SENDER" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "停用一个系统", "let a system ask no more" },
      .help = { "\n  bangfu dci revoke mis.example", "\n  bangfu dci revoke mis.example" },
      .run = revoke_cmd },
};
const struct command_table dci_commands = { { "系统对接", "Other systems" }, commands, N_ELEMS(commands) };
