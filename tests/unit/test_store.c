/* test_store.c - rows and statements: what is written comes back as it was, on both databases, and what goes
 * wrong is named. */
#include "support/raw.h"
#include "support/world.h"

#include "access/site.h"
#include "registry/national_id.h"
#include "store/seal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A table with a column of every type. */
struct probe {
    int64_t county, id;
    struct str label;
    struct opt_int parent, n;
    struct str text;
    struct bytes bytes;
    struct money price;
    struct opt_money debt;
    struct date day;
    struct opt_date until;
    struct instant at;
    struct opt_quantity area;
    bool active;
    enum yesno poor;
    struct code kind;
    struct code_set tags;
    struct region_code village;
    struct str number;
};
static const struct col probe_cols[] = {
    COL(probe, county, "县", "County", .flags = PKEY),
    COL(probe, id, "编号", "Id", .flags = PKEY),
    COL(probe, label, "名称", "Label", .flags = REQUIRED),
    COL(probe, parent, "上级", "Parent"),
    COL(probe, n, "数", "N"),
    COL(probe, text, "文字", "Text"),
    COL(probe, bytes, "字节", "Bytes"),
    COL(probe, price, "价", "Price"),
    COL(probe, debt, "债", "Debt"),
    COL(probe, day, "日", "Day"),
    COL(probe, until, "止", "Until"),
    COL(probe, at, "时", "At"),
    COL(probe, area, "面积", "Area"),
    COL(probe, active, "启用", "Active"),
    COL(probe, poor, "贫困", "Poor"),
    COL(probe, kind, "类", "Kind"),
    COL(probe, tags, "标签", "Tags"),
    COL(probe, village, "村", "Village"),
    COL(probe, number, "号码", "Number", .seal = SEAL_ID_NUMBER),
};
static const struct entity probe_entity = ENTITY(probe, TABLE_COUNTY, "试验", "Probe", probe_cols);
static const char probe_table[] = "CREATE TABLE probe (\n"
                                  "county @INT NOT NULL, id @I64 NOT NULL, label @TEXT NOT NULL, parent "
                                  "@I64, n @I64, text @TEXT, bytes @BYTES,\n"
                                  "price @I64 NOT NULL, debt @I64, day @INT NOT NULL, until @INT, at @I64 "
                                  "NOT NULL, area @I64, active @INT NOT NULL,\n"
                                  "poor @INT, kind @INT, tags @I64, village @I64, number @BYTES,\n"
                                  "PRIMARY KEY (county, id), UNIQUE (county, label), FOREIGN KEY (county, "
                                  "parent) REFERENCES probe (county, id)\n"
                                  ") @COUNTY;\n";

/* --- helpers ------------------------------------------------------------------------------ */

static int open_group(void **state)
{
    world_extra = &probe_entity;
    world_open(state);
    world_create(*state, probe_table);
    return 0;
}

static struct probe blank(int64_t county, int64_t id)
{
    static char labels[10000][16];
    assert_true(id < 10000);
    snprintf(labels[id], sizeof labels[id], "p%lld", (long long)id);
    return (struct probe){ .county = county, .id = id, .label = str_of(labels[id]) };
}

static bool insert_probe(struct act *act, void *ctx, struct errs *e)
{
    return db_insert(act->tx, &probe_entity, ctx, e);
}

static bool insert_ten(struct act *act, void *ctx, struct errs *e)
{
    for (int64_t i = 1; i <= 10; i++) {
        struct probe p = blank(*(int64_t *)ctx, i);
        p.n = (struct opt_int){ i * i, true };
        if (!db_insert(act->tx, &probe_entity, &p, e))
            return false;
    }
    return true;
}

static int64_t county_of_ten(struct world *w)
{
    int64_t county = world_county(w);
    world_act(w, county, insert_ten, &county);
    return county;
}

struct reading_of {
    int64_t county, id;
    struct probe got;
    enum found f;
};

static bool get_probe(struct tx *tx, void *ctx, struct errs *e)
{
    struct reading_of *r = ctx;
    r->f = db_get(tx, &probe_entity, &r->got, e, V(r->county), V(r->id));
    return r->f != FAILED;
}

static struct probe read_probe(struct world *w, int64_t county, int64_t id)
{
    struct reading_of r = { .county = county, .id = id };
    world_read(w, get_probe, &r);
    assert_int_equal(r.f, FOUND);
    return r.got;
}

static bool has_probe(struct world *w, int64_t county, int64_t id)
{
    struct reading_of r = { .county = county, .id = id };
    world_read(w, get_probe, &r);
    return r.f == FOUND;
}

static void assert_same_row(const struct entity *en, const void *a, const void *b)
{
    for (size_t i = 0; i < en->n; i++)
        if (!col_same(&en->cols[i], a, b))
            fail_msg("column %s came back as another value", en->cols[i].name);
}

static void assert_round_trip(struct world *w, struct probe p)
{
    p.county = world_county(w);
    p.id = 1;
    p.label = STR("x");
    world_act(w, p.county, insert_probe, &p);
    struct probe got = read_probe(w, p.county, 1);
    assert_same_row(&probe_entity, &p, &got);
}

static int64_t audits(struct world *w, int64_t county)
{
    struct raw *raw = raw_open(w->url);
    int64_t n = raw_int(
        raw, arena_printf(&w->a, "SELECT count(*) FROM audit WHERE county = %lld", (long long)county));
    raw_close(raw);
    return n;
}

/* --- values ------------------------------------------------------------------------------- */

static void every_kind_of_value_comes_back_as_it_was(void **state)
{
    assert_round_trip(*state, (struct probe){
                                  .n = { 42, true },
                                  .text = STR("Li"),
                                  .bytes = { (const uint8_t *)"\x01\x02", 2 },
                                  .price = { 123450 },
                                  .debt = { { 99 }, true },
                                  .day = { 20778 },
                                  .until = { { 20779 }, true },
                                  .at = { 1795295982040954 },
                                  .area = { { 77360 }, true },
                                  .active = true,
                                  .poor = YES,
                                  .kind = { 14, true },
                                  .tags = { 1 << 3 | 1 << 9, true },
                                  .village = { 829001100201 },
                                  .number = STR("99000119900307001X"),
                              });
}

static void unknown_comes_back_as_unknown_and_zero_as_zero(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct probe unknown = blank(county, 1), zero = blank(county, 2);
    zero.n = (struct opt_int){ 0, true };
    zero.debt = (struct opt_money){ { 0 }, true };
    zero.until = (struct opt_date){ { 0 }, true };
    zero.area = (struct opt_quantity){ { 0 }, true };
    zero.poor = NO;
    zero.kind = (struct code){ 0, true };
    zero.tags = (struct code_set){ 0, true };
    world_act(w, county, insert_probe, &unknown);
    world_act(w, county, insert_probe, &zero);
    struct probe got = read_probe(w, county, 1);
    assert_same_row(&probe_entity, &unknown, &got);
    assert_false(got.n.set || got.debt.set || got.until.set || got.area.set || got.kind.set || got.tags.set);
    assert_true(got.poor == UNKNOWN && !got.text.p && !got.bytes.p && !got.number.p && got.village.v == 0);
    got = read_probe(w, county, 2);
    assert_same_row(&probe_entity, &zero, &got);
    assert_true(got.n.set && got.debt.set && got.until.set && got.area.set && got.kind.set && got.tags.set);
    assert_true(got.poor == NO);
}

static void numbers_at_the_ends_of_their_range_come_back(void **state)
{
    assert_round_trip(*state, (struct probe){ .n = { INT64_MIN, true },
                                              .price = { INT64_MAX },
                                              .debt = { { -1 }, true },
                                              .day = { INT32_MIN },
                                              .until = { { INT32_MAX }, true },
                                              .at = { -1 },
                                              .area = { { -77360 }, true },
                                              .kind = { -5, true },
                                              .tags = { UINT64_C(1) << 62, true } });
    assert_round_trip(*state,
                      (struct probe){ .n = { INT64_C(1) << 53, true }, .price = { (INT64_C(1) << 53) + 1 } });
}

static void any_text_comes_back(void **state)
{
    static const char *const texts[] = {
        "张三",
        "𠮷野家 𪚥",
        "it's \"quoted\" \\ and; -- not SQL /* */ $1 {*}",
        "\ttab\nline\r\nend\v",
        " blanks ",
        "\\N",
        "\\.",
        "NULL",
        "0012",
        "1e5",
        "\xef\xbb\xbf BOM",
    };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        assert_round_trip(*state, (struct probe){ .text = str_of(texts[i]) });
}

static void bytes_come_back_with_their_zeros(void **state)
{
    uint8_t all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    assert_round_trip(*state, (struct probe){ .bytes = { all, 256 } });
    assert_round_trip(*state, (struct probe){ .bytes = { (const uint8_t *)"\0\0", 2 } });
    assert_round_trip(*state, (struct probe){ .bytes = { (const uint8_t *)"", 0 } });
    assert_round_trip(*state, (struct probe){ .bytes = { (const uint8_t *)"\\x41", 4 } });
}

static void a_long_text_comes_back(void **state)
{
    char *p = xmalloc(300000);
    memset(p, 'x', 300000);
    assert_round_trip(*state, (struct probe){ .text = { p, 300000 } });
    free(p);
}

/* --- statements --------------------------------------------------------------------------- */

struct numbers {
    int64_t county, a, b, c;
};

static bool out_of_order(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    return db_int(tx,
                  SQL(STMT_KEY, "SELECT id FROM probe WHERE id > $3 AND id < $2 AND county = $1 ORDER BY id"),
                  &x->a, e, V(x->county), V((int64_t)8), V((int64_t)6)) &&
           db_int(tx,
                  SQL(STMT_KEY, "SELECT count(*) FROM probe WHERE (id = $2 OR n = $2 OR n = $4) AND county = "
                                "$1 AND id <> $3"),
                  &x->b, e, V(x->county), V((int64_t)4), V((int64_t)2), V((int64_t)100));
}

static void values_go_to_their_numbers_in_whatever_order_these_stand(void **state)
{
    struct numbers x = { .county = county_of_ten(*state) };
    world_read(*state, out_of_order, &x);
    assert_int_equal(x.a, 7);
    assert_int_equal(x.b, 2); /* 4 by its id, 10 by its square; 2, whose square is 4, is left out */
}

static bool nothing_there(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    struct probe p = { .id = -1 };
    assert_int_equal(
        db_find(tx, SQL_OF(STMT_KEY, &probe_entity, "SELECT {*} FROM probe WHERE county = $1 AND id = $2"),
                &p, e, V(x->county), V((int64_t)77)),
        NONE);
    assert_int_equal(db_get(tx, &probe_entity, &p, e, V(x->county), V((int64_t)77)), NONE);
    assert_int_equal(p.id, -1);
    x->a = x->b = x->c = -1;
    return db_int(tx, SQL(STMT_KEY, "SELECT id FROM probe WHERE county = $1 AND id = 77"), &x->a, e,
                  V(x->county)) &&
           db_int(tx, SQL(STMT_KEY, "SELECT max(id) FROM probe WHERE county = $1 AND id = 77"), &x->b, e,
                  V(x->county)) &&
           db_int(tx, SQL(STMT_KEY, "SELECT n FROM probe WHERE county = $1 AND n IS NULL"), &x->c, e,
                  V(x->county));
}

static void what_is_not_there_is_not_an_error(void **state)
{
    struct numbers x = { .county = county_of_ten(*state) };
    world_read(*state, nothing_there, &x);
    assert_int_equal(x.a, 0);
    assert_int_equal(x.b, 0);
    assert_int_equal(x.c, 0);
}

static bool find_by_label(struct tx *tx, void *ctx, struct errs *e)
{
    struct reading_of *r = ctx;
    r->f =
        db_find(tx, SQL_OF(STMT_KEY, &probe_entity, "SELECT {*} FROM probe WHERE county = $1 AND label = $2"),
                &r->got, e, V(r->county), V("p7"));
    return r->f != FAILED;
}

static void a_row_is_found_by_a_statement_of_ones_own(void **state)
{
    struct reading_of r = { .county = county_of_ten(*state) };
    world_read(*state, find_by_label, &r);
    assert_int_equal(r.f, FOUND);
    assert_int_equal(r.got.id, 7);
    assert_int_equal(r.got.n.v, 49);
}

struct page {
    int64_t county, after;
    struct list list;
    struct arena *a;
};

static bool read_page(struct tx *tx, void *ctx, struct errs *e)
{
    struct page *p = ctx;
    return db_list(tx,
                   SQL_OF(STMT_KEY, &probe_entity,
                          "SELECT {*} FROM probe WHERE county = $1 AND id > $2 ORDER BY id LIMIT $3"),
                   &p->list, p->a, e, V(p->county), V(p->after), V((int64_t)4));
}

static void a_list_is_read_page_by_page_behind_the_last_key_seen(void **state)
{
    struct world *w = *state;
    struct page p = { .county = county_of_ten(w), .a = &w->a };
    const size_t sizes[] = { 4, 4, 2, 0 };
    int64_t next = 1;
    for (size_t i = 0; i < N_ELEMS(sizes); i++) {
        world_read(w, read_page, &p);
        assert_int_equal(p.list.n, sizes[i]);
        const struct probe *rows = p.list.rows;
        for (size_t k = 0; k < p.list.n; k++, next++) {
            assert_int_equal(rows[k].id, next);
            assert_int_equal(rows[k].n.v, next * next);
        }
        p.after = next - 1;
    }
}

static bool nested(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    enum found f, g;
    CLEANUP(rows_close) struct rows outer = { 0 };
    if (!db_query(tx, &outer, SQL(STMT_KEY, "SELECT id, label FROM probe WHERE county = $1 ORDER BY id"), e,
                  V(x->county)))
        return false;
    while ((f = rows_next(&outer, e)) == FOUND) {
        CLEANUP(rows_close) struct rows inner = { 0 };
        int64_t id = rows_int(&outer, 0);
        if (!db_query(tx, &inner,
                      SQL(STMT_KEY, "SELECT id FROM probe WHERE county = $1 AND id <= $2 ORDER BY id"), e,
                      V(x->county), V(id)))
            return false;
        while ((g = rows_next(&inner, e)) == FOUND)
            x->a++;
        if (g == FAILED)
            return false;
        /* The outer row is still the one it was. */
        assert_int_equal(rows_int(&outer, 0), id);
        assert_true(str_eq(rows_text(&outer, 1), str_of(arena_printf(e->a, "p%lld", (long long)id))));
    }
    return f == NONE;
}

static void a_query_may_run_inside_the_loop_of_another(void **state)
{
    struct numbers x = { .county = county_of_ten(*state) };
    world_read(*state, nested, &x);
    assert_int_equal(x.a, 55);
}

/* Depth first over the same statement: rows above id, each with those above it. */
static bool same_nested(struct tx *tx, int64_t county, int64_t above, int depth, int64_t *n, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r, SQL(STMT_KEY, "SELECT id FROM probe WHERE county = $1 AND id > $2 ORDER BY id"), e,
                  V(county), V(above)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t id = rows_int(&r, 0);
        ++*n;
        if (depth && !same_nested(tx, county, id, depth - 1, n, e))
            return false;
        assert_int_equal(rows_int(&r, 0), id);
    }
    return f == NONE;
}

static bool run_same_nested(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    return same_nested(tx, x->county, 0, 2, &x->a, e);
}

static void a_query_may_run_inside_its_own_loop(void **state)
{
    struct numbers x = { .county = county_of_ten(*state) };
    world_read(*state, run_same_nested, &x);
    assert_int_equal(x.a, 10 + 45 + 120);
}

static bool query_left_early(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    for (int i = 0; i < 3; i++) {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query(tx, &r, SQL(STMT_KEY, "SELECT id FROM probe WHERE county = $1 ORDER BY id DESC"), e,
                      V(x->county)) ||
            rows_next(&r, e) != FOUND)
            return false;
        x->a += rows_int(&r, 0);
    }
    return true;
}

static void a_query_that_is_left_early_may_run_again(void **state)
{
    struct numbers x = { .county = county_of_ten(*state) };
    world_read(*state, query_left_early, &x);
    assert_int_equal(x.a, 30);
}

/* Every row once, whatever the order; what is not known is 0, and a number keeps its sign and all its digits.
 */
struct added {
    int64_t county, rows, ids, unknown, minus;
};
static void add_up(void *ctx, const int64_t *v)
{
    struct added *x = ctx;
    x->rows++;
    x->ids += v[0];
    x->unknown += v[1];
    x->minus += v[2];
}

static bool add_all_up(struct tx *tx, void *ctx, struct errs *e)
{
    struct added *x = ctx;
    const struct numbers_to to = { .take = add_up, .ctx = ctx, .n = 3, .many = x->rows == 0 };
    return db_numbers(tx,
                      SQL(STMT_KEY,
                          "SELECT {numbers id, debt, CASE WHEN id = 1 THEN -9007199254740993 ELSE 0 "
                          "END} FROM probe WHERE county = $1 AND id <= $2 ORDER BY id"),
                      &to, e, V(x->county), V((int64_t)10));
}

static void numbers_are_given_row_by_row(void **state)
{
    struct added x = { .county = county_of_ten(*state) };
    world_read(*state, add_all_up, &x);
    world_read(*state, add_all_up, &x);
    assert_int_equal(x.rows, 20);
    assert_int_equal(x.ids, 110);
    assert_int_equal(x.unknown, 0);
    assert_int_equal(x.minus, -18014398509481986);
}

/* Twice at the same time: before anything was written, and in a transaction that has written. */
static bool count_rows(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    return db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM probe WHERE county = $1"), &x->a, e, V(x->county));
}

static bool count_both(struct act *act, void *ctx, struct errs *e)
{
    struct numbers *here = ctx, beside = { .county = here->county };
    for (int64_t n = 10; n <= 11; n++) {
        struct probe p = blank(here->county, n + 1);
        if (!tx_both(act->tx, count_rows, here, count_rows, &beside, e))
            return false;
        assert_int_equal(here->a, n);
        assert_int_equal(beside.a, n);
        if (!db_insert(act->tx, &probe_entity, &p, e))
            return false;
    }
    return true;
}

static bool breaks(struct tx *tx, void *ctx, struct errs *e)
{
    (void)tx, (void)ctx;
    return refuse(e, ERR_CONFLICT, NULL, MSG_NO_SUCH_ROW, A("x"));
}

static bool one_of_both_breaks(struct act *act, void *ctx, struct errs *e)
{
    return tx_both(act->tx, count_rows, ctx, breaks, NULL, e);
}

static bool the_other_breaks(struct act *act, void *ctx, struct errs *e)
{
    return tx_both(act->tx, breaks, NULL, count_rows, ctx, e);
}

static void two_readings_at_once_see_what_the_transaction_sees(void **state)
{
    struct world *w = *state;
    struct numbers x = { .county = county_of_ten(w) };
    world_act(w, x.county, count_both, &x);
    assert_false(world_try(w, w->st, x.county, one_of_both_breaks, &x, &w->e));
    assert_false(world_try(w, w->st, x.county, the_other_breaks, &x, &w->e));
}

/* --- many rows ---------------------------------------------------------------------------- */

enum { MANY = 9000 };

static bool insert_many(struct act *act, void *ctx, struct errs *e)
{
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &probe_entity);
    for (int64_t i = 1; i <= MANY; i++) {
        struct probe p = blank(*(int64_t *)ctx, i);
        p.n = (struct opt_int){ i, true };
        if (!bulk_add(b, &p, e))
            return false;
    }
    return bulk_flush(b, e);
}

static const struct stmt *scan_stmt(void)
{
    return SQL_OF(STMT_KEY, &probe_entity, "SELECT {*} FROM probe WHERE county = $1 ORDER BY id");
}

static bool scan(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    struct arena a = { 0 };
    struct probe p;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r, scan_stmt(), e, V(x->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        arena_reset(&a);
        if (!rows_obj(&r, 0, &p, &a, e))
            return false;
        assert_int_equal(p.id, ++x->a);
        assert_int_equal(p.n.v, x->a);
    }
    arena_free(&a);
    assert_int_equal(rows_next(&r, e), NONE);
    rows_close(&r);
    return f == NONE &&
           db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM probe WHERE county = $1"), &x->b, e, V(x->county));
}

static bool scan_left_early(struct tx *tx, void *ctx, struct errs *e)
{
    struct numbers *x = ctx;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r, scan_stmt(), e, V(x->county)) || rows_next(&r, e) != FOUND)
        return false;
    rows_close(&r);
    return db_int(tx, SQL(STMT_KEY, "SELECT count(*) FROM probe WHERE county = $1"), &x->b, e, V(x->county));
}

static void many_rows_are_streamed_and_afterwards_the_transaction_goes_on(void **state)
{
    struct world *w = *state;
    struct numbers x = { .county = world_county(w) };
    world_act(w, x.county, insert_many, &x.county);
    world_read(w, scan, &x);
    assert_int_equal(x.a, MANY);
    assert_int_equal(x.b, MANY);
    world_read(w, scan_left_early, &x);
    assert_int_equal(x.b, MANY);
}

struct bulky {
    int64_t county;
    int n;
    struct str text;
};

/* Texts that COPY has a meaning for, 3 MB of them; every row refers to the one before. */
static bool insert_bulky(struct act *act, void *ctx, struct errs *e)
{
    struct bulky *x = ctx;
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &probe_entity);
    for (int i = 1; i <= x->n; i++) {
        struct probe p = blank(x->county, i);
        p.text = x->text;
        p.bytes = (struct bytes){ (const uint8_t *)"\0\t\n\\", 4 };
        p.tags = (struct code_set){ 0, true };
        p.number = STR("99000119900307001X");
        p.parent = (struct opt_int){ i - 1, i > 1 };
        if (!bulk_add(b, &p, e))
            return false;
    }
    return bulk_flush(b, e);
}

static void a_bulk_of_megabytes_comes_in_with_every_tab_line_end_and_backslash(void **state)
{
    struct world *w = *state;
    char *p = xmalloc(3000);
    for (size_t i = 0; i < 3000; i += 10)
        memcpy(p + i, "a\tb\nc\\d\re\\", 10);
    struct bulky x = { .county = world_county(w), .n = 1000, .text = { p, 3000 } };
    world_act(w, x.county, insert_bulky, &x);
    for (int64_t id = 1; id <= x.n; id += 111) {
        struct probe got = read_probe(w, x.county, id);
        assert_true(str_eq(got.text, x.text));
        assert_int_equal(got.bytes.n, 4);
        assert_memory_equal(got.bytes.p, "\0\t\n\\", 4);
        assert_true(got.tags.set && got.tags.bits == 0);
        assert_true(str_eq(got.number, STR("99000119900307001X")));
        assert_int_equal(got.parent.v, id - 1);
        assert_false(got.n.set);
    }
    free(p);
    assert_verifies(w);
}

static bool two_bulks(struct act *act, void *ctx, struct errs *e)
{
    int64_t county = *(int64_t *)ctx;
    CLEANUP(bulk_closep) struct bulk *probes = bulk_open(act->tx, &probe_entity);
    CLEANUP(bulk_closep) struct bulk *counters = bulk_open(act->tx, &counter_entity);
    for (int64_t i = 1; i <= 50; i++) {
        struct probe p = blank(county, i);
        struct counter c = { county, p.label, i };
        if (!bulk_add(probes, &p, e) || !bulk_add(counters, &c, e))
            return false;
    }
    return bulk_flush(probes, e) && bulk_flush(counters, e);
}

static void two_bulks_fill_side_by_side(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    world_act(w, county, two_bulks, &county);
    assert_true(has_probe(w, county, 50));
    assert_verifies(w);
}

/* A row that knows a column which those before it did not is what makes a bulk write early. */
static bool households_and_states(struct act *act, void *ctx, struct errs *e)
{
    struct household *h = ctx;
    CLEANUP(bulk_closep) struct bulk *households = bulk_open(act->tx, &household_entity);
    CLEANUP(bulk_closep) struct bulk *states = bulk_open(act->tx, &household_status_entity);
    for (int i = 0; i < 4; i++) {
        struct household_status s = { .county = h[i].county,
                                      .state = { STATE_POOR, true },
                                      .recorded_on = { 20778 } };
        if (!db_id(act->tx, &h[i].id, e) || !db_id(act->tx, &s.id, e))
            return false;
        s.household_id = h[i].id;
        s.old_state = (struct code){ STATE_EXITED, i > 1 };
        s.note = i == 3 ? STR("x") : (struct str){ 0 };
        if (!bulk_add(households, &h[i], e) || !bulk_add(states, &s, e))
            return false;
    }
    return bulk_flush(states, e) && bulk_flush(households, e);
}

static void a_bulk_takes_along_what_its_rows_refer_to(void **state)
{
    struct world *w = *state;
    struct household h[4];
    int64_t county = world_county(w);
    for (int i = 0; i < 4; i++)
        h[i] = world_household(w, county);
    world_act(w, county, households_and_states, h);
    assert_verifies(w);
}

enum { MIXED = 150, LONG_TEXT = 100000 };

/* From row 70 on they know one column more; row 90 is larger than what waits together. */
static bool insert_mixed(struct act *act, void *ctx, struct errs *e)
{
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &probe_entity);
    char short_text[8], *long_text = arena_alloc(e->a, LONG_TEXT);
    memset(long_text, 'x', LONG_TEXT);
    for (int64_t i = 1; i <= MIXED; i++) {
        struct probe p = blank(*(int64_t *)ctx, i);
        p.n = (struct opt_int){ i, i % 3 == 0 };
        snprintf(short_text, sizeof short_text, "t%lld", (long long)i);
        if (i >= 70)
            p.text = i == 90 ? (struct str){ long_text, LONG_TEXT } : str_of(short_text);
        if (!bulk_add(b, &p, e))
            return false;
        memset(short_text, '?', sizeof short_text - 1);
    }
    return bulk_flush(b, e);
}

static void rows_of_a_bulk_come_in_whole_whatever_columns_they_know_and_how_long_they_are(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    world_act(w, county, insert_mixed, &county);
    for (int64_t i = 1; i <= MIXED; i++) {
        struct probe got = read_probe(w, county, i);
        assert_true(got.n.set == (i % 3 == 0) && (!got.n.set || got.n.v == i));
        if (i < 70)
            assert_null(got.text.p);
        else if (i == 90)
            assert_int_equal(got.text.n, LONG_TEXT);
        else
            assert_true(str_eq(got.text, str_of(arena_printf(&w->a, "t%lld", (long long)i))));
    }
    assert_verifies(w);
}

/* --- row sums ----------------------------------------------------------------------------- */

static void rows_that_differ_in_what_is_known_or_where_it_stands_have_different_sums(void **state)
{
    struct world *w = *state;
    CLEANUP(buf_release) struct buf scratch = BUF(1 << 16);
    struct val rows[7][COLS_MAX] = { 0 };
    struct rowsum sums[7];
    rows[1][3] = val_int(0);
    rows[2][4] = val_int(0);
    rows[3][3] = val_int(256);
    rows[4][3] = val_int(-1);
    rows[5][5] = val_str(STR("a"));
    rows[6][6] = val_bytes((struct bytes){ (const uint8_t *)"a", 1 });
    for (size_t i = 0; i < N_ELEMS(rows); i++) {
        sums[i] = row_hash(store_seal(w->st), &probe_entity, rows[i], &scratch);
        for (size_t k = 0; k < i; k++)
            assert_false(rowsum_eq(sums[i], sums[k]));
    }
}

/* --- changing rows ------------------------------------------------------------------------ */

struct change {
    struct probe old, new;
};

static bool update(struct act *act, void *ctx, struct errs *e)
{
    struct change *x = ctx;
    return act_update(act, &probe_entity, &x->old, &x->new, e);
}

static bool delete (struct act *act, void *ctx, struct errs *e)
{
    return db_delete(act->tx, &probe_entity, ctx, e);
}

static void an_update_changes_the_columns_that_differ(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    struct change x = { .old = read_probe(w, county, 3) };
    x.new = x.old;
    x.new.text = STR("改了");
    x.new.n = (struct opt_int){ 0 };
    x.new.number = STR("99000119900307001X");
    world_act(w, county, update, &x);
    struct probe got = read_probe(w, county, 3);
    assert_same_row(&probe_entity, &x.new, &got);
    got = read_probe(w, county, 4);
    assert_int_equal(got.n.v, 16);
    assert_verifies(w);
}

static void an_update_that_changes_nothing_writes_nothing(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w), before = audits(w, county);
    struct change x = { .old = read_probe(w, county, 3) };
    x.new = x.old;
    world_act(w, county, update, &x);
    assert_int_equal(audits(w, county), before);
}

static void a_row_that_is_gone_is_neither_changed_nor_removed(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    struct change x = { .old = blank(county, 77), .new = blank(county, 77) };
    x.new.n = (struct opt_int){ 1, true };
    assert_false(world_try(w, w->st, county, update, &x, &w->e));
    assert_error(&w->e, ERR_INTERNAL, MSG_DB_ROW_GONE);
    assert_false(world_try(w, w->st, county, delete, &x.old, &w->e));
    assert_error(&w->e, ERR_INTERNAL, MSG_DB_ROW_GONE);
    assert_verifies(w);
}

static void a_deleted_row_is_gone(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    struct probe p = read_probe(w, county, 5);
    world_act(w, county, delete, &p);
    assert_false(has_probe(w, county, 5));
    assert_true(has_probe(w, county, 6));
    assert_verifies(w);
}

/* --- what the database refuses ------------------------------------------------------------ */

static bool insert_in_bulk(struct act *act, void *ctx, struct errs *e)
{
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &probe_entity);
    struct probe first = blank(((struct probe *)ctx)->county, 500);
    return bulk_add(b, &first, e) && bulk_add(b, ctx, e) && bulk_flush(b, e);
}

static void assert_refuses(struct world *w, act_fn *fn, struct probe p, enum err_code code, enum msg msg)
{
    struct snapshot before = world_snapshot(w);
    assert_false(world_try(w, w->st, p.county, fn, &p, &w->e));
    assert_error(&w->e, code, msg);
    if (!world_is_sqlite(w) || msg != MSG_DB_REFERENCE) /* SQLite does not say which table */
        assert_true(str_has(str_of(w->e.bad.first->text), STR("table probe")));
    assert_same_snapshot(before, world_snapshot(w));
}

static void a_row_that_clashes_lacks_something_or_refers_to_nothing_is_refused(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    act_fn *const ways[] = { insert_probe, insert_in_bulk };
    for (size_t i = 0; i < N_ELEMS(ways); i++) {
        struct probe clash = blank(county, 7), label = blank(county, 100), orphan = blank(county, 101),
                     bare = blank(county, 102);
        label.label = STR("p7");
        orphan.parent = (struct opt_int){ 99, true };
        bare.label = (struct str){ 0 };
        assert_refuses(w, ways[i], clash, ERR_CONFLICT, MSG_DB_DUPLICATE);
        assert_refuses(w, ways[i], label, ERR_CONFLICT, MSG_DB_DUPLICATE);
        assert_refuses(w, ways[i], orphan, ERR_CONFLICT, MSG_DB_REFERENCE);
        assert_refuses(w, ways[i], bare, ERR_INVALID, MSG_DB_CHECK);
    }
    assert_verifies(w);
}

static void a_row_that_others_refer_to_stays(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    struct probe child = blank(county, 20), parent = read_probe(w, county, 1);
    child.parent = (struct opt_int){ 1, true };
    world_act(w, county, insert_probe, &child);
    assert_false(world_try(w, w->st, county, delete, &parent, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_DB_REFERENCE);
}

static bool write_then_fail(struct act *act, void *ctx, struct errs *e)
{
    return db_insert(act->tx, &probe_entity, ctx, e) &&
           refuse(e, ERR_CONFLICT, NULL, MSG_NO_SUCH_ROW, A("x"));
}

static void what_fails_leaves_nothing_behind(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct probe p = blank(county, 1);
    struct snapshot before = world_snapshot(w);
    assert_false(world_try(w, w->st, county, write_then_fail, &p, &w->e));
    assert_error(&w->e, ERR_CONFLICT, MSG_NO_SUCH_ROW);
    assert_int_equal(w->e.bad.n, 1);
    assert_same_snapshot(before, world_snapshot(w));
    world_act(w, county, insert_probe, &p);
    assert_verifies(w);
}

/* --- loads -------------------------------------------------------------------------------- */

struct loading {
    struct world *w;
    struct probe p;
    bool fails;
};

static bool load(struct tx *tx, void *ctx, struct errs *e)
{
    struct loading *x = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &x->w->who, "test", (struct str){ 0 }, e->a);
    return insert_probe(&act, &x->p, e) && act_end(&act, NULL, e) &&
           (!x->fails || refuse(e, ERR_CONFLICT, NULL, MSG_NO_SUCH_ROW, A("x")));
}

static void after_a_load_the_database_checks_references_again_also_when_it_failed(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    for (int fails = 0; fails <= 1; fails++) {
        struct loading x = { w, blank(county, 200 + fails), fails };
        struct probe orphan = blank(county, 300);
        orphan.parent = (struct opt_int){ 99, true };
        assert_true(store_run(w->st, TX_LOAD, 0, load, &x, &w->e) == !fails);
        assert_true(has_probe(w, county, 200 + fails) == !fails);
        assert_refuses(w, insert_probe, orphan, ERR_CONFLICT, MSG_DB_REFERENCE);
        assert_refuses(w, insert_in_bulk, orphan, ERR_CONFLICT, MSG_DB_REFERENCE);
    }
    assert_verifies(w);
}

enum { LOADED = 5000, TWICE_AT = 3000, COUNTED_EVERY = 700 };

struct big_load {
    struct world *w;
    int64_t county;
    bool twice, over_rows, forgot; /* a key comes twice; rows are open; what waited was never flushed */
    int64_t counted;               /* rows that it saw of its own */
};

static bool add_probes(struct tx *tx, struct big_load *x, struct bulk *b, struct errs *e)
{
    const struct stmt *count = SQL(STMT_KEY, "SELECT count(*) FROM probe WHERE county = $1");
    for (int64_t i = 1; i <= LOADED; i++) {
        struct probe p = blank(x->county, x->twice && i > TWICE_AT ? i - 1 : i);
        if (!bulk_add(b, &p, e))
            return false;
        if (i % COUNTED_EVERY)
            continue;
        if (!bulk_flush(b, e) || !db_int(tx, count, &x->counted, e, V(x->county)))
            return false;
        assert_int_equal(x->counted, i);
    }
    return x->forgot || bulk_flush(b, e);
}

static bool load_many(struct tx *tx, void *ctx, struct errs *e)
{
    struct big_load *x = ctx;
    CLEANUP(act_release) struct act act;
    CLEANUP(rows_close) struct rows r = { 0 };
    act_begin(&act, tx, &x->w->who, "test", (struct str){ 0 }, e->a);
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(tx, &probe_entity);
    if (x->over_rows) {
        const struct stmt *regions = SQL(STMT_KEY, "SELECT code FROM region");
        if (!db_query(tx, &r, regions, e) || rows_next(&r, e) != FOUND)
            return false;
    }
    return add_probes(tx, x, b, e) && act_end(&act, NULL, e);
}

static void a_load_sees_its_own_rows_whoever_writes_them(void **state)
{
    struct world *w = *state;
    for (int over_rows = 0; over_rows <= 1; over_rows++) {
        struct big_load x = { .w = w,
                              .county = world_county(w),
                              .over_rows = over_rows && world_is_sqlite(w) };
        assert_true(store_run(w->st, TX_LOAD, 0, load_many, &x, &w->e));
        assert_int_equal(x.counted, LOADED / COUNTED_EVERY * COUNTED_EVERY);
        assert_true(has_probe(w, x.county, LOADED));
    }
    assert_verifies(w);
}

static void a_load_that_fails_behind_its_back_leaves_nothing(void **state)
{
    struct world *w = *state;
    for (int forgot = 0; forgot <= 1; forgot++) {
        struct big_load x = { .w = w, .county = world_county(w), .twice = true, .forgot = forgot };
        struct snapshot before = world_snapshot(w);
        assert_false(store_run(w->st, TX_LOAD, 0, load_many, &x, &w->e));
        assert_int_equal(w->e.bad.n, 1);
        assert_int_equal(w->e.bad.first->code, ERR_CONFLICT);
        assert_same_snapshot(before, world_snapshot(w));
        errs_clear(&w->e);
    }
    assert_verifies(w);
}

struct late_load {
    struct world *w;
    struct raw *other;
    int64_t county, their_county;
};

/* Between the first look at an empty table and its load somebody else puts a row there. */
static bool load_late(struct tx *tx, void *ctx, struct errs *e)
{
    struct late_load *x = ctx;
    struct probe mine = blank(x->county, 1);
    CLEANUP(act_release) struct act act;
    bool any = true;
    if (!db_any(tx, &probe_entity, &any, e))
        return false;
    assert_false(any);
    raw_do(x->other, arena_printf(&x->w->a,
                                  "INSERT INTO probe (county, id, label, price, day, at, active) "
                                  "VALUES (%d, 1, 'theirs', 0, 0, 0, 1)",
                                  (int)x->their_county));
    act_begin(&act, tx, &x->w->who, "test", (struct str){ 0 }, e->a);
    return indexes_defer(tx, &probe_entity, INDEXES_NO_LOOKUPS, e) && insert_in_bulk(&act, &mine, e) &&
           indexes_build(tx, e) && act_end(&act, NULL, e);
}

static void a_load_into_an_empty_table_keeps_what_another_has_put_there_meanwhile(void **state)
{
    struct world *w = *state;
    struct late_load x = { .w = w, .county = world_county(w), .their_county = world_county(w) };
    if (world_is_sqlite(w))
        skip(); /* there a load keeps every other writer out */
    x.other = raw_open(getenv("TEST_DB"));
    assert_true(store_run(w->st, TX_LOAD, 0, load_late, &x, &w->e));
    assert_true(has_probe(w, x.county, 1));
    assert_int_equal(raw_int(x.other, "SELECT count(*) FROM probe WHERE label = 'theirs'"), 1);
    raw_do(x.other, "DELETE FROM probe WHERE label = 'theirs'"); /* it has no keyed sum */
    raw_close(x.other);
}

static bool fail_to_read(struct tx *tx, void *ctx, struct errs *e)
{
    (void)tx, (void)ctx;
    return refuse(e, ERR_NOT_FOUND, NULL, MSG_NO_SUCH_ROW, A("x"));
}

static void a_reader_may_fail_and_the_next_one_reads(void **state)
{
    struct world *w = *state;
    int64_t county = county_of_ten(w);
    assert_false(store_run(w->st, TX_READ, county, fail_to_read, NULL, &w->e));
    assert_error(&w->e, ERR_NOT_FOUND, MSG_NO_SUCH_ROW);
    assert_true(has_probe(w, county, 1));
}

/* --- sealed columns ----------------------------------------------------------------------- */

static bool file_has(const char *path, struct str text)
{
    int fd = open(path, O_RDONLY);
    struct stat st;
    if (fd < 0)
        return false;
    assert_int_equal(fstat(fd, &st), 0);
    char *p = xmalloc((size_t)st.st_size + 1);
    assert_int_equal(read(fd, p, (size_t)st.st_size), st.st_size);
    close(fd);
    bool has = memmem(p, (size_t)st.st_size, text.p, text.n) != NULL;
    free(p);
    return has;
}

static bool tables_have(struct world *w, struct str text)
{
    CLEANUP(buf_release) struct buf hex = BUF(1000);
    struct raw *raw = raw_open(w->url);
    bool has = false;
    for (size_t i = 0; i < text.n; i++)
        buf_addf(&hex, "%02x", (uint8_t)text.p[i]);
    for (size_t i = 0; i < w->schema.n; i++) {
        const char *sql = arena_printf(
            &w->a, "SELECT count(*) FROM %s x WHERE x::text LIKE '%%%.*s%%' OR x::text LIKE '%%%s%%'",
            w->schema.entities[i]->table, (int)text.n, text.p, buf_cstr(&hex));
        has = has || raw_int(raw, sql) > 0;
    }
    raw_close(raw);
    return has;
}

static bool database_has(struct world *w, struct str text)
{
    if (!world_is_sqlite(w))
        return tables_have(w, text);
    const char *file = w->url + STR("sqlite://").n;
    return file_has(file, text) || file_has(arena_printf(&w->a, "%s-wal", file), text);
}

struct renumber {
    struct person old, new;
};

static bool renumber(struct act *act, void *ctx, struct errs *e)
{
    struct renumber *x = ctx;
    return act_update(act, &person_entity, &x->old, &x->new, e);
}

static void identity_and_account_numbers_stand_nowhere_in_the_database(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct family f = world_family(w, county);
    struct renumber x = { f.p, f.p };
    x.new.id_number = world_person(w, &f.h).id_number;
    world_act(w, county, renumber, &x); /* the log of changes is no leak either */
    assert_true(database_has(w, f.h.head_name));
    assert_true(database_has(w, f.h.hh_no));
    assert_false(database_has(w, f.p.id_number));
    assert_false(database_has(w, x.new.id_number));
    assert_false(database_has(w, f.h.bank_account));
}

static bool find_by_number(struct tx *tx, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    struct national_id id;
    if (db_find(tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
                &id, e, val_seal_key(tx, SEAL_ID_NUMBER, f->p.id_number, e->a)) != FOUND)
        return false;
    assert_int_equal(id.person_id, f->p.id);
    return db_get(tx, &person_entity, &f->p, e, V(f->p.county), V(id.person_id)) == FOUND;
}

static void a_person_is_found_by_number_and_comes_out_plain(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    struct str number = f.p.id_number;
    world_read(w, find_by_number, &f);
    assert_true(str_eq(f.p.id_number, number));
}

static bool get_person(struct tx *tx, void *ctx, struct errs *e)
{
    const struct person *p = ctx;
    struct person got;
    return db_get(tx, &person_entity, &got, e, V(p->county), V(p->id)) == FOUND;
}

static void with_another_key_sealed_values_do_not_open_and_the_site_is_not_unlocked(void **state)
{
    struct world *w = *state;
    struct family f = world_family(w, world_county(w));
    const char *path = arena_printf(&w->a, "%s/other.key", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    struct store *st = world_second_store(w);
    unlink(path);
    store_use_seal(st, seal_create(path, &w->e));
    assert_false(store_run(st, TX_READ, 0, get_person, &f.p, &w->e));
    assert_error(&w->e, ERR_INTERNAL, MSG_SEAL_BROKEN);
    assert_false(site_unlock(st, path, false, &w->e));
    assert_error(&w->e, ERR_UNAVAILABLE, MSG_KEY_OTHER);
    store_close(st);
    errs_clear(&w->e);
    st = world_second_store(w);
    assert_ok(site_unlock(st, seal_key_path(NULL, w->url, &w->a), false, &w->e), &w->e);
    store_close(st);
}

/* --- opening ------------------------------------------------------------------------------ */

static void a_database_that_is_not_there_is_not_made_in_passing(void **state)
{
    struct world *w = *state;
    struct stat st;
    const char *path = arena_printf(&w->a, "%s/nothing.db", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    struct store_options o = { .url = path, .schema = &w->schema };
    errs_clear(&w->e);
    assert_null(store_open(&o, &w->e));
    assert_error(&w->e, ERR_NOT_FOUND, MSG_DB_NONE);
    assert_true(str_has(str_of(w->e.bad.first->text), str_of(path)));
    assert_int_not_equal(stat(path, &st), 0);
    errs_clear(&w->e);
    o.url = "postgresql:///nothing?host=/nowhere";
    assert_null(store_open(&o, &w->e));
    assert_error(&w->e, ERR_UNAVAILABLE, MSG_DB_OPEN);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    struct world *w = *state;
    const char *path = arena_printf(&w->a, "%s/words.db", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    FILE *f = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("these are only words, and not a database\n", f);
    fclose(f);
    struct store_options o = { .url = path, .schema = &w->schema };
    errs_clear(&w->e);
    assert_null(store_open(&o, &w->e));
    assert_error(&w->e, ERR_UNAVAILABLE, MSG_DB_OPEN);
    assert_true(str_has(str_of(w->e.bad.first->text), STR("file is not a database")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_load_into_an_empty_table_keeps_what_another_has_put_there_meanwhile), /* empty yet */
        cmocka_unit_test(every_kind_of_value_comes_back_as_it_was),
        cmocka_unit_test(unknown_comes_back_as_unknown_and_zero_as_zero),
        cmocka_unit_test(numbers_at_the_ends_of_their_range_come_back),
        cmocka_unit_test(any_text_comes_back),
        cmocka_unit_test(bytes_come_back_with_their_zeros),
        cmocka_unit_test(a_long_text_comes_back),
        cmocka_unit_test(values_go_to_their_numbers_in_whatever_order_these_stand),
        cmocka_unit_test(what_is_not_there_is_not_an_error),
        cmocka_unit_test(a_row_is_found_by_a_statement_of_ones_own),
        cmocka_unit_test(a_list_is_read_page_by_page_behind_the_last_key_seen),
        cmocka_unit_test(a_query_may_run_inside_the_loop_of_another),
        cmocka_unit_test(a_query_may_run_inside_its_own_loop),
        cmocka_unit_test(a_query_that_is_left_early_may_run_again),
        cmocka_unit_test(numbers_are_given_row_by_row),
        cmocka_unit_test(two_readings_at_once_see_what_the_transaction_sees),
        cmocka_unit_test(many_rows_are_streamed_and_afterwards_the_transaction_goes_on),
        cmocka_unit_test(a_bulk_of_megabytes_comes_in_with_every_tab_line_end_and_backslash),
        cmocka_unit_test(two_bulks_fill_side_by_side),
        cmocka_unit_test(a_bulk_takes_along_what_its_rows_refer_to),
        cmocka_unit_test(rows_of_a_bulk_come_in_whole_whatever_columns_they_know_and_how_long_they_are),
        cmocka_unit_test(rows_that_differ_in_what_is_known_or_where_it_stands_have_different_sums),
        cmocka_unit_test(an_update_changes_the_columns_that_differ),
        cmocka_unit_test(an_update_that_changes_nothing_writes_nothing),
        cmocka_unit_test(a_row_that_is_gone_is_neither_changed_nor_removed),
        cmocka_unit_test(a_deleted_row_is_gone),
        cmocka_unit_test(a_row_that_clashes_lacks_something_or_refers_to_nothing_is_refused),
        cmocka_unit_test(a_row_that_others_refer_to_stays),
        cmocka_unit_test(what_fails_leaves_nothing_behind),
        cmocka_unit_test(after_a_load_the_database_checks_references_again_also_when_it_failed),
        cmocka_unit_test(a_load_sees_its_own_rows_whoever_writes_them),
        cmocka_unit_test(a_load_that_fails_behind_its_back_leaves_nothing),
        cmocka_unit_test(a_reader_may_fail_and_the_next_one_reads),
        cmocka_unit_test(identity_and_account_numbers_stand_nowhere_in_the_database),
        cmocka_unit_test(a_person_is_found_by_number_and_comes_out_plain),
        cmocka_unit_test(with_another_key_sealed_values_do_not_open_and_the_site_is_not_unlocked),
        cmocka_unit_test(a_database_that_is_not_there_is_not_made_in_passing),
        cmocka_unit_test(a_file_that_is_no_database_is_refused),
    };
    return cmocka_run_group_tests(tests, open_group, world_close);
}
