#include "registry/import.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "base/new_file.h"
#include "registry/import_read.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum {
    DEFER_FROM_BYTES = 8 << 20,
    KEPT_BYTES_MAX = 1 << 30,
    NAME_MAX_BYTES = 1 << 14,
    DETAIL_MAX = 1 << 22,
    COUNTIES_SEEN_MAX = 4096
};

/* --- which rows of the files have been seen ----------------------------------------------- */

/* Natural keys by hash: where the row stood and what it said.  64 bits of a keyed hash: among ten million
 * rows of one kind two that differ meet with a chance of three in a million, and then a row is refused, not
 * lost. */
struct seen_row {
    uint64_t key;
    uint32_t content, line, file; /* file: its place in the result + 1; 0: a free slot */
};
struct seen {
    struct seen_row *slot;
    size_t n, cap;
};

static struct seen_row *seen_slot(const struct seen *s, uint64_t key)
{
    size_t at = (size_t)key & (s->cap - 1);
    while (s->slot[at].file && s->slot[at].key != key)
        at = (at + 1) & (s->cap - 1);
    return &s->slot[at];
}

/* For `expected` rows at least where it is new. */
static void seen_grow(struct seen *s, size_t expected)
{
    struct seen old = *s;
    s->cap = old.cap ? old.cap * 2 : 4096;
    while (!old.cap && s->cap * 3 < expected * 4)
        s->cap *= 2;
    s->slot = xcalloc(s->cap, sizeof *s->slot);
    large_pages(s->slot, s->cap * sizeof *s->slot);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slot[i].file)
            *seen_slot(s, old.slot[i].key) = old.slot[i];
    free(old.slot);
}

static void seen_forget(struct seen *s)
{
    free(s->slot);
    *s = (struct seen){ 0 };
}

/* --- a run -------------------------------------------------------------------------------- */

struct county_known {
    const struct import_kind *kind;
    int64_t county;
    bool empty;
};

struct unit {
    struct import_run *run;
    struct source *sources;
    size_t n;
};

struct import_run {
    struct store *st;
    const struct actor *who;
    const struct code_book *codes;
    const struct import_options *o;
    struct import_result *r;
    struct rejects rejects, warnings;
    struct arena a;
    enum lang lang;
    /* of the unit at hand */
    struct importing im;
    struct seen seen;
    struct county_known counties[COUNTIES_SEEN_MAX];
    size_t counties_n;
    struct buf scratch;
    struct row_text *later; /* rows of the file at hand that are settled after all others */
    bool settling;
};

struct bulk *import_bulk(struct importing *im, const struct entity *en)
{
    for (size_t i = 0; i < N_ELEMS(im->bulks); i++) {
        if (!im->bulks[i].b) {
            im->bulks[i].en = en;
            im->bulks[i].b = bulk_open(im->tx, en);
        }
        if (im->bulks[i].en == en)
            return im->bulks[i].b;
    }
    abort(); /* a unit writes fewer tables than that */
}

void *import_memory(struct importing *im, const void *owner, size_t size, void (*forget)(void *p))
{
    for (size_t i = 0; i < N_ELEMS(im->memory); i++) {
        struct import_memory *m = &im->memory[i];
        if (!m->owner)
            *m = (struct import_memory){ owner, arena_alloc(&im->a, size), forget };
        if (m->owner == owner)
            return m->p;
    }
    abort(); /* fewer modules have kinds of files */
}

bool import_flush(struct importing *im, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(im->bulks) && im->bulks[i].b; i++)
        if (!bulk_flush(im->bulks[i].b, e))
            return false;
    return true;
}

static bool refused(const struct import_row *row)
{
    return errs_any(&row->e);
}

/* --- rows that exist ---------------------------------------------------------------------- */

/* Is the county's table empty, so that nothing need be looked up?  Asked once, before the unit writes there.
 */
static bool is_empty(struct import_run *run, const struct import_kind *k, int64_t county, bool *empty,
                     struct errs *e)
{
    for (size_t i = 0; i < run->counties_n; i++)
        if (run->counties[i].kind == k && run->counties[i].county == county) {
            *empty = run->counties[i].empty;
            return true;
        }
    int64_t any = 0;
    /* Such a table was empty as a whole; and whoever asks waits until the database is done with the one
     * before. */
    if (!keys_deferred(run->im.tx, k->en) && !(k->county ? db_int(run->im.tx, k->any(), &any, e, V(county))
                                                         : db_int(run->im.tx, k->any(), &any, e)))
        return false;
    *empty = any == 0;
    if (run->counties_n < COUNTIES_SEEN_MAX)
        run->counties[run->counties_n++] = (struct county_known){ k, county, *empty };
    return true;
}

static bool val_eq(struct val a, struct val b)
{
    return a.kind == b.kind && a.i == b.i && str_eq(a.s, b.s);
}

/* Rows of one county that share one query: their different keys, and per key the rows that have it. */
struct chunk {
    int64_t county;
    struct val keys[IMPORT_KEYS];
    struct import_row *rows[IMPORT_KEYS], **ends[IMPORT_KEYS]; /* linked by same_key, in their order */
    size_t n, last; /* last: the key found last; neighbours often share it */
};

/* Where the key stands, or n. */
static size_t key_at(struct chunk *c, struct val key)
{
    if (c->last < c->n && val_eq(c->keys[c->last], key))
        return c->last;
    size_t i = 0;
    while (i < c->n && !val_eq(c->keys[i], key))
        i++;
    return c->last = i;
}

/* Rows of the files that are the stored row by `same`; of those that are alike only the first. */
static bool match_old(struct chunk *c, const struct import_kind *k,
                      bool (*same)(const void *obj, const void *old), char *old)
{
    size_t at = key_at(c, k->key(old));
    bool found = false;
    struct import_row *row = at < c->n ? c->rows[at] : NULL;
    for (; row && !(found && same == k->alike); row = row->same_key)
        if (!row->old && same(row->obj, old)) {
            row->old = old;
            found = true;
        }
    return found;
}

struct old_row {
    char *row;
    bool found;
    struct old_row *next;
};

static void match_nearly(struct chunk *c, const struct import_kind *k, const char *old)
{
    size_t at = key_at(c, k->key(old));
    for (struct import_row *row = at < c->n ? c->rows[at] : NULL; row; row = row->same_key)
        if (!row->old && !row->nearly && k->nearly(row->obj, old))
            row->nearly = old;
}

static void match_all(struct chunk *c, const struct import_kind *k, struct old_row *olds)
{
    for (struct old_row *o = olds; o; o = o->next)
        o->found = match_old(c, k, k->same, o->row);
    for (struct old_row *o = olds; o && k->alike; o = o->next)
        if (!o->found)
            match_old(c, k, k->alike, o->row);
    for (struct old_row *o = olds; o && k->nearly; o = o->next)
        match_nearly(c, k, o->row);
}

/* One query for up to IMPORT_KEYS different keys, the last one repeated to fill the places. */
static bool look_up(struct import_run *run, const struct import_kind *k, struct chunk *c, struct errs *e)
{
    struct val v[IMPORT_KEYS + 1] = { V(c->county) };
    struct old_row *olds = NULL, **end = &olds;
    enum found f;
    assert(c->n > 0);
    if (!import_flush(&run->im, e)) /* what an earlier batch brought is there too */
        return false;
    CLEANUP(rows_close) struct rows r = { 0 };
    for (size_t i = 0; i < IMPORT_KEYS; i++)
        v[i + 1] = c->keys[i < c->n ? i : c->n - 1];
    const struct stmt *st = k->lookup();
    if (!db_query_(run->im.tx, &r, st, false, e, v, IMPORT_KEYS + 1))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct old_row *o = NEW(&run->im.batch, struct old_row);
        o->row = arena_alloc(&run->im.batch, k->en->size);
        if (!rows_obj(&r, 0, o->row, &run->im.batch, e))
            return false;
        *end = o;
        end = &o->next;
    }
    match_all(c, k, olds);
    return f != FAILED;
}

/* From rows[at] on, rows of one county whose keys fit one query; gives where the next chunk begins. */
static size_t fill_chunk(struct chunk *c, const struct import_kind *k, struct import_row *rows, size_t at,
                         size_t n)
{
    *c = (struct chunk){ .county = k->county ? k->county(rows[at].obj) : 0 };
    for (; at < n; at++) {
        if (refused(&rows[at]))
            continue;
        if (k->county && k->county(rows[at].obj) != c->county)
            break;
        struct val key = k->key(rows[at].obj);
        size_t i = key_at(c, key);
        if (i == IMPORT_KEYS)
            break;
        if (i == c->n) {
            c->keys[i] = key;
            c->ends[i] = &c->rows[i];
            c->n++;
        }
        *c->ends[i] = &rows[at];
        c->ends[i] = &rows[at].same_key;
    }
    return at;
}

static bool find_old(struct import_run *run, const struct import_kind *k, struct import_row *rows, size_t n,
                     struct errs *e)
{
    for (size_t at = 0; at < n;) {
        struct chunk c;
        bool empty;
        if (refused(&rows[at])) {
            at++;
            continue;
        }
        at = fill_chunk(&c, k, rows, at, n);
        if (!is_empty(run, k, c.county, &empty, e) || (!empty && !look_up(run, k, &c, e)))
            return false;
    }
    return true;
}

/* --- the same row twice in the files ------------------------------------------------------ */

/* The column by which people know the row, for errors that are about all of it. */
static const char *known_by(const struct import_kind *k, const void *obj)
{
    static const unsigned choice[] = { NATURAL, REQUIRED };
    for (size_t way = 0; way < N_ELEMS(choice); way++)
        for (size_t i = 0; i < k->en->n; i++) {
            const struct col *c = &k->en->cols[i];
            if ((c->flags & choice[way]) && !(c->flags & SERVER) && col_known(c, obj))
                return c->name;
        }
    return NULL;
}

/* The keys of a batch, and where they will be looked for: so many places lie far apart in memory, and waiting
 * for one of them is waiting for all. */
static void look_ahead(struct import_run *run, const struct source *s, struct import_row *rows, size_t n)
{
    enum {
        ROW_BYTES = 256
    }; /* about so many: the places are there before they are needed, and few too many */
    const struct import_kind *k = s->kind;
    struct seen *seen = &run->seen;
    while ((seen->n + n) * 4 >= seen->cap * 3)
        seen_grow(seen, s->text.n / ROW_BYTES);
    for (size_t i = 0; i < n; i++) {
        if (refused(&rows[i]))
            continue;
        buf_clear(&run->scratch);
        k->identity(rows[i].obj, &run->scratch);
        rows[i].identity = rowsum_hash(store_seal(run->st), buf_str(&run->scratch)).lo;
        __builtin_prefetch(&seen->slot[(size_t)rows[i].identity & (seen->cap - 1)], 1);
    }
}

static void check_twin(struct import_run *run, const struct source *s, struct import_row *row)
{
    struct seen_row *x = seen_slot(&run->seen, row->identity);
    const struct import_file *first = x->file ? &run->r->files[x->file - 1] : NULL;
    if (first && x->content == (uint32_t)row->content) {
        row->twin = true;
    } else if (first) {
        fail(&row->e, ERR_CONFLICT, known_by(s->kind, row->obj), MSG_IMPORT_DUPLICATE, A(first->name),
             A((int64_t)x->line));
    } else {
        uint32_t file = (uint32_t)(s->file - run->r->files) + 1;
        *x = (struct seen_row){ row->identity, (uint32_t)row->content, (uint32_t)row->line, file };
        run->seen.n++;
    }
}

/* --- rows that are nearly one that exists --------------------------------------------------- */

/* They wait until all others of the file are seen; gives how many rows are left. */
static size_t postpone(struct import_run *run, struct import_row *rows, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (refused(&rows[i]) || !rows[i].nearly) {
            rows[kept++] = rows[i];
            continue;
        }
        struct row_text *x = NEW(&run->im.a, struct row_text);
        *x = (struct row_text){ arena_str(&run->im.a, rows[i].text), rows[i].line, run->later };
        run->later = x;
    }
    return kept;
}

/* In the order of the file. */
static const struct row_text *take_later(struct import_run *run)
{
    struct row_text *in_order = NULL;
    for (struct row_text *x = run->later, *next; x; x = next) {
        next = x->next;
        x->next = in_order;
        in_order = x;
    }
    run->later = NULL;
    return in_order;
}

static bool settle(struct import_run *run, const struct import_kind *k, struct import_row *rows, size_t at,
                   struct errs *e)
{
    struct import_row *row = &rows[at];
    if (refused(row) || row->twin || !row->nearly)
        return true;
    buf_clear(&run->scratch);
    k->identity(row->nearly, &run->scratch);
    uint64_t key = rowsum_hash(store_seal(run->st), buf_str(&run->scratch)).lo;
    bool in_files = run->seen.cap && seen_slot(&run->seen, key)->file;
    for (size_t i = 0; i < at; i++)
        in_files = in_files || (rows[i].nearly == row->nearly && !refused(&rows[i]));
    return k->settle(&run->im, row, in_files, e);
}

/* --- writing ------------------------------------------------------------------------------ */

/* What the file says over what is there; what it leaves blank stays. */
static void *merged(struct import_run *run, const struct import_kind *k, const struct import_row *row)
{
    char *now = arena_alloc(&run->im.batch, k->size);
    memcpy(now, row->obj, k->size);
    memcpy(now, row->old, k->en->size);
    for (size_t i = 0; i < k->en->n; i++) {
        const struct col *c = &k->en->cols[i];
        if (!(c->flags & (SERVER | PKEY)) && col_known(c, row->obj))
            col_copy(c, now, row->obj);
    }
    return now;
}

static bool differs(const struct entity *en, const void *a, const void *b)
{
    for (size_t i = 0; i < en->n; i++)
        if (!col_same(&en->cols[i], a, b))
            return true;
    return false;
}

static bool write_row(struct import_run *run, const struct source *s, struct import_row *row, struct errs *e)
{
    const struct import_kind *k = s->kind;
    struct importing *im = &run->im;
    if (row->twin || (row->old && im->o->existing == IMPORT_SKIP)) {
        s->file->unchanged++;
        return true;
    }
    if (!row->old) {
        const struct col *id = entity_col(k->en, "id");
        if (id && !db_id(im->tx, (int64_t *)(void *)((char *)row->obj + id->off), e))
            return false;
        s->file->imported++;
        return bulk_add_sealed(import_bulk(im, k->en), row->obj, row->sealed, row->drawn, e) &&
               (!k->written || k->written(im, row, row->obj, e));
    }
    void *now = merged(run, k, row);
    if (!differs(k->en, row->old, now)) {
        s->file->unchanged++;
        return true;
    }
    s->file->updated++;
    return act_update(im->act, k->en, row->old, now, e) && (!k->written || k->written(im, row, now, e));
}

static bool finish_row(struct import_run *run, const struct source *s, struct import_row *row, struct errs *e)
{
    const struct label *label = &s->kind->label;
    if (!refused(row) && row->old && run->o->existing == IMPORT_FAIL && !row->twin)
        fail(&row->e, ERR_CONFLICT, known_by(s->kind, row->obj), MSG_IMPORT_EXISTS, A(label));
    s->file->rows++;
    s->file->warnings += row->e.warned.n;
    if (row->e.warned.n && !warnings_add(&run->warnings, s, row, e))
        return false;
    if (!refused(row))
        return write_row(run, s, row, e);
    s->file->rejected++;
    return rejects_add(&run->rejects, s, row, e);
}

static bool rehearse_rows(struct import_run *run, const struct import_kind *k, const struct import_row *rows,
                          size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++)
        if (!refused(&rows[i]) && !k->rehearse(&run->im, &rows[i], e))
            return false;
    return true;
}

static bool finish_rows(struct import_run *run, const struct source *s, struct import_row *rows, size_t n,
                        struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        if (!refused(&rows[i]))
            check_twin(run, s, &rows[i]);
        if (!settle(run, s->kind, rows, i, e) || !finish_row(run, s, &rows[i], e))
            return false;
    }
    return true;
}

static bool run_rows(struct import_run *run, const struct source *s, struct import_row *rows, size_t n,
                     struct errs *e)
{
    const struct import_kind *k = s->kind;
    if (k->parents && !k->parents(&run->im, rows, n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!refused(&rows[i]))
            entity_complete(k->en, rows[i].obj, &rows[i].e);
    if (!find_old(run, k, rows, n, e))
        return false;
    if (!run->settling)
        n = postpone(run, rows, n);
    if (k->check && !k->check(&run->im, rows, n, e))
        return false;
    look_ahead(run, s, rows, n);
    return run->im.rehearsing ? rehearse_rows(run, k, rows, n, e) : finish_rows(run, s, rows, n, e);
}

static bool run_batch(struct import_run *run, const struct source *s, struct row_batch *b, struct errs *e)
{
    if (run->o->stop && *run->o->stop)
        return fail(e, ERR_INTERRUPTED, NULL, MSG_IMPORT_INTERRUPTED);
    /* What the database functions allocate goes with the batch. */
    arena_reset(&run->im.batch);
    struct errs batch = { .a = &run->im.batch, .lang = e->lang };
    bool ok = run_rows(run, s, b->rows, b->n, &batch);
    errs_append(e, &batch);
    if (run->o->progress)
        run->o->progress(run->o->ctx, s->file->name, b->done, s->text.n);
    return ok;
}

static bool run_source(struct import_run *run, struct source *s, struct errs *e)
{
    struct row_reading how = { run->codes, store_seal(run->st), run->im.today, run->lang };
    CLEANUP(row_reader_closep) struct row_reader *reader = row_reader_open(s, &how);
    struct row_batch *b;
    bool ok = true;
    run->im.file = s->file->name;
    run->im.file_no = (size_t)(s->file - run->r->files);
    run->later = NULL;
    while (ok && (b = row_reader_next(reader))) {
        ok = run_batch(run, s, b, e);
        source_forget(s, b->done);
    }
    run->settling = true;
    for (const struct row_text *rest = take_later(run); ok && rest;)
        ok = run_batch(run, s, row_reader_again(reader, &rest), e);
    run->settling = false;
    /* What the next file looks up may still wait here. */
    return ok && import_flush(&run->im, e);
}

/* All files of kinds that ask for it are read once before the first of them is written. */
static bool rehearse(struct import_run *run, struct unit *u, size_t from, struct errs *e)
{
    bool (*judge)(struct importing * im, struct errs * e) = NULL;
    run->im.rehearsing = true;
    for (size_t i = from; i < u->n; i++) {
        struct source *s = &u->sources[i];
        if (!s->kind->rehearse)
            continue;
        bool ok = source_load(s, e) && run_source(run, s, e);
        source_unload(s);
        if (!ok)
            return false;
        judge = judge ? judge : s->kind->judge;
    }
    run->im.rehearsing = false;
    return !judge || judge(&run->im, e);
}

static bool close_unit(struct import_run *run, struct unit *u, struct errs *e)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->sources[i].kind->close)
            return u->sources[i].kind->close(&run->im, e);
    return true;
}

/* Tables whose rows nobody looks at before the end need not wait for those of the next kind. */
static bool build_ahead(struct import_run *run, const struct import_kind *k, struct errs *e)
{
    bool ok = !k->no_lookups || indexes_build_ahead(run->im.tx, k->en, e);
    for (size_t b = 0; ok && k->no_lookups && b < N_ELEMS(k->beside) && k->beside[b]; b++)
        ok = indexes_build_ahead(run->im.tx, k->beside[b], e);
    return ok;
}

/* No more files of this kind follow; last: nor of any other. */
static bool finish_kind(struct import_run *run, const struct import_kind *k, bool last, struct errs *e)
{
    if (k->finish && !k->finish(&run->im, e))
        return false;
    seen_forget(&run->seen);
    return import_flush(&run->im, e) && (last || build_ahead(run, k, e));
}

/* Rows seen are kept while files of their kind follow. */
static bool run_sources(struct import_run *run, struct unit *u, struct errs *e)
{
    bool rehearsed = false;
    for (size_t i = 0; i < u->n; i++) {
        struct source *s = &u->sources[i];
        bool last = i + 1 == u->n || s[1].kind != s->kind;
        if (s->kind->rehearse && !rehearsed && !rehearse(run, u, i, e))
            return false;
        rehearsed = rehearsed || s->kind->rehearse;
        bool ok = source_load(s, e) && run_source(run, s, e);
        source_unload(s);
        if (!ok || (last && !finish_kind(run, s->kind, i + 1 == u->n, e)))
            return false;
    }
    return import_flush(&run->im, e) && close_unit(run, u, e) && import_flush(&run->im, e);
}

static bool is_large(const struct unit *u)
{
    size_t bytes = 0;
    for (size_t i = 0; i < u->n; i++)
        bytes += u->sources[i].bytes;
    return bytes >= DEFER_FROM_BYTES;
}

/* Very many rows into tables that are empty: their indexes are built at the end. */
static bool defer_indexes(struct import_run *run, const struct unit *u, struct errs *e)
{
    if (!is_large(u))
        return true;
    for (size_t i = 0; i < u->n; i++) {
        const struct import_kind *k = u->sources[i].kind;
        unsigned how = k->no_lookups ? INDEXES_NO_LOOKUPS : 0;
        if (!indexes_defer(run->im.tx, k->en, how, e))
            return false;
        for (size_t b = 0; b < N_ELEMS(k->beside) && k->beside[b]; b++)
            if (!indexes_defer(run->im.tx, k->beside[b], how | (k->beside_in_order ? INDEXES_IN_ORDER : 0),
                               e))
                return false;
    }
    return true;
}

/* --- units -------------------------------------------------------------------------------- */

static void add_counts(struct json_out *w, const struct import_file *f)
{
    put_object(w);
    put_member_cstr(w, "file", f->name);
    put_member_int(w, "imported", f->imported);
    put_member_int(w, "updated", f->updated);
    put_member_int(w, "rejected", f->rejected);
    put_object_end(w);
}

/* What the audit keeps of a unit: its files and counts. */
static const char *detail_of(const struct unit *u, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(DETAIL_MAX);
    struct json_out w = JSON_OUT(&b);
    const struct import_file *last = NULL;
    put_object(&w);
    put_key(&w, "files");
    put_list(&w);
    for (size_t i = 0; i < u->n; i++) {
        if (u->sources[i].file != last)
            add_counts(&w, u->sources[i].file);
        last = u->sources[i].file;
    }
    put_list_end(&w);
    put_object_end(&w);
    return arena_str(a, buf_str(&b)).p;
}

/* Bulks belong to the transaction and end with it. */
static void close_bulks(struct importing *im)
{
    for (size_t i = 0; i < N_ELEMS(im->bulks); i++)
        bulk_close(im->bulks[i].b);
    memset(im->bulks, 0, sizeof im->bulks);
}

static void unit_release(struct import_run *run)
{
    for (size_t i = 0; i < N_ELEMS(run->im.memory) && run->im.memory[i].owner; i++)
        if (run->im.memory[i].forget)
            run->im.memory[i].forget(run->im.memory[i].p);
    arena_free(&run->im.batch);
    arena_free(&run->im.a);
    seen_forget(&run->seen);
    run->counties_n = 0;
    run->im = (struct importing){ 0 };
}

static void forget_counts(const struct unit *u, const struct import_file *as_it_was)
{
    for (size_t i = 0; i < u->n; i++)
        *u->sources[i].file = as_it_was[i];
}

struct attempt {
    struct unit *unit;
    struct import_file *as_it_was;
    int64_t rejects_before, warnings_before;
    int lost; /* races for the same rows */
};

/* Every row is looked for before it is written.  If the database knows it all the same, another process has
 * just brought it, and a second attempt will find it. */
static bool lost_race(struct attempt *at, struct errs *e)
{
    enum { RACES_MAX = 4 };
    bool duplicate = false;
    for (const struct err *x = e->bad.first; x; x = x->next)
        duplicate = duplicate || x->msg == MSG_DB_DUPLICATE;
    if (!duplicate || at->lost == RACES_MAX)
        return false;
    at->lost++;
    errs_clear(e);
    return fail(e, ERR_RETRY, NULL, MSG_DB_BUSY);
}

/* The transaction of a unit.  It may run again after a lost race, so it begins by forgetting. */
static bool run_unit(struct tx *tx, void *ctx, struct errs *e)
{
    struct attempt *at = ctx;
    struct import_run *run = at->unit->run;
    struct act act;
    unit_release(run);
    forget_counts(at->unit, at->as_it_was);
    if (!rejects_rewind(&run->rejects, at->rejects_before, e) ||
        !rejects_rewind(&run->warnings, at->warnings_before, e))
        return false;
    run->im = (struct importing){
        .tx = tx, .act = &act, .who = run->who, .codes = run->codes, .o = run->o, .today = clock_today()
    };
    act_begin(&act, tx, run->who, "import", str_of(at->unit->sources[0].file->name), &run->im.a);
    bool ok = defer_indexes(run, at->unit, e) && run_sources(run, at->unit, e) && indexes_build(tx, e);
    ok = ok && act_end(&act, detail_of(at->unit, &run->im.a), e);
    if (ok && run->o->dry_run)
        ok = fail(e, ERR_INTERRUPTED, NULL, MSG_IMPORT_DRY_RUN);
    close_bulks(&run->im);
    act_release(&act);
    run->im.act = NULL;
    return ok || lost_race(at, e);
}

struct emptiness {
    const struct unit *unit;
    bool empty;
};

static bool look_whether_empty(struct tx *tx, void *ctx, struct errs *e)
{
    struct emptiness *x = ctx;
    x->empty = true;
    for (size_t i = 0; i < x->unit->n && x->empty; i++) {
        bool any;
        if (!db_any(tx, x->unit->sources[i].kind->en, &any, e))
            return false;
        x->empty = !any;
    }
    return true;
}

static bool is_first_load(const struct unit *u, bool *first, struct errs *e)
{
    struct emptiness x = { .unit = u };
    bool ok = !is_large(u) || store_run(u->run->st, TX_READ, 0, look_whether_empty, &x, e);
    *first = x.empty;
    return ok;
}

static bool import_unit(struct import_run *run, struct unit *u, struct errs *e)
{
    bool first;
    struct import_file *as_it_was = NEW_ARRAY(&run->a, struct import_file, u->n);
    for (size_t i = 0; i < u->n; i++)
        as_it_was[i] = *u->sources[i].file;
    struct attempt at = { u, as_it_was, run->rejects.rows, run->warnings.rows, 0 };
    bool ok =
        is_first_load(u, &first, e) && store_run(run->st, first ? TX_LOAD : TX_WRITE, 0, run_unit, &at, e);
    bool dry = !ok && e->bad.n == 1 && e->bad.first->msg == MSG_IMPORT_DRY_RUN;
    unit_release(run);
    if (dry)
        errs_clear(e);
    if (ok || dry) {
        rejects_keep(&run->rejects);
        rejects_keep(&run->warnings);
        return true;
    }
    struct errs ignore = { .a = e->a, .lang = e->lang };
    forget_counts(u, as_it_was);
    rejects_rewind(&run->rejects, at.rejects_before, &ignore);
    rejects_rewind(&run->warnings, at.warnings_before, &ignore);
    run->r->interrupted = e->bad.first->code == ERR_INTERRUPTED;
    return false;
}

/* --- files -------------------------------------------------------------------------------- */

/* But for hidden ones, and those that a spreadsheet puts beside a workbook that is open. */
static bool is_table(const char *name)
{
    struct str s = { name, strlen(name) };
    const char *end = s.n > 4 && s.p[s.n - 4] == '.' ? ".csv" : ".xlsx";
    return name[0] != '.' && name[0] != '~' && s.n > strlen(end) &&
           strcasecmp(name + s.n - strlen(end), end) == 0;
}

static int by_name(const void *a, const void *b)
{
    const struct import_file *x = a, *y = b;
    return strcmp(x->path, y->path);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Names of files may be in any encoding: those from a Chinese Windows are often GB18030. */
static const char *readable(const char *name, struct arena *a)
{
    CLEANUP(buf_release) struct buf own = BUF(NAME_MAX_BYTES);
    struct str s = str_of(name);
    return arena_str(a, to_utf8(s, encoding_detect(s), &own)).p;
}

static void add_file(struct import_result *r, size_t *cap, const char *path, struct arena *a)
{
    if (r->n == *cap) {
        struct import_file *old = r->files;
        *cap = *cap ? *cap * 2 : 64;
        r->files = NEW_ARRAY(a, struct import_file, *cap);
        if (old)
            memcpy(r->files, old, r->n * sizeof *old);
    }
    r->files[r->n++] = (struct import_file){ .path = path, .name = readable(base_name(path), a) };
}

static bool list_dir(struct import_result *r, size_t *cap, const char *path, struct arena *a, struct errs *e)
{
    DIR *d = opendir(path);
    size_t first = r->n;
    if (!d)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_FILE_READ, A(path), A(strerror(errno)));
    for (struct dirent *x; (x = readdir(d));)
        if (is_table(x->d_name))
            add_file(r, cap, arena_printf(a, "%s/%s", path, x->d_name), a);
    closedir(d);
    if (r->n > first)
        qsort(r->files + first, r->n - first, sizeof *r->files, by_name);
    return true;
}

static int by_short_name(const void *a, const void *b)
{
    const struct import_file *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* Files of the same name from several folders are told with their folders. */
static void tell_apart(struct import_result *r, struct arena *a)
{
    struct import_file **f = NEW_ARRAY(a, struct import_file *, r->n);
    for (size_t i = 0; i < r->n; i++)
        f[i] = &r->files[i];
    if (r->n)
        qsort(f, r->n, sizeof *f, by_short_name);
    for (size_t from = 0, to; from < r->n; from = to) {
        for (to = from + 1; to < r->n && !strcmp(f[from]->name, f[to]->name);)
            to++;
        for (size_t i = from; i < to && to - from > 1; i++)
            f[i]->name = readable(f[i]->path, a);
    }
}

static bool list_files(struct import_run *run, struct errs *e)
{
    struct import_result *r = run->r;
    size_t cap = 0;
    for (size_t i = 0; i < run->o->n; i++) {
        struct stat st;
        const char *path = run->o->paths[i];
        if (stat(path, &st) != 0)
            return fail(e, ERR_NOT_FOUND, NULL, MSG_FILE_READ, A(path), A(strerror(errno)));
        if (!S_ISDIR(st.st_mode))
            add_file(r, &cap, path, e->a);
        else if (!list_dir(r, &cap, path, e->a, e))
            return false;
    }
    tell_apart(r, e->a);
    return r->n > 0 || fail(e, ERR_NOT_FOUND, NULL, MSG_IMPORT_NOTHING);
}

static int by_unit(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    if (x->kind->unit != y->kind->unit)
        return x->kind->unit - y->kind->unit;
    if (x->kind->order != y->kind->order)
        return x->kind->order - y->kind->order;
    return (x->file > y->file) - (x->file < y->file);
}

/* A dry run is one unit, or no later file would find what an earlier one brings. */
static bool run_units(struct import_run *run, struct source *s, size_t n, struct errs *e)
{
    if (n)
        qsort(s, n, sizeof *s, by_unit);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && (run->o->dry_run || s[to].kind->unit == s[from].kind->unit);)
            to++;
        struct unit u = { run, s + from, to - from };
        if (!import_unit(run, &u, e))
            return false;
    }
    return true;
}

/* A name of its own for every run, so that no earlier list is lost. */
static const char *list_path(const char *wanted, const char *folder, const char *name, struct instant now,
                             struct arena *a)
{
    if (wanted)
        return wanted;
    CLEANUP(buf_release) struct buf b = BUF(64);
    instant_print(&b, now);
    struct str t = buf_str(&b);
    return arena_printf(a, "%s%s-%.4s%.2s%.2s-%.2s%.2s%.2s-%.6s.csv", folder, name, t.p, t.p + 5, t.p + 8,
                        t.p + 11, t.p + 14, t.p + 17, t.p + 20);
}

bool import_run(struct store *st, const struct actor *who, const struct code_book *codes,
                const struct import_kind *const *kinds, size_t n, const struct import_options *o,
                struct import_result *r, struct errs *e)
{
    struct import_run *run = xcalloc(1, sizeof *run);
    struct instant now = clock_now();
    *run = (struct import_run){ .st = st, .who = who, .codes = codes, .o = o, .r = r, .lang = e->lang };
    run->rejects = (struct rejects){ .path = list_path(o->rejects, "", "rejects", now, e->a), .fd = -1 };
    /* Both lists lie together. */
    const char *folder = o->rejects ? arena_printf(e->a, "%s/", folder_of(o->rejects, e->a)) : "";
    run->warnings = (struct rejects){ .path = list_path(o->warnings, folder, "warnings", now, e->a),
                                      .fd = -1,
                                      .warns = true };
    run->scratch = BUF(1 << 24);
    *r = (struct import_result){ 0 };
    bool ok = list_files(run, e);
    struct source *sources = NEW_ARRAY(&run->a, struct source, ok ? r->n * n : 1);
    size_t sources_n = 0, got, room = KEPT_BYTES_MAX;
    for (size_t i = 0, files = ok ? r->n : 0; i < files; i++) {
        source_open(&r->files[i], kinds, n, e->a, e->lang, &room, sources + sources_n, &got);
        sources_n += got;
        if (r->files[i].trouble)
            ok = fail(e, ERR_UNAVAILABLE, NULL, MSG_IMPORT_TROUBLE, A(r->files[i].trouble));
    }
    rejects_plan(&run->rejects, sources, sources_n, &run->a);
    if (ok)
        ok = run_units(run, sources, sources_n, e);
    else
        r->n = 0;
    r->rejected = run->rejects.rows;
    r->rejects = run->rejects.fd >= 0 ? run->rejects.path : NULL;
    r->warned = run->warnings.rows;
    r->warnings = run->warnings.fd >= 0 ? run->warnings.path : NULL;
    for (size_t i = 0; i < sources_n; i++)
        source_unload(&sources[i]);
    rejects_close(&run->rejects);
    rejects_close(&run->warnings);
    buf_release(&run->scratch);
    arena_free(&run->a);
    free(run);
    return ok;
}
