#include "http/message.h"

#include <assert.h>

const char *const http_method_names[] = {
    [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};

bool http_stopping(const struct http_request *q)
{
    return __atomic_load_n(q->stopping, __ATOMIC_RELAXED) != 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool http_same_name(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

struct str http_header(const struct http_request *q, const char *name)
{
    for (size_t i = 0; i < q->fields_n; i++)
        if (http_same_name(q->fields[i].name, str_of(name)))
            return q->fields[i].value;
    return (struct str){ 0 };
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_unescape(struct str in, bool plus, struct arena *a, struct str *out)
{
    char *p = arena_alloc(a, in.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++) {
        if (in.p[i] != '%') {
            p[n++] = plus && in.p[i] == '+' ? ' ' : in.p[i];
            continue;
        }
        int high = in.n - i > 2 ? hex(in.p[i + 1]) : -1;
        int low = in.n - i > 2 ? hex(in.p[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return false;
        p[n++] = (char)(high * 16 + low);
        i += 2;
    }
    *out = (struct str){ p, n };
    return true;
}

struct str http_query(const struct http_request *q, const char *name)
{
    struct str rest = q->query, part, value;
    while (rest.p && str_split(&rest, '&', &part)) {
        struct str key = part;
        const char *eq = part.n ? memchr(part.p, '=', part.n) : NULL;
        value = (struct str){ "", 0 };
        if (eq) {
            key.n = (size_t)(eq - part.p);
            value = (struct str){ eq + 1, part.n - key.n - 1 };
        }
        if (str_eq(key, str_of(name)) && http_unescape(value, true, q->a, &value))
            return value;
    }
    return (struct str){ 0 };
}

struct str http_cookie(const struct http_request *q, const char *name)
{
    struct str rest = http_header(q, "Cookie"), part;
    size_t n = strlen(name);
    while (rest.p && str_split(&rest, ';', &part)) {
        part = str_trim(part);
        if (part.n > n && part.p[n] == '=' && !memcmp(part.p, name, n))
            return (struct str){ part.p + n + 1, part.n - n - 1 };
    }
    return (struct str){ 0 };
}

void http_set(struct http_response *r, const char *name, struct str value)
{
    assert(r->fields_n < HTTP_FIELDS_MAX);
    r->fields[r->fields_n++] = (struct http_field){ str_of(name), value };
}

bool http_is_set(const struct http_response *r, const char *name)
{
    for (size_t i = 0; i < r->fields_n; i++)
        if (http_same_name(r->fields[i].name, str_of(name)))
            return true;
    return false;
}

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 204, "No Content" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 408, "Request Timeout" },
        { 409, "Conflict" },
        { 411, "Length Required" },
        { 412, "Precondition Failed" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 417, "Expectation Failed" },
        { 421, "Misdirected Request" },
        { 422, "Unprocessable Content" },
        { 428, "Precondition Required" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 499, "Client Closed Request" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
    };
    for (size_t i = 0; i < N_ELEMS(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].text;
    return "Error";
}
