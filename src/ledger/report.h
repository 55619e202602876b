/* report.h - the books as people read them: trial balance, journal, one account's statement.
 *
 * Everything is read from the lines up to a day, never from kept balances, and of one fund. */
#ifndef LEDGER_REPORT_H
#define LEDGER_REPORT_H

#include "ledger/ledger.h"

/* What holds for all reports; from: unset is from the beginning. */
struct book_span {
    struct opt_date from;
    struct date as_of;
    enum { OLDEST_FIRST, NEWEST_FIRST, NEWEST_LINE_FIRST } order; /* of vouchers, or of their lines too */
};

struct trial_row {
    int64_t kind, part; /* part 0: all of the kind */
    struct str name;
    int64_t accounts;                             /* how many are in this row */
    struct money opening, debit, credit, closing; /* credit is positive; closing = opening + debit - credit */
};
/* Rows in the order of the chart; accounts of single contracts only with `detail`. */
bool trial_balance(struct tx *tx, const struct fund *f, const struct book_span *span, bool detail,
                   struct list *out, struct errs *e);
/* Closing alone, of every account as of today: from the balances that are kept, however long the journal is.
 */
bool account_balances(struct tx *tx, const struct fund *f, struct list *out, struct errs *e);

/* A line with its voucher, and its account. */
struct journal_line {
    struct voucher v;
    struct voucher_line l;
    int64_t kind, part;
    struct str name;
};
/* Lines by entry date, then by voucher, or as the span orders; texts live until fn returns.  It returns false
 * to stop: with nothing in e that is no failure.  kind 0: all accounts; part 0: all of the kind. */
typedef bool journal_fn(void *ctx, const struct journal_line *x, struct errs *e);
bool journal_each(struct tx *tx, const struct fund *f, const struct book_span *span, int64_t kind,
                  int64_t part, journal_fn *fn, void *ctx, struct errs *e);

/* How plain-text accounting names the account: assets:transit:350603100, equity:capital:provincial. */
void account_path(struct buf *b, int64_t kind, int64_t part, const struct code_book *codes);
/* special, transit:350603100: as `ledger post` takes it. */
void account_short(struct buf *b, int64_t kind, int64_t part, const struct code_book *codes);
/* And read again; fails with the accounts there are. */
bool account_line_read(const struct code_book *codes, struct str text, struct posting_line *l,
                       struct errs *e);
/* By slug, label or number. */
bool fund_source_read(const struct code_book *codes, struct str text, struct code *out, struct errs *e);
/* Its part as people read it: a township's code, a source's label, a contract's name or number. */
void account_part_text(struct buf *b, int64_t kind, int64_t part, struct str name,
                       const struct code_book *codes, enum lang lang);

#endif
