#include "http/upload.h"

#include "base/new_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void upload_open(struct upload *s, size_t max)
{
    *s = (struct upload){ .mem = BUF(max), .max = max, .fd = -1 };
}

/* Not /tmp, which often is memory. */
static int open_unseen(void)
{
    const char *dir = getenv("TMPDIR");
    return open(dir && *dir ? dir : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

bool upload_add(struct upload *s, struct str piece)
{
    if (s->bad || piece.n > s->max - s->n)
        return false;
    if (s->fd < 0 && s->n + piece.n > UPLOAD_MEMORY_MAX) {
        s->fd = open_unseen();
        /* Where no file can be made, memory has to do. */
        if (s->fd >= 0) {
            s->bad = !write_all(s->fd, buf_str(&s->mem));
            buf_release(&s->mem);
        }
    }
    if (s->fd < 0)
        buf_add(&s->mem, piece);
    else
        s->bad = s->bad || !write_all(s->fd, piece);
    s->n += piece.n;
    return !s->bad && !s->mem.full;
}

bool upload_read(struct upload *s, struct str *all)
{
    *all = s->n ? buf_str(&s->mem) : (struct str){ 0 };
    if (s->fd < 0)
        return true;
    s->map = mmap(NULL, s->n, PROT_READ, MAP_PRIVATE, s->fd, 0);
    if (s->map == MAP_FAILED)
        s->map = NULL;
    *all = (struct str){ s->map, s->map ? s->n : 0 };
    return s->map != NULL;
}

void upload_release(struct upload *s)
{
    if (s->map)
        munmap(s->map, s->n);
    if (s->fd >= 0)
        close(s->fd);
    buf_release(&s->mem);
    *s = (struct upload){ .fd = -1 };
}
