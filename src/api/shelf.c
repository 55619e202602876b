#include "api/shelf.h"

#include <pthread.h>
#include <stdatomic.h>

enum { PLACES = 8192, LOCKS = 64, ANSWER_MAX = 8192 };

struct kept {
    int64_t user_id, shared, own;
    struct date today;
    enum lang lang;
    size_t path_n, query_n, body_n, etag_n;
    char text[]; /* path, query, body, ETag */
};
struct shelf {
    pthread_mutex_t locks[LOCKS];
    atomic_int_least64_t bytes;
    struct kept *places[PLACES];
};

struct shelf *shelf_open(void)
{
    struct shelf *s = xcalloc(1, sizeof *s);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&s->locks[i], NULL);
    return s;
}

void shelf_close(struct shelf *s)
{
    for (size_t i = 0; s && i < PLACES; i++)
        free(s->places[i]);
    for (size_t i = 0; s && i < LOCKS; i++)
        pthread_mutex_destroy(&s->locks[i]);
    free(s);
}

static size_t place_of(const struct shelf_key *k)
{
    uint64_t h = (uint64_t)k->user_id * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)k->lang;
    for (size_t i = 0; i < k->path.n; i++)
        h = (h ^ (uint8_t)k->path.p[i]) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < k->query.n; i++)
        h = (h ^ (uint8_t)k->query.p[i]) * UINT64_C(0x100000001b3);
    return (h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> 51;
}

static size_t size_of(const struct kept *x)
{
    return sizeof *x + x->path_n + x->query_n + x->body_n + x->etag_n;
}

static bool fits(const struct kept *x, const struct shelf_key *k)
{
    return x->user_id == k->user_id && x->shared == k->shared && x->own == k->own &&
           x->today.day == k->today.day && x->lang == k->lang &&
           str_eq((struct str){ x->text, x->path_n }, k->path) &&
           str_eq((struct str){ x->text + x->path_n, x->query_n }, k->query);
}

bool shelf_find(struct shelf *s, const struct shelf_key *k, struct arena *a, struct str *body,
                struct str *etag)
{
    size_t at = place_of(k);
    pthread_mutex_t *lock = &s->locks[at % LOCKS];
    pthread_mutex_lock(lock);
    const struct kept *x = s->places[at];
    bool found = x && fits(x, k);
    if (found) {
        const char *from = x->text + x->path_n + x->query_n;
        *body = arena_str(a, (struct str){ from, x->body_n });
        *etag = arena_str(a, (struct str){ from + x->body_n, x->etag_n });
    }
    pthread_mutex_unlock(lock);
    return found;
}

static char *put(char *to, struct str s)
{
    if (s.n)
        memcpy(to, s.p, s.n);
    return to + s.n;
}

void shelf_put(struct shelf *s, const struct shelf_key *k, struct str body, struct str etag)
{
    size_t at = place_of(k);
    pthread_mutex_t *lock = &s->locks[at % LOCKS];
    if (body.n > ANSWER_MAX)
        return;
    struct kept *x = xmalloc(sizeof *x + k->path.n + k->query.n + body.n + etag.n);
    *x = (struct kept){ .user_id = k->user_id,
                        .shared = k->shared,
                        .own = k->own,
                        .today = k->today,
                        .lang = k->lang,
                        .path_n = k->path.n,
                        .query_n = k->query.n,
                        .body_n = body.n,
                        .etag_n = etag.n };
    put(put(put(put(x->text, k->path), k->query), body), etag);
    int64_t more = (int64_t)size_of(x);
    pthread_mutex_lock(lock);
    struct kept *old = s->places[at];
    more -= old ? (int64_t)size_of(old) : 0;
    bool room = atomic_fetch_add(&s->bytes, more) + more <= SHELF_BYTES || more <= 0;
    if (room)
        s->places[at] = x;
    else
        atomic_fetch_sub(&s->bytes, more);
    pthread_mutex_unlock(lock);
    free(room ? old : x);
}
