/* monitor_show.h - the fund monitor as JSON, the same for the command line and the server. */
#ifndef REPORT_MONITOR_SHOW_H
#define REPORT_MONITOR_SHOW_H

#include "report/monitor.h"

struct monitor_show {
    const struct monitor *m;
    struct date as_of;
    int rows; /* the indicator whose rows are told, or -1 */
    struct list regions;
    enum lang lang;
    struct arena *a;
};
/* Names of townships and villages, for the rows. */
bool monitor_regions(struct tx *tx, struct list *out, struct errs *e);
struct str monitor_place(const struct list *regions, struct region_code code);
/* A contract's number, or the account's name. */
struct str monitor_row_number(const struct list *regions, const struct indicator_row *r, enum lang lang);
void monitor_put(const struct monitor_show *s, struct json_out *w);

#endif
