/* test_lending_faults.c - whichever step of the database fails while money moves: a repayment, its reversal,
 * a file of them, a meeting, a bank file and the bank's answer are there as a whole or not at all. */
#include "fault/fault.h"
#include "support/lend.h"

#include "base/value.h"
#include "fund/collected.h"
#include "fund/day.h"
#include "fund/payout.h"
#include "fund/relief.h"
#include "fund/repay_file.h"

struct operation {
    struct world *w;
    int64_t county;
    struct lent lent;
    struct payout payout;
    struct repayment repayment;
    int rows; /* of repayment files that came in */
};
typedef bool op_fn(struct operation *x, struct errs *e);

/* --- lending ------------------------------------------------------------------------------ */

static bool write_repayment(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    const struct repay_request q = {
        .amount = { 100 }, .on = l.today, .value_date = l.today, .payer_kind = { PAYER_BORROWER, true }
    };
    struct repay_result r;
    struct repayment back;
    return repay_take(&l, &x->lent.loan, &q, &r, e) &&
           repay_undo(&l, &x->lent.loan, &r.repayment, l.today, STR("记错"), true, &back, e);
}

static bool take_repayment(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_repayment, x, e);
}

static bool write_payout(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    struct payout p = { .period_no = { 1, true },
                        .township = x->lent.upper.village,
                        .held_on = { clock_today(), true },
                        .place = STR("村部"),
                        .attendees = STR("村两委"),
                        .lender = STR("王会计") };
    const struct meeting_receipt r = { x->lent.loan.number, RECEIPT_SIGNATURE };
    return payout_meeting(&l, &x->lent.rules, &p, &r, 1, e);
}

static bool hand_out(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_payout, x, e);
}

/* A promise, a receipt, what it brought remitted, and the day closed. */
static bool write_collection(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    const struct repay_request q = { .amount = { 100 },
                                     .on = l.today,
                                     .value_date = l.today,
                                     .collector = STR("李干事"),
                                     .payer_kind = { PAYER_BORROWER, true } };
    struct collection_log log = { .done_on = { l.today, true },
                                  .way = { 1, true },
                                  .visitor = STR("李干事"),
                                  .promised_on = { l.today, true },
                                  .promised = { { 500 }, true } };
    struct remittance r = { .township = x->lent.upper.village,
                            .collector = STR("李干事"),
                            .amount = { { 100 }, true },
                            .remitted_on = { l.today, true } };
    struct repay_result done;
    struct voucher v;
    struct day_result day = { .items = NULL };
    bool changed, ok = collect_log(&l, &x->lent.loan, &log, e) &&
                       repay_take(&l, &x->lent.loan, &q, &done, e) &&
                       remit(&l, &x->lent.rules.fund, &r, &v, e) &&
                       day_close(&l, &x->lent.rules, l.today, &day, &changed, e);
    day_release(&day);
    return ok;
}

static bool collect_and_close(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_collection, x, e);
}

static bool write_bank_file(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    struct bank_row *rows;
    size_t n;
    x->payout = (struct payout){ .period_no = { 1, true },
                                 .township = x->lent.upper.village,
                                 .held_on = { clock_today(), true } };
    return payout_file(&l, &x->lent.rules, &x->payout, &x->lent.loan.number, 1, &rows, &n, e);
}

static bool make_bank_file(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_bank_file, x, e);
}

static bool write_answer(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    const struct bank_answer a = { .line = 2, .no = 1, .amount = x->lent.amount, .paid = true };
    struct bank_result r;
    return payout_answer(&l, &x->payout, &a, 1, &r, e);
}

static bool take_answer(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_answer, x, e);
}

static bool write_reversal(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    struct repayment back;
    return repay_undo(&l, &x->lent.loan, &x->repayment, l.today, STR("记错"), false, &back, e);
}

static bool reverse_repayment(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_reversal, x, e);
}

static bool write_one(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    const struct repay_request q = {
        .amount = { 100 }, .on = l.today, .value_date = l.today, .payer_kind = { PAYER_BORROWER, true }
    };
    struct repay_result r;
    bool ok = repay_take(&l, &x->lent.loan, &q, &r, e);
    x->repayment = r.repayment;
    return ok;
}

/* Three rows that nobody has sent before: with a receipt, without one, and one that is refused. */
static bool take_file(struct operation *x, struct errs *e)
{
    struct world *w = x->w;
    const struct str n = x->lent.loan.number;
    const struct civil d = date_civil(clock_today());
    const struct repay_file_options o = { .county = x->county,
                                          .today = clock_today(),
                                          .name = STR("还款.csv") };
    struct repay_file f;
    struct repay_file_result r;
    char *text =
        arena_printf(&w->a,
                     "合同编号,日期,金额,收据号\n%.*s,%04d-%02d-%02d,1,R%d\n%.*s,%04d-%02d-%02d,0.%02d,\n"
                     "无此合同,%04d-%02d-%02d,1,\n",
                     (int)n.n, n.p, d.year, d.month, d.day, x->rows, (int)n.n, n.p, d.year, d.month, d.day,
                     x->rows % 99 + 1, d.year, d.month, d.day);
    bool ok = repay_file_read(str_of(text), &w->codes, clock_today(), &f, e) &&
              repay_file_take(w->st, &w->who, &w->codes, &o, &f, &r, e);
    if (!ok)
        return false;
    assert_int_equal(r.taken, 2);
    assert_int_equal(r.refused, 1);
    x->rows++;
    return true;
}

/* --- every fifth step ----------------------------------------------------------------------- */

/* A contract that waits for its money, in a county of its own. */
static struct operation prepare_loan(struct world *w, const struct lent *lent)
{
    struct operation x = { .w = w, .county = lent->county, .lent = *lent };
    lend_draft(&x.lent, "1000");
    lend_sign(&x.lent);
    return x;
}

typedef void again_fn(struct operation *x);

/* Every fifth step fails; each failure leaves everything as it was, and at last it is done once.  again: what
 * it takes to do it once more; NULL: nothing. */
static void fail_lending(struct operation *x, op_fn *fn, again_fn *again)
{
    enum { EVERY = 5 };
    struct world *w = x->w;
    for (enum way way = FAILS; way <= CUTS_OFF; way++) {
        bool hit = true;
        if (way == LOSES_RACE || way == (world_is_sqlite(w) ? CUTS_OFF : ROLLS_BACK))
            continue;
        for (int step = 1 + (int)way; hit; step += EVERY) {
            struct snapshot before = world_snapshot(w);
            errs_clear(&w->e);
            arm(way, step);
            bool ok = fn(x, &w->e);
            hit = disarm();
            assert_true(ok || hit); /* a transaction that the server ended is run again */
            assert_true(!ok || !hit || way == CUTS_OFF || way == ROLLS_BACK);
            if (!ok)
                assert_same_snapshot(before, world_snapshot(w));
            else if (again)
                again(x);
        }
        assert_verifies(w);
    }
}

static void with_another_loan(struct operation *x)
{
    lend_draft(&x->lent, "1000");
    lend_sign(&x->lent);
}

static void with_another_bank_file(struct operation *x)
{
    with_another_loan(x);
    world_act(x->w, x->county, write_bank_file, x);
}

static void with_another_repayment(struct operation *x)
{
    world_act(x->w, x->county, write_one, x);
}

static void a_repayment_is_taken_and_undone_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    lend_pay(&x.lent);
    fail_lending(&x, take_repayment, NULL);
}

static void a_reversal_is_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    lend_pay(&x.lent);
    with_another_repayment(&x);
    fail_lending(&x, reverse_repayment, with_another_repayment);
}

static void a_file_of_repayments_comes_in_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    lend_pay(&x.lent);
    fail_lending(&x, take_file, NULL);
}

/* --- relief of a loan: proposed, decided by another, taken back ------------------------------- */

static struct actor second;

static bool add_second(struct act *act, void *ctx, struct errs *e)
{
    struct world *w = ctx;
    struct app_user a = { .login = STR("second"), .name = STR("王审"), .active = true };
    struct errs own = { .a = &w->a };
    (void)e;
    return user_add(act->tx, &a, &own) &&
           user_appoint(act->tx, a.id, "office", (struct region_code){ 0 }, &own) &&
           actor_open(act->tx, a.login.p, "test", &second, &own);
}

static bool write_relief(struct act *act, void *ctx, struct errs *e)
{
    struct operation *x = ctx;
    struct lending l = { act, &x->w->codes, clock_today() };
    struct contract c = x->lent.loan;
    struct loan_relief r = { .kind = { RELIEF_EXTEND, true }, .months = { 6, true }, .reason = STR("受灾") };
    const struct relief_decision d = { true, STR("批1号"), { .set = false } };
    struct loan_relief approved, undone;
    const struct actor *who = act->who;
    bool ok = relief_propose(&l, &c, &r, e);
    act->who = &second;
    ok = ok && relief_decide(&l, &c, &r, &d, &approved, e) &&
         db_get(act->tx, &contract_entity, &c, e, V(c.county), V(c.id)) == FOUND;
    act->who = who;
    return ok && relief_undo(&l, &c, &approved, STR("有误"), STR("批2号"), &undone, e);
}

static bool relieve(struct operation *x, struct errs *e)
{
    return world_try(x->w, x->w->st, x->county, write_relief, x, e);
}

static void a_relief_is_decided_and_undone_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    world_act(*state, 0, add_second, *state);
    lend_pay(&x.lent);
    fail_lending(&x, relieve, NULL);
}

static void a_day_of_collection_is_kept_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    lend_pay(&x.lent);
    fail_lending(&x, collect_and_close, NULL);
}

static void a_meeting_pays_out_whole_or_not_at_all(void **state)
{
    struct lent lent = lend_world(*state, "xingfu");
    struct operation x = prepare_loan(*state, &lent);
    fail_lending(&x, hand_out, with_another_loan);
}

/* A programme that pays onto accounts. */
static struct operation prepare_bank(struct world *w)
{
    static const char *const pairs[] = { "code: xingfu",
                                         "code: zhuanzhang",
                                         "zh: 幸福工程, en: Happiness Project",
                                         "zh: 转账工程",
                                         "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
                                         "aliases: [转账]",
                                         "    ways: [meeting]",
                                         "    ways: [meeting, one_card]",
                                         NULL };
    lend_programme(w, "xingfu", pairs);
    struct lent lent = lend_world(w, "zhuanzhang");
    return prepare_loan(w, &lent);
}

static void a_bank_file_is_made_whole_or_not_at_all(void **state)
{
    struct operation x = prepare_bank(*state);
    fail_lending(&x, make_bank_file, with_another_loan);
}

static void a_banks_answer_is_taken_whole_or_not_at_all(void **state)
{
    struct operation x = prepare_bank(*state);
    world_act(x.w, x.county, write_bank_file, &x);
    fail_lending(&x, take_answer, with_another_bank_file);
}

static int open_group(void **state)
{
    world_open(state);
    world_forget_codes(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repayment_is_taken_and_undone_whole_or_not_at_all),
        cmocka_unit_test(a_reversal_is_whole_or_not_at_all),
        cmocka_unit_test(a_file_of_repayments_comes_in_whole_or_not_at_all),
        cmocka_unit_test(a_relief_is_decided_and_undone_whole_or_not_at_all),
        cmocka_unit_test(a_day_of_collection_is_kept_whole_or_not_at_all),
        cmocka_unit_test(a_meeting_pays_out_whole_or_not_at_all),
        cmocka_unit_test(a_bank_file_is_made_whole_or_not_at_all),
        cmocka_unit_test(a_banks_answer_is_taken_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, open_group, world_close);
}
