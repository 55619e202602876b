/* case_parts.h - what the files of cases share; private to src/casework. */
#ifndef CASEWORK_CASE_PARTS_H
#define CASEWORK_CASE_PARTS_H

#include "casework/case.h"
#include "casework/step.h"

/* What the modules above say of a household's obligations in the case's programme, and confirmed cases. */
bool case_obligations(struct casework *w, const struct relief_case *c, struct case_obligations *o,
                      struct errs *e);
bool case_excepted(struct tx *tx, const struct relief_case *c, struct str condition, bool *is,
                   struct errs *e);

/* Why the household may have no such case (now): MSG in e, naming the other.  `own`: a case to leave out. */
bool case_family_free(struct casework *w, const struct relief_case *c, struct errs *e);
/* A family that looks like the same: its case, unless it is excepted. */
bool case_looks_double(struct casework *w, const struct relief_case *c, bool warning, struct errs *e);

/* Write new over *c, with its line in the time line. */
bool case_put(struct casework *w, struct relief_case *c, const struct relief_case *new,
              const struct case_event *line, struct errs *e);
const struct programme_step *case_step(const struct case_known *k, struct str id);
/* The enabled step behind `id` (unknown: the first), NULL: there is none. */
const struct programme_step *case_step_after(const struct programme *p, struct str id);
bool case_not_own(struct casework *w, const struct relief_case *c, struct errs *e);
/* The actor may do what the step's office does, at its place. */
bool case_may_step(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                   struct errs *e);
struct region_code case_place(struct region_code village, enum office_level level);
enum perm case_perm(enum office_level level);
/* Documents and forms that the step wants and that are not attached to the case or its household. */
bool case_papers_there(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                       struct errs *missing);

/* Was it the database that said no, or we?  Then nobody knows whether the need is met, and *e says why. */
bool case_broke_off(const struct errs *missing, struct errs *e);

#endif
