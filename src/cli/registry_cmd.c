#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/change_value.h"
#include "registry/count.h"
#include "registry/find.h"
#include "registry/household_file.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 1000 };

/* --- cells and members in either form ----------------------------------------------------- */

static const struct col *col_of(const struct entity *en, const char *name)
{
    return entity_col(en, name);
}

static struct str cell(struct cli *c, const struct entity *en, const char *name, const void *obj, bool full)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    if (full)
        col_print(col_of(en, name), obj, &b, c->codes, c->e.lang);
    else
        col_print_masked(col_of(en, name), obj, &b, c->codes, c->e.lang);
    return arena_str(c->a, buf_str(&b));
}

static void put_cols(struct cli *c, struct json_out *w, const struct entity *en, const void *obj, bool full)
{
    for (size_t i = 0; i < en->n; i++) {
        const struct col *col = &en->cols[i];
        if (!col_known(col, obj) || !strcmp(col->name, "household_id"))
            continue;
        put_key(w, col->name);
        col_json(col, obj, w, c->codes, !full);
    }
}

/* --- find --------------------------------------------------------------------------------- */

struct find {
    struct cli *c;
    struct hits hits;
    struct str elsewhere;
};

static bool do_find(struct tx *tx, void *ctx, struct errs *e)
{
    struct find *f = ctx;
    struct cli *c = f->c;
    return find_anybody(tx, &c->actor, c->args[0], cli_region(c, "region"),
                        (size_t)cli_int(c, "limit", LIMIT_DEFAULT), clock_today(), &f->hits, &f->elsewhere,
                        e);
}

static void put_hit(struct cli *c, struct json_out *w, const struct hit *h)
{
    static const char *const reasons[] = { [HIT_ID_NUMBER] = "id_number",
                                           [HIT_HH_NO] = "hh_no",
                                           [HIT_PHONE] = "phone",
                                           [HIT_NAME] = "name",
                                           [HIT_VILLAGE] = "village" };
    const struct household *hh = &h->household;
    put_object(w);
    put_member_cstr(w, "found_by", reasons[h->why]);
    put_member_text(w, "hh_no", hh->hh_no);
    put_member_text(w, "head_name", hh->head_name);
    put_key(w, "village");
    col_json(col_of(&household_entity, "village"), hh, w, c->codes, true);
    put_member_text(w, "village_name", h->village);
    if (h->person.id) {
        static const char *const cols[] = { "name", "relation", "sex", "birth_date", "id_number" };
        put_key(w, "person");
        put_object(w);
        for (size_t i = 0; i < N_ELEMS(cols); i++) {
            put_key(w, cols[i]);
            col_json(col_of(&person_entity, cols[i]), &h->person, w, c->codes, true);
        }
        put_object_end(w);
    }
    put_object_end(w);
}

static void find_json(struct cli *c, const struct find *f)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "hits");
    put_list(&w);
    for (size_t i = 0; i < f->hits.n; i++)
        put_hit(c, &w, &f->hits.list[i]);
    put_list_end(&w);
    put_member_bool(&w, "more", f->hits.more);
    put_member_text(&w, "elsewhere", f->elsewhere);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void find_text(struct cli *c, const struct find *f)
{
    static const struct table_col cols[] = {
        { { "户编号", "Household" }, false }, { { "户主", "Head" }, false },
        { { "村", "Village" }, false },       { { "姓名", "Name" }, false },
        { { "关系", "Relation" }, false },    { { "性别", "Sex" }, false },
        { { "出生日期", "Born" }, false },    { { "证件号码", "Id number" }, false },
        { { "依据", "Found by" }, false },
    };
    static const char *const person_cols[] = { "name", "relation", "sex", "birth_date", "id_number" };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < f->hits.n; i++) {
        const struct hit *h = &f->hits.list[i];
        table_text(&t, h->household.hh_no);
        table_text(&t, h->household.head_name);
        table_text(&t, h->village);
        for (size_t k = 0; k < N_ELEMS(person_cols); k++)
            table_text(&t,
                       h->person.id ? cell(c, &person_entity, person_cols[k], &h->person, false) : STR(""));
        table_text(&t, str_of(label_in(&hit_reasons[h->why], c->e.lang)));
    }
    if (f->hits.n)
        table_print(&t, c->e.lang, &c->out);
    if (f->elsewhere.p)
        cli_say(c, MSG_FIND_ELSEWHERE, A(f->elsewhere));
    else if (!f->hits.n)
        cli_say(c, MSG_FIND_NONE);
    if (f->hits.more)
        cli_say(c, MSG_FIND_MORE);
}

static int find(struct cli *c)
{
    struct find f = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_find, &f))
        return EXIT_NOTHING;
    if (c->json)
        find_json(c, &f);
    else
        find_text(c, &f);
    return f.hits.n || f.elsewhere.p ? EXIT_DONE : EXIT_NOTHING;
}

/* --- show household ----------------------------------------------------------------------- */

struct show {
    struct cli *c;
    struct household_file file;
    bool full;
};

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct show *s = ctx;
    struct cli *c = s->c;
    struct household h;
    enum found f = household_by_no(tx, &c->actor, c->args[0], cli_region(c, "county"), &h, e);
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[0]));
    if (f == FAILED || !household_file_read(tx, &h, &s->file, e))
        return false;
    if (!s->full)
        return true;
    /* Whoever looks at whole numbers says why, and that is kept. */
    struct act act;
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_text(&w, "purpose", cli_text(c, "purpose"));
    put_object_end(&w);
    if (!actor_need_at(&c->actor, PERM_PERSONAL_FULL, h.village, e))
        return false;
    act_begin(&act, tx, &c->actor, "household.reveal", h.hh_no, e->a);
    return act_log(&act, h.county, buf_cstr(&b), e);
}

static void put_year(struct cli *c, struct json_out *w, const struct show *s, const struct household_year *y)
{
    put_object(w);
    put_cols(c, w, &household_year_entity, y, s->full);
    cli_put_sums(w, y, s->file.present);
    put_object_end(w);
}

/* Of what is sealed or masked only the fact that it changed is told. */
static bool change_is_told(const struct col *col)
{
    return !col || (col->seal == SEAL_NONE && col->mask == MASK_NONE);
}

/* A household that has only what the column held; false: the text is none of the column's. */
static bool household_held(struct cli *c, const struct col *col, struct str text, struct household *h)
{
    *h = (struct household){ 0 };
    return col && text.p && change_value_set(store_seal(c->store), col, h, text, c->a);
}

static void put_held(struct cli *c, struct json_out *w, const char *key, const struct col *col,
                     struct str text)
{
    struct household h;
    put_key(w, key);
    if (household_held(c, col, text, &h))
        col_json(col, &h, w, c->codes, true);
    else
        put_text(w, text);
}

static void put_change(struct cli *c, struct json_out *w, const struct household_file *f, size_t i)
{
    const struct field_change *x = &f->changes[i];
    const struct col *col = entity_col(&household_entity, x->field.p);
    CLEANUP(buf_release) struct buf at = BUF(64);
    instant_print(&at, f->changed_at[i]);
    put_object(w);
    put_member_text(w, "at", buf_str(&at));
    put_member_text(w, "by", f->changed_by[i]);
    put_member_text(w, "field", x->field);
    if (change_is_told(col)) {
        put_held(c, w, "before", col, x->before);
        put_held(c, w, "after", col, x->after);
    }
    put_object_end(w);
}

static void put_states_and_changes(struct cli *c, struct json_out *w, const struct show *s)
{
    put_key(w, "states");
    put_list(w);
    for (size_t i = 0; i < s->file.states_n; i++) {
        put_object(w);
        put_cols(c, w, &household_status_entity, &s->file.states[i], s->full);
        put_object_end(w);
    }
    put_list_end(w);
    put_key(w, "changes");
    put_list(w);
    for (size_t i = 0; i < s->file.changes_n; i++)
        put_change(c, w, &s->file, i);
    put_list_end(w);
}

static void show_json(struct cli *c, const struct show *s)
{
    const struct household_file *f = &s->file;
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_cols(c, &w, &household_entity, &f->household, s->full);
    put_member_text(&w, "village_name", f->village);
    put_member_text(&w, "township_name", f->township);
    put_key(&w, "members");
    put_list(&w);
    for (size_t i = 0; i < f->members_n; i++) {
        put_object(&w);
        put_cols(c, &w, &person_entity, &f->members[i], s->full);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_key(&w, "years");
    put_list(&w);
    for (size_t i = 0; i < f->years_n; i++)
        put_year(c, &w, s, &f->years[i]);
    put_list_end(&w);
    put_states_and_changes(c, &w, s);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void say_heading(struct cli *c, const char *zh, const char *en)
{
    buf_addf(&c->out, "\n%s\n", c->e.lang == EN ? en : zh);
}

static void show_basics(struct cli *c, const struct show *s)
{
    const struct household_file *f = &s->file;
    for (size_t i = 0; i < household_entity.n; i++) {
        const struct col *col = &household_entity.cols[i];
        if ((col->flags & SERVER) || !col_known(col, &f->household))
            continue;
        struct str text = cell(c, &household_entity, col->name, &f->household, s->full);
        struct str label = str_of(label_in(&col->label, c->e.lang));
        size_t width = str_width(label);
        buf_add(&c->out, label);
        buf_pad(&c->out, width < 24 ? 24 - width : 1, ' ');
        buf_add(&c->out, text);
        if (!strcmp(col->name, "village"))
            buf_addf(&c->out, " %.*s%.*s", (int)f->township.n, f->township.p, (int)f->village.n,
                     f->village.p);
        buf_addc(&c->out, '\n');
    }
}

static void show_members(struct cli *c, const struct show *s)
{
    static const struct table_col cols[] = {
        { { "姓名", "Name" }, false },          { { "与户主关系", "Relation" }, false },
        { { "性别", "Sex" }, false },           { { "年龄", "Age" }, true },
        { { "证件号码", "Id number" }, false }, { { "文化程度", "Education" }, false },
        { { "劳动技能", "Labour" }, false },    { { "健康状况", "Health" }, false },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < s->file.present; i++) {
        const struct person *p = &s->file.members[i];
        table_text(&t, p->name);
        table_text(&t, cell(c, &person_entity, "relation", p, s->full));
        table_text(&t, cell(c, &person_entity, "sex", p, s->full));
        if (p->birth_date.set)
            table_int(&t, date_age(p->birth_date.v, clock_today()));
        else
            table_text(&t, STR(""));
        table_text(&t, cell(c, &person_entity, "id_number", p, s->full));
        table_text(&t, cell(c, &person_entity, "education", p, s->full));
        table_text(&t, cell(c, &person_entity, "labour", p, s->full));
        table_text(&t, cell(c, &person_entity, "health", p, s->full));
    }
    say_heading(c, "家庭成员", "Members");
    table_print(&t, c->e.lang, &c->out);
}

static struct str cell_held(struct cli *c, const struct col *col, struct str text)
{
    struct household h;
    return household_held(c, col, text, &h) ? cell(c, &household_entity, col->name, &h, true) : text;
}

static void show_history(struct cli *c, const struct show *s)
{
    say_heading(c, "状态变更", "States");
    for (size_t i = 0; i < s->file.states_n; i++) {
        const struct household_status *x = &s->file.states[i];
        date_print(&c->out, x->recorded_on);
        struct str was = cell(c, &household_status_entity, "old_state", x, true),
                   now = cell(c, &household_status_entity, "state", x, true);
        buf_addf(&c->out, "  %.*s → %.*s", (int)was.n, was.p, (int)now.n, now.p);
        if (x->year.set)
            buf_addf(&c->out, " (%lld)", (long long)x->year.v);
        buf_addc(&c->out, '\n');
    }
    if (s->file.changes_n)
        say_heading(c, "变更记录", "Changes");
    for (size_t i = 0; i < s->file.changes_n; i++) {
        const struct field_change *x = &s->file.changes[i];
        const struct col *col = entity_col(&household_entity, x->field.p);
        instant_print(&c->out, s->file.changed_at[i]);
        buf_addf(&c->out, "  %.*s  %s", (int)s->file.changed_by[i].n, s->file.changed_by[i].p,
                 col ? label_in(&col->label, c->e.lang) : x->field.p);
        if (change_is_told(col)) {
            struct str was = cell_held(c, col, x->before), now = cell_held(c, col, x->after);
            buf_addf(&c->out, "  %.*s → %.*s", (int)was.n, was.n ? was.p : "", (int)now.n,
                     now.n ? now.p : "");
        }
        buf_addc(&c->out, '\n');
    }
}

static int show_household(struct cli *c)
{
    struct show s = { .c = c, .full = cli_flag(c, "full") };
    if (cli_value(c, "as-of"))
        return show_as_of(c);
    if (s.full && !cli_text(c, "purpose").p) {
        fail(&c->e, ERR_INVALID, "purpose", MSG_PURPOSE_NEEDED);
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !(s.full ? cli_write(c, 0, do_show, &s) : cli_read(c, do_show, &s)))
        return EXIT_NOTHING;
    if (c->json) {
        show_json(c, &s);
        return EXIT_DONE;
    }
    show_basics(c, &s);
    show_members(c, &s);
    say_heading(c, "收入（元）", "Income (yuan)");
    cli_show_years(c, s.file.years, s.file.years_n, s.file.present);
    show_history(c, &s);
    return EXIT_DONE;
}

/* --- count -------------------------------------------------------------------------------- */

struct count {
    struct cli *c;
    struct counts counts;
    enum region_level by;
};

static bool do_count(struct tx *tx, void *ctx, struct errs *e)
{
    struct count *x = ctx;
    const struct opt_value *day = cli_value(x->c, "as-of");
    if (day)
        return count_as_of(tx, &x->c->actor, cli_region(x->c, "region"), x->by,
                           (struct date){ (int32_t)day->v }, &x->counts, e);
    return count_registry(tx, &x->c->actor, cli_region(x->c, "region"), x->by, &x->counts, e);
}

static void put_states(struct cli *c, struct json_out *w, const struct count_line *l)
{
    const struct code_table *states = code_table(c->codes, "poverty_state");
    put_key(w, "by_state");
    put_object(w);
    for (int i = 0; i <= STATES_MAX; i++) {
        const struct code_row *row = i < STATES_MAX && states ? code_row(states, i) : NULL;
        if (l->by_state[i])
            put_member_int(w, row ? row->slug.p : "unknown", l->by_state[i]);
    }
    put_object_end(w);
}

static void put_line(struct cli *c, struct json_out *w, const struct count_line *l)
{
    put_member_int(w, "households", l->households);
    put_member_int(w, "persons", l->persons);
    put_states(c, w, l);
}

static void count_json(struct cli *c, const struct count *x)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_line(c, &w, &x->counts.all);
    put_member_int(&w, "townships", x->counts.townships);
    put_member_int(&w, "villages", x->counts.villages);
    put_key(&w, "regions");
    put_list(&w);
    for (size_t i = 0; i < x->counts.n; i++) {
        CLEANUP(buf_release) struct buf b = BUF(16);
        region_print(&b, x->counts.lines[i].region);
        put_object(&w);
        put_member_text(&w, "code", buf_str(&b));
        put_member_text(&w, "name", x->counts.lines[i].name);
        put_line(c, &w, &x->counts.lines[i]);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int64_t in_state(const struct count_line *l, int state)
{
    return l->by_state[state];
}

static void count_row(struct table *t, struct str code, struct str name, const struct count_line *l)
{
    table_text(t, code);
    table_text(t, name);
    table_int(t, l->households);
    table_int(t, l->persons);
    table_int(t, in_state(l, STATE_POOR) + in_state(l, STATE_FALLEN_BACK));
    table_int(t, in_state(l, STATE_PRE_EXIT));
    table_int(t, in_state(l, STATE_EXITED));
    table_int(t, in_state(l, STATES_MAX));
}

static void count_text(struct cli *c, const struct count *x)
{
    static const struct table_col cols[] = {
        { { "区划代码", "Region" }, false }, { { "名称", "Name" }, false },
        { { "户", "Households" }, true },    { { "人", "Persons" }, true },
        { { "未脱贫", "Poor" }, true },      { { "预脱贫", "Leaving" }, true },
        { { "已脱贫", "Out" }, true },       { { "状态不明", "Unknown" }, true },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->counts.n; i++) {
        CLEANUP(buf_release) struct buf b = BUF(16);
        region_print(&b, x->counts.lines[i].region);
        count_row(&t, buf_str(&b), x->counts.lines[i].name, &x->counts.lines[i]);
    }
    count_row(&t, STR(""), c->e.lang == EN ? STR("Total") : STR("合计"), &x->counts.all);
    table_print(&t, c->e.lang, &c->out);
    cli_say(c, MSG_COUNT_COVERAGE, A(x->counts.townships), A(x->counts.villages));
}

static int count(struct cli *c)
{
    struct str by = cli_text(c, "by");
    struct count x = { .c = c,
                       .by = str_eq(by, STR("township"))  ? TOWNSHIP
                             : str_eq(by, STR("village")) ? VILLAGE
                                                          : REGION_NONE };
    const struct opt_value *day = cli_value(c, "as-of");
    if (day && day->v > clock_today().day) {
        fail(&c->e, ERR_INVALID, "as-of", MSG_AS_OF_AHEAD, A((struct date){ (int32_t)day->v }));
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !cli_read(c, do_count, &x))
        return EXIT_NOTHING;
    if (c->json)
        count_json(c, &x);
    else
        count_text(c, &x);
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct opt count_opts[] = {
    { .name = "as-of",
      .kind = OPT_DATE,
      .arg = { "日期", "DATE" },
      .label = { "截至这一天的数字（按生效日期）", "as of that day (by the days things took effect)" } },
    { .name = "by",
      .kind = OPT_CHOICE,
      .choices = "township|village",
      .label = { "按乡镇或村分列", "a line per township or village" } },
    { .name = "region",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "只数这个区划", "only this region" } },
    { 0 },
};
static const struct opt find_opts[] = {
    { .name = "limit",
      .kind = OPT_INT,
      .min = 1,
      .max = LIMIT_MAX,
      .arg = { "条数", "N" },
      .label = { "最多列出多少条（默认 50）", "at most so many (default 50)" } },
    { .name = "region",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "只在这个区划里找", "only in this region" } },
    { 0 },
};
static const struct opt show_opts[] = {
    { .name = "as-of",
      .kind = OPT_DATE,
      .arg = { "日期", "DATE" },
      .label = { "截至这一天的情况", "as it was on that day" } },
    { .name = "county",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "户编号属于哪个县", "the county whose household number is meant" } },
    { .name = "full",
      .kind = OPT_FLAG,
      .label = { "显示完整号码（须有权限并写明用途）",
                 "show whole numbers (needs the right, and a purpose)" } },
    { .name = "purpose",
      .kind = OPT_TEXT,
      .arg = { "用途", "TEXT" },
      .label = { "为什么需要完整号码；记入审计", "why whole numbers are needed; kept in the audit" } },
    { 0 },
};

static const struct command commands[] = {
    { .name = "count",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = count_opts,
      .summary = { "名册有多少户、多少人", "how many households and persons" },
      .help = { "人数只算现有成员。\n\n  bangfu count --by township",
                "Persons are present members.\n\n  bangfu count --by township" },
      .run = count },
    { .name = "find",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = find_opts,
      .args = { "文字", "TEXT" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "按姓名、证件号码、电话、户编号或村查找",
                   "find by name, identity number, phone, household number or village" },
      .help = { "姓名可以只写开头。\n\n  bangfu find 陈\n  bangfu find LW000001\n  bangfu find 13900000106",
                "The beginning of a name is enough.\n\n  bangfu find 陈\n  bangfu find LW000001\n  bangfu "
                "find 13900000106" },
      .run = find },
    { .name = "show household",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = show_opts,
      .args = { "户编号", "NUMBER" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "一户的全部情况", "everything about one household" },
      .help = { "成员、历年收入、状态和变更。\n\n  bangfu show household LW000001",
                "Members, income by year, states and changes.\n\n  bangfu show household LW000001" },
      .run = show_household },
};
const struct command_table registry_commands = { { "名册", "Registry" }, commands, N_ELEMS(commands) };
