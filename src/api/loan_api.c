/* loan_api.c - what was lent: the contracts of a fund, what each still owes, the periods, and figures. */
#include "api/answer_file.h"
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "fund/book.h"
#include "ledger/ledger.h"
#include "registry/household.h"
#include "report/figures_book.h"

struct fund_path {
    int64_t county;
    struct str code;
};
static const struct col fund_path_cols[] = {
    COUNTY_COL(fund_path),
    COL(fund_path, code, "资金编号", "Fund", .flags = REQUIRED, .min = 1, .max = 20),
};
static const struct entity fund_path = ENTITY(fund_path, TABLE_LOCAL, "资金", "Fund", fund_path_cols);

struct loans_query {
    struct str state;
    struct opt_int period;
    struct opt_date due_by;
};
static const struct col loans_cols[] = {
    COL(loans_query, state, "live：未还清；overdue：逾期", "live: not paid back; overdue", .max = 10),
    COL(loans_query, period, "期次", "Period", .min = 1, .max = 10000),
    COL(loans_query, due_by, "到期日不晚于", "Due on that day or before"),
};
static const struct entity loans_query = ENTITY(loans_query, TABLE_LOCAL, "借款", "Loans", loans_cols);

static void put_loan(struct call *c, const struct contract *x, int64_t owed)
{
    put_object(&c->w);
    put_cols(c, &contract_entity, x, false);
    put_member_money(&c->w, "principal_owed", (struct money){ owed });
    put_member_bool(&c->w, "overdue", owed > 0 && x->ends_on.set && x->ends_on.v.day < clock_today().day);
    put_object_end(&c->w);
}

struct loans {
    struct fund fund;
    struct val period, due_by;
    bool live;
};

static bool read_question(struct call *c, struct loans *l, struct errs *e)
{
    const struct loans_query *q = c->query;
    bool overdue = str_eq(q->state, STR("overdue"));
    l->live = overdue || str_eq(q->state, STR("live"));
    if (q->state.p && !l->live)
        return fail(e, ERR_INVALID, "state", MSG_API_STATE, A("live, overdue"));
    l->period = q->period.set ? V(q->period.v) : val_null();
    l->due_by = q->due_by.set ? V(q->due_by.v) : val_null();
    if (overdue && (!q->due_by.set || q->due_by.v.day >= clock_today().day))
        l->due_by = V((struct date){ clock_today().day - 1 });
    return true;
}

/* What each contract still owes is in its account of the journal. */
#define OWED                                                                                           \
    "(SELECT b.amount FROM fund_account a JOIN account_balance b ON b.county = $1 AND b.account_id = " \
    "a.id WHERE a.county = $1 AND a.fund_id = contract.fund_id AND a.kind = $3 AND a.part = contract.id)"
#define LOANS                                                                                           \
    "SELECT {*}, " OWED " FROM contract WHERE county = $1 AND fund_id = $2 AND (CAST($5 AS BIGINT) IS " \
    "NULL OR period_no = $5) AND (CAST($6 AS BIGINT) IS NULL OR ends_on <= $6) AND ($7 = 0 OR " OWED    \
    " > 0) AND "

/* All of them bind both keys. */
static const struct stmt *by_id(bool down)
{
    return down ? SQL_OF(STMT_KEY, &contract_entity,
                         LOANS "CAST($4 AS bigint) IS NOT NULL AND id < $9 ORDER BY id DESC LIMIT $8")
                : SQL_OF(STMT_KEY, &contract_entity,
                         LOANS "CAST($4 AS bigint) IS NOT NULL AND id > $9 ORDER BY id LIMIT $8");
}

static const struct stmt *by_end(bool down)
{
    return down ? SQL_OF(STMT_KEY, &contract_entity,
                         LOANS "(ends_on, id) < (CAST($4 AS bigint), $9) ORDER BY ends_on DESC, id DESC "
                               "LIMIT $8")
                : SQL_OF(STMT_KEY, &contract_entity,
                         LOANS "(ends_on, id) > (CAST($4 AS bigint), $9) ORDER BY ends_on, id LIMIT $8");
}

static const struct order loan_orders[] = { BY("id", "登记先后", "as they were recorded", .rows = by_id),
                                            BY("ends_on", "到期日", "when it falls due", .rows = by_end),
                                            { .name = NULL } };

static bool list_loans(struct call *c, struct errs *e)
{
    const struct fund_path *at = c->path;
    struct list_page *p = &c->page;
    const struct page_key behind = page_behind(p);
    struct loans l = { 0 };
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!read_question(c, &l, e) || !need_county(c, PERM_LEDGER_READ, at->county, e) ||
        !fund_need(c->tx, at->county, at->code, &l.fund, e) ||
        !db_query(c->tx, &r, page_rows(p), e, V(at->county), V(l.fund.id), V((int64_t)ACCOUNT_LOANS),
                  V(behind.n[0]), l.period, l.due_by, V((int64_t)l.live), V(page_room(p)), V(behind.n[1])))
        return false;
    rows_begin(c);
    while ((f = rows_next(&r, e)) == FOUND) {
        struct contract x = { 0 };
        int64_t owed = rows_int(&r, (int)contract_entity.n);
        if (!rows_obj(&r, 0, &x, e->a, e))
            return false;
        if (!page_take(p, (struct page_key){ .n = { x.ends_on.v.day, x.id } }))
            break;
        put_loan(c, &x, owed);
    }
    if (f == FAILED)
        return false;
    page_end(c);
    return true;
}

static bool list_of_household(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct household h;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!find_household_at(c, at, PERM_REGISTRY_READ, &h, e) ||
        !db_query(c->tx, &r,
                  SQL_OF(STMT_KEY, &contract_entity,
                         "SELECT {*}, (SELECT b.amount FROM fund_account a JOIN account_balance b ON "
                         "b.county = $1 AND b.account_id = a.id WHERE a.county = $1 AND a.fund_id = "
                         "contract.fund_id AND a.kind = $3 AND a.part = contract.id) FROM contract WHERE "
                         "county = $1 AND household_id = $2 ORDER BY id LIMIT 500"),
                  e, V(at->county), V(at->id), V((int64_t)ACCOUNT_LOANS)))
        return false;
    rows_begin(c);
    while ((f = rows_next(&r, e)) == FOUND) {
        struct contract x = { 0 };
        int64_t owed = rows_int(&r, (int)contract_entity.n);
        if (!rows_obj(&r, 0, &x, e->a, e))
            return false;
        put_loan(c, &x, owed);
    }
    rows_end(c, (struct str){ 0 });
    return f != FAILED;
}

static bool list_periods(struct call *c, struct errs *e)
{
    const struct fund_path *at = c->path;
    struct fund f;
    struct list all;
    if (!need_county(c, PERM_LEDGER_READ, at->county, e) || !fund_need(c->tx, at->county, at->code, &f, e) ||
        !db_list(c->tx,
                 SQL_OF(STMT_KEY, &period_entity,
                        "SELECT {*} FROM period WHERE county = $1 AND fund_id = $2 ORDER BY no LIMIT 1000"),
                 &all, e->a, e, V(at->county), V(f.id)))
        return false;
    rows_begin(c);
    put_rows_of(c, &period_entity, &all);
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool show_loan(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct contract x;
    struct list paid;
    int64_t owed;
    enum found f = FAILED;
    if (!need_county(c, PERM_LEDGER_READ, at->county, e) ||
        (f = db_get(c->tx, &contract_entity, &x, e, V(at->county), V(at->id))) != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "id", MSG_API_NO_ROUTE);
    if (!db_int(
            c->tx,
            SQL(STMT_KEY,
                "SELECT b.amount FROM fund_account a JOIN account_balance b ON b.county = $1 AND "
                "b.account_id = a.id WHERE a.county = $1 AND a.fund_id = $2 AND a.kind = $3 AND a.part = $4"),
            &owed, e, V(at->county), V(x.fund_id), V((int64_t)ACCOUNT_LOANS), V(x.id)) ||
        !db_list(c->tx,
                 SQL_OF(STMT_KEY, &repayment_entity,
                        "SELECT {*} FROM repayment WHERE county = $1 AND contract_id = $2 ORDER BY paid_on, "
                        "id LIMIT 1000"),
                 &paid, e->a, e, V(at->county), V(x.id)))
        return false;
    put_object(&c->w);
    put_cols(c, &contract_entity, &x, false);
    put_member_money(&c->w, "principal_owed", (struct money){ owed });
    put_key(&c->w, "repayments");
    put_list(&c->w);
    put_rows_of(c, &repayment_entity, &paid);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

/* --- figures ------------------------------------------------------------------------------ */

struct figures_query {
    struct str programme, period, trace, format;
    struct opt_date from, as_of;
    struct region_code region;
};
static const struct col figures_cols[] = {
    COL(figures_query, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(figures_query, from, "自哪天", "From"),
    COL(figures_query, as_of, "到哪天（默认今天）", "Up to (today)"),
    COL(figures_query, period, "期，如 20-21", "Periods, like 20-21", .max = 20),
    REGION_COL(figures_query),
    COL(figures_query, trace, "列出构成哪个指标的行", "The figure whose rows to list", .max = 60),
    COL(figures_query, format, "json（默认）或 xlsx", "json (usual) or xlsx", .max = 10),
};
static const struct entity figures_query =
    ENTITY(figures_query, TABLE_LOCAL, "指标", "Figures", figures_cols);

static bool write_figures(void *ctx, const char *path, struct errs *e)
{
    return figures_book(ctx, path, e);
}

static bool show_figures(struct call *c, struct errs *e)
{
    const struct figures_query *x = c->query;
    struct figures *f = NEW(c->a, struct figures);
    struct figures_question q = { .programme = x->programme,
                                  .from = x->from,
                                  .as_of = x->as_of.set ? x->as_of.v : clock_today(),
                                  .region = x->region,
                                  .trace = x->trace.p ? figure_find(x->trace) : -1 };
    struct figures_show show = { &q, f, c->codes, c->lang, c->a };
    bool workbook = str_eq(x->format, STR("xlsx"));
    if (x->format.p && !workbook && !str_eq(x->format, STR("json")))
        return fail(e, ERR_INVALID, "format", MSG_API_STATE, A("json, xlsx"));
    if (x->trace.p && q.trace < 0)
        return fail(e, ERR_NOT_FOUND, "trace", MSG_FIGURES_NONE, A(x->trace));
    if (q.from.set && q.from.v.day > q.as_of.day)
        return fail(e, ERR_INVALID, "from", MSG_FIGURES_SPAN);
    if (!figures_read_periods(&q, x->period, e) || !figures_of(c->tx, &c->who, c->codes, &q, f, e))
        return false;
    if (workbook) {
        c->reply->type = XLSX_TYPE;
        return answer_file(c, "figures.xlsx", write_figures, &show, e);
    }
    figures_put(&show, &c->w);
    return true;
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
static const struct answer_part owed_parts[] = { TEXT_PART("principal_owed"), BOOL_PART("overdue"), { 0 } };
static const struct answer_part loan_parts[] = { TEXT_PART("principal_owed"), BOOL_PART("overdue"), { .name = "repayments", .of = &repayment_entity, .list = true }, { 0 } };
static const struct answer_part figures_parts[] = { TEXT_PART("programme"), TEXT_PART("from"), TEXT_PART("as_of"), TEXT_PART("region"), OBJECT_PART("figures"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = FUND "/loans", .perm = PERM_LEDGER_READ, .flags = ROUTE_PERSONAL, .path = &fund_path, .query = &loans_query, .orders = loan_orders, .run = list_loans, .parts = owed_parts, .answer = &contract_entity, .list = true,
      .doc = { "资金的借款合同及未还本金，可筛选未还清、逾期", "Contracts of a fund with the principal owed; filters live and overdue" } },
    { .method = "GET", .pattern = FUND "/periods", .perm = PERM_LEDGER_READ, .path = &fund_path, .run = list_periods, .answer = &period_entity, .list = true,
      .doc = { "资金的各期", "The lending periods of a fund" } },
    { .method = "GET", .pattern = "/api/v1/loans/{county}/{id}", .perm = PERM_LEDGER_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = show_loan, .parts = loan_parts, .answer = &contract_entity,
      .doc = { "一笔借款及其还款", "One loan with its repayments" } },
    { .method = "GET", .pattern = "/api/v1/households/{county}/{id}/loans", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = list_of_household, .parts = owed_parts, .answer = &contract_entity, .list = true,
      .doc = { "一户的借款", "The loans of a household" } },
    { .method = "GET", .pattern = "/api/v1/figures", .perm = PERM_LEDGER_READ, .query = &figures_query, .run = show_figures, .parts = figures_parts,
      .doc = { "一个项目的报告数字；trace 列出构成一个指标的每一行", "The figures of a programme's report; trace lists the rows of one" } },
};
// clang-format on
const struct route_table loan_routes = { { "借款和指标", "Loans and figures" }, routes, N_ELEMS(routes) };
