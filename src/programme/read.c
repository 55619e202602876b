#include "programme/read.h"

#include "base/nearest.h"
#include "base/value.h"

#include <assert.h>

enum { NAME_MAX_BYTES = 40, TEXT_MAX = 500, NAMES_MAX = 512 };

struct reader {
    const struct code_book *codes;
    struct arena *a;
    struct errs *e;
};

static const char *cstr(struct arena *a, struct str s)
{
    return arena_printf(a, "%.*s", (int)s.n, s.p ? s.p : "");
}

/* What people wrote, in a message: not longer than it helps. */
static const char *shown(struct errs *e, struct str s)
{
    size_t n = s.n;
    if (n <= 60)
        return cstr(e->a, s);
    for (n = 60; n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80;)
        n--;
    return arena_printf(e->a, "%.*s…", (int)n, s.p);
}

const char *near_names(struct errs *e, struct str word, const char *const *names, size_t n)
{
    const char *found[NEAREST_MAX];
    size_t k = nearest(word, names, n, found);
    CLEANUP(buf_release) struct buf b = BUF(1024);
    for (size_t i = 0; i < k; i++)
        buf_addf(&b, "%s%s", i ? (e->lang == EN ? ", " : "、") : "", found[i]);
    return k ? say(e->a, e->lang, MSG_DID_YOU_MEAN, A(buf_str(&b))) : "";
}

bool is_short_name(struct str s)
{
    if (!s.n || s.n > NAME_MAX_BYTES || s.p[0] < 'a' || s.p[0] > 'z')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

/* --- one value of each kind --------------------------------------------------------------------------- */

typedef bool read_fn(struct reader *r, const struct key *k, const struct yaml *y, void *to);

static bool read_name(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    bool any = k->flags & KEY_ANY_TEXT;
    if (any ? str_chars(y->text) > NAME_MAX_BYTES : !is_short_name(y->text))
        return fail_at(r->e, y->at, any ? MSG_ENTRY_LONG_NAME : MSG_ENTRY_NAME, A(k->name),
                       A(shown(r->e, y->text)));
    *(struct name_at *)to = (struct name_at){ y->text, y->at };
    return true;
}

static bool read_text(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    int64_t max = k->max ? k->max : TEXT_MAX;
    struct str s = str_trim(y->text);
    if (!s.n || (int64_t)str_chars(s) > max)
        return fail_at(r->e, y->at, MSG_TEXT_LENGTH, A(k->name), A(1), A(max));
    *(struct str *)to = s;
    return true;
}

static bool read_int(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    int64_t v;
    if (int_read(y->text, &v) != READ_OK)
        return fail_at(r->e, y->at, MSG_NOT_INTEGER, A(k->name));
    if (v < k->min || v > k->max)
        return fail_at(r->e, y->at, MSG_OUT_OF_RANGE, A(k->name), A(k->min), A(k->max));
    if (k->kind == KEY_WHOLE)
        *(int64_t *)to = v;
    else
        *(struct opt_int *)to = (struct opt_int){ v, true };
    return true;
}

static bool read_money(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct money m;
    if (money_read(y->text, &m) != READ_OK || m.fen < 0)
        return fail_at(r->e, y->at, MSG_NOT_MONEY, A(k->name));
    *(struct opt_money *)to = (struct opt_money){ m, true };
    return true;
}

static bool read_quantity(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct quantity q;
    if (quantity_read(y->text, &q) != READ_OK || q.v < 0)
        return fail_at(r->e, y->at, MSG_NOT_QUANTITY, A(k->name));
    *(struct opt_quantity *)to = (struct opt_quantity){ q, true };
    return true;
}

static bool read_date(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct date d;
    enum read_result res = date_read(y->text, &d);
    if (res != READ_OK)
        return fail_at(r->e, y->at, res == READ_NO_SUCH_DATE ? MSG_NO_SUCH_DATE : MSG_NOT_DATE, A(k->name));
    *(struct opt_date *)to = (struct opt_date){ d, true };
    return true;
}

/* 2000 was a leap year. */
static bool read_month_day(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct str rest = y->text, month;
    int64_t m = 0, d = 0;
    struct date some;
    bool ok = y->text.n == 5 && str_split(&rest, '-', &month) && str_int(month, &m) && str_int(rest, &d) &&
              m > 0 && m <= 12 && d > 0 && date_of(2000, (int)m, (int)d, &some);
    if (!ok)
        return fail_at(r->e, y->at, MSG_ENTRY_MONTH_DAY, A(k->name), A(shown(r->e, y->text)));
    *(struct month_day *)to = (struct month_day){ (int32_t)(m * 100 + d) };
    return true;
}

static bool read_bool(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    enum yesno v = UNKNOWN;
    if (yesno_read(y->text, &v) != READ_OK || v == UNKNOWN)
        return fail_at(r->e, y->at, MSG_NOT_YESNO, A(k->name));
    *(bool *)to = v == YES;
    return true;
}

/* Digits with at most one point, at most nine decimals and twelve digits in all. */
static bool read_decimal(struct str s, struct fraction *f)
{
    bool point = false;
    size_t digits = 0, decimals = 0;
    *f = (struct fraction){ 0, 1 };
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' && !point && digits) {
            point = true;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9' || ++digits > 12 || (point && ++decimals > 9))
            return false;
        f->num = f->num * 10 + (s.p[i] - '0');
        f->den *= point ? 10 : 1;
    }
    return digits && (!point || decimals);
}

bool fraction_read(struct str s, struct fraction *f)
{
    struct str over = s, num;
    if (str_ends(s, STR("%"))) {
        if (!read_decimal((struct str){ s.p, s.n - 1 }, f))
            return false;
        f->den *= 100;
    } else if (memchr(s.p, '/', s.n)) {
        struct fraction a, b;
        if (!str_split(&over, '/', &num) || !read_decimal(str_trim(num), &a) ||
            !read_decimal(str_trim(over), &b) || a.den != 1 || b.den != 1 || !b.num)
            return false;
        *f = (struct fraction){ a.num, b.num };
    } else if (!read_decimal(s, f)) {
        return false;
    }
    int64_t a = f->num, b = f->den;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    f->num /= a;
    f->den /= a;
    return f->num <= f->den;
}

static bool read_fraction(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct fraction f;
    if (!fraction_read(str_trim(y->text), &f))
        return fail_at(r->e, y->at, MSG_ENTRY_FRACTION, A(k->name), A(shown(r->e, y->text)));
    *(struct fraction *)to = f;
    return true;
}

static bool read_choice(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    const char *names[64];
    CLEANUP(buf_release) struct buf b = BUF(4096);
    assert(k->choices_n <= N_ELEMS(names));
    for (size_t i = 0; i < k->choices_n; i++) {
        int v = (int)i;
        names[i] = k->choices[i].name;
        buf_addf(&b, "%s%s", i ? (r->e->lang == EN ? ", " : "、") : "", names[i]);
        if (str_eq(y->text, str_of(names[i]))) {
            memcpy(to, &v, sizeof v);
            return true;
        }
    }
    return fail_at(r->e, y->at, MSG_ENTRY_CHOICE, A(k->name), A(shown(r->e, y->text)),
                   A(near_names(r->e, y->text, names, k->choices_n)), A(buf_str(&b)));
}

static bool read_code(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    const struct code_table *t = code_table(r->codes, k->codes);
    const struct code_row *row = t ? code_find(t, y->text) : NULL;
    if (row) {
        *(struct code *)to = (struct code){ row->code, true };
        return true;
    }
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (size_t i = 0; t && i < t->n && n + 2 <= NAMES_MAX; i++) {
        names[n++] = cstr(r->a, t->rows[i].slug);
        names[n++] = cstr(r->a, t->rows[i].zh);
    }
    return fail_at(r->e, y->at, MSG_ENTRY_CODE, A(k->name), A(shown(r->e, y->text)), A(k->codes),
                   A(near_names(r->e, y->text, names, n)));
}

static bool read_region(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct region_code code;
    if (region_read(y->text, &code) != READ_OK)
        return fail_at(r->e, y->at, MSG_NOT_REGION, A(k->name));
    *(struct region_code *)to = code;
    return true;
}

static bool read_expression(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    if (!str_trim(y->text).n)
        return fail_at(r->e, y->at, MSG_ENTRY_EMPTY, A(k->name));
    *(struct expression *)to = (struct expression){ y->raw, y->inner };
    return true;
}

static bool read_amount(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct amount *m = to;
    enum read_result res = money_read(y->text, &m->fixed.v);
    m->fixed.set = res == READ_OK && m->fixed.v.fen >= 0;
    if (m->fixed.set)
        return true;
    bool number = strspn(y->text.p, "0123456789.,-+ ") >= y->text.n; /* 20000.001 is no rule */
    if (res != READ_BAD || number)
        return fail_at(r->e, y->at, MSG_NOT_MONEY, A(k->name));
    return read_expression(r, k, y, &m->expr);
}

static bool read_constant(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    struct str s = str_trim(y->text);
    if (!s.n)
        return fail_at(r->e, y->at, MSG_ENTRY_EMPTY, A(k->name));
    *(struct programme_constant *)to = (struct programme_constant){ .text = s, .at = y->at };
    return true;
}

static read_fn *const readers[] = {
    [KEY_NAME] = read_name,     [KEY_TEXT] = read_text,
    [KEY_INT] = read_int,       [KEY_WHOLE] = read_int,
    [KEY_MONEY] = read_money,   [KEY_QUANTITY] = read_quantity,
    [KEY_DATE] = read_date,     [KEY_MONTH_DAY] = read_month_day,
    [KEY_BOOL] = read_bool,     [KEY_FRACTION] = read_fraction,
    [KEY_CHOICE] = read_choice, [KEY_CODE] = read_code,
    [KEY_REGION] = read_region, [KEY_EXPRESSION] = read_expression,
    [KEY_AMOUNT] = read_amount, [KEY_CONSTANT] = read_constant,
};

/* --- values that are made of others -------------------------------------------------------------------- */

static void read_object(struct reader *r, const struct key_table *t, const struct yaml *y, void *obj,
                        size_t skip);

static const struct key wording_members[] = {
    { .name = "zh", .kind = KEY_TEXT, .off = offsetof(struct wording, zh) },
    { .name = "en", .kind = KEY_TEXT, .off = offsetof(struct wording, en) },
};
static const struct key_table wording_table = {
    .name = "wording", .keys = wording_members, .n = 2, .size = sizeof(struct wording)
};

static void read_one(struct reader *r, const struct key *k, const struct yaml *y, void *to)
{
    if (k->kind == KEY_WORDING) {
        if (y->kind == YAML_TEXT)
            read_text(r, k, y, &((struct wording *)to)->zh);
        else
            read_object(r, &wording_table, y, to, 0);
    } else if (k->kind == KEY_OBJECT) {
        read_object(r, k->object, y, to, 0);
    } else if (y->kind != YAML_TEXT) {
        fail_at(r->e, y->at, MSG_ENTRY_NOT_ONE, A(k->name));
    } else if (!y->text.n && !y->quoted) {
        fail_at(r->e, y->at, MSG_ENTRY_EMPTY, A(k->name));
    } else {
        readers[k->kind](r, k, y, to);
    }
}

static void check_twice(struct reader *r, const struct key *k, const struct yaml *list, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (list->entries[j].value->kind == YAML_TEXT &&
            str_eq(list->entries[j].value->text, list->entries[i].value->text)) {
            fail_at(r->e, list->entries[i].value->at, MSG_ENTRY_TWICE, A(k->name),
                    A(shown(r->e, list->entries[i].value->text)));
            return;
        }
}

static void read_list(struct reader *r, const struct key *k, const struct yaml *y, void *obj)
{
    size_t size = key_size(k);
    bool alone =
        k->kind == KEY_OBJECT ? y->kind == YAML_MAP : y->kind == YAML_TEXT && (y->text.n || y->quoted);
    if (!alone && y->kind != YAML_LIST) {
        fail_at(r->e, y->at, MSG_ENTRY_NOT_LIST, A(k->name));
        return;
    }
    struct key_list l = { .n = alone ? 1 : y->n };
    l.p = arena_alloc(r->a, arena_mul(size, l.n ? l.n : 1));
    for (size_t i = 0; i < l.n; i++) {
        const struct yaml *x = alone ? y : y->entries[i].value;
        read_one(r, k, x, l.p + i * size);
        if (!alone && x->kind == YAML_TEXT && k->kind != KEY_CONSTANT && k->kind != KEY_TEXT)
            check_twice(r, k, y, i);
    }
    key_list_set(k, obj, l);
}

static void read_named(struct reader *r, const struct key *k, const struct yaml *y, void *obj)
{
    size_t size = key_size(k);
    if (y->kind != YAML_MAP) {
        fail_at(r->e, y->at, MSG_ENTRY_NOT_NAMED, A(k->name));
        return;
    }
    struct key_list l = { .p = arena_alloc(r->a, arena_mul(size, y->n ? y->n : 1)), .n = y->n };
    for (size_t i = 0; i < l.n; i++) {
        const struct yaml *key = y->entries[i].key;
        if (key->kind == YAML_TEXT)
            read_name(r, &k->object->keys[0], key, l.p + i * size);
        read_object(r, k->object, y->entries[i].value, l.p + i * size, 1);
    }
    key_list_set(k, obj, l);
}

static void unknown_key(struct reader *r, const struct key_table *t, int kind, size_t skip,
                        const struct yaml *key)
{
    const char *names[KEYS_MAX];
    size_t n = 0;
    for (size_t i = skip; i < t->n; i++)
        if (key_allowed(&t->keys[i], kind))
            names[n++] = t->keys[i].name;
    fail_at(r->e, key->at, MSG_ENTRY_UNKNOWN, A(t->name), A(shown(r->e, key->text)),
            A(near_names(r->e, key->text, names, n)));
}

/* The key that decides which others there are is read before them; false: it does not say. */
static bool read_by(struct reader *r, const struct key_table *t, const struct yaml *y, void *obj, int *kind)
{
    const struct key *k = t->by ? key_find(t, str_of(t->by)) : NULL;
    const struct yaml *value = k ? yaml_get(y, k->name) : NULL;
    *kind = 0;
    if (!k)
        return true;
    if (!value || value->kind != YAML_TEXT || !read_choice(r, k, value, (char *)obj + k->off))
        return false;
    *kind = key_by(t, obj);
    return true;
}

static const char *by_name(const struct key_table *t, int kind)
{
    const struct key *k = key_find(t, str_of(t->by));
    return k->choices[kind].name;
}

static void need_keys(struct reader *r, const struct key_table *t, const struct yaml *y, int kind, bool known,
                      size_t skip)
{
    for (size_t i = skip; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        bool needed = (k->flags & KEY_REQUIRED) || (known && (k->needs >> kind & 1));
        if (needed && !yaml_get(y, k->name))
            fail_at(r->e, y->at, MSG_ENTRY_MISSING, A(t->name), A(k->name));
    }
}

static void read_entry(struct reader *r, const struct key_table *t, const struct key *k, const struct yaml *y,
                       void *obj)
{
    if (k->flags & KEY_NAMED)
        read_named(r, k, y, obj);
    else if (k->flags & KEY_MANY)
        read_list(r, k, y, obj);
    else if (!t->by || strcmp(t->by, k->name) || y->kind != YAML_TEXT) /* else it was read before */
        read_one(r, k, y, (char *)obj + k->off);
}

static void read_object(struct reader *r, const struct key_table *t, const struct yaml *y, void *obj,
                        size_t skip)
{
    int kind;
    if (y->kind != YAML_MAP) {
        fail_at(r->e, y->at, MSG_ENTRY_NOT_MAP, A(t->name));
        return;
    }
    for (size_t i = skip; i < t->n; i++)
        if (t->keys[i].flags & KEY_YES)
            *(bool *)((char *)obj + t->keys[i].off) = true;
    bool known = read_by(r, t, y, obj, &kind);
    for (size_t i = 0; i < y->n; i++) {
        const struct yaml *key = y->entries[i].key;
        const struct key *k = key->kind == YAML_TEXT ? key_find(t, key->text) : NULL;
        if (key->kind != YAML_TEXT || !key->text.n)
            continue; /* told before */
        if (!k || k < t->keys + skip)
            unknown_key(r, t, kind, skip, key);
        else if (known && !key_allowed(k, kind))
            fail_at(r->e, key->at, MSG_ENTRY_NOT_OF_KIND, A(t->name), A(k->name), A(t->by),
                    A(by_name(t, kind)));
        else
            read_entry(r, t, k, y->entries[i].value, obj);
    }
    need_keys(r, t, y, kind, known, skip);
}

void keys_read(const struct key_table *t, const struct yaml *node, void *obj, const struct code_book *codes,
               struct errs *e)
{
    struct reader r = { .codes = codes, .a = e->a, .e = e };
    read_object(&r, t, node, obj, 0);
}
