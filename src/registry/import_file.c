#include "registry/import_file.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "base/xlsx_read.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    TITLES_MAX = 4,
    FILE_MAX = 0x7fffffff,
    LARGE = 4 << 20,
    HEADINGS_MAX = 1024,
    CELL_SHOWN = 4000,
    ROW_SHOWN = 1 << 20
};

/* The columns that a list of refused rows begins with. */
static const struct label reject_columns[] = {
    { "文件", "File" }, { "行号", "Line" },   { "列", "Column" },
    { "值", "Value" },  { "原因", "Reason" }, { "数据类型", "Kind of data" },
};
enum { REJECT_KIND = 5, REJECT_COLUMNS = 6 };
/* The last column of a list of warnings, whose others are the same. */
static const struct label rule_label = { "规则", "Rule" };

/* What a stray's fault stands under. */
static const struct col kind_col = { .name = "kind", .label = { "数据类型", "Kind of data" } };

/* --- bytes -------------------------------------------------------------------------------- */

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A workbook's first sheet, or UTF-16, as text; what cannot be read stays as it is, and nobody knows it. */
static void take_text(struct buf *b)
{
    struct buf own = BUF(FILE_MAX);
    bool book = xlsx_is(buf_str(b));
    const char *wide = book ? NULL : encoding_wide(buf_str(b));
    if (!book && !(wide && str_starts(str_of(wide), STR("UTF-16"))))
        return;
    if (!book)
        utf16_to_utf8(buf_str(b), &own);
    else if (!xlsx_to_csv(buf_str(b), &own))
        own.full = true;
    if (own.full) {
        buf_release(&own);
    } else {
        buf_release(b);
        *b = own;
    }
}

/* A large file is read by two threads: nothing else can begin before, and most of it is to get the memory. */
struct half {
    int fd;
    char *p;
    size_t from, n, done;
    int why; /* errno, or 0 */
    bool valid;
};

static void *read_half(void *arg)
{
    struct half *h = arg;
    for (ssize_t n = 1; n && !h->why && h->done < h->n;) {
        n = pread(h->fd, h->p + h->done, h->n - h->done, (off_t)(h->from + h->done));
        if (n >= 0)
            h->done += (size_t)n;
        else
            h->why = errno == EINTR ? 0 : errno;
    }
    return NULL;
}

static void in_halves(struct half half[2], size_t size, void *(*fn)(void *half))
{
    pthread_t beside;
    bool two = size >= LARGE && pthread_create(&beside, NULL, fn, &half[1]) == 0;
    fn(&half[0]);
    if (two)
        pthread_join(beside, NULL);
    else
        fn(&half[1]);
}

static void *check_half(void *arg)
{
    struct half *h = arg;
    h->valid = utf8_valid((struct str){ h->p, h->n });
    return NULL;
}

/* The second half begins with a character. */
static bool halves_valid(struct str s)
{
    size_t at = s.n / 2;
    while (at < s.n && (s.p[at] & 0xc0) == 0x80)
        at++;
    struct half half[2] = { { .p = (char *)(uintptr_t)s.p, .n = at },
                            { .p = (char *)(uintptr_t)(s.p + at), .n = s.n - at } };
    in_halves(half, s.n, check_half);
    return half[0].valid && half[1].valid;
}

static bool read_bytes(const char *path, struct buf *b, struct stat *st)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* it may be a pipe */
    if (fd < 0 || fstat(fd, st) != 0)
        return false;
    if (!S_ISREG(st->st_mode) || st->st_size >= FILE_MAX) {
        errno = S_ISREG(st->st_mode) ? EFBIG : S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
        return false;
    }
    b->cap = (size_t)st->st_size + 1;
    b->p = xmalloc(b->cap);
    large_pages(b->p, b->cap);
    size_t size = (size_t)st->st_size;
    struct half half[2] = {
        { .fd = fd, .p = b->p, .n = size - size / 2 },
        { .fd = fd, .p = b->p + size - size / 2, .from = size - size / 2, .n = size / 2 }
    };
    in_halves(half, size, read_half);
    errno = half[0].why ? half[0].why : half[1].why;
    b->n = half[0].done + (half[0].done == half[0].n ? half[1].done : 0); /* it may have been cut meanwhile */
    return errno == 0;
}

static bool read_all(const char *path, struct buf *b, struct stat *st)
{
    if (!read_bytes(path, b, st))
        return false;
    take_text(b);
    return true;
}

/* --- headings ----------------------------------------------------------------------------- */

/* A heading as people vary it: a star for "required", a unit in brackets, blanks. */
static struct str plain_heading(struct str h, struct arena *a)
{
    static const struct str brackets[] = { { "（", 3 }, { "(", 1 }, { "[", 1 }, { "【", 3 } };
    static const struct str stars[] = { { "*", 1 }, { "＊", 3 } };
    h = str_trim(text_fold(a, h));
    for (size_t i = 0; i < N_ELEMS(stars); i++) {
        while (str_starts(h, stars[i]))
            h = str_trim((struct str){ h.p + stars[i].n, h.n - stars[i].n });
        while (str_ends(h, stars[i]))
            h = str_trim((struct str){ h.p, h.n - stars[i].n });
    }
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

static bool is_called(const struct col *c, struct str h)
{
    return str_eq(str_of(c->label.zh), h) || same_ignoring_case(c->label.en, h) ||
           same_ignoring_case(c->name, h);
}

static bool means(const struct col *c, struct str h)
{
    return is_called(c, h) || is_one_of(c->national, h) || is_one_of(c->aliases, h);
}

static const struct col *find_col(const struct import_kind *k, struct str h,
                                  bool (*fits)(const struct col *c, struct str h))
{
    for (size_t i = 0; i < k->extra_n; i++)
        if (fits(&k->extra[i], h))
            return &k->extra[i];
    for (size_t i = 0; i < k->en->n; i++)
        if (!(k->en->cols[i].flags & SERVER) && fits(&k->en->cols[i], h))
            return &k->en->cols[i];
    return NULL;
}

/* 姓 名, and 与户主 over 关系 in a narrow column. */
static struct str without_blanks(struct str h, struct arena *a)
{
    char *d = arena_alloc(a, h.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < h.n; i++)
        if (h.p[i] != ' ')
            d[n++] = h.p[i];
    return (struct str){ d, n };
}

static const struct col *col_of_heading(const struct import_kind *k, struct str heading, struct arena *a)
{
    struct str whole = str_trim(text_fold(a, heading)), plain = plain_heading(heading, a);
    struct str forms[] = { whole, plain, without_blanks(whole, a), without_blanks(plain, a) };
    const struct col *c = NULL;
    for (size_t i = 0; i < N_ELEMS(forms) && !c; i++)
        c = forms[i].n ? find_col(k, forms[i], means) : NULL;
    return c;
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

static bool is_reject_column(struct str h)
{
    for (size_t i = 0; i < REJECT_COLUMNS; i++)
        if (str_eq(h, str_of(reject_columns[i].zh)) || str_eq(h, str_of(reject_columns[i].en)))
            return true;
    return false;
}

/* Headings to columns: first those that have a column's own name, then those that have another name for it.
 * A column named twice counts where it stands first.  A list of refused rows holds several kinds of rows,
 * and one's name may be the other's alias: there only the name counts. */
static size_t map_headings(const struct import_kind *k, const struct csv_row *head, bool is_list,
                           const struct col **cols, struct arena *a)
{
    size_t known = 0;
    for (int loose = 0; loose <= !is_list; loose++)
        for (size_t i = 0; i < head->n; i++) {
            struct str h = str_trim(head->cells[i]);
            if (cols[i] || !h.n || (is_list && is_reject_column(h)))
                continue;
            const struct col *c = loose ? col_of_heading(k, h, a) : find_col(k, h, is_called);
            if (!c || has_col(cols, head->n, c->name))
                continue;
            cols[i] = c;
            known++;
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

/* A list of refused rows says in each row what it is: one source per kind.  A single heading of that name
 * does not make one. */
static size_t kind_column(const struct csv_row *head)
{
    size_t at = SIZE_MAX, known = 0;
    for (size_t i = 0; i < head->n; i++) {
        known += is_reject_column(head->cells[i]);
        if (str_eq(head->cells[i], str_of(reject_columns[REJECT_KIND].zh)) ||
            str_eq(head->cells[i], str_of(reject_columns[REJECT_KIND].en)))
            at = i;
    }
    return known > 1 ? at : SIZE_MAX;
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
        size_t known = map_headings(kinds[i], &base->head, base->kind_at != SIZE_MAX, cols, a);
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

/* Old Macs end a line with CR alone. */
static void mend_line_ends(char *p, size_t n)
{
    if (n && !memchr(p, '\n', n))
        for (char *cr = p; (cr = memchr(cr, '\r', n - (size_t)(cr - p)));)
            *cr = '\n';
}

static void share_strays(struct source *out, size_t n, struct arena *a)
{
    const char **names = NEW_ARRAY(a, const char *, n);
    for (size_t i = 0; i < n; i++)
        names[i] = out[i].kind->name;
    out[0].others = names;
    out[0].others_n = n;
}

/* Bytes to text; *owned is its memory.  `valid`: they have just been found to be UTF-8. */
static bool decode(struct buf *bytes, enum encoding enc, bool valid, struct str *text, void **owned)
{
    struct buf own = BUF(FILE_MAX);
    *text = valid ? utf8_without_bom(buf_str(bytes)) : to_utf8(buf_str(bytes), enc, &own);
    if (own.p) {
        buf_release(bytes);
        *bytes = own;
    }
    *owned = bytes->p;
    return !own.full;
}

static void keep_head(struct csv_row *head, struct arena *a)
{
    for (size_t i = 0; i < head->n; i++)
        head->cells[i] = arena_str(a, head->cells[i]);
}

struct csv source_csv(const struct source *s)
{
    size_t at = s->head_at < s->text.n ? s->head_at : s->text.n;
    struct csv csv = csv_open(at ? (struct str){ s->text.p + at, s->text.n - at } : s->text);
    csv.line = s->head_line;
    return csv;
}

/* The first row that says what the file is: above the headings there may stand a title, a unit, a date. */
static void find_heading(struct source *base, const struct import_kind *const *kinds, size_t n,
                         struct arena *a, struct source *out, size_t *out_n)
{
    base->head_line = 1;
    for (int titles = 0; *out_n == 0 && titles <= TITLES_MAX; titles++) {
        struct csv csv = source_csv(base);
        if (!csv_next(&csv, a, &base->head))
            return;
        keep_head(&base->head, a);
        recognise(base, kinds, n, a, out, out_n);
        base->head_at = base->text.n - csv.rest.n;
        base->head_line = csv.line;
    }
}

bool source_read(struct import_file *f, struct buf *bytes, const struct import_kind *const *kinds, size_t n,
                 struct arena *a, struct source *out, size_t *out_n)
{
    struct source base = { .file = f, .bytes = bytes->n };
    *out_n = 0;
    if (bytes->p)
        mend_line_ends(bytes->p, bytes->n);
    base.enc = bytes->n && halves_valid(buf_str(bytes)) ? ENC_UTF8 : encoding_detect(buf_str(bytes));
    bool fits = decode(bytes, base.enc, base.enc == ENC_UTF8, &base.text, &base.owned);
    if (fits)
        find_heading(&base, kinds, n, a, out, out_n);
    if (*out_n == 0) {
        free(base.owned);
        return fits;
    }
    for (size_t i = 1; i < *out_n; i++)
        out[i].owned = NULL;
    f->understood = true;
    f->kind = base.kind_at == SIZE_MAX ? out[0].kind->name : "rejects";
    if (base.kind_at == SIZE_MAX)
        report_columns(f, &out[0], a);
    else
        share_strays(out, *out_n, a);
    return true;
}

void source_open(struct import_file *f, const struct import_kind *const *kinds, size_t n, struct arena *a,
                 enum lang lang, size_t *room, struct source *out, size_t *out_n)
{
    struct buf bytes = BUF(FILE_MAX);
    struct stat st;
    *out_n = 0;
    bool read = read_all(f->path, &bytes, &st);
    int why = read ? EFBIG : errno;
    const char *wide = read ? encoding_wide(buf_str(&bytes)) : NULL;
    if (wide) {
        f->trouble = say(a, lang, MSG_FILE_WIDE, A(f->name), A(wide));
        buf_release(&bytes);
        return;
    }
    if (read && source_read(f, &bytes, kinds, n, a, out, out_n)) {
        if (*out_n == 1 && out->text.n <= *room) {
            out->was = st;
            *room -= out->text.n;
            return;
        }
        for (size_t i = 0; i < *out_n; i++)
            source_unload(&out[i]);
        return;
    }
    f->trouble = say(a, lang, MSG_FILE_READ, A(f->name), A(strerror(why)));
    if (!read)
        buf_release(&bytes);
}

/* Does the text still begin with the heading that its columns were told by? */
static bool same_heading(const struct source *s)
{
    struct arena a = { 0 };
    struct csv_row head;
    struct csv csv = source_csv(s);
    bool same = csv_next(&csv, &a, &head) && head.n == s->head.n;
    for (size_t i = 0; same && i < head.n; i++)
        same = str_eq(head.cells[i], s->head.cells[i]);
    arena_free(&a);
    return same;
}

static bool is_as_it_was(const struct source *s)
{
    struct stat now;
    return stat(s->file->path, &now) == 0 && now.st_dev == s->was.st_dev && now.st_ino == s->was.st_ino &&
           now.st_size == s->was.st_size && now.st_mtim.tv_sec == s->was.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == s->was.st_mtim.tv_nsec;
}

bool source_load(struct source *s, struct errs *e)
{
    struct buf bytes = BUF(FILE_MAX);
    int why = 0;
    if (s->owned && is_as_it_was(s))
        return true;
    source_unload(s);
    if (!read_all(s->file->path, &bytes, &s->was)) {
        why = errno;
        buf_release(&bytes);
    } else {
        if (bytes.p)
            mend_line_ends(bytes.p, bytes.n);
        why = !decode(&bytes, s->enc, false, &s->text, &s->owned) ? EFBIG : same_heading(s) ? 0 : ESTALE;
    }
    return !why || fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_READ, A(s->file->name), A(strerror(why)));
}

void source_unload(struct source *s)
{
    free(s->owned);
    s->owned = NULL;
    s->text = (struct str){ 0 };
    s->forgotten = 0;
}

void source_forget(struct source *s, size_t n)
{
    enum { STEP = 16 << 20, PAGE = 4096 };
    uintptr_t from = ((uintptr_t)s->text.p + s->forgotten + PAGE - 1) / PAGE * PAGE;
    uintptr_t to = ((uintptr_t)s->text.p + n) / PAGE * PAGE;
    if (n < s->forgotten + STEP)
        return;
    madvise((void *)from, to - from, MADV_DONTNEED);
    s->forgotten = n;
}

/* --- rows --------------------------------------------------------------------------------- */

static struct str kind_cell(const struct source *s, const struct csv_row *cells)
{
    return s->kind_at < cells->n ? str_trim(cells->cells[s->kind_at]) : (struct str){ 0 };
}

enum source_row source_row_of(const struct source *s, const struct csv_row *cells)
{
    struct str kind = kind_cell(s, cells);
    if (s->kind_at == SIZE_MAX || str_eq(kind, str_of(s->kind->name)))
        return ROW_MINE;
    for (size_t i = 0; i < s->others_n; i++)
        if (str_eq(kind, str_of(s->others[i])))
            return ROW_OTHERS;
    return s->others_n ? ROW_STRAY : ROW_OTHERS;
}

static bool refuse_stray(const struct source *s, const struct csv_row *cells, struct import_row *row)
{
    CLEANUP(buf_release) struct buf list = BUF(1024);
    const struct label *label = &kind_col.label;
    for (size_t i = 0; i < s->others_n; i++) {
        buf_adds(&list, i == 0 ? "" : row->e.lang == EN ? ", " : "、");
        buf_adds(&list, s->others[i]);
    }
    return fail(&row->e, ERR_INVALID, kind_col.name, MSG_NO_SUCH_CODE, A(label), A(kind_cell(s, cells)),
                A(buf_str(&list)));
}

/* Blank cells behind the last column are no harm. */
static size_t cells_that_count(const struct source *s, const struct csv_row *cells)
{
    size_t n = cells->n;
    while (n > s->head.n && !str_trim(cells->cells[n - 1]).n)
        n--;
    return n;
}

/* A row that does not fit under the heading is refused as it stands.  Its cells are not told apart where that
 * would be a guess, or the list of refused rows, imported as it is, would let them in. */
static bool row_is_whole(const struct source *s, const struct csv_row *cells, struct str raw,
                         struct import_row *row)
{
    static const enum msg damage[] = {
        [CSV_QUOTE_OPEN] = MSG_IMPORT_QUOTE_OPEN,
        [CSV_TEXT_AFTER_QUOTE] = MSG_IMPORT_AFTER_QUOTE,
        [CSV_TOO_MANY_CELLS] = MSG_IMPORT_TOO_MANY,
        [CSV_CELL_TOO_LONG] = MSG_IMPORT_TOO_LONG,
    };
    size_t n = cells_that_count(s, cells);
    row->n = cells->damage == CSV_WHOLE && n <= s->head.n ? n : 0;
    if (row->n == s->head.n)
        return true;
    row->raw = str_trim(raw);
    if (cells->damage != CSV_WHOLE)
        return fail(&row->e, ERR_INVALID, NULL, damage[cells->damage]);
    return fail(&row->e, ERR_INVALID, NULL, MSG_IMPORT_CELLS, A(n), A(s->head.n));
}

/* A spreadsheet's error values, columns too narrow to be shown, and numbers it took for its own. */
static bool text_survived(const struct col *c, struct str cell, const struct reading *rd)
{
    static const char *const errors[] = {
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"
    };
    const struct label *label = &c->label;
    int64_t v;
    cell = str_trim(cell);
    if (c->type != T_TEXT || c->check || !cell.n || cell.n > 32)
        return true;
    if (cell.p[0] >= '0' && cell.p[0] <= '9' && str_has(cell, STR("E+")) &&
        int_read(cell, &v) == READ_SCIENTIFIC)
        return fail(rd->e, ERR_INVALID, c->name, MSG_SCIENTIFIC, A(label));
    if (cell.p[0] != '#')
        return true;
    bool damaged = cell.n > 2;
    for (size_t i = 0; i < cell.n && damaged; i++)
        damaged = cell.p[i] == '#';
    for (size_t i = 0; i < N_ELEMS(errors); i++)
        damaged = damaged || str_eq(cell, str_of(errors[i]));
    return !damaged || fail(rd->e, ERR_INVALID, c->name, MSG_TEXT_DAMAGED, A(label));
}

/* 无 and / in a column that may be blank; but 无 is a no, and may be a choice.  A name is what it is. */
static bool says_nothing(const struct col *c, struct str cell, const struct reading *rd)
{
    enum yesno yes;
    if ((c->flags & REQUIRED) || c->check == check_name || !text_says_nothing(cell))
        return false;
    if (c->type == T_BOOL || c->type == T_YESNO)
        return yesno_read(cell, &yes) != READ_OK;
    if (c->type != T_CODE && c->type != T_CODES)
        return true;
    const struct code_table *t = rd->table ? rd->table : code_table(rd->codes, c->codes);
    return !t || !code_find(t, str_trim(cell));
}

/* How a cell is to be read may depend on a code in another one, on whichever side that stands. */
void source_prepare(struct source *s, const struct code_book *book, struct arena *a)
{
    s->order = NEW_ARRAY(a, size_t, s->head.n);
    s->tables = NEW_ARRAY(a, const struct code_table *, s->head.n);
    s->memos = NEW_ARRAY(a, struct col_memo, s->head.n);
    s->order_n = 0;
    bool by_code = s->kind->col_for != NULL;
    for (int codes_first = by_code; codes_first >= 0; codes_first--)
        for (size_t i = 0; i < s->head.n; i++)
            if (s->cols[i] && (!by_code || (s->cols[i]->type == T_CODE) == (codes_first == 1)))
                s->order[s->order_n++] = i;
    for (size_t i = 0; i < s->head.n; i++)
        if (s->cols[i] && s->cols[i]->codes)
            s->tables[i] = code_table(book, s->cols[i]->codes);
}

void source_read_row(const struct source *s, const struct csv_row *cells, struct str raw,
                     struct import_row *row, const struct reading *rd)
{
    const struct col *(*col_for)(const struct col *c, const void *obj) = s->kind->col_for;
    struct reading own = *rd;
    row->line = cells->line;
    row->cells = cells->cells;
    row->n = cells->n;
    if (source_row_of(s, cells) == ROW_STRAY) {
        refuse_stray(s, cells, row);
        return;
    }
    if (!row_is_whole(s, cells, raw, row))
        return;
    for (size_t k = 0; k < s->order_n; k++) {
        size_t i = s->order[k];
        if (!cells->cells[i].n)
            continue;
        const struct col *c = col_for ? col_for(s->cols[i], row->obj) : s->cols[i];
        if (c == s->cols[i] && col_recall(c, row->obj, cells->cells[i], &s->memos[i]))
            continue;
        own.table = s->tables[i];
        if (says_nothing(c, cells->cells[i], &own) || !text_survived(c, cells->cells[i], &own))
            continue;
        if (c == s->cols[i])
            col_read_like(c, row->obj, cells->cells[i], &own, &s->memos[i]);
        else
            col_read(c, row->obj, cells->cells[i], &own);
    }
}

/* --- refused rows ------------------------------------------------------------------------- */

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
    CLEANUP(buf_release) struct buf b = BUF(FILE_MAX);
    r->fd = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (r->fd < 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(r->path), A(strerror(errno)));
    buf_adds(&b, "\xef\xbb\xbf");
    for (size_t i = 0; i < REJECT_COLUMNS; i++)
        csv_put(&b, str_of(label_in(r->warns && i == REJECT_KIND ? &rule_label : &reject_columns[i], lang)),
                i == 0);
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
    return strcmp(name, kind_col.name) == 0 ? &kind_col : entity_col(k->en, name);
}

static struct str cell_of(const struct source *s, const struct import_row *row, const char *field)
{
    if (!strcmp(field, kind_col.name))
        return s->kind_at < row->n ? row->cells[s->kind_at] : (struct str){ 0 };
    for (size_t i = 0; i < s->head.n && i < row->n; i++)
        if (s->cols[i] && !strcmp(s->cols[i]->name, field))
            return row->cells[i];
    return (struct str){ 0 };
}

/* Enough of a text to know it again. */
static struct str at_most(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    for (s.n = max; s.n && (s.p[s.n] & 0xc0) == 0x80;)
        s.n--;
    return s;
}

/* Where, what and why; several faults of a row stand in the same cells, one after the other. */
static void put_faults(struct buf *b, const struct source *s, const struct import_row *row)
{
    struct buf part[3] = { BUF(1 << 22), BUF(1 << 22), BUF(1 << 22) };
    for (const struct err *x = row->e.bad.first; x; x = x->next) {
        const struct col *c = x->field ? col_named(s->kind, x->field) : NULL;
        /* A cell stands whole further on; a row that does not fit stands here only. */
        struct str value =
            x->field ? at_most(cell_of(s, row, x->field), CELL_SHOWN) : at_most(row->raw, ROW_SHOWN);
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

static void put_place(struct buf *b, const struct source *s, const struct import_row *row)
{
    char line[24];
    int n = snprintf(line, sizeof line, "%lld", (long long)row->line);
    csv_put(b, str_of(s->file->name), true);
    csv_put(b, (struct str){ line, (size_t)n }, false);
}

/* A field of a warning: the name of a column, or table.column. */
static const struct col *col_of_field(const struct import_kind *k, struct str field)
{
    char name[64];
    const char *dot = memchr(field.p, '.', field.n);
    size_t table = dot ? (size_t)(dot - field.p) : 0;
    if (dot && !str_eq((struct str){ field.p, table }, str_of(k->en->table)))
        return NULL;
    snprintf(name, sizeof name, "%.*s", (int)(field.n - table - (dot != NULL)),
             field.p + table + (dot != NULL));
    return col_named(k, name);
}

/* The columns that a warning is about, and what stands in them: this list may be passed on. */
static void put_fields(struct buf *b, const struct source *s, const struct import_row *row,
                       const char *fields)
{
    struct buf labels = BUF(1 << 16), values = BUF(1 << 20);
    struct str rest = str_of(fields), one;
    while (str_split(&rest, ' ', &one)) {
        const struct col *c = col_of_field(s->kind, one);
        if (!c)
            continue;
        if (labels.n) {
            buf_adds(&labels, "；");
            buf_adds(&values, "；");
        }
        struct str cell = at_most(str_trim(cell_of(s, row, c->name)), CELL_SHOWN);
        buf_adds(&labels, label_in(&c->label, row->e.lang));
        if (cell.n)
            col_mask(c, cell, &values);
    }
    csv_put(b, buf_str(&labels), false);
    csv_put(b, buf_str(&values), false);
    buf_release(&labels);
    buf_release(&values);
}

bool warnings_add(struct rejects *r, const struct source *s, const struct import_row *row, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(FILE_MAX);
    if (r->fd < 0 && !begin(r, e->lang, e))
        return false;
    for (const struct err *x = row->e.warned.first; x; x = x->next) {
        put_place(&b, s, row);
        put_fields(&b, s, row, x->field);
        csv_put(&b, str_of(x->text), false);
        csv_put(&b, str_of(x->rule), false);
        csv_end_row(&b);
        r->rows++;
    }
    return put(r, &b, e);
}

bool rejects_add(struct rejects *r, const struct source *s, const struct import_row *row, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(FILE_MAX);
    if (r->fd < 0 && !begin(r, e->lang, e))
        return false;
    put_place(&b, s, row);
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
    return !b.full ? put(r, &b, e)
                   : fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(r->path), A(strerror(EFBIG)));
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
