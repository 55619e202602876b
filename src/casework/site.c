#include "casework/site.h"

#include "base/value.h"
#include "casework/case.h"
#include "registry/region.h"
#include "registry/scope.h"

// clang-format off
static const struct col project_site_cols[] = {
    COL(project_site, county,     "县代码",   "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(project_site, id,         "内部编号", "Id",        .flags = PKEY | SERVER | REQUIRED),
    COL(project_site, programme,  "项目",     "Programme", .flags = SERVER | REQUIRED, .max = 40),
    COL(project_site, village,    "村",       "Village",   .flags = REQUIRED),
    COL(project_site, chosen_on,  "选定日期", "Chosen on", .flags = REQUIRED),
    COL(project_site, reason,     "理由",     "Reason",    .flags = REQUIRED, .min = 1, .max = 400),
    COL(project_site, made_by,    "经办人",   "Made by",   .flags = SERVER | REQUIRED, .max = 40),
    COL(project_site, ended_on,   "取消日期", "Ended on",  .flags = SERVER),
    COL(project_site, end_reason, "取消理由", "Why it ended", .flags = SERVER, .max = 400),
};
// clang-format on
const struct entity project_site_entity =
    ENTITY(project_site, TABLE_COUNTY, "项目点", "Project site", project_site_cols);

static enum found site_of(struct tx *tx, int64_t county, struct str programme, struct region_code village,
                          struct project_site *s, struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &project_site_entity,
               "SELECT {*} FROM project_site WHERE county = $1 AND village = $2 AND programme = $3 "
               "AND ended_on IS NULL"),
        s, e, V(county), V(village), V(programme));
}

bool site_is_chosen(struct tx *tx, int64_t county, struct str programme, struct region_code village, bool *is,
                    struct errs *e)
{
    struct project_site s;
    enum found f = site_of(tx, county, programme, village, &s, e);
    *is = f == FOUND;
    return f != FAILED;
}

static struct region_code county_code(struct region_code village)
{
    return (struct region_code){ region_county(village) * 1000000 };
}

bool site_choose(struct act *act, struct project_site *s, struct date today, struct errs *e)
{
    struct region r;
    struct project_site old;
    if (region_level(s->village) != VILLAGE)
        return fail(e, ERR_INVALID, "village", MSG_SITE_VILLAGE);
    if (!actor_need_at(act->who, PERM_CASE_COUNTY, county_code(s->village), e))
        return false;
    enum found f = db_get(act->tx, &region_entity, &r, e, V(s->village));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "village", MSG_IMPORT_NO_REGION, A(s->village));
    if (s->chosen_on.day > today.day)
        return fail(e, ERR_INVALID, "on", MSG_NOTICE_FUTURE);
    s->county = region_county(s->village);
    s->made_by = act->who->login;
    f = site_of(act->tx, s->county, s->programme, s->village, &old, e);
    if (f == FOUND)
        return fail(e, ERR_CONFLICT, "village", MSG_SITE_TWICE, A(r.name), A(old.chosen_on));
    return f != FAILED && entity_complete(&project_site_entity, s, e) && db_id(act->tx, &s->id, e) &&
           db_insert(act->tx, &project_site_entity, s, e);
}

bool site_end(struct act *act, struct str programme, struct region_code village, struct str reason,
              struct date today, struct errs *e)
{
    struct project_site old, new;
    if (!actor_need_at(act->who, PERM_CASE_COUNTY, county_code(village), e))
        return false;
    enum found f = site_of(act->tx, region_county(village), programme, village, &old, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "village", MSG_CASE_NO_SITE, A(village));
    if (!str_trim(reason).n)
        return fail(e, ERR_INVALID, "reason", MSG_CASE_REASON);
    new = old;
    new.ended_on = (struct opt_date){ today, true };
    new.end_reason = str_trim(reason);
    return act_update(act, &project_site_entity, &old, &new, e);
}

bool site_list(struct tx *tx, const struct actor *who, struct region_code within, struct str programme,
               struct list *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct list){ 0 };
    if (!scopes_of(tx, who, PERM_CASE_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        struct list one;
        if (!db_list(
                tx,
                SQL_OF(STMT_KEY, &project_site_entity,
                       "SELECT {*} FROM project_site WHERE county = $1 AND village BETWEEN $2 AND $3 AND "
                       "(CAST($4 AS text) IS NULL OR programme = $4) ORDER BY village, id"),
                &one, e->a, e, V(scopes.list[i].county), V(scopes.list[i].first), V(scopes.list[i].last),
                V(programme)))
            return false;
        list_append(out, &one, sizeof(struct project_site), e->a);
    }
    return true;
}
