/* pay_cmd.c - paying out: to townships, at meetings, by a file for the bank and its answer. */
#include "base/new_file.h"
#include "base/value.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/bank_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBERS_MAX = 1000 };

struct pay_run {
    struct lend w;
    struct payout payout;
    struct voucher voucher;
    struct list lines, payouts;
    struct bank_row *rows;
    size_t rows_n;
    struct bank_answer *answers;
    size_t answers_n;
    struct bank_result result;
    struct errs missing;
    struct money left;
};

static int finish(struct pay_run *x, bool ok, enum msg m)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    if (!ok)
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, m, A(x->payout.no), A(x->payout.amount.v));
        return EXIT_DONE;
    }
    put_object(&out);
    lend_put(c, &out, "payout", &payout_entity, &x->payout);
    lend_put_list(c, &out, "lines", &payout_line_entity, &x->lines);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static void read_common(struct cli *c, struct payout *p, struct errs *e)
{
    *p = (struct payout){ .period_no = { cli_int(c, "period", 0), true },
                          .held_on = { lend_day(c, "date", clock_today()), true } };
    lend_read(c, &payout_entity, "purpose", p, cli_text(c, "purpose"), e);
    lend_read(c, &payout_entity, "document", p, cli_text(c, "document"), e);
}

/* --- leg 1 ---------------------------------------------------------------------------------- */

static bool do_township(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    struct cli *c = x->w.c;
    read_common(c, &x->payout, e);
    lend_read(c, &payout_entity, "amount", &x->payout, c->args[2], e);
    if (errs_any(e) || !lend_fund(&x->w, tx, PERM_FUND_PAY, c->args[0], e) ||
        !lend_township(&x->w, tx, c->args[1], &x->payout.township, e))
        return false;
    lend_begin(&x->w, tx, "pay.township", x->w.rules.fund.code, e);
    return payout_to_township(&x->w.l, &x->w.rules, &x->payout, &x->voucher, e) &&
           act_end(&x->w.act, NULL, e);
}

static int township_cmd(struct cli *c)
{
    struct pay_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_township), MSG_PAID_TOWNSHIP);
}

/* --- a meeting ------------------------------------------------------------------------------ */

/* NUMBER or NUMBER=fingerprint */
static bool read_receipts(struct cli *c, struct meeting_receipt *r, size_t *n, struct errs *e)
{
    *n = 0;
    for (const struct opt_value *v = cli_value(c, "receipt"); v; v = cli_next_value(v)) {
        struct payout_line kind = { .receipt = { RECEIPT_SIGNATURE, true } };
        struct str how = v->text, number;
        if (*n == NUMBERS_MAX)
            return fail(e, ERR_INVALID, "receipt", MSG_LEDGER_LINES, A((int64_t)NUMBERS_MAX));
        str_split(&how, '=', &number);
        lend_read(c, &payout_line_entity, "receipt", &kind, how.n ? how : (struct str){ 0 }, e);
        r[(*n)++] = (struct meeting_receipt){ str_trim(number), kind.receipt.v };
    }
    return !errs_any(e);
}

static bool do_meeting(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    struct cli *c = x->w.c;
    struct meeting_receipt *r = NEW_ARRAY(e->a, struct meeting_receipt, NUMBERS_MAX);
    size_t n;
    read_common(c, &x->payout, e);
    lend_read(c, &payout_entity, "place", &x->payout, cli_text(c, "place"), e);
    lend_read(c, &payout_entity, "attendees", &x->payout, cli_text(c, "attendees"), e);
    lend_read(c, &payout_entity, "lender", &x->payout, cli_text(c, "lender"), e);
    if (!read_receipts(c, r, &n, e) || !lend_fund(&x->w, tx, PERM_FUND_PAY, c->args[0], e) ||
        !lend_township(&x->w, tx, c->args[1], &x->payout.township, e))
        return false;
    lend_begin(&x->w, tx, "pay.meeting", x->w.rules.fund.code, e);
    return payout_meeting(&x->w.l, &x->w.rules, &x->payout, r, n, e) &&
           payout_lines(tx, &x->payout, &x->lines, e) && act_end(&x->w.act, NULL, e);
}

static int meeting_cmd(struct cli *c)
{
    struct pay_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_meeting), MSG_PAID_MEETING);
}

/* --- the file for the bank ------------------------------------------------------------------ */

static bool do_file(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    struct cli *c = x->w.c;
    struct str *numbers = NEW_ARRAY(e->a, struct str, NUMBERS_MAX);
    const char *detail;
    size_t n = 0;
    read_common(c, &x->payout, e);
    for (const struct opt_value *v = cli_value(c, "contract"); v && n < NUMBERS_MAX; v = cli_next_value(v))
        numbers[n++] = v->text;
    if (errs_any(e) || !lend_fund(&x->w, tx, PERM_FUND_PAY, c->args[0], e) ||
        !lend_township(&x->w, tx, c->args[1], &x->payout.township, e))
        return false;
    lend_begin(&x->w, tx, "pay.file", x->w.rules.fund.code, e);
    return payout_file(&x->w.l, &x->w.rules, &x->payout, numbers, n, &x->rows, &x->rows_n, e) &&
           payout_lines(tx, &x->payout, &x->lines, e) &&
           (detail = bank_file_detail(cli_text(c, "why"), x->rows_n, e)) && act_end(&x->w.act, detail, e);
}

static int file_cmd(struct cli *c)
{
    struct pay_run x = { .w.c = c };
    CLEANUP(new_file_drop) struct new_file f = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(BANK_FILE_BYTES_MAX);
    /* The place is made sure of first: what is committed must also be written. */
    bool ok =
        cli_load_codes(c) && new_file_open(&f, cli_cstr(c, "out"), false, &c->e) && lend_write(&x.w, do_file);
    if (ok) {
        bank_file_write(&b, &x.payout, x.rows, x.rows_n, c->e.lang);
        ok = !b.full && write_all(f.fd, buf_str(&b)) && new_file_keep(&f, &c->e);
        if (!ok && !errs_any(&c->e))
            fail(&c->e, ERR_UNAVAILABLE, "out", MSG_PAY_FILE_LOST, A(x.payout.no));
    }
    return finish(&x, ok, MSG_PAY_FILE_WRITTEN);
}

/* --- the bank's answer ---------------------------------------------------------------------- */

static bool read_whole(struct cli *c, const char *path, struct str *text)
{
    CLEANUP(buf_release) struct buf b = BUF(BANK_FILE_BYTES_MAX);
    char part[1 << 14];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(&c->e, ERR_NOT_FOUND, "file", MSG_ANSWER_FILE, A(path));
    while ((n = read(fd, part, sizeof part)) > 0)
        buf_add(&b, (struct str){ part, (size_t)n });
    close(fd);
    if (n < 0 || b.full)
        return fail(&c->e, ERR_INVALID, "file", MSG_ANSWER_FILE, A(path));
    *text = arena_str(c->a, buf_str(&b));
    return true;
}

static bool read_answers(struct pay_run *x, const char *path)
{
    struct cli *c = x->w.c;
    struct str text = { 0 };
    return read_whole(c, path, &text) &&
           bank_answers_read(text, lend_opt_day(c, "date"), c->codes, &x->answers, &x->answers_n, &c->e);
}

static bool find_payout(struct pay_run *x, struct tx *tx, enum perm p, struct errs *e)
{
    struct cli *c = x->w.c;
    int64_t no;
    if (!cli_ledger_county(c, tx, p, &x->w.county, e))
        return false;
    enum found f =
        int_read(c->args[0], &no) == READ_OK ? payout_by_no(tx, x->w.county, no, &x->payout, e) : NONE;
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "payout", MSG_PAY_NONE, A(c->args[0])));
}

static bool do_return(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    if (!find_payout(x, tx, PERM_FUND_PAY, e))
        return false;
    lend_begin(&x->w, tx, "pay.return", x->w.c->args[0], e);
    return payout_answer(&x->w.l, &x->payout, x->answers, x->answers_n, &x->result, e) &&
           payout_lines(tx, &x->payout, &x->lines, e) && act_end(&x->w.act, NULL, e);
}

static int return_cmd(struct cli *c)
{
    struct pay_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    bool ok =
        cli_load_codes(c) && read_answers(&x, arena_str(c->a, c->args[1]).p) && lend_write(&x.w, do_return);
    const struct bank_result *r = &x.result;
    if (!ok)
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_ANSWER_TAKEN, A(r->paid), A(r->paid_amount), A(r->failed), A(r->failed_amount),
                A(r->known), A(r->waiting));
        return EXIT_DONE;
    }
    put_object(&out);
    put_member_int(&out, "paid", r->paid);
    lend_put_money(c, &out, "paid_amount", r->paid_amount);
    put_member_int(&out, "failed", r->failed);
    lend_put_money(c, &out, "failed_amount", r->failed_amount);
    put_member_int(&out, "known", r->known);
    put_member_int(&out, "waiting", r->waiting);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static bool do_cancel(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    struct payout_line texts = { 0 };
    if (!lend_read(x->w.c, &payout_line_entity, "reason", &texts, cli_text(x->w.c, "reason"), e) ||
        !find_payout(x, tx, PERM_FUND_PAY, e))
        return false;
    lend_begin(&x->w, tx, "pay.cancel", x->w.c->args[0], e);
    return payout_cancel(&x->w.l, &x->payout, texts.reason, e) && act_end(&x->w.act, NULL, e) &&
           find_payout(x, tx, PERM_FUND_PAY, e) && payout_lines(tx, &x->payout, &x->lines, e);
}

static int cancel_cmd(struct cli *c)
{
    struct pay_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_cancel), MSG_PAY_CANCELLED);
}

/* --- looking -------------------------------------------------------------------------------- */

static bool do_check(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    struct contract *c = &x->w.contract;
    x->missing = (struct errs){ .a = e->a, .lang = e->lang };
    if (!contract_find(tx, &x->w.c->actor, PERM_REGISTRY_READ, x->w.c->args[0], c, e) ||
        !fund_rules_of(tx, c, x->w.c->codes, &x->w.rules, e))
        return false;
    const struct checklist k = { tx, &x->w.rules, clock_today() };
    if (c->layer.v == LAYER_TOWNSHIP)
        return checklist_papers(&k, c, &x->missing, e);
    if (!checklist_payment(&k, c, &x->missing, e) ||
        !payout_left(tx, &x->w.rules.fund, c->period_no.v, contract_township(c), &x->left, e))
        return false;
    if (!c->paid_out_on.set && x->left.fen < c->amount.v.fen)
        fail(&x->missing, ERR_CONFLICT, "amount", MSG_PAY_NOT_THERE, A(contract_township(c)),
             A(c->period_no.v), A(x->left), A(c->amount.v));
    return true;
}

static int check_cmd(struct cli *c)
{
    struct pay_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_check, &x))
        return EXIT_NOTHING;
    bool ready = !x.missing.bad.first;
    if (c->json) {
        put_object(&out);
        put_member_text(&out, "number", x.w.contract.number);
        put_member_bool(&out, "ready", ready);
        put_key(&out, "missing");
        put_list(&out);
        for (const struct err *m = x.missing.bad.first; m; m = m->next)
            put_cstr(&out, m->text);
        put_list_end(&out);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
    } else {
        cli_say(c, ready ? MSG_PAY_READY : MSG_CONTRACT_MISSING, A(x.w.contract.number));
        for (const struct err *m = x.missing.bad.first; m; m = m->next)
            buf_addf(&c->out, "  - %s\n", m->text);
    }
    return ready ? EXIT_DONE : EXIT_NOTHING;
}

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    return find_payout(x, tx, PERM_LEDGER_READ, e) && payout_lines(tx, &x->payout, &x->lines, e);
}

static int show_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "序号", "No" }, true },           { { "收款人", "Payee" }, false },
        { { "账号", "Account" }, false },     { { "金额", "Amount" }, true },
        { { "状态", "State" }, false },       { { "付款日期", "Paid on" }, false },
        { { "收讫凭据", "Receipt" }, false }, { { "退回原因", "Why it came back" }, false },
    };
    static const char *const names[] = { "no",    "payee",   "account", "amount",
                                         "state", "paid_on", "receipt", "reason" };
    struct pay_run x = { .w.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json)
        return finish(&x, true, MSG_PAY_NONE);
    lend_print(c, &payout_entity, &x.payout);
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.lines.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(
                &t, cli_cell(c, &payout_line_entity, names[k], (const struct payout_line *)x.lines.rows + i));
    if (x.lines.n)
        table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct pay_run *x = ctx;
    return lend_fund(&x->w, tx, PERM_LEDGER_READ, x->w.c->args[0], e) &&
           payout_list(tx, &x->w.rules.fund, &x->payouts, e) && lend_places(&x->w, tx, e);
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "编号", "No" }, true },        { { "方式", "Way" }, false },  { { "期数", "Period" }, true },
        { { "乡镇", "Township" }, false }, { { "日期", "Date" }, false }, { { "金额", "Amount" }, true },
        { { "状态", "State" }, false },
    };
    static const char *const names[] = {
        "no", "kind", "period_no", "township", "held_on", "amount", "state"
    };
    struct pay_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    if (c->json) {
        put_object(&out);
        lend_put_list(c, &out, "payouts", &payout_entity, &x.payouts);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.payouts.n; i++) {
        const struct payout *p = (const struct payout *)x.payouts.rows + i;
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, strcmp(names[k], "township") ? cli_cell(c, &payout_entity, names[k], p)
                                                        : lend_place(&x.w, p->township));
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

// clang-format off
#define OPT_PERIOD \
    { .name = "period", .kind = OPT_INT, .flags = OPT_REQUIRED, .min = 1, .max = 9999, .arg = { "期数", "N" }, \
      .label = { "第几期", "the lending period" } }
#define OPT_PURPOSE(must) \
    { .name = "purpose", .kind = OPT_TEXT, .flags = (must), .arg = { "用途", "WHAT" }, .label = { "用途", "what the money is for" } }
#define OPT_DOCUMENT \
    { .name = "document", .kind = OPT_TEXT, .arg = { "文号", "NO" }, .label = { "依据的文件或回单", "the document or bank slip" } }
static const struct opt township_opts[] = {
    OPT_PERIOD, OPT_PURPOSE(OPT_REQUIRED), OPT_DOCUMENT, OPT_DAY("拨付日期；默认今天", "the day; today unless told"), OPT_IN_COUNTY, { 0 },
};
static const struct opt meeting_opts[] = {
    OPT_PERIOD,
    { .name = "receipt", .kind = OPT_TEXT, .flags = OPT_REQUIRED | OPT_REPEATS, .arg = { "编号[=凭据]", "NUMBER[=HOW]" },
      .label = { "当场领款的合同，凭据为签名（默认）或手印，可多次", "a contract that was paid; by signature (default) or fingerprint; may be repeated" } },
    { .name = "place", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "地点", "TEXT" }, .label = { "地点", "where" } },
    { .name = "attendees", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "人员", "TEXT" }, .label = { "参加人员", "who was there" } },
    { .name = "lender", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "姓名", "NAME" }, .label = { "出借方签字人", "who signed for the lender" } },
    OPT_PURPOSE(0), OPT_DOCUMENT, OPT_DAY("会议日期；默认今天", "the day; today unless told"), OPT_IN_COUNTY, { 0 },
};
static const struct opt file_opts[] = {
    OPT_PERIOD,
    { .name = "out", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "文件", "FILE" }, .label = { "写到哪个文件", "the file to write" } },
    { .name = "why", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "用途", "WHY" },
      .label = { "取得完整号码的用途，记入审计", "why whole numbers are taken out; it is audited" } },
    { .name = "contract", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "编号", "NUMBER" },
      .label = { "只付这些合同，可多次；默认全部可付的", "only these; all that are ready unless told" } },
    OPT_PURPOSE(0), OPT_DOCUMENT, OPT_DAY("付款日期；默认今天", "the day; today unless told"), OPT_IN_COUNTY, { 0 },
};
static const struct opt return_opts[] = {
    OPT_DAY("付款日期，回执没有日期列时用；默认今天", "the day of rows that have none; today unless told"), OPT_IN_COUNTY, { 0 },
};
static const struct opt cancel_opts[] = {
    { .name = "reason", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "原因", "WHY" }, .label = { "原因", "why" } },
    OPT_IN_COUNTY, { 0 },
};
static const struct opt county_opts[] = { OPT_IN_COUNTY, { 0 } };
static const struct command commands[] = {
    { .name = "pay cancel", .perm = PERM_FUND_PAY, .db = DB_OPEN, .opts = cancel_opts,
      .args = { "发放编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "取消没有送出的付款文件", "Cancel a pay file that never went to the bank" },
      .help = { "已有回执的不能取消；取消后可以重新发放。\n\n  bangfu pay cancel 3 --reason 文件未送出",
                "Not one that the bank has answered; its contracts can be paid anew.\n\n  bangfu pay cancel 3 --reason 'never sent'" },
      .run = cancel_cmd },
    { .name = "pay check", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "付款前还缺什么", "What is missing before a contract is paid" },
      .help = { "缺少的手续逐条列出；都齐全时返回 0。\n\n  bangfu pay check XF-350603100-025-0001",
                "Every missing point; exit status 0 when there is none.\n\n  bangfu pay check XF-350603100-025-0001" },
      .run = check_cmd },
    { .name = "pay file", .perm = PERM_FUND_PAY, .db = DB_OPEN, .opts = file_opts,
      .args = { "项目 乡镇", "PROGRAMME TOWNSHIP" }, .args_min = 2, .args_max = 2,
      .summary = { "写出银行代发文件", "Write a pay file for the bank" },
      .help = { "编号的 CSV，含完整证件号码和账号；每笔只写一次，等回执后记账。\n\n"
                "  bangfu pay file 党员脱贫工程 350603100 --period 1 --out 代发1.csv --why 送农商行代发",
                "A numbered CSV with whole numbers; each contract stands in one file, and is posted by the bank's answer.\n\n"
                "  bangfu pay file dangyuan 350603100 --period 1 --out pay1.csv --why 'for the bank'" },
      .run = file_cmd },
    { .name = "pay list", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "列出拨付和发放", "List what was paid out" },
      .help = { "拨付乡镇、发放会和付款文件。\n\n  bangfu pay list 幸福工程",
                "Transfers to townships, meetings and pay files.\n\n  bangfu pay list xingfu" },
      .run = list_cmd },
    { .name = "pay meeting", .perm = PERM_FUND_PAY, .db = DB_OPEN, .opts = meeting_opts,
      .args = { "项目 乡镇", "PROGRAMME TOWNSHIP" }, .args_min = 2, .args_max = 2,
      .summary = { "登记发放会", "Record a pay-out meeting" },
      .help = { "全额发放到借款人本人手中；手续不齐的一户都不能发。\n\n"
                "  bangfu pay meeting 幸福工程 350603100 --period 25 --place 村部 --attendees '张局长、村两委' --lender 王会计 \\\n"
                "      --receipt XF-350603100-025-0001 --receipt XF-350603100-025-0002=手印",
                "All of the money, to the borrower in person; nobody is paid while anything is missing.\n\n"
                "  bangfu pay meeting xingfu 350603100 --period 25 --place 'village hall' --attendees 'village committees' \\\n"
                "      --lender 王会计 --receipt XF-350603100-025-0001 --receipt XF-350603100-025-0002=fingerprint" },
      .run = meeting_cmd },
    { .name = "pay return", .perm = PERM_FUND_PAY, .db = DB_OPEN, .opts = return_opts,
      .args = { "发放编号 文件", "NO FILE" }, .args_min = 2, .args_max = 2,
      .summary = { "读入银行回执", "Take in the bank's answer" },
      .help = { "CSV，按序号、账号、金额逐笔核对；成功的记账，退回的留在乡镇，可以重新发放。同一回执读两次不重复记账。\n\n"
                "  bangfu pay return 3 回执.csv",
                "A CSV, matched by number, account and amount; what was paid is posted, what came back stays with the township\n"
                "and can be paid anew.  The same answer twice changes nothing.\n\n"
                "  bangfu pay return 3 answer.csv" },
      .run = return_cmd },
    { .name = "pay show", .perm = PERM_LEDGER_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts,
      .args = { "发放编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "一次发放的明细", "A pay-out line by line" },
      .help = { "账号只显示部分。\n\n  bangfu pay show 3", "Account numbers are masked.\n\n  bangfu pay show 3" },
      .run = show_cmd },
    { .name = "pay township", .perm = PERM_FUND_PAY, .db = DB_OPEN, .opts = township_opts,
      .args = { "项目 乡镇 金额", "PROGRAMME TOWNSHIP YUAN" }, .args_min = 3, .args_max = 3,
      .summary = { "从专户拨付乡镇", "Send money to a township" },
      .help = { "该乡镇本期合同签齐之后，在合同金额之内。\n\n"
                "  bangfu pay township 幸福工程 350603100 480000 --period 25 --purpose 第25期救助款",
                "Once the township's contract of the period is signed, and within it.\n\n"
                "  bangfu pay township xingfu 350603100 480000 --period 25 --purpose 'period 25'" },
      .run = township_cmd },
};
// clang-format on
const struct command_table pay_commands = { { "发放", "Paying out" }, commands, N_ELEMS(commands) };
