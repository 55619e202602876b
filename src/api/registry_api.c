/* registry_api.c - the register as it is read: regions, households, one household, codes. */
#include "api/tables.h"
#include "base/clock.h"
#include "base/value.h"
#include "registry/as_of.h"
#include "registry/change_value.h"
#include "registry/household_file.h"
#include "registry/region.h"
#include "registry/scope.h"

enum { COUNTY_FIRST = 110000, COUNTY_LAST = 999999, REGIONS_MAX = 5000 };

/* --- forms -------------------------------------------------------------------------------- */

struct regions_query {
    struct region_code parent;
};
static const struct col regions_query_cols[] = {
    COL(regions_query, parent, "上级区划", "Parent"),
};
static const struct entity regions_query =
    ENTITY(regions_query, TABLE_LOCAL, "区划", "Regions", regions_query_cols);

struct households_query {
    struct region_code region;
    struct code state, cause_main;
    struct str name; /* how the head's name begins */
};
static const struct col households_query_cols[] = {
    COL(households_query, region, "区划（含下级）", "Region, with all below"),
    COL(households_query, state, "状态", "State", .codes = "poverty_state"),
    COL(households_query, cause_main, "主要致贫原因", "Main cause", .codes = "poverty_cause"),
    COL(households_query, name, "户主姓名开头", "Beginning of the head's name", .max = 60,
        .check = check_name),
};
static const struct entity households_query =
    ENTITY(households_query, TABLE_LOCAL, "户", "Households", households_query_cols);

struct household_path {
    int64_t county, id;
};
static const struct col household_path_cols[] = {
    COL(household_path, county, "县", "County", .flags = REQUIRED, .min = COUNTY_FIRST, .max = COUNTY_LAST),
    COL(household_path, id, "编号", "Id", .flags = REQUIRED, .min = 1, .max = INT64_C(1) << 53),
};
static const struct entity household_path =
    ENTITY(household_path, TABLE_LOCAL, "户", "Household", household_path_cols);

struct household_query {
    struct str parts;
};
static const struct col household_query_cols[] = {
    COL(household_query, parts, "内容：members,years,states（默认这三样），changes",
        "What of it: members,years,states (these unless told), changes", .max = 40),
};
static const struct entity household_query =
    ENTITY(household_query, TABLE_LOCAL, "户", "Household", household_query_cols);

struct then_query {
    struct date day;
};
static const struct col then_query_cols[] = {
    COL(then_query, day, "哪一天", "On which day", .flags = REQUIRED),
};
static const struct entity then_query = ENTITY(then_query, TABLE_LOCAL, "当时", "Then", then_query_cols);

struct reveal_form {
    struct str purpose;
};
static const struct col reveal_cols[] = {
    COL(reveal_form, purpose, "用途", "Purpose", .flags = REQUIRED, .min = 2, .max = 200),
};
static const struct entity reveal_form = ENTITY(reveal_form, TABLE_LOCAL, "用途", "Purpose", reveal_cols);

/* --- regions ------------------------------------------------------------------------------ */

/* What a level begins at: one unit of the last group of digits that the parent leaves at zero. */
static int64_t step_below(enum region_level parent)
{
    static const int64_t steps[] = { [REGION_NONE] = INT64_C(10000000000),
                                     [PROVINCE] = 100000000,
                                     [PREFECTURE] = 1000000,
                                     [COUNTY] = 1000,
                                     [TOWNSHIP] = 1,
                                     [VILLAGE] = 1 };
    return steps[parent];
}

static bool list_regions(struct call *c, struct errs *e)
{
    const struct regions_query *q = c->query;
    struct list all;
    int64_t first = 0, last = INT64_C(999999999999), step = step_below(region_level(q->parent));
    if (q->parent.v)
        region_span(q->parent, &first, &last);
    if (!db_list(
            c->tx,
            SQL_OF(STMT_REF, &region_entity,
                   "SELECT {*} FROM region WHERE code BETWEEN $1 AND $2 AND code <> $3 AND code % $4 = 0 "
                   "ORDER BY code LIMIT $5"),
            &all, e->a, e, V(first), V(last), V(q->parent.v), V(step), V((int64_t)REGIONS_MAX)))
        return false;
    const struct region *r = all.rows;
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < all.n; i++) {
        put_object(&c->w);
        put_cols(c, &region_entity, &r[i], true);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_nil((put_key(&c->w, "next"), &c->w));
    put_object_end(&c->w);
    return true;
}

/* --- households --------------------------------------------------------------------------- */

/* A line of the list.  Only these columns are read: opening what is sealed is dear, and no line shows it. */
static const struct col line_cols[] = {
    COL(household, county, "县代码", "County", .flags = PKEY),
    COL(household, id, "内部编号", "Id", .flags = PKEY),
    COL(household, hh_no, "户编号", "Household number"),
    COL(household, village, "村代码", "Village code"),
    COL(household, head_name, "户主姓名", "Head of household"),
    COL(household, state, "脱贫状态", "Poverty state", .codes = "poverty_state"),
    COL(household, attribute, "贫困户属性", "Household attribute", .codes = "household_attribute"),
    COL(household, cause_main, "主要致贫原因", "Main cause of poverty", .codes = "poverty_cause"),
    COL(household, registered_year, "建档年度", "Year of registration"),
    COL(household, entered_on, "识别日期", "Entered on"),
};
static const struct entity line_entity = ENTITY(household, TABLE_COUNTY, "户", "Household", line_cols);

#define HOUSEHOLDS                                                                                           \
    "SELECT {*} FROM household WHERE county = $1 AND village BETWEEN $2 AND $3 AND (CAST($6 AS BIGINT) IS "  \
    "NULL OR state = $6) AND (CAST($7 AS BIGINT) IS NULL OR cause_main = $7) AND (CAST($8 AS TEXT) IS NULL " \
    "OR (head_name >= $8 AND head_name < $9)) AND "
/* Every one of them binds all that a key may hold: two numbers and a text. */
#define NO_TEXT    "CAST($11 AS text) IS NOT NULL AND "
#define NO_VILLAGE "CAST($4 AS bigint) IS NOT NULL AND "
#define NO_NUMBERS NO_VILLAGE "CAST($5 AS bigint) IS NOT NULL AND "

static const struct stmt *by_village(bool down)
{
    return down ? SQL_OF(STMT_KEY, &line_entity,
                         HOUSEHOLDS NO_TEXT
                         "(village, id) < ($4, $5) ORDER BY village DESC, id DESC LIMIT $10")
                : SQL_OF(STMT_KEY, &line_entity,
                         HOUSEHOLDS NO_TEXT "(village, id) > ($4, $5) ORDER BY village, id LIMIT $10");
}

static const struct stmt *by_number(bool down)
{
    return down
               ? SQL_OF(STMT_KEY, &line_entity,
                        HOUSEHOLDS NO_NUMBERS "hh_no < $11 ORDER BY hh_no DESC LIMIT $10")
               : SQL_OF(STMT_KEY, &line_entity, HOUSEHOLDS NO_NUMBERS "hh_no > $11 ORDER BY hh_no LIMIT $10");
}

static const struct stmt *by_head(bool down)
{
    return down
               ? SQL_OF(STMT_KEY, &line_entity,
                        HOUSEHOLDS NO_VILLAGE
                        "(head_name, id) < ($11, $5) ORDER BY head_name DESC, id DESC LIMIT $10")
               : SQL_OF(STMT_KEY, &line_entity,
                        HOUSEHOLDS NO_VILLAGE "(head_name, id) > ($11, $5) ORDER BY head_name, id LIMIT $10");
}

static const struct order household_orders[] = { BY("village", "村", "village", .rows = by_village),
                                                 BY("hh_no", "户编号", "number", .rows = by_number),
                                                 BY("head_name", "户主姓名", "the head's name",
                                                    .rows = by_head),
                                                 { .name = NULL } };

static struct page_key key_of(const struct order *o, const struct household *h)
{
    return (struct page_key){ { h->village.v, h->id }, o->rows == by_head ? h->head_name : h->hh_no };
}

static struct val code_val(struct code code)
{
    return code.set ? V(code.v) : val_null();
}

static void put_household(struct call *c, const struct household *h)
{
    put_object(&c->w);
    for (size_t i = 0; i < N_ELEMS(line_cols); i++) {
        put_key(&c->w, line_cols[i].name);
        col_json(&line_cols[i], h, &c->w, c->codes, true);
    }
    put_object_end(&c->w);
}

/* County after county, each within the actor's area; a cursor says in which of them the last page ended. */
static bool list_households(struct call *c, struct errs *e)
{
    const struct households_query *q = c->query;
    struct list_page *p = &c->page;
    struct val name_end = val_null();
    struct scopes all;
    const struct scope *s;
    if (q->name.p)
        name_end = val_cstr(arena_printf(e->a, "%.*s\xf4\x8f\xbf\xbf", (int)q->name.n, q->name.p));
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, q->region, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(p, &all))) {
        const struct page_key behind = page_behind(p);
        struct list rows;
        if (!db_list(c->tx, page_rows(p), &rows, e->a, e, V(s->county), V(s->first), V(s->last),
                     V(behind.n[0]), V(behind.n[1]), code_val(q->state), code_val(q->cause_main),
                     val_str(q->name), name_end, V(page_room(p)), V(behind.text)))
            return false;
        const struct household *h = rows.rows;
        for (size_t i = 0; i < rows.n && page_take(p, key_of(p->order, &h[i])); i++)
            put_household(c, &h[i]);
    }
    page_end(c);
    return true;
}

/* Outside of one's area is nowhere. */
static bool find_household(struct call *c, enum perm p, struct household *h, struct errs *e)
{
    const struct household_path *at = c->path;
    enum found f = db_get(c->tx, &household_entity, h, e, V(at->county), V(at->id));
    if (f == FAILED)
        return false;
    if (f == NONE || !actor_may(&c->who, PERM_REGISTRY_READ, h->village))
        return fail(e, ERR_NOT_FOUND, "id", MSG_API_HOUSEHOLD);
    return actor_need_at(&c->who, p, h->village, e);
}

static void put_rows(struct call *c, const char *name, const struct entity *en, const void *rows, size_t n,
                     bool full)
{
    put_key(&c->w, name);
    put_list(&c->w);
    for (size_t i = 0; i < n; i++) {
        put_object(&c->w);
        put_cols(c, en, (const char *)rows + i * en->size, full);
        put_member_text(&c->w, "version", row_etag(c, en, (const char *)rows + i * en->size));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static void put_amount(struct call *c, const char *key, struct opt_money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    put_key(&c->w, key);
    if (m.set)
        money_print(&b, m.v);
    put_text(&c->w, m.set ? buf_str(&b) : (struct str){ 0 });
}

static const struct {
    const char *name;
    unsigned part;
} file_parts[] = { { "members", PART_MEMBERS },
                   { "years", PART_YEARS },
                   { "states", PART_STATES },
                   { "changes", PART_CHANGES } };
enum { ALL_PARTS = PART_MEMBERS | PART_YEARS | PART_STATES };

static bool read_parts(struct str names, unsigned *parts, struct errs *e)
{
    struct str one;
    *parts = names.p ? 0 : ALL_PARTS;
    while (names.n && str_split(&names, ',', &one)) {
        unsigned part = 0;
        for (size_t i = 0; i < N_ELEMS(file_parts); i++)
            if (str_eq(one, str_of(file_parts[i].name)))
                part = file_parts[i].part;
        if (!part)
            return fail(e, ERR_INVALID, "parts", MSG_NO_SUCH_CODE, A("parts"), A(one),
                        A("members, years, states, changes"));
        *parts |= part;
    }
    return true;
}

static void put_years(struct call *c, const struct household_file *f, bool full)
{
    put_key(&c->w, "years");
    put_list(&c->w);
    for (size_t i = 0; i < f->years_n; i++) {
        put_object(&c->w);
        put_cols(c, &household_year_entity, &f->years[i], full);
        put_member_text(&c->w, "version", row_etag(c, &household_year_entity, &f->years[i]));
        put_amount(c, "total_income", income_total(&f->years[i]));
        put_amount(c, "net_income", income_net(&f->years[i]));
        put_amount(c, "net_income_per_head", income_net_per_head(&f->years[i], (int64_t)f->present));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

/* What stood there, in people's words. */
static void put_held(struct call *c, const char *key, const struct col *col, struct str text)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    struct household h = { 0 };
    if (text.p && change_value_set(store_seal(c->api->st), col, &h, text, c->a))
        col_print(col, &h, &b, c->codes, c->lang);
    put_member_text(&c->w, key, b.n ? arena_str(c->a, buf_str(&b)) : (struct str){ 0 });
}

/* Of what is sealed or masked only that it changed. */
static void put_changes(struct call *c, const struct household_file *f)
{
    put_key(&c->w, "changes");
    put_list(&c->w);
    for (size_t i = 0; i < f->changes_n; i++) {
        const struct col *col = entity_col(&household_entity, f->changes[i].field.p);
        CLEANUP(buf_release) struct buf at = BUF(64);
        instant_print(&at, f->changed_at[i]);
        put_object(&c->w);
        put_member_text(&c->w, "at", arena_str(c->a, buf_str(&at)));
        put_member_text(&c->w, "by", f->changed_by[i]);
        put_member_text(&c->w, "field", f->changes[i].field);
        if (col)
            put_member_cstr(&c->w, "label", label_in(&col->label, c->lang));
        if (col && col->seal == SEAL_NONE && col->mask == MASK_NONE) {
            put_held(c, "before", col, f->changes[i].before);
            put_held(c, "after", col, f->changes[i].after);
        }
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static void put_members(struct call *c, const struct household_file *f, unsigned parts, bool full)
{
    put_cols(c, &household_entity, &f->household, full);
    put_member_text(&c->w, "version", row_etag(c, &household_entity, &f->household));
    put_member_text(&c->w, "village_name", f->village);
    put_member_text(&c->w, "township_name", f->township);
    if (parts & PART_MEMBERS)
        put_rows(c, "members", &person_entity, f->members, f->members_n, full);
    if (parts & PART_YEARS)
        put_years(c, f, full);
    if (parts & PART_STATES)
        put_rows(c, "states", &household_status_entity, f->states, f->states_n, full);
    if (parts & PART_CHANGES)
        put_changes(c, f);
}

static void put_file(struct call *c, const struct household_file *f, unsigned parts, bool full)
{
    put_object(&c->w);
    put_members(c, f, parts, full);
    put_object_end(&c->w);
}

/* Income by head counts those who are there: the years need the members. */
static bool show_household(struct call *c, struct errs *e)
{
    const struct household_query *q = c->query;
    struct household h;
    struct household_file f = { 0 };
    unsigned parts;
    if (!read_parts(q->parts, &parts, e) || !find_household(c, PERM_REGISTRY_READ, &h, e) ||
        !household_file_parts(c->tx, &h, parts & PART_YEARS ? parts | PART_MEMBERS : parts, &f, e))
        return false;
    put_file(c, &f, parts, false);
    return true;
}

static bool show_household_then(struct call *c, struct errs *e)
{
    const struct then_query *q = c->query;
    struct household h;
    struct household_then then;
    if (q->day.day > clock_today().day)
        return fail(e, ERR_INVALID, "day", MSG_AS_OF_AHEAD, A(q->day));
    if (!find_household(c, PERM_REGISTRY_READ, &h, e) || !household_as_of(c->tx, &h, q->day, &then, e))
        return false;
    const struct household_file f = { .household = then.household,
                                      .village = then.village,
                                      .township = then.township,
                                      .members = then.members,
                                      .members_n = then.members_n,
                                      .present = then.members_n,
                                      .years = then.years,
                                      .years_n = then.years_n,
                                      .states = then.states,
                                      .states_n = then.states_n };
    put_object(&c->w);
    put_member_date(&c->w, "as_of", q->day);
    put_member_bool(&c->w, "on_register", then.on_register);
    put_members(c, &f, ALL_PARTS, false);
    put_rows(c, "since", &movement_entity, then.since, then.since_n, false);
    put_object_end(&c->w);
    return true;
}

/* Whoever looks at whole numbers says why, and that is kept. */
static bool reveal_household(struct call *c, struct errs *e)
{
    const struct reveal_form *form = c->body;
    struct household h;
    struct household_file f = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    CLEANUP(act_release) struct act act = { 0 };
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_text(&w, "purpose", form->purpose);
    put_object_end(&w);
    act_begin(&act, c->tx, &c->who, "household.reveal", (struct str){ 0 }, e->a);
    if (!find_household(c, PERM_PERSONAL_FULL, &h, e) || !household_file_parts(c->tx, &h, ALL_PARTS, &f, e))
        return false;
    act.object = h.hh_no;
    if (!act_log(&act, h.county, buf_cstr(&b), e))
        return false;
    put_file(c, &f, ALL_PARTS, true);
    return true;
}

static const struct answer_part version_parts[] = { TEXT_PART("version"), { 0 } };
static const struct answer_part year_parts[] = { TEXT_PART("version"),
                                                 TEXT_PART("total_income"),
                                                 TEXT_PART("net_income"),
                                                 TEXT_PART("net_income_per_head"),
                                                 { 0 } };
#define HOUSEHOLD_PARTS                                                          \
    TEXT_PART("version"), TEXT_PART("village_name"), TEXT_PART("township_name"), \
        ENTITIES_PART("members", &person_entity, version_parts),                 \
        ENTITIES_PART("years", &household_year_entity, year_parts),              \
        ENTITIES_PART("states", &household_status_entity, version_parts)
static const struct answer_part change_parts[] = { TEXT_PART("at"),
                                                   TEXT_PART("by"),
                                                   TEXT_PART("field"),
                                                   TEXT_PART("label"),
                                                   TEXT_PART("before"),
                                                   TEXT_PART("after"),
                                                   { 0 } };
static const struct answer_part household_parts[] = { HOUSEHOLD_PARTS,
                                                      OBJECTS_PART("changes", change_parts),
                                                      { 0 } };
static const struct answer_part then_parts[] = { TEXT_PART("as_of"),
                                                 BOOL_PART("on_register"),
                                                 HOUSEHOLD_PARTS,
                                                 ENTITIES_PART("since", &movement_entity, version_parts),
                                                 { 0 } };
static const struct route routes[] = {
    { .method = "GET",
      .pattern = "/api/v1/households",
      .perm = PERM_REGISTRY_READ,
      .flags = ROUTE_PERSONAL,
      .query = &households_query,
      .orders = household_orders,
      .run = list_households,
      .answer = &household_entity,
      .list = true,
      .doc = { "管辖区划内的户，可筛选、排序、翻页", "Households of one's area: filters, order, pages" } },
    { .method = "GET",
      .pattern = "/api/v1/households/{county}/{id}",
      .perm = PERM_REGISTRY_READ,
      .flags = ROUTE_PERSONAL | ROUTE_KEPT,
      .path = &household_path,
      .query = &household_query,
      .run = show_household,
      .parts = household_parts,
      .answer = &household_entity,
      .doc = { "一户一档，号码和病情已隐去", "One household with all of it, numbers and illness masked" } },
    { .method = "GET",
      .pattern = "/api/v1/households/{county}/{id}/as-of",
      .perm = PERM_REGISTRY_READ,
      .flags = ROUTE_PERSONAL,
      .path = &household_path,
      .query = &then_query,
      .run = show_household_then,
      .parts = then_parts,
      .answer = &household_entity,
      .doc = { "一户在过去某一天的样子，和此后才生效的变动",
               "One household as it was on a past day, and what took effect since" } },
    { .method = "POST",
      .pattern = "/api/v1/households/{county}/{id}/reveal",
      .perm = PERM_PERSONAL_FULL,
      .tx = ROUTE_WRITES,
      .flags = ROUTE_PERSONAL | ROUTE_SECRET,
      .path = &household_path,
      .body = &reveal_form,
      .run = reveal_household,
      .parts = household_parts,
      .answer = &household_entity,
      .doc = { "一户的完整内容；用途记入审计", "One household unmasked; the purpose goes into the audit" },
      .sample = "{\"purpose\":\"核对一卡通账号\"}" },
    { .method = "GET",
      .pattern = "/api/v1/regions",
      .flags = ROUTE_ANYBODY,
      .query = &regions_query,
      .run = list_regions,
      .answer = &region_entity,
      .list = true,
      .doc = { "下一级区划", "The regions one level below" } },
};
const struct route_table registry_routes = { { "名册", "Registry" }, routes, N_ELEMS(routes) };
