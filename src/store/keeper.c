/* keeper.c - SQLite's log is copied into the database by a thread of its own. */
#include "store/internal.h"

#include <signal.h>

/* In pages of 8 KB: from how many new ones on it is worth a copy, and how long the log may become. */
enum { KEEP_FROM = 1000, LOG_MAX = 8192 };

void keeper_init(struct keeper *k)
{
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->wake, NULL);
}

static void keep(struct store *st)
{
    int64_t kept = st->driver->checkpoint(st->url);
    pthread_mutex_lock(&st->keeper.lock);
    if (kept >
        st->keeper.kept) /* fewer where somebody reads an old page: the same pages are not tried again */
        st->keeper.kept = kept;
    pthread_mutex_unlock(&st->keeper.lock);
}

/* The log begins anew with the next write when all of it was copied, and as long as others write there is
 * always some more.  So the little that came during the last copy is copied while they stand by. */
static void empty_log(struct store *st)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    keep(st);
    run_between_writes(st, keep, &e);
    arena_free(&a);
}

static void *keep_on(void *store)
{
    struct store *st = store;
    struct keeper *k = &st->keeper;
    pthread_mutex_lock(&k->lock);
    while (!k->ends) {
        if (k->pages - k->kept < KEEP_FROM) {
            pthread_cond_wait(&k->wake, &k->lock);
            continue;
        }
        bool is_long = k->pages >= LOG_MAX;
        k->kept = k->pages; /* whatever comes of it: not again for the same pages */
        pthread_mutex_unlock(&k->lock);
        keep(st);
        if (is_long)
            empty_log(st);
        pthread_mutex_lock(&k->lock);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

void keeper_tell(struct store *st, int64_t log_pages)
{
    struct keeper *k = &st->keeper;
    pthread_mutex_lock(&k->lock);
    k->pages = log_pages;
    if (log_pages < k->kept)
        k->kept = 0; /* it has begun anew */
    if (log_pages - k->kept >= KEEP_FROM && !k->runs) {
        sigset_t all, before; /* signals are the main thread's */
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        k->runs = pthread_create(&k->thread, NULL, keep_on, st) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (log_pages - k->kept >= KEEP_FROM)
        pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
}

void keeper_release(struct store *st)
{
    struct keeper *k = &st->keeper;
    pthread_mutex_lock(&k->lock);
    k->ends = true;
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
    if (k->runs)
        pthread_join(k->thread, NULL);
    pthread_mutex_destroy(&k->lock);
    pthread_cond_destroy(&k->wake);
}
