/* answered.h - a request with an Idempotency-Key is done once; the same one again gets the same answer. */
#ifndef API_ANSWERED_H
#define API_ANSWERED_H

#include "api/route.h"

struct answered {
    int64_t county, user_id;
    struct str request_key, request; /* hash of method, path, query and body */
    int64_t status;
    struct str answer;
    struct instant at;
    struct bytes mac;
};
extern const struct entity answered_entity;

/* In the transaction of the work itself.  FOUND: the reply is filled; FAILED also when the key came with
 * another request. */
enum found answered_before(struct call *c, int64_t county, struct errs *e);
bool answered_keep(struct call *c, int64_t county, struct errs *e);

#endif
