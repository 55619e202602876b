/* person.h - the members of a household (人).
 *
 * A person belongs to one household of the same county.  Who left keeps the row, with change_status
 * and left_on saying so.  Sex and birth date are plain columns; the ID number is sealed. */
#ifndef REGISTRY_PERSON_H
#define REGISTRY_PERSON_H

#include "base/entity.h"

/* The numbers of the code tables that C code needs (dictionary §8.16, §8.18, §8.21, §8.23). */
enum { RELATION_HEAD = 1, RELATION_SPOUSE = 2, RELATION_SON = 3, RELATION_DAUGHTER = 4, RELATION_OTHER = 99 };
enum { SEX_UNKNOWN, SEX_MALE, SEX_FEMALE, SEX_UNSPECIFIED = 9 };
enum { HEALTH_HEALTHY = 1, HEALTH_CHRONIC_ILLNESS, HEALTH_SERIOUS_ILLNESS, HEALTH_DISABLED };
enum { LABOUR_ORDINARY = 1, LABOUR_SKILLED, LABOUR_LOST, LABOUR_NONE, LABOUR_WEAK };
enum { POLITICAL_PARTY_MEMBER = 1, POLITICAL_PROBATIONARY = 2, POLITICAL_MASSES = 13 };
enum { ID_KIND_CITIZEN = 1, ID_KIND_NONE = 8 };
enum { STUDENT_NOT = 1, STUDENT_PRESCHOOL_CHILD = 2 };
/* Changes from here on mean that the person left the household. */
enum {
    CHANGE_PRESENT = 1,
    CHANGE_BORN,
    CHANGE_MARRIED_IN,
    CHANGE_MOVED_IN,
    CHANGE_LEFT_FIRST = 11,
    CHANGE_DIED = 11
};

struct person {
    int64_t county, id, household_id;
    struct str person_no, name;
    struct code id_kind;
    struct str id_number;
    struct code sex;
    struct opt_date birth_date;
    /* Of the 残疾证号 only what follows the ID number is kept (architecture §5). */
    struct code disability_kind, disability_grade;
    struct opt_int disability_reissue;
    struct code relation, ethnicity, political_status;
    struct opt_date party_joined_on;
    struct code marital, education, student_status;
    struct str school;
    struct opt_int school_years;
    struct code school_place, student_no_kind;
    struct opt_date enrolled_on;
    enum yesno internship;
    struct code dropout_reason;
    struct code_set health;
    struct str disease;
    enum yesno limited_mobility;
    struct code labour;
    struct str skill;
    enum yesno village_cadre, retired_cadre, active_soldier, speaks_mandarin;

    struct str work_province, work_city, work_county, work_township;
    struct code work_area;
    struct opt_int work_months;
    struct opt_date work_from, work_to;
    struct str employer;
    struct opt_money monthly_wage;
    struct code job_channel;
    enum yesno public_post;
    struct opt_int public_post_months;
    struct str job_wish;

    enum yesno resident_medical, employee_medical, serious_illness_insurance, supplementary_medical;
    enum yesno medical_aid, resident_pension, employee_pension;
    enum yesno subsistence_allowance, extreme_poverty_support, accident_insurance, relocated;

    struct str phone;
    struct code change_status;
    struct opt_date changed_on;
    struct str change_reason;
    struct opt_date joined_on, left_on;
    struct str note;
};

/* Take kind, grade and re-issue mark from a whole 残疾证号.  false, and nothing changed, when it is
 * none or its ID part is not this person's number (dictionary §3.2).  `today` bounds the birth date. */
bool person_take_disability_card(struct person *p, struct str card, struct date today);

extern const struct entity person_entity;

#endif
