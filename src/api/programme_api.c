/* programme_api.c - programmes as people read them, and screening by them: who qualifies, and why not.
 *
 * A screening is answered from the facts that the server keeps (facts_kept.h), so that moving a parameter
 * costs the evaluation only. */
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "programme/describe.h"
#include "programme/fill_in.h"
#include "programme/screen_show.h"
#include "programme/screening.h"

enum { DESCRIPTION_MAX = 1 << 20, CANDIDATES_DEFAULT = 20, KEPT_DEFAULT = 50, FILL_BYTES_MAX = 15 << 20 };

/* --- forms -------------------------------------------------------------------------------- */

struct programme_path {
    struct str programme;
};
static const struct col programme_path_cols[] = {
    COL(programme_path, programme, "项目：编号或名称，可加 @版本", "Code or name, with @VERSION or without",
        .flags = REQUIRED, .min = 1, .max = 100),
};
static const struct entity programme_path =
    ENTITY(programme_path, TABLE_LOCAL, "项目", "Programme", programme_path_cols);

struct text_form {
    struct str text;
};
static const struct col text_cols[] = {
    COL(text_form, text, "项目文件", "The file", .flags = REQUIRED, .min = 1, .max = PROGRAMME_TEXT_MAX),
};
static const struct entity text_form =
    ENTITY(text_form, TABLE_LOCAL, "项目文件", "Programme file", text_cols);

struct screen_form {
    struct str programme;
    struct region_code region;
    struct opt_date as_of;
    struct opt_int candidates;
};
static const struct col screen_cols[] = {
    COL(screen_form, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    REGION_COL(screen_form),
    COL(screen_form, as_of, "截至（默认今天）", "As of (today)"),
    COL(screen_form, candidates, "列出前多少户", "How many of those who qualify to list", .max = PAGE_MAX),
};
static const struct entity screen_form = ENTITY(screen_form, TABLE_LOCAL, "筛查", "Screening", screen_cols);

struct setting_form {
    struct str name, value;
    bool compare;
};
static const struct col setting_cols[] = {
    COL(setting_form, name, "参数", "Parameter", .flags = REQUIRED, .min = 1, .max = 100),
    COL(setting_form, value, "值", "Value", .flags = REQUIRED, .min = 1, .max = 200),
    COL(setting_form, compare, "只在对比方案中", "Only in what is compared"),
};
static const struct entity setting_form = ENTITY(setting_form, TABLE_LOCAL, "参数", "Setting", setting_cols);

struct explain_query {
    struct str programme;
    struct opt_date as_of;
};
static const struct col explain_cols[] = {
    COL(explain_query, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(explain_query, as_of, "截至（默认今天）", "As of (today)"),
};
static const struct entity explain_query =
    ENTITY(explain_query, TABLE_LOCAL, "说明", "Explain", explain_cols);

struct screening_path {
    int64_t no;
};
static const struct col screening_path_cols[] = { NO_COL(screening_path) };
static const struct entity screening_path =
    ENTITY(screening_path, TABLE_LOCAL, "筛查", "Screening", screening_path_cols);

/* --- programmes --------------------------------------------------------------------------- */

static void put_version(struct call *c, const struct programme_version *v)
{
    put_member_text(&c->w, "programme", v->programme);
    put_member_int(&c->w, "version", v->version);
    put_member_text(&c->w, "zh", v->zh);
    put_member_text(&c->w, "en", v->en);
    put_member_text(&c->w, "kind", v->kind);
    put_member_text(&c->w, "source", v->source);
    put_member_text(&c->w, "hash", v->hash);
}

static bool list_programmes(struct call *c, struct errs *e)
{
    struct programme_version *list;
    size_t n;
    if (!programme_list(c->tx, &list, &n, c->a, e))
        return false;
    rows_begin(c);
    for (size_t i = 0; i < n; i++) {
        put_object(&c->w);
        put_version(c, &list[i]);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool list_versions(struct call *c, struct errs *e)
{
    const struct programme_path *at = c->path;
    struct programme_version v;
    struct list all;
    if (!programme_find(c->tx, at->programme, &v, c->a, e) ||
        !db_list(c->tx,
                 SQL_OF(STMT_REF, &programme_version_entity,
                        "SELECT {*} FROM programme_version WHERE programme = $1 ORDER BY version LIMIT 1000"),
                 &all, e->a, e, V(v.programme)))
        return false;
    rows_begin(c);
    put_rows_of(c, &programme_version_entity, &all);
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool show_programme(struct call *c, struct errs *e)
{
    const struct programme_path *at = c->path;
    struct programme_version v;
    struct programme_version *all;
    size_t n;
    const struct programme *p = programme_open(c->tx, at->programme, c->codes, &v, c->a, e);
    CLEANUP(buf_release) struct buf words = BUF(DESCRIPTION_MAX);
    if (!p || !programme_list(c->tx, &all, &n, c->a, e))
        return false;
    struct description d = { .p = p, .codes = c->codes, .lang = c->lang, .expressions = true, .a = c->a };
    struct description plain = { p, c->codes, c->lang, false, c->a, all, n };
    programme_describe(&plain, &words);
    put_object(&c->w);
    put_version(c, &v);
    put_member_text(&c->w, "description", buf_str(&words));
    put_key(&c->w, "definition");
    put_object(&c->w);
    programme_json(&d, &c->w);
    put_object_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool show_source(struct call *c, struct errs *e)
{
    const struct programme_path *at = c->path;
    struct programme_version v;
    if (!programme_find(c->tx, at->programme, &v, c->a, e))
        return false;
    buf_add(c->w.b, v.file);
    return true;
}

/* Mistakes are data here, not a problem: whoever edits the text gets them with line and column. */
static void put_mistakes(struct call *c, const struct errs *found)
{
    put_key(&c->w, "mistakes");
    put_list(&c->w);
    for (const struct err *x = found->bad.first; x; x = x->next) {
        struct str rest = str_of(x->field ? x->field : ""), part;
        int64_t at[2] = { 0, 0 };
        for (size_t i = 0; i < 2 && rest.n && str_split(&rest, ':', &part); i++)
            str_int(part, &at[i]);
        put_object(&c->w);
        put_member_int(&c->w, "line", at[0]);
        put_member_int(&c->w, "column", at[1]);
        put_member_cstr(&c->w, "message", x->text);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static bool check_text(struct call *c, struct errs *e)
{
    const struct text_form *x = c->body;
    struct errs found = { .a = c->a, .lang = c->lang };
    const struct programme *p = programme_read_new(x->text, c->codes, c->a, &found);
    (void)e;
    put_object(&c->w);
    put_member_bool(&c->w, "fine", p != NULL);
    put_member_text(&c->w, "programme", p ? p->code.name : (struct str){ 0 });
    put_mistakes(c, &found);
    put_object_end(&c->w);
    return true;
}

static bool load(struct call *c, struct errs *e)
{
    static const char *const whats[] = { "new", "changed", "unchanged" };
    const struct text_form *x = c->body;
    struct programme_version v;
    enum programme_loaded what;
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "programme.load", (struct str){ 0 }, e->a);
    if (!programme_load(&act, x->text, c->codes, &v, &what, e))
        return false;
    act.object = v.programme;
    put_object(&w);
    put_member_int(&w, "version", v.version);
    put_member_text(&w, "hash", v.hash);
    put_object_end(&w);
    put_object(&c->w);
    put_version(c, &v);
    put_member_cstr(&c->w, "result", whats[what]);
    put_object_end(&c->w);
    return act_end(&act, buf_cstr(&b), e);
}

struct diff_query {
    struct str with;
};
static const struct col diff_cols[] = {
    COL(diff_query, with, "与哪个版本比较，如 xingfu@1", "The version to compare with, like xingfu@1",
        .flags = REQUIRED, .min = 1, .max = 100),
};
static const struct entity diff_query = ENTITY(diff_query, TABLE_LOCAL, "比较", "Comparison", diff_cols);

static bool show_diff(struct call *c, struct errs *e)
{
    static const char *const words[] = { [DIFFERENCE_CHANGED] = "changed",
                                         [DIFFERENCE_ADDED] = "added",
                                         [DIFFERENCE_REMOVED] = "removed",
                                         [DIFFERENCE_ORDER] = "order" };
    const struct programme_path *at = c->path;
    const struct diff_query *q = c->query;
    struct programme_version old, new;
    const struct programme *a = programme_open(c->tx, q->with, c->codes, &old, c->a, e);
    const struct programme *b = a ? programme_open(c->tx, at->programme, c->codes, &new, c->a, e) : NULL;
    if (!b)
        return false;
    rows_begin(c);
    for (const struct difference *x = programme_compare(a, b, c->codes, c->lang, c->a); x; x = x->next) {
        put_object(&c->w);
        put_member_cstr(&c->w, "change", words[x->kind]);
        put_member_text(&c->w, "path", x->path);
        put_member_text(&c->w, "words", x->words);
        put_member_text(&c->w, "before", x->before);
        put_member_text(&c->w, "after", x->after);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- screening ---------------------------------------------------------------------------- */

struct asked {
    struct programme_version version;
    struct screen screen;
    struct screen_result result;
    struct screen_report report;
    struct screening_record kept;
};

static void asked_release(struct asked **x)
{
    if (*x)
        screen_result_release(&(*x)->result);
}

static bool day_of(struct opt_date given, struct date *out, struct errs *e)
{
    *out = given.set ? given.v : clock_today();
    return out->day <= clock_today().day || fail(e, ERR_INVALID, "as_of", MSG_SCREEN_AS_OF_AHEAD, A(*out));
}

static bool open_screen(struct call *c, struct str programme, struct asked *x, struct errs *e)
{
    const struct programme *p = programme_open(c->tx, programme, c->codes, &x->version, c->a, e);
    return p && screen_open(c->tx, p, c->codes, PARAMETERS_NOW, c->a, &x->screen, e);
}

/* Variant 0 as it is set, variant 1 with what is compared besides. */
static bool settle(struct call *c, struct asked *x, struct errs *e)
{
    const struct setting_form *s = c->lines;
    bool ok = true;
    x->result.variants = 1;
    for (size_t v = 0; v < SCREEN_VARIANTS; v++) {
        struct screen_setting *list = NEW_ARRAY(c->a, struct screen_setting, c->lines_n + 1);
        size_t n = 0;
        for (size_t i = 0; i < c->lines_n; i++) {
            if (s[i].compare && v == 0)
                continue;
            struct str text = str_of(arena_printf(c->a, "%.*s=%.*s", (int)s[i].name.n, s[i].name.p,
                                                  (int)s[i].value.n, s[i].value.p));
            if (s[i].compare)
                x->result.variants = 2;
            ok = (!ok && v) ? false : screen_setting_read(&x->screen, text, &list[n++], e) && ok;
        }
        x->result.variant[v].set = list;
        x->result.variant[v].set_n = n;
    }
    return ok;
}

static bool put_candidates(struct call *c, struct asked *x, size_t max, struct errs *e)
{
    const struct screen_result *r = &x->result;
    put_key(&c->w, "candidates");
    put_list(&c->w);
    for (size_t i = 0; i < r->candidates_n && i < max; i++) {
        struct screened_candidate one = { 0 };
        if (!screen_candidate_read(c->tx, &x->report, &r->candidates[i], &one, e))
            return false;
        put_object(&c->w);
        put_member_int(&c->w, "county", r->candidates[i].county);
        put_member_int(&c->w, "id", r->candidates[i].household);
        put_member_text(&c->w, "hh_no", one.hh_no);
        put_member_text(&c->w, "head_name", one.head_name);
        put_member_text(&c->w, "township", one.township_name);
        put_member_text(&c->w, "village", one.village_name);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    return true;
}

static bool run_screen(struct call *c, struct asked *x, struct errs *e)
{
    const struct screen_form *f = c->body;
    struct screen_request q = { .screen = &x->screen,
                                .sources = c->api->modules->fact_sources,
                                .who = &c->who,
                                .within = f->region,
                                .today = clock_today(),
                                .kept = c->api->facts,
                                .candidates = !f->candidates.set || f->candidates.v > 0 };
    if (!day_of(f->as_of, &q.as_of, e) || !open_screen(c, f->programme, x, e) || !settle(c, x, e))
        return false;
    x->report = (struct screen_report){ .in = { c->codes, c->lang, c->a },
                                        .screen = &x->screen,
                                        .version = &x->version,
                                        .result = &x->result,
                                        .sources = q.sources,
                                        .as_of = q.as_of };
    return screen_run(c->tx, &q, &x->result, e) && screen_name_villages(c->tx, &x->report, e);
}

static bool put_screen(struct call *c, struct asked *x, struct errs *e)
{
    const struct screen_form *f = c->body;
    put_object(&c->w);
    screen_report_put(&x->report, &c->w);
    if (!put_candidates(c, x, f->candidates.set ? (size_t)f->candidates.v : CANDIDATES_DEFAULT, e))
        return false;
    put_object_end(&c->w);
    return true;
}

static bool what_if(struct call *c, struct errs *e)
{
    CLEANUP(asked_release) struct asked *x = NEW(c->a, struct asked);
    return run_screen(c, x, e) && put_screen(c, x, e);
}

static bool keep_screening(struct call *c, struct errs *e)
{
    const struct screen_form *f = c->body;
    CLEANUP(asked_release) struct asked *x = NEW(c->a, struct asked);
    CLEANUP(act_release) struct act act = { 0 };
    if (!run_screen(c, x, e))
        return false;
    x->kept = (struct screening_record){ .programme = x->version.programme,
                                         .version = x->version.version,
                                         .region = f->region,
                                         .as_of = x->report.as_of,
                                         .made_on = clock_today() };
    act_begin(&act, c->tx, &c->who, "programme.screen", x->version.programme, e->a);
    if (!screening_keep(&act, &x->screen, &x->result.variant[0], &x->kept, e) || !act_end(&act, NULL, e))
        return false;
    x->report.no = x->kept.no;
    return put_screen(c, x, e);
}

struct fill_query {
    struct str programme, kind;
    struct region_code region;
    struct opt_date as_of;
};
static const struct col fill_cols[] = {
    COL(fill_query, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(fill_query, kind, "figures、households、members 或 incomes",
        "figures, households, members or incomes", .flags = REQUIRED, .min = 1, .max = 20),
    REGION_COL(fill_query),
    COL(fill_query, as_of, "哪一天的情况（默认今天）", "As of that day (today)"),
};
static const struct entity fill_query = ENTITY(fill_query, TABLE_LOCAL, "待填表", "To fill in", fill_cols);

static bool fill_kind_of(struct str text, enum fill_kind *out, struct errs *e)
{
    for (enum fill_kind k = 0; k < FILL_KINDS; k++)
        if (str_eq(text, str_of(fill_in_files[k]))) {
            *out = k;
            return true;
        }
    return fail(e, ERR_INVALID, "kind", MSG_API_STATE, A("figures, households, members, incomes"));
}

/* What is missing for a verdict, in the form of the import. */
static bool show_missing(struct call *c, struct errs *e)
{
    const struct fill_query *f = c->query;
    CLEANUP(asked_release) struct asked *x = NEW(c->a, struct asked);
    CLEANUP(buf_release) struct buf file = BUF(FILL_BYTES_MAX);
    struct fill_in fill = { .screen = &x->screen, .a = c->a };
    enum fill_kind kind = 0;
    size_t n[FILL_KINDS];
    struct screen_request q = { .screen = &x->screen,
                                .sources = c->api->modules->fact_sources,
                                .who = &c->who,
                                .within = f->region,
                                .today = clock_today(),
                                .unknown = fill_in_note,
                                .ctx = &fill };
    x->result.variants = 1;
    if (!fill_kind_of(f->kind, &kind, e) || !day_of(f->as_of, &q.as_of, e) ||
        !open_screen(c, f->programme, x, e) || !screen_run(c->tx, &q, &x->result, e))
        return false;
    fill_in_settle(&fill, n);
    if (!fill_in_print(c->tx, &fill, kind, c->codes, c->lang, &file, e))
        return false;
    buf_add(c->w.b, buf_str(&file));
    return true;
}

static bool list_screenings(struct call *c, struct errs *e)
{
    struct list all;
    if (!screening_list(c->tx, &c->who, KEPT_DEFAULT, &all, e))
        return false;
    put_list_of(c, &screening_entity, &all);
    return true;
}

static bool show_screening(struct call *c, struct errs *e)
{
    const struct screening_path *at = c->path;
    struct screening_record x;
    enum found f = screening_get(c->tx, &c->who, at->no, &x, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_SCREEN_NONE, A(at->no));
    put_row(c, &screening_entity, &x);
    return true;
}

static bool explain(struct call *c, struct errs *e)
{
    const struct explain_query *x = c->query;
    struct asked *a = NEW(c->a, struct asked);
    struct screen_words in = { c->codes, c->lang, c->a };
    struct explained v = { .in = &in, .screen = &a->screen, .version = &a->version };
    struct screen_request q = {
        .screen = &a->screen, .sources = c->api->modules->fact_sources, .who = &c->who, .today = clock_today()
    };
    if (!find_household_at(c, c->path, PERM_REGISTRY_READ, &v.household, e) ||
        !day_of(x->as_of, &v.as_of, e) || !open_screen(c, x->programme, a, e))
        return false;
    q.as_of = v.as_of;
    q.within = q.as_of.day >= q.today.day ? v.household.village : county_region(v.household.county);
    if (!screen_explain(c->tx, &q, NULL, 0, &v.household.id, 1, &v.x, e))
        return false;
    if (!v.x.there)
        return fail(e, ERR_NOT_FOUND, "id", MSG_EXPLAIN_NOT_THERE, A(v.household.hh_no), A(v.as_of));
    if (!explained_name_members(c->tx, &v, e))
        return false;
    explained_put(&v, &c->w);
    return true;
}

// clang-format off
#define TEXT_SAMPLE \
    "{\"text\":\"code: chunjie\\nname: {zh: 春节慰问, en: New Year visits}\\nkind: grant\\napplicant: {who: household}\\n" \
    "conditions:\\n  - {id: many, zh: 五口以上, en: five or more, when: 'household.members_n >= 5'}\\n" \
    "aid:\\n  items:\\n    - {id: once, zh: 慰问金, en: gift, every: once, amount: 500.00}\\nexposure: {repeat: yearly}\\n" \
    "steps:\\n  - {id: apply, kind: application}\\n  - {id: county, kind: review, level: county, decides: true, allots_number: true}\\n" \
    "number: 'CJ-{township}-{year}-{serial:3}'\\n\"}"
#define SCREEN "{\"programme\":\"xingfu\",\"candidates\":5,\"set\":[{\"name\":\"max_amount\",\"value\":\"30000\",\"compare\":true}]}"
static const struct answer_part diff_parts[] = {
    { .name = "change", .type = "string" }, { .name = "path", .type = "string" }, { .name = "words", .type = "string" }, { .name = "before", .type = "string" }, { .name = "after", .type = "string" }, { 0 } };
#define VERSION_PARTS TEXT_PART("programme"), NUMBER_PART("version"), TEXT_PART("zh"), TEXT_PART("en"), TEXT_PART("kind"), TEXT_PART("source"), TEXT_PART("hash")
static const struct answer_part listed_parts[] = { VERSION_PARTS, { 0 } };
static const struct answer_part loaded_parts[] = { VERSION_PARTS, TEXT_PART("result"), { 0 } };
static const struct answer_part programme_parts[] = { VERSION_PARTS, TEXT_PART("description"), OBJECT_PART("definition"), { 0 } };
static const struct answer_part checked_parts[] = { BOOL_PART("fine"), TEXT_PART("programme"), LIST_PART("mistakes", "object"), { 0 } };
static const struct answer_part condition_parts[] = { TEXT_PART("id"), TEXT_PART("stage"), NUMBER_PART("yes"), NUMBER_PART("no"), NUMBER_PART("unknown"), NUMBER_PART("only"), BOOL_PART("first_time"), BOOL_PART("exclude"), { 0 } };
#define SCREENED_PARTS NUMBER_PART("households"), NUMBER_PART("eligible"), NUMBER_PART("ineligible"), NUMBER_PART("unknown")
static const struct answer_part area_parts[] = { TEXT_PART("region"), TEXT_PART("name"), TEXT_PART("level"), SCREENED_PARTS, { 0 } };
static const struct answer_part source_parts[] = { TEXT_PART("name"), BOOL_PART("present"), { 0 } };
static const struct answer_part screened_parts[] = {
    TEXT_PART("programme"), NUMBER_PART("version"), TEXT_PART("as_of"), SCREENED_PARTS, OBJECTS_PART("conditions", condition_parts), OBJECTS_PART("regions", area_parts),
    OBJECT_PART("parameters"), OBJECTS_PART("sources", source_parts), NUMBER_PART("screening"), OBJECT_PART("compare"), LIST_PART("candidates", "object"), { 0 } };
static const struct answer_part reason_parts[] = { TEXT_PART("id"), TEXT_PART("label"), TEXT_PART("stage"), TEXT_PART("result"), LIST_PART("seen", "object"), BOOL_PART("first_time"), BOOL_PART("exclude"), { 0 } };
static const struct answer_part explained_parts[] = {
    TEXT_PART("programme"), NUMBER_PART("version"), TEXT_PART("as_of"), TEXT_PART("household"), TEXT_PART("head_name"), TEXT_PART("verdict"), OBJECTS_PART("conditions", reason_parts), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/programmes", .flags = ROUTE_ANYBODY, .run = list_programmes, .list = true, .parts = listed_parts,
      .doc = { "有哪些项目，各取最新版本", "The programmes, the latest version of each" } },
    { .method = "POST", .pattern = "/api/v1/programmes", .perm = PERM_PROGRAMMES, .tx = ROUTE_WRITES, .body = &text_form, .body_max = PROGRAMME_TEXT_MAX * 2, .run = load, .parts = loaded_parts, .status = 201,
      .doc = { "装入项目文件，成为新版本", "Load a programme file as a new version" }, .sample = TEXT_SAMPLE },
    { .method = "POST", .pattern = "/api/v1/programmes/check", .perm = PERM_REGISTRY_READ, .body = &text_form, .body_max = PROGRAMME_TEXT_MAX * 2, .run = check_text, .parts = checked_parts,
      .doc = { "检查项目文件，不装入；指出每处错误的行和列", "Check a programme file: every mistake with line and column" }, .sample = TEXT_SAMPLE },
    { .method = "GET", .pattern = "/api/v1/programmes/{programme}", .flags = ROUTE_ANYBODY, .path = &programme_path, .run = show_programme, .parts = programme_parts,
      .doc = { "一个项目：给人读的说明和定义", "One programme: in people's words, and its definition" } },
    { .method = "GET", .pattern = "/api/v1/programmes/{programme}/versions", .flags = ROUTE_ANYBODY, .path = &programme_path, .run = list_versions, .answer = &programme_version_entity, .list = true,
      .doc = { "一个项目的各个版本", "The versions of one programme" } },
    { .method = "GET", .pattern = "/api/v1/programmes/{programme}/source", .flags = ROUTE_ANYBODY, .path = &programme_path, .run = show_source, .gives = "application/yaml",
      .doc = { "项目文件的原文", "The text of its file" } },
    { .method = "GET", .pattern = "/api/v1/programmes/{programme}/diff", .flags = ROUTE_ANYBODY, .path = &programme_path, .query = &diff_query, .run = show_diff, .list = true, .parts = diff_parts,
      .doc = { "与另一个版本相比，改了什么", "What changed since another version" } },
    { .method = "GET", .pattern = "/api/v1/fill-in", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &fill_query, .run = show_missing, .gives = "text/csv; charset=utf-8",
      .doc = { "判定所缺的资料，按导入格式写成待填表", "What is missing for a verdict, as a file to fill in and import" } },
    { .method = "GET", .pattern = "/api/v1/screenings", .perm = PERM_REGISTRY_READ, .orders = ORDERS(BY("no", "编号，新的在前", "number, the last one first", .down = true)), .run = list_screenings, .answer = &screening_entity, .list = true,
      .doc = { "存下的筛查，最近的在前", "Screenings that were kept, the latest first" } },
    { .method = "GET", .pattern = "/api/v1/screenings/{no}", .perm = PERM_REGISTRY_READ, .path = &screening_path, .run = show_screening, .answer = &screening_entity,
      .doc = { "一次存下的筛查", "One that was kept" } },
    { .method = "POST", .pattern = "/api/v1/screenings", .perm = PERM_REGISTRY_READ, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .body = &screen_form, .lines = &setting_form, .lines_name = "set", .run = keep_screening, .parts = screened_parts, .status = 201,
      .doc = { "按项目筛查一个区划并存下计数", "Screen a region by a programme, and keep the counts" }, .sample = SCREEN },
    { .method = "POST", .pattern = "/api/v1/screenings/what-if", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .body = &screen_form, .lines = &setting_form, .lines_name = "set", .run = what_if, .parts = screened_parts,
      .doc = { "试改参数，与现在相比；不存", "Move a parameter and compare with now; nothing is kept" }, .sample = SCREEN },
    { .method = "GET", .pattern = "/api/v1/households/{county}/{id}/explain", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_id, .query = &explain_query, .run = explain, .parts = explained_parts,
      .doc = { "一户为什么符合或不符合：每个条件看到了什么", "Why a household qualifies or not: what every condition saw" } },
};
// clang-format on
const struct route_table programme_routes = { { "项目和筛查", "Programmes and screening" },
                                              routes,
                                              N_ELEMS(routes) };
