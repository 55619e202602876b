/* code.h - the rows of all code tables as they stand in the database (dictionary §1, §8).
 *
 * A code table is data: its labels may be edited, a row may come to an end (valid_to), codes never
 * change.  The files in sql/codes hold what an installation starts with; base/codes.h is the same in memory.
 */
#ifndef REGISTRY_CODE_H
#define REGISTRY_CODE_H

#include "base/entity.h"

/* The table is called `code`; the struct is not, because base.h gives that name to a value. */
struct code_entry {
    struct str table_name;
    int64_t code; /* 0 to 62 where a column holds several at once, else any number */
    struct str slug;
    struct str zh, en;
    struct str short_zh; /* for narrow columns of printed tables */
    int64_t sort;        /* the order people expect */
    struct str national;
    struct str aliases;
    struct opt_date valid_from, valid_to;
    struct opt_int parent; /* a code of the same table */
    struct str note;
};

extern const struct entity code_entity;

#endif
