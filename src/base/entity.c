#include "base/entity.h"

#include "base/capital.h"
#include "base/encoding.h"

#include <assert.h>

enum { TEXT_CHARS_MAX = 2000, CHOICES_SHOWN = 12 };

/* Where the `set` flag of an optional type stands, and which plain kind it wraps. */
static const struct {
    size_t size;      /* of the C type */
    size_t set;       /* offset of its flag; 0: none */
    const char *json; /* what its JSON form is called */
} types[] = {
    [T_INT] = { sizeof(int64_t), 0, "integer" },
    [T_OPT_INT] = { sizeof(struct opt_int), offsetof(struct opt_int, set), "integer" },
    [T_TEXT] = { sizeof(struct str), 0, "text" },
    [T_BYTES] = { sizeof(struct bytes), 0, "bytes" },
    [T_MONEY] = { sizeof(struct money), 0, "money" },
    [T_OPT_MONEY] = { sizeof(struct opt_money), offsetof(struct opt_money, set), "money" },
    [T_DATE] = { sizeof(struct date), 0, "date" },
    [T_OPT_DATE] = { sizeof(struct opt_date), offsetof(struct opt_date, set), "date" },
    [T_INSTANT] = { sizeof(struct instant), 0, "time" },
    [T_OPT_QUANTITY] = { sizeof(struct opt_quantity), offsetof(struct opt_quantity, set), "quantity" },
    [T_BOOL] = { sizeof(bool), 0, "yes/no" },
    [T_YESNO] = { sizeof(enum yesno), 0, "yes/no/unknown" },
    [T_CODE] = { sizeof(struct code), offsetof(struct code, set), "code" },
    [T_CODES] = { sizeof(struct code_set), offsetof(struct code_set, set), "codes" },
    [T_REGION] = { sizeof(struct region_code), 0, "region" },
};

static void *at(const struct col *c, void *obj)
{
    return (char *)obj + c->off;
}

static const void *at_const(const struct col *c, const void *obj)
{
    return (const char *)obj + c->off;
}

static void mark_known(const struct col *c, void *obj, bool known)
{
    if (types[c->type].set)
        *((bool *)((char *)at(c, obj) + types[c->type].set)) = known;
}

const struct col *entity_col(const struct entity *en, const char *name)
{
    for (size_t i = 0; i < en->n; i++)
        if (!strcmp(en->cols[i].name, name))
            return &en->cols[i];
    return NULL;
}

const struct entity *entity_find(const struct entity *const *list, size_t n, const char *table)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(list[i]->table, table))
            return list[i];
    return NULL;
}

bool col_known(const struct col *c, const void *obj)
{
    const void *p = at_const(c, obj);
    if (types[c->type].set)
        return *((const bool *)((const char *)p + types[c->type].set));
    switch (c->type) {
    case T_TEXT: return ((const struct str *)p)->p != NULL;
    case T_BYTES: return ((const struct bytes *)p)->p != NULL;
    case T_YESNO: return *(const enum yesno *)p != UNKNOWN;
    case T_REGION: return ((const struct region_code *)p)->v != 0;
    default: return true;
    }
}

bool col_same(const struct col *c, const void *a, const void *b)
{
    bool known = col_known(c, a);
    if (known != col_known(c, b))
        return false;
    if (!known)
        return true;
    const void *x = at_const(c, a), *y = at_const(c, b);
    if (c->type == T_TEXT)
        return str_eq(*(const struct str *)x, *(const struct str *)y);
    if (c->type == T_BYTES) {
        const struct bytes *p = x, *q = y;
        return p->n == q->n && !memcmp(p->p, q->p, p->n);
    }
    size_t size = types[c->type].set ? types[c->type].set : types[c->type].size;
    return !memcmp(x, y, size);
}

void col_copy(const struct col *c, void *to, const void *from)
{
    memcpy(at(c, to), at_const(c, from), types[c->type].size);
}

/* --- reading cells ------------------------------------------------------------------------ */

static bool bad(const struct col *c, enum read_result r, struct str cell, const struct reading *rd)
{
    static const enum msg by_type[] = {
        [T_INT] = MSG_NOT_INTEGER,     [T_OPT_INT] = MSG_NOT_INTEGER,
        [T_MONEY] = MSG_NOT_MONEY,     [T_OPT_MONEY] = MSG_NOT_MONEY,
        [T_DATE] = MSG_NOT_DATE,       [T_OPT_DATE] = MSG_NOT_DATE,
        [T_INSTANT] = MSG_NOT_INSTANT, [T_OPT_QUANTITY] = MSG_NOT_QUANTITY,
        [T_BOOL] = MSG_NOT_YESNO,      [T_YESNO] = MSG_NOT_YESNO,
        [T_REGION] = MSG_NOT_REGION,
    };
    const struct label *label = &c->label;
    struct date d;
    if (r == READ_MONTH)
        return fail(rd->e, ERR_INVALID, c->name, MSG_DATE_NO_DAY, A(label));
    if (r == READ_UNSURE_MONTH)
        return fail(rd->e, ERR_INVALID, c->name, MSG_DATE_UNSURE_MONTH, A(label));
    if (r == READ_SERIAL && date_read(cell, &d) == r)
        return fail(rd->e, ERR_INVALID, c->name, MSG_DATE_SERIAL, A(label), A(d));
    if (r == READ_OVERFLOW)
        return fail(rd->e, ERR_INVALID, c->name, MSG_OVERFLOW, A(label));
    if (r == READ_NO_SUCH_DATE)
        return fail(rd->e, ERR_INVALID, c->name, MSG_NO_SUCH_DATE, A(label));
    if (r == READ_SCIENTIFIC)
        return fail(rd->e, ERR_INVALID, c->name, MSG_SCIENTIFIC, A(label));
    return fail(rd->e, ERR_INVALID, c->name, by_type[c->type], A(label));
}

struct str col_limit(const struct col *c, int64_t v, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    switch (c->type) {
    case T_MONEY:
    case T_OPT_MONEY: money_print(&b, (struct money){ v }); break;
    case T_DATE:
    case T_OPT_DATE: date_print(&b, (struct date){ (int32_t)v }); break;
    case T_OPT_QUANTITY: quantity_print(&b, (struct quantity){ v }); break;
    default: buf_addi(&b, v);
    }
    return arena_str(a, buf_str(&b));
}

static bool in_range(const struct col *c, int64_t v, const struct reading *rd)
{
    if ((!c->min && !c->max) || (v >= c->min && v <= c->max))
        return true;
    const struct label *label = &c->label;
    return fail(rd->e, ERR_INVALID, c->name, MSG_OUT_OF_RANGE, A(label), A(col_limit(c, c->min, rd->e->a)),
                A(col_limit(c, c->max, rd->e->a)));
}

static bool read_number(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    union {
        int64_t i;
        struct money m;
        struct quantity q;
        struct instant t;
    } x = { 0 };
    static const struct {
        bool money, quantity, instant;
    } kinds[] = {
        [T_MONEY] = { .money = true },
        [T_OPT_MONEY] = { .money = true },
        [T_OPT_QUANTITY] = { .quantity = true },
        [T_INSTANT] = { .instant = true },
        [T_REGION] = { 0 },
    };
    enum read_result r = kinds[c->type].money      ? money_read(cell, &x.m)
                         : kinds[c->type].quantity ? quantity_read(cell, &x.q)
                         : kinds[c->type].instant  ? instant_read(cell, &x.t)
                                                   : int_read(cell, &x.i);
    const struct label *label = &c->label;
    if (r == READ_WORDS && money_read_capital(cell, &x.m))
        return fail(rd->e, ERR_INVALID, c->name, MSG_MONEY_WORDS, A(label), A(x.m));
    if (r != READ_OK)
        return bad(c, r, cell, rd);
    if (!in_range(c, x.i, rd))
        return false;
    memcpy(at(c, obj), &x, sizeof x.i);
    mark_known(c, obj, true);
    return true;
}

static bool read_date(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    struct date d;
    enum read_result r = date_read(cell, &d);
    const struct label *label = &c->label;
    bool month = r == READ_MONTH && (c->flags & MONTH);
    if (r != READ_OK && !month)
        return bad(c, r, cell, rd);
    if (!in_range(c, d.day, rd))
        return false;
    if (month)
        warn(rd->e, c->name, MSG_DATE_FIRST_OF_MONTH, A(label), A(d));
    *(struct date *)at(c, obj) = d;
    mark_known(c, obj, true);
    return true;
}

static bool read_yesno(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    enum yesno v;
    enum read_result r = yesno_read(cell, &v);
    if (r != READ_OK)
        return bad(c, r, cell, rd);
    if (c->type == T_BOOL)
        *(bool *)at(c, obj) = v == YES;
    else
        *(enum yesno *)at(c, obj) = v;
    return true;
}

static bool read_region(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    struct region_code r;
    enum read_result got = region_read(cell, &r);
    if (got != READ_OK)
        return bad(c, got, cell, rd);
    *(struct region_code *)at(c, obj) = r;
    return true;
}

static bool read_text(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    const struct label *label = &c->label;
    int64_t max = c->max ? c->max : TEXT_CHARS_MAX;
    if (!text_is_clean(cell) || str_has(cell, STR("\xef\xbf\xbd")))
        return fail(rd->e, ERR_INVALID, c->name, MSG_TEXT_DAMAGED, A(label));
    struct str s = cell;
    if (c->check && !c->check(c, cell, &s, rd))
        return false;
    int64_t n = (int64_t)str_chars(s);
    if (n < c->min || n > max)
        return fail(rd->e, ERR_INVALID, c->name, MSG_TEXT_LENGTH, A(label), A(c->min ? c->min : 1), A(max));
    *(struct str *)at(c, obj) = arena_str(rd->e->a, s);
    return true;
}

static struct str choices(const struct code_table *t, const struct reading *rd)
{
    CLEANUP(buf_release) struct buf b = BUF(2048);
    for (size_t i = 0; i < t->n && i < CHOICES_SHOWN; i++) {
        if (i)
            buf_adds(&b, rd->e->lang == EN ? ", " : "、");
        buf_add(&b, code_label(&t->rows[i], rd->e->lang));
    }
    if (t->n > CHOICES_SHOWN)
        buf_adds(&b, "…");
    return arena_str(rd->e->a, buf_str(&b));
}

static const struct code_row *read_choice(const struct col *c, struct str text, const struct reading *rd)
{
    const struct code_table *t = rd->table ? rd->table : code_table(rd->codes, c->codes);
    assert(t);
    const struct code_row *row = code_find(t, text);
    const struct label *label = &c->label;
    /* What may be an illness is not repeated in messages. */
    struct str shown = c->mask == MASK_NONE ? text : STR("…");
    if (!row) {
        if (text_is_clean(text))
            fail(rd->e, ERR_INVALID, c->name, MSG_NO_SUCH_CODE, A(label), A(shown), A(choices(t, rd)));
        else
            fail(rd->e, ERR_INVALID, c->name, MSG_TEXT_DAMAGED, A(label));
        return NULL;
    }
    if (rd->newly && row->valid_to.set && row->valid_to.v.day < rd->today.day) {
        fail(rd->e, ERR_INVALID, c->name, MSG_CODE_ENDED, A(label), A(shown), A(row->valid_to.v));
        return NULL;
    }
    return row;
}

static bool read_code(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    const struct code_row *row = read_choice(c, cell, rd);
    if (!row)
        return false;
    *(struct code *)at(c, obj) = (struct code){ row->code, true };
    return true;
}

static const struct str set_separators[] = { { "、", 3 }, { "，", 3 }, { "；", 3 }, { ",", 1 },
                                             { ";", 1 },  { "|", 1 },  { "/", 1 } };

/* The next choice of a list written with any usual separator. */
static bool next_choice(struct str *rest, struct str *one)
{
    if (!rest->n)
        return false;
    for (size_t i = 0; i < rest->n; i++) {
        struct str tail = { rest->p + i, rest->n - i };
        for (size_t k = 0; k < N_ELEMS(set_separators); k++)
            if (str_starts(tail, set_separators[k])) {
                *one = str_trim((struct str){ rest->p, i });
                *rest = (struct str){ tail.p + set_separators[k].n, tail.n - set_separators[k].n };
                return true;
            }
    }
    *one = str_trim(*rest);
    rest->n = 0;
    return true;
}

static bool read_codes(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    uint64_t bits = 0;
    struct str one;
    while (next_choice(&cell, &one)) {
        if (!one.n)
            continue;
        const struct code_row *row = read_choice(c, one, rd);
        if (!row)
            return false;
        assert(row->code >= 0 && row->code < 63);
        bits |= UINT64_C(1) << row->code;
    }
    *(struct code_set *)at(c, obj) = (struct code_set){ bits, true };
    return true;
}

bool col_read(const struct col *c, void *obj, struct str cell, const struct reading *rd)
{
    cell = str_trim(cell);
    memset(at(c, obj), 0, types[c->type].size);
    if (!cell.n)
        return true;
    const struct label *label = &c->label;
    if (c->mask != MASK_NONE && str_has(cell, STR("***")))
        return fail(rd->e, ERR_INVALID, c->name, MSG_MASKED, A(label));
    switch (c->type) {
    case T_INT:
    case T_OPT_INT:
    case T_MONEY:
    case T_OPT_MONEY:
    case T_OPT_QUANTITY:
    case T_INSTANT: return read_number(c, obj, cell, rd);
    case T_TEXT: return read_text(c, obj, cell, rd);
    case T_DATE:
    case T_OPT_DATE: return read_date(c, obj, cell, rd);
    case T_BOOL:
    case T_YESNO: return read_yesno(c, obj, cell, rd);
    case T_CODE: return read_code(c, obj, cell, rd);
    case T_CODES: return read_codes(c, obj, cell, rd);
    case T_REGION: return read_region(c, obj, cell, rd);
    case T_BYTES: break;
    }
    return fail(rd->e, ERR_INVALID, c->name, MSG_SERVER_FIELD, A(label));
}

static size_t memo_slot(struct str cell)
{
    uint64_t head = 0, tail = 0;
    size_t n = cell.n < sizeof head ? cell.n : sizeof head;
    memcpy(&head, cell.p, n);
    memcpy(&tail, cell.p + cell.n - n, n);
    return (size_t)((head ^ (tail << 7 | tail >> 57) ^ cell.n) * UINT64_C(0x9e3779b97f4a7c15) >> 60);
}

/* Texts are as different as people. */
static bool is_memorable(const struct col *c, struct str cell)
{
    return c->type != T_TEXT && cell.n && cell.n <= sizeof((struct col_memo *)0)->slot->text;
}

bool col_recall(const struct col *c, void *obj, struct str cell, const struct col_memo *memo)
{
    static_assert(N_ELEMS(memo->slot) == 16, "memo_slot gives four bits");
    if (!is_memorable(c, cell))
        return false;
    size_t i = memo_slot(cell);
    if (memo->slot[i].n != cell.n || memcmp(memo->slot[i].text, cell.p, cell.n) != 0)
        return false;
    memcpy(at(c, obj), memo->slot[i].value, types[c->type].size);
    return true;
}

bool col_read_like(const struct col *c, void *obj, struct str cell, const struct reading *rd,
                   struct col_memo *memo)
{
    if (col_recall(c, obj, cell, memo))
        return true;
    unsigned warned = rd->e->warned.n;
    if (!col_read(c, obj, cell, rd))
        return false;
    if (rd->e->warned.n != warned || !is_memorable(c, cell)) /* each row is told */
        return true;
    size_t i = memo_slot(cell);
    memcpy(memo->slot[i].value, at(c, obj), types[c->type].size);
    memcpy(memo->slot[i].text, cell.p, cell.n);
    memo->slot[i].n = (uint8_t)cell.n;
    return true;
}

bool entity_complete(const struct entity *en, const void *obj, struct errs *e)
{
    unsigned before = e->bad.n;
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        const struct label *label = &c->label;
        if ((c->flags & REQUIRED) && !(c->flags & SERVER) && !col_known(c, obj))
            fail(e, ERR_INVALID, c->name, MSG_REQUIRED, A(label));
    }
    return e->bad.n == before;
}

static bool is_told(const struct errs *e, const char *field)
{
    for (const struct err *x = e->bad.first; x; x = x->next)
        if (x->field && !strcmp(x->field, field))
            return true;
    return false;
}

bool entity_complete_too(const struct entity *en, const void *obj, struct errs *e)
{
    unsigned before = e->bad.n;
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        const struct label *label = &c->label;
        if ((c->flags & REQUIRED) && !(c->flags & SERVER) && !col_known(c, obj) && !is_told(e, c->name))
            fail(e, ERR_INVALID, c->name, MSG_REQUIRED, A(label));
    }
    return e->bad.n == before;
}

/* --- printing ----------------------------------------------------------------------------- */

static void print_codes(const struct col *c, uint64_t bits, struct buf *b, const struct code_book *codes,
                        enum lang lang)
{
    const struct code_table *t = code_table(codes, c->codes);
    assert(t);
    bool first = true;
    for (size_t i = 0; i < t->n; i++) {
        if (!(bits >> t->rows[i].code & 1))
            continue;
        if (!first)
            buf_adds(b, "、");
        first = false;
        buf_add(b, code_label(&t->rows[i], lang));
    }
}

static void print_code(const struct col *c, int32_t v, struct buf *b, const struct code_book *codes,
                       enum lang lang)
{
    const struct code_table *t = code_table(codes, c->codes);
    const struct code_row *row = t ? code_row(t, v) : NULL;
    if (row)
        buf_add(b, code_label(row, lang));
    else
        buf_addi(b, v);
}

void col_print(const struct col *c, const void *obj, struct buf *b, const struct code_book *codes,
               enum lang lang)
{
    if (!col_known(c, obj))
        return;
    const void *p = at_const(c, obj);
    switch (c->type) {
    case T_INT:
    case T_OPT_INT: buf_addi(b, *(const int64_t *)p); return;
    case T_TEXT: buf_add(b, *(const struct str *)p); return;
    case T_BYTES: return;
    case T_MONEY:
    case T_OPT_MONEY: money_print(b, *(const struct money *)p); return;
    case T_DATE:
    case T_OPT_DATE: date_print(b, *(const struct date *)p); return;
    case T_INSTANT: instant_print(b, *(const struct instant *)p); return;
    case T_OPT_QUANTITY: quantity_print(b, *(const struct quantity *)p); return;
    case T_BOOL:
        buf_adds(b, lang == EN ? (*(const bool *)p ? "yes" : "no") : (*(const bool *)p ? "是" : "否"));
        return;
    case T_YESNO:
        buf_adds(b, lang == EN ? (*(const enum yesno *)p == YES ? "yes" : "no")
                               : (*(const enum yesno *)p == YES ? "是" : "否"));
        return;
    case T_CODE: print_code(c, ((const struct code *)p)->v, b, codes, lang); return;
    case T_CODES: print_codes(c, ((const struct code_set *)p)->bits, b, codes, lang); return;
    case T_REGION: region_print(b, *(const struct region_code *)p); return;
    }
}

void col_mask(const struct col *c, struct str text, struct buf *b)
{
    switch (c->mask) {
    case MASK_IDNO: idno_mask(b, text); break;
    case MASK_ACCOUNT: account_mask(b, text); break;
    case MASK_PHONE: phone_mask(b, text); break;
    case MASK_HIDE: buf_adds(b, "***"); break;
    case MASK_NONE: buf_add(b, text); break;
    }
}

void col_print_masked(const struct col *c, const void *obj, struct buf *b, const struct code_book *codes,
                      enum lang lang)
{
    if (c->mask == MASK_NONE || !col_known(c, obj))
        col_print(c, obj, b, codes, lang);
    else
        col_mask(c, c->type == T_TEXT ? *(const struct str *)at_const(c, obj) : (struct str){ 0 }, b);
}

/* --- JSON --------------------------------------------------------------------------------- */

static bool json_scalar(const struct col *c, void *obj, const json_t *v, const struct reading *rd)
{
    const struct label *label = &c->label;
    char digits[24];
    struct str s = { json_string_value(v), json_string_length(v) };
    bool money = c->type == T_MONEY || c->type == T_OPT_MONEY;
    bool number = c->type == T_INT || c->type == T_OPT_INT;
    if (json_is_string(v) && !number)
        return col_read(c, obj, s, rd);
    if (json_is_boolean(v) && (c->type == T_BOOL || c->type == T_YESNO))
        return col_read(c, obj, json_is_true(v) ? STR("yes") : STR("no"), rd);
    if (money)
        return fail(rd->e, ERR_INVALID, c->name, json_is_number(v) ? MSG_MONEY_NOT_TEXT : MSG_NOT_MONEY,
                    A(label));
    if (json_is_integer(v) && number) {
        int n = snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
        return col_read(c, obj, (struct str){ digits, (size_t)n }, rd);
    }
    if (c->type == T_TEXT || c->type == T_CODE)
        return fail(rd->e, ERR_INVALID, c->name, MSG_NOT_TEXT, A(label));
    return bad(c, READ_BAD, (struct str){ 0 }, rd);
}

static bool json_codes(const struct col *c, void *obj, const json_t *v, const struct reading *rd)
{
    uint64_t bits = 0;
    size_t i;
    json_t *one;
    const struct label *label = &c->label;
    if (!json_is_array(v))
        return fail(rd->e, ERR_INVALID, c->name, MSG_NOT_TEXT, A(label));
    json_array_foreach((json_t *)v, i, one)
    {
        struct str s = { json_string_value(one), json_string_length(one) };
        if (!json_is_string(one))
            return fail(rd->e, ERR_INVALID, c->name, MSG_NOT_TEXT, A(label));
        const struct code_row *row = read_choice(c, s, rd);
        if (!row)
            return false;
        bits |= UINT64_C(1) << row->code;
    }
    *(struct code_set *)at(c, obj) = (struct code_set){ bits, true };
    return true;
}

bool entity_from_json(const struct entity *en, const json_t *j, void *obj, const struct reading *rd)
{
    unsigned before = rd->e->bad.n;
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)j, key, v)
    {
        const struct col *c = entity_col(en, key);
        const char *field = arena_str(rd->e->a, str_of(key)).p;
        if (!c) {
            fail(rd->e, ERR_INVALID, field, MSG_UNKNOWN_FIELD, A(field));
            continue;
        }
        const struct label *label = &c->label;
        if (c->flags & SERVER)
            fail(rd->e, ERR_INVALID, field, MSG_SERVER_FIELD, A(label));
        else if (json_is_null(v))
            col_read(c, obj, (struct str){ 0 }, rd);
        else if (c->type == T_CODES)
            json_codes(c, obj, v, rd);
        else
            json_scalar(c, obj, v, rd);
    }
    entity_complete_too(en, obj, rd->e);
    return rd->e->bad.n == before;
}

static void json_one_code(struct json_out *w, const struct code_table *t, int32_t code)
{
    const struct code_row *row = t ? code_row(t, code) : NULL;
    if (row)
        put_text(w, row->slug);
    else
        put_int(w, code);
}

static void json_code_list(struct json_out *w, const struct code_table *t, uint64_t bits)
{
    put_list(w);
    for (int32_t i = 0; i < 64; i++)
        if (bits >> i & 1)
            json_one_code(w, t, i);
    put_list_end(w);
}

/* Straight into the answer. */
static void json_printed(const struct col *c, const void *obj, struct json_out *w,
                         const struct code_book *codes, bool masked)
{
    size_t from = put_text_begin(w);
    if (masked)
        col_print_masked(c, obj, w->b, codes, ZH);
    else
        col_print(c, obj, w->b, codes, ZH);
    put_text_end(w, from);
}

void col_json(const struct col *c, const void *obj, struct json_out *w, const struct code_book *codes,
              bool masked)
{
    const void *p = at_const(c, obj);
    if (!col_known(c, obj)) {
        put_nil(w);
        return;
    }
    if (masked && c->mask != MASK_NONE) {
        json_printed(c, obj, w, codes, true);
        return;
    }
    switch (c->type) {
    case T_INT:
    case T_OPT_INT: put_int(w, *(const int64_t *)p); break;
    case T_BOOL: put_bool(w, *(const bool *)p); break;
    case T_YESNO: put_bool(w, *(const enum yesno *)p == YES); break;
    case T_CODE: json_one_code(w, code_table(codes, c->codes), ((const struct code *)p)->v); break;
    case T_CODES: json_code_list(w, code_table(codes, c->codes), ((const struct code_set *)p)->bits); break;
    case T_TEXT: put_text(w, *(const struct str *)p); break;
    default: json_printed(c, obj, w, codes, masked); break;
    }
}

/* --- checks for text columns -------------------------------------------------------------- */

bool check_idno(const struct col *c, struct str in, struct str *out, const struct reading *rd)
{
    static const enum msg why[] = {
        [IDNO_BAD_LENGTH] = MSG_IDNO_LENGTH,   [IDNO_BAD_DIGITS] = MSG_IDNO_DIGITS,
        [IDNO_BAD_CHECK] = MSG_IDNO_CHECK,     [IDNO_BAD_BIRTH] = MSG_IDNO_BIRTH,
        [IDNO_TRUNCATED] = MSG_IDNO_TRUNCATED, [IDNO_SCIENTIFIC] = MSG_SCIENTIFIC,
    };
    struct idno id;
    const struct label *label = &c->label;
    enum idno_result r = idno_read(in, rd->today, &id);
    if (r != IDNO_OK && r != IDNO_CONVERTED)
        return fail(rd->e, ERR_INVALID, c->name, why[r], A(label));
    if (r == IDNO_CONVERTED)
        warn(rd->e, c->name, MSG_IDNO_OLD, A(label));
    *out = arena_str(rd->e->a, (struct str){ id.text, 18 });
    return true;
}

/* Many passbooks and rural credit accounts carry no check digit (dictionary §4), so a wrong one is a
 * warning here; whoever knows the kind of account to be a card refuses it. */
bool check_account(const struct col *c, struct str in, struct str *out, const struct reading *rd)
{
    struct account_number a;
    const struct label *label = &c->label;
    switch (account_read(in, &a)) {
    case ACCOUNT_BAD_SHAPE: return fail(rd->e, ERR_INVALID, c->name, MSG_ACCOUNT_SHAPE, A(label));
    case ACCOUNT_TRUNCATED: return fail(rd->e, ERR_INVALID, c->name, MSG_IDNO_TRUNCATED, A(label));
    case ACCOUNT_SCIENTIFIC: return fail(rd->e, ERR_INVALID, c->name, MSG_SCIENTIFIC, A(label));
    case ACCOUNT_BAD_LUHN: warn(rd->e, c->name, MSG_LUHN, A(label)); break;
    case ACCOUNT_OK: break;
    }
    *out = arena_str(rd->e->a, str_of(a.text));
    return true;
}

bool check_phone(const struct col *c, struct str in, struct str *out, const struct reading *rd)
{
    char text[24];
    const struct label *label = &c->label;
    if (!phone_read(in, text))
        return fail(rd->e, ERR_INVALID, c->name, MSG_NOT_PHONE, A(label));
    *out = arena_str(rd->e->a, str_of(text));
    return true;
}

/* Han characters of the usual blocks, as most names: nothing to fold. */
static bool is_han(struct str s)
{
    for (size_t i = 0; i < s.n; i += 3)
        if (s.n - i < 3 || (uint8_t)s.p[i] < 0xe4 || (uint8_t)s.p[i] > 0xe9)
            return false;
    return true;
}

/* Clerks widen two-character names with blanks to make columns even: 张　三 is 张三. */
bool check_name(const struct col *c, struct str in, struct str *out, const struct reading *rd)
{
    (void)c;
    if (is_han(in)) {
        *out = in;
        return true;
    }
    struct str folded = text_fold(rd->e->a, in);
    char *d = arena_alloc(rd->e->a, folded.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < folded.n; i++) {
        bool between =
            folded.p[i] == ' ' && n && (d[n - 1] & 0x80) && i + 1 < folded.n && (folded.p[i + 1] & 0x80);
        if (!between)
            d[n++] = folded.p[i];
    }
    *out = (struct str){ d, n };
    return true;
}
