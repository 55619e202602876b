#include "dci/dci_send.h"

#include "base/clock.h"
#include "base/json.h"
#include "dci/dci_notify.h"
#include "dci/dci_parts.h"
#include "dci/dci_waiting.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <pthread.h>
#include <time.h>

enum { KEPT = 64, TRIES = 11, CONNECT_S = 5, WHOLE_S = 15, WATCH_S = 30 };
/* Seconds before each try: given up after about sixteen hours. */
static const int waits[TRIES] = { 0, 1, 5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800 };

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

/* Its libraries take a tenth of what an idle server does: not before somebody is called. */
static void curl_begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    atexit(curl_global_cleanup);
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
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, curl_begin);
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

/* --- the queue, which is a table ----------------------------------------------------------- */

/* An answer about persons is kept between two tries here, and nowhere else. */
struct kept {
    int64_t id;
    char *text;
};
struct dci_sender {
    struct dci d;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    bool stop, told; /* told: something has come into the table */
    struct kept kept[KEPT];
    size_t kept_at;
    struct dci_watch *watch;
    time_t watched;
};

static time_t now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static struct kept *kept_of(struct dci_sender *s, int64_t id)
{
    for (size_t i = 0; i < KEPT; i++)
        if (s->kept[i].text && s->kept[i].id == id)
            return &s->kept[i];
    return NULL;
}

static void keep_answer(struct dci_sender *s, int64_t id, struct str text)
{
    struct kept *k = &s->kept[s->kept_at++ % KEPT];
    free(k->text);
    *k = (struct kept){ id, strndup(text.p, text.n) };
}

static void drop_answer(struct dci_sender *s, int64_t id)
{
    struct kept *k = kept_of(s, id);
    if (k) {
        free(k->text);
        k->text = NULL;
    }
}

struct adding {
    struct dci_waiting w;
    struct str text;
    bool room;
};

static bool add(struct tx *tx, void *ctx, struct errs *e)
{
    struct adding *x = ctx;
    return dci_waiting_add(tx, &x->w, x->text, &x->room, e);
}

bool dci_send_later(struct dci_sender *s, const struct dci_client *c, const struct dci_job *job,
                    struct str body)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    struct instant now = clock_now();
    struct adding x = { .w = { .client_id = c->id,
                               .action = job->m.action,
                               .correlation_id = job->correlation_id,
                               .next_at = now,
                               .created_at = now },
                        .text = str_of(arena_printf(&a, "%.*s\n%.*s", (int)job->bearer.n, job->bearer.p,
                                                    (int)body.n, body.p)) };
    bool ok = store_run(s->d.st, TX_WRITE, 0, add, &x, &e) && x.room;
    arena_free(&a);
    pthread_mutex_lock(&s->lock);
    s->told = true;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

/* --- one of them ---------------------------------------------------------------------------- */

enum fate { BROUGHT, AGAIN, HOPELESS };
struct turn {
    struct dci_sender *s;
    struct arena *a;
    struct dci_waiting w;
    bool any;
    enum fate fate;
    const char *why; /* it is given up */
};

static bool take_due(struct tx *tx, void *ctx, struct errs *e)
{
    struct turn *t = ctx;
    enum found f = dci_waiting_due(tx, clock_now(), &t->w, &t->any, e);
    if (f != FOUND)
        t->w.id = 0;
    return f != FAILED;
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

/* What a request is answered with: as it was at an earlier try, or made now. */
static struct str answer_to(struct turn *t, struct dci_job *job)
{
    struct dci_sender *s = t->s;
    const struct kept *k = kept_of(s, t->w.id);
    struct errs e = { .a = t->a, .lang = EN };
    struct dci_fault f = { 0 };
    struct str text = { 0 };
    if (k)
        return arena_str(t->a, str_of(k->text));
    if (t->w.answer.p && dci_waiting_text(store_seal(s->d.st), t->w.answer, t->a, &text))
        return text;
    dci_operation *op = dci_operation_of(t->w.action);
    json_t *full = op ? op(&s->d, job, t->a, &f, &e) : NULL;
    if (full)
        text = dci_dump(full, t->a);
    else if (f.code)
        text = dci_err(t->a, job->correlation_id, &f);
    if (text.p && str_eq(t->w.action, STR("search")))
        keep_answer(s, t->w.id, text);
    else if (text.p)
        t->w.answer = dci_waiting_seal(store_seal(s->d.st), text, t->a);
    return text;
}

static enum fate answer(struct turn *t)
{
    struct dci_job job = { .correlation_id = t->w.correlation_id };
    struct finding who = { .job = &job, .a = t->a };
    struct errs e = { .a = t->a, .lang = EN };
    struct dci_fault f = { 0 };
    struct str body;
    enum fate fate = HOPELESS;
    if (!dci_waiting_text(store_seal(t->s->d.st), t->w.sealed, t->a, &body) ||
        !str_split(&body, '\n', &job.bearer))
        return HOPELESS;
    if (dci_message_read(body, arena_str(t->a, t->w.action).p, &job.m, &f)) {
        bool in = store_run(t->s->d.st, TX_READ, 0, find_client, &who, &e);
        struct str text = in ? answer_to(t, &job) : (struct str){ 0 };
        fate = !in && who.f.code                                    ? HOPELESS
               : text.p && dci_post(&who.c, job.m.sender_uri, text) ? BROUGHT
                                                                    : AGAIN;
    }
    dci_message_free(&job.m);
    return fate;
}

static bool log_dropped(struct tx *tx, const struct turn *t, struct errs *e)
{
    struct actor who = { .login = STR("dci"), .source = "api" };
    struct dci_client c;
    enum found f = db_get(tx, &dci_client_entity, &c, e, V(t->w.client_id));
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    if (f == FAILED)
        return false;
    put_object(&w);
    put_member_text(&w, "client", f == FOUND ? c.sender_id : STR("?"));
    put_member_text(&w, "action", t->w.action);
    put_member_int(&w, "tries", t->w.tries);
    put_object_end(&w);
    act_begin(&act, tx, &who, "dci.dropped", f == FOUND ? c.sender_id : STR("?"), e->a);
    return act_log(&act, 0, buf_cstr(&b), e);
}

static bool settle(struct tx *tx, void *ctx, struct errs *e)
{
    struct turn *t = ctx;
    if (t->fate == AGAIN)
        return dci_waiting_put_off(tx, &t->w, e);
    return dci_waiting_end(tx, &t->w, e) && (t->fate == BROUGHT || log_dropped(tx, t, e));
}

/* false: nothing was due, or the database is away. */
static bool work_one(struct dci_sender *s, bool *any)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    struct turn t = { .s = s, .a = &a };
    *any = false;
    bool ok = store_run(s->d.st, TX_READ, 0, take_due, &t, &e) && t.w.id;
    *any = t.any;
    if (ok) {
        t.fate = t.w.subscription_id ? (dci_notify(&s->d, &t.w) ? BROUGHT : AGAIN) : answer(&t);
        t.w.tries++;
        if (t.fate == AGAIN && t.w.tries >= TRIES)
            t.fate = HOPELESS;
        if (t.fate == AGAIN)
            t.w.next_at.us = clock_now().us + waits[t.w.tries] * INT64_C(1000000);
        else
            drop_answer(s, t.w.id);
        ok = store_run(s->d.st, TX_WRITE, 0, settle, &t, &e);
    }
    arena_free(&a);
    return ok;
}

static void wait_a_moment(struct dci_sender *s, bool any)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += any ? 1 : WATCH_S;
    if (!s->told)
        pthread_cond_timedwait(&s->work, &s->lock, &until);
    s->told = false;
}

static void watch(struct dci_sender *s)
{
    if (s->watched && now_s() - s->watched < WATCH_S)
        return;
    s->watched = now_s();
    dci_watch_run(s->watch, &s->d);
}

static void *work(void *ctx)
{
    struct dci_sender *s = ctx;
    bool any;
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        pthread_mutex_unlock(&s->lock);
        watch(s);
        bool more = work_one(s, &any);
        pthread_mutex_lock(&s->lock);
        if (!more && !s->stop)
            wait_a_moment(s, any);
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
    for (size_t i = 0; i < KEPT; i++)
        free(s->kept[i].text);
    dci_watch_close(s->watch);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
