/* test_seal.c - the site key: what is sealed opens only unchanged and with this key, keys change without
 * losing anything, and the sums that verify adds up do not depend on an order. */
#include "store/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static struct errs e;
static const struct str number = { "99000119900307001X", 18 };

#define HEX_11   "1111111111111111111111111111111111111111111111111111111111111111"
#define HEX_22   "2222222222222222222222222222222222222222222222222222222222222222"
#define HEX_33   "3333333333333333333333333333333333333333333333333333333333333333"
#define KEY_FILE "bangfu-site-key 1\nmac 1 " HEX_11 "\nenc 1 " HEX_22 "\ncheck 1 " HEX_33 "\n"

/* --- helpers ------------------------------------------------------------------------------ */

/* A path that nothing stands at. */
static const char *fresh(const char *name)
{
    const char *dir = getenv("TMPDIR");
    const char *path = arena_printf(&arena, "%s/%s", dir ? dir : "/tmp", name);
    const char *endings[] = { "", ".old", ".next" };
    for (size_t i = 0; i < N_ELEMS(endings); i++)
        unlink(arena_printf(&arena, "%s%s", path, endings[i]));
    return path;
}

static const char *written(const char *name, const char *text)
{
    const char *path = fresh(name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, 0600), 0);
    return path;
}

static struct seal *loaded(const char *path)
{
    struct seal *s = seal_load(path, &e);
    if (!s)
        fail_msg("%s: %s", path, e.bad.first->text);
    return s;
}

static struct seal *created(const char *path)
{
    struct seal *s = seal_create(path, &e);
    if (!s)
        fail_msg("%s: %s", path, e.bad.first->text);
    return s;
}

static struct bytes sealed(const struct seal *s, enum seal_kind kind, struct str plain)
{
    uint8_t *p = arena_alloc(&arena, SEAL_OVERHEAD + plain.n);
    seal_put(s, kind, plain, p);
    return (struct bytes){ p, SEAL_OVERHEAD + plain.n };
}

static bool opens(const struct seal *s, enum seal_kind kind, struct bytes b)
{
    struct str plain;
    return seal_get(s, kind, b, &arena, &plain);
}

#define assert_opens_as(s, kind, b, want)                         \
    do {                                                          \
        struct str plain_;                                        \
        assert_true(seal_get((s), (kind), (b), &arena, &plain_)); \
        assert_true(str_eq(plain_, (want)));                      \
    } while (0)

static void assert_hex(const uint8_t *p, size_t n, const char *want)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%02x", p[i]);
    assert_string_equal(buf_cstr(&b), want);
}

static bool same_tag(struct bytes a, struct bytes b)
{
    return memcmp(a.p, b.p, SEAL_TAG) == 0;
}

static void assert_refused(const char *name, const char *text, enum msg why)
{
    errs_clear(&e);
    struct seal *s = seal_load(written(name, text), &e);
    if (s)
        fail_msg("this key file was taken:\n%s", text);
    assert_int_equal(e.bad.n, 1);
    assert_int_equal(e.bad.first->msg, why);
    assert_int_equal(e.bad.first->code, ERR_UNAVAILABLE);
}

static int start(void **state)
{
    (void)state;
    e = (struct errs){ .a = &arena, .lang = EN };
    return 0;
}

static int finish(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* --- sealing ------------------------------------------------------------------------------ */

/* Computed with the openssl command; databases in use depend on it. */
static void what_a_known_key_makes_of_a_number_never_changes(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = loaded(written("known", KEY_FILE));
    uint8_t mac[MAC_SIZE];
    char print[33];
    struct bytes b = sealed(s, SEAL_ID_NUMBER, number);
    assert_hex(b.p, b.n, "76e1d9984a346adcf45115cca58aa2ce017d6e066cb123645b768e43fb2694318b4ab3");
    seal_mac(s, "audit", STR("row"), mac);
    assert_hex(mac, sizeof mac, "f97d27686dc0607c60c35e3fea65b4383e56a61d1dd7386bd5f0d4b4406f1187");
    seal_fingerprint(s, print);
    assert_string_equal(print, "81e27d7061300b44a8e9af49cfb9a2eb");
    struct rowsum sum = rowsum_hash(s, STR("household"));
    assert_true(sum.lo == UINT64_C(0x5818892b60815238));
    assert_true(sum.hi == UINT64_C(0x4495148657e3f31d));
}

/* Likewise; its tag ends with ffff, so that the counter carries, and the text is longer than four blocks. */
static void what_a_known_key_makes_of_a_long_text_never_changes(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = loaded(written("known", KEY_FILE));
    struct str text = STR("a passport number 137137 of nobody, as long as five blocks of the cipher");
    struct bytes b = sealed(s, SEAL_ID_NUMBER, text);
    assert_hex(
        b.p, b.n,
        "348c88bdc182aee042d5222f5fb4ffff01f5d4e44e7be2c9a6ba379116e97792d69e44712ddf715339d7b64c6c19ae"
        "b090f607df9ba5aa3fc258c3edec20064c3651fdb8d80dafe0a06571ea4abe3c8484769dcfeb0a322233");
    assert_opens_as(s, SEAL_ID_NUMBER, b, text);
}

static void equal_numbers_have_equal_look_up_keys_and_a_sealed_value_begins_with_it(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    uint8_t key[SEAL_TAG];
    struct bytes a = sealed(s, SEAL_ID_NUMBER, number),
                 b = sealed(s, SEAL_ID_NUMBER, STR("99000119900307001X"));
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    seal_key(s, SEAL_ID_NUMBER, number, key);
    assert_memory_equal(a.p, key, SEAL_TAG);
    assert_int_equal(a.p[SEAL_TAG], 1);
    assert_int_equal(seal_version_of(a), 1);
}

static void another_number_another_kind_and_another_site_have_other_look_up_keys(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    CLEANUP(seal_freep) struct seal *other = created(fresh("other"));
    struct bytes b = sealed(s, SEAL_ID_NUMBER, number);
    assert_false(same_tag(b, sealed(s, SEAL_ID_NUMBER, STR("990001199003070028"))));
    assert_false(same_tag(b, sealed(s, SEAL_BANK_ACCOUNT, number)));
    assert_false(same_tag(b, sealed(other, SEAL_ID_NUMBER, number)));
}

static void what_was_sealed_opens_again_whatever_its_length(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    char text[SEAL_PLAIN_MAX];
    memset(text, '7', sizeof text);
    const size_t lengths[] = { 1, 15, 16, 17, 18, 32, 255, SEAL_PLAIN_MAX };
    for (size_t i = 0; i < N_ELEMS(lengths); i++) {
        struct str plain = { text, lengths[i] };
        assert_opens_as(s, SEAL_BANK_ACCOUNT, sealed(s, SEAL_BANK_ACCOUNT, plain), plain);
    }
}

static void the_plain_text_is_nowhere_in_what_is_sealed(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    struct bytes b = sealed(s, SEAL_ID_NUMBER, number);
    assert_false(str_has((struct str){ (const char *)b.p, b.n }, (struct str){ number.p, 6 }));
}

static void any_flipped_bit_is_refused(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    struct bytes b = sealed(s, SEAL_ID_NUMBER, number);
    for (size_t i = 0; i < b.n * 8; i++) {
        uint8_t changed[SEAL_OVERHEAD + 18];
        memcpy(changed, b.p, b.n);
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
        if (opens(s, SEAL_ID_NUMBER, (struct bytes){ changed, b.n }))
            fail_msg("bit %zu of byte %zu may be flipped", i % 8, i / 8);
    }
}

static void a_value_cut_short_or_drawn_out_is_refused(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    uint8_t longer[SEAL_OVERHEAD + SEAL_PLAIN_MAX + 1] = { 0 };
    struct bytes b = sealed(s, SEAL_ID_NUMBER, number);
    memcpy(longer, b.p, b.n);
    for (size_t n = 0; n <= sizeof longer; n++)
        if (n != b.n)
            assert_false(opens(s, SEAL_ID_NUMBER, (struct bytes){ longer, n }));
}

static void a_value_of_another_kind_or_site_is_refused(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    CLEANUP(seal_freep) struct seal *other = created(fresh("other"));
    struct bytes b = sealed(s, SEAL_ID_NUMBER, number);
    assert_false(opens(s, SEAL_BANK_ACCOUNT, b));
    assert_false(opens(other, SEAL_ID_NUMBER, b));
    assert_opens_as(s, SEAL_ID_NUMBER, b, number);
}

static void two_keys_used_in_turn_do_not_mix(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    CLEANUP(seal_freep) struct seal *other = created(fresh("other"));
    struct bytes a = sealed(s, SEAL_ID_NUMBER, number), b = sealed(other, SEAL_ID_NUMBER, number);
    for (int i = 0; i < 3; i++) {
        assert_opens_as(s, SEAL_ID_NUMBER, a, number);
        assert_opens_as(other, SEAL_ID_NUMBER, b, number);
        assert_memory_equal(sealed(s, SEAL_ID_NUMBER, number).p, a.p, a.n);
        assert_memory_equal(sealed(other, SEAL_ID_NUMBER, number).p, b.p, b.n);
    }
}

/* --- rotating and rekeying ---------------------------------------------------------------- */

static void rotating_keeps_look_up_keys_and_still_reads_what_is_old(void **state)
{
    (void)state;
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    struct bytes old = sealed(s, SEAL_ID_NUMBER, number);
    assert_true(seal_add_enc(s, path, &e));
    struct bytes new = sealed(s, SEAL_ID_NUMBER, number);
    assert_int_equal(seal_version(s), 2);
    assert_int_equal(seal_version_of(new), 2);
    assert_true(same_tag(old, new));
    assert_memory_not_equal(old.p + SEAL_OVERHEAD, new.p + SEAL_OVERHEAD, number.n);
    assert_opens_as(s, SEAL_ID_NUMBER, old, number);
    assert_opens_as(s, SEAL_ID_NUMBER, new, number);
    CLEANUP(seal_freep) struct seal *again = loaded(path);
    assert_int_equal(seal_version(again), 2);
    assert_opens_as(again, SEAL_ID_NUMBER, old, number);
    assert_opens_as(again, SEAL_ID_NUMBER, new, number);
}

static void the_key_file_before_a_rotation_stays_beside_the_new_one(void **state)
{
    (void)state;
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    assert_true(seal_add_enc(s, path, &e));
    CLEANUP(seal_freep) struct seal *old = loaded(arena_printf(&arena, "%s.old", path));
    assert_int_equal(seal_version(old), 1);
    assert_false(opens(old, SEAL_ID_NUMBER, sealed(s, SEAL_ID_NUMBER, number)));
}

static void rotating_changes_neither_sums_nor_chains_nor_fingerprints(void **state)
{
    (void)state;
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    struct rowsum sum = rowsum_hash(s, STR("row"));
    char before[2][33], after[2][33];
    uint8_t mac[2][MAC_SIZE];
    seal_mac(s, "audit", STR("row"), mac[0]);
    seal_fingerprint(s, before[0]);
    seal_mac_fingerprint(s, before[1]);
    assert_true(seal_add_enc(s, path, &e));
    seal_mac(s, "audit", STR("row"), mac[1]);
    seal_fingerprint(s, after[0]);
    seal_mac_fingerprint(s, after[1]);
    assert_true(rowsum_eq(sum, rowsum_hash(s, STR("row"))));
    assert_memory_equal(mac[0], mac[1], MAC_SIZE);
    assert_string_equal(before[0], after[0]);
    assert_string_equal(before[1], after[1]);
}

static void a_key_file_takes_64_encryption_keys_and_no_more(void **state)
{
    (void)state;
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    struct bytes first = sealed(s, SEAL_ID_NUMBER, number);
    for (int i = 2; i <= 64; i++)
        assert_true(seal_add_enc(s, path, &e));
    assert_false(seal_add_enc(s, path, &e));
    assert_int_equal(e.bad.first->msg, MSG_KEY_TOO_MANY);
    CLEANUP(seal_freep) struct seal *again = loaded(path);
    assert_int_equal(seal_version(again), 64);
    assert_opens_as(again, SEAL_ID_NUMBER, first, number);
}

static void a_rotation_that_cannot_be_written_leaves_the_key_as_it_was(void **state)
{
    (void)state;
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    assert_false(seal_add_enc(s, "/nowhere/at/all", &e));
    assert_int_equal(e.bad.first->msg, MSG_KEY_WRITE);
    assert_int_equal(seal_version(s), 1);
    assert_int_equal(seal_version_of(sealed(s, SEAL_ID_NUMBER, number)), 1);
}

static void rekeying_changes_look_up_keys_but_neither_chains_nor_sums(void **state)
{
    (void)state;
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    struct bytes old = sealed(s, SEAL_ID_NUMBER, number);
    char before[2][33], after[2][33];
    uint8_t mac[2][MAC_SIZE];
    CLEANUP(seal_freep) struct seal *next = seal_rekeyed(s, path, &e);
    assert_non_null(next);
    assert_false(same_tag(old, sealed(next, SEAL_ID_NUMBER, number)));
    assert_false(opens(next, SEAL_ID_NUMBER, old));
    seal_fingerprint(s, before[0]);
    seal_fingerprint(next, after[0]);
    assert_string_equal(before[0], after[0]);
    seal_mac_fingerprint(s, before[1]);
    seal_mac_fingerprint(next, after[1]);
    assert_string_not_equal(before[1], after[1]);
    seal_mac(s, "audit", STR("row"), mac[0]);
    seal_mac(next, "audit", STR("row"), mac[1]);
    assert_memory_equal(mac[0], mac[1], MAC_SIZE);
    assert_true(rowsum_eq(rowsum_hash(s, STR("row")), rowsum_hash(next, STR("row"))));
}

static void a_new_look_up_key_is_in_force_only_when_it_is_activated(void **state)
{
    (void)state;
    const char *path = fresh("key");
    char want[33], have[33];
    CLEANUP(seal_freep) struct seal *s = created(path);
    CLEANUP(seal_freep) struct seal *next = seal_rekeyed(s, path, &e);
    seal_mac_fingerprint(s, want);
    CLEANUP(seal_freep) struct seal *before = loaded(path);
    seal_mac_fingerprint(before, have);
    assert_string_equal(have, want);
    assert_true(seal_activate(path, &e));
    seal_mac_fingerprint(next, want);
    CLEANUP(seal_freep) struct seal *after = loaded(path);
    seal_mac_fingerprint(after, have);
    assert_string_equal(have, want);
    assert_int_not_equal(access(seal_next_path(path, &arena), F_OK), 0);
    assert_true(seal_activate(path, &e)); /* a second time there is nothing to do */
}

/* --- the key file ------------------------------------------------------------------------- */

static void a_new_key_file_is_nobody_elses_business(void **state)
{
    (void)state;
    struct stat st;
    const char *path = fresh("key");
    mode_t was = umask(0);
    CLEANUP(seal_freep) struct seal *s = created(path);
    umask(was);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_key_that_is_there_is_never_written_over(void **state)
{
    (void)state;
    const char *path = fresh("key");
    char before[33], after[33];
    CLEANUP(seal_freep) struct seal *s = created(path);
    assert_null(seal_create(path, &e));
    assert_int_equal(e.bad.first->msg, MSG_KEY_WRITE);
    CLEANUP(seal_freep) struct seal *again = loaded(path);
    seal_fingerprint(s, before);
    seal_fingerprint(again, after);
    assert_string_equal(before, after);
}

static void a_key_file_that_others_may_read_is_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0610, 0601, 0644, 0777 };
    const char *path = written("open", KEY_FILE);
    for (size_t i = 0; i < N_ELEMS(modes); i++) {
        errs_clear(&e);
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_null(seal_load(path, &e));
        assert_int_equal(e.bad.first->msg, MSG_KEY_OPEN);
    }
    assert_int_equal(chmod(path, 0400), 0);
    CLEANUP(seal_freep) struct seal *s = loaded(path);
}

static void a_missing_key_file_is_named(void **state)
{
    (void)state;
    const char *path = fresh("none");
    assert_null(seal_load(path, &e));
    assert_int_equal(e.bad.first->msg, MSG_KEY_MISSING);
    assert_true(str_has(str_of(e.bad.first->text), str_of(path)));
}

static void a_damaged_key_file_is_refused(void **state)
{
    (void)state;
#define HEAD  "bangfu-site-key 1\n"
#define MAC   "mac 1 " HEX_11 "\n"
#define ENC   "enc 1 " HEX_22 "\n"
#define CHECK "check 1 " HEX_33 "\n"
    static const char *const texts[] = {
        "",
        "\n",
        MAC ENC CHECK,
        "bangfu-site-key 2\n" MAC ENC CHECK,
        HEAD,
        HEAD MAC ENC,
        HEAD MAC CHECK,
        HEAD ENC CHECK,
        HEAD MAC ENC CHECK "more 1 " HEX_11 "\n",
        HEAD MAC ENC CHECK "a word\n",
        HEAD MAC "enc 2 " HEX_22 "\n" CHECK,
        HEAD MAC ENC "enc 1 " HEX_22 "\n" CHECK,
        HEAD MAC ENC "enc 3 " HEX_22 "\n" CHECK,
        HEAD "mac 0 " HEX_11 "\n" ENC CHECK,
        HEAD "mac one " HEX_11 "\n" ENC CHECK,
        HEAD MAC ENC "check 2 " HEX_33 "\n",
        HEAD "mac 1 " HEX_11 "11\n" ENC CHECK,
        HEAD "mac 1 11\n" ENC CHECK,
        HEAD "mac 1 zz11111111111111111111111111111111111111111111111111111111111111\n" ENC CHECK,
        HEAD "mac 1\n" ENC CHECK,
        HEAD "mac 1 \n" ENC CHECK,
    };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        assert_refused("damaged", texts[i], MSG_KEY_DAMAGED);
}

static void a_key_file_of_any_size_is_no_danger(void **state)
{
    (void)state;
    char *text = arena_alloc(&arena, 100001);
    memset(text, 'x', 100000);
    assert_refused("huge", text, MSG_KEY_DAMAGED);
}

static void blank_lines_and_a_missing_last_line_end_do_no_harm(void **state)
{
    (void)state;
    char print[33];
    CLEANUP(seal_freep) struct seal *s = loaded(written("loose", HEAD "\n" CHECK "\n" MAC "enc 1 " HEX_22));
    seal_fingerprint(s, print);
    assert_string_equal(print, "81e27d7061300b44a8e9af49cfb9a2eb");
}

static void a_site_has_a_fingerprint_of_its_own_that_stays(void **state)
{
    (void)state;
    char a[33], again[33], b[33];
    const char *path = fresh("key");
    CLEANUP(seal_freep) struct seal *s = created(path);
    CLEANUP(seal_freep) struct seal *same = loaded(path);
    CLEANUP(seal_freep) struct seal *other = created(fresh("other"));
    seal_fingerprint(s, a);
    seal_fingerprint(same, again);
    seal_fingerprint(other, b);
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    assert_string_equal(a, again);
    assert_string_not_equal(a, b);
}

static void the_key_is_looked_for_where_the_manual_says(void **state)
{
    (void)state;
    unsetenv("BANGFU_KEY");
    setenv("HOME", "/home/li", 1);
    unsetenv("XDG_CONFIG_HOME");
    assert_string_equal(seal_key_path("/x/y", "a.db", &arena), "/x/y");
    assert_string_equal(seal_key_path(NULL, "a.db", &arena), "a.db.key");
    assert_string_equal(seal_key_path(NULL, "postgresql:///a", &arena), "/home/li/.config/bangfu/site.key");
    setenv("XDG_CONFIG_HOME", "/conf", 1);
    assert_string_equal(seal_key_path(NULL, "postgresql:///a", &arena), "/conf/bangfu/site.key");
    setenv("BANGFU_KEY", "/env/key", 1);
    assert_string_equal(seal_key_path(NULL, "a.db", &arena), "/env/key");
    assert_string_equal(seal_key_path("/x/y", "a.db", &arena), "/x/y");
}

/* --- sums --------------------------------------------------------------------------------- */

static void a_sum_carries_from_the_low_half_to_the_high_one(void **state)
{
    (void)state;
    struct rowsum s = { .lo = UINT64_MAX, .hi = 4 };
    rowsum_add(&s, (struct rowsum){ .lo = 2, .hi = 10 });
    assert_true(s.lo == 1 && s.hi == 15);
    rowsum_sub(&s, (struct rowsum){ .lo = 2, .hi = 10 });
    assert_true(s.lo == UINT64_MAX && s.hi == 4);
    s = (struct rowsum){ 0 };
    rowsum_sub(&s, (struct rowsum){ .lo = 1, .hi = 0 });
    assert_true(s.lo == UINT64_MAX && s.hi == UINT64_MAX);
    rowsum_add(&s, (struct rowsum){ .lo = 1, .hi = 0 });
    assert_true(s.lo == 0 && s.hi == 0);
    s = (struct rowsum){ .lo = UINT64_MAX, .hi = UINT64_MAX };
    rowsum_add(&s, (struct rowsum){ .lo = UINT64_MAX, .hi = UINT64_MAX });
    assert_true(s.lo == UINT64_MAX - 1 && s.hi == UINT64_MAX);
}

static void a_sum_does_not_depend_on_the_order_of_rows_and_removals(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    struct rowsum x[64], forward = { 0 }, backward = { 0 };
    for (int i = 0; i < 64; i++)
        x[i] = rowsum_hash(s, str_of(arena_printf(&arena, "row %d", i)));
    for (int i = 0; i < 64; i++)
        rowsum_add(&forward, x[i]);
    for (int i = 1; i < 64; i += 2)
        rowsum_sub(&forward, x[i]);
    for (int i = 63; i > 0; i -= 2)
        rowsum_sub(&backward, x[i]);
    for (int i = 63; i >= 0; i--)
        rowsum_add(&backward, x[i]);
    assert_true(rowsum_eq(forward, backward));
    for (int i = 0; i < 64; i += 2)
        rowsum_sub(&forward, x[i]);
    assert_true(rowsum_eq(forward, (struct rowsum){ 0 }));
}

static void row_hashes_are_of_one_site_and_of_one_text(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    CLEANUP(seal_freep) struct seal *other = created(fresh("other"));
    assert_true(rowsum_eq(rowsum_hash(s, STR("row")), rowsum_hash(s, STR("row"))));
    assert_false(rowsum_eq(rowsum_hash(s, STR("row")), rowsum_hash(s, STR("rov"))));
    assert_false(rowsum_eq(rowsum_hash(s, STR("row")), rowsum_hash(other, STR("row"))));
}

static void macs_of_two_purposes_differ_even_where_their_texts_run_together(void **state)
{
    (void)state;
    CLEANUP(seal_freep) struct seal *s = created(fresh("key"));
    uint8_t a[MAC_SIZE], b[MAC_SIZE];
    seal_mac(s, "audit", STR("row"), a);
    seal_mac(s, "auditr", STR("ow"), b);
    assert_memory_not_equal(a, b, MAC_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_a_known_key_makes_of_a_number_never_changes, start),
        cmocka_unit_test_setup(what_a_known_key_makes_of_a_long_text_never_changes, start),
        cmocka_unit_test_setup(equal_numbers_have_equal_look_up_keys_and_a_sealed_value_begins_with_it,
                               start),
        cmocka_unit_test_setup(another_number_another_kind_and_another_site_have_other_look_up_keys, start),
        cmocka_unit_test_setup(what_was_sealed_opens_again_whatever_its_length, start),
        cmocka_unit_test_setup(the_plain_text_is_nowhere_in_what_is_sealed, start),
        cmocka_unit_test_setup(any_flipped_bit_is_refused, start),
        cmocka_unit_test_setup(a_value_cut_short_or_drawn_out_is_refused, start),
        cmocka_unit_test_setup(a_value_of_another_kind_or_site_is_refused, start),
        cmocka_unit_test_setup(two_keys_used_in_turn_do_not_mix, start),
        cmocka_unit_test_setup(rotating_keeps_look_up_keys_and_still_reads_what_is_old, start),
        cmocka_unit_test_setup(the_key_file_before_a_rotation_stays_beside_the_new_one, start),
        cmocka_unit_test_setup(rotating_changes_neither_sums_nor_chains_nor_fingerprints, start),
        cmocka_unit_test_setup(a_key_file_takes_64_encryption_keys_and_no_more, start),
        cmocka_unit_test_setup(a_rotation_that_cannot_be_written_leaves_the_key_as_it_was, start),
        cmocka_unit_test_setup(rekeying_changes_look_up_keys_but_neither_chains_nor_sums, start),
        cmocka_unit_test_setup(a_new_look_up_key_is_in_force_only_when_it_is_activated, start),
        cmocka_unit_test_setup(a_new_key_file_is_nobody_elses_business, start),
        cmocka_unit_test_setup(a_key_that_is_there_is_never_written_over, start),
        cmocka_unit_test_setup(a_key_file_that_others_may_read_is_refused, start),
        cmocka_unit_test_setup(a_missing_key_file_is_named, start),
        cmocka_unit_test_setup(a_damaged_key_file_is_refused, start),
        cmocka_unit_test_setup(a_key_file_of_any_size_is_no_danger, start),
        cmocka_unit_test_setup(blank_lines_and_a_missing_last_line_end_do_no_harm, start),
        cmocka_unit_test_setup(a_site_has_a_fingerprint_of_its_own_that_stays, start),
        cmocka_unit_test_setup(the_key_is_looked_for_where_the_manual_says, start),
        cmocka_unit_test_setup(a_sum_carries_from_the_low_half_to_the_high_one, start),
        cmocka_unit_test_setup(a_sum_does_not_depend_on_the_order_of_rows_and_removals, start),
        cmocka_unit_test_setup(row_hashes_are_of_one_site_and_of_one_text, start),
        cmocka_unit_test_setup(macs_of_two_purposes_differ_even_where_their_texts_run_together, start),
    };
    return cmocka_run_group_tests(tests, NULL, finish);
}
