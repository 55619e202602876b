/* repay.h - money that comes back, one receipt at a time (R341–R347).
 *
 * A repayment pays as the programme declares: of a loan with interest what fell due first, interest before
 * principal, by the schedule engine; else all is principal.  What is more than the whole debt is kept to be
 * given back (excess.h), or refused, by the programme's rule.  A mistake is undone by a reversing entry; on
 * the same day that is a void 作废.  One dated back, or undone, has the later ones of a loan with interest
 * reckoned anew: they are taken back and posted again, nothing is changed.  The same request key twice is one
 * repayment. */
#ifndef FUND_REPAY_H
#define FUND_REPAY_H

#include "fund/contract.h"

struct repay_batch;
struct repay_request {
    struct money amount;
    struct date on;         /* entry date */
    struct date value_date; /* from which it counts for interest */
    struct code payer_kind;
    struct str payer, collector;
    struct str key;     /* idempotency key; unknown: none */
    bool to_special;    /* paid onto the special account itself, not to the township */
    struct str receipt; /* written out by hand, or of one that is reckoned anew; unknown: the next */
    const struct contract *kept_of; /* paid with what that contract's borrower had paid too much */
    struct repay_batch *batch; /* one of many that are posted together (repay_batch.h); NULL: by itself */
};
struct repay_result {
    struct repayment repayment;
    struct money overpaid, outstanding;
    bool kept;          /* what was overpaid stays for the next debt: the programme says so */
    bool again;         /* it was there already: the same key and request */
    size_t reallocated; /* later repayments that were reckoned anew */
};
bool repay_take(struct lending *l, const struct contract *c, const struct repay_request *q,
                struct repay_result *out, struct errs *e);

/* Undo the repayment of that receipt, dated `on`; same_day: only one that was recorded today. */
bool repay_undo(struct lending *l, const struct contract *c, const struct repayment *r, struct date on,
                struct str reason, bool same_day, struct repayment *out, struct errs *e);
enum found repayment_by_receipt(struct tx *tx, int64_t county, struct str receipt, struct repayment *r,
                                struct errs *e);
bool repayment_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);

/* What is owed on a day. */
struct debt {
    struct money outstanding, principal_due, interest_due, interest_accrued;
};
bool contract_debt(struct tx *tx, const struct fund_rules *r, const struct contract *c, struct date on,
                   struct debt *out, struct errs *e);

#endif
