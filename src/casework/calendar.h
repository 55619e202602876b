/* calendar.h - which days are worked, and when a number of days is over.
 *
 * Saturdays and Sundays are off, except where the State Council moved them; it publishes the holidays of a
 * year late in the year before.  Years that are not known (calendar_knows) count weekends only, and
 * whoever sets a deadline in them says so: `bangfu holidays load` brings them in. */
#ifndef CASEWORK_CALENDAR_H
#define CASEWORK_CALENDAR_H

#include "access/verify.h"

enum holiday_kind { HOLIDAY_OFF = 1, HOLIDAY_WORKED = 2 };
struct holiday {
    struct date day;
    int64_t kind; /* enum holiday_kind */
    struct str name;
};
extern const struct entity holiday_entity;

enum day_unit { CALENDAR_DAYS = 1, WORKING_DAYS = 2 }; /* code table day_unit */

/* In memory; read it once per request. */
struct calendar {
    const struct holiday *days; /* in the order of days */
    size_t n;
};
bool calendar_read(struct tx *tx, struct calendar *c, struct arena *a, struct errs *e);

bool calendar_knows(const struct calendar *c, int year); /* the year's holidays were published */
bool calendar_works(const struct calendar *c, struct date day);
/* n days after `from`, which does not count (民法典 §201): in calendar days, or the n-th working day; a
 * calendar day that is off stays (see calendar_next_working).  Negative n: before it. */
struct date calendar_add(const struct calendar *c, struct date from, int64_t n, enum day_unit unit);
/* The last day of a period of n ≥ 1 days whose first day is `first`, which counts (in working days: if it is
 * one). */
struct date calendar_last(const struct calendar *c, struct date first, int64_t n, enum day_unit unit);
struct date calendar_next_working(const struct calendar *c, struct date day); /* day itself if worked */
/* Days of the unit in [first, last]; 0 if last < first. */
int64_t calendar_count(const struct calendar *c, struct date first, struct date last, enum day_unit unit);
/* Every year of [first, last] is known; else *year is the first that is not. */
bool calendar_knows_all(const struct calendar *c, struct date first, struct date last, int *year);

/* The holidays that bangfu brings along (data/holidays.csv), where the table has none of that day. */
bool holidays_load_shipped(struct act *act, int64_t *added, struct errs *e);
/* A CSV with the columns date, kind (休 or 班, off or work) and name; days of the table get the file's kind
 * and name.  Every bad line is reported; nothing is written then.  It takes somebody who may in every county.
 */
struct holidays_loaded {
    int64_t added, changed, same;
};
bool holidays_load(struct act *act, struct str csv, struct holidays_loaded *done, struct errs *e);

#endif
