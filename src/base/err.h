/* err.h - what went wrong, where, in the words of the person at the desk.
 *
 * A function that can fail returns bool and takes `struct errs *e` last; false means that e holds
 * at least one entry, and validators report every bad field before they return.  Texts come from
 * the one catalogue (catalogue.def), in the language the errs was made for. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

enum lang { ZH, EN };
struct label {
    const char *zh, *en;
};
static inline const char *label_in(const struct label *l, enum lang lang)
{
    return lang == EN ? l->en : l->zh;
}

/*        name         http  slug */
#define ERR_CODES(X)                   \
    X(INVALID, 400, "invalid")         \
    X(UNKNOWN, 401, "unknown")         \
    X(FORBIDDEN, 403, "forbidden")     \
    X(NOT_FOUND, 404, "not_found")     \
    X(CONFLICT, 409, "conflict")       \
    X(CHANGED, 412, "changed")         \
    X(CONDITION, 428, "condition")     \
    X(TOO_MANY, 429, "too_many")       \
    X(INTERRUPTED, 499, "interrupted") \
    X(INTERNAL, 500, "internal")       \
    X(RETRY, 503, "retry")             \
    X(UNAVAILABLE, 503, "unavailable")

enum err_code {
#define X(name, http, slug) ERR_##name,
    ERR_CODES(X)
#undef X
};
extern const struct err_info {
    int http;
    const char *slug;
} err_info[];

enum msg {
#define M(name, zh, en) MSG_##name,
#include "base/catalogue.def"
#undef M
    MSG_COUNT
};

/* One value put into a text at {1}, {2}, …; made with A(x). */
struct arg {
    enum { ARG_TEXT, ARG_INT, ARG_MONEY, ARG_DATE, ARG_LABEL, ARG_REGION } kind;
    int64_t i;
    struct str s;
    const struct label *label;
};
static inline struct arg arg_str(struct str s)
{
    return (struct arg){ .kind = ARG_TEXT, .s = s };
}
static inline struct arg arg_cstr(const char *s)
{
    return arg_str(str_of(s));
}
static inline struct arg arg_i64(int64_t i)
{
    return (struct arg){ .kind = ARG_INT, .i = i };
}
static inline struct arg arg_int(int i)
{
    return arg_i64(i);
}
static inline struct arg arg_size(size_t n)
{
    return arg_i64((int64_t)n);
}
static inline struct arg arg_money(struct money m)
{
    return (struct arg){ .kind = ARG_MONEY, .i = m.fen };
}
static inline struct arg arg_date(struct date d)
{
    return (struct arg){ .kind = ARG_DATE, .i = d.day };
}
static inline struct arg arg_region(struct region_code r)
{
    return (struct arg){ .kind = ARG_REGION, .i = r.v };
}
static inline struct arg arg_label(const struct label *l)
{
    return (struct arg){ .kind = ARG_LABEL, .label = l };
}
#define A(x) \
    _Generic((x), struct str: arg_str, char *: arg_cstr, const char *: arg_cstr, int: arg_int, \
             int64_t: arg_i64, size_t: arg_size, unsigned: arg_size, struct money: arg_money,  \
             struct date: arg_date, struct region_code: arg_region,                            \
             const struct label *: arg_label)(x)
#define ARGS(...) \
    (const struct arg[]){ { 0 }, __VA_ARGS__ }, N_ELEMS(((const struct arg[]){ { 0 }, __VA_ARGS__ }))

/* One thing a person has to know: where, and what. */
struct err {
    enum err_code code;
    enum msg msg;
    const char *field; /* NULL: the whole thing */
    const char *rule;  /* of a warning: the id of the rule that it is from, or NULL */
    const char *text;
    struct err *next;
};
struct err_list {
    struct err *first, **tail;
    unsigned n;
};
struct errs {
    struct arena *a;
    enum lang lang;
    struct err_list bad, warned;
};

/* Record an error and return false, so callers write:  return fail(e, …); */
#define fail(e, code, field, msg, ...) fail_((e), (code), (field), (msg), ARGS(__VA_ARGS__))
bool fail_(struct errs *e, enum err_code code, const char *field, enum msg m, const struct arg *args,
           size_t n);

/* Record something worth a look that stops nothing; gives what was recorded. */
#define warn(e, field, msg, ...) warn_((e), (field), (msg), ARGS(__VA_ARGS__))
struct err *warn_(struct errs *e, const char *field, enum msg m, const struct arg *args, size_t n);

/* A text of the catalogue with its places filled. */
#define say(a, lang, msg, ...) say_((a), (lang), (msg), ARGS(__VA_ARGS__))
const char *say_(struct arena *a, enum lang lang, enum msg m, const struct arg *args, size_t n);
const char *catalogue_text(enum msg m, enum lang lang);

static inline bool errs_any(const struct errs *e)
{
    return e->bad.n != 0;
}
void errs_append(struct errs *to, const struct errs *from); /* errors only; texts are copied */
void errs_clear(struct errs *e); /* forget errors and warnings; texts stay in the arena */

#endif
