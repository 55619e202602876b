/* The regions that travel in the program are whole, and are those that tools/regions.sh made. */
#include "base/assets.h"
#include "base/encoding.h"
#include "base/unpack.h"
#include "registry/region_book.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;
static struct errs e = { .a = &arena, .lang = EN };

static bool is_data(const struct asset *x)
{
    return str_starts(str_of(x->path), STR("data/regions/"));
}

static void the_data_are_those_that_the_script_made(void **state)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    uint8_t sum[EVP_MAX_MD_SIZE];
    unsigned n;
    size_t packed = 0;
    CLEANUP(buf_release) struct buf hex = BUF(100);
    (void)state;
    assert_int_equal(EVP_DigestInit_ex(md, EVP_sha256(), NULL), 1);
    for (size_t i = 0; i < assets_n; i++) {
        CLEANUP(buf_release) struct buf text = BUF(8 << 20);
        if (!is_data(&assets[i]))
            continue;
        packed += assets[i].n;
        assert_true(unpack_gz((struct str){ (const char *)assets[i].p, assets[i].n }, &text));
        assert_int_equal(EVP_DigestUpdate(md, text.p, text.n), 1);
    }
    assert_int_equal(EVP_DigestFinal_ex(md, sum, &n), 1);
    EVP_MD_CTX_free(md);
    for (unsigned i = 0; i < n; i++)
        buf_addf(&hex, "%02x", sum[i]);
    assert_string_equal(buf_cstr(&hex), "7ba93daf5f19f2a85571b9f36e5f937af7c8e11a7b0af7b7aa4e9420f1c721ad");
    assert_true(packed <= 3000000);
}

/* --- walking the book --------------------------------------------------------------------------- */

struct walk {
    int64_t by_level[6], last[6], before;
    struct region_code want;
    const char *found;
};

static bool step(void *ctx, struct region_code code, struct str name, struct errs *errs)
{
    struct walk *w = ctx;
    (void)errs;
    enum region_level level = region_level(code);
    assert_int_not_equal(level, REGION_NONE);
    assert_true(code.v > w->before);
    if (level > PROVINCE) {
        enum region_level above = region_level(region_parent(code));
        assert_int_equal(w->last[above], region_parent(code).v);
    }
    assert_true(name.n > 0);
    assert_true(str_chars(name) <= 60);
    assert_true(text_is_clean(name));
    assert_true(str_eq(str_trim(name), name));
    if (code.v == w->want.v)
        w->found = arena_str(&arena, name).p;
    w->before = w->last[level] = code.v;
    w->by_level[level]++;
    return true;
}

static void every_region_stands_behind_the_one_above_it_and_has_a_name(void **state)
{
    struct walk w = { .before = 0 };
    int64_t provinces[REGION_PROVINCES_MAX];
    size_t n = region_book_provinces(provinces);
    (void)state;
    assert_int_equal(n, 31);
    for (size_t i = 0; i < n; i++)
        assert_true(region_book_read(provinces[i], step, &w, &e));
    assert_int_equal(w.by_level[PROVINCE], 31);
    assert_int_equal(w.by_level[PREFECTURE], 342);
    assert_int_equal(w.by_level[COUNTY], 2975);
    assert_int_equal(w.by_level[TOWNSHIP], 41351);
    assert_int_equal(w.by_level[VILLAGE], 620572);
}

static void names_come_out_as_the_statistics_bureau_wrote_them(void **state)
{
    static const struct {
        int64_t code;
        const char *name;
    } rows[] = {
        { 350000000000, "福建省" },         { 350600000000, "漳州市" },
        { 350603000000, "龙文区" },         { 350603103000, "郭坑镇" },
        { 350603001001, "天亭社区居委会" }, { 441900101200, "唐洪村村民委员会" }, /* 东莞 has no counties */
        { 460400100000, "那大镇" },                                               /* nor has 儋州 */
        { 620201100000, "新城镇" },         { 110102001004, "府右街南社区居委会" },
        { 420684103229, "高〓村委会" }, /* a character that only one font has */
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        struct walk w = { .want = { rows[i].code } };
        assert_true(region_book_read(rows[i].code / 10000000000, step, &w, &e));
        assert_non_null(w.found);
        assert_string_equal(w.found, rows[i].name);
    }
}

static bool refuse(void *ctx, struct region_code code, struct str name, struct errs *errs)
{
    (void)code, (void)name;
    ++*(int *)ctx;
    return fail_(errs, ERR_INTERRUPTED, NULL, MSG_STOPPED, NULL, 0);
}

static void a_province_without_data_is_named_and_a_reader_may_stop(void **state)
{
    int seen = 0;
    (void)state;
    assert_false(region_book_read(71, refuse, &seen, &e));
    assert_int_equal(e.bad.first->msg, MSG_REGIONS_NO_DATA);
    assert_string_equal(e.bad.first->text,
                        "there are no data of province 71: import its regions from a file");
    errs_clear(&e);
    assert_false(region_book_read(35, refuse, &seen, &e));
    assert_int_equal(e.bad.n, 1);
    assert_int_equal(e.bad.first->msg, MSG_STOPPED);
    assert_int_equal(seen, 1);
    errs_clear(&e);
}

/* --- prefixes of identity numbers ------------------------------------------------------------------- */

static void prefixes_of_counties_past_and_present_pass(void **state)
{
    static const int32_t known[] = { 350603,
                                     350681 /* 龙海市, until 2021 */,
                                     110103 /* 崇文区, until 2010 */,
                                     350600,
                                     441900,
                                     620200,
                                     710000,
                                     810000,
                                     830000,
                                     659012 };
    static const int32_t unknown[] = { 0, 1, 350699, 100000, 660101, 350640, 980101, 999 };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(known); i++)
        assert_true(region_prefix_passes(known[i]));
    for (size_t i = 0; i < N_ELEMS(unknown); i++)
        assert_false(region_prefix_passes(unknown[i]));
}

static void test_data_and_temporary_numbers_pass(void **state)
{
    (void)state;
    assert_true(region_prefix_passes(990603));
    assert_true(region_prefix_passes(990000));
    assert_true(region_prefix_passes(999999));
}

/* --- unpacking --------------------------------------------------------------------------------------- */

static struct str province_file(void)
{
    for (size_t i = 0; i < assets_n; i++)
        if (str_ends(str_of(assets[i].path), STR("/64.txt.gz")))
            return (struct str){ (const char *)assets[i].p, assets[i].n };
    fail_msg("there is no data/regions/64.txt.gz");
    return STR("");
}

static void what_is_cut_off_changed_or_too_large_is_not_unpacked(void **state)
{
    struct str whole = province_file();
    char *copy = arena_alloc(&arena, whole.n);
    (void)state;
    memcpy(copy, whole.p, whole.n);
    copy[whole.n / 2] ^= 1;
    const struct {
        struct str packed;
        size_t max;
    } rows[] = {
        { { whole.p, whole.n - 1 }, 1 << 20 },
        { { copy, whole.n }, 1 << 20 },
        { whole, 1000 },
        { STR(""), 1 << 20 },
        { STR("not packed"), 1 << 20 },
    };
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        CLEANUP(buf_release) struct buf out = BUF(rows[i].max);
        assert_false(unpack_gz(rows[i].packed, &out));
    }
    CLEANUP(buf_release) struct buf out = BUF(1 << 20);
    assert_true(unpack_gz(whole, &out));
    assert_true(str_has(buf_str(&out), STR("=64,宁夏回族自治区\n")));
}

static int release(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_data_are_those_that_the_script_made),
        cmocka_unit_test(every_region_stands_behind_the_one_above_it_and_has_a_name),
        cmocka_unit_test(names_come_out_as_the_statistics_bureau_wrote_them),
        cmocka_unit_test(a_province_without_data_is_named_and_a_reader_may_stop),
        cmocka_unit_test(prefixes_of_counties_past_and_present_pass),
        cmocka_unit_test(test_data_and_temporary_numbers_pass),
        cmocka_unit_test(what_is_cut_off_changed_or_too_large_is_not_unpacked),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
