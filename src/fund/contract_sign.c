/* contract_sign.c - who signed and sealed what, the IOU, changes by request, voiding. */
#include "fund/checklist.h"

#include "registry/scope.h"

bool contract_signatures(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(
        tx,
        SQL_OF(STMT_KEY, &contract_signature_entity,
               "SELECT {*} FROM contract_signature WHERE county = $1 AND contract_id = $2 ORDER BY id"),
        out, e->a, e, V(c->county), V(c->id));
}

bool contract_guarantees(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &guarantee_entity,
                          "SELECT {*} FROM guarantee WHERE county = $1 AND contract_id = $2 ORDER BY id"),
                   out, e->a, e, V(c->county), V(c->id));
}

enum found iou_of(struct tx *tx, const struct contract *c, struct iou *out, struct errs *e)
{
    struct contract_terms t;
    if (!contract_terms_of(tx, c, &t, e))
        return FAILED;
    return db_find(tx,
                   SQL_OF(STMT_KEY, &iou_entity,
                          "SELECT {*} FROM iou WHERE county = $1 AND contract_id = $2 AND revision = $3"),
                   out, e, V(c->county), V(c->id), V(t.revision));
}

static bool can_change(const struct contract *c, struct errs *e)
{
    if (c->void_on.set)
        return fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_IS_VOID, A(c->number));
    return !c->paid_out_on.set ||
           fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_PAID, A(c->number), A(c->paid_out_on.v));
}

/* It is in force when the last one has signed. */
static bool settle_signed(struct lending *l, const struct contract *c, struct date on, struct errs *e)
{
    struct fund_rules r;
    struct errs missing = { .a = e->a, .lang = e->lang };
    struct contract now;
    if (db_get(l->act->tx, &contract_entity, &now, e, V(c->county), V(c->id)) != FOUND ||
        !fund_rules_of(l->act->tx, c, l->codes, &r, e))
        return false;
    const struct checklist k = { l->act->tx, &r, l->today };
    if (!checklist_papers(&k, &now, &missing, e))
        return false;
    struct contract old = now;
    if (errs_any(&missing))
        now.signed_on = (struct opt_date){ 0 };
    else if (!now.signed_on.set)
        now.signed_on = (struct opt_date){ on, true };
    return (now.signed_on.set == old.signed_on.set) || act_update(l->act, &contract_entity, &old, &now, e);
}

static bool sign_guarantee(struct lending *l, const struct contract *c, const struct signing *s,
                           struct errs *e)
{
    struct list list;
    const struct guarantee *of = NULL;
    if (!contract_guarantees(l->act->tx, c, &list, e))
        return false;
    const struct guarantee *g = list.rows;
    for (size_t i = 0; i < list.n; i++)
        if (s->signer.p ? str_eq(g[i].name, s->signer) : list.n == 1)
            of = &g[i];
    if (!of)
        return fail(e, ERR_NOT_FOUND, "signer", MSG_SIGN_NO_GUARANTOR, A(c->number));
    struct guarantee now = *of;
    if (s->signed_on.set)
        now.signed_on = s->signed_on;
    if (s->sealed_on.set)
        now.sealed_on = s->sealed_on;
    return act_update(l->act, &guarantee_entity, of, &now, e);
}

static bool is_paper(const struct programme *p, struct str id)
{
    bool known = false;
    for (size_t i = 0; i < p->forms.n; i++)
        known = known || str_eq(p->forms.p[i].id.name, id);
    for (size_t i = 0; i < p->documents.n; i++)
        known = known || str_eq(p->documents.p[i].id.name, id);
    return known && !str_eq(id, STR("iou"));
}

/* Of the responsibility letter only the parties that the programme lists. */
static bool is_party(const struct programme *p, struct str paper, struct str party)
{
    bool listed = false, known = false;
    for (size_t i = 0; i < p->steps.n && str_eq(paper, STR("responsibility_letter")); i++)
        for (size_t n = 0; n < p->steps.p[i].parties.n; n++) {
            listed = true;
            known = known || str_eq(p->steps.p[i].parties.p[n].party.zh, party);
        }
    return known || !listed;
}

/* A party of the contract, or of a paper of the programme. */
static bool may_sign(struct lending *l, const struct contract *c, const struct signing *s, struct errs *e)
{
    struct fund_rules r;
    if (str_eq(s->paper, STR("contract")))
        return str_eq(s->party, STR("lender")) ||
               str_eq(s->party, c->layer.v == LAYER_TOWNSHIP ? STR("township") : STR("borrower")) ||
               fail(e, ERR_INVALID, "party", MSG_SIGN_PARTY, A(s->party));
    if (!fund_rules_of(l->act->tx, c, l->codes, &r, e))
        return false;
    if (!is_paper(r.programme, s->paper))
        return fail(e, ERR_INVALID, "paper", MSG_SIGN_PAPER, A(s->paper));
    return is_party(r.programme, s->paper, s->party) ||
           fail(e, ERR_INVALID, "party", MSG_SIGN_PARTY, A(s->party));
}

static bool put_signature(struct lending *l, const struct contract *c, const struct signing *s,
                          struct errs *e)
{
    struct contract_signature old, now;
    struct contract_terms t;
    if (!may_sign(l, c, s, e) || !contract_terms_of(l->act->tx, c, &t, e))
        return false;
    enum found f = db_find(
        l->act->tx,
        SQL_OF(STMT_KEY, &contract_signature_entity,
               "SELECT {*} FROM contract_signature WHERE county = $1 AND contract_id = $2 AND paper = "
               "$3 AND party = $4 AND revision = $5"),
        &old, e, V(c->county), V(c->id), V(s->paper), V(s->party), V(t.revision));
    if (f == FAILED)
        return false;
    now = f == FOUND ? old
                     : (struct contract_signature){ .county = c->county,
                                                    .contract_id = c->id,
                                                    .paper = s->paper,
                                                    .party = s->party,
                                                    .revision = t.revision };
    now.recorded_on = l->today;
    now.recorded_by = l->act->who->login;
    if (s->signer.p)
        now.signer = s->signer;
    if (s->signed_on.set)
        now.signed_on = s->signed_on;
    if (s->sealed_on.set)
        now.sealed_on = s->sealed_on;
    if (f == FOUND)
        return act_update(l->act, &contract_signature_entity, &old, &now, e);
    return db_id(l->act->tx, &now.id, e) && db_insert(l->act->tx, &contract_signature_entity, &now, e);
}

bool contract_sign(struct lending *l, const struct contract *c, const struct signing *s, struct errs *e)
{
    const struct opt_date *last = s->signed_on.set ? &s->signed_on : &s->sealed_on;
    if (!can_change(c, e))
        return false;
    if (!last->set)
        return fail(e, ERR_INVALID, "signed_on", MSG_SIGN_NOTHING);
    if ((s->signed_on.set && s->signed_on.v.day > l->today.day) ||
        (s->sealed_on.set && s->sealed_on.v.day > l->today.day))
        return fail(e, ERR_INVALID, "signed_on", MSG_HISTORY_FUTURE);
    bool guarantor = str_eq(s->paper, STR("contract")) && str_eq(s->party, STR("guarantor"));
    return (guarantor ? sign_guarantee(l, c, s, e) : put_signature(l, c, s, e)) &&
           settle_signed(l, c, last->v, e);
}

bool iou_sign(struct lending *l, const struct contract *c, struct str signer, struct date on, struct iou *out,
              struct errs *e)
{
    struct contract_terms t;
    struct iou old;
    if (!can_change(c, e) || !contract_terms_of(l->act->tx, c, &t, e))
        return false;
    if (on.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    enum found f = iou_of(l->act->tx, c, &old, e);
    if (f != NONE)
        return f == FOUND && fail(e, ERR_CONFLICT, "number", MSG_IOU_THERE, A(c->number));
    *out = (struct iou){ .county = c->county,
                         .contract_id = c->id,
                         .number = c->number,
                         .revision = t.revision,
                         .amount = c->amount,
                         .signed_on = { on, true },
                         .signer = signer,
                         .recorded_on = l->today,
                         .recorded_by = l->act->who->login };
    return db_id(l->act->tx, &out->id, e) && db_insert(l->act->tx, &iou_entity, out, e) &&
           settle_signed(l, c, on, e);
}

bool contract_void(struct lending *l, const struct contract *c, struct str reason, struct errs *e)
{
    int64_t below, waiting;
    struct contract now = *c;
    if (!can_change(c, e) ||
        !db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM contract WHERE county = $1 AND upper_id = $2 AND void_on "
                              "IS NULL"),
                &below, e, V(c->county), V(c->id)) ||
        !db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM payout_line WHERE county = $1 AND contract_id = $2 AND "
                              "state < 3"),
                &waiting, e, V(c->county), V(c->id)))
        return false;
    if (below)
        return fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_HAS_BELOW, A(c->number), A(below));
    if (waiting)
        return fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_WAITS, A(c->number));
    now.void_on = (struct opt_date){ l->today, true };
    now.void_reason = reason;
    return act_update(l->act, &contract_entity, c, &now, e);
}

/* --- changes -------------------------------------------------------------------------------- */

bool change_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(
        tx,
        SQL_OF(STMT_KEY, &contract_change_entity,
               "SELECT {*} FROM contract_change WHERE county = $1 AND contract_id = $2 ORDER BY no"),
        out, e->a, e, V(c->county), V(c->id));
}

bool change_ask(struct lending *l, const struct contract *c, struct contract_change *x, struct errs *e)
{
    struct list before;
    if (c->void_on.set)
        return fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_IS_VOID, A(c->number));
    if (!x->project.p && !x->amount.set)
        return fail(e, ERR_INVALID, "project", MSG_CHANGE_NOTHING);
    if (x->amount.set && (c->paid_out_on.set || x->amount.v.fen <= 0))
        return fail(e, ERR_CONFLICT, "amount", MSG_CHANGE_PAID);
    if (!change_list(l->act->tx, c, &before, e))
        return false;
    for (size_t i = 0; i < before.n; i++)
        if (((const struct contract_change *)before.rows)[i].state.v == CHANGE_OPEN)
            return fail(e, ERR_CONFLICT, "change", MSG_MISSING_CHANGE);
    x->county = c->county;
    x->contract_id = c->id;
    x->no = (int64_t)before.n + 1;
    x->old_project = c->project;
    x->old_amount = c->amount;
    x->asked_on = l->today;
    x->asked_by = l->act->who->login;
    x->state = (struct code){ CHANGE_OPEN, true };
    return db_id(l->act->tx, &x->id, e) && db_insert(l->act->tx, &contract_change_entity, x, e);
}

/* Another amount is another contract: what was signed for the old one no longer counts. */
static bool next_revision(struct lending *l, const struct contract *c, struct errs *e)
{
    struct contract_terms t, now;
    struct list list;
    if (!contract_terms_of(l->act->tx, c, &t, e) || !contract_guarantees(l->act->tx, c, &list, e))
        return false;
    now = t;
    now.revision++;
    const struct guarantee *g = list.rows;
    for (size_t i = 0; i < list.n; i++) {
        struct guarantee unsigned_now = g[i];
        unsigned_now.signed_on = unsigned_now.sealed_on = (struct opt_date){ 0 };
        if (!act_update(l->act, &guarantee_entity, &g[i], &unsigned_now, e))
            return false;
    }
    return !t.version || act_update(l->act, &contract_terms_entity, &t, &now, e);
}

static bool within_upper(struct lending *l, const struct contract *c, struct money amount, struct errs *e)
{
    struct contract upper;
    int64_t others;
    if (!c->upper_id.set)
        return true;
    if (db_get(l->act->tx, &contract_entity, &upper, e, V(c->county), V(c->upper_id.v)) != FOUND ||
        !db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT CAST(sum(amount) AS bigint) FROM contract WHERE county = $1 AND "
                              "upper_id = $2 AND void_on IS NULL AND id <> $3"),
                &others, e, V(c->county), V(upper.id), V(c->id)))
        return false;
    return others + amount.fen <= upper.amount.v.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_CONTRACT_OVER_UPPER, A(upper.number), A(upper.amount.v),
                A((struct money){ others }));
}

static bool apply_change(struct lending *l, const struct contract *c, const struct contract_change *x,
                         struct errs *e)
{
    struct contract now = *c;
    int64_t waiting;
    if (!db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM payout_line WHERE county = $1 AND contract_id = $2 AND "
                              "state = 1"),
                &waiting, e, V(c->county), V(c->id)))
        return false;
    if (waiting)
        return fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_WAITS, A(c->number));
    if (x->project.p)
        now.project = x->project;
    if (x->amount.set && x->amount.v.fen != c->amount.v.fen) {
        if (c->paid_out_on.set)
            return fail(e, ERR_CONFLICT, "amount", MSG_CHANGE_PAID);
        now.amount = x->amount;
        now.signed_on = (struct opt_date){ 0 };
        if (!within_upper(l, c, x->amount.v, e) || !next_revision(l, c, e))
            return false;
    }
    return act_update(l->act, &contract_entity, c, &now, e);
}

bool change_decide(struct lending *l, const struct contract *c, int64_t no, bool approve,
                   struct contract_change *out, struct errs *e)
{
    struct list list;
    const struct contract_change *x = NULL;
    if (!change_list(l->act->tx, c, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        const struct contract_change *y = (const struct contract_change *)list.rows + i;
        if (no ? y->no == no : y->state.v == CHANGE_OPEN)
            x = y;
    }
    if (!x || x->state.v != CHANGE_OPEN)
        return fail(e, ERR_NOT_FOUND, "change", MSG_CHANGE_NONE, A(c->number));
    if (approve && str_eq(x->asked_by, l->act->who->login))
        return fail(e, ERR_FORBIDDEN, "change", MSG_CHANGE_SAME_PERSON);
    if (!actor_need_at(l->act->who, PERM_FUND_CONTRACT, (struct region_code){ c->county * 1000000 }, e))
        return false;
    *out = *x;
    out->state.v = approve ? CHANGE_APPROVED : CHANGE_REFUSED;
    out->decided_on = (struct opt_date){ l->today, true };
    out->decided_by = l->act->who->login;
    return act_update(l->act, &contract_change_entity, x, out, e) && (!approve || apply_change(l, c, x, e));
}
