/* relief_cmd.c - troubled loans: extension, deferral, write-off, recovery, recall; proposed, decided, undone.
 */
#include "cli/relief_cmd.h"

#include "base/value.h"
#include "cli/commands.h"
#include "registry/scope.h"

enum { LIST_DEFAULT = 100 };

struct relief_row {
    struct loan_relief relief;
    struct str number;
};
struct relief_run {
    struct lend w;
    int32_t kind;
    struct loan_relief old, now;
    struct loan_standing standing;
    struct list versions, reliefs;
    struct relief_row *found;
    size_t found_n;
    bool approve;
};

/* --- shared --------------------------------------------------------------------------------- */

bool relief_read(struct cli *c, struct loan_relief *x, struct errs *e)
{
    static const char *const texts[] = { "amount", "reason", "document", "subsidy", "payer", "receipt" };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        lend_read(c, &loan_relief_entity, texts[i], x, cli_text(c, texts[i]), e);
    if (cli_value(c, "months"))
        x->months = (struct opt_int){ cli_int(c, "months", 0), true };
    x->counts_from = lend_opt_day(c, "date");
    if (cli_flag(c, "to-account"))
        x->to_special = YES;
    return !errs_any(e);
}

bool relief_find(struct lend *w, struct tx *tx, enum perm p, struct str no, struct loan_relief *x,
                 struct errs *e)
{
    struct cli *c = w->c;
    struct scopes scopes;
    int64_t number;
    if (int_read(no, &number) != READ_OK)
        return fail(e, ERR_NOT_FOUND, "no", MSG_RELIEF_NO_NUMBER, A(no));
    if (!scopes_of(tx, &c->actor, p, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        enum found f = relief_by_no(tx, scopes.list[i].county, number, x, e);
        if (f == FOUND)
            f = db_get(tx, &contract_entity, &w->contract, e, V(x->county), V(x->contract_id));
        if (f == FAILED)
            return false;
        if (f == FOUND && actor_may(&c->actor, p, w->contract.village)) {
            w->county = x->county;
            return true;
        }
    }
    return fail(e, ERR_NOT_FOUND, "no", MSG_RELIEF_NO_NUMBER, A(no));
}

struct str relief_kind_text(struct cli *c, const struct loan_relief *x)
{
    return cli_cell(c, &loan_relief_entity, "kind", x);
}

static int answer(struct relief_run *x, bool ok, enum msg m)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    if (!ok)
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, m, A(x->now.no), A(x->w.contract.number), A(relief_kind_text(c, &x->now)));
        return EXIT_DONE;
    }
    put_object(&out);
    put_member_text(&out, "contract", x->w.contract.number);
    lend_put(c, &out, "relief", &loan_relief_entity, &x->now);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- proposing ------------------------------------------------------------------------------ */

static bool do_propose(struct tx *tx, void *ctx, struct errs *e)
{
    struct relief_run *x = ctx;
    struct cli *c = x->w.c;
    x->now = (struct loan_relief){ .kind = { x->kind, true } };
    if (!relief_read(c, &x->now, e))
        return false;
    lend_begin(&x->w, tx, "loan.propose", c->args[0], e);
    return lend_contract(&x->w, tx, PERM_FUND_CONTRACT, c->args[0], e) &&
           relief_propose(&x->w.l, &x->w.contract, &x->now, e) && act_end(&x->w.act, NULL, e);
}

static int propose(struct cli *c, enum relief_kind kind)
{
    struct relief_run x = { .w.c = c, .kind = (int32_t)kind };
    return answer(&x, lend_write(&x.w, do_propose), MSG_RELIEF_PROPOSED);
}

static int extend_cmd(struct cli *c)
{
    return propose(c, RELIEF_EXTEND);
}
static int defer_cmd(struct cli *c)
{
    return propose(c, RELIEF_DEFER);
}
static int write_off_cmd(struct cli *c)
{
    return propose(c, RELIEF_WRITE_OFF);
}
static int recover_cmd(struct cli *c)
{
    return propose(c, RELIEF_RECOVER);
}
static int recall_cmd(struct cli *c)
{
    return propose(c, RELIEF_RECALL);
}

/* --- deciding ------------------------------------------------------------------------------- */

static bool do_decide(struct tx *tx, void *ctx, struct errs *e)
{
    struct relief_run *x = ctx;
    struct cli *c = x->w.c;
    struct loan_relief texts = { 0 };
    if (!lend_read(c, &loan_relief_entity, "document", &texts, cli_text(c, "document"), e))
        return false;
    const struct relief_decision d = { x->approve, texts.document, lend_opt_day(c, "date") };
    lend_begin(&x->w, tx, x->approve ? "loan.approve" : "loan.refuse", c->args[0], e);
    if (!relief_find(&x->w, tx, PERM_FUND_CONTRACT, c->args[0], &x->old, e))
        return false;
    if (x->old.disaster_id.set)
        return fail(e, ERR_CONFLICT, "no", MSG_RELIEF_OF_DISASTER, A(x->old.no));
    return relief_decide(&x->w.l, &x->w.contract, &x->old, &d, &x->now, e) && act_end(&x->w.act, NULL, e);
}

static int approve_cmd(struct cli *c)
{
    struct relief_run x = { .w.c = c, .approve = true };
    return answer(&x, lend_write(&x.w, do_decide), MSG_RELIEF_NOW_APPROVED);
}
static int refuse_cmd(struct cli *c)
{
    struct relief_run x = { .w.c = c };
    return answer(&x, lend_write(&x.w, do_decide), MSG_RELIEF_NOW_REFUSED);
}

static bool do_withdraw(struct tx *tx, void *ctx, struct errs *e)
{
    struct relief_run *x = ctx;
    lend_begin(&x->w, tx, "loan.withdraw", x->w.c->args[0], e);
    return relief_find(&x->w, tx, PERM_FUND_CONTRACT, x->w.c->args[0], &x->old, e) &&
           relief_withdraw(&x->w.l, &x->old, &x->now, e) && act_end(&x->w.act, NULL, e);
}

static int withdraw_cmd(struct cli *c)
{
    struct relief_run x = { .w.c = c };
    return answer(&x, lend_write(&x.w, do_withdraw), MSG_RELIEF_NOW_WITHDRAWN);
}

static bool do_undo(struct tx *tx, void *ctx, struct errs *e)
{
    struct relief_run *x = ctx;
    struct cli *c = x->w.c;
    struct loan_relief texts = { 0 };
    lend_read(c, &loan_relief_entity, "undo_reason", &texts, cli_text(c, "reason"), e);
    lend_read(c, &loan_relief_entity, "undo_document", &texts, cli_text(c, "document"), e);
    lend_begin(&x->w, tx, "loan.undo", c->args[0], e);
    return !errs_any(e) && relief_find(&x->w, tx, PERM_FUND_CONTRACT, c->args[0], &x->old, e) &&
           relief_undo(&x->w.l, &x->w.contract, &x->old, texts.undo_reason, texts.undo_document, &x->now,
                       e) &&
           act_end(&x->w.act, NULL, e);
}

static int undo_cmd(struct cli *c)
{
    struct relief_run x = { .w.c = c };
    return answer(&x, lend_write(&x.w, do_undo), MSG_RELIEF_NOW_UNDONE);
}

/* --- looking at one ------------------------------------------------------------------------- */

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct relief_run *x = ctx;
    struct cli *c = x->w.c;
    struct contract *k = &x->w.contract;
    return contract_find(tx, &c->actor, PERM_REGISTRY_READ, c->args[0], k, e) &&
           loan_standing(tx, k, clock_today(), &x->standing, e) &&
           schedule_versions(tx, k, &x->versions, e) && relief_list(tx, k, &x->reliefs, e);
}

static void show_json(struct relief_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    lend_put(c, &out, "contract", &contract_entity, &x->w.contract);
    lend_put_money(c, &out, "outstanding", x->standing.outstanding);
    lend_put_money(c, &out, "written_off", x->standing.written_off);
    lend_put_money(c, &out, "recovered", x->standing.recovered);
    put_member_int(&out, "days_late", x->standing.days_late);
    put_member_int(&out, "days_late_agreed", x->standing.days_late_agreed);
    lend_put_list(c, &out, "schedule", &loan_schedule_entity, &x->versions);
    lend_put_list(c, &out, "reliefs", &loan_relief_entity, &x->reliefs);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static void print_versions(struct relief_run *x)
{
    static const struct table_col cols[] = {
        { { "版本", "Version" }, true },        { { "自何日起", "Since" }, false },
        { { "原到期日", "First due" }, false }, { { "到期日", "Due" }, false },
        { { "本金", "Principal" }, true },
    };
    static const char *const names[] = { "version", "since", "original_on", "due_on", "principal" };
    struct cli *c = x->w.c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    const struct loan_schedule *rows = x->versions.rows;
    for (size_t i = 0; i < x->versions.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &loan_schedule_entity, names[k], &rows[i]));
    if (x->versions.n)
        table_print(&t, c->e.lang, &c->out);
}

static int show_cmd(struct cli *c)
{
    struct relief_run x = { .w.c = c };
    const struct loan_standing *s = &x.standing;
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json) {
        show_json(&x);
        return EXIT_DONE;
    }
    lend_print(c, &contract_entity, &x.w.contract);
    cli_say(c, MSG_LOAN_STANDS, A(s->outstanding), A(s->written_off), A(s->recovered));
    if (s->days_late > 0)
        cli_say(c, MSG_LOAN_LATE, A(s->days_late), A(s->days_late_agreed));
    print_versions(&x);
    const struct loan_relief *rows = x.reliefs.rows;
    for (size_t i = 0; i < x.reliefs.n; i++) {
        buf_addc(&c->out, '\n');
        lend_print(c, &loan_relief_entity, &rows[i]);
    }
    return EXIT_DONE;
}

/* --- listing -------------------------------------------------------------------------------- */

static bool list_scope(struct relief_run *x, struct tx *tx, const struct scope *s, size_t limit,
                       const struct loan_relief *like, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    struct cli *c = x->w.c;
    enum found f;
    if (!db_query(
            tx, &r,
            SQL_OF(STMT_KEY, &loan_relief_entity,
                   "SELECT {*}, (SELECT c.number FROM contract c WHERE c.county = $1 AND c.id = "
                   "loan_relief.contract_id) FROM loan_relief WHERE county = $1 AND EXISTS (SELECT 1 "
                   "FROM contract c WHERE c.county = $1 AND c.id = loan_relief.contract_id AND "
                   "c.village BETWEEN $2 AND $3 AND (CAST($4 AS text) IS NULL OR c.programme = $4)) AND "
                   "(CAST($5 AS bigint) = 0 OR state = $5) AND (CAST($6 AS bigint) = 0 OR kind = $6) "
                   "AND no > $7 ORDER BY no LIMIT $8"),
            e, V(s->county), V(s->first), V(s->last), V(x->w.rules.version.programme),
            V((int64_t)like->state.v), V((int64_t)like->kind.v), V(cli_int(c, "after", 0)),
            V(limit - x->found_n)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct relief_row *row = &x->found[x->found_n++];
        if (!rows_obj(&r, 0, &row->relief, e->a, e))
            return false;
        row->number = arena_str(e->a, rows_text(&r, (int)loan_relief_entity.n));
    }
    return f == NONE;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct relief_run *x = ctx;
    struct cli *c = x->w.c;
    struct scopes scopes;
    struct loan_relief like = { 0 };
    size_t limit = (size_t)cli_int(c, "limit", LIST_DEFAULT);
    x->found = NEW_ARRAY(e->a, struct relief_row, limit);
    x->found_n = 0;
    lend_read(c, &loan_relief_entity, "state", &like, cli_text(c, "state"), e);
    lend_read(c, &loan_relief_entity, "kind", &like, cli_text(c, "kind"), e);
    if (errs_any(e) || (c->args_n && !programme_find(tx, c->args[0], &x->w.rules.version, e->a, e)) ||
        !scopes_of(tx, &c->actor, PERM_REGISTRY_READ, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && x->found_n < limit; i++)
        if (!list_scope(x, tx, &scopes.list[i], limit, &like, e))
            return false;
    return true;
}

static void list_json(struct relief_run *x)
{
    struct json_out out = JSON_OUT(&x->w.c->out);
    put_object(&out);
    put_key(&out, "reliefs");
    put_list(&out);
    for (size_t i = 0; i < x->found_n; i++) {
        put_object(&out);
        put_member_text(&out, "contract", x->found[i].number);
        lend_put(x->w.c, &out, "relief", &loan_relief_entity, &x->found[i].relief);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&x->w.c->out, '\n');
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "编号", "No" }, true },           { { "合同", "Contract" }, false },
        { { "处置", "Kind" }, false },        { { "月数", "Months" }, true },
        { { "金额", "Amount" }, true },       { { "原到期日", "Due before" }, false },
        { { "现到期日", "Due now" }, false }, { { "提出人", "Proposed by" }, false },
        { { "状态", "State" }, false },       { { "文号", "Document" }, false },
    };
    static const char *const names[] = { "kind",        "months",      "amount", "old_ends_on",
                                         "new_ends_on", "proposed_by", "state",  "document" };
    struct relief_run x = { .w.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    if (c->json) {
        list_json(&x);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.found_n; i++) {
        table_int(&t, x.found[i].relief.no);
        table_text(&t, x.found[i].number);
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &loan_relief_entity, names[k], &x.found[i].relief));
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

// clang-format off
#define OPT_SUBSIDY \
    { .name = "subsidy", .kind = OPT_TEXT, .arg = { "贴息", "SUBSIDY" }, \
      .label = { "期间贴息：继续（默认，限有贴息的项目）、停止", "the interest subsidy meanwhile: goes_on (default where there is one) or stops" } }
static const struct opt extend_opts[] = {
    OPT_PAPER("申请或依据的文号", "the paper it rests on"),
    OPT_MONTHS("展期几个月", "by how many months"), OPT_WHY, OPT_SUBSIDY, { 0 } };
static const struct opt defer_opts[] = {
    OPT_DAY("从哪天起缓收；默认今天", "from which day on; today unless told"),
    OPT_PAPER("申请或依据的文号", "the paper it rests on"),
    OPT_MONTHS("缓收几个月", "by how many months"), OPT_WHY, OPT_SUBSIDY, { 0 } };
static const struct opt write_off_opts[] = {
    { .name = "amount", .kind = OPT_TEXT, .arg = { "金额", "YUAN" },
      .label = { "核销多少；默认全部欠款", "how much; all that is owed unless told" } },
    OPT_DAY("记账日期；默认批准当天", "the entry date; the day of approval unless told"),
    OPT_PAPER("申请或依据的文号", "the paper it rests on"), OPT_WHY, { 0 } };
static const struct opt recover_opts[] = {
    { .name = "amount", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "金额", "YUAN" },
      .label = { "收回多少", "how much came back" } },
    OPT_DAY("收到的日期；默认今天", "when it came; today unless told"),
    OPT_PAPER("依据的文号", "the paper it rests on"),
    { .name = "payer", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "付款人", "the payer" } },
    OPT_WHY,
    { .name = "receipt", .kind = OPT_TEXT, .arg = { "收据号", "NO" }, .label = { "收据号", "the receipt" } },
    { .name = "to-account", .kind = OPT_FLAG, .label = { "直接进专户，不经乡镇", "onto the special account itself" } },
    { 0 } };
static const struct opt recall_opts[] = {
    { .name = "date", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" },
      .label = { "要求在哪天前还清", "the day by which all is due" } },
    OPT_PAPER("依据的文号", "the paper it rests on"), OPT_WHY, { 0 } };
static const struct opt approve_opts[] = {
    OPT_DAY("核销或收回的记账日期；默认照提出的", "the entry date of a write-off or recovery; as proposed unless told"),
    OPT_PAPER("批准的文号", "the document of the approval"), OPT_IN_COUNTY, { 0 } };
static const struct opt refuse_opts[] = { OPT_PAPER("文号", "the document"), OPT_IN_COUNTY, { 0 } };
static const struct opt county_opts[] = { OPT_IN_COUNTY, { 0 } };
static const struct opt undo_opts[] = { OPT_PAPER("撤销的文号", "the document of undoing"), OPT_WHY, OPT_IN_COUNTY, { 0 } };
static const struct opt list_opts[] = {
    { .name = "after", .kind = OPT_INT, .min = 1, .max = INT64_MAX, .arg = { "编号", "NO" },
      .label = { "从这个编号之后列起", "those behind that number" } },
    { .name = "kind", .kind = OPT_TEXT, .arg = { "处置", "KIND" },
      .label = { "只列展期、缓收、核销、核销后收回或提前收回", "only extend, defer, write_off, recover or recall" } },
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = 1000, .arg = { "条数", "N" },
      .label = { "最多列几条（默认 100）", "at most so many (default 100)" } },
    OPT_IN_COUNTY,
    { .name = "state", .kind = OPT_TEXT, .arg = { "状态", "STATE" },
      .label = { "只列待审批、已批准、未批准、已撤回或已撤销", "only open, approved, refused, withdrawn or undone" } },
    { 0 } };
static const struct command commands[] = {
    { .name = "loan approve", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = approve_opts,
      .args = { "处置编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "批准一项处置", "Approve what was proposed for a loan" },
      .help = { "由县里另一个人批准，须有文号。新的还款计划另存一版，旧的不变；核销和收回同时记账。\n\n"
                "  bangfu loan approve 3 --document 贷审〔2026〕3号",
                "By another person, of the county, with a document number.  A new schedule stands beside the old one;\n"
                "write-offs and recoveries are posted.\n\n  bangfu loan approve 3 --document 3/2026" },
      .run = approve_cmd },
    { .name = "loan defer", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = defer_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "提出缓收", "Propose a deferral" },
      .help = { "这一天及以后到期的本金推后几个月；以前的欠款不变。\n\n"
                "  bangfu loan defer XF-350603100-025-0001 --months 6 --reason 洪灾",
                "What falls due on that day or later is put off; older arrears stay.\n\n"
                "  bangfu loan defer XF-350603100-025-0001 --months 6 --reason flood" },
      .run = defer_cmd },
    { .name = "loan extend", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = extend_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "提出展期", "Propose an extension" },
      .help = { "没有还的本金都推后几个月；次数和月数以项目为限。原到期日保留，逾期天数仍从它算起。\n\n"
                "  bangfu loan extend XF-350603100-025-0001 --months 12 --reason 因灾减收",
                "All that is not paid falls due later, within the limits of the programme.  The day on which it was first due\n"
                "is kept, and ageing counts from there.\n\n"
                "  bangfu loan extend XF-350603100-025-0001 --months 12 --reason 'lost harvest'" },
      .run = extend_cmd },
    { .name = "loan list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = list_opts,
      .args = { "[项目]", "[PROGRAMME]" }, .args_max = 1,
      .summary = { "列出处置", "List what was proposed and decided" },
      .help = { "按编号列出。\n\n  bangfu loan list 幸福工程 --state 待审批",
                "In the order of their numbers.\n\n  bangfu loan list xingfu --state open" },
      .run = list_cmd },
    { .name = "loan recall", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = recall_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "提出提前收回", "Propose an early recall" },
      .help = { "改变用途等情形，要求在这一天前还清。\n\n"
                "  bangfu loan recall XF-350603100-025-0001 --date 2026-12-31 --reason 改变用途",
                "For misuse and the like: all is due by that day.\n\n"
                "  bangfu loan recall XF-350603100-025-0001 --date 2026-12-31 --reason misuse" },
      .run = recall_cmd },
    { .name = "loan recover", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = recover_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "提出登记核销后收回的钱", "Propose a recovery after a write-off" },
      .help = { "批准后记账，回到资金池，可以再借出。\n\n"
                "  bangfu loan recover XF-350603100-025-0001 --amount 500 --reason 借款人归还 --receipt 收18",
                "Posted when it is approved; it is money of the pool and can be lent again.\n\n"
                "  bangfu loan recover XF-350603100-025-0001 --amount 500 --reason 'paid after all' --receipt 18" },
      .run = recover_cmd },
    { .name = "loan refuse", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = refuse_opts,
      .args = { "处置编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "不批准一项处置", "Refuse what was proposed for a loan" },
      .help = { "由县里另一个人决定。\n\n  bangfu loan refuse 3", "By another person, of the county.\n\n  bangfu loan refuse 3" },
      .run = refuse_cmd },
    { .name = "loan show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "一笔借款的现状、还款计划各版本和处置", "How a loan stands: versions of its schedule and what was decided" },
      .help = { "逾期天数按原到期日和现到期日各列一个。\n\n  bangfu loan show XF-350603100-025-0001",
                "Days late are counted from the day first agreed and from that of now.\n\n"
                "  bangfu loan show XF-350603100-025-0001" },
      .run = show_cmd },
    { .name = "loan undo", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = undo_opts,
      .args = { "处置编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "撤销已批准的处置", "Undo what was approved" },
      .help = { "后批准的先撤销，须由批准人以外的人办理。还款计划恢复为新的一版，凭证冲销。\n\n"
                "  bangfu loan undo 3 --reason 依据有误 --document 贷审〔2026〕4号",
                "The last first, by another person than who approved it.  The schedule before it becomes the newest version,\n"
                "the voucher is reversed.\n\n  bangfu loan undo 3 --reason 'wrong grounds' --document 4/2026" },
      .run = undo_cmd },
    { .name = "loan withdraw", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = county_opts,
      .args = { "处置编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "撤回自己提出的处置", "Withdraw what oneself proposed" },
      .help = { "审批以前可以撤回。\n\n  bangfu loan withdraw 3", "As long as it is not decided.\n\n  bangfu loan withdraw 3" },
      .run = withdraw_cmd },
    { .name = "loan write-off", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = write_off_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "提出核销", "Propose a write-off" },
      .help = { "全部或一部分。核销后收回的用 loan recover。\n\n"
                "  bangfu loan write-off XF-350603100-025-0001 --amount 3000 --reason 借款人死亡无遗产",
                "All of it or a part.  What comes back later: loan recover.\n\n"
                "  bangfu loan write-off XF-350603100-025-0001 --amount 3000 --reason 'died without estate'" },
      .run = write_off_cmd },
};
// clang-format on
const struct command_table relief_commands = { { "借款处置", "Troubled loans" },
                                               commands,
                                               N_ELEMS(commands) };
