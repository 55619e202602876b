#include "base/base.h"

#include <stdarg.h>
#include <sys/mman.h>

/* --- memory ------------------------------------------------------------------------------- */

enum { BLOCK_MIN = 16 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, cap;
    max_align_t data[];
};

void *xmalloc(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        abort();
    return p;
}

void *xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        abort();
    return p;
}

void *xrealloc(void *p, size_t n)
{
    void *q = realloc(p, n ? n : 1);
    if (!q)
        abort();
    return q;
}

void freep(void *p)
{
    free(*(void **)p);
}

void large_pages(void *p, size_t n)
{
    const uintptr_t large = (uintptr_t)2 << 20, from = ((uintptr_t)p + large - 1) / large * large,
                    to = ((uintptr_t)p + n) / large * large;
    if (from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE); /* where there are none, all goes on */
}

size_t arena_mul(size_t size, size_t n)
{
    size_t r;
    if (__builtin_mul_overflow(size, n, &r))
        abort();
    return r;
}

void *arena_alloc(struct arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        abort();
    n = (n + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    struct arena_block *b = a->head;
    if (!b || b->cap - b->used < n) {
        size_t cap = n > BLOCK_MIN ? n : BLOCK_MIN;
        b = xmalloc(sizeof *b + cap);
        *b = (struct arena_block){ .next = a->head, .cap = cap };
        a->head = b;
    }
    void *p = (char *)b->data + b->used;
    b->used += n;
    return memset(p, 0, n);
}

struct str arena_str(struct arena *a, struct str s)
{
    if (!s.p)
        return s;
    char *d = arena_alloc(a, s.n + 1);
    memcpy(d, s.p, s.n);
    return (struct str){ d, s.n };
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        abort();
    char *s = arena_alloc(a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = a->head;
    if (!keep)
        return;
    a->head = keep->next;
    arena_free(a);
    keep->next = NULL;
    keep->used = 0;
    a->head = keep;
}

void arena_free(struct arena *a)
{
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    a->head = NULL;
}

/* --- text --------------------------------------------------------------------------------- */

struct str str_of(const char *s)
{
    return (struct str){ s, s ? strlen(s) : 0 };
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq((struct str){ s.p + s.n - suffix.n, suffix.n }, suffix);
}

bool str_has(struct str s, struct str part)
{
    if (part.n == 0 || s.n < part.n)
        return part.n == 0;
    const char *from = memchr(s.p, part.p[0], s.n); /* mostly that is all */
    return from && memmem(from, s.n - (size_t)(from - s.p), part.p, part.n);
}

/* Blanks as clerks type them, longest first so that none hides another. */
static const struct str blanks[] = {
    { "\xe3\x80\x80", 3 }, { "\xef\xbb\xbf", 3 }, { "\xc2\xa0", 2 }, { " ", 1 },
    { "\t", 1 },           { "\r", 1 },           { "\n", 1 },
};

static size_t blank_at(struct str s, bool at_end)
{
    for (size_t i = 0; i < N_ELEMS(blanks); i++)
        if (at_end ? str_ends(s, blanks[i]) : str_starts(s, blanks[i]))
            return blanks[i].n;
    return 0;
}

/* Most cells have no blank at their ends, which their first and last byte tell. */
static bool may_begin_blank(char c)
{
    unsigned char u = (unsigned char)c;
    return u <= ' ' || u == 0xe3 || u == 0xef || u == 0xc2;
}

static bool may_end_blank(char c)
{
    unsigned char u = (unsigned char)c;
    return u <= ' ' || u == 0x80 || u == 0xbf || u == 0xa0;
}

struct str str_trim(struct str s)
{
    size_t n;
    while (s.n && may_begin_blank(s.p[0]) && (n = blank_at(s, false)))
        s = (struct str){ s.p + n, s.n - n };
    while (s.n && may_end_blank(s.p[s.n - 1]) && (n = blank_at(s, true)))
        s.n -= n;
    return s;
}

bool str_split(struct str *rest, char sep, struct str *part)
{
    if (!rest->p)
        return false;
    const char *end = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    if (!end) {
        *part = *rest;
        *rest = (struct str){ 0 };
        return true;
    }
    *part = (struct str){ rest->p, (size_t)(end - rest->p) };
    *rest = (struct str){ end + 1, rest->n - part->n - 1 };
    return true;
}

bool str_int(struct str s, int64_t *v)
{
    bool minus = s.n && s.p[0] == '-';
    int64_t r = 0;
    if (s.n == (size_t)minus)
        return false;
    for (size_t i = minus; i < s.n; i++) {
        int d = s.p[i] - '0';
        if (d < 0 || d > 9 || __builtin_mul_overflow(r, 10, &r) ||
            __builtin_add_overflow(r, minus ? -d : d, &r))
            return false;
    }
    *v = r;
    return true;
}

/* The next code point of valid UTF-8. */
static uint32_t next_char(struct str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t left = s.n - *at;
    if (*p < 0x80)
        return *at += 1, *p;
    if (*p < 0xe0 && left >= 2)
        return *at += 2, (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    if (*p < 0xf0 && left >= 3)
        return *at += 3, (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    if (left >= 4)
        return *at += 4, (uint32_t)(p[0] & 7) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
                             (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    return *at = s.n, 0xfffd;
}

/* Where East Asian scripts stand in Unicode. */
static const struct {
    uint32_t first, last;
} wide[] = {
    { 0x1100, 0x115f }, { 0x2e80, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
    { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x20000, 0x3fffd },
};

static bool is_wide(uint32_t c)
{
    for (size_t i = 0; i < N_ELEMS(wide); i++)
        if (c >= wide[i].first && c <= wide[i].last)
            return true;
    return false;
}

size_t str_width(struct str s)
{
    size_t w = 0;
    for (size_t at = 0; at < s.n;)
        w += is_wide(next_char(s, &at)) ? 2 : 1;
    return w;
}

size_t str_chars(struct str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n; n++)
        next_char(s, &at);
    return n;
}
