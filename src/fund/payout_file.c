/* payout_file.c - the numbered file for the bank, and what the bank answers. */
#include "base/value.h"
#include "fund/payout_parts.h"

#include <assert.h>

enum { FILE_ROWS_MAX = 10000 };

/* --- the file ------------------------------------------------------------------------------- */

/* Whose account it is: a present member of the household, the borrower unless the account names another. */
static bool find_payee(struct lending *l, const struct contract *c, struct bank_row *row, struct errs *e)
{
    struct household h;
    struct list members;
    const struct person *payee = NULL;
    if (db_get(l->act->tx, &household_entity, &h, e, V(c->county), V(c->household_id.v)) != FOUND ||
        !db_list(l->act->tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                 &members, e->a, e, V(c->county), V(c->household_id.v)))
        return false;
    const struct person *p = members.rows;
    for (size_t i = 0; i < members.n; i++) {
        bool present = !p[i].change_status.set || p[i].change_status.v < CHANGE_LEFT_FIRST;
        if (present &&
            (h.account_holder.p ? str_eq(p[i].name, h.account_holder) : p[i].id == c->borrower_id.v))
            payee = &p[i];
    }
    if (!h.bank_account.p)
        return fail(e, ERR_CONFLICT, "number", MSG_PAY_NO_ACCOUNT, A(c->number));
    if (!payee)
        return fail(e, ERR_CONFLICT, "number", MSG_PAY_MISSING, A(c->number),
                    A(catalogue_text(MSG_MISSING_PAYEE, e->lang)));
    row->line.payee_id = payee->id;
    row->line.payee = payee->name;
    row->line.account = h.bank_account;
    row->id_number = payee->id_number;
    row->bank = h.bank;
    return true;
}

static bool named_contracts(struct lending *l, const struct payout *p, const struct str *numbers, size_t n,
                            struct list *out, struct errs *e)
{
    struct contract *c = NEW_ARRAY(e->a, struct contract, n);
    for (size_t i = 0; i < n; i++) {
        enum found f = db_find(
            l->act->tx,
            SQL_OF(STMT_KEY, &contract_entity, "SELECT {*} FROM contract WHERE county = $1 AND number = $2"),
            &c[i], e, V(p->county), V(numbers[i]));
        if (f != FOUND)
            return f == NONE && fail(e, ERR_NOT_FOUND, "number", MSG_CONTRACT_NONE, A(numbers[i]));
        for (size_t k = 0; k < i; k++)
            if (c[k].id == c[i].id)
                return fail(e, ERR_INVALID, "number", MSG_PAY_TWICE, A(c[i].number));
    }
    *out = (struct list){ c, n };
    return true;
}

/* A contract that waits for the bank's answer already is not in a second file. */
static bool not_waiting(struct lending *l, const struct contract *c, struct errs *e)
{
    int64_t n;
    if (!db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM payout_line WHERE county = $1 AND contract_id = $2 AND "
                              "state = 1"),
                &n, e, V(c->county), V(c->id)))
        return false;
    return !n || fail(e, ERR_CONFLICT, "number", MSG_CONTRACT_WAITS, A(c->number));
}

static bool take_rows(struct lending *l, const struct fund_rules *r, struct payout *p,
                      const struct list *list, struct bank_row *rows, struct errs *e)
{
    const struct contract *c = list->rows;
    struct money sum = { 0 };
    for (size_t i = 0; i < list->n; i++) {
        rows[i].number = c[i].number;
        rows[i].line = (struct payout_line){ .county = p->county,
                                             .payout_id = p->id,
                                             .no = (int64_t)i + 1,
                                             .contract_id = c[i].id,
                                             .amount = c[i].amount,
                                             .state = { LINE_WAITING, true } };
        if (not_waiting(l, &c[i], e) && payout_check(l, r, p, &c[i], e))
            find_payee(l, &c[i], &rows[i], e);
        if (!money_add(&sum, c[i].amount.v))
            fail(e, ERR_INVALID, "amount", MSG_LEDGER_TOO_MANY);
    }
    p->amount = (struct opt_money){ sum, true };
    return !errs_any(e) && payout_covered(l, r, p, sum, e);
}

bool payout_file(struct lending *l, const struct fund_rules *r, struct payout *p, const struct str *numbers,
                 size_t n, struct bank_row **rows, size_t *rows_n, struct errs *e)
{
    struct list list = { 0 };
    if (!has_way(r, WAY_ONE_CARD) && !has_way(r, WAY_CARD) && !has_way(r, WAY_TRANSFER))
        return fail(e, ERR_INVALID, "programme", MSG_PAY_WAY, A(r->programme->name.zh));
    if (!payout_begin(l, r, p, PAYOUT_BANK_FILE, e) ||
        !(n ? named_contracts(l, p, numbers, n, &list, e)
            : payout_ready(l->act->tx, &r->fund, p->period_no.v, p->township, &list, e)))
        return false;
    if (!list.n || list.n > FILE_ROWS_MAX)
        return fail(e, ERR_NOT_FOUND, "number", MSG_PAY_NOBODY);
    *rows = NEW_ARRAY(e->a, struct bank_row, list.n);
    *rows_n = list.n;
    if (!take_rows(l, r, p, &list, *rows, e))
        return false;
    if (!p->purpose.p)
        p->purpose = str_of(say(e->a, ZH, MSG_PAY_PURPOSE, A(r->programme->name.zh), A(p->period_no.v)));
    p->state = (struct code){ PAYOUT_OPEN, true };
    if (!db_insert(l->act->tx, &payout_entity, p, e))
        return false;
    for (size_t i = 0; i < list.n; i++)
        if (!db_id(l->act->tx, &(*rows)[i].line.id, e) ||
            !db_insert(l->act->tx, &payout_line_entity, &(*rows)[i].line, e))
            return false;
    return true;
}

/* --- the answer ----------------------------------------------------------------------------- */

static bool close_file(struct lending *l, const struct payout *p, struct errs *e)
{
    struct payout now = *p;
    now.state.v = PAYOUT_DONE;
    return p->state.v == PAYOUT_DONE || act_update(l->act, &payout_entity, p, &now, e);
}

bool payout_cancel(struct lending *l, const struct payout *p, struct str reason, struct errs *e)
{
    struct list list;
    if (p->kind.v != PAYOUT_BANK_FILE || p->state.v != PAYOUT_OPEN)
        return fail(e, ERR_CONFLICT, "payout", MSG_PAY_NO_FILE, A(p->no));
    if (!payout_lines(l->act->tx, p, &list, e))
        return false;
    const struct payout_line *line = list.rows;
    for (size_t i = 0; i < list.n; i++) {
        struct payout_line now = line[i];
        if (line[i].state.v != LINE_WAITING)
            return fail(e, ERR_CONFLICT, "payout", MSG_PAY_ANSWERED, A(p->no));
        now.state.v = LINE_FAILED;
        now.reason = reason;
        if (!act_update(l->act, &payout_line_entity, &line[i], &now, e))
            return false;
    }
    return close_file(l, p, e);
}

static bool answer_fits(const struct bank_answer *a, const struct payout_line *line, struct errs *e)
{
    if (a->amount.fen != line->amount.v.fen)
        return fail(e, ERR_CONFLICT, "amount", MSG_ANSWER_AMOUNT, A(a->line), A(a->no), A(line->amount.v),
                    A(a->amount));
    if (a->account.p && !str_eq(a->account, line->account))
        return fail(e, ERR_CONFLICT, "account", MSG_ANSWER_ACCOUNT, A(a->line), A(a->no));
    return a->paid || line->state.v != LINE_PAID || a->reason.p ||
           fail(e, ERR_INVALID, "reason", MSG_ANSWER_BOUNCE, A(a->line), A(a->no));
}

static bool take_answer(struct lending *l, const struct payout *p, const struct bank_answer *a,
                        const struct payout_line *line, struct bank_result *out, struct errs *e)
{
    struct payout_line now = *line;
    struct contract c;
    struct date on = a->on.set ? a->on.v : l->today;
    int32_t says = a->paid ? LINE_PAID : LINE_FAILED;
    if (line->state.v == says) {
        out->known++;
        return true;
    }
    if (line->state.v == LINE_FAILED)
        return fail(e, ERR_CONFLICT, "status", MSG_ANSWER_LATE, A(a->line), A(a->no));
    if (on.day < p->held_on.v.day || on.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_ANSWER_DATE, A(a->line), A(on), A(p->held_on.v));
    if (db_get(l->act->tx, &contract_entity, &c, e, V(line->county), V(line->contract_id)) != FOUND)
        return false;
    now.reason = a->reason;
    if (a->paid) {
        now.receipt = (struct code){ RECEIPT_BANK, true };
        if (!payout_pay(l, p, &now, &c, on, e))
            return false;
    } else if (line->state.v == LINE_PAID) {
        if (!payout_bounce(l, p, &now, &c, on, e))
            return false;
    }
    now.state.v = says;
    out->paid += a->paid;
    out->failed += !a->paid;
    struct money *sum = a->paid ? &out->paid_amount : &out->failed_amount;
    return money_add(sum, a->amount) && act_update(l->act, &payout_line_entity, line, &now, e);
}

static const struct payout_line *line_no(const struct list *lines, int64_t no)
{
    const struct payout_line *line = lines->rows;
    for (size_t i = 0; i < lines->n; i++)
        if (line[i].no == no)
            return &line[i];
    return NULL;
}

static bool fits(const struct list *lines, const struct bank_answer *a, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct payout_line *line = line_no(lines, a[i].no);
        if (!line)
            fail(e, ERR_NOT_FOUND, "no", MSG_ANSWER_NO_LINE, A(a[i].line), A(a[i].no));
        else
            answer_fits(&a[i], line, e);
        for (size_t k = 0; k < i; k++)
            if (a[k].no == a[i].no)
                fail(e, ERR_CONFLICT, "no", MSG_ANSWER_TWICE, A(a[i].line), A(a[i].no));
    }
    return !errs_any(e);
}

bool payout_answer(struct lending *l, const struct payout *p, const struct bank_answer *a, size_t n,
                   struct bank_result *out, struct errs *e)
{
    struct list lines;
    *out = (struct bank_result){ 0 };
    if (p->kind.v != PAYOUT_BANK_FILE)
        return fail(e, ERR_CONFLICT, "payout", MSG_PAY_NO_FILE, A(p->no));
    if (n > FILE_ROWS_MAX || !n)
        return fail(e, ERR_INVALID, "file", MSG_ANSWER_NONE);
    if (!payout_lines(l->act->tx, p, &lines, e) || !fits(&lines, a, n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take_answer(l, p, &a[i], line_no(&lines, a[i].no), out, e))
            return false;
    if (!db_int(l->act->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM payout_line WHERE county = $1 AND payout_id = $2 AND state "
                    "= 1"),
                &out->waiting, e, V(p->county), V(p->id)))
        return false;
    return out->waiting || close_file(l, p, e);
}
