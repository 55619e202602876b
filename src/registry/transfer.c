#include "registry/transfer.h"

#include "access/site.h"
#include "base/value.h"
#include "registry/change_value.h"
#include "registry/household_file.h"
#include "registry/income.h"
#include "registry/movement_parts.h"
#include "registry/national_id.h"
#include "registry/region.h"

#include <assert.h>

/* --- rows of one table -------------------------------------------------------------------- */

/* Copies in the new county; the old ones are kept to be deleted when nothing refers to them any more. */
struct carried {
    const struct entity *en;
    struct list rows;
    struct carried *next; /* written before this one */
};
struct carrying {
    struct event *ev;
    int64_t from, to;
    struct carried *last;
};

static void *row_at(const struct carried *c, size_t i)
{
    return (char *)c->rows.rows + i * c->en->size;
}

static int64_t *county_of(const struct entity *en, void *row)
{
    return (int64_t *)(void *)((char *)row + en->cols[0].off);
}

static int64_t id_of(const struct entity *en, const void *row)
{
    return *(const int64_t *)(const void *)((const char *)row + en->cols[1].off);
}

/* What was left behind on an earlier stay is taken up again. */
static bool write_there(struct tx *tx, const struct entity *en, int64_t county, const void *row,
                        struct errs *e)
{
    char *there = arena_alloc(e->a, en->size);
    enum found f = db_get(tx, en, there, e, V(county), V(id_of(en, row)));
    return f == NONE ? db_insert(tx, en, row, e) : f == FOUND && db_update(tx, en, there, row, e);
}

static bool insert_there(struct carrying *g, const struct entity *en, const void *row, struct errs *e)
{
    char *copy = arena_alloc(e->a, en->size);
    memcpy(copy, row, en->size);
    *county_of(en, copy) = g->to;
    return write_there(g->ev->act->tx, en, g->to, copy, e);
}

static bool carry_rows(struct carrying *g, const struct entity *en, const struct stmt *st,
                       int64_t household_id, struct errs *e)
{
    struct carried *c = NEW(e->a, struct carried);
    *c = (struct carried){ .en = en, .next = g->last };
    assert(en->class == TABLE_COUNTY);
    if (!db_list(g->ev->act->tx, st, &c->rows, e->a, e, V(g->from), V(household_id)))
        return false;
    for (size_t i = 0; i < c->rows.n; i++)
        if (!insert_there(g, en, row_at(c, i), e))
            return false;
    g->last = c;
    return true;
}

static bool delete_here(struct carrying *g, struct errs *e)
{
    for (const struct carried *c = g->last; c; c = c->next)
        for (size_t i = 0; i < c->rows.n; i++)
            if (!db_delete(g->ev->act->tx, c->en, row_at(c, i), e))
                return false;
    return true;
}

/* --- the registry's own tables ------------------------------------------------------------ */

static const struct stmt *persons(void)
{
    return SQL_OF(STMT_KEY, &person_entity,
                  "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id");
}

static const struct stmt *years(void)
{
    return SQL_OF(STMT_KEY, &household_year_entity,
                  "SELECT {*} FROM household_year WHERE county = $1 AND household_id = $2 ORDER BY id");
}

static const struct stmt *states(void)
{
    return SQL_OF(STMT_KEY, &household_status_entity,
                  "SELECT {*} FROM household_status WHERE county = $1 AND household_id = $2 ORDER BY id");
}

static const struct {
    const struct entity *en;
    const struct stmt *(*rows)(void);
} own[] = {
    /* in the order in which they are written; deleted in the opposite one */
    { &person_entity, persons },
    { &household_year_entity, years },
    { &household_status_entity, states },
};

static bool goes_along(const struct entity *en)
{
    for (size_t i = 0; i < N_ELEMS(own); i++)
        if (own[i].en == en)
            return true;
    return en == &movement_entity;
}

/* The register of numbers says where a person is. */
static bool move_number(struct event *ev, const struct person *p, int64_t to, struct errs *e)
{
    struct national_id id;
    if (!p->id_number.p)
        return true;
    struct val key = val_seal_key(ev->act->tx, SEAL_ID_NUMBER, p->id_number, e->a);
    enum found f = db_find(
        ev->act->tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
        &id, e, key);
    if (f != FOUND)
        return f == NONE; /* verify tells of it */
    struct national_id now = id;
    now.county = to;
    return db_update(ev->act->tx, &national_id_entity, &id, &now, e);
}

/* Movements are copied with a number of the new county.  One that lies there already is from an earlier stay;
 * one of another county's village leaves no figure behind and is deleted. */
static bool carry_movements(struct carrying *g, const struct movement *m, size_t n, struct errs *e)
{
    struct tx *tx = g->ev->act->tx;
    for (size_t i = 0; i < n; i++) {
        struct movement copy = m[i], there;
        enum found f = db_get(tx, &movement_entity, &there, e, V(g->to), V(m[i].id));
        if (f == FAILED)
            return false;
        copy.county = g->to;
        if (f == NONE &&
            (!counter_next(tx, g->to, "movement", &copy.no, e) || !db_insert(tx, &movement_entity, &copy, e)))
            return false;
        if (region_county(m[i].village) != g->from && !db_delete(tx, &movement_entity, &m[i], e))
            return false;
    }
    return true;
}

static bool movements_of_household(struct carrying *g, int64_t household_id, struct errs *e)
{
    struct list rows;
    return db_list(
               g->ev->act->tx,
               SQL_OF(
                   STMT_KEY, &movement_entity,
                   "SELECT {*} FROM movement WHERE county = $1 AND (household_id = $2 OR other_household_id "
                   "= $2 "
                   "OR person_id IN (SELECT p.id FROM person p WHERE p.county = $1 AND p.household_id = $2)) "
                   "ORDER BY no"),
               &rows, e->a, e, V(g->from), V(household_id)) &&
           carry_movements(g, rows.rows, rows.n, e);
}

bool person_to_county(struct event *ev, const struct person *p, const struct household *into, struct errs *e)
{
    struct carrying g = { .ev = ev, .from = p->county, .to = into->county };
    struct person there = *p;
    struct list rows;
    there.county = into->county;
    there.household_id = into->id;
    return write_there(ev->act->tx, &person_entity, there.county, &there, e) &&
           move_number(ev, p, into->county, e) &&
           db_list(ev->act->tx,
                   SQL_OF(STMT_KEY, &movement_entity,
                          "SELECT {*} FROM movement WHERE county = $1 AND person_id = $2 ORDER BY no"),
                   &rows, e->a, e, V(p->county), V(p->id)) &&
           carry_movements(&g, rows.rows, rows.n, e) && db_delete(ev->act->tx, &person_entity, p, e);
}

/* --- the transfer ------------------------------------------------------------------------- */

static bool check_target(struct event *ev, struct transfer *x, const struct home *home, struct errs *e)
{
    struct tx *tx = ev->act->tx;
    struct region r;
    struct county c;
    int64_t taken = 0, county = region_county(x->to);
    struct str hh_no = x->hh_no.p ? x->hh_no : home->h.hh_no;
    if (region_level(x->to) != VILLAGE)
        return fail(e, ERR_INVALID, "to", MSG_IMPORT_NOT_VILLAGE, A(x->to));
    if (x->to.v == home->h.village.v)
        return fail(e, ERR_INVALID, "to", MSG_TRANSFER_SAME, A(home->h.hh_no));
    enum found f = db_get(tx, &region_entity, &r, e, V(x->to));
    if (f == FOUND)
        f = db_get(tx, &county_entity, &c, e, V(county));
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "to", MSG_IMPORT_NO_REGION, A(x->to));
    if (f == FAILED || !actor_need_at(ev->act->who, PERM_REGISTRY_WRITE, x->to, e) ||
        !db_int(tx,
                SQL(STMT_KEY, "SELECT count(*) FROM household WHERE county = $1 AND hh_no = $2 AND id <> $3"),
                &taken, e, V(county), V(hh_no), V(home->h.id)))
        return false;
    return !taken || fail(e, ERR_CONFLICT, "number", MSG_MOVE_NUMBER_TAKEN, A(hh_no));
}

static bool check_blocks(struct event *ev, const struct transfer *x, const struct household *h,
                         struct errs *e)
{
    for (size_t i = 0; i < x->n; i++) /* all of them, so that everything open is named at once */
        if (!x->blocks[i]->check(ev->act->tx, h, e) && !errs_any(e))
            return false;
    return !errs_any(e);
}

/* The row of the household, and those of its present members, into the new village. */
static bool put_in(struct event *ev, const struct home *home, const struct household *now, struct str detail,
                   struct errs *e)
{
    struct movement m = row_of_household(now, MOVE_TRANSFERRED_IN, 1);
    m.other_village = home->h.village;
    m.detail = detail;
    if (!event_row(ev, &m, e))
        return false;
    for (size_t i = 0; i < home->n; i++) {
        m = row_of_person(now, &home->members[i], MOVE_TRANSFERRED_IN, 1);
        m.other_village = home->h.village;
        if (person_is_present(&home->members[i]) && !event_row(ev, &m, e))
            return false;
    }
    return true;
}

static bool put_closing(struct event *ev, const struct household *old, const struct household *closed,
                        struct region_code to, struct errs *e)
{
    struct str name;
    if (!county_called(ev, region_county(to), &name, e))
        return false;
    struct str note = str_of(say(e->a, ZH, MSG_TRANSFER_LEFT_NOTE, A(name)));
    return put_state(ev, old, closed, (struct opt_int){ date_civil(ev->paper.on).year, true },
                     (struct code){ 0 }, note, e);
}

/* Out of the old one.  leaves: the rows stay there, closed, for what the county has done for the family. */
static bool put_out(struct event *ev, const struct home *home, const struct household *now, bool leaves,
                    struct errs *e)
{
    struct movement m = row_of_household(&home->h, MOVE_TRANSFERRED_OUT, -1);
    struct household closed = home->h;
    closed.state = (struct code){ STATE_CLOSED, true };
    m.other_village = now->village;
    m.since = home->h.entered_on;
    if ((leaves && (!put_closing(ev, &home->h, &closed, now->village, e) ||
                    !change_household(ev, &home->h, &closed, &m, e))) ||
        !event_row(ev, &m, e))
        return false;
    for (size_t i = 0; i < home->n; i++) {
        const struct person *p = &home->members[i];
        struct person left = person_left(ev, p, MOVE_MOVED_OUT);
        if (!person_is_present(p))
            continue;
        m = row_of_person(&home->h, p, MOVE_TRANSFERRED_OUT, -1);
        m.other_village = now->village;
        m.since = p->joined_on;
        if ((leaves && !change_person(ev, p, &left, &m, e)) || !event_row(ev, &m, e))
            return false;
    }
    return true;
}

static bool names_one(struct tx *tx, const struct entity *en, const struct col *by, int64_t county,
                      int64_t id, bool *is, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    struct pick p = { .en = en, .cols = &by, .n = 1, .by = by };
    if (*is)
        return true;
    enum found f = db_scan_cols(tx, &r, &p, county, id, id, e) ? rows_next(&r, e) : FAILED;
    *is = f == FOUND;
    return f != FAILED;
}

/* Whether anything that stays in the county is about the family, of whatever module: cases, contracts,
 * visits, papers. */
static bool is_referred_to(struct tx *tx, const struct home *home, bool *is, struct errs *e)
{
    const struct schema *s = store_schema(tx_store(tx));
    const struct household *h = &home->h;
    *is = false;
    for (size_t t = 0; t < s->n && !*is; t++) {
        const struct entity *en = s->entities[t];
        const struct col *household = entity_col(en, "household_id"), *owner = entity_col(en, "owner_id");
        if (en->class != TABLE_COUNTY || goes_along(en))
            continue;
        if ((household && !names_one(tx, en, household, h->county, h->id, is, e)) ||
            (owner && !names_one(tx, en, owner, h->county, h->id, is, e)))
            return false;
        for (size_t i = 0; owner && i < home->n; i++)
            if (!names_one(tx, en, owner, h->county, home->members[i].id, is, e))
                return false;
    }
    return true;
}

/* Back from where it went: what was closed when it left is open again, and its states say so. */
static bool write_household(struct event *ev, const struct household *made, struct errs *e)
{
    struct household was;
    struct tx *tx = ev->act->tx;
    enum found f = db_get(tx, &household_entity, &was, e, V(made->county), V(made->id));
    if (f == NONE)
        return db_insert(tx, &household_entity, made, e);
    return f == FOUND && db_update(tx, &household_entity, &was, made, e) &&
           (!made->state.set ||
            put_state(ev, &was, made, (struct opt_int){ date_civil(ev->paper.on).year, true },
                      (struct code){ 0 }, (struct str){ 0 }, e));
}

static bool to_other_county(struct event *ev, struct transfer *x, const struct home *home, struct errs *e)
{
    struct carrying g = { .ev = ev, .from = x->county, .to = x->made.county };
    struct tx *tx = ev->act->tx;
    bool leaves;
    if (!check_blocks(ev, x, &home->h, e) || !is_referred_to(tx, home, &leaves, e) ||
        !write_household(ev, &x->made, e))
        return false;
    for (size_t i = 0; i < N_ELEMS(own); i++)
        if (!carry_rows(&g, own[i].en, own[i].rows(), x->household_id, e))
            return false;
    for (size_t i = 0; i < home->n; i++)
        if (!move_number(ev, &home->members[i], x->made.county, e))
            return false;
    return put_out(ev, home, &x->made, leaves, e) && movements_of_household(&g, x->household_id, e) &&
           (leaves || (delete_here(&g, e) && db_delete(tx, &household_entity, &home->h, e)));
}

bool household_transfer(struct event *ev, struct transfer *x, struct errs *e)
{
    struct home home;
    if (!home_read(ev, x->county, x->household_id, &home, e) || !home_is_open(ev, &home, e) ||
        !check_target(ev, x, &home, e))
        return false;
    for (size_t i = 0; i < home.n; i++)
        if (person_is_present(&home.members[i]) && !person_may_move(ev, &home.members[i], e))
            return false;
    x->made = home.h;
    x->made.county = region_county(x->to);
    x->made.village = x->to;
    if (x->hh_no.p)
        x->made.hh_no = x->hh_no;
    struct household same_county = x->made;
    same_county.county = home.h.county;
    struct str detail = changes_json(&household_entity, &home.h, &same_county, e->a);
    if (x->made.county != x->county ? !to_other_county(ev, x, &home, e)
                                    : !put_out(ev, &home, &x->made, false, e) ||
                                          !act_update(ev->act, &household_entity, &home.h, &x->made, e))
        return false;
    if (home.h.address.p || home.h.villager_group.p || home.h.natural_village.p)
        warn(e, "address", MSG_TRANSFER_ADDRESS, A(x->made.hh_no));
    return put_in(ev, &home, &x->made, detail, e);
}
