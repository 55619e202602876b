#include "api/page.h"

#include "api/route.h"
#include "base/encoding.h"
#include "base/value.h"

#include <sodium.h>

enum { CURSOR_MAX = 600, CURSOR_TEXT_MAX = 300, CURSOR_NUMBERS = 5 };
#define LAST_TEXT "\xf4\x8f\xbf\xbf" /* behind every other */

/* --- the question --------------------------------------------------------------------------- */

static const struct col paging_cols[] = {
    COL(paging, sort, "排序", "Order", .max = 40),
    COL(paging, after, "翻页标记", "Cursor", .max = 600),
    COL(paging, limit, "行数", "Rows", .min = 1, .max = PAGE_MAX),
};
const struct entity paging_entity = ENTITY(paging, TABLE_LOCAL, "一页", "A page", paging_cols);

struct str order_names(const struct order *orders, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(500);
    for (const struct order *o = orders; o->name; o++)
        buf_addf(&b, "%s%s, -%s", o == orders ? "" : ", ", o->name, o->name);
    return arena_str(a, buf_str(&b));
}

static bool read_order(struct str sort, struct list_page *p, struct errs *e)
{
    bool down = sort.n && sort.p[0] == '-';
    struct str name = down ? (struct str){ sort.p + 1, sort.n - 1 } : sort;
    p->order = p->orders;
    p->down = p->order->down;
    if (!sort.p)
        return true;
    for (p->order = p->orders; p->order->name && !str_eq(name, str_of(p->order->name)); p->order++)
        ;
    p->down = down;
    return p->order->name || fail(e, ERR_INVALID, "sort", MSG_API_SORT, A(order_names(p->orders, e->a)));
}

/* A cursor of another order would begin anywhere. */
static int64_t order_no(const struct list_page *p)
{
    return (p->order - p->orders) * 2 + p->down;
}

static bool read_cursor(struct str s, struct list_page *p, struct errs *e)
{
    size_t n = 0;
    char *plain = arena_alloc(e->a, CURSOR_MAX + 1);
    int64_t v[CURSOR_NUMBERS];
    if (!s.p)
        return true;
    bool ok = s.n <= CURSOR_MAX && sodium_base642bin((uint8_t *)plain, CURSOR_MAX, s.p, s.n, NULL, &n, NULL,
                                                     sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
    struct str rest = { plain, n }, part;
    for (size_t i = 0; i < N_ELEMS(v); i++)
        ok = ok && str_split(&rest, ',', &part) && str_int(part, &v[i]);
    if (!ok || (rest.n && !utf8_valid(rest)) || rest.n > CURSOR_TEXT_MAX || v[0] != order_no(p) || v[1] < 1)
        return fail(e, ERR_INVALID, "after", MSG_API_CURSOR);
    p->from.part = (size_t)v[1];
    memcpy(p->from.key.n, v + 2, sizeof p->from.key.n);
    p->from.key.text = rest.n ? rest : STR("");
    return true;
}

bool page_read(const struct order *orders, const struct paging *q, struct list_page *p, struct errs *e)
{
    *p = (struct list_page){ .orders = orders,
                             .max = q->limit.set ? (size_t)q->limit.v : PAGE_DEFAULT,
                             .limited = q->limit.set };
    return read_order(q->sort, p, e) && read_cursor(q->after, p, e);
}

/* --- the rows ------------------------------------------------------------------------------- */

void page_restart(struct list_page *p)
{
    p->n = p->part = p->step = 0;
    p->last.part = 0;
}

const struct scope *page_part(struct list_page *p, const struct scopes *s)
{
    p->part = p->part ? p->part + 1 : p->from.part ? p->from.part : 1;
    if (p->n > p->max || p->part > s->n)
        return NULL;
    return &s->list[p->down ? s->n - p->part : p->part - 1];
}

struct page_key page_behind(const struct list_page *p)
{
    if (p->from.part && (!p->part || p->from.part == p->part))
        return p->from.key;
    return p->down ? (struct page_key){ { INT64_MAX, INT64_MAX, INT64_MAX }, STR(LAST_TEXT) }
                   : (struct page_key){ { INT64_MIN, INT64_MIN, INT64_MIN }, STR("") };
}

size_t page_room(const struct list_page *p)
{
    return p->max + 1 - p->n;
}

bool page_take(struct list_page *p, struct page_key key)
{
    if (p->n >= p->max) {
        p->n = p->max + 1;
        return false;
    }
    p->n++;
    p->last.part = p->part ? p->part : 1;
    p->last.key = key;
    return true;
}

bool page_step(struct list_page *p, size_t n, size_t *i)
{
    if (!p->step && p->from.part)
        p->step = p->from.key.n[0] > 0 && (uint64_t)p->from.key.n[0] < n ? (size_t)p->from.key.n[0] : n;
    if (p->n > p->max || p->step >= n)
        return false;
    p->step++;
    *i = p->down ? n - p->step : p->step - 1;
    return true;
}

bool page_take_step(struct list_page *p)
{
    return page_take(p, (struct page_key){ .n = { (int64_t)p->step } });
}

bool page_each(struct list_page *p, size_t n, size_t *i)
{
    if (!p->limited)
        p->max = n;
    if (!page_step(p, n, i) || !page_take_step(p))
        return false;
    if (p->order->down)
        *i = n - 1 - *i;
    return true;
}

void page_cut(struct list_page *p, struct page_key key)
{
    p->n = p->max + 1;
    p->last.part = p->part ? p->part : 1;
    p->last.key = key;
}

struct str page_next(const struct list_page *p, struct arena *a)
{
    const struct page_key *k = &p->last.key;
    if (p->n <= p->max)
        return (struct str){ 0 };
    char *plain = arena_printf(a, "%lld,%zu,%lld,%lld,%lld,%.*s", (long long)order_no(p), p->last.part,
                               (long long)k->n[0], (long long)k->n[1], (long long)k->n[2], (int)k->text.n,
                               k->text.n ? k->text.p : "");
    size_t n = strlen(plain), size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(a, size);
    sodium_bin2base64(text, size, (const uint8_t *)plain, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(text);
}

void page_end(struct call *c)
{
    rows_end(c, page_next(&c->page, c->a));
}

void put_list_of(struct call *c, const struct entity *en, const struct list *list)
{
    size_t i;
    rows_begin(c);
    while (page_each(&c->page, list->n, &i))
        put_row(c, en, (const char *)list->rows + i * en->size);
    page_end(c);
}
