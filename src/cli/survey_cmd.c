/* survey_cmd.c - survey rounds. */
#include "base/clock.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/find.h"
#include "registry/survey.h"

enum { MISSING_DEFAULT = 50 };

struct surveying {
    struct cli *c;
    struct survey s;
    struct survey_result x;
    struct survey_progress p;
    struct list all;
};

static bool read_cell(struct cli *c, const struct entity *en, const char *name, void *obj, struct str text,
                      struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    return !text.p || col_read(entity_col(en, name), obj, text, &rd);
}

static struct date day_of(const struct cli *c)
{
    const struct opt_value *on = cli_value(c, "on");
    return on ? (struct date){ (int32_t)on->v } : clock_today();
}

static bool named(struct surveying *v, struct tx *tx, struct errs *e)
{
    struct str name = v->c->args[0];
    enum found f = survey_by_name(tx, &v->c->actor, name, cli_region(v->c, "county"), &v->s, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "name", MSG_SURVEY_NONE, A(name)));
}

static int answer(struct cli *c, const struct entity *en, const void *obj)
{
    struct json_out w = JSON_OUT(&c->out);
    if (!c->json)
        return EXIT_DONE;
    put_object(&w);
    cli_put_cols(c, &w, en, obj);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- open, record, close ----------------------------------------------------------------------------- */

static bool do_open(struct tx *tx, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    struct cli *c = v->c;
    CLEANUP(act_release) struct act act = { 0 };
    v->s = (struct survey){ .opened_on = day_of(c) };
    if (!read_cell(c, &survey_entity, "name", &v->s, c->args[0], e) ||
        !read_cell(c, &survey_entity, "surveyor", &v->s, cli_text(c, "by"), e) ||
        !read_cell(c, &survey_entity, "note", &v->s, cli_text(c, "note"), e) ||
        !cli_one_region(c, tx, PERM_REGISTRY_WRITE, &v->s.region, e))
        return false;
    act_begin(&act, tx, &c->actor, "survey.open", v->s.name, e->a);
    return survey_open(&act, &v->s, clock_today(), e) && act_end(&act, NULL, e);
}

int survey_open_cmd(struct cli *c)
{
    struct surveying v = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_open, &v))
        return EXIT_NOTHING;
    cli_say(c, MSG_SURVEY_OPENED, A(v.s.name));
    return answer(c, &survey_entity, &v.s);
}

static bool do_record(struct tx *tx, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    struct cli *c = v->c;
    struct household h, file = { 0 };
    CLEANUP(act_release) struct act act = { 0 };
    v->x = (struct survey_result){ .surveyed_on = day_of(c) };
    if (!read_cell(c, &survey_result_entity, "result", &v->x, cli_text(c, "result"), e) ||
        !read_cell(c, &survey_result_entity, "surveyor", &v->x, cli_text(c, "by"), e) ||
        !read_cell(c, &survey_result_entity, "note", &v->x, cli_text(c, "note"), e) ||
        !read_cell(c, &household_entity, "file_no", &file, cli_text(c, "file-no"), e) || !named(v, tx, e))
        return false;
    struct region_code county = { v->s.county * 1000000 };
    enum found f = household_by_no(tx, &c->actor, c->args[1], county, &h, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[1]));
    act_begin(&act, tx, &c->actor, "survey.record", h.hh_no, e->a);
    return survey_record(&act, &v->s, &h, &v->x, file.file_no, clock_today(), e) && act_end(&act, NULL, e);
}

int survey_record_cmd(struct cli *c)
{
    struct surveying v = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_record, &v))
        return EXIT_NOTHING;
    cli_say(c, MSG_SURVEY_RECORDED, A(v.x.hh_no), A(cli_cell(c, &survey_result_entity, "result", &v.x)));
    return answer(c, &survey_result_entity, &v.x);
}

static bool do_close(struct tx *tx, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    if (!named(v, tx, e))
        return false;
    act_begin(&act, tx, &v->c->actor, "survey.close", v->s.name, e->a);
    return survey_close(&act, &v->s, day_of(v->c), clock_today(), e) && act_end(&act, NULL, e);
}

int survey_close_cmd(struct cli *c)
{
    struct surveying v = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_close, &v))
        return EXIT_NOTHING;
    cli_say(c, MSG_SURVEY_ENDED, A(v.s.name));
    return answer(c, &survey_entity, &v.s);
}

/* --- show -------------------------------------------------------------------------------------- */

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    size_t limit = cli_flag(v->c, "missing") ? (size_t)cli_int(v->c, "limit", MISSING_DEFAULT) : 0;
    return named(v, tx, e) && survey_progress(tx, &v->c->actor, &v->s, limit, &v->p, e);
}

static void put_line(struct cli *c, struct json_out *w, const struct survey_line *l)
{
    const struct code_table *t = code_table(c->codes, "survey_result");
    put_member_int(w, "households", l->households);
    put_member_int(w, "surveyed", l->done);
    put_member_int(w, "persons", l->persons);
    put_member_int(w, "left_since", l->gone);
    put_key(w, "results");
    put_object(w);
    for (int i = 0; i < SURVEY_RESULTS; i++) {
        const struct code_row *row = t ? code_row(t, i) : NULL;
        if (row && l->results[i])
            put_member_int(w, row->slug.p, l->results[i]);
    }
    put_object_end(w);
}

static void show_json(struct cli *c, const struct surveying *v)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    cli_put_cols(c, &w, &survey_entity, &v->s);
    put_line(c, &w, &v->p.all);
    put_member_int(&w, "files", v->p.all.files);
    put_member_int(&w, "files_without_survey", v->p.all.unfounded);
    put_key(&w, "villages");
    put_list(&w);
    for (size_t i = 0; i < v->p.n; i++) {
        CLEANUP(buf_release) struct buf code = BUF(16);
        region_print(&code, v->p.lines[i].village);
        put_object(&w);
        put_member_text(&w, "code", buf_str(&code));
        put_member_text(&w, "name", v->p.lines[i].name);
        put_line(c, &w, &v->p.lines[i]);
        put_object_end(&w);
    }
    put_list_end(&w);
    if (cli_flag(c, "missing")) {
        const struct household *h = v->p.missing.rows;
        put_key(&w, "missing");
        put_list(&w);
        for (size_t i = 0; i < v->p.missing.n; i++) {
            put_object(&w);
            put_member_text(&w, "hh_no", h[i].hh_no);
            put_member_text(&w, "head_name", h[i].head_name);
            put_object_end(&w);
        }
        put_list_end(&w);
    }
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void line_text(struct table *t, const struct survey_line *l, struct str name)
{
    char share[16];
    /* A household that left since was surveyed, but is not waited for. */
    int64_t here = l->done - l->gone, percent = l->households ? here * 100 / l->households : 0;
    int n = snprintf(share, sizeof share, "%lld%%", (long long)percent);
    table_text(t, name);
    table_int(t, l->households);
    table_int(t, l->done);
    table_int(t, l->persons);
    table_text(t, l->households ? (struct str){ share, (size_t)n } : STR(""));
    for (int i = 1; i <= 7; i++)
        table_int(t, l->results[i]);
}

static void show_text(struct cli *c, const struct surveying *v)
{
    static const struct table_col cols[] = {
        { { "村", "Village" }, false },         { { "在册户", "Households" }, true },
        { { "已调查", "Surveyed" }, true },     { { "人", "Persons" }, true },
        { { "进度", "Done" }, true },           { { "属实", "Confirmed" }, true },
        { { "有变化", "Changed" }, true },      { { "新增困难", "Newly poor" }, true },
        { { "不再困难", "No longer" }, true },  { { "已迁走", "Moved" }, true },
        { { "未见到人", "Nobody met" }, true }, { { "拒绝", "Refused" }, true },
    };
    static const struct label total = { "合计", "Total" };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < v->p.n; i++)
        line_text(&t, &v->p.lines[i], v->p.lines[i].name.p ? v->p.lines[i].name : STR("?"));
    line_text(&t, &v->p.all, str_of(label_in(&total, c->e.lang)));
    table_print(&t, c->e.lang, &c->out);
    if (v->p.all.files)
        cli_say(c, MSG_SURVEY_FILES, A(v->p.all.files), A(v->p.all.unfounded));
    const struct household *h = v->p.missing.rows;
    for (size_t i = 0; i < v->p.missing.n; i++)
        buf_addf(&c->out, "%s%.*s %.*s\n", i ? "" : "\n", (int)h[i].hh_no.n, h[i].hh_no.p,
                 (int)h[i].head_name.n, h[i].head_name.p);
}

int survey_show_cmd(struct cli *c)
{
    struct surveying v = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &v))
        return EXIT_NOTHING;
    if (c->json)
        show_json(c, &v);
    else
        show_text(c, &v);
    return EXIT_DONE;
}

/* --- list -------------------------------------------------------------------------------------- */

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct surveying *v = ctx;
    return survey_list(tx, &v->c->actor, cli_region(v->c, "region"), &v->all, e);
}

int survey_list_cmd(struct cli *c)
{
    static const char *const names[] = { "name", "region", "opened_on", "closed_on", "surveyor", "note" };
    static const struct table_col cols[] = {
        { { "调查", "Survey" }, false }, { { "区划", "Region" }, false },     { { "日期", "Opened" }, false },
        { { "结束", "Closed" }, false }, { { "调查人", "Surveyor" }, false }, { { "备注", "Note" }, false },
    };
    struct surveying v = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_list, &v))
        return EXIT_NOTHING;
    const struct survey *s = v.all.rows;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < v.all.n; i++) {
        if (c->json) {
            put_object(&w);
            cli_put_cols(c, &w, &survey_entity, &s[i]);
            put_object_end(&w);
        }
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &survey_entity, names[k], &s[i]));
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
    return EXIT_DONE;
}
