#include "api/loans_kept.h"

#include "access/audit.h"

#include <pthread.h>
#include <stdlib.h>

enum { ENTRIES_MAX = 16 };

struct loans_lent {
    int64_t county, fund, first, last, seq; /* seq 0: for one question only */
    int32_t day;
    struct open_loan *list;
    size_t n;
    struct loans_kept *of;
    unsigned readers;
    bool dropped; /* the last reader frees it */
    uint64_t used;
};
struct loans_kept {
    pthread_mutex_t lock;
    struct loans_lent *entries[ENTRIES_MAX];
    size_t n, bytes, bytes_max;
    uint64_t clock;
};

static void entry_free(struct loans_lent *x)
{
    free(x->list);
    free(x);
}

struct loans_kept *loans_kept_open(size_t bytes_max)
{
    struct loans_kept *k = xcalloc(1, sizeof *k);
    k->bytes_max = bytes_max;
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void loans_kept_close(struct loans_kept *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < k->n; i++)
        entry_free(k->entries[i]);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

const struct open_loan *loans_lent_list(const struct loans_lent *x, size_t *n)
{
    *n = x->n;
    return x->list;
}

void loans_kept_return(struct loans_lent **x)
{
    struct loans_lent *l = *x;
    if (!l)
        return;
    struct loans_kept *k = l->of;
    if (k)
        pthread_mutex_lock(&k->lock);
    bool last = --l->readers == 0 && l->dropped;
    if (k)
        pthread_mutex_unlock(&k->lock);
    if (last)
        entry_free(l);
    *x = NULL;
}

static size_t bytes_of(const struct loans_lent *x)
{
    return x->n * sizeof *x->list + sizeof *x;
}

static bool same_question(const struct loans_lent *a, const struct loans_lent *b)
{
    return a->county == b->county && a->fund == b->fund && a->first == b->first && a->last == b->last &&
           a->day == b->day;
}

static void drop(struct loans_kept *k, size_t i)
{
    struct loans_lent *x = k->entries[i];
    k->bytes -= bytes_of(x);
    k->entries[i] = k->entries[--k->n];
    x->dropped = true;
    if (!x->readers)
        entry_free(x);
}

/* The entry not used longest. */
static size_t oldest(const struct loans_kept *k)
{
    size_t at = 0;
    for (size_t i = 1; i < k->n; i++)
        if (k->entries[i]->used < k->entries[at]->used)
            at = i;
    return at;
}

static struct loans_lent *find(struct loans_kept *k, const struct loans_lent *like)
{
    struct loans_lent *found = NULL;
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < k->n && !found; i++)
        if (same_question(k->entries[i], like) && k->entries[i]->seq == like->seq)
            found = k->entries[i];
    if (found) {
        found->readers++;
        found->used = ++k->clock;
    }
    pthread_mutex_unlock(&k->lock);
    return found;
}

/* The same question of before gives way, then whoever was not asked for longest. */
static void keep(struct loans_kept *k, struct loans_lent *x)
{
    pthread_mutex_lock(&k->lock);
    x->dropped = !x->seq || bytes_of(x) > k->bytes_max;
    for (size_t i = k->n; !x->dropped && i-- > 0;)
        if (same_question(k->entries[i], x))
            drop(k, i);
    while (!x->dropped && k->n && (k->n == ENTRIES_MAX || k->bytes + bytes_of(x) > k->bytes_max))
        drop(k, oldest(k));
    if (!x->dropped) {
        x->of = k;
        x->used = ++k->clock;
        k->bytes += bytes_of(x);
        k->entries[k->n++] = x;
    }
    pthread_mutex_unlock(&k->lock);
}

static bool head_of(struct tx *tx, int64_t county, int64_t *seq, struct errs *e)
{
    struct audit_head head = { 0 };
    enum found f = db_get(tx, &audit_head_entity, &head, e, V(county));
    *seq = f == FOUND ? head.seq : 0;
    return f != FAILED;
}

bool loans_kept_lend(struct tx *tx, struct loans_kept *k, const struct fund *f, int64_t first, int64_t last,
                     struct date on, struct loans_lent **out, struct errs *e)
{
    struct loans_lent like = {
        .county = f->county, .fund = f->id, .first = first, .last = last, .day = on.day
    };
    CLEANUP(open_loans_release) struct open_loans loans = { 0 };
    if (k && !head_of(tx, f->county, &like.seq, e))
        return false;
    *out = k && like.seq ? find(k, &like) : NULL;
    if (*out)
        return true;
    if (!open_loans_read(tx, f, first, last, on, &loans, e))
        return false;
    struct loans_lent *x = xcalloc(1, sizeof *x);
    *x = like;
    x->readers = 1;
    x->dropped = true;
    x->n = loans.n;
    x->list = xcalloc(loans.n + 1, sizeof *x->list);
    for (size_t i = 0; i < loans.n; i++) {
        x->list[i] = loans.list[i];
        x->list[i].terms = NULL; /* of the arena of whoever reads */
        x->list[i].kept = NULL;
    }
    if (k)
        keep(k, x);
    *out = x;
    return true;
}
