#include "store/internal.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

enum { BUSY_MS = 10000 };

struct sqlite_conn {
    struct conn c;
    sqlite3 *db;
    bool loading;
    bool begun;                      /* a transaction, which SQLite ends by itself after some failures */
    const struct numbers_to *taking; /* what runs bangfu_numbers, if anything does */
};
struct sqlite_plan {
    struct plan p;
    sqlite3_stmt *stmt;
    int *place;  /* where value i goes: SQLite takes "$3" for a name and numbers names as they appear */
    bool *bound; /* at each place: maybe not NULL */
    size_t places;
    bool busy; /* a cursor reads from it */
};
struct cursor {
    struct sqlite_conn *c;
    struct sqlite_plan *plan;
    bool own;  /* prepared for this cursor, because the cached one was busy */
    bool over; /* SQLite would begin anew */
};

static bool exec(struct conn *c, struct plan *p, const struct val *v, size_t n, int64_t *changed,
                 struct errs *e);

static struct sqlite_conn *of(struct conn *c)
{
    return (struct sqlite_conn *)c;
}

static enum db_failure failure(int extended)
{
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return DB_DUPLICATE;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return DB_REFERENCE;
    /* A quota or a limit of the file's size says no in other words than a full disk. */
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_SHMSIZE: return DB_FULL;
    }
    switch (extended & 0xff) {
    case SQLITE_CONSTRAINT: return DB_CHECK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DB_RETRY;
    case SQLITE_FULL: return DB_FULL;
    case SQLITE_CANTOPEN: return DB_GONE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR: return DB_DAMAGED;
    }
    return DB_OTHER;
}

/* "UNIQUE constraint failed: person.county, person.id" → person */
static struct str table_in(struct str message)
{
    struct str part, table;
    while (str_split(&message, ' ', &part))
        if (str_has(part, STR(".")) && str_split(&part, '.', &table))
            return table;
    return STR("?");
}

static bool sql_fail(struct sqlite_conn *c, struct errs *e)
{
    const char *text = sqlite3_errmsg(c->db);
    enum db_failure f = failure(sqlite3_extended_errcode(c->db));
    /* A file that was emptied is a database without tables. */
    if (f == DB_OTHER && str_starts(str_of(text), STR("no such table")))
        f = DB_DAMAGED;
    return db_fail(e, f, table_in(str_of(text)), text);
}

static bool script(struct conn *c, const char *sql, struct errs *e)
{
    return sqlite3_exec(of(c)->db, sql, NULL, NULL, NULL) == SQLITE_OK || sql_fail(of(c), e);
}

static void sqlite_close(struct conn *c)
{
    sqlite3_close(of(c)->db);
    free(c);
}

static int after_commit(void *conn, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((struct sqlite_conn *)conn)->c.log_pages = pages;
    return SQLITE_OK;
}

/* It counts every allocation behind a lock, for figures that nobody reads. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* An aggregate gets its values without a step for each row and a call for each cell, which cost as much as
 * the reading. */
static void numbers_step(sqlite3_context *context, int n, sqlite3_value **cells)
{
    int64_t v[ROW_NUMBERS_MAX];
    const struct sqlite_conn *c = sqlite3_user_data(context);
    if (!c->taking || n != c->taking->n)
        return;
    for (int i = 0; i < n; i++)
        v[i] = sqlite3_value_int64(cells[i]);
    c->taking->take(c->taking->ctx, v);
}

static void numbers_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static bool add_numbers(struct sqlite_conn *c)
{
    return sqlite3_create_function_v2(c->db, "bangfu_numbers", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, c, NULL,
                                      numbers_step, numbers_end, NULL) == SQLITE_OK;
}

static const char *path_of(const char *url)
{
    return str_starts(str_of(url), STR("sqlite://")) ? url + STR("sqlite://").n : url;
}

static struct conn *sqlite_open(const char *url, bool create, struct errs *e)
{
    static const char pragmas[] =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;";
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct stat st;
    pthread_once(&once, configure);
    url = path_of(url);
    if (!create && stat(url, &st) != 0) {
        fail(e, ERR_NOT_FOUND, NULL, MSG_DB_NONE, A(url));
        return NULL;
    }
    struct sqlite_conn *c = xcalloc(1, sizeof *c);
    c->c.driver = &sqlite_driver;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(url, &c->db, flags, NULL) == SQLITE_OK &&
        sqlite3_busy_timeout(c->db, BUSY_MS) == SQLITE_OK &&
        sqlite3_exec(c->db, "PRAGMA page_size=8192;", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(c->db, pragmas, NULL, NULL, NULL) == SQLITE_OK && add_numbers(c)) {
        sqlite3_extended_result_codes(c->db, 1);
        sqlite3_wal_hook(c->db, after_commit,
                         c); /* in the place of its own checkpoints, which a write waits for */
        return &c->c;
    }
    fail(e, ERR_UNAVAILABLE, NULL, MSG_DB_OPEN, A(url), A(sqlite3_errmsg(c->db)));
    sqlite_close(&c->c);
    return NULL;
}

/* New rows are written where they stay: a rollback journal holds only the pages that were there before, while
 * a log would take each page twice.  SQLite refuses when others have the database open, and then the log
 * stays.  And where what it sorts may go to a file, it sorts that faster while it still fits into memory. */
static void begin_load(struct sqlite_conn *c)
{
    static const char off[] = "PRAGMA foreign_keys=OFF; PRAGMA temp_store=FILE; PRAGMA journal_mode=DELETE";
    c->loading = true;
    sqlite3_busy_timeout(c->db, 0);
    sqlite3_exec(c->db, off, NULL, NULL, NULL);
    sqlite3_busy_timeout(c->db, BUSY_MS);
}

/* Whatever came of it.  Where another has opened it meanwhile, the next to open it makes it keep a log again;
 * a connection that would not check references again is closed. */
static void end_load(struct conn *c)
{
    static const char on[] =
        "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA threads=0";
    if (!of(c)->loading)
        return;
    of(c)->loading = false;
    sqlite3_exec(of(c)->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    if (!sqlite3_get_autocommit(of(c)->db) || sqlite3_exec(of(c)->db, on, NULL, NULL, NULL) != SQLITE_OK)
        c->broken = true;
}

static const char *fixed_sql(const void *key, unsigned which, struct arena *a)
{
    (void)which, (void)a;
    return key;
}

/* What is said with every request is prepared once. */
static bool say_fixed(struct conn *c, const char *sql, struct errs *e)
{
    struct plan *p = plan_get(c, sql, 0, fixed_sql, e);
    return p && exec(c, p, NULL, 0, NULL, e);
}

static bool begin(struct conn *c, enum tx_mode mode, struct errs *e)
{
    static const char read[] = "BEGIN", write[] = "BEGIN IMMEDIATE";
    if (mode == TX_LOAD)
        begin_load(of(c));
    return of(c)->begun = say_fixed(c, mode == TX_READ ? read : write, e);
}

static void rollback(struct conn *c)
{
    static const char text[] = "ROLLBACK";
    struct arena a = { 0 };
    struct errs quiet = { .a = &a };
    of(c)->begun = false;
    if (!sqlite3_get_autocommit(of(c)->db))
        say_fixed(c, text, &quiet);
    arena_free(&a);
    if (!sqlite3_get_autocommit(of(c)->db))
        c->broken = true;
    end_load(c);
}

static bool commit(struct conn *c, struct errs *e)
{
    static const char text[] = "COMMIT";
    if (!say_fixed(c, text, e))
        return false;
    of(c)->begun = false;
    end_load(c);
    return true;
}

static bool savepoint(struct conn *c, struct errs *e)
{
    static const char text[] = "SAVEPOINT request";
    return say_fixed(c, text, e);
}

static bool release(struct conn *c, struct errs *e)
{
    static const char text[] = "RELEASE request";
    return say_fixed(c, text, e);
}

static bool rollback_to(struct conn *c, struct errs *e)
{
    return script(c, "ROLLBACK TO request; RELEASE request", e);
}

static void find_places(struct sqlite_plan *p)
{
    int n = sqlite3_bind_parameter_count(p->stmt);
    int64_t value;
    p->place = xcalloc((size_t)n, sizeof *p->place);
    p->bound = xcalloc((size_t)n + 1, sizeof *p->bound);
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(p->stmt, i);
        if (!name)
            value = i; /* the statements of bulk.c, which have very many */
        else if (!str_int(str_of(name + 1), &value) || value < 1)
            abort(); /* a text of ours without $1, $2, … */
        if ((size_t)value > p->places) {
            p->place = xrealloc(p->place, (size_t)value * sizeof *p->place);
            memset(p->place + p->places, 0, ((size_t)value - p->places) * sizeof *p->place);
            p->places = (size_t)value;
        }
        p->place[value - 1] = i;
    }
}

static struct plan *prepare(struct conn *c, const char *sql, struct errs *e)
{
    struct sqlite_plan *p = xcalloc(1, sizeof *p);
    if (sqlite3_prepare_v3(of(c)->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &p->stmt, NULL) == SQLITE_OK) {
        find_places(p);
        return &p->p;
    }
    sql_fail(of(c), e);
    free(p);
    return NULL;
}

static void forget(struct conn *c, struct plan *p)
{
    struct sqlite_plan *x = (struct sqlite_plan *)p;
    (void)c;
    sqlite3_finalize(x->stmt);
    free(x->place);
    free(x->bound);
    free(x);
}

static bool bind_all(struct sqlite_conn *c, const struct sqlite_plan *p, const struct val *v, size_t n,
                     struct errs *e)
{
    sqlite3_stmt *s = p->stmt;
    for (size_t i = 0; i < n && i < p->places; i++) {
        int at = p->place[i], rc = SQLITE_OK;
        if (at == 0)
            continue;
        switch (v[i].kind) {
        case V_NULL:
            if (p->bound[at])
                rc = sqlite3_bind_null(s, at);
            break;
        case V_INT: rc = sqlite3_bind_int64(s, at, v[i].i); break;
        case V_TEXT: rc = sqlite3_bind_text64(s, at, v[i].s.p, v[i].s.n, SQLITE_STATIC, SQLITE_UTF8); break;
        case V_BYTES: rc = sqlite3_bind_blob64(s, at, v[i].s.p, v[i].s.n, SQLITE_STATIC); break;
        }
        p->bound[at] = v[i].kind != V_NULL;
        if (rc != SQLITE_OK)
            return sql_fail(c, e);
    }
    return true;
}

static bool exec(struct conn *c, struct plan *p, const struct val *v, size_t n, int64_t *changed,
                 struct errs *e)
{
    sqlite3_stmt *s = ((struct sqlite_plan *)p)->stmt;
    if (of(c)->begun && sqlite3_get_autocommit(of(c)->db)) /* what follows would stay */
        return db_fail(e, DB_OTHER, (struct str){ 0 }, "rolled back");
    if (!bind_all(of(c), (struct sqlite_plan *)p, v, n, e))
        return false;
    int rc = sqlite3_step(s);
    bool ok = rc == SQLITE_DONE || rc == SQLITE_ROW || sql_fail(of(c), e);
    if (ok && changed)
        *changed = sqlite3_changes64(of(c)->db);
    sqlite3_reset(s);
    return ok;
}

static void done(void *cursor)
{
    struct cursor *k = cursor;
    sqlite3_reset(k->plan->stmt);
    sqlite3_clear_bindings(k->plan->stmt);
    k->plan->busy = false;
    if (k->own)
        forget(&k->c->c, &k->plan->p);
    free(k);
}

static void *query(struct conn *c, struct plan *p, bool stream, const struct val *v, size_t n, struct errs *e)
{
    (void)stream;
    struct cursor *k = xcalloc(1, sizeof *k);
    *k = (struct cursor){ .c = of(c), .plan = (struct sqlite_plan *)p };
    if (k->plan->busy) { /* the same statement inside its own loop */
        k->own = true;
        k->plan = (struct sqlite_plan *)prepare(c, p->sql, e);
    }
    if (!k->plan || !bind_all(of(c), k->plan, v, n, e)) {
        if (k->plan && k->own)
            forget(c, &k->plan->p);
        free(k);
        return NULL;
    }
    k->plan->busy = true;
    return k;
}

static enum found next(void *cursor, struct errs *e)
{
    struct cursor *k = cursor;
    int rc = k->over ? SQLITE_DONE : sqlite3_step(k->plan->stmt);
    if (rc == SQLITE_ROW)
        return FOUND;
    k->over = true;
    if (rc == SQLITE_DONE)
        return NONE;
    sql_fail(k->c, e);
    return FAILED;
}

static struct val cell(void *cursor, int i)
{
    sqlite3_stmt *s = ((struct cursor *)cursor)->plan->stmt;
    switch (sqlite3_column_type(s, i)) {
    case SQLITE_INTEGER: return val_int(sqlite3_column_int64(s, i));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(s, i);
        return val_str((struct str){ p, (size_t)sqlite3_column_bytes(s, i) });
    }
    case SQLITE_BLOB: {
        const uint8_t *p = sqlite3_column_blob(s, i);
        return val_bytes((struct bytes){ p ? p : (const uint8_t *)"", (size_t)sqlite3_column_bytes(s, i) });
    }
    }
    return val_null();
}

static bool number(void *cursor, int i, int64_t *v)
{
    sqlite3_stmt *s = ((struct cursor *)cursor)->plan->stmt;
    *v = sqlite3_column_int64(s, i);
    return *v != 0 || sqlite3_column_type(s, i) != SQLITE_NULL;
}

static void numbers(void *cursor, int n, int64_t *v)
{
    sqlite3_stmt *s = ((struct cursor *)cursor)->plan->stmt;
    for (int i = 0; i < n; i++)
        v[i] = sqlite3_column_int64(s, i);
}

/* From now on so many kB of pages; returns how many it was. */
static int64_t cache_held(sqlite3 *db, int64_t kb)
{
    char set[64];
    sqlite3_stmt *ask = NULL;
    int64_t was = kb;
    if (sqlite3_prepare_v2(db, "PRAGMA cache_size", -1, &ask, NULL) == SQLITE_OK &&
        sqlite3_step(ask) == SQLITE_ROW)
        was = -sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    snprintf(set, sizeof set, "PRAGMA cache_size=-%lld", (long long)kb);
    sqlite3_exec(db, set, NULL, NULL, NULL);
    return was;
}

static void trim(struct conn *c)
{
    sqlite3_db_release_memory(of(c)->db);
}

/* What fits into the processor's cache is sooner there than fresh memory. */
enum { MANY_CACHE_KB = 4096 };

static bool each(struct conn *c, struct plan *p, const struct numbers_to *to, const struct val *v, size_t n,
                 struct errs *e)
{
    of(c)->taking = to;
    int64_t held = to->many ? cache_held(of(c)->db, MANY_CACHE_KB) : 0;
    bool ok = exec(c, p, v, n, NULL, e);
    if (to->many)
        cache_held(of(c)->db, held);
    of(c)->taking = NULL;
    return ok;
}

static void cursor_done(struct cursor **k)
{
    if (*k)
        done(*k);
}

/* PRAGMA integrity_check and foreign_key_check: "ok" and no row. */
static bool integrity(struct conn *c, struct errs *e)
{
    struct plan *p = prepare(c, "PRAGMA integrity_check(1)", e);
    if (!p)
        return false;
    CLEANUP(cursor_done) struct cursor *k = query(c, p, false, NULL, 0, e);
    if (!k)
        return false;
    k->own = true;
    if (next(k, e) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_INTERNAL, NULL, MSG_DB_ERROR, A("integrity_check"));
    struct val text = cell(k, 0);
    if (!str_eq(text.s, STR("ok")))
        return fail(e, ERR_INTERNAL, NULL, MSG_DB_ERROR, A(text.s));
    return true;
}

/* On a connection of its own, which does nothing else.  Another writer or reader is not disturbed.  Before it
 * has read anything such a connection does not know that there is a log, and would copy nothing and call it
 * well done. */
static int64_t checkpoint(const char *url)
{
    sqlite3 *db;
    int all = 0, copied = 0;
    if (sqlite3_open_v2(path_of(url), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &all, &copied) != SQLITE_OK)
        copied = 0; /* the log is longer for it, and nothing else is wrong: the next one may fare better */
    sqlite3_close(db);
    return copied;
}

/* Without figures SQLite takes any equality for selective, and would read a whole county by its number.  The
 * figures are ours, not measured, so that plans are the same on every machine and at every size: a county has
 * a million rows, a further column ten, a unique key one. */
static bool settle(struct conn *c, struct errs *e)
{
    return script(c,
                  "PRAGMA analysis_limit=1; ANALYZE; DELETE FROM sqlite_stat1;"
                  "INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT t.name, CASE i.origin WHEN 'pk' THEN "
                  "t.name ELSE i.name END, "
                  "'1000000' || (SELECT group_concat(CASE WHEN i.\"unique\" AND x.seqno + 1 = "
                  "(SELECT count(*) FROM pragma_index_info(i.name)) THEN ' 1' WHEN x.seqno = 0 THEN ' "
                  "1000000' ELSE ' 10' END, '') "
                  "FROM (SELECT seqno FROM pragma_index_info(i.name) ORDER BY seqno) x) "
                  "FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND EXISTS "
                  "(SELECT 1 FROM pragma_index_info(i.name) y WHERE y.seqno = 0 AND y.name = 'county');"
                  "ANALYZE sqlite_schema",
                  e);
}

static const char *table_suffix(enum table_class class, const char *key, int partitions, struct arena *a)
{
    (void)key, (void)partitions, (void)a;
    return class == TABLE_LOCAL ? " STRICT" : " STRICT, WITHOUT ROWID";
}

static const char *type_of(const char *token)
{
    static const char *const types[][2] = {
        { "I64", "INTEGER" }, { "INT", "INTEGER" }, { "TEXT", "TEXT" }, { "BYTES", "BLOB" }
    };
    for (size_t i = 0; i < N_ELEMS(types); i++)
        if (!strcmp(types[i][0], token))
            return types[i][1];
    return NULL;
}

const struct driver sqlite_driver = {
    .name = "sqlite",
    .one_writer = true,
    .open = sqlite_open,
    .close = sqlite_close,
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
    .each = each,
    .trim = trim,
    .integrity = integrity,
    .checkpoint = checkpoint,
    .table_suffix = table_suffix,
    .type_of = type_of,
    .settle = settle,
    .sort_sql = "PRAGMA cache_size=-8192; PRAGMA threads=1", /* a second thread sorts what fills the cache */
    .indexes_sql =
        "SELECT 'DROP INDEX ' || name, sql, NULL, 0, NULL FROM sqlite_master WHERE type = 'index' AND "
        "tbl_name = $1 AND sql IS "
        "NOT NULL ORDER BY name",
    .appends_well = true,
    .has_table_sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
};
