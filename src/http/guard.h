/* guard.h - what a request's head may look like, checked before any of its body is read.
 *
 * RFC 9112 in the strict reading: where two programs could understand a head in two ways, it is refused.
 * The proxy in front normalises most of this; the guard is the second lock. */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "base/err.h"
#include "http/message.h"

enum { HTTP_TARGET_MAX = 4096, HTTP_HEADERS_MAX = 64 };

struct guard_rules {
    bool loopback_names;      /* Host may only name this machine: no web site can be re-bound to it */
    const char *const *types; /* content types that bodies may have; NULL ends them */
};
struct guard_head {
    struct str method, target, version; /* as sent */
    const struct http_field *fields;
    size_t n;
};
struct guard_answer {
    int status; /* 0: it may pass */
    enum msg why;
    bool has_body;
    int64_t length; /* of the body; -1: not said */
};

/* Fills method, head, path, query, host and fields of q, which brings an arena. */
struct guard_answer guard_check(const struct guard_rules *r, const struct guard_head *h,
                                struct http_request *q);

#endif
