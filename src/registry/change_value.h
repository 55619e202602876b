/* change_value.h - single values as the change log and the movements keep them: what a column held before.
 *
 * Codes are numbers, sets of codes their bits, dates and amounts as people write them, sealed values the hex
 * of what is sealed (access/audit.c writes the change log that way). */
#ifndef REGISTRY_CHANGE_VALUE_H
#define REGISTRY_CHANGE_VALUE_H

#include "store/store.h"

/* Unknown for an unknown value; never the plain text of a sealed one: sealed columns give unknown. */
struct str change_value_text(const struct col *c, const void *obj, struct arena *a);
/* Put such a text back; unknown makes the column unknown.  false: the text is none of this column's, and the
 * column is unknown. */
bool change_value_set(const struct seal *s, const struct col *c, void *obj, struct str text, struct arena *a);

/* {"column":["before","after"], …} of the columns that differ; sealed ones are left out. */
struct str changes_json(const struct entity *en, const void *old, const void *new, struct arena *a);
/* Put the values before (or after) such changes into obj; false when the text is damaged. */
enum change_side { CHANGE_BEFORE, CHANGE_AFTER };
bool changes_apply(const struct entity *en, struct str json, enum change_side side, void *obj,
                   struct arena *a);
/* The text names this column. */
bool changes_has(struct str json, const char *column);

#endif
