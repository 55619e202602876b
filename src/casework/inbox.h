/* inbox.h - the trays of a desk: which cases wait for somebody 待办, which they dealt with 已办, which they
 * entered 我发起.
 *
 * A case waits for whoever may do what its step asks for, at the step's place; a draft or returned one for
 * whoever may enter applications in its village. */
#ifndef CASEWORK_INBOX_H
#define CASEWORK_INBOX_H

#include "casework/case.h"
#include "registry/scope.h"

enum case_box { BOX_ALL, BOX_TODO, BOX_DONE, BOX_MINE };

/* Cases of one programme that wait at the same step. */
struct case_waiting {
    struct str programme;
    int64_t version;
    struct code state;
    struct str step, label; /* of the step; unknown: a draft */
    int64_t cases;
    int64_t late;      /* of them: longer than the step should take */
    struct date since; /* the one that waits longest */
};
enum { CASE_WAITING_MAX = 2000 };
/* By programme, version, state and step; in e->a. */
bool case_inbox(struct casework *w, struct region_code within, struct case_waiting **out, size_t *n,
                struct errs *e);

struct case_page {
    enum case_box box;
    struct region_code within;
    struct str programme, step; /* unknown: all */
    struct str words;           /* the number of case or household, or how the applicant's name begins */
    int64_t state, period;      /* 0: all */
    bool exceptions;
    bool late;   /* of BOX_TODO: longer at their step than it should take */
    bool newest; /* the highest number first */
};
/* At most max cases of a part of the actor's area, behind the number `after`. */
bool case_page(struct casework *w, const struct case_page *q, const struct scope *s, int64_t after,
               size_t max, struct list *out, struct errs *e);

/* How long it has been where it stands.  *late: longer than the step should take. */
bool case_waits_since(struct casework *w, const struct relief_case *c, struct date *since, bool *late,
                      struct errs *e);

#endif
