/* test_repay_file.c - repayments by file: each row once, however often it comes; what cannot be taken is
 * refused with a reason and holds up no other (R341, R344). */
#include "support/lend.h"

#include "base/value.h"
#include "fund/repay_file.h"

struct by_file {
    struct lent lent;
    struct repay_file f;
    struct repay_file_result r;
    volatile sig_atomic_t stop;
};

static char *day(struct world *w, int ago)
{
    struct civil d = date_civil(lend_ago(ago));
    return arena_printf(&w->a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static char *number(struct lent *x)
{
    return arena_printf(&x->w->a, "%.*s", (int)x->loan.number.n, x->loan.number.p);
}

static struct lent with_loan(struct world *w)
{
    struct lent x = lend_world(w, "xingfu");
    lend_draft(&x, "10000");
    lend_sign(&x);
    lend_pay(&x);
    return x;
}

static bool take(struct by_file *x, const char *text)
{
    struct world *w = x->lent.w;
    const struct repay_file_options o = {
        .county = x->lent.county, .today = clock_today(), .name = STR("还款.csv"), .stop = &x->stop
    };
    errs_clear(&w->e);
    return repay_file_read(str_of(text), &w->codes, clock_today(), &x->f, &w->e) &&
           repay_file_take(w->st, &w->who, &w->codes, &o, &x->f, &x->r, &w->e);
}

static void takes(struct by_file *x, const char *text, int taken, int known, int refused)
{
    assert_ok(take(x, text), &x->lent.w->e);
    for (size_t i = 0; i < x->f.n && refused == 0; i++)
        if (x->f.rows[i].fate == REPAY_REFUSED)
            fail_msg("line %lld: %s", (long long)x->f.rows[i].cells.line, x->f.rows[i].reason);
    assert_int_equal(x->r.taken, taken);
    assert_int_equal(x->r.known, known);
    assert_int_equal(x->r.refused, refused);
}

static bool owed(struct lent *x, void *fen, struct errs *e)
{
    struct money m;
    bool ok = contract_outstanding(x->l.act->tx, &x->loan, &m, e);
    *(int64_t *)fen = m.fen;
    return ok;
}

static int64_t owes(struct by_file *x)
{
    int64_t fen;
    lend_do(&x->lent, owed, &fen);
    return fen;
}

/* --- once ----------------------------------------------------------------------------------------- */

static void a_file_is_taken_once_however_often_it_comes(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    const char *n = number(&x.lent);
    char *text =
        arena_printf(&w->a,
                     "还款登记表,,,,\n合同编号,还款日期,还款金额,付款人,收据号\n%s,%s,1000,陈燕,S-1\n"
                     "%s,%s,\"1,500.50\",李山,\n合计,,2500.50,,\n",
                     n, day(w, 2), n, day(w, 1));
    takes(&x, text, 2, 0, 0);
    assert_int_equal(x.r.amount.fen, 250050);
    assert_int_equal(owes(&x), 749950);
    takes(&x, text, 0, 2, 0);
    assert_int_equal(owes(&x), 749950);
    assert_verifies(w);
}

static bool last_receipt(struct lent *x, void *text, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            x->l.act->tx, &r,
            SQL(STMT_KEY, "SELECT receipt_no FROM repayment WHERE county = $1 ORDER BY id DESC LIMIT 1"), e,
            V(x->county)) ||
        rows_next(&r, e) != FOUND)
        return false;
    *(struct str *)text = arena_str(&x->w->a, rows_text(&r, 0));
    return true;
}

static void a_receipt_that_the_file_does_not_name_gets_the_next_number(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    const char *n = number(&x.lent), *d = day(w, 1);
    struct str last;
    takes(&x,
          arena_printf(&w->a, "Contract,Date,Amount,Receipt number\n%s,%s,1,\n%s,%s,2,S-9\n%s,%s,3,\n", n, d,
                       n, d, n, d),
          3, 0, 0);
    lend_do(&x.lent, last_receipt, &last);
    assert_true(str_eq(last, str_of(arena_printf(&w->a, "%d-00002", date_civil(clock_today()).year))));
    assert_verifies(w);
}

static void two_rows_that_say_the_same_are_two_repayments_and_stay_two(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    const char *n = number(&x.lent), *d = day(w, 1);
    char *text = arena_printf(&w->a, "合同编号,日期,金额\n%s,%s,100\n%s,%s,100\n", n, d, n, d);
    takes(&x, text, 2, 0, 0);
    takes(&x, text, 0, 2, 0);
    takes(&x, arena_printf(&w->a, "%s%s,%s,100\n", text, n, d), 1, 2, 0);
    assert_int_equal(owes(&x), 970000);
}

static void a_receipt_number_is_one_repayments_only(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    const char *n = number(&x.lent), *d = day(w, 1);
    takes(&x,
          arena_printf(&w->a, "合同编号,日期,金额,收据号\n%s,%s,100,S1\n%s,%s,200,S1\n%s,%s,100,S1\n", n, d,
                       n, d, n, d),
          1, 1, 1);
    assert_string_equal(x.f.rows[1].reason, "receipt S1 is another repayment's");
    takes(&x, arena_printf(&w->a, "合同编号,日期,金额,收据号\n%s,%s,300,S1\n", n, d), 0, 0, 1);
    assert_int_equal(owes(&x), 990000);
}

/* --- what is refused -------------------------------------------------------------------------------- */

static void rows_that_cannot_be_taken_say_why_and_hold_up_no_other(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    const char *n = number(&x.lent);
    static const char *const why[] = { "there is no contract XF-0",
                                       "the date or the amount is missing",
                                       NULL, /* taken */
                                       "neither a contract nor an ID number",
                                       "nothing is paid back before the pay-out on ",
                                       "the value date is not after the entry date",
                                       "its quotes or its number of cells are wrong" };
    takes(&x,
          arena_printf(
              &w->a,
              "日期,金额,合同编号\n%s,1,XF-0\n%s,,%s\n%s,5,%s\n%s,6,\n%s,7,%s\n%s,8,%s\n%s,\"9\"x,%s\n",
              day(w, 1), day(w, 1), n, day(w, 1), n, day(w, 1), day(w, 30), n, day(w, -1), n, day(w, 1), n),
          1, 0, 6);
    for (size_t i = 0; i < N_ELEMS(why); i++) {
        assert_int_equal(x.f.rows[i].fate, why[i] ? REPAY_REFUSED : REPAY_TAKEN);
        if (why[i] && !strstr(x.f.rows[i].reason, why[i]))
            fail_msg("row %zu: %s", i, x.f.rows[i].reason);
    }
    assert_int_equal(owes(&x), 999500);
    assert_verifies(w);
}

static void what_is_too_much_waits_to_be_given_back_and_then_the_loan_is_settled(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    const char *n = number(&x.lent), *d = day(w, 1);
    takes(&x, arena_printf(&w->a, "合同编号,日期,金额\n%s,%s,9000\n%s,%s,1200\n%s,%s,1\n", n, d, n, d, n, d),
          2, 0, 1);
    assert_int_equal(x.r.overpaid.fen, 20000);
    assert_non_null(strstr(x.f.rows[2].reason, "nothing is owed"));
    assert_int_equal(owes(&x), 0);
    assert_verifies(w);
}

static void a_file_without_the_columns_is_refused_as_a_whole(void **state)
{
    struct by_file x = { .lent = lend_world(*state, "xingfu") };
    assert_false(take(&x, "姓名,金额\n陈燕,5\n"));
    assert_error(&x.lent.w->e, ERR_INVALID, MSG_REPAY_FILE_HEAD);
    assert_false(take(&x, ""));
    assert_error(&x.lent.w->e, ERR_INVALID, MSG_REPAY_FILE_HEAD);
}

static void who_works_elsewhere_finds_no_contract(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    struct actor all = w->who;
    const struct grant elsewhere = { UINT64_MAX,
                                     { x.lent.county * 1000000 + 200000, x.lent.county * 1000000 + 200999 } };
    w->who.grants = &elsewhere;
    w->who.n = 1;
    takes(&x, arena_printf(&w->a, "合同编号,日期,金额\n%s,%s,5\n", number(&x.lent), day(w, 1)), 0, 0, 1);
    w->who = all;
    assert_int_equal(owes(&x), 1000000);
}

/* --- who owes --------------------------------------------------------------------------------------- */

static void an_id_number_names_the_one_loan_that_its_person_owes_on(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    struct world *w = x.lent.w;
    struct str id = x.lent.f.p.id_number;
    takes(&x, arena_printf(&w->a, "身份证号,日期,金额\n%.*s,%s,5\n", (int)id.n, id.p, day(w, 1)), 1, 0, 0);
    takes(&x, arena_printf(&w->a, "编号,日期,金额\n%.*s,%s,5\n", (int)id.n, id.p, day(w, 1)), 0, 1, 0);
    takes(&x, arena_printf(&w->a, "编号,日期,金额\n%s,%s,5\n", number(&x.lent), day(w, 1)), 0, 1, 0);
    assert_int_equal(owes(&x), 999500);
    lend_draft(&x.lent, "1000"); /* another family */
    id = x.lent.f.p.id_number;
    takes(&x, arena_printf(&w->a, "身份证号,日期,金额\n%.*s,%s,5\n", (int)id.n, id.p, day(w, 1)), 0, 0, 1);
    assert_string_equal(x.f.rows[0].reason, "the person with this ID number owes on no contract");
}

/* --- interruptions ---------------------------------------------------------------------------------- */

static void what_was_interrupted_is_completed_by_the_next_run(void **state)
{
    struct by_file x = { .lent = with_loan(*state), .stop = 1 };
    struct world *w = x.lent.w;
    char *text = arena_printf(&w->a, "合同编号,日期,金额\n%s,%s,5\n", number(&x.lent), day(w, 1));
    assert_false(take(&x, text));
    assert_error(&w->e, ERR_INTERRUPTED, MSG_REPAY_FILE_STOPPED);
    assert_int_equal(owes(&x), 1000000);
    x.stop = 0;
    takes(&x, text, 1, 0, 0);
    assert_int_equal(owes(&x), 999500);
    assert_verifies(w);
}

/* --- one by one and by file ---------------------------------------------------------------------------- */

static bool take_one(struct lent *x, void *key, struct errs *e)
{
    const struct repay_request q = { .amount = { 700 },
                                     .on = clock_today(),
                                     .value_date = lend_ago(1),
                                     .payer_kind = { PAYER_BORROWER, true },
                                     .key = str_of(key) };
    struct repay_result r;
    if (!repay_take(&x->l, &x->loan, &q, &r, e))
        return false;
    assert_false(r.again);
    return true;
}

static void a_request_key_is_found_among_others_that_begin_like_it(void **state)
{
    struct by_file x = { .lent = with_loan(*state) };
    lend_do(&x.lent, take_one, (char[]){ "a" });
    lend_do(&x.lent, take_one, (char[]){ "a:a" });
    lend_do(&x.lent, take_one, (char[]){ "aa" });
    assert_int_equal(owes(&x), 1000000 - 3 * 700);
    takes(&x, arena_printf(&x.lent.w->a, "合同编号,日期,金额\n%s,%s,7\n", number(&x.lent), day(x.lent.w, 1)),
          1, 0, 0);
    assert_int_equal(owes(&x), 1000000 - 4 * 700);
    assert_verifies(x.lent.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_taken_once_however_often_it_comes),
        cmocka_unit_test(a_receipt_that_the_file_does_not_name_gets_the_next_number),
        cmocka_unit_test(two_rows_that_say_the_same_are_two_repayments_and_stay_two),
        cmocka_unit_test(a_receipt_number_is_one_repayments_only),
        cmocka_unit_test(rows_that_cannot_be_taken_say_why_and_hold_up_no_other),
        cmocka_unit_test(what_is_too_much_waits_to_be_given_back_and_then_the_loan_is_settled),
        cmocka_unit_test(a_file_without_the_columns_is_refused_as_a_whole),
        cmocka_unit_test(who_works_elsewhere_finds_no_contract),
        cmocka_unit_test(an_id_number_names_the_one_loan_that_its_person_owes_on),
        cmocka_unit_test(what_was_interrupted_is_completed_by_the_next_run),
        cmocka_unit_test(a_request_key_is_found_among_others_that_begin_like_it),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
