/* office_api.c - looking around the register: anybody by what one has in hand, counts, years, the balance of
 * movements; records that are one, regions that changed, and what a loan would cost. */
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/value.h"
#include "fund/schedule.h"
#include "registry/balance.h"
#include "registry/count.h"
#include "registry/duplicate.h"
#include "registry/duplicate_merge.h"
#include "registry/find.h"
#include "registry/region_load.h"
#include "registry/region_merge.h"
#include "registry/state_years.h"

enum { FIND_DEFAULT = 20, FIND_MAX = 200, MERGES_MAX = 500, TWICE_MAX = 20 };

/* --- forms -------------------------------------------------------------------------------- */

struct find_form {
    struct str text;
    struct region_code region;
    struct opt_int limit;
};
static const struct col find_cols[] = {
    COL(find_form, text, "姓名、证件号码、电话、户编号或村",
        "Name, ID number, phone, household number or village", .flags = REQUIRED, .min = 1, .max = 60),
    REGION_COL(find_form),
    COL(find_form, limit, "最多几条", "At most so many", .min = 1, .max = FIND_MAX),
};
static const struct entity find_form = ENTITY(find_form, TABLE_LOCAL, "查找", "Search", find_cols);

struct count_query {
    struct region_code region;
    struct str by, only;
    struct opt_date as_of;
};
static const struct col count_cols[] = {
    REGION_COL(count_query),
    COL(count_query, by, "township 或 village；不写只要合计",
        "township or village; the total only if not told", .max = 10),
    COL(count_query, only, "households：只要户数（不含注销），很快",
        "households: their number only (not the closed ones), which is fast", .max = 10),
    COL(count_query, as_of, "哪一天的（默认今天）", "As of that day (today)"),
};
static const struct entity count_query = ENTITY(count_query, TABLE_LOCAL, "计数", "Counts", count_cols);

struct span_query {
    struct region_code region;
    struct date from;
    struct opt_date to;
};
static const struct col span_cols[] = {
    REGION_COL(span_query),
    COL(span_query, from, "自哪天", "From", .flags = REQUIRED),
    COL(span_query, to, "到哪天（默认今天）", "Up to and with (today)"),
};
static const struct entity span_query = ENTITY(span_query, TABLE_LOCAL, "期间", "Time", span_cols);

struct where_query {
    struct region_code region;
};
static const struct col where_cols[] = { REGION_COL(where_query) };
static const struct entity where_query = ENTITY(where_query, TABLE_LOCAL, "区划", "Region", where_cols);

struct merge_form {
    int64_t county, keep_id, drop_id;
    struct str kind, reason, document;
};
static const struct col merge_form_cols[] = {
    COUNTY_COL(merge_form),
    COL(merge_form, kind, "household 或 person", "household or person", .flags = REQUIRED, .max = 10),
    COL(merge_form, keep_id, "保留的", "Which stays", .flags = REQUIRED, .min = 1, .max = ID_MAX),
    COL(merge_form, drop_id, "并入的", "Which is taken in", .flags = REQUIRED, .min = 1, .max = ID_MAX),
    COL(merge_form, reason, "原因", "Reason", .flags = REQUIRED, .min = 2, .max = 200),
    COL(merge_form, document, "依据文件", "The paper that proves it", .max = 100),
};
static const struct entity merge_form = ENTITY(merge_form, TABLE_LOCAL, "合并", "Merge", merge_form_cols);

struct pair_line {
    struct opt_int keep_id, drop_id;
};
static const struct col pair_cols[] = {
    COL(pair_line, keep_id, "保留的人", "Person who stays", .flags = REQUIRED, .min = 1, .max = ID_MAX),
    COL(pair_line, drop_id, "同一人", "Who is the same", .flags = REQUIRED, .min = 1, .max = ID_MAX),
};
static const struct entity pair_line =
    ENTITY(pair_line, TABLE_LOCAL, "同一人", "The same persons", pair_cols);

struct region_path {
    struct region_code region;
};
static const struct col region_path_cols[] = {
    COL(region_path, region, "区划", "Region", .flags = REQUIRED),
};
static const struct entity region_path = ENTITY(region_path, TABLE_LOCAL, "区划", "Region", region_path_cols);

struct region_load_form {
    struct region_code region;
    bool with_prefecture;
};
static const struct col region_load_cols[] = {
    COL(region_load_form, region, "县", "County", .flags = REQUIRED),
    COL(region_load_form, with_prefecture, "同一市的其他县也要", "The other counties of its prefecture too"),
};
static const struct entity region_load_form =
    ENTITY(region_load_form, TABLE_LOCAL, "装入区划", "Regions to load", region_load_cols);

struct region_merge_form {
    struct region_code into;
    struct str name, document;
    struct opt_date on;
};
static const struct col region_merge_cols[] = {
    COL(region_merge_form, into, "并入的村", "Village that they become", .flags = REQUIRED),
    COL(region_merge_form, document, "文号", "Document", .flags = REQUIRED, .min = 1,
        .max = REGION_DOCUMENT_MAX),
    COL(region_merge_form, name, "新村的名称", "Its name, where it is new", .max = 60),
    COL(region_merge_form, on, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity region_merge_form =
    ENTITY(region_merge_form, TABLE_LOCAL, "撤并", "Merger of villages", region_merge_cols);

struct village_line {
    struct region_code village;
};
static const struct col village_cols[] = {
    COL(village_line, village, "撤销的村", "Village that ends", .flags = REQUIRED),
};
static const struct entity village_line = ENTITY(village_line, TABLE_LOCAL, "村", "Villages", village_cols);

struct loan_form {
    struct opt_money principal;
    struct str rate, method;
    struct opt_date start;
    struct opt_int instalments, every_months, principal_grace;
};
static const struct col loan_cols[] = {
    COL(loan_form, principal, "本金", "What is lent", .flags = REQUIRED, .min = 1,
        .max = INT64_C(100000000000000)),
    COL(loan_form, rate, "年利率，如 0.12 或 12%", "Rate of a year, like 0.12 or 12%", .max = 20),
    COL(loan_form, method, "flat、annuity、equal_principal（默认）、bullet",
        "flat, annuity, equal_principal (default), bullet", .max = 20),
    COL(loan_form, start, "起息日（默认今天）", "Begins on (today)"),
    COL(loan_form, instalments, "期数", "Instalments", .flags = REQUIRED, .min = 1, .max = INSTALMENTS_MAX),
    COL(loan_form, every_months, "几个月一期（默认 1）", "Every so many months (1)", .min = 1,
        .max = EVERY_MONTHS_MAX),
    COL(loan_form, principal_grace, "前几期只还利息", "First instalments of interest only", .min = 0,
        .max = INSTALMENTS_MAX),
};
static const struct entity loan_form = ENTITY(loan_form, TABLE_LOCAL, "试算", "A loan to reckon", loan_cols);

struct family_form {
    int64_t county, person_id;
};
static const struct col family_cols[] = {
    COUNTY_COL(family_form),
    COL(family_form, person_id, "本人或亲属（人员内部编号）", "The person, by id", .flags = REQUIRED,
        .min = 1, .max = ID_MAX),
};
static const struct entity family_form = ENTITY(family_form, TABLE_LOCAL, "亲属", "Family", family_cols);

struct login_path {
    struct str login;
};
static const struct col login_cols[] = {
    COL(login_path, login, "登录名", "Login", .flags = REQUIRED, .min = 2, .max = 40),
};
static const struct entity login_path = ENTITY(login_path, TABLE_LOCAL, "用户", "Account", login_cols);

/* --- looking ------------------------------------------------------------------------------ */

/* The text is in the body: an ID number has no place in an address. */
static bool find(struct call *c, struct errs *e)
{
    static const char *const reasons[] = { [HIT_ID_NUMBER] = "id_number",
                                           [HIT_HH_NO] = "hh_no",
                                           [HIT_PHONE] = "phone",
                                           [HIT_NAME] = "name",
                                           [HIT_VILLAGE] = "village" };
    const struct find_form *x = c->body;
    struct hits hits;
    struct str elsewhere = { 0 };
    if (!find_anybody(c->tx, &c->who, x->text, x->region, x->limit.set ? (size_t)x->limit.v : FIND_DEFAULT,
                      clock_today(), &hits, &elsewhere, e))
        return false;
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < hits.n; i++) {
        const struct hit *h = &hits.list[i];
        put_object(&c->w);
        put_member_cstr(&c->w, "why", reasons[h->why]);
        put_member_text(&c->w, "village_name", h->village);
        put_key(&c->w, "household");
        put_row(c, &household_entity, &h->household);
        put_key(&c->w, "person");
        if (h->person.id)
            put_row(c, &person_entity, &h->person);
        else
            put_nil(&c->w);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_member_bool(&c->w, "more", hits.more);
    put_member_text(&c->w, "elsewhere", elsewhere);
    put_object_end(&c->w);
    return true;
}

static void put_count(struct call *c, const struct count_line *l)
{
    const struct count_query *q = c->query;
    const struct code_table *t = code_table(c->codes, "poverty_state");
    put_object(&c->w);
    put_member_region(&c->w, "region", l->region);
    put_member_text(&c->w, "name", l->name);
    put_member_int(&c->w, "households", l->households);
    if (q->only.p) {
        put_object_end(&c->w);
        return;
    }
    put_member_int(&c->w, "persons", l->persons);
    put_key(&c->w, "by_state");
    put_object(&c->w);
    for (int i = 0; i < STATES_MAX; i++) {
        const struct code_row *row = t ? code_row(t, i) : NULL;
        if (row)
            put_member_int(&c->w, row->slug.p, l->by_state[i]);
    }
    put_member_int(&c->w, "unknown", l->by_state[STATES_MAX]);
    put_object_end(&c->w);
    put_object_end(&c->w);
}

static bool count_by(struct call *c, const struct count_query *q, enum region_level by, struct counts *n,
                     struct errs *e)
{
    bool have = false;
    if (q->as_of.set && q->as_of.v.day < clock_today().day)
        return count_as_of(c->tx, &c->who, q->region, by, q->as_of.v, n, e);
    if (q->only.p && !counts_kept_have(c->tx, c->api->counts, &c->who, q->region, &have, e))
        return false;
    return q->only.p && !have ? count_households(c->tx, &c->who, q->region, by, n, e)
                              : count_registry_kept(c->tx, c->api->counts, &c->who, q->region, by, n, e);
}

static bool count(struct call *c, struct errs *e)
{
    const struct count_query *q = c->query;
    struct counts n;
    bool townships = str_eq(q->by, STR("township")), villages = str_eq(q->by, STR("village"));
    enum region_level by = townships ? TOWNSHIP : villages ? VILLAGE : REGION_NONE;
    if (q->by.p && !townships && !villages)
        return fail(e, ERR_INVALID, "by", MSG_NO_SUCH_CODE, A("by"), A(q->by), A("township, village"));
    if (q->only.p && !str_eq(q->only, STR("households")))
        return fail(e, ERR_INVALID, "only", MSG_NO_SUCH_CODE, A("only"), A(q->only), A("households"));
    if (!count_by(c, q, by, &n, e))
        return false;
    put_object(&c->w);
    put_key(&c->w, "all");
    put_count(c, &n.all);
    put_member_int(&c->w, "townships", n.townships);
    put_member_int(&c->w, "villages", n.villages);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < n.n; i++)
        put_count(c, &n.lines[i]);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static void put_kinds(struct call *c, const char *key, const int64_t list[YEAR_KINDS])
{
    static const char *const names[] = { [YEAR_REGISTERED] = "registered",
                                         [YEAR_PLANNED] = "planned",
                                         [YEAR_EXITED] = "exited",
                                         [YEAR_FALLEN_BACK] = "fallen_back",
                                         [YEAR_CLOSED] = "closed" };
    put_key(&c->w, key);
    put_object(&c->w);
    for (size_t i = 0; i < YEAR_KINDS; i++)
        put_member_int(&c->w, names[i], list[i]);
    put_object_end(&c->w);
}

static bool list_years(struct call *c, struct errs *e)
{
    const struct where_query *q = c->query;
    struct state_years y;
    if (!state_years_of(c->tx, &c->who, q->region, clock_today(), &y, e))
        return false;
    rows_begin(c);
    for (size_t i = 0; i < y.n; i++) {
        put_object(&c->w);
        put_member_int(&c->w, "year", y.list[i].year);
        put_kinds(c, "households", y.list[i].households);
        put_kinds(c, "persons", y.list[i].persons);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static void put_flow(struct call *c, const char *key, const int64_t list[MOVE_KINDS])
{
    const struct code_table *t = code_table(c->codes, "movement_kind");
    put_key(&c->w, key);
    put_object(&c->w);
    for (int i = 0; i < MOVE_KINDS; i++) {
        const struct code_row *row = t && i ? code_row(t, i) : NULL;
        if (list[i])
            put_member_int(&c->w, row ? row->slug.p : "imported", list[i]);
    }
    put_object_end(&c->w);
}

static void put_flows(struct call *c, const char *key, const struct flows *f)
{
    put_key(&c->w, key);
    put_object(&c->w);
    put_member_int(&c->w, "opening", f->opening);
    put_flow(c, "in", f->in);
    put_member_int(&c->w, "total_in", f->total_in);
    put_flow(c, "out", f->out);
    put_member_int(&c->w, "total_out", f->total_out);
    put_member_int(&c->w, "closing", f->closing);
    put_object_end(&c->w);
}

static bool show_balance(struct call *c, struct errs *e)
{
    const struct span_query *q = c->query;
    struct balance b;
    if (!balance_of(c->tx, &c->who, q->region, q->from, q->to.set ? q->to.v : clock_today(), &b, e))
        return false;
    put_object(&c->w);
    put_flows(c, "households", &b.households);
    put_flows(c, "persons", &b.persons);
    put_member_bool(&c->w, "balanced", b.balanced);
    put_key(&c->w, "misfits");
    put_list(&c->w);
    for (size_t i = 0; i < b.misfits_n && i < MISFITS_MAX; i++) {
        put_object(&c->w);
        put_member_text(&c->w, "hh_no", b.misfits[i].hh_no);
        put_member_text(&c->w, "name", b.misfits[i].name);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

/* --- records that are one ----------------------------------------------------------------- */

/* *household: of what stays. */
static bool wish_of(struct call *c, struct merge_wish *w, int64_t *household, struct errs *e)
{
    const struct merge_form *x = c->body;
    const struct pair_line *line = c->lines;
    bool persons = str_eq(x->kind, STR("person"));
    *w = (struct merge_wish){ persons ? MERGE_PERSON : MERGE_HOUSEHOLD, x->county, x->keep_id, x->drop_id,
                              .n = 0 };
    if (!persons && !str_eq(x->kind, STR("household")))
        return fail(e, ERR_INVALID, "kind", MSG_API_STATE, A("household, person"));
    if (c->lines_n > MOVERS_MAX)
        return fail(e, ERR_INVALID, "same", MSG_MOVE_TOO_MANY, A(MOVERS_MAX));
    for (size_t i = 0; i < c->lines_n; i++)
        w->pairs[w->n++] = (struct merge_pair){ line[i].keep_id.v, line[i].drop_id.v };
    const int64_t ids[] = { x->keep_id, x->drop_id };
    for (size_t i = 0; i < N_ELEMS(ids); i++) {
        struct at_id at = { x->county, ids[i] };
        struct household h;
        struct person p;
        if (persons) {
            enum found f = db_get(c->tx, &person_entity, &p, e, V(x->county), V(ids[i]));
            if (f != FOUND)
                return f == NONE && fail(e, ERR_NOT_FOUND, "keep_id", MSG_API_HOUSEHOLD);
            at.id = p.household_id;
        }
        if (!find_household_at(c, &at, PERM_REGISTRY_WRITE, &h, e))
            return false;
        if (!i)
            *household = at.id;
    }
    return true;
}

static void put_names(struct call *c, const char *key, const struct str *names, size_t n)
{
    put_key(&c->w, key);
    put_list(&c->w);
    for (size_t i = 0; i < n; i++)
        put_text(&c->w, names[i]);
    put_list_end(&c->w);
}

static void put_merge_report(struct call *c, const struct merge_report *r)
{
    put_cols(c, &duplicate_merge_entity, &r->merge, false);
    put_key(&c->w, "tables");
    put_list(&c->w);
    for (size_t i = 0; i < r->counts_n; i++) {
        put_object(&c->w);
        put_member_cstr(&c->w, "table", r->counts[i].en->table);
        put_member_cstr(&c->w, "label", label_in(&r->counts[i].en->label, c->lang));
        put_member_int(&c->w, "moved", r->counts[i].moved);
        put_member_int(&c->w, "removed", r->counts[i].removed);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_member_int(&c->w, "filled", r->filled);
    put_key(&c->w, "differences");
    put_list(&c->w);
    for (size_t i = 0; i < r->differences_n; i++) {
        put_object(&c->w);
        put_member_text(&c->w, "of", r->differences[i].of);
        put_member_cstr(&c->w, "field", r->differences[i].col->name);
        put_member_cstr(&c->w, "label", label_in(&r->differences[i].col->label, c->lang));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_names(c, "same", r->same, r->same_n);
    put_names(c, "unclear", r->unclear, r->unclear_n);
}

static bool put_helped_twice(struct call *c, int64_t county, int64_t household, struct errs *e)
{
    struct case_twice twice[TWICE_MAX];
    size_t n = 0;
    if (!case_twice(c->tx, county, household, twice, TWICE_MAX, &n, e))
        return false;
    put_key(&c->w, "helped_twice");
    put_list(&c->w);
    for (size_t i = 0; i < n; i++) {
        put_object(&c->w);
        put_member_text(&c->w, "programme", twice[i].programme);
        if (twice[i].period_no.set)
            put_member_int(&c->w, "period_no", twice[i].period_no.v);
        put_member_int(&c->w, "cases", twice[i].cases);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    return true;
}

/* As a trial (POST …/preview) the same, and all of it is taken back. */
static bool merge(struct call *c, struct errs *e)
{
    const struct merge_form *x = c->body;
    struct paper paper = { .reason = x->reason, .document = x->document };
    struct merge_wish wish;
    struct merge_report *r = NEW(c->a, struct merge_report);
    int64_t household = 0;
    CLEANUP(act_release) struct act act = { 0 };
    if (!wish_of(c, &wish, &household, e))
        return false;
    act_begin(&act, c->tx, &c->who, wish.kind == MERGE_PERSON ? "merge person" : "merge household",
              str_of(arena_printf(c->a, "%lld %lld", (long long)x->keep_id, (long long)x->drop_id)), e->a);
    if (!duplicate_merge_run(&act, &wish, &paper, clock_today(), r, e) ||
        !act_end(&act, arena_printf(c->a, "{\"merge\":%lld}", (long long)r->merge.no), e))
        return false;
    put_object(&c->w);
    put_merge_report(c, r);
    if (!put_helped_twice(c, x->county, household, e))
        return false;
    put_warnings(c, "warnings", e);
    put_object_end(&c->w);
    return true;
}

static bool list_merges(struct call *c, struct errs *e)
{
    const struct where_query *q = c->query;
    struct list rows;
    if (!duplicate_merges(c->tx, &c->who, q->region, MERGES_MAX, &rows, e))
        return false;
    put_list_of(c, &duplicate_merge_entity, &rows);
    return true;
}

static bool find_merge(struct call *c, struct duplicate_merge *m, struct errs *e)
{
    const struct at_number *at = c->path;
    enum found f = duplicate_merge_by_no(c->tx, &c->who, at->no, county_region(at->county), m, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_MERGE_NONE, A(at->no)));
}

/* Which rows and fields, not what stood in them. */
static bool show_merge(struct call *c, struct errs *e)
{
    static const char *const fields[] = { "what", "table_name", "row_key", "field" };
    struct duplicate_merge m = { 0 };
    struct list rows;
    if (!find_merge(c, &m, e) || !duplicate_merge_changes(c->tx, &m, &rows, e))
        return false;
    const struct duplicate_merge_change *x = rows.rows;
    put_object(&c->w);
    put_cols(c, &duplicate_merge_entity, &m, false);
    put_key(&c->w, "changes");
    put_list(&c->w);
    for (size_t i = 0; i < rows.n; i++) {
        put_object(&c->w);
        for (size_t k = 0; k < N_ELEMS(fields); k++)
            put_col(c, &duplicate_merge_change_entity, fields[k], &x[i], false);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool undo_merge(struct call *c, struct errs *e)
{
    const struct reason_form *x = c->body;
    const struct at_number *at = c->path;
    struct duplicate_merge m = { 0 };
    int64_t left;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_merge(c, &m, e))
        return false;
    act_begin(&act, c->tx, &c->who, "merge undo", str_of(arena_printf(c->a, "%lld", (long long)at->no)),
              e->a);
    if (!duplicate_merge_undo(&act, &m, x->reason, clock_today(), &left, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "undone", m.no);
    put_member_int(&c->w, "left", left);
    put_object_end(&c->w);
    return true;
}

/* --- regions ------------------------------------------------------------------------------ */

static bool show_region(struct call *c, struct errs *e)
{
    const struct region_path *at = c->path;
    struct region_history h;
    enum found f = region_history(c->tx, at->region, &h, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "region", MSG_API_NO_ROUTE);
    const struct list became = { h.became, h.became_n }, was = { h.was, h.was_n };
    put_object(&c->w);
    put_cols(c, &region_entity, &h.self, false);
    put_rows_as(c, "became", &region_entity, &became);
    put_rows_as(c, "was", &region_entity, &was);
    put_object_end(&c->w);
    return true;
}

static bool load_regions(struct call *c, struct errs *e)
{
    const struct region_load_form *x = c->body;
    struct region_load l = { .county = x->region, .with_prefecture = x->with_prefecture };
    CLEANUP(act_release) struct act act = { 0 };
    if (region_level(x->region) != COUNTY)
        return fail(e, ERR_INVALID, "region", MSG_NOT_COUNTY, A("region"));
    act_begin(&act, c->tx, &c->who, "regions.load",
              str_of(arena_printf(c->a, "%lld", (long long)region_county(x->region))), e->a);
    if (!region_load(&act, &l, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "added", l.added);
    put_member_int(&c->w, "there", l.there);
    put_member_int(&c->w, "renamed", l.renamed);
    put_member_int(&c->w, "offices", l.offices);
    put_object_end(&c->w);
    return true;
}

static bool merge_regions(struct call *c, struct errs *e)
{
    const struct region_merge_form *x = c->body;
    const struct village_line *line = c->lines;
    struct region_merge m = { .into = x->into,
                              .name = x->name,
                              .document = x->document,
                              .on = x->on.set ? x->on.v : clock_today(),
                              .old = NEW_ARRAY(c->a, struct region_code, c->lines_n + 1) };
    CLEANUP(act_release) struct act act = { 0 };
    if (c->lines_n > REGION_MERGE_MAX)
        return fail(e, ERR_INVALID, "old", MSG_API_LINES, A(REGION_MERGE_MAX));
    for (size_t i = 0; i < c->lines_n; i++)
        m.old[m.n++] = line[i].village;
    act_begin(&act, c->tx, &c->who, "regions.merge", str_of(arena_printf(c->a, "%lld", (long long)x->into.v)),
              e->a);
    if (!region_merge(&act, &m, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "households", m.households);
    put_member_int(&c->w, "appointments", m.appointments);
    put_object_end(&c->w);
    return true;
}

/* --- what a loan would cost --------------------------------------------------------------- */

static bool terms_of(const struct loan_form *x, struct loan_terms *t, struct errs *e)
{
    *t = (struct loan_terms){ .principal = x->principal.v,
                              .rate = { 0, 1 },
                              .method = METHOD_EQUAL_PRINCIPAL,
                              .start = x->start.set ? x->start.v : clock_today(),
                              .instalments = (int)x->instalments.v,
                              .every_months = x->every_months.set ? (int)x->every_months.v : 1,
                              .principal_grace = (int)x->principal_grace.v };
    if (x->rate.n && rate_read(x->rate, &t->rate) != READ_OK)
        return fail(e, ERR_INVALID, "rate", MSG_SCHEDULE_RATE);
    bool known = !x->method.n;
    for (size_t i = 0; i < N_ELEMS(loan_methods); i++)
        if (str_eq(x->method, str_of(loan_methods[i]))) {
            t->method = (enum loan_method)i;
            known = true;
        }
    return known ||
           fail(e, ERR_INVALID, "method", MSG_API_STATE, A("flat, annuity, equal_principal, bullet"));
}

static bool reckon(struct call *c, struct errs *e)
{
    struct loan_terms t;
    struct schedule s;
    if (!terms_of(c->body, &t, e) || !schedule_make(&t, &s, e))
        return false;
    rows_begin(c);
    for (size_t i = 0; i < s.n; i++) {
        const struct schedule_row *r = &s.rows[i];
        put_object(&c->w);
        put_member_int(&c->w, "no", r->no);
        put_member_date(&c->w, "due", r->due);
        put_member_money(&c->w, "principal", r->principal);
        put_member_money(&c->w, "interest", r->interest);
        put_member_money(&c->w, "instalment", r->instalment);
        put_member_money(&c->w, "balance", r->balance);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- families of accounts ----------------------------------------------------------------- */

static bool link_family(struct call *c, struct errs *e)
{
    const struct login_path *at = c->path;
    const struct family_form *x = c->body;
    struct app_user u;
    struct person p = { 0 };
    struct household h = { 0 };
    struct user_person old, new = { .linked_on = clock_today(), .linked_by = c->who.login };
    CLEANUP(act_release) struct act act = { 0 };
    enum found f = user_by_login(c->tx, at->login, &u, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "login", MSG_NO_ACCOUNT, A(at->login));
    f = db_get(c->tx, &person_entity, &p, e, V(x->county), V(x->person_id));
    struct at_id family = { x->county, p.household_id };
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "person_id", MSG_API_HOUSEHOLD);
    if (!find_household_at(c, &family, PERM_REGISTRY_READ, &h, e))
        return false;
    new.user_id = u.id;
    new.person_id = p.id;
    f = db_get(c->tx, &user_person_entity, &old, e, V(u.id), V(p.id));
    if (f == FAILED)
        return false;
    act_begin(&act, c->tx, &c->who, "user.family", u.login, e->a);
    if (f == NONE && (!db_insert(c->tx, &user_person_entity, &new, e) || !act_end(&act, NULL, e)))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "login", u.login);
    put_member_int(&c->w, "person_id", p.id);
    put_object_end(&c->w);
    return true;
}

// clang-format off
#define TEXT(n) { .name = n, .type = "string" }
#define NUMBER(n) { .name = n, .type = "integer" }
#define OBJECT(n) { .name = n, .type = "object" }
#define OBJECTS(n) { .name = n, .type = "object", .list = true }
static const struct answer_part find_parts[] = { OBJECTS("rows"), { .name = "more", .type = "boolean" }, TEXT("elsewhere"), { 0 } };
static const struct answer_part count_parts[] = { OBJECT("all"), NUMBER("townships"), NUMBER("villages"), OBJECTS("rows"), { 0 } };
static const struct answer_part year_parts[] = { NUMBER("year"), OBJECT("households"), OBJECT("persons"), { 0 } };
static const struct answer_part balance_parts[] = { OBJECT("households"), OBJECT("persons"), { .name = "balanced", .type = "boolean" }, OBJECTS("misfits"), { 0 } };
#define TEXTS(n) { .name = n, .type = "string", .list = true }
static const struct answer_part merge_parts[] = { OBJECTS("tables"), NUMBER("filled"), OBJECTS("differences"), TEXTS("same"), TEXTS("unclear"), OBJECTS("helped_twice"), TEXTS("warnings"), { 0 } };
static const struct answer_part merge_shown_parts[] = { OBJECTS("changes"), { 0 } };
static const struct answer_part undone_parts[] = { NUMBER("undone"), NUMBER("left"), { 0 } };
static const struct answer_part region_parts[] = { { .name = "became", .of = &region_entity, .list = true }, { .name = "was", .of = &region_entity, .list = true }, { 0 } };
static const struct answer_part loaded_parts[] = { NUMBER("added"), NUMBER("there"), NUMBER("renamed"), NUMBER("offices"), { 0 } };
static const struct answer_part moved_parts[] = { NUMBER("households"), NUMBER("appointments"), { 0 } };
static const struct answer_part row_parts[] = { NUMBER("no"), TEXT("due"), TEXT("principal"), TEXT("interest"), TEXT("instalment"), TEXT("balance"), { 0 } };
static const struct answer_part family_parts[] = { TEXT("login"), NUMBER("person_id"), { 0 } };
static const struct route routes[] = {
    { .method = "POST", .pattern = "/api/v1/find", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .body = &find_form, .run = find, .parts = find_parts,
      .doc = { "按姓名、证件号码、电话、户编号或村查找", "Find by name, ID number, phone, household number or village" }, .sample = "{\"text\":\"张\"}" },
    { .method = "GET", .pattern = "/api/v1/counts", .perm = PERM_REGISTRY_READ, .query = &count_query, .run = count, .parts = count_parts,
      .doc = { "户数、人数，按乡镇或村", "Households and persons, by township or village" } },
    { .method = "GET", .pattern = "/api/v1/state-years", .perm = PERM_REGISTRY_READ, .query = &where_query, .run = list_years, .list = true, .parts = year_parts,
      .doc = { "历年登记、计划脱贫、脱贫、返贫、注销", "Registered, planned, exited, fallen back and closed, by year" } },
    { .method = "GET", .pattern = "/api/v1/balance", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &span_query, .run = show_balance, .parts = balance_parts,
      .doc = { "一段时间的期初、增减、期末", "Opening, in, out and closing of a time" } },
    { .method = "GET", .pattern = "/api/v1/merges", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &where_query, .orders = ORDERS(BY("no", "编号，新的在前", "number, the last one first", .down = true)), .run = list_merges, .answer = &duplicate_merge_entity, .list = true,
      .doc = { "合并过的重复记录", "Records that were made one" } },
    { .method = "POST", .pattern = "/api/v1/merges", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .body = &merge_form, .lines = &pair_line, .lines_name = "same", .run = merge, .status = 201, .answer = &duplicate_merge_entity, .parts = merge_parts,
      .doc = { "合并重复的户或人", "Make two records of one household or person one" }, .sample = "{\"county\":350603,\"kind\":\"household\",\"keep_id\":1,\"drop_id\":2,\"reason\":\"同一户\"}" },
    { .method = "POST", .pattern = "/api/v1/merges/preview", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL | ROUTE_TRIAL, .body = &merge_form, .lines = &pair_line, .lines_name = "same", .run = merge, .answer = &duplicate_merge_entity, .parts = merge_parts,
      .doc = { "试合并：会发生什么（案件、资金等跟着走），不保存", "What merging would do, cases and money that follow; nothing is kept" }, .sample = "{\"county\":350603,\"kind\":\"household\",\"keep_id\":1,\"drop_id\":2,\"reason\":\"同一户\"}" },
    { .method = "GET", .pattern = "/api/v1/merges/{county}/{no}", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = show_merge, .answer = &duplicate_merge_entity, .parts = merge_shown_parts,
      .doc = { "一次合并改了什么", "What one of them changed" } },
    { .method = "POST", .pattern = "/api/v1/merges/{county}/{no}/undo", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_number, .body = &reason_form, .run = undo_merge, .parts = undone_parts,
      .doc = { "撤销合并", "Take it back" }, .sample = "{\"reason\":\"不是同一户\"}" },
    { .method = "GET", .pattern = "/api/v1/regions/{region}", .flags = ROUTE_ANYBODY, .path = &region_path, .run = show_region, .answer = &region_entity, .parts = region_parts,
      .doc = { "一个区划，它的前身和后来", "A region, what it was and what became of it" } },
    { .method = "POST", .pattern = "/api/v1/regions", .perm = PERM_REGIONS, .tx = ROUTE_WRITES, .body = &region_load_form, .run = load_regions, .parts = loaded_parts,
      .doc = { "装入一个县的区划", "Load the regions of a county" }, .sample = "{\"region\":\"350603000000\"}" },
    { .method = "POST", .pattern = "/api/v1/regions/merge", .perm = PERM_REGIONS, .tx = ROUTE_WRITES, .body = &region_merge_form, .lines = &village_line, .lines_name = "old", .run = merge_regions, .parts = moved_parts,
      .doc = { "撤并村", "Merge villages" }, .sample = "{\"into\":\"350603100202\",\"document\":\"某政〔2026〕1号\",\"old\":[{\"village\":\"350603100201\"}]}" },
    { .method = "POST", .pattern = "/api/v1/schedules", .flags = ROUTE_ANYBODY, .body = &loan_form, .run = reckon, .list = true, .parts = row_parts,
      .doc = { "还款计划试算", "What a loan would cost, instalment by instalment" }, .sample = "{\"principal\":\"10000.00\",\"rate\":\"0.0435\",\"method\":\"annuity\",\"start\":\"2026-01-31\",\"instalments\":12}" },
    { .method = "POST", .pattern = "/api/v1/users/{login}/family", .perm = PERM_USERS, .tx = ROUTE_WRITES, .path = &login_path, .body = &family_form, .run = link_family, .parts = family_parts,
      .doc = { "登记用户本人或亲属；其家庭的案件该用户不能办理", "Whose family an account is of; it cannot decide on that family's cases" }, .sample = "{\"county\":350603,\"person_id\":1}" },
};
// clang-format on
const struct route_table office_routes = { { "查询、合并和区划", "Searching, merging and regions" },
                                           routes,
                                           N_ELEMS(routes) };
