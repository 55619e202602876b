#include "registry/person.h"

enum { WAGE_MAX_FEN = 10000000 }; /* 100,000 yuan a month */

// clang-format off
static const struct col cols[] = {
    COL(person, county,            "县代码",       "County",            .flags = PKEY | SERVER | REQUIRED),
    COL(person, id,                "内部编号",     "Id",                .flags = PKEY | SERVER | REQUIRED),
    COL(person, household_id,      "户内部编号",   "Household id",      .flags = SERVER | REQUIRED),
    COL(person, person_no,         "人编号",       "Person number",     .max = 30, .national = "AAB001", .aliases = "人员编号|人口编号|成员编号"),
    COL(person, name,              "姓名",         "Name",              .flags = REQUIRED, .max = 60, .check = check_name, .national = "AAB002", .aliases = "成员姓名|家庭成员姓名|人员姓名"),
    COL(person, id_kind,           "证件类型",     "Kind of identity document", .codes = "id_kind", .aliases = "证件种类|成员证件类型"),
    COL(person, id_number,         "证件号码",     "Identity number",   .flags = NATURAL, .check = check_idno, .seal = SEAL_ID_NUMBER, .mask = MASK_IDNO, .national = "AAB004", .aliases = "身份证号|身份证号码|公民身份号码|公民身份证号码|居民身份证号码|证件号|身份证|成员证件号码|成员身份证号码"),
    COL(person, sex,               "性别",         "Sex",               .codes = "sex", .aliases = "成员性别"),
    COL(person, birth_date,        "出生日期",     "Birth date",        .aliases = "出生年月日|生日|出生年月"),
    COL(person, disability_kind,   "残疾类别",     "Kind of disability", .codes = "disability_kind", .mask = MASK_HIDE, .aliases = "残疾类型|残疾种类"),
    COL(person, disability_grade,  "残疾等级",     "Grade of disability", .codes = "disability_grade", .mask = MASK_HIDE, .aliases = "残疾级别"),
    COL(person, disability_reissue, "残疾证补发次数", "Re-issue of the disability certificate", .min = 0, .max = 9, .mask = MASK_HIDE),
    COL(person, relation,          "与户主关系",   "Relation to the head", .codes = "relation", .national = "AAB006", .aliases = "家庭关系|与户主的关系|户主关系|关系"),
    COL(person, ethnicity,         "民族",         "Ethnicity",         .codes = "ethnicity", .national = "AAB007", .aliases = "民族名称"),
    COL(person, political_status,  "政治面貌",     "Political status",  .codes = "political_status", .national = "AAK033", .aliases = "政治面目"),
    COL(person, party_joined_on,   "入党日期",     "Joined the Party on", .flags = MONTH, .aliases = "党员入党日期|入党时间"),
    COL(person, marital,           "婚姻状况",     "Marital status",    .codes = "marital", .aliases = "婚姻|婚否"),
    COL(person, education,         "文化程度",     "Education",         .codes = "education", .national = "AAB008", .aliases = "学历|受教育程度|教育程度"),
    COL(person, student_status,    "在校生状况",   "Student status",    .codes = "student_status", .national = "AAB009", .aliases = "在校状况|在校生情况|就读年级"),
    COL(person, school,            "就读学校",     "School",            .max = 100, .aliases = "学校|学校名称|学校及年级|就读学校及年级"),
    COL(person, school_years,      "学制",         "Length of study",   .min = 1, .max = 10, .aliases = "学制(年)|学制（年）"),
    COL(person, school_place,      "就读地",       "Place of school",   .codes = "school_place", .aliases = "县内县外|县内/县外|县内外就读|就读区域"),
    COL(person, student_no_kind,   "学籍号类别",   "Kind of student number", .codes = "student_no_kind", .aliases = "学籍类别|学籍类型"),
    COL(person, enrolled_on,       "入学年月",     "Enrolled on",       .flags = MONTH, .aliases = "入学日期|入学时间"),
    COL(person, internship,        "是否顶岗实习", "On internship",     .aliases = "顶岗实习"),
    COL(person, dropout_reason,    "义务教育阶段未上学原因", "Reason for not attending school", .codes = "dropout_reason", .aliases = "失学辍学原因|义务教育阶段失学辍学原因|义务教育阶段未上学(失学辍学)原因|义务教育阶段未上学（失学辍学）原因|未上学原因|辍学原因|失学或辍学原因"),
    COL(person, health,            "健康状况",     "Health",            .codes = "health", .mask = MASK_HIDE, .national = "AAB017", .aliases = "身体状况|健康情况"),
    COL(person, disease,           "病种",         "Disease",           .max = 200, .mask = MASK_HIDE, .aliases = "患病病种|所患疾病|疾病名称|大病病种"),
    COL(person, limited_mobility,  "行动不便",     "Limited mobility",  .aliases = "是否行动不便"),
    COL(person, labour,            "劳动技能",     "Labour capacity",   .codes = "labour", .national = "AAB010", .aliases = "劳动能力|劳动力状况|劳动技能情况|劳力情况"),
    COL(person, skill,             "特长",         "Skills",            .max = 200, .aliases = "个人特长|技能特长"),
    COL(person, village_cadre,     "是否村干部",   "Village cadre",     .aliases = "村干部"),
    COL(person, retired_cadre,     "是否退休干部", "Retired cadre",     .aliases = "退休干部|退休贫困干部"),
    COL(person, active_soldier,    "是否现役军人", "On active service", .aliases = "现役军人"),
    COL(person, speaks_mandarin,   "是否会讲普通话", "Speaks Mandarin", .national = "AAB065", .aliases = "会讲普通话|普通话"),
    COL(person, work_province,     "务工所在省",   "Province of work",  .max = 60, .national = "AAB025", .aliases = "务工所在地(省)|务工所在地（省）|务工省|务工所在地省"),
    COL(person, work_city,         "务工所在市",   "City of work",      .max = 60, .national = "AAB026", .aliases = "务工所在地(市)|务工所在地（市）|务工市|务工所在地市"),
    COL(person, work_county,       "务工所在县",   "County of work",    .max = 60, .national = "AAB027", .aliases = "务工所在地(县)|务工所在地（县）|务工县|务工所在地县"),
    COL(person, work_township,     "务工所在镇",   "Township of work",  .max = 100, .national = "AAB028", .aliases = "务工所在地(镇)|务工所在地（镇）|务工镇|务工所在地|务工地点|务工所在地镇"),
    COL(person, work_area,         "务工区域",     "Area of work",      .codes = "work_area", .aliases = "务工范围"),
    COL(person, work_months,       "务工时间",     "Months of work",    .min = 0, .max = 12, .national = "AAB012", .aliases = "务工时间(月)|务工时间（月）|务工月数|务工时长"),
    COL(person, work_from,         "务工开始日期", "Work from",         .flags = MONTH, .aliases = "务工开始|务工开始时间"),
    COL(person, work_to,           "务工结束日期", "Work to",           .flags = MONTH, .aliases = "务工结束|务工结束时间"),
    COL(person, employer,          "务工企业",     "Employer",          .max = 100, .aliases = "务工企业名称|务工单位|工作单位|务工单位名称"),
    COL(person, monthly_wage,      "务工月收入",   "Monthly wage",      .min = 0, .max = WAGE_MAX_FEN, .aliases = "月收入|月工资|务工月收入(元)|务工月收入（元）|月收入(元)"),
    COL(person, job_channel,       "就业渠道",     "How the work was found", .codes = "job_channel", .aliases = "就业途径"),
    COL(person, public_post,       "是否公益性岗位", "Holds a public post", .aliases = "公益性岗位|公益岗位|是否公益岗位"),
    COL(person, public_post_months, "公益性岗位月数", "Months in a public post", .min = 0, .max = 12, .aliases = "公益岗位月数|公益性岗位(月数)|公益性岗位（月数）"),
    COL(person, job_wish,          "就业需求",     "Wish for work",     .max = 200, .aliases = "就业意愿"),
    COL(person, resident_medical,  "是否参加城乡居民基本医疗保险", "Residents' medical insurance", .national = "AAB013", .aliases = "城乡居民医保|是否参加城乡居民医保|城乡居民基本医疗保险|是否参加新型农村合作医疗|新农合|是否参加医保"),
    COL(person, employee_medical,  "是否参加城镇职工基本医疗保险", "Employees' medical insurance", .aliases = "职工医保|是否参加职工医保|城镇职工基本医疗保险"),
    COL(person, serious_illness_insurance, "是否参加大病保险", "Serious-illness insurance", .national = "AAB022", .aliases = "大病保险"),
    COL(person, supplementary_medical, "是否参加商业补充医疗保险", "Commercial supplementary medical insurance", .national = "AAB067", .aliases = "商业补充医疗|商业补充医疗保险|是否参加商业补充医疗"),
    COL(person, medical_aid,       "是否接受医疗救助", "Receives medical aid", .aliases = "医疗救助|是否享受医疗救助"),
    COL(person, resident_pension,  "是否参加城乡居民基本养老保险", "Residents' pension insurance", .national = "AAB014", .aliases = "城乡居民养老|城乡居民养老保险|是否参加城乡居民养老保险|城乡居民基本养老保险|新农保"),
    COL(person, employee_pension,  "是否参加城镇职工基本养老保险", "Employees' pension insurance", .aliases = "职工养老|职工养老保险|是否参加职工养老保险|城镇职工基本养老保险"),
    COL(person, subsistence_allowance, "是否享受低保", "Receives subsistence allowance", .national = "AAB030", .aliases = "享受低保|是否享受农村居民最低生活保障|是否享受最低生活保障|是否低保"),
    COL(person, extreme_poverty_support, "是否特困供养人员", "In extreme-poverty support", .aliases = "特困供养|是否特困供养|特困供养人员|是否五保"),
    COL(person, accident_insurance, "是否享受人身意外险补贴", "Subsidised accident insurance", .national = "AAB066", .aliases = "人身意外险补贴|人身意外保险补贴"),
    COL(person, relocated,         "是否搬迁人口", "Relocated person",  .aliases = "搬迁人口|是否易地扶贫搬迁人口|易地扶贫搬迁人口"),
    COL(person, phone,             "联系电话",     "Phone",             .check = check_phone, .mask = MASK_PHONE, .aliases = "电话|手机|手机号|手机号码|本人电话|联系方式"),
    COL(person, change_status,     "变化状态",     "Change",            .codes = "person_change", .aliases = "人员变化|变更类型|人员变化类型|人员状态"),
    COL(person, changed_on,        "变化日期",     "Changed on",        .aliases = "变更日期|变化时间"),
    COL(person, change_reason,     "变化原因",     "Reason of the change", .max = 200, .aliases = "变更原因"),
    COL(person, joined_on,         "进入本户日期", "Joined the household on", .aliases = "增加日期|迁入日期"),
    COL(person, left_on,           "离开本户日期", "Left the household on", .aliases = "减少日期|迁出日期"),
    COL(person, note,              "备注",         "Note",              .max = 1000, .aliases = "说明"),
};
// clang-format on

const struct entity person_entity = ENTITY(person, TABLE_COUNTY, "人员", "Person", cols);

bool person_take_disability_card(struct person *p, struct str card, struct date today)
{
    struct idno id;
    struct disability_card d;
    enum idno_result r = idno_read(p->id_number, today, &id);
    if ((r != IDNO_OK && r != IDNO_CONVERTED) || !disability_card_read(card, &id, &d))
        return false;
    p->disability_kind = (struct code){ d.kind, true };
    p->disability_grade = (struct code){ d.grade, true };
    p->disability_reissue = (struct opt_int){ d.reissue, true };
    return true;
}
