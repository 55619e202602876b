/* region_merge.h - villages are merged (撤并), and what became of a village.
 *
 * Codes are never used again: an old village keeps its row, which gets an end, a successor and the document;
 * its households get the new village, and each keeps in its changes where it came from. */
#ifndef REGISTRY_REGION_MERGE_H
#define REGISTRY_REGION_MERGE_H

#include "access/audit.h"
#include "registry/region.h"

enum { REGION_MERGE_MAX = 60, REGION_DOCUMENT_MAX = 200 };

struct region_merge {
    struct region_code *old; /* villages of one county */
    size_t n;
    struct region_code into; /* of the same county */
    struct str name;         /* of `into`, where it is a new village; unknown: it exists */
    struct date on;
    struct str document;
    /* What came of it. */
    int64_t households;
    int64_t appointments; /* that still name an old village */
};
/* One act; needs PERM_REGIONS in every village named. */
bool region_merge(struct act *act, struct region_merge *m, struct errs *e);

/* Has it come to an end by then? */
bool region_ended(const struct region *r, struct date today);
/* Follow a village through its mergers as they stand today: the row of what it is now.  NONE: no such region.
 */
enum found region_today(struct tx *tx, struct region_code code, struct date today, struct region *now,
                        struct errs *e);

/* What a region became, step by step, and what was merged into it, steps before that included. */
struct region_history {
    struct region self;
    struct region *became, *was; /* each in order */
    size_t became_n, was_n;
};
enum { REGION_HISTORY_MAX = 400 };
enum found region_history(struct tx *tx, struct region_code code, struct region_history *h, struct errs *e);

#endif
