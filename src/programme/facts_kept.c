#include "programme/facts_kept.h"

#include "access/audit.h"
#include "programme/screen.h"
#include "registry/scope.h"

#include <assert.h>
#include <pthread.h>

enum { ENTRIES_MAX = 64 };

/* What makes two questions the same one. */
struct key {
    struct scope scope;
    int32_t as_of, today;
    int64_t year_first, year_last;
    int64_t head; /* of the county's audit chain */
    uint64_t plan, regions;
};
struct entry {
    struct key key;
    struct arena a;
    struct fact_page *pages;
    size_t n, cap, bytes;
    unsigned readers;
    uint64_t used;
};
struct facts_kept {
    pthread_mutex_t lock;
    struct entry *entries[ENTRIES_MAX];
    size_t n, bytes, bytes_max;
    uint64_t clock;
    int64_t hits, misses;
};

static void entry_free(struct entry *x)
{
    arena_free(&x->a);
    free(x->pages);
    free(x);
}

static void entry_freep(struct entry **x)
{
    if (*x)
        entry_free(*x);
}

struct facts_kept *facts_kept_open(size_t bytes_max)
{
    struct facts_kept *k = xcalloc(1, sizeof *k);
    k->bytes_max = bytes_max;
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void facts_kept_close(struct facts_kept *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < k->n; i++) {
        assert(!k->entries[i]->readers);
        entry_free(k->entries[i]);
    }
    pthread_mutex_destroy(&k->lock);
    free(k);
}

struct facts_kept_counts facts_kept_counts(struct facts_kept *k)
{
    pthread_mutex_lock(&k->lock);
    struct facts_kept_counts out = { k->hits, k->misses, k->bytes };
    pthread_mutex_unlock(&k->lock);
    return out;
}

/* --- keys --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ ((const uint8_t *)p)[i]) * UINT64_C(1099511628211);
    return h;
}

static uint64_t plan_hash(const struct fact_plan *plan)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < plan->n; i++) {
        h = mix(h, &plan->needs[i].record, sizeof plan->needs[i].record);
        h = mix(h, plan->needs[i].field.name, strlen(plan->needs[i].field.name) + 1);
    }
    return mix(h, plan->lists, sizeof plan->lists);
}

/* Pages name villages by their place among the regions. */
static uint64_t regions_hash(const struct fact_indicators *x)
{
    uint64_t h = UINT64_C(14695981039346656037);
    return x && x->n_regions ? mix(h, x->regions, x->n_regions * sizeof *x->regions) : h;
}

static bool key_of(struct tx *tx, const struct fact_request *q, const struct scope *scope, struct key *out,
                   struct errs *e)
{
    struct audit_head head = { 0 };
    if (db_get(tx, &audit_head_entity, &head, e, V(scope->county)) == FAILED)
        return false;
    memset(out, 0, sizeof *out); /* compared byte by byte */
    out->scope = *scope;
    out->as_of = q->as_of.day;
    out->today = q->today.day;
    out->year_first = q->year_first;
    out->year_last = q->year_last;
    out->head = head.seq;
    out->plan = plan_hash(q->plan);
    out->regions = regions_hash(q->indicators);
    return true;
}

/* --- entries ------------------------------------------------------------------------------ */

static struct entry *find(struct facts_kept *k, const struct key *key)
{
    struct entry *found = NULL;
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < k->n && !found; i++)
        if (!memcmp(&k->entries[i]->key, key, sizeof *key))
            found = k->entries[i];
    if (found) {
        found->readers++;
        found->used = ++k->clock;
        k->hits++;
    } else {
        k->misses++;
    }
    pthread_mutex_unlock(&k->lock);
    return found;
}

static void let_go(struct facts_kept *k, struct entry *x)
{
    pthread_mutex_lock(&k->lock);
    assert(x->readers);
    x->readers--;
    pthread_mutex_unlock(&k->lock);
}

static void drop_at(struct facts_kept *k, size_t i)
{
    k->bytes -= k->entries[i]->bytes;
    entry_free(k->entries[i]);
    k->entries[i] = k->entries[--k->n];
}

/* Of the same county, but of before the last write: nobody will ask for it again. */
static bool is_stale(const struct entry *x, const struct key *now)
{
    return !x->readers && x->key.scope.county == now->scope.county && x->key.head < now->head;
}

static bool make_room(struct facts_kept *k, const struct entry *x)
{
    for (size_t i = k->n; i-- > 0;)
        if (is_stale(k->entries[i], &x->key))
            drop_at(k, i);
    while (k->n == ENTRIES_MAX || k->bytes + x->bytes > k->bytes_max) {
        size_t oldest = k->n;
        for (size_t i = 0; i < k->n; i++)
            if (!k->entries[i]->readers && (oldest == k->n || k->entries[i]->used < k->entries[oldest]->used))
                oldest = i;
        if (oldest == k->n)
            return false;
        drop_at(k, oldest);
    }
    return true;
}

/* Takes x, or frees it where there is no room. */
static void keep(struct facts_kept *k, struct entry *x)
{
    bool kept = false;
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < k->n; i++)
        kept = kept || !memcmp(&k->entries[i]->key, &x->key, sizeof x->key); /* by another thread */
    if (!kept && x->bytes <= k->bytes_max && make_room(k, x)) {
        x->used = ++k->clock;
        k->bytes += x->bytes;
        k->entries[k->n++] = x;
        x = NULL;
    }
    pthread_mutex_unlock(&k->lock);
    if (x)
        entry_free(x);
}

/* --- reading ------------------------------------------------------------------------------ */

struct filling {
    struct entry *x;
    const struct fact_plan *plan;
    size_t bytes_max;
    fact_page_fn *fn;
    void *ctx;
};

static size_t page_bytes(const struct fact_page *p, const struct fact_plan *plan)
{
    size_t sum = p->batch.n * 24;
    for (size_t i = 0; i < plan->n; i++) {
        const struct fact_list *list = &p->batch.lists[plan->needs[i].record];
        size_t cells = list->start ? list->start[p->batch.n] : p->batch.n;
        sum += cells * (plan->needs[i].field.type == FACT_TEXT ? 40 : 9);
    }
    for (size_t r = 1; r < FACTS_RECORDS; r++)
        if (p->batch.lists[r].start)
            sum += p->batch.n * 5 + (size_t)p->batch.lists[r].start[p->batch.n] * 8;
    return sum;
}

static bool fill_page(void *ctx, const struct fact_page *page, struct errs *e)
{
    struct filling *f = ctx;
    struct entry *x = f->x;
    x->bytes += page_bytes(page, f->plan);
    if (x->bytes <= f->bytes_max) {
        if (x->n == x->cap) {
            x->cap = x->cap ? x->cap * 2 : 8;
            x->pages = xrealloc(x->pages, arena_mul(x->cap, sizeof *x->pages));
        }
        x->pages[x->n++] = fact_page_part(page, f->plan, 0, page->batch.n, &x->a);
    }
    return f->fn(f->ctx, page, e);
}

static bool read_and_keep(struct tx *tx, struct facts_kept *k, const struct fact_request *q,
                          const struct key *key, fact_page_fn *fn, void *ctx, struct errs *e)
{
    CLEANUP(entry_freep) struct entry *x = xcalloc(1, sizeof *x);
    struct filling f = { x, q->plan, k->bytes_max, fn, ctx };
    x->key = *key;
    if (!facts_read_scope(tx, q, &key->scope, fill_page, &f, e))
        return false;
    keep(k, x);
    x = NULL;
    return true;
}

static bool hand_out(struct entry *x, fact_page_fn *fn, void *ctx, struct errs *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < x->n; i++)
        ok = fn(ctx, &x->pages[i], e);
    return ok;
}

bool facts_read_kept(struct tx *tx, struct facts_kept *k, const struct fact_request *q, fact_page_fn *fn,
                     void *ctx, struct errs *e)
{
    struct scopes scopes;
    if (!k || q->household || q->only) /* a few households: the database is asked */
        return facts_read(tx, q, fn, ctx, e);
    if (!scopes_of(tx, q->who, PERM_REGISTRY_READ, q->within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        struct key key;
        if (!key_of(tx, q, &scopes.list[i], &key, e))
            return false;
        struct entry *x = find(k, &key);
        bool ok = x ? hand_out(x, fn, ctx, e) : read_and_keep(tx, k, q, &key, fn, ctx, e);
        if (x)
            let_go(k, x);
        if (!ok)
            return false;
    }
    return true;
}
