/* relief_schedule.c - versions of a loan's schedule: new row sets beside the old ones. */
#include "base/value.h"
#include "fund/relief_parts.h"

bool schedule_versions(struct tx *tx, const struct contract *c, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &loan_schedule_entity,
                          "SELECT {*} FROM loan_schedule WHERE county = $1 AND contract_id = $2 ORDER BY "
                          "version, no"),
                   out, e->a, e, V(c->county), V(c->id));
}

static bool dues_on(struct tx *tx, const struct contract *c, struct date on, struct agreed_due **dues,
                    size_t *n, struct errs *e)
{
    struct kept_dues kept;
    return kept_dues_read(tx, c->county, c->id, on, &kept, e) &&
           agreed_dues(c, &kept, c->amount.v, c->paid_out_on.v, dues, n, e);
}

/* --- moving --------------------------------------------------------------------------------- */

static int32_t moved_day(const struct loan_relief *x, int32_t day)
{
    int32_t from = x->counts_from.v.day;
    switch (x->kind.v) {
    case RELIEF_EXTEND: return date_add_months((struct date){ day }, (int)x->months.v).day;
    case RELIEF_DEFER: return day < from ? day : date_add_months((struct date){ day }, (int)x->months.v).day;
    case RELIEF_RECALL: return day < from ? day : from;
    default: return day;
    }
}

static void put_due(struct moved_dues *m, int32_t day, int32_t original, int64_t fen)
{
    m->list[m->n++] = (struct agreed_due){ day, original, fen };
    m->last.day = m->n == 1 || day > m->last.day ? day : m->last.day;
}

bool schedule_move(struct tx *tx, const struct contract *c, const struct loan_relief *x, struct money owed,
                   struct date on, struct moved_dues *out, struct errs *e)
{
    struct agreed_due *dues;
    size_t n;
    int64_t back = c->amount.v.fen - owed.fen;
    *out = (struct moved_dues){ 0 };
    if (!dues_on(tx, c, on, &dues, &n, e))
        return false;
    out->list = NEW_ARRAY(e->a, struct agreed_due, 2 * n);
    for (size_t i = 0; i < n; i++) {
        int64_t paid = back < dues[i].fen ? back : dues[i].fen;
        int32_t day = moved_day(x, dues[i].day);
        back -= paid;
        if (paid)
            put_due(out, day < dues[i].day ? day : dues[i].day, dues[i].original, paid);
        if (paid == dues[i].fen)
            continue;
        put_due(out, day, dues[i].original, dues[i].fen - paid);
        if (day != dues[i].day && !out->from.set) {
            out->from = (struct opt_date){ { dues[i].day }, true };
            out->to = (struct opt_date){ { day }, true };
        }
    }
    return true;
}

/* --- writing -------------------------------------------------------------------------------- */

static bool newest(struct tx *tx, int64_t county, int64_t contract_id, int64_t *version, struct errs *e)
{
    return db_int(tx,
                  SQL(STMT_KEY, "SELECT CAST(max(version) AS bigint) FROM loan_schedule WHERE county = $1 "
                                "AND contract_id = $2"),
                  version, e, V(county), V(contract_id));
}

static bool put_version(struct tx *tx, struct loan_schedule row, const struct agreed_due *dues, size_t n,
                        struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        row.no = (int64_t)i + 1;
        row.due_on = (struct date){ dues[i].day };
        row.original_on = (struct date){ dues[i].original };
        row.principal = (struct money){ dues[i].fen };
        if (!db_insert(tx, &loan_schedule_entity, &row, e))
            return false;
    }
    return true;
}

bool schedule_write(struct tx *tx, const struct contract *c, const struct moved_dues *m,
                    const struct loan_relief *x, struct date on, int64_t *version, struct errs *e)
{
    struct loan_schedule row = { .county = c->county, .contract_id = c->id, .since = c->paid_out_on.v };
    if (!newest(tx, c->county, c->id, version, e))
        return false;
    if (!*version) {
        struct agreed_due *dues;
        size_t n;
        row.version = *version = 1;
        if (!dues_on(tx, c, on, &dues, &n, e) || !put_version(tx, row, dues, n, e))
            return false;
    }
    row.version = ++*version;
    row.since = on;
    row.relief_id = (struct opt_int){ x->id, true };
    return put_version(tx, row, m->list, m->n, e);
}

bool schedule_restore(struct tx *tx, const struct loan_relief *x, struct date on, struct errs *e)
{
    struct list all;
    struct contract c = { .county = x->county, .id = x->contract_id };
    int64_t before = 0, version;
    if (!newest(tx, x->county, x->contract_id, &version, e) || !schedule_versions(tx, &c, &all, e))
        return false;
    const struct loan_schedule *rows = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (rows[i].version < x->version.v && rows[i].version > before)
            before = rows[i].version;
    for (size_t i = 0; i < all.n; i++) {
        struct loan_schedule row = rows[i];
        if (row.version != before)
            continue;
        row.version = version + 1;
        row.since = on;
        row.relief_id = (struct opt_int){ x->id, true };
        if (!db_insert(tx, &loan_schedule_entity, &row, e))
            return false;
    }
    return true;
}

/* --- how it stands -------------------------------------------------------------------------- */

static bool written_off(struct tx *tx, const struct contract *c, int64_t kind, struct money *out,
                        struct errs *e)
{
    return db_int(tx,
                  SQL(STMT_KEY, "SELECT CAST(sum(amount) AS bigint) FROM loan_relief WHERE county = $1 AND "
                                "contract_id = $2 AND kind = $3 AND state = 2"),
                  &out->fen, e, V(c->county), V(c->id), V(kind));
}

bool loan_standing(struct tx *tx, const struct contract *c, struct date on, struct loan_standing *out,
                   struct errs *e)
{
    struct agreed_due *dues;
    size_t n;
    *out = (struct loan_standing){ 0 };
    if (!contract_outstanding(tx, c, &out->outstanding, e) ||
        !written_off(tx, c, RELIEF_WRITE_OFF, &out->written_off, e) ||
        !written_off(tx, c, RELIEF_RECOVER, &out->recovered, e))
        return false;
    if (!c->paid_out_on.set || c->layer.v != LAYER_HOUSEHOLD || out->outstanding.fen <= 0)
        return true;
    if (!dues_on(tx, c, on, &dues, &n, e))
        return false;
    int64_t back = c->amount.v.fen - out->outstanding.fen;
    for (size_t i = 0; i < n; i++) {
        back -= dues[i].fen;
        if (back >= 0)
            continue;
        int64_t late = on.day - dues[i].original, late_agreed = on.day - dues[i].day;
        out->days_late = late > out->days_late ? late : out->days_late;
        out->days_late_agreed = late_agreed > out->days_late_agreed ? late_agreed : out->days_late_agreed;
    }
    return true;
}

bool loan_state(struct tx *tx, const struct contract *c, struct date on, enum contract_state *out,
                struct errs *e)
{
    struct loan_standing s;
    struct money owed;
    if (!contract_outstanding(tx, c, &owed, e))
        return false;
    *out = contract_state(c, owed, on);
    if (*out == CONTRACT_LENT && c->layer.v == LAYER_HOUSEHOLD && on.day > c->due_on.v.day)
        *out = CONTRACT_EXTENDED;
    if (*out != CONTRACT_SETTLED)
        return true;
    if (!loan_standing(tx, c, on, &s, e))
        return false;
    if (s.written_off.fen > s.recovered.fen)
        *out = CONTRACT_WRITTEN_OFF;
    return true;
}

bool relief_debt(struct tx *tx, const struct contract *c, const struct loan_terms *t, struct date on,
                 struct debt *out, struct errs *e)
{
    struct agreed_due *dues;
    size_t n;
    if (out->outstanding.fen <= 0)
        *out = (struct debt){ .outstanding = out->outstanding };
    if (t->rate.num || out->outstanding.fen <= 0)
        return true;
    if (!dues_on(tx, c, on, &dues, &n, e))
        return false;
    out->principal_due.fen = out->outstanding.fen - c->amount.v.fen;
    for (size_t i = 0; i < n && dues[i].day <= on.day; i++)
        out->principal_due.fen += dues[i].fen;
    if (out->principal_due.fen < 0)
        out->principal_due.fen = 0;
    return true;
}

/* Each moved row is found again by its day, in the schedule as the changes before it left it. */
bool relief_changes(struct tx *tx, const struct contract *c, struct date on, struct loan_terms *t,
                    struct errs *e)
{
    struct list all;
    if (!t->rate.num)
        return true;
    if (!relief_list(tx, c, &all, e))
        return false;
    const struct loan_relief *x = all.rows;
    struct loan_change *changes = NEW_ARRAY(e->a, struct loan_change, all.n + 1);
    t->changes = changes;
    t->changes_n = 0;
    for (size_t i = 0; i < all.n; i++) {
        struct schedule s;
        if (x[i].state.v != RELIEF_APPROVED || !x[i].moved_from.set || x[i].decided_on.v.day > on.day)
            continue;
        if (!schedule_make(t, &s, e))
            return false;
        for (size_t k = 0; k < s.n; k++)
            if (s.rows[k].due.day == x[i].moved_from.v.day) {
                changes[t->changes_n++] =
                    (struct loan_change){ CHANGE_DUE, s.rows[k].no, 0, x[i].moved_to.v };
                break;
            }
    }
    return true;
}
