#include "store/internal.h"

struct feeder {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t more, fewer;
    struct portion {
        feed_fn *fn;
        void *ctx;
    } * waiting;
    size_t most; /* that may wait; whoever is kept waiting goes on when half of them are done */
    size_t put, done;
    bool ends, failed;
    struct arena a;
    struct errs e; /* why */
};

static void *run(void *arg)
{
    struct feeder *f = arg;
    pthread_mutex_lock(&f->lock);
    for (;;) {
        while (f->done == f->put && !f->ends)
            pthread_cond_wait(&f->more, &f->lock);
        if (f->done == f->put)
            break;
        struct portion p = f->waiting[f->done % f->most];
        bool ok = !f->failed;
        pthread_mutex_unlock(&f->lock);
        ok = ok && p.fn(p.ctx, &f->e); /* what follows a failure is not written */
        pthread_mutex_lock(&f->lock);
        f->failed = f->failed || !ok;
        f->done++;
        pthread_cond_signal(&f->fewer);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

struct feeder *feeder_open(size_t most, enum lang lang)
{
    struct feeder *f = xcalloc(1, sizeof *f);
    f->most = most;
    f->waiting = xcalloc(most, sizeof *f->waiting);
    f->e = (struct errs){ .a = &f->a, .lang = lang };
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->more, NULL);
    pthread_cond_init(&f->fewer, NULL);
    if (pthread_create(&f->thread, NULL, run, f) == 0)
        return f;
    free(f->waiting);
    free(f);
    return NULL;
}

size_t feeder_put(struct feeder *f, feed_fn *fn, void *ctx)
{
    pthread_mutex_lock(&f->lock);
    if (f->put - f->done == f->most)
        while (f->put - f->done > f->most / 2)
            pthread_cond_wait(&f->fewer, &f->lock);
    f->waiting[f->put % f->most] = (struct portion){ fn, ctx };
    size_t ticket = ++f->put;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
    return ticket;
}

void feeder_wait(struct feeder *f, size_t ticket)
{
    pthread_mutex_lock(&f->lock);
    while (f->done < ticket)
        pthread_cond_wait(&f->fewer, &f->lock);
    pthread_mutex_unlock(&f->lock);
}

bool feeder_did(struct feeder *f, size_t ticket)
{
    pthread_mutex_lock(&f->lock);
    bool did = f->done >= ticket;
    pthread_mutex_unlock(&f->lock);
    return did;
}

void feeder_drain(struct feeder *f)
{
    feeder_wait(f, f->put);
}

bool feeder_ok(struct feeder *f, struct errs *e)
{
    pthread_mutex_lock(&f->lock);
    bool ok = !f->failed;
    pthread_mutex_unlock(&f->lock);
    if (ok)
        return true;
    feeder_drain(f);                 /* nobody adds to f->e any more */
    e->bad = (struct err_list){ 0 }; /* whatever else went wrong came of this */
    errs_append(e, &f->e);
    return false;
}

void feeder_close(struct feeder *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->ends = true;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->more);
    pthread_cond_destroy(&f->fewer);
    arena_free(&f->a);
    free(f->waiting);
    free(f);
}
