#include "fund/due_list.h"

#include "base/value.h"

#include <stdlib.h>

const char *const due_slugs[] = { "soon", "today", "overdue", "broken" };
const struct label due_labels[] = {
    { "临期", "due soon" },
    { "今日到期", "due today" },
    { "逾期", "overdue" },
    { "承诺未履行", "promise broken" },
};

static void add(struct due_rows *out, const struct open_loan *x, enum due_kind kind, struct date due,
                struct money amount, struct date on)
{
    enum { FIRST = 256 };
    if (out->n == out->cap) {
        out->cap = out->cap ? out->cap * 2 : FIRST;
        out->list = xrealloc(out->list, arena_mul(out->cap, sizeof *out->list));
    }
    int32_t days = due.day - on.day;
    out->list[out->n++] = (struct due_row){ .kind = kind,
                                            .contract_id = x->contract_id,
                                            .village = x->village,
                                            .due_on = due,
                                            .amount = amount,
                                            .outstanding = x->open,
                                            .days = days < 0 ? -days : days };
}

static bool add_loan(struct due_rows *out, const struct open_loan *x, struct date on, struct date soon,
                     struct loan_dues *d, struct errs *e)
{
    if (x->late.fen)
        add(out, x, DUE_OVERDUE, x->late_since, x->late, on);
    if (!loan_dues(x, d, e))
        return false;
    for (size_t i = 0; i < d->n; i++) {
        const struct due *due = &d->list[i];
        if (due->day == on.day)
            add(out, x, DUE_TODAY, on, (struct money){ due->fen }, on);
        else if (due->day > on.day && due->day <= soon.day)
            add(out, x, DUE_SOON, (struct date){ due->day }, (struct money){ due->fen }, on);
    }
    return true;
}

/* Rows and contracts are both in the order of contracts. */
static bool read_names(struct tx *tx, const struct fund *f, struct due_rows *out, size_t from, struct errs *e)
{
    enum found found;
    size_t k = from;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (k == out->n)
        return true;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT c.id, c.number, p.name, (SELECT max(g.done_on) FROM collection_log g WHERE "
                     "g.county = $1 AND g.contract_id = c.id) FROM contract c LEFT JOIN person p ON p.county "
                     "= $1 AND p.id = c.borrower_id WHERE c.county = $1 AND +c.fund_id = $2 AND c.id BETWEEN "
                     "$3 AND $4 ORDER BY c.id"),
                 e, V(f->county), V(f->id), V(out->list[k].contract_id),
                 V(out->list[out->n - 1].contract_id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND)
        for (; k < out->n && out->list[k].contract_id <= rows_int(&r, 0); k++) {
            int64_t day;
            out->list[k].number = arena_str(e->a, rows_text(&r, 1));
            out->list[k].borrower = arena_str(e->a, rows_text(&r, 2));
            out->list[k].collected_on.set = rows_number(&r, 3, &day);
            out->list[k].collected_on.v.day = (int32_t)day;
        }
    return found == NONE;
}

static int by_contract(const void *a, const void *b)
{
    const struct due_row *x = a, *y = b;
    return (x->contract_id > y->contract_id) - (x->contract_id < y->contract_id);
}

static int by_village(const void *a, const void *b)
{
    const struct due_row *x = a, *y = b;
    if (x->village.v != y->village.v)
        return x->village.v < y->village.v ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->due_on.day != y->due_on.day)
        return x->due_on.day < y->due_on.day ? -1 : 1;
    return str_cmp(x->number, y->number);
}

bool due_list(struct tx *tx, const struct fund *f, const struct scope *s, struct date on, struct date soon,
              struct due_rows *out, struct errs *e)
{
    CLEANUP(open_loans_release) struct open_loans loans = { 0 };
    CLEANUP(loan_dues_release) struct loan_dues d = { 0 };
    struct broken_promise *broken;
    size_t broken_n, k = 0, from = out->n;
    if (!open_loans_read(tx, f, s->first, s->last, on, &loans, e) ||
        !broken_promises(tx, f, &loans, &broken, &broken_n, e))
        return false;
    for (size_t i = 0; i < loans.n; i++) {
        const struct open_loan *x = &loans.list[i];
        if (!add_loan(out, x, on, soon, &d, e))
            return false;
        for (; k < broken_n && broken[k].contract_id == x->contract_id; k++)
            add(out, x, DUE_BROKEN, broken[k].promised_on, broken[k].missing, on);
    }
    if (out->n > from)
        qsort(out->list + from, out->n - from, sizeof *out->list, by_contract);
    if (!read_names(tx, f, out, from, e))
        return false;
    if (out->n)
        qsort(out->list, out->n, sizeof *out->list, by_village);
    return true;
}

void due_rows_release(struct due_rows *x)
{
    free(x->list);
    *x = (struct due_rows){ 0 };
}
