#include "api/route.h"

#include "base/encoding.h"
#include "base/value.h"

#include <sodium.h>

enum { CELL_MAX = 1 << 20 };

void put_col(struct call *c, const struct entity *en, const char *name, const void *obj, bool full)
{
    put_key(&c->w, name);
    col_json(entity_col(en, name), obj, &c->w, c->codes, !full);
}

void put_cols(struct call *c, const struct entity *en, const void *obj, bool full)
{
    for (size_t i = 0; i < en->n; i++)
        if (col_known(&en->cols[i], obj) && en->cols[i].type != T_BYTES) {
            put_key(&c->w, en->cols[i].name);
            col_json(&en->cols[i], obj, &c->w, c->codes, !full);
        }
}

struct str row_etag(struct call *c, const struct entity *en, const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(CELL_MAX);
    static const struct code_book none = { 0 };
    uint8_t raw[16];
    char hex[sizeof raw * 2 + 1];
    for (size_t i = 0; i < en->n; i++) {
        buf_addc(&b, '\0');
        if (en->cols[i].type == T_CODES) /* by its bits: labels change */
            buf_addi(&b,
                     (int64_t)((const struct code_set *)(const void *)((const char *)obj + en->cols[i].off))
                         ->bits);
        else
            col_print(&en->cols[i], obj, &b, &none, EN);
    }
    crypto_generichash(raw, sizeof raw, (const uint8_t *)b.p, b.n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    return str_of(arena_printf(c->a, "\"%s\"", hex));
}

bool call_matches(struct call *c, struct str etag, struct errs *e)
{
    struct str rest = c->rq->if_match, one;
    if (!rest.p)
        return fail(e, ERR_CONDITION, "If-Match", MSG_API_MATCH_NEEDED);
    while (str_split(&rest, ',', &one))
        if (str_eq(str_trim(one), etag))
            return true;
    return fail(e, ERR_CHANGED, "If-Match", MSG_API_CHANGED);
}

bool call_matches_row(struct call *c, const struct entity *en, const void *obj, struct errs *e)
{
    return call_matches_version(c, row_etag(c, en, obj), en, obj, e);
}

bool call_matches_version(struct call *c, struct str version, const struct entity *en, const void *obj,
                          struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(CELL_MAX);
    struct json_out mine = c->w;
    if (call_matches(c, version, e))
        return true;
    c->w = JSON_OUT(&b);
    put_row(c, en, obj);
    c->w = mine;
    c->now_there = arena_str(c->a, buf_str(&b));
    return false;
}

/* --- rows --------------------------------------------------------------------------------- */

void put_row(struct call *c, const struct entity *en, const void *obj)
{
    static const char *const ours[] = { "mac", "detail", "file", "request_key" };
    put_object(&c->w);
    for (size_t i = 0; i < en->n; i++) {
        bool hidden = en->cols[i].type == T_BYTES || !col_known(&en->cols[i], obj);
        for (size_t k = 0; k < N_ELEMS(ours); k++)
            hidden = hidden || !strcmp(en->cols[i].name, ours[k]);
        if (!hidden)
            put_col(c, en, en->cols[i].name, obj, false);
    }
    put_object_end(&c->w);
}

void rows_begin(struct call *c)
{
    put_object(&c->w);
    put_key(&c->w, "rows");
    put_list(&c->w);
}

void rows_end(struct call *c, struct str next)
{
    put_list_end(&c->w);
    put_member_text(&c->w, "next", next);
    put_object_end(&c->w);
}

void put_rows_of(struct call *c, const struct entity *en, const struct list *list)
{
    for (size_t i = 0; i < list->n; i++)
        put_row(c, en, (const char *)list->rows + i * en->size);
}

void put_member_money(struct json_out *w, const char *key, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print(&b, m);
    put_member_text(w, key, buf_str(&b));
}

void put_member_date(struct json_out *w, const char *key, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    put_member_text(w, key, buf_str(&b));
}

void put_member_region(struct json_out *w, const char *key, struct region_code r)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    region_print(&b, r);
    put_member_text(w, key, r.v ? buf_str(&b) : (struct str){ 0 });
}
