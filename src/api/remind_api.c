/* remind_api.c - notices of what falls due: made, printed in batches, received. */
#include "api/lending.h"
#include "api/tables.h"
#include "base/clock.h"
#include "fund/remind.h"
#include "registry/scope.h"
#include "report/form.h"

enum { PRINT_BYTES_MAX = 64 << 20 };

/* --- forms -------------------------------------------------------------------------------- */

#define STEP_COL(s) COL(s, step, "第几号通知", "The programme's notice of that number", .min = 1, .max = 20)

struct reminders_form {
    struct opt_int step;
    struct opt_date on;
    bool late;
    struct region_code region;
};
static const struct col reminders_form_cols[] = {
    STEP_COL(reminders_form),
    COL(reminders_form, on, "制作日期（默认今天）", "Day of issue (today)"),
    COL(reminders_form, late, "也给已逾期而没有通知的补发", "Also for what is overdue and never got one"),
    REGION_COL(reminders_form),
};
static const struct entity reminders_form =
    ENTITY(reminders_form, TABLE_LOCAL, "还款通知", "Notices of what falls due", reminders_form_cols);

struct reminders_query {
    struct opt_int step;
    bool open, unprinted;
    struct region_code region;
};
static const struct col reminders_cols[] = {
    STEP_COL(reminders_query),
    COL(reminders_query, open, "只列没有签收的", "Only those without a receipt"),
    COL(reminders_query, unprinted, "只列没有打印过的", "Only those that were never printed"),
    REGION_COL(reminders_query),
};
static const struct entity reminders_query =
    ENTITY(reminders_query, TABLE_LOCAL, "还款通知", "Notices of what falls due", reminders_cols);

struct reminder_line {
    struct opt_int id;
};
static const struct col reminder_line_cols[] = {
    COL(reminder_line, id, "通知（内部编号）", "Notice, by its id", .flags = REQUIRED, .min = 1,
        .max = ID_MAX),
};
static const struct entity reminder_line =
    ENTITY(reminder_line, TABLE_LOCAL, "通知", "Notices", reminder_line_cols);

struct delivery_form {
    struct str party, received_by;
    struct opt_date delivered_on;
    struct code way;
    struct str deliverer, note;
};
static const struct col delivery_cols[] = {
    COL(delivery_form, way, "送达方式", "Way", .flags = REQUIRED, .codes = "delivery_way"),
    COL(delivery_form, received_by, "签收人（给借款人的默认本人）", "Received by (of a letter the borrower)",
        .max = 60, .check = check_name),
    COL(delivery_form, delivered_on, "送达日期（默认今天）", "Delivered on (today)"),
    COL(delivery_form, deliverer, "送达人", "Delivered by", .max = 60, .check = check_name),
    COL(delivery_form, party, "收件方（抄送担保人写 guarantor；默认收件人）",
        "Party: guarantor, of a copy (whom it is addressed to)", .max = 40),
    COL(delivery_form, note, "说明", "Note", .max = 200),
};
static const struct entity delivery_form =
    ENTITY(delivery_form, TABLE_LOCAL, "送达", "Delivery", delivery_cols);

/* --- made --------------------------------------------------------------------------------- */

static bool make(struct call *c, struct errs *e)
{
    const struct reminders_form *x = c->body;
    const struct remind_request q = {
        .no = x->step.v, .within = x->region, .on = day_or_today(x->on), .late = x->late
    };
    struct fund_rules r;
    struct scopes s;
    struct remind_made made;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!open_fund_area(c, PERM_FUND_REPAY, x->region, &r, &s, e))
        return false;
    lend_act_begin(c, &a, "remind.make", r.fund.code, e);
    if (!remind_make(&a.l, &r, &q, &made, e) || !act_end(&a.act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "lists", made.lists);
    put_member_int(&c->w, "letters", made.letters);
    put_member_int(&c->w, "loans", made.loans);
    put_member_money(&c->w, "amount", made.amount);
    put_object_end(&c->w);
    return true;
}

/* --- listed ------------------------------------------------------------------------------- */

static bool put_print(struct call *c, const struct due_notice *n, struct errs *e)
{
    struct due_notice_print p;
    enum found f = due_notice_printed(c->tx, n, &p, e);
    if (f == FOUND)
        put_member_date(&c->w, "printed_on", p.printed_on);
    else
        put_member_text(&c->w, "printed_on", (struct str){ 0 });
    return f != FAILED;
}

/* The page's notices. */
static bool read_page(struct call *c, struct list *out, struct errs *e)
{
    const struct reminders_query *q = c->query;
    struct list_page *p = &c->page;
    struct due_notice *all = NEW_ARRAY(c->a, struct due_notice, p->max);
    struct due_notice_filter f = {
        .no = q->step.v, .open = q->open, .unprinted = q->unprinted, .down = p->down
    };
    struct fund_rules r;
    struct scopes area;
    const struct scope *s;
    size_t n = 0;
    if (!open_fund_area(c, PERM_REGISTRY_READ, q->region, &r, &area, e))
        return false;
    while ((s = page_part(p, &area))) {
        struct list rows;
        f.first = s->first;
        f.last = s->last;
        f.after = page_behind(p).text;
        f.limit = page_room(p);
        if (!due_notice_list(c->tx, &r.fund, &f, &rows, e))
            return false;
        const struct due_notice *x = rows.rows;
        for (size_t i = 0; i < rows.n && page_take(p, (struct page_key){ .text = x[i].number }); i++)
            all[n++] = x[i];
    }
    *out = (struct list){ all, n };
    return true;
}

static bool list_reminders(struct call *c, struct errs *e)
{
    struct list page;
    if (!read_page(c, &page, e))
        return false;
    const struct due_notice *n = page.rows;
    rows_begin(c);
    for (size_t i = 0; i < page.n; i++) {
        put_object(&c->w);
        put_cols(c, &due_notice_entity, &n[i], false);
        if (!put_print(c, &n[i], e))
            return false;
        put_object_end(&c->w);
    }
    page_end(c);
    return true;
}

/* By its id, for what p is needed; of another area it is nowhere. */
static bool find_reminder(struct call *c, int64_t county, int64_t id, enum perm p, struct due_notice *n,
                          struct errs *e)
{
    enum found f = db_get(c->tx, &due_notice_entity, n, e, V(county), V(id));
    if (f == FAILED)
        return false;
    if (f == NONE || !actor_may(&c->who, PERM_REGISTRY_READ, n->region))
        return fail(e, ERR_NOT_FOUND, "id", MSG_API_REMINDER);
    return actor_need_at(&c->who, p, n->region, e);
}

static void put_line(struct call *c, const struct due_notice_line *l)
{
    put_object(&c->w);
    put_member_int(&c->w, "contract_id", l->row.contract_id);
    put_member_text(&c->w, "number", l->number);
    put_member_text(&c->w, "borrower", l->borrower);
    put_member_text(&c->w, "village", l->village);
    put_member_text(&c->w, "project", l->project);
    put_member_text(&c->w, "guarantors", l->guarantors);
    put_member_date(&c->w, "due_on", l->row.due_on);
    put_member_money(&c->w, "amount", l->row.amount);
    put_member_money(&c->w, "interest", l->row.interest);
    put_member_money(&c->w, "lent", l->lent);
    put_member_money(&c->w, "outstanding", l->outstanding);
    put_object_end(&c->w);
}

static bool show_reminder(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct due_notice n = { 0 };
    struct due_notice_content k;
    if (!find_reminder(c, at->county, at->id, PERM_REGISTRY_READ, &n, e) ||
        !due_notice_content(c->tx, &n, c->codes, &k, e))
        return false;
    put_object(&c->w);
    put_cols(c, &due_notice_entity, &n, false);
    if (!put_print(c, &n, e))
        return false;
    put_member_text(&c->w, "county_name", k.county);
    put_member_text(&c->w, "township_name", k.township);
    put_member_text(&c->w, "office", k.office);
    put_member_text(&c->w, "copy_to", k.copy_to);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < k.n; i++)
        put_line(c, &k.lines[i]);
    put_list_end(&c->w);
    put_rows_as(c, "deliveries", &due_notice_delivery_entity, &k.deliveries);
    put_object_end(&c->w);
    return true;
}

/* --- received and printed ----------------------------------------------------------------- */

static bool deliver_one(struct call *c, const struct delivery_form *x, int64_t id, struct errs *e)
{
    const struct at_county *at = c->path;
    struct due_notice n = { 0 };
    struct fund_rules r;
    struct due_notice_delivery d = { .party = x->party,
                                     .received_by = x->received_by,
                                     .delivered_on = { day_or_today(x->delivered_on), true },
                                     .way = x->way,
                                     .deliverer = x->deliverer,
                                     .note = x->note };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_reminder(c, at->county, id, PERM_FUND_REPAY, &n, e) ||
        !fund_rules_open(c->tx, n.county, n.programme, c->codes, &r, e))
        return false;
    lend_act_begin(c, &a, "remind.deliver", n.number, e);
    if (!due_notice_deliver(&a.l, &r, &n, &d, e) || !act_end(&a.act, NULL, e))
        return false;
    put_row(c, &due_notice_delivery_entity, &d);
    return true;
}

/* All or none of them. */
static bool deliver(struct call *c, struct errs *e)
{
    const struct reminder_line *line = c->lines;
    if (!c->lines_n)
        return fail(e, ERR_INVALID, "notices", MSG_API_REMINDERS_MANY);
    rows_begin(c);
    for (size_t i = 0; i < c->lines_n; i++)
        if (!deliver_one(c, c->body, line[i].id.v, e))
            return false;
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool mark_printed(struct call *c, struct errs *e)
{
    const struct at_county *at = c->body;
    const struct reminder_line *line = c->lines;
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!c->lines_n)
        return fail(e, ERR_INVALID, "notices", MSG_API_REMINDERS_MANY);
    lend_act_begin(c, &a, "remind.print", str_of(arena_printf(c->a, "%zu", c->lines_n)), e);
    rows_begin(c);
    for (size_t i = 0; i < c->lines_n; i++) {
        struct due_notice n = { 0 };
        struct due_notice_print p;
        if (!find_reminder(c, at->county, line[i].id.v, PERM_FUND_REPAY, &n, e) ||
            !due_notice_mark_printed(&a.l, &n, &p, e))
            return false;
        put_row(c, &due_notice_print_entity, &p);
    }
    rows_end(c, (struct str){ 0 });
    return act_end(&a.act, NULL, e);
}

/* --- on paper ----------------------------------------------------------------------------- */

static bool same_paper(const struct due_notice *a, const struct due_notice *b)
{
    return a->form.v == b->form.v &&
           (a->form.v == FORM_LETTER ? a->contract_id.v == b->contract_id.v : a->region.v == b->region.v);
}

static int by_bytes(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The papers of one form; a loan or township that has several in the batch gets one in each round. */
static bool put_papers(struct call *c, const struct list *page, int32_t form, size_t round, struct print *p,
                       size_t *n, struct errs *e)
{
    const struct due_notice *all = page->rows;
    struct str *numbers = NEW_ARRAY(c->a, struct str, page->n + 1);
    struct casework w = case_desk_of(c, NULL, e);
    *n = 0;
    for (size_t i = 0; i < page->n; i++) {
        size_t before = 0;
        for (size_t k = 0; k < i; k++)
            before += same_paper(&all[k], &all[i]);
        if (all[i].form.v == form && before == round)
            numbers[(*n)++] = all[i].number;
    }
    if (!*n)
        return true;
    qsort(numbers, *n, sizeof *numbers, by_bytes);
    const struct form_question q = { .programme = all[0].programme,
                                     .region = county_region(all[0].county),
                                     .notices = numbers,
                                     .notices_n = *n,
                                     .as_of = clock_today() };
    const struct form_kind *k =
        form_find(form == FORM_LETTER ? STR("reminder-borrower") : STR("reminder-township"));
    struct forms *f = forms_open(&w, k, &q, e);
    for (size_t i = 0; f && i < forms_n(f); i++)
        if (!forms_put(f, i, p, e))
            return false;
    return f != NULL;
}

static bool print_reminders(struct call *c, struct errs *e)
{
    const struct form_kind *k = form_find(STR("reminder-borrower"));
    struct list page;
    struct print p;
    if (!c->page.limited)
        c->page.max = PAGE_MAX;
    if (!read_page(c, &page, e))
        return false;
    if (!page.n)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_REMIND_NOTHING);
    c->w.b->max = PRINT_BYTES_MAX;
    print_begin(
        &p, c->w.b, ZH,
        (struct print_page){ .name = str_of(k->label.zh), .landscape = k->landscape, .form = k->form });
    for (int32_t form = FORM_LIST; form <= FORM_LETTER; form++)
        for (size_t round = 0, n = 1; n; round++)
            if (!put_papers(c, &page, form, round, &p, &n, e))
                return false;
    print_end(&p);
    return true;
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
#define OBJECTS(n) { .name = n, .type = "object", .list = true }
#define BY_NUMBER ORDERS(BY("number", "通知编号", "the notice's number"))
static const struct answer_part made_parts[] = { NUMBER_PART("lists"), NUMBER_PART("letters"), NUMBER_PART("loans"), TEXT_PART("amount"), { 0 } };
static const struct answer_part listed_parts[] = { TEXT_PART("printed_on"), { 0 } };
static const struct answer_part shown_parts[] = {
    TEXT_PART("printed_on"), TEXT_PART("county_name"), TEXT_PART("township_name"), TEXT_PART("office"), TEXT_PART("copy_to"), OBJECTS("rows"),
    { .name = "deliveries", .of = &due_notice_delivery_entity, .list = true }, { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = FUND "/reminders", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &reminders_query, .orders = BY_NUMBER, .run = list_reminders, .answer = &due_notice_entity, .list = true, .parts = listed_parts,
      .doc = { "还款通知：没有签收的、没有打印的，按编号", "Notices of what falls due: not received, not printed; by number" } },
    { .method = "POST", .pattern = FUND "/reminders", .perm = PERM_FUND_REPAY, .tx = ROUTE_WRITES, .path = &fund_at, .body = &reminders_form, .run = make, .status = 201, .parts = made_parts,
      .doc = { "按项目规定制作还款通知；同一笔到期款每种只发一次，可以天天做", "Make the notices that the programme declares; what falls due gets each once, so it can be done every day" }, .sample = "{\"late\":true}" },
    { .method = "GET", .pattern = FUND "/reminders/print", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &reminders_query, .orders = BY_NUMBER, .run = print_reminders, .gives = "text/html; charset=utf-8",
      .doc = { "成批打印：名单和通知书，最多 500 份", "The papers of a batch, at most 500 notices, to print" } },
    { .method = "GET", .pattern = "/api/v1/reminders/{county}/{id}", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = show_reminder, .answer = &due_notice_entity, .parts = shown_parts,
      .doc = { "一份还款通知：写了什么，谁签收", "A notice: what it says, and who received it" } },
    { .method = "POST", .pattern = "/api/v1/reminders/{county}/deliveries", .perm = PERM_FUND_REPAY, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_county, .body = &delivery_form, .lines = &reminder_line, .lines_name = "notices", .run = deliver, .status = 201, .answer = &due_notice_delivery_entity, .list = true,
      .doc = { "登记送达和签收；几份一起，要么都记，要么都不记", "Record who received notices; all of them or none" }, .sample = "{\"way\":\"in_person\",\"deliverer\":\"林建国\",\"received_by\":\"李秀兰\",\"notices\":[{\"id\":1}]}" },
    { .method = "POST", .pattern = "/api/v1/reminders/printed", .perm = PERM_FUND_REPAY, .tx = ROUTE_WRITES, .body = &at_county, .lines = &reminder_line, .lines_name = "notices", .run = mark_printed, .answer = &due_notice_print_entity, .list = true,
      .doc = { "登记已打印；再打印不改变第一次的日期", "These were printed; the first day of it stays" }, .sample = "{\"county\":350603,\"notices\":[{\"id\":1}]}" },
};
// clang-format on
const struct route_table remind_routes = { { "还款通知", "Notices of what falls due" },
                                           routes,
                                           N_ELEMS(routes) };
