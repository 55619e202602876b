/* movement_household.c - what happens to whole households: a new head, a split, a merger, a change of state.
 */
#include "access/site.h"
#include "base/value.h"
#include "registry/household_file.h"
#include "registry/movement_parts.h"

#include <assert.h>

/* --- relations, as another head sees them ------------------------------------------------- */

enum {
    REL_SON_WIFE = 5,
    REL_DAUGHTER_HUSBAND,
    REL_SON_SON,
    REL_SON_DAUGHTER,
    REL_DAUGHTER_SON,
    REL_DAUGHTER_DAUGHTER,
    REL_FATHER,
    REL_MOTHER,
    REL_WIFE_FATHER,
    REL_WIFE_MOTHER,
    REL_HUSBAND_FATHER,
    REL_HUSBAND_MOTHER,
    REL_FATHER_FATHER,
    REL_FATHER_MOTHER,
    REL_MOTHER_FATHER,
    REL_MOTHER_MOTHER,
};
/* Whose sex tells the two columns apart. */
enum whose { OWN, OLD_HEAD, NEW_HEAD };
/* From the new head's relation to the old head, and the member's. */
static const struct relation_row {
    int32_t head_from, head_to, member_from, member_to;
    enum whose whose;
    int32_t male, female;
    bool only; /* only if the new head has no brother or sister of the same kind: whose child is it? */
} relation_rows[] = {
    /* the spouse */
    { 2, 2, 1, 1, OWN, 2, 2, false },
    { 2, 2, 3, 3, OWN, 3, 3, false },
    { 2, 2, 4, 4, OWN, 4, 4, false },
    { 2, 2, 5, 5, OWN, 5, 5, false },
    { 2, 2, 6, 6, OWN, 6, 6, false },
    { 2, 2, 7, 7, OWN, 7, 7, false },
    { 2, 2, 8, 8, OWN, 8, 8, false },
    { 2, 2, 9, 9, OWN, 9, 9, false },
    { 2, 2, 10, 10, OWN, 10, 10, false },
    { 2, 2, 11, 11, NEW_HEAD, REL_WIFE_FATHER, REL_HUSBAND_FATHER, false },
    { 2, 2, 12, 12, NEW_HEAD, REL_WIFE_MOTHER, REL_HUSBAND_MOTHER, false },
    { 2, 2, 13, 13, OWN, REL_FATHER, REL_FATHER, false },
    { 2, 2, 14, 14, OWN, REL_MOTHER, REL_MOTHER, false },
    { 2, 2, 15, 15, OWN, REL_FATHER, REL_FATHER, false },
    { 2, 2, 16, 16, OWN, REL_MOTHER, REL_MOTHER, false },
    /* a son or a daughter */
    { 3, 4, 1, 2, OWN, REL_FATHER, REL_MOTHER, false },
    { 3, 3, 5, 5, OWN, 2, 2, true },
    { 4, 4, 6, 6, OWN, 2, 2, true },
    { 3, 3, 7, 7, OWN, 3, 3, true },
    { 3, 3, 8, 8, OWN, 4, 4, true },
    { 4, 4, 9, 9, OWN, 3, 3, true },
    { 4, 4, 10, 10, OWN, 4, 4, true },
    { 3, 4, 11, 11, OLD_HEAD, REL_FATHER_FATHER, REL_MOTHER_FATHER, false },
    { 3, 4, 12, 12, OLD_HEAD, REL_FATHER_MOTHER, REL_MOTHER_MOTHER, false },
    { 3, 4, 13, 13, OWN, REL_MOTHER_FATHER, REL_MOTHER_FATHER, false },
    { 3, 4, 14, 14, OWN, REL_MOTHER_MOTHER, REL_MOTHER_MOTHER, false },
    { 3, 4, 15, 15, OWN, REL_FATHER_FATHER, REL_FATHER_FATHER, false },
    { 3, 4, 16, 16, OWN, REL_FATHER_MOTHER, REL_FATHER_MOTHER, false },
    /* a son's wife: her husband is the only son, her children the grandchildren by a son */
    { 5, 5, 3, 3, OWN, 2, 2, true },
    { 5, 5, 7, 7, OWN, 3, 3, true },
    { 5, 5, 8, 8, OWN, 4, 4, true },
    { 5, 5, 1, 2, OWN, REL_HUSBAND_FATHER, REL_HUSBAND_MOTHER, true },
    /* a daughter's husband */
    { 6, 6, 4, 4, OWN, 2, 2, true },
    { 6, 6, 9, 9, OWN, 3, 3, true },
    { 6, 6, 10, 10, OWN, 4, 4, true },
    { 6, 6, 1, 2, OWN, REL_WIFE_FATHER, REL_WIFE_MOTHER, true },
    /* a grandchild by a son, or by a daughter */
    { 7, 8, 1, 2, OWN, REL_FATHER_FATHER, REL_FATHER_MOTHER, false },
    { 9, 10, 1, 2, OWN, REL_MOTHER_FATHER, REL_MOTHER_MOTHER, false },
    /* the father or the mother */
    { 11, 12, 1, 1, OWN, 3, 4, false },
    { 11, 12, 2, 2, OWN, REL_DAUGHTER_HUSBAND, REL_SON_WIFE, false },
    { 11, 12, 3, 3, OLD_HEAD, REL_SON_SON, REL_DAUGHTER_SON, false },
    { 11, 12, 4, 4, OLD_HEAD, REL_SON_DAUGHTER, REL_DAUGHTER_DAUGHTER, false },
    { 11, 12, 11, 12, OWN, 2, 2, false },
};

static size_t with_relation(const struct home *home, int32_t relation)
{
    size_t n = 0;
    for (size_t i = 0; i < home->n; i++)
        n += home->members[i].relation.set && home->members[i].relation.v == relation &&
             person_is_present(&home->members[i]);
    return n;
}

/* No other child, and no other child-in-law, could be meant. */
static bool is_only(const struct home *home, int32_t head_was)
{
    bool by_son = head_was == RELATION_SON || head_was == REL_SON_WIFE;
    return with_relation(home, by_son ? RELATION_SON : RELATION_DAUGHTER) <= 1 &&
           with_relation(home, by_son ? REL_SON_WIFE : REL_DAUGHTER_HUSBAND) <= 1;
}

static bool knows_sex(const struct person *p)
{
    return p && p->sex.set && (p->sex.v == SEX_MALE || p->sex.v == SEX_FEMALE);
}

static const struct relation_row *relation_row(int32_t head, int32_t member)
{
    for (size_t i = 0; i < N_ELEMS(relation_rows); i++) {
        const struct relation_row *r = &relation_rows[i];
        if (head >= r->head_from && head <= r->head_to && member >= r->member_from && member <= r->member_to)
            return r;
    }
    return NULL;
}

int32_t relation_from(const struct home *home, const struct person *head, const struct person *member)
{
    if (head->id == member->id)
        return RELATION_HEAD;
    if (!head->relation.set || !member->relation.set)
        return 0;
    const struct relation_row *r = relation_row(head->relation.v, member->relation.v);
    if (!r || (r->only && !is_only(home, head->relation.v)))
        return 0;
    if (r->male == r->female)
        return r->male;
    const struct person *who = r->whose == OWN ? member : r->whose == NEW_HEAD ? head : home_head(home);
    return !knows_sex(who) ? 0 : who->sex.v == SEX_MALE ? r->male : r->female;
}

/* The relation to write; those that cannot be told are counted, to be warned of. */
static struct code relation_or_other(const struct home *home, const struct person *head,
                                     const struct person *member, size_t *unclear)
{
    int32_t r = relation_from(home, head, member);
    *unclear += r == 0;
    return (struct code){ r ? r : RELATION_OTHER, true };
}

static void warn_unclear(struct event *ev, const struct household *h, size_t unclear, struct errs *e)
{
    (void)ev;
    if (unclear)
        warn(e, "relation", MSG_MOVE_RELATIONS, A(h->hh_no), A(unclear));
}

/* --- a new head --------------------------------------------------------------------------- */

static bool put_head_name(struct event *ev, const struct household *old, const struct person *head,
                          struct errs *e)
{
    struct household now = *old;
    struct movement m = row_of_household(old, MOVE_NEW_HEAD, 0);
    now.head_name = head->name;
    return change_household(ev, old, &now, &m, e) && event_row(ev, &m, e);
}

bool movement_head(struct event *ev, int64_t county, int64_t household_id, int64_t person_id, struct errs *e)
{
    struct home home;
    size_t unclear = 0;
    if (!home_read(ev, county, household_id, &home, e) || !home_is_open(ev, &home, e))
        return false;
    const struct person *head = home_member(&home, person_id);
    assert(head);
    if (!person_is_present(head))
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_GONE, A(head->name));
    if (head->relation.set && head->relation.v == RELATION_HEAD)
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_IS_HEAD, A(head->name));
    for (size_t i = 0; i < home.n; i++) {
        const struct person *p = &home.members[i];
        struct person now = *p;
        struct movement m = row_of_person(&home.h, p, MOVE_NEW_HEAD, 0);
        if (!person_is_present(p))
            continue;
        now.relation = relation_or_other(&home, head, p, &unclear);
        if (!person_may_move(ev, p, e) || (now.relation.v != p->relation.v &&
                                           (!change_person(ev, p, &now, &m, e) || !event_row(ev, &m, e))))
            return false;
    }
    warn_unclear(ev, &home.h, unclear, e);
    return put_head_name(ev, &home.h, head, e);
}

/* --- states ------------------------------------------------------------------------------- */

bool put_state(struct event *ev, const struct household *old, const struct household *to, struct opt_int year,
               struct code cause, struct str note, struct errs *e)
{
    struct household_status s = {
        .county = to->county,
        .household_id = to->id,
        .old_state = old->state,
        .state = to->state,
        .year = year,
        .changed_on = { ev->paper.on, true },
        .cause = cause,
        .document = ev->paper.document,
        .note = note.p ? note : ev->paper.reason,
        .recorded_on = ev->today,
    };
    assert(to->state.set);
    return db_id(ev->act->tx, &s.id, e) && db_insert(ev->act->tx, &household_status_entity, &s, e);
}

bool close_household(struct event *ev, int64_t county, int64_t id, int32_t kind,
                     const struct household *other, struct errs *e)
{
    struct household old;
    if (db_get(ev->act->tx, &household_entity, &old, e, V(county), V(id)) != FOUND)
        return false;
    struct household now = old;
    struct movement m = row_of_household(&old, kind, -1);
    struct str note = { 0 };
    now.state = (struct code){ STATE_CLOSED, true };
    m.since = old.entered_on;
    if (other) {
        m.other_household_id = (struct opt_int){ other->id, true };
        m.other_hh_no = other->hh_no;
        note = str_of(say(e->a, ZH, MSG_MOVE_MERGED_NOTE, A(other->hh_no)));
    }
    return put_state(ev, &old, &now, (struct opt_int){ date_civil(ev->paper.on).year, true },
                     (struct code){ 0 }, note, e) &&
           change_household(ev, &old, &now, &m, e) && event_row(ev, &m, e);
}

/* From which state to which; 未知 may become anything. */
static const struct state_step {
    int32_t from, to;
} state_steps[] = {
    { STATE_POOR, STATE_PRE_EXIT },        { STATE_POOR, STATE_EXITED },
    { STATE_POOR, STATE_CLOSED },          { STATE_PRE_EXIT, STATE_POOR },
    { STATE_PRE_EXIT, STATE_EXITED },      { STATE_PRE_EXIT, STATE_CLOSED },
    { STATE_EXITED, STATE_FALLEN_BACK },   { STATE_EXITED, STATE_CLOSED },
    { STATE_FALLEN_BACK, STATE_PRE_EXIT }, { STATE_FALLEN_BACK, STATE_EXITED },
    { STATE_FALLEN_BACK, STATE_CLOSED },   { STATE_CLOSED, STATE_POOR },
    { STATE_CLOSED, STATE_FALLEN_BACK },
};

static bool step_is_allowed(struct code from, int32_t to)
{
    if (!from.set)
        return true;
    for (size_t i = 0; i < N_ELEMS(state_steps); i++)
        if (state_steps[i].from == from.v && state_steps[i].to == to)
            return true;
    return false;
}

static bool check_year(const struct event *ev, const struct state_change *x, int64_t year, struct errs *e)
{
    int64_t on = date_civil(ev->paper.on).year;
    if (x->state == STATE_PRE_EXIT && year < on)
        return fail(e, ERR_INVALID, "year", MSG_STATE_PLAN_PAST, A(year), A(ev->paper.on));
    if (x->state != STATE_PRE_EXIT && (year > on || year < on - 1))
        return fail(e, ERR_INVALID, "year", MSG_STATE_YEAR, A(year), A(ev->paper.on));
    return true;
}

enum found household_left(struct tx *tx, const struct household *h, struct movement *by, struct errs *e)
{
    if (!h->state.set || h->state.v != STATE_CLOSED)
        return NONE;
    enum found f = db_find(
        tx,
        SQL_OF(STMT_KEY, &movement_entity,
               "SELECT {*} FROM movement WHERE county = $1 AND household_id = $2 AND person_id IS NULL AND "
               "change <> 0 AND reverses IS NULL AND reversed_by IS NULL ORDER BY effective_on DESC, no DESC "
               "LIMIT 1"),
        by, e, V(h->county), V(h->id));
    return f == FOUND && by->change > 0 ? NONE : f;
}

/* A household that went to another county is kept there; its rows here are only what was done for it. */
static bool has_not_gone(struct event *ev, const struct household *h, struct errs *e)
{
    struct movement by;
    struct str name;
    enum found f = household_left(ev->act->tx, h, &by, e);
    if (f != FOUND || by.kind.v != MOVE_TRANSFERRED_OUT)
        return f != FAILED;
    return county_called(ev, region_county(by.other_village), &name, e) &&
           fail(e, ERR_CONFLICT, "household", MSG_TRANSFER_LEFT, A(h->hh_no), A(name));
}

static bool check_state(struct event *ev, const struct household *h, const struct state_change *x,
                        int64_t year, struct errs *e)
{
    int64_t later = 0;
    if (h->state.set && h->state.v == x->state)
        return fail(e, ERR_CONFLICT, "state", MSG_STATE_SAME, A(h->hh_no));
    if (!step_is_allowed(h->state, x->state))
        return fail(e, ERR_CONFLICT, "state", MSG_STATE_STEP, A(h->hh_no));
    if (!ev->paper.document.p && x->state != STATE_PRE_EXIT)
        fail(e, ERR_INVALID, "document", MSG_STATE_DOCUMENT);
    if (x->state == STATE_FALLEN_BACK && !x->cause.set)
        fail(e, ERR_INVALID, "cause", MSG_STATE_CAUSE);
    check_year(ev, x, year, e);
    if (errs_any(e) || !has_not_gone(ev, h, e) ||
        !db_int(ev->act->tx,
                SQL(STMT_KEY,
                    "SELECT max(changed_on) FROM household_status WHERE county = $1 AND household_id = $2 "
                    "AND changed_on > CAST($3 AS INTEGER)"),
                &later, e, V(h->county), V(h->id), V(ev->paper.on)))
        return false;
    return !later ||
           fail(e, ERR_CONFLICT, "on", MSG_STATE_LATER, A(h->hh_no), A((struct date){ (int32_t)later }));
}

/* Everybody leaves with the household. */
static bool remove_members(struct event *ev, const struct home *home, struct errs *e)
{
    for (size_t i = 0; i < home->n; i++) {
        const struct person *p = &home->members[i];
        struct person now = person_left(ev, p, MOVE_REMOVED);
        struct movement m = row_of_person(&home->h, p, MOVE_REMOVED, -1);
        if (!person_is_present(p))
            continue;
        m.since = p->joined_on;
        if (!person_may_move(ev, p, e) || !change_person(ev, p, &now, &m, e) || !event_row(ev, &m, e))
            return false;
    }
    return true;
}

/* The members that the closing took along, and who are still as it left them. */
static bool return_members(struct event *ev, const struct home *home, const struct movement *closing,
                           struct errs *e)
{
    struct list rows;
    if (!db_list(
            ev->act->tx,
            SQL_OF(
                STMT_KEY, &movement_entity,
                "SELECT {*} FROM movement WHERE county = $1 AND event_id = $2 AND person_id IS NOT NULL AND "
                "change = -1 ORDER BY no"),
            &rows, e->a, e, V(closing->county), V(closing->event_id)))
        return false;
    const struct movement *r = rows.rows;
    for (size_t i = 0; i < rows.n; i++) {
        const struct person *p = home_member(home, r[i].person_id.v);
        if (!p || !p->change_status.set || p->change_status.v != MOVE_REMOVED || r[i].kind.v != MOVE_REMOVED)
            continue;
        struct person now = *p;
        struct movement m = row_of_person(&home->h, p, MOVE_MOVED_IN, 1);
        now.change_status = (struct code){ CHANGE_MOVED_IN, true };
        now.changed_on = now.joined_on = (struct opt_date){ ev->paper.on, true };
        now.change_reason = ev->paper.reason;
        now.left_on = (struct opt_date){ 0 };
        if (!person_may_move(ev, p, e) || !change_person(ev, p, &now, &m, e) || !event_row(ev, &m, e))
            return false;
    }
    return true;
}

static bool reopen(struct event *ev, const struct home *home, struct movement *m, struct errs *e)
{
    struct movement last;
    enum found f = db_find(
        ev->act->tx,
        SQL_OF(STMT_KEY, &movement_entity,
               "SELECT {*} FROM movement WHERE county = $1 AND household_id = $2 AND person_id IS NULL AND "
               "reverses IS NULL AND reversed_by IS NULL ORDER BY effective_on DESC, no DESC LIMIT 1"),
        &last, e, V(home->h.county), V(home->h.id));
    *m = row_of_household(&home->h, MOVE_REOPENED, 1);
    if (f != FOUND)
        return f == NONE;
    if (last.kind.v == MOVE_MERGED_AWAY)
        return fail(e, ERR_CONFLICT, "state", MSG_STATE_MERGED, A(home->h.hh_no), A(last.other_hh_no),
                    A(last.no));
    if (last.effective_on.day > ev->paper.on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_MOVE_LATER, A(home->h.hh_no), A(last.effective_on),
                    A(last.no));
    return return_members(ev, home, &last, e);
}

static struct household in_state(const struct household *h, const struct state_change *x, struct opt_int year)
{
    struct household now = *h;
    now.state = (struct code){ x->state, true };
    if (x->state == STATE_EXITED)
        now.exit_year = year;
    if (x->state == STATE_PRE_EXIT)
        now.planned_exit_year = year;
    if (x->state == STATE_FALLEN_BACK) {
        now.back_year = year;
        now.back_cause = x->cause;
    }
    return now;
}

bool household_set_state(struct event *ev, const struct state_change *x, struct errs *e)
{
    struct home home;
    struct movement m = { 0 };
    struct opt_int year = x->year.set ? x->year : (struct opt_int){ date_civil(ev->paper.on).year, true };
    if (!home_read(ev, x->county, x->household_id, &home, e) || !check_state(ev, &home.h, x, year.v, e))
        return false;
    bool closed = home.h.state.set && home.h.state.v == STATE_CLOSED;
    if (x->state == STATE_CLOSED)
        return home_is_open(ev, &home, e) && remove_members(ev, &home, e) &&
               close_household(ev, x->county, x->household_id, MOVE_CLOSED, NULL, e);
    if (closed && !reopen(ev, &home, &m, e))
        return false;
    struct household now = in_state(&home.h, x, year);
    if (!put_state(ev, &home.h, &now, year, x->cause, x->note, e))
        return false;
    if (!closed)
        return act_update(ev->act, &household_entity, &home.h, &now, e);
    return change_household(ev, &home.h, &now, &m, e) && event_row(ev, &m, e);
}

/* --- splits ------------------------------------------------------------------------------- */

static bool is_mover(const struct splitting *x, int64_t person_id)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->person_ids[i] == person_id)
            return true;
    return false;
}

static bool number_is_free(struct tx *tx, int64_t county, struct str hh_no, bool *is_free, struct errs *e)
{
    int64_t n;
    if (!db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM household WHERE county = $1 AND hh_no = $2"), &n, e,
                V(county), V(hh_no)))
        return false;
    *is_free = n == 0;
    return true;
}

/* The one given, or the county's next that no imported household has. */
static bool settle_number(struct event *ev, int64_t county, struct str *hh_no, struct errs *e)
{
    bool is_free = false;
    int64_t n;
    if (hh_no->p)
        return number_is_free(ev->act->tx, county, *hh_no, &is_free, e) &&
               (is_free || fail(e, ERR_CONFLICT, "number", MSG_MOVE_NUMBER_TAKEN, A(*hh_no)));
    while (!is_free) {
        if (!counter_next(ev->act->tx, county, "household", &n, e))
            return false;
        *hh_no = str_of(arena_printf(e->a, "%06lld%06lld", (long long)county, (long long)n));
        if (!number_is_free(ev->act->tx, county, *hh_no, &is_free, e))
            return false;
    }
    return true;
}

static bool check_split(struct event *ev, const struct splitting *x, const struct home *home, struct errs *e)
{
    bool head_goes = false;
    size_t going = 0;
    for (size_t i = 0; i < home->n; i++) {
        const struct person *p = &home->members[i];
        if (!is_mover(x, p->id))
            continue;
        if (!person_is_present(p))
            return fail(e, ERR_CONFLICT, "person", MSG_MOVE_GONE, A(p->name));
        if (!person_may_move(ev, p, e))
            return false;
        going++;
        head_goes = head_goes || (p->relation.set && p->relation.v == RELATION_HEAD);
    }
    assert(going == x->n); /* the caller named members, each once */
    if (going == home->present)
        return fail(e, ERR_CONFLICT, "person", MSG_MOVE_NOBODY_STAYS, A(home->h.hh_no));
    if (!is_mover(x, x->head_id))
        return fail(e, ERR_INVALID, "head", MSG_MOVE_HEAD_STAYS);
    if (head_goes && (!x->old_head_id || is_mover(x, x->old_head_id)))
        return fail(e, ERR_CONFLICT, "old-head", MSG_MOVE_HEAD_FIRST, A(home_head(home)->name));
    return true;
}

/* What the new household has from the old one: where it lives and why it is on the register; no account, no
 * debt. */
static struct household split_from(const struct event *ev, const struct household *h, struct str hh_no,
                                   const struct person *head)
{
    return (struct household){
        .county = h->county,
        .hh_no = hh_no,
        .village = h->village,
        .head_name = head->name,
        .natural_village = h->natural_village,
        .villager_group = h->villager_group,
        .address = h->address,
        .standard = h->standard,
        .attribute = h->attribute,
        .household_type = h->household_type,
        .cause_main = h->cause_main,
        .causes_other = h->causes_other,
        .state = h->state,
        .exit_year = h->exit_year,
        .planned_exit_year = h->planned_exit_year,
        .back_year = h->back_year,
        .back_cause = h->back_cause,
        .entered_on = { ev->paper.on, true },
        .monitor_type = h->monitor_type,
        .tags = h->tags,
        .hardship = h->hardship,
    };
}

static bool found_household(struct event *ev, struct splitting *x, const struct home *home, struct errs *e)
{
    struct household *h = &x->made;
    struct household nothing = { 0 };
    if (!settle_number(ev, x->county, &x->hh_no, e) || !db_id(ev->act->tx, &h->id, e))
        return false;
    int64_t id = h->id;
    *h = split_from(ev, &home->h, x->hh_no, home_member(home, x->head_id));
    h->id = id;
    struct movement m = row_of_household(h, MOVE_SPLIT_NEW, 1);
    m.other_household_id = (struct opt_int){ home->h.id, true };
    m.other_hh_no = home->h.hh_no;
    m.detail = STR("{}");
    return db_insert(ev->act->tx, &household_entity, h, e) &&
           (!h->state.set ||
            put_state(ev, &nothing, h, (struct opt_int){ 0 }, (struct code){ 0 }, (struct str){ 0 }, e)) &&
           event_row(ev, &m, e);
}

/* One member out of one household and into another of the same event. */
static bool carry(struct event *ev, const struct household *from, const struct household *to,
                  const struct person *p, struct code relation, int32_t out_kind, int32_t in_kind,
                  struct errs *e)
{
    struct person now = *p;
    struct movement out = row_of_person(from, p, out_kind, -1), in = row_of_person(to, p, in_kind, 1);
    out.since = p->joined_on;
    out.other_household_id = (struct opt_int){ to->id, true };
    out.other_hh_no = to->hh_no;
    in.other_household_id = (struct opt_int){ from->id, true };
    in.other_hh_no = from->hh_no;
    now.household_id = to->id;
    now.relation = relation;
    now.joined_on = now.changed_on = (struct opt_date){ ev->paper.on, true };
    now.change_reason = ev->paper.reason;
    return event_row(ev, &out, e) && change_person(ev, p, &now, &in, e) && event_row(ev, &in, e);
}

bool movement_split(struct event *ev, struct splitting *x, struct errs *e)
{
    struct home home;
    size_t unclear = 0;
    if (!home_read(ev, x->county, x->household_id, &home, e) || !home_is_open(ev, &home, e) ||
        !check_split(ev, x, &home, e))
        return false;
    if (x->old_head_id && !(movement_head(ev, x->county, x->household_id, x->old_head_id, e) &&
                            home_read(ev, x->county, x->household_id, &home, e)))
        return false;
    const struct person *head = home_member(&home, x->head_id);
    if (!found_household(ev, x, &home, e))
        return false;
    for (size_t i = 0; i < home.n; i++) {
        const struct person *p = &home.members[i];
        if (is_mover(x, p->id) &&
            !carry(ev, &home.h, &x->made, p, relation_or_other(&home, head, p, &unclear), MOVE_SPLIT_OFF,
                   MOVE_SPLIT_NEW, e))
            return false;
    }
    warn_unclear(ev, &x->made, unclear, e);
    return true;
}

/* --- mergers ------------------------------------------------------------------------------ */

static struct code relation_given(const struct merging *x, int64_t person_id)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->person_ids[i] == person_id)
            return x->relations[i];
    return (struct code){ RELATION_OTHER, true };
}

bool movement_merge(struct event *ev, const struct merging *x, struct errs *e)
{
    struct home from, into;
    if (x->from_id == x->into_id)
        return fail(e, ERR_INVALID, "into", MSG_MOVE_SAME_HOUSEHOLD);
    if (!home_read(ev, x->county, x->from_id, &from, e) || !home_is_open(ev, &from, e) ||
        !home_read(ev, x->county, x->into_id, &into, e) || !home_is_open(ev, &into, e))
        return false;
    for (size_t i = 0; i < from.n; i++) {
        const struct person *p = &from.members[i];
        struct code relation = relation_given(x, p->id);
        if (!person_is_present(p))
            continue;
        if (relation.v == RELATION_HEAD && home_head(&into))
            return fail(e, ERR_CONFLICT, "relation", MSG_MOVE_TWO_HEADS, A(into.h.hh_no),
                        A(home_head(&into)->name));
        if (!person_may_move(ev, p, e) ||
            !carry(ev, &from.h, &into.h, p, relation, MOVE_MERGED_AWAY, MOVE_MERGED_INTO, e))
            return false;
    }
    size_t unclear = from.present - (x->n < from.present ? x->n : from.present);
    warn_unclear(ev, &into.h, unclear, e);
    return close_household(ev, x->county, x->from_id, MOVE_MERGED_AWAY, &into.h, e);
}
