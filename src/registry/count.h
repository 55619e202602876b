/* count.h - the first figures of a registry: households and persons, by township or village (R002–R005,
 * R035). */
#ifndef REGISTRY_COUNT_H
#define REGISTRY_COUNT_H

#include "registry/household.h"
#include "registry/scope.h"

#include <signal.h>

enum { STATES_MAX = 10 };

struct count_line {
    struct region_code region;
    struct str name;
    int64_t households, persons;      /* not the closed ones; persons: present members */
    int64_t by_state[STATES_MAX + 1]; /* households; the last is unknown */
};
struct counts {
    struct count_line all;
    int64_t townships, villages; /* with a household on the register */
    struct count_line *lines;    /* in the order of codes */
    size_t n;
};

/* by: TOWNSHIP or VILLAGE; REGION_NONE for the total only. */
bool count_registry(struct tx *tx, const struct actor *who, struct region_code within, enum region_level by,
                    struct counts *out, struct errs *e);
/* Households that are not closed, and nothing else: from an index, for whoever asks again and again. */
bool count_households(struct tx *tx, const struct actor *who, struct region_code within, enum region_level by,
                      struct counts *out, struct errs *e);

/* What a server keeps of it between questions: a county's villages.  After a write, which its audit tells of,
 * only the villages written to are counted again. */
struct counts_kept;
struct counts_kept *counts_kept_open(void);
void counts_kept_close(struct counts_kept *k); /* NULL is fine */
/* Counts every county before anybody asks; what fails is counted when it is asked for. */
void counts_kept_warm(struct store *st, struct counts_kept *k, const volatile sig_atomic_t *stop);
/* As count_registry; k NULL: always from the database.  Any number of threads at a time. */
bool count_registry_kept(struct tx *tx, struct counts_kept *k, const struct actor *who,
                         struct region_code within, enum region_level by, struct counts *out, struct errs *e);
/* Would it be answered from what is kept? */
bool counts_kept_have(struct tx *tx, struct counts_kept *k, const struct actor *who,
                      struct region_code within, bool *have, struct errs *e);
/* The same as of a past day (history.h says which dates count). */
bool count_as_of(struct tx *tx, const struct actor *who, struct region_code within, enum region_level by,
                 struct date day, struct counts *out, struct errs *e);

#endif
