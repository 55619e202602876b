/* site.h - villages chosen as sites of a programme (项目点, R141). */
#ifndef CASEWORK_SITE_H
#define CASEWORK_SITE_H

#include "access/audit.h"

struct project_site {
    int64_t county, id;
    struct str programme;
    struct region_code village;
    struct date chosen_on;
    struct str reason;
    struct str made_by;
    struct opt_date ended_on;
    struct str end_reason;
};
extern const struct entity project_site_entity;

bool site_choose(struct act *act, struct project_site *s, struct date today, struct errs *e);
bool site_end(struct act *act, struct str programme, struct region_code village, struct str reason,
              struct date today, struct errs *e);
bool site_is_chosen(struct tx *tx, int64_t county, struct str programme, struct region_code village, bool *is,
                    struct errs *e);
/* In the actor's area, by village; programme unknown: of all. */
bool site_list(struct tx *tx, const struct actor *who, struct region_code within, struct str programme,
               struct list *out, struct errs *e);

#endif
