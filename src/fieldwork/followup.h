/* followup.h - what is looked at after the money is out: visits with the four questions of the tracking form,
 * what the money was found to be used for, the effect survey, and the contacts 联系人 who answer for it
 * (R303–R307, R350–R359, R381). */
#ifndef FIELDWORK_FOLLOWUP_H
#define FIELDWORK_FOLLOWUP_H

#include "fieldwork/fieldwork.h"
#include "fund/relief.h"
#include "registry/household.h"
#include "registry/scope.h"

/* One loan's effect (救助效果调查表): incomes are per head and year. */
struct effect_survey {
    int64_t county, id, contract_id, household_id;
    struct opt_date surveyed_on;
    struct opt_money income_before, income_after;
    enum yesno out_of_poverty;
    struct str assessor, note;
    struct date recorded_on;
    struct str recorded_by;
};
struct money_use {
    int64_t county, id, contract_id, household_id;
    struct opt_date found_on;
    struct str planned; /* the project agreed on */
    struct str found;
    struct opt_money amount; /* used otherwise */
    enum yesno misused;
    struct str finder;
    struct opt_int relief_id; /* the recall that was proposed for it */
    struct str note;
    struct date recorded_on;
    struct str recorded_by;
};
/* A contact or other guarantor who no longer answers for a loan. */
struct guarantee_release {
    int64_t county, guarantee_id, contract_id;
    struct opt_date released_on;
    struct str document;
    struct date recorded_on;
    struct str recorded_by;
};
extern const struct entity effect_survey_entity, money_use_entity, guarantee_release_entity;

/* --- visits --------------------------------------------------------------------------------- */

/* Fills keys; with the loan that is owed on, if the household has just one.  copied: an earlier visit of
 * another household has the same words (R357). */
struct visit_copy {
    bool found;
    struct str hh_no;
    struct region_code village;
    struct date visited_on;
};
bool visit_add(struct lending *l, const struct household *h, struct visit *v, struct visit_copy *copied,
               struct errs *e);

struct visit_row {
    struct visit visit;
    struct str hh_no, head_name;
    bool copied;
    int64_t photos;
};
struct visit_question {
    int64_t household_id; /* 0: all */
    struct opt_date from, to;
    struct code kind;
    bool copied;     /* only those */
    bool down;       /* the latest first */
    int64_t day, id; /* behind that day and visit; 0: from the first one */
    size_t limit;
};
bool visit_list(struct tx *tx, const struct scope *s, const struct visit_question *q, struct visit_row *out,
                size_t *n, struct errs *e);

/* --- effect and use ------------------------------------------------------------------------- */

bool effect_add(struct lending *l, const struct contract *c, struct effect_survey *x, struct errs *e);
/* Misuse proposes an early recall by recall_by, unless the loan falls due before or waits for a decision. */
bool money_use_add(struct lending *l, const struct contract *c, struct money_use *x, struct date recall_by,
                   struct loan_relief *recall, struct errs *e);

/* --- contacts ------------------------------------------------------------------------------- */

enum contact_state { CONTACT_BOUND, CONTACT_FREE, CONTACT_RELEASED };
struct contact_row {
    struct guarantee guarantee; /* id, kind, name */
    struct str number, hh_no, head_name;
    struct region_code village;
    enum contact_state state;
    struct money owed; /* and what was written off and did not come back */
    bool money_back, out_of_poverty;
    struct opt_date released_on, last_visit; /* by the contact, at the household */
};
struct contact_question {
    struct str programme;            /* code */
    bool money_back, out_of_poverty; /* what releases them */
    struct str after;                /* behind that contract's number, and that guarantee of it */
    int64_t after_id;
    bool down;                       /* the highest number first */
    bool bound;                      /* only who cannot be released yet */
    struct opt_date unvisited_since; /* set: only who owes a visit since that day */
    size_t limit;
};
bool contact_list(struct tx *tx, const struct scope *s, const struct contact_question *q,
                  struct contact_row *out, size_t *n, struct errs *e);
/* What releases a contact by the rules: false where nothing does. */
void contact_rules(const struct fund_rules *r, struct contact_question *q);
/* name: unknown where there is but one.  Every reason against it is reported. */
bool contact_release(struct lending *l, const struct contract *c, struct str name,
                     struct guarantee_release *x, struct errs *e);

#endif
