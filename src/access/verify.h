/* verify.h - is every row what bangfu wrote, and is none missing?
 *
 * Adds up the keyed hash of every row of every table and compares with what the audit chain says was
 * written; walks the chains; opens every sealed value; compares the migrations with the program.  What
 * does not hold is named by table, county and what kind of change it is. */
#ifndef ACCESS_VERIFY_H
#define ACCESS_VERIFY_H

#include "access/audit.h"

struct finding {
    const char *table;
    int64_t county; /* 0: reference data, or not of one county */
    const char *text;
    struct finding *next;
};
struct verify_report {
    struct finding *first, **tail;
    int64_t findings, tables, rows, sealed, audits;
    int64_t last_id; /* the highest id in use */
};

/* Also checks that modules bring along: name, and a function that adds findings. */
struct invariant {
    const char *name;
    bool (*check)(struct tx *tx, struct verify_report *r, struct errs *e);
};

/* false only when the check itself could not be done; what it found is in the report. */
bool verify_run(struct tx *tx, const struct invariant *const *more, size_t n, struct verify_report *r,
                struct errs *e);
void verify_found(struct verify_report *r, struct errs *e, const char *table, int64_t county, enum msg m,
                  const struct arg *args, size_t n);

#endif
