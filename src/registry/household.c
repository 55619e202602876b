#include "registry/household.h"

enum { DEBT_MAX_FEN = 1000000000 }; /* ten million yuan: more is a slip of the unit */

// clang-format off
#define YEAR .min = 1900, .max = 2200
static const struct col household_cols[] = {
    COL(household, county,            "县代码",       "County",               .flags = PKEY | SERVER | REQUIRED),
    COL(household, id,                "内部编号",     "Id",                   .flags = PKEY | SERVER | REQUIRED),
    COL(household, hh_no,             "户编号",       "Household number",     .flags = REQUIRED | NATURAL, .max = 30, .national = "AAC001", .aliases = "户号|户编码|户代码|家庭编号|农户编号|贫困户编号"),
    COL(household, village,           "村代码",       "Village code",         .flags = REQUIRED, .national = "AAR008", .aliases = "区划代码|行政区划|行政区划代码|行政村代码|村编码|村区划代码|所属村代码|所在村代码"),
    COL(household, head_name,         "户主姓名",     "Head of household",    .flags = REQUIRED, .max = 60, .check = check_name, .aliases = "户主|户主名称|户主名"),
    COL(household, natural_village,   "自然村",       "Natural village",      .max = 60, .aliases = "自然村名称|自然屯|屯"),
    COL(household, villager_group,    "村民小组",     "Villagers' group",     .max = 60, .aliases = "组|社|小组|村民组|村组|所属小组"),
    COL(household, address,           "家庭住址",     "Address",              .max = 200, .aliases = "住址|家庭地址|地址|详细地址|现住址"),
    COL(household, phone,             "联系电话",     "Phone",                .check = check_phone, .mask = MASK_PHONE, .national = "AAR012", .aliases = "电话|联系方式|手机|手机号|手机号码|电话号码|户主电话|户主联系电话"),
    COL(household, bank,              "开户银行",     "Bank",                 .max = 60, .national = "AAQ002", .aliases = "开户行|开户银行名称|银行名称"),
    COL(household, bank_account,      "银行账号",     "Bank account",         .check = check_account, .seal = SEAL_BANK_ACCOUNT, .mask = MASK_ACCOUNT, .national = "AAC004", .aliases = "银行卡号|银行帐号|银行账户|银行卡账号|账号|帐号|卡号|一卡通账号|一卡通卡号|一卡通号|存折账号"),
    COL(household, bank_account_kind, "账号类型",     "Kind of account",      .codes = "account_kind", .aliases = "账户类型|账号种类|账户种类|账号类别|银行账号类型"),
    COL(household, account_holder,    "开户人姓名",   "Account holder",       .max = 60, .check = check_name, .aliases = "开户人|户名|开户名|账户名|账户名称|账户户名|持卡人"),
    COL(household, standard,          "识别标准",     "Standard applied",     .codes = "poverty_standard", .aliases = "贫困识别标准"),
    COL(household, attribute,         "贫困户属性",   "Household attribute",  .codes = "household_attribute", .national = "AAC006", .aliases = "户属性|农户属性|脱贫户属性|贫困户类型"),
    COL(household, household_type,    "户类型",       "Household type",       .codes = "household_type", .aliases = "农户类型|户类别"),
    COL(household, cause_main,        "主要致贫原因", "Main cause of poverty", .codes = "poverty_cause", .national = "AAC007", .aliases = "致贫原因|主要原因|贫困原因|主要致贫原因(单选)|主要致贫原因（单选）"),
    COL(household, causes_other,      "其他致贫原因", "Other causes of poverty", .codes = "poverty_cause", .national = "AAC008", .aliases = "其它致贫原因|次要致贫原因|其他原因"),
    COL(household, cause_note,        "致贫原因说明", "Note on the causes",   .max = 500, .aliases = "致贫原因备注"),
    COL(household, state,             "脱贫状态",     "Poverty state",        .codes = "poverty_state", .national = "AAR010", .aliases = "脱贫属性|贫困状态|是否脱贫"),
    COL(household, exit_year,         "脱贫年度",     "Year out of poverty",  YEAR, .aliases = "脱贫年份|实际脱贫年度|脱贫年"),
    COL(household, planned_exit_year, "计划脱贫年度", "Planned year out of poverty", YEAR, .aliases = "拟脱贫年度|计划脱贫年份|拟脱贫年份"),
    COL(household, back_year,         "返贫年度",     "Year fallen back",     YEAR, .aliases = "返贫年份"),
    COL(household, back_cause,        "返贫原因",     "Cause of falling back", .codes = "poverty_cause", .aliases = "主要返贫原因"),
    COL(household, entered_on,        "识别日期",     "Entered on",           .flags = MONTH, .aliases = "纳入日期|识别(纳入)日期|识别（纳入）日期|识别时间|纳入时间|建档日期"),
    COL(household, registered_year,   "建档年度",     "Year of registration", YEAR, .aliases = "识别年度|建档立卡年度|建档年份|建卡年度|建档立卡年份"),
    COL(household, monitor_type,      "监测对象类别", "Kind of monitoring",   .codes = "monitor_type", .aliases = "监测对象类型|监测类别|监测户类型"),
    COL(household, tags,              "户标签",       "Tags",                 .codes = "household_tag", .aliases = "标签|户类别标签|特殊类别"),
    COL(household, hardship,          "困难程度",     "Degree of hardship",   .codes = "hardship_degree", .aliases = "贫困程度"),
    COL(household, martyr_family,     "是否军烈属",   "Family of a martyr or soldier", .aliases = "军烈属|是否军烈属户|军烈属户"),
    COL(household, one_child,         "是否独生子女户", "One-child household", .aliases = "独生子女户|是否独生子女家庭"),
    COL(household, two_daughters,     "是否二女户",   "Two-daughter household", .aliases = "是否双女户|双女户|二女户|是否双女户(二女户)|是否双女户（二女户）|是否两女户"),
    COL(household, family_planning_compliant, "是否落实计划生育", "Family planning complied with", .aliases = "落实计划生育|是否落实计生|是否落实计划生育政策|计划生育是否落实"),
    COL(household, family_planning_type, "计生家庭类型", "Kind of family-planning family", .codes = "family_planning_type", .aliases = "计生户类型|计划生育家庭类型|计生类型"),
    COL(household, relocated,         "是否易地扶贫搬迁户", "Relocated household", .aliases = "易地扶贫搬迁户|易地搬迁户|是否易地搬迁户|是否搬迁户"),
    COL(household, relocation_kind,   "搬迁方式",     "Kind of relocation",   .codes = "relocation_kind", .aliases = "搬迁类型"),
    COL(household, placement_kind,    "安置方式",     "Kind of placement",    .codes = "placement_kind", .aliases = "安置类型"),
    COL(household, placement_site,    "安置地",       "Place of settlement",  .max = 200, .aliases = "安置点|安置地点"),
    COL(household, debt,              "负债金额",     "Debt",                 .min = 0, .max = DEBT_MAX_FEN, .aliases = "负债|负债总额|债务|负债额|负债金额(元)|负债金额（元）"),
    COL(household, debt_creditor,     "债权人类别",   "Kind of creditor",     .codes = "creditor_kind", .aliases = "负债来源|债权人"),
    COL(household, debt_on,           "负债日期",     "Debt as of",           .flags = MONTH, .aliases = "举债日期|负债时间"),
    COL(household, debt_note,         "负债说明",     "Note on the debt",     .max = 500, .aliases = "负债原因|债务说明"),
    COL(household, wish,              "致富愿望",     "Wish",                 .max = 500, .aliases = "意愿|发展意愿|愿望|致富意愿"),
    COL(household, able_to_farm,      "有无从事种养的能力", "Able to farm or breed", .aliases = "有无种养能力|有无从事种养能力|是否有种养能力|种养能力"),
    COL(household, income_channels,   "增收渠道",     "Income channels",      .codes = "income_channel", .aliases = "主要增收渠道|收入渠道"),
    COL(household, handbook_no,       "扶贫手册编号", "Handbook number",      .max = 40, .aliases = "扶贫手册号|帮扶手册编号|手册编号"),
    COL(household, file_no,           "户档编号",     "File number",          .max = 40, .aliases = "户档号|档案编号|档案号|档号"),
    COL(household, latitude,          "纬度",         "Latitude",             .min = -900000, .max = 900000, .unit = "degree", .aliases = "北纬"),
    COL(household, longitude,         "经度",         "Longitude",            .min = -1800000, .max = 1800000, .unit = "degree", .aliases = "东经"),
    COL(household, note,              "备注",         "Note",                 .max = 1000, .aliases = "说明"),
};
static const struct col household_status_cols[] = {
    COL(household_status, county,       "县代码",     "County",        .flags = PKEY | SERVER | REQUIRED),
    COL(household_status, id,           "内部编号",   "Id",            .flags = PKEY | SERVER | REQUIRED),
    COL(household_status, household_id, "户内部编号", "Household id",  .flags = SERVER | REQUIRED),
    COL(household_status, old_state,    "原状态",     "Old state",     .codes = "poverty_state", .aliases = "变更前状态"),
    COL(household_status, state,        "状态",       "State",         .flags = REQUIRED, .codes = "poverty_state", .national = "AAR010", .aliases = "脱贫状态|变更后状态"),
    COL(household_status, year,         "年度",       "Year",          YEAR, .aliases = "年份"),
    COL(household_status, changed_on,   "变更日期",   "Changed on",    .aliases = "变更时间|生效日期"),
    COL(household_status, cause,        "原因",       "Cause",         .codes = "poverty_cause", .aliases = "变更原因|返贫原因"),
    COL(household_status, document,     "依据文件",   "Document",      .max = 200, .aliases = "依据|文号"),
    COL(household_status, note,         "备注",       "Note",          .max = 500, .aliases = "说明"),
    COL(household_status, recorded_on,  "登记日期",   "Recorded on",   .flags = SERVER | REQUIRED),
};
#undef YEAR
// clang-format on

const struct entity household_entity = ENTITY(household, TABLE_COUNTY, "户", "Household", household_cols);
const struct entity household_status_entity = ENTITY(household_status, TABLE_COUNTY, "户状态变更",
                                                     "Change of a household's state", household_status_cols);
