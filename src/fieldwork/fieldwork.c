#include "fieldwork/fieldwork.h"

// clang-format off
#define KEYS(s)                                                                            \
    COL(s, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED),                 \
    COL(s, id, "内部编号", "Id", .flags = PKEY | SERVER | REQUIRED),                       \
    COL(s, household_id, "户", "Household", .flags = SERVER | REQUIRED)
static const struct col visit_cols[] = {
    KEYS(visit),
    COL(visit, contract_id,  "合同",     "Contract",   .flags = SERVER),
    COL(visit, visited_on,   "日期",     "Visited on", .flags = REQUIRED, .aliases = "走访日期|督查日期|走访时间"),
    COL(visit, visitor,      "走访人",   "Visitor",    .flags = REQUIRED, .max = 100, .aliases = "督查人|走访人员|帮扶人"),
    COL(visit, kind,         "走访类型", "Kind of visit", .codes = "visit_kind", .aliases = "类型|走访类别|督查类型"),
    COL(visit, by_phone,     "是否电话", "By phone",   .aliases = "电话访谈|是否电话访谈"),
    COL(visit, earmarked,    "是否专款专用", "Used as earmarked", .aliases = "专款专用"),
    COL(visit, on_project,   "是否用于拟定项目", "Used on the agreed project", .aliases = "是否用在拟定的发展项目上"),
    COL(visit, difficulties, "困难",     "Difficulties", .max = 1000, .aliases = "碰到的困难|存在困难"),
    COL(visit, benefit,      "效益",     "Benefit",    .max = 1000, .aliases = "效益情况|受益情况"),
    COL(visit, note,         "记录",     "Note",       .max = 4000, .mask = MASK_HIDE, .aliases = "走访记录|督查记录|内容|走访内容"),
    COL(visit, recorded_on,  "登记日期", "Recorded on", .flags = SERVER | REQUIRED),
    COL(visit, recorded_by,  "登记人",   "Recorded by", .flags = SERVER | REQUIRED, .max = 60),
};
static const struct col pairing_cols[] = {
    KEYS(pairing),
    COL(pairing, kind,       "结对类型", "Kind of pairing", .codes = "pairing_kind", .aliases = "帮扶类型|结对方式"),
    COL(pairing, helper,     "帮扶人",   "Helper",   .flags = REQUIRED, .max = 100, .aliases = "帮扶责任人|联系人|帮扶干部|帮扶人姓名|结对干部"),
    COL(pairing, unit_name,  "帮扶单位", "Unit",     .max = 100, .aliases = "单位|帮扶人单位|工作单位"),
    COL(pairing, phone,      "帮扶人电话", "Helper's phone", .check = check_phone, .mask = MASK_PHONE, .aliases = "帮扶人联系电话"),
    COL(pairing, since,      "结对日期", "Since",    .aliases = "开始日期|结对开始日期|帮扶开始时间"),
    COL(pairing, until,      "结束日期", "Until",    .aliases = "结对结束日期|帮扶结束时间"),
    COL(pairing, end_reason, "结束原因", "Ended because", .max = 200),
    COL(pairing, note,       "备注",     "Note",     .max = 1000, .aliases = "说明|帮扶措施"),
};
static const struct col disaster_loss_cols[] = {
    KEYS(disaster_loss),
    COL(disaster_loss, event,       "灾害名称", "Event",       .flags = REQUIRED, .max = 100, .aliases = "灾害|灾情|受灾事件"),
    COL(disaster_loss, kind,        "灾害类型", "Kind of disaster", .codes = "risk", .aliases = "灾种"),
    COL(disaster_loss, happened_on, "日期",     "Happened on", .flags = REQUIRED, .aliases = "受灾日期|发生日期|受灾时间"),
    COL(disaster_loss, document,    "文号",     "Document number", .max = 60, .aliases = "文件号"),
    COL(disaster_loss, project,     "受灾项目", "Project",     .max = 200, .aliases = "发展项目|项目内容"),
    COL(disaster_loss, item,        "受损物品", "Item",        .max = 200, .aliases = "物品|受损内容"),
    COL(disaster_loss, quantity,    "总数量",   "Quantity",    .min = 0, .max = INT64_MAX, .aliases = "数量"),
    COL(disaster_loss, destroyed,   "受损数量", "Destroyed",   .min = 0, .max = INT64_MAX, .aliases = "损失数量"),
    COL(disaster_loss, unit,        "单位",     "Unit",        .codes = "unit", .aliases = "计量单位"),
    COL(disaster_loss, loss,        "损失金额", "Loss",        .min = 0, .max = 100000000000000, .aliases = "经济损失|损失|损失金额(元)|损失金额（元）"),
    COL(disaster_loss, rooms,       "倒塌房屋", "Rooms",       .min = 0, .max = 1000, .aliases = "倒房间数"),
    COL(disaster_loss, hurt,        "伤亡人数", "Persons hurt", .min = 0, .max = 1000),
    COL(disaster_loss, note,        "备注",     "Note",        .max = 1000, .aliases = "说明"),
};
// clang-format on
const struct entity visit_entity = ENTITY(visit, TABLE_COUNTY, "走访", "Visit", visit_cols);
const struct entity pairing_entity = ENTITY(pairing, TABLE_COUNTY, "结对帮扶", "Pairing", pairing_cols);
const struct entity disaster_loss_entity =
    ENTITY(disaster_loss, TABLE_COUNTY, "受灾损失", "Loss by disaster", disaster_loss_cols);
