/* reconcile.h - two layers of one debt: what a township owes the county against what its households owe.
 *
 * By township and period, from the journal.  Layer 1 is what was sent less what was remitted, paid to the
 * account itself or written off (less what came of that after all), with what was collected beyond principal;
 * layer 2 what waits there to be paid out, is owed by households, or is collected and not remitted.  What
 * makes them differ is named. */
#ifndef FUND_RECONCILE_H
#define FUND_RECONCILE_H

#include "fund/lending.h"

struct reconcile_row {
    struct region_code township; /* 0: lines that name none */
    struct opt_int period;
    struct money contracted; /* by the township's contract; 0: there is none */
    struct money sent, beyond, remitted, direct, written_off, upper; /* upper: what the township owes */
    struct money transit, lent, lower;                               /* lower: what is there for it */
    struct money difference;                                         /* upper less lower */
};
/* Why they differ. */
enum reconcile_reason {
    DIFFERS_BY_KIND, /* vouchers of that kind moved the money */
    DIFFERS_NO_CONTRACT,
    DIFFERS_ABOVE_CONTRACT, /* more was sent than the township's contract says */
    DIFFERS_NO_TOWNSHIP,
};
struct reconcile_note {
    size_t row;
    enum reconcile_reason why;
    struct code kind; /* DIFFERS_BY_KIND: code table voucher_kind */
    struct money amount;
};
struct reconciliation {
    struct reconcile_row *rows;
    size_t n;
    struct reconcile_note *notes;
    size_t notes_n;
    struct reconcile_row sum;
};
/* As of a day; of townships between two region codes. */
bool reconcile(struct tx *tx, const struct fund *f, int64_t first, int64_t last, struct date on,
               struct reconciliation *out, struct errs *e);

#endif
