#include "store/dump.h"

#include "base/buf.h"
#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 1 << 16, PAGES_AT_ONCE = 512, SAID_MAX = 400, VARIABLES_MAX = 80 };

bool dump_is_sqlite(const char *url)
{
    return !str_starts(str_of(url), STR("postgresql://")) && !str_starts(str_of(url), STR("postgres://"));
}

static bool stopped(const struct dump *d)
{
    return d->stop && __atomic_load_n(d->stop, __ATOMIC_RELAXED);
}

static bool was_stopped(struct errs *e)
{
    return fail(e, ERR_INTERRUPTED, NULL, MSG_BACKUP_STOPPED);
}

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool hand_out(const struct dump *d, int fd, struct errs *e)
{
    static const char what[] = "…";
    char *piece = arena_alloc(e->a, PIECE);
    for (;;) {
        ssize_t n = read(fd, piece, PIECE);
        if (stopped(d))
            return was_stopped(e);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_READ, A(what), A(strerror(errno)));
        if (n == 0)
            return true;
        if (!d->put(d->ctx, (struct str){ piece, (size_t)n }, e))
            return false;
    }
}

/* --- SQLite ------------------------------------------------------------------------------- */

static void sqlite_closep(sqlite3 **db)
{
    sqlite3_close(*db);
}

static bool sqlite_says(sqlite3 *db, const char *what, struct errs *e)
{
    return fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_OPEN, A(what), A(sqlite3_errmsg(db)));
}

/* The transaction that the source is kept in holds one moment, so that writes of others neither show nor make
 * the copy begin anew. */
static bool copy_pages(const struct dump *d, sqlite3 *from, sqlite3 *to, struct errs *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int rc = b ? SQLITE_OK : SQLITE_ERROR;
    while (b && (rc = sqlite3_backup_step(b, PAGES_AT_ONCE)) == SQLITE_OK && !stopped(d))
        ;
    if (b)
        sqlite3_backup_finish(b);
    if (rc == SQLITE_OK)
        return was_stopped(e);
    return rc == SQLITE_DONE || sqlite_says(to, d->url, e);
}

/* The copy has no name once it is open: whatever becomes of us, nothing of it stays. */
static bool sqlite_write(const struct dump *d, struct errs *e)
{
    CLEANUP(sqlite_closep) sqlite3 *from = NULL;
    CLEANUP(sqlite_closep) sqlite3 *to = NULL;
    char *temp = arena_printf(e->a, "%s/.bangfu.XXXXXX", d->folder);
    CLEANUP(closep) int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(d->folder), A(strerror(errno)));
    bool ok =
        sqlite3_open_v2(temp, &to, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_exec(to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", NULL, NULL, NULL) == SQLITE_OK;
    unlink(temp);
    if (!ok)
        return sqlite_says(to, temp, e);
    if (sqlite3_open_v2(d->url, &from, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(from, 10000) != SQLITE_OK ||
        sqlite3_exec(from, "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_says(from, d->url, e);
    return copy_pages(d, from, to, e) && hand_out(d, fd, e);
}

static bool sqlite_read(const struct dump *d, struct errs *e)
{
    CLEANUP(closep) int fd = open(d->url, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    struct str piece;
    if (fd < 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(d->url), A(strerror(errno)));
    for (;;) {
        if (stopped(d))
            return was_stopped(e);
        if (!d->get(d->ctx, &piece, e))
            return false;
        if (!piece.n)
            break;
        if (!write_all(fd, piece))
            return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(d->url), A(strerror(errno)));
    }
    return fsync(fd) == 0 || fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(d->url), A(strerror(errno)));
}

/* --- PostgreSQL --------------------------------------------------------------------------- */

/* One of PostgreSQL's programs, its input or output in `fd`, what it says about failures in `said`. */
struct tool {
    const char *name;
    pid_t pid;
    int fd, said;
};

static void conninfo_freep(PQconninfoOption **o)
{
    PQconninfoFree(*o);
}

static const char *option(const PQconninfoOption *o, const char *keyword)
{
    for (; o && o->keyword; o++)
        if (!strcmp(o->keyword, keyword))
            return o->val;
    return NULL;
}

/* --dbname=dbname='…', quoted so that no name is taken for more than a name. */
static const char *name_in(const PQconninfoOption *o, struct arena *a)
{
    CLEANUP(conninfo_freep) PQconninfoOption *defaults = PQconndefaults();
    CLEANUP(buf_release) struct buf b = BUF(1 << 10);
    const char *name = option(o, "dbname");
    if (!name && !getenv("PGDATABASE"))
        name = option(o, "user");
    if (!name)
        name = option(defaults, "dbname");
    buf_adds(&b, "--dbname=dbname='");
    for (const char *p = name ? name : ""; *p; p++) {
        if (*p == '\'' || *p == '\\')
            buf_addc(&b, '\\');
        buf_addc(&b, *p);
    }
    buf_addc(&b, '\'');
    return arena_str(a, buf_str(&b)).p;
}

/* The URL may hold a password: it goes by the environment, which others cannot read, not by arguments. */
static bool environment_of(const char *url, const char ***env, const char **name, struct errs *e)
{
    char *why = NULL;
    CLEANUP(conninfo_freep) PQconninfoOption *o = PQconninfoParse(url, &why);
    size_t have = 0, n = 0;
    if (!o) {
        fail(e, ERR_INVALID, NULL, MSG_DB_OPEN, A("PostgreSQL"), A(why ? why : ""));
        PQfreemem(why);
        return false;
    }
    while (environ[have])
        have++;
    const char **all = NEW_ARRAY(e->a, const char *, have + VARIABLES_MAX);
    *name = name_in(o, e->a);
    for (const PQconninfoOption *x = o; x->keyword && n + 1 < VARIABLES_MAX; x++)
        if (x->val && x->envvar)
            all[n++] = arena_printf(e->a, "%s=%s", x->envvar, x->val);
    size_t own = n;
    for (size_t i = 0; i < have; i++) {
        bool ours = false;
        for (size_t k = 0; k < own; k++)
            ours = ours || !strncmp(environ[i], all[k], strcspn(all[k], "=") + 1);
        if (!ours)
            all[n++] = environ[i];
    }
    *env = all;
    return true;
}

static const char *tool_path(const char *name, struct arena *a)
{
    static const char *const folders[] = { "/usr/lib/postgresql/15/bin", "/usr/bin", "/usr/local/bin" };
    for (size_t i = 0; i < N_ELEMS(folders); i++) {
        const char *path = arena_printf(a, "%s/%s", folders[i], name);
        if (access(path, X_OK) == 0)
            return path;
    }
    return NULL;
}

static void become(const char *path, const char *const *argv, const char *const *env, int in, int out,
                   int err)
{
    static const int signals[] = { SIGPIPE, SIGINT, SIGTERM };
    for (size_t i = 0; i < N_ELEMS(signals); i++)
        signal(signals[i], SIG_DFL);
    if ((in < 0 || dup2(in, STDIN_FILENO) >= 0) && (out < 0 || dup2(out, STDOUT_FILENO) >= 0) &&
        dup2(err, STDERR_FILENO) >= 0)
        execve(path, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
    _exit(127);
}

/* reads: we read what it writes. */
static bool tool_start(struct tool *t, const char *url, const char *const *argv, bool reads, struct errs *e)
{
    const char **env, *name;
    int ends[2];
    const char *path = tool_path(argv[0], e->a);
    *t = (struct tool){ .name = argv[0], .pid = -1, .fd = -1, .said = -1 };
    if (!path)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_BACKUP_TOOL_NONE, A(argv[0]));
    if (!environment_of(url, &env, &name, e))
        return false;
    const char *all[12] = { argv[0], name };
    for (size_t i = 1; argv[i]; i++)
        all[i + 1] = argv[i];
    t->said = memfd_create("said", MFD_CLOEXEC);
    if (t->said < 0 || pipe2(ends, O_CLOEXEC) != 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_BACKUP_TOOL, A(t->name), A(strerror(errno)));
    t->pid = fork();
    if (t->pid == 0)
        become(path, all, env, reads ? -1 : ends[0], reads ? ends[1] : -1, t->said);
    close(ends[reads ? 1 : 0]);
    t->fd = ends[reads ? 0 : 1];
    return t->pid > 0 || fail(e, ERR_UNAVAILABLE, NULL, MSG_BACKUP_TOOL, A(t->name), A(strerror(errno)));
}

/* The first line that it wrote about what went wrong. */
static const char *tool_words(const struct tool *t, struct arena *a)
{
    char *text = arena_alloc(a, SAID_MAX + 1);
    ssize_t n = pread(t->said, text, SAID_MAX, 0);
    text[n > 0 ? n : 0] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    return *text ? text : "?";
}

/* wrong: we gave up, and so shall it. */
static bool tool_end(struct tool *t, bool wrong, struct errs *e)
{
    int status = 0;
    bool ok = true;
    if (t->pid > 0 && wrong)
        kill(t->pid, SIGTERM);
    closep(&t->fd);
    if (t->pid > 0) {
        while (waitpid(t->pid, &status, 0) < 0 && errno == EINTR)
            ;
        ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    if (!ok && !errs_any(e))
        fail(e, ERR_UNAVAILABLE, NULL, MSG_BACKUP_TOOL, A(t->name), A(tool_words(t, e->a)));
    closep(&t->said);
    return ok && !wrong;
}

static bool pg_write(const struct dump *d, struct errs *e)
{
    static const char *const argv[] = { "pg_dump", "--format=custom", "--compress=1", "--no-password", NULL };
    struct tool t;
    bool ok = tool_start(&t, d->url, argv, true, e) && hand_out(d, t.fd, e);
    return tool_end(&t, !ok, e);
}

/* What it could not take it says itself: only then is the pipe broken. */
static bool feed(const struct dump *d, int fd, bool *refused, struct errs *e)
{
    struct str piece;
    for (;;) {
        if (stopped(d))
            return was_stopped(e);
        if (!d->get(d->ctx, &piece, e))
            return false;
        if (!piece.n)
            return true;
        if (!write_all(fd, piece)) {
            *refused = true;
            return true;
        }
    }
}

static bool pg_read(const struct dump *d, struct errs *e)
{
    static const char *const argv[] = { "pg_restore", "--single-transaction", "--exit-on-error",
                                        "--no-owner", "--no-privileges",      "--no-password",
                                        NULL };
    struct tool t;
    struct str rest = STR("-");
    bool refused = false;
    bool ok = tool_start(&t, d->url, argv, false, e) && feed(d, t.fd, &refused, e);
    if (!tool_end(&t, !ok, e))
        return false;
    while (refused && rest.n) /* it had enough: what is left must be sound all the same */
        if (!d->get(d->ctx, &rest, e))
            return false;
    return true;
}

/* --- either -------------------------------------------------------------------------------- */

bool dump_write(const struct dump *d, struct errs *e)
{
    return dump_is_sqlite(d->url) ? sqlite_write(d, e) : pg_write(d, e);
}

bool dump_read(const struct dump *d, struct errs *e)
{
    return dump_is_sqlite(d->url) ? sqlite_read(d, e) : pg_read(d, e);
}
