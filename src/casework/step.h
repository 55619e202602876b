/* step.h - the kinds of steps, what each of them needs, and what is recorded of it.
 *
 * A kind is one row of case_step_kinds: who passes it (a person who decides, a record, or nobody: then it
 * passes by itself as soon as nothing is missing), what must be there, and what happens when it is passed. */
#ifndef CASEWORK_STEP_H
#define CASEWORK_STEP_H

#include "casework/case.h"

/* --- records ------------------------------------------------------------------------------------ */

/* A meeting that decided about cases; one for as many as were on its table (R143, R145). */
struct case_meeting {
    int64_t county, id;
    int64_t no; /* within the county */
    struct str programme;
    struct code level; /* code table office_level */
    struct region_code region;
    struct date held_on;
    struct str attendance; /* names, 、 or , between them */
    int64_t attendance_n;
    struct opt_int votes_for, votes_against, abstentions;
    struct str opinion, decision;
    struct str minutes;    /* number of the paper */
    struct str signatures; /* names */
    struct opt_int photo;  /* document.no */
    struct date made_on;
    struct str made_by;
};
/* Cases handed up together (集中上报), with a cover sheet (R148). */
struct case_batch {
    int64_t county, id;
    int64_t no; /* within the county */
    struct str programme;
    int64_t version;
    struct str step;
    struct region_code township;
    struct str document_no; /* 文号 */
    int64_t cases_n;
    struct money amount; /* asked for, all of them */
    struct date made_on;
    struct str made_by;
};
/* The house was visited: by whom, who was met, what they think (R193). */
struct case_visit {
    int64_t county, id, case_id;
    struct str step;
    struct opt_int group_no;
    struct date visited_on;
    struct str visitors; /* names */
    int64_t visitors_n;
    struct str person_met;
    struct code decision; /* code table decision */
    struct str opinion;
    struct str made_by;
};
/* Experts looked at the project (论证, R197). */
struct case_appraisal {
    int64_t county, id, case_id;
    struct str step;
    struct date appraised_on;
    struct str experts; /* names */
    int64_t experts_n;
    struct code decision;
    struct str opinion;
    struct str made_by;
};
/* A responsibility letter (责任状) signed by its parties, or a filing (备案) with a higher office. */
struct case_paper {
    int64_t county, id, case_id;
    struct str step;
    struct date signed_on;
    struct str parties, office, document_no;
    struct str made_by;
};
struct case_exception {
    int64_t county, case_id;
    struct str condition_id, label, reason;
    int64_t meeting_id;
    struct str document;
    struct date decided_on;
    struct str decided_by;
};
extern const struct entity case_meeting_entity, case_batch_entity, case_visit_entity, case_appraisal_entity,
    case_paper_entity, case_exception_entity;

enum { DECISION_AGREE = 1, DECISION_REFUSE, DECISION_RETURN }; /* code table decision */

/* m: programme (code), level, region, held_on, attendance, votes, opinion, decision, minutes, signatures,
 * photo. */
bool case_meeting_add(struct casework *w, struct case_meeting *m, struct errs *e);
enum found case_meeting_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                              struct case_meeting *m, struct errs *e);
/* Several people decided, and what they decided is written down. */
bool case_meeting_is_collective(const struct case_meeting *m);

/* All cases of a township that wait at its batch step, which they pass.  b: programme, township, document_no;
 * cases that cannot pass are warned of. */
bool case_batch_make(struct casework *w, struct case_batch *b, struct errs *e);
enum found case_batch_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                            struct case_batch *b, struct errs *e);

/* Record it, and pass the step if nothing is missing any more; what is, is a warning.  The opinion that the
 * office does not agree is kept and stops the case there: it is refused or returned then by case_decide. */
bool case_visit_add(struct casework *w, struct relief_case *c, struct case_visit *v, struct errs *e);
bool case_appraisal_add(struct casework *w, struct relief_case *c, struct case_appraisal *x, struct errs *e);
bool case_paper_add(struct casework *w, struct relief_case *c, enum step_kind kind, struct case_paper *x,
                    struct errs *e);
bool case_amount_set(struct casework *w, struct relief_case *c, struct money approved, struct str opinion,
                     struct errs *e);

/* --- kinds ----------------------------------------------------------------------------------------- */

enum step_by {
    BY_ITSELF, /* nothing is missing: nobody has to say so */
    BY_PERSON, /* somebody of the step's office decides */
    BY_RECORD, /* what was recorded of it decides */
    BY_BATCH,
};
typedef bool step_need_fn(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                          const struct case_decision *d, struct errs *missing);
struct case_step_kind {
    struct label label;
    enum step_by by;
    const struct entity *record; /* what is written down of it; NULL: the time line only */
    step_need_fn *need;          /* everything that is missing is an error in `missing`; NULL: nothing is */
    const char *hint;            /* the command that moves it */
};
extern const struct case_step_kind case_step_kinds[STEP_KINDS];
struct str step_label(const struct programme_step *s, enum lang lang);
struct str step_label_of(enum step_kind kind, enum lang lang);
bool case_exceptions(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                     struct errs *e);

/* Names in a list that people wrote: 张三、李四, or with commas or blanks. */
int64_t case_names_count(struct str names);

#endif
