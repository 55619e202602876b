#include "fund/day.h"

#include "base/value.h"
#include "fund/loan_terms.h"
#include "fund/relief.h"
#include "registry/region.h"

#include <stdlib.h>

enum { CLASSES_MAX = 100000 };

void day_release(struct day_result *x)
{
    free(x->items);
    x->items = NULL;
    x->items_n = x->items_cap = 0;
}

static bool too_large(struct errs *e)
{
    return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
}

static void add_item(struct day_result *out, int32_t kind, int64_t contract, struct date due,
                     struct money amount)
{
    enum { FIRST = 1024 };
    if (out->items_n == out->items_cap) {
        out->items_cap = out->items_cap ? out->items_cap * 2 : FIRST;
        out->items = xrealloc(out->items, arena_mul(out->items_cap, sizeof *out->items));
        large_pages(out->items, out->items_cap * sizeof *out->items);
    }
    out->items[out->items_n++] = (struct day_item){ .county = out->sum.county,
                                                    .fund_id = out->sum.fund_id,
                                                    .day = out->sum.day,
                                                    .kind = { kind, true },
                                                    .contract_id = contract,
                                                    .due_on = due,
                                                    .amount = amount };
}

/* --- items are kept as they are found ------------------------------------------------------------ */

static int item_order(const struct day_item *x, const struct day_item *y)
{
    if (x->kind.v != y->kind.v)
        return x->kind.v < y->kind.v ? -1 : 1;
    if (x->contract_id != y->contract_id)
        return x->contract_id < y->contract_id ? -1 : 1;
    return (x->due_on.day > y->due_on.day) - (x->due_on.day < y->due_on.day);
}

/* What was kept of that day is set against what comes now; both are in order, and only what differs is
 * touched. */
struct keeping {
    struct lending *l;
    const struct day_result *was;
    size_t i; /* so many of them are done */
    struct bulk *b;
    bool *changed;
};

/* now: NULL when no more will come. */
static bool keep_item(struct keeping *k, const struct day_item *now, struct errs *e)
{
    while (k->i < k->was->items_n) {
        const struct day_item *x = &k->was->items[k->i];
        int c = now ? item_order(x, now) : -1;
        if (c > 0)
            break;
        k->i++;
        if (c == 0 && x->amount.fen == now->amount.fen)
            return true;
        *k->changed = true;
        if (c == 0)
            return db_update(k->l->act->tx, &day_item_entity, x, now, e);
        if (!db_delete(k->l->act->tx, &day_item_entity, x, e))
            return false;
    }
    if (!now)
        return bulk_flush(k->b, e);
    *k->changed = true;
    return bulk_add(k->b, now, e);
}

/* --- ageing ----------------------------------------------------------------------------------- */

static int64_t class_of(const struct fund_rules *r, int32_t days_late)
{
    int64_t from = 0;
    for (size_t i = 0; i < r->programme->loan.overdue.classes.n; i++)
        if (days_late >= r->programme->loan.overdue.classes.p[i])
            from = r->programme->loan.overdue.classes.p[i];
    return from ? from : days_late > 0;
}

/* Most loans are of the township and class of one not long before them. */
static struct day_class *class_row(struct day_result *out, struct region_code township, int64_t from)
{
    for (size_t i = out->classes_n; i > 0; i--)
        if (out->classes[i - 1].township.v == township.v && out->classes[i - 1].from_day == from)
            return &out->classes[i - 1];
    if (out->classes_n == CLASSES_MAX)
        return NULL;
    struct day_class *x = &out->classes[out->classes_n++];
    *x = (struct day_class){ .county = out->sum.county,
                             .fund_id = out->sum.fund_id,
                             .day = out->sum.day,
                             .township = township,
                             .from_day = from };
    return x;
}

static bool age(struct day_result *out, const struct fund_rules *r, const struct open_loan *x)
{
    enum { ONE_MONTH = 30, TWO_MONTHS = 60, THREE_MONTHS = 90, BELOW_TOWNSHIP = 1000 };
    struct day_close *s = &out->sum;
    int32_t days = x->late.fen ? s->day.day - x->late_since.day : 0;
    struct region_code township = { x->village.v - x->village.v % BELOW_TOWNSHIP };
    struct day_class *c = class_row(out, township, class_of(r, days));
    bool fits = c && money_add(&c->amount, x->open) && money_add(&c->overdue, x->late) &&
                money_add(&s->outstanding, x->open) && money_add(&s->overdue, x->late);
    if (!fits)
        return false;
    c->loans++;
    s->loans++;
    s->overdue_loans += x->late.fen > 0;
    return (days <= ONE_MONTH || money_add(&s->par30, x->open)) &&
           (days <= TWO_MONTHS || money_add(&s->par60, x->open)) &&
           (days <= THREE_MONTHS || money_add(&s->par90, x->open));
}

static int by_class(const void *a, const void *b)
{
    const struct day_class *x = a, *y = b;
    if (x->township.v != y->township.v)
        return x->township.v < y->township.v ? -1 : 1;
    return (x->from_day > y->from_day) - (x->from_day < y->from_day);
}

/* --- interest --------------------------------------------------------------------------------- */

struct paid {
    int64_t contract, id;
    struct opt_int reverses;
    struct loan_payment p;
};
struct payments {
    struct paid *list; /* by contract, day and id; on the heap */
    size_t n, cap;
};
static void payments_release(struct payments *p)
{
    free(p->list);
}

static bool read_payments(struct tx *tx, const struct fund *f, struct date day, struct payments *out,
                          struct errs *e)
{
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(
            tx, &r,
            SQL(STMT_KEY,
                "SELECT r.contract_id, r.id, r.reverses, r.paid_on, r.amount FROM repayment r JOIN "
                "voucher v ON v.county = $1 AND v.id = r.entry_id WHERE r.county = $1 AND r.fund_id = $2 "
                "AND v.entry_date <= $3 ORDER BY r.contract_id, r.paid_on, r.id"),
            e, V(f->county), V(f->id), V(day)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        if (out->n == out->cap) {
            out->cap = out->cap ? out->cap * 2 : 1024;
            out->list = xrealloc(out->list, arena_mul(out->cap, sizeof *out->list));
        }
        struct paid x = { .contract = rows_int(&r, 0), .id = rows_int(&r, 1) };
        x.reverses.set = rows_number(&r, 2, &x.reverses.v);
        x.p = (struct loan_payment){ .value_date = { (int32_t)rows_int(&r, 3) },
                                     .amount = { rows_int(&r, 4) } };
        out->list[out->n++] = x;
    }
    return found == NONE;
}

/* Those of one contract, without what was undone and what undid it. */
static size_t payments_of(const struct payments *all, size_t *k, int64_t contract, struct loan_payment **p,
                          struct arena *a)
{
    while (*k < all->n && all->list[*k].contract < contract)
        ++*k;
    size_t from = *k, n = 0;
    while (*k < all->n && all->list[*k].contract == contract)
        ++*k;
    *p = NEW_ARRAY(a, struct loan_payment, *k - from + 1);
    for (size_t i = from; i < *k; i++) {
        bool undone = all->list[i].reverses.set;
        for (size_t j = from; j < *k; j++)
            undone = undone || (all->list[j].reverses.set && all->list[j].reverses.v == all->list[i].id);
        if (!undone)
            (*p)[n++] = all->list[i].p;
    }
    return n;
}

static bool accrue(struct tx *tx, const struct fund_rules *r, const struct open_loans *loans,
                   struct day_result *out, struct errs *e)
{
    CLEANUP(payments_release) struct payments paid = { 0 };
    CLEANUP(arena_free) struct arena own = { 0 };
    bool any = false;
    for (size_t i = 0, k = 0; i < loans->n && loans->any_terms; i++) {
        const struct open_loan *x = &loans->list[i];
        struct errs mine = { .a = &own, .lang = e->lang };
        struct loan_terms t;
        struct loan_payment *p;
        struct loan_state s;
        if (!x->terms || !x->terms->rate.p)
            continue;
        arena_reset(&own);
        if (!loan_terms_of(r, x->terms, &t, &mine))
            return fail(e, ERR_INTERNAL, NULL, MSG_DAY_TERMS, A(x->contract_id));
        if (!loan_bears_interest(&t))
            continue;
        if (x->kept && !relief_changes(tx, x->terms, out->sum.day, &t, e))
            return false;
        if (!any && !read_payments(tx, &r->fund, out->sum.day, &paid, e))
            return false;
        any = true;
        size_t n = payments_of(&paid, &k, x->contract_id, &p, &own);
        if (!loan_replay(&t, p, n, out->sum.day, &s, &mine))
            return fail(e, ERR_INTERNAL, NULL, MSG_DAY_TERMS, A(x->contract_id));
        if (!money_add(&out->sum.accrued, s.interest_accrued) ||
            !money_add(&out->sum.interest_due, s.interest_due))
            return too_large(e);
    }
    return true;
}

/* --- what is to be done ------------------------------------------------------------------------- */

/* Instalments that have their notice already, by contract and day. */
struct sent {
    int64_t contract;
    int32_t due;
};
struct sents {
    struct sent *list; /* on the heap */
    size_t n, cap;
};
static void sents_release(struct sents *s)
{
    free(s->list);
}

static bool read_sent(struct tx *tx, const struct fund_rules *r, int64_t step, struct date day,
                      struct sents *out, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan(
            tx, &rows,
            SQL(STMT_KEY,
                "SELECT x.contract_id, x.due_on FROM due_notice_row x JOIN due_notice n ON n.county = $1 "
                "AND n.id = x.notice_id WHERE x.county = $1 AND x.fund_id = $2 AND x.reminder = $3 AND "
                "x.due_on >= $4 AND n.issued_on < $4 ORDER BY x.contract_id, x.due_on"),
            e, V(r->fund.county), V(r->fund.id), V(step), V(day)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        if (out->n == out->cap) {
            out->cap = out->cap ? out->cap * 2 : 1024;
            out->list = xrealloc(out->list, arena_mul(out->cap, sizeof *out->list));
        }
        out->list[out->n++] = (struct sent){ rows_int(&rows, 0), (int32_t)rows_int(&rows, 1) };
    }
    return f == NONE;
}

static bool was_sent(const struct sents *s, size_t *k, int64_t contract, int32_t due)
{
    while (*k < s->n &&
           (s->list[*k].contract < contract || (s->list[*k].contract == contract && s->list[*k].due < due)))
        ++*k;
    return *k < s->n && s->list[*k].contract == contract && s->list[*k].due == due;
}

static const struct programme_reminder *first_step(const struct programme *p)
{
    for (size_t i = 0; i < p->reminders.n; i++)
        if (!p->reminders.p[i].after.set)
            return &p->reminders.p[i];
    return NULL;
}

/* Which notices are due: `until` leaves out at once what falls due long after. */
struct reminding {
    const struct programme_reminder *step; /* NULL: the programme sends none */
    struct date day, until;
    struct sents sent;
    size_t k;
};

static bool remind_now(struct reminding *m, int64_t contract, struct date due)
{
    return m->step && due.day >= m->day.day && due.day <= m->until.day &&
           remind_day(m->step, due).day <= m->day.day && !was_sent(&m->sent, &m->k, contract, due.day);
}

/* Of most loans nothing is to be done: they are due at once, and on another day. */
static bool is_far(const struct open_loan *x, const struct reminding *m)
{
    int32_t due = x->ends_on.day > x->due_on.day ? x->ends_on.day : x->due_on.day;
    return !x->terms && !x->kept && (due < m->day.day || due > m->until.day);
}

/* A day being reckoned: every item that is found goes into out, and where the day is kept, to keep. */
struct reckoning {
    const struct fund_rules *rules;
    struct day_result *out;
    struct keeping *keep; /* or NULL */
};

static bool found_item(struct reckoning *k, int32_t kind, int64_t contract, struct date due,
                       struct money amount, struct errs *e)
{
    add_item(k->out, kind, contract, due, amount);
    return !k->keep || keep_item(k->keep, &k->out->items[k->out->items_n - 1], e);
}

static bool find_dues(struct reckoning *k, const struct open_loan *x, struct reminding *m,
                      struct day_result *today, struct loan_dues *d, struct errs *e)
{
    if (is_far(x, m))
        return true;
    if (!loan_dues(x, d, e))
        return false;
    for (size_t j = 0; j < d->n; j++) {
        struct date due = { d->list[j].day };
        struct money amount = { d->list[j].fen };
        if (due.day == m->day.day)
            add_item(today, ITEM_DUE, x->contract_id, due, amount);
        if (remind_now(m, x->contract_id, due) &&
            !found_item(k, ITEM_REMINDER, x->contract_id, due, amount, e))
            return false;
    }
    return true;
}

/* One kind after the other, so that they come in the order of the table's key: what falls due today waits. */
static bool look_at_loans(struct reckoning *k, struct open_loans *loans, struct reminding *m, struct errs *e)
{
    CLEANUP(loan_dues_release) struct loan_dues d = { 0 };
    CLEANUP(day_release) struct day_result today = { .sum = k->out->sum };
    struct open_loan *x;
    enum found f;
    while ((f = open_loans_next(loans, &x, e)) == FOUND) {
        if (!age(k->out, k->rules, x))
            return too_large(e);
        if (!find_dues(k, x, m, &today, &d, e))
            return false;
    }
    if (f == FAILED)
        return false;
    for (size_t i = 0; i < today.items_n; i++)
        if (!found_item(k, ITEM_DUE, today.items[i].contract_id, today.items[i].due_on, today.items[i].amount,
                        e))
            return false;
    return true;
}

static bool look_at_promises(struct tx *tx, struct reckoning *k, const struct open_loans *loans,
                             struct errs *e)
{
    struct broken_promise *broken;
    size_t n;
    if (!broken_promises(tx, &k->rules->fund, loans, &broken, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!found_item(k, ITEM_BROKEN, broken[i].contract_id, broken[i].promised_on, broken[i].missing, e))
            return false;
    return !k->keep || keep_item(k->keep, NULL, e);
}

static struct reminding reminding_of(const struct programme *p, struct date day)
{
    enum { MONTH_ENDS = 3 };
    struct reminding m = { first_step(p), day, day, { 0 }, 0 };
    if (m.step && m.step->before_months.set)
        m.until.day = date_add_months(m.day, (int)m.step->before_months.v).day + MONTH_ENDS;
    else if (m.step && m.step->before_days.set)
        m.until.day += (int32_t)m.step->before_days.v;
    return m;
}

static bool reckon(struct tx *tx, struct reckoning *k, struct errs *e)
{
    enum { MANY = 10000 };
    CLEANUP(open_loans_release) struct open_loans loans = { 0 };
    struct day_result *out = k->out;
    struct reminding m = reminding_of(k->rules->programme, out->sum.day);
    if (!open_loans_begin(tx, &k->rules->fund, 0, INT64_MAX, out->sum.day, &loans, e))
        return false;
    bool ok = !m.step || read_sent(tx, k->rules, m.step->no.v, m.day, &m.sent, e);
    if (k->keep && loans.most > MANY && !k->keep->was->items_n)
        bulk_write_beside(k->keep->b);
    ok = ok && look_at_loans(k, &loans, &m, e) && look_at_promises(tx, k, &loans, e) &&
         accrue(tx, k->rules, &loans, out, e);
    sents_release(&m.sent);
    if (ok && out->classes_n)
        qsort(out->classes, out->classes_n, sizeof *out->classes, by_class);
    for (size_t i = 0; i < out->items_n && ok; i++) {
        const struct day_item *x = &out->items[i];
        out->sum.reminders += x->kind.v == ITEM_REMINDER;
        out->sum.broken += x->kind.v == ITEM_BROKEN;
        ok = x->kind.v != ITEM_DUE || money_add(&out->sum.due_today, x->amount) || too_large(e);
    }
    return ok;
}

static void begin_day(const struct fund_rules *r, struct date day, struct day_result *out, struct arena *a)
{
    *out = (struct day_result){ .sum = { .county = r->fund.county, .fund_id = r->fund.id, .day = day },
                                .classes = NEW_ARRAY(a, struct day_class, CLASSES_MAX) };
}

bool day_compute(struct tx *tx, const struct fund_rules *r, struct date day, struct day_result *out,
                 struct errs *e)
{
    begin_day(r, day, out, e->a);
    return reckon(tx, &(struct reckoning){ .rules = r, .out = out }, e);
}

/* --- kept ---------------------------------------------------------------------------------------- */

static bool read_items(struct tx *tx, struct day_result *out, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY, "SELECT kind, contract_id, due_on, amount FROM day_item WHERE county = $1 AND "
                               "fund_id = $2 AND day = $3 ORDER BY kind, contract_id, due_on"),
                 e, V(out->sum.county), V(out->sum.fund_id), V(out->sum.day)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        add_item(out, (int32_t)rows_int(&r, 0), rows_int(&r, 1), (struct date){ (int32_t)rows_int(&r, 2) },
                 (struct money){ rows_int(&r, 3) });
    return f == NONE;
}

enum found day_read(struct tx *tx, const struct fund *f, struct date day, struct day_result *out,
                    struct errs *e)
{
    struct list classes;
    *out = (struct day_result){ .sum = { .county = f->county, .fund_id = f->id, .day = day } };
    enum found found = db_get(tx, &day_close_entity, &out->sum, e, V(f->county), V(f->id), V(day));
    if (found != FOUND)
        return found;
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &day_class_entity,
                        "SELECT {*} FROM day_class WHERE county = $1 AND fund_id = $2 AND day = $3 ORDER BY "
                        "township, from_day"),
                 &classes, e->a, e, V(f->county), V(f->id), V(day)) ||
        !read_items(tx, out, e))
        return FAILED;
    out->classes = classes.rows;
    out->classes_n = classes.n;
    return FOUND;
}

static bool same(const struct entity *en, const void *a, const void *b)
{
    bool is = true;
    for (size_t i = 0; i < en->n && is; i++)
        is = col_same(&en->cols[i], a, b);
    return is;
}

static bool keep_classes(struct lending *l, const struct day_result *was, const struct day_result *now,
                         bool *changed, struct errs *e)
{
    bool equal = was->classes_n == now->classes_n;
    for (size_t i = 0; i < now->classes_n && equal; i++)
        equal = same(&day_class_entity, &was->classes[i], &now->classes[i]);
    if (equal)
        return true;
    *changed = true;
    for (size_t i = 0; i < was->classes_n; i++)
        if (!db_delete(l->act->tx, &day_class_entity, &was->classes[i], e))
            return false;
    for (size_t i = 0; i < now->classes_n; i++)
        if (!db_insert(l->act->tx, &day_class_entity, &now->classes[i], e))
            return false;
    return true;
}

bool day_close(struct lending *l, const struct fund_rules *r, struct date day, struct day_result *out,
               bool *changed, struct errs *e)
{
    CLEANUP(day_release) struct day_result was = { 0 };
    *changed = false;
    if (day.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    begin_day(r, day, out, e->a);
    enum found f = day_read(l->act->tx, &r->fund, day, &was, e);
    if (f == FAILED)
        return false;
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(l->act->tx, &day_item_entity);
    struct keeping keep = { .l = l, .was = &was, .b = b, .changed = changed };
    if (!reckon(l->act->tx, &(struct reckoning){ .rules = r, .out = out, .keep = &keep }, e) ||
        !keep_classes(l, &was, out, changed, e))
        return false;
    if (f == FOUND && same(&day_close_entity, &was.sum, &out->sum))
        return true;
    *changed = true;
    return f == FOUND ? db_update(l->act->tx, &day_close_entity, &was.sum, &out->sum, e)
                      : db_insert(l->act->tx, &day_close_entity, &out->sum, e);
}
