#include "registry/find.h"

#include "registry/national_id.h"
#include "registry/region.h"

#include <assert.h>

enum { VILLAGES_MAX = 200 };

const struct label hit_reasons[] = {
    [HIT_ID_NUMBER] = { "证件号码", "identity number" },
    [HIT_HH_NO] = { "户编号", "household number" },
    [HIT_PHONE] = { "电话", "phone" },
    [HIT_NAME] = { "姓名", "name" },
    [HIT_VILLAGE] = { "村", "village" },
};

struct search {
    struct tx *tx;
    const struct actor *who;
    struct scopes scopes;
    size_t limit;
    struct hits *out;
    struct str *elsewhere;
};

/* A place for another hit, or NULL at the limit. */
static struct hit *room(struct search *s)
{
    if (s->out->n == s->limit) {
        s->out->more = true;
        return NULL;
    }
    return &s->out->list[s->out->n];
}

static bool is_listed(const struct search *s, int64_t county, int64_t household, int64_t person)
{
    for (size_t i = 0; i < s->out->n; i++) {
        const struct hit *h = &s->out->list[i];
        if (h->household.county == county && h->household.id == household &&
            (h->person.id == person || person == 0))
            return true;
    }
    return false;
}

static bool add_hit(struct search *s, enum hit_reason why, int64_t county, int64_t household, int64_t person,
                    struct errs *e)
{
    struct region village;
    if (is_listed(s, county, household, person))
        return true;
    struct hit *h = room(s);
    if (!h)
        return true;
    *h = (struct hit){ .why = why };
    if (db_get(s->tx, &household_entity, &h->household, e, V(county), V(household)) != FOUND ||
        (person && db_get(s->tx, &person_entity, &h->person, e, V(county), V(person)) != FOUND))
        return !errs_any(e);
    enum found f = db_get(s->tx, &region_entity, &village, e, V(h->household.village));
    if (f == FOUND)
        h->village = village.name;
    s->out->n++;
    return f != FAILED;
}

/* Rows of (household, person or 0) of one statement. */
struct pair {
    int64_t household, person;
};

static bool add_pairs(struct search *s, enum hit_reason why, int64_t county, const struct stmt *st,
                      const struct val *v, size_t n, struct errs *e)
{
    struct pair *pairs = NEW_ARRAY(e->a, struct pair, s->limit + 1);
    size_t found = 0;
    enum found f;
    if (s->out->more)
        return true; /* whatever else there is would not be listed */
    {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query_(s->tx, &r, st, false, e, v, n))
            return false;
        while ((f = rows_next(&r, e)) == FOUND && found <= s->limit)
            pairs[found++] = (struct pair){ rows_int(&r, 0), rows_int(&r, 1) };
        if (f == FAILED)
            return false;
    }
    for (size_t i = 0; i < found; i++)
        if (!add_hit(s, why, county, pairs[i].household, pairs[i].person, e))
            return false;
    return true;
}

static bool by_id_number(struct search *s, struct str number, struct errs *e)
{
    struct national_id id;
    struct person p;
    struct household h;
    enum found f =
        db_find(s->tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
                &id, e, val_seal_key(s->tx, SEAL_ID_NUMBER, number, e->a));
    if (f != FOUND)
        return f == NONE;
    if (db_get(s->tx, &person_entity, &p, e, V(id.county), V(id.person_id)) != FOUND ||
        db_get(s->tx, &household_entity, &h, e, V(id.county), V(p.household_id)) != FOUND)
        return !errs_any(e);
    if (actor_may(s->who, PERM_REGISTRY_READ, h.village))
        return add_hit(s, HIT_ID_NUMBER, id.county, h.id, p.id, e);
    struct county c;
    f = db_get(s->tx, &county_entity, &c, e, V(id.county));
    if (f == FOUND)
        *s->elsewhere = c.name;
    return f != FAILED;
}

static bool by_hh_no(struct search *s, struct str text, struct errs *e)
{
    for (size_t i = 0; i < s->scopes.n; i++) {
        const struct scope *x = &s->scopes.list[i];
        const struct val v[] = { V(x->county), V(text), V(x->first), V(x->last) };
        if (!add_pairs(s, HIT_HH_NO, x->county,
                       SQL(STMT_KEY, "SELECT id, 0 FROM household WHERE county = $1 AND hh_no = $2 AND "
                                     "village BETWEEN $3 AND $4"),
                       v, N_ELEMS(v), e))
            return false;
    }
    return true;
}

static bool by_phone(struct search *s, struct str phone, struct errs *e)
{
    for (size_t i = 0; i < s->scopes.n; i++) {
        const struct scope *x = &s->scopes.list[i];
        const struct val v[] = { V(x->county), V(phone), V(x->first), V(x->last), V(s->limit + 1) };
        if (!add_pairs(s, HIT_PHONE, x->county,
                       SQL(STMT_KEY, "SELECT id, 0 FROM household WHERE county = $1 AND phone = $2 AND "
                                     "village BETWEEN $3 AND $4 "
                                     "ORDER BY id LIMIT $5"),
                       v, N_ELEMS(v), e) ||
            !add_pairs(
                s, HIT_PHONE, x->county,
                SQL(STMT_KEY,
                    "SELECT p.household_id, p.id FROM person p JOIN household h ON h.county = p.county AND "
                    "h.id = p.household_id "
                    "WHERE p.county = $1 AND h.county = $1 AND p.phone = $2 AND h.village BETWEEN $3 AND $4 "
                    "ORDER BY p.id LIMIT $5"),
                v, N_ELEMS(v), e))
            return false;
    }
    return true;
}

/* Names that begin with the text: between it and the text followed by the last code point there is. */
static bool by_name(struct search *s, struct str name, struct errs *e)
{
    struct str end = str_of(arena_printf(e->a, "%.*s\xf4\x8f\xbf\xbf", (int)name.n, name.p));
    for (size_t i = 0; i < s->scopes.n; i++) {
        const struct scope *x = &s->scopes.list[i];
        const struct val v[] = { V(x->county), V(name), V(end), V(x->first), V(x->last), V(s->limit + 1) };
        if (!add_pairs(s, HIT_NAME, x->county,
                       SQL(STMT_KEY, "SELECT p.household_id, p.id FROM person p JOIN household h ON h.county "
                                     "= p.county AND h.id = p.household_id "
                                     "WHERE p.county = $1 AND h.county = $1 AND p.name >= $2 AND p.name < $3 "
                                     "AND h.village BETWEEN $4 AND $5 "
                                     "ORDER BY p.name, p.id LIMIT $6"),
                       v, N_ELEMS(v), e) ||
            !add_pairs(
                s, HIT_NAME, x->county,
                SQL(STMT_KEY,
                    "SELECT id, 0 FROM household WHERE county = $1 AND head_name >= $2 AND head_name < $3 "
                    "AND village BETWEEN $4 AND $5 ORDER BY head_name, id LIMIT $6"),
                v, N_ELEMS(v), e))
            return false;
    }
    return true;
}

static bool households_of(struct search *s, int64_t first, int64_t last, struct errs *e)
{
    for (size_t i = 0; i < s->scopes.n; i++) {
        const struct scope *x = &s->scopes.list[i];
        int64_t from = first > x->first ? first : x->first, to = last < x->last ? last : x->last;
        if (from > to)
            continue;
        const struct val v[] = { V(x->county), V(from), V(to), V(s->limit + 1) };
        if (!add_pairs(s, HIT_VILLAGE, x->county,
                       SQL(STMT_KEY,
                           "SELECT id, 0 FROM household WHERE county = $1 AND village BETWEEN $2 AND $3 "
                           "ORDER BY village, id LIMIT $4"),
                       v, N_ELEMS(v), e))
            return false;
    }
    return true;
}

static bool by_region_name(struct search *s, struct str name, struct errs *e)
{
    int64_t codes[VILLAGES_MAX];
    size_t n = 0;
    enum found f;
    {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query(s->tx, &r,
                      SQL(STMT_REF, "SELECT code FROM region WHERE name = $1 ORDER BY code LIMIT 200"), e,
                      V(name)))
            return false;
        while ((f = rows_next(&r, e)) == FOUND && n < VILLAGES_MAX)
            codes[n++] = rows_int(&r, 0);
        if (f == FAILED)
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t first, last;
        region_span((struct region_code){ codes[i] }, &first, &last);
        if (!households_of(s, first, last, e))
            return false;
    }
    return true;
}

static bool by_region_code(struct search *s, struct region_code code, struct errs *e)
{
    int64_t first, last;
    region_span(code, &first, &last);
    return households_of(s, first, last, e);
}

bool find_anybody(struct tx *tx, const struct actor *who, struct str text, struct region_code within,
                  size_t limit, struct date today, struct hits *out, struct str *elsewhere, struct errs *e)
{
    struct search s = { .tx = tx, .who = who, .limit = limit, .out = out, .elsewhere = elsewhere };
    struct idno id;
    struct region_code code;
    char phone[24];
    *out = (struct hits){ .list = NEW_ARRAY(e->a, struct hit, limit + 1) };
    *elsewhere = (struct str){ 0 };
    text = text_fold(e->a, text);
    if (!text.n || !scopes_of(tx, who, PERM_REGISTRY_READ, within, &s.scopes, e))
        return !errs_any(e);
    enum idno_result r = idno_read(text, today, &id);
    if (r == IDNO_OK || r == IDNO_CONVERTED)
        return by_id_number(&s, (struct str){ id.text, 18 }, e);
    if (!by_hh_no(&s, text, e))
        return false;
    if (out->n == 0 && phone_read(text, phone) && !by_phone(&s, str_of(phone), e))
        return false;
    if (out->n == 0 && region_read(text, &code) == READ_OK && !by_region_code(&s, code, e))
        return false;
    if (out->n == 0 && !by_region_name(&s, text, e))
        return false;
    return out->n > 0 || by_name(&s, text, e);
}

enum found household_by_no(struct tx *tx, const struct actor *who, struct str hh_no,
                           struct region_code within, struct household *h, struct errs *e)
{
    struct scopes scopes;
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        struct household one;
        enum found f = db_find(
            tx,
            SQL_OF(
                STMT_KEY, &household_entity,
                "SELECT {*} FROM household WHERE county = $1 AND hh_no = $2 AND village BETWEEN $3 AND $4"),
            &one, e, V(scopes.list[i].county), V(hh_no), V(scopes.list[i].first), V(scopes.list[i].last));
        if (f == FAILED)
            return FAILED;
        if (f != FOUND)
            continue;
        /* A family that went to another county is kept where it is now (transfer.h). */
        bool moved = n && one.id == h->id;
        n += !moved;
        if (!moved || (h->state.set && h->state.v == STATE_CLOSED))
            *h = one;
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "household", MSG_IMPORT_AMBIGUOUS, A(hh_no));
        return FAILED;
    }
    return n ? FOUND : NONE;
}
