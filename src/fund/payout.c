/* payout.c - money to townships, and to households at a meeting. */
#include "access/site.h"
#include "base/value.h"
#include "fund/payout_parts.h"
#include "fund/pool.h"
#include "registry/region.h"

#include <assert.h>

enum found payout_by_no(struct tx *tx, int64_t county, int64_t no, struct payout *p, struct errs *e)
{
    return db_find(tx,
                   SQL_OF(STMT_KEY, &payout_entity, "SELECT {*} FROM payout WHERE county = $1 AND no = $2"),
                   p, e, V(county), V(no));
}

bool payout_lines(struct tx *tx, const struct payout *p, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &payout_line_entity,
                          "SELECT {*} FROM payout_line WHERE county = $1 AND payout_id = $2 ORDER BY no"),
                   out, e->a, e, V(p->county), V(p->id));
}

bool payout_list(struct tx *tx, const struct fund *f, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &payout_entity,
                          "SELECT {*} FROM payout WHERE county = $1 AND fund_id = $2 ORDER BY no"),
                   out, e->a, e, V(f->county), V(f->id));
}

bool payout_ready(struct tx *tx, const struct fund *f, int64_t period_no, struct region_code township,
                  struct list *out, struct errs *e)
{
    int64_t first, last;
    region_span(township, &first, &last);
    return db_list(
        tx,
        SQL_OF(
            STMT_KEY, &contract_entity,
            "SELECT {*} FROM contract WHERE county = $1 AND fund_id = $2 AND period_no = $3 AND village "
            "BETWEEN $4 AND $5 AND layer = 2 AND signed_on IS NOT NULL AND paid_out_on IS NULL AND void_on "
            "IS NULL AND NOT EXISTS (SELECT 1 FROM payout_line l WHERE l.county = $1 AND l.contract_id = "
            "contract.id AND l.state < 3) ORDER BY number"),
        out, e->a, e, V(f->county), V(f->id), V(period_no), V(first), V(last));
}

bool payout_left(struct tx *tx, const struct fund *f, int64_t period_no, struct region_code township,
                 struct money *out, struct errs *e)
{
    int64_t sent, gone;
    if (!db_int(tx,
                SQL(STMT_KEY,
                    "SELECT CAST(sum(amount) AS bigint) FROM payout WHERE county = $1 AND fund_id = "
                    "$2 AND period_no = $3 AND township = $4 AND kind = 1"),
                &sent, e, V(f->county), V(f->id), V(period_no), V(township)) ||
        !db_int(tx,
                SQL(STMT_KEY,
                    "SELECT CAST(sum(l.amount) AS bigint) FROM payout_line l JOIN payout p ON "
                    "p.county = $1 AND p.id = l.payout_id WHERE l.county = $1 AND p.fund_id = $2 AND "
                    "p.period_no = $3 AND p.township = $4 AND l.state < 3"),
                &gone, e, V(f->county), V(f->id), V(period_no), V(township)))
        return false;
    out->fen = sent - gone;
    return true;
}

/* --- what all ways share -------------------------------------------------------------------- */

bool has_way(const struct fund_rules *r, int way)
{
    for (size_t i = 0; i < r->programme->loan.payout.ways.n; i++)
        if (r->programme->loan.payout.ways.p[i] == way)
            return true;
    return false;
}

bool has_leg(const struct fund_rules *r, int leg)
{
    for (size_t i = 0; i < r->programme->loan.payout.legs.n; i++)
        if (r->programme->loan.payout.legs.p[i] == leg)
            return true;
    return false;
}

bool payout_begin(struct lending *l, const struct fund_rules *r, struct payout *p, int32_t kind,
                  struct errs *e)
{
    struct period period;
    p->county = r->fund.county;
    p->fund_id = r->fund.id;
    p->kind = (struct code){ kind, true };
    p->made_on = l->today;
    p->made_by = l->act->who->login;
    if (p->held_on.v.day > l->today.day)
        fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (region_level(p->township) != TOWNSHIP || region_county(p->township) != p->county)
        fail(e, ERR_INVALID, "township", MSG_CONTRACT_TOWNSHIP);
    enum found f = period_by_no(l->act->tx, &r->fund, p->period_no.v, &period, e);
    if (f == NONE)
        fail(e, ERR_NOT_FOUND, "period", MSG_HISTORY_PERIOD, A(p->period_no.v));
    else if (f == FOUND && period.starts_on.set && period.starts_on.v.day > p->held_on.v.day)
        fail(e, ERR_CONFLICT, "date", MSG_MISSING_PERIOD_STARTS, A(p->period_no.v), A(period.starts_on.v));
    return !errs_any(e) && db_id(l->act->tx, &p->id, e) &&
           counter_next(l->act->tx, p->county, "payout", &p->no, e);
}

bool payout_check(struct lending *l, const struct fund_rules *r, const struct payout *p,
                  const struct contract *c, struct errs *e)
{
    const struct checklist k = { l->act->tx, r, p->held_on.v };
    struct errs missing = { .a = e->a, .lang = e->lang };
    if (c->fund_id != p->fund_id || !c->period_no.set || c->period_no.v != p->period_no.v ||
        contract_township(c).v != p->township.v || c->layer.v != LAYER_HOUSEHOLD)
        return fail(e, ERR_CONFLICT, "number", MSG_PAY_ELSEWHERE, A(c->number));
    if (!checklist_payment(&k, c, &missing, e))
        return false;
    if (!errs_any(&missing))
        purpose_check(r, c, c->project, &missing);
    if (c->signed_on.set && c->signed_on.v.day > p->held_on.v.day)
        fail(&missing, ERR_CONFLICT, "date", MSG_PAY_BEFORE_SIGNED, A(c->signed_on.v));
    for (const struct err *x = missing.bad.first; x; x = x->next)
        fail(e, ERR_CONFLICT, x->field, MSG_PAY_MISSING, A(c->number), A(x->text));
    return !errs_any(&missing);
}

bool payout_covered(struct lending *l, const struct fund_rules *r, const struct payout *p,
                    struct money amount, struct errs *e)
{
    struct money left;
    if (has_leg(r, LEG_ACCOUNT_TO_HOUSEHOLD))
        return true; /* the ledger looks at the special account itself */
    if (!payout_left(l->act->tx, &r->fund, p->period_no.v, p->township, &left, e))
        return false;
    return amount.fen <= left.fen || fail(e, ERR_CONFLICT, "amount", MSG_PAY_NOT_THERE, A(p->township),
                                          A(p->period_no.v), A(left), A(amount));
}

/* Out of the township's hands, or the special account's, into the borrower's; negative: back again. */
static bool post_line(struct lending *l, const struct payout *p, const struct contract *c, struct money out,
                      bool direct, struct date on, struct voucher *v, struct errs *e)
{
    const struct code pool = { FUND_SOURCE_POOL, true };
    struct posting_line lines[] = {
        { .kind = ACCOUNT_LOANS, .amount = out, .name = c->number },
        { .kind = direct ? ACCOUNT_SPECIAL : ACCOUNT_TRANSIT, .amount = { -out.fen } },
    };
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = pool;
        lines[i].period = c->period_no;
        lines[i].case_id = c->case_id;
        lines[i].contract_id = (struct opt_int){ c->id, true };
        lines[i].region = direct ? c->village : p->township;
    }
    const struct posting x = { .county = p->county,
                               .fund_id = p->fund_id,
                               .entry_date = on,
                               .value_date = on,
                               .kind = out.fen > 0 ? VOUCHER_PAYOUT : VOUCHER_PAYOUT_FAILED,
                               .purpose = c->project.p ? c->project : p->purpose,
                               .document = c->number,
                               .lines = lines,
                               .n = N_ELEMS(lines) };
    return ledger_post(l->act, &x, v, e);
}

static bool is_direct(struct lending *l, const struct contract *c, bool *direct, struct errs *e)
{
    struct fund_rules r;
    if (!fund_rules_of(l->act->tx, c, l->codes, &r, e))
        return false;
    *direct = has_leg(&r, LEG_ACCOUNT_TO_HOUSEHOLD);
    return true;
}

bool payout_pay(struct lending *l, const struct payout *p, struct payout_line *line, const struct contract *c,
                struct date on, struct errs *e)
{
    struct contract now = *c;
    struct contract_terms t;
    struct voucher v;
    bool direct;
    assert(line->amount.v.fen == c->amount.v.fen);
    if (!is_direct(l, c, &direct, e) || !contract_terms_of(l->act->tx, c, &t, e) ||
        !post_line(l, p, c, line->amount.v, direct, on, &v, e))
        return false;
    line->state = (struct code){ LINE_PAID, true };
    line->paid_on = (struct opt_date){ on, true };
    line->voucher_id = (struct opt_int){ v.id, true };
    line->reason = (struct str){ 0 };
    now.paid_out_on = line->paid_on;
    if (t.term_months.set)
        now.due_on = (struct opt_date){ date_add_months(on, (int)t.term_months.v), true };
    now.ends_on = now.due_on;
    return act_update(l->act, &contract_entity, c, &now, e);
}

bool payout_bounce(struct lending *l, const struct payout *p, struct payout_line *line,
                   const struct contract *c, struct date on, struct errs *e)
{
    struct contract now = *c;
    struct voucher v;
    struct money owed;
    bool direct;
    if (!contract_outstanding(l->act->tx, c, &owed, e))
        return false;
    if (owed.fen != line->amount.v.fen)
        return fail(e, ERR_CONFLICT, "number", MSG_PAY_BOUNCE_REPAID, A(c->number));
    if (on.day < line->paid_on.v.day)
        return fail(e, ERR_INVALID, "date", MSG_PAY_BOUNCE_EARLY, A(c->number), A(line->paid_on.v));
    if (!is_direct(l, c, &direct, e) ||
        !post_line(l, p, c, (struct money){ -line->amount.v.fen }, direct, on, &v, e))
        return false;
    line->state = (struct code){ LINE_FAILED, true };
    now.paid_out_on = (struct opt_date){ 0 };
    return act_update(l->act, &contract_entity, c, &now, e);
}

/* --- leg 1 ---------------------------------------------------------------------------------- */

/* Within the township's contract, and no sooner than all have signed it (R279). */
static bool within_contract(struct lending *l, const struct fund_rules *r, const struct payout *p,
                            struct contract *upper, struct errs *e)
{
    const struct label *diverted = &forbidden_uses[USE_DIVERTED];
    int64_t sent;
    enum found f = contract_upper(l->act->tx, &r->fund, p->period_no.v, p->township, upper, e);
    if (f != FOUND)
        return f == NONE &&
               fail(e, ERR_CONFLICT, "township", MSG_CONTRACT_NO_UPPER, A(p->period_no.v), A(p->township));
    if (!upper->signed_on.set || upper->signed_on.v.day > p->held_on.v.day)
        return fail(e, ERR_CONFLICT, "township", MSG_MISSING_UPPER, A(upper->number));
    if (!db_int(l->act->tx,
                SQL(STMT_KEY,
                    "SELECT CAST(sum(amount) AS bigint) FROM payout WHERE county = $1 AND fund_id = "
                    "$2 AND period_no = $3 AND township = $4 AND kind = 1"),
                &sent, e, V(p->county), V(p->fund_id), V(p->period_no.v), V(p->township)))
        return false;
    return sent + p->amount.v.fen <= upper->amount.v.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_PAY_OVER_CONTRACT, A(diverted), A(upper->number),
                A(upper->amount.v), A((struct money){ sent }));
}

static bool post_leg(struct lending *l, const struct payout *p, struct voucher *v, struct errs *e)
{
    struct posting_line lines[] = {
        { .kind = ACCOUNT_TRANSIT, .amount = p->amount.v },
        { .kind = ACCOUNT_SPECIAL, .amount = { -p->amount.v.fen } },
    };
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = (struct code){ FUND_SOURCE_POOL, true };
        lines[i].period = p->period_no;
        lines[i].region = p->township;
    }
    const struct posting x = { .county = p->county,
                               .fund_id = p->fund_id,
                               .entry_date = p->held_on.v,
                               .value_date = p->held_on.v,
                               .kind = VOUCHER_TO_TOWNSHIP,
                               .purpose = p->purpose,
                               .document = p->document,
                               .lines = lines,
                               .n = N_ELEMS(lines) };
    return ledger_post(l->act, &x, v, e);
}

bool payout_to_township(struct lending *l, const struct fund_rules *r, struct payout *p, struct voucher *v,
                        struct errs *e)
{
    struct contract upper = { 0 };
    bool layered = false;
    for (size_t i = 0; i < r->programme->loan.layers.n; i++)
        layered = layered || r->programme->loan.layers.p[i] == LAYER_COUNTY_TO_TOWNSHIP;
    if (!has_leg(r, LEG_ACCOUNT_TO_TOWNSHIP))
        return fail(e, ERR_INVALID, "township", MSG_PAY_NO_LEG, A(r->programme->name.zh));
    if (p->amount.v.fen <= 0)
        fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    purpose_check(r, NULL, p->purpose, e);
    if (errs_any(e) || !payout_begin(l, r, p, PAYOUT_TO_TOWNSHIP, e) ||
        (layered && !within_contract(l, r, p, &upper, e)) || !post_leg(l, p, v, e))
        return false;
    p->voucher_id = (struct opt_int){ v->id, true };
    p->state = (struct code){ PAYOUT_DONE, true };
    if (upper.id && !upper.paid_out_on.set) {
        struct contract now = upper;
        now.paid_out_on = p->held_on;
        if (!act_update(l->act, &contract_entity, &upper, &now, e))
            return false;
    }
    return db_insert(l->act->tx, &payout_entity, p, e);
}

/* --- meetings ------------------------------------------------------------------------------- */

static bool find_contract(struct lending *l, const struct payout *p, struct str number, struct contract *c,
                          struct errs *e)
{
    enum found f = db_find(
        l->act->tx,
        SQL_OF(STMT_KEY, &contract_entity, "SELECT {*} FROM contract WHERE county = $1 AND number = $2"), c,
        e, V(p->county), V(number));
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "number", MSG_CONTRACT_NONE, A(number)));
}

static void check_meeting(const struct fund_rules *r, const struct payout *p, size_t n, struct errs *e)
{
    static const char *const needed[] = { "place", "attendees", "lender" };
    const struct str given[] = { p->place, p->attendees, p->lender };
    for (size_t i = 0; i < N_ELEMS(needed); i++)
        if (!given[i].p)
            fail(e, ERR_INVALID, needed[i], MSG_LEND_NEEDS, A(&entity_col(&payout_entity, needed[i])->label));
    if (!has_way(r, WAY_MEETING) && !has_way(r, WAY_CASH))
        fail(e, ERR_INVALID, "programme", MSG_PAY_WAY, A(r->programme->name.zh));
    if (!n)
        fail(e, ERR_INVALID, "receipt", MSG_PAY_NOBODY);
}

static bool pay_one(struct lending *l, const struct payout *p, const struct contract *c, int64_t no,
                    int32_t receipt, struct errs *e)
{
    struct person payee;
    struct payout_line line = { .county = p->county,
                                .payout_id = p->id,
                                .no = no,
                                .contract_id = c->id,
                                .payee_id = c->borrower_id.v,
                                .amount = c->amount,
                                .receipt = { receipt, true } };
    if (db_get(l->act->tx, &person_entity, &payee, e, V(p->county), V(c->borrower_id.v)) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_NOT_FOUND, "borrower", MSG_CONTRACT_BORROWER);
    line.payee = payee.name;
    return payout_pay(l, p, &line, c, p->held_on.v, e) && db_id(l->act->tx, &line.id, e) &&
           db_insert(l->act->tx, &payout_line_entity, &line, e);
}

bool payout_meeting(struct lending *l, const struct fund_rules *r, struct payout *p,
                    const struct meeting_receipt *receipts, size_t n, struct errs *e)
{
    struct contract *c = NEW_ARRAY(e->a, struct contract, n + 1);
    struct money sum = { 0 };
    check_meeting(r, p, n, e);
    if (errs_any(e) || !payout_begin(l, r, p, PAYOUT_MEETING, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!find_contract(l, p, receipts[i].number, &c[i], e))
            continue;
        for (size_t k = 0; k < i; k++)
            if (c[k].id == c[i].id)
                fail(e, ERR_INVALID, "receipt", MSG_PAY_TWICE, A(c[i].number));
        payout_check(l, r, p, &c[i], e);
        if (!money_add(&sum, c[i].amount.v))
            fail(e, ERR_INVALID, "amount", MSG_LEDGER_TOO_MANY);
    }
    if (errs_any(e) || !payout_covered(l, r, p, sum, e))
        return false;
    if (!p->purpose.p)
        p->purpose = str_of(say(e->a, ZH, MSG_PAY_PURPOSE, A(r->programme->name.zh), A(p->period_no.v)));
    p->amount = (struct opt_money){ sum, true };
    p->state = (struct code){ PAYOUT_DONE, true };
    if (!db_insert(l->act->tx, &payout_entity, p, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!pay_one(l, p, &c[i], (int64_t)i + 1, receipts[i].receipt, e))
            return false;
    return true;
}
