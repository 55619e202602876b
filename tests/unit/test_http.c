/* test_http.c - what reaches the program, and what the guard keeps out (issue 8; c-style.md 5.1). */
#include "http/listen.h"
#include "http/server.h"
#include "http/static.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct serving {
    struct http_options o;
    volatile sig_atomic_t stop;
    atomic_int port, answered;
    bool ok, begun;
    enum msg why;
    pthread_t thread;
};

static void on_listening(void *ctx, const char *where)
{
    struct serving *s = ctx;
    const char *colon = strrchr(where, ':');
    int64_t port = 0;
    if (!colon || !str_int(str_of(colon + 1), &port))
        port = 1;
    atomic_store(&s->port, (int)port);
}

static size_t take_body(void *ctx, const struct http_request *q)
{
    (void)ctx;
    return str_eq(q->path, STR("/take")) ? 1000 : 0;
}

static bool count_down(void *ctx, struct buf *out)
{
    int *left = ctx;
    buf_addf(out, "data: %d\n\n", (*left)--);
    return *left != 0;
}

/* A file that travels only packed: "page". */
static const uint8_t packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2b, 0x48,
                                  0x4c, 0x4f, 0x05, 0x00, 0x20, 0xb6, 0x0a, 0x14, 0x04, 0x00, 0x00, 0x00 };

static const struct asset files[] = {
    { "web/app-0123abcd.js", (const uint8_t *)"plain script", 12,
      "aaaabbbbccccddddeeeeffff00001111deadbeef" },
    { "web/app-0123abcd.js.gz", (const uint8_t *)"gz", 2, "1111bbbbccccddddeeeeffff00001111deadbeef" },
    { "web/app-89abcdef.js.br", (const uint8_t *)"br", 2, "3333bbbbccccddddeeeeffff00001111deadbeef" },
    { "web/app-89abcdef.js.gz", packed, sizeof packed, "4444bbbbccccddddeeeeffff00001111deadbeef" },
    { "web/index.html", (const uint8_t *)"<html>", 6, "2222bbbbccccddddeeeeffff00001111deadbeef" },
};
static const struct static_site site = { files, N_ELEMS(files), "web/", "index.html", "default-src 'self'" };

static bool respond(void *ctx, const struct http_request *q, struct http_response *r)
{
    struct serving *s = ctx;
    atomic_fetch_add(&s->answered, 1);
    r->route = "/test";
    if (str_starts(q->path, STR("/static")) || str_ends(q->path, STR(".js")) || q->path.n == 1)
        return static_respond(&site, q, r);
    if (str_eq(q->path, STR("/slow"))) {
        struct timespec t = { .tv_nsec = 400000000 };
        nanosleep(&t, NULL);
    }
    r->status = 200;
    if (str_eq(q->path, STR("/events"))) {
        int *left = arena_alloc(q->a, sizeof *left);
        *left = 3;
        r->more = count_down;
        r->more_ctx = left;
        return true;
    }
    r->body = str_of(arena_printf(q->a, "%s client=%s local=%d secure=%d body=%zu path=%s", //
                                  http_method_names[q->method], q->client, q->local, q->secure, q->body.n,
                                  q->path.p));
    return true;
}

static void *serve(void *arg)
{
    struct serving *s = arg;
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    s->ok = http_run(&s->o, &e);
    if (!s->ok) {
        s->why = e.bad.first->msg;
        atomic_store(&s->port, -1);
    }
    arena_free(&a);
    return NULL;
}

static void start(struct serving *s, const char *listen)
{
    static const char *const types[] = { "application/json", NULL };
    s->o.listen = listen;
    s->o.service = (struct http_service){
        .ctx = s, .respond = respond, .body_max = take_body, .listening = on_listening, .types = types
    };
    if (!s->o.limits.connections)
        s->o.limits = http_limits_default;
    s->o.stop = &s->stop;
    s->begun = pthread_create(&s->thread, NULL, serve, s) == 0;
    assert_true(s->begun);
    for (int i = 0; i < 500 && !atomic_load(&s->port); i++) {
        struct timespec t = { .tv_nsec = 10000000 };
        nanosleep(&t, NULL);
    }
    assert_int_not_equal(atomic_load(&s->port), 0);
}

static void stop(struct serving *s)
{
    __atomic_store_n(&s->stop, 1, __ATOMIC_RELAXED);
    pthread_join(s->thread, NULL);
}

static void until_begun(struct serving *s, int requests)
{
    for (int i = 0; i < 1000 && atomic_load(&s->answered) < requests; i++) {
        struct timespec t = { .tv_nsec = 10000000 };
        nanosleep(&t, NULL);
    }
    assert_int_equal(atomic_load(&s->answered), requests);
}

static int dial(const struct serving *s)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atomic_load(&s->port)) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Everything that comes until the other side closes, or nothing more came for so long; the first of it may be
 * late. */
static size_t hear(int fd, char *out, size_t cap, int ms)
{
    enum { PATIENCE_MS = 10000 };
    size_t n = 0;
    struct pollfd p = { .fd = fd, .events = POLLIN };
    while (n + 1 < cap && poll(&p, 1, n ? ms : PATIENCE_MS) > 0) {
        ssize_t got = recv(fd, out + n, cap - 1 - n, 0);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    out[n] = '\0';
    return n;
}

static char reply[100000];

/* The status of the first answer; 0: the connection was closed without a word. */
static int ask_n(const struct serving *s, const char *bytes, size_t n)
{
    int fd = dial(s), status = 0;
    assert_true(send(fd, bytes, n, MSG_NOSIGNAL) >= 0);
    hear(fd, reply, sizeof reply, 120);
    close(fd);
    if (!strncmp(reply, "HTTP/1.1 ", 9))
        status = (reply[9] - '0') * 100 + (reply[10] - '0') * 10 + (reply[11] - '0');
    return status;
}

static int ask(const struct serving *s, const char *text)
{
    return ask_n(s, text, strlen(text));
}

#define HOST "Host: localhost\r\n"
#define JSON "Content-Type: application/json\r\n"

/* The 22 of c-style.md §5.1, and what each is answered. */
static void each_hostile_request_gets_its_answer(void **state)
{
    struct serving s = { 0 };
    (void)state;
    start(&s, "127.0.0.1:0");
    static const struct {
        const char *what, *bytes;
        size_t n; /* 0: up to the NUL */
        int status, answered;
    } cases[] = {
        { "two different Content-Length",
          "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 0, 400,
          0 },
        { "two equal Content-Length",
          "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde", 0, 400,
          0 },
        { "Content-Length and chunked, a second request hidden",
          "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
          "0\r\n\r\nGET /hidden HTTP/1.1\r\n" HOST "\r\n",
          0, 400, 0 },
        { "Content-Length: +5", "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: +5\r\n\r\nabcde", 0, 400,
          0 },
        { "Content-Length: 0x5", "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 0x5\r\n\r\nabcde", 0,
          400, 0 },
        { "Content-Length: -1", "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: -1\r\n\r\nabcde", 0, 400,
          0 },
        { "a length beyond 2^64",
          "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 99999999999999999999\r\n\r\na", 0, 413, 0 },
        { "a blank before the colon", "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length : 5\r\n\r\nabcde",
          0, 400, 0 },
        { "Transfer-Encoding: xchunked",
          "POST /take HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 0, 400, 0 },
        { "Transfer-Encoding: gzip, chunked",
          "POST /take HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 0, 400,
          0 },
        { "chunk size -5",
          "POST /take HTTP/1.1\r\n" HOST JSON "Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n", 0,
          400, 0 },
        { "no Host", "GET / HTTP/1.1\r\n\r\n", 0, 400, 0 },
        { "two Hosts", "GET / HTTP/1.1\r\n" HOST "Host: evil\r\n\r\n", 0, 400, 0 },
        { "another's Host: DNS rebinding", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 0, 421, 0 },
        { "a folded header", "GET / HTTP/1.1\r\n" HOST "X-A: one\r\n two\r\n\r\n", 0, 400, 0 },
        { "a header name with a blank", "GET / HTTP/1.1\r\n" HOST "X A: one\r\n\r\n", 0, 400, 0 },
        { "%00 in the path", "GET /a%00b HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { ".. in the path", "GET /a/../b HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { ".. escaped", "GET /a/%2e%2E/b HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "%2f in the path", "GET /a%2fb HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "// in the path", "GET //a HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "a broken escape", "GET /a%zz HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "an escape cut short", "GET /a% HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "bytes that are not UTF-8", "GET /%ff%fe HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "an overlong form", "GET /%c0%ae%c0%ae/ HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "a line end in the path", "GET /a%0d%0aSet-Cookie:x HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "%00 in the query", "GET /a?b=%00 HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "the absolute form", "GET http://localhost/ HTTP/1.1\r\n" HOST "\r\n", 0, 400, 0 },
        { "an unknown method", "BREW / HTTP/1.1\r\n" HOST "\r\n", 0, 501, 0 },
        { "a method in small letters", "get / HTTP/1.1\r\n" HOST "\r\n", 0, 501, 0 },
        { "TRACE", "TRACE / HTTP/1.1\r\n" HOST "\r\n", 0, 405, 0 },
        { "CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n", 0, 405, 0 },
        { "HTTP/2.0", "GET / HTTP/2.0\r\n" HOST "\r\n", 0, 505, 0 },
        { "a body where none is taken", "POST /other HTTP/1.1\r\n" HOST JSON "Content-Length: 1\r\n\r\na", 0,
          413, 0 },
        { "a body longer than its route takes",
          "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 1001\r\n\r\na", 0, 413, 0 },
        { "a body without a type", "POST /take HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\na", 0, 415, 0 },
        { "a form of another site",
          "POST /take HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\na", 0, 415,
          0 },
        { "JSON in another charset",
          "POST /take HTTP/1.1\r\n" HOST "Content-Type: application/json; charset=gbk\r\nContent-Length: "
          "1\r\n\r\na",
          0, 415, 0 },
        { "from another site", "POST /take HTTP/1.1\r\n" HOST "Origin: http://evil\r\n\r\n", 0, 403, 0 },
        { "from nowhere: a sandboxed frame", "POST /take HTTP/1.1\r\n" HOST "Origin: null\r\n\r\n", 0, 403,
          0 },
        { "the browser says another site",
          "DELETE /take HTTP/1.1\r\n" HOST "Sec-Fetch-Site: cross-site\r\n\r\n", 0, 403, 0 },
        { "a raw NUL in a header", "GET /x HTTP/1.1\r\n" HOST "X-A: a\0b\r\n\r\n", 46, 400, 0 },
        { "bare LF behind headers", "GET /x HTTP/1.1\nHost: localhost\nX-A: b\n\n", 0, 400, 0 },
        { "blanks around a value", "GET /x HTTP/1.1\r\nHost:\t  localhost \t\r\nX-A:\r\n\r\n", 0, 200, 1 },
    };
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        atomic_store(&s.answered, 0);
        int status = ask_n(&s, cases[i].bytes, cases[i].n ? cases[i].n : strlen(cases[i].bytes));
        if (status != cases[i].status || atomic_load(&s.answered) != cases[i].answered)
            fail_msg("%s: %d, expected %d; the program was asked %d times\n%s", cases[i].what, status,
                     cases[i].status, atomic_load(&s.answered), reply);
    }
    stop(&s);
    assert_true(s.ok);
}

static void a_header_of_64_kb_and_an_endless_address_are_too_long(void **state)
{
    struct serving s = { 0 };
    static char big[80000];
    (void)state;
    start(&s, "127.0.0.1:0");
    int n = snprintf(big, sizeof big, "GET / HTTP/1.1\r\n" HOST "X-Big: %065536d\r\n\r\n", 1);
    assert_int_equal(ask_n(&s, big, (size_t)n), 431);
    n = snprintf(big, sizeof big, "GET /%05000d HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_int_equal(ask_n(&s, big, (size_t)n), 414);
    n = snprintf(big, sizeof big, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 80; i++)
        n += snprintf(big + n, sizeof big - (size_t)n, "X-%d: 1\r\n", i);
    n += snprintf(big + n, sizeof big - (size_t)n, "\r\n");
    assert_int_equal(ask_n(&s, big, (size_t)n), 431);
    stop(&s);
}

static void ordinary_requests_pass(void **state)
{
    struct serving s = { 0 };
    (void)state;
    start(&s, "127.0.0.1:0");
    assert_int_equal(ask(&s, "GET /a/%E6%88%B7?b=c&d=%20 HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(reply, "GET client=127.0.0.1 local=1 secure=0 body=0 path=/a/户"));
    assert_non_null(strstr(reply, "X-Content-Type-Options: nosniff\r\n"));
    assert_non_null(strstr(reply, "Content-Security-Policy: default-src 'none'"));
    assert_non_null(strstr(reply, "Cache-Control: no-store\r\n"));
    assert_int_equal(ask(&s, "HEAD /a HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_null(strstr(reply, "client="));
    assert_int_equal(ask(&s, "POST /take HTTP/1.1\r\n" HOST JSON "Content-Length: 5\r\n\r\nabcde"), 200);
    assert_non_null(strstr(reply, "POST client=127.0.0.1 local=1 secure=0 body=5 path=/take"));
    assert_int_equal(ask(&s, "POST /take HTTP/1.1\r\n" HOST "Origin: http://localhost\r\nContent-Type: "
                             "application/json;charset=UTF-8\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3\r\nabc\r\n0\r\n\r\n"),
                     200);
    assert_non_null(strstr(reply, "body=3"));
    assert_int_equal(ask(&s, "GET /events HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(reply, "data: 3\n\n"));
    assert_non_null(strstr(reply, "data: 1\n\n"));
    assert_null(strstr(reply, "data: 0\n\n")); /* nobody is asked again who has said all */
    stop(&s);
}

static void files_of_the_web_app_are_kept_or_asked_about_again(void **state)
{
    struct serving s = { 0 };
    (void)state;
    start(&s, "127.0.0.1:0");
    assert_int_equal(ask(&s, "GET /app-0123abcd.js HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(reply, "plain script"));
    assert_non_null(strstr(reply, "Cache-Control: public, max-age=31536000, immutable\r\n"));
    assert_non_null(strstr(reply, "ETag: \"aaaabbbbccccddddeeeeffff00001111\"\r\n"));
    assert_int_equal(ask(&s, "GET /app-0123abcd.js HTTP/1.1\r\n" HOST "Accept-Encoding: br, gzip\r\n\r\n"),
                     200);
    assert_non_null(strstr(reply, "Content-Encoding: gzip\r\n"));
    assert_int_equal(ask(&s, "GET /app-89abcdef.js HTTP/1.1\r\n" HOST "Accept-Encoding: gzip, br\r\n\r\n"),
                     200);
    assert_non_null(strstr(reply, "Content-Encoding: br\r\n"));
    assert_int_equal(ask(&s, "GET /app-89abcdef.js HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\n\r\n"), 200);
    assert_non_null(strstr(reply, "Content-Encoding: gzip\r\n"));
    assert_int_equal(ask(&s, "GET /app-89abcdef.js HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_null(strstr(reply, "Content-Encoding"));
    assert_non_null(strstr(reply, "\r\n\r\npage"));
    assert_int_equal(ask(&s, "GET /static/page HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(reply, "<html>"));
    assert_non_null(strstr(reply, "Content-Security-Policy: default-src 'self'\r\n"));
    assert_int_equal(
        ask(&s, "GET / HTTP/1.1\r\n" HOST "If-None-Match: \"2222bbbbccccddddeeeeffff00001111\"\r\n\r\n"),
        304);
    stop(&s);
}

static void figures_and_health_are_told_to_this_machine(void **state)
{
    struct serving s = { .o.behind_proxy = true };
    (void)state;
    start(&s, "127.0.0.1:0");
    assert_int_equal(ask(&s, "GET /x HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_int_equal(ask(&s, "GET /healthz HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_int_equal(ask(&s, "GET /readyz HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_int_equal(ask(&s, "GET /metrics HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(reply, "bangfu_http_requests_total{route=\"/test\",status=\"2xx\"} 1\n"));
    assert_int_equal(ask(&s, "POST /healthz HTTP/1.1\r\n" HOST "\r\n"), 405);
    assert_int_equal(ask(&s, "GET /metrics HTTP/1.1\r\n" HOST "X-Forwarded-For: 10.1.2.3\r\n\r\n"), 403);
    stop(&s);
}

static void the_client_is_whom_the_proxy_names_last(void **state)
{
    struct serving proxied = { .o.behind_proxy = true }, plain = { 0 };
    (void)state;
    start(&proxied, "127.0.0.1:0");
    assert_int_equal(ask(&proxied, "GET /x HTTP/1.1\r\nHost: bangfu.example\r\nX-Forwarded-For: 9.9.9.9, "
                                   "10.1.2.3\r\nX-Forwarded-Proto: https\r\n\r\n"),
                     200);
    assert_non_null(strstr(reply, "client=10.1.2.3 local=0 secure=1"));
    assert_non_null(strstr(reply, "Strict-Transport-Security: "));
    assert_int_equal(ask(&proxied, "GET /x HTTP/1.1\r\n" HOST "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: "
                                   "::1\r\n\r\n"),
                     200);
    assert_non_null(strstr(reply, "client=::1 local=1"));
    assert_int_equal(ask(&proxied, "GET /x HTTP/1.1\r\n" HOST "X-Forwarded-For: 1.2.3.4, nonsense\r\n\r\n"),
                     400);
    stop(&proxied);
    start(&plain, "127.0.0.1:0");
    assert_int_equal(ask(&plain, "GET /x HTTP/1.1\r\n" HOST "X-Forwarded-For: 10.1.2.3\r\n\r\n"), 200);
    assert_non_null(strstr(reply, "client=127.0.0.1 local=1 secure=0"));
    stop(&plain);
}

static void whoever_dribbles_is_cut_off(void **state)
{
    struct serving s = { .o.limits = http_limits_default };
    (void)state;
    s.o.limits.header_s = 1;
    s.o.limits.body_s = 1;
    start(&s, "127.0.0.1:0");
    static const char *const begins[] = { "GET / HT", "GET / HTTP/1.1\r\nX-A: ",
                                          "POST /take HTTP/1.1\r\n" HOST JSON
                                          "Content-Length: 900\r\n\r\na" };
    for (size_t i = 0; i < N_ELEMS(begins); i++) {
        int fd = dial(&s);
        struct instant from = clock_now();
        assert_true(send(fd, begins[i], strlen(begins[i]), MSG_NOSIGNAL) > 0);
        for (int k = 0; k < 60; k++) {
            struct pollfd p = { .fd = fd, .events = POLLIN };
            if (poll(&p, 1, 50) > 0 || send(fd, "a", 1, MSG_NOSIGNAL) < 0)
                break;
        }
        int64_t ms = (clock_now().us - from.us) / 1000;
        close(fd);
        if (ms < 900 || ms > 2500)
            fail_msg("“%s” was left alone for %lld ms", begins[i], (long long)ms);
    }
    stop(&s);
}

static void too_many_at_a_time_are_told_to_come_back(void **state)
{
    struct serving s = { .o.limits = http_limits_default };
    int fds[4], busy = 0, fine = 0;
    (void)state;
    s.o.limits.per_address = 2;
    start(&s, "127.0.0.1:0");
    for (size_t i = 0; i < N_ELEMS(fds); i++) {
        static const char text[] = "GET /slow HTTP/1.1\r\n" HOST "\r\n";
        fds[i] = dial(&s);
        assert_true(send(fds[i], text, sizeof text - 1, MSG_NOSIGNAL) > 0);
    }
    until_begun(&s, 2);
    assert_int_equal(ask(&s, "GET /healthz HTTP/1.1\r\n" HOST "\r\n"), 200);
    for (size_t i = 0; i < N_ELEMS(fds); i++) {
        hear(fds[i], reply, sizeof reply, 300);
        close(fds[i]);
        busy += !strncmp(reply, "HTTP/1.1 503", 12);
        fine += !strncmp(reply, "HTTP/1.1 200", 12);
    }
    assert_int_equal(busy, 2);
    assert_int_equal(fine, 2);
    assert_int_equal(ask(&s, "GET /x HTTP/1.1\r\n" HOST "\r\n"), 200);
    stop(&s);
}

static void what_is_being_answered_is_finished_before_the_end(void **state)
{
    struct serving s = { 0 };
    static const char text[] = "GET /slow HTTP/1.1\r\n" HOST "\r\n";
    (void)state;
    start(&s, "127.0.0.1:0");
    int fd = dial(&s);
    assert_true(send(fd, text, sizeof text - 1, MSG_NOSIGNAL) > 0);
    until_begun(&s, 1);
    stop(&s);
    hear(fd, reply, sizeof reply, 100);
    close(fd);
    assert_non_null(strstr(reply, "200 OK"));
    assert_non_null(strstr(reply, "path=/slow"));
    assert_true(s.ok);
}

static void a_listener_for_the_network_has_to_be_asked_for(void **state)
{
    struct serving s = { 0 }, lan = { .o.insecure_lan = true }, nonsense = { 0 };
    (void)state;
    start(&s, "0.0.0.0:0");
    stop(&s);
    assert_false(s.ok);
    assert_int_equal(s.why, MSG_HTTP_LISTEN_OPEN);
    start(&nonsense, "example.org:80");
    stop(&nonsense);
    assert_int_equal(nonsense.why, MSG_HTTP_LISTEN_FORM);
    start(&lan, "0.0.0.0:0");
    assert_int_equal(ask(&lan, "GET /x HTTP/1.1\r\nHost: 192.168.1.5:8080\r\n\r\n"), 200);
    stop(&lan);
    assert_true(lan.ok);
}

static void a_socket_file_is_made_shown_to_the_group_and_removed(void **state)
{
    struct serving s = { 0 };
    struct stat st;
    char path[100], listen[110];
    (void)state;
    snprintf(path, sizeof path, "%s/test_http.sock", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    snprintf(listen, sizeof listen, "unix:%s", path);
    start(&s, listen);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    static const char text[] = "GET /x HTTP/1.1\r\nHost: anything\r\n\r\n";
    assert_true(send(fd, text, sizeof text - 1, MSG_NOSIGNAL) > 0);
    hear(fd, reply, sizeof reply, 300);
    close(fd);
    assert_non_null(strstr(reply, "client=unix local=1"));
    stop(&s);
    assert_int_not_equal(stat(path, &st), 0);
}

static void systemd_is_told_when_it_is_ready_and_when_it_stops(void **state)
{
    struct serving s = { 0 };
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    char text[64] = "";
    (void)state;
    snprintf(at.sun_path, sizeof at.sun_path, "%s/test_notify.sock",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    unlink(at.sun_path);
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    setenv("NOTIFY_SOCKET", at.sun_path, 1);
    start(&s, "127.0.0.1:0");
    assert_int_equal(recv(fd, text, sizeof text - 1, 0), 7);
    assert_string_equal(text, "READY=1");
    stop(&s);
    memset(text, 0, sizeof text);
    assert_int_equal(recv(fd, text, sizeof text - 1, 0), 10);
    assert_string_equal(text, "STOPPING=1");
    unsetenv("NOTIFY_SOCKET");
    close(fd);
    unlink(at.sun_path);
}

/* Whoever listens for us hands the socket over as number 3. */
static void a_socket_that_systemd_passed_is_served(void **state)
{
    struct serving s = { 0 };
    char text[32];
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0), before = dup(3);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(dup2(fd, 3), 3);
    snprintf(text, sizeof text, "%d", (int)getpid());
    setenv("LISTEN_PID", text, 1);
    setenv("LISTEN_FDS", "1", 1);
    start(&s, NULL);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    assert_int_equal(ask(&s, "GET /healthz HTTP/1.1\r\n" HOST "\r\n"), 200);
    stop(&s);
    if (fd != 3)
        close(fd);
    if (before >= 0) {
        dup2(before, 3);
        close(before);
    }
}

static void a_listener_that_the_network_reaches_needs_a_word_for_it(void **state)
{
    static const struct {
        const char *where;
        bool proxy, lan, opens;
    } cases[] = {
        { "127.0.0.1:0", false, false, true },  { "[::1]:0", false, false, true },
        { "0.0.0.0:0", false, false, false },   { "[::]:0", false, false, false },
        { "0.0.0.0:0", true, false, true },     { "0.0.0.0:0", false, true, true },
        { "localhost:0", false, false, false }, { "127.0.0.1:99999", false, false, false },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        struct arena a = { 0 };
        struct errs e = { .a = &a, .lang = EN };
        struct listener l = { .fd = -1 };
        bool ok = listener_open(cases[i].where, cases[i].proxy, cases[i].lan, &l, &e);
        if (ok != cases[i].opens && !(strchr(cases[i].where, '[') && !ok)) /* a machine without version 6 */
            fail_msg("%s: %s", cases[i].where, e.bad.first ? e.bad.first->text : "open");
        if (ok)
            close(l.fd);
        arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hostile_request_gets_its_answer),
        cmocka_unit_test(a_header_of_64_kb_and_an_endless_address_are_too_long),
        cmocka_unit_test(ordinary_requests_pass),
        cmocka_unit_test(files_of_the_web_app_are_kept_or_asked_about_again),
        cmocka_unit_test(figures_and_health_are_told_to_this_machine),
        cmocka_unit_test(the_client_is_whom_the_proxy_names_last),
        cmocka_unit_test(whoever_dribbles_is_cut_off),
        cmocka_unit_test(too_many_at_a_time_are_told_to_come_back),
        cmocka_unit_test(what_is_being_answered_is_finished_before_the_end),
        cmocka_unit_test(a_listener_for_the_network_has_to_be_asked_for),
        cmocka_unit_test(a_socket_file_is_made_shown_to_the_group_and_removed),
        cmocka_unit_test(systemd_is_told_when_it_is_ready_and_when_it_stops),
        cmocka_unit_test(a_socket_that_systemd_passed_is_served),
        cmocka_unit_test(a_listener_that_the_network_reaches_needs_a_word_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
