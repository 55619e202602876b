#include "support/raw.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>

#include <cmocka.h>

struct raw {
    sqlite3 *lite;
    PGconn *pg;
    char why[512];
};

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_NUMERIC = 1700 };

struct raw *raw_open(const char *url)
{
    struct raw *r = xcalloc(1, sizeof *r);
    if (str_starts(str_of(url), STR("postgres"))) {
        r->pg = PQconnectdb(url);
        if (PQstatus(r->pg) != CONNECTION_OK)
            fail_msg("%s", PQerrorMessage(r->pg));
        raw_do(r, "SET client_min_messages = warning");
        return r;
    }
    if (str_starts(str_of(url), STR("sqlite://")))
        url += STR("sqlite://").n;
    if (sqlite3_open_v2(url, &r->lite, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail_msg("%s: %s", url, sqlite3_errmsg(r->lite));
    sqlite3_busy_timeout(r->lite, 10000);
    return r;
}

void raw_close(struct raw *r)
{
    if (r->pg)
        PQfinish(r->pg);
    else
        sqlite3_close(r->lite);
    free(r);
}

void raw_unguard(struct raw *r)
{
    raw_do(r, r->pg ? "SET session_replication_role = replica" : "PRAGMA foreign_keys = OFF");
    if (!r->pg)
        sqlite3_db_config(r->lite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
}

static PGresult *run_pg(struct raw *r, const char *sql)
{
    PGresult *x = PQexec(r->pg, sql);
    ExecStatusType s = PQresultStatus(x);
    if (s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK)
        return x;
    snprintf(r->why, sizeof r->why, "%s", PQerrorMessage(r->pg));
    PQclear(x);
    return NULL;
}

bool raw_try(struct raw *r, const char *sql)
{
    r->why[0] = 0;
    if (r->pg) {
        PGresult *x = run_pg(r, sql);
        PQclear(x);
        return x != NULL;
    }
    if (sqlite3_exec(r->lite, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    snprintf(r->why, sizeof r->why, "%s", sqlite3_errmsg(r->lite));
    return false;
}

const char *raw_why(const struct raw *r)
{
    return r->why;
}

void raw_do(struct raw *r, const char *sql)
{
    if (!raw_try(r, sql))
        fail_msg("%s: %s", sql, r->why);
}

/* --- results as literals ------------------------------------------------------------------ */

static const char *quoted(const char *p, size_t n, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 22);
    buf_addc(&b, '\'');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\'')
            buf_addc(&b, '\'');
        buf_addc(&b, p[i]);
    }
    buf_addc(&b, '\'');
    return arena_str(a, buf_str(&b)).p;
}

static const char *pg_literal(const PGresult *x, int row, int col, struct arena *a)
{
    const char *p = PQgetvalue(x, row, col);
    if (PQgetisnull(x, row, col))
        return "NULL";
    switch (PQftype(x, col)) {
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC: return arena_str(a, str_of(p)).p;
    case OID_BYTEA: return arena_printf(a, "'%s'::bytea", p);
    default: return quoted(p, (size_t)PQgetlength(x, row, col), a);
    }
}

static const char *lite_literal(sqlite3_stmt *s, int col, struct arena *a)
{
    switch (sqlite3_column_type(s, col)) {
    case SQLITE_NULL: return "NULL";
    case SQLITE_INTEGER: return arena_printf(a, "%lld", (long long)sqlite3_column_int64(s, col));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(s, col);
        return quoted(p, (size_t)sqlite3_column_bytes(s, col), a);
    }
    }
    CLEANUP(buf_release) struct buf b = BUF(1 << 22);
    const uint8_t *p = sqlite3_column_blob(s, col);
    int n = sqlite3_column_bytes(s, col);
    buf_adds(&b, "X'");
    for (int i = 0; i < n; i++)
        buf_addf(&b, "%02x", p[i]);
    buf_addc(&b, '\'');
    return arena_str(a, buf_str(&b)).p;
}

enum { CELLS_MAX = 20000 };

static void query_pg(struct raw *r, const char *sql, struct raw_rows *out, struct arena *a)
{
    PGresult *x = run_pg(r, sql);
    if (!x)
        fail_msg("%s: %s", sql, r->why);
    out->rows = (size_t)PQntuples(x);
    out->cols = (size_t)PQnfields(x);
    assert_true(out->rows * out->cols <= CELLS_MAX);
    for (size_t i = 0; i < out->rows * out->cols; i++)
        out->cell[i] = pg_literal(x, (int)(i / out->cols), (int)(i % out->cols), a);
    PQclear(x);
}

static void query_lite(struct raw *r, const char *sql, struct raw_rows *out, struct arena *a)
{
    sqlite3_stmt *s;
    int rc;
    if (sqlite3_prepare_v2(r->lite, sql, -1, &s, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(r->lite));
    out->cols = (size_t)sqlite3_column_count(s);
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        assert_true((out->rows + 1) * out->cols <= CELLS_MAX);
        for (size_t i = 0; i < out->cols; i++)
            out->cell[out->rows * out->cols + i] = lite_literal(s, (int)i, a);
        out->rows++;
    }
    assert_int_equal(rc, SQLITE_DONE);
    sqlite3_finalize(s);
}

struct raw_rows raw_query(struct raw *r, const char *sql, struct arena *a)
{
    struct raw_rows out = { .cell = NEW_ARRAY(a, const char *, CELLS_MAX) };
    if (r->pg)
        query_pg(r, sql, &out, a);
    else
        query_lite(r, sql, &out, a);
    return out;
}

int64_t raw_int(struct raw *r, const char *sql)
{
    struct arena a = { 0 };
    struct raw_rows x = raw_query(r, sql, &a);
    int64_t v = 0;
    if (x.rows != 1 || !str_int(str_of(x.cell[0]), &v))
        fail_msg("%s: no number", sql);
    arena_free(&a);
    return v;
}
