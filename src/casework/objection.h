/* objection.h - objections (异议) to a row of a public notice.
 *
 * Made at an office it blocks exactly its row until it is answered.  An anonymous one waits for a clerk: who
 * admits it makes it block, who dismisses it (with a reason, within two days) lets the row go, and left alone
 * it blocks by itself after two days.  All by the business date. */
#ifndef CASEWORK_OBJECTION_H
#define CASEWORK_OBJECTION_H

#include "casework/notice.h"

enum objection_state { OBJECTION_WAITING = 1, OBJECTION_OPEN, OBJECTION_ANSWERED, OBJECTION_DISMISSED };
enum objection_result { UPHELD = 1, NOT_UPHELD, PARTLY_UPHELD, UNVERIFIABLE }; /* notice_objection */
enum { OBJECTION_WAIT_DAYS = 2 };

struct objection {
    int64_t county, id;
    int64_t no; /* within the county */
    int64_t notice_id, row_no;
    bool anonymous;
    struct str objector; /* never of an anonymous one */
    struct str content;
    struct date made_on, received_on;
    struct str received_by;
    struct code state;
    struct opt_date handled_on; /* admitted, answered or dismissed */
    struct str handled_by;
    struct str reason; /* of a dismissal; the answer */
    struct code result;
    struct opt_date replied_on;
};
extern const struct entity objection_entity;

/* o: row_no, anonymous, objector, content, made_on (within the notice's days). */
bool objection_make(struct act *act, const struct notice *n, struct objection *o, struct date today,
                    struct errs *e);
bool objection_admit(struct act *act, struct objection *o, struct date today, struct errs *e);
bool objection_dismiss(struct act *act, struct objection *o, struct str reason, struct date today,
                       struct errs *e);
bool objection_answer(struct act *act, struct objection *o, enum objection_result result, struct str answer,
                      struct date replied_on, struct date today, struct errs *e);
enum found objection_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                           struct objection *o, struct errs *e);
bool objection_list(struct tx *tx, const struct notice *n, struct list *out, struct errs *e);
/* It stops its row today. */
bool objection_blocks(const struct objection *o, struct date today);

#endif
