/* schema.h - is a JSON value as a schema of the OpenAPI document says?  Of JSON Schema this knows what the
 * document uses; a keyword that it does not know fits nothing, so that none is passed over. */
#ifndef TESTS_API_SCHEMA_H
#define TESTS_API_SCHEMA_H

#include "base/buf.h"

#include <jansson.h>

/* why: where it does not fit, and what is wrong there.  Where a schema names members, others do not fit. */
bool schema_fits(const json_t *doc, const json_t *schema, json_t *v, struct buf *why);

#endif
