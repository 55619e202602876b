#include "store/internal.h"

#include <assert.h>
#include <endian.h>

/* --- a row as values ---------------------------------------------------------------------- */

static_assert(offsetof(struct opt_int, set) == offsetof(struct opt_money, set) &&
                  offsetof(struct opt_int, set) == offsetof(struct opt_quantity, set),
              "cell_val reads the three alike");

/* Member by member into its place: a value that is put together elsewhere and copied is waited for. */
static inline bool number_put(struct val *v, bool known, int64_t i)
{
    v->kind = V_INT;
    v->i = i;
    v->s.p = NULL;
    v->s.n = 0;
    return known;
}

static inline bool bytes_put(struct val *v, bool bytes, const char *p, size_t n)
{
    v->kind = bytes ? V_BYTES : V_TEXT;
    v->i = 0;
    v->s.p = p;
    v->s.n = n;
    return p != NULL;
}

/* false: unknown, and *v is anything. */
static inline bool cell_put(struct val *v, enum type type, const void *p)
{
    switch (type) {
    case T_TEXT: return bytes_put(v, false, ((const struct str *)p)->p, ((const struct str *)p)->n);
    case T_BYTES:
        return bytes_put(v, true, (const char *)((const struct bytes *)p)->p, ((const struct bytes *)p)->n);
    case T_BOOL: return number_put(v, true, *(const bool *)p);
    case T_YESNO: return number_put(v, *(const enum yesno *)p != UNKNOWN, *(const enum yesno *)p == YES);
    case T_DATE: return number_put(v, true, ((const struct date *)p)->day);
    case T_OPT_DATE:
        return number_put(v, ((const struct opt_date *)p)->set, ((const struct opt_date *)p)->v.day);
    case T_CODE: return number_put(v, ((const struct code *)p)->set, ((const struct code *)p)->v);
    case T_CODES:
        return number_put(v, ((const struct code_set *)p)->set, (int64_t)((const struct code_set *)p)->bits);
    case T_REGION:
        return number_put(v, ((const struct region_code *)p)->v != 0, ((const struct region_code *)p)->v);
    case T_OPT_INT:
    case T_OPT_MONEY:
    case T_OPT_QUANTITY: return number_put(v, ((const struct opt_int *)p)->set, *(const int64_t *)p);
    case T_INT:
    case T_MONEY:
    case T_INSTANT: break;
    }
    return number_put(v, true, *(const int64_t *)p);
}

static inline struct val cell_val(enum type type, const void *p)
{
    struct val v;
    return cell_put(&v, type, p) ? v : val_null();
}

static struct val col_val(const struct col *c, const void *obj)
{
    return cell_val(c->type, (const char *)obj + c->off);
}

void row_shape(const struct entity *en, struct shape shape[COLS_MAX])
{
    assert(en->n > 0);
    assert(en->n <= COLS_MAX);
    for (size_t i = 0; i < en->n; i++)
        shape[i] = (struct shape){ (uint32_t)en->cols[i].off, (uint8_t)en->cols[i].type,
                                   en->cols[i].seal != SEAL_NONE, en->cols[i].flags & SERVER };
}

void row_known(const struct shape *shape, size_t n, const void *obj, const struct bytes *sealed,
               struct known *k)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        bool known;
        if (shape[i].sealed) {
            known = bytes_put(&k->v[at], true, (const char *)sealed->p, sealed->n);
            sealed++;
        } else {
            known = cell_put(&k->v[at], (enum type)shape[i].type, (const char *)obj + shape[i].off);
        }
        if (known)
            k->col[at++] = (uint8_t)i;
    }
    k->n = at;
}

struct row_drawing {
    const struct entity *en;
    struct shape shape[COLS_MAX];
};

/* What the server sets must have its place before it is set. */
struct row_drawing *row_drawing_of(const struct entity *en, struct arena *a)
{
    struct row_drawing *d = NEW(a, struct row_drawing);
    d->en = en;
    row_shape(en, d->shape);
    for (size_t i = 0; i < en->n; i++)
        if (d->shape[i].server && d->shape[i].type != T_INT)
            return NULL;
    return d;
}

struct known *row_draw(const struct row_drawing *d, const void *obj,
                       const struct bytes sealed[SEALED_COLS_MAX], struct arena *a)
{
    uint8_t col[COLS_MAX];
    struct val v[COLS_MAX];
    struct known found = { 0, col, v }, *k = NEW(a, struct known);
    row_known(d->shape, d->en->n, obj, sealed, &found);
    *k = (struct known){ found.n, NEW_ARRAY(a, uint8_t, found.n), NEW_ARRAY(a, struct val, found.n) };
    memcpy(k->col, col, found.n * sizeof *col);
    memcpy(k->v, v, found.n * sizeof *v);
    return k;
}

void row_complete(const struct shape *shape, const void *obj, struct known *k)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct shape *s = &shape[k->col[i]];
        if (s->server)
            k->v[i] = cell_val((enum type)s->type, (const char *)obj + s->off);
    }
}

static struct val sealed_val(const struct seal *s, enum seal_kind kind, struct val plain, struct arena *a)
{
    if (plain.kind != V_TEXT && plain.kind != V_BYTES)
        return plain;
    uint8_t *out = arena_alloc(a, SEAL_OVERHEAD + plain.s.n);
    seal_put(s, kind, plain.s, out);
    return val_bytes((struct bytes){ out, SEAL_OVERHEAD + plain.s.n });
}

void row_seal(const struct seal *s, const struct entity *en, const void *obj, struct arena *a,
              struct bytes out[SEALED_COLS_MAX])
{
    size_t k = 0;
    for (size_t i = 0; i < en->n; i++) {
        if (en->cols[i].seal == SEAL_NONE)
            continue;
        assert(k < SEALED_COLS_MAX);
        struct val v = sealed_val(s, en->cols[i].seal, col_val(&en->cols[i], obj), a);
        out[k++] = (struct bytes){ (const uint8_t *)v.s.p, v.s.n };
    }
}

void rows_seal(const struct seal *s, const struct entity *en, const void *const *obj,
               struct bytes *const *out, size_t n, struct arena *a)
{
    struct sealing some[64];
    size_t some_n = 0, k = 0;
    for (size_t c = 0; c < en->n; c++) {
        const struct col *col = &en->cols[c];
        if (col->seal == SEAL_NONE)
            continue;
        assert(k < SEALED_COLS_MAX);
        for (size_t i = 0; i < n; i++) {
            struct val v = col_val(col, obj[i]);
            bool known = v.kind == V_TEXT || v.kind == V_BYTES;
            uint8_t *to = known ? arena_alloc(a, SEAL_OVERHEAD + v.s.n) : NULL;
            out[i][k] = (struct bytes){ to, known ? SEAL_OVERHEAD + v.s.n : 0 };
            if (known)
                some[some_n++] = (struct sealing){ v.s, to };
            if (some_n == N_ELEMS(some) || i + 1 == n) {
                seal_put_many(s, col->seal, some, some_n);
                some_n = 0;
            }
        }
        k++;
    }
}

static void row_vals(const struct seal *s, const struct entity *en, const void *obj, struct arena *a,
                     struct val *v)
{
    struct bytes sealed[SEALED_COLS_MAX];
    size_t k = 0;
    row_seal(s, en, obj, a, sealed);
    assert(en->n <= COLS_MAX);
    for (size_t i = 0; i < en->n; i++)
        v[i] = en->cols[i].seal != SEAL_NONE ? val_bytes(sealed[k++]) : col_val(&en->cols[i], obj);
}

struct val val_seal_key(struct tx *tx, enum seal_kind kind, struct str plain, struct arena *a)
{
    uint8_t *key = arena_alloc(a, SEAL_TAG);
    seal_key(tx->st->seal, kind, plain, key);
    return val_bytes((struct bytes){ key, SEAL_TAG });
}

static bool col_set(const struct col *c, void *obj, struct val v, const struct seal *s, struct arena *a)
{
    void *p = (char *)obj + c->off;
    struct str text;
    if (v.kind == V_NULL)
        return true; /* the object is zeroed: unknown */
    if (c->seal != SEAL_NONE) {
        struct bytes sealed = { (const uint8_t *)v.s.p, v.s.n };
        if (!seal_get(s, c->seal, sealed, a, &text))
            return false;
        if (c->type == T_BYTES)
            *(struct bytes *)p = (struct bytes){ (const uint8_t *)text.p, text.n };
        else
            *(struct str *)p = text;
        return true;
    }
    switch (c->type) {
    case T_TEXT: *(struct str *)p = arena_str(a, v.s); break;
    case T_BYTES:
        text = arena_str(a, v.s);
        *(struct bytes *)p = (struct bytes){ (const uint8_t *)text.p, text.n };
        break;
    case T_BOOL: *(bool *)p = v.i != 0; break;
    case T_YESNO: *(enum yesno *)p = v.i ? YES : NO; break;
    case T_DATE: *(struct date *)p = (struct date){ (int32_t)v.i }; break;
    case T_OPT_DATE: *(struct opt_date *)p = (struct opt_date){ { (int32_t)v.i }, true }; break;
    case T_CODE: *(struct code *)p = (struct code){ (int32_t)v.i, true }; break;
    case T_CODES: *(struct code_set *)p = (struct code_set){ (uint64_t)v.i, true }; break;
    case T_OPT_INT: *(struct opt_int *)p = (struct opt_int){ v.i, true }; break;
    case T_OPT_MONEY: *(struct opt_money *)p = (struct opt_money){ { v.i }, true }; break;
    case T_OPT_QUANTITY: *(struct opt_quantity *)p = (struct opt_quantity){ { v.i }, true }; break;
    default: *(int64_t *)p = v.i; break;
    }
    return true;
}

/* --- hashes ------------------------------------------------------------------------------- */

enum { HASH_HEAD = 2 + sizeof(uint64_t) };

/* The column, what it holds and how many bytes the number has, then those. */
static char *hash_number(char *at, size_t column, unsigned kind, uint64_t x)
{
    unsigned n = (71 - (unsigned)__builtin_clzll(x | 1)) / 8;
    at[0] = (char)column;
    at[1] = (char)(kind << 4 | n);
    x = htole64(x);
    memcpy(at + 2, &x, sizeof x);
    return at + 2 + n;
}

/* Of a sealed value only the tag counts: it stands for the plain text whatever key encrypted it, so rotating
 * the encryption key changes no sum; verify opens every sealed value besides. */
static char *hash_cell(char *at, const struct entity *en, size_t column, const struct val *v)
{
    struct str text = v->s;
    if (v->kind == V_NULL)
        return at;
    if (text.n > SEAL_TAG && en->cols[column].seal != SEAL_NONE)
        text.n = SEAL_TAG;
    at = hash_number(at, column, v->kind, v->kind == V_INT ? (uint64_t)v->i : text.n);
    return text.n ? mempcpy(at, text.p, text.n) : at;
}

static size_t hash_room(const struct val *v, size_t n)
{
    size_t room = 0;
    for (size_t i = 0; i < n; i++)
        room += HASH_HEAD + v[i].s.n;
    return room;
}

/* Over what is known, each with the number of its column (col[i], or i): no two rows of a table read the
 * same. */
static struct rowsum hash_cells(const struct seal *s, const struct entity *en, const uint8_t *col,
                                const struct val *v, size_t n, struct buf *scratch)
{
    buf_clear(scratch);
    char *start = buf_room(scratch, strlen(en->table) + 1 + hash_room(v, n)), *at = start;
    assert(start);
    at = stpcpy(at, en->table) + 1;
    for (size_t i = 0; i < n; i++)
        at = hash_cell(at, en, col ? col[i] : i, &v[i]);
    return rowsum_hash(s, (struct str){ start, (size_t)(at - start) });
}

__extension__ typedef unsigned __int128 wide;

/* Both halves of the product: each bit of x tells in many of them. */
static inline uint64_t stir(uint64_t h, uint64_t x, uint64_t by)
{
    wide product = (wide)(h ^ x) * by;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t bytes_at(const char *p, size_t n)
{
    uint64_t x = 0;
    memcpy(&x, p, n);
    return x;
}

/* Its length and all of its bytes, some of them twice. */
static inline uint64_t stir_text(uint64_t h, struct str s, uint64_t by)
{
    const char *p = s.p, *end = p + s.n;
    h = stir(h, s.n, by);
    if (s.n < 4)
        return s.n ? stir(h, bytes_at(p, 1) | bytes_at(p + s.n / 2, 1) << 8 | bytes_at(end - 1, 1) << 16, by)
                   : h;
    if (s.n < 8)
        return stir(h, bytes_at(p, 4) | bytes_at(end - 4, 4) << 32, by);
    for (; end - p > 8; p += 8)
        h = stir(h, bytes_at(p, 8), by);
    return stir(h, bytes_at(end - 8, 8), by);
}

uint64_t text_hash(struct str text, struct rowsum secret)
{
    return stir_text(secret.lo, text, secret.hi | 1);
}

uint64_t known_hash(const struct row_drawing *d, const struct known *k, struct rowsum secret)
{
    uint64_t h = secret.lo;
    for (size_t i = 0; i < k->n; i++) {
        const struct val *v = &k->v[i];
        const struct shape *s = &d->shape[k->col[i]];
        uint64_t by = (secret.hi + k->col[i] * UINT64_C(0x9e3779b97f4a7c15)) | 1;
        struct str text = v->s;
        if (s->server)
            continue;
        if (s->sealed && text.n > SEAL_TAG)
            text.n = SEAL_TAG; /* as in hash_cell */
        h = v->kind == V_INT ? stir(h, (uint64_t)v->i, by) : stir_text(h, text, by);
    }
    return h;
}

struct rowsum row_hash(const struct seal *s, const struct entity *en, const struct val *v,
                       struct buf *scratch)
{
    return hash_cells(s, en, NULL, v, en->n, scratch);
}

void touch(struct tx *tx, const struct entity *en, int64_t county, int64_t rows, struct rowsum add,
           struct rowsum sub)
{
    tx->changed = true;
    struct touched *t = tx->last_touched;
    if (!tx->touched || t->en != en || t->county != county) {
        struct touched **at = &tx->touched;
        while (*at && ((*at)->en != en || (*at)->county != county))
            at = &(*at)->next;
        if (!*at) {
            *at = NEW(&tx->a, struct touched);
            **at = (struct touched){ .en = en, .county = county };
        }
        t = tx->last_touched = *at;
    }
    t->rows += rows;
    rowsum_add(&t->sum, add);
    rowsum_sub(&t->sum, sub);
}

struct touched *tx_take_touched(struct tx *tx)
{
    struct touched *t = tx->touched;
    tx->touched = NULL;
    return t;
}

bool tx_has_touched(const struct tx *tx)
{
    return tx->touched != NULL;
}

static int64_t county_of(const struct entity *en, const struct val *v)
{
    return en->class == TABLE_COUNTY ? v[0].i : 0;
}

/* --- statements --------------------------------------------------------------------------- */

static void add_columns(struct buf *b, const struct entity *en)
{
    for (size_t i = 0; i < en->n; i++) {
        if (i)
            buf_addc(b, ',');
        buf_adds(b, en->cols[i].name);
    }
}

/* `key = $n AND …`, where $n is the place of the column, or counts from 1. */
static void add_key(struct buf *b, const struct entity *en, bool by_column)
{
    size_t n = 0;
    for (size_t i = 0; i < en->n; i++)
        if (en->cols[i].flags & PKEY) {
            buf_adds(b, n++ ? " AND " : " WHERE ");
            buf_addf(b, "%s = $%zu", en->cols[i].name, by_column ? i + 1 : n);
        }
    assert(n);
}

static void add_assignments(struct buf *b, const struct entity *en)
{
    bool first = true;
    for (size_t i = 0; i < en->n; i++)
        if (!(en->cols[i].flags & PKEY)) {
            buf_addf(b, "%s%s = $%zu", first ? " SET " : ", ", en->cols[i].name, i + 1);
            first = false;
        }
    assert(!first);
}

/* `WHERE county = $1 AND (a, b) > ($2, $3) ORDER BY a, b LIMIT $4` */
static void add_page(struct buf *b, const struct entity *en)
{
    CLEANUP(buf_release) struct buf names = BUF(1 << 12);
    CLEANUP(buf_release) struct buf values = BUF(1 << 12);
    size_t from = en->class == TABLE_COUNTY ? 1 : 0, n = from;
    buf_adds(b, from ? " WHERE county = $1" : "");
    for (size_t i = from; i < en->n; i++)
        if (en->cols[i].flags & PKEY) {
            buf_addf(&names, "%s%s", n > from ? ", " : "", en->cols[i].name);
            buf_addf(&values, "%s$%zu", n > from ? ", " : "", n + 1);
            n++;
        }
    if (n > from)
        buf_addf(b, "%s (%s) > (%s) ORDER BY %s", from ? " AND" : " WHERE", buf_cstr(&names),
                 buf_cstr(&values), buf_cstr(&names));
    buf_addf(b, " LIMIT $%zu", n + 1);
}

const char *entity_sql(const struct entity *en, enum entity_stmt which, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    switch (which) {
    case EN_INSERT:
        buf_addf(&b, "INSERT INTO %s (", en->table);
        add_columns(&b, en);
        for (size_t i = 0; i < en->n; i++)
            buf_addf(&b, "%s$%zu", i ? "," : ") VALUES (", i + 1);
        buf_addc(&b, ')');
        break;
    case EN_UPDATE:
        buf_addf(&b, "UPDATE %s", en->table);
        add_assignments(&b, en);
        add_key(&b, en, true);
        break;
    case EN_DELETE:
        buf_addf(&b, "DELETE FROM %s", en->table);
        add_key(&b, en, false);
        break;
    case EN_GET:
    case EN_SCAN:
    case EN_PAGE:
        buf_adds(&b, "SELECT ");
        add_columns(&b, en);
        buf_addf(&b, " FROM %s", en->table);
        if (which == EN_GET)
            add_key(&b, en, false);
        else if (which == EN_PAGE)
            add_page(&b, en);
        break;
    case EN_ANY: buf_addf(&b, "SELECT 1 FROM %s LIMIT 1", en->table); break;
    case EN_STMTS: break;
    }
    return arena_str(a, buf_str(&b)).p;
}

const char *pick_sql(const struct pick *p, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    assert(p->en->class == TABLE_COUNTY);
    assert(p->n > 0);
    for (size_t i = 0; i < p->n; i++)
        buf_addf(&b, "%s%s", i ? "," : "SELECT ", p->cols[i]->name);
    buf_addf(&b, " FROM %s WHERE county = $1 AND %s BETWEEN $2 AND $3", p->en->table, p->by->name);
    return arena_str(a, buf_str(&b)).p;
}

/* `{numbers a, b}` becomes `a, b`, or fn(a, b). */
static const char *numbers_sql(const char *sql, const char *fn, struct arena *a)
{
    static const char open[] = "{numbers ";
    const char *from = strstr(sql, open), *cells = from ? from + strlen(open) : NULL,
               *end = cells ? strchr(cells, '}') : NULL;
    if (!end)
        return sql;
    return arena_printf(a, "%.*s%s%s%.*s%s%s", (int)(from - sql), sql, fn, *fn ? "(" : "", (int)(end - cells),
                        cells, *fn ? ")" : "", end + 1);
}

const char *stmt_sql(const struct stmt *st, struct arena *a)
{
    const char *star = strstr(st->sql, "{*}");
    if (!star)
        return numbers_sql(st->sql, "", a);
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    assert(st->en);
    buf_add(&b, (struct str){ st->sql, (size_t)(star - st->sql) });
    add_columns(&b, st->en);
    buf_adds(&b, star + 3);
    return arena_str(a, buf_str(&b)).p;
}

static const char *catalogue_sql(const void *key, unsigned which, struct arena *a)
{
    (void)which;
    return stmt_sql(key, a);
}

static const char *each_sql(const void *key, unsigned which, struct arena *a)
{
    const struct stmt *st = key;
    (void)which;
    return numbers_sql(st->sql, "bangfu_numbers", a);
}

static const char *made_sql(const void *key, unsigned which, struct arena *a)
{
    return entity_sql(key, which, a);
}

static struct plan *plan_of(struct tx *tx, const struct stmt *st, struct errs *e)
{
    return plan_get(tx_conn(tx), st, EN_STMTS, catalogue_sql, e);
}

static struct plan *plan_for(struct tx *tx, const struct entity *en, enum entity_stmt which, struct errs *e)
{
    return plan_get(tx_conn(tx), en, which, made_sql, e);
}

/* --- reading ------------------------------------------------------------------------------ */

static bool open_rows(struct tx *tx, struct rows *r, struct plan *p, const struct entity *en, bool stream,
                      struct errs *e, const struct val *v, size_t n)
{
    *r = (struct rows){ .tx = tx, .en = en, .stream = stream };
    if (!p)
        return false;
    r->cursor = tx->c->driver->query(tx->c, p, stream, v, n, e);
    if (r->cursor && stream)
        tx->streaming = true;
    tx->reading += r->cursor != NULL;
    return r->cursor != NULL;
}

bool db_query_(struct tx *tx, struct rows *r, const struct stmt *st, bool stream, struct errs *e,
               const struct val *v, size_t n)
{
    *r = (struct rows){ .tx = tx };
    return open_rows(tx, r, plan_of(tx, st, e), st->en, stream, e, v, n);
}

bool db_scan_table(struct tx *tx, struct rows *r, const struct entity *en, struct errs *e)
{
    *r = (struct rows){ .tx = tx };
    return open_rows(tx, r, plan_for(tx, en, EN_SCAN, e), en, true, e, NULL, 0);
}

bool db_scan_cols(struct tx *tx, struct rows *r, const struct pick *p, int64_t county, int64_t first,
                  int64_t last, struct errs *e)
{
    *r = (struct rows){ .tx = tx };
    const struct val v[] = { V(county), V(first), V(last) };
    struct plan *plan = plan_of_text(tx_conn(tx), p->en, pick_sql(p, e->a), e);
    return open_rows(tx, r, plan, p->en, true, e, v, N_ELEMS(v));
}

bool db_page(struct tx *tx, struct rows *r, const struct entity *en, const struct val *v, size_t n,
             struct errs *e)
{
    *r = (struct rows){ .tx = tx };
    return open_rows(tx, r, plan_for(tx, en, EN_PAGE, e), en, false, e, v, n);
}

enum found rows_next(struct rows *r, struct errs *e)
{
    return r->tx->c->driver->next(r->cursor, e);
}

void rows_close(struct rows *r)
{
    if (!r->cursor)
        return;
    r->tx->c->driver->done(r->cursor);
    if (r->stream)
        r->tx->streaming = false;
    r->tx->reading--;
    r->cursor = NULL;
}

struct val rows_val(struct rows *r, int i)
{
    return r->tx->c->driver->cell(r->cursor, i);
}

bool rows_number(struct rows *r, int i, int64_t *v)
{
    return r->tx->c->driver->number(r->cursor, i, v);
}

bool db_numbers_(struct tx *tx, const struct stmt *st, const struct numbers_to *to, struct errs *e,
                 const struct val *v, size_t n)
{
    const struct driver *d = tx->c->driver;
    assert(to->n <= ROW_NUMBERS_MAX);
    if (d->each) {
        struct plan *p = plan_get(tx_conn(tx), st, EN_STMTS + 1, each_sql, e);
        return p && d->each(tx->c, p, to, v, n, e);
    }
    enum found f;
    int64_t row[ROW_NUMBERS_MAX];
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query_(tx, &r, st, true, e, v, n))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        rows_numbers(&r, to->n, row);
        to->take(to->ctx, row);
    }
    return f == NONE;
}

void rows_numbers(struct rows *r, int n, int64_t *v)
{
    r->tx->c->driver->numbers(r->cursor, n, v);
}

int64_t rows_int(struct rows *r, int i)
{
    return rows_val(r, i).i;
}

struct str rows_text(struct rows *r, int i)
{
    return rows_val(r, i).s;
}

bool rows_obj(struct rows *r, int from, void *obj, struct arena *a, struct errs *e)
{
    const struct entity *en = r->en;
    const struct driver *d = r->tx->c->driver;
    const struct seal *seal = r->tx->st->seal;
    void *cursor = r->cursor;
    memset(obj, 0, en->size);
    for (size_t i = 0; i < en->n; i++)
        if (!col_set(&en->cols[i], obj, d->cell(cursor, from + (int)i), seal, a))
            return fail(e, ERR_INTERNAL, en->cols[i].name, MSG_SEAL_BROKEN, A(en->table),
                        A(en->cols[i].name));
    return true;
}

static enum found first_row(struct rows *r, void *obj, struct errs *e)
{
    enum found f = rows_next(r, e);
    if (f == FOUND && !rows_obj(r, 0, obj, e->a, e))
        f = FAILED;
    return f;
}

enum found db_find_(struct tx *tx, const struct stmt *st, void *obj, struct errs *e, const struct val *v,
                    size_t n)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    return db_query_(tx, &r, st, false, e, v, n) ? first_row(&r, obj, e) : FAILED;
}

enum found db_get_(struct tx *tx, const struct entity *en, void *obj, struct errs *e, const struct val *v,
                   size_t n)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    return open_rows(tx, &r, plan_for(tx, en, EN_GET, e), en, false, e, v, n) ? first_row(&r, obj, e)
                                                                              : FAILED;
}

bool db_int_(struct tx *tx, const struct stmt *st, int64_t *out, struct errs *e, const struct val *v,
             size_t n)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query_(tx, &r, st, false, e, v, n))
        return false;
    enum found f = rows_next(&r, e);
    *out = f == FOUND ? rows_int(&r, 0) : 0;
    return f != FAILED;
}

bool db_any(struct tx *tx, const struct entity *en, bool *any, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!open_rows(tx, &r, plan_for(tx, en, EN_ANY, e), en, false, e, NULL, 0))
        return false;
    enum found f = rows_next(&r, e);
    *any = f == FOUND;
    return f != FAILED;
}

bool db_list_(struct tx *tx, const struct stmt *st, struct list *out, struct arena *a, struct errs *e,
              const struct val *v, size_t n)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    size_t cap = 0, size = st->en->size;
    *out = (struct list){ 0 };
    if (!db_query_(tx, &r, st, false, e, v, n))
        return false;
    enum found f;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (out->n == cap) {
            cap = cap ? cap * 4 : 4; /* most lists are of one family */
            char *grown = NEW_ARRAY(a, char, arena_mul(size, cap));
            if (out->n)
                memcpy(grown, out->rows, out->n * size);
            out->rows = grown;
        }
        if (!rows_obj(&r, 0, (char *)out->rows + out->n * size, a, e))
            return false;
        out->n++;
    }
    return f != FAILED;
}

/* --- writing ------------------------------------------------------------------------------ */

void row_added(struct tx *tx, const struct entity *en, const struct known *k)
{
    if (en->own_check)
        return;
    assert(k->n > 0);
    int64_t county = en->class == TABLE_COUNTY ? k->v[0].i : 0;
    touch(tx, en, county, 1, hash_cells(tx->st->seal, en, k->col, k->v, k->n, &tx->scratch),
          (struct rowsum){ 0 });
}

static void row_note(struct tx *tx, const struct entity *en, int64_t rows, const struct val *added,
                     const struct val *removed)
{
    struct rowsum none = { 0 };
    const struct seal *s = tx->st->seal;
    if (en->own_check)
        return;
    touch(tx, en, county_of(en, added ? added : removed), rows,
          added ? row_hash(s, en, added, &tx->scratch) : none,
          removed ? row_hash(s, en, removed, &tx->scratch) : none);
}

static bool write_row_(struct tx *tx, const struct entity *en, enum entity_stmt which, const struct val *v,
                       size_t n, struct errs *e)
{
    int64_t changed = 0;
    assert(tx->mode == TX_WRITE);
    struct plan *p = plan_for(tx, en, which, e);
    if (!p || !tx->c->driver->exec(tx->c, p, v, n, &changed, e))
        return false;
    return changed == 1 || fail(e, ERR_INTERNAL, NULL, MSG_DB_ROW_GONE, A(en->table));
}

static bool write_row(struct tx *tx, const struct entity *en, enum entity_stmt which, const struct val *v,
                      struct errs *e)
{
    return write_row_(tx, en, which, v, en->n, e);
}

bool db_insert(struct tx *tx, const struct entity *en, const void *obj, struct errs *e)
{
    struct val v[COLS_MAX];
    row_vals(tx->st->seal, en, obj, e->a, v);
    if (!write_row(tx, en, EN_INSERT, v, e))
        return false;
    row_note(tx, en, 1, v, NULL);
    return true;
}

bool db_update(struct tx *tx, const struct entity *en, const void *old, const void *new, struct errs *e)
{
    struct val v[COLS_MAX], was[COLS_MAX];
    bool differs = false;
    for (size_t i = 0; i < en->n; i++) {
        bool same = col_same(&en->cols[i], old, new);
        assert(same || !(en->cols[i].flags & PKEY));
        differs = differs || !same;
    }
    if (!differs)
        return true;
    row_vals(tx->st->seal, en, old, e->a, was);
    row_vals(tx->st->seal, en, new, e->a, v);
    if (!write_row(tx, en, EN_UPDATE, v, e))
        return false;
    row_note(tx, en, 0, v, was);
    return true;
}

bool db_delete(struct tx *tx, const struct entity *en, const void *old, struct errs *e)
{
    struct val v[COLS_MAX], key[COLS_MAX];
    size_t n = 0;
    row_vals(tx->st->seal, en, old, e->a, v);
    for (size_t i = 0; i < en->n; i++)
        if (en->cols[i].flags & PKEY)
            key[n++] = v[i];
    if (!write_row_(tx, en, EN_DELETE, key, n, e))
        return false;
    row_note(tx, en, -1, NULL, v);
    return true;
}

bool db_reseal(struct tx *tx, const struct entity *en, const void *obj, const struct seal *to, struct errs *e)
{
    struct val v[COLS_MAX] = { 0 }, was[COLS_MAX] = { 0 };
    row_vals(tx->st->seal, en, obj, e->a, was);
    row_vals(to, en, obj, e->a, v);
    if (!write_row(tx, en, EN_UPDATE, v, e))
        return false;
    row_note(tx, en, 0, v, was);
    return true;
}
