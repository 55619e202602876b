/* repay_cmd.c - repayments one by one: receipts, voids, reversals, what was overpaid, remittances. */
#include "base/value.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/collected.h"
#include "fund/excess.h"
#include "fund/repay.h"
#include "registry/scope.h"

struct repay_run {
    struct lend w;
    struct repay_result result;
    struct repayment found;
    struct overpayment overpaid, texts;
    struct contract other;
    struct voucher voucher;
    struct list list;
    struct debt debt;
    struct remittance remittance;
    bool same_day;
};

static int answer_repayment(struct repay_run *x, bool ok, const struct repayment *r, enum msg m)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    if (!ok)
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, m, A(r->receipt_no), A(r->principal), A(r->interest), A(x->result.outstanding));
        if (x->result.overpaid.fen)
            cli_say(c, x->result.kept ? MSG_REPAY_KEPT : MSG_REPAY_OVERPAID, A(x->result.overpaid),
                    A(r->receipt_no));
        if (x->result.reallocated)
            cli_say(c, MSG_REPAY_REALLOCATED, A(x->result.reallocated));
        return EXIT_DONE;
    }
    put_object(&out);
    lend_put(c, &out, "repayment", &repayment_entity, r);
    lend_put_money(c, &out, "overpaid", x->result.overpaid);
    lend_put_money(c, &out, "outstanding", x->result.outstanding);
    put_member_bool(&out, "again", x->result.again);
    put_member_int(&out, "reallocated", (int64_t)x->result.reallocated);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- taking in ------------------------------------------------------------------------------ */

static bool do_add(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    struct cli *c = x->w.c;
    struct repayment texts = { 0 };
    struct repay_request q = { .on = lend_day(c, "date", clock_today()),
                               .key = cli_text(c, "request"),
                               .to_special = cli_flag(c, "to-account") };
    q.value_date = lend_day(c, "value-date", q.on);
    lend_read(c, &repayment_entity, "payer_kind", &texts, cli_text(c, "payer-kind"), e);
    lend_read(c, &repayment_entity, "payer", &texts, cli_text(c, "payer"), e);
    lend_read(c, &repayment_entity, "collector", &texts, cli_text(c, "collector"), e);
    if (!lend_money(c, "amount", c->args[1], &q.amount, e) || errs_any(e))
        return false;
    q.payer_kind = texts.payer_kind.set ? texts.payer_kind : (struct code){ PAYER_BORROWER, true };
    q.payer = texts.payer;
    q.collector = texts.collector;
    lend_begin(&x->w, tx, "repay.add", c->args[0], e);
    return lend_contract(&x->w, tx, PERM_FUND_REPAY, c->args[0], e) &&
           repay_take(&x->w.l, &x->w.contract, &q, &x->result, e) && act_end(&x->w.act, NULL, e);
}

static int add_cmd(struct cli *c)
{
    struct repay_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_add);
    return answer_repayment(&x, ok, &x.result.repayment, x.result.again ? MSG_REPAY_AGAIN : MSG_REPAY_TAKEN);
}

/* --- undoing -------------------------------------------------------------------------------- */

static bool find_receipt(struct repay_run *x, struct tx *tx, struct errs *e)
{
    struct cli *c = x->w.c;
    struct scopes scopes;
    if (!scopes_of(tx, &c->actor, PERM_FUND_REPAY, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        struct contract *k = &x->w.contract;
        enum found f = repayment_by_receipt(tx, scopes.list[i].county, c->args[0], &x->found, e);
        if (f == FOUND)
            f = db_get(tx, &contract_entity, k, e, V(x->found.county), V(x->found.contract_id));
        if (f == FAILED)
            return false;
        if (f == FOUND && actor_may(&c->actor, PERM_FUND_REPAY, k->village))
            return true;
    }
    return fail(e, ERR_NOT_FOUND, "receipt", MSG_REPAY_NO_RECEIPT, A(c->args[0]));
}

static bool do_undo(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    struct cli *c = x->w.c;
    struct str reason =
        str_of(arena_printf(e->a, "%.*s", (int)cli_text(c, "reason").n, cli_text(c, "reason").p));
    lend_begin(&x->w, tx, x->same_day ? "repay.void" : "repay.reverse", c->args[0], e);
    if (!find_receipt(x, tx, e))
        return false;
    struct date on = x->same_day ? clock_today() : lend_day(c, "date", clock_today());
    return repay_undo(&x->w.l, &x->w.contract, &x->found, on, reason, x->same_day, &x->result.repayment, e) &&
           contract_outstanding(tx, &x->w.contract, &x->result.outstanding, e) && act_end(&x->w.act, NULL, e);
}

static int undo(struct cli *c, bool same_day)
{
    struct repay_run x = { .w.c = c, .same_day = same_day };
    bool ok = lend_write(&x.w, do_undo);
    return answer_repayment(&x, ok, &x.result.repayment, same_day ? MSG_REPAY_VOIDED : MSG_REPAY_REVERSED);
}

static int void_cmd(struct cli *c)
{
    return undo(c, true);
}

static int reverse_cmd(struct cli *c)
{
    return undo(c, false);
}

/* --- overpaid, remitted --------------------------------------------------------------------- */

static bool do_give_back(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    lend_begin(&x->w, tx, "repay.give_back", x->w.c->args[0], e);
    return find_receipt(x, tx, e) &&
           lend_read(x->w.c, &overpayment_entity, "reason", &x->texts, cli_text(x->w.c, "reason"), e) &&
           excess_give_back(&x->w.l, &x->w.contract, &x->found, lend_day(x->w.c, "date", clock_today()),
                            x->texts.reason, &x->overpaid, e) &&
           act_end(&x->w.act, NULL, e);
}

static int give_back_cmd(struct cli *c)
{
    struct repay_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_give_back);
    return ok ? lend_answer(c, "overpayment", &overpayment_entity, &x.overpaid, MSG_REPAY_GIVEN,
                            A(x.overpaid.amount), A(c->args[0]))
              : EXIT_NOTHING;
}

static bool do_keep(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    lend_begin(&x->w, tx, "repay.keep", x->w.c->args[0], e);
    return find_receipt(x, tx, e) &&
           lend_read(x->w.c, &overpayment_entity, "reason", &x->texts, cli_text(x->w.c, "reason"), e) &&
           excess_keep(&x->w.l, &x->found, x->texts.reason, &x->overpaid, e) && act_end(&x->w.act, NULL, e);
}

static int keep_cmd(struct cli *c)
{
    struct repay_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_keep);
    return ok ? lend_answer(c, "overpayment", &overpayment_entity, &x.overpaid, MSG_EXCESS_KEPT,
                            A(x.overpaid.amount), A(c->args[0]))
              : EXIT_NOTHING;
}

static bool do_use(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    struct cli *c = x->w.c;
    lend_begin(&x->w, tx, "repay.use", c->args[0], e);
    if (!find_receipt(x, tx, e))
        return false;
    x->other = x->w.contract;
    return lend_contract(&x->w, tx, PERM_FUND_REPAY, c->args[1], e) &&
           excess_use(&x->w.l, &x->other, &x->found, &x->w.contract, lend_day(c, "date", clock_today()),
                      &x->result, e) &&
           act_end(&x->w.act, NULL, e);
}

static int use_cmd(struct cli *c)
{
    struct repay_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_use);
    return answer_repayment(&x, ok, &x.result.repayment, MSG_REPAY_TAKEN);
}

static bool do_remit(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    struct cli *c = x->w.c;
    struct remittance *r = &x->remittance;
    *r = (struct remittance){ .remitted_on = { lend_day(c, "date", clock_today()), true } };
    lend_read(c, &remittance_entity, "document", r, cli_text(c, "document"), e);
    lend_read(c, &remittance_entity, "collector", r, cli_text(c, "collector"), e);
    lend_read(c, &remittance_entity, "amount", r, c->args[2], e);
    if (errs_any(e) || !lend_fund(&x->w, tx, PERM_FUND_REPAY, c->args[0], e) ||
        !lend_township(&x->w, tx, c->args[1], &r->township, e))
        return false;
    lend_begin(&x->w, tx, "repay.remit", x->w.rules.fund.code, e);
    return remit(&x->w.l, &x->w.rules.fund, r, &x->voucher, e) && act_end(&x->w.act, NULL, e);
}

static int remit_cmd(struct cli *c)
{
    struct repay_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_remit);
    return ok ? lend_answer(c, "voucher", &voucher_entity, &x.voucher, MSG_REMITTED, A(x.remittance.township),
                            A(x.remittance.amount.v), A(cli_voucher(c, &x.voucher)))
              : EXIT_NOTHING;
}

/* --- looking -------------------------------------------------------------------------------- */

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct repay_run *x = ctx;
    struct cli *c = x->w.c;
    return contract_find(tx, &c->actor, PERM_REGISTRY_READ, c->args[0], &x->w.contract, e) &&
           repayment_list(tx, &x->w.contract, &x->list, e) &&
           fund_rules_of(tx, &x->w.contract, c->codes, &x->w.rules, e) &&
           contract_debt(tx, &x->w.rules, &x->w.contract, clock_today(), &x->debt, e);
}

static void list_json(struct repay_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    put_member_text(&out, "number", x->w.contract.number);
    lend_put_money(c, &out, "outstanding", x->debt.outstanding);
    lend_put_money(c, &out, "principal_due", x->debt.principal_due);
    lend_put_money(c, &out, "interest_due", x->debt.interest_due);
    lend_put_money(c, &out, "interest_accrued", x->debt.interest_accrued);
    lend_put_list(c, &out, "repayments", &repayment_entity, &x->list);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "收据号", "Receipt" }, false },       { { "起息日期", "Value date" }, false },
        { { "金额", "Amount" }, true },           { { "本金", "Principal" }, true },
        { { "利息", "Interest" }, true },         { { "付款人", "Payer" }, false },
        { { "登记日期", "Recorded on" }, false },
    };
    static const char *const names[] = { "receipt_no", "paid_on", "amount",     "principal",
                                         "interest",   "payer",   "recorded_on" };
    struct repay_run x = { .w.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    if (c->json) {
        list_json(&x);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.list.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t,
                       cli_cell(c, &repayment_entity, names[k], (const struct repayment *)x.list.rows + i));
    if (x.list.n)
        table_print(&t, c->e.lang, &c->out);
    cli_say(c, MSG_REPAY_OWED, A(x.debt.outstanding), A(x.debt.principal_due), A(x.debt.interest_due));
    return EXIT_DONE;
}

// clang-format off
static const struct opt add_opts[] = {
    OPT_DAY("记账日期；默认今天", "the entry date; today unless told"),
    { .name = "value-date", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "起息日期；默认同记账日期", "from which it counts for interest; the entry date unless told" } },
    { .name = "payer-kind", .kind = OPT_TEXT, .arg = { "类别", "KIND" },
      .label = { "谁付的：借款人（默认）、家人、联系人、担保人", "who paid: borrower (default), family, contact, guarantor" } },
    { .name = "payer", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "付款人", "the payer" } },
    { .name = "collector", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "收款人", "who took it in" } },
    { .name = "request", .kind = OPT_TEXT, .arg = { "标识", "KEY" },
      .label = { "请求标识：同一标识只记一次", "request key: the same one is recorded once" } },
    { .name = "to-account", .kind = OPT_FLAG, .label = { "直接还到专户，不经乡镇", "paid onto the special account itself" } },
    { 0 },
};
#define OPT_REASON \
    { .name = "reason", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "原因", "WHY" }, .label = { "原因", "why" } }
static const struct opt void_opts[] = { OPT_REASON, OPT_IN_COUNTY, { 0 } };
static const struct opt reverse_opts[] = {
    OPT_REASON, OPT_DAY("冲销的记账日期；默认今天", "the entry date of the reversal; today unless told"), OPT_IN_COUNTY, { 0 } };
#define OPT_WHY { .name = "reason", .kind = OPT_TEXT, .arg = { "理由", "WHY" }, .label = { "决定的理由", "why it was decided so" } }
static const struct opt give_opts[] = { OPT_DAY("退还日期；默认今天", "the day; today unless told"), OPT_WHY, OPT_IN_COUNTY, { 0 } };
static const struct opt keep_opts[] = { OPT_WHY, OPT_IN_COUNTY, { 0 } };
static const struct opt use_opts[] = { OPT_DAY("抵还日期；默认今天", "the day; today unless told"), OPT_IN_COUNTY, { 0 } };
static const struct opt remit_opts[] = {
    OPT_DAY("上缴日期；默认今天", "the day; today unless told"),
    { .name = "document", .kind = OPT_TEXT, .arg = { "回单", "NO" }, .label = { "银行回单号", "the bank slip" } },
    { .name = "collector", .kind = OPT_TEXT, .arg = { "姓名", "NAME" },
      .label = { "上缴哪位收款人收的钱；默认全乡镇，先收的先缴", "whose receipts it is of; the township's oldest unless told" } },
    OPT_IN_COUNTY, { 0 },
};
static const struct command commands[] = {
    { .name = "repay add", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = add_opts,
      .args = { "合同编号 金额", "CONTRACT YUAN" }, .args_min = 2, .args_max = 2,
      .summary = { "登记一笔还款", "Record a repayment" },
      .help = { "按项目规定的次序抵扣；多还的按项目规定留待退还或不收。\n\n"
                "  bangfu repay add XF-350603100-025-0001 20000 --collector 李干事\n"
                "  bangfu repay add XF-350603100-025-0001 5000 --date 2026-03-02 --value-date 2026-03-01 --request 20260302-1",
                "It pays in the order that the programme declares; what is too much is kept to be given back, or refused.\n\n"
                "  bangfu repay add XF-350603100-025-0001 20000 --collector 李干事\n"
                "  bangfu repay add XF-350603100-025-0001 5000 --date 2026-03-02 --value-date 2026-03-01 --request 20260302-1" },
      .run = add_cmd },
    { .name = "repay give-back", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = give_opts,
      .args = { "收据号", "RECEIPT" }, .args_min = 1, .args_max = 1,
      .summary = { "退还多收的钱", "Give back what was overpaid" },
      .help = { "退还一张收据多收的部分。\n\n  bangfu repay give-back 2026-00012",
                "What one receipt brought beyond the debt.\n\n  bangfu repay give-back 2026-00012" },
      .run = give_back_cmd },
    { .name = "repay keep", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = keep_opts,
      .args = { "收据号", "RECEIPT" }, .args_min = 1, .args_max = 1,
      .summary = { "决定多收的钱留作下期", "Decide that what was overpaid is kept for the next period" },
      .help = { "没有抵用之前仍可退还；抵用见 repay use。\n\n  bangfu repay keep 2026-00012 --reason 本人要求",
                "Until it is used it can still be given back; repay use pays a debt with it.\n\n"
                "  bangfu repay keep 2026-00012 --reason 'asked for'" },
      .run = keep_cmd },
    { .name = "repay list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "一份合同的还款和欠款", "Repayments of a contract and what is owed" },
      .help = { "撤销的还款另列一行负数。\n\n  bangfu repay list XF-350603100-025-0001",
                "What was undone stands there again, below zero.\n\n  bangfu repay list XF-350603100-025-0001" },
      .run = list_cmd },
    { .name = "repay remit", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = remit_opts,
      .args = { "项目 乡镇 金额", "PROGRAMME TOWNSHIP YUAN" }, .args_min = 3, .args_max = 3,
      .summary = { "乡镇上缴收回的借款", "A township remits what it collected" },
      .help = { "只能上缴收回的；待发放的留在乡镇。上缴后可以再借出。\n\n"
                "  bangfu repay remit 幸福工程 350603100 60000 --document 回单18",
                "Only what was collected; what waits to be paid out stays.  Then it can be lent again.\n\n"
                "  bangfu repay remit xingfu 350603100 60000 --document slip-18" },
      .run = remit_cmd },
    { .name = "repay reverse", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = reverse_opts,
      .args = { "收据号", "RECEIPT" }, .args_min = 1, .args_max = 1,
      .summary = { "冲销还款", "Reverse a repayment" },
      .help = { "原凭证不动，另记相反的一张。\n\n  bangfu repay reverse 2026-00012 --reason 记错合同",
                "The voucher stays; its opposite is posted.\n\n  bangfu repay reverse 2026-00012 --reason 'another contract'" },
      .run = reverse_cmd },
    { .name = "repay use", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = use_opts,
      .args = { "收据号 合同编号", "RECEIPT CONTRACT" }, .args_min = 2, .args_max = 2,
      .summary = { "用留存的多收款还款", "Repay with what was kept" },
      .help = { "同一户、同一资金的合同；全额抵用，另出收据。\n\n  bangfu repay use 2026-00012 XF-350603100-026-0001",
                "A contract of the same household and fund; all of it, by a receipt of its own.\n\n"
                "  bangfu repay use 2026-00012 XF-350603100-026-0001" },
      .run = use_cmd },
    { .name = "repay void", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = void_opts,
      .args = { "收据号", "RECEIPT" }, .args_min = 1, .args_max = 1,
      .summary = { "当日作废收据", "Void a receipt of today" },
      .help = { "只限当天登记的；隔日用 repay reverse。\n\n  bangfu repay void 2026-00012 --reason 金额写错",
                "Only one recorded today; later it is reversed.\n\n  bangfu repay void 2026-00012 --reason 'wrong amount'" },
      .run = void_cmd },
};
// clang-format on
const struct command_table repay_commands = { { "还款", "Repayments" }, commands, N_ELEMS(commands) };
