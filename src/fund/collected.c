#include "fund/collected.h"

#include "access/site.h"
#include "base/value.h"
#include "registry/region.h"

#include <stdlib.h>

/* --- the papers behind the journal ------------------------------------------------------------ */

/* Receipts by their vouchers. */
struct paper {
    int64_t entry;
    struct str receipt, collector;
};
/* Remittances by theirs. */
struct papers {
    struct paper *list; /* on the heap */
    size_t n, cap;
};
static void papers_release(struct papers *p)
{
    free(p->list);
}

static bool take_papers(struct rows *r, struct papers *p, struct arena *a, struct errs *e)
{
    enum found f;
    while ((f = rows_next(r, e)) == FOUND) {
        if (p->n == p->cap) {
            p->cap = p->cap ? p->cap * 2 : 256;
            p->list = xrealloc(p->list, arena_mul(p->cap, sizeof *p->list));
        }
        p->list[p->n++] =
            (struct paper){ rows_int(r, 0), arena_str(a, rows_text(r, 1)), arena_str(a, rows_text(r, 2)) };
    }
    return f == NONE;
}

static bool read_receipts(struct tx *tx, const struct fund *f, struct papers *p, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    return db_scan(tx, &r,
                   SQL(STMT_KEY,
                       "SELECT entry_id, receipt_no, collector FROM repayment WHERE county = $1 AND "
                       "fund_id = $2 ORDER BY entry_id"),
                   e, V(f->county), V(f->id)) &&
           take_papers(&r, p, e->a, e);
}

static bool read_remittances(struct tx *tx, const struct fund *f, struct papers *p, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    return db_scan(tx, &r,
                   SQL(STMT_KEY, "SELECT voucher_id, document, collector FROM remittance WHERE county = $1 "
                                 "AND fund_id = $2 ORDER BY voucher_id"),
                   e, V(f->county), V(f->id)) &&
           take_papers(&r, p, e->a, e);
}

static const struct paper *paper_of(const struct papers *p, int64_t entry)
{
    size_t from = 0, to = p->n;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (p->list[at].entry < entry)
            from = at + 1;
        else
            to = at;
    }
    return from < p->n && p->list[from].entry == entry ? &p->list[from] : NULL;
}

/* --- replayed ----------------------------------------------------------------------------------- */

struct line {
    int64_t township, voucher, reverses, kind; /* kind: of the voucher, or of the one it takes back */
    struct date value;
    int64_t fen, contract;
    struct opt_int period;
    struct str document;
};
struct replay {
    struct held_receipts *out;
    struct papers receipts, remittances;
    size_t first; /* of the township at hand: what comes before is another one's */
    size_t head;  /* of it: what comes before has nothing left */
};
static void replay_release(struct replay *p)
{
    papers_release(&p->receipts);
    papers_release(&p->remittances);
}

static struct held_receipt *receipt_of(struct replay *p, int64_t contract, struct str receipt)
{
    for (size_t i = p->out->n; i > p->first; i--) {
        struct held_receipt *x = &p->out->list[i - 1];
        if (x->contract_id == contract && str_eq(x->receipt, receipt))
            return x;
    }
    return NULL;
}

static void put(struct replay *p, const struct held_receipt *x)
{
    struct held_receipts *o = p->out;
    if (o->n == o->cap) {
        o->cap = o->cap ? o->cap * 2 : 256;
        o->list = xrealloc(o->list, arena_mul(o->cap, sizeof *o->list));
    }
    o->list[o->n++] = *x;
}

/* A receipt that was undone and reckoned anew is the same receipt: what was remitted of it stays remitted. */
static void take_receipt(struct replay *p, const struct line *l, bool anew)
{
    const struct paper *paper = paper_of(&p->receipts, l->voucher);
    struct held_receipt x = { .township = { l->township },
                              .receipt = paper ? paper->receipt : l->document,
                              .collector = paper ? paper->collector : (struct str){ 0 },
                              .contract_id = l->contract,
                              .period = l->period,
                              .on = l->value,
                              .amount = { l->fen },
                              .left = { l->fen } };
    struct held_receipt *known = anew || l->fen < 0 ? receipt_of(p, l->contract, x.receipt) : NULL;
    if (!known) {
        put(p, &x);
        return;
    }
    known->left.fen += l->fen;
    known->amount.fen += l->fen;
    size_t at = (size_t)(known - p->out->list);
    if (at < p->head)
        p->head = at;
}

static bool is_of(const struct held_receipt *x, struct str collector)
{
    return !collector.p || str_eq(x->collector, collector);
}

static void pass_on(struct replay *p, int64_t fen, struct str collector)
{
    while (p->head < p->out->n && p->out->list[p->head].left.fen <= 0)
        p->head++;
    for (size_t i = p->head; i < p->out->n && fen > 0; i++) {
        struct held_receipt *x = &p->out->list[i];
        int64_t part = x->left.fen < fen ? x->left.fen : fen;
        if (part <= 0 || !is_of(x, collector))
            continue;
        x->left.fen -= part;
        fen -= part;
    }
}

/* A remittance that was undone: the latest ones are open again. */
static void take_back(struct replay *p, int64_t fen, struct str collector)
{
    for (size_t i = p->out->n; i > p->first && fen > 0; i--) {
        struct held_receipt *x = &p->out->list[i - 1];
        int64_t gone = x->amount.fen - x->left.fen, part = gone < fen ? gone : fen;
        if (part <= 0 || !is_of(x, collector))
            continue;
        x->left.fen += part;
        fen -= part;
        if (i - 1 < p->head)
            p->head = i - 1;
    }
}

static void take_line(struct replay *p, const struct line *l)
{
    const struct paper *paper;
    struct held_receipt *x;
    if (p->out->n > p->first && p->out->list[p->out->n - 1].township.v != l->township)
        p->first = p->head = p->out->n;
    switch (l->kind) {
    case VOUCHER_REPAYMENT:
    case VOUCHER_RECOVERY: take_receipt(p, l, !l->reverses); return;
    case VOUCHER_REMITTANCE:
        paper = paper_of(&p->remittances, l->reverses ? l->reverses : l->voucher);
        if (l->fen < 0)
            pass_on(p, -l->fen, paper ? paper->collector : (struct str){ 0 });
        else
            take_back(p, l->fen, paper ? paper->collector : (struct str){ 0 });
        return;
    case VOUCHER_GIVE_BACK:
        x = receipt_of(p, l->contract, l->document);
        if (x) {
            x->left.fen += l->fen;
            x->amount.fen += l->fen;
        }
        return;
    default: return; /* to be paid out, or entered by hand */
    }
}

enum { T_PART, T_VOUCHER, T_REVERSES, T_KIND, T_VALUE, T_FEN, T_CONTRACT, T_PERIOD, T_DOCUMENT };

bool held_receipts_read(struct tx *tx, const struct fund *f, struct region_code township, struct date on,
                        struct held_receipts *out, struct errs *e)
{
    enum found found;
    CLEANUP(replay_release) struct replay p = { .out = out };
    CLEANUP(rows_close) struct rows r = { 0 };
    *out = (struct held_receipts){ 0 };
    if (!read_receipts(tx, f, &p.receipts, e) || !read_remittances(tx, f, &p.remittances, e) ||
        !db_scan(
            tx, &r,
            SQL(STMT_KEY,
                "SELECT a.part, v.id, v.reverses, COALESCE(b.kind, v.kind), l.value_date, l.amount, "
                "l.contract_id, l.period, COALESCE(b.document, v.document) FROM fund_account a JOIN "
                "voucher_line l ON l.county = $1 AND l.account_id = a.id JOIN voucher v ON v.county = $1 AND "
                "v.id = l.voucher_id LEFT JOIN voucher b ON b.county = $1 AND b.id = v.reverses WHERE "
                "a.county = $1 AND a.fund_id = $2 AND a.kind = 1002 AND (CAST($3 AS bigint) IS NULL OR "
                "a.part "
                "= $3) AND l.entry_date <= $4 ORDER BY a.part, l.entry_date, v.year, v.no, l.no"),
            e, V(f->county), V(f->id), V(township), V(on)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct line l = { .township = rows_int(&r, T_PART),
                          .voucher = rows_int(&r, T_VOUCHER),
                          .kind = rows_int(&r, T_KIND),
                          .value = { (int32_t)rows_int(&r, T_VALUE) },
                          .fen = rows_int(&r, T_FEN),
                          .document = arena_str(e->a, rows_text(&r, T_DOCUMENT)) };
        rows_number(&r, T_REVERSES, &l.reverses);
        rows_number(&r, T_CONTRACT, &l.contract);
        l.period.set = rows_number(&r, T_PERIOD, &l.period.v);
        take_line(&p, &l);
    }
    return found == NONE;
}

void held_receipts_release(struct held_receipts *x)
{
    free(x->list);
    *x = (struct held_receipts){ 0 };
}

/* --- by collector ------------------------------------------------------------------------------- */

static int by_collector(const void *a, const void *b)
{
    const struct held_receipt *x = *(const struct held_receipt *const *)a,
                              *y = *(const struct held_receipt *const *)b;
    if (x->township.v != y->township.v)
        return x->township.v < y->township.v ? -1 : 1;
    int c = str_cmp(x->collector, y->collector);
    return c ? c : (x > y) - (x < y);
}

bool held_by_collector(const struct held_receipts *x, struct date on, struct list *out, struct errs *e)
{
    const struct held_receipt **open = NEW_ARRAY(e->a, const struct held_receipt *, x->n + 1);
    struct held_by *by = NEW_ARRAY(e->a, struct held_by, x->n + 1);
    size_t n = 0, rows = 0;
    for (size_t i = 0; i < x->n; i++)
        if (x->list[i].left.fen)
            open[n++] = &x->list[i];
    if (n)
        qsort(open, n, sizeof *open, by_collector);
    for (size_t i = 0; i < n; i++) {
        const struct held_receipt *h = open[i];
        struct held_by *last = rows ? &by[rows - 1] : NULL;
        if (!last || last->township.v != h->township.v || str_cmp(last->collector, h->collector) != 0) {
            last = &by[rows++];
            *last = (struct held_by){ .township = h->township, .collector = h->collector, .oldest = h->on };
        }
        last->receipts++;
        if (h->on.day < last->oldest.day)
            last->oldest = h->on;
        last->days = on.day - last->oldest.day;
        if (!money_add(&last->amount, h->left))
            return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
    }
    *out = (struct list){ by, rows };
    return true;
}

/* --- remitted ------------------------------------------------------------------------------------- */

/* Collected, and neither remitted nor given back: what was sent for pay-outs stays where it is. */
static bool collected(struct tx *tx, const struct fund *f, struct region_code township, struct money *out,
                      struct errs *e)
{
    int64_t held, reserved;
    struct money transit;
    if (!ledger_balance(tx, f, ACCOUNT_TRANSIT, township.v, &transit, e) ||
        !db_int(tx,
                SQL(STMT_KEY,
                    "SELECT CAST(sum(amount) AS bigint) FROM payout WHERE county = $1 AND fund_id = "
                    "$2 AND township = $3 AND kind = 1"),
                &held, e, V(f->county), V(f->id), V(township)) ||
        !db_int(tx,
                SQL(STMT_KEY,
                    "SELECT CAST(sum(l.amount) AS bigint) FROM payout_line l JOIN payout p ON "
                    "p.county = $1 AND p.id = l.payout_id WHERE l.county = $1 AND p.fund_id = $2 AND "
                    "p.township = $3 AND l.state = 2"),
                &reserved, e, V(f->county), V(f->id), V(township)))
        return false;
    out->fen = transit.fen - (held - reserved);
    return true;
}

enum { PERIODS_MAX = 64 };
struct period_part {
    struct opt_int period;
    struct money amount;
};

/* Of which periods the money is: the oldest receipts go first.  What no receipt explains is of none. */
static size_t periods_of(const struct held_receipts *held, const struct remittance *r,
                         struct period_part *out)
{
    size_t n = 0;
    int64_t fen = r->amount.v.fen;
    for (size_t i = 0; i < held->n && fen > 0; i++) {
        const struct held_receipt *x = &held->list[i];
        int64_t part = x->left.fen < fen ? x->left.fen : fen;
        size_t k = 0;
        if (part <= 0 || !is_of(x, r->collector))
            continue;
        while (k < n && (out[k].period.set != x->period.set || out[k].period.v != x->period.v))
            k++;
        if (k == n && n == PERIODS_MAX - 1)
            break;
        if (k == n)
            out[n++] = (struct period_part){ x->period, { 0 } };
        out[k].amount.fen += part;
        fen -= part;
    }
    if (fen > 0)
        out[n++] = (struct period_part){ .amount = { fen } };
    return n;
}

static bool post_remittance(struct lending *l, const struct fund *f, const struct remittance *r,
                            const struct period_part *parts, size_t n, struct voucher *v, struct errs *e)
{
    struct posting_line lines[PERIODS_MAX + 1] = { { .kind = ACCOUNT_SPECIAL,
                                                     .amount = r->amount.v,
                                                     .source = { FUND_SOURCE_POOL, true },
                                                     .region = r->township } };
    for (size_t i = 0; i < n; i++)
        lines[i + 1] = (struct posting_line){ .kind = ACCOUNT_TRANSIT,
                                              .amount = { -parts[i].amount.fen },
                                              .source = { FUND_SOURCE_POOL, true },
                                              .period = parts[i].period,
                                              .region = r->township };
    const struct posting x = { .id = r->voucher_id,
                               .county = f->county,
                               .fund_id = f->id,
                               .entry_date = r->remitted_on.v,
                               .value_date = r->remitted_on.v,
                               .kind = VOUCHER_REMITTANCE,
                               .purpose = str_of(say(e->a, ZH, MSG_HISTORY_REMITTED, A(r->township))),
                               .document = r->document,
                               .lines = lines,
                               .n = n + 1 };
    return ledger_post(l->act, &x, v, e);
}

/* No collector remits more than he has taken in, and the township no more than was taken in there. */
static bool check_amount(struct lending *l, const struct fund *f, const struct remittance *r,
                         const struct held_receipts *held, struct errs *e)
{
    struct money there, of_collector = { 0 };
    for (size_t i = 0; i < held->n; i++)
        if (is_of(&held->list[i], r->collector))
            of_collector.fen += held->list[i].left.fen;
    if (r->collector.p && r->amount.v.fen > of_collector.fen)
        return fail(e, ERR_CONFLICT, "amount", MSG_REMIT_COLLECTOR, A(r->collector), A(of_collector));
    if (!collected(l->act->tx, f, r->township, &there, e))
        return false;
    return r->amount.v.fen <= there.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_REMIT_TOO_MUCH, A(r->township), A(there));
}

bool remit(struct lending *l, const struct fund *f, struct remittance *r, struct voucher *v, struct errs *e)
{
    CLEANUP(held_receipts_release) struct held_receipts held = { 0 };
    struct period_part parts[PERIODS_MAX];
    if (r->amount.v.fen <= 0)
        return fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    if (r->remitted_on.v.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (region_level(r->township) != TOWNSHIP || region_county(r->township) != f->county)
        return fail(e, ERR_INVALID, "township", MSG_CONTRACT_TOWNSHIP);
    r->county = f->county;
    r->fund_id = f->id;
    r->recorded_on = l->today;
    r->recorded_by = l->act->who->login;
    if (!held_receipts_read(l->act->tx, f, r->township, r->remitted_on.v, &held, e) ||
        !check_amount(l, f, r, &held, e))
        return false;
    size_t n = periods_of(&held, r, parts);
    return db_id(l->act->tx, &r->id, e) && db_id(l->act->tx, &r->voucher_id, e) &&
           counter_next(l->act->tx, f->county, "remittance", &r->no, e) &&
           post_remittance(l, f, r, parts, n, v, e) && db_insert(l->act->tx, &remittance_entity, r, e);
}
