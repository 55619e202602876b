#include "dci/dci_notify.h"

#include "base/clock.h"
#include "base/json.h"
#include "dci/dci_parts.h"
#include "dci/dci_waiting.h"
#include "registry/household.h"
#include "registry/scope.h"

enum { COUNTIES_MAX = 4096, EVENTS_MAX = 10000, BATCH = 100 };

/* A county as it was at the last look. */
struct seen {
    int64_t county, seq;
    int64_t *ids; /* open households, ascending */
    size_t n;
};
struct dci_watch {
    struct seen *counties;
    size_t n;
    bool remembers; /* what the database keeps was read */
};

struct dci_watch *dci_watch_open(void)
{
    return xcalloc(1, sizeof(struct dci_watch));
}

static void seen_release(struct seen *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i].ids);
    free(list);
}

void dci_watch_close(struct dci_watch *w)
{
    seen_release(w->counties, w->n);
    free(w);
}

/* --- what happened ------------------------------------------------------------------------ */

enum event { EVENT_REGISTER, EVENT_CHANGE, EVENT_EXIT };
static const char *const event_names[] = { "REGISTER", "CHANGE", "EXIT" };

struct happened {
    enum event event;
    int64_t county, household;
};
struct watching {
    struct dci_watch *w;
    struct arena *a;
    struct happened *events;
    size_t n;
    struct list subscriptions;
    struct seen *now; /* counties that have changed, as they are */
    size_t now_n;
};

static void add_event(struct watching *x, enum event event, int64_t county, int64_t household)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->events[i].county == county && x->events[i].household == household)
            return;
    if (x->n < EVENTS_MAX)
        x->events[x->n++] = (struct happened){ event, county, household };
}

static bool read_ids(struct tx *tx, int64_t county, int64_t **ids, size_t *n, struct errs *e)
{
    size_t cap = 0;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    *ids = NULL;
    *n = 0;
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY, "SELECT id FROM household WHERE county = $1 AND (state IS NULL OR state <> 9) "
                               "ORDER BY id"),
                 e, V(county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (*n == cap)
            *ids = xrealloc(*ids, (cap = cap ? cap * 2 : 1024) * sizeof **ids);
        (*ids)[(*n)++] = rows_int(&r, 0);
    }
    return f != FAILED;
}

static void compare(struct watching *x, const struct seen *before, const int64_t *ids, size_t n)
{
    size_t i = 0, k = 0;
    while (i < before->n || k < n) {
        if (k == n || (i < before->n && before->ids[i] < ids[k]))
            add_event(x, EVENT_EXIT, before->county, before->ids[i++]);
        else if (i == before->n || ids[k] < before->ids[i])
            add_event(x, EVENT_REGISTER, before->county, ids[k++]);
        else
            i++, k++;
    }
}

static bool edited(struct watching *x, struct tx *tx, int64_t county, int64_t since, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT DISTINCT row_id FROM field_change WHERE county = $1 AND seq > $2 AND "
                      "table_name = 'household' UNION SELECT p.household_id FROM field_change c JOIN "
                      "person p ON p.county = c.county AND p.id = c.row_id WHERE c.county = $1 AND "
                      "p.county = $1 AND c.seq > $2 AND c.table_name = 'person'"),
                  e, V(county), V(since)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        add_event(x, EVENT_CHANGE, county, rows_int(&r, 0));
    return f != FAILED;
}

static struct seen *seen_of(struct dci_watch *w, int64_t county)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->counties[i].county == county)
            return &w->counties[i];
    return NULL;
}

static bool look_at_county(struct watching *x, struct tx *tx, const struct audit_head *head, struct errs *e)
{
    const struct seen *before = seen_of(x->w, head->county);
    struct seen now = { .county = head->county, .seq = head->seq };
    if (before && before->seq == head->seq)
        return true;
    if (!read_ids(tx, head->county, &now.ids, &now.n, e)) {
        free(now.ids);
        return false;
    }
    x->now = xrealloc(x->now, (x->now_n + 1) * sizeof *x->now);
    x->now[x->now_n++] = now;
    if (before)
        compare(x, before, now.ids, now.n);
    return !before || edited(x, tx, head->county, before->seq, e);
}

static bool read_kept(struct watching *x, struct tx *tx, struct errs *e)
{
    struct dci_watch *w = x->w;
    struct list all;
    if (w->remembers)
        return true;
    if (!dci_seen_all(tx, &all, e))
        return false;
    seen_release(w->counties, w->n);
    w->counties = xcalloc(all.n + 1, sizeof *w->counties);
    w->n = 0;
    for (size_t i = 0; i < all.n; i++) {
        const struct dci_seen *s = &((const struct dci_seen *)all.rows)[i];
        struct seen *to = &w->counties[w->n];
        *to = (struct seen){ .county = s->county, .seq = s->seq };
        w->n += dci_ids_unpack(s->households, &to->ids, &to->n);
    }
    return w->remembers = true;
}

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct watching *x = ctx;
    struct list heads;
    seen_release(x->now, x->now_n);
    x->now = NULL;
    x->now_n = x->n = 0;
    if (!read_kept(x, tx, e))
        return false;
    if (!db_list(tx,
                 SQL_OF(STMT_REF, &dci_subscription_entity,
                        "SELECT {*} FROM dci_subscription WHERE ended = 0 ORDER BY id LIMIT 1000"),
                 &x->subscriptions, x->a, e))
        return false;
    if (!x->subscriptions.n)
        return true;
    if (!db_list(tx,
                 SQL_OF(STMT_FAN, &audit_head_entity,
                        "SELECT {*} FROM audit_head WHERE county > 0 ORDER BY county LIMIT 4096"),
                 &heads, x->a, e))
        return false;
    for (size_t i = 0; i < heads.n; i++)
        if (!look_at_county(x, tx, &((const struct audit_head *)heads.rows)[i], e))
            return false;
    return true;
}

/* --- telling ------------------------------------------------------------------------------ */

struct telling {
    const struct dci *d;
    int64_t subscription;
    struct dci_subscription s;
    struct dci_client c;
    struct actor who;
    struct happened list[BATCH];
    size_t n;
    json_t *records;
    bool ready;
};

static bool add_records(struct telling *t, struct tx *tx, const struct happened *h, struct errs *e)
{
    struct household household;
    enum found f = db_get(tx, &household_entity, &household, e, V(h->county), V(h->household));
    if (f != FOUND || !actor_may(&t->who, PERM_REGISTRY_READ, household.village))
        return f != FAILED;
    struct dci_hit hit = { .county = h->county, .household = h->household };
    json_t *one = NULL;
    if (!dci_record(t->d, tx, &t->who, &t->c, &hit, &one, e))
        return false;
    if (one)
        json_array_append_new(t->records, one);
    return true;
}

static bool collect(struct tx *tx, void *ctx, struct errs *e)
{
    struct telling *t = ctx;
    struct app_user u;
    json_array_clear(t->records);
    t->ready = false;
    enum found f = db_get(tx, &dci_subscription_entity, &t->s, e, V(t->subscription));
    if (f == FOUND && !t->s.ended)
        f = db_get(tx, &dci_client_entity, &t->c, e, V(t->s.client_id));
    if (f == FOUND && !t->s.ended && !t->c.revoked)
        f = db_get(tx, &app_user_entity, &u, e, V(t->c.user_id));
    if (f != FOUND || t->s.ended || t->c.revoked || !u.active)
        return f != FAILED;
    if (!actor_of(tx, &u, "api", &t->who, e))
        return false;
    for (size_t i = 0; i < t->n; i++)
        if (!add_records(t, tx, &t->list[i], e))
            return false;
    t->ready = json_array_size(t->records) > 0;
    return true;
}

static bool log_it(struct tx *tx, void *ctx, struct errs *e)
{
    struct telling *t = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_text(&w, "client", t->c.sender_id);
    put_member_text(&w, "event", t->s.event);
    put_member_int(&w, "told", (int64_t)json_array_size(t->records));
    put_object_end(&w);
    act_begin(&act, tx, &t->who, "dci.notify", t->c.sender_id, e->a);
    return act_log(&act, 0, buf_cstr(&b), e);
}

/* "350603/17 350603/18" */
static void read_households(struct telling *t, struct str text)
{
    struct str one, county;
    while (text.n && t->n < BATCH && str_split(&text, ' ', &one)) {
        struct happened *h = &t->list[t->n];
        t->n += str_split(&one, '/', &county) && str_int(county, &h->county) && str_int(one, &h->household);
    }
}

static struct str notice_of(struct telling *t, struct arena *a)
{
    struct dci_message m = { .sender_id = t->c.sender_id };
    json_t *event = json_pack("{s:o,s:o,s:o,s:o,s:O}", "reference_id", dci_str(t->s.reference_id),
                              "timestamp", dci_now(), "subscription_code", dci_str(t->s.code),
                              "reg_event_type", dci_str(t->s.event), "reg_records", t->records);
    return dci_dump(
        dci_envelope(&m, "notify", "succ", 1,
                     json_pack("{s:o,s:[o]}", "transaction_id", dci_str(t->s.code), "notify_event", event)),
        a);
}

bool dci_notify(const struct dci *d, const struct dci_waiting *w)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    struct telling t = { .d = d, .subscription = w->subscription_id, .records = json_array() };
    struct str text;
    bool done = !dci_waiting_text(store_seal(d->st), w->sealed, &a, &text);
    if (!done) {
        read_households(&t, text);
        done = store_run(d->st, TX_READ, 0, collect, &t, &e) && !t.ready;
    }
    /* What leaves the house is written down before it does, once. */
    if (!done && t.ready && (w->tries || store_run(d->st, TX_WRITE, 0, log_it, &t, &e)))
        done = dci_post(&t.c, t.s.sender_uri, notice_of(&t, &a));
    json_decref(t.records);
    arena_free(&a);
    return done;
}

/* --- keeping ------------------------------------------------------------------------------ */

static bool keep_notice(struct tx *tx, const struct dci_subscription *s, struct buf *households,
                        struct errs *e)
{
    struct instant now = clock_now();
    struct dci_waiting w = { .client_id = s->client_id,
                             .subscription_id = s->id,
                             .action = s->event,
                             .correlation_id = s->code,
                             .next_at = now,
                             .created_at = now };
    bool room;
    bool ok = dci_waiting_add(tx, &w, buf_str(households), &room, e);
    buf_clear(households);
    return ok;
}

static bool keep_notices(const struct watching *x, struct tx *tx, const struct dci_subscription *s,
                         struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(BATCH * 64);
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++) {
        const struct happened *h = &x->events[i];
        if (!str_eq(s->event, str_of(event_names[h->event])))
            continue;
        buf_addf(&b, "%s%lld/%lld", n % BATCH ? " " : "", (long long)h->county, (long long)h->household);
        if (++n % BATCH == 0 && !keep_notice(tx, s, &b, e))
            return false;
    }
    return !b.n || keep_notice(tx, s, &b, e);
}

/* Who is to be told of what, and that it was seen: both or nothing. */
static bool keep(struct tx *tx, void *ctx, struct errs *e)
{
    const struct watching *x = ctx;
    if (!x->subscriptions.n)
        return dci_seen_forget(tx, e);
    for (size_t i = 0; i < x->subscriptions.n; i++)
        if (!keep_notices(x, tx, &((const struct dci_subscription *)x->subscriptions.rows)[i], e))
            return false;
    for (size_t i = 0; i < x->now_n; i++) {
        struct dci_seen s = { .county = x->now[i].county,
                              .seq = x->now[i].seq,
                              .households = dci_ids_pack(x->now[i].ids, x->now[i].n, e->a) };
        if (!dci_seen_put(tx, &s, e))
            return false;
    }
    return true;
}

static void remember(struct watching *x)
{
    struct dci_watch *w = x->w;
    if (!x->subscriptions.n) {
        seen_release(w->counties, w->n);
        w->counties = NULL;
        w->n = 0;
    }
    for (size_t i = 0; i < x->now_n; i++) {
        struct seen *to = seen_of(w, x->now[i].county);
        if (!to) {
            w->counties = xrealloc(w->counties, (w->n + 1) * sizeof *w->counties);
            to = &w->counties[w->n++];
            *to = (struct seen){ 0 };
        }
        free(to->ids);
        *to = x->now[i];
        x->now[i].ids = NULL;
    }
}

void dci_watch_run(struct dci_watch *w, const struct dci *d)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    struct watching x = { .w = w, .a = &a, .events = NEW_ARRAY(&a, struct happened, EVENTS_MAX) };
    bool ok = store_run(d->st, TX_READ, 0, look, &x, &e);
    bool changed = x.now_n || (!x.subscriptions.n && w->n);
    if (ok && changed && store_run(d->st, TX_WRITE, 0, keep, &x, &e))
        remember(&x);
    seen_release(x.now, x.now_n);
    arena_free(&a);
}
