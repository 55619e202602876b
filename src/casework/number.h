/* number.h - one number for application, contract and IOU (三线合一, R300): allotted at the deciding step.
 *
 * A programme's pattern holds {county} (6 digits) {township} (3) {village} (its last 6 of 12) {year}
 * {period:3} {serial:4}.  Serials have no gap within programme, county and period (of a pattern without
 * period the year; without either all of them).  A number that was given up stays, with the reason.  Numbers
 * that came in with an archive (case_hook.numbers) are counted from: the first own one follows the highest of
 * them. */
#ifndef CASEWORK_NUMBER_H
#define CASEWORK_NUMBER_H

#include "casework/case.h"

struct case_number {
    int64_t county;
    struct str programme, period;
    int64_t serial;
    struct str number;
    int64_t case_id;
    struct date allotted_on;
    struct opt_date void_on;
    struct str void_reason;
};
struct number_counter {
    int64_t county;
    struct str programme, period;
    int64_t last;
};
extern const struct entity case_number_entity, number_counter_entity;

/* c->number.  Fails if the pattern speaks of a period and the case has none. */
bool number_allot(struct casework *w, const struct programme *p, struct relief_case *c, struct errs *e);
/* The case's number is given up: it is kept, with the reason, and not used again. */
bool number_void(struct casework *w, const struct relief_case *c, struct str reason, struct errs *e);
/* Numbers of a programme in the actor's area, in order; `all` of them, or the void ones. */
bool number_list(struct tx *tx, const struct actor *who, struct region_code within, struct str programme,
                 bool all, struct list *out, struct errs *e);

/* The pattern with everything but its serial filled in; *serial: a text's serial under it.  For tests. */
struct str number_make(struct str pattern, const struct relief_case *c, int year, int64_t serial,
                       struct arena *a);
bool number_serial(struct str pattern, const struct relief_case *c, int year, struct str number,
                   int64_t *serial);

#endif
