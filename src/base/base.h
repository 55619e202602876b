/* base.h - the values and the memory that every layer shares.  No I/O, no globals, no SQL. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include "base/banned.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define N_ELEMS(a)  (sizeof(a) / sizeof((a)[0]))
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Text: valid UTF-8, borrowed, copied once into an arena on entry.  p == NULL means unknown;
 * a known text is never empty. */
struct str {
    const char *p;
    size_t n;
};
#define STR(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_INIT(lit)           \
    {                           \
        "" lit, sizeof(lit) - 1 \
    } /* in a static table */

struct bytes {
    const uint8_t *p;
    size_t n;
};

struct money {
    int64_t fen;
}; /* a struct, so that money cannot mix with counts */
struct date {
    int32_t day;
}; /* days since 1970-01-01 */
struct instant {
    int64_t us;
}; /* microseconds since 1970-01-01 UTC */
struct quantity {
    int64_t v;
}; /* ten-thousandths of a unit that the column names */
struct region_code {
    int64_t v;
}; /* 12 digits, dictionary §2; 0: unknown */

/* Unknown is not zero and not no: an optional value says whether it is set. */
struct opt_int {
    int64_t v;
    bool set;
};
struct opt_money {
    struct money v;
    bool set;
};
struct opt_date {
    struct date v;
    bool set;
};
struct opt_quantity {
    struct quantity v;
    bool set;
};
struct code {
    int32_t v;
    bool set;
}; /* a row of the column's code table */
struct code_set {
    uint64_t bits;
    bool set;
}; /* several rows of it: bit n is code n */
enum yesno { UNKNOWN, YES, NO };

/* --- memory ------------------------------------------------------------------------------- */

/* Bump allocator.  Never returns NULL: running out of memory aborts, and the process is
 * restarted from a consistent database; sizes are capped before they get here.  All of it dies
 * together in arena_free(); arena_reset() keeps one block for the next round. */
struct arena {
    struct arena_block *head;
};
void *arena_alloc(struct arena *a, size_t n); /* zeroed */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str arena_str(struct arena *a, struct str s); /* a copy, NUL behind it */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);

#define NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define NEW_ARRAY(a, type, n) ((type *)arena_alloc((a), arena_mul(sizeof(type), (n))))
size_t arena_mul(size_t size, size_t n); /* aborts on overflow */

/* For the few things that outlive an arena; these abort instead of returning NULL. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
void freep(void *p); /* for CLEANUP(freep) */
/* Of what was just taken and is many megabytes large: it may lie in large pages, which are found sooner. */
void large_pages(void *p, size_t n);

/* --- text --------------------------------------------------------------------------------- */

struct str str_of(const char *s); /* NULL gives unknown */
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && !memcmp(a.p, b.p, a.n)));
}
int str_cmp(struct str a, struct str b); /* by bytes */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has(struct str s, struct str part);
struct str str_trim(struct str s); /* ASCII blanks, U+00A0, U+3000, U+FEFF at both ends */
/* Cut the part before the first `sep` off *rest; false when *rest is used up. */
bool str_split(struct str *rest, char sep, struct str *part);
bool str_int(struct str s, int64_t *v); /* decimal with optional '-'; false when not one */
size_t str_width(struct str s);         /* columns on a terminal: a Chinese character is two */
size_t str_chars(struct str s);         /* code points */

#endif
