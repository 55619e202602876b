/* import_look.h - what the rows of a file refer to in the registry: for kinds of other modules. */
#ifndef REGISTRY_IMPORT_LOOK_H
#define REGISTRY_IMPORT_LOOK_H

#include "registry/import.h"
#include "registry/scope.h"

/* The counties that the files may be about: the one named, else all of the actor's. */
bool import_counties(struct importing *im, const struct scopes **s, struct errs *e);
/* Households by the numbers that the rows name.  Where refs[i].id is 0 there is none, or the row was refused
 * before. */
bool import_households(struct importing *im, struct import_row *rows, size_t n, const struct str *numbers,
                       struct hh_ref *refs, struct errs *e);

#endif
