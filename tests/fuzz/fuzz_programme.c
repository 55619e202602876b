/* fuzz_programme.c - whatever bytes stand in a programme file: it is read whole, or refused with places that
 * lie within it; what was read can be shown, written as JSON and compared with itself. */
#include "programme/describe.h"
#include "registry/code_book.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena kept; /* as long as the program */
static struct code_book codes;

static int64_t lines_of(const uint8_t *data, size_t size)
{
    int64_t n = 1;
    for (size_t i = 0; i < size; i++) /* a break of any kind that YAML knows begins with one of these */
        n += data[i] == '\n' || data[i] == '\r' || data[i] == 0xC2 || data[i] == 0xE2;
    return n;
}

static void check_place(const struct err *x, int64_t lines)
{
    struct str rest = str_of(x->field), part;
    int64_t line = 0, column = 0;
    assert(x->text && *x->text);
    if (!x->field)
        return;
    bool split = str_split(&rest, ':', &part);
    assert(split);
    bool numbers = str_int(part, &line) && str_int(rest, &column);
    assert(numbers);
    assert(line >= 1);
    assert(line <= lines + 1);
    assert(column >= 1);
}

static void use(const struct programme *p, enum lang lang, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 26);
    struct description d = { .p = p, .codes = &codes, .lang = lang, .expressions = true, .a = a };
    struct json_out w = JSON_OUT(&b);
    programme_describe(&d, &b);
    assert(b.n);
    buf_clear(&b);
    put_object(&w);
    programme_json(&d, &w);
    put_object_end(&w);
    json_t *j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
    assert(json_is_object(j));
    json_decref(j);
    assert(!programme_compare(p, p, &codes, lang, a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = size % 2 ? ZH : EN };
    if (!codes.n)
        codes_shipped(&codes, &kept);
    char *text = arena_alloc(&a, size + 1);
    if (size)
        memcpy(text, data, size);
    const struct programme *p = programme_read((struct str){ text, size }, &codes, &a, &e);
    assert((p == NULL) == errs_any(&e));
    for (const struct err *x = e.bad.first; x; x = x->next)
        check_place(x, lines_of(data, size));
    if (p)
        use(p, e.lang, &a);
    arena_free(&a);
    return 0;
}
