/* codes.h - code tables in memory: what a T_CODE column may hold, and how people write it.
 *
 * Code tables are data (dictionary §1, §8): labels may be edited, codes not.  The store keeps the
 * number, rules and JSON use the slug, people see the label, other systems the national code. */
#ifndef BASE_CODES_H
#define BASE_CODES_H

#include "base/err.h"

struct code_row {
    int32_t code;
    struct str slug; /* stable English name: 'female' */
    struct str zh, en;
    struct str national; /* the code of the national system or standard */
    struct str aliases;  /* other spellings, '|' between them */
    struct opt_date valid_from, valid_to;
};
struct code_table {
    struct str name;
    const struct code_row *rows; /* in the order people expect */
    size_t n;
};
struct code_book {
    const struct code_table *tables;
    size_t n;
    uint64_t stamp; /* of what they say: other than that of a book that says something else */
};

const struct code_table *code_table(const struct code_book *book, const char *name); /* NULL: none */
const struct code_row *code_row(const struct code_table *t, int32_t code);
/* By label first, then alias, slug, national code and number (dictionary §1 "Import by label"). */
const struct code_row *code_find(const struct code_table *t, struct str text);
static inline struct str code_label(const struct code_row *r, enum lang lang)
{
    return lang == EN ? r->en : r->zh;
}

#endif
