#include "fund/schedule.h"

#include "fund/exact.h"
#include "fund/interest.h"

#include <assert.h>

enum { RATE_MAX = 10, EXACT_SPARE = 8 };
#define INSTALMENT_MAX ((uint64_t)1 << 60)

const char *const loan_methods[4] = { "bullet", "equal_principal", "annuity", "flat" };
const char *const day_counts[4] = { "same_as_period", "30/360", "actual/365", "actual/actual" };
const char *const roundings[2] = { "half_up", "half_even" };
const struct label loan_method_labels[4] = {
    { "到期还本", "Bullet" },
    { "等额本金", "Equal principal" },
    { "等额本息", "Annuity" },
    { "等额本息(固定利息)", "Flat" },
};

/* --- rates -------------------------------------------------------------------------------- */

static bool read_digits(struct str s, size_t *i, struct fraction *f, int *decimals, int decimals_max)
{
    bool any = false, point = false;
    for (; *i < s.n; ++*i) {
        char c = s.p[*i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        if (point && ++*decimals > decimals_max)
            return false;
        any = true;
        if (f->num > INT64_MAX / 100)
            return false;
        f->num = f->num * 10 + (c - '0');
    }
    return any;
}

enum read_result rate_read(struct str s, struct fraction *f)
{
    char text[64];
    size_t n = text_squeeze(s, text, sizeof text), i = 0;
    struct fraction x = { 0, 1 };
    int decimals = 0;
    bool percent = n && text[n - 1] == '%';
    int max = percent ? RATE_DECIMALS_MAX - 2 : RATE_DECIMALS_MAX;
    if (!n || !read_digits((struct str){ text, n }, &i, &x, &decimals, max) || i + percent != n)
        return READ_BAD;
    for (int k = 0; k < decimals + 2 * percent; k++)
        x.den *= 10;
    if (x.num > RATE_MAX * x.den)
        return READ_OVERFLOW;
    *f = x;
    return READ_OK;
}

/* --- terms -------------------------------------------------------------------------------- */

static void need_range(struct errs *e, const char *field, const struct label *l, int64_t v, int64_t min,
                       int64_t max)
{
    if (v < min || v > max)
        fail(e, ERR_INVALID, field, MSG_OUT_OF_RANGE, A(l), A(min), A(max));
}

static bool share_fits(struct fraction f, int64_t max)
{
    return f.den > 0 && f.num >= 0 && f.num <= max * f.den;
}

static void check_subsidy(const struct loan_terms *t, struct errs *e)
{
    for (size_t i = 0; i < t->subsidy_n; i++) {
        if (!share_fits(t->subsidy[i].share, 1))
            fail(e, ERR_INVALID, "subsidy", MSG_SCHEDULE_SHARE);
        if (i && t->subsidy[i].from.day <= t->subsidy[i - 1].from.day)
            fail(e, ERR_INVALID, "subsidy", MSG_SCHEDULE_SUBSIDY_ORDER, A(t->subsidy[i].from));
    }
}

static bool check_terms(const struct loan_terms *t, struct errs *e)
{
    static const struct label principal = { "本金", "The principal" }, rate = { "年利率", "The rate" },
                              rows = { "期数", "The number of instalments" },
                              every = { "间隔月数", "The months between instalments" },
                              grace = { "宽限期数", "The principal grace" },
                              instalment = { "每期还款额", "The instalment" },
                              unit = { "取整单位", "The whole unit" };
    const struct label *p = &principal;
    unsigned before = e->bad.n;
    if (t->principal.fen < 1 || t->principal.fen > LOAN_PRINCIPAL_MAX.fen)
        fail(e, ERR_INVALID, "principal", MSG_OUT_OF_RANGE, A(p), A((struct money){ 1 }),
             A(LOAN_PRINCIPAL_MAX));
    p = &unit;
    if (t->whole_unit.fen < 0 || t->whole_unit.fen > t->principal.fen)
        fail(e, ERR_INVALID, "whole-unit", MSG_OUT_OF_RANGE, A(p), A((struct money){ 0 }), A(t->principal));
    p = &instalment;
    if (t->instalment.fen < 0 || t->instalment.fen > LOAN_PRINCIPAL_MAX.fen)
        fail(e, ERR_INVALID, "instalment", MSG_OUT_OF_RANGE, A(p), A((struct money){ 0 }),
             A(LOAN_PRINCIPAL_MAX));
    p = &rate;
    if (!share_fits(t->rate, RATE_MAX))
        fail(e, ERR_INVALID, "rate", MSG_OUT_OF_RANGE, A(p), A(0), A(RATE_MAX));
    need_range(e, "instalments", &rows, t->instalments, 1, INSTALMENTS_MAX);
    need_range(e, "every-months", &every, t->every_months, 1, EVERY_MONTHS_MAX);
    if (e->bad.n == before) {
        need_range(e, "principal-grace", &grace, t->principal_grace, 0, t->instalments - 1);
        if (t->instalments * t->every_months > TERM_MONTHS_MAX)
            fail(e, ERR_INVALID, "instalments", MSG_SCHEDULE_TERM, A(TERM_MONTHS_MAX));
    }
    check_subsidy(t, e);
    return e->bad.n == before;
}

/* --- rows: when, and which take principal ------------------------------------------------- */

static void date_rows(const struct loan_terms *t, struct schedule *s)
{
    struct date anchor = t->start, from = t->start;
    for (size_t i = 0, k = 0; i < s->n; i++) {
        struct schedule_row *r = &s->rows[i];
        k++;
        if (r->moved.set) {
            anchor = r->moved.v;
            k = 0;
        }
        r->no = (int)i + 1;
        r->from = from;
        r->due = date_add_months(anchor, (int)k * t->every_months);
        from = r->due;
    }
}

static bool move_due(struct schedule *s, const struct loan_change *c, struct errs *e)
{
    struct schedule_row *r = &s->rows[c->row - 1];
    if (c->due.day <= r->from.day)
        return fail(e, ERR_INVALID, "due", MSG_SCHEDULE_MOVED, A(c->row), A(r->from));
    r->moved = (struct opt_date){ c->due, true };
    return true;
}

/* Rows keep their days; it is what they take that moves behind. */
static void put_grace(struct schedule *s, const struct loan_change *c)
{
    size_t at = (size_t)c->row - 1, n = (size_t)c->n;
    for (size_t i = s->n; i-- > at + n;)
        s->rows[i].free = s->rows[i - n].free;
    for (size_t i = at; i < at + n; i++)
        s->rows[i].free = true;
}

/* What rows take is reckoned on the rows as they were agreed at that time, whatever is agreed later. */
static void restart_at(struct schedule *s, size_t at, struct arena *a)
{
    struct schedule *plan = NEW(a, struct schedule);
    plan->rows = NEW_ARRAY(a, struct schedule_row, s->n);
    plan->n = s->n;
    memcpy(plan->rows, s->rows, s->n * sizeof *s->rows);
    s->rows[at].plan = plan;
    for (size_t i = at + 1; i < s->n; i++)
        s->rows[i].plan = NULL;
}

static bool change_rows(const struct loan_terms *t, struct schedule *s, const struct loan_change *c,
                        struct errs *e)
{
    static const struct label row = { "期次", "The instalment" }, more = { "增加的期数", "More instalments" };
    unsigned before = e->bad.n;
    need_range(e, "row", &row, c->row, 1, (int64_t)s->n);
    if (c->kind != CHANGE_DUE)
        need_range(e, "terms", &more, c->n, 1, INSTALMENTS_MAX - (int64_t)s->n);
    if (e->bad.n != before)
        return false;
    if (c->kind == CHANGE_DUE && !move_due(s, c, e))
        return false;
    if (c->kind != CHANGE_DUE)
        s->n += (size_t)c->n;
    if (c->kind == CHANGE_GRACE)
        put_grace(s, c);
    date_rows(t, s);
    if (c->kind != CHANGE_DUE)
        restart_at(s, (size_t)c->row - 1, e->a);
    return true;
}

static bool plan_rows(const struct loan_terms *t, struct schedule *s, struct errs *e)
{
    s->rows = NEW_ARRAY(e->a, struct schedule_row, INSTALMENTS_MAX);
    s->n = (size_t)t->instalments;
    for (int i = 0; i < t->principal_grace; i++)
        s->rows[i].free = true;
    date_rows(t, s);
    restart_at(s, 0, e->a);
    for (size_t i = 0; i < t->changes_n; i++)
        if (!change_rows(t, s, &t->changes[i], e))
            return false;
    if (s->rows[s->n - 1].due.day - t->start.day > TERM_MONTHS_MAX * 31)
        return fail(e, ERR_INVALID, "instalments", MSG_SCHEDULE_TERM, A(TERM_MONTHS_MAX));
    assert(!s->rows[s->n - 1].free);
    return true;
}

/* --- one loan, day by day ----------------------------------------------------------------- */

struct run {
    const struct loan_terms *t;
    struct schedule s;
    struct loan_payment *payments;
    size_t payments_n, next; /* the next payment to be applied */
    struct date as_of;
    struct money balance;  /* principal not paid */
    struct money uncalled; /* principal that no row has taken yet */
    struct money credit;   /* paid before a row took it */
    struct money prepaid;  /* interest paid before it was due */
    struct money overpaid;
    struct money amount;         /* what each row takes: principal, or the whole instalment of an annuity */
    const struct schedule *plan; /* rows as they were when what is left was last spread over them */
    size_t oldest;               /* the first row that is not settled */
    size_t called;               /* rows due by as_of so far */
    bool restart;                /* what is left is spread anew at the next row */
    struct money accrued;        /* at as_of, of the row under way */
    struct arena *a;
};

static struct money lesser(struct money a, struct money b)
{
    return a.fen < b.fen ? a : b;
}

static struct money take(struct money *from, struct money max)
{
    struct money x = lesser(*from, max);
    from->fen -= x.fen;
    return x;
}

static struct loan_period period_of(const struct schedule_row *r)
{
    return (struct loan_period){ r->from, r->due, !r->moved.set };
}

static void add_piece(void *ctx, const struct accrual *x)
{
    struct schedule_row *r = ctx;
    r->interest.fen += x->interest.fen;
    r->subsidy.fen += x->subsidy.fen;
}

static void accrue(const struct run *x, struct schedule_row *r, struct money basis, struct date from,
                   struct date to)
{
    struct loan_period p = period_of(r);
    interest_pieces(x->t, &p, basis, from, to, add_piece, r);
}

/* prod(1 + r) ÷ f: see the vectors' README; row by row, exactly, and rounded to the unit once. */
static struct money annuity(const struct run *x, size_t at)
{
    size_t limbs = x->plan->n - at + EXACT_SPARE;
    struct exact above = exact_of((uint64_t)x->uncalled.fen, limbs, x->a), f = exact_of(0, limbs, x->a),
                 dens = exact_of(1, limbs, x->a);
    uint64_t first_den = 0;
    int half;
    for (size_t i = at; i < x->plan->n; i++) {
        if (x->plan->rows[i].free)
            continue;
        struct loan_period p = period_of(&x->plan->rows[i]);
        struct fraction r = period_rate(x->t, &p);
        uint64_t num = (uint64_t)(r.den + r.num), den = (uint64_t)r.den;
        exact_mul(&above, num);
        if (!first_den) {
            first_den = den;
            f = exact_copy(&dens);
            continue;
        }
        exact_mul(&dens, den);
        exact_mul(&f, num);
        exact_add(&f, &dens);
    }
    int64_t unit = x->t->whole_unit.fen ? x->t->whole_unit.fen : 1;
    exact_mul(&f, first_den);
    exact_mul(&f, (uint64_t)unit);
    uint64_t q = exact_div(&above, &f, INSTALMENT_MAX / (uint64_t)unit, &half);
    if (half > 0 || (half == 0 && (x->t->rounding == ROUND_HALF_UP || (q & 1))))
        q++;
    return (struct money){ (int64_t)q * unit };
}

static int64_t rows_that_pay(const struct run *x, size_t at)
{
    int64_t n = 0;
    for (size_t i = at; i < x->plan->n; i++)
        n += !x->plan->rows[i].free;
    return n;
}

static void spread(struct run *x, size_t at, bool as_agreed)
{
    x->restart = false;
    x->amount = (struct money){ 0 };
    if (x->t->method == METHOD_ANNUITY && x->uncalled.fen)
        x->amount = as_agreed && x->t->instalment.fen ? x->t->instalment : annuity(x, at);
    if (x->t->method == METHOD_EQUAL_PRINCIPAL)
        x->amount = round_to(x->uncalled, rows_that_pay(x, at), x->t->whole_unit, x->t->rounding);
    if (x->t->method == METHOD_FLAT)
        x->amount = round_to(x->uncalled, rows_that_pay(x, at), (struct money){ 0 }, x->t->rounding);
}

static struct money principal_of(const struct run *x, size_t at)
{
    const struct schedule_row *r = &x->s.rows[at];
    struct money m = x->amount;
    if (at + 1 == x->s.n)
        return x->uncalled;
    if (r->free || x->t->method == METHOD_BULLET)
        return (struct money){ 0 };
    if (x->t->method == METHOD_ANNUITY)
        m.fen -= r->interest.fen;
    if (x->t->method == METHOD_FLAT && x->t->whole_unit.fen) {
        m.fen += r->interest.fen;
        m = round_to(m, 1, x->t->whole_unit, x->t->rounding);
        m.fen -= r->interest.fen;
    }
    return m.fen < 0 ? (struct money){ 0 } : lesser(m, x->uncalled);
}

static struct money interest_owed(const struct schedule_row *r)
{
    return (struct money){ r->interest.fen - r->subsidy.fen - r->interest_paid.fen };
}

static void settle(struct run *x, struct date on)
{
    for (; x->oldest < x->called; x->oldest++) {
        struct schedule_row *r = &x->s.rows[x->oldest];
        if (interest_owed(r).fen || r->principal.fen != r->principal_paid.fen)
            return;
        r->settled_on = (struct opt_date){ on, true };
    }
}

/* Rows that are due, then the balance, then the interest since: whatever is left is not ours. */
static void pay(struct run *x, struct loan_payment *p, struct schedule_row *now)
{
    struct money left = p->amount;
    for (size_t i = x->oldest; i < x->called && left.fen; i++) {
        struct schedule_row *r = &x->s.rows[i];
        struct money part = take(&left, interest_owed(r));
        r->interest_paid.fen += part.fen;
        p->interest.fen += part.fen;
        part = take(&left, (struct money){ r->principal.fen - r->principal_paid.fen });
        r->principal_paid.fen += part.fen;
        p->principal.fen += part.fen;
        x->balance.fen -= part.fen;
    }
    settle(x, p->value_date);
    struct money early = take(&left, x->balance);
    x->balance.fen -= early.fen;
    p->principal.fen += early.fen;
    if (x->t->excess == EXCESS_ADVANCES)
        x->credit.fen += early.fen;
    else
        x->uncalled.fen -= early.fen;
    x->restart = x->restart || (x->t->excess == EXCESS_LOWERS && early.fen);
    if (now) {
        struct money part =
            take(&left, (struct money){ now->interest.fen - now->subsidy.fen - x->prepaid.fen });
        x->prepaid.fen += part.fen;
        p->interest.fen += part.fen;
    }
    p->overpaid = left;
    x->overpaid.fen += left.fen;
}

static struct loan_payment *payment_before(struct run *x, int32_t day)
{
    while (x->next < x->payments_n) {
        struct loan_payment *p = &x->payments[x->next];
        if (p->value_date.day >= day || p->value_date.day > x->as_of.day)
            return NULL;
        x->next++;
        if (!p->undone)
            return p;
    }
    return NULL;
}

/* Interest of the row under way, piece by piece between payments.  Flat interest is of the principal lent,
 * and of the whole period, whatever is paid meanwhile. */
static void accrue_row(struct run *x, size_t at, bool first_ahead)
{
    struct schedule_row *r = &x->s.rows[at];
    struct loan_payment *p;
    struct date from = r->from;
    bool flat = x->t->method == METHOD_FLAT, ahead = r->due.day > x->as_of.day;
    struct money basis =
        ahead && !first_ahead ? (struct money){ x->uncalled.fen - x->credit.fen } : x->balance;
    if (flat)
        accrue(x, r, basis.fen ? x->t->principal : basis, from, r->due);
    while ((p = payment_before(x, r->due.day))) {
        if (!flat && p->value_date.day > from.day) {
            accrue(x, r, basis, from, p->value_date);
            from = p->value_date;
        }
        pay(x, p, r);
        basis = x->balance;
    }
    if (first_ahead) {
        struct schedule_row to_date = *r;
        if (!flat && x->as_of.day > from.day)
            accrue(x, &to_date, basis, from, x->as_of);
        x->accrued.fen = to_date.interest.fen - to_date.subsidy.fen - x->prepaid.fen;
    }
    if (!flat)
        accrue(x, r, basis, from, r->due);
}

static void run_row(struct run *x, size_t at)
{
    struct schedule_row *r = &x->s.rows[at];
    bool ahead = r->due.day > x->as_of.day,
         first_ahead = ahead && (at == 0 || x->s.rows[at - 1].due.day <= x->as_of.day);
    if (r->plan) {
        x->plan = r->plan;
        spread(x, at, at == 0);
    }
    accrue_row(x, at, first_ahead);
    if (x->restart)
        spread(x, at, false);
    r->principal = principal_of(x, at);
    x->uncalled.fen -= r->principal.fen;
    assert(x->uncalled.fen >= 0);
    r->balance = x->uncalled;
    r->instalment.fen = r->principal.fen + r->interest.fen - r->subsidy.fen;
    r->principal_paid = take(&x->credit, r->principal);
    r->interest_paid = take(&x->prepaid, interest_owed(r));
    if (!ahead) {
        x->called = at + 1;
        settle(x, r->due);
    }
}

static void sum_up(const struct run *x, struct loan_state *out)
{
    *out = (struct loan_state){
        .schedule = x->s, .balance = x->balance, .interest_accrued = x->accrued, .overpaid = x->overpaid
    };
    for (size_t i = x->oldest; i < x->called; i++) {
        const struct schedule_row *r = &x->s.rows[i];
        out->principal_due.fen += r->principal.fen - r->principal_paid.fen;
        out->interest_due.fen += interest_owed(r).fen;
    }
}

static bool check_payments(const struct loan_terms *t, struct loan_payment *p, size_t n, struct errs *e)
{
    struct money sum = { 0 };
    if (n > PAYMENTS_MAX)
        return fail(e, ERR_INVALID, "payments", MSG_SCHEDULE_PAYMENTS, A(PAYMENTS_MAX));
    for (size_t i = 0; i < n; i++) {
        p[i].interest = p[i].principal = p[i].overpaid = (struct money){ 0 };
        if (p[i].amount.fen <= 0 || !money_add(&sum, p[i].amount))
            return fail(e, ERR_INVALID, "payments", MSG_SCHEDULE_PAYMENT, A(p[i].amount));
        if (p[i].value_date.day < t->start.day)
            return fail(e, ERR_INVALID, "payments", MSG_SCHEDULE_TOO_EARLY, A(p[i].value_date), A(t->start));
        if (i && p[i].value_date.day < p[i - 1].value_date.day)
            return fail(e, ERR_INVALID, "payments", MSG_SCHEDULE_PAYMENT_ORDER, A(p[i].value_date));
    }
    return true;
}

bool loan_replay(const struct loan_terms *t, struct loan_payment *payments, size_t n, struct date as_of,
                 struct loan_state *out, struct errs *e)
{
    struct run x = { .t = t, .payments = payments, .payments_n = n, .as_of = as_of, .a = e->a };
    struct loan_payment *p;
    if (!check_terms(t, e) || !check_payments(t, payments, n, e) || !plan_rows(t, &x.s, e))
        return false;
    x.balance = x.uncalled = t->principal;
    for (size_t i = 0; i < x.s.n; i++)
        run_row(&x, i);
    assert(x.uncalled.fen == 0);
    while ((p = payment_before(&x, INT32_MAX)))
        pay(&x, p, NULL);
    for (size_t i = 0; i < x.s.n; i++)
        x.s.rows[i].plan = NULL;
    assert(x.balance.fen >= 0);
    sum_up(&x, out);
    return true;
}

bool schedule_make(const struct loan_terms *t, struct schedule *out, struct errs *e)
{
    struct loan_state state;
    if (!loan_replay(t, NULL, 0, (struct date){ t->start.day - 1 }, &state, e))
        return false;
    *out = state.schedule;
    return true;
}

/* --- interest on its own ------------------------------------------------------------------ */

static void keep_piece(void *ctx, const struct accrual *x)
{
    struct accruals *out = ctx;
    out->list[out->n++] = *x;
}

bool interest_accrue(const struct loan_terms *t, struct money balance, struct date from, struct date to,
                     struct accruals *out, struct errs *e)
{
    struct loan_period p = { from, to, false };
    if (!check_terms(t, e))
        return false;
    if (balance.fen < 0 || balance.fen > LOAN_PRINCIPAL_MAX.fen || to.day < from.day ||
        to.day - from.day > TERM_MONTHS_MAX * 31)
        return fail(e, ERR_INVALID, "balance", MSG_SCHEDULE_STRETCH);
    struct accruals x = { .list = NEW_ARRAY(e->a, struct accrual, t->subsidy_n + 1) };
    interest_pieces(t, &p, balance, from, to, keep_piece, &x);
    *out = x;
    return true;
}
