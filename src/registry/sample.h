/* sample.h - a book of invented families, of any size: for demonstrations, tests and measurements.
 *
 * It looks like the archive an office sends in (CSV, UTF-8 with BOM, CRLF, Chinese headings), passes
 * every check of the import, and is about nobody: ID numbers begin with the unassigned 99 and the last
 * four digits of the county, accounts with 999999, phones count up from 139 0000 0001, and the names of
 * regions are made up, those of the province and the city too.
 *
 * The same options and the same `today` give the same bytes.
 *
 * A county takes 60,000 households; of more, the counties that follow in the same city take their share
 * (350603, 350604, … 350699).  Where the codes run out, each county takes more, up to
 * SAMPLE_COUNTY_MAX.  A village has 30 to 60 households, a township 20 to 30 villages; townships count
 * from 100, villages from 201. */
#ifndef REGISTRY_SAMPLE_H
#define REGISTRY_SAMPLE_H

#include "base/err.h"

#include <signal.h>

enum {
    SAMPLE_HOUSEHOLDS_MIN = 10,
    SAMPLE_HOUSEHOLDS_MAX = 10000000,
    SAMPLE_COUNTY_USUAL = 60000,
    SAMPLE_COUNTY_MAX = 400000,
};

struct sample_counts {
    int64_t households, persons;
};
struct sample_options {
    int64_t households;
    int64_t county; /* six digits, like 350603: the only one, or the first */
    uint64_t seed;
    struct date today; /* ages are as of this day, incomes of the three years before it */

    /* All of these may be left out. */
    struct sample_counts *made;                             /* gets what was written */
    const volatile sig_atomic_t *stop;                      /* not 0: give up, as an error */
    void (*progress)(void *ctx, int64_t done, int64_t all); /* households; after every village */
    void *ctx;
};
enum { SAMPLE_FILES = 5 };
extern const char *const sample_files[SAMPLE_FILES]; /* their names */

/* Write regions, region_years, households, persons and incomes into dir, which is made when missing
 * (its parent is not).  None of the five files may be there already; when it fails, those that it
 * began are removed. */
bool sample_write(const struct sample_options *o, const char *dir, struct errs *e);

#endif
