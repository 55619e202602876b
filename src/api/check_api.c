/* check_api.c - is what the register says plausible, and is anybody in it twice? */
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "registry/duplicate.h"
#include "registry/quality.h"

enum { FIRST = 10, PAIRS = 100 };

struct quality_query {
    struct region_code region;
    struct str rule;
    struct opt_int limit;
};
static const struct col quality_cols[] = {
    REGION_COL(quality_query),
    COL(quality_query, rule, "规则编号", "Rule, like DQ13", .max = 10),
    COL(quality_query, limit, "每条规则最多列出多少", "At most so many of each rule", .min = 1,
        .max = QUALITY_LIMIT_MAX),
};
static const struct entity quality_query = ENTITY(quality_query, TABLE_LOCAL, "核对", "Checks", quality_cols);

struct pairs_query {
    struct region_code region;
    struct opt_int min_score, limit;
};
static const struct col pairs_cols[] = {
    REGION_COL(pairs_query),
    COL(pairs_query, min_score, "最低分数", "Lowest score", .min = 1, .max = 99),
    COL(pairs_query, limit, "行数", "Rows", .min = 1, .max = PAGE_MAX),
};
static const struct entity pairs_query = ENTITY(pairs_query, TABLE_LOCAL, "疑似重复", "Pairs", pairs_cols);

struct pair_form {
    struct str a, b, reason;
    struct region_code region;
};
static const struct col pair_cols[] = {
    COL(pair_form, a, "甲：户编号/姓名或编号", "One: HOUSEHOLD/NAME or number", .flags = REQUIRED,
        .max = 100),
    COL(pair_form, b, "乙：户编号/姓名或编号", "The other", .flags = REQUIRED, .max = 100),
    COL(pair_form, reason, "理由", "Why", .max = 200),
    COL(pair_form, region, "区划", "Region"),
};
static const struct entity pair_form = ENTITY(pair_form, TABLE_LOCAL, "不同的人", "Different", pair_cols);

static void put_village(struct call *c, struct region_code code, struct str name)
{
    put_member_region(&c->w, "village", code);
    put_member_text(&c->w, "village_name", name);
}

static void put_rule(struct call *c, const struct quality_list *l)
{
    put_object(&c->w);
    put_member_cstr(&c->w, "rule", l->rule->id);
    put_member_cstr(&c->w, "severity", severity_slugs[l->rule->severity]);
    put_member_cstr(&c->w, "text", label_in(&l->rule->text, c->lang));
    put_member_bool(&c->w, "checkable", quality_checkable(l->rule));
    if (!quality_checkable(l->rule))
        put_member_cstr(&c->w, "missing", label_in(&l->rule->missing, c->lang));
    else
        put_member_int(&c->w, "count", l->count);
    put_key(&c->w, "first");
    put_list(&c->w);
    for (size_t i = 0; i < l->n; i++) {
        put_object(&c->w);
        put_member_text(&c->w, "hh_no", l->first[i].hh_no);
        put_member_text(&c->w, "name", l->first[i].name);
        put_village(c, l->first[i].village, l->first[i].village_name);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
}

static bool list_quality(struct call *c, struct errs *e)
{
    const struct quality_query *q = c->query;
    const struct api_modules *m = c->api->modules;
    struct quality_report r = { 0 };
    struct quality_options o = { .within = q->region,
                                 .rules = &q->rule,
                                 .rules_n = q->rule.p ? 1 : 0,
                                 .limit = q->limit.set ? (size_t)q->limit.v : FIRST,
                                 .today = clock_today() };
    if (!quality_run(c->tx, &c->who, m->quality, m->quality_n, &o, &r, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "households", r.households);
    put_member_int(&c->w, "persons", r.persons);
    put_key(&c->w, "rules");
    put_list(&c->w);
    for (size_t i = 0; i < r.n; i++)
        if (r.lists[i].wanted || (!quality_checkable(r.lists[i].rule) && !q->rule.p))
            put_rule(c, &r.lists[i]);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

/* --- duplicates --------------------------------------------------------------------------- */

static void put_person(struct call *c, const char *key, const struct duplicate_person *p)
{
    static const char *const cols[] = { "id", "household_id", "name", "relation", "sex", "birth_date" };
    put_key(&c->w, key);
    put_object(&c->w);
    for (size_t i = 0; i < N_ELEMS(cols); i++)
        put_col(c, &person_entity, cols[i], &p->person, false);
    put_member_text(&c->w, "hh_no", p->hh_no);
    put_village(c, p->village, p->village_name);
    put_object_end(&c->w);
}

static bool list_pairs(struct call *c, struct errs *e)
{
    const struct pairs_query *q = c->query;
    struct duplicate_report r = { 0 };
    struct duplicate_options o = { .within = q->region,
                                   .min_score = q->min_score.set ? (int)q->min_score.v : DUPLICATE_SCORE,
                                   .limit = q->limit.set ? (size_t)q->limit.v : PAIRS };
    if (!duplicate_run(c->tx, &c->who, &o, &r, e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "persons", r.persons);
    put_member_int(&c->w, "found", r.found);
    put_member_int(&c->w, "different", r.different);
    put_key(&c->w, "pairs");
    put_list(&c->w);
    for (size_t i = 0; i < r.n; i++) {
        put_object(&c->w);
        put_member_int(&c->w, "score", r.pairs[i].score);
        put_key(&c->w, "reasons");
        put_list(&c->w);
        for (int k = 0; k < DUPLICATE_REASON_COUNT; k++)
            if (r.pairs[i].reasons >> k & 1)
                put_cstr(&c->w, duplicate_reasons[k].slug);
        put_list_end(&c->w);
        put_person(c, "a", &r.pairs[i].a);
        put_person(c, "b", &r.pairs[i].b);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool list_marks(struct call *c, struct errs *e)
{
    const struct pairs_query *q = c->query;
    struct duplicate_marks m = { 0 };
    if (!duplicate_marks(c->tx, &c->who, q->region, q->limit.set ? (size_t)q->limit.v : PAGE_DEFAULT, &m, e))
        return false;
    put_object(&c->w);
    put_key(&c->w, "different");
    put_list(&c->w);
    for (size_t i = 0; i < m.n; i++) {
        put_object(&c->w);
        put_cols(c, &not_duplicate_entity, &m.list[i].mark, false);
        put_person(c, "a", &m.list[i].a);
        put_person(c, "b", &m.list[i].b);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_member_bool(&c->w, "more", m.more);
    put_object_end(&c->w);
    return true;
}

static bool find_person(struct call *c, struct str text, struct person *p, struct errs *e)
{
    const struct pair_form *x = c->body;
    struct household h;
    return duplicate_person_find(c->tx, &c->who, PERM_REGISTRY_WRITE, text, x->region, p, &h, e) &&
           actor_need_at(&c->who, PERM_REGISTRY_WRITE, h.village, e);
}

static bool mark(struct call *c, bool undo, struct errs *e)
{
    const struct pair_form *x = c->body;
    struct person a, b;
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf detail = BUF(4096);
    struct json_out w = JSON_OUT(&detail);
    if (!find_person(c, x->a, &a, e) || !find_person(c, x->b, &b, e))
        return false;
    act_begin(&act, c->tx, &c->who, undo ? "duplicate.undo" : "duplicate.different",
              str_of(arena_printf(e->a, "%lld %lld", (long long)a.id, (long long)b.id)), e->a);
    put_object(&w);
    put_member_text(&w, "reason", x->reason);
    put_object_end(&w);
    if (!(undo ? duplicate_unmark(&act, &a, &b, e) : duplicate_mark(&act, &a, &b, x->reason, e)) ||
        !act_end(&act, buf_cstr(&detail), e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "a", a.id);
    put_member_int(&c->w, "b", b.id);
    put_member_bool(&c->w, "different", !undo);
    put_object_end(&c->w);
    return true;
}

static bool mark_different(struct call *c, struct errs *e)
{
    return mark(c, false, e);
}

static bool unmark(struct call *c, struct errs *e)
{
    return mark(c, true, e);
}

// clang-format off
#define TWO "{\"a\":\"LW000001/余妹婷\",\"b\":\"LW000045/余妹婷\",\"reason\":\"已上门核实\"}"
static const struct answer_part rule_parts[] = { TEXT_PART("rule"), TEXT_PART("severity"), TEXT_PART("text"), BOOL_PART("checkable"), TEXT_PART("missing"), NUMBER_PART("count"), LIST_PART("first", "object"), { 0 } };
static const struct answer_part quality_parts[] = { NUMBER_PART("households"), NUMBER_PART("persons"), OBJECTS_PART("rules", rule_parts), { 0 } };
static const struct answer_part pair_parts[] = { NUMBER_PART("score"), LIST_PART("reasons", "string"), OBJECT_PART("a"), OBJECT_PART("b"), { 0 } };
static const struct answer_part pairs_parts[] = { NUMBER_PART("persons"), NUMBER_PART("found"), NUMBER_PART("different"), OBJECTS_PART("pairs", pair_parts), { 0 } };
static const struct answer_part marks_parts[] = { LIST_PART("different", "object"), BOOL_PART("more"), { 0 } };
static const struct answer_part marked_parts[] = { NUMBER_PART("a"), NUMBER_PART("b"), BOOL_PART("different"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/quality", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &quality_query, .run = list_quality, .parts = quality_parts,
      .doc = { "名册中自相矛盾或缺漏的地方，按规则", "Where the register contradicts itself or has gaps, by rule" } },
    { .method = "GET", .pattern = "/api/v1/duplicates", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &pairs_query, .run = list_pairs, .parts = pairs_parts,
      .doc = { "可能重复登记的人，附分数和理由", "Who may be registered twice, with scores and reasons" } },
    { .method = "GET", .pattern = "/api/v1/duplicates/different", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &pairs_query, .run = list_marks, .parts = marks_parts,
      .doc = { "已标为不同的人", "Those marked as different persons" } },
    { .method = "POST", .pattern = "/api/v1/duplicates/different", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .body = &pair_form, .run = mark_different, .parts = marked_parts,
      .doc = { "把两人标为不同的人", "Mark two as different persons" }, .sample = TWO },
    { .method = "POST", .pattern = "/api/v1/duplicates/undo", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .body = &pair_form, .run = unmark, .parts = marked_parts,
      .doc = { "取消“不同的人”的标记", "Take the mark off again" }, .sample = TWO },
};
// clang-format on
const struct route_table check_routes = { { "核对", "Checks" }, routes, N_ELEMS(routes) };
