/* edit.h - corrections as they are typed at the desk: a household, a member, a year of income; and a
 * household that comes onto the register by hand.
 *
 * What a movement or a decision changes (village, state, head, who is here) is not corrected but recorded,
 * with its day and paper: such columns are refused here and the message says where they are changed
 * (movement.h). */
#ifndef REGISTRY_EDIT_H
#define REGISTRY_EDIT_H

#include "access/audit.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"

bool edit_household(struct act *act, const struct household *old, struct household *new, struct errs *e);
/* Sex and birth date follow a citizen's number; who else has the number is told as far as the actor may know.
 * The head's name is also the household's. */
bool edit_person(struct act *act, const struct person *old, struct person *new, struct errs *e);
/* old NULL: the year is new; what new->year is stays. */
bool edit_year(struct act *act, const struct household_year *old, struct household_year *new, struct errs *e);
/* h: its village, number and head's name are known; head: what is known of the head.  Sets ids. */
bool edit_add(struct act *act, struct household *h, struct person *head, struct errs *e);

#endif
