/* fieldwork_import.c - visits, pairings and losses of an archive. */
#include "fieldwork/fieldwork.h"
#include "registry/import_look.h"

enum { UNIT_FIELDWORK = 5 };

#define ROW(s)                                                                                   \
    struct s##_row {                                                                             \
        struct s x;                                                                              \
        struct str hh_no;                                                                        \
    };                                                                                           \
    static const struct col s##_extra[] = {                                                      \
        COL(s##_row, hh_no, "户编号", "Household number", .flags = REQUIRED, .max = 30,          \
            .national = "AAC001", .aliases = "户号|户编码|户代码|家庭编号|农户编号|贫困户编号"), \
    };
ROW(visit)
ROW(pairing)
ROW(disaster_loss)

/* The keys stand first in all three; the household's number behind the row. */
struct keys {
    int64_t county, id, household_id;
};

static bool find_households(struct importing *im, struct import_row *rows, size_t n, size_t off,
                            struct errs *e)
{
    struct str *numbers = NEW_ARRAY(&im->batch, struct str, n);
    struct hh_ref *refs = NEW_ARRAY(&im->batch, struct hh_ref, n);
    for (size_t i = 0; i < n; i++)
        if (!errs_any(&rows[i].e))
            numbers[i] = *(const struct str *)(const void *)((const char *)rows[i].obj + off);
    if (!import_households(im, rows, n, numbers, refs, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct keys *k = rows[i].obj;
        if (refs[i].id && !errs_any(&rows[i].e)) {
            k->county = refs[i].county;
            k->household_id = refs[i].id;
        }
    }
    return true;
}

static int64_t county_of(const void *obj)
{
    return ((const struct keys *)obj)->county;
}
static struct val household_of(const void *obj)
{
    return V(((const struct keys *)obj)->household_id);
}
static void begin_identity(const void *obj, struct buf *b)
{
    const struct keys *k = obj;
    buf_addf(b, "%lld %lld ", (long long)k->county, (long long)k->household_id);
}

/* --- visits ----------------------------------------------------------------------------------- */

static bool visit_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct visit *v = rows[i].obj;
        v->recorded_on = im->today;
        v->recorded_by = im->who->login;
    }
    return find_households(im, rows, n, offsetof(struct visit_row, hh_no), e);
}
static const struct stmt *visit_lookup(void)
{
    return SQL_OF(STMT_KEY, &visit_entity,
                  "SELECT {*} FROM visit WHERE county = $1 AND household_id IN (" IMPORT_KEYS_FROM_2 ")");
}
static const struct stmt *visit_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM visit WHERE county = $1 LIMIT 1) x");
}
static bool visit_same(const void *obj, const void *old)
{
    const struct visit *x = obj, *y = old;
    return x->household_id == y->household_id && x->visited_on.v.day == y->visited_on.v.day &&
           str_eq(x->visitor, y->visitor);
}
static void visit_identity(const void *obj, struct buf *b)
{
    const struct visit *v = obj;
    begin_identity(obj, b);
    buf_addf(b, "%d ", (int)v->visited_on.v.day);
    buf_add(b, v->visitor);
}
static bool visit_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    (void)e;
    for (size_t i = 0; i < n; i++) {
        struct visit *v = rows[i].obj;
        const struct visit *old = rows[i].old;
        if (!errs_any(&rows[i].e) && v->visited_on.v.day > im->today.day)
            fail(&rows[i].e, ERR_INVALID, "visited_on", MSG_HISTORY_FUTURE);
        if (old) { /* who wrote it down stays */
            v->recorded_on = old->recorded_on;
            v->recorded_by = old->recorded_by;
        }
    }
    return true;
}

static const struct import_kind visits = {
    .name = "visit",
    .label = { "走访", "visit" },
    .en = &visit_entity,
    .extra = visit_extra,
    .extra_n = N_ELEMS(visit_extra),
    .size = sizeof(struct visit_row),
    .needs = { "hh_no", "visited_on", "visitor" },
    .unit = UNIT_FIELDWORK,
    .order = 1,
    .parents = visit_parents,
    .county = county_of,
    .lookup = visit_lookup,
    .key = household_of,
    .same = visit_same,
    .any = visit_any,
    .identity = visit_identity,
    .check = visit_check,
};

/* --- pairings --------------------------------------------------------------------------------- */

static bool pairing_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    return find_households(im, rows, n, offsetof(struct pairing_row, hh_no), e);
}
static const struct stmt *pairing_lookup(void)
{
    return SQL_OF(STMT_KEY, &pairing_entity,
                  "SELECT {*} FROM pairing WHERE county = $1 AND household_id IN (" IMPORT_KEYS_FROM_2 ")");
}
static const struct stmt *pairing_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM pairing WHERE county = $1 LIMIT 1) x");
}
static bool pairing_same(const void *obj, const void *old)
{
    const struct pairing *x = obj, *y = old;
    return x->household_id == y->household_id && str_eq(x->helper, y->helper) &&
           str_eq(x->unit_name, y->unit_name) && x->since.set == y->since.set &&
           x->since.v.day == y->since.v.day;
}
static void pairing_identity(const void *obj, struct buf *b)
{
    const struct pairing *p = obj;
    begin_identity(obj, b);
    buf_add(b, p->helper);
    buf_addf(b, " %d ", p->since.set ? (int)p->since.v.day : -1);
    buf_add(b, p->unit_name);
}
static bool pairing_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    (void)im, (void)e;
    for (size_t i = 0; i < n; i++) {
        const struct pairing *p = rows[i].obj;
        if (!errs_any(&rows[i].e) && p->since.set && p->until.set && p->until.v.day < p->since.v.day)
            fail(&rows[i].e, ERR_INVALID, "until", MSG_PAIRING_ENDS_BEFORE, A(p->since.v));
    }
    return true;
}

static const struct import_kind pairings = {
    .name = "pairing",
    .label = { "结对帮扶", "pairing" },
    .en = &pairing_entity,
    .extra = pairing_extra,
    .extra_n = N_ELEMS(pairing_extra),
    .size = sizeof(struct pairing_row),
    .needs = { "hh_no", "helper" },
    .some_of = { "unit_name", "since", "kind" },
    .unit = UNIT_FIELDWORK,
    .order = 2,
    .parents = pairing_parents,
    .county = county_of,
    .lookup = pairing_lookup,
    .key = household_of,
    .same = pairing_same,
    .any = pairing_any,
    .identity = pairing_identity,
    .check = pairing_check,
};

/* --- losses by disaster ----------------------------------------------------------------------- */

static bool loss_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    return find_households(im, rows, n, offsetof(struct disaster_loss_row, hh_no), e);
}
static const struct stmt *loss_lookup(void)
{
    return SQL_OF(STMT_KEY, &disaster_loss_entity,
                  "SELECT {*} FROM disaster_loss WHERE county = $1 AND household_id IN (" IMPORT_KEYS_FROM_2
                  ")");
}
static const struct stmt *loss_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM disaster_loss WHERE county = $1 LIMIT 1) x");
}
static bool loss_same(const void *obj, const void *old)
{
    const struct disaster_loss *x = obj, *y = old;
    return x->household_id == y->household_id && x->happened_on.v.day == y->happened_on.v.day &&
           str_eq(x->event, y->event) && str_eq(x->project, y->project) && str_eq(x->item, y->item);
}
static void loss_identity(const void *obj, struct buf *b)
{
    const struct disaster_loss *x = obj;
    const struct str parts[] = { x->event, x->project, x->item };
    begin_identity(obj, b);
    buf_addf(b, "%d", (int)x->happened_on.v.day);
    for (size_t i = 0; i < N_ELEMS(parts); i++) {
        buf_adds(b, "\n");
        buf_add(b, parts[i]);
    }
}
static bool loss_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    (void)e;
    for (size_t i = 0; i < n; i++) {
        const struct disaster_loss *x = rows[i].obj;
        if (errs_any(&rows[i].e))
            continue;
        if (x->happened_on.v.day > im->today.day)
            fail(&rows[i].e, ERR_INVALID, "happened_on", MSG_HISTORY_FUTURE);
        else if (x->quantity.set && x->destroyed.set && x->destroyed.v.v > x->quantity.v.v)
            fail(&rows[i].e, ERR_INVALID, "destroyed", MSG_DISASTER_MORE_THAN_ALL);
    }
    return true;
}

static const struct import_kind losses = {
    .name = "disaster_loss",
    .label = { "受灾损失", "loss by disaster" },
    .en = &disaster_loss_entity,
    .extra = disaster_loss_extra,
    .extra_n = N_ELEMS(disaster_loss_extra),
    .size = sizeof(struct disaster_loss_row),
    .needs = { "hh_no", "event", "happened_on" },
    .unit = UNIT_FIELDWORK,
    .order = 3,
    .parents = loss_parents,
    .county = county_of,
    .lookup = loss_lookup,
    .key = household_of,
    .same = loss_same,
    .any = loss_any,
    .identity = loss_identity,
    .check = loss_check,
};

const struct import_kind *const fieldwork_import_kinds[] = { &visits, &pairings, &losses };
const size_t fieldwork_import_kinds_n = N_ELEMS(fieldwork_import_kinds);
