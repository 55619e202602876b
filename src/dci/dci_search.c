/* dci_search.c - everybody of whom the rule holds, and what of them may be told. */
#include "base/clock.h"
#include "dci/dci_parts.h"
#include "programme/facts_read.h"
#include "programme/rule.h"
#include "registry/find.h"
#include "registry/household_file.h"
#include "registry/national_id.h"
#include "registry/region.h"
#include "registry/scope.h"

/* --- by rule ------------------------------------------------------------------------------ */

#define SCORE_RULE STR("household.income_per_head(year(today) - 1)")

__extension__ typedef __int128 wide;

struct searching {
    const struct dci_query *q;
    const struct rule *when, *score, *sort; /* sort may be NULL */
    struct fact_env env;
    struct dci_hits *out;
    size_t cap;
    struct arena *a;
};

static struct dci_hit *add_hit(struct searching *s)
{
    struct dci_hits *out = s->out;
    if (out->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        struct dci_hit *grown = NEW_ARRAY(s->a, struct dci_hit, cap);
        if (out->n)
            memcpy(grown, out->list, out->n * sizeof *grown);
        out->list = grown;
        s->cap = cap;
    }
    return &out->list[out->n++];
}

static bool is_on(const uint64_t *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static void take(struct searching *s, struct rule_run *run, const struct fact_page *page, size_t i,
                 int64_t person)
{
    struct dci_hit *h = add_hit(s);
    struct rule_column score = rule_column(run, s->score);
    *h = (struct dci_hit){ .county = page->county,
                           .household = page->household[i],
                           .person = person,
                           .score = rule_column_at(&score, i) };
    if (s->sort) {
        struct rule_column key = rule_column(run, s->sort);
        h->key = rule_column_at(&key, i);
    }
}

static void take_groups(struct searching *s, struct rule_run *run, const struct fact_page *page)
{
    struct rule_truth t = rule_truth(run, s->when);
    for (size_t i = 0; i < page->batch.n; i++)
        if (is_on(t.yes, i))
            take(s, run, page, i, 0);
}

/* The first member of every household, then the second, …: each time the rule is about that one. */
static void take_members(struct searching *s, struct rule_run *run, const struct fact_page *page)
{
    const uint32_t *start = page->batch.lists[FACTS_MEMBERS].start;
    struct fact_page one = *page;
    uint32_t *row = NEW_ARRAY(s->a, uint32_t, page->batch.n ? page->batch.n : 1);
    size_t most = 0;
    for (size_t i = 0; i < page->batch.n; i++)
        most = start[i + 1] - start[i] > most ? start[i + 1] - start[i] : most;
    for (size_t k = 0; k < most; k++) {
        for (size_t i = 0; i < page->batch.n; i++)
            row[i] = start[i] + k < start[i + 1] ? start[i] + (uint32_t)k : 0;
        one.batch.applicant = row;
        rule_run_batch(run, &one.batch);
        struct rule_truth t = rule_truth(run, s->when);
        for (size_t i = 0; i < page->batch.n; i++)
            if (start[i] + k < start[i + 1] && is_on(t.yes, i))
                take(s, run, page, i, page->ids[FACTS_MEMBERS][row[i]]);
    }
}

static bool search_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct searching *s = ctx;
    (void)e;
    struct rule_run *run = rule_run_open(NULL, 0, NULL, &s->env);
    rule_run_batch(run, &page->batch);
    if (s->q->members)
        take_members(s, run, page);
    else
        take_groups(s, run, page);
    rule_run_close(run);
    return true;
}

static int by_place(const struct dci_hit *a, const struct dci_hit *b)
{
    if (a->county != b->county)
        return a->county < b->county ? -1 : 1;
    if (a->household != b->household)
        return a->household < b->household ? -1 : 1;
    return a->person < b->person ? -1 : a->person > b->person;
}

/* What is not known comes last, whichever way the rest goes. */
static int by_key_in(const struct dci_hit *a, const struct dci_hit *b, int way)
{
    if (a->key.known != b->key.known)
        return a->key.known ? -1 : 1;
    int order = a->key.known ? way * rule_value_cmp(&a->key, &b->key) : 0;
    return order ? order : by_place(a, b);
}

static int by_key(const void *x, const void *y)
{
    return by_key_in(x, y, 1);
}

static int by_key_down(const void *x, const void *y)
{
    return by_key_in(x, y, -1);
}

static int by_place_only(const void *x, const void *y)
{
    return by_place(x, y);
}

static bool by_rule(const struct dci *d, struct tx *tx, const struct actor *who, const struct dci_query *q,
                    struct dci_hits *out, struct dci_fault *f, struct errs *e)
{
    struct fact_plan plan = { .n = 0 };
    struct fact_indicators indicators;
    struct rule_scope scope = { .schema = &fact_schema, .codes = d->codes, .applicant = true };
    struct rule_place at = { .field = "query", .line = 1, .col = 1 };
    struct errs said = { .a = e->a, .lang = EN };
    struct date today = clock_today();
    struct searching s = { .q = q, .out = out, .a = e->a };
    s.when = rule_check(e->a, &scope, q->rule, RULE_BOOL, at, &plan, &said);
    if (!s.when)
        return dci_wrong(f, DCI_BAD, 400, said.bad.first ? said.bad.first->text : "query: not understood");
    s.score = rule_check(e->a, &scope, SCORE_RULE, RULE_ANY, at, &plan, e);
    s.sort = q->sort.p ? rule_check(e->a, &scope, q->sort, RULE_ANY, at, &plan, e) : NULL;
    if (!s.score || (q->sort.p && !s.sort) ||
        !facts_indicators(tx, who, (struct region_code){ 0 }, &indicators, e))
        return false;
    plan.lists[FACTS_MEMBERS] = true;
    s.env = (struct fact_env){ today, &indicators };
    struct fact_request ask = { .plan = &plan,
                                .sources = d->sources,
                                .indicators = &indicators,
                                .who = who,
                                .as_of = today,
                                .today = today };
    if (!facts_read_kept(tx, d->facts, &ask, search_page, &s, e))
        return false;
    if (out->n)
        qsort(out->list, out->n, sizeof *out->list,
              !s.sort         ? by_place_only
              : q->descending ? by_key_down
                              : by_key);
    return true;
}

/* --- by number ---------------------------------------------------------------------------- */

static bool household_seen(struct tx *tx, const struct actor *who, int64_t county, int64_t id, bool *seen,
                           struct errs *e)
{
    struct household h;
    enum found f = db_get(tx, &household_entity, &h, e, V(county), V(id));
    *seen = f == FOUND && actor_may(who, PERM_REGISTRY_READ, h.village);
    return f != FAILED;
}

static bool by_number(struct tx *tx, const struct actor *who, const struct dci_query *q, struct dci_hits *out,
                      struct errs *e)
{
    struct national_id id;
    struct person p;
    bool seen;
    struct val key = val_seal_key(tx, SEAL_ID_NUMBER, q->id_value, e->a);
    enum found f = db_get(tx, &national_id_entity, &id, e, key);
    if (f == FOUND)
        f = db_get(tx, &person_entity, &p, e, V(id.county), V(id.person_id));
    if (f != FOUND)
        return f == NONE;
    if (!household_seen(tx, who, p.county, p.household_id, &seen, e))
        return false;
    if (!seen)
        return true;
    out->list = NEW_ARRAY(e->a, struct dci_hit, 1);
    out->list[out->n++] =
        (struct dci_hit){ .county = p.county, .household = p.household_id, .person = q->members ? p.id : 0 };
    return true;
}

static bool by_household(struct tx *tx, const struct actor *who, const struct dci_query *q,
                         struct dci_hits *out, struct errs *e)
{
    struct household h;
    struct list members;
    enum found f = household_by_no(tx, who, q->id_value, (struct region_code){ 0 }, &h, e);
    if (f != FOUND)
        return f == NONE;
    if (!q->members) {
        out->list = NEW_ARRAY(e->a, struct dci_hit, 1);
        out->list[out->n++] = (struct dci_hit){ .county = h.county, .household = h.id };
        return true;
    }
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                 &members, e->a, e, V(h.county), V(h.id)))
        return false;
    out->list = NEW_ARRAY(e->a, struct dci_hit, members.n ? members.n : 1);
    for (size_t i = 0; i < members.n; i++)
        if (person_is_present(&((const struct person *)members.rows)[i]))
            out->list[out->n++] = (struct dci_hit){ .county = h.county,
                                                    .household = h.id,
                                                    .person = ((const struct person *)members.rows)[i].id };
    return true;
}

bool dci_search(const struct dci *d, struct tx *tx, const struct actor *who, const struct dci_query *q,
                struct dci_hits *out, struct dci_fault *f, struct errs *e)
{
    *out = (struct dci_hits){ 0 };
    if (q->rule.p)
        return by_rule(d, tx, who, q, out, f, e);
    return q->by_household ? by_household(tx, who, q, out, e) : by_number(tx, who, q, out, e);
}

/* --- a record ----------------------------------------------------------------------------- */

// clang-format off
const struct dci_field dci_fields[] = {
    { "group_identifier",  false, { "户编号",     "Household number" } },
    { "group_size",        false, { "家庭人口",   "Number of members" } },
    { "group_type",        false, { "户类型",     "Household type" } },
    { "poverty_score",     false, { "上年人均纯收入", "Net income per head of last year" } },
    { "poverty_state",     false, { "脱贫状态",   "Poverty state" } },
    { "place",             false, { "村",         "Village" } },
    { "address",           false, { "住址",       "Address" } },
    { "phone",             false, { "电话",       "Phone" } },
    { "group_head_info",   false, { "户主",       "Head" } },
    { "member_list",       false, { "成员",       "Members" } },
    { "registration_date", false, { "识别日期",   "Entered on" } },
    { "member_identifier", true,  { "证件号码",   "ID number" } },
    { "name",              true,  { "姓名",       "Name" } },
    { "sex",               true,  { "性别",       "Sex" } },
    { "birth_date",        true,  { "出生日期",   "Birth date" } },
    { "relation",          true,  { "与户主关系", "Relation to the head" } },
    { "is_disabled",       true,  { "是否残疾",   "Disabled" } },
    { "marital_status",    true,  { "婚姻状况",   "Marital status" } },
    { "education_level",   true,  { "文化程度",   "Education" } },
};
// clang-format on
const size_t dci_fields_n = N_ELEMS(dci_fields);

struct telling {
    const struct dci *d;
    const struct dci_client *c;
    const struct dci_hit *hit;
    struct household h;
    struct person *members;
    size_t n;
    struct region village;
};

static void set(json_t *o, const char *key, json_t *v)
{
    json_object_set_new(o, key, v ? v : json_null());
}

static json_t *code_json(const struct dci *d, const char *table, struct code c)
{
    const struct code_table *t = code_table(d->codes, table);
    const struct code_row *r = c.set && t ? code_row(t, c.v) : NULL;
    return r ? dci_str(r->slug) : json_null();
}

static json_t *date_json(struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    if (!d.set)
        return json_null();
    date_print(&b, d.v);
    return dci_str(buf_str(&b));
}

static json_t *identifier(const char *type, struct str value)
{
    return json_pack("[{s:s,s:o}]", "identifier_type", type, "identifier_value", dci_str(value));
}

/* Is 残疾 among what is known of the health?  Unknown stays unknown. */
static json_t *disabled_json(const struct dci *d, const struct person *p)
{
    const struct code_row *r = code_find(code_table(d->codes, "health"), STR("disabled"));
    if (!p->health.set || !r)
        return json_null();
    return json_boolean(p->health.bits >> r->code & 1);
}

static json_t *member_json(const struct telling *t, const struct person *p)
{
    const struct dci_client *c = t->c;
    json_t *o = json_object(), *about = json_object();
    if (dci_may(c, "member_identifier"))
        set(o, "member_identifier", identifier("UIN", p->id_number));
    if (dci_may(c, "name"))
        set(about, "name", json_pack("{s:o}", "given_name", dci_str(p->name)));
    if (dci_may(c, "sex"))
        set(about, "sex", code_json(t->d, "sex", p->sex));
    if (dci_may(c, "birth_date"))
        set(about, "birth_date", date_json(p->birth_date));
    set(o, "demographic_info", about);
    if (dci_may(c, "relation"))
        set(o, "relationship_type", code_json(t->d, "relation", p->relation));
    if (dci_may(c, "is_disabled"))
        set(o, "is_disabled", disabled_json(t->d, p));
    if (dci_may(c, "marital_status"))
        set(o, "marital_status", code_json(t->d, "marital", p->marital));
    if (dci_may(c, "education_level"))
        set(o, "education_level", code_json(t->d, "education", p->education));
    return o;
}

/* Of yuan, two decimals, the rest cut off. */
static json_t *score_json(const struct rule_value *v)
{
    char text[48];
    if (!v->known)
        return json_null();
    int64_t den = v->type == RULE_RATIO ? v->den : v->type == RULE_MONEY ? 100 : 1;
    long long cents = (long long)((wide)v->num * 100 / den);
    snprintf(text, sizeof text, "%s%lld.%02lld", cents < 0 ? "-" : "", llabs(cents) / 100,
             llabs(cents) % 100);
    return json_string(text);
}

static void set_members(const struct telling *t, json_t *o)
{
    json_t *list = json_array(), *head = NULL;
    int64_t present = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct person *p = &t->members[i];
        if (!person_is_present(p))
            continue;
        present++;
        json_t *one = member_json(t, p);
        if (p->relation.set && p->relation.v == RELATION_HEAD && !head)
            head = json_incref(one);
        json_array_append_new(list, one);
    }
    if (dci_may(t->c, "group_size"))
        set(o, "group_size", t->n ? json_integer(present) : json_null());
    if (dci_may(t->c, "group_head_info"))
        set(o, "group_head_info", json_incref(head));
    if (dci_may(t->c, "member_list"))
        set(o, "member_list", json_incref(list));
    json_decref(head);
    json_decref(list);
}

static json_t *group_json(const struct telling *t)
{
    const struct dci_client *c = t->c;
    const struct household *h = &t->h;
    const struct {
        const char *field;
        json_t *value;
    } facts[] = {
        { "group_identifier", identifier("HOUSEHOLD_NUMBER", h->hh_no) },
        { "group_type", code_json(t->d, "household_type", h->household_type) },
        { "poverty_score", score_json(&t->hit->score) },
        { "poverty_state", code_json(t->d, "poverty_state", h->state) },
        { "place", json_pack("{s:o}", "name", dci_str(t->village.name)) },
        { "address", dci_str(h->address) },
        { "phone", dci_str(h->phone) },
        { "registration_date", date_json(h->entered_on) },
    };
    json_t *o = json_object();
    for (size_t i = 0; i < N_ELEMS(facts); i++) {
        if (dci_may(c, facts[i].field))
            json_object_set(o, facts[i].field, facts[i].value);
        json_decref(facts[i].value);
    }
    set_members(t, o);
    return o;
}

struct scoring {
    const struct rule *rule;
    struct fact_env env;
    struct dci_hit *hit;
};

static bool score_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct scoring *s = ctx;
    (void)e;
    struct rule_run *run = rule_run_open(NULL, 0, NULL, &s->env);
    rule_run_batch(run, &page->batch);
    struct rule_column column = rule_column(run, s->rule);
    for (size_t i = 0; i < page->batch.n; i++)
        if (page->household[i] == s->hit->household)
            s->hit->score = rule_column_at(&column, i);
    rule_run_close(run);
    return true;
}

/* Of a household that was found by its number. */
static bool score(const struct dci *d, struct tx *tx, const struct actor *who, struct region_code village,
                  struct dci_hit *hit, struct errs *e)
{
    struct fact_plan plan = { .n = 0 };
    struct fact_indicators none = { 0 };
    struct rule_scope scope = { .schema = &fact_schema, .codes = d->codes };
    struct rule_place at = { .field = "query", .line = 1, .col = 1 };
    struct date today = clock_today();
    struct scoring s = { .env = { today, &none }, .hit = hit };
    struct fact_request ask = { .plan = &plan,
                                .sources = d->sources,
                                .indicators = &none,
                                .who = who,
                                .within = village,
                                .as_of = today,
                                .today = today,
                                .household = hit->household };
    s.rule = rule_check(e->a, &scope, SCORE_RULE, RULE_ANY, at, &plan, e);
    return s.rule && facts_read(tx, &ask, score_page, &s, e);
}

bool dci_record(const struct dci *d, struct tx *tx, const struct actor *who, const struct dci_client *c,
                const struct dci_hit *hit, json_t **out, struct errs *e)
{
    struct dci_hit scored = *hit;
    struct telling t = { .d = d, .c = c, .hit = &scored };
    struct list members;
    *out = NULL;
    enum found f = db_get(tx, &household_entity, &t.h, e, V(hit->county), V(hit->household));
    if (f != FOUND)
        return f == NONE;
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                 &members, e->a, e, V(hit->county), V(hit->household)))
        return false;
    t.members = members.rows;
    t.n = members.n;
    if (!scored.score.type && !scored.person && dci_may(c, "poverty_score") &&
        !score(d, tx, who, t.h.village, &scored, e))
        return false;
    f = db_get(tx, &region_entity, &t.village, e, V(t.h.village));
    if (f == FAILED)
        return false;
    for (size_t i = 0; hit->person && i < t.n; i++)
        if (t.members[i].id == hit->person)
            *out = member_json(&t, &t.members[i]);
    if (!hit->person)
        *out = group_json(&t);
    return true;
}
