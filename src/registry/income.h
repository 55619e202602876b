/* income.h - what a household lived on, and how, in one year (dictionary §6.1).
 *
 * Only what was reported is stored.  Totals, net income and income per head are computed here and
 * never kept, so that they cannot disagree with the items.
 *
 * A blank is never 0.  An item is known
 *   - by the sum of its parts, when every part was given;
 *   - else by the direct amount, when that was given (old books hold only this one);
 *   - else it is unknown, also when some of its parts were given.
 * Total income needs wage, business, property and transfer; net income these and the business
 * expense; if one of them is unknown, so is the result. */
#ifndef REGISTRY_INCOME_H
#define REGISTRY_INCOME_H

#include "base/entity.h"

struct household_year {
    int64_t county, id, household_id;
    struct opt_int year; /* required; optional only so that a blank cell is noticed */

    struct opt_money wage_income; /* 工资性收入 and its parts */
    struct opt_money wage_labour, wage_post_department, wage_post_township, wage_post_village, wage_picking;
    struct opt_money business_income; /* 生产经营性收入 */
    struct opt_money business_planting, business_breeding, business_forest, business_other;
    struct opt_money property_income; /* 财产性收入 */
    struct opt_money property_dividend, property_other;
    struct opt_money transfer_income; /* 转移性收入 */
    struct opt_money transfer_family_planning, transfer_allowance, transfer_extreme_poverty;
    struct opt_money transfer_pension, transfer_ecology, transfer_other;
    struct opt_money business_expense; /* 生产经营性支出 */
    struct opt_money expense_planting, expense_breeding, expense_forest, expense_other;
    struct opt_money insurance_claims, own_medical_expense; /* monitoring only */

    struct opt_quantity arable, irrigated, forest, returned_forest, orchard, pasture, water_area;
    struct opt_quantity house_area;
    struct code house_structure;
    struct opt_int house_built_year;
    struct code danger_grade;
    struct opt_int rebuilt_year;
    struct code road_kind;
    struct opt_quantity road_distance;
    enum yesno road_paved, power_for_production, power_for_living, broadcast;
    enum yesno water_hard, water_safe, toilet, toilet_usable;
    struct code fuel;
    enum yesno in_cooperative, led_by_firm, led_by_leader;
    struct str industry_aid;
    struct opt_int poultry, cattle, sheep, pigs, other_livestock;
    struct str note;
};

enum income_item {
    INCOME_WAGE,
    INCOME_BUSINESS,
    INCOME_PROPERTY,
    INCOME_TRANSFER,
    INCOME_EXPENSE,
    INCOME_ITEMS,
};

/* All of these give an unset amount for unknown, and on overflow. */
struct opt_money income_of(const struct household_year *y, enum income_item item);
struct opt_money income_total(const struct household_year *y);
struct opt_money income_net(const struct household_year *y);
/* Rounded half up to the fen; unknown when there are no members. */
struct opt_money income_net_per_head(const struct household_year *y, int64_t members);
/* 收入参考范围 of monitoring: net income + insurance claims − expense borne oneself. */
struct opt_money income_reference(const struct household_year *y);

extern const struct entity household_year_entity;

#endif
