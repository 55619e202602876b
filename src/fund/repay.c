#include "fund/repay.h"

#include "access/site.h"
#include "base/value.h"
#include "fund/loan_rules.h"
#include "fund/payout_parts.h"
#include "fund/repay_batch.h"
#include "fund/schedule.h"
#include "registry/region.h"

#include <assert.h>

enum { KEY_MAX = 100 };

/* --- finding -------------------------------------------------------------------------------- */

enum found repayment_by_receipt(struct tx *tx, int64_t county, struct str receipt, struct repayment *r,
                                struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &repayment_entity,
               "SELECT {*} FROM repayment WHERE county = $1 AND receipt_no = $2 AND reverses IS NULL "
               "ORDER BY id LIMIT 1"),
        r, e, V(county), V(receipt));
}

bool repayment_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(
        tx,
        SQL_OF(STMT_KEY, &repayment_entity,
               "SELECT {*} FROM repayment WHERE county = $1 AND contract_id = $2 ORDER BY paid_on, id"),
        out, e->a, e, V(c->county), V(c->id));
}

static bool overpayment_of(struct tx *tx, const struct repayment *r, struct overpayment *out, enum found *f,
                           struct errs *e)
{
    *f = db_find(tx,
                 SQL_OF(STMT_KEY, &overpayment_entity,
                        "SELECT {*} FROM overpayment WHERE county = $1 AND repayment_id = $2"),
                 out, e, V(r->county), V(r->id));
    return *f != FAILED;
}

static bool is_undone(struct tx *tx, const struct repayment *r, bool *undone, struct errs *e)
{
    int64_t n;
    bool ok = db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM repayment WHERE county = $1 AND reverses = $2"),
                     &n, e, V(r->county), V(r->id));
    *undone = n > 0;
    return ok;
}

/* --- what is owed --------------------------------------------------------------------------- */

static bool terms_of(const struct loan_rules *r, const struct contract *c, struct loan_terms *t,
                     struct errs *e)
{
    struct civil from = date_civil(c->paid_out_on.v), to = date_civil(c->due_on.v);
    int months = (to.year - from.year) * 12 + to.month - from.month;
    *t = (struct loan_terms){
        .principal = c->amount.v,
        .rate = { 0, 1 },
        .method = c->method.set ? (enum loan_method)(c->method.v - 1) : METHOD_BULLET,
        .day_count = c->day_count.set ? (enum day_count)(c->day_count.v - 1) : DAYS_SAME_AS_PERIOD,
        .rounding = r->rounding,
        .excess = EXCESS_SHORTENS,
        .start = c->paid_out_on.v,
        .instalments = c->instalments.set ? (int)c->instalments.v : 1,
        .every_months = c->every_months.set ? (int)c->every_months.v : (months > 0 ? months : 1)
    };
    if (r->whole_unit.set)
        t->whole_unit = r->whole_unit.v;
    if (r->principal_grace_months.set && t->every_months)
        t->principal_grace = (int)r->principal_grace_months.v / t->every_months;
    return !c->rate.p || rate_read(c->rate, &t->rate) == READ_OK ||
           fail(e, ERR_INVALID, "rate", MSG_CONTRACT_RATE);
}

/* Rows and their reversals, as the engine takes them. */
static bool payments_of(struct tx *tx, const struct contract *c, size_t room, struct loan_payment **p,
                        size_t *n, struct errs *e)
{
    struct list list;
    if (!repayment_list(tx, c, &list, e))
        return false;
    const struct repayment *r = list.rows;
    *p = NEW_ARRAY(e->a, struct loan_payment, list.n + room);
    *n = 0;
    for (size_t i = 0; i < list.n; i++) {
        bool undone = r[i].reverses.set;
        for (size_t k = 0; k < list.n; k++)
            undone = undone || (r[k].reverses.set && r[k].reverses.v == r[i].id);
        if (!undone)
            (*p)[(*n)++] = (struct loan_payment){ .value_date = r[i].paid_on.v, .amount = r[i].amount.v };
    }
    return true;
}

static bool debt_of(struct tx *tx, const struct loan_rules *r, const struct contract *c, struct date on,
                    struct debt *out, struct errs *e)
{
    struct loan_terms t;
    struct loan_payment *p;
    struct loan_state s;
    size_t n;
    *out = (struct debt){ 0 };
    if (!contract_outstanding(tx, c, &out->outstanding, e))
        return false;
    if (!c->paid_out_on.set || on.day < c->paid_out_on.v.day)
        return true;
    if (!terms_of(r, c, &t, e) || !payments_of(tx, c, 0, &p, &n, e) || !loan_replay(&t, p, n, on, &s, e))
        return false;
    out->principal_due = s.principal_due;
    out->interest_due = s.interest_due;
    out->interest_accrued = s.interest_accrued;
    return true;
}

bool contract_debt(struct tx *tx, const struct fund_rules *r, const struct contract *c, struct date on,
                   struct debt *out, struct errs *e)
{
    struct loan_rules rules = loan_rules_from(r->programme);
    return debt_of(tx, &rules, c, on, out, e);
}

/* --- how it is spread ----------------------------------------------------------------------- */

struct spread {
    struct money principal, interest, overpaid;
    struct money owed; /* before */
};

static bool bears_interest(const struct loan_terms *t)
{
    return t->rate.num != 0;
}

/* Later payments were reckoned with what stood then, so this one cannot come before them. */
static bool spread_engine(struct lending *l, const struct contract *c, const struct repay_request *q,
                          const struct loan_terms *t, struct spread *out, struct errs *e)
{
    struct loan_payment *p;
    struct loan_state s;
    size_t n;
    if ((q->batch && !repay_batch_flush(q->batch, e)) || !payments_of(l->act->tx, c, 1, &p, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (p[i].value_date.day > q->value_date.day)
            return fail(e, ERR_CONFLICT, "value_date", MSG_REPAY_BEFORE_LAST, A(p[i].value_date));
    p[n] = (struct loan_payment){ .value_date = q->value_date, .amount = q->amount };
    if (!loan_replay(t, p, n + 1, q->value_date, &s, e))
        return false;
    *out = (struct spread){ p[n].principal, p[n].interest, p[n].overpaid, { 0 } };
    return true;
}

static bool spread_of(struct lending *l, const struct loan_rules *r, const struct contract *c,
                      const struct repay_request *q, struct spread *out, struct errs *e)
{
    struct loan_terms t;
    struct money owed;
    bool ok = terms_of(r, c, &t, e);
    if (q->batch)
        owed = repay_batch_owed(q->batch, c);
    else
        ok = ok && contract_outstanding(l->act->tx, c, &owed, e);
    if (!ok)
        return false;
    if (owed.fen <= 0)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_SETTLED, A(c->number));
    if (bears_interest(&t)) {
        if (!spread_engine(l, c, q, &t, out, e))
            return false;
    } else {
        *out = (struct spread){ .principal = q->amount.fen < owed.fen ? q->amount : owed };
        out->overpaid.fen = q->amount.fen - out->principal.fen;
    }
    out->owed = owed;
    assert(out->principal.fen + out->interest.fen + out->overpaid.fen == q->amount.fen);
    if (out->principal.fen > owed.fen)
        return fail(e, ERR_CONFLICT, "amount", MSG_REPAY_TOO_MUCH, A(c->number), A(owed));
    if (out->overpaid.fen && r->excess != EXCESS_REFUND)
        return fail(e, ERR_CONFLICT, "amount", MSG_REPAY_TOO_MUCH, A(c->number),
                    A((struct money){ q->amount.fen - out->overpaid.fen }));
    if (!r->early_repayment && q->value_date.day < c->ends_on.v.day) {
        struct debt due;
        if ((q->batch && !repay_batch_flush(q->batch, e)) ||
            !debt_of(l->act->tx, r, c, q->value_date, &due, e))
            return false;
        if (q->amount.fen > due.principal_due.fen + due.interest_due.fen)
            return fail(e, ERR_CONFLICT, "amount", MSG_REPAY_EARLY, A(c->number), A(c->ends_on.v));
    }
    return true;
}

/* --- the voucher ---------------------------------------------------------------------------- */

static bool post_repayment(struct lending *l, const struct contract *c, const struct repay_request *q,
                           const struct spread *s, int64_t id, struct str receipt, struct errs *e)
{
    struct posting_line all[] = {
        { .kind = q->to_special ? ACCOUNT_SPECIAL : ACCOUNT_TRANSIT, .amount = q->amount },
        { .kind = ACCOUNT_LOANS, .amount = { -s->principal.fen }, .name = c->number },
        { .kind = ACCOUNT_FEE, .amount = { -s->interest.fen } },
        { .kind = ACCOUNT_OVERPAID, .amount = { -s->overpaid.fen }, .name = c->number },
    };
    struct posting_line lines[N_ELEMS(all)];
    size_t n = 0;
    for (size_t i = 0; i < N_ELEMS(all); i++) {
        all[i].source = (struct code){ FUND_SOURCE_POOL, true };
        all[i].period = c->period_no;
        all[i].case_id = c->case_id;
        all[i].contract_id = (struct opt_int){ c->id, true };
        all[i].region = contract_township(c);
        if (all[i].amount.fen)
            lines[n++] = all[i];
    }
    const struct posting x = { .id = id,
                               .county = c->county,
                               .fund_id = c->fund_id,
                               .entry_date = q->on,
                               .value_date = q->value_date,
                               .kind = VOUCHER_REPAYMENT,
                               .purpose = str_of(say(e->a, ZH, MSG_HISTORY_REPAID, A(c->number))),
                               .document = receipt,
                               .lines = lines,
                               .n = n };
    struct voucher v;
    return q->batch ? repay_batch_post(q->batch, &x, e) : ledger_post(l->act, &x, &v, e);
}

/* --- taking it in --------------------------------------------------------------------------- */

/* What was asked, behind the key: another request under the same key is a mistake. */
static struct str request_key(const struct contract *c, const struct repay_request *q, struct arena *a)
{
    uint64_t h = 0xcbf29ce484222325u;
    const int64_t parts[] = { c->id, q->amount.fen, q->value_date.day, q->to_special };
    for (size_t i = 0; i < N_ELEMS(parts); i++)
        for (unsigned k = 0; k < sizeof parts[0]; k++)
            h = (h ^ (uint8_t)((uint64_t)parts[i] >> (8 * k))) * 0x100000001b3u;
    return str_of(arena_printf(a, "%.*s:%016llx", (int)q->key.n, q->key.p, (unsigned long long)h));
}

static enum found by_key(struct lending *l, const struct contract *c, struct str key, struct repayment *r,
                         struct errs *e)
{
    enum { HASH = 17 };
    struct str mine = { key.p, key.n - HASH + 1 }; /* with the colon behind it */
    struct str above = arena_str(e->a, mine);
    ((char *)above.p)[above.n - 1] = ':' + 1;
    return db_find(
        l->act->tx,
        SQL_OF(STMT_KEY, &repayment_entity,
               "SELECT {*} FROM repayment WHERE county = $1 AND request_key > $2 AND request_key < $3 "
               "AND length(request_key) = CAST($4 AS integer)"),
        r, e, V(c->county), V(mine), V(above), V((int64_t)str_chars(key)));
}

static bool fill_again(struct lending *l, const struct contract *c, struct repay_result *out, struct errs *e)
{
    struct overpayment o;
    enum found f;
    out->again = true;
    if (!overpayment_of(l->act->tx, &out->repayment, &o, &f, e))
        return false;
    out->overpaid = f == FOUND ? o.amount : (struct money){ 0 };
    return contract_outstanding(l->act->tx, c, &out->outstanding, e);
}

static bool check_request(struct lending *l, const struct contract *c, const struct repay_request *q,
                          struct errs *e)
{
    if (!c->paid_out_on.set || c->layer.v != LAYER_HOUSEHOLD)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_NOT_PAID, A(c->number));
    if (q->amount.fen <= 0)
        fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    if (q->on.day > l->today.day || q->value_date.day > q->on.day)
        fail(e, ERR_INVALID, "value_date", MSG_REPAY_DATES);
    if (q->value_date.day < c->paid_out_on.v.day)
        fail(e, ERR_INVALID, "value_date", MSG_REPAY_BEFORE_PAYOUT, A(c->paid_out_on.v));
    if (q->key.n > KEY_MAX && !q->batch)
        fail(e, ERR_INVALID, "key", MSG_REPAY_KEY_LONG, A((int64_t)KEY_MAX));
    return !errs_any(e);
}

static bool receipt_number(struct lending *l, const struct contract *c, const struct repay_request *q,
                           struct str *out, struct errs *e)
{
    int64_t no;
    int year = date_civil(q->on).year;
    *out = q->receipt;
    if (q->receipt.p)
        return true;
    if (!(q->batch ? repay_batch_number(q->batch, year, &no, e)
                   : counter_next(l->act->tx, c->county, arena_printf(e->a, "receipt %d", year), &no, e)))
        return false;
    *out = str_of(arena_printf(e->a, "%d-%05lld", year, (long long)no));
    return true;
}

static bool write_repayment(struct lending *l, const struct contract *c, const struct repay_request *q,
                            const struct spread *s, struct repay_result *out, struct errs *e)
{
    struct repayment r = { .county = c->county,
                           .contract_id = c->id,
                           .fund_id = c->fund_id,
                           .paid_on = { q->value_date, true },
                           .amount = { { s->principal.fen + s->interest.fen }, true },
                           .principal = s->principal,
                           .interest = s->interest,
                           .payer_kind = q->payer_kind,
                           .payer = q->payer,
                           .collector = q->collector,
                           .recorded_on = l->today };
    struct overpayment o = { .county = c->county, .contract_id = c->id, .amount = s->overpaid };
    if (q->key.p)
        r.request_key = q->batch ? q->key : request_key(c, q, e->a);
    if (!receipt_number(l, c, q, &r.receipt_no, e) || !db_id(l->act->tx, &r.id, e) ||
        !db_id(l->act->tx, &r.entry_id, e) || !post_repayment(l, c, q, s, r.entry_id, r.receipt_no, e) ||
        !(q->batch ? repay_batch_add(q->batch, &r, !q->receipt.p, e)
                   : db_insert(l->act->tx, &repayment_entity, &r, e)))
        return false;
    o.repayment_id = r.id;
    if (s->overpaid.fen && q->batch && !repay_batch_flush(q->batch, e))
        return false;
    if (s->overpaid.fen &&
        (!db_id(l->act->tx, &o.id, e) || !db_insert(l->act->tx, &overpayment_entity, &o, e)))
        return false;
    out->repayment = r;
    out->overpaid = s->overpaid;
    out->outstanding.fen = s->owed.fen - s->principal.fen;
    return true;
}

bool repay_take(struct lending *l, const struct contract *c, const struct repay_request *q,
                struct repay_result *out, struct errs *e)
{
    struct loan_rules r;
    struct spread s = { 0 };
    *out = (struct repay_result){ 0 };
    if (!check_request(l, c, q, e) || !loan_rules_of(l->act->tx, c, l->codes, &r, e))
        return false;
    if (q->key.p && !q->batch) {
        struct str key = request_key(c, q, e->a);
        enum found f = by_key(l, c, key, &out->repayment, e);
        if (f == FAILED)
            return false;
        if (f == FOUND && !str_eq(out->repayment.request_key, key))
            return fail(e, ERR_CONFLICT, "key", MSG_REPAY_KEY, A(q->key), A(out->repayment.receipt_no));
        if (f == FOUND)
            return fill_again(l, c, out, e);
    }
    return spread_of(l, &r, c, q, &s, e) && write_repayment(l, c, q, &s, out, e);
}

/* --- undoing -------------------------------------------------------------------------------- */

/* Later ones were reckoned with what stood then: of a loan with interest they are undone first. */
static bool is_last(struct lending *l, const struct contract *c, const struct repayment *r, struct errs *e)
{
    struct list list;
    struct loan_terms t;
    struct loan_rules rules;
    bool undone, later = false;
    if (!loan_rules_of(l->act->tx, c, l->codes, &rules, e) || !terms_of(&rules, c, &t, e) ||
        !repayment_list(l->act->tx, c, &list, e))
        return false;
    for (size_t i = 0; i < list.n && bears_interest(&t); i++) {
        const struct repayment *x = (const struct repayment *)list.rows + i;
        bool before =
            x->paid_on.v.day < r->paid_on.v.day || (x->paid_on.v.day == r->paid_on.v.day && x->id <= r->id);
        if (x->reverses.set || before)
            continue;
        if (!is_undone(l->act->tx, x, &undone, e))
            return false;
        later = later || !undone;
    }
    return !later || fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_LATER, A(r->receipt_no));
}

static bool may_undo(struct lending *l, const struct contract *c, const struct repayment *r, bool same_day,
                     struct errs *e)
{
    struct overpayment o;
    enum found f;
    bool undone;
    if (!is_undone(l->act->tx, r, &undone, e) || !overpayment_of(l->act->tx, r, &o, &f, e))
        return false;
    if (undone)
        return fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_UNDONE, A(r->receipt_no));
    if (same_day && r->recorded_on.day != l->today.day)
        return fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_NOT_TODAY, A(r->receipt_no), A(r->recorded_on));
    if (f == FOUND && o.given_back_on.set)
        return fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_GIVEN_BACK, A(r->receipt_no));
    return is_last(l, c, r, e);
}

bool repay_undo(struct lending *l, const struct contract *c, const struct repayment *r, struct date on,
                struct str reason, bool same_day, struct repayment *out, struct errs *e)
{
    struct voucher v, back;
    struct overpayment o;
    enum found f;
    if (on.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (!may_undo(l, c, r, same_day, e) ||
        db_get(l->act->tx, &voucher_entity, &v, e, V(r->county), V(r->entry_id)) != FOUND ||
        !ledger_reverse(l->act, &v, on, reason, &back, e))
        return false;
    *out = *r;
    out->amount.v.fen = -r->amount.v.fen;
    out->principal.fen = -r->principal.fen;
    out->interest.fen = -r->interest.fen;
    out->entry_id = back.id;
    out->reverses = (struct opt_int){ r->id, true };
    out->recorded_on = l->today;
    out->request_key = (struct str){ 0 };
    if (!overpayment_of(l->act->tx, r, &o, &f, e) ||
        (f == FOUND && !db_delete(l->act->tx, &overpayment_entity, &o, e)))
        return false;
    return db_id(l->act->tx, &out->id, e) && db_insert(l->act->tx, &repayment_entity, out, e);
}

/* --- what goes on --------------------------------------------------------------------------- */

static struct posting posting_of(const struct fund *f, enum voucher_kind kind, struct date on,
                                 struct str purpose, struct str document)
{
    return (struct posting){ .county = f->county,
                             .fund_id = f->id,
                             .entry_date = on,
                             .value_date = on,
                             .kind = kind,
                             .purpose = purpose,
                             .document = document,
                             .n = 2 };
}

bool repay_give_back(struct lending *l, const struct contract *c, const struct repayment *r, struct date on,
                     struct overpayment *out, struct errs *e)
{
    struct overpayment o;
    struct list taken;
    struct voucher v = { .county = r->county, .id = r->entry_id };
    enum found f;
    if (on.day > l->today.day || on.day < r->paid_on.v.day)
        return fail(e, ERR_INVALID, "date", MSG_REPAY_DATES);
    if (!overpayment_of(l->act->tx, r, &o, &f, e) || !voucher_lines(l->act->tx, &v, &taken, e))
        return false;
    if (f == NONE || o.given_back_on.set)
        return fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_NO_OVERPAID, A(r->receipt_no));
    struct fund fund = { .county = c->county, .id = c->fund_id };
    struct money special;
    struct posting_line lines[] = {
        { .kind = ACCOUNT_OVERPAID, .amount = o.amount, .name = c->number },
        { .kind = ACCOUNT_SPECIAL, .amount = { -o.amount.fen } },
    };
    struct money transit;
    struct region_code township = contract_township(c);
    enum { BELOW_TOWNSHIP = 1000 };
    if (!ledger_balance(l->act->tx, &fund, ACCOUNT_TRANSIT, township.v / BELOW_TOWNSHIP * BELOW_TOWNSHIP,
                        &transit, e) ||
        !ledger_balance(l->act->tx, &fund, ACCOUNT_SPECIAL, 0, &special, e))
        return false;
    if (transit.fen >= o.amount.fen) /* the township has not passed it on yet */
        lines[1].kind = ACCOUNT_TRANSIT;
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = (struct code){ FUND_SOURCE_POOL, true };
        lines[i].period = c->period_no;
        lines[i].contract_id = (struct opt_int){ c->id, true };
        lines[i].region = township;
    }
    struct posting x =
        posting_of(&fund, VOUCHER_GIVE_BACK, on, str_of(say(e->a, ZH, MSG_REPAY_GIVE_BACK, A(r->receipt_no))),
                   r->receipt_no);
    x.lines = lines;
    *out = o;
    if (!ledger_post(l->act, &x, &v, e))
        return false;
    out->given_back_on = (struct opt_date){ on, true };
    out->voucher_id = (struct opt_int){ v.id, true };
    return act_update(l->act, &overpayment_entity, &o, out, e);
}

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

bool repay_remit(struct lending *l, const struct fund *f, struct region_code township, struct money amount,
                 struct date on, struct str document, struct voucher *v, struct errs *e)
{
    struct money there;
    struct posting_line lines[] = {
        { .kind = ACCOUNT_SPECIAL, .amount = amount },
        { .kind = ACCOUNT_TRANSIT, .amount = { -amount.fen } },
    };
    if (amount.fen <= 0)
        return fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    if (on.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (region_level(township) != TOWNSHIP || region_county(township) != f->county)
        return fail(e, ERR_INVALID, "township", MSG_CONTRACT_TOWNSHIP);
    if (!collected(l->act->tx, f, township, &there, e))
        return false;
    if (amount.fen > there.fen)
        return fail(e, ERR_CONFLICT, "amount", MSG_REMIT_TOO_MUCH, A(township), A(there));
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = (struct code){ FUND_SOURCE_POOL, true };
        lines[i].region = township;
    }
    struct posting x = posting_of(f, VOUCHER_REMITTANCE, on,
                                  str_of(say(e->a, ZH, MSG_HISTORY_REMITTED, A(township))), document);
    x.lines = lines;
    return ledger_post(l->act, &x, v, e);
}
