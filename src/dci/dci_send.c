#include "dci/dci_send.h"

#include "base/clock.h"
#include "base/log.h"
#include "dci/dci_notify.h"
#include "dci/dci_parts.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <pthread.h>
#include <time.h>

enum { WAITING_MAX = 256, TRIES = 5, CONNECT_S = 5, WHOLE_S = 15, WATCH_S = 30 };
static const int waits[TRIES] = { 0, 1, 5, 30, 120 }; /* seconds before each try */

/* --- where to ----------------------------------------------------------------------------- */

struct place {
    char scheme[8], host[256], port[8];
};

/* curl takes the address apart as it will when it calls. */
static bool place_read(struct str uri, struct place *p)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL, *user = NULL, text[512];
    bool ok = uri.n && uri.n < sizeof text && snprintf(text, sizeof text, "%.*s", (int)uri.n, uri.p) > 0 &&
              !curl_url_set(u, CURLUPART_URL, text, CURLU_DISALLOW_USER) &&
              !curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) && !curl_url_get(u, CURLUPART_HOST, &host, 0) &&
              !curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    ok = ok && (!strcmp(scheme, "http") || !strcmp(scheme, "https")) && strlen(host) < sizeof p->host &&
         strlen(port) < sizeof p->port;
    if (ok) {
        snprintf(p->scheme, sizeof p->scheme, "%s", scheme);
        snprintf(p->host, sizeof p->host, "%s", host);
        snprintf(p->port, sizeof p->port, "%s", port);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(user);
    curl_url_cleanup(u);
    return ok;
}

static bool is_listed(struct str list, const struct place *p)
{
    struct str one;
    char with_port[272];
    snprintf(with_port, sizeof with_port, "%s:%s", p->host, p->port);
    while (str_split(&list, ' ', &one))
        if (one.n && (str_eq(one, str_of(p->host)) || str_eq(one, str_of(with_port))))
            return true;
    return false;
}

bool dci_may_call(const struct dci_client *c, struct str uri, struct dci_fault *f)
{
    struct place p;
    if (!place_read(uri, &p))
        return dci_wrong(f, DCI_BAD, 400, "header.sender_uri: an http or https address without a user");
    if (is_listed(c->private_hosts, &p))
        return true;
    if (!is_listed(c->hosts, &p))
        return dci_wrong(f, DCI_FORBIDDEN, 403, "header.sender_uri: a host that the registry may not call");
    return !strcmp(p.scheme, "https") ||
           dci_wrong(f, DCI_FORBIDDEN, 403, "header.sender_uri: https is needed outside our own network");
}

static bool v4_is_private(uint32_t ip)
{
    static const struct {
        uint32_t net, bits;
    } nets[] = {
        { 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },  { 0xa9fe0000, 16 },
        { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xe0000000, 3 },
    };
    for (size_t i = 0; i < N_ELEMS(nets); i++)
        if ((ip ^ nets[i].net) >> (32 - nets[i].bits) == 0)
            return true;
    return false;
}

static uint32_t four(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool address_is_private(const struct sockaddr *sa)
{
    static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };
    if (sa->sa_family == AF_INET)
        return v4_is_private(ntohl(((const struct sockaddr_in *)(const void *)sa)->sin_addr.s_addr));
    if (sa->sa_family != AF_INET6)
        return true;
    const struct in6_addr *ip = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(ip) || !memcmp(ip->s6_addr, nat64, sizeof nat64))
        return v4_is_private(four(ip->s6_addr + 12));
    /* Global unicast is 2000::/3; 2002::/16 carries an address of version 4. */
    if (ip->s6_addr[0] == 0x20 && ip->s6_addr[1] == 0x02)
        return v4_is_private(four(ip->s6_addr + 2));
    return (ip->s6_addr[0] & 0xe0) != 0x20;
}

/* "host:port:address", the address being the one and only that will be connected to. */
static bool pin(const struct place *p, bool private_too, char *out, size_t size)
{
    struct addrinfo want = { .ai_socktype = SOCK_STREAM }, *all = NULL;
    char ip[INET6_ADDRSTRLEN];
    char host[256];
    bool ok = false;
    /* A literal of version 6 stands in brackets in the address, not for the resolver. */
    snprintf(host, sizeof host, "%s", p->host[0] == '[' ? p->host + 1 : p->host);
    if (p->host[0] == '[' && strlen(host))
        host[strlen(host) - 1] = '\0';
    if (getaddrinfo(host, p->port, &want, &all))
        return false;
    for (const struct addrinfo *x = all; x && !ok; x = x->ai_next) {
        if (!private_too && address_is_private(x->ai_addr))
            continue;
        const void *raw =
            x->ai_family == AF_INET
                ? (const void *)&((const struct sockaddr_in *)(const void *)x->ai_addr)->sin_addr
                : (const void *)&((const struct sockaddr_in6 *)(const void *)x->ai_addr)->sin6_addr;
        if (inet_ntop(x->ai_family, raw, ip, sizeof ip))
            ok = (size_t)snprintf(out, size, x->ai_family == AF_INET ? "%s:%s:%s" : "%s:%s:[%s]", host,
                                  p->port, ip) < size;
    }
    freeaddrinfo(all);
    return ok;
}

/* What they answer is not for us. */
static size_t drop(char *data, size_t size, size_t n, void *ctx)
{
    (void)data;
    (void)ctx;
    return size * n;
}

bool dci_post(const struct dci_client *c, struct str uri, struct str body)
{
    struct place p;
    struct dci_fault f = { 0 };
    char where[640], address[512];
    long status = 0;
    if (!dci_may_call(c, uri, &f) || !place_read(uri, &p) ||
        !pin(&p, is_listed(c->private_hosts, &p), where, sizeof where))
        return false;
    snprintf(address, sizeof address, "%.*s", (int)uri.n, uri.p);
    CURL *h = curl_easy_init();
    struct curl_slist *pins = curl_slist_append(NULL, where),
                      *headers = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(h, CURLOPT_URL, address);
    curl_easy_setopt(h, CURLOPT_RESOLVE, pins);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.p);
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)WHOLE_S);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(h, CURLOPT_USERAGENT, "bangfu");
    CURLcode code = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(h);
    curl_slist_free_all(headers);
    curl_slist_free_all(pins);
    return code == CURLE_OK && status >= 200 && status < 300;
}

/* --- the queue ---------------------------------------------------------------------------- */

struct waiting {
    dci_operation *op;
    char *bearer, *correlation, *body, *action;
    char *answer; /* made at the first try */
    int tries;
    time_t at;
    struct waiting *next;
};
struct dci_sender {
    struct dci d;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct waiting *first;
    size_t n;
    bool stop;
    struct dci_watch *watch;
    time_t watched;
};

static time_t now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static char *copy(struct str s)
{
    char *p = xmalloc(s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

static void waiting_free(struct waiting *w)
{
    free(w->bearer);
    free(w->correlation);
    free(w->body);
    free(w->action);
    free(w->answer);
    free(w);
}

bool dci_send_later(struct dci_sender *s, dci_operation *op, const struct dci_job *job, struct str body)
{
    bool room;
    pthread_mutex_lock(&s->lock);
    room = s->n < WAITING_MAX && !s->stop;
    if (room) {
        struct waiting *w = xcalloc(1, sizeof *w), **at = &s->first;
        w->op = op;
        w->bearer = copy(job->bearer);
        w->correlation = copy(job->correlation_id);
        w->action = copy(job->m.action);
        w->body = copy(body);
        w->at = now_s();
        while (*at)
            at = &(*at)->next;
        *at = w;
        s->n++;
        pthread_cond_signal(&s->work);
    }
    pthread_mutex_unlock(&s->lock);
    return room;
}

struct finding {
    struct dci_job *job;
    struct arena *a;
    struct dci_fault f;
    struct dci_client c;
};

static bool find_client(struct tx *tx, void *ctx, struct errs *e)
{
    struct finding *x = ctx;
    struct actor who;
    return dci_end(dci_let_in(tx, x->job->bearer, &x->job->m, &who, &x->c, x->a, &x->f, e), &x->f, e);
}

/* true: done with, well or not. */
static bool try_one(struct dci_sender *s, struct waiting *w)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    struct dci_fault f = { 0 };
    struct dci_job job = { .bearer = str_of(w->bearer), .correlation_id = str_of(w->correlation) };
    struct finding who = { .job = &job, .a = &a };
    bool done = true;
    if (dci_message_read(str_of(w->body), w->action, &job.m, &f) &&
        store_run(s->d.st, TX_READ, 0, find_client, &who, &e)) {
        json_t *full = w->answer ? NULL : w->op(&s->d, &job, &a, &f, &e);
        if (full)
            w->answer = copy(dci_dump(full, &a));
        else if (!w->answer && f.code)
            w->answer = copy(dci_err(&a, job.correlation_id, &f));
        done = w->answer && dci_post(&who.c, job.m.sender_uri, str_of(w->answer));
    }
    dci_message_free(&job.m);
    arena_free(&a);
    return done || ++w->tries >= TRIES;
}

/* The first that is due, taken out; NULL: none yet. */
static struct waiting *take_due(struct dci_sender *s)
{
    time_t now = now_s();
    for (struct waiting **at = &s->first; *at; at = &(*at)->next)
        if ((*at)->at <= now) {
            struct waiting *w = *at;
            *at = w->next;
            w->next = NULL;
            return w;
        }
    return NULL;
}

static void put_back(struct dci_sender *s, struct waiting *w)
{
    w->at = now_s() + waits[w->tries];
    w->next = s->first;
    s->first = w;
}

static void wait_a_moment(struct dci_sender *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += s->first ? 1 : WATCH_S;
    pthread_cond_timedwait(&s->work, &s->lock, &until);
}

static void watch(struct dci_sender *s)
{
    if (now_s() - s->watched < WATCH_S)
        return;
    s->watched = now_s();
    pthread_mutex_unlock(&s->lock);
    dci_watch_run(s->watch, &s->d);
    pthread_mutex_lock(&s->lock);
}

static void *work(void *ctx)
{
    struct dci_sender *s = ctx;
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        struct waiting *w = take_due(s);
        if (!w) {
            watch(s);
            if (!s->stop)
                wait_a_moment(s);
            continue;
        }
        pthread_mutex_unlock(&s->lock);
        bool done = try_one(s, w);
        pthread_mutex_lock(&s->lock);
        if (done) {
            s->n--;
            waiting_free(w);
        } else {
            put_back(s, w);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct dci_sender *dci_sender_open(const struct dci *d)
{
    struct dci_sender *s = xcalloc(1, sizeof *s);
    pthread_condattr_t monotonic;
    s->d = *d;
    s->watch = dci_watch_open();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->work, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&s->thread, NULL, work, s)) {
        dci_watch_close(s->watch);
        free(s);
        return NULL;
    }
    return s;
}

void dci_sender_close(struct dci_sender *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    for (struct waiting *w = s->first, *next; w; w = next) {
        next = w->next;
        waiting_free(w);
    }
    dci_watch_close(s->watch);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    curl_global_cleanup();
    free(s);
}
