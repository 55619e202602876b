#include "api/schema.h"

#include <regex.h>
#include <string.h>

static const json_t *resolve(const json_t *doc, const json_t *schema)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    struct str rest = str_of(ref), part;
    if (!ref)
        return schema;
    str_split(&rest, '/', &part);
    while (str_split(&rest, '/', &part)) {
        char name[100];
        snprintf(name, sizeof name, "%.*s", (int)part.n, part.p);
        doc = json_object_get(doc, name);
    }
    return doc;
}

struct at {
    const json_t *doc, *schema;
    json_t *v;
    struct buf *why;
};

static bool no(const struct at *x, const char *what)
{
    char *text = json_dumps(x->v, JSON_ENCODE_ANY | JSON_COMPACT);
    buf_addf(x->why, ": %s, but it is %.200s", what, text ? text : "?");
    free(text);
    return false;
}

static bool is_type(const json_t *v, const char *type)
{
    return (!strcmp(type, "object") && json_is_object(v)) || (!strcmp(type, "array") && json_is_array(v)) ||
           (!strcmp(type, "string") && json_is_string(v)) ||
           (!strcmp(type, "integer") && json_is_integer(v)) ||
           (!strcmp(type, "boolean") && json_is_boolean(v)) || (!strcmp(type, "null") && json_is_null(v));
}

static bool fits_type(const struct at *x, const json_t *want)
{
    const json_t *one;
    size_t i;
    if (json_is_string(want))
        return is_type(x->v, json_string_value(want)) || no(x, json_string_value(want));
    json_array_foreach(want, i, one) if (is_type(x->v, json_string_value(one))) return true;
    return no(x, json_string_value(json_array_get(want, 0)));
}

static bool fits_enum(const struct at *x, const json_t *want)
{
    const json_t *one;
    size_t i;
    json_array_foreach(want, i, one) if (json_equal(one, x->v)) return true;
    return no(x, "one of the list");
}

static bool fits_pattern(const struct at *x, const json_t *want)
{
    regex_t re;
    if (!json_is_string(x->v))
        return true;
    if (regcomp(&re, json_string_value(want), REG_EXTENDED | REG_NOSUB) != 0)
        return no(x, "a pattern that can be read");
    bool ok = regexec(&re, json_string_value(x->v), 0, NULL, 0) == 0;
    regfree(&re);
    return ok || no(x, json_string_value(want));
}

static json_int_t characters(const char *s)
{
    json_int_t n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

/* minimum and maximum, of whatever the type has */
static bool fits_size(const struct at *x, const char *keyword, const json_t *want)
{
    bool low = !strncmp(keyword, "min", 3);
    json_int_t n = json_is_string(x->v)    ? characters(json_string_value(x->v))
                   : json_is_integer(x->v) ? json_integer_value(x->v)
                                           : (json_int_t)json_array_size(x->v);
    json_int_t limit = json_integer_value(want);
    return json_is_null(x->v) || (low ? n >= limit : n <= limit) || no(x, keyword);
}

static bool has_all(const struct at *x, const json_t *required)
{
    const json_t *one;
    size_t i;
    json_array_foreach(required, i,
                       one) if (json_is_object(x->v) && !json_object_get(x->v, json_string_value(one)))
    {
        buf_addf(x->why, ".%s", json_string_value(one));
        return no(x, "not there");
    }
    return true;
}

static bool fits_items(const struct at *x, const json_t *items)
{
    json_t *one;
    size_t i;
    json_array_foreach(x->v, i, one)
    {
        size_t n = x->why->n;
        buf_addf(x->why, "[%zu]", i);
        if (!schema_fits(x->doc, items, one, x->why))
            return false;
        x->why->n = n;
    }
    return true;
}

/* What the schema says of a member, in a part of it or itself; NULL: nothing. */
static const json_t *member_of(const json_t *doc, const json_t *schema, const char *key)
{
    const json_t *one, *own = json_object_get(json_object_get(resolve(doc, schema), "properties"), key);
    size_t i;
    json_array_foreach(json_object_get(resolve(doc, schema), "allOf"), i, one) if (!own) own =
        member_of(doc, one, key);
    return own;
}

static bool names_members(const json_t *schema)
{
    return json_object_get(schema, "properties") || json_object_get(schema, "allOf");
}

static bool fits_members(const struct at *x)
{
    const char *key;
    json_t *member;
    json_object_foreach(x->v, key, member)
    {
        const json_t *said = member_of(x->doc, x->schema, key);
        size_t n = x->why->n;
        buf_addf(x->why, ".%s", key);
        if (!said)
            return no(x, "not described");
        if (!schema_fits(x->doc, said, member, x->why))
            return false;
        x->why->n = n;
    }
    return true;
}

static bool is_among(const char *keyword, const char *const *list)
{
    while (*list && strcmp(*list, keyword) != 0)
        list++;
    return *list;
}

static bool fits_keyword(const struct at *x, const char *keyword, const json_t *want)
{
    static const char *const words[] = { "title", "description", "format", "example", NULL };
    static const char *const elsewhere[] = { "properties", "additionalProperties", "allOf", NULL };
    static const char *const sizes[] = { "minimum",  "maximum",  "minLength", "maxLength",
                                         "minItems", "maxItems", NULL };
    if (is_among(keyword, words) || is_among(keyword, elsewhere))
        return true;
    if (is_among(keyword, sizes))
        return fits_size(x, keyword, want);
    return !strcmp(keyword, "type")       ? fits_type(x, want)
           : !strcmp(keyword, "enum")     ? fits_enum(x, want)
           : !strcmp(keyword, "pattern")  ? fits_pattern(x, want)
           : !strcmp(keyword, "required") ? has_all(x, want)
           : !strcmp(keyword, "items")    ? fits_items(x, want)
                                          : no(x, keyword);
}

bool schema_fits(const json_t *doc, const json_t *schema, json_t *v, struct buf *why)
{
    struct at x = { doc, resolve(doc, schema), v, why };
    const char *keyword;
    json_t *want;
    if (!json_is_object(x.schema))
        return no(&x, "a schema");
    void *at = json_object_iter((json_t *)(uintptr_t)x.schema);
    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)x.schema, at)) {
        keyword = json_object_iter_key(at);
        want = json_object_iter_value(at);
        if (!fits_keyword(&x, keyword, want))
            return false;
    }
    return !json_is_object(v) || !names_members(x.schema) || fits_members(&x);
}
