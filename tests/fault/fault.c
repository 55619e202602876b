#include "fault/fault.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/socket.h>

static struct {
    bool armed, hit;
    enum way way;
    int at, steps;
    int code; /* what SQLite says is the matter; 0: the truth */
} fault;

void arm(enum way way, int at)
{
    fault = (typeof(fault)){ .armed = true, .way = way, .at = at };
}

bool disarm(void)
{
    bool hit = fault.hit;
    fault = (typeof(fault)){ 0 };
    return hit;
}

/* It never begins with what undoes: a transaction that only read has told what it had to by then.  What fails
 * for good fails there as well.  Nor does it fail where a long log is copied into the database beside a
 * command that is done (keeper.c): the log stays longer for it, and nothing else is wrong. */
static bool due(const char *sql)
{
    static const char undo[] = "ROLLBACK", keeper[] = "PRAGMA schema_version";
    if (!fault.armed || (sql && !strcmp(sql, keeper)))
        return false;
    if (sql && !strncmp(sql, undo, sizeof undo - 1) && !(fault.way == FAILS_FOR_GOOD && fault.hit))
        return false;
    ++fault.steps;
    bool now = fault.way == FAILS_FOR_GOOD ? fault.steps >= fault.at : fault.steps == fault.at;
    fault.hit = fault.hit || now;
    return now;
}

/* --- SQLite ------------------------------------------------------------------------------- */

int __real_sqlite3_step(sqlite3_stmt *s);
int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg,
                        char **why);
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s,
                              const char **tail);
int __real_sqlite3_extended_errcode(sqlite3 *db);
int __wrap_sqlite3_step(sqlite3_stmt *s);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg,
                        char **why);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s,
                              const char **tail);
int __wrap_sqlite3_extended_errcode(sqlite3 *db);

static int fail_sqlite(sqlite3 *db)
{
    fault.code = fault.way == LOSES_RACE   ? SQLITE_BUSY
                 : fault.way == ROLLS_BACK ? SQLITE_FULL
                                           : SQLITE_IOERR_WRITE;
    if (fault.way == ROLLS_BACK)
        __real_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return fault.code & 0xff;
}

int __wrap_sqlite3_step(sqlite3_stmt *s)
{
    return due(sqlite3_sql(s)) ? fail_sqlite(sqlite3_db_handle(s)) : __real_sqlite3_step(s);
}

int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*fn)(void *, int, char **, char **), void *arg,
                        char **why)
{
    return due(sql) ? fail_sqlite(db) : __real_sqlite3_exec(db, sql, fn, arg, why);
}

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s,
                              const char **tail)
{
    *s = NULL;
    return due(sql) ? fail_sqlite(db) : __real_sqlite3_prepare_v3(db, sql, n, flags, s, tail);
}

int __wrap_sqlite3_extended_errcode(sqlite3 *db)
{
    int code = fault.code;
    fault.code = 0;
    return code ? code : __real_sqlite3_extended_errcode(db);
}

/* --- PostgreSQL --------------------------------------------------------------------------- */

PGresult *__real_PQexec(PGconn *c, const char *sql);
PGresult *__real_PQprepare(PGconn *c, const char *name, const char *sql, int n, const Oid *types);
PGresult *__real_PQexecPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                                const int *format, int result);
int __real_PQsendQueryPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                               const int *format, int result);
int __real_PQputCopyData(PGconn *c, const char *p, int n);
int __real_PQputCopyEnd(PGconn *c, const char *why);
PGresult *__wrap_PQexec(PGconn *c, const char *sql);
PGresult *__wrap_PQprepare(PGconn *c, const char *name, const char *sql, int n, const Oid *types);
PGresult *__wrap_PQexecPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                                const int *format, int result);
int __wrap_PQsendQueryPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                               const int *format, int result);
int __wrap_PQputCopyData(PGconn *c, const char *p, int n);
int __wrap_PQputCopyEnd(PGconn *c, const char *why);

static void cut(PGconn *c)
{
    if (fault.way == CUTS_OFF)
        shutdown(PQsocket(c), SHUT_RDWR);
}

static const char *failing_sql(void)
{
    return fault.way == LOSES_RACE
               ? "DO $$BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END$$"
               : "SELECT 1 / 0";
}

static PGresult *fail_pg(PGconn *c)
{
    cut(c);
    return __real_PQexec(c, failing_sql());
}

PGresult *__wrap_PQexec(PGconn *c, const char *sql)
{
    return due(sql) ? fail_pg(c) : __real_PQexec(c, sql);
}

PGresult *__wrap_PQprepare(PGconn *c, const char *name, const char *sql, int n, const Oid *types)
{
    return due(sql) ? fail_pg(c) : __real_PQprepare(c, name, sql, n, types);
}

PGresult *__wrap_PQexecPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                                const int *format, int result)
{
    return due(NULL) ? fail_pg(c) : __real_PQexecPrepared(c, name, n, v, len, format, result);
}

int __wrap_PQsendQueryPrepared(PGconn *c, const char *name, int n, const char *const *v, const int *len,
                               const int *format, int result)
{
    if (!due(NULL))
        return __real_PQsendQueryPrepared(c, name, n, v, len, format, result);
    cut(c);
    return PQsendQuery(c, failing_sql());
}

/* A race is lost by statements, not by the rows of a COPY. */
int __wrap_PQputCopyData(PGconn *c, const char *p, int n)
{
    if (fault.way == LOSES_RACE || !due(NULL))
        return __real_PQputCopyData(c, p, n);
    cut(c);
    return -1;
}

int __wrap_PQputCopyEnd(PGconn *c, const char *why)
{
    if (fault.way == LOSES_RACE || !due(NULL))
        return __real_PQputCopyEnd(c, why);
    cut(c);
    return __real_PQputCopyEnd(c, "fault");
}
