#include "programme/words.h"

#include "base/value.h"
#include "programme/papers.h"

#include <assert.h>

enum { DEPTH_MAX = 12 };

/* --- words ------------------------------------------------------------------------------------------ */

static void line(struct buf *out, int indent)
{
    buf_pad(out, (size_t)indent * 2, ' ');
}

static const char *colon(const struct description *d)
{
    return d->lang == EN ? ": " : "：";
}

/* Words and id make an object's title and are not repeated below it. */
static bool in_title(const struct key *k)
{
    return !strcmp(k->name, "zh") || !strcmp(k->name, "en") || !strcmp(k->name, "id");
}

static bool hidden(const struct description *d, const struct key *k)
{
    return k->kind == KEY_EXPRESSION && !d->expressions && strcmp(k->name, "default") != 0;
}

static bool list_given(const struct key *k, const void *obj)
{
    return (k->flags & (KEY_MANY | KEY_NAMED)) && key_list_of(k, obj).n;
}

static bool object_given(const struct key_table *t, const void *obj)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        const char *at = (const char *)obj + k->off;
        bool many = k->flags & (KEY_MANY | KEY_NAMED);
        if (many                    ? list_given(k, obj)
            : k->kind == KEY_OBJECT ? object_given(k->object, at)
                                    : k->kind != KEY_CHOICE && value_given(k, at))
            return true;
    }
    return false;
}

static bool key_given(const struct key_table *t, const struct key *k, const void *obj)
{
    const char *at = (const char *)obj + k->off;
    if (!key_allowed(k, key_by(t, obj)))
        return false;
    if (k->flags & (KEY_MANY | KEY_NAMED))
        return list_given(k, obj);
    return k->kind == KEY_OBJECT ? object_given(k->object, at) : value_given(k, at);
}

static void describe_object(const struct description *d, const struct key_table *t, const void *obj,
                            int indent, struct buf *out);

static void describe_values(const struct description *d, const struct key *k, const void *obj, int indent,
                            struct buf *out)
{
    struct key_list l = key_list_of(k, obj);
    bool lines = k->kind == KEY_TEXT && l.n > 1;
    buf_adds(out, lines ? "\n" : colon(d));
    for (size_t i = 0; i < l.n; i++) {
        if (lines) {
            line(out, indent + 1);
            buf_adds(out, "- ");
        } else if (i) {
            buf_adds(out, !strcmp(k->name, "range") ? (d->lang == EN ? " to " : " 至 ")
                          : d->lang == EN           ? ", "
                                                    : "、");
        }
        value_print(d, k, l.p + i * key_size(k), out);
        if (lines)
            buf_addc(out, '\n');
    }
    if (!lines)
        buf_addc(out, '\n');
}

static void describe_objects(const struct description *d, const struct key *k, const void *obj, int indent,
                             struct buf *out)
{
    struct key_list l = key_list_of(k, obj);
    buf_addc(out, '\n');
    for (size_t i = 0; i < l.n; i++) {
        const char *x = l.p + i * k->object->size;
        struct str id = object_id(k->object, x), title = object_title(d, k->object, x);
        line(out, indent + 1);
        buf_addf(out, "%d. %.*s", (int)i + 1, (int)title.n, title.p ? title.p : "");
        if (id.p && !(title.p && str_eq(id, title)))
            buf_addf(out, d->lang == EN ? " (%.*s)" : "（%.*s）", (int)id.n, id.p);
        buf_addc(out, '\n');
        describe_object(d, k->object, x, indent + 3, out);
    }
}

static void describe_key(const struct description *d, const struct key *k, const void *obj, int indent,
                         struct buf *out)
{
    line(out, indent);
    buf_adds(out, label_in(&k->label, d->lang));
    if (k->kind == KEY_OBJECT && (k->flags & (KEY_MANY | KEY_NAMED))) {
        describe_objects(d, k, obj, indent, out);
    } else if (k->kind == KEY_OBJECT) {
        buf_addc(out, '\n');
        describe_object(d, k->object, (const char *)obj + k->off, indent + 1, out);
    } else if (k->flags & KEY_MANY) {
        describe_values(d, k, obj, indent, out);
    } else {
        buf_adds(out, colon(d));
        value_print(d, k, (const char *)obj + k->off, out);
        buf_addc(out, '\n');
    }
}

static void describe_object(const struct description *d, const struct key_table *t, const void *obj,
                            int indent, struct buf *out)
{
    assert(indent < DEPTH_MAX * 3);
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        bool own_words = in_title(k) && (object_id(t, obj).p || k->kind == KEY_NAME || indent > 1);
        if (!own_words && !hidden(d, k) && key_given(t, k, obj))
            describe_key(d, k, obj, indent, out);
    }
}

void programme_describe(const struct description *d, struct buf *out)
{
    describe_object(d, &programme_keys, d->p, 0, out);
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static void write_object(const struct description *d, const struct key_table *t, const void *obj,
                         struct json_out *w);

/* Money, dates and rates as the file has them. */
static void plain_print(const struct key *k, const void *value, struct buf *b)
{
    const struct fraction *f = value;
    const struct amount *m = value;
    const struct month_day *day = value;
    if (k->kind == KEY_MONEY)
        money_print(b, ((const struct opt_money *)value)->v);
    else if (k->kind == KEY_AMOUNT)
        money_print(b, m->fixed.v);
    else if (k->kind == KEY_FRACTION)
        buf_addf(b, f->den == 1 ? "%lld" : "%lld/%lld", (long long)f->num, (long long)f->den);
    else if (k->kind == KEY_MONTH_DAY)
        buf_addf(b, "%02d-%02d", day->v / 100, day->v % 100);
    else if (k->kind == KEY_QUANTITY)
        quantity_print(b, ((const struct opt_quantity *)value)->v);
    else if (k->kind == KEY_DATE)
        date_print(b, ((const struct opt_date *)value)->v);
    else if (k->kind == KEY_REGION)
        region_print(b, *(const struct region_code *)value);
}

static void write_code(const struct description *d, const struct key *k, struct code c, struct json_out *w)
{
    const struct code_table *t = code_table(d->codes, k->codes);
    const struct code_row *row = t ? code_row(t, c.v) : NULL;
    put_text(w, row ? row->slug : (struct str){ 0 });
}

static void write_wording(const struct wording *x, struct json_out *w)
{
    put_object(w);
    if (x->zh.p)
        put_member_text(w, "zh", x->zh);
    if (x->en.p)
        put_member_text(w, "en", x->en);
    put_object_end(w);
}

static void write_value(const struct description *d, const struct key *k, const void *value,
                        struct json_out *w)
{
    CLEANUP(buf_release) struct buf b = BUF(256);
    const struct amount *m = value;
    int choice = 0;
    switch (k->kind) {
    case KEY_NAME: put_text(w, ((const struct name_at *)value)->name); break;
    case KEY_TEXT: put_text(w, *(const struct str *)value); break;
    case KEY_WORDING: write_wording(value, w); break;
    case KEY_INT: put_int(w, ((const struct opt_int *)value)->v); break;
    case KEY_WHOLE: put_int(w, *(const int64_t *)value); break;
    case KEY_BOOL: put_bool(w, *(const bool *)value); break;
    case KEY_CHOICE:
        memcpy(&choice, value, sizeof choice);
        put_cstr(w, k->choices[choice].name);
        break;
    case KEY_CODE: write_code(d, k, *(const struct code *)value, w); break;
    case KEY_CONSTANT: put_text(w, ((const struct programme_constant *)value)->text); break;
    case KEY_EXPRESSION: put_text(w, expression_line(value, d->a)); break;
    case KEY_OBJECT: write_object(d, k->object, value, w); break;
    default:
        if (k->kind == KEY_AMOUNT && !m->fixed.set) {
            put_text(w, expression_line(&m->expr, d->a));
            break;
        }
        plain_print(k, value, &b);
        put_text(w, buf_str(&b));
        break;
    }
}

static void write_members(const struct description *d, const struct key_table *t, const void *obj,
                          struct json_out *w)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        if (!key_given(t, k, obj))
            continue;
        put_key(w, k->name);
        if (!(k->flags & (KEY_MANY | KEY_NAMED))) {
            write_value(d, k, (const char *)obj + k->off, w);
            continue;
        }
        struct key_list l = key_list_of(k, obj);
        put_list(w);
        for (size_t j = 0; j < l.n; j++)
            write_value(d, k, l.p + j * key_size(k), w);
        put_list_end(w);
    }
}

static void write_object(const struct description *d, const struct key_table *t, const void *obj,
                         struct json_out *w)
{
    put_object(w);
    write_members(d, t, obj, w);
    put_object_end(w);
}

void programme_json(const struct description *d, struct json_out *w)
{
    write_members(d, &programme_keys, d->p, w);
}

/* --- what differs ------------------------------------------------------------------------------------- */

struct comparing {
    struct description a, b;
    struct difference *first, **tail;
};

static void differ(struct comparing *c, enum difference_kind kind, struct str path, struct str words,
                   struct str before, struct str after)
{
    struct difference *x = NEW(c->a.a, struct difference);
    *x = (struct difference){ kind, path, words, before, after, NULL };
    *c->tail = x;
    c->tail = &x->next;
}

static struct str joined(struct comparing *c, struct str head, const char *between, struct str tail)
{
    if (!head.n)
        return tail;
    return str_of(arena_printf(c->a.a, "%.*s%s%.*s", (int)head.n, head.p, between, (int)tail.n, tail.p));
}

/* A leaf or a list of leaves in words; unknown: not given. */
static struct str leaf(const struct description *d, const struct key_table *t, const struct key *k,
                       const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    if (!key_given(t, k, obj))
        return (struct str){ 0 };
    if (!(k->flags & KEY_MANY)) {
        value_print(d, k, (const char *)obj + k->off, &b);
        return arena_str(d->a, buf_str(&b));
    }
    struct key_list l = key_list_of(k, obj);
    for (size_t i = 0; i < l.n; i++) {
        if (i && k->kind == KEY_TEXT) /* they have commas of their own */
            buf_adds(&b, d->lang == EN ? "; " : "；");
        else if (i)
            buf_adds(&b, d->lang == EN ? ", " : "、");
        value_print(d, k, l.p + i * key_size(k), &b);
    }
    return arena_str(d->a, buf_str(&b));
}

static void compare_objects(struct comparing *c, const struct key_table *t, const void *a, const void *b,
                            struct str path, struct str words);

static const char *with_id(const struct key_table *t, struct key_list l, struct str id, size_t i)
{
    if (!id.p)
        return i < l.n ? l.p + i * t->size : NULL;
    for (size_t j = 0; j < l.n; j++)
        if (str_eq(object_id(t, l.p + j * t->size), id))
            return l.p + j * t->size;
    return NULL;
}

/* What people call it: not its id, if it has words. */
static struct str called(const struct description *d, const struct key_table *t, const void *obj, size_t i)
{
    struct str title = object_title(d, t, obj);
    return object_id(t, obj).p && title.n ? title : str_of(arena_printf(d->a, "%d", (int)i + 1));
}

/* What stands in l and in other, in the order of l: by ids, or as people call it. */
static struct str common_order(const struct description *d, bool words, const struct key_table *t,
                               struct key_list l, struct key_list other)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    for (size_t i = 0; i < l.n; i++) {
        struct str id = object_id(t, l.p + i * t->size);
        struct str name = words ? called(d, t, l.p + i * t->size, i) : id;
        if (id.p && with_id(t, other, id, 0))
            buf_addf(&b, "%s%.*s", b.n ? " → " : "", (int)name.n, name.p);
    }
    return arena_str(d->a, buf_str(&b));
}

static void compare_lists(struct comparing *c, const struct key *k, const void *a, const void *b,
                          struct str path, struct str words)
{
    struct key_list x = key_list_of(k, a), y = key_list_of(k, b);
    const struct key_table *t = k->object;
    for (int side = 0; side < 2; side++) {
        struct key_list l = side ? y : x, other = side ? x : y;
        for (size_t i = 0; i < l.n; i++) {
            const char *obj = l.p + i * t->size;
            struct str id = object_id(t, obj);
            const char *twin = with_id(t, other, id, i);
            const struct description *d = side ? &c->b : &c->a;
            struct str name = id.p ? id : str_of(arena_printf(c->a.a, "%d", (int)i + 1));
            struct str p = joined(c, path, ".", name), w = joined(c, words, " › ", called(d, t, obj, i));
            if (twin && !side)
                compare_objects(c, t, obj, twin, p, w);
            else if (!twin)
                differ(c, side ? DIFFERENCE_ADDED : DIFFERENCE_REMOVED, p, w,
                       side ? (struct str){ 0 } : object_title(d, t, obj),
                       side ? object_title(d, t, obj) : (struct str){ 0 });
        }
    }
    if (!(k->flags & KEY_NAMED) &&
        !str_eq(common_order(&c->a, false, t, x, y), common_order(&c->b, false, t, y, x)))
        differ(c, DIFFERENCE_ORDER, path, words, common_order(&c->a, true, t, x, y),
               common_order(&c->b, true, t, y, x));
}

static void compare_key(struct comparing *c, const struct key_table *t, const struct key *k, const void *a,
                        const void *b, struct str path, struct str words)
{
    bool in_a = key_allowed(k, key_by(t, a)), in_b = key_allowed(k, key_by(t, b));
    if (!in_a && !in_b)
        return;
    if (k->kind == KEY_OBJECT && (k->flags & (KEY_MANY | KEY_NAMED))) {
        compare_lists(c, k, a, b, path, words);
    } else if (k->kind == KEY_OBJECT) {
        compare_objects(c, k->object, (const char *)a + k->off, (const char *)b + k->off, path, words);
    } else {
        struct str was = leaf(&c->a, t, k, a), is = leaf(&c->b, t, k, b);
        if (was.p && is.p ? !str_eq(was, is) : was.p != is.p)
            differ(c,
                   !was.p  ? DIFFERENCE_ADDED
                   : !is.p ? DIFFERENCE_REMOVED
                           : DIFFERENCE_CHANGED,
                   path, words, was, is);
    }
}

static void compare_objects(struct comparing *c, const struct key_table *t, const void *a, const void *b,
                            struct str path, struct str words)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        if (!strcmp(k->name, "id"))
            continue;
        compare_key(c, t, k, a, b, joined(c, path, ".", str_of(k->name)),
                    joined(c, words, " › ", str_of(label_in(&k->label, c->a.lang))));
    }
}

struct difference *programme_compare(const struct programme *a, const struct programme *b,
                                     const struct code_book *codes, enum lang lang, struct arena *arena)
{
    struct comparing c = {
        .a = { .p = a, .codes = codes, .lang = lang, .expressions = true, .a = arena },
        .b = { .p = b, .codes = codes, .lang = lang, .expressions = true, .a = arena },
    };
    c.tail = &c.first;
    compare_objects(&c, &programme_keys, a, b, (struct str){ 0 }, (struct str){ 0 });
    return c.first;
}
