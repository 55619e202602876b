#include "registry/export_pipe.h"

#include <assert.h>
#include <pthread.h>

enum { BATCH_ROWS = 256, BATCHES = 3 };

struct batch {
    char *rows;
    size_t n;
    struct arena a;
};

struct pipeline {
    struct batch batches[BATCHES];
    size_t mine; /* rows in the batch that is being filled */
    size_t size;
    pipeline_fn *fn;
    void *ctx;
    struct errs e; /* of the other thread, until it is joined */
    struct arena said;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t moved;
    size_t filled, emptied; /* batches so far; those between wait for the other thread */
    bool over, failed;
};

static struct batch *batch_at(struct pipeline *p, size_t n)
{
    return &p->batches[n % BATCHES];
}

/* --- the other thread -------------------------------------------------------------------------------------
 */

static bool wait_for_batch(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->filled == p->emptied && !p->over)
        pthread_cond_wait(&p->moved, &p->lock);
    bool any = p->filled > p->emptied && !p->failed;
    pthread_mutex_unlock(&p->lock);
    return any;
}

static void *work(void *arg)
{
    struct pipeline *p = arg;
    bool ok = true;
    while (wait_for_batch(p)) {
        struct batch *b = batch_at(p, p->emptied); /* only this thread changes emptied */
        for (size_t i = 0; ok && i < b->n; i++)
            ok = p->fn(p->ctx, b->rows + i * p->size, &b->a, &p->e);
        arena_reset(&b->a);
        pthread_mutex_lock(&p->lock);
        p->emptied++;
        p->failed = p->failed || !ok;
        pthread_cond_broadcast(&p->moved);
        pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

/* --- this one ----------------------------------------------------------------------------------------------
 */

struct pipeline *pipeline_open(size_t size, pipeline_fn *fn, void *ctx, enum lang lang)
{
    struct pipeline *p = xcalloc(1, sizeof *p);
    p->size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    p->fn = fn;
    p->ctx = ctx;
    p->e = (struct errs){ .a = &p->said, .lang = lang };
    for (size_t i = 0; i < BATCHES; i++)
        p->batches[i].rows = xcalloc(BATCH_ROWS, p->size);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->moved, NULL);
    if (pthread_create(&p->thread, NULL, work, p) != 0)
        abort(); /* only for want of memory or threads */
    return p;
}

void *pipeline_row(struct pipeline *p, struct arena **a)
{
    struct batch *b = batch_at(p, p->filled); /* only this thread changes filled */
    if (p->mine == 0) {
        pthread_mutex_lock(&p->lock);
        while (p->filled - p->emptied == BATCHES)
            pthread_cond_wait(&p->moved, &p->lock);
        bool failed = p->failed;
        pthread_mutex_unlock(&p->lock);
        if (failed)
            return NULL;
    }
    *a = &b->a;
    return b->rows + p->mine * p->size;
}

static void hand_over(struct pipeline *p, bool over, bool stop)
{
    pthread_mutex_lock(&p->lock);
    if (p->mine) {
        batch_at(p, p->filled)->n = p->mine;
        p->filled++;
    }
    p->mine = 0;
    p->over = over;
    p->failed = p->failed || stop;
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_push(struct pipeline *p)
{
    assert(p->mine < BATCH_ROWS);
    if (++p->mine == BATCH_ROWS)
        hand_over(p, false, false);
}

bool pipeline_close(struct pipeline *p, bool stop, struct errs *e)
{
    hand_over(p, true, stop);
    pthread_join(p->thread, NULL);
    bool ok = !errs_any(&p->e);
    errs_append(e, &p->e);
    for (size_t i = 0; i < BATCHES; i++) {
        arena_free(&p->batches[i].a);
        free(p->batches[i].rows);
    }
    pthread_cond_destroy(&p->moved);
    pthread_mutex_destroy(&p->lock);
    arena_free(&p->said);
    free(p);
    return ok;
}
