#include "http/server.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "http/figures.h"
#include "http/guard.h"
#include "http/listen.h"
#include "http/upload.h"

#include <microhttpd.h>

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

enum {
    PROBLEM_MAX = 4096,
    FIGURES_MAX = 1 << 20,
    PIECE_MAX = 1 << 20,
    ADDRESSES = 4096,
    TICK_MS = 100,
    STACK = 1 << 20, /* address space; only what is used is memory */
    FIELD_BYTES_MAX = 16 << 10,
};

const struct http_limits http_limits_default = { .connections = 128,
                                                 .per_address = 32,
                                                 .requests = 64,
                                                 .header_bytes = 16 << 10,
                                                 .header_s = 10,
                                                 .body_s = 60,
                                                 .idle_s = 30,
                                                 .stop_s = 25 };

/* What a connection is waiting for; the sweep cuts it when that takes too long. */
enum waiting { FOR_FIRST, FOR_NEXT, FOR_HEADER, FOR_BODY, FOR_ANSWER };
struct connection {
    struct connection *next, **at;
    int fd;
    atomic_int_least64_t state; /* since when, in microseconds, and for what: *8 + enum waiting */
    bool cut;
};

struct server {
    const struct http_options *o;
    struct guard_rules rules;
    struct figures figures;
    pthread_mutex_t lock;
    struct connection *connections;
    atomic_uint busy[ADDRESSES]; /* requests being answered, by hash of the client's address */
    uint64_t hash_key[2];
    atomic_uint_least64_t ids; /* of requests, from a random one on */
    atomic_bool stopping;
    volatile sig_atomic_t stopping_flag; /* the same for those who only look */
};

/* One request from its first line to the end of its answer. */
struct exchange {
    struct arena a;
    struct server *s;
    struct connection *connection;
    struct http_request q;
    struct http_response r;
    struct str target;
    size_t fields_n;
    struct upload in; /* the body of the request */
    struct buf body;  /* a piece of a long answer */
    size_t body_max, sent;
    struct instant began;
    bool begun, counted, too_large;
    bool said_all; /* the last piece of a long answer is in body */
    size_t address;
    struct http_field fields[HTTP_HEADERS_MAX + 1]; /* the last, because it need not be cleared */
};

/* --- clocks of connections ---------------------------------------------------------------- */

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void wait_for(struct server *s, struct connection *c, enum waiting w)
{
    (void)s;
    if (c)
        atomic_store_explicit(&c->state, now_us() * 8 + w, memory_order_relaxed);
}

static int patience(const struct http_limits *l, enum waiting w)
{
    switch (w) {
    case FOR_FIRST:
    case FOR_HEADER: return l->header_s;
    case FOR_NEXT: return l->idle_s + l->header_s;
    case FOR_BODY: return l->body_s;
    case FOR_ANSWER: break;
    }
    return 0;
}

/* libmicrohttpd only knows how long nothing came; whoever sends a byte now and then is cut here. */
static void sweep(struct server *s)
{
    int64_t now = now_us();
    pthread_mutex_lock(&s->lock);
    for (struct connection *c = s->connections; c; c = c->next) {
        int64_t state = atomic_load_explicit(&c->state, memory_order_relaxed);
        int seconds = patience(&s->o->limits, (enum waiting)(state % 8));
        if (!seconds || c->cut || now - state / 8 < (int64_t)seconds * 1000000)
            continue;
        c->cut = true;
        shutdown(c->fd, SHUT_RDWR);
        atomic_fetch_add(&s->figures.timed_out, 1);
    }
    pthread_mutex_unlock(&s->lock);
}

static void on_connection(void *cls, struct MHD_Connection *mc, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *s = cls;
    struct connection *c = *socket_context;
    pthread_mutex_lock(&s->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD);
        c = xcalloc(1, sizeof *c);
        c->next = s->connections;
        c->at = &s->connections;
        atomic_init(&c->state, now_us() * 8 + FOR_FIRST);
        c->fd = info ? info->connect_fd : -1;
        if (c->next)
            c->next->at = &c->next;
        s->connections = c;
        *socket_context = c;
        atomic_fetch_add(&s->figures.connections, 1);
    } else if (c) {
        *c->at = c->next;
        if (c->next)
            c->next->at = c->at;
        free(c);
        *socket_context = NULL;
        atomic_fetch_sub(&s->figures.connections, 1);
    }
    pthread_mutex_unlock(&s->lock);
}

/* --- answers that are made here ------------------------------------------------------------ */

enum lang http_language(const struct http_request *q)
{
    struct str rest = http_header(q, "Accept-Language"), one;
    while (rest.p && str_split(&rest, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("en")))
            return EN;
        if (str_starts(one, STR("zh")))
            return ZH;
    }
    return ZH;
}

void http_problem(const struct http_request *q, struct http_response *r, int status, enum msg why)
{
    CLEANUP(buf_release) struct buf b = BUF(PROBLEM_MAX);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_cstr(&w, "type", "about:blank");
    put_member_cstr(&w, "title", http_reason(status));
    put_member_int(&w, "status", status);
    put_member_cstr(&w, "detail", catalogue_text(why, http_language(q)));
    put_object_end(&w);
    r->status = status;
    r->body = arena_str(q->a, buf_str(&b));
    http_set(r, "Content-Type", STR("application/problem+json"));
}

static void plain(struct exchange *x, int status, struct str text)
{
    x->r.status = status;
    x->r.body = text;
    http_set(&x->r, "Content-Type", STR("text/plain; charset=utf-8"));
}

static void metrics(struct exchange *x)
{
    CLEANUP(buf_release) struct buf b = BUF(FIGURES_MAX);
    if (!x->q.local) {
        http_problem(&x->q, &x->r, 403, MSG_HTTP_LOCAL_ONLY);
        return;
    }
    figures_print(&x->s->figures, &b);
    if (x->s->o->service.figures)
        x->s->o->service.figures(x->s->o->service.ctx, &b);
    x->r.status = 200;
    x->r.body = arena_str(x->q.a, buf_str(&b));
    http_set(&x->r, "Content-Type", STR("text/plain; version=0.0.4; charset=utf-8"));
}

static const char *const own_paths[] = { "/healthz", "/readyz", "/metrics" };

/* Which of the server's own it is; N_ELEMS(own_paths): none. */
static size_t own_path(const struct exchange *x)
{
    size_t which = 0;
    while (which < N_ELEMS(own_paths) && !str_eq(x->q.path, str_of(own_paths[which])))
        which++;
    return which;
}

/* true: it was one of the server's own. */
static bool answer_own(struct exchange *x)
{
    const struct http_service *v = &x->s->o->service;
    size_t which = own_path(x);
    if (which == N_ELEMS(own_paths))
        return false;
    x->r.route = own_paths[which];
    if (x->q.method != HTTP_GET) {
        http_problem(&x->q, &x->r, 405, MSG_HTTP_METHOD);
        http_set(&x->r, "Allow", STR("GET, HEAD"));
    } else if (which == 0) {
        plain(x, 200, STR("ok\n"));
    } else if (which == 1) {
        bool ready = !atomic_load(&x->s->stopping) && (!v->ready || v->ready(v->ctx));
        plain(x, ready ? 200 : 503, ready ? STR("ready\n") : STR("not ready\n"));
    } else {
        metrics(x);
    }
    return true;
}

/* --- sending ------------------------------------------------------------------------------- */

static ssize_t next_piece(void *cls, uint64_t at, char *to, size_t max)
{
    struct exchange *x = cls;
    (void)at;
    while (x->sent == x->body.n) {
        if (x->said_all)
            return MHD_CONTENT_READER_END_OF_STREAM;
        buf_clear(&x->body);
        x->sent = 0;
        x->said_all = !x->r.more(x->r.more_ctx, &x->body);
        if (x->body.full)
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t n = x->body.n - x->sent < max ? x->body.n - x->sent : max;
    memcpy(to, x->body.p + x->sent, n);
    x->sent += n;
    return (ssize_t)n;
}

/* What every answer says unless it says otherwise itself. */
static void common_fields(struct exchange *x, bool close)
{
    static const struct {
        const char *name, *value;
    } always[] = {
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
        { "X-Frame-Options", "DENY" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
        { "Cache-Control", "no-store" },
    };
    for (size_t i = 0; i < N_ELEMS(always); i++)
        if (!http_is_set(&x->r, always[i].name))
            http_set(&x->r, always[i].name, str_of(always[i].value));
    http_set(&x->r, "X-Request-Id", str_of(arena_printf(&x->a, "%llu", (unsigned long long)x->q.id)));
    if (x->q.secure)
        http_set(&x->r, "Strict-Transport-Security", STR("max-age=31536000"));
    if (close)
        http_set(&x->r, "Connection", STR("close"));
}

static enum MHD_Result send_answer(struct exchange *x, struct MHD_Connection *mc, bool close)
{
    struct MHD_Response *m;
    common_fields(x, close || atomic_load(&x->s->stopping));
    if (x->r.more) {
        x->body = BUF(PIECE_MAX);
        x->sent = 0;
        m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64 << 10, next_piece, x, NULL);
    } else {
        m = MHD_create_response_from_buffer(x->r.body.n, (void *)(uintptr_t)x->r.body.p,
                                            MHD_RESPMEM_PERSISTENT);
    }
    if (!m)
        return MHD_NO;
    for (size_t i = 0; i < x->r.fields_n; i++) {
        const struct http_field *f = &x->r.fields[i];
        MHD_add_response_header(m, f->name.p, arena_str(&x->a, f->value).p);
    }
    wait_for(x->s, x->connection, FOR_ANSWER);
    enum MHD_Result ok = MHD_queue_response(mc, (unsigned)x->r.status, m);
    MHD_destroy_response(m);
    return ok;
}

static enum MHD_Result refuse(struct exchange *x, struct MHD_Connection *mc, int status, enum msg why)
{
    atomic_fetch_add(&x->s->figures.refused, 1);
    x->r = (struct http_response){ .route = "refused" };
    http_problem(&x->q, &x->r, status, why);
    if (status == 503 || status == 429)
        http_set(&x->r, "Retry-After", STR("1"));
    if (status == 405)
        http_set(&x->r, "Allow", STR("GET, HEAD, POST, PUT, PATCH, DELETE"));
    return send_answer(x, mc, true);
}

/* --- taking ------------------------------------------------------------------------------- */

static void *on_target(void *cls, const char *uri, struct MHD_Connection *mc)
{
    struct exchange *x = xmalloc(sizeof *x);
    memset(x, 0, offsetof(struct exchange, fields));
    x->in.fd = -1;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->s = cls;
    x->connection = info ? info->socket_context : NULL;
    x->q.a = &x->a;
    x->target = arena_str(&x->a, str_of(uri));
    x->began = clock_now();
    x->q.id = atomic_fetch_add(&x->s->ids, 1) & ((UINT64_C(1) << 53) - 1); /* safe as a number in JSON */
    x->q.stopping = &x->s->stopping_flag;
    wait_for(x->s, x->connection, FOR_HEADER);
    return x;
}

/* libmicrohttpd before 1.0 takes a folded line for a piece of the header's name, cuts a value at a NUL, and
 * ends lines at a bare LF.  It shows none of that, but it leaves its marks in the buffer: a line that came in
 * one piece reads NAME NUL blanks VALUE NUL NUL, for the colon, the CR and the LF. */
static bool came_in_one_piece(const char *name, size_t name_n, const char *value, size_t value_n)
{
    if (MHD_get_version()[0] != '0')
        return true;
    uintptr_t from = (uintptr_t)name + name_n, to = (uintptr_t)value;
    if (to <= from || to - from > FIELD_BYTES_MAX)
        return false;
    for (const char *p = name + name_n + 1; p < value; p++)
        if (*p != ' ' && *p != '\t')
            return false;
    return value[value_n] == '\0' && value[value_n + 1] == '\0';
}

static enum MHD_Result on_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
                                const char *value, size_t value_n)
{
    struct exchange *x = cls;
    (void)kind;
    if (x->fields_n == N_ELEMS(x->fields))
        return MHD_NO;
    /* A header without a value is empty, not unknown; what did not come in one piece is no header. */
    struct str v = { value && value_n ? value : "", value ? value_n : 0 };
    bool whole = value && came_in_one_piece(name, name_n, value, value_n);
    while (v.n && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t'))
        v.n--;
    x->fields[x->fields_n++] = (struct http_field){ { name, whole ? name_n : 0 }, v };
    return MHD_YES;
}

static size_t slot_of(const struct server *s, const char *client)
{
    uint8_t out[crypto_shorthash_BYTES];
    crypto_shorthash(out, (const uint8_t *)client, strlen(client), (const uint8_t *)s->hash_key);
    return ((size_t)out[0] | (size_t)out[1] << 8) % ADDRESSES;
}

static void end_turn(struct exchange *x)
{
    if (!x->counted)
        return;
    atomic_fetch_sub(&x->s->busy[x->address], 1);
    atomic_fetch_sub(&x->s->figures.requests, 1);
    x->counted = false;
}

/* Is there room for one more?  Who watches the server is answered however busy it is. */
static bool take_turn(struct exchange *x)
{
    struct server *s = x->s;
    const struct http_limits *l = &s->o->limits;
    if (own_path(x) < N_ELEMS(own_paths))
        return true;
    x->address = slot_of(s, x->q.client);
    /* Counted first: of many at once none gets in beyond the limit. */
    bool here = atomic_fetch_add(&s->busy[x->address], 1) < l->per_address;
    bool all = (unsigned)atomic_fetch_add(&s->figures.requests, 1) < l->requests;
    x->counted = true;
    if (here && all)
        return true;
    end_turn(x);
    return false;
}

static enum MHD_Result begin(struct exchange *x, struct MHD_Connection *mc, const char *method,
                             const char *version)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct http_service *v = &x->s->o->service;
    static const struct sockaddr local = { .sa_family = AF_UNIX };
    x->begun = true;
    MHD_get_connection_values_n(mc, MHD_HEADER_KIND, on_field, x);
    struct guard_head h = { str_of(method), x->target, str_of(version), x->fields, x->fields_n };
    struct guard_answer g = guard_check(&x->s->rules, &h, &x->q);
    bool known =
        client_of(&x->q, info && info->client_addr ? info->client_addr : &local, x->s->o->behind_proxy);
    if (g.status)
        return refuse(x, mc, g.status, g.why);
    if (!known)
        return refuse(x, mc, 400, MSG_HTTP_HEADER);
    if (!take_turn(x))
        return refuse(x, mc, 503, MSG_HTTP_BUSY);
    if (!g.has_body)
        return MHD_YES;
    x->body_max = v->body_max ? v->body_max(v->ctx, &x->q) : 0;
    if (g.length > (int64_t)x->body_max || !x->body_max)
        return refuse(x, mc, 413, MSG_HTTP_BODY);
    upload_open(&x->in, x->body_max);
    wait_for(x->s, x->connection, FOR_BODY);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mc, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_n, void **con_cls)
{
    struct exchange *x = *con_cls;
    const struct http_service *v = &x->s->o->service;
    (void)cls;
    (void)url; /* decoded, and cut at a NUL */
    if (!x->begun)
        return begin(x, mc, method, version);
    if (*upload_n) {
        bool taken = upload_add(&x->in, (struct str){ upload, *upload_n });
        *upload_n = 0;
        /* Too much: there is no answering before the end of a body, so the line is cut. */
        return taken ? MHD_YES : MHD_NO;
    }
    if (!upload_read(&x->in, &x->q.body))
        return refuse(x, mc, 503, MSG_HTTP_BUSY);
    wait_for(x->s, x->connection, FOR_ANSWER);
    if (!answer_own(x) && !v->respond(v->ctx, &x->q, &x->r))
        return MHD_NO;
    return send_answer(x, mc, false);
}

static void write_log(const struct exchange *x, enum MHD_RequestTerminationCode how)
{
    int64_t us = clock_now().us - x->began.us;
    size_t bytes = x->r.more ? 0 : x->r.body.n;
    const char *route = x->r.route ? x->r.route : "none";
    figures_add(&x->s->figures, route, x->r.status, us, bytes);
    log_event(LOG_INFO, "request", LOG_N("id", x->q.id),
              LOG_W("method", x->q.head ? "HEAD" : http_method_names[x->q.method]), LOG_W("route", route),
              LOG_N("status", x->r.status), LOG_N("us", us), LOG_N("bytes", bytes),
              LOG_W("end", how == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "sent" : "cut"));
}

static void on_completed(void *cls, struct MHD_Connection *mc, void **con_cls,
                         enum MHD_RequestTerminationCode how)
{
    struct exchange *x = *con_cls;
    (void)cls;
    (void)mc;
    if (!x)
        return;
    if (x->begun)
        write_log(x, how);
    if (x->r.more_end)
        x->r.more_end(x->r.more_ctx);
    end_turn(x);
    wait_for(x->s, x->connection, FOR_NEXT);
    buf_release(&x->body);
    upload_release(&x->in);
    arena_free(&x->a);
    free(x);
    *con_cls = NULL;
}

/* --- the whole ------------------------------------------------------------------------------ */

static struct MHD_Daemon *start(struct server *s, const struct listener *l)
{
    const struct http_limits *m = &s->o->limits;
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC, 0, NULL,
        NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, l->fd, MHD_OPTION_CONNECTION_LIMIT, m->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)m->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        m->header_bytes, MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)STACK, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_END);
}

static void tick(void)
{
    struct timespec t = { .tv_nsec = (long)TICK_MS * 1000000 };
    nanosleep(&t, NULL);
}

/* No new connections; what is being answered is finished, as far as there is time. */
static void finish(struct server *s, struct MHD_Daemon *daemon)
{
    int64_t until = now_us() + (int64_t)s->o->limits.stop_s * 1000000;
    atomic_store(&s->stopping, true);
    __atomic_store_n(&s->stopping_flag, 1, __ATOMIC_RELAXED);
    supervisor_tell("STOPPING=1");
    MHD_socket fd = MHD_quiesce_daemon(daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    while (atomic_load(&s->figures.requests) > 0 && now_us() < until)
        tick();
    MHD_stop_daemon(daemon);
}

static void init_rules(struct server *s, const struct listener *l)
{
    s->rules.loopback_names = l->loopback && !l->is_unix && !s->o->behind_proxy;
    s->rules.types = s->o->service.types;
    randombytes_buf(s->hash_key, sizeof s->hash_key);
    uint64_t first;
    randombytes_buf(&first, sizeof first);
    atomic_init(&s->ids, first);
    pthread_mutex_init(&s->lock, NULL);
}

bool http_run(const struct http_options *o, struct errs *e)
{
    struct listener l;
    if (sodium_init() < 0 || !listener_open(o->listen, o->behind_proxy, o->insecure_lan, &l, e))
        return errs_any(e) ? false : fail(e, ERR_INTERNAL, NULL, MSG_HTTP_START, A(""));
    assert(o->limits.per_address <= 255);
    struct server *s = xcalloc(1, sizeof *s);
    s->o = o;
    init_rules(s, &l);
    struct MHD_Daemon *daemon = start(s, &l);
    if (daemon) {
        log_event(LOG_INFO, "serving");
        supervisor_tell("READY=1");
        if (o->service.listening)
            o->service.listening(o->service.ctx, l.where);
        for (; !__atomic_load_n(o->stop, __ATOMIC_RELAXED); tick())
            sweep(s);
        finish(s, daemon);
    } else {
        fail(e, ERR_UNAVAILABLE, "listen", MSG_HTTP_START, A(strerror(errno)));
        close(l.fd);
    }
    listener_remove(&l);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return daemon != NULL;
}
