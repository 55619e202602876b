/* Deadlines in calendar and in working days, with the holidays that the State Council moved (R168,
 * architecture §8). */
#include "base/value.h"
#include "casework/calendar.h"
#include "support/world.h"

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}

static bool read_calendar(struct tx *tx, void *ctx, struct errs *e)
{
    return calendar_read(tx, ctx, e->a, e);
}

static struct calendar calendar(struct world *w)
{
    struct calendar c;
    world_read(w, read_calendar, &c);
    return c;
}

#define assert_day(got, y, m, d) assert_int_equal((got).day, day(y, m, d).day)

static void ten_years_of_holidays_are_shipped_and_the_next_is_unknown(void **state)
{
    struct calendar c = calendar(*state);
    int year = 0;
    for (int y = 2017; y <= 2026; y++)
        assert_true(calendar_knows(&c, y));
    assert_false(calendar_knows(&c, 2016));
    assert_false(calendar_knows(&c, 2027));
    assert_true(calendar_knows_all(&c, day(2025, 12, 1), day(2026, 2, 1), &year));
    assert_false(calendar_knows_all(&c, day(2026, 12, 30), day(2027, 1, 9), &year));
    assert_int_equal(year, 2027);
    /* Every day that is worked against the weekday is a Saturday or Sunday. */
    for (size_t i = 0; i < c.n; i++)
        if (c.days[i].kind == HOLIDAY_WORKED)
            assert_in_range((c.days[i].day.day + 3) % 7, 5, 6); /* 0 is Monday */
}

static void working_days_of_each_year_are_as_many_as_published(void **state)
{
    static const int expected[] = { 249, 250, 250, 249, 250, 249, 249, 251, 248, 248 };
    struct calendar c = calendar(*state);
    for (int i = 0; i < 10; i++)
        assert_int_equal(calendar_count(&c, day(2017 + i, 1, 1), day(2017 + i, 12, 31), WORKING_DAYS),
                         expected[i]);
}

static void a_period_counts_its_first_day_and_an_addition_does_not(void **state)
{
    struct calendar c = calendar(*state);
    assert_day(calendar_last(&c, day(2026, 11, 21), 7, CALENDAR_DAYS), 2026, 11, 27);
    assert_day(calendar_last(&c, day(2026, 11, 21), 1, CALENDAR_DAYS), 2026, 11, 21);
    assert_day(calendar_add(&c, day(2026, 11, 21), 7, CALENDAR_DAYS), 2026, 11, 28);
    assert_day(calendar_add(&c, day(2024, 2, 28), 1, CALENDAR_DAYS), 2024, 2, 29);
    assert_day(calendar_add(&c, day(2026, 1, 31), 1, CALENDAR_DAYS), 2026, 2, 1);
    assert_day(calendar_add(&c, day(2026, 3, 1), -1, CALENDAR_DAYS), 2026, 2, 28);
}

static void working_days_skip_the_golden_week_and_count_the_weekends_worked_for_it(void **state)
{
    struct calendar c = calendar(*state);
    /* 29, 30 September, 8, 9 October, Saturday the 10th is worked, 12, 13. */
    assert_day(calendar_last(&c, day(2026, 9, 29), 7, WORKING_DAYS), 2026, 10, 13);
    assert_true(calendar_works(&c, day(2026, 10, 10)));
    assert_false(calendar_works(&c, day(2026, 10, 7)));
    assert_false(calendar_works(&c, day(2026, 10, 11)));
    assert_day(calendar_add(&c, day(2026, 10, 8), -1, WORKING_DAYS), 2026, 9, 30);
    assert_day(calendar_next_working(&c, day(2026, 10, 1)), 2026, 10, 8);
    assert_day(calendar_next_working(&c, day(2026, 10, 8)), 2026, 10, 8);
    /* A first day that is off does not count. */
    assert_day(calendar_last(&c, day(2026, 10, 3), 1, WORKING_DAYS), 2026, 10, 8);
}

static void in_february_2020_the_holidays_were_made_longer(void **state)
{
    struct calendar c = calendar(*state);
    assert_false(calendar_works(&c, day(2020, 1, 31)));
    assert_false(calendar_works(&c, day(2020, 2, 1)));
    assert_true(calendar_works(&c, day(2020, 2, 3)));
    assert_false(calendar_works(&c, day(2019, 5, 2))); /* made four days in March 2019 */
}

static void years_that_are_not_published_count_weekends_only(void **state)
{
    struct calendar c = calendar(*state);
    assert_true(calendar_works(&c, day(2027, 10, 1))); /* a Friday */
    assert_false(calendar_works(&c, day(2027, 10, 2)));
    assert_day(calendar_last(&c, day(2027, 10, 1), 2, WORKING_DAYS), 2027, 10, 4);
}

static void days_beyond_the_calendar_are_held_at_its_ends(void **state)
{
    struct calendar c = calendar(*state);
    assert_day(calendar_add(&c, day(9999, 12, 30), 5, CALENDAR_DAYS), 9999, 12, 31);
    assert_day(calendar_add(&c, day(2026, 1, 1), INT64_MAX, CALENDAR_DAYS), 9999, 12, 31);
    assert_day(calendar_add(&c, day(2026, 1, 1), INT64_MIN, CALENDAR_DAYS), 1, 1, 1);
    assert_int_equal(calendar_count(&c, day(2026, 1, 2), day(2026, 1, 1), WORKING_DAYS), 0);
}

/* --- loading ------------------------------------------------------------------------------ */

struct loading {
    const char *csv;
    struct holidays_loaded done;
};

static bool load(struct act *act, void *ctx, struct errs *e)
{
    struct loading *l = ctx;
    return holidays_load(act, str_of(l->csv), &l->done, e);
}

static void the_next_years_notice_is_loaded_and_corrected(void **state)
{
    struct world *w = *state;
    struct loading l = { .csv = "日期,类型,名称\n2037-10-01,休,国庆节\n2037-10-10,班,国庆节\n" };
    world_act(w, 0, load, &l);
    assert_int_equal(l.done.added, 2);
    struct calendar c = calendar(w);
    assert_true(calendar_knows(&c, 2037));
    assert_false(calendar_works(&c, day(2037, 10, 1)));
    l.csv = "name,kind,date\nNational Day,off,2037-10-01\n国庆节,off,2037-10-10\n";
    world_act(w, 0, load, &l);
    assert_int_equal(l.done.added, 0);
    assert_int_equal(l.done.changed, 2);
    assert_verifies(w);
}

static void a_file_with_faults_loads_nothing_and_names_every_line(void **state)
{
    struct world *w = *state;
    struct snapshot before = world_snapshot(w);
    struct loading l = { .csv = "date,kind,name\n2038-13-01,休,x\n2038-10-01,闭,x\n2038-10-02,休,\n" };
    errs_clear(&w->e);
    assert_false(world_try(w, w->st, 0, load, &l, &w->e));
    assert_int_equal(w->e.bad.n, 3);
    assert_error(&w->e, ERR_INVALID, MSG_HOLIDAYS_DATE);
    l.csv = "date,name\n2038-10-01,x\n";
    errs_clear(&w->e);
    assert_false(world_try(w, w->st, 0, load, &l, &w->e));
    assert_error(&w->e, ERR_INVALID, MSG_HOLIDAYS_HEADING);
    errs_clear(&w->e);
    l.csv = "";
    assert_false(world_try(w, w->st, 0, load, &l, &w->e));
    assert_same_snapshot(before, world_snapshot(w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_years_of_holidays_are_shipped_and_the_next_is_unknown),
        cmocka_unit_test(working_days_of_each_year_are_as_many_as_published),
        cmocka_unit_test(a_period_counts_its_first_day_and_an_addition_does_not),
        cmocka_unit_test(working_days_skip_the_golden_week_and_count_the_weekends_worked_for_it),
        cmocka_unit_test(in_february_2020_the_holidays_were_made_longer),
        cmocka_unit_test(years_that_are_not_published_count_weekends_only),
        cmocka_unit_test(days_beyond_the_calendar_are_held_at_its_ends),
        cmocka_unit_test(the_next_years_notice_is_loaded_and_corrected),
        cmocka_unit_test(a_file_with_faults_loads_nothing_and_names_every_line),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
