/* remind.c - notices made in batches. */
#include "fund/remind.h"

#include "access/site.h"
#include "base/value.h"
#include "fund/loan_terms.h"
#include "fund/relief.h"
#include "registry/scope.h"

#include <assert.h>
#include <stdlib.h>

/* An instalment that gets a notice. */
struct item {
    int64_t contract, after; /* after: the notice whose receipt opened this one, or 0 */
    struct region_code village;
    struct date due;
    struct money amount, interest;
    int64_t nth; /* letters of the contract before this one */
    struct str number, name;
};
struct batch {
    struct lending *l;
    const struct fund_rules *r;
    const struct remind_request *q;
    const struct programme_reminder *step;
    const struct open_loans *loans;
    struct item *list; /* by contract and due day, on the heap */
    size_t n, cap;
    struct bulk *notices, *rows;
};
static void batch_release(struct batch *b)
{
    free(b->list);
    bulk_close(b->rows);
    bulk_close(b->notices);
}

struct date remind_day(const struct programme_reminder *p, struct date due)
{
    if (p->before_months.set)
        return date_add_months(due, -(int)p->before_months.v);
    return (struct date){ due.day - (int32_t)(p->before_days.set ? p->before_days.v : 0) };
}

static bool from_county(const struct programme_reminder *p)
{
    return str_eq(p->from.name, STR("county"));
}

static void add(struct batch *b, const struct item *x)
{
    enum { FIRST = 256 };
    if (b->n == b->cap) {
        b->cap = b->cap ? b->cap * 2 : FIRST;
        b->list = xrealloc(b->list, arena_mul(b->cap, sizeof *b->list));
    }
    b->list[b->n++] = *x;
}

/* --- which are due for the first step -------------------------------------------------------- */

/* Instalments that have a notice of the step, by contract and day. */
struct known {
    int64_t contract;
    struct date due;
};
static bool read_known(struct batch *b, struct known **list, size_t *n, struct errs *e)
{
    size_t cap = 0;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    *list = NULL;
    *n = 0;
    if (!db_scan(b->l->act->tx, &r,
                 SQL(STMT_KEY, "SELECT contract_id, due_on FROM due_notice_row WHERE county = $1 AND fund_id "
                               "= $2 AND reminder = $3 AND due_on >= $4 ORDER BY contract_id, due_on"),
                 e, V(b->r->fund.county), V(b->r->fund.id), V(b->step->no.v),
                 V((int64_t)(b->q->late ? INT32_MIN : b->q->on.day))))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (*n == cap) {
            cap = cap ? cap * 2 : (size_t)256;
            *list = xrealloc(*list, arena_mul(cap, sizeof **list));
        }
        (*list)[(*n)++] = (struct known){ rows_int(&r, 0), { (int32_t)rows_int(&r, 1) } };
    }
    return f == NONE;
}

static bool wanted(const struct batch *b, const struct open_loan *x)
{
    int64_t first = 0, last = INT64_MAX;
    if (b->q->within.v)
        region_span(b->q->within, &first, &last);
    return x->village.v >= first && x->village.v <= last &&
           actor_may(b->l->act->who, PERM_FUND_REPAY, x->village);
}

static bool is_due(const struct batch *b, struct date due)
{
    return remind_day(b->step, due).day <= b->q->on.day && (b->q->late || due.day >= b->q->on.day);
}

static bool gather_due(struct batch *b, struct errs *e)
{
    struct known *known;
    size_t n, k = 0;
    bool ok = read_known(b, &known, &n, e);
    CLEANUP(loan_dues_release) struct loan_dues d = { 0 };
    for (size_t i = 0; ok && i < b->loans->n; i++) {
        const struct open_loan *x = &b->loans->list[i];
        ok = !wanted(b, x) || loan_dues(x, &d, e);
        for (size_t j = 0; ok && wanted(b, x) && j < d.n; j++) {
            struct date due = { d.list[j].day };
            while (k < n && (known[k].contract < x->contract_id ||
                             (known[k].contract == x->contract_id && known[k].due.day < due.day)))
                k++;
            bool has = k < n && known[k].contract == x->contract_id && known[k].due.day == due.day;
            if (!has && is_due(b, due))
                add(b, &(struct item){ .contract = x->contract_id,
                                       .village = x->village,
                                       .due = due,
                                       .amount = { d.list[j].fen } });
        }
    }
    free(known);
    return ok;
}

/* --- which a receipt has opened ---------------------------------------------------------------- */

static const struct open_loan *loan_of(const struct open_loans *all, int64_t contract)
{
    size_t from = 0, to = all->n;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (all->list[at].contract_id < contract)
            from = at + 1;
        else
            to = at;
    }
    return from < all->n && all->list[from].contract_id == contract ? &all->list[from] : NULL;
}

/* What was paid meanwhile, or falls due on another day now, is left out. */
static bool gather_opened(struct batch *b, struct errs *e)
{
    enum found f;
    CLEANUP(loan_dues_release) struct loan_dues d = { 0 };
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(b->l->act->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT r.contract_id, r.due_on, n.id FROM due_notice n JOIN due_notice_row r ON "
                     "r.county = $1 AND r.notice_id = n.id WHERE n.county = $1 AND n.fund_id = $2 AND "
                     "n.reminder = $3 AND n.received_on <= $4 AND NOT EXISTS (SELECT 1 FROM due_notice_row "
                     "x WHERE x.county = $1 AND x.contract_id = r.contract_id AND x.due_on = r.due_on AND "
                     "x.reminder = $5) ORDER BY r.contract_id, r.due_on"),
                 e, V(b->r->fund.county), V(b->r->fund.id), V(b->step->after.v), V(b->q->on),
                 V(b->step->no.v)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        const struct open_loan *x = loan_of(b->loans, rows_int(&r, 0));
        if (!x || !wanted(b, x))
            continue;
        if (!loan_dues(x, &d, e))
            return false;
        for (size_t j = 0; j < d.n; j++)
            if (d.list[j].day == rows_int(&r, 1))
                add(b, &(struct item){ .contract = x->contract_id,
                                       .after = rows_int(&r, 2),
                                       .village = x->village,
                                       .due = { d.list[j].day },
                                       .amount = { d.list[j].fen } });
    }
    return f == NONE;
}

/* --- what they say ----------------------------------------------------------------------------- */

static bool read_interest(struct batch *b, struct errs *e)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct open_loan *x = loan_of(b->loans, b->list[i].contract);
        struct loan_terms t;
        assert(x);
        if (!x->terms)
            continue;
        if (!loan_terms_of(b->r, x->terms, &t, e) ||
            (x->kept && !relief_changes(b->l->act->tx, x->terms, b->q->on, &t, e)) ||
            !instalment_interest(&t, b->list[i].due, &b->list[i].interest, e))
            return false;
    }
    return true;
}

static bool read_names(struct batch *b, struct errs *e)
{
    enum found f;
    size_t k = 0;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(b->l->act->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT c.id, c.number, p.name, (SELECT count(*) FROM due_notice_row x JOIN due_notice "
                     "n ON n.county = $1 AND n.id = x.notice_id AND n.form = 2 WHERE x.county = $1 AND "
                     "x.contract_id = c.id) FROM contract c LEFT JOIN person p ON p.county = $1 AND p.id = "
                     "c.borrower_id WHERE c.county = $1 AND +c.fund_id = $2 AND c.id BETWEEN $3 AND $4 "
                     "ORDER BY c.id"),
                 e, V(b->r->fund.county), V(b->r->fund.id), V(b->list[0].contract),
                 V(b->list[b->n - 1].contract)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        for (; k < b->n && b->list[k].contract <= rows_int(&r, 0); k++) {
            bool same = k && b->list[k - 1].contract == b->list[k].contract;
            b->list[k].number = arena_str(e->a, rows_text(&r, 1));
            b->list[k].name = arena_str(e->a, rows_text(&r, 2));
            b->list[k].nth = same ? b->list[k - 1].nth + 1 : rows_int(&r, 3);
        }
    return f == NONE;
}

/* --- written ----------------------------------------------------------------------------------- */

static struct due_notice notice_of(const struct batch *b, int32_t form)
{
    return (struct due_notice){ .county = b->r->fund.county,
                                .fund_id = b->r->fund.id,
                                .programme = b->r->version.programme,
                                .reminder = b->step->no.v,
                                .form = { form, true },
                                .sender = b->step->from.name,
                                .addressee = b->step->to.name,
                                .issued_on = b->q->on,
                                .issued_by = b->l->act->who->login };
}

static bool write_row(struct batch *b, const struct due_notice *n, int64_t no, const struct item *x,
                      struct errs *e)
{
    const struct due_notice_row row = { .county = n->county,
                                        .notice_id = n->id,
                                        .no = no,
                                        .fund_id = n->fund_id,
                                        .reminder = n->reminder,
                                        .contract_id = x->contract,
                                        .due_on = x->due,
                                        .amount = x->amount,
                                        .interest = x->interest };
    return bulk_add(b->rows, &row, e);
}

static bool count(struct remind_made *out, const struct item *x, struct errs *e)
{
    out->loans++;
    return (money_add(&out->amount, x->amount) && money_add(&out->amount, x->interest)) ||
           fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
}

/* 通知 n of a contract carries its number: XF-350603100-025-0001-T1. */
static bool write_letters(struct batch *b, struct remind_made *out, struct errs *e)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct item *x = &b->list[i];
        struct due_notice n = notice_of(b, FORM_LETTER);
        n.number =
            str_of(arena_printf(e->a, "%.*s-T%lld", (int)x->number.n, x->number.p, (long long)x->nth + 1));
        n.after_id = (struct opt_int){ x->after, x->after != 0 };
        n.region = x->village;
        n.contract_id = (struct opt_int){ x->contract, true };
        n.name = x->name;
        n.due_on = x->due;
        n.loans = 1;
        n.amount = x->amount;
        if (!count(out, x, e) || !money_add(&n.amount, x->interest) || !db_id(b->l->act->tx, &n.id, e) ||
            !bulk_add(b->notices, &n, e) || !write_row(b, &n, 1, x, e))
            return false;
        out->letters++;
    }
    return true;
}

static int by_township(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int64_t p = region_parent(x->village).v, q = region_parent(y->village).v;
    if (p != q)
        return p < q ? -1 : 1;
    if (x->village.v != y->village.v)
        return x->village.v < y->village.v ? -1 : 1;
    if (x->due.day != y->due.day)
        return x->due.day < y->due.day ? -1 : 1;
    return (x->contract > y->contract) - (x->contract < y->contract);
}

static bool list_number(struct batch *b, struct region_code township, struct str *out, struct errs *e)
{
    enum { BELOW_TOWNSHIP = 1000 };
    int64_t no;
    int year = date_civil(b->q->on).year;
    struct str code = b->r->fund.code;
    if (!counter_next(b->l->act->tx, b->r->fund.county,
                      arena_printf(e->a, "due notice %.*s %d", (int)code.n, code.p, year), &no, e))
        return false;
    *out = str_of(arena_printf(e->a, "%.*s-%09lld-T%d-%04lld", (int)code.n, code.p,
                               (long long)(township.v / BELOW_TOWNSHIP), year, (long long)no));
    return true;
}

/* The rows of a township, from i on; gives where the next one begins. */
static bool write_list(struct batch *b, size_t i, size_t *next, struct remind_made *out, struct errs *e)
{
    struct due_notice n = notice_of(b, FORM_LIST);
    n.region = region_parent(b->list[i].village);
    n.due_on = b->list[i].due;
    size_t to = i;
    for (; to < b->n && region_parent(b->list[to].village).v == n.region.v; to++) {
        const struct item *x = &b->list[to];
        if (!count(out, x, e) || !money_add(&n.amount, x->amount) || !money_add(&n.amount, x->interest))
            return false;
        if (x->due.day < n.due_on.day)
            n.due_on = x->due;
        n.loans++;
    }
    *next = to;
    if (!list_number(b, n.region, &n.number, e) || !db_id(b->l->act->tx, &n.id, e) ||
        !bulk_add(b->notices, &n, e))
        return false;
    for (size_t k = i; k < to; k++)
        if (!write_row(b, &n, (int64_t)(k - i + 1), &b->list[k], e))
            return false;
    out->lists++;
    return true;
}

static bool write_batch(struct batch *b, struct remind_made *out, struct errs *e)
{
    if (!b->n)
        return true;
    if (!read_interest(b, e) || !read_names(b, e))
        return false;
    b->notices = bulk_open(b->l->act->tx, &due_notice_entity);
    b->rows = bulk_open(b->l->act->tx, &due_notice_row_entity);
    if (b->step->form == REMINDER_LETTER)
        return write_letters(b, out, e) && bulk_flush(b->rows, e) && bulk_flush(b->notices, e);
    qsort(b->list, b->n, sizeof *b->list, by_township);
    for (size_t i = 0; i < b->n;)
        if (!write_list(b, i, &i, out, e))
            return false;
    return bulk_flush(b->rows, e) && bulk_flush(b->notices, e);
}

/* --- made ---------------------------------------------------------------------------------------- */

static bool make_step(struct lending *l, const struct fund_rules *r, const struct remind_request *q,
                      const struct programme_reminder *step, const struct open_loans *loans,
                      struct remind_made *out, struct errs *e)
{
    CLEANUP(batch_release) struct batch b = { l, r, q, step, loans, NULL, 0, 0, NULL, NULL };
    return (step->after.set ? gather_opened(&b, e) : gather_due(&b, e)) && write_batch(&b, out, e);
}

static bool may_send(const struct lending *l, const struct fund_rules *r, const struct programme_reminder *p)
{
    enum { BELOW_COUNTY = 1000000 };
    return !from_county(p) ||
           actor_may(l->act->who, PERM_FUND_REPAY, (struct region_code){ r->fund.county * BELOW_COUNTY });
}

bool remind_make(struct lending *l, const struct fund_rules *r, const struct remind_request *q,
                 struct remind_made *out, struct errs *e)
{
    const struct programme *p = r->programme;
    bool any = false;
    CLEANUP(open_loans_release) struct open_loans loans = { 0 };
    *out = (struct remind_made){ 0 };
    if (q->on.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    for (size_t i = 0; i < p->reminders.n; i++)
        any = any || !q->no || p->reminders.p[i].no.v == q->no;
    if (!any)
        return fail(e, ERR_NOT_FOUND, "no", MSG_REMIND_NO_STEP, A(r->version.programme));
    if (!open_loans_read(l->act->tx, &r->fund, 0, INT64_MAX, q->on, &loans, e))
        return false;
    for (size_t i = 0; i < p->reminders.n; i++) {
        const struct programme_reminder *step = &p->reminders.p[i];
        if (q->no && step->no.v != q->no)
            continue;
        if (!may_send(l, r, step)) {
            if (q->no)
                return fail(e, ERR_FORBIDDEN, "no", MSG_REMIND_COUNTY, A(step->no.v));
            continue;
        }
        if (!make_step(l, r, q, step, &loans, out, e))
            return false;
    }
    return true;
}
