/* count_parts.h - what count.c and count_kept.c share: one county's villages, being counted. */
#ifndef REGISTRY_COUNT_PARTS_H
#define REGISTRY_COUNT_PARTS_H

#include "registry/count.h"

/* Households of one county in the order of ids, so that members find theirs by bisection: grouping in the
 * database by a column without an index is several times slower (performance.md). */
struct hh {
    int64_t id;
    uint32_t village;
    bool closed; /* off the register: neither it nor its members count */
};
struct county_count {
    struct hh *hh;
    size_t n, cap;
    struct count_line *villages;
    size_t villages_n, villages_cap;
};

void county_release(struct county_count *c);
/* One more, which is not there yet; may move c->villages. */
uint32_t village_add(struct county_count *c, int64_t code);
/* All that the scope holds, read row by row: seconds for a million households. */
bool count_county(struct tx *tx, const struct scope *s, struct county_count *c, struct errs *e);
/* Villages into lines; they are sorted first, so that those of a township stand together. */
bool add_county(struct tx *tx, struct county_count *c, enum region_level by, struct counts *out,
                struct errs *e);

#endif
