#include "base/clock.h"
#include "base/json.h"
#include "base/new_file.h"
#include "base/value.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "report/figures_show.h"

struct ask {
    struct cli *c;
    struct figures_question q;
    struct figures f;
};

static bool do_figures(struct tx *tx, void *ctx, struct errs *e)
{
    struct ask *x = ctx;
    return figures_of(tx, &x->c->actor, x->c->codes, &x->q, &x->f, e);
}

static bool read_question(struct cli *c, struct figures_question *q)
{
    struct str trace = cli_text(c, "trace");
    const struct opt_value *from = cli_value(c, "from");
    *q = (struct figures_question){ .programme = c->args[0],
                                    .as_of = { (int32_t)cli_int(c, "as-of", clock_today().day) },
                                    .region = cli_region(c, "region"),
                                    .trace = -1 };
    if (from)
        q->from = (struct opt_date){ { (int32_t)from->v }, true };
    if (trace.p) {
        q->trace = figure_find(trace);
        if (q->trace < 0)
            return fail(&c->e, ERR_NOT_FOUND, "trace", MSG_FIGURES_NONE, A(trace));
    }
    if (q->from.set && q->from.v.day > q->as_of.day)
        return fail(&c->e, ERR_INVALID, "from", MSG_FIGURES_SPAN);
    return figures_read_periods(q, cli_text(c, "period"), &c->e);
}

static const char *source_name(struct cli *c, int32_t source)
{
    const struct code_table *t = code_table(c->codes, "fund_source");
    const struct code_row *row = t ? code_row(t, source) : NULL;
    return row ? row->zh.p : arena_printf(c->a, "%d", (int)source);
}

static const char *money_text(struct cli *c, int64_t fen, bool grouped)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (grouped)
        money_print_grouped(&b, (struct money){ fen });
    else
        money_print(&b, (struct money){ fen });
    return arena_str(c->a, buf_str(&b)).p;
}

static const char *day_text(struct cli *c, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    return arena_str(c->a, buf_str(&b)).p;
}

static struct figures_show show_of(struct cli *c, const struct ask *x)
{
    return (struct figures_show){ &x->q, &x->f, c->codes, c->e.lang, c->a };
}

/* --- text ------------------------------------------------------------------------------------- */

static const char *grouped(struct cli *c, const struct figures *f, enum figure_id id)
{
    enum figure_unit u = figure_kinds[id].unit;
    if ((u == UNIT_YUAN || u == UNIT_YUAN_PARTS) && !f->list[id].unset)
        return money_text(c, f->list[id].part[NUMERATOR], true);
    const char *text = figure_text(f, id, c->a);
    return text ? text : "–";
}

static const char *note_of(struct cli *c, const struct figures *f, enum figure_id id)
{
    const struct figure_kind *k = &figure_kinds[id];
    const struct figure *x = &f->list[id];
    if (x->unset)
        return label_in(&x->why, c->e.lang);
    if (cli_flag(c, "explain"))
        return label_in(&k->definition, c->e.lang);
    if (figure_is_quotient(k->unit))
        return arena_printf(c->a, "%s ÷ %s", figure_part_text(f, id, NUMERATOR, c->a),
                            figure_part_text(f, id, DENOMINATOR, c->a));
    return "";
}

static void figures_text(struct cli *c, const struct ask *x)
{
    static const struct table_col cols[] = {
        { { "指标", "Figure" }, false },
        { { "名称", "Name" }, false },
        { { "数值", "Value" }, true },
        { { "说明", "Note" }, false },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (int i = 0; i < FIGURES; i++) {
        enum figure_id id = (enum figure_id)i;
        table_text(&t, str_of(figure_kinds[i].name));
        table_text(&t, figure_label(&x->f, id, c->e.lang));
        table_text(&t, str_of(grouped(c, &x->f, id)));
        table_text(&t, str_of(note_of(c, &x->f, id)));
        bool parts = id == FIGURE_FUND_CAPITAL_BY_SOURCE && !x->f.list[i].unset;
        for (size_t k = 0; parts && k < x->f.sources_n; k++) {
            table_text(&t, STR(""));
            table_text(&t, str_of(arena_printf(c->a, "  %s", source_name(c, x->f.sources[k].source))));
            table_text(&t, str_of(money_text(c, x->f.sources[k].amount.fen, true)));
            table_text(&t, STR(""));
        }
    }
    table_print(&t, c->e.lang, &c->out);
}

static void trace_text(struct cli *c, const struct ask *x)
{
    struct figures_show show = show_of(c, x);
    static const struct table_col cols[] = {
        { { "部分", "Part" }, false }, { { "类别", "Kind" }, false },  { { "编号", "Number" }, false },
        { { "日期", "Date" }, false }, { { "数值", "Amount" }, true },
    };
    static const struct label parts[] = { { "分子", "numerator" }, { "分母", "denominator" } };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->f.rows_n; i++) {
        const struct figure_row *row = &x->f.rows[i];
        table_text(&t, str_of(label_in(&parts[row->part], c->e.lang)));
        table_text(&t, str_of(row->kind));
        table_text(&t, row->name.p ? row->name : STR(""));
        table_text(&t, str_of(row->on.set ? day_text(c, row->on.v) : ""));
        table_text(&t, str_of(figure_row_amount(&show, row, true)));
    }
    table_print(&t, c->e.lang, &c->out);
    enum figure_id id = (enum figure_id)x->q.trace;
    cli_say(c, MSG_FIGURES_TRACED, A((int64_t)x->f.rows_n), A(figure_label(&x->f, id, c->e.lang)),
            A(grouped(c, &x->f, id)));
}

static int figures(struct cli *c)
{
    struct ask x = { .c = c };
    if (!cli_load_codes(c) || !read_question(c, &x.q) || !cli_read(c, do_figures, &x))
        return EXIT_NOTHING;
    struct figures_show show = show_of(c, &x);
    struct json_out w = JSON_OUT(&c->out);
    if (c->json) {
        figures_put(&show, &w);
        buf_addc(&c->out, '\n');
    } else if (x.q.trace >= 0)
        trace_text(c, &x);
    else
        figures_text(c, &x);
    return EXIT_DONE;
}

static const struct opt figures_opts[] = {
    { .name = "as-of",
      .kind = OPT_DATE,
      .arg = { "日期", "DATE" },
      .label = { "截止日（默认今天）", "up to this day (default: today)" } },
    { .name = "from",
      .kind = OPT_DATE,
      .arg = { "日期", "DATE" },
      .label = { "期间从哪天起（默认自始）", "from this day (default: from the beginning)" } },
    { .name = "period",
      .kind = OPT_TEXT,
      .arg = { "期", "A-B" },
      .label = { "只算这些期的合同，如 20-21", "only contracts of these periods, like 20-21" } },
    { .name = "region",
      .kind = OPT_REGION,
      .arg = { "区划", "REGION" },
      .label = { "只算这个区划", "only this region" } },
    { .name = "trace",
      .kind = OPT_TEXT,
      .arg = { "指标", "ID" },
      .label = { "列出构成这个指标的每一行", "list the rows that make this figure" } },
    { .name = "explain",
      .kind = OPT_FLAG,
      .label = { "写出每个指标的口径", "say how each figure is defined" } },
    { 0 },
};
static const struct command figures_list[] = {
    { .name = "figures",
      .perm = PERM_LEDGER_READ,
      .db = DB_OPEN,
      .opts = figures_opts,
      .args = { "项目", "PROGRAMME" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "一个项目的报告数字", "the figures of a programme's report" },
      .help = { "从账目、合同和名册算出，不是手填的；比率同时给出分子和分母。\n\n"
                "  bangfu figures 幸福工程 --as-of 2017-09-30\n"
                "  bangfu figures 幸福工程 --from 2017-01-01 --as-of 2017-09-30 --trace loan.due",
                "Computed from the journal, the contracts and the registry; ratios show both parts.\n\n"
                "  bangfu figures xingfu --as-of 2017-09-30\n"
                "  bangfu figures xingfu --from 2017-01-01 --as-of 2017-09-30 --trace loan.due" },
      .run = figures },
};
const struct command_table report_commands = { { "报告", "Reports" }, figures_list, N_ELEMS(figures_list) };
