#include "registry/income.h"

#include <assert.h>

/* Ten million yuan a year: more is a slip of the unit. */
#define AMOUNT .min = 0, .max = 1000000000
#define AREA   .min = 0, .max = 1000000000, .unit = "mu"
#define YEAR   .min = 1900, .max = 2200
#define HEADS  .min = 0, .max = 1000000

// clang-format off
static const struct col cols[] = {
    COL(household_year, county,        "县代码",     "County",       .flags = PKEY | SERVER | REQUIRED),
    COL(household_year, id,            "内部编号",   "Id",           .flags = PKEY | SERVER | REQUIRED),
    COL(household_year, household_id,  "户内部编号", "Household id", .flags = SERVER | REQUIRED | NATURAL),
    COL(household_year, year,          "年度",       "Year",         .flags = REQUIRED | NATURAL, YEAR, .aliases = "年份|收入年度|所属年度"),

    COL(household_year, wage_income,          "工资性收入",     "Wage income",            AMOUNT, .national = "AAC073", .aliases = "工资性收入(元)|工资性收入（元）|工资收入"),
    COL(household_year, wage_labour,          "务工收入",       "Wages of work",          AMOUNT, .aliases = "务工工资|务工收入(元)|务工收入（元）"),
    COL(household_year, wage_post_department, "公益岗工资(部门)", "Public post wages (department)", AMOUNT, .aliases = "公益岗工资（部门）|部门公益岗工资|公益岗(部门)|公益岗（部门）"),
    COL(household_year, wage_post_township,   "公益岗工资(乡镇)", "Public post wages (township)", AMOUNT, .aliases = "公益岗工资（乡镇）|乡镇公益岗工资|公益岗(乡镇)|公益岗（乡镇）"),
    COL(household_year, wage_post_village,    "公益岗工资(村)", "Public post wages (village)", AMOUNT, .aliases = "公益岗工资（村）|村公益岗工资|公益岗(村)|公益岗（村）"),
    COL(household_year, wage_picking,         "自主采摘收入",   "Picking",                AMOUNT, .aliases = "自主采摘"),
    COL(household_year, business_income,      "生产经营性收入", "Business income",        AMOUNT, .national = "AAC071", .aliases = "生产经营性收入(元)|生产经营性收入（元）|经营性收入|生产经营收入|家庭经营性收入|家庭经营收入"),
    COL(household_year, business_planting,    "种植业收入",     "Income from planting",   AMOUNT, .aliases = "种植收入|种植"),
    COL(household_year, business_breeding,    "养殖业收入",     "Income from breeding",   AMOUNT, .aliases = "养殖收入|养殖"),
    COL(household_year, business_forest,      "林果业收入",     "Income from forest and fruit", AMOUNT, .aliases = "林果收入|林果业"),
    COL(household_year, business_other,       "其他经营性收入", "Other business income",  AMOUNT, .aliases = "其他生产经营性收入|其他经营收入"),
    COL(household_year, property_income,      "财产性收入",     "Property income",        AMOUNT, .national = "AAC072", .aliases = "财产性收入(元)|财产性收入（元）|财产收入"),
    COL(household_year, property_dividend,    "资产收益分红",   "Dividends",              AMOUNT, .national = "AAC092", .aliases = "资产收益扶贫分红收入|资产收益分红收入|分红收入"),
    COL(household_year, property_other,       "其他财产性收入", "Other property income",  AMOUNT, .national = "AAC093", .aliases = "其他财产收入|其它财产性收入"),
    COL(household_year, transfer_income,      "转移性收入",     "Transfer income",        AMOUNT, .aliases = "转移性收入(元)|转移性收入（元）|转移收入"),
    COL(household_year, transfer_family_planning, "计划生育金", "Family-planning money",  AMOUNT, .national = "AAC076", .aliases = "领取计划生育金|计生金"),
    COL(household_year, transfer_allowance,   "低保金",         "Subsistence allowance",  AMOUNT, .national = "AAC077", .aliases = "领取低保金|最低生活保障金"),
    COL(household_year, transfer_extreme_poverty, "特困供养金", "Extreme-poverty support", AMOUNT, .national = "AAC086", .aliases = "领取特困供养金|五保金|领取五保金|特困(五保)供养金|特困（五保）供养金"),
    COL(household_year, transfer_pension,     "养老保险金",     "Pensions",               AMOUNT, .national = "AAC087", .aliases = "领取养老保险金|养老金|养老金或离退休金"),
    COL(household_year, transfer_ecology,     "生态补偿金",     "Ecological compensation", AMOUNT, .national = "AAC078", .aliases = "领取生态补偿金"),
    COL(household_year, transfer_other,       "其他转移性收入", "Other transfers",        AMOUNT, .national = "AAC083", .aliases = "其他转移收入|其它转移性收入"),
    COL(household_year, business_expense,     "生产经营性支出", "Business expense",       AMOUNT, .national = "AAC074", .aliases = "生产经营性支出(元)|生产经营性支出（元）|经营性支出|生产经营支出|家庭经营性支出"),
    COL(household_year, expense_planting,     "种植业支出",     "Expense on planting",    AMOUNT, .aliases = "种植支出"),
    COL(household_year, expense_breeding,     "养殖业支出",     "Expense on breeding",    AMOUNT, .aliases = "养殖支出"),
    COL(household_year, expense_forest,       "林果业支出",     "Expense on forest and fruit", AMOUNT, .aliases = "林果支出"),
    COL(household_year, expense_other,        "其他经营性支出", "Other business expense", AMOUNT, .aliases = "其他生产经营性支出|其他经营支出"),
    COL(household_year, insurance_claims,     "理赔收入",       "Insurance claims",       AMOUNT, .aliases = "理赔金"),
    COL(household_year, own_medical_expense,  "合规自付支出",   "Recognised expense borne oneself", AMOUNT, .aliases = "合规自付|合规自付费用"),

    COL(household_year, arable,          "耕地面积",     "Arable land",        AREA, .national = "AAC301", .aliases = "耕地|耕地面积(亩)|耕地面积（亩）"),
    COL(household_year, irrigated,       "有效灌溉面积", "Irrigated land",     AREA, .national = "AAC302", .aliases = "有效灌溉|有效灌溉面积(亩)|有效灌溉面积（亩）"),
    COL(household_year, forest,          "林地面积",     "Forest",             AREA, .national = "AAC303", .aliases = "林地|林地面积(亩)|林地面积（亩）"),
    COL(household_year, returned_forest, "退耕还林面积", "Field returned to forest", AREA, .national = "AAC304", .aliases = "退耕还林|退耕还林面积(亩)|退耕还林面积（亩）"),
    COL(household_year, orchard,         "林果面积",     "Orchard",            AREA, .national = "AAC305", .aliases = "林果|林果面积(亩)|林果面积（亩）"),
    COL(household_year, pasture,         "牧草地面积",   "Pasture",            AREA, .national = "AAC306", .aliases = "牧草地|牧草地面积(亩)|牧草地面积（亩）"),
    COL(household_year, water_area,      "水面面积",     "Water area",         AREA, .national = "AAC307", .aliases = "水面|水域面积|水面面积(亩)|水面面积（亩）"),
    COL(household_year, house_area,      "住房面积",     "House area",         .min = 0, .max = 100000000, .unit = "square_metre", .national = "AAC317", .aliases = "住房面积(平方米)|住房面积（平方米）"),
    COL(household_year, house_structure, "住房结构",     "House structure",    .codes = "house_structure", .aliases = "房屋结构|主要住房结构"),
    COL(household_year, house_built_year, "建房年份",    "House built in",     YEAR, .aliases = "建房年度|建房时间"),
    COL(household_year, danger_grade,    "危房等级",     "Danger grade of the house", .codes = "danger_grade", .aliases = "危房级别|住房安全等级|房屋等级"),
    COL(household_year, rebuilt_year,    "危改年度",     "House made safe in", YEAR, .aliases = "危房改造年度|危改年份"),
    COL(household_year, road_kind,       "入户路类型",   "Kind of access road", .codes = "road_kind", .national = "AAC316", .aliases = "入户路情况"),
    COL(household_year, road_distance,   "与村主干路距离", "Distance to the village road", .min = 0, .max = 5000000, .unit = "kilometre", .national = "AAC315", .aliases = "与村主干路距离(公里)|与村主干路距离（公里）"),
    COL(household_year, road_paved,      "入户道路是否硬化", "Access road paved", .aliases = "入户路是否硬化"),
    COL(household_year, power_for_production, "是否通生产用电", "Electricity for production", .national = "AAC308", .aliases = "通生产用电"),
    COL(household_year, power_for_living, "是否通生活用电", "Electricity for living", .national = "AAC313", .aliases = "通生活用电"),
    COL(household_year, broadcast,       "是否通广播电视", "Radio or television", .national = "AAC314", .aliases = "通广播电视"),
    COL(household_year, water_hard,      "是否饮水困难", "Water hard to get",  .national = "AAC311", .aliases = "饮水困难|饮水是否困难"),
    COL(household_year, water_safe,      "饮水是否安全", "Safe drinking water", .national = "AAC312|AAC091", .aliases = "饮水安全|是否饮水安全|是否解决安全饮用水"),
    COL(household_year, toilet,          "有无卫生厕所", "Sanitary toilet",    .national = "AAC319", .aliases = "卫生厕所|是否有卫生厕所"),
    COL(household_year, toilet_usable,   "卫生厕所能否正常使用", "Toilet usable", .aliases = "卫生厕所是否正常使用"),
    COL(household_year, fuel,            "主要燃料类型", "Main fuel",          .codes = "fuel", .national = "AAC320", .aliases = "主要燃料|燃料类型"),
    COL(household_year, in_cooperative,  "是否加入农民专业合作组织", "Member of a cooperative", .national = "AAC084", .aliases = "加入合作社|是否加入合作社|是否加入农民专业合作社"),
    COL(household_year, led_by_firm,     "是否有龙头企业带动", "Led by a leading firm", .national = "AAC088", .aliases = "龙头企业带动|有龙头企业带动"),
    COL(household_year, led_by_leader,   "是否有创业致富带头人带动", "Led by somebody who got rich", .national = "AAC089", .aliases = "致富带头人带动|是否有致富带头人带动"),
    COL(household_year, industry_aid,    "到户产业帮扶类型", "Kind of business aid", .max = 200, .aliases = "产业帮扶类型"),
    COL(household_year, poultry,         "家禽(只)",     "Poultry",            HEADS, .aliases = "家禽|家禽（只）|家禽数量"),
    COL(household_year, cattle,          "牛(头)",       "Cattle",             HEADS, .aliases = "牛|牛（头）|养牛"),
    COL(household_year, sheep,           "羊(只)",       "Sheep and goats",    HEADS, .aliases = "羊|羊（只）|养羊"),
    COL(household_year, pigs,            "猪(头)",       "Pigs",               HEADS, .aliases = "猪|猪（头）|养猪"),
    COL(household_year, other_livestock, "其他牲畜(头)", "Other livestock",    HEADS, .aliases = "其他牲畜|其他牲畜（头）|其他养殖"),
    COL(household_year, note,            "备注",         "Note",               .max = 1000, .aliases = "说明"),
};

#define AT(m) offsetof(struct household_year, m)
static const struct {
    size_t direct, parts[6], n;
} items[INCOME_ITEMS] = {
    [INCOME_WAGE] = { AT(wage_income), { AT(wage_labour), AT(wage_post_department), AT(wage_post_township), AT(wage_post_village), AT(wage_picking) }, 5 },
    [INCOME_BUSINESS] = { AT(business_income), { AT(business_planting), AT(business_breeding), AT(business_forest), AT(business_other) }, 4 },
    [INCOME_PROPERTY] = { AT(property_income), { AT(property_dividend), AT(property_other) }, 2 },
    [INCOME_TRANSFER] = { AT(transfer_income), { AT(transfer_family_planning), AT(transfer_allowance), AT(transfer_extreme_poverty), AT(transfer_pension), AT(transfer_ecology), AT(transfer_other) }, 6 },
    [INCOME_EXPENSE] = { AT(business_expense), { AT(expense_planting), AT(expense_breeding), AT(expense_forest), AT(expense_other) }, 4 },
};
// clang-format on

const struct entity household_year_entity =
    ENTITY(household_year, TABLE_COUNTY, "户年度情况", "A household's year", cols);

static const struct opt_money unknown;

static struct opt_money amount(const struct household_year *y, size_t off)
{
    return *(const struct opt_money *)((const char *)y + off);
}

static struct opt_money plus(struct opt_money a, struct opt_money b)
{
    return a.set && b.set && money_add(&a.v, b.v) ? a : unknown;
}

static struct opt_money minus(struct opt_money a, struct opt_money b)
{
    return a.set && b.set && money_sub(&a.v, b.v) ? a : unknown;
}

static bool all_parts_given(const struct household_year *y, enum income_item item)
{
    for (size_t i = 0; i < items[item].n; i++)
        if (!amount(y, items[item].parts[i]).set)
            return false;
    return true;
}

struct opt_money income_of(const struct household_year *y, enum income_item item)
{
    assert((unsigned)item < INCOME_ITEMS);
    if (!all_parts_given(y, item))
        return amount(y, items[item].direct);
    struct opt_money sum = { .set = true };
    for (size_t i = 0; i < items[item].n; i++)
        sum = plus(sum, amount(y, items[item].parts[i]));
    return sum;
}

struct opt_money income_total(const struct household_year *y)
{
    struct opt_money sum = { .set = true };
    for (enum income_item i = INCOME_WAGE; i <= INCOME_TRANSFER; i++)
        sum = plus(sum, income_of(y, i));
    return sum;
}

struct opt_money income_net(const struct household_year *y)
{
    return minus(income_total(y), income_of(y, INCOME_EXPENSE));
}

struct opt_money income_net_per_head(const struct household_year *y, int64_t members)
{
    struct opt_money net = income_net(y);
    return net.set && members > 0 && money_scale(&net.v, 1, members) ? net : unknown;
}

struct opt_money income_reference(const struct household_year *y)
{
    return minus(plus(income_net(y), y->insurance_claims), y->own_medical_expense);
}
