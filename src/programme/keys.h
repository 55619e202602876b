/* keys.h - every key of a programme file: one table drives reading, showing and comparing, and the test that
 * docs/programmes.md describes all of them.
 *
 * Private to src/programme and its tests. */
#ifndef PROGRAMME_KEYS_H
#define PROGRAMME_KEYS_H

#include "programme/programme.h"
#include "programme/rule.h"

/* The C type behind each; with KEY_MANY a LIST_OF it. */
enum key_kind {
    KEY_NAME,      /* name_at: a short name of its own or of something else */
    KEY_TEXT,      /* str */
    KEY_WORDING,   /* wording: { zh, en }, or Chinese alone */
    KEY_INT,       /* opt_int */
    KEY_WHOLE,     /* int64_t, in lists */
    KEY_MONEY,     /* opt_money */
    KEY_QUANTITY,  /* opt_quantity */
    KEY_DATE,      /* opt_date */
    KEY_MONTH_DAY, /* month_day */
    KEY_BOOL,      /* bool */
    KEY_FRACTION,  /* fraction: 0.12, 12% or 1/3 */
    KEY_CHOICE,    /* an enum */
    KEY_CODE,      /* code, of a code table */
    KEY_REGION,    /* region_code */
    KEY_EXPRESSION,
    KEY_AMOUNT,
    KEY_CONSTANT,
    KEY_OBJECT,
};
enum {
    KEY_REQUIRED = 1,
    KEY_MANY = 2,      /* a list; one alone may stand for a list of one */
    KEY_NAMED = 4,     /* of objects: a map from their ids, which is their first key */
    KEY_YES = 8,       /* KEY_BOOL: yes unless it says no */
    KEY_ANY_TEXT = 16, /* KEY_NAME: any word, 区项目办 too */
};
/* What a name refers to, checked when the whole file is read. */
enum key_refers { REFERS_NOTHING, REFERS_STEP, REFERS_PAPER, REFERS_REMINDER };

struct choice {
    const char *name;
    struct label label;
};
struct key_table;
struct key {
    const char *name;
    enum key_kind kind;
    size_t off;
    struct label label;
    unsigned flags;
    int64_t min, max; /* KEY_INT and KEY_WHOLE: limits; KEY_TEXT: max characters, 0: 500 */
    const struct choice *choices;
    size_t choices_n;
    const char *codes;
    enum key_refers refers;
    enum rule_type want;            /* KEY_EXPRESSION */
    uint64_t only;                  /* bit n: choice n of the table's `by` has this key; 0: all have it */
    uint64_t needs;                 /* those of them that need it */
    const struct key_table *object; /* KEY_OBJECT */
};
struct key_table {
    const char *name; /* in docs/programmes.md */
    const struct key *keys;
    size_t n, size;
    const char *by; /* the key that decides which others there are; NULL: none */
};
enum { KEYS_MAX = 64 };

extern const struct key_table programme_keys;
extern const struct choice step_kinds[STEP_KINDS], programme_kinds[];

const struct key *key_find(const struct key_table *t, struct str name); /* NULL: none */
size_t key_size(const struct key *k);                                   /* bytes of one value */
/* The list behind a KEY_MANY or KEY_NAMED key, whatever its type. */
struct key_list {
    char *p;
    size_t n;
};
struct key_list key_list_of(const struct key *k, const void *obj);
void key_list_set(const struct key *k, void *obj, struct key_list l);
/* May an object whose `by` is `kind` have the key? */
static inline bool key_allowed(const struct key *k, int kind)
{
    return !k->only || (k->only >> kind & 1);
}
/* What the object's `by` says; 0 where the table has none. */
int key_by(const struct key_table *t, const void *obj);

#endif
