/* followup_api.c - after the money is out: visits, effect surveys, what the money was used for, and the
 * contacts who answer for it. */
#include "api/lending.h"
#include "api/tables.h"
#include "base/clock.h"
#include "fieldwork/followup.h"
#include "registry/scope.h"

enum { RECALL_DAYS = 30 };

/* --- forms -------------------------------------------------------------------------------- */

struct follow_visit_form {
    struct opt_date visited_on;
    struct str visitor;
    struct code kind;
    bool by_phone;
    enum yesno earmarked, on_project;
    struct str difficulties, benefit, note;
};
static const struct col follow_visit_cols[] = {
    COL(follow_visit_form, visitor, "走访人", "Visitor", .flags = REQUIRED, .min = 1, .max = 100),
    COL(follow_visit_form, visited_on, "日期（默认今天）", "Day (today)"),
    COL(follow_visit_form, kind, "走访类型", "Kind of visit", .codes = "visit_kind"),
    COL(follow_visit_form, by_phone, "电话访谈", "By phone"),
    COL(follow_visit_form, earmarked, "是否专款专用", "Used as earmarked"),
    COL(follow_visit_form, on_project, "是否用于拟定项目", "Used on the agreed project"),
    COL(follow_visit_form, difficulties, "困难", "Difficulties", .max = 1000),
    COL(follow_visit_form, benefit, "效益", "Benefit", .max = 1000),
    COL(follow_visit_form, note, "记录", "Note", .max = 4000),
};
static const struct entity follow_visit_form =
    ENTITY(follow_visit_form, TABLE_LOCAL, "走访", "Visit", follow_visit_cols);

struct visits_query {
    struct region_code region;
    struct opt_date from, to;
    struct code kind;
    bool copied;
};
static const struct col visits_cols[] = {
    REGION_COL(visits_query),
    COL(visits_query, from, "从哪天起", "From that day on"),
    COL(visits_query, to, "到哪天止", "Until that day"),
    COL(visits_query, kind, "走访类型", "Kind of visit", .codes = "visit_kind"),
    COL(visits_query, copied, "只列记录雷同的", "Only copied notes"),
};
static const struct entity visits_query = ENTITY(visits_query, TABLE_LOCAL, "走访", "Visits", visits_cols);

struct effect_form {
    struct opt_date surveyed_on;
    struct opt_money income_before, income_after;
    enum yesno out_of_poverty;
    struct str assessor, note;
};
#define INCOME_MAX INT64_C(100000000000000)
static const struct col effect_form_cols[] = {
    COL(effect_form, assessor, "评估人", "Assessor", .flags = REQUIRED, .min = 1, .max = 60),
    COL(effect_form, surveyed_on, "调查日期（默认今天）", "Day (today)"),
    COL(effect_form, income_before, "帮扶前人均年纯收入", "Income per head and year before",
        .min = -INCOME_MAX, .max = INCOME_MAX),
    COL(effect_form, income_after, "帮扶后人均年纯收入", "Income per head and year after", .min = -INCOME_MAX,
        .max = INCOME_MAX),
    COL(effect_form, out_of_poverty, "是否脱贫", "Out of poverty"),
    COL(effect_form, note, "说明", "Note", .max = 1000),
};
static const struct entity effect_form =
    ENTITY(effect_form, TABLE_LOCAL, "效果调查", "Effect survey", effect_form_cols);

struct money_use_form {
    struct opt_date found_on, recall_by;
    struct str found, finder, note;
    struct opt_money amount;
    enum yesno misused;
};
static const struct col money_use_form_cols[] = {
    COL(money_use_form, found, "实际用途", "Use found", .flags = REQUIRED, .min = 1, .max = 200),
    COL(money_use_form, misused, "是否改变用途", "Misused", .flags = REQUIRED),
    COL(money_use_form, finder, "查看人", "Found by", .flags = REQUIRED, .min = 1, .max = 60),
    COL(money_use_form, found_on, "查看日期（默认今天）", "Day (today)"),
    AMOUNT_COL(money_use_form, 0),
    COL(money_use_form, recall_by, "要求还清的日期（默认三十天后）",
        "All is due by that day, for misuse (in thirty days)"),
    COL(money_use_form, note, "说明", "Note", .max = 1000),
};
static const struct entity money_use_form =
    ENTITY(money_use_form, TABLE_LOCAL, "资金使用", "Use of the money", money_use_form_cols);

struct of_contracts_query {
    struct region_code region;
    struct str programme;
    struct opt_date from, to;
};
static const struct col of_contracts_cols[] = {
    REGION_COL(of_contracts_query),
    COL(of_contracts_query, programme, "项目", "Programme", .max = 100),
    COL(of_contracts_query, from, "从哪天起", "From that day on"),
    COL(of_contracts_query, to, "到哪天止", "Until that day"),
};
static const struct entity of_contracts_query =
    ENTITY(of_contracts_query, TABLE_LOCAL, "列表", "Rows", of_contracts_cols);

struct contacts_query {
    struct region_code region;
    bool all;
    struct opt_date month;
};
static const struct col contacts_cols[] = {
    REGION_COL(contacts_query),
    COL(contacts_query, all, "也列可以解除和已解除的", "Those too who can be or were released"),
    COL(contacts_query, month, "只列这个月（其中一天）没有上门的",
        "Only who did not come in this month, a day of it"),
};
static const struct entity contacts_query =
    ENTITY(contacts_query, TABLE_LOCAL, "联系人", "Contacts", contacts_cols);

struct release_form {
    struct str name, document;
    struct opt_date released_on;
};
static const struct col release_cols[] = {
    COL(release_form, name, "哪一位（只有一位时可省略）", "Which one; not needed where there is but one",
        .max = 60),
    COL(release_form, released_on, "解除日期（默认今天）", "Day (today)"),
    COL(release_form, document, "文号", "Document number", .max = 60),
};
static const struct entity release_form =
    ENTITY(release_form, TABLE_LOCAL, "解除担保", "Release", release_cols);

/* --- visits ------------------------------------------------------------------------------- */

/* Another area's household is not named. */
static bool add_visit(struct call *c, struct errs *e)
{
    const struct follow_visit_form *x = c->body;
    struct household h = { 0 };
    struct visit_copy copied;
    struct visit v = { .visited_on = { day_or_today(x->visited_on), true },
                       .visitor = x->visitor,
                       .kind = x->kind,
                       .by_phone = x->by_phone ? YES : NO,
                       .earmarked = x->earmarked,
                       .on_project = x->on_project,
                       .difficulties = x->difficulties,
                       .benefit = x->benefit,
                       .note = x->note };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_household_at(c, c->path, PERM_CASE_ENTER, &h, e))
        return false;
    lend_act_begin(c, &a, "visit.add", h.hh_no, e);
    if (!visit_add(&a.l, &h, &v, &copied, e) || !act_end(&a.act, NULL, e))
        return false;
    put_object(&c->w);
    put_cols(c, &visit_entity, &v, false);
    put_key(&c->w, "warnings");
    put_list(&c->w);
    if (copied.found) {
        bool seen = actor_may(&c->who, PERM_REGISTRY_READ, copied.village);
        put_cstr(&c->w, say(c->a, c->lang, MSG_VISIT_COPIED, A(seen ? copied.hh_no : STR("—")),
                            A(copied.visited_on)));
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static void put_visit(struct call *c, const struct visit_row *v)
{
    put_object(&c->w);
    put_cols(c, &visit_entity, &v->visit, false);
    put_member_text(&c->w, "hh_no", v->hh_no);
    put_member_text(&c->w, "head_name", v->head_name);
    put_member_bool(&c->w, "copied", v->copied);
    put_member_int(&c->w, "photos", v->photos);
    put_object_end(&c->w);
}

static bool put_visits(struct call *c, const struct scopes *all, struct visit_question *q, struct errs *e)
{
    struct list_page *p = &c->page;
    struct visit_row *rows = NEW_ARRAY(c->a, struct visit_row, p->max + 1);
    const struct scope *s;
    rows_begin(c);
    while ((s = page_part(p, all))) {
        const struct page_key behind = page_behind(p);
        size_t n = 0;
        q->down = p->down;
        q->day = behind.n[0];
        q->id = behind.n[1];
        q->limit = page_room(p);
        if (!visit_list(c->tx, s, q, rows, &n, e))
            return false;
        for (size_t i = 0;
             i < n &&
             page_take(p, (struct page_key){ .n = { rows[i].visit.visited_on.v.day, rows[i].visit.id } });
             i++)
            put_visit(c, &rows[i]);
    }
    page_end(c);
    return true;
}

static bool list_visits(struct call *c, struct errs *e)
{
    const struct visits_query *x = c->query;
    struct visit_question q = { .from = x->from, .to = x->to, .kind = x->kind, .copied = x->copied };
    struct scopes s;
    return scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, x->region, &s, e) && put_visits(c, &s, &q, e);
}

static bool list_of_household(struct call *c, struct errs *e)
{
    struct household h = { 0 };
    if (!find_household_at(c, c->path, PERM_REGISTRY_READ, &h, e))
        return false;
    struct visit_question q = { .household_id = h.id };
    struct scope one = { h.county, h.village.v, h.village.v };
    const struct scopes s = { &one, 1 };
    return put_visits(c, &s, &q, e);
}

/* --- effects and uses --------------------------------------------------------------------- */

static bool add_effect(struct call *c, struct errs *e)
{
    const struct effect_form *f = c->body;
    struct contract k = { 0 };
    struct effect_survey x = { .surveyed_on = { day_or_today(f->surveyed_on), true },
                               .income_before = f->income_before,
                               .income_after = f->income_after,
                               .out_of_poverty = f->out_of_poverty,
                               .assessor = f->assessor,
                               .note = f->note };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, c->path, PERM_CASE_ENTER, &k, e))
        return false;
    lend_act_begin(c, &a, "effect.add", k.number, e);
    if (!effect_add(&a.l, &k, &x, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &effect_survey_entity, &x);
    return true;
}

static bool add_use(struct call *c, struct errs *e)
{
    const struct money_use_form *f = c->body;
    struct contract k = { 0 };
    struct loan_relief recall = { 0 };
    struct money_use x = { .found_on = { day_or_today(f->found_on), true },
                           .found = f->found,
                           .amount = f->amount,
                           .misused = f->misused,
                           .finder = f->finder,
                           .note = f->note };
    struct date by = f->recall_by.set ? f->recall_by.v : (struct date){ clock_today().day + RECALL_DAYS };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, c->path, PERM_CASE_ENTER, &k, e))
        return false;
    lend_act_begin(c, &a, "use.add", k.number, e);
    if (!money_use_add(&a.l, &k, &x, by, &recall, e) || !act_end(&a.act, NULL, e))
        return false;
    put_object(&c->w);
    put_cols(c, &money_use_entity, &x, false);
    put_key(&c->w, "recall");
    if (recall.no)
        put_row(c, &loan_relief_entity, &recall);
    else
        put_nil(&c->w);
    put_object_end(&c->w);
    return true;
}

/* Rows of an entity whose contract is in view, with its number. */
#define OF_CONTRACT(table, day)                                                                             \
    "SELECT {*}, (SELECT c.number FROM contract c WHERE c.county = $1 AND c.id = " table                    \
    ".contract_id) FROM " table " WHERE county = $1 AND EXISTS (SELECT 1 FROM contract c WHERE c.county = " \
    "$1 AND c.id = " table ".contract_id AND c.village BETWEEN $2 AND $3 AND (CAST($4 AS text) IS NULL OR " \
    "c.programme = $4)) AND (CAST($7 AS bigint) IS NULL OR " day " >= $7) AND (CAST($8 AS bigint) IS NULL " \
    "OR " day " <= $8) AND id "

static const struct stmt *effects(bool down)
{
    return down ? SQL_OF(STMT_KEY, &effect_survey_entity,
                         OF_CONTRACT("effect_survey", "surveyed_on") "< $5 ORDER BY id DESC LIMIT $6")
                : SQL_OF(STMT_KEY, &effect_survey_entity,
                         OF_CONTRACT("effect_survey", "surveyed_on") "> $5 ORDER BY id LIMIT $6");
}
static const struct stmt *uses(bool down)
{
    return down ? SQL_OF(STMT_KEY, &money_use_entity,
                         OF_CONTRACT("money_use", "found_on") "< $5 ORDER BY id DESC LIMIT $6")
                : SQL_OF(STMT_KEY, &money_use_entity,
                         OF_CONTRACT("money_use", "found_on") "> $5 ORDER BY id LIMIT $6");
}

static struct val day_val(struct opt_date d)
{
    return d.set ? V(d.v) : val_null();
}

static bool put_part(struct call *c, const struct scope *s, struct str programme, struct errs *e)
{
    const struct of_contracts_query *q = c->query;
    const struct stmt *ask = page_rows(&c->page);
    const struct col *id = entity_col(ask->en, "id");
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(c->tx, &r, ask, e, V(s->county), V(s->first), V(s->last), V(programme),
                  V(page_behind(&c->page).n[0]), V(page_room(&c->page)), day_val(q->from), day_val(q->to)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        char *row = arena_alloc(c->a, ask->en->size);
        if (!rows_obj(&r, 0, row, c->a, e))
            return false;
        if (!page_take(&c->page,
                       (struct page_key){ .n = { *(const int64_t *)(const void *)(row + id->off) } }))
            break;
        put_object(&c->w);
        put_cols(c, ask->en, row, false);
        put_member_text(&c->w, "number", rows_text(&r, (int)ask->en->n));
        put_object_end(&c->w);
    }
    return f != FAILED;
}

/* Effect surveys, or uses of money: what the row's orders read. */
static bool list_of_contracts(struct call *c, struct errs *e)
{
    const struct of_contracts_query *q = c->query;
    return list_of_programme(c, q->programme, q->region, put_part, e);
}

/* --- contacts ----------------------------------------------------------------------------- */

static bool question_of(const struct contacts_query *x, const struct fund_rules *r,
                        struct contact_question *q, struct errs *e)
{
    const struct opt_int *every = &r->programme->visits.every_months;
    struct date first;
    *q = (struct contact_question){ .programme = r->version.programme, .bound = !x->all };
    contact_rules(r, q);
    if (!x->month.set)
        return true;
    if (!every->set)
        return fail(e, ERR_CONFLICT, "month", MSG_CONTACT_NO_VISITS, A(r->programme->name.zh));
    struct civil day = date_civil(x->month.v);
    bool is = date_of(day.year, day.month, 1, &first);
    q->unvisited_since = (struct opt_date){ date_add_months(first, -(int)(every->v - 1)), is };
    return true;
}

static void put_contact(struct call *c, const struct contact_row *r, int64_t county)
{
    static const char *const states[] = { "bound", "free", "released" };
    put_object(&c->w);
    put_member_int(&c->w, "county", county);
    put_member_int(&c->w, "guarantee_id", r->guarantee.id);
    put_member_text(&c->w, "number", r->number);
    put_member_text(&c->w, "name", r->guarantee.name);
    put_col(c, &guarantee_entity, "kind", &r->guarantee, false);
    put_member_text(&c->w, "hh_no", r->hh_no);
    put_member_text(&c->w, "head_name", r->head_name);
    put_member_region(&c->w, "village", r->village);
    put_member_cstr(&c->w, "state", states[r->state]);
    put_member_money(&c->w, "owed", r->owed);
    put_member_bool(&c->w, "money_back", r->money_back);
    put_member_bool(&c->w, "out_of_poverty", r->out_of_poverty);
    if (r->released_on.set)
        put_member_date(&c->w, "released_on", r->released_on.v);
    if (r->last_visit.set)
        put_member_date(&c->w, "last_visit", r->last_visit.v);
    put_object_end(&c->w);
}

static bool list_contacts(struct call *c, struct errs *e)
{
    const struct contacts_query *x = c->query;
    struct list_page *p = &c->page;
    struct contact_row *rows = NEW_ARRAY(c->a, struct contact_row, p->max + 1);
    struct contact_question q;
    struct fund_rules r;
    struct scopes all;
    const struct scope *s;
    if (!open_fund_area(c, PERM_REGISTRY_READ, x->region, &r, &all, e) || !question_of(x, &r, &q, e))
        return false;
    rows_begin(c);
    while ((s = page_part(p, &all))) {
        const struct page_key behind = page_behind(p);
        size_t n = 0;
        q.down = p->down;
        q.after = behind.text;
        q.after_id = behind.n[0];
        q.limit = page_room(p);
        if (!contact_list(c->tx, s, &q, rows, &n, e))
            return false;
        for (size_t i = 0;
             i < n && page_take(p, (struct page_key){ { rows[i].guarantee.id }, rows[i].number }); i++)
            put_contact(c, &rows[i], r.fund.county);
    }
    page_end(c);
    return true;
}

static bool release_contact(struct call *c, struct errs *e)
{
    const struct release_form *f = c->body;
    struct contract k = { 0 };
    struct guarantee_release x = { .released_on = { day_or_today(f->released_on), true },
                                   .document = f->document };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, c->path, PERM_FUND_CONTRACT, &k, e))
        return false;
    lend_act_begin(c, &a, "contact.release", k.number, e);
    if (!contact_release(&a.l, &k, f->name, &x, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &guarantee_release_entity, &x);
    return true;
}

// clang-format off
#define CONTRACT "/api/v1/contracts/{county}/{id}"
#define HOUSEHOLD "/api/v1/households/{county}/{id}"
#define ADDS(pattern_, perm_, form, fn, entity, parts_, zh, en, example) \
    { .method = "POST", .pattern = pattern_, .perm = perm_, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_id, .body = form, .run = fn, .status = 201, .answer = entity, .parts = parts_, \
      .doc = { zh, en }, .sample = example }
#define BY_DAY ORDERS(BY("visited_on", "日期", "day"))
static const struct answer_part warned_parts[] = { { .name = "warnings", .type = "string", .list = true }, { 0 } };
static const struct answer_part visit_parts[] = { TEXT_PART("hh_no"), TEXT_PART("head_name"), BOOL_PART("copied"), NUMBER_PART("photos"), { 0 } };
static const struct answer_part number_parts[] = { TEXT_PART("number"), { 0 } };
static const struct answer_part use_parts[] = { { .name = "recall", .type = "object" }, { 0 } };
static const struct answer_part contact_parts[] = {
    NUMBER_PART("county"), NUMBER_PART("guarantee_id"), TEXT_PART("number"), TEXT_PART("name"), TEXT_PART("kind"), TEXT_PART("hh_no"), TEXT_PART("head_name"), TEXT_PART("village"), TEXT_PART("state"),
    TEXT_PART("owed"), BOOL_PART("money_back"), BOOL_PART("out_of_poverty"), TEXT_PART("released_on"), TEXT_PART("last_visit"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/visits", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &visits_query, .orders = BY_DAY, .run = list_visits, .answer = &visit_entity, .list = true, .parts = visit_parts,
      .doc = { "走访，按日期；可只列记录雷同的", "Visits by day; or only those with copied notes" } },
    { .method = "GET", .pattern = HOUSEHOLD "/visits", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .orders = BY_DAY, .run = list_of_household, .answer = &visit_entity, .list = true, .parts = visit_parts,
      .doc = { "对一户的走访", "The visits to a household" } },
    ADDS(HOUSEHOLD "/visits", PERM_CASE_ENTER, &follow_visit_form, add_visit, &visit_entity, warned_parts, "登记走访；文字与别户雷同时提醒", "Record a visit; words copied from another household's are pointed out",
         "{\"visitor\":\"李干事\",\"earmarked\":true,\"on_project\":true,\"benefit\":\"已出栏两批\"}"),
    ADDS(CONTRACT "/effects", PERM_CASE_ENTER, &effect_form, add_effect, &effect_survey_entity, NULL, "登记救助效果调查，以最近一次为准", "Record an effect survey; the latest one counts",
         "{\"assessor\":\"李干事\",\"income_before\":\"2300.00\",\"income_after\":\"5200.00\",\"out_of_poverty\":true}"),
    { .method = "GET", .pattern = "/api/v1/effects", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &of_contracts_query, .orders = ORDERS(BY("id", "登记先后", "as they were recorded", .rows = effects)), .run = list_of_contracts, .answer = &effect_survey_entity, .list = true, .parts = number_parts,
      .doc = { "救助效果调查", "Effect surveys" } },
    ADDS(CONTRACT "/money-uses", PERM_CASE_ENTER, &money_use_form, add_use, &money_use_entity, use_parts, "登记资金实际用途；改变用途的同时提出提前收回", "Record what the money was used for; for misuse a recall is proposed",
         "{\"found\":\"养牛\",\"misused\":false,\"finder\":\"李干事\"}"),
    { .method = "GET", .pattern = "/api/v1/money-uses", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &of_contracts_query, .orders = ORDERS(BY("id", "登记先后", "as they were recorded", .rows = uses)), .run = list_of_contracts, .answer = &money_use_entity, .list = true, .parts = number_parts,
      .doc = { "资金实际用途", "What money was used for" } },
    { .method = "GET", .pattern = "/api/v1/funds/{county}/{code}/contacts", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &contacts_query, .orders = ORDERS(BY("number", "合同编号", "the contract's number")), .run = list_contacts, .list = true, .parts = contact_parts,
      .doc = { "还不能解除的联系人、担保人；可只列本月没有上门的", "Contacts and guarantors who cannot be released yet; or only who did not come this month" } },
    ADDS(CONTRACT "/contacts/release", PERM_FUND_CONTRACT, &release_form, release_contact, &guarantee_release_entity, NULL, "解除联系人或担保人的责任；不能解除时逐条说明原因", "Release a contact or guarantor; if it may not be, every reason is told", "{}"),
};
// clang-format on
const struct route_table followup_routes = { { "跟踪督查", "Following up" }, routes, N_ELEMS(routes) };
