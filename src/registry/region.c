#include "registry/region.h"

// clang-format off
static const struct col region_cols[] = {
    COL(region, code,         "区划代码",     "Region code",   .flags = PKEY | REQUIRED | NATURAL, .national = "AAR008", .aliases = "行政区划代码|代码|统计用区划代码|行政区划"),
    COL(region, name,         "名称",         "Name",          .flags = REQUIRED, .max = 60, .aliases = "区划名称|行政区划名称|地名"),
    COL(region, level,        "级别",         "Level",         .flags = REQUIRED, .codes = "region_level", .aliases = "层级|行政级别|区划级别"),
    COL(region, urban_rural,  "城乡分类",     "Urban or rural", .codes = "urban_rural", .aliases = "城乡分类代码"),
    COL(region, key_village,  "是否重点扶贫村", "Key village for relief", .aliases = "重点扶贫村|是否贫困村|重点村"),
    COL(region, former_names, "曾用名",       "Former names",  .max = 200, .aliases = "原名"),
    COL(region, valid_from,   "启用日期",     "Valid from",    .flags = 0),
    COL(region, valid_to,     "停用日期",     "Valid to",      .aliases = "撤销日期|撤并日期"),
    COL(region, successor,    "并入区划代码", "Merged into",   .aliases = "并入代码"),
    COL(region, note,         "备注",         "Note",          .max = 500, .aliases = "说明"),
};
static const struct col county_cols[] = {
    COL(county, county,    "县代码",   "County",   .flags = PKEY | REQUIRED | SERVER | NATURAL, .min = 110000, .max = 829999),
    COL(county, name,      "名称",     "Name",     .flags = REQUIRED, .max = 60),
    COL(county, office,    "主管单位", "Office",   .max = 100, .aliases = "单位名称|单位"),
    COL(county, address,   "单位地址", "Address",  .max = 200, .aliases = "地址"),
    COL(county, phone,     "监督电话", "Hotline",  .check = check_phone, .aliases = "联系电话|举报电话"),
    COL(county, opened_on, "启用日期", "Opened on", .flags = 0),
    COL(county, note,      "备注",     "Note",     .max = 500),
};
static const struct col region_year_cols[] = {
    COL(region_year, region,    "区划代码", "Region code", .flags = PKEY | REQUIRED | NATURAL, .national = "AAR008", .aliases = "行政区划代码|行政区划|村代码"),
    COL(region_year, year,      "年度",     "Year",        .flags = PKEY | REQUIRED | NATURAL, .min = 1900, .max = 2200, .aliases = "年份|统计年度"),
    COL(region_year, indicator, "指标",     "Indicator",   .flags = PKEY | REQUIRED | NATURAL, .codes = "indicator", .aliases = "指标名称"),
    COL(region_year, value,     "数值",     "Value",       .aliases = "指标值|值|数据"),
    COL(region_year, value_to,  "数值上限", "Value up to", .aliases = "上限"),
    COL(region_year, qualifier, "限定",     "Qualifier",   .codes = "qualifier", .aliases = "约数|修饰"),
    COL(region_year, unit,      "单位",     "Unit",        .codes = "unit", .aliases = "计量单位"),
    COL(region_year, source,    "数据来源", "Source",      .max = 200, .aliases = "来源"),
    COL(region_year, note,      "备注",     "Note",        .max = 500, .aliases = "说明"),
};
// clang-format on

const struct entity region_entity = ENTITY(region, TABLE_REFERENCE, "行政区划", "Region", region_cols);
const struct entity county_entity = ENTITY(county, TABLE_REFERENCE, "单位", "Office", county_cols);
const struct entity region_year_entity =
    ENTITY(region_year, TABLE_REFERENCE, "区划年度指标", "Yearly figure of a region", region_year_cols);

bool region_settle_level(struct region *r)
{
    int32_t by_code = (int32_t)region_level(r->code);
    if (!r->level.set)
        r->level = (struct code){ by_code, by_code != REGION_NONE };
    return r->level.set && r->level.v == by_code;
}

bool region_year_says_something(const struct region_year *y)
{
    bool blank_on_purpose =
        y->qualifier.set && (y->qualifier.v == QUALIFIER_MISSING || y->qualifier.v == QUALIFIER_WITHHELD);
    if (y->qualifier.set && y->qualifier.v == QUALIFIER_RANGE && !y->value_to.set)
        return false;
    return y->value.set || blank_on_purpose;
}
