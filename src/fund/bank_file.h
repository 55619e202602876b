/* bank_file.h - the file of a pay-out as the bank takes it, and the file in which it answers. */
#ifndef FUND_BANK_FILE_H
#define FUND_BANK_FILE_H

#include "fund/payout.h"

enum { BANK_FILE_BYTES_MAX = 16 << 20 };

/* CSV with whole numbers, appended to b; full if it was too long. */
void bank_file_write(struct buf *b, const struct payout *p, const struct bank_row *rows, size_t n,
                     enum lang lang);
/* What the audit keeps of whole numbers that leave: what for, and how many rows.  NULL: nobody said what for.
 */
const char *bank_file_detail(struct str why, size_t rows, struct errs *e);
/* The answers of a CSV in any encoding, in e->a; every bad line is reported.  on: the day of lines that have
 * none. */
bool bank_answers_read(struct str content, struct opt_date on, const struct code_book *codes,
                       struct bank_answer **out, size_t *n, struct errs *e);

#endif
