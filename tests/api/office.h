/* office.h - what the tests of the operations stand on: asking as somebody, reading what was answered, and an
 * office with a fund that lends, which the examples of the route tables are made to mean. */
#ifndef TESTS_API_OFFICE_H
#define TESTS_API_OFFICE_H

#include "api/dispatch.h"
#include "api/tables.h"
#include "support/lend.h"

extern struct facts_kept *kept; /* NULL: facts are read for every question */
/* For cmocka's group: *state is a struct world. */
int office_open(void **state);
int office_close(void **state);

/* --- asking ------------------------------------------------------------------------------- */

struct api_request request(const struct actor *as, const char *method, const char *path, const char *body);
struct api_reply answer(struct world *w, struct api_request rq);
/* As who may do everything. */
struct api_reply ask(struct world *w, const char *method, const char *path, const char *body);
/* A write that is to be done once. */
struct api_reply once(struct world *w, const struct actor *as, const char *path, const char *body);
/* A step of a case, and a decision, which name what was read. */
struct api_reply move(struct world *w, const struct actor *as, const char *path, const char *what,
                      const char *body);
struct api_reply decided(struct world *w, const struct actor *as, const char *path, const char *what,
                         const char *body);
/* Until the job has ended. */
struct api_reply wait_for(struct world *w, struct api_reply started);
struct api_reply wait_as(struct world *w, const struct actor *as, struct api_reply started);
struct actor colleague(struct world *w); /* another person of the county */

#define assert_status(r, want)                                                                \
    do {                                                                                      \
        struct api_reply r_ = (r);                                                            \
        if (r_.status != (want))                                                              \
            fail_msg("%d instead of %d: %.*s", r_.status, (want), (int)r_.body.n, r_.body.p); \
    } while (0)
bool holds(struct api_reply r, const char *text);
json_t *json_of(struct api_reply r);
struct str text_at(struct world *w, struct api_reply r, const char *name);
int64_t number_at(struct api_reply r, const char *name);
size_t rows_in(struct api_reply r);

/* --- the office of the examples ----------------------------------------------------------- */

/* The examples are about a county, a household and a fund; this is the one that they are made to mean. */
struct office {
    struct lent lent;        /* a loan that is signed */
    struct family applicant; /* nobody moves them */
    int64_t paid, survey, roster;
    int64_t reminder; /* of the paid one, which falls due in twenty days */
};
struct office office(struct world *w);
struct lent bank_world(struct world *w); /* a county of its own, whose loans the bank pays out */
const char *fund_path(struct world *w, const struct lent *x, const char *rest);
/* The path with what the query needs.  at: name, value, …, NULL of those that are not as usual; or NULL. */
const char *fill(struct world *w, const struct route *r, const struct office *o, const char *const *at);
/* The body: NULL where there is none. */
const char *example(struct world *w, const struct route *r, const struct office *o);
const char *swap(struct world *w, const char *text, const char *old, const char *new);
/* What If-Match has to name, as it is read from the thing itself. */
struct str version_at(struct world *w, const char *path);

/* --- the description ---------------------------------------------------------------------- */

/* Is that what the document says of the operation's answer, and of its body?  If not, why. */
bool answer_fits(const json_t *doc, const struct route *r, struct api_reply x, struct buf *why);
bool body_fits(const json_t *doc, const struct route *r, const char *body, struct buf *why);
/* A refusal is a problem document that names at least one mistake. */
void check_problem(struct api_reply x);

#endif
