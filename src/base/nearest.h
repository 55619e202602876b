/* nearest.h - the names that somebody may have meant. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/base.h"

enum { NEAREST_MAX = 3 };
/* Up to NEAREST_MAX of the names that may have been meant, the nearest first. */
size_t nearest(struct str word, const char *const *names, size_t n, const char **out);
/* How many letters have to be put in, left out, changed or swapped; at most `limit` + 1. */
size_t edit_distance(struct str a, struct str b, size_t limit);

#endif
