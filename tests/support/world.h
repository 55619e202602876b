/* world.h - what the tests of the store and above stand on: a database that `bangfu init` made, somebody who
 * may do everything, a fresh county for every test, and families that nobody has. */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "access/verify.h"
#include "registry/household.h"
#include "registry/person.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* fail() of base/err.h, whose name cmocka takes for its own. */
#define refuse(e, code, field, msg, ...) fail_((e), (code), (field), (msg), ARGS(__VA_ARGS__))

struct world {
    const char *url;      /* $TEST_DB */
    struct schema schema; /* what the program has, and world_extra */
    const struct entity *entities[128];
    struct store *st;
    struct actor who;
    struct code_book codes;
    struct arena a; /* of who, codes and e */
    struct errs e;  /* of the last thing done */
};

/* A table that only this test has; set it before world_open, and make it with world_create. */
extern const struct entity *world_extra;
void world_create(struct world *w, const char *migration);

/* For cmocka's group: *state is a struct world. */
int world_open(void **state);
int world_close(void **state);
/* A second store on the same database, as another process would have it; store_close() it. */
struct store *world_second_store(struct world *w);
bool world_is_sqlite(const struct world *w);

/* Leave only few rows of the code tables, which are most of an empty database: whoever has all of it looked
 * at hundreds of times then waits a fifth of the time.  w->codes has them all. */
void world_forget_codes(struct world *w);

/* A county with a township and two villages that nobody else has; its six digits. */
int64_t world_county(struct world *w);
struct region_code world_village(int64_t county, int which); /* 1 or 2 */

/* --- doing things ------------------------------------------------------------------------- */

typedef bool act_fn(struct act *act, void *ctx, struct errs *e);
/* Run fn as one audited act; what went wrong is in *e. */
bool world_try(struct world *w, struct store *st, int64_t county, act_fn *fn, void *ctx, struct errs *e);
/* The same in w->st, and it has to work. */
void world_act(struct world *w, int64_t county, act_fn *fn, void *ctx);
void world_read(struct world *w, tx_fn *fn, void *ctx);

/* --- families ----------------------------------------------------------------------------- */

/* A household without id, and a member of it; every call gives another one. */
struct household world_household(struct world *w, int64_t county);
struct person world_person(struct world *w, const struct household *h);
/* Write both, and the register of numbers beside them. */
bool household_put(struct act *act, struct household *h, struct errs *e);
bool person_put(struct act *act, struct person *p, struct errs *e);
/* Both of a new family, in one act. */
struct family {
    struct household h;
    struct person p;
};
struct family world_family(struct world *w, int64_t county);

/* --- looking at all of it ----------------------------------------------------------------- */

/* Everything that every table holds but the block of ids: equal for equal contents. */
struct snapshot {
    int64_t rows;
    struct rowsum sum;
};
struct snapshot world_snapshot(struct world *w);
bool world_add_table(struct tx *tx, const struct entity *en, struct snapshot *s, struct errs *e);
#define assert_same_snapshot(a, b) assert_same_snapshot_((a), (b), __FILE__, __LINE__)
void assert_same_snapshot_(struct snapshot a, struct snapshot b, const char *file, int line);

/* verify has nothing to report. */
#define assert_verifies(w) assert_verifies_((w), __FILE__, __LINE__)
void assert_verifies_(struct world *w, const char *file, int line);
struct verify_report world_verify(struct world *w);

/* --- errors ------------------------------------------------------------------------------- */

/* The first error is this one. */
#define assert_error(e, want_code, want_msg)                     \
    do {                                                         \
        assert_non_null((e)->bad.first);                         \
        if ((e)->bad.first->msg != (want_msg))                   \
            fail_msg("another error: %s", (e)->bad.first->text); \
        assert_int_equal((e)->bad.first->code, (want_code));     \
    } while (0)
#define assert_ok(ok, e)                                                                       \
    do {                                                                                       \
        if (!(ok))                                                                             \
            fail_msg("%s: %s", #ok, (e)->bad.first ? (e)->bad.first->text : "without a word"); \
    } while (0)

#endif
