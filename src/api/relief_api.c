/* relief_api.c - troubled loans: extension, deferral, write-off, recovery, recall, one by one or by a
 * disaster act; proposed, decided by another person, undone. */
#include "api/lending.h"
#include "api/tables.h"
#include "base/clock.h"
#include "fieldwork/disaster.h"
#include "fund/relief.h"
#include "registry/find.h"

/* --- forms -------------------------------------------------------------------------------- */

struct relief_form {
    struct code kind;
    struct opt_int months;
    struct opt_date counts_from;
    struct opt_money amount;
    bool to_account;
    struct str payer, receipt;
    struct code subsidy;
    struct str reason, document;
};
#define RELIEF_COLS(s)                                                                           \
    COL(s, kind, "处置", "Kind", .flags = REQUIRED, .codes = "relief_kind"),                     \
        COL(s, months, "月数", "Months", .min = 1, .max = RELIEF_MONTHS_MAX),                    \
        COL(s, counts_from, "起算日；核销、收回为记账日期",                                      \
            "Counts from; of a write-off and recovery "                                          \
            "the entry date"),                                                                   \
        AMOUNT_COL(s, 0), COL(s, to_account, "直接还到专户", "Onto the special account itself"), \
        COL(s, payer, "付款人", "Payer", .max = 60, .check = check_name),                        \
        COL(s, receipt, "收据号", "Receipt", .max = 40),                                         \
        COL(s, subsidy, "贴息怎样处理", "The interest subsidy", .codes = "subsidy_treatment"),   \
        COL(s, reason, "理由", "Reason", .min = 2, .max = 200),                                  \
        COL(s, document, "文号", "Document number", .max = 60)
static const struct col relief_cols[] = { RELIEF_COLS(relief_form) };
static const struct entity relief_form = ENTITY(relief_form, TABLE_LOCAL, "借款处置", "Relief", relief_cols);

struct reliefs_query {
    struct region_code region;
    struct str programme;
    struct code state, kind;
};
static const struct col reliefs_cols[] = {
    REGION_COL(reliefs_query),
    COL(reliefs_query, programme, "项目", "Programme", .max = 100),
    COL(reliefs_query, state, "状态", "State", .codes = "relief_state"),
    COL(reliefs_query, kind, "处置", "Kind", .codes = "relief_kind"),
};
static const struct entity reliefs_query =
    ENTITY(reliefs_query, TABLE_LOCAL, "借款处置", "Reliefs", reliefs_cols);

struct relief_decide_form {
    bool approve;
    struct str document;
    struct opt_date on;
};
static const struct col relief_decide_cols[] = {
    COL(relief_decide_form, approve, "同意", "Approved", .flags = REQUIRED),
    COL(relief_decide_form, document, "批准文号（同意时必填）", "Document number, to approve", .max = 60),
    COL(relief_decide_form, on, "核销、收回的记账日期", "Entry date of a write-off or recovery"),
};
static const struct entity relief_decide_form =
    ENTITY(relief_decide_form, TABLE_LOCAL, "审批", "Decision", relief_decide_cols);

struct relief_undo_form {
    struct str reason, document;
};
static const struct col relief_undo_cols[] = {
    COL(relief_undo_form, reason, "理由", "Reason", .flags = REQUIRED, .min = 2, .max = 200),
    COL(relief_undo_form, document, "文号", "Document number", .max = 60),
};
static const struct entity relief_undo_form =
    ENTITY(relief_undo_form, TABLE_LOCAL, "撤销", "Undoing", relief_undo_cols);

struct disaster_form {
    struct str event;
    struct code kind;
    struct opt_date happened_on;
    struct region_code region;
    struct str document, note;
};
static const struct col disaster_form_cols[] = {
    COL(disaster_form, event, "灾害名称", "Event", .flags = REQUIRED, .min = 1, .max = 100),
    COL(disaster_form, happened_on, "日期", "Happened on", .flags = REQUIRED),
    COL(disaster_form, region, "受灾区域：县、乡镇或村", "Area: county, township or village",
        .flags = REQUIRED),
    COL(disaster_form, kind, "灾害类型", "Kind of disaster", .codes = "risk"),
    COL(disaster_form, document, "文号", "Document number", .max = 60),
    COL(disaster_form, note, "备注", "Note", .max = 1000),
};
static const struct entity disaster_form =
    ENTITY(disaster_form, TABLE_LOCAL, "灾害", "Disaster", disaster_form_cols);

struct disaster_no_form {
    int64_t no;
};
static const struct col disaster_no_cols[] = { NO_COL(disaster_no_form) };
static const struct entity disaster_no_form =
    ENTITY(disaster_no_form, TABLE_LOCAL, "灾害", "Disaster", disaster_no_cols);

struct loss_line {
    struct str hh_no, project, item;
    struct opt_quantity quantity, destroyed;
    struct code unit;
    struct opt_money loss;
    struct opt_int rooms, hurt;
    struct str note;
};
static const struct col loss_cols[] = {
    COL(loss_line, hh_no, "户编号", "Household", .flags = REQUIRED, .min = 1, .max = 40),
    COL(loss_line, project, "受灾项目", "Project", .max = 100),
    COL(loss_line, item, "受损物品", "Item", .max = 100),
    COL(loss_line, quantity, "总数量", "Quantity", .min = 0, .max = INT64_C(10000000000000)),
    COL(loss_line, destroyed, "受损数量", "Destroyed", .min = 0, .max = INT64_C(10000000000000)),
    COL(loss_line, unit, "计量单位", "Unit", .codes = "unit"),
    COL(loss_line, loss, "损失金额", "Loss", .min = 0, .max = INT64_C(100000000000000)),
    COL(loss_line, rooms, "倒塌房屋（间）", "Rooms", .min = 0, .max = 10000),
    COL(loss_line, hurt, "伤亡人数", "Hurt", .min = 0, .max = 10000),
    COL(loss_line, note, "备注", "Note", .max = 200),
};
static const struct entity loss_line = ENTITY(loss_line, TABLE_LOCAL, "损失", "Losses", loss_cols);

struct treat_form {
    int64_t no;
    bool all;
    struct code kind;
    struct opt_int months;
    struct opt_date counts_from;
    struct opt_money amount;
    bool to_account;
    struct str payer, receipt;
    struct code subsidy;
    struct str reason, document;
};
static const struct col treat_cols[] = {
    NO_COL(treat_form),
    COL(treat_form, all, "所有还没有处置的借款", "All loans without a treatment"),
    RELIEF_COLS(treat_form),
};
static const struct entity treat_form = ENTITY(treat_form, TABLE_LOCAL, "处置", "Treatment", treat_cols);

struct contract_line {
    struct str number;
};
static const struct col contract_line_cols[] = {
    COL(contract_line, number, "合同编号", "Contract", .flags = REQUIRED, .min = 1, .max = 60),
};
static const struct entity contract_line =
    ENTITY(contract_line, TABLE_LOCAL, "合同", "Contracts", contract_line_cols);

struct disasters_query {
    struct region_code region;
};
static const struct col disasters_cols[] = { REGION_COL(disasters_query) };
static const struct entity disasters_query =
    ENTITY(disasters_query, TABLE_LOCAL, "灾害", "Disasters", disasters_cols);

/* --- one loan ----------------------------------------------------------------------------- */

static struct loan_relief relief_of(const struct relief_form *x)
{
    return (struct loan_relief){ .kind = x->kind,
                                 .months = x->months,
                                 .counts_from = x->counts_from,
                                 .amount = x->amount,
                                 .to_special = x->to_account ? YES : UNKNOWN,
                                 .payer = x->payer,
                                 .receipt = x->receipt,
                                 .subsidy = x->subsidy,
                                 .reason = x->reason,
                                 .document = x->document };
}

static void put_relief(struct call *c, const struct loan_relief *x, struct str number)
{
    struct str etag = row_etag(c, &loan_relief_entity, x);
    put_object(&c->w);
    put_cols(c, &loan_relief_entity, x, false);
    put_member_text(&c->w, "number", number);
    put_member_text(&c->w, "etag", etag);
    put_object_end(&c->w);
}

static bool propose(struct call *c, struct errs *e)
{
    struct loan_relief x = relief_of(c->body);
    struct contract k = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, c->path, PERM_FUND_CONTRACT, &k, e))
        return false;
    lend_act_begin(c, &a, "loan.propose", k.number, e);
    if (!relief_propose(&a.l, &k, &x, e) || !act_end(&a.act, NULL, e))
        return false;
    put_relief(c, &x, k.number);
    return true;
}

static bool show_loan(struct call *c, struct errs *e)
{
    struct contract k = { 0 };
    struct loan_standing s;
    struct list versions, reliefs;
    enum contract_state state;
    if (!find_contract_at(c, c->path, PERM_REGISTRY_READ, &k, e) ||
        !loan_standing(c->tx, &k, clock_today(), &s, e) || !loan_state(c->tx, &k, clock_today(), &state, e) ||
        !schedule_versions(c->tx, &k, &versions, e) || !relief_list(c->tx, &k, &reliefs, e))
        return false;
    const struct loan_relief *x = reliefs.rows;
    put_object(&c->w);
    put_member_text(&c->w, "number", k.number);
    put_member_cstr(&c->w, "state", contract_state_slugs[state]);
    put_member_money(&c->w, "outstanding", s.outstanding);
    put_member_money(&c->w, "written_off", s.written_off);
    put_member_money(&c->w, "recovered", s.recovered);
    put_member_int(&c->w, "days_late", s.days_late);
    put_member_int(&c->w, "days_late_agreed", s.days_late_agreed);
    put_rows_as(c, "schedule", &loan_schedule_entity, &versions);
    put_key(&c->w, "reliefs");
    put_list(&c->w);
    for (size_t i = 0; i < reliefs.n; i++)
        put_relief(c, &x[i], k.number);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

#define RELIEFS                                                                                            \
    "SELECT {*}, (SELECT c.number FROM contract c WHERE c.county = $1 AND c.id = "                         \
    "loan_relief.contract_id) FROM loan_relief WHERE county = $1 AND EXISTS (SELECT 1 FROM contract c "    \
    "WHERE c.county = $1 AND c.id = loan_relief.contract_id AND c.village BETWEEN $2 AND $3 AND (CAST($4 " \
    "AS text) IS NULL OR c.programme = $4)) AND (CAST($5 AS bigint) = 0 OR state = $5) AND (CAST($6 AS "   \
    "bigint) = 0 OR kind = $6) AND no "

static const struct stmt *reliefs(bool down)
{
    return down ? SQL_OF(STMT_KEY, &loan_relief_entity, RELIEFS "< $7 ORDER BY no DESC LIMIT $8")
                : SQL_OF(STMT_KEY, &loan_relief_entity, RELIEFS "> $7 ORDER BY no LIMIT $8");
}

static bool put_scope(struct call *c, const struct scope *s, struct str programme, struct errs *e)
{
    const struct reliefs_query *q = c->query;
    struct list_page *p = &c->page;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(c->tx, &r, page_rows(p), e, V(s->county), V(s->first), V(s->last), V(programme),
                  V((int64_t)q->state.v), V((int64_t)q->kind.v), V(page_behind(p).n[0]), V(page_room(p))))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct loan_relief x = { 0 };
        if (!rows_obj(&r, 0, &x, c->a, e))
            return false;
        if (!page_take(p, (struct page_key){ .n = { x.no } }))
            break;
        put_relief(c, &x, rows_text(&r, (int)loan_relief_entity.n));
    }
    return f != FAILED;
}

static bool list_reliefs(struct call *c, struct errs *e)
{
    const struct reliefs_query *q = c->query;
    return list_of_programme(c, q->programme, q->region, put_scope, e);
}

/* By its number in the county; of another area it is nowhere. */
static bool find_relief(struct call *c, enum perm p, struct loan_relief *x, struct contract *k,
                        struct errs *e)
{
    const struct at_number *at = c->path;
    enum found f = relief_by_no(c->tx, at->county, at->no, x, e);
    if (f == FOUND)
        f = db_get(c->tx, &contract_entity, k, e, V(x->county), V(x->contract_id));
    if (f == FAILED)
        return false;
    if (f == NONE || !actor_may(&c->who, PERM_REGISTRY_READ, k->village))
        return fail(e, ERR_NOT_FOUND, "no", MSG_API_RELIEF);
    return actor_need_at(&c->who, p, k->village, e);
}

static bool show_relief(struct call *c, struct errs *e)
{
    struct loan_relief x = { 0 };
    struct contract k = { 0 };
    if (!find_relief(c, PERM_REGISTRY_READ, &x, &k, e))
        return false;
    put_relief(c, &x, k.number);
    return true;
}

typedef bool on_relief_fn(struct call *c, struct lending *l, const struct contract *k,
                          const struct loan_relief *old, struct loan_relief *out, struct errs *e);

static bool on_relief(struct call *c, const char *action, on_relief_fn *fn, struct errs *e)
{
    const struct at_number *at = c->path;
    struct loan_relief old = { 0 }, now = { 0 };
    struct contract k = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_relief(c, PERM_FUND_CONTRACT, &old, &k, e) ||
        !call_matches_row(c, &loan_relief_entity, &old, e))
        return false;
    lend_act_begin(c, &a, action, str_of(arena_printf(c->a, "%lld", (long long)at->no)), e);
    if (!fn(c, &a.l, &k, &old, &now, e) || !act_end(&a.act, NULL, e))
        return false;
    c->reply->etag = row_etag(c, &loan_relief_entity, &now);
    put_relief(c, &now, k.number);
    return true;
}

static bool do_decide(struct call *c, struct lending *l, const struct contract *k,
                      const struct loan_relief *old, struct loan_relief *out, struct errs *e)
{
    const struct relief_decide_form *x = c->body;
    const struct relief_decision d = { x->approve, x->document, x->on };
    if (old->disaster_id.set)
        return fail(e, ERR_CONFLICT, "no", MSG_RELIEF_OF_DISASTER, A(old->no));
    return relief_decide(l, k, old, &d, out, e);
}
static bool decide_relief(struct call *c, struct errs *e)
{
    const struct relief_decide_form *x = c->body;
    return on_relief(c, x->approve ? "loan.approve" : "loan.refuse", do_decide, e);
}

static bool do_withdraw(struct call *c, struct lending *l, const struct contract *k,
                        const struct loan_relief *old, struct loan_relief *out, struct errs *e)
{
    (void)c;
    (void)k;
    return relief_withdraw(l, old, out, e);
}
static bool withdraw_relief(struct call *c, struct errs *e)
{
    return on_relief(c, "loan.withdraw", do_withdraw, e);
}

static bool do_undo(struct call *c, struct lending *l, const struct contract *k,
                    const struct loan_relief *old, struct loan_relief *out, struct errs *e)
{
    const struct relief_undo_form *x = c->body;
    return relief_undo(l, k, old, x->reason, x->document, out, e);
}
static bool undo_relief(struct call *c, struct errs *e)
{
    return on_relief(c, "loan.undo", do_undo, e);
}

/* --- disasters ---------------------------------------------------------------------------- */

static bool list_disasters(struct call *c, struct errs *e)
{
    const struct disasters_query *q = c->query;
    struct scopes s;
    struct list rows;
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, q->region, &s, e) ||
        !scopes_rows(
            c->tx, &s,
            SQL_OF(STMT_KEY, &disaster_entity, "SELECT {*} FROM disaster WHERE county = $1 ORDER BY no"),
            &rows, e))
        return false;
    put_list_of(c, &disaster_entity, &rows);
    return true;
}

static bool open_disaster(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    const struct disaster_form *x = c->body;
    struct disaster d = { .event = x->event,
                          .kind = x->kind,
                          .happened_on = x->happened_on,
                          .region = x->region,
                          .document = x->document,
                          .note = x->note };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!actor_need_at(&c->who, PERM_FUND_CONTRACT, x->region, e))
        return false;
    if (region_county(x->region) != at->county)
        return fail(e, ERR_INVALID, "region", MSG_API_OTHER_COUNTY);
    lend_act_begin(c, &a, "disaster.open", x->event, e);
    if (!disaster_open(&a.l, &d, e) || !act_end(&a.act, NULL, e))
        return false;
    c->reply->location =
        str_of(arena_printf(c->a, "/api/v1/disasters/%lld/%lld", (long long)d.county, (long long)d.no));
    put_row(c, &disaster_entity, &d);
    return true;
}

/* The event, and the part of the county in which the actor may do p. */
static bool find_disaster(struct call *c, int64_t county, int64_t no, enum perm p, struct disaster *d,
                          struct scope *s, struct errs *e)
{
    struct scopes all;
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, county_region(county), &all, e))
        return false;
    enum found f = all.n ? disaster_by_no(c->tx, county, no, d, e) : NONE;
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_DISASTER_NONE, A(no));
    if (!scopes_of(c->tx, &c->who, p, county_region(county), &all, e) ||
        (!all.n && !actor_need_at(&c->who, p, county_region(county), e)))
        return false;
    *s = all.n ? all.list[0] : (struct scope){ county, 0, 0 };
    return true;
}

static bool disaster_version(struct call *c, const struct disaster *d, struct str *out, struct errs *e)
{
    struct list reliefs;
    if (!db_list(c->tx,
                 SQL_OF(STMT_KEY, &loan_relief_entity,
                        "SELECT {*} FROM loan_relief WHERE county = $1 AND disaster_id = $2 ORDER BY id"),
                 &reliefs, c->a, e, V(d->county), V(d->id)))
        return false;
    const struct rows_of all[] = { { &disaster_entity, d, 1 },
                                   { &loan_relief_entity, reliefs.rows, reliefs.n } };
    *out = rows_version(c, all, N_ELEMS(all));
    return true;
}

static bool put_disaster(struct call *c, const struct disaster *d, const struct scope *s, struct errs *e)
{
    struct disaster_report r;
    struct str version;
    if (!disaster_report(c->tx, d, s, &r, e) || !disaster_version(c, d, &version, e))
        return false;
    put_object(&c->w);
    put_cols(c, &disaster_entity, d, false);
    put_member_int(&c->w, "households", r.households);
    put_member_int(&c->w, "projects", r.projects);
    put_member_money(&c->w, "loss", r.loss);
    put_member_int(&c->w, "rooms", r.rooms);
    put_member_int(&c->w, "hurt", r.hurt);
    put_member_money(&c->w, "owed", r.owed);
    put_member_int(&c->w, "loans", (int64_t)r.loans_n);
    put_member_int(&c->w, "untreated", (int64_t)r.untreated);
    put_member_text(&c->w, "etag", version);
    put_object_end(&c->w);
    if (strcmp(c->route->method, "GET") != 0)
        c->reply->etag = version;
    return true;
}

static bool show_disaster(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct disaster d = { 0 };
    struct scope s;
    return find_disaster(c, at->county, at->no, PERM_REGISTRY_READ, &d, &s, e) && put_disaster(c, &d, &s, e);
}

static bool list_losses(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct disaster d = { 0 };
    struct scope s;
    struct disaster_hit *hits;
    size_t n, i;
    if (!find_disaster(c, at->county, at->no, PERM_REGISTRY_READ, &d, &s, e) ||
        !disaster_hits(c->tx, &d, &s, &hits, &n, e))
        return false;
    rows_begin(c);
    while (page_step(&c->page, n, &i)) {
        if (!page_take_step(&c->page))
            break;
        put_object(&c->w);
        put_cols(c, &disaster_loss_entity, &hits[i].loss, false);
        put_member_text(&c->w, "hh_no", hits[i].hh_no);
        put_member_text(&c->w, "head_name", hits[i].head_name);
        put_object_end(&c->w);
    }
    page_end(c);
    return true;
}

static bool list_affected(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct disaster d = { 0 };
    struct scope s;
    struct disaster_report r;
    size_t i;
    if (!find_disaster(c, at->county, at->no, PERM_REGISTRY_READ, &d, &s, e) ||
        !disaster_report(c->tx, &d, &s, &r, e))
        return false;
    rows_begin(c);
    while (page_step(&c->page, r.loans_n, &i)) {
        const struct disaster_loan *x = &r.loans[i];
        if (!page_take_step(&c->page))
            break;
        put_object(&c->w);
        put_key(&c->w, "contract");
        put_row(c, &contract_entity, &x->contract);
        put_member_money(&c->w, "outstanding", x->outstanding);
        put_key(&c->w, "relief");
        if (x->treated)
            put_relief(c, &x->relief, x->contract.number);
        else
            put_nil(&c->w);
        put_object_end(&c->w);
    }
    page_end(c);
    return true;
}

static bool add_loss(struct call *c, struct lending *l, const struct disaster *d, const struct loss_line *x,
                     struct errs *e)
{
    struct household h = { 0 };
    struct disaster_loss loss = { .project = x->project,
                                  .item = x->item,
                                  .quantity = x->quantity,
                                  .destroyed = x->destroyed,
                                  .unit = x->unit,
                                  .loss = x->loss,
                                  .rooms = x->rooms,
                                  .hurt = x->hurt,
                                  .note = x->note };
    enum found f = household_by_no(c->tx, &c->who, x->hh_no, county_region(d->county), &h, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "hh_no", MSG_NO_HOUSEHOLD, A(x->hh_no));
    return actor_need_at(&c->who, PERM_FUND_CONTRACT, h.village, e) && disaster_add_loss(l, d, &h, &loss, e);
}

/* All or none; each bad line is told. */
static bool add_losses(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    const struct disaster_no_form *x = c->body;
    const struct loss_line *line = c->lines;
    struct disaster d = { 0 };
    struct scope s;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!c->lines_n)
        return fail(e, ERR_INVALID, "losses", MSG_API_DISASTER_NO_LOSS);
    if (!find_disaster(c, at->county, x->no, PERM_FUND_CONTRACT, &d, &s, e))
        return false;
    lend_act_begin(c, &a, "disaster.loss", str_of(arena_printf(c->a, "%lld", (long long)d.no)), e);
    for (size_t i = 0; i < c->lines_n; i++) {
        struct errs own = { .a = e->a, .lang = e->lang };
        if (add_loss(c, &a.l, &d, &line[i], &own))
            continue;
        for (struct err *bad = own.bad.first; bad; bad = bad->next)
            bad->field = arena_printf(e->a, "losses[%zu].%s", i, bad->field ? bad->field : "hh_no");
        errs_append(e, &own);
    }
    return !errs_any(e) && act_end(&a.act, NULL, e) && put_disaster(c, &d, &s, e);
}

static bool treat_one(struct call *c, struct lending *l, const struct disaster *d, const struct contract *k,
                      struct errs *e)
{
    const struct treat_form *x = c->body;
    const struct relief_form form = { x->kind,  x->months,  x->counts_from, x->amount, x->to_account,
                                      x->payer, x->receipt, x->subsidy,     x->reason, x->document };
    struct loan_relief r = relief_of(&form);
    return disaster_treat(l, d, k, &r, e);
}

static bool treat_rest(struct call *c, struct lending *l, const struct disaster *d, const struct scope *s,
                       struct errs *e)
{
    struct disaster_report r;
    if (!disaster_report(c->tx, d, s, &r, e))
        return false;
    for (size_t i = 0; i < r.loans_n; i++)
        if (!r.loans[i].treated && !treat_one(c, l, d, &r.loans[i].contract, e))
            return false;
    return true;
}

static bool treat(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    const struct treat_form *x = c->body;
    const struct contract_line *line = c->lines;
    struct disaster d = { 0 };
    struct scope s;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (x->all == (c->lines_n > 0))
        return fail(e, ERR_INVALID, "contracts", MSG_API_DISASTER_WHICH);
    if (!find_disaster(c, at->county, x->no, PERM_FUND_CONTRACT, &d, &s, e))
        return false;
    lend_act_begin(c, &a, "disaster.treat", str_of(arena_printf(c->a, "%lld", (long long)d.no)), e);
    for (size_t i = 0; i < c->lines_n; i++) {
        struct contract k = { 0 };
        if (!contract_find(c->tx, &c->who, PERM_FUND_CONTRACT, line[i].number, &k, e) ||
            !treat_one(c, &a.l, &d, &k, e))
            return false;
    }
    if (x->all && !treat_rest(c, &a.l, &d, &s, e))
        return false;
    return act_end(&a.act, NULL, e) && put_disaster(c, &d, &s, e);
}

/* Decided or undone: the county's, by what was read. */
static bool begin_decision(struct call *c, struct lend_act *a, const char *action, struct disaster *d,
                           struct scope *s, struct errs *e)
{
    const struct at_number *at = c->path;
    struct str version;
    if (!find_disaster(c, at->county, at->no, PERM_FUND_CONTRACT, d, s, e) ||
        !disaster_version(c, d, &version, e) || !call_matches_version(c, version, &disaster_entity, d, e))
        return false;
    lend_act_begin(c, a, action, str_of(arena_printf(c->a, "%lld", (long long)d->no)), e);
    return true;
}

static bool decide_disaster(struct call *c, struct errs *e)
{
    const struct relief_decide_form *x = c->body;
    struct disaster old = { 0 }, now;
    struct scope s;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    return begin_decision(c, &a, x->approve ? "disaster.approve" : "disaster.refuse", &old, &s, e) &&
           disaster_decide(&a.l, &old, x->approve, x->document, &now, e) && act_end(&a.act, NULL, e) &&
           put_disaster(c, &now, &s, e);
}

static bool undo_disaster(struct call *c, struct errs *e)
{
    const struct relief_undo_form *x = c->body;
    struct disaster old = { 0 }, now;
    struct scope s;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    return begin_decision(c, &a, "disaster.undo", &old, &s, e) &&
           disaster_undo(&a.l, &old, x->reason, x->document, &now, e) && act_end(&a.act, NULL, e) &&
           put_disaster(c, &now, &s, e);
}

// clang-format off
#define CONTRACT "/api/v1/contracts/{county}/{id}"
#define RELIEF "/api/v1/reliefs/{county}/{no}"
#define DISASTERS "/api/v1/disasters/{county}"
#define DISASTER DISASTERS "/{no}"
#define OBJECT(n) { .name = n, .type = "object" }
static const struct answer_part relief_parts[] = { TEXT_PART("number"), TEXT_PART("etag"), { 0 } };
static const struct answer_part loan_parts[] = {
    TEXT_PART("number"), TEXT_PART("state"), TEXT_PART("outstanding"), TEXT_PART("written_off"), TEXT_PART("recovered"), NUMBER_PART("days_late"), NUMBER_PART("days_late_agreed"),
    { .name = "schedule", .of = &loan_schedule_entity, .list = true }, { .name = "reliefs", .of = &loan_relief_entity, .list = true }, { 0 } };
static const struct answer_part disaster_parts[] = {
    NUMBER_PART("households"), NUMBER_PART("projects"), TEXT_PART("loss"), NUMBER_PART("rooms"), NUMBER_PART("hurt"), TEXT_PART("owed"), NUMBER_PART("loans"), NUMBER_PART("untreated"), TEXT_PART("etag"), { 0 } };
static const struct answer_part loss_parts[] = { TEXT_PART("hh_no"), TEXT_PART("head_name"), { 0 } };
static const struct answer_part affected_parts[] = { { .name = "contract", .of = &contract_entity }, TEXT_PART("outstanding"), OBJECT("relief"), { 0 } };
#define ON_RELIEF(suffix, flag, form, fn, zh, en, example) \
    { .method = "POST", .pattern = RELIEF suffix, .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH | ROUTE_PERSONAL | (flag), .path = &at_number, .body = form, .run = fn, \
      .answer = &loan_relief_entity, .parts = relief_parts, .doc = { zh, en }, .sample = example }
#define ON_DISASTER(suffix, form, fn, zh, en, example) \
    { .method = "POST", .pattern = DISASTER suffix, .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH | ROUTE_KEY, .path = &at_number, .body = form, .run = fn, \
      .answer = &disaster_entity, .parts = disaster_parts, .doc = { zh, en }, .sample = example }
static const struct route routes[] = {
    { .method = "GET", .pattern = CONTRACT "/reliefs", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = show_loan, .parts = loan_parts,
      .doc = { "一笔借款的现状：各版还款计划，展期、核销等处置", "How a loan stands: versions of its schedule, what was done about it" } },
    { .method = "POST", .pattern = CONTRACT "/reliefs", .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_id, .body = &relief_form, .run = propose, .status = 201, .answer = &loan_relief_entity, .parts = relief_parts,
      .doc = { "提出展期、缓收、核销、核销后收回或提前收回，由另一人审批", "Propose an extension, deferral, write-off, recovery or recall, which another person decides" },
      .sample = "{\"kind\":\"extend\",\"months\":6,\"reason\":\"受灾\"}" },
    { .method = "GET", .pattern = "/api/v1/reliefs", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &reliefs_query, .orders = ORDERS(BY("no", "编号", "number", .rows = reliefs)), .run = list_reliefs, .answer = &loan_relief_entity, .list = true, .parts = relief_parts,
      .doc = { "借款处置，按编号；可筛选待审批的", "Reliefs of loans by number; filters by state and kind" } },
    { .method = "GET", .pattern = RELIEF, .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = show_relief, .answer = &loan_relief_entity, .parts = relief_parts,
      .doc = { "一项处置", "One of them" } },
    ON_RELIEF("/decide", ROUTE_KEY, &relief_decide_form, decide_relief, "审批；提出人不能审批；核销、收回同时记账", "Decide on it; not by who proposed it; a write-off or recovery is posted", "{\"approve\":true,\"document\":\"某扶〔2026〕1号\"}"),
    ON_RELIEF("/withdraw", 0, NULL, withdraw_relief, "提出人撤回", "Withdraw it, by who proposed it", NULL),
    ON_RELIEF("/undo", ROUTE_KEY, &relief_undo_form, undo_relief, "撤销已批准的，后批准的先撤销", "Take back what was approved, the last first", "{\"reason\":\"批错\",\"document\":\"某扶〔2026〕2号\"}"),
    { .method = "GET", .pattern = "/api/v1/disasters", .perm = PERM_REGISTRY_READ, .query = &disasters_query, .orders = ORDERS(BY("no", "编号", "number")), .run = list_disasters, .answer = &disaster_entity, .list = true,
      .doc = { "登记的灾害", "Disasters on record" } },
    { .method = "POST", .pattern = DISASTERS, .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .path = &at_county, .body = &disaster_form, .run = open_disaster, .status = 201, .answer = &disaster_entity,
      .doc = { "登记一次灾害", "Record a disaster" }, .sample = "{\"event\":\"台风\",\"happened_on\":\"2017-09-14\",\"region\":\"350603000000\",\"document\":\"某政〔2017〕9号\"}" },
    { .method = "GET", .pattern = DISASTER, .perm = PERM_REGISTRY_READ, .path = &at_number, .run = show_disaster, .answer = &disaster_entity, .parts = disaster_parts,
      .doc = { "一次灾害：受灾户、损失、涉及借款、未提处置的", "A disaster: households, loss, loans it hit, those without a treatment" } },
    { .method = "GET", .pattern = DISASTER "/losses", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .orders = ORDERS(BY("hh_no", "户编号", "household")), .run = list_losses, .answer = &disaster_loss_entity, .list = true, .parts = loss_parts,
      .doc = { "受灾户的损失", "What households lost" } },
    { .method = "GET", .pattern = DISASTER "/loans", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .orders = ORDERS(BY("number", "合同编号", "the contract's number")), .run = list_affected, .list = true, .parts = affected_parts,
      .doc = { "涉及的借款和对每笔提出的处置", "The loans that it hit, and what is proposed for each" } },
    { .method = "POST", .pattern = DISASTERS "/losses", .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_county, .body = &disaster_no_form, .lines = &loss_line, .lines_name = "losses", .run = add_losses, .answer = &disaster_entity, .parts = disaster_parts,
      .doc = { "登记受灾损失，要么都记，要么都不记", "Record losses; all of them or none" }, .sample = "{\"no\":1,\"losses\":[{\"hh_no\":\"LW000001\",\"project\":\"养猪\",\"loss\":\"3000.00\"}]}" },
    { .method = "POST", .pattern = DISASTERS "/treatments", .perm = PERM_FUND_CONTRACT, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_county, .body = &treat_form, .lines = &contract_line, .lines_name = "contracts", .run = treat, .answer = &disaster_entity, .parts = disaster_parts,
      .doc = { "对涉及的借款提出处置：写明的，或所有还没有的", "Propose a treatment for the loans named, or for all that have none" }, .sample = "{\"no\":1,\"kind\":\"extend\",\"months\":12,\"all\":true}" },
    ON_DISASTER("/decide", &relief_decide_form, decide_disaster, "县级审批；全部处置一次生效", "The county's decision; all treatments come into force at once", "{\"approve\":true,\"document\":\"某扶〔2017〕20号\"}"),
    ON_DISASTER("/undo", &relief_undo_form, undo_disaster, "撤销已批准的灾害处置", "Take back what was approved", "{\"reason\":\"批错\",\"document\":\"某扶〔2017〕21号\"}"),
};
// clang-format on
const struct route_table relief_routes = { { "借款处置和灾害", "Reliefs and disasters" },
                                           routes,
                                           N_ELEMS(routes) };
