#include "base/json.h"
#include "base/new_file.h"
#include "cli/commands.h"
#include "registry/export.h"
#include "registry/template.h"

enum { PURPOSE_CHARS_MIN = 2, PURPOSE_CHARS_MAX = 200 };

static struct export_kinds kinds_of(const struct cli *c)
{
    const struct program *p = c->program;
    return (struct export_kinds){ p->export_kinds, p->export_kinds_n, p->import_kinds, p->import_kinds_n };
}

/* --- export -------------------------------------------------------------------------------------------- */

static void show_progress(void *ctx, int64_t rows)
{
    struct cli *c = ctx;
    char text[32];
    snprintf(text, sizeof text, "%lld …", (long long)rows);
    cli_progress(c, text);
}

static enum export_format format_of(const struct cli *c)
{
    struct str format = cli_text(c, "format");
    if (format.p)
        return str_eq(format, STR("xlsx")) ? EXPORT_XLSX : EXPORT_CSV;
    return str_ends(cli_text(c, "out"), STR(".xlsx")) ? EXPORT_XLSX : EXPORT_CSV;
}

static bool check_purpose(struct cli *c)
{
    static const struct label label = { "用途", "The purpose" };
    const struct label *what = &label;
    struct str purpose = str_trim(cli_text(c, "purpose"));
    size_t n = str_chars(purpose);
    if (!cli_flag(c, "full"))
        return true;
    if (!n)
        return fail(&c->e, ERR_INVALID, "purpose", MSG_PURPOSE_NEEDED);
    return (n >= PURPOSE_CHARS_MIN && n <= PURPOSE_CHARS_MAX) ||
           fail(&c->e, ERR_INVALID, "purpose", MSG_TEXT_LENGTH, A(what), A(PURPOSE_CHARS_MIN),
                A(PURPOSE_CHARS_MAX));
}

static bool read_options(struct cli *c, struct export_options *o)
{
    *o = (struct export_options){
        .format = format_of(c),
        .encoding = str_eq(cli_text(c, "encoding"), STR("gb18030")) ? ENC_GB18030 : ENC_UTF8,
        .lang = c->e.lang,
        .columns = cli_text(c, "columns"),
        .all_columns = cli_flag(c, "all-columns"),
        .within = cli_region(c, "region"),
        .full = cli_flag(c, "full"),
        .purpose = str_trim(cli_text(c, "purpose")),
        .path = cli_cstr(c, "out"),
        .replace = cli_flag(c, "force"),
        .stop = c->stop,
        .progress = show_progress,
        .ctx = c,
    };
    if (o->format == EXPORT_XLSX && cli_flag(c, "encoding"))
        fail(&c->e, ERR_INVALID, "encoding", MSG_EXPORT_XLSX_ENCODING);
    if (o->columns.p && o->all_columns)
        fail(&c->e, ERR_INVALID, "columns", MSG_OPT_EITHER, A("columns"), A("all-columns"));
    check_purpose(c);
    return !errs_any(&c->e);
}

static void print_json(struct cli *c, const struct export_kind *k, const struct export_options *o,
                       const struct export_result *r)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_cstr(&w, "entity", k->kind);
    put_member_cstr(&w, "file", o->path);
    put_member_cstr(&w, "format", o->format == EXPORT_XLSX ? "xlsx" : "csv");
    put_member_int(&w, "rows", r->rows);
    put_key(&w, "columns");
    put_list(&w);
    for (size_t i = 0; i < r->cols_n; i++)
        put_cstr(&w, r->cols[i]->name);
    put_list_end(&w);
    put_member_bool(&w, "masked", r->masked);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int export(struct cli *c)
{
    struct export_options o;
    struct export_result r;
    struct export_kinds all = kinds_of(c);
    if (!read_options(c, &o))
        return EXIT_USAGE;
    const struct export_kind *k = export_kind_named(&all, c->args[0], &c->e);
    if (!k || !cli_load_codes(c) || !export_run(c->store, &c->actor, c->codes, &all, k, &o, &r, &c->e))
        return EXIT_NOTHING;
    cli_progress(c, "");
    if (!strcmp(o.path, "-"))
        return EXIT_DONE;
    if (c->json) {
        print_json(c, k, &o, &r);
        return EXIT_DONE;
    }
    cli_say(c, MSG_EXPORT_DONE, A(r.rows), A(o.path));
    if (r.masked)
        cli_say(c, MSG_EXPORT_MASKED);
    return EXIT_DONE;
}

/* --- template ------------------------------------------------------------------------------------------ */

static int template(struct cli *c)
{
    struct export_kinds all = kinds_of(c);
    const char *path = cli_cstr(c, "out");
    const struct export_kind *k = export_kind_named(&all, c->args[0], &c->e);
    if (!k || !cli_load_codes(c) ||
        !template_write(k, export_import_kind(&all, k), c->codes, c->e.lang, path, cli_flag(c, "force"),
                        &c->e))
        return EXIT_NOTHING;
    if (!strcmp(path, "-"))
        return EXIT_DONE;
    cli_say(c, MSG_TEMPLATE_DONE, A(path));
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_cstr(&w, "entity", k->kind);
        put_member_cstr(&w, "file", path);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    return EXIT_DONE;
}

/* --- the table ----------------------------------------------------------------------------------------- */

#define OUT_OPT                                                                                       \
    {                                                                                                 \
        .name = "out", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "文件", "FILE" }, .label = { \
            "写到哪里；- 为标准输出",                                                                 \
            "where to; - is standard output"                                                          \
        }                                                                                             \
    }
#define FORCE_OPT                                                                                        \
    {                                                                                                    \
        .name = "force", .kind = OPT_FLAG, .label = { "文件已存在时替换", "replace a file that exists" } \
    }

static const struct opt export_opts[] = {
    OUT_OPT,
    { .name = "format",
      .kind = OPT_CHOICE,
      .choices = "csv|xlsx",
      .label = { "格式（默认看文件名，否则 csv）", "format (default by the file's name, else csv)" } },
    { .name = "encoding",
      .kind = OPT_CHOICE,
      .choices = "utf-8|gb18030",
      .label = { "CSV 的编码（默认 utf-8，带 BOM）", "encoding of CSV (default utf-8, with BOM)" } },
    { .name = "columns",
      .kind = OPT_TEXT,
      .arg = { "列,列…", "A,B,…" },
      .label = { "只要这些列，按此顺序（默认：有值的列）",
                 "only these columns, in this order (default: those that have a value)" } },
    { .name = "all-columns",
      .kind = OPT_FLAG,
      .label = { "没有值的列也要", "also columns without any value" } },
    { .name = "region",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "只导出这个区划", "only this region" } },
    { .name = "full",
      .kind = OPT_FLAG,
      .label = { "不隐去证件号码等（须有权限并写明用途）",
                 "mask nothing (needs the right, and a purpose)" } },
    { .name = "purpose",
      .kind = OPT_TEXT,
      .arg = { "用途", "TEXT" },
      .label = { "为什么需要完整号码；记入审计", "why whole numbers are needed; kept in the audit" } },
    FORCE_OPT,
    { 0 },
};
static const struct opt template_opts[] = { OUT_OPT, FORCE_OPT, { 0 } };

static void list_kinds(struct buf *b, enum lang lang)
{
    buf_adds(b, lang == EN ? "\nKinds of data:\n" : "\n数据类型：\n");
    for (size_t i = 0; i < registry_export_kinds_n; i++) {
        struct str names = str_of(registry_export_kinds[i]->also), one;
        buf_addf(b, "  %s", registry_export_kinds[i]->kind);
        while (str_split(&names, '|', &one))
            buf_addf(b, ", %.*s", (int)one.n, one.p);
        buf_addc(b, '\n');
    }
}

static const struct command commands[] = {
    { .name = "export",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = export_opts,
      .args = { "数据类型", "KIND" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "把名册导出成文件", "write the registry into a file" },
      .help = { "表头和写法与导入相同，加 --full 导出的文件可以原样再导入。\n"
                "不加 --full 时证件号码、账号、电话、病情等隐去，这样的文件不能再导入。\n"
                "列可写表头、英文名或国家代码。文件只有自己能读（0600），已有的文件不会被覆盖。\n"
                "CSV 中以 = + - @ 等开头的文字前加一个单引号，电子表格就不会当作公式执行；导入时去掉。\n\n"
                "  bangfu export 户 --out 户.csv\n"
                "  bangfu export person --region 350603100 --out 成员.xlsx\n"
                "  bangfu export 成员 --full --purpose 报送县乡村振兴局 --encoding gb18030 --out 成员.csv",
                "Headings and values are those of the import: a file written with --full can be imported as "
                "it "
                "is.\n"
                "Without --full identity numbers, accounts, phones and illnesses are masked, and such a file "
                "cannot be imported.\n"
                "Columns are named by heading, name or national code.  Only you can read the file (0600); "
                "one that exists is not overwritten.\n"
                "In CSV an apostrophe stands before text that begins with = + - @ and the like, so that no "
                "spreadsheet runs it as a formula; the import takes it off.\n\n"
                "  bangfu export household --out households.csv\n"
                "  bangfu export person --region 350603100 --out members.xlsx\n"
                "  bangfu export person --full --purpose 'report to the county' --encoding gb18030 --out "
                "p.csv" },
      .more = list_kinds,
      .run = export },
    { .name = "template",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = template_opts,
      .args = { "数据类型", "KIND" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "导入用的空白表格", "an empty workbook to fill in and import" },
      .help = { "有表头、下拉选项、示例和填写说明；所有列为文本，长号码不会被电子表格损坏。\n\n"
                "  bangfu template 成员 --out 成员模板.xlsx",
                "With headings, drop-downs, an example and notes; all columns are text, so that a "
                "spreadsheet "
                "does not damage long numbers.\n\n  bangfu template person --out persons.xlsx" },
      .more = list_kinds,
      .run = template },
};
const struct command_table export_commands = { { "导出", "Export" }, commands, N_ELEMS(commands) };
