#include "fieldwork/disaster.h"

#include "access/site.h"
#include "base/value.h"
#include "registry/region.h"

// clang-format off
static const struct col disaster_cols[] = {
    COL(disaster, county,      "县代码",   "County",   .flags = PKEY | SERVER | REQUIRED),
    COL(disaster, id,          "内部编号", "Id",       .flags = PKEY | SERVER | REQUIRED),
    COL(disaster, no,          "灾害编号", "Disaster", .flags = SERVER | REQUIRED | NATURAL),
    COL(disaster, event,       "灾害名称", "Event",    .flags = REQUIRED, .min = 1, .max = 100),
    COL(disaster, kind,        "灾害类型", "Kind of disaster", .codes = "risk"),
    COL(disaster, happened_on, "日期",     "Happened on", .flags = REQUIRED),
    COL(disaster, region,      "区域",     "Area",     .flags = REQUIRED),
    COL(disaster, document,    "文号",     "Document number", .max = 60),
    COL(disaster, note,        "备注",     "Note",     .max = 1000),
    COL(disaster, state,       "状态",     "State",    .flags = SERVER | REQUIRED, .codes = "relief_state"),
    COL(disaster, recorded_on, "登记日期", "Recorded on", .flags = SERVER | REQUIRED),
    COL(disaster, recorded_by, "登记人",   "Recorded by", .flags = SERVER | REQUIRED),
    COL(disaster, decided_on,  "审批日期", "Decided on", .flags = SERVER),
    COL(disaster, decided_by,  "审批人",   "Decided by", .flags = SERVER),
    COL(disaster, approval,    "批准文号", "Approved by document", .max = 60),
};
// clang-format on
const struct entity disaster_entity = ENTITY(disaster, TABLE_COUNTY, "灾害", "Disaster", disaster_cols);

enum found disaster_by_no(struct tx *tx, int64_t county, int64_t no, struct disaster *d, struct errs *e)
{
    return db_find(
        tx, SQL_OF(STMT_KEY, &disaster_entity, "SELECT {*} FROM disaster WHERE county = $1 AND no = $2"), d,
        e, V(county), V(no));
}

static bool is_open(const struct disaster *d, struct errs *e)
{
    return d->state.v == RELIEF_OPEN || fail(e, ERR_CONFLICT, "no", MSG_DISASTER_CLOSED, A(d->no));
}

/* --- the event, and whom it hit ------------------------------------------------------------- */

bool disaster_open(struct lending *l, struct disaster *d, struct errs *e)
{
    int64_t no;
    d->county = region_county(d->region);
    if (region_level(d->region) < COUNTY)
        return fail(e, ERR_INVALID, "area", MSG_DISASTER_AREA);
    enum { NATURAL_DISASTER = 4, FIRST_OF_THEM = 41, LAST_OF_THEM = 49 };
    if (d->kind.set && d->kind.v != NATURAL_DISASTER &&
        (d->kind.v < FIRST_OF_THEM || d->kind.v > LAST_OF_THEM))
        return fail(e, ERR_INVALID, "kind", MSG_DISASTER_KIND);
    if (d->happened_on.v.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (!db_int(
            l->act->tx,
            SQL(STMT_KEY, "SELECT no FROM disaster WHERE county = $1 AND event = $2 AND happened_on = $3"),
            &no, e, V(d->county), V(d->event), V(d->happened_on.v)))
        return false;
    if (no)
        return fail(e, ERR_CONFLICT, "event", MSG_DISASTER_TWICE, A(no));
    d->state = (struct code){ RELIEF_OPEN, true };
    d->recorded_on = l->today;
    d->recorded_by = l->act->who->login;
    return db_id(l->act->tx, &d->id, e) && counter_next(l->act->tx, d->county, "disaster", &d->no, e) &&
           db_insert(l->act->tx, &disaster_entity, d, e);
}

bool disaster_add_loss(struct lending *l, const struct disaster *d, const struct household *h,
                       struct disaster_loss *x, struct errs *e)
{
    int64_t first, last, there;
    region_span(d->region, &first, &last);
    if (!is_open(d, e))
        return false;
    if (h->village.v < first || h->village.v > last)
        return fail(e, ERR_INVALID, "household", MSG_DISASTER_OUTSIDE, A(h->hh_no), A(d->region));
    if (!db_int(l->act->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM disaster_loss WHERE county = $1 AND household_id = $2 AND event = "
                    "$3 AND happened_on = $4 AND coalesce(project, '') = $5 AND coalesce(item, '') = $6"),
                &there, e, V(d->county), V(h->id), V(d->event), V(d->happened_on.v),
                V(x->project.p ? x->project : STR("")), V(x->item.p ? x->item : STR(""))))
        return false;
    if (there)
        return fail(e, ERR_CONFLICT, "household", MSG_DISASTER_LOSS_TWICE, A(h->hh_no));
    x->county = d->county;
    x->household_id = h->id;
    x->event = d->event;
    x->kind = d->kind;
    x->happened_on = d->happened_on;
    x->document = d->document;
    return db_id(l->act->tx, &x->id, e) && db_insert(l->act->tx, &disaster_loss_entity, x, e);
}

/* --- the report ----------------------------------------------------------------------------- */

static bool sum_losses(struct tx *tx, const struct disaster *d, const struct scope *s,
                       struct disaster_report *out, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT count(DISTINCT l.household_id), count(*), CAST(sum(l.loss) AS bigint), "
                      "CAST(sum(l.rooms) AS bigint), CAST(sum(l.hurt) AS bigint) FROM disaster_loss l JOIN "
                      "household h ON h.county = $1 AND h.id = l.household_id WHERE l.county = $1 AND "
                      "l.event = $2 AND l.happened_on = $3 AND h.village BETWEEN $4 AND $5"),
                  e, V(d->county), V(d->event), V(d->happened_on.v), V(s->first), V(s->last)))
        return false;
    f = rows_next(&r, e);
    if (f != FOUND)
        return false;
    out->households = rows_int(&r, 0);
    out->projects = rows_int(&r, 1);
    out->loss.fen = rows_int(&r, 2);
    out->rooms = rows_int(&r, 3);
    out->hurt = rows_int(&r, 4);
    return true;
}

#define OWED_ON                                                                                        \
    "EXISTS (SELECT 1 FROM fund_account a JOIN account_balance b ON b.county = $1 AND b.account_id = " \
    "a.id WHERE a.county = $1 AND a.fund_id = contract.fund_id AND a.kind = 1101 AND a.part = "        \
    "contract.id AND b.amount > 0)"
#define TREATED                                                                                    \
    "EXISTS (SELECT 1 FROM loan_relief r WHERE r.county = $1 AND r.contract_id = contract.id AND " \
    "r.disaster_id = $2 AND r.state <> 4)"
#define HIT                                                                           \
    "EXISTS (SELECT 1 FROM disaster_loss l WHERE l.county = $1 AND l.household_id = " \
    "contract.household_id AND l.event = $3 AND l.happened_on = $4)"

static bool list_loans(struct tx *tx, const struct disaster *d, const struct scope *s, struct list *out,
                       struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &contract_entity,
                          "SELECT {*} FROM contract WHERE county = $1 AND layer = 2 AND void_on IS NULL AND "
                          "village BETWEEN $5 AND $6 AND ((paid_out_on <= $4 AND " HIT " AND " OWED_ON
                          ") OR " TREATED ") ORDER BY number"),
                   out, e->a, e, V(d->county), V(d->id), V(d->event), V(d->happened_on.v), V(s->first),
                   V(s->last));
}

static enum found relief_of(struct tx *tx, const struct disaster *d, const struct contract *c,
                            struct loan_relief *x, struct errs *e)
{
    return db_find(tx,
                   SQL_OF(STMT_KEY, &loan_relief_entity,
                          "SELECT {*} FROM loan_relief WHERE county = $1 AND contract_id = $2 AND "
                          "disaster_id = $3 AND state <> 4 ORDER BY no DESC LIMIT 1"),
                   x, e, V(c->county), V(c->id), V(d->id));
}

bool disaster_report(struct tx *tx, const struct disaster *d, const struct scope *s,
                     struct disaster_report *out, struct errs *e)
{
    struct list contracts;
    *out = (struct disaster_report){ 0 };
    if (!sum_losses(tx, d, s, out, e) || !list_loans(tx, d, s, &contracts, e))
        return false;
    const struct contract *c = contracts.rows;
    out->loans = NEW_ARRAY(e->a, struct disaster_loan, contracts.n + 1);
    for (size_t i = 0; i < contracts.n; i++) {
        struct disaster_loan *x = &out->loans[out->loans_n++];
        *x = (struct disaster_loan){ .contract = c[i] };
        enum found f = relief_of(tx, d, &c[i], &x->relief, e);
        if (f == FAILED || !contract_outstanding(tx, &c[i], &x->outstanding, e))
            return false;
        x->treated = f == FOUND;
        out->untreated += !x->treated;
        if (!money_add(&out->owed, x->outstanding))
            return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
    }
    return true;
}

bool disaster_hits(struct tx *tx, const struct disaster *d, const struct scope *s, struct disaster_hit **out,
                   size_t *n, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap = 0;
    enum found f;
    *out = NULL;
    *n = 0;
    if (!db_query(
            tx, &r,
            SQL_OF(STMT_KEY, &disaster_loss_entity,
                   "SELECT {*}, hh_no, head_name FROM disaster_loss JOIN (SELECT h.id AS hh_id, h.hh_no, "
                   "h.head_name, h.village FROM household h WHERE h.county = $1) x ON x.hh_id = "
                   "disaster_loss.household_id WHERE disaster_loss.county = $1 AND event = $2 AND "
                   "happened_on = $3 AND village BETWEEN $4 AND $5 ORDER BY hh_no, id"),
            e, V(d->county), V(d->event), V(d->happened_on.v), V(s->first), V(s->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (*n == cap) {
            struct disaster_hit *more = NEW_ARRAY(e->a, struct disaster_hit, cap ? cap * 2 : 64);
            if (cap)
                memcpy(more, *out, cap * sizeof *more);
            *out = more;
            cap = cap ? cap * 2 : 64;
        }
        struct disaster_hit *x = &(*out)[(*n)++];
        if (!rows_obj(&r, 0, &x->loss, e->a, e))
            return false;
        x->hh_no = arena_str(e->a, rows_text(&r, (int)disaster_loss_entity.n));
        x->head_name = arena_str(e->a, rows_text(&r, (int)disaster_loss_entity.n + 1));
    }
    return f == NONE;
}

/* --- proposing ------------------------------------------------------------------------------ */

static bool is_affected(struct tx *tx, const struct disaster *d, const struct contract *c, struct errs *e)
{
    int64_t n;
    if (!db_int(tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM disaster_loss WHERE county = $1 AND household_id = $2 AND "
                    "event = $3 AND happened_on = $4"),
                &n, e, V(d->county), V(c->household_id.set ? c->household_id.v : (int64_t)0), V(d->event),
                V(d->happened_on.v)))
        return false;
    return (n && c->county == d->county && c->paid_out_on.set &&
            c->paid_out_on.v.day <= d->happened_on.v.day) ||
           fail(e, ERR_CONFLICT, "number", MSG_DISASTER_NOT_HIT, A(c->number), A(d->no));
}

bool disaster_treat(struct lending *l, const struct disaster *d, const struct contract *c,
                    struct loan_relief *x, struct errs *e)
{
    struct loan_relief old, now;
    if (!is_open(d, e) || !is_affected(l->act->tx, d, c, e))
        return false;
    enum found f = relief_of(l->act->tx, d, c, &old, e);
    if (f == FAILED)
        return false;
    if (f == FOUND && old.state.v == RELIEF_OPEN) {
        now = old;
        now.state.v = RELIEF_WITHDRAWN;
        if (!act_update(l->act, &loan_relief_entity, &old, &now, e))
            return false;
    }
    x->disaster_id = (struct opt_int){ d->id, true };
    if (x->kind.v == RELIEF_DEFER && !x->counts_from.set)
        x->counts_from = d->happened_on;
    if (!x->reason.p)
        x->reason = d->event;
    return relief_propose(l, c, x, e);
}

/* --- deciding ------------------------------------------------------------------------------- */

static struct scope whole(const struct disaster *d)
{
    struct scope s = { .county = d->county };
    region_span((struct region_code){ d->county * 1000000 }, &s.first, &s.last);
    return s;
}

static bool may_decide(struct lending *l, const struct disaster *d, struct str not_by, struct errs *e)
{
    if (str_eq(not_by, l->act->who->login))
        return fail(e, ERR_FORBIDDEN, "no", MSG_CHANGE_SAME_PERSON);
    return actor_need_at(l->act->who, PERM_FUND_CONTRACT, (struct region_code){ d->county * 1000000 }, e);
}

static bool decide_loans(struct lending *l, const struct disaster *d, bool approve, struct str document,
                         struct errs *e)
{
    const struct relief_decision how = { .approve = approve, .document = document };
    const struct scope s = whole(d);
    struct disaster_report r;
    struct loan_relief out;
    if (!disaster_report(l->act->tx, d, &s, &r, e))
        return false;
    for (size_t i = 0; i < r.loans_n && approve; i++)
        if (!r.loans[i].treated)
            return fail(e, ERR_CONFLICT, "number", MSG_DISASTER_UNTREATED, A((int64_t)r.untreated),
                        A(r.loans[i].contract.number));
    for (size_t i = 0; i < r.loans_n; i++) {
        const struct disaster_loan *x = &r.loans[i];
        if (x->treated && x->relief.state.v == RELIEF_OPEN &&
            !relief_decide(l, &x->contract, &x->relief, &how, &out, e))
            return false;
    }
    return true;
}

bool disaster_decide(struct lending *l, const struct disaster *old, bool approve, struct str document,
                     struct disaster *out, struct errs *e)
{
    *out = *old;
    if (!is_open(old, e) || !may_decide(l, old, old->recorded_by, e))
        return false;
    if (approve && !document.p)
        return fail(e, ERR_INVALID, "document", MSG_RELIEF_DOCUMENT);
    out->state.v = approve ? RELIEF_APPROVED : RELIEF_REFUSED;
    out->decided_on = (struct opt_date){ l->today, true };
    out->decided_by = l->act->who->login;
    out->approval = document;
    return decide_loans(l, old, approve, document, e) && act_update(l->act, &disaster_entity, old, out, e);
}

bool disaster_undo(struct lending *l, const struct disaster *old, struct str reason, struct str document,
                   struct disaster *out, struct errs *e)
{
    const struct scope s = whole(old);
    struct disaster_report r;
    struct loan_relief undone;
    *out = *old;
    if (old->state.v != RELIEF_APPROVED)
        return fail(e, ERR_CONFLICT, "no", MSG_DISASTER_NOT_APPROVED, A(old->no));
    if (!may_decide(l, old, old->decided_by, e) || !disaster_report(l->act->tx, old, &s, &r, e))
        return false;
    for (size_t i = 0; i < r.loans_n; i++) {
        const struct disaster_loan *x = &r.loans[i];
        if (x->treated && x->relief.state.v == RELIEF_APPROVED &&
            !relief_undo(l, &x->contract, &x->relief, reason, document, &undone, e))
            return false;
    }
    out->state.v = RELIEF_UNDONE;
    return act_update(l->act, &disaster_entity, old, out, e);
}
