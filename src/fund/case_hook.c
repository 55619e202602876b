#include "fund/case_hook.h"

/* What is still owed of a contract: its amount less what came back (a reversed repayment is negative) and
 * what was written off: that is a mark against the household, not a loan that runs on. */
#define LESS_WRITTEN_OFF                                                            \
    " - COALESCE((SELECT sum(x.amount) FROM loan_relief x WHERE x.county = $1 AND " \
    "x.contract_id = c.id AND x.kind = 3 AND x.state = 2), 0)"

/* programme: unknown for all of them. */
static bool obligations(struct tx *tx, int64_t county, int64_t household_id, struct str programme,
                        struct case_obligations *o, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT c.number, c.amount - COALESCE((SELECT sum(p.principal) FROM repayment p WHERE "
                      "p.county = $1 AND p.contract_id = c.id), 0)" LESS_WRITTEN_OFF
                      " FROM contract c WHERE c.county = $1 AND "
                      "c.household_id = $2 AND (CAST($3 AS text) IS NULL OR c.programme = $3) AND "
                      "c.void_on IS NULL ORDER BY c.id"),
                  e, V(county), V(household_id), V(programme)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        o->ever++;
        if (rows_int(&r, 1) <= 0)
            continue;
        o->live++;
        if (!o->number.p)
            o->number = arena_str(e->a, rows_text(&r, 0));
    }
    return f != FAILED;
}

static bool outcome(struct tx *tx, int64_t county, int64_t case_id, bool *begun, bool *settled,
                    struct errs *e)
{
    int64_t contracts, owed;
    if (!db_int(tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM contract WHERE county = $1 AND case_id = $2 AND void_on IS NULL"),
                &contracts, e, V(county), V(case_id)) ||
        !db_int(tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM contract c WHERE c.county = $1 AND c.case_id = $2 AND c.void_on "
                    "IS NULL AND c.amount > COALESCE((SELECT sum(p.principal) FROM repayment p WHERE "
                    "p.county = $1 AND p.contract_id = c.id), 0) + COALESCE((SELECT sum(x.amount) FROM "
                    "loan_relief x "
                    "WHERE x.county = $1 AND x.contract_id = c.id AND x.kind = 3 AND x.state = 2), 0)"),
                &owed, e, V(county), V(case_id)))
        return false;
    *begun = contracts > 0;
    *settled = contracts > 0 && !owed;
    return true;
}

static bool numbers(struct tx *tx, struct rows *r, int64_t county, struct str programme, struct errs *e)
{
    return db_query(tx, r,
                    SQL(STMT_KEY,
                        "SELECT number FROM contract WHERE county = $1 AND programme = $2 AND history = 1 "
                        "ORDER BY id"),
                    e, V(county), V(programme));
}

/* Only an archive's: a contract made from a case bears the case's own number. */
static bool taken(struct tx *tx, int64_t county, struct str number, bool *is, struct errs *e)
{
    int64_t n;
    if (!db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM contract WHERE county = $1 AND number = $2"), &n, e,
                V(county), V(number)))
        return false;
    *is = n > 0;
    return true;
}

const struct case_hook fund_case_hook = {
    .name = "loans", .obligations = obligations, .outcome = outcome, .numbers = numbers, .taken = taken
};

/* --- who leaves the county ------------------------------------------------------------------------------ */

static bool owes_nothing(struct tx *tx, const struct household *h, struct errs *e)
{
    struct case_obligations o = { 0 };
    if (!obligations(tx, h->county, h->id, (struct str){ 0 }, &o, e))
        return false;
    return !o.live || fail(e, ERR_CONFLICT, "household", MSG_TRANSFER_OWES, A(h->hh_no), A(o.number));
}
const struct transfer_block fund_transfer_block = { .name = "loans", .check = owes_nothing };
