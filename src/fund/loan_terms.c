#include "fund/loan_terms.h"

#include "base/value.h"

bool loan_terms_of(const struct fund_rules *r, const struct contract *c, struct loan_terms *t, struct errs *e)
{
    const struct programme_loan *loan = &r->programme->loan;
    struct civil from = date_civil(c->paid_out_on.v), to = date_civil(c->due_on.v);
    int months = (to.year - from.year) * 12 + to.month - from.month;
    *t = (struct loan_terms){
        .principal = c->amount.v,
        .rate = { 0, 1 },
        .method = c->method.set ? (enum loan_method)(c->method.v - 1) : METHOD_BULLET,
        .day_count = c->day_count.set ? (enum day_count)(c->day_count.v - 1) : DAYS_SAME_AS_PERIOD,
        .rounding = loan->rounding,
        .excess = loan->excess == EXCESS_NEXT ? EXCESS_ADVANCES : EXCESS_SHORTENS,
        .start = c->paid_out_on.v,
        .instalments = c->instalments.set ? (int)c->instalments.v : 1,
        .every_months = c->every_months.set ? (int)c->every_months.v : (months > 0 ? months : 1)
    };
    if (loan->whole_unit.set)
        t->whole_unit = loan->whole_unit.v;
    if (loan->principal_grace_months.set && t->every_months)
        t->principal_grace = (int)loan->principal_grace_months.v / t->every_months;
    return !c->rate.p || rate_read(c->rate, &t->rate) == READ_OK ||
           fail(e, ERR_INVALID, "rate", MSG_CONTRACT_RATE);
}

bool loan_bears_interest(const struct loan_terms *t)
{
    return t->rate.num != 0;
}

bool instalment_interest(const struct loan_terms *t, struct date due, struct money *out, struct errs *e)
{
    struct schedule s;
    *out = (struct money){ 0 };
    if (!schedule_make(t, &s, e))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.rows[i].due.day == due.day)
            out->fen = s.rows[i].interest.fen - s.rows[i].subsidy.fen;
    return true;
}
