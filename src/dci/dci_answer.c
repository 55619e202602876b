/* dci_answer.c - the endpoints. */
#include "access/secret.h"
#include "base/clock.h"
#include "dci/dci_parts.h"
#include "dci/dci_send.h"

#include <sodium.h>

/* --- searching ---------------------------------------------------------------------------- */

struct search_run {
    const struct dci *d;
    struct dci_job *job;
    struct arena *a;
    struct dci_fault *f;
    struct actor who;
    struct dci_client client;
    json_t *responses;
    int64_t found, told;
};

static json_t *response_of(const struct dci_query *q, const json_t *request, json_t *records, size_t total)
{
    struct str locale = dci_text(request, "locale");
    return json_pack("{s:o,s:o,s:s,s:{s:s,s:s,s:s,s:o},s:{s:I,s:I,s:I},s:s}", "reference_id",
                     dci_str(dci_text(request, "reference_id")), "timestamp", dci_now(), "status", "succ",
                     "data", "version", "1.0.0", "reg_type", "ns:org:RegistryType:Social", "reg_record_type",
                     q->members ? "Member" : "Group", "reg_records", records, "pagination", "page_size",
                     (json_int_t)q->page_size, "page_number", (json_int_t)q->page_number, "total_count",
                     (json_int_t)total, "locale", locale.p ? locale.p : "eng");
}

static bool search_one(struct search_run *s, struct tx *tx, const json_t *request, struct errs *e)
{
    struct dci_query q;
    struct dci_hits hits;
    if (!dci_query_read(request, &q, s->a, s->f) || !dci_search(s->d, tx, &s->who, &q, &hits, s->f, e))
        return false;
    json_t *records = json_array();
    size_t from = (size_t)(q.page_size * (q.page_number - 1));
    for (size_t i = from; i < hits.n && i < from + (size_t)q.page_size; i++) {
        json_t *one = NULL;
        if (!dci_record(s->d, tx, &s->who, &s->client, &hits.list[i], &one, e)) {
            json_decref(records);
            return false;
        }
        if (one) {
            json_array_append_new(records, one);
            s->told++;
        }
    }
    s->found += (int64_t)hits.n;
    json_array_append_new(s->responses, response_of(&q, request, records, hits.n));
    return true;
}

static bool search_all(struct search_run *s, struct tx *tx, struct errs *e)
{
    const struct dci_message *m = &s->job->m;
    const json_t *requests = json_object_get(m->message, "search_request");
    size_t n = json_array_size(requests);
    json_array_clear(s->responses);
    s->found = s->told = 0;
    if (!n || n > DCI_REQUESTS_MAX)
        return dci_wrong(s->f, DCI_BAD, 400, "message.search_request: a list of 1 to 10 requests");
    if (!dci_let_in(tx, s->job->bearer, m, &s->who, &s->client, s->a, s->f, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!search_one(s, tx, json_array_get(requests, i), e))
            return false;
    return true;
}

static bool do_search(struct tx *tx, void *ctx, struct errs *e)
{
    struct search_run *s = ctx;
    return dci_end(search_all(s, tx, e), s->f, e);
}

/* What was answered, before it is: how many records and which fields, not whose. */
static bool do_log(struct tx *tx, void *ctx, struct errs *e)
{
    struct search_run *s = ctx;
    const struct dci_message *m = &s->job->m;
    struct dci_transaction t = { .client_id = s->client.id,
                                 .transaction_id = m->transaction_id,
                                 .correlation_id = s->job->correlation_id,
                                 .action = m->action,
                                 .status = STR("succ"),
                                 .found = s->found,
                                 .received_at = clock_now(),
                                 .done_at = clock_now() };
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_text(&w, "client", s->client.sender_id);
    put_member_int(&w, "found", s->found);
    put_member_int(&w, "told", s->told);
    put_member_text(&w, "fields", s->client.fields);
    put_object_end(&w);
    act_begin(&act, tx, &s->who, "dci.search", s->client.sender_id, e->a);
    return db_id(tx, &t.id, e) && db_insert(tx, &dci_transaction_entity, &t, e) &&
           act_end(&act, buf_cstr(&b), e);
}

json_t *dci_on_search(const struct dci *d, struct dci_job *job, struct arena *a, struct dci_fault *f,
                      struct errs *e)
{
    struct search_run s = { .d = d, .job = job, .a = a, .f = f, .responses = json_array() };
    if (!store_run(d->st, TX_READ, 0, do_search, &s, e) || !store_run(d->st, TX_WRITE, 0, do_log, &s, e)) {
        json_decref(s.responses);
        return NULL;
    }
    return dci_envelope(&job->m, "on-search", "succ", s.told,
                        json_pack("{s:o,s:o,s:o}", "transaction_id", dci_str(job->m.transaction_id),
                                  "correlation_id", dci_str(job->correlation_id), "search_response",
                                  s.responses));
}

/* --- subscriptions ------------------------------------------------------------------------ */

struct subscribe_run {
    const struct dci *d;
    struct dci_job *job;
    struct arena *a;
    struct dci_fault *f;
    json_t *answers;
};

static bool subscribe_one(struct subscribe_run *s, struct tx *tx, const struct dci_client *c,
                          const json_t *request, struct errs *e)
{
    const json_t *criteria = json_object_get(request, "subscribe_criteria"),
                 *event = json_object_get(criteria, "reg_event_type"),
                 *kind = json_object_get(criteria, "notify_record_type");
    struct str type = dci_text(criteria, "notify_record_type"), what = dci_text(criteria, "reg_event_type");
    struct dci_subscription x = { .client_id = c->id,
                                  .reference_id = dci_text(request, "reference_id"),
                                  .sender_uri = s->job->m.sender_uri,
                                  .created_at = clock_now() };
    if (!what.p)
        what = dci_text(event, "value");
    if (!type.p)
        type = dci_text(kind, "value");
    if (!dci_is_id(x.reference_id) || !dci_is_time(dci_text(request, "timestamp")))
        return dci_wrong(s->f, DCI_BAD, 400, "subscribe_request: reference_id and timestamp");
    if (!str_eq(what, STR("REGISTER")) && !str_eq(what, STR("CHANGE")) && !str_eq(what, STR("EXIT")))
        return dci_wrong(s->f, DCI_BAD, 400, "reg_event_type: REGISTER, CHANGE or EXIT");
    if (!str_eq(type, STR("Group")) && !str_eq(type, STR("Member")))
        return dci_wrong(s->f, DCI_BAD, 400, "notify_record_type: Group or Member");
    x.event = what;
    x.record_type = type;
    x.code = secret_new(s->a);
    json_array_append_new(s->answers, json_pack("{s:o,s:o,s:s,s:[{s:o,s:s,s:o}]}", "reference_id",
                                                dci_str(x.reference_id), "timestamp", dci_now(), "status",
                                                "succ", "subscriptions", "code", dci_str(x.code), "status",
                                                "subscribe", "timestamp", dci_now()));
    return db_id(tx, &x.id, e) && db_insert(tx, &dci_subscription_entity, &x, e);
}

static bool unsubscribe_one(struct subscribe_run *s, struct act *act, const struct dci_client *c,
                            const json_t *code, struct errs *e)
{
    struct dci_subscription old;
    struct str text = { json_string_value(code), json_string_length(code) };
    if (!json_is_string(code) || !dci_is_id(text))
        return dci_wrong(s->f, DCI_BAD, 400, "subscription_codes: texts of 1 to 99 characters");
    enum found f = db_find(act->tx,
                           SQL_OF(STMT_REF, &dci_subscription_entity,
                                  "SELECT {*} FROM dci_subscription WHERE client_id = $1 AND code = $2"),
                           &old, e, V(c->id), V(text));
    if (f == FAILED)
        return false;
    if (f == FOUND && !old.ended) {
        struct dci_subscription now = old;
        now.ended = true;
        if (!act_update(act, &dci_subscription_entity, &old, &now, e))
            return false;
    }
    json_array_append_new(s->answers, json_pack("{s:o,s:s,s:o}", "code", dci_str(text), "status",
                                                f == FOUND ? "unsubscribe" : "rjct", "timestamp", dci_now()));
    return true;
}

static bool subscribe_all(struct subscribe_run *s, struct tx *tx, struct errs *e)
{
    const struct dci_message *m = &s->job->m;
    bool ends = str_eq(m->action, STR("unsubscribe"));
    const json_t *list = json_object_get(m->message, ends ? "subscription_codes" : "subscribe_request");
    struct actor who;
    struct dci_client c;
    size_t n = json_array_size(list);
    CLEANUP(act_release) struct act act = { 0 };
    json_array_clear(s->answers);
    if (!n || n > DCI_REQUESTS_MAX)
        return dci_wrong(s->f, DCI_BAD, 400, "message: a list of 1 to 10 entries");
    if (!dci_let_in(tx, s->job->bearer, m, &who, &c, s->a, s->f, e))
        return false;
    act_begin(&act, tx, &who, ends ? "dci.unsubscribe" : "dci.subscribe", c.sender_id, e->a);
    for (size_t i = 0; i < n; i++)
        if (!(ends ? unsubscribe_one(s, &act, &c, json_array_get(list, i), e)
                   : subscribe_one(s, tx, &c, json_array_get(list, i), e)))
            return false;
    return act_end(&act, NULL, e);
}

static bool do_subscribe(struct tx *tx, void *ctx, struct errs *e)
{
    struct subscribe_run *s = ctx;
    return dci_end(subscribe_all(s, tx, e), s->f, e);
}

static json_t *subscribe(const struct dci *d, struct dci_job *job, struct arena *a, struct dci_fault *f,
                         struct errs *e, const char *action, const char *list)
{
    struct subscribe_run s = { .d = d, .job = job, .a = a, .f = f, .answers = json_array() };
    if (!store_run(d->st, TX_WRITE, 0, do_subscribe, &s, e)) {
        json_decref(s.answers);
        return NULL;
    }
    return dci_envelope(&job->m, action, "succ", (int64_t)json_array_size(s.answers),
                        json_pack("{s:o,s:o,s:o,s:s,s:o}", "transaction_id", dci_str(job->m.transaction_id),
                                  "correlation_id", dci_str(job->correlation_id), "timestamp", dci_now(),
                                  "status", "succ", list, s.answers));
}

json_t *dci_on_subscribe(const struct dci *d, struct dci_job *job, struct arena *a, struct dci_fault *f,
                         struct errs *e)
{
    return subscribe(d, job, a, f, e, "on-subscribe", "subscribe_response");
}

json_t *dci_on_unsubscribe(const struct dci *d, struct dci_job *job, struct arena *a, struct dci_fault *f,
                           struct errs *e)
{
    return subscribe(d, job, a, f, e, "on-unsubscribe", "subscription_status");
}

/* --- what became of a request ------------------------------------------------------------- */

struct status_run {
    struct dci_job *job;
    struct arena *a;
    struct dci_fault *f;
    struct dci_transaction t;
    bool there;
};

static bool find_status(struct status_run *s, struct tx *tx, struct errs *e)
{
    const json_t *request = json_object_get(s->job->m.message, "txnstatus_request");
    struct str type = dci_text(request, "attribute_type"), value = dci_text(request, "attribute_value");
    struct actor who;
    struct dci_client c;
    bool by_correlation = str_eq(type, STR("correlation_id"));
    if (!dci_is_id(dci_text(request, "reference_id")) || !dci_is_id(value) ||
        !(by_correlation || str_eq(type, STR("transaction_id"))))
        return dci_wrong(s->f, DCI_BAD, 400,
                         "txnstatus_request: reference_id, attribute_type (transaction_id or correlation_id) "
                         "and attribute_value");
    if (!dci_let_in(tx, s->job->bearer, &s->job->m, &who, &c, s->a, s->f, e))
        return false;
    enum found f =
        by_correlation
            ? db_find(tx,
                      SQL_OF(STMT_REF, &dci_transaction_entity,
                             "SELECT {*} FROM dci_transaction WHERE client_id = $1 AND correlation_id = $2"),
                      &s->t, e, V(c.id), V(value))
            : db_find(tx,
                      SQL_OF(STMT_REF, &dci_transaction_entity,
                             "SELECT {*} FROM dci_transaction WHERE client_id = $1 AND transaction_id = $2 "
                             "ORDER BY id DESC LIMIT 1"),
                      &s->t, e, V(c.id), V(value));
    s->there = f == FOUND;
    return f != FAILED;
}

static bool do_status(struct tx *tx, void *ctx, struct errs *e)
{
    struct status_run *s = ctx;
    return dci_end(find_status(s, tx, e), s->f, e);
}

json_t *dci_on_status(const struct dci *d, struct dci_job *job, struct arena *a, struct dci_fault *f,
                      struct errs *e)
{
    struct status_run s = { .job = job, .a = a, .f = f };
    if (!store_run(d->st, TX_READ, 0, do_status, &s, e))
        return NULL;
    json_t *status = json_object();
    if (s.there) {
        json_object_set_new(status, "transaction_id", dci_str(s.t.transaction_id));
        json_object_set_new(status, "correlation_id", dci_str(s.t.correlation_id));
        json_object_set_new(
            status, "search_response",
            json_pack("[{s:o,s:I}]", "status", dci_str(s.t.status), "total_count", (json_int_t)s.t.found));
    }
    return dci_envelope(&job->m, "txn-on-status", s.there ? "succ" : "rjct", s.there,
                        json_pack("{s:o,s:o,s:{s:s,s:o}}", "transaction_id", dci_str(job->m.transaction_id),
                                  "correlation_id", dci_str(job->correlation_id), "txnstatus_response",
                                  "txn_type", "search", "txn_status", status));
}

/* --- the endpoints ------------------------------------------------------------------------ */

static const struct endpoint {
    const char *path, *action;
    dci_operation *op; /* NULL: what others call back with; it is acknowledged */
    bool later;
} endpoints[] = {
    { "/registry/sync/search", "search", dci_on_search, false },
    { "/registry/search", "search", dci_on_search, true },
    { "/registry/subscribe", "subscribe", dci_on_subscribe, true },
    { "/registry/unsubscribe", "unsubscribe", dci_on_unsubscribe, true },
    { "/registry/sync/txn/status", "txn-status", dci_on_status, false },
    { "/registry/txn/status", "txn-status", dci_on_status, true },
    { "/registry/on-search", "on-search", NULL, false },
    { "/registry/on-subscribe", "on-subscribe", NULL, false },
    { "/registry/on-unsubscribe", "on-unsubscribe", NULL, false },
    { "/registry/txn/on-status", "txn-on-status", NULL, false },
    { "/registry/notify", "notify", NULL, false },
};

static const struct endpoint *endpoint_of(struct str path)
{
    for (size_t i = 0; i < N_ELEMS(endpoints); i++)
        if (str_eq(path, str_of(endpoints[i].path)))
            return &endpoints[i];
    return NULL;
}

dci_operation *dci_operation_of(struct str action)
{
    for (size_t i = 0; i < N_ELEMS(endpoints); i++)
        if (endpoints[i].later && str_eq(action, str_of(endpoints[i].action)))
            return endpoints[i].op;
    return NULL;
}

bool dci_is_path(struct str path)
{
    return str_starts(path, STR("/registry/"));
}

struct knock {
    struct dci_job *job;
    struct arena *a;
    struct dci_fault *f;
    struct dci_client client;
};

static bool do_knock(struct tx *tx, void *ctx, struct errs *e)
{
    struct knock *k = ctx;
    struct actor who;
    return dci_end(dci_let_in(tx, k->job->bearer, &k->job->m, &who, &k->client, k->a, k->f, e), k->f, e);
}

/* Is the message of a kind that its operation will take?  What stands inside is looked at now, so that a
 * mistake is told at once and not by the call back. */
static bool search_reads(const struct dci_message *m, struct arena *a, struct dci_fault *f)
{
    const json_t *list = json_object_get(m->message, "search_request");
    struct dci_query q;
    for (size_t i = 0; i < json_array_size(list) && i < DCI_REQUESTS_MAX; i++)
        if (!dci_query_read(json_array_get(list, i), &q, a, f))
            return false;
    return json_array_size(list) ||
           dci_wrong(f, DCI_BAD, 400, "message.search_request: a list of 1 to 10 requests");
}

static bool accept(const struct dci *d, const struct endpoint *p, struct dci_job *job, struct str body,
                   struct arena *a, struct dci_fault *f, struct errs *e)
{
    struct knock k = { .job = job, .a = a, .f = f };
    if (!store_run(d->st, TX_READ, 0, do_knock, &k, e))
        return false;
    if (!p->later)
        return true;
    if (p->op == dci_on_search && !search_reads(&job->m, a, f))
        return false;
    if (!dci_may_call(&k.client, job->m.sender_uri, f))
        return false;
    return (d->sender && dci_send_later(d->sender, &k.client, job, body)) ||
           dci_wrong(f, DCI_INTERNAL, 503, "too many requests wait for their answers");
}

static struct str correlation_new(struct arena *a)
{
    uint8_t noise[16];
    char *hex = arena_alloc(a, 2 * sizeof noise + 1);
    randombytes_buf(noise, sizeof noise);
    sodium_bin2hex(hex, 2 * sizeof noise + 1, noise, sizeof noise);
    return str_of(hex);
}

static void refuse_with(struct dci_reply *r, struct arena *a, struct str correlation, struct dci_fault *f)
{
    dci_wrong(f, DCI_INTERNAL, 503, "the registry cannot answer now");
    r->status = f->status;
    r->body = dci_err(a, correlation, f);
}

static void job_free(struct dci_job *job)
{
    dci_message_free(&job->m);
}

void dci_answer(const struct dci *d, const struct dci_request *q, struct dci_reply *r)
{
    const struct endpoint *p = endpoint_of(q->path);
    struct errs e = { .a = q->a, .lang = EN };
    struct dci_fault f = { 0 };
    CLEANUP(job_free) struct dci_job job = { .bearer = q->bearer, .correlation_id = correlation_new(q->a) };
    *r = (struct dci_reply){ .status = 200, .route = p ? p->path : "/registry/" };
    if (!p || strcmp(q->method, "POST") != 0) {
        f = p ? (struct dci_fault){ DCI_BAD, "POST only", 405 }
              : (struct dci_fault){ DCI_BAD, "there is no such address", 404 };
        refuse_with(r, q->a, job.correlation_id, &f);
        return;
    }
    if (!dci_message_read(q->body, p->action, &job.m, &f)) {
        if (!q->bearer.p)
            f = (struct dci_fault){ DCI_UNAUTHORIZED, "a valid bearer token is needed", 401 };
        refuse_with(r, q->a, job.correlation_id, &f);
        return;
    }
    if (!accept(d, p, &job, q->body, q->a, &f, &e)) {
        refuse_with(r, q->a, job.correlation_id, &f);
    } else if (!p->op || p->later) {
        r->status = p->later ? 202 : 200;
        r->body = dci_ack(q->a, job.correlation_id);
    } else {
        json_t *full = p->op(d, &job, q->a, &f, &e);
        if (full)
            r->body = dci_dump(full, q->a);
        else
            refuse_with(r, q->a, job.correlation_id, &f);
    }
}
