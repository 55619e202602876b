/* lend.h - a county with a loan fund, ready to lend: the fund of a programme, money in it, a period, the
 * township's contract signed by both, money at the township. */
#ifndef TESTS_SUPPORT_LEND_H
#define TESTS_SUPPORT_LEND_H

#include "fund/contract.h"
#include "support/world.h"

struct lent {
    struct world *w;
    int64_t county;
    const char *programme;
    struct lending l; /* of the act at hand */
    struct fund_rules rules;
    struct contract upper, loan;
    struct family f;
    struct money amount; /* of the loan */
    struct opt_date due_on;
    const char *guarantor;
};
/* A shipped programme under another code, with some of its text replaced: pairs, NULL at the end. */
void lend_programme(struct world *w, const char *shipped, const char *const *pairs);
/* Everything up to the township's money: 100000.00 in the fund, 50000.00 of it at the township. */
struct lent lend_world(struct world *w, const char *programme);
/* A family's contract of that amount, drafted; signed by all; paid out at a meeting ten days ago. */
void lend_draft(struct lent *x, const char *yuan);
void lend_sign(struct lent *x);
void lend_pay(struct lent *x);

/* One step as an act; lent.l is its act's. */
typedef bool lend_fn(struct lent *x, void *arg, struct errs *e);
bool lend_try(struct lent *x, lend_fn *fn, void *arg);
void lend_do(struct lent *x, lend_fn *fn, void *arg);

struct money lend_yuan(const char *s);
struct date lend_ago(int days); /* before today */
#define SINCE(days) ((struct opt_date){ lend_ago(days), true })

#endif
