#include "api/seen.h"

#include "access/secret.h"

#include <assert.h>
#include <pthread.h>

enum { PLACES = 256, GRANTS = 8, TEXT = 72 };

struct place {
    pthread_mutex_t lock;
    int64_t head; /* 0: nobody is here */
    int64_t user_id;
    struct instant created_at, seen_at, expires_at;
    char token_hash[TEXT], csrf[TEXT], address[TEXT], login[3 * TEXT];
    struct grant grants[GRANTS];
    size_t n;
};
struct seen {
    struct place places[PLACES];
};

struct seen *seen_open(void)
{
    struct seen *k = xcalloc(1, sizeof *k);
    for (size_t i = 0; i < PLACES; i++)
        pthread_mutex_init(&k->places[i].lock, NULL);
    return k;
}

void seen_close(struct seen *k)
{
    for (size_t i = 0; k && i < PLACES; i++)
        pthread_mutex_destroy(&k->places[i].lock);
    free(k);
}

/* The hash is as good as random: its beginning is a place. */
static struct place *place_of(struct seen *k, struct str token_hash)
{
    static const char digits[] = "0123456789abcdef";
    const char *high = strchr(digits, token_hash.p[0]), *low = strchr(digits, token_hash.p[1]);
    assert(high);
    assert(low);
    return &k->places[(size_t)(high - digits) * 16 + (size_t)(low - digits)];
}

static bool is_over(const struct place *p, struct instant now)
{
    return p->expires_at.us <= now.us || now.us - p->seen_at.us > (int64_t)SESSION_IDLE_S * 1000000;
}

static void hand_out(const struct place *p, struct session *s, struct actor *who, struct arena *a)
{
    struct grant *g = NEW_ARRAY(a, struct grant, p->n + 1);
    memcpy(g, p->grants, p->n * sizeof *g);
    *s = (struct session){ .token_hash = arena_str(a, str_of(p->token_hash)),
                           .user_id = p->user_id,
                           .csrf = arena_str(a, str_of(p->csrf)),
                           .address = arena_str(a, str_of(p->address)),
                           .created_at = p->created_at,
                           .seen_at = p->seen_at,
                           .expires_at = p->expires_at };
    *who = (struct actor){ .user_id = p->user_id,
                           .login = arena_str(a, str_of(p->login)),
                           .source = "web",
                           .grants = g,
                           .n = p->n };
}

enum found seen_find(struct seen *k, struct tx *tx, struct str secret, struct instant now, struct session *s,
                     struct actor *who, int64_t *head, struct errs *e)
{
    struct audit_head h = { 0 };
    struct str hash = secret_hash(secret, e->a);
    if (db_get(tx, &audit_head_entity, &h, e, V((int64_t)0)) == FAILED)
        return FAILED;
    *head = h.seq;
    struct place *p = place_of(k, hash);
    pthread_mutex_lock(&p->lock);
    bool known = p->head && p->head == h.seq && str_eq(str_of(p->token_hash), hash) && !is_over(p, now);
    if (known)
        hand_out(p, s, who, e->a);
    pthread_mutex_unlock(&p->lock);
    return known ? FOUND : NONE;
}

static bool put(char *to, size_t size, struct str s)
{
    if (s.n >= size)
        return false;
    if (s.n)
        memcpy(to, s.p, s.n);
    to[s.n] = '\0';
    return true;
}

void seen_keep(struct seen *k, int64_t head, const struct session *s, const struct actor *who)
{
    struct place *p = place_of(k, s->token_hash);
    pthread_mutex_lock(&p->lock);
    p->head = 0;
    if (who->n <= GRANTS && put(p->token_hash, sizeof p->token_hash, s->token_hash) &&
        put(p->csrf, sizeof p->csrf, s->csrf) && put(p->address, sizeof p->address, s->address) &&
        put(p->login, sizeof p->login, who->login)) {
        p->head = head;
        p->user_id = who->user_id;
        p->created_at = s->created_at;
        p->seen_at = s->seen_at;
        p->expires_at = s->expires_at;
        p->n = who->n;
        if (who->n)
            memcpy(p->grants, who->grants, who->n * sizeof *who->grants);
    }
    pthread_mutex_unlock(&p->lock);
}

void seen_forget(struct seen *k, struct str token_hash)
{
    struct place *p = place_of(k, token_hash);
    pthread_mutex_lock(&p->lock);
    if (str_eq(str_of(p->token_hash), token_hash))
        p->head = 0;
    pthread_mutex_unlock(&p->lock);
}
