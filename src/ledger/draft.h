/* draft.h - vouchers entered by hand: one person makes them, another approves or rejects them.
 *
 * A draft is in no book until it is approved; approving posts it, with both names. */
#ifndef LEDGER_DRAFT_H
#define LEDGER_DRAFT_H

#include "ledger/ledger.h"

enum draft_state { DRAFT_OPEN = 1, DRAFT_POSTED = 2, DRAFT_REJECTED = 3 };
struct draft {
    int64_t county, id, no, fund_id;
    struct date entry_date, value_date;
    struct code kind;
    struct str purpose, document, made_by;
    struct instant made_at;
    struct opt_int reverses;
    struct code state;
    struct str decided_by;
    struct instant decided_at; /* 0: not yet */
    struct opt_int voucher_id;
};
struct draft_line {
    int64_t county, draft_id, no;
    struct code kind;
    struct money amount;
    struct code source;
    struct opt_int period, case_id, contract_id;
    struct region_code region;
};

/* The posting is checked as if it were posted, but for the day's end, which may change until then. */
bool draft_make(struct act *act, const struct posting *p, struct draft *out, struct errs *e);
/* A draft that, approved, takes the voucher back. */
bool draft_reverse(struct act *act, const struct voucher *v, struct date on, struct str purpose,
                   struct draft *out, struct errs *e);
enum found draft_by_no(struct tx *tx, int64_t county, int64_t no, struct draft *d, struct errs *e);
bool draft_lines(struct tx *tx, const struct draft *d, struct list *out, struct errs *e);
/* Not by the person who made it, who may only reject it; and once. */
bool draft_approve(struct act *act, const struct draft *d, struct voucher *out, struct errs *e);
bool draft_reject(struct act *act, const struct draft *d, struct errs *e);
bool draft_list(struct tx *tx, int64_t county, size_t max, struct list *out, struct errs *e); /* open ones */

#endif
