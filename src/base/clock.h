/* clock.h - the one clock.
 *
 * Instants are UTC.  The business date is the date in China (UTC+8, no summer time) unless it was set,
 * which only a demonstration database allows. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

struct instant clock_now(void);
struct date clock_today(void);
void clock_set_today(struct date d);

#endif
