#include "programme/fact_schema.h"

#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"

static const struct fact_field household_fields[] = {
    { "members_n", { "家庭人口数", "Number of members" }, FACT_INT, NULL, NULL },
};
static const struct fact_field member_fields[] = {
    { "mother", { "母亲", "Mother" }, FACT_BOOL, NULL, NULL },
};
static const struct fact_field income_fields[] = {
    { "net", { "纯收入", "Net income" }, FACT_MONEY, NULL, NULL },
    { "total", { "总收入", "Total income" }, FACT_MONEY, NULL, NULL },
    { "members", { "当年家庭人口", "Members in that year" }, FACT_INT, NULL, NULL },
};
static const struct fact_field loan_fields[] = {
    { "programme", { "项目", "Programme" }, FACT_TEXT, NULL, NULL },
    { "state", { "状态", "State" }, FACT_TEXT, NULL, NULL },
    { "amount", { "金额", "Amount" }, FACT_MONEY, NULL, NULL },
    { "outstanding", { "未还金额", "Still owed" }, FACT_MONEY, NULL, NULL },
    { "paid_out_on", { "放款日期", "Paid out on" }, FACT_DATE, NULL, NULL },
    { "due", { "到期日期", "Due on" }, FACT_DATE, NULL, NULL },
    { "max_days_overdue", { "最长逾期天数", "Days overdue at most" }, FACT_INT, NULL, NULL },
    { "disaster_relief", { "因灾减免", "Let off after a disaster" }, FACT_BOOL, NULL, NULL },
    { "written_off", { "已核销", "Written off" }, FACT_BOOL, NULL, NULL },
    { "settled", { "已还清", "Settled" }, FACT_BOOL, NULL, NULL },
};
static const struct fact_field case_fields[] = {
    { "programme", { "项目", "Programme" }, FACT_TEXT, NULL, NULL },
    { "state", { "状态", "State" }, FACT_TEXT, NULL, NULL },
    { "year", { "年度", "Year" }, FACT_INT, NULL, NULL },
    { "applied_on", { "申请日期", "Applied on" }, FACT_DATE, NULL, NULL },
    { "decided_on", { "决定日期", "Decided on" }, FACT_DATE, NULL, NULL },
    { "approved", { "已批准", "Approved" }, FACT_BOOL, NULL, NULL },
    { "amount", { "金额", "Amount" }, FACT_MONEY, NULL, NULL },
};

#define FIELDS(f) (f), N_ELEMS(f)
static const struct fact_record records[FACTS_RECORDS] = {
    [FACTS_HOUSEHOLD] = { "household",
                          { "家庭", "Household" },
                          &household_entity,
                          FIELDS(household_fields),
                          false },
    [FACTS_MEMBERS] = { "members", { "家庭成员", "Members" }, &person_entity, FIELDS(member_fields), true },
    [FACTS_INCOMES] = { "incomes",
                        { "年度收入", "Incomes" },
                        &household_year_entity,
                        FIELDS(income_fields),
                        true },
    [FACTS_LOANS] = { "loans", { "借款", "Loans" }, NULL, FIELDS(loan_fields), true },
    [FACTS_CASES] = { "cases", { "办理记录", "Cases" }, NULL, FIELDS(case_fields), true },
};
const struct fact_schema fact_schema = { records, N_ELEMS(records) };

const struct fact_source *fact_source_of(const struct fact_sources *s, const char *record)
{
    for (size_t i = 0; s && i < s->n; i++)
        if (!strcmp(s->list[i]->record, record))
            return s->list[i];
    return NULL;
}
