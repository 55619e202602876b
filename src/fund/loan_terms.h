/* loan_terms.h - a contract's terms as the schedule engine takes them, by its programme's rules. */
#ifndef FUND_LOAN_TERMS_H
#define FUND_LOAN_TERMS_H

#include "fund/lending.h"
#include "fund/schedule.h"

bool loan_terms_of(const struct fund_rules *r, const struct contract *c, struct loan_terms *t,
                   struct errs *e);
bool loan_bears_interest(const struct loan_terms *t);
/* Interest that falls due on that day if all is paid until then; 0 where it is no due day. */
bool instalment_interest(const struct loan_terms *t, struct date due, struct money *out, struct errs *e);

#endif
