/* household_file.h - all that is known of one household, as its paper file would hold it (一户一档). */
#ifndef REGISTRY_HOUSEHOLD_FILE_H
#define REGISTRY_HOUSEHOLD_FILE_H

#include "access/audit.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"

struct household_file {
    struct household household;
    struct str village, township; /* names */
    struct person *members;       /* who left last */
    size_t members_n, present;
    struct household_year *years; /* the latest first */
    size_t years_n;
    struct household_status *states; /* in order */
    size_t states_n;
    struct field_change *changes; /* the latest first, at most CHANGES_MAX */
    struct instant *changed_at;
    struct str *changed_by;
    size_t changes_n;
};
enum { CHANGES_MAX = 200 };

bool person_is_present(const struct person *p);
bool household_file_read(struct tx *tx, const struct household *h, struct household_file *f, struct errs *e);
/* Only some of it; the rest is empty. */
enum household_part { PART_MEMBERS = 1, PART_YEARS = 2, PART_STATES = 4, PART_CHANGES = 8 };
bool household_file_parts(struct tx *tx, const struct household *h, unsigned parts, struct household_file *f,
                          struct errs *e);

#endif
