#include "http/static.h"

#include "base/unpack.h"

#include <limits.h>

enum { UNPACKED_MAX = 16 << 20 };

static const struct asset *find(const struct static_site *s, const char *path)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(s->files[mid].path, path);
        if (order == 0)
            return &s->files[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static const struct {
    const char *ending, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".webmanifest", "application/manifest+json" },
};

static const char *type_of(struct str path)
{
    for (size_t i = 0; i < N_ELEMS(types); i++)
        if (str_ends(path, str_of(types[i].ending)))
            return types[i].type;
    return "application/octet-stream";
}

/* index-3f9a0b1c.js: at least eight letters and digits between the last '-' and the ending. */
static bool is_hashed(struct str path)
{
    size_t dot = path.n, dash;
    while (dot && path.p[dot - 1] != '.' && path.p[dot - 1] != '/')
        dot--;
    if (!dot || path.p[dot - 1] != '.')
        return false;
    for (dash = dot - 1; dash && path.p[dash - 1] != '-' && path.p[dash - 1] != '/'; dash--)
        if (path.p[dash - 1] == '.')
            return false;
    return dash && path.p[dash - 1] == '-' && dot - 1 - dash >= 8;
}

/* Files lie beside their plain form, or instead of it. The first that the browser takes is sent. */
static const struct packing {
    const char *name, *ending;
} packings[] = { { "br", ".br" }, { "gzip", ".gz" } };

static bool takes(const struct http_request *q, const char *packing)
{
    struct str rest = http_header(q, "Accept-Encoding"), one;
    while (rest.p && str_split(&rest, ',', &one)) {
        one = str_trim(one);
        struct str name, weight = one;
        if (!str_split(&weight, ';', &name) || !http_same_name(str_trim(name), str_of(packing)))
            continue;
        weight = str_trim(weight);
        return !weight.p || !str_eq(weight, STR("q=0"));
    }
    return false;
}

static bool etag_matches(struct str wanted, struct str etag)
{
    struct str one;
    while (wanted.p && str_split(&wanted, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("W/")))
            one = (struct str){ one.p + 2, one.n - 2 };
        if (str_eq(one, etag) || str_eq(one, STR("*")))
            return true;
    }
    return false;
}

static void send(const struct static_site *s, const struct asset *x, const char *packing, struct str path,
                 const struct http_request *q, struct http_response *r)
{
    struct str etag = str_of(arena_printf(q->a, "\"%.32s\"", x->sha256));
    const char *type = type_of(path);
    r->route = "/static";
    r->status = etag_matches(http_header(q, "If-None-Match"), etag) ? 304 : 200;
    if (r->status == 200)
        r->body = (struct str){ (const char *)x->p, x->n };
    http_set(r, "ETag", etag);
    http_set(r, "Vary", STR("Accept-Encoding"));
    http_set(r, "Cache-Control",
             is_hashed(path) ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    http_set(r, "Content-Type", str_of(type));
    if (packing)
        http_set(r, "Content-Encoding", str_of(packing));
    if (s->policy)
        http_set(r, "Content-Security-Policy", str_of(s->policy));
}

/* For whoever takes nothing packed, where only the packed form travels. */
static bool send_unpacked(const struct static_site *s, const struct asset *gz, struct str path,
                          const struct http_request *q, struct http_response *r)
{
    CLEANUP(buf_release) struct buf b = BUF(UNPACKED_MAX);
    if (!unpack_gz((struct str){ (const char *)gz->p, gz->n }, &b))
        return false;
    send(s, gz, NULL, path, q, r);
    if (r->status == 200)
        r->body = arena_str(q->a, buf_str(&b));
    return true;
}

static bool try_file(const struct static_site *s, struct str path, const struct http_request *q,
                     struct http_response *r)
{
    if (path.n > PATH_MAX)
        return false;
    const char *plain = arena_printf(q->a, "%s%.*s", s->folder, (int)path.n, path.n ? path.p : "");
    for (size_t i = 0; i < N_ELEMS(packings); i++) {
        const struct asset *x = find(s, arena_printf(q->a, "%s%s", plain, packings[i].ending));
        if (!x || !takes(q, packings[i].name))
            continue;
        send(s, x, packings[i].name, path, q, r);
        return true;
    }
    const struct asset *x = find(s, plain), *gz = find(s, arena_printf(q->a, "%s.gz", plain));
    if (!x && gz)
        return send_unpacked(s, gz, path, q, r);
    if (x)
        send(s, x, NULL, path, q, r);
    return x != NULL;
}

bool static_respond(const struct static_site *s, const struct http_request *q, struct http_response *r)
{
    struct str path = { q->path.p + 1, q->path.n - 1 };
    if (q->method != HTTP_GET)
        return false;
    if (path.n && try_file(s, path, q, r))
        return true;
    return !memchr(path.n ? path.p : "", '.', path.n) && try_file(s, str_of(s->index), q, r);
}
