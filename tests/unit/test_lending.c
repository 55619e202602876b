/* A loan fund at work: contracts in force when all have signed, nothing paid while a point is missing,
 * repayments by the programme's rules, and verify that compares papers with the journal (R261, R279-R285,
 * R300-R305, R341-R345). */
#include "base/value.h"
#include "fund/checklist.h"
#include "fund/guarantor.h"
#include "fund/payout.h"
#include "fund/pool.h"
#include "fund/repay.h"
#include "support/lend.h"
#include "support/raw.h"

static bool says(struct world *w, const char *text)
{
    for (const struct err *x = w->e.bad.first; x; x = x->next)
        if (strstr(x->text, text))
            return true;
    return false;
}

/* --- what is missing ------------------------------------------------------------------------ */

static bool pay_now(struct lent *x, void *arg, struct errs *e)
{
    struct payout p = { .period_no = { 1, true },
                        .township = x->upper.village,
                        .held_on = SINCE(10),
                        .place = STR("村部"),
                        .attendees = STR("村两委"),
                        .lender = STR("王会计") };
    const struct meeting_receipt r = { x->loan.number, RECEIPT_SIGNATURE };
    (void)arg;
    return payout_meeting(&x->l, &x->rules, &p, &r, 1, e);
}

static void nothing_is_paid_while_a_point_is_missing_and_each_is_named(void **state)
{
    struct lent x = lend_world(*state, "xingfu");
    static const char *const points[] = {
        "the lender has not signed", "the lender has not sealed",   "the borrower has not signed",
        "there is no guarantor",     "application form is missing",
    };
    lend_draft(&x, "10000");
    assert_false(lend_try(&x, pay_now, NULL));
    assert_int_equal(x.w->e.bad.n, N_ELEMS(points));
    for (size_t i = 0; i < N_ELEMS(points); i++)
        if (!says(x.w, points[i]))
            fail_msg("not named: %s", points[i]);
    lend_sign(&x);
    lend_do(&x, pay_now, NULL);
    assert_false(lend_try(&x, pay_now, NULL));
    assert_true(says(x.w, "was paid out on"));
    assert_verifies(x.w);
}

static void application_contract_and_iou_carry_one_number(void **state)
{
    struct lent x = lend_world(*state, "xingfu");
    lend_draft(&x, "10000");
    char want[64];
    snprintf(want, sizeof want, "XF-%lld-001-0001", (long long)x.upper.village.v / 1000);
    assert_true(str_eq(x.loan.number, str_of(want)));
    x.f = world_family(x.w, x.county);
    struct contract first = x.loan;
    lend_draft(&x, "10000");
    assert_false(str_eq(first.number, x.loan.number));
}

/* --- signatures ----------------------------------------------------------------------------- */

static bool ask(struct lent *x, void *arg, struct errs *e)
{
    struct contract_change c = { .amount = { *(struct money *)arg, true }, .reason = STR("少借") };
    return change_ask(&x->l, &x->loan, &c, e);
}

static bool decide(struct lent *x, void *arg, struct errs *e)
{
    struct actor other = *x->l.act->who;
    const struct actor *self = x->l.act->who;
    struct contract_change c;
    if (*(bool *)arg)
        other.login = STR("zhang");
    x->l.act->who = &other;
    bool ok = change_decide(&x->l, &x->loan, 0, true, &c, e);
    x->l.act->who = self;
    return ok;
}

static bool look(struct lent *x, void *arg, struct errs *e)
{
    (void)arg;
    return db_get(x->l.act->tx, &contract_entity, &x->loan, e, V(x->county), V(x->loan.id)) == FOUND;
}

static void another_amount_needs_another_person_and_all_signatures_anew(void **state)
{
    struct lent x = lend_world(*state, "xingfu");
    struct money less = lend_yuan("8000");
    bool self = false, other = true;
    lend_draft(&x, "10000");
    lend_sign(&x);
    lend_do(&x, ask, &less);
    assert_false(lend_try(&x, decide, &self));
    assert_error(&x.w->e, ERR_FORBIDDEN, MSG_CHANGE_SAME_PERSON);
    assert_false(lend_try(&x, pay_now, NULL));
    assert_true(says(x.w, "a request for a change waits"));
    lend_do(&x, decide, &other);
    lend_do(&x, look, NULL);
    assert_int_equal(x.loan.amount.v.fen, 800000);
    assert_false(x.loan.signed_on.set);
    assert_false(lend_try(&x, pay_now, NULL));
    assert_true(says(x.w, "the borrower has not signed"));
    assert_true(says(x.w, "guarantor 林书记 has not sealed"));
    assert_verifies(x.w);
}

/* --- guarantors ----------------------------------------------------------------------------- */

static bool stand(struct lent *x, void *arg, struct errs *e)
{
    struct guarantee g = { .kind = { 1, true }, .name = str_of(arg) };
    return guarantor_add(&x->l, &x->loan, &g, e);
}

static void a_guarantor_is_not_family_and_stands_for_no_more_than_the_limit(void **state)
{
    static const char *const limited[] = { "code: xingfu",
                                           "code: xiane",
                                           "zh: 幸福工程, en: Happiness Project",
                                           "zh: 限额工程",
                                           "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
                                           "aliases: [限额]",
                                           "    kinds: [village_cadre]",
                                           "    kinds: [village_cadre]\n    exposure_max: 15000.00",
                                           NULL };
    lend_programme(*state, "xingfu", limited);
    struct lent x = lend_world(*state, "xiane");
    lend_draft(&x, "10000");
    assert_false(lend_try(&x, stand, arena_printf(&x.w->a, "%.*s", (int)x.f.p.name.n, x.f.p.name.p)));
    assert_error(&x.w->e, ERR_INVALID, MSG_GUARANTOR_FAMILY);
    lend_sign(&x);
    lend_draft(&x, "6000");
    assert_false(lend_try(&x, stand, (char[]){ "林书记" }));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_GUARANTOR_EXPOSURE);
    lend_do(&x, stand, (char[]){ "苏主任" });
}

/* --- repayments ----------------------------------------------------------------------------- */

struct taking {
    const char *yuan, *key;
    int on, value; /* days ago */
    struct repay_result r;
};
static bool take(struct lent *x, void *arg, struct errs *e)
{
    struct taking *t = arg;
    const struct repay_request q = { .amount = lend_yuan(t->yuan),
                                     .on = lend_ago(t->on),
                                     .value_date = lend_ago(t->value ? t->value : t->on),
                                     .payer_kind = { PAYER_BORROWER, true },
                                     .key = str_of(t->key) };
    return repay_take(&x->l, &x->loan, &q, &t->r, e);
}

static bool undo(struct lent *x, void *arg, struct errs *e)
{
    const struct taking *t = arg;
    struct repayment out;
    return repay_undo(&x->l, &x->loan, &t->r.repayment, clock_today(), STR("记错"), true, &out, e);
}

static struct lent lent_ten_thousand(void **state)
{
    struct lent x = lend_world(*state, "xingfu");
    lend_draft(&x, "10000");
    lend_sign(&x);
    lend_pay(&x);
    return x;
}

static void the_same_request_is_one_repayment_and_another_under_its_key_none(void **state)
{
    struct lent x = lent_ten_thousand(state);
    struct taking t = { "3000", .key = "k1", .on = 5 }, again = t, other = { "3001", .key = "k1", .on = 5 };
    lend_do(&x, take, &t);
    lend_do(&x, take, &again);
    assert_true(again.r.again);
    assert_int_equal(again.r.outstanding.fen, 700000);
    assert_true(str_eq(again.r.repayment.receipt_no, t.r.repayment.receipt_no));
    assert_false(lend_try(&x, take, &other));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REPAY_KEY);
    assert_verifies(x.w);
}

static void an_undone_repayment_is_as_if_it_had_never_been(void **state)
{
    struct lent x = lent_ten_thousand(state);
    struct taking t = { "12000", .on = 5 }, after = { "10000", .on = 4 };
    lend_do(&x, take, &t);
    assert_int_equal(t.r.repayment.principal.fen, 1000000);
    assert_int_equal(t.r.overpaid.fen, 200000);
    lend_do(&x, undo, &t);
    assert_false(lend_try(&x, undo, &t));
    assert_error(&x.w->e, ERR_CONFLICT, MSG_REPAY_UNDONE);
    lend_do(&x, take, &after);
    assert_int_equal(after.r.outstanding.fen, 0);
    assert_int_equal(after.r.overpaid.fen, 0);
    assert_verifies(x.w);
}

static void money_is_not_repaid_before_it_was_lent_nor_tomorrow(void **state)
{
    struct lent x = lent_ten_thousand(state);
    struct taking before = { "1", .on = 5, .value = 11 }, tomorrow = { "1", .on = -1 };
    assert_false(lend_try(&x, take, &before));
    assert_error(&x.w->e, ERR_INVALID, MSG_REPAY_BEFORE_PAYOUT);
    assert_false(lend_try(&x, take, &tomorrow));
    assert_error(&x.w->e, ERR_INVALID, MSG_REPAY_DATES);
}

/* 10000 yuan at 12 % in twelve annuities from ten days ago; paid off after five days: interest for five days
 * of the first month's 100.00 yuan. */
static void who_pays_off_a_loan_with_interest_pays_the_interest_accrued(void **state)
{
    static const char *const pairs[] = { "code: xingfu",
                                         "code: fuxi",
                                         "zh: 幸福工程, en: Happiness Project",
                                         "zh: 付息工程",
                                         "aliases: [幸福工程——救助贫困母亲行动, 救助贫困母亲]",
                                         "aliases: [付息]",
                                         "  rate: 0 ",
                                         "  rate: 0.0365 ",
                                         "allocation: [principal]",
                                         "allocation: [interest, principal]",
                                         "  method: bullet",
                                         "  method: bullet\n  day_count: actual/365",
                                         "  excess: refund",
                                         "  excess: next",
                                         NULL };
    lend_programme(*state, "xingfu", pairs);
    struct lent x = lend_world(*state, "fuxi");
    lend_draft(&x, "10000");
    assert_true(str_eq(x.loan.rate, STR("0.0365")));
    lend_sign(&x);
    lend_pay(&x);
    struct taking all = { "10006", .on = 5 };
    lend_do(&x, take, &all);
    assert_int_equal(all.r.overpaid.fen, 100); /* more than the whole debt: it stays for the next one */
    assert_true(all.r.kept);
    assert_int_equal(all.r.repayment.principal.fen, 1000000);
    assert_int_equal(all.r.repayment.interest.fen, 500); /* 10000 × 3.65 % × 5 ÷ 365 */
    assert_verifies(x.w);
}

/* --- verify --------------------------------------------------------------------------------- */

static void verify_compares_the_papers_with_the_journal(void **state)
{
    struct lent x = lent_ten_thousand(state);
    struct taking t = { "3000", .on = 5 };
    static const struct {
        const char *change, *back, *says;
    } cases[] = {
        { "UPDATE repayment SET principal = principal + 1", "UPDATE repayment SET principal = principal - 1",
          "is not what its voucher says" },
        { "UPDATE contract SET paid_out_on = paid_out_on + 1 WHERE layer = 2 AND paid_out_on IS NOT NULL",
          "UPDATE contract SET paid_out_on = paid_out_on - 1 WHERE layer = 2 AND paid_out_on IS NOT NULL",
          "is not that of its voucher" },
    };
    lend_do(&x, take, &t);
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        struct raw *raw = raw_open(x.w->url);
        raw_do(raw, cases[i].change);
        struct verify_report r = world_verify(x.w);
        bool found = false;
        for (const struct finding *f = r.first; f; f = f->next)
            found = found || strstr(f->text, cases[i].says);
        assert_true(found);
        raw_do(raw, cases[i].back);
        raw_close(raw);
    }
    assert_verifies(x.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_paid_while_a_point_is_missing_and_each_is_named),
        cmocka_unit_test(application_contract_and_iou_carry_one_number),
        cmocka_unit_test(another_amount_needs_another_person_and_all_signatures_anew),
        cmocka_unit_test(a_guarantor_is_not_family_and_stands_for_no_more_than_the_limit),
        cmocka_unit_test(the_same_request_is_one_repayment_and_another_under_its_key_none),
        cmocka_unit_test(an_undone_repayment_is_as_if_it_had_never_been),
        cmocka_unit_test(money_is_not_repaid_before_it_was_lent_nor_tomorrow),
        cmocka_unit_test(who_pays_off_a_loan_with_interest_pays_the_interest_accrued),
        cmocka_unit_test(verify_compares_the_papers_with_the_journal),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
