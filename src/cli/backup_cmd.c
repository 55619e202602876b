/* backup_cmd.c - the database and its key into one sealed file, and back from it. */
#include "access/backup_write.h"
#include "access/session.h"
#include "access/site.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/new_file.h"
#include "base/version.h"
#include "cli/admin_cmd.h"
#include "cli/commands.h"
#include "store/dump.h"
#include "store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { KEY_BYTES_MAX = 16384, ABOUT_MAX = 4096, LINE_MAX_BYTES = BACKUP_PASSPHRASE_MAX + 3 };

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* --- the passphrase ----------------------------------------------------------------------- */

/* Its first line; never an argument, which every user of the machine can read. */
static bool read_first_line(struct cli *c, int fd, const char *name, char line[LINE_MAX_BYTES])
{
    size_t n = 0;
    while (n + 1 < LINE_MAX_BYTES) {
        ssize_t got = read(fd, line + n, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_FILE_READ, A(name), A(strerror(errno)));
        if (got == 0 || line[n] == '\n')
            break;
        n++;
    }
    if (n && line[n - 1] == '\r')
        n--;
    line[n] = '\0';
    return true;
}

static bool ask(struct cli *c, enum msg what, char line[LINE_MAX_BYTES])
{
    struct termios was, quiet;
    bool ok = tcgetattr(STDIN_FILENO, &was) == 0;
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (ok)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    fprintf(stderr, "%s", catalogue_text(what, c->e.lang));
    bool read_ok = read_first_line(c, STDIN_FILENO, "stdin", line);
    if (ok)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
    fputc('\n', stderr);
    return read_ok;
}

static bool from_file(struct cli *c, const char *path, char line[LINE_MAX_BYTES])
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return fail(&c->e, ERR_NOT_FOUND, NULL, MSG_FILE_READ, A(path), A(strerror(errno)));
    if (S_ISREG(st.st_mode) && (st.st_mode & 077))
        return fail(&c->e, ERR_FORBIDDEN, NULL, MSG_BACKUP_FILE_OPEN, A(path));
    return read_first_line(c, fd, path, line);
}

/* twice: a new one, which nobody must mistype. */
static bool get_passphrase(struct cli *c, bool twice, char line[LINE_MAX_BYTES])
{
    char again[LINE_MAX_BYTES];
    const char *path = cli_cstr(c, "passphrase-file");
    int64_t fd = cli_int(c, "passphrase-fd", -1);
    if (path)
        return from_file(c, path, line);
    if (fd >= 0)
        return read_first_line(c, (int)fd, "--passphrase-fd", line);
    if (!isatty(STDIN_FILENO))
        return read_first_line(c, STDIN_FILENO, "stdin", line);
    if (!ask(c, MSG_BACKUP_ASK, line) || (twice && !ask(c, MSG_PASSWORD_AGAIN, again)))
        return false;
    bool same = !twice || !strcmp(line, again);
    sodium_memzero(again, sizeof again);
    return same || fail(&c->e, ERR_INVALID, NULL, MSG_BACKUP_TWICE);
}

/* --- backup ------------------------------------------------------------------------------- */

static bool write_audit(struct tx *tx, void *ctx, struct errs *e)
{
    struct cli *c = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &c->actor, "backup", (struct str){ 0 }, e->a);
    return act_log(&act, 0, NULL, e);
}

static int backup(struct cli *c)
{
    CLEANUP(new_file_drop) struct new_file f = { .fd = -1 };
    char passphrase[LINE_MAX_BYTES] = { 0 };
    const char *path = arena_str(c->a, c->args[0]).p;
    const struct backup_source of = { c->store, c->db, c->key, c->stop };
    int64_t bytes = 0;
    bool ok = actor_need_at(&c->actor, PERM_BACKUP, (struct region_code){ 0 }, &c->e) &&
              new_file_open(&f, path, cli_flag(c, "force"), &c->e) && get_passphrase(c, true, passphrase) &&
              cli_write(c, 0, write_audit, c) &&
              backup_write(&of, f.fd, f.path, str_of(passphrase), &bytes, &c->e) && new_file_keep(&f, &c->e);
    sodium_memzero(passphrase, sizeof passphrase);
    if (!ok)
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_cstr(&w, "file", path);
        put_member_int(&w, "bytes", bytes);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    cli_say(c, MSG_BACKUP_DONE, A(path), A(bytes));
    return EXIT_DONE;
}

/* --- restore ------------------------------------------------------------------------------ */

struct restoring {
    struct cli *c;
    struct new_file key, db; /* db.temp NULL: the database is PostgreSQL's */
    const char *url;         /* what is being filled */
    struct verify_report report;
    bool filled;
};

static bool get_piece(void *ctx, struct str *piece, struct errs *e)
{
    return backup_get(ctx, piece, e) && (piece->n || backup_at_end(ctx, e));
}

static bool read_part(struct cli *c, struct backup *b, struct buf *out)
{
    for (struct str piece;;) {
        if (!backup_get(b, &piece, &c->e))
            return false;
        if (!piece.n)
            return !out->full || fail(&c->e, ERR_INVALID, NULL, MSG_BACKUP_NOT, A(c->args[0]));
        buf_add(out, piece);
    }
}

static bool check_about(struct restoring *r, struct backup *b)
{
    struct cli *c = r->c;
    CLEANUP(buf_release) struct buf text = BUF(ABOUT_MAX);
    struct str rest, line, word;
    bool want = dump_is_sqlite(c->db), is = false;
    if (!read_part(c, b, &text))
        return false;
    rest = buf_str(&text);
    while (str_split(&rest, '\n', &line))
        if (str_split(&line, ' ', &word) && str_eq(word, STR("database")))
            is = str_eq(line, STR("sqlite"));
    return is == want || fail(&c->e, ERR_CONFLICT, NULL, MSG_BACKUP_KIND, A(is ? "SQLite" : "PostgreSQL"),
                              A(want ? "SQLite" : "PostgreSQL"));
}

static bool read_key_file(struct restoring *r, struct backup *b)
{
    struct cli *c = r->c;
    CLEANUP(buf_release) struct buf text = BUF(KEY_BYTES_MAX);
    bool ok = read_part(c, b, &text) &&
              (write_all(r->key.fd, buf_str(&text)) ||
               fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(c->key), A(strerror(errno))));
    if (text.p)
        sodium_memzero(text.p, text.n);
    return ok;
}

/* Nothing that is there is touched. */
static bool make_places(struct restoring *r)
{
    struct cli *c = r->c;
    struct stat st;
    bool is_file = dump_is_sqlite(c->db);
    if (is_file && lstat(c->db, &st) == 0)
        return fail(&c->e, ERR_CONFLICT, NULL, MSG_BACKUP_THERE, A(c->db));
    if (lstat(c->key, &st) == 0)
        return fail(&c->e, ERR_CONFLICT, NULL, MSG_BACKUP_THERE, A(c->key));
    make_key_folder(c);
    if (!new_file_open(&r->key, c->key, false, &c->e) ||
        (is_file && !new_file_open(&r->db, c->db, false, &c->e)))
        return false;
    r->url = is_file ? r->db.temp : c->db;
    return true;
}

static bool is_empty(struct restoring *r)
{
    struct cli *c = r->c;
    bool is_new = false;
    if (r->db.temp)
        return true;
    struct store_options o = { .url = c->db, .schema = c->program->schema };
    CLEANUP(store_closep) struct store *st = store_open(&o, &c->e);
    return st && migrate_is_new(st, &is_new, &c->e) &&
           (is_new || fail(&c->e, ERR_CONFLICT, NULL, MSG_BACKUP_THERE, A(cli_db_name(c))));
}

static bool fill(struct restoring *r, const char *passphrase)
{
    struct cli *c = r->c;
    CLEANUP(closep) int fd = open(c->args[0].p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(&c->e, ERR_NOT_FOUND, NULL, MSG_FILE_READ, A(c->args[0]), A(strerror(errno)));
    CLEANUP(backup_closep) struct backup *b = backup_open(fd, c->args[0].p, str_of(passphrase), &c->e);
    struct dump d = { .url = r->url, .stop = c->stop, .get = get_piece, .ctx = b };
    if (!b || !check_about(r, b) || !read_key_file(r, b) || !dump_read(&d, &c->e))
        return false;
    r->filled = true;
    return true;
}

/* --- is it what it was? -------------------------------------------------------------------- */

static bool verify(struct tx *tx, void *ctx, struct errs *e)
{
    struct restoring *r = ctx;
    const struct program *p = r->c->program;
    r->report = (struct verify_report){ 0 };
    return verify_run(tx, p->invariants, p->invariants_n, &r->report, e);
}

/* Who was logged in then may have been logged out since. */
static bool end_sessions(struct tx *tx, void *ctx, struct errs *e)
{
    struct actor who = { .login = STR("restore"), .source = "cli" };
    struct list all;
    CLEANUP(act_release) struct act act = { 0 };
    (void)ctx;
    if (!db_list(tx, SQL_OF(STMT_LOCAL, &session_entity, "SELECT {*} FROM session ORDER BY token_hash"), &all,
                 e->a, e))
        return false;
    for (size_t i = 0; i < all.n; i++)
        if (!db_delete(tx, &session_entity, (const struct session *)all.rows + i, e))
            return false;
    act_begin(&act, tx, &who, "restore", (struct str){ 0 }, e->a);
    return act_log(&act, 0, NULL, e);
}

static bool check(struct restoring *r)
{
    struct cli *c = r->c;
    int migrations;
    struct store_options o = { .url = r->url, .schema = c->program->schema };
    c->store = store_open(&o, &c->e);
    if (!c->store || !site_unlock(c->store, r->key.temp, false, &c->e) ||
        !migrate(c->store, (struct layout){ LAYOUT_PLAIN, 0 }, clock_now(), &migrations, &c->e) ||
        !cli_read(c, verify, r))
        return false;
    if (r->report.findings)
        return fail(&c->e, ERR_CONFLICT, NULL, MSG_RESTORE_BAD, A(r->report.findings),
                    A(r->report.first ? r->report.first->text : ""));
    return cli_write(c, 0, end_sessions, r);
}

/* The database is closed first: then all of it is in the one file.  The key comes first, so that there is
 * never a database without. */
static bool put_in_place(struct restoring *r)
{
    struct cli *c = r->c;
    if (!new_file_keep(&r->key, &c->e))
        return false;
    if (!r->db.temp || new_file_keep(&r->db, &c->e))
        return true;
    unlink(c->key);
    return false;
}

static void remove_beside(struct restoring *r)
{
    static const char *const ends[] = { "-wal", "-shm", "-journal" };
    store_close(r->c->store);
    r->c->store = NULL;
    for (size_t i = 0; r->db.temp && i < N_ELEMS(ends); i++)
        unlink(arena_printf(r->c->a, "%s%s", r->db.temp, ends[i]));
}

static int restore(struct cli *c)
{
    struct restoring r = { .c = c, .key = { .fd = -1 }, .db = { .fd = -1 } };
    char passphrase[LINE_MAX_BYTES] = { 0 };
    signal(SIGPIPE, SIG_IGN); /* what pg_restore says is more than that it hung up */
    bool ok = make_places(&r) && is_empty(&r) && get_passphrase(c, false, passphrase) && fill(&r, passphrase);
    sodium_memzero(passphrase, sizeof passphrase);
    ok = ok && check(&r);
    remove_beside(&r);
    ok = ok && put_in_place(&r);
    if (!ok && r.filled && !dump_is_sqlite(c->db))
        fail(&c->e, ERR_CONFLICT, NULL, MSG_RESTORE_LEFT, A(cli_db_name(c)));
    new_file_drop(&r.key);
    new_file_drop(&r.db);
    if (!ok)
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_cstr(&w, "database", cli_db_name(c));
        put_member_cstr(&w, "key", c->key);
        put_member_int(&w, "tables", r.report.tables);
        put_member_int(&w, "rows", r.report.rows);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    cli_say(c, MSG_RESTORE_DONE, A(cli_db_name(c)), A(c->key), A(r.report.tables), A(r.report.rows));
    return EXIT_DONE;
}

/* --- the commands -------------------------------------------------------------------------- */

#define PASSPHRASE_OPTS                                                                                    \
    { "passphrase-file",                                                                                   \
      OPT_TEXT,                                                                                            \
      { "文件", "FILE" },                                                                                  \
      { "备份口令在该文件的第一行（权限 0600）", "the passphrase is the first line of that file (0600)" }, \
      0,                                                                                                   \
      0,                                                                                                   \
      0,                                                                                                   \
      NULL },                                                                                              \
    {                                                                                                      \
        "passphrase-fd", OPT_INT, { "编号", "N" },                                                         \
            { "从该文件描述符读取备份口令", "read the passphrase from that file descriptor" }, 0, 0, 1023, \
            NULL                                                                                           \
    }

static const struct opt backup_opts[] = {
    { "force",
      OPT_FLAG,
      { 0 },
      { "可以替换同名文件", "a file of that name may be replaced" },
      0,
      0,
      0,
      NULL },
    PASSPHRASE_OPTS,
    { 0 },
};
static const struct opt restore_opts[] = { PASSPHRASE_OPTS, { 0 } };

static const struct command commands[] = {
    { .name = "backup",
      .perm = PERM_BACKUP,
      .db = DB_OPEN,
      .opts = backup_opts,
      .args = { "文件", "FILE" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "备份数据库和密钥到一个加密文件", "the database and its key into one sealed file" },
      .help = { "不影响他人使用；备份的是开始那一刻的数据。文件用备份口令加密（Argon2id、XChaCha20-"
                "Poly1305），密钥在其中。\n"
                "口令从终端（不显示）、标准输入第一行、--passphrase-file 或 --passphrase-fd "
                "读取，不能写在命令行上。\n"
                "服务器的任务文件（.jobs）不在备份中。PostgreSQL 需要 pg_dump。\n"
                "  bangfu backup /media/usb/office-20261122.bangfu\n"
                "  bangfu backup nightly.bangfu --passphrase-file /etc/bangfu/passphrase --force",
                "Others go on working; it is the database as it was when the backup began.  Only the "
                "recovery "
                "passphrase opens it\n"
                "(Argon2id, XChaCha20-Poly1305), and the key is inside.  The passphrase is read from the "
                "terminal, unseen, the first\n"
                "line of standard input, --passphrase-file or --passphrase-fd, never from the command line.  "
                "Files of the server's\n"
                "jobs are not part of it.  PostgreSQL needs pg_dump.\n"
                "  bangfu backup /media/usb/office-20261122.bangfu\n"
                "  bangfu backup nightly.bangfu --passphrase-file /etc/bangfu/passphrase --force" },
      .run = backup },
    { .name = "restore",
      .perm = PERM_NONE,
      .db = DB_RAW,
      .opts = restore_opts,
      .args = { "文件", "FILE" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "由备份恢复数据库和密钥", "make the database and its key from a backup" },
      .help = { "只恢复到新的位置：数据库文件和密钥文件都不能已存在，PostgreSQL 数据库须为空。\n"
                "全部核验（同 verify）通过后才启用；口令不对、文件不完整或被改动时什么也不留下。\n"
                "  bangfu --db new.db restore office-20261122.bangfu\n"
                "  bangfu --db 'postgresql:///bangfu?host=/run/postgresql' restore office.bangfu",
                "Only into a place that is free: neither the database's file nor the key file may be there, "
                "a "
                "database of PostgreSQL\n"
                "must be empty.  It is put in place when all of it verifies; a wrong passphrase, a cut or a "
                "changed file leave nothing.\n"
                "  bangfu --db new.db restore office-20261122.bangfu\n"
                "  bangfu --db 'postgresql:///bangfu?host=/run/postgresql' restore office.bangfu" },
      .run = restore },
};
const struct command_table backup_commands = { { "备份", "Backups" }, commands, N_ELEMS(commands) };
