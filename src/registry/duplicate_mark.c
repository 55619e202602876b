/* duplicate_mark.c - pairs that somebody looked at and knows to be two persons. */
#include "base/clock.h"
#include "registry/duplicate.h"
#include "registry/find.h"
#include "registry/household_file.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <assert.h>

static const struct col cols[] = {
    COL(not_duplicate, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED),
    COL(not_duplicate, person_a, "人员甲", "Person A", .flags = PKEY | SERVER | REQUIRED),
    COL(not_duplicate, person_b, "人员乙", "Person B", .flags = PKEY | SERVER | REQUIRED),
    COL(not_duplicate, decided_by, "认定人", "Decided by", .flags = SERVER | REQUIRED),
    COL(not_duplicate, decided_at, "认定时间", "Decided at", .flags = SERVER | REQUIRED),
    COL(not_duplicate, reason, "理由", "Reason", .max = 200),
};
const struct entity not_duplicate_entity =
    ENTITY(not_duplicate, TABLE_COUNTY, "不同的人", "Different persons", cols);

/* --- who is meant ------------------------------------------------------------------------------------- */

static bool is_number(struct str s)
{
    int64_t v;
    return str_int(s, &v) && v > 0;
}

static bool find_by_id(struct tx *tx, const struct scopes *scopes, int64_t id, struct person *p,
                       struct household *h, bool *found, struct errs *e)
{
    *found = false;
    for (size_t i = 0; i < scopes->n && !*found; i++) {
        const struct scope *x = &scopes->list[i];
        enum found f = db_get(tx, &person_entity, p, e, V(x->county), V(id));
        if (f == FOUND)
            f = db_get(tx, &household_entity, h, e, V(x->county), V(p->household_id));
        if (f == FAILED)
            return false;
        *found = f == FOUND && h->village.v >= x->first && h->village.v <= x->last;
    }
    return true;
}

static bool find_by_name(struct tx *tx, const struct household *h, struct str name, struct person *p,
                         bool *found, struct errs *e)
{
    struct list all;
    size_t n = 0;
    if (!db_list(
            tx,
            SQL_OF(
                STMT_KEY, &person_entity,
                "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 AND name = $3 ORDER BY id"),
            &all, e->a, e, V(h->county), V(h->id), V(name)))
        return false;
    for (size_t i = 0; i < all.n; i++) {
        const struct person *one = (const struct person *)all.rows + i;
        if (!person_is_present(one))
            continue;
        *p = *one;
        n++;
    }
    *found = n == 1;
    return n <= 1 || fail(e, ERR_CONFLICT, NULL, MSG_DUPLICATE_SEVERAL, A(h->hh_no), A(name));
}

bool duplicate_person_find(struct tx *tx, const struct actor *who, enum perm perm, struct str text,
                           struct region_code within, struct person *person, struct household *h,
                           struct errs *e)
{
    struct scopes scopes;
    bool found = false;
    int64_t id;
    size_t slash = text.n;
    if (!scopes_of(tx, who, perm, within, &scopes, e))
        return false;
    while (slash > 0 && text.p[slash - 1] != '/')
        slash--;
    if (!slash && !is_number(text))
        return fail(e, ERR_INVALID, NULL, MSG_DUPLICATE_PERSON, A(text));
    if (!slash) {
        str_int(text, &id);
        if (!find_by_id(tx, &scopes, id, person, h, &found, e))
            return false;
    } else {
        struct str no = { text.p, slash - 1 }, name = { text.p + slash, text.n - slash };
        enum found f = household_by_no(tx, who, no, within, h, e);
        if (f == FAILED || (f == FOUND && !find_by_name(tx, h, name, person, &found, e)))
            return false;
    }
    return found || fail(e, ERR_NOT_FOUND, NULL, MSG_DUPLICATE_NO_PERSON, A(text));
}

/* --- marking -------------------------------------------------------------------------------------------- */

static enum found find_mark(struct tx *tx, const struct person *a, const struct person *b,
                            struct not_duplicate *m, struct errs *e)
{
    const struct person *low = a->id < b->id ? a : b, *high = a->id < b->id ? b : a;
    *m = (struct not_duplicate){ .county = low->county, .person_a = low->id, .person_b = high->id };
    struct not_duplicate old;
    enum found f = db_get(tx, &not_duplicate_entity, &old, e, V(m->county), V(m->person_a), V(m->person_b));
    if (f == FOUND)
        *m = old;
    return f;
}

bool duplicate_mark(struct act *act, const struct person *a, const struct person *b, struct str reason,
                    struct errs *e)
{
    struct not_duplicate m;
    if (a->id == b->id)
        return fail(e, ERR_INVALID, NULL, MSG_DUPLICATE_ONE);
    enum found f = find_mark(act->tx, a, b, &m, e);
    if (f == FOUND)
        return fail(e, ERR_CONFLICT, NULL, MSG_DUPLICATE_MARKED_BEFORE);
    assert(m.person_a < m.person_b);
    m.decided_by = act->who->login;
    m.decided_at = act->at;
    m.reason = reason;
    return f == NONE && db_insert(act->tx, &not_duplicate_entity, &m, e);
}

bool duplicate_unmark(struct act *act, const struct person *a, const struct person *b, struct errs *e)
{
    struct not_duplicate m;
    enum found f = find_mark(act->tx, a, b, &m, e);
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_DUPLICATE_NOT_MARKED);
    return f == FOUND && db_delete(act->tx, &not_duplicate_entity, &m, e);
}

/* --- the list ----------------------------------------------------------------------------------------------
 */

static bool tell_marked(struct tx *tx, const struct scopes *scopes, int64_t id, struct duplicate_person *out,
                        bool *mine, struct errs *e)
{
    struct household h;
    struct region v;
    if (!find_by_id(tx, scopes, id, &out->person, &h, mine, e))
        return false;
    if (!*mine) {
        *out = (struct duplicate_person){ 0 };
        return true;
    }
    out->person.id_number = (struct str){ 0 };
    out->hh_no = h.hh_no;
    out->village = h.village;
    enum found f = db_get(tx, &region_entity, &v, e, V(h.village));
    if (f == FOUND)
        out->village_name = v.name;
    return f != FAILED;
}

static bool read_county(struct tx *tx, const struct scopes *scopes, int64_t county, size_t limit,
                        struct duplicate_marks *out, struct errs *e)
{
    struct list list;
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &not_duplicate_entity,
                        "SELECT {*} FROM not_duplicate WHERE county = $1 ORDER BY decided_at DESC, person_a, "
                        "person_b LIMIT $2"),
                 &list, e->a, e, V(county), V(limit + 1)))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        struct duplicate_marked m = { .mark = ((const struct not_duplicate *)list.rows)[i] };
        bool a, b;
        if (!tell_marked(tx, scopes, m.mark.person_a, &m.a, &a, e) ||
            !tell_marked(tx, scopes, m.mark.person_b, &m.b, &b, e))
            return false;
        if (!a && !b)
            continue;
        if (out->n == limit) {
            out->more = true;
            return true;
        }
        out->list[out->n++] = m;
    }
    return true;
}

bool duplicate_marks(struct tx *tx, const struct actor *who, struct region_code within, size_t limit,
                     struct duplicate_marks *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct duplicate_marks){ .list = NEW_ARRAY(e->a, struct duplicate_marked, limit) };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && !out->more; i++)
        if ((!i || scopes.list[i].county != scopes.list[i - 1].county) &&
            !read_county(tx, &scopes, scopes.list[i].county, limit, out, e))
            return false;
    return true;
}
