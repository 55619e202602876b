/* duplicate_merge.h - two records of one household, or of one person, become one (R016, R025).
 *
 * That is the mending of a mistake in the books, not an event in the family's life: two families that move in
 * together are a movement (movement.h).  Everything that points at the record that goes - members, years,
 * cases, contracts, visits, papers - points at the one that stays afterwards; what only the other one knew is
 * filled in; where both knew something different, the one that stays is right and the difference is told.
 * Nothing is lost: each step is kept in duplicate_merge_change, with rows taken away as a whole, so that a
 * merge can be undone as long as nothing that it touched was changed since.
 *
 * Which tables point at households and persons follows from the names of their columns, over the schema of
 * the whole program, so that the registry need not know them (a unit test asks of every new column what it
 * is). */
#ifndef REGISTRY_DUPLICATE_MERGE_H
#define REGISTRY_DUPLICATE_MERGE_H

#include "registry/movement.h"

enum { MERGE_PERSON = 1, MERGE_HOUSEHOLD };                           /* code table merge_kind */
enum { MERGE_CHANGED = 1, MERGE_FILLED, MERGE_REMOVED, MERGE_ADDED }; /* code table merge_change */

struct duplicate_merge {
    int64_t county, id;
    int64_t no; /* what people call it; counts up in its county */
    struct code kind;
    int64_t keep_id, drop_id;
    struct str keep_label, drop_label; /* numbers of the households, or names of the persons */
    struct region_code village;        /* of what stays */
    struct str reason, document;
    struct date merged_on;
    struct str merged_by;
    struct opt_date undone_on;
    struct str undone_by, undo_reason;
};
struct duplicate_merge_change {
    int64_t county, merge_id, no;
    struct str table_name;
    struct str row_key; /* the key's columns but the county, '/' between them */
    struct code what;
    struct str field, before, after; /* as the change log keeps them (audit.h); a removed row: an object */
};
extern const struct entity duplicate_merge_entity, duplicate_merge_change_entity;

/* Columns that name a household or a person.  Ids are unique over the whole installation, so a column that
 * may name either needs no second look. */
bool merge_follows(const struct entity *en, const struct col *c);

/* --- doing it ----------------------------------------------------------------------------- */

struct merge_pair {
    int64_t keep, drop; /* persons */
};
struct merge_wish {
    int32_t kind;
    int64_t county, keep_id, drop_id;
    /* Of two households: who of the one is who of the other.  Members of equal name, sex and birth date are
     * found by themselves. */
    struct merge_pair pairs[MOVERS_MAX];
    size_t n;
};
/* Both records knew something else: the value of the one that stays holds. */
struct merge_difference {
    const struct entity *en;
    const struct col *col;
    struct str of; /* household number or name */
};
struct merge_count {
    const struct entity *en;
    int64_t moved, removed;
};
enum { MERGE_TABLES_MAX = 64, MERGE_DIFFERENCES_MAX = 200 };
struct merge_report {
    struct duplicate_merge merge;
    int64_t filled;
    struct merge_count counts[MERGE_TABLES_MAX];
    size_t counts_n;
    struct merge_difference differences[MERGE_DIFFERENCES_MAX];
    size_t differences_n;
    struct str *same; /* names of the members found in both */
    size_t same_n;
    struct str *unclear; /* whose relation to the head is not known any more */
    size_t unclear_n;
};

/* Within act; today is the day it is recorded.  Refused in words: different counties, ID numbers that differ,
 * one present and the other gone, movements recorded of the record that goes, households without a common
 * member. */
bool duplicate_merge_run(struct act *act, const struct merge_wish *wish, const struct paper *paper,
                         struct date today, struct merge_report *r, struct errs *e);

/* --- taking it back ----------------------------------------------------------------------- */

/* Values that were filled in and changed since stay as they are: *left is how many. */
bool duplicate_merge_undo(struct act *act, const struct duplicate_merge *m, struct str reason,
                          struct date today, int64_t *left, struct errs *e);

/* --- looking ------------------------------------------------------------------------------ */

enum found duplicate_merge_by_no(struct tx *tx, const struct actor *who, int64_t no,
                                 struct region_code within, struct duplicate_merge *m, struct errs *e);
/* Of the actor's area, the latest of each county first. */
bool duplicate_merges(struct tx *tx, const struct actor *who, struct region_code within, size_t limit,
                      struct list *out, struct errs *e);
/* The standing merge by which the household of this number went into another. */
enum found duplicate_taken_in(struct tx *tx, int64_t county, struct str hh_no, struct duplicate_merge *m,
                              struct errs *e);
bool duplicate_merge_changes(struct tx *tx, const struct duplicate_merge *m, struct list *out,
                             struct errs *e);

#endif
