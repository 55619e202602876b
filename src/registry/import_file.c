#include "registry/import_file.h"

#include "base/clock.h"
#include "base/encoding.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 0x7fffffff, HEADINGS_MAX = 1024, REJECT_ROW_MAX = 1 << 22 };

/* The columns that a list of refused rows begins with. */
static const struct label reject_columns[] = {
    { "文件", "File" }, { "行号", "Line" },   { "列", "Column" },
    { "值", "Value" },  { "原因", "Reason" }, { "数据类型", "Kind of data" },
};
enum { REJECT_KIND = 5, REJECT_COLUMNS = 6 };

/* --- bytes -------------------------------------------------------------------------------- */

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool read_all(const char *path, struct buf *b)
{
    struct stat st;
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        return false;
    if (!S_ISREG(st.st_mode) || st.st_size >= FILE_MAX) {
        errno = S_ISREG(st.st_mode) ? EFBIG : EISDIR;
        return false;
    }
    b->cap = (size_t)st.st_size + 1;
    b->p = xmalloc(b->cap);
    for (ssize_t n; b->n < (size_t)st.st_size; b->n += (size_t)n) {
        n = read(fd, b->p + b->n, (size_t)st.st_size - b->n);
        if (n < 0 && errno == EINTR)
            n = 0;
        else if (n <= 0)
            return n == 0;
    }
    return true;
}

/* --- headings ----------------------------------------------------------------------------- */

/* A heading as people vary it: a star for "required", a unit in brackets, blanks. */
static struct str plain_heading(struct str h, struct arena *a)
{
    static const struct str brackets[] = { { "（", 3 }, { "(", 1 }, { "[", 1 }, { "【", 3 } };
    h = str_trim(text_fold(a, h));
    while (h.n && h.p[0] == '*')
        h = str_trim((struct str){ h.p + 1, h.n - 1 });
    while (h.n && h.p[h.n - 1] == '*')
        h = str_trim((struct str){ h.p, h.n - 1 });
    for (size_t i = 1; i < h.n; i++)
        for (size_t k = 0; k < N_ELEMS(brackets); k++)
            if (str_starts((struct str){ h.p + i, h.n - i }, brackets[k]))
                return str_trim((struct str){ h.p, i });
    return h;
}

static bool is_one_of(const char *names, struct str h)
{
    struct str list = str_of(names), one;
    while (str_split(&list, '|', &one))
        if (str_eq(one, h))
            return true;
    return false;
}

static bool same_ignoring_case(const char *name, struct str h)
{
    return strlen(name) == h.n && strncasecmp(name, h.p, h.n) == 0;
}

static bool means(const struct col *c, struct str h)
{
    return str_eq(str_of(c->label.zh), h) || same_ignoring_case(c->label.en, h) ||
           same_ignoring_case(c->name, h) || is_one_of(c->national, h) || is_one_of(c->aliases, h);
}

static const struct col *find_col(const struct import_kind *k, struct str h)
{
    for (size_t i = 0; i < k->extra_n; i++)
        if (means(&k->extra[i], h))
            return &k->extra[i];
    for (size_t i = 0; i < k->en->n; i++)
        if (!(k->en->cols[i].flags & SERVER) && means(&k->en->cols[i], h))
            return &k->en->cols[i];
    return NULL;
}

static const struct col *col_of_heading(const struct import_kind *k, struct str heading, struct arena *a)
{
    struct str whole = str_trim(text_fold(a, heading)), plain = plain_heading(heading, a);
    const struct col *c = whole.n ? find_col(k, whole) : NULL;
    return c || !plain.n ? c : find_col(k, plain);
}

static bool has_col(const struct col *const *cols, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (cols[i] && !strcmp(cols[i]->name, name))
            return true;
    return false;
}

static bool has_needs(const struct import_kind *k, const struct col *const *cols, size_t n)
{
    bool some = !k->some_of[0];
    for (size_t i = 0; i < IMPORT_NEEDS_MAX && k->needs[i]; i++)
        if (!has_col(cols, n, k->needs[i]))
            return false;
    for (size_t i = 0; i < IMPORT_NEEDS_MAX && k->some_of[i]; i++)
        some = some || has_col(cols, n, k->some_of[i]);
    return some;
}

/* Headings to columns; a column named twice counts where it stands first. */
static size_t map_headings(const struct import_kind *k, const struct csv_row *head, const struct col **cols,
                           struct arena *a)
{
    size_t known = 0;
    for (size_t i = 0; i < head->n; i++) {
        cols[i] = col_of_heading(k, head->cells[i], a);
        if (cols[i] && has_col(cols, i, cols[i]->name))
            cols[i] = NULL;
        known += cols[i] != NULL;
    }
    return known;
}

static void report_columns(struct import_file *f, const struct source *s, struct arena *a)
{
    const struct import_kind *k = s->kind;
    f->extra = NEW_ARRAY(a, const char *, s->head.n);
    f->missing = NEW_ARRAY(a, const char *, k->en->n + k->extra_n);
    for (size_t i = 0; i < s->head.n; i++)
        if (!s->cols[i] && s->head.cells[i].n)
            f->extra[f->extra_n++] = arena_str(a, s->head.cells[i]).p;
    for (size_t i = 0; i < k->extra_n + k->en->n; i++) {
        const struct col *c = i < k->extra_n ? &k->extra[i] : &k->en->cols[i - k->extra_n];
        if (!(c->flags & SERVER) && !has_col(s->cols, s->head.n, c->name))
            f->missing[f->missing_n++] = c->label.zh;
    }
}

/* A list of refused rows says in each row what it is: one source per kind. */
static size_t kind_column(const struct csv_row *head)
{
    for (size_t i = 0; i < head->n; i++)
        if (str_eq(head->cells[i], str_of(reject_columns[REJECT_KIND].zh)) ||
            str_eq(head->cells[i], str_of(reject_columns[REJECT_KIND].en)))
            return i;
    return SIZE_MAX;
}

static void add_source(struct source *out, size_t *out_n, const struct source *base,
                       const struct import_kind *k, const struct col **cols)
{
    out[*out_n] = *base;
    out[*out_n].kind = k;
    out[*out_n].cols = cols;
    ++*out_n;
}

static void recognise(struct source *base, const struct import_kind *const *kinds, size_t n, struct arena *a,
                      struct source *out, size_t *out_n)
{
    const struct import_kind *best = NULL;
    const struct col **best_cols = NULL;
    size_t best_known = 0;
    base->kind_at = kind_column(&base->head);
    for (size_t i = 0; i < n; i++) {
        const struct col **cols = NEW_ARRAY(a, const struct col *, base->head.n);
        size_t known = map_headings(kinds[i], &base->head, cols, a);
        if (!has_needs(kinds[i], cols, base->head.n))
            continue;
        if (base->kind_at != SIZE_MAX) {
            add_source(out, out_n, base, kinds[i], cols);
        } else if (known > best_known) {
            best = kinds[i];
            best_cols = cols;
            best_known = known;
        }
    }
    if (best)
        add_source(out, out_n, base, best, best_cols);
}

/* The file as UTF-8; *owned is to be freed. */
static bool read_text(const char *path, enum encoding *enc, bool detect, struct str *text, void **owned,
                      size_t *bytes)
{
    struct buf raw = BUF(FILE_MAX), own = BUF(FILE_MAX);
    if (!read_all(path, &raw)) {
        buf_release(&raw);
        return false;
    }
    *bytes = raw.n;
    if (detect)
        *enc = encoding_detect(buf_str(&raw));
    *text = to_utf8(buf_str(&raw), *enc, &own);
    if (own.p)
        buf_release(&raw);
    *owned = own.p ? own.p : raw.p;
    return true;
}

static void keep_head(struct csv_row *head, struct arena *a)
{
    for (size_t i = 0; i < head->n; i++)
        head->cells[i] = arena_str(a, head->cells[i]);
}

void source_open(struct import_file *f, const struct import_kind *const *kinds, size_t n, struct arena *a,
                 enum lang lang, struct source *out, size_t *out_n)
{
    struct source base = { .file = f };
    struct str text;
    void *owned;
    *out_n = 0;
    if (!read_text(f->path, &base.enc, true, &text, &owned, &base.bytes)) {
        f->trouble = say(a, lang, MSG_FILE_READ, A(f->path), A(strerror(errno)));
        return;
    }
    struct csv csv = csv_open(text);
    if (csv_next(&csv, a, &base.head)) {
        keep_head(&base.head, a);
        recognise(&base, kinds, n, a, out, out_n);
    }
    free(owned);
    if (*out_n == 0)
        return;
    f->understood = true;
    f->kind = *out_n == 1 ? out[0].kind->name : "rejects";
    if (*out_n == 1)
        report_columns(f, &out[0], a);
}

bool source_load(struct source *s, struct errs *e)
{
    size_t bytes;
    if (read_text(s->file->path, &s->enc, false, &s->text, &s->owned, &bytes))
        return true;
    return fail(e, ERR_NOT_FOUND, NULL, MSG_FILE_READ, A(s->file->path), A(strerror(errno)));
}

void source_unload(struct source *s)
{
    free(s->owned);
    s->owned = NULL;
    s->text = (struct str){ 0 };
}

/* --- refused rows ------------------------------------------------------------------------- */

static bool is_reject_column(struct str h)
{
    for (size_t i = 0; i < REJECT_COLUMNS; i++)
        if (str_eq(h, str_of(reject_columns[i].zh)) || str_eq(h, str_of(reject_columns[i].en)))
            return true;
    return false;
}

/* What a cell is called in the list: the column's label, so that files that name it differently meet. */
static const char *listed_heading(const struct source *s, size_t i, struct arena *a)
{
    return s->cols[i] ? s->cols[i]->label.zh : arena_str(a, s->head.cells[i]).p;
}

static size_t heading_at(const struct rejects *r, const char *h)
{
    size_t i = 0;
    while (i < r->n && strcmp(r->headings[i], h) != 0)
        i++;
    return i;
}

void rejects_plan(struct rejects *r, const struct source *s, size_t n, struct arena *a)
{
    r->headings = NEW_ARRAY(a, const char *, HEADINGS_MAX);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < s[k].head.n; i++) {
            if (!s[k].head.cells[i].n || is_reject_column(s[k].head.cells[i]))
                continue;
            const char *h = listed_heading(&s[k], i, a);
            if (r->n < HEADINGS_MAX && heading_at(r, h) == r->n)
                r->headings[r->n++] = h;
        }
}

static bool put(struct rejects *r, struct buf *b, struct errs *e)
{
    for (size_t done = 0; done < b->n;) {
        ssize_t n = write(r->fd, b->p + done, b->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(r->path), A(strerror(errno)));
        done += (size_t)n;
    }
    return true;
}

static bool begin(struct rejects *r, enum lang lang, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(REJECT_ROW_MAX);
    r->fd = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (r->fd < 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(r->path), A(strerror(errno)));
    buf_adds(&b, "\xef\xbb\xbf");
    for (size_t i = 0; i < REJECT_COLUMNS; i++)
        csv_put(&b, str_of(label_in(&reject_columns[i], lang)), i == 0);
    for (size_t i = 0; i < r->n; i++)
        csv_put(&b, str_of(r->headings[i]), false);
    csv_end_row(&b);
    return put(r, &b, e);
}

static const struct col *col_named(const struct import_kind *k, const char *name)
{
    for (size_t i = 0; i < k->extra_n; i++)
        if (!strcmp(k->extra[i].name, name))
            return &k->extra[i];
    return entity_col(k->en, name);
}

static struct str cell_of(const struct source *s, const struct import_row *row, const char *field)
{
    for (size_t i = 0; i < s->head.n && i < row->n; i++)
        if (s->cols[i] && !strcmp(s->cols[i]->name, field))
            return row->cells[i];
    return (struct str){ 0 };
}

/* Where, what and why; several faults of a row stand in the same cells, one after the other. */
static void put_faults(struct buf *b, const struct source *s, const struct import_row *row)
{
    struct buf part[3] = { BUF(1 << 16), BUF(1 << 16), BUF(1 << 16) };
    for (const struct err *x = row->e.bad.first; x; x = x->next) {
        const struct col *c = x->field ? col_named(s->kind, x->field) : NULL;
        struct str value = x->field ? cell_of(s, row, x->field) : (struct str){ 0 };
        struct str texts[3] = { str_of(c ? label_in(&c->label, row->e.lang) : ""), value, str_of(x->text) };
        for (size_t i = 0; i < 3; i++) {
            if (x != row->e.bad.first)
                buf_adds(&part[i], "；");
            buf_add(&part[i], texts[i]);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        csv_put(b, buf_str(&part[i]), false);
        buf_release(&part[i]);
    }
}

bool rejects_add(struct rejects *r, const struct source *s, const struct import_row *row, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(REJECT_ROW_MAX);
    char line[24];
    if (r->fd < 0 && !begin(r, e->lang, e))
        return false;
    int n = snprintf(line, sizeof line, "%lld", (long long)row->line);
    csv_put(&b, str_of(s->file->name), true);
    csv_put(&b, (struct str){ line, (size_t)n }, false);
    put_faults(&b, s, row);
    csv_put(&b, str_of(s->kind->name), false);
    for (size_t h = 0; h < r->n; h++) {
        struct str cell = { 0 };
        for (size_t i = 0; i < s->head.n && i < row->n; i++)
            if (!cell.n && s->head.cells[i].n && !strcmp(listed_heading(s, i, e->a), r->headings[h]))
                cell = row->cells[i];
        csv_put(&b, cell, false);
    }
    csv_end_row(&b);
    r->rows++;
    return put(r, &b, e);
}

bool rejects_rewind(struct rejects *r, int64_t rows, struct errs *e)
{
    r->rows = rows;
    if (r->fd < 0)
        return true;
    if (r->kept == 0) {
        unlink(r->path);
        close(r->fd);
        r->fd = -1;
        return true;
    }
    if (ftruncate(r->fd, r->kept) == 0 && lseek(r->fd, r->kept, SEEK_SET) == r->kept)
        return true;
    return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(r->path), A(strerror(errno)));
}

void rejects_keep(struct rejects *r)
{
    if (r->fd >= 0)
        r->kept = lseek(r->fd, 0, SEEK_CUR);
}

void rejects_close(struct rejects *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}
