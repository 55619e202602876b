/* rule_years.h - of which years a rule asks for incomes, so that the others need not be read. */
#ifndef PROGRAMME_RULE_YEARS_H
#define PROGRAMME_RULE_YEARS_H

#include "programme/rule.h"

/* Widen [first, last] by the years that household.income_per_head is asked of in this run.  false: the rule
 * looks at that list in another way, or the year differs from household to household. */
bool rule_years(struct rule_run *run, const struct rule *r, int incomes, int64_t *first, int64_t *last);

#endif
