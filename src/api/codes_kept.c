#include "api/codes_kept.h"

#include "base/clock.h"
#include "registry/code_book.h"

#include <pthread.h>
#include <stdlib.h>

/* A change is looked for with every request for so long after it was announced: its commit may take as long
 * as the requests that are written with it. */
enum { LOOK_EVERY_US = 2000000, CHANGING_US = 3000000 };

struct kept_book {
    struct arena a;
    struct code_book book;
    struct kept_book *before;
};
struct codes_kept {
    pthread_mutex_t lock;
    const struct code_book *now;
    struct kept_book *books;
    int64_t looked_us, changed_us;
};

struct codes_kept *codes_kept_open(const struct code_book *first)
{
    struct codes_kept *k = xcalloc(1, sizeof *k);
    pthread_mutex_init(&k->lock, NULL);
    k->now = first;
    return k;
}

void codes_kept_close(struct codes_kept *k)
{
    if (!k)
        return;
    for (struct kept_book *b = k->books, *before; b; b = before) {
        before = b->before;
        arena_free(&b->a);
        free(b);
    }
    pthread_mutex_destroy(&k->lock);
    free(k);
}

void codes_kept_changed(struct codes_kept *k)
{
    if (!k)
        return;
    pthread_mutex_lock(&k->lock);
    k->changed_us = clock_now().us;
    pthread_mutex_unlock(&k->lock);
}

static bool read_codes(struct tx *tx, void *ctx, struct errs *e)
{
    struct kept_book *b = ctx;
    return codes_read(tx, &b->book, e->a, e);
}

/* One at a time; who comes meanwhile takes what there is. */
static bool is_time(struct codes_kept *k)
{
    int64_t us = clock_now().us;
    pthread_mutex_lock(&k->lock);
    bool yes = us - k->looked_us >= LOOK_EVERY_US || us - k->changed_us < CHANGING_US;
    if (yes)
        k->looked_us = us;
    pthread_mutex_unlock(&k->lock);
    return yes;
}

static void look(struct codes_kept *k, struct store *st)
{
    struct kept_book *b = xcalloc(1, sizeof *b);
    struct errs e = { .a = &b->a };
    bool ok = store_run(st, TX_READ, 0, read_codes, b, &e);
    pthread_mutex_lock(&k->lock);
    bool other = ok && b->book.stamp != k->now->stamp;
    if (other) {
        b->before = k->books;
        k->books = b;
        k->now = &b->book;
    }
    pthread_mutex_unlock(&k->lock);
    if (other)
        return;
    arena_free(&b->a);
    free(b);
}

const struct code_book *codes_kept_now(struct codes_kept *k, struct store *st)
{
    if (is_time(k))
        look(k, st);
    pthread_mutex_lock(&k->lock);
    const struct code_book *now = k->now;
    pthread_mutex_unlock(&k->lock);
    return now;
}
