#include "access/site.h"
#include "base/value.h"
#include "ledger/posting.h"

#include <assert.h>

/* --- accounts and balances ---------------------------------------------------------------- */

static enum found account_find(struct tx *tx, int64_t county, int64_t fund_id, int64_t kind, int64_t part,
                               struct fund_account *out, struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &fund_account_entity,
               "SELECT {*} FROM fund_account WHERE county = $1 AND fund_id = $2 AND kind = $3 AND part = $4"),
        out, e, V(county), V(fund_id), V(kind), V(part));
}

/* An account and what it holds. */
struct held {
    int64_t id;
    struct money amount;
};

static enum found held_find(struct tx *tx, const struct posting *p, const struct posting_line *l,
                            struct held *out, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            tx, &r,
            SQL(STMT_KEY,
                "SELECT a.id, b.amount FROM fund_account a JOIN account_balance b ON b.county = $1 AND "
                "b.account_id = a.id WHERE a.county = $1 AND a.fund_id = $2 AND a.kind = $3 AND a.part = $4"),
            e, V(p->county), V(p->fund_id), V((int64_t)l->kind), V(posting_part(l))))
        return FAILED;
    enum found f = rows_next(&r, e);
    if (f == FOUND)
        *out = (struct held){ rows_int(&r, 0), { rows_int(&r, 1) } };
    return f;
}

static bool account_open(struct act *act, const struct posting *p, const struct posting_line *l,
                         struct held *out, struct errs *e)
{
    enum found f = held_find(act->tx, p, l, out, e);
    if (f != NONE)
        return f == FOUND;
    struct fund_account a = posting_account(p, l, 0);
    if (!db_id(act->tx, &a.id, e) || !db_insert(act->tx, &fund_account_entity, &a, e))
        return false;
    const struct account_balance b = { .county = p->county, .account_id = a.id };
    *out = (struct held){ .id = a.id };
    return db_insert(act->tx, &account_balance_entity, &b, e);
}

static bool add_to_balance(struct act *act, int64_t county, const struct held *x, struct money amount,
                           struct errs *e)
{
    struct account_balance old = { county, x->id, x->amount }, new = old;
    if (!money_add(&new.amount, amount))
        return fail(e, ERR_INVALID, "line", MSG_LEDGER_TOO_MANY);
    return db_update(act->tx, &account_balance_entity, &old, &new, e);
}

bool ledger_balance(struct tx *tx, const struct fund *f, enum account_kind kind, int64_t part,
                    struct money *out, struct errs *e)
{
    return db_int(
        tx,
        SQL(STMT_KEY,
            "SELECT b.amount FROM fund_account a JOIN account_balance b ON b.county = $1 AND b.account_id "
            "= a.id WHERE a.county = $1 AND a.fund_id = $2 AND a.kind = $3 AND a.part = $4"),
        &out->fen, e, V(f->county), V(f->id), V((int64_t)kind), V(part));
}

bool ledger_balance_on(struct tx *tx, const struct fund *f, enum account_kind kind, struct date as_of,
                       struct money *out, struct errs *e)
{
    return db_int(
        tx,
        SQL(STMT_KEY,
            "SELECT CAST(sum(l.amount) AS BIGINT) FROM fund_account a JOIN voucher_line l ON l.county = $1 "
            "AND l.account_id = a.id WHERE a.county = $1 AND a.fund_id = $2 AND a.kind = $3 AND "
            "l.entry_date <= $4"),
        &out->fen, e, V(f->county), V(f->id), V((int64_t)kind), V(as_of));
}

/* --- day's ends --------------------------------------------------------------------------- */

/* The least at the end of `from` or later: `now` is what there is before it; then day by day. */
static bool least_of(struct tx *tx, int64_t county, int64_t account_id, struct money now, struct date from,
                     struct money *least, struct date *on, struct errs *e)
{
    bool first = true;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            tx, &r,
            SQL(STMT_KEY,
                "SELECT entry_date, CAST(sum(amount) AS BIGINT) FROM voucher_line WHERE county = $1 AND "
                "account_id = $2 AND entry_date >= $3 GROUP BY entry_date ORDER BY entry_date"),
            e, V(county), V(account_id), V(from)))
        return false;
    *least = now;
    *on = from;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (!money_add(&now, (struct money){ rows_int(&r, 1) }))
            return fail(e, ERR_INVALID, "line", MSG_LEDGER_TOO_MANY);
        struct date day = { (int32_t)rows_int(&r, 0) };
        if (now.fen < least->fen || (first && day.day == from.day)) {
            *least = now;
            *on = day;
        }
        first = false;
    }
    return f == NONE;
}

bool ledger_least(struct tx *tx, const struct fund *f, struct date from, struct money *least, struct date *on,
                  struct errs *e)
{
    struct fund_account a;
    *least = (struct money){ 0 };
    *on = from;
    enum found found = account_find(tx, f->county, f->id, ACCOUNT_SPECIAL, 0, &a, e);
    struct money before = { 0 };
    return found == NONE ||
           (found == FOUND &&
            db_int(
                tx,
                SQL(STMT_KEY,
                    "SELECT CAST(sum(amount) AS BIGINT) FROM voucher_line WHERE county = $1 AND account_id "
                    "= $2 AND entry_date < $3"),
                &before.fen, e, V(f->county), V(a.id), V(from)) &&
            least_of(tx, f->county, a.id, before, from, least, on, e));
}

bool need_covered(struct tx *tx, int64_t county, int64_t account_id, struct date from, struct errs *e)
{
    struct money least, later = { 0 };
    struct date on;
    struct account_balance kept;
    /* From the end backwards: a year's work is dated after almost all of an old book. */
    if (db_get(tx, &account_balance_entity, &kept, e, V(county), V(account_id)) != FOUND ||
        !db_int(
            tx,
            SQL(STMT_KEY,
                "SELECT CAST(sum(amount) AS BIGINT) FROM voucher_line WHERE county = $1 AND account_id = $2 "
                "AND entry_date >= $3"),
            &later.fen, e, V(county), V(account_id), V(from)) ||
        !money_sub(&kept.amount, later) ||
        !least_of(tx, county, account_id, kept.amount, from, &least, &on, e))
        return errs_any(e) ? false : fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
    return least.fen >= 0 ||
           fail(e, ERR_CONFLICT, "amount", MSG_LEDGER_OVERDRAWN, A(on), A((struct money){ -least.fen }));
}

/* --- closed days -------------------------------------------------------------------------- */

bool ledger_closed(struct tx *tx, const struct fund *f, struct opt_date *day, struct errs *e)
{
    struct closed_day c;
    enum found found =
        db_find(tx,
                SQL_OF(STMT_KEY, &closed_day_entity,
                       "SELECT {*} FROM closed_day WHERE county = $1 AND fund_id = $2 ORDER BY "
                       "day DESC LIMIT 1"),
                &c, e, V(f->county), V(f->id));
    *day = (struct opt_date){ c.day, found == FOUND };
    return found != FAILED;
}

bool need_open_day(struct tx *tx, const struct posting *p, struct errs *e)
{
    struct fund f = { .county = p->county, .id = p->fund_id };
    struct opt_date closed;
    if (!ledger_closed(tx, &f, &closed, e))
        return false;
    return !closed.set || p->entry_date.day > closed.v.day ||
           fail(e, ERR_CONFLICT, "date", MSG_LEDGER_CLOSED, A(closed.v), A(p->entry_date));
}

/* --- posting ------------------------------------------------------------------------------ */

static bool write_line(struct act *act, const struct posting *p, const struct voucher *v, size_t i,
                       int64_t *special, struct errs *e)
{
    const struct posting_line *l = &p->lines[i];
    struct held a = { 0 };
    if (!account_open(act, p, l, &a, e))
        return false;
    if (l->kind == ACCOUNT_SPECIAL)
        *special = a.id;
    struct voucher_line line = posting_voucher_line(v, l, (int64_t)i + 1, a.id);
    return db_insert(act->tx, &voucher_line_entity, &line, e) &&
           add_to_balance(act, p->county, &a, l->amount, e);
}

/* Does less stand on the special account after it? */
static bool takes_out(const struct posting *p)
{
    struct money sum = { 0 };
    for (size_t i = 0; i < p->n; i++)
        if (p->lines[i].kind == ACCOUNT_SPECIAL && !money_add(&sum, p->lines[i].amount))
            return true;
    return sum.fen < 0;
}

bool ledger_post(struct act *act, const struct posting *p, struct voucher *out, struct errs *e)
{
    int64_t id, no, special = 0;
    const char *series = voucher_series(p->fund_id, year_of(p->entry_date), e->a);
    if (!posting_check(p, e) || !need_open_day(act->tx, p, e) || !posting_id(act, p, &id, e) ||
        !counter_next(act->tx, p->county, series, &no, e))
        return false;
    struct voucher v = posting_voucher(act, p, id, no);
    if (!db_insert(act->tx, &voucher_entity, &v, e))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (!write_line(act, p, &v, i, &special, e))
            return false;
    if (special && takes_out(p) && !need_covered(act->tx, p->county, special, p->entry_date, e))
        return false;
    *out = v;
    return true;
}

/* --- reversal ----------------------------------------------------------------------------- */

enum found voucher_by_no(struct tx *tx, const struct fund *f, int64_t year, int64_t no, struct voucher *v,
                         struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &voucher_entity,
               "SELECT {*} FROM voucher WHERE county = $1 AND fund_id = $2 AND year = $3 AND no = $4"),
        v, e, V(f->county), V(f->id), V(year), V(no));
}

bool voucher_lines(struct tx *tx, const struct voucher *v, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &voucher_line_entity,
                          "SELECT {*} FROM voucher_line WHERE county = $1 AND voucher_id = $2 ORDER BY no"),
                   out, e->a, e, V(v->county), V(v->id));
}

static bool may_reverse(struct tx *tx, const struct voucher *v, struct date on, struct errs *e)
{
    int64_t n;
    const char *name = voucher_name(v, e->a);
    if (v->reverses.set)
        return fail(e, ERR_CONFLICT, "voucher", MSG_LEDGER_IS_REVERSAL, A(name));
    if (on.day < v->entry_date.day)
        return fail(e, ERR_INVALID, "date", MSG_LEDGER_REVERSED_EARLIER, A(on), A(v->entry_date));
    if (!db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM voucher WHERE county = $1 AND reverses = $2"), &n, e,
                V(v->county), V(v->id)))
        return false;
    return n == 0 || fail(e, ERR_CONFLICT, "voucher", MSG_LEDGER_REVERSED, A(name));
}

static bool kind_of(struct tx *tx, const struct voucher_line *l, enum account_kind *kind, struct errs *e)
{
    struct fund_account a;
    if (db_get(tx, &fund_account_entity, &a, e, V(l->county), V(l->account_id)) != FOUND)
        return false;
    *kind = (enum account_kind)a.kind.v;
    return true;
}

bool posting_reversal(struct tx *tx, const struct voucher *v, struct date on, struct str purpose,
                      struct posting *out, struct errs *e)
{
    struct list list;
    if (!may_reverse(tx, v, on, e) || !voucher_lines(tx, v, &list, e))
        return false;
    const struct voucher_line *l = list.rows;
    struct posting_line *lines = NEW_ARRAY(e->a, struct posting_line, list.n);
    for (size_t i = 0; i < list.n; i++) {
        lines[i] = (struct posting_line){ .amount = { -l[i].amount.fen },
                                          .source = l[i].source,
                                          .period = l[i].period,
                                          .case_id = l[i].case_id,
                                          .contract_id = l[i].contract_id,
                                          .region = l[i].region };
        if (!kind_of(tx, &l[i], &lines[i].kind, e))
            return false;
    }
    if (!purpose.p)
        purpose = str_of(say(e->a, e->lang, MSG_LEDGER_REVERSE_PURPOSE, A(voucher_name(v, e->a))));
    *out = (struct posting){ .county = v->county,
                             .fund_id = v->fund_id,
                             .entry_date = on,
                             .value_date = v->value_date,
                             .kind = VOUCHER_REVERSAL,
                             .purpose = purpose,
                             .document = v->document,
                             .lines = lines,
                             .n = list.n,
                             .reverses = { v->id, true } };
    return true;
}

bool ledger_reverse(struct act *act, const struct voucher *v, struct date on, struct str purpose,
                    struct voucher *out, struct errs *e)
{
    struct posting p;
    return posting_reversal(act->tx, v, on, purpose, &p, e) && ledger_post(act, &p, out, e);
}
