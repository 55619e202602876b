/* public_page.h - what anybody may see without logging in, as pages that need no script: current notices, the
 * form for an objection, the conditions of programmes, and the figures of funds that are disclosed.
 *
 * Only what a notice shows is shown: its table has no column for a number, an account or an illness. */
#ifndef API_PUBLIC_PAGE_H
#define API_PUBLIC_PAGE_H

#include "api/route.h"

enum {
    OBJECTIONS_PER_ROW = 3,     /* that wait at a time, made here */
    OBJECTIONS_PER_ADDRESS = 5, /* a day */
    OBJECTION_BYTES_MAX = 4096,
    OBJECTION_FORM_MAX = 3 * OBJECTION_BYTES_MAX + 256, /* %XX */
};

struct notice;
/* false: it is no public page. */
bool public_page(const struct api *api, const struct api_request *rq, struct api_reply *reply);
/* A notice as the public sees it once it is posted, whatever its state; appended to b. */
bool public_notice_preview(const struct api *api, const struct code_book *codes, const struct api_request *rq,
                           struct tx *tx, const struct notice *n, struct buf *b, struct errs *e);
size_t public_body_max(const char *method, struct str path);

#endif
