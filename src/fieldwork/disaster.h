/* disaster.h - a disaster act 灾害处置: one event, whom it hit and with what loss, what is proposed for each
 * of their loans, the county's decision, new schedules in one transaction (R612–R620).
 *
 * Losses are the rows of disaster_loss, which archives bring along too: those of the same name and day belong
 * to the event.  A loan is affected if it was paid out by that day, is owed on and its household has a loss.
 */
#ifndef FIELDWORK_DISASTER_H
#define FIELDWORK_DISASTER_H

#include "fieldwork/fieldwork.h"
#include "fund/relief.h"
#include "registry/household.h"
#include "registry/scope.h"

struct disaster {
    int64_t county, id, no;
    struct str event;
    struct code kind; /* code table risk */
    struct opt_date happened_on;
    struct region_code region; /* the area */
    struct str document, note;
    struct code state; /* as of a relief */
    struct date recorded_on;
    struct str recorded_by;
    struct opt_date decided_on;
    struct str decided_by, approval; /* number of the document that approved it */
};
extern const struct entity disaster_entity;

bool disaster_open(struct lending *l, struct disaster *d, struct errs *e);
enum found disaster_by_no(struct tx *tx, int64_t county, int64_t no, struct disaster *d, struct errs *e);
/* Of the event: what the household lost.  The same household, project and item are there once. */
bool disaster_add_loss(struct lending *l, const struct disaster *d, const struct household *h,
                       struct disaster_loss *x, struct errs *e);
/* An open proposal of this disaster for the loan is replaced. */
bool disaster_treat(struct lending *l, const struct disaster *d, const struct contract *c,
                    struct loan_relief *x, struct errs *e);

struct disaster_loan {
    struct contract contract;
    struct money outstanding;
    bool treated;
    struct loan_relief relief; /* the last of this disaster that was not withdrawn */
};
/* Whom it hit, and with what loss. */
struct disaster_hit {
    struct str hh_no, head_name;
    struct disaster_loss loss;
};
struct disaster_report {
    int64_t households, projects;
    struct money loss, owed;
    int64_t rooms, hurt;
    struct disaster_loan *loans; /* by number */
    size_t loans_n, untreated;
};
/* Of the part of the county between first and last; in e->a. */
bool disaster_report(struct tx *tx, const struct disaster *d, const struct scope *s,
                     struct disaster_report *out, struct errs *e);
bool disaster_hits(struct tx *tx, const struct disaster *d, const struct scope *s, struct disaster_hit **out,
                   size_t *n, struct errs *e);
/* All of it or nothing; by a person of the county who neither recorded the event nor proposed anything. */
bool disaster_decide(struct lending *l, const struct disaster *old, bool approve, struct str document,
                     struct disaster *out, struct errs *e);
bool disaster_undo(struct lending *l, const struct disaster *old, struct str reason, struct str document,
                   struct disaster *out, struct errs *e);

#endif
