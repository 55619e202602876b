#include "programme/keys.h"

#include <assert.h>

// clang-format off
#define K(s, m, name_, kind_, flags_, zh_, en_) \
    { .name = (name_), .kind = (kind_), .off = offsetof(struct s, m), .flags = (flags_), .label = { zh_, en_ } }
#define KX(s, m, name_, kind_, flags_, zh_, en_, ...) \
    { .name = (name_), .kind = (kind_), .off = offsetof(struct s, m), .flags = (flags_), .label = { zh_, en_ }, __VA_ARGS__ }
#define CHOICES(c)     .choices = (c), .choices_n = N_ELEMS(c)
#define TABLE(t, s, k) static const struct key_table t = { .name = #t, .keys = (k), .n = N_ELEMS(k), .size = sizeof(struct s) }
#define SOURCE(s)      K(s, source, "source", KEY_TEXT, 0, "依据", "Source")
#define NOTE(s)        KX(s, note, "note", KEY_TEXT, 0, "说明", "Note", .max = 2000)
#define LABEL(s)       K(s, label.zh, "zh", KEY_TEXT, 0, "中文", "In Chinese"), K(s, label.en, "en", KEY_TEXT, 0, "英文", "In English")
#define NAMED(s)       K(s, label.zh, "zh", KEY_TEXT, KEY_REQUIRED, "中文", "In Chinese"), K(s, label.en, "en", KEY_TEXT, 0, "英文", "In English")
#define ID(s)          K(s, id, "id", KEY_NAME, KEY_REQUIRED, "名称", "Id")
#define STEPS(...)     .only = __VA_ARGS__
#define BIT(x)         (UINT64_C(1) << (x))
#define CONDITION(s, m, name_, flags_, zh_, en_) KX(s, m, name_, KEY_EXPRESSION, flags_, zh_, en_, .want = RULE_BOOL)

/* --- choices, in the order of their enums ------------------------------------------------------------ */

const struct choice programme_kinds[] = {
    { "loan",        { "借款（到期归还）", "loan" } },
    { "grant",       { "一次性补助", "grant" } },
    { "instalments", { "分期补助", "grant in instalments" } },
    { "per_unit",    { "按数量补助", "grant by unit" } },
    { "monthly",     { "按月补助", "monthly grant" } },
};
static const struct choice stages[] = {
    { "registry",    { "按名册", "of the registry" } },
    { "application", { "申请时", "on application" } },
    { "village",     { "村评议时", "by the village" } },
    { "township",    { "镇审核时", "by the township" } },
    { "county",      { "县（区）审批时", "by the county" } },
    { "payment",     { "每次发放前", "before each payment" } },
};
static const struct choice levels[] = {
    { "none", { "无", "none" } },          { "village", { "村", "village" } },       { "township", { "镇", "township" } },
    { "county", { "县（区）", "county" } }, { "prefecture", { "市", "prefecture" } }, { "province", { "省", "province" } },
};
static const struct choice parameter_types[] = {
    { "bool", { "是或否", "yes or no" } }, { "int", { "整数", "whole number" } }, { "money", { "金额（元）", "amount in yuan" } },
    { "quantity", { "数量", "quantity" } }, { "date", { "日期", "date" } }, { "year", { "年度", "year" } },
    { "text", { "文字", "text" } }, { "ratio", { "比率", "ratio" } },
};
static const struct choice whos[] = {
    { "member", { "家庭成员", "a member" } }, { "head", { "户主", "the head" } }, { "household", { "户", "the household" } },
};
static const struct choice orders[] = { { "asc", { "从小到大", "lowest first" } }, { "desc", { "从大到小", "highest first" } } };
static const struct choice repeats[] = {
    { "after_settlement", { "还清后可再次", "again after settlement" } }, { "yearly", { "每年一次", "once a year" } },
    { "never", { "只一次", "once only" } }, { "freely", { "不限", "any number of times" } },
};
static const struct choice term_bys[] = { { "period", { "按期", "of the period" } }, { "contract", { "按合同", "of the contract" } } };
static const struct choice methods[] = {
    { "bullet", { "到期一次归还", "all at the end" } }, { "equal_principal", { "等额本金", "equal principal" } },
    { "annuity", { "等额本息", "equal instalments" } }, { "flat", { "按原本金计费", "flat" } },
};
static const struct choice day_counts[] = {
    { "same_as_period", { "按期计", "by period" } }, { "30/360", { "30/360", "30/360" } },
    { "actual/365", { "实际天数/365", "actual/365" } }, { "actual/actual", { "实际天数/当年天数", "actual/actual" } },
};
static const struct choice roundings[] = { { "half_up", { "四舍五入", "half up" } }, { "half_even", { "四舍六入五成双", "half to even" } } };
static const struct choice loan_parts[] = {
    { "fee", { "费用", "fee" } }, { "penalty", { "逾期费用", "penalty" } }, { "interest", { "利息（占用费）", "interest" } },
    { "principal", { "本金", "principal" } },
};
static const struct choice excesses[] = { { "refund", { "退还", "paid back" } }, { "next", { "抵下一期", "kept for the next instalment" } } };
static const struct choice not_froms[] = {
    { "own_family", { "本户成员", "own family" } }, { "in_default", { "有逾期的人", "anybody in default" } }, { "borrower", { "其他借款人", "another borrower" } },
};
static const struct choice releases[] = {
    { "money_back", { "资金收回", "the money is back" } }, { "out_of_poverty", { "已脱贫", "the household is out of poverty" } },
};
static const struct choice layers[] = {
    { "county_to_township", { "区（县）与镇", "county to township" } }, { "office_to_household", { "项目办与户", "office to household" } },
    { "township_to_household", { "镇与户", "township to household" } },
};
static const struct choice legs[] = {
    { "account_to_township", { "专户到镇", "special account to township" } }, { "township_to_household", { "镇到户", "township to household" } },
    { "account_to_household", { "专户到户", "special account to household" } },
};
static const struct choice ways[] = {
    { "one_card", { "一卡通", "one-card account" } }, { "card", { "打卡", "bank card" } }, { "cash", { "现金", "cash" } },
    { "transfer", { "转账", "bank transfer" } }, { "goods", { "实物", "in kind" } }, { "meeting", { "资金发放会", "pay-out meeting" } },
};
static const struct choice everys[] = {
    { "once", { "一次", "once" } }, { "month", { "每月", "every month" } }, { "term", { "每学期", "every school term" } },
    { "year", { "每年", "every year" } }, { "unit", { "每单位", "for each unit" } },
};
static const struct choice budget_pers[] = { { "programme", { "总额", "in all" } }, { "year", { "每年", "a year" } }, { "period", { "每期", "a period" } } };
static const struct choice budget_ends[] = { { "stop", { "用完即止", "no more cases" } }, { "wait", { "按优先顺序等候", "cases wait by priority" } } };
static const struct choice field_types[] = {
    { "text", { "文字", "text" } }, { "bool", { "是或否", "yes or no" } }, { "int", { "整数", "whole number" } },
    { "money", { "金额（元）", "amount in yuan" } }, { "quantity", { "数量", "quantity" } }, { "date", { "日期", "date" } },
    { "code", { "选项", "choice" } },
};
const struct choice step_kinds[STEP_KINDS] = {
    [STEP_SITE_CHOICE] = { "site_choice", { "选定项目点", "choice of sites" } },
    [STEP_SURVEY_ROUND] = { "survey_round", { "调查摸底", "survey round" } },
    [STEP_SCREENING] = { "screening", { "条件筛选", "screening" } },
    [STEP_APPLICATION] = { "application", { "申请", "application" } },
    [STEP_CLASSIFICATION] = { "classification", { "分类登记", "classification" } },
    [STEP_HOME_VISIT] = { "home_visit", { "入户核查", "home visit" } },
    [STEP_EXCLUSION] = { "exclusion", { "排除", "exclusion" } },
    [STEP_REGISTER] = { "register", { "登记造册", "register" } },
    [STEP_APPRAISAL] = { "appraisal", { "专家论证", "expert appraisal" } },
    [STEP_AMOUNT] = { "amount", { "核定金额", "setting of the amount" } },
    [STEP_MEETING] = { "meeting", { "会议研究", "meeting" } },
    [STEP_REVIEW] = { "review", { "审核", "review" } },
    [STEP_DOCUMENTS] = { "documents", { "填报材料", "documents" } },
    [STEP_BATCH] = { "batch", { "集中上报", "batch" } },
    [STEP_NOTICE] = { "notice", { "公示", "public notice" } },
    [STEP_RESPONSIBILITY_LETTER] = { "responsibility_letter", { "签订责任状", "responsibility letter" } },
    [STEP_FILING] = { "filing", { "备案", "filing" } },
    [STEP_ACCEPTANCE] = { "acceptance", { "验收", "acceptance" } },
};
static const struct choice ons[] = { { "case", { "逐户", "each case" } }, { "candidate_list", { "候选名单", "the candidate list" } }, { "batch", { "一批", "the batch" } } };
static const struct choice records[] = {
    { "attendance", { "到会人员", "attendance" } }, { "votes", { "表决", "votes" } }, { "opinion", { "意见", "opinion" } },
    { "signatures", { "签字", "signatures" } }, { "minutes", { "会议记录", "minutes" } }, { "photos", { "照片", "photos" } },
};
static const struct choice day_kinds[] = { { "calendar", { "自然日", "calendar days" } }, { "working", { "工作日", "working days" } } };
static const struct choice columns[] = {
    { "applicant_name", { "申请人", "applicant" } }, { "head_name", { "户主", "head" } }, { "village", { "村", "village" } },
    { "township", { "镇", "township" } }, { "members", { "家庭人口", "members" } }, { "family_condition", { "家庭情况", "family condition" } },
    { "project", { "项目", "project" } }, { "amount", { "金额", "amount" } }, { "standard", { "标准", "standard" } },
    { "school", { "学校", "school" } }, { "grade", { "年级", "grade" } }, { "quantity", { "数量", "quantity" } }, { "result", { "结果", "result" } },
};
static const struct choice channels[] = {
    { "village_board", { "村务公开栏", "village board" } }, { "township_board", { "镇公开栏", "township board" } },
    { "website", { "网站", "website" } }, { "school", { "校内", "in the school" } }, { "unit_board", { "单位公开栏", "board of the unit" } },
    { "wechat", { "微信", "WeChat" } },
};
static const struct choice notice_forms[] = { { "proposed", { "公示", "proposed" } }, { "decided", { "公告", "decided" } } };
static const struct choice reminder_forms[] = { { "due_list", { "到期名单", "list of what falls due" } }, { "letter", { "还款通知书", "letter" } } };

/* --- tables, the inner ones first -------------------------------------------------------------------- */

static const struct key basis_keys[] = {
    K(programme_basis, title, "title", KEY_WORDING, KEY_REQUIRED, "文件名称", "Title"),
    K(programme_basis, document, "document", KEY_TEXT, 0, "文号", "Document number"),
    K(programme_basis, date, "date", KEY_DATE, 0, "日期", "Date"),
};
TABLE(basis, programme_basis, basis_keys);

static const struct key term_keys[] = {
    K(programme_terms, beneficiary, "beneficiary", KEY_WORDING, 0, "对象", "Beneficiary"),
    K(programme_terms, money, "money", KEY_WORDING, 0, "款项", "Money"),
    K(programme_terms, contract, "contract", KEY_WORDING, 0, "合同", "Contract"),
    K(programme_terms, guarantor, "guarantor", KEY_WORDING, 0, "担保人", "Guarantor"),
};
TABLE(label, programme_terms, term_keys);

static const struct key applicant_keys[] = {
    KX(programme_applicant, who, "who", KEY_CHOICE, KEY_REQUIRED, "申请人", "Applicant", CHOICES(whos)),
    LABEL(programme_applicant),
    CONDITION(programme_applicant, must, "must", 0, "条件", "Must"),
    SOURCE(programme_applicant),
};
TABLE(applicant, programme_applicant, applicant_keys);

static const struct key parameter_value_keys[] = {
    KX(parameter_value, year, "year", KEY_INT, 0, "年度", "Year", .min = 1900, .max = 2200),
    K(parameter_value, region, "region", KEY_REGION, 0, "区划", "Region"),
    K(parameter_value, value, "value", KEY_CONSTANT, KEY_REQUIRED, "数值", "Value"),
};
TABLE(parameter_values, parameter_value, parameter_value_keys);

static const struct key parameter_keys[] = {
    ID(programme_parameter),
    NAMED(programme_parameter),
    KX(programme_parameter, type, "type", KEY_CHOICE, KEY_REQUIRED, "类型", "Type", CHOICES(parameter_types)),
    K(programme_parameter, initial, "default", KEY_EXPRESSION, 0, "默认", "Default"),
    K(programme_parameter, range, "range", KEY_CONSTANT, KEY_MANY, "范围", "Range"),
    KX(programme_parameter, values, "values", KEY_OBJECT, KEY_MANY, "分年度和地区", "By year and region", .object = &parameter_values),
    SOURCE(programme_parameter),
    NOTE(programme_parameter),
};
TABLE(parameters, programme_parameter, parameter_keys);

static const struct key first_time_keys[] = {
    KX(programme_first_time, stage, "stage", KEY_CHOICE, KEY_REQUIRED, "何时", "When", CHOICES(stages)),
    CONDITION(programme_first_time, when, "when", KEY_REQUIRED, "条件", "Condition"),
};
TABLE(first_time, programme_first_time, first_time_keys);

static const struct key condition_keys[] = {
    ID(programme_condition),
    NAMED(programme_condition),
    KX(programme_condition, stage, "stage", KEY_CHOICE, 0, "何时核对", "Asked", CHOICES(stages)),
    CONDITION(programme_condition, when, "when", 0, "条件", "Condition"),
    KX(programme_condition, first_time, "first_time", KEY_OBJECT, 0, "首次申请", "For the first time", .object = &first_time),
    K(programme_condition, decided_by_people, "decided_by_people", KEY_BOOL, 0, "由人评定", "Decided by people"),
    SOURCE(programme_condition),
    NOTE(programme_condition),
};
TABLE(conditions, programme_condition, condition_keys);
static const struct key_table exclude = { .name = "exclude", .keys = condition_keys, .n = N_ELEMS(condition_keys), .size = sizeof(struct programme_condition) };

static const struct key priority_keys[] = {
    LABEL(programme_priority),
    KX(programme_priority, by, "by", KEY_EXPRESSION, KEY_REQUIRED, "依据何值", "By", .want = RULE_ANY),
    KX(programme_priority, order, "order", KEY_CHOICE, 0, "次序", "Order", CHOICES(orders)),
    SOURCE(programme_priority),
};
TABLE(priority, programme_priority, priority_keys);

static const struct key exposure_keys[] = {
    KX(programme_exposure, live_loans_per_household, "live_loans_per_household", KEY_INT, 0, "每户同时在借笔数", "Live loans of a household", .min = 1, .max = 20),
    KX(programme_exposure, projects_per_household, "projects_per_household", KEY_INT, 0, "每户项目数", "Projects of a household", .min = 1, .max = 20),
    KX(programme_exposure, repeat, "repeat", KEY_CHOICE, 0, "再次享受", "Again", CHOICES(repeats)),
    K(programme_exposure, may_combine_with, "may_combine_with", KEY_NAME, KEY_MANY, "可同时享受", "May combine with"),
    K(programme_exposure, not_with, "not_with", KEY_NAME, KEY_MANY, "不可同时享受", "Not together with"),
    SOURCE(programme_exposure),
};
TABLE(exposure, programme_exposure, exposure_keys);

static const struct key amount_rule_keys[] = {
    LABEL(amount_rule),
    KX(amount_rule, project, "project", KEY_CODE, 0, "项目类别", "Kind of project", .codes = "project_kind"),
    CONDITION(amount_rule, when, "when", 0, "条件", "Condition"),
    K(amount_rule, amount, "amount", KEY_AMOUNT, KEY_REQUIRED, "金额", "Amount"),
    SOURCE(amount_rule),
};
TABLE(standards, amount_rule, amount_rule_keys);
static const struct key_table caps = { .name = "caps", .keys = amount_rule_keys, .n = N_ELEMS(amount_rule_keys), .size = sizeof(struct amount_rule) };

static const struct key amount_keys[] = {
    K(amount_limits, min, "min", KEY_AMOUNT, 0, "最低", "Lowest"),
    K(amount_limits, max, "max", KEY_AMOUNT, KEY_REQUIRED, "最高", "Highest"),
    K(amount_limits, initial, "default", KEY_AMOUNT, 0, "默认", "Default"),
    K(amount_limits, step, "step", KEY_MONEY, 0, "须为其整倍数", "A multiple of"),
    KX(amount_limits, standards, "standards", KEY_OBJECT, KEY_MANY, "分类标准", "Standards", .object = &standards),
};
TABLE(amount, amount_limits, amount_keys);

static const struct key term_months_keys[] = {
    KX(programme_term, initial, "default", KEY_INT, KEY_REQUIRED, "期限（月）", "Months", .min = 1, .max = 600),
    KX(programme_term, min, "min", KEY_INT, 0, "最短（月）", "At least", .min = 1, .max = 600),
    KX(programme_term, max, "max", KEY_INT, 0, "最长（月）", "At most", .min = 1, .max = 600),
    KX(programme_term, by, "by", KEY_CHOICE, 0, "由何确定", "Set by", CHOICES(term_bys)),
};
TABLE(term_months, programme_term, term_months_keys);

static const struct key interest_subsidy_keys[] = {
    K(programme_interest_subsidy, share, "share", KEY_FRACTION, KEY_REQUIRED, "贴息比例", "Share"),
    K(programme_interest_subsidy, from, "from", KEY_DATE, 0, "自", "From"),
    K(programme_interest_subsidy, to, "to", KEY_DATE, 0, "至", "To"),
    SOURCE(programme_interest_subsidy),
};
TABLE(interest_subsidy, programme_interest_subsidy, interest_subsidy_keys);

static const struct key overdue_keys[] = {
    K(programme_overdue, rate, "rate", KEY_FRACTION, 0, "逾期年费率", "Yearly rate"),
    KX(programme_overdue, grace_days, "grace_days", KEY_INT, 0, "宽限天数", "Days of grace", .min = 0, .max = 365),
    KX(programme_overdue, classes, "classes", KEY_WHOLE, KEY_MANY, "逾期分级（天）", "Classes from day", .min = 1, .max = 3650),
};
TABLE(overdue, programme_overdue, overdue_keys);

static const struct key extension_keys[] = {
    K(programme_extension, allowed, "allowed", KEY_BOOL, KEY_REQUIRED, "允许展期", "Allowed"),
    KX(programme_extension, times_max, "times_max", KEY_INT, 0, "最多次数", "At most so often", .min = 1, .max = 20),
    KX(programme_extension, months_max, "months_max", KEY_INT, 0, "最长（月）", "Months at most", .min = 1, .max = 600),
    KX(programme_extension, approval, "approval", KEY_CHOICE, 0, "由谁批准", "Approved by", CHOICES(levels)),
    K(programme_extension, reasons, "reasons", KEY_WORDING, 0, "事由", "Reasons"),
    SOURCE(programme_extension),
};
TABLE(extension, programme_extension, extension_keys);

static const struct key guarantee_keys[] = {
    KX(programme_guarantee, kinds, "kinds", KEY_CODE, KEY_MANY | KEY_REQUIRED, "担保方式", "Kinds", .codes = "guarantee"),
    KX(programme_guarantee, not_from, "not", KEY_CHOICE, KEY_MANY, "不得由谁担保", "Not by", CHOICES(not_froms)),
    K(programme_guarantee, signature, "signature", KEY_BOOL, 0, "须签名", "Signature"),
    K(programme_guarantee, seal, "seal", KEY_BOOL, 0, "须盖章", "Seal"),
    K(programme_guarantee, exposure_max, "exposure_max", KEY_AMOUNT, 0, "一人担保最高额", "Most money of one guarantor"),
    KX(programme_guarantee, loans_max, "loans_max", KEY_INT, 0, "一人担保最多笔数", "Most loans of one guarantor", .min = 1, .max = 10000),
    KX(programme_guarantee, release, "release", KEY_CHOICE, KEY_MANY, "解除条件", "Released when", CHOICES(releases)),
    SOURCE(programme_guarantee),
};
TABLE(guarantee, programme_guarantee, guarantee_keys);

static const struct key payout_keys[] = {
    KX(programme_payout, legs, "legs", KEY_CHOICE, KEY_MANY, "拨付环节", "Legs", CHOICES(legs)),
    KX(programme_payout, ways, "ways", KEY_CHOICE, KEY_MANY, "发放方式", "Ways", CHOICES(ways)),
    KX(programme_payout, requires, "requires", KEY_NAME, KEY_MANY, "发放前须有", "Needs first", .refers = REFERS_PAPER),
    K(programme_payout, checked_per_household, "checked_per_household", KEY_BOOL, 0, "逐户核查", "Checked household by household"),
    SOURCE(programme_payout),
};
TABLE(payout, programme_payout, payout_keys);

static const struct key loan_keys[] = {
    KX(programme_loan, term_months, "term_months", KEY_OBJECT, KEY_REQUIRED, "期限", "Term", .object = &term_months),
    K(programme_loan, rate, "rate", KEY_FRACTION, KEY_REQUIRED, "年利率（占用费率）", "Yearly rate"),
    K(programme_loan, fee, "fee", KEY_FRACTION, 0, "一次性费率", "Fee"),
    KX(programme_loan, method, "method", KEY_CHOICE, KEY_REQUIRED, "还款方式", "Method", CHOICES(methods)),
    KX(programme_loan, day_count, "day_count", KEY_CHOICE, 0, "计息天数", "Day count", CHOICES(day_counts)),
    KX(programme_loan, every_months, "every_months", KEY_INT, 0, "几个月一期", "Months between instalments", .min = 1, .max = 120),
    KX(programme_loan, principal_grace_months, "principal_grace_months", KEY_INT, 0, "还本宽限（月）", "Months before principal", .min = 1, .max = 600),
    K(programme_loan, whole_unit, "whole_unit", KEY_MONEY, 0, "每期取整到", "Instalments in whole"),
    KX(programme_loan, rounding, "rounding", KEY_CHOICE, 0, "取舍", "Rounding", CHOICES(roundings)),
    KX(programme_loan, amount, "amount", KEY_OBJECT, KEY_REQUIRED, "额度", "Amount", .object = &amount),
    KX(programme_loan, allocation, "allocation", KEY_CHOICE, KEY_MANY, "还款抵扣次序", "A repayment pays first", CHOICES(loan_parts)),
    K(programme_loan, early_repayment, "early_repayment", KEY_BOOL, KEY_YES, "可提前归还", "Early repayment"),
    KX(programme_loan, excess, "excess", KEY_CHOICE, 0, "多还的钱", "What is paid too much", CHOICES(excesses)),
    KX(programme_loan, interest_subsidy, "interest_subsidy", KEY_OBJECT, KEY_MANY, "贴息", "Interest subsidy", .object = &interest_subsidy),
    KX(programme_loan, overdue, "overdue", KEY_OBJECT, 0, "逾期", "Overdue", .object = &overdue),
    KX(programme_loan, extension, "extension", KEY_OBJECT, 0, "展期", "Extension", .object = &extension),
    KX(programme_loan, guarantee, "guarantee", KEY_OBJECT, 0, "担保", "Guarantee", .object = &guarantee),
    KX(programme_loan, layers, "layers", KEY_CHOICE, KEY_MANY, "合同层次", "Layers of contracts", CHOICES(layers)),
    K(programme_loan, lender, "lender", KEY_WORDING, 0, "出借方", "Lender"),
    K(programme_loan, collector, "collector", KEY_WORDING, 0, "催收责任人", "Collector"),
    KX(programme_loan, change_approval, "change_approval", KEY_CHOICE, 0, "变更项目或金额由谁批准", "Changes approved by", CHOICES(levels)),
    K(programme_loan, forbidden_uses, "forbidden_uses", KEY_NAME, KEY_MANY | KEY_ANY_TEXT, "禁止用途", "Forbidden uses"),
    KX(programme_loan, payout, "payout", KEY_OBJECT, 0, "发放", "Pay-out", .object = &payout),
    SOURCE(programme_loan),
};
TABLE(loan, programme_loan, loan_keys);

static const struct key item_keys[] = {
    ID(programme_aid_item),
    NAMED(programme_aid_item),
    KX(programme_aid_item, every, "every", KEY_CHOICE, KEY_REQUIRED, "每", "Every", CHOICES(everys)),
    K(programme_aid_item, amount, "amount", KEY_AMOUNT, KEY_REQUIRED, "金额", "Amount"),
    KX(programme_aid_item, unit, "unit", KEY_CODE, 0, "单位", "Unit", .codes = "unit", .only = BIT(EVERY_UNIT), .needs = BIT(EVERY_UNIT)),
    KX(programme_aid_item, at_least, "at_least", KEY_QUANTITY, 0, "至少", "At least", .only = BIT(EVERY_UNIT)),
    KX(programme_aid_item, whole_units, "whole_units", KEY_BOOL, 0, "只计整数单位", "Whole units only", .only = BIT(EVERY_UNIT)),
    K(programme_aid_item, max, "max", KEY_AMOUNT, 0, "最高", "At most"),
    CONDITION(programme_aid_item, when, "when", 0, "条件", "Condition"),
    KX(programme_aid_item, stage, "stage", KEY_CHOICE, 0, "何时核对", "Asked", CHOICES(stages)),
    K(programme_aid_item, from, "from", KEY_MONTH_DAY, 0, "自", "From"),
    K(programme_aid_item, to, "to", KEY_MONTH_DAY, 0, "至", "To"),
    K(programme_aid_item, next_year, "next_year", KEY_BOOL, 0, "在次年", "In the next year"),
    K(programme_aid_item, recheck, "recheck", KEY_BOOL, 0, "发放前复核", "Checked again before it is paid"),
    SOURCE(programme_aid_item),
    NOTE(programme_aid_item),
};
static const struct key_table items = { .name = "items", .keys = item_keys, .n = N_ELEMS(item_keys), .size = sizeof(struct programme_aid_item), .by = "every" };

static const struct key budget_keys[] = {
    K(programme_budget, amount, "amount", KEY_AMOUNT, KEY_REQUIRED, "金额", "Amount"),
    KX(programme_budget, per, "per", KEY_CHOICE, 0, "范围", "Per", CHOICES(budget_pers)),
    KX(programme_budget, when_spent, "when_spent", KEY_CHOICE, 0, "用完后", "When it is spent", CHOICES(budget_ends)),
    SOURCE(programme_budget),
};
TABLE(budget, programme_budget, budget_keys);

static const struct key aid_keys[] = {
    KX(programme_aid, items, "items", KEY_OBJECT, KEY_MANY | KEY_REQUIRED, "补助项目", "Items", .object = &items),
    KX(programme_aid, caps, "caps", KEY_OBJECT, KEY_MANY, "分类封顶（每户每年）", "Caps per household and year", .object = &caps),
    K(programme_aid, max, "max", KEY_AMOUNT, 0, "每例最高", "At most for a case"),
    K(programme_aid, measured, "measured", KEY_BOOL, 0, "以验收数量为准", "By what was measured"),
    K(programme_aid, per_person, "per_person", KEY_BOOL, 0, "按人", "Per person"),
    KX(programme_aid, payout, "payout", KEY_OBJECT, 0, "发放", "Pay-out", .object = &payout),
    KX(programme_aid, rounding, "rounding", KEY_CHOICE, 0, "取舍", "Rounding", CHOICES(roundings)),
    SOURCE(programme_aid),
};
TABLE(aid, programme_aid, aid_keys);

static const struct key choice_keys[] = { ID(named_choice), NAMED(named_choice) };
static const struct key_table choices = { .name = "choices", .keys = choice_keys, .n = N_ELEMS(choice_keys), .size = sizeof(struct named_choice) };

static const struct key field_keys[] = {
    ID(programme_application_field),
    NAMED(programme_application_field),
    KX(programme_application_field, type, "type", KEY_CHOICE, KEY_REQUIRED, "类型", "Type", CHOICES(field_types)),
    K(programme_application_field, required, "required", KEY_BOOL, 0, "必填", "Required"),
    KX(programme_application_field, choices, "choices", KEY_OBJECT, KEY_MANY | KEY_NAMED, "选项", "Choices", .object = &choices, .only = BIT(FIELD_CODE)),
    KX(programme_application_field, codes, "codes", KEY_NAME, 0, "代码表", "Code table", .only = BIT(FIELD_CODE)),
    KX(programme_application_field, stage, "stage", KEY_CHOICE, 0, "何时填写", "Filled in", CHOICES(stages)),
    SOURCE(programme_application_field),
    NOTE(programme_application_field),
};
static const struct key_table fields = { .name = "fields", .keys = field_keys, .n = N_ELEMS(field_keys), .size = sizeof(struct programme_application_field), .by = "type" };

static const struct key application_keys[] = {
    KX(programme_application, fields, "fields", KEY_OBJECT, KEY_MANY, "填写项目", "Fields", .object = &fields),
    K(programme_application, proxy, "proxy", KEY_BOOL, 0, "可代办", "By proxy"),
};
TABLE(application, programme_application, application_keys);

static const struct key form_keys[] = {
    ID(programme_form),
    LABEL(programme_form),
    KX(programme_form, copies, "copies", KEY_INT, 0, "份数", "Copies", .min = 1, .max = 20),
    K(programme_form, holders, "holders", KEY_TEXT, KEY_MANY, "各份由谁保存", "Holders of the copies"),
    SOURCE(programme_form),
};
TABLE(forms, programme_form, form_keys);

static const struct key document_keys[] = {
    ID(programme_document),
    NAMED(programme_document),
    CONDITION(programme_document, when, "when", 0, "何时需要", "Needed when"),
    SOURCE(programme_document),
};
TABLE(documents, programme_document, document_keys);

static const struct key part_keys[] = {
    ID(programme_register_part),
    NAMED(programme_register_part),
    CONDITION(programme_register_part, when, "when", 0, "列入条件", "Who is in it"),
    SOURCE(programme_register_part),
};
static const struct key_table parts = { .name = "parts", .keys = part_keys, .n = N_ELEMS(part_keys), .size = sizeof(struct programme_register_part) };

static const struct key duty_keys[] = {
    K(programme_duty, party, "party", KEY_WORDING, KEY_REQUIRED, "责任方", "Party"),
    K(programme_duty, duties, "duties", KEY_TEXT, KEY_MANY, "责任", "Duties"),
};
static const struct key_table parties = { .name = "parties", .keys = duty_keys, .n = N_ELEMS(duty_keys), .size = sizeof(struct programme_duty) };

static const struct key step_keys[] = {
    ID(programme_step),
    KX(programme_step, kind, "kind", KEY_CHOICE, KEY_REQUIRED, "种类", "Kind", CHOICES(step_kinds)),
    LABEL(programme_step),
    K(programme_step, body, "body", KEY_WORDING, 0, "由谁办理", "Done by"),
    K(programme_step, with, "with", KEY_TEXT, KEY_MANY, "会同", "Together with"),
    KX(programme_step, level, "level", KEY_CHOICE, 0, "层级", "Level", CHOICES(levels)),
    K(programme_step, enabled, "enabled", KEY_BOOL, KEY_YES, "启用", "Enabled"),
    KX(programme_step, decides, "decides", KEY_BOOL, 0, "作出决定", "Decides", STEPS(BIT(STEP_MEETING) | BIT(STEP_REVIEW))),
    K(programme_step, allots_number, "allots_number", KEY_BOOL, 0, "在此编号", "Allots the number"),
    KX(programme_step, other_person_than, "other_person_than", KEY_NAME, KEY_MANY, "不得与这些环节同一人办理", "Not by the person of", .refers = REFERS_STEP),
    KX(programme_step, requires, "requires", KEY_NAME, KEY_MANY, "须先有", "Needs first", .refers = REFERS_PAPER, STEPS(~BIT(STEP_DOCUMENTS))),
    K(programme_step, signatures, "signatures", KEY_NAME, KEY_MANY | KEY_ANY_TEXT, "签名", "Signatures"),
    K(programme_step, seals, "seals", KEY_NAME, KEY_MANY | KEY_ANY_TEXT, "盖章", "Seals"),
    KX(programme_step, days_max, "days_max", KEY_INT, 0, "限期（天）", "Days at most", .min = 1, .max = 3650),
    K(programme_step, from, "from", KEY_MONTH_DAY, 0, "自", "From"),
    K(programme_step, to, "to", KEY_MONTH_DAY, 0, "至", "To"),
    K(programme_step, next_year, "next_year", KEY_BOOL, 0, "在次年", "In the next year"),
    SOURCE(programme_step),
    NOTE(programme_step),
    KX(programme_step, on, "on", KEY_CHOICE, 0, "对象", "About", CHOICES(ons), STEPS(BIT(STEP_MEETING) | BIT(STEP_REVIEW))),
    KX(programme_step, records, "records", KEY_CHOICE, KEY_MANY, "记录", "Records", CHOICES(records), STEPS(BIT(STEP_MEETING))),
    KX(programme_step, parts, "parts", KEY_OBJECT, KEY_MANY, "分册", "Registers or classes", .object = &parts, STEPS(BIT(STEP_SURVEY_ROUND) | BIT(STEP_CLASSIFICATION))),
    KX(programme_step, groups, "groups", KEY_INT, 0, "工作组数", "Groups", .min = 1, .max = 1000, STEPS(BIT(STEP_SURVEY_ROUND) | BIT(STEP_HOME_VISIT))),
    KX(programme_step, visitors_min, "visitors_min", KEY_INT, 0, "每次入户至少人数", "Visitors at least", .min = 1, .max = 20, STEPS(BIT(STEP_SURVEY_ROUND) | BIT(STEP_HOME_VISIT))),
    KX(programme_step, meets_person, "meets_person", KEY_BOOL, 0, "须与本人见面", "The person is met", STEPS(BIT(STEP_HOME_VISIT))),
    KX(programme_step, records_opinion, "records_opinion", KEY_BOOL, 0, "记录本人意见", "The person's opinion is recorded", STEPS(BIT(STEP_HOME_VISIT))),
    KX(programme_step, experts_min, "experts_min", KEY_INT, 0, "专家至少人数", "Experts at least", .min = 1, .max = 100, STEPS(BIT(STEP_APPRAISAL))),
    KX(programme_step, standards, "standards", KEY_OBJECT, KEY_MANY, "标准", "Standards", .object = &standards, STEPS(BIT(STEP_AMOUNT))),
    KX(programme_step, cover_sheet, "cover_sheet", KEY_BOOL, 0, "附汇总表", "Cover sheet", STEPS(BIT(STEP_BATCH))),
    KX(programme_step, document_number, "document_number", KEY_BOOL, 0, "记文号", "Document number", STEPS(BIT(STEP_BATCH) | BIT(STEP_FILING))),
    KX(programme_step, form, "form", KEY_NAME, 0, "用表", "Form", .refers = REFERS_PAPER,
       STEPS(BIT(STEP_APPLICATION) | BIT(STEP_REGISTER) | BIT(STEP_APPRAISAL) | BIT(STEP_SURVEY_ROUND) | BIT(STEP_HOME_VISIT) | BIT(STEP_RESPONSIBILITY_LETTER) | BIT(STEP_ACCEPTANCE))),
    KX(programme_step, requires, "required", KEY_NAME, KEY_MANY, "所需材料", "What is needed", .refers = REFERS_PAPER, STEPS(BIT(STEP_DOCUMENTS)), .needs = BIT(STEP_DOCUMENTS)),
    KX(programme_step, parties, "parties", KEY_OBJECT, KEY_MANY, "责任各方", "Parties", .object = &parties, STEPS(BIT(STEP_RESPONSIBILITY_LETTER)), .needs = BIT(STEP_RESPONSIBILITY_LETTER)),
    KX(programme_step, release, "release", KEY_CHOICE, KEY_MANY, "解除条件", "Released when", CHOICES(releases), STEPS(BIT(STEP_RESPONSIBILITY_LETTER))),
    KX(programme_step, to_office, "file_with", KEY_WORDING, 0, "报送", "Filed with", STEPS(BIT(STEP_FILING)), .needs = BIT(STEP_FILING)),
    KX(programme_step, unit, "unit", KEY_CODE, 0, "验收单位", "Measured in", .codes = "unit", STEPS(BIT(STEP_ACCEPTANCE))),
    KX(programme_step, sample_percent, "sample_percent", KEY_INT, 0, "抽查比例（%）", "Per cent checked again", .min = 1, .max = 100, STEPS(BIT(STEP_ACCEPTANCE) | BIT(STEP_REVIEW))),
    KX(programme_step, days, "days", KEY_INT, 0, "天数", "Days", .min = 1, .max = 365, STEPS(BIT(STEP_NOTICE)), .needs = BIT(STEP_NOTICE)),
    KX(programme_step, count, "count", KEY_CHOICE, 0, "日期计算", "Counted in", CHOICES(day_kinds), STEPS(BIT(STEP_NOTICE)), .needs = BIT(STEP_NOTICE)),
    KX(programme_step, notice_form, "form_of_notice", KEY_CHOICE, 0, "形式", "Form of the notice", CHOICES(notice_forms), STEPS(BIT(STEP_NOTICE))),
    KX(programme_step, columns, "columns", KEY_CHOICE, KEY_MANY, "公示内容", "Columns", CHOICES(columns), STEPS(BIT(STEP_NOTICE)), .needs = BIT(STEP_NOTICE)),
    KX(programme_step, channels, "channels", KEY_CHOICE, KEY_MANY, "公示渠道", "Channels", CHOICES(channels), STEPS(BIT(STEP_NOTICE)), .needs = BIT(STEP_NOTICE)),
    KX(programme_step, anonymous_days, "anonymous_days", KEY_INT, 0, "匿名异议几日内处理", "Days to handle an anonymous objection", .min = 1, .max = 60, STEPS(BIT(STEP_NOTICE))),
    KX(programme_step, answer_days, "answer_days", KEY_INT, 0, "异议几日内答复", "Days to answer an objection", .min = 1, .max = 365, STEPS(BIT(STEP_NOTICE))),
    KX(programme_step, proof, "proof", KEY_BOOL, 0, "张贴和撤下留证", "Proof of posting and removal", STEPS(BIT(STEP_NOTICE))),
    KX(programme_step, hotline, "hotline", KEY_TEXT, 0, "举报电话", "Hotline", STEPS(BIT(STEP_NOTICE))),
};
static const struct key_table steps = { .name = "steps", .keys = step_keys, .n = N_ELEMS(step_keys), .size = sizeof(struct programme_step), .by = "kind" };

static const struct key reminder_keys[] = {
    KX(programme_reminder, no, "no", KEY_INT, KEY_REQUIRED, "序号", "Number", .min = 1, .max = 20),
    KX(programme_reminder, before_months, "before_months", KEY_INT, 0, "到期前（月）", "Months before due", .min = 1, .max = 60),
    KX(programme_reminder, before_days, "before_days", KEY_INT, 0, "到期前（天）", "Days before due", .min = 1, .max = 365),
    KX(programme_reminder, after, "after", KEY_INT, 0, "在第几号通知签收后", "After the receipt of number", .min = 1, .max = 20, .refers = REFERS_REMINDER),
    K(programme_reminder, from, "from", KEY_NAME, KEY_REQUIRED | KEY_ANY_TEXT, "发出", "From"),
    K(programme_reminder, to, "to", KEY_NAME, KEY_REQUIRED | KEY_ANY_TEXT, "送达", "To"),
    KX(programme_reminder, form, "form", KEY_CHOICE, 0, "形式", "Form", CHOICES(reminder_forms)),
    K(programme_reminder, copy_to, "copy_to", KEY_NAME, KEY_MANY | KEY_ANY_TEXT, "抄送", "Copies to"),
    K(programme_reminder, receipt, "receipt", KEY_BOOL, 0, "须签收", "Receipt"),
    SOURCE(programme_reminder),
};
TABLE(reminders, programme_reminder, reminder_keys);

static const struct key visit_keys[] = {
    K(programme_visits, campaign, "campaign", KEY_NAME, KEY_ANY_TEXT, "督查范围", "Campaign"),
    K(programme_visits, checks, "checks", KEY_NAME, KEY_MANY | KEY_ANY_TEXT, "查看内容", "Checks"),
    KX(programme_visits, every_months, "every_months", KEY_INT, 0, "几个月一次", "Months between visits", .min = 1, .max = 120),
    K(programme_visits, by, "by", KEY_WORDING, 0, "由谁走访", "By"),
    SOURCE(programme_visits),
};
TABLE(visits, programme_visits, visit_keys);

#define NOT_LOAN (BIT(KIND_GRANT) | BIT(KIND_INSTALMENTS) | BIT(KIND_PER_UNIT) | BIT(KIND_MONTHLY))
static const struct key top_keys[] = {
    K(programme, code, "code", KEY_NAME, KEY_REQUIRED, "代号", "Code"),
    K(programme, name, "name", KEY_WORDING, KEY_REQUIRED, "名称", "Name"),
    K(programme, aliases, "aliases", KEY_TEXT, KEY_MANY, "别名", "Other names"),
    SOURCE(programme),
    NOTE(programme),
    KX(programme, kind, "kind", KEY_CHOICE, KEY_REQUIRED, "种类", "Kind", CHOICES(programme_kinds)),
    K(programme, valid_from, "valid_from", KEY_DATE, 0, "施行日期", "Valid from"),
    K(programme, valid_to, "valid_to", KEY_DATE, 0, "终止日期", "Valid to"),
    KX(programme, basis, "basis", KEY_OBJECT, KEY_MANY, "文件依据", "Papers it rests on", .object = &basis),
    KX(programme, label, "label", KEY_OBJECT, 0, "称谓", "Words", .object = &label),
    K(programme, principles, "principles", KEY_TEXT, KEY_MANY, "原则", "Principles"),
    KX(programme, applicant, "applicant", KEY_OBJECT, KEY_REQUIRED, "申请人", "Applicant", .object = &applicant),
    KX(programme, parameters, "parameters", KEY_OBJECT, KEY_NAMED, "参数", "Parameters", .object = &parameters),
    KX(programme, conditions, "conditions", KEY_OBJECT, KEY_MANY | KEY_REQUIRED, "条件", "Conditions", .object = &conditions),
    KX(programme, exclude, "exclude", KEY_OBJECT, KEY_MANY, "排除", "Exclusions", .object = &exclude),
    KX(programme, priority, "priority", KEY_OBJECT, KEY_MANY, "优先次序", "Priority", .object = &priority),
    KX(programme, exposure, "exposure", KEY_OBJECT, 0, "重复与叠加", "Repetition and stacking", .object = &exposure),
    KX(programme, loan, "loan", KEY_OBJECT, 0, "借款", "Loan", .object = &loan, .only = BIT(KIND_LOAN), .needs = BIT(KIND_LOAN)),
    KX(programme, aid, "aid", KEY_OBJECT, 0, "补助", "Aid", .object = &aid, .only = NOT_LOAN, .needs = NOT_LOAN),
    KX(programme, budget, "budget", KEY_OBJECT, 0, "预算", "Budget", .object = &budget),
    KX(programme, application, "application", KEY_OBJECT, 0, "申请书", "Application", .object = &application),
    KX(programme, forms, "forms", KEY_OBJECT, KEY_NAMED, "表格", "Forms", .object = &forms),
    KX(programme, documents, "documents", KEY_OBJECT, KEY_NAMED, "材料", "Documents", .object = &documents),
    KX(programme, steps, "steps", KEY_OBJECT, KEY_MANY | KEY_REQUIRED, "步骤", "Steps", .object = &steps),
    K(programme, number, "number", KEY_TEXT, 0, "编号格式", "Number pattern"),
    KX(programme, reminders, "reminders", KEY_OBJECT, KEY_MANY, "还款通知", "Reminders", .object = &reminders, .only = BIT(KIND_LOAN)),
    KX(programme, visits, "visits", KEY_OBJECT, 0, "跟踪督查", "Visits", .object = &visits),
    KX(programme, archive, "archive", KEY_NAME, KEY_MANY, "归档材料", "Archive", .refers = REFERS_PAPER),
};
const struct key_table programme_keys = { .name = "programme", .keys = top_keys, .n = N_ELEMS(top_keys), .size = sizeof(struct programme), .by = "kind" };
// clang-format on

const struct key *key_find(const struct key_table *t, struct str name)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(name, str_of(t->keys[i].name)))
            return &t->keys[i];
    return NULL;
}

size_t key_size(const struct key *k)
{
    static const size_t sizes[] = {
        [KEY_NAME] = sizeof(struct name_at),
        [KEY_TEXT] = sizeof(struct str),
        [KEY_WORDING] = sizeof(struct wording),
        [KEY_INT] = sizeof(struct opt_int),
        [KEY_WHOLE] = sizeof(int64_t),
        [KEY_MONEY] = sizeof(struct opt_money),
        [KEY_QUANTITY] = sizeof(struct opt_quantity),
        [KEY_DATE] = sizeof(struct opt_date),
        [KEY_MONTH_DAY] = sizeof(struct month_day),
        [KEY_BOOL] = sizeof(bool),
        [KEY_FRACTION] = sizeof(struct fraction),
        [KEY_CHOICE] = sizeof(int),
        [KEY_CODE] = sizeof(struct code),
        [KEY_REGION] = sizeof(struct region_code),
        [KEY_EXPRESSION] = sizeof(struct expression),
        [KEY_AMOUNT] = sizeof(struct amount),
        [KEY_CONSTANT] = sizeof(struct programme_constant),
    };
    return k->kind == KEY_OBJECT ? k->object->size : sizes[k->kind];
}

struct key_list key_list_of(const struct key *k, const void *obj)
{
    struct key_list l;
    assert(k->flags & (KEY_MANY | KEY_NAMED));
    memcpy(&l, (const char *)obj + k->off, sizeof l);
    return l;
}

void key_list_set(const struct key *k, void *obj, struct key_list l)
{
    assert(k->flags & (KEY_MANY | KEY_NAMED));
    memcpy((char *)obj + k->off, &l, sizeof l);
}

int key_by(const struct key_table *t, const void *obj)
{
    int kind = 0;
    if (t->by)
        memcpy(&kind, (const char *)obj + key_find(t, str_of(t->by))->off, sizeof kind);
    return kind;
}
