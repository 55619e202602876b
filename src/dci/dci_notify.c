#include "dci/dci_notify.h"

#include "base/clock.h"
#include "dci/dci_parts.h"
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
};

struct dci_watch *dci_watch_open(void)
{
    return xcalloc(1, sizeof(struct dci_watch));
}

void dci_watch_close(struct dci_watch *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->counties[i].ids);
    free(w->counties);
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
    const struct dci *d;
    struct arena *a;
    struct happened *events;
    size_t n;
    struct list subscriptions;
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

static struct seen *seen_of(struct dci_watch *w, int64_t county, bool *fresh)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->counties[i].county == county) {
            *fresh = false;
            return &w->counties[i];
        }
    *fresh = true;
    w->counties = xrealloc(w->counties, (w->n + 1) * sizeof *w->counties);
    w->counties[w->n] = (struct seen){ .county = county };
    return &w->counties[w->n++];
}

static bool look_at_county(struct watching *x, struct tx *tx, const struct audit_head *head, struct errs *e)
{
    bool fresh;
    int64_t *ids;
    size_t n;
    struct seen *s = seen_of(x->w, head->county, &fresh);
    if (!fresh && s->seq == head->seq)
        return true;
    if (!read_ids(tx, head->county, &ids, &n, e)) {
        free(ids);
        return false;
    }
    if (!fresh) {
        compare(x, s, ids, n);
        if (!edited(x, tx, head->county, s->seq, e)) {
            free(ids);
            return false;
        }
    }
    free(s->ids);
    s->ids = ids;
    s->n = n;
    s->seq = head->seq;
    return true;
}

static bool look(struct tx *tx, void *ctx, struct errs *e)
{
    struct watching *x = ctx;
    struct list heads;
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
    struct watching *x;
    const struct dci_subscription *s;
    struct dci_client c;
    struct actor who;
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
    if (!dci_record(t->x->d, tx, &t->who, &t->c, &hit, &one, e))
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
    enum found f = db_get(tx, &dci_client_entity, &t->c, e, V(t->s->client_id));
    if (f == FOUND && !t->c.revoked)
        f = db_get(tx, &app_user_entity, &u, e, V(t->c.user_id));
    if (f != FOUND || t->c.revoked || !u.active)
        return f != FAILED;
    if (!actor_of(tx, &u, "api", &t->who, e))
        return false;
    for (size_t i = 0; i < t->x->n && json_array_size(t->records) < BATCH; i++)
        if (str_eq(t->s->event, str_of(event_names[t->x->events[i].event])) &&
            !add_records(t, tx, &t->x->events[i], e))
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
    put_member_text(&w, "event", t->s->event);
    put_member_int(&w, "told", (int64_t)json_array_size(t->records));
    put_object_end(&w);
    act_begin(&act, tx, &t->who, "dci.notify", t->c.sender_id, e->a);
    return act_log(&act, 0, buf_cstr(&b), e);
}

static void tell(struct watching *x, const struct dci_subscription *s)
{
    struct telling t = { .x = x, .s = s, .records = json_array() };
    struct errs e = { .a = x->a, .lang = EN };
    struct dci_message m = { .sender_id = STR("") };
    if (!store_run(x->d->st, TX_READ, 0, collect, &t, &e) || !t.ready ||
        !store_run(x->d->st, TX_WRITE, 0, log_it, &t, &e)) {
        json_decref(t.records);
        return;
    }
    m.sender_id = t.c.sender_id;
    json_t *event = json_pack("{s:o,s:o,s:o,s:o,s:o}", "reference_id", dci_str(s->reference_id), "timestamp",
                              dci_now(), "subscription_code", dci_str(s->code), "reg_event_type",
                              dci_str(s->event), "reg_records", t.records);
    struct str body = dci_dump(
        dci_envelope(&m, "notify", "succ", 1,
                     json_pack("{s:o,s:[o]}", "transaction_id", dci_str(s->code), "notify_event", event)),
        x->a);
    dci_post(&t.c, s->sender_uri, body);
}

void dci_watch_run(struct dci_watch *w, const struct dci *d)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    struct watching x = { .w = w, .d = d, .a = &a, .events = NEW_ARRAY(&a, struct happened, EVENTS_MAX) };
    if (store_run(d->st, TX_READ, 0, look, &x, &e))
        for (size_t i = 0; x.n && i < x.subscriptions.n; i++)
            tell(&x, &((const struct dci_subscription *)x.subscriptions.rows)[i]);
    arena_free(&a);
}
