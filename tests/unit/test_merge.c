/* Two records of one household or person become one, and two again (R016, R025: the same family helped
 * twice). */
#include "access/site.h"
#include "app/modules.h"
#include "base/clock.h"
#include "casework/case.h"
#include "fieldwork/fieldwork.h"
#include "registry/duplicate.h"
#include "registry/duplicate_merge.h"
#include "registry/income.h"
#include "registry/national_id.h"
#include "store/id.h"
#include "support/world.h"

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}
#define TODAY day(2024, 12, 31)

/* --- which tables follow ------------------------------------------------------------------ */

/* What other columns called …_id are; a new table has to be put into one of the two lists. */
static const char *const others[] = {
    "disaster_id",
    "guarantee_id",
    "relief_id",
    "undo_voucher_id",
    "used_id",
    "after_id",
    "account_id",
    "batch_id",
    "client_id",
    "correlation_id",
    "reference_id",
    "sender_id",
    "transaction_id",
    "case_id",
    "condition_id",
    "contract_id",
    "document_content_id",
    "draft_id",
    "drop_id",
    "entry_id",
    "event_id",
    "fund_id",
    "keep_id",
    "meeting_id",
    "merge_id",
    "notice_id",
    "payout_id",
    "repayment_id",
    "roster_id",
    "row_id",
    "survey_id",
    "upper_id",
    "user_id",
    "voucher_id",
};

static bool is_other(const char *name)
{
    for (size_t i = 0; i < N_ELEMS(others); i++)
        if (!strcmp(name, others[i]))
            return true;
    return false;
}

static void every_column_that_names_a_row_is_known_to_the_merge(void **state)
{
    (void)state;
    size_t follow = 0;
    for (size_t t = 0; t < app_schema.n; t++)
        for (size_t i = 0; i < app_schema.entities[t]->n; i++) {
            const struct entity *en = app_schema.entities[t];
            const struct col *c = &en->cols[i];
            bool kept = !strcmp(en->table, "roster_row") || en == &national_id_entity;
            if (!str_ends(str_of(c->name), STR("_id")) || kept || en->class == TABLE_LOCAL)
                continue;
            if (merge_follows(en, c) == is_other(c->name))
                fail_msg(
                    "%s.%s: does it name a household or a person (merge_follows), or not (the list here)?",
                    en->table, c->name);
            follow += merge_follows(en, c);
        }
    assert_true(follow > 15);
}

/* --- a family that came in twice ---------------------------------------------------------- */

struct twice {
    int64_t county;
    struct household keep, drop;
    struct person head, wife, head_again, wife_again, child;
    struct household_year years[3];
    struct visit visit;
};

static struct person somebody(struct world *w, const struct household *h, const char *name, int32_t relation,
                              int32_t sex, int year)
{
    struct person p = world_person(w, h);
    p.id_number = (struct str){ 0 };
    p.id_kind = (struct code){ 0 };
    p.name = str_of(name);
    p.relation = (struct code){ relation, true };
    p.sex = (struct code){ sex, true };
    p.birth_date = (struct opt_date){ day(year, 5, 1), true };
    return p;
}

static bool put_year(struct act *act, struct household_year *y, const struct household *h, int64_t year,
                     int64_t wage, struct errs *e)
{
    *y = (struct household_year){
        .county = h->county, .household_id = h->id, .year = { year, true }, .wage_income = { { wage }, true }
    };
    return db_id(act->tx, &y->id, e) && db_insert(act->tx, &household_year_entity, y, e);
}

static bool put_twice(struct act *act, void *ctx, struct errs *e)
{
    struct twice *t = ctx;
    struct person *all[] = { &t->head, &t->wife, &t->head_again, &t->wife_again, &t->child };
    if (!household_put(act, &t->keep, e) || !household_put(act, &t->drop, e))
        return false;
    for (size_t i = 0; i < N_ELEMS(all); i++) {
        all[i]->household_id = i < 2 ? t->keep.id : t->drop.id;
        if (!person_put(act, all[i], e))
            return false;
    }
    t->visit = (struct visit){ .county = t->county,
                               .household_id = t->drop.id,
                               .visited_on = { day(2024, 3, 1), true },
                               .visitor = STR("甲干部"),
                               .recorded_on = day(2024, 3, 2),
                               .recorded_by = STR("test") };
    return put_year(act, &t->years[0], &t->keep, 2022, 100, e) &&
           put_year(act, &t->years[1], &t->drop, 2022, 999, e) &&
           put_year(act, &t->years[2], &t->drop, 2023, 300, e) && db_id(act->tx, &t->visit.id, e) &&
           db_insert(act->tx, &visit_entity, &t->visit, e);
}

static struct twice twice(struct world *w)
{
    struct twice t = { .county = world_county(w) };
    t.keep = world_household(w, t.county);
    t.drop = world_household(w, t.county);
    t.keep.phone = (struct str){ 0 };
    t.drop.phone = STR("13900000000");
    t.head = somebody(w, &t.keep, "甲父", RELATION_HEAD, SEX_MALE, 1960);
    t.wife = somebody(w, &t.keep, "乙母", RELATION_SPOUSE, SEX_FEMALE, 1962);
    t.head_again = somebody(w, &t.drop, "乙母", RELATION_HEAD, SEX_FEMALE, 1962);
    t.wife_again = somebody(w, &t.drop, "甲父", RELATION_SPOUSE, SEX_MALE, 1960);
    t.child = somebody(w, &t.drop, "丙子", RELATION_SON, SEX_MALE, 1990);
    t.head_again.id_number = world_person(w, &t.drop).id_number;
    t.head_again.id_kind = world_person(w, &t.drop).id_kind;
    world_act(w, t.county, put_twice, &t);
    return t;
}

/* --- doing it ----------------------------------------------------------------------------- */

struct doing {
    struct merge_wish wish;
    struct paper paper;
    struct merge_report r;
    struct duplicate_merge undo; /* county 0: merge */
    int64_t left;
};

static bool do_it(struct act *act, void *ctx, struct errs *e)
{
    struct doing *d = ctx;
    return d->undo.county ? duplicate_merge_undo(act, &d->undo, STR("并错了"), TODAY, &d->left, e)
                          : duplicate_merge_run(act, &d->wish, &d->paper, TODAY, &d->r, e);
}

static struct doing merging(const struct twice *t)
{
    return (struct doing){ .wish = { MERGE_HOUSEHOLD, t->county, t->keep.id, t->drop.id, .n = 0 },
                           .paper = { .reason = STR("登记两次") } };
}

static bool try_it(struct world *w, struct doing *d)
{
    int64_t county = d->undo.county ? d->undo.county : d->wish.county;
    errs_clear(&w->e);
    return world_try(w, w->st, county, do_it, d, &w->e);
}

#define assert_refused(w, d, code, msg)                   \
    do {                                                  \
        struct snapshot before_ = world_snapshot(w);      \
        assert_false(try_it((w), (d)));                   \
        assert_error(&(w)->e, (code), (msg));             \
        assert_same_snapshot(before_, world_snapshot(w)); \
    } while (0)

/* Everything but the books about what was done. */
static bool registry_rows(struct tx *tx, void *ctx, struct errs *e)
{
    static const struct entity *const books[] = {
        &audit_entity,    &audit_head_entity, &field_change_entity,          &duplicate_merge_entity,
        &id_block_entity, &counter_entity,    &duplicate_merge_change_entity
    };
    struct snapshot *s = ctx;
    *s = (struct snapshot){ 0 };
    for (size_t i = 0; i < app_schema.n; i++) {
        bool book = false;
        for (size_t k = 0; k < N_ELEMS(books); k++)
            book = book || app_schema.entities[i] == books[k];
        if (!book && !world_add_table(tx, app_schema.entities[i], s, e))
            return false;
    }
    return true;
}

static struct snapshot registry_of(struct world *w)
{
    struct snapshot s;
    world_read(w, registry_rows, &s);
    return s;
}

struct look {
    const struct twice *t;
    struct household keep, drop;
    struct person head, wife, child, gone;
    enum found dropped, again;
    struct national_id number;
    int64_t years, wage_2022, visits;
};

static bool look_at(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    const struct twice *t = l->t;
    l->dropped = db_get(tx, &household_entity, &l->drop, e, V(t->county), V(t->drop.id));
    l->again = db_get(tx, &person_entity, &l->gone, e, V(t->county), V(t->head_again.id));
    struct val key = val_seal_key(tx, SEAL_ID_NUMBER, t->head_again.id_number, e->a);
    return db_get(tx, &household_entity, &l->keep, e, V(t->county), V(t->keep.id)) == FOUND &&
           db_get(tx, &person_entity, &l->head, e, V(t->county), V(t->head.id)) == FOUND &&
           db_get(tx, &person_entity, &l->wife, e, V(t->county), V(t->wife.id)) == FOUND &&
           db_get(tx, &person_entity, &l->child, e, V(t->county), V(t->child.id)) == FOUND &&
           db_get(tx, &national_id_entity, &l->number, e, key) == FOUND &&
           db_int(
               tx,
               SQL(STMT_KEY, "SELECT count(*) FROM household_year WHERE county = $1 AND household_id = $2"),
               &l->years, e, V(t->county), V(t->keep.id)) &&
           db_int(tx,
                  SQL(STMT_KEY,
                      "SELECT max(wage_income) FROM household_year WHERE county = $1 AND household_id = "
                      "$2 AND year = 2022"),
                  &l->wage_2022, e, V(t->county), V(t->keep.id)) &&
           db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM visit WHERE county = $1 AND household_id = $2"),
                  &l->visits, e, V(t->county), V(t->keep.id));
}

static struct look look(struct world *w, const struct twice *t)
{
    struct look l = { .t = t };
    world_read(w, look_at, &l);
    return l;
}

/* --- the rules ---------------------------------------------------------------------------- */

static void everything_goes_to_the_household_kept(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    assert_ok(try_it(w, &d), &w->e);
    struct look l = look(w, &t);
    assert_int_equal(l.dropped, NONE);
    assert_int_equal(l.again, NONE);
    assert_int_equal(l.child.household_id, t.keep.id);
    assert_int_equal(l.visits, 1);
    assert_int_equal(l.years, 2);       /* 2022 was known to both */
    assert_int_equal(l.wage_2022, 100); /* and what the household kept had known holds */
    assert_int_equal(d.r.same_n, 2);
    assert_verifies(w);
}

static void what_only_the_other_record_knew_is_filled_in(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    assert_ok(try_it(w, &d), &w->e);
    struct look l = look(w, &t);
    assert_int_equal(l.keep.phone.n, 11);
    assert_true(str_eq(l.wife.id_number, t.head_again.id_number));
    assert_int_equal(l.number.person_id, t.wife.id); /* found under the record that is left */
    bool relation = false;
    for (size_t i = 0; i < d.r.differences_n; i++)
        relation = relation || !strcmp(d.r.differences[i].col->name, "relation");
    assert_true(relation); /* head in the one, spouse in the other: told, not changed */
    assert_int_equal(l.wife.relation.v, RELATION_SPOUSE);
}

static void a_child_stays_a_child_under_the_other_head(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    assert_ok(try_it(w, &d), &w->e);
    assert_int_equal(look(w, &t).child.relation.v, RELATION_SON);
    assert_int_equal(d.r.unclear_n, 0);
}

static void undone_it_is_as_if_nothing_had_been(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    struct snapshot before = registry_of(w);
    assert_ok(try_it(w, &d), &w->e);
    struct doing back = { .undo = d.r.merge };
    assert_ok(try_it(w, &back), &w->e);
    assert_int_equal(back.left, 0);
    assert_same_snapshot(before, registry_of(w));
    assert_int_equal(look(w, &t).number.person_id, t.head_again.id);
    assert_verifies(w);
    back.undo.undone_on = (struct opt_date){ TODAY, true };
    assert_refused(w, &back, ERR_CONFLICT, MSG_MERGE_UNDONE_BEFORE);
}

struct edit {
    int64_t county, household;
    const char *phone;
};
static bool change_phone(struct act *act, void *ctx, struct errs *e)
{
    const struct edit *x = ctx;
    struct household old;
    if (db_get(act->tx, &household_entity, &old, e, V(x->county), V(x->household)) != FOUND)
        return false;
    struct household now = old;
    now.phone = str_of(x->phone);
    return act_update(act, &household_entity, &old, &now, e);
}

static void a_value_corrected_since_is_not_lost_by_undoing(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    struct edit x = { t.county, t.keep.id, "13911111111" };
    assert_ok(try_it(w, &d), &w->e);
    world_act(w, t.county, change_phone, &x);
    struct doing back = { .undo = d.r.merge };
    assert_ok(try_it(w, &back), &w->e);
    assert_int_equal(back.left, 1);
    assert_true(str_eq(look(w, &t).keep.phone, STR("13911111111")));
}

static void two_numbers_are_two_persons(void **state)
{
    struct world *w = *state;
    struct family a = world_family(w, world_county(w));
    struct family b = world_family(w, a.h.county);
    struct doing d = { .wish = { MERGE_HOUSEHOLD, a.h.county, a.h.id, b.h.id, { { a.p.id, b.p.id } }, 1 },
                       .paper = { .reason = STR("登记两次") } };
    assert_refused(w, &d, ERR_CONFLICT, MSG_MERGE_ID_NUMBERS);
}

static void families_without_a_common_member_are_two(void **state)
{
    struct world *w = *state;
    struct family a = world_family(w, world_county(w));
    struct family b = world_family(w, a.h.county);
    struct doing d = { .wish = { MERGE_HOUSEHOLD, a.h.county, a.h.id, b.h.id, .n = 0 },
                       .paper = { .reason = STR("登记两次") } };
    assert_refused(w, &d, ERR_CONFLICT, MSG_MERGE_NO_COMMON);
}

static void a_reason_is_needed(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    d.paper.reason = (struct str){ 0 };
    assert_refused(w, &d, ERR_INVALID, MSG_MOVE_REASON);
}

static void a_head_is_not_merged_away_alone(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = { .wish = { MERGE_PERSON, t.county, t.wife.id, t.head_again.id, .n = 0 },
                       .paper = { .reason = STR("同一人") } };
    assert_refused(w, &d, ERR_CONFLICT, MSG_MERGE_HEAD);
}

static void one_person_of_two_households_becomes_one_record(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = { .wish = { MERGE_PERSON, t.county, t.head.id, t.wife_again.id, .n = 0 },
                       .paper = { .reason = STR("同一人") } };
    struct snapshot before = registry_of(w);
    assert_ok(try_it(w, &d), &w->e);
    assert_verifies(w);
    struct doing back = { .undo = d.r.merge };
    assert_ok(try_it(w, &back), &w->e);
    assert_same_snapshot(before, registry_of(w));
}

struct mark {
    const struct twice *t;
    bool there;
};
static bool put_mark(struct act *act, void *ctx, struct errs *e)
{
    const struct mark *m = ctx;
    return duplicate_mark(act, &m->t->child, &m->t->wife_again, STR("父子"), e);
}
static bool find_mark(struct tx *tx, void *ctx, struct errs *e)
{
    struct mark *m = ctx;
    struct not_duplicate x;
    int64_t a = m->t->child.id, b = m->t->head.id;
    m->there = db_get(tx, &not_duplicate_entity, &x, e, V(m->t->county), V(a < b ? a : b),
                      V(a < b ? b : a)) == FOUND;
    return !errs_any(e);
}

static void who_is_marked_as_another_person_stays_so(void **state)
{
    struct world *w = *state;
    struct twice t = twice(w);
    struct doing d = merging(&t);
    struct mark m = { .t = &t };
    world_act(w, t.county, put_mark, &m);
    struct snapshot before = registry_of(w);
    assert_ok(try_it(w, &d), &w->e);
    world_read(w, find_mark, &m);
    assert_true(m.there);
    struct doing back = { .undo = d.r.merge };
    assert_ok(try_it(w, &back), &w->e);
    assert_same_snapshot(before, registry_of(w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_that_names_a_row_is_known_to_the_merge),
        cmocka_unit_test(everything_goes_to_the_household_kept),
        cmocka_unit_test(what_only_the_other_record_knew_is_filled_in),
        cmocka_unit_test(a_child_stays_a_child_under_the_other_head),
        cmocka_unit_test(undone_it_is_as_if_nothing_had_been),
        cmocka_unit_test(a_value_corrected_since_is_not_lost_by_undoing),
        cmocka_unit_test(two_numbers_are_two_persons),
        cmocka_unit_test(families_without_a_common_member_are_two),
        cmocka_unit_test(a_reason_is_needed),
        cmocka_unit_test(a_head_is_not_merged_away_alone),
        cmocka_unit_test(one_person_of_two_households_becomes_one_record),
        cmocka_unit_test(who_is_marked_as_another_person_stays_so),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
