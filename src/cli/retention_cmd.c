/* retention_cmd.c - what is past its time, and its removal. */
#include "api/retention.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/table.h"

static struct retention retention_of(struct cli *c)
{
    const char *folder = cli_cstr(c, "data");
    if (!folder && store_is_sqlite(c->store))
        folder = arena_printf(c->a, "%s.jobs", c->db);
    return (struct retention){ .st = c->store, .folder = folder, .who = &c->actor, .stop = c->stop };
}

static void put_result(struct cli *c, const struct retention *r, const char *number)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "rules");
    put_list(&w);
    for (size_t i = 0; i < retention_rules_n; i++) {
        const struct retention_rule *x = &retention_rules[i];
        put_object(&w);
        put_member_cstr(&w, "rule", x->name);
        put_member_cstr(&w, "what", label_in(&x->what, c->e.lang));
        put_member_int(&w, "days", x->days);
        put_member_cstr(&w, "why", label_in(&x->why, c->e.lang));
        put_member_int(&w, number, r->n[i]);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_member_int(&w, "notices_hanging", r->hanging);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int show(struct cli *c)
{
    static const struct table_col cols[] = { { { "内容", "what" }, false },
                                             { { "保存天数", "days kept" }, true },
                                             { { "到期", "due" }, true },
                                             { { "理由", "why" }, false } };
    struct retention r = retention_of(c);
    if (!retention_look(&r, &c->e))
        return EXIT_NOTHING;
    if (c->json) {
        put_result(c, &r, "due");
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < retention_rules_n; i++) {
        const struct retention_rule *x = &retention_rules[i];
        table_text(&t, str_of(label_in(&x->what, c->e.lang)));
        table_int(&t, x->days);
        table_int(&t, r.n[i]);
        table_text(&t, str_of(label_in(&x->why, c->e.lang)));
    }
    table_print(&t, c->e.lang, &c->out);
    if (r.hanging)
        cli_say(c, MSG_RETENTION_OTHERS, A(r.hanging));
    return EXIT_DONE;
}

static int run(struct cli *c)
{
    struct retention r = retention_of(c);
    int64_t all = 0;
    if (!actor_need_at(&c->actor, PERM_BACKUP, (struct region_code){ 0 }, &c->e) || !retention_run(&r, &c->e))
        return EXIT_NOTHING;
    if (c->json)
        put_result(c, &r, "removed");
    for (size_t i = 0; i < retention_rules_n; i++)
        if (r.n[i])
            cli_say(c, MSG_RETENTION_DONE, A(label_in(&retention_rules[i].what, c->e.lang)), A(r.n[i]));
    for (size_t i = 0; i < retention_rules_n; i++)
        all += r.n[i];
    if (!all)
        cli_say(c, MSG_RETENTION_NOTHING);
    if (r.hanging)
        cli_say(c, MSG_RETENTION_OTHERS, A(r.hanging));
    return EXIT_DONE;
}

static const struct opt opts[] = {
    { "data",
      OPT_TEXT,
      { "目录", "FOLDER" },
      { "服务器任务文件的目录，同 serve --data（默认：数据库文件旁的 .jobs）",
        "the folder of the server's jobs, as for serve --data (default: .jobs beside the database's file)" },
      0,
      0,
      0,
      NULL },
    { 0 },
};

static const struct command commands[] = {
    { .name = "retention run",
      .perm = PERM_BACKUP,
      .db = DB_OPEN,
      .opts = opts,
      .summary = { "清理不必再保存的内容", "remove what need not be kept" },
      .help = { "会话、登录失败计数、任务及其文件、已答请求、已答复的异议人姓名；期限见 retention show。\n"
                "名册、凭证、案件、公示和审计从不清理。服务器运行时每天自动执行一次。\n"
                "  bangfu retention run",
                "Sessions, counts of failed log-ins, jobs and their files, kept answers, names of objectors "
                "who "
                "were answered;\n"
                "retention show says after how long.  Never the register, vouchers, cases, notices or the "
                "audit.  A server does it\n"
                "once a day by itself.\n"
                "  bangfu retention run" },
      .run = run },
    { .name = "retention show",
      .perm = PERM_BACKUP,
      .db = DB_OPEN,
      .opts = opts,
      .summary = { "什么保存多久，现有多少到期", "what is kept how long, and how much is due" },
      .help = { "还列出期满后没有登记取下的公示数。\n"
                "  bangfu retention show",
                "Also says how many notices hang past their last day.\n"
                "  bangfu retention show" },
      .run = show },
};
const struct command_table tidy_commands = { { "保存期", "Retention" }, commands, N_ELEMS(commands) };
