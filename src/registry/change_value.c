#include "registry/change_value.h"

#include "base/value.h"

enum { VALUE_MAX = 1 << 16 };

struct str change_value_text(const struct col *c, const void *obj, struct arena *a)
{
    static const struct code_book no_labels = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(VALUE_MAX);
    if (!col_known(c, obj) || c->seal != SEAL_NONE)
        return (struct str){ 0 };
    if (c->type == T_CODES)
        buf_addi(&b, (int64_t)((const struct code_set *)(const void *)((const char *)obj + c->off))->bits);
    else
        col_print(c, obj, &b, &no_labels, ZH);
    return arena_str(a, buf_str(&b));
}

/* Every value struct begins with its number, so that one union fits all. */
union value {
    int64_t i;
    struct opt_int n;
    struct opt_money m;
    struct opt_date d;
    struct opt_quantity q;
    struct instant t;
    struct region_code r;
    struct code code;
    struct code_set codes;
    struct str s;
    enum yesno yes;
    bool b;
};

static bool read_plain(const struct col *c, struct str text, union value *v, struct arena *a)
{
    enum yesno yes = UNKNOWN;
    int64_t n = 0;
    switch (c->type) {
    case T_INT: return str_int(text, &v->i);
    case T_OPT_INT: return v->n.set = str_int(text, &v->n.v);
    case T_MONEY:
    case T_OPT_MONEY: return v->m.set = money_read(text, &v->m.v) == READ_OK;
    case T_DATE:
    case T_OPT_DATE: return v->d.set = date_read(text, &v->d.v) == READ_OK;
    case T_OPT_QUANTITY: return v->q.set = quantity_read(text, &v->q.v) == READ_OK;
    case T_INSTANT: return instant_read(text, &v->t) == READ_OK;
    case T_REGION: return str_int(text, &v->r.v); /* as printed, even if the code is no longer one */
    case T_CODE:
        v->code = (struct code){ (int32_t)(str_int(text, &n) ? n : 0), str_int(text, &n) };
        return v->code.set;
    case T_CODES:
        v->codes = (struct code_set){ (uint64_t)(str_int(text, &n) ? n : 0), str_int(text, &n) };
        return v->codes.set;
    case T_TEXT: v->s = arena_str(a, text); return true;
    case T_YESNO:
    case T_BOOL:
        if (yesno_read(text, &yes) != READ_OK)
            return false;
        if (c->type == T_BOOL)
            v->b = yes == YES;
        else
            v->yes = yes;
        return true;
    case T_BYTES: break;
    }
    return false;
}

static bool read_sealed(const struct seal *s, enum seal_kind kind, struct str hex, struct str *plain,
                        struct arena *a)
{
    const char *digits = "0123456789abcdef";
    uint8_t bytes[SEAL_OVERHEAD + SEAL_PLAIN_MAX] = { 0 };
    if (hex.n % 2 || hex.n / 2 > sizeof bytes)
        return false;
    for (size_t i = 0; i < hex.n; i++) {
        const char *d = memchr(digits, hex.p[i], 16);
        if (!d)
            return false;
        bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 | (d - digits));
    }
    return seal_get(s, kind, (struct bytes){ bytes, hex.n / 2 }, a, plain);
}

bool change_value_set(const struct seal *s, const struct col *c, void *obj, struct str text, struct arena *a)
{
    static const size_t sizes[] = {
        [T_INT] = sizeof(int64_t),
        [T_OPT_INT] = sizeof(struct opt_int),
        [T_TEXT] = sizeof(struct str),
        [T_BYTES] = sizeof(struct bytes),
        [T_MONEY] = sizeof(struct money),
        [T_OPT_MONEY] = sizeof(struct opt_money),
        [T_DATE] = sizeof(struct date),
        [T_OPT_DATE] = sizeof(struct opt_date),
        [T_INSTANT] = sizeof(struct instant),
        [T_OPT_QUANTITY] = sizeof(struct opt_quantity),
        [T_BOOL] = sizeof(bool),
        [T_YESNO] = sizeof(enum yesno),
        [T_CODE] = sizeof(struct code),
        [T_CODES] = sizeof(struct code_set),
        [T_REGION] = sizeof(struct region_code),
    };
    union value v = { 0 };
    bool ok = true;
    if (text.p)
        ok = c->seal != SEAL_NONE ? read_sealed(s, c->seal, text, &v.s, a) : read_plain(c, text, &v, a);
    if (!ok)
        memset(&v, 0, sizeof v);
    memcpy((char *)obj + c->off, &v, sizes[c->type]);
    return ok;
}

struct str changes_json(const struct entity *en, const void *old, const void *new, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(VALUE_MAX);
    struct json_out w = JSON_OUT(&b);
    bool any = false;
    put_object(&w);
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        if (c->seal != SEAL_NONE || col_same(c, old, new))
            continue;
        any = true;
        put_key(&w, c->name);
        put_list(&w);
        put_text(&w, change_value_text(c, old, a));
        put_text(&w, change_value_text(c, new, a));
        put_list_end(&w);
    }
    put_object_end(&w);
    return any ? arena_str(a, buf_str(&b)) : (struct str){ 0 };
}

static void json_freep(json_t **j)
{
    json_decref(*j);
}

bool changes_apply(const struct entity *en, struct str json, enum change_side side, void *obj,
                   struct arena *a)
{
    const char *name;
    json_t *v;
    if (!json.p)
        return true;
    CLEANUP(json_freep) json_t *j = json_loadb(json.p, json.n, 0, NULL);
    if (!json_is_object(j))
        return false;
    json_object_foreach(j, name, v)
    {
        const struct col *c = entity_col(en, name);
        const json_t *one = json_array_get(v, side == CHANGE_BEFORE ? 0 : 1);
        struct str text = { json_string_value(one), json_string_length(one) };
        if (!c || !one || !change_value_set(NULL, c, obj, text, a))
            return false;
    }
    return true;
}

bool changes_has(struct str json, const char *column)
{
    if (!json.p)
        return false;
    CLEANUP(json_freep) json_t *j = json_loadb(json.p, json.n, 0, NULL);
    return json_object_get(j, column) != NULL;
}
