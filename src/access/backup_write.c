#include "access/backup_write.h"

#include "base/clock.h"
#include "base/new_file.h"
#include "base/version.h"
#include "store/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

enum { KEY_BYTES_MAX = 16384, ABOUT_MAX = 4096 };

static bool put_piece(void *ctx, struct str piece, struct errs *e)
{
    return backup_put(ctx, piece, e);
}

static bool put_about(const struct backup_source *s, struct backup *b, struct errs *e)
{
    CLEANUP(buf_release) struct buf text = BUF(ABOUT_MAX);
    char key[33];
    seal_fingerprint(store_seal(s->st), key);
    buf_addf(&text, "database %s\nprogram %s\nmade_at %lld\nkey %s\n",
             store_is_sqlite(s->st) ? "sqlite" : "postgresql", bangfu_version, (long long)clock_now().us,
             key);
    return backup_put(b, buf_str(&text), e) && backup_part_end(b, false, e);
}

static bool read_key(const struct backup_source *s, struct buf *text, struct errs *e)
{
    int fd = open(s->key, O_RDONLY | O_CLOEXEC);
    char *to = buf_room(text, KEY_BYTES_MAX);
    ssize_t n = fd < 0 ? -1 : read(fd, to, KEY_BYTES_MAX);
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_READ, A(s->key), A(strerror(why)));
    text->n = (size_t)n;
    return true;
}

static void wipe(struct buf *b)
{
    if (b->p)
        sodium_memzero(b->p, b->cap);
    buf_release(b);
}

/* The key stands before the database, so that nothing is left to go wrong when the database is whole; it must
 * still be the one when that has been read. */
static bool put_key_and_database(const struct backup_source *s, struct backup *b, const struct dump *d,
                                 struct errs *e)
{
    CLEANUP(wipe) struct buf before = BUF(KEY_BYTES_MAX);
    CLEANUP(wipe) struct buf after = BUF(KEY_BYTES_MAX);
    if (!read_key(s, &before, e) || !backup_put(b, buf_str(&before), e) || !backup_part_end(b, false, e) ||
        !dump_write(d, e) || !read_key(s, &after, e))
        return false;
    if (!str_eq(buf_str(&before), buf_str(&after)))
        return fail(e, ERR_CONFLICT, NULL, MSG_BACKUP_KEYS);
    return backup_part_end(b, true, e);
}

bool backup_write(const struct backup_source *s, int fd, const char *path, struct str passphrase,
                  int64_t *bytes, struct errs *e)
{
    CLEANUP(backup_closep) struct backup *b = backup_begin(fd, path, passphrase, e);
    const struct dump d = {
        .url = s->db, .folder = folder_of(path, e->a), .stop = s->stop, .put = put_piece, .ctx = b
    };
    if (!b || !put_about(s, b, e) || !put_key_and_database(s, b, &d, e))
        return false;
    *bytes = backup_bytes(b);
    return true;
}
