/* round.h - who goes where in a survey round: groups (组), and the townships assigned to them (R193, R194).
 *
 * A round is a survey (registry/survey.h); what is found in each household is recorded there. */
#ifndef CASEWORK_ROUND_H
#define CASEWORK_ROUND_H

#include "registry/survey.h"

struct survey_group {
    int64_t county, survey_id, no; /* from 1 */
    struct str leader, members;
};
struct survey_area {
    int64_t county, survey_id;
    struct region_code township;
    int64_t group_no;
    struct opt_date due_on;
    struct date assigned_on;
};
extern const struct entity survey_group_entity, survey_area_entity;

enum { ROUND_GROUPS_MAX = 100 };

/* g: no, leader, members; a second time it is changed. */
bool round_group(struct act *act, const struct survey *s, struct survey_group *g, struct errs *e);
/* a: township, group_no, due_on; a second time it goes to another group. */
bool round_assign(struct act *act, const struct survey *s, struct survey_area *a, struct date today,
                  struct errs *e);

struct round_line {
    struct region_code township; /* 0: of all that nobody was sent to */
    struct str name;
    int64_t group_no; /* 0: nobody */
    struct opt_date due_on;
    int64_t households, done;
    bool late;
};
struct round_progress {
    struct round_line *lines; /* by group and township */
    size_t n;
    struct list groups; /* struct survey_group */
    struct round_line all;
};
bool round_progress(struct tx *tx, const struct actor *who, const struct survey *s, struct date today,
                    struct round_progress *out, struct errs *e);

#endif
