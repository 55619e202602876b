/* monitor_api.c - the fund monitor: what an audit looks at, and the rows behind each indicator. */
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "report/figures_show.h"
#include "report/monitor_show.h"

struct monitor_query {
    struct str programme, period, rows;
    struct opt_date as_of;
    struct region_code region;
};
static const struct col monitor_cols[] = {
    COL(monitor_query, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(monitor_query, as_of, "截止日（默认今天）", "Up to (today)"),
    COL(monitor_query, period, "期，如 20-21", "Periods, like 20-21", .max = 20),
    REGION_COL(monitor_query),
    COL(monitor_query, rows, "列出哪个指标背后的每一笔", "The indicator whose rows to list", .max = 60),
};
static const struct entity monitor_query =
    ENTITY(monitor_query, TABLE_LOCAL, "资金监测", "Fund monitor", monitor_cols);

static bool show_monitor(struct call *c, struct errs *e)
{
    const struct monitor_query *x = c->query;
    struct figures_question periods = { 0 };
    struct monitor *m = NEW(c->a, struct monitor);
    struct monitor_question q = { .programme = x->programme,
                                  .as_of = x->as_of.set ? x->as_of.v : clock_today(),
                                  .region = x->region };
    struct monitor_show show = { .m = m, .as_of = q.as_of, .rows = -1, .lang = c->lang, .a = c->a };
    if (x->rows.p && (show.rows = indicator_find(x->rows)) < 0)
        return fail(e, ERR_NOT_FOUND, "rows", MSG_MONITOR_NONE, A(x->rows));
    if (!figures_read_periods(&periods, x->period, e))
        return false;
    q.period_first = periods.period_first;
    q.period_last = periods.period_last;
    if (!monitor_of(c->tx, &c->who, c->codes, &q, m, e) || !monitor_regions(c->tx, &show.regions, e))
        return false;
    monitor_put(&show, &c->w);
    return true;
}

// clang-format off
static const struct answer_part monitor_parts[] = {
    { .name = "programme", .type = "string" }, { .name = "as_of", .type = "string" }, { .name = "findings", .type = "integer" }, { .name = "indicators", .type = "object" }, { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/monitor", .perm = PERM_LEDGER_READ, .flags = ROUTE_PERSONAL, .query = &monitor_query, .run = show_monitor, .parts = monitor_parts,
      .doc = { "一个项目的资金监测：各项指标、警戒线和涉及笔数；rows 给出某项背后的每一笔", "The fund monitor of a programme: indicators, limits and how many rows; `rows` lists what is behind one" } },
};
// clang-format on
const struct route_table monitor_routes = { { "资金监测", "Fund monitor" }, routes, N_ELEMS(routes) };
