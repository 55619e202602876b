/* Attached documents: sealed, kept once, read with a purpose, missed when missing (R188, architecture §5). */
#include "access/rekey.h"
#include "base/value.h"
#include "casework/document.h"
#include "support/world.h"

#define TODAY ((struct date){ 20000 })
enum { ID_COPY = 2, APPLICATION = 1, HOUSEHOLD_REGISTER = 3 };

/* A file of n bytes that is a PDF by its content. */
static struct str pdf(struct world *w, size_t n, int which)
{
    char *p = arena_alloc(&w->a, n + 1);
    int head = snprintf(p, n, "%%PDF-1.4 document %d\n", which);
    for (size_t i = (size_t)head; i < n; i++)
        p[i] = (char)('a' + (i * 7 + (size_t)which) % 26);
    memcpy(p + n - 6, "%%EOF\n", 6);
    return (struct str){ p, n };
}

struct attaching {
    struct world *w;
    struct document d;
    struct str content, purpose, got;
    bool again;
};

static bool add(struct act *act, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    return document_add(act, &x->d, x->content, TODAY, &x->again, e);
}

static bool get(struct act *act, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    return document_get(act, &x->d, x->purpose, &x->got, e);
}

static struct attaching attach(struct world *w, int64_t county, int32_t kind, struct str content)
{
    return (struct attaching){ .w = w,
                               .content = content,
                               .d = { .county = county,
                                      .kind = { kind, true },
                                      .owner = STR("household"),
                                      .owner_id = 7,
                                      .region = world_village(county, 1),
                                      .title = STR("scan") } };
}

static bool try_(struct attaching *x, act_fn *fn)
{
    errs_clear(&x->w->e);
    return world_try(x->w, x->w->st, x->d.county, fn, x, &x->w->e);
}

#define assert_content(x)                                         \
    do {                                                          \
        assert_int_equal((x).got.n, (x).content.n);               \
        assert_memory_equal((x).got.p, (x).content.p, (x).got.n); \
    } while (0)

static void what_was_attached_comes_out_the_same_whatever_its_size(void **state)
{
    static const size_t sizes[] = { 40, SEAL_BYTES_MAX - 1, SEAL_BYTES_MAX, SEAL_BYTES_MAX + 1,
                                    3 * SEAL_BYTES_MAX + 17 };
    struct world *w = *state;
    int64_t county = world_county(w);
    for (size_t i = 0; i < N_ELEMS(sizes); i++) {
        struct attaching x = attach(w, county, APPLICATION, pdf(w, sizes[i], (int)i));
        assert_ok(try_(&x, add), &w->e);
        assert_false(x.again);
        assert_int_equal(x.d.no, i + 1);
        assert_ok(try_(&x, get), &w->e);
        assert_content(x);
    }
    assert_verifies(w);
}

static void the_same_content_is_kept_once_per_county(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    struct str content = pdf(w, 5000, 1);
    struct attaching a = attach(w, county, APPLICATION, content), b = a, c = a,
                     d = attach(w, world_county(w), APPLICATION, content);
    assert_ok(try_(&a, add), &w->e);
    assert_ok(try_(&b, add), &w->e);
    assert_true(b.again);
    assert_int_equal(b.d.id, a.d.id);
    c.d.kind.v = 11;
    assert_ok(try_(&c, add), &w->e);
    assert_false(c.again);
    assert_int_equal(c.d.document_content_id, a.d.document_content_id);
    assert_ok(try_(&d, add), &w->e);
    assert_int_not_equal(d.d.document_content_id, a.d.document_content_id);
}

static void what_is_no_picture_or_pdf_or_is_damaged_or_too_large_is_refused(void **state)
{
    struct world *w = *state;
    int64_t county = world_county(w);
    const struct {
        struct str content;
        enum msg why;
    } cases[] = {
        { { 0 }, MSG_DOCUMENT_EMPTY },
        { STR("MZ a program called photo.jpg"), MSG_DOCUMENT_FORMAT },
        { { "\xff\xd8\xff\xe0 only a beginning", 24 }, MSG_DOCUMENT_DAMAGED },
        { STR("%PDF-1.4 without an end"), MSG_DOCUMENT_DAMAGED },
        { { pdf(w, DOCUMENT_BYTES_MAX + 1, 1).p, DOCUMENT_BYTES_MAX + 1 }, MSG_DOCUMENT_SIZE },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        struct attaching x = attach(w, county, APPLICATION, cases[i].content);
        assert_false(try_(&x, add));
        assert_error(&w->e, ERR_INVALID, cases[i].why);
    }
}

static void an_identity_card_is_read_with_a_purpose_that_is_kept(void **state)
{
    struct world *w = *state;
    struct attaching x = attach(w, world_county(w), ID_COPY, pdf(w, 300, 9));
    assert_ok(try_(&x, add), &w->e);
    assert_false(try_(&x, get));
    assert_error(&w->e, ERR_INVALID, MSG_DOCUMENT_PURPOSE);
    x.purpose = STR(" ");
    assert_false(try_(&x, get));
    x.purpose = STR("compare");
    struct snapshot before = world_snapshot(w);
    assert_ok(try_(&x, get), &w->e);
    assert_content(x);
    assert_int_equal(world_snapshot(w).rows, before.rows + 1); /* the audit's */
    assert_true(document_is_sensitive((struct code){ 99, true }));
    assert_true(document_is_sensitive((struct code){ 1234, true }));
    assert_false(document_is_sensitive((struct code){ 16, true }));
    assert_verifies(w);
}

static void who_may_not_see_whole_numbers_reads_no_identity_card(void **state)
{
    struct world *w = *state;
    struct attaching x = attach(w, world_county(w), ID_COPY, pdf(w, 300, 10));
    assert_ok(try_(&x, add), &w->e);
    struct actor all = w->who;
    struct grant clerk = { (uint64_t)1 << PERM_REGISTRY_READ | (uint64_t)1 << PERM_REGISTRY_WRITE,
                           { 0, INT64_MAX } };
    w->who.grants = &clerk;
    w->who.n = 1;
    x.purpose = STR("curious");
    assert_false(try_(&x, get));
    assert_error(&w->e, ERR_FORBIDDEN, MSG_NO_PERMISSION_AT);
    clerk.span = (struct span){ 1, 2 };
    struct attaching y = attach(w, x.d.county, APPLICATION, pdf(w, 300, 11));
    assert_false(try_(&y, add));
    assert_error(&w->e, ERR_FORBIDDEN, MSG_NO_PERMISSION_AT);
    w->who = all;
}

static bool find(struct tx *tx, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    struct document d;
    struct grant other = { UINT64_MAX, { x->d.region.v + 1, x->d.region.v + 1 } };
    struct actor neighbour = x->w->who;
    neighbour.grants = &other;
    neighbour.n = 1;
    struct region_code here = { x->d.county * 1000000 };
    assert_int_equal(document_by_no(tx, &x->w->who, x->d.no, here, &d, e), FOUND);
    assert_int_equal(d.id, x->d.id);
    assert_int_equal(document_by_no(tx, &x->w->who, 12345, here, &d, e), NONE);
    assert_int_equal(document_by_no(tx, &neighbour, x->d.no, here, &d, e), NONE);
    return true;
}

static bool look_for_missing(struct tx *tx, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    const int32_t required[] = { APPLICATION, ID_COPY, HOUSEHOLD_REGISTER };
    int32_t missing[3];
    size_t n;
    assert_true(document_missing(tx, x->d.county, "household", 7, required, 3, missing, &n, e));
    assert_int_equal(n, 2);
    assert_int_equal(missing[0], ID_COPY);
    assert_int_equal(missing[1], HOUSEHOLD_REGISTER);
    assert_true(document_missing(tx, x->d.county, "household", 8, required, 3, missing, &n, e));
    assert_int_equal(n, 3);
    struct list all;
    assert_true(document_list_in(tx, &x->w->who, x->d.region, 0, 10, &all, e));
    assert_int_equal(all.n, 1);
    assert_true(document_list_in(tx, &x->w->who, x->d.region, x->d.no, 10, &all, e));
    assert_int_equal(all.n, 0);
    return true;
}

static void documents_are_found_in_ones_own_area_and_missed_by_kind(void **state)
{
    struct world *w = *state;
    struct attaching x = attach(w, world_county(w), APPLICATION, pdf(w, 300, 12));
    assert_ok(try_(&x, add), &w->e);
    world_read(w, find, &x);
    world_read(w, look_for_missing, &x);
}

static void nothing_of_it_stands_readable_in_the_database_and_new_keys_keep_it(void **state)
{
    struct world *w = *state;
    struct attaching x = attach(w, world_county(w), APPLICATION, pdf(w, SEAL_BYTES_MAX + 500, 13));
    struct rekey k = { .st = w->st, .who = &w->who, .key_path = getenv("BANGFU_KEY") };
    assert_ok(try_(&x, add), &w->e);
    assert_ok(key_rotate(&k, &w->e), &w->e);
    assert_ok(try_(&x, get), &w->e);
    assert_content(x);
    assert_verifies(w);
    assert_ok(key_rekey(&k, &w->e), &w->e);
    assert_ok(try_(&x, get), &w->e);
    assert_content(x);
    struct attaching again = attach(w, x.d.county, APPLICATION, x.content);
    assert_ok(try_(&again, add), &w->e);
    assert_true(again.again); /* its address is the same under the new keys */
    assert_verifies(w);
}

static bool lose_a_piece(struct act *act, void *ctx, struct errs *e)
{
    struct attaching *x = ctx;
    struct document_piece p;
    return db_get(act->tx, &document_piece_entity, &p, e, V(x->d.county), V(x->d.document_content_id),
                  V((int64_t)2)) == FOUND &&
           db_delete(act->tx, &document_piece_entity, &p, e);
}

static void a_document_that_lacks_a_piece_is_not_handed_out_and_is_found_by_verify(void **state)
{
    struct world *w = *state;
    struct attaching x = attach(w, world_county(w), APPLICATION, pdf(w, 2 * SEAL_BYTES_MAX, 14));
    assert_ok(try_(&x, add), &w->e);
    assert_ok(try_(&x, lose_a_piece), &w->e);
    assert_false(try_(&x, get));
    assert_error(&w->e, ERR_INTERNAL, MSG_DOCUMENT_BROKEN);
    struct verify_report r = world_verify(w);
    assert_int_equal(r.findings, 1);
    assert_string_equal(r.first->table, "document");
    assert_int_equal(r.first->county, x.d.county);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_attached_comes_out_the_same_whatever_its_size),
        cmocka_unit_test(the_same_content_is_kept_once_per_county),
        cmocka_unit_test(what_is_no_picture_or_pdf_or_is_damaged_or_too_large_is_refused),
        cmocka_unit_test(an_identity_card_is_read_with_a_purpose_that_is_kept),
        cmocka_unit_test(who_may_not_see_whole_numbers_reads_no_identity_card),
        cmocka_unit_test(documents_are_found_in_ones_own_area_and_missed_by_kind),
        cmocka_unit_test(nothing_of_it_stands_readable_in_the_database_and_new_keys_keep_it),
        cmocka_unit_test(a_document_that_lacks_a_piece_is_not_handed_out_and_is_found_by_verify),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
