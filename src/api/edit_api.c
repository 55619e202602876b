/* edit_api.c - corrections typed at the desk, households added by hand, and what forms are made of. */
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "registry/edit.h"

/* --- what forms are made of ---------------------------------------------------------------- */

static const char *const type_names[] = {
    [T_INT] = "int",         [T_OPT_INT] = "int",           [T_TEXT] = "text",     [T_BYTES] = "bytes",
    [T_MONEY] = "money",     [T_OPT_MONEY] = "money",       [T_DATE] = "date",     [T_OPT_DATE] = "date",
    [T_INSTANT] = "instant", [T_OPT_QUANTITY] = "quantity", [T_BOOL] = "yesno",    [T_YESNO] = "yesno",
    [T_CODE] = "code",       [T_CODES] = "codes",           [T_REGION] = "region",
};

struct entity_path {
    struct str entity;
};
static const struct col entity_path_cols[] = {
    COL(entity_path, entity, "数据类型", "Kind of data", .flags = REQUIRED, .max = 40),
};
static const struct entity entity_path =
    ENTITY(entity_path, TABLE_LOCAL, "数据类型", "Kind of data", entity_path_cols);

static const char *format_of(const struct col *c)
{
    return c->check == check_idno      ? "id_number"
           : c->check == check_account ? "account"
           : c->check == check_phone   ? "phone"
           : c->flags & MONTH          ? "month"
                                       : NULL;
}

static void put_form_column(struct call *c, const struct col *x)
{
    put_object(&c->w);
    put_member_cstr(&c->w, "name", x->name);
    put_member_cstr(&c->w, "zh", x->label.zh);
    put_member_cstr(&c->w, "en", x->label.en);
    put_member_cstr(&c->w, "type", type_names[x->type]);
    put_member_cstr(&c->w, "codes", x->codes);
    put_member_cstr(&c->w, "format", format_of(x));
    put_member_cstr(&c->w, "unit", x->unit);
    put_member_bool(&c->w, "required", (x->flags & REQUIRED) != 0);
    put_member_bool(&c->w, "server", (x->flags & SERVER) != 0);
    put_member_bool(&c->w, "masked", x->mask != MASK_NONE);
    if (x->min || x->max) {
        put_member_int(&c->w, "min", x->min);
        put_member_int(&c->w, "max", x->max);
    }
    put_object_end(&c->w);
}

/* Whatever an operation is asked with or answers. */
static const struct entity *of_some_route(struct str name)
{
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            const struct entity *of[] = { r->body, r->lines, r->answer };
            for (size_t k = 0; k < N_ELEMS(of); k++)
                if (of[k] && str_eq(name, str_of(of[k]->table)))
                    return of[k];
        }
    return NULL;
}

static bool describe(struct call *c, struct errs *e)
{
    const struct entity_path *at = c->path;
    const struct entity *en = of_some_route(at->entity);
    if (!en)
        return fail(e, ERR_NOT_FOUND, "entity", MSG_API_NO_ROUTE);
    put_object(&c->w);
    put_member_cstr(&c->w, "name", en->table);
    put_member_cstr(&c->w, "zh", en->label.zh);
    put_member_cstr(&c->w, "en", en->label.en);
    put_key(&c->w, "columns");
    put_list(&c->w);
    for (size_t i = 0; i < en->n; i++)
        put_form_column(c, &en->cols[i]);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

/* --- corrections ---------------------------------------------------------------------------- */

struct year_path {
    int64_t county, id, year;
};
static const struct col year_path_cols[] = {
    COUNTY_COL(year_path),
    ID_COL(year_path),
    COL(year_path, year, "年度", "Year", .flags = REQUIRED, .min = 1980, .max = 2200),
};
static const struct entity year_path = ENTITY(year_path, TABLE_LOCAL, "年度", "Year", year_path_cols);

/* What was sent, put over what stands there: a member that is missing stays, null empties it. */
static bool put_over(struct call *c, const struct entity *en, void *obj, struct errs *e)
{
    const struct reading rd = { .e = e, .codes = c->codes, .today = clock_today(), .newly = true };
    json_t *j = json_loadb(c->rq->body.p, c->rq->body.n, JSON_REJECT_DUPLICATES, NULL);
    bool ok =
        json_is_object(j) ? entity_from_json(en, j, obj, &rd) : fail(e, ERR_INVALID, NULL, MSG_API_JSON);
    json_decref(j);
    return ok;
}

static void answer_row(struct call *c, const struct entity *en, const void *row)
{
    c->reply->etag = row_etag(c, en, row);
    put_row(c, en, row);
}

static bool change_household(struct call *c, struct errs *e)
{
    struct household old, new;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_household_at(c, c->path, PERM_REGISTRY_WRITE, &old, e) ||
        !call_matches_row(c, &household_entity, &old, e))
        return false;
    new = old;
    act_begin(&act, c->tx, &c->who, "household.edit", old.hh_no, c->a);
    if (!put_over(c, &household_entity, &new, e) || !edit_household(&act, &old, &new, e) ||
        !act_end(&act, NULL, e))
        return false;
    answer_row(c, &household_entity, &new);
    return true;
}

static bool change_person(struct call *c, struct errs *e)
{
    const struct at_id *at = c->path;
    struct person old, new;
    struct household h;
    CLEANUP(act_release) struct act act = { 0 };
    enum found f = db_get(c->tx, &person_entity, &old, e, V(at->county), V(at->id));
    if (f != FOUND)
        return f != FAILED && fail(e, ERR_NOT_FOUND, "id", MSG_API_HOUSEHOLD);
    struct at_id home = { old.county, old.household_id };
    if (!find_household_at(c, &home, PERM_REGISTRY_WRITE, &h, e) ||
        !call_matches_row(c, &person_entity, &old, e))
        return false;
    new = old;
    act_begin(&act, c->tx, &c->who, "person.edit", h.hh_no, c->a);
    if (!put_over(c, &person_entity, &new, e) || !edit_person(&act, &old, &new, e) || !act_end(&act, NULL, e))
        return false;
    answer_row(c, &person_entity, &new);
    return true;
}

/* A year that stands there already is an edit and needs If-Match; a new one does not. */
static bool change_year(struct call *c, struct errs *e)
{
    const struct year_path *at = c->path;
    struct at_id home = { at->county, at->id };
    struct household h;
    struct household_year old,
        new = { .county = at->county, .household_id = at->id, .year = { at->year, true } };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_household_at(c, &home, PERM_REGISTRY_WRITE, &h, e))
        return false;
    enum found f =
        db_find(c->tx,
                SQL_OF(STMT_KEY, &household_year_entity,
                       "SELECT {*} FROM household_year WHERE county = $1 AND household_id = $2 AND "
                       "year = $3"),
                &old, e, V(h.county), V(h.id), V(at->year));
    if (f == FAILED || (f == FOUND && !call_matches_row(c, &household_year_entity, &old, e)))
        return false;
    if (f == FOUND)
        new = old;
    act_begin(&act, c->tx, &c->who, "year.edit", h.hh_no, c->a);
    if (!put_over(c, &household_year_entity, &new, e) ||
        !edit_year(&act, f == FOUND ? &old : NULL, &new, e) || !act_end(&act, NULL, e))
        return false;
    answer_row(c, &household_year_entity, &new);
    return true;
}

/* --- a new household ------------------------------------------------------------------------ */

struct add_form {
    struct region_code village;
    struct str hh_no, head_name, id_number, phone, address;
    struct code sex, state, cause_main;
    struct opt_date birth_date, entered_on;
};
static const struct col add_cols[] = {
    COL(add_form, village, "村", "Village", .flags = REQUIRED),
    COL(add_form, hh_no, "户编号", "Household number", .flags = REQUIRED, .max = 30),
    COL(add_form, head_name, "户主姓名", "Head's name", .flags = REQUIRED, .max = 60, .check = check_name),
    COL(add_form, id_number, "户主证件号码", "Head's identity number", .check = check_idno,
        .mask = MASK_IDNO),
    COL(add_form, sex, "户主性别", "Head's sex", .codes = "sex"),
    COL(add_form, birth_date, "户主出生日期", "Head's birth date"),
    COL(add_form, phone, "联系电话", "Phone", .check = check_phone, .mask = MASK_PHONE),
    COL(add_form, address, "住址", "Address", .max = 200),
    COL(add_form, state, "状态", "State", .codes = "poverty_state"),
    COL(add_form, cause_main, "主要致贫原因", "Main cause", .codes = "poverty_cause"),
    COL(add_form, entered_on, "建档日期", "On the register since"),
};
static const struct entity add_form = ENTITY(add_form, TABLE_LOCAL, "新增户", "New household", add_cols);

static bool add_household(struct call *c, struct errs *e)
{
    const struct add_form *f = c->body;
    struct household h = { .county = region_county(f->village),
                           .village = f->village,
                           .hh_no = f->hh_no,
                           .head_name = f->head_name,
                           .phone = f->phone,
                           .address = f->address,
                           .state = f->state,
                           .cause_main = f->cause_main,
                           .entered_on = f->entered_on };
    struct person head = { .id_number = f->id_number, .sex = f->sex, .birth_date = f->birth_date };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "household.add", h.hh_no, c->a);
    if (!actor_need_at(&c->who, PERM_REGISTRY_WRITE, h.village, e) || !edit_add(&act, &h, &head, e) ||
        !act_end(&act, NULL, e))
        return false;
    c->reply->location =
        str_of(arena_printf(c->a, "/api/v1/households/%lld/%lld", (long long)h.county, (long long)h.id));
    answer_row(c, &household_entity, &h);
    return true;
}

// clang-format off
#define EDITS .tx = ROUTE_WRITES, .perm = PERM_REGISTRY_WRITE
static const struct answer_part column_parts[] = { TEXT_PART("name"), TEXT_PART("zh"), TEXT_PART("en"), TEXT_PART("type"), TEXT_PART("codes"), TEXT_PART("format"), TEXT_PART("unit"), BOOL_PART("required"), BOOL_PART("server"), BOOL_PART("masked"), NUMBER_PART("min"), NUMBER_PART("max"), { 0 } };
static const struct answer_part described_parts[] = { TEXT_PART("name"), TEXT_PART("zh"), TEXT_PART("en"), OBJECTS_PART("columns", column_parts), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/entities/{entity}", .flags = ROUTE_ANYBODY, .path = &entity_path, .run = describe, .parts = described_parts,
      .doc = { "一个表单或一类数据的字段，如 household、person、join_form", "The fields of a form or a kind of data, like household, person, join_form" } },
    { .method = "POST", .pattern = "/api/v1/households", EDITS, .flags = ROUTE_PERSONAL, .body = &add_form, .run = add_household, .status = 201, .answer = &household_entity,
      .doc = { "新增一户及其户主", "Add a household with its head" },
      .sample = "{\"village\":\"350603100201\",\"hh_no\":\"N0001\",\"head_name\":\"陈某\",\"state\":\"poor\"}" },
    { .method = "PATCH", .pattern = "/api/v1/households/{county}/{id}", EDITS, .flags = ROUTE_MATCH | ROUTE_PERSONAL | ROUTE_PARTIAL, .path = &at_id, .body = &household_entity, .run = change_household, .answer = &household_entity,
      .doc = { "更正一户：没写的不变，null 清空；If-Match 用 version", "Correct a household: what is missing stays, null empties; If-Match is its version" }, .sample = "{\"address\":\"第3组\"}" },
    { .method = "PATCH", .pattern = "/api/v1/persons/{county}/{id}", EDITS, .flags = ROUTE_MATCH | ROUTE_PERSONAL | ROUTE_PARTIAL, .path = &at_id, .body = &person_entity, .run = change_person, .answer = &person_entity,
      .doc = { "更正一名成员；If-Match 用 version", "Correct a member; If-Match is its version" }, .sample = "{\"skill\":\"木工\"}" },
    { .method = "PATCH", .pattern = "/api/v1/households/{county}/{id}/years/{year}", EDITS, .flags = ROUTE_PERSONAL | ROUTE_PARTIAL, .path = &year_path, .body = &household_year_entity, .run = change_year, .answer = &household_year_entity,
      .doc = { "更正或新增一个年度的收入和生产生活条件；已有的须带 If-Match", "Correct or add a year of income and living conditions; one that is there needs If-Match" }, .sample = "{\"wage_income\":\"12000.00\"}" },
};
// clang-format on
const struct route_table edit_routes = { { "更正", "Corrections" }, routes, N_ELEMS(routes) };
