#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 1 << 16 };

static bool is_stdout(const char *path)
{
    return !strcmp(path, "-");
}

const char *folder_of(const char *path, struct arena *a)
{
    const char *tmp = getenv("TMPDIR"), *slash = strrchr(path, '/');
    if (is_stdout(path))
        return tmp && *tmp ? tmp : "/tmp";
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_str(a, (struct str){ path, (size_t)(slash - path) }).p;
}

bool write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = (struct str){ s.p + n, s.n - (size_t)n };
    }
    return true;
}

static bool cannot_write(const char *path, struct errs *e)
{
    return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(path), A(strerror(errno)));
}

/* What stands there may be replaced if it is a file: not a device, nor what a link points to. */
static bool may_stand_at(const struct new_file *f, struct errs *e)
{
    struct stat st;
    if (lstat(f->path, &st) != 0)
        return errno == ENOENT || cannot_write(f->path, e);
    if (f->replace && S_ISREG(st.st_mode))
        return true;
    return fail(e, ERR_CONFLICT, NULL, f->replace ? MSG_FILE_NOT_PLAIN : MSG_FILE_EXISTS, A(f->path));
}

bool new_file_open(struct new_file *f, const char *path, bool replace, struct errs *e)
{
    *f = (struct new_file){ .path = path, .fd = -1, .replace = replace };
    if (!is_stdout(path) && !may_stand_at(f, e))
        return false;
    char *temp = is_stdout(path) ? arena_printf(e->a, "%s/bangfu.XXXXXX", folder_of(path, e->a))
                                 : arena_printf(e->a, "%s.XXXXXX", path);
    f->fd = mkostemp(temp, O_CLOEXEC); /* 0600 */
    if (f->fd < 0)
        return cannot_write(is_stdout(path) ? temp : path, e);
    f->temp = temp;
    return true;
}

static bool copy_out(int from, int to)
{
    char piece[COPY_BYTES];
    if (lseek(from, 0, SEEK_SET) != 0)
        return false;
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        if (!write_all(to, (struct str){ piece, (size_t)n }))
            return false;
    }
}

/* Some file systems cannot rename without replacing, but can link; both refuse what is there. */
static bool put_in_place(const struct new_file *f)
{
    if (f->replace)
        return rename(f->temp, f->path) == 0;
    if (renameat2(AT_FDCWD, f->temp, AT_FDCWD, f->path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return link(f->temp, f->path) == 0 && unlink(f->temp) == 0;
}

bool new_file_keep(struct new_file *f, struct errs *e)
{
    if (is_stdout(f->path))
        return copy_out(f->fd, STDOUT_FILENO) || cannot_write("-", e);
    if (!may_stand_at(f, e))
        return false;
    if (fsync(f->fd) != 0 || !put_in_place(f))
        return errno == EEXIST ? fail(e, ERR_CONFLICT, NULL, MSG_FILE_EXISTS, A(f->path))
                               : cannot_write(f->path, e);
    f->temp = NULL;
    return true;
}

void new_file_drop(struct new_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    if (f->temp)
        unlink(f->temp);
    f->fd = -1;
    f->temp = NULL;
}
