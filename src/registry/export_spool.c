#include "registry/export_spool.h"

#include "base/new_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A row in the file: its length, then of each cell the column, the length and the text. */
enum { LENGTH = 4, WRITE_BYTES = 1 << 18, READ_BYTES = 1 << 18, BUF_BYTES_MAX = 1 << 24 };

static void put_length(struct spool *s, size_t at, size_t length)
{
    uint32_t n = (uint32_t)length;
    memcpy(s->b.p + at, &n, LENGTH);
}

static size_t length_at(const struct spool *s, size_t at)
{
    uint32_t n;
    memcpy(&n, s->b.p + at, LENGTH);
    return n;
}

static bool trouble(struct errs *e)
{
    return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A("bangfu.XXXXXX"), A(strerror(errno)));
}

bool spool_open(struct spool *s, const char *folder, struct errs *e)
{
    *s = (struct spool){ .b = BUF(BUF_BYTES_MAX) };
    char *path = arena_printf(e->a, "%s/bangfu.XXXXXX", folder);
    s->fd = mkostemp(path, O_CLOEXEC);
    if (s->fd < 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(path), A(strerror(errno)));
    unlink(path);
    return true;
}

void spool_close(struct spool *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    buf_release(&s->b);
}

bool spool_restart(struct spool *s, struct errs *e)
{
    buf_clear(&s->b);
    s->rows = 0;
    memset(s->used, 0, sizeof s->used);
    return (ftruncate(s->fd, 0) == 0 && lseek(s->fd, 0, SEEK_SET) == 0) || trouble(e);
}

/* --- writing -----------------------------------------------------------------------------------------------
 */

void spool_row(struct spool *s)
{
    s->row_at = s->b.n;
    buf_pad(&s->b, LENGTH, 0);
}

struct buf *spool_cell(struct spool *s, unsigned col)
{
    const char head[1 + LENGTH] = { (char)col };
    assert(col < SPOOL_COLS_MAX);
    s->cell_at = s->b.n + 1;
    buf_add(&s->b, (struct str){ head, sizeof head });
    return &s->b;
}

void spool_cell_end(struct spool *s)
{
    size_t length = s->b.n - s->cell_at - LENGTH;
    put_length(s, s->cell_at, length);
    if (length)
        s->used[(unsigned char)s->b.p[s->cell_at - 1]] = true;
}

static bool flush(struct spool *s, struct errs *e)
{
    if (!write_all(s->fd, buf_str(&s->b)))
        return trouble(e);
    buf_clear(&s->b);
    return true;
}

bool spool_row_end(struct spool *s, struct errs *e)
{
    assert(!s->b.full);
    put_length(s, s->row_at, s->b.n - s->row_at - LENGTH);
    s->rows++;
    return s->b.n < WRITE_BYTES || flush(s, e);
}

/* --- reading -----------------------------------------------------------------------------------------------
 */

bool spool_rewind(struct spool *s, struct errs *e)
{
    s->row_at = 0;
    return flush(s, e) && (lseek(s->fd, 0, SEEK_SET) == 0 || trouble(e));
}

/* At least n more bytes from row_at on. */
static bool have(struct spool *s, size_t n)
{
    if (s->b.n - s->row_at >= n)
        return true;
    if (s->row_at)
        memmove(s->b.p, s->b.p + s->row_at, s->b.n - s->row_at);
    s->b.n -= s->row_at;
    s->row_at = 0;
    while (s->b.n < n) {
        size_t before = s->b.n;
        buf_pad(&s->b, READ_BYTES, 0);
        assert(!s->b.full);
        ssize_t got = read(s->fd, s->b.p + before, READ_BYTES);
        s->b.n = before + (got > 0 ? (size_t)got : 0);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
    }
    return true;
}

bool spool_next(struct spool *s, struct str cells[SPOOL_COLS_MAX], struct errs *e)
{
    errno = 0;
    if (!have(s, LENGTH) || !have(s, LENGTH + length_at(s, s->row_at)))
        return trouble(e);
    size_t at = s->row_at + LENGTH, end = at + length_at(s, s->row_at);
    memset(cells, 0, SPOOL_COLS_MAX * sizeof *cells);
    while (at < end) {
        unsigned col = (unsigned char)s->b.p[at];
        size_t n = length_at(s, at + 1);
        if (n)
            cells[col] = (struct str){ s->b.p + at + 1 + LENGTH, n };
        at += 1 + LENGTH + n;
    }
    assert(at == end);
    s->row_at = end;
    return true;
}
