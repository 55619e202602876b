/* remind_cmd.c - notices of what falls due: made in batches, listed, received. */
#include "base/value.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/remind.h"
#include "registry/scope.h"

struct remind_run {
    struct lend w;
    struct remind_made made;
    struct due_notice notice;
    struct due_notice_delivery delivery;
    struct due_notice_content content;
    struct scopes scopes;
    struct list list;
};

/* --- making ----------------------------------------------------------------------------------- */

static bool do_make(struct tx *tx, void *ctx, struct errs *e)
{
    struct remind_run *x = ctx;
    struct cli *c = x->w.c;
    struct remind_request q = { .no = cli_int(c, "step", 0),
                                .on = lend_day(c, "date", clock_today()),
                                .late = cli_flag(c, "late") };
    if (!lend_area(&x->w, tx, PERM_FUND_REPAY, c->args[0], &q.within, e))
        return false;
    lend_begin(&x->w, tx, "remind.make", x->w.rules.fund.code, e);
    return remind_make(&x->w.l, &x->w.rules, &q, &x->made, e) && act_end(&x->w.act, NULL, e);
}

static int make_cmd(struct cli *c)
{
    struct remind_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!lend_write(&x.w, do_make))
        return EXIT_NOTHING;
    if (!c->json) {
        if (x.made.loans)
            cli_say(c, MSG_REMIND_MADE, A(x.made.lists), A(x.made.letters), A(x.made.loans),
                    A(x.made.amount));
        else
            cli_say(c, MSG_REMIND_NOTHING);
        return EXIT_DONE;
    }
    put_object(&out);
    put_member_int(&out, "lists", x.made.lists);
    put_member_int(&out, "letters", x.made.letters);
    put_member_int(&out, "loans", x.made.loans);
    lend_put_money(c, &out, "amount", x.made.amount);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- listing ------------------------------------------------------------------------------------ */

/* Of two areas, by number. */
static struct list merged(const struct list *a, const struct list *b, size_t limit, struct arena *arena)
{
    const struct due_notice *x = a->rows, *y = b->rows;
    struct due_notice *out = NEW_ARRAY(arena, struct due_notice, a->n + b->n + 1);
    size_t i = 0, k = 0, n = 0;
    while (n < limit && (i < a->n || k < b->n)) {
        bool first = k == b->n || (i < a->n && str_cmp(x[i].number, y[k].number) <= 0);
        out[n++] = first ? x[i++] : y[k++];
    }
    return (struct list){ out, n };
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    enum { LIST_DEFAULT = 200 };
    struct remind_run *x = ctx;
    struct cli *c = x->w.c;
    struct region_code within;
    struct due_notice_filter f = { .no = cli_int(c, "step", 0),
                                   .open = cli_flag(c, "open"),
                                   .after = cli_text(c, "after"),
                                   .limit = (size_t)cli_int(c, "limit", LIST_DEFAULT) };
    if (!lend_area(&x->w, tx, PERM_REGISTRY_READ, c->args[0], &within, e) ||
        !scopes_of(tx, &c->actor, PERM_REGISTRY_READ, within, &x->scopes, e))
        return false;
    x->list = (struct list){ 0 };
    for (size_t i = 0; i < x->scopes.n; i++) {
        struct list more;
        f.first = x->scopes.list[i].first;
        f.last = x->scopes.list[i].last;
        if (!due_notice_list(tx, &x->w.rules.fund, &f, &more, e))
            return false;
        x->list = merged(&x->list, &more, f.limit, e->a);
    }
    return lend_places(&x->w, tx, e);
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "通知编号", "Notice" }, false },   { { "形式", "Form" }, false },
        { { "区划", "Region" }, false },       { { "受助对象", "Borrower" }, false },
        { { "笔数", "Loans" }, true },         { { "应还金额", "Amount" }, true },
        { { "到期日", "Due on" }, false },     { { "发出日期", "Issued on" }, false },
        { { "签收日期", "Received" }, false },
    };
    static const char *const names[] = { "number", "form",   "region",    "name",       "loans",
                                         "amount", "due_on", "issued_on", "received_on" };
    struct remind_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    if (c->json) {
        put_object(&out);
        lend_put_list(c, &out, "notices", &due_notice_entity, &x.list);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.list.n; i++) {
        const struct due_notice *n = (const struct due_notice *)x.list.rows + i;
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, strcmp(names[k], "region") ? cli_cell(c, &due_notice_entity, names[k], n)
                                                      : lend_place(&x.w, n->region));
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

/* --- what one says -------------------------------------------------------------------------------- */

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct remind_run *x = ctx;
    struct cli *c = x->w.c;
    return due_notice_find(tx, &c->actor, PERM_REGISTRY_READ, c->args[0], &x->notice, e) &&
           due_notice_content(tx, &x->notice, c->codes, &x->content, e);
}

static void show_json(struct remind_run *x)
{
    struct cli *c = x->w.c;
    const struct due_notice_content *k = &x->content;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    lend_put(c, &out, "notice", &due_notice_entity, &k->notice);
    put_member_text(&out, "county", k->county);
    put_member_text(&out, "office", k->office);
    put_member_text(&out, "township", k->township);
    put_member_text(&out, "copy_to", k->copy_to);
    put_key(&out, "rows");
    put_list(&out);
    for (size_t i = 0; i < k->n; i++) {
        const struct due_notice_line *l = &k->lines[i];
        put_object(&out);
        put_member_text(&out, "contract", l->number);
        put_member_text(&out, "borrower", l->borrower);
        put_member_text(&out, "village", l->village);
        put_member_text(&out, "project", l->project);
        put_member_text(&out, "guarantors", l->guarantors);
        put_member_text(&out, "due_on", cli_day(c, l->row.due_on));
        lend_put_money(c, &out, "amount", l->row.amount);
        lend_put_money(c, &out, "interest", l->row.interest);
        lend_put_money(c, &out, "lent", l->lent);
        lend_put_money(c, &out, "outstanding", l->outstanding);
        put_object_end(&out);
    }
    put_list_end(&out);
    lend_put_list(c, &out, "deliveries", &due_notice_delivery_entity, &k->deliveries);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static int show_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "合同", "Contract" }, false }, { { "受助对象", "Borrower" }, false },
        { { "村", "Village" }, false },    { { "到期日", "Due on" }, false },
        { { "本金", "Principal" }, true }, { { "利息", "Interest" }, true },
        { { "还欠", "Owed" }, true },      { { "担保人", "Guarantors" }, false },
    };
    struct remind_run x = { .w.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json) {
        show_json(&x);
        return EXIT_DONE;
    }
    lend_print(c, &due_notice_entity, &x.notice);
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.content.n; i++) {
        const struct due_notice_line *l = &x.content.lines[i];
        table_text(&t, l->number);
        table_text(&t, l->borrower);
        table_text(&t, l->village);
        table_text(&t, cli_day(c, l->row.due_on));
        table_text(&t, cli_yuan(c, l->row.amount));
        table_text(&t, cli_yuan(c, l->row.interest));
        table_text(&t, cli_yuan(c, l->outstanding));
        table_text(&t, l->guarantors);
    }
    table_print(&t, c->e.lang, &c->out);
    for (size_t i = 0; i < x.content.deliveries.n; i++)
        lend_print(c, &due_notice_delivery_entity,
                   (const struct due_notice_delivery *)x.content.deliveries.rows + i);
    return EXIT_DONE;
}

/* --- received -------------------------------------------------------------------------------------- */

static bool deliver_one(struct remind_run *x, struct tx *tx, struct str number, struct errs *e)
{
    struct cli *c = x->w.c;
    struct due_notice_delivery *d = &x->delivery;
    *d = (struct due_notice_delivery){ .party = cli_text(c, "party"),
                                       .delivered_on = { lend_day(c, "date", clock_today()), true } };
    lend_read(c, &due_notice_delivery_entity, "way", d, cli_text(c, "way"), e);
    lend_read(c, &due_notice_delivery_entity, "received_by", d, cli_text(c, "received-by"), e);
    lend_read(c, &due_notice_delivery_entity, "deliverer", d, cli_text(c, "by"), e);
    lend_read(c, &due_notice_delivery_entity, "note", d, cli_text(c, "note"), e);
    if (errs_any(e) || !due_notice_find(tx, &c->actor, PERM_FUND_REPAY, number, &x->notice, e) ||
        !fund_rules_open(tx, x->notice.county, x->notice.programme, c->codes, &x->w.rules, e))
        return false;
    lend_begin(&x->w, tx, "remind.deliver", number, e);
    bool ok = due_notice_deliver(&x->w.l, &x->w.rules, &x->notice, d, e) && act_end(&x->w.act, NULL, e);
    act_release(&x->w.act);
    return ok;
}

static bool do_deliver(struct tx *tx, void *ctx, struct errs *e)
{
    struct remind_run *x = ctx;
    for (size_t i = 0; i < x->w.c->args_n; i++)
        if (!deliver_one(x, tx, x->w.c->args[i], e))
            return false;
    return true;
}

static int deliver_cmd(struct cli *c)
{
    struct remind_run x = { .w.c = c };
    if (!lend_write(&x.w, do_deliver))
        return EXIT_NOTHING;
    bool copy = !str_eq(x.delivery.party, x.notice.addressee);
    return lend_answer(c, "delivery", &due_notice_delivery_entity, &x.delivery,
                       copy ? MSG_REMIND_COPIED : MSG_REMIND_DELIVERED, A(x.notice.number),
                       A(x.delivery.received_by), A(x.delivery.delivered_on.v));
}

// clang-format off
#define OPT_STEP \
    { .name = "step", .kind = OPT_INT, .min = 1, .max = 20, .arg = { "序号", "N" }, \
      .label = { "只限第几号通知", "the programme's notice of that number only" } }
#define OPT_AREA \
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只限该区划", "in that region only" } }
static const struct opt make_opts[] = {
    OPT_DAY("制作日期；默认今天", "the day of issue; today unless told"), OPT_STEP,
    { .name = "late", .kind = OPT_FLAG, .label = { "也给已逾期而没有通知的补发", "also for what is overdue and never got one" } },
    OPT_AREA, { 0 },
};
static const struct opt list_opts[] = {
    OPT_STEP, { .name = "open", .kind = OPT_FLAG, .label = { "只列没有签收的", "only those without a receipt" } },
    { .name = "after", .kind = OPT_TEXT, .arg = { "编号", "NO" }, .label = { "从该编号之后列起", "numbers after that one" } },
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = 10000, .arg = { "份数", "N" }, .label = { "最多几份；默认 200", "at most so many; 200 unless told" } },
    OPT_AREA, { 0 },
};
static const struct opt deliver_opts[] = {
    OPT_DAY("送达日期；默认今天", "the day; today unless told"),
    { .name = "received-by", .kind = OPT_TEXT, .arg = { "姓名", "NAME" },
      .label = { "签收人；给借款人的默认本人", "who received it; of a letter the borrower unless told" } },
    { .name = "way", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "方式", "WAY" },
      .label = { "当面、家属代收、邮寄、短信、留置、公文", "in_person, family, post, message, posted, office" } },
    { .name = "by", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "送达人", "who delivered it" } },
    { .name = "party", .kind = OPT_TEXT, .arg = { "收件方", "PARTY" },
      .label = { "抄送时写 guarantor；默认收件人", "guarantor, of a copy; whom it is addressed to unless told" } },
    { .name = "note", .kind = OPT_TEXT, .arg = { "说明", "TEXT" }, .label = { "说明", "a note" } },
    { 0 },
};
static const struct command commands[] = {
    { .name = "remind deliver", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = deliver_opts,
      .args = { "通知编号…", "NOTICE…" }, .args_min = 1, .args_max = -1,
      .summary = { "登记还款通知的送达和签收", "Record who received a notice" },
      .help = { "名单由乡镇签收后，才能制作给借款人的通知书。几份一起登记时要么都记，要么都不记。\n\n"
                "  bangfu remind deliver XF-350603100-T2026-0001 --received-by 李干事 --way 公文\n"
                "  bangfu remind deliver XF-350603100-025-0001-T1 --way 当面 --by 王支书\n"
                "  bangfu remind deliver XF-350603100-025-0001-T1 --party guarantor --received-by 林书记 --way 当面",
                "The township's receipt of its list opens the letters to the borrowers.  Several are recorded all or none.\n\n"
                "  bangfu remind deliver XF-350603100-T2026-0001 --received-by 李干事 --way office\n"
                "  bangfu remind deliver XF-350603100-025-0001-T1 --way in_person --by 王支书\n"
                "  bangfu remind deliver XF-350603100-025-0001-T1 --party guarantor --received-by 林书记 --way in_person" },
      .run = deliver_cmd },
    { .name = "remind list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = list_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "还款通知和签收情况", "Notices of what falls due, and which were received" },
      .help = { "按编号排列。\n\n  bangfu remind list 幸福工程 --open", "By number.\n\n  bangfu remind list xingfu --open" },
      .run = list_cmd },
    { .name = "remind make", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = make_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "成批制作还款通知", "Make the notices of what falls due" },
      .help = { "按项目规定：到期前一个月县发乡镇名单；乡镇签收后发借款人通知书，抄送担保人。同一笔到期款每种通知只发一次，"
                "可以天天运行。\n\n  bangfu remind make 幸福工程\n  bangfu remind make 幸福工程 --step 2 --region 350603100",
                "As the programme declares: a month before, a list from the county to each township; on its receipt letters to the\n"
                "borrowers, with copies to the guarantors.  What falls due gets each notice once, so it can be run every day.\n\n"
                "  bangfu remind make xingfu\n  bangfu remind make xingfu --step 2 --region 350603100" },
      .run = make_cmd },
    { .name = "remind show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true,
      .args = { "通知编号", "NOTICE" }, .args_min = 1, .args_max = 1,
      .summary = { "一份还款通知的内容和送达", "What a notice says, and who received it" },
      .help = { "金额是制作时的；还欠是现在的。\n\n  bangfu remind show XF-350603100-T2026-0001",
                "Amounts are those of its making; what is owed is of now.\n\n  bangfu remind show XF-350603100-T2026-0001" },
      .run = show_cmd },
};
// clang-format on
const struct command_table remind_commands = { { "还款通知", "Notices of what falls due" },
                                               commands,
                                               N_ELEMS(commands) };
