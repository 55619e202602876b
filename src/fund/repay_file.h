/* repay_file.h - repayments by file: thousands of receipts, taken row by row as repay_take would, in batches
 * of one transaction each.
 *
 * A row names its loan by the number of the contract or of the IOU, or by the borrower's ID number where he
 * owes on one loan only.  It is known by its receipt number or, without one, by what it says and how often
 * the file says that; so the same file twice does nothing, and one that was interrupted is taken up where it
 * ended.  A row that cannot be taken is refused with a reason and holds up no other. */
#ifndef FUND_REPAY_FILE_H
#define FUND_REPAY_FILE_H

#include "base/csv.h"
#include "fund/repay.h"

#include <signal.h>

enum { REPAY_FILE_ROWS_MAX = 500000, REPAY_FILE_BYTES_MAX = 64 << 20 };

enum repay_fate { REPAY_WAITS, REPAY_TAKEN, REPAY_KNOWN, REPAY_REFUSED };
struct repay_file_row {
    struct csv_row cells;
    struct repayment r; /* as read: paid_on, amount, receipt_no, payer … */
    struct str number, id_number;
    int64_t nth; /* so often the file has said the same, this time included; from 1 */
    bool unreadable;
    enum repay_fate fate;
    const char *reason; /* why it was refused */
};
struct repay_file {
    struct csv_row head;
    struct repay_file_row *rows;
    size_t n;
};
/* The text is UTF-8 and outlives *out, as does e->a.  Fails where there is no heading, or more than may be.
 */
bool repay_file_read(struct str text, const struct code_book *codes, struct date today,
                     struct repay_file *out, struct errs *e);

struct repay_file_options {
    int64_t county;
    struct date today;
    struct str name;                                      /* of the file, for the audit */
    struct str collector;                                 /* where a row names none; unknown: none */
    bool to_special;                                      /* paid onto the special account itself */
    const volatile sig_atomic_t *stop;                    /* not 0: leave the batch at hand out and end */
    void (*progress)(void *ctx, size_t done, size_t all); /* or NULL */
    void *ctx;
};
struct repay_file_result {
    int64_t rows, taken, known, refused;
    struct money amount, overpaid; /* of what was taken */
};
/* false: something outside the rows failed, or it was interrupted; r says what is in by then. */
bool repay_file_take(struct store *st, const struct actor *who, const struct code_book *codes,
                     const struct repay_file_options *o, struct repay_file *f, struct repay_file_result *r,
                     struct errs *e);
/* What was refused, as a CSV: the file's own columns, then why, so that it can be corrected and given again.
 */
enum { REPAY_REJECTS_BYTES_MAX = 256 << 20 };
void repay_file_rejects(const struct repay_file *f, enum lang lang, struct buf *b, struct arena *a);
/* The first of them, as a member "refused_rows" of line and reason. */
void repay_file_put_refused(const struct repay_file *f, struct json_out *w);

#endif
