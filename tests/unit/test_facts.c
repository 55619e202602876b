/* Facts: what rules see of a household is what the register says, of the right people on the right day, and
 * of nobody whom the actor may not see (R092, architecture §6). */
#include "base/clock.h"
#include "base/value.h"
#include "programme/fact_rows.h"
#include "programme/facts_read.h"
#include "registry/count.h"
#include "registry/income.h"
#include "registry/movement.h"
#include "registry/region.h"
#include "support/world.h"

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}
#define TODAY day(2024, 12, 31)

/* --- asking ------------------------------------------------------------------------------- */

/* Fields by their names: "household.two_daughters". */
struct asking {
    struct world *w;
    struct fact_plan plan;
    struct fact_request q;
    struct fact_indicators indicators;
    struct buf b;
};

static void need(struct asking *a, const char *record, const char *field)
{
    struct fact_field f;
    int r = fact_record_find(&fact_schema, str_of(record));
    assert_true(r >= 0);
    assert_true(fact_field_find(&fact_schema.records[r], str_of(field), &f));
    assert_true(fact_need(&a->plan, r, &f) >= 0);
}

static bool bit(const uint64_t *words, size_t i)
{
    return !words || (words[i / 64] >> i % 64 & 1);
}

static void put_cell(struct buf *b, const struct fact_field *f, const struct fact_col *c, size_t i)
{
    if (!bit(c->known, i)) {
        buf_addc(b, '?');
        return;
    }
    switch (f->type) {
    case FACT_BOOL: buf_adds(b, bit(c->bits, i) ? "yes" : "no"); break;
    case FACT_DATE: date_print(b, (struct date){ c->day[i] }); break;
    case FACT_CODE: buf_addi(b, c->code[i]); break;
    case FACT_TEXT: buf_add(b, c->text[i]); break;
    case FACT_MONEY: money_print(b, (struct money){ c->num[i] }); break;
    case FACT_INT:
    case FACT_QUANTITY:
    case FACT_CODES: buf_addi(b, c->num[i]); break;
    }
}

/* One line a household: its cells, and every list in brackets. */
static bool put_page(void *ctx, const struct fact_page *p, struct errs *e)
{
    struct asking *a = ctx;
    const struct fact_batch *x = &p->batch;
    (void)e;
    for (size_t h = 0; h < x->n; h++) {
        for (size_t i = 0; i < a->plan.n; i++)
            if (a->plan.needs[i].record == 0) {
                put_cell(&a->b, &a->plan.needs[i].field, &x->cols[i], h);
                buf_addc(&a->b, ' ');
            }
        for (int r = 1; r < FACTS_RECORDS; r++) {
            if (!a->plan.lists[r])
                continue;
            buf_addc(&a->b, bit(x->lists[r].known, h) ? '[' : '?');
            for (size_t k = x->lists[r].start[h]; k < x->lists[r].start[h + 1]; k++) {
                for (size_t i = 0; i < a->plan.n; i++)
                    if (a->plan.needs[i].record == r) {
                        put_cell(&a->b, &a->plan.needs[i].field, &x->cols[i], k);
                        buf_addc(&a->b, ' ');
                    }
                buf_addc(&a->b, ';');
            }
            buf_addc(&a->b, ']');
        }
        buf_addc(&a->b, '\n');
    }
    return true;
}

static bool read_facts(struct tx *tx, void *ctx, struct errs *e)
{
    struct asking *a = ctx;
    buf_clear(&a->b);
    a->q.plan = &a->plan;
    a->q.indicators = &a->indicators;
    return facts_indicators(tx, a->q.who, a->q.within, &a->indicators, e) &&
           facts_read(tx, &a->q, put_page, a, e);
}

static struct asking asking(struct world *w, int64_t within)
{
    return (struct asking){ .w = w,
                            .b = BUF(1 << 20),
                            .q = { .who = &w->who, .within = { within }, .as_of = TODAY, .today = TODAY } };
}

static const char *facts(struct asking *a)
{
    world_read(a->w, read_facts, a);
    return buf_cstr(&a->b);
}

/* --- families ----------------------------------------------------------------------------- */

struct home {
    int64_t county;
    struct household h;
    struct person p[6];
    size_t persons;
    struct household_year y[4];
    size_t years;
};

static bool put_home(struct act *act, void *ctx, struct errs *e)
{
    struct home *f = ctx;
    if (!household_put(act, &f->h, e))
        return false;
    for (size_t i = 0; i < f->persons; i++) {
        f->p[i].household_id = f->h.id;
        if (!person_put(act, &f->p[i], e))
            return false;
    }
    for (size_t i = 0; i < f->years; i++) {
        f->y[i].county = f->county;
        f->y[i].household_id = f->h.id;
        if (!db_id(act->tx, &f->y[i].id, e) || !db_insert(act->tx, &household_year_entity, &f->y[i], e))
            return false;
    }
    return true;
}

static struct home home(struct world *w, int64_t county, int village)
{
    struct home f = { .county = county, .h = world_household(w, county) };
    f.h.village = world_village(county, village);
    return f;
}

static struct person *member(struct world *w, struct home *f, int relation, int sex)
{
    struct person *p = &f->p[f->persons++];
    *p = world_person(w, &f->h);
    p->relation = (struct code){ relation, true };
    p->sex = (struct code){ sex, sex != SEX_UNKNOWN };
    return p;
}

static struct household_year *income(struct home *f, int year, int64_t wage)
{
    struct household_year *y = &f->y[f->years++];
    *y = (struct household_year){ .year = { year, true } };
    y->wage_income = (struct opt_money){ { wage * 100 }, true };
    y->business_income = y->property_income = y->transfer_income = y->business_expense =
        (struct opt_money){ .set = true };
    return y;
}

static void put(struct world *w, struct home *f)
{
    world_act(w, f->county, put_home, f);
}

/* --- tests -------------------------------------------------------------------------------- */

static void households_come_by_village_with_their_members_and_incomes(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home b = home(w, county, 2), a = home(w, county, 1);
    b.h.two_daughters = YES;
    member(w, &b, RELATION_HEAD, SEX_MALE);
    member(w, &b, RELATION_SPOUSE, SEX_FEMALE);
    income(&b, 2023, 3000);
    a.h.two_daughters = NO;
    member(w, &a, RELATION_HEAD, SEX_FEMALE);
    put(w, &b);
    put(w, &a);
    struct asking x = asking(w, county * 1000000);
    need(&x, "household", "two_daughters");
    need(&x, "household", "members_n");
    need(&x, "members", "relation");
    need(&x, "members", "sex");
    need(&x, "incomes", "year");
    need(&x, "incomes", "net");
    need(&x, "loans", "written_off");
    assert_string_equal(facts(&x), "no 1 [1 2 ;]?][]\n"
                                   "yes 2 [1 1 ;2 2 ;][2023 3000.00 ;][]\n");
    buf_release(&x.b);
}

static void nobody_recorded_is_unknown_and_everybody_gone_is_none(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home none = home(w, county, 1), gone = home(w, county, 1);
    member(w, &gone, RELATION_HEAD, SEX_MALE)->change_status = (struct code){ CHANGE_DIED, true };
    put(w, &none);
    put(w, &gone);
    struct asking x = asking(w, county * 1000000);
    need(&x, "household", "members_n");
    need(&x, "members", "sex");
    assert_string_equal(facts(&x), "? ?]\n0 []\n");
    buf_release(&x.b);
}

static void a_mother_is_a_head_or_wife_with_a_child_in_the_family(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home a = home(w, county, 1), b = home(w, county, 1), c = home(w, county, 1),
                d = home(w, county, 1);
    member(w, &a, RELATION_HEAD, SEX_MALE);
    member(w, &a, RELATION_SPOUSE, SEX_FEMALE);
    member(w, &a, RELATION_DAUGHTER, SEX_FEMALE);
    member(w, &b, RELATION_HEAD, SEX_FEMALE); /* no child */
    member(w, &c, RELATION_HEAD, SEX_FEMALE);
    member(w, &c, RELATION_SON, SEX_MALE)->relation.set = false; /* whether he is one is not known */
    member(w, &d, RELATION_HEAD, SEX_UNKNOWN);
    member(w, &d, RELATION_SON, SEX_MALE);
    put(w, &a);
    put(w, &b);
    put(w, &c);
    put(w, &d);
    struct asking x = asking(w, county * 1000000);
    need(&x, "members", "mother");
    assert_string_equal(facts(&x), "[no ;yes ;no ;]\n[no ;]\n[? ;no ;]\n[? ;no ;]\n");
    buf_release(&x.b);
}

static void closed_households_and_those_who_left_are_not_seen(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home a = home(w, county, 1), closed = home(w, county, 1);
    member(w, &a, RELATION_HEAD, SEX_MALE);
    member(w, &a, RELATION_SON, SEX_MALE)->left_on = (struct opt_date){ day(2020, 1, 1), true };
    closed.h.state = (struct code){ STATE_CLOSED, true };
    member(w, &closed, RELATION_HEAD, SEX_MALE);
    put(w, &a);
    put(w, &closed);
    struct asking x = asking(w, county * 1000000);
    need(&x, "members", "relation");
    assert_string_equal(facts(&x), "[1 ;]\n");
    x.q.as_of = day(2019, 12, 31);
    assert_string_equal(facts(&x), "[1 ;3 ;]\n");
    x.q.as_of = day(2020, 1, 1); /* who leaves on a day is not there on it */
    assert_string_equal(facts(&x), "[1 ;]\n");
    buf_release(&x.b);
}

static void members_of_a_year_are_those_on_its_last_day(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home a = home(w, county, 1), b = home(w, county, 1);
    member(w, &a, RELATION_HEAD, SEX_MALE);
    member(w, &a, RELATION_SON, SEX_MALE)->left_on = (struct opt_date){ day(2022, 6, 1), true };
    member(w, &a, RELATION_DAUGHTER, SEX_FEMALE)->joined_on = (struct opt_date){ day(2023, 1, 1), true };
    income(&a, 2021, 100);
    income(&a, 2022, 200);
    income(&a, 2023, 300);
    income(&b, 2022, 400); /* nobody was written down */
    put(w, &a);
    put(w, &b);
    struct asking x = asking(w, county * 1000000);
    need(&x, "incomes", "year");
    need(&x, "incomes", "members");
    need(&x, "incomes", "net");
    assert_string_equal(facts(&x), "[2021 2 100.00 ;2022 1 200.00 ;2023 2 300.00 ;]\n[2022 ? 400.00 ;]\n");
    buf_release(&x.b);
}

static void what_is_not_given_is_unknown_in_the_sums_too(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home a = home(w, county, 1);
    income(&a, 2021, 100)->property_income.set = false;
    struct household_year *parts = income(&a, 2022, 200);
    parts->business_expense.v.fen = 5000;
    parts->property_dividend = parts->property_other = (struct opt_money){ { 1000 }, true };
    put(w, &a);
    struct asking x = asking(w, county * 1000000);
    need(&x, "incomes", "total");
    need(&x, "incomes", "net");
    need(&x, "incomes", "fuel");
    assert_string_equal(facts(&x), "[? ? ? ;220.00 170.00 ? ;]\n");
    buf_release(&x.b);
}

static bool move_village(struct act *act, void *ctx, struct errs *e)
{
    struct home *f = ctx;
    struct household now = f->h;
    struct movement m = { .county = f->county, .no = 1, .household_id = f->h.id, .hh_no = f->h.hh_no };
    m.kind = (struct code){ MOVE_TRANSFERRED_OUT, true };
    m.effective_on = m.recorded_on = day(2022, 3, 1);
    m.reason = m.recorded_by = STR("测试");
    now.village = world_village(f->county, 2);
    for (int i = 0; i < 2; i++) {
        m.no = 1 + i;
        m.change = i ? 1 : -1;
        m.kind.v = i ? MOVE_TRANSFERRED_IN : MOVE_TRANSFERRED_OUT;
        m.village = world_village(f->county, 1 + i);
        m.other_village = world_village(f->county, 2 - i);
        if (!db_id(act->tx, &m.id, e))
            return false;
        m.event_id = m.id;
        if (!db_insert(act->tx, &movement_entity, &m, e))
            return false;
    }
    return act_update(act, &household_entity, &f->h, &now, e);
}

static void a_past_day_sees_households_where_they_were(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home a = home(w, county, 1);
    member(w, &a, RELATION_HEAD, SEX_MALE);
    put(w, &a);
    world_act(w, county, move_village, &a);
    struct asking old_village = asking(w, world_village(county, 1).v),
                  new_village = asking(w, world_village(county, 2).v);
    need(&old_village, "members", "relation");
    need(&new_village, "members", "relation");
    assert_string_equal(facts(&old_village), "");
    assert_string_equal(facts(&new_village), "[1 ;]\n");
    old_village.q.as_of = new_village.q.as_of = day(2022, 2, 28);
    assert_string_equal(facts(&old_village), "[1 ;]\n");
    assert_string_equal(facts(&new_village), "");
    buf_release(&old_village.b);
    buf_release(&new_village.b);
}

static void nothing_is_seen_outside_the_area(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w), other = world_county(w);
    struct home a = home(w, county, 1), b = home(w, county, 2), far = home(w, other, 1);
    a.h.cause_note = STR("甲");
    b.h.cause_note = STR("乙");
    far.h.cause_note = STR("丙");
    put(w, &a);
    put(w, &b);
    put(w, &far);
    struct asking x = asking(w, county * 1000000);
    need(&x, "household", "cause_note");
    assert_string_equal(facts(&x), "甲 \n乙 \n");
    x.q.within = world_village(county, 2);
    assert_string_equal(facts(&x), "乙 \n");
    /* somebody who is appointed to one village, whatever is asked for */
    struct grant only = { UINT64_C(1) << PERM_REGISTRY_READ, { a.h.village.v, a.h.village.v } };
    struct actor clerk = { .user_id = 1, .login = STR("clerk"), .source = "test", .grants = &only, .n = 1 };
    x.q.who = &clerk;
    x.q.within.v = 0;
    assert_string_equal(facts(&x), "甲 \n");
    x.q.within.v = other * 1000000;
    assert_string_equal(facts(&x), "");
    x.q.as_of = day(2020, 1, 1); /* nor on a past day */
    x.q.within.v = 0;
    assert_string_equal(facts(&x), "甲 \n");
    x.q.who = &w->who;
    x.q.within = a.h.village;
    x.q.household = b.h.id; /* not in that village */
    assert_string_equal(facts(&x), "");
    x.q.within = b.h.village;
    assert_string_equal(facts(&x), "乙 \n");
    buf_release(&x.b);
}

/* --- a source ----------------------------------------------------------------------------- */

static bool some_rows(struct tx *tx, struct rows *r, int64_t county, int64_t household, struct date on,
                      struct errs *e)
{
    (void)household, (void)on;
    return db_scan(tx, r,
                   SQL(STMT_KEY, "SELECT id, 'xingfu', 'live', 100, NULL, 10, 20, 30, 0, 1, NULL FROM "
                                 "household WHERE county = $1 AND two_daughters = 1"),
                   e, V(county));
}

static void a_source_brings_rows_and_without_one_there_are_none(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home a = home(w, county, 1), b = home(w, county, 1);
    a.h.two_daughters = YES;
    put(w, &a);
    put(w, &b);
    struct asking x = asking(w, county * 1000000);
    need(&x, "loans", "programme");
    need(&x, "loans", "amount");
    need(&x, "loans", "due");
    need(&x, "loans", "written_off");
    need(&x, "loans", "settled");
    assert_string_equal(facts(&x), "[]\n[]\n");
    const struct fact_source loans = { "loans", some_rows };
    const struct fact_source *const list[] = { &loans };
    const struct fact_sources sources = { list, 1 };
    x.q.sources = &sources;
    assert_string_equal(facts(&x), "[xingfu 1.00 1970-01-21 yes ? ;]\n[]\n");
    buf_release(&x.b);
}

static bool put_figures(struct act *act, void *ctx, struct errs *e)
{
    int64_t county = *(int64_t *)ctx * 1000000;
    struct region_year all[] = {
        { .region = { county }, .value = { { 5000 * 10000 }, true } },
        { .region = { county + 100000 }, .value = { { 12000 }, true }, .unit = { 2, true } },
        { .region = { county + 100201 }, .value = { { 10000 }, true }, .value_to = { { 20000 }, true } },
        { .region = { county + 100202 }, .qualifier = { QUALIFIER_MISSING, true } },
    };
    for (size_t i = 0; i < N_ELEMS(all); i++) {
        all[i].year = (struct opt_int){ 2023, true };
        all[i].indicator = (struct code){ INDICATOR_RURAL_NET_INCOME_PER_HEAD, true };
        if (!db_insert(act->tx, &region_year_entity, &all[i], e))
            return false;
    }
    return true;
}

static void figures_count_in_yuan_and_ranges_do_not_count(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    world_act(w, county, put_figures, &county);
    struct asking x = asking(w, world_village(county, 2).v);
    need(&x, "household", "state");
    facts(&x);
    assert_int_equal(x.indicators.n_regions, 1);
    assert_int_equal(x.indicators.regions[0].v, world_village(county, 2).v);
    assert_int_equal(x.indicators.n_rows, 2);
    assert_int_equal(x.indicators.rows[0].region, county * 1000000);
    assert_int_equal(x.indicators.rows[0].value, 50000000);
    assert_int_equal(x.indicators.rows[1].region, county * 1000000 + 100000);
    assert_int_equal(x.indicators.rows[1].value, 120000000); /* 1.2 万元 */
    buf_release(&x.b);
}

/* --- arranging ---------------------------------------------------------------------------- */

static void rows_in_any_order_stand_by_household_and_id(void **state)
{
    enum { HOMES = FACT_PAGE + 700, ROWS = 9000 };
    struct fact_rows t = { 0 };
    uint64_t random = 42;
    (void)state;
    size_t num = fact_rows_col(&t, FACT_INT), flag = fact_rows_col(&t, FACT_BOOL);
    static uint32_t home_of[ROWS], count[HOMES];
    memset(count, 0, sizeof count);
    for (int64_t id = ROWS - 1; id >= 0; id--) {
        random = random * UINT64_C(6364136223846793005) + 1;
        home_of[id] = (uint32_t)((random >> 33) % HOMES);
        count[home_of[id]]++;
        size_t row = fact_rows_add(&t, home_of[id], id);
        fact_rows_put(&t, num, row, id % 5 ? val_int(id) : val_null(), NULL);
        fact_rows_put(&t, flag, row, val_int(id % 3 == 0), NULL);
    }
    fact_rows_arrange(&t, HOMES);
    for (size_t page = 0; page < 2; page++) {
        struct fact_col n = fact_rows_page(&t, num, page), f = fact_rows_page(&t, flag, page);
        const uint32_t *start = t.start + page * (FACT_PAGE + 1);
        assert_null(f.known);
        for (size_t h = 0; h < FACT_PAGE && page * FACT_PAGE + h < HOMES; h++) {
            uint32_t home = (uint32_t)(page * FACT_PAGE + h);
            assert_int_equal(start[h + 1] - start[h], count[home]);
            int64_t id = -1;
            for (size_t k = start[h]; k < start[h + 1]; k++) {
                while (++id < ROWS && home_of[id] != home)
                    ;
                assert_int_equal(bit(n.known, k), id % 5 != 0);
                assert_int_equal(n.num[k], id % 5 ? id : 0);
                assert_int_equal(bit(f.bits, k), id % 3 == 0);
            }
        }
    }
    fact_rows_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(households_come_by_village_with_their_members_and_incomes),
        cmocka_unit_test(nobody_recorded_is_unknown_and_everybody_gone_is_none),
        cmocka_unit_test(a_mother_is_a_head_or_wife_with_a_child_in_the_family),
        cmocka_unit_test(closed_households_and_those_who_left_are_not_seen),
        cmocka_unit_test(members_of_a_year_are_those_on_its_last_day),
        cmocka_unit_test(what_is_not_given_is_unknown_in_the_sums_too),
        cmocka_unit_test(a_past_day_sees_households_where_they_were),
        cmocka_unit_test(nothing_is_seen_outside_the_area),
        cmocka_unit_test(a_source_brings_rows_and_without_one_there_are_none),
        cmocka_unit_test(figures_count_in_yuan_and_ranges_do_not_count),
        cmocka_unit_test(rows_in_any_order_stand_by_household_and_id),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
