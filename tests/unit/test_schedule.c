/* What a loan owes and when: published schedules to the fen, payments, extension, subsidy (R264, R278-R311).
 */
#include "fund/exact.h"
#include "fund/schedule.h"
#include "schedule_vectors.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct desk {
    struct arena a;
    struct errs e;
};

static int open_desk(void **state)
{
    struct desk *d = xcalloc(1, sizeof *d);
    d->e = (struct errs){ .a = &d->a, .lang = EN };
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    arena_free(&d->a);
    free(d);
    return 0;
}

static struct money yuan(const char *s)
{
    struct money m;
    assert_int_equal(money_read(str_of(s), &m), READ_OK);
    return m;
}

static struct date day(const char *s)
{
    struct date d;
    assert_int_equal(date_read(str_of(s), &d), READ_OK);
    return d;
}

static struct fraction rate(const char *s)
{
    struct fraction f;
    assert_int_equal(rate_read(str_of(s), &f), READ_OK);
    return f;
}

static int index_of(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], name))
            return (int)i;
    fail_msg("%s is none of the names", name);
    return 0;
}

static const char *print_row(struct desk *d, const struct schedule_row *r)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 10);
    const struct money parts[] = { r->principal, r->interest, r->instalment, r->balance };
    date_print(&b, r->due);
    for (size_t i = 0; i < N_ELEMS(parts); i++) {
        buf_addc(&b, ' ');
        money_print(&b, parts[i]);
    }
    return arena_str(&d->a, buf_str(&b)).p;
}

static const char *print_parts(struct desk *d, const struct schedule *s)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 14);
    for (size_t i = 0; i < s->n; i++) {
        buf_adds(&b, i ? ", " : "");
        money_print(&b, s->rows[i].principal);
        buf_adds(&b, " on ");
        date_print(&b, s->rows[i].due);
    }
    return arena_str(&d->a, buf_str(&b)).p;
}

#define assert_money(m, text) assert_int_equal((m).fen, yuan(text).fen)
#define assert_works(d, call)                                                          \
    do {                                                                               \
        errs_clear(&(d)->e);                                                           \
        if (!(call))                                                                   \
            fail_msg("%s: %s", #call, (d)->e.bad.first ? (d)->e.bad.first->text : ""); \
    } while (0)

/* --- as published ------------------------------------------------------------------------- */

static struct loan_terms terms_of(const struct vector *v)
{
    return (struct loan_terms){
        .principal = yuan(v->principal),
        .rate = rate(v->rate),
        .method = (enum loan_method)index_of(loan_methods, N_ELEMS(loan_methods), v->method),
        .day_count = (enum day_count)index_of(day_counts, N_ELEMS(day_counts), v->day_count),
        .start = day(v->start),
        .instalments = v->instalments,
        .every_months = v->every_months,
        .principal_grace = v->grace,
        .whole_unit = v->whole_unit ? yuan(v->whole_unit) : (struct money){ 0 },
    };
}

static void every_published_schedule_comes_out_to_the_fen(void **state)
{
    struct desk *d = *state;
    assert_int_equal(N_ELEMS(vectors), 10);
    for (size_t i = 0; i < N_ELEMS(vectors); i++) {
        struct loan_terms t = terms_of(&vectors[i]);
        struct schedule s;
        assert_works(d, schedule_make(&t, &s, &d->e));
        assert_int_equal(s.n, vectors[i].instalments);
        for (size_t k = 0; k < s.n; k++)
            assert_string_equal(print_row(d, &s.rows[k]), vectors[i].rows[k]);
    }
}

/* --- payments ----------------------------------------------------------------------------- */

static struct loan_terms six_months(void)
{
    return (struct loan_terms){
        .principal = yuan("5000"),
        .rate = rate("0.12"),
        .method = METHOD_ANNUITY,
        .day_count = DAYS_ACTUAL_365,
        .start = day("2022-11-01"),
        .instalments = 6,
        .every_months = 1,
        .instalment = yuan("862"),
    };
}

static struct loan_payment paid(const char *on, const char *amount)
{
    return (struct loan_payment){ .value_date = day(on), .amount = yuan(amount) };
}

static void a_payment_on_the_day_pays_interest_first_and_the_rest_off_the_balance(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = six_months();
    struct loan_payment p = paid("2022-12-01", "863");
    struct loan_state s;
    assert_works(d, loan_replay(&t, &p, 1, day("2022-12-01"), &s, &d->e));
    assert_money(s.schedule.rows[0].instalment, "862.00");
    assert_money(s.schedule.rows[0].interest, "49.32");
    assert_money(s.balance, "4186.32");
    assert_money(s.principal_due, "0");
    assert_money(s.interest_due, "0");
    assert_money(p.interest, "49.32");
    assert_money(p.principal, "813.68");

    p = paid("2022-12-01", "1500");
    assert_works(d, loan_replay(&t, &p, 1, day("2022-12-01"), &s, &d->e));
    assert_money(s.balance, "3549.32");
}

static void an_early_payment_takes_interest_from_its_day_on_each_piece_rounded(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = six_months();
    struct loan_payment p = paid("2022-11-27", "863");
    struct loan_state s;
    assert_works(d, loan_replay(&t, &p, 1, day("2022-11-27"), &s, &d->e));
    assert_money(s.balance, "4137.00");
    assert_money(s.interest_accrued, "42.74");
    assert_works(d, loan_replay(&t, &p, 1, day("2022-12-01"), &s, &d->e));
    assert_money(s.schedule.rows[0].interest, "48.18");
    assert_money(s.balance, "4137.00");
    assert_money(s.interest_due, "48.18");
    assert_money(s.principal_due, "0");
}

static void a_partial_payment_leaves_the_rest_of_the_row_due(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = six_months();
    struct loan_payment p[] = { paid("2022-12-05", "30"), paid("2022-12-20", "100") };
    struct loan_state s;
    assert_works(d, loan_replay(&t, p, 1, day("2022-12-10"), &s, &d->e));
    assert_money(s.interest_due, "19.32");
    assert_money(s.principal_due, "812.68");
    assert_works(d, loan_replay(&t, p, 2, day("2022-12-20"), &s, &d->e));
    assert_money(p[1].interest, "19.32");
    assert_money(p[1].principal, "80.68");
    assert_money(s.principal_due, "732.00");
    assert_false(s.schedule.rows[0].settled_on.set);
}

static void what_is_too_much_is_overpaid_and_an_undone_payment_never_was(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = { .principal = yuan("1000"),
                            .rate = { 0, 1 },
                            .start = day("2023-01-01"),
                            .instalments = 1,
                            .every_months = 1 };
    struct loan_payment p[] = { paid("2023-01-10", "500"), paid("2023-01-11", "10"),
                                paid("2023-02-01", "400"), paid("2023-02-05", "390") };
    struct loan_state s;
    assert_works(d, loan_replay(&t, p, 4, day("2023-03-01"), &s, &d->e));
    assert_money(p[3].principal, "90");
    assert_money(p[3].overpaid, "300");
    assert_money(s.overpaid, "300");
    p[1].undone = true;
    assert_works(d, loan_replay(&t, p, 4, day("2023-03-01"), &s, &d->e));
    assert_money(s.overpaid, "290");
    p[0].undone = true;
    assert_works(d, loan_replay(&t, p, 4, day("2023-03-01"), &s, &d->e));
    assert_money(s.overpaid, "0");
    assert_money(s.balance, "210");
}

static void who_pays_all_off_pays_the_interest_since_and_no_more(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = six_months();
    struct loan_payment p = paid("2022-11-27", "5100");
    struct loan_state s;
    assert_works(d, loan_replay(&t, &p, 1, day("2023-06-01"), &s, &d->e));
    assert_money(p.principal, "5000");
    assert_money(p.interest, "42.74");
    assert_money(s.overpaid, "57.26");
    assert_money(s.interest_due, "0");
    assert_money(s.schedule.rows[5].interest, "0");
}

static void what_is_paid_early_shortens_the_term_or_lowers_the_instalments_as_agreed(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = { .principal = yuan("6000"),
                            .rate = { 0, 1 },
                            .method = METHOD_EQUAL_PRINCIPAL,
                            .start = day("2023-01-01"),
                            .instalments = 6,
                            .every_months = 1 };
    struct loan_payment p = paid("2023-01-15", "2000");
    struct loan_state s;
    static const char *const want[] = {
        [EXCESS_ADVANCES] = "1000.00 on 2023-02-01, 1000.00 on 2023-03-01, 1000.00 on 2023-04-01, 1000.00 on "
                        "2023-05-01, 1000.00 on 2023-06-01, 1000.00 on 2023-07-01",
        [EXCESS_SHORTENS] = "1000.00 on 2023-02-01, 1000.00 on 2023-03-01, 1000.00 on 2023-04-01, 1000.00 on "
                            "2023-05-01, 0.00 on 2023-06-01, 0.00 on 2023-07-01",
        [EXCESS_LOWERS] = "666.67 on 2023-02-01, 666.67 on 2023-03-01, 666.67 on 2023-04-01, 666.67 on "
                          "2023-05-01, 666.67 on 2023-06-01, 666.65 on 2023-07-01",
    };
    for (size_t i = 0; i < N_ELEMS(want); i++) {
        t.excess = (enum excess)i;
        assert_works(d, loan_replay(&t, &p, 1, day("2023-01-15"), &s, &d->e));
        assert_string_equal(print_parts(d, &s.schedule), want[i]);
        assert_money(s.balance, "4000");
    }
    t.excess = EXCESS_ADVANCES;
    assert_works(d, loan_replay(&t, &p, 1, day("2023-03-01"), &s, &d->e));
    assert_money(s.principal_due, "0");
    assert_works(d, loan_replay(&t, &p, 1, day("2023-04-01"), &s, &d->e));
    assert_money(s.principal_due, "1000");
}

/* --- extension ---------------------------------------------------------------------------- */

static const char *extended(struct desk *d, struct loan_change c)
{
    struct loan_terms t = { .principal = yuan("3000"),
                            .rate = { 0, 1 },
                            .method = METHOD_EQUAL_PRINCIPAL,
                            .start = day("2023-07-01"),
                            .instalments = 3,
                            .every_months = 1,
                            .changes = &c,
                            .changes_n = 1 };
    struct schedule s;
    assert_works(d, schedule_make(&t, &s, &d->e));
    return print_parts(d, &s);
}

static void an_extension_adds_terms_moves_due_dates_or_gives_grace(void **state)
{
    struct desk *d = *state;
    assert_string_equal(extended(d, (struct loan_change){ .kind = CHANGE_TERMS, .row = 2, .n = 2 }),
                        "1000.00 on 2023-08-01, 500.00 on 2023-09-01, 500.00 on 2023-10-01, "
                        "500.00 on 2023-11-01, 500.00 on 2023-12-01");
    assert_string_equal(
        extended(d, (struct loan_change){ .kind = CHANGE_DUE, .row = 2, .due = day("2023-09-15") }),
        "1000.00 on 2023-08-01, 1000.00 on 2023-09-15, 1000.00 on 2023-10-15");
    assert_string_equal(extended(d, (struct loan_change){ .kind = CHANGE_GRACE, .row = 2, .n = 1 }),
                        "1000.00 on 2023-08-01, 0.00 on 2023-09-01, 1000.00 on 2023-10-01, "
                        "1000.00 on 2023-11-01");
}

static void an_extension_that_cannot_be_is_refused_by_its_row(void **state)
{
    struct desk *d = *state;
    struct loan_change c[] = { { .kind = CHANGE_DUE, .row = 2, .due = day("2023-08-01") } };
    struct loan_terms t = { .principal = yuan("3000"),
                            .rate = { 0, 1 },
                            .start = day("2023-07-01"),
                            .instalments = 3,
                            .every_months = 1,
                            .changes = c,
                            .changes_n = 1 };
    struct schedule s;
    assert_false(schedule_make(&t, &s, &d->e));
    assert_string_equal(d->e.bad.first->text, "the new due date of instalment 2 must be after 2023-08-01");
    c[0] = (struct loan_change){ .kind = CHANGE_TERMS, .row = 4, .n = INSTALMENTS_MAX };
    errs_clear(&d->e);
    assert_false(schedule_make(&t, &s, &d->e));
    assert_int_equal(d->e.bad.n, 2);
}

/* --- subsidy ------------------------------------------------------------------------------ */

static void a_subsidy_changes_by_date_and_borrower_and_subsidy_make_up_the_interest(void **state)
{
    struct desk *d = *state;
    struct subsidy_step steps[] = { { day("2023-07-01"), rate("100%") }, { day("2024-01-01"), rate("0.7") } };
    struct loan_terms t = { .principal = yuan("50000"),
                            .rate = rate("3.65%"),
                            .method = METHOD_BULLET,
                            .day_count = DAYS_ACTUAL_365,
                            .start = day("2023-07-01"),
                            .instalments = 1,
                            .every_months = 24,
                            .subsidy = steps,
                            .subsidy_n = 2 };
    struct accruals x;
    struct schedule s;
    assert_works(d, interest_accrue(&t, t.principal, day("2023-07-01"), day("2025-07-01"), &x, &d->e));
    assert_int_equal(x.n, 2);
    assert_money(x.list[0].interest, "920.00");
    assert_money(x.list[0].subsidy, "920.00");
    assert_money(x.list[0].borrower, "0");
    assert_money(x.list[1].interest, "2735.00");
    assert_money(x.list[1].subsidy, "1914.50");
    assert_money(x.list[1].borrower, "820.50");
    assert_works(d, schedule_make(&t, &s, &d->e));
    assert_money(s.rows[0].interest, "3655.00");
    assert_money(s.rows[0].subsidy, "2834.50");
    assert_money(s.rows[0].instalment, "50820.50");
}

/* --- reading and refusing ----------------------------------------------------------------- */

static void a_rate_is_read_as_it_is_written(void **state)
{
    (void)state;
    assert_int_equal(rate("0.094822").num, 94822);
    assert_int_equal(rate("0.094822").den, 1000000);
    assert_int_equal(rate("12％").num, 12);
    assert_int_equal(rate("12％").den, 100);
    assert_int_equal(rate("3.65%").den, 10000);
    static const char *const bad[] = { "", "x", "-0.1", "1e3", "0.123456789", "12%%", "%", ".", "0,12" };
    for (size_t i = 0; i < N_ELEMS(bad); i++) {
        struct fraction f;
        assert_int_equal(rate_read(str_of(bad[i]), &f), READ_BAD);
    }
    struct fraction f;
    assert_int_equal(rate_read(STR("10.1"), &f), READ_OVERFLOW);
}

static void every_bad_term_is_reported_by_its_name(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = { .principal = { 0 }, .rate = { 11, 1 }, .instalments = 601, .every_months = 0 };
    static const char *const fields[] = { "principal", "rate", "instalments", "every-months" };
    struct schedule s;
    size_t i = 0;
    assert_false(schedule_make(&t, &s, &d->e));
    for (const struct err *x = d->e.bad.first; x; x = x->next)
        assert_string_equal(x->field, fields[i++]);
    assert_int_equal(i, N_ELEMS(fields));
    struct loan_terms grace = six_months();
    grace.principal_grace = 6;
    errs_clear(&d->e);
    assert_false(schedule_make(&grace, &s, &d->e));
    assert_string_equal(d->e.bad.first->field, "principal-grace");
}

static void half_a_fen_goes_up_or_to_even(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = { .principal = yuan("0.50"),
                            .rate = rate("0.12"),
                            .method = METHOD_BULLET,
                            .start = day("2023-01-01"),
                            .instalments = 1,
                            .every_months = 1 };
    struct schedule s;
    assert_works(d, schedule_make(&t, &s, &d->e));
    assert_money(s.rows[0].interest, "0.01");
    t.rounding = ROUND_HALF_EVEN;
    assert_works(d, schedule_make(&t, &s, &d->e));
    assert_money(s.rows[0].interest, "0.00");
}

static void due_dates_keep_the_last_day_of_the_month(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = { .principal = yuan("400"),
                            .rate = { 0, 1 },
                            .method = METHOD_EQUAL_PRINCIPAL,
                            .start = day("2023-01-31"),
                            .instalments = 4,
                            .every_months = 1 };
    struct schedule s;
    assert_works(d, schedule_make(&t, &s, &d->e));
    assert_string_equal(print_parts(d, &s), "100.00 on 2023-02-28, 100.00 on 2023-03-31, "
                                            "100.00 on 2023-04-30, 100.00 on 2023-05-31");
}

/* --- whatever the terms ------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    return *s ^= *s << 17;
}

static int64_t pick(uint64_t *s, int64_t lo, int64_t hi)
{
    return lo + (int64_t)(next_random(s) % (uint64_t)(hi - lo + 1));
}

static struct loan_terms any_terms(uint64_t *s)
{
    static const int64_t units[] = { 0, 0, 1, 10, 100, 1000 };
    struct loan_terms t = {
        .principal = { pick(s, 1, 1) << pick(s, 0, 40) },
        .rate = { pick(s, 0, 50000000), 100000000 },
        .method = (enum loan_method)pick(s, 0, 3),
        .day_count = (enum day_count)pick(s, 0, 3),
        .rounding = (enum rounding)pick(s, 0, 1),
        .excess = (enum excess)pick(s, 0, 2),
        .start = { (int32_t)pick(s, 10000, 22000) },
        .instalments = (int)pick(s, 1, 40),
        .every_months = (int)pick(s, 1, 12),
    };
    t.principal.fen += pick(s, 0, t.principal.fen);
    t.principal_grace = (int)pick(s, 0, t.instalments - 1);
    t.whole_unit.fen = units[pick(s, 0, 5)];
    if (t.whole_unit.fen > t.principal.fen)
        t.whole_unit.fen = 0;
    return t;
}

static void check_rows(const struct loan_terms *t, const struct schedule *s, int64_t principal)
{
    struct date last = t->start;
    int64_t balance = principal;
    for (size_t i = 0; i < s->n; i++) {
        const struct schedule_row *r = &s->rows[i];
        balance -= r->principal.fen;
        assert_true(r->principal.fen >= 0);
        assert_true(r->interest.fen >= 0);
        assert_true(r->balance.fen >= 0);
        assert_true(r->due.day > last.day);
        assert_int_equal(r->instalment.fen, r->principal.fen + r->interest.fen);
        if (t->excess == EXCESS_ADVANCES)
            assert_int_equal(r->balance.fen, balance);
        last = r->due;
    }
    assert_int_equal(s->rows[s->n - 1].balance.fen, 0);
}

static void the_parts_of_any_schedule_sum_to_the_principal(void **state)
{
    struct desk *d = *state;
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 400; i++) {
        struct loan_terms t = any_terms(&seed);
        struct schedule s;
        assert_works(d, schedule_make(&t, &s, &d->e));
        check_rows(&t, &s, t.principal.fen);
        arena_reset(&d->a);
    }
}

static void any_payments_replay_to_the_same_and_add_up(void **state)
{
    struct desk *d = *state;
    uint64_t seed = 2463534242u;
    for (int i = 0; i < 300; i++) {
        struct loan_terms t = any_terms(&seed);
        struct loan_payment p[12];
        struct loan_state s, again;
        size_t n = (size_t)pick(&seed, 0, 12);
        int64_t on = t.start.day, sum = 0, principal = 0, interest = 0, of_rows = 0;
        for (size_t k = 0; k < n; k++) {
            on += pick(&seed, 0, 90);
            p[k] = (struct loan_payment){ { (int32_t)on },
                                          { pick(&seed, 1, t.principal.fen / 3 + 1) },
                                          .undone = !pick(&seed, 0, 5) };
        }
        struct date as_of = { (int32_t)(on + pick(&seed, 0, 400)) };
        assert_works(d, loan_replay(&t, p, n, as_of, &s, &d->e));
        check_rows(&t, &s.schedule, t.principal.fen);
        for (size_t k = 0; k < n; k++) {
            sum += p[k].undone ? 0 : p[k].amount.fen;
            principal += p[k].principal.fen;
            interest += p[k].interest.fen;
        }
        for (size_t k = 0; k < s.schedule.n; k++)
            of_rows += s.schedule.rows[k].interest_paid.fen;
        assert_int_equal(sum, principal + interest + s.overpaid.fen);
        assert_int_equal(principal + s.balance.fen, t.principal.fen);
        assert_int_equal(of_rows, interest);
        assert_true(s.interest_due.fen >= 0);
        assert_true(s.interest_accrued.fen >= 0);
        assert_works(d, loan_replay(&t, p, n, as_of, &again, &d->e));
        assert_memory_equal(again.schedule.rows, s.schedule.rows, s.schedule.n * sizeof *s.schedule.rows);
        arena_reset(&d->a);
    }
}

static void the_longest_annuity_is_exact(void **state)
{
    struct desk *d = *state;
    struct loan_terms t = { .principal = LOAN_PRINCIPAL_MAX,
                            .rate = rate("9.99999999"),
                            .method = METHOD_ANNUITY,
                            .day_count = DAYS_ACTUAL_ACTUAL,
                            .start = day("2023-05-31"),
                            .instalments = INSTALMENTS_MAX,
                            .every_months = 2 };
    struct schedule s;
    assert_works(d, schedule_make(&t, &s, &d->e));
    check_rows(&t, &s, t.principal.fen);
}

static void whole_numbers_without_limit_divide_as_they_should(void **state)
{
    struct desk *d = *state;
    struct exact num = exact_of(7, 8, &d->a), den = exact_of(2, 8, &d->a);
    int half;
    assert_int_equal(exact_div(&num, &den, 100, &half), 3);
    assert_int_equal(half, 0);
    for (int i = 0; i < 5; i++) {
        exact_mul(&num, UINT64_MAX);
        exact_mul(&den, UINT64_MAX);
    }
    assert_int_equal(exact_div(&num, &den, 100, &half), 3);
    assert_int_equal(half, 0);
    struct exact one = exact_of(1, 8, &d->a);
    exact_add(&num, &one);
    assert_int_equal(exact_div(&num, &den, 100, &half), 3);
    assert_true(half > 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_published_schedule_comes_out_to_the_fen),
        T(a_payment_on_the_day_pays_interest_first_and_the_rest_off_the_balance),
        T(an_early_payment_takes_interest_from_its_day_on_each_piece_rounded),
        T(a_partial_payment_leaves_the_rest_of_the_row_due),
        T(what_is_too_much_is_overpaid_and_an_undone_payment_never_was),
        T(who_pays_all_off_pays_the_interest_since_and_no_more),
        T(what_is_paid_early_shortens_the_term_or_lowers_the_instalments_as_agreed),
        T(an_extension_adds_terms_moves_due_dates_or_gives_grace),
        T(an_extension_that_cannot_be_is_refused_by_its_row),
        T(a_subsidy_changes_by_date_and_borrower_and_subsidy_make_up_the_interest),
        T(a_rate_is_read_as_it_is_written),
        T(every_bad_term_is_reported_by_its_name),
        T(half_a_fen_goes_up_or_to_even),
        T(due_dates_keep_the_last_day_of_the_month),
        T(the_parts_of_any_schedule_sum_to_the_principal),
        T(any_payments_replay_to_the_same_and_add_up),
        T(the_longest_annuity_is_exact),
        T(whole_numbers_without_limit_divide_as_they_should),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
