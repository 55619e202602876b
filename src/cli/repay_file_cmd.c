/* repay_file_cmd.c - repayments by file. */
#include "base/clock.h"
#include "base/encoding.h"
#include "base/new_file.h"
#include "base/xlsx_read.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/repay_file.h"

enum { MEGABYTE = 1 << 20, PROGRESS_EVERY_US = 200000 };

struct file_run {
    struct cli *c;
    int64_t county;
    struct repay_file file;
    struct repay_file_result result;
    const char *rejects; /* NULL: no row was refused */
    struct instant shown;
};

static bool find_county(struct tx *tx, void *ctx, struct errs *e)
{
    struct file_run *x = ctx;
    struct region_code r;
    if (!cli_one_region(x->c, tx, PERM_FUND_REPAY, &r, e))
        return false;
    x->county = region_county(r);
    return true;
}

static void show_progress(void *ctx, size_t done, size_t all)
{
    struct file_run *x = ctx;
    struct instant now = clock_now();
    if (!x->c->terminal || now.us - x->shown.us < PROGRESS_EVERY_US)
        return;
    x->shown = now;
    cli_progress(x->c, arena_printf(x->c->a, "%zu / %zu", done, all));
}

static bool read_file(struct file_run *x, const char *path)
{
    struct cli *c = x->c;
    CLEANUP(buf_release) struct buf bytes = BUF(REPAY_FILE_BYTES_MAX);
    CLEANUP(buf_release) struct buf own = BUF(2 * REPAY_FILE_BYTES_MAX);
    if (!cli_read_file(path, &bytes, &c->e))
        return false;
    struct str text = buf_str(&bytes);
    if (!xlsx_is(text) && !encoding_fits(text, path, &c->e))
        return false;
    bool is_book = xlsx_is(text), whole = !is_book || xlsx_to_csv(text, &own);
    text = is_book ? buf_str(&own) : to_utf8(text, encoding_detect(text), &own);
    if (own.full || !whole)
        return fail(&c->e, ERR_INVALID, "file", MSG_REPAY_FILE_OPEN, A(path),
                    A((int64_t)(REPAY_FILE_BYTES_MAX / MEGABYTE)));
    return repay_file_read(arena_str(c->a, text), c->codes, clock_today(), &x->file, &c->e);
}

/* --- what was refused ------------------------------------------------------------------------ */

static const char *rejects_path(struct cli *c)
{
    const char *told = cli_cstr(c, "rejects");
    struct instant now = clock_now();
    struct civil day = date_civil(clock_today());
    enum { MICROS = 1000000 };
    return told ? told
                : arena_printf(c->a, "rejects-%04d%02d%02d-%lld.csv", day.year, day.month, day.day,
                               (long long)(now.us / MICROS));
}

static bool write_rejects(struct file_run *x)
{
    struct cli *c = x->c;
    CLEANUP(new_file_drop) struct new_file file = { .fd = -1 };
    CLEANUP(buf_release) struct buf b = BUF(REPAY_REJECTS_BYTES_MAX);
    const char *path = rejects_path(c);
    repay_file_rejects(&x->file, c->e.lang, &b, c->a);
    if (!new_file_open(&file, path, false, &c->e))
        return false;
    if (b.full || !write_all(file.fd, buf_str(&b)))
        return fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(path), A(""));
    x->rejects = path;
    return new_file_keep(&file, &c->e);
}

/* --- the answer ------------------------------------------------------------------------------ */

static void answer(struct file_run *x)
{
    struct cli *c = x->c;
    const struct repay_file_result *r = &x->result;
    struct json_out out = JSON_OUT(&c->out);
    if (!c->json) {
        cli_say(c, MSG_REPAY_FILE_TAKEN, A(r->rows), A(r->taken), A(r->amount), A(r->known), A(r->refused));
        if (r->overpaid.fen)
            cli_say(c, MSG_REPAY_FILE_OVERPAID, A(r->overpaid));
        if (x->rejects)
            cli_say(c, MSG_REPAY_FILE_REJECTS, A(x->rejects));
        cli_flush(c); /* before what went wrong, which goes to the other stream */
        return;
    }
    put_object(&out);
    put_member_int(&out, "rows", r->rows);
    put_member_int(&out, "taken", r->taken);
    put_member_int(&out, "known", r->known);
    put_member_int(&out, "refused", r->refused);
    lend_put_money(c, &out, "amount", r->amount);
    lend_put_money(c, &out, "overpaid", r->overpaid);
    put_member_cstr(&out, "rejects", x->rejects);
    repay_file_put_refused(&x->file, &out);
    cli_put_errors(c, &out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int file_cmd(struct cli *c)
{
    struct file_run x = { .c = c };
    const char *path = cli_cstr(c, "file");
    if (!cli_load_codes(c) || !cli_read(c, find_county, &x) || !read_file(&x, path))
        return EXIT_NOTHING;
    const struct repay_file_options o = { .county = x.county,
                                          .today = clock_today(),
                                          .name = str_of(name_of(path)),
                                          .collector = cli_text(c, "collector"),
                                          .to_special = cli_flag(c, "to-account"),
                                          .stop = c->stop,
                                          .progress = show_progress,
                                          .ctx = &x };
    bool ok = repay_file_take(c->store, &c->actor, c->codes, &o, &x.file, &x.result, &c->e);
    cli_progress(c, "");
    if (ok && x.result.refused)
        ok = write_rejects(&x);
    answer(&x);
    return !ok ? EXIT_NOTHING : x.result.refused ? EXIT_REFUSED : EXIT_DONE;
}

// clang-format off
static const struct opt file_opts[] = {
    { .name = "file", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "文件", "FILE" },
      .label = { "还款表：合同号或证件号码、日期、金额等",
                 "the repayments (CSV, or the first sheet of an XLSX): contract (or ID number), date, amount; perhaps payer, collector, receipt number" } },
    { .name = "rejects", .kind = OPT_TEXT, .arg = { "文件", "FILE" },
      .label = { "被拒绝的行写到哪里（默认 rejects-时间.csv）", "where refused rows go (default rejects-TIME.csv)" } },
    { .name = "collector", .kind = OPT_TEXT, .arg = { "姓名", "NAME" },
      .label = { "没有写收款人的行是谁收的", "who took it in, where a row does not say" } },
    { .name = "to-account", .kind = OPT_FLAG, .label = { "直接还到专户，不经乡镇", "paid onto the special account itself" } },
    OPT_IN_COUNTY, { 0 },
};
static const struct command commands[] = {
    { .name = "repay", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = file_opts,
      .summary = { "按文件登记还款", "Record repayments by file" },
      .help = { "每行一笔，按收据号（没有的按合同、日期、金额）认出已登记的：同一文件再来一次什么也不变，中断了重做即可。\n"
                "读不懂或不合规定的行连同原因写进一个 CSV 文件，不影响其他行。\n\n"
                "  bangfu repay --file 还款.csv\n  bangfu repay --file 还款.csv --collector 李干事 --rejects 退回.csv",
                "A row is one repayment, known by its receipt number (without one by contract, date and amount): the same file\n"
                "again changes nothing, and one that was interrupted is simply given again.\n"
                "Rows that cannot be taken go with their reasons into a CSV file and hold up no other.\n\n"
                "  bangfu repay --file repayments.csv\n"
                "  bangfu repay --file repayments.csv --collector 李干事 --rejects refused.csv" },
      .run = file_cmd },
};
// clang-format on
const struct command_table repay_file_commands = { { "按文件还款", "Repayments by file" },
                                                   commands,
                                                   N_ELEMS(commands) };
