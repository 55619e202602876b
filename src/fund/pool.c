#include "fund/pool.h"

#include "base/value.h"

/* --- periods -------------------------------------------------------------------------------- */

enum found period_by_no(struct tx *tx, const struct fund *f, int64_t no, struct period *p, struct errs *e)
{
    return db_find(tx,
                   SQL_OF(STMT_KEY, &period_entity,
                          "SELECT {*} FROM period WHERE county = $1 AND fund_id = $2 AND no = $3"),
                   p, e, V(f->county), V(f->id), V(no));
}

bool period_list(struct tx *tx, const struct fund *f, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &period_entity,
                          "SELECT {*} FROM period WHERE county = $1 AND fund_id = $2 ORDER BY no"),
                   out, e->a, e, V(f->county), V(f->id));
}

bool source_list(struct tx *tx, const struct fund *f, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &fund_source_entity,
                          "SELECT {*} FROM fund_source WHERE county = $1 AND fund_id = $2 ORDER BY "
                          "received_on, id"),
                   out, e->a, e, V(f->county), V(f->id));
}

bool period_open(struct lending *l, const struct fund *f, struct period *p, struct errs *e)
{
    struct period other;
    p->county = f->county;
    p->fund_id = f->id;
    if (!p->starts_on.set)
        fail(e, ERR_INVALID, "starts_on", MSG_LEND_NEEDS, A(&entity_col(&period_entity, "starts_on")->label));
    if (!p->planned.set)
        fail(e, ERR_INVALID, "planned", MSG_LEND_NEEDS, A(&entity_col(&period_entity, "planned")->label));
    if (errs_any(e))
        return false;
    enum found found = period_by_no(l->act->tx, f, p->no.v, &other, e);
    if (found == FOUND)
        return fail(e, ERR_CONFLICT, "no", MSG_PERIOD_TAKEN, A(p->no.v), A(f->name));
    return found == NONE && db_id(l->act->tx, &p->id, e) && db_insert(l->act->tx, &period_entity, p, e);
}

/* --- sources -------------------------------------------------------------------------------- */

static bool post_source(struct lending *l, const struct fund *f, const struct fund_source *s,
                        enum voucher_kind kind, struct money in, int64_t id, struct errs *e)
{
    const struct posting_line lines[] = {
        { .kind = ACCOUNT_SPECIAL, .amount = in, .source = s->source },
        { .kind = ACCOUNT_CAPITAL, .amount = { -in.fen }, .source = s->source },
    };
    const struct code_table *t = code_table(l->codes, "fund_source");
    const struct code_row *row = t ? code_row(t, s->source.v) : NULL;
    struct str zh = row ? row->zh : STR("?");
    struct posting p = { .id = id,
                         .county = f->county,
                         .fund_id = f->id,
                         .entry_date = s->received_on.v,
                         .value_date = s->received_on.v,
                         .kind = kind,
                         .purpose =
                             s->summary.p ? s->summary : str_of(say(e->a, ZH, MSG_HISTORY_CAPITAL, A(zh))),
                         .document = s->document.p ? s->document : s->voucher_no,
                         .lines = lines,
                         .n = N_ELEMS(lines) };
    struct voucher v;
    return ledger_post(l->act, &p, &v, e);
}

/* No source gives back more than it put in. */
static bool has_capital(struct lending *l, const struct fund *f, struct code source, struct money amount,
                        struct errs *e)
{
    struct money held;
    if (!ledger_balance(l->act->tx, f, ACCOUNT_CAPITAL, source.v, &held, e))
        return false;
    return -held.fen >= amount.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_SOURCE_TOO_MUCH, A(f->name), A((struct money){ -held.fen }));
}

static bool moves_money(const struct fund_source *s)
{
    return s->nature.v == NATURE_RECEIVED || s->nature.v == NATURE_TRANSFER_IN ||
           s->nature.v == NATURE_RETURNED;
}

static bool write_source(struct lending *l, const struct fund *f, struct fund_source *s,
                         enum voucher_kind kind, struct errs *e)
{
    bool out = s->nature.v == NATURE_RETURNED;
    struct money in = { out ? -s->amount.v.fen : s->amount.v.fen };
    int64_t entry = 0;
    s->county = f->county;
    s->fund_id = f->id;
    if (out && !has_capital(l, f, s->source, s->amount.v, e))
        return false;
    if (!db_id(l->act->tx, &s->id, e) || (moves_money(s) && !db_id(l->act->tx, &entry, e)))
        return false;
    s->entry_id = (struct opt_int){ entry, entry != 0 };
    return (!entry || post_source(l, f, s, kind, in, entry, e)) &&
           db_insert(l->act->tx, &fund_source_entity, s, e);
}

bool source_add(struct lending *l, const struct fund *f, struct fund_source *s,
                const struct source_giver *from, struct errs *e)
{
    if (s->source.v == FUND_SOURCE_POOL)
        fail(e, ERR_INVALID, "source", MSG_SOURCE_POOL);
    if (moves_money(s) && s->received_on.v.day > l->today.day)
        fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if ((s->nature.v == NATURE_TRANSFER_IN) != (from != NULL))
        fail(e, ERR_INVALID, "from", MSG_SOURCE_FROM);
    if (from && !s->document.p)
        fail(e, ERR_INVALID, "document", MSG_SOURCE_AUTHORITY);
    if (from && from->fund.id == f->id)
        fail(e, ERR_INVALID, "from", MSG_SOURCE_SAME_FUND);
    if (errs_any(e))
        return false;
    if (from) {
        struct fund_source giving = *s;
        giving.source = from->source;
        giving.nature = (struct code){ NATURE_RETURNED, true };
        if (!write_source(l, &from->fund, &giving, VOUCHER_FUND_TRANSFER, e))
            return false;
    }
    return write_source(l, f, s,
                        from                             ? VOUCHER_FUND_TRANSFER
                        : s->nature.v == NATURE_RETURNED ? VOUCHER_CAPITAL_OUT
                                                         : VOUCHER_CAPITAL_IN,
                        e);
}

/* --- how it stands -------------------------------------------------------------------------- */

static bool read_loans(struct tx *tx, const struct fund *f, struct date today, struct fund_state *s,
                       struct errs *e)
{
    enum { SOON_DAYS = 31 };
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT c.ends_on, b.amount FROM contract c JOIN fund_account a ON a.county = $1 AND "
                      "a.fund_id = $2 AND a.kind = 1101 AND a.part = c.id JOIN account_balance b ON "
                      "b.county = $1 AND b.account_id = a.id WHERE c.county = $1 AND c.fund_id = $2 AND "
                      "b.amount > 0"),
                  e, V(f->county), V(f->id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        int64_t ends = rows_int(&r, 0);
        struct money owed = { rows_int(&r, 1) };
        bool fits = money_add(&s->outstanding, owed);
        s->live++;
        if (ends < today.day) {
            fits = fits && money_add(&s->overdue, owed);
            s->late++;
        } else if (ends <= today.day + SOON_DAYS) {
            fits = fits && money_add(&s->due_soon, owed);
        }
        if (!fits)
            return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
    }
    return found == NONE;
}

static bool read_paper(struct tx *tx, const struct fund *f, int64_t nature, struct money *out, struct errs *e)
{
    return db_int(tx,
                  SQL(STMT_KEY, "SELECT CAST(sum(amount) AS bigint) FROM fund_source WHERE county = $1 AND "
                                "fund_id = $2 AND nature = $3"),
                  &out->fen, e, V(f->county), V(f->id), V(nature));
}

bool fund_state(struct tx *tx, const struct fund *f, struct date today, struct fund_state *out,
                struct errs *e)
{
    struct money capital = { 0 }, overpaid = { 0 };
    *out = (struct fund_state){ 0 };
    bool ok = ledger_balance_on(tx, f, ACCOUNT_CAPITAL, today, &capital, e) &&
              ledger_balance_on(tx, f, ACCOUNT_SPECIAL, today, &out->special, e) &&
              ledger_balance_on(tx, f, ACCOUNT_TRANSIT, today, &out->transit, e) &&
              ledger_balance_on(tx, f, ACCOUNT_OVERPAID, today, &overpaid, e) &&
              read_paper(tx, f, NATURE_PLEDGED, &out->pledged, e) &&
              read_paper(tx, f, NATURE_MEMO, &out->memo, e) && read_loans(tx, f, today, out, e);
    out->capital.fen = -capital.fen;
    out->overpaid.fen = -overpaid.fen;
    return ok;
}
