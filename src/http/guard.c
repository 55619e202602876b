#include "http/guard.h"

#include "base/encoding.h"

static struct guard_answer refuse(int status, enum msg why)
{
    return (struct guard_answer){ .status = status, .why = why };
}
static const struct guard_answer pass = { .length = -1 };

/* --- the request line --------------------------------------------------------------------- */

static struct guard_answer check_method(struct str method, struct http_request *q)
{
    static const struct str known[] = { STR_INIT("OPTIONS"), STR_INIT("TRACE"), STR_INIT("CONNECT") };
    q->head = str_eq(method, STR("HEAD"));
    if (q->head)
        return pass;
    for (int m = 0; m < HTTP_METHODS; m++)
        if (str_eq(method, str_of(http_method_names[m]))) {
            q->method = (enum http_method)m;
            return pass;
        }
    for (size_t i = 0; i < N_ELEMS(known); i++)
        if (str_eq(method, known[i]))
            return refuse(405, MSG_HTTP_METHOD);
    return refuse(501, MSG_HTTP_METHOD);
}

static bool is_path_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~!$&'()*+,;=:@/%", c));
}

/* "//", "." and ".." have no meaning here, and elsewhere each has several. */
static bool segments_are_plain(struct str path)
{
    struct str rest = { path.p + 1, path.n - 1 }, one;
    if (!rest.n)
        return true;
    while (str_split(&rest, '/', &one))
        if ((!one.n && rest.p && rest.n) || str_eq(one, STR(".")) || str_eq(one, STR("..")))
            return false;
    return true;
}

static bool hides_a_separator(struct str raw)
{
    static const struct str hidden[] = { STR_INIT("%2f"), STR_INIT("%2F"), STR_INIT("%5c"), STR_INIT("%5C") };
    for (size_t i = 0; i < N_ELEMS(hidden); i++)
        if (str_has(raw, hidden[i]))
            return true;
    return false;
}

static struct guard_answer check_path(struct str raw, struct http_request *q)
{
    for (size_t i = 0; i < raw.n; i++)
        if (!is_path_char(raw.p[i]))
            return refuse(400, MSG_HTTP_PATH);
    if (hides_a_separator(raw) || str_has(raw, STR("//")) || !http_unescape(raw, false, q->a, &q->path) ||
        !text_is_clean(q->path) || !segments_are_plain(q->path))
        return refuse(400, MSG_HTTP_PATH);
    for (size_t i = 0; i < q->path.n; i++)
        if ((unsigned char)q->path.p[i] < 0x20 || q->path.p[i] == '\\')
            return refuse(400, MSG_HTTP_PATH);
    return pass;
}

static struct guard_answer check_query(struct http_request *q)
{
    struct str plain;
    for (size_t i = 0; i < q->query.n; i++)
        if (!is_path_char(q->query.p[i]) && !strchr("?[]", q->query.p[i]))
            return refuse(400, MSG_HTTP_PATH);
    if (!http_unescape(q->query, true, q->a, &plain) || (plain.n && !text_is_clean(plain)))
        return refuse(400, MSG_HTTP_PATH);
    return pass;
}

static struct guard_answer check_target(struct str target, struct http_request *q)
{
    if (target.n > HTTP_TARGET_MAX)
        return refuse(414, MSG_HTTP_TOO_LONG);
    if (!target.n || target.p[0] != '/')
        return refuse(400, MSG_HTTP_PATH);
    const char *mark = memchr(target.p, '?', target.n);
    struct str path = target;
    if (mark) {
        path.n = (size_t)(mark - target.p);
        q->query = (struct str){ mark + 1, target.n - path.n - 1 };
    }
    struct guard_answer x = check_path(path, q);
    return x.status || !mark ? x : check_query(q);
}

/* --- headers ------------------------------------------------------------------------------ */

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c && strchr("!#$%&'*+-.^_`|~", c))))
            return false;
    }
    return s.n > 0;
}

static bool is_field_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* Headers that decide something and must not stand twice. */
static const char *const singles[] = {
    "Host",          "Content-Length", "Transfer-Encoding", "Content-Type",     "Origin",
    "Authorization", "Cookie",         "Idempotency-Key",   "If-Match",         "If-None-Match",
    "X-CSRF-Token",  "Range",          "X-Forwarded-Proto", "Content-Encoding", "Expect",
    "Connection",    "Upgrade",        "Sec-Fetch-Site",
};

static struct guard_answer check_fields(const struct guard_head *h)
{
    if (h->n > HTTP_HEADERS_MAX)
        return refuse(431, MSG_HTTP_TOO_LONG);
    uint64_t seen = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (!is_token(h->fields[i].name) || !is_field_text(h->fields[i].value))
            return refuse(400, MSG_HTTP_HEADER);
        for (size_t k = 0; k < N_ELEMS(singles); k++) {
            if (!http_same_name(h->fields[i].name, str_of(singles[k])))
                continue;
            if (seen >> k & 1)
                return refuse(400, MSG_HTTP_TWICE);
            seen |= UINT64_C(1) << k;
        }
    }
    return pass;
}

static bool is_made_of(struct str s, const char *marks)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (!c || !strchr(marks, c)))
            return false;
    }
    return true;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n <= 15;
}

/* The name without the port; false when it is not a host at all. */
static bool host_name(struct str host, struct str *name)
{
    bool bracket = host.n && host.p[0] == '[';
    const char *end = host.n ? memchr(host.p, bracket ? ']' : ':', host.n) : NULL;
    if (!host.n || host.n > 255 || (bracket && !end))
        return false;
    *name = (struct str){ host.p, end ? (size_t)(end - host.p) + bracket : host.n };
    struct str port = { host.p + name->n, host.n - name->n };
    if (port.n && (port.p[0] != ':' || !all_digits((struct str){ port.p + 1, port.n - 1 })))
        return false;
    return name->n && is_made_of(*name, bracket ? "[]:." : "-._");
}

static struct guard_answer check_host(const struct guard_rules *r, struct http_request *q)
{
    static const struct str here[] = { STR_INIT("localhost"), STR_INIT("127.0.0.1"), STR_INIT("[::1]") };
    struct str name;
    q->host = http_header(q, "Host");
    if (!q->host.p || !host_name(q->host, &name))
        return refuse(400, MSG_HTTP_HOST);
    if (!r->loopback_names)
        return pass;
    for (size_t i = 0; i < N_ELEMS(here); i++)
        if (http_same_name(name, here[i]))
            return pass;
    return refuse(421, MSG_HTTP_HOST);
}

static struct guard_answer check_length(const struct guard_head *h, const struct http_request *q)
{
    struct str length = http_header(q, "Content-Length"), coding = http_header(q, "Transfer-Encoding");
    struct guard_answer x = pass;
    if (length.p && coding.p)
        return refuse(400, MSG_HTTP_LENGTH);
    if (length.p && (!all_digits(length) || !str_int(length, &x.length)))
        return refuse(400, MSG_HTTP_LENGTH);
    if (coding.p && (!http_same_name(coding, STR("chunked")) || !str_eq(h->version, STR("HTTP/1.1"))))
        return refuse(400, MSG_HTTP_LENGTH);
    x.has_body = coding.p || x.length > 0;
    return x;
}

/* "application/json; charset=utf-8" */
static bool type_is(struct str value, const char *type)
{
    struct str rest = value, media, parameter;
    if (!str_split(&rest, ';', &media) || !http_same_name(str_trim(media), str_of(type)))
        return false;
    while (rest.p && str_split(&rest, ';', &parameter)) {
        parameter = str_trim(parameter);
        if (str_starts(parameter, STR("charset=")) && !http_same_name(parameter, STR("charset=utf-8")))
            return false;
    }
    return true;
}

static struct guard_answer check_body(const struct guard_rules *r, const struct http_request *q)
{
    struct str type = http_header(q, "Content-Type");
    if (http_header(q, "Content-Encoding").p)
        return refuse(415, MSG_HTTP_TYPE);
    for (size_t i = 0; r->types && r->types[i]; i++)
        if (type.p && type_is(type, r->types[i]))
            return pass;
    return refuse(415, MSG_HTTP_TYPE);
}

/* A browser says where a request comes from; other programs say nothing and bring no cookie by themselves. */
static struct guard_answer check_origin(const struct http_request *q)
{
    struct str site = http_header(q, "Sec-Fetch-Site"), origin = http_header(q, "Origin");
    if (q->method == HTTP_GET)
        return pass;
    if (site.p && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")))
        return refuse(403, MSG_HTTP_ORIGIN);
    if (!origin.p)
        return pass;
    for (size_t i = 0; i < 2; i++) {
        struct str scheme = i ? STR("https://") : STR("http://");
        if (str_starts(origin, scheme) &&
            http_same_name((struct str){ origin.p + scheme.n, origin.n - scheme.n }, q->host))
            return pass;
    }
    return refuse(403, MSG_HTTP_ORIGIN);
}

struct guard_answer guard_check(const struct guard_rules *r, const struct guard_head *h,
                                struct http_request *q)
{
    q->fields = h->fields;
    q->fields_n = h->n;
    if (!str_eq(h->version, STR("HTTP/1.1")) && !str_eq(h->version, STR("HTTP/1.0")))
        return refuse(505, MSG_HTTP_VERSION);
    struct guard_answer x = check_method(h->method, q);
    if (!x.status)
        x = check_fields(h);
    if (!x.status)
        x = check_target(h->target, q);
    if (!x.status)
        x = check_host(r, q);
    if (x.status)
        return x;
    struct guard_answer length = check_length(h, q);
    if (length.status)
        return length;
    x = check_origin(q);
    if (!x.status && length.has_body)
        x = check_body(r, q);
    return x.status ? x : length;
}
