/* server.h - takes requests from the network, guards them, and gives them to the program one by one.
 *
 * It knows nothing of the product: one function answers every request, on the thread of its connection.  What
 * anybody outside can make grow has a number here that stops it.  /healthz (the process lives), /readyz (it
 * can work) and /metrics (Prometheus text, for this machine only) are answered here. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/err.h"
#include "http/message.h"

struct http_limits {
    unsigned connections; /* at a time */
    unsigned per_address; /* requests being answered at a time, of one client's address */
    unsigned requests;    /* being answered at a time; more are told to come back */
    size_t header_bytes;
    int header_s, body_s; /* from the first byte to the last */
    int idle_s;           /* between requests, and for each step of sending the answer */
    int stop_s;           /* what is being answered may go on for so long */
};
extern const struct http_limits http_limits_default;

struct http_service {
    void *ctx;
    /* Always gives an answer, even "no such thing"; false: the connection is cut. */
    bool (*respond)(void *ctx, const struct http_request *q, struct http_response *r);
    /* How long a body its route takes, 0: none.  Asked before any of the body is read. */
    size_t (*body_max)(void *ctx, const struct http_request *q);
    bool (*ready)(void *ctx);                           /* NULL: always */
    void (*listening)(void *ctx, const char *where);    /* may be NULL */
    void (*figures)(void *ctx, struct buf *prometheus); /* more for /metrics; may be NULL */
    const char *const *types;                           /* content types of bodies; NULL ends them */
};

struct http_options {
    const char *listen; /* see listen.h */
    bool behind_proxy, insecure_lan;
    struct http_limits limits;
    struct http_service service;
    const volatile sig_atomic_t *stop; /* not 0: finish what is being answered, then return */
};

/* Serves until *stop; false when it could not begin. */
bool http_run(const struct http_options *o, struct errs *e);

/* A problem document (RFC 9457) for an answer that has no more to say. */
void http_problem(const struct http_request *q, struct http_response *r, int status, enum msg why);
enum lang http_language(const struct http_request *q); /* what Accept-Language prefers; else Chinese */

#endif
