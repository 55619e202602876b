#include "registry/code.h"

/* Aliases are the headings of the files in sql/codes. */
// clang-format off
static const struct col cols[] = {
    COL(code_entry, table_name, "代码表",   "Code table",    .flags = PKEY | REQUIRED | NATURAL, .max = 60, .aliases = "table"),
    COL(code_entry, code,       "代码",     "Code",          .flags = PKEY | REQUIRED | NATURAL, .min = 0, .max = INT32_MAX),
    COL(code_entry, slug,       "英文短名", "Short name",    .flags = REQUIRED, .max = 60),
    COL(code_entry, zh,         "中文名称", "Chinese label", .flags = REQUIRED, .max = 60),
    COL(code_entry, en,         "英文名称", "English label", .flags = REQUIRED, .max = 100),
    COL(code_entry, short_zh,   "简称",     "Abbreviation",  .max = 20, .aliases = "short"),
    COL(code_entry, sort,       "顺序",     "Order",         .flags = REQUIRED | SERVER),
    COL(code_entry, national,   "国家代码", "National code", .max = 20),
    COL(code_entry, aliases,    "别名",     "Aliases",       .max = 500),
    COL(code_entry, valid_from, "启用日期", "Valid from",    .flags = 0),
    COL(code_entry, valid_to,   "停用日期", "Valid to",      .flags = 0),
    COL(code_entry, parent,     "上级代码", "Parent code",   .min = 0, .max = INT32_MAX),
    COL(code_entry, note,       "说明",     "Note",          .max = 500),
};
// clang-format on

const struct entity code_entity = {
    .table = "code",
    .label = { "代码", "Code" },
    .class = TABLE_REFERENCE,
    .cols = cols,
    .n = N_ELEMS(cols),
    .size = sizeof(struct code_entry),
};
