#include "fund/relief.h"

// clang-format off
#define FEN_MAX 100000000000000
static const struct col loan_relief_cols[] = {
    COL(loan_relief, county,        "县代码",   "County",   .flags = PKEY | SERVER | REQUIRED),
    COL(loan_relief, id,            "内部编号", "Id",       .flags = PKEY | SERVER | REQUIRED),
    COL(loan_relief, no,            "处置编号", "Relief",   .flags = SERVER | REQUIRED | NATURAL),
    COL(loan_relief, fund_id,       "资金",     "Fund",     .flags = SERVER | REQUIRED),
    COL(loan_relief, contract_id,   "合同",     "Contract", .flags = SERVER | REQUIRED),
    COL(loan_relief, kind,          "处置",     "Kind",     .flags = SERVER | REQUIRED, .codes = "relief_kind"),
    COL(loan_relief, months,        "月数",     "Months",   .min = 1, .max = RELIEF_MONTHS_MAX),
    COL(loan_relief, counts_from,   "起算日",   "Counts from"),
    COL(loan_relief, amount,        "金额",     "Amount",   .min = 1, .max = FEN_MAX),
    COL(loan_relief, to_special,    "直接进专户", "Onto the special account", .flags = SERVER),
    COL(loan_relief, payer,         "付款人",   "Payer",    .max = 60, .check = check_name),
    COL(loan_relief, receipt,       "收据号",   "Receipt",  .max = 40),
    COL(loan_relief, subsidy,       "贴息",     "Interest subsidy", .codes = "subsidy_treatment"),
    COL(loan_relief, reason,        "理由",     "Reason",   .flags = REQUIRED, .max = 200),
    COL(loan_relief, document,      "文号",     "Document number", .max = 60),
    COL(loan_relief, disaster_id,   "灾害",     "Disaster", .flags = SERVER),
    COL(loan_relief, proposed_on,   "提出日期", "Proposed on", .flags = SERVER | REQUIRED),
    COL(loan_relief, proposed_by,   "提出人",   "Proposed by", .flags = SERVER | REQUIRED),
    COL(loan_relief, state,         "状态",     "State",    .flags = SERVER | REQUIRED, .codes = "relief_state"),
    COL(loan_relief, decided_on,    "审批日期", "Decided on", .flags = SERVER),
    COL(loan_relief, decided_by,    "审批人",   "Decided by", .flags = SERVER),
    COL(loan_relief, owed,          "当时欠款", "Owed then", .flags = SERVER),
    COL(loan_relief, days_late,     "当时逾期天数（按原到期日）", "Days late then, since first due", .flags = SERVER),
    COL(loan_relief, old_ends_on,   "原到期日", "Due before", .flags = SERVER),
    COL(loan_relief, new_ends_on,   "现到期日", "Due now",  .flags = SERVER),
    COL(loan_relief, moved_from,    "首个改期的到期日", "First day moved", .flags = SERVER),
    COL(loan_relief, moved_to,      "改到",     "Moved to", .flags = SERVER),
    COL(loan_relief, version,       "还款计划版本", "Version of the schedule", .flags = SERVER),
    COL(loan_relief, voucher_id,    "凭证",     "Voucher",  .flags = SERVER),
    COL(loan_relief, undone_on,     "撤销日期", "Undone on", .flags = SERVER),
    COL(loan_relief, undone_by,     "撤销人",   "Undone by", .flags = SERVER),
    COL(loan_relief, undo_reason,   "撤销理由", "Undone because", .max = 200),
    COL(loan_relief, undo_document, "撤销文号", "Document of undoing", .max = 60),
    COL(loan_relief, undo_voucher_id, "冲销凭证", "Voucher of undoing", .flags = SERVER),
};
static const struct col loan_schedule_cols[] = {
    COL(loan_schedule, county,      "县代码",   "County",   .flags = PKEY | SERVER | REQUIRED),
    COL(loan_schedule, contract_id, "合同",     "Contract", .flags = PKEY | SERVER | REQUIRED),
    COL(loan_schedule, version,     "版本",     "Version",  .flags = PKEY | SERVER | REQUIRED),
    COL(loan_schedule, no,          "序号",     "No",       .flags = PKEY | SERVER | REQUIRED),
    COL(loan_schedule, since,       "自何日起", "Since",    .flags = SERVER | REQUIRED),
    COL(loan_schedule, relief_id,   "处置",     "Relief",   .flags = SERVER),
    COL(loan_schedule, due_on,      "到期日",   "Due on",   .flags = SERVER | REQUIRED),
    COL(loan_schedule, original_on, "原到期日", "First due on", .flags = SERVER | REQUIRED),
    COL(loan_schedule, principal,   "本金",     "Principal", .flags = SERVER | REQUIRED),
};
// clang-format on
const struct entity loan_relief_entity =
    ENTITY(loan_relief, TABLE_COUNTY, "借款处置", "Relief of a loan", loan_relief_cols);
const struct entity loan_schedule_entity =
    ENTITY(loan_schedule, TABLE_COUNTY, "还款计划", "Schedule of a loan", loan_schedule_cols);
