/* Whose case it is: the actor's own family, a family that has one already, one that only looks the same. */
#include "casework/case_parts.h"
#include "registry/person.h"

/* --- the own family ------------------------------------------------------------------------------ */

static bool read_kin(struct casework *w, struct errs *e)
{
    struct list l;
    if (w->kin_read)
        return true;
    if (!db_list(w->tx,
                 SQL_OF(STMT_REF, &user_person_entity,
                        "SELECT {*} FROM user_person WHERE user_id = $1 ORDER BY person_id"),
                 &l, w->a, e, V(w->who->user_id)))
        return false;
    w->kin = l.rows;
    w->kin_n = l.n;
    w->kin_read = true;
    return true;
}

bool case_is_own(struct casework *w, int64_t county, int64_t household_id, bool *own, struct errs *e)
{
    *own = false;
    if (!read_kin(w, e))
        return false;
    for (size_t i = 0; i < w->kin_n && !*own; i++) {
        int64_t n;
        if (!db_int(w->tx,
                    SQL(STMT_KEY,
                        "SELECT count(*) FROM person WHERE county = $1 AND id = $2 AND household_id = $3"),
                    &n, e, V(county), V(w->kin[i].person_id), V(household_id)))
            return false;
        *own = n > 0;
    }
    return true;
}

bool case_not_own(struct casework *w, const struct relief_case *c, struct errs *e)
{
    bool own;
    return case_is_own(w, c->county, c->household_id, &own, e) &&
           (!own || fail(e, ERR_FORBIDDEN, "no", MSG_CASE_OWN, A(c->no), A(w->who->login)));
}

/* --- what the household has already ------------------------------------------------------------------- */

static bool cases_ever(struct casework *w, const struct relief_case *c, int64_t *n, struct errs *e)
{
    return db_int(w->tx,
                  SQL(STMT_KEY,
                      "SELECT count(*) FROM relief_case WHERE county = $1 AND household_id = $2 AND "
                      "programme = $3 AND state = 4 AND id <> $4"),
                  n, e, V(c->county), V(c->household_id), V(c->programme), V(c->id));
}

bool case_obligations(struct casework *w, const struct relief_case *c, struct case_obligations *o,
                      struct errs *e)
{
    *o = (struct case_obligations){ 0 };
    for (size_t i = 0; w->hooks && i < w->hooks->n; i++)
        if (w->hooks->list[i]->obligations &&
            !w->hooks->list[i]->obligations(w->tx, c->county, c->household_id, c->programme, o, e))
            return false;
    int64_t n;
    if (!cases_ever(w, c, &n, e))
        return false;
    o->ever += n;
    return true;
}

/* Of a confirmed case: did it begin, and is all of it over? */
static bool outcome_of(struct casework *w, const struct relief_case *x, bool *begun, bool *settled,
                       struct errs *e)
{
    *begun = *settled = false;
    for (size_t i = 0; w->hooks && i < w->hooks->n && !*begun; i++)
        if (w->hooks->list[i]->outcome &&
            !w->hooks->list[i]->outcome(w->tx, x->county, x->id, begun, settled, e))
            return false;
    return true;
}

static bool is_open(const struct relief_case *x)
{
    return x->state.v == CASE_DRAFT || x->state.v == CASE_IN_STEPS || x->state.v == CASE_RETURNED;
}

/* Does the other case stand in the way of this one?  An open one always does. */
static bool excludes(struct casework *w, enum repeat_rule repeat, const struct relief_case *c,
                     const struct relief_case *x, bool *yes, struct errs *e)
{
    bool begun, settled;
    *yes = is_open(x);
    if (*yes || x->state.v != CASE_CONFIRMED)
        return true;
    bool same_period = c->period_no.set && x->period_no.set && c->period_no.v == x->period_no.v;
    switch (repeat) {
    case REPEAT_NEVER: *yes = true; break;
    case REPEAT_YEARLY: *yes = date_civil(x->applied_on).year == date_civil(w->today).year; break;
    case REPEAT_AFTER_SETTLEMENT:
        if (!outcome_of(w, x, &begun, &settled, e))
            return false;
        *yes = same_period || !settled;
        break;
    case REPEAT_FREELY: *yes = same_period; break;
    }
    return true;
}

static bool others_of(struct casework *w, const struct relief_case *c, int64_t household, struct list *out,
                      struct errs *e)
{
    return db_list(
        w->tx,
        SQL_OF(STMT_KEY, &relief_case_entity,
               "SELECT {*} FROM relief_case WHERE county = $1 AND household_id = $2 AND programme = "
               "$3 AND id <> $4 ORDER BY no"),
        out, e->a, e, V(c->county), V(household), V(c->programme), V(c->id));
}

/* Several loans at a time only where the programme says so. */
static bool loans_fit(struct casework *w, const struct programme *p, const struct relief_case *c,
                      struct errs *e)
{
    struct case_obligations o;
    int64_t max = p->exposure.live_loans_per_household.set ? p->exposure.live_loans_per_household.v : 1;
    if (p->kind != KIND_LOAN)
        return true;
    if (!case_obligations(w, c, &o, e))
        return false;
    return o.live < max || fail(e, ERR_CONFLICT, "household", MSG_CASE_LIVE_LOAN, A(c->hh_no), A(o.number));
}

bool case_family_free(struct casework *w, const struct relief_case *c, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    struct list others;
    if (!k || !others_of(w, c, c->household_id, &others, e))
        return false;
    const struct relief_case *x = others.rows;
    for (size_t i = 0; i < others.n; i++) {
        bool yes;
        if (!excludes(w, k->programme->exposure.repeat, c, &x[i], &yes, e))
            return false;
        if (yes)
            return fail(e, ERR_CONFLICT, "household", MSG_CASE_DUPLICATE, A(c->hh_no), A(x[i].no),
                        A(x[i].applied_on));
    }
    return loans_fit(w, k->programme, c, e);
}

/* --- a family that looks the same ------------------------------------------------------------------------
 */

/* Members of another household with a case, who share name, sex and birth date with one of this household,
 * and whom nobody has marked as somebody else. */
static bool find_double(struct casework *w, const struct relief_case *c, int64_t *household, struct str *name,
                        struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    *household = 0;
    if (!db_query(
            w->tx, &r,
            SQL(STMT_KEY,
                "SELECT b.household_id, b.name FROM person a JOIN person b ON b.county = a.county AND "
                "b.name = a.name AND b.sex = a.sex AND b.birth_date = a.birth_date AND "
                "b.household_id <> a.household_id AND b.left_on IS NULL WHERE a.county = $1 AND b.county = "
                "$1 AND a.household_id = $2 AND a.left_on IS NULL AND EXISTS (SELECT 1 FROM relief_case k "
                "WHERE k.county = $1 AND k.household_id = b.household_id AND k.programme = $3 AND k.state "
                "IN (1, 2, 3, 4)) AND NOT EXISTS (SELECT 1 FROM not_duplicate d WHERE d.county = $1 AND "
                "((d.person_a = a.id AND d.person_b = b.id) OR (d.person_a = b.id AND d.person_b = "
                "a.id))) ORDER BY b.household_id, b.id LIMIT 1"),
            e, V(c->county), V(c->household_id), V(c->programme)))
        return false;
    enum found f = rows_next(&r, e);
    if (f == FOUND) {
        *household = rows_int(&r, 0);
        *name = arena_str(e->a, rows_text(&r, 1));
    }
    return f != FAILED;
}

bool case_excepted(struct tx *tx, const struct relief_case *c, struct str condition, bool *is, struct errs *e)
{
    int64_t n;
    if (!db_int(tx,
                SQL(STMT_KEY, "SELECT count(*) FROM case_exception WHERE county = $1 AND case_id = $2 AND "
                              "condition_id = $3"),
                &n, e, V(c->county), V(c->id), V(condition)))
        return false;
    *is = n > 0;
    return true;
}

bool case_looks_double(struct casework *w, const struct relief_case *c, bool warning, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    struct list others;
    struct str name = { 0 };
    int64_t household;
    bool yes = false, excepted = false;
    if (!k || !find_double(w, c, &household, &name, e))
        return false;
    if (!household)
        return true;
    if (!others_of(w, c, household, &others, e))
        return false;
    const struct relief_case *x = others.rows;
    size_t i = 0;
    for (; i < others.n && !yes; i++)
        if (!excludes(w, k->programme->exposure.repeat, c, &x[i], &yes, e))
            return false;
    if (!yes || !case_excepted(w->tx, c, STR("duplicate"), &excepted, e) || excepted)
        return !errs_any(e);
    if (warning) {
        warn(e, "household", MSG_CASE_DOUBLE, A(name), A(x[i - 1].hh_no), A(x[i - 1].no));
        return true;
    }
    return fail(e, ERR_CONFLICT, "household", MSG_CASE_DOUBLE, A(name), A(x[i - 1].hh_no), A(x[i - 1].no));
}

bool case_twice(struct tx *tx, int64_t county, int64_t household_id, struct case_twice *out, size_t max,
                size_t *n, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    *n = 0;
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT programme, period_no, count(*) FROM relief_case WHERE county = $1 AND "
                      "household_id = $2 AND state < 5 GROUP BY programme, period_no HAVING count(*) > 1 "
                      "ORDER BY programme, period_no"),
                  e, V(county), V(household_id)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND && *n < max) {
        struct val period = rows_val(&r, 1);
        out[(*n)++] = (struct case_twice){ arena_str(e->a, rows_text(&r, 0)),
                                           { period.i, period.kind == V_INT },
                                           rows_int(&r, 2) };
    }
    return f != FAILED;
}
