/* form_loans.c - what the papers of a fund are made of: the loans that were asked for, with household,
 * borrower, guarantors, visits, incomes and what the journal says of them; a statement each, none per loan.
 */
#include "fund/dues.h"
#include "ledger/ledger.h"
#include "registry/scope.h"
#include "report/form_parts.h"

#include <stdlib.h>

/* The loans asked for: all statements below bind the same, $1 to $7. */
#define CHOSEN                                                                                          \
    "c.county = $1 AND c.fund_id = $2 AND c.layer = 2 AND c.void_on IS NULL AND c.household_id IS NOT " \
    "NULL AND c.village BETWEEN $3 AND $4 AND (CAST($5 AS bigint) = 0 OR c.period_no BETWEEN $5 AND "   \
    "$6) AND (CAST($7 AS text) IS NULL OR c.number = $7)"
#define BINDS(f, s)                                                                              \
    V((s)->county), V((f)->rules.fund.id), V((s)->first), V((s)->last), V((f)->q->period_first), \
        V((f)->q->period_last), V((f)->number)

struct reader {
    struct forms *f;
    const struct scope *s;
    struct form_loan *loans; /* of this scope, by id */
    size_t n;
    struct list households, persons, guarantees, visits, years, effects, uses;
};

/* --- places ----------------------------------------------------------------------------------- */

static int by_code(const void *a, const void *b)
{
    const struct region *x = a, *y = b;
    return (x->code.v > y->code.v) - (x->code.v < y->code.v);
}

struct str form_region(const struct forms *f, struct region_code code)
{
    const struct region key = { .code = code };
    const struct region *r =
        f->regions_n ? bsearch(&key, f->regions, f->regions_n, sizeof key, by_code) : NULL;
    return r ? r->name : (struct str){ 0 };
}

static bool read_places(struct forms *f, struct errs *e)
{
    enum { BELOW_COUNTY = 1000000 };
    struct list l;
    struct county office;
    int64_t first = f->county * BELOW_COUNTY;
    if (!db_list(f->tx,
                 SQL_OF(STMT_REF, &region_entity,
                        "SELECT {*} FROM region WHERE code BETWEEN $1 AND $2 ORDER BY code"),
                 &l, f->a, e, V(first), V(first + BELOW_COUNTY - 1)))
        return false;
    f->regions = l.rows;
    f->regions_n = l.n;
    f->county_name = form_region(f, (struct region_code){ first });
    f->place = f->q->region.v ? form_region(f, f->q->region) : f->county_name;
    enum found found = db_get(f->tx, &county_entity, &office, e, V(f->county));
    if (found == FOUND)
        f->office = office.office;
    return found != FAILED;
}

static bool one_county(struct forms *f, const struct scopes *s, struct errs *e)
{
    for (size_t i = 1; i < s->n; i++)
        if (s->list[i].county != s->list[0].county)
            return fail(e, ERR_INVALID, "region", MSG_ROSTER_REGION);
    if (!s->n)
        return fail(e, ERR_INVALID, "region", MSG_ROSTER_REGION);
    f->county = s->list[0].county;
    return true;
}

bool forms_read_county(struct forms *f, struct errs *e)
{
    struct scopes scopes;
    if (!scopes_of(f->tx, f->w->who, PERM_REGISTRY_READ, f->q->region, &scopes, e) ||
        !one_county(f, &scopes, e) || !read_places(f, e))
        return false;
    return !f->q->programme.p ||
           fund_rules_open(f->tx, f->county, f->q->programme, f->w->codes, &f->rules, e);
}

/* --- loans ------------------------------------------------------------------------------------ */

static int by_id(const void *a, const void *b)
{
    const struct form_loan *x = a, *y = b;
    return (x->c.id > y->c.id) - (x->c.id < y->c.id);
}

static struct form_loan *loan_of(const struct reader *r, int64_t id)
{
    const struct form_loan key = { .c.id = id };
    return r->n ? bsearch(&key, r->loans, r->n, sizeof key, by_id) : NULL;
}

static bool read_contracts(struct reader *r, struct errs *e)
{
    struct forms *f = r->f;
    struct list l;
    if (!db_list(
            f->tx,
            SQL_OF(STMT_KEY, &contract_entity, "SELECT {*} FROM contract c WHERE " CHOSEN " ORDER BY c.id"),
            &l, f->a, e, BINDS(f, r->s)))
        return false;
    const struct contract *c = l.rows;
    r->loans = NEW_ARRAY(f->a, struct form_loan, l.n + 1);
    r->n = l.n;
    for (size_t i = 0; i < l.n; i++)
        r->loans[i] = (struct form_loan){ .c = c[i],
                                          .version = f->rules.version.version,
                                          .paid_on = c[i].paid_out_on,
                                          .village = form_region(f, c[i].village),
                                          .township = form_region(f, region_parent(c[i].village)) };
    return true;
}

static bool read_journal(struct reader *r, struct errs *e)
{
    struct forms *f = r->f;
    enum found found;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(
            f->tx, &rows,
            SQL(STMT_KEY,
                "SELECT l.contract_id, COALESCE(b.kind, v.kind), CAST(sum(l.amount) AS bigint), "
                "max(l.entry_date) FROM voucher_line l JOIN fund_account a ON a.county = $1 "
                "AND a.id = l.account_id JOIN voucher v ON v.county = $1 AND v.id = l.voucher_id LEFT JOIN "
                "voucher b ON b.county = $1 AND b.id = v.reverses WHERE l.county = $1 AND a.kind = 1101 AND "
                "l.entry_date <= $8 AND l.contract_id IN (SELECT c.id FROM contract c WHERE " CHOSEN
                ") GROUP BY l.contract_id, COALESCE(b.kind, v.kind) ORDER BY 1, 2"),
            e, BINDS(f, r->s), V(f->q->as_of)))
        return false;
    while ((found = rows_next(&rows, e)) == FOUND) {
        struct form_loan *l = loan_of(r, rows_int(&rows, 0));
        int64_t kind = rows_int(&rows, 1), fen = rows_int(&rows, 2);
        struct opt_date last = { { (int32_t)rows_int(&rows, 3) }, true };
        if (!l)
            continue;
        if (kind == VOUCHER_PAYOUT || kind == VOUCHER_PAYOUT_FAILED) {
            l->lent.fen += fen;
        } else if (kind == VOUCHER_REPAYMENT) {
            l->back.fen -= fen;
            l->last_back = last;
        } else {
            l->written_off.fen -= fen;
        }
    }
    return found != FAILED;
}

/* --- what belongs to them --------------------------------------------------------------------- */

#define OF_HOUSEHOLDS "(SELECT c.household_id FROM contract c WHERE " CHOSEN ")"
#define OF_CONTRACTS  "(SELECT c.id FROM contract c WHERE " CHOSEN ")"

static bool read_lists(struct reader *r, struct errs *e)
{
    const struct {
        const struct stmt *stmt;
        struct list *list;
    } of[] = {
        { SQL_OF(STMT_KEY, &household_entity,
                 "SELECT {*} FROM household WHERE county = $1 AND id IN " OF_HOUSEHOLDS " ORDER BY id"),
          &r->households },
        { SQL_OF(STMT_KEY, &person_entity,
                 "SELECT {*} FROM person WHERE county = $1 AND id IN (SELECT c.borrower_id FROM contract c "
                 "WHERE " CHOSEN ") ORDER BY id"),
          &r->persons },
        { SQL_OF(STMT_KEY, &guarantee_entity,
                 "SELECT {*} FROM guarantee WHERE county = $1 AND contract_id IN " OF_CONTRACTS
                 " ORDER BY contract_id, id"),
          &r->guarantees },
        { SQL_OF(STMT_KEY, &visit_entity,
                 "SELECT {*} FROM visit WHERE county = $1 AND household_id IN " OF_HOUSEHOLDS
                 " ORDER BY household_id, visited_on, id"),
          &r->visits },
        { SQL_OF(STMT_KEY, &household_year_entity,
                 "SELECT {*} FROM household_year WHERE county = $1 AND household_id IN " OF_HOUSEHOLDS
                 " ORDER BY household_id, year, id"),
          &r->years },
        { SQL_OF(STMT_KEY, &effect_survey_entity,
                 "SELECT {*} FROM effect_survey WHERE county = $1 AND contract_id IN " OF_CONTRACTS
                 " ORDER BY contract_id, surveyed_on, id"),
          &r->effects },
        { SQL_OF(STMT_KEY, &money_use_entity,
                 "SELECT {*} FROM money_use WHERE county = $1 AND contract_id IN " OF_CONTRACTS
                 " ORDER BY contract_id, found_on, id"),
          &r->uses },
    };
    for (size_t i = 0; i < N_ELEMS(of); i++)
        if (!db_list(r->f->tx, of[i].stmt, of[i].list, r->f->a, e, BINDS(r->f, r->s)))
            return false;
    return true;
}

/* The rows of `list`, ascending by the 64-bit member at `off`, that have this key. */
static const void *run_of(const struct list *list, size_t size, size_t off, int64_t key, size_t *n)
{
    const char *rows = list->rows;
    size_t lo = 0, hi = list->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (*(const int64_t *)(const void *)(rows + mid * size + off) < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (*n = 0; lo + *n < list->n; (*n)++)
        if (*(const int64_t *)(const void *)(rows + (lo + *n) * size + off) != key)
            break;
    return *n ? rows + lo * size : NULL;
}
#define RUN_OF(list, type, member, key, n) run_of((list), sizeof(type), offsetof(type, member), (key), (n))

static void join_found(struct reader *r, struct form_loan *l)
{
    size_t effects_n, uses_n;
    int32_t day = r->f->q->as_of.day;
    const struct effect_survey *x =
        RUN_OF(&r->effects, struct effect_survey, contract_id, l->c.id, &effects_n);
    const struct money_use *u = RUN_OF(&r->uses, struct money_use, contract_id, l->c.id, &uses_n);
    for (size_t i = 0; i < effects_n && x[i].surveyed_on.v.day <= day; i++)
        l->effect = &x[i];
    for (size_t i = 0; i < uses_n && u[i].found_on.v.day <= day; i++)
        l->use = &u[i];
}

static void join(struct reader *r)
{
    static const struct household nobody = { 0 };
    size_t n;
    for (size_t i = 0; i < r->n; i++) {
        struct form_loan *l = &r->loans[i];
        int64_t household = l->c.household_id.v;
        l->h = RUN_OF(&r->households, struct household, id, household, &n);
        l->h = l->h ? l->h : &nobody;
        l->p = l->c.borrower_id.set ? RUN_OF(&r->persons, struct person, id, l->c.borrower_id.v, &n) : NULL;
        l->guarantees = RUN_OF(&r->guarantees, struct guarantee, contract_id, l->c.id, &l->guarantees_n);
        l->visits = RUN_OF(&r->visits, struct visit, household_id, household, &l->visits_n);
        l->years = RUN_OF(&r->years, struct household_year, household_id, household, &l->years_n);
        join_found(r, l);
    }
}

/* Members by household, terms and IOU by contract. */
static bool read_counts(struct reader *r, struct errs *e)
{
    struct forms *f = r->f;
    enum found found;
    {
        CLEANUP(rows_close) struct rows rows = { 0 };
        if (!db_query(f->tx, &rows,
                      SQL(STMT_KEY,
                          "SELECT c.id, count(p.id) FROM contract c JOIN person p ON p.county = $1 AND "
                          "p.household_id = c.household_id AND p.left_on IS NULL WHERE " CHOSEN
                          " GROUP BY c.id ORDER BY c.id"),
                      e, BINDS(f, r->s)))
            return false;
        while ((found = rows_next(&rows, e)) == FOUND) {
            struct form_loan *l = loan_of(r, rows_int(&rows, 0));
            if (l)
                l->members = rows_int(&rows, 1);
        }
        if (found == FAILED)
            return false;
    }
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(
            f->tx, &rows,
            SQL(STMT_KEY,
                "SELECT c.id, t.version, t.term_months, i.signed_on FROM contract c LEFT JOIN "
                "contract_terms t ON t.county = $1 AND t.contract_id = c.id LEFT JOIN iou i ON i.county "
                "= $1 AND i.contract_id = c.id AND i.revision = t.revision WHERE " CHOSEN " ORDER BY c.id"),
            e, BINDS(f, r->s)))
        return false;
    while ((found = rows_next(&rows, e)) == FOUND) {
        struct form_loan *l = loan_of(r, rows_int(&rows, 0));
        int64_t v;
        if (l && rows_number(&rows, 1, &v))
            l->version = v;
        if (l && rows_number(&rows, 2, &v))
            l->term_months = (struct opt_int){ v, true };
        if (l && rows_number(&rows, 3, &v))
            l->iou_on = (struct opt_date){ { (int32_t)v }, true };
    }
    return found != FAILED;
}

/* Papers that are on record, and the next loan of the same household. */
static bool read_papers(struct reader *r, struct errs *e)
{
    struct forms *f = r->f;
    const struct stmt *of[] = {
        SQL(STMT_KEY,
            "SELECT DISTINCT s.contract_id, 1 FROM contract_signature s WHERE s.county = $1 AND s.paper = "
            "'application_form' AND s.contract_id IN " OF_CONTRACTS " ORDER BY 1"),
        SQL(STMT_KEY,
            "SELECT c.id, max(CASE WHEN d.kind = 1 THEN 1 ELSE 0 END), max(CASE WHEN d.kind = 19 THEN 1 "
            "ELSE 0 END) FROM contract c JOIN document d ON d.county = $1 AND d.owner = 'household' AND "
            "d.owner_id = c.household_id WHERE " CHOSEN " GROUP BY c.id ORDER BY c.id"),
        SQL(STMT_KEY,
            "SELECT c.id, 0, 0, min(n.paid_out_on) FROM contract c JOIN contract n ON n.county = $1 AND "
            "n.fund_id = $2 AND n.household_id = c.household_id AND n.void_on IS NULL AND n.paid_out_on "
            "> c.paid_out_on WHERE " CHOSEN " GROUP BY c.id ORDER BY c.id"),
    };
    for (size_t i = 0; i < N_ELEMS(of); i++) {
        enum found found;
        CLEANUP(rows_close) struct rows rows = { 0 };
        if (!db_query(f->tx, &rows, of[i], e, BINDS(f, r->s)))
            return false;
        while ((found = rows_next(&rows, e)) == FOUND) {
            struct form_loan *l = loan_of(r, rows_int(&rows, 0));
            if (!l)
                continue;
            l->application = l->application || rows_int(&rows, 1) > 0;
            if (i == 1)
                l->photo = rows_int(&rows, 2) > 0;
            if (i == 2)
                l->next_on = (struct opt_date){ { (int32_t)rows_int(&rows, 3) }, true };
        }
        if (found == FAILED)
            return false;
    }
    return true;
}

static bool read_scope(struct forms *f, const struct scope *s, struct errs *e)
{
    struct reader r = { .f = f, .s = s };
    if (!read_contracts(&r, e) || !read_journal(&r, e) || !read_lists(&r, e) || !read_counts(&r, e) ||
        !read_papers(&r, e))
        return false;
    join(&r);
    struct form_loan *all = NEW_ARRAY(f->a, struct form_loan, f->loans_n + r.n + 1);
    if (f->loans_n)
        memcpy(all, f->loans, f->loans_n * sizeof *all);
    if (r.n)
        memcpy(all + f->loans_n, r.loans, r.n * sizeof *all);
    f->loans = all;
    f->loans_n += r.n;
    return true;
}

static int64_t period_of(const struct form_loan *l)
{
    return l->c.period_no.set ? l->c.period_no.v : 0;
}

static int by_place(const void *a, const void *b)
{
    const struct form_loan *x = a, *y = b;
    int64_t t = region_parent(x->c.village).v, u = region_parent(y->c.village).v;
    if (t != u)
        return t < u ? -1 : 1;
    if (period_of(x) != period_of(y))
        return period_of(x) < period_of(y) ? -1 : 1;
    if (x->c.village.v != y->c.village.v)
        return x->c.village.v < y->c.village.v ? -1 : 1;
    int c = str_cmp(x->c.number, y->c.number);
    return c ? c : by_id(a, b);
}

static int by_pointed_id(const void *a, const void *b)
{
    return by_id(*(struct form_loan *const *)a, *(struct form_loan *const *)b);
}

bool forms_read_loans(struct forms *f, struct errs *e)
{
    struct scopes scopes;
    if (!scopes_of(f->tx, f->w->who, PERM_REGISTRY_READ, f->q->region, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++)
        if (!read_scope(f, &scopes.list[i], e))
            return false;
    if (!f->loans_n)
        return true;
    qsort(f->loans, f->loans_n, sizeof *f->loans, by_place);
    f->by_id = NEW_ARRAY(f->a, struct form_loan *, f->loans_n);
    for (size_t i = 0; i < f->loans_n; i++)
        f->by_id[i] = &f->loans[i];
    qsort(f->by_id, f->loans_n, sizeof *f->by_id, by_pointed_id);
    return true;
}

/* --- what follows from it --------------------------------------------------------------------- */

struct money loan_open(const struct form_loan *l)
{
    return (struct money){ l->lent.fen - l->back.fen - l->written_off.fen };
}

bool loan_late(const struct forms *f, const struct form_loan *l)
{
    return loan_open(l).fen > 0 && l->c.ends_on.set && l->c.ends_on.v.day < f->q->as_of.day;
}

struct opt_money loan_income(const struct form_loan *l, int32_t year)
{
    for (size_t i = 0; i < l->years_n; i++)
        if (l->years[i].year.set && l->years[i].year.v == year)
            return income_net_per_head(&l->years[i], l->members);
    return (struct opt_money){ 0 };
}

struct opt_money loan_income_before(const struct form_loan *l)
{
    return l->effect && l->effect->income_before.set ? l->effect->income_before
                                                     : loan_income(l, loan_year_before(l));
}

struct opt_money loan_income_after(const struct form_loan *l)
{
    return l->effect && l->effect->income_after.set ? l->effect->income_after
                                                    : loan_income(l, loan_year_after(l));
}

int32_t loan_year_before(const struct form_loan *l)
{
    return l->paid_on.set ? date_civil(l->paid_on.v).year - 1 : 0;
}

int32_t loan_year_after(const struct form_loan *l)
{
    return l->c.due_on.set ? date_civil(l->c.due_on.v).year : 0;
}

bool loan_visited(const struct forms *f, const struct form_loan *l, const struct visit *v)
{
    if (!v->visited_on.set || v->visited_on.v.day > f->q->as_of.day)
        return false;
    if (v->contract_id.set)
        return v->contract_id.v == l->c.id;
    return l->paid_on.set && v->visited_on.v.day >= l->paid_on.v.day &&
           (!l->next_on.set || v->visited_on.v.day < l->next_on.v.day);
}

const struct visit *loan_visit(const struct forms *f, const struct form_loan *l)
{
    const struct visit *last = NULL;
    for (size_t i = 0; i < l->visits_n; i++)
        if (loan_visited(f, l, &l->visits[i]))
            last = &l->visits[i];
    return last;
}

bool loan_due(const struct forms *f, const struct form_loan *l, struct money *due, struct money *back,
              struct errs *e)
{
    struct due *dues;
    size_t n;
    *due = *back = (struct money){ 0 };
    if (l->lent.fen <= 0 || !l->paid_on.set)
        return true;
    if (!contract_dues(&l->c, l->lent, l->paid_on.v, &dues, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (dues[i].day <= f->q->as_of.day)
            due->fen += dues[i].fen;
    *back = l->back.fen < due->fen ? l->back : *due;
    return true;
}

const struct form_loan *forms_loan(const struct forms *f, int64_t contract_id)
{
    const struct form_loan key = { .c.id = contract_id }, *at = &key;
    struct form_loan **x =
        f->loans_n ? bsearch(&at, f->by_id, f->loans_n, sizeof(void *), by_pointed_id) : NULL;
    return x ? *x : NULL;
}
