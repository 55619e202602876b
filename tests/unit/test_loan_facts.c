/* What rules see of a household's loans: as the contracts and the journal had them on that day (R095, R620),
 * and when it first got money (R285). */
#include "base/value.h"
#include "fieldwork/fieldwork.h"
#include "fieldwork/loan_facts.h"
#include "fund/book.h"
#include "fund/first_payout.h"
#include "ledger/ledger.h"
#include "support/world.h"

static struct date day(const char *s)
{
    struct date d;
    assert_int_equal(date_read(str_of(s), &d), READ_OK);
    return d;
}

/* --- a household with a loan ---------------------------------------------------------------- */

struct lending {
    struct world *w;
    struct fund fund;
    struct family family;
    struct contract c, old;
    struct disaster_loss loss;
    struct posting p;
    struct posting_line lines[2];
    struct voucher v;
    struct date on;
};

static bool put_loan(struct act *act, void *ctx, struct errs *e)
{
    struct lending *l = ctx;
    l->c.fund_id = l->fund.id;
    return (l->fund.id || (fund_add(act, &l->fund, e) && (l->c.fund_id = l->fund.id))) &&
           db_id(act->tx, &l->c.id, e) && db_insert(act->tx, &contract_entity, &l->c, e);
}

static void lend_to(struct lending *l, const char *number, const char *out, const char *due)
{
    l->c = (struct contract){ .county = l->fund.county,
                              .programme = STR("xingfu"),
                              .layer = { LAYER_HOUSEHOLD, true },
                              .number = str_of(number),
                              .household_id = { l->family.h.id, true },
                              .village = l->family.h.village,
                              .amount = { { 1000000 }, true },
                              .paid_out_on = { day(out), true },
                              .due_on = { day(due), true },
                              .ends_on = { day(due), true } };
    world_act(l->w, l->fund.county, put_loan, l);
}

static struct lending lending(struct world *w)
{
    struct lending l = { .w = w,
                         .fund = { .county = world_county(w),
                                   .code = STR("XF"),
                                   .name = STR("幸福工程"),
                                   .programme = STR("xingfu") } };
    l.family = world_family(w, l.fund.county);
    return l;
}

static bool post(struct act *act, void *ctx, struct errs *e)
{
    struct lending *l = ctx;
    return ledger_post(act, &l->p, &l->v, e);
}

static bool take_back(struct act *act, void *ctx, struct errs *e)
{
    struct lending *l = ctx;
    struct voucher out;
    return ledger_reverse(act, &l->v, l->on, STR("测试"), &out, e);
}

/* What the household owes changes by so many yuan. */
static void moved(struct lending *l, enum voucher_kind kind, enum account_kind other, const char *on,
                  int yuan)
{
    l->lines[0] = (struct posting_line){ .kind = ACCOUNT_LOANS,
                                         .amount = { yuan * 100 },
                                         .contract_id = { l->c.id, true } };
    l->lines[1] = (struct posting_line){ .kind = other,
                                         .amount = { -yuan * 100 },
                                         .region = { l->fund.county * 1000000 + 100000 } };
    l->p = (struct posting){ .county = l->fund.county,
                             .fund_id = l->fund.id,
                             .entry_date = day(on),
                             .value_date = day(on),
                             .kind = kind,
                             .purpose = STR("测试"),
                             .lines = l->lines,
                             .n = 2 };
    world_act(l->w, l->fund.county, post, l);
}

static void paid_out(struct lending *l, const char *on, int yuan)
{
    moved(l, VOUCHER_PAYOUT, ACCOUNT_TRANSIT, on, yuan);
}

static void repaid(struct lending *l, const char *on, int yuan)
{
    moved(l, VOUCHER_REPAYMENT, ACCOUNT_TRANSIT, on, -yuan);
}

static bool change(struct act *act, void *ctx, struct errs *e)
{
    struct lending *l = ctx;
    return db_update(act->tx, &contract_entity, &l->old, &l->c, e);
}

static bool suffer(struct act *act, void *ctx, struct errs *e)
{
    struct lending *l = ctx;
    return db_id(act->tx, &l->loss.id, e) && db_insert(act->tx, &disaster_loss_entity, &l->loss, e);
}

/* --- looking ---------------------------------------------------------------------------------- */

struct looking {
    const struct lending *l;
    struct date on;
    int64_t household;
    struct buf b;
};

static void put_row(void *ctx, int64_t household, const struct val *fields)
{
    struct looking *x = ctx;
    assert_int_equal(household, x->l->family.h.id);
    buf_add(&x->b, fields[1].s);
    for (size_t i = 2; i <= 3; i++)
        buf_addf(&x->b, " %lld", (long long)fields[i].i / 100);
    for (size_t i = 4; i <= 5; i++) {
        buf_addc(&x->b, ' ');
        date_print(&x->b, (struct date){ (int32_t)fields[i].i });
    }
    buf_addf(&x->b, " %lld days", (long long)fields[6].i);
    for (size_t i = 7; i <= 9; i++)
        buf_adds(&x->b, fields[i].i ? " yes" : " no");
    buf_addc(&x->b, '\n');
}

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *x = ctx;
    buf_clear(&x->b);
    return loan_facts.each(tx, x->l->fund.county, x->household, x->on, put_row, x, e);
}

/* state, amount, outstanding, paid out, due, days overdue; let off, written off, settled */
static void assert_seen(const struct lending *l, const char *on, const char *want)
{
    struct looking x = { l, day(on), 0, BUF(4096) };
    world_read(l->w, look, &x);
    assert_string_equal(buf_cstr(&x.b), want);
    x.household = l->family.h.id;
    world_read(l->w, look, &x);
    assert_string_equal(buf_cstr(&x.b), want);
    buf_release(&x.b);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void a_loan_is_there_from_its_payout_and_late_from_the_day_after_it_was_due(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "1", "2015-03-01", "2016-03-01");
    assert_seen(&l, "2015-03-01", "");
    paid_out(&l, "2015-03-01", 10000);
    assert_seen(&l, "2015-02-28", "");
    assert_seen(&l, "2015-03-01", "live 10000 10000 2015-03-01 2016-03-01 0 days no no no\n");
    assert_seen(&l, "2016-03-01", "live 10000 10000 2015-03-01 2016-03-01 0 days no no no\n");
    assert_seen(&l, "2016-03-02", "overdue 10000 10000 2015-03-01 2016-03-01 1 days no no no\n");
    repaid(&l, "2016-03-01", 4000);
    repaid(&l, "2016-04-10", 6000);
    assert_seen(&l, "2016-04-09", "overdue 10000 6000 2015-03-01 2016-03-01 39 days no no no\n");
    assert_seen(&l, "2017-01-01", "settled 10000 0 2015-03-01 2016-03-01 40 days no no yes\n");
    assert_seen(&l, "2015-12-31", "live 10000 10000 2015-03-01 2016-03-01 0 days no no no\n");
}

static void a_repayment_taken_back_never_was(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "1", "2015-03-01", "2016-03-01");
    paid_out(&l, "2015-03-01", 10000);
    repaid(&l, "2016-02-01", 10000);
    assert_seen(&l, "2016-05-01", "settled 10000 0 2015-03-01 2016-03-01 0 days no no yes\n");
    l.on = day("2016-06-01");
    world_act(l.w, l.fund.county, take_back, &l);
    assert_seen(&l, "2016-05-31", "settled 10000 0 2015-03-01 2016-03-01 0 days no no yes\n");
    assert_seen(&l, "2016-06-01", "overdue 10000 10000 2015-03-01 2016-03-01 92 days no no no\n");
}

static void a_payout_that_failed_is_no_loan(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "1", "2015-03-01", "2016-03-01");
    paid_out(&l, "2015-03-01", 10000);
    moved(&l, VOUCHER_PAYOUT_FAILED, ACCOUNT_TRANSIT, "2015-03-03", -10000);
    assert_seen(&l, "2015-03-04", "");
}

static void what_is_written_off_is_not_settled(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "1", "2010-03-01", "2012-03-01");
    paid_out(&l, "2010-03-01", 10000);
    repaid(&l, "2012-03-01", 2500);
    moved(&l, VOUCHER_WRITE_OFF, ACCOUNT_LOSS, "2014-03-01", -7500);
    assert_seen(&l, "2014-03-02", "written_off 10000 0 2010-03-01 2012-03-01 730 days no yes no\n");
}

static void each_instalment_has_its_own_day(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "1", "2015-01-01", "2016-01-01");
    l.old = l.c;
    l.c.instalments = (struct opt_int){ 4, true };
    l.c.every_months = (struct opt_int){ 3, true };
    l.c.method = (struct code){ 2, true }; /* equal principal */
    world_act(l.w, l.fund.county, change, &l);
    paid_out(&l, "2015-01-01", 10000);
    repaid(&l, "2015-04-01", 2500);
    repaid(&l, "2015-07-11", 2500);
    assert_seen(&l, "2015-09-30", "live 10000 5000 2015-01-01 2016-01-01 10 days no no no\n");
    assert_seen(&l, "2015-10-21", "overdue 10000 5000 2015-01-01 2016-01-01 20 days no no no\n");
}

static void whoever_was_let_off_after_a_disaster_has_an_extension_and_a_loss(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "1", "2015-03-01", "2016-03-01");
    paid_out(&l, "2015-03-01", 10000);
    l.loss = (struct disaster_loss){ .county = l.fund.county,
                                     .household_id = l.family.h.id,
                                     .event = STR("台风"),
                                     .happened_on = { day("2015-09-29"), true } };
    world_act(l.w, l.fund.county, suffer, &l);
    assert_seen(&l, "2016-03-02", "overdue 10000 10000 2015-03-01 2016-03-01 1 days no no no\n");
    l.old = l.c;
    l.c.ends_on = (struct opt_date){ day("2016-09-01"), true };
    world_act(l.w, l.fund.county, change, &l);
    assert_seen(&l, "2016-03-02", "live 10000 10000 2015-03-01 2016-09-01 0 days yes no no\n");
    assert_seen(&l, "2016-09-03", "overdue 10000 10000 2015-03-01 2016-09-01 2 days yes no no\n");
}

struct first {
    const struct lending *l;
    struct date on;
    struct region_code within;
    struct screen_own_day *list;
    size_t n;
};

static bool ask_first(struct tx *tx, void *ctx, struct errs *e)
{
    struct first *x = ctx;
    return first_payouts(tx, &x->l->w->who, x->within, STR("xingfu"), x->on, &x->list, &x->n, e);
}

static void of_several_loans_the_first_payout_counts(void **state)
{
    struct lending l = lending(*state);
    lend_to(&l, "2", "2015-03-01", "2017-03-01");
    lend_to(&l, "1", "2012-05-04", "2014-05-04");
    struct first x = { &l, day("2017-09-30"), { l.fund.county * 1000000 }, NULL, 0 };
    world_read(l.w, ask_first, &x);
    assert_int_equal(x.n, 1);
    assert_int_equal(x.list[0].household, l.family.h.id);
    assert_int_equal(x.list[0].day.day, day("2012-05-04").day);
    x.on = day("2012-05-03");
    world_read(l.w, ask_first, &x);
    assert_int_equal(x.n, 0);
    x.on = day("2017-09-30");
    x.within =
        world_village(l.fund.county, l.family.h.village.v == world_village(l.fund.county, 1).v ? 2 : 1);
    world_read(l.w, ask_first, &x);
    assert_int_equal(x.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loan_is_there_from_its_payout_and_late_from_the_day_after_it_was_due),
        cmocka_unit_test(a_repayment_taken_back_never_was),
        cmocka_unit_test(a_payout_that_failed_is_no_loan),
        cmocka_unit_test(what_is_written_off_is_not_settled),
        cmocka_unit_test(each_instalment_has_its_own_day),
        cmocka_unit_test(whoever_was_let_off_after_a_disaster_has_an_extension_and_a_loss),
        cmocka_unit_test(of_several_loans_the_first_payout_counts),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
