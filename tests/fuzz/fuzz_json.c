/* fuzz_json.c - whatever an entity takes from JSON it writes as JSON that reads again as the same; masked, it
 * gives nothing away. */
#include "base/assets.h"
#include "base/csv.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CODES_MAX = 4096, TABLES_MAX = 256 };

static const struct entity *const entities[] = { &household_entity, &person_entity, &household_year_entity,
                                                 &region_entity, &region_year_entity };
static const struct date today = { 20778 };
static struct code_row codes[CODES_MAX];
static struct code_table tables[TABLES_MAX];
static struct code_book book = { tables, 0 };

static void take_code(const struct csv_row *r, size_t *n)
{
    int64_t code;
    bool is_number = str_int(r->cells[1], &code);
    assert(is_number);
    if (!book.n || !str_eq(tables[book.n - 1].name, r->cells[0])) {
        assert(book.n < TABLES_MAX);
        tables[book.n++] = (struct code_table){ .name = r->cells[0], .rows = &codes[*n] };
    }
    assert(*n < CODES_MAX);
    codes[(*n)++] = (struct code_row){ .code = (int32_t)code,
                                       .slug = r->cells[2],
                                       .zh = r->cells[3],
                                       .en = r->cells[4],
                                       .national = r->cells[6],
                                       .aliases = r->cells[7] };
    tables[book.n - 1].n++;
}

static void read_codes(void)
{
    static struct arena a; /* as long as the program */
    struct csv_row row;
    size_t n = 0;
    for (size_t i = 0; i < assets_n; i++) {
        if (!str_starts(str_of(assets[i].path), STR("sql/codes/")))
            continue;
        struct csv csv = csv_open((struct str){ (const char *)assets[i].p, assets[i].n });
        for (bool head = true; csv_next(&csv, &a, &row); head = false)
            if (!head)
                take_code(&row, &n);
    }
    assert(book.n);
}

static void put(const struct entity *en, const void *obj, bool masked, struct buf *b)
{
    struct json_out w = JSON_OUT(b);
    put_object(&w);
    for (size_t i = 0; i < en->n; i++) {
        if (en->cols[i].flags & SERVER)
            continue;
        put_key(&w, en->cols[i].name);
        col_json(&en->cols[i], obj, &w, &book, masked);
    }
    put_object_end(&w);
    assert(!b->full);
}

static void reads_again(const struct entity *en, const void *obj, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 26);
    struct errs e = { .a = a };
    struct reading rd = { .e = &e, .codes = &book, .today = today };
    void *again = arena_alloc(a, en->size);
    put(en, obj, false, &b);
    json_t *j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
    assert(json_is_object(j));
    bool ok = entity_from_json(en, j, again, &rd);
    assert(ok);
    for (size_t i = 0; i < en->n; i++)
        assert(col_same(&en->cols[i], obj, again));
    json_decref(j);
}

static void gives_nothing_away(const struct entity *en, const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 26);
    put(en, obj, true, &b);
    json_t *j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
    assert(json_is_object(j));
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        if (c->mask == MASK_NONE || (c->flags & SERVER) || !col_known(c, obj))
            continue;
        CLEANUP(buf_release) struct buf whole = BUF(1 << 20);
        col_print(c, obj, &whole, &book, ZH);
        const char *shown = json_string_value(json_object_get(j, c->name));
        assert(shown);
        assert(strchr(shown, '*'));
        if (whole.n > 4)
            assert(!strstr(shown, buf_cstr(&whole)));
    }
    json_decref(j);
}

/* The first byte chooses the entity. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!book.n)
        read_codes();
    if (!size)
        return 0;
    const struct entity *en = entities[data[0] % N_ELEMS(entities)];
    json_t *j = json_loadb((const char *)data + 1, size - 1, 0, NULL);
    if (json_is_object(j)) {
        struct arena a = { 0 };
        struct errs e = { .a = &a };
        struct reading rd = { .e = &e, .codes = &book, .today = today };
        void *obj = arena_alloc(&a, en->size);
        bool ok = entity_from_json(en, j, obj, &rd);
        assert(ok != errs_any(&e));
        for (const struct err *x = e.bad.first; x; x = x->next)
            assert(x->field && x->text);
        if (ok) {
            reads_again(en, obj, &a);
            gives_nothing_away(en, obj);
        }
        arena_free(&a);
    }
    json_decref(j);
    return 0;
}
