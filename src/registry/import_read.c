#include "registry/import_read.h"

#include <assert.h>
#include <pthread.h>

/* One batch is with the database, one waits, one is being filled. */
enum { BATCHES = 3, BATCH_ROWS = 1024, THREAD_FROM_BYTES = 1 << 20, CONTENT_MAX = 1 << 24 };

struct row_reader {
    const struct source *s;
    struct row_reading how;
    const struct code_table **tables; /* of each heading's column */
    struct csv csv;
    struct buf content;
    struct arena a;
    struct row_batch batches[BATCHES];

    /* With a thread: batches [taken, filled) wait; the one before `taken` is in use. */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    size_t filled, taken;
    bool over, stop;
};

/* --- cells to values ---------------------------------------------------------------------- */

static bool row_is_whole(const struct source *s, const struct csv_row *cells, struct import_row *row)
{
    static const enum msg damage[] = {
        [CSV_QUOTE_OPEN] = MSG_IMPORT_QUOTE_OPEN,
        [CSV_TEXT_AFTER_QUOTE] = MSG_IMPORT_AFTER_QUOTE,
        [CSV_TOO_MANY_CELLS] = MSG_IMPORT_TOO_MANY,
        [CSV_CELL_TOO_LONG] = MSG_IMPORT_TOO_LONG,
    };
    if (cells->damage != CSV_WHOLE)
        return fail(&row->e, ERR_INVALID, NULL, damage[cells->damage]);
    if (cells->n != s->head.n)
        return fail(&row->e, ERR_INVALID, NULL, MSG_IMPORT_CELLS, A(cells->n), A(s->head.n));
    return true;
}

/* Tells whether two rows say the same, letter by letter. */
static uint64_t content_of(struct row_reader *r, const struct import_row *row)
{
    buf_clear(&r->content);
    for (size_t i = 0; i < row->n; i++) {
        buf_add(&r->content, row->cells[i]);
        buf_addc(&r->content, 0);
    }
    return rowsum_hash(r->how.seal, buf_str(&r->content)).lo;
}

static void read_cells(struct row_reader *r, const struct csv_row *cells, struct import_row *row)
{
    const struct import_kind *k = r->s->kind;
    struct reading rd = { .e = &row->e, .codes = r->how.codes, .today = r->how.today };
    for (size_t i = 0; i < r->s->head.n; i++) {
        const struct col *c = r->s->cols[i];
        if (c && k->col_for)
            c = k->col_for(c, row->obj);
        rd.table = r->tables[i];
        if (c)
            col_read(c, row->obj, cells->cells[i], &rd);
    }
}

static void read_row(struct row_reader *r, struct row_batch *b, const struct csv_row *cells,
                     struct import_row *row)
{
    const struct import_kind *k = r->s->kind;
    *row = (struct import_row){
        .obj = arena_alloc(&b->a, k->size), .line = cells->line, .cells = cells->cells, .n = cells->n
    };
    row->e = (struct errs){ .a = &b->a, .lang = r->how.lang };
    if (!row_is_whole(r->s, cells, row))
        return;
    read_cells(r, cells, row);
    if (!errs_any(&row->e) && k->prepare)
        k->prepare(row, r->how.today);
    row->content = content_of(r, row);
    row_seal(r->how.seal, k->en, row->obj, &b->a, row->sealed);
}

static bool is_of_kind(const struct source *s, const struct csv_row *cells)
{
    return s->kind_at == SIZE_MAX ||
           (s->kind_at < cells->n && str_eq(cells->cells[s->kind_at], str_of(s->kind->name)));
}

/* false: the file ended with this batch or before it. */
static bool fill(struct row_reader *r, struct row_batch *b)
{
    struct csv_row cells;
    bool more = true;
    arena_reset(&b->a);
    b->n = 0;
    while (b->n < BATCH_ROWS && (more = csv_next(&r->csv, &b->a, &cells)))
        if (is_of_kind(r->s, &cells))
            read_row(r, b, &cells, &b->rows[b->n++]);
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
        r->filled++;
        r->over = !more;
        pthread_cond_broadcast(&r->wake);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct row_reader *row_reader_open(const struct source *s, const struct row_reading *how)
{
    struct row_reader *r = xcalloc(1, sizeof *r);
    struct csv_row head;
    *r = (struct row_reader){ .s = s, .how = *how, .csv = csv_open(s->text), .content = BUF(CONTENT_MAX) };
    csv_next(&r->csv, &r->a, &head);
    r->tables = NEW_ARRAY(&r->a, const struct code_table *, s->head.n);
    for (size_t i = 0; i < s->head.n; i++)
        if (s->cols[i] && s->cols[i]->codes)
            r->tables[i] = code_table(how->codes, s->cols[i]->codes);
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
    while (r->taken == r->filled && !r->over)
        pthread_cond_wait(&r->wake, &r->lock);
    struct row_batch *b = r->taken < r->filled ? &r->batches[r->taken % BATCHES] : NULL;
    if (b)
        r->taken++;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    return b;
}

struct row_batch *row_reader_next(struct row_reader *r)
{
    if (r->threaded)
        return wait_for_next(r);
    if (r->over)
        return NULL;
    r->over = !fill(r, &r->batches[0]);
    return &r->batches[0];
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
    arena_free(&r->a);
    free(r);
}
