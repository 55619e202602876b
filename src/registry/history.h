/* history.h - who was where on a past day: the stays of persons and households, put together from movements,
 * states and the dates in the rows themselves.
 *
 * A day counts as a whole: who came on that day is there on it, who left on it is not.  What the register
 * knows only by its year counts from its first day for coming onto the register, from its last for a change
 * of state; a household without any date has always been on the register.  Persons of a household count while
 * the household does. */
#ifndef REGISTRY_HISTORY_H
#define REGISTRY_HISTORY_H

#include "registry/movement.h"
#include "registry/scope.h"

/* One movement in the life of a person, or of a household. */
struct step {
    int64_t id; /* of the person or the household */
    int64_t no, household_id, village;
    int32_t day, kind, change;
    struct opt_date since, until; /* as in struct movement */
};
/* What the row itself says. */
struct trace {
    int64_t id, household_id, village;
    struct opt_date from, until;
    bool gone;                /* the row says that he, she or it left, but not when */
    bool row;                 /* there is a row; else only steps are left here */
    int32_t state;            /* of a household's row; -1: unknown */
    const struct step *steps; /* in order */
    size_t n;
};
struct place {
    bool in;
    int64_t household_id, village;
};
struct place place_on(const struct trace *t, int32_t day);
/* The order of steps. */
int step_cmp(const void *a, const void *b);

/* How a person's row bounds the last or only stay that it tells of. */
struct trace trace_of_person(const struct person *p);
struct step step_of(const struct movement *m);
/* From which day on a state holds. */
int32_t status_day(const struct household_status *s);

/* All of a county. */
struct county_history {
    int64_t county;
    struct trace *households, *persons; /* in the order of ids */
    size_t households_n, persons_n;
    struct state_since {
        int64_t household_id;
        int32_t day, state, old_state; /* -1: unknown */
        int64_t id;
    } * states; /* in the order of households and days */
    size_t states_n;
    struct step *household_steps, *person_steps;
    size_t household_steps_n, person_steps_n;
};
bool county_history_read(struct tx *tx, int64_t county, struct county_history *h, struct errs *e);
void county_history_release(struct county_history *h);

const struct trace *household_trace(const struct county_history *h, int64_t id); /* NULL: none */
/* Where a person counted on that day: his or her household's village; 0: nowhere in this county. */
int64_t person_village(const struct county_history *h, const struct trace *person, int32_t day);
int64_t household_village(const struct county_history *h, const struct trace *household, int32_t day);
/* -1: unknown. */
int32_t household_state(const struct county_history *h, int64_t household_id, int32_t day);

#endif
