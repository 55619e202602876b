/* home_api.c - what somebody sees first: what waits for them, what is late, what falls due. */
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/value.h"
#include "casework/inbox.h"
#include "ledger/ledger.h"
#include "registry/scope.h"

enum { DEADLINES_MAX = 20, DEADLINE_DAYS = 10 };

struct home_query {
    struct region_code region;
};
static const struct col home_cols[] = { REGION_COL(home_query) };
static const struct entity home_query = ENTITY(home_query, TABLE_LOCAL, "首页", "Home", home_cols);

/* --- what the answer consists of ---------------------------------------------------------- */

struct home_case {
    struct str programme;
    int64_t version;
    struct code state;
    struct str step, label;
    int64_t cases, late;
    struct date since;
};
static const struct col home_case_cols[] = {
    COL(home_case, programme, "项目", "Programme"),
    COL(home_case, version, "项目版本", "Version"),
    COL(home_case, state, "状态", "State", .codes = "case_state"),
    COL(home_case, step, "步骤", "Step"),
    COL(home_case, label, "步骤名称", "Name of the step"),
    COL(home_case, cases, "案件", "Cases"),
    COL(home_case, late, "超过规定天数", "Longer than it should take"),
    COL(home_case, since, "等得最久的自哪天起", "The one that waits longest: since"),
};
static const struct entity home_case =
    ENTITY(home_case, TABLE_LOCAL, "等待办理的案件", "Cases that wait", home_case_cols);

struct home_task {
    struct str kind, label;
    int64_t count, late;
};
static const struct col home_task_cols[] = {
    COL(home_task, kind, "事项", "Kind"),
    COL(home_task, label, "名称", "In words"),
    COL(home_task, count, "件数", "How many"),
    COL(home_task, late, "逾期", "Late"),
};
static const struct entity home_task =
    ENTITY(home_task, TABLE_LOCAL, "待办事项", "Things to do", home_task_cols);

struct home_deadline {
    struct str kind, title;
    int64_t county, no;
    struct date on;
};
static const struct col home_deadline_cols[] = {
    COL(home_deadline, kind, "事项：notice 公示期满，survey 摸底期限", "Kind: notice, survey"),
    COL(home_deadline, title, "名称", "Title"),
    COL(home_deadline, county, "县", "County"),
    COL(home_deadline, no, "编号", "Number"),
    COL(home_deadline, on, "日期", "Day"),
};
static const struct entity home_deadline =
    ENTITY(home_deadline, TABLE_LOCAL, "期限", "Deadlines", home_deadline_cols);

struct home_loans {
    int64_t live, due_this_month, overdue;
    struct money outstanding, due_this_month_amount, overdue_amount;
};
static const struct col home_loans_cols[] = {
    COL(home_loans, live, "未还清的借款", "Loans not paid back"),
    COL(home_loans, outstanding, "未还本金", "Principal owed"),
    COL(home_loans, due_this_month, "本月到期", "Due this month"),
    COL(home_loans, due_this_month_amount, "本月到期金额", "Amount due this month"),
    COL(home_loans, overdue, "逾期", "Overdue"),
    COL(home_loans, overdue_amount, "逾期金额", "Amount overdue"),
};
static const struct entity home_loans = ENTITY(home_loans, TABLE_LOCAL, "借款", "Loans", home_loans_cols);

/* --- tasks -------------------------------------------------------------------------------- */

/* Every statement binds county, first and last region, today and the login, and answers how many and how many
 * of them are late. */
#define BINDS                                                                                               \
    " AND CAST($2 AS bigint) IS NOT NULL AND CAST($3 AS bigint) IS NOT NULL AND CAST($4 AS bigint) IS NOT " \
    "NULL "                                                                                                 \
    "AND CAST($5 AS text) IS NOT NULL"
struct task {
    const char *kind;
    struct label label;
    enum perm perm;
    const struct stmt *stmt;
    bool whole; /* a matter of whoever has the whole county */
};

static bool count_task(struct call *c, const struct task *t, const struct scopes *s, struct home_task *out,
                       struct errs *e)
{
    *out = (struct home_task){ .kind = str_of(t->kind), .label = str_of(label_in(&t->label, c->lang)) };
    for (size_t i = 0; i < s->n; i++) {
        CLEANUP(rows_close) struct rows r = { 0 };
        int64_t county = s->list[i].county * BELOW_COUNTY;
        if (t->whole && (s->list[i].first > county || s->list[i].last < county + BELOW_COUNTY - 1))
            continue;
        if (!db_query(c->tx, &r, t->stmt, e, V(s->list[i].county), V(s->list[i].first), V(s->list[i].last),
                      V((int64_t)clock_today().day), V(c->who.login)) ||
            rows_next(&r, e) == FAILED)
            return false;
        out->count += rows_int(&r, 0);
        out->late += rows_int(&r, 1);
    }
    return true;
}

static bool put_task_list(struct call *c, struct region_code within, const struct task *tasks, size_t n,
                          struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct scopes s;
        struct home_task x;
        if (!scopes_of(c->tx, &c->who, tasks[i].perm, within, &s, e))
            return false;
        if (!s.n)
            continue;
        if (!count_task(c, &tasks[i], &s, &x, e))
            return false;
        put_row(c, &home_task, &x);
    }
    return true;
}

static bool put_desk_tasks(struct call *c, struct region_code within, struct errs *e)
{
    const struct task tasks[] = {
        { "objections",
          { "待处理的异议", "Objections to handle" },
          PERM_REGISTRY_WRITE,
          SQL(STMT_KEY,
              "SELECT count(*), sum(CASE WHEN o.received_on + 2 < $4 THEN 1 ELSE 0 END) FROM "
              "objection o JOIN notice n ON n.county = $1 AND n.id = o.notice_id WHERE o.county = $1 "
              "AND n.region BETWEEN $2 AND $3 AND o.state IN (1, 2)" BINDS),
          false },
        { "notices_to_post",
          { "待张贴的公示", "Notices to post" },
          PERM_REGISTRY_WRITE,
          SQL(STMT_KEY,
              "SELECT count(*), sum(CASE WHEN n.starts_on < $4 THEN 1 ELSE 0 END) FROM notice n WHERE "
              "n.county = $1 AND n.region BETWEEN $2 AND $3 AND n.state = 1" BINDS),
          false },
        { "notices_to_end",
          { "期满待办结的公示", "Notices whose days are over" },
          PERM_REGISTRY_WRITE,
          SQL(STMT_KEY, "SELECT count(*), 0 FROM notice n WHERE n.county = $1 AND n.region BETWEEN $2 AND $3 "
                        "AND n.state = 2 AND n.ends_on < $4" BINDS),
          false },
        { "surveys",
          { "进行中的摸底调查", "Surveys that go on" },
          PERM_REGISTRY_WRITE,
          SQL(STMT_KEY, "SELECT count(*), 0 FROM survey s WHERE s.county = $1 AND s.region BETWEEN $2 AND $3 "
                        "AND s.closed_on IS NULL" BINDS),
          false },
    };
    return put_task_list(c, within, tasks, N_ELEMS(tasks), e);
}

static bool put_money_tasks(struct call *c, struct region_code within, struct errs *e)
{
    const struct task tasks[] = {
        { "contracts_to_sign",
          { "待签订的合同", "Contracts to sign" },
          PERM_FUND_CONTRACT,
          SQL(STMT_KEY,
              "SELECT count(*), 0 FROM contract k WHERE k.county = $1 AND k.village BETWEEN $2 AND $3 "
              "AND k.signed_on IS NULL AND k.void_on IS NULL AND k.history = 0" BINDS),
          false },
        { "changes_to_decide",
          { "待审批的合同变更", "Changes of contracts to decide" },
          PERM_FUND_CONTRACT,
          SQL(STMT_KEY,
              "SELECT count(*), 0 FROM contract_change x JOIN contract k ON k.county = $1 AND k.id = "
              "x.contract_id WHERE x.county = $1 AND k.village BETWEEN $2 AND $3 AND x.state = 1 AND "
              "x.asked_by <> $5" BINDS),
          true },
        { "loans_to_pay",
          { "待发放的借款", "Loans to pay out" },
          PERM_FUND_PAY,
          SQL(STMT_KEY,
              "SELECT count(*), 0 FROM contract k WHERE k.county = $1 AND k.village BETWEEN $2 AND $3 "
              "AND k.layer = 2 AND k.signed_on IS NOT NULL AND k.paid_out_on IS NULL AND k.void_on IS "
              "NULL AND k.history = 0" BINDS),
          false },
        { "bank_answers",
          { "等待银行回盘的代发文件", "Pay files without the bank's answer" },
          PERM_FUND_PAY,
          SQL(STMT_KEY,
              "SELECT count(*), 0 FROM payout p WHERE p.county = $1 AND p.township BETWEEN $2 AND $3 "
              "AND p.kind = 3 AND p.state = 1" BINDS),
          false },
        { "vouchers_to_check",
          { "待审核的凭证", "Vouchers to check" },
          PERM_LEDGER_CHECK,
          SQL(STMT_KEY,
              "SELECT count(*), 0 FROM draft d WHERE d.county = $1 AND d.state = 1 AND d.made_by <> "
              "$5" BINDS),
          true },
    };
    return put_task_list(c, within, tasks, N_ELEMS(tasks), e);
}

static bool put_tasks(struct call *c, struct region_code within, struct errs *e)
{
    put_key(&c->w, "tasks");
    put_list(&c->w);
    if (!put_desk_tasks(c, within, e) || !put_money_tasks(c, within, e))
        return false;
    put_list_end(&c->w);
    return true;
}

/* --- cases -------------------------------------------------------------------------------- */

/* What is at no step, or was sent back from one, is named by its state. */
static struct str words_of(const struct call *c, const struct case_waiting *x)
{
    const struct code_table *states = x->label.p ? NULL : code_table(c->codes, "case_state");
    const struct code_row *state = states ? code_row(states, x->state.v) : NULL;
    return state ? code_label(state, c->lang) : x->label;
}

static bool put_cases(struct call *c, struct region_code within, struct errs *e)
{
    struct casework w = case_desk_of(c, NULL, e);
    struct case_waiting *list;
    size_t n;
    if (!case_inbox(&w, within, &list, &n, e))
        return false;
    put_key(&c->w, "cases");
    put_list(&c->w);
    for (size_t i = 0; i < n; i++) {
        struct home_case x = { .programme = list[i].programme,
                               .version = list[i].version,
                               .state = list[i].state,
                               .step = list[i].step,
                               .label = words_of(c, &list[i]),
                               .cases = list[i].cases,
                               .late = list[i].late,
                               .since = list[i].since };
        put_row(c, &home_case, &x);
    }
    put_list_end(&c->w);
    return true;
}

/* Cases that one entered, by state. */
static bool put_mine(struct call *c, struct region_code within, struct errs *e)
{
    const struct code_table *t = code_table(c->codes, "case_state");
    int64_t by_state[CASE_STATES] = { 0 };
    struct scopes s;
    if (!scopes_of(c->tx, &c->who, PERM_CASE_READ, within, &s, e))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        enum found f;
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query(c->tx, &r,
                      SQL(STMT_KEY, "SELECT k.state, count(*) FROM relief_case k WHERE k.county = $1 AND "
                                    "k.village BETWEEN $2 AND $3 AND k.applied_by = $4 GROUP BY k.state"),
                      e, V(s.list[i].county), V(s.list[i].first), V(s.list[i].last), V(c->who.login)))
            return false;
        while ((f = rows_next(&r, e)) == FOUND)
            if (rows_int(&r, 0) > 0 && rows_int(&r, 0) < CASE_STATES)
                by_state[rows_int(&r, 0)] += rows_int(&r, 1);
        if (f == FAILED)
            return false;
    }
    put_key(&c->w, "mine");
    put_object(&c->w);
    for (int i = 1; i < CASE_STATES; i++) {
        const struct code_row *row = t ? code_row(t, i) : NULL;
        if (row)
            put_member_int(&c->w, row->slug.p, by_state[i]);
    }
    put_object_end(&c->w);
    return true;
}

/* --- loans -------------------------------------------------------------------------------- */

static struct date month_end(struct date today)
{
    struct civil d = date_civil(today);
    struct date next = today;
    bool ok = date_of(d.month == 12 ? d.year + 1 : d.year, d.month == 12 ? 1 : d.month + 1, 1, &next);
    return (struct date){ ok ? next.day - 1 : today.day };
}

static bool put_loans(struct call *c, struct region_code within, struct errs *e)
{
    struct home_loans x = { 0 };
    struct scopes s;
    struct date today = clock_today(), last = month_end(today);
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, within, &s, e))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query(
                c->tx, &r,
                SQL(STMT_KEY,
                    "SELECT count(*), CAST(sum(b.amount) AS bigint), sum(CASE WHEN k.ends_on BETWEEN $5 "
                    "AND $6 THEN 1 ELSE 0 END), CAST(sum(CASE WHEN k.ends_on BETWEEN $5 AND $6 THEN "
                    "b.amount ELSE 0 END) AS bigint), sum(CASE WHEN k.ends_on < $5 THEN 1 ELSE 0 END), "
                    "CAST(sum(CASE WHEN k.ends_on < $5 THEN b.amount ELSE 0 END) AS bigint) FROM contract "
                    "k JOIN fund_account a ON a.county = $1 AND a.fund_id = k.fund_id AND a.kind = $4 "
                    "AND a.part = k.id JOIN account_balance b ON b.county = $1 AND b.account_id = a.id "
                    "WHERE k.county = $1 AND k.village BETWEEN $2 AND $3 AND b.amount > 0"),
                e, V(s.list[i].county), V(s.list[i].first), V(s.list[i].last), V((int64_t)ACCOUNT_LOANS),
                V((int64_t)today.day), V((int64_t)last.day)) ||
            rows_next(&r, e) == FAILED)
            return false;
        x.live += rows_int(&r, 0);
        x.outstanding.fen += rows_int(&r, 1);
        x.due_this_month += rows_int(&r, 2);
        x.due_this_month_amount.fen += rows_int(&r, 3);
        x.overdue += rows_int(&r, 4);
        x.overdue_amount.fen += rows_int(&r, 5);
    }
    put_key(&c->w, "loans");
    put_row(c, &home_loans, &x);
    return true;
}

/* --- deadlines ---------------------------------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
    const struct home_deadline *x = a, *y = b;
    return x->on.day != y->on.day ? (x->on.day > y->on.day) - (x->on.day < y->on.day)
                                  : (x->no > y->no) - (x->no < y->no);
}

static bool read_deadlines(struct call *c, const struct scope *s, const char *kind, const struct stmt *st,
                           struct home_deadline *out, size_t *n, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(c->tx, &r, st, e, V(s->county), V(s->first), V(s->last), V((int64_t)clock_today().day),
                  V((int64_t)clock_today().day + DEADLINE_DAYS), V((int64_t)DEADLINES_MAX)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        out[(*n)++] = (struct home_deadline){ .kind = str_of(kind),
                                              .title = arena_str(c->a, rows_text(&r, 0)),
                                              .county = s->county,
                                              .no = rows_int(&r, 1),
                                              .on = { (int32_t)rows_int(&r, 2) } };
    return f != FAILED;
}

static bool put_deadlines(struct call *c, struct region_code within, struct errs *e)
{
    struct scopes s;
    size_t n = 0;
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, within, &s, e))
        return false;
    struct home_deadline *all = NEW_ARRAY(c->a, struct home_deadline, arena_mul(s.n + 1, 2 * DEADLINES_MAX));
    for (size_t i = 0; i < s.n; i++)
        if (!read_deadlines(c, &s.list[i], "notice",
                            SQL(STMT_KEY,
                                "SELECT n.title, n.no, n.ends_on FROM notice n WHERE n.county = $1 AND "
                                "n.region BETWEEN $2 AND $3 AND n.state = 2 AND n.ends_on BETWEEN $4 "
                                "AND $5 ORDER BY n.ends_on, n.no LIMIT $6"),
                            all, &n, e) ||
            !read_deadlines(c, &s.list[i], "survey",
                            SQL(STMT_KEY,
                                "SELECT s.name, a.group_no, a.due_on FROM survey_area a JOIN survey s "
                                "ON s.county = $1 AND s.id = a.survey_id WHERE a.county = $1 AND "
                                "a.township BETWEEN $2 AND $3 AND s.closed_on IS NULL AND a.due_on "
                                "BETWEEN $4 AND $5 ORDER BY a.due_on, a.township LIMIT $6"),
                            all, &n, e))
            return false;
    if (n)
        qsort(all, n, sizeof *all, by_day);
    struct list shown = { all, n < DEADLINES_MAX ? n : DEADLINES_MAX };
    put_rows_as(c, "deadlines", &home_deadline, &shown);
    return true;
}

static bool home(struct call *c, struct errs *e)
{
    const struct home_query *q = c->query;
    put_object(&c->w);
    put_member_date(&c->w, "today", clock_today());
    if (!put_tasks(c, q->region, e) || !put_cases(c, q->region, e) || !put_mine(c, q->region, e) ||
        !put_loans(c, q->region, e) || !put_deadlines(c, q->region, e))
        return false;
    put_object_end(&c->w);
    return true;
}

// clang-format off
static const struct answer_part home_parts[] = {
    { .name = "today", .type = "string" }, { .name = "tasks", .of = &home_task, .list = true }, { .name = "cases", .of = &home_case, .list = true },
    { .name = "mine", .type = "object" }, { .name = "loans", .of = &home_loans }, { .name = "deadlines", .of = &home_deadline, .list = true }, { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/home", .flags = ROUTE_ANYBODY, .query = &home_query, .run = home, .parts = home_parts,
      .doc = { "首页：待办、本人发起、本月到期、逾期、期限", "Home: what waits, what one entered, what falls due, is late, or ends soon" } },
};
// clang-format on
const struct route_table home_routes = { { "首页", "Home" }, routes, N_ELEMS(routes) };
