#include "fund/excess.h"

#include "base/value.h"
#include "fund/collected.h"
#include "fund/repay_parts.h"

/* Of a receipt, and still there. */
static bool need_excess(struct lending *l, const struct repayment *r, struct overpayment *o, struct errs *e)
{
    enum found f;
    if (!overpayment_of(l->act->tx, r, o, &f, e))
        return false;
    return (f == FOUND && !o->given_back_on.set && !o->used_id.set) ||
           fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_NO_OVERPAID, A(r->receipt_no));
}

void excess_decide(const struct lending *l, struct overpayment *o, int32_t what, struct str reason)
{
    o->decision = (struct code){ what, true };
    o->decided_on = (struct opt_date){ l->today, true };
    o->decided_by = l->act->who->login;
    if (reason.p)
        o->reason = reason;
}

/* The township has it still, unless it was remitted. */
static bool is_there(struct lending *l, const struct contract *c, const struct repayment *r,
                     struct money amount, struct date on, bool *there, struct errs *e)
{
    struct fund f = { .county = c->county, .id = c->fund_id };
    CLEANUP(held_receipts_release) struct held_receipts held = { 0 };
    *there = false;
    if (!held_receipts_read(l->act->tx, &f, contract_township(c), on, &held, e))
        return false;
    for (size_t i = 0; i < held.n; i++)
        if (held.list[i].contract_id == c->id && str_eq(held.list[i].receipt, r->receipt_no))
            *there = held.list[i].left.fen >= amount.fen;
    return true;
}

static bool post_back(struct lending *l, const struct contract *c, const struct repayment *r,
                      struct money amount, struct date on, struct voucher *v, struct errs *e)
{
    bool there;
    struct posting_line lines[] = {
        { .kind = ACCOUNT_OVERPAID, .amount = amount, .name = c->number },
        { .kind = ACCOUNT_SPECIAL, .amount = { -amount.fen } },
    };
    if (!is_there(l, c, r, amount, on, &there, e))
        return false;
    if (there)
        lines[1].kind = ACCOUNT_TRANSIT;
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = (struct code){ FUND_SOURCE_POOL, true };
        lines[i].period = c->period_no;
        lines[i].contract_id = (struct opt_int){ c->id, true };
        lines[i].region = contract_township(c);
    }
    const struct posting x = { .county = c->county,
                               .fund_id = c->fund_id,
                               .entry_date = on,
                               .value_date = on,
                               .kind = VOUCHER_GIVE_BACK,
                               .purpose = str_of(say(e->a, ZH, MSG_REPAY_GIVE_BACK, A(r->receipt_no))),
                               .document = r->receipt_no,
                               .lines = lines,
                               .n = N_ELEMS(lines) };
    return ledger_post(l->act, &x, v, e);
}

bool excess_give_back(struct lending *l, const struct contract *c, const struct repayment *r, struct date on,
                      struct str reason, struct overpayment *out, struct errs *e)
{
    struct overpayment o;
    struct voucher v;
    if (on.day > l->today.day || on.day < r->paid_on.v.day)
        return fail(e, ERR_INVALID, "date", MSG_REPAY_DATES);
    if (!need_excess(l, r, &o, e) || !post_back(l, c, r, o.amount, on, &v, e))
        return false;
    *out = o;
    excess_decide(l, out, EXCESS_GIVE_BACK, reason);
    out->given_back_on = (struct opt_date){ on, true };
    out->voucher_id = (struct opt_int){ v.id, true };
    return act_update(l->act, &overpayment_entity, &o, out, e);
}

bool excess_keep(struct lending *l, const struct repayment *r, struct str reason, struct overpayment *out,
                 struct errs *e)
{
    struct overpayment o;
    if (!need_excess(l, r, &o, e))
        return false;
    *out = o;
    excess_decide(l, out, EXCESS_KEEP, reason);
    return act_update(l->act, &overpayment_entity, &o, out, e);
}

bool excess_use(struct lending *l, const struct contract *of, const struct repayment *r,
                const struct contract *c, struct date on, struct repay_result *out, struct errs *e)
{
    struct overpayment o, now;
    if (!need_excess(l, r, &o, e))
        return false;
    if (o.decision.v != EXCESS_KEEP)
        return fail(e, ERR_CONFLICT, "receipt", MSG_EXCESS_NOT_KEPT, A(r->receipt_no));
    if (c->fund_id != of->fund_id || c->household_id.v != of->household_id.v)
        return fail(e, ERR_CONFLICT, "number", MSG_EXCESS_OTHERS, A(c->number));
    const struct repay_request q = { .amount = o.amount,
                                     .on = on,
                                     .value_date = on,
                                     .payer_kind = r->payer_kind,
                                     .payer = r->payer,
                                     .kept_of = of };
    if (!repay_take(l, c, &q, out, e))
        return false;
    if (out->overpaid.fen)
        return fail(e, ERR_CONFLICT, "amount", MSG_EXCESS_TOO_MUCH, A(c->number),
                    A((struct money){ o.amount.fen - out->overpaid.fen }), A(o.amount));
    now = o;
    now.used_id = (struct opt_int){ out->repayment.id, true };
    return act_update(l->act, &overpayment_entity, &o, &now, e);
}

bool release_kept(struct lending *l, const struct repayment *r, struct errs *e)
{
    struct overpayment o, now;
    enum found f = db_find(l->act->tx,
                           SQL_OF(STMT_KEY, &overpayment_entity,
                                  "SELECT {*} FROM overpayment WHERE county = $1 AND used_id = $2"),
                           &o, e, V(r->county), V(r->id));
    if (f != FOUND)
        return f == NONE;
    now = o;
    now.used_id = (struct opt_int){ 0 };
    return act_update(l->act, &overpayment_entity, &o, &now, e);
}
