/* Who may be registered twice: those planted are found, chance namesakes are not listed, and who was marked
 * as another person stays out (issue 3; R012). */
#include "app/modules.h"
#include "base/clock.h"
#include "registry/duplicate.h"
#include "registry/import.h"
#include "registry/name_sound.h"
#include "registry/quality.h"
#include "registry/sample.h"
#include "support/world.h"

#include <assert.h>
#include <unistd.h>

/* --- running ------------------------------------------------------------------------------ */

struct run {
    struct world *w;
    struct duplicate_options o;
    struct duplicate_report r;
};

static bool run_duplicates(struct tx *tx, void *ctx, struct errs *e)
{
    struct run *run = ctx;
    return duplicate_run(tx, &run->w->who, &run->o, &run->r, e);
}

static struct duplicate_report duplicates(struct world *w, struct region_code within)
{
    struct run run = { .w = w, .o = { .within = within, .min_score = DUPLICATE_SCORE, .limit = 10000 } };
    world_read(w, run_duplicates, &run);
    return run.r;
}

static struct region_code whole(int64_t county)
{
    return (struct region_code){ county * 1000000 };
}

static bool has_pair(const struct duplicate_report *r, int64_t a, int64_t b, uint32_t reasons)
{
    for (size_t i = 0; i < r->n; i++) {
        int64_t x = r->pairs[i].a.person.id, y = r->pairs[i].b.person.id;
        if ((x == a && y == b) || (x == b && y == a))
            return (r->pairs[i].reasons & reasons) == reasons;
    }
    return false;
}

/* --- families ----------------------------------------------------------------------------- */

static bool put_person(struct act *act, void *ctx, struct errs *e)
{
    return person_put(act, ctx, e);
}

/* Another member of a household, born on the day and with that serial number. */
static struct person member(struct world *w, const struct household *h, const char *name, const char *born,
                            int serial)
{
    struct idno id;
    struct person p = world_person(w, h);
    char *number = arena_printf(&w->a, "%06lld%s%03dX", (long long)h->county, born, serial);
    number[17] = idno_check_char(number);
    assert_int_equal(idno_read(str_of(number), clock_today(), &id), IDNO_OK);
    p.name = str_of(name);
    p.id_number = str_of(number);
    p.birth_date = (struct opt_date){ id.birth, true };
    p.sex = (struct code){ id.sex, true };
    world_act(w, h->county, put_person, &p);
    return p;
}

static struct household family(struct world *w, int64_t county)
{
    return world_family(w, county).h;
}

static void the_same_name_and_birth_date_are_listed(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct household g = family(w, county), h = family(w, county);
    struct person a = member(w, &g, "欧阳晓峰", "19800302", 11),
                  b = member(w, &h, "欧阳晓峰", "19800302", 17);
    struct person c = member(w, &h, "诸葛明", "19800302", 19);
    struct duplicate_report r = duplicates(w, whole(county));
    assert_int_equal(r.n, 1);
    assert_int_equal(r.found, 1);
    assert_true(has_pair(&r, a.id, b.id, 1U << DUPLICATE_NAME_SAME | 1U << DUPLICATE_BIRTH_SAME));
    assert_false(has_pair(&r, a.id, c.id, 0));
    assert_null(r.pairs[0].a.person.id_number.p);
    assert_true(r.pairs[0].score >= DUPLICATE_SCORE);
}

static void names_that_sound_the_same_or_are_variants_are_listed(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct household g = family(w, county), h = family(w, county);
    struct person a = member(w, &g, "劉國強", "19710809", 11), b = member(w, &h, "刘国强", "19710809", 17);
    struct person c = member(w, &g, "贾思燕", "19820809", 12), d = member(w, &h, "贾思艳", "19820809", 18);
    struct person m = member(w, &g, "褚万林", "19650101", 35), n = member(w, &h, "褚万临", "19650101", 53);
    struct duplicate_report r = duplicates(w, whole(county));
    assert_int_equal(r.n, 3);
    assert_true(has_pair(&r, a.id, b.id, 1U << DUPLICATE_NAME_VARIANT | 1U << DUPLICATE_VILLAGE));
    assert_true(has_pair(&r, c.id, d.id, 1U << DUPLICATE_NAME_SOUND));
    assert_true(has_pair(&r, m.id, n.id, 1U << DUPLICATE_ID_SWAPPED));
}

static void twins_of_one_household_are_not_listed_unless_their_names_are_equal(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct household h = family(w, county);
    member(w, &h, "宋大双", "20150607", 11);
    member(w, &h, "宋小双", "20150607", 13);
    assert_int_equal(duplicates(w, whole(county)).n, 0);
    struct person a = member(w, &h, "宋佳禾", "20150608", 11), b = member(w, &h, "宋佳禾", "20150608", 13);
    struct duplicate_report r = duplicates(w, whole(county));
    assert_int_equal(r.n, 1);
    assert_true(has_pair(&r, a.id, b.id, 1U << DUPLICATE_HOUSEHOLD));
}

static bool leave(struct act *act, void *ctx, struct errs *e)
{
    const struct person *p = ctx;
    struct person old, gone;
    if (db_get(act->tx, &person_entity, &old, e, V(p->county), V(p->id)) != FOUND)
        return false;
    gone = old;
    gone.change_status = (struct code){ CHANGE_DIED, true };
    return act_update(act, &person_entity, &old, &gone, e);
}

static void who_left_the_household_is_not_compared(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct household g = family(w, county), h = family(w, county);
    struct person a = member(w, &g, "欧阳晓峰", "19800302", 11);
    member(w, &h, "欧阳晓峰", "19800302", 17);
    assert_int_equal(duplicates(w, whole(county)).n, 1);
    world_act(w, county, leave, &a);
    struct duplicate_report r = duplicates(w, whole(county));
    assert_int_equal(r.n, 0);
    assert_int_equal(r.persons, 3);
}

/* --- marks -------------------------------------------------------------------------------- */

struct two {
    struct person a, b;
};

static bool mark(struct act *act, void *ctx, struct errs *e)
{
    struct two *t = ctx;
    return duplicate_mark(act, &t->a, &t->b, STR("已核实"), e);
}

static bool unmark(struct act *act, void *ctx, struct errs *e)
{
    struct two *t = ctx;
    return duplicate_unmark(act, &t->a, &t->b, e);
}

struct marks {
    struct world *w;
    struct region_code within;
    struct duplicate_marks m;
};

static bool list_marks(struct tx *tx, void *ctx, struct errs *e)
{
    struct marks *m = ctx;
    return duplicate_marks(tx, &m->w->who, m->within, 10, &m->m, e);
}

static void who_is_marked_as_another_is_never_listed_again(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct household g = family(w, county), h = family(w, county);
    struct two t = { member(w, &g, "欧阳晓峰", "19800302", 11), member(w, &h, "欧阳晓峰", "19800302", 17) };
    struct marks m = { .w = w, .within = whole(county) };
    world_act(w, county, mark, &t);
    struct duplicate_report r = duplicates(w, whole(county));
    assert_int_equal(r.n, 0);
    assert_int_equal(r.different, 1);
    assert_false(world_try(w, w->st, county, mark, &t, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_DUPLICATE_MARKED_BEFORE);
    struct two other_way_round = { t.b, t.a };
    assert_false(world_try(w, w->st, county, mark, &other_way_round, &w->e));
    world_read(w, list_marks, &m);
    assert_int_equal(m.m.n, 1);
    assert_true(str_eq(m.m.list[0].mark.reason, STR("已核实")));
    assert_true(str_eq(m.m.list[0].a.person.name, STR("欧阳晓峰")));
    assert_verifies(w);

    world_act(w, county, unmark, &other_way_round);
    assert_int_equal(duplicates(w, whole(county)).n, 1);
    assert_false(world_try(w, w->st, county, unmark, &t, &w->e));
    assert_error(&w->e, ERR_NOT_FOUND, MSG_DUPLICATE_NOT_MARKED);
    struct two same = { t.a, t.a };
    assert_false(world_try(w, w->st, county, mark, &same, &w->e));
    assert_error(&w->e, ERR_INVALID, MSG_DUPLICATE_ONE);
    assert_verifies(w);
}

/* --- names -------------------------------------------------------------------------------- */

static void names_are_alike_as_people_hear_and_write_them(void **state)
{
    static const struct {
        const char *a, *b;
        enum likeness how;
    } names[] = {
        { "王建国", "王建国", NAMES_SAME },
        { "买买提·吐尔逊", "买买提吐尔逊", NAMES_VARIANT },
        { "欧阳 锋", "欧阳锋", NAMES_VARIANT },
        { "劉國強", "刘国强", NAMES_VARIANT },
        { "王建国", "王健国", NAMES_SAME_SOUND },
        { "王建国", "汪建国", NAMES_SAME_SOUND },
        { "吕梅", "吕美", NAMES_SAME_SOUND },
        { "陈兰英", "陈南银", NAMES_NEAR_SOUND },
        { "张思", "张诗", NAMES_NEAR_SOUND },
        { "王建国", "王建围", NAMES_ONE_CHARACTER },
        { "王建国", "李建国", NAMES_ONE_CHARACTER },
        { "王建国", "王国建", NAMES_ORDER },
        { "王建国", "王建", NAMES_LENGTH },
        { "王国", "王建国", NAMES_LENGTH },
        { "王建国", "李建军", NAMES_UNLIKE },
        { "王建国", "建国", NAMES_UNLIKE },
        { "王", "李", NAMES_UNLIKE },
        { "吕", "卢", NAMES_UNLIKE },
    };
    struct world *w = *state;
    struct names *n = names_new(store_seal(w->st), &w->e);
    assert_non_null(n);
    for (size_t i = 0; i < N_ELEMS(names); i++) {
        uint32_t a = names_add(n, str_of(names[i].a)), b = names_add(n, str_of(names[i].b));
        if (names_compare(n, a, b) != names[i].how || names_compare(n, b, a) != names[i].how)
            fail_msg("%s and %s: %d", names[i].a, names[i].b, (int)names_compare(n, a, b));
    }
    names_count(n);
    uint32_t guo = names_add(n, STR("王建国")), jian = names_add(n, STR("王健国"));
    assert_int_equal(names_bearers(n, guo, guo, NAMES_SAME), 11);
    assert_int_equal(names_bearers(n, guo, jian, NAMES_SAME_SOUND), 13); /* and 汪建国, 王健国 */
    names_free(n);
}

/* --- planted ------------------------------------------------------------------------------ */

/* Characters of given names in the sample, and others of the same sound. */
static const char *const twins[][2] = {
    { "伟", "纬" }, { "国", "帼" }, { "志", "治" }, { "明", "鸣" }, { "华", "铧" }, { "军", "君" },
    { "平", "坪" }, { "文", "纹" }, { "英", "瑛" }, { "兰", "岚" }, { "珍", "真" }, { "梅", "玫" },
    { "芳", "方" }, { "琴", "勤" }, { "丽", "莉" }, { "红", "虹" }, { "燕", "艳" }, { "萍", "平" },
    { "浩", "皓" }, { "宇", "雨" }, { "杰", "洁" }, { "俊", "峻" }, { "欣", "鑫" }, { "怡", "仪" },
    { "颖", "影" }, { "倩", "茜" }, { "轩", "萱" }, { "春", "椿" }, { "林", "琳" }, { "山", "珊" },
    { "成", "诚" }, { "生", "声" }, { "全", "泉" }, { "胜", "圣" }, { "清", "青" },
};
static const char *const slips[] = { "贵", "注", "茶", "末", "戌", "日", "人", "甲", "犬", "夫" };

enum { TYPO, TWIN, SWAP, KINDS };
struct planted {
    int64_t a, b;
};
struct planting {
    struct world *w;
    size_t wanted, n;
    struct planted *list;
    struct str *numbers; /* of everybody, sorted */
    size_t numbers_n;
    struct household *homes;
    size_t homes_n;
    struct person *people;
    size_t people_n;
};

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool read_book(struct tx *tx, void *ctx, struct errs *e)
{
    struct planting *p = ctx;
    struct list homes, people;
    if (!db_list(
            tx,
            SQL_OF(STMT_FAN, &household_entity,
                   "SELECT {*} FROM household WHERE county BETWEEN 350603 AND 350699 ORDER BY county, id"),
            &homes, &p->w->a, e) ||
        !db_list(tx,
                 SQL_OF(STMT_FAN, &person_entity,
                        "SELECT {*} FROM person WHERE county BETWEEN 350603 AND 350699 ORDER BY county, id"),
                 &people, &p->w->a, e))
        return false;
    p->homes = homes.rows;
    p->homes_n = homes.n;
    p->people = people.rows;
    p->people_n = people.n;
    p->numbers = NEW_ARRAY(&p->w->a, struct str, people.n);
    for (size_t i = 0; i < people.n; i++)
        if (p->people[i].id_number.p)
            p->numbers[p->numbers_n++] = p->people[i].id_number;
    qsort(p->numbers, p->numbers_n, sizeof *p->numbers, by_text);
    return true;
}

/* A number of the same county and birth date that nobody has, and no other duplicate gets. */
static bool give_number(struct planting *p, const struct person *from, const int *digits, struct person *to)
{
    char *number = arena_printf(&p->w->a, "%.14s%d%d%dX", from->id_number.p, digits[0], digits[1], digits[2]);
    struct str s = { number, 18 };
    number[17] = idno_check_char(number);
    if (bsearch(&s, p->numbers, p->numbers_n, sizeof s, by_text))
        return false;
    to->id_number = s;
    to->sex = (struct code){ digits[2] % 2 ? SEX_MALE : SEX_FEMALE, true };
    return true;
}

static bool swap_digits(struct planting *p, const struct person *from, struct person *to)
{
    static const int places[][2] = { { 0, 1 }, { 1, 2 }, { 0, 2 } };
    for (size_t i = 0; i < N_ELEMS(places); i++) {
        int digits[3] = { from->id_number.p[14] - '0', from->id_number.p[15] - '0',
                          from->id_number.p[16] - '0' };
        int x = places[i][0], y = places[i][1], kept = digits[x];
        digits[x] = digits[y];
        digits[y] = kept;
        if (digits[x] != digits[y] && give_number(p, from, digits, to))
            return true;
    }
    return false;
}

static bool other_number(struct planting *p, const struct person *from, struct person *to)
{
    int sex = (from->id_number.p[16] - '0') % 2;
    for (int i = 0; i < 500; i++) {
        int serial = (i * 371 + (int)from->id * 17) % 500 * 2 + sex;
        const int digits[3] = { serial / 100, serial / 10 % 10, serial % 10 };
        if (give_number(p, from, digits, to))
            return true;
    }
    return false;
}

/* Another last character of the name. */
static bool other_name(struct planting *p, const struct person *from, int kind, struct person *to)
{
    enum { BYTES = 3 };
    struct str last = { from->name.p + from->name.n - BYTES, BYTES };
    const char *with = kind == TYPO ? slips[p->n % N_ELEMS(slips)] : NULL;
    for (size_t i = 0; kind == TWIN && i < N_ELEMS(twins); i++)
        if (str_eq(last, str_of(twins[i][0])))
            with = twins[i][1];
    if (!with || str_eq(last, str_of(with)))
        return false;
    to->name = str_of(arena_printf(&p->w->a, "%.*s%s", (int)(from->name.n - BYTES), from->name.p, with));
    return true;
}

/* A neighbour's household. */
static const struct household *other_home(const struct planting *p, const struct person *from)
{
    size_t lo = 0, hi = p->homes_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct household *h = &p->homes[mid];
        if (h->county < from->county || (h->county == from->county && h->id < from->household_id))
            lo = mid + 1;
        else
            hi = mid;
    }
    assert(lo < p->homes_n);
    const struct household *own = &p->homes[lo];
    for (size_t step = 7; step > 0; step--)
        if (lo + step < p->homes_n && own[step].village.v == own->village.v)
            return &own[step];
    return lo > 0 && own[-1].village.v == own->village.v ? &own[-1] : NULL;
}

static bool plant_one(struct act *act, struct planting *p, const struct person *from, struct errs *e)
{
    int kind = (int)(p->n % KINDS);
    const struct household *h = other_home(p, from);
    struct person to = { .county = from->county,
                         .name = from->name,
                         .relation = { RELATION_OTHER, true },
                         .birth_date = from->birth_date,
                         .sex = from->sex,
                         .ethnicity = from->ethnicity,
                         .education = from->education };
    if (!h || !from->id_number.p)
        return true;
    if (kind == SWAP ? !swap_digits(p, from, &to)
                     : !other_name(p, from, kind, &to) || !other_number(p, from, &to))
        return true;
    to.household_id = h->id;
    if (!person_put(act, &to, e))
        return false;
    p->list[p->n++] = (struct planted){ from->id, to.id };
    return true;
}

static bool plant(struct act *act, void *ctx, struct errs *e)
{
    struct planting *p = ctx;
    size_t step = p->people_n / (p->wanted * 4);
    p->n = 0;
    for (size_t i = 0; i < p->people_n && p->n < p->wanted; i += step)
        if (!plant_one(act, p, &p->people[i], e))
            return false;
    return true;
}

static void import_sample(struct world *w, int64_t households)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = arena_printf(&w->a, "%s/book-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(dir));
    struct sample_options sample = {
        .households = households, .county = 350603, .seed = 7, .today = clock_today()
    };
    const char *path = dir;
    struct program program = app_program();
    struct import_options o = { .paths = &path,
                                .n = 1,
                                .rejects = arena_printf(&w->a, "%s/rejects.csv", dir) };
    struct import_result r = { 0 };
    assert_ok(sample_write(&sample, dir, &w->e), &w->e);
    assert_ok(
        import_run(w->st, &w->who, &w->codes, program.import_kinds, program.import_kinds_n, &o, &r, &w->e),
        &w->e);
    assert_int_equal(r.rejected, 0);
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.files[i].warnings, 0);
        unlink(r.files[i].path);
    }
    rmdir(dir);
}

/* 98 of a hundred are found, and of a hundred listed 98 are true. */
static void planted_duplicates_are_found_among_chance_namesakes(void **state)
{
    struct world *w = *state;
    bool all = getenv("TEST_LONG") && *getenv("TEST_LONG");
    struct planting p = { .w = w, .wanted = all ? 500 : 60 };
    p.list = NEW_ARRAY(&w->a, struct planted, p.wanted);
    import_sample(w, all ? 100000 : 3000);
    world_read(w, read_book, &p);
    world_act(w, 0, plant, &p);
    assert_int_equal(p.n, p.wanted);

    struct duplicate_report r = duplicates(w, (struct region_code){ 350600000000 });
    size_t found = 0;
    for (size_t i = 0; i < p.n; i++)
        found += has_pair(&r, p.list[i].a, p.list[i].b, 0);
    print_message("planted %zu, found %zu, listed %zu of %lld persons\n", p.n, found, r.n,
                  (long long)r.persons);
    assert_int_equal(r.persons, p.people_n + p.n);
    assert_true(found * 100 >= p.n * 98);
    assert_true((r.n - found) * 100 <= r.n * 2);
    for (int i = 0; i < BLOCKS; i++)
        assert_int_equal(r.cut[i].groups, 0);
}

/* --- quality of the whole register -------------------------------------------------------- */

struct check {
    struct world *w;
    struct quality_options o;
    struct quality_report r;
};

static bool run_quality(struct tx *tx, void *ctx, struct errs *e)
{
    static const struct quality_table *const tables[] = { &registry_quality };
    struct check *c = ctx;
    return quality_run(tx, &c->w->who, tables, N_ELEMS(tables), &c->o, &c->r, e);
}

static const struct quality_list *list_of(const struct quality_report *r, const char *id)
{
    for (size_t i = 0; i < r->n; i++)
        if (!strcmp(r->lists[i].rule->id, id))
            return &r->lists[i];
    fail_msg("there is no %s", id);
    return NULL;
}

static void quality_lists_households_and_members_by_rule(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct household g = family(w, county), h = family(w, county);
    struct person p = world_person(w, &h);
    p.name = STR("王大女");
    p.relation = (struct code){ RELATION_DAUGHTER, true };
    p.sex = (struct code){ SEX_MALE, true };
    p.phone = STR("13900000106");
    world_act(w, county, put_person, &p);
    struct person q = world_person(w, &g);
    q.phone = STR("13900000106");
    world_act(w, county, put_person, &q);

    struct check c = { .w = w, .o = { .within = whole(county), .limit = 5, .today = clock_today() } };
    world_read(w, run_quality, &c);
    assert_int_equal(c.r.households, 2);
    assert_int_equal(c.r.persons, 4);
    const struct quality_list *l = list_of(&c.r, "DQ13");
    assert_int_equal(l->count, 1);
    assert_true(str_eq(l->first[0].name, STR("王大女")));
    assert_true(str_eq(l->first[0].hh_no, h.hh_no));
    assert_true(str_eq(l->first[0].village_name, STR("上村")));
    assert_int_equal(list_of(&c.r, "DQ08")->count, 2);
    assert_int_equal(list_of(&c.r, "DQ08")->n, 2);
    assert_int_equal(list_of(&c.r, "DQ05")->count, 0);
    assert_int_equal(list_of(&c.r, "DQ10")->count, 1); /* q is a second head */
    assert_int_equal(list_of(&c.r, "DQ30")->count, 4);
    assert_int_equal(list_of(&c.r, "DQ38")->n, 0);
    assert_false(list_of(&c.r, "DQ38")->wanted);

    c.o.limit = 1;
    world_read(w, run_quality, &c);
    assert_int_equal(list_of(&c.r, "DQ30")->count, 4);
    assert_int_equal(list_of(&c.r, "DQ30")->n, 1);
    assert_int_equal(list_of(&c.r, "DQ08")->count, 2);
    assert_int_equal(list_of(&c.r, "DQ08")->n, 1);

    const struct str only[] = { STR_INIT("DQ13"), STR_INIT("DQ99") };
    c.o.rules = only;
    c.o.rules_n = 1;
    world_read(w, run_quality, &c);
    assert_true(list_of(&c.r, "DQ13")->wanted);
    assert_false(list_of(&c.r, "DQ30")->wanted);
    c.o.rules_n = 2;
    assert_false(store_run(w->st, TX_READ, 0, run_quality, &c, &w->e));
    assert_error(&w->e, ERR_INVALID, MSG_NO_RULE);
}

/* The pages of the walk leave nobody out and count nobody twice. */
static void quality_sees_every_household_once(void **state)
{
    struct world *w = *state;
    struct check c = { .w = w, .o = { .within = { 350600000000 }, .limit = 10, .today = clock_today() } };
    struct planting p = { .w = w };
    world_read(w, read_book, &p);
    world_read(w, run_quality, &c);
    assert_int_equal(c.r.households, p.homes_n);
    assert_int_equal(c.r.persons, p.people_n);
    assert_true(c.r.households > 2000);
    assert_int_equal(list_of(&c.r, "DQ01")->count, 0);
    assert_int_equal(list_of(&c.r, "DQ11")->count, 0);
    assert_int_equal(list_of(&c.r, "DQ12")->count, 0);
    assert_true(list_of(&c.r, "DQ08")->count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_alike_as_people_hear_and_write_them),
        cmocka_unit_test(the_same_name_and_birth_date_are_listed),
        cmocka_unit_test(names_that_sound_the_same_or_are_variants_are_listed),
        cmocka_unit_test(twins_of_one_household_are_not_listed_unless_their_names_are_equal),
        cmocka_unit_test(who_left_the_household_is_not_compared),
        cmocka_unit_test(who_is_marked_as_another_is_never_listed_again),
        cmocka_unit_test(quality_lists_households_and_members_by_rule),
        cmocka_unit_test(planted_duplicates_are_found_among_chance_namesakes),
        cmocka_unit_test(quality_sees_every_household_once),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
