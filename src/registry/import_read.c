#include "registry/import_read.h"

#include <assert.h>
#include <endian.h>
#include <pthread.h>

/* One batch is with the database, one waits, one is being filled. */
enum { BATCHES = 3, BATCH_ROWS = 256, THREAD_FROM_BYTES = 1 << 20, CONTENT_MAX = 1 << 24 };

struct row_reader {
    struct source *s;
    struct row_reading how;
    struct csv csv;
    struct row_drawing *drawing;
    struct rowsum secret;            /* of the hashes of what rows say */
    struct buf content, own_content; /* for sealing: the reader's, and that of whoever takes the rows */
    struct arena a;
    struct row_batch batches[BATCHES];

    /* With a thread: batches [taken, filled) wait; the one before `taken` is in use. */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    size_t filled, taken;
    bool over, stop, awaited;
};

/* --- rows --------------------------------------------------------------------------------- */

/* The value as bits; texts apart. */
static uint64_t bits_of(const struct col *c, const void *at)
{
    switch (c->type) {
    case T_BOOL: return *(const bool *)at;
    case T_YESNO: return *(const enum yesno *)at;
    case T_DATE:
    case T_OPT_DATE: return (uint64_t)((const struct date *)at)->day;
    case T_CODE: return (uint64_t)((const struct code *)at)->v;
    default: return *(const uint64_t *)at;
    }
}

/* Each with the number of its column, from `first` on, and its length: so two rows that differ read
 * differently. */
static void add_values(struct buf *b, const struct col *cols, size_t n, size_t first, const void *obj)
{
    for (size_t i = 0; i < n; i++) {
        const void *at = (const char *)obj + cols[i].off;
        if ((cols[i].flags & SERVER) || !col_known(&cols[i], obj))
            continue;
        struct str text = cols[i].type == T_TEXT ? *(const struct str *)at : (struct str){ 0 };
        uint64_t x = text.p ? text.n : bits_of(&cols[i], at);
        char *head = buf_room(b, 2 + sizeof x + text.n);
        if (!head)
            return;
        head[0] = (char)(first + i);
        head[1] = (char)(x < 256);
        b->n += head[1] ? 3 : 2 + sizeof x;
        x = htole64(x);
        memcpy(head + 2, &x, sizeof x);
        if (text.p)
            memcpy(b->p + b->n, text.p, text.n);
        b->n += text.n;
    }
}

/* What a row says, however it is written. */
static uint64_t content_of(const struct row_reader *r, const struct import_row *row, struct buf *content)
{
    const struct import_kind *k = r->s->kind;
    struct rowsum secret = r->secret;
    buf_clear(content);
    if (row->drawn)
        secret.lo = known_hash(r->drawing, row->drawn, secret);
    else
        add_values(content, k->en->cols, k->en->n, 0, row->obj);
    add_values(content, k->extra, k->extra_n, k->en->n, row->obj);
    return text_hash(buf_str(content), secret);
}

static void seal_rows(const struct row_reader *r, struct row_batch *b, struct buf *content)
{
    const void *obj[BATCH_ROWS];
    struct bytes *out[BATCH_ROWS];
    size_t good = 0;
    for (size_t i = 0; i < b->n; i++)
        if (!errs_any(&b->rows[i].e)) {
            obj[good] = b->rows[i].obj;
            out[good++] = b->rows[i].sealed;
        }
    rows_seal(r->how.seal, r->s->kind->en, obj, out, good, &b->a);
    for (size_t i = 0; i < b->n; i++) {
        struct import_row *row = &b->rows[i];
        if (errs_any(&row->e))
            continue;
        if (r->drawing)
            row->drawn = row_draw(r->drawing, row->obj, row->sealed, &b->a);
        row->content = content_of(r, row, content);
    }
    b->sealed = true;
}

static void read_row(struct row_reader *r, struct row_batch *b, const struct csv_row *cells, struct str raw,
                     struct import_row *row)
{
    const struct import_kind *k = r->s->kind;
    *row = (struct import_row){ .obj = arena_alloc(&b->a, k->size),
                                .e = { .a = &b->a, .lang = r->how.lang },
                                .text = raw };
    struct reading rd = { .e = &row->e, .codes = r->how.codes, .today = r->how.today };
    source_read_row(r->s, cells, raw, row, &rd);
    if (!errs_any(&row->e) && k->prepare)
        k->prepare(row, r->how.today);
}

/* false: the file ended with this batch or before it. */
static bool fill(struct row_reader *r, struct row_batch *b)
{
    struct csv_row cells;
    bool more = true;
    arena_reset(&b->a);
    b->sealed = false;
    for (b->n = 0; b->n < BATCH_ROWS;) {
        struct str from = r->csv.rest;
        more = csv_next(&r->csv, &b->a, &cells);
        if (!more)
            break;
        if (source_row_of(r->s, &cells) != ROW_OTHERS)
            read_row(r, b, &cells, (struct str){ from.p, from.n - r->csv.rest.n }, &b->rows[b->n++]);
    }
    b->done = r->s->text.n - r->csv.rest.n;
    return more;
}

/* --- ahead of whoever takes them ---------------------------------------------------------- */

static void *run(void *arg)
{
    struct row_reader *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->stop && !r->over) {
        if (r->filled - r->taken >= BATCHES - 1) {
            pthread_cond_wait(&r->wake, &r->lock);
            continue;
        }
        struct row_batch *b = &r->batches[r->filled % BATCHES];
        pthread_mutex_unlock(&r->lock);
        bool more = fill(r, b);
        pthread_mutex_lock(&r->lock);
        if (!r->awaited) {
            pthread_mutex_unlock(&r->lock);
            seal_rows(r, b, &r->content);
            pthread_mutex_lock(&r->lock);
        }
        r->filled++;
        r->over = !more;
        pthread_cond_broadcast(&r->wake);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct row_reader *row_reader_open(struct source *s, const struct row_reading *how)
{
    struct row_reader *r = xcalloc(1, sizeof *r);
    struct csv_row head;
    *r = (struct row_reader){ .s = s,
                              .how = *how,
                              .csv = source_csv(s),
                              .secret = rowsum_hash(how->seal, STR("what a row says")),
                              .content = BUF(CONTENT_MAX),
                              .own_content = BUF(CONTENT_MAX) };
    csv_next(&r->csv, &r->a, &head);
    r->drawing = s->kind->drawn_ahead ? row_drawing_of(s->kind->en, &r->a) : NULL;
    source_prepare(s, how->codes, &r->a);
    for (size_t i = 0; i < BATCHES; i++)
        r->batches[i].rows = NEW_ARRAY(&r->a, struct import_row, BATCH_ROWS);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->wake, NULL);
    /* A small file is not worth a thread; and without one all goes on, only slower. */
    r->threaded = s->text.n >= THREAD_FROM_BYTES && pthread_create(&r->thread, NULL, run, r) == 0;
    return r;
}

static struct row_batch *wait_for_next(struct row_reader *r)
{
    pthread_mutex_lock(&r->lock);
    r->awaited = true;
    while (r->taken == r->filled && !r->over)
        pthread_cond_wait(&r->wake, &r->lock);
    r->awaited = false;
    struct row_batch *b = r->taken < r->filled ? &r->batches[r->taken % BATCHES] : NULL;
    if (b)
        r->taken++;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    return b;
}

struct row_batch *row_reader_next(struct row_reader *r)
{
    struct row_batch *b = NULL;
    if (r->threaded) {
        b = wait_for_next(r);
    } else if (!r->over) {
        b = &r->batches[0];
        r->over = !fill(r, b);
    }
    if (b && !b->sealed)
        seal_rows(r, b, &r->own_content);
    return b;
}

struct row_batch *row_reader_again(struct row_reader *r, const struct row_text **rest)
{
    struct row_batch *b = &r->batches[0];
    struct csv_row cells;
    arena_reset(&b->a);
    for (b->n = 0; *rest && b->n < BATCH_ROWS; *rest = (*rest)->next) {
        struct csv one = { (*rest)->text, (*rest)->line, r->csv.separator };
        if (csv_next(&one, &b->a, &cells))
            read_row(r, b, &cells, (*rest)->text, &b->rows[b->n++]);
    }
    seal_rows(r, b, &r->own_content);
    return b;
}

void row_reader_close(struct row_reader *r)
{
    if (!r)
        return;
    if (r->threaded) {
        pthread_mutex_lock(&r->lock);
        r->stop = true;
        pthread_cond_broadcast(&r->wake);
        pthread_mutex_unlock(&r->lock);
        pthread_join(r->thread, NULL);
    }
    for (size_t i = 0; i < BATCHES; i++)
        arena_free(&r->batches[i].a);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->wake);
    buf_release(&r->content);
    buf_release(&r->own_content);
    arena_free(&r->a);
    free(r);
}
