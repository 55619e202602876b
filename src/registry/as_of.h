/* as_of.h - one household as it was on a past day.
 *
 * Two kinds of dates count.  Who was a member, with which relation, where the household lived, who headed it
 * and in which state it was, goes by the day on which each change took effect (movements, changes of state,
 * the dates in the rows), whenever it was recorded.  All other fields go by the day on which they were
 * recorded, in China's time: they show what the register said on the evening of that day.  What was recorded
 * before the change log began, or by the first import, shows as it was recorded then.  Incomes, housing and
 * living are those of the years up to that day's, corrected as they were by then. */
#ifndef REGISTRY_AS_OF_H
#define REGISTRY_AS_OF_H

#include "registry/household.h"
#include "registry/income.h"
#include "registry/movement.h"
#include "registry/person.h"

struct household_then {
    struct household household;
    struct str village, township; /* names */
    bool on_register;             /* it had come onto the register, and was not closed */
    struct person
        *members; /* present on that day; id 0: no longer registered in this county, only the name */
    size_t members_n;
    struct household_year *years; /* the latest first */
    size_t years_n;
    struct household_status *states; /* changes of state up to that day, in order */
    size_t states_n;
    struct movement *since; /* what took effect later and is left out here */
    size_t since_n;
};
bool household_as_of(struct tx *tx, const struct household *now, struct date day, struct household_then *out,
                     struct errs *e);

#endif
