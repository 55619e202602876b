/* lending_api.c - a loan fund's periods, sources and state; contracts from the draft to being in force. */
#include "api/lending.h"
#include "api/tables.h"
#include "base/clock.h"
#include "fund/checklist.h"
#include "fund/contract_text.h"
#include "fund/disclosure.h"
#include "fund/dues.h"
#include "fund/guarantor.h"
#include "fund/payout.h"
#include "fund/pool.h"
#include "fund/relief.h"
#include "registry/find.h"
#include "registry/movement.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <sodium.h>

/* --- forms -------------------------------------------------------------------------------- */

static const struct col fund_at_cols[] = {
    COUNTY_COL(fund_at),
    COL(fund_at, code, "资金编号", "Fund", .flags = REQUIRED, .min = 1, .max = 20),
};
const struct entity fund_at = ENTITY(fund_at, TABLE_LOCAL, "资金", "Fund", fund_at_cols);

struct source_form {
    struct code source, nature;
    struct opt_money amount;
    struct opt_date received_on;
    struct str document, voucher_no, summary, from;
    struct code of;
};
static const struct col source_cols[] = {
    COL(source_form, source, "来源", "Source", .flags = REQUIRED, .codes = "fund_source"),
    AMOUNT_COL(source_form, REQUIRED),
    COL(source_form, nature, "性质（默认已到账）", "Nature (received)", .codes = "fund_nature"),
    COL(source_form, received_on, "哪一天（默认今天）", "Day (today)"),
    COL(source_form, document, "文号", "Document number", .max = 60),
    COL(source_form, voucher_no, "原始凭证号", "Number of the paper", .max = 60),
    COL(source_form, summary, "摘要", "Summary", .max = 200),
    COL(source_form, from, "从哪个项目的资金调入", "Transferred from the fund of this programme", .max = 100),
    COL(source_form, of, "调入的是它的哪个来源", "Of which of its sources", .codes = "fund_source"),
};
static const struct entity source_form =
    ENTITY(source_form, TABLE_LOCAL, "资金来源", "Money put in", source_cols);

struct contracts_query {
    struct region_code region;
    struct str programme, number, name, only;
    struct opt_int period;
};
static const struct col contracts_cols[] = {
    REGION_COL(contracts_query),
    COL(contracts_query, programme, "项目", "Programme", .max = 100),
    PERIOD_COL(contracts_query, 0),
    COL(contracts_query, number, "编号", "Number", .max = 60),
    COL(contracts_query, name, "户主或借款人姓名，可只写开头",
        "Name of the head of household or the borrower, or its beginning", .max = 60),
    COL(contracts_query, only, "unpaid：只要还没有发放的", "unpaid: only what is not paid out yet",
        .max = 10),
};
static const struct entity contracts_query =
    ENTITY(contracts_query, TABLE_LOCAL, "合同", "Contracts", contracts_cols);

struct draft_contract_form {
    int64_t county;
    struct str programme, hh_no, borrower, project, number, lender;
    struct opt_int case_no, household, period, term_months;
    struct opt_money amount;
    struct opt_date due_on;
    struct region_code township;
};
static const struct col draft_contract_cols[] = {
    COUNTY_COL(draft_contract_form),
    COL(draft_contract_form, case_no, "按哪个已确定的案件", "By this confirmed case", .min = 1,
        .max = ID_MAX),
    COL(draft_contract_form, programme, "项目（没有案件时）", "Programme, without a case", .max = 100),
    COL(draft_contract_form, household, "户（内部编号）", "Household, by its id", .min = 1, .max = ID_MAX),
    COL(draft_contract_form, hh_no, "户编号", "Household, by its number", .max = 40),
    COL(draft_contract_form, township, "与乡镇签订的：乡镇", "Of a township's contract: the township"),
    COL(draft_contract_form, borrower, "借款人（默认户主）", "Borrower (the head)", .max = 60),
    PERIOD_COL(draft_contract_form, 0),
    AMOUNT_COL(draft_contract_form, 0),
    COL(draft_contract_form, project, "项目内容", "Project", .max = 200),
    COL(draft_contract_form, number, "编号（默认按规则编）", "Number (by the pattern)", .max = 60),
    COL(draft_contract_form, term_months, "期限（月）", "Term in months", .min = 1, .max = 1200),
    COL(draft_contract_form, due_on, "到期日", "Due on"),
    COL(draft_contract_form, lender, "出借方", "Lender", .max = 100),
};
static const struct entity draft_contract_form =
    ENTITY(draft_contract_form, TABLE_LOCAL, "合同", "Contract", draft_contract_cols);

struct sign_form {
    struct str paper, party, signer;
    struct opt_date signed_on, sealed_on;
};
static const struct col sign_cols[] = {
    COL(sign_form, party, "签署方：lender、township、borrower、guarantor",
        "Party: lender, township, borrower, guarantor", .flags = REQUIRED, .min = 1, .max = 60),
    COL(sign_form, paper, "文书（默认 contract）", "Paper (contract)", .max = 60),
    COL(sign_form, signer, "签署人", "Signer", .max = 60, .check = check_name),
    COL(sign_form, signed_on, "签字日期", "Signed on"),
    COL(sign_form, sealed_on, "盖章日期", "Sealed on"),
};
static const struct entity sign_form = ENTITY(sign_form, TABLE_LOCAL, "签署", "Signing", sign_cols);

struct iou_form {
    struct str signer;
    struct opt_date signed_on;
};
static const struct col iou_cols[] = {
    COL(iou_form, signer, "立据人（默认借款人）", "Signer (the borrower)", .max = 60, .check = check_name),
    COL(iou_form, signed_on, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity iou_form = ENTITY(iou_form, TABLE_LOCAL, "借据", "IOU", iou_cols);

struct guarantor_form {
    struct code kind;
    struct str name, id_number, relation;
};
static const struct col guarantor_cols[] = {
    COL(guarantor_form, name, "姓名", "Name", .flags = REQUIRED, .max = 60, .check = check_name),
    COL(guarantor_form, kind, "方式", "Kind", .flags = REQUIRED, .codes = "guarantee"),
    COL(guarantor_form, id_number, "证件号码", "ID number", .check = check_idno, .mask = MASK_IDNO),
    COL(guarantor_form, relation, "关系", "Relation", .max = 60),
};
static const struct entity guarantor_form =
    ENTITY(guarantor_form, TABLE_LOCAL, "担保人", "Guarantor", guarantor_cols);

struct contract_change_form {
    struct str project, reason, document;
    struct opt_money amount;
};
static const struct col change_form_cols[] = {
    COL(contract_change_form, reason, "理由", "Reason", .flags = REQUIRED, .min = 2, .max = 200),
    COL(contract_change_form, project, "新项目", "New project", .max = 200),
    AMOUNT_COL(contract_change_form, 0),
    COL(contract_change_form, document, "文号", "Document number", .max = 60),
};
static const struct entity contract_change_form =
    ENTITY(contract_change_form, TABLE_LOCAL, "合同变更", "Change of a contract", change_form_cols);

struct decide_change_form {
    bool approve;
};
static const struct col decide_change_cols[] = {
    COL(decide_change_form, approve, "同意", "Approved", .flags = REQUIRED),
};
static const struct entity decide_change_form =
    ENTITY(decide_change_form, TABLE_LOCAL, "审批", "Decision", decide_change_cols);

struct text_query {
    struct str paper;
};
static const struct col text_cols[] = {
    COL(text_query, paper, "contract 或 iou", "contract or iou", .max = 20),
};
static const struct entity text_query = ENTITY(text_query, TABLE_LOCAL, "文书", "Paper", text_cols);

/* --- shared ------------------------------------------------------------------------------- */

struct date day_or_today(struct opt_date d)
{
    return d.set ? d.v : clock_today();
}

void lend_act_begin(struct call *c, struct lend_act *x, const char *action, struct str object, struct errs *e)
{
    act_begin(&x->act, c->tx, &c->who, action, object, e->a);
    x->l = (struct lending){ .act = &x->act, .codes = c->codes, .today = clock_today() };
}

void lend_act_release(struct lend_act *x)
{
    act_release(&x->act);
}

bool open_fund_rules(struct call *c, enum perm p, struct fund_rules *r, struct errs *e)
{
    const struct fund_at *at = c->path;
    struct fund f = { 0 };
    return need_county(c, p, at->county, e) && fund_need(c->tx, at->county, at->code, &f, e) &&
           fund_rules_open(c->tx, at->county, f.programme.n ? f.programme : f.code, c->codes, r, e);
}

bool open_fund_area(struct call *c, enum perm p, struct region_code within, struct fund_rules *r,
                    struct scopes *s, struct errs *e)
{
    const struct fund_at *at = c->path;
    struct region_code county = county_region(at->county);
    struct fund f = { 0 };
    struct region_code where = region_level(within) > COUNTY ? within : county;
    if (within.v && region_level(within) >= COUNTY && region_county(within) != at->county)
        return fail(e, ERR_INVALID, "region", MSG_API_OTHER_COUNTY);
    if (!scopes_of(c->tx, &c->who, p, where, s, e) || (!s->n && !actor_need_at(&c->who, p, where, e)))
        return false;
    return fund_need(c->tx, at->county, at->code, &f, e) &&
           fund_rules_open(c->tx, at->county, f.programme.n ? f.programme : f.code, c->codes, r, e);
}

bool in_scopes(const struct scopes *s, struct region_code where)
{
    for (size_t i = 0; i < s->n; i++)
        if (where.v >= s->list[i].first && where.v <= s->list[i].last)
            return true;
    return false;
}

bool find_contract_at(struct call *c, const struct at_id *at, enum perm p, struct contract *k, struct errs *e)
{
    enum found f = db_get(c->tx, &contract_entity, k, e, V(at->county), V(at->id));
    if (f == FAILED)
        return false;
    if (f == NONE || !actor_may(&c->who, PERM_REGISTRY_READ, k->village))
        return fail(e, ERR_NOT_FOUND, "id", MSG_API_CONTRACT);
    return actor_need_at(&c->who, p, k->village, e);
}

bool is_township(int64_t county, struct region_code township, struct errs *e)
{
    return (region_level(township) == TOWNSHIP && region_county(township) == county) ||
           fail(e, ERR_INVALID, "township", MSG_CONTRACT_TOWNSHIP);
}

struct str rows_version(struct call *c, const struct rows_of *of, size_t n)
{
    crypto_generichash_state sum;
    uint8_t raw[16];
    char hex[sizeof raw * 2 + 1];
    crypto_generichash_init(&sum, NULL, 0, sizeof raw);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < of[k].n; i++) {
            struct str one = row_etag(c, of[k].en, (const char *)of[k].rows + i * of[k].en->size);
            crypto_generichash_update(&sum, (const uint8_t *)one.p, one.n);
        }
    crypto_generichash_final(&sum, raw, sizeof raw);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    return str_of(arena_printf(c->a, "\"%s\"", hex));
}

static bool contract_version(struct call *c, const struct contract *k, struct str *out, struct errs *e)
{
    struct list guarantees, signatures, changes;
    if (!contract_guarantees(c->tx, k, &guarantees, e) || !contract_signatures(c->tx, k, &signatures, e) ||
        !change_list(c->tx, k, &changes, e))
        return false;
    const struct rows_of all[] = { { &contract_entity, k, 1 },
                                   { &guarantee_entity, guarantees.rows, guarantees.n },
                                   { &contract_signature_entity, signatures.rows, signatures.n },
                                   { &contract_change_entity, changes.rows, changes.n } };
    *out = rows_version(c, all, N_ELEMS(all));
    return true;
}

bool contract_matches(struct call *c, const struct contract *k, struct errs *e)
{
    struct str version;
    return contract_version(c, k, &version, e) && call_matches_version(c, version, &contract_entity, k, e);
}

static bool put_contract_state(struct call *c, const struct contract *k, struct errs *e)
{
    struct money owed;
    enum contract_state s;
    if (!contract_outstanding(c->tx, k, &owed, e) || !loan_state(c->tx, k, clock_today(), &s, e))
        return false;
    put_object(&c->w);
    put_cols(c, &contract_entity, k, false);
    put_member_cstr(&c->w, "state", contract_state_slugs[s]);
    put_member_cstr(&c->w, "state_label", label_in(&contract_state_labels[s], c->lang));
    put_member_money(&c->w, "outstanding", owed);
    return true;
}

bool put_contract_begin(struct call *c, const struct contract *k, struct errs *e)
{
    struct str version;
    if (!contract_version(c, k, &version, e) || !put_contract_state(c, k, e))
        return false;
    put_member_text(&c->w, "etag", version);
    if (strcmp(c->route->method, "GET") != 0)
        c->reply->etag = version;
    return true;
}

bool put_contract(struct call *c, const struct contract *k, struct errs *e)
{
    if (!put_contract_begin(c, k, e))
        return false;
    put_warnings(c, "warnings", e);
    put_object_end(&c->w);
    return true;
}

/* --- the fund ----------------------------------------------------------------------------- */

static bool show_state(struct call *c, struct errs *e)
{
    struct fund_rules r;
    struct fund_state s;
    struct list periods, sources;
    if (!open_fund_rules(c, PERM_LEDGER_READ, &r, e) || !fund_state(c->tx, &r.fund, clock_today(), &s, e) ||
        !period_list(c->tx, &r.fund, &periods, e) || !source_list(c->tx, &r.fund, &sources, e))
        return false;
    struct fund_disclosure disclosure;
    enum found shown = fund_disclosure_of(c->tx, &r.fund, &disclosure, e);
    if (shown == FAILED)
        return false;
    const struct {
        const char *key;
        struct money m;
    } sums[] = { { "capital", s.capital },   { "pledged", s.pledged }, { "memo", s.memo },
                 { "special", s.special },   { "transit", s.transit }, { "outstanding", s.outstanding },
                 { "due_soon", s.due_soon }, { "overdue", s.overdue }, { "overpaid", s.overpaid } };
    put_object(&c->w);
    put_cols(c, &fund_entity, &r.fund, false);
    for (size_t i = 0; i < N_ELEMS(sums); i++)
        put_member_money(&c->w, sums[i].key, sums[i].m);
    put_member_bool(&c->w, "disclosed", shown == FOUND);
    put_member_int(&c->w, "live", s.live);
    put_member_int(&c->w, "late", s.late);
    put_rows_as(c, "periods", &period_entity, &periods);
    put_rows_as(c, "sources", &fund_source_entity, &sources);
    put_object_end(&c->w);
    return true;
}

struct disclose_form {
    bool disclosed;
};
static const struct col disclose_cols[] = {
    COL(disclose_form, disclosed, "向公众公开", "Shown to everybody", .flags = REQUIRED),
};
static const struct entity disclose_form =
    ENTITY(disclose_form, TABLE_LOCAL, "资金公开", "Disclosure", disclose_cols);

/* Also of a fund without a programme. */
static bool disclose(struct call *c, struct errs *e)
{
    const struct fund_at *at = c->path;
    const struct disclose_form *x = c->body;
    struct fund f = { 0 };
    CLEANUP(act_release) struct act act = { 0 };
    if (!need_county(c, PERM_FUNDS, at->county, e) || !fund_need(c->tx, at->county, at->code, &f, e))
        return false;
    act_begin(&act, c->tx, &c->who, x->disclosed ? "fund.disclose" : "fund.undisclose", f.code, e->a);
    if (!fund_disclose(&act, &f, x->disclosed, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "code", f.code);
    put_member_bool(&c->w, "disclosed", x->disclosed);
    put_object_end(&c->w);
    return true;
}

struct period_form {
    struct opt_int no, term_months;
    struct opt_date starts_on;
    struct opt_money planned;
    struct str note;
};
static const struct col period_form_cols[] = {
    COL(period_form, no, "第几期", "Number", .flags = REQUIRED, .min = 1, .max = 9999),
    COL(period_form, starts_on, "开始日期", "Starts on"),
    COL(period_form, planned, "计划金额", "Planned", .min = 0, .max = INT64_C(100000000000000)),
    COL(period_form, term_months, "期限（月）", "Term in months", .min = 1, .max = 1200),
    COL(period_form, note, "备注", "Note", .max = 200),
};
static const struct entity period_form =
    ENTITY(period_form, TABLE_LOCAL, "期", "Lending period", period_form_cols);

static bool add_period(struct call *c, struct errs *e)
{
    const struct period_form *x = c->body;
    struct fund_rules r;
    struct period p = { .no = x->no,
                        .starts_on = x->starts_on,
                        .planned = x->planned,
                        .term_months = x->term_months,
                        .note = x->note };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!open_fund_rules(c, PERM_FUNDS, &r, e))
        return false;
    lend_act_begin(c, &a, "fund.period", str_of(arena_printf(c->a, "%lld", (long long)x->no.v)), e);
    if (!period_open(&a.l, &r.fund, &p, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &period_entity, &p);
    return true;
}

static bool list_sources(struct call *c, struct errs *e)
{
    struct fund_rules r;
    struct list rows;
    if (!open_fund_rules(c, PERM_LEDGER_READ, &r, e) || !source_list(c->tx, &r.fund, &rows, e))
        return false;
    rows_begin(c);
    put_rows_of(c, &fund_source_entity, &rows);
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool giver_of(struct call *c, const struct source_form *x, int64_t county, struct source_giver *out,
                     struct errs *e)
{
    struct fund_rules r;
    if (!x->of.set)
        return fail(e, ERR_INVALID, "of", MSG_SOURCE_OF);
    if (!fund_rules_open(c->tx, county, x->from, c->codes, &r, e))
        return false;
    *out = (struct source_giver){ r.fund, x->of };
    return true;
}

static bool add_source(struct call *c, struct errs *e)
{
    const struct source_form *x = c->body;
    struct fund_rules r;
    struct source_giver from;
    struct fund_source s = {
        .source = x->source,
        .nature = x->nature.set ? x->nature
                                : (struct code){ x->from.n ? NATURE_TRANSFER_IN : NATURE_RECEIVED, true },
        .received_on = { day_or_today(x->received_on), true },
        .amount = x->amount,
        .voucher_no = x->voucher_no,
        .document = x->document,
        .summary = x->summary
    };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!open_fund_rules(c, PERM_FUNDS, &r, e) || (x->from.n && !giver_of(c, x, r.fund.county, &from, e)))
        return false;
    lend_act_begin(c, &a, "fund.source", r.fund.code, e);
    if (!source_add(&a.l, &r.fund, &s, x->from.n ? &from : NULL, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &fund_source_entity, &s);
    return true;
}

/* --- contracts: looking ------------------------------------------------------------------- */

/* Whose contract it is. */
static bool put_whose(struct call *c, const struct contract *k, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!k->household_id.set)
        return true;
    if (!db_query(c->tx, &r,
                  SQL(STMT_KEY, "SELECT h.hh_no, h.head_name, p.name FROM household h LEFT JOIN person p ON "
                                "p.county = $1 AND p.id = $3 WHERE h.county = $1 AND h.id = $2"),
                  e, V(k->county), V(k->household_id.v), V(k->borrower_id.v)))
        return false;
    enum found f = rows_next(&r, e);
    if (f != FOUND)
        return f == NONE;
    put_member_text(&c->w, "hh_no", rows_text(&r, 0));
    put_member_text(&c->w, "head_name", rows_text(&r, 1));
    put_member_text(&c->w, "borrower", rows_text(&r, 2));
    return true;
}

/* Of one part of the actor's area, behind that number. */
#define CONTRACTS_WANTED                                                                       \
    "SELECT {*} FROM contract WHERE county = $1 AND village BETWEEN $2 AND $3 AND "            \
    "(CAST($4 AS text) IS NULL OR programme = $4) AND ($5 = 0 OR period_no = $5) AND "         \
    "(CAST($7 AS text) IS NULL OR number = $7) AND (CAST($9 AS text) IS NULL OR household_id " \
    "IN (SELECT h.id FROM household h WHERE h.county = $1 AND h.head_name >= $9 AND "          \
    "h.head_name < $10) OR borrower_id IN (SELECT p.id FROM person p WHERE p.county = $1 AND " \
    "p.name >= $9 AND p.name < $10)) AND (CAST($11 AS text) IS NULL OR (paid_out_on IS NULL "  \
    "AND void_on IS NULL)) AND number "

static const struct stmt *by_number(bool down)
{
    return down ? SQL_OF(STMT_KEY, &contract_entity, CONTRACTS_WANTED "< $6 ORDER BY number DESC LIMIT $8")
                : SQL_OF(STMT_KEY, &contract_entity, CONTRACTS_WANTED "> $6 ORDER BY number LIMIT $8");
}

static bool read_contracts(struct call *c, const struct scope *s, struct str programme, struct list *out,
                           struct errs *e)
{
    const struct contracts_query *q = c->query;
    struct val name_end = val_str(q->name);
    if (q->name.p)
        name_end = val_cstr(arena_printf(c->a, "%.*s\xf4\x8f\xbf\xbf", (int)q->name.n, q->name.p));
    return db_list(c->tx, page_rows(&c->page), out, c->a, e, V(s->county), V(s->first), V(s->last),
                   V(programme), V(q->period.set ? q->period.v : (int64_t)0), V(page_behind(&c->page).text),
                   V(q->number), V(page_room(&c->page)), val_str(q->name), name_end, val_str(q->only));
}

bool list_of_programme(struct call *c, struct str programme, struct region_code within, put_of_programme *put,
                       struct errs *e)
{
    struct str code;
    struct scopes all;
    const struct scope *s;
    if (!programme_code(c, programme, &code, e) ||
        !scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, within, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(&c->page, &all)))
        if (!put(c, s, code, e))
            return false;
    page_end(c);
    return true;
}

static bool put_contracts(struct call *c, const struct scope *s, struct str programme, struct errs *e)
{
    struct list rows;
    if (!read_contracts(c, s, programme, &rows, e))
        return false;
    const struct contract *k = rows.rows;
    for (size_t i = 0; i < rows.n && page_take(&c->page, (struct page_key){ .text = k[i].number }); i++) {
        if (!put_contract_state(c, &k[i], e) || !put_whose(c, &k[i], e))
            return false;
        put_object_end(&c->w);
    }
    return true;
}

static bool list_contracts(struct call *c, struct errs *e)
{
    const struct contracts_query *q = c->query;
    if (q->only.p && !str_eq(q->only, STR("unpaid")))
        return fail(e, ERR_INVALID, "only", MSG_NO_SUCH_CODE, A("only"), A(q->only), A("unpaid"));
    return list_of_programme(c, q->programme, q->region, put_contracts, e);
}

static void put_missing(struct call *c, const struct errs *missing)
{
    put_key(&c->w, "missing");
    put_list(&c->w);
    for (const struct err *x = missing->bad.first; x; x = x->next)
        put_cstr(&c->w, x->text);
    put_list_end(&c->w);
}

/* What is lacking before it is in force, or before it can be paid. */
static bool read_missing(struct call *c, const struct contract *k, const struct fund_rules *r,
                         struct errs *missing, struct errs *e)
{
    const struct checklist list = { c->tx, r, clock_today() };
    *missing = (struct errs){ .a = c->a, .lang = c->lang };
    if (k->history || k->void_on.set || k->paid_out_on.set)
        return true;
    return k->layer.v == LAYER_TOWNSHIP ? checklist_papers(&list, k, missing, e)
                                        : checklist_payment(&list, k, missing, e);
}

struct contract_due {
    struct date due_on, first_agreed;
    struct money principal;
};
static const struct col contract_due_cols[] = {
    COL(contract_due, due_on, "到期日", "Due on"),
    COL(contract_due, first_agreed, "最初约定", "First agreed"),
    COL(contract_due, principal, "应还本金", "Principal"),
};
static const struct entity contract_due =
    ENTITY(contract_due, TABLE_LOCAL, "还款计划", "Schedule", contract_due_cols);

/* When its principal falls due, as agreed now and at first; a draft's as if it were paid out today. */
static bool put_schedule(struct call *c, const struct contract *k, struct errs *e)
{
    struct kept_dues kept;
    struct agreed_due *dues = NULL;
    size_t n = 0;
    struct date start = day_or_today(k->paid_out_on);
    if (k->layer.v != LAYER_TOWNSHIP && (!kept_dues_read(c->tx, k->county, k->id, clock_today(), &kept, e) ||
                                         !agreed_dues(k, &kept, k->amount.v, start, &dues, &n, e)))
        return false;
    struct contract_due *rows = NEW_ARRAY(c->a, struct contract_due, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct contract_due){ { dues[i].day }, { dues[i].original }, { dues[i].fen } };
    put_rows_as(c, "schedule", &contract_due, &(struct list){ rows, n });
    return true;
}

static bool show_contract(struct call *c, struct errs *e)
{
    struct contract k = { 0 };
    struct fund_rules r;
    struct list guarantees, signatures, changes;
    struct contract_terms terms;
    struct iou iou;
    struct errs missing;
    if (!find_contract_at(c, c->path, PERM_REGISTRY_READ, &k, e) ||
        !fund_rules_of(c->tx, &k, c->codes, &r, e) || !contract_guarantees(c->tx, &k, &guarantees, e) ||
        !contract_signatures(c->tx, &k, &signatures, e) || !change_list(c->tx, &k, &changes, e) ||
        !contract_terms_of(c->tx, &k, &terms, e) || !read_missing(c, &k, &r, &missing, e))
        return false;
    enum found has_iou = iou_of(c->tx, &k, &iou, e);
    struct list ious = { &iou, has_iou == FOUND };
    if (has_iou == FAILED || !put_contract_begin(c, &k, e))
        return false;
    if (!put_whose(c, &k, e) || !put_schedule(c, &k, e))
        return false;
    put_key(&c->w, "terms");
    if (terms.version)
        put_row(c, &contract_terms_entity, &terms);
    else
        put_nil(&c->w);
    put_rows_as(c, "guarantors", &guarantee_entity, &guarantees);
    put_rows_as(c, "signatures", &contract_signature_entity, &signatures);
    put_rows_as(c, "ious", &iou_entity, &ious);
    put_rows_as(c, "changes", &contract_change_entity, &changes);
    put_missing(c, &missing);
    put_object_end(&c->w);
    return true;
}

static bool show_text(struct call *c, struct errs *e)
{
    const struct text_query *q = c->query;
    struct contract k = { 0 };
    struct fund_rules r;
    struct contract_terms terms;
    struct contract_text text;
    struct str filled;
    bool iou = str_eq(q->paper, STR("iou"));
    if (q->paper.p && !iou && !str_eq(q->paper, STR("contract")))
        return fail(e, ERR_INVALID, "paper", MSG_API_STATE, A("contract, iou"));
    if (!find_contract_at(c, c->path, PERM_REGISTRY_READ, &k, e) ||
        !fund_rules_of(c->tx, &k, c->codes, &r, e) || !contract_terms_of(c->tx, &k, &terms, e))
        return false;
    struct str paper = iou ? STR("iou") : contract_paper(&r, &k);
    enum found f =
        contract_text_find(c->tx, paper, !iou && terms.text_version.set ? terms.text_version.v : 0, &text, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "paper", MSG_CONTRACT_NO_TEXT, A(paper));
    if (!contract_text_fill(c->tx, &r, &k, &text, &filled, e))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "number", k.number);
    put_member_text(&c->w, "paper", text.paper);
    put_member_int(&c->w, "version", text.version);
    put_member_text(&c->w, "title", text.title);
    put_member_text(&c->w, "text", filled);
    put_object_end(&c->w);
    return true;
}

/* The eight prerequisites and the money: can it be paid out? */
static bool check_contract(struct call *c, struct errs *e)
{
    struct contract k = { 0 };
    struct fund_rules r;
    struct errs missing;
    struct money left;
    if (!find_contract_at(c, c->path, PERM_REGISTRY_READ, &k, e) ||
        !fund_rules_of(c->tx, &k, c->codes, &r, e) || !read_missing(c, &k, &r, &missing, e))
        return false;
    if (k.layer.v != LAYER_TOWNSHIP && !k.paid_out_on.set && !k.void_on.set && k.period_no.set) {
        if (!payout_left(c->tx, &r.fund, k.period_no.v, contract_township(&k), &left, e))
            return false;
        if (left.fen < k.amount.v.fen)
            fail(&missing, ERR_CONFLICT, "amount", MSG_PAY_NOT_THERE, A(contract_township(&k)),
                 A(k.period_no.v), A(left), A(k.amount.v));
    }
    put_object(&c->w);
    put_member_text(&c->w, "number", k.number);
    put_member_bool(&c->w, "ready", !missing.bad.first);
    put_missing(c, &missing);
    put_object_end(&c->w);
    return true;
}

/* --- contracts: drafting ------------------------------------------------------------------ */

static bool by_case(struct call *c, const struct draft_contract_form *x, struct contract_request *q,
                    struct errs *e)
{
    struct relief_case k = { 0 };
    if (!find_case(c, x->county, x->case_no.v, &k, e))
        return false;
    if (k.state.v != CASE_CONFIRMED)
        return fail(e, ERR_CONFLICT, "case_no", MSG_API_CASE_NOT_CONFIRMED, A(k.no));
    q->programme =
        str_of(arena_printf(c->a, "%.*s@%lld", (int)k.programme.n, k.programme.p, (long long)k.version));
    q->case_id = (struct opt_int){ k.id, true };
    q->household_id = k.household_id;
    q->borrower_id = k.applicant_id.v;
    q->number = x->number.n ? x->number : k.number;
    q->period_no = k.period_no.set ? k.period_no.v : q->period_no;
    q->project = x->project.n ? x->project : k.project;
    q->amount = k.approved.set ? k.approved.v : q->amount;
    return actor_need_at(&c->who, PERM_FUND_CONTRACT, k.village, e);
}

static bool by_household(struct call *c, const struct draft_contract_form *x, struct contract_request *q,
                         struct errs *e)
{
    struct household h = { 0 };
    struct person p = { 0 };
    struct at_id at = { x->county, x->household.v };
    if (x->household.set) {
        if (!find_household_at(c, &at, PERM_FUND_CONTRACT, &h, e))
            return false;
    } else {
        enum found f = household_by_no(c->tx, &c->who, x->hh_no, county_region(x->county), &h, e);
        if (f != FOUND)
            return f == NONE && fail(e, ERR_NOT_FOUND, "hh_no", MSG_NO_HOUSEHOLD, A(x->hh_no));
    }
    if (!actor_need_at(&c->who, PERM_FUND_CONTRACT, h.village, e) ||
        !member_named(c->tx, &h, x->borrower.n ? x->borrower : h.head_name, (struct opt_date){ 0 }, true, &p,
                      e))
        return false;
    q->household_id = h.id;
    q->borrower_id = p.id;
    return true;
}

static bool draft_contract(struct call *c, struct errs *e)
{
    const struct draft_contract_form *x = c->body;
    struct contract_request q = { .county = x->county,
                                  .programme = x->programme,
                                  .period_no = x->period.set ? x->period.v : 0,
                                  .township = x->township,
                                  .project = x->project,
                                  .amount = x->amount.v,
                                  .number = x->number,
                                  .term_months = x->term_months,
                                  .due_on = x->due_on,
                                  .lender = x->lender };
    struct contract k = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!x->case_no.set && !x->programme.n)
        return fail(e, ERR_INVALID, "programme", MSG_REQUIRED,
                    A(&entity_col(&draft_contract_form, "programme")->label));
    if (x->township.v
            ? !is_township(x->county, x->township, e) || !need_county(c, PERM_FUND_CONTRACT, x->county, e)
        : x->case_no.set ? !by_case(c, x, &q, e)
                         : !by_household(c, x, &q, e))
        return false;
    if (q.amount.fen <= 0)
        return fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    lend_act_begin(c, &a, x->township.v ? "contract.township" : "contract.draft", q.number, e);
    if (!contract_draft(&a.l, &q, &k, e) || !act_end(&a.act, NULL, e))
        return false;
    c->reply->location =
        str_of(arena_printf(c->a, "/api/v1/contracts/%lld/%lld", (long long)k.county, (long long)k.id));
    return put_contract(c, &k, e);
}

/* --- contracts: signing and changing ------------------------------------------------------ */

typedef bool on_contract_fn(struct call *c, struct lending *l, const struct contract *k, struct errs *e);

static bool on_contract(struct call *c, const char *action, on_contract_fn *fn, struct errs *e)
{
    const struct at_id *at = c->path;
    struct contract k = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, at, PERM_FUND_CONTRACT, &k, e) || !contract_matches(c, &k, e))
        return false;
    lend_act_begin(c, &a, action, k.number, e);
    return fn(c, &a.l, &k, e) && act_end(&a.act, NULL, e) &&
           find_contract_at(c, at, PERM_FUND_CONTRACT, &k, e) && put_contract(c, &k, e);
}

static bool do_sign(struct call *c, struct lending *l, const struct contract *k, struct errs *e)
{
    const struct sign_form *x = c->body;
    struct signing s = { .paper = x->paper.n ? x->paper : STR("contract"),
                         .party = x->party,
                         .signer = x->signer,
                         .signed_on = x->signed_on,
                         .sealed_on = x->sealed_on };
    return contract_sign(l, k, &s, e);
}
static bool sign(struct call *c, struct errs *e)
{
    return on_contract(c, "contract.sign", do_sign, e);
}

static bool do_iou(struct call *c, struct lending *l, const struct contract *k, struct errs *e)
{
    const struct iou_form *x = c->body;
    struct person p = { 0 };
    struct iou made;
    if (!k->borrower_id.set)
        return fail(e, ERR_INVALID, "number", MSG_CONTRACT_FROZEN, A(k->number));
    if (db_get(c->tx, &person_entity, &p, e, V(k->county), V(k->borrower_id.v)) == FAILED)
        return false;
    return iou_sign(l, k, x->signer.n ? x->signer : p.name, day_or_today(x->signed_on), &made, e);
}
static bool sign_iou(struct call *c, struct errs *e)
{
    return on_contract(c, "contract.iou", do_iou, e);
}

static bool do_guarantor(struct call *c, struct lending *l, const struct contract *k, struct errs *e)
{
    const struct guarantor_form *x = c->body;
    struct guarantee g = {
        .kind = x->kind, .name = x->name, .id_number = x->id_number, .relation = x->relation
    };
    return guarantor_add(l, k, &g, e);
}
static bool add_guarantor(struct call *c, struct errs *e)
{
    return on_contract(c, "contract.guarantor", do_guarantor, e);
}

static bool do_change(struct call *c, struct lending *l, const struct contract *k, struct errs *e)
{
    const struct contract_change_form *x = c->body;
    struct contract_change q = {
        .project = x->project, .amount = x->amount, .reason = x->reason, .document = x->document
    };
    return change_ask(l, k, &q, e);
}
static bool ask_change(struct call *c, struct errs *e)
{
    return on_contract(c, "contract.change", do_change, e);
}

static bool do_decide_change(struct call *c, struct lending *l, const struct contract *k, struct errs *e)
{
    const struct decide_change_form *x = c->body;
    struct contract_change done;
    return change_decide(l, k, 0, x->approve, &done, e);
}
static bool decide_change(struct call *c, struct errs *e)
{
    const struct decide_change_form *x = c->body;
    return on_contract(c, x->approve ? "contract.approve" : "contract.refuse", do_decide_change, e);
}

static bool do_void(struct call *c, struct lending *l, const struct contract *k, struct errs *e)
{
    const struct reason_form *x = c->body;
    return contract_void(l, k, x->reason, e);
}
static bool void_contract(struct call *c, struct errs *e)
{
    return on_contract(c, "contract.void", do_void, e);
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
#define CONTRACT "/api/v1/contracts/{county}/{id}"
#define STATE_PARTS TEXT_PART("state"), TEXT_PART("state_label"), TEXT_PART("outstanding")
const struct answer_part contract_parts[] = { STATE_PARTS, TEXT_PART("etag"), { .name = "warnings", .type = "string", .list = true }, { 0 } };
#define WHOSE_PARTS TEXT_PART("hh_no"), TEXT_PART("head_name"), TEXT_PART("borrower")
static const struct answer_part listed_parts[] = { STATE_PARTS, WHOSE_PARTS, { 0 } };
static const struct answer_part shown_parts[] = {
    STATE_PARTS, WHOSE_PARTS, TEXT_PART("etag"), { .name = "schedule", .of = &contract_due, .list = true }, { .name = "terms", .type = "object" }, { .name = "guarantors", .of = &guarantee_entity, .list = true },
    { .name = "signatures", .of = &contract_signature_entity, .list = true }, { .name = "ious", .of = &iou_entity, .list = true },
    { .name = "changes", .of = &contract_change_entity, .list = true }, { .name = "missing", .type = "string", .list = true }, { 0 } };
static const struct answer_part text_parts[] = { TEXT_PART("number"), TEXT_PART("paper"), NUMBER_PART("version"), TEXT_PART("title"), TEXT_PART("text"), { 0 } };
static const struct answer_part check_parts[] = { TEXT_PART("number"), BOOL_PART("ready"), { .name = "missing", .type = "string", .list = true }, { 0 } };
static const struct answer_part state_parts[] = {
    TEXT_PART("capital"), TEXT_PART("pledged"), TEXT_PART("memo"), TEXT_PART("special"), TEXT_PART("transit"), TEXT_PART("outstanding"), TEXT_PART("due_soon"), TEXT_PART("overdue"),
    TEXT_PART("overpaid"), BOOL_PART("disclosed"), NUMBER_PART("live"), NUMBER_PART("late"), { .name = "periods", .of = &period_entity, .list = true }, { .name = "sources", .of = &fund_source_entity, .list = true }, { 0 } };
static const struct answer_part disclose_parts[] = { TEXT_PART("code"), BOOL_PART("disclosed"), { 0 } };
#define CHANGE(suffix, form, fn, zh, en, example) \
    { .method = "POST", .pattern = CONTRACT suffix, .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH | ROUTE_PERSONAL, .path = &at_id, .body = form, .run = fn, \
      .answer = &contract_entity, .parts = contract_parts, .doc = { zh, en }, .sample = example }
static const struct route routes[] = {
    { .method = "GET", .pattern = FUND "/state", .perm = PERM_LEDGER_READ, .path = &fund_at, .run = show_state, .answer = &fund_entity, .parts = state_parts,
      .doc = { "资金现状：本金、专户、在途、在贷、逾期，各期和来源", "How a fund stands, with its periods and sources" } },
    { .method = "PUT", .pattern = FUND "/disclosure", .perm = PERM_FUNDS, .tx = ROUTE_WRITES, .path = &fund_at, .body = &disclose_form, .run = disclose, .parts = disclose_parts,
      .doc = { "资金数字是否向公众公开（/public/funds）", "Whether everybody sees the fund's sums on /public/funds" }, .sample = "{\"disclosed\":true}" },
    { .method = "POST", .pattern = FUND "/periods", .perm = PERM_FUNDS, .tx = ROUTE_WRITES, .path = &fund_at, .body = &period_form, .run = add_period, .status = 201, .answer = &period_entity,
      .doc = { "开一期", "Open a lending period" }, .sample = "{\"no\":25,\"starts_on\":\"2017-01-01\",\"planned\":\"100000.00\",\"term_months\":12}" },
    { .method = "GET", .pattern = FUND "/sources", .perm = PERM_LEDGER_READ, .path = &fund_at, .run = list_sources, .answer = &fund_source_entity, .list = true,
      .doc = { "资金来源", "What was put into a fund" } },
    { .method = "POST", .pattern = FUND "/sources", .perm = PERM_FUNDS, .tx = ROUTE_WRITES, .flags = ROUTE_KEY, .path = &fund_at, .body = &source_form, .run = add_source, .status = 201, .answer = &fund_source_entity,
      .doc = { "登记资金来源；已到账的入账", "Record money put in; what was received is posted" }, .sample = "{\"source\":\"provincial\",\"amount\":\"100000.00\",\"document\":\"某财〔2017〕1号\"}" },
    { .method = "GET", .pattern = "/api/v1/contracts", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &contracts_query, .orders = ORDERS(BY("number", "编号", "number", .rows = by_number)), .run = list_contracts, .answer = &contract_entity, .list = true, .parts = listed_parts,
      .doc = { "管辖区划内的合同", "Contracts of one's area" } },
    { .method = "POST", .pattern = "/api/v1/contracts", .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .body = &draft_contract_form, .run = draft_contract, .status = 201, .answer = &contract_entity, .parts = contract_parts,
      .doc = { "拟定合同：按案件、按户，或与乡镇", "Draft a contract: by a case, with a household, or with a township" },
      .sample = "{\"county\":350603,\"programme\":\"xingfu\",\"hh_no\":\"LW000001\",\"period\":24,\"amount\":\"5000.00\",\"project\":\"养鸡\"}" },
    { .method = "GET", .pattern = CONTRACT, .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = show_contract, .answer = &contract_entity, .parts = shown_parts,
      .doc = { "一份合同：担保、签署、借据、变更，还缺什么", "A contract: guarantors, signatures, IOU, changes, and what is missing" } },
    { .method = "GET", .pattern = CONTRACT "/text", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .query = &text_query, .run = show_text, .parts = text_parts,
      .doc = { "合同或借据的文本", "The text of the contract or the IOU" } },
    { .method = "GET", .pattern = CONTRACT "/check", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = check_contract, .parts = check_parts,
      .doc = { "能不能发放，还缺什么", "Can it be paid out, and what is missing" } },
    CHANGE("/signatures", &sign_form, sign, "登记签字、盖章", "Record a signature or seal", "{\"party\":\"borrower\",\"signer\":\"张秀英\",\"signed_on\":\"2017-03-01\"}"),
    CHANGE("/iou", &iou_form, sign_iou, "登记借据", "Record the IOU", "{\"signed_on\":\"2017-03-01\"}"),
    CHANGE("/guarantors", &guarantor_form, add_guarantor, "登记担保人", "Record a guarantor", "{\"name\":\"林建国\",\"kind\":\"village_cadre\"}"),
    CHANGE("/changes", &contract_change_form, ask_change, "申请变更项目或金额", "Ask for another project or amount", "{\"project\":\"养羊\",\"reason\":\"市场变化\"}"),
    CHANGE("/changes/decide", &decide_change_form, decide_change, "审批变更；申请人不能审批", "Decide on the change; not by who asked", "{\"approve\":true}"),
    CHANGE("/void", &reason_form, void_contract, "合同作废", "Declare it void", "{\"reason\":\"本人放弃\"}"),
};
// clang-format on
const struct route_table lending_routes = { { "借款合同", "Loan contracts" }, routes, N_ELEMS(routes) };
