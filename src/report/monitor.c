#include "report/monitor.h"

#include "base/value.h"
#include "ledger/ledger.h"
#include "programme/parameter.h"
#include "registry/scope.h"

#include <stdlib.h>

enum { YEAR_MONTHS = 12, BAD_DAYS = 90 };

#define FIXED         .from = 0
#define LIMIT(name)   .parameter = "monitor_" name
#define FROM(n, name) .from = (n), .from_parameter = "monitor_" name
// clang-format off
const struct indicator_kind indicator_kinds[INDICATORS] = {
    [INDICATOR_LENDING_RATE] = { "lending_rate", { "在贷率", "Lending rate" },
        { "在贷余额 ÷ 项目资金", "outstanding ÷ capital" }, INDICATOR_SHARE, true, 50, "dictionary §9", LIMIT("lending_rate") },
    [INDICATOR_YEAR_LENDING_RATE] = { "year_lending_rate", { "年度投放率", "Lent within a year" },
        { "截止日前十二个月发放的本金 ÷ 项目资金", "principal paid out in the twelve months up to as-of ÷ capital" },
        INDICATOR_SHARE, true, 50, "dictionary §9", LIMIT("year_lending_rate") },
    [INDICATOR_IDLE_RATE] = { "idle_rate", { "闲置率", "Idle share" },
        { "专户与乡镇在途余额 ÷ 项目资金", "special account and transit ÷ capital" }, INDICATOR_SHARE, false, 50, "users §2", LIMIT("idle_rate") },
    [INDICATOR_IDLE_DAYS] = { "idle_days", { "专户资金闲置天数", "Idle days of the special account" },
        { "先进先出，专户中最早到账而未用的资金已存天数", "first in, first out: how long the oldest money in the account has lain" },
        INDICATOR_DAYS, false, 365, "users §2", LIMIT("idle_days") },
    [INDICATOR_TOWNSHIP_IDLE] = { "township_idle", { "拨付滞留乡镇", "Held back at townships" },
        { "拨到乡镇 {1} 天以上没有发放到户的资金", "sent to a township more than {1} days ago and not handed out" },
        INDICATOR_ROWS, false, 0, "R261 R332", FROM(15, "township_idle_days") },
    [INDICATOR_BAD_RATE] = { "bad_rate", { "不良率", "Bad rate" },
        { "逾期超过90天的合同余额 ÷ 在贷余额", "outstanding of contracts overdue more than 90 days ÷ outstanding" },
        INDICATOR_SHARE, false, 15, "dictionary §9", LIMIT("bad_rate") },
    [INDICATOR_OVERDUE] = { "overdue", { "逾期", "Overdue" },
        { "已过现到期日仍未还清的合同", "contracts past their current due date and unpaid" }, INDICATOR_ROWS, false, 0, "users §2", FIXED },
    [INDICATOR_OVERDUE_TERMS] = { "overdue_terms", { "逾期多期", "Overdue for several terms" },
        { "逾期后又启动了 {1} 期以上的合同", "contracts overdue while {1} or more further periods were opened" },
        INDICATOR_ROWS, false, 0, "users §2", FROM(3, "overdue_terms_from") },
    [INDICATOR_RECOVERY_RATE] = { "recovery_rate", { "到期回收率", "Recovery rate" },
        { "到期已回收本金 ÷ 到期本金（按最初约定）", "recovered of due ÷ due, as first agreed" }, INDICATOR_SHARE, true, 100, "R342", LIMIT("recovery_rate") },
    [INDICATOR_REMITTED_LATE] = { "remitted_late", { "收回后迟缴专户", "Remitted late" },
        { "乡镇收回后 {1} 天以上才缴或仍未缴专户的", "collected and remitted to the account only after {1} days, or not yet" },
        INDICATOR_ROWS, false, 0, "users §2", FROM(10, "remitted_late_days") },
    [INDICATOR_LENT_UNPOSTED] = { "lent_unposted", { "发放未入账", "Lent and not posted" },
        { "合同或发放名单写明已发放，账上没有", "paid out by contract or pay-out list, not in the journal" }, INDICATOR_ROWS, false, 0, "users §2", FIXED },
    [INDICATOR_RECOVERED_UNPOSTED] = { "recovered_unposted", { "回收未入账", "Recovered and not posted" },
        { "有还款登记而账上金额不符或没有", "a repayment that the journal does not have, or not so" }, INDICATOR_ROWS, false, 0, "users §2", FIXED },
    [INDICATOR_UNAPPROVED] = { "unapproved", { "凭证久未审核", "Vouchers that wait" },
        { "制单 {1} 天以上没有审核的凭证", "made more than {1} days ago and not approved" }, INDICATOR_ROWS, false, 0, "users §2",
        FROM(7, "unapproved_days") },
    [INDICATOR_GUARANTOR] = { "guarantor", { "担保人签章不全", "Guarantor's signature missing" },
        { "已发放而没有担保人，或担保人没有签名、盖章的合同（导入档案只查有无担保人）",
          "paid out without a guarantor, or without his signature or seal (of an archive: without one)" }, INDICATOR_ROWS, false, 0, "R281 R282", FIXED },
    [INDICATOR_PAID_NOT_APPROVED] = { "paid_not_approved", { "发放与批准不符", "Paid other than approved" },
        { "账上发放金额不等于合同金额", "paid out by the journal is not the contract's amount" }, INDICATOR_ROWS, false, 0, "FQ04", FIXED },
    [INDICATOR_NO_PURPOSE] = { "no_purpose", { "用途不明", "Without a purpose" },
        { "已发放而没有写明发展项目的合同", "paid out without a project" }, INDICATOR_ROWS, false, 0, "R261 FQ02", FIXED },
    [INDICATOR_TWICE] = { "twice", { "同期重复救助", "Helped twice" },
        { "同一期内同一户或同一人有两份以上合同", "a household or person with two contracts of one period" }, INDICATOR_ROWS, false, 0, "R012 F025", FIXED },
    [INDICATOR_SECOND_LIVE] = { "second_live", { "未还清又借", "Lent again before settled" },
        { "截止日同一户有两份以上未还清的合同", "a household with two contracts that are not settled" }, INDICATOR_ROWS, false, 0, "R285 FQ07", FIXED },
    [INDICATOR_NO_VISIT] = { "no_visit", { "发放后未走访", "Without a visit" },
        { "发放 {1} 天以上、未还清、没有一次走访记录的合同", "paid out more than {1} days ago, not settled, never visited" },
        INDICATOR_ROWS, false, 0, "R350 R354", FROM(90, "no_visit_days") },
    [INDICATOR_NOT_REMINDED] = { "not_reminded", { "到期未发通知", "Without a notice" },
        { "一个月内到期或已到期、未还清、没有发过还款通知的合同（导入档案除外）",
          "due within a month or past it, not settled, and no notice was made (but of an archive)" }, INDICATOR_ROWS, false, 0, "R336 FQ08", FIXED },
    [INDICATOR_NOT_DUNNED] = { "not_dunned", { "逾期未催收", "Without dunning" },
        { "逾期 {1} 天以上没有催收记录的合同", "overdue for more than {1} days without an entry in the collection log" },
        INDICATOR_ROWS, false, 0, "R339 FQ09", FROM(15, "not_dunned_days") },
};
// clang-format on

int indicator_find(struct str name)
{
    for (int i = 0; i < INDICATORS; i++)
        if (str_eq(name, str_of(indicator_kinds[i].name)) ||
            str_eq(name, str_of(indicator_kinds[i].label.zh)))
            return i;
    return -1;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Money that came in on a day and has not gone out. */
struct layer {
    int32_t day;
    int64_t fen, period;
};
struct queue {      /* first in, first out */
    int64_t region; /* 0: the special account */
    bool collected; /* of a township: money that came back; else money to be handed out */
    struct layer *layers;
    size_t first, n, cap;
};
struct watching {
    struct tx *tx;
    const struct monitor_question *q;
    struct monitor *m;
    struct arena *a;
    struct figure_loan *loans;
    size_t loans_n, loans_cap;
    struct queue *queues;
    size_t queues_n, queues_cap;
    int32_t *starts; /* of the fund's periods */
    size_t starts_n;
    struct scopes scopes;
    struct str *names; /* of the loans, by place */
    struct fund fund;  /* of the scope at hand */
    bool seal;         /* the programme asks guarantors for one */
    struct parameter_book set;
    struct region_code place; /* for which limits are looked up */
};

static int64_t from_of(const struct watching *w, enum indicator_id id)
{
    return w->m->list[id].from;
}

static struct indicator_row *add_row(struct watching *w, enum indicator_id id)
{
    struct indicator *x = &w->m->list[id];
    if (x->rows_n == x->rows_cap) {
        struct indicator_row *old = x->rows;
        x->rows_cap = x->rows_cap ? x->rows_cap * 2 : 16;
        x->rows = NEW_ARRAY(w->a, struct indicator_row, x->rows_cap);
        if (x->rows_n)
            memcpy(x->rows, old, x->rows_n * sizeof *old);
    }
    return &x->rows[x->rows_n++];
}

static void add_loan(struct watching *w, enum indicator_id id, const struct figure_loan *l, int64_t fen,
                     int32_t day, bool ages)
{
    struct indicator_row *r = add_row(w, id);
    *r = (struct indicator_row){ .contract = l->id,
                                 .number = l->number,
                                 .region = l->village,
                                 .on = { { day }, true },
                                 .amount = { fen },
                                 .days = { w->q->as_of.day - day, ages } };
}

static int terms_since(const struct watching *w, int32_t day)
{
    int n = 0;
    for (size_t i = 0; i < w->starts_n; i++)
        n += w->starts[i] > day && w->starts[i] <= w->q->as_of.day;
    return n;
}

static void see_loan(void *ctx, const struct figure_loan *l)
{
    struct watching *w = ctx;
    int32_t today = w->q->as_of.day;
    if (w->loans_n == w->loans_cap) {
        w->loans_cap = w->loans_cap ? w->loans_cap * 2 : 1024;
        w->loans = xrealloc(w->loans, w->loans_cap * sizeof *w->loans);
    }
    struct figure_loan *x = &w->loans[w->loans_n++];
    *x = *l;
    x->number = arena_str(w->a, l->number);
    if (x->open > 0)
        add_loan(w, INDICATOR_LENDING_RATE, x, x->open, x->first_out, false);
    if (x->first_out > date_add_months(w->q->as_of, -YEAR_MONTHS).day) {
        w->m->list[INDICATOR_YEAR_LENDING_RATE].part[NUMERATOR] += x->lent;
        add_loan(w, INDICATOR_YEAR_LENDING_RATE, x, x->lent, x->first_out, false);
    }
    if (x->due > x->recovered)
        add_loan(w, INDICATOR_RECOVERY_RATE, x, x->due - x->recovered, x->due_on, true);
    if (x->late <= 0)
        return;
    add_loan(w, INDICATOR_OVERDUE, x, x->late, x->since, true);
    if (today - x->since > BAD_DAYS)
        add_loan(w, INDICATOR_BAD_RATE, x, x->open, x->since, true);
    if (terms_since(w, x->since) >= from_of(w, INDICATOR_OVERDUE_TERMS))
        add_loan(w, INDICATOR_OVERDUE_TERMS, x, x->late, x->since, true);
}

/* --- money that lies -------------------------------------------------------------------------- */

static struct queue *queue_of(struct watching *w, int64_t region, bool collected)
{
    for (size_t i = 0; i < w->queues_n; i++)
        if (w->queues[i].region == region && w->queues[i].collected == collected)
            return &w->queues[i];
    if (w->queues_n == w->queues_cap) {
        w->queues_cap = w->queues_cap ? w->queues_cap * 2 : 16;
        w->queues = xrealloc(w->queues, w->queues_cap * sizeof *w->queues);
    }
    w->queues[w->queues_n] = (struct queue){ .region = region, .collected = collected };
    return &w->queues[w->queues_n++];
}

static void put_in(struct queue *x, const struct figure_cash *c)
{
    if (x->n == x->cap) {
        x->cap = x->cap ? x->cap * 2 : 16;
        x->layers = xrealloc(x->layers, x->cap * sizeof *x->layers);
    }
    x->layers[x->n++] = (struct layer){ c->day, c->fen, c->period };
}

/* What is the whole county's is shown to who sees all of it, a township's to who sees that. */
static bool may_see(const struct watching *w, int64_t region)
{
    if (!region)
        return !w->m->figures.list[FIGURE_FUND_CAPITAL].unset;
    for (size_t i = 0; i < w->scopes.n; i++)
        if (region >= w->scopes.list[i].first && region <= w->scopes.list[i].last)
            return true;
    return false;
}

static void late_row(struct watching *w, int64_t region, int32_t from, int32_t to, int64_t fen)
{
    struct indicator_row *r = add_row(w, INDICATOR_REMITTED_LATE);
    *r = (struct indicator_row){
        .region = { region }, .on = { { from }, true }, .amount = { fen }, .days = { to - from, true }
    };
}

/* The oldest goes first; what a township passes on after long is told. */
static void take_out(struct watching *w, struct queue *x, int64_t fen, int32_t day)
{
    while (fen > 0 && x->first < x->n) {
        struct layer *l = &x->layers[x->first];
        int64_t part = l->fen < fen ? l->fen : fen;
        if (x->collected && day - l->day > from_of(w, INDICATOR_REMITTED_LATE) && may_see(w, x->region))
            late_row(w, x->region, l->day, day, part);
        l->fen -= part;
        fen -= part;
        if (!l->fen)
            x->first++;
    }
}

static void see_cash(void *ctx, const struct figure_cash *c)
{
    struct watching *w = ctx;
    bool transit = c->account == ACCOUNT_TRANSIT;
    bool collected = transit && (c->voucher == VOUCHER_REPAYMENT || c->voucher == VOUCHER_RECOVERY ||
                                 c->voucher == VOUCHER_REMITTANCE || c->voucher == VOUCHER_GIVE_BACK);
    struct queue *x = queue_of(w, transit ? c->region : 0, collected);
    if (c->fen > 0)
        put_in(x, c);
    else
        take_out(w, x, -c->fen, c->day);
}

static void lying(struct watching *w, const struct queue *x)
{
    int32_t today = w->q->as_of.day;
    for (size_t i = may_see(w, x->region) ? x->first : x->n; i < x->n; i++) {
        const struct layer *l = &x->layers[i];
        struct indicator_row row = { .region = { x->region },
                                     .on = { { l->day }, true },
                                     .amount = { l->fen },
                                     .days = { today - l->day, true } };
        *add_row(w, INDICATOR_IDLE_RATE) = row;
        if (!x->region)
            *add_row(w, INDICATOR_IDLE_DAYS) = row;
        else if (x->collected && today - l->day > from_of(w, INDICATOR_REMITTED_LATE))
            late_row(w, x->region, l->day, today, l->fen);
        else if (!x->collected && today - l->day > from_of(w, INDICATOR_TOWNSHIP_IDLE))
            *add_row(w, INDICATOR_TOWNSHIP_IDLE) = row;
    }
}

/* --- statements ------------------------------------------------------------------------------- */

/* Each gives contract, number, name, village, day and amount of the county $1 and fund $2, between villages
 * $3 and $4, as of the day $5, of the periods $6 to $7. */
#define OF_LOANS "SELECT c.id, c.number, h.head_name, c.village, c.paid_out_on, "
#define AND_HOME "JOIN household h ON h.county = $1 AND h.id = c.household_id "
#define IN_SCOPE                                                                                           \
    "c.county = $1 AND c.fund_id = $2 AND c.layer = 2 AND c.void_on IS NULL AND c.village BETWEEN $3 AND " \
    "$4 AND CAST($5 AS integer) > 0 AND (CAST($6 AS bigint) = 0 OR c.period_no BETWEEN $6 AND $7) "
#define PAID_BY "AND c.paid_out_on <= $5 "
#define STATEMENT(name, text)            \
    static const struct stmt *name(void) \
    {                                    \
        return SQL(STMT_KEY, text);      \
    }

STATEMENT(lent_unposted, OF_LOANS
          "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE
          "AND ((c.paid_out_on <= $5 AND NOT EXISTS (SELECT 1 FROM voucher_line l JOIN "
          "fund_account a ON a.county = $1 AND a.id = l.account_id WHERE l.county = $1 AND a.fund_id = $2 "
          "AND a.kind = 1101 AND a.part = c.id)) OR EXISTS (SELECT 1 FROM payout_line p LEFT JOIN voucher "
          "v ON v.county = $1 AND v.id = p.voucher_id WHERE p.county = $1 AND p.contract_id = c.id AND "
          "p.state = 2 AND p.paid_on <= $5 AND v.id IS NULL)) ORDER BY c.number, c.id")
STATEMENT(
    recovered_unposted,
    "SELECT c.id, c.number, h.head_name, c.village, r.paid_on, r.amount FROM repayment r JOIN contract c ON "
    "c.county = $1 AND c.id = r.contract_id " AND_HOME "WHERE r.county = $1 AND r.paid_on <= $5 AND " IN_SCOPE
    "AND (SELECT COALESCE(sum(l.amount), 0) FROM voucher_line l JOIN fund_account a ON a.county = $1 AND "
    "a.id = "
    "l.account_id WHERE l.county = $1 AND l.voucher_id = r.entry_id AND a.kind = 1101) <> -r.principal ORDER "
    "BY c.number, r.id")
STATEMENT(guarantor, OF_LOANS
          "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE PAID_BY
          "AND (NOT EXISTS (SELECT 1 FROM guarantee g WHERE g.county = $1 AND g.contract_id = c.id) OR "
          "(c.history = 0 AND EXISTS (SELECT 1 FROM guarantee g WHERE g.county = $1 AND g.contract_id = "
          "c.id AND (g.signed_on IS NULL OR (CAST($8 AS integer) = 1 AND g.sealed_on IS NULL))))) ORDER BY "
          "c.number, c.id")
STATEMENT(paid_not_approved, OF_LOANS
          "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE PAID_BY
          "AND (SELECT COALESCE(sum(l.amount), 0) FROM voucher_line l JOIN fund_account a ON a.county = $1 "
          "AND a.id = l.account_id JOIN voucher v ON v.county = $1 AND v.id = l.voucher_id WHERE l.county "
          "= $1 AND a.fund_id = $2 AND a.kind = 1101 AND a.part = c.id AND v.kind IN (21, 22)) <> c.amount "
          "ORDER BY c.number, c.id")
STATEMENT(no_purpose, OF_LOANS "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE PAID_BY
                               "AND (c.project IS NULL OR c.project = '') ORDER BY c.number, c.id")
STATEMENT(twice, OF_LOANS
          "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE PAID_BY
          "AND EXISTS (SELECT 1 FROM contract d WHERE d.county = $1 AND d.fund_id = $2 AND d.layer = 2 AND "
          "d.void_on "
          "IS NULL AND d.id <> c.id AND d.period_no = c.period_no AND (d.household_id = c.household_id OR "
          "d.borrower_id = c.borrower_id)) ORDER BY c.village, h.head_name, c.number, c.id")
STATEMENT(no_visit, OF_LOANS
          "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE
          "AND c.paid_out_on <= $5 - CAST($8 AS integer) AND NOT EXISTS (SELECT 1 FROM visit t WHERE "
          "t.county = $1 AND "
          "t.household_id = c.household_id AND t.visited_on >= c.paid_out_on AND t.visited_on <= $5) ORDER "
          "BY c.number, c.id")
STATEMENT(
    not_reminded,
    "SELECT c.id, c.number, h.head_name, c.village, c.ends_on, c.amount FROM contract c " AND_HOME
    "WHERE " IN_SCOPE "AND c.history = 0 AND c.ends_on <= CAST($8 AS integer) AND NOT EXISTS (SELECT 1 FROM "
    "due_notice_row r JOIN due_notice n ON n.county = $1 AND n.id = r.notice_id WHERE r.county = $1 AND "
    "r.contract_id = c.id AND n.issued_on <= $5) ORDER BY c.number, c.id")
STATEMENT(
    not_dunned,
    "SELECT c.id, c.number, h.head_name, c.village, c.ends_on, c.amount FROM contract c " AND_HOME
    "WHERE " IN_SCOPE "AND c.ends_on < $5 - CAST($8 AS integer) AND NOT EXISTS (SELECT 1 FROM collection_log "
    "k WHERE k.county = "
    "$1 AND k.contract_id = c.id AND k.done_on > c.ends_on AND k.done_on <= $5) ORDER BY c.number, c.id")
STATEMENT(everybody, OF_LOANS "c.amount FROM contract c " AND_HOME "WHERE " IN_SCOPE PAID_BY
                              "ORDER BY c.household_id, c.paid_out_on, c.id")

static const struct {
    enum indicator_id id;
    const struct stmt *(*stmt)(void);
    bool open;                                               /* only loans that are not settled */
    enum { NO_MORE, WITH_SEAL, WITH_MONTH, WITH_FROM } more; /* what $8 is */
} statements[] = {
    { INDICATOR_LENT_UNPOSTED, lent_unposted, false, NO_MORE },
    { INDICATOR_RECOVERED_UNPOSTED, recovered_unposted, false, NO_MORE },
    { INDICATOR_GUARANTOR, guarantor, false, WITH_SEAL },
    { INDICATOR_PAID_NOT_APPROVED, paid_not_approved, false, NO_MORE },
    { INDICATOR_NO_PURPOSE, no_purpose, false, NO_MORE },
    { INDICATOR_TWICE, twice, false, NO_MORE },
    { INDICATOR_NO_VISIT, no_visit, true, WITH_FROM },
    { INDICATOR_NOT_REMINDED, not_reminded, true, WITH_MONTH },
    { INDICATOR_NOT_DUNNED, not_dunned, true, WITH_FROM },
};

static int by_id(const void *a, const void *b)
{
    const struct figure_loan *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static const struct figure_loan *loan_of(const struct watching *w, int64_t id)
{
    const struct figure_loan key = { .id = id };
    return w->loans_n ? bsearch(&key, w->loans, w->loans_n, sizeof key, by_id) : NULL;
}

/* --- asking ----------------------------------------------------------------------------------- */

static bool ask(struct watching *w, const struct scope *s, size_t i, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    const struct monitor_question *q = w->q;
    const struct val v[] = { V(s->county),
                             V(w->fund.id),
                             V(s->first),
                             V(s->last),
                             V(q->as_of),
                             V(q->period_first),
                             V(q->period_last),
                             statements[i].more == WITH_SEAL   ? V((int64_t)w->seal)
                             : statements[i].more == WITH_FROM ? V(from_of(w, statements[i].id))
                                                               : V(date_add_months(q->as_of, 1)) };
    if (!db_query_(w->tx, &rows, statements[i].stmt(), false, e, v, statements[i].more ? 8 : 7))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        const struct figure_loan *l = loan_of(w, rows_int(&rows, 0));
        if (statements[i].open && (!l || l->open <= 0))
            continue;
        struct indicator_row *r = add_row(w, statements[i].id);
        *r = (struct indicator_row){ .number = arena_str(w->a, rows_text(&rows, 1)),
                                     .name = arena_str(w->a, rows_text(&rows, 2)),
                                     .region = { rows_int(&rows, 3) },
                                     .on = { { (int32_t)rows_int(&rows, 4) }, true },
                                     .amount = { statements[i].open ? l->open : rows_int(&rows, 5) } };
    }
    return f != FAILED;
}

/* Names of all loans, and who has two that are not settled. */
static bool ask_everybody(struct watching *w, const struct scope *s, struct errs *e)
{
    enum found f;
    const struct figure_loan *before = NULL;
    bool told = false;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(w->tx, &rows, everybody(), e, V(s->county), V(w->fund.id), V(s->first), V(s->last),
                  V(w->q->as_of), V(w->q->period_first), V(w->q->period_last)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        const struct figure_loan *l = loan_of(w, rows_int(&rows, 0));
        if (!l)
            continue;
        w->names[l - w->loans] = arena_str(w->a, rows_text(&rows, 2));
        if (l->open <= 0)
            continue;
        bool second = before && before->household == l->household;
        if (second && !told)
            add_loan(w, INDICATOR_SECOND_LIVE, before, before->open, before->first_out, false);
        if (second)
            add_loan(w, INDICATOR_SECOND_LIVE, l, l->open, l->first_out, false);
        told = second;
        before = l;
    }
    return f != FAILED;
}

static bool ask_drafts(struct watching *w, const struct scope *s, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!may_see(w, 0))
        return true;
    if (!db_query(
            w->tx, &rows,
            SQL(STMT_KEY,
                "SELECT d.no, d.entry_date, d.purpose, (SELECT CAST(sum(CASE WHEN l.amount > 0 THEN l.amount "
                "ELSE 0 END) AS bigint) FROM draft_line l WHERE l.county = $1 AND l.draft_id = d.id) FROM "
                "draft d WHERE d.county = $1 AND d.fund_id = $2 AND d.state = 1 AND d.entry_date < $3 ORDER "
                "BY d.no"),
            e, V(s->county), V(w->fund.id), V((int64_t)w->q->as_of.day - from_of(w, INDICATOR_UNAPPROVED))))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        int32_t day = (int32_t)rows_int(&rows, 1);
        struct indicator_row *r = add_row(w, INDICATOR_UNAPPROVED);
        *r = (struct indicator_row){ .number =
                                         str_of(arena_printf(w->a, "%lld", (long long)rows_int(&rows, 0))),
                                     .name = arena_str(w->a, rows_text(&rows, 2)),
                                     .region = { s->county * 1000000 },
                                     .on = { { day }, true },
                                     .amount = { rows_int(&rows, 3) },
                                     .days = { w->q->as_of.day - day, true } };
    }
    return f != FAILED;
}

/* Of every county of the actor's that has the fund. */
static bool each_fund(struct watching *w, bool (*fn)(struct watching *, const struct scope *, struct errs *),
                      struct errs *e)
{
    for (size_t i = 0; i < w->scopes.n; i++) {
        struct list funds;
        if (!fund_list(w->tx, w->scopes.list[i].county, &funds, e))
            return false;
        for (size_t k = 0; k < funds.n; k++) {
            w->fund = ((const struct fund *)funds.rows)[k];
            if (str_eq(w->fund.programme, w->m->figures.version.programme) && !fn(w, &w->scopes.list[i], e))
                return false;
        }
    }
    return true;
}

static bool read_periods(struct watching *w, const struct scope *s, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(
            w->tx, &rows,
            SQL(STMT_KEY,
                "SELECT starts_on FROM period WHERE county = $1 AND fund_id = $2 AND starts_on IS NOT NULL "
                "ORDER BY starts_on"),
            e, V(s->county), V(w->fund.id)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        w->starts = xrealloc(w->starts, (w->starts_n + 1) * sizeof *w->starts);
        w->starts[w->starts_n++] = (int32_t)rows_int(&rows, 0);
    }
    return f != FAILED;
}

static bool ask_all(struct watching *w, const struct scope *s, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(statements); i++)
        if (!ask(w, s, i, e))
            return false;
    return ask_everybody(w, s, e) && ask_drafts(w, s, e);
}

/* --- what it comes to ------------------------------------------------------------------------- */

static const struct {
    enum indicator_id to;
    enum figure_id from;
} shares[] = {
    { INDICATOR_LENDING_RATE, FIGURE_FUND_LENDING_RATE },
    { INDICATOR_IDLE_RATE, FIGURE_FUND_IDLE_RATE },
    { INDICATOR_BAD_RATE, FIGURE_LOAN_PAR90 },
    { INDICATOR_RECOVERY_RATE, FIGURE_LOAN_RECOVERY_RATE },
};
static const enum indicator_id of_county[] = { INDICATOR_YEAR_LENDING_RATE, INDICATOR_IDLE_DAYS,
                                               INDICATOR_UNAPPROVED };

static void take_shares(struct monitor *m)
{
    for (size_t i = 0; i < N_ELEMS(shares); i++) {
        const struct figure *f = &m->figures.list[shares[i].from];
        struct indicator *x = &m->list[shares[i].to];
        x->part[NUMERATOR] = f->part[NUMERATOR];
        x->part[DENOMINATOR] = f->part[DENOMINATOR];
        x->unset = f->unset;
        x->why = f->why;
    }
    const struct figure *capital = &m->figures.list[FIGURE_FUND_CAPITAL];
    m->list[INDICATOR_YEAR_LENDING_RATE].part[DENOMINATOR] = capital->part[NUMERATOR];
    for (size_t i = 0; i < N_ELEMS(of_county); i++) {
        m->list[of_county[i]].unset = capital->unset;
        m->list[of_county[i]].why = capital->why;
    }
}

__extension__ typedef __int128 wide;
static void judge(struct monitor *m, enum indicator_id id)
{
    const struct indicator_kind *k = &indicator_kinds[id];
    struct indicator *x = &m->list[id];
    int64_t longest = 0;
    if (x->unset) {
        x->rows_n = 0;
        return;
    }
    for (size_t i = 0; i < x->rows_n; i++) {
        x->amount.fen += x->rows[i].amount.fen;
        longest = x->rows[i].days.set && x->rows[i].days.v > longest ? x->rows[i].days.v : longest;
    }
    x->value = k->unit == INDICATOR_DAYS ? longest : (int64_t)x->rows_n;
    if (k->unit == INDICATOR_SHARE) {
        wide num = (wide)x->part[NUMERATOR] * 100, limit = (wide)x->part[DENOMINATOR] * x->limit;
        x->found = x->part[DENOMINATOR] > 0 && (k->at_least ? num < limit : num > limit);
    } else {
        x->found = x->value > x->limit;
    }
    m->found += x->found;
}

static void put_names(struct watching *w)
{
    for (int id = 0; id < INDICATORS; id++) {
        struct indicator *x = &w->m->list[id];
        for (size_t i = 0; i < x->rows_n; i++) {
            const struct figure_loan *l = x->rows[i].contract ? loan_of(w, x->rows[i].contract) : NULL;
            if (l)
                x->rows[i].name = w->names[l - w->loans];
        }
    }
}

/* --- limits ----------------------------------------------------------------------------------- */

static void parameter_into(const struct watching *w, const char *name, int64_t *to, struct str *source)
{
    const struct programme *p = w->m->figures.programme;
    const struct programme_parameter *x = name ? programme_parameter_find(p, str_of(name)) : NULL;
    struct programme_constant v;
    if (!x || x->type != PARAMETER_INT)
        return;
    const struct parameter_choice choice = parameter_choose(x, &w->set, w->place, w->q->as_of);
    parameter_value_at(x, &w->set, w->place, w->q->as_of, &v);
    if (!v.set)
        return;
    *to = v.v;
    if (choice.row && choice.row->basis.p)
        *source = choice.row->basis;
    else if (x->source.p)
        *source = x->source;
}

/* Of the county that is asked for, or the actor's only one. */
static bool take_limits(struct watching *w, struct errs *e)
{
    const struct figures *f = &w->m->figures;
    struct list rows;
    if (!parameter_settings(w->tx, f->version.programme, PARAMETERS_NOW, &rows, w->a, e))
        return false;
    w->set = parameter_book_of(f->programme, &rows, w->a);
    w->place = w->q->region;
    if (!w->place.v && w->scopes.n == 1)
        w->place.v = w->scopes.list[0].county * 1000000;
    for (int id = 0; id < INDICATORS; id++) {
        const struct indicator_kind *k = &indicator_kinds[id];
        struct indicator *x = &w->m->list[id];
        x->limit = k->limit;
        x->from = k->from;
        x->source = str_of(k->source);
        parameter_into(w, k->parameter, &x->limit, &x->source);
        parameter_into(w, k->from_parameter, &x->from, &x->source);
    }
    return true;
}

static bool look(struct watching *w, const struct actor *who, const struct code_book *codes, struct errs *e)
{
    const struct figures_watch watch = { w, see_loan, see_cash };
    const struct figures_question q = { .programme = w->q->programme,
                                        .as_of = w->q->as_of,
                                        .region = w->q->region,
                                        .period_first = w->q->period_first,
                                        .period_last = w->q->period_last,
                                        .trace = -1,
                                        .watch = &watch };
    struct monitor *m = w->m;
    m->figures.programme = programme_open(w->tx, w->q->programme, codes, &m->figures.version, w->a, e);
    if (!m->figures.programme || !scopes_of(w->tx, who, PERM_LEDGER_READ, w->q->region, &w->scopes, e))
        return false;
    if (!take_limits(w, e) || !each_fund(w, read_periods, e) ||
        !figures_of(w->tx, who, codes, &q, &m->figures, e))
        return false;
    if (w->loans_n)
        qsort(w->loans, w->loans_n, sizeof *w->loans, by_id);
    w->names = NEW_ARRAY(w->a, struct str, w->loans_n + 1);
    w->seal = m->figures.programme->loan.guarantee.seal;
    for (size_t i = 0; i < w->queues_n; i++)
        lying(w, &w->queues[i]);
    return each_fund(w, ask_all, e);
}

bool monitor_of(struct tx *tx, const struct actor *who, const struct code_book *codes,
                const struct monitor_question *q, struct monitor *out, struct errs *e)
{
    struct watching w = { .q = q, .m = out, .a = e->a, .tx = tx };
    *out = (struct monitor){ .found = 0 };
    bool ok = look(&w, who, codes, e);
    if (ok) {
        put_names(&w);
        take_shares(out);
        for (int id = 0; id < INDICATORS; id++)
            judge(out, (enum indicator_id)id);
    }
    for (size_t i = 0; i < w.queues_n; i++)
        free(w.queues[i].layers);
    free(w.queues);
    free(w.loans);
    free(w.starts);
    return ok;
}

/* --- as text ---------------------------------------------------------------------------------- */

const char *indicator_text(const struct monitor *m, enum indicator_id id, enum lang lang, struct arena *a)
{
    enum { HUNDREDTHS = 10000 };
    const struct indicator *x = &m->list[id];
    if (x->unset)
        return "—";
    switch (indicator_kinds[id].unit) {
    case INDICATOR_DAYS: return arena_printf(a, lang == ZH ? "%lld 天" : "%lld days", (long long)x->value);
    case INDICATOR_ROWS: return arena_printf(a, "%lld", (long long)x->value);
    case INDICATOR_SHARE: break;
    }
    if (x->part[DENOMINATOR] <= 0)
        return "—";
    wide den = x->part[DENOMINATOR];
    long long v = (long long)((2 * (wide)x->part[NUMERATOR] * HUNDREDTHS + den) / (2 * den));
    return arena_printf(a, "%lld.%02lld%%", v / 100, v % 100);
}

const char *indicator_limit(const struct monitor *m, enum indicator_id id, enum lang lang, struct arena *a)
{
    const struct indicator_kind *k = &indicator_kinds[id];
    const char *unit = k->unit == INDICATOR_SHARE  ? "%"
                       : k->unit == INDICATOR_ROWS ? ""
                       : lang == ZH                ? " 天"
                                                   : " days";
    const char *words =
        lang == ZH ? (k->at_least ? "不低于" : "不超过") : (k->at_least ? "at least" : "at most");
    return arena_printf(a, "%s %lld%s", words, (long long)m->list[id].limit, unit);
}

const char *indicator_definition(const struct monitor *m, enum indicator_id id, enum lang lang,
                                 struct arena *a)
{
    const char *text = label_in(&indicator_kinds[id].definition, lang), *at = strstr(text, "{1}");
    return at ? arena_printf(a, "%.*s%lld%s", (int)(at - text), text, (long long)m->list[id].from,
                             at + strlen("{1}"))
              : text;
}
