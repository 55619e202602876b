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

/* --- versions that were agreed later ------------------------------------------------------------ */

#define KEPT                                                                                                \
    "SELECT contract_id, version, due_on, original_on, principal, since FROM loan_schedule WHERE county = " \
    "$1 "
#define NEWEST_FIRST " ORDER BY contract_id, version DESC, no"

static bool query_kept(struct tx *tx, struct rows *r, int64_t county, int64_t contract_id, struct date on,
                       struct errs *e)
{
    if (contract_id)
        return db_scan(tx, r, SQL(STMT_KEY, KEPT "AND since <= $2 AND contract_id = $3" NEWEST_FIRST), e,
                       V(county), V(on), V(contract_id));
    return db_scan(tx, r, SQL(STMT_KEY, KEPT "AND since <= $2" NEWEST_FIRST), e, V(county), V(on));
}

bool kept_dues_read(struct tx *tx, int64_t county, int64_t contract_id, struct date on, struct kept_dues *out,
                    struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap = 0;
    int64_t contract = 0, version = 0;
    enum found f;
    *out = (struct kept_dues){ 0 };
    if (!query_kept(tx, &r, county, contract_id, on, e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (rows_int(&r, 0) != contract) {
            contract = rows_int(&r, 0);
            version = rows_int(&r, 1);
        }
        if (rows_int(&r, 1) != version)
            continue;
        if (out->n == cap) {
            struct kept_due *more = NEW_ARRAY(e->a, struct kept_due, cap ? cap * 2 : 16);
            if (cap)
                memcpy(more, out->list, cap * sizeof *more);
            out->list = more;
            cap = cap ? cap * 2 : 16;
        }
        out->list[out->n++] = (struct kept_due){
            contract,
            (int32_t)rows_int(&r, 5),
            { (int32_t)rows_int(&r, 2), (int32_t)rows_int(&r, 3), rows_int(&r, 4) },
        };
    }
    return f == NONE;
}

/* False: there is no version, or it is of another amount than was lent (a pay-out came back since). */
static bool take_kept(const struct kept_dues *kept, int64_t contract, int64_t lent, struct date start,
                      struct agreed_due **dues, size_t *n, struct arena *a)
{
    size_t lo = 0, hi = kept ? kept->n : 0, end;
    int64_t sum = 0;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (kept->list[mid].contract_id < contract)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (end = lo; kept && end < kept->n && kept->list[end].contract_id == contract; end++)
        sum += kept->list[end].due.fen;
    if (end == lo || sum != lent || kept->list[lo].since < start.day)
        return false;
    *n = end - lo;
    *dues = NEW_ARRAY(a, struct agreed_due, *n);
    for (size_t i = 0; i < *n; i++)
        (*dues)[i] = kept->list[lo + i].due;
    return true;
}

bool agreed_dues(const struct contract *c, const struct kept_dues *kept, struct money lent, struct date start,
                 struct agreed_due **dues, size_t *n, struct errs *e)
{
    struct contract first = *c;
    struct due *of;
    if (take_kept(kept, c->id, lent.fen, start, dues, n, e->a))
        return true;
    first.ends_on = c->due_on;
    if (!contract_dues(&first, lent, start, &of, n, e))
        return false;
    bool extended = c->ends_on.v.day > c->due_on.v.day;
    *dues = NEW_ARRAY(e->a, struct agreed_due, *n);
    for (size_t i = 0; i < *n; i++)
        (*dues)[i] = (struct agreed_due){ extended ? c->ends_on.v.day : of[i].day, of[i].day, of[i].fen };
    return true;
}
