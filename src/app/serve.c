#include "app/serve.h"

#include "access/credential.h"
#include "access/site.h"
#include "api/codes_kept.h"
#include "api/dispatch.h"
#include "api/jobs.h"
#include "api/loans_kept.h"
#include "api/public_page.h"
#include "api/retention.h"
#include "api/seen.h"
#include "api/shelf.h"
#include "base/assets.h"
#include "base/log.h"
#include "cli/api_modules.h"
#include "dci/dci_send.h"
#include "http/server.h"
#include "http/static.h"
#include "programme/facts_kept.h"
#include "registry/count.h"

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

enum { FACTS_BYTES = 512 << 20, LOANS_BYTES = 64 << 20, TIDY_FIRST_S = 60, TIDY_EVERY_S = 86400 };
enum { SETTLE_NS = 400000000, NS_PER_S = 1000000000 };

/* A browser keeps __Host- cookies only from https, and only from this very host. */
static const char cookie_https[] = "__Host-bangfu", cookie_plain[] = "bangfu";

static const char *const body_types[] = {
    "application/json", "text/csv",         "application/octet-stream",          "image/jpeg", "image/png",
    "application/pdf",  "application/yaml", "application/x-www-form-urlencoded", NULL
};
static const char page_policy[] = "default-src 'self'; img-src 'self' data: blob:; frame-src 'self' blob:; "
                                  "style-src 'self' 'unsafe-inline'; "
                                  "object-src 'none'; base-uri 'none'; form-action 'self'; "
                                  "frame-ancestors 'none'";
/* Notices for the public and papers to print: what is printed brings its own style, and nothing else. */
static const char paper_policy[] =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

struct serving {
    struct cli *c;
    struct api api;
    struct dci dci;
    struct static_site site;
    struct str setup; /* the secret of the first link; unknown: somebody has a password */
    pthread_t caretaker;
    bool has_caretaker;
    sem_t over; /* what the caretaker sleeps on */
    int64_t tidy_every_s;
    volatile sig_atomic_t stopping;
};

/* --- between http and api ----------------------------------------------------------------- */

static struct str bearer_of(const struct http_request *q)
{
    struct str s = http_header(q, "Authorization"), word;
    if (!s.p || !str_split(&s, ' ', &word) || !http_same_name(word, STR("Bearer")) || !s.p)
        return (struct str){ 0 };
    return str_trim(s);
}

static struct api_request request_of(const struct http_request *q)
{
    return (struct api_request){
        .a = q->a,
        .method = http_method_names[q->method],
        .path = q->path,
        .query = q->query,
        .body = q->body,
        .cookie = http_cookie(q, q->secure ? cookie_https : cookie_plain),
        .bearer = bearer_of(q),
        .csrf = http_header(q, "X-CSRF-Token"),
        .if_match = http_header(q, "If-Match"),
        .if_none_match = http_header(q, "If-None-Match"),
        .key = http_header(q, "Idempotency-Key"),
        .language = http_header(q, "Accept-Language"),
        .address = q->client,
        .secure = q->secure,
        .stopping = q->stopping,
    };
}

static void set_cookie(const struct http_request *q, struct http_response *r, struct str secret)
{
    const char *ends = secret.n ? "" : "; Max-Age=0";
    http_set(r, "Set-Cookie",
             str_of(arena_printf(q->a, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict%s%s",
                                 q->secure ? cookie_https : cookie_plain, (int)secret.n, secret.p,
                                 q->secure ? "; Secure" : "", ends)));
}

static void fill(const struct http_request *q, const struct api_reply *a, struct http_response *r)
{
    r->status = a->status;
    r->route = a->route;
    r->body = a->body;
    http_set(r, "Content-Type",
             a->problem ? STR("application/problem+json")
             : a->type  ? str_of(a->type)
                        : STR("application/json"));
    if (!a->problem && a->type && str_starts(str_of(a->type), STR("text/html"))) {
        http_set(r, "Content-Security-Policy", str_of(paper_policy));
        /* Without a referrer a browser hides where a form comes from, and it would be refused. */
        http_set(r, "Referrer-Policy", STR("same-origin"));
    }
    if (a->file)
        http_set(r, "Content-Disposition",
                 str_of(arena_printf(q->a, "attachment; filename=\"%s\"", a->file)));
    r->more = a->more;
    r->more_end = a->more_end;
    r->more_ctx = a->more_ctx;
    http_set(r, "Vary", STR("Accept-Language, Cookie, Authorization"));
    if (a->etag.p) {
        http_set(r, "ETag", a->etag);
        if (!a->personal)
            http_set(r, "Cache-Control", STR("private, no-cache"));
    }
    if (a->location.p)
        http_set(r, "Location", a->location);
    if (a->allow.p)
        http_set(r, "Allow", a->allow);
    if (a->cookie.p)
        set_cookie(q, r, a->cookie);
    if (a->retry_s)
        http_set(r, "Retry-After", str_of(arena_printf(q->a, "%d", a->retry_s)));
    if (a->replayed)
        http_set(r, "Idempotency-Replayed", STR("true"));
    if (a->status == 401)
        http_set(r, "WWW-Authenticate", STR("Bearer"));
}

static void respond_dci(struct serving *s, const struct http_request *q, struct http_response *r)
{
    struct dci_request rq = { .a = q->a,
                              .method = http_method_names[q->method],
                              .path = q->path,
                              .body = q->body,
                              .bearer = bearer_of(q) };
    struct dci_reply reply;
    dci_answer(&s->dci, &rq, &reply);
    r->status = reply.status;
    r->route = reply.route;
    r->body = reply.body;
    http_set(r, "Content-Type", STR("application/json"));
    if (reply.status == 401)
        http_set(r, "WWW-Authenticate", STR("Bearer"));
}

static bool respond(void *ctx, const struct http_request *q, struct http_response *r)
{
    struct serving *s = ctx;
    struct api_request rq = request_of(q);
    struct api_reply reply;
    if (dci_is_path(q->path)) {
        respond_dci(s, q, r);
        return true;
    }
    if (!str_starts(q->path, STR("/api/"))) {
        if (public_page(&s->api, &rq, &reply))
            fill(q, &reply, r);
        else if (!static_respond(&s->site, q, r)) {
            r->route = "none";
            http_problem(q, r, 404, MSG_API_NO_ROUTE);
        }
        return true;
    }
    api_answer(&s->api, &rq, &reply);
    fill(q, &reply, r);
    return true;
}

static size_t body_max(void *ctx, const struct http_request *q)
{
    (void)ctx;
    const char *method = http_method_names[q->method];
    if (dci_is_path(q->path))
        return q->method == HTTP_POST ? DCI_BODY_MAX : 0;
    return str_starts(q->path, STR("/public/")) ? public_body_max(method, q->path)
                                                : api_body_max(method, q->path, q->a);
}

/* --- before and while it serves ------------------------------------------------------------- */

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    int64_t n;
    (void)ctx;
    return db_int(tx, SQL(STMT_REF, "SELECT count(*) FROM role"), &n, e);
}

static bool ready(void *ctx)
{
    struct serving *s = ctx;
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    bool ok = store_run(s->api.st, TX_READ, 0, look, NULL, &e);
    arena_free(&a);
    return ok;
}

/* Code and constants that were needed to start and hardly will be again: the libraries' own beginnings above
 * all. Whatever is needed again comes back from the file by itself. */
static int let_go(struct dl_phdr_info *image, size_t size, void *ctx)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size, (void)ctx;
    for (size_t i = 0; i < image->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &image->dlpi_phdr[i];
        uintptr_t from = (image->dlpi_addr + part->p_vaddr + page - 1) & ~(page - 1),
                  to = (image->dlpi_addr + part->p_vaddr + part->p_memsz) & ~(page - 1);
        if (part->p_type == PT_LOAD && !(part->p_flags & PF_W) && to > from)
            madvise((void *)from, to - from, MADV_DONTNEED);
    }
    return 0;
}

static void settle_down(const struct serving *s)
{
    store_trim(s->api.st);
    malloc_trim(0);
    dl_iterate_phdr(let_go, NULL);
}

static void say_where(void *ctx, const char *where)
{
    struct serving *s = ctx;
    struct cli *c = s->c;
    struct json_out w = JSON_OUT(&c->out);
    if (c->json) {
        put_object(&w);
        put_member_cstr(&w, "listening", where);
        put_member_text(&w, "setup", s->setup);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    cli_say(c, MSG_SERVING, A(where));
    if (!s->api.jobs)
        cli_say(c, MSG_API_JOBS_OFF);
    if (s->setup.p) {
        struct str link = str_of(arena_printf(c->a, "%s/setup/%.*s", where, (int)s->setup.n, s->setup.p));
        cli_say(c, MSG_SETUP_LINK, A((int)SETUP_LINK_HOURS), A("admin"), A(link));
    }
    cli_flush(c);
}

static bool offer_first(struct tx *tx, void *ctx, struct errs *e)
{
    struct serving *s = ctx;
    struct app_user admin;
    bool any;
    struct actor who = { .login = STR("serve"), .source = "cli" };
    CLEANUP(act_release) struct act act = { 0 };
    if (!credential_any(tx, &any, e) || any)
        return !errs_any(e);
    enum found f = user_by_login(tx, STR("admin"), &admin, e);
    if (f != FOUND)
        return f != FAILED;
    act_begin(&act, tx, &who, "user.setup", admin.login, e->a);
    return credential_offer_setup(&act, admin.id, &s->setup, e) && act_end(&act, NULL, e);
}

static bool read_demo(struct tx *tx, void *ctx, struct errs *e)
{
    struct serving *s = ctx;
    struct str value = { 0 };
    enum found f = site_get(tx, "demo", &value, e);
    s->api.demo = f == FOUND;
    return f != FAILED;
}

/* Files of imports and exports lie beside the database, or where --data says. */
static struct jobs *open_jobs(struct cli *c)
{
    const char *folder = cli_cstr(c, "data");
    if (!folder && !store_is_sqlite(c->store))
        return NULL;
    if (!folder)
        folder =
            arena_printf(c->a, "%s.jobs", str_starts(str_of(c->db), STR("sqlite://")) ? c->db + 9 : c->db);
    return jobs_open(folder);
}

/* --- once a day ------------------------------------------------------------------------------ */

static void tidy(struct serving *s)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    struct actor who = { .login = STR("serve"), .source = "serve" };
    struct retention r = { .st = s->api.st,
                           .folder = s->api.jobs ? jobs_folder(s->api.jobs) : NULL,
                           .who = &who,
                           .stop = &s->stopping };
    int64_t all = 0;
    bool ok = retention_run(&r, &e);
    for (size_t i = 0; ok && i < retention_rules_n; i++)
        all += r.n[i];
    log_event(ok ? LOG_INFO : LOG_WARN, "retention", LOG_W("outcome", ok ? "done" : "failed"),
              LOG_N("removed", all));
    arena_free(&a);
}

static void *take_care(void *ctx)
{
    struct serving *s = ctx;
    struct timespec at, soon;
    clock_gettime(CLOCK_REALTIME, &at);
    soon = at; /* not before the first answers are given: what they need would have to come back */
    soon.tv_nsec += SETTLE_NS;
    soon.tv_sec += soon.tv_nsec / NS_PER_S;
    soon.tv_nsec %= NS_PER_S;
    int rc;
    while ((rc = sem_timedwait(&s->over, &soon)) != 0 && errno == EINTR)
        ;
    if (rc == 0)
        return NULL;
    counts_kept_warm(s->api.st, s->api.counts, &s->stopping); /* the first page shows them */
    settle_down(s);
    at.tv_sec += s->tidy_every_s < TIDY_FIRST_S ? s->tidy_every_s : TIDY_FIRST_S;
    while (sem_timedwait(&s->over, &at) != 0) {
        if (errno == EINTR)
            continue;
        tidy(s);
        at.tv_sec += s->tidy_every_s;
    }
    return NULL;
}

static void caretaker_begin(struct serving *s)
{
    s->tidy_every_s = cli_int(s->c, "tidy-every", TIDY_EVERY_S);
    sem_init(&s->over, 0, 0);
    s->has_caretaker = pthread_create(&s->caretaker, NULL, take_care, s) == 0;
}

static void caretaker_end(struct serving *s)
{
    __atomic_store_n(&s->stopping, 1, __ATOMIC_RELAXED);
    sem_post(&s->over);
    if (s->has_caretaker)
        pthread_join(s->caretaker, NULL);
    sem_destroy(&s->over);
}

/* Of the database only the index of its log (-shm) is mapped.  That was cut off under our feet, or its disk
 * is gone: an end that says why, and a supervisor that starts us again, are better than answers made of
 * nothing. */
static void on_bus_error(int signal)
{
    static const char text[] =
        "{\"level\":\"error\",\"event\":\"bus_error\",\"why\":\"the database file was cut off, "
        "or its disk cannot be read\"}\n";
    ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
    (void)n;
    raise(signal);
}

static int serve(struct cli *c)
{
    struct api_modules modules = cli_api_modules(c->program);
    struct serving s = { .c = c, .api = { .st = c->store, .modules = &modules } };
    if (!cli_load_codes(c) || !cli_read(c, read_demo, &s) || !cli_write(c, 0, offer_first, &s))
        return EXIT_NOTHING;
    s.api.codes = c->codes;
    s.site = (struct static_site){ assets, assets_n, "web/dist/", "index.html", page_policy };
    mallopt(M_MXFAST, 0);     /* else every freed arena makes the allocator tidy up all small pieces */
    signal(SIGPIPE, SIG_IGN); /* whoever hangs up ends their own request only */
    sigaction(SIGBUS, &(struct sigaction){ .sa_handler = on_bus_error, .sa_flags = (int)SA_RESETHAND }, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file that may grow no more is told like a full disk */
    struct http_options o = {
        .listen = cli_cstr(c, "listen"),
        .behind_proxy = cli_flag(c, "behind-proxy"),
        .insecure_lan = cli_flag(c, "insecure-lan"),
        .limits = http_limits_default,
        .service = { .ctx = &s,
                     .respond = respond,
                     .body_max = body_max,
                     .ready = ready,
                     .listening = say_where,
                     .types = body_types },
        .stop = c->stop,
    };
    o.limits.connections = (unsigned)cli_int(c, "connections", o.limits.connections);
    o.limits.requests = (unsigned)cli_int(c, "requests", o.limits.requests);
    o.limits.per_address = (unsigned)cli_int(c, "per-address", o.limits.per_address);
    o.limits.stop_s = (int)cli_int(c, "stop-after", o.limits.stop_s);
    s.api.facts = facts_kept_open(FACTS_BYTES);
    s.api.jobs = open_jobs(c);
    s.api.db = c->db;
    s.api.key = c->key;
    s.api.codes_kept = codes_kept_open(c->codes);
    s.api.counts = counts_kept_open();
    s.api.loans = loans_kept_open(LOANS_BYTES);
    s.api.seen = seen_open();
    s.api.shelf = shelf_open();
    s.dci = (struct dci){
        .st = c->store, .codes = c->codes, .sources = modules.fact_sources, .facts = s.api.facts
    };
    s.dci.sender = dci_sender_open(&s.dci);
    caretaker_begin(&s);
    bool ok = http_run(&o, &c->e);
    caretaker_end(&s);
    dci_sender_close(s.dci.sender);
    jobs_close(s.api.jobs);
    seen_close(s.api.seen);
    shelf_close(s.api.shelf);
    counts_kept_close(s.api.counts);
    loans_kept_close(s.api.loans);
    codes_kept_close(s.api.codes_kept);
    facts_kept_close(s.api.facts);
    return (int)cli_code(ok);
}

static const struct opt opts[] = {
    { "listen",
      OPT_TEXT,
      { "地址", "ADDRESS" },
      { "127.0.0.1:8080（默认）、[::1]:端口 或 unix:/路径",
        "127.0.0.1:8080 (default), [::1]:PORT or unix:/PATH" },
      0,
      0,
      0,
      NULL },
    { "behind-proxy",
      OPT_FLAG,
      { 0 },
      { "前面有 nginx 或 caddy：相信它的 X-Forwarded-For 和 X-Forwarded-Proto",
        "nginx or caddy stands in front: believe its X-Forwarded-For and X-Forwarded-Proto" },
      0,
      0,
      0,
      NULL },
    { "insecure-lan",
      OPT_FLAG,
      { 0 },
      { "不经代理，在封闭的局域网上明文服务", "serve a closed network in the clear, without a proxy" },
      0,
      0,
      0,
      NULL },
    { "connections",
      OPT_INT,
      { "数目", "N" },
      { "同时连接的上限（默认 128）", "connections at a time (128)" },
      0,
      1,
      4096,
      NULL },
    { "requests",
      OPT_INT,
      { "数目", "N" },
      { "同时处理的请求上限（默认 64）", "requests being answered at a time (64)" },
      0,
      1,
      4096,
      NULL },
    { "per-address",
      OPT_INT,
      { "数目", "N" },
      { "每个地址同时处理的请求上限（默认 32）", "the same, of one address (32)" },
      0,
      1,
      255,
      NULL },
    { "data",
      OPT_TEXT,
      { "目录", "FOLDER" },
      { "导入、导出任务的文件放在哪里（默认：数据库文件旁的 .jobs）",
        "where files of imports and exports lie (default: .jobs beside the database's file)" },
      0,
      0,
      0,
      NULL },
    { "tidy-every",
      OPT_INT,
      { "秒", "SECONDS" },
      { "隔多久清理一次到期的内容（默认一天；见 retention show）",
        "how often what is past its time is removed (a day; see retention show)" },
      0,
      1,
      TIDY_EVERY_S * 7,
      NULL },
    { "stop-after",
      OPT_INT,
      { "秒", "SECONDS" },
      { "停止时最多再等多少秒（默认 25）", "seconds for what is being answered when it stops (25)" },
      0,
      1,
      600,
      NULL },
    { 0 },
};

static const struct command commands[] = {
    { .name = "serve",
      .perm = PERM_NONE,
      .db = DB_OPEN,
      .opts = opts,
      .summary = { "提供网页和接口服务", "serve browsers and other systems" },
      .help = { "默认只在本机监听；对外请在前面放置 nginx 或 caddy（TLS），样例在 packaging/。\n"
                "还没有人设置口令时，显示一次性链接，用来设置 admin 的口令。Ctrl-C 或 SIGTERM：答完再停。\n"
                "BANGFU_LOG=info 时每个请求记一行日志，不含个人信息。\n"
                "  bangfu serve\n"
                "  bangfu serve --listen unix:/run/bangfu/http --behind-proxy",
                "It listens on this machine only; for others put nginx or caddy (TLS) in front, see "
                "packaging/.\n"
                "While nobody has a password, it prints a one-time link to set that of admin.  Ctrl-C or "
                "SIGTERM: what is\n"
                "being answered is finished first.  With BANGFU_LOG=info every request is a line of the log, "
                "without personal data.\n"
                "  bangfu serve\n"
                "  bangfu serve --listen unix:/run/bangfu/http --behind-proxy" },
      .run = serve },
};
const struct command_table serve_commands = { { "服务", "Server" }, commands, N_ELEMS(commands) };
