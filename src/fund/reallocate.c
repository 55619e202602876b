#include "base/value.h"
#include "fund/loan_terms.h"
#include "fund/relief.h"
#include "fund/repay_parts.h"

#include <stdlib.h>

/* A repayment that stands. */
struct standing {
    const struct repayment *r;
    int64_t first; /* the first row of its receipt: a repayment keeps its place when it is posted anew */
    struct overpayment over;
    bool has_over;
};

static int by_place(const void *a, const void *b)
{
    const struct standing *x = a, *y = b;
    if (x->r->paid_on.v.day != y->r->paid_on.v.day)
        return x->r->paid_on.v.day < y->r->paid_on.v.day ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static bool same_receipt(const struct repayment *x, const struct repayment *y)
{
    return x->receipt_no.p && y->receipt_no.p && str_eq(x->receipt_no, y->receipt_no);
}

static bool read_standing(struct tx *tx, const struct contract *c, struct standing **out, size_t *n,
                          struct errs *e)
{
    struct list list;
    if (!repayment_list(tx, c, &list, e))
        return false;
    const struct repayment *all = list.rows;
    *out = NEW_ARRAY(e->a, struct standing, list.n + 1);
    *n = 0;
    for (size_t i = 0; i < list.n; i++) {
        struct standing x = { .r = &all[i], .first = all[i].id };
        bool undone = all[i].reverses.set;
        enum found f;
        for (size_t k = 0; k < list.n; k++) {
            undone = undone || (all[k].reverses.set && all[k].reverses.v == all[i].id);
            if (same_receipt(&all[k], &all[i]) && all[k].id < x.first)
                x.first = all[k].id;
        }
        if (undone)
            continue;
        if (!overpayment_of(tx, x.r, &x.over, &f, e))
            return false;
        x.has_over = f == FOUND;
        (*out)[(*n)++] = x;
    }
    if (*n)
        qsort(*out, *n, sizeof **out, by_place);
    return true;
}

/* Money that went back, or paid something else, is not this loan's. */
static bool is_free(const struct overpayment *o)
{
    return !o->given_back_on.set && !o->used_id.set;
}

static bool is_changed(const struct standing *x, const struct loan_payment *p)
{
    int64_t over = x->has_over && is_free(&x->over) ? x->over.amount.fen : 0;
    return p->principal.fen != x->r->principal.fen || p->interest.fen != x->r->interest.fen ||
           p->overpaid.fen != over;
}

/* What the money came from: the special account, the township, or what had been paid too much. */
static bool money_side(struct lending *l, const struct repayment *r, struct repay_request *q,
                       struct contract *kept_of, struct errs *e)
{
    struct list lines;
    struct voucher v = { .county = r->county, .id = r->entry_id };
    if (!voucher_lines(l->act->tx, &v, &lines, e))
        return false;
    for (size_t i = 0; i < lines.n; i++) {
        const struct voucher_line *x = (const struct voucher_line *)lines.rows + i;
        struct fund_account a;
        if (x->amount.fen <= 0)
            continue;
        if (db_get(l->act->tx, &fund_account_entity, &a, e, V(r->county), V(x->account_id)) != FOUND)
            return false;
        q->to_special = a.kind.v == ACCOUNT_SPECIAL;
        if (a.kind.v == ACCOUNT_OVERPAID) {
            q->kept_of = kept_of;
            return db_get(l->act->tx, &contract_entity, kept_of, e, V(r->county), V(a.part)) == FOUND;
        }
    }
    return true;
}

static bool post_anew(struct lending *l, const struct fund_rules *rules, const struct contract *c,
                      const struct standing *x, const struct loan_payment *p, struct errs *e)
{
    const struct repayment *r = x->r;
    struct contract kept_of;
    struct repayment undone;
    struct repay_result done;
    const struct spread s = { .principal = p->principal,
                              .interest = p->interest,
                              .overpaid = p->overpaid,
                              .keeps = rules->programme->loan.excess == EXCESS_NEXT };
    struct repay_request q = { .amount = p->amount,
                               .on = l->today,
                               .value_date = r->paid_on.v,
                               .payer_kind = r->payer_kind,
                               .payer = r->payer,
                               .collector = r->collector,
                               .receipt = r->receipt_no };
    struct str why = str_of(say(e->a, ZH, MSG_REPAY_ANEW, A(r->receipt_no)));
    if (x->has_over && !is_free(&x->over))
        return fail(e, ERR_CONFLICT, "receipt", MSG_REPAY_GIVEN_BACK, A(r->receipt_no));
    return money_side(l, r, &q, &kept_of, e) && repay_take_back(l, r, l->today, why, false, &undone, e) &&
           repay_write(l, c, &q, &s, &done, e);
}

bool reallocate(struct lending *l, const struct fund_rules *r, const struct contract *c, size_t *n,
                struct errs *e)
{
    struct loan_terms t;
    struct loan_state s;
    struct standing *all;
    size_t count;
    *n = 0;
    if (!loan_terms_of(r, c, &t, e))
        return false;
    if (!loan_bears_interest(&t))
        return true;
    if (!relief_changes(l->act->tx, c, l->today, &t, e))
        return false;
    if (!read_standing(l->act->tx, c, &all, &count, e))
        return false;
    if (!count)
        return true;
    struct loan_payment *p = NEW_ARRAY(e->a, struct loan_payment, count);
    for (size_t i = 0; i < count; i++) {
        p[i] = (struct loan_payment){ .value_date = all[i].r->paid_on.v, .amount = all[i].r->amount.v };
        if (all[i].has_over && is_free(&all[i].over))
            p[i].amount.fen += all[i].over.amount.fen;
    }
    if (!loan_replay(&t, p, count, p[count - 1].value_date, &s, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_changed(&all[i], &p[i]))
            continue;
        if (!post_anew(l, r, c, &all[i], &p[i], e))
            return false;
        ++*n;
    }
    return true;
}
