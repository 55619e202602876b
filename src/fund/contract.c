/* contract.c - drafting: terms from the programme, the number, what forbids it. */
#include "fund/contract_text.h"

#include "access/site.h"
#include "base/value.h"
#include "fund/pool.h"
#include "fund/schedule.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <assert.h>

/* --- finding -------------------------------------------------------------------------------- */

bool contract_find(struct tx *tx, const struct actor *who, enum perm p, struct str number,
                   struct contract *out, struct errs *e)
{
    struct scopes scopes;
    bool seen = false;
    if (!scopes_of(tx, who, p, (struct region_code){ 0 }, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        const struct scope *s = &scopes.list[i];
        struct contract c;
        enum found f = db_find(tx,
                               SQL_OF(STMT_KEY, &contract_entity,
                                      "SELECT {*} FROM contract WHERE county = $1 AND number = $2 AND "
                                      "village BETWEEN $3 AND $4"),
                               &c, e, V(s->county), V(number), V(s->first), V(s->last));
        if (f == FAILED)
            return false;
        if (f == FOUND && seen)
            return fail(e, ERR_CONFLICT, "number", MSG_HISTORY_SEVERAL, A(number));
        if (f == FOUND)
            *out = c;
        seen = seen || f == FOUND;
    }
    return seen || fail(e, ERR_NOT_FOUND, "number", MSG_CONTRACT_NONE, A(number));
}

bool contract_terms_of(struct tx *tx, const struct contract *c, struct contract_terms *out, struct errs *e)
{
    *out = (struct contract_terms){ .county = c->county, .contract_id = c->id };
    return db_get(tx, &contract_terms_entity, out, e, V(c->county), V(c->id)) != FAILED;
}

enum found contract_upper(struct tx *tx, const struct fund *f, int64_t period_no, struct region_code township,
                          struct contract *out, struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &contract_entity,
               "SELECT {*} FROM contract WHERE county = $1 AND fund_id = $2 AND period_no = $3 AND "
               "layer = 1 AND village = $4 AND void_on IS NULL ORDER BY id LIMIT 1"),
        out, e, V(f->county), V(f->id), V(period_no), V(township));
}

bool contracts_live(struct tx *tx, const struct fund *f, int64_t household_id, int64_t but, int64_t *n,
                    struct errs *e)
{
    return db_int(
        tx,
        SQL(STMT_KEY,
            "SELECT count(*) FROM contract c LEFT JOIN fund_account a ON a.county = $1 AND a.fund_id = $2 "
            "AND a.kind = 1101 AND a.part = c.id LEFT JOIN account_balance b ON b.county = $1 AND "
            "b.account_id = a.id WHERE c.county = $1 AND c.fund_id = $2 AND c.household_id = $3 AND c.id <> "
            "$4 AND c.void_on IS NULL AND (c.paid_out_on IS NULL OR coalesce(b.amount, 0) > 0)"),
        n, e, V(f->county), V(f->id), V(household_id), V(but));
}

/* --- terms ---------------------------------------------------------------------------------- */

/* As the contract's text has it: 0.0365; false where eight decimals are not enough. */
static bool rate_text(struct fraction f, struct arena *a, struct str *out)
{
    enum { SCALE = 100000000 };
    if (!f.den || !f.num) {
        *out = STR("0");
        return true;
    }
    if (f.num > INT64_MAX / SCALE || f.num * SCALE % f.den)
        return false;
    int64_t v = f.num * SCALE / f.den;
    char *text = arena_printf(a, "%lld.%08lld", (long long)(v / SCALE), (long long)(v % SCALE));
    size_t n = strlen(text);
    while (text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    *out = (struct str){ text, n };
    return true;
}

static bool term_of(const struct fund_rules *r, const struct contract_request *q, const struct period *p,
                    struct opt_int *months, struct errs *e)
{
    const struct programme_term *t = &r->programme->loan.term_months;
    *months = t->by == TERM_BY_PERIOD && p->term_months.set ? p->term_months : t->initial;
    if (t->by == TERM_BY_CONTRACT && q->term_months.set)
        *months = q->term_months;
    if (!months->set)
        return fail(e, ERR_INVALID, "term_months", MSG_CONTRACT_TERM);
    if ((t->min.set && months->v < t->min.v) || (t->max.set && months->v > t->max.v))
        return fail(e, ERR_INVALID, "term_months", MSG_CONTRACT_TERM_RANGE, A(t->min.v), A(t->max.v));
    return true;
}

/* Interest before principal is what the schedule engine does; a fee or penalty is not reckoned yet. */
static bool can_reckon(const struct programme_loan *loan, struct errs *e)
{
    bool interest = loan->rate.num != 0, before = true;
    for (size_t i = 0; i < loan->allocation.n; i++) {
        if (loan->allocation.p[i] == PART_PRINCIPAL)
            before = false;
        if (interest && loan->allocation.p[i] == PART_INTEREST && !before)
            return fail(e, ERR_INVALID, "allocation", MSG_CONTRACT_ALLOCATION);
    }
    return true;
}

static bool take_terms(const struct fund_rules *r, struct contract *c, int64_t months, struct errs *e)
{
    const struct programme_loan *loan = &r->programme->loan;
    int64_t every = loan->every_months.set ? loan->every_months.v : 1;
    c->method = (struct code){ (int32_t)loan->method + 1, true };
    c->day_count = (struct code){ (int32_t)loan->day_count + 1, true };
    if (!rate_text(loan->rate, e->a, &c->rate))
        return fail(e, ERR_INVALID, "rate", MSG_CONTRACT_RATE);
    if (loan->method == METHOD_BULLET && !loan->every_months.set)
        return can_reckon(loan, e);
    if (months % every || months / every > INSTALMENTS_MAX)
        return fail(e, ERR_INVALID, "term_months", MSG_CONTRACT_INSTALMENTS, A(months), A(every));
    c->instalments = (struct opt_int){ months / every, true };
    c->every_months = (struct opt_int){ every, true };
    return can_reckon(loan, e);
}

static bool check_amount(struct lending *l, const struct fund_rules *r, const struct contract *c,
                         struct errs *e)
{
    struct parameter_book set;
    const struct amount_limits *x = &r->programme->loan.amount;
    struct money min, max, m = c->amount.v;
    if (!rules_parameters(l->act->tx, r, &set, e))
        return false;
    if (rules_amount(r, &set, &x->min, c->village, l->today, &min) && m.fen < min.fen)
        return fail(e, ERR_INVALID, "amount", MSG_CONTRACT_TOO_LITTLE, A(m), A(min));
    if (rules_amount(r, &set, &x->max, c->village, l->today, &max) && m.fen > max.fen)
        return fail(e, ERR_INVALID, "amount", MSG_CONTRACT_TOO_MUCH, A(m), A(max));
    if (x->step.set && x->step.v.fen > 0 && m.fen % x->step.v.fen)
        return fail(e, ERR_INVALID, "amount", MSG_CONTRACT_STEP, A(m), A(x->step.v));
    return true;
}

/* --- numbers -------------------------------------------------------------------------------- */

/* One {word} or {word:digits} of a pattern. */
static bool put_part(struct lending *l, const struct contract *c, struct str part, struct buf *b,
                     struct errs *e)
{
    enum { DIGITS_MAX = 9, BELOW_TOWNSHIP = 1000 };
    struct str digits = part, word;
    int64_t wide = 0, v = 0;
    str_split(&digits, ':', &word);
    if (digits.n && (!str_int(digits, &wide) || wide < 0 || wide > DIGITS_MAX))
        wide = 0;
    if (str_eq(word, STR("township"))) {
        v = contract_township(c).v / BELOW_TOWNSHIP;
    } else if (str_eq(word, STR("village"))) {
        v = c->village.v;
    } else if (str_eq(word, STR("county"))) {
        v = c->county;
    } else if (str_eq(word, STR("period"))) {
        v = c->period_no.v;
    } else if (str_eq(word, STR("year"))) {
        v = date_civil(l->today).year;
    } else if (str_eq(word, STR("serial"))) {
        const char *series = arena_printf(e->a, "contract %.*s", (int)c->programme.n, c->programme.p);
        if (!counter_next(l->act->tx, c->county, series, &v, e))
            return false;
    } else {
        return true;
    }
    buf_addf(b, "%0*lld", (int)wide, (long long)v);
    return true;
}

static bool next_number(struct lending *l, const struct fund_rules *r, struct contract *c, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(60);
    struct str rest = r->programme->number.p ? r->programme->number : STR("{county}-{period}-{serial:4}");
    for (size_t i = 0; i < rest.n; i++) {
        const char *end = rest.p[i] == '{' ? memchr(rest.p + i, '}', rest.n - i) : NULL;
        if (!end) {
            buf_addc(&b, rest.p[i]);
            continue;
        }
        size_t n = (size_t)(end - (rest.p + i));
        if (!put_part(l, c, (struct str){ rest.p + i + 1, n - 1 }, &b, e))
            return false;
        i += n;
    }
    c->number = arena_str(e->a, buf_str(&b));
    return true;
}

static bool take_number(struct lending *l, const struct fund_rules *r, const struct contract_request *q,
                        struct contract *c, struct errs *e)
{
    int64_t taken;
    c->number = q->number;
    if (!c->number.p && !next_number(l, r, c, e))
        return false;
    if (!db_int(l->act->tx, SQL(STMT_KEY, "SELECT count(*) FROM contract WHERE county = $1 AND number = $2"),
                &taken, e, V(c->county), V(c->number)))
        return false;
    return !taken || fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_TAKEN, A(c->number));
}

/* --- drafting ------------------------------------------------------------------------------- */

static bool has_layer(const struct fund_rules *r, int layer)
{
    for (size_t i = 0; i < r->programme->loan.layers.n; i++)
        if (r->programme->loan.layers.p[i] == layer)
            return true;
    return false;
}

static bool take_household(struct lending *l, const struct contract_request *q, struct contract *c,
                           struct errs *e)
{
    struct household h;
    struct person p;
    enum found f = db_get(l->act->tx, &household_entity, &h, e, V(q->county), V(q->household_id));
    if (f != FOUND || db_get(l->act->tx, &person_entity, &p, e, V(q->county), V(q->borrower_id)) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_NOT_FOUND, "borrower", MSG_CONTRACT_BORROWER);
    if (p.household_id != h.id || (p.change_status.set && p.change_status.v >= CHANGE_LEFT_FIRST))
        return fail(e, ERR_INVALID, "borrower", MSG_CONTRACT_BORROWER);
    c->household_id = (struct opt_int){ h.id, true };
    c->borrower_id = (struct opt_int){ p.id, true };
    c->village = h.village;
    return true;
}

/* The township's contract comes first, and holds for all of its households (R279, R280). */
static bool take_upper(struct lending *l, const struct fund_rules *r, struct contract *c, struct errs *e)
{
    struct contract upper;
    int64_t promised;
    struct region_code township = contract_township(c);
    if (!has_layer(r, LAYER_COUNTY_TO_TOWNSHIP))
        return true;
    enum found f = contract_upper(l->act->tx, &r->fund, c->period_no.v, township, &upper, e);
    if (f != FOUND)
        return f == NONE &&
               fail(e, ERR_CONFLICT, "period", MSG_CONTRACT_NO_UPPER, A(c->period_no.v), A(township));
    if (!db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT CAST(sum(amount) AS bigint) FROM contract WHERE county = $1 AND "
                              "upper_id = $2 AND void_on IS NULL"),
                &promised, e, V(c->county), V(upper.id)))
        return false;
    c->upper_id = (struct opt_int){ upper.id, true };
    return promised + c->amount.v.fen <= upper.amount.v.fen ||
           fail(e, ERR_CONFLICT, "amount", MSG_CONTRACT_OVER_UPPER, A(upper.number), A(upper.amount.v),
                A((struct money){ promised }));
}

static bool take_round(struct lending *l, const struct fund_rules *r, struct contract *c, struct errs *e)
{
    const struct programme_exposure *x = &r->programme->exposure;
    int64_t max = x->live_loans_per_household.set ? x->live_loans_per_household.v : 1, live, before;
    if (!contracts_live(l->act->tx, &r->fund, c->household_id.v, 0, &live, e) ||
        !db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM contract WHERE county = $1 AND fund_id = $2 AND "
                              "household_id = $3 AND void_on IS NULL"),
                &before, e, V(c->county), V(c->fund_id), V(c->household_id.v)))
        return false;
    if (live >= max)
        return fail(e, ERR_CONFLICT, "household", MSG_CONTRACT_SECOND, A(live));
    if (before && x->repeat == REPEAT_NEVER)
        return fail(e, ERR_CONFLICT, "household", MSG_CONTRACT_ONCE);
    c->round = (struct opt_int){ before + 1, true };
    return true;
}

static bool draft_household(struct lending *l, const struct fund_rules *r, const struct contract_request *q,
                            const struct period *p, struct contract *c, struct opt_int *months,
                            struct errs *e)
{
    if (!q->project.p)
        fail(e, ERR_INVALID, "project", MSG_LEND_NEEDS, A(&entity_col(&contract_entity, "project")->label));
    c->project = q->project;
    c->layer = (struct code){ LAYER_HOUSEHOLD, true };
    if (!take_household(l, q, c, e) || errs_any(e) || !term_of(r, q, p, months, e) ||
        !take_terms(r, c, months->v, e) || !check_amount(l, r, c, e))
        return false;
    struct date from = p->starts_on.set && p->starts_on.v.day > l->today.day ? p->starts_on.v : l->today;
    c->due_on = (struct opt_date){ date_add_months(from, (int)months->v), true };
    if (q->due_on.set) {
        c->due_on = q->due_on;
        *months = (struct opt_int){ 0 };
    }
    return take_round(l, r, c, e) && take_upper(l, r, c, e);
}

static bool draft_township(struct lending *l, const struct fund_rules *r, const struct contract_request *q,
                           const struct period *p, struct contract *c, struct errs *e)
{
    struct contract other;
    if (!has_layer(r, LAYER_COUNTY_TO_TOWNSHIP))
        return fail(e, ERR_INVALID, "township", MSG_CONTRACT_NO_LAYER, A(r->programme->name.zh));
    if (region_level(q->township) != TOWNSHIP || region_county(q->township) != q->county)
        return fail(e, ERR_INVALID, "township", MSG_CONTRACT_TOWNSHIP);
    c->layer = (struct code){ LAYER_TOWNSHIP, true };
    c->village = q->township;
    int months = p->term_months.set ? (int)p->term_months.v : 12;
    c->due_on =
        q->due_on.set ? q->due_on : (struct opt_date){ date_add_months(p->starts_on.v, months), true };
    enum found f = contract_upper(l->act->tx, &r->fund, q->period_no, q->township, &other, e);
    return f == NONE || (f == FOUND && fail(e, ERR_CONFLICT, "township", MSG_CONTRACT_UPPER_TWICE,
                                            A(q->period_no), A(other.number)));
}

static bool township_number(struct lending *l, const struct fund_rules *r, struct contract *c,
                            const struct contract_request *q, struct errs *e)
{
    struct contract_request named = *q;
    enum { BELOW_TOWNSHIP = 1000 };
    if (!named.number.p)
        named.number =
            str_of(arena_printf(e->a, "%.*s-%lld-%lld", (int)c->programme.n, c->programme.p,
                                (long long)(q->township.v / BELOW_TOWNSHIP), (long long)q->period_no));
    return take_number(l, r, &named, c, e);
}

static bool write_draft(struct lending *l, const struct fund_rules *r, struct contract *c,
                        struct opt_int months, struct errs *e)
{
    struct contract_terms t = { .county = c->county,
                                .version = r->version.version,
                                .revision = 1,
                                .term_months = months,
                                .drafted_on = l->today,
                                .drafted_by = l->act->who->login };
    struct contract_text text;
    c->ends_on = c->due_on;
    enum found f = contract_text_find(l->act->tx, contract_paper(r, c), 0, &text, e);
    if (f == FAILED || !db_id(l->act->tx, &c->id, e))
        return false;
    t.text_version = (struct opt_int){ text.version, f == FOUND };
    t.contract_id = c->id;
    return db_insert(l->act->tx, &contract_entity, c, e) &&
           db_insert(l->act->tx, &contract_terms_entity, &t, e);
}

bool contract_draft(struct lending *l, const struct contract_request *q, struct contract *out, struct errs *e)
{
    struct fund_rules r;
    struct period p;
    struct opt_int months = { 0 };
    bool township = q->township.v != 0;
    if (!fund_rules_open(l->act->tx, q->county, q->programme, l->codes, &r, e))
        return false;
    if (r.programme->kind != KIND_LOAN)
        return fail(e, ERR_INVALID, "programme", MSG_CONTRACT_NO_LOAN, A(r.programme->name.zh));
    enum found f = period_by_no(l->act->tx, &r.fund, q->period_no, &p, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "period", MSG_HISTORY_PERIOD, A(q->period_no));
    struct contract c = { .county = q->county,
                          .fund_id = r.fund.id,
                          .programme = r.version.programme,
                          .case_id = q->case_id,
                          .period_no = { q->period_no, true },
                          .amount = { q->amount, true },
                          .lender = q->lender };
    if (q->amount.fen <= 0)
        return fail(e, ERR_INVALID, "amount", MSG_LEND_AMOUNT);
    if (!(township ? draft_township(l, &r, q, &p, &c, e) && township_number(l, &r, &c, q, e)
                   : draft_household(l, &r, q, &p, &c, &months, e) && take_number(l, &r, q, &c, e)))
        return false;
    if (!contract_lender_named(l->act->tx, &r, &c, &c.lender, e))
        return false;
    *out = c;
    if (!write_draft(l, &r, &c, months, e))
        return false;
    *out = c;
    return true;
}
