/* remind.h - notices of what falls due (还款通知书, R336–R338), in the programme's steps.
 *
 * The county sends each township a list of what falls due there, so many months before; its receipt opens the
 * township's letters to the borrowers, of which the guarantors get copies.  A due instalment gets one notice
 * of each step, however often notices are made; what was extended to another day gets new ones. */
#ifndef FUND_REMIND_H
#define FUND_REMIND_H

#include "fund/collection.h"
#include "fund/open_loans.h"
#include "programme/programme.h"

/* When the notice of an instalment is to be sent: 31 March less a month is the last day of February. */
struct date remind_day(const struct programme_reminder *p, struct date due);

struct remind_request {
    int64_t no; /* the programme's number of the notice; 0: all that can be made */
    struct region_code within;
    struct date on;
    bool late; /* also for what is overdue and never got one */
};
struct remind_made {
    int64_t lists, letters;
    int64_t loans; /* instalments on them */
    struct money amount;
};
/* Of a fund, by whoever may repay there: a list by who has all of the county. */
bool remind_make(struct lending *l, const struct fund_rules *r, const struct remind_request *q,
                 struct remind_made *out, struct errs *e);

enum found due_notice_by_number(struct tx *tx, int64_t county, struct str number, struct due_notice *out,
                                struct errs *e);
/* Within what the actor may see by p; an error in words if there is none. */
bool due_notice_find(struct tx *tx, const struct actor *who, enum perm p, struct str number,
                     struct due_notice *out, struct errs *e);
bool due_notice_rows(struct tx *tx, const struct due_notice *n, struct list *out, struct errs *e);
bool due_notice_deliveries(struct tx *tx, const struct due_notice *n, struct list *out, struct errs *e);
/* Between two region codes; open: those that nobody has received; unprinted: those that were never printed;
 * after: numbers behind that one, or with `down` before it, the highest first. */
struct due_notice_filter {
    int64_t first, last;
    int64_t no; /* 0: all steps */
    bool open, unprinted, down;
    struct str after;
    size_t limit;
};
bool due_notice_list(struct tx *tx, const struct fund *f, const struct due_notice_filter *x, struct list *out,
                     struct errs *e);

/* Who received it, when and how; a party unknown is whom it is addressed to, and that is its receipt 签收. */
bool due_notice_deliver(struct lending *l, const struct fund_rules *r, const struct due_notice *n,
                        struct due_notice_delivery *d, struct errs *e);

/* When it was printed first; NONE: it was not. */
enum found due_notice_printed(struct tx *tx, const struct due_notice *n, struct due_notice_print *out,
                              struct errs *e);
/* It was printed; the first time is what stays. */
bool due_notice_mark_printed(struct lending *l, const struct due_notice *n, struct due_notice_print *out,
                             struct errs *e);

/* --- what a notice says, for prints ---------------------------------------------------------------- */

struct due_notice_line {
    struct due_notice_row row;
    struct str number; /* of the contract */
    struct str borrower, village, project;
    struct str guarantors; /* names, with a comma between */
    struct date paid_out_on;
    struct money lent, outstanding; /* now */
};
struct due_notice_content {
    struct due_notice notice;
    struct str office;             /* as printed on the county's papers */
    struct str county, township;   /* names */
    struct str copy_to;            /* of a letter: the guarantors' names */
    struct due_notice_line *lines; /* by village and number */
    size_t n;
    struct list deliveries;            /* struct due_notice_delivery */
    const struct programme *programme; /* for its words (label) */
};
bool due_notice_content(struct tx *tx, const struct due_notice *n, const struct code_book *codes,
                        struct due_notice_content *out, struct errs *e);

#endif
