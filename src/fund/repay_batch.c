#include "fund/repay_batch.h"

#include "access/site.h"

#include <assert.h>
#include <stdlib.h>

enum { YEARS_MAX = 64, RULES_MAX = 32 };

struct receipts {
    int year;
    struct counter was, now;
    bool is_new;
};
struct repay_batch {
    struct lending *l;
    int64_t county;
    struct arena a;
    struct ledger_bulk *ledger;
    struct bulk *repayments;
    struct receipts years[YEARS_MAX];
    size_t years_n;
    struct receipts *last; /* whose number was asked for */
    int64_t version;       /* of the contract at hand */
    struct batch_rules {
        int64_t fund_id, version;
        struct fund_rules rules;
    } rules[RULES_MAX];
    size_t rules_n;
};

struct repay_batch *repay_batch_open(struct lending *l, int64_t county, struct errs *e)
{
    struct repay_batch *b = xcalloc(1, sizeof *b);
    b->l = l;
    b->county = county;
    b->ledger = ledger_bulk_open(l->act, county, e);
    if (!b->ledger) {
        repay_batch_close(b);
        return NULL;
    }
    b->repayments = bulk_open(l->act->tx, &repayment_entity);
    return b;
}

void repay_batch_close(struct repay_batch *b)
{
    if (!b)
        return;
    bulk_close(b->repayments);
    ledger_bulk_close(b->ledger);
    arena_free(&b->a);
    free(b);
}

void repay_batch_version(struct repay_batch *b, int64_t version)
{
    b->version = version;
}

bool repay_batch_rules(struct repay_batch *b, const struct contract *c, struct fund_rules *out,
                       struct errs *e)
{
    for (size_t i = 0; i < b->rules_n && b->version; i++)
        if (b->rules[i].version == b->version && b->rules[i].fund_id == c->fund_id) {
            *out = b->rules[i].rules;
            return true;
        }
    struct errs own = { .a = &b->a, .lang = e->lang }; /* texts of the rules live as long as the batch */
    if (!fund_rules_of(b->l->act->tx, c, b->l->codes, out, &own)) {
        errs_append(e, &own);
        return false;
    }
    if (b->version && b->rules_n < RULES_MAX)
        b->rules[b->rules_n++] = (struct batch_rules){ c->fund_id, b->version, *out };
    return true;
}

struct money repay_batch_owed(const struct repay_batch *b, const struct contract *c)
{
    return ledger_bulk_balance(b->ledger, c->fund_id, ACCOUNT_LOANS, c->id);
}

bool repay_batch_flush(struct repay_batch *b, struct errs *e)
{
    return !b || bulk_flush(b->repayments, e);
}

bool repay_batch_post(struct repay_batch *b, const struct posting *p, struct errs *e)
{
    struct voucher v;
    return ledger_bulk_post(b->ledger, p, &v, e);
}

bool repay_batch_number(struct repay_batch *b, int year, int64_t *no, struct errs *e)
{
    struct receipts *y = b->years;
    while (y < b->years + b->years_n && y->year != year)
        y++;
    if (y == b->years + b->years_n) {
        struct counter was;
        if (b->years_n == YEARS_MAX)
            return fail(e, ERR_INVALID, "date", MSG_REPAY_DATES);
        const char *name = arena_printf(&b->a, "receipt %d", year);
        enum found f = db_get(b->l->act->tx, &counter_entity, &was, e, V(b->county), V(name));
        if (f == FAILED)
            return false;
        *y = (struct receipts){ .year = year, .is_new = f == NONE };
        y->now = y->was = (struct counter){ b->county, str_of(name), f == FOUND ? was.next : 1 };
        b->years_n++;
    }
    b->last = y;
    *no = y->now.next;
    return true;
}

bool repay_batch_add(struct repay_batch *b, const struct repayment *r, bool takes_number, struct errs *e)
{
    assert(r->county == b->county);
    assert(!takes_number || b->last);
    if (takes_number)
        b->last->now.next++;
    return bulk_add(b->repayments, r, e);
}

static bool write_receipts(struct repay_batch *b, const struct receipts *y, struct errs *e)
{
    struct tx *tx = b->l->act->tx;
    if (y->now.next == y->was.next)
        return true;
    return y->is_new ? db_insert(tx, &counter_entity, &y->now, e)
                     : db_update(tx, &counter_entity, &y->was, &y->now, e);
}

bool repay_batch_finish(struct repay_batch *b, struct errs *e)
{
    if (!bulk_flush(b->repayments, e))
        return false;
    for (size_t i = 0; i < b->years_n; i++)
        if (!write_receipts(b, &b->years[i], e))
            return false;
    return ledger_bulk_finish(b->ledger, e);
}
