#include "store/driver.h"

#include "store/internal.h"

#include <assert.h>
#include <pthread.h>

enum {
    TRIES = 8,
    SHARED_TRIES = 3,
    PATIENCE_US = 3000000,
    TURN_S = 2,
    BATCH_MAX = 256,
    BACKOFF_US = 2000,
    PLANS_MIN = 64,
    COMPANY_US_MAX = 1000
};

bool db_fail(struct errs *e, enum db_failure f, struct str table, const char *text)
{
    switch (f) {
    case DB_DUPLICATE: return fail(e, ERR_CONFLICT, NULL, MSG_DB_DUPLICATE, A(table));
    case DB_REFERENCE: return fail(e, ERR_CONFLICT, NULL, MSG_DB_REFERENCE, A(table));
    case DB_CHECK: return fail(e, ERR_INVALID, NULL, MSG_DB_CHECK, A(table));
    case DB_RETRY: return fail(e, ERR_RETRY, NULL, MSG_DB_BUSY);
    case DB_GONE: return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_GONE);
    case DB_FULL: return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_FULL);
    case DB_DAMAGED: return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_DAMAGED, A(text));
    case DB_OTHER: break;
    }
    return fail(e, ERR_INTERNAL, NULL, MSG_DB_ERROR, A(text));
}

/* --- prepared statements of a connection -------------------------------------------------- */

static size_t plan_slot(const struct conn *c, const void *key, unsigned which)
{
    size_t at = ((uintptr_t)key / 16 * 31 + which) * UINT64_C(0x9e3779b97f4a7c15) >> 20;
    for (at &= c->plans_cap - 1; c->plans[at]; at = (at + 1) & (c->plans_cap - 1))
        if (c->plans[at]->key == key && c->plans[at]->which == which)
            break;
    return at;
}

static void plans_grow(struct conn *c)
{
    struct plan **old = c->plans;
    size_t cap = c->plans_cap;
    c->plans_cap = cap ? cap * 2 : PLANS_MIN;
    c->plans = xcalloc(c->plans_cap, sizeof *c->plans);
    for (size_t i = 0; i < cap; i++)
        if (old[i])
            c->plans[plan_slot(c, old[i]->key, old[i]->which)] = old[i];
    free(old);
}

static struct plan *plan_put(struct conn *c, size_t at, const void *key, unsigned which, const char *text,
                             struct errs *e)
{
    char *sql = strdup(text);
    struct plan *p = sql ? c->driver->prepare(c, sql, e) : NULL;
    if (!p) {
        free(sql);
        return NULL;
    }
    *p = (struct plan){ .key = key, .which = which, .sql = sql };
    c->plans[at] = p;
    c->plans_n++;
    return p;
}

struct plan *plan_get(struct conn *c, const void *key, unsigned which,
                      const char *(*text)(const void *, unsigned, struct arena *), struct errs *e)
{
    if (c->plans_n * 2 >= c->plans_cap)
        plans_grow(c);
    size_t at = plan_slot(c, key, which);
    if (c->plans[at])
        return c->plans[at];
    struct arena a = { 0 };
    struct plan *p = plan_put(c, at, key, which, text(key, which, &a), e);
    arena_free(&a);
    return p;
}

struct plan *plan_of_text(struct conn *c, const void *key, const char *sql, struct errs *e)
{
    unsigned which = 1u << 31;
    for (const char *p = sql; *p; p++)
        which = (which * 31 + (unsigned char)*p) | 1u << 31;
    if (c->plans_n * 2 >= c->plans_cap)
        plans_grow(c);
    for (;; which = (which + 1) | 1u << 31) {
        size_t at = plan_slot(c, key, which);
        if (!c->plans[at])
            return plan_put(c, at, key, which, sql, e);
        if (!strcmp(c->plans[at]->sql, sql))
            return c->plans[at];
    }
}

static void plans_release(struct conn *c)
{
    for (size_t i = 0; i < c->plans_cap; i++)
        if (c->plans[i]) {
            free((char *)c->plans[i]->sql);
            c->driver->forget(c, c->plans[i]);
        }
    free(c->plans);
}

/* --- connections -------------------------------------------------------------------------- */

static void conn_close(struct conn *c)
{
    plans_release(c);
    c->driver->close(c);
}

/* The first connection may hold many pages, for imports; a hundred that did would be a machine's memory. None
 * maps the file: who reads a mapped page of a file that was cut off gets a signal instead of an error. */
static struct conn *open_more(struct store *st, struct errs *e)
{
    struct errs quiet = { .a = e->a, .lang = e->lang };
    struct conn *c = st->driver->open(st->url, false, e);
    if (c && st->driver == &sqlite_driver)
        c->driver->script(c, "PRAGMA cache_size=-8192", &quiet);
    return c;
}

struct conn *conn_take(struct store *st, struct errs *e)
{
    pthread_mutex_lock(&st->lock);
    struct conn *c = st->idle;
    if (c)
        st->idle = c->next;
    pthread_mutex_unlock(&st->lock);
    return c ? c : open_more(st, e);
}

void store_trim(struct store *st)
{
    pthread_mutex_lock(&st->lock);
    for (struct conn *c = st->driver->trim ? st->idle : NULL; c; c = c->next)
        st->driver->trim(c);
    pthread_mutex_unlock(&st->lock);
}

static void conns_close(struct conn *list)
{
    for (struct conn *next; list; list = next) {
        next = list->next;
        conn_close(list);
    }
}

/* Where one connection broke, those that are idle were most likely cut off with it. */
void conn_give(struct store *st, struct conn *c)
{
    struct conn *gone = NULL;
    pthread_mutex_lock(&st->lock);
    c->next = st->idle;
    st->idle = c;
    if (c->broken) {
        gone = c;
        st->idle = NULL;
    }
    pthread_mutex_unlock(&st->lock);
    conns_close(gone);
}

struct store *store_open(const struct store_options *o, struct errs *e)
{
    bool pg =
        str_starts(str_of(o->url), STR("postgresql://")) || str_starts(str_of(o->url), STR("postgres://"));
    struct store *st = xcalloc(1, sizeof *st);
    st->driver = pg ? &postgres_driver : &sqlite_driver;
    st->schema = o->schema;
    st->url = strdup(o->url);
    pthread_mutex_init(&st->lock, NULL);
    pthread_rwlockattr_t
        patient; /* who wants a turn of its own is not kept waiting by those who come after */
    pthread_rwlockattr_init(&patient);
    pthread_rwlockattr_setkind_np(&patient, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&st->turn, &patient);
    pthread_rwlockattr_destroy(&patient);
    for (int i = 0; i < LANES; i++) {
        pthread_mutex_init(&st->lanes[i].lock, NULL);
        st->lanes[i].last = &st->lanes[i].first;
    }
    keeper_init(&st->keeper);
    struct conn *c = st->url ? st->driver->open(st->url, o->create, e) : NULL;
    if (!c) {
        store_close(st);
        return NULL;
    }
    conn_give(st, c);
    return st;
}

void store_close(struct store *st)
{
    if (!st)
        return;
    keeper_release(st);
    conns_close(st->idle);
    for (int i = 0; i < LANES; i++)
        pthread_mutex_destroy(&st->lanes[i].lock);
    pthread_mutex_destroy(&st->lock);
    pthread_rwlock_destroy(&st->turn);
    seal_free(st->seal);
    free(st->url);
    free(st);
}

const struct seal *store_seal(const struct store *st)
{
    return st->seal;
}

void store_use_seal(struct store *st, struct seal *s)
{
    seal_free(st->seal);
    st->seal = s;
}

const struct schema *store_schema(const struct store *st)
{
    return st->schema;
}

bool store_is_sqlite(const struct store *st)
{
    return st->driver == &sqlite_driver;
}

struct store *tx_store(const struct tx *tx)
{
    return tx->st;
}

struct conn *tx_conn(struct tx *tx)
{
    assert(!tx->streaming); /* a db_scan is open: PostgreSQL could not answer */
    if (tx->feeder)
        feeder_drain(tx->feeder);
    return tx->c;
}

/* --- transactions ------------------------------------------------------------------------- */

struct job {
    tx_fn *fn;
    void *ctx;
    struct errs *e;
    int64_t county;
    bool alone;                     /* shares its transaction with none */
    bool load;                      /* TX_LOAD */
    void (*tend)(struct store *st); /* instead of fn */
    bool ok, done;
    bool leads;          /* it is its thread's turn to run what waits */
    pthread_cond_t wake; /* of its thread, when it is done or leads */
    struct job *next;
};

static void tx_release(struct tx *tx)
{
    arena_free(&tx->a);
    buf_release(&tx->scratch);
}

static bool is_lost_race(const struct errs *e)
{
    for (const struct err *x = e->bad.first; x; x = x->next)
        if (x->code == ERR_RETRY)
            return true;
    return false;
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* Longer every time, and not as long as another process that lost the same race. */
static void backoff(int attempt)
{
    long ns = (long)BACKOFF_US * 1000 << (attempt < 6 ? attempt : 6);
    struct timespec t = { .tv_nsec = ns + now_us() % 997 * ns / 997 };
    nanosleep(&t, NULL);
}

/* On a busy machine eight lost races are nothing unusual, three seconds of them are. */
static bool gives_up(int attempt, bool lost, int64_t since_us)
{
    return attempt + 1 >= TRIES && (!lost || now_us() - since_us > PATIENCE_US);
}

/* A domain function that changed a table and left no audit row has a bug that must not be saved. */
static bool run_fn(struct tx *tx, struct job *j)
{
    errs_clear(j->e);
    bool ok = j->fn(tx, j->ctx, j->e);
    ok = (!tx->feeder || feeder_ok(tx->feeder, j->e)) && ok;
    feeder_close(tx->feeder);
    tx->feeder = NULL;
    tx->beside = false;
    assert(!tx->streaming);
    assert(ok != errs_any(j->e));
    assert(!ok || !tx->touched);
    assert(!ok || !tx->deferred);
    tx->touched = NULL;
    tx->deferred = NULL;
    return ok;
}

static bool run_in_savepoint(struct tx *tx, struct job *j, struct errs *batch)
{
    const struct driver *d = tx->c->driver;
    struct id_pool before = tx->ids ? *tx->ids : (struct id_pool){ 0 };
    if (!d->savepoint(tx->c, batch))
        return false;
    j->ok = run_fn(tx, j);
    if (j->ok)
        return d->release(tx->c, batch);
    ids_undo(tx, before);
    return !is_lost_race(j->e) && d->rollback_to(tx->c, batch);
}

/* Was the connection lost, and when? */
enum cut { CUT_NOT, CUT_BEFORE_COMMIT, CUT_IN_COMMIT };

/* One attempt at a batch.  false: nothing of it was saved; `batch` says why unless a job's own error
 * is the reason.  *cut_off: the connection was lost before the commit, so that another one may try. */
static bool run_batch_once(struct store *st, struct conn *c, struct id_pool *ids, struct job *jobs,
                           struct errs *batch, enum cut *cut)
{
    CLEANUP(tx_release)
    struct tx tx = { .st = st, .c = c, .mode = TX_WRITE, .ids = ids, .scratch = BUF(ROW_BYTES_MAX) };
    tx.load = jobs->load;
    struct id_pool before = *ids;
    c->log_pages = 0;
    bool ok = c->driver->begin(c, jobs->load ? TX_LOAD : TX_WRITE, batch);
    if (ok && !jobs->next) {
        jobs->ok = ok = run_fn(&tx, jobs);
    } else {
        for (struct job *j = jobs; ok && j; j = j->next)
            ok = run_in_savepoint(&tx, j, batch);
    }
    bool all_ran = ok;
    ok = ok && c->driver->commit(c, batch);
    if (!ok) {
        ids_undo(&tx, before);
        c->driver->rollback(c);
    }
    *cut = !c->broken ? CUT_NOT : all_ran ? CUT_IN_COMMIT : CUT_BEFORE_COMMIT;
    return ok;
}

/* unsure: the connection was lost while the database was asked to commit. */
static void batch_failed(struct job *jobs, const struct errs *batch, bool unsure)
{
    const struct err *why = batch->bad.first;
    for (struct job *j = jobs; j; j = j->next) {
        if (!j->ok && errs_any(j->e))
            continue;
        j->ok = false;
        if (unsure)
            fail(j->e, ERR_UNAVAILABLE, NULL, MSG_DB_UNSURE);
        else
            fail(j->e, why ? why->code : ERR_RETRY, NULL, MSG_DB_NOT_SAVED,
                 A(why ? why->text : say(j->e->a, j->e->lang, MSG_DB_BUSY)));
    }
}

/* Several lanes write at once where the database allows it, and whoever works longer loses against those who
 * commit meanwhile.  After a few lost races a batch gets a turn of its own: no other lane writes while it
 * runs. It does not wait long for that, since an import may be under way. */
static bool turn_take(struct store *st, int attempt)
{
    struct timespec until;
    if (st->driver->one_writer)
        return false;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += TURN_S;
    if (attempt < SHARED_TRIES || pthread_rwlock_timedwrlock(&st->turn, &until) != 0)
        return pthread_rwlock_rdlock(&st->turn) == 0;
    return true;
}

static bool batch_lost(const struct job *jobs, const struct errs *batch)
{
    bool lost = is_lost_race(batch);
    for (const struct job *j = jobs; j; j = j->next)
        lost = lost || (!j->ok && is_lost_race(j->e));
    return lost;
}

static void run_batch(struct store *st, struct lane *lane, struct job *jobs);

/* What keeps losing, a screening perhaps, must not take a log-in down with it. */
static void run_singly(struct store *st, struct lane *lane, struct job *jobs)
{
    for (struct job *j = jobs, *next; j; j = next) {
        next = j->next;
        j->next = NULL;
        run_batch(st, lane, j);
        j->next = next;
    }
}

static bool try_batch(struct store *st, struct lane *lane, struct job *jobs, int attempt, struct errs *batch,
                      enum cut *cut)
{
    errs_clear(batch);
    for (struct job *j = jobs; j; j = j->next)
        j->ok = false;
    *cut = CUT_NOT;
    bool turn = turn_take(st, attempt);
    struct conn *c = conn_take(st, batch);
    bool ok = c && run_batch_once(st, c, &lane->ids, jobs, batch, cut);
    if (turn)
        pthread_rwlock_unlock(&st->turn);
    if (ok && c->log_pages)
        keeper_tell(st, c->log_pages);
    if (c)
        conn_give(st, c);
    return ok;
}

static void run_batch(struct store *st, struct lane *lane, struct job *jobs)
{
    struct arena a = { 0 };
    if (jobs->tend) {
        jobs->tend(st);
        jobs->ok = true;
        return;
    }
    struct errs batch = { .a = &a, .lang = jobs->e->lang };
    int64_t since = now_us();
    for (int attempt = 0;; attempt++) {
        enum cut cut;
        if (try_batch(st, lane, jobs, attempt, &batch, &cut))
            break;
        bool lost = batch_lost(jobs, &batch);
        if ((!lost && cut != CUT_BEFORE_COMMIT) || gives_up(attempt, lost, since)) {
            batch_failed(jobs, &batch, cut == CUT_IN_COMMIT);
            break;
        }
        backoff(attempt);
        if (lost && jobs->next && attempt + 1 == SHARED_TRIES && !st->driver->one_writer) {
            run_singly(st, lane, jobs);
            break;
        }
    }
    arena_free(&a);
}

/* Up to BATCH_MAX waiting requests in their order, beginning with the first: where databases are many, those
 * of its county. */
static struct job *take_batch(struct lane *lane, bool any_county)
{
    struct job *batch = NULL, **end = &batch, **at = &lane->first;
    int64_t county = lane->first->county;
    size_t max = lane->first->alone ? 1 : BATCH_MAX;
    lane->ran = 0;
    while (*at && lane->ran < max) {
        struct job *j = *at;
        if ((!any_county && j->county != county) || (lane->ran > 0 && j->alone)) {
            at = &j->next;
            continue;
        }
        *at = j->next;
        j->next = NULL;
        *end = j;
        end = &j->next;
        lane->ran++;
        lane->waiting--;
    }
    lane->last = &lane->first;
    while (*lane->last)
        lane->last = &(*lane->last)->next;
    return batch;
}

/* Those who were served just now are about to come again: a moment's patience saves them, and us, a commit of
 * their own.  Who works alone does not wait. */
static void await_company(struct lane *lane, struct job *mine)
{
    if (lane->expected < 2 || mine->alone)
        return;
    int64_t us = lane->took_us / 2 < COMPANY_US_MAX ? lane->took_us / 2 : COMPANY_US_MAX,
            until = now_us() + us;
    const struct timespec t = { until / 1000000, until % 1000000 * 1000 };
    lane->gathering = true;
    while (lane->waiting < lane->expected && pthread_cond_timedwait(&mine->wake, &lane->lock, &t) == 0)
        ;
    lane->gathering = false;
}

/* The first in the queue leads: its thread runs a batch with its own request in it, and hands over to the
 * first of those who have come meanwhile. */
static void lead(struct store *st, struct lane *lane, struct job *mine)
{
    await_company(lane, mine);
    struct job *batch = take_batch(lane, st->driver->one_writer);
    assert(batch == mine);
    pthread_mutex_unlock(&lane->lock);
    int64_t from = now_us();
    run_batch(st, lane, batch);
    int64_t took = now_us() - from;
    pthread_mutex_lock(&lane->lock);
    lane->took_us = took;
    lane->expected = lane->ran + lane->waiting;
    if (lane->first) {
        lane->first->leads = true;
        pthread_cond_signal(&lane->first->wake);
    } else {
        lane->busy = false;
    }
    for (struct job *j = batch, *next; j; j = next) {
        next = j->next; /* a job that is done vanishes with its owner's stack, once the lock is free */
        j->done = true;
        if (j != mine)
            pthread_cond_signal(&j->wake);
    }
}

static bool run_write(struct store *st, struct job *mine)
{
    struct lane *lane = &st->lanes[st->driver->one_writer ? 0 : mine->county % LANES];
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&mine->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_lock(&lane->lock);
    *lane->last = mine;
    lane->last = &mine->next;
    lane->waiting++;
    if (!lane->busy)
        lane->busy = mine->leads = true;
    else if (lane->gathering && lane->waiting >= lane->expected)
        pthread_cond_signal(&lane->first->wake);
    while (!mine->done && !mine->leads)
        pthread_cond_wait(&mine->wake, &lane->lock);
    if (!mine->done)
        lead(st, lane, mine);
    pthread_mutex_unlock(&lane->lock);
    pthread_cond_destroy(&mine->wake);
    return mine->ok;
}

/* While it runs, no write of the first lane is under way. */
void run_between_writes(struct store *st, void (*fn)(struct store *st), struct errs *e)
{
    run_write(st, &(struct job){ .tend = fn, .e = e, .alone = true });
}

static bool run_read(struct store *st, tx_fn *fn, void *ctx, struct errs *e, bool *cut_off)
{
    struct conn *c = conn_take(st, e);
    *cut_off = false;
    if (!c)
        return false;
    CLEANUP(tx_release) struct tx tx = { .st = st, .c = c, .mode = TX_READ, .scratch = BUF(ROW_BYTES_MAX) };
    bool ok = c->driver->begin(c, TX_READ, e);
    if (ok) {
        ok = fn(&tx, ctx, e);
        assert(!tx.streaming);
        c->driver->rollback(c); /* nothing was written */
    }
    *cut_off = !ok && c->broken;
    conn_give(st, c);
    return ok;
}

/* --- two readings at once ------------------------------------------------------------------- */

struct reading_beside {
    struct store *st;
    tx_fn *fn;
    void *ctx;
    bool ok;
};

static void *read_beside(void *p)
{
    struct reading_beside *x = p;
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    bool cut_off;
    x->ok = run_read(x->st, x->fn, x->ctx, &e, &cut_off);
    arena_free(&a);
    return NULL;
}

/* The only writer, who has written nothing, sees what everybody sees; elsewhere another connection might see
 * more, or less. */
static bool sees_what_all_see(const struct tx *tx)
{
    return tx->st->driver->one_writer && tx->mode == TX_WRITE && !tx->load && !tx->changed;
}

bool tx_both(struct tx *tx, tx_fn *here, void *here_ctx, tx_fn *beside, void *beside_ctx, struct errs *e)
{
    struct reading_beside x = { .st = tx->st, .fn = beside, .ctx = beside_ctx };
    pthread_t thread;
    bool both = sees_what_all_see(tx) && pthread_create(&thread, NULL, read_beside, &x) == 0;
    bool ok = here(tx, here_ctx, e);
    if (both)
        pthread_join(thread, NULL);
    assert(!both || !tx->changed);
    return ok && (x.ok || beside(tx, beside_ctx, e)); /* what failed there says here why */
}

bool store_run(struct store *st, enum tx_mode mode, int64_t county, tx_fn *fn, void *ctx, struct errs *e)
{
    errs_clear(e);
    if (mode != TX_READ)
        return run_write(st, &(struct job){ .fn = fn,
                                            .ctx = ctx,
                                            .e = e,
                                            .county = county,
                                            .alone = mode == TX_LOAD,
                                            .load = mode == TX_LOAD });
    for (int attempt = 0;; attempt++) {
        bool cut_off;
        if (run_read(st, fn, ctx, e, &cut_off))
            return true;
        if ((!cut_off && !is_lost_race(e)) || attempt + 1 == TRIES)
            return false;
        errs_clear(e);
        backoff(attempt);
    }
}

/* A small write of its own beside a transaction that is open; waits in no queue. */
bool store_run_apart(struct store *st, tx_fn *fn, void *ctx, struct errs *e)
{
    int64_t since = now_us();
    for (int attempt = 0;; attempt++) {
        struct conn *c = conn_take(st, e);
        if (!c)
            return false;
        CLEANUP(tx_release)
        struct tx tx = { .st = st, .c = c, .mode = TX_WRITE, .scratch = BUF(ROW_BYTES_MAX) };
        bool ok = c->driver->begin(c, TX_WRITE, e) && fn(&tx, ctx, e) && c->driver->commit(c, e);
        if (!ok)
            c->driver->rollback(c);
        bool cut_off = !ok && c->broken; /* at worst a block of ids is not used */
        conn_give(st, c);
        if (ok || (!cut_off && !is_lost_race(e)) || gives_up(attempt, !cut_off, since))
            return ok;
        e->bad = (struct err_list){ 0 }; /* what fn has warned of so far stays */
        backoff(attempt);
    }
}

bool store_integrity(struct tx *tx, struct errs *e)
{
    return tx_conn(tx)->driver->integrity(tx->c, e);
}
