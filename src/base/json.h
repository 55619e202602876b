/* json.h - JSON written straight into a buffer; reading is jansson's.
 *
 * Keys and values alternate as the calls say; commas and quotes are the writer's. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

struct json_out {
    struct buf *b;
    bool comma; /* the next key or element needs one before it */
};

#define JSON_OUT(buf) ((struct json_out){ .b = (buf) })
void put_object(struct json_out *w);
void put_object_end(struct json_out *w);
void put_list(struct json_out *w);
void put_list_end(struct json_out *w);
void put_key(struct json_out *w, const char *key); /* without characters to escape */

void put_text(struct json_out *w, struct str s); /* unknown gives null */
void put_cstr(struct json_out *w, const char *s);
/* A text that is printed into w->b between the two: no copy of it is made. */
size_t put_text_begin(struct json_out *w);
void put_text_end(struct json_out *w, size_t from);
void put_int(struct json_out *w, int64_t v);
void put_bool(struct json_out *w, bool v);
void put_nil(struct json_out *w);

/* "key": value */
void put_member_text(struct json_out *w, const char *key, struct str s);
void put_member_cstr(struct json_out *w, const char *key, const char *s);
void put_member_int(struct json_out *w, const char *key, int64_t v);
void put_member_bool(struct json_out *w, const char *key, bool v);

#endif
