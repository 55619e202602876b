/* due_notice.c - notices found, received and read for prints. */
#include "base/value.h"
#include "fund/remind.h"
#include "registry/region.h"
#include "registry/scope.h"

enum found due_notice_by_number(struct tx *tx, int64_t county, struct str number, struct due_notice *out,
                                struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &due_notice_entity, "SELECT {*} FROM due_notice WHERE county = $1 AND number = $2"),
        out, e, V(county), V(number));
}

bool due_notice_find(struct tx *tx, const struct actor *who, enum perm p, struct str number,
                     struct due_notice *out, struct errs *e)
{
    struct scopes scopes;
    if (!scopes_of(tx, who, p, (struct region_code){ 0 }, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        const struct scope *s = &scopes.list[i];
        enum found f = due_notice_by_number(tx, s->county, number, out, e);
        if (f == FAILED)
            return false;
        if (f == FOUND && out->region.v >= s->first && out->region.v <= s->last)
            return true;
    }
    return fail(e, ERR_NOT_FOUND, "number", MSG_REMIND_NONE, A(number));
}

bool due_notice_rows(struct tx *tx, const struct due_notice *n, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &due_notice_row_entity,
                          "SELECT {*} FROM due_notice_row WHERE county = $1 AND notice_id = $2 ORDER BY no"),
                   out, e->a, e, V(n->county), V(n->id));
}

bool due_notice_deliveries(struct tx *tx, const struct due_notice *n, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &due_notice_delivery_entity,
                          "SELECT {*} FROM due_notice_delivery WHERE county = $1 AND notice_id = $2 ORDER BY "
                          "delivered_on, id"),
                   out, e->a, e, V(n->county), V(n->id));
}

#define NOTICES                                                                                          \
    "SELECT {*} FROM due_notice WHERE county = $1 AND fund_id = $2 AND region BETWEEN $3 AND $4 AND "    \
    "(CAST($5 AS bigint) = 0 OR reminder = $5) AND (CAST($6 AS bigint) = 0 OR received_on IS NULL) AND " \
    "(CAST($9 AS bigint) = 0 OR NOT EXISTS (SELECT 1 FROM due_notice_print p WHERE p.county = $1 AND "   \
    "p.notice_id = due_notice.id)) AND number "

bool due_notice_list(struct tx *tx, const struct fund *f, const struct due_notice_filter *x, struct list *out,
                     struct errs *e)
{
    const struct stmt *ask =
        x->down ? SQL_OF(STMT_KEY, &due_notice_entity, NOTICES "< $7 ORDER BY number DESC LIMIT $8")
                : SQL_OF(STMT_KEY, &due_notice_entity, NOTICES "> $7 ORDER BY number LIMIT $8");
    return db_list(tx, ask, out, e->a, e, V(f->county), V(f->id), V(x->first), V(x->last), V(x->no),
                   V((int64_t)x->open), V(x->after.p ? x->after : STR("")), V(x->limit),
                   V((int64_t)x->unprinted));
}

enum found due_notice_printed(struct tx *tx, const struct due_notice *n, struct due_notice_print *out,
                              struct errs *e)
{
    return db_get(tx, &due_notice_print_entity, out, e, V(n->county), V(n->id));
}

bool due_notice_mark_printed(struct lending *l, const struct due_notice *n, struct due_notice_print *out,
                             struct errs *e)
{
    enum found f = due_notice_printed(l->act->tx, n, out, e);
    if (f != NONE)
        return f == FOUND;
    *out = (struct due_notice_print){ n->county, n->id, l->today, l->act->who->login };
    return db_insert(l->act->tx, &due_notice_print_entity, out, e);
}

/* --- received ---------------------------------------------------------------------------------- */

static const struct programme_reminder *step_of(const struct programme *p, int64_t no)
{
    for (size_t i = 0; i < p->reminders.n; i++)
        if (p->reminders.p[i].no.v == no)
            return &p->reminders.p[i];
    return NULL;
}

static bool is_party(const struct programme *p, const struct due_notice *n, struct str party)
{
    const struct programme_reminder *step = step_of(p, n->reminder);
    bool is = str_eq(party, n->addressee);
    for (size_t i = 0; step && i < step->copy_to.n; i++)
        is = is || str_eq(party, step->copy_to.p[i].name);
    return is;
}

static bool is_guarantor(struct tx *tx, const struct due_notice *n, struct str name, bool *is, struct errs *e)
{
    int64_t k;
    bool ok =
        db_int(tx,
               SQL(STMT_KEY, "SELECT count(*) FROM guarantee WHERE county = $1 AND contract_id = $2 AND "
                             "name = $3"),
               &k, e, V(n->county), V(n->contract_id.v), V(name));
    *is = k > 0;
    return ok;
}

static bool delivered(struct tx *tx, const struct due_notice_delivery *d, bool *known, struct errs *e)
{
    int64_t k;
    bool ok = db_int(tx,
                     SQL(STMT_KEY, "SELECT count(*) FROM due_notice_delivery WHERE county = $1 AND notice_id "
                                   "= $2 AND party = $3 AND received_by = $4"),
                     &k, e, V(d->county), V(d->notice_id), V(d->party), V(d->received_by));
    *known = k > 0;
    return ok;
}

static bool check_delivery(struct lending *l, const struct fund_rules *r, const struct due_notice *n,
                           const struct due_notice_delivery *d, struct errs *e)
{
    bool is = true;
    if (!is_party(r->programme, n, d->party))
        return fail(e, ERR_INVALID, "party", MSG_REMIND_PARTY, A(n->number), A(d->party));
    if (!d->received_by.p || !d->way.set)
        return fail(e, ERR_INVALID, "received_by", MSG_REMIND_WHO);
    if (d->delivered_on.v.day > l->today.day || d->delivered_on.v.day < n->issued_on.day)
        return fail(e, ERR_INVALID, "date", MSG_REMIND_WHEN, A(n->issued_on));
    if (str_eq(d->party, STR("guarantor")) && n->contract_id.set &&
        !is_guarantor(l->act->tx, n, d->received_by, &is, e))
        return false;
    return is || fail(e, ERR_INVALID, "received_by", MSG_REMIND_GUARANTOR, A(d->received_by));
}

bool due_notice_deliver(struct lending *l, const struct fund_rules *r, const struct due_notice *n,
                        struct due_notice_delivery *d, struct errs *e)
{
    bool known;
    d->county = n->county;
    d->notice_id = n->id;
    if (!d->party.p)
        d->party = n->addressee;
    if (!d->received_by.p && str_eq(d->party, STR("borrower")))
        d->received_by = n->name;
    d->recorded_on = l->today;
    d->recorded_by = l->act->who->login;
    if (!check_delivery(l, r, n, d, e) || !delivered(l->act->tx, d, &known, e))
        return false;
    bool to_addressee = str_eq(d->party, n->addressee);
    if (known || (to_addressee && n->received_on.set))
        return fail(e, ERR_CONFLICT, "number", MSG_REMIND_RECEIVED, A(n->number));
    if (!db_id(l->act->tx, &d->id, e) || !db_insert(l->act->tx, &due_notice_delivery_entity, d, e))
        return false;
    struct due_notice now = *n;
    now.received_on = d->delivered_on;
    return !to_addressee || act_update(l->act, &due_notice_entity, n, &now, e);
}

/* --- what it says -------------------------------------------------------------------------------- */

static bool region_name(struct tx *tx, struct region_code code, struct str *out, struct errs *e)
{
    struct region r;
    enum found f = db_get(tx, &region_entity, &r, e, V(code));
    *out = f == FOUND ? r.name : (struct str){ 0 };
    return f != FAILED;
}

static bool guarantors_of(struct tx *tx, int64_t county, int64_t contract, struct str *out, struct errs *e)
{
    enum { NAMES_MAX = 2000 };
    enum found f;
    CLEANUP(buf_release) struct buf b = BUF(NAMES_MAX);
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY, "SELECT name FROM guarantee WHERE county = $1 AND contract_id = $2 AND name "
                                "IS NOT NULL ORDER BY id"),
                  e, V(county), V(contract)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (b.n)
            buf_adds(&b, "、");
        buf_add(&b, rows_text(&r, 0));
    }
    *out = arena_str(e->a, buf_str(&b));
    return f == NONE;
}

enum {
    L_CONTRACT,
    L_DUE,
    L_AMOUNT,
    L_INTEREST,
    L_NUMBER,
    L_NAME,
    L_VILLAGE,
    L_PROJECT,
    L_OUT,
    L_LENT,
    L_OPEN,
    L_NO
};

static void take_line(struct rows *r, const struct due_notice *n, struct due_notice_line *x, struct arena *a)
{
    *x = (struct due_notice_line){ .row = { .county = n->county,
                                            .notice_id = n->id,
                                            .no = rows_int(r, L_NO),
                                            .fund_id = n->fund_id,
                                            .reminder = n->reminder,
                                            .contract_id = rows_int(r, L_CONTRACT),
                                            .due_on = { (int32_t)rows_int(r, L_DUE) },
                                            .amount = { rows_int(r, L_AMOUNT) },
                                            .interest = { rows_int(r, L_INTEREST) } },
                                   .number = arena_str(a, rows_text(r, L_NUMBER)),
                                   .borrower = arena_str(a, rows_text(r, L_NAME)),
                                   .village = arena_str(a, rows_text(r, L_VILLAGE)),
                                   .project = arena_str(a, rows_text(r, L_PROJECT)),
                                   .paid_out_on = { (int32_t)rows_int(r, L_OUT) },
                                   .lent = { rows_int(r, L_LENT) },
                                   .outstanding = { rows_int(r, L_OPEN) } };
}

static bool read_lines(struct tx *tx, const struct due_notice *n, struct due_notice_content *out,
                       struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    out->lines = NEW_ARRAY(e->a, struct due_notice_line, (size_t)n->loans + 1);
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT x.contract_id, x.due_on, x.amount, x.interest, c.number, p.name, g.name, "
                      "c.project, c.paid_out_on, c.amount, coalesce(b.amount, 0), x.no FROM due_notice_row x "
                      "JOIN contract c ON c.county = $1 AND c.id = x.contract_id LEFT JOIN person p ON "
                      "p.county = $1 AND p.id = c.borrower_id LEFT JOIN region g ON g.code = c.village LEFT "
                      "JOIN fund_account a ON a.county = $1 AND a.fund_id = c.fund_id AND a.kind = 1101 AND "
                      "a.part = c.id LEFT JOIN account_balance b ON b.county = $1 AND b.account_id = a.id "
                      "WHERE x.county = $1 AND x.notice_id = $2 ORDER BY x.no"),
                  e, V(n->county), V(n->id)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND && out->n < (size_t)n->loans)
        take_line(&r, n, &out->lines[out->n++], e->a);
    return f != FAILED;
}

bool due_notice_content(struct tx *tx, const struct due_notice *n, const struct code_book *codes,
                        struct due_notice_content *out, struct errs *e)
{
    enum { BELOW_COUNTY = 1000000 };
    struct county county;
    struct programme_version version;
    struct region_code township = region_level(n->region) == VILLAGE ? region_parent(n->region) : n->region;
    *out = (struct due_notice_content){ .notice = *n };
    enum found f = db_get(tx, &county_entity, &county, e, V(n->county));
    if (f == FAILED)
        return false;
    if (f == FOUND)
        out->office = county.office;
    out->programme = programme_open(tx, n->programme, codes, &version, e->a, e);
    if (!out->programme ||
        !region_name(tx, (struct region_code){ n->county * BELOW_COUNTY }, &out->county, e) ||
        !region_name(tx, township, &out->township, e) || !read_lines(tx, n, out, e) ||
        !due_notice_deliveries(tx, n, &out->deliveries, e))
        return false;
    for (size_t i = 0; i < out->n; i++)
        if (!guarantors_of(tx, n->county, out->lines[i].row.contract_id, &out->lines[i].guarantors, e))
            return false;
    if (n->form.v == FORM_LETTER && out->n)
        out->copy_to = out->lines[0].guarantors;
    return true;
}
