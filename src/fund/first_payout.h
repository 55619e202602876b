/* first_payout.h - when a programme first put money into the hands of a household (R285). */
#ifndef FUND_FIRST_PAYOUT_H
#define FUND_FIRST_PAYOUT_H

#include "programme/screen.h"

/* Of the households that lived in the actor's area then, up to as_of; by county and day, in e->a. */
bool first_payouts(struct tx *tx, const struct actor *who, struct region_code within, struct str programme,
                   struct date as_of, struct screen_own_day **list, size_t *n, struct errs *e);

#endif
