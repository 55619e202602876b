/* Versions of programmes in the database: numbered, found by any of their names, never changed. */
#include "support/world.h"

#include "base/assets.h"
#include "programme/version.h"

static const char small[] =
    "code: %s\n"
    "name: {zh: %s, en: %s}\n"
    "aliases: [%s]\n"
    "kind: loan\n"
    "applicant: {who: household}\n"
    "conditions:\n"
    "  - {id: poor, zh: 收入低, when: \"household.income_per_head(2016) < %s\"}\n"
    "loan: {term_months: {default: 24}, rate: 0, method: bullet, amount: {max: 2000.00}}\n"
    "steps:\n"
    "  - {id: county, kind: review, decides: true}\n";

struct loading {
    struct world *w;
    struct str text;
    struct programme_version v;
    enum programme_loaded what;
    int64_t added;
};

static struct str text(struct world *w, const char *code, const char *zh, const char *en, const char *alias,
                       const char *line)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    (void)code;
    const char *values[] = { code, zh, en, alias, line };
    size_t k = 0;
    for (const char *p = small; *p; p++)
        if (p[0] == '%' && p[1] == 's') {
            buf_adds(&b, values[k++]);
            p++;
        } else {
            buf_addc(&b, *p);
        }
    return arena_str(&w->a, buf_str(&b));
}

static bool do_load(struct act *act, void *ctx, struct errs *e)
{
    struct loading *l = ctx;
    return programme_load(act, l->text, &l->w->codes, &l->v, &l->what, e);
}

static struct loading load(struct world *w, struct str t)
{
    struct loading l = { .w = w, .text = t };
    world_act(w, 0, do_load, &l);
    l.v.file = arena_str(&w->a, l.v.file);
    return l;
}

struct looking {
    struct world *w;
    const char *name;
    struct programme_version v;
    const struct programme *p;
};

static bool do_find(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *f = ctx;
    f->p = programme_open(tx, str_of(f->name), &f->w->codes, &f->v, &f->w->a, e);
    return f->p;
}

static struct looking found(struct world *w, const char *name)
{
    struct looking f = { .w = w, .name = name };
    world_read(w, do_find, &f);
    return f;
}

/* What is said instead of finding it. */
static const char *refused(struct world *w, const char *name)
{
    struct looking f = { .w = w, .name = name };
    struct errs e = { .a = &w->a, .lang = EN };
    assert_false(store_run(w->st, TX_READ, 0, do_find, &f, &e));
    return e.bad.first->text;
}

static void assert_text(struct str s, const char *expected)
{
    assert_true(str_eq(s, str_of(expected)));
}

/* --- the tests ---------------------------------------------------------------------------------------- */

static void init_has_loaded_the_shipped_ones(void **state)
{
    static const char *const names[] = {
        "xingfu",   "幸福工程",   " 幸福工程 ",   "happiness project", "HAPPINESS PROJECT",
        "xingfu@1", "幸福工程@1", "救助贫困母亲", "ＸＩＮＧＦＵ"
    };
    struct world *w = *state;
    for (size_t i = 0; i < N_ELEMS(names); i++) {
        struct looking f = found(w, names[i]);
        assert_text(f.v.programme, "xingfu");
        assert_int_equal(f.v.version, 1);
        assert_int_equal(f.p->conditions.n, 5);
    }
    assert_text(found(w, "农村贫困党员脱贫工程").v.programme, "dangyuan");
    assert_text(found(w, "party-loan").v.programme, "dangyuan");
}

static bool do_shipped(struct act *act, void *ctx, struct errs *e)
{
    struct loading *l = ctx;
    return programmes_load_shipped(act, &l->w->codes, &l->added, e);
}

static void loading_the_shipped_ones_again_changes_nothing(void **state)
{
    struct world *w = *state;
    struct loading l = { .w = w };
    struct snapshot before = world_snapshot(w);
    world_act(w, 0, do_shipped, &l);
    assert_int_equal(l.added, 0);
    assert_same_snapshot(before, world_snapshot(w));
}

static void a_changed_file_is_a_new_version_and_the_old_one_stays(void **state)
{
    struct world *w = *state;
    struct loading one = load(w, text(w, "first", "甲项目", "First", "甲", "3000"));
    assert_int_equal(one.what, PROGRAMME_NEW);
    assert_int_equal(one.v.version, 1);
    struct snapshot before = world_snapshot(w);
    struct loading same = load(w, text(w, "first", "甲项目", "First", "甲", "3000"));
    assert_int_equal(same.what, PROGRAMME_UNCHANGED);
    assert_int_equal(same.v.version, 1);
    assert_same_snapshot(before, world_snapshot(w));

    struct loading two = load(w, text(w, "first", "甲项目", "First", "甲", "4000"));
    assert_int_equal(two.what, PROGRAMME_CHANGED);
    assert_int_equal(two.v.version, 2);
    struct looking old = found(w, "甲@1"), now = found(w, "甲");
    assert_int_equal(now.v.version, 2);
    assert_true(str_eq(old.v.file, one.v.file)); /* as it was, byte for byte */
    assert_true(str_eq(old.v.hash, one.v.hash));
    assert_false(str_eq(old.v.hash, now.v.hash));
    assert_true(str_has(old.p->conditions.p[0].when.text, STR("3000")));

    /* Going back is a version of its own. */
    struct loading three = load(w, text(w, "first", "甲项目", "First", "甲", "3000"));
    assert_int_equal(three.what, PROGRAMME_CHANGED);
    assert_int_equal(three.v.version, 3);
}

static void what_is_not_found_is_said_with_what_is_near(void **state)
{
    struct world *w = *state;
    assert_string_equal(
        refused(w, "xingfo"),
        "there is no programme “xingfo” (did you mean xingfu?); bangfu programme list shows them all");
    assert_string_equal(refused(w, "xingfu@9"), "programme xingfu has no version 9; the latest is 1");
    assert_non_null(strstr(refused(w, "xingfu@0"), "there is no programme “xingfu@0”"));
    assert_non_null(strstr(refused(w, "xingfu@"), "there is no programme “xingfu@”"));
    assert_non_null(strstr(refused(w, ""), "there is no programme “”"));
    assert_non_null(strstr(refused(w, "@1"), "there is no programme “”"));
}

static void a_name_belongs_to_one_programme(void **state)
{
    struct world *w = *state;
    struct loading l = { .w = w, .text = text(w, "second", "乙项目", "Second", "幸福工程", "3000") };
    struct errs e = { .a = &w->a, .lang = EN };
    struct snapshot before = world_snapshot(w);
    assert_false(world_try(w, w->st, 0, do_load, &l, &e));
    assert_string_equal(e.bad.first->text, "the name “幸福工程” is that of programme xingfu already");
    assert_same_snapshot(before, world_snapshot(w));
}

static void a_file_with_mistakes_is_not_loaded(void **state)
{
    struct world *w = *state;
    struct loading l = { .w = w, .text = text(w, "third", "丙项目", "Third", "丙", "'much'") };
    struct errs e = { .a = &w->a, .lang = EN };
    struct snapshot before = world_snapshot(w);
    assert_false(world_try(w, w->st, 0, do_load, &l, &e));
    assert_string_equal(e.bad.first->field, "7:64");
    assert_same_snapshot(before, world_snapshot(w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_has_loaded_the_shipped_ones),
        cmocka_unit_test(loading_the_shipped_ones_again_changes_nothing),
        cmocka_unit_test(a_changed_file_is_a_new_version_and_the_old_one_stays),
        cmocka_unit_test(what_is_not_found_is_said_with_what_is_near),
        cmocka_unit_test(a_name_belongs_to_one_programme),
        cmocka_unit_test(a_file_with_mistakes_is_not_loaded),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
