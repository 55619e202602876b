/* New keys for sealed values: whatever happens meanwhile, every value can be read, found and verified. */
#include "access/rekey.h"
#include "access/site.h"
#include "access/verify.h"
#include "app/modules.h"
#include "registry/household.h"
#include "registry/national_id.h"
#include "registry/person.h"
#include "registry/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { COUNTY_NO = 990001, PEOPLE = 1005 };
#define VILLAGE INT64_C(990001100201)

static struct arena arena;
static struct errs e = { .a = &arena, .lang = EN };
static struct store *st;
static const char *key_path;
static const struct actor who = { .login = { "test", 4 }, .source = "cli" };
static int64_t household_id;

static void assert_ok(bool ok)
{
    if (!ok)
        fail_msg("%s", e.bad.first ? e.bad.first->text : "failed without a word");
}

static void reopen(void)
{
    struct store_options o = { .url = getenv("TEST_DB"), .key_path = key_path, .schema = &app_schema };
    store_close(st);
    st = store_open(&o, &e);
    assert_ok(st != NULL);
}

static void unlock_again(void)
{
    reopen();
    assert_ok(site_unlock(st, key_path, false, &e));
}

static const char *number_of(int i)
{
    return arena_printf(&arena, "9900011980010%05d", i);
}

/* --- a village ---------------------------------------------------------------------------- */

static bool add_person(struct tx *tx, int i)
{
    struct person p = { .county = COUNTY_NO, .household_id = household_id, .name = STR("某人") };
    p.id_number = str_of(number_of(i));
    struct val key = val_seal_key(tx, SEAL_ID_NUMBER, p.id_number, &arena);
    struct national_id n = { .id_key = { (const uint8_t *)key.s.p, key.s.n }, .county = COUNTY_NO };
    if (!db_id(tx, &p.id, &e))
        return false;
    n.person_id = p.id;
    return db_insert(tx, &person_entity, &p, &e) && db_insert(tx, &national_id_entity, &n, &e);
}

static bool fill(struct tx *tx, void *ctx, struct errs *errs)
{
    struct region r = { .code = { VILLAGE }, .name = STR("某村") };
    struct household h = {
        .county = COUNTY_NO, .hh_no = STR("R-1"), .village = { VILLAGE }, .head_name = STR("某人")
    };
    CLEANUP(act_release) struct act act;
    (void)ctx;
    r.level = (struct code){ 5, true };
    h.bank_account = STR("9999990000000001061");
    act_begin(&act, tx, &who, "test", (struct str){ 0 }, &arena);
    if (!db_insert(tx, &region_entity, &r, errs) || !db_id(tx, &household_id, errs))
        return false;
    h.id = household_id;
    if (!db_insert(tx, &household_entity, &h, errs))
        return false;
    for (int i = 0; i < PEOPLE; i++)
        if (!add_person(tx, i))
            return false;
    return act_end(&act, NULL, errs);
}

/* The change log then holds a sealed value before and after. */
static bool change_account(struct tx *tx, void *ctx, struct errs *errs)
{
    struct household old, new;
    CLEANUP(act_release) struct act act;
    (void)ctx;
    act_begin(&act, tx, &who, "test", (struct str){ 0 }, &arena);
    if (db_get(tx, &household_entity, &old, errs, V((int64_t)COUNTY_NO), V(household_id)) != FOUND)
        return false;
    new = old;
    new.bank_account = STR("9999990000000001103");
    return act_update(&act, &household_entity, &old, &new, errs) && act_end(&act, NULL, errs);
}

static int begin(void **state)
{
    (void)state;
    key_path = getenv("BANGFU_KEY");
    if (!getenv("TEST_DB") || !key_path)
        return 0;
    unlock_again();
    assert_ok(store_run(st, TX_WRITE, 0, fill, NULL, &e));
    assert_ok(store_run(st, TX_WRITE, COUNTY_NO, change_account, NULL, &e));
    return 0;
}

static int end(void **state)
{
    (void)state;
    store_close(st);
    arena_free(&arena);
    return 0;
}

#define NEEDS_DATABASE() \
    do {                 \
        (void)state;     \
        if (!st)         \
            skip();      \
    } while (0)

/* --- what must hold after every test ------------------------------------------------------ */

static bool verify(struct tx *tx, void *ctx, struct errs *errs)
{
    struct verify_report *r = ctx;
    *r = (struct verify_report){ 0 };
    return verify_run(tx, NULL, 0, r, errs);
}

static bool look_up(struct tx *tx, void *ctx, struct errs *errs)
{
    struct national_id n;
    struct person p;
    struct household h;
    (void)ctx;
    for (int i = 0; i < PEOPLE; i += 201) {
        struct val key = val_seal_key(tx, SEAL_ID_NUMBER, str_of(number_of(i)), &arena);
        assert_int_equal(db_get(tx, &national_id_entity, &n, errs, key), FOUND);
        assert_int_equal(db_get(tx, &person_entity, &p, errs, V(n.county), V(n.person_id)), FOUND);
        assert_true(str_eq(p.id_number, str_of(number_of(i))));
    }
    assert_int_equal(db_get(tx, &household_entity, &h, errs, V((int64_t)COUNTY_NO), V(household_id)), FOUND);
    assert_true(str_eq(h.bank_account, STR("9999990000000001103")));
    return true;
}

/* Of a text in hex; 0: not to be opened with the key in use. */
static int opened_version(struct tx *tx, struct str hex)
{
    uint8_t sealed[SEAL_OVERHEAD + SEAL_PLAIN_MAX];
    struct str plain;
    assert_true(hex.n / 2 <= sizeof sealed);
    for (size_t i = 0; i < hex.n / 2; i++) {
        char two[3] = { hex.p[2 * i], hex.p[2 * i + 1], 0 };
        sealed[i] = (uint8_t)strtoul(two, NULL, 16);
    }
    struct bytes b = { sealed, hex.n / 2 };
    return seal_get(store_seal(tx_store(tx)), SEAL_BANK_ACCOUNT, b, &arena, &plain) ? seal_version_of(b) : 0;
}

static bool read_change_log(struct tx *tx, void *ctx, struct errs *errs)
{
    struct list all;
    (void)ctx;
    assert_ok(db_list(
        tx,
        SQL_OF(STMT_KEY, &field_change_entity,
               "SELECT {*} FROM field_change WHERE county = $1 AND field = 'bank_account' ORDER BY seq, no"),
        &all, &arena, errs, V((int64_t)COUNTY_NO)));
    const struct field_change *f = all.rows;
    assert_int_equal(all.n, 1);
    assert_int_not_equal(opened_version(tx, f->before), 0);
    assert_int_not_equal(opened_version(tx, f->after), 0);
    return true;
}

static void assert_whole(void)
{
    struct verify_report r;
    unlock_again();
    assert_ok(store_run(st, TX_READ, 0, verify, &r, &e));
    if (r.findings)
        fail_msg("verify: %s", r.first->text);
    assert_ok(store_run(st, TX_READ, 0, look_up, NULL, &e));
    assert_ok(store_run(st, TX_READ, 0, read_change_log, NULL, &e));
}

/* How many of the people have a number sealed at this version. */
struct tally {
    int version;
    int64_t n;
};
static bool tally(struct tx *tx, void *ctx, struct errs *errs)
{
    struct tally *t = ctx;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    t->n = 0;
    if (!db_query(tx, &r, SQL(STMT_KEY, "SELECT id_number FROM person WHERE county = $1"), errs,
                  V((int64_t)COUNTY_NO)))
        return false;
    while ((f = rows_next(&r, errs)) == FOUND) {
        struct val v = rows_val(&r, 0);
        t->n += seal_version_of((struct bytes){ (const uint8_t *)v.s.p, v.s.n }) == t->version;
    }
    return f == NONE;
}

static void assert_sealed_at(int version, int64_t people)
{
    struct tally t = { version, 0 };
    assert_ok(store_run(st, TX_READ, 0, tally, &t, &e));
    assert_int_equal(t.n, people);
}

/* --- rotate ------------------------------------------------------------------------------- */

static void rotating_seals_every_value_with_the_new_key(void **state)
{
    NEEDS_DATABASE();
    struct rekey k = { .st = st, .who = &who, .key_path = key_path };
    assert_ok(key_rotate(&k, &e));
    assert_false(k.resumed);
    assert_int_equal(k.rows, PEOPLE + 1);
    assert_int_equal(k.version, seal_version(store_seal(st)));
    assert_sealed_at(k.version, PEOPLE);
    assert_whole();
}

static volatile sig_atomic_t stop;
static void stop_at_once(void *ctx, int64_t rows)
{
    (void)ctx;
    stop = rows > 0;
}

static void a_rotation_cut_short_is_gone_on_with(void **state)
{
    NEEDS_DATABASE();
    struct rekey k = { .st = st, .who = &who, .key_path = key_path, .stop = &stop, .progress = stop_at_once };
    assert_false(key_rotate(&k, &e));
    assert_int_equal(e.bad.first->code, ERR_INTERRUPTED);
    int version = k.version;
    assert_sealed_at(version, 0); /* the household came first */
    errs_clear(&e);
    assert_whole();
    struct rekey again = { .st = st, .who = &who, .key_path = key_path };
    assert_ok(key_rotate(&again, &e));
    assert_true(again.resumed);
    assert_int_equal(again.version, version);
    assert_int_equal(again.rows, PEOPLE);
    assert_sealed_at(version, PEOPLE);
    assert_whole();
}

/* --- rekey -------------------------------------------------------------------------------- */

static const char *beside(const char *suffix)
{
    return arena_printf(&arena, "%s%s", key_path, suffix);
}

static void rekeying_moves_everything_to_the_new_key(void **state)
{
    NEEDS_DATABASE();
    char before[33], after[33];
    seal_mac_fingerprint(store_seal(st), before);
    struct rekey k = { .st = st, .who = &who, .key_path = key_path };
    assert_ok(key_rekey(&k, &e));
    seal_mac_fingerprint(store_seal(st), after);
    assert_string_not_equal(before, after);
    assert_whole();
    seal_mac_fingerprint(store_seal(st), before);
    assert_string_equal(before, after);
    assert_int_not_equal(access(beside(".next"), F_OK), 0);
    assert_int_equal(access(beside(".old"), F_OK), 0);
}

static void a_rekey_that_never_committed_leaves_the_old_key_in_force(void **state)
{
    NEEDS_DATABASE();
    struct seal *next = seal_rekeyed(store_seal(st), key_path, &e); /* as far as the key file went */
    assert_non_null(next);
    seal_free(next);
    assert_whole();
    assert_int_equal(access(beside(".next"), F_OK), 0);
    struct rekey k = { .st = st, .who = &who, .key_path = key_path };
    assert_ok(key_rekey(&k, &e));
    assert_whole();
}

static void a_rekey_that_died_after_its_commit_comes_into_force_at_the_next_start(void **state)
{
    NEEDS_DATABASE();
    struct rekey k = { .st = st, .who = &who, .key_path = key_path };
    assert_ok(key_rekey(&k, &e));
    assert_int_equal(rename(key_path, beside(".next")), 0); /* as if the files had not been exchanged */
    assert_int_equal(rename(beside(".old"), key_path), 0);
    assert_whole();
    assert_int_not_equal(access(beside(".next"), F_OK), 0);
}

static void a_key_file_from_before_the_rekey_is_refused(void **state)
{
    NEEDS_DATABASE();
    struct rekey k = { .st = st, .who = &who, .key_path = key_path };
    assert_ok(key_rekey(&k, &e));
    reopen();
    assert_false(site_unlock(st, beside(".old"), false, &e));
    assert_int_equal(e.bad.first->msg, MSG_KEY_OLDER);
    errs_clear(&e);
    assert_whole();
}

static bool add_orphan(struct tx *tx, void *ctx, struct errs *errs)
{
    struct national_id n = { .id_key = { (const uint8_t *)"0123456789abcdef", 16 },
                             .county = COUNTY_NO,
                             .person_id = 1 };
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &who, "test", (struct str){ 0 }, &arena);
    bool ok = *(bool *)ctx ? db_insert(tx, &national_id_entity, &n, errs)
                           : db_delete(tx, &national_id_entity, &n, errs);
    return ok && act_end(&act, NULL, errs);
}

static void a_rekey_that_cannot_account_for_a_number_changes_nothing(void **state)
{
    NEEDS_DATABASE();
    char before[33], after[33];
    bool add = true;
    assert_ok(store_run(st, TX_WRITE, 0, add_orphan, &add, &e));
    seal_mac_fingerprint(store_seal(st), before);
    struct rekey k = { .st = st, .who = &who, .key_path = key_path };
    assert_false(key_rekey(&k, &e));
    assert_int_equal(e.bad.first->msg, MSG_REKEY_ORPHANS);
    errs_clear(&e);
    assert_whole();
    seal_mac_fingerprint(store_seal(st), after);
    assert_string_equal(before, after);
    add = false;
    assert_ok(store_run(st, TX_WRITE, 0, add_orphan, &add, &e));
    assert_whole();
}

static void a_rekey_that_is_interrupted_changes_nothing(void **state)
{
    NEEDS_DATABASE();
    char before[33], after[33];
    stop = 0;
    seal_mac_fingerprint(store_seal(st), before);
    struct rekey k = { .st = st, .who = &who, .key_path = key_path, .stop = &stop, .progress = stop_at_once };
    assert_false(key_rekey(&k, &e));
    assert_int_equal(e.bad.first->code, ERR_INTERRUPTED);
    errs_clear(&e);
    assert_whole();
    seal_mac_fingerprint(store_seal(st), after);
    assert_string_equal(before, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rotating_seals_every_value_with_the_new_key),
        cmocka_unit_test(a_rotation_cut_short_is_gone_on_with),
        cmocka_unit_test(rekeying_moves_everything_to_the_new_key),
        cmocka_unit_test(a_rekey_that_never_committed_leaves_the_old_key_in_force),
        cmocka_unit_test(a_rekey_that_died_after_its_commit_comes_into_force_at_the_next_start),
        cmocka_unit_test(a_key_file_from_before_the_rekey_is_refused),
        cmocka_unit_test(a_rekey_that_cannot_account_for_a_number_changes_nothing),
        cmocka_unit_test(a_rekey_that_is_interrupted_changes_nothing),
        cmocka_unit_test(rotating_seals_every_value_with_the_new_key),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
