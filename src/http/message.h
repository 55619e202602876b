/* message.h - one request and its answer, as the program sees them.
 *
 * By the time anybody gets a request it has passed the guard: its path is decoded, clean and free of "..",
 * its headers are single where they have to be, its body is whole and no longer than its route allows. */
#ifndef HTTP_MESSAGE_H
#define HTTP_MESSAGE_H

#include "base/buf.h"

#include <signal.h>

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHODS };
extern const char *const http_method_names[];

struct http_field {
    struct str name, value;
};

struct http_request {
    struct arena *a; /* dies when the answer has been sent */
    uint64_t id;     /* in the log and in X-Request-Id */
    enum http_method method;
    bool head;        /* GET without the body of the answer */
    struct str path;  /* decoded; begins with / */
    struct str query; /* as sent, without the '?'; unknown: none */
    const struct http_field *fields;
    size_t fields_n;
    struct str host; /* as sent */
    struct str body;
    const char *client;                    /* address; "unix" for a local socket */
    bool local;                            /* somebody on this machine, not sent on by the proxy */
    bool secure;                           /* the browser speaks https with the proxy */
    const volatile sig_atomic_t *stopping; /* for http_stopping */
};

enum { HTTP_FIELDS_MAX = 24 };
struct http_response {
    int status;
    const char *route; /* a constant: what the log and the figures call it, never what was asked for */
    struct http_field fields[HTTP_FIELDS_MAX];
    size_t fields_n;
    struct str body; /* constant, or in the request's arena */
    /* A long answer instead of a body: adds the next piece to out and may wait for it; false: that was all.
     */
    bool (*more)(void *ctx, struct buf *out);
    void (*more_end)(void *ctx); /* always called in the end; may be NULL */
    void *more_ctx;
};

/* The server is about to end: a long answer comes to its own end. */
bool http_stopping(const struct http_request *q);

/* Names of headers are compared without regard to case; unknown: not sent. */
struct str http_header(const struct http_request *q, const char *name);
/* Decoded, in the request's arena; the first of that name. */
struct str http_query(const struct http_request *q, const char *name);
struct str http_cookie(const struct http_request *q, const char *name);
/* The value must be a constant or in the request's arena. */
void http_set(struct http_response *r, const char *name, struct str value);
bool http_is_set(const struct http_response *r, const char *name);

bool http_same_name(struct str a, struct str b);
/* Undo %XX (and '+' in a query); false when an escape is broken or hides a NUL. */
bool http_unescape(struct str in, bool plus, struct arena *a, struct str *out);
const char *http_reason(int status);

#endif
