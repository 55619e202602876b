/* screening.h - screenings are kept: what was asked, by which version, of where, and what came out.
 *
 * Kept without a name or number of any household, so that it can be made again and compared. */
#ifndef PROGRAMME_SCREENING_H
#define PROGRAMME_SCREENING_H

#include "access/audit.h"

struct screen;
struct screen_variant;
struct screen_tally;

struct screening_record {
    int64_t no; /* from 1 */
    struct str programme;
    int64_t version;
    struct region_code region; /* 0: the whole area of who made it */
    struct date as_of;
    struct str parameters; /* what was set: name=value, a line each */
    int64_t households, eligible, ineligible, unknown;
    struct str counts; /* per question: id yes no unknown only, a line each */
    struct date made_on;
    struct str made_by;
    struct opt_int settings; /* the last number of parameter_setting; unknown: kept before there was one */
};
extern const struct entity screening_entity;

/* Keep it under the next number. */
bool screening_keep(struct act *act, const struct screen *s, const struct screen_variant *v,
                    struct screening_record *x, struct errs *e);
enum found screening_get(struct tx *tx, const struct actor *who, int64_t no, struct screening_record *x,
                         struct errs *e);
/* The latest first; those of areas that the actor may read, and his or her own. */
bool screening_list(struct tx *tx, const struct actor *who, int64_t limit, struct list *out, struct errs *e);
/* The tally of a question as it was kept; false: it was not asked. */
bool screening_tally(const struct screening_record *x, struct str id, struct screen_tally *out);

#endif
