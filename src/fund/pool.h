/* pool.h - what is put into a loan fund, and in which periods 期 it is lent.
 *
 * Received money is capital; a pledge is a promise and a memo stands off the books, neither has a voucher
 * (FQ15). Between two funds money moves only by a document of authority (R219), and both vouchers are one
 * act. */
#ifndef FUND_POOL_H
#define FUND_POOL_H

#include "fund/lending.h"

/* Fills id; the number is free, the day and the amount are given. */
bool period_open(struct lending *l, const struct fund *f, struct period *p, struct errs *e);
enum found period_by_no(struct tx *tx, const struct fund *f, int64_t no, struct period *p, struct errs *e);
bool period_list(struct tx *tx, const struct fund *f, struct list *out, struct errs *e);
bool source_list(struct tx *tx, const struct fund *f, struct list *out, struct errs *e);

/* Fills id and entry_id.  from: the fund that gives, of which source of its capital; NULL: none. */
struct source_giver {
    struct fund fund;
    struct code source;
};
bool source_add(struct lending *l, const struct fund *f, struct fund_source *s,
                const struct source_giver *from, struct errs *e);

/* What a fund has and where it is, as of today. */
struct fund_state {
    struct money capital, pledged, memo;                                     /* memo: off the books */
    struct money special, transit, outstanding, overdue, due_soon, overpaid; /* due_soon: within 31 days */
    int64_t live, late;                                                      /* contracts */
};
bool fund_state(struct tx *tx, const struct fund *f, struct date today, struct fund_state *out,
                struct errs *e);

#endif
