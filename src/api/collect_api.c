/* collect_api.c - a day's work in getting loans back: what is due, who was visited and what was promised,
 * what collectors hold, whether both layers agree, and the close of a day. */
#include "api/lending.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/value.h"
#include "fund/collected.h"
#include "fund/day.h"
#include "fund/due_list.h"
#include "fund/reconcile.h"
#include "registry/region.h"

/* --- forms -------------------------------------------------------------------------------- */

struct due_list_query {
    struct region_code region;
    struct str programme, kind, by;
    struct opt_date on;
    struct opt_int within;
};
static const struct col due_list_cols[] = {
    REGION_COL(due_list_query),
    COL(due_list_query, programme, "项目", "Programme", .max = 100),
    COL(due_list_query, on, "截至哪天（默认今天）", "As of which day (today)"),
    COL(due_list_query, within, "临期算几天（默认一个月）", "Due soon is within so many days (a month)",
        .min = 1, .max = 3660),
    COL(due_list_query, kind, "只列一种：soon、today、overdue、broken",
        "Only one kind: soon, today, overdue, broken", .max = 10),
    COL(due_list_query, by, "按 township 或 village 合计", "Sums by township or village", .max = 10),
};
static const struct entity due_list_query =
    ENTITY(due_list_query, TABLE_LOCAL, "每日清单", "A day's list", due_list_cols);

struct collection_form {
    struct opt_date done_on, promised_on;
    struct code way;
    struct str visitor, township, village, office, guarantor, met, note;
    struct opt_money promised;
};
#define WHO_COL(m, zh, en, len) COL(collection_form, m, zh, en, .max = (len))
static const struct col collection_cols[] = {
    COL(collection_form, visitor, "催收人", "Who went", .flags = REQUIRED, .min = 1, .max = 100),
    COL(collection_form, done_on, "催收日期（默认今天）", "Day (today)"),
    COL(collection_form, way, "方式（默认上门）", "Way (visit)", .codes = "collection_way"),
    WHO_COL(township, "乡镇参加", "Of the township", 100),
    WHO_COL(village, "村参加", "Of the village", 100),
    WHO_COL(office, "项目办参加", "Of the project office", 100),
    WHO_COL(guarantor, "担保人参加", "Guarantor", 100),
    WHO_COL(met, "见到的人", "Met", 60),
    COL(collection_form, promised_on, "承诺还款日", "Promised for"),
    COL(collection_form, promised, "承诺金额", "Promised", .min = 1, .max = INT64_C(100000000000000)),
    WHO_COL(note, "情况", "Note", 500),
};
static const struct entity collection_form =
    ENTITY(collection_form, TABLE_LOCAL, "催收", "Collection", collection_cols);

struct held_query {
    struct region_code region;
    struct opt_date on;
    struct str collector;
};
#define AS_OF_COL(s) COL(s, on, "截至哪天（默认今天）", "As of which day (today)")
static const struct col held_cols[] = {
    REGION_COL(held_query),
    AS_OF_COL(held_query),
    COL(held_query, collector, "收款人", "Collector", .max = 60),
};
static const struct entity held_query =
    ENTITY(held_query, TABLE_LOCAL, "已收未缴", "Collected and not remitted", held_cols);

struct remittances_query {
    struct region_code region;
    struct opt_date from, to;
};
static const struct col remittances_cols[] = {
    REGION_COL(remittances_query),
    COL(remittances_query, from, "自哪天", "From"),
    COL(remittances_query, to, "到哪天", "Up to and with"),
};
static const struct entity remittances_query =
    ENTITY(remittances_query, TABLE_LOCAL, "上缴", "Remittances", remittances_cols);

struct fund_day_path {
    int64_t county;
    struct str code;
    struct date day;
};
static const struct col fund_day_cols[] = {
    COUNTY_COL(fund_day_path),
    COL(fund_day_path, code, "资金编号", "Fund", .flags = REQUIRED, .min = 1, .max = 20),
    COL(fund_day_path, day, "日期", "Day", .flags = REQUIRED),
};
static const struct entity fund_day_path = ENTITY(fund_day_path, TABLE_LOCAL, "日终", "A day", fund_day_cols);

struct day_items_query {
    struct code kind;
};
static const struct col day_items_cols[] = {
    COL(day_items_query, kind, "事项", "Item", .codes = "day_item_kind"),
};
static const struct entity day_items_query =
    ENTITY(day_items_query, TABLE_LOCAL, "日终事项", "Items of a day", day_items_cols);

struct days_query {
    struct opt_date from, to;
};
static const struct col days_cols[] = {
    COL(days_query, from, "自哪天（默认一个月前）", "From (a month ago)"),
    COL(days_query, to, "到哪天（默认今天）", "Up to (today)"),
};
static const struct entity days_query = ENTITY(days_query, TABLE_LOCAL, "日终", "Days", days_cols);

struct day_close_form {
    struct opt_date day;
};
static const struct col day_close_form_cols[] = {
    COL(day_close_form, day, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity day_close_form =
    ENTITY(day_close_form, TABLE_LOCAL, "日终", "Close of a day", day_close_form_cols);

/* --- what is due -------------------------------------------------------------------------- */

struct kind_sum {
    int64_t n;
    struct money amount;
};

static bool read_dues(struct call *c, const struct scope *s, struct str programme, struct date on,
                      struct due_rows *out, struct errs *e)
{
    const struct due_list_query *q = c->query;
    struct date soon =
        q->within.set ? (struct date){ on.day + (int32_t)q->within.v } : date_add_months(on, 1);
    struct list funds;
    if (!fund_list(c->tx, s->county, &funds, e))
        return false;
    for (size_t i = 0; i < funds.n; i++) {
        const struct fund *f = (const struct fund *)funds.rows + i;
        if ((!programme.p || str_eq(f->programme, programme)) && !due_list(c->tx, f, s, on, soon, out, e))
            return false;
    }
    return true;
}

static void put_kinds(struct call *c, const struct kind_sum *sums)
{
    for (size_t k = 0; k < DUE_KINDS; k++) {
        put_key(&c->w, due_slugs[k]);
        put_object(&c->w);
        put_member_int(&c->w, "count", sums[k].n);
        put_member_money(&c->w, "amount", sums[k].amount);
        put_object_end(&c->w);
    }
}

static bool put_region_name(struct call *c, struct region_code code, struct errs *e)
{
    struct region r;
    enum found f = db_get(c->tx, &region_entity, &r, e, V(code));
    put_member_region(&c->w, "region", code);
    put_member_text(&c->w, "name", f == FOUND ? r.name : (struct str){ 0 });
    return f != FAILED;
}

/* Rows are by village. */
static bool put_places(struct call *c, const struct due_rows *all, bool village, struct errs *e)
{
    put_key(&c->w, "regions");
    put_list(&c->w);
    for (size_t i = 0; i < all->n;) {
        struct kind_sum sums[DUE_KINDS] = { 0 };
        struct region_code at = village ? all->list[i].village : region_parent(all->list[i].village);
        for (; i < all->n; i++) {
            const struct due_row *r = &all->list[i];
            if ((village ? r->village : region_parent(r->village)).v != at.v)
                break;
            sums[r->kind].n++;
            sums[r->kind].amount.fen += r->amount.fen;
        }
        put_object(&c->w);
        if (!put_region_name(c, at, e))
            return false;
        put_kinds(c, sums);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    return true;
}

static void put_due(struct call *c, const struct due_row *r)
{
    put_object(&c->w);
    put_member_cstr(&c->w, "kind", due_slugs[r->kind]);
    put_member_int(&c->w, "county", region_county(r->village));
    put_member_region(&c->w, "village", r->village);
    put_member_int(&c->w, "contract_id", r->contract_id);
    put_member_text(&c->w, "number", r->number);
    put_member_text(&c->w, "borrower", r->borrower);
    put_member_date(&c->w, "due_on", r->due_on);
    put_member_int(&c->w, "days", r->days);
    put_member_money(&c->w, "amount", r->amount);
    put_member_money(&c->w, "outstanding", r->outstanding);
    if (r->collected_on.set)
        put_member_date(&c->w, "collected_on", r->collected_on.v);
    put_object_end(&c->w);
}

/* What a row goes by: its village, kind and day, or its day first; then its number. */
static struct page_key key_of(const struct due_row *r, bool by_day)
{
    int64_t village = r->village.v, kind = (int64_t)r->kind, day = r->due_on.day;
    return by_day ? (struct page_key){ { day, village, kind }, r->number }
                  : (struct page_key){ { village, kind, day }, r->number };
}

static int key_cmp(const struct page_key *a, const struct page_key *b)
{
    for (size_t i = 0; i < N_ELEMS(a->n); i++)
        if (a->n[i] != b->n[i])
            return a->n[i] < b->n[i] ? -1 : 1;
    return str_cmp(a->text, b->text);
}

static int by_due_day(const void *a, const void *b)
{
    struct page_key x = key_of(a, true), y = key_of(b, true);
    return key_cmp(&x, &y);
}

static const struct order due_orders[] = { { .name = "village",
                                             .doc = { "村、类别、日期", "village, kind and day" } },
                                           { .name = "due_on", .doc = { "日期", "day" } },
                                           { .name = NULL } };

static void put_due_rows(struct call *c, const struct due_rows *all)
{
    const struct due_list_query *q = c->query;
    struct list_page *p = &c->page;
    bool by_day = p->order == &due_orders[1];
    struct page_key behind = page_behind(p);
    if (by_day && all->n)
        qsort(all->list, all->n, sizeof *all->list, by_due_day);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < all->n; i++) {
        const struct due_row *r = &all->list[p->down ? all->n - 1 - i : i];
        struct page_key key = key_of(r, by_day);
        int place = key_cmp(&key, &behind);
        if ((q->kind.p && !str_eq(q->kind, str_of(due_slugs[r->kind]))) ||
            (p->down ? place >= 0 : place <= 0))
            continue;
        if (!page_take(p, key))
            break;
        put_due(c, r);
    }
    put_list_end(&c->w);
    put_member_text(&c->w, "next", page_next(p, c->a));
}

static bool is_word(struct str s, const char *const *words, size_t n, const char *field, const char *all,
                    struct errs *e)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, str_of(words[i])))
            return true;
    return !s.p || fail(e, ERR_INVALID, field, MSG_API_STATE, A(all));
}

static bool show_due_list(struct call *c, struct errs *e)
{
    static const char *const places[] = { "township", "village" };
    const struct due_list_query *q = c->query;
    struct date on = day_or_today(q->on);
    struct kind_sum sums[DUE_KINDS] = { 0 };
    struct scopes s;
    struct str programme;
    CLEANUP(due_rows_release) struct due_rows all = { 0 };
    if (!is_word(q->kind, due_slugs, DUE_KINDS, "kind", "soon, today, overdue, broken", e) ||
        !is_word(q->by, places, N_ELEMS(places), "by", "township, village", e))
        return false;
    if (on.day > clock_today().day)
        return fail(e, ERR_INVALID, "on", MSG_HISTORY_FUTURE);
    if (!programme_code(c, q->programme, &programme, e) ||
        !scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, q->region, &s, e))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!read_dues(c, &s.list[i], programme, on, &all, e))
            return false;
    for (size_t i = 0; i < all.n; i++) {
        sums[all.list[i].kind].n++;
        sums[all.list[i].kind].amount.fen += all.list[i].amount.fen;
    }
    put_object(&c->w);
    put_member_date(&c->w, "as_of", on);
    put_kinds(c, sums);
    if (q->by.p && !put_places(c, &all, str_eq(q->by, STR("village")), e))
        return false;
    put_due_rows(c, &all);
    put_object_end(&c->w);
    return true;
}

/* --- the collection log ------------------------------------------------------------------- */

static bool put_entry(struct call *c, const struct collection_log *x, struct errs *e)
{
    enum promise_state s;
    if (!promise_state(c->tx, x, clock_today(), &s, e))
        return false;
    put_object(&c->w);
    put_cols(c, &collection_log_entity, x, false);
    put_member_cstr(&c->w, "promise", promise_slugs[s]);
    put_member_cstr(&c->w, "promise_label", label_in(&promise_labels[s], c->lang));
    put_object_end(&c->w);
    return true;
}

static bool list_log(struct call *c, struct errs *e)
{
    struct contract k = { 0 };
    struct list rows;
    if (!find_contract_at(c, c->path, PERM_REGISTRY_READ, &k, e) || !collect_list(c->tx, &k, &rows, e))
        return false;
    rows_begin(c);
    for (size_t i = 0; i < rows.n; i++)
        if (!put_entry(c, (const struct collection_log *)rows.rows + i, e))
            return false;
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool add_log(struct call *c, struct errs *e)
{
    enum { WAY_VISIT = 1 };
    const struct collection_form *f = c->body;
    struct contract k = { 0 };
    struct collection_log x = { .done_on = { day_or_today(f->done_on), true },
                                .way = f->way.set ? f->way : (struct code){ WAY_VISIT, true },
                                .visitor = f->visitor,
                                .township = f->township,
                                .village = f->village,
                                .office = f->office,
                                .guarantor = f->guarantor,
                                .met = f->met,
                                .promised_on = f->promised_on,
                                .promised = f->promised,
                                .note = f->note };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!find_contract_at(c, c->path, PERM_FUND_REPAY, &k, e))
        return false;
    lend_act_begin(c, &a, "collect.log", k.number, e);
    return collect_log(&a.l, &k, &x, e) && act_end(&a.act, NULL, e) && put_entry(c, &x, e);
}

/* --- what collectors hold ----------------------------------------------------------------- */

/* What the actor sees of it. */
static bool read_held(struct call *c, struct held_receipts *out, struct scopes *s, struct errs *e)
{
    const struct held_query *q = c->query;
    struct fund_rules r;
    struct region_code township = region_level(q->region) == TOWNSHIP ? q->region : (struct region_code){ 0 };
    return open_fund_area(c, PERM_FUND_REPAY, q->region, &r, s, e) &&
           held_receipts_read(c->tx, &r.fund, township, day_or_today(q->on), out, e);
}

static bool list_collectors(struct call *c, struct errs *e)
{
    const struct held_query *q = c->query;
    struct date on = day_or_today(q->on);
    struct money sum = { 0 };
    struct scopes s;
    struct list by;
    CLEANUP(held_receipts_release) struct held_receipts held = { 0 };
    if (!read_held(c, &held, &s, e) || !held_by_collector(&held, on, &by, e))
        return false;
    put_object(&c->w);
    put_member_date(&c->w, "as_of", on);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < by.n; i++) {
        const struct held_by *h = (const struct held_by *)by.rows + i;
        if (!in_scopes(&s, h->township))
            continue;
        sum.fen += h->amount.fen;
        put_object(&c->w);
        if (!put_region_name(c, h->township, e))
            return false;
        put_member_text(&c->w, "collector", h->collector);
        put_member_int(&c->w, "receipts", h->receipts);
        put_member_money(&c->w, "amount", h->amount);
        put_member_date(&c->w, "oldest", h->oldest);
        put_member_int(&c->w, "days", h->days);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_member_money(&c->w, "amount", sum);
    put_object_end(&c->w);
    return true;
}

static void put_held(struct call *c, const struct held_receipt *x)
{
    put_object(&c->w);
    put_member_region(&c->w, "township", x->township);
    put_member_text(&c->w, "collector", x->collector);
    put_member_text(&c->w, "receipt", x->receipt);
    put_member_int(&c->w, "contract_id", x->contract_id);
    if (x->period.set)
        put_member_int(&c->w, "period", x->period.v);
    put_member_date(&c->w, "on", x->on);
    put_member_money(&c->w, "amount", x->amount);
    put_member_money(&c->w, "left", x->left);
    put_object_end(&c->w);
}

static bool list_held(struct call *c, struct errs *e)
{
    const struct held_query *q = c->query;
    struct scopes s;
    size_t i;
    CLEANUP(held_receipts_release) struct held_receipts held = { 0 };
    if (!read_held(c, &held, &s, e))
        return false;
    rows_begin(c);
    while (page_step(&c->page, held.n, &i)) {
        const struct held_receipt *x = &held.list[i];
        if (x->left.fen && in_scopes(&s, x->township) &&
            (!q->collector.p || str_eq(q->collector, x->collector)) && page_take_step(&c->page))
            put_held(c, x);
    }
    page_end(c);
    return true;
}

#define REMITTED                                                                                        \
    "SELECT {*} FROM remittance WHERE county = $1 AND fund_id = $2 AND township BETWEEN $3 AND $4 AND " \
    "(CAST($7 AS bigint) IS NULL OR remitted_on >= $7) AND (CAST($8 AS bigint) IS NULL OR remitted_on " \
    "<= $8) AND no "

static const struct stmt *remittances(bool down)
{
    return down ? SQL_OF(STMT_KEY, &remittance_entity, REMITTED "< $5 ORDER BY no DESC LIMIT $6")
                : SQL_OF(STMT_KEY, &remittance_entity, REMITTED "> $5 ORDER BY no LIMIT $6");
}

static struct val day_val(struct opt_date d)
{
    return d.set ? V(d.v) : val_null();
}

static bool list_remittances(struct call *c, struct errs *e)
{
    const struct remittances_query *q = c->query;
    struct list_page *p = &c->page;
    struct fund_rules r;
    struct scopes all;
    const struct scope *s;
    if (!open_fund_area(c, PERM_FUND_REPAY, q->region, &r, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(p, &all))) {
        struct list rows;
        if (!db_list(c->tx, page_rows(p), &rows, c->a, e, V(r.fund.county), V(r.fund.id), V(s->first),
                     V(s->last), V(page_behind(p).n[0]), V(page_room(p)), day_val(q->from), day_val(q->to)))
            return false;
        const struct remittance *x = rows.rows;
        for (size_t i = 0; i < rows.n && page_take(p, (struct page_key){ .n = { x[i].no } }); i++)
            put_row(c, &remittance_entity, &x[i]);
    }
    page_end(c);
    return true;
}

/* --- two layers --------------------------------------------------------------------------- */

static void put_book(struct call *c, const struct reconcile_row *r)
{
    const struct {
        const char *key;
        struct money m;
    } cols[] = { { "contracted", r->contracted }, { "sent", r->sent },
                 { "beyond", r->beyond },         { "remitted", r->remitted },
                 { "direct", r->direct },         { "written_off", r->written_off },
                 { "upper", r->upper },           { "lent", r->lent },
                 { "transit", r->transit },       { "lower", r->lower },
                 { "difference", r->difference } };
    for (size_t i = 0; i < N_ELEMS(cols); i++)
        put_member_money(&c->w, cols[i].key, cols[i].m);
}

static bool put_book_begin(struct call *c, const struct reconcile_row *r, struct errs *e)
{
    put_object(&c->w);
    if (!put_region_name(c, r->township, e))
        return false;
    if (r->period.set)
        put_member_int(&c->w, "period", r->period.v);
    return true;
}

static bool put_differences(struct call *c, const struct reconciliation *b, struct errs *e)
{
    static const char *const why[] = { "voucher_kind", "no_contract", "above_contract", "no_township" };
    static const enum msg says[] = { MSG_RECONCILE_KIND, MSG_RECONCILE_NO_CONTRACT, MSG_RECONCILE_ABOVE,
                                     MSG_RECONCILE_NO_TOWNSHIP };
    const struct code_table *t = code_table(c->codes, "voucher_kind");
    put_key(&c->w, "differences");
    put_list(&c->w);
    for (size_t i = 0; i < b->notes_n; i++) {
        const struct reconcile_note *n = &b->notes[i];
        const struct reconcile_row *r = &b->rows[n->row];
        const struct code_row *row = t && n->kind.set ? code_row(t, n->kind.v) : NULL;
        struct str kind = !row ? STR("") : c->lang == EN ? row->en : row->zh;
        if (!put_book_begin(c, r, e))
            return false;
        put_member_cstr(&c->w, "why", why[n->why]);
        put_member_text(&c->w, "voucher_kind", row ? row->slug : (struct str){ 0 });
        put_member_money(&c->w, "amount", n->amount);
        put_member_cstr(
            &c->w, "text",
            say(c->a, c->lang, says[n->why], A(r->township), A(r->period.v), A(n->amount), A(kind)));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    return true;
}

static bool show_reconciliation(struct call *c, struct errs *e)
{
    const struct held_query *q = c->query;
    struct date on = day_or_today(q->on);
    struct fund_rules r;
    struct scopes s;
    struct reconciliation b;
    int64_t first = 0, last = INT64_MAX;
    struct region_code where = region_level(q->region) > COUNTY
                                   ? q->region
                                   : county_region(((const struct fund_at *)c->path)->county);
    /* Who reads the books, and who takes repayments there. */
    enum perm p = actor_may(&c->who, PERM_LEDGER_READ, where) ? PERM_LEDGER_READ : PERM_FUND_REPAY;
    if (!open_fund_area(c, p, where, &r, &s, e) || !actor_need_at(&c->who, p, where, e))
        return false;
    if (region_level(where) > COUNTY)
        region_span(where, &first, &last);
    if (!reconcile(c->tx, &r.fund, first, last, on, &b, e))
        return false;
    put_object(&c->w);
    put_member_date(&c->w, "as_of", on);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < b.n; i++) {
        if (!put_book_begin(c, &b.rows[i], e))
            return false;
        put_book(c, &b.rows[i]);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_key(&c->w, "sum");
    put_object(&c->w);
    put_book(c, &b.sum);
    put_object_end(&c->w);
    if (!put_differences(c, &b, e))
        return false;
    put_member_bool(&c->w, "even", !b.sum.difference.fen);
    put_object_end(&c->w);
    return true;
}

/* --- the close of a day ------------------------------------------------------------------- */

static void put_day(struct call *c, const struct day_result *r, bool changed)
{
    put_object(&c->w);
    put_cols(c, &day_close_entity, &r->sum, false);
    put_member_bool(&c->w, "changed", changed);
    put_rows_as(c, "classes", &day_class_entity, &(struct list){ r->classes, r->classes_n });
    put_object_end(&c->w);
}

static bool close_day(struct call *c, struct errs *e)
{
    const struct day_close_form *x = c->body;
    struct fund_rules r;
    bool changed;
    CLEANUP(day_release) struct day_result day = { 0 };
    CLEANUP(lend_act_release) struct lend_act a = { 0 };
    if (!open_fund_rules(c, PERM_LEDGER_CHECK, &r, e))
        return false;
    lend_act_begin(c, &a, "day.close", r.fund.code, e);
    if (!day_close(&a.l, &r, day_or_today(x->day), &day, &changed, e) || !act_end(&a.act, NULL, e))
        return false;
    put_day(c, &day, changed);
    return true;
}

static bool read_day(struct call *c, struct day_result *out, struct errs *e)
{
    const struct fund_day_path *at = c->path;
    struct fund_rules r;
    if (!open_fund_rules(c, PERM_LEDGER_READ, &r, e))
        return false;
    enum found f = day_read(c->tx, &r.fund, at->day, out, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "day", MSG_DAY_NOT_CLOSED, A(at->day)));
}

static bool show_day(struct call *c, struct errs *e)
{
    CLEANUP(day_release) struct day_result day = { 0 };
    if (!read_day(c, &day, e))
        return false;
    put_day(c, &day, false);
    return true;
}

static bool list_items(struct call *c, struct errs *e)
{
    const struct day_items_query *q = c->query;
    size_t i;
    CLEANUP(day_release) struct day_result day = { 0 };
    if (!read_day(c, &day, e))
        return false;
    rows_begin(c);
    while (page_step(&c->page, day.items_n, &i))
        if ((!q->kind.set || q->kind.v == day.items[i].kind.v) && page_take_step(&c->page))
            put_row(c, &day_item_entity, &day.items[i]);
    page_end(c);
    return true;
}

static bool list_days(struct call *c, struct errs *e)
{
    const struct days_query *q = c->query;
    struct date to = day_or_today(q->to), from = q->from.set ? q->from.v : date_add_months(to, -1);
    struct fund_rules r;
    struct list rows;
    if (!open_fund_rules(c, PERM_LEDGER_READ, &r, e) ||
        !db_list(c->tx,
                 SQL_OF(STMT_KEY, &day_close_entity,
                        "SELECT {*} FROM day_close WHERE county = $1 AND fund_id = $2 AND day BETWEEN $3 "
                        "AND $4 ORDER BY day LIMIT 5000"),
                 &rows, c->a, e, V(r.fund.county), V(r.fund.id), V(from), V(to)))
        return false;
    rows_begin(c);
    put_rows_of(c, &day_close_entity, &rows);
    rows_end(c, (struct str){ 0 });
    return true;
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
#define CONTRACT "/api/v1/contracts/{county}/{id}"
#define OBJECT(n) { .name = n, .type = "object" }
#define OBJECTS(n) { .name = n, .type = "object", .list = true }
static const struct answer_part due_parts[] = {
    TEXT_PART("as_of"), OBJECT("soon"), OBJECT("today"), OBJECT("overdue"), OBJECT("broken"), OBJECTS("regions"), OBJECTS("rows"), TEXT_PART("next"), { 0 } };
static const struct answer_part log_parts[] = { TEXT_PART("promise"), TEXT_PART("promise_label"), { 0 } };
static const struct answer_part collector_parts[] = { TEXT_PART("as_of"), OBJECTS("rows"), TEXT_PART("amount"), { 0 } };
static const struct answer_part receipt_parts[] = {
    TEXT_PART("township"), TEXT_PART("collector"), TEXT_PART("receipt"), NUMBER_PART("contract_id"), NUMBER_PART("period"), TEXT_PART("on"), TEXT_PART("amount"), TEXT_PART("left"), { 0 } };
static const struct answer_part layer_parts[] = { TEXT_PART("as_of"), OBJECTS("rows"), OBJECT("sum"), OBJECTS("differences"), BOOL_PART("even"), { 0 } };
static const struct answer_part day_parts[] = { BOOL_PART("changed"), { .name = "classes", .of = &day_class_entity, .list = true }, { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/due-list", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &due_list_query, .orders = due_orders, .run = show_due_list, .parts = due_parts,
      .doc = { "每日清单：临期、今日到期、逾期、承诺未履行，可按乡镇或村合计", "A day's list: due soon, due today, overdue, promises broken; sums by township or village" } },
    { .method = "GET", .pattern = CONTRACT "/collections", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .run = list_log, .answer = &collection_log_entity, .list = true, .parts = log_parts,
      .doc = { "催收记录和承诺是否履行", "The collection log, and whether promises were kept" } },
    { .method = "POST", .pattern = CONTRACT "/collections", .perm = PERM_FUND_REPAY, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_id, .body = &collection_form, .run = add_log, .status = 201, .answer = &collection_log_entity, .parts = log_parts,
      .doc = { "登记一次催收和承诺", "Record who went to collect, and what was promised" }, .sample = "{\"visitor\":\"李干事\",\"village\":\"王支书\",\"note\":\"答应下月还\"}" },
    { .method = "GET", .pattern = FUND "/collected", .perm = PERM_FUND_REPAY, .path = &fund_at, .query = &held_query, .run = list_collectors, .parts = collector_parts,
      .doc = { "已收未缴，按收款人", "Collected and not remitted, by collector" } },
    { .method = "GET", .pattern = FUND "/collected/receipts", .perm = PERM_FUND_REPAY, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &held_query, .orders = ORDERS(BY("on", "乡镇和日期", "township and day")), .run = list_held, .list = true, .parts = receipt_parts,
      .doc = { "已收未缴的收据", "The receipts behind it" } },
    { .method = "GET", .pattern = FUND "/remittances", .perm = PERM_FUND_REPAY, .path = &fund_at, .query = &remittances_query, .orders = ORDERS(BY("no", "编号", "number", .rows = remittances, .down = true)), .run = list_remittances, .answer = &remittance_entity, .list = true,
      .doc = { "上缴专户的记录，最近的在前", "What was remitted, the latest first" } },
    { .method = "GET", .pattern = FUND "/reconciliation", .perm = PERM_LEDGER_READ, .or_perm = PERM_FUND_REPAY, .path = &fund_at, .query = &held_query, .run = show_reconciliation, .parts = layer_parts,
      .doc = { "对账：乡镇欠县的与农户欠乡镇的，不等的写明原因", "What townships owe against what their households owe, and why they differ" } },
    { .method = "GET", .pattern = FUND "/days", .perm = PERM_LEDGER_READ, .path = &fund_at, .query = &days_query, .run = list_days, .answer = &day_close_entity, .list = true,
      .doc = { "做过日终的日子", "The days that were closed" } },
    { .method = "POST", .pattern = FUND "/days", .perm = PERM_LEDGER_CHECK, .tx = ROUTE_WRITES, .path = &fund_at, .body = &day_close_form, .run = close_day, .answer = &day_close_entity, .parts = day_parts,
      .doc = { "日终：账龄、逾期占比、应计利息、应发通知、未履行的承诺；可重做", "Close a day: ageing, PAR, interest accrued, notices to be sent, promises broken; again at will" }, .sample = "{}" },
    { .method = "GET", .pattern = FUND "/days/{day}", .perm = PERM_LEDGER_READ, .path = &fund_day_path, .run = show_day, .answer = &day_close_entity, .parts = day_parts,
      .doc = { "一天的日终", "What the close of a day found" } },
    { .method = "GET", .pattern = FUND "/days/{day}/items", .perm = PERM_LEDGER_READ, .path = &fund_day_path, .query = &day_items_query, .orders = ORDERS(BY("kind", "事项、合同和日期", "kind, contract and day")), .run = list_items, .answer = &day_item_entity, .list = true,
      .doc = { "日终列出的通知、到期和未履行的承诺", "What it lists: notices, dues, broken promises" } },
};
// clang-format on
const struct route_table collect_routes = { { "催收、上缴和日终", "Collection, remittances and days" },
                                            routes,
                                            N_ELEMS(routes) };
