/* buf.h - text that grows, up to a limit named when it is made.
 *
 * Past the limit a buf keeps what it has, drops the rest and says so in `full`: whoever fills it
 * from input checks that once, at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"

struct buf {
    char *p;
    size_t n, cap, max;
    bool full;
};

#define BUF(max_bytes) ((struct buf){ .max = (max_bytes) })
void buf_release(struct buf *b);
static inline void buf_clear(struct buf *b)
{
    b->n = 0;
    b->full = false;
}

void buf_add(struct buf *b, struct str s);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addi(struct buf *b, int64_t v);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes, for whoever fills them himself (and adds what he wrote to b->n); NULL at the limit.
 */
char *buf_room(struct buf *b, size_t n);
void buf_pad(struct buf *b, size_t n, char c);
static inline struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p ? b->p : "", b->n };
}
const char *buf_cstr(struct buf *b); /* NUL-terminated; valid until the next change */

#endif
