/* case.h - cases: an application on its way through the steps of its programme, and who moved it (R141-R149).
 *
 * draft -> in_steps -> confirmed, refused; returned -> in_steps; withdrawn; void.  One table (case_moves)
 * says what may follow what, who may do it and what is looked at first; nothing else writes a state.  While a
 * case is in_steps `step` names the step that is next, of the programme version that the case keeps; steps
 * come in the programme's order.  Returned, it keeps all that was entered, and goes on at the step it was
 * sent to. */
#ifndef CASEWORK_CASE_H
#define CASEWORK_CASE_H

#include "access/verify.h"
#include "programme/facts_read.h"
#include "programme/version.h"
#include "registry/household.h"
#include "registry/transfer.h"

enum case_state {
    CASE_DRAFT = 1,
    CASE_IN_STEPS,
    CASE_RETURNED,
    CASE_CONFIRMED,
    CASE_REFUSED,
    CASE_WITHDRAWN,
    CASE_VOID,
    CASE_STATES,
};
enum case_action {
    CASE_APPLY = 1,
    CASE_FILL,
    CASE_SUBMIT,
    CASE_PASS,
    CASE_REFUSE,
    CASE_RETURN,
    CASE_WITHDRAW,
    CASE_MAKE_VOID,
    CASE_EXCEPT,
    CASE_NOTICED,
    CASE_ACTIONS,
};
enum { CASE_LIST_MAX = 100000, CASE_TEXT_MAX = 1000 };

struct relief_case {
    int64_t county, id;
    int64_t no;        /* within the county, from the application on */
    struct str number; /* of application, contract and IOU (三线合一), from the deciding step on */
    struct str programme;
    int64_t version;
    struct opt_int period_no;
    int64_t household_id;
    struct opt_int applicant_id;
    struct str hh_no, head_name, applicant_name, proxy;
    struct region_code village;
    struct code state;
    struct str step; /* unknown: draft, or done with */
    struct str project;
    struct opt_money asked, approved;
    struct str class; /* what a classification made of it */
    bool exception;   /* it stands on the list of exceptions */
    struct opt_int notice_no, batch_id;
    struct date applied_on;
    struct str applied_by;
    struct opt_date submitted_on, decided_on, ended_on;
    struct str reason; /* why it was returned, refused, withdrawn or void */
};
struct case_answer {
    int64_t county, case_id;
    struct str field, value;
    struct date answered_on;
    struct str answered_by;
};
struct case_event {
    int64_t county, case_id, seq;
    struct code action;
    struct str step;
    struct code from_state, to_state;
    struct date happened_on;
    struct instant at;
    int64_t user_id;
    struct str login, opinion;
    struct opt_int meeting_id, batch_id;
};
/* The account is this person, or the person is of its family. */
struct user_person {
    int64_t user_id, person_id;
    struct date linked_on;
    struct str linked_by;
};
extern const struct entity relief_case_entity, case_answer_entity, case_event_entity, user_person_entity;
extern const struct transfer_block case_transfer_block; /* a case under way is decided here first */

/* --- what modules above bring along (app/modules.c) ------------------------------------------- */

struct case_obligations {
    int64_t ever, live;
    struct str number; /* of a live one */
};
struct case_hook {
    const char *name;
    /* Adds what the household owes, or owed, by a programme (loans), to *o. */
    bool (*obligations)(struct tx *tx, int64_t county, int64_t household_id, struct str programme,
                        struct case_obligations *o, struct errs *e);
    /* What became of a confirmed case: money moved on it, and all of it came back. */
    bool (*outcome)(struct tx *tx, int64_t county, int64_t case_id, bool *begun, bool *settled,
                    struct errs *e);
    /* Numbers of a programme that were given out elsewhere: one text column. */
    bool (*numbers)(struct tx *tx, struct rows *r, int64_t county, struct str programme, struct errs *e);
    bool (*taken)(struct tx *tx, int64_t county, struct str number, bool *is, struct errs *e);
};
struct case_hooks {
    const struct case_hook *const *list;
    size_t n;
};

/* --- the desk ----------------------------------------------------------------------------------- */

/* What every function here works with: one per transaction. */
struct case_rules;
struct casework {
    struct act *act; /* NULL: only reading */
    struct tx *tx;
    const struct actor *who;
    const struct code_book *codes;
    const struct fact_sources *sources;
    const struct case_hooks *hooks;
    struct date today;
    struct arena *a;
    /* read once */
    struct case_known {
        struct programme_version version;
        const struct programme *programme;
        struct case_rules *rules;
        struct case_known *next;
    } * known;
    struct fact_indicators *indicators;
    int64_t indicators_of; /* county */
    struct user_person *kin;
    size_t kin_n;
    bool kin_read;
};
/* The programme as it was when the case was made. */
struct case_known *case_programme(struct casework *w, struct str code, int64_t version, struct errs *e);

/* --- from the application to the end ------------------------------------------------------------ */

struct case_application {
    struct str programme; /* its code or name */
    struct household household;
    struct str applicant; /* a member's name; unknown: the head */
    struct opt_int period_no;
    struct str proxy;
};
/* Refused, naming it, if the family has such a case already; a family that only looks like one is warned of
 * and stopped at submitting. */
bool case_apply(struct casework *w, const struct case_application *in, struct relief_case *c, struct errs *e);
/* FIELD=VALUE of the programme's application, or condition.ID=yes|no of one that people decide. */
bool case_fill(struct casework *w, struct relief_case *c, struct str field, struct str value, struct errs *e);
/* Hand a draft in, or send a returned case on, or try the next step again; steps that need nobody's decision
 * are passed as far as they go.  What stops it there is a warning. */
bool case_submit(struct casework *w, struct relief_case *c, struct errs *e);

struct case_meeting;
struct case_decision {
    enum case_action action; /* CASE_PASS, CASE_REFUSE, CASE_RETURN, CASE_WITHDRAW, CASE_MAKE_VOID */
    struct str opinion;      /* why */
    struct str to_step;      /* CASE_RETURN; unknown: the first */
    const struct case_meeting *meeting;
    struct opt_money approved;
    struct opt_int batch_id;
    bool by_record; /* of a step that is passed by what was recorded of it (a visit, an appraisal …) */
};
bool case_decide(struct casework *w, struct relief_case *c, const struct case_decision *d, struct errs *e);
/* A condition that failed, or a suspicion ("duplicate"), does not stop the case: decided by a meeting of the
 * county, with a paper.  Never: a second loan, an objection, the own family. */
bool case_except(struct casework *w, struct relief_case *c, struct str condition,
                 const struct case_meeting *meeting, struct str reason, struct str document, struct errs *e);
/* It stands on this notice. */
bool case_noticed(struct casework *w, struct relief_case *c, int64_t notice_no, struct errs *e);

/* What has to be there before the case's next step can be passed, one warning each; and the step's name.
 * NULL: it is at no step. */
const struct programme_step *case_next(struct casework *w, const struct relief_case *c, struct errs *e);

/* --- reading --------------------------------------------------------------------------------------- */

/* By its number or its no, in the actor's area. */
enum found case_by_no(struct tx *tx, const struct actor *who, struct str text, struct region_code within,
                      struct relief_case *c, struct errs *e);
struct case_filter {
    struct region_code within;
    struct str programme; /* code; unknown: all */
    int64_t state;        /* 0: all */
    struct str step;      /* unknown: all */
    bool exceptions;
    int64_t after; /* no */
    size_t limit;
};
bool case_list(struct tx *tx, const struct actor *who, const struct case_filter *f, struct list *out,
               struct errs *e);
bool case_answers(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                  struct errs *e);
bool case_events(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                 struct errs *e);
/* Rows of `size` bytes behind those of *all. */
void list_append(struct list *all, const struct list *more, size_t size, struct arena *a);
/* The case's family is the actor's own. */
bool case_is_own(struct casework *w, int64_t county, int64_t household_id, bool *own, struct errs *e);

/* Programmes, and periods of them, in which the household has more than one case that counts: neither refused
 * nor withdrawn nor void. */
struct case_twice {
    struct str programme;
    struct opt_int period_no;
    int64_t cases;
};
bool case_twice(struct tx *tx, int64_t county, int64_t household_id, struct case_twice *out, size_t max,
                size_t *n, struct errs *e);

/* The table of states, for tests and docs. */
struct case_move {
    enum case_state from;
    enum case_action action;
    enum case_state to;
    enum perm perm; /* PERM_NONE: that of the step's office */
    bool (*guard)(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                  struct errs *e);
};
extern const struct case_move case_moves[];
extern const size_t case_moves_n;

#endif
