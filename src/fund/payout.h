/* payout.h - the money's way in legs: special account 专户 → township → household (R312–R317, R329–R331).
 *
 * Leg 1 goes to a township for one period, within its contract.  Leg 2 pays whole contracts only, each once
 * and when nothing is missing: at a meeting 发放会, or by a numbered file for the bank whose answer is taken
 * in line by line.  What the bank sends back stays with the township and can be paid again. */
#ifndef FUND_PAYOUT_H
#define FUND_PAYOUT_H

#include "fund/checklist.h"

/* Fills no, id and the voucher; given are period, township, day, amount, purpose. */
bool payout_to_township(struct lending *l, const struct fund_rules *r, struct payout *p, struct voucher *v,
                        struct errs *e);

/* Who got the money at a meeting, and what proves it. */
struct meeting_receipt {
    struct str number; /* of the contract */
    int32_t receipt;   /* RECEIPT_SIGNATURE, RECEIPT_FINGERPRINT */
};
bool payout_meeting(struct lending *l, const struct fund_rules *r, struct payout *p,
                    const struct meeting_receipt *receipts, size_t n, struct errs *e);

/* Contracts of a period and township that are signed and neither paid nor waiting. */
bool payout_ready(struct tx *tx, const struct fund *f, int64_t period_no, struct region_code township,
                  struct list *out, struct errs *e);
/* A line of the file for the bank, with whole numbers. */
struct bank_row {
    struct payout_line line;
    struct str number, id_number, bank;
};
/* The numbers named, or all that are ready.  Rows live in e->a. */
bool payout_file(struct lending *l, const struct fund_rules *r, struct payout *p, const struct str *numbers,
                 size_t n, struct bank_row **rows, size_t *rows_n, struct errs *e);
/* A file that never went to the bank: its lines can be paid again. */
bool payout_cancel(struct lending *l, const struct payout *p, struct str reason, struct errs *e);

/* What the bank says of one line. */
struct bank_answer {
    int64_t line; /* of the file, for messages */
    int64_t no;
    struct str account; /* unknown: not told */
    struct money amount;
    bool paid;
    struct opt_date on;
    struct str reason;
};
struct bank_result {
    int64_t paid, failed, known; /* known: answered so before */
    struct money paid_amount, failed_amount;
    int64_t waiting; /* lines without an answer still */
};
/* All or nothing; the same answers again change nothing.  A line that was paid and now comes back (退票) is
 * posted back to the township. */
bool payout_answer(struct lending *l, const struct payout *p, const struct bank_answer *a, size_t n,
                   struct bank_result *out, struct errs *e);

enum found payout_by_no(struct tx *tx, int64_t county, int64_t no, struct payout *p, struct errs *e);
bool payout_lines(struct tx *tx, const struct payout *p, struct list *out, struct errs *e);
bool payout_list(struct tx *tx, const struct fund *f, struct list *out, struct errs *e);
/* Sent to the township for the period, less what was paid on or is with the bank. */
bool payout_left(struct tx *tx, const struct fund *f, int64_t period_no, struct region_code township,
                 struct money *out, struct errs *e);

#endif
