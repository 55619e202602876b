/* print_cmd.c - papers and registers of a loan fund, one or a whole period's (report/form.h). */
#include "base/clock.h"
#include "base/new_file.h"
#include "cli/case_cmd.h"
#include "cli/commands.h"
#include "report/figures_show.h"
#include "report/form_book.h"

#include <errno.h>
#include <sys/stat.h>

enum { DOCUMENT_BYTES = 1 << 28 };

struct printed {
    struct str name;
    const char *path;
    struct str html;
    bool is_book;
    struct form_book book;
};
struct print_run {
    struct cli *c;
    struct casework w;
    const struct form_kind *kind;
    struct form_question q;
    const char *out;
    bool folder, workbook;
    struct printed *list;
    size_t n, papers, rows;
};

/* --- what is asked for ------------------------------------------------------------------------ */

static struct str all_names(struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(4000);
    for (size_t i = 0; i < form_kinds_n; i++)
        buf_addf(&b, "%s%s", i ? "、" : "", form_kinds[i].name);
    return arena_str(a, buf_str(&b));
}

static bool is_folder(const char *path)
{
    struct stat st;
    size_t n = strlen(path);
    return (n && path[n - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool read_span(struct print_run *x)
{
    struct cli *c = x->c;
    struct figures_question periods = { 0 };
    const struct opt_value *from = cli_value(c, "from");
    if (!figures_read_periods(&periods, cli_text(c, "period"), &c->e))
        return false;
    x->q.period_first = periods.period_first;
    x->q.period_last = periods.period_last;
    x->q.as_of = (struct date){ (int32_t)cli_int(c, "as-of", clock_today().day) };
    if (from)
        x->q.from = (struct opt_date){ { (int32_t)from->v }, true };
    return true;
}

static bool read_question(struct print_run *x)
{
    struct cli *c = x->c;
    bool survey = str_eq(c->args[0], STR("survey"));
    x->kind = form_find(c->args[0]);
    x->out = cli_cstr(c, "out");
    x->folder = is_folder(x->out);
    x->workbook = str_ends(str_of(x->out), STR(".xlsx"));
    if (!x->kind)
        return fail(&c->e, ERR_NOT_FOUND, "kind", MSG_FORM_NONE, A(c->args[0]), A(all_names(c->a)));
    if (c->args_n < 2)
        return fail(&c->e, ERR_INVALID, "programme", survey ? MSG_FORM_NEEDS_SURVEY : MSG_FORM_NEEDS,
                    A(c->args[0]));
    x->q = (struct form_question){ .region = cli_region(c, "region"),
                                   .number = cli_text(c, "number"),
                                   .blank = cli_flag(c, "blank"),
                                   .full = cli_flag(c, "full") };
    *(survey ? &x->q.survey : &x->q.programme) = c->args[1];
    if (x->q.full && !x->kind->identity)
        return fail(&c->e, ERR_INVALID, "full", MSG_FORM_NO_IDENTITY, A(&x->kind->label));
    return read_span(x);
}

/* --- making it -------------------------------------------------------------------------------- */

static void begin(struct print *p, struct buf *b, const struct form_kind *k)
{
    print_begin(
        p, b, ZH,
        (struct print_page){ .name = str_of(k->label.zh), .landscape = k->landscape, .form = k->form });
}

static const char *file_of(struct print_run *x, struct str name, const char *ending)
{
    size_t n = strlen(x->out);
    return arena_printf(x->c->a, "%s%s%.*s%s", x->out, n && x->out[n - 1] == '/' ? "" : "/", (int)name.n,
                        name.p, ending);
}

/* Each paper a file of its own; registers as a workbook too. */
static bool make_files(struct print_run *x, struct forms *f, struct errs *e)
{
    for (size_t i = 0; i < forms_n(f); i++) {
        CLEANUP(buf_release) struct buf b = BUF(DOCUMENT_BYTES);
        struct print p;
        const struct form_kind *k = forms_kind(f, i);
        begin(&p, &b, k);
        if (!forms_put(f, i, &p, e))
            return false;
        print_end(&p);
        x->list[x->n++] = (struct printed){ .name = forms_name(f, i),
                                            .path = file_of(x, arena_str(x->c->a, forms_name(f, i)), ".html"),
                                            .html = arena_str(x->c->a, buf_str(&b)) };
        if (!k->table || str_eq(str_of(k->name), STR("survey")))
            continue;
        struct printed *sheet = &x->list[x->n++];
        *sheet = (struct printed){ .name = forms_name(f, i),
                                   .path = file_of(x, arena_str(x->c->a, forms_name(f, i)), ".xlsx"),
                                   .is_book = true };
        if (!form_book_one(f, i, &sheet->book, e))
            return false;
        x->rows += sheet->book.rows;
    }
    return true;
}

static bool make_document(struct print_run *x, struct forms *f, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(DOCUMENT_BYTES);
    struct print p;
    begin(&p, &b, x->kind);
    for (size_t i = 0; i < forms_n(f); i++)
        if (!forms_put(f, i, &p, e))
            return false;
    print_end(&p);
    if (b.full)
        return fail(e, ERR_INVALID, "out", MSG_FILE_TOO_LARGE, A(x->out));
    x->list[x->n++] = (struct printed){ .path = x->out, .html = arena_str(x->c->a, buf_str(&b)) };
    return true;
}

static bool make_book(struct print_run *x, struct forms *f, struct errs *e)
{
    struct printed *book = &x->list[x->n++];
    *book = (struct printed){ .path = x->out, .is_book = true };
    if (!form_book_make(f, &book->book, e))
        return false;
    x->rows = book->book.rows;
    return true;
}

/* Whole identity numbers are looked at for a purpose, which is kept. */
static bool note_purpose(struct print_run *x, struct forms *f, struct errs *e)
{
    struct cli *c = x->c;
    struct act act;
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    if (!x->q.full)
        return true;
    if (!actor_need(&c->actor, PERM_PERSONAL_FULL, e) ||
        !actor_need_at(&c->actor, PERM_PERSONAL_FULL,
                       x->q.region.v ? x->q.region : (struct region_code){ forms_county(f) * 1000000 }, e))
        return false;
    put_object(&w);
    put_member_text(&w, "purpose", cli_text(c, "purpose"));
    put_member_int(&w, "papers", (int64_t)forms_n(f));
    put_object_end(&w);
    act_begin(&act, x->w.tx, &c->actor, "form.reveal", str_of(x->kind->name), e->a);
    return act_log(&act, forms_county(f), buf_cstr(&b), e);
}

static bool do_print(struct tx *tx, void *ctx, struct errs *e)
{
    struct print_run *x = ctx;
    x->w = case_desk(x->c, tx, NULL, e);
    x->n = x->rows = 0;
    struct forms *f = forms_open(&x->w, x->kind, &x->q, e);
    if (!f || !note_purpose(x, f, e))
        return false;
    x->papers = forms_n(f);
    x->list = NEW_ARRAY(x->c->a, struct printed, 2 * forms_n(f) + 1);
    return x->folder ? make_files(x, f, e) : x->workbook ? make_book(x, f, e) : make_document(x, f, e);
}

/* --- writing it ------------------------------------------------------------------------------- */

static bool write_one(struct cli *c, const struct printed *x)
{
    CLEANUP(new_file_drop) struct new_file file = { .fd = -1 };
    if (!new_file_open(&file, x->path, cli_flag(c, "force"), &c->e))
        return false;
    if (x->is_book && !form_book_write(&x->book, file.temp, c->a, &c->e))
        return false;
    if (!x->is_book && !write_all(file.fd, x->html))
        return fail(&c->e, ERR_UNAVAILABLE, "out", MSG_FILE_WRITE, A(x->path), A(strerror(errno)));
    return new_file_keep(&file, &c->e);
}

static bool write_out(struct print_run *x)
{
    struct cli *c = x->c;
    struct stat st;
    if (x->folder && stat(x->out, &st) != 0 && mkdir(x->out, 0700) != 0)
        return fail(&c->e, ERR_UNAVAILABLE, "out", MSG_FILE_WRITE, A(x->out), A(strerror(errno)));
    for (size_t i = 0; i < x->n; i++)
        if (!write_one(c, &x->list[i]))
            return false;
    return true;
}

static void put_answer(struct print_run *x)
{
    struct cli *c = x->c;
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_text(&w, "form", str_of(x->kind->name));
    put_member_int(&w, "papers", (int64_t)x->papers);
    put_member_int(&w, "rows", (int64_t)x->rows);
    put_key(&w, "files");
    put_list(&w);
    for (size_t i = 0; i < x->n; i++)
        put_text(&w, str_of(x->list[i].path));
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int print_run(struct cli *c)
{
    struct print_run x = { .c = c };
    if (!cli_load_codes(c) || !read_question(&x))
        return EXIT_NOTHING;
    if (x.q.full && !cli_text(c, "purpose").p) {
        fail(&c->e, ERR_INVALID, "purpose", MSG_PURPOSE_NEEDED);
        return EXIT_USAGE;
    }
    if (!(x.q.full ? cli_write(c, 0, do_print, &x) : cli_read(c, do_print, &x)) || !write_out(&x))
        return EXIT_NOTHING;
    if (!strcmp(x.out, "-"))
        return EXIT_DONE;
    if (c->json)
        put_answer(&x);
    else
        cli_say(c, MSG_FORM_DONE, A(&x.kind->label), A((int64_t)x.papers), A(x.out));
    return EXIT_DONE;
}

static void put_kinds(struct buf *b, enum lang lang)
{
    for (size_t i = 0; i < form_kinds_n; i++)
        buf_addf(b, "  %-20s %s\n", form_kinds[i].name, label_in(&form_kinds[i].label, lang));
}

// clang-format off
static const struct opt print_opts[] = {
    { .name = "out", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "文件或文件夹", "FILE|DIR" },
      .label = { "一个 .html 或 .xlsx；文件夹（以 / 结尾）则每份一个文件", "one .html or .xlsx; a folder (ends in /) takes a file for each paper" } },
    { .name = "force", .kind = OPT_FLAG, .label = { "覆盖已有文件", "overwrite" } },
    { .name = "period", .kind = OPT_TEXT, .arg = { "期", "A-B" }, .label = { "只打印这些期，如 24 或 20-21", "only of these periods, like 24 or 20-21" } },
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "REGION" }, .label = { "只打印这个县、乡镇或村", "only of this county, township or village" } },
    { .name = "number", .kind = OPT_TEXT, .arg = { "编号", "NO" }, .label = { "只打印这一份：合同、通知、收据编号，摸底表为户编号", "only this one: a contract, a notice, a receipt; of a survey a household" } },
    { .name = "as-of", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "截止日（默认今天），也是落款日期", "as the books were at the end of this day (default: today)" } },
    { .name = "from", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "收据：从哪天起；还款通知：到期日从哪天起（默认截止日）", "receipts since; reminders: due since (default: the day as of)" } },
    { .name = "blank", .kind = OPT_FLAG, .label = { "到户填写的栏目留空", "what is filled in on the spot stays blank" } },
    { .name = "full", .kind = OPT_FLAG, .label = { "证件号码不遮盖，须有权限并写明用途", "whole identity numbers; needs the right, and a purpose" } },
    { .name = "purpose", .kind = OPT_TEXT, .arg = { "用途", "WHY" }, .label = { "为什么要完整号码，记入审计", "why whole numbers are needed; kept in the audit" } },
    { 0 },
};
static const struct command print_list[] = {
    { .name = "print", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = print_opts,
      .args = { "表 项目|调查", "FORM PROGRAMME|SURVEY" }, .args_min = 1, .args_max = 2,
      .summary = { "打印资金的表格和登记：一份，或整期、整镇、整村", "print forms and registers of a fund, one or in batches" },
      .help = { "A4 网页，用浏览器打印；也可存为工作簿，每份一张工作表。用语按项目（如“救助款”）。证件号码遮盖，\n"
                "须签字的表格可用 --full 印完整号码。\n\n"
                "  bangfu print contract 幸福工程 --period 25 --out 合同/\n"
                "  bangfu print roster 幸福工程 --region 350603100 --out 花名册.xlsx\n"
                "  bangfu print reminder-borrower 幸福工程 --as-of 2017-06-20 --out 通知.html\n"
                "  bangfu print archive 幸福工程 --out 档案/\n\n"
                "表格：\n",
                "A4 pages that a browser prints, or a workbook with a sheet for each paper.  Words are the programme's own.\n"
                "Identity numbers are masked; forms that are signed may show them with --full.\n\n"
                "  bangfu print contract xingfu --period 25 --out contracts/\n"
                "  bangfu print roster xingfu --region 350603100 --out roster.xlsx\n"
                "  bangfu print reminder-borrower xingfu --as-of 2017-06-20 --out notices.html\n"
                "  bangfu print archive xingfu --out archive/\n\n"
                "Forms:\n" },
      .more = put_kinds, .run = print_run },
};
// clang-format on
const struct command_table print_commands = { { "表格", "Forms" }, print_list, N_ELEMS(print_list) };
