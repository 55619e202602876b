#include "fund/check.h"

#include "ledger/check.h"
#include "ledger/ledger.h"

enum { FAULTS_MAX = 20 };

/* --- verify --------------------------------------------------------------------------------- */

/* Statements that find rows with a fault: each gives a contract's number and what is to be said beside it. */
struct fault {
    const char *table;
    enum msg says;
    const struct stmt *(*stmt)(void);
};
#define FAULT(name, text)                \
    static const struct stmt *name(void) \
    {                                    \
        return SQL(STMT_KEY, text);      \
    }
FAULT(repayment_lines,
      "SELECT c.number, r.receipt_no FROM repayment r JOIN contract c ON c.county = $1 AND c.id = "
      "r.contract_id LEFT JOIN voucher_line l ON l.county = $1 AND l.voucher_id = r.entry_id LEFT JOIN "
      "fund_account a ON a.county = $1 AND a.id = l.account_id WHERE r.county = $1 GROUP BY r.id, c.number, "
      "r.receipt_no, r.amount, r.principal, r.interest HAVING count(l.no) = 0 OR r.amount <> r.principal + "
      "r.interest OR sum(CASE WHEN a.kind = 1101 THEN l.amount ELSE 0 END) <> -r.principal OR sum(CASE WHEN "
      "a.kind = 4001 THEN l.amount ELSE 0 END) <> -r.interest ORDER BY c.number, r.id LIMIT $2")
FAULT(payout_day,
      "SELECT c.number, NULL FROM contract c JOIN fund_account a ON a.county = $1 AND a.fund_id = c.fund_id "
      "AND "
      "a.kind = 1101 AND a.part = c.id JOIN voucher_line l ON l.county = $1 AND l.account_id = a.id JOIN "
      "voucher v ON v.county = $1 AND v.id = l.voucher_id AND v.kind IN (21, 22) WHERE c.county = $1 AND "
      "c.layer = 2 GROUP BY c.id, c.number, c.paid_out_on HAVING (c.paid_out_on IS NULL AND sum(l.amount) <> "
      "0) "
      "OR (c.paid_out_on IS NOT NULL AND c.paid_out_on <> max(CASE WHEN v.kind = 21 THEN v.entry_date ELSE "
      "-100000000 END)) ORDER BY c.number LIMIT $2")
FAULT(
    below_zero,
    "SELECT c.number, NULL FROM fund_account a JOIN account_balance b ON b.county = $1 AND b.account_id = "
    "a.id "
    "JOIN contract c ON c.county = $1 AND c.id = a.part WHERE a.county = $1 AND a.kind = 1101 AND b.amount < "
    "0 ORDER BY c.number LIMIT $2")
FAULT(
    line_unposted,
    "SELECT c.number, NULL FROM payout_line p JOIN contract c ON c.county = $1 AND c.id = p.contract_id LEFT "
    "JOIN voucher v ON v.county = $1 AND v.id = p.voucher_id AND v.kind = 21 WHERE p.county = $1 AND p.state "
    "= 2 AND (v.id IS NULL OR v.entry_date <> p.paid_on) ORDER BY c.number, p.id LIMIT $2")
FAULT(relief_unposted,
      "SELECT c.number, NULL FROM loan_relief r JOIN contract c ON c.county = $1 AND c.id = r.contract_id "
      "WHERE r.county = $1 AND r.state = 2 AND r.kind IN (3, 4) AND NOT EXISTS (SELECT 1 FROM voucher v JOIN "
      "voucher_line l ON l.county = $1 AND l.voucher_id = v.id JOIN fund_account a ON a.county = $1 AND a.id "
      "= l.account_id WHERE v.county = $1 AND v.id = r.voucher_id AND a.kind = 5001 AND v.kind = CASE r.kind "
      "WHEN 3 THEN 40 ELSE 41 END AND l.contract_id = c.id AND l.amount = CASE r.kind WHEN 3 THEN r.amount "
      "ELSE -r.amount END) ORDER BY c.number, r.id LIMIT $2")
FAULT(recovered_over, "SELECT c.number, NULL FROM loan_relief r JOIN contract c ON c.county = $1 AND c.id = "
                      "r.contract_id WHERE r.county = $1 AND r.state = 2 AND r.kind IN (3, 4) GROUP BY c.id, "
                      "c.number HAVING sum(CASE r.kind WHEN 3 THEN r.amount ELSE -r.amount END) < 0 ORDER BY "
                      "c.number LIMIT $2")
FAULT(schedule_differs,
      "SELECT c.number, NULL FROM contract c JOIN loan_schedule s ON s.county = $1 AND s.contract_id = c.id "
      "WHERE c.county = $1 AND s.version = (SELECT max(n.version) FROM loan_schedule n WHERE n.county = $1 "
      "AND n.contract_id = c.id) AND s.since >= c.paid_out_on GROUP BY c.id, c.number, c.amount, c.ends_on "
      "HAVING sum(s.principal) <> "
      "c.amount OR max(s.due_on) <> c.ends_on ORDER BY c.number LIMIT $2")

static const struct fault faults[] = {
    { "repayment", MSG_VERIFY_REPAYMENT, repayment_lines },
    { "contract", MSG_VERIFY_PAYOUT_DAY, payout_day },
    { "account_balance", MSG_VERIFY_LOAN_BELOW, below_zero },
    { "payout_line", MSG_VERIFY_PAYOUT_LINE, line_unposted },
    { "loan_relief", MSG_VERIFY_RELIEF, relief_unposted },
    { "loan_relief", MSG_VERIFY_RELIEF_OVER, recovered_over },
    { "loan_schedule", MSG_VERIFY_SCHEDULE, schedule_differs },
};

static bool check_rows(struct tx *tx, int64_t county, const struct fault *x, struct verify_report *r,
                       struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(tx, &rows, x->stmt(), e, V(county), V((int64_t)FAULTS_MAX)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        struct str receipt = rows_text(&rows, 1);
        verify_found(r, e, x->table, county, x->says,
                     ARGS(A(rows_text(&rows, 0)), A(receipt.p ? receipt : STR(""))));
    }
    return f == NONE;
}

static bool check_county(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(faults); i++)
        if (!check_rows(tx, county, &faults[i], r, e))
            return false;
    return true;
}

static bool check(struct tx *tx, struct verify_report *r, struct errs *e)
{
    return ledger_check_counties(tx, check_county, r, e);
}

const struct invariant fund_invariant = { "fund", check };

/* --- quality -------------------------------------------------------------------------------- */

/* Each gives household number, name and village of county $1 between $2 and $3, as of the day $4. */
#define OF_HOUSEHOLD                                                                                       \
    "SELECT h.hh_no, h.head_name, h.village FROM contract c JOIN household h ON h.county = $1 AND h.id = " \
    "c.household_id "
#define IN_SCOPE "c.county = $1 AND c.void_on IS NULL AND h.village BETWEEN $2 AND $3 "
#define ANY_DAY  "AND CAST($4 AS integer) > 0 "
#define OWED                                                                                              \
    "JOIN fund_account a ON a.county = $1 AND a.fund_id = c.fund_id AND a.kind = 1101 AND a.part = c.id " \
    "JOIN account_balance b ON b.county = $1 AND b.account_id = a.id "
/* A fund is the county's: only who sees all of it is told. */
#define OF_FUND "SELECT f.code, f.name, f.county * CAST(1000000 AS bigint) FROM fund f "
#define IN_FUND                                                                                       \
    "f.county = $1 AND f.county * CAST(1000000 AS bigint) BETWEEN CAST($2 AS bigint) AND CAST($3 AS " \
    "bigint) "

FAULT(sources_not_capital, OF_FUND
      "WHERE " IN_FUND ANY_DAY
      "AND (SELECT coalesce(sum(CASE WHEN s.nature = 4 THEN -s.amount ELSE s.amount END), 0) FROM "
      "fund_source s WHERE s.county = $1 AND s.fund_id = f.id AND (s.nature IS NULL OR s.nature IN (1, "
      "3, 4))) <> (SELECT coalesce(-sum(b.amount), 0) FROM fund_account a JOIN account_balance b ON "
      "b.county = $1 AND b.account_id = a.id WHERE a.county = $1 AND a.fund_id = f.id AND a.kind = 3001) "
      "ORDER BY f.code")
FAULT(no_purpose, OF_HOUSEHOLD OWED
      "WHERE " IN_SCOPE ANY_DAY "AND c.paid_out_on IS NOT NULL AND (c.project IS NULL OR c.project = '') AND "
      "b.amount > 0 ORDER BY h.hh_no, c.id")
FAULT(other_serial,
      OF_HOUSEHOLD "JOIN iou i ON i.county = $1 AND i.contract_id = c.id WHERE " IN_SCOPE ANY_DAY
                   "AND (i.number <> c.number OR (i.amount <> c.amount AND i.revision = (SELECT "
                   "t.revision FROM contract_terms t WHERE t.county = $1 AND t.contract_id = c.id))) "
                   "ORDER BY h.hh_no, c.id, i.id")
FAULT(paid_not_approved, OF_HOUSEHOLD
      "JOIN fund_account a ON a.county = $1 AND a.fund_id = c.fund_id AND a.kind = 1101 AND a.part "
      "= c.id JOIN voucher_line l ON l.county = $1 AND l.account_id = a.id JOIN voucher v ON "
      "v.county = $1 AND v.id = l.voucher_id AND v.kind IN (21, 22) WHERE " IN_SCOPE ANY_DAY
      "GROUP BY c.id, h.hh_no, h.head_name, h.village, c.amount, c.paid_out_on HAVING sum(l.amount) "
      "<> CASE WHEN c.paid_out_on IS NULL THEN 0 ELSE c.amount END ORDER BY h.hh_no, c.id")
FAULT(payee_not_member, OF_HOUSEHOLD OWED
      "LEFT JOIN person p ON p.county = $1 AND p.id = c.borrower_id WHERE " IN_SCOPE ANY_DAY
      "AND b.amount > 0 AND (p.id IS NULL OR p.household_id <> c.household_id) ORDER BY h.hh_no, c.id")
FAULT(
    guarantor_late, OF_HOUSEHOLD OWED
    "JOIN guarantee g ON g.county = $1 AND g.contract_id = c.id WHERE " IN_SCOPE
    "AND b.amount > 0 AND EXISTS (SELECT 1 FROM guarantee g2 JOIN contract c2 ON c2.county = $1 AND c2.id = "
    "g2.contract_id JOIN fund_account a2 ON a2.county = $1 AND a2.fund_id = c2.fund_id AND a2.kind = 1101 "
    "AND "
    "a2.part = c2.id JOIN account_balance b2 ON b2.county = $1 AND b2.account_id = a2.id WHERE g2.county = "
    "$1 "
    "AND c2.id <> c.id AND c2.void_on IS NULL AND b2.amount > 0 AND c2.ends_on < $4 AND (g2.id_number = "
    "g.id_number OR (g2.name = g.name AND c2.village = c.village AND (g.id_number IS NULL OR g2.id_number IS "
    "NULL)))) ORDER BY h.hh_no, c.id, g.id")
FAULT(second_live,
      OF_HOUSEHOLD OWED "WHERE " IN_SCOPE ANY_DAY
                        "AND b.amount > 0 GROUP BY h.id, c.fund_id, h.hh_no, h.head_name, h.village HAVING "
                        "count(*) > 1 ORDER BY h.hh_no, c.fund_id")
/* Fewer than 28 days are less than a month in any month.  What an archive brought as overdue was reminded of
 * on paper. */
FAULT(not_reminded, OF_HOUSEHOLD OWED
      "WHERE " IN_SCOPE
      "AND b.amount > 0 AND c.ends_on < $4 + 28 AND (c.history = 0 OR c.ends_on >= $4) AND NOT "
      "EXISTS (SELECT 1 FROM due_notice_row n WHERE n.county = $1 AND n.contract_id = c.id AND "
      "n.due_on = c.ends_on) ORDER BY h.hh_no, c.id")
FAULT(not_dunned, OF_HOUSEHOLD OWED
      "WHERE " IN_SCOPE
      "AND b.amount > 0 AND c.ends_on <= $4 - 15 AND NOT EXISTS (SELECT 1 FROM collection_log "
      "g WHERE g.county = $1 AND g.contract_id = c.id AND g.done_on > c.ends_on) ORDER BY h.hh_no, c.id")
FAULT(pledge_posted, OF_FUND "JOIN fund_source s ON s.county = $1 AND s.fund_id = f.id WHERE " IN_FUND ANY_DAY
                             "AND s.nature IN (2, 5) AND s.entry_id IS NOT NULL ORDER BY f.code, s.id")

// clang-format off
#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING
static const struct quality_rule rules[] = {
    { "FQ01", ERROR, .text = { "资金来源合计不等于账上的项目资金", "the sources of the fund are not its capital" },
      .fields = "fund_source.amount fund_account.kind", .rows = sources_not_capital },
    { "FQ02", WARNING, .text = { "借款没有写明用途（发展项目）", "a loan without a purpose (project)" },
      .fields = "contract.project", .rows = no_purpose },
    { "FQ03", ERROR, .text = { "合同与借据的编号或金额不一致", "contract and IOU differ in number or amount" },
      .fields = "contract.number iou.number iou.amount", .rows = other_serial },
    { "FQ04", ERROR, .text = { "发放金额不等于批准金额", "paid out is not what was approved" },
      .fields = "contract.amount voucher_line.amount", .rows = paid_not_approved },
    { "FQ05", ERROR, .text = { "借款人不是这一户的成员", "the borrower is no member of the household" },
      .fields = "contract.borrower_id person.household_id", .rows = payee_not_member },
    { "FQ06", WARNING, .text = { "担保人另有逾期的担保", "the guarantor stands for another loan that is overdue" },
      .fields = "guarantee.name guarantee.id_number contract.ends_on", .rows = guarantor_late },
    { "FQ07", ERROR, .text = { "同一资金有两笔未结清的借款", "two loans of the same fund at once" },
      .fields = "contract.household_id contract.fund_id", .rows = second_live },
    { "FQ08", WARNING, .text = { "到期前一个月没有发还款通知", "no notice a month before it is due" },
      .fields = "contract.ends_on due_notice_row.due_on", .rows = not_reminded },
    { "FQ09", WARNING, .text = { "逾期十五天没有催收", "overdue for fifteen days without dunning" },
      .fields = "contract.ends_on collection_log.done_on", .rows = not_dunned },
    { "FQ15", ERROR, .text = { "认捐或表外资金记成了到账", "a pledge, or money off the books, posted as received" },
      .fields = "fund_source.nature fund_source.entry_id", .rows = pledge_posted },
};
// clang-format on
const struct quality_table fund_quality = { rules, N_ELEMS(rules) };
