/* fieldwork.h - what is done beside the money: visits, pairings, losses by disaster (dictionary §6.9, §6.11,
 * §6.13). */
#ifndef FIELDWORK_FIELDWORK_H
#define FIELDWORK_FIELDWORK_H

#include "registry/import.h"

/* A visit to a household (走访, R350–R359).  The four questions of the tracking form may be unanswered. */
struct visit {
    int64_t county, id, household_id;
    struct opt_int contract_id;
    struct opt_date visited_on; /* required; optional only so that a blank cell is noticed */
    struct str visitor;
    struct code kind;
    enum yesno by_phone, earmarked, on_project;
    struct str difficulties, benefit;
    struct str note;
    struct date recorded_on;
    struct str recorded_by;
};
/* Who stands by a household, from when to when (结对帮扶, R396–R410). */
struct pairing {
    int64_t county, id, household_id;
    struct code kind;
    struct str helper, unit_name, phone;
    struct opt_date since, until;
    struct str end_reason, note;
};
/* What a disaster took from a household (R738, F155–F158): one row per project or item. */
struct disaster_loss {
    int64_t county, id, household_id;
    struct str event;
    struct code kind;            /* code table risk, its natural disasters */
    struct opt_date happened_on; /* required */
    struct str document, project, item;
    struct opt_quantity quantity, destroyed;
    struct code unit;
    struct opt_money loss;
    struct opt_int rooms, hurt;
    struct str note;
};
extern const struct entity visit_entity, pairing_entity, disaster_loss_entity;
extern const struct import_kind *const fieldwork_import_kinds[];
extern const size_t fieldwork_import_kinds_n;

#endif
