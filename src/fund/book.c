#include "fund/book.h"

// clang-format off
#define KEYS(s)                                                                            \
    COL(s, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED),                 \
    COL(s, id, "内部编号", "Id", .flags = PKEY | SERVER | REQUIRED)
static const struct col fund_source_cols[] = {
    KEYS(fund_source),
    COL(fund_source, fund_id,     "资金",     "Fund",        .flags = SERVER | REQUIRED),
    COL(fund_source, source,      "资金来源", "Source",      .flags = REQUIRED, .codes = "fund_source", .aliases = "来源|资金渠道|来源渠道"),
    COL(fund_source, nature,      "性质",     "Nature",      .codes = "fund_nature", .aliases = "资金性质|到账性质"),
    COL(fund_source, received_on, "日期",     "Date",        .flags = REQUIRED, .aliases = "到账日期|入账日期|到位日期"),
    COL(fund_source, amount,      "金额",     "Amount",      .flags = REQUIRED, .min = 1, .max = 100000000000000, .aliases = "金额(元)|金额（元）|到账金额|资金金额"),
    COL(fund_source, voucher_no,  "凭证号",   "Voucher number", .max = 40, .aliases = "凭证编号|凭证号码"),
    COL(fund_source, document,    "文号",     "Document number", .max = 60, .aliases = "文件号|下达文号|资金文号"),
    COL(fund_source, summary,     "摘要",     "Summary",     .max = 200, .aliases = "备注|说明"),
    COL(fund_source, entry_id,    "分录",     "Journal entry", .flags = SERVER),
};
static const struct col period_cols[] = {
    KEYS(period),
    COL(period, fund_id,     "资金",     "Fund",       .flags = SERVER | REQUIRED),
    COL(period, no,          "期数",     "Period",     .flags = REQUIRED, .min = 1, .max = 9999, .aliases = "期|期次|期号|发放期数"),
    COL(period, starts_on,   "启动日期", "Starts on",  .aliases = "开始日期|发放日期|计划发放日期"),
    COL(period, planned,     "计划金额", "Planned amount", .min = 0, .max = 100000000000000, .aliases = "计划发放金额|预算金额|计划金额(元)|计划金额（元）"),
    COL(period, term_months, "期限",     "Term in months", .min = 1, .max = 1200, .aliases = "借款期限|期限(月)|期限（月）"),
    COL(period, note,        "说明",     "Note",       .max = 500, .aliases = "备注"),
};
static const struct col contract_cols[] = {
    KEYS(contract),
    COL(contract, fund_id,      "资金",       "Fund",        .flags = SERVER | REQUIRED),
    COL(contract, programme,    "项目",       "Programme",   .flags = SERVER | REQUIRED, .max = 60),
    COL(contract, case_id,      "申请",       "Case",        .flags = SERVER),
    COL(contract, layer,        "合同层级",   "Layer",       .flags = SERVER | REQUIRED, .codes = "contract_layer"),
    COL(contract, number,       "编号",       "Number",      .flags = REQUIRED | NATURAL, .max = 60, .aliases = "合同编号|借据编号|借款编号|合同号|借据号|申请书编号|三线合一编号"),
    COL(contract, period_no,    "期数",       "Period",      .min = 1, .max = 9999, .aliases = "期|期次|期号"),
    COL(contract, upper_id,     "上级合同",   "Upper contract", .flags = SERVER),
    COL(contract, household_id, "户",         "Household",   .flags = SERVER),
    COL(contract, borrower_id,  "借款人",     "Borrower",    .flags = SERVER),
    COL(contract, village,      "村代码",     "Village code", .flags = SERVER),
    COL(contract, project,      "发展项目",   "Project",     .max = 200, .aliases = "项目内容|生产项目|扶持项目|发展生产项目"),
    COL(contract, amount,       "金额",       "Amount",      .flags = REQUIRED, .min = 1, .max = 100000000000000, .aliases = "借款金额|金额(元)|金额（元）|贷款金额|救助金额|发放金额"),
    COL(contract, rate,         "年利率",     "Yearly rate", .max = 12, .aliases = "利率|年占用费率|占用费率"),
    COL(contract, method,       "还款方式",   "Repayment method", .codes = "loan_method"),
    COL(contract, day_count,    "计息基础",   "Day count",   .codes = "day_count"),
    COL(contract, instalments,  "还款次数",   "Instalments", .min = 1, .max = 600),
    COL(contract, every_months, "间隔月数",   "Months between", .min = 1, .max = 120),
    COL(contract, signed_on,    "签订日期",   "Signed on",   .aliases = "合同日期|签约日期"),
    COL(contract, paid_out_on,  "放款日期",   "Paid out on", .aliases = "发放日期|借款日期|放款时间|发放时间"),
    COL(contract, due_on,       "到期日期",   "Due on",      .flags = REQUIRED, .aliases = "还款日期|到期日|约定还款日期|到期时间"),
    COL(contract, ends_on,      "现到期日",   "Ends on",     .flags = SERVER | REQUIRED),
    COL(contract, round,        "第几次",     "Round",       .flags = SERVER, .min = 1),
    COL(contract, lender,       "出借方",     "Lender",      .max = 100, .aliases = "出借人|甲方|放款单位"),
    COL(contract, note,         "备注",       "Note",        .max = 500, .aliases = "说明"),
    COL(contract, history,      "历史档案",   "From an archive", .flags = SERVER),
    COL(contract, void_on,      "作废日期",   "Void on",     .flags = SERVER),
    COL(contract, void_reason,  "作废原因",   "Void because", .flags = SERVER, .max = 200),
};
static const struct col guarantee_cols[] = {
    KEYS(guarantee),
    COL(guarantee, contract_id, "合同",           "Contract",  .flags = SERVER | REQUIRED),
    COL(guarantee, kind,        "担保方式",       "Guarantee", .flags = REQUIRED, .codes = "guarantee", .aliases = "担保类型|保证方式"),
    COL(guarantee, name,        "担保人姓名",     "Guarantor", .max = 60, .check = check_name, .aliases = "担保人|保证人|保证人姓名"),
    COL(guarantee, id_number,   "担保人证件号码", "Guarantor's ID number", .check = check_idno, .seal = SEAL_ID_NUMBER, .mask = MASK_IDNO, .aliases = "担保人身份证号|担保人身份证号码|保证人证件号码"),
    COL(guarantee, relation,    "担保人关系",     "Guarantor's relation", .max = 60, .aliases = "与借款人关系|担保人职务"),
    COL(guarantee, person_id,   "担保人编号",     "Guarantor's person", .flags = SERVER),
    COL(guarantee, signed_on,   "担保签字日期",   "Guarantor signed on"),
    COL(guarantee, sealed_on,   "担保盖章日期",   "Guarantor sealed on"),
};
static const struct col repayment_cols[] = {
    KEYS(repayment),
    COL(repayment, contract_id, "合同",     "Contract",  .flags = SERVER | REQUIRED),
    COL(repayment, fund_id,     "资金",     "Fund",      .flags = SERVER | REQUIRED),
    COL(repayment, paid_on,     "日期",     "Date",      .flags = REQUIRED, .aliases = "还款日期|归还日期|收款日期|还款时间"),
    COL(repayment, amount,      "金额",     "Amount",    .flags = REQUIRED, .min = 1, .max = 100000000000000, .aliases = "还款金额|归还金额|金额(元)|金额（元）|收款金额"),
    COL(repayment, principal,   "其中本金", "Principal", .flags = SERVER),
    COL(repayment, interest,    "其中利息", "Interest",  .flags = SERVER),
    COL(repayment, receipt_no,  "凭证号",   "Receipt number", .flags = NATURAL, .max = 40, .aliases = "收据号|收据编号|凭证编号|还款凭证号"),
    COL(repayment, payer_kind,  "付款人类别", "Kind of payer", .codes = "payer_kind"),
    COL(repayment, payer,       "付款人",   "Payer",     .max = 60, .aliases = "还款人|交款人|缴款人"),
    COL(repayment, collector,   "收款人",   "Collector", .max = 60, .aliases = "经手人|收款单位"),
    COL(repayment, entry_id,    "分录",     "Journal entry", .flags = SERVER),
    COL(repayment, reverses,    "冲销",     "Reverses",  .flags = SERVER),
    COL(repayment, recorded_on, "登记日期", "Recorded on", .flags = SERVER),
    COL(repayment, request_key, "请求标识", "Request key", .flags = SERVER, .max = 200),
};
// clang-format on
const struct entity fund_source_entity =
    ENTITY(fund_source, TABLE_COUNTY, "资金来源", "Source of the fund", fund_source_cols);
const struct entity period_entity = ENTITY(period, TABLE_COUNTY, "期", "Lending period", period_cols);
const struct entity contract_entity = ENTITY(contract, TABLE_COUNTY, "借款合同", "Contract", contract_cols);
const struct entity guarantee_entity = ENTITY(guarantee, TABLE_COUNTY, "担保", "Guarantee", guarantee_cols);
const struct entity repayment_entity = ENTITY(repayment, TABLE_COUNTY, "还款", "Repayment", repayment_cols);
