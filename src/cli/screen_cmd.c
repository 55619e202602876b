/* screen_cmd.c - screening a region by a programme, and explaining one household's verdict. */
#include "cli/screen_cmd.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/new_file.h"
#include "base/value.h"
#include "cli/commands.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "fund/first_payout.h"
#include "programme/fill_in.h"

#include <errno.h>

enum { FIRST_DEFAULT = 20, LIMIT_MAX = 100000, LIST_DEFAULT = 50, FILE_BYTES_MAX = 1 << 30 };

/* --- what was asked ----------------------------------------------------------------------------- */

bool screen_settings(struct screen_asked *a, const char *option, struct screen_setting **set, size_t *n,
                     struct errs *e)
{
    size_t given = 0;
    bool ok = true;
    for (const struct opt_value *v = cli_value(a->c, option); v; v = cli_next_value(v))
        given++;
    struct screen_setting *list = NEW_ARRAY(e->a, struct screen_setting, *n + given + 1);
    if (*n)
        memcpy(list, *set, *n * sizeof *list);
    for (const struct opt_value *v = cli_value(a->c, option); v; v = cli_next_value(v))
        ok = screen_setting_read(&a->screen, v->text, &list[(*n)++], e) && ok;
    *set = list;
    return ok;
}

bool screen_ask(struct screen_asked *a, struct tx *tx, struct str programme, struct errs *e)
{
    const struct opt_value *day = cli_value(a->c, "as-of");
    if (!a->as_of.day)
        a->as_of = day ? (struct date){ (int32_t)day->v } : clock_today();
    if (a->as_of.day > clock_today().day)
        return fail(e, ERR_INVALID, "as-of", MSG_SCREEN_AS_OF_AHEAD, A(a->as_of));
    const struct programme *p = programme_open(tx, programme, a->c->codes, &a->version, e->a, e);
    return p && screen_open(tx, p, a->c->codes, a->settings_up_to, e->a, &a->screen, e);
}

/* --- running ------------------------------------------------------------------------------------ */

static bool read_first(struct tx *tx, struct screened *s, struct errs *e)
{
    size_t limit = (size_t)cli_int(s->asked.c, "limit", FIRST_DEFAULT);
    if (cli_value(s->asked.c, "out") && !cli_flag(s->asked.c, "missing"))
        limit = s->result.candidates_n;
    s->first_n = s->result.candidates_n < limit ? s->result.candidates_n : limit;
    s->first = NEW_ARRAY(e->a, struct screened_candidate, s->first_n + 1);
    for (size_t i = 0; i < s->first_n; i++)
        if (!screen_candidate_read(tx, &s->report, &s->result.candidates[i], &s->first[i], e))
            return false;
    return true;
}

/* What a kept screening was made with takes the place of the command line. */
static bool take_kept(struct screened *s, struct tx *tx, struct str *programme, struct errs *e)
{
    struct cli *c = s->asked.c;
    const struct opt_value *again = cli_value(c, "again");
    if (!again) {
        *programme = c->args[0];
        return true;
    }
    enum found f = screening_get(tx, &c->actor, again->v, &s->before, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "again", MSG_SCREEN_NONE, A(again->v));
    s->again = true;
    s->asked.as_of = s->before.as_of;
    s->asked.settings_up_to = s->before.settings.v; /* kept before offices could set any: 0 */
    s->kept.region = s->before.region;
    *programme = str_of(arena_printf(e->a, "%.*s@%lld", (int)s->before.programme.n, s->before.programme.p,
                                     (long long)s->before.version));
    return true;
}

static bool settings_again(struct screened *s, struct errs *e)
{
    struct str rest = s->before.parameters, line;
    s->asked.set = NEW_ARRAY(e->a, struct screen_setting, RULE_PARAMS_MAX);
    while (s->asked.set_n < RULE_PARAMS_MAX && str_split(&rest, '\n', &line))
        if (!screen_setting_read(&s->asked.screen, line, &s->asked.set[s->asked.set_n++], e))
            return false;
    return true;
}

static bool settle_settings(struct screened *s, struct errs *e)
{
    struct screen_asked *a = &s->asked;
    a->set = s->compared = NULL;
    a->set_n = 0;
    if (s->again && !settings_again(s, e))
        return false;
    if (!screen_settings(a, "set", &a->set, &a->set_n, e))
        return false;
    s->compared = a->set;
    s->compared_n = a->set_n;
    if (!screen_settings(a, "compare", &s->compared, &s->compared_n, e))
        return false;
    s->result.variants = s->compared_n > a->set_n ? 2 : 1;
    s->result.variant[0].set = a->set;
    s->result.variant[0].set_n = a->set_n;
    s->result.variant[1].set = s->compared;
    s->result.variant[1].set_n = s->compared_n;
    return true;
}

static bool do_screen(struct tx *tx, void *ctx, struct errs *e)
{
    struct screened *s = ctx;
    struct cli *c = s->asked.c;
    struct str programme = { 0 };
    bool missing = cli_flag(c, "missing");
    struct fill_in *fill = NEW(e->a, struct fill_in);
    s->kept = (struct screening_record){ .region = cli_region(c, "region") };
    s->asked.settings_up_to = PARAMETERS_NOW;
    if (!take_kept(s, tx, &programme, e) || !screen_ask(&s->asked, tx, programme, e) ||
        !settle_settings(s, e))
        return false;
    if (cli_value(c, "replay") && !first_payouts(tx, &c->actor, s->kept.region, s->asked.version.programme,
                                                 s->asked.as_of, &s->own_days, &s->own_days_n, e))
        return false;
    *fill = (struct fill_in){ .screen = &s->asked.screen, .a = e->a };
    struct screen_request q = { .screen = &s->asked.screen,
                                .sources = c->program->fact_sources,
                                .who = &c->actor,
                                .within = s->kept.region,
                                .as_of = s->asked.as_of,
                                .today = clock_today(),
                                .own_days = s->own_days,
                                .own_days_n = s->own_days_n,
                                .candidates = !c->json || cli_value(c, "out"),
                                .unknown = missing ? fill_in_note : NULL,
                                .ctx = fill };
    s->fill_in = missing ? fill : NULL;
    s->report = (struct screen_report){ .in = { c->codes, e->lang, e->a },
                                        .screen = &s->asked.screen,
                                        .version = &s->asked.version,
                                        .result = &s->result,
                                        .sources = c->program->fact_sources,
                                        .as_of = s->asked.as_of };
    return screen_run(tx, &q, &s->result, e) && screen_name_villages(tx, &s->report, e) &&
           read_first(tx, s, e);
}

static bool do_keep(struct tx *tx, void *ctx, struct errs *e)
{
    struct screened *s = ctx;
    struct cli *c = s->asked.c;
    CLEANUP(act_release) struct act act = { 0 };
    s->kept.programme = s->asked.version.programme;
    s->kept.version = s->asked.version.version;
    s->kept.as_of = s->asked.as_of;
    s->kept.made_on = clock_today();
    act_begin(&act, tx, &c->actor, "programme.screen", s->asked.version.programme, e->a);
    return screening_keep(&act, &s->asked.screen, &s->result.variant[0], &s->kept, e) &&
           act_end(&act, NULL, e);
}

/* --- files -------------------------------------------------------------------------------------- */

static bool write_file(struct cli *c, const char *path, const struct buf *b, struct errs *e)
{
    CLEANUP(new_file_drop) struct new_file f = { .fd = -1 };
    if (!new_file_open(&f, path, cli_flag(c, "force"), e))
        return false;
    if (!write_all(f.fd, buf_str(b)))
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(path), A(strerror(errno)));
    return new_file_keep(&f, e);
}

static void print_keys(const struct screened *s, size_t i, struct buf *b)
{
    const struct screen *p = &s->asked.screen;
    for (size_t k = 0; k < p->priority_n; k++) {
        const struct screen_candidate *x = &s->result.candidates[i];
        struct rule_value v = s->result.key_like[k];
        v.known = x->key[k].known;
        v.num = x->key[k].num;
        v.den = x->key[k].den;
        csv_put(b, v.known ? screen_value(&s->report.in, &v) : (struct str){ 0 }, false);
    }
}

static bool write_list(struct cli *c, const struct screened *s)
{
    static const struct label headings[] = {
        { "次序", "Order" },          { "户编号", "Household number" }, { "户主姓名", "Head of household" },
        { "村代码", "Village code" }, { "乡镇", "Township" },           { "村", "Village" },
    };
    const struct screen *p = &s->asked.screen;
    const char *path = cli_cstr(c, "out");
    CLEANUP(buf_release) struct buf b = BUF(FILE_BYTES_MAX);
    buf_adds(&b, "\xef\xbb\xbf");
    for (size_t i = 0; i < N_ELEMS(headings); i++)
        csv_put(&b, str_of(label_in(&headings[i], c->e.lang)), i == 0);
    for (size_t k = 0; k < p->priority_n; k++) {
        struct str label = wording_in(&p->priority[k].label, c->e.lang);
        csv_put(&b, label.p ? label : rule_source(p->priority[k].rule), false);
    }
    csv_end_row(&b);
    for (size_t i = 0; i < s->first_n; i++) {
        CLEANUP(buf_release) struct buf cell = BUF(64);
        const struct screened_candidate *x = &s->first[i];
        buf_addi(&cell, (int64_t)i + 1);
        csv_put(&b, buf_str(&cell), true);
        csv_put_text(&b, x->hh_no, false);
        csv_put(&b, x->head_name, false);
        buf_clear(&cell);
        region_print(&cell, (struct region_code){ s->result.candidates[i].village });
        csv_put_text(&b, buf_str(&cell), false);
        csv_put(&b, x->township_name, false);
        csv_put(&b, x->village_name, false);
        print_keys(s, i, &b);
        csv_end_row(&b);
    }
    if (!write_file(c, path, &b, &c->e))
        return false;
    cli_say(c, MSG_SCREEN_WRITTEN, A(s->first_n), A(path));
    return true;
}

struct filling {
    struct screened *s;
    struct buf *b;
    enum fill_kind kind;
};

static bool do_fill(struct tx *tx, void *ctx, struct errs *e)
{
    struct filling *f = ctx;
    struct cli *c = f->s->asked.c;
    buf_clear(f->b);
    return fill_in_print(tx, f->s->fill_in, f->kind, c->codes, c->e.lang, f->b, e);
}

/* OUT.csv → OUT-households.csv and so on. */
static bool write_missing(struct cli *c, struct screened *s)
{
    size_t n[FILL_KINDS];
    struct str path = cli_text(c, "out");
    bool any = false;
    fill_in_settle((struct fill_in *)s->fill_in, n);
    if (str_ends(path, STR(".csv")))
        path.n -= 4;
    for (enum fill_kind k = 0; k < FILL_KINDS; k++) {
        CLEANUP(buf_release) struct buf b = BUF(FILE_BYTES_MAX);
        struct filling f = { s, &b, k };
        if (!n[k])
            continue;
        const char *file = arena_printf(c->a, "%.*s-%s.csv", (int)path.n, path.p, fill_in_files[k]);
        if (!cli_read(c, do_fill, &f) || !write_file(c, file, &b, &c->e))
            return false;
        cli_say(c, MSG_SCREEN_WRITTEN, A(n[k]), A(file));
        any = true;
    }
    if (!any)
        cli_say(c, MSG_SCREEN_NOTHING_MISSING);
    return true;
}

/* --- the list of those kept --------------------------------------------------------------------- */

struct listing {
    struct cli *c;
    struct list all;
};

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct listing *l = ctx;
    return screening_list(tx, &l->c->actor, cli_int(l->c, "limit", LIST_DEFAULT), &l->all, e);
}

static int list_kept(struct cli *c)
{
    static const char *const names[] = { "no",       "made_on",    "made_by", "programme",
                                         "version",  "region",     "as_of",   "households",
                                         "eligible", "ineligible", "unknown", "parameters" };
    struct table_col cols[N_ELEMS(names)];
    struct listing l = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &l))
        return EXIT_NOTHING;
    const struct screening_record *x = l.all.rows;
    for (size_t k = 0; k < N_ELEMS(names); k++)
        cols[k] =
            (struct table_col){ entity_col(&screening_entity, names[k])->label, k == 0 || (k > 6 && k < 11) };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    struct json_out w = JSON_OUT(&c->out);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < l.all.n; i++) {
        if (c->json) {
            put_object(&w);
            cli_put_cols(c, &w, &screening_entity, &x[i]);
            put_object_end(&w);
            continue;
        }
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &screening_entity, names[k], &x[i]));
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else if (l.all.n) {
        table_print(&t, c->e.lang, &c->out);
    } else {
        cli_say(c, MSG_SCREEN_LIST_NOTHING);
    }
    return l.all.n ? EXIT_DONE : EXIT_NOTHING;
}

/* --- screen ------------------------------------------------------------------------------------- */

static bool usage_ok(struct cli *c)
{
    if (!c->args_n && !cli_value(c, "again"))
        return fail(&c->e, ERR_INVALID, "programme", MSG_SCREEN_PROGRAMME_NEEDED);
    if (cli_flag(c, "missing") && !cli_value(c, "out"))
        return fail(&c->e, ERR_INVALID, "out", MSG_SCREEN_MISSING_NEEDS_OUT);
    if (cli_value(c, "again") && (c->args_n || cli_value(c, "region") || cli_value(c, "as-of")))
        return fail(&c->e, ERR_INVALID, "again", MSG_SCREEN_AGAIN_ALONE);
    if (cli_value(c, "replay") && (cli_value(c, "again") || cli_flag(c, "missing")))
        return fail(&c->e, ERR_INVALID, "replay", MSG_SCREEN_REPLAY_ALONE);
    return true;
}

static int screen_cmd(struct cli *c)
{
    struct screened s = { .asked.c = c };
    if (cli_flag(c, "list"))
        return list_kept(c);
    if (!usage_ok(c))
        return EXIT_USAGE;
    bool ok = cli_load_codes(c) && cli_read(c, do_screen, &s);
    if (ok && !s.own_days)
        ok = cli_write(c, 0, do_keep, &s);
    if (ok && c->json)
        screen_print_json(c, &s);
    else if (ok) {
        if (cli_value(c, "out"))
            s.first_n = cli_flag(c, "missing") ? s.first_n : s.result.candidates_n;
        screen_print_text(c, &s);
    }
    if (ok && cli_value(c, "out"))
        ok = cli_flag(c, "missing") ? write_missing(c, &s) : write_list(c, &s);
    screen_result_release(&s.result);
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

// clang-format off
static const struct opt screen_opts[] = {
    { .name = "again", .kind = OPT_INT, .min = 1, .max = INT32_MAX, .arg = { "编号", "NUMBER" }, .label = { "按存下的一次筛查再做一遍", "make a kept screening once more" } },
    { .name = "as-of", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "截至哪天（默认今天）", "as of which day (default: today)" } },
    { .name = "compare", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "参数=值", "NAME=VALUE" }, .label = { "如果参数改成这样会怎样", "what would a parameter changed so do" } },
    { .name = "force", .kind = OPT_FLAG, .label = { "替换已有的文件", "replace a file that exists" } },
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = LIMIT_MAX, .arg = { "条数", "N" }, .label = { "最多列出多少户", "list at most so many households" } },
    { .name = "list", .kind = OPT_FLAG, .label = { "列出做过的筛查", "list the screenings that were made" } },
    { .name = "missing", .kind = OPT_FLAG, .label = { "把缺的资料写成待填表，填好可导入", "write what is missing as lists to fill in and import" } },
    { .name = "out", .kind = OPT_TEXT, .arg = { "文件", "FILE" }, .label = { "把符合的户按次序写入 CSV", "write the eligible households in order into a CSV file" } },
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只看这个区划（默认自己管的全部）", "only this region (default: all of your area)" } },
    { .name = "replay", .kind = OPT_CHOICE, .choices = "first_payout", .arg = { "时点", "DAY" }, .label = { "每户按自己首次放款那天核对", "each household as of the day of its first pay-out" } },
    { .name = "set", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "参数=值", "NAME=VALUE" }, .label = { "这次用的参数", "a parameter for this time" } },
    { 0 },
};
static const struct opt explain_opts[] = {
    { .name = "as-of", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "截至哪天（默认今天）", "as of which day (default: today)" } },
    { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "户在哪个县", "the county whose household it is" } },
    { .name = "set", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "参数=值", "NAME=VALUE" }, .label = { "这次用的参数", "a parameter for this time" } },
    { 0 },
};
static const struct command commands[] = {
    { .name = "explain", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = explain_opts, .args = { "项目 户编号…", "PROGRAMME HOUSEHOLD…" }, .args_min = 2, .args_max = 61, .summary = { "说明一户为什么符合或不符合", "why a household qualifies or not" },
      .help = { "逐条列出条件、看到的值、是或否或不明，不明的写明缺什么。可以写多户；--json 每户一行。\n\n  bangfu explain 幸福工程 LW000001 --as-of 2017-09-30", "Each condition in words, the values seen, yes, no or unknown, and what is missing. Several households may be named; --json writes a line for each.\n\n  bangfu explain xingfu LW000001 --as-of 2017-09-30" }, .run = explain_cmd },
    { .name = "screen", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = screen_opts, .args = { "项目", "PROGRAMME" }, .args_min = 0, .args_max = 1, .summary = { "按项目条件筛查农户", "who qualifies for a programme" },
      .help = { "每户三种结果：全部条件满足为符合，有一条不满足为不符合，其余为资料不全。空白不当作零，也不当作否。\n申请时才问的条件只列出，不统计。每次筛查的版本、参数和结果都会存下，可用 --again 重做。\n--missing 按导入格式写出待填表：文件名后加 -households、-members、-incomes、-figures，填好后用 bangfu import 导入。\n--replay first_payout 只看放过款的户，每户按首次放款那天的情况核对，结果不存。\n\n  bangfu screen 幸福工程 --region 350603 --as-of 2017-09-30\n  bangfu screen 幸福工程 --set income_line=12000 --out 符合.csv\n  bangfu screen 幸福工程 --compare income_line=15000\n  bangfu screen 幸福工程 --missing --out 待填.csv\n  bangfu screen --list",
                "Of three verdicts each household gets one: eligible if all conditions hold, ineligible if one does not, else unknown. A blank is neither zero nor no.\nWhat is asked with the application is listed and not counted. Version, parameters and counts of each screening are kept; --again makes it once more.\n--missing writes lists to fill in, in the form of the import: -households, -members, -incomes and -figures are put behind the file's name; bangfu import takes them back.\n--replay first_payout judges those who got money, each as of the day of its first pay-out, and is not kept.\n\n  bangfu screen xingfu --region 350603 --as-of 2017-09-30\n  bangfu screen xingfu --set income_line=12000 --out eligible.csv\n  bangfu screen xingfu --compare income_line=15000\n  bangfu screen xingfu --missing --out todo.csv\n  bangfu screen --list" }, .run = screen_cmd },
};
// clang-format on
const struct command_table screen_commands = { { "筛查", "Screening" }, commands, N_ELEMS(commands) };
