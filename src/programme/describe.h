/* describe.h - a programme in people's words, as JSON, and what differs between two. */
#ifndef PROGRAMME_DESCRIBE_H
#define PROGRAMME_DESCRIBE_H

#include "programme/version.h"

struct description {
    const struct programme *p;
    const struct code_book *codes;
    enum lang lang;
    bool expressions; /* show them too */
    struct arena *a;
    const struct programme_version *others; /* which may be named by their codes; may be none */
    size_t others_n;
};
/* Line by line, indented; its title is the caller's. */
void programme_describe(const struct description *d, struct buf *out);
/* The members of one JSON object by the keys of the file: money and expressions are text, codes slugs. */
void programme_json(const struct description *d, struct json_out *w);

enum difference_kind { DIFFERENCE_CHANGED, DIFFERENCE_ADDED, DIFFERENCE_REMOVED, DIFFERENCE_ORDER };
struct difference {
    enum difference_kind kind;
    struct str path;          /* conditions.below_average.when */
    struct str words;         /* 条件 › 人均收入低于平均 › 条件 */
    struct str before, after; /* in words; unknown where it is added or removed */
    struct difference *next;
};
/* From a to b, in the order of the keys; NULL: they mean the same. */
struct difference *programme_compare(const struct programme *a, const struct programme *b,
                                     const struct code_book *codes, enum lang lang, struct arena *arena);

#endif
