/* What is exported reads again: codes by labels that sites edit, rows by the spool, kinds by their kinds of
 * import. */
#include "registry/export.h"
#include "registry/export_pipe.h"
#include "registry/export_spool.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct export_kinds all(void)
{
    return (struct export_kinds){ registry_export_kinds, registry_export_kinds_n, registry_import_kinds,
                                  registry_import_kinds_n };
}

/* --- kinds -------------------------------------------------------------------------------- */

static void every_kind_that_comes_in_goes_out(void **state)
{
    (void)state;
    struct export_kinds k = all();
    for (size_t i = 0; i < k.in_n; i++) {
        struct errs e = { .a = &arena };
        const struct export_kind *out = export_kind_named(&k, str_of(k.in[i]->name), &e);
        if (!out)
            fail_msg("%s cannot be exported", k.in[i]->name);
        assert_ptr_equal(export_import_kind(&k, out), k.in[i]);
        assert_true(out->joined <= k.in[i]->extra_n);
        assert_true(out->joined == k.in[i]->extra_n || out->derive);
        assert_ptr_equal(export_kind_named(&k, str_of(k.in[i]->label.zh), &e), out);
        assert_ptr_equal(export_kind_named(&k, str_of(k.in[i]->label.en), &e), out);
    }
}

static bool has_col(const struct import_kind *k, const char *name)
{
    for (size_t i = 0; i < k->extra_n; i++)
        if (!strcmp(k->extra[i].name, name))
            return true;
    const struct col *c = entity_col(k->en, name);
    return c && !(c->flags & SERVER);
}

static void examples_are_of_columns_that_exist_and_name_all_required_ones(void **state)
{
    (void)state;
    struct export_kinds k = all();
    for (size_t i = 0; i < k.out_n; i++) {
        const struct import_kind *in = export_import_kind(&k, k.out[i]);
        const struct col *cols[EXPORT_COLS_MAX];
        size_t n = export_columns(in, cols), named = 0, required = 0;
        for (const struct export_example *x = k.out[i]->examples; x->col; x++) {
            if (!has_col(in, x->col))
                fail_msg("%s has no column %s", in->name, x->col);
            for (size_t c = 0; c < n; c++)
                named += (cols[c]->flags & REQUIRED) && !strcmp(cols[c]->name, x->col);
        }
        for (size_t c = 0; c < n; c++)
            required += (cols[c]->flags & REQUIRED) != 0;
        assert_int_equal(named, required);
    }
}

static void what_the_row_hangs_on_stands_first(void **state)
{
    (void)state;
    struct export_kinds k = all();
    struct errs e = { .a = &arena };
    const struct col *cols[EXPORT_COLS_MAX];
    size_t n = export_columns(export_import_kind(&k, export_kind_named(&k, STR("成员"), &e)), cols);
    assert_string_equal(cols[0]->name, "hh_no");
    assert_string_equal(cols[1]->name, "person_no");
    assert_string_equal(cols[n - 1]->name, "disability_card");
    for (size_t i = 0; i < n; i++)
        assert_false(cols[i]->flags & SERVER);
}

/* --- codes -------------------------------------------------------------------------------- */

#define ROW(n, slug_, zh_, en_)                                                        \
    {                                                                                  \
        .code = (n), .slug = STR_INIT(slug_), .zh = STR_INIT(zh_), .en = STR_INIT(en_) \
    }
static const struct code_row rows[] = {
    ROW(1, "ill", "因病", "Illness"),
    ROW(2, "two", "因学/因婚", "School, marriage"),
    ROW(3, "again", "因病", "Illness again"),
    ROW(4, "因病", "因病", "Illness"),
};
static const struct code_table table = { STR_INIT("cause"), rows, N_ELEMS(rows) };
static const struct code_book book = { .tables = &table, .n = 1 };

static void is(enum type type, size_t row, enum lang lang, const char *want)
{
    const struct col c = { .name = "cause", .label = { "原因", "Cause" }, .type = type, .codes = "cause" };
    struct str s = code_in_file(&c, &rows[row], &book, lang, &arena);
    assert_string_equal(s.p, want);
}

static void a_code_is_written_by_its_label_where_that_reads_again(void **state)
{
    (void)state;
    is(T_CODE, 0, ZH, "因病");
    is(T_CODE, 0, EN, "Illness");
    is(T_CODE, 1, ZH, "因学/因婚");
    is(T_CODES, 0, ZH, "因病");
}

static void else_by_its_short_name_or_number(void **state)
{
    (void)state;
    is(T_CODES, 1, ZH, "two"); /* a list would be taken apart at the stroke */
    is(T_CODES, 1, EN, "two");
    is(T_CODE, 2, ZH, "again"); /* a site gave two codes one label */
    is(T_CODE, 2, EN, "Illness again");
    is(T_CODE, 3, ZH, "4");
}

/* --- the spool ---------------------------------------------------------------------------- */

static void add(struct spool *s, unsigned col, struct str text)
{
    buf_add(spool_cell(s, col), text);
    spool_cell_end(s);
}

static void rows_come_back_as_they_went_however_long(void **state)
{
    (void)state;
    enum { ROWS = 3000, LONG = 5000 };
    struct errs e = { .a = &arena };
    struct str cells[SPOOL_COLS_MAX];
    CLEANUP(spool_close) struct spool s = { .fd = -1 };
    char *text = arena_alloc(&arena, LONG);
    memset(text, 'x', LONG);
    assert_true(spool_open(&s, "/tmp", &e));
    for (int twice = 0; twice < 2; twice++) {
        assert_true(spool_restart(&s, &e));
        for (size_t i = 0; i < ROWS; i++) {
            spool_row(&s);
            if (i % 3)
                add(&s, 7, (struct str){ text, i % LONG });
            add(&s, 127, STR("last"));
            add(&s, 9, STR(""));
            assert_true(spool_row_end(&s, &e));
        }
    }
    assert_int_equal(s.rows, ROWS);
    assert_true(s.used[7]);
    assert_true(s.used[127]);
    assert_false(s.used[9]);
    assert_true(spool_rewind(&s, &e));
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(spool_next(&s, cells, &e));
        assert_int_equal(cells[7].n, i % 3 ? i % LONG : 0);
        assert_true(str_eq(cells[127], STR("last")));
        assert_null(cells[9].p);
    }
    assert_false(spool_next(&s, cells, &e));
}

/* --- two threads -------------------------------------------------------------------------- */

struct sum {
    int64_t rows, last, fail_at;
};

static bool add_up(void *ctx, void *row, struct arena *a, struct errs *e)
{
    struct sum *s = ctx;
    const struct str *text = row;
    int64_t n;
    (void)a;
    assert_true(str_int(*text, &n));
    assert_int_equal(n, s->last + 1); /* in order, none left out */
    s->last = n;
    s->rows++;
    return n != s->fail_at || fail_(e, ERR_INTERNAL, NULL, MSG_DB_ERROR, ARGS(A("no more")));
}

static int64_t send(struct pipeline *p, int64_t many)
{
    for (int64_t i = 1; i <= many; i++) {
        struct arena *a;
        struct str *row = pipeline_row(p, &a);
        if (!row)
            return i;
        *row = str_of(arena_printf(a, "%lld", (long long)i));
        pipeline_push(p);
    }
    return many;
}

static void rows_reach_the_other_thread_in_order(void **state)
{
    (void)state;
    static const int64_t sizes[] = { 0, 1, 255, 256, 257, 767, 768, 769, 20000 };
    for (size_t i = 0; i < N_ELEMS(sizes); i++) {
        struct errs e = { .a = &arena };
        struct sum s = { 0 };
        struct pipeline *p = pipeline_open(sizeof(struct str), add_up, &s, ZH);
        assert_int_equal(send(p, sizes[i]), sizes[i]);
        assert_true(pipeline_close(p, false, &e));
        assert_int_equal(s.rows, sizes[i]);
    }
}

static void a_failure_there_stops_it_here(void **state)
{
    (void)state;
    struct errs e = { .a = &arena };
    struct sum s = { .fail_at = 1000 };
    struct pipeline *p = pipeline_open(sizeof(struct str), add_up, &s, ZH);
    assert_true(send(p, 1000000) < 1000000);
    assert_false(pipeline_close(p, true, &e));
    assert_int_equal(e.bad.n, 1);
    assert_int_equal(e.bad.first->msg, MSG_DB_ERROR);
    assert_int_equal(s.rows, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_that_comes_in_goes_out),
        cmocka_unit_test(examples_are_of_columns_that_exist_and_name_all_required_ones),
        cmocka_unit_test(what_the_row_hangs_on_stands_first),
        cmocka_unit_test(a_code_is_written_by_its_label_where_that_reads_again),
        cmocka_unit_test(else_by_its_short_name_or_number),
        cmocka_unit_test(rows_come_back_as_they_went_however_long),
        cmocka_unit_test(rows_reach_the_other_thread_in_order),
        cmocka_unit_test(a_failure_there_stops_it_here),
    };
    return cmocka_run_group_tests_name("export", tests, NULL, release);
}
