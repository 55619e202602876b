#include "fund/collection.h"

// clang-format off
#define COUNTY_OF(s) COL(s, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED)
#define KEYS(s) COUNTY_OF(s), COL(s, id, "内部编号", "Id", .flags = PKEY | SERVER | REQUIRED)
#define FEN_MAX 100000000000000
static const struct col due_notice_cols[] = {
    KEYS(due_notice),
    COL(due_notice, fund_id,     "资金",     "Fund",      .flags = SERVER | REQUIRED),
    COL(due_notice, number,      "通知编号", "Notice",    .flags = SERVER | REQUIRED | NATURAL, .max = 80),
    COL(due_notice, programme,   "项目",     "Programme", .flags = SERVER | REQUIRED, .max = 40),
    COL(due_notice, reminder,    "第几次通知", "Reminder", .flags = SERVER | REQUIRED),
    COL(due_notice, form,        "形式",     "Form",      .flags = SERVER | REQUIRED, .codes = "notice_form"),
    COL(due_notice, after_id,    "前一通知", "After",     .flags = SERVER),
    COL(due_notice, sender,      "发出",     "From",      .flags = SERVER | REQUIRED, .max = 40),
    COL(due_notice, addressee,   "送达",     "To",        .flags = SERVER | REQUIRED, .max = 40),
    COL(due_notice, region,      "区划",     "Region",    .flags = SERVER | REQUIRED),
    COL(due_notice, contract_id, "合同",     "Contract",  .flags = SERVER),
    COL(due_notice, name,        "受助对象", "Borrower",  .flags = SERVER, .max = 60),
    COL(due_notice, issued_on,   "发出日期", "Issued on", .flags = SERVER | REQUIRED),
    COL(due_notice, issued_by,   "制作人",   "Issued by", .flags = SERVER | REQUIRED),
    COL(due_notice, due_on,      "到期日",   "Due on",    .flags = SERVER | REQUIRED),
    COL(due_notice, amount,      "应还金额", "Amount",    .flags = SERVER | REQUIRED),
    COL(due_notice, loans,       "笔数",     "Loans",     .flags = SERVER | REQUIRED),
    COL(due_notice, received_on, "签收日期", "Received on", .flags = SERVER),
};
static const struct col due_notice_row_cols[] = {
    COUNTY_OF(due_notice_row),
    COL(due_notice_row, notice_id,   "通知",     "Notice",   .flags = PKEY | SERVER | REQUIRED),
    COL(due_notice_row, no,          "序号",     "No",       .flags = PKEY | SERVER | REQUIRED),
    COL(due_notice_row, fund_id,     "资金",     "Fund",     .flags = SERVER | REQUIRED),
    COL(due_notice_row, reminder,    "第几次通知", "Reminder", .flags = SERVER | REQUIRED),
    COL(due_notice_row, contract_id, "合同",     "Contract", .flags = SERVER | REQUIRED),
    COL(due_notice_row, due_on,      "到期日",   "Due on",   .flags = SERVER | REQUIRED),
    COL(due_notice_row, amount,      "到期本金", "Principal", .flags = SERVER | REQUIRED),
    COL(due_notice_row, interest,    "到期利息", "Interest", .flags = SERVER | REQUIRED),
};
static const struct col due_notice_delivery_cols[] = {
    KEYS(due_notice_delivery),
    COL(due_notice_delivery, notice_id,    "通知",     "Notice",       .flags = SERVER | REQUIRED),
    COL(due_notice_delivery, party,        "收件方",   "Party",        .flags = REQUIRED, .max = 40),
    COL(due_notice_delivery, received_by,  "签收人",   "Received by",  .flags = REQUIRED, .max = 60, .check = check_name),
    COL(due_notice_delivery, delivered_on, "送达日期", "Delivered on", .flags = REQUIRED),
    COL(due_notice_delivery, way,          "送达方式", "Way",          .flags = REQUIRED, .codes = "delivery_way"),
    COL(due_notice_delivery, deliverer,    "送达人",   "Delivered by", .max = 60, .check = check_name),
    COL(due_notice_delivery, note,         "说明",     "Note",         .max = 200),
    COL(due_notice_delivery, recorded_on,  "登记日期", "Recorded on",  .flags = SERVER | REQUIRED),
    COL(due_notice_delivery, recorded_by,  "登记人",   "Recorded by",  .flags = SERVER | REQUIRED),
};
static const struct col due_notice_print_cols[] = {
    COUNTY_OF(due_notice_print),
    COL(due_notice_print, notice_id,  "通知",     "Notice",     .flags = PKEY | SERVER | REQUIRED),
    COL(due_notice_print, printed_on, "打印日期", "Printed on", .flags = SERVER | REQUIRED),
    COL(due_notice_print, printed_by, "打印人",   "Printed by", .flags = SERVER | REQUIRED),
};
static const struct col collection_log_cols[] = {
    KEYS(collection_log),
    COL(collection_log, fund_id,       "资金",     "Fund",        .flags = SERVER | REQUIRED),
    COL(collection_log, contract_id,   "合同",     "Contract",    .flags = SERVER | REQUIRED),
    COL(collection_log, done_on,       "催收日期", "Date",        .flags = REQUIRED),
    COL(collection_log, way,           "方式",     "Way",         .flags = REQUIRED, .codes = "collection_way"),
    COL(collection_log, visitor,       "催收人",   "Collected by", .flags = REQUIRED, .max = 100),
    COL(collection_log, township,      "乡镇参加", "Township",    .max = 100),
    COL(collection_log, village,       "村参加",   "Village",     .max = 100),
    COL(collection_log, office,        "项目办参加", "Project office", .max = 100),
    COL(collection_log, guarantor,     "担保人参加", "Guarantor", .max = 100),
    COL(collection_log, met,           "见到的人", "Met",         .max = 60),
    COL(collection_log, promised_on,   "承诺还款日", "Promised for"),
    COL(collection_log, promised,      "承诺金额", "Promised",    .min = 1, .max = FEN_MAX),
    COL(collection_log, paid_that_day, "当日已还", "Paid that day", .flags = SERVER | REQUIRED),
    COL(collection_log, note,          "情况",     "Note",        .max = 500),
    COL(collection_log, recorded_on,   "登记日期", "Recorded on", .flags = SERVER | REQUIRED),
    COL(collection_log, recorded_by,   "登记人",   "Recorded by", .flags = SERVER | REQUIRED),
};
static const struct col remittance_cols[] = {
    KEYS(remittance),
    COL(remittance, no,          "上缴编号", "Remittance", .flags = SERVER | REQUIRED | NATURAL),
    COL(remittance, fund_id,     "资金",     "Fund",       .flags = SERVER | REQUIRED),
    COL(remittance, township,    "乡镇",     "Township",   .flags = REQUIRED),
    COL(remittance, collector,   "收款人",   "Collector",  .max = 60, .check = check_name),
    COL(remittance, amount,      "金额",     "Amount",     .flags = REQUIRED, .min = 1, .max = FEN_MAX),
    COL(remittance, remitted_on, "上缴日期", "Remitted on", .flags = REQUIRED),
    COL(remittance, document,    "回单",     "Bank slip",  .max = 100),
    COL(remittance, voucher_id,  "凭证",     "Voucher",    .flags = SERVER | REQUIRED),
    COL(remittance, recorded_on, "登记日期", "Recorded on", .flags = SERVER | REQUIRED),
    COL(remittance, recorded_by, "登记人",   "Recorded by", .flags = SERVER | REQUIRED),
};
#define DAY_OF(s) \
    COUNTY_OF(s), COL(s, fund_id, "资金", "Fund", .flags = PKEY | SERVER | REQUIRED), \
    COL(s, day, "日期", "Day", .flags = PKEY | SERVER | REQUIRED)
static const struct col day_close_cols[] = {
    DAY_OF(day_close),
    COL(day_close, loans,         "在贷笔数", "Loans",         .flags = SERVER | REQUIRED),
    COL(day_close, outstanding,   "在贷余额", "Outstanding",   .flags = SERVER | REQUIRED),
    COL(day_close, due_today,     "当日到期", "Due that day",  .flags = SERVER | REQUIRED),
    COL(day_close, overdue,       "逾期本金", "Overdue",       .flags = SERVER | REQUIRED),
    COL(day_close, overdue_loans, "逾期笔数", "Loans overdue", .flags = SERVER | REQUIRED),
    COL(day_close, par30,         "逾期30天以上余额", "PAR 30", .flags = SERVER | REQUIRED),
    COL(day_close, par60,         "逾期60天以上余额", "PAR 60", .flags = SERVER | REQUIRED),
    COL(day_close, par90,         "逾期90天以上余额", "PAR 90", .flags = SERVER | REQUIRED),
    COL(day_close, accrued,       "应计利息", "Accrued",       .flags = SERVER | REQUIRED),
    COL(day_close, interest_due,  "到期未还利息", "Interest due", .flags = SERVER | REQUIRED),
    COL(day_close, reminders,     "应发通知", "Notices to be sent", .flags = SERVER | REQUIRED),
    COL(day_close, broken,        "承诺未履行", "Promises broken", .flags = SERVER | REQUIRED),
};
static const struct col day_class_cols[] = {
    DAY_OF(day_class),
    COL(day_class, township, "乡镇",     "Township", .flags = PKEY | SERVER | REQUIRED),
    COL(day_class, from_day, "逾期天数起", "From days late", .flags = PKEY | SERVER | REQUIRED),
    COL(day_class, loans,    "笔数",     "Loans",    .flags = SERVER | REQUIRED),
    COL(day_class, amount,   "余额",     "Outstanding", .flags = SERVER | REQUIRED),
    COL(day_class, overdue,  "逾期本金", "Overdue",  .flags = SERVER | REQUIRED),
};
static const struct col day_item_cols[] = {
    DAY_OF(day_item),
    COL(day_item, kind,        "事项",   "Item",     .flags = PKEY | SERVER | REQUIRED, .codes = "day_item_kind"),
    COL(day_item, contract_id, "合同",   "Contract", .flags = PKEY | SERVER | REQUIRED),
    COL(day_item, due_on,      "到期日", "Due on",   .flags = PKEY | SERVER | REQUIRED),
    COL(day_item, amount,      "金额",   "Amount",   .flags = SERVER | REQUIRED),
};
// clang-format on
#define COUNTY_TABLE(name, zh, en) ENTITY(name, TABLE_COUNTY, zh, en, name##_cols)
const struct entity due_notice_entity = COUNTY_TABLE(due_notice, "还款通知", "Notice of what falls due");
const struct entity due_notice_row_entity = COUNTY_TABLE(due_notice_row, "还款通知明细", "Row of a notice");
const struct entity due_notice_delivery_entity =
    COUNTY_TABLE(due_notice_delivery, "通知送达", "Delivery of a notice");
const struct entity due_notice_print_entity = COUNTY_TABLE(due_notice_print, "通知打印", "Print of a notice");
const struct entity collection_log_entity = COUNTY_TABLE(collection_log, "催收记录", "Collection log");
const struct entity remittance_entity = COUNTY_TABLE(remittance, "上缴", "Remittance");
const struct entity day_close_entity = COUNTY_TABLE(day_close, "日终", "Close of a day");
const struct entity day_class_entity = COUNTY_TABLE(day_class, "账龄", "Ageing of a day");
const struct entity day_item_entity = COUNTY_TABLE(day_item, "日终事项", "Item of a day");
