/* movement.h - who came onto the register and who left it, and what became of households (R015, R016).
 *
 * Every movement holds from a day on (effective_on), which may lie before the day it was recorded, never
 * after it; it has a reason and, where there is one, the paper that proves it.  What one event changes is
 * several rows with one event_id: a row for each person and one for the household itself (person_id unknown),
 * written in one act with the persons and households they change.  `change` is what a row adds to the
 * persons, or the households, of its village: 1, -1 or 0; so that opening + in - out = closing (balance.h).
 * Rows are never deleted: an event is taken back by opposite rows, and both point at each other (reverses,
 * reversed_by).
 *
 * When a household goes to another county, its rows are copied there; those of villages of the county that it
 * leaves stay behind as well, because that county's figures rest on them. */
#ifndef REGISTRY_MOVEMENT_H
#define REGISTRY_MOVEMENT_H

#include "access/audit.h"
#include "registry/household.h"
#include "registry/person.h"

/* Code table movement_kind; what happens to one person has the numbers of person_change (dictionary §8.16).
 */
enum {
    MOVE_BORN = 2,
    MOVE_MARRIED_IN,
    MOVE_MOVED_IN,
    MOVE_RETURNED, /* from prison or service, or found again */
    MOVE_DIED = 11,
    MOVE_MARRIED_OUT,
    MOVE_MOVED_OUT,
    MOVE_IMPRISONED,
    MOVE_ENLISTED,
    MOVE_MISSING,
    MOVE_REMOVED,
    MOVE_SPLIT_OFF = 21,
    MOVE_SPLIT_NEW,
    MOVE_MERGED_AWAY,
    MOVE_MERGED_INTO,
    MOVE_TRANSFERRED_OUT,
    MOVE_TRANSFERRED_IN,
    MOVE_NEW_HEAD = 31,
    MOVE_CLOSED,
    MOVE_REOPENED,
};
static inline bool move_is_leaving(int32_t kind)
{
    return kind >= MOVE_DIED && kind <= MOVE_REMOVED;
}
static inline bool move_is_joining(int32_t kind)
{
    return kind >= MOVE_BORN && kind <= MOVE_RETURNED;
}

struct movement {
    int64_t county, id;
    int64_t no; /* what people call it; counts up in its county */
    int64_t event_id;
    struct code kind;
    int64_t change;
    int64_t household_id;
    struct str hh_no;         /* as it was on the day of recording */
    struct opt_int person_id; /* unknown: the household itself */
    struct str person_name;
    struct opt_int other_household_id; /* where from, or where to */
    struct str other_hh_no;
    struct region_code village;       /* of household_id on that day */
    struct region_code other_village; /* of a transfer */
    struct date effective_on;
    /* A stay that no other movement tells of: of a row with change -1 the day it had begun; of one with
     * change 1 an earlier stay, both ends. */
    struct opt_date since, until;
    struct str reason, document;
    struct str detail; /* columns of the person or household before and after (change_value.h) */
    struct date recorded_on;
    struct str recorded_by;
    struct opt_int reverses, reversed_by;
};
extern const struct entity movement_entity;

/* What every movement rests on. */
struct paper {
    struct date on;
    struct str reason, document;
};

/* An event that is being written: act_begin, event_begin, one of the functions below, act_end. */
struct event {
    struct act *act;
    struct paper paper;
    struct date today;
    int64_t id;       /* of the event; 0 until its first row */
    int64_t first_no; /* of that row */
    size_t rows;
};
/* Fails if the reason is missing or the day lies ahead. */
bool event_begin(struct event *ev, struct act *act, const struct paper *p, struct date today, struct errs *e);

/* All of these need the right to change the registry in the villages concerned, and refuse in words what
 * cannot be: a person who is dead, a day before what was recorded last, a household that is closed, a
 * household left without a head or without members. */

/* A member by name; `born` tells namesakes apart.  Present members first; else, if not present_only, those
 * who left. */
enum found member_find(struct tx *tx, const struct household *h, struct str name, struct opt_date born,
                       bool present_only, struct person *p, struct errs *e);
/* The same; nobody is an error that names those there are. */
bool member_named(struct tx *tx, const struct household *h, struct str name, struct opt_date born,
                  bool present_only, struct person *p, struct errs *e);

/* Somebody leaves: MOVE_DIED to MOVE_REMOVED. */
struct leaving {
    int32_t kind;
    int64_t county, household_id, person_id;
    int64_t new_head_id;     /* 0: none is needed */
    bool close;              /* the last member's household is closed */
    int64_t to_household_id; /* the household of the county that he or she joins; 0: none */
    struct code relation;    /* there */
};
bool movement_leave(struct event *ev, const struct leaving *x, struct errs *e);

/* Somebody joins: MOVE_BORN to MOVE_RETURNED.  person.id 0: somebody new, with an ID number or without; who
 * has the number already and left where he or she was comes over from there. */
struct joining {
    int32_t kind;
    int64_t county, household_id;
    struct person
        person; /* id of one who left before, or what is known of somebody new; relation is the one here */
};
bool movement_join(struct event *ev, struct joining *x, struct errs *e);

/* Another member becomes the head; relations are told from there, those that cannot be told are 其他 and
 * warned of. */
bool movement_head(struct event *ev, int64_t county, int64_t household_id, int64_t person_id, struct errs *e);

enum { MOVERS_MAX = 60 };
struct splitting {
    int64_t county, household_id;
    int64_t person_ids[MOVERS_MAX];
    size_t n;
    int64_t head_id;     /* of the new household */
    int64_t old_head_id; /* who heads the old one, if its head goes; 0: the head stays */
    struct str hh_no;    /* unknown: the next number of the county */
    struct household made;
};
bool movement_split(struct event *ev, struct splitting *x, struct errs *e);

/* All members of one household join another of the county; the emptied one is closed. */
struct merging {
    int64_t county, from_id, into_id;
    int64_t
        person_ids[MOVERS_MAX]; /* whose relation in the other household is known; the others become 其他 */
    struct code relations[MOVERS_MAX];
    size_t n;
};
bool movement_merge(struct event *ev, const struct merging *x, struct errs *e);

/* Into poverty, out of it, back into it, planned to leave it, off the register (dictionary §8.4).  Closing
 * takes the members off the register; reopening brings those back. */
struct state_change {
    int64_t county, household_id;
    int32_t state;
    struct opt_int year;
    struct code cause; /* of falling back */
    struct str note;
};
/* The movement that closed it; NONE: it is open, or was closed without one. */
enum found household_left(struct tx *tx, const struct household *h, struct movement *by, struct errs *e);
bool household_set_state(struct event *ev, const struct state_change *x, struct errs *e);

/* Take back a whole event, by any of its rows; ev's paper says why, its day is not used.  Refused when
 * something that the event changed was changed again since. */
bool movement_undo(struct event *ev, int64_t county, int64_t no, struct errs *e);

/* A movement of the actor's area by the number people know it by.  Fails if several counties have it. */
enum found movement_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                          struct movement *m, struct errs *e);

#endif
