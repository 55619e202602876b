#include "fund/repay_parts.h"

#include "access/site.h"
#include "base/value.h"
#include "fund/loan_terms.h"
#include "fund/payout_parts.h"
#include "fund/relief.h"
#include "fund/repay_batch.h"
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
               "ORDER BY CASE WHEN EXISTS (SELECT 1 FROM repayment x WHERE x.county = $1 AND x.reverses = "
               "repayment.id) THEN 1 ELSE 0 END, id DESC LIMIT 1"),
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

bool overpayment_of(struct tx *tx, const struct repayment *r, struct overpayment *out, enum found *f,
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

bool contract_debt(struct tx *tx, const struct fund_rules *r, const struct contract *c, struct date on,
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
    if (!loan_terms_of(r, c, &t, e) || !relief_changes(tx, c, on, &t, e) ||
        !payments_of(tx, c, 0, &p, &n, e) || !loan_replay(&t, p, n, on, &s, e))
        return false;
    out->principal_due = s.principal_due;
    out->interest_due = s.interest_due;
    out->interest_accrued = s.interest_accrued;
    return relief_debt(tx, c, &t, on, out, e);
}

/* --- how it is spread ----------------------------------------------------------------------- */

/* What is paid later is reckoned anew afterwards (reallocate.h): here only what came before counts. */
static bool spread_engine(struct lending *l, const struct contract *c, const struct repay_request *q,
                          const struct loan_terms *t, struct spread *out, struct errs *e)
{
    struct loan_payment *p;
    struct loan_state s;
    size_t all, n = 0;
    if (!repay_batch_flush(q->batch, e) || !payments_of(l->act->tx, c, 1, &p, &all, e))
        return false;
    while (n < all && p[n].value_date.day <= q->value_date.day)
        n++;
    out->later = n < all;
    if (out->later && q->batch)
        return fail(e, ERR_CONFLICT, "value_date", MSG_REPAY_FILE_BACKDATED, A(p[n].value_date));
    p[n] = (struct loan_payment){ .value_date = q->value_date, .amount = q->amount };
    if (!loan_replay(t, p, n + 1, q->value_date, &s, e))
        return false;
    out->principal = p[n].principal;
    out->interest = p[n].interest;
    out->overpaid = p[n].overpaid;
    return true;
}

static bool owed_of(struct lending *l, const struct contract *c, const struct repay_request *q,
                    struct money *owed, struct errs *e)
{
    if (!q->batch)
        return contract_outstanding(l->act->tx, c, owed, e);
    *owed = repay_batch_owed(q->batch, c);
    return true;
}

/* Not more than the programme takes, nor before it does. */
static bool takes(struct lending *l, const struct fund_rules *r, const struct contract *c,
                  const struct repay_request *q, const struct spread *s, struct money owed, struct errs *e)
{
    struct debt due;
    if (s->principal.fen > owed.fen && !s->later)
        return fail(e, ERR_CONFLICT, "amount", MSG_REPAY_TOO_MUCH, A(c->number), A(owed));
    if (r->programme->loan.early_repayment || q->value_date.day >= c->ends_on.v.day)
        return true;
    if (!repay_batch_flush(q->batch, e) || !contract_debt(l->act->tx, r, c, q->value_date, &due, e))
        return false;
    return q->amount.fen <= due.principal_due.fen + due.interest_due.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_REPAY_EARLY, A(c->number), A(c->ends_on.v));
}

static bool spread_of(struct lending *l, const struct fund_rules *r, const struct contract *c,
                      const struct repay_request *q, struct spread *out, struct errs *e)
{
    struct loan_terms t;
    struct money owed;
    if (!loan_terms_of(r, c, &t, e) || !relief_changes(l->act->tx, c, q->value_date, &t, e) ||
        !owed_of(l, c, q, &owed, e))
        return false;
    bool engine = loan_bears_interest(&t);
    if (engine && !spread_engine(l, c, q, &t, out, e))
        return false;
    if (owed.fen <= 0 && !out->later)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_SETTLED, A(c->number));
    if (!engine) {
        *out = (struct spread){ .principal = q->amount.fen < owed.fen ? q->amount : owed };
        out->overpaid.fen = q->amount.fen - out->principal.fen;
    }
    out->owed = (struct opt_money){ owed, true };
    out->keeps = r->programme->loan.excess == EXCESS_NEXT;
    assert(out->principal.fen + out->interest.fen + out->overpaid.fen == q->amount.fen);
    return takes(l, r, c, q, out, owed, e);
}

/* --- the voucher ---------------------------------------------------------------------------- */

static bool post_repayment(struct lending *l, const struct contract *c, const struct repay_request *q,
                           const struct spread *s, int64_t id, struct str receipt, struct errs *e)
{
    struct posting_line all[] = {
        { .kind = q->kept_of      ? ACCOUNT_OVERPAID
                  : q->to_special ? ACCOUNT_SPECIAL
                                  : ACCOUNT_TRANSIT,
          .amount = q->amount },
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
    if (q->kept_of)
        lines[0].contract_id.v = q->kept_of->id;
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
    struct str above = str_of(arena_printf(e->a, "%.*s;", (int)mine.n - 1, mine.p));
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
    out->kept = f == FOUND && o.decision.v == EXCESS_KEEP;
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
    if (!(q->batch ? repay_batch_number(q->batch, year, &no, e)
                   : counter_next(l->act->tx, c->county, arena_printf(e->a, "receipt %d", year), &no, e)))
        return false;
    *out = str_of(arena_printf(e->a, "%d-%05lld", year, (long long)no));
    return true;
}

static bool write_overpaid(struct lending *l, const struct repay_request *q, const struct spread *s,
                           const struct repayment *r, struct errs *e)
{
    struct overpayment o = {
        .county = r->county, .repayment_id = r->id, .contract_id = r->contract_id, .amount = s->overpaid
    };
    if (s->keeps)
        excess_decide(l, &o, EXCESS_KEEP, str_of(say(e->a, ZH, MSG_EXCESS_BY_RULE)));
    return repay_batch_flush(q->batch, e) && db_id(l->act->tx, &o.id, e) &&
           db_insert(l->act->tx, &overpayment_entity, &o, e);
}

bool repay_write(struct lending *l, const struct contract *c, const struct repay_request *q,
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
    if (q->key.p)
        r.request_key = q->batch ? q->key : request_key(c, q, e->a);
    r.receipt_no = q->receipt;
    if ((!q->receipt.p && !receipt_number(l, c, q, &r.receipt_no, e)) || !db_id(l->act->tx, &r.id, e) ||
        !db_id(l->act->tx, &r.entry_id, e) || !post_repayment(l, c, q, s, r.entry_id, r.receipt_no, e) ||
        !(q->batch ? repay_batch_add(q->batch, &r, !q->receipt.p, e)
                   : db_insert(l->act->tx, &repayment_entity, &r, e)))
        return false;
    if (s->overpaid.fen && !write_overpaid(l, q, s, &r, e))
        return false;
    out->repayment = r;
    out->overpaid = s->overpaid;
    out->kept = s->keeps && s->overpaid.fen;
    out->outstanding.fen = s->owed.v.fen - s->principal.fen;
    return s->owed.set || contract_outstanding(l->act->tx, c, &out->outstanding, e);
}

bool repay_take(struct lending *l, const struct contract *c, const struct repay_request *q,
                struct repay_result *out, struct errs *e)
{
    struct fund_rules r;
    struct spread s = { 0 };
    *out = (struct repay_result){ 0 };
    if (!check_request(l, c, q, e) ||
        !(q->batch ? repay_batch_rules(q->batch, c, &r, e) : fund_rules_of(l->act->tx, c, l->codes, &r, e)))
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
    if (!spread_of(l, &r, c, q, &s, e) || !repay_write(l, c, q, &s, out, e))
        return false;
    return !s.later || (reallocate(l, &r, c, &out->reallocated, e) &&
                        contract_outstanding(l->act->tx, c, &out->outstanding, e));
}

/* --- undoing -------------------------------------------------------------------------------- */

static bool may_undo(struct lending *l, const struct repayment *r, bool same_day, struct errs *e)
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
    if (f == FOUND && (o.given_back_on.set || o.used_id.set))
        return fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_GIVEN_BACK, A(r->receipt_no));
    return true;
}

bool repay_take_back(struct lending *l, const struct repayment *r, struct date on, struct str reason,
                     bool same_day, struct repayment *out, struct errs *e)
{
    struct voucher v, back;
    struct overpayment o;
    enum found f;
    if (on.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (!may_undo(l, r, same_day, e) ||
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

bool repay_undo(struct lending *l, const struct contract *c, const struct repayment *r, struct date on,
                struct str reason, bool same_day, struct repayment *out, struct errs *e)
{
    struct fund_rules rules;
    size_t anew;
    return repay_take_back(l, r, on, reason, same_day, out, e) && release_kept(l, r, e) &&
           fund_rules_of(l->act->tx, c, l->codes, &rules, e) && reallocate(l, &rules, c, &anew, e);
}
