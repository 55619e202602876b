/* duplicate_merge_row.c - rows of whatever table, by what the schema says of them. */
#include "registry/change_value.h"
#include "registry/merge_parts.h"

enum { ROW_TEXT_MAX = 1 << 18, KEY_MAX = 8 };

const struct entity *merge_table(struct tx *tx, struct str name)
{
    const struct schema *s = store_schema(tx_store(tx));
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(name, str_of(s->entities[i]->table)))
            return s->entities[i];
    return NULL;
}

static void *at(const struct col *c, void *obj)
{
    return (char *)obj + c->off;
}

static const void *at_const(const struct col *c, const void *obj)
{
    return (const char *)obj + c->off;
}

int64_t merge_number(const struct col *c, const void *obj)
{
    const struct opt_int *n = at_const(c, obj);
    if (c->type == T_OPT_INT)
        return n->set ? n->v : 0;
    return c->type == T_INT ? *(const int64_t *)at_const(c, obj) : 0;
}

void merge_set_number(const struct col *c, void *obj, int64_t v)
{
    if (c->type == T_OPT_INT)
        *(struct opt_int *)at(c, obj) = (struct opt_int){ v, v != 0 };
    else
        *(int64_t *)at(c, obj) = v;
}

static bool is_key(const struct entity *en, size_t i)
{
    return en->cols[i].flags & PKEY && !(en->class == TABLE_COUNTY && i == 0);
}

struct str merge_row_key(const struct entity *en, const void *obj, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(256);
    for (size_t i = 0; i < en->n; i++) {
        if (!is_key(en, i))
            continue;
        if (b.n)
            buf_addc(&b, '/');
        buf_addi(&b, merge_number(&en->cols[i], obj));
    }
    return arena_str(a, buf_str(&b));
}

enum found merge_row_read(struct tx *tx, const struct entity *en, int64_t county, struct str row_key,
                          void *obj, struct errs *e)
{
    struct val v[KEY_MAX] = { 0 };
    size_t n = 0;
    struct str part;
    if (en->class == TABLE_COUNTY)
        v[n++] = V(county);
    while (row_key.n && n < KEY_MAX && str_split(&row_key, '/', &part)) {
        int64_t key;
        if (!str_int(part, &key))
            return NONE;
        v[n++] = V(key);
    }
    return db_get_(tx, en, obj, e, v, n);
}

struct str merge_row_text(const struct act *act, const struct entity *en, const void *obj, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(ROW_TEXT_MAX);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    for (size_t i = 0; i < en->n; i++)
        if (col_known(&en->cols[i], obj))
            put_member_text(&w, en->cols[i].name, act_value_text(act, &en->cols[i], obj, a));
    put_object_end(&w);
    return arena_str(a, buf_str(&b));
}

static void json_freep(json_t **j)
{
    json_decref(*j);
}

bool merge_row_parse(const struct act *act, const struct entity *en, struct str json, void *obj,
                     struct arena *a)
{
    const char *name;
    json_t *v;
    CLEANUP(json_freep) json_t *j = json.p ? json_loadb(json.p, json.n, 0, NULL) : NULL;
    if (!json_is_object(j))
        return false;
    memset(obj, 0, en->size);
    json_object_foreach(j, name, v)
    {
        const struct col *c = entity_col(en, name);
        struct str text = { json_string_value(v), json_string_length(v) };
        if (!c || !change_value_set(store_seal(tx_store(act->tx)), c, obj, arena_str(a, text), a))
            return false;
    }
    return true;
}
