/* dispatch.h - from a request to a reply: find the row, let somebody in, read, open the transaction, run. */
#ifndef API_DISPATCH_H
#define API_DISPATCH_H

#include "api/route.h"

/* Always a reply; never fails. */
void api_answer(const struct api *api, const struct api_request *rq, struct api_reply *reply);

/* The row of a request; NULL: none.  *allow: methods that the path takes, comma between; unknown: no path. */
const struct route *route_find(const char *method, struct str path, struct arena *a, struct str *allow);
/* How long a body the row of this request takes; 0: none. */
size_t api_body_max(const char *method, struct str path, struct arena *a);
bool pattern_fits(const char *pattern, struct str path);
/* Undo %XX and '+'; false: it is broken. */
bool query_unescape(struct str in, struct arena *a, struct str *out);
enum lang api_language(struct str accepted);
/* The value of {name} in the pattern. */
struct str route_segment(const char *pattern, struct str path, const char *name);

#endif
