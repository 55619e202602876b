#include "registry/survey.h"

#include "base/value.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <assert.h>

// clang-format off
static const struct col survey_cols[] = {
    COL(survey, county,    "县代码",   "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(survey, id,        "内部编号", "Id",        .flags = PKEY | SERVER | REQUIRED),
    COL(survey, name,      "调查名称", "Survey",    .flags = REQUIRED | NATURAL, .max = 60),
    COL(survey, region,    "区划代码", "Region",    .flags = REQUIRED),
    COL(survey, opened_on, "调查日期", "Opened on", .flags = REQUIRED),
    COL(survey, surveyor,  "调查人",   "Surveyor",  .flags = REQUIRED, .max = 100),
    COL(survey, note,      "备注",     "Note",      .max = 500),
    COL(survey, made_by,   "登记人",   "Made by",   .flags = SERVER | REQUIRED, .max = 40),
    COL(survey, closed_on, "结束日期", "Closed on", .flags = SERVER),
};
static const struct col result_cols[] = {
    COL(survey_result, county,       "县代码",       "County",           .flags = PKEY | SERVER | REQUIRED),
    COL(survey_result, id,           "内部编号",     "Id",               .flags = PKEY | SERVER | REQUIRED),
    COL(survey_result, survey_id,    "调查内部编号", "Survey id",        .flags = SERVER | REQUIRED),
    COL(survey_result, household_id, "户内部编号",   "Household id",     .flags = SERVER | REQUIRED),
    COL(survey_result, hh_no,        "户编号",       "Household number", .flags = SERVER | REQUIRED, .max = 30),
    COL(survey_result, village,      "村代码",       "Village code",     .flags = SERVER | REQUIRED),
    COL(survey_result, members,      "人口数",       "Members",          .flags = SERVER),
    COL(survey_result, result,       "调查结果",     "Result",           .flags = REQUIRED, .codes = "survey_result"),
    COL(survey_result, surveyed_on,  "调查日期",     "Surveyed on",      .flags = REQUIRED),
    COL(survey_result, surveyor,     "调查人",       "Surveyor",         .flags = REQUIRED, .max = 100),
    COL(survey_result, note,         "备注",         "Note",             .max = 500),
    COL(survey_result, recorded_on,  "登记日期",     "Recorded on",      .flags = SERVER | REQUIRED),
    COL(survey_result, recorded_by,  "登记人",       "Recorded by",      .flags = SERVER | REQUIRED, .max = 40),
};
// clang-format on
const struct entity survey_entity = ENTITY(survey, TABLE_COUNTY, "调查", "Survey", survey_cols);
const struct entity survey_result_entity =
    ENTITY(survey_result, TABLE_COUNTY, "调查结果", "What a survey found", result_cols);

/* --- rounds ------------------------------------------------------------------------------- */

bool survey_open(struct act *act, struct survey *s, struct date today, struct errs *e)
{
    int64_t n;
    s->county = region_county(s->region);
    s->made_by = act->who->login;
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, s->region, e) || !entity_complete(&survey_entity, s, e))
        return false;
    if (s->opened_on.day > today.day)
        return fail(e, ERR_INVALID, "on", MSG_MOVE_AHEAD, A(s->opened_on));
    if (!db_int(act->tx, SQL(STMT_KEY, "SELECT count(*) FROM survey WHERE county = $1 AND name = $2"), &n, e,
                V(s->county), V(s->name)))
        return false;
    if (n)
        return fail(e, ERR_CONFLICT, "name", MSG_SURVEY_EXISTS, A(s->name));
    return db_id(act->tx, &s->id, e) && db_insert(act->tx, &survey_entity, s, e);
}

bool survey_close(struct act *act, struct survey *s, struct date on, struct date today, struct errs *e)
{
    const struct survey old = *s;
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, s->region, e))
        return false;
    if (s->closed_on.set)
        return fail(e, ERR_CONFLICT, "name", MSG_SURVEY_CLOSED, A(s->name), A(s->closed_on.v));
    if (on.day > today.day || on.day < s->opened_on.day)
        return fail(e, ERR_INVALID, "on", MSG_SURVEY_DAY, A(s->opened_on), A(today));
    s->closed_on = (struct opt_date){ on, true };
    return act_update(act, &survey_entity, &old, s, e);
}

/* A round of the county concerns a township's clerk as well. */
static bool concerns(const struct survey *x, const struct scopes *scopes)
{
    int64_t first, last;
    region_span(x->region, &first, &last);
    for (size_t i = 0; i < scopes->n; i++)
        if (scopes->list[i].first <= last && first <= scopes->list[i].last)
            return true;
    return false;
}

bool survey_list(struct tx *tx, const struct actor *who, struct region_code within, struct list *out,
                 struct errs *e)
{
    struct scopes scopes;
    struct list all;
    *out = (struct list){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e) ||
        !scopes_rows(tx, &scopes,
                     SQL_OF(STMT_KEY, &survey_entity,
                            "SELECT {*} FROM survey WHERE county = $1 ORDER BY opened_on, id"),
                     &all, e))
        return false;
    struct survey *x = out->rows = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (concerns(&x[i], &scopes))
            x[out->n++] = x[i];
    return true;
}

enum found survey_by_name(struct tx *tx, const struct actor *who, struct str name, struct region_code within,
                          struct survey *s, struct errs *e)
{
    struct list all;
    size_t n = 0;
    if (!survey_list(tx, who, within, &all, e))
        return FAILED;
    const struct survey *x = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(x[i].name, name)) {
            *s = x[i];
            n++;
        }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "name", MSG_ROSTER_SEVERAL, A(name));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

/* --- results ------------------------------------------------------------------------------ */

static bool check_record(struct act *act, const struct survey *s, const struct household *h,
                         const struct survey_result *x, struct date today, struct errs *e)
{
    int64_t first, last;
    region_span(s->region, &first, &last);
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, h->village, e))
        return false;
    if (s->closed_on.set)
        return fail(e, ERR_CONFLICT, "name", MSG_SURVEY_CLOSED, A(s->name), A(s->closed_on.v));
    if (h->village.v < first || h->village.v > last)
        return fail(e, ERR_CONFLICT, "household", MSG_SURVEY_OUTSIDE, A(h->hh_no), A(s->region));
    if (x->surveyed_on.day > today.day || x->surveyed_on.day < s->opened_on.day)
        return fail(e, ERR_INVALID, "on", MSG_SURVEY_DAY, A(s->opened_on), A(today));
    return entity_complete(&survey_result_entity, x, e);
}

static bool put_file_no(struct act *act, const struct household *h, struct str file_no, struct errs *e)
{
    struct household now = *h;
    now.file_no = file_no;
    return !file_no.p || str_eq(h->file_no, file_no) || act_update(act, &household_entity, h, &now, e);
}

bool survey_record(struct act *act, const struct survey *s, const struct household *h,
                   struct survey_result *x, struct str file_no, struct date today, struct errs *e)
{
    struct survey_result old;
    x->county = s->county;
    x->survey_id = s->id;
    x->household_id = h->id;
    x->hh_no = h->hh_no;
    x->village = h->village;
    x->recorded_on = today;
    x->recorded_by = act->who->login;
    if (!x->surveyor.p)
        x->surveyor = s->surveyor;
    if (!check_record(act, s, h, x, today, e) || !put_file_no(act, h, file_no, e) ||
        !db_int(act->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM person WHERE county = $1 AND household_id = $2 AND left_on IS NULL "
                    "AND (change_status IS NULL OR change_status < 11)"),
                &x->members, e, V(h->county), V(h->id)))
        return false;
    enum found f = db_find(act->tx,
                           SQL_OF(STMT_KEY, &survey_result_entity,
                                  "SELECT {*} FROM survey_result WHERE county = $1 AND survey_id = $2 AND "
                                  "household_id = $3"),
                           &old, e, V(s->county), V(s->id), V(h->id));
    if (f == FOUND) {
        x->id = old.id;
        if (!x->note.p)
            x->note = old.note;
        return act_update(act, &survey_result_entity, &old, x, e);
    }
    return f == NONE && db_id(act->tx, &x->id, e) && db_insert(act->tx, &survey_result_entity, x, e);
}

/* --- progress ----------------------------------------------------------------------------- */

struct counting {
    struct tx *tx;
    const struct survey *s;
    struct scope scope; /* of the round and the actor */
    struct survey_progress *out;
    size_t limit, cap;
};

static struct survey_line *line_of(struct counting *c, int64_t village, struct arena *a)
{
    struct survey_progress *p = c->out;
    for (size_t i = p->n; i-- > 0;)
        if (p->lines[i].village.v == village)
            return &p->lines[i];
    if (p->n == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 64;
        struct survey_line *grown = NEW_ARRAY(a, struct survey_line, c->cap);
        if (p->n)
            memcpy(grown, p->lines, p->n * sizeof *grown);
        p->lines = grown;
    }
    p->lines[p->n] = (struct survey_line){ .village = { village } };
    return &p->lines[p->n++];
}

static bool count_households(struct counting *c, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(
            c->tx, &r,
            SQL(STMT_KEY,
                "SELECT h.village, h.file_no, (SELECT count(*) FROM survey_result x WHERE x.county = $1 AND "
                "x.household_id = h.id) FROM household h WHERE h.county = $1 AND h.village BETWEEN $2 AND $3 "
                "AND "
                "(h.state IS NULL OR h.state <> 9) ORDER BY h.village"),
            e, V(c->scope.county), V(c->scope.first), V(c->scope.last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct survey_line *l = line_of(c, rows_int(&r, 0), e->a);
        bool file = rows_text(&r, 1).p != NULL;
        l->households++;
        l->files += file;
        l->unfounded += file && rows_int(&r, 2) == 0;
    }
    return f != FAILED;
}

static bool count_results(struct counting *c, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(c->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT x.village, x.result, x.members, (SELECT count(*) FROM household h WHERE "
                     "h.county = $1 AND h.id = x.household_id AND h.village = x.village AND (h.state IS NULL "
                     "OR h.state <> 9)) FROM survey_result x WHERE x.county = $1 AND x.survey_id = $2 AND "
                     "x.village BETWEEN $3 AND $4 ORDER BY x.village"),
                 e, V(c->scope.county), V(c->s->id), V(c->scope.first), V(c->scope.last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct survey_line *l = line_of(c, rows_int(&r, 0), e->a);
        int64_t result = rows_int(&r, 1);
        l->done++;
        l->persons += rows_int(&r, 2);
        l->gone += rows_int(&r, 3) == 0;
        if (result >= 0 && result < SURVEY_RESULTS)
            l->results[result]++;
    }
    return f != FAILED;
}

static bool list_missing(struct counting *c, struct errs *e)
{
    return db_list(
        c->tx,
        SQL_OF(STMT_KEY, &household_entity,
               "SELECT {*} FROM household WHERE county = $1 AND village BETWEEN $2 AND $3 AND (state IS NULL "
               "OR state <> 9) AND NOT EXISTS (SELECT 1 FROM survey_result x WHERE x.county = $1 AND "
               "x.survey_id = $4 AND x.household_id = household.id) ORDER BY village, hh_no LIMIT $5"),
        &c->out->missing, e->a, e, V(c->scope.county), V(c->scope.first), V(c->scope.last), V(c->s->id),
        V(c->limit));
}

static int by_village(const void *a, const void *b)
{
    const struct survey_line *x = a, *y = b;
    return (x->village.v > y->village.v) - (x->village.v < y->village.v);
}

static bool sum_up(struct counting *c, struct errs *e)
{
    struct survey_progress *p = c->out;
    struct region r;
    if (p->n)
        qsort(p->lines, p->n, sizeof *p->lines, by_village);
    for (size_t i = 0; i < p->n; i++) {
        struct survey_line *l = &p->lines[i];
        enum found f = db_get(c->tx, &region_entity, &r, e, V(l->village));
        if (f == FAILED)
            return false;
        if (f == FOUND)
            l->name = r.name;
        p->all.households += l->households;
        p->all.done += l->done;
        p->all.persons += l->persons;
        p->all.gone += l->gone;
        p->all.files += l->files;
        p->all.unfounded += l->unfounded;
        for (size_t k = 0; k < SURVEY_RESULTS; k++)
            p->all.results[k] += l->results[k];
    }
    return true;
}

bool survey_progress(struct tx *tx, const struct actor *who, const struct survey *s, size_t limit,
                     struct survey_progress *out, struct errs *e)
{
    struct scopes scopes;
    struct counting c = { .tx = tx, .s = s, .out = out, .limit = limit };
    *out = (struct survey_progress){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, s->region, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        c.scope = scopes.list[i];
        c.limit = limit - out->missing.n;
        struct list before = out->missing;
        if (!count_households(&c, e) || !count_results(&c, e) || !list_missing(&c, e))
            return false;
        struct household *all = NEW_ARRAY(e->a, struct household, before.n + out->missing.n + 1);
        if (before.n)
            memcpy(all, before.rows, before.n * sizeof *all);
        if (out->missing.n)
            memcpy(all + before.n, out->missing.rows, out->missing.n * sizeof *all);
        out->missing = (struct list){ all, before.n + out->missing.n };
    }
    return sum_up(&c, e);
}
