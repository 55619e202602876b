/* history.h - an office's archive of its fund comes in: sources, periods, loans, repayments.
 *
 * They are what was done at the time: no notices, votes or attachments are asked for.  All files of a fund
 * are one unit, replayed by date: a household has no second live loan, nobody pays back more than is owed,
 * and the special account is never overdrawn at the end of a day; rows that would do so are refused by name.
 * The journal gets its entries dated then.  What stands in the journal is not changed by a later file: such a
 * row is refused. */
#ifndef FUND_HISTORY_H
#define FUND_HISTORY_H

#include "registry/import.h"

extern const struct import_kind *const fund_import_kinds[];
extern const size_t fund_import_kinds_n;

/* --- the replay, private to the import ------------------------------------------------------------ */

enum history_verdict {
    HISTORY_GOOD,
    HISTORY_SECOND_LOAN, /* other: the live one */
    HISTORY_OVERDRAWN,   /* day, short_of */
    HISTORY_TOO_MUCH,    /* short_of: what was owed */
    HISTORY_BEFORE_PAYOUT,
    HISTORY_NO_LOAN, /* the loan itself was refused */
};
enum { HISTORY_FUNDS_MAX = 64 };
enum history_kind { HISTORY_SOURCE, HISTORY_REPAYMENT, HISTORY_LOAN }; /* in the order of a day */

/* One thing that moved money.  Of a stored one file is 0. */
struct history_event {
    enum history_kind kind;
    enum history_verdict verdict;
    int64_t county, fund;
    struct date on;
    int64_t fen; /* of a loan and a repayment its principal; of a source negative where money went back */
    int64_t interest;  /* of a repayment */
    int64_t household; /* of a loan */
    int64_t round;     /* of a loan, found: the household's first, second … */
    int64_t loan;      /* of a repayment: the loan's place in the list; of a loan: what is still owed */
    int64_t short_of;  /* see verdict */
    size_t other;      /* place of the other loan */
    struct date day;
    uint32_t file, line; /* where it stands; file counts from 1 */
    struct str number;   /* of a loan */
    int64_t contract_id; /* of a loan that is written */
    struct region_code village;
    struct opt_int period;
};
struct history {
    struct history_event *list; /* on the heap */
    size_t n, cap;
    int64_t live_max; /* live loans of a household and fund */
};
void history_add(struct history *h, const struct history_event *x);
/* Give every event of a file its verdict. */
void history_replay(struct history *h);
void history_release(struct history *h);

#endif
