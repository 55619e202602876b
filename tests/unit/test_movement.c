/* Movements: who comes, who goes, what becomes of households, and that all of it adds up (R015, R016,
 * R025-R027, R065). */
#include "base/clock.h"
#include "base/value.h"
#include "fieldwork/fieldwork.h"
#include "registry/as_of.h"
#include "registry/balance.h"
#include "registry/count.h"
#include "registry/household_file.h"
#include "registry/income.h"
#include "registry/national_id.h"
#include "registry/region.h"
#include "registry/state_years.h"
#include "registry/transfer.h"
#include "support/world.h"

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}
#define TODAY day(2024, 12, 31)

/* A household with a head, his wife, a son and a daughter. */
struct home_of_four {
    int64_t county;
    struct household h;
    struct person head, wife, son, daughter;
};

static struct person somebody(struct world *w, const struct household *h, const char *name, int32_t relation,
                              int32_t sex, int year)
{
    struct person p = world_person(w, h);
    p.name = str_of(name);
    p.relation = (struct code){ relation, true };
    p.sex = (struct code){ sex, true };
    p.birth_date = (struct opt_date){ day(year, 5, 1), true };
    return p;
}

static bool put_four(struct act *act, void *ctx, struct errs *e)
{
    struct home_of_four *f = ctx;
    struct person *all[] = { &f->head, &f->wife, &f->son, &f->daughter };
    struct household_status s = { .county = f->county, .state = f->h.state, .recorded_on = day(2010, 1, 1) };
    if (!household_put(act, &f->h, e))
        return false;
    s.household_id = f->h.id;
    for (size_t i = 0; i < N_ELEMS(all); i++) {
        all[i]->household_id = f->h.id;
        if (!person_put(act, all[i], e))
            return false;
    }
    return db_id(act->tx, &s.id, e) && db_insert(act->tx, &household_status_entity, &s, e);
}

static struct home_of_four four(struct world *w, int64_t county)
{
    struct home_of_four f = { .county = county, .h = world_household(w, county) };
    f.h.head_name = STR("甲父");
    f.head = somebody(w, &f.h, "甲父", RELATION_HEAD, SEX_MALE, 1960);
    f.wife = somebody(w, &f.h, "乙母", RELATION_SPOUSE, SEX_FEMALE, 1962);
    f.son = somebody(w, &f.h, "丙子", RELATION_SON, SEX_MALE, 1985);
    f.daughter = somebody(w, &f.h, "丁女", RELATION_DAUGHTER, SEX_FEMALE, 1990);
    world_act(w, county, put_four, &f);
    return f;
}

/* --- doing one thing ---------------------------------------------------------------------- */

enum what { LEAVE, JOIN, HEAD, SPLIT, MERGE, STATE, UNDO, TRANSFER };
struct doing {
    enum what what;
    int64_t county, household_id, person_id, no;
    struct paper paper;
    struct leaving leaving;
    struct joining joining;
    struct splitting splitting;
    struct merging merging;
    struct state_change state;
    struct transfer transfer;
    struct event ev;
};

static bool do_it(struct act *act, void *ctx, struct errs *e)
{
    struct doing *d = ctx;
    if (!event_begin(&d->ev, act, &d->paper, TODAY, e))
        return false;
    switch (d->what) {
    case LEAVE: return movement_leave(&d->ev, &d->leaving, e);
    case JOIN: return movement_join(&d->ev, &d->joining, e);
    case HEAD: return movement_head(&d->ev, d->county, d->household_id, d->person_id, e);
    case SPLIT: return movement_split(&d->ev, &d->splitting, e);
    case MERGE: return movement_merge(&d->ev, &d->merging, e);
    case STATE: return household_set_state(&d->ev, &d->state, e);
    case UNDO: return movement_undo(&d->ev, d->county, d->no, e);
    case TRANSFER: return household_transfer(&d->ev, &d->transfer, e);
    }
    return false;
}

static struct doing doing(enum what what, const struct home_of_four *f, struct date on)
{
    return (struct doing){ .what = what,
                           .county = f->county,
                           .household_id = f->h.id,
                           .paper = { .on = on, .reason = STR("测试") } };
}

static bool try_it(struct world *w, struct doing *d)
{
    errs_clear(&w->e);
    return world_try(w, w->st, d->county, do_it, d, &w->e);
}

static void done(struct world *w, struct doing *d)
{
    assert_ok(try_it(w, d), &w->e);
}

#define assert_refused(w, d, code, msg)                   \
    do {                                                  \
        struct snapshot before_ = world_snapshot(w);      \
        assert_false(try_it((w), (d)));                   \
        assert_error(&(w)->e, (code), (msg));             \
        assert_same_snapshot(before_, world_snapshot(w)); \
    } while (0)

static struct doing leaving(const struct home_of_four *f, int32_t kind, const struct person *p,
                            struct date on)
{
    struct doing d = doing(LEAVE, f, on);
    d.leaving =
        (struct leaving){ .kind = kind, .county = f->county, .household_id = f->h.id, .person_id = p->id };
    return d;
}

static struct doing joining(const struct home_of_four *f, int32_t kind, struct person p, struct date on)
{
    struct doing d = doing(JOIN, f, on);
    d.joining = (struct joining){ .kind = kind, .county = f->county, .household_id = f->h.id, .person = p };
    return d;
}

static struct doing undoing(int64_t county, int64_t no)
{
    return (
        struct doing){ .what = UNDO, .county = county, .no = no, .paper = { TODAY, STR("登记有误"), { 0 } } };
}

static struct doing stating(const struct home_of_four *f, int32_t state, struct date on)
{
    struct doing d = doing(STATE, f, on);
    d.paper.document = STR("镇扶〔2024〕1号");
    d.state = (struct state_change){ .county = f->county, .household_id = f->h.id, .state = state };
    return d;
}

static struct doing moving_to(const struct home_of_four *f, struct region_code village, struct date on)
{
    struct doing d = doing(TRANSFER, f, on);
    d.county = f->h.county;
    d.transfer = (struct transfer){ .county = f->h.county, .household_id = f->h.id, .to = village };
    return d;
}

/* --- looking ------------------------------------------------------------------------------ */

struct look {
    struct world *w;
    int64_t county, id;
    struct date day;
    struct household h;
    struct person p;
    struct household_then then;
    struct balance balance;
    struct region_code region;
    struct date from, to;
    struct counts counts;
    struct state_years years;
    int64_t number;
    enum found found;
};

static bool read_person(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    l->found = db_get(tx, &person_entity, &l->p, e, V(l->county), V(l->id));
    return l->found != FAILED;
}

static struct person person_now(struct world *w, int64_t county, int64_t id)
{
    struct look l = { .county = county, .id = id };
    world_read(w, read_person, &l);
    assert_int_equal(l.found, FOUND);
    return l.p;
}

static bool read_household(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    l->found = db_get(tx, &household_entity, &l->h, e, V(l->county), V(l->id));
    return l->found != FAILED;
}

static struct household household_now(struct world *w, int64_t county, int64_t id)
{
    struct look l = { .county = county, .id = id };
    world_read(w, read_household, &l);
    assert_int_equal(l.found, FOUND);
    return l.h;
}

static bool read_then(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    return db_get(tx, &household_entity, &l->h, e, V(l->county), V(l->id)) == FOUND &&
           household_as_of(tx, &l->h, l->day, &l->then, e);
}

static struct household_then then(struct world *w, int64_t county, int64_t id, struct date on)
{
    struct look l = { .county = county, .id = id, .day = on };
    world_read(w, read_then, &l);
    return l.then;
}

/* The names of the members on that day, in the order of their ids. */
static const char *members_on(struct world *w, int64_t county, int64_t id, struct date on)
{
    struct household_then t = then(w, county, id, on);
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    for (size_t i = 0; i < t.members_n; i++) {
        if (i)
            buf_addc(&b, ' ');
        buf_add(&b, t.members[i].name);
    }
    return arena_str(&w->a, buf_str(&b)).p;
}

static bool read_balance(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    return balance_of(tx, &l->w->who, l->region, l->from, l->to, &l->balance, e);
}

static struct balance balance(struct world *w, int64_t region, struct date from, struct date to)
{
    struct look l = { .w = w, .region = { region }, .from = from, .to = to };
    world_read(w, read_balance, &l);
    return l.balance;
}

static void assert_flows(const struct flows *f, int64_t opening, int64_t in, int64_t out, int64_t closing)
{
    assert_int_equal(f->opening, opening);
    assert_int_equal(f->total_in, in);
    assert_int_equal(f->total_out, out);
    assert_int_equal(f->closing, closing);
}

static bool read_counts(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    return count_as_of(tx, &l->w->who, l->region, REGION_NONE, l->day, &l->counts, e);
}

static void assert_text(struct str s, const char *want)
{
    assert_string_equal(s.p ? s.p : "", want);
}

/* --- persons ------------------------------------------------------------------------------ */

static void who_dies_leaves_the_register_but_not_the_household_file(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = leaving(&f, MOVE_DIED, &f.son, day(2024, 3, 1));
    d.paper.document = STR("死亡证明");
    done(w, &d);
    struct person p = person_now(w, f.county, f.son.id);
    assert_int_equal(p.change_status.v, CHANGE_DIED);
    assert_int_equal(p.left_on.v.day, day(2024, 3, 1).day);
    assert_int_equal(p.household_id, f.h.id);
    assert_string_equal(members_on(w, f.county, f.h.id, day(2024, 2, 29)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, day(2024, 3, 1)), "甲父 乙母 丁女");
    assert_verifies(w);
}

static void nothing_can_be_recorded_of_the_dead(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = leaving(&f, MOVE_DIED, &f.daughter, day(2024, 3, 1));
    done(w, &d);
    d = leaving(&f, MOVE_MARRIED_OUT, &f.daughter, day(2024, 4, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_DEAD);
    d = joining(&f, MOVE_MOVED_IN, (struct person){ .id = f.daughter.id, .name = f.daughter.name },
                day(2024, 5, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_DEAD);
}

static void the_head_is_followed_by_somebody(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = leaving(&f, MOVE_DIED, &f.head, day(2024, 3, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_HEAD_FIRST);
    d.leaving.new_head_id = f.son.id;
    done(w, &d);
    assert_non_null(w->e.warned.first);
    assert_int_equal(w->e.warned.first->msg, MSG_MOVE_RELATIONS);
    assert_int_equal(person_now(w, f.county, f.son.id).relation.v, RELATION_HEAD);
    assert_int_equal(person_now(w, f.county, f.wife.id).relation.v, 12); /* 之母 */
    assert_int_equal(person_now(w, f.county, f.head.id).relation.v, 11); /* 之父 */
    assert_int_equal(person_now(w, f.county, f.daughter.id).relation.v, RELATION_OTHER);
    assert_text(household_now(w, f.county, f.h.id).head_name, "丙子");
    struct household_then t = then(w, f.county, f.h.id, day(2024, 2, 1));
    assert_text(t.household.head_name, "甲父");
    assert_int_equal(t.members[1].relation.v, RELATION_SPOUSE);
    assert_verifies(w);
}

static void the_wife_as_head_knows_everybody(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = doing(HEAD, &f, day(2024, 3, 1));
    d.person_id = f.wife.id;
    done(w, &d);
    assert_int_equal(person_now(w, f.county, f.head.id).relation.v, RELATION_SPOUSE);
    assert_int_equal(person_now(w, f.county, f.son.id).relation.v, RELATION_SON);
    assert_int_equal(person_now(w, f.county, f.daughter.id).relation.v, RELATION_DAUGHTER);
    assert_null(w->e.warned.first);
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_IS_HEAD);
}

static void the_last_member_leaves_with_the_household(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    const struct person *gone[] = { &f.son, &f.daughter, &f.wife };
    for (size_t i = 0; i < N_ELEMS(gone); i++) {
        struct doing d = leaving(&f, MOVE_MOVED_OUT, gone[i], day(2024, 3, 1));
        done(w, &d);
    }
    struct doing d = leaving(&f, MOVE_DIED, &f.head, day(2024, 6, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_LAST_MEMBER);
    d.leaving.close = true;
    done(w, &d);
    assert_int_equal(household_now(w, f.county, f.h.id).state.v, STATE_CLOSED);
    d = joining(&f, MOVE_BORN, somebody(w, &f.h, "戊", RELATION_SON, SEX_MALE, 2024), day(2024, 7, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_HOUSEHOLD_CLOSED);
    struct balance b = balance(w, f.county * 1000000, day(2024, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.households, 1, 0, 1, 0);
    assert_flows(&b.persons, 4, 0, 4, 0);
    assert_true(then(w, f.county, f.h.id, day(2024, 5, 31)).on_register);
    assert_false(then(w, f.county, f.h.id, day(2024, 6, 1)).on_register);
    assert_verifies(w);
}

static void days_have_to_make_sense(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = leaving(&f, MOVE_DIED, &f.son, day(2025, 1, 1));
    assert_refused(w, &d, ERR_INVALID, MSG_MOVE_AHEAD);
    d = leaving(&f, MOVE_DIED, &f.son, day(1985, 4, 30));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_BEFORE_BIRTH);
    d = leaving(&f, MOVE_ENLISTED, &f.son, day(2024, 3, 1));
    d.paper.reason = (struct str){ 0 };
    assert_refused(w, &d, ERR_INVALID, MSG_MOVE_REASON);
    d.paper.reason = STR("参军");
    done(w, &d);
    d = leaving(&f, MOVE_DIED, &f.son, day(2024, 2, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_LATER);
}

static void a_child_may_get_its_number_later(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct person child = { .name = STR("戊孙"), .relation = { RELATION_OTHER, true } };
    child.birth_date = (struct opt_date){ day(2024, 4, 20), true };
    struct doing d = joining(&f, MOVE_BORN, child, day(2024, 4, 19));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_BEFORE_BIRTH);
    d = joining(&f, MOVE_BORN, child, day(2024, 4, 20));
    done(w, &d);
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_TWICE);
    assert_string_equal(members_on(w, f.county, f.h.id, day(2024, 4, 19)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, day(2024, 4, 20)), "甲父 乙母 丙子 丁女 戊孙");
    assert_verifies(w);
}

static void a_number_is_one_person(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home_of_four a = four(w, county), b = four(w, county);
    struct person guest = { .name = STR("丁女"), .relation = { 5, true }, .id_number = a.daughter.id_number };
    struct doing d = joining(&b, MOVE_MARRIED_IN, guest, day(2024, 5, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_IMPORT_PERSON_AT);
    struct doing out = leaving(&a, MOVE_MARRIED_OUT, &a.daughter, day(2024, 5, 1));
    done(w, &out);
    d.joining.person.name = STR("别人");
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_ID_TAKEN);
    d.joining.person.name = STR("丁女");
    d.paper.on = day(2024, 4, 1);
    d.joining.person.sex = d.joining.person.id_kind = (struct code){ 0 };
    assert_false(try_it(w, &d));
    d.paper.on = day(2024, 5, 2);
    done(w, &d);
    struct person p = person_now(w, county, a.daughter.id);
    assert_int_equal(p.household_id, b.h.id);
    assert_int_equal(p.relation.v, 5);
    assert_string_equal(members_on(w, county, a.h.id, day(2024, 4, 30)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, county, a.h.id, TODAY), "甲父 乙母 丙子");
    assert_true(balance(w, county * 1000000, day(2024, 1, 1), TODAY).balanced);
    assert_verifies(w);
}

static void a_soldier_comes_back(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = leaving(&f, MOVE_ENLISTED, &f.son, day(2020, 9, 1));
    done(w, &d);
    struct doing back = joining(&f, MOVE_RETURNED, (struct person){ .id = f.daughter.id }, day(2022, 9, 1));
    assert_refused(w, &back, ERR_CONFLICT, MSG_MOVE_PRESENT);
    back = joining(&f, MOVE_RETURNED, (struct person){ .id = f.son.id }, day(2022, 9, 1));
    done(w, &back);
    assert_string_equal(members_on(w, f.county, f.h.id, day(2020, 8, 31)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, day(2021, 1, 1)), "甲父 乙母 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, day(2022, 9, 1)), "甲父 乙母 丙子 丁女");
    struct balance b = balance(w, f.county * 1000000, day(2021, 1, 1), day(2021, 12, 31));
    assert_flows(&b.persons, 3, 0, 0, 3);
    b = balance(w, f.county * 1000000, day(2022, 1, 1), day(2022, 12, 31));
    assert_flows(&b.persons, 3, 1, 0, 4);
    assert_int_equal(b.persons.in[MOVE_RETURNED], 1);
    assert_true(b.balanced);
    assert_verifies(w);
}

static bool mark_left(struct act *act, void *ctx, struct errs *e)
{
    struct person old = *(struct person *)ctx, now = old;
    now.joined_on = (struct opt_date){ day(2010, 1, 1), true };
    now.left_on = (struct opt_date){ day(2018, 1, 1), true };
    now.change_status = (struct code){ MOVE_IMPRISONED, true };
    return act_update(act, &person_entity, &old, &now, e);
}

static void an_earlier_stay_that_an_import_brought_is_not_lost(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    world_act(w, f.county, mark_left, &f.son);
    struct balance b = balance(w, f.county * 1000000, day(2018, 1, 1), day(2018, 12, 31));
    assert_flows(&b.persons, 4, 0, 1, 3);
    assert_int_equal(b.persons.out[0], 1);
    struct doing back = joining(&f, MOVE_RETURNED, (struct person){ .id = f.son.id }, day(2022, 1, 1));
    done(w, &back);
    assert_string_equal(members_on(w, f.county, f.h.id, day(2009, 12, 31)), "甲父 乙母 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, day(2015, 1, 1)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, day(2019, 1, 1)), "甲父 乙母 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, TODAY), "甲父 乙母 丙子 丁女");
    b = balance(w, f.county * 1000000, day(2009, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.persons, 3, 2, 1, 4);
    assert_verifies(w);
}

static void marrying_within_the_county_is_one_event(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home_of_four a = four(w, county), b = four(w, county);
    struct doing d = leaving(&a, MOVE_MARRIED_OUT, &a.daughter, day(2024, 5, 1));
    d.leaving.to_household_id = b.h.id;
    assert_refused(w, &d, ERR_INVALID, MSG_MOVE_RELATION);
    d.leaving.relation = (struct code){ RELATION_HEAD, true };
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_TWO_HEADS);
    d.leaving.relation = (struct code){ 5, true };
    done(w, &d);
    assert_string_equal(members_on(w, county, b.h.id, day(2024, 4, 30)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, county, b.h.id, day(2024, 5, 1)), "丁女 甲父 乙母 丙子 丁女");
    assert_int_equal(then(w, county, a.h.id, day(2024, 4, 30)).members[3].relation.v, RELATION_DAUGHTER);
    struct doing back = undoing(county, d.ev.first_no);
    done(w, &back);
    struct person p = person_now(w, county, a.daughter.id);
    assert_int_equal(p.household_id, a.h.id);
    assert_int_equal(p.relation.v, RELATION_DAUGHTER);
    assert_false(p.joined_on.set);
    assert_string_equal(members_on(w, county, b.h.id, TODAY), "甲父 乙母 丙子 丁女");
    assert_verifies(w);
}

/* --- households --------------------------------------------------------------------------- */

static void a_split_takes_some_and_leaves_some(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = doing(SPLIT, &f, day(2024, 6, 1));
    d.splitting = (struct splitting){ .county = f.county,
                                      .household_id = f.h.id,
                                      .person_ids = { f.head.id, f.son.id },
                                      .n = 2,
                                      .head_id = f.wife.id };
    assert_refused(w, &d, ERR_INVALID, MSG_MOVE_HEAD_STAYS);
    d.splitting.head_id = f.son.id;
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_HEAD_FIRST);
    d.splitting.old_head_id = f.wife.id;
    d.splitting.hh_no = f.h.hh_no;
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_NUMBER_TAKEN);
    d.splitting.hh_no = (struct str){ 0 };
    done(w, &d);
    const struct household *made = &d.splitting.made;
    assert_text(made->hh_no, arena_printf(&w->a, "%06lld000001", (long long)f.county));
    assert_text(made->head_name, "丙子");
    assert_null(made->bank_account.p);
    assert_int_equal(made->state.v, STATE_POOR);
    assert_int_equal(person_now(w, f.county, f.son.id).relation.v, RELATION_HEAD);
    assert_int_equal(person_now(w, f.county, f.head.id).relation.v, 11);
    assert_int_equal(person_now(w, f.county, f.wife.id).relation.v, RELATION_HEAD);
    assert_string_equal(members_on(w, f.county, f.h.id, day(2024, 5, 31)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, f.county, f.h.id, TODAY), "乙母 丁女");
    assert_string_equal(members_on(w, f.county, made->id, TODAY), "甲父 丙子");
    assert_false(then(w, f.county, made->id, day(2024, 5, 31)).on_register);
    struct balance b = balance(w, f.county * 1000000, day(2024, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.households, 1, 1, 0, 2);
    assert_flows(&b.persons, 4, 2, 2, 4);
    struct doing all = doing(SPLIT, &f, day(2024, 7, 1));
    all.splitting = (struct splitting){ .county = f.county,
                                        .household_id = f.h.id,
                                        .person_ids = { f.wife.id, f.daughter.id },
                                        .n = 2,
                                        .head_id = f.wife.id };
    assert_refused(w, &all, ERR_CONFLICT, MSG_MOVE_NOBODY_STAYS);
    assert_verifies(w);
}

static void a_merger_closes_the_emptied_household_and_can_be_taken_back(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct home_of_four a = four(w, county), b = four(w, county);
    struct doing d = doing(MERGE, &a, day(2024, 6, 1));
    d.merging = (struct merging){ .county = county,
                                  .from_id = a.h.id,
                                  .into_id = b.h.id,
                                  .person_ids = { a.head.id },
                                  .relations = { { 13, true } },
                                  .n = 1 };
    done(w, &d);
    assert_int_equal(household_now(w, county, a.h.id).state.v, STATE_CLOSED);
    assert_int_equal(person_now(w, county, a.head.id).relation.v, 13);
    assert_int_equal(person_now(w, county, a.wife.id).relation.v, RELATION_OTHER);
    assert_string_equal(members_on(w, county, a.h.id, TODAY), "");
    struct doing open = stating(&a, STATE_POOR, day(2024, 7, 1));
    assert_refused(w, &open, ERR_CONFLICT, MSG_STATE_MERGED);
    struct doing later = leaving(&b, MOVE_DIED, &a.son, day(2024, 8, 1));
    done(w, &later);
    struct doing back = undoing(county, d.ev.first_no);
    assert_refused(w, &back, ERR_CONFLICT, MSG_UNDO_LATER);
    struct doing first = undoing(county, later.ev.first_no);
    done(w, &first);
    done(w, &back);
    struct doing again = undoing(county, back.ev.first_no);
    assert_refused(w, &back, ERR_CONFLICT, MSG_UNDO_TWICE);
    assert_refused(w, &again, ERR_CONFLICT, MSG_UNDO_OF_UNDO);
    assert_int_equal(household_now(w, county, a.h.id).state.v, STATE_POOR);
    assert_int_equal(person_now(w, county, a.head.id).relation.v, RELATION_HEAD);
    assert_false(person_now(w, county, a.son.id).left_on.set);
    assert_string_equal(members_on(w, county, a.h.id, day(2024, 6, 15)), "甲父 乙母 丙子 丁女");
    assert_true(then(w, county, a.h.id, day(2024, 6, 15)).on_register);
    struct balance sum = balance(w, county * 1000000, day(2024, 1, 1), TODAY);
    assert_true(sum.balanced);
    assert_flows(&sum.households, 2, 0, 0, 2);
    assert_flows(&sum.persons, 8, 0, 0, 8);
    assert_verifies(w);
}

static void undoing_a_birth_takes_the_child_off_the_register(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct person child = { .name = STR("戊孙"), .relation = { RELATION_OTHER, true } };
    struct doing d = joining(&f, MOVE_BORN, child, day(2024, 4, 20));
    done(w, &d);
    struct doing back = undoing(f.county, d.ev.first_no);
    done(w, &back);
    assert_string_equal(members_on(w, f.county, f.h.id, TODAY), "甲父 乙母 丙子 丁女");
    struct balance b = balance(w, f.county * 1000000, day(2024, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.persons, 4, 0, 0, 4);
    assert_verifies(w);
}

static void an_undone_split_leaves_a_closed_household_and_no_trace_in_the_figures(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = doing(SPLIT, &f, day(2024, 6, 1));
    d.splitting = (struct splitting){
        .county = f.county, .household_id = f.h.id, .person_ids = { f.son.id }, .n = 1, .head_id = f.son.id
    };
    done(w, &d);
    struct doing back = undoing(f.county, d.ev.first_no);
    done(w, &back);
    assert_int_equal(household_now(w, f.county, d.splitting.made.id).state.v, STATE_CLOSED);
    assert_int_equal(person_now(w, f.county, f.son.id).relation.v, RELATION_SON);
    struct balance b = balance(w, f.county * 1000000, day(2024, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.households, 1, 0, 0, 1);
    assert_flows(&b.persons, 4, 0, 0, 4);
    assert_verifies(w);
}

/* --- states ------------------------------------------------------------------------------- */

static void a_state_changes_by_steps_with_a_document(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = stating(&f, STATE_FALLEN_BACK, day(2020, 1, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_STATE_STEP);
    d = stating(&f, STATE_EXITED, day(2020, 12, 20));
    d.paper.document = (struct str){ 0 };
    assert_refused(w, &d, ERR_INVALID, MSG_STATE_DOCUMENT);
    d.paper.document = STR("县扶〔2020〕9号");
    d.state.year = (struct opt_int){ 2018, true };
    assert_refused(w, &d, ERR_INVALID, MSG_STATE_YEAR);
    d.state.year = (struct opt_int){ 2020, true };
    done(w, &d);
    assert_refused(w, &d, ERR_CONFLICT, MSG_STATE_SAME);
    d = stating(&f, STATE_FALLEN_BACK, day(2022, 5, 1));
    assert_refused(w, &d, ERR_INVALID, MSG_STATE_CAUSE);
    d.state.cause = (struct code){ CAUSE_ILLNESS, true };
    d.paper.on = day(2020, 5, 1);
    assert_refused(w, &d, ERR_CONFLICT, MSG_STATE_LATER);
    d.paper.on = day(2022, 5, 1);
    done(w, &d);
    d = stating(&f, STATE_PRE_EXIT, day(2023, 6, 1));
    d.state.year = (struct opt_int){ 2022, true };
    assert_refused(w, &d, ERR_INVALID, MSG_STATE_PLAN_PAST);
    d.state.year = (struct opt_int){ 2026, true };
    d.paper.document = (struct str){ 0 };
    done(w, &d);
    struct household h = household_now(w, f.county, f.h.id);
    assert_int_equal(h.state.v, STATE_PRE_EXIT);
    assert_int_equal(h.exit_year.v, 2020);
    assert_int_equal(h.back_year.v, 2022);
    assert_int_equal(h.planned_exit_year.v, 2026);
    struct household_then t = then(w, f.county, f.h.id, day(2021, 1, 1));
    assert_int_equal(t.household.state.v, STATE_EXITED);
    assert_int_equal(t.household.exit_year.v, 2020);
    assert_false(t.household.back_year.set);
    t = then(w, f.county, f.h.id, day(2022, 4, 30));
    assert_int_equal(t.household.state.v, STATE_EXITED);
    t = then(w, f.county, f.h.id, day(2022, 5, 1));
    assert_int_equal(t.household.state.v, STATE_FALLEN_BACK);
    assert_int_equal(t.household.back_cause.v, CAUSE_ILLNESS);
    t = then(w, f.county, f.h.id, day(2009, 1, 1));
    assert_false(t.household.state.set);
    struct look l = { .w = w, .region = { f.county * 1000000 }, .day = day(2021, 7, 1) };
    world_read(w, read_counts, &l);
    assert_int_equal(l.counts.all.by_state[STATE_EXITED], 1);
    assert_int_equal(l.counts.all.persons, 4);
    assert_verifies(w);
}

static bool read_years(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    return state_years_of(tx, &l->w->who, l->region, TODAY, &l->years, e);
}

static void exits_are_told_year_by_year_in_households_and_persons(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = stating(&f, STATE_EXITED, day(2021, 1, 20));
    d.state.year = (struct opt_int){ 2020, true };
    done(w, &d);
    d = leaving(&f, MOVE_DIED, &f.son, day(2022, 1, 1));
    done(w, &d);
    d = stating(&f, STATE_FALLEN_BACK, day(2022, 5, 1));
    d.state.cause = (struct code){ CAUSE_ILLNESS, true };
    done(w, &d);
    d = stating(&f, STATE_PRE_EXIT, day(2024, 5, 1));
    d.state.year = (struct opt_int){ 2025, true };
    done(w, &d);
    struct doing split = doing(SPLIT, &f, day(2024, 6, 1));
    split.splitting = (struct splitting){ .county = f.county,
                                          .household_id = f.h.id,
                                          .person_ids = { f.daughter.id },
                                          .n = 1,
                                          .head_id = f.daughter.id };
    done(w, &split); /* is no change of state, and nobody new on the register */
    struct doing close = stating(&f, STATE_CLOSED, day(2024, 8, 1));
    done(w, &close);
    struct look l = { .w = w, .region = { f.county * 1000000 } };
    world_read(w, read_years, &l);
    const struct state_year *y = l.years.list;
    assert_int_equal(l.years.n, 4);
    assert_int_equal(y[0].year, 2020);
    assert_int_equal(y[0].households[YEAR_EXITED], 1);
    assert_int_equal(y[0].persons[YEAR_EXITED], 4);
    assert_int_equal(y[1].year, 2022);
    assert_int_equal(y[1].persons[YEAR_FALLEN_BACK], 3);
    assert_int_equal(y[2].year, 2024);
    assert_int_equal(y[2].households[YEAR_CLOSED], 1);
    assert_int_equal(y[2].persons[YEAR_CLOSED], 2);
    assert_int_equal(y[2].households[YEAR_REGISTERED], 0);
    assert_int_equal(y[3].year, 2025);
    assert_int_equal(y[3].households[YEAR_PLANNED], 1);
    struct doing undo = undoing(f.county, close.ev.first_no);
    done(w, &undo);
    world_read(w, read_years, &l);
    assert_int_equal(l.years.n, 3);
}

static void closing_takes_the_members_along_and_reopening_brings_them_back(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing dead = leaving(&f, MOVE_DIED, &f.daughter, day(2021, 1, 1));
    done(w, &dead);
    struct doing d = stating(&f, STATE_CLOSED, day(2022, 1, 1));
    done(w, &d);
    assert_string_equal(members_on(w, f.county, f.h.id, day(2022, 6, 1)), "");
    d = stating(&f, STATE_POOR, day(2023, 1, 1));
    done(w, &d);
    assert_string_equal(members_on(w, f.county, f.h.id, TODAY), "甲父 乙母 丙子");
    struct balance b = balance(w, f.county * 1000000, day(2022, 6, 1), day(2022, 6, 30));
    assert_flows(&b.households, 0, 0, 0, 0);
    assert_flows(&b.persons, 0, 0, 0, 0);
    b = balance(w, f.county * 1000000, day(2021, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.households, 1, 1, 1, 1);
    assert_flows(&b.persons, 4, 3, 4, 3);
    assert_verifies(w);
}

/* --- transfers ---------------------------------------------------------------------------- */

static bool put_year(struct act *act, void *ctx, struct errs *e)
{
    struct home_of_four *f = ctx;
    struct household_year y = { .county = f->county, .household_id = f->h.id, .year = { 2023, true } };
    y.wage_income = (struct opt_money){ { 1234500 }, true };
    return db_id(act->tx, &y.id, e) && db_insert(act->tx, &household_year_entity, &y, e);
}

static void to_another_village_of_the_county(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct region_code one = world_village(f.county, 1), two = world_village(f.county, 2);
    struct doing d = moving_to(&f, one, day(2024, 6, 1));
    assert_refused(w, &d, ERR_INVALID, MSG_TRANSFER_SAME);
    d = moving_to(&f, (struct region_code){ f.county * 1000000 + 100000 }, day(2024, 6, 1));
    assert_refused(w, &d, ERR_INVALID, MSG_IMPORT_NOT_VILLAGE);
    d = moving_to(&f, two, day(2024, 6, 1));
    done(w, &d);
    struct balance b = balance(w, one.v, day(2024, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.households, 1, 0, 1, 0);
    assert_flows(&b.persons, 4, 0, 4, 0);
    b = balance(w, two.v, day(2024, 1, 1), TODAY);
    assert_true(b.balanced);
    assert_flows(&b.persons, 0, 4, 0, 4);
    assert_int_equal(then(w, f.county, f.h.id, day(2024, 5, 31)).household.village.v, one.v);
    struct doing back = undoing(f.county, d.ev.first_no);
    done(w, &back);
    assert_int_equal(household_now(w, f.county, f.h.id).village.v, one.v);
    assert_true(balance(w, two.v, day(2024, 1, 1), TODAY).balanced);
    assert_verifies(w);
}

static bool loan_is_open(struct tx *tx, const struct household *h, struct errs *e)
{
    (void)tx;
    return fail_(e, ERR_CONFLICT, "loan", MSG_ROSTER_GONE, ARGS(A(h->hh_no)));
}

static bool read_number(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    struct national_id id;
    struct val key = val_seal_key(tx, SEAL_ID_NUMBER, l->p.id_number, e->a);
    enum found f =
        db_find(tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
                &id, e, key);
    l->number = f == FOUND ? id.county : 0;
    return f != FAILED;
}

static bool read_rows(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    int64_t years, states, persons, households;
    if (!db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM household_year WHERE county = $1"), &years, e,
                V(l->county)) ||
        !db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM household_status WHERE county = $1"), &states, e,
                V(l->county)) ||
        !db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM person WHERE county = $1"), &persons, e,
                V(l->county)) ||
        !db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM household WHERE county = $1"), &households, e,
                V(l->county)))
        return false;
    l->number = households * 1000 + persons * 100 + states * 10 + years;
    return true;
}

/* households, persons, states, years: a digit each */
static int64_t rows_of(struct world *w, int64_t county)
{
    struct look l = { .county = county };
    world_read(w, read_rows, &l);
    return l.number;
}

static bool chain_length(struct tx *tx, void *ctx, struct errs *e)
{
    struct look *l = ctx;
    return db_int(tx, SQL(STMT_KEY, "SELECT max(seq) FROM audit WHERE county = $1"), &l->number, e,
                  V(l->county));
}

static int64_t audits(struct world *w, int64_t county)
{
    struct look l = { .county = county };
    world_read(w, chain_length, &l);
    return l.number;
}

static void to_another_county_with_everything(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    int64_t here = f.county, there = world_county(w);
    world_act(w, here, put_year, &f);
    struct doing born =
        joining(&f, MOVE_BORN, (struct person){ .name = STR("戊孙"), .relation = { RELATION_OTHER, true } },
                day(2024, 2, 1));
    done(w, &born);
    static const struct transfer_block loans = { .name = "loan", .check = loan_is_open };
    static const struct transfer_block *const blocks[] = { &loans };
    struct doing d = moving_to(&f, world_village(there, 1), day(2024, 6, 1));
    d.transfer.blocks = blocks;
    d.transfer.n = 1;
    assert_refused(w, &d, ERR_CONFLICT, MSG_ROSTER_GONE);
    d.transfer.n = 0;
    assert_int_equal(rows_of(w, here), 1511);
    int64_t chain_here = audits(w, here), chain_there = audits(w, there);
    done(w, &d);
    assert_int_equal(rows_of(w, here), 0);
    assert_int_equal(rows_of(w, there), 1511);
    assert_int_equal(audits(w, here), chain_here + 1);
    assert_int_equal(audits(w, there), chain_there + 1);
    struct look l = { .p = f.son };
    world_read(w, read_number, &l);
    assert_int_equal(l.number, there);
    assert_string_equal(members_on(w, there, f.h.id, day(2024, 1, 31)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, there, f.h.id, day(2024, 2, 1)), "甲父 乙母 丙子 丁女 戊孙");
    assert_int_equal(then(w, there, f.h.id, day(2024, 5, 31)).household.village.v, world_village(here, 1).v);
    struct balance a = balance(w, here * 1000000, day(2024, 1, 1), TODAY),
                   b = balance(w, there * 1000000, day(2024, 1, 1), TODAY);
    assert_true(a.balanced);
    assert_true(b.balanced);
    assert_flows(&a.households, 1, 0, 1, 0);
    assert_flows(&a.persons, 4, 1, 5, 0); /* the birth stays a figure of the county it happened in */
    assert_flows(&b.households, 0, 1, 0, 1);
    assert_flows(&b.persons, 0, 5, 0, 5);
    struct doing undo = undoing(there, 1);
    assert_false(try_it(w, &undo));
    assert_error(&w->e, ERR_CONFLICT, MSG_UNDO_TRANSFER);
    assert_verifies(w);
}

static void there_and_back_again(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w)), other = f;
    int64_t here = f.county, there = world_county(w);
    struct doing d = moving_to(&f, world_village(there, 1), day(2024, 3, 1));
    done(w, &d);
    other.county = other.h.county = there;
    struct doing gone = leaving(&other, MOVE_DIED, &f.daughter, day(2024, 4, 1));
    done(w, &gone);
    d = moving_to(&other, world_village(here, 2), day(2024, 2, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_LATER);
    d = moving_to(&other, world_village(here, 2), day(2024, 5, 1));
    done(w, &d);
    assert_int_equal(rows_of(w, there), 0);
    assert_string_equal(members_on(w, here, f.h.id, day(2024, 2, 1)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, here, f.h.id, day(2024, 3, 15)), "甲父 乙母 丙子 丁女");
    assert_int_equal(then(w, here, f.h.id, day(2024, 3, 15)).household.village.v, world_village(there, 1).v);
    assert_string_equal(members_on(w, here, f.h.id, TODAY), "甲父 乙母 丙子");
    struct balance a = balance(w, here * 1000000, day(2024, 1, 1), TODAY),
                   b = balance(w, there * 1000000, day(2024, 1, 1), TODAY);
    assert_true(a.balanced);
    assert_true(b.balanced);
    assert_flows(&a.persons, 4, 3, 4, 3);
    assert_flows(&b.persons, 0, 4, 4, 0);
    assert_verifies(w);
}

static bool put_visit(struct act *act, void *ctx, struct errs *e)
{
    struct home_of_four *f = ctx;
    struct visit v = { .county = f->county,
                       .household_id = f->h.id,
                       .visited_on = { day(2024, 1, 10), true },
                       .visitor = STR("工作队"),
                       .recorded_on = TODAY,
                       .recorded_by = STR("x") };
    return db_id(act->tx, &v.id, e) && db_insert(act->tx, &visit_entity, &v, e);
}

/* distributed.md 3: what is settled stays with the county that did it. */
static void what_a_county_did_for_a_family_stays_when_it_goes(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w)), other = f;
    int64_t here = f.county, there = world_county(w);
    world_act(w, here, put_visit, &f);
    world_act(w, here, put_year, &f);
    struct doing d = moving_to(&f, world_village(there, 1), day(2024, 3, 1));
    done(w, &d);
    assert_int_equal(rows_of(w, here), 1421); /* a state more: closed */
    assert_int_equal(rows_of(w, there), 1411);
    assert_int_equal(household_now(w, here, f.h.id).state.v, STATE_CLOSED);
    assert_string_equal(members_on(w, here, f.h.id, day(2024, 2, 29)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, here, f.h.id, day(2024, 3, 1)), "");
    assert_string_equal(members_on(w, there, f.h.id, day(2024, 3, 1)), "甲父 乙母 丙子 丁女");
    struct look l = { .p = f.son };
    world_read(w, read_number, &l);
    assert_int_equal(l.number, there);
    d = stating(&f, STATE_POOR, day(2024, 4, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_TRANSFER_LEFT);

    other.county = other.h.county = there;
    struct doing gone = leaving(&other, MOVE_DIED, &f.daughter, day(2024, 4, 1));
    done(w, &gone);
    d = moving_to(&other, world_village(here, 2), day(2024, 5, 1));
    done(w, &d);
    assert_int_equal(rows_of(w, there), 0);
    assert_int_equal(household_now(w, here, f.h.id).state.v, STATE_POOR);
    assert_string_equal(members_on(w, here, f.h.id, day(2024, 2, 1)), "甲父 乙母 丙子 丁女");
    assert_string_equal(members_on(w, here, f.h.id, TODAY), "甲父 乙母 丙子");
    struct balance a = balance(w, here * 1000000, day(2024, 1, 1), TODAY),
                   b = balance(w, there * 1000000, day(2024, 1, 1), TODAY);
    assert_true(a.balanced);
    assert_true(b.balanced);
    assert_flows(&a.households, 1, 1, 1, 1);
    assert_flows(&a.persons, 4, 3, 4, 3);
    assert_flows(&b.persons, 0, 4, 4, 0);
    assert_verifies(w);
}

static void a_number_that_is_taken_there_needs_another(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    int64_t there = world_county(w);
    struct home_of_four g = { .county = there, .h = world_household(w, there) };
    g.h.hh_no = f.h.hh_no;
    g.h.head_name = STR("甲父");
    g.head = somebody(w, &g.h, "甲父", RELATION_HEAD, SEX_MALE, 1950);
    g.wife = somebody(w, &g.h, "乙", RELATION_SPOUSE, SEX_FEMALE, 1950);
    g.son = somebody(w, &g.h, "丙", RELATION_SON, SEX_MALE, 1980);
    g.daughter = somebody(w, &g.h, "丁", RELATION_DAUGHTER, SEX_FEMALE, 1982);
    world_act(w, there, put_four, &g);
    struct doing d = moving_to(&f, world_village(there, 1), day(2024, 6, 1));
    assert_refused(w, &d, ERR_CONFLICT, MSG_MOVE_NUMBER_TAKEN);
    d.transfer.hh_no = STR("新号1");
    done(w, &d);
    assert_text(household_now(w, there, f.h.id).hh_no, "新号1");
    assert_string_equal(then(w, there, f.h.id, day(2024, 5, 31)).household.hh_no.p, f.h.hh_no.p);
    assert_verifies(w);
}

static void somebody_who_left_in_one_county_marries_into_another(void **state)
{
    struct world *w = *state;
    struct home_of_four a = four(w, world_county(w)), b = four(w, world_county(w));
    struct doing out = leaving(&a, MOVE_MARRIED_OUT, &a.daughter, day(2024, 5, 1));
    done(w, &out);
    struct person guest = { .name = STR("丁女"), .relation = { 5, true }, .id_number = a.daughter.id_number };
    struct doing in = joining(&b, MOVE_MARRIED_IN, guest, day(2024, 5, 20));
    done(w, &in);
    assert_int_equal(rows_of(w, a.county), 1310);
    assert_int_equal(rows_of(w, b.county), 1510);
    assert_int_equal(person_now(w, b.county, a.daughter.id).household_id, b.h.id);
    assert_string_equal(members_on(w, b.county, b.h.id, day(2024, 5, 19)), "甲父 乙母 丙子 丁女");
    struct balance x = balance(w, a.county * 1000000, day(2024, 1, 1), TODAY),
                   y = balance(w, b.county * 1000000, day(2024, 1, 1), TODAY);
    assert_true(x.balanced);
    assert_true(y.balanced);
    assert_flows(&x.persons, 4, 0, 1, 3);
    assert_flows(&y.persons, 4, 1, 0, 5);
    assert_string_equal(members_on(w, a.county, a.h.id, day(2024, 4, 30)), "甲父 乙母 丙子 丁女");
    assert_verifies(w);
}

/* --- the register against its movements --------------------------------------------------- */

static bool put_false_row(struct act *act, void *ctx, struct errs *e)
{
    struct home_of_four *f = ctx;
    struct movement m = { .county = f->county,
                          .no = 1000,
                          .kind = { MOVE_DIED, true },
                          .change = -1,
                          .household_id = f->h.id,
                          .hh_no = f->h.hh_no,
                          .person_id = { f->son.id, true },
                          .person_name = f->son.name,
                          .village = f->h.village,
                          .effective_on = day(2024, 1, 5),
                          .reason = STR("x"),
                          .recorded_on = TODAY,
                          .recorded_by = STR("x") };
    return db_id(act->tx, &m.id, e) && db_insert(act->tx, &movement_entity, &m, e);
}

static void a_movement_that_the_register_does_not_know_is_found(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    world_act(w, f.county, put_false_row, &f);
    struct balance b = balance(w, f.county * 1000000, day(2024, 1, 1), TODAY);
    assert_false(b.balanced);
    assert_int_equal(b.misfits_n, 1);
    assert_text(b.misfits[0].name, "丙子");
    struct doing d = leaving(&f, MOVE_DIED, &f.son, day(2024, 1, 5));
    done(w, &d); /* which the register then does */
    assert_verifies(w);
}

static bool set_phone(struct act *act, void *ctx, struct errs *e)
{
    struct household *old = ctx, now = *old;
    now.phone = STR("13900000001");
    now.note = STR("改过");
    return act_update(act, &household_entity, old, &now, e);
}

static void other_fields_go_by_the_day_they_were_recorded(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct date today = clock_today(), yesterday = { today.day - 1 };
    world_act(w, f.county, set_phone, &f.h);
    assert_null(then(w, f.county, f.h.id, yesterday).household.note.p);
    assert_text(then(w, f.county, f.h.id, today).household.note, "改过");
    assert_text(then(w, f.county, f.h.id, yesterday).household.bank_account, f.h.bank_account.p);
}

static bool add_number(struct act *act, void *ctx, struct errs *e)
{
    struct person *old = ctx, now = *old;
    now.disease = STR("某病");
    now.id_number = (struct str){ 0 };
    return act_update(act, &person_entity, old, &now, e);
}

static void a_sealed_value_comes_back_as_it_was(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct date yesterday = { clock_today().day - 1 };
    world_act(w, f.county, add_number, &f.son);
    struct household_then t = then(w, f.county, f.h.id, yesterday);
    assert_text(t.members[2].id_number, f.son.id_number.p);
    assert_null(t.members[2].disease.p);
}

static bool put_years(struct act *act, void *ctx, struct errs *e)
{
    const struct home_of_four *f = ctx;
    for (int64_t year = 2019; year <= 2021; year++) {
        struct household_year y = { .county = f->county,
                                    .household_id = f->h.id,
                                    .year = { year, true },
                                    .wage_income = { { year * 100 }, true },
                                    .house_area = { { (year - 2000) * 10000 }, true } };
        if (!db_id(act->tx, &y.id, e) || !db_insert(act->tx, &household_year_entity, &y, e))
            return false;
    }
    return true;
}

static bool correct_2020(struct act *act, void *ctx, struct errs *e)
{
    const struct household_then *t = ctx;
    struct household_year old = t->years[1], now = old;
    assert_int_equal(old.year.v, 2020);
    now.wage_income.v.fen = 1;
    now.house_area = (struct opt_quantity){ 0 };
    return act_update(act, &household_year_entity, &old, &now, e);
}

/* R065: what they lived on and how, too. */
static void years_after_the_day_are_left_out_and_corrected_ones_are_as_they_were(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct date today = clock_today(), yesterday = { today.day - 1 };
    world_act(w, f.county, put_years, &f);
    struct household_then t = then(w, f.county, f.h.id, day(2020, 3, 1));
    assert_int_equal(t.years_n, 2);
    assert_int_equal(t.years[0].year.v, 2020);
    assert_int_equal(t.years[1].year.v, 2019);
    assert_int_equal(t.years[1].house_area.v.v, 190000);
    assert_int_equal(then(w, f.county, f.h.id, day(2018, 12, 31)).years_n, 0);

    t = then(w, f.county, f.h.id, today);
    assert_int_equal(t.years_n, 3);
    world_act(w, f.county, correct_2020, &t);
    t = then(w, f.county, f.h.id, yesterday);
    assert_int_equal(t.years[1].wage_income.v.fen, 202000);
    assert_int_equal(t.years[1].house_area.v.v, 200000);
    t = then(w, f.county, f.h.id, today);
    assert_int_equal(t.years[1].wage_income.v.fen, 1);
    assert_false(t.years[1].house_area.set);
}

static void states_are_told_up_to_the_day(void **state)
{
    struct world *w = *state;
    struct home_of_four f = four(w, world_county(w));
    struct doing d = stating(&f, STATE_EXITED, day(2020, 12, 20));
    done(w, &d);
    assert_int_equal(then(w, f.county, f.h.id, day(2020, 12, 19)).states_n, 1);
    struct household_then t = then(w, f.county, f.h.id, day(2020, 12, 20));
    assert_int_equal(t.states_n, 2);
    assert_int_equal(t.states[1].state.v, STATE_EXITED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_dies_leaves_the_register_but_not_the_household_file),
        cmocka_unit_test(nothing_can_be_recorded_of_the_dead),
        cmocka_unit_test(the_head_is_followed_by_somebody),
        cmocka_unit_test(the_wife_as_head_knows_everybody),
        cmocka_unit_test(the_last_member_leaves_with_the_household),
        cmocka_unit_test(days_have_to_make_sense),
        cmocka_unit_test(a_child_may_get_its_number_later),
        cmocka_unit_test(a_number_is_one_person),
        cmocka_unit_test(a_soldier_comes_back),
        cmocka_unit_test(an_earlier_stay_that_an_import_brought_is_not_lost),
        cmocka_unit_test(marrying_within_the_county_is_one_event),
        cmocka_unit_test(a_split_takes_some_and_leaves_some),
        cmocka_unit_test(a_merger_closes_the_emptied_household_and_can_be_taken_back),
        cmocka_unit_test(undoing_a_birth_takes_the_child_off_the_register),
        cmocka_unit_test(an_undone_split_leaves_a_closed_household_and_no_trace_in_the_figures),
        cmocka_unit_test(a_state_changes_by_steps_with_a_document),
        cmocka_unit_test(exits_are_told_year_by_year_in_households_and_persons),
        cmocka_unit_test(closing_takes_the_members_along_and_reopening_brings_them_back),
        cmocka_unit_test(to_another_village_of_the_county),
        cmocka_unit_test(to_another_county_with_everything),
        cmocka_unit_test(there_and_back_again),
        cmocka_unit_test(what_a_county_did_for_a_family_stays_when_it_goes),
        cmocka_unit_test(a_number_that_is_taken_there_needs_another),
        cmocka_unit_test(somebody_who_left_in_one_county_marries_into_another),
        cmocka_unit_test(other_fields_go_by_the_day_they_were_recorded),
        cmocka_unit_test(years_after_the_day_are_left_out_and_corrected_ones_are_as_they_were),
        cmocka_unit_test(states_are_told_up_to_the_day),
        cmocka_unit_test(a_sealed_value_comes_back_as_it_was),
        cmocka_unit_test(a_movement_that_the_register_does_not_know_is_found),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
