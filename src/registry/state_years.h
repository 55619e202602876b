/* state_years.h - year by year: who came onto the register, was planned to leave poverty, left it, fell back
 * into it, or was closed; in households and in persons (R015, R027, R035, R065, R066). */
#ifndef REGISTRY_STATE_YEARS_H
#define REGISTRY_STATE_YEARS_H

#include "registry/history.h"

enum year_kind { YEAR_REGISTERED, YEAR_PLANNED, YEAR_EXITED, YEAR_FALLEN_BACK, YEAR_CLOSED, YEAR_KINDS };
struct state_year {
    int64_t year; /* 0: not known */
    int64_t households[YEAR_KINDS], persons[YEAR_KINDS];
};
struct state_years {
    struct state_year *list; /* the earliest first; what has no year at the end */
    size_t n;
};
/* Of the households now in the region.  Persons are the members on that day; of a plan, and where only the
 * year is known, on the last day of the year or today. */
bool state_years_of(struct tx *tx, const struct actor *who, struct region_code within, struct date today,
                    struct state_years *out, struct errs *e);

#endif
