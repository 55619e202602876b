/* dictionary_api.c - what offices set without a new version or program: values of parameters, and own codes.
 */
#include "api/codes_kept.h"
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "programme/parameter.h"
#include "programme/version.h"
#include "registry/code_book.h"
#include "registry/code_change.h"

/* --- forms -------------------------------------------------------------------------------- */

struct programme_at {
    struct str programme;
};
static const struct col programme_at_cols[] = {
    COL(programme_at, programme, "项目：编号或名称", "Code or name", .flags = REQUIRED, .min = 1, .max = 100),
};
static const struct entity programme_at =
    ENTITY(programme_at, TABLE_LOCAL, "项目", "Programme", programme_at_cols);

struct parameters_query {
    struct region_code region;
    struct opt_date as_of;
};
static const struct col parameters_query_cols[] = {
    COL(parameters_query, region, "哪里的数值（默认全域）", "Values of where (everywhere)"),
    COL(parameters_query, as_of, "哪一天的数值（默认今天）", "Values of which day (today)"),
};
static const struct entity parameters_query =
    ENTITY(parameters_query, TABLE_LOCAL, "参数", "Parameters", parameters_query_cols);

struct parameter_form {
    struct str parameter, value, basis;
    struct region_code region;
    struct date valid_from;
};
static const struct col parameter_cols[] = {
    COL(parameter_form, parameter, "参数", "Parameter", .flags = REQUIRED, .min = 1, .max = 60),
    COL(parameter_form, region, "区划（到县为止，不填为全域）",
        "Region, down to a county; everywhere if blank"),
    COL(parameter_form, valid_from, "起始日期", "From", .flags = REQUIRED),
    COL(parameter_form, value, "数值（不填为撤回）", "Value (blank takes it back)", .max = 200),
    COL(parameter_form, basis, "依据（文号或决定）", "Basis (a document or decision)", .flags = REQUIRED,
        .min = 2, .max = 200),
};
static const struct entity parameter_form =
    ENTITY(parameter_form, TABLE_LOCAL, "参数数值", "Value of a parameter", parameter_cols);

struct codes_path {
    struct str table;
};
static const struct col codes_path_cols[] = {
    COL(codes_path, table, "代码表", "Code table", .flags = REQUIRED, .max = 60),
};
static const struct entity codes_path =
    ENTITY(codes_path, TABLE_LOCAL, "代码表", "Code table", codes_path_cols);

struct code_path {
    struct str table;
    int64_t code;
};
static const struct col code_path_cols[] = {
    COL(code_path, table, "代码表", "Code table", .flags = REQUIRED, .max = 60),
    COL(code_path, code, "代码", "Code", .flags = REQUIRED, .min = 0, .max = INT32_MAX),
};
static const struct entity code_path = ENTITY(code_path, TABLE_LOCAL, "代码", "Code", code_path_cols);

struct code_form {
    struct str zh, en, short_zh, aliases, note;
};
static const struct col code_cols[] = {
    COL(code_form, zh, "中文名称", "Chinese label", .flags = REQUIRED, .min = 1, .max = 60),
    COL(code_form, en, "英文名称（默认同中文）", "English label (as the Chinese)", .max = 100),
    COL(code_form, short_zh, "简称", "Abbreviation", .max = 20),
    COL(code_form, aliases, "别名，以 | 分开", "Aliases, | between them", .max = 500),
    COL(code_form, note, "说明", "Note", .max = 500),
};
static const struct entity code_form = ENTITY(code_form, TABLE_LOCAL, "代码", "Code", code_cols);

struct end_form {
    struct opt_date on;
};
static const struct col end_cols[] = {
    COL(end_form, on, "自哪天起停用（默认今天）", "From which day on it is used no more (today)"),
};
static const struct entity end_form = ENTITY(end_form, TABLE_LOCAL, "停用", "End", end_cols);

/* --- parameters --------------------------------------------------------------------------- */

static void put_rows_of_parameter(struct call *c, const struct list *all, struct str id)
{
    const struct parameter_setting *rows = all->rows;
    put_key(&c->w, "settings");
    put_list(&c->w);
    for (size_t i = 0; i < all->n; i++) {
        if (!str_eq(rows[i].parameter, id))
            continue;
        put_object(&c->w);
        put_cols(c, &parameter_setting_entity, &rows[i], true);
        put_member_bool(&c->w, "counts", rows[i].value.n && parameter_counts(rows, all->n, i));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static void put_values(struct call *c, const struct programme_parameter *p)
{
    put_key(&c->w, "values");
    put_list(&c->w);
    for (size_t i = 0; i < p->values.n; i++) {
        const struct parameter_value *v = &p->values.p[i];
        put_object(&c->w);
        if (v->year.set)
            put_member_int(&c->w, "year", v->year.v);
        if (v->region.v)
            put_member_region(&c->w, "region", v->region);
        put_member_text(&c->w, "value", v->value.text);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

/* What holds, and where that stands: a row's number, the file, or the default. */
static void put_now(struct call *c, const struct programme_parameter *p, const struct parameter_choice *now)
{
    put_member_text(&c->w, "value", now->constant ? now->constant->text : p->initial.text);
    put_member_cstr(&c->w, "value_of", now->row ? "office" : now->constant ? "file" : "default");
    if (now->row)
        put_member_int(&c->w, "no", now->row->no);
}

static void put_parameter(struct call *c, const struct programme_parameter *p, const struct list *all,
                          const struct parameter_choice *now)
{
    static const char *const types[] = {
        "bool", "int", "money", "quantity", "date", "year", "text", "ratio"
    };
    put_object(&c->w);
    put_member_text(&c->w, "parameter", p->id.name);
    put_member_text(&c->w, "zh", p->label.zh);
    put_member_text(&c->w, "en", p->label.en.p ? p->label.en : p->label.zh);
    put_member_cstr(&c->w, "type", types[p->type]);
    put_member_text(&c->w, "default", p->initial.text);
    if (p->range.n == 2) {
        put_member_text(&c->w, "lowest", p->range.p[0].text);
        put_member_text(&c->w, "highest", p->range.p[1].text);
    }
    put_member_text(&c->w, "source", p->source);
    put_member_text(&c->w, "note", p->note);
    put_now(c, p, now);
    put_values(c, p);
    put_rows_of_parameter(c, all, p->id.name);
    put_object_end(&c->w);
}

static bool list_parameters(struct call *c, struct errs *e)
{
    const struct programme_at *at = c->path;
    const struct parameters_query *q = c->query;
    struct programme_version v;
    struct list all;
    const struct programme *p = programme_open(c->tx, at->programme, c->codes, &v, c->a, e);
    if (!p || !parameter_region_fits(q->region, "region", e) ||
        !parameter_settings(c->tx, v.programme, PARAMETERS_NOW, &all, c->a, e))
        return false;
    struct parameter_book book = parameter_book_of(p, &all, c->a);
    struct date day = q->as_of.set ? q->as_of.v : clock_today();
    rows_begin(c);
    for (size_t i = 0; i < p->parameters.n; i++) {
        struct parameter_choice now = parameter_choose(&p->parameters.p[i], &book, q->region, day);
        put_parameter(c, &p->parameters.p[i], &all, &now);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool set_parameter(struct call *c, struct errs *e)
{
    const struct programme_at *at = c->path;
    const struct parameter_form *f = c->body;
    struct programme_version v;
    CLEANUP(act_release) struct act act = { 0 };
    struct parameter_setting x = { .parameter = f->parameter,
                                   .region = f->region,
                                   .valid_from = f->valid_from,
                                   .value = f->value,
                                   .basis = f->basis };
    const struct programme *p = programme_open(c->tx, at->programme, c->codes, &v, c->a, e);
    if (!p)
        return false;
    act_begin(&act, c->tx, &c->who, f->value.n ? "parameter.set" : "parameter.withdraw", v.programme, e->a);
    if (!parameter_set(&act, p, &x, e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &parameter_setting_entity, &x);
    return true;
}

/* --- codes -------------------------------------------------------------------------------- */

/* Tables that programmes and papers speak of, and no field. */
static const struct {
    const char *table;
    struct label label;
} other_tables[] = {
    { "archive_category", { "档案 · 类别", "Archive · Category" } },
    { "clue_source", { "线索 · 来源", "Clue · Source" } },
    { "measure", { "帮扶 · 措施", "Help · Measure" } },
    { "payment_method", { "发放 · 方式", "Payment · Method" } },
    { "project_kind", { "帮扶项目 · 类型", "Project · Kind" } },
    { "risk_removal", { "风险 · 消除方式", "Risk · How it was removed" } },
    { "schooling", { "人口 · 受教育程度（国标）", "Person · Schooling (national standard)" } },
    { "subsidy_form", { "补助 · 形式", "Subsidy · Form" } },
};

/* What a table is called: as the field that it is for. */
static struct str table_label(struct call *c, struct str table)
{
    const struct schema *s = store_schema(c->api->st);
    for (size_t i = 0; i < N_ELEMS(other_tables); i++)
        if (str_eq(str_of(other_tables[i].table), table))
            return str_of(label_in(&other_tables[i].label, c->lang));
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->entities[i]->n; k++) {
            const struct col *col = &s->entities[i]->cols[k];
            if (col->codes && str_eq(str_of(col->codes), table))
                return str_of(arena_printf(c->a, "%s · %s", label_in(&s->entities[i]->label, c->lang),
                                           label_in(&col->label, c->lang)));
        }
    return (struct str){ 0 };
}

static bool list_codes(struct call *c, struct errs *e)
{
    (void)e;
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < c->codes->n; i++)
        put_text(&c->w, c->codes->tables[i].name);
    put_list_end(&c->w);
    put_key(&c->w, "tables");
    put_list(&c->w);
    for (size_t i = 0; i < c->codes->n; i++) {
        const char *standard;
        struct str name = c->codes->tables[i].name;
        enum code_use use = codes_use(name, &standard);
        put_object(&c->w);
        put_member_text(&c->w, "table", name);
        put_member_text(&c->w, "label", table_label(c, name));
        put_member_cstr(&c->w, "use", codes_use_name(use));
        if (standard)
            put_member_cstr(&c->w, "standard", standard);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool show_codes(struct call *c, struct errs *e)
{
    const struct codes_path *p = c->path;
    const struct code_table *t = code_table(c->codes, p->table.p);
    if (!t)
        return fail(e, ERR_NOT_FOUND, "table", MSG_CODES_NO_TABLE, A(p->table));
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < t->n; i++) {
        const struct code_row *r = &t->rows[i];
        put_object(&c->w);
        put_member_int(&c->w, "code", r->code);
        put_member_text(&c->w, "slug", r->slug);
        put_member_text(&c->w, "zh", r->zh);
        put_member_text(&c->w, "en", r->en);
        if (str_starts(r->slug, STR("own_")))
            put_member_bool(&c->w, "own", true);
        if (r->valid_to.set)
            put_member_date(&c->w, "valid_to", r->valid_to.v);
        if (r->aliases.n)
            put_member_text(&c->w, "aliases", r->aliases);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool find_code(struct call *c, struct code_entry *x, struct errs *e)
{
    const struct code_path *at = c->path;
    enum found f = code_get(c->tx, at->table, at->code, x, e);
    return f == FOUND ||
           (f == NONE && fail(e, ERR_NOT_FOUND, "code", MSG_CODES_NONE, A(at->table), A(at->code)));
}

static void answer_code(struct call *c, const struct code_entry *x)
{
    c->reply->etag = row_etag(c, &code_entity, x);
    put_row(c, &code_entity, x);
}

static bool show_code(struct call *c, struct errs *e)
{
    struct code_entry x;
    if (!find_code(c, &x, e))
        return false;
    answer_code(c, &x);
    return true;
}

static bool add_code(struct call *c, struct errs *e)
{
    const struct codes_path *at = c->path;
    const struct code_form *f = c->body;
    struct code_entry x = { .table_name = at->table,
                            .zh = f->zh,
                            .en = f->en,
                            .short_zh = f->short_zh,
                            .aliases = f->aliases,
                            .note = f->note };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "code.add", at->table, e->a);
    if (!code_add(&act, &x, e) || !act_end(&act, NULL, e))
        return false;
    codes_kept_changed(c->api->codes_kept);
    answer_code(c, &x);
    return true;
}

static bool rename_code(struct call *c, struct errs *e)
{
    const struct code_form *f = c->body;
    struct code_entry old, new;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_code(c, &old, e) || !call_matches_row(c, &code_entity, &old, e))
        return false;
    new = old;
    new.zh = f->zh;
    new.en = f->en;
    new.short_zh = f->short_zh;
    new.aliases = f->aliases;
    new.note = f->note;
    act_begin(&act, c->tx, &c->who, "code.rename", old.table_name, e->a);
    if (!code_rename(&act, &old, &new, e) || !act_end(&act, NULL, e))
        return false;
    codes_kept_changed(c->api->codes_kept);
    answer_code(c, &new);
    return true;
}

static bool end_at(struct call *c, struct opt_date from, const char *action, struct errs *e)
{
    struct code_entry old, new;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_code(c, &old, e))
        return false;
    act_begin(&act, c->tx, &c->who, action, old.table_name, e->a);
    if (!code_end(&act, &old, from, &new, e) || !act_end(&act, NULL, e))
        return false;
    codes_kept_changed(c->api->codes_kept);
    answer_code(c, &new);
    return true;
}

static bool end_code(struct call *c, struct errs *e)
{
    const struct end_form *f = c->body;
    return end_at(c, (struct opt_date){ f->on.set ? f->on.v : clock_today(), true }, "code.end", e);
}

static bool resume_code(struct call *c, struct errs *e)
{
    return end_at(c, (struct opt_date){ 0 }, "code.resume", e);
}

// clang-format off
#define TEXT(n) { .name = n, .type = "string" }
#define NUMBER(n) { .name = n, .type = "integer" }
#define OBJECTS(n) { .name = n, .type = "object", .list = true }
static const struct answer_part parameter_parts[] = {
    TEXT("parameter"), TEXT("zh"), TEXT("en"), TEXT("type"), TEXT("default"), TEXT("lowest"), TEXT("highest"), TEXT("source"), TEXT("note"),
    TEXT("value"), TEXT("value_of"), NUMBER("no"), OBJECTS("values"), OBJECTS("settings"), { 0 } };
static const struct answer_part table_parts[] = { TEXT("table"), TEXT("label"), TEXT("use"), TEXT("standard"), { 0 } };
static const struct answer_part tables_parts[] = { LIST_PART("rows", "string"), OBJECTS_PART("tables", table_parts), { 0 } };
static const struct answer_part code_parts[] = { NUMBER("code"), TEXT("slug"), TEXT("zh"), TEXT("en"), BOOL_PART("own"), TEXT("valid_to"), TEXT("aliases"), { 0 } };
static const struct answer_part codes_parts[] = { OBJECTS_PART("rows", code_parts), { 0 } };
#define WRITES .perm = PERM_REGIONS, .tx = ROUTE_WRITES
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/programmes/{programme}/parameters", .flags = ROUTE_ANYBODY, .path = &programme_at, .query = &parameters_query, .run = list_parameters, .list = true, .parts = parameter_parts,
      .doc = { "项目的参数：某地某日的数值、出处和历次设定", "A programme's parameters: what they are somewhere on a day, where that stands, and all that was set" } },
    { .method = "POST", .pattern = "/api/v1/programmes/{programme}/parameters", .perm = PERM_PROGRAMMES, .tx = ROUTE_WRITES, .path = &programme_at, .body = &parameter_form, .run = set_parameter, .status = 201, .answer = &parameter_setting_entity,
      .doc = { "自某日起设定一地的参数，不填数值为撤回；历次设定都保留", "Set a parameter for a place from a day on, or take that back; all that was set is kept" }, .sample = "{\"parameter\":\"max_amount\",\"region\":\"350603000000\",\"valid_from\":\"2026-01-01\",\"value\":\"30000\",\"basis\":\"某扶贫〔2026〕1号\"}" },
    { .method = "GET", .pattern = "/api/v1/codes", .flags = ROUTE_ANYBODY, .run = list_codes, .parts = tables_parts,
      .doc = { "代码表的名称，各能怎样改", "Names of the code tables, and what may be done to each" } },
    { .method = "GET", .pattern = "/api/v1/codes/{table}", .flags = ROUTE_ANYBODY, .path = &codes_path, .run = show_codes, .parts = codes_parts,
      .doc = { "一个代码表", "One code table" } },
    { .method = "GET", .pattern = "/api/v1/codes/{table}/{code}", .flags = ROUTE_ANYBODY, .path = &code_path, .run = show_code, .answer = &code_entity,
      .doc = { "一个代码的全部内容", "All about one code" } },
    { .method = "POST", .pattern = "/api/v1/codes/{table}", WRITES, .path = &codes_path, .body = &code_form, .run = add_code, .status = 201, .answer = &code_entity,
      .doc = { "增加自己的代码；编号和短名自动给出", "Add a code of one's own; its number and short name are given" }, .sample = "{\"zh\":\"林下经济\"}" },
    { .method = "PUT", .pattern = "/api/v1/codes/{table}/{code}", WRITES, .flags = ROUTE_MATCH, .path = &code_path, .body = &code_form, .run = rename_code, .answer = &code_entity,
      .doc = { "改名称、别名、说明；旧名称留作别名", "Other labels, aliases or note; the old label stays as an alias" }, .sample = "{\"zh\":\"林下种养\"}" },
    { .method = "POST", .pattern = "/api/v1/codes/{table}/{code}/end", WRITES, .path = &code_path, .body = &end_form, .run = end_code, .answer = &code_entity,
      .doc = { "停用：不再可选，已有的资料不变", "End it: it is offered no more, rows that have it keep it" }, .sample = "{}" },
    { .method = "POST", .pattern = "/api/v1/codes/{table}/{code}/resume", WRITES, .path = &code_path, .run = resume_code, .answer = &code_entity,
      .doc = { "恢复使用", "Offer it again" } },
};
// clang-format on
const struct route_table dictionary_routes = { { "参数和代码表", "Parameters and code tables" },
                                               routes,
                                               N_ELEMS(routes) };
