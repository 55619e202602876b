#include "fund/reconcile.h"

#include "base/value.h"
#include "fund/contract.h"

enum { ROWS_MAX = 100000, NOTES_MAX = 200000 };

/* Which lines are what of a row; sign as the column counts. */
static const struct part {
    enum account_kind account;
    enum voucher_kind voucher;
    size_t off;
    int sign;
} parts[] = {
#define PART(account, voucher, col, sign)                                 \
    {                                                                     \
        (account), (voucher), offsetof(struct reconcile_row, col), (sign) \
    }
    PART(ACCOUNT_TRANSIT, VOUCHER_TO_TOWNSHIP, sent, 1),
    PART(ACCOUNT_SPECIAL, VOUCHER_PAYOUT, sent, -1),
    PART(ACCOUNT_SPECIAL, VOUCHER_PAYOUT_FAILED, sent, -1),
    PART(ACCOUNT_TRANSIT, VOUCHER_REMITTANCE, remitted, -1),
    PART(ACCOUNT_SPECIAL, VOUCHER_REPAYMENT, direct, 1),
    PART(ACCOUNT_LOANS, VOUCHER_WRITE_OFF, written_off, -1),
    PART(ACCOUNT_TRANSIT, VOUCHER_RECOVERY, written_off, -1), /* what came after all is owed again */
    PART(ACCOUNT_FEE, VOUCHER_REPAYMENT, beyond, -1),
    PART(ACCOUNT_INTEREST, VOUCHER_REPAYMENT, beyond, -1),
    PART(ACCOUNT_OVERPAID, VOUCHER_REPAYMENT, beyond, -1),
    PART(ACCOUNT_TRANSIT, VOUCHER_GIVE_BACK, beyond, 1),
};

static struct money *at(struct reconcile_row *r, size_t off)
{
    return (struct money *)((char *)r + off);
}

/* These meet their opposite on the other layer, or are in `parts`. */
static bool is_usual(int64_t voucher)
{
    switch (voucher) {
    case VOUCHER_TO_TOWNSHIP:
    case VOUCHER_PAYOUT:
    case VOUCHER_PAYOUT_FAILED:
    case VOUCHER_REPAYMENT:
    case VOUCHER_REMITTANCE:
    case VOUCHER_GIVE_BACK:
    case VOUCHER_WRITE_OFF:
    case VOUCHER_RECOVERY: return true;
    default: return false;
    }
}

static struct reconcile_row *row_for(struct reconciliation *out, struct region_code township,
                                     struct opt_int period)
{
    struct reconcile_row *last = out->n ? &out->rows[out->n - 1] : NULL;
    if (last && last->township.v == township.v && last->period.set == period.set &&
        last->period.v == period.v)
        return last;
    if (out->n == ROWS_MAX)
        return NULL;
    last = &out->rows[out->n++];
    *last = (struct reconcile_row){ .township = township, .period = period };
    return last;
}

static void note(struct reconciliation *out, size_t row, enum reconcile_reason why, int64_t kind,
                 struct money amount)
{
    for (size_t i = 0; i < out->notes_n; i++) {
        struct reconcile_note *x = &out->notes[i];
        if (x->row == row && x->why == why && x->kind.v == kind) {
            x->amount.fen += amount.fen;
            return;
        }
    }
    if (out->notes_n < NOTES_MAX)
        out->notes[out->notes_n++] =
            (struct reconcile_note){ row, why, { (int32_t)kind, kind != 0 }, amount };
}

static bool take(struct reconciliation *out, struct rows *r, struct errs *e)
{
    struct region_code township = { rows_val(r, 0).kind == V_INT ? rows_int(r, 0) : 0 };
    struct opt_int period = { 0 };
    int64_t account = rows_int(r, 2), voucher = rows_int(r, 3);
    struct money sum = { rows_int(r, 4) };
    period.set = rows_number(r, 1, &period.v);
    struct reconcile_row *row = row_for(out, township, period);
    bool fits = row != NULL;
    for (size_t i = 0; fits && i < N_ELEMS(parts); i++) {
        struct money x = { parts[i].sign * sum.fen };
        if (parts[i].account == (enum account_kind)account && parts[i].voucher == (enum voucher_kind)voucher)
            fits = money_add(at(row, parts[i].off), x);
    }
    if (fits && account == ACCOUNT_TRANSIT)
        fits = money_add(&row->transit, sum);
    if (fits && account == ACCOUNT_LOANS)
        fits = money_add(&row->lent, sum);
    if (fits && (account == ACCOUNT_TRANSIT || account == ACCOUNT_LOANS) && !is_usual(voucher))
        note(out, out->n - 1, DIFFERS_BY_KIND, voucher, (struct money){ -sum.fen });
    return fits || fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
}

static bool read_lines(struct tx *tx, const struct fund *f, int64_t first, int64_t last, struct date on,
                       struct reconciliation *out, struct errs *e)
{
    enum found found;
    bool all = first == 0;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(
            tx, &r,
            SQL(STMT_KEY,
                "SELECT x.region, x.period, x.kind, x.of, CAST(sum(x.amount) AS bigint) FROM ("
                "SELECT l.region, l.period, a.kind, l.amount, COALESCE((SELECT b.kind FROM voucher b WHERE "
                "b.county = $1 AND b.id = v.reverses), v.kind) AS of FROM fund_account a JOIN voucher_line "
                "l ON l.county = $1 AND l.account_id = a.id JOIN voucher v ON v.county = $1 AND v.id = "
                "l.voucher_id WHERE a.county = $1 AND a.fund_id = $2 AND a.kind IN (1001, 1002, 1101, 2001, "
                "4001, 4002) AND l.entry_date <= $5 AND ((l.region IS NULL AND CAST($6 AS bigint) = 1) OR "
                "l.region BETWEEN $3 AND $4)) x WHERE x.kind IN (1002, 1101) OR x.of IN (21, 22, 30) GROUP "
                "BY x.region, x.period, x.kind, x.of ORDER BY x.region, x.period, x.kind, x.of"),
            e, V(f->county), V(f->id), V(first), V(last), V(on), V((int64_t)all)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND)
        if (!take(out, &r, e))
            return false;
    return found == NONE;
}

/* What the township's contract says; an archive has none, and that is no difference of money. */
static bool look_at_contract(struct tx *tx, const struct fund *f, struct reconciliation *out, size_t i,
                             struct errs *e)
{
    struct reconcile_row *row = &out->rows[i];
    struct contract c;
    if (!row->township.v) {
        note(out, i, DIFFERS_NO_TOWNSHIP, 0, row->lower);
        return true;
    }
    if (!row->period.set)
        return true;
    enum found found = contract_upper(tx, f, row->period.v, row->township, &c, e);
    if (found == FAILED)
        return false;
    if (found == NONE && (row->upper.fen || row->lower.fen))
        note(out, i, DIFFERS_NO_CONTRACT, 0, row->lower);
    if (found == FOUND) {
        row->contracted = c.amount.v;
        if (row->sent.fen > c.amount.v.fen)
            note(out, i, DIFFERS_ABOVE_CONTRACT, 0, (struct money){ row->sent.fen - c.amount.v.fen });
    }
    return true;
}

static void add_up(struct reconcile_row *r)
{
    r->upper.fen = r->sent.fen + r->beyond.fen - r->remitted.fen - r->direct.fen - r->written_off.fen;
    r->lower.fen = r->transit.fen + r->lent.fen;
    r->difference.fen = r->upper.fen - r->lower.fen;
}

static bool add_to_sum(struct reconcile_row *sum, struct reconcile_row *r, struct errs *e)
{
    static const size_t cols[] = {
        offsetof(struct reconcile_row, contracted), offsetof(struct reconcile_row, sent),
        offsetof(struct reconcile_row, beyond),     offsetof(struct reconcile_row, remitted),
        offsetof(struct reconcile_row, direct),     offsetof(struct reconcile_row, written_off),
        offsetof(struct reconcile_row, transit),    offsetof(struct reconcile_row, lent),
    };
    for (size_t i = 0; i < N_ELEMS(cols); i++)
        if (!money_add(at(sum, cols[i]), *at(r, cols[i])))
            return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
    return true;
}

bool reconcile(struct tx *tx, const struct fund *f, int64_t first, int64_t last, struct date on,
               struct reconciliation *out, struct errs *e)
{
    *out = (struct reconciliation){ .rows = NEW_ARRAY(e->a, struct reconcile_row, ROWS_MAX),
                                    .notes = NEW_ARRAY(e->a, struct reconcile_note, NOTES_MAX) };
    if (!read_lines(tx, f, first, last, on, out, e))
        return false;
    for (size_t i = 0; i < out->n; i++) {
        add_up(&out->rows[i]);
        if (!look_at_contract(tx, f, out, i, e) || !add_to_sum(&out->sum, &out->rows[i], e))
            return false;
    }
    add_up(&out->sum);
    return true;
}
