#include "registry/export_write.h"

#include "base/xlsx.h"

#include <assert.h>
#include <errno.h>

enum { CHUNK_BYTES = 1 << 18, CHUNK_ROWS = 1024, CHUNK_BYTES_MAX = 1 << 24 };

/* --- CSV ---------------------------------------------------------------------------------- */

struct csv_out {
    const struct export_file *f;
    struct buf text, encoded;
    size_t ends[CHUNK_ROWS]; /* of the rows in text */
    size_t n;
    int64_t rows; /* before those */
};

/* A minus before a number is no formula, and with an apostrophe it would be no number. */
static bool is_number(const struct col *c)
{
    static const bool number[] = { [T_INT] = true,       [T_OPT_INT] = true,      [T_MONEY] = true,
                                   [T_OPT_MONEY] = true, [T_OPT_QUANTITY] = true, [T_REGION] = false };
    return number[c->type];
}

static bool cannot_write(const struct export_file *f, struct errs *e)
{
    return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(f->file->path), A(strerror(errno)));
}

/* Which row of the chunk the encoding has no characters for. */
static bool say_row(struct csv_out *o, struct errs *e)
{
    size_t from = 0, i = 0;
    for (; i + 1 < o->n; i++) {
        struct str row = { o->text.p + from, o->ends[i] - from };
        buf_clear(&o->encoded);
        if (!from_utf8(row, o->f->encoding, &o->encoded))
            break;
        from = o->ends[i];
    }
    return fail(e, ERR_INVALID, "encoding", MSG_EXPORT_ENCODING, A(o->rows + (int64_t)i + 1));
}

static bool flush(struct csv_out *o, struct errs *e)
{
    struct str bytes = buf_str(&o->text);
    assert(!o->text.full);
    if (o->f->encoding != ENC_UTF8) {
        buf_clear(&o->encoded);
        if (!from_utf8(bytes, o->f->encoding, &o->encoded))
            return say_row(o, e);
        bytes = buf_str(&o->encoded);
    }
    if (!write_all(o->f->file->fd, bytes))
        return cannot_write(o->f, e);
    buf_clear(&o->text);
    o->rows += (int64_t)o->n;
    o->n = 0;
    return true;
}

static bool end_row(struct csv_out *o, struct errs *e)
{
    csv_end_row(&o->text);
    o->ends[o->n++] = o->text.n;
    return (o->n < CHUNK_ROWS && o->text.n < CHUNK_BYTES) || flush(o, e);
}

static bool write_csv(const struct export_file *f, struct csv_out *o, struct errs *e)
{
    struct str cells[SPOOL_COLS_MAX];
    if (f->encoding == ENC_UTF8)
        buf_adds(&o->text, "\xef\xbb\xbf");
    for (size_t i = 0; i < f->n; i++)
        csv_put_text(&o->text, str_of(label_in(&f->cols[i]->label, f->lang)), i == 0);
    if (!end_row(o, e))
        return false;
    for (int64_t row = 0; row < f->spool->rows; row++) {
        if (!spool_next(f->spool, cells, e))
            return false;
        for (size_t i = 0; i < f->n; i++)
            if (is_number(f->cols[i]))
                csv_put(&o->text, cells[f->at[i]], i == 0);
            else
                csv_put_text(&o->text, cells[f->at[i]], i == 0);
        if (!end_row(o, e))
            return false;
    }
    return flush(o, e);
}

/* --- workbooks ---------------------------------------------------------------------------- */

/* What people add up; a masked value is no number. */
static enum xlsx_kind kind_of(const struct col *c)
{
    static const enum xlsx_kind kinds[] = {
        [T_INT] = XLSX_COUNT,       [T_OPT_INT] = XLSX_COUNT,         [T_MONEY] = XLSX_MONEY,
        [T_OPT_MONEY] = XLSX_MONEY, [T_OPT_QUANTITY] = XLSX_QUANTITY, [T_REGION] = XLSX_TEXT,
    };
    return c->mask == MASK_NONE ? kinds[c->type] : XLSX_TEXT;
}

static int width_of(const struct col *c, enum lang lang)
{
    int heading = (int)str_width(str_of(label_in(&c->label, lang))) + 2;
    int value = c->type == T_TEXT ? 20 : 14;
    return heading > value ? heading : value;
}

static void begin_sheet(const struct export_file *f, struct xlsx *x, int no, struct arena *a)
{
    struct xlsx_col cols[EXPORT_COLS_MAX];
    for (size_t i = 0; i < f->n; i++)
        cols[i] = (struct xlsx_col){ .heading = label_in(&f->cols[i]->label, f->lang),
                                     .width = width_of(f->cols[i], f->lang),
                                     .kind = kind_of(f->cols[i]) };
    xlsx_sheet(x, no == 1 ? f->title : arena_printf(a, "%s %d", f->title, no));
    xlsx_head(x, cols, f->n);
}

/* What does not fit one sheet goes on in the next. */
static bool write_xlsx(const struct export_file *f, struct xlsx *x, struct errs *e)
{
    struct str cells[SPOOL_COLS_MAX];
    int no = 1;
    begin_sheet(f, x, no, e->a);
    for (int64_t row = 0; row < f->spool->rows; row++) {
        if (!spool_next(f->spool, cells, e))
            return false;
        if (xlsx_rows(x) == XLSX_ROWS_MAX)
            begin_sheet(f, x, ++no, e->a);
        for (size_t i = 0; i < f->n; i++)
            xlsx_number(x, cells[f->at[i]], kind_of(f->cols[i]));
        xlsx_next_row(x);
    }
    return true;
}

bool export_write(struct export_file *f, struct errs *e)
{
    if (!spool_rewind(f->spool, e))
        return false;
    if (f->format == EXPORT_XLSX) {
        struct xlsx *x = xlsx_open(f->file->temp, true);
        if (write_xlsx(f, x, e))
            return xlsx_close(x, "", e);
        xlsx_drop(x);
        return false;
    }
    struct csv_out *o = xcalloc(1, sizeof *o);
    *o = (struct csv_out){ .f = f, .text = BUF(CHUNK_BYTES_MAX), .encoded = BUF(CHUNK_BYTES_MAX) };
    bool ok = write_csv(f, o, e);
    buf_release(&o->text);
    buf_release(&o->encoded);
    free(o);
    return ok;
}
