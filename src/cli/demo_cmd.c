/* demo_cmd.c - a demonstration gets a past and a running period. */
#include "cli/commands.h"
#include "cli/demo.h"

#include "access/site.h"

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct str demo = { 0 };
    int64_t *loans = ctx;
    if (site_get(tx, "demo", &demo, e) == FAILED)
        return false;
    if (!demo.p)
        return fail(e, ERR_FORBIDDEN, NULL, MSG_DEMO_ONLY);
    return db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM contract WHERE county = $1"), loans, e,
                  V((int64_t)DEMO_COUNTY));
}

static int demo(struct cli *c)
{
    int64_t loans = 0;
    if (!cli_read(c, look, &loans))
        return EXIT_NOTHING;
    if (loans) {
        fail(&c->e, ERR_CONFLICT, NULL, MSG_DEMO_HAS_LOANS);
        return EXIT_NOTHING;
    }
    const char *dir = demo_folder(c);
    if (!dir)
        return EXIT_NOTHING;
    bool ok = demo_history(c, dir) && demo_story(c, dir);
    demo_folder_remove(dir);
    if (!ok)
        return EXIT_NOTHING;
    cli_say(c, MSG_DEMO_MADE);
    if (c->json)
        buf_adds(&c->out, "{\"demo\":true}\n");
    return EXIT_DONE;
}

static const struct command commands[] = {
    { .name = "demo",
      .perm = PERM_REGISTRY_IMPORT,
      .db = DB_OPEN,
      .summary = { "给演示县补上历年借款和正在办理的一期",
                   "give a demonstration its past and a running period" },
      .help = { "在 init --demo 之后执行一次：24 期借款、还款和走访，各岗位的用户，第 25 "
                "期里各种状态的申请、\n"
                "合同、公示、异议和附件。全部由与平时相同的命令办成，日期相对于今天；不接着做中断了的。\n\n"
                "  bangfu init --demo\n  bangfu demo",
                "Once, after init --demo: 24 periods of loans, repayments and visits; accounts for each "
                "desk; and in "
                "period 25\ncases, contracts, notices, objections and documents in every state. All of it is "
                "done by "
                "the same commands as\never, on days relative to today; one that was cut short does not go "
                "on.\n\n"
                "  bangfu init --demo\n  bangfu demo" },
      .run = demo },
};
const struct command_table demo_commands = { { "演示", "Demonstration" }, commands, N_ELEMS(commands) };
