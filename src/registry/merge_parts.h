/* merge_parts.h - what doing and undoing a merge share; private to src/registry/duplicate_merge*.c. */
#ifndef REGISTRY_MERGE_PARTS_H
#define REGISTRY_MERGE_PARTS_H

#include "registry/duplicate_merge.h"

struct merging_two {
    struct act *act;
    struct event ev; /* for reading households and their members */
    struct merge_report *r;
    int64_t changes; /* rows of duplicate_merge_change so far */
};

const struct entity *merge_table(struct tx *tx, struct str name); /* NULL: no table of this program */

/* A row by its key columns but the county, as the change names it. */
enum found merge_row_read(struct tx *tx, const struct entity *en, int64_t county, struct str row_key,
                          void *obj, struct errs *e);
struct str merge_row_key(const struct entity *en, const void *obj, struct arena *a);

int64_t merge_number(const struct col *c, const void *obj); /* 0: unknown */
void merge_set_number(const struct col *c, void *obj, int64_t v);

/* A whole row as text, and back. */
struct str merge_row_text(const struct act *act, const struct entity *en, const void *obj, struct arena *a);
bool merge_row_parse(const struct act *act, const struct entity *en, struct str json, void *obj,
                     struct arena *a);

#endif
