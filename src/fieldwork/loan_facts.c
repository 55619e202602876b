#include "fieldwork/loan_facts.h"

#include "fund/dues.h"
#include "ledger/ledger.h"

#include <stdlib.h>

struct payment {
    int32_t day; /* of value: a payment taken back is one that never was */
    int64_t fen;
};
struct loan {
    struct contract c;
    bool relief;
    /* from the journal */
    int32_t out;
    int64_t lent, back, written_off;
    struct payment *payments; /* on the heap; in the order of days */
    size_t payments_n, payments_cap;
};
struct loans {
    struct loan *list; /* ascending by contract; on the heap */
    size_t n, cap;
    struct arena a;
};

static void loans_release(struct loans *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->list[i].payments);
    free(l->list);
    arena_free(&l->a);
}

/* --- reading ------------------------------------------------------------------------------------ */

#define CONTRACTS                                                                                           \
    "SELECT {*}, CASE WHEN ends_on > due_on AND EXISTS (SELECT 1 FROM disaster_loss d WHERE d.county = $1 " \
    "AND d.household_id = contract.household_id AND d.happened_on BETWEEN contract.paid_out_on AND "        \
    "contract.ends_on AND d.happened_on <= $2) THEN 1 ELSE 0 END FROM contract WHERE contract.county = $1 " \
    "AND "

static bool scan_contracts(struct tx *tx, struct rows *r, int64_t county, int64_t household, struct date day,
                           struct errs *e)
{
    if (household)
        return db_scan(tx, r, SQL_OF(STMT_KEY, &contract_entity, CONTRACTS "household_id = $3 ORDER BY id"),
                       e, V(county), V(day), V(household));
    return db_scan(tx, r,
                   SQL_OF(STMT_KEY, &contract_entity, CONTRACTS "household_id IS NOT NULL ORDER BY id"), e,
                   V(county), V(day));
}

static bool read_contracts(struct tx *tx, struct loans *l, int64_t county, int64_t household, struct date day,
                           struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!scan_contracts(tx, &r, county, household, day, e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (l->n == l->cap) {
            l->cap = l->cap ? l->cap * 2 : 64;
            l->list = xrealloc(l->list, arena_mul(l->cap, sizeof *l->list));
        }
        struct loan *x = &l->list[l->n];
        *x = (struct loan){ .relief = rows_int(&r, (int)contract_entity.n) != 0 };
        if (!rows_obj(&r, 0, &x->c, &l->a, e))
            return false;
        l->n++;
    }
    return f != FAILED;
}

static void take_line(struct loan *x, enum voucher_kind kind, int32_t day, int64_t fen)
{
    if (kind == VOUCHER_PAYOUT || kind == VOUCHER_PAYOUT_FAILED) {
        if (!x->lent)
            x->out = day;
        x->lent += fen;
        return;
    }
    if (kind == VOUCHER_REPAYMENT)
        x->back -= fen;
    else /* written off, or an entry by hand */
        x->written_off -= fen;
    if (x->payments_n == x->payments_cap) {
        x->payments_cap = x->payments_cap ? x->payments_cap * 2 : 1;
        x->payments = xrealloc(x->payments, arena_mul(x->payments_cap, sizeof *x->payments));
    }
    x->payments[x->payments_n++] = (struct payment){ day, -fen };
}

#define LINES                                                                                                \
    "SELECT a.part, COALESCE(b.kind, v.kind), l.value_date, l.amount FROM fund_account a JOIN voucher_line " \
    "l "                                                                                                     \
    "ON l.county = a.county AND l.account_id = a.id JOIN voucher v ON v.county = l.county AND v.id = "       \
    "l.voucher_id LEFT JOIN voucher b ON b.county = v.county AND b.id = v.reverses WHERE a.county = $1 AND " \
    "l.county = $1 AND v.county = $1 AND a.kind = 1101 AND l.entry_date <= $2"
#define IN_ORDER " ORDER BY a.part, l.value_date, v.id, l.no"

static bool scan_lines(struct tx *tx, struct rows *r, int64_t county, int64_t household, struct date day,
                       struct errs *e)
{
    if (household)
        return db_scan(tx, r,
                       SQL(STMT_KEY,
                           LINES " AND a.part IN (SELECT c.id FROM contract c WHERE c.county = $1 AND "
                                 "c.household_id = $3)" IN_ORDER),
                       e, V(county), V(day), V(household));
    return db_scan(tx, r, SQL(STMT_KEY, LINES IN_ORDER), e, V(county), V(day));
}

static bool read_lines(struct tx *tx, struct loans *l, int64_t county, int64_t household, struct date day,
                       struct errs *e)
{
    enum found f;
    size_t at = 0;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!scan_lines(tx, &r, county, household, day, e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t contract = rows_int(&r, 0);
        while (at < l->n && l->list[at].c.id < contract)
            at++;
        if (at < l->n && l->list[at].c.id == contract) /* else a township's */
            take_line(&l->list[at], (enum voucher_kind)rows_int(&r, 1), (int32_t)rows_int(&r, 2),
                      rows_int(&r, 3));
    }
    return f != FAILED;
}

/* --- what they say ------------------------------------------------------------------------------ */

/* The day on which so much had come back; beyond `day`: not yet. */
static int32_t covered_on(const struct loan *x, int64_t fen, int32_t day)
{
    int64_t sum = 0;
    int32_t on = INT32_MAX;
    for (size_t i = 0; i < x->payments_n && x->payments[i].day <= day; i++) {
        sum += x->payments[i].fen;
        if (sum < fen)
            on = INT32_MAX;
        else if (on == INT32_MAX)
            on = x->payments[i].day;
    }
    return on;
}

/* By how many days at most principal came late; *open: some is late still. */
static int64_t days_overdue(const struct loan *x, const struct agreed_due *dues, size_t n, int32_t day,
                            bool *open)
{
    int64_t most = 0, sum = 0;
    *open = false;
    for (size_t i = 0; i < n && dues[i].day < day; i++) {
        sum += dues[i].fen;
        int32_t on = dues[i].fen > 0 ? covered_on(x, sum, day) : dues[i].day;
        *open = *open || on > day;
        int64_t late = (int64_t)(on > day ? day : on) - dues[i].day;
        most = late > most ? late : most;
    }
    return most;
}

static bool put_loan(const struct loan *x, const struct kept_dues *kept, struct date day, fact_row_fn *row,
                     void *ctx, struct errs *e)
{
    struct agreed_due *dues;
    size_t n;
    bool overdue;
    if (!agreed_dues(&x->c, kept, (struct money){ x->lent }, (struct date){ x->out }, &dues, &n, e))
        return false;
    int64_t late = days_overdue(x, dues, n, day.day, &overdue);
    int64_t open = x->lent - x->back - x->written_off;
    const char *state = x->written_off > 0 ? "written_off"
                        : open <= 0        ? "settled"
                        : overdue          ? "overdue"
                                           : "live";
    const struct val fields[] = {
        V(x->c.programme),
        V(state),
        V(x->lent),
        V(open),
        V(x->out),
        V(x->c.ends_on.v),
        V(late),
        val_int(x->relief),
        val_int(x->written_off > 0),
        val_int(open <= 0 && x->written_off <= 0),
    };
    row(ctx, x->c.household_id.v, fields);
    return true;
}

/* Of the few loans of one household; the list is ascending by contract. */
static bool kept_of(struct tx *tx, const struct loans *l, struct date day, struct kept_dues *out,
                    struct errs *e)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct kept_dues one;
        if (!kept_dues_read(tx, l->list[i].c.county, l->list[i].c.id, day, &one, e))
            return false;
        struct kept_due *all = NEW_ARRAY(e->a, struct kept_due, n + one.n + 1);
        if (n)
            memcpy(all, out->list, n * sizeof *all);
        if (one.n)
            memcpy(all + n, one.list, one.n * sizeof *all);
        out->list = all;
        out->n = n += one.n;
    }
    return true;
}

static bool each_loan(struct tx *tx, int64_t county, int64_t household, struct date day, fact_row_fn *row,
                      void *ctx, struct errs *e)
{
    CLEANUP(loans_release) struct loans l = { 0 };
    struct arena a = { 0 };
    struct errs own = { .a = &a, .lang = e->lang };
    struct kept_dues kept = { 0 };
    bool ok =
        read_contracts(tx, &l, county, household, day, e) && read_lines(tx, &l, county, household, day, e);
    ok = ok && (household ? kept_of(tx, &l, day, &kept, e) : kept_dues_read(tx, county, 0, day, &kept, e));
    for (size_t i = 0; i < l.n && ok; i++) {
        if (l.list[i].lent <= 0)
            continue;
        ok = put_loan(&l.list[i], &kept, day, row, ctx, &own);
        if (!ok)
            errs_append(e, &own);
        else
            arena_reset(&a);
    }
    arena_free(&a);
    return ok;
}

const struct fact_source loan_facts = { .record = "loans", .each = each_loan };
