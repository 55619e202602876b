#include "registry/import_look.h"

bool import_counties(struct importing *im, const struct scopes **s, struct errs *e)
{
    static const char owner;
    struct counties {
        struct scopes scopes;
        bool known;
    } *m = import_memory(im, &owner, sizeof *m, NULL);
    struct scopes all;
    *s = &m->scopes;
    if (m->known)
        return true;
    if (!scopes_of(im->tx, im->who, PERM_REGISTRY_IMPORT, (struct region_code){ 0 }, &all, e))
        return false;
    m->scopes.list = NEW_ARRAY(&im->a, struct scope, all.n ? all.n : 1);
    for (size_t i = 0; i < all.n; i++)
        if (!im->o->county || im->o->county == all.list[i].county)
            m->scopes.list[m->scopes.n++] = all.list[i];
    m->known = true;
    return true;
}

/* Rows from..to name at most IMPORT_KEYS different households. */
static bool look_up(struct importing *im, int64_t county, const struct str *numbers, size_t from, size_t to,
                    struct hh_ref *refs, struct errs *e)
{
    struct val v[IMPORT_KEYS + 1] = { V(county) };
    size_t n = 0;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    for (size_t i = from; i < to; i++)
        if (numbers[i].p && (n == 0 || !str_eq(v[n].s, numbers[i])))
            v[++n] = V(numbers[i]);
    for (size_t i = n; i < IMPORT_KEYS && n; i++)
        v[i + 1] = v[n];
    if (!n)
        return true;
    if (!db_query_(im->tx, &r,
                   SQL(STMT_KEY, "SELECT hh_no, id, village FROM household WHERE county = $1 AND hh_no IN "
                                 "(" IMPORT_KEYS_FROM_2 ")"),
                   false, e, v, IMPORT_KEYS + 1))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        for (size_t i = from; i < to; i++)
            if (str_eq(numbers[i], rows_text(&r, 0)))
                refs[i] = (struct hh_ref){ refs[i].id ? -1 : county, rows_int(&r, 1), { rows_int(&r, 2) } };
    return f != FAILED;
}

static size_t chunk_end(const struct str *numbers, size_t from, size_t n)
{
    size_t keys = 0, i = from;
    const struct str *last = NULL;
    for (; i < n; i++) {
        if (!numbers[i].p || (last && str_eq(*last, numbers[i])))
            continue;
        if (keys++ == IMPORT_KEYS)
            break;
        last = &numbers[i];
    }
    return i;
}

bool import_households(struct importing *im, struct import_row *rows, size_t n, const struct str *numbers,
                       struct hh_ref *refs, struct errs *e)
{
    const struct scopes *s;
    if (!import_counties(im, &s, e))
        return false;
    for (size_t from = 0, to; from < n; from = to) {
        to = chunk_end(numbers, from, n);
        for (size_t c = 0; c < s->n; c++)
            if (!look_up(im, s->list[c].county, numbers, from, to, refs, e))
                return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!numbers[i].p || errs_any(&rows[i].e))
            refs[i] = (struct hh_ref){ 0 };
        else if (!refs[i].id)
            fail(&rows[i].e, ERR_NOT_FOUND, "hh_no", MSG_IMPORT_NO_HOUSEHOLD, A(numbers[i]));
        else if (refs[i].county < 0)
            fail(&rows[i].e, ERR_CONFLICT, "hh_no", MSG_IMPORT_AMBIGUOUS, A(numbers[i]));
        else if (!actor_may(im->who, PERM_REGISTRY_IMPORT, refs[i].village))
            fail(&rows[i].e, ERR_FORBIDDEN, "hh_no", MSG_IMPORT_OUTSIDE, A(refs[i].village));
    }
    return true;
}
