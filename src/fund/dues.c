#include "fund/dues.h"

#include "fund/schedule.h"

/* An archive's contract may name a rate that nobody can read; principal falls due all the same. */
static struct loan_terms terms_of(const struct contract *c, struct money lent, struct date start)
{
    /* as code table loan_method has them */
    static const enum loan_method methods[] = { METHOD_BULLET, METHOD_EQUAL_PRINCIPAL, METHOD_ANNUITY,
                                                METHOD_FLAT };
    struct loan_terms t = { .principal = lent,
                            .rate = { 0, 1 },
                            .start = start,
                            .instalments = c->instalments.set ? (int)c->instalments.v : 1,
                            .every_months = c->every_months.set ? (int)c->every_months.v : 1 };
    if (c->method.set && c->method.v >= 1 && (size_t)c->method.v <= N_ELEMS(methods))
        t.method = methods[c->method.v - 1];
    if (c->day_count.set)
        t.day_count = (enum day_count)(c->day_count.v - 1);
    if (c->rate.p && rate_read(c->rate, &t.rate) != READ_OK)
        t.rate = (struct fraction){ 0, 1 };
    return t;
}

bool contract_dues(const struct contract *c, struct money lent, struct date start, struct due **dues,
                   size_t *n, struct errs *e)
{
    struct loan_terms t = terms_of(c, lent, start);
    struct schedule s;
    bool extended = c->ends_on.v.day > c->due_on.v.day;
    if (extended || t.instalments <= 1 || lent.fen <= 0) {
        *dues = NEW(e->a, struct due);
        **dues = (struct due){ extended ? c->ends_on.v.day : c->due_on.v.day, lent.fen };
        *n = 1;
        return true;
    }
    if (!schedule_make(&t, &s, e))
        return false;
    *dues = NEW_ARRAY(e->a, struct due, s.n);
    for (size_t i = 0; i < s.n; i++)
        (*dues)[i] = (struct due){ s.rows[i].due.day, s.rows[i].principal.fen };
    *n = s.n;
    return true;
}
