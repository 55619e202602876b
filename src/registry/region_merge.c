#include "registry/region_merge.h"

#include "base/clock.h"
#include "base/json.h"
#include "registry/household.h"

#include <assert.h>

enum { PAGE = 500, STEPS_MAX = 50 };

bool region_ended(const struct region *r, struct date today)
{
    return r->valid_to.set && r->valid_to.v.day <= today.day;
}

static enum found region_get(struct tx *tx, struct region_code code, struct region *r, struct errs *e)
{
    return db_get(tx, &region_entity, r, e, V(code.v));
}

enum found region_today(struct tx *tx, struct region_code code, struct date today, struct region *now,
                        struct errs *e)
{
    struct region next;
    enum found f = region_get(tx, code, now, e);
    for (int i = 0; i < STEPS_MAX && f == FOUND && now->successor.v && region_ended(now, today); i++) {
        enum found more = region_get(tx, now->successor, &next, e);
        if (more == FAILED)
            return FAILED;
        if (more == NONE)
            break;
        *now = next;
    }
    return f;
}

/* --- may it be merged? -------------------------------------------------------------------------- */

/* A village that exists, is in force and may be changed by this person. */
static bool check_village(struct act *act, struct region_code code, const char *field, struct region *r,
                          struct errs *e)
{
    enum found f = region_get(act->tx, code, r, e);
    if (f == FAILED)
        return false;
    if (region_level(code) != VILLAGE)
        return fail(e, ERR_INVALID, field, MSG_IMPORT_NOT_VILLAGE, A(code));
    if (!actor_may(act->who, PERM_REGIONS, code))
        return fail(e, ERR_FORBIDDEN, field, MSG_IMPORT_OUTSIDE, A(code));
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, field, MSG_IMPORT_NO_REGION, A(code));
    if (r->valid_to.set && r->successor.v)
        return fail(e, ERR_CONFLICT, field, MSG_REGION_MERGED, A(code), A(r->valid_to.v), A(r->successor));
    return !r->valid_to.set || fail(e, ERR_CONFLICT, field, MSG_REGION_ENDED, A(code), A(r->valid_to.v));
}

static bool put_new_village(struct act *act, const struct region_merge *m, struct errs *e)
{
    struct region r = { .code = m->into, .name = m->name, .valid_from = { m->on, true } }, old, township;
    enum found f = region_get(act->tx, m->into, &old, e), above;
    if (f != NONE)
        return f == FOUND && fail(e, ERR_CONFLICT, "name", MSG_REGION_IS_THERE, A(m->into));
    if (region_level(m->into) != VILLAGE)
        return fail(e, ERR_INVALID, "into", MSG_IMPORT_NOT_VILLAGE, A(m->into));
    if (!actor_may(act->who, PERM_REGIONS, m->into))
        return fail(e, ERR_FORBIDDEN, "into", MSG_IMPORT_OUTSIDE, A(m->into));
    above = region_get(act->tx, region_parent(m->into), &township, e);
    if (above == NONE)
        return fail(e, ERR_NOT_FOUND, "into", MSG_IMPORT_NO_PARENT, A(region_parent(m->into)));
    return above == FOUND && region_settle_level(&r) && db_insert(act->tx, &region_entity, &r, e);
}

static bool check_into(struct act *act, const struct region_merge *m, struct errs *e)
{
    struct region into;
    if (m->name.p)
        return put_new_village(act, m, e);
    return check_village(act, m->into, "into", &into, e);
}

/* Everything that is wrong is said at once. */
static bool check_all(struct act *act, const struct region_merge *m, struct region *old, struct errs *e)
{
    unsigned before = e->bad.n;
    if (m->on.day > clock_today().day)
        fail(e, ERR_INVALID, "on", MSG_REGION_FUTURE, A(m->on));
    check_into(act, m, e);
    for (size_t i = 0; i < m->n; i++) {
        if (m->old[i].v == m->into.v)
            fail(e, ERR_INVALID, NULL, MSG_REGION_SELF, A(m->into));
        else if (region_county(m->old[i]) != region_county(m->into))
            fail(e, ERR_INVALID, NULL, MSG_REGION_OTHER_COUNTY, A(m->old[i]), A(m->into));
        else
            check_village(act, m->old[i], NULL, &old[i], e);
    }
    return e->bad.n == before;
}

/* --- doing it -------------------------------------------------------------------------------------- */

static bool end_village(struct act *act, const struct region_merge *m, const struct region *old,
                        struct errs *e)
{
    const struct col *note = entity_col(&region_entity, "note");
    struct region now = *old;
    const char *document = say(e->a, ZH, MSG_REGION_DOCUMENT, A(m->document));
    now.valid_to = (struct opt_date){ m->on, true };
    now.successor = m->into;
    now.note = str_of(old->note.p ? arena_printf(e->a, "%.*s；%s", (int)old->note.n, old->note.p, document)
                                  : document);
    if ((int64_t)str_chars(now.note) > note->max)
        return fail(e, ERR_INVALID, "document", MSG_REGION_NOTE_FULL, A(old->code));
    return act_update(act, &region_entity, old, &now, e);
}

static bool move_page(struct act *act, const struct region_merge *m, struct region_code from, int64_t *after,
                      size_t *n, struct errs *e)
{
    struct list page;
    if (!db_list(act->tx,
                 SQL_OF(STMT_KEY, &household_entity,
                        "SELECT {*} FROM household WHERE county = $1 AND village = $2 AND id > $3 "
                        "ORDER BY id LIMIT $4"),
                 &page, e->a, e, V(region_county(from)), V(from.v), V(*after), V((int64_t)PAGE)))
        return false;
    const struct household *h = page.rows;
    for (size_t i = 0; i < page.n; i++) {
        struct household now = h[i];
        now.village = m->into;
        if (!act_update(act, &household_entity, &h[i], &now, e))
            return false;
        *after = h[i].id;
    }
    *n = page.n;
    return true;
}

static bool move_households(struct act *act, struct region_merge *m, struct region_code from, struct errs *e)
{
    struct arena rows = { 0 };
    int64_t after = 0;
    size_t n = PAGE;
    bool ok = true;
    while (ok && n == PAGE) {
        struct errs page = { .a = &rows, .lang = e->lang };
        ok = move_page(act, m, from, &after, &n, &page);
        m->households += ok ? (int64_t)n : 0;
        errs_append(e, &page);
        arena_reset(&rows);
    }
    arena_free(&rows);
    return ok;
}

/* A village named twice. */
static void forget_twins(struct region_merge *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->n; i++) {
        size_t k = 0;
        while (k < kept && m->old[k].v != m->old[i].v)
            k++;
        if (k == kept)
            m->old[kept++] = m->old[i];
    }
    m->n = kept;
}

bool region_merge(struct act *act, struct region_merge *m, struct errs *e)
{
    assert(m->n > 0);
    assert(m->n <= REGION_MERGE_MAX);
    forget_twins(m);
    struct region *old = NEW_ARRAY(e->a, struct region, m->n);
    m->households = m->appointments = 0; /* a lost race runs this again */
    if (!check_all(act, m, old, e))
        return false;
    for (size_t i = 0; i < m->n; i++) {
        int64_t appointed;
        if (!end_village(act, m, &old[i], e) || !move_households(act, m, m->old[i], e) ||
            !db_int(act->tx, SQL(STMT_REF, "SELECT count(*) FROM appointment WHERE region = $1"), &appointed,
                    e, V(m->old[i].v)))
            return false;
        m->appointments += appointed;
    }
    return true;
}

/* --- history ----------------------------------------------------------------------------------------- */

static enum found follow(struct tx *tx, struct region_history *h, struct errs *e)
{
    struct region_code next = h->self.successor;
    while (next.v && h->became_n < STEPS_MAX) {
        enum found f = region_get(tx, next, &h->became[h->became_n], e);
        if (f != FOUND)
            return f == FAILED ? FAILED : FOUND;
        next = h->became[h->became_n++].successor;
    }
    return FOUND;
}

/* A merger stays within its county, so only its codes are looked at. */
static bool merged_into(struct tx *tx, struct region_code code, struct region_history *h, struct errs *e)
{
    struct list found;
    int64_t first = region_county(code) * 1000000;
    if (!db_list(
            tx,
            SQL_OF(STMT_REF, &region_entity,
                   "SELECT {*} FROM region WHERE code BETWEEN $1 AND $2 AND successor = $3 ORDER BY code"),
            &found, e->a, e, V(first), V(first + 999999), V(code.v)))
        return false;
    for (size_t i = 0; i < found.n && h->was_n < REGION_HISTORY_MAX; i++)
        h->was[h->was_n++] = ((const struct region *)found.rows)[i];
    return true;
}

enum found region_history(struct tx *tx, struct region_code code, struct region_history *h, struct errs *e)
{
    *h = (struct region_history){ .became = NEW_ARRAY(e->a, struct region, STEPS_MAX),
                                  .was = NEW_ARRAY(e->a, struct region, REGION_HISTORY_MAX) };
    enum found f = region_get(tx, code, &h->self, e);
    if (f != FOUND || follow(tx, h, e) == FAILED)
        return f == FOUND ? FAILED : f;
    bool ok = merged_into(tx, code, h, e);
    for (size_t i = 0; ok && i < h->was_n; i++)
        ok = merged_into(tx, h->was[i].code, h, e);
    return ok ? FOUND : FAILED;
}
