/* raw.h - a plain connection to the database under test, past everything that bangfu guards: for looking at
 * what is really there, and for changing it behind bangfu's back. */
#ifndef TESTS_SUPPORT_RAW_H
#define TESTS_SUPPORT_RAW_H

#include "base/buf.h"

struct raw;
struct raw *raw_open(const char *url);
void raw_close(struct raw *r);

/* Foreign keys and triggers do not count any more. */
void raw_unguard(struct raw *r);
/* false when the database refuses; raw_why says why. */
bool raw_try(struct raw *r, const char *sql);
const char *raw_why(const struct raw *r);
void raw_do(struct raw *r, const char *sql); /* has to work */

/* A result whose cells are SQL literals of their values, so that they can be written back: 'Li''s', 12, NULL
 * and X'00ff' or '\x00ff'. */
struct raw_rows {
    size_t rows, cols;
    const char **cell; /* row by row */
};
struct raw_rows raw_query(struct raw *r, const char *sql, struct arena *a);
int64_t raw_int(struct raw *r, const char *sql);

#endif
