#include "fund/collect.h"

#include "base/value.h"
#include "casework/notice.h"

const char *const promise_slugs[] = { "none", "open", "kept", "broken" };
const struct label promise_labels[] = {
    { "", "" }, { "未到期", "open" }, { "已履行", "kept" }, { "未履行", "broken" }
};

static bool paid_since(struct tx *tx, const struct collection_log *x, struct date until, int64_t *fen,
                       struct errs *e)
{
    return db_int(tx,
                  SQL(STMT_KEY, "SELECT CAST(sum(amount) AS bigint) FROM repayment WHERE county = $1 AND "
                                "contract_id = $2 AND paid_on BETWEEN $3 AND $4"),
                  fen, e, V(x->county), V(x->contract_id), V(x->done_on.v), V(until));
}

static bool check_texts(const struct collection_log *x, struct errs *e)
{
    static const char *const cols[] = {
        "visitor", "township", "village", "office", "guarantor", "met", "note"
    };
    for (size_t i = 0; i < N_ELEMS(cols); i++) {
        const struct col *c = entity_col(&collection_log_entity, cols[i]);
        const struct str *s = (const struct str *)((const char *)x + c->off);
        enum personal_look look = s->p ? text_looks(*s) : LOOKS_FINE;
        if (look != LOOKS_FINE && look != LOOKS_LIKE_ILLNESS)
            fail(e, ERR_INVALID, cols[i], MSG_CASE_PERSONAL, A(&c->label));
    }
    return !errs_any(e);
}

bool collect_log(struct lending *l, const struct contract *c, struct collection_log *x, struct errs *e)
{
    x->county = c->county;
    x->fund_id = c->fund_id;
    x->contract_id = c->id;
    x->recorded_on = l->today;
    x->recorded_by = l->act->who->login;
    if (!c->paid_out_on.set || c->layer.v != LAYER_HOUSEHOLD)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_NOT_PAID, A(c->number));
    if (x->done_on.v.day > l->today.day || x->done_on.v.day < c->paid_out_on.v.day)
        fail(e, ERR_INVALID, "date", MSG_COLLECT_DATE, A(c->paid_out_on.v));
    if (!x->visitor.p)
        fail(e, ERR_INVALID, "by", MSG_COLLECT_WHO);
    if (x->promised_on.set != x->promised.set)
        fail(e, ERR_INVALID, "promise", MSG_COLLECT_PROMISE);
    if (x->promised_on.set && x->promised_on.v.day < x->done_on.v.day)
        fail(e, ERR_INVALID, "promise", MSG_COLLECT_PROMISE_DATE);
    struct money owed;
    if (errs_any(e) || !check_texts(x, e) || !contract_outstanding(l->act->tx, c, &owed, e))
        return false;
    if (owed.fen <= 0)
        return fail(e, ERR_CONFLICT, "number", MSG_REPAY_SETTLED, A(c->number));
    return paid_since(l->act->tx, x, x->done_on.v, &x->paid_that_day.fen, e) &&
           db_id(l->act->tx, &x->id, e) && db_insert(l->act->tx, &collection_log_entity, x, e);
}

bool collect_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &collection_log_entity,
                          "SELECT {*} FROM collection_log WHERE county = $1 AND contract_id = $2 ORDER BY "
                          "done_on, id"),
                   out, e->a, e, V(c->county), V(c->id));
}

bool promise_state(struct tx *tx, const struct collection_log *x, struct date on, enum promise_state *out,
                   struct errs *e)
{
    int64_t paid;
    struct money owed;
    const struct contract c = { .county = x->county, .id = x->contract_id, .fund_id = x->fund_id };
    *out = PROMISE_NONE;
    if (!x->promised_on.set)
        return true;
    struct date until = on.day < x->promised_on.v.day ? on : x->promised_on.v;
    if (!paid_since(tx, x, until, &paid, e) || !contract_outstanding(tx, &c, &owed, e))
        return false;
    if (paid - x->paid_that_day.fen >= x->promised.v.fen || owed.fen <= 0)
        *out = PROMISE_KEPT;
    else
        *out = on.day > x->promised_on.v.day ? PROMISE_BROKEN : PROMISE_OPEN;
    return true;
}

static bool is_open(const struct open_loans *all, size_t *k, int64_t contract)
{
    while (*k < all->n && all->list[*k].contract_id < contract)
        ++*k;
    return *k < all->n && all->list[*k].contract_id == contract;
}

bool broken_promises(struct tx *tx, const struct fund *f, const struct open_loans *loans,
                     struct broken_promise **list, size_t *n, struct errs *e)
{
    enum found found;
    size_t cap = 0, k = 0;
    CLEANUP(rows_close) struct rows r = { 0 };
    *list = NULL;
    *n = 0;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT g.contract_id, g.promised_on, g.promised + g.paid_that_day - coalesce((SELECT "
                     "CAST(sum(r.amount) AS bigint) FROM repayment r WHERE r.county = $1 AND r.contract_id = "
                     "g.contract_id AND r.paid_on BETWEEN g.done_on AND $3), 0) FROM collection_log g WHERE "
                     "g.county = $1 AND g.fund_id = $2 AND g.promised_on < $3 AND NOT EXISTS (SELECT 1 FROM "
                     "collection_log x WHERE x.county = $1 AND x.contract_id = g.contract_id AND "
                     "x.promised_on IS NOT NULL AND x.done_on <= $3 AND (x.done_on > g.done_on OR (x.done_on "
                     "= g.done_on AND x.id > g.id))) ORDER BY g.contract_id"),
                 e, V(f->county), V(f->id), V(loans->on)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct broken_promise x = { rows_int(&r, 0), { (int32_t)rows_int(&r, 1) }, { rows_int(&r, 2) } };
        if (x.missing.fen <= 0 || !is_open(loans, &k, x.contract_id))
            continue;
        if (x.missing.fen > loans->list[k].open.fen)
            x.missing = loans->list[k].open;
        if (*n == cap) {
            struct broken_promise *grown = NEW_ARRAY(e->a, struct broken_promise, cap = cap ? cap * 2 : 64);
            if (*n)
                memcpy(grown, *list, *n * sizeof *grown);
            *list = grown;
        }
        (*list)[(*n)++] = x;
    }
    return found == NONE;
}
