/* movement_parts.h - what the files of the movements share; private to src/registry/movement*.c and
 * transfer.c. */
#ifndef REGISTRY_MOVEMENT_PARTS_H
#define REGISTRY_MOVEMENT_PARTS_H

#include "registry/movement.h"

/* A household that may be changed by the actor, with its members in the order of ids. */
struct home {
    struct household h;
    struct person *members;
    size_t n, present;
};
bool home_read(struct event *ev, int64_t county, int64_t household_id, struct home *home, struct errs *e);
struct person *home_member(const struct home *home, int64_t person_id);
struct person *home_head(const struct home *home); /* NULL: none present */
/* The household is on the register, and neither came onto it nor was last moved after the event's day. */
bool home_is_open(struct event *ev, const struct home *home, struct errs *e);

/* "?" if the site has no such county. */
bool county_called(struct event *ev, int64_t county, struct str *name, struct errs *e);

/* The person as one who left on the event's day. */
struct person person_left(const struct event *ev, const struct person *p, int32_t kind);

/* No movement of the person holds from a later day, and he or she lives. */
bool person_may_move(struct event *ev, const struct person *p, struct errs *e);

/* Write the row of an event: `m` brings kind, change, household, person, villages, detail; the rest is filled
 * in. */
bool event_row(struct event *ev, struct movement *m, struct errs *e);
/* A row of this kind about a household or one of its members. */
struct movement row_of_household(const struct household *h, int32_t kind, int64_t change);
struct movement row_of_person(const struct household *h, const struct person *p, int32_t kind,
                              int64_t change);

/* Change a row and keep in m->detail what changed. */
bool change_person(struct event *ev, const struct person *old, const struct person *new, struct movement *m,
                   struct errs *e);
bool change_household(struct event *ev, const struct household *old, const struct household *new,
                      struct movement *m, struct errs *e);

/* The household's state becomes to->state; writes the household_status row and the household, not the
 * movement. */
bool put_state(struct event *ev, const struct household *old, const struct household *to, struct opt_int year,
               struct code cause, struct str note, struct errs *e);
/* Close it: state 9 and the row of the movement; other: what it was merged into, or NULL. */
bool close_household(struct event *ev, int64_t county, int64_t id, int32_t kind,
                     const struct household *other, struct errs *e);

/* relation of a member as a new head sees it; 0: cannot be told. */
int32_t relation_from(const struct home *home, const struct person *head, const struct person *member);

/* Bring a person who left a household of another county over to `county`: with the same id, and what the
 * registry knows of him or her. */
bool person_to_county(struct event *ev, const struct person *p, const struct household *into, struct errs *e);

#endif
