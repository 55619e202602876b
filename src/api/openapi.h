/* openapi.h - the description of the interface (OpenAPI 3.1), made from the route and entity tables. */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "api/route.h"

void openapi_write(struct json_out *w, const struct code_book *codes, enum lang lang);

#endif
