/* relief.c - proposing and deciding what becomes of a loan, and taking it back. */
#include "access/site.h"
#include "base/value.h"
#include "casework/notice.h"
#include "fund/payout_parts.h"
#include "fund/relief_parts.h"

/* --- finding -------------------------------------------------------------------------------- */

enum found relief_by_no(struct tx *tx, int64_t county, int64_t no, struct loan_relief *x, struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &loan_relief_entity, "SELECT {*} FROM loan_relief WHERE county = $1 AND no = $2"), x,
        e, V(county), V(no));
}

bool relief_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &loan_relief_entity,
                          "SELECT {*} FROM loan_relief WHERE county = $1 AND contract_id = $2 ORDER BY no"),
                   out, e->a, e, V(c->county), V(c->id));
}

/* --- what each kind asks for ---------------------------------------------------------------- */

struct weighing {
    struct lending *l;
    struct fund_rules rules;
    const struct contract *c;
    struct loan_standing now;
    struct loan_relief *x;
    struct moved_dues moved;
};

static bool has_months(const struct weighing *w, int64_t max, struct errs *e)
{
    const struct opt_int *m = &w->x->months;
    return (m->set && m->v >= 1 && m->v <= max) ||
           fail(e, ERR_INVALID, "months", MSG_RELIEF_MONTHS, A((int64_t)1), A(max));
}

static bool move(struct weighing *w, struct errs *e)
{
    if (!schedule_move(w->l->act->tx, w->c, w->x, w->now.outstanding, w->l->today, &w->moved, e))
        return false;
    return w->moved.from.set || fail(e, ERR_CONFLICT, "months", MSG_RELIEF_NOTHING_MOVES, A(w->c->number));
}

static bool may_extend(struct weighing *w, struct errs *e)
{
    const struct programme_extension *x = &w->rules.programme->loan.extension;
    int64_t before, times = x->times_max.set ? x->times_max.v : INT64_MAX;
    if (!x->allowed)
        return fail(e, ERR_CONFLICT, "kind", MSG_RELIEF_NO_EXTENSION, A(w->rules.programme->name.zh));
    if (!has_months(w, x->months_max.set ? x->months_max.v : RELIEF_MONTHS_MAX, e) ||
        !db_int(w->l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM loan_relief WHERE county = $1 AND contract_id = $2 AND "
                              "kind = 1 AND state = 2"),
                &before, e, V(w->c->county), V(w->c->id)))
        return false;
    if (before >= times)
        return fail(e, ERR_CONFLICT, "kind", MSG_RELIEF_TIMES, A(w->c->number), A(before), A(times));
    if (!move(w, e))
        return false;
    return w->moved.last.day > w->l->today.day ||
           fail(e, ERR_CONFLICT, "months", MSG_RELIEF_STILL_LATE, A(w->moved.last));
}

static bool may_defer(struct weighing *w, struct errs *e)
{
    if (!w->x->counts_from.set)
        w->x->counts_from = (struct opt_date){ w->l->today, true };
    return has_months(w, RELIEF_MONTHS_MAX, e) && move(w, e);
}

static bool may_recall(struct weighing *w, struct errs *e)
{
    const struct opt_date *on = &w->x->counts_from;
    if (!on->set || on->v.day < w->l->today.day || on->v.day >= w->c->ends_on.v.day)
        return fail(e, ERR_INVALID, "counts_from", MSG_RELIEF_RECALL_DAY, A(w->c->ends_on.v));
    return move(w, e);
}

static bool has_amount(const struct weighing *w, struct money most, struct errs *e)
{
    if (!w->x->amount.set || w->x->amount.v.fen <= 0)
        return fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    if (w->x->counts_from.set &&
        (w->x->counts_from.v.day > w->l->today.day || w->x->counts_from.v.day < w->c->paid_out_on.v.day))
        return fail(e, ERR_INVALID, "counts_from", MSG_REPAY_DATES);
    return w->x->amount.v.fen <= most.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_RELIEF_TOO_MUCH, A(w->x->amount.v), A(most));
}

/* The engine has no loss: interest on the rest could not be reckoned. */
static bool may_write_off(struct weighing *w, struct errs *e)
{
    struct fraction rate = { 0, 1 };
    if (!w->x->amount.set)
        w->x->amount = (struct opt_money){ w->now.outstanding, true };
    if (!has_amount(w, w->now.outstanding, e))
        return false;
    bool interest = w->c->rate.p && rate_read(w->c->rate, &rate) == READ_OK && rate.num;
    return !interest || w->x->amount.v.fen == w->now.outstanding.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_RELIEF_WHOLE, A(w->now.outstanding));
}

static bool may_recover(struct weighing *w, struct errs *e)
{
    const struct money most = { w->now.written_off.fen - w->now.recovered.fen };
    if (most.fen <= 0)
        return fail(e, ERR_CONFLICT, "number", MSG_RELIEF_NOT_WRITTEN_OFF, A(w->c->number));
    if (!w->x->counts_from.set)
        w->x->counts_from = (struct opt_date){ w->l->today, true };
    return has_amount(w, most, e);
}

static bool may_stay(struct weighing *w, struct errs *e)
{
    (void)w, (void)e;
    return true;
}

static bool weigh(struct weighing *w, struct errs *e)
{
    static const struct {
        int32_t kind;
        bool (*may)(struct weighing *w, struct errs *e);
    } kinds[] = {
        { RELIEF_EXTEND, may_extend },   { RELIEF_DEFER, may_defer },   { RELIEF_WRITE_OFF, may_write_off },
        { RELIEF_RECOVER, may_recover }, { RELIEF_RECALL, may_recall }, { RELIEF_NONE, may_stay },
    };
    const struct contract *c = w->c;
    if (c->void_on.set || !c->paid_out_on.set || c->layer.v != LAYER_HOUSEHOLD)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_NOT_PAID, A(c->number));
    if (!fund_rules_of(w->l->act->tx, c, w->l->codes, &w->rules, e) ||
        !loan_standing(w->l->act->tx, c, w->l->today, &w->now, e))
        return false;
    if (w->now.outstanding.fen <= 0 && w->x->kind.v != RELIEF_RECOVER)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_SETTLED, A(c->number));
    for (size_t i = 0; i < N_ELEMS(kinds); i++)
        if (kinds[i].kind == w->x->kind.v)
            return kinds[i].may(w, e);
    return fail(e, ERR_INVALID, "kind", MSG_RELIEF_KIND);
}

/* --- proposing ------------------------------------------------------------------------------ */

static bool none_waits(struct lending *l, const struct contract *c, struct errs *e)
{
    int64_t no;
    return db_int(l->act->tx,
                  SQL(STMT_KEY, "SELECT min(no) FROM loan_relief WHERE county = $1 AND contract_id = $2 AND "
                                "state = 1"),
                  &no, e, V(c->county), V(c->id)) &&
           (!no || fail(e, ERR_CONFLICT, "number", MSG_RELIEF_WAITS, A(c->number), A(no)));
}

/* It goes onto papers and into vouchers: no numbers of people (illness is a reason). */
static bool has_reason(struct str reason, struct errs *e)
{
    if (!reason.p || !reason.n)
        return fail(e, ERR_INVALID, "reason", MSG_RELIEF_REASON);
    enum personal_look look = text_looks(reason);
    return look == LOOKS_FINE || look == LOOKS_LIKE_ILLNESS ||
           fail(e, ERR_INVALID, "reason", MSG_CASE_PERSONAL,
                A(&entity_col(&loan_relief_entity, "reason")->label));
}

bool relief_propose(struct lending *l, const struct contract *c, struct loan_relief *x, struct errs *e)
{
    struct weighing w = { .l = l, .c = c, .x = x };
    if (!has_reason(x->reason, e) || !none_waits(l, c, e) || !weigh(&w, e))
        return false;
    if (!x->subsidy.set && w.rules.programme->loan.interest_subsidy.n)
        x->subsidy = (struct code){ SUBSIDY_GOES_ON, true };
    x->county = c->county;
    x->fund_id = c->fund_id;
    x->contract_id = c->id;
    x->proposed_on = l->today;
    x->proposed_by = l->act->who->login;
    x->state = (struct code){ RELIEF_OPEN, true };
    return db_id(l->act->tx, &x->id, e) && counter_next(l->act->tx, c->county, "relief", &x->no, e) &&
           db_insert(l->act->tx, &loan_relief_entity, x, e);
}

bool relief_withdraw(struct lending *l, const struct loan_relief *old, struct loan_relief *out,
                     struct errs *e)
{
    if (old->state.v != RELIEF_OPEN)
        return fail(e, ERR_CONFLICT, "no", MSG_RELIEF_NOT_OPEN, A(old->no));
    if (!str_eq(old->proposed_by, l->act->who->login))
        return fail(e, ERR_FORBIDDEN, "no", MSG_RELIEF_NOT_OWN, A(old->no));
    *out = *old;
    out->state.v = RELIEF_WITHDRAWN;
    return act_update(l->act, &loan_relief_entity, old, out, e);
}

/* --- deciding ------------------------------------------------------------------------------- */

/* The county, unless the programme leaves new due days to an office below it. */
static struct region_code decided_at(const struct weighing *w)
{
    bool of_days =
        w->x->kind.v == RELIEF_EXTEND || w->x->kind.v == RELIEF_DEFER || w->x->kind.v == RELIEF_RECALL;
    enum office_level level = w->rules.programme->loan.extension.approval;
    if (of_days && level == LEVEL_VILLAGE)
        return w->c->village;
    if (of_days && level == LEVEL_TOWNSHIP)
        return contract_township(w->c);
    return (struct region_code){ w->c->county * 1000000 };
}

static bool may_decide(const struct weighing *w, struct str not_by, struct errs *e)
{
    const struct actor *who = w->l->act->who;
    if (str_eq(not_by, who->login))
        return fail(e, ERR_FORBIDDEN, "no", MSG_CHANGE_SAME_PERSON);
    return actor_need_at(who, PERM_FUND_CONTRACT, decided_at(w), e);
}

static bool post(struct lending *l, const struct contract *c, struct loan_relief *x, struct errs *e)
{
    bool back = x->kind.v == RELIEF_RECOVER;
    struct posting_line lines[] = {
        { .kind = !back                  ? ACCOUNT_LOSS
                  : x->to_special == YES ? ACCOUNT_SPECIAL
                                         : ACCOUNT_TRANSIT,
          .amount = x->amount.v },
        { .kind = back ? ACCOUNT_LOSS : ACCOUNT_LOANS, .amount = { -x->amount.v.fen } },
    };
    if (!back)
        lines[1].name = c->number;
    for (size_t i = 0; i < N_ELEMS(lines); i++) {
        lines[i].source = (struct code){ FUND_SOURCE_POOL, true };
        lines[i].period = c->period_no;
        lines[i].case_id = c->case_id;
        lines[i].contract_id = (struct opt_int){ c->id, true };
        lines[i].region = contract_township(c);
    }
    const struct posting p = {
        .county = c->county,
        .fund_id = c->fund_id,
        .entry_date = x->counts_from.v,
        .value_date = x->counts_from.v,
        .kind = back ? VOUCHER_RECOVERY : VOUCHER_WRITE_OFF,
        .purpose =
            str_of(say(e->a, ZH, back ? MSG_RELIEF_FOR_RECOVERY : MSG_RELIEF_FOR_WRITE_OFF, A(c->number))),
        .document = x->receipt.p ? x->receipt : x->document,
        .lines = lines,
        .n = N_ELEMS(lines)
    };
    struct voucher v;
    if (!ledger_post(l->act, &p, &v, e))
        return false;
    x->voucher_id = (struct opt_int){ v.id, true };
    return true;
}

static bool reschedule(struct weighing *w, struct errs *e)
{
    struct loan_relief *x = w->x;
    struct contract now = *w->c;
    int64_t version;
    x->moved_from = w->moved.from;
    x->moved_to = w->moved.to;
    x->new_ends_on = (struct opt_date){ w->moved.last, true };
    now.ends_on = x->new_ends_on;
    if (!schedule_write(w->l->act->tx, w->c, &w->moved, x, w->l->today, &version, e))
        return false;
    x->version = (struct opt_int){ version, true };
    return act_update(w->l->act, &contract_entity, w->c, &now, e);
}

static bool apply(struct weighing *w, struct errs *e)
{
    struct loan_relief *x = w->x;
    x->owed = (struct opt_money){ w->now.outstanding, true };
    x->days_late = (struct opt_int){ w->now.days_late, true };
    x->old_ends_on = w->c->ends_on;
    switch (x->kind.v) {
    case RELIEF_EXTEND:
    case RELIEF_DEFER:
    case RELIEF_RECALL: return reschedule(w, e);
    case RELIEF_WRITE_OFF:
    case RELIEF_RECOVER:
        if (!x->counts_from.set)
            x->counts_from = (struct opt_date){ w->l->today, true };
        return post(w->l, w->c, x, e);
    default: return true;
    }
}

bool relief_decide(struct lending *l, const struct contract *c, const struct loan_relief *old,
                   const struct relief_decision *d, struct loan_relief *out, struct errs *e)
{
    struct weighing w = { .l = l, .c = c, .x = out };
    *out = *old;
    if (old->state.v != RELIEF_OPEN)
        return fail(e, ERR_CONFLICT, "no", MSG_RELIEF_NOT_OPEN, A(old->no));
    if (!fund_rules_of(l->act->tx, c, l->codes, &w.rules, e) || !may_decide(&w, old->proposed_by, e))
        return false;
    if (d->document.p)
        out->document = d->document;
    if (d->approve && !out->document.p)
        return fail(e, ERR_INVALID, "document", MSG_RELIEF_DOCUMENT);
    if (d->on.set && (old->kind.v == RELIEF_WRITE_OFF || old->kind.v == RELIEF_RECOVER))
        out->counts_from = d->on;
    out->state.v = d->approve ? RELIEF_APPROVED : RELIEF_REFUSED;
    out->decided_on = (struct opt_date){ l->today, true };
    out->decided_by = l->act->who->login;
    if (d->approve && (!weigh(&w, e) || !apply(&w, e)))
        return false;
    return act_update(l->act, &loan_relief_entity, old, out, e);
}

/* --- taking back ---------------------------------------------------------------------------- */

/* A loan waits for one decision at a time, so that they were made in the order of their numbers. */
static bool is_last(struct lending *l, const struct loan_relief *x, struct errs *e)
{
    int64_t later;
    return db_int(l->act->tx,
                  SQL(STMT_KEY, "SELECT max(no) FROM loan_relief WHERE county = $1 AND contract_id = $2 AND "
                                "state = 2 AND kind <> 9 AND no > $3"),
                  &later, e, V(x->county), V(x->contract_id), V(x->no)) &&
           (!later || fail(e, ERR_CONFLICT, "no", MSG_RELIEF_LATER, A(later)));
}

static bool take_back(struct lending *l, const struct contract *c, struct loan_relief *x, struct errs *e)
{
    struct contract now = *c;
    struct voucher v, back;
    if (x->version.set) {
        now.ends_on = x->old_ends_on;
        return schedule_restore(l->act->tx, x, l->today, e) &&
               act_update(l->act, &contract_entity, c, &now, e);
    }
    if (!x->voucher_id.set)
        return true;
    if (db_get(l->act->tx, &voucher_entity, &v, e, V(x->county), V(x->voucher_id.v)) != FOUND ||
        !ledger_reverse(l->act, &v, l->today, x->undo_reason, &back, e))
        return false;
    x->undo_voucher_id = (struct opt_int){ back.id, true };
    return true;
}

bool relief_undo(struct lending *l, const struct contract *c, const struct loan_relief *old,
                 struct str reason, struct str document, struct loan_relief *out, struct errs *e)
{
    struct weighing w = { .l = l, .c = c, .x = out };
    *out = *old;
    if (!has_reason(reason, e))
        return false;
    if (old->state.v != RELIEF_APPROVED)
        return fail(e, ERR_CONFLICT, "no", MSG_RELIEF_NOT_APPROVED, A(old->no));
    if (!fund_rules_of(l->act->tx, c, l->codes, &w.rules, e) || !may_decide(&w, old->decided_by, e) ||
        !none_waits(l, c, e) || !is_last(l, old, e))
        return false;
    out->state.v = RELIEF_UNDONE;
    out->undone_on = (struct opt_date){ l->today, true };
    out->undone_by = l->act->who->login;
    out->undo_reason = reason;
    out->undo_document = document;
    return take_back(l, c, out, e) && act_update(l->act, &loan_relief_entity, old, out, e);
}
