#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 511, SYSTEMD_FIRST_FD = 3 };
static const char default_listen[] = "127.0.0.1:8080";

/* A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d. */
static bool mapped(const struct sockaddr_in6 *s, struct in_addr *v4)
{
    if (!IN6_IS_ADDR_V4MAPPED(&s->sin6_addr))
        return false;
    memcpy(v4, s->sin6_addr.s6_addr + 12, sizeof *v4);
    return true;
}

static bool v4_is_loopback(struct in_addr a)
{
    return ntohl(a.s_addr) >> 24 == 127;
}

bool address_is_loopback(const struct sockaddr *a)
{
    struct in_addr v4;
    if (a->sa_family == AF_UNIX)
        return true;
    if (a->sa_family == AF_INET)
        return v4_is_loopback(((const struct sockaddr_in *)(const void *)a)->sin_addr);
    if (a->sa_family != AF_INET6)
        return false;
    const struct sockaddr_in6 *s = (const void *)a;
    return mapped(s, &v4) ? v4_is_loopback(v4) : IN6_IS_ADDR_LOOPBACK(&s->sin6_addr);
}

const char *address_text(const struct sockaddr *a, struct arena *mem)
{
    char text[INET6_ADDRSTRLEN] = "unix";
    struct in_addr v4;
    if (a->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, text, sizeof text);
    else if (a->sa_family == AF_INET6 && mapped((const void *)a, &v4))
        inet_ntop(AF_INET, &v4, text, sizeof text);
    else if (a->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, text, sizeof text);
    return arena_str(mem, str_of(text)).p;
}

/* --- opening ------------------------------------------------------------------------------ */

static bool describe(struct listener *l, struct arena *mem)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } s = { .room = { 0 } };
    socklen_t n = sizeof s;
    if (getsockname(l->fd, &s.any, &n) != 0)
        return false;
    l->is_unix = s.any.sa_family == AF_UNIX;
    l->loopback = address_is_loopback(&s.any);
    if (l->is_unix)
        return true;
    bool v6 = s.any.sa_family == AF_INET6;
    int port = ntohs(v6 ? s.v6.sin6_port : s.v4.sin_port);
    const char *text = address_text(&s.any, mem);
    l->where = arena_printf(mem, v6 ? "http://[%s]:%d" : "http://%s:%d", text, port);
    return true;
}

static bool failed(struct errs *e, const char *where)
{
    return fail(e, ERR_UNAVAILABLE, "listen", MSG_HTTP_LISTEN, A(where), A(strerror(errno)));
}

/* A socket file that nobody answers at is what a killed server left behind. */
static bool socket_is_stale(const struct sockaddr_un *s, socklen_t n)
{
    struct stat st;
    if (stat(s->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return false;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool stale = probe >= 0 && connect(probe, (const struct sockaddr *)s, n) != 0 && errno == ECONNREFUSED;
    if (probe >= 0)
        close(probe);
    return stale;
}

static bool open_unix(const char *path, struct listener *l, struct errs *e)
{
    struct sockaddr_un s = { .sun_family = AF_UNIX };
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof s.sun_path)
        return fail(e, ERR_INVALID, "listen", MSG_HTTP_LISTEN_FORM, A(path));
    memcpy(s.sun_path, path, n + 1);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1);
    if (socket_is_stale(&s, len))
        unlink(path);
    l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l->fd < 0 || bind(l->fd, (const struct sockaddr *)&s, len) != 0)
        return failed(e, path);
    l->path = l->where = path;
    /* The proxy runs as another user of the socket's group. */
    if (chmod(path, 0660) != 0 || listen(l->fd, BACKLOG) != 0)
        return failed(e, path);
    return true;
}

/* HOST:PORT with numbers for both, [HOST]:PORT, or a port. */
static struct addrinfo *resolve(const char *where, struct arena *a)
{
    struct str host = STR("127.0.0.1");
    const char *colon = strrchr(where, ':'), *port = colon ? colon + 1 : where;
    int64_t number;
    if (colon)
        host = (struct str){ where, (size_t)(colon - where) };
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = (struct str){ host.p + 1, host.n - 2 };
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM },
                    *found;
    if (!host.n || !str_int(str_of(port), &number) || number < 0 || number > 65535 ||
        getaddrinfo(arena_str(a, host).p, port, &hints, &found) != 0)
        return NULL;
    return found;
}

static bool open_tcp(const char *where, struct listener *l, struct errs *e)
{
    struct addrinfo *found = resolve(where, e->a);
    if (!found)
        return fail(e, ERR_INVALID, "listen", MSG_HTTP_LISTEN_FORM, A(where));
    int on = 1;
    bool v6 = found->ai_family == AF_INET6;
    l->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = l->fd >= 0 && setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              (!v6 || setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
              bind(l->fd, found->ai_addr, found->ai_addrlen) == 0 && listen(l->fd, BACKLOG) == 0;
    freeaddrinfo(found);
    return ok || failed(e, where);
}

/* Socket activation: systemd listens and hands the socket over. */
static bool from_systemd(struct listener *l)
{
    int64_t pid, n;
    if (!str_int(str_of(getenv("LISTEN_PID")), &pid) || pid != getpid() ||
        !str_int(str_of(getenv("LISTEN_FDS")), &n) || n < 1)
        return false;
    l->fd = SYSTEMD_FIRST_FD;
    l->where = "systemd";
    return true;
}

static bool open_any(const char *where, struct listener *l, struct errs *e)
{
    if (!where && from_systemd(l))
        return true;
    if (!where)
        where = default_listen;
    if (str_starts(str_of(where), STR("unix:")))
        return open_unix(where + 5, l, e);
    return open_tcp(where, l, e);
}

bool listener_open(const char *where, bool behind_proxy, bool insecure_lan, struct listener *l,
                   struct errs *e)
{
    *l = (struct listener){ .fd = -1 };
    bool ok = open_any(where, l, e);
    if (ok && !describe(l, e->a))
        ok = failed(e, l->where);
    if (ok && !l->loopback && !behind_proxy && !insecure_lan)
        ok = fail(e, ERR_FORBIDDEN, "listen", MSG_HTTP_LISTEN_OPEN, A(l->where));
    if (!ok && l->fd >= 0)
        close(l->fd);
    return ok;
}

void listener_remove(const struct listener *l)
{
    if (l->path)
        unlink(l->path);
}

/* --- who is it ---------------------------------------------------------------------------- */

static bool is_address(struct str s, bool *loopback, struct arena *a, const char **text)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } x = { 0 };
    const char *plain = arena_str(a, s).p;
    if (s.n && inet_pton(AF_INET, plain, &x.v4.sin_addr) == 1)
        x.any.sa_family = AF_INET;
    else if (s.n && inet_pton(AF_INET6, plain, &x.v6.sin6_addr) == 1)
        x.any.sa_family = AF_INET6;
    else
        return false;
    *loopback = address_is_loopback(&x.any);
    *text = address_text(&x.any, a);
    return true;
}

bool client_of(struct http_request *q, const struct sockaddr *peer, bool behind_proxy)
{
    struct str last = { 0 }, hop;
    q->client = address_text(peer, q->a);
    q->local = address_is_loopback(peer);
    if (!behind_proxy)
        return true;
    for (size_t i = 0; i < q->fields_n; i++)
        if (http_same_name(q->fields[i].name, STR("X-Forwarded-For")))
            last = q->fields[i].value;
    q->secure = http_same_name(http_header(q, "X-Forwarded-Proto"), STR("https"));
    if (!last.p)
        return true; /* the proxy's own health check, or somebody on this machine */
    struct str rest = last;
    while (str_split(&rest, ',', &hop))
        last = hop;
    return is_address(str_trim(last), &q->local, q->a, &q->client);
}

void supervisor_tell(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un s = { .sun_family = AF_UNIX };
    size_t n = path ? strlen(path) : 0;
    if (n < 2 || n >= sizeof s.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(s.sun_path, path, n);
    if (path[0] == '@')
        s.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&s,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    close(fd);
}
