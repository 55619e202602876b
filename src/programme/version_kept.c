#include "programme/version.h"

#include <pthread.h>
#include <stdlib.h>

enum { KEPT_MAX = 64 };

/* A programme with everything that it points to; never freed, since anybody may be using it. */
struct kept {
    struct arena a;
    struct code_book codes;
    struct programme_version version;
    const struct programme *programme;
    struct kept *before; /* the same, read with codes of before */
};
static struct {
    pthread_mutex_t lock;
    struct kept *list[KEPT_MAX];
    size_t n;
} memory = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool is(const struct kept *k, struct str hash, uint64_t stamp)
{
    return str_eq(k->version.hash, hash) && k->codes.stamp == stamp;
}

static const struct kept *find(struct str hash, uint64_t stamp)
{
    const struct kept *found = NULL;
    pthread_mutex_lock(&memory.lock);
    for (size_t i = 0; i < memory.n && !found; i++)
        if (is(memory.list[i], hash, stamp))
            found = memory.list[i];
    pthread_mutex_unlock(&memory.lock);
    return found;
}

static void copy_codes(struct code_book *to, const struct code_book *from, struct arena *a)
{
    struct code_table *tables = NEW_ARRAY(a, struct code_table, from->n);
    for (size_t i = 0; i < from->n; i++) {
        const struct code_table *t = &from->tables[i];
        struct code_row *rows = NEW_ARRAY(a, struct code_row, t->n);
        for (size_t k = 0; k < t->n; k++) {
            rows[k] = t->rows[k];
            rows[k].slug = arena_str(a, t->rows[k].slug);
            rows[k].zh = arena_str(a, t->rows[k].zh);
            rows[k].en = arena_str(a, t->rows[k].en);
            rows[k].national = arena_str(a, t->rows[k].national);
            rows[k].aliases = arena_str(a, t->rows[k].aliases);
        }
        tables[i] = *t;
        tables[i].name = arena_str(a, t->name);
        tables[i].rows = rows;
    }
    *to = (struct code_book){ .tables = tables, .n = from->n, .stamp = from->stamp };
}

static struct programme_version copy_version(const struct programme_version *v, struct arena *a)
{
    struct programme_version copy = *v;
    struct str *texts[] = { &copy.programme, &copy.zh,   &copy.en,   &copy.aliases,  &copy.kind,
                            &copy.source,    &copy.file, &copy.hash, &copy.loaded_by };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        *texts[i] = arena_str(a, *texts[i]);
    return copy;
}

static const struct kept *keep(const struct programme_version *v, const struct code_book *codes,
                               struct errs *e)
{
    struct kept *k = xcalloc(1, sizeof *k);
    struct errs own = { .a = &k->a, .lang = e->lang };
    copy_codes(&k->codes, codes, &k->a);
    k->version = copy_version(v, &k->a);
    k->programme = programme_version_read(&k->version, &k->codes, &k->a, &own);
    pthread_mutex_lock(&memory.lock);
    size_t at = 0; /* the same read with codes of before gives way */
    while (at < memory.n && !str_eq(memory.list[at]->version.hash, k->version.hash))
        at++;
    bool room = k->programme && at < KEPT_MAX;
    if (room) {
        k->before = memory.list[at];
        memory.list[at] = k;
        memory.n = at == memory.n ? at + 1 : memory.n;
    }
    pthread_mutex_unlock(&memory.lock);
    if (room)
        return k;
    errs_append(e, &own);
    arena_free(&k->a);
    free(k);
    return NULL;
}

static enum found hash_of(struct tx *tx, struct str code, int64_t *version, struct str *hash, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            tx, &r,
            SQL(STMT_REF,
                "SELECT hash, version FROM programme_version WHERE programme = $1 AND (version = $2 OR $2 = "
                "0) ORDER BY version DESC LIMIT 1"),
            e, V(code), V(*version)))
        return FAILED;
    enum found f = rows_next(&r, e);
    if (f == FOUND) {
        *hash = arena_str(e->a, rows_text(&r, 0));
        *version = rows_int(&r, 1);
    }
    return f;
}

const struct programme *programme_kept(struct tx *tx, struct str code, int64_t version,
                                       const struct code_book *codes, struct programme_version *v,
                                       struct arena *a, struct errs *e)
{
    struct str hash = { 0 };
    if (hash_of(tx, code, &version, &hash, e) == FAILED)
        return NULL;
    const struct kept *k = hash.p ? find(hash, codes->stamp) : NULL;
    if (!k) {
        struct str name = str_of(arena_printf(a, "%.*s@%lld", (int)code.n, code.p, (long long)version));
        if (!programme_find(tx, version ? name : code, v, a, e))
            return NULL;
        k = keep(v, codes, e);
        if (!k && !errs_any(e)) /* there are too many to keep them all */
            return programme_version_read(v, codes, a, e);
        if (!k)
            return NULL;
    }
    *v = k->version;
    v->version = version;
    return k->programme;
}
