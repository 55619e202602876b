/* read.h - from the tree of a YAML file to a programme, by the table of keys; private to src/programme. */
#ifndef PROGRAMME_READ_H
#define PROGRAMME_READ_H

#include "programme/keys.h"
#include "programme/yaml.h"

/* Fill obj, of t->size zeroed bytes; every mistake is in e.  Only what each value is by itself is looked at.
 */
void keys_read(const struct key_table *t, const struct yaml *node, void *obj, const struct code_book *codes,
               struct errs *e);
/* “did you mean …?” for a word, from names; "" if none is near. */
const char *near_names(struct errs *e, struct str word, const char *const *names, size_t n);
/* A short name: a letter, then letters, digits and _; at most 40. */
bool is_short_name(struct str s);

/* 0.12, 12% or 1/3, at most 1, in lowest terms. */
bool fraction_read(struct str s, struct fraction *f);

/* What is wrong with the programme as a whole: what refers to nothing, stands twice, contradicts itself. */
void programme_check_sense(struct programme *p, const struct yaml *root, const struct code_book *codes,
                           struct errs *e);
/* And what a new version may not have, though older ones may. */
void programme_check_new(struct programme *p, const struct yaml *root, const struct code_book *codes,
                         struct errs *e);
/* The fields of applications that its rules speak of and it does not define, as all programmes know them. */
void programme_add_fields(struct programme *p, struct arena *a);
/* What the rules engine does not understand. */
void programme_check_rules(const struct programme *p, const struct code_book *codes, struct errs *e);

#endif
