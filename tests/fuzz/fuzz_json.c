/* fuzz_json.c - whatever an entity takes from JSON it writes as JSON that reads again as the same; masked, it
 * gives nothing away. */
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"
#include "support/shipped.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct entity *const entities[] = { &household_entity, &person_entity, &household_year_entity,
                                                 &region_entity, &region_year_entity };
static const struct date today = { 20778 };

static void put(const struct entity *en, const void *obj, bool masked, struct buf *b)
{
    struct json_out w = JSON_OUT(b);
    put_object(&w);
    for (size_t i = 0; i < en->n; i++) {
        if (en->cols[i].flags & SERVER)
            continue;
        put_key(&w, en->cols[i].name);
        col_json(&en->cols[i], obj, &w, shipped_codes(), masked);
    }
    put_object_end(&w);
    assert(!b->full);
}

static void reads_again(const struct entity *en, const void *obj, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 26);
    struct errs e = { .a = a };
    struct reading rd = { .e = &e, .codes = shipped_codes(), .today = today };
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
        col_print(c, obj, &whole, shipped_codes(), ZH);
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
    if (!size)
        return 0;
    const struct entity *en = entities[data[0] % N_ELEMS(entities)];
    json_t *j = json_loadb((const char *)data + 1, size - 1, 0, NULL);
    if (json_is_object(j)) {
        struct arena a = { 0 };
        struct errs e = { .a = &a };
        struct reading rd = { .e = &e, .codes = shipped_codes(), .today = today };
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
