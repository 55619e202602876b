#include "api/dispatch.h"

#include "access/secret.h"
#include "access/token.h"
#include "api/answered.h"
#include "api/codes_kept.h"
#include "api/seen.h"
#include "api/shelf.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/value.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>

enum { ANSWER_USUAL = 4096, BUSY = 503 };

/* --- finding the row ---------------------------------------------------------------------- */

/* Segment by segment; {name} takes any that is not empty. */
bool pattern_fits(const char *pattern, struct str path)
{
    /* Most rows differ before the first {name}. */
    size_t same = 0;
    while (pattern[same] && pattern[same] != '{') {
        if (same == path.n || pattern[same] != path.p[same])
            return false;
        same++;
    }
    struct str want = str_of(pattern), p, s;
    for (;;) {
        bool more = str_split(&want, '/', &p), has = str_split(&path, '/', &s);
        if (!more || !has)
            return more == has;
        if (p.n && p.p[0] == '{' ? !s.n : !(p.n == s.n && (!p.n || !memcmp(p.p, s.p, p.n))))
            return false;
    }
}

struct str route_segment(const char *pattern, struct str path, const char *name)
{
    struct str want = str_of(pattern), p, s;
    size_t n = strlen(name);
    while (str_split(&want, '/', &p) && str_split(&path, '/', &s))
        if (p.n == n + 2 && p.p[0] == '{' && !memcmp(p.p + 1, name, n))
            return s;
    return (struct str){ 0 };
}

/* The rows by the first letter behind /api/v1/, so that a request is compared with those few that it may be.
 */
#define BEHIND (sizeof "/api/v1/" - 1)
static struct {
    const struct route **rows;
    size_t n;
} by_letter[256];
static pthread_once_t letters_once = PTHREAD_ONCE_INIT;

static void sort_by_letter(void)
{
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            assert(!strncmp(r->pattern, "/api/v1/", BEHIND));
            unsigned char c = (unsigned char)r->pattern[BEHIND];
            assert(c != '{');
            by_letter[c].rows = xrealloc(by_letter[c].rows, (by_letter[c].n + 1) * sizeof(struct route *));
            by_letter[c].rows[by_letter[c].n++] = r;
        }
}

const struct route *route_find(const char *method, struct str path, struct arena *a, struct str *allow)
{
    CLEANUP(buf_release) struct buf methods = BUF(200);
    const struct route *found = NULL;
    pthread_once(&letters_once, sort_by_letter);
    unsigned char c = path.n > BEHIND ? (unsigned char)path.p[BEHIND] : 0;
    for (size_t i = 0; i < by_letter[c].n; i++) {
        const struct route *r = by_letter[c].rows[i];
        if (!pattern_fits(r->pattern, path))
            continue;
        buf_addf(&methods, "%s%s", methods.n ? ", " : "", r->method);
        if (!strcmp(r->method, method))
            found = r;
    }
    *allow = methods.n ? arena_str(a, buf_str(&methods)) : (struct str){ 0 };
    return found;
}

size_t api_body_max(const char *method, struct str path, struct arena *a)
{
    struct str allow;
    const struct route *r = route_find(method, path, a, &allow);
    return !r || !(r->body || (r->flags & ROUTE_BYTES)) ? 0 : r->body_max ? r->body_max : API_BODY_MAX;
}

/* --- problems ----------------------------------------------------------------------------- */

/* What was sent, as the JSON it was. */
static void put_sent(struct json_out *w, struct str body)
{
    json_t *j = body.n ? json_loadb(body.p, body.n, 0, NULL) : NULL;
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    put_key(w, "sent");
    if (text)
        buf_adds(w->b, text);
    else
        put_nil(w);
    w->comma = true;
    free(text);
    json_decref(j);
}

static void problem(struct api_reply *reply, int status, const struct errs *e, struct arena *a,
                    const struct call *c)
{
    CLEANUP(buf_release) struct buf b = BUF(API_ANSWER_MAX);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_cstr(&w, "type", "about:blank");
    put_member_cstr(&w, "title", err_info[e->bad.first->code].slug);
    put_member_int(&w, "status", status);
    put_member_cstr(&w, "detail", e->bad.first->text);
    put_key(&w, "errors");
    put_list(&w);
    for (const struct err *x = e->bad.first; x; x = x->next) {
        put_object(&w);
        put_member_cstr(&w, "code", err_info[x->code].slug);
        put_member_cstr(&w, "field", x->field);
        put_member_cstr(&w, "message", x->text);
        put_object_end(&w);
    }
    put_list_end(&w);
    if (c && status == err_info[ERR_CHANGED].http && c->now_there.p) {
        put_key(&w, "current");
        buf_add(w.b, c->now_there);
        w.comma = true;
        put_sent(&w, c->rq->body);
    }
    put_object_end(&w);
    reply->status = status;
    reply->problem = true;
    reply->body = arena_str(a, buf_str(&b));
}

enum lang api_language(struct str accepted)
{
    struct str one;
    while (accepted.p && str_split(&accepted, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("en")))
            return EN;
        if (str_starts(one, STR("zh")))
            return ZH;
    }
    return ZH;
}

/* --- reading path, query and body ---------------------------------------------------------- */

static struct reading reading_of(struct call *c, struct errs *e)
{
    return (struct reading){ .e = e, .codes = c->codes, .today = clock_today() };
}

static bool read_path(struct call *c, struct errs *e)
{
    const struct entity *en = c->route->path;
    const struct reading rd = reading_of(c, e);
    bool ok = true;
    for (size_t i = 0; en && i < en->n; i++)
        ok = col_read(&en->cols[i], c->path, route_segment(c->route->pattern, c->rq->path, en->cols[i].name),
                      &rd) &&
             ok;
    return ok;
}

bool query_unescape(struct str in, struct arena *a, struct str *out)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    char *p = arena_alloc(a, in.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++, n++) {
        p[n] = in.p[i] == '+' ? ' ' : in.p[i];
        if (in.p[i] != '%')
            continue;
        const char *high = in.n - i > 2 && in.p[i + 1] ? strchr(digits, in.p[i + 1]) : NULL;
        const char *low = high && in.p[i + 2] ? strchr(digits, in.p[i + 2]) : NULL;
        if (!low)
            return false;
        p[n] = (char)((high - digits) % 16 * 16 + (low - digits) % 16);
        i += 2;
    }
    *out = (struct str){ p, n };
    return true;
}

/* What the query may name: of the row's own entity, and of pages where it has them. */
static const struct col *query_col(const struct route *r, const char *name, struct paging *p, void *own,
                                   void **obj, int *bit)
{
    const struct entity *const en[] = { r->query, r->orders ? &paging_entity : NULL };
    void *const objs[] = { own, p };
    for (size_t i = 0, first = 0; i < N_ELEMS(en); first += en[i] ? en[i]->n : 0, i++) {
        const struct col *col = en[i] ? entity_col(en[i], name) : NULL;
        if (!col)
            continue;
        *obj = objs[i];
        *bit = (int)(first + (size_t)(col - en[i]->cols));
        return col;
    }
    return NULL;
}

/* A number, an amount or a plain yes or no has no value of its own that says it was left out. */
static bool must_be_given(const struct col *col, struct errs *e)
{
    const struct label *label = &col->label;
    bool free = !(col->flags & REQUIRED) || (col->flags & SERVER);
    return free || fail(e, ERR_INVALID, col->name, MSG_REQUIRED, A(label));
}

static bool query_complete(const struct entity *en, uint64_t seen, const void *obj, struct errs *e)
{
    bool ok = true;
    for (size_t i = 0; i < en->n; i++)
        ok = (seen >> i & 1 || must_be_given(&en->cols[i], e)) && ok;
    return entity_complete_too(en, obj, e) && ok;
}

static bool read_query(struct call *c, struct paging *paging, struct errs *e)
{
    const struct entity *en = c->route->query;
    const struct reading rd = reading_of(c, e);
    struct str rest = c->rq->query, part;
    bool ok = true;
    uint64_t seen = 0;
    while (rest.n && str_split(&rest, '&', &part)) {
        const char *eq = part.n ? memchr(part.p, '=', part.n) : NULL;
        struct str key = { part.p, eq ? (size_t)(eq - part.p) : part.n }, value = { "", 0 };
        const char *name = arena_str(e->a, key).p;
        void *obj = NULL;
        int bit = 0;
        const struct col *col = query_col(c->route, name, paging, c->query, &obj, &bit);
        if (eq && !query_unescape((struct str){ eq + 1, part.n - key.n - 1 }, e->a, &value)) {
            ok = fail(e, ERR_INVALID, "query", MSG_HTTP_PATH);
            continue;
        }
        if (!col || (col->flags & SERVER) || seen >> bit & 1) {
            ok = fail(e, ERR_INVALID, col ? col->name : "query", MSG_API_QUERY);
            continue;
        }
        seen |= UINT64_C(1) << bit;
        ok = col_read(col, obj, value, &rd) && ok;
    }
    return (!en || query_complete(en, seen, c->query, e)) && ok;
}

static bool all_given(const struct entity *en, const json_t *j, struct errs *e)
{
    bool ok = true;
    for (size_t i = 0; i < en->n; i++) {
        const json_t *v = json_object_get(j, en->cols[i].name);
        ok = ((v && !json_is_null(v)) || must_be_given(&en->cols[i], e)) && ok;
    }
    return ok;
}

/* Line by line; a bad field is told as set[2].value. */
static bool read_lines(struct call *c, const json_t *list, struct errs *e)
{
    const struct entity *en = c->route->lines;
    const char *name = c->route->lines_name;
    bool ok = true;
    if (!list)
        return true;
    if (!json_is_array(list) || json_array_size(list) > API_LINES_MAX)
        return fail(e, ERR_INVALID, name, MSG_API_LINES, A(API_LINES_MAX));
    c->lines_n = json_array_size(list);
    c->lines = arena_alloc(c->a, en->size * (c->lines_n + 1));
    for (size_t i = 0; i < c->lines_n; i++) {
        struct errs own = { .a = e->a, .lang = e->lang };
        struct reading rd = reading_of(c, &own);
        rd.newly = true;
        const json_t *line = json_array_get(list, i);
        if (!json_is_object(line)) {
            ok = fail(e, ERR_INVALID, arena_printf(e->a, "%s[%zu]", name, i), MSG_API_JSON);
            continue;
        }
        ok = all_given(en, line, &own) && ok;
        ok = entity_from_json(en, line, (char *)c->lines + i * en->size, &rd) && ok;
        for (struct err *x = own.bad.first; x; x = x->next)
            x->field = arena_printf(e->a, "%s[%zu].%s", name, i, x->field ? x->field : "");
        errs_append(e, &own);
    }
    return ok;
}

static bool read_members(struct call *c, json_t *j, struct errs *e)
{
    struct reading rd = reading_of(c, e);
    rd.newly = true;
    bool ok = true;
    if (c->route->lines) {
        ok = read_lines(c, json_object_get(j, c->route->lines_name), e);
        json_object_del(j, c->route->lines_name);
    }
    ok = all_given(c->route->body, j, e) && ok;
    return entity_from_json(c->route->body, j, c->body, &rd) && ok;
}

static bool read_body(struct call *c, struct errs *e)
{
    const struct entity *en = c->route->body;
    json_error_t why;
    if (c->route->flags & ROUTE_BYTES)
        return true;
    if (!en)
        return !c->rq->body.n || fail(e, ERR_INVALID, NULL, MSG_API_NO_BODY);
    json_t *j = c->rq->body.n ? json_loadb(c->rq->body.p, c->rq->body.n, JSON_REJECT_DUPLICATES, &why) : NULL;
    bool ok = json_is_object(j) || fail(e, ERR_INVALID, NULL, MSG_API_JSON);
    if (ok && !(c->route->flags & ROUTE_PARTIAL))
        ok = read_members(c, j, e);
    json_decref(j);
    return ok;
}

static void *room(const struct entity *en, struct arena *a)
{
    return en ? arena_alloc(a, en->size) : NULL;
}

static bool read_all(struct call *c, struct errs *e)
{
    c->path = room(c->route->path, c->a);
    c->query = room(c->route->query, c->a);
    c->body = room(c->route->body, c->a);
    bool ok = read_path(c, e);
    if (!ok) {
        /* A path that cannot be is a path that is not there. */
        errs_clear(e);
        return fail(e, ERR_NOT_FOUND, NULL, MSG_API_NO_ROUTE);
    }
    struct paging paging = { 0 };
    ok =
        read_query(c, &paging, e) && (!c->route->orders || page_read(c->route->orders, &paging, &c->page, e));
    return read_body(c, e) && ok;
}

/* --- who is it ---------------------------------------------------------------------------- */

static bool look_up_session(struct call *c, struct tx *tx, struct errs *e)
{
    struct app_user u = { 0 };
    enum found f = session_find(tx, c->rq->cookie, c->now, &c->session, e);
    if (f == FOUND)
        f = db_get(tx, &app_user_entity, &u, e, V(c->session.user_id));
    if (f != FOUND || !u.active) {
        c->session = (struct session){ 0 };
        return f != FAILED && fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_NEEDED);
    }
    return actor_of(tx, &u, "web", &c->who, e);
}

/* Where several write at once, a transaction that writes looks everything up: what it has read of the shared
 * chain would set it against everybody who logs in.  And it keeps nothing, since it may not be saved. */
static bool find_session(struct call *c, struct tx *tx, struct errs *e)
{
    struct seen *k = c->api->seen;
    int64_t head = 0;
    bool writes = c->route->tx == ROUTE_WRITES;
    if (!k || (writes && !store_is_sqlite(c->api->st)))
        return look_up_session(c, tx, e);
    enum found f = seen_find(k, tx, c->rq->cookie, c->now, &c->session, &c->who, &head, e);
    c->shared = head;
    if (f != NONE)
        return f == FOUND;
    if (!look_up_session(c, tx, e))
        return false;
    if (head && !writes)
        seen_keep(k, head, &c->session, &c->who);
    return true;
}

static bool by_session(struct call *c, struct tx *tx, struct errs *e)
{
    if (!find_session(c, tx, e))
        return false;
    return !strcmp(c->route->method, "GET") || secret_same(c->rq->csrf, c->session.csrf) ||
           fail(e, ERR_FORBIDDEN, "X-CSRF-Token", MSG_CSRF_WRONG);
}

static bool by_token(struct call *c, struct tx *tx, struct errs *e)
{
    enum found f = token_actor(tx, c->rq->bearer, c->now, &c->who, e);
    return f == FOUND || (f == NONE && fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_NEEDED));
}

/* c->who, or nobody where the row is open to anybody. */
static bool identify(struct call *c, struct tx *tx, struct errs *e)
{
    bool open = c->route->flags & ROUTE_OPEN;
    if (c->rq->as) {
        c->who = *c->rq->as;
        return true;
    }
    if (c->rq->bearer.p)
        return by_token(c, tx, e);
    if (!c->rq->cookie.p)
        return open || fail(e, ERR_UNKNOWN, NULL, MSG_LOGIN_NEEDED);
    if (by_session(c, tx, e))
        return true;
    /* Who logs in again brings the cookie of a session that is over. */
    if (!open || e->bad.first->code == ERR_INTERNAL || e->bad.first->code == ERR_UNAVAILABLE)
        return false;
    c->session = (struct session){ 0 };
    errs_clear(e);
    return true;
}

static bool admit(struct call *c, struct tx *tx, struct errs *e)
{
    const struct route *r = c->route;
    if (!identify(c, tx, e))
        return false;
    /* A program that acts for somebody does not change who that is. */
    if ((r->flags & ROUTE_ANYBODY) && c->rq->bearer.p && strcmp(r->method, "GET") != 0)
        return fail(e, ERR_FORBIDDEN, NULL, MSG_API_NOT_BY_TOKEN);
    bool other = r->or_perm != PERM_NONE && actor_has(&c->who, r->or_perm);
    return r->perm == PERM_NONE || other || actor_need(&c->who, r->perm, e);
}

/* --- running ------------------------------------------------------------------------------ */

static const struct col *county_col(const struct entity *en)
{
    const struct col *c = en ? entity_col(en, "county") : NULL;
    return c && c->type == T_INT ? c : NULL;
}

static int64_t county_of(const struct call *c)
{
    const struct entity *const en[] = { c->route->path, c->route->query, c->route->body };
    const void *const obj[] = { c->path, c->query, c->body };
    for (size_t i = 0; i < N_ELEMS(en); i++) {
        const struct col *col = county_col(en[i]);
        if (col)
            return *(const int64_t *)(const void *)((const char *)obj[i] + col->off);
    }
    return 0;
}

/* An answer is as its hash. */
static struct str hash_of(struct call *c, struct str body)
{
    uint8_t raw[16];
    char hex[sizeof raw * 2 + 1];
    crypto_generichash(raw, sizeof raw, (const uint8_t *)body.p, body.n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    return str_of(arena_printf(c->a, "\"%s\"", hex));
}

/* What the answer would be kept as; false: it is not of that kind. */
static enum found shelf_key_of(struct call *c, struct shelf_key *k, struct errs *e)
{
    struct audit_head own = { 0 };
    int64_t county = county_of(c);
    if (!c->api->shelf || !(c->route->flags & ROUTE_KEPT) || !c->shared || !c->session.token_hash.p ||
        !county)
        return NONE;
    if (db_get(c->tx, &audit_head_entity, &own, e, V(county)) == FAILED)
        return FAILED;
    *k = (struct shelf_key){ .user_id = c->who.user_id,
                             .shared = c->shared,
                             .own = own.seq,
                             .today = clock_today(),
                             .lang = c->lang,
                             .path = c->rq->path,
                             .query = c->rq->query };
    return own.seq ? FOUND : NONE;
}

static bool answer(struct call *c, struct errs *e)
{
    struct shelf_key k;
    enum found f = shelf_key_of(c, &k, e);
    if (f == FAILED)
        return false;
    if (f == FOUND && shelf_find(c->api->shelf, &k, c->a, &c->reply->body, &c->reply->etag))
        return true;
    if (!c->route->run(c, e))
        return false;
    c->reply->body = buf_str(c->w.b);
    if (f == FOUND && !c->w.b->full && !c->reply->etag.p) {
        c->reply->etag = hash_of(c, c->reply->body);
        shelf_put(c->api->shelf, &k, c->reply->body, c->reply->etag);
    }
    return true;
}

static bool run(struct tx *tx, void *ctx, struct errs *e)
{
    struct call *c = ctx;
    bool once = c->route->tx == ROUTE_WRITES && c->rq->key.p && !(c->route->flags & ROUTE_SECRET);
    c->tx = tx;
    c->tried = false;
    c->w.comma = false;
    buf_clear(c->w.b);
    page_restart(&c->page);
    *c->reply = (struct api_reply){ .route = c->route->pattern };
    if (!admit(c, tx, e))
        return false;
    if ((c->route->flags & ROUTE_KEY) && !c->rq->key.p)
        return fail(e, ERR_CONDITION, "Idempotency-Key", MSG_API_KEY_NEEDED);
    if (once) {
        enum found f = answered_before(c, county_of(c), e);
        if (f != NONE)
            return f == FOUND;
    }
    if (!answer(c, e))
        return false;
    if (!c->reply->status)
        c->reply->status = c->route->status ? c->route->status : 200;
    if (c->route->flags & ROUTE_TRIAL) {
        c->tried = true;
        return fail(e, ERR_INTERRUPTED, NULL, MSG_IMPORT_DRY_RUN);
    }
    return !once || answered_keep(c, county_of(c), e);
}

static bool admit_only(struct tx *tx, void *ctx, struct errs *e)
{
    return admit(ctx, tx, e);
}

static bool run_own(struct call *c, struct errs *e)
{
    if (!store_run(c->api->st, TX_READ, 0, admit_only, c, e) || !c->route->run(c, e))
        return false;
    c->reply->status = c->reply->status ? c->reply->status : c->route->status ? c->route->status : 200;
    c->reply->body = buf_str(c->w.b);
    return true;
}

static bool execute(struct call *c, struct errs *e)
{
    switch (c->route->tx) {
    case ROUTE_READS: return store_run(c->api->st, TX_READ, 0, run, c, e);
    case ROUTE_WRITES: return store_run(c->api->st, TX_WRITE, county_of(c), run, c, e);
    case ROUTE_OWN: return run_own(c, e);
    }
    return false;
}

static bool touch(struct tx *tx, void *ctx, struct errs *e)
{
    struct call *c = ctx;
    return session_touch(tx, &c->session, c->now, e);
}

/* --- the reply ---------------------------------------------------------------------------- */

static void tag(struct call *c)
{
    struct api_reply *r = c->reply;
    struct str rest = c->rq->if_none_match, one;
    if (strcmp(c->route->method, "GET") != 0 || r->status != 200 || r->more)
        return;
    if (!r->etag.p)
        r->etag = hash_of(c, r->body);
    while (rest.p && str_split(&rest, ',', &one))
        if (str_eq(str_trim(one), r->etag)) {
            r->status = 304;
            r->body = (struct str){ "", 0 };
            return;
        }
}

/* A lost update is answered with what stands there now, so that nobody has to ask again. */
static void finish(struct call *c, bool ok, struct errs *e)
{
    struct api_reply *r = c->reply;
    if (ok && c->w.b->full) {
        errs_clear(e);
        ok = fail(e, ERR_INTERNAL, NULL, MSG_API_TOO_MUCH);
    }
    r->route = c->route->pattern;
    if (ok && !r->type)
        r->type = c->route->gives;
    r->personal = c->route->flags & ROUTE_PERSONAL;
    if (!ok) {
        r->body = r->cookie = r->etag = r->location = (struct str){ 0 }; /* nothing happened */
        r->type = r->file = NULL;
        problem(r, err_info[e->bad.first->code].http, e, c->a, c);
        if (r->status == BUSY && !r->retry_s)
            r->retry_s = 1;
        return;
    }
    r->body = r->body.n ? arena_str(c->a, r->body) : (struct str){ "", 0 };
    tag(c);
    struct errs quiet = { .a = c->a, .lang = c->lang };
    if (c->session.token_hash.p && session_is_stale(&c->session, c->now)) {
        store_run(c->api->st, TX_WRITE, 0, touch, c, &quiet);
        if (c->api->seen)
            seen_forget(c->api->seen, c->session.token_hash);
    }
}

const struct code_book *api_codes(const struct api *api)
{
    return api->codes_kept ? codes_kept_now(api->codes_kept, api->st) : api->codes;
}

static void refuse(const struct api_request *rq, struct api_reply *reply, struct str allow)
{
    struct errs e = { .a = rq->a, .lang = api_language(rq->language) };
    reply->allow = allow;
    reply->route = "none";
    fail(&e, allow.p ? ERR_INVALID : ERR_NOT_FOUND, NULL, allow.p ? MSG_API_METHOD : MSG_API_NO_ROUTE,
         A(allow));
    problem(reply, allow.p ? 405 : 404, &e, rq->a, NULL);
}

void api_answer(const struct api *api, const struct api_request *rq, struct api_reply *reply)
{
    struct str allow;
    *reply = (struct api_reply){ 0 };
    const struct route *route = route_find(rq->method, rq->path, rq->a, &allow);
    if (!route) {
        refuse(rq, reply, allow);
        return;
    }
    CLEANUP(buf_release) struct buf out = BUF(API_ANSWER_MAX);
    buf_room(&out, ANSWER_USUAL);
    struct call c = { .api = api,
                      .rq = rq,
                      .reply = reply,
                      .route = route,
                      .w = JSON_OUT(&out),
                      .codes = api_codes(api),
                      .lang = api_language(rq->language),
                      .a = rq->a,
                      .now = clock_now() };
    struct errs e = { .a = rq->a, .lang = c.lang };
    bool ok = read_all(&c, &e);
    if (ok || e.bad.first->code == ERR_INVALID) {
        /* Whoever may not ask is told so before what is wrong with the question. */
        struct errs who = { .a = rq->a, .lang = c.lang };
        if (!ok && !store_run(api->st, TX_READ, 0, admit_only, &c, &who))
            e = who;
    }
    ok = ok && execute(&c, &e);
    if (!ok && c.tried) {
        errs_clear(&e);
        ok = true;
    }
    finish(&c, ok, &e);
}
