/* forms.h - what many operations are asked by: a county, a number in it, a page of a region; and their
 * answers' common parts. */
#ifndef API_FORMS_H
#define API_FORMS_H

#include "api/route.h"

enum { COUNTY_FIRST = 110000, COUNTY_LAST = 999999, BELOW_COUNTY = 1000000 };
#define ID_MAX (INT64_C(1) << 53)

struct at_county {
    int64_t county;
};
struct at_number { /* what people call it by */
    int64_t county, no;
};
struct at_id {
    int64_t county, id;
};
struct region_query {
    struct region_code region;
};
struct purpose_form {
    struct str purpose;
};
struct reason_form {
    struct str reason;
};
extern const struct entity at_county, at_number, at_id, region_query, purpose_form, reason_form;

/* The same columns for paths and queries of one's own. */
#define COUNTY_COL(s) \
    COL(s, county, "县", "County", .flags = REQUIRED, .min = COUNTY_FIRST, .max = COUNTY_LAST)
#define NO_COL(s)     COL(s, no, "编号", "Number", .flags = REQUIRED, .min = 1, .max = ID_MAX)
#define ID_COL(s)     COL(s, id, "编号", "Id", .flags = REQUIRED, .min = 1, .max = ID_MAX)
#define REGION_COL(s) COL(s, region, "区划（含下级）", "Region, with all below")

static inline struct region_code county_region(int64_t county)
{
    return (struct region_code){ county * BELOW_COUNTY };
}
/* Fails unless the actor may do it in all of the county. */
bool need_county(struct call *c, enum perm p, int64_t county, struct errs *e);
/* A household by its id; outside of the actor's area it is nowhere. */
struct household;
bool find_household_at(struct call *c, const struct at_id *at, enum perm p, struct household *h,
                       struct errs *e);
/* {"done": true} */
void put_done(struct call *c);
/* "roles": where an account is appointed. */
void put_appointments(struct call *c, const struct appointment *at, size_t n);
/* From where and since when somebody is logged in, and whether it is who asks: members of an object. */
void put_session(struct call *c, const struct session *s);
/* 12,17 */
bool read_numbers(struct str text, const char *field, int64_t *out, size_t max, size_t *n, struct errs *e);

#endif
