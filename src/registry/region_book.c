#include "registry/region_book.h"

#include "base/assets.h"
#include "base/unpack.h"

#include <assert.h>
#include <pthread.h>

const char region_book_source[] = "china-division 2.7.0 (2023-06-30)";

enum { UNPACKED_MAX = 4 << 20, NAME_MAX_BYTES = 400, SIGNS = 128, PREFIXES = 1000000 };
#define FOLDER "data/regions/"

static const struct asset *file_named(const char *name)
{
    for (size_t i = 0; i < assets_n; i++)
        if (str_starts(str_of(assets[i].path), STR(FOLDER)) &&
            !strcmp(assets[i].path + sizeof FOLDER - 1, name))
            return &assets[i];
    return NULL;
}

static bool unpack_file(const char *name, struct buf *out)
{
    const struct asset *file = file_named(name);
    return file && unpack_gz((struct str){ (const char *)file->p, file->n }, out);
}

size_t region_book_provinces(int64_t out[REGION_PROVINCES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < assets_n; i++) {
        struct str name = str_of(assets[i].path);
        int64_t province;
        if (!str_starts(name, STR(FOLDER)) || !str_ends(name, STR(".txt.gz")))
            continue;
        name = (struct str){ name.p + sizeof FOLDER - 1, 2 };
        if (str_int(name, &province) && n < REGION_PROVINCES_MAX)
            out[n++] = province;
    }
    return n;
}

/* --- a province ------------------------------------------------------------------------------- */

struct reader {
    struct str rest;
    struct str ending[SIGNS]; /* by the sign that stands for it */
    int64_t township, last;   /* code of the township; number of its last village */
};

/* "!社区居民委员会#居民委员会…": what is not Chinese is a sign. */
static bool read_endings(struct reader *r)
{
    struct str line;
    if (!str_split(&r->rest, '\n', &line))
        return false;
    r->ending['\n'] = STR("");
    for (size_t at = 0; at < line.n;) {
        unsigned char sign = (unsigned char)line.p[at];
        size_t end = ++at;
        while (end < line.n && (unsigned char)line.p[end] >= SIGNS)
            end++;
        if (sign >= SIGNS || end == at)
            return false;
        r->ending[sign] = (struct str){ line.p + at, end - at };
        at = end;
    }
    return true;
}

/* Cut off what stands before the next sign; what that stands for, or unknown at the end. */
static struct str cut(struct reader *r, struct str *before)
{
    size_t n = 0;
    while (n < r->rest.n && ((unsigned char)r->rest.p[n] >= SIGNS || !r->ending[(int)r->rest.p[n]].p))
        n++;
    if (n == r->rest.n)
        return (struct str){ 0 };
    *before = (struct str){ r->rest.p, n };
    char sign = r->rest.p[n];
    r->rest = (struct str){ r->rest.p + n + 1, r->rest.n - n - 1 };
    return r->ending[(int)sign];
}

static bool read_above(struct reader *r, struct region_code *code, struct str *name)
{
    struct str line, digits;
    r->rest = (struct str){ r->rest.p + 1, r->rest.n - 1 };
    if (!str_split(&r->rest, '\n', &line) || !str_split(&line, ',', &digits) ||
        region_read(digits, code) != READ_OK)
        return false;
    *name = line;
    r->township = code->v;
    r->last = 0;
    return true;
}

static bool read_village(struct reader *r, struct region_code *code, struct str *name, struct buf *b)
{
    int64_t step = 0;
    struct str own = { 0 }, ending = cut(r, &own);
    size_t digits = 0;
    for (; digits < own.n && own.p[digits] >= '0' && own.p[digits] <= '9'; digits++)
        step = step * 10 + own.p[digits] - '0';
    r->last += digits ? step : 1;
    digits += digits < own.n && own.p[digits] == ' ';
    buf_clear(b);
    buf_add(b, (struct str){ own.p + digits, own.n - digits });
    buf_add(b, ending);
    *name = buf_str(b);
    *code = (struct region_code){ r->township + r->last };
    return ending.p && r->last > 0 && r->last <= 999 && !b->full;
}

static bool read_all(struct str text, region_book_fn *fn, void *ctx, struct errs *e, bool *whole)
{
    struct reader r = { .rest = text };
    struct region_code code;
    struct str name;
    CLEANUP(buf_release) struct buf b = BUF(NAME_MAX_BYTES);
    *whole = read_endings(&r);
    while (*whole && r.rest.n) {
        *whole = r.rest.p[0] == '=' ? read_above(&r, &code, &name) : read_village(&r, &code, &name, &b);
        if (*whole && !fn(ctx, code, name, e))
            return false;
    }
    return *whole;
}

bool region_book_read(int64_t province, region_book_fn *fn, void *ctx, struct errs *e)
{
    char name[32];
    bool whole = false;
    CLEANUP(buf_release) struct buf text = BUF(UNPACKED_MAX);
    snprintf(name, sizeof name, "%02lld.txt.gz", (long long)province);
    if (!file_named(name))
        return fail(e, ERR_NOT_FOUND, NULL, MSG_REGIONS_NO_DATA, A(province));
    if (unpack_file(name, &text) && read_all(buf_str(&text), fn, ctx, e, &whole))
        return true;
    return whole ? false : fail(e, ERR_INTERNAL, NULL, MSG_REGIONS_DAMAGED, A(province));
}

/* --- prefixes of identity numbers ------------------------------------------------------------------ */

static struct {
    pthread_once_t once;
    bool any;
    uint8_t bits[PREFIXES / 8];
} prefixes = { .once = PTHREAD_ONCE_INIT };

static void read_prefixes(void)
{
    CLEANUP(buf_release) struct buf text = BUF(UNPACKED_MAX);
    if (!unpack_file("prefixes.txt.gz", &text))
        return;
    struct str rest = buf_str(&text), line;
    int64_t prefix;
    while (str_split(&rest, '\n', &line))
        if (str_int(line, &prefix) && prefix > 0 && prefix < PREFIXES) {
            prefixes.bits[prefix / 8] |= (uint8_t)(1u << (prefix % 8));
            prefixes.any = true;
        }
}

bool region_prefix_passes(int32_t prefix)
{
    assert(prefix >= 0);
    assert(prefix < PREFIXES);
    pthread_once(&prefixes.once, read_prefixes);
    return !prefixes.any || prefix / 10000 == 99 || (prefixes.bits[prefix / 8] >> (prefix % 8) & 1);
}
