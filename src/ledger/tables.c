/* tables.c - the columns of the ledger's tables, and the chart of accounts. */
#include "ledger/draft.h"

#include <assert.h>

// clang-format off
static const struct col fund_cols[] = {
    COL(fund, county,       "县代码",     "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(fund, id,           "内部编号",   "Id",        .flags = PKEY | SERVER | REQUIRED),
    COL(fund, code,         "资金编号",   "Fund",      .flags = REQUIRED | NATURAL, .min = 1, .max = 20),
    COL(fund, name,         "资金名称",   "Name",      .flags = REQUIRED, .min = 1, .max = 60),
    COL(fund, programme,    "项目编号",   "Programme", .min = 1, .max = 40),
    COL(fund, bank,         "专户开户行", "Bank of the special account", .min = 1, .max = 60),
    COL(fund, bank_account, "专户账号",   "Number of the special account", .seal = SEAL_BANK_ACCOUNT,
        .check = check_account, .mask = MASK_ACCOUNT),
    COL(fund, opened_on,    "建立日期",   "Opened on", .flags = SERVER | REQUIRED),
};
static const struct col account_cols[] = {
    COL(fund_account, county,  "县代码",       "County",  .flags = PKEY | SERVER | REQUIRED),
    COL(fund_account, id,      "内部编号",     "Id",      .flags = PKEY | SERVER | REQUIRED),
    COL(fund_account, fund_id, "资金内部编号", "Fund id", .flags = SERVER | REQUIRED),
    COL(fund_account, kind,    "科目",         "Account", .flags = SERVER | REQUIRED, .codes = "ledger_account"),
    COL(fund_account, part,    "明细",         "Part",    .flags = SERVER | REQUIRED),
    COL(fund_account, name,    "明细名称",     "Name of the part", .flags = SERVER, .max = 60),
};
static const struct col balance_cols[] = {
    COL(account_balance, county,     "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(account_balance, account_id, "科目内部编号", "Account id", .flags = PKEY | SERVER | REQUIRED),
    COL(account_balance, amount,     "余额",         "Balance",    .flags = SERVER | REQUIRED),
};
static const struct col voucher_cols[] = {
    COL(voucher, county,     "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(voucher, id,         "内部编号",     "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(voucher, fund_id,    "资金内部编号", "Fund id",    .flags = SERVER | REQUIRED),
    COL(voucher, year,       "年度",         "Year",       .flags = SERVER | REQUIRED),
    COL(voucher, no,         "凭证号",       "Voucher",    .flags = SERVER | REQUIRED),
    COL(voucher, entry_date, "记账日期",     "Entry date", .flags = REQUIRED),
    COL(voucher, value_date, "起息日期",     "Value date", .flags = REQUIRED),
    COL(voucher, kind,       "业务类型",     "Kind",       .flags = SERVER | REQUIRED, .codes = "voucher_kind"),
    COL(voucher, purpose,    "用途",         "Purpose",    .flags = REQUIRED, .max = PURPOSE_CHARS),
    COL(voucher, document,   "文号",         "Document",   .max = DOCUMENT_CHARS),
    COL(voucher, made_by,    "制单",         "Made by",    .flags = SERVER | REQUIRED, .max = 40),
    COL(voucher, checked_by, "审核",         "Checked by", .flags = SERVER, .max = 40),
    COL(voucher, made_at,    "记账时间",     "Posted at",  .flags = SERVER | REQUIRED),
    COL(voucher, reverses,   "冲销的凭证",   "Reverses",   .flags = SERVER),
    COL(voucher, draft_id,   "制单内部编号", "Draft id",   .flags = SERVER),
};
static const struct col line_cols[] = {
    COL(voucher_line, county,      "县代码",       "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(voucher_line, voucher_id,  "凭证内部编号", "Voucher id",  .flags = PKEY | SERVER | REQUIRED),
    COL(voucher_line, no,          "行",           "Line",        .flags = PKEY | SERVER | REQUIRED),
    COL(voucher_line, account_id,  "科目内部编号", "Account id",  .flags = SERVER | REQUIRED),
    COL(voucher_line, fund_id,     "资金内部编号", "Fund id",     .flags = SERVER | REQUIRED),
    COL(voucher_line, entry_date,  "记账日期",     "Entry date",  .flags = SERVER | REQUIRED),
    COL(voucher_line, value_date,  "起息日期",     "Value date",  .flags = SERVER | REQUIRED),
    COL(voucher_line, amount,      "金额",         "Amount",      .flags = SERVER | REQUIRED),
    COL(voucher_line, source,      "资金来源",     "Source",      .flags = SERVER, .codes = "fund_source"),
    COL(voucher_line, period,      "期次",         "Period",      .flags = SERVER),
    COL(voucher_line, case_id,     "个案内部编号", "Case id",     .flags = SERVER),
    COL(voucher_line, contract_id, "合同内部编号", "Contract id", .flags = SERVER),
    COL(voucher_line, region,      "区划代码",     "Region",      .flags = SERVER),
};
static const struct col closed_cols[] = {
    COL(closed_day, county,    "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(closed_day, fund_id,   "资金内部编号", "Fund id",   .flags = PKEY | SERVER | REQUIRED),
    COL(closed_day, day,       "结账日",       "Day",       .flags = PKEY | SERVER | REQUIRED),
    COL(closed_day, closed_by, "结账人",       "Closed by", .flags = SERVER | REQUIRED, .max = 40),
    COL(closed_day, closed_at, "结账时间",     "Closed at", .flags = SERVER | REQUIRED),
};
static const struct col draft_cols[] = {
    COL(draft, county,     "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(draft, id,         "内部编号",     "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(draft, no,         "制单号",       "Draft",      .flags = SERVER | REQUIRED | NATURAL),
    COL(draft, fund_id,    "资金内部编号", "Fund id",    .flags = SERVER | REQUIRED),
    COL(draft, entry_date, "记账日期",     "Entry date", .flags = REQUIRED),
    COL(draft, value_date, "起息日期",     "Value date", .flags = REQUIRED),
    COL(draft, kind,       "业务类型",     "Kind",       .flags = SERVER | REQUIRED, .codes = "voucher_kind"),
    COL(draft, purpose,    "用途",         "Purpose",    .flags = REQUIRED, .max = PURPOSE_CHARS),
    COL(draft, document,   "文号",         "Document",   .max = DOCUMENT_CHARS),
    COL(draft, made_by,    "制单",         "Made by",    .flags = SERVER | REQUIRED, .max = 40),
    COL(draft, made_at,    "制单时间",     "Made at",    .flags = SERVER | REQUIRED),
    COL(draft, reverses,   "冲销的凭证",   "Reverses",   .flags = SERVER),
    COL(draft, state,      "状态",         "State",      .flags = SERVER | REQUIRED, .codes = "draft_state"),
    COL(draft, decided_by, "审核",         "Decided by", .flags = SERVER, .max = 40),
    COL(draft, decided_at, "审核时间",     "Decided at", .flags = SERVER | REQUIRED),
    COL(draft, voucher_id, "凭证内部编号", "Voucher id", .flags = SERVER),
};
static const struct col draft_line_cols[] = {
    COL(draft_line, county,      "县代码",       "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(draft_line, draft_id,    "制单内部编号", "Draft id",    .flags = PKEY | SERVER | REQUIRED),
    COL(draft_line, no,          "行",           "Line",        .flags = PKEY | SERVER | REQUIRED),
    COL(draft_line, kind,        "科目",         "Account",     .flags = SERVER | REQUIRED, .codes = "ledger_account"),
    COL(draft_line, amount,      "金额",         "Amount",      .flags = SERVER | REQUIRED),
    COL(draft_line, source,      "资金来源",     "Source",      .flags = SERVER, .codes = "fund_source"),
    COL(draft_line, period,      "期次",         "Period",      .flags = SERVER),
    COL(draft_line, case_id,     "个案内部编号", "Case id",     .flags = SERVER),
    COL(draft_line, contract_id, "合同内部编号", "Contract id", .flags = SERVER),
    COL(draft_line, region,      "区划代码",     "Region",      .flags = SERVER),
};
const struct entity fund_entity = ENTITY(fund, TABLE_COUNTY, "资金", "Fund", fund_cols);
const struct entity fund_account_entity = ENTITY(fund_account, TABLE_COUNTY, "科目", "Account", account_cols);
const struct entity account_balance_entity = ENTITY(account_balance, TABLE_COUNTY, "科目余额", "Balance", balance_cols);
const struct entity voucher_entity = ENTITY(voucher, TABLE_COUNTY, "凭证", "Voucher", voucher_cols);
const struct entity voucher_line_entity = ENTITY(voucher_line, TABLE_COUNTY, "分录", "Line of a voucher", line_cols);
const struct entity closed_day_entity = ENTITY(closed_day, TABLE_COUNTY, "结账", "Closed day", closed_cols);
const struct entity draft_entity = ENTITY(draft, TABLE_COUNTY, "待审核凭证", "Draft of a voucher", draft_cols);
const struct entity draft_line_entity = ENTITY(draft_line, TABLE_COUNTY, "待审核分录", "Line of a draft", draft_line_cols);

const struct chart_row chart[] = {
    { ACCOUNT_SPECIAL, "special", "assets:special", { "专户存款", "Special account" }, PART_NONE },
    { ACCOUNT_TRANSIT, "transit", "assets:transit", { "乡镇财政所在途", "In transit at a township" }, PART_TOWNSHIP },
    { ACCOUNT_LOANS, "loans", "assets:loans", { "应收借款本金", "Loans receivable" }, PART_CONTRACT },
    { ACCOUNT_FEE_RECEIVABLE, "fee_receivable", "assets:fee_receivable", { "应收占用费", "Use fees receivable" }, PART_CONTRACT },
    { ACCOUNT_SUBSIDY_RECEIVABLE, "subsidy_receivable", "assets:subsidy_receivable", { "应收贴息", "Interest subsidy receivable" }, PART_NONE },
    { ACCOUNT_OVERPAID, "overpaid", "liabilities:overpaid", { "多收待退", "Overpaid and to be given back" }, PART_CONTRACT },
    { ACCOUNT_SUSPENSE, "suspense", "liabilities:suspense", { "待查款项", "Suspense" }, PART_NONE },
    { ACCOUNT_CAPITAL, "capital", "equity:capital", { "项目资金", "Capital" }, PART_SOURCE },
    { ACCOUNT_FEE, "fee", "income:fee", { "占用费收入", "Use fee income" }, PART_NONE },
    { ACCOUNT_INTEREST, "interest", "income:interest", { "利息收入", "Interest income" }, PART_NONE },
    { ACCOUNT_LOSS, "loss", "expenses:loss", { "坏账损失", "Losses" }, PART_NONE },
    { ACCOUNT_GRANT, "grant", "expenses:grant", { "无偿补助支出", "Grants paid" }, PART_NONE },
    { ACCOUNT_EXPENSE, "expense", "expenses:working", { "工作经费支出", "Working expenses" }, PART_NONE },
};
// clang-format on
const size_t chart_n = N_ELEMS(chart);
const struct label account_part_labels[] = {
    { "", "" },
    { "乡镇", "township" },
    { "合同", "contract" },
    { "资金来源", "source" },
};

const struct chart_row *chart_of(int64_t kind)
{
    for (size_t i = 0; i < chart_n; i++)
        if ((int64_t)chart[i].kind == kind)
            return &chart[i];
    return NULL;
}

const struct chart_row *chart_named(struct str name)
{
    int64_t number = 0;
    str_int(name, &number);
    for (size_t i = 0; i < chart_n; i++)
        if (str_eq(name, str_of(chart[i].slug)) || str_eq(name, str_of(chart[i].label.zh)) ||
            str_eq(name, str_of(chart[i].label.en)) || number == (int64_t)chart[i].kind)
            return &chart[i];
    return NULL;
}
