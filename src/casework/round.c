#include "casework/round.h"

#include "base/value.h"
#include "registry/region.h"

// clang-format off
static const struct col survey_group_cols[] = {
    COL(survey_group, county,    "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(survey_group, survey_id, "调查内部编号", "Survey id", .flags = PKEY | SERVER | REQUIRED),
    COL(survey_group, no,        "组",           "Group",     .flags = PKEY | REQUIRED, .min = 1, .max = 100),
    COL(survey_group, leader,    "组长",         "Leader",    .flags = REQUIRED, .min = 1, .max = 60),
    COL(survey_group, members,   "组员",         "Members",   .max = 400),
};
static const struct col survey_area_cols[] = {
    COL(survey_area, county,      "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(survey_area, survey_id,   "调查内部编号", "Survey id", .flags = PKEY | SERVER | REQUIRED),
    COL(survey_area, township,    "乡镇",         "Township",  .flags = PKEY | REQUIRED),
    COL(survey_area, group_no,    "组",           "Group",     .flags = REQUIRED, .min = 1, .max = 100),
    COL(survey_area, due_on,      "完成期限",     "Due on"),
    COL(survey_area, assigned_on, "分派日期",     "Assigned on", .flags = SERVER | REQUIRED),
};
// clang-format on
const struct entity survey_group_entity =
    ENTITY(survey_group, TABLE_COUNTY, "调查组", "Survey group", survey_group_cols);
const struct entity survey_area_entity =
    ENTITY(survey_area, TABLE_COUNTY, "调查分工", "Survey assignment", survey_area_cols);

static bool may_send(struct act *act, const struct survey *s, struct errs *e)
{
    return actor_need_at(act->who, PERM_REGISTRY_WRITE, s->region, e) &&
           (!s->closed_on.set ||
            fail(e, ERR_CONFLICT, "survey", MSG_SURVEY_CLOSED, A(s->name), A(s->closed_on.v)));
}

bool round_group(struct act *act, const struct survey *s, struct survey_group *g, struct errs *e)
{
    struct survey_group old;
    g->county = s->county;
    g->survey_id = s->id;
    if (!may_send(act, s, e) || !entity_complete(&survey_group_entity, g, e))
        return false;
    enum found f = db_get(act->tx, &survey_group_entity, &old, e, V(g->county), V(g->survey_id), V(g->no));
    return f == FOUND ? act_update(act, &survey_group_entity, &old, g, e)
                      : f == NONE && db_insert(act->tx, &survey_group_entity, g, e);
}

bool round_assign(struct act *act, const struct survey *s, struct survey_area *a, struct date today,
                  struct errs *e)
{
    struct survey_area old;
    struct survey_group g;
    int64_t first, last;
    a->county = s->county;
    a->survey_id = s->id;
    a->assigned_on = today;
    region_span(s->region, &first, &last);
    if (!may_send(act, s, e))
        return false;
    if (region_level(a->township) != TOWNSHIP || a->township.v < first || a->township.v > last)
        return fail(e, ERR_INVALID, "township", MSG_ROUND_TOWNSHIP, A(a->township));
    enum found f =
        db_get(act->tx, &survey_group_entity, &g, e, V(a->county), V(a->survey_id), V(a->group_no));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "group", MSG_ROUND_NO_GROUP, A(a->group_no));
    f = db_get(act->tx, &survey_area_entity, &old, e, V(a->county), V(a->survey_id), V(a->township));
    return f == FOUND ? act_update(act, &survey_area_entity, &old, a, e)
                      : f == NONE && db_insert(act->tx, &survey_area_entity, a, e);
}

/* --- progress ------------------------------------------------------------------------------------- */

static struct round_line *line_of(struct round_progress *out, struct region_code township)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->lines[i].township.v == township.v)
            return &out->lines[i];
    out->lines[out->n] = (struct round_line){ .township = township };
    return &out->lines[out->n++];
}

static int by_group(const void *a, const void *b)
{
    const struct round_line *x = a, *y = b;
    int64_t i = x->group_no ? x->group_no : INT64_MAX, k = y->group_no ? y->group_no : INT64_MAX;
    if (i != k)
        return i < k ? -1 : 1;
    return (x->township.v > y->township.v) - (x->township.v < y->township.v);
}

static bool name_lines(struct tx *tx, struct round_progress *out, struct errs *e)
{
    for (size_t i = 0; i < out->n; i++) {
        struct region r;
        enum found f = db_get(tx, &region_entity, &r, e, V(out->lines[i].township));
        if (f == FAILED)
            return false;
        out->lines[i].name = f == FOUND ? r.name : STR("?");
    }
    return true;
}

bool round_progress(struct tx *tx, const struct actor *who, const struct survey *s, struct date today,
                    struct round_progress *out, struct errs *e)
{
    struct survey_progress p;
    struct list areas;
    *out = (struct round_progress){ 0 };
    if (!survey_progress(tx, who, s, 0, &p, e) ||
        !db_list(tx,
                 SQL_OF(STMT_KEY, &survey_area_entity,
                        "SELECT {*} FROM survey_area WHERE county = $1 AND survey_id = $2 ORDER BY township"),
                 &areas, e->a, e, V(s->county), V(s->id)) ||
        !db_list(tx,
                 SQL_OF(STMT_KEY, &survey_group_entity,
                        "SELECT {*} FROM survey_group WHERE county = $1 AND survey_id = $2 ORDER BY no"),
                 &out->groups, e->a, e, V(s->county), V(s->id)))
        return false;
    out->lines = NEW_ARRAY(e->a, struct round_line, p.n + areas.n + 1);
    const struct survey_area *a = areas.rows;
    for (size_t i = 0; i < areas.n; i++) {
        struct round_line *l = line_of(out, a[i].township);
        l->group_no = a[i].group_no;
        l->due_on = a[i].due_on;
    }
    for (size_t i = 0; i < p.n; i++) {
        struct round_line *l = line_of(out, region_parent(p.lines[i].village));
        l->households += p.lines[i].households;
        l->done += p.lines[i].done - p.lines[i].gone;
    }
    for (size_t i = 0; i < out->n; i++) {
        struct round_line *l = &out->lines[i];
        l->late = l->due_on.set && l->due_on.v.day < today.day && l->done < l->households;
        out->all.households += l->households;
        out->all.done += l->done;
    }
    if (out->n)
        qsort(out->lines, out->n, sizeof *out->lines, by_group);
    return name_lines(tx, out, e);
}
