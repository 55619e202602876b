/* monitor_cmd.c - the fund monitor: audit indicators of a loan fund on one page (report/monitor.h). */
#include "base/clock.h"
#include "base/new_file.h"
#include "casework/print.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/ledger_cmd.h"
#include "cli/table.h"
#include "report/figures_show.h"
#include "report/monitor_show.h"

enum { PAGE_BYTES_MAX = 1 << 26, ROWS_ON_PAPER = 60, PROGRAMMES_MAX = 64 };

struct monitored {
    struct monitor m;
    struct str programme;
};
struct monitor_run {
    struct cli *c;
    struct monitor_question q;
    int rows; /* enum indicator_id, or -1 */
    struct monitored *list;
    size_t n;
    struct list regions;
};

/* --- asking ----------------------------------------------------------------------------------- */

/* The programme named, or every one that has a fund. */
static bool programmes_of(struct monitor_run *x, struct tx *tx, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    x->list = NEW_ARRAY(e->a, struct monitored, PROGRAMMES_MAX);
    x->n = 0;
    if (x->c->args_n) {
        x->list[x->n++].programme = x->c->args[0];
        return true;
    }
    if (!db_query(
            tx, &rows,
            SQL(STMT_FAN, "SELECT DISTINCT f.programme FROM fund f WHERE f.programme IS NOT NULL ORDER BY 1"),
            e))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND && x->n < PROGRAMMES_MAX)
        x->list[x->n++].programme = arena_str(e->a, rows_text(&rows, 0));
    return f != FAILED && (x->n || fail(e, ERR_NOT_FOUND, "programme", MSG_MONITOR_NO_FUND));
}

static bool do_monitor(struct tx *tx, void *ctx, struct errs *e)
{
    struct monitor_run *x = ctx;
    if (!programmes_of(x, tx, e) || !monitor_regions(tx, &x->regions, e))
        return false;
    for (size_t i = 0; i < x->n; i++) {
        x->q.programme = x->list[i].programme;
        if (!monitor_of(tx, &x->c->actor, x->c->codes, &x->q, &x->list[i].m, e))
            return false;
    }
    return true;
}

static bool read_question(struct monitor_run *x)
{
    struct cli *c = x->c;
    struct figures_question periods = { 0 };
    struct str rows = cli_text(c, "rows");
    x->q = (struct monitor_question){ .as_of = { (int32_t)cli_int(c, "as-of", clock_today().day) },
                                      .region = cli_region(c, "region") };
    x->rows = -1;
    if (rows.p && (x->rows = indicator_find(rows)) < 0)
        return fail(&c->e, ERR_NOT_FOUND, "rows", MSG_MONITOR_NONE, A(rows));
    if (!figures_read_periods(&periods, cli_text(c, "period"), &c->e))
        return false;
    x->q.period_first = periods.period_first;
    x->q.period_last = periods.period_last;
    return true;
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *state_of(const struct indicator *x, enum lang lang)
{
    static const struct label words[] = { { "正常", "ok" }, { "预警", "finding" }, { "—", "—" } };
    return label_in(&words[x->unset ? 2 : x->found], lang);
}

static struct str day_text(struct cli *c, struct opt_date d)
{
    return d.set ? cli_day(c, d.v) : (struct str){ 0 };
}

static struct str days_text(struct cli *c, const struct indicator_row *r)
{
    return r->days.set ? str_of(arena_printf(c->a, "%lld", (long long)r->days.v)) : (struct str){ 0 };
}

/* --- on the terminal -------------------------------------------------------------------------- */

static void text_indicators(struct monitor_run *x, const struct monitor *m)
{
    static const struct table_col cols[] = {
        { { "指标", "Indicator" }, false }, { { "名称", "Name" }, false },  { { "数值", "Value" }, true },
        { { "警戒线", "Limit" }, true },    { { "状态", "State" }, false }, { { "涉及", "Rows" }, true },
        { { "金额", "Amount" }, true },
    };
    struct cli *c = x->c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (int i = 0; i < INDICATORS; i++) {
        enum indicator_id id = (enum indicator_id)i;
        table_text(&t, str_of(indicator_kinds[i].name));
        table_text(&t, str_of(label_in(&indicator_kinds[i].label, c->e.lang)));
        table_text(&t, str_of(indicator_text(m, id, c->e.lang, c->a)));
        table_text(&t, str_of(indicator_limit(m, id, c->e.lang, c->a)));
        table_text(&t, str_of(state_of(&m->list[i], c->e.lang)));
        table_int(&t, (int64_t)m->list[i].rows_n);
        table_text(&t, cli_yuan(c, m->list[i].amount));
    }
    table_print(&t, c->e.lang, &c->out);
}

static void text_rows(struct monitor_run *x, const struct monitor *m)
{
    static const struct table_col cols[] = {
        { { "编号", "Number" }, false }, { { "姓名", "Name" }, false },  { { "镇、村", "Place" }, false },
        { { "日期", "Date" }, false },   { { "金额", "Amount" }, true }, { { "天数", "Days" }, true },
    };
    struct cli *c = x->c;
    const struct indicator *in = &m->list[x->rows];
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < in->rows_n; i++) {
        const struct indicator_row *r = &in->rows[i];
        table_text(&t, monitor_row_number(&x->regions, r, c->e.lang));
        table_text(&t, r->name);
        table_text(&t, monitor_place(&x->regions, r->region));
        table_text(&t, day_text(c, r->on));
        table_text(&t, cli_yuan(c, r->amount));
        table_text(&t, days_text(c, r));
    }
    table_print(&t, c->e.lang, &c->out);
}

static void text_one(struct monitor_run *x, const struct monitored *one)
{
    struct cli *c = x->c;
    struct str name = wording_in(&one->m.figures.programme->name, c->e.lang);
    cli_say(c, MSG_MONITOR_HEAD, A(name), A(cli_day(c, x->q.as_of)), A(one->m.found), A((int64_t)INDICATORS));
    if (x->rows < 0) {
        text_indicators(x, &one->m);
        return;
    }
    const struct indicator_kind *k = &indicator_kinds[x->rows];
    enum indicator_id id = (enum indicator_id)x->rows;
    cli_say(c, MSG_MONITOR_ROWS, A(&k->label), A(indicator_definition(&one->m, id, c->e.lang, c->a)),
            A(indicator_text(&one->m, id, c->e.lang, c->a)),
            A(indicator_limit(&one->m, id, c->e.lang, c->a)));
    text_rows(x, &one->m);
}

/* --- for programs ----------------------------------------------------------------------------- */

static void put_json(struct monitor_run *x)
{
    struct json_out w = JSON_OUT(&x->c->out);
    put_list(&w);
    for (size_t i = 0; i < x->n; i++) {
        struct monitor_show s = { &x->list[i].m, x->q.as_of, x->rows, x->regions, x->c->e.lang, x->c->a };
        monitor_put(&s, &w);
    }
    put_list_end(&w);
    buf_addc(&x->c->out, '\n');
}

/* --- on paper --------------------------------------------------------------------------------- */

static struct str grouped(struct cli *c, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print_grouped(&b, m);
    return arena_str(c->a, buf_str(&b));
}

static void page_indicators(struct monitor_run *x, struct print *p, const struct monitor *m)
{
    static const struct print_col cols[] = {
        { { "序号", "No" }, false, 45 },         { { "指标", "Indicator" }, false, 150 },
        { { "口径", "Definition" }, false, 0 },  { { "警戒线", "Limit" }, false, 105 },
        { { "数值", "Value" }, true, 85 },       { { "涉及笔数", "Rows" }, true, 70 },
        { { "涉及金额", "Amount" }, true, 120 }, { { "结果", "State" }, false, 60 },
    };
    enum { COLS = N_ELEMS(cols) };
    struct cli *c = x->c;
    struct str *cells = NEW_ARRAY(c->a, struct str, COLS * INDICATORS);
    for (int i = 0; i < INDICATORS; i++) {
        struct str *row = &cells[i * COLS];
        row[0] = str_of(arena_printf(c->a, "%d", i + 1));
        row[1] = str_of(label_in(&indicator_kinds[i].label, p->lang));
        row[2] = str_of(indicator_definition(m, (enum indicator_id)i, p->lang, c->a));
        row[3] = str_of(indicator_limit(m, (enum indicator_id)i, p->lang, c->a));
        row[4] = str_of(indicator_text(m, (enum indicator_id)i, p->lang, c->a));
        row[5] = str_of(arena_printf(c->a, "%zu", m->list[i].rows_n));
        row[6] = grouped(c, m->list[i].amount);
        row[7] = str_of(state_of(&m->list[i], p->lang));
    }
    print_table(p, &(struct print_table){
                       .cols = cols, .cols_n = COLS, .cells = cells, .rows_n = INDICATORS, .small = true });
}

static void page_rows(struct monitor_run *x, struct print *p, const struct monitor *m, int id)
{
    static const struct print_col cols[] = {
        { { "序号", "No" }, false, 60 },    { { "编号、账户", "Number" }, false, 240 },
        { { "姓名", "Name" }, false, 0 },   { { "镇、村", "Place" }, false, 180 },
        { { "日期", "Date" }, false, 130 }, { { "金额", "Amount" }, true, 140 },
        { { "天数", "Days" }, true, 90 },
    };
    enum { COLS = N_ELEMS(cols) };
    struct cli *c = x->c;
    const struct indicator *in = &m->list[id];
    size_t n = in->rows_n < ROWS_ON_PAPER ? in->rows_n : ROWS_ON_PAPER;
    struct str *cells = NEW_ARRAY(c->a, struct str, COLS * (n + 1));
    for (size_t i = 0; i < n; i++) {
        const struct indicator_row *r = &in->rows[i];
        struct str *row = &cells[i * COLS];
        row[0] = str_of(arena_printf(c->a, "%zu", i + 1));
        row[1] = monitor_row_number(&x->regions, r, p->lang);
        row[2] = r->name;
        row[3] = monitor_place(&x->regions, r->region);
        row[4] = day_text(c, r->on);
        row[5] = grouped(c, r->amount);
        row[6] = days_text(c, r);
    }
    print_heading(p, 1, str_of(label_in(&indicator_kinds[id].label, p->lang)));
    print_table(
        p, &(struct print_table){ .cols = cols, .cols_n = COLS, .cells = cells, .rows_n = n, .small = true });
    if (in->rows_n > n)
        print_note(p, str_of(say(c->a, p->lang, MSG_MONITOR_MORE, A((int64_t)(in->rows_n - n)),
                                 A(indicator_kinds[id].name))));
}

static bool write_page(struct monitor_run *x)
{
    struct cli *c = x->c;
    CLEANUP(buf_release) struct buf b = BUF(PAGE_BYTES_MAX);
    struct print p;
    struct str title = str_of(catalogue_text(MSG_MONITOR_TITLE, c->e.lang));
    print_begin(&p, &b, c->e.lang, (struct print_page){ .name = title, .landscape = true, .form = true });
    for (size_t i = 0; i < x->n; i++) {
        const struct monitor *m = &x->list[i].m;
        print_page(&p);
        print_title(
            &p, str_of(arena_printf(c->a, "%.*s%s%s", (int)wording_in(&m->figures.programme->name, p.lang).n,
                                    wording_in(&m->figures.programme->name, p.lang).p,
                                    p.lang == EN ? ": " : "", title.p)));
        print_edges(&p, monitor_place(&x->regions, x->q.region), cli_day(c, x->q.as_of),
                    str_of(say(c->a, p.lang, MSG_MONITOR_FOUND, A(m->found), A((int64_t)INDICATORS))));
        page_indicators(x, &p, m);
        for (int k = 0; k < INDICATORS; k++)
            if (m->list[k].found && m->list[k].rows_n)
                page_rows(x, &p, m, k);
    }
    print_end(&p);
    return cli_write_file(c, buf_str(&b));
}

/* --- the command ------------------------------------------------------------------------------ */

static int monitor_run(struct cli *c)
{
    struct monitor_run x = { .c = c };
    if (!cli_load_codes(c) || !read_question(&x) || !cli_read(c, do_monitor, &x))
        return EXIT_NOTHING;
    if (cli_flag(c, "out")) {
        if (!write_page(&x))
            return EXIT_NOTHING;
        if (strcmp(cli_cstr(c, "out"), "-") != 0 && !c->json)
            cli_say(c, MSG_PRINT_DONE, A(cli_cstr(c, "out")));
        if (!c->json)
            return EXIT_DONE;
    }
    if (c->json)
        put_json(&x);
    for (size_t i = 0; i < x.n && !c->json; i++)
        text_one(&x, &x.list[i]);
    return EXIT_DONE;
}

// clang-format off
static const struct opt monitor_opts[] = {
    { .name = "as-of", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "截止日（默认今天）", "up to this day (default: today)" } },
    { .name = "period", .kind = OPT_TEXT, .arg = { "期", "A-B" }, .label = { "只算这些期的合同", "only contracts of these periods" } },
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "REGION" }, .label = { "只算这个区划", "only this region" } },
    { .name = "rows", .kind = OPT_TEXT, .arg = { "指标", "INDICATOR" }, .label = { "列出这个指标背后的每一笔", "list what is behind this indicator" } },
    { .name = "out", .kind = OPT_TEXT, .arg = { "文件", "FILE" }, .label = { "写成 A4 网页，附各项预警的明细", "as A4 pages, with the rows behind each finding" } },
    { .name = "force", .kind = OPT_FLAG, .label = { "覆盖已有文件", "overwrite" } },
    { 0 },
};
static const struct command monitor_list[] = {
    { .name = "fund monitor", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = monitor_opts,
      .args = { "[项目]", "[PROGRAMME]" }, .args_max = 1,
      .summary = { "资金监测：审计指标、警戒线和明细", "Audit indicators of a fund, with limits and the rows behind" },
      .help = { "在贷率、闲置天数、不良率、回收率、担保人签章、收支入账、缴存、重复救助、走访等，按账目和合同计算。\n"
                "不写项目则列出所有资金。\n\n"
                "  bangfu fund monitor 幸福工程 --as-of 2017-09-30\n"
                "  bangfu fund monitor 幸福工程 --rows 发放后未走访\n"
                "  bangfu fund monitor --out 监测.html",
                "Lending rate, idle days, bad rate, recovery rate, guarantors' signatures, postings, remittances, who was\n"
                "helped twice, visits: computed from the books and the contracts.  Without a programme of every fund.\n\n"
                "  bangfu fund monitor xingfu --as-of 2017-09-30\n"
                "  bangfu fund monitor xingfu --rows no_visit\n"
                "  bangfu fund monitor --out monitor.html" },
      .run = monitor_run },
};
// clang-format on
const struct command_table monitor_commands = { { "资金监测", "Fund monitor" },
                                                monitor_list,
                                                N_ELEMS(monitor_list) };
