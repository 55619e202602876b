#include "cli/field_words.h"

#include "cli/options.h"

/* What is no column of one table, or is called differently in several. */
static const struct word {
    const char *field;
    struct label label;
} words[] = {
    { "account", { "账户", "account" } },
    { "action", { "操作", "action" } },
    { "amount", { "金额", "amount" } },
    { "appraisal", { "评议", "appraisal" } },
    { "borrower", { "借款人", "borrower" } },
    { "case_no", { "案件编号", "case number" } },
    { "code", { "代码", "code" } },
    { "condition", { "条件", "condition" } },
    { "contract", { "合同", "contract" } },
    { "date", { "日期", "date" } },
    { "day", { "日期", "day" } },
    { "days", { "天数", "days" } },
    { "document", { "依据文件", "document" } },
    { "draft", { "凭证草稿", "draft" } },
    { "drop", { "并入的记录", "record taken in" } },
    { "file", { "文件", "file" } },
    { "fill", { "填写内容", "form" } },
    { "form", { "表", "form" } },
    { "fund", { "资金", "fund" } },
    { "group", { "组", "group" } },
    { "guarantor", { "担保人", "guarantor" } },
    { "household", { "户", "household" } },
    { "id", { "编号", "number" } },
    { "kind", { "种类", "kind" } },
    { "line", { "行", "line" } },
    { "list", { "名单", "list" } },
    { "meeting", { "会议", "meeting" } },
    { "name", { "名称", "name" } },
    { "no", { "编号", "number" } },
    { "notice", { "公示或通知", "notice" } },
    { "number", { "编号", "number" } },
    { "paper", { "材料", "paper" } },
    { "party", { "当事人", "party" } },
    { "payments", { "付款", "payments" } },
    { "payout", { "发放单", "pay-out" } },
    { "period", { "期", "period" } },
    { "person", { "成员", "person" } },
    { "programme", { "项目", "programme" } },
    { "project", { "产业项目", "project" } },
    { "promise", { "还款承诺", "promise" } },
    { "receipt", { "收据", "receipt" } },
    { "role", { "角色", "role" } },
    { "row", { "行", "row" } },
    { "rows", { "行", "rows" } },
    { "source", { "资金来源", "source" } },
    { "survey", { "调查", "survey" } },
    { "table", { "表", "table" } },
    { "township", { "乡镇", "township" } },
    { "village", { "村", "village" } },
    { "voucher", { "凭证", "voucher" } },
};

static bool has_option(const struct cli *c, struct str name)
{
    for (const struct opt *o = c->command ? c->command->opts : NULL; o && o->name; o++)
        if (str_eq(name, str_of(o->name)))
            return true;
    return false;
}

/* The label of the column, if all tables that have it call it the same. */
static const char *column_word(const struct schema *s, const char *field, enum lang lang)
{
    const char *found = NULL;
    for (size_t i = 0; s && i < s->n; i++) {
        const struct col *col = entity_col(s->entities[i], field);
        if (!col)
            continue;
        const char *label = label_in(&col->label, lang);
        if (!label || (found && strcmp(found, label) != 0))
            return NULL;
        found = label;
    }
    return found;
}

const char *field_word(const struct cli *c, const char *field)
{
    char *option = arena_printf(c->a, "%s", field);
    for (char *p = option; *p; p++)
        if (*p == '_')
            *p = '-';
    if (has_option(c, str_of(option)))
        return arena_printf(c->a, "--%s", option);
    for (size_t i = 0; i < N_ELEMS(words); i++)
        if (strcmp(words[i].field, field) == 0)
            return label_in(&words[i].label, c->e.lang);
    const char *word = column_word(c->program->schema, field, c->e.lang);
    return word ? word : field;
}
