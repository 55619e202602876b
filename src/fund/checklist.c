#include "fund/checklist.h"

#include "fund/guarantor.h"
#include "fund/pool.h"
#include "registry/region.h"

struct paper {
    const struct contract_signature *signatures;
    size_t n;
    int64_t revision;
};

static const struct contract_signature *signature_of(const struct paper *p, struct str paper,
                                                     struct str party)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->signatures[i].revision == p->revision && str_eq(p->signatures[i].paper, paper) &&
            (!party.p || str_eq(p->signatures[i].party, party)))
            return &p->signatures[i];
    return NULL;
}

/* --- the contract itself -------------------------------------------------------------------- */

static const struct {
    struct str party;
    int32_t layer; /* 0: both */
    bool seal;     /* an office's */
    struct label label;
} parties[] = {
    { STR_INIT("lender"), 0, true, { "出借方", "the lender" } },
    { STR_INIT("township"), LAYER_TOWNSHIP, true, { "乡镇", "the township" } },
    { STR_INIT("borrower"), LAYER_HOUSEHOLD, false, { "借款人", "the borrower" } },
};

static void check_parties(const struct contract *c, const struct paper *p, struct errs *missing)
{
    for (size_t i = 0; i < N_ELEMS(parties); i++) {
        if (parties[i].layer && parties[i].layer != c->layer.v)
            continue;
        const struct contract_signature *s = signature_of(p, STR("contract"), parties[i].party);
        const struct label *who = &parties[i].label;
        if (!s || !s->signed_on.set)
            fail(missing, ERR_CONFLICT, "signed_on", MSG_MISSING_SIGNATURE, A(who));
        if (parties[i].seal && (!s || !s->sealed_on.set))
            fail(missing, ERR_CONFLICT, "sealed_on", MSG_MISSING_SEAL, A(who));
    }
}

static bool on_credit(const struct programme_guarantee *x)
{
    enum { GUARANTEE_CREDIT = 6 };
    for (size_t i = 0; i < x->kinds.n; i++)
        if (x->kinds.p[i].v == GUARANTEE_CREDIT)
            return true;
    return !x->kinds.n;
}

static bool check_guarantors(const struct checklist *k, const struct contract *c, struct errs *missing,
                             struct errs *e)
{
    const struct programme_guarantee *x = &k->rules->programme->loan.guarantee;
    struct list list;
    if (!contract_guarantees(k->tx, c, &list, e))
        return false;
    const struct guarantee *g = list.rows;
    if (!list.n && !on_credit(x))
        fail(missing, ERR_CONFLICT, "guarantor", MSG_MISSING_GUARANTOR);
    for (size_t i = 0; i < list.n; i++) {
        if (x->signature && !g[i].signed_on.set)
            fail(missing, ERR_CONFLICT, "guarantor", MSG_MISSING_GUARANTOR_SIGNATURE, A(g[i].name));
        if (x->seal && !g[i].sealed_on.set)
            fail(missing, ERR_CONFLICT, "guarantor", MSG_MISSING_GUARANTOR_SEAL, A(g[i].name));
    }
    return true;
}

/* --- other papers --------------------------------------------------------------------------- */

static bool names(const struct name_at *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].name, str_of(name)))
            return true;
    return false;
}

static bool has_form(const struct programme *p, const char *name)
{
    for (size_t i = 0; i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, str_of(name)))
            return true;
    return false;
}

static bool check_iou(const struct checklist *k, const struct contract *c, struct errs *missing,
                      struct errs *e)
{
    const struct programme_payout *x = &k->rules->programme->loan.payout;
    struct iou iou;
    if (!names(x->requires.p, x->requires.n, "iou") && !has_form(k->rules->programme, "iou"))
        return true;
    enum found f = iou_of(k->tx, c, &iou, e);
    if (f == NONE)
        fail(missing, ERR_CONFLICT, "iou", MSG_MISSING_IOU);
    return f != FAILED;
}

static struct wording paper_label(const struct programme *p, struct str id)
{
    for (size_t i = 0; i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, id))
            return p->forms.p[i].label;
    for (size_t i = 0; i < p->documents.n; i++)
        if (str_eq(p->documents.p[i].id.name, id))
            return p->documents.p[i].label;
    return (struct wording){ id, id };
}

/* Of a letter all parties that the programme lists (R302); of any other paper one signature. */
static void check_paper(const struct checklist *k, struct str id, const struct paper *p, struct errs *missing)
{
    struct wording label = paper_label(k->rules->programme, id);
    const struct programme *x = k->rules->programme;
    for (size_t i = 0; i < x->steps.n; i++) {
        const struct programme_step *s = &x->steps.p[i];
        if (s->kind != STEP_RESPONSIBILITY_LETTER || !s->enabled || !str_eq(id, STR("responsibility_letter")))
            continue;
        for (size_t n = 0; n < s->parties.n; n++)
            if (!signature_of(p, id, s->parties.p[n].party.zh))
                fail(missing, ERR_CONFLICT, "paper", MSG_MISSING_PARTY, A(wording_in(&label, missing->lang)),
                     A(wording_in(&s->parties.p[n].party, missing->lang)));
        return;
    }
    if (!signature_of(p, id, (struct str){ 0 }))
        fail(missing, ERR_CONFLICT, "paper", MSG_MISSING_PAPER, A(wording_in(&label, missing->lang)));
}

/* What of payout.requires is looked at above already; a case keeps the papers of its own application. */
static bool looked_at(const struct contract *c, struct str id)
{
    static const struct str above[] = { STR_INIT("contract"), STR_INIT("implementation_contract"),
                                        STR_INIT("guarantee_letter"), STR_INIT("iou") };
    for (size_t i = 0; i < N_ELEMS(above); i++)
        if (str_eq(id, above[i]))
            return true;
    return c->case_id.set && str_eq(id, STR("application_form"));
}

bool checklist_papers(const struct checklist *k, const struct contract *c, struct errs *missing,
                      struct errs *e)
{
    const struct programme_payout *x = &k->rules->programme->loan.payout;
    struct contract_terms t;
    struct list list;
    if (!contract_terms_of(k->tx, c, &t, e) || !contract_signatures(k->tx, c, &list, e))
        return false;
    const struct paper p = { list.rows, list.n, t.revision };
    check_parties(c, &p, missing);
    if (c->layer.v == LAYER_TOWNSHIP)
        return true;
    if (!check_guarantors(k, c, missing, e) || !check_iou(k, c, missing, e))
        return false;
    for (size_t i = 0; i < x->requires.n; i++)
        if (!looked_at(c, x->requires.p[i].name))
            check_paper(k, x->requires.p[i].name, &p, missing);
    return true;
}

/* --- what the money is for ------------------------------------------------------------------ */

const struct label forbidden_uses[] = {
    [USE_SQUEEZED] = { "挤占", "squeezed by other spending" },
    [USE_DIVERTED] = { "挪用", "diverted" },
    [USE_WITHHELD] = { "截留", "withheld" },
    [USE_BORROWED] = { "借用", "borrowed" },
    [USE_CHANGED] = { "改变用途", "put to another use" },
};

void purpose_check(const struct fund_rules *r, const struct contract *c, struct str purpose,
                   struct errs *against)
{
    if (!purpose.p || !str_trim(purpose).n) {
        fail(against, ERR_INVALID, "purpose", MSG_USE_BLANK);
        return;
    }
    for (size_t i = 0; i < r->programme->loan.forbidden_uses.n; i++)
        if (str_has(purpose, r->programme->loan.forbidden_uses.p[i].name))
            fail(against, ERR_INVALID, "purpose", MSG_USE_WORD,
                 A(r->programme->loan.forbidden_uses.p[i].name));
    for (size_t i = 0; i < N_ELEMS(forbidden_uses); i++)
        if (str_has(purpose, str_of(forbidden_uses[i].zh)))
            fail(against, ERR_INVALID, "purpose", MSG_USE_WORD, A(str_of(forbidden_uses[i].zh)));
    const struct label *changed = &forbidden_uses[USE_CHANGED];
    if (c && c->project.p && !str_eq(purpose, c->project))
        fail(against, ERR_CONFLICT, "purpose", MSG_USE_CHANGED, A(changed), A(purpose), A(c->project),
             A(c->number));
}

/* --- payment -------------------------------------------------------------------------------- */

static bool check_payee(const struct checklist *k, const struct contract *c, struct errs *missing,
                        struct errs *e)
{
    struct person p;
    if (db_get(k->tx, &person_entity, &p, e, V(c->county), V(c->borrower_id.v)) == FAILED)
        return false;
    if (p.household_id != c->household_id.v ||
        (p.change_status.set && p.change_status.v >= CHANGE_LEFT_FIRST))
        fail(missing, ERR_CONFLICT, "borrower", MSG_MISSING_PAYEE);
    return true;
}

static bool check_upper(const struct checklist *k, const struct contract *c, struct errs *missing,
                        struct errs *e)
{
    struct contract upper;
    if (!c->upper_id.set)
        return true;
    if (db_get(k->tx, &contract_entity, &upper, e, V(c->county), V(c->upper_id.v)) != FOUND)
        return false;
    if (!upper.signed_on.set)
        fail(missing, ERR_CONFLICT, "upper", MSG_MISSING_UPPER, A(upper.number));
    return true;
}

static bool check_standing(const struct checklist *k, const struct contract *c, struct errs *missing,
                           struct errs *e)
{
    const struct programme_exposure *x = &k->rules->programme->exposure;
    int64_t max = x->live_loans_per_household.set ? x->live_loans_per_household.v : 1, live;
    struct list list;
    if (!contracts_live(k->tx, &k->rules->fund, c->household_id.v, c->id, &live, e) ||
        !contract_guarantees(k->tx, c, &list, e))
        return false;
    if (live >= max)
        fail(missing, ERR_CONFLICT, "household", MSG_CONTRACT_SECOND, A(live));
    for (size_t i = 0; i < list.n; i++)
        if (!guarantor_check(k->tx, k->rules, c, (const struct guarantee *)list.rows + i, k->on, missing, e))
            return false;
    return true;
}

static bool check_period(const struct checklist *k, const struct contract *c, struct errs *missing,
                         struct errs *e)
{
    struct period p;
    enum found f = c->period_no.set ? period_by_no(k->tx, &k->rules->fund, c->period_no.v, &p, e) : NONE;
    if (f == FAILED)
        return false;
    if (f == NONE)
        fail(missing, ERR_CONFLICT, "period", MSG_MISSING_PERIOD);
    else if (p.starts_on.set && p.starts_on.v.day > k->on.day)
        fail(missing, ERR_CONFLICT, "period", MSG_MISSING_PERIOD_STARTS, A(p.no.v), A(p.starts_on.v));
    return true;
}

static bool check_change(const struct checklist *k, const struct contract *c, struct errs *missing,
                         struct errs *e)
{
    int64_t open;
    if (!db_int(k->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM contract_change WHERE county = $1 AND contract_id = $2 "
                              "AND state = 1"),
                &open, e, V(c->county), V(c->id)))
        return false;
    if (open)
        fail(missing, ERR_CONFLICT, "change", MSG_MISSING_CHANGE);
    return true;
}

bool checklist_payment(const struct checklist *k, const struct contract *c, struct errs *missing,
                       struct errs *e)
{
    if (c->void_on.set)
        fail(missing, ERR_CONFLICT, "number", MSG_CONTRACT_IS_VOID, A(c->number));
    if (c->paid_out_on.set)
        fail(missing, ERR_CONFLICT, "number", MSG_CONTRACT_PAID, A(c->number), A(c->paid_out_on.v));
    return checklist_papers(k, c, missing, e) && check_period(k, c, missing, e) &&
           check_upper(k, c, missing, e) && check_payee(k, c, missing, e) &&
           check_standing(k, c, missing, e) && check_change(k, c, missing, e);
}
