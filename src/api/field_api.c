/* field_api.c - surveys and who goes where, named lists, and the calendar of holidays. */
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/value.h"
#include "casework/calendar.h"
#include "casework/round.h"
#include "registry/find.h"
#include "registry/roster.h"

enum { HOLIDAY_BYTES_MAX = 1 << 20, MISSING_MAX = 500, WORDS_MAX = 2000 };

/* --- forms -------------------------------------------------------------------------------- */

struct survey_form {
    struct str name, surveyor, note;
    struct region_code region;
    struct opt_date opened_on;
};
static const struct col survey_form_cols[] = {
    COL(survey_form, name, "名称", "Name", .flags = REQUIRED, .min = 1, .max = 60),
    COL(survey_form, region, "区划", "Region", .flags = REQUIRED),
    COL(survey_form, surveyor, "调查人", "Surveyor", .flags = REQUIRED, .min = 1, .max = 60),
    COL(survey_form, opened_on, "开始日期（默认今天）", "Begins on (today)"),
    COL(survey_form, note, "备注", "Note", .max = 200),
};
static const struct entity survey_form = ENTITY(survey_form, TABLE_LOCAL, "调查", "Survey", survey_form_cols);

struct survey_query {
    struct opt_int missing;
};
static const struct col survey_query_cols[] = {
    COL(survey_query, missing, "列出多少尚未调查的户", "How many households not yet surveyed to list",
        .min = 1, .max = MISSING_MAX),
};
static const struct entity survey_query =
    ENTITY(survey_query, TABLE_LOCAL, "调查", "Survey", survey_query_cols);

struct survey_result_form {
    struct str hh_no, surveyor, note, file_no;
    struct code result;
    struct opt_date surveyed_on;
};
static const struct col result_cols[] = {
    COL(survey_result_form, hh_no, "户编号", "Household", .flags = REQUIRED, .min = 1, .max = 40),
    COL(survey_result_form, result, "结果", "Result", .flags = REQUIRED, .codes = "survey_result"),
    COL(survey_result_form, surveyed_on, "调查日期（默认今天）", "Surveyed on (today)"),
    COL(survey_result_form, surveyor, "调查人", "Surveyor", .max = 60),
    COL(survey_result_form, note, "备注", "Note", .max = 200),
    COL(survey_result_form, file_no, "档案编号", "File number", .max = 40),
};
static const struct entity survey_result_form =
    ENTITY(survey_result_form, TABLE_LOCAL, "调查结果", "Result of a survey", result_cols);

struct day_form {
    struct opt_date on;
};
static const struct col day_cols[] = { COL(day_form, on, "哪一天（默认今天）", "Day (today)") };
static const struct entity day_form = ENTITY(day_form, TABLE_LOCAL, "日期", "Day", day_cols);

struct group_form {
    struct opt_int no;
    struct str leader, members;
};
static const struct col group_cols[] = {
    COL(group_form, no, "第几组", "Group", .flags = REQUIRED, .min = 1, .max = ROUND_GROUPS_MAX),
    COL(group_form, leader, "组长", "Leader", .flags = REQUIRED, .min = 1, .max = 60),
    COL(group_form, members, "组员", "Members", .max = 400),
};
static const struct entity group_form = ENTITY(group_form, TABLE_LOCAL, "调查组", "Group", group_cols);

struct assign_form {
    struct region_code township;
    struct opt_int group_no;
    struct opt_date due_on;
};
static const struct col assign_cols[] = {
    COL(assign_form, township, "乡镇", "Township", .flags = REQUIRED),
    COL(assign_form, group_no, "第几组", "Group", .flags = REQUIRED, .min = 1, .max = ROUND_GROUPS_MAX),
    COL(assign_form, due_on, "完成期限", "To be done by"),
};
static const struct entity assign_form = ENTITY(assign_form, TABLE_LOCAL, "分派", "Assignment", assign_cols);

struct roster_form {
    struct str name;
    struct region_code region;
    bool persons, replace;
    struct opt_int age_from, age_to;
    struct opt_date age_on;
};
static const struct col roster_form_cols[] = {
    COL(roster_form, name, "名称", "Name", .flags = REQUIRED, .min = 1, .max = 60),
    COL(roster_form, region, "区划", "Region", .flags = REQUIRED),
    COL(roster_form, persons, "人员名单", "Of persons"),
    COL(roster_form, replace, "已有的重新生成", "Make it anew if there is one"),
    COL(roster_form, age_from, "年龄自", "Age from", .min = 0, .max = 150),
    COL(roster_form, age_to, "年龄至", "Age to", .min = 0, .max = 150),
    COL(roster_form, age_on, "哪一天的年龄（默认今天）", "Age on that day (today)"),
};
static const struct entity roster_form = ENTITY(roster_form, TABLE_LOCAL, "名单", "List", roster_form_cols);

struct condition_line {
    struct str condition;
};
static const struct col condition_cols[] = {
    COL(condition_line, condition, "字段=值", "FIELD=VALUE", .flags = REQUIRED, .min = 1, .max = 200),
};
static const struct entity condition_line =
    ENTITY(condition_line, TABLE_LOCAL, "条件", "Conditions", condition_cols);

struct compare_query {
    int64_t with;
};
static const struct col compare_cols[] = {
    COL(compare_query, with, "与哪个名单比较", "The list to compare with", .flags = REQUIRED, .min = 1,
        .max = ID_MAX),
};
static const struct entity compare_query =
    ENTITY(compare_query, TABLE_LOCAL, "比较", "Comparison", compare_cols);

struct year_query {
    struct opt_int year;
};
static const struct col year_cols[] = {
    COL(year_query, year, "年度（默认今年）", "Year (this one)", .min = 1900, .max = 2200),
};
static const struct entity year_query = ENTITY(year_query, TABLE_LOCAL, "年度", "Year", year_cols);

/* --- surveys ------------------------------------------------------------------------------ */

static bool list_surveys(struct call *c, struct errs *e)
{
    const struct region_query *q = c->query;
    struct list rows;
    if (!survey_list(c->tx, &c->who, q->region, &rows, e))
        return false;
    put_list_of(c, &survey_entity, &rows);
    return true;
}

/* One that its list shows. */
static bool find_survey(struct call *c, struct survey *s, struct errs *e)
{
    const struct at_id *at = c->path;
    struct list rows;
    if (!survey_list(c->tx, &c->who, county_region(at->county), &rows, e))
        return false;
    const struct survey *all = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        if (all[i].county == at->county && all[i].id == at->id) {
            *s = all[i];
            return true;
        }
    return fail(e, ERR_NOT_FOUND, "id", MSG_SURVEY_NONE, A(at->id));
}

static bool open_survey(struct call *c, struct errs *e)
{
    const struct survey_form *x = c->body;
    struct survey s = { .name = x->name,
                        .region = x->region,
                        .surveyor = x->surveyor,
                        .note = x->note,
                        .opened_on = x->opened_on.set ? x->opened_on.v : clock_today() };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "survey.open", s.name, e->a);
    if (!survey_open(&act, &s, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &survey_entity, &s);
    return true;
}

static void put_counts(struct call *c, const struct survey_line *l)
{
    const struct code_table *t = code_table(c->codes, "survey_result");
    put_member_int(&c->w, "households", l->households);
    put_member_int(&c->w, "surveyed", l->done);
    put_member_int(&c->w, "persons", l->persons);
    put_member_int(&c->w, "left_since", l->gone);
    put_key(&c->w, "results");
    put_object(&c->w);
    for (int i = 0; i < SURVEY_RESULTS; i++) {
        const struct code_row *row = t ? code_row(t, i) : NULL;
        if (row && l->results[i])
            put_member_int(&c->w, row->slug.p, l->results[i]);
    }
    put_object_end(&c->w);
}

static bool show_survey(struct call *c, struct errs *e)
{
    const struct survey_query *q = c->query;
    struct survey s = { 0 };
    struct survey_progress p;
    if (!find_survey(c, &s, e) ||
        !survey_progress(c->tx, &c->who, &s, q->missing.set ? (size_t)q->missing.v : 0, &p, e))
        return false;
    put_object(&c->w);
    put_cols(c, &survey_entity, &s, false);
    put_counts(c, &p.all);
    put_member_int(&c->w, "files", p.all.files);
    put_member_int(&c->w, "files_without_survey", p.all.unfounded);
    put_key(&c->w, "villages");
    put_list(&c->w);
    for (size_t i = 0; i < p.n; i++) {
        put_object(&c->w);
        put_member_region(&c->w, "village", p.lines[i].village);
        put_member_text(&c->w, "name", p.lines[i].name);
        put_counts(c, &p.lines[i]);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    const struct household *h = p.missing.rows;
    put_key(&c->w, "missing");
    put_list(&c->w);
    for (size_t i = 0; i < p.missing.n; i++) {
        put_object(&c->w);
        put_member_int(&c->w, "id", h[i].id);
        put_member_text(&c->w, "hh_no", h[i].hh_no);
        put_member_text(&c->w, "head_name", h[i].head_name);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool record_result(struct call *c, struct errs *e)
{
    const struct survey_result_form *f = c->body;
    struct survey s = { 0 };
    struct household h = { 0 };
    struct survey_result x = { .surveyed_on = f->surveyed_on.set ? f->surveyed_on.v : clock_today(),
                               .result = f->result,
                               .surveyor = f->surveyor,
                               .note = f->note };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_survey(c, &s, e))
        return false;
    enum found found = household_by_no(c->tx, &c->who, f->hh_no, county_region(s.county), &h, e);
    if (found != FOUND)
        return found == NONE && fail(e, ERR_NOT_FOUND, "hh_no", MSG_NO_HOUSEHOLD, A(f->hh_no));
    act_begin(&act, c->tx, &c->who, "survey.record", h.hh_no, e->a);
    if (!survey_record(&act, &s, &h, &x, f->file_no, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &survey_result_entity, &x);
    return true;
}

static bool close_survey(struct call *c, struct errs *e)
{
    const struct day_form *x = c->body;
    struct survey s = { 0 };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_survey(c, &s, e))
        return false;
    act_begin(&act, c->tx, &c->who, "survey.close", s.name, e->a);
    if (!survey_close(&act, &s, x->on.set ? x->on.v : clock_today(), clock_today(), e) ||
        !act_end(&act, NULL, e))
        return false;
    put_row(c, &survey_entity, &s);
    return true;
}

/* --- who goes where ----------------------------------------------------------------------- */

static bool set_group(struct call *c, struct errs *e)
{
    const struct group_form *x = c->body;
    struct survey s = { 0 };
    struct survey_group g = { .no = x->no.v, .leader = x->leader, .members = x->members };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_survey(c, &s, e))
        return false;
    act_begin(&act, c->tx, &c->who, "round group", s.name, e->a);
    if (!round_group(&act, &s, &g, e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &survey_group_entity, &g);
    return true;
}

static bool assign_township(struct call *c, struct errs *e)
{
    const struct assign_form *x = c->body;
    struct survey s = { 0 };
    struct survey_area a = { .township = x->township, .group_no = x->group_no.v, .due_on = x->due_on };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_survey(c, &s, e))
        return false;
    act_begin(&act, c->tx, &c->who, "round assign", s.name, e->a);
    if (!round_assign(&act, &s, &a, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &survey_area_entity, &a);
    return true;
}

static void put_line(struct call *c, const struct round_line *l)
{
    put_object(&c->w);
    put_member_region(&c->w, "township", l->township);
    put_member_text(&c->w, "name", l->name);
    put_member_int(&c->w, "group_no", l->group_no);
    if (l->due_on.set)
        put_member_date(&c->w, "due_on", l->due_on.v);
    put_member_int(&c->w, "households", l->households);
    put_member_int(&c->w, "surveyed", l->done);
    put_member_bool(&c->w, "late", l->late);
    put_object_end(&c->w);
}

static bool show_round(struct call *c, struct errs *e)
{
    struct survey s = { 0 };
    struct round_progress p;
    if (!find_survey(c, &s, e) || !round_progress(c->tx, &c->who, &s, clock_today(), &p, e))
        return false;
    put_object(&c->w);
    put_rows_as(c, "groups", &survey_group_entity, &p.groups);
    put_key(&c->w, "townships");
    put_list(&c->w);
    for (size_t i = 0; i < p.n; i++)
        put_line(c, &p.lines[i]);
    put_list_end(&c->w);
    put_member_int(&c->w, "households", p.all.households);
    put_member_int(&c->w, "surveyed", p.all.done);
    put_object_end(&c->w);
    return true;
}

/* --- named lists -------------------------------------------------------------------------- */

static void put_roster(struct call *c, const struct roster *r)
{
    CLEANUP(buf_release) struct buf b = BUF(256);
    for (size_t i = 0; r->frozen_on.set && i < r->mac.n; i++)
        buf_addf(&b, "%02x", r->mac.p[i]);
    put_cols(c, &roster_entity, r, false);
    put_member_text(&c->w, "check", b.n ? buf_str(&b) : (struct str){ 0 });
}

static bool list_rosters(struct call *c, struct errs *e)
{
    const struct region_query *q = c->query;
    struct list rows;
    size_t i;
    if (!roster_list(c->tx, &c->who, q->region, &rows, e))
        return false;
    rows_begin(c);
    while (page_each(&c->page, rows.n, &i)) {
        put_object(&c->w);
        put_roster(c, (const struct roster *)rows.rows + i);
        put_object_end(&c->w);
    }
    page_end(c);
    return true;
}

static bool roster_at(struct call *c, int64_t id, struct roster *r, struct errs *e)
{
    const struct at_id *at = c->path;
    struct list rows;
    if (!roster_list(c->tx, &c->who, county_region(at->county), &rows, e))
        return false;
    const struct roster *all = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        if (all[i].county == at->county && all[i].id == id) {
            *r = all[i];
            return true;
        }
    return fail(e, ERR_NOT_FOUND, "id", MSG_ROSTER_NONE, A(id));
}

/* The list is seen by more people than may see every value. */
static bool read_filter(struct call *c, struct roster_filter *f, struct buf *words, struct errs *e)
{
    const struct roster_form *x = c->body;
    const struct condition_line *line = c->lines;
    const struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    bool all = actor_may(&c->who, PERM_PERSONAL_FULL, x->region), ok = true;
    if (c->lines_n > CONDITIONS_MAX)
        return fail(e, ERR_INVALID, "where", MSG_MOVE_TOO_MANY, A(CONDITIONS_MAX));
    for (size_t i = 0; i < c->lines_n; i++) {
        if (!condition_read(line[i].condition, f->of_persons, all, &rd, &f->conditions[i])) {
            ok = false;
            continue;
        }
        const struct col *col = f->conditions[i].col;
        buf_adds(words, words->n ? "; " : "");
        if (col->mask == MASK_NONE)
            buf_add(words, line[i].condition);
        else
            buf_addf(words, "%s=***", col->label.zh);
    }
    f->n = c->lines_n;
    if (!f->age_from.set && !f->age_to.set)
        return ok;
    if (!f->of_persons)
        return fail(e, ERR_INVALID, "age_from", MSG_ROSTER_PERSONS_ONLY);
    buf_addf(words, "%s年龄=%lld-%lld@", words->n ? "; " : "", (long long)f->age_from.v,
             (long long)(f->age_to.set ? f->age_to.v : 150));
    date_print(words, f->age_on);
    return ok;
}

static bool save_roster(struct call *c, struct errs *e)
{
    const struct roster_form *x = c->body;
    struct roster_filter f = { .of_persons = x->persons,
                               .region = x->region,
                               .age_from = x->age_from,
                               .age_to = x->age_to,
                               .age_on = x->age_on.set ? x->age_on.v : clock_today() };
    struct roster made = { 0 };
    CLEANUP(buf_release) struct buf words = BUF(WORDS_MAX * 4);
    CLEANUP(act_release) struct act act = { 0 };
    if (region_level(x->region) < COUNTY)
        return fail(e, ERR_INVALID, "region", MSG_ROSTER_REGION);
    if (!read_filter(c, &f, &words, e))
        return false;
    const struct label *filter = &entity_col(&roster_entity, "filter")->label;
    if (words.full || str_chars(buf_str(&words)) > WORDS_MAX)
        return fail(e, ERR_INVALID, "where", MSG_TEXT_LENGTH, A(filter), A(1), A(WORDS_MAX));
    f.words = words.n ? arena_str(c->a, buf_str(&words)) : (struct str){ 0 };
    act_begin(&act, c->tx, &c->who, "roster.save", x->name, e->a);
    if (!roster_save(&act, x->name, &f, x->replace, clock_today(), &made, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_roster(c, &made);
    put_object_end(&c->w);
    return true;
}

static bool show_roster(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct roster r = { 0 };
    struct list rows;
    size_t i;
    if (!roster_at(c, at->id, &r, e) || !roster_rows(c->tx, &r, &rows, e))
        return false;
    put_object(&c->w);
    put_roster(c, &r);
    put_member_bool(&c->w, "intact", !r.frozen_on.set || roster_is_intact(c->tx, &r, &rows));
    put_key(&c->w, "rows");
    put_list(&c->w);
    while (page_step(&c->page, rows.n, &i))
        if (page_take_step(&c->page))
            put_row(c, &roster_row_entity, (const struct roster_row *)rows.rows + i);
    page_end(c);
    return true;
}

static bool freeze_roster(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct roster r = { 0 };
    CLEANUP(act_release) struct act act = { 0 };
    if (!roster_at(c, at->id, &r, e))
        return false;
    act_begin(&act, c->tx, &c->who, "roster.freeze", r.name, e->a);
    if (!roster_freeze(&act, &r, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_roster(c, &r);
    put_object_end(&c->w);
    return true;
}

static bool compare_rosters(struct call *c, struct errs *e)
{
    static const char *const words[] = {
        [ROSTER_CAME] = "came", [ROSTER_WENT] = "went", [ROSTER_CHANGED] = "changed"
    };
    const struct at_id *at = c->path;
    const struct compare_query *q = c->query;
    struct roster a = { 0 }, b = { 0 };
    struct list rows, others;
    size_t n;
    if (!roster_at(c, at->id, &a, e) || !roster_at(c, q->with, &b, e) || !roster_rows(c->tx, &a, &rows, e) ||
        !roster_rows(c->tx, &b, &others, e))
        return false;
    if (a.of_persons != b.of_persons)
        return fail(e, ERR_INVALID, "with", MSG_ROSTER_KINDS);
    const struct roster_difference *d = roster_compare(&rows, &others, &n, c->a);
    rows_begin(c);
    for (size_t i = 0; i < n; i++) {
        put_object(&c->w);
        put_member_cstr(&c->w, "change", words[d[i].what]);
        put_key(&c->w, "before");
        if (d[i].a)
            put_row(c, &roster_row_entity, d[i].a);
        else
            put_nil(&c->w);
        put_key(&c->w, "after");
        if (d[i].b)
            put_row(c, &roster_row_entity, d[i].b);
        else
            put_nil(&c->w);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- holidays ----------------------------------------------------------------------------- */

static bool list_holidays(struct call *c, struct errs *e)
{
    const struct year_query *q = c->query;
    int year = q->year.set ? (int)q->year.v : date_civil(clock_today()).year;
    struct calendar cal;
    if (!calendar_read(c->tx, &cal, c->a, e))
        return false;
    rows_begin(c);
    for (size_t i = 0; i < cal.n; i++) {
        if (date_civil(cal.days[i].day).year != year)
            continue;
        put_object(&c->w);
        put_member_date(&c->w, "day", cal.days[i].day);
        put_member_cstr(&c->w, "kind", cal.days[i].kind == HOLIDAY_WORKED ? "work" : "off");
        put_member_text(&c->w, "name", cal.days[i].name);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool load_holidays(struct call *c, struct errs *e)
{
    struct holidays_loaded done;
    CLEANUP(buf_release) struct buf own = BUF(HOLIDAY_BYTES_MAX * 2);
    CLEANUP(act_release) struct act act = { 0 };
    if (!c->rq->body.n)
        return fail(e, ERR_INVALID, NULL, MSG_API_EMPTY);
    if (!encoding_fits(c->rq->body, "CSV", e))
        return false;
    struct str csv = to_utf8(c->rq->body, encoding_detect(c->rq->body), &own);
    act_begin(&act, c->tx, &c->who, "holidays.load", STR("api"), e->a);
    if (!holidays_load(&act, csv, &done, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "added", done.added);
    put_member_int(&c->w, "changed", done.changed);
    put_member_int(&c->w, "same", done.same);
    put_object_end(&c->w);
    return true;
}

// clang-format off
#define SURVEY "/api/v1/surveys/{county}/{id}"
#define ROSTER "/api/v1/rosters/{county}/{id}"
#define TEXT(n) { .name = n, .type = "string" }
#define NUMBER(n) { .name = n, .type = "integer" }
static const struct answer_part survey_parts[] = {
    NUMBER("households"), NUMBER("surveyed"), NUMBER("persons"), NUMBER("left_since"), { .name = "results", .type = "object" }, NUMBER("files"), NUMBER("files_without_survey"),
    { .name = "villages", .type = "object", .list = true }, { .name = "missing", .type = "object", .list = true }, { 0 } };
static const struct answer_part round_parts[] = {
    { .name = "groups", .of = &survey_group_entity, .list = true }, { .name = "townships", .type = "object", .list = true }, NUMBER("households"), NUMBER("surveyed"), { 0 } };
static const struct answer_part roster_parts[] = { TEXT("check"), { 0 } };
static const struct answer_part roster_shown_parts[] = { TEXT("check"), { .name = "intact", .type = "boolean" }, { .name = "rows", .of = &roster_row_entity, .list = true }, TEXT("next"), { 0 } };
static const struct answer_part compare_parts[] = { TEXT("change"), { .name = "before", .type = "object" }, { .name = "after", .type = "object" }, { 0 } };
static const struct answer_part holiday_parts[] = { TEXT("day"), TEXT("kind"), TEXT("name"), { 0 } };
static const struct answer_part loaded_parts[] = { NUMBER("added"), NUMBER("changed"), NUMBER("same"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/surveys", .perm = PERM_REGISTRY_READ, .query = &region_query, .orders = ORDERS(BY("opened_on", "开始日期", "when it was opened")), .run = list_surveys, .answer = &survey_entity, .list = true,
      .doc = { "摸底调查", "Survey rounds" } },
    { .method = "POST", .pattern = "/api/v1/surveys", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .body = &survey_form, .run = open_survey, .status = 201, .answer = &survey_entity,
      .doc = { "开始一次调查", "Begin a survey" }, .sample = "{\"name\":\"2026年摸底\",\"region\":\"350603000000\",\"surveyor\":\"张三\"}" },
    { .method = "GET", .pattern = SURVEY, .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .query = &survey_query, .run = show_survey, .answer = &survey_entity, .parts = survey_parts,
      .doc = { "一次调查的进度，按村", "A survey's progress, by village" } },
    { .method = "POST", .pattern = SURVEY "/results", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .path = &at_id, .body = &survey_result_form, .run = record_result, .status = 201, .answer = &survey_result_entity,
      .doc = { "登记一户的调查结果", "Record what was found in a household" }, .sample = "{\"hh_no\":\"LW000001\",\"result\":\"confirmed\"}" },
    { .method = "GET", .pattern = SURVEY "/round", .perm = PERM_REGISTRY_READ, .path = &at_id, .run = show_round, .parts = round_parts,
      .doc = { "各组各乡镇的进度", "How far each group is in its townships" } },
    { .method = "POST", .pattern = SURVEY "/groups", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_id, .body = &group_form, .run = set_group, .answer = &survey_group_entity,
      .doc = { "登记调查组", "Name a group" }, .sample = "{\"no\":1,\"leader\":\"张三\",\"members\":\"李四、王五\"}" },
    { .method = "POST", .pattern = SURVEY "/areas", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_id, .body = &assign_form, .run = assign_township, .answer = &survey_area_entity,
      .doc = { "把乡镇分派给调查组", "Assign a township to a group" }, .sample = "{\"township\":\"350603100000\",\"group_no\":1}" },
    { .method = "POST", .pattern = SURVEY "/close", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_id, .body = &day_form, .run = close_survey, .answer = &survey_entity,
      .doc = { "结束调查", "End it" }, .sample = "{}" },
    { .method = "GET", .pattern = "/api/v1/rosters", .perm = PERM_REGISTRY_READ, .query = &region_query, .orders = ORDERS(BY("made_on", "建立日期", "when it was made")), .run = list_rosters, .answer = &roster_entity, .list = true, .parts = roster_parts,
      .doc = { "名单", "Named lists" } },
    { .method = "POST", .pattern = "/api/v1/rosters", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .body = &roster_form, .lines = &condition_line, .lines_name = "where", .run = save_roster, .status = 201, .answer = &roster_entity, .parts = roster_parts,
      .doc = { "按条件生成名单", "Make a list of those who meet conditions" }, .sample = "{\"name\":\"在册户\",\"region\":\"350603000000\",\"where\":[{\"condition\":\"户主姓名=*\"}]}" },
    { .method = "GET", .pattern = ROSTER, .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .orders = ORDERS(BY("no", "序号", "number")), .run = show_roster, .answer = &roster_entity, .parts = roster_shown_parts,
      .doc = { "一个名单及其内容", "A list and who is on it" } },
    { .method = "POST", .pattern = ROSTER "/freeze", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_id, .run = freeze_roster, .answer = &roster_entity, .parts = roster_parts,
      .doc = { "固定名单，此后不变", "Freeze it, for good" } },
    { .method = "GET", .pattern = ROSTER "/compare", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .query = &compare_query, .run = compare_rosters, .list = true, .parts = compare_parts,
      .doc = { "与另一个名单比较", "Compare it with another" } },
    { .method = "GET", .pattern = "/api/v1/holidays", .flags = ROUTE_ANYBODY, .query = &year_query, .run = list_holidays, .list = true, .parts = holiday_parts,
      .doc = { "一年的放假和调休", "The holidays of a year" } },
    { .method = "POST", .pattern = "/api/v1/holidays", .perm = PERM_REGIONS, .tx = ROUTE_WRITES, .flags = ROUTE_BYTES, .body_max = HOLIDAY_BYTES_MAX, .run = load_holidays, .parts = loaded_parts,
      .doc = { "载入放假安排（CSV：日期,类型,名称）", "Load holidays, a CSV of date, kind and name" } },
};
// clang-format on
const struct route_table field_routes = { { "调查、名单和节假日", "Surveys, lists and holidays" },
                                          routes,
                                          N_ELEMS(routes) };
