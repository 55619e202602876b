/* day_cmd.c - the close of a day, and what it found. */
#include "base/value.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/day.h"

struct day_run {
    struct lend w;
    struct date day;
    struct day_result r;
    bool changed, found;
};

static bool do_close(struct tx *tx, void *ctx, struct errs *e)
{
    struct day_run *x = ctx;
    struct cli *c = x->w.c;
    day_release(&x->r);
    x->day = lend_day(c, "date", clock_today());
    if (!lend_fund(&x->w, tx, PERM_LEDGER_CHECK, c->args[0], e))
        return false;
    lend_begin(&x->w, tx, "day.close", x->w.rules.fund.code, e);
    return day_close(&x->w.l, &x->w.rules, x->day, &x->r, &x->changed, e) && lend_places(&x->w, tx, e) &&
           act_end(&x->w.act, NULL, e);
}

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct day_run *x = ctx;
    struct cli *c = x->w.c;
    x->day = lend_day(c, "date", clock_today());
    if (!lend_fund(&x->w, tx, PERM_LEDGER_READ, c->args[0], e))
        return false;
    enum found f = day_read(tx, &x->w.rules.fund, x->day, &x->r, e);
    return f == FOUND ? lend_places(&x->w, tx, e)
                      : f == NONE && fail(e, ERR_NOT_FOUND, "date", MSG_DAY_NOT_CLOSED, A(x->day));
}

/* In hundredths of a per cent; sums far above any fund lose what cannot be seen. */
static struct money share(struct money part, struct money whole)
{
    enum { TEN_THOUSAND = 10000 };
    if (whole.fen > INT64_MAX / TEN_THOUSAND / 2)
        return share((struct money){ part.fen / TEN_THOUSAND }, (struct money){ whole.fen / TEN_THOUSAND });
    return (struct money){ whole.fen > 0 ? (part.fen * TEN_THOUSAND + whole.fen / 2) / whole.fen : 0 };
}

static void answer_json(struct day_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    lend_put(c, &out, "close", &day_close_entity, &x->r.sum);
    put_member_bool(&out, "changed", x->changed);
    lend_put_list(c, &out, "classes", &day_class_entity, &(struct list){ x->r.classes, x->r.classes_n });
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static void answer_text(struct day_run *x)
{
    static const struct table_col cols[] = {
        { { "乡镇", "Township" }, false },   { { "逾期天数起", "Days late from" }, true },
        { { "笔数", "Loans" }, true },       { { "余额", "Outstanding" }, true },
        { { "逾期本金", "Overdue" }, true },
    };
    static const char *const names[] = { "from_day", "loans", "amount", "overdue" };
    struct cli *c = x->w.c;
    const struct day_close *s = &x->r.sum;
    const struct money shares[] = { share(s->par30, s->outstanding), share(s->par60, s->outstanding),
                                    share(s->par90, s->outstanding) };
    lend_print(c, &day_close_entity, s);
    cli_say(c, MSG_DAY_PAR, A(shares[0]), A(shares[1]), A(shares[2]));
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->r.classes_n; i++) {
        table_text(&t, lend_place(&x->w, x->r.classes[i].township));
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &day_class_entity, names[k], &x->r.classes[i]));
    }
    if (x->r.classes_n)
        table_print(&t, c->e.lang, &c->out);
}

static int close_cmd(struct cli *c)
{
    struct day_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_close);
    if (ok && c->json)
        answer_json(&x);
    else if (ok) {
        answer_text(&x);
        cli_say(c, x.changed ? MSG_DAY_CLOSED : MSG_DAY_SAME, A(x.w.rules.fund.name), A(x.day));
    }
    day_release(&x.r);
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

static int show_cmd(struct cli *c)
{
    struct day_run x = { .w.c = c };
    bool ok = cli_load_codes(c) && cli_read(c, do_show, &x);
    if (ok && c->json)
        answer_json(&x);
    else if (ok)
        answer_text(&x);
    day_release(&x.r);
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

// clang-format off
static const struct opt day_opts[] = { OPT_DAY("哪一天；默认今天", "which day; today unless told"), OPT_IN_COUNTY, { 0 } };
static const struct command commands[] = {
    { .name = "day close", .perm = PERM_LEDGER_CHECK, .db = DB_OPEN, .opts = day_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "日终：账龄、逾期占比、应计利息、应发通知、未履行的承诺", "Close a day: ageing, PAR, interest accrued, notices to be sent, promises broken" },
      .help = { "只由账目和日期算出，不记账、不加锁；可以补做、重做、做过去的日子，结果一样。\n\n"
                "  bangfu day close 幸福工程\n  bangfu day close 幸福工程 --date 2026-03-31",
                "Reckoned from the journal and the day alone; posts and locks nothing.  Late, again or for a past day, the result\n"
                "is the same.\n\n  bangfu day close xingfu\n  bangfu day close xingfu --date 2026-03-31" },
      .run = close_cmd },
    { .name = "day show", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = day_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "日终的结果", "What the close of a day found" },
      .help = { "以当时保存的为准；重做用 day close。\n\n  bangfu day show 幸福工程 --date 2026-03-31",
                "As it was kept; day close makes it anew.\n\n  bangfu day show xingfu --date 2026-03-31" },
      .run = show_cmd },
};
// clang-format on
const struct command_table day_commands = { { "日终", "Days" }, commands, N_ELEMS(commands) };
