/* roster.h - named lists: of households, or of persons, of an area (R017, R025-R027, R071-R075).
 *
 * A list is made by a filter from the register as it stands, and may be made anew until it is frozen.  A
 * frozen list keeps what it says: every row carries number, name, village, state and members as they were,
 * and a MAC under the site key stands over all of it, so that what was posted or signed can be told from what
 * was not.  Two lists are compared by the households or persons themselves, whatever their numbers have
 * become. */
#ifndef REGISTRY_ROSTER_H
#define REGISTRY_ROSTER_H

#include "access/verify.h"
#include "registry/household.h"
#include "registry/person.h"
#include "registry/region.h"

struct roster {
    int64_t county, id;
    struct str name;
    bool of_persons;
    struct region_code region; /* a county or a region below it */
    struct str filter;         /* in words */
    struct date made_on;
    struct str made_by;
    int64_t households, persons;
    struct opt_date frozen_on;
    struct str frozen_by;
    struct bytes mac;
};
struct roster_row {
    int64_t county, roster_id, no;
    int64_t household_id;
    struct opt_int person_id;
    struct str hh_no, head_name;
    struct region_code village;
    struct str village_name;
    struct code state;
    int64_t members;
    struct str person_name;
    struct code sex;
    struct opt_date birth_date;
};
extern const struct entity roster_entity, roster_row_entity;

enum { CONDITIONS_MAX = 32, ROSTER_ROWS_MAX = 2000000 };
/* A column has a value: the same, or one of a set, or (any) any at all, or (none) is blank. */
struct condition {
    const struct entity *en; /* household or person */
    const struct col *col;
    bool any, none;
    void *value; /* an object of en with the column filled in */
};
struct roster_filter {
    bool of_persons;
    struct region_code region;
    struct condition conditions[CONDITIONS_MAX];
    size_t n;
    struct opt_int age_from, age_to; /* completed years on age_on */
    struct date age_on;
    const struct str *numbers; /* only these households, sorted; NULL: all */
    size_t numbers_n;
    struct str words; /* what is kept of all that, for people */
};
/* FIELD=VALUE as people write it: a column by heading or name; `*` any value, nothing a blank.  Columns that
 * not everybody may see whole cannot be filtered by, except by those who may. */
bool condition_read(struct str text, bool of_persons, bool may_see_all, const struct reading *rd,
                    struct condition *c);

/* Make the list, or make it anew if `replace` and it is not frozen.  Closed households and persons who left
 * are not on it. */
bool roster_save(struct act *act, struct str name, const struct roster_filter *f, bool replace,
                 struct date today, struct roster *made, struct errs *e);
/* Take down what the rows say today, for good.  Fails if a household or person has left the county since. */
bool roster_freeze(struct act *act, struct roster *r, struct date today, struct errs *e);

enum found roster_by_name(struct tx *tx, const struct actor *who, struct str name, struct region_code within,
                          struct roster *r, struct errs *e);
bool roster_list(struct tx *tx, const struct actor *who, struct region_code within, struct list *out,
                 struct errs *e);
bool roster_rows(struct tx *tx, const struct roster *r, struct list *out, struct errs *e);
/* The list is frozen and every row is as it was then. */
bool roster_is_intact(struct tx *tx, const struct roster *r, const struct list *rows);

enum roster_change { ROSTER_CAME, ROSTER_WENT, ROSTER_CHANGED };
struct roster_difference {
    enum roster_change what;
    const struct roster_row *a, *b; /* before and after; one is NULL for who came or went */
};
/* Of two lists of one kind; the differences in the order of what they are.  Both row lists are sorted anew.
 */
struct roster_difference *roster_compare(struct list *a, struct list *b, size_t *n, struct arena *arena);

/* For verify: frozen lists are as they were frozen. */
extern const struct invariant roster_invariant;

#endif
