/* contract_cmd.c - contracts of a loan fund: drafting, signing, guarantors, changes. */
#include "base/value.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/checklist.h"
#include "fund/contract_text.h"
#include "fund/guarantor.h"
#include "fund/relief.h"
#include "registry/find.h"
#include "registry/movement.h"

enum { LIST_DEFAULT = 50 };

struct contract_run {
    struct lend w;
    struct guarantee guarantee;
    struct iou iou;
    struct contract_change change;
    struct list guarantees, signatures, changes;
    struct contract_terms terms;
    struct errs missing;
    struct money outstanding;
    enum contract_state state;
    bool has_iou, approve;
    struct found_contract *found;
    size_t found_n;
    struct contract_text text;
    struct str filled;
};
struct found_contract {
    struct contract contract;
    struct money outstanding;
    enum contract_state state;
};

static int finish(struct contract_run *x, bool ok, enum msg m)
{
    struct cli *c = x->w.c;
    return ok ? lend_answer(c, "contract", &contract_entity, &x->w.contract, m, A(x->w.contract.number))
              : EXIT_NOTHING;
}

/* --- drafting ------------------------------------------------------------------------------- */

static bool read_request(struct contract_run *x, struct contract_request *q, struct errs *e)
{
    struct cli *c = x->w.c;
    struct contract texts = { 0 };
    lend_read(c, &contract_entity, "number", &texts, cli_text(c, "number"), e);
    lend_read(c, &contract_entity, "project", &texts, cli_text(c, "project"), e);
    lend_read(c, &contract_entity, "lender", &texts, cli_text(c, "lender"), e);
    if (!lend_money(c, "amount", cli_text(c, "amount"), &q->amount, e) || errs_any(e))
        return false;
    q->programme = c->args[0];
    q->number = texts.number;
    q->project = texts.project;
    q->lender = texts.lender;
    q->period_no = cli_int(c, "period", 0);
    q->due_on = lend_opt_day(c, "due-on");
    q->term_months = (struct opt_int){ cli_int(c, "term-months", 0), cli_flag(c, "term-months") };
    return true;
}

static bool do_draft(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct contract_request q = { 0 };
    struct household h;
    struct person p;
    if (!read_request(x, &q, e))
        return false;
    enum found f = household_by_no(tx, &c->actor, c->args[1], cli_region(c, "region"), &h, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[1]));
    if (!actor_need_at(&c->actor, PERM_FUND_CONTRACT, h.village, e) ||
        !member_named(tx, &h, cli_text(c, "borrower").p ? cli_text(c, "borrower") : h.head_name,
                      (struct opt_date){ 0 }, true, &p, e))
        return false;
    q.county = h.county;
    q.household_id = h.id;
    q.borrower_id = p.id;
    lend_begin(&x->w, tx, "contract.draft", h.hh_no, e);
    return contract_draft(&x->w.l, &q, &x->w.contract, e) && act_end(&x->w.act, NULL, e);
}

static int draft_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_draft), MSG_CONTRACT_DRAFTED);
}

static bool do_township(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct contract_request q = { 0 };
    if (!read_request(x, &q, e) || !cli_ledger_county(c, tx, PERM_FUND_CONTRACT, &x->w.county, e) ||
        !lend_township(&x->w, tx, c->args[1], &q.township, e))
        return false;
    q.county = x->w.county;
    lend_begin(&x->w, tx, "contract.township", c->args[1], e);
    return contract_draft(&x->w.l, &q, &x->w.contract, e) && act_end(&x->w.act, NULL, e);
}

static int township_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_township), MSG_CONTRACT_DRAFTED);
}

/* --- signing -------------------------------------------------------------------------------- */

static bool begin(struct contract_run *x, struct tx *tx, const char *action, struct errs *e)
{
    struct cli *c = x->w.c;
    lend_begin(&x->w, tx, action, c->args[0], e);
    return lend_contract(&x->w, tx, PERM_FUND_CONTRACT, c->args[0], e);
}

static bool again(struct contract_run *x, struct tx *tx, struct errs *e)
{
    return act_end(&x->w.act, NULL, e) && lend_contract(&x->w, tx, PERM_FUND_CONTRACT, x->w.c->args[0], e);
}

static bool do_sign(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct contract_signature texts = { 0 };
    struct signing s = { .paper = cli_flag(c, "paper") ? cli_text(c, "paper") : STR("contract"),
                         .party = cli_text(c, "party"),
                         .signed_on = lend_opt_day(c, "signed-on"),
                         .sealed_on = lend_opt_day(c, "sealed-on") };
    lend_read(c, &contract_signature_entity, "signer", &texts, cli_text(c, "signer"), e);
    lend_read(c, &contract_signature_entity, "party", &texts, s.party, e);
    s.signer = texts.signer;
    s.party = texts.party;
    return !errs_any(e) && begin(x, tx, "contract.sign", e) &&
           contract_sign(&x->w.l, &x->w.contract, &s, e) && again(x, tx, e);
}

static int sign_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    bool ok = lend_write(&x.w, do_sign);
    return finish(&x, ok, x.w.contract.signed_on.set ? MSG_CONTRACT_IN_FORCE : MSG_CONTRACT_SIGNED);
}

static bool do_iou(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct iou texts = { 0 };
    struct person p;
    lend_read(c, &iou_entity, "signer", &texts, cli_text(c, "signer"), e);
    if (errs_any(e) || !begin(x, tx, "contract.iou", e))
        return false;
    if (!x->w.contract.borrower_id.set)
        return fail(e, ERR_INVALID, "number", MSG_CONTRACT_FROZEN, A(x->w.contract.number));
    if (db_get(tx, &person_entity, &p, e, V(x->w.county), V(x->w.contract.borrower_id.v)) == FAILED)
        return false;
    return iou_sign(&x->w.l, &x->w.contract, texts.signer.p ? texts.signer : p.name,
                    lend_day(c, "date", clock_today()), &x->iou, e) &&
           again(x, tx, e);
}

static int iou_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_iou), MSG_IOU_SIGNED);
}

static bool do_guarantor(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct guarantee *g = &x->guarantee;
    *g = (struct guarantee){ 0 };
    lend_read(c, &guarantee_entity, "name", g, c->args[1], e);
    lend_read(c, &guarantee_entity, "kind", g, cli_text(c, "kind"), e);
    lend_read(c, &guarantee_entity, "id_number", g, cli_text(c, "id-number"), e);
    lend_read(c, &guarantee_entity, "relation", g, cli_text(c, "relation"), e);
    return !errs_any(e) && begin(x, tx, "contract.guarantor", e) &&
           guarantor_add(&x->w.l, &x->w.contract, g, e) && again(x, tx, e);
}

static int guarantor_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_guarantor), MSG_GUARANTOR_ADDED);
}

/* --- changes -------------------------------------------------------------------------------- */

static bool do_change(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct contract_change *q = &x->change;
    *q = (struct contract_change){ 0 };
    lend_read(c, &contract_change_entity, "project", q, cli_text(c, "project"), e);
    lend_read(c, &contract_change_entity, "amount", q, cli_text(c, "amount"), e);
    lend_read(c, &contract_change_entity, "reason", q, cli_text(c, "reason"), e);
    lend_read(c, &contract_change_entity, "document", q, cli_text(c, "document"), e);
    return !errs_any(e) && begin(x, tx, "contract.change", e) && change_ask(&x->w.l, &x->w.contract, q, e) &&
           again(x, tx, e);
}

static int change_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_change), MSG_CHANGE_ASKED);
}

static bool do_decide(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    return begin(x, tx, x->approve ? "contract.approve" : "contract.refuse", e) &&
           change_decide(&x->w.l, &x->w.contract, 0, x->approve, &x->change, e) && again(x, tx, e);
}

static int decide(struct cli *c, bool approve)
{
    struct contract_run x = { .w.c = c, .approve = approve };
    bool ok = lend_write(&x.w, do_decide);
    return finish(&x, ok, approve ? MSG_CHANGE_APPROVED : MSG_CHANGE_REFUSED);
}

static int approve_cmd(struct cli *c)
{
    return decide(c, true);
}

static int refuse_cmd(struct cli *c)
{
    return decide(c, false);
}

static bool do_void(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct contract texts = { 0 };
    return lend_read(x->w.c, &contract_entity, "void_reason", &texts, cli_text(x->w.c, "reason"), e) &&
           begin(x, tx, "contract.void", e) && contract_void(&x->w.l, &x->w.contract, texts.void_reason, e) &&
           again(x, tx, e);
}

static int void_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    return finish(&x, lend_write(&x.w, do_void), MSG_CONTRACT_VOIDED);
}

/* --- showing -------------------------------------------------------------------------------- */

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct contract *c = &x->w.contract;
    x->missing = (struct errs){ .a = e->a, .lang = e->lang };
    if (!contract_find(tx, &x->w.c->actor, PERM_REGISTRY_READ, x->w.c->args[0], c, e) ||
        !fund_rules_of(tx, c, x->w.c->codes, &x->w.rules, e) ||
        !contract_guarantees(tx, c, &x->guarantees, e) || !contract_signatures(tx, c, &x->signatures, e) ||
        !change_list(tx, c, &x->changes, e) || !contract_terms_of(tx, c, &x->terms, e) ||
        !contract_outstanding(tx, c, &x->outstanding, e) || !loan_state(tx, c, clock_today(), &x->state, e))
        return false;
    enum found f = iou_of(tx, c, &x->iou, e);
    x->has_iou = f == FOUND;
    if (f == FAILED || c->history || c->void_on.set || c->paid_out_on.set)
        return f != FAILED;
    const struct checklist k = { tx, &x->w.rules, clock_today() };
    return c->layer.v == LAYER_TOWNSHIP ? checklist_papers(&k, c, &x->missing, e)
                                        : checklist_payment(&k, c, &x->missing, e);
}

static void show_json(struct contract_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    lend_put(c, &out, "contract", &contract_entity, &x->w.contract);
    put_member_cstr(&out, "state", contract_state_slugs[x->state]);
    lend_put_money(c, &out, "outstanding", x->outstanding);
    if (x->terms.version)
        lend_put(c, &out, "terms", &contract_terms_entity, &x->terms);
    lend_put_list(c, &out, "guarantors", &guarantee_entity, &x->guarantees);
    lend_put_list(c, &out, "signatures", &contract_signature_entity, &x->signatures);
    if (x->has_iou)
        lend_put(c, &out, "iou", &iou_entity, &x->iou);
    lend_put_list(c, &out, "changes", &contract_change_entity, &x->changes);
    put_key(&out, "missing");
    put_list(&out);
    for (const struct err *m = x->missing.bad.first; m; m = m->next)
        put_cstr(&out, m->text);
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static void print_rows(struct cli *c, const struct entity *en, const struct list *list)
{
    const char *row = list->rows;
    for (size_t i = 0; i < list->n; i++) {
        buf_addf(&c->out, "\n%s\n", label_in(&en->label, c->e.lang));
        lend_print(c, en, row + i * en->size);
    }
}

static int show_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json) {
        show_json(&x);
        return EXIT_DONE;
    }
    const struct label *state = &contract_state_labels[x.state];
    struct list iou = { &x.iou, x.has_iou };
    lend_print(c, &contract_entity, &x.w.contract);
    cli_say(c, MSG_CONTRACT_STATE, A(state), A(x.outstanding));
    print_rows(c, &guarantee_entity, &x.guarantees);
    print_rows(c, &contract_signature_entity, &x.signatures);
    print_rows(c, &iou_entity, &iou);
    print_rows(c, &contract_change_entity, &x.changes);
    if (x.missing.bad.first)
        cli_say(c, MSG_CONTRACT_MISSING);
    for (const struct err *m = x.missing.bad.first; m; m = m->next)
        buf_addf(&c->out, "  - %s\n", m->text);
    return EXIT_DONE;
}

/* --- the text ------------------------------------------------------------------------------- */

static bool do_text(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct contract *k = &x->w.contract;
    bool iou = str_eq(cli_text(c, "paper"), STR("iou"));
    if (!contract_find(tx, &c->actor, PERM_REGISTRY_READ, c->args[0], k, e) ||
        !fund_rules_of(tx, k, c->codes, &x->w.rules, e) || !contract_terms_of(tx, k, &x->terms, e))
        return false;
    struct str paper = iou ? STR("iou") : contract_paper(&x->w.rules, k);
    int64_t version = !iou && x->terms.text_version.set ? x->terms.text_version.v : 0;
    enum found f = contract_text_find(tx, paper, version, &x->text, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "paper", MSG_CONTRACT_NO_TEXT, A(paper));
    return contract_text_fill(tx, &x->w.rules, k, &x->text, &x->filled, e);
}

static int text_cmd(struct cli *c)
{
    struct contract_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_text, &x))
        return EXIT_NOTHING;
    if (!c->json) {
        buf_add(&c->out, x.text.title);
        buf_adds(&c->out, "\n\n");
        buf_add(&c->out, x.filled);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    put_object(&out);
    put_member_text(&out, "number", x.w.contract.number);
    put_member_text(&out, "paper", x.text.paper);
    put_member_int(&out, "version", x.text.version);
    put_member_text(&out, "title", x.text.title);
    put_member_text(&out, "text", x.filled);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- listing -------------------------------------------------------------------------------- */

static bool list_scope(struct contract_run *x, struct tx *tx, const struct scope *s, size_t limit,
                       struct errs *e)
{
    struct cli *c = x->w.c;
    struct list list;
    if (!db_list(
            tx,
            SQL_OF(STMT_KEY, &contract_entity,
                   "SELECT {*} FROM contract WHERE county = $1 AND village BETWEEN $2 AND $3 AND (CAST($4 "
                   "AS text) IS NULL OR programme = $4) AND (CAST($5 AS bigint) = 0 OR period_no = $5) AND "
                   "number > $6 ORDER BY number LIMIT $7"),
            &list, e->a, e, V(s->county), V(s->first), V(s->last), V(x->w.rules.version.programme),
            V(cli_int(c, "period", 0)), V(cli_flag(c, "after") ? cli_text(c, "after") : STR("")),
            V(limit - x->found_n)))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        struct found_contract *f = &x->found[x->found_n++];
        f->contract = ((const struct contract *)list.rows)[i];
        if (!contract_outstanding(tx, &f->contract, &f->outstanding, e) ||
            !loan_state(tx, &f->contract, clock_today(), &f->state, e))
            return false;
    }
    return true;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct contract_run *x = ctx;
    struct cli *c = x->w.c;
    struct scopes scopes;
    size_t limit = (size_t)cli_int(c, "limit", LIST_DEFAULT);
    x->found = NEW_ARRAY(e->a, struct found_contract, limit);
    x->found_n = 0;
    if ((c->args_n && !programme_find(tx, c->args[0], &x->w.rules.version, e->a, e)) ||
        !scopes_of(tx, &c->actor, PERM_REGISTRY_READ, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && x->found_n < limit; i++)
        if (!list_scope(x, tx, &scopes.list[i], limit, e))
            return false;
    return true;
}

static void list_json(struct contract_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    put_key(&out, "contracts");
    put_list(&out);
    for (size_t i = 0; i < x->found_n; i++) {
        const struct found_contract *f = &x->found[i];
        put_object(&out);
        lend_put(c, &out, "contract", &contract_entity, &f->contract);
        put_member_cstr(&out, "state", contract_state_slugs[f->state]);
        lend_put_money(c, &out, "outstanding", f->outstanding);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "编号", "Number" }, false },   { { "层级", "Layer" }, false },
        { { "期数", "Period" }, true },    { { "项目", "Project" }, false },
        { { "金额", "Amount" }, true },    { { "余额", "Outstanding" }, true },
        { { "到期日", "Due on" }, false }, { { "状态", "State" }, false },
    };
    static const char *const names[] = { "number", "layer", "period_no", "project", "amount" };
    struct contract_run x = { .w.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    if (c->json) {
        list_json(&x);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.found_n; i++) {
        const struct found_contract *f = &x.found[i];
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &contract_entity, names[k], &f->contract));
        table_text(&t, cli_yuan(c, f->outstanding));
        table_text(&t, cli_cell(c, &contract_entity, "ends_on", &f->contract));
        table_text(&t, str_of(label_in(&contract_state_labels[f->state], c->e.lang)));
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

// clang-format off
#define OPT_PERIOD(must) \
    { .name = "period", .kind = OPT_INT, .flags = (must), .min = 1, .max = 9999, .arg = { "期数", "N" }, \
      .label = { "第几期", "the lending period" } }
#define OPT_AMOUNT(must) \
    { .name = "amount", .kind = OPT_TEXT, .flags = (must), .arg = { "金额", "YUAN" }, .label = { "金额", "the amount" } }
#define OPT_REASON(must) \
    { .name = "reason", .kind = OPT_TEXT, .flags = (must), .arg = { "理由", "WHY" }, .label = { "理由", "why" } }
#define OPT_NUMBER \
    { .name = "number", .kind = OPT_TEXT, .arg = { "编号", "NO" }, \
      .label = { "三线合一的编号；默认按项目的编号规则", "the one number of its papers; by the programme's pattern unless told" } }
#define OPT_LENDER \
    { .name = "lender", .kind = OPT_TEXT, .arg = { "出借方", "NAME" }, .label = { "出借方；默认按项目", "the lender; the programme's unless told" } }
#define OPT_DUE \
    { .name = "due-on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, \
      .label = { "约定的到期日；默认从放款日起算", "an agreed day; counted from the pay-out unless told" } }
#define OPT_PROJECT(must) \
    { .name = "project", .kind = OPT_TEXT, .flags = (must), .arg = { "项目", "TEXT" }, .label = { "生产项目", "the production project" } }
static const struct opt draft_opts[] = {
    OPT_PERIOD(OPT_REQUIRED), OPT_AMOUNT(OPT_REQUIRED), OPT_PROJECT(OPT_REQUIRED),
    { .name = "borrower", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "借款人；默认户主", "the borrower; the head unless told" } },
    { .name = "term-months", .kind = OPT_INT, .min = 1, .max = 1200, .arg = { "月数", "N" },
      .label = { "期限，项目允许逐份约定时", "the term, where the programme leaves it to the contract" } },
    OPT_NUMBER, OPT_LENDER, OPT_DUE, OPT_IN_COUNTY, { 0 },
};
static const struct opt township_opts[] = {
    OPT_PERIOD(OPT_REQUIRED), OPT_AMOUNT(OPT_REQUIRED), OPT_NUMBER, OPT_LENDER, OPT_DUE, OPT_IN_COUNTY, { 0 },
};
static const struct opt sign_opts[] = {
    { .name = "party", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "签署方", "PARTY" },
      .label = { "lender、township、borrower、guarantor；责任状上的各方按名称", "lender, township, borrower, guarantor; of a letter its parties by name" } },
    { .name = "paper", .kind = OPT_TEXT, .arg = { "文书", "PAPER" },
      .label = { "默认合同；其他为项目的表单，如 responsibility_letter", "the contract unless told; else a form of the programme" } },
    { .name = "signer", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "签字人", "who signed" } },
    { .name = "signed-on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "签字日期", "the day of the signature" } },
    { .name = "sealed-on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "盖章日期", "the day of the seal" } },
    { 0 },
};
static const struct opt iou_opts[] = {
    OPT_DAY("立据日期；默认今天", "when it was signed; today unless told"),
    { .name = "signer", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "立据人；默认借款人", "who signed; the borrower unless told" } },
    { 0 },
};
static const struct opt guarantor_opts[] = {
    { .name = "kind", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "方式", "KIND" },
      .label = { "担保方式，如 村干部担保、联系人工资担保", "the kind of guarantee, like village_cadre" } },
    { .name = "id-number", .kind = OPT_TEXT, .arg = { "证件号码", "ID" }, .label = { "证件号码，加密保存", "the ID number, kept sealed" } },
    { .name = "relation", .kind = OPT_TEXT, .arg = { "关系", "TEXT" }, .label = { "职务或与借款人的关系", "office, or relation to the borrower" } },
    { 0 },
};
static const struct opt change_opts[] = {
    OPT_PROJECT(0), OPT_AMOUNT(0), OPT_REASON(OPT_REQUIRED),
    { .name = "document", .kind = OPT_TEXT, .arg = { "文号", "NO" }, .label = { "依据的文件", "the document it rests on" } },
    { 0 },
};
static const struct opt text_opts[] = {
    { .name = "paper", .kind = OPT_CHOICE, .choices = "contract|iou",
      .label = { "合同（默认）或借据", "the contract (default) or its IOU" } },
    { 0 },
};
static const struct opt void_opts[] = { OPT_REASON(OPT_REQUIRED), { 0 } };
static const struct opt list_opts[] = {
    OPT_PERIOD(0),
    { .name = "after", .kind = OPT_TEXT, .arg = { "编号", "NO" }, .label = { "从这个编号之后", "those after this number" } },
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = 1000, .arg = { "条数", "N" }, .label = { "最多显示多少；默认 50", "at most so many; 50 unless told" } },
    OPT_IN_COUNTY, { 0 },
};
#define NUMBER_ARG .args = { "编号", "NUMBER" }, .args_min = 1, .args_max = 1
static const struct command commands[] = {
    { .name = "contract approve", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, NUMBER_ARG,
      .summary = { "同意变更申请", "Approve a change of a contract" },
      .help = { "由县里另一人审定；金额变更后各方须重新签字。\n\n  bangfu contract approve XF-350603100-025-0001",
                "By another person of the county; after another amount all sign anew.\n\n  bangfu contract approve XF-350603100-025-0001" },
      .run = approve_cmd },
    { .name = "contract change", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = change_opts, NUMBER_ARG,
      .summary = { "申请变更项目或金额", "Ask for a change of project or amount" },
      .help = { "项目和金额不得随意更改，须报县审定。\n\n  bangfu contract change XF-350603100-025-0001 --project 养羊 --reason 市场变化",
                "Project and amount are frozen; the county has to approve.\n\n"
                "  bangfu contract change XF-350603100-025-0001 --project sheep --reason 'the market'" },
      .run = change_cmd },
    { .name = "contract draft", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = draft_opts,
      .args = { "项目 户编号", "PROGRAMME HOUSEHOLD" }, .args_min = 2, .args_max = 2,
      .summary = { "拟定到户合同", "Draft a household's contract" },
      .help = { "条款按项目现行版本；有区–镇合同的项目，须先签该乡镇本期合同。\n\n"
                "  bangfu contract draft 幸福工程 H000123 --period 25 --amount 20000 --project 养牛 --borrower 陈燕",
                "Terms are those of the programme's version; where townships have contracts, theirs comes first.\n\n"
                "  bangfu contract draft xingfu H000123 --period 25 --amount 20000 --project cattle --borrower 陈燕" },
      .run = draft_cmd },
    { .name = "contract guarantor", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = guarantor_opts,
      .args = { "编号 姓名", "NUMBER NAME" }, .args_min = 2, .args_max = 2,
      .summary = { "登记担保人", "Record a guarantor" },
      .help = { "借款人家人、有逾期的和超过限额的不能担保。\n\n"
                "  bangfu contract guarantor XF-350603100-025-0001 林书记 --kind 村干部担保",
                "Not of the own family, nor with loans overdue, nor beyond the limit.\n\n"
                "  bangfu contract guarantor XF-350603100-025-0001 林书记 --kind village_cadre" },
      .run = guarantor_cmd },
    { .name = "contract iou", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = iou_opts, NUMBER_ARG,
      .summary = { "登记借据", "Record the IOU" },
      .help = { "借据与合同同号同额。\n\n  bangfu contract iou DY-350603100-2026-0001 --date 2026-03-05",
                "It has the contract's number and amount.\n\n  bangfu contract iou DY-350603100-2026-0001 --date 2026-03-05" },
      .run = iou_cmd },
    { .name = "contract list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = list_opts,
      .args = { "[项目]", "[PROGRAMME]" }, .args_min = 0, .args_max = 1,
      .summary = { "列出合同、余额和状态", "List contracts with what is owed" },
      .help = { "按编号列出。\n\n  bangfu contract list 幸福工程 --period 25",
                "By number.\n\n  bangfu contract list xingfu --period 25" }, .run = list_cmd },
    { .name = "contract refuse", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, NUMBER_ARG,
      .summary = { "不同意变更申请", "Refuse a change of a contract" },
      .help = { "合同保持不变。\n\n  bangfu contract refuse XF-350603100-025-0001",
                "The contract stays as it is.\n\n  bangfu contract refuse XF-350603100-025-0001" },
      .run = refuse_cmd },
    { .name = "contract show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, NUMBER_ARG,
      .summary = { "合同全貌，还缺什么", "A contract, and what is missing" },
      .help = { "条款、签名盖章、担保人、借据、变更，以及付款前还缺的手续。\n\n  bangfu contract show XF-350603100-025-0001",
                "Terms, signatures, guarantors, IOU, changes, and what is missing before it is paid.\n\n"
                "  bangfu contract show XF-350603100-025-0001" },
      .run = show_cmd },
    { .name = "contract sign", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = sign_opts, NUMBER_ARG,
      .summary = { "登记一方的签字和盖章", "Record a signature and seal" },
      .help = { "各方签齐后合同生效。\n\n"
                "  bangfu contract sign XF-350603100-025-0001 --party lender --signed-on 2026-03-05 --sealed-on 2026-03-05\n"
                "  bangfu contract sign XF-350603100-025-0001 --party guarantor --signer 林书记 --signed-on 2026-03-05",
                "It is in force when all have signed.\n\n"
                "  bangfu contract sign XF-350603100-025-0001 --party lender --signed-on 2026-03-05 --sealed-on 2026-03-05\n"
                "  bangfu contract sign XF-350603100-025-0001 --party guarantor --signer 林书记 --signed-on 2026-03-05" },
      .run = sign_cmd },
    { .name = "contract text", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = text_opts, NUMBER_ARG,
      .summary = { "合同或借据的文本", "The text of a contract or IOU" },
      .help = { "按拟定时的文本版本填写；没有的内容留空。\n\n  bangfu contract text XF-350603100-025-0001 --paper iou",
                "In the version that it was drafted with; what is not known is left blank.\n\n"
                "  bangfu contract text XF-350603100-025-0001 --paper iou" },
      .run = text_cmd },
    { .name = "contract township", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = township_opts,
      .args = { "项目 乡镇", "PROGRAMME TOWNSHIP" }, .args_min = 2, .args_max = 2,
      .summary = { "拟定县与乡镇的合同", "Draft a township's contract" },
      .help = { "每期每个乡镇一份，到户合同合计不超过其金额。\n\n"
                "  bangfu contract township 幸福工程 350603100 --period 25 --amount 480000",
                "One for each period and township; its households' contracts do not exceed it.\n\n"
                "  bangfu contract township xingfu 350603100 --period 25 --amount 480000" },
      .run = township_cmd },
    { .name = "contract void", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = void_opts, NUMBER_ARG,
      .summary = { "作废未发放的合同", "Void a contract that is not paid out" },
      .help = { "编号不再使用。\n\n  bangfu contract void XF-350603100-025-0001 --reason 户主外出",
                "Its number is not used again.\n\n  bangfu contract void XF-350603100-025-0001 --reason 'moved away'" },
      .run = void_cmd },
};
// clang-format on
const struct command_table contract_commands = { { "合同", "Contracts" }, commands, N_ELEMS(commands) };
