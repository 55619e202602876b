/* case_notice.h - the cases that wait at their notice step, put on a notice as the programme says. */
#ifndef CASEWORK_CASE_NOTICE_H
#define CASEWORK_CASE_NOTICE_H

#include "casework/case.h"
#include "casework/notice.h"

/* n: region, title (unknown: one is made), hotline, unit, starts_on; the rest is the programme's.  Every case
 * of the region that waits and stands on no notice is on it. */
bool case_notice_make(struct casework *w, struct str programme, struct notice *n, size_t *cases_n,
                      struct errs *e);

#endif
