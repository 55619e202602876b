/* posting.h - what a single posting and a bulk of them have in common; private to src/ledger. */
#ifndef LEDGER_POSTING_H
#define LEDGER_POSTING_H

#include "ledger/ledger.h"

/* By itself, without the database: every bad line is reported. */
bool posting_check(const struct posting *p, struct errs *e);
/* What its line's account differs by from others of the kind; 0: not told, or there is but one. */
int64_t posting_part(const struct posting_line *l);
int64_t year_of(struct date d);
bool posting_id(const struct act *act, const struct posting *p, int64_t *id, struct errs *e);
struct voucher posting_voucher(const struct act *act, const struct posting *p, int64_t id, int64_t no);
struct voucher_line posting_voucher_line(const struct voucher *v, const struct posting_line *l, int64_t no,
                                         int64_t account_id);
struct fund_account posting_account(const struct posting *p, const struct posting_line *l, int64_t id);
/* Name of the counter of voucher numbers. */
const char *voucher_series(int64_t fund_id, int64_t year, struct arena *a);
/* 2017-12 */
const char *voucher_name(const struct voucher *v, struct arena *a);
/* The opposite of a voucher; fails if it was reversed, or is itself a reversal. */
bool posting_reversal(struct tx *tx, const struct voucher *v, struct date on, struct str purpose,
                      struct posting *out, struct errs *e);
/* Fails if the books are closed on the posting's day. */
bool need_open_day(struct tx *tx, const struct posting *p, struct errs *e);
/* Fails if the special account would be below zero at the end of `from` or a later day. */
bool need_covered(struct tx *tx, int64_t county, int64_t account_id, struct date from, struct errs *e);

#endif
