#include "fund/lending.h"

// clang-format off
#define KEYS(s)                                                                            \
    COL(s, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED),                 \
    COL(s, id, "内部编号", "Id", .flags = PKEY | SERVER | REQUIRED)
#define FEN_MAX 100000000000000
static const struct col contract_terms_cols[] = {
    COL(contract_terms, county,       "县代码",   "County",   .flags = PKEY | SERVER | REQUIRED),
    COL(contract_terms, contract_id,  "合同",     "Contract", .flags = PKEY | SERVER | REQUIRED),
    COL(contract_terms, version,      "项目版本", "Version of the programme", .flags = SERVER | REQUIRED),
    COL(contract_terms, revision,     "修订",     "Revision", .flags = SERVER | REQUIRED),
    COL(contract_terms, term_months,  "期限(月)", "Term in months", .min = 1, .max = 1200),
    COL(contract_terms, text_version, "文本版本", "Version of the text", .flags = SERVER),
    COL(contract_terms, drafted_on,   "拟定日期", "Drafted on", .flags = SERVER | REQUIRED),
    COL(contract_terms, drafted_by,   "拟定人",   "Drafted by", .flags = SERVER | REQUIRED),
};
static const struct col contract_signature_cols[] = {
    KEYS(contract_signature),
    COL(contract_signature, contract_id, "合同",     "Contract",  .flags = SERVER | REQUIRED),
    COL(contract_signature, paper,       "文书",     "Paper",     .flags = REQUIRED, .max = 60),
    COL(contract_signature, party,       "签署方",   "Party",     .flags = REQUIRED, .max = 60),
    COL(contract_signature, revision,    "修订",     "Revision",  .flags = SERVER | REQUIRED),
    COL(contract_signature, signer,      "签署人",   "Signer",    .max = 60, .check = check_name),
    COL(contract_signature, signed_on,   "签字日期", "Signed on"),
    COL(contract_signature, sealed_on,   "盖章日期", "Sealed on"),
    COL(contract_signature, recorded_on, "登记日期", "Recorded on", .flags = SERVER | REQUIRED),
    COL(contract_signature, recorded_by, "登记人",   "Recorded by", .flags = SERVER | REQUIRED),
};
static const struct col iou_cols[] = {
    KEYS(iou),
    COL(iou, contract_id, "合同",     "Contract",  .flags = SERVER | REQUIRED),
    COL(iou, number,      "借据编号", "Number",    .flags = REQUIRED, .max = 60),
    COL(iou, revision,    "修订",     "Revision",  .flags = SERVER | REQUIRED),
    COL(iou, amount,      "金额",     "Amount",    .flags = REQUIRED, .min = 1, .max = FEN_MAX),
    COL(iou, signed_on,   "立据日期", "Signed on", .flags = REQUIRED),
    COL(iou, signer,      "立据人",   "Signer",    .flags = REQUIRED, .max = 60, .check = check_name),
    COL(iou, recorded_on, "登记日期", "Recorded on", .flags = SERVER | REQUIRED),
    COL(iou, recorded_by, "登记人",   "Recorded by", .flags = SERVER | REQUIRED),
};
static const struct col contract_change_cols[] = {
    KEYS(contract_change),
    COL(contract_change, contract_id, "合同",     "Contract",    .flags = SERVER | REQUIRED),
    COL(contract_change, no,          "变更序号", "Change",      .flags = SERVER | REQUIRED),
    COL(contract_change, old_project, "原项目",   "Project before", .flags = SERVER, .max = 200),
    COL(contract_change, old_amount,  "原金额",   "Amount before", .flags = SERVER | REQUIRED),
    COL(contract_change, project,     "新项目",   "New project", .max = 200),
    COL(contract_change, amount,      "新金额",   "New amount",  .min = 1, .max = FEN_MAX),
    COL(contract_change, reason,      "理由",     "Reason",      .flags = REQUIRED, .max = 200),
    COL(contract_change, document,    "文号",     "Document number", .max = 60),
    COL(contract_change, asked_on,    "申请日期", "Asked on",    .flags = SERVER | REQUIRED),
    COL(contract_change, asked_by,    "申请人",   "Asked by",    .flags = SERVER | REQUIRED),
    COL(contract_change, state,       "审定",     "State",       .flags = SERVER | REQUIRED, .codes = "change_state"),
    COL(contract_change, decided_on,  "审定日期", "Decided on",  .flags = SERVER),
    COL(contract_change, decided_by,  "审定人",   "Decided by",  .flags = SERVER),
};
static const struct col payout_cols[] = {
    KEYS(payout),
    COL(payout, no,         "发放编号", "Pay-out",  .flags = SERVER | REQUIRED | NATURAL),
    COL(payout, fund_id,    "资金",     "Fund",     .flags = SERVER | REQUIRED),
    COL(payout, kind,       "方式",     "Way",      .flags = SERVER | REQUIRED, .codes = "payout_kind"),
    COL(payout, period_no,  "期数",     "Period",   .min = 1, .max = 9999),
    COL(payout, township,   "乡镇",     "Township"),
    COL(payout, held_on,    "日期",     "Date",     .flags = REQUIRED),
    COL(payout, place,      "地点",     "Place",    .max = 100),
    COL(payout, attendees,  "参加人员", "Attendees", .max = 500),
    COL(payout, lender,     "出借方签字人", "Signed for the lender", .max = 60, .check = check_name),
    COL(payout, amount,     "金额",     "Amount",   .flags = REQUIRED, .min = 1, .max = FEN_MAX),
    COL(payout, purpose,    "用途",     "Purpose",  .flags = REQUIRED, .max = 200),
    COL(payout, document,   "文号",     "Document number", .max = 60),
    COL(payout, voucher_id, "凭证",     "Voucher",  .flags = SERVER),
    COL(payout, state,      "状态",     "State",    .flags = SERVER | REQUIRED, .codes = "payout_state"),
    COL(payout, made_on,    "登记日期", "Made on",  .flags = SERVER | REQUIRED),
    COL(payout, made_by,    "登记人",   "Made by",  .flags = SERVER | REQUIRED),
};
static const struct col payout_line_cols[] = {
    KEYS(payout_line),
    COL(payout_line, payout_id,   "发放",   "Pay-out",  .flags = SERVER | REQUIRED),
    COL(payout_line, no,          "序号",   "No",       .flags = SERVER | REQUIRED),
    COL(payout_line, contract_id, "合同",   "Contract", .flags = SERVER | REQUIRED),
    COL(payout_line, payee_id,    "收款人编号", "Payee's person", .flags = SERVER | REQUIRED),
    COL(payout_line, payee,       "收款人", "Payee",    .flags = SERVER | REQUIRED, .max = 60),
    COL(payout_line, account,     "账号",   "Account",  .flags = SERVER, .seal = SEAL_BANK_ACCOUNT, .mask = MASK_ACCOUNT),
    COL(payout_line, amount,      "金额",   "Amount",   .flags = SERVER | REQUIRED, .min = 1, .max = FEN_MAX),
    COL(payout_line, state,       "状态",   "State",    .flags = SERVER | REQUIRED, .codes = "payout_line_state"),
    COL(payout_line, paid_on,     "付款日期", "Paid on", .flags = SERVER),
    COL(payout_line, voucher_id,  "凭证",   "Voucher",  .flags = SERVER),
    COL(payout_line, receipt,     "收讫凭据", "Receipt", .flags = SERVER, .codes = "payout_receipt"),
    COL(payout_line, reason,      "退回原因", "Why it came back", .flags = SERVER, .max = 200),
};
static const struct col overpayment_cols[] = {
    KEYS(overpayment),
    COL(overpayment, repayment_id,  "还款",     "Repayment", .flags = SERVER | REQUIRED),
    COL(overpayment, contract_id,   "合同",     "Contract",  .flags = SERVER | REQUIRED),
    COL(overpayment, amount,        "多收金额", "Amount",    .flags = SERVER | REQUIRED),
    COL(overpayment, given_back_on, "退还日期", "Given back on", .flags = SERVER),
    COL(overpayment, voucher_id,    "退还凭证", "Voucher",   .flags = SERVER),
    COL(overpayment, decision,      "处理决定", "Decision",  .codes = "excess_decision"),
    COL(overpayment, decided_on,    "决定日期", "Decided on", .flags = SERVER),
    COL(overpayment, decided_by,    "决定人",   "Decided by", .flags = SERVER),
    COL(overpayment, reason,        "理由",     "Reason",    .max = 200),
    COL(overpayment, used_id,       "抵作还款", "Used for",  .flags = SERVER),
};
static const struct col contract_text_cols[] = {
    COL(contract_text, paper,     "文书", "Paper",   .flags = PKEY | REQUIRED, .max = 40),
    COL(contract_text, version,   "版本", "Version", .flags = PKEY | REQUIRED),
    COL(contract_text, title,     "标题", "Title",   .flags = REQUIRED, .max = 100),
    COL(contract_text, body,      "正文", "Text",    .flags = REQUIRED, .max = 20000),
    COL(contract_text, loaded_on, "启用日期", "Since", .flags = SERVER | REQUIRED),
    COL(contract_text, loaded_by, "登记人", "Recorded by", .flags = SERVER | REQUIRED),
};
// clang-format on
const struct entity contract_terms_entity =
    ENTITY(contract_terms, TABLE_COUNTY, "合同条款", "Terms of a contract", contract_terms_cols);
const struct entity contract_signature_entity =
    ENTITY(contract_signature, TABLE_COUNTY, "签名盖章", "Signature", contract_signature_cols);
const struct entity iou_entity = ENTITY(iou, TABLE_COUNTY, "借据", "IOU", iou_cols);
const struct entity contract_change_entity =
    ENTITY(contract_change, TABLE_COUNTY, "合同变更", "Change of a contract", contract_change_cols);
const struct entity payout_entity = ENTITY(payout, TABLE_COUNTY, "发放", "Pay-out", payout_cols);
const struct entity payout_line_entity =
    ENTITY(payout_line, TABLE_COUNTY, "发放明细", "Line of a pay-out", payout_line_cols);
const struct entity overpayment_entity =
    ENTITY(overpayment, TABLE_COUNTY, "多收款", "Overpayment", overpayment_cols);
const struct entity contract_text_entity =
    ENTITY(contract_text, TABLE_REFERENCE, "合同文本", "Text of a contract", contract_text_cols);
