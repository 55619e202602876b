/* pay_api.c - money on its way out and back: pay-outs, files for the bank, receipts, remittances, dues. */
#include "api/lending.h"
#include "api/tables.h"
#include "base/clock.h"
#include "fund/bank_file.h"
#include "fund/collected.h"
#include "fund/excess.h"
#include "fund/repay.h"
#include "registry/scope.h"

enum { RECEIPTS_MAX = API_LINES_MAX };

/* --- forms -------------------------------------------------------------------------------- */

struct to_township_form {
    struct region_code township;
    struct opt_int period;
    struct opt_money amount;
    struct opt_date on;
    struct str purpose, document;
};
#define PAYOUT_COLS(s)                                                                \
    COL(s, township, "乡镇", "Township", .flags = REQUIRED), PERIOD_COL(s, REQUIRED), \
        COL(s, on, "哪一天（默认今天）", "Day (today)"),                              \
        COL(s, purpose, "用途", "Purpose", .flags = REQUIRED, .min = 2, .max = 200),  \
        COL(s, document, "文号", "Document number", .max = 60)
static const struct col to_township_cols[] = { PAYOUT_COLS(to_township_form),
                                               AMOUNT_COL(to_township_form, REQUIRED) };
static const struct entity to_township_form =
    ENTITY(to_township_form, TABLE_LOCAL, "拨付乡镇", "Money to a township", to_township_cols);

struct meeting_pay_form {
    struct region_code township;
    struct opt_int period;
    struct opt_date on;
    struct str purpose, document, place, attendees, lender;
};
static const struct col meeting_pay_cols[] = {
    PAYOUT_COLS(meeting_pay_form),
    COL(meeting_pay_form, place, "地点", "Place", .max = 100),
    COL(meeting_pay_form, attendees, "参加人员", "Attendees", .max = 500),
    COL(meeting_pay_form, lender, "出借方签字人", "Signed for the lender", .max = 60, .check = check_name),
};
static const struct entity meeting_pay_form =
    ENTITY(meeting_pay_form, TABLE_LOCAL, "发放会", "Pay-out meeting", meeting_pay_cols);

struct receipt_line {
    struct str number;
    struct code receipt;
};
static const struct col receipt_cols[] = {
    COL(receipt_line, number, "合同编号", "Contract", .flags = REQUIRED, .min = 1, .max = 60),
    COL(receipt_line, receipt, "收讫凭据（默认签名）", "Receipt (signature)", .codes = "payout_receipt"),
};
static const struct entity receipt_line = ENTITY(receipt_line, TABLE_LOCAL, "收讫", "Receipts", receipt_cols);

struct bank_file_form {
    struct region_code township;
    struct opt_int period;
    struct opt_date on;
    struct str purpose, document, why;
};
static const struct col bank_file_cols[] = {
    PAYOUT_COLS(bank_file_form),
    COL(bank_file_form, why, "取完整账号的用途", "Why whole numbers are taken out", .flags = REQUIRED,
        .min = 2, .max = 200),
};
static const struct entity bank_file_form =
    ENTITY(bank_file_form, TABLE_LOCAL, "代发文件", "File for the bank", bank_file_cols);

struct answer_query {
    struct opt_date on;
};
static const struct col answer_query_cols[] = {
    COL(answer_query, on, "没有日期的行是哪一天", "The day of lines that have none"),
};
static const struct entity answer_query =
    ENTITY(answer_query, TABLE_LOCAL, "回盘", "The bank's answer", answer_query_cols);

struct repay_form {
    struct opt_money amount;
    struct opt_date on, value_date;
    struct code payer_kind;
    struct str payer, collector, receipt;
    bool to_account;
};
static const struct col repay_cols[] = {
    AMOUNT_COL(repay_form, REQUIRED),
    COL(repay_form, on, "记账日期（默认今天）", "Entry date (today)"),
    COL(repay_form, value_date, "起息日期（默认同记账日期）", "Value date (the entry date)"),
    COL(repay_form, payer_kind, "谁付的（默认借款人）", "Who paid (the borrower)", .codes = "payer_kind"),
    COL(repay_form, payer, "付款人", "Payer", .max = 60, .check = check_name),
    COL(repay_form, collector, "收款人", "Who took it in", .max = 60, .check = check_name),
    COL(repay_form, receipt, "手写收据的号码（不写即编下一号）",
        "Number of a receipt written by hand (the next)", .min = 1, .max = 40),
    COL(repay_form, to_account, "直接还到专户", "Paid onto the special account itself"),
};
static const struct entity repay_form = ENTITY(repay_form, TABLE_LOCAL, "还款", "Repayment", repay_cols);

struct undo_form {
    struct str receipt, reason;
    struct opt_date on;
};
static const struct col undo_cols[] = {
    COL(undo_form, receipt, "收据号", "Receipt", .flags = REQUIRED, .min = 1, .max = 60),
    COL(undo_form, reason, "原因", "Reason", .flags = REQUIRED, .min = 2, .max = 200),
    COL(undo_form, on, "冲销日期（默认今天）", "Date of the reversal (today)"),
};
static const struct entity undo_form = ENTITY(undo_form, TABLE_LOCAL, "作废或冲销", "Undoing", undo_cols);

struct give_back_form {
    struct str receipt, reason;
    struct opt_date on;
};
static const struct col give_back_cols[] = {
    COL(give_back_form, receipt, "收据号", "Receipt", .flags = REQUIRED, .min = 1, .max = 60),
    COL(give_back_form, on, "哪一天（默认今天）", "Day (today)"),
    COL(give_back_form, reason, "理由", "Reason", .max = 200),
};
static const struct entity give_back_form =
    ENTITY(give_back_form, TABLE_LOCAL, "退还", "Giving back", give_back_cols);

struct use_kept_form {
    struct str receipt, number;
    struct opt_date on;
};
static const struct col use_kept_cols[] = {
    COL(use_kept_form, receipt, "收据号", "Receipt", .flags = REQUIRED, .min = 1, .max = 60),
    COL(use_kept_form, number, "用来还哪份合同", "Contract that it pays", .flags = REQUIRED, .min = 1,
        .max = 60),
    COL(use_kept_form, on, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity use_kept_form =
    ENTITY(use_kept_form, TABLE_LOCAL, "抵还", "Use of what was kept", use_kept_cols);

struct excess_query {
    struct region_code region;
    bool open;
};
static const struct col excess_cols[] = {
    REGION_COL(excess_query),
    COL(excess_query, open, "只列还没有退还或抵用的", "Only what is neither given back nor used"),
};
static const struct entity excess_query =
    ENTITY(excess_query, TABLE_LOCAL, "多收款", "Overpayments", excess_cols);

struct ready_query {
    struct region_code township;
    int64_t period;
};
static const struct col ready_cols[] = {
    COL(ready_query, township, "乡镇", "Township", .flags = REQUIRED),
    COL(ready_query, period, "期数", "Period", .flags = REQUIRED, .min = 1, .max = 9999),
};
static const struct entity ready_query =
    ENTITY(ready_query, TABLE_LOCAL, "可发放的", "Ready to be paid out", ready_cols);

struct remit_form {
    struct region_code township;
    struct opt_money amount;
    struct opt_date on;
    struct str document, collector;
};
static const struct col remit_cols[] = {
    COL(remit_form, township, "乡镇", "Township", .flags = REQUIRED),
    AMOUNT_COL(remit_form, REQUIRED),
    COL(remit_form, on, "哪一天（默认今天）", "Day (today)"),
    COL(remit_form, document, "回单", "Bank slip", .max = 100),
    COL(remit_form, collector, "收款人（不写即全乡镇）", "Collector; the whole township if not told",
        .max = 60, .check = check_name),
};
static const struct entity remit_form = ENTITY(remit_form, TABLE_LOCAL, "上缴", "Remittance", remit_cols);

struct dues_query {
    struct region_code region;
    struct opt_date from, to;
    struct str programme;
};
static const struct col dues_cols[] = {
    REGION_COL(dues_query),
    COL(dues_query, programme, "项目", "Programme", .max = 100),
    COL(dues_query, from, "到期日自", "Due from"),
    COL(dues_query, to, "到期日至（默认今天，即逾期和今天到期的）",
        "Due up to (today: overdue and due today)"),
};
static const struct entity dues_query = ENTITY(dues_query, TABLE_LOCAL, "到期", "Dues", dues_cols);

/* --- pay-outs ----------------------------------------------------------------------------- */

static bool put_payout(struct call *c, const struct payout *p, struct errs *e)
{
    struct list lines;
    if (!payout_lines(c->tx, p, &lines, e))
        return false;
    put_object(&c->w);
    put_cols(c, &payout_entity, p, false);
    put_rows_as(c, "lines", &payout_line_entity, &lines);
    put_warnings(c, "warnings", e);
    put_object_end(&c->w);
    return true;
}

static bool pay_township(struct call *c, struct errs *e)
{
    const struct to_township_form *x = c->body;
    struct fund_rules r;
    struct voucher v = { 0 };
    struct payout p = { .township = x->township,
                        .period_no = x->period,
                        .amount = x->amount,
                        .held_on = { day_or_today(x->on), true },
                        .purpose = x->purpose,
                        .document = x->document };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!open_fund_rules(c, PERM_FUND_PAY, &r, e) || !is_township(r.fund.county, x->township, e))
        return false;
    lend_act_begin(c, &a, "pay.township", r.fund.code, e);
    return payout_to_township(&a.l, &r, &p, &v, e) && act_end(&a.act, NULL, e) && put_payout(c, &p, e);
}

static bool pay_meeting(struct call *c, struct errs *e)
{
    const struct meeting_pay_form *x = c->body;
    const struct receipt_line *line = c->lines;
    struct meeting_receipt *receipts = NEW_ARRAY(c->a, struct meeting_receipt, c->lines_n + 1);
    struct fund_rules r;
    struct payout p = { .township = x->township,
                        .period_no = x->period,
                        .held_on = { day_or_today(x->on), true },
                        .purpose = x->purpose,
                        .document = x->document,
                        .place = x->place,
                        .attendees = x->attendees,
                        .lender = x->lender };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    for (size_t i = 0; i < c->lines_n; i++)
        receipts[i] = (struct meeting_receipt){ line[i].number,
                                                line[i].receipt.set ? line[i].receipt.v : RECEIPT_SIGNATURE };
    if (!open_fund_rules(c, PERM_FUND_PAY, &r, e) || !is_township(r.fund.county, x->township, e))
        return false;
    lend_act_begin(c, &a, "pay.meeting", r.fund.code, e);
    return payout_meeting(&a.l, &r, &p, receipts, c->lines_n, e) && act_end(&a.act, NULL, e) &&
           put_payout(c, &p, e);
}

/* The file itself is in the answer, this once: with whole numbers. */
static bool pay_file(struct call *c, struct errs *e)
{
    const struct bank_file_form *x = c->body;
    const struct receipt_line *line = c->lines;
    struct str *numbers = NEW_ARRAY(c->a, struct str, c->lines_n + 1);
    struct bank_row *rows;
    const char *detail;
    size_t n;
    struct fund_rules r;
    struct payout p = { .township = x->township,
                        .period_no = x->period,
                        .held_on = { day_or_today(x->on), true },
                        .purpose = x->purpose,
                        .document = x->document };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    CLEANUP(buf_release) struct buf file = BUF(BANK_FILE_BYTES_MAX);
    for (size_t i = 0; i < c->lines_n; i++)
        numbers[i] = line[i].number;
    if (!open_fund_rules(c, PERM_FUND_PAY, &r, e) || !is_township(r.fund.county, x->township, e))
        return false;
    lend_act_begin(c, &a, "pay.file", r.fund.code, e);
    if (!payout_file(&a.l, &r, &p, numbers, c->lines_n, &rows, &n, e) ||
        !(detail = bank_file_detail(x->why, n, e)) || !act_end(&a.act, detail, e))
        return false;
    bank_file_write(&file, &p, rows, n, c->lang);
    if (file.full)
        return fail(e, ERR_INTERNAL, NULL, MSG_API_TOO_MUCH);
    put_object(&c->w);
    put_key(&c->w, "payout");
    put_row(c, &payout_entity, &p);
    put_member_cstr(&c->w, "file_name", arena_printf(c->a, "payout-%lld.csv", (long long)p.no));
    put_member_text(&c->w, "file", buf_str(&file));
    put_object_end(&c->w);
    return true;
}

static bool list_payouts(struct call *c, struct errs *e)
{
    struct fund_rules r;
    struct list rows;
    if (!open_fund_rules(c, PERM_LEDGER_READ, &r, e) || !payout_list(c->tx, &r.fund, &rows, e))
        return false;
    put_list_of(c, &payout_entity, &rows);
    return true;
}

/* Contracts that wait for a meeting or a file, and what the township has left for them. */
static bool list_ready(struct call *c, struct errs *e)
{
    const struct ready_query *q = c->query;
    struct fund_rules r;
    struct scopes s;
    struct list rows;
    struct money left;
    if (!open_fund_area(c, PERM_REGISTRY_READ, q->township, &r, &s, e) ||
        !is_township(r.fund.county, q->township, e) ||
        !payout_ready(c->tx, &r.fund, q->period, q->township, &rows, e) ||
        !payout_left(c->tx, &r.fund, q->period, q->township, &left, e))
        return false;
    const struct contract *k = rows.rows;
    put_object(&c->w);
    put_member_money(&c->w, "left", left);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < rows.n; i++)
        if (in_scopes(&s, k[i].village))
            put_row(c, &contract_entity, &k[i]);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool find_payout(struct call *c, enum perm perm, struct payout *p, struct errs *e)
{
    const struct at_number *at = c->path;
    if (!need_county(c, perm, at->county, e))
        return false;
    enum found f = payout_by_no(c->tx, at->county, at->no, p, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_PAY_NONE, A(at->no)));
}

static bool show_payout(struct call *c, struct errs *e)
{
    struct payout p = { 0 };
    return find_payout(c, PERM_LEDGER_READ, &p, e) && put_payout(c, &p, e);
}

static const char *number_text(struct call *c)
{
    const struct at_number *at = c->path;
    return arena_printf(c->a, "%lld", (long long)at->no);
}

static bool cancel_payout(struct call *c, struct errs *e)
{
    const struct reason_form *x = c->body;
    struct payout p = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_payout(c, PERM_FUND_PAY, &p, e))
        return false;
    lend_act_begin(c, &a, "pay.cancel", str_of(number_text(c)), e);
    return payout_cancel(&a.l, &p, x->reason, e) && act_end(&a.act, NULL, e) &&
           find_payout(c, PERM_FUND_PAY, &p, e) && put_payout(c, &p, e);
}

static bool take_answer(struct call *c, struct errs *e)
{
    const struct answer_query *q = c->query;
    struct payout p = { 0 };
    struct bank_answer *answers;
    struct bank_result r;
    size_t n;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_payout(c, PERM_FUND_PAY, &p, e))
        return false;
    if (!c->rq->body.n)
        return fail(e, ERR_INVALID, NULL, MSG_API_EMPTY);
    if (!bank_answers_read(c->rq->body, q->on, c->codes, &answers, &n, e))
        return false;
    lend_act_begin(c, &a, "pay.return", str_of(number_text(c)), e);
    if (!payout_answer(&a.l, &p, answers, n, &r, e) || !act_end(&a.act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "paid", r.paid);
    put_member_money(&c->w, "paid_amount", r.paid_amount);
    put_member_int(&c->w, "failed", r.failed);
    put_member_money(&c->w, "failed_amount", r.failed_amount);
    put_member_int(&c->w, "known", r.known);
    put_member_int(&c->w, "waiting", r.waiting);
    put_object_end(&c->w);
    return true;
}

/* --- money that comes back ---------------------------------------------------------------- */

static void put_repayment(struct call *c, const struct repay_result *r)
{
    put_object(&c->w);
    put_key(&c->w, "repayment");
    put_row(c, &repayment_entity, &r->repayment);
    put_member_money(&c->w, "overpaid", r->overpaid);
    put_member_money(&c->w, "outstanding", r->outstanding);
    put_member_bool(&c->w, "again", r->again);
    put_object_end(&c->w);
}

/* A number that is not told is. */
static bool is_free(struct call *c, int64_t county, struct str receipt, struct errs *e)
{
    struct repayment r;
    enum found f = receipt.p ? repayment_by_receipt(c->tx, county, receipt, &r, e) : NONE;
    return f == NONE || (f == FOUND && fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_FILE_RECEIPT, A(receipt)));
}

static bool add_repayment(struct call *c, struct errs *e)
{
    const struct repay_form *x = c->body;
    struct contract k = { 0 };
    struct repay_result r;
    struct repay_request q = { .amount = x->amount.v,
                               .on = day_or_today(x->on),
                               .payer_kind =
                                   x->payer_kind.set ? x->payer_kind : (struct code){ PAYER_BORROWER, true },
                               .payer = x->payer,
                               .collector = x->collector,
                               .receipt = x->receipt,
                               .to_special = x->to_account };
    q.value_date = x->value_date.set ? x->value_date.v : q.on;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, c->path, PERM_FUND_REPAY, &k, e) || !is_free(c, k.county, x->receipt, e))
        return false;
    lend_act_begin(c, &a, "repay.add", k.number, e);
    if (!repay_take(&a.l, &k, &q, &r, e) || !act_end(&a.act, NULL, e))
        return false;
    put_repayment(c, &r);
    return true;
}

static bool list_repayments(struct call *c, struct errs *e)
{
    struct contract k = { 0 };
    struct fund_rules r;
    struct list rows;
    struct debt d;
    if (!find_contract_at(c, c->path, PERM_REGISTRY_READ, &k, e) || !repayment_list(c->tx, &k, &rows, e) ||
        !fund_rules_of(c->tx, &k, c->codes, &r, e) || !contract_debt(c->tx, &r, &k, clock_today(), &d, e))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "number", k.number);
    put_member_money(&c->w, "outstanding", d.outstanding);
    put_member_money(&c->w, "principal_due", d.principal_due);
    put_member_money(&c->w, "interest_due", d.interest_due);
    put_member_money(&c->w, "interest_accrued", d.interest_accrued);
    put_rows_as(c, "rows", &repayment_entity, &rows);
    put_object_end(&c->w);
    return true;
}

/* The receipt and its contract, in the county of the path and the actor's area. */
static bool find_receipt(struct call *c, struct str receipt, struct repayment *r, struct contract *k,
                         struct errs *e)
{
    const struct at_county *at = c->path;
    enum found f = repayment_by_receipt(c->tx, at->county, receipt, r, e);
    if (f == FOUND)
        f = db_get(c->tx, &contract_entity, k, e, V(r->county), V(r->contract_id));
    if (f == FAILED)
        return false;
    if (f == NONE || !actor_may(&c->who, PERM_FUND_REPAY, k->village))
        return fail(e, ERR_NOT_FOUND, "receipt", MSG_REPAY_NO_RECEIPT, A(receipt));
    return true;
}

static bool undo(struct call *c, bool same_day, struct errs *e)
{
    const struct undo_form *x = c->body;
    struct repayment found = { 0 };
    struct contract k = { 0 };
    struct repay_result r = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_receipt(c, x->receipt, &found, &k, e))
        return false;
    lend_act_begin(c, &a, same_day ? "repay.void" : "repay.reverse", x->receipt, e);
    if (!repay_undo(&a.l, &k, &found, same_day ? clock_today() : day_or_today(x->on), x->reason, same_day,
                    &r.repayment, e) ||
        !contract_outstanding(c->tx, &k, &r.outstanding, e) || !act_end(&a.act, NULL, e))
        return false;
    put_repayment(c, &r);
    return true;
}

static bool void_repayment(struct call *c, struct errs *e)
{
    return undo(c, true, e);
}

static bool reverse_repayment(struct call *c, struct errs *e)
{
    return undo(c, false, e);
}

static bool give_back(struct call *c, struct errs *e)
{
    const struct give_back_form *x = c->body;
    struct repayment found = { 0 };
    struct contract k = { 0 };
    struct overpayment o = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_receipt(c, x->receipt, &found, &k, e))
        return false;
    lend_act_begin(c, &a, "repay.give_back", x->receipt, e);
    if (!excess_give_back(&a.l, &k, &found, day_or_today(x->on), x->reason, &o, e) ||
        !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &overpayment_entity, &o);
    return true;
}

static bool keep_excess(struct call *c, struct errs *e)
{
    const struct give_back_form *x = c->body;
    struct repayment found = { 0 };
    struct contract k = { 0 };
    struct overpayment o = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_receipt(c, x->receipt, &found, &k, e))
        return false;
    lend_act_begin(c, &a, "repay.keep", x->receipt, e);
    if (!excess_keep(&a.l, &found, x->reason, &o, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &overpayment_entity, &o);
    return true;
}

/* Both contracts are of one household; who asks may see both. */
static bool use_excess(struct call *c, struct errs *e)
{
    const struct use_kept_form *x = c->body;
    const struct at_county *at = c->path;
    struct repayment found = { 0 };
    struct contract of = { 0 }, k = { 0 };
    struct repay_result r = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_receipt(c, x->receipt, &found, &of, e) ||
        !contract_find(c->tx, &c->who, PERM_FUND_REPAY, x->number, &k, e))
        return false;
    if (k.county != at->county)
        return fail(e, ERR_NOT_FOUND, "number", MSG_API_CONTRACT);
    lend_act_begin(c, &a, "repay.use", x->receipt, e);
    if (!excess_use(&a.l, &of, &found, &k, day_or_today(x->on), &r, e) || !act_end(&a.act, NULL, e))
        return false;
    put_repayment(c, &r);
    return true;
}

#define EXCESS                                                                                            \
    "SELECT {*}, (SELECT r.receipt_no FROM repayment r WHERE r.county = $1 AND r.id = "                   \
    "overpayment.repayment_id), (SELECT c.number FROM contract c WHERE c.county = $1 AND c.id = "         \
    "overpayment.contract_id) FROM overpayment WHERE county = $1 AND EXISTS (SELECT 1 FROM contract c "   \
    "WHERE c.county = $1 AND c.id = overpayment.contract_id AND c.fund_id = $2 AND c.village BETWEEN $3 " \
    "AND $4) AND (CAST($5 AS bigint) = 0 OR (given_back_on IS NULL AND used_id IS NULL)) AND id "

static const struct stmt *excess(bool down)
{
    return down ? SQL_OF(STMT_KEY, &overpayment_entity, EXCESS "< $6 ORDER BY id DESC LIMIT $7")
                : SQL_OF(STMT_KEY, &overpayment_entity, EXCESS "> $6 ORDER BY id LIMIT $7");
}

static bool put_excess_rows(struct call *c, const struct fund *f, const struct scope *s, struct errs *e)
{
    const struct excess_query *q = c->query;
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(c->tx, &r, page_rows(&c->page), e, V(f->county), V(f->id), V(s->first), V(s->last),
                  V((int64_t)q->open), V(page_behind(&c->page).n[0]), V(page_room(&c->page))))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct overpayment o = { 0 };
        if (!rows_obj(&r, 0, &o, c->a, e))
            return false;
        if (!page_take(&c->page, (struct page_key){ .n = { o.id } }))
            break;
        put_object(&c->w);
        put_cols(c, &overpayment_entity, &o, false);
        put_member_text(&c->w, "receipt_no", rows_text(&r, (int)overpayment_entity.n));
        put_member_text(&c->w, "number", rows_text(&r, (int)overpayment_entity.n + 1));
        put_object_end(&c->w);
    }
    return found != FAILED;
}

static bool list_excess(struct call *c, struct errs *e)
{
    const struct excess_query *q = c->query;
    struct fund_rules r;
    struct scopes all;
    const struct scope *s;
    if (!open_fund_area(c, PERM_REGISTRY_READ, q->region, &r, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(&c->page, &all)))
        if (!put_excess_rows(c, &r.fund, s, e))
            return false;
    page_end(c);
    return true;
}

static bool pass_on(struct call *c, struct errs *e)
{
    const struct remit_form *x = c->body;
    struct fund_rules r;
    struct voucher v = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!open_fund_rules(c, PERM_FUND_REPAY, &r, e) || !is_township(r.fund.county, x->township, e))
        return false;
    struct remittance sent = { .township = x->township,
                               .collector = x->collector,
                               .amount = x->amount,
                               .remitted_on = { day_or_today(x->on), true },
                               .document = x->document };
    lend_act_begin(c, &a, "repay.remit", r.fund.code, e);
    if (!remit(&a.l, &r.fund, &sent, &v, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &voucher_entity, &v);
    return true;
}

/* --- what falls due ----------------------------------------------------------------------- */

struct due_row {
    int64_t county, contract_id;
    struct str number, programme, project;
    struct opt_int period_no, household_id;
    struct str hh_no, head_name;
    struct region_code village;
    struct money outstanding;
    struct date due_on;
    int64_t days_late;
};
static const struct col due_row_cols[] = {
    COL(due_row, county, "县", "County"),
    COL(due_row, contract_id, "合同内部编号", "Contract id"),
    COL(due_row, number, "合同编号", "Contract"),
    COL(due_row, programme, "项目", "Programme"),
    COL(due_row, project, "项目内容", "Project"),
    COL(due_row, period_no, "期数", "Period"),
    COL(due_row, household_id, "户内部编号", "Household id"),
    COL(due_row, hh_no, "户编号", "Household"),
    COL(due_row, head_name, "户主", "Head"),
    COL(due_row, village, "村", "Village"),
    COL(due_row, outstanding, "未还本金", "Principal owed"),
    COL(due_row, due_on, "到期日", "Due on"),
    COL(due_row, days_late, "逾期天数（未到期为负）", "Days late (negative: still to come)"),
};
static const struct entity due_row = ENTITY(due_row, TABLE_LOCAL, "到期", "Dues", due_row_cols);

#define DUES                                                                                                \
    "SELECT k.id, k.number, k.programme, k.project, k.period_no, k.household_id, h.hh_no, h.head_name, "    \
    "k.village, b.amount, k.ends_on FROM contract k JOIN fund_account a ON a.county = $1 AND a.fund_id = "  \
    "k.fund_id AND a.kind = $4 AND a.part = k.id JOIN account_balance b ON b.county = $1 AND b.account_id " \
    "= a.id LEFT JOIN household h ON h.county = $1 AND h.id = k.household_id WHERE k.county = $1 AND "      \
    "k.village BETWEEN $2 AND $3 AND b.amount > 0 AND k.ends_on BETWEEN $6 AND $7 AND (CAST($9 AS text) "   \
    "IS NULL OR k.programme = $9) AND (k.ends_on, k.id) "

static const struct stmt *dues(bool down)
{
    return down
               ? SQL(STMT_KEY, DUES "< (CAST($5 AS bigint), $8) ORDER BY k.ends_on DESC, k.id DESC LIMIT $10")
               : SQL(STMT_KEY, DUES "> (CAST($5 AS bigint), $8) ORDER BY k.ends_on, k.id LIMIT $10");
}

static bool put_dues(struct call *c, const struct scope *s, struct str programme, struct errs *e)
{
    const struct dues_query *q = c->query;
    struct list_page *p = &c->page;
    const struct page_key behind = page_behind(p);
    struct date today = clock_today();
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            c->tx, &r, page_rows(p), e, V(s->county), V(s->first), V(s->last), V((int64_t)ACCOUNT_LOANS),
            V(behind.n[0]), V((int64_t)(q->from.set ? q->from.v.day : -1000000)),
            V((int64_t)(q->to.set ? q->to.v.day : today.day)), V(behind.n[1]), V(programme), V(page_room(p))))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t period = rows_int(&r, 4), household = rows_int(&r, 5), day = rows_int(&r, 10);
        const struct due_row x = { .county = s->county,
                                   .contract_id = rows_int(&r, 0),
                                   .number = rows_text(&r, 1),
                                   .programme = rows_text(&r, 2),
                                   .project = rows_text(&r, 3),
                                   .period_no = { period, period != 0 },
                                   .household_id = { household, household != 0 },
                                   .hh_no = rows_text(&r, 6),
                                   .head_name = rows_text(&r, 7),
                                   .village = { rows_int(&r, 8) },
                                   .outstanding = { rows_int(&r, 9) },
                                   .due_on = { (int32_t)day },
                                   .days_late = today.day - day };
        if (!page_take(p, (struct page_key){ .n = { day, x.contract_id } }))
            break;
        put_row(c, &due_row, &x);
    }
    return f != FAILED;
}

static bool list_dues(struct call *c, struct errs *e)
{
    const struct dues_query *q = c->query;
    return list_of_programme(c, q->programme, q->region, put_dues, e);
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
#define PAYOUT "/api/v1/payouts/{county}/{no}"
#define CONTRACT "/api/v1/contracts/{county}/{id}"
#define RECEIPTS "/api/v1/repayments/{county}"
#define MONEY .tx = ROUTE_WRITES, .flags = ROUTE_KEY | ROUTE_PERSONAL
#define PAY_SAMPLE "\"township\":\"350603100000\",\"period\":24,\"purpose\":\"发放第24期借款\""
static const struct answer_part payout_parts[] = { { .name = "lines", .of = &payout_line_entity, .list = true }, { .name = "warnings", .type = "string", .list = true }, { 0 } };
static const struct answer_part file_parts[] = { { .name = "payout", .of = &payout_entity }, TEXT_PART("file_name"), TEXT_PART("file"), { 0 } };
static const struct answer_part answer_parts[] = { NUMBER_PART("paid"), TEXT_PART("paid_amount"), NUMBER_PART("failed"), TEXT_PART("failed_amount"), NUMBER_PART("known"), NUMBER_PART("waiting"), { 0 } };
static const struct answer_part repaid_parts[] = { { .name = "repayment", .of = &repayment_entity }, TEXT_PART("overpaid"), TEXT_PART("outstanding"), BOOL_PART("again"), { 0 } };
static const struct answer_part excess_parts[] = { TEXT_PART("receipt_no"), TEXT_PART("number"), { 0 } };
static const struct answer_part ready_parts[] = { TEXT_PART("left"), { .name = "rows", .of = &contract_entity, .list = true }, { 0 } };
static const struct answer_part debt_parts[] = {
    TEXT_PART("number"), TEXT_PART("outstanding"), TEXT_PART("principal_due"), TEXT_PART("interest_due"), TEXT_PART("interest_accrued"), { .name = "rows", .of = &repayment_entity, .list = true }, { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = FUND "/payouts", .perm = PERM_LEDGER_READ, .path = &fund_at, .orders = ORDERS(BY("no", "编号", "number")), .run = list_payouts, .answer = &payout_entity, .list = true,
      .doc = { "拨付和发放", "What was paid out" } },
    { .method = "GET", .pattern = FUND "/payouts/ready", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &ready_query, .run = list_ready, .parts = ready_parts,
      .doc = { "可以发放的合同，和乡镇在手的余额", "Contracts that can be paid out, and what the township has for them" } },
    { .method = "POST", .pattern = FUND "/payouts/township", .perm = PERM_FUND_PAY, MONEY, .path = &fund_at, .body = &to_township_form, .run = pay_township, .status = 201, .answer = &payout_entity, .parts = payout_parts,
      .doc = { "拨付乡镇", "Money to a township" }, .sample = "{" PAY_SAMPLE ",\"amount\":\"50000.00\"}" },
    { .method = "POST", .pattern = FUND "/payouts/meeting", .perm = PERM_FUND_PAY, MONEY, .path = &fund_at, .body = &meeting_pay_form, .lines = &receipt_line, .lines_name = "receipts", .run = pay_meeting, .status = 201, .answer = &payout_entity, .parts = payout_parts,
      .doc = { "发放会：谁收到了，以什么为凭", "A pay-out meeting: who got the money, and what proves it" }, .sample = "{" PAY_SAMPLE ",\"place\":\"镇政府\",\"attendees\":\"张三、李四\",\"lender\":\"林建国\",\"receipts\":[{\"number\":\"XF-100-024-0001\",\"receipt\":\"signature\"}]}" },
    { .method = "POST", .pattern = FUND "/payouts/file", .perm = PERM_FUND_PAY, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL | ROUTE_SECRET, .path = &fund_at, .body = &bank_file_form, .lines = &receipt_line, .lines_name = "contracts", .run = pay_file, .status = 201, .parts = file_parts,
      .doc = { "银行代发文件，含完整账号，只在此时给出；不写合同即全部可发放的", "The file for the bank, with whole numbers, given out this once; all that are ready unless contracts are named" }, .sample = "{" PAY_SAMPLE ",\"why\":\"交银行代发\"}" },
    { .method = "GET", .pattern = PAYOUT, .perm = PERM_LEDGER_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = show_payout, .answer = &payout_entity, .parts = payout_parts,
      .doc = { "一次发放及其明细", "One pay-out with its lines" } },
    { .method = "POST", .pattern = PAYOUT "/cancel", .perm = PERM_FUND_PAY, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_number, .body = &reason_form, .run = cancel_payout, .answer = &payout_entity, .parts = payout_parts,
      .doc = { "没有送银行的代发文件作废", "A file that never went to the bank" }, .sample = "{\"reason\":\"名单有误\"}" },
    { .method = "POST", .pattern = PAYOUT "/answer", .perm = PERM_FUND_PAY, .tx = ROUTE_WRITES, .flags = ROUTE_BYTES, .path = &at_number, .query = &answer_query, .body_max = BANK_FILE_BYTES_MAX, .run = take_answer, .parts = answer_parts,
      .doc = { "银行回盘文件（CSV）；同一回盘再来一次不变", "The bank's answer, a CSV; the same again changes nothing" } },
    { .method = "GET", .pattern = CONTRACT "/repayments", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = list_repayments, .parts = debt_parts,
      .doc = { "一份合同的还款和今天所欠", "A contract's repayments, and what is owed today" } },
    { .method = "POST", .pattern = CONTRACT "/repayments", .perm = PERM_FUND_REPAY, MONEY, .path = &at_id, .body = &repay_form, .run = add_repayment, .status = 201, .parts = repaid_parts,
      .doc = { "登记还款", "Record a repayment" }, .sample = "{\"amount\":\"500.00\",\"collector\":\"林建国\"}" },
    { .method = "POST", .pattern = RECEIPTS "/void", .perm = PERM_FUND_REPAY, MONEY, .path = &at_county, .body = &undo_form, .run = void_repayment, .parts = repaid_parts,
      .doc = { "当天登记的还款作废", "Void a repayment that was recorded today" }, .sample = "{\"receipt\":\"R2017-0001\",\"reason\":\"金额有误\"}" },
    { .method = "POST", .pattern = RECEIPTS "/reverse", .perm = PERM_FUND_REPAY, MONEY, .path = &at_county, .body = &undo_form, .run = reverse_repayment, .parts = repaid_parts,
      .doc = { "冲销以前的还款", "Reverse an earlier repayment" }, .sample = "{\"receipt\":\"R2017-0001\",\"reason\":\"金额有误\"}" },
    { .method = "POST", .pattern = RECEIPTS "/give-back", .perm = PERM_FUND_REPAY, MONEY, .path = &at_county, .body = &give_back_form, .run = give_back, .answer = &overpayment_entity,
      .doc = { "退还多收的款", "Give back what was paid too much" }, .sample = "{\"receipt\":\"R2017-0001\"}" },
    { .method = "POST", .pattern = RECEIPTS "/keep", .perm = PERM_FUND_REPAY, MONEY, .path = &at_county, .body = &give_back_form, .run = keep_excess, .answer = &overpayment_entity,
      .doc = { "多收的款留作下期", "Keep what was paid too much for what falls due next" }, .sample = "{\"receipt\":\"R2017-0001\",\"reason\":\"抵下一期\"}" },
    { .method = "POST", .pattern = RECEIPTS "/use", .perm = PERM_FUND_REPAY, MONEY, .path = &at_county, .body = &use_kept_form, .run = use_excess, .parts = repaid_parts,
      .doc = { "用留存的多收款还款：同一户、同一资金，全额抵用", "Repay with what was kept: of the same household and fund, all of it" }, .sample = "{\"receipt\":\"R2017-0001\",\"number\":\"XF-100-024-0001\"}" },
    { .method = "GET", .pattern = FUND "/excess", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &excess_query, .orders = ORDERS(BY("id", "登记先后", "as they were recorded", .rows = excess)), .run = list_excess, .answer = &overpayment_entity, .list = true, .parts = excess_parts,
      .doc = { "多收的款：怎样决定的，退还了没有", "What was paid too much, and what was decided about it" } },
    { .method = "POST", .pattern = FUND "/remittances", .perm = PERM_FUND_REPAY, MONEY, .path = &fund_at, .body = &remit_form, .run = pass_on, .status = 201, .answer = &voucher_entity,
      .doc = { "乡镇把收回的款上缴专户", "A township passes on what it collected" }, .sample = "{\"township\":\"350603100000\",\"amount\":\"500.00\"}" },
    { .method = "GET", .pattern = "/api/v1/dues", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &dues_query, .orders = ORDERS(BY("due_on", "到期日", "when it falls due", .rows = dues)), .run = list_dues, .answer = &due_row, .list = true,
      .doc = { "到期和逾期的借款，按到期日", "Loans that are due or overdue, by day" } },
};
// clang-format on
const struct route_table pay_routes = { { "发放和还款", "Paying out and back" }, routes, N_ELEMS(routes) };
