#include "base/buf.h"

#include <stdarg.h>

void buf_release(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ .max = b->max };
}

/* Room for n more bytes and a NUL, or false at the limit. */
static bool room(struct buf *b, size_t n)
{
    if (n > b->max - b->n) {
        b->full = true;
        return false;
    }
    size_t need = b->n + n + 1;
    if (need > b->cap) {
        b->cap = need < 64 ? 64 : need + need / 2;
        b->p = xrealloc(b->p, b->cap);
    }
    return true;
}

void buf_add(struct buf *b, struct str s)
{
    if (!s.n || !room(b, s.n))
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void buf_addc(struct buf *b, char c)
{
    if (room(b, 1))
        b->p[b->n++] = c;
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, str_of(s));
}

void buf_addi(struct buf *b, int64_t v)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    do
        digits[--at] = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        digits[--at] = '-';
    buf_add(b, (struct str){ digits + at, sizeof digits - at });
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n > 0 && room(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

char *buf_room(struct buf *b, size_t n)
{
    return room(b, n) ? b->p + b->n : NULL;
}

void buf_pad(struct buf *b, size_t n, char c)
{
    if (!room(b, n))
        return;
    memset(b->p + b->n, c, n);
    b->n += n;
}

const char *buf_cstr(struct buf *b)
{
    if (!b->p)
        return "";
    b->p[b->n] = 0;
    return b->p;
}
