#include "registry/edit.h"

#include "base/clock.h"
#include "registry/national_id.h"
#include "registry/region.h"

/* Columns that are not corrected, and what changes them. */
struct elsewhere {
    const char *name;
    struct label by;
};
#define NUMBERING                   \
    {                               \
        "编号规则", "the numbering" \
    }
#define TRANSFER                 \
    {                            \
        "整户迁移", "a transfer" \
    }
#define STATE                           \
    {                                   \
        "状态变更", "a change of state" \
    }
#define HEAD                           \
    {                                  \
        "变更户主", "a change of head" \
    }
#define COME_AND_GO                              \
    {                                            \
        "成员增减", "a member's coming or going" \
    }
static const struct elsewhere household_fixed[] = {
    { "hh_no", NUMBERING },
    { "village", TRANSFER },
    { "state", STATE },
    { "head_name", HEAD },
};
static const struct elsewhere person_fixed[] = {
    { "person_no", NUMBERING },       { "change_status", COME_AND_GO }, { "changed_on", COME_AND_GO },
    { "change_reason", COME_AND_GO }, { "joined_on", COME_AND_GO },     { "left_on", COME_AND_GO },
};
static const struct elsewhere year_fixed[] = { { "year", NUMBERING } };

static bool only_corrects(const struct entity *en, const struct elsewhere *fixed, size_t n, const void *old,
                          const void *new, struct errs *e)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        const struct col *c = entity_col(en, fixed[i].name);
        const struct label *label = &c->label, *by = &fixed[i].by;
        if (!col_same(c, old, new))
            ok = fail(e, ERR_INVALID, c->name, MSG_EDIT_ELSEWHERE, A(label), A(by));
    }
    return ok;
}

/* --- households --------------------------------------------------------------------------- */

static bool account_fits(const struct household *h, struct errs *e)
{
    static const struct label label = { "银行账号", "Bank account" };
    const struct label *account = &label;
    bool card = h->bank_account_kind.set && (h->bank_account_kind.v == ACCOUNT_KIND_CARD ||
                                             h->bank_account_kind.v == ACCOUNT_KIND_SOCIAL_SECURITY);
    return !card || !h->bank_account.p || luhn_ok(h->bank_account) ||
           fail(e, ERR_INVALID, "bank_account", MSG_LUHN, A(account));
}

bool edit_household(struct act *act, const struct household *old, struct household *new, struct errs *e)
{
    bool ok = only_corrects(&household_entity, household_fixed, N_ELEMS(household_fixed), old, new, e);
    return account_fits(new, e) && ok && act_update(act, &household_entity, old, new, e);
}

/* --- members ------------------------------------------------------------------------------ */

static bool follows_number(struct person *p, struct errs *e)
{
    struct idno id;
    if (!p->id_number.p ||
        (p->id_kind.set && p->id_kind.v != ID_KIND_CITIZEN && p->id_kind.v != ID_KIND_NONE))
        return true;
    enum idno_result r = idno_read(p->id_number, clock_today(), &id);
    if (r != IDNO_OK && r != IDNO_CONVERTED)
        return true; /* of an old register; another document's number */
    if (p->sex.set && (p->sex.v == SEX_MALE || p->sex.v == SEX_FEMALE) && p->sex.v != id.sex)
        fail(e, ERR_INVALID, "sex", MSG_IDNO_SEX);
    if (p->birth_date.set && p->birth_date.v.day != id.birth.day)
        fail(e, ERR_INVALID, "birth_date", MSG_IDNO_BIRTH_DIFFERS);
    p->sex = (struct code){ id.sex, true };
    p->birth_date = (struct opt_date){ id.birth, true };
    return !errs_any(e);
}

/* Somebody has the number already: household and village where the actor may look, else only the county. */
static bool taken_by(struct act *act, const struct national_id *id, struct errs *e)
{
    struct person p;
    struct household h;
    struct county c = { 0 };
    enum found f = db_get(act->tx, &person_entity, &p, e, V(id->county), V(id->person_id));
    if (f == FOUND)
        f = db_get(act->tx, &household_entity, &h, e, V(p.county), V(p.household_id));
    if (f == FAILED)
        return false;
    if (f == FOUND && actor_may(act->who, PERM_REGISTRY_READ, h.village))
        return fail(e, ERR_CONFLICT, "id_number", MSG_IMPORT_PERSON_AT, A(h.hh_no), A(h.village));
    if (db_get(act->tx, &county_entity, &c, e, V(id->county)) == FAILED)
        return false;
    return fail(e, ERR_CONFLICT, "id_number", MSG_IMPORT_PERSON_ELSEWHERE, A(c.name.p ? c.name : STR("?")));
}

static bool take_number(struct act *act, const struct person *p, struct errs *e)
{
    struct val key = val_seal_key(act->tx, SEAL_ID_NUMBER, p->id_number, e->a);
    struct national_id now = { { (const uint8_t *)key.s.p, key.s.n }, p->county, p->id }, there;
    enum found f = db_find(
        act->tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
        &there, e, key);
    if (f == FOUND)
        return (there.county == p->county && there.person_id == p->id) || taken_by(act, &there, e);
    return f == NONE && db_insert(act->tx, &national_id_entity, &now, e);
}

static bool leave_number(struct act *act, const struct person *p, struct errs *e)
{
    struct val key = val_seal_key(act->tx, SEAL_ID_NUMBER, p->id_number, e->a);
    struct national_id id = { { (const uint8_t *)key.s.p, key.s.n }, p->county, p->id };
    return db_delete(act->tx, &national_id_entity, &id, e);
}

static bool change_number(struct act *act, const struct person *old, const struct person *new, struct errs *e)
{
    if (str_eq(old->id_number, new->id_number))
        return true;
    return (!new->id_number.p || take_number(act, new, e)) &&
           (!old->id_number.p || leave_number(act, old, e));
}

static bool is_head(const struct person *p)
{
    return p->relation.set && p->relation.v == RELATION_HEAD;
}

static bool rename_household(struct act *act, const struct person *head, struct errs *e)
{
    struct household old, new;
    if (db_get(act->tx, &household_entity, &old, e, V(head->county), V(head->household_id)) != FOUND)
        return !errs_any(e);
    new = old;
    new.head_name = head->name;
    return act_update(act, &household_entity, &old, &new, e);
}

bool edit_person(struct act *act, const struct person *old, struct person *new, struct errs *e)
{
    static const struct label relation = { "与户主关系", "Relation to the head" }, head = HEAD;
    const struct label *what = &relation, *by = &head;
    bool ok = only_corrects(&person_entity, person_fixed, N_ELEMS(person_fixed), old, new, e);
    if (is_head(old) != is_head(new))
        ok = fail(e, ERR_INVALID, "relation", MSG_EDIT_ELSEWHERE, A(what), A(by));
    if (!follows_number(new, e) || !ok || !change_number(act, old, new, e))
        return false;
    if (is_head(new) && !str_eq(old->name, new->name) && !rename_household(act, new, e))
        return false;
    return act_update(act, &person_entity, old, new, e);
}

/* --- years -------------------------------------------------------------------------------- */

bool edit_year(struct act *act, const struct household_year *old, struct household_year *new, struct errs *e)
{
    if (old)
        return only_corrects(&household_year_entity, year_fixed, N_ELEMS(year_fixed), old, new, e) &&
               act_update(act, &household_year_entity, old, new, e);
    return db_id(act->tx, &new->id, e) && db_insert(act->tx, &household_year_entity, new, e);
}

/* --- a new household ---------------------------------------------------------------------- */

static bool number_is_free(struct act *act, const struct household *h, struct errs *e)
{
    int64_t n = 0;
    if (!db_int(act->tx, SQL(STMT_KEY, "SELECT count(*) FROM household WHERE county = $1 AND hh_no = $2"), &n,
                e, V(h->county), V(h->hh_no)))
        return false;
    return n == 0 || fail(e, ERR_CONFLICT, "hh_no", MSG_EDIT_NUMBER_TAKEN, A(h->hh_no));
}

static bool village_stands(struct act *act, const struct household *h, struct errs *e)
{
    struct region r;
    enum found f = db_get(act->tx, &region_entity, &r, e, V(h->village.v));
    if (f == FAILED)
        return false;
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "village", MSG_IMPORT_NO_REGION, A(h->village));
    return region_level(h->village) == VILLAGE ||
           fail(e, ERR_INVALID, "village", MSG_IMPORT_NOT_VILLAGE, A(h->village));
}

bool edit_add(struct act *act, struct household *h, struct person *head, struct errs *e)
{
    struct household_status s = { .county = h->county, .state = h->state, .recorded_on = clock_today() };
    bool ok = account_fits(h, e);
    if (!village_stands(act, h, e) || !ok || !follows_number(head, e) || !number_is_free(act, h, e) ||
        !db_id(act->tx, &h->id, e) || !db_id(act->tx, &head->id, e))
        return false;
    head->county = h->county;
    head->household_id = s.household_id = h->id;
    head->name = h->head_name;
    head->relation = (struct code){ RELATION_HEAD, true };
    if (!db_insert(act->tx, &household_entity, h, e) || !db_insert(act->tx, &person_entity, head, e) ||
        (head->id_number.p && !take_number(act, head, e)))
        return false;
    return !h->state.set || (db_id(act->tx, &s.id, e) && db_insert(act->tx, &household_status_entity, &s, e));
}
