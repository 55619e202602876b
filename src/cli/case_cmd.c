/* case_cmd.c - cases: the commands that move one, and the table of all of them. */
#include "cli/case_cmd.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "casework/document.h"
#include "casework/number.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "registry/find.h"

/* --- shared ---------------------------------------------------------------------------------------- */

struct casework case_desk(struct cli *c, struct tx *tx, struct act *act, struct errs *e)
{
    return (struct casework){ .act = act,
                              .tx = tx,
                              .who = &c->actor,
                              .codes = c->codes,
                              .sources = c->program->fact_sources,
                              .hooks = c->program->case_hooks,
                              .today = clock_today(),
                              .a = e->a };
}

bool case_named(struct caseing *x, struct tx *tx, struct str text, struct errs *e)
{
    enum found f = case_by_no(tx, &x->c->actor, text, cli_region(x->c, "county"), &x->k, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_CASE_NONE, A(text)));
}

struct str case_label(struct cli *c, const char *table, int32_t code)
{
    const struct code_table *t = code_table(c->codes, table);
    const struct code_row *row = t ? code_row(t, code) : NULL;
    return row ? code_label(row, c->e.lang) : STR("?");
}

void case_say_now(struct cli *c, const struct relief_case *k)
{
    struct str state = case_label(c, "case_state", k->state.v);
    if (k->step.p)
        cli_say(c, MSG_CASE_NOW_AT, A(k->no), A(state), A(k->step));
    else
        cli_say(c, MSG_CASE_NOW, A(k->no), A(state));
}

bool case_meeting_named(struct caseing *x, struct tx *tx, struct errs *e)
{
    int64_t no = cli_int(x->c, "meeting", 0);
    struct region_code county = { x->k.county * 1000000 };
    if (!no)
        return true;
    enum found f = case_meeting_by_no(tx, &x->c->actor, no, x->k.county ? county : cli_region(x->c, "county"),
                                      &x->meeting, e);
    x->with_meeting = f == FOUND;
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "meeting", MSG_MEETING_NONE, A(no)));
}

bool case_approved(struct cli *c, struct opt_money *m, struct errs *e)
{
    struct relief_case k = { 0 };
    if (!cli_col(c, &relief_case_entity, "approved", "approved", &k, e))
        return false;
    *m = k.approved;
    return true;
}

void case_put_rows(struct cli *c, const struct entity *en, const struct list *rows, const char *const *names,
                   size_t n)
{
    struct json_out w = JSON_OUT(&c->out);
    struct table_col cols[TABLE_COLS_MAX];
    for (size_t k = 0; k < n; k++) {
        const struct col *col = entity_col(en, names[k]);
        cols[k] = (struct table_col){ col->label, col->type == T_INT || col->type == T_OPT_MONEY };
    }
    struct table t = table_begin(cols, n, c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < rows->n; i++) {
        const char *row = (const char *)rows->rows + i * en->size;
        if (c->json) {
            put_object(&w);
            cli_put_cols(c, &w, en, row);
            put_object_end(&w);
        }
        for (size_t k = 0; k < n && !c->json; k++)
            table_text(&t, cli_cell(c, en, names[k], row));
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
}

/* --- one case ----------------------------------------------------------------------------------------- */

typedef bool doing_fn(struct caseing *x, struct errs *e);

bool case_set_fields(struct caseing *x, struct errs *e)
{
    bool ok = true;
    for (const struct opt_value *v = cli_value(x->c, "set"); v; v = cli_next_value(v)) {
        struct str value = v->text, field;
        if (!str_has(v->text, STR("=")) || !str_split(&value, '=', &field))
            ok = fail(e, ERR_INVALID, "set", MSG_SCREEN_SETTING, A(v->text));
        else
            ok = case_fill(&x->w, &x->k, field, value, e) && ok;
    }
    return ok;
}

static bool do_amount(struct caseing *x, struct errs *e)
{
    struct opt_money m = { 0 };
    return case_approved(x->c, &m, e) && case_amount_set(&x->w, &x->k, m.v, cli_text(x->c, "opinion"), e);
}

static struct code result_of(struct cli *c)
{
    return (struct code){ cli_flag(c, "against") ? DECISION_REFUSE : DECISION_AGREE, true };
}

static bool do_appraise(struct caseing *x, struct errs *e)
{
    struct case_appraisal a = { .appraised_on = cli_on(x->c), .decision = result_of(x->c) };
    return cli_col(x->c, &case_appraisal_entity, "experts", "by", &a, e) &&
           cli_col(x->c, &case_appraisal_entity, "opinion", "opinion", &a, e) &&
           case_appraisal_add(&x->w, &x->k, &a, e);
}

static bool do_visit(struct caseing *x, struct errs *e)
{
    struct case_visit v = { .visited_on = cli_on(x->c), .decision = result_of(x->c) };
    if (cli_value(x->c, "group"))
        v.group_no = (struct opt_int){ cli_int(x->c, "group", 0), true };
    return cli_col(x->c, &case_visit_entity, "visitors", "by", &v, e) &&
           cli_col(x->c, &case_visit_entity, "person_met", "met", &v, e) &&
           cli_col(x->c, &case_visit_entity, "opinion", "opinion", &v, e) &&
           case_visit_add(&x->w, &x->k, &v, e);
}

static bool do_paper(struct caseing *x, struct errs *e)
{
    bool letter = !strcmp(x->c->command->name, "case letter");
    struct case_paper p = { .signed_on = cli_on(x->c) };
    return (!letter || cli_col(x->c, &case_paper_entity, "parties", "parties", &p, e)) &&
           (letter || cli_col(x->c, &case_paper_entity, "office", "office", &p, e)) &&
           cli_col(x->c, &case_paper_entity, "document_no", "document", &p, e) &&
           case_paper_add(&x->w, &x->k, letter ? STEP_RESPONSIBILITY_LETTER : STEP_FILING, &p, e);
}

static bool do_except(struct caseing *x, struct errs *e)
{
    return case_meeting_named(x, x->w.tx, e) &&
           case_except(&x->w, &x->k, cli_text(x->c, "condition"), x->with_meeting ? &x->meeting : NULL,
                       cli_text(x->c, "reason"), cli_text(x->c, "document"), e);
}

static bool do_end(struct caseing *x, struct errs *e)
{
    const char *what = x->c->command->name + strlen("case ");
    struct case_decision d = { .action = !strcmp(what, "return")     ? CASE_RETURN
                                         : !strcmp(what, "withdraw") ? CASE_WITHDRAW
                                                                     : CASE_MAKE_VOID,
                               .opinion = cli_text(x->c, "reason") };
    if (d.action == CASE_RETURN)
        d.to_step = cli_text(x->c, "to");
    return case_decide(&x->w, &x->k, &d, e);
}

static bool do_submit(struct caseing *x, struct errs *e)
{
    return case_submit(&x->w, &x->k, e);
}

static const struct doing {
    const char *name;
    doing_fn *fn;
} doings[] = {
    { "case amount", do_amount }, { "case appraise", do_appraise }, { "case except", do_except },
    { "case file", do_paper },    { "case fill", case_set_fields }, { "case letter", do_paper },
    { "case return", do_end },    { "case submit", do_submit },     { "case verify-visit", do_visit },
    { "case void", do_end },      { "case withdraw", do_end },
};

static bool do_one(struct tx *tx, void *ctx, struct errs *e)
{
    struct caseing *x = ctx;
    const char *name = x->c->command->name;
    CLEANUP(act_release) struct act act = { 0 };
    if (!case_named(x, tx, x->c->args[0], e))
        return false;
    act_begin(&act, tx, &x->c->actor, name, str_of(arena_printf(e->a, "%lld", (long long)x->k.no)), e->a);
    x->w = case_desk(x->c, tx, &act, e);
    for (size_t i = 0; i < N_ELEMS(doings); i++)
        if (!strcmp(doings[i].name, name) && !doings[i].fn(x, e))
            return false;
    return act_end(&act, NULL, e);
}

static int finish(struct cli *c, const struct relief_case *k, struct str number_before)
{
    case_say_now(c, k);
    if (k->number.p && !str_eq(k->number, number_before))
        cli_say(c, MSG_CASE_NUMBERED, A(k->no), A(k->number));
    cli_answer(c, &relief_case_entity, k);
    return EXIT_DONE;
}

static int one(struct cli *c)
{
    struct caseing x = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_one, &x))
        return EXIT_NOTHING;
    finish(c, &x.k, (struct str){ 0 });
    if (!strcmp(c->command->name, "case except"))
        cli_say(c, MSG_CASE_EXCEPTED, A(x.k.no), A(cli_text(c, "condition")));
    /* Handed in, and it waits for something or came back: the warnings say for what. */
    return !strcmp(c->command->name, "case submit") && c->e.warned.n ? EXIT_REFUSED : EXIT_DONE;
}

/* --- apply ------------------------------------------------------------------------------------------------
 */

static bool do_apply(struct tx *tx, void *ctx, struct errs *e)
{
    struct caseing *x = ctx;
    struct cli *c = x->c;
    struct case_application in = { .programme = c->args[0],
                                   .applicant = cli_text(c, "applicant"),
                                   .proxy = cli_text(c, "proxy") };
    CLEANUP(act_release) struct act act = { 0 };
    enum found f = household_by_no(tx, &c->actor, c->args[1], cli_region(c, "county"), &in.household, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[1]));
    if (cli_value(c, "period"))
        in.period_no = (struct opt_int){ cli_int(c, "period", 0), true };
    act_begin(&act, tx, &c->actor, "case.apply", in.household.hh_no, e->a);
    x->w = case_desk(c, tx, &act, e);
    if (!case_apply(&x->w, &in, &x->k, e) || !case_set_fields(x, e))
        return false;
    return (!cli_flag(c, "submit") || case_submit(&x->w, &x->k, e)) && act_end(&act, NULL, e);
}

static int apply(struct cli *c)
{
    struct caseing x = { .c = c };
    bool listed = cli_value(c, "list") != NULL;
    if (listed == (c->args_n == 2)) {
        fail(&c->e, ERR_INVALID, "list", MSG_CASE_ONE_OR_LIST);
        return EXIT_USAGE;
    }
    if (listed)
        return cli_load_codes(c) ? case_apply_list(c) : EXIT_NOTHING;
    if (!cli_load_codes(c) || !cli_write(c, 0, do_apply, &x))
        return EXIT_NOTHING;
    cli_say(c, MSG_CASE_APPLIED, A(x.k.no), A(x.k.applicant_name), A(x.k.hh_no));
    return finish(c, &x.k, x.k.number);
}

/* --- documents
 * ---------------------------------------------------------------------------------------------- */

struct papers {
    struct caseing x;
    struct str content;
    struct document d;
    bool again;
};

static void kind_of(struct cli *c, struct str as, struct document *d)
{
    const struct code_table *t = code_table(c->codes, "document_kind");
    d->kind = (struct code){ 99, true };
    for (size_t i = 0; t && i < t->n; i++)
        if (str_eq(t->rows[i].slug, as) || str_eq(t->rows[i].zh, as))
            d->kind.v = t->rows[i].code;
    d->title = as;
}

static bool do_papers(struct tx *tx, void *ctx, struct errs *e)
{
    struct papers *p = ctx;
    struct cli *c = p->x.c;
    CLEANUP(act_release) struct act act = { 0 };
    if (!case_named(&p->x, tx, c->args[0], e))
        return false;
    act_begin(&act, tx, &c->actor, "case.documents", str_of(arena_printf(e->a, "%lld", (long long)p->x.k.no)),
              e->a);
    p->x.w = case_desk(c, tx, &act, e);
    if (p->content.p) {
        p->d = (struct document){
            .county = p->x.k.county, .owner = STR("case"), .owner_id = p->x.k.id, .region = p->x.k.village
        };
        kind_of(c, cli_text(c, "paper"), &p->d);
        if (!document_add(&act, &p->d, p->content, clock_today(), &p->again, e))
            return false;
    }
    case_next(&p->x.w, &p->x.k, e);
    return !errs_any(e) && document_list(tx, p->x.k.county, "case", p->x.k.id, &p->x.list, e) &&
           act_end(&act, NULL, e);
}

static int documents(struct cli *c)
{
    static const char *const names[] = { "no", "kind", "title", "format", "size", "added_on", "added_by" };
    CLEANUP(buf_release) struct buf b = BUF(DOCUMENT_BYTES_MAX + 1);
    struct papers p = { .x.c = c };
    const char *path = cli_cstr(c, "add");
    if ((path != NULL) != (cli_text(c, "paper").p != NULL)) {
        fail(&c->e, ERR_INVALID, "paper", MSG_CASE_DOCUMENT_AS);
        return EXIT_NOTHING;
    }
    if (!cli_load_codes(c) || (path && !cli_read_file(path, &b, &c->e)))
        return EXIT_NOTHING;
    if (path)
        p.content = buf_str(&b);
    if (!cli_write(c, 0, do_papers, &p))
        return EXIT_NOTHING;
    if (path)
        cli_say(c, MSG_DOCUMENT_ADDED, A(p.d.no), A(p.d.title));
    case_put_rows(c, &document_entity, &p.x.list, names, N_ELEMS(names));
    return c->e.warned.n ? EXIT_REFUSED : EXIT_DONE;
}

/* --- meetings and batches
 * --------------------------------------------------------------------------------------- */

/* 7/0/1: for, against, abstaining. */
static bool read_votes(struct cli *c, struct case_meeting *m, struct errs *e)
{
    static const char *const names[] = { "votes_for", "votes_against", "abstentions" };
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    struct str rest = cli_text(c, "votes"), one;
    for (size_t i = 0; rest.p && i < N_ELEMS(names) && str_split(&rest, '/', &one); i++)
        if (!col_read(entity_col(&case_meeting_entity, names[i]), m, one, &rd))
            return false;
    return true;
}

static bool do_meeting(struct tx *tx, void *ctx, struct errs *e)
{
    static const char *const names[] = {
        "attendance", "opinion", "decision", "minutes", "signatures", "photo"
    };
    struct caseing *x = ctx;
    struct cli *c = x->c;
    CLEANUP(act_release) struct act act = { 0 };
    bool ok = true;
    x->meeting = (struct case_meeting){ .region = cli_region(c, "region"), .held_on = cli_on(c) };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        ok = cli_col(c, &case_meeting_entity, names[i], names[i], &x->meeting, e) && ok;
    act_begin(&act, tx, &c->actor, "case.meeting", c->args[0], e->a);
    x->w = case_desk(c, tx, &act, e);
    struct case_known *k = case_programme(&x->w, c->args[0], 0, e);
    if (!k || !read_votes(c, &x->meeting, e) || !ok)
        return false;
    x->meeting.programme = k->version.programme;
    return case_meeting_add(&x->w, &x->meeting, e) && act_end(&act, NULL, e);
}

static int meeting(struct cli *c)
{
    struct caseing x = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_meeting, &x))
        return EXIT_NOTHING;
    cli_say(c, MSG_MEETING_MADE, A(x.meeting.no), A(x.meeting.attendance_n));
    cli_answer(c, &case_meeting_entity, &x.meeting);
    return EXIT_DONE;
}

static bool do_batch(struct tx *tx, void *ctx, struct errs *e)
{
    struct caseing *x = ctx;
    struct cli *c = x->c;
    struct case_batch *b = x->more;
    CLEANUP(act_release) struct act act = { 0 };
    *b = (struct case_batch){ .programme = c->args[0],
                              .township = cli_region(c, "township"),
                              .document_no = cli_text(c, "document") };
    act_begin(&act, tx, &c->actor, "case.batch", c->args[0], e->a);
    x->w = case_desk(c, tx, &act, e);
    return case_batch_make(&x->w, b, e) && act_end(&act, NULL, e);
}

static int batch(struct cli *c)
{
    struct case_batch b = { 0 };
    struct caseing x = { .c = c, .more = &b };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_batch, &x))
        return EXIT_NOTHING;
    cli_say(c, MSG_BATCH_MADE, A(b.no), A(b.cases_n), A(b.amount));
    cli_answer(c, &case_batch_entity, &b);
    return EXIT_DONE;
}

/* --- the table
 * ------------------------------------------------------------------------------------------------------ */

// clang-format off
#define IN_COUNTY { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "是哪个县的", "the county whose it is" } }
#define TEXT_OPT(n, f, az, ae, lz, le) { .name = n, .kind = OPT_TEXT, .flags = f, .arg = { az, ae }, .label = { lz, le } }
#define INT_OPT(n, f, hi, lz, le) { .name = n, .kind = OPT_INT, .flags = f, .min = 1, .max = hi, .arg = { "数", "N" }, .label = { lz, le } }
#define REGION_OPT(n, f, lz, le) { .name = n, .kind = OPT_REGION, .flags = f, .arg = { "区划", "CODE" }, .label = { lz, le } }
#define FLAG(n, lz, le) { .name = n, .kind = OPT_FLAG, .label = { lz, le } }
#define ON        { .name = "on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "哪一天（默认今天）", "the day (default: today)" } }
#define OPINION(f) TEXT_OPT("opinion", f, "文字", "TEXT", "意见", "the opinion")
#define REASON    TEXT_OPT("reason", OPT_REQUIRED, "文字", "TEXT", "理由", "why")
#define DOCUMENT(f) TEXT_OPT("document", f, "文号", "TEXT", "文号", "the number of the document")
#define MEETING(f) INT_OPT("meeting", f, 1000000000, "会议号", "the meeting's number")
#define SET(f)    TEXT_OPT("set", (f) | OPT_REPEATS, "项=内容", "FIELD=VALUE", "申请表的一项，可多次", "a field of the application, more than once")
#define BY(lz, le) TEXT_OPT("by", OPT_REQUIRED, "姓名、姓名", "NAMES", lz, le)
#define APPROVED(f) TEXT_OPT("approved", f, "元", "YUAN", "核定金额", "the amount approved")
#define LIMIT     INT_OPT("limit", 0, CASE_LIST_MAX, "最多几行", "at most so many rows")
#define OUT       TEXT_OPT("out", OPT_REQUIRED, "文件", "FILE", "写入这个文件；- 是标准输出", "write this file; - is standard output")
#define FORCE     FLAG("force", "文件已存在时替换", "replace a file that exists")

static const struct opt amount_opts[] = { APPROVED(OPT_REQUIRED), IN_COUNTY, OPINION(0), { 0 } };
static const struct opt apply_opts[] = {
    TEXT_OPT("applicant", 0, "姓名", "NAME", "申请的家庭成员（默认第一个符合条件的成员）", "the member who applies (default: the first who may)"), IN_COUNTY,
    TEXT_OPT("list", 0, "文件", "FILE", "一行一个户编号，成批受理", "many households, one on a line"), INT_OPT("period", 0, 9999, "第几期", "which lending period"), TEXT_OPT("proxy", 0, "姓名", "NAME", "代办人", "who applies on the family's behalf"),
    SET(0), FLAG("submit", "随即提交", "hand it in at once"), { 0 } };
static const struct opt appraise_opts[] = { FLAG("against", "不可行", "the experts are against it"), BY("专家姓名", "the experts"), IN_COUNTY, ON, OPINION(OPT_REQUIRED), { 0 } };
static const struct opt batch_opts[] = { DOCUMENT(0), REGION_OPT("township", OPT_REQUIRED, "哪个乡镇", "the township"), { 0 } };
static const struct opt candidates_opts[] = { LIMIT, REGION_OPT("region", 0, "哪个区划", "the region"), { 0 } };
static const struct opt decide_opts[] = {
    FLAG("agree", "同意", "agreed"), APPROVED(0), IN_COUNTY, TEXT_OPT("list", 0, "文件", "FILE", "一行一个案件号，成批办理", "many cases, one on a line"),
    MEETING(0), OPINION(0), FLAG("refuse", "不同意（须有 --opinion）", "refused (with --opinion)"), TEXT_OPT("step", 0, "步骤", "STEP", "成批办理的是哪一步", "with --list: the step that is decided"), { 0 } };
static const struct opt documents_opts[] = { TEXT_OPT("add", 0, "文件", "FILE", "附上这个文件", "attach this file"), TEXT_OPT("paper", 0, "材料", "PAPER", "作为哪种材料", "as which paper"), IN_COUNTY, { 0 } };
static const struct opt except_opts[] = { TEXT_OPT("condition", OPT_REQUIRED, "条件", "ID", "哪个条件；疑似重复写 duplicate", "the condition, or duplicate"), IN_COUNTY, DOCUMENT(OPT_REQUIRED), MEETING(OPT_REQUIRED), REASON, { 0 } };
static const struct opt exceptions_opts[] = { REGION_OPT("region", 0, "哪个区划", "the region"), FLAG("villages", "把关不严清单：按村计数", "by village, with the number of cases"), { 0 } };
static const struct opt file_opts[] = { IN_COUNTY, DOCUMENT(0), TEXT_OPT("office", OPT_REQUIRED, "机关", "OFFICE", "向谁备案", "with whom"), ON, { 0 } };
static const struct opt fill_opts[] = { IN_COUNTY, SET(OPT_REQUIRED), { 0 } };
static const struct opt letter_opts[] = { IN_COUNTY, DOCUMENT(0), ON, TEXT_OPT("parties", OPT_REQUIRED, "姓名、姓名", "NAMES", "签字各方", "who signed"), { 0 } };
static const struct opt list_opts[] = {
    INT_OPT("after", 0, INT64_MAX, "从这个案件号之后", "behind this case"), FLAG("exceptions", "只要例外", "exceptions only"), LIMIT,
    TEXT_OPT("programme", 0, "项目", "NAME", "只要这个项目的", "of this programme"), REGION_OPT("region", 0, "哪个区划", "the region"),
    TEXT_OPT("state", 0, "状态", "STATE", "只要这种状态的", "in this state"), TEXT_OPT("step", 0, "步骤", "STEP", "只要在这一步的", "at this step"), { 0 } };
static const struct opt meeting_opts[] = {
    TEXT_OPT("attendance", OPT_REQUIRED, "姓名、姓名", "NAMES", "参加人", "who was present"), TEXT_OPT("decision", 0, "文字", "TEXT", "决定", "what was decided"),
    TEXT_OPT("minutes", 0, "文号", "TEXT", "会议纪要文号", "the number of the minutes"), ON, OPINION(0), INT_OPT("photo", 0, 1000000000, "照片的附件号", "the photo's document number"),
    REGION_OPT("region", OPT_REQUIRED, "哪个村、乡镇或县的会议", "the village, township or county that met"), TEXT_OPT("signatures", 0, "姓名、姓名", "NAMES", "签名", "who signed"),
    TEXT_OPT("votes", 0, "同意/反对/弃权", "FOR/AGAINST/ABSTAINING", "票数，如 7/0/1", "the votes, like 7/0/1"), { 0 } };
static const struct opt notice_opts[] = {
    { .name = "from", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "第一天（默认今天）", "the first day (default: today)" } },
    TEXT_OPT("hotline", OPT_REQUIRED, "电话", "PHONE", "监督电话", "the hotline"), REGION_OPT("region", OPT_REQUIRED, "哪个区划的公示", "the region whose notice it is"),
    TEXT_OPT("title", 0, "标题", "TEXT", "标题", "the title"), TEXT_OPT("unit", OPT_REQUIRED, "单位", "TEXT", "发布单位（落款）", "the issuing unit"), { 0 } };
static const struct opt numbers_opts[] = { REGION_OPT("region", 0, "哪个区划", "the region"), FLAG("void", "只要作废的", "void ones only"), { 0 } };
static const struct opt print_opts[] = { IN_COUNTY, FORCE, OUT, TEXT_OPT("programme", 0, "项目", "NAME", "登记表：哪个项目", "of a register: the programme"), REGION_OPT("region", 0, "登记表、例外名单：哪个区划", "of a register: the region"), { 0 } };
static const struct opt return_opts[] = { IN_COUNTY, REASON, TEXT_OPT("to", 0, "步骤", "STEP", "退回到哪一步（默认第一步）", "the step it goes back to (default: the first)"), { 0 } };
static const struct opt reason_opts[] = { IN_COUNTY, REASON, { 0 } };
static const struct opt county_opts[] = { IN_COUNTY, { 0 } };
static const struct opt visit_opts[] = { FLAG("against", "不同意", "the visitors are against it"), BY("入户人", "who went"), IN_COUNTY, INT_OPT("group", 0, 100, "第几组", "the group"), TEXT_OPT("met", 0, "姓名", "NAME", "见到的人", "who was met"), ON, OPINION(0), { 0 } };
static const struct opt area_opts[] = { { .name = "due", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "完成期限", "to be done by" } }, INT_OPT("group", OPT_REQUIRED, 100, "第几组", "the group"), IN_COUNTY, { 0 } };
static const struct opt group_opts[] = { IN_COUNTY, TEXT_OPT("leader", OPT_REQUIRED, "姓名", "NAME", "组长", "the leader"), TEXT_OPT("members", 0, "姓名、姓名", "NAMES", "组员", "the members"), { 0 } };
static const struct opt choose_opts[] = { ON, REASON, { 0 } };
static const struct opt end_opts[] = { REASON, { 0 } };
static const struct opt sites_opts[] = { TEXT_OPT("programme", 0, "项目", "NAME", "只要这个项目的", "of this programme"), REGION_OPT("region", 0, "哪个区划", "the region"), { 0 } };

#define ONE(zh, en) .args = { zh, en }, .args_min = 1, .args_max = 1
#define TWO(zh, en) .args = { zh, en }, .args_min = 2, .args_max = 2
#define CASE ONE("案件号", "CASE")
static const struct command commands[] = {
    { .name = "case amount", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = amount_opts, CASE, .summary = { "核定金额", "set the amount of a case" },
      .help = { "不能超过项目规定的额度。\n\n  bangfu case amount 12 --approved 8000", "Within the programme's limits.\n\n  bangfu case amount 12 --approved 8000" }, .run = one },
    { .name = "case apply", .perm = PERM_CASE_ENTER, .db = DB_OPEN, .opts = apply_opts, .args = { "项目 [户编号]", "PROGRAMME [HOUSEHOLD]" }, .args_min = 1, .args_max = 2, .summary = { "受理一户的申请", "enter the application of a household" },
      .help = { "同一家庭重复申请的当场拒绝，并指出已有的案件。\n\n  bangfu case apply xingfu LW000001 --applicant 林某 --period 24 --set project=养鸡 --set amount=10000", "The same family a second time is refused, naming its case.\n\n  bangfu case apply xingfu LW000001 --applicant 林某 --period 24 --set project=养鸡 --set amount=10000" }, .run = apply },
    { .name = "case appraise", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = appraise_opts, CASE, .summary = { "登记专家论证", "record the experts' appraisal" },
      .help = { "\n  bangfu case appraise 12 --by 张三、李四、王五 --opinion 项目可行", "\n  bangfu case appraise 12 --by 张三、李四、王五 --opinion 可行" }, .run = one },
    { .name = "case batch", .perm = PERM_CASE_TOWNSHIP, .db = DB_OPEN, .opts = batch_opts, ONE("项目", "PROGRAMME"), .summary = { "集中上报一个乡镇的申请", "hand up a township's applications together" },
      .help = { "\n  bangfu case batch xingfu --township 350603100 --document 某项目办〔2026〕3号", "\n  bangfu case batch xingfu --township 350603100" }, .run = batch },
    { .name = "case candidates", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = candidates_opts, ONE("项目", "PROGRAMME"), .summary = { "符合条件而没有案件的户，按优先次序", "who qualifies and has no case, in the order of priority" },
      .help = { "\n  bangfu case candidates xingfu --region 350603100", "\n  bangfu case candidates xingfu --region 350603100" }, .run = case_candidates_cmd },
    { .name = "case decide", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = decide_opts, .args = { "案件号", "CASE" }, .args_max = 1, .summary = { "在当前步骤通过或不通过", "pass or refuse a case at its step" },
      .help = { "--list 成批办理：办不了的逐件列出，其余办完；中断后再运行一次即可继续，已办的不会再办。\n\n  bangfu case decide 12 --agree --opinion 同意\n  bangfu case decide --list 名单.txt --step county --agree --meeting 3", "With --list many at once: those that cannot be done are listed, all others are done; after an interruption run it again: what was done is not done twice.\n\n  bangfu case decide 12 --agree --opinion agreed\n  bangfu case decide --list cases.txt --step county --agree --meeting 3" }, .run = case_decide_cmd },
    { .name = "case documents", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = documents_opts, CASE, .summary = { "案件的材料，附上一份，还缺哪些", "the papers of a case, and which are missing" },
      .help = { "\n  bangfu case documents 12 --add 申请表.pdf --paper application_form", "\n  bangfu case documents 12 --add form.pdf --paper application_form" }, .run = documents },
    { .name = "case except", .perm = PERM_CASE_COUNTY, .db = DB_OPEN, .opts = except_opts, CASE, .summary = { "县集体决定的例外", "an exception that the county decided collectively" },
      .help = { "条件仍记为不符合，案件列入例外名单。有未还清的借款、有异议、本人家庭的，没有例外。\n\n  bangfu case except 12 --condition below_average --meeting 3 --reason 重病 --document 某办〔2026〕5号", "The condition stays failed, and the case stands on the list of exceptions. There is none for a second loan, an objection, or the own family.\n\n  bangfu case except 12 --condition below_average --meeting 3 --reason illness --document 5" }, .run = one },
    { .name = "case exceptions", .perm = PERM_CASE_READ, .db = DB_OPEN, .reads_only = true, .opts = exceptions_opts, .summary = { "例外名单和把关不严清单", "the list of exceptions, by case or by village" },
      .help = { "\n  bangfu case exceptions --villages", "\n  bangfu case exceptions --villages" }, .run = case_exceptions_cmd },
    { .name = "case file", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = file_opts, CASE, .summary = { "登记备案", "record a filing" },
      .help = { "\n  bangfu case file 12 --office 省扶贫办 --document 某办〔2026〕8号", "\n  bangfu case file 12 --office 省扶贫办 --document 8" }, .run = one },
    { .name = "case fill", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = fill_opts, CASE, .summary = { "填写申请表", "fill in the application" },
      .help = { "由人评定的条件写作 condition.ID=是。\n\n  bangfu case fill 12 --set project=养鸡 --set amount=10000", "A condition that people decide is condition.ID=yes.\n\n  bangfu case fill 12 --set project=chicken --set amount=10000" }, .run = one },
    { .name = "case letter", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = letter_opts, CASE, .summary = { "登记责任状", "record the responsibility letter" },
      .help = { "\n  bangfu case letter 12 --parties 张三、李四、王五、赵六、林某", "\n  bangfu case letter 12 --parties 张三、李四" }, .run = one },
    { .name = "case list", .perm = PERM_CASE_READ, .db = DB_OPEN, .reads_only = true, .opts = list_opts, .summary = { "有哪些案件", "the cases there are" },
      .help = { "\n  bangfu case list --programme xingfu --step county", "\n  bangfu case list --programme xingfu --step county" }, .run = case_list_cmd },
    { .name = "case meeting", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = meeting_opts, ONE("项目", "PROGRAMME"), .summary = { "登记一次研究案件的会议", "record a meeting about cases" },
      .help = { "\n  bangfu case meeting xingfu --region 350603 --attendance 张三、李四、王五 --votes 3/0/0 --decision 同意 --minutes 纪要3号", "\n  bangfu case meeting xingfu --region 350603 --attendance 张三、李四、王五 --votes 3/0/0 --decision agreed" }, .run = meeting },
    { .name = "case notice", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = notice_opts, ONE("项目", "PROGRAMME"), .summary = { "为等待公示的案件拟定公示", "prepare the notice of the cases that wait for one" },
      .help = { "天数、栏目和渠道由项目规定；以后用 notice post、notice end 登记。\n\n  bangfu case notice xingfu --region 350603100202 --unit 某村民委员会 --hotline 0596-0000000", "Days, columns and channels are the programme's; go on with notice post.\n\n  bangfu case notice xingfu --region 350603100202 --unit 村民委员会 --hotline 0596-0000000" }, .run = case_notice_cmd },
    { .name = "case numbers", .perm = PERM_CASE_READ, .db = DB_OPEN, .reads_only = true, .opts = numbers_opts, ONE("项目", "PROGRAMME"), .summary = { "已编的号，包括作废的", "the numbers given out, void ones too" },
      .help = { "\n  bangfu case numbers xingfu --void", "\n  bangfu case numbers xingfu --void" }, .run = case_numbers_cmd },
    { .name = "case print", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = print_opts, .args = { "表 [案件号或批次号]", "FORM [CASE or BATCH]" }, .args_min = 1, .args_max = 2, .summary = { "打印申请表、登记表、责任状、上报函、例外名单", "print a form of a case, a register, a letter, a cover sheet" },
      .help = { "表是 application、register、letter、batch、exceptions。\n\n  bangfu case print application 12 --out 申请表.html\n  bangfu case print register --programme dangyuan --out 登记表.html", "FORM is application, register, letter, batch or exceptions.\n\n  bangfu case print application 12 --out form.html\n  bangfu case print register --programme dangyuan --out register.html" }, .run = case_print_cmd },
    { .name = "case return", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = return_opts, CASE, .summary = { "退回到以前的步骤", "send a case back to an earlier step" },
      .help = { "已填写的都保留。\n\n  bangfu case return 12 --to form --reason 缺户口簿", "All that was entered stays.\n\n  bangfu case return 12 --to form --reason 'a paper is missing'" }, .run = one },
    { .name = "case show", .perm = PERM_CASE_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts, CASE, .summary = { "显示案件、条件核对和办理记录，还缺什么", "a case, its conditions, its time line, and what is missing" },
      .help = { "\n  bangfu case show 12", "\n  bangfu case show 12" }, .run = case_show_cmd },
    { .name = "case submit", .perm = PERM_CASE_ENTER, .db = DB_OPEN, .opts = county_opts, CASE, .summary = { "提交申请，或继续办理", "hand an application in, or try its next step again" },
      .help = { "核对条件；不需要决定的步骤自动通过；停在哪里，缺什么，都会说明。\n\n  bangfu case submit 12", "Its conditions are checked; steps that need no decision are passed; where it stops, it says what is missing.\n\n  bangfu case submit 12" }, .run = one },
    { .name = "case verify-visit", .perm = PERM_CASE_READ, .db = DB_OPEN, .opts = visit_opts, CASE, .summary = { "登记入户核查", "record a home visit" },
      .help = { "\n  bangfu case verify-visit 12 --group 2 --by 张三、李四 --met 林某 --opinion 情况属实", "\n  bangfu case verify-visit 12 --group 2 --by 张三、李四 --met 林某 --opinion true" }, .run = one },
    { .name = "case void", .perm = PERM_CASE_COUNTY, .db = DB_OPEN, .opts = reason_opts, CASE, .summary = { "已确定的案件作废", "declare a confirmed case void" },
      .help = { "编号保留，写明原因，不再使用。\n\n  bangfu case void 12 --reason 全家迁出", "Its number stays, with the reason, and is not used again.\n\n  bangfu case void 12 --reason 'moved away'" }, .run = one },
    { .name = "case withdraw", .perm = PERM_CASE_ENTER, .db = DB_OPEN, .opts = reason_opts, CASE, .summary = { "撤回申请", "withdraw an application" },
      .help = { "\n  bangfu case withdraw 12 --reason 本人放弃", "\n  bangfu case withdraw 12 --reason 'does not want it'" }, .run = one },
    { .name = "round assign", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = area_opts, TWO("调查 乡镇代码", "SURVEY TOWNSHIP"), .summary = { "把乡镇分派给调查组", "assign a township to a group" },
      .help = { "\n  bangfu round assign 2026年摸底 350603100 --group 2 --due 2026-04-10", "\n  bangfu round assign 2026年摸底 350603100 --group 2 --due 2026-04-10" }, .run = round_cmd },
    { .name = "round group", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = group_opts, TWO("调查 组号", "SURVEY GROUP"), .summary = { "登记调查组", "name a survey group" },
      .help = { "\n  bangfu round group 2026年摸底 2 --leader 张三 --members 李四、王五", "\n  bangfu round group 2026年摸底 2 --leader 张三 --members 李四、王五" }, .run = round_cmd },
    { .name = "round show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts, ONE("调查", "SURVEY"), .summary = { "各组各乡镇的摸底进度", "how far each group is in its townships" },
      .help = { "\n  bangfu round show 2026年摸底", "\n  bangfu round show 2026年摸底" }, .run = round_show_cmd },
    { .name = "site choose", .perm = PERM_CASE_COUNTY, .db = DB_OPEN, .opts = choose_opts, TWO("项目 村代码", "PROGRAMME VILLAGE"), .summary = { "选定项目点", "choose a village as a site" },
      .help = { "\n  bangfu site choose xingfu 350603100202 --reason 贫困户集中", "\n  bangfu site choose xingfu 350603100202 --reason 'many poor households'" }, .run = site_cmd },
    { .name = "site end", .perm = PERM_CASE_COUNTY, .db = DB_OPEN, .opts = end_opts, TWO("项目 村代码", "PROGRAMME VILLAGE"), .summary = { "取消项目点", "a village is no site any more" },
      .help = { "\n  bangfu site end xingfu 350603100202 --reason 整村推进结束", "\n  bangfu site end xingfu 350603100202 --reason done" }, .run = site_cmd },
    { .name = "site list", .perm = PERM_CASE_READ, .db = DB_OPEN, .reads_only = true, .opts = sites_opts, .summary = { "有哪些项目点", "the sites there are" },
      .help = { "\n  bangfu site list", "\n  bangfu site list" }, .run = site_list_cmd },
    { .name = "user family", .perm = PERM_USERS, .db = DB_OPEN, .opts = county_opts, TWO("登录名 户编号/姓名", "LOGIN HOUSEHOLD/NAME"), .summary = { "登记用户本人或亲属在册", "an account is, or is related to, somebody on the register" },
      .help = { "本人和亲属家庭的案件，该用户不能办理。\n\n  bangfu user family chen LW000001/陈建国", "That account cannot decide on cases of these families.\n\n  bangfu user family chen LW000001/陈建国" }, .run = user_family_cmd },
};
// clang-format on
const struct command_table case_commands = { { "案件", "Cases" }, commands, N_ELEMS(commands) };
