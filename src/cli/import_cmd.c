#include "cli/import_cmd.h"

#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/table.h"

enum { PROGRESS_EVERY_US = 200000 };

/* --- progress ----------------------------------------------------------------------------- */

struct progress {
    struct cli *c;
    struct instant last;
};

static void show_progress(void *ctx, const char *file, size_t done, size_t all)
{
    struct progress *p = ctx;
    struct instant now = clock_now();
    if (!p->c->terminal || now.us - p->last.us < PROGRESS_EVERY_US)
        return;
    p->last = now;
    char text[200];
    snprintf(text, sizeof text, "%.120s %zu%%", file, all ? done * 100 / all : 100);
    cli_progress(p->c, text);
}

bool cli_import(struct cli *c, struct import_options o, struct import_result *r)
{
    struct progress p = { .c = c };
    o.stop = c->stop;
    o.progress = show_progress;
    o.ctx = &p;
    bool ok = import_run(c->store, &c->actor, c->codes, c->program->import_kinds, c->program->import_kinds_n,
                         &o, r, &c->e);
    cli_progress(c, "");
    return ok;
}

/* --- what came of it ---------------------------------------------------------------------- */

static void put_names(struct json_out *w, const char *key, const char *const *names, size_t n)
{
    put_key(w, key);
    put_list(w);
    for (size_t i = 0; i < n; i++)
        put_cstr(w, names[i]);
    put_list_end(w);
}

static void put_file(struct json_out *w, const struct import_file *f)
{
    put_object(w);
    put_member_cstr(w, "file", f->name);
    put_member_cstr(w, "kind", f->kind);
    put_member_int(w, "rows", f->rows);
    put_member_int(w, "imported", f->imported);
    put_member_int(w, "updated", f->updated);
    put_member_int(w, "unchanged", f->unchanged);
    put_member_int(w, "rejected", f->rejected);
    put_member_int(w, "warnings", f->warnings);
    put_member_bool(w, "understood", f->understood);
    if (f->trouble)
        put_member_cstr(w, "trouble", f->trouble);
    put_names(w, "unknown_columns", f->extra, f->extra_n);
    put_names(w, "missing_columns", f->missing, f->missing_n);
    put_object_end(w);
}

static void print_json(struct cli *c, const struct import_result *r)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "files");
    put_list(&w);
    for (size_t i = 0; i < r->n; i++)
        put_file(&w, &r->files[i]);
    put_list_end(&w);
    put_member_cstr(&w, "rejects", r->rejects);
    put_member_cstr(&w, "warnings_file", r->warnings);
    cli_put_errors(c, &w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void print_table(struct cli *c, const struct import_result *r)
{
    static const struct table_col cols[] = {
        { { "文件", "File" }, false },    { { "行数", "Rows" }, true },      { { "新增", "New" }, true },
        { { "更新", "Updated" }, true },  { { "未变", "Unchanged" }, true }, { { "拒绝", "Refused" }, true },
        { { "提醒", "Warnings" }, true },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < r->n; i++) {
        const struct import_file *f = &r->files[i];
        if (!f->understood)
            continue;
        table_text(&t, str_of(f->name));
        const int64_t counts[] = { f->rows, f->imported, f->updated, f->unchanged, f->rejected, f->warnings };
        for (size_t k = 0; k < N_ELEMS(counts); k++)
            table_int(&t, counts[k]);
    }
    table_print(&t, c->e.lang, &c->out);
}

static void say_columns(struct cli *c, const struct import_file *f)
{
    enum { COLUMNS_TOLD = 20, BYTES_MAX = 1 << 20 };
    CLEANUP(buf_release) struct buf b = BUF(BYTES_MAX);
    for (size_t i = 0; i < f->extra_n && i < COLUMNS_TOLD; i++)
        buf_addf(&b, "%s%s", i ? (c->e.lang == EN ? ", " : "、") : "", f->extra[i]);
    if (f->extra_n > COLUMNS_TOLD)
        buf_addf(&b, " … (%zu)", f->extra_n);
    if (f->extra_n)
        cli_say(c, MSG_IMPORT_EXTRA, A(f->name), A(buf_str(&b)));
}

static void print_text(struct cli *c, const struct import_result *r)
{
    print_table(c, r);
    for (size_t i = 0; i < r->n; i++) {
        const struct import_file *f = &r->files[i];
        if (f->trouble)
            cli_say(c, MSG_IMPORT_TROUBLE, A(f->trouble));
        else if (!f->understood)
            cli_say(c, MSG_IMPORT_NOT_UNDERSTOOD, A(f->name));
        say_columns(c, f);
    }
    if (r->rejects)
        cli_say(c, MSG_IMPORT_REJECTS, A(r->rejected), A(r->rejects));
    if (r->warnings)
        cli_say(c, MSG_IMPORT_WARNINGS, A(r->warned), A(r->warnings));
    if (cli_flag(c, "dry-run"))
        cli_say(c, MSG_IMPORT_DRY_RUN);
}

/* --- the command -------------------------------------------------------------------------- */

static bool read_options(struct cli *c, struct import_options *o)
{
    const char **paths = NEW_ARRAY(c->a, const char *, c->args_n);
    for (size_t i = 0; i < c->args_n; i++)
        paths[i] = c->args[i].p;
    bool skip = cli_flag(c, "skip"), existing_fail = cli_flag(c, "fail");
    if (skip + existing_fail + cli_flag(c, "update") > 1)
        return fail(&c->e, ERR_INVALID, "update", MSG_IMPORT_ONE_OF);
    *o = (struct import_options){
        .paths = paths,
        .n = c->args_n,
        .existing = skip            ? IMPORT_SKIP
                    : existing_fail ? IMPORT_FAIL
                                    : IMPORT_UPDATE,
        .dry_run = cli_flag(c, "dry-run"),
        .rejects = cli_cstr(c, "rejects"),
        .warnings = cli_cstr(c, "warnings"),
        .county = region_county(cli_region(c, "county")),
    };
    return true;
}

static bool anything_understood(const struct import_result *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->files[i].understood)
            return true;
    return false;
}

static int import_files(struct cli *c)
{
    struct import_options o;
    struct import_result r = { 0 };
    if (!read_options(c, &o) || !cli_load_codes(c))
        return EXIT_NOTHING;
    bool ok = cli_import(c, o, &r);
    if (!ok && !r.n)
        return EXIT_NOTHING;
    if (c->json)
        print_json(c, &r);
    else
        print_text(c, &r);
    if (!c->json)
        cli_flush(c); /* before what went wrong, which goes to the other stream */
    if (!ok)
        return r.interrupted ? EXIT_INTERRUPTED : EXIT_NOTHING;
    if (!anything_understood(&r))
        return EXIT_NOTHING;
    return r.rejected ? EXIT_REFUSED : EXIT_DONE;
}

static const struct opt import_opts[] = {
    { .name = "update",
      .kind = OPT_FLAG,
      .label = { "已有的记录按文件更新（默认）；文件中空白的不改",
                 "rows that exist are updated from the file (default); blanks in it change nothing" } },
    { .name = "skip", .kind = OPT_FLAG, .label = { "已有的记录不动", "rows that exist stay as they are" } },
    { .name = "fail", .kind = OPT_FLAG, .label = { "已有的记录按拒绝处理", "rows that exist are refused" } },
    { .name = "dry-run", .kind = OPT_FLAG, .label = { "只检查，不保存", "check only, save nothing" } },
    { .name = "rejects",
      .kind = OPT_TEXT,
      .arg = { "文件", "FILE" },
      .label = { "被拒绝的行写到哪里（默认 rejects-时间.csv）",
                 "where refused rows go (default rejects-TIME.csv)" } },
    { .name = "warnings",
      .kind = OPT_TEXT,
      .arg = { "文件", "FILE" },
      .label = { "提醒写到哪里（默认 warnings-时间.csv，与被拒绝的行在一起）",
                 "where warnings go (default warnings-TIME.csv beside the refused rows)" } },
    { .name = "county",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "户编号属于哪个县", "the county whose household numbers are meant" } },
    { 0 },
};

static const struct command commands[] = {
    { .name = "import",
      .perm = PERM_REGISTRY_IMPORT,
      .db = DB_OPEN,
      .opts = import_opts,
      .args = { "目录|文件…", "DIR|FILE…" },
      .args_min = 1,
      .args_max = -1,
      .summary = { "把名册文件导入数据库", "import the files of a registry" },
      .help = { "按表头识别文件（中文、英文或国家代码，列的顺序不限），UTF-8 和 GB18030 都可以。\n"
                "每个单元格都检查；有错的行连同原因写进一个 CSV 文件，改好后可以直接再导入。\n"
                "已导入但值得一看的（核对规则、推定的日期等）逐条写进另一个 CSV 文件，号码等已隐去。\n"
                "同一目录里相关的文件（户、成员、年度）要么全部保存，要么都不保存。\n\n"
                "  bangfu import ../档案\n  bangfu import --dry-run 户.csv 成员.csv",
                "Files are known by their headings (Chinese, English or national codes, in any order), in "
                "UTF-8 or GB18030.\n"
                "Every cell is checked; rows with faults go with their reasons into a CSV file that can be "
                "corrected and "
                "imported again.\nWhat came in but deserves a look (rules of quality, assumed dates) goes "
                "line by "
                "line into another one, with numbers masked.\nFiles of a folder that belong together "
                "(households, members, years) are "
                "saved together or not "
                "at all.\n\n  bangfu import ../archive\n  bangfu import --dry-run households.csv "
                "persons.csv" },
      .run = import_files },
};
const struct command_table import_commands = { { "导入", "Import" }, commands, N_ELEMS(commands) };
