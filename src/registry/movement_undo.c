/* movement_undo.c - taking an event back: opposite rows, and what it changed as it was before. */
#include "base/value.h"
#include "registry/change_value.h"
#include "registry/household_file.h"
#include "registry/movement_parts.h"

struct undo {
    struct event *ev;
    struct movement *rows; /* of the event, the last first */
    size_t n;
};

static struct str subject(const struct movement *m)
{
    return m->person_id.set ? m->person_name : m->hh_no;
}

/* Nothing was recorded of the same person, or the same household, since. */
static bool is_last(struct undo *u, const struct movement *m, struct errs *e)
{
    struct tx *tx = u->ev->act->tx;
    int64_t later;
    bool ok =
        m->person_id.set
            ? db_int(tx,
                     SQL(STMT_KEY, "SELECT min(no) FROM movement WHERE county = $1 AND person_id = $2 AND "
                                   "no > $3 AND event_id <> $4 AND reverses IS NULL AND reversed_by IS NULL"),
                     &later, e, V(m->county), V(m->person_id.v), V(m->no), V(m->event_id))
            : db_int(
                  tx,
                  SQL(STMT_KEY,
                      "SELECT min(no) FROM movement WHERE county = $1 AND household_id = $2 AND person_id IS "
                      "NULL AND no > $3 AND event_id <> $4 AND reverses IS NULL AND reversed_by IS NULL"),
                  &later, e, V(m->county), V(m->household_id), V(m->no), V(m->event_id));
    if (!ok)
        return false;
    return !later || fail(e, ERR_CONFLICT, "no", MSG_UNDO_LATER, A(subject(m)), A(later));
}

static bool may_undo(struct undo *u, const struct movement *m, struct errs *e)
{
    if (m->reverses.set)
        return fail(e, ERR_CONFLICT, "no", MSG_UNDO_OF_UNDO, A(m->no));
    if (m->reversed_by.set)
        return fail(e, ERR_CONFLICT, "no", MSG_UNDO_TWICE, A(m->no));
    bool other = m->other_village.v && region_county(m->other_village) != m->county;
    if (other || region_county(m->village) != m->county)
        return fail(e, ERR_CONFLICT, "no", MSG_UNDO_TRANSFER);
    return actor_need_at(u->ev->act->who, PERM_REGISTRY_WRITE, m->village, e) && is_last(u, m, e);
}

/* now := what stood before the event; fails if the row is no longer as the event left it. */
static bool step_back(const struct entity *en, const struct movement *m, const void *old, void *now,
                      struct errs *e)
{
    bool same = true;
    if (!changes_apply(en, m->detail, CHANGE_AFTER, now, e->a))
        return fail(e, ERR_INTERNAL, "no", MSG_UNDO_CHANGED, A(subject(m)));
    for (size_t i = 0; i < en->n; i++)
        same = same && col_same(&en->cols[i], old, now);
    if (!same)
        return fail(e, ERR_CONFLICT, "no", MSG_UNDO_CHANGED, A(subject(m)));
    return changes_apply(en, m->detail, CHANGE_BEFORE, now, e->a);
}

static bool undo_household(struct undo *u, const struct movement *m, struct movement *back, struct errs *e)
{
    struct event *ev = u->ev;
    struct household old;
    enum found f = db_get(ev->act->tx, &household_entity, &old, e, V(m->county), V(m->household_id));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_CONFLICT, "no", MSG_UNDO_CHANGED, A(subject(m)));
    struct household now = old;
    if (str_eq(m->detail, STR("{}")))
        now.state = (struct code){ STATE_CLOSED, true };
    else if (!step_back(&household_entity, m, &old, &now, e))
        return false;
    bool state = now.state.set && (!old.state.set || old.state.v != now.state.v);
    if (state && !put_state(ev, &old, &now, (struct opt_int){ 0 }, (struct code){ 0 }, (struct str){ 0 }, e))
        return false;
    return change_household(ev, &old, &now, back, e);
}

static bool home_is_there(struct undo *u, const struct person *p, struct errs *e)
{
    struct household h;
    if (db_get(u->ev->act->tx, &household_entity, &h, e, V(p->county), V(p->household_id)) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_CONFLICT, "no", MSG_UNDO_CHANGED, A(p->name));
    if (person_is_present(p) && h.state.set && h.state.v == STATE_CLOSED)
        return fail(e, ERR_CONFLICT, "no", MSG_MOVE_HOUSEHOLD_CLOSED, A(h.hh_no));
    return true;
}

static bool undo_person(struct undo *u, const struct movement *m, struct movement *back, struct errs *e)
{
    struct person old;
    struct opt_date on = { m->effective_on, true };
    enum found f = db_get(u->ev->act->tx, &person_entity, &old, e, V(m->county), V(m->person_id.v));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_CONFLICT, "no", MSG_UNDO_CHANGED, A(subject(m)));
    struct person now = old;
    if (str_eq(m->detail, STR("{}"))) {
        now.change_status = (struct code){ MOVE_REMOVED, true };
        now.changed_on = now.left_on = on;
        now.change_reason = u->ev->paper.reason;
    } else if (!step_back(&person_entity, m, &old, &now, e)) {
        return false;
    }
    return home_is_there(u, &now, e) && change_person(u->ev, &old, &now, back, e);
}

static bool undo_row(struct undo *u, const struct movement *m, struct errs *e)
{
    struct movement back = *m, marked = *m;
    back.change = -m->change;
    back.reverses = (struct opt_int){ m->id, true };
    back.since = back.until = (struct opt_date){ 0 };
    back.detail = (struct str){ 0 };
    if (m->detail.p && !(m->person_id.set ? undo_person(u, m, &back, e) : undo_household(u, m, &back, e)))
        return false;
    if (!event_row(u->ev, &back, e))
        return false;
    marked.reversed_by = (struct opt_int){ back.id, true };
    return act_update(u->ev->act, &movement_entity, m, &marked, e);
}

/* The former head may be back while another one was chosen since. */
static bool one_head(struct undo *u, const struct movement *m, struct errs *e)
{
    struct household h;
    int64_t heads;
    if (!db_int(u->ev->act->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM person WHERE county = $1 AND household_id = $2 AND relation = 1 "
                    "AND left_on IS NULL AND (change_status IS NULL OR change_status < 11)"),
                &heads, e, V(m->county), V(m->household_id)))
        return false;
    if (heads <= 1)
        return true;
    return db_get(u->ev->act->tx, &household_entity, &h, e, V(m->county), V(m->household_id)) == FOUND &&
           fail(e, ERR_CONFLICT, "no", MSG_MOVE_TWO_HEADS, A(h.hh_no), A(h.head_name));
}

bool movement_undo(struct event *ev, int64_t county, int64_t no, struct errs *e)
{
    struct movement m;
    struct list rows;
    struct undo u = { .ev = ev };
    struct tx *tx = ev->act->tx;
    enum found f = db_find(
        tx, SQL_OF(STMT_KEY, &movement_entity, "SELECT {*} FROM movement WHERE county = $1 AND no = $2"), &m,
        e, V(county), V(no));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_UNDO_NONE, A(no));
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &movement_entity,
                        "SELECT {*} FROM movement WHERE county = $1 AND event_id = $2 ORDER BY no DESC"),
                 &rows, e->a, e, V(county), V(m.event_id)))
        return false;
    u.rows = rows.rows;
    u.n = rows.n;
    ev->paper.on = m.effective_on;
    for (size_t i = 0; i < u.n; i++)
        if (!may_undo(&u, &u.rows[i], e))
            return false;
    for (size_t i = 0; i < u.n; i++)
        if (!undo_row(&u, &u.rows[i], e))
            return false;
    for (size_t i = 0; i < u.n; i++)
        if (u.rows[i].person_id.set && !one_head(&u, &u.rows[i], e))
            return false;
    return true;
}
