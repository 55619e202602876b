/* schedule.h - what a loan owes and when: instalments, interest, subsidy 贴息, payments, extension 展期.
 *
 * Pure functions over plain structs, without a database.  Rates are exact fractions; each piece of interest,
 * a stretch of days on one balance, is rounded once.  One engine does it all: a schedule is the replay of a
 * loan without payments, and an undone payment is a replay without it.  Due dates are counted from the start
 * (31 January, 28 February, 31 March) or from the last one that was moved. */
#ifndef FUND_SCHEDULE_H
#define FUND_SCHEDULE_H

#include "base/err.h"
#include "base/terms.h"
#include "base/value.h"

enum {
    INSTALMENTS_MAX = 600,
    EVERY_MONTHS_MAX = 120,
    TERM_MONTHS_MAX = 1200,
    PAYMENTS_MAX = 100000,
    RATE_DECIMALS_MAX = 8,
};
#define LOAN_PRINCIPAL_MAX ((struct money){ 1000000000000000 }) /* ten trillion yuan, in fen */

/* 0.12, 12% or 12％: exact, at most 8 decimals, 0 to 10. */
enum read_result rate_read(struct str s, struct fraction *f);

/* What is paid before it is due reduces the balance at once, and then … */
enum excess {
    EXCESS_ADVANCES,     /* is what the next instalments would have taken */
    EXCESS_SHORTENS, /* instalments stay, the last ones fall away */
    EXCESS_LOWERS,   /* the term stays, instalments are reckoned anew */
};
/* In the order of the enums above: as the command line and files name them. */
extern const char *const loan_methods[4], *const day_counts[4], *const roundings[2];
extern const struct label loan_method_labels[4];

/* From this day on, somebody else pays this share of the interest that accrues. */
struct subsidy_step {
    struct date from;
    struct fraction share; /* 0 to 1 */
};

/* What was agreed afterwards, in the order it was agreed; rows as they were numbered then, the first is 1. */
enum loan_change_kind {
    CHANGE_TERMS, /* n more rows; what is left is spread anew from `row` on */
    CHANGE_DUE,   /* `row` falls due on another day, and the later rows follow */
    CHANGE_GRACE, /* n rows of interest only are put in before `row` */
};
struct loan_change {
    enum loan_change_kind kind;
    int row, n;
    struct date due;
};

struct loan_terms {
    struct money principal;
    struct fraction rate; /* of a year */
    enum loan_method method;
    enum day_count day_count;
    enum rounding rounding;
    enum excess excess;
    struct date start;
    int instalments, every_months;
    int principal_grace;                /* so many first rows take no principal */
    struct money whole_unit;            /* instalments are multiples of it, but for the last; 0: any fen */
    struct money instalment;            /* of an annuity, where the contract names it; 0: reckoned */
    const struct subsidy_step *subsidy; /* by date */
    size_t subsidy_n;
    const struct loan_change *changes;
    size_t changes_n;
};

struct schedule;
struct schedule_row {
    int no;
    struct date from, due;
    struct money principal, interest;
    struct money subsidy;    /* of interest, what the borrower does not pay */
    struct money instalment; /* principal + interest - subsidy */
    struct money balance;    /* principal that later rows take */
    struct money principal_paid, interest_paid;
    struct opt_date settled_on;
    /* of the engine */
    struct opt_date moved;
    bool free;                   /* takes no principal */
    const struct schedule *plan; /* what is left is spread anew from here, over these rows */
};
struct schedule {
    struct schedule_row *rows;
    size_t n;
};
/* As agreed.  Every bad term is reported, under the name of the option: principal, rate, instalments … */
bool schedule_make(const struct loan_terms *t, struct schedule *out, struct errs *e);

/* Interest on one balance over some days, split where the subsidy changes: each part is rounded by itself,
 * and the borrower pays the difference between interest and subsidy. */
struct accrual {
    struct date from, to;
    struct money interest, subsidy, borrower;
};
struct accruals {
    struct accrual *list;
    size_t n;
};
bool interest_accrue(const struct loan_terms *t, struct money balance, struct date from, struct date to,
                     struct accruals *out, struct errs *e);

struct loan_payment {
    struct date value_date;
    struct money amount;
    bool undone; /* as if it had never been */
    /* filled by loan_replay: */
    struct money interest, principal, overpaid;
};
struct loan_state {
    struct schedule schedule;   /* rows due by as_of as they came, later ones as they will if all is paid */
    struct money balance;       /* principal not paid */
    struct money principal_due; /* of it, due by as_of */
    struct money interest_due;  /* due by as_of and not paid, without the subsidy */
    struct money interest_accrued; /* since the last due date, without the subsidy and what is paid of it */
    struct money overpaid;         /* to be given back */
};
/* Payments in the order of value dates, those of a day in the order they were entered; later than as_of they
 * are left aside.  Rows due are paid oldest first, of each the interest first; what is left reduces the
 * balance; who pays off all of it also pays the interest accrued since.  Nothing accrues after the last row.
 */
bool loan_replay(const struct loan_terms *t, struct loan_payment *payments, size_t n, struct date as_of,
                 struct loan_state *out, struct errs *e);

#endif
