#include "store/driver.h"

#include <endian.h>
#include <libpq-fe.h>

struct pg_conn {
    struct conn c;
    PGconn *pg;
    unsigned serial; /* of statement names */
    bool copying;    /* rows are being sent, or were, and nobody has asked yet what became of them */
    bool open;       /* more of them may follow */
    size_t copied;   /* bytes of them */
    char into[4096]; /* the statement they go by */
};
struct pg_plan {
    struct plan p;
    char name[16];
};
struct cursor {
    struct pg_conn *c;
    PGresult *r;
    int row;
    bool stream, over;
    struct arena a; /* decoded bytes of the current row */
};

enum { COPY_BYTES_MAX = 16 << 20 };
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_NUMERIC = 1700 };

static struct pg_conn *of(struct conn *c)
{
    return (struct pg_conn *)c;
}

/* --- errors ------------------------------------------------------------------------------- */

enum db_failure pg_failure(const char *sqlstate, const char *message)
{
    static const struct {
        const char *prefix;
        enum db_failure what;
    } by_state[] = {
        { "40001", DB_RETRY },     { "40P01", DB_RETRY },     { "55P03", DB_RETRY },
        { "23505", DB_DUPLICATE }, { "23503", DB_REFERENCE }, { "23", DB_CHECK },
        { "08", DB_GONE },         { "57P0", DB_GONE },       { "XX001", DB_DAMAGED },
        { "XX002", DB_DAMAGED },   { "58030", DB_DAMAGED },   { "53100", DB_FULL },
        { "53", DB_RETRY }, /* memory, locks, connections: others use them just now
                             */
    };
    /* A sharded site reports these as XX000 when they happen on a node (distributed.md E2). */
    static const struct {
        const char *text;
        enum db_failure what;
    } by_text[] = {
        { "duplicate key value violates unique constraint", DB_DUPLICATE },
        { "could not commit transaction for shard", DB_RETRY },
        { "could not serialize access", DB_RETRY },
        { "deadlock detected", DB_RETRY },
        { "violates foreign key constraint", DB_REFERENCE },
        { "violates not-null constraint", DB_CHECK },
        { "violates check constraint", DB_CHECK },
        { "connection to the remote node", DB_GONE },
        { "No space left on device", DB_FULL },
    };
    struct str state = str_of(sqlstate ? sqlstate : ""), text = str_of(message ? message : "");
    for (size_t i = 0; i < N_ELEMS(by_state); i++)
        if (str_starts(state, str_of(by_state[i].prefix)))
            return by_state[i].what;
    if (state.n && !str_eq(state, STR("XX000")))
        return DB_OTHER;
    for (size_t i = 0; i < N_ELEMS(by_text); i++)
        if (str_has(text, str_of(by_text[i].text)))
            return by_text[i].what;
    return state.n ? DB_OTHER : DB_GONE; /* no SQLSTATE at all: the connection itself failed */
}

/* Without what says which part of a table it is: the digits, six or more, that Citus appends to the names of
 * a shard's tables and constraints, and the "_p7" of a partition. */
static struct str without_shard(struct str name)
{
    size_t n = name.n;
    while (n && name.p[n - 1] >= '0' && name.p[n - 1] <= '9')
        n--;
    size_t digits = name.n - n;
    if (digits >= 6 && n && name.p[n - 1] == '_')
        return (struct str){ name.p, n - 1 };
    if (digits && n > 2 && !memcmp(name.p + n - 2, "_p", 2))
        return (struct str){ name.p, n - 2 };
    return name;
}

/* What stands in quotes behind `word`: … on table "person_102052" … */
static bool quoted_after(struct str message, const char *word, struct str *name)
{
    const char *at = memmem(message.p, message.n, word, strlen(word));
    if (!at)
        return false;
    struct str rest = { at, message.n - (size_t)(at - message.p) }, before;
    return str_split(&rest, '"', &before) && str_split(&rest, '"', name);
}

struct str pg_table_in(struct str message, struct arena *a)
{
    static const char *const suffixes[] = { "_pkey", "_key", "_fkey", "_check", "_idx" };
    struct str name;
    if (quoted_after(message, "on table", &name) || quoted_after(message, "relation", &name))
        return arena_str(a, without_shard(name));
    if (!quoted_after(message, "constraint", &name))
        return STR("?");
    name = without_shard(name);
    for (size_t i = 0; i < N_ELEMS(suffixes); i++)
        if (str_ends(name, str_of(suffixes[i])))
            name.n -= strlen(suffixes[i]);
    return arena_str(a, without_shard(name));
}

static bool pg_fail(struct pg_conn *c, const PGresult *r, struct errs *e)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *table = r ? PQresultErrorField(r, PG_DIAG_TABLE_NAME) : NULL;
    enum db_failure f = pg_failure(state, text ? text : PQerrorMessage(c->pg));
    if (PQstatus(c->pg) != CONNECTION_OK) {
        c->c.broken = true;
        f = DB_GONE;
    }
    text = text ? text : PQerrorMessage(c->pg);
    struct str name = table && *table ? without_shard(str_of(table)) : pg_table_in(str_of(text), e->a);
    return db_fail(e, f, name, text);
}

static void clearp(PGresult **r)
{
    PQclear(*r);
}

static bool put_copied(struct pg_conn *c, struct str bytes)
{
    return PQputCopyData(c->pg, bytes.p, (int)bytes.n) == 1;
}

static bool end_copy(struct pg_conn *c, struct errs *e)
{
    static const struct str end = { "\xff\xff", 2 };
    c->open = false;
    return (put_copied(c, end) && PQputCopyEnd(c->pg, NULL) == 1) || pg_fail(c, NULL, e);
}

static bool settle_copy(struct pg_conn *c, struct errs *e)
{
    bool ok = true, said = false;
    if (!c->copying)
        return true;
    c->copying = false;
    if (c->open && !end_copy(c, e))
        return false;
    for (PGresult *r; (r = PQgetResult(c->pg)); PQclear(r))
        if (PQresultStatus(r) != PGRES_COMMAND_OK && !said) {
            ok = pg_fail(c, r, e);
            said = true;
        }
    return ok && PQstatus(c->pg) == CONNECTION_OK ? true : said ? false : pg_fail(c, NULL, e);
}

/* --- connections and transactions --------------------------------------------------------- */

static bool script(struct conn *c, const char *sql, struct errs *e)
{
    if (!settle_copy(of(c), e))
        return false;
    CLEANUP(clearp) PGresult *r = PQexec(of(c)->pg, sql);
    ExecStatusType s = PQresultStatus(r);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || pg_fail(of(c), r, e);
}

static void pg_close(struct conn *c)
{
    PQfinish(of(c)->pg);
    free(c);
}

static void be_quiet(void *arg, const char *message)
{
    (void)arg, (void)message; /* a library does not log; failures come back as results */
}

static struct conn *pg_open(const char *url, bool create, struct errs *e)
{
    (void)create;
    struct pg_conn *c = xcalloc(1, sizeof *c);
    c->c.driver = &postgres_driver;
    c->pg = PQconnectdb(url);
    if (PQstatus(c->pg) == CONNECTION_OK) {
        PQsetNoticeProcessor(c->pg, be_quiet, NULL);
        if (PQserverVersion(c->pg) < 150000)
            fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_OPEN, A("PostgreSQL"), A("PostgreSQL 15+"));
        else if (script(&c->c,
                        "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET jit = off; "
                        "SET client_min_messages = warning",
                        e))
            return &c->c;
    } else {
        fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_OPEN, A("PostgreSQL"), A(PQerrorMessage(c->pg)));
    }
    pg_close(&c->c);
    return NULL;
}

static bool begin(struct conn *c, enum tx_mode mode, struct errs *e)
{
    /* A glance at tables that fill for the first time is enough until autovacuum takes its time for them. */
    static const char *const how[] = {
        [TX_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        [TX_WRITE] = "BEGIN ISOLATION LEVEL SERIALIZABLE",
        [TX_LOAD] = "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL default_statistics_target = 3",
    };
    return script(c, how[mode], e);
}

static bool commit(struct conn *c, struct errs *e)
{
    if (!settle_copy(of(c), e))
        return false;
    CLEANUP(clearp) PGresult *r = PQexec(of(c)->pg, "COMMIT");
    /* COMMIT of a transaction that has already failed answers ROLLBACK, without an error. */
    if (PQresultStatus(r) == PGRES_COMMAND_OK && !strcmp(PQcmdStatus(r), "COMMIT"))
        return true;
    if (PQresultStatus(r) == PGRES_COMMAND_OK)
        return fail(e, ERR_INTERNAL, NULL, MSG_DB_ERROR, A("COMMIT"));
    return pg_fail(of(c), r, e);
}

static void rollback(struct conn *c)
{
    of(c)->copying = of(c)->open = false; /* whatever became of the rows */
    if (PQstatus(of(c)->pg) != CONNECTION_OK) {
        c->broken = true;
        return;
    }
    CLEANUP(clearp) PGresult *r = PQexec(of(c)->pg, "ROLLBACK");
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        c->broken = true;
}

static bool savepoint(struct conn *c, struct errs *e)
{
    return script(c, "SAVEPOINT request", e);
}

static bool release(struct conn *c, struct errs *e)
{
    return script(c, "RELEASE SAVEPOINT request", e);
}

static bool rollback_to(struct conn *c, struct errs *e)
{
    return script(c, "ROLLBACK TO SAVEPOINT request; RELEASE SAVEPOINT request", e);
}

/* --- statements --------------------------------------------------------------------------- */

static struct plan *prepare(struct conn *c, const char *sql, struct errs *e)
{
    if (!settle_copy(of(c), e))
        return NULL;
    struct pg_plan *p = xcalloc(1, sizeof *p);
    snprintf(p->name, sizeof p->name, "s%u", of(c)->serial++);
    CLEANUP(clearp) PGresult *r = PQprepare(of(c)->pg, p->name, sql, 0, NULL);
    if (PQresultStatus(r) == PGRES_COMMAND_OK)
        return &p->p;
    pg_fail(of(c), r, e);
    free(p);
    return NULL;
}

static void forget(struct conn *c, struct plan *p)
{
    (void)c; /* plans go with the connection */
    free(p);
}

/* Values as libpq wants them: numbers as text, texts and bytes with their length. */
struct params {
    const char *p[COLS_MAX * 2];
    int len[COLS_MAX * 2], format[COLS_MAX * 2];
    char digits[COLS_MAX * 2][24];
};

static void params_set(struct params *x, const struct val *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x->p[i] = NULL;
        x->len[i] = x->format[i] = 0;
        if (v[i].kind == V_INT) {
            struct buf b = { .p = x->digits[i], .cap = sizeof x->digits[i], .max = sizeof x->digits[i] - 1 };
            buf_addi(&b, v[i].i);
            x->p[i] = buf_cstr(&b);
        } else if (v[i].kind != V_NULL) {
            x->p[i] = v[i].s.p;
            x->len[i] = (int)v[i].s.n;
            x->format[i] = 1;
        }
    }
}

static bool exec(struct conn *c, struct plan *p, const struct val *v, size_t n, int64_t *changed,
                 struct errs *e)
{
    struct params x;
    if (!settle_copy(of(c), e))
        return false;
    params_set(&x, v, n);
    CLEANUP(clearp)
    PGresult *r = PQexecPrepared(of(c)->pg, ((struct pg_plan *)p)->name, (int)n, x.p, x.len, x.format, 0);
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        return pg_fail(of(c), r, e);
    if (changed && !str_int(str_of(PQcmdTuples(r)), changed))
        *changed = 0;
    return true;
}

static void *query(struct conn *c, struct plan *p, bool stream, const struct val *v, size_t n, struct errs *e)
{
    struct params x;
    if (!settle_copy(of(c), e))
        return NULL;
    params_set(&x, v, n);
    struct cursor *k = xcalloc(1, sizeof *k);
    *k = (struct cursor){ .c = of(c), .row = -1, .stream = stream };
    const char *name = ((struct pg_plan *)p)->name;
    if (stream) {
        if (PQsendQueryPrepared(of(c)->pg, name, (int)n, x.p, x.len, x.format, 0) &&
            PQsetSingleRowMode(of(c)->pg))
            return k;
        pg_fail(of(c), NULL, e);
    } else {
        k->r = PQexecPrepared(of(c)->pg, name, (int)n, x.p, x.len, x.format, 0);
        if (PQresultStatus(k->r) == PGRES_TUPLES_OK)
            return k;
        pg_fail(of(c), k->r, e);
        PQclear(k->r);
    }
    free(k);
    return NULL;
}

static enum found next_streamed(struct cursor *k, struct errs *e)
{
    PQclear(k->r);
    k->r = k->over ? NULL : PQgetResult(k->c->pg);
    k->row = 0;
    switch (PQresultStatus(k->r)) {
    case PGRES_SINGLE_TUPLE: return FOUND;
    case PGRES_TUPLES_OK: k->over = true; return NONE;
    default: break;
    }
    if (k->over)
        return NONE;
    k->over = true;
    pg_fail(k->c, k->r, e);
    return FAILED;
}

static enum found next(void *cursor, struct errs *e)
{
    struct cursor *k = cursor;
    arena_reset(&k->a);
    if (k->stream)
        return next_streamed(k, e);
    return ++k->row < PQntuples(k->r) ? FOUND : NONE;
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static struct val bytes_cell(struct cursor *k, const char *p, size_t n)
{
    size_t len = n >= 2 ? n / 2 - 1 : 0; /* \x and two digits a byte */
    uint8_t *d = arena_alloc(&k->a, len + 1);
    for (size_t i = 0; i < len; i++)
        d[i] = (uint8_t)(hex_digit(p[2 + 2 * i]) << 4 | hex_digit(p[3 + 2 * i]));
    return val_bytes((struct bytes){ d, len });
}

static struct val cell(void *cursor, int i)
{
    struct cursor *k = cursor;
    if (PQgetisnull(k->r, k->row, i))
        return val_null();
    const char *p = PQgetvalue(k->r, k->row, i);
    struct str s = { p, (size_t)PQgetlength(k->r, k->row, i) };
    int64_t v;
    switch (PQftype(k->r, i)) {
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC: return str_int(s, &v) ? val_int(v) : val_str(s);
    case OID_BYTEA: return bytes_cell(k, p, s.n);
    }
    return val_str(s);
}

static bool number(void *cursor, int i, int64_t *v)
{
    struct cursor *k = cursor;
    struct str s = { PQgetvalue(k->r, k->row, i), (size_t)PQgetlength(k->r, k->row, i) };
    *v = 0;
    return !PQgetisnull(k->r, k->row, i) && str_int(s, v);
}

static void numbers(void *cursor, int n, int64_t *v)
{
    for (int i = 0; i < n; i++)
        number(cursor, i, &v[i]);
}

static void done(void *cursor)
{
    struct cursor *k = cursor;
    PQclear(k->r);
    if (k->stream) {
        /* What is still coming is not wanted; to cancel it would end the transaction. */
        for (PGresult *r; (r = PQgetResult(k->c->pg));)
            PQclear(r);
    }
    arena_free(&k->a);
    free(k);
}

/* --- bulk --------------------------------------------------------------------------------- */

static bool begin_copy(struct pg_conn *c, const char *sql, struct errs *e)
{
    static const struct str head = { "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19 };
    if (!settle_copy(c, e))
        return false;
    CLEANUP(clearp) PGresult *start = PQexec(c->pg, sql);
    if (PQresultStatus(start) != PGRES_COPY_IN)
        return pg_fail(c, start, e);
    c->copying = c->open = true;
    c->copied = 0;
    snprintf(c->into, sizeof c->into, "%s", sql);
    return put_copied(c, head) || (settle_copy(c, e) && pg_fail(c, NULL, e));
}

/* What becomes of the rows is asked for when the connection is needed next: until then the database works on
 * them while the program makes the next ones.  Those that go the same way follow without a word, up to what
 * the database may have to remember about so many. */
static bool copy(struct conn *c, const char *sql, struct str rows, struct errs *e)
{
    struct pg_conn *p = of(c);
    bool same = p->copying && p->open && !strcmp(p->into, sql) && strlen(sql) < sizeof p->into;
    if (!same && !begin_copy(p, sql, e))
        return false;
    if (!put_copied(p, rows))
        return settle_copy(p, e) && pg_fail(p, NULL, e); /* it says why, or else nobody does */
    p->copied += rows.n;
    return p->copied < COPY_BYTES_MAX || end_copy(p, e);
}

static bool copy_widths(struct conn *c, const char *select, uint8_t *width, size_t n, struct errs *e)
{
    if (!settle_copy(of(c), e))
        return false;
    CLEANUP(clearp) PGresult *r = PQexec(of(c)->pg, select);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return pg_fail(of(c), r, e);
    for (size_t i = 0; i < n; i++)
        width[i] = PQftype(r, (int)i) == OID_INT4 ? 4 : 8;
    return true;
}

static void put_number(char *at, int64_t v, size_t bytes)
{
    uint64_t x = htobe64((uint64_t)v);
    memcpy(at, (char *)&x + sizeof x - bytes, bytes);
}

static void copy_row(struct buf *rows, size_t cells)
{
    char *at = buf_room(rows, 2);
    if (!at)
        return;
    put_number(at, (int64_t)cells, 2);
    rows->n += 2;
}

/* What does not fit its column goes as it is, for the database to refuse. */
static void copy_cell(struct buf *rows, const struct val *v, uint8_t width)
{
    size_t n = v->kind == V_NULL ? 0 : v->kind != V_INT ? v->s.n : v->i != (int32_t)v->i ? 8 : width;
    char *at = buf_room(rows, 4 + n);
    if (!at)
        return;
    rows->n += 4 + n;
    put_number(at, v->kind == V_NULL ? -1 : (int64_t)n, 4);
    if (v->kind == V_INT)
        put_number(at + 4, v->i, n);
    else if (n)
        memcpy(at + 4, v->s.p, n);
}

/* --- migrations --------------------------------------------------------------------------- */

static const char *table_suffix(enum table_class class, const char *key, int partitions, struct arena *a)
{
    if (partitions > 0 && (class == TABLE_COUNTY || class == TABLE_NATIONAL))
        return arena_printf(a, " PARTITION BY HASH (%s)", class == TABLE_COUNTY ? "county" : key);
    return "";
}

static const char *type_of(const char *token)
{
    static const char *const types[][2] = {
        { "I64", "bigint" }, { "INT", "integer" }, { "TEXT", "text COLLATE \"C\"" }, { "BYTES", "bytea" }
    };
    for (size_t i = 0; i < N_ELEMS(types); i++)
        if (!strcmp(types[i][0], token))
            return types[i][1];
    return NULL;
}

/* A log that serves no other server (wal_level = minimal) leaves out what goes into a file of this
 * transaction. What another one has put there since this one first looked would not be seen, but has a size;
 * under Citus the rows are elsewhere. */
static bool renew(struct conn *c, const char *table, struct errs *e)
{
    CLEANUP(buf_release) struct buf sql = BUF(1024);
    buf_addf(&sql,
             "DO $$ BEGIN IF current_setting('wal_level') = 'minimal' AND pg_relation_size('%s') = 0 AND "
             "to_regclass('pg_dist_partition') IS NULL THEN TRUNCATE %s; END IF; END $$",
             table, table);
    return script(c, buf_cstr(&sql), e);
}

static bool integrity(struct conn *c, struct errs *e)
{
    (void)c, (void)e; /* PostgreSQL checks its pages itself where checksums are on */
    return true;
}

const struct driver postgres_driver = {
    .name = "postgresql",
    .open = pg_open,
    .close = pg_close,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .savepoint = savepoint,
    .release = release,
    .rollback_to = rollback_to,
    .script = script,
    .prepare = prepare,
    .forget = forget,
    .exec = exec,
    .query = query,
    .next = next,
    .cell = cell,
    .number = number,
    .numbers = numbers,
    .done = done,
    .copy = copy,
    .copy_widths = copy_widths,
    .copy_row = copy_row,
    .copy_cell = copy_cell,
    .ids_apart = true,
    .integrity = integrity,
    .renew = renew,
    .sort_beside_sql = "SET LOCAL max_parallel_maintenance_workers = 0",
    .sort_sql = "SET LOCAL max_parallel_maintenance_workers TO DEFAULT",
    .table_suffix = table_suffix,
    .type_of = type_of,
    .statistics_sql = "ANALYZE",
    .known_rows_sql =
        "SELECT CAST(coalesce(sum(reltuples), 0) AS BIGINT) FROM pg_class c WHERE reltuples > 0 AND "
        "(pg_table_is_visible(oid) AND relname = $1 OR oid IN (SELECT i.inhrelid FROM pg_inherits i "
        "JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = $1 AND "
        "pg_table_is_visible(p.oid)))",
    .indexes_sql =
        "SELECT 'DROP INDEX ' || quote_ident(c.relname), pg_get_indexdef(i.indexrelid), NULL, 0 AS is_key, "
        "NULL "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
        "WHERE t.relname = $1 AND t.relkind = 'r' AND pg_table_is_visible(t.oid) AND NOT t.relispartition "
        "AND NOT i.indisunique UNION ALL "
        "SELECT 'ALTER TABLE ' || quote_ident(t.relname) || ' DROP CONSTRAINT ' || quote_ident(k.conname), "
        "'ALTER TABLE ' || quote_ident(t.relname) || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || "
        "pg_get_constraintdef(k.oid), r.relname, CASE WHEN k.contype = 'f' THEN 0 ELSE 1 END, t.relname "
        "FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid LEFT JOIN pg_class r ON r.oid = "
        "k.confrelid WHERE $1 IN (t.relname, r.relname) AND t.relkind = 'r' AND pg_table_is_visible(t.oid) "
        "AND NOT t.relispartition AND k.contype IN ('f', 'p', 'u') ORDER BY is_key, 1",
    .has_table_sql = "SELECT count(*) FROM pg_class WHERE relname = $1 AND relkind IN ('r', 'p') AND "
                     "pg_table_is_visible(oid)",
};
