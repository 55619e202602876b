/* household.h - families on the relief register (户).
 *
 * A household lives in one village and is the unit that programmes judge and pay.  It is never
 * deleted: leaving the register is a state.  Income and living conditions belong to a year
 * (income.h). */
#ifndef REGISTRY_HOUSEHOLD_H
#define REGISTRY_HOUSEHOLD_H

#include "base/entity.h"

/* Code table poverty_state (dictionary §8.4). */
enum { STATE_POOR, STATE_EXITED, STATE_PRE_EXIT, STATE_FALLEN_BACK, STATE_CLOSED = 9 };
/* Code table poverty_cause (dictionary §8.3); 其他 is 99 in the national system, but the causes are
 * also held as a set. */
enum { CAUSE_ILLNESS = 1, CAUSE_DISABILITY = 2, CAUSE_SCHOOLING = 3, CAUSE_NO_LABOUR = 8, CAUSE_OTHER = 14 };
/* Code table account_kind (dictionary §4): only a card must pass the Luhn check. */
enum { ACCOUNT_KIND_CARD = 1, ACCOUNT_KIND_PASSBOOK, ACCOUNT_KIND_ACCOUNT, ACCOUNT_KIND_SOCIAL_SECURITY };

struct household {
    int64_t county, id;
    struct str hh_no;
    struct region_code village;
    /* The head is the member with relation 01 and is not stored here.  The name is, because registers
     * come with it before the members do, people look a family up by it, and it is what stands on
     * the papers; whoever changes the head writes both. */
    struct str head_name;
    struct str natural_village, villager_group, address, phone;
    struct str bank, bank_account;
    struct code bank_account_kind;
    struct str account_holder;

    struct code standard, attribute, household_type;
    struct code cause_main;
    struct code_set causes_other;
    struct str cause_note;
    struct code state;
    struct opt_int exit_year, planned_exit_year, back_year;
    struct code back_cause;
    struct opt_date entered_on;
    struct opt_int registered_year;
    struct code monitor_type;
    struct code_set tags;
    struct code hardship;

    enum yesno martyr_family, one_child, two_daughters, family_planning_compliant;
    struct code family_planning_type;
    enum yesno relocated;
    struct code relocation_kind, placement_kind;
    struct str placement_site;

    struct opt_money debt;
    struct code debt_creditor;
    struct opt_date debt_on;
    struct str debt_note;
    struct str wish;
    enum yesno able_to_farm;
    struct code_set income_channels;
    struct str handbook_no, file_no;
    struct opt_quantity latitude, longitude;
    struct str note;
};

/* One change of a household's state, with what it rests on (R016, R025–R027, R065).  The household
 * holds the latest state; this is how it got there. */
struct household_status {
    int64_t county, id, household_id;
    struct code old_state; /* unknown: the household came onto the register */
    struct code state;
    struct opt_int year; /* often all that an old register knows */
    struct opt_date changed_on;
    struct code cause;   /* of falling back */
    struct str document; /* the paper that decided it */
    struct str note;
    struct date recorded_on;
};

extern const struct entity household_entity, household_status_entity;

#endif
