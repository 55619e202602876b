/* figures_journal.c - figures of the fund: one pass over its journal, in the order of days. */
#include "report/figures_parts.h"

#include "ledger/ledger.h"

#include <stdlib.h>

struct line {
    int64_t kind, voucher; /* of the account; of the voucher, or of the one it takes back */
    int32_t day;
    int64_t fen;
    int32_t source;
    int64_t contract, period, region, year, no;
};
/* What has to be known from day to day. */
struct flow {
    int64_t capital, capital_lent; /* capital counts as lent first (architecture §7) */
    int64_t cash, idle;            /* fen, fen × days */
    int32_t day;
    bool begun, too_large;
    int64_t in;            /* capital and repayments together */
    int64_t relent_period; /* the last one counted */
    int64_t *rounds;       /* periods in which recovered money went out, on the heap */
    size_t rounds_n;
    int64_t unremitted;
};

static const char *voucher_text(const struct run *r, const struct line *l)
{
    return arena_printf(r->a, "%lld-%lld", (long long)l->year, (long long)l->no);
}

static struct figure_row voucher_row(const struct run *r, const struct line *l)
{
    struct figure_row row = { .kind = "voucher", .on = on_day(l->day) };
    if (r->q->trace >= 0)
        row.name = str_of(voucher_text(r, l));
    return row;
}

static void by_source(struct run *r, const struct line *l)
{
    struct figures *f = r->out;
    size_t i = 0;
    while (i < f->sources_n && f->sources[i].source < l->source)
        i++;
    if (i == f->sources_n || f->sources[i].source != l->source) {
        if (f->sources_n == N_ELEMS(f->sources))
            return;
        memmove(&f->sources[i + 1], &f->sources[i], (f->sources_n - i) * sizeof f->sources[0]);
        f->sources[i] = (struct figure_source){ l->source, { 0 } };
        f->sources_n++;
    }
    f->sources[i].amount.fen -= l->fen;
}

static void take_capital(struct run *r, struct flow *w, const struct line *l)
{
    struct figure_row row = voucher_row(r, l);
    take(r, FIGURE_FUND_CAPITAL, NUMERATOR, -l->fen, &row);
    take(r, FIGURE_FUND_CAPITAL_BY_SOURCE, NUMERATOR, -l->fen, &row);
    by_source(r, l);
    w->capital -= l->fen;
    if (l->fen < 0)
        w->in -= l->fen;
}

static void next_day(struct flow *w, int32_t day)
{
    int64_t idle;
    if (w->begun && (__builtin_mul_overflow(w->cash, (int64_t)(day - w->day), &idle) ||
                     __builtin_add_overflow(w->idle, idle, &w->idle)))
        w->too_large = true;
    w->day = day;
    w->begun = true;
}

static void take_cash(struct run *r, struct flow *w, const struct line *l)
{
    struct figure_row row = voucher_row(r, l);
    if (r->q->watch)
        r->q->watch->cash(r->q->watch->ctx,
                          &(struct figure_cash){ l->kind, l->voucher, l->day, l->fen, l->region, l->period });
    take(r, FIGURE_FUND_CASH, NUMERATOR, l->fen, &row);
    if (l->kind == ACCOUNT_SPECIAL)
        take(r, FIGURE_FUND_AVAILABLE, NUMERATOR, l->fen, &row);
    w->cash += l->fen;
    bool collected =
        l->kind == ACCOUNT_TRANSIT && (l->voucher == VOUCHER_REPAYMENT || l->voucher == VOUCHER_RECOVERY);
    bool remitted = l->kind == ACCOUNT_TRANSIT && l->voucher == VOUCHER_REMITTANCE;
    bool here = r->whole || (l->region >= r->scope.first && l->region <= r->scope.last);
    if ((!collected && !remitted) || !here)
        return;
    take(r, FIGURE_FUND_COLLECTED_UNREMITTED, NUMERATOR, l->fen, &row);
    struct figure *f = &r->out->list[FIGURE_FUND_COLLECTED_UNREMITTED];
    if (w->unremitted == 0 && collected)
        f->oldest = on_day(l->day);
    w->unremitted += l->fen;
    if (w->unremitted == 0)
        f->oldest = (struct opt_date){ 0 };
}

/* A round is a period in which recovered money went out again. */
static void count_round(struct flow *w, int64_t period)
{
    for (size_t i = 0; i < w->rounds_n; i++)
        if (w->rounds[i] == period)
            return;
    w->rounds = xrealloc(w->rounds, (w->rounds_n + 1) * sizeof *w->rounds);
    w->rounds[w->rounds_n++] = period;
}

static void take_payout(struct run *r, struct flow *w, const struct line *l, struct loan *loan)
{
    struct figure_row row = voucher_row(r, l);
    int64_t fresh = w->capital - w->capital_lent;
    int64_t from_capital = l->fen < fresh ? l->fen : fresh;
    if (from_capital < 0 && l->fen > 0)
        from_capital = 0;
    w->capital_lent += from_capital;
    take(r, FIGURE_FUND_TURNS, NUMERATOR, l->fen, &row);
    if (in_span(r, l->day))
        take(r, FIGURE_FUND_RELENT_RATE, NUMERATOR, l->fen - from_capital, &row);
    if (l->fen > from_capital && loan)
        count_round(w, loan->period);
    if (!loan)
        return;
    if (!loan->out) {
        loan->out = true;
        loan->first_out = l->day;
    }
    loan->lent += l->fen;
    if (!loan->wanted || !in_span(r, l->day))
        return;
    loan->lent_in_span += l->fen;
    take(r, FIGURE_FUND_LENT, NUMERATOR, l->fen, &row);
    if (r->q->trace == FIGURE_LOAN_AVERAGE)
        take(r, FIGURE_LOAN_AVERAGE, NUMERATOR, l->fen, &row);
}

static void take_repayment(struct run *r, struct flow *w, const struct line *l, struct loan *loan)
{
    struct figure_row row = voucher_row(r, l);
    w->in -= l->fen;
    if (!loan)
        return;
    if (loan->payments_n == loan->payments_cap) {
        loan->payments_cap = loan->payments_cap ? loan->payments_cap * 2 : 1;
        loan->payments = xrealloc(loan->payments, loan->payments_cap * sizeof *loan->payments);
    }
    loan->payments[loan->payments_n++] = (struct payment){ l->day, -l->fen };
    loan->back -= l->fen;
    if (!loan->wanted || !in_span(r, l->day))
        return;
    loan->back_in_span -= l->fen;
    take(r, FIGURE_FUND_RECOVERED, NUMERATOR, -l->fen, &row);
}

static void take_line(struct run *r, struct flow *w, const struct line *l)
{
    struct figure_row row;
    struct loan *loan = l->contract ? loan_of(r, l->contract) : NULL;
    if (l->day != w->day || !w->begun)
        next_day(w, l->day);
    switch (l->kind) {
    case ACCOUNT_CAPITAL: take_capital(r, w, l); return;
    case ACCOUNT_SPECIAL:
    case ACCOUNT_TRANSIT: take_cash(r, w, l); return;
    case ACCOUNT_LOANS:
        if (l->voucher == VOUCHER_PAYOUT || l->voucher == VOUCHER_PAYOUT_FAILED)
            take_payout(r, w, l, loan);
        else if (l->voucher == VOUCHER_REPAYMENT)
            take_repayment(r, w, l, loan);
        else if (loan) /* written off, or an entry by hand */
            loan->written_off -= l->fen;
        return;
    case ACCOUNT_LOSS:
        row = voucher_row(r, l);
        if (!loan || loan->wanted)
            take(r, FIGURE_LOAN_LOSS, NUMERATOR, l->fen, &row);
        if (l->voucher == VOUCHER_RECOVERY) { /* principal that came back after all */
            take_repayment(r, w, l, loan);
            if (loan)
                loan->written_off += l->fen;
        }
        return;
    default: return;
    }
}

static int64_t or_zero(struct rows *rows, int i)
{
    return rows_val(rows, i).kind == V_INT ? rows_int(rows, i) : 0;
}

bool figures_journal(struct run *r)
{
    struct flow w = { 0 };
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan(
            r->tx, &rows,
            SQL(STMT_KEY,
                "SELECT a.kind, COALESCE(b.kind, v.kind), l.entry_date, l.amount, l.source, l.contract_id, "
                "l.period, l.region, v.year, v.no FROM voucher_line l JOIN fund_account a ON a.county = "
                "l.county AND "
                "a.id = "
                "l.account_id JOIN voucher v ON v.county = l.county AND v.id = l.voucher_id LEFT JOIN "
                "voucher b "
                "ON b.county = v.county AND b.id = v.reverses WHERE l.county = $1 AND a.county = $1 AND "
                "v.county "
                "= $1 AND l.fund_id = $2 AND l.entry_date <= $3 ORDER BY l.entry_date, v.year, v.no, l.no"),
            r->e, V(r->scope.county), V(r->fund_id), V(r->q->as_of)))
        return false;
    while ((f = rows_next(&rows, r->e)) == FOUND) {
        const struct line l = { .kind = rows_int(&rows, 0),
                                .voucher = rows_int(&rows, 1),
                                .day = (int32_t)rows_int(&rows, 2),
                                .fen = rows_int(&rows, 3),
                                .source = (int32_t)or_zero(&rows, 4),
                                .contract = or_zero(&rows, 5),
                                .period = or_zero(&rows, 6),
                                .region = or_zero(&rows, 7),
                                .year = rows_int(&rows, 8),
                                .no = rows_int(&rows, 9) };
        take_line(r, &w, &l);
    }
    next_day(&w, r->q->as_of.day);
    take(r, FIGURE_FUND_ROUNDS, NUMERATOR, (int64_t)w.rounds_n, NULL);
    take(r, FIGURE_FUND_IDLE_DAYS, NUMERATOR, w.idle, NULL);
    take(r, FIGURE_FUND_IDLE_DAYS, DENOMINATOR, w.in, NULL);
    if (w.too_large) {
        r->out->list[FIGURE_FUND_IDLE_DAYS].unset = true;
        r->out->list[FIGURE_FUND_IDLE_DAYS].why = (struct label){ "数值过大", "too large" };
    }
    free(w.rounds);
    return f != FAILED;
}
