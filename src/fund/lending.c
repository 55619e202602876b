#include "fund/lending.h"

#include "base/value.h"
#include "fund/contract.h"
#include "registry/region.h"

static bool fund_for(struct tx *tx, int64_t county, struct str programme, struct fund *f, struct errs *e)
{
    struct list funds;
    if (!fund_list(tx, county, &funds, e))
        return false;
    const struct fund *all = funds.rows;
    for (size_t i = 0; i < funds.n; i++)
        if (str_eq(all[i].programme, programme)) {
            *f = all[i];
            return true;
        }
    return fail(e, ERR_NOT_FOUND, "programme", MSG_LEND_NO_FUND, A(programme));
}

bool fund_rules_open(struct tx *tx, int64_t county, struct str programme, const struct code_book *codes,
                     struct fund_rules *out, struct errs *e)
{
    out->programme = programme_open(tx, programme, codes, &out->version, e->a, e);
    return out->programme && fund_for(tx, county, out->version.programme, &out->fund, e);
}

bool fund_rules_of(struct tx *tx, const struct contract *c, const struct code_book *codes,
                   struct fund_rules *out, struct errs *e)
{
    struct contract_terms t;
    enum found f = db_get(tx, &contract_terms_entity, &t, e, V(c->county), V(c->id));
    if (f == FAILED)
        return false;
    out->programme =
        programme_kept(tx, c->programme, f == FOUND ? t.version : 0, codes, &out->version, e->a, e);
    return out->programme && db_get(tx, &fund_entity, &out->fund, e, V(c->county), V(c->fund_id)) == FOUND;
}

bool rules_parameters(struct tx *tx, const struct fund_rules *r, struct parameter_book *out, struct errs *e)
{
    struct list rows;
    if (!parameter_settings(tx, r->version.programme, PARAMETERS_NOW, &rows, e->a, e))
        return false;
    *out = parameter_book_of(r->programme, &rows, e->a);
    return true;
}

bool rules_amount(const struct fund_rules *r, const struct parameter_book *set, const struct amount *a,
                  struct region_code region, struct date day, struct money *out)
{
    struct programme_constant x;
    if (a->fixed.set) {
        *out = a->fixed.v;
        return true;
    }
    const struct programme_parameter *p =
        a->expr.text.p ? programme_parameter_find(r->programme, str_trim(a->expr.text)) : NULL;
    if (!p || p->type != PARAMETER_MONEY)
        return false;
    parameter_value_at(p, set, region, day, &x);
    if (!x.set)
        return false;
    *out = (struct money){ x.v };
    return true;
}

struct region_code contract_township(const struct contract *c)
{
    return region_level(c->village) == VILLAGE ? region_parent(c->village) : c->village;
}

bool contract_outstanding(struct tx *tx, const struct contract *c, struct money *out, struct errs *e)
{
    struct fund f = { .county = c->county, .id = c->fund_id };
    return ledger_balance(tx, &f, ACCOUNT_LOANS, c->id, out, e);
}

const char *const contract_state_slugs[] = {
    [CONTRACT_TO_SIGN] = "to_sign",
    [CONTRACT_TO_PAY] = "to_pay",
    [CONTRACT_LENT] = "lent",
    [CONTRACT_DUE_SOON] = "due_soon",
    [CONTRACT_OVERDUE] = "overdue",
    [CONTRACT_SETTLED] = "settled",
    [CONTRACT_VOID] = "void",
    [CONTRACT_EXTENDED] = "extended",
    [CONTRACT_WRITTEN_OFF] = "written_off",
};
const struct label contract_state_labels[] = {
    [CONTRACT_TO_SIGN] = { "待签", "to be signed" },
    [CONTRACT_TO_PAY] = { "待放", "to be paid out" },
    [CONTRACT_LENT] = { "在贷", "lent" },
    [CONTRACT_DUE_SOON] = { "临期", "due soon" },
    [CONTRACT_OVERDUE] = { "逾期", "overdue" },
    [CONTRACT_SETTLED] = { "结清", "settled" },
    [CONTRACT_VOID] = { "作废", "void" },
    [CONTRACT_EXTENDED] = { "展期", "extended" },
    [CONTRACT_WRITTEN_OFF] = { "核销", "written off" },
};

enum contract_state contract_state(const struct contract *c, struct money outstanding, struct date today)
{
    if (c->void_on.set)
        return CONTRACT_VOID;
    if (!c->paid_out_on.set)
        return c->signed_on.set ? CONTRACT_TO_PAY : CONTRACT_TO_SIGN;
    if (c->layer.v == LAYER_TOWNSHIP)
        return CONTRACT_LENT;
    if (outstanding.fen <= 0)
        return CONTRACT_SETTLED;
    if (c->ends_on.v.day < today.day)
        return CONTRACT_OVERDUE;
    return date_add_months(today, 1).day >= c->ends_on.v.day ? CONTRACT_DUE_SOON : CONTRACT_LENT;
}
