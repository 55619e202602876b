/* collected.h - collected and not yet remitted (已收未缴): the second leg of getting loans back (R344–R348).
 *
 * What a collector takes in against a receipt lowers the household's debt that day and stays with his
 * township until it is remitted to the special account.  A remittance is of one collector, or of the township
 * as a whole; either way the oldest receipts are remitted first.  All of it is read from the journal. */
#ifndef FUND_COLLECTED_H
#define FUND_COLLECTED_H

#include "fund/collection.h"

/* What is left of one receipt. */
struct held_receipt {
    struct region_code township;
    struct str collector, receipt; /* unknown where the archive does not say */
    int64_t contract_id;
    struct opt_int period;
    struct date on;            /* when it was paid */
    struct money amount, left; /* left below 0: remitted, and undone afterwards */
};
struct held_receipts {
    struct held_receipt *list; /* by township and day, on the heap; those with nothing left are there too */
    size_t n, cap;
};
/* Of a fund as of a day; township 0: all. */
bool held_receipts_read(struct tx *tx, const struct fund *f, struct region_code township, struct date on,
                        struct held_receipts *out, struct errs *e);
void held_receipts_release(struct held_receipts *x);

/* The same by collector. */
struct held_by {
    struct region_code township;
    struct str collector;
    int64_t receipts;
    struct money amount;
    struct date oldest;
    int32_t days;
};
bool held_by_collector(const struct held_receipts *x, struct date on, struct list *out, struct errs *e);

/* Passed on to the special account: r says of which township and collector, how much, when, and by which bank
 * slip; its lines name the periods that the money is of. */
bool remit(struct lending *l, const struct fund *f, struct remittance *r, struct voucher *v, struct errs *e);

#endif
