#include "registry/movement.h"

#include "access/site.h"
#include "base/value.h"
#include "registry/change_value.h"
#include "registry/household_file.h"
#include "registry/movement_parts.h"
#include "registry/national_id.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <assert.h>

// clang-format off
static const struct col cols[] = {
    COL(movement, county,             "县代码",       "County",          .flags = PKEY | SERVER | REQUIRED),
    COL(movement, id,                 "内部编号",     "Id",              .flags = PKEY | SERVER | REQUIRED),
    COL(movement, no,                 "变动号",       "Movement number", .flags = SERVER | REQUIRED | NATURAL),
    COL(movement, event_id,           "事件内部编号", "Event id",        .flags = SERVER | REQUIRED),
    COL(movement, kind,               "变动类型",     "Kind",            .flags = REQUIRED, .codes = "movement_kind"),
    COL(movement, change,             "增减",         "Change",          .flags = SERVER | REQUIRED),
    COL(movement, household_id,       "户内部编号",   "Household id",    .flags = SERVER | REQUIRED),
    COL(movement, hh_no,              "户编号",       "Household number", .flags = SERVER | REQUIRED, .max = 30),
    COL(movement, person_id,          "人员内部编号", "Person id",       .flags = SERVER),
    COL(movement, person_name,        "姓名",         "Name",            .flags = SERVER, .max = 60),
    COL(movement, other_household_id, "另一户内部编号", "Other household id", .flags = SERVER),
    COL(movement, other_hh_no,        "另一户编号",   "Other household", .flags = SERVER, .max = 30),
    COL(movement, village,            "村代码",       "Village code",    .flags = SERVER | REQUIRED),
    COL(movement, other_village,      "另一村代码",   "Other village",   .flags = SERVER),
    COL(movement, effective_on,       "生效日期",     "Effective on",    .flags = REQUIRED),
    COL(movement, since,              "此前自",       "Since",           .flags = SERVER),
    COL(movement, until,              "此前至",       "Until",           .flags = SERVER),
    COL(movement, reason,             "原因",         "Reason",          .flags = REQUIRED, .max = 200),
    COL(movement, document,           "依据文件",     "Document",        .max = 200),
    COL(movement, detail,             "变更内容",     "What changed",    .flags = SERVER),
    COL(movement, recorded_on,        "登记日期",     "Recorded on",     .flags = SERVER | REQUIRED),
    COL(movement, recorded_by,        "登记人",       "Recorded by",     .flags = SERVER | REQUIRED, .max = 40),
    COL(movement, reverses,           "撤销",         "Takes back",      .flags = SERVER),
    COL(movement, reversed_by,        "被撤销",       "Taken back by",   .flags = SERVER),
};
// clang-format on
const struct entity movement_entity = ENTITY(movement, TABLE_COUNTY, "变动", "Movement", cols);

/* --- events ------------------------------------------------------------------------------- */

bool event_begin(struct event *ev, struct act *act, const struct paper *p, struct date today, struct errs *e)
{
    static const struct label why = { "原因", "Reason" }, paper = { "依据文件", "Document" };
    const struct label *reason = &why, *document = &paper;
    int64_t max = 200;
    *ev = (struct event){ .act = act, .paper = *p, .today = today };
    if (!p->reason.p)
        fail(e, ERR_INVALID, "reason", MSG_MOVE_REASON);
    else if (str_chars(p->reason) > (size_t)max)
        fail(e, ERR_INVALID, "reason", MSG_TEXT_LENGTH, A(reason), A(1), A(max));
    if (str_chars(p->document) > (size_t)max)
        fail(e, ERR_INVALID, "document", MSG_TEXT_LENGTH, A(document), A(1), A(max));
    if (p->on.day > today.day)
        fail(e, ERR_INVALID, "on", MSG_MOVE_AHEAD, A(p->on));
    return !errs_any(e);
}

bool event_row(struct event *ev, struct movement *m, struct errs *e)
{
    struct tx *tx = ev->act->tx;
    if (!db_id(tx, &m->id, e) || !counter_next(tx, m->county, "movement", &m->no, e))
        return false;
    if (!ev->id) {
        ev->id = m->id;
        ev->first_no = m->no;
    }
    m->event_id = ev->id;
    m->effective_on = ev->paper.on;
    m->reason = ev->paper.reason;
    m->document = ev->paper.document;
    m->recorded_on = ev->today;
    m->recorded_by = ev->act->who->login;
    ev->rows++;
    return db_insert(tx, &movement_entity, m, e);
}

struct movement row_of_household(const struct household *h, int32_t kind, int64_t change)
{
    return (struct movement){ .county = h->county,
                              .kind = { kind, true },
                              .change = change,
                              .household_id = h->id,
                              .hh_no = h->hh_no,
                              .village = h->village };
}

struct movement row_of_person(const struct household *h, const struct person *p, int32_t kind, int64_t change)
{
    struct movement m = row_of_household(h, kind, change);
    m.person_id = (struct opt_int){ p->id, true };
    m.person_name = p->name;
    return m;
}

bool change_person(struct event *ev, const struct person *old, const struct person *new, struct movement *m,
                   struct errs *e)
{
    m->detail = changes_json(&person_entity, old, new, e->a);
    return act_update(ev->act, &person_entity, old, new, e);
}

bool change_household(struct event *ev, const struct household *old, const struct household *new,
                      struct movement *m, struct errs *e)
{
    m->detail = changes_json(&household_entity, old, new, e->a);
    return act_update(ev->act, &household_entity, old, new, e);
}

bool county_called(struct event *ev, int64_t county, struct str *name, struct errs *e)
{
    struct county c = { 0 };
    enum found f = db_get(ev->act->tx, &county_entity, &c, e, V(county));
    *name = f == FOUND ? c.name : STR("?");
    return f != FAILED;
}

/* --- a household and its members ---------------------------------------------------------- */

static bool list_members(struct tx *tx, int64_t county, int64_t household_id, struct list *all,
                         struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &person_entity,
                          "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                   all, e->a, e, V(county), V(household_id));
}

bool home_read(struct event *ev, int64_t county, int64_t household_id, struct home *home, struct errs *e)
{
    struct tx *tx = ev->act->tx;
    struct list all;
    *home = (struct home){ 0 };
    enum found f = db_get(tx, &household_entity, &home->h, e, V(county), V(household_id));
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(household_id));
    if (f == FAILED || !actor_need_at(ev->act->who, PERM_REGISTRY_WRITE, home->h.village, e) ||
        !list_members(tx, county, household_id, &all, e))
        return false;
    home->members = all.rows;
    home->n = all.n;
    for (size_t i = 0; i < home->n; i++)
        home->present += person_is_present(&home->members[i]);
    return true;
}

struct person *home_member(const struct home *home, int64_t person_id)
{
    for (size_t i = 0; i < home->n; i++)
        if (home->members[i].id == person_id)
            return &home->members[i];
    return NULL;
}

static bool is_head(const struct person *p)
{
    return p->relation.set && p->relation.v == RELATION_HEAD;
}

struct person *home_head(const struct home *home)
{
    for (size_t i = 0; i < home->n; i++)
        if (is_head(&home->members[i]) && person_is_present(&home->members[i]))
            return &home->members[i];
    return NULL;
}

bool home_is_open(struct event *ev, const struct home *home, struct errs *e)
{
    const struct household *h = &home->h;
    struct movement last;
    struct date jan1 = { INT32_MIN };
    if (h->state.set && h->state.v == STATE_CLOSED)
        return fail(e, ERR_CONFLICT, "household", MSG_MOVE_HOUSEHOLD_CLOSED, A(h->hh_no));
    if (h->entered_on.set)
        jan1 = h->entered_on.v;
    else if (h->registered_year.set)
        date_of((int)h->registered_year.v, 1, 1, &jan1);
    if (ev->paper.on.day < jan1.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_BEFORE_ENTRY, A(h->hh_no), A(jan1));
    enum found f = db_find(
        ev->act->tx,
        SQL_OF(STMT_KEY, &movement_entity,
               "SELECT {*} FROM movement WHERE county = $1 AND household_id = $2 AND person_id IS NULL AND "
               "reverses IS NULL AND reversed_by IS NULL ORDER BY effective_on DESC, no DESC LIMIT 1"),
        &last, e, V(h->county), V(h->id));
    if (f == FOUND && last.effective_on.day > ev->paper.on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_LATER, A(h->hh_no), A(last.effective_on), A(last.no));
    return f != FAILED;
}

/* The last that was recorded of a person; NONE: nothing. */
static enum found last_of_person(struct event *ev, const struct person *p, struct movement *m, struct errs *e)
{
    return db_find(
        ev->act->tx,
        SQL_OF(STMT_KEY, &movement_entity,
               "SELECT {*} FROM movement WHERE county = $1 AND person_id = $2 AND reverses IS NULL AND "
               "reversed_by IS NULL ORDER BY effective_on DESC, no DESC LIMIT 1"),
        m, e, V(p->county), V(p->id));
}

bool person_may_move(struct event *ev, const struct person *p, struct errs *e)
{
    struct movement last;
    if (p->change_status.set && p->change_status.v == CHANGE_DIED)
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_DEAD, A(p->name));
    enum found f = last_of_person(ev, p, &last, e);
    if (f == FOUND && last.effective_on.day > ev->paper.on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_LATER, A(p->name), A(last.effective_on), A(last.no));
    if (p->joined_on.set && ev->paper.on.day < p->joined_on.v.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_BEFORE_JOIN, A(p->name), A(p->joined_on.v));
    if (!person_is_present(p) && p->left_on.set && ev->paper.on.day < p->left_on.v.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_BEFORE_LEFT, A(p->name), A(p->left_on.v));
    if (p->birth_date.set && ev->paper.on.day < p->birth_date.v.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_BEFORE_BIRTH, A(p->name), A(p->birth_date.v));
    return f != FAILED;
}

static const char *names_of(const struct person *p, size_t n, bool present_only, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(2048);
    for (size_t i = 0; i < n; i++) {
        if (present_only && !person_is_present(&p[i]))
            continue;
        if (b.n)
            buf_adds(&b, e->lang == EN ? ", " : "、");
        buf_add(&b, p[i].name);
    }
    return arena_str(e->a, buf_str(&b)).p;
}

static enum found one_of(const struct list *all, struct str name, struct opt_date born, bool present,
                         struct person *p, struct errs *e)
{
    const struct person *m = all->rows;
    size_t found = 0;
    for (size_t i = 0; i < all->n; i++) {
        bool other = born.set && !(m[i].birth_date.set && m[i].birth_date.v.day == born.v.day);
        if (person_is_present(&m[i]) != present || other ||
            !(str_eq(m[i].name, name) || (m[i].person_no.p && str_eq(m[i].person_no, name))))
            continue;
        *p = m[i];
        found++;
    }
    if (found > 1)
        fail(e, ERR_CONFLICT, "person", MSG_MOVE_NAMESAKES, A(name));
    return found > 1 ? FAILED : found ? FOUND : NONE;
}

enum found member_find(struct tx *tx, const struct household *h, struct str name, struct opt_date born,
                       bool present_only, struct person *p, struct errs *e)
{
    struct list all;
    if (!list_members(tx, h->county, h->id, &all, e))
        return FAILED;
    enum found f = one_of(&all, name, born, true, p, e);
    return f == NONE && !present_only ? one_of(&all, name, born, false, p, e) : f;
}

bool member_named(struct tx *tx, const struct household *h, struct str name, struct opt_date born,
                  bool present_only, struct person *p, struct errs *e)
{
    struct list all;
    enum found f = member_find(tx, h, name, born, present_only, p, e);
    if (f != NONE)
        return f == FOUND;
    return list_members(tx, h->county, h->id, &all, e) &&
           fail(e, ERR_NOT_FOUND, "person", MSG_MOVE_NO_MEMBER, A(h->hh_no), A(name),
                A(names_of(all.rows, all.n, present_only, e)));
}

/* --- leaving ------------------------------------------------------------------------------ */

/* In prison, on service, missing: gone, but it is not the last that can be said of them. */
static bool is_away(const struct person *p)
{
    return p->change_status.set && p->change_status.v >= MOVE_IMPRISONED &&
           p->change_status.v <= MOVE_MISSING;
}

/* Whether a leaving member may go at all; replaces the head where that was asked for. */
static bool settle_household(struct event *ev, const struct leaving *x, struct home *home,
                             const struct person *p, struct errs *e)
{
    if (home->present == 1)
        return x->close || fail(e, ERR_CONFLICT, "person", MSG_MOVE_LAST_MEMBER, A(p->name));
    if (x->close)
        return fail(e, ERR_CONFLICT, "close", MSG_MOVE_NOT_LAST, A(home->h.hh_no), A(home->present));
    if (!is_head(p))
        return true;
    if (!x->new_head_id || x->new_head_id == p->id)
        return fail(e, ERR_CONFLICT, "head", MSG_MOVE_HEAD_FIRST, A(p->name));
    return movement_head(ev, x->county, x->household_id, x->new_head_id, e) &&
           home_read(ev, x->county, x->household_id, home, e);
}

struct person person_left(const struct event *ev, const struct person *p, int32_t kind)
{
    struct person now = *p;
    now.change_status = (struct code){ kind, true };
    now.changed_on = (struct opt_date){ ev->paper.on, true };
    now.change_reason = ev->paper.reason;
    now.left_on = (struct opt_date){ ev->paper.on, true };
    return now;
}

static struct person joined(struct event *ev, const struct person *p, int32_t kind, const struct household *h,
                            struct code relation)
{
    struct person now = *p;
    now.county = h->county;
    now.household_id = h->id;
    now.relation = relation;
    now.change_status = (struct code){ kind, true };
    now.changed_on = (struct opt_date){ ev->paper.on, true };
    now.change_reason = ev->paper.reason;
    now.joined_on = (struct opt_date){ ev->paper.on, true };
    now.left_on = (struct opt_date){ 0 };
    return now;
}

static bool relation_fits(const struct home *home, struct code relation, struct errs *e)
{
    if (!relation.set)
        return fail(e, ERR_INVALID, "relation", MSG_MOVE_RELATION);
    if (relation.v == RELATION_HEAD && home_head(home))
        return fail(e, ERR_CONFLICT, "relation", MSG_MOVE_TWO_HEADS, A(home->h.hh_no),
                    A(home_head(home)->name));
    return true;
}

/* From one household of the county straight into another. */
static bool change_homes(struct event *ev, const struct leaving *x, const struct home *home,
                         const struct person *p, struct errs *e)
{
    struct home to;
    int32_t in = x->kind == MOVE_MARRIED_OUT ? MOVE_MARRIED_IN : MOVE_MOVED_IN;
    if (x->kind != MOVE_MARRIED_OUT && x->kind != MOVE_MOVED_OUT)
        return fail(e, ERR_INVALID, "to", MSG_MOVE_TO_KIND);
    if (x->to_household_id == x->household_id)
        return fail(e, ERR_INVALID, "to", MSG_MOVE_SAME_HOUSEHOLD);
    if (!home_read(ev, x->county, x->to_household_id, &to, e) || !home_is_open(ev, &to, e) ||
        !relation_fits(&to, x->relation, e))
        return false;
    struct person now = joined(ev, p, in, &to.h, x->relation);
    struct movement out = row_of_person(&home->h, p, x->kind, -1), into = row_of_person(&to.h, p, in, 1);
    out.since = p->joined_on;
    out.other_household_id = (struct opt_int){ to.h.id, true };
    out.other_hh_no = to.h.hh_no;
    into.other_household_id = (struct opt_int){ home->h.id, true };
    into.other_hh_no = home->h.hh_no;
    return event_row(ev, &out, e) && change_person(ev, p, &now, &into, e) && event_row(ev, &into, e);
}

/* The person's record stays with the household, as gone. */
static bool leave_record(struct event *ev, const struct leaving *x, const struct home *home,
                         const struct person *p, struct errs *e)
{
    bool present = person_is_present(p);
    struct person now = person_left(ev, p, x->kind);
    struct movement m = row_of_person(&home->h, p, x->kind, present ? -1 : 0);
    m.since = p->joined_on;
    if (!present)
        now.left_on = p->left_on;
    return change_person(ev, p, &now, &m, e) && event_row(ev, &m, e);
}

bool movement_leave(struct event *ev, const struct leaving *x, struct errs *e)
{
    struct home home;
    assert(move_is_leaving(x->kind));
    if (!home_read(ev, x->county, x->household_id, &home, e) || !home_is_open(ev, &home, e))
        return false;
    const struct person *p = home_member(&home, x->person_id);
    assert(p);
    if (!person_may_move(ev, p, e))
        return false;
    bool present = person_is_present(p);
    if (!present && (!is_away(p) || x->to_household_id || p->change_status.v == x->kind))
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_GONE, A(p->name));
    if (present && !settle_household(ev, x, &home, p, e))
        return false;
    p = home_member(&home, x->person_id);
    bool last = present && home.present == 1;
    bool ok = x->to_household_id ? change_homes(ev, x, &home, p, e) : leave_record(ev, x, &home, p, e);
    return ok && (!last || close_household(ev, x->county, x->household_id, MOVE_CLOSED, NULL, e));
}

/* --- joining ------------------------------------------------------------------------------ */

/* Sex and birth date stand in the number. */
static bool settle_from_id(struct person *p, struct date today, struct errs *e)
{
    struct idno id;
    if (!p->id_number.p ||
        (p->id_kind.set && p->id_kind.v != ID_KIND_CITIZEN && p->id_kind.v != ID_KIND_NONE))
        return true;
    enum idno_result r = idno_read(p->id_number, today, &id);
    assert(r == IDNO_OK);
    if (p->sex.set && (p->sex.v == SEX_MALE || p->sex.v == SEX_FEMALE) && p->sex.v != id.sex)
        fail(e, ERR_INVALID, "sex", MSG_IDNO_SEX);
    if (p->birth_date.set && p->birth_date.v.day != id.birth.day)
        fail(e, ERR_INVALID, "birth_date", MSG_IDNO_BIRTH_DIFFERS);
    p->sex = (struct code){ id.sex, true };
    p->birth_date = (struct opt_date){ id.birth, true };
    return !errs_any(e);
}

static bool register_number(struct event *ev, const struct person *p, struct errs *e)
{
    if (!p->id_number.p)
        return true;
    struct val key = val_seal_key(ev->act->tx, SEAL_ID_NUMBER, p->id_number, e->a);
    struct national_id id = { { (const uint8_t *)key.s.p, key.s.n }, p->county, p->id };
    return db_insert(ev->act->tx, &national_id_entity, &id, e);
}

static bool join_new(struct event *ev, const struct joining *x, const struct home *home, struct errs *e)
{
    struct person p = x->person;
    for (size_t i = 0; i < home->n; i++) {
        const struct person *m = &home->members[i];
        bool dates = !m->birth_date.set || !p.birth_date.set || m->birth_date.v.day == p.birth_date.v.day;
        if (str_eq(m->name, p.name) && dates)
            return fail(e, ERR_CONFLICT, "name", MSG_MOVE_TWICE, A(home->h.hh_no), A(p.name));
    }
    if (p.birth_date.set && p.birth_date.v.day > ev->paper.on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_BEFORE_BIRTH, A(p.name), A(p.birth_date.v));
    if (!db_id(ev->act->tx, &p.id, e))
        return false;
    p = joined(ev, &p, x->kind, &home->h, p.relation);
    struct movement m = row_of_person(&home->h, &p, x->kind, 1);
    m.detail = STR("{}"); /* the row itself is new */
    return db_insert(ev->act->tx, &person_entity, &p, e) && register_number(ev, &p, e) &&
           event_row(ev, &m, e);
}

/* Who was here before, or elsewhere and left there. */
static bool join_again(struct event *ev, const struct joining *x, const struct home *home,
                       const struct person *old, struct errs *e)
{
    struct movement last, m = row_of_person(&home->h, old, x->kind, 1);
    if (person_is_present(old))
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_PRESENT, A(old->name));
    if (!person_may_move(ev, old, e))
        return false;
    if (x->kind == MOVE_RETURNED && !is_away(old))
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_NOT_AWAY, A(old->name));
    if (x->kind == MOVE_BORN)
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_TWICE, A(home->h.hh_no), A(old->name));
    enum found f = last_of_person(ev, old, &last, e);
    if (f == NONE) {
        m.since = old->joined_on;
        m.until = old->left_on.set ? old->left_on : old->changed_on;
    }
    if (old->household_id != home->h.id)
        m.other_household_id = (struct opt_int){ old->household_id, true };
    struct code relation = x->person.relation.set ? x->person.relation : old->relation;
    if (f == FAILED || !relation_fits(home, relation, e))
        return false;
    struct person now = joined(ev, old, x->kind, &home->h, relation);
    return change_person(ev, old, &now, &m, e) && event_row(ev, &m, e);
}

/* Somebody has the number already.  Where the actor may not look, only the county is named. */
static bool join_from_elsewhere(struct event *ev, const struct joining *x, const struct home *home,
                                const struct national_id *id, struct errs *e)
{
    struct tx *tx = ev->act->tx;
    struct person p;
    struct household was;
    struct str name;
    if (db_get(tx, &person_entity, &p, e, V(id->county), V(id->person_id)) != FOUND ||
        db_get(tx, &household_entity, &was, e, V(p.county), V(p.household_id)) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_INTERNAL, "id_number", MSG_MOVE_ID_TAKEN, A("?"));
    if (!actor_may(ev->act->who, PERM_REGISTRY_WRITE, was.village)) {
        return county_called(ev, id->county, &name, e) &&
               fail(e, ERR_CONFLICT, "id_number", MSG_IMPORT_PERSON_ELSEWHERE, A(name));
    }
    if (person_is_present(&p))
        return fail(e, ERR_CONFLICT, "id_number", MSG_IMPORT_PERSON_AT, A(was.hh_no), A(was.village));
    if (!str_eq(p.name, x->person.name))
        return fail(e, ERR_CONFLICT, "name", MSG_MOVE_ID_TAKEN, A(was.hh_no));
    if (p.county != home->h.county) {
        if (!person_may_move(ev, &p, e) || !person_to_county(ev, &p, &home->h, e))
            return false;
        p.county = home->h.county;
        p.household_id = home->h.id;
    }
    return join_again(ev, x, home, &p, e);
}

bool movement_join(struct event *ev, struct joining *x, struct errs *e)
{
    struct home home;
    struct national_id id;
    assert(move_is_joining(x->kind));
    if (!home_read(ev, x->county, x->household_id, &home, e) || !home_is_open(ev, &home, e))
        return false;
    const struct person *old = x->person.id ? home_member(&home, x->person.id) : NULL;
    if (old)
        return join_again(ev, x, &home, old, e);
    if (x->kind == MOVE_RETURNED)
        return fail(e, ERR_NOT_FOUND, "person", MSG_MOVE_NO_MEMBER, A(home.h.hh_no), A(x->person.name),
                    A("—"));
    if (!relation_fits(&home, x->person.relation, e) || !settle_from_id(&x->person, ev->today, e))
        return false;
    if (x->person.id_number.p) {
        struct val key = val_seal_key(ev->act->tx, SEAL_ID_NUMBER, x->person.id_number, e->a);
        enum found f =
            db_find(ev->act->tx,
                    SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
                    &id, e, key);
        if (f != NONE)
            return f == FOUND && join_from_elsewhere(ev, x, &home, &id, e);
    }
    return join_new(ev, x, &home, e);
}

/* --- by number ---------------------------------------------------------------------------- */

enum found movement_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                          struct movement *m, struct errs *e)
{
    struct scopes scopes;
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        const struct scope *s = &scopes.list[i];
        struct movement one;
        enum found f =
            db_find(tx,
                    SQL_OF(STMT_KEY, &movement_entity,
                           "SELECT {*} FROM movement WHERE county = $1 AND no = $2 AND village BETWEEN "
                           "$3 AND $4"),
                    &one, e, V(s->county), V(no), V(s->first), V(s->last));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND) {
            n++;
            *m = one;
        }
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "county", MSG_MOVE_SEVERAL, A(no));
        return FAILED;
    }
    return n ? FOUND : NONE;
}
