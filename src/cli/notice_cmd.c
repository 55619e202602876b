/* notice_cmd.c - public notices, objections to them, and the printed page. */
#include "base/clock.h"
#include "base/csv.h"
#include "base/encoding.h"
#include "casework/document.h"
#include "casework/objection.h"
#include "casework/print_notice.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/table.h"

enum { LIST_BYTES_MAX = 1 << 26, PAGE_BYTES_MAX = 1 << 28, CELLS_MAX = 64, HEADING_CHARS_MAX = 20 };

struct noticing {
    struct cli *c;
    struct notice n;
    struct notice_entry *rows;
    size_t rows_n;
    struct list list, channels, objections;
    struct notice_answer *answers;
    struct objection o;
    struct buf *page;
    bool intact;
};

static bool named(struct noticing *x, struct tx *tx, struct str text, struct errs *e)
{
    int64_t no;
    if (!cli_number(text, &no, e))
        return false;
    enum found f = notice_by_no(tx, &x->c->actor, no, cli_region(x->c, "county"), &x->n, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_NOTICE_NONE, A(no)));
}

/* --- the list that is to hang ------------------------------------------------------------- */

/* Where each column of the file goes: a publishable one, the birth date or the guardian. */
struct target {
    const struct col *col;
    bool birth, guardian, skip;
};

static const struct col birth_col = { .name = "birth",
                                      .label = { "出生日期", "Birth date" },
                                      .type = T_OPT_DATE,
                                      .off = offsetof(struct notice_entry, birth) };
static const struct col guardian_col = { .name = "guardian",
                                         .label = { "监护人", "Guardian" },
                                         .type = T_TEXT,
                                         .off = offsetof(struct notice_entry, guardian),
                                         .max = 30,
                                         .aliases = "监护人姓名" };

static bool is_called(const struct col *c, struct str text)
{
    struct str rest = str_of(c->aliases), one;
    if (str_eq(text, str_of(c->name)) || str_eq(text, str_of(c->label.zh)) ||
        str_eq(text, str_of(c->label.en)))
        return true;
    while (rest.p && str_split(&rest, '|', &one))
        if (str_eq(one, text))
            return true;
    return false;
}

static bool find_target(struct str heading, struct target *t)
{
    *t = (struct target){ .birth = is_called(&birth_col, heading),
                          .guardian = is_called(&guardian_col, heading),
                          .skip = !heading.n || str_eq(heading, STR("序号")) || str_eq(heading, STR("No")) };
    for (size_t i = 0; i < notice_row_entity.n; i++)
        if (notice_publishes(&notice_row_entity.cols[i]) && is_called(&notice_row_entity.cols[i], heading))
            t->col = &notice_row_entity.cols[i];
    return t->col || t->birth || t->guardian || t->skip;
}

/* A file without headings begins with somebody's data, which no message repeats. */
static const char *heading_name(struct str cell, size_t i, struct errs *e)
{
    enum personal_look look = text_looks(cell);
    bool fine = (look == LOOKS_FINE || look == LOOKS_LIKE_ILLNESS) && text_is_clean(cell);
    if (!fine || str_chars(cell) > HEADING_CHARS_MAX)
        return say(e->a, e->lang, MSG_NOTICE_COLUMN_NO, A(i + 1));
    return arena_str(e->a, cell).p;
}

/* A column that may not be published is refused, not left out: whoever made the file is told. */
static bool read_head(const struct csv_row *head, struct target *targets, struct errs *e)
{
    CLEANUP(buf_release) struct buf names = BUF(2000);
    bool ok = head->n <= CELLS_MAX;
    for (size_t i = 0; i < notice_row_entity.n; i++)
        if (notice_publishes(&notice_row_entity.cols[i]))
            buf_addf(&names, "%s%s", names.n ? (e->lang == EN ? ", " : "、") : "",
                     label_in(&notice_row_entity.cols[i].label, e->lang));
    for (size_t i = 0; i < head->n && i < CELLS_MAX; i++)
        if (!find_target(text_fold(e->a, head->cells[i]), &targets[i]))
            ok = fail(e, ERR_INVALID, "file", MSG_NOTICE_HEADING, A(heading_name(head->cells[i], i, e)),
                      A(buf_str(&names)));
    return ok;
}

static bool read_cell(const struct target *t, struct notice_entry *x, struct str cell, struct errs *e)
{
    struct reading rd = { .e = e, .today = clock_today() };
    if (t->skip)
        return true;
    if (t->col)
        return col_read(t->col, &x->row, cell, &rd);
    return col_read(t->birth ? &birth_col : &guardian_col, x, cell, &rd);
}

static bool read_entry(const struct csv_row *row, const struct target *targets, size_t targets_n,
                       struct notice_entry *x, struct errs *e)
{
    struct errs own = { .a = e->a, .lang = e->lang };
    bool ok = row->damage == CSV_WHOLE && row->n <= targets_n;
    *x = (struct notice_entry){ 0 };
    for (size_t i = 0; i < row->n && i < targets_n; i++)
        if (row->cells[i].p)
            ok = read_cell(&targets[i], x, arena_str(e->a, row->cells[i]), &own) && ok;
    if (ok)
        return true;
    const char *text = own.bad.first ? own.bad.first->text : catalogue_text(MSG_LINE_DAMAGED, e->lang);
    return fail(e, ERR_INVALID, own.bad.first ? own.bad.first->field : "file", MSG_NOTICE_CELL, A(row->line),
                A(text));
}

static bool read_list(struct noticing *x, const char *path, struct errs *e)
{
    CLEANUP(buf_release) struct buf bytes = BUF(LIST_BYTES_MAX), own = BUF(LIST_BYTES_MAX * 2);
    struct target targets[CELLS_MAX];
    struct csv_row head, row;
    size_t cap = 0;
    bool ok = true;
    if (!cli_read_file(path, &bytes, e) || !encoding_fits(buf_str(&bytes), path, e))
        return false;
    struct csv csv = csv_open(to_utf8(buf_str(&bytes), encoding_detect(buf_str(&bytes)), &own));
    if (!csv_next(&csv, e->a, &head))
        return fail(e, ERR_INVALID, "rows", MSG_NOTICE_ROWS, A(NOTICE_ROWS_MAX));
    if (!read_head(&head, targets, e))
        return false;
    while (x->rows_n <= NOTICE_ROWS_MAX && csv_next(&csv, e->a, &row)) {
        if (x->rows_n == cap) {
            cap = cap ? cap * 2 : 64;
            struct notice_entry *grown = NEW_ARRAY(e->a, struct notice_entry, cap);
            if (x->rows_n)
                memcpy(grown, x->rows, x->rows_n * sizeof *grown);
            x->rows = grown;
        }
        ok = read_entry(&row, targets, head.n, &x->rows[x->rows_n++], e) && ok;
    }
    return ok;
}

/* --- prepare ------------------------------------------------------------------------------ */

/* village_board:东一村公开栏 */
static bool read_channels(struct cli *c, struct notice_channel *out, size_t *n, struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    bool ok = true;
    *n = 0;
    for (const struct opt_value *v = cli_value(c, "channel"); v; v = cli_next_value(v)) {
        struct str place = v->text, kind;
        if (*n == NOTICE_CHANNELS_MAX)
            return fail(e, ERR_INVALID, "channel", MSG_NOTICE_CHANNELS, A(NOTICE_CHANNELS_MAX));
        bool has_place = memchr(place.p, ':', place.n) != NULL;
        if (!str_split(&place, ':', &kind))
            kind = v->text;
        out[*n] = (struct notice_channel){ 0 };
        ok = col_read(entity_col(&notice_channel_entity, "channel"), &out[*n], kind, &rd) &&
             (!has_place || col_read(entity_col(&notice_channel_entity, "place"), &out[*n], place, &rd)) &&
             ok;
        ++*n;
    }
    return ok;
}

static bool read_notice(struct cli *c, struct notice *n, struct errs *e)
{
    static const char *const names[] = { "title",   "document_no", "programme", "basis",
                                         "hotline", "address",     "email",     "unit" };
    static const char *const options[] = { "title",   "document", "programme", "basis",
                                           "hotline", "address",  "email",     "unit" };
    const struct opt_value *from = cli_value(c, "from");
    struct str columns = cli_text(c, "columns");
    bool ok = true;
    *n = (struct notice){ .kind = { cli_flag(c, "result") ? NOTICE_RESULT : NOTICE_PUBLIC, true },
                          .region = cli_region(c, "region"),
                          .days = cli_int(c, "days", 7),
                          .day_unit = { cli_flag(c, "working") ? WORKING_DAYS : CALENDAR_DAYS, true },
                          .starts_on = from ? (struct date){ (int32_t)from->v } : clock_today(),
                          .columns = columns };
    enum region_level level = region_level(n->region);
    n->level = (struct code){ level == VILLAGE    ? NOTICE_VILLAGE
                              : level == TOWNSHIP ? NOTICE_TOWNSHIP
                                                  : NOTICE_COUNTY,
                              true };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        ok = cli_col(c, &notice_entity, names[i], options[i], n, e) && ok;
    return ok;
}

static bool do_prepare(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    struct notice_channel channels[NOTICE_CHANNELS_MAX];
    size_t channels_n;
    CLEANUP(act_release) struct act act = { 0 };
    bool ok = read_notice(x->c, &x->n, e);
    if (!read_channels(x->c, channels, &channels_n, e) || !ok)
        return false;
    act_begin(&act, tx, &x->c->actor, "notice.prepare", x->n.title, e->a);
    return notice_prepare(&act, &x->n, x->rows, x->rows_n, channels, channels_n, clock_today(), e) &&
           act_end(&act, NULL, e);
}

static int prepare(struct cli *c)
{
    struct noticing x = { .c = c };
    if (!cli_load_codes(c) || !read_list(&x, c->args[0].p, &c->e) || !cli_write(c, 0, do_prepare, &x))
        return EXIT_NOTHING;
    cli_say(c, MSG_NOTICE_DONE, A(x.n.no), A(x.n.rows_n), A(x.n.starts_on), A(x.n.ends_on),
            A(notice_check_text(&x.n, c->a)));
    cli_answer(c, &notice_entity, &x.n);
    return EXIT_DONE;
}

/* --- its days ----------------------------------------------------------------------------- */

/* The photo, by the number that people see. */
static bool proof_of(struct noticing *x, struct tx *tx, int64_t *id, struct errs *e)
{
    struct document d;
    struct str text = cli_text(x->c, "document");
    struct region_code county = { x->n.county * 1000000 };
    int64_t no;
    *id = 0;
    if (!text.p)
        return true;
    if (!cli_number(text, &no, e))
        return false;
    enum found f = document_by_no(tx, &x->c->actor, no, county, &d, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "document", MSG_DOCUMENT_NONE, A(no));
    *id = d.id;
    return true;
}

typedef bool days_fn(struct act *act, struct noticing *x, struct errs *e);

static bool post(struct act *act, struct noticing *x, struct errs *e)
{
    int64_t document;
    return proof_of(x, act->tx, &document, e) &&
           notice_post(act, &x->n, cli_int(x->c, "channel", 1), cli_on(x->c), document, clock_today(), e);
}

static bool take_down(struct act *act, struct noticing *x, struct errs *e)
{
    int64_t document;
    return proof_of(x, act->tx, &document, e) &&
           notice_remove(act, &x->n, cli_int(x->c, "channel", 1), cli_on(x->c), document, clock_today(), e);
}

static bool end(struct act *act, struct noticing *x, struct errs *e)
{
    return notice_end(act, &x->n, clock_today(), e);
}

static bool make_void(struct act *act, struct noticing *x, struct errs *e)
{
    return notice_void(act, &x->n, cli_text(x->c, "reason"), e);
}

static bool redate(struct act *act, struct noticing *x, struct errs *e)
{
    struct date from = { (int32_t)cli_value(x->c, "from")->v };
    return notice_redate(act, &x->n, from, clock_today(), e);
}

static const struct {
    const char *name;
    days_fn *fn;
} doings[] = {
    { "notice end", end },          { "notice post", post },      { "notice redate", redate },
    { "notice remove", take_down }, { "notice void", make_void },
};

static bool do_days(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    const char *name = x->c->command->name;
    CLEANUP(act_release) struct act act = { 0 };
    if (!named(x, tx, x->c->args[0], e))
        return false;
    act_begin(&act, tx, &x->c->actor, name, x->n.title, e->a);
    for (size_t i = 0; i < N_ELEMS(doings); i++)
        if (!strcmp(doings[i].name, name) && !doings[i].fn(&act, x, e))
            return false;
    return act_end(&act, NULL, e);
}

static void say_days(struct cli *c, const struct notice *n)
{
    const char *what = c->command->name + strlen("notice ");
    int64_t channel = what[0] == 'p' || !strcmp(what, "remove") ? cli_int(c, "channel", 1) : 0;
    if (!strcmp(what, "post"))
        cli_say(c, MSG_NOTICE_POSTED_AT, A(n->no), A(channel));
    if (!strcmp(what, "post") && n->state.v == NOTICE_POSTED)
        cli_say(c, MSG_NOTICE_ALL_POSTED, A(n->no), A(n->ends_on));
    if (!strcmp(what, "remove"))
        cli_say(c, MSG_NOTICE_REMOVED_AT, A(n->no), A(channel));
    if (!strcmp(what, "end"))
        cli_say(c, MSG_NOTICE_ENDED_SAY, A(n->no));
    if (!strcmp(what, "void"))
        cli_say(c, MSG_NOTICE_VOIDED, A(n->no));
    if (!strcmp(what, "redate"))
        cli_say(c, MSG_NOTICE_REDATED, A(n->no), A(n->starts_on), A(n->ends_on),
                A(notice_check_text(n, c->a)));
}

static int days(struct cli *c)
{
    struct noticing x = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_days, &x))
        return EXIT_NOTHING;
    say_days(c, &x.n);
    cli_answer(c, &notice_entity, &x.n);
    return EXIT_DONE;
}

/* --- list and show ------------------------------------------------------------------------ */

static void put_table(struct cli *c, const struct entity *en, const struct list *rows,
                      const char *const *names, size_t n, const struct table_col *cols)
{
    struct table t = table_begin(cols, n, c->a);
    for (size_t i = 0; i < rows->n; i++)
        for (size_t k = 0; k < n; k++)
            table_text(&t, cli_cell(c, en, names[k], (const char *)rows->rows + i * en->size));
    table_print(&t, c->e.lang, &c->out);
}

static void put_array(struct cli *c, struct json_out *w, const struct entity *en, const struct list *rows)
{
    put_list(w);
    for (size_t i = 0; i < rows->n; i++) {
        put_object(w);
        cli_put_cols(c, w, en, (const char *)rows->rows + i * en->size);
        put_object_end(w);
    }
    put_list_end(w);
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    return notice_list(tx, &x->c->actor, cli_region(x->c, "region"), &x->list, e);
}

static int list(struct cli *c)
{
    static const char *const names[] = { "no", "title", "region", "state", "starts_on", "ends_on", "rows_n" };
    static const struct table_col cols[] = {
        { { "公示号", "Number" }, true },   { { "标题", "Title" }, false },
        { { "区划", "Region" }, false },    { { "状态", "State" }, false },
        { { "开始", "First day" }, false }, { { "截止", "Last day" }, false },
        { { "行数", "Rows" }, true },
    };
    struct noticing x = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    struct json_out w = JSON_OUT(&c->out);
    if (c->json) {
        put_array(c, &w, &notice_entity, &x.list);
        buf_addc(&c->out, '\n');
    } else {
        put_table(c, &notice_entity, &x.list, names, N_ELEMS(names), cols);
    }
    return EXIT_DONE;
}

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    if (!named(x, tx, x->c->args[0], e) || !notice_rows(tx, &x->n, &x->list, e) ||
        !notice_channels(tx, &x->n, &x->channels, e) || !objection_list(tx, &x->n, &x->objections, e) ||
        !notice_rows_clear(tx, &x->n, clock_today(), &x->answers, e))
        return false;
    x->intact = notice_is_intact(tx, &x->n, &x->list);
    return true;
}

static void show_json(struct cli *c, const struct noticing *x)
{
    static const char *const slugs[] = { "clear",  "never",          "waits",
                                         "runs",   "objection_open", "objection_upheld",
                                         "changed" };
    const struct notice_row *row = x->list.rows;
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    cli_put_cols(c, &w, &notice_entity, &x->n);
    put_member_bool(&w, "intact", x->intact);
    put_member_cstr(&w, "check", notice_check_text(&x->n, c->a));
    put_key(&w, "channels");
    put_array(c, &w, &notice_channel_entity, &x->channels);
    put_key(&w, "objections");
    put_array(c, &w, &objection_entity, &x->objections);
    put_key(&w, "rows");
    put_list(&w);
    for (size_t i = 0; i < x->list.n; i++) {
        put_object(&w);
        cli_put_cols(c, &w, &notice_row_entity, &row[i]);
        if ((int64_t)i < x->n.rows_n)
            put_member_cstr(&w, "verdict", slugs[x->answers[i].verdict]);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void show_text(struct cli *c, struct noticing *x)
{
    static const char *const facts[] = { "no",      "title",       "document_no", "region",
                                         "state",   "days",        "day_unit",    "starts_on",
                                         "ends_on", "hotline",     "address",     "email",
                                         "unit",    "prepared_on", "prepared_by", "void_reason" };
    static const char *const channel_names[] = { "no",        "channel",   "place",
                                                 "posted_on", "posted_by", "removed_on" };
    static const struct table_col channel_cols[] = {
        { { "渠道号", "Channel" }, true }, { { "渠道", "Kind" }, false },
        { { "位置", "Place" }, false },    { { "张贴", "Posted on" }, false },
        { { "登记人", "By" }, false },     { { "撤下", "Removed on" }, false },
    };
    static const char *const objection_names[] = {
        "no", "row_no", "made_on", "state", "result", "replied_on"
    };
    static const struct table_col objection_cols[] = {
        { { "异议号", "Objection" }, true }, { { "序号", "Row" }, true },
        { { "提出", "Made on" }, false },    { { "状态", "State" }, false },
        { { "结论", "Result" }, false },     { { "答复", "Replied on" }, false },
    };
    static const struct table_col row_cols[] = { { { "序号", "Row" }, true },
                                                 { { "姓名", "Name" }, false },
                                                 { { "结果", "Is it clear?" }, false } };
    for (size_t i = 0; i < N_ELEMS(facts); i++) {
        struct str s = cli_cell(c, &notice_entity, facts[i], &x->n);
        const struct col *col = entity_col(&notice_entity, facts[i]);
        if (s.n)
            buf_addf(&c->out, "%s%s%.*s\n", label_in(&col->label, c->e.lang), c->e.lang == EN ? ": " : "：",
                     (int)s.n, s.p);
    }
    if (x->intact)
        cli_say(c, MSG_NOTICE_INTACT, A(notice_check_text(&x->n, c->a)));
    else
        cli_say(c, MSG_NOTICE_BROKEN, A(x->n.no));
    put_table(c, &notice_channel_entity, &x->channels, channel_names, N_ELEMS(channel_names), channel_cols);
    if (x->objections.n)
        put_table(c, &objection_entity, &x->objections, objection_names, N_ELEMS(objection_names),
                  objection_cols);
    struct table t = table_begin(row_cols, N_ELEMS(row_cols), c->a);
    const struct notice_row *row = x->list.rows;
    for (size_t i = 0; i < x->list.n && (int64_t)i < x->n.rows_n; i++) {
        table_int(&t, row[i].no);
        table_text(&t, row[i].applicant_name);
        table_text(&t, str_of(notice_answer_text(&x->answers[i], c->a, c->e.lang)));
    }
    table_print(&t, c->e.lang, &c->out);
}

static int show(struct cli *c)
{
    struct noticing x = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &x))
        return EXIT_NOTHING;
    if (c->json)
        show_json(c, &x);
    else
        show_text(c, &x);
    return x.intact ? EXIT_DONE : EXIT_REFUSED;
}

/* --- print -------------------------------------------------------------------------------- */

static bool do_print(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    buf_clear(x->page);
    return named(x, tx, x->c->args[0], e) && print_notice(tx, &x->n, x->page, e);
}

static int print(struct cli *c)
{
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    struct noticing x = { .c = c, .page = &page };
    if (!cli_read(c, do_print, &x) || !cli_write_file(c, buf_str(&page)))
        return EXIT_NOTHING;
    if (strcmp(cli_cstr(c, "out"), "-") != 0)
        cli_say(c, MSG_PRINT_DONE, A(cli_cstr(c, "out")));
    if (strcmp(cli_cstr(c, "out"), "-") != 0 && cli_load_codes(c))
        cli_answer(c, &notice_entity, &x.n);
    return EXIT_DONE;
}

/* --- objections --------------------------------------------------------------------------- */

static bool do_object(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    struct cli *c = x->c;
    CLEANUP(act_release) struct act act = { 0 };
    x->o = (struct objection){ .row_no = cli_int(c, "row", 0),
                               .anonymous = cli_flag(c, "anonymous"),
                               .made_on = cli_on(c) };
    if (!cli_col(c, &objection_entity, "content", "content", &x->o, e) ||
        !cli_col(c, &objection_entity, "objector", "by", &x->o, e) || !named(x, tx, c->args[0], e))
        return false;
    act_begin(&act, tx, &c->actor, "objection.add", x->n.title, e->a);
    return objection_make(&act, &x->n, &x->o, clock_today(), e) && act_end(&act, NULL, e);
}

static int object(struct cli *c)
{
    struct noticing x = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_object, &x))
        return EXIT_NOTHING;
    cli_say(c, MSG_OBJECTION_MADE, A(x.o.no), A(x.n.no), A(x.o.row_no));
    cli_answer(c, &objection_entity, &x.o);
    return EXIT_DONE;
}

static bool handle(struct act *act, struct noticing *x, struct errs *e)
{
    struct cli *c = x->c;
    const char *what = c->command->name;
    struct objection given = { 0 };
    if (!strcmp(what, "objection admit"))
        return objection_admit(act, &x->o, clock_today(), e);
    if (!strcmp(what, "objection dismiss"))
        return objection_dismiss(act, &x->o, cli_text(c, "reason"), clock_today(), e);
    return cli_col(c, &objection_entity, "result", "result", &given, e) &&
           objection_answer(act, &x->o, (enum objection_result)given.result.v, cli_text(c, "text"), cli_on(c),
                            clock_today(), e);
}

static bool do_handle(struct tx *tx, void *ctx, struct errs *e)
{
    struct noticing *x = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    int64_t no;
    if (!cli_number(x->c->args[0], &no, e))
        return false;
    enum found f = objection_by_no(tx, &x->c->actor, no, cli_region(x->c, "county"), &x->o, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_OBJECTION_NONE, A(no));
    act_begin(&act, tx, &x->c->actor, x->c->command->name, x->c->args[0], e->a);
    return handle(&act, x, e) && act_end(&act, NULL, e);
}

static int handle_cmd(struct cli *c)
{
    struct noticing x = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_handle, &x))
        return EXIT_NOTHING;
    cli_say(c, MSG_OBJECTION_HANDLED, A(x.o.no), A(cli_cell(c, &objection_entity, "state", &x.o)));
    cli_answer(c, &objection_entity, &x.o);
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

// clang-format off
#define IN_COUNTY { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "是哪个县的", "the county whose it is" } }
#define TEXT_OPT(n, f, az, ae, lz, le) { .name = n, .kind = OPT_TEXT, .flags = f, .arg = { az, ae }, .label = { lz, le } }
#define ON        { .name = "on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "哪一天（默认今天）", "the day (default: today)" } }
#define CHANNEL   { .name = "channel", .kind = OPT_INT, .min = 1, .max = NOTICE_CHANNELS_MAX, .arg = { "渠道号", "N" }, .label = { "第几个渠道（默认 1）", "which channel (default 1)" } }
#define PROOF     TEXT_OPT("document", 0, "附件号", "NUMBER", "照片等凭证", "the photo that shows it")
#define FROM(f)   { .name = "from", .kind = OPT_DATE, .flags = f, .arg = { "日期", "DATE" }, .label = { "公示的第一天（默认今天）", "the first day (default: today)" } }

static const struct opt prepare_opts[] = {
    TEXT_OPT("address", 0, "地址", "TEXT", "通信地址", "where letters go"),
    TEXT_OPT("basis", 0, "文字", "TEXT", "名单上方的依据和说明", "the paragraph above the list"),
    TEXT_OPT("channel", OPT_REQUIRED | OPT_REPEATS, "渠道[:位置]", "CHANNEL[:PLACE]", "在哪里公示，可多次；网站写 website:https://…", "where it hangs, more than once; a web site as website:https://…"),
    TEXT_OPT("columns", 0, "列,列…", "A,B,…", "只公示这些列（英文名；默认有值的列）", "only these columns (default: those that have a value)"),
    { .name = "days", .kind = OPT_INT, .min = 1, .max = NOTICE_DAYS_MAX, .arg = { "天数", "N" }, .label = { "公示几天（默认 7）", "how many days (default 7)" } },
    TEXT_OPT("document", 0, "文号", "TEXT", "公示的文号", "the number of the notice as a document"),
    TEXT_OPT("email", 0, "邮箱", "TEXT", "电子邮箱", "e-mail"),
    FROM(0),
    TEXT_OPT("hotline", OPT_REQUIRED, "电话", "PHONE", "监督电话", "the hotline"),
    TEXT_OPT("programme", 0, "名称", "TEXT", "项目种类", "the programme"),
    { .name = "region", .kind = OPT_REGION, .flags = OPT_REQUIRED, .arg = { "区划", "CODE" }, .label = { "哪个村、乡镇或县的公示", "the village, township or county whose notice it is" } },
    { .name = "result", .kind = OPT_FLAG, .label = { "是结果公告，不是公示", "the announcement of a result" } },
    TEXT_OPT("title", OPT_REQUIRED, "标题", "TEXT", "标题", "the title"),
    TEXT_OPT("unit", OPT_REQUIRED, "单位", "TEXT", "发布单位（落款）", "the issuing unit"),
    { .name = "working", .kind = OPT_FLAG, .label = { "按工作日计算", "count working days" } },
    { 0 },
};
static const struct opt list_opts[] = { { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只要这个区划的", "only those of this region" } }, { 0 } };
static const struct opt county_opts[] = { IN_COUNTY, { 0 } };
static const struct opt post_opts[] = { CHANNEL, IN_COUNTY, PROOF, ON, { 0 } };
static const struct opt redate_opts[] = { IN_COUNTY, FROM(OPT_REQUIRED), { 0 } };
static const struct opt void_opts[] = { IN_COUNTY, TEXT_OPT("reason", OPT_REQUIRED, "原因", "TEXT", "为什么作废", "why it becomes void"), { 0 } };
static const struct opt print_opts[] = {
    IN_COUNTY,
    { .name = "force", .kind = OPT_FLAG, .label = { "文件已存在时替换", "replace a file that exists" } },
    TEXT_OPT("out", OPT_REQUIRED, "文件", "FILE", "写入这个文件；- 是标准输出", "write this file; - is standard output"),
    { 0 },
};
static const struct opt object_opts[] = {
    { .name = "anonymous", .kind = OPT_FLAG, .label = { "匿名提出", "nobody said who made it" } },
    TEXT_OPT("by", 0, "姓名", "NAME", "异议人或单位", "who objects"),
    TEXT_OPT("content", OPT_REQUIRED, "文字", "TEXT", "异议内容", "what is said"),
    IN_COUNTY, ON,
    { .name = "row", .kind = OPT_INT, .flags = OPT_REQUIRED, .min = 1, .max = NOTICE_ROWS_MAX, .arg = { "序号", "N" }, .label = { "公示名单的序号", "the row of the list" } },
    { 0 },
};
static const struct opt answer_opts[] = {
    IN_COUNTY, ON,
    TEXT_OPT("result", OPT_REQUIRED, "结论", "CHOICE", "成立、不成立、部分成立、无法核实", "upheld, dismissed, partly_upheld, unverifiable"),
    TEXT_OPT("text", OPT_REQUIRED, "文字", "TEXT", "答复内容", "the answer"),
    { 0 },
};
static const struct opt dismiss_opts[] = { IN_COUNTY, TEXT_OPT("reason", OPT_REQUIRED, "原因", "TEXT", "为什么不受理", "why it is dismissed"), { 0 } };

#define NO_ARG(zh) .args = { zh, "NUMBER" }, .args_min = 1, .args_max = 1
static const struct command commands[] = {
    { .name = "notice end", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = county_opts, NO_ARG("公示号"), .summary = { "登记公示期满", "the last day of a notice is over" },
      .help = { "截止日期过后才能登记。\n\n  bangfu notice end 3", "Only after the last day.\n\n  bangfu notice end 3" }, .run = days },
    { .name = "notice list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = list_opts, .summary = { "有哪些公示", "the notices there are" },
      .help = { "\n  bangfu notice list", "\n  bangfu notice list" }, .run = list },
    { .name = "notice post", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = post_opts, NO_ARG("公示号"), .summary = { "登记公示已张贴，附凭证", "a notice hangs at a channel, with proof" },
      .help = { "凭证是 document add --notice 登记的照片；位置是网址的渠道不需要照片。各渠道都张贴后公示生效。\n\n  bangfu notice post 3 --channel 1 --document 12", "The proof is a photo added with document add --notice; a channel on the net needs none. It counts once it hangs at every channel.\n\n  bangfu notice post 3 --channel 1 --document 12" }, .run = days },
    { .name = "notice prepare", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = prepare_opts, .args = { "文件", "FILE" }, .args_min = 1, .args_max = 1, .summary = { "由名单文件拟定公示", "prepare a notice from a list" },
      .help = { "CSV 的表头只能是可以公示的栏目；身份证号、电话、账号、病情进不了公示，文字里像号码的也拒绝。出生日期和监护人用来决定未成年人怎样显示，不公示。拟定后不再更改。\n\n  bangfu notice prepare 名单.csv --region 350603100202 --title 关于拟补助对象的公示 --unit 某某村民委员会 --hotline 0596-0000000 --channel 村务公开栏:村委会门口", "The headings of the CSV file are those that may be published; identity numbers, phones, accounts and illnesses cannot get in, and texts that look so are refused. Birth date and guardian decide how a minor is shown and are not published. It does not change any more.\n\n  bangfu notice prepare list.csv --region 350603100202 --title 公示 --unit 村民委员会 --hotline 0596-0000000 --channel village_board" }, .run = prepare },
    { .name = "notice redate", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = redate_opts, NO_ARG("公示号"), .summary = { "改公示的开始日期（张贴前）", "another first day, before it is posted" },
      .help = { "截止日期和校验码随之改变，须重印。\n\n  bangfu notice redate 3 --from 2026-12-01", "The last day and the check follow: print it again.\n\n  bangfu notice redate 3 --from 2026-12-01" }, .run = days },
    { .name = "notice remove", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = post_opts, NO_ARG("公示号"), .summary = { "登记公示已撤下，附凭证", "a notice was taken down from a channel, with proof" },
      .help = { "期满前不能撤下。\n\n  bangfu notice remove 3 --channel 1 --document 15", "Not before its last day is over.\n\n  bangfu notice remove 3 --channel 1 --document 15" }, .run = days },
    { .name = "notice show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = county_opts, NO_ARG("公示号"), .summary = { "显示公示、异议和每一行能否确认", "a notice, what was said against it, and which rows are clear" },
      .help = { "先核对校验码。\n\n  bangfu notice show 3", "Its check is verified first.\n\n  bangfu notice show 3" }, .run = show },
    { .name = "notice void", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = void_opts, NO_ARG("公示号"), .summary = { "公示作废", "make a notice void" },
      .help = { "\n  bangfu notice void 3 --reason 名单有误", "\n  bangfu notice void 3 --reason 'wrong list'" }, .run = days },
    { .name = "objection add", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = object_opts, NO_ARG("公示号"), .summary = { "登记对公示的异议", "record an objection to a row of a notice" },
      .help = { "实名异议从登记起只阻止这一行，到答复为止。匿名异议待受理；两天不处理自动生效。\n\n  bangfu objection add 3 --row 5 --by 张某 --content 家有小轿车", "It blocks exactly its row until it is answered. An anonymous one waits to be admitted; after two days it counts by itself.\n\n  bangfu objection add 3 --row 5 --by 张某 --content 'has a car'" }, .run = object },
    { .name = "objection admit", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = county_opts, NO_ARG("异议号"), .summary = { "受理匿名异议", "admit an anonymous objection" },
      .help = { "\n  bangfu objection admit 2", "\n  bangfu objection admit 2" }, .run = handle_cmd },
    { .name = "objection answer", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = answer_opts, NO_ARG("异议号"), .summary = { "答复异议", "answer an objection" },
      .help = { "成立或部分成立的，这一行须退回重办。\n\n  bangfu objection answer 2 --result 不成立 --text 车辆属其兄所有", "If it is upheld, wholly or in part, the case has to be returned.\n\n  bangfu objection answer 2 --result dismissed --text 'the car is not his'" }, .run = handle_cmd },
    { .name = "objection dismiss", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = dismiss_opts, NO_ARG("异议号"), .summary = { "不受理匿名异议", "dismiss an anonymous objection" },
      .help = { "两天之内，须写原因。\n\n  bangfu objection dismiss 2 --reason 内容与本公示无关", "Within two days, with a reason.\n\n  bangfu objection dismiss 2 --reason 'about another matter'" }, .run = handle_cmd },
    { .name = "print notice", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = print_opts, NO_ARG("公示号"), .summary = { "打印公示（A4 网页）", "a notice as an A4 page" },
      .help = { "HTML 文件，用浏览器打印；页脚印有校验码。\n\n  bangfu print notice 3 --out 公示.html", "An HTML file that a browser prints, with the check at its foot.\n\n  bangfu print notice 3 --out notice.html" }, .run = print },
};
// clang-format on
const struct command_table notice_commands = { { "公示和打印", "Public notices and printing" },
                                               commands,
                                               N_ELEMS(commands) };
