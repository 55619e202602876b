/* words.h - values of programmes in words; private to src/programme. */
#ifndef PROGRAMME_WORDS_H
#define PROGRAMME_WORDS_H

#include "programme/describe.h"
#include "programme/keys.h"

/* The value says something: it was given, or is not what it is by itself. */
bool value_given(const struct key *k, const void *value);
/* One value, no object. */
void value_print(const struct description *d, const struct key *k, const void *value, struct buf *b);
/* What an object is called: its words, else its id, else what it is about. */
struct str object_title(const struct description *d, const struct key_table *t, const void *obj);
struct str object_id(const struct key_table *t, const void *obj);        /* unknown: it has none */
struct str expression_line(const struct expression *x, struct arena *a); /* on one line */

#endif
