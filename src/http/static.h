/* static.h - the files of the web app, which travel inside the program. */
#ifndef HTTP_STATIC_H
#define HTTP_STATIC_H

#include "base/assets.h"
#include "http/message.h"

struct static_site {
    const struct asset *files; /* sorted by path */
    size_t n;
    const char *folder; /* "web/dist/": what stands before the path of a request */
    const char *index;  /* "index.html": answers every page that the app knows itself */
    const char *policy; /* Content-Security-Policy of pages */
};

/* Answers GET and HEAD of a file, with FILE.br or FILE.gz where the browser takes it and there is one (and
 * out of FILE.gz when there is no FILE); a name that the app's build made from the contents
 * (index-3f9a0b1c.js) may be kept forever, others are asked about again by ETag.  A path without a dot that
 * no file has is a page of the app.  false: there is no such file. */
bool static_respond(const struct static_site *s, const struct http_request *q, struct http_response *r);

#endif
