#include "fund/guarantor.h"

#include "base/value.h"
#include "fund/contract.h"
#include "registry/national_id.h"

/* --- what he stands for --------------------------------------------------------------------- */

#define OF_GUARANTOR                                                                                        \
    "SELECT c.paid_out_on, c.amount, coalesce(b.amount, 0), c.ends_on FROM guarantee g JOIN contract c ON " \
    "c.county = $1 AND c.id = g.contract_id LEFT JOIN fund_account a ON a.county = $1 AND a.fund_id = "     \
    "c.fund_id AND a.kind = 1101 AND a.part = c.id LEFT JOIN account_balance b ON b.county = $1 AND "       \
    "b.account_id = a.id WHERE g.county = $1 AND c.void_on IS NULL AND c.id <> $2 AND "

static bool query(struct tx *tx, const struct contract *c, const struct guarantee *g, struct rows *r,
                  struct errs *e)
{
    if (g->id_number.p)
        return db_query(tx, r,
                        SQL(STMT_KEY, OF_GUARANTOR "(substr(g.id_number, 1, 16) = $3 OR (g.id_number IS NULL "
                                                   "AND g.name = $4 AND c.village = $5))"),
                        e, V(c->county), V(c->id), val_seal_key(tx, SEAL_ID_NUMBER, g->id_number, e->a),
                        V(g->name), V(c->village));
    return db_query(tx, r, SQL(STMT_KEY, OF_GUARANTOR "g.name = $3 AND c.village = $4"), e, V(c->county),
                    V(c->id), V(g->name), V(c->village));
}

static bool own_loans(struct tx *tx, const struct contract *c, int64_t person_id, struct date on,
                      int64_t *late, struct errs *e)
{
    return db_int(
        tx,
        SQL(STMT_KEY,
            "SELECT count(*) FROM contract c JOIN fund_account a ON a.county = $1 AND a.fund_id = c.fund_id "
            "AND a.kind = 1101 AND a.part = c.id JOIN account_balance b ON b.county = $1 AND b.account_id = "
            "a.id WHERE c.county = $1 AND c.borrower_id = $2 AND c.void_on IS NULL AND c.ends_on < $3 AND "
            "b.amount > 0"),
        late, e, V(c->county), V(person_id), V(on));
}

bool guarantor_state(struct tx *tx, const struct contract *c, const struct guarantee *g, struct date on,
                     struct guarantor_state *out, struct errs *e)
{
    enum found f;
    *out = (struct guarantor_state){ 0 };
    {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!query(tx, c, g, &r, e))
            return false;
        while ((f = rows_next(&r, e)) == FOUND) {
            bool promised = rows_val(&r, 0).kind == V_NULL;
            struct money owed = { promised ? rows_int(&r, 1) : rows_int(&r, 2) };
            if (owed.fen <= 0)
                continue;
            if (!money_add(&out->exposure, owed))
                return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
            out->loans++;
            out->in_default += !promised && rows_int(&r, 3) < on.day;
        }
        if (f == FAILED)
            return false;
    }
    int64_t late = 0;
    if (g->person_id.set && !own_loans(tx, c, g->person_id.v, on, &late, e))
        return false;
    out->in_default += late;
    return true;
}

/* --- who may -------------------------------------------------------------------------------- */

static bool is_family(struct tx *tx, const struct contract *c, const struct guarantee *g, bool *is,
                      struct errs *e)
{
    struct list members;
    *is = false;
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                 &members, e->a, e, V(c->county), V(c->household_id.v)))
        return false;
    const struct person *p = members.rows;
    for (size_t i = 0; i < members.n; i++)
        *is = *is || (g->id_number.p && p[i].id_number.p ? str_eq(p[i].id_number, g->id_number)
                                                         : str_eq(p[i].name, g->name));
    return true;
}

static bool forbids(const struct programme_guarantee *x, int what)
{
    for (size_t i = 0; i < x->not_from.n; i++)
        if (x->not_from.p[i] == what)
            return true;
    return false;
}

static bool check_limits(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                         const struct guarantee *g, const struct guarantor_state *s, struct date on,
                         struct errs *against, struct errs *e)
{
    const struct programme_guarantee *x = &r->programme->loan.guarantee;
    struct parameter_book set;
    struct money max, all = s->exposure;
    if (!rules_parameters(tx, r, &set, e))
        return false;
    if (rules_amount(r, &set, &x->exposure_max, c->village, on, &max) &&
        (!money_add(&all, c->amount.v) || all.fen > max.fen))
        fail(against, ERR_CONFLICT, "name", MSG_GUARANTOR_EXPOSURE, A(g->name), A(s->exposure), A(max));
    if (x->loans_max.set && s->loans >= x->loans_max.v)
        fail(against, ERR_CONFLICT, "name", MSG_GUARANTOR_LOANS, A(g->name), A(s->loans), A(x->loans_max.v));
    return true;
}

bool guarantor_check(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                     const struct guarantee *g, struct date on, struct errs *against, struct errs *e)
{
    const struct programme_guarantee *x = &r->programme->loan.guarantee;
    struct guarantor_state s;
    bool family, kind = !x->kinds.n;
    for (size_t i = 0; i < x->kinds.n; i++)
        kind = kind || x->kinds.p[i].v == g->kind.v;
    if (!is_family(tx, c, g, &family, e) || !guarantor_state(tx, c, g, on, &s, e))
        return false;
    if (!kind)
        fail(against, ERR_INVALID, "kind", MSG_GUARANTOR_KIND);
    if (family && forbids(x, NOT_OWN_FAMILY))
        fail(against, ERR_INVALID, "name", MSG_GUARANTOR_FAMILY, A(g->name));
    if (s.in_default && forbids(x, NOT_IN_DEFAULT))
        fail(against, ERR_CONFLICT, "name", MSG_GUARANTOR_LATE, A(g->name), A(s.in_default));
    return check_limits(tx, r, c, g, &s, on, against, e);
}

static bool find_person(struct tx *tx, const struct contract *c, struct guarantee *g, struct errs *e)
{
    struct national_id id;
    if (!g->id_number.p)
        return true;
    enum found f =
        db_find(tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
                &id, e, val_seal_key(tx, SEAL_ID_NUMBER, g->id_number, e->a));
    g->person_id = (struct opt_int){ id.person_id, f == FOUND && id.county == c->county };
    return f != FAILED;
}

bool guarantor_add(struct lending *l, const struct contract *c, struct guarantee *g, struct errs *e)
{
    struct fund_rules r;
    struct list have;
    if (c->layer.v != LAYER_HOUSEHOLD || c->paid_out_on.set || c->void_on.set)
        return fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_FROZEN, A(c->number));
    if (!g->name.p)
        return fail(e, ERR_INVALID, "name", MSG_LEND_NEEDS, A(&entity_col(&guarantee_entity, "name")->label));
    g->county = c->county;
    g->contract_id = c->id;
    if (!fund_rules_of(l->act->tx, c, l->codes, &r, e) || !contract_guarantees(l->act->tx, c, &have, e) ||
        !find_person(l->act->tx, c, g, e) || !guarantor_check(l->act->tx, &r, c, g, l->today, e, e) ||
        errs_any(e))
        return false;
    for (size_t i = 0; i < have.n; i++)
        if (str_eq(((const struct guarantee *)have.rows)[i].name, g->name))
            return fail(e, ERR_CONFLICT, "name", MSG_GUARANTOR_TWICE, A(g->name));
    return db_id(l->act->tx, &g->id, e) && db_insert(l->act->tx, &guarantee_entity, g, e);
}
