/* test_drive.c - many people at once: the other side of tests/load/mixed.sh, which starts the server.
 *
 *   test_drive PORT SECONDS FOLDER [gone]
 *
 * FOLDER holds cookie, csrf, households (COUNTY/ID a line), contracts (the same; may be empty) and
 * import.csv. Prints how often each kind of request was answered how.  Ends with 1 when an answer was one
 * that must not be: 500, none at all, or a status the kind does not know; `gone`: the database may be away,
 * and 503 is right. */
#include "base/buf.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <unistd.h>

enum { THREADS_MAX = 32, ANSWER_MAX = 4 << 20, LINES_MAX = 20000, PATIENCE_S = 60 };

struct lines {
    struct str *list;
    size_t n;
};
struct drive {
    uint16_t port;
    bool gone;
    struct str cookie, csrf, import;
    struct lines households, contracts;
    atomic_bool over;
};
struct kind;
struct client {
    const struct drive *d;
    const struct kind *kind;
    pthread_t thread;
    int fd;
    uint64_t seed;
    struct buf in;
    int status;
    struct str body;
    int64_t answers[6], no_answer, wrong;
    int wrong_status;
};
struct kind {
    const char *name;
    int threads;
    void (*run)(struct client *c);
    int may[8]; /* statuses besides 2xx, 0 ends them */
};

static uint64_t roll(struct client *c, uint64_t n)
{
    c->seed = c->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (c->seed >> 33) % n;
}

/* --- one request -------------------------------------------------------------------------- */

static bool reach(struct client *c)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(c->d->port) };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0)
        return true;
    close(c->fd);
    c->fd = -1;
    return false;
}

static bool send_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        s = (struct str){ s.p + n, s.n - (size_t)n };
    }
    return true;
}

/* Up to the end of the body; an answer without a length ends with the connection. */
static bool receive(struct client *c)
{
    buf_clear(&c->in);
    for (;;) {
        char piece[16384];
        const char *text = buf_cstr(&c->in), *end = strstr(text, "\r\n\r\n");
        const char *length = end ? strcasestr(text, "\r\nContent-Length: ") : NULL;
        size_t head = end ? (size_t)(end - text) + 4 : 0;
        if (length && length < end && c->in.n >= head + strtoul(length + 18, NULL, 10)) {
            c->status = (int)strtol(text + 9, NULL, 10);
            c->body = (struct str){ text + head, c->in.n - head };
            return c->in.n > 12;
        }
        ssize_t n = recv(c->fd, piece, sizeof piece, 0);
        if (n <= 0)
            return false;
        buf_add(&c->in, (struct str){ piece, (size_t)n });
        assert(!c->in.full);
    }
}

static void count(struct client *c, bool answered)
{
    bool fits = answered && c->status >= 200 && c->status < 300;
    for (size_t i = 0; answered && c->kind->may[i]; i++)
        fits = fits || c->status == c->kind->may[i];
    fits = fits || (c->d->gone && answered && c->status == 503);
    if (!answered) {
        c->no_answer++;
        return;
    }
    c->answers[c->status / 100 % 6]++;
    if (!fits) {
        c->wrong++;
        c->wrong_status = c->status;
        fprintf(stderr, "%s: %d %.*s\n", c->kind->name, c->status, (int)(c->body.n < 300 ? c->body.n : 300),
                c->body.p);
    }
}

/* more: further headers, each with its line end. */
static int ask(struct client *c, const char *method, const char *path, const char *more, struct str body)
{
    struct arena a = { 0 };
    struct str head =
        str_of(arena_printf(&a, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: %zu\r\n\r\n",
                            method, path, c->d->port, more, body.n));
    bool ok = false;
    /* A connection that has idled may have been closed; a request that writes is not sent twice. */
    for (int attempt = 0; !ok && attempt < 2; attempt++) {
        bool fresh = c->fd < 0;
        if (fresh && !reach(c))
            break;
        ok = send_all(c->fd, head) && send_all(c->fd, body) && receive(c);
        if (!ok || strcasestr(buf_cstr(&c->in), "\r\nConnection: close")) {
            close(c->fd);
            c->fd = -1;
        }
        if (fresh || c->in.n)
            break;
    }
    arena_free(&a);
    c->status = ok ? c->status : 0;
    count(c, ok);
    return c->status;
}

static const char *known(struct client *c, struct arena *a)
{
    return arena_printf(a, "Cookie: bangfu=%.*s\r\nX-CSRF-Token: %.*s\r\nContent-Type: application/json\r\n",
                        (int)c->d->cookie.n, c->d->cookie.p, (int)c->d->csrf.n, c->d->csrf.p);
}

static struct str one_of(struct client *c, const struct lines *l)
{
    return l->list[roll(c, l->n)];
}

/* --- what people do ------------------------------------------------------------------------ */

static void read_some(struct client *c)
{
    static const char *const paths[] = { "/api/v1/me",      "/api/v1/regions", "/api/v1/codes/poverty_state",
                                         "/healthz",        "/readyz",         "/metrics",
                                         "/public/notices", "/api/v1/jobs",    "/api/v1/programmes" };
    struct arena a = { 0 };
    struct str h = one_of(c, &c->d->households);
    const char *path = roll(c, 3) ? arena_printf(&a, "/api/v1/households/%.*s%s", (int)h.n, h.p,
                                                 roll(c, 2) ? "?parts=members" : "")
                                  : paths[roll(c, N_ELEMS(paths))];
    ask(c, "GET", path, known(c, &a), STR(""));
    arena_free(&a);
}

static void list_some(struct client *c)
{
    struct arena a = { 0 };
    ask(c, "GET",
        arena_printf(&a, "/api/v1/households?limit=%d%s", (int)roll(c, 100) + 1,
                     roll(c, 2) ? "&sort=hh_no" : ""),
        known(c, &a), STR(""));
    arena_free(&a);
}

static void screen_some(struct client *c)
{
    struct arena a = { 0 };
    struct str body = str_of(arena_printf(
        &a,
        "{\"programme\":\"xingfu\",\"candidates\":5,\"set\":[{\"name\":\"max_amount\",\"value\":\"%d\","
        "\"compare\":true}]}",
        10000 + (int)roll(c, 20) * 1000));
    ask(c, "POST", roll(c, 8) ? "/api/v1/screenings/what-if" : "/api/v1/screenings", known(c, &a), body);
    arena_free(&a);
}

static void repay_some(struct client *c)
{
    struct arena a = { 0 };
    if (!c->d->contracts.n) {
        sleep(1);
        return;
    }
    struct str k = one_of(c, &c->d->contracts);
    const char *more = arena_printf(&a, "%sIdempotency-Key: drive-%llx-%llx\r\n", known(c, &a),
                                    (unsigned long long)c->seed, (unsigned long long)roll(c, 1 << 30));
    if (ask(c, "POST", arena_printf(&a, "/api/v1/contracts/%.*s/repayments", (int)k.n, k.p), more,
            STR("{\"amount\":\"0.01\"}")) == 201 &&
        !roll(c, 4)) /* the same again: the same answer */
        ask(c, "POST", arena_printf(&a, "/api/v1/contracts/%.*s/repayments", (int)k.n, k.p), more,
            STR("{\"amount\":\"0.01\"}"));
    if (c->status == 413) /* a build without that route */
        usleep(500000);
    arena_free(&a);
}

/* Two characters of the common block: nobody of a family is called like another. */
static const char *some_name(struct client *c, struct arena *a)
{
    char *p = arena_alloc(a, 7);
    for (size_t i = 0; i < 2; i++) {
        uint64_t code = 0x4e00 + roll(c, 5000);
        p[3 * i] = (char)(0xe0 | code >> 12);
        p[3 * i + 1] = (char)(0x80 | (code >> 6 & 0x3f));
        p[3 * i + 2] = (char)(0x80 | (code & 0x3f));
    }
    return p;
}

static void write_some(struct client *c)
{
    struct arena a = { 0 };
    struct str h = one_of(c, &c->d->households);
    struct str body = str_of(arena_printf(&a,
                                          "{\"kind\":\"born\",\"name\":\"%s\",\"sex\":\"male\",\"relation\":"
                                          "\"son\",\"reason\":\"出生\"}",
                                          some_name(c, &a)));
    ask(c, "POST", arena_printf(&a, "/api/v1/households/%.*s/join", (int)h.n, h.p), known(c, &a), body);
    arena_free(&a);
}

static struct str member(struct str body, const char *name)
{
    const char *at = memmem(body.p, body.n, name, strlen(name));
    size_t n = 0;
    if (!at)
        return (struct str){ 0 };
    at += strlen(name);
    while (at + n < body.p + body.n && at[n] != ',' && at[n] != '"' && at[n] != '}')
        n++;
    return (struct str){ at, n };
}

static void import_some(struct client *c)
{
    struct arena a = { 0 };
    const char *more =
        arena_printf(&a, "Cookie: bangfu=%.*s\r\nX-CSRF-Token: %.*s\r\nContent-Type: text/csv\r\n",
                     (int)c->d->cookie.n, c->d->cookie.p, (int)c->d->csrf.n, c->d->csrf.p);
    if (ask(c, "POST", "/api/v1/imports?name=households.csv", more, c->d->import) == 202) {
        struct str id = arena_str(&a, member(c->body, "\"id\":"));
        if (!roll(c, 3))
            ask(c, "POST", arena_printf(&a, "/api/v1/jobs/%s/cancel", id.p), known(c, &a), STR(""));
        for (int i = 0; i < 100 && !atomic_load(&c->d->over); i++) {
            if (ask(c, "GET", arena_printf(&a, "/api/v1/jobs/%s", id.p), known(c, &a), STR("")) != 200 ||
                !memmem(c->body.p, c->body.n, "\"running\"", 9))
                break;
            usleep(50000);
        }
    } else {
        usleep(200000);
    }
    arena_free(&a);
}

static void log_in_and_out(struct client *c)
{
    struct arena a = { 0 };
    bool right = roll(c, 4) != 0;
    int status = ask(c, "POST", "/api/v1/session", "Content-Type: application/json\r\n",
                     right ? STR("{\"login\":\"clerk\",\"password\":\"a sentence for the load\"}")
                           : STR("{\"login\":\"nobody\",\"password\":\"no sentence at all\"}"));
    const char *cookie = strcasestr(buf_cstr(&c->in), "Set-Cookie: ");
    if (status == 200 && cookie) {
        struct str csrf = arena_str(&a, member(c->body, "\"csrf\":\""));
        const char *more = arena_printf(&a, "Cookie: %.*s\r\nX-CSRF-Token: %s\r\n",
                                        (int)strcspn(cookie + 12, ";"), cookie + 12, csrf.p);
        ask(c, "GET", "/api/v1/me", more, STR(""));
        ask(c, "DELETE", "/api/v1/session", more, STR(""));
    } else if (status == 429) {
        usleep(300000);
    }
    arena_free(&a);
}

static const struct kind kinds[] = {
    { "reads", 4, read_some, { 404, 0 } },
    { "lists", 2, list_some, { 0 } },
    { "screenings", 2, screen_some, { 0 } },
    { "repayments", 3, repay_some, { 400, 404, 405, 409, 413, 0 } },
    { "writes", 2, write_some, { 404, 409, 400, 0 } },
    { "imports", 1, import_some, { 429, 409, 0 } },
    { "log-ins", 2, log_in_and_out, { 401, 429, 0 } },
};

static void *work(void *ctx)
{
    struct client *c = ctx;
    while (!atomic_load(&c->d->over)) {
        c->kind->run(c);
        if (c->fd < 0 && c->no_answer)
            usleep(20000); /* the server is away */
    }
    return NULL;
}

/* --- the whole ------------------------------------------------------------------------------ */

static struct str file(struct arena *a, const char *folder, const char *name)
{
    CLEANUP(buf_release) struct buf b = BUF(64 << 20);
    FILE *f = fopen(arena_printf(a, "%s/%s", folder, name), "r");
    char piece[65536];
    for (size_t n; f && (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add(&b, (struct str){ piece, n });
    if (f)
        fclose(f);
    return arena_str(a, str_trim(buf_str(&b)));
}

static struct lines lines_of(struct arena *a, struct str text)
{
    struct lines l = { NEW_ARRAY(a, struct str, LINES_MAX), 0 };
    while (l.n < LINES_MAX && text.n && str_split(&text, '\n', &l.list[l.n]))
        l.n++;
    return l;
}

static int report(const struct client *c, size_t n)
{
    int bad = 0;
    for (size_t k = 0; k < N_ELEMS(kinds); k++) {
        int64_t sums[8] = { 0 };
        for (size_t i = 0; i < n; i++) {
            if (c[i].kind != &kinds[k])
                continue;
            for (size_t s = 0; s < 6; s++)
                sums[s] += c[i].answers[s];
            sums[6] += c[i].no_answer;
            sums[7] += c[i].wrong;
        }
        printf("%-11s 2xx %lld, 4xx %lld, 5xx %lld, none %lld, wrong %lld\n", kinds[k].name,
               (long long)sums[2], (long long)sums[4], (long long)sums[5], (long long)sums[6],
               (long long)sums[7]);
        bad += sums[7] > 0 || (sums[6] > 0 && !c->d->gone);
    }
    return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
    static struct client clients[THREADS_MAX];
    struct arena a = { 0 };
    size_t n = 0;
    if (argc < 4)
        return 0; /* a helper, not a test of its own */
    struct drive d = { .port = (uint16_t)strtol(argv[1], NULL, 10),
                       .gone = argc > 4,
                       .cookie = file(&a, argv[3], "cookie"),
                       .csrf = file(&a, argv[3], "csrf"),
                       .import = file(&a, argv[3], "import.csv") };
    d.households = lines_of(&a, file(&a, argv[3], "households"));
    d.contracts = lines_of(&a, file(&a, argv[3], "contracts"));
    assert(d.households.n > 0);
    for (size_t k = 0; k < N_ELEMS(kinds); k++)
        for (int i = 0; i < kinds[k].threads; i++, n++) {
            clients[n] = (struct client){
                .d = &d, .kind = &kinds[k], .fd = -1, .seed = 977 * (n + 1), .in = BUF(ANSWER_MAX)
            };
            pthread_create(&clients[n].thread, NULL, work, &clients[n]);
        }
    sleep((unsigned)strtoul(argv[2], NULL, 10));
    atomic_store(&d.over, true);
    for (size_t i = 0; i < n; i++) {
        pthread_join(clients[i].thread, NULL);
        if (clients[i].fd >= 0)
            close(clients[i].fd);
        buf_release(&clients[i].in);
    }
    int bad = report(clients, n);
    arena_free(&a);
    return bad;
}
