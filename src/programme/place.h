/* place.h - where something stands in a file, and saying so. */
#ifndef PROGRAMME_PLACE_H
#define PROGRAMME_PLACE_H

#include "base/err.h"

/* Both from 1; columns count characters. */
struct file_place {
    int line, column;
};

/* LINE:COLUMN, as errors name it. */
const char *place_name(struct arena *a, struct file_place at);
/* fail() about a place: fail_at(e, at, MSG_…, A(…), …). */
#define fail_at(e, at, ...) fail((e), ERR_INVALID, place_name((e)->a, (at)), __VA_ARGS__)
/* Errors in the order of the places that their fields name; those without one stand first. */
void errs_sort_places(struct errs *e);

#endif
