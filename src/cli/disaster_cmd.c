/* disaster_cmd.c - disaster acts: the event, losses one by one or from a file, a treatment per loan, the
 * decision, the report. */
#include "base/csv.h"
#include "base/encoding.h"
#include "base/value.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/relief_cmd.h"
#include "fieldwork/disaster.h"
#include "registry/find.h"

#include <stdlib.h>

enum { FILE_BYTES_MAX = 16 * 1000 * 1000, LOSSES_MAX = 100000, HEADINGS_MAX = 64 };

struct loss_row {
    int64_t line;
    struct str hh_no;
    struct disaster_loss loss;
};
struct disaster_run {
    struct lend w;
    struct disaster old, now;
    struct loss_row *losses;
    size_t losses_n, treated;
    struct disaster_report report;
    struct disaster_hit *hits;
    size_t hits_n;
    struct list events;
    bool approve;
};

/* --- shared --------------------------------------------------------------------------------- */

static bool find_event(struct disaster_run *x, struct tx *tx, enum perm p, struct scope *s, struct errs *e)
{
    struct cli *c = x->w.c;
    struct scopes scopes;
    int64_t no;
    if (!cli_number(c->args[0], &no, e) || !scopes_of(tx, &c->actor, p, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        enum found f = disaster_by_no(tx, scopes.list[i].county, no, &x->old, e);
        if (f == FAILED)
            return false;
        if (f == NONE)
            continue;
        *s = scopes.list[i];
        x->w.county = s->county;
        return true;
    }
    return fail(e, ERR_NOT_FOUND, "no", MSG_DISASTER_NONE, A(no));
}

static int answer_event(struct disaster_run *x, bool ok, enum msg m)
{
    return ok ? lend_answer(x->w.c, "disaster", &disaster_entity, &x->now, m, A(x->now.no), A(x->now.event))
              : EXIT_NOTHING;
}

/* --- the event ------------------------------------------------------------------------------ */

static bool do_open(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct cli *c = x->w.c;
    struct disaster *d = &x->now;
    *d = (struct disaster){ .region = cli_region(c, "area"), .happened_on = lend_opt_day(c, "date") };
    lend_read(c, &disaster_entity, "event", d, c->args[0], e);
    lend_read(c, &disaster_entity, "kind", d, cli_text(c, "kind"), e);
    lend_read(c, &disaster_entity, "document", d, cli_text(c, "document"), e);
    lend_read(c, &disaster_entity, "note", d, cli_text(c, "note"), e);
    if (errs_any(e) || !actor_need_at(&c->actor, PERM_FUND_CONTRACT, d->region, e))
        return false;
    lend_begin(&x->w, tx, "disaster.open", c->args[0], e);
    return disaster_open(&x->w.l, d, e) && act_end(&x->w.act, NULL, e);
}

static int open_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c };
    return answer_event(&x, lend_write(&x.w, do_open), MSG_DISASTER_OPENED);
}

/* --- losses --------------------------------------------------------------------------------- */

static const char *const loss_names[] = { "project", "item",  "quantity", "destroyed", "unit",
                                          "loss",    "rooms", "hurt",     "note" };

static bool is_alias(const struct col *col, struct str heading)
{
    struct str all = str_of(col->aliases ? col->aliases : ""), one;
    while (str_split(&all, '|', &one))
        if (str_eq(one, heading))
            return true;
    return str_eq(heading, str_of(col->name)) || str_eq(heading, str_of(col->label.zh)) ||
           str_eq(heading, str_of(col->label.en));
}

static bool is_number_of_household(struct str heading)
{
    static const char *const names[] = { "户编号", "户号",      "户编码",           "家庭编号",
                                         "AAC001", "Household", "Household number", "hh_no" };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        if (str_eq(heading, str_of(names[i])))
            return true;
    return false;
}

struct headings {
    size_t household;
    const struct col *cols[HEADINGS_MAX]; /* NULL: nothing is known of it */
};

static bool read_headings(struct cli *c, const struct csv_row *row, struct headings *h)
{
    *h = (struct headings){ .household = SIZE_MAX };
    for (size_t i = 0; i < row->n && i < HEADINGS_MAX; i++) {
        struct str text = row->cells[i].p ? str_trim(row->cells[i]) : STR("");
        if (is_number_of_household(text))
            h->household = i;
        for (size_t k = 0; k < N_ELEMS(loss_names); k++) {
            const struct col *col = entity_col(&disaster_loss_entity, loss_names[k]);
            if (is_alias(col, text))
                h->cols[i] = col;
        }
    }
    return h->household != SIZE_MAX || fail(&c->e, ERR_INVALID, "file", MSG_DISASTER_FILE);
}

/* What is wrong with a row is said with its line. */
static void read_row(struct cli *c, const struct csv_row *row, const struct headings *h, struct loss_row *out)
{
    struct errs own = { .a = c->e.a, .lang = c->e.lang };
    struct reading rd = { .e = &own, .codes = c->codes, .today = clock_today() };
    *out = (struct loss_row){ .line = row->line };
    if (row->damage != CSV_WHOLE)
        fail(&own, ERR_INVALID, "file", MSG_IMPORT_QUOTE_OPEN);
    if (h->household < row->n && row->cells[h->household].p)
        out->hh_no = str_trim(row->cells[h->household]);
    if (!out->hh_no.p || !out->hh_no.n)
        fail(&own, ERR_INVALID, "household", MSG_DISASTER_FILE);
    for (size_t i = 0; i < row->n && i < HEADINGS_MAX; i++)
        if (h->cols[i] && row->cells[i].p)
            col_read(h->cols[i], &out->loss, row->cells[i], &rd);
    for (const struct err *x = own.bad.first; x; x = x->next)
        fail(&c->e, ERR_INVALID, x->field, MSG_DISASTER_ROW, A(row->line), A(x->text));
}

static bool read_losses(struct disaster_run *x, const char *path)
{
    CLEANUP(buf_release) struct buf b = BUF(FILE_BYTES_MAX);
    CLEANUP(buf_release) struct buf own = BUF(2 * FILE_BYTES_MAX);
    struct cli *c = x->w.c;
    struct csv_row row;
    struct headings h;
    size_t cap = 0;
    if (!cli_read_file(path, &b, &c->e) || !encoding_fits(buf_str(&b), path, &c->e))
        return false;
    struct str text = arena_str(c->a, to_utf8(buf_str(&b), encoding_detect(buf_str(&b)), &own));
    struct csv csv = csv_open(text);
    if (!csv_next(&csv, c->a, &row))
        return fail(&c->e, ERR_INVALID, "file", MSG_DISASTER_FILE);
    if (!read_headings(c, &row, &h))
        return false;
    while (csv_next(&csv, c->a, &row) && x->losses_n < LOSSES_MAX) {
        if (x->losses_n == cap) {
            struct loss_row *more = NEW_ARRAY(c->a, struct loss_row, cap ? cap * 2 : 64);
            if (cap)
                memcpy(more, x->losses, cap * sizeof *more);
            x->losses = more;
            cap = cap ? cap * 2 : 64;
        }
        read_row(c, &row, &h, &x->losses[x->losses_n++]);
    }
    return !errs_any(&c->e);
}

static bool read_one(struct disaster_run *x)
{
    struct cli *c = x->w.c;
    x->losses = NEW(c->a, struct loss_row);
    x->losses_n = 1;
    *x->losses = (struct loss_row){ .hh_no = c->args[1] };
    for (size_t i = 0; i < N_ELEMS(loss_names); i++)
        lend_read(c, &disaster_loss_entity, loss_names[i], &x->losses->loss, cli_text(c, loss_names[i]),
                  &c->e);
    return !errs_any(&c->e);
}

static bool add_loss(struct disaster_run *x, struct tx *tx, const struct loss_row *row, struct errs *e)
{
    struct cli *c = x->w.c;
    struct household h;
    struct disaster_loss loss = row->loss;
    enum found f =
        household_by_no(tx, &c->actor, row->hh_no, (struct region_code){ x->old.county * 1000000 }, &h, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(row->hh_no));
    return actor_need_at(&c->actor, PERM_FUND_CONTRACT, h.village, e) &&
           disaster_add_loss(&x->w.l, &x->old, &h, &loss, e);
}

static bool do_loss(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct scope s;
    if (!find_event(x, tx, PERM_FUND_CONTRACT, &s, e))
        return false;
    lend_begin(&x->w, tx, "disaster.loss", x->w.c->args[0], e);
    for (size_t i = 0; i < x->losses_n; i++) {
        struct errs own = { .a = e->a, .lang = e->lang };
        if (add_loss(x, tx, &x->losses[i], &own))
            continue;
        if (!own.bad.first)
            return false;
        if (x->losses[i].line)
            fail(e, own.bad.first->code, own.bad.first->field, MSG_DISASTER_ROW, A(x->losses[i].line),
                 A(own.bad.first->text));
        else
            errs_append(e, &own);
    }
    x->now = x->old;
    return !errs_any(e) && act_end(&x->w.act, NULL, e);
}

static int loss_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c };
    const char *path = cli_cstr(c, "file");
    if ((path != NULL) == (c->args_n > 1)) {
        fail(&c->e, ERR_INVALID, "household", MSG_DISASTER_ONE_OR_FILE);
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !(path ? read_losses(&x, path) : read_one(&x)) || !lend_write(&x.w, do_loss))
        return EXIT_NOTHING;
    return lend_answer(c, "disaster", &disaster_entity, &x.now, MSG_DISASTER_LOSSES, A(x.now.no),
                       A((int64_t)x.losses_n));
}

/* --- treatments ----------------------------------------------------------------------------- */

static bool treat(struct disaster_run *x, const struct contract *k, struct errs *e)
{
    struct cli *c = x->w.c;
    struct loan_relief r = { 0 };
    if (!lend_read(c, &loan_relief_entity, "kind", &r, cli_text(c, "how"), e) || !relief_read(c, &r, e))
        return false;
    x->treated++;
    return disaster_treat(&x->w.l, &x->old, k, &r, e);
}

static bool treat_rest(struct disaster_run *x, struct tx *tx, const struct scope *s, struct errs *e)
{
    if (!disaster_report(tx, &x->old, s, &x->report, e))
        return false;
    for (size_t i = 0; i < x->report.loans_n; i++)
        if (!x->report.loans[i].treated && !treat(x, &x->report.loans[i].contract, e))
            return false;
    return true;
}

static bool do_treat(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct cli *c = x->w.c;
    struct scope s;
    x->treated = 0;
    if (!find_event(x, tx, PERM_FUND_CONTRACT, &s, e))
        return false;
    lend_begin(&x->w, tx, "disaster.treat", c->args[0], e);
    for (size_t i = 1; i < c->args_n; i++)
        if (!contract_find(tx, &c->actor, PERM_FUND_CONTRACT, c->args[i], &x->w.contract, e) ||
            !treat(x, &x->w.contract, e))
            return false;
    if (cli_flag(c, "all") && !treat_rest(x, tx, &s, e))
        return false;
    x->now = x->old;
    return act_end(&x->w.act, NULL, e);
}

static int treat_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c };
    if (cli_flag(c, "all") == (c->args_n > 1)) {
        fail(&c->e, ERR_INVALID, "contract", MSG_DISASTER_WHICH);
        return EXIT_USAGE;
    }
    if (!lend_write(&x.w, do_treat))
        return EXIT_NOTHING;
    return lend_answer(c, "disaster", &disaster_entity, &x.now, MSG_DISASTER_TREATED, A(x.now.no),
                       A((int64_t)x.treated));
}

/* --- deciding ------------------------------------------------------------------------------- */

static bool do_decide(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct cli *c = x->w.c;
    struct disaster texts = { 0 };
    struct scope s;
    if (!lend_read(c, &disaster_entity, "approval", &texts, cli_text(c, "document"), e) ||
        !find_event(x, tx, PERM_FUND_CONTRACT, &s, e))
        return false;
    lend_begin(&x->w, tx, x->approve ? "disaster.approve" : "disaster.refuse", c->args[0], e);
    return disaster_decide(&x->w.l, &x->old, x->approve, texts.approval, &x->now, e) &&
           act_end(&x->w.act, NULL, e);
}

static int approve_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c, .approve = true };
    return answer_event(&x, lend_write(&x.w, do_decide), MSG_DISASTER_APPROVED);
}
static int refuse_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c };
    return answer_event(&x, lend_write(&x.w, do_decide), MSG_DISASTER_REFUSED);
}

static bool do_undo(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct cli *c = x->w.c;
    struct loan_relief texts = { 0 };
    struct scope s;
    lend_read(c, &loan_relief_entity, "undo_reason", &texts, cli_text(c, "reason"), e);
    lend_read(c, &loan_relief_entity, "undo_document", &texts, cli_text(c, "document"), e);
    if (errs_any(e) || !find_event(x, tx, PERM_FUND_CONTRACT, &s, e))
        return false;
    lend_begin(&x->w, tx, "disaster.undo", c->args[0], e);
    return disaster_undo(&x->w.l, &x->old, texts.undo_reason, texts.undo_document, &x->now, e) &&
           act_end(&x->w.act, NULL, e);
}

static int undo_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c };
    return answer_event(&x, lend_write(&x.w, do_undo), MSG_DISASTER_UNDONE);
}

/* --- the report ----------------------------------------------------------------------------- */

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct scope s;
    return find_event(x, tx, PERM_REGISTRY_READ, &s, e) && disaster_report(tx, &x->old, &s, &x->report, e) &&
           disaster_hits(tx, &x->old, &s, &x->hits, &x->hits_n, e);
}

static void show_json(struct disaster_run *x)
{
    struct cli *c = x->w.c;
    const struct disaster_report *r = &x->report;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    lend_put(c, &out, "disaster", &disaster_entity, &x->old);
    put_member_int(&out, "households", r->households);
    put_member_int(&out, "projects", r->projects);
    lend_put_money(c, &out, "loss", r->loss);
    put_member_int(&out, "rooms", r->rooms);
    put_member_int(&out, "hurt", r->hurt);
    lend_put_money(c, &out, "owed", r->owed);
    put_member_int(&out, "untreated", (int64_t)r->untreated);
    put_key(&out, "losses");
    put_list(&out);
    for (size_t i = 0; i < x->hits_n; i++) {
        put_object(&out);
        put_member_text(&out, "hh_no", x->hits[i].hh_no);
        lend_put(c, &out, "loss", &disaster_loss_entity, &x->hits[i].loss);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_key(&out, "loans");
    put_list(&out);
    for (size_t i = 0; i < r->loans_n; i++) {
        put_object(&out);
        put_member_text(&out, "contract", r->loans[i].contract.number);
        lend_put_money(c, &out, "outstanding", r->loans[i].outstanding);
        if (r->loans[i].treated)
            lend_put(c, &out, "relief", &loan_relief_entity, &r->loans[i].relief);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static void print_losses(struct disaster_run *x)
{
    static const struct table_col cols[] = {
        { { "户编号", "Household" }, false }, { { "户主", "Head" }, false },
        { { "受灾项目", "Project" }, false }, { { "受损物品", "Item" }, false },
        { { "总数量", "Quantity" }, true },   { { "受损数量", "Destroyed" }, true },
        { { "损失金额", "Loss" }, true },     { { "倒塌房屋", "Rooms" }, true },
    };
    static const char *const names[] = { "project", "item", "quantity", "destroyed", "loss", "rooms" };
    struct cli *c = x->w.c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->hits_n; i++) {
        table_text(&t, x->hits[i].hh_no);
        table_text(&t, x->hits[i].head_name);
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &disaster_loss_entity, names[k], &x->hits[i].loss));
    }
    if (x->hits_n)
        table_print(&t, c->e.lang, &c->out);
    buf_addc(&c->out, '\n');
}

static void print_loans(struct disaster_run *x)
{
    static const struct table_col cols[] = {
        { { "合同", "Contract" }, false },       { { "欠款", "Owed" }, true },
        { { "处置", "Treatment" }, false },      { { "月数", "Months" }, true },
        { { "核销金额", "Written off" }, true }, { { "原到期日", "Due before" }, false },
        { { "现到期日", "Due now" }, false },    { { "逾期天数", "Days late" }, true },
        { { "状态", "State" }, false },
    };
    static const char *const names[] = { "kind",        "months",    "amount", "old_ends_on",
                                         "new_ends_on", "days_late", "state" };
    struct cli *c = x->w.c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->report.loans_n; i++) {
        const struct disaster_loan *l = &x->report.loans[i];
        table_text(&t, l->contract.number);
        table_text(&t, cli_yuan(c, l->outstanding));
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, l->treated ? cli_cell(c, &loan_relief_entity, names[k], &l->relief) : STR(""));
    }
    if (x->report.loans_n)
        table_print(&t, c->e.lang, &c->out);
}

static int show_cmd(struct cli *c)
{
    struct disaster_run x = { .w.c = c };
    const struct disaster_report *r = &x.report;
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json) {
        show_json(&x);
        return EXIT_DONE;
    }
    lend_print(c, &disaster_entity, &x.old);
    cli_say(c, MSG_DISASTER_SUMS, A(r->households), A(r->projects), A(r->loss), A((int64_t)r->loans_n),
            A(r->owed), A((int64_t)r->untreated));
    if (cli_flag(c, "losses"))
        print_losses(&x);
    print_loans(&x);
    return EXIT_DONE;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct disaster_run *x = ctx;
    struct scopes s;
    return scopes_of(tx, &x->w.c->actor, PERM_REGISTRY_READ, cli_region(x->w.c, "region"), &s, e) &&
           scopes_rows(
               tx, &s,
               SQL_OF(STMT_KEY, &disaster_entity, "SELECT {*} FROM disaster WHERE county = $1 ORDER BY no"),
               &x->events, e);
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "编号", "No" }, true },     { { "灾害名称", "Event" }, false },
        { { "类型", "Kind" }, false },  { { "日期", "Date" }, false },
        { { "区域", "Area" }, false },  { { "文号", "Document" }, false },
        { { "状态", "State" }, false }, { { "批准文号", "Approval" }, false },
    };
    static const char *const names[] = { "no",     "event",    "kind",  "happened_on",
                                         "region", "document", "state", "approval" };
    struct disaster_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    if (c->json) {
        put_object(&out);
        lend_put_list(c, &out, "disasters", &disaster_entity, &x.events);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    const struct disaster *rows = x.events.rows;
    for (size_t i = 0; i < x.events.n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &disaster_entity, names[k], &rows[i]));
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

// clang-format off
#define TEXT(n, arg_zh, arg_en, zh, en) \
    { .name = n, .kind = OPT_TEXT, .arg = { arg_zh, arg_en }, .label = { zh, en } }
static const struct opt open_opts[] = {
    { .name = "area", .kind = OPT_REGION, .flags = OPT_REQUIRED, .arg = { "区划", "CODE" },
      .label = { "受灾区域：县、乡镇或村", "the area that was hit: county, township or village" } },
    { .name = "date", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" }, .label = { "哪天发生", "the day" } },
    TEXT("document", "文号", "NO", "灾情文件的文号", "the document about it"),
    TEXT("kind", "类型", "KIND", "洪涝、干旱、气象等", "flood, drought, meteorological …"),
    TEXT("note", "说明", "TEXT", "说明", "a note"), { 0 } };
static const struct opt loss_opts[] = {
    TEXT("destroyed", "数量", "N", "受损数量", "how many were destroyed"),
    TEXT("file", "文件", "FILE", "从文件登记（CSV）：户编号、受灾项目、损失金额……", "from a CSV file: household number, project, loss …"),
    TEXT("hurt", "人数", "N", "伤亡人数", "people hurt"),
    TEXT("item", "物品", "TEXT", "受损物品", "what was destroyed"),
    TEXT("loss", "金额", "YUAN", "损失金额", "the loss"),
    TEXT("note", "说明", "TEXT", "说明", "a note"),
    TEXT("project", "项目", "TEXT", "受灾项目", "the project that was hit"),
    TEXT("quantity", "数量", "N", "总数量", "how many there were"),
    OPT_IN_COUNTY,
    TEXT("rooms", "间数", "N", "倒塌房屋", "rooms that collapsed"),
    TEXT("unit", "单位", "UNIT", "计量单位", "the unit"), { 0 } };
static const struct opt treat_opts[] = {
    { .name = "all", .kind = OPT_FLAG, .label = { "所有还没有提出处置的", "all that have none proposed yet" } },
    TEXT("amount", "金额", "YUAN", "核销多少；默认全部欠款", "how much is written off; all that is owed unless told"),
    OPT_DAY("缓收从哪天起；默认受灾当天", "from which day on it is deferred; the day of the disaster unless told"),
    { .name = "how", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "处置", "KIND" },
      .label = { "不作变更、缓收、展期或核销", "none, defer, extend or write_off" } },
    OPT_MONTHS("展期或缓收几个月", "by how many months"),
    TEXT("reason", "理由", "WHY", "理由；默认灾害名称", "why; the name of the event unless told"),
    OPT_IN_COUNTY,
    TEXT("subsidy", "贴息", "SUBSIDY", "期间贴息：继续（默认）或停止", "the interest subsidy meanwhile: goes_on or stops"), { 0 } };
static const struct opt approve_opts[] = {
    { .name = "document", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "文号", "NO" }, .label = { "批准的文号", "the document of the approval" } },
    OPT_IN_COUNTY, { 0 } };
static const struct opt refuse_opts[] = { OPT_PAPER("文号", "the document"), OPT_IN_COUNTY, { 0 } };
static const struct opt undo_opts[] = { OPT_PAPER("撤销的文号", "the document of undoing"), OPT_WHY, OPT_IN_COUNTY, { 0 } };
static const struct opt county_opts[] = { OPT_IN_COUNTY, { 0 } };
static const struct opt show_opts[] = {
    { .name = "losses", .kind = OPT_FLAG, .label = { "也列每户每项损失", "every loss of every household too" } },
    OPT_IN_COUNTY, { 0 } };
static const struct command commands[] = {
    { .name = "disaster approve", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = approve_opts,
      .args = { "灾害编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "批准一次灾害的全部处置", "Approve what is proposed for a disaster" },
      .help = { "每笔受影响的借款都要先提出处置；由县里另一个人一次批准，新的还款计划同时生效。\n\n"
                "  bangfu disaster approve 1 --document 县扶〔2026〕9号",
                "Every loan needs a treatment first; another person of the county approves all of them at once, and the new\n"
                "schedules are in force together.\n\n  bangfu disaster approve 1 --document 9/2026" },
      .run = approve_cmd },
    { .name = "disaster list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = county_opts,
      .summary = { "列出灾害", "List disasters" },
      .help = { "按编号列出。\n\n  bangfu disaster list", "By number.\n\n  bangfu disaster list" }, .run = list_cmd },
    { .name = "disaster loss", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = loss_opts,
      .args = { "灾害编号 [户编号]", "NO [HOUSEHOLD]" }, .args_min = 1, .args_max = 2,
      .summary = { "登记受灾户和损失", "Record whom a disaster hit, and the loss" },
      .help = { "一户一个项目一行；文件有一行不对就都不登记。导入的同名同日损失自动归入。\n\n"
                "  bangfu disaster loss 1 H000123 --project 灵芝 --quantity 5000 --destroyed 3000 --unit 袋 --loss 4500\n"
                "  bangfu disaster loss 1 --file 受灾.csv",
                "A row per household and project; with one bad row a file changes nothing.  Imported losses of the same name\n"
                "and day belong to it by themselves.\n\n"
                "  bangfu disaster loss 1 H000123 --project mushrooms --loss 4500\n  bangfu disaster loss 1 --file losses.csv" },
      .run = loss_cmd },
    { .name = "disaster open", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = open_opts,
      .args = { "灾害名称", "EVENT" }, .args_min = 1, .args_max = 1,
      .summary = { "登记一次灾害", "Record a disaster" },
      .help = { "已导入的同名同日损失归入这次灾害。\n\n"
                "  bangfu disaster open '8·13洪灾' --date 2026-08-13 --area 350603 --kind 洪灾 --document 县救〔2026〕2号",
                "Imported losses of the same name and day belong to it.\n\n"
                "  bangfu disaster open 'flood of 13 August' --date 2026-08-13 --area 350603 --kind flood --document 2/2026" },
      .run = open_cmd },
    { .name = "disaster refuse", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = refuse_opts,
      .args = { "灾害编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "不批准一次灾害的处置", "Refuse what is proposed for a disaster" },
      .help = { "由县里另一个人决定。\n\n  bangfu disaster refuse 1", "By another person, of the county.\n\n  bangfu disaster refuse 1" },
      .run = refuse_cmd },
    { .name = "disaster show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = show_opts,
      .args = { "灾害编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "灾害处置的报告", "The report of a disaster act" },
      .help = { "受灾户、项目、损失，每笔借款的处置和新旧到期日。\n\n  bangfu disaster show 1",
                "Households, projects, losses; each loan's treatment and its days before and after.\n\n  bangfu disaster show 1" },
      .run = show_cmd },
    { .name = "disaster treat", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = treat_opts,
      .args = { "灾害编号 [合同编号 …]", "NO [CONTRACT …]" }, .args_min = 1, .args_max = -1,
      .summary = { "为受影响的借款提出处置", "Propose a treatment of affected loans" },
      .help = { "可以改提，批准以前都不生效。\n\n"
                "  bangfu disaster treat 1 DY-350603100-2026-0001 --how 核销 --amount 500\n"
                "  bangfu disaster treat 1 --all --how 缓收 --months 6",
                "It can be proposed anew; nothing holds before it is approved.\n\n"
                "  bangfu disaster treat 1 DY-350603100-2026-0001 --how write_off --amount 500\n"
                "  bangfu disaster treat 1 --all --how defer --months 6" },
      .run = treat_cmd },
    { .name = "disaster undo", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = undo_opts,
      .args = { "灾害编号", "NO" }, .args_min = 1, .args_max = 1,
      .summary = { "撤销已批准的灾害处置", "Undo the treatment of a disaster" },
      .help = { "由批准人以外的人一次撤销全部处置。\n\n  bangfu disaster undo 1 --reason 灾情不实 --document 县扶〔2026〕12号",
                "All of it, by another person than who approved it.\n\n  bangfu disaster undo 1 --reason 'no such loss' --document 12/2026" },
      .run = undo_cmd },
};
// clang-format on
const struct command_table disaster_commands = { { "灾害处置", "Disasters" }, commands, N_ELEMS(commands) };
