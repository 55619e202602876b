/* Getting loans back: when notices are sent, what was promised, whose money is not remitted yet, repayments
 * dated back, money paid too much, and the close of days (R336-R348). */
#include "base/value.h"
#include "fund/collected.h"
#include "fund/day.h"
#include "fund/excess.h"
#include "fund/reconcile.h"
#include "support/lend.h"

/* --- shared --------------------------------------------------------------------------------- */

struct taking {
    const char *yuan, *collector;
    int value, on; /* days ago */
    struct repay_result r;
};
#define TAKING(y, by, v, o)                                     \
    {                                                           \
        .yuan = (y), .collector = (by), .value = (v), .on = (o) \
    }
static bool take(struct lent *x, void *arg, struct errs *e)
{
    struct taking *t = arg;
    const struct repay_request q = { .amount = lend_yuan(t->yuan),
                                     .on = lend_ago(t->on),
                                     .value_date = lend_ago(t->value),
                                     .collector = str_of(t->collector),
                                     .payer_kind = { PAYER_BORROWER, true } };
    return repay_take(&x->l, &x->loan, &q, &t->r, e);
}

static bool undo(struct lent *x, void *arg, struct errs *e)
{
    const struct taking *t = arg;
    struct repayment out;
    return repay_undo(&x->l, &x->loan, &t->r.repayment, clock_today(), STR("记错"), false, &out, e);
}

static struct lent lent(void **state, const char *programme)
{
    struct lent x = lend_world(*state, programme);
    lend_draft(&x, "10000");
    lend_sign(&x);
    lend_pay(&x);
    return x;
}

/* As xingfu, at 3.65 % a year: one yuan a day on 10000. */
static struct lent lent_at_interest(void **state)
{
    static const char *const pairs[] = { "code: xingfu",
                                         "code: jixi",
                                         "zh: 幸福工程, en: Happiness Project",
                                         "zh: 计息工程",
                                         "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
                                         "aliases: [计息]",
                                         "  rate: 0 ",
                                         "  rate: 0.0365 ",
                                         "allocation: [principal]",
                                         "allocation: [interest, principal]",
                                         "  method: bullet",
                                         "  method: bullet\n  day_count: actual/365",
                                         NULL };
    static bool loaded;
    if (!loaded)
        lend_programme(*state, "xingfu", pairs);
    loaded = true;
    return lent(state, "jixi");
}

struct looking {
    struct lent *x;
    struct str receipt;
    struct repayment r;
    struct list rows;
    struct held_receipts held;
    struct reconciliation books;
    struct day_result day;
};
static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *k = ctx;
    const struct fund *f = &k->x->rules.fund;
    return (!k->receipt.p || repayment_by_receipt(tx, k->x->county, k->receipt, &k->r, e) == FOUND) &&
           repayment_list(tx, &k->x->loan, &k->rows, e) &&
           held_receipts_read(tx, f, k->x->upper.village, clock_today(), &k->held, e) &&
           reconcile(tx, f, 0, INT64_MAX, clock_today(), &k->books, e) &&
           day_compute(tx, &k->x->rules, clock_today(), &k->day, e);
}
static struct looking seen(struct lent *x, struct str receipt)
{
    struct looking k = { .x = x, .receipt = receipt };
    world_read(x->w, look, &k);
    return k;
}
static void unseen(struct looking *k)
{
    held_receipts_release(&k->held);
    day_release(&k->day);
}
static int64_t held(const struct looking *k)
{
    int64_t sum = 0;
    for (size_t i = 0; i < k->held.n; i++)
        sum += k->held.list[i].left.fen;
    return sum;
}

/* --- notices ---------------------------------------------------------------------------------- */

static struct date day(const char *s)
{
    struct date d;
    assert_int_equal(date_read(str_of(s), &d), READ_OK);
    return d;
}

static void a_notice_is_sent_one_calendar_month_before_and_the_ends_of_months_are_safe(void **state)
{
    static const struct {
        const char *due, *sent;
    } cases[] = { { "2026-03-31", "2026-02-28" }, { "2028-03-31", "2028-02-29" },
                  { "2026-07-12", "2026-06-12" }, { "2026-01-15", "2025-12-15" },
                  { "2026-12-31", "2026-11-30" }, { "2026-03-28", "2026-02-28" } };
    const struct programme_reminder month = { .before_months = { 1, true } },
                                    week = { .before_days = { 7, true } };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(cases); i++)
        assert_int_equal(remind_day(&month, day(cases[i].due)).day, day(cases[i].sent).day);
    assert_int_equal(remind_day(&week, day("2026-03-05")).day, day("2026-02-26").day);
}

/* --- repayments dated back ---------------------------------------------------------------------- */

/* 3000 after five days, and on the eighth the rest with 5.00 + 2.10 interest.  Then it turns out that 2000
 * had been paid on the second day: 2.00 + 2.40 + 1.50 were owed, and 2001.20 were too much. */
static void a_repayment_dated_back_has_the_later_ones_reckoned_anew_and_nothing_is_changed(void **state)
{
    struct lent x = lent_at_interest(state);
    struct taking a = TAKING("3000", "李干事", 5, 5), b = TAKING("7007.10", "王支书", 2, 2),
                  c = TAKING("2000", NULL, 8, 0);
    lend_do(&x, take, &a);
    assert_int_equal(a.r.repayment.interest.fen, 0);
    lend_do(&x, take, &b);
    assert_int_equal(b.r.repayment.interest.fen, 710);
    assert_int_equal(b.r.outstanding.fen, 0);
    lend_do(&x, take, &c);
    assert_int_equal(c.r.reallocated, 1);
    assert_int_equal(c.r.outstanding.fen, 0);
    struct looking k = seen(&x, b.r.repayment.receipt_no);
    assert_int_equal(k.rows.n, 5); /* three, one taken back, and that one anew */
    assert_int_equal(k.r.principal.fen, 500000);
    assert_int_equal(k.r.interest.fen, 590);
    assert_int_equal(k.r.paid_on.v.day, lend_ago(2).day);
    assert_true(str_eq(k.r.collector, STR("王支书")));
    assert_int_equal(held(&k), 1200710); /* each yuan is held once */
    assert_int_equal(k.books.sum.difference.fen, 0);
    unseen(&k);
    assert_verifies(x.w);
    lend_do(&x, undo, &c);
    k = seen(&x, b.r.repayment.receipt_no);
    assert_int_equal(k.rows.n, 8);
    assert_int_equal(k.r.principal.fen, 700000);
    assert_int_equal(k.r.interest.fen, 710);
    assert_int_equal(held(&k), 1000710);
    assert_int_equal(k.books.sum.difference.fen, 0);
    unseen(&k);
    assert_verifies(x.w);
}

/* --- paid too much -------------------------------------------------------------------------------- */

struct excess {
    const struct repayment *of;
    struct repay_result r;
    struct overpayment o;
    struct contract next;
};
static bool keep(struct lent *x, void *arg, struct errs *e)
{
    struct excess *k = arg;
    return excess_keep(&x->l, k->of, STR("留作下期"), &k->o, e);
}
static bool use(struct lent *x, void *arg, struct errs *e)
{
    struct excess *k = arg;
    return excess_use(&x->l, &x->loan, k->of, &x->loan, clock_today(), &k->r, e);
}
static bool give_back(struct lent *x, void *arg, struct errs *e)
{
    struct excess *k = arg;
    return excess_give_back(&x->l, &x->loan, k->of, clock_today(), STR("退还"), &k->o, e);
}

static bool use_for_next(struct lent *x, void *arg, struct errs *e)
{
    struct excess *k = arg;
    return excess_use(&x->l, &x->loan, k->of, &k->next, clock_today(), &k->r, e);
}

static bool draft_again(struct lent *x, void *arg, struct errs *e)
{
    const struct contract_request q = { .county = x->county,
                                        .programme = str_of(x->programme),
                                        .period_no = 1,
                                        .household_id = x->f.h.id,
                                        .borrower_id = x->f.p.id,
                                        .project = STR("养蜂"),
                                        .amount = x->amount };
    (void)arg;
    return contract_draft(&x->l, &q, &x->loan, e);
}

static bool overpaid_row(struct lent *x, void *arg, struct errs *e)
{
    const struct repay_result *r = arg;
    struct overpayment o;
    assert_int_equal(db_find(x->l.act->tx,
                             SQL_OF(STMT_KEY, &overpayment_entity,
                                    "SELECT {*} FROM overpayment WHERE county = $1 AND repayment_id = $2"),
                             &o, e, V(x->county), V(r->repayment.id)),
                     FOUND);
    assert_int_equal(o.amount.fen, r->overpaid.fen);
    assert_int_equal(o.decision.v, EXCESS_KEEP);
    assert_true(str_eq(o.reason, STR("项目规定：多还的钱抵下一期")));
    return true;
}

/* The programme decides: nobody at the counter is sent home with his money, and nothing needs a second act.
 */
static void what_is_beyond_the_whole_debt_is_kept_where_the_programme_says_next(void **state)
{
    static const char *const pairs[] = { "code: xingfu",
                                         "code: xiaqi",
                                         "zh: 幸福工程, en: Happiness Project",
                                         "zh: 下期工程",
                                         "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
                                         "aliases: [下期]",
                                         "  excess: refund",
                                         "  excess: next",
                                         NULL };
    lend_programme(*state, "xingfu", pairs);
    struct lent x = lent(state, "xiaqi");
    struct contract first = x.loan;
    struct taking a = TAKING("12345.67", NULL, 10, 10), again = a;
    lend_do(&x, take, &a);
    assert_int_equal(a.r.outstanding.fen, 0);
    assert_int_equal(a.r.overpaid.fen, 234567);
    assert_true(a.r.kept);
    lend_do(&x, overpaid_row, &a.r);
    assert_false(lend_try(&x, take, &again));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REPAY_SETTLED);
    struct excess k = { .of = &a.r.repayment };
    lend_do(&x, draft_again, NULL); /* the next loan of the same family */
    lend_sign(&x);
    lend_pay(&x);
    k.next = x.loan;
    x.loan = first;
    lend_do(&x, use_for_next, &k);
    assert_int_equal(k.r.outstanding.fen, 765433);
    assert_false(k.r.kept);
    assert_verifies(x.w);
}

static void what_is_paid_too_much_is_kept_by_decision_and_pays_a_later_debt_once(void **state)
{
    struct lent x = lent(state, "xingfu");
    struct taking a = TAKING("4000", NULL, 5, 5), b = TAKING("8000", NULL, 4, 4);
    lend_do(&x, take, &a);
    lend_do(&x, take, &b);
    assert_int_equal(b.r.overpaid.fen, 200000);
    struct excess k = { .of = &b.r.repayment };
    assert_false(lend_try(&x, use, &k));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_EXCESS_NOT_KEPT);
    lend_do(&x, keep, &k);
    assert_int_equal(k.o.decision.v, EXCESS_KEEP);
    assert_false(lend_try(&x, use, &k));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REPAY_SETTLED);
    lend_do(&x, undo, &a); /* 4000 are owed again */
    lend_do(&x, use, &k);
    assert_int_equal(k.r.outstanding.fen, 200000);
    assert_false(lend_try(&x, give_back, &k));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REPAY_NO_OVERPAID);
    assert_false(lend_try(&x, undo, &b));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REPAY_GIVEN_BACK);
    struct looking s = seen(&x, (struct str){ 0 });
    assert_int_equal(held(&s), 800000);
    assert_int_equal(s.books.sum.difference.fen, 0);
    unseen(&s);
    struct taking used = { .r = k.r };
    lend_do(&x, undo, &used);
    lend_do(&x, give_back, &k);
    assert_int_equal(k.o.decision.v, EXCESS_GIVE_BACK);
    assert_verifies(x.w);
}

/* --- collected, remitted ---------------------------------------------------------------------------- */

struct remitting {
    const char *yuan, *collector;
    int on;
};
static bool pass_on(struct lent *x, void *arg, struct errs *e)
{
    const struct remitting *m = arg;
    struct voucher v;
    struct remittance r = { .township = x->upper.village,
                            .collector = str_of(m->collector),
                            .amount = { lend_yuan(m->yuan), true },
                            .remitted_on = SINCE(m->on) };
    return remit(&x->l, &x->rules.fund, &r, &v, e);
}

static void money_is_held_by_whoever_took_it_in_until_it_is_remitted(void **state)
{
    struct lent x = lent(state, "xingfu");
    struct taking first = TAKING("1000", "李干事", 6, 6), second = TAKING("2000", "王支书", 5, 5),
                  third = TAKING("500", "李干事", 4, 4);
    struct remitting part = { "1200", "李干事", 3 }, much = { "301", "李干事", 3 }, all = { "2300", NULL, 2 };
    lend_do(&x, take, &first);
    lend_do(&x, take, &second);
    lend_do(&x, take, &third);
    lend_do(&x, pass_on, &part);
    assert_false(lend_try(&x, pass_on, &much));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REMIT_COLLECTOR);
    struct looking k = seen(&x, (struct str){ 0 });
    assert_int_equal(k.held.n, 3);
    assert_int_equal(k.held.list[0].left.fen, 0);
    assert_int_equal(k.held.list[1].left.fen, 200000);
    assert_int_equal(k.held.list[2].left.fen, 30000);
    unseen(&k);
    lend_do(&x, undo, &third); /* 200 of it are with the fund already */
    k = seen(&x, (struct str){ 0 });
    assert_int_equal(k.held.list[2].left.fen, -20000);
    unseen(&k);
    assert_false(lend_try(&x, pass_on, &all));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REMIT_TOO_MUCH);
    all.yuan = "1800";
    lend_do(&x, pass_on, &all);
    k = seen(&x, (struct str){ 0 });
    assert_int_equal(held(&k), 0);
    assert_int_equal(k.books.n, 1);
    assert_int_equal(k.books.rows[0].contracted.fen, 5000000);
    assert_int_equal(k.books.rows[0].sent.fen, 5000000);
    assert_int_equal(k.books.rows[0].remitted.fen, 300000);
    assert_int_equal(k.books.rows[0].upper.fen, 4700000);
    assert_int_equal(k.books.rows[0].lent.fen, 700000);
    assert_int_equal(k.books.rows[0].transit.fen, 4000000);
    assert_int_equal(k.books.sum.difference.fen, 0);
    unseen(&k);
    assert_verifies(x.w);
}

/* --- promises ------------------------------------------------------------------------------------------ */

struct promising {
    int on, until;
    const char *yuan;
    struct collection_log log;
};
static bool promise(struct lent *x, void *arg, struct errs *e)
{
    struct promising *p = arg;
    p->log = (struct collection_log){ .done_on = SINCE(p->on),
                                      .way = { 1, true },
                                      .visitor = STR("李干事"),
                                      .guarantor = STR("林书记"),
                                      .promised_on = SINCE(p->until),
                                      .promised = { lend_yuan(p->yuan), true } };
    return collect_log(&x->l, &x->loan, &p->log, e);
}
struct state_of {
    const struct collection_log *log;
    enum promise_state is;
};
static bool read_state(struct lent *x, void *arg, struct errs *e)
{
    struct state_of *s = arg;
    return promise_state(x->l.act->tx, s->log, clock_today(), &s->is, e);
}
static enum promise_state state_of(struct lent *x, const struct promising *p)
{
    struct state_of s = { .log = &p->log };
    lend_do(x, read_state, &s);
    return s.is;
}

static void a_promise_is_broken_when_its_day_passes_without_the_money(void **state)
{
    struct lent x = lent(state, "xingfu");
    struct taking before = TAKING("700", NULL, 6, 6), part = TAKING("400", NULL, 4, 4),
                  rest = TAKING("600", NULL, 0, 0);
    struct promising p = { .on = 6, .until = 3, .yuan = "1000" },
                     next = { .on = 1, .until = 0, .yuan = "500" };
    lend_do(&x, take, &before); /* the same day, but before he promised */
    lend_do(&x, promise, &p);
    lend_do(&x, take, &part);
    assert_int_equal(state_of(&x, &p), PROMISE_BROKEN);
    struct looking k = seen(&x, (struct str){ 0 });
    assert_int_equal(k.day.sum.broken, 1);
    assert_int_equal(k.day.items[k.day.items_n - 1].amount.fen, 60000);
    unseen(&k);
    lend_do(&x, promise, &next);
    assert_int_equal(state_of(&x, &next), PROMISE_OPEN);
    k = seen(&x, (struct str){ 0 });
    assert_int_equal(k.day.sum.broken, 0); /* a later promise stands in for it */
    unseen(&k);
    lend_do(&x, take, &rest);
    assert_int_equal(state_of(&x, &p), PROMISE_BROKEN); /* late is not kept */
    assert_int_equal(state_of(&x, &next), PROMISE_KEPT);
    assert_verifies(x.w);
}

/* --- days ------------------------------------------------------------------------------------------------
 */

struct closing {
    int ago;
    bool changed;
    struct day_close sum;
};
static bool close_day(struct lent *x, void *arg, struct errs *e)
{
    struct closing *c = arg;
    struct day_result r;
    bool ok = day_close(&x->l, &x->rules, lend_ago(c->ago), &r, &c->changed, e);
    c->sum = r.sum;
    day_release(&r);
    return ok;
}

static void a_day_closed_again_is_the_same_and_nothing_is_written(void **state)
{
    struct lent x = lent_at_interest(state);
    struct closing c = { .ago = 4 }, before = { .ago = 11 };
    struct taking late = TAKING("1000", NULL, 5, 5);
    lend_do(&x, close_day, &c);
    assert_true(c.changed);
    assert_int_equal(c.sum.loans, 1);
    assert_int_equal(c.sum.outstanding.fen, 1000000);
    assert_int_equal(c.sum.accrued.fen, 600); /* six days at one yuan */
    struct snapshot s = world_snapshot(x.w);
    lend_do(&x, close_day, &c);
    assert_false(c.changed);
    assert_same_snapshot(s, world_snapshot(x.w));
    lend_do(&x, close_day, &before);
    assert_int_equal(before.sum.loans, 0); /* it was not lent yet */
    lend_do(&x, take, &late);              /* entered for the day before */
    lend_do(&x, close_day, &c);
    assert_true(c.changed);
    assert_int_equal(c.sum.outstanding.fen, 900000);
    assert_int_equal(c.sum.accrued.fen, 590);
    assert_verifies(x.w);
}

/* So many that two threads read them in slices and a third writes what comes of it: a quarter late by five
 * days, due today, due in twenty days (notice is due a calendar month before), and in sixty.  Of the last
 * hundred nothing is owed. */
enum { MANY_LOANS = 20100, PAID_BACK = 100 };
static struct contract one_of_many(const struct lent *x, int i)
{
    static const int due_in[] = { -5, 0, 20, 60 };
    struct date due = lend_ago(-due_in[i % 4]);
    return (struct contract){ .county = x->county,
                              .fund_id = x->rules.fund.id,
                              .programme = str_of(x->programme),
                              .layer = { LAYER_HOUSEHOLD, true },
                              .number = str_of(arena_printf(&x->w->a, "MANY-%06d", i)),
                              .period_no = { 1, true },
                              .village = world_village(x->county, 1 + i % 2),
                              .project = STR("养牛"),
                              .amount = { { 100 }, true },
                              .rate = STR("0"),
                              .method = { METHOD_BULLET + 1, true },
                              .signed_on = { lend_ago(400), true },
                              .paid_out_on = { lend_ago(9), true },
                              .due_on = { due, true },
                              .ends_on = { due, true },
                              .round = { 1, true } };
}

static bool post_many(struct lent *x, struct ledger_bulk *l, const struct contract *c, size_t n,
                      struct errs *e)
{
    struct posting_line lines[POSTING_LINES_MAX] = {
        { .kind = ACCOUNT_SPECIAL, .amount = { -100 * (int64_t)n }, .source = { FUND_SOURCE_POOL, true } }
    };
    for (size_t i = 0; i < n; i++)
        lines[i + 1] = (struct posting_line){ .kind = ACCOUNT_LOANS,
                                              .amount = { 100 },
                                              .source = { FUND_SOURCE_POOL, true },
                                              .contract_id = { c[i].id, true },
                                              .region = c[i].village };
    const struct posting p = { .county = x->county,
                               .fund_id = x->rules.fund.id,
                               .entry_date = lend_ago(9),
                               .value_date = lend_ago(9),
                               .kind = VOUCHER_PAYOUT,
                               .purpose = STR("发放借款"),
                               .lines = lines,
                               .n = n + 1 };
    struct voucher v;
    return ledger_bulk_post(l, &p, &v, e);
}

static bool lend_many(struct lent *x, void *arg, struct errs *e)
{
    enum { AT_ONCE = POSTING_LINES_MAX - 1 };
    struct act *act = x->l.act;
    struct contract c[AT_ONCE];
    size_t n = 0;
    CLEANUP(bulk_closep) struct bulk *contracts = bulk_open(act->tx, &contract_entity);
    CLEANUP(ledger_bulk_closep) struct ledger_bulk *l = ledger_bulk_open(act, x->county, e);
    (void)arg;
    for (int i = 0; l && i < MANY_LOANS + PAID_BACK; i++) {
        c[n] = one_of_many(x, i);
        if (!db_id(act->tx, &c[n].id, e) || !bulk_add(contracts, &c[n], e))
            return false;
        if (i < MANY_LOANS)
            n++;
        if ((n == AT_ONCE || i + 1 == MANY_LOANS) && n && i < MANY_LOANS) {
            if (!post_many(x, l, c, n, e))
                return false;
            n = 0;
        }
    }
    return l && bulk_flush(contracts, e) && ledger_bulk_finish(l, e);
}

static void the_day_of_very_many_loans_comes_to_what_their_terms_say(void **state)
{
    struct lent x = lend_world(*state, "xingfu");
    struct closing c = { .ago = 0 };
    lend_do(&x, lend_many, NULL);
    lend_do(&x, close_day, &c);
    assert_true(c.changed);
    assert_int_equal(c.sum.loans, 20100);
    assert_int_equal(c.sum.outstanding.fen, 2010000);
    assert_int_equal(c.sum.overdue.fen, 502500);
    assert_int_equal(c.sum.overdue_loans, 5025);
    assert_int_equal(c.sum.par30.fen, 0);
    assert_int_equal(c.sum.due_today.fen, 502500);
    assert_int_equal(c.sum.reminders, 10050);
    lend_do(&x, close_day, &c);
    assert_false(c.changed);
    struct looking k = seen(&x, (struct str){ 0 });
    assert_int_equal(k.day.items_n, 15075);
    assert_int_equal(k.day.items[0].due_on.day, lend_ago(0).day);
    assert_int_equal(k.day.items[1].due_on.day, lend_ago(-20).day);
    assert_int_equal(k.day.items[10050].kind.v, ITEM_DUE);
    for (size_t i = 1; i < 10050; i++)
        assert_true(k.day.items[i - 1].contract_id < k.day.items[i].contract_id);
    unseen(&k);
    assert_verifies(x.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notice_is_sent_one_calendar_month_before_and_the_ends_of_months_are_safe),
        cmocka_unit_test(a_repayment_dated_back_has_the_later_ones_reckoned_anew_and_nothing_is_changed),
        cmocka_unit_test(what_is_paid_too_much_is_kept_by_decision_and_pays_a_later_debt_once),
        cmocka_unit_test(what_is_beyond_the_whole_debt_is_kept_where_the_programme_says_next),
        cmocka_unit_test(money_is_held_by_whoever_took_it_in_until_it_is_remitted),
        cmocka_unit_test(a_promise_is_broken_when_its_day_passes_without_the_money),
        cmocka_unit_test(a_day_closed_again_is_the_same_and_nothing_is_written),
        cmocka_unit_test(the_day_of_very_many_loans_comes_to_what_their_terms_say),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
