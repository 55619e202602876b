/* schedule_cmd.c - what a loan would owe and when; needs no database. */
#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "fund/schedule.h"

enum { SUBSIDY_STEPS_MAX = 16 };

static bool read_money(struct cli *c, const char *name, struct money *m)
{
    static const struct label labels[] = { { "金额", "The amount" } };
    const struct label *l = labels;
    struct str text = cli_text(c, name);
    if (!text.p)
        return true;
    switch (money_read(text, m)) {
    case READ_OK: return true;
    case READ_OVERFLOW: return fail(&c->e, ERR_INVALID, name, MSG_OVERFLOW, A(l));
    default: return fail(&c->e, ERR_INVALID, name, MSG_NOT_MONEY, A(l));
    }
}

static int choice(const struct cli *c, const char *option, const char *const *names, size_t n, int otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(cli_text(c, option), str_of(names[i])))
            return (int)i;
    return otherwise;
}

/* DATE=SHARE */
static bool read_subsidy(struct cli *c, struct loan_terms *t)
{
    struct subsidy_step *steps = NEW_ARRAY(c->a, struct subsidy_step, SUBSIDY_STEPS_MAX);
    for (const struct opt_value *v = cli_value(c, "subsidy"); v; v = cli_next_value(v)) {
        struct str share = v->text, day;
        struct subsidy_step *s = &steps[t->subsidy_n];
        if (t->subsidy_n == SUBSIDY_STEPS_MAX || !str_split(&share, '=', &day) ||
            date_read(day, &s->from) != READ_OK || rate_read(share, &s->share) != READ_OK)
            return fail(&c->e, ERR_INVALID, "subsidy", MSG_SCHEDULE_SUBSIDY, A(v->text));
        t->subsidy_n++;
    }
    t->subsidy = steps;
    return true;
}

static bool read_terms(struct cli *c, struct loan_terms *t)
{
    const struct opt_value *start = cli_value(c, "start");
    *t = (struct loan_terms){
        .rate = { 0, 1 },
        .method =
            (enum loan_method)choice(c, "method", loan_methods, N_ELEMS(loan_methods), METHOD_EQUAL_PRINCIPAL),
        .day_count = (enum day_count)choice(c, "day-count", day_counts, N_ELEMS(day_counts), 0),
        .rounding = (enum rounding)choice(c, "rounding", roundings, N_ELEMS(roundings), 0),
        .start = start ? (struct date){ (int32_t)start->v } : clock_today(),
        .instalments = (int)cli_int(c, "instalments", 1),
        .every_months = (int)cli_int(c, "every-months", 1),
        .principal_grace = (int)cli_int(c, "principal-grace", 0),
    };
    struct str rate = cli_text(c, "rate");
    read_money(c, "principal", &t->principal);
    read_money(c, "whole-unit", &t->whole_unit);
    read_money(c, "instalment", &t->instalment);
    if (rate.p && rate_read(rate, &t->rate) != READ_OK)
        fail(&c->e, ERR_INVALID, "rate", MSG_SCHEDULE_RATE);
    return read_subsidy(c, t) && !errs_any(&c->e);
}

/* --- output ------------------------------------------------------------------------------- */

static void put_yuan(struct json_out *w, const char *key, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print(&b, m);
    put_member_text(w, key, buf_str(&b));
}

static void print_json(struct cli *c, const struct schedule *s, bool subsidised)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "rows");
    put_list(&w);
    for (size_t i = 0; i < s->n; i++) {
        const struct schedule_row *r = &s->rows[i];
        CLEANUP(buf_release) struct buf due = BUF(32);
        date_print(&due, r->due);
        put_object(&w);
        put_member_int(&w, "no", r->no);
        put_member_text(&w, "due", buf_str(&due));
        put_yuan(&w, "principal", r->principal);
        put_yuan(&w, "interest", r->interest);
        if (subsidised)
            put_yuan(&w, "subsidy", r->subsidy);
        put_yuan(&w, "instalment", r->instalment);
        put_yuan(&w, "balance", r->balance);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void cell(struct table *t, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print_grouped(&b, m);
    table_text(t, buf_str(&b));
}

static void print_table(struct cli *c, const struct schedule *s, bool subsidised)
{
    static const struct table_col plain[] = {
        { { "期次", "No" }, true },         { { "到期日", "Due" }, false },
        { { "本金", "Principal" }, true },  { { "利息", "Interest" }, true },
        { { "应还", "Instalment" }, true }, { { "剩余本金", "Balance" }, true },
    };
    static const struct table_col with_subsidy[] = {
        { { "期次", "No" }, true },          { { "到期日", "Due" }, false },
        { { "本金", "Principal" }, true },   { { "利息", "Interest" }, true },
        { { "贴息", "Subsidy" }, true },     { { "应还", "Instalment" }, true },
        { { "剩余本金", "Balance" }, true },
    };
    struct table t = subsidised ? table_begin(with_subsidy, N_ELEMS(with_subsidy), c->a)
                                : table_begin(plain, N_ELEMS(plain), c->a);
    struct money principal = { 0 }, interest = { 0 };
    for (size_t i = 0; i < s->n; i++) {
        const struct schedule_row *r = &s->rows[i];
        CLEANUP(buf_release) struct buf due = BUF(32);
        date_print(&due, r->due);
        table_int(&t, r->no);
        table_text(&t, buf_str(&due));
        cell(&t, r->principal);
        cell(&t, r->interest);
        if (subsidised)
            cell(&t, r->subsidy);
        cell(&t, r->instalment);
        cell(&t, r->balance);
        principal.fen += r->principal.fen;
        interest.fen += r->interest.fen;
    }
    table_print(&t, c->e.lang, &c->out);
    cli_say(c, MSG_SCHEDULE_TOTAL, A(principal), A(interest),
            A((struct money){ principal.fen + interest.fen }));
}

static int schedule(struct cli *c)
{
    struct loan_terms t;
    struct schedule s;
    if (!read_terms(c, &t) || !schedule_make(&t, &s, &c->e))
        return EXIT_NOTHING;
    if (c->json)
        print_json(c, &s, t.subsidy_n);
    else
        print_table(c, &s, t.subsidy_n);
    return EXIT_DONE;
}

// clang-format off
static const struct opt schedule_opts[] = {
    { .name = "principal", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "金额", "YUAN" },
      .label = { "本金，元", "what is lent, in yuan" } },
    { .name = "rate", .kind = OPT_TEXT, .arg = { "年利率", "RATE" },
      .label = { "年利率，如 0.12 或 12%；不填为无息", "of a year, like 0.12 or 12%; without it no interest" } },
    { .name = "method", .kind = OPT_CHOICE, .choices = "flat|annuity|equal_principal|bullet",
      .label = { "还款方式：固定利息、等额本息、等额本金（默认）、到期还本",
                 "how it is repaid; equal_principal unless told" } },
    { .name = "day-count", .kind = OPT_CHOICE, .choices = "same_as_period|30/360|actual/365|actual/actual",
      .label = { "计息天数；默认 same_as_period", "how days count; same_as_period unless told" } },
    { .name = "start", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "放款日；默认今天", "the day it is paid out; today unless told" } },
    { .name = "instalments", .kind = OPT_INT, .flags = OPT_REQUIRED, .min = 1, .max = INSTALMENTS_MAX,
      .arg = { "期数", "N" }, .label = { "分几期", "how many" } },
    { .name = "every-months", .kind = OPT_INT, .min = 1, .max = EVERY_MONTHS_MAX, .arg = { "月数", "N" },
      .label = { "几个月一期；默认 1", "months between them; 1 unless told" } },
    { .name = "principal-grace", .kind = OPT_INT, .min = 0, .max = INSTALMENTS_MAX, .arg = { "期数", "N" },
      .label = { "前几期只还利息", "so many first ones are interest only" } },
    { .name = "whole-unit", .kind = OPT_TEXT, .arg = { "金额", "YUAN" },
      .label = { "每期取整到几元，末期补齐", "round instalments to multiples of this; the last makes up for it" } },
    { .name = "instalment", .kind = OPT_TEXT, .arg = { "金额", "YUAN" },
      .label = { "等额本息的每期还款额，如合同已约定", "of an annuity, where the contract names it" } },
    { .name = "rounding", .kind = OPT_CHOICE, .choices = "half_up|half_even",
      .label = { "分以下四舍五入（默认）或银行家舍入", "half a fen goes up (unless told) or to even" } },
    { .name = "subsidy", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "日期=比例", "DATE=SHARE" },
      .label = { "自该日起贴息的比例，可多次", "the share of interest that is subsidised from that day; may be repeated" } },
    { 0 },
};
static const struct command commands[] = {
    { .name = "schedule", .perm = PERM_NONE, .db = DB_NO, .opts = schedule_opts,
      .summary = { "还款计划试算", "What a loan would owe and when" },
      .help = { "按条件列出每期的到期日、本金、利息和余额，不需要数据库，也不保存。\n"
                "利率按分数精确计算，每段利息只舍入一次；末期还清剩余本金。\n\n"
                "  bangfu schedule --principal 5000 --rate 0.12 --method annuity --instalments 18 --start 2022-11-01",
                "Lists of every instalment the due date, principal, interest and balance; needs no database and keeps nothing.\n"
                "Rates are exact fractions and each piece of interest is rounded once; the last row takes what is left.\n\n"
                "  bangfu schedule --principal 5000 --rate 0.12 --method annuity --instalments 18 --start 2022-11-01" },
      .run = schedule },
};
// clang-format on
const struct command_table schedule_commands = { { "资金", "Funds" }, commands, N_ELEMS(commands) };
