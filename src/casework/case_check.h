/* case_check.h - a programme's conditions asked of one case, with everything that they saw (architecture §6).
 *
 * At the application: what the registry and the application know; what people decide later is listed.  At the
 * deciding step: all of them again.  The answers are kept with the case, with text, values, result, version
 * and day, so that a decision can be replayed. */
#ifndef CASEWORK_CASE_CHECK_H
#define CASEWORK_CASE_CHECK_H

#include "casework/case.h"

enum check_stage { CHECK_APPLICATION = 1, CHECK_DECISION };
enum check_result { CHECK_YES = 1, CHECK_NO, CHECK_UNKNOWN, CHECK_LATER };
struct case_check {
    int64_t county, case_id;
    struct code stage;
    int64_t no; /* from 1 */
    struct str condition_id, label, expression;
    struct str seen;    /* what it looked at: 字段=值 */
    struct str missing; /* what was not written down */
    struct code result; /* CHECK_YES is good, also of an exclusion */
    int64_t version;
    struct date checked_on;
};
extern const struct entity case_check_entity;

/* Ask, and keep the answers of that stage anew. */
bool case_check(struct casework *w, const struct relief_case *c, enum check_stage stage, struct list *out,
                struct errs *e);
bool case_checks(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                 struct errs *e);
/* Ask at that stage, and say what stops the case: what failed without an exception, what is unknown. */
bool case_check_passes(struct casework *w, const struct relief_case *c, enum check_stage stage,
                       struct errs *e);
/* The class that a classification step puts the case in; unknown: none fits. */
bool case_classify(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                   struct str *class, struct errs *e);
/* The first member who may apply; *person 0: nobody, or the programme asks nothing of the applicant. */
bool case_who_may_apply(struct casework *w, const struct relief_case *c, int64_t *person, struct errs *e);
/* The lowest and highest amount that the programme allows the case; not set: no limit. */
bool case_limits(struct casework *w, const struct relief_case *c, struct opt_money *min,
                 struct opt_money *max, struct errs *e);
/* The exclusions, asked now: none of them holds. */
bool case_not_excluded(struct casework *w, const struct relief_case *c, struct errs *missing);

#endif
