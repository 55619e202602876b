#include "casework/document.h"

#include "access/site.h"
#include "base/value.h"
#include "registry/scope.h"

#include <assert.h>

// clang-format off
static const struct col content_cols[] = {
    COL(document_content, county, "县代码",   "County",  .flags = PKEY | SERVER | REQUIRED),
    COL(document_content, id,     "内部编号", "Id",      .flags = PKEY | SERVER | REQUIRED),
    COL(document_content, mac,    "校验",     "Address", .flags = SERVER | REQUIRED),
    COL(document_content, format, "格式",     "Format",  .flags = SERVER | REQUIRED, .codes = "document_format"),
    COL(document_content, size,   "字节数",   "Bytes",   .flags = SERVER),
    COL(document_content, pieces, "块数",     "Pieces",  .flags = SERVER),
};
static const struct col piece_cols[] = {
    COL(document_piece, county,     "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(document_piece, document_content_id, "内容内部编号", "Content id", .flags = PKEY | SERVER | REQUIRED),
    COL(document_piece, no,         "块号",         "No",         .flags = PKEY | SERVER | REQUIRED),
    COL(document_piece, data,       "内容",         "Content",    .flags = SERVER | REQUIRED, .seal = SEAL_DOCUMENT, .mask = MASK_HIDE),
};
static const struct col document_cols[] = {
    COL(document, county,     "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(document, id,         "内部编号",     "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(document, no,         "附件号",       "Number",     .flags = SERVER | REQUIRED | NATURAL),
    COL(document, document_content_id, "内容内部编号", "Content id", .flags = SERVER | REQUIRED),
    COL(document, kind,       "附件种类",     "Kind",       .flags = REQUIRED, .codes = "document_kind"),
    COL(document, owner,      "所属",         "Belongs to", .flags = SERVER | REQUIRED, .max = 40),
    COL(document, owner_id,   "所属内部编号", "Owner id",   .flags = SERVER | REQUIRED),
    COL(document, region,     "区划代码",     "Region",     .flags = SERVER | REQUIRED),
    COL(document, title,      "附件名称",     "Title",      .flags = REQUIRED, .max = 100),
    COL(document, format,     "格式",         "Format",     .flags = SERVER | REQUIRED, .codes = "document_format"),
    COL(document, size,       "字节数",       "Bytes",      .flags = SERVER),
    COL(document, pages,      "页数",         "Pages",      .min = 1, .max = 10000),
    COL(document, added_on,   "登记日期",     "Added on",   .flags = SERVER | REQUIRED),
    COL(document, added_by,   "登记人",       "Added by",   .flags = SERVER | REQUIRED, .max = 40),
};
// clang-format on
const struct entity document_content_entity =
    ENTITY(document_content, TABLE_COUNTY, "附件内容", "Content of a document", content_cols);
const struct entity document_piece_entity =
    ENTITY(document_piece, TABLE_COUNTY, "附件内容块", "Piece of a document", piece_cols);
const struct entity document_entity = ENTITY(document, TABLE_COUNTY, "附件", "Document", document_cols);

bool document_is_sensitive(struct code kind)
{
    static const int32_t harmless[] = { 1, 4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 22 };
    for (size_t i = 0; i < N_ELEMS(harmless); i++)
        if (kind.set && kind.v == harmless[i])
            return false;
    return true;
}

/* --- adding ------------------------------------------------------------------------------- */

/* A file that is cut short or only pretends is told now, not when somebody needs it. */
static bool is_whole(enum file_format f, struct str content)
{
    CLEANUP(buf_release) struct buf out = BUF(content.n + 64);
    switch (f) {
    case FORMAT_JPEG: return jpeg_strip(content, &out) == STRIP_OK;
    case FORMAT_PNG: return png_strip(content, &out) == STRIP_OK;
    case FORMAT_PDF: return pdf_check(content) != STRIP_DAMAGED;
    case FORMAT_NONE: break;
    }
    return false;
}

static bool check_content(struct str content, enum file_format *f, struct errs *e)
{
    if (!content.n)
        return fail(e, ERR_INVALID, "file", MSG_DOCUMENT_EMPTY);
    if (content.n > DOCUMENT_BYTES_MAX)
        return fail(e, ERR_INVALID, "file", MSG_DOCUMENT_SIZE, A(DOCUMENT_BYTES_MAX / 1000000));
    *f = file_format(content);
    if (*f == FORMAT_NONE)
        return fail(e, ERR_INVALID, "file", MSG_DOCUMENT_FORMAT);
    return is_whole(*f, content) || fail(e, ERR_INVALID, "file", MSG_DOCUMENT_DAMAGED);
}

static bool put_pieces(struct act *act, const struct document_content *c, struct str content, struct errs *e)
{
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &document_piece_entity);
    for (int64_t i = 0; i < c->pieces; i++) {
        size_t at = (size_t)i * DOCUMENT_PIECE_BYTES, n = content.n - at;
        struct document_piece p = {
            .county = c->county,
            .document_content_id = c->id,
            .no = i + 1,
            .data = { (const uint8_t *)content.p + at, n < DOCUMENT_PIECE_BYTES ? n : DOCUMENT_PIECE_BYTES },
        };
        if (!bulk_add(b, &p, e))
            return false;
    }
    return bulk_flush(b, e);
}

static bool put_content(struct act *act, int64_t county, enum file_format f, struct str content, int64_t *id,
                        struct errs *e)
{
    uint8_t *mac = arena_alloc(e->a, MAC_SIZE);
    struct document_content c = {
        .county = county,
        .format = { (int32_t)f, true },
        .size = (int64_t)content.n,
        .pieces = (int64_t)((content.n + DOCUMENT_PIECE_BYTES - 1) / DOCUMENT_PIECE_BYTES),
    };
    seal_mac(store_seal(tx_store(act->tx)), "document", content, mac);
    c.mac = (struct bytes){ mac, MAC_SIZE };
    struct document_content have;
    enum found found = db_find(act->tx,
                               SQL_OF(STMT_KEY, &document_content_entity,
                                      "SELECT {*} FROM document_content WHERE county = $1 AND mac = $2"),
                               &have, e, V(county), V(c.mac));
    if (found != NONE) {
        *id = found == FOUND ? have.id : 0;
        return found == FOUND;
    }
    if (!db_id(act->tx, &c.id, e) || !db_insert(act->tx, &document_content_entity, &c, e))
        return false;
    *id = c.id;
    return put_pieces(act, &c, content, e);
}

bool document_add(struct act *act, struct document *d, struct str content, struct date today, bool *again,
                  struct errs *e)
{
    enum file_format f = FORMAT_NONE;
    struct document have;
    d->added_on = today;
    d->added_by = act->who->login;
    d->size = (int64_t)content.n;
    assert(d->county == region_county(d->region));
    assert(d->owner.n > 0);
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, d->region, e) || !check_content(content, &f, e))
        return false;
    d->format = (struct code){ (int32_t)f, true };
    if (!entity_complete(&document_entity, d, e) ||
        !put_content(act, d->county, f, content, &d->document_content_id, e))
        return false;
    enum found found =
        db_find(act->tx,
                SQL_OF(STMT_KEY, &document_entity,
                       "SELECT {*} FROM document WHERE county = $1 AND owner = $2 AND "
                       "owner_id = $3 AND document_content_id = $4 AND kind = $5 ORDER BY no LIMIT 1"),
                &have, e, V(d->county), V(d->owner), V(d->owner_id), V(d->document_content_id),
                V((int64_t)d->kind.v));
    *again = found == FOUND;
    if (*again)
        *d = have;
    return found == FOUND || (found == NONE && counter_next(act->tx, d->county, "document", &d->no, e) &&
                              db_id(act->tx, &d->id, e) && db_insert(act->tx, &document_entity, d, e));
}

/* --- reading ------------------------------------------------------------------------------ */

enum found document_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                          struct document *d, struct errs *e)
{
    struct scopes scopes;
    struct document x;
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        enum found f =
            db_find(tx,
                    SQL_OF(STMT_KEY, &document_entity,
                           "SELECT {*} FROM document WHERE county = $1 AND no = $2 AND region "
                           "BETWEEN $3 AND $4"),
                    &x, e, V(scopes.list[i].county), V(no), V(scopes.list[i].first), V(scopes.list[i].last));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND) {
            *d = x;
            n++;
        }
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "no", MSG_NUMBER_SEVERAL, A(no));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

static bool read_pieces(struct tx *tx, const struct document_content *c, struct str *content, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    struct document_piece p;
    enum found f;
    size_t n = 0, size = (size_t)c->size;
    char *all = arena_alloc(e->a, size + 1);
    if (!db_scan(
            tx, &r,
            SQL_OF(
                STMT_KEY, &document_piece_entity,
                "SELECT {*} FROM document_piece WHERE county = $1 AND document_content_id = $2 ORDER BY no"),
            e, V(c->county), V(c->id)))
        return false;
    struct arena a = { 0 };
    while ((f = rows_next(&r, e)) == FOUND) {
        arena_reset(&a);
        if (!rows_obj(&r, 0, &p, &a, e) || p.data.n > size - n) {
            f = errs_any(e) ? FAILED : NONE; /* too much of it: its address will not agree */
            break;
        }
        memcpy(all + n, p.data.p, p.data.n);
        n += p.data.n;
    }
    arena_free(&a);
    *content = (struct str){ all, n };
    return f == NONE;
}

/* What lies in the database is what was put there. */
static bool read_content(struct tx *tx, const struct document *d, struct str *content, struct errs *e)
{
    struct document_content c;
    uint8_t mac[MAC_SIZE] = { 0 };
    enum found f = db_get(tx, &document_content_entity, &c, e, V(d->county), V(d->document_content_id));
    if (f == FAILED)
        return false;
    bool sane = f == FOUND && c.size >= 0 && c.size <= DOCUMENT_BYTES_MAX && c.mac.n == MAC_SIZE;
    if (sane && !read_pieces(tx, &c, content, e))
        return false;
    if (sane)
        seal_mac(store_seal(tx_store(tx)), "document", *content, mac);
    return (sane && !memcmp(mac, c.mac.p, MAC_SIZE)) ||
           fail(e, ERR_INTERNAL, NULL, MSG_DOCUMENT_BROKEN, A(d->no));
}

bool document_get(struct act *act, const struct document *d, struct str purpose, struct str *content,
                  struct errs *e)
{
    bool sensitive = document_is_sensitive(d->kind);
    if (!actor_need_at(act->who, PERM_REGISTRY_READ, d->region, e))
        return false;
    if (sensitive && !actor_need_at(act->who, PERM_PERSONAL_FULL, d->region, e))
        return false;
    if (sensitive && !str_trim(purpose).n)
        return fail(e, ERR_INVALID, "purpose", MSG_DOCUMENT_PURPOSE);
    if (!read_content(act->tx, d, content, e))
        return false;
    CLEANUP(buf_release) struct buf b = BUF(1 << 13);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_int(&w, "document", d->no);
    put_member_int(&w, "kind", d->kind.v);
    put_member_text(&w, "purpose", purpose);
    put_object_end(&w);
    return !sensitive || act_log(act, d->county, buf_cstr(&b), e);
}

bool document_list(struct tx *tx, int64_t county, const char *owner, int64_t owner_id, struct list *out,
                   struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &document_entity,
                          "SELECT {*} FROM document WHERE county = $1 AND owner = $2 AND owner_id = $3 "
                          "ORDER BY no"),
                   out, e->a, e, V(county), V(owner), V(owner_id));
}

#define DOCUMENTS                                                                  \
    "SELECT {*} FROM document WHERE county = $1 AND region BETWEEN $2 AND $3 AND " \
    "(CAST($6 AS bigint) = 0 OR kind = $6) AND no "

const struct stmt *document_rows(bool down)
{
    return down ? SQL_OF(STMT_KEY, &document_entity, DOCUMENTS "< $4 ORDER BY no DESC LIMIT $5")
                : SQL_OF(STMT_KEY, &document_entity, DOCUMENTS "> $4 ORDER BY no LIMIT $5");
}

bool document_page(struct tx *tx, const struct stmt *rows, const struct scope *s, struct code kind,
                   int64_t behind, size_t max, struct list *out, struct errs *e)
{
    return db_list(tx, rows, out, e->a, e, V(s->county), V(s->first), V(s->last), V(behind), V(max),
                   V((int64_t)kind.v));
}

bool document_list_in(struct tx *tx, const struct actor *who, struct region_code within, int64_t after,
                      size_t limit, struct list *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct list){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    struct document *all = NEW_ARRAY(e->a, struct document, limit + 1);
    out->rows = all;
    for (size_t i = 0; i < scopes.n && out->n < limit; i++) {
        struct list one;
        if (!document_page(tx, document_rows(false), &scopes.list[i], (struct code){ 0 }, after,
                           limit - out->n, &one, e))
            return false;
        if (one.n)
            memcpy(all + out->n, one.rows, one.n * sizeof *all);
        out->n += one.n;
    }
    return true;
}

bool document_missing(struct tx *tx, int64_t county, const char *owner, int64_t owner_id,
                      const int32_t *required, size_t n, int32_t *missing, size_t *missing_n, struct errs *e)
{
    struct list have;
    if (!document_list(tx, county, owner, owner_id, &have, e))
        return false;
    const struct document *d = have.rows;
    *missing_n = 0;
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        for (size_t k = 0; k < have.n; k++)
            there = there || d[k].kind.v == required[i];
        if (!there)
            missing[(*missing_n)++] = required[i];
    }
    return true;
}

/* --- verify ------------------------------------------------------------------------------- */

/* Each piece opens and is a row that was written (verify sees to that); here: none is missing, and each
 * attachment is of its content. */
static bool check_county(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(tx, &rows,
                  SQL(STMT_KEY,
                      "SELECT d.no FROM document d WHERE d.county = $1 AND NOT EXISTS (SELECT 1 FROM "
                      "document_content c WHERE c.county = $1 AND c.id = d.document_content_id AND c.size = "
                      "d.size AND "
                      "c.format = d.format AND c.pieces = (SELECT count(*) FROM document_piece p WHERE "
                      "p.county = $1 AND p.document_content_id = c.id)) ORDER BY d.no LIMIT 100"),
                  e, V(county)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND)
        verify_found(r, e, "document", county, MSG_DOCUMENT_BROKEN, ARGS(A(rows_int(&rows, 0))));
    return f != FAILED;
}

static bool check_all(struct tx *tx, struct verify_report *r, struct errs *e)
{
    const struct grant everything = { UINT64_MAX, { 0, INT64_MAX } };
    const struct actor who = { .grants = &everything, .n = 1 };
    struct scopes scopes;
    if (!scopes_of(tx, &who, PERM_VERIFY, (struct region_code){ 0 }, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++)
        if (!check_county(tx, scopes.list[i].county, r, e))
            return false;
    return true;
}

const struct invariant document_invariant = { "document", check_all };
