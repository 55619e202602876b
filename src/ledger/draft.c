#include "ledger/draft.h"

#include "access/site.h"
#include "base/clock.h"
#include "ledger/posting.h"

/* --- making ------------------------------------------------------------------------------- */

static struct draft_line line_of(const struct draft *d, const struct posting_line *l, size_t no)
{
    return (struct draft_line){ .county = d->county,
                                .draft_id = d->id,
                                .no = (int64_t)no,
                                .kind = { (int32_t)l->kind, true },
                                .amount = l->amount,
                                .source = l->source,
                                .period = l->period,
                                .case_id = l->case_id,
                                .contract_id = l->contract_id,
                                .region = l->region };
}

bool draft_make(struct act *act, const struct posting *p, struct draft *out, struct errs *e)
{
    struct draft d = { .county = p->county,
                       .fund_id = p->fund_id,
                       .entry_date = p->entry_date,
                       .value_date = p->value_date,
                       .kind = { (int32_t)p->kind, true },
                       .purpose = p->purpose,
                       .document = p->document,
                       .made_by = act->who->login,
                       .made_at = act->at,
                       .reverses = p->reverses,
                       .state = { DRAFT_OPEN, true } };
    if (!posting_check(p, e) || !need_open_day(act->tx, p, e) || !db_id(act->tx, &d.id, e) ||
        !counter_next(act->tx, p->county, "draft", &d.no, e) || !db_insert(act->tx, &draft_entity, &d, e))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        struct draft_line l = line_of(&d, &p->lines[i], i + 1);
        if (!db_insert(act->tx, &draft_line_entity, &l, e))
            return false;
    }
    *out = d;
    return true;
}

bool draft_reverse(struct act *act, const struct voucher *v, struct date on, struct str purpose,
                   struct draft *out, struct errs *e)
{
    struct posting p;
    return posting_reversal(act->tx, v, on, purpose, &p, e) && draft_make(act, &p, out, e);
}

/* --- reading ------------------------------------------------------------------------------ */

enum found draft_by_no(struct tx *tx, int64_t county, int64_t no, struct draft *d, struct errs *e)
{
    return db_find(tx, SQL_OF(STMT_KEY, &draft_entity, "SELECT {*} FROM draft WHERE county = $1 AND no = $2"),
                   d, e, V(county), V(no));
}

bool draft_lines(struct tx *tx, const struct draft *d, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &draft_line_entity,
                          "SELECT {*} FROM draft_line WHERE county = $1 AND draft_id = $2 ORDER BY no"),
                   out, e->a, e, V(d->county), V(d->id));
}

bool draft_list(struct tx *tx, int64_t county, size_t max, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &draft_entity,
                          "SELECT {*} FROM draft WHERE county = $1 AND state = $2 ORDER BY no LIMIT $3"),
                   out, e->a, e, V(county), V((int64_t)DRAFT_OPEN), V(max));
}

/* --- deciding ----------------------------------------------------------------------------- */

static bool decide(struct act *act, const struct draft *d, enum draft_state state, struct opt_int voucher,
                   struct errs *e)
{
    struct draft now = *d;
    now.state.v = (int32_t)state;
    now.decided_by = act->who->login;
    now.decided_at = act->at;
    now.voucher_id = voucher;
    return act_update(act, &draft_entity, d, &now, e);
}

static bool need_undecided(const struct draft *d, struct errs *e)
{
    return d->state.v == DRAFT_OPEN || fail(e, ERR_CONFLICT, "draft", MSG_LEDGER_DRAFT_DECIDED, A(d->no));
}

/* A voucher may have been reversed since the draft was made. */
static bool need_unreversed(struct tx *tx, const struct draft *d, struct errs *e)
{
    int64_t n;
    struct voucher v;
    if (!d->reverses.set)
        return true;
    if (!db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM voucher WHERE county = $1 AND reverses = $2"), &n, e,
                V(d->county), V(d->reverses.v)))
        return false;
    if (n == 0)
        return true;
    return db_get(tx, &voucher_entity, &v, e, V(d->county), V(d->reverses.v)) == FOUND &&
           fail(e, ERR_CONFLICT, "voucher", MSG_LEDGER_REVERSED, A(voucher_name(&v, e->a)));
}

bool draft_approve(struct act *act, const struct draft *d, struct voucher *out, struct errs *e)
{
    struct list list;
    if (!need_undecided(d, e))
        return false;
    if (str_eq(d->made_by, act->who->login))
        return fail(e, ERR_FORBIDDEN, "draft", MSG_LEDGER_SAME_PERSON);
    if (!need_unreversed(act->tx, d, e) || !draft_lines(act->tx, d, &list, e))
        return false;
    const struct draft_line *l = list.rows;
    struct posting_line *lines = NEW_ARRAY(e->a, struct posting_line, list.n + 1);
    for (size_t i = 0; i < list.n; i++)
        lines[i] = (struct posting_line){ .kind = (enum account_kind)l[i].kind.v,
                                          .amount = l[i].amount,
                                          .source = l[i].source,
                                          .period = l[i].period,
                                          .case_id = l[i].case_id,
                                          .contract_id = l[i].contract_id,
                                          .region = l[i].region };
    struct posting p = { .county = d->county,
                         .fund_id = d->fund_id,
                         .entry_date = d->entry_date,
                         .value_date = d->value_date,
                         .kind = (enum voucher_kind)d->kind.v,
                         .purpose = d->purpose,
                         .document = d->document,
                         .lines = lines,
                         .n = list.n,
                         .reverses = d->reverses,
                         .draft_id = { d->id, true },
                         .made_by = d->made_by,
                         .checked_by = act->who->login };
    return ledger_post(act, &p, out, e) && decide(act, d, DRAFT_POSTED, (struct opt_int){ out->id, true }, e);
}

bool draft_reject(struct act *act, const struct draft *d, struct errs *e)
{
    return need_undecided(d, e) && decide(act, d, DRAFT_REJECTED, (struct opt_int){ 0 }, e);
}

/* --- closing a day ------------------------------------------------------------------------ */

bool ledger_close(struct act *act, const struct fund *f, struct date day, struct errs *e)
{
    struct opt_date closed;
    int64_t waiting;
    if (day.day > clock_today().day)
        return fail(e, ERR_INVALID, "day", MSG_LEDGER_AHEAD, A(day));
    if (!ledger_closed(act->tx, f, &closed, e) ||
        !db_int(act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM draft WHERE county = $1 AND fund_id = $2 AND state = $3 "
                              "AND entry_date <= $4"),
                &waiting, e, V(f->county), V(f->id), V((int64_t)DRAFT_OPEN), V(day)))
        return false;
    if (closed.set && day.day <= closed.v.day)
        return fail(e, ERR_CONFLICT, "day", MSG_LEDGER_CLOSED_ALREADY, A(closed.v));
    if (waiting)
        return fail(e, ERR_CONFLICT, "day", MSG_LEDGER_CLOSE_OPEN, A(day), A(waiting));
    struct closed_day c = { f->county, f->id, day, act->who->login, act->at };
    return db_insert(act->tx, &closed_day_entity, &c, e);
}
