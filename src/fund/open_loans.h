/* open_loans.h - what households owe at the end of a day, in one pass over a fund.
 *
 * A pure function of the journal and the day: what is posted later is left out again.  The oldest instalment
 * is paid first; what falls due on the day itself is not late.  Contracts' own terms are read only where they
 * have instalments or bear interest, so that a million loans stay a matter of a second. */
#ifndef FUND_OPEN_LOANS_H
#define FUND_OPEN_LOANS_H

#include "fund/dues.h"
#include "ledger/ledger.h"

struct open_loan {
    int64_t contract_id;
    struct region_code village;
    struct money lent, open;
    struct date due_on, ends_on, paid_out_on;
    const struct contract *terms; /* NULL: one payment, no interest */
    const struct kept_dues *kept; /* of an extension and the like; NULL: as the contract has it */
    struct money late;
    struct date late_since; /* where late is not 0 */
};
struct open_loans {
    struct open_loan *list; /* by contract, on the heap */
    size_t n;
    size_t most;    /* more they will not be */
    bool any_terms; /* some have terms of their own */
    struct date on;
    struct kept_dues kept; /* schedules that were changed; in the arena of whoever reads */
    struct arena a;        /* of terms */
    struct loan_reading *reading;
};
/* Of the fund, in the villages from first to last. */
bool open_loans_read(struct tx *tx, const struct fund *f, int64_t first, int64_t last, struct date on,
                     struct open_loans *out, struct errs *e);
/* The same one by one, in the same order, into the same list: where there are very many, what is done with
 * the first need not wait for the last.  Everything is read when _begin is over. */
bool open_loans_begin(struct tx *tx, const struct fund *f, int64_t first, int64_t last, struct date on,
                      struct open_loans *out, struct errs *e);
enum found open_loans_next(struct open_loans *all, struct open_loan **out, struct errs *e);
void open_loans_release(struct open_loans *x);

/* What is still to come of it and when, the oldest first; lives until the next call or the release. */
struct loan_dues {
    struct due one, *list;
    size_t n;
    struct arena a;
};
bool loan_dues(const struct open_loan *x, struct loan_dues *out, struct errs *e);
void loan_dues_release(struct loan_dues *x);

#endif
