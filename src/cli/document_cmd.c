/* document_cmd.c - attached documents, and the calendar of holidays. */
#include "casework/document.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "base/new_file.h"
#include "casework/calendar.h"
#include "casework/notice.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "registry/find.h"

#include <errno.h>

enum { LIMIT_DEFAULT = 50, HOLIDAY_BYTES_MAX = 1 << 20, KINDS_MAX = 64 };

/* --- what the commands share -------------------------------------------------------------- */

static void closep(FILE **f)
{
    if (*f)
        fclose(*f);
}

bool cli_read_file(const char *path, struct buf *b, struct errs *e)
{
    char piece[65536];
    CLEANUP(closep) FILE *f = fopen(path, "rbe");
    size_t n = 0;
    while (f && !b->full && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(b, (struct str){ piece, n });
    if (f && b->full)
        return fail(e, ERR_INVALID, "file", MSG_FILE_TOO_LARGE, A(path));
    return (f && !ferror(f)) || fail(e, ERR_NOT_FOUND, "file", MSG_FILE_READ, A(path), A(strerror(errno)));
}

bool cli_write_file(struct cli *c, struct str content)
{
    CLEANUP(new_file_drop) struct new_file f = { .fd = -1 };
    const char *path = cli_cstr(c, "out");
    if (!new_file_open(&f, path, cli_flag(c, "force"), &c->e))
        return false;
    if (!write_all(f.fd, content))
        return fail(&c->e, ERR_INTERNAL, "out", MSG_FILE_WRITE, A(path), A(strerror(errno)));
    return new_file_keep(&f, &c->e);
}

bool cli_number(struct str s, int64_t *no, struct errs *e)
{
    static const struct label label = { "编号", "The number" };
    return (str_int(str_trim(s), no) && *no > 0) || fail(e, ERR_INVALID, "no", MSG_NOT_INTEGER, A(&label));
}

struct date cli_on(const struct cli *c)
{
    const struct opt_value *on = cli_value(c, "on");
    return on ? (struct date){ (int32_t)on->v } : clock_today();
}

bool cli_col(struct cli *c, const struct entity *en, const char *name, const char *option, void *obj,
             struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    struct str text = cli_text(c, option);
    return !text.p || col_read(entity_col(en, name), obj, text, &rd);
}

void cli_answer(struct cli *c, const struct entity *en, const void *obj)
{
    struct json_out w = JSON_OUT(&c->out);
    if (!c->json)
        return;
    put_object(&w);
    cli_put_cols(c, &w, en, obj);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

/* --- add ---------------------------------------------------------------------------------- */

struct attaching {
    struct cli *c;
    struct str content;
    struct document d;
    bool again;
};

/* Whose it is: --household or --notice. */
static bool find_owner(struct cli *c, struct tx *tx, struct document *d, struct errs *e)
{
    struct household h;
    struct notice n;
    int64_t no;
    struct str household = cli_text(c, "household"), notice = cli_text(c, "notice");
    enum found f;
    if ((household.p != NULL) == (notice.p != NULL))
        return fail(e, ERR_INVALID, "household", MSG_DOCUMENT_OWNER);
    if (household.p) {
        f = household_by_no(tx, &c->actor, household, cli_region(c, "county"), &h, e);
        if (f != FOUND)
            return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(household));
        d->owner = STR("household");
        d->owner_id = h.id;
        d->region = h.village;
    } else {
        if (!cli_number(notice, &no, e))
            return false;
        f = notice_by_no(tx, &c->actor, no, cli_region(c, "county"), &n, e);
        if (f != FOUND)
            return f == NONE && fail(e, ERR_NOT_FOUND, "notice", MSG_NOTICE_NONE, A(no));
        d->owner = STR("notice");
        d->owner_id = n.id;
        d->region = n.region;
    }
    d->county = region_county(d->region);
    return true;
}

static struct str name_of_file(struct str path)
{
    const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
    return slash ? (struct str){ slash + 1, path.n - (size_t)(slash + 1 - path.p) } : path;
}

static bool do_add(struct tx *tx, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    struct cli *c = x->c;
    CLEANUP(act_release) struct act act = { 0 };
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    struct str title = cli_text(c, "title");
    x->d = (struct document){ 0 };
    if (!cli_col(c, &document_entity, "kind", "kind", &x->d, e) ||
        !cli_col(c, &document_entity, "pages", "pages", &x->d, e) ||
        !col_read(entity_col(&document_entity, "title"), &x->d, title.p ? title : name_of_file(c->args[0]),
                  &rd) ||
        !find_owner(c, tx, &x->d, e))
        return false;
    act_begin(&act, tx, &c->actor, "document.add", x->d.owner, e->a);
    return document_add(&act, &x->d, x->content, clock_today(), &x->again, e) && act_end(&act, NULL, e);
}

static int add(struct cli *c)
{
    CLEANUP(buf_release) struct buf b = BUF(DOCUMENT_BYTES_MAX + 1);
    struct attaching x = { .c = c };
    if (!cli_read_file(c->args[0].p, &b, &c->e) || !cli_load_codes(c))
        return EXIT_NOTHING;
    x.content = buf_str(&b);
    if (!cli_write(c, 0, do_add, &x))
        return EXIT_NOTHING;
    if (x.again)
        cli_say(c, MSG_DOCUMENT_AGAIN, A(x.d.no));
    else
        cli_say(c, MSG_DOCUMENT_ADDED, A(x.d.no), A(x.d.title));
    cli_answer(c, &document_entity, &x.d);
    return EXIT_DONE;
}

/* --- get ---------------------------------------------------------------------------------- */

static bool do_get(struct tx *tx, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    struct cli *c = x->c;
    CLEANUP(act_release) struct act act = { 0 };
    int64_t no;
    if (!cli_number(c->args[0], &no, e))
        return false;
    enum found f = document_by_no(tx, &c->actor, no, cli_region(c, "county"), &x->d, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_DOCUMENT_NONE, A(no));
    if (cli_flag(c, "publish") && document_is_sensitive(x->d.kind))
        return fail(e, ERR_FORBIDDEN, "publish", MSG_DOCUMENT_NOT_PUBLIC, A(no));
    act_begin(&act, tx, &c->actor, "document.get", x->d.owner, e->a);
    return document_get(&act, &x->d, cli_text(c, "purpose"), &x->content, e) && act_end(&act, NULL, e);
}

static int get(struct cli *c)
{
    struct attaching x = { .c = c };
    CLEANUP(buf_release) struct buf bare = BUF(DOCUMENT_BYTES_MAX + 64);
    if (!cli_load_codes(c) || !cli_write(c, 0, do_get, &x))
        return EXIT_NOTHING;
    if (cli_flag(c, "publish")) {
        if (!file_strip(x.content, &bare, &c->e))
            return EXIT_NOTHING;
        x.content = buf_str(&bare);
    }
    if (!cli_write_file(c, x.content))
        return EXIT_NOTHING;
    if (strcmp(cli_cstr(c, "out"), "-") != 0) {
        cli_say(c, MSG_DOCUMENT_WRITTEN, A(x.d.no), A(cli_cstr(c, "out")));
        cli_answer(c, &document_entity, &x.d);
    }
    return EXIT_DONE;
}

/* --- list --------------------------------------------------------------------------------- */

struct listing {
    struct cli *c;
    struct list all;
    bool of_one;
    int32_t required[KINDS_MAX], missing[KINDS_MAX];
    size_t required_n, missing_n;
};

static bool read_required(struct listing *l, struct errs *e)
{
    const struct col *col = entity_col(&document_entity, "kind");
    struct reading rd = { .e = e, .codes = l->c->codes, .today = clock_today() };
    bool ok = true;
    l->required_n = 0;
    for (const struct opt_value *v = cli_value(l->c, "required"); v; v = cli_next_value(v)) {
        struct document d = { 0 };
        if (l->required_n == KINDS_MAX || !col_read(col, &d, v->text, &rd))
            ok = false;
        else
            l->required[l->required_n++] = d.kind.v;
    }
    return ok;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct listing *l = ctx;
    struct cli *c = l->c;
    struct document d = { 0 };
    l->of_one = cli_text(c, "household").p || cli_text(c, "notice").p || cli_flag(c, "required");
    if (!l->of_one)
        return document_list_in(tx, &c->actor, cli_region(c, "region"), cli_int(c, "after", 0),
                                (size_t)cli_int(c, "limit", LIMIT_DEFAULT), &l->all, e);
    if (!find_owner(c, tx, &d, e) || !read_required(l, e))
        return false;
    const char *owner = d.owner.p;
    return document_list(tx, d.county, owner, d.owner_id, &l->all, e) &&
           document_missing(tx, d.county, owner, d.owner_id, l->required, l->required_n, l->missing,
                            &l->missing_n, e);
}

static void list_json(struct cli *c, const struct listing *l)
{
    const struct code_table *kinds = code_table(c->codes, "document_kind");
    const struct document *d = l->all.rows;
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "documents");
    put_list(&w);
    for (size_t i = 0; i < l->all.n; i++) {
        put_object(&w);
        cli_put_cols(c, &w, &document_entity, &d[i]);
        put_object_end(&w);
    }
    put_list_end(&w);
    if (l->of_one) {
        put_key(&w, "missing");
        put_list(&w);
        for (size_t i = 0; i < l->missing_n; i++)
            put_text(&w, code_row(kinds, l->missing[i])->slug);
        put_list_end(&w);
    }
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int list(struct cli *c)
{
    static const char *const names[] = { "no",   "kind",  "title",    "format",
                                         "size", "owner", "added_on", "added_by" };
    static const struct table_col cols[] = {
        { { "附件号", "Number" }, true },      { { "种类", "Kind" }, false },
        { { "名称", "Title" }, false },        { { "格式", "Format" }, false },
        { { "字节数", "Bytes" }, true },       { { "所属", "Belongs to" }, false },
        { { "登记日期", "Added on" }, false }, { { "登记人", "Added by" }, false },
    };
    struct listing l = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &l))
        return EXIT_NOTHING;
    if (c->json) {
        list_json(c, &l);
        return EXIT_DONE;
    }
    const struct document *d = l.all.rows;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < l.all.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &document_entity, names[k], &d[i]));
    table_print(&t, c->e.lang, &c->out);
    for (size_t i = 0; i < l.missing_n; i++) {
        const struct code_row *row = code_row(code_table(c->codes, "document_kind"), l.missing[i]);
        cli_say(c, MSG_DOCUMENT_MISSING, A(code_label(row, c->e.lang)));
    }
    return l.missing_n ? EXIT_REFUSED : EXIT_DONE;
}

/* --- strip -------------------------------------------------------------------------------- */

static int strip(struct cli *c)
{
    CLEANUP(buf_release) struct buf in = BUF(DOCUMENT_BYTES_MAX + 1), out = BUF(DOCUMENT_BYTES_MAX + 64);
    if (!cli_read_file(c->args[0].p, &in, &c->e) || !file_strip(buf_str(&in), &out, &c->e) ||
        !cli_write_file(c, buf_str(&out)))
        return EXIT_NOTHING;
    int64_t left_out = (int64_t)in.n - (int64_t)out.n;
    if (!strcmp(cli_cstr(c, "out"), "-"))
        return EXIT_DONE;
    cli_say(c, MSG_STRIP_DONE, A(cli_cstr(c, "out")), A(out.n), A(left_out));
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_int(&w, "bytes", (int64_t)out.n);
        put_member_int(&w, "left_out", left_out);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    return EXIT_DONE;
}

/* --- holidays ----------------------------------------------------------------------------- */

struct holidays {
    struct cli *c;
    struct str csv;
    struct holidays_loaded done;
    struct calendar cal;
};

static bool do_holidays_load(struct tx *tx, void *ctx, struct errs *e)
{
    struct holidays *h = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &h->c->actor, "holidays.load", name_of_file(h->c->args[0]), e->a);
    return holidays_load(&act, h->csv, &h->done, e) && act_end(&act, NULL, e);
}

static int holidays_load_cmd(struct cli *c)
{
    CLEANUP(buf_release) struct buf bytes = BUF(HOLIDAY_BYTES_MAX), own = BUF(HOLIDAY_BYTES_MAX * 2);
    struct holidays h = { .c = c };
    if (!cli_read_file(c->args[0].p, &bytes, &c->e) || !encoding_fits(buf_str(&bytes), c->args[0].p, &c->e))
        return EXIT_NOTHING;
    h.csv = to_utf8(buf_str(&bytes), encoding_detect(buf_str(&bytes)), &own);
    if (!cli_write(c, 0, do_holidays_load, &h))
        return EXIT_NOTHING;
    cli_say(c, MSG_HOLIDAYS_LOADED, A(h.done.added), A(h.done.changed), A(h.done.same));
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_int(&w, "added", h.done.added);
        put_member_int(&w, "changed", h.done.changed);
        put_member_int(&w, "unchanged", h.done.same);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    return EXIT_DONE;
}

static bool do_holidays_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct holidays *h = ctx;
    return calendar_read(tx, &h->cal, e->a, e);
}

static struct str kind_word(const struct cli *c, const struct holiday *x)
{
    static const struct label words[] = { { "休", "off" }, { "班", "work" } };
    return str_of(label_in(&words[x->kind == HOLIDAY_WORKED], c->json ? EN : c->e.lang));
}

static int holidays_list_cmd(struct cli *c)
{
    static const struct table_col cols[] = { { { "日期", "Date" }, false },
                                             { { "类型", "Kind" }, false },
                                             { { "名称", "Name" }, false } };
    struct holidays h = { .c = c };
    int year = (int)cli_int(c, "year", date_civil(clock_today()).year);
    if (!cli_read(c, do_holidays_list, &h))
        return EXIT_NOTHING;
    struct json_out w = JSON_OUT(&c->out);
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < h.cal.n; i++) {
        const struct holiday *x = &h.cal.days[i];
        CLEANUP(buf_release) struct buf day = BUF(16);
        date_print(&day, x->day);
        if (date_civil(x->day).year != year)
            continue;
        table_text(&t, buf_str(&day));
        table_text(&t, kind_word(c, x));
        table_text(&t, x->name);
        if (!c->json)
            continue;
        put_object(&w);
        put_member_text(&w, "date", buf_str(&day));
        put_member_text(&w, "kind", kind_word(c, x));
        put_member_text(&w, "name", x->name);
        put_object_end(&w);
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
    if (!calendar_knows(&h.cal, year))
        cli_say(c, MSG_HOLIDAYS_UNKNOWN, A((int64_t)year));
    return EXIT_DONE;
}

/* --- the tables --------------------------------------------------------------------------- */

// clang-format off
#define IN_COUNTY { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "是哪个县的", "the county whose it is" } }
#define FORCE     { .name = "force", .kind = OPT_FLAG, .label = { "文件已存在时替换", "replace a file that exists" } }
#define HOUSEHOLD { .name = "household", .kind = OPT_TEXT, .arg = { "户编号", "NUMBER" }, .label = { "属于哪一户", "the household it belongs to" } }
#define NOTICE    { .name = "notice", .kind = OPT_TEXT, .arg = { "公示号", "NUMBER" }, .label = { "属于哪个公示", "the notice it belongs to" } }
#define OUT       { .name = "out", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "文件", "FILE" }, .label = { "写入这个文件；- 是标准输出", "write this file; - is standard output" } }

static const struct opt add_opts[] = {
    IN_COUNTY, HOUSEHOLD,
    { .name = "kind", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "种类", "CHOICE" }, .label = { "申请表、身份证复印件、户口簿、公示张贴照片…", "application_form, id_copy, household_register, notice_posted …" } },
    NOTICE,
    { .name = "pages", .kind = OPT_TEXT, .arg = { "页数", "N" }, .label = { "纸面有几页", "pages on paper" } },
    { .name = "title", .kind = OPT_TEXT, .arg = { "名称", "TEXT" }, .label = { "附件名称（默认文件名）", "what it is called (default: the file's name)" } },
    { 0 },
};
static const struct opt get_opts[] = {
    IN_COUNTY, FORCE, OUT,
    { .name = "publish", .kind = OPT_FLAG, .label = { "去除位置、时间等附加信息", "without position, time and other metadata" } },
    { .name = "purpose", .kind = OPT_TEXT, .arg = { "用途", "TEXT" }, .label = { "含个人信息的种类：为什么要看；记入审计", "of kinds with personal data: why; kept in the audit" } },
    { 0 },
};
static const struct opt list_opts[] = {
    { .name = "after", .kind = OPT_INT, .min = 0, .max = INT32_MAX, .arg = { "附件号", "NUMBER" }, .label = { "从这个号以后列起", "those behind this number" } },
    IN_COUNTY, HOUSEHOLD,
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = 10000, .arg = { "条数", "N" }, .label = { "最多列出多少条", "at most so many" } },
    NOTICE,
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只要这个区划的", "only those of this region" } },
    { .name = "required", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "种类", "CHOICE" }, .label = { "应有的种类；缺的列出，退出码 3", "a kind that has to be there; what is missing is listed, exit code 3" } },
    { 0 },
};
static const struct opt strip_opts[] = { FORCE, OUT, { 0 } };
static const struct opt year_opts[] = {
    { .name = "year", .kind = OPT_INT, .min = 1900, .max = 9999, .arg = { "年", "YEAR" }, .label = { "哪一年（默认今年）", "the year (default: this one)" } },
    { 0 },
};

static const struct command commands[] = {
    { .name = "document add", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = add_opts, .args = { "文件", "FILE" }, .args_min = 1, .args_max = 1, .summary = { "登记附件", "attach a document" },
      .help = { "只收 JPEG、PNG 和 PDF（按内容识别），最大 20 MB；加密保存在数据库里。\n\n  bangfu document add 身份证.jpg --household LW000001 --kind 身份证复印件", "JPEG, PNG and PDF by content, at most 20 MB; kept encrypted in the database.\n\n  bangfu document add id.jpg --household LW000001 --kind id_copy" }, .run = add },
    { .name = "document get", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = get_opts, .args = { "附件号", "NUMBER" }, .args_min = 1, .args_max = 1, .summary = { "取出附件", "take a document out" },
      .help = { "写出前与存入时的校验码比较。证件、账号、病历等种类须有权限并写明用途。\n\n  bangfu document get 12 --out 申请表.pdf\n  bangfu document get 13 --purpose 核对户籍 --out 户口簿.jpg", "It is compared with what was attached before a byte is written. Identity papers, accounts and medical records need the right and a purpose.\n\n  bangfu document get 12 --out form.pdf\n  bangfu document get 13 --purpose 'compare the family' --out register.jpg" }, .run = get },
    { .name = "document list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = list_opts, .summary = { "有哪些附件，缺哪些", "the documents there are, and those that are missing" },
      .help = { "\n  bangfu document list --household LW000001 --required 申请表 --required 户口簿", "\n  bangfu document list --household LW000001 --required application_form --required household_register" }, .run = list },
    { .name = "document strip", .perm = PERM_NONE, .db = DB_NO, .opts = strip_opts, .args = { "文件", "FILE" }, .args_min = 1, .args_max = 1, .summary = { "去除图片的位置、时间等附加信息", "take position, time and other metadata out of a picture" },
      .help = { "画面一个字节都不变。PDF 不改写：含附加信息的不予公开，并说明原因。\n\n  bangfu document strip 张贴.jpg --out 公开.jpg", "The picture stays byte for byte. PDF files are not rewritten: one with metadata is refused, with the reason.\n\n  bangfu document strip posted.jpg --out public.jpg" }, .run = strip },
    { .name = "holidays list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = year_opts, .summary = { "一年的放假和调休", "the holidays of a year" },
      .help = { "\n  bangfu holidays list --year 2026", "\n  bangfu holidays list --year 2026" }, .run = holidays_list_cmd },
    { .name = "holidays load", .perm = PERM_REGIONS, .db = DB_OPEN, .args = { "文件", "FILE" }, .args_min = 1, .args_max = 1, .summary = { "载入国务院公布的放假安排", "load the holidays that the State Council published" },
      .help = { "CSV：日期,类型,名称，类型为“休”或“班”。已有的日子按文件更改。\n\n  bangfu holidays load 2027.csv", "CSV: date,kind,name, where kind is off or work. Days that are there are changed to what the file says.\n\n  bangfu holidays load 2027.csv" }, .run = holidays_load_cmd },
};
// clang-format on
const struct command_table document_commands = { { "附件和节假日", "Documents and holidays" },
                                                 commands,
                                                 N_ELEMS(commands) };
