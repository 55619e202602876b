/* The books of a fund: vouchers balance and are never changed, numbers have no gap, the special account is
 * never overdrawn at a day's end, two people for what is entered by hand (R207-R262, R312, R329). */
#include "base/clock.h"
#include "base/value.h"
#include "ledger/draft.h"
#include "support/raw.h"
#include "support/world.h"

static struct date day(const char *s)
{
    struct date d;
    assert_int_equal(date_read(str_of(s), &d), READ_OK);
    return d;
}

static struct money yuan(const char *s)
{
    struct money m;
    assert_int_equal(money_read(str_of(s), &m), READ_OK);
    return m;
}

enum { PROVINCE_SOURCE = 12, DONATION_SOURCE = 31 };

/* --- a county with a fund ----------------------------------------------------------------- */

struct book {
    struct world *w;
    struct fund fund;
    struct posting p;
    struct posting_line lines[4];
    struct voucher v;
    struct draft d;
    struct date on;
};

static bool add_fund(struct act *act, void *ctx, struct errs *e)
{
    return fund_add(act, ctx, e);
}

static struct book book(struct world *w)
{
    struct book b = { .w = w,
                      .fund = { .county = world_county(w), .code = STR("XF"), .name = STR("幸福工程") } };
    world_act(w, b.fund.county, add_fund, &b.fund);
    return b;
}

static void prepare(struct book *b, const char *on, enum voucher_kind kind)
{
    memset(b->lines, 0, sizeof b->lines);
    b->p = (struct posting){ .county = b->fund.county,
                             .fund_id = b->fund.id,
                             .entry_date = day(on),
                             .value_date = day(on),
                             .kind = kind,
                             .purpose = STR("测试"),
                             .lines = b->lines };
}

static void line(struct book *b, enum account_kind kind, const char *amount)
{
    b->lines[b->p.n++] = (struct posting_line){ .kind = kind, .amount = yuan(amount) };
}

static bool post(struct act *act, void *ctx, struct errs *e)
{
    struct book *b = ctx;
    return ledger_post(act, &b->p, &b->v, e);
}

static bool try_in(struct book *b, act_fn *fn)
{
    errs_clear(&b->w->e);
    return world_try(b->w, b->w->st, b->fund.county, fn, b, &b->w->e);
}

static void works(struct book *b, act_fn *fn)
{
    if (!try_in(b, fn))
        fail_msg("%s", b->w->e.bad.first->text);
}

static void capital_in(struct book *b, const char *on, const char *amount, const char *minus)
{
    prepare(b, on, VOUCHER_CAPITAL_IN);
    line(b, ACCOUNT_SPECIAL, amount);
    line(b, ACCOUNT_CAPITAL, minus);
    b->lines[1].source = (struct code){ PROVINCE_SOURCE, true };
}

static void to_township(struct book *b, const char *on, const char *amount, const char *minus)
{
    prepare(b, on, VOUCHER_TO_TOWNSHIP);
    line(b, ACCOUNT_TRANSIT, amount);
    line(b, ACCOUNT_SPECIAL, minus);
    b->lines[0].region = world_village(b->fund.county, 1);
}

/* --- looking ------------------------------------------------------------------------------ */

struct asking {
    struct book *b;
    enum account_kind kind;
    int64_t part;
    struct date on;
    struct money kept, summed;
};

static bool ask(struct tx *tx, void *ctx, struct errs *e)
{
    struct asking *x = ctx;
    return ledger_balance(tx, &x->b->fund, x->kind, x->part, &x->kept, e) &&
           ledger_balance_on(tx, &x->b->fund, x->kind, x->on, &x->summed, e);
}

static int64_t held(struct book *b, enum account_kind kind, int64_t part)
{
    struct asking x = { b, kind, part, clock_today(), { 0 }, { 0 } };
    world_read(b->w, ask, &x);
    return x.kept.fen;
}

static int64_t held_on(struct book *b, enum account_kind kind, const char *on)
{
    struct asking x = { b, kind, 0, day(on), { 0 }, { 0 } };
    world_read(b->w, ask, &x);
    return x.summed.fen;
}

/* --- posting ------------------------------------------------------------------------------ */

static void a_voucher_moves_money_between_accounts_and_gets_the_next_number_of_its_year(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "150000", "-150000");
    works(&b, post);
    assert_int_equal(b.v.year, 2016);
    assert_int_equal(b.v.no, 1);
    to_township(&b, "2016-06-01", "100000", "-100000");
    works(&b, post);
    assert_int_equal(b.v.no, 2);
    capital_in(&b, "2017-01-01", "1", "-1");
    works(&b, post);
    assert_int_equal(b.v.year, 2017);
    assert_int_equal(b.v.no, 1);
    int64_t township = world_village(b.fund.county, 1).v / 1000 * 1000;
    assert_int_equal(held(&b, ACCOUNT_SPECIAL, 0), 5000100);
    assert_int_equal(held(&b, ACCOUNT_TRANSIT, township), 10000000);
    assert_int_equal(held(&b, ACCOUNT_CAPITAL, PROVINCE_SOURCE), -15000100);
    assert_int_equal(held_on(&b, ACCOUNT_SPECIAL, "2016-05-31"), 15000000);
    assert_int_equal(held_on(&b, ACCOUNT_SPECIAL, "2016-06-01"), 5000000);
    assert_verifies(b.w);
}

static void a_voucher_that_does_not_balance_or_lacks_something_is_refused_whole(void **state)
{
    struct book b = book(*state);
    struct snapshot before = world_snapshot(b.w);
    capital_in(&b, "2016-05-01", "150000", "-149999.99");
    assert_false(try_in(&b, post));
    assert_string_equal(b.w->e.bad.first->text, "debits and credits differ: by 0.01 yuan");
    capital_in(&b, "2016-05-01", "150000", "-150000");
    b.lines[1].source.set = false;
    b.p.purpose = STR(" ");
    assert_false(try_in(&b, post));
    assert_string_equal(b.w->e.bad.first->text, "line 2: “Capital” needs its source");
    assert_int_equal(b.w->e.bad.n, 2);
    capital_in(&b, "2999-05-01", "1", "-1");
    assert_false(try_in(&b, post));
    assert_error(&b.w->e, ERR_INVALID, MSG_LEDGER_AHEAD);
    prepare(&b, "2016-05-01", VOUCHER_MANUAL);
    line(&b, ACCOUNT_SPECIAL, "0");
    assert_false(try_in(&b, post));
    assert_error(&b.w->e, ERR_INVALID, MSG_LEDGER_LINES);
    assert_same_snapshot(before, world_snapshot(b.w));
    capital_in(&b, "2016-05-01", "150000", "-150000");
    works(&b, post);
    assert_int_equal(b.v.no, 1);
}

static void the_special_account_cannot_be_overdrawn_at_any_days_end(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, post);
    to_township(&b, "2016-05-10", "1000.01", "-1000.01");
    assert_false(try_in(&b, post));
    assert_string_equal(b.w->e.bad.first->text, "the special account does not hold that much: at the end of "
                                                "2016-05-10 it would be short of 0.01 yuan");
    to_township(&b, "2016-05-10", "800", "-800");
    works(&b, post);
    /* There would be enough on the 2nd, but not on the 10th. */
    to_township(&b, "2016-05-02", "300", "-300");
    assert_false(try_in(&b, post));
    assert_string_equal(b.w->e.bad.first->text, "the special account does not hold that much: at the end of "
                                                "2016-05-10 it would be short of 100.00 yuan");
    to_township(&b, "2016-04-30", "1", "-1");
    assert_false(try_in(&b, post));
    /* Money that comes in on the same day covers what goes out. */
    capital_in(&b, "2016-05-02", "300", "-300");
    works(&b, post);
    to_township(&b, "2016-05-02", "300", "-300");
    works(&b, post);
    assert_verifies(b.w);
}

/* --- reversal ----------------------------------------------------------------------------- */

static bool reverse(struct act *act, void *ctx, struct errs *e)
{
    struct book *b = ctx;
    struct voucher old = b->v;
    return ledger_reverse(act, &old, b->on, (struct str){ 0 }, &b->v, e);
}

static void a_voucher_is_taken_back_by_its_opposite_and_only_once(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, post);
    struct voucher first = b.v;
    b.on = day("2016-04-30");
    assert_false(try_in(&b, reverse));
    assert_error(&b.w->e, ERR_INVALID, MSG_LEDGER_REVERSED_EARLIER);
    b.on = day("2016-06-01");
    works(&b, reverse);
    assert_int_equal(b.v.no, 2);
    assert_int_equal(b.v.value_date.day, first.value_date.day);
    assert_int_equal(held(&b, ACCOUNT_SPECIAL, 0), 0);
    assert_int_equal(held_on(&b, ACCOUNT_SPECIAL, "2016-05-31"), 100000);
    assert_false(try_in(&b, reverse));
    assert_string_equal(b.w->e.bad.first->text,
                        "voucher 2016-2 is itself a reversal: enter a new one instead");
    b.v = first;
    assert_false(try_in(&b, reverse));
    assert_string_equal(b.w->e.bad.first->text, "voucher 2016-1 was reversed already");
    assert_verifies(b.w);
}

static void what_was_spent_meanwhile_cannot_be_taken_back(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, post);
    struct voucher first = b.v;
    to_township(&b, "2016-05-02", "600", "-600");
    works(&b, post);
    b.v = first;
    b.on = day("2016-05-03");
    assert_false(try_in(&b, reverse));
    assert_error(&b.w->e, ERR_CONFLICT, MSG_LEDGER_OVERDRAWN);
}

/* --- closed days -------------------------------------------------------------------------- */

static bool close_day(struct act *act, void *ctx, struct errs *e)
{
    struct book *b = ctx;
    return ledger_close(act, &b->fund, b->on, e);
}

static void nothing_is_entered_on_or_before_a_closed_day(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, post);
    b.on = day("2016-05-31");
    works(&b, close_day);
    capital_in(&b, "2016-05-31", "1", "-1");
    assert_false(try_in(&b, post));
    assert_string_equal(b.w->e.bad.first->text,
                        "the books are closed up to 2016-05-31: nothing can be entered on 2016-05-31");
    assert_false(try_in(&b, close_day));
    assert_error(&b.w->e, ERR_CONFLICT, MSG_LEDGER_CLOSED_ALREADY);
    b.on = day("2999-01-01");
    assert_false(try_in(&b, close_day));
    capital_in(&b, "2016-06-01", "1", "-1");
    works(&b, post);
    assert_verifies(b.w);
}

/* --- two people --------------------------------------------------------------------------- */

static bool make_draft(struct act *act, void *ctx, struct errs *e)
{
    struct book *b = ctx;
    return draft_make(act, &b->p, &b->d, e);
}

static bool approve(struct act *act, void *ctx, struct errs *e)
{
    struct book *b = ctx;
    struct draft d = { 0 };
    return draft_by_no(act->tx, b->fund.county, b->d.no, &d, e) == FOUND && draft_approve(act, &d, &b->v, e);
}

static bool reject(struct act *act, void *ctx, struct errs *e)
{
    struct book *b = ctx;
    struct draft d = { 0 };
    return draft_by_no(act->tx, b->fund.county, b->d.no, &d, e) == FOUND && draft_reject(act, &d, e);
}

static void as_another(struct world *w, const char *login)
{
    w->who.login = str_of(login);
}

static void what_is_entered_by_hand_is_in_no_book_until_another_person_approves_it(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, make_draft);
    assert_int_equal(held(&b, ACCOUNT_SPECIAL, 0), 0);
    assert_false(try_in(&b, approve));
    assert_error(&b.w->e, ERR_FORBIDDEN, MSG_LEDGER_SAME_PERSON);
    b.on = day("2016-05-31");
    assert_false(try_in(&b, close_day));
    assert_string_equal(b.w->e.bad.first->text,
                        "1 drafts of 2016-05-31 or before wait to be approved or rejected");
    as_another(b.w, "zhang");
    works(&b, approve);
    as_another(b.w, "admin");
    assert_int_equal(b.v.made_by.n, STR("admin").n);
    assert_memory_equal(b.v.checked_by.p, "zhang", 5);
    assert_int_equal(held(&b, ACCOUNT_SPECIAL, 0), 100000);
    as_another(b.w, "zhang");
    assert_false(try_in(&b, approve));
    assert_error(&b.w->e, ERR_CONFLICT, MSG_LEDGER_DRAFT_DECIDED);
    as_another(b.w, "admin");
    assert_verifies(b.w);
}

static void a_rejected_draft_is_never_posted(void **state)
{
    struct book b = book(*state);
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, make_draft);
    works(&b, reject);
    as_another(b.w, "zhang");
    assert_false(try_in(&b, approve));
    as_another(b.w, "admin");
    assert_error(&b.w->e, ERR_CONFLICT, MSG_LEDGER_DRAFT_DECIDED);
    assert_int_equal(held(&b, ACCOUNT_SPECIAL, 0), 0);
}

/* --- histories ---------------------------------------------------------------------------- */

struct history {
    struct book *b;
    int64_t vouchers;
    bool overdraw;
    struct money in_memory;
};

static void history_posting(struct book *b, int64_t i, const struct history *h)
{
    struct date on = { day("2010-01-01").day + (int32_t)i };
    if (i % 2 == 0)
        capital_in(b, "2010-01-01", "100", "-100");
    else
        to_township(b, "2010-01-01", "100", "-100");
    if (h->overdraw && i == 5)
        b->lines[0].amount.fen = -(b->lines[1].amount.fen = -10001);
    b->p.entry_date = b->p.value_date = on;
    if (i % 10 == 0) { /* each on a loan of its own */
        b->lines[1] = (struct posting_line){ .kind = ACCOUNT_LOANS,
                                             .amount = { -10000 },
                                             .contract_id = { 100 + i, true } };
        b->p.kind = VOUCHER_REPAYMENT;
    }
}

static bool import_history(struct act *act, void *ctx, struct errs *e)
{
    struct history *h = ctx;
    CLEANUP(ledger_bulk_closep) struct ledger_bulk *bulk = ledger_bulk_open(act, h->b->fund.county, e);
    if (!bulk)
        return false;
    for (int64_t i = 0; i < h->vouchers; i++) {
        history_posting(h->b, i, h);
        if (!ledger_bulk_post(bulk, &h->b->p, &h->b->v, e))
            return false;
    }
    h->in_memory = ledger_bulk_balance(bulk, h->b->fund.id, ACCOUNT_SPECIAL, 0);
    return ledger_bulk_finish(bulk, e);
}

static void a_history_comes_in_at_once_with_the_same_rules(void **state)
{
    struct book b = book(*state);
    struct history h = { .b = &b, .vouchers = 2000 };
    capital_in(&b, "2010-01-01", "7", "-7");
    works(&b, post);
    world_act(b.w, b.fund.county, import_history, &h);
    assert_int_equal(h.in_memory.fen, 700);
    assert_int_equal(held(&b, ACCOUNT_SPECIAL, 0), 700);
    assert_int_equal(held(&b, ACCOUNT_LOANS, 100), -10000);
    assert_int_equal(held(&b, ACCOUNT_CAPITAL, PROVINCE_SOURCE), -8000700);
    assert_verifies(b.w);
    capital_in(&b, "2010-12-31", "1", "-1");
    works(&b, post);
    assert_int_equal(b.v.no, 367); /* 365 days and the two beside */
    h.vouchers = 10;
    world_act(b.w, b.fund.county, import_history, &h);
    assert_verifies(b.w);
}

static void a_history_that_overdraws_the_special_account_is_refused(void **state)
{
    struct book b = book(*state);
    struct history h = { .b = &b, .vouchers = 100, .overdraw = true };
    struct snapshot before = world_snapshot(b.w);
    errs_clear(&b.w->e);
    assert_false(world_try(b.w, b.w->st, b.fund.county, import_history, &h, &b.w->e));
    assert_string_equal(b.w->e.bad.first->text, "the special account does not hold that much: at the end of "
                                                "2010-01-06 it would be short of 0.01 yuan");
    assert_same_snapshot(before, world_snapshot(b.w));
}

/* --- behind its back ---------------------------------------------------------------------- */

static void the_database_itself_refuses_to_change_or_remove_what_was_posted(void **state)
{
    struct book b = book(*state);
    static const char *const attempts[] = {
        "UPDATE voucher_line SET amount = amount + 1 WHERE county = %lld",
        "DELETE FROM voucher_line WHERE county = %lld",
        "UPDATE voucher SET purpose = 'x' WHERE county = %lld",
        "DELETE FROM voucher WHERE county = %lld",
        "DELETE FROM closed_day WHERE county = %lld",
    };
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, post);
    b.on = day("2016-05-31");
    works(&b, close_day);
    struct raw *raw = raw_open(b.w->url);
    for (size_t i = 0; i < N_ELEMS(attempts); i++) {
        char sql[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(sql, sizeof sql, attempts[i], (long long)b.fund.county);
#pragma GCC diagnostic pop
        assert_false(raw_try(raw, sql));
        assert_non_null(strstr(raw_why(raw), "append-only"));
    }
    raw_close(raw);
    assert_verifies(b.w);
}

static const char *finding(struct world *w, struct verify_report *r, const char *part)
{
    *r = world_verify(w);
    for (const struct finding *f = r->first; f; f = f->next)
        if (strstr(f->text, part))
            return f->text;
    return NULL;
}

static void tamper(struct book *b, const char *sql)
{
    struct raw *raw = raw_open(b->w->url);
    raw_unguard(raw);
    raw_do(raw, arena_printf(&b->w->a, "%s WHERE county = %lld AND %s", sql, (long long)b->fund.county,
                             strstr(sql, "voucher ") || strstr(sql, "balance") ? "1 = 1" : "no = 1"));
    raw_close(raw);
}

static void one_fen_changed_behind_its_back_and_verify_names_it(void **state)
{
    struct book b = book(*state);
    struct verify_report r;
    static const struct {
        const char *change, *back, *says;
    } cases[] = {
        { "UPDATE voucher_line SET amount = amount + 1", "UPDATE voucher_line SET amount = amount - 1",
          "the lines of voucher 2016-1 do not sum to zero" },
        { "UPDATE account_balance SET amount = amount + 1", "UPDATE account_balance SET amount = amount - 1",
          "the balance of account 1001 of fund XF is not the sum of its lines" },
        { "UPDATE voucher SET no = no + 1", "UPDATE voucher SET no = no - 1",
          "the voucher numbers of fund XF in 2016 have a gap" },
        { "UPDATE voucher SET entry_date = entry_date + 1", "UPDATE voucher SET entry_date = entry_date - 1",
          "voucher 2016-1 lacks lines, or its lines have another date or fund" },
        { "UPDATE voucher SET checked_by = made_by", "UPDATE voucher SET checked_by = NULL",
          "voucher 2016-1 was made and checked by one person" },
    };
    capital_in(&b, "2016-05-01", "1000", "-1000");
    works(&b, post);
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        tamper(&b, cases[i].change);
        if (!finding(b.w, &r, cases[i].says))
            fail_msg("verify does not say: %s", cases[i].says);
        tamper(&b, cases[i].back);
        assert_verifies(b.w);
    }
}

/* --- funds -------------------------------------------------------------------------------- */

struct looking {
    struct book *b;
    struct str code;
    struct fund f;
};

static bool look_up(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *x = ctx;
    errs_clear(e);
    return fund_need(tx, x->b->fund.county, x->code, &x->f, e);
}

static void a_fund_is_known_by_its_code_or_is_the_only_one(void **state)
{
    struct book b = book(*state);
    struct looking x = { .b = &b };
    struct fund other = { .county = b.fund.county, .code = STR("SX"), .name = STR("失学救助") };
    world_read(b.w, look_up, &x);
    assert_int_equal(x.f.id, b.fund.id);
    errs_clear(&b.w->e);
    assert_false(world_try(b.w, b.w->st, b.fund.county, add_fund,
                           &(struct fund){ .county = b.fund.county, .code = STR("XF"), .name = STR("另一") },
                           &b.w->e));
    assert_error(&b.w->e, ERR_CONFLICT, MSG_FUND_TAKEN);
    world_act(b.w, b.fund.county, add_fund, &other);
    assert_false(store_run(b.w->st, TX_READ, 0, look_up, &x, &b.w->e));
    assert_string_equal(b.w->e.bad.first->text,
                        "there are several funds; name one with --fund: SX 失学救助, XF 幸福工程");
    x.code = STR("SX");
    world_read(b.w, look_up, &x);
    assert_int_equal(x.f.id, other.id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_voucher_moves_money_between_accounts_and_gets_the_next_number_of_its_year),
        cmocka_unit_test(a_voucher_that_does_not_balance_or_lacks_something_is_refused_whole),
        cmocka_unit_test(the_special_account_cannot_be_overdrawn_at_any_days_end),
        cmocka_unit_test(a_voucher_is_taken_back_by_its_opposite_and_only_once),
        cmocka_unit_test(what_was_spent_meanwhile_cannot_be_taken_back),
        cmocka_unit_test(nothing_is_entered_on_or_before_a_closed_day),
        cmocka_unit_test(what_is_entered_by_hand_is_in_no_book_until_another_person_approves_it),
        cmocka_unit_test(a_rejected_draft_is_never_posted),
        cmocka_unit_test(a_history_comes_in_at_once_with_the_same_rules),
        cmocka_unit_test(a_history_that_overdraws_the_special_account_is_refused),
        cmocka_unit_test(the_database_itself_refuses_to_change_or_remove_what_was_posted),
        cmocka_unit_test(one_fen_changed_behind_its_back_and_verify_names_it),
        cmocka_unit_test(a_fund_is_known_by_its_code_or_is_the_only_one),
    };
    return cmocka_run_group_tests_name("ledger", tests, world_open, world_close);
}
