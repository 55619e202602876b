/* region.h - provinces down to villages, the offices that keep the books, and yearly figures.
 *
 * A region's code says where it stands: parent and level follow from its digits (dictionary §2), so
 * the parent is not stored.  Codes are never reused: when villages merge, the old row gets an end
 * and a successor. */
#ifndef REGISTRY_REGION_H
#define REGISTRY_REGION_H

#include "base/entity.h"

struct region {
    struct region_code code;
    struct str name;
    struct code level; /* code table region_level; enum region_level has the same numbers */
    struct code urban_rural;
    enum yesno key_village;  /* R064 */
    struct str former_names; /* '|' between them */
    struct opt_date valid_from, valid_to;
    struct region_code successor;
    struct str note;
};

/* Fill the level in from the code where the file is silent; false when the two disagree. */
bool region_settle_level(struct region *r);

/* An office that keeps its own books: a county's, or one above it under its own six digits
 * (architecture §5). */
struct county {
    int64_t county;
    struct str name;
    struct str office; /* as printed on notices */
    struct str address, phone;
    struct opt_date opened_on;
    struct str note;
};

/* One figure of a region and a year: the local average income (R009), a township's profile (R062),
 * the poverty line (dictionary §9).  Figures may be approximate, a range, missing or withheld (R840,
 * R841, R843): then the qualifier says so, and value may be unknown. */
struct region_year {
    struct region_code region;
    struct opt_int year; /* required; optional only so that a blank cell is noticed */
    struct code indicator;
    struct opt_quantity value;    /* in `unit`, or in the unit that the indicator has by itself */
    struct opt_quantity value_to; /* the upper end of a range */
    struct code qualifier;
    struct code unit;
    struct str source;
    struct str note;
};

enum { QUALIFIER_RANGE = 7, QUALIFIER_MISSING = 8, QUALIFIER_WITHHELD = 9 };
enum {
    INDICATOR_RURAL_NET_INCOME_PER_HEAD = 1,
    INDICATOR_NATIONAL_POVERTY_STANDARD = 4,
    INDICATOR_MONITORING_FLOOR = 6,
};

/* It says something: a value, or a qualifier that stands for one (missing, withheld). */
bool region_year_says_something(const struct region_year *y);

extern const struct entity region_entity, county_entity, region_year_entity;

#endif
