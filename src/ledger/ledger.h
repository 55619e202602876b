/* ledger.h - double-entry books of the funds: accounts, vouchers 凭证, balances, closed days.
 *
 * A voucher's lines sum to zero: a debit is positive, a credit negative.  Vouchers are never changed; a
 * reversing one, once, takes one back.  They are numbered without gaps per county, fund and year of the entry
 * date, and no voucher is dated on or before a closed day.  The special account 专户 is at no day's end below
 * zero: a voucher dated back is checked against every later day.  Balances are kept in the same transaction;
 * verify adds the lines up again.  Entry dates are for the books, value dates for interest.
 *
 * Domain functions post by ledger_post, histories by ledger_bulk_*; what a person enters by hand is a draft
 * that another person approves (draft.h).  Everything runs inside an act of the caller's.  The folder knows
 * nothing of households and loans and could be lifted out whole. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "access/audit.h"

/* --- tables ------------------------------------------------------------------------------- */

struct fund {
    int64_t county, id;
    struct str code, name;         /* 01, 幸福工程 */
    struct str programme;          /* the code of the programme it is for */
    struct str bank, bank_account; /* of the special account */
    struct date opened_on;
};
struct fund_account {
    int64_t county, id, fund_id;
    struct code kind;
    int64_t part;    /* what accounts of one kind differ by: chart[].part */
    struct str name; /* of the part, if whoever posted first gave one: a contract's number */
};
struct account_balance {
    int64_t county, account_id;
    struct money amount;
};
struct voucher {
    int64_t county, id, fund_id, year, no;
    struct date entry_date, value_date;
    struct code kind;
    struct str purpose, document;
    struct str made_by, checked_by; /* log-ins; checked_by only of what was entered by hand */
    struct instant made_at;
    struct opt_int reverses, draft_id;
};
struct voucher_line {
    int64_t county, voucher_id, no, account_id, fund_id;
    struct date entry_date, value_date; /* the voucher's */
    struct money amount;
    struct code source;
    struct opt_int period, case_id, contract_id;
    struct region_code region;
};
struct closed_day {
    int64_t county, fund_id;
    struct date day;
    struct str closed_by;
    struct instant closed_at;
};
extern const struct entity fund_entity, fund_account_entity, account_balance_entity, voucher_entity,
    voucher_line_entity, closed_day_entity, draft_entity, draft_line_entity;

/* --- the chart of accounts ---------------------------------------------------------------- */

enum account_kind { /* code table ledger_account */
                    ACCOUNT_SPECIAL = 1001,
                    ACCOUNT_TRANSIT = 1002,
                    ACCOUNT_LOANS = 1101,
                    ACCOUNT_FEE_RECEIVABLE = 1102,
                    ACCOUNT_SUBSIDY_RECEIVABLE = 1103,
                    ACCOUNT_OVERPAID = 2001,
                    ACCOUNT_SUSPENSE = 2002,
                    ACCOUNT_CAPITAL = 3001,
                    ACCOUNT_FEE = 4001,
                    ACCOUNT_INTEREST = 4002,
                    ACCOUNT_LOSS = 5001,
                    ACCOUNT_GRANT = 5002,
                    ACCOUNT_EXPENSE = 5003,
};
enum voucher_kind { /* code table voucher_kind */
                    VOUCHER_MANUAL = 1,
                    VOUCHER_REVERSAL = 2,
                    VOUCHER_CAPITAL_IN = 10,
                    VOUCHER_CAPITAL_OUT = 11,
                    VOUCHER_FUND_TRANSFER = 12,
                    VOUCHER_TO_TOWNSHIP = 20,
                    VOUCHER_PAYOUT = 21,
                    VOUCHER_PAYOUT_FAILED = 22,
                    VOUCHER_REPAYMENT = 30,
                    VOUCHER_REMITTANCE = 31,
                    VOUCHER_GIVE_BACK = 32,
                    VOUCHER_WRITE_OFF = 40,
                    VOUCHER_RECOVERY = 41,
                    VOUCHER_ACCRUAL = 50,
                    VOUCHER_SUBSIDY = 51,
                    VOUCHER_BANK_INTEREST = 60,
                    VOUCHER_GRANT = 70,
                    VOUCHER_EXPENSE = 71,
};
/* What tells accounts of one kind apart: the line's township, contract or source; required of such a line. */
enum account_part { PART_NONE, PART_TOWNSHIP, PART_CONTRACT, PART_SOURCE };
struct chart_row {
    enum account_kind kind;
    const char *slug, *path; /* special; assets:special, as plain-text accounting writes it */
    struct label label;
    enum account_part part;
};
extern const struct chart_row chart[];
extern const size_t chart_n;
const struct chart_row *chart_of(int64_t kind);       /* NULL: none */
const struct chart_row *chart_named(struct str name); /* by slug, label or number */
extern const struct label account_part_labels[];

/* --- funds -------------------------------------------------------------------------------- */

bool fund_add(struct act *act, struct fund *f, struct errs *e); /* fills id; fails if the code is taken */
enum found fund_by_code(struct tx *tx, int64_t county, struct str code, struct fund *f, struct errs *e);
bool fund_list(struct tx *tx, int64_t county, struct list *out, struct errs *e);
/* The one with that code; without a code the county's only one.  Else an error that says which there are. */
bool fund_need(struct tx *tx, int64_t county, struct str code, struct fund *f, struct errs *e);

/* --- posting ------------------------------------------------------------------------------ */

enum { POSTING_LINES_MAX = 200, PURPOSE_CHARS = 200, DOCUMENT_CHARS = 100 };
struct posting_line {
    enum account_kind kind;
    struct money amount; /* debit > 0, credit < 0 */
    struct code source;  /* of code table fund_source */
    struct opt_int period, case_id, contract_id;
    struct region_code region;
    struct str name; /* of the account, if this line is its first */
};
struct posting {
    int64_t id; /* of the voucher, where the caller has taken one (db_id) to write it elsewhere first; 0: a new one */
    int64_t county, fund_id;
    struct date entry_date, value_date;
    enum voucher_kind kind;
    struct str purpose;  /* required: every outflow says what for (R261) */
    struct str document; /* 文号, receipt or bank slip */
    const struct posting_line *lines;
    size_t n;
    /* of reversals and of drafts that were approved: */
    struct opt_int reverses, draft_id;
    struct str made_by, checked_by; /* unknown: whoever acts made it, and nobody checked it */
};
/* Write a voucher.  Every bad line is reported; nothing is written unless all of it is. */
bool ledger_post(struct act *act, const struct posting *p, struct voucher *out, struct errs *e);
/* Take a voucher back by its opposite, dated `on`; the value date is the old one's, so that interest is as if
 * it had never been. */
bool ledger_reverse(struct act *act, const struct voucher *v, struct date on, struct str purpose,
                    struct voucher *out, struct errs *e);
enum found voucher_by_no(struct tx *tx, const struct fund *f, int64_t year, int64_t no, struct voucher *v,
                         struct errs *e);
bool voucher_lines(struct tx *tx, const struct voucher *v, struct list *out, struct errs *e);

/* The last closed day; not set when none is. */
bool ledger_closed(struct tx *tx, const struct fund *f, struct opt_date *day, struct errs *e);
/* No voucher is dated on or before `day` from now on.  Drafts that wait for it must be decided first. */
bool ledger_close(struct act *act, const struct fund *f, struct date day, struct errs *e);

/* --- many vouchers: histories ------------------------------------------------------------- */

/* Vouchers of one county, in any order of dates, within one act: batched and prepared, in one pass. Meanwhile
 * no other voucher of the county may be posted.  Numbers, balances, closed days and every day's end of the
 * special account are as with ledger_post, the latter checked at the end. */
struct ledger_bulk;
struct ledger_bulk *ledger_bulk_open(struct act *act, int64_t county, struct errs *e); /* NULL: failed */
/* After an error of this voucher's own the bulk can go on without it. */
bool ledger_bulk_post(struct ledger_bulk *b, const struct posting *p, struct voucher *out, struct errs *e);
/* What an account holds with all that was posted so far: 0 if there is none.  part: as in struct
 * fund_account. */
struct money ledger_bulk_balance(const struct ledger_bulk *b, int64_t fund_id, enum account_kind kind,
                                 int64_t part);
bool ledger_bulk_finish(struct ledger_bulk *b, struct errs *e);
void ledger_bulk_close(struct ledger_bulk *b); /* NULL is fine; what was not finished must not be committed */
static inline void ledger_bulk_closep(struct ledger_bulk **b)
{
    ledger_bulk_close(*b);
}

/* --- reading ------------------------------------------------------------------------------ */

/* The kept balance, 0 if there is no such account. */
bool ledger_balance(struct tx *tx, const struct fund *f, enum account_kind kind, int64_t part,
                    struct money *out, struct errs *e);
/* Of all accounts of a kind, as the lines up to the end of that day have it. */
bool ledger_balance_on(struct tx *tx, const struct fund *f, enum account_kind kind, struct date as_of,
                       struct money *out, struct errs *e);
/* The least that the special account holds at the end of `from` or any later day. */
bool ledger_least(struct tx *tx, const struct fund *f, struct date from, struct money *least, struct date *on,
                  struct errs *e);

#endif
