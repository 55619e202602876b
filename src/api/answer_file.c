#include "api/answer_file.h"

#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

bool read_whole(const char *path, struct buf *b)
{
    char piece[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = -1;
    while (fd >= 0 && !b->full && (n = read(fd, piece, sizeof piece)) > 0)
        buf_add(b, (struct str){ piece, (size_t)n });
    if (fd >= 0)
        close(fd);
    return fd >= 0 && n == 0 && !b->full;
}

bool answer_file(struct call *c, const char *name, file_writer *write, void *ctx, struct errs *e)
{
    char *folder = arena_printf(c->a, "%s/bangfu-answer-XXXXXX", folder_of("-", c->a));
    if (!mkdtemp(folder))
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_TEMP_FOLDER, A((const char *)folder), A(strerror(errno)));
    const char *path = arena_printf(c->a, "%s/%s", folder, name);
    bool ok =
        write(ctx, path, e) && (read_whole(path, c->w.b) ||
                                fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_READ, A(path), A(strerror(errno))));
    unlink(path);
    rmdir(folder);
    c->reply->file = name;
    return ok;
}
