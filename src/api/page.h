/* page.h - long lists: a page of them at a time, in an order that is asked for by its name.
 *
 * A row of the route tables that names its orders takes `sort`, `after` and `limit` in the query: the
 * dispatcher reads them into c->page, refuses an order that is not there, and describes them.  Of an order's
 * name, "no", there is its reverse, "-no".  A list is a loop:
 *
 *     rows_begin(c);
 *     while ((s = page_part(&c->page, &scopes))) {
 *         if (!db_list(c->tx, page_rows(&c->page), &rows, c->a, e, V(s->county), …,
 *                      V(page_behind(&c->page).n[0]), V(page_room(&c->page))))
 *             return false;
 *         for (size_t i = 0; i < rows.n && page_take(&c->page, (struct page_key){ .n = { x[i].no } }); i++)
 *             put_row(…);
 *     }
 *     page_end(c);
 *
 * or, of a list that is at hand:
 *
 *     while (page_step(&c->page, n, &i))
 *         if (is_wanted(&x[i]) && page_take_step(&c->page))
 *             put_row(…); */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "registry/scope.h"
#include "store/store.h"

enum { PAGE_DEFAULT = 50, PAGE_MAX = 500 };

struct call;

/* The statement of a direction; down: from the highest key to the lowest. */
typedef const struct stmt *rows_fn(bool down);
struct order {
    const char *name; /* NULL ends them; the first one is the list's own */
    struct label doc; /* what it goes by */
    rows_fn *rows;    /* NULL: the list has no such statement */
    bool down;        /* unless told: its reverse is the list's own */
};
#define BY(name_, zh, en, ...)                            \
    {                                                     \
        .name = (name_), .doc = { zh, en }, ##__VA_ARGS__ \
    }
#define ORDERS(...) ((const struct order[]){ __VA_ARGS__, { .name = NULL } })

/* What an order goes by, of the last row of a page. */
struct page_key {
    int64_t n[3];
    struct str text;
};
struct list_page {
    const struct order *orders, *order;
    bool down, limited; /* somebody said how many */
    size_t max, n;      /* rows wanted, and met: one more than wanted is left for the next page */
    size_t part;        /* of the actor's area, from 1: where it reads */
    size_t step;        /* of a list at hand, from 1 */
    struct {
        size_t part;
        struct page_key key;
    } from, last; /* part 0: from the start */
};

/* What a query says of its page. */
struct paging {
    struct str sort, after;
    struct opt_int limit;
};
extern const struct entity paging_entity;
/* false: the order is none of these, or the cursor is of another one. */
bool page_read(const struct order *orders, const struct paging *q, struct list_page *p, struct errs *e);
/* As before its first row. */
void page_restart(struct list_page *p);
/* Its names, "no, -no, …", in e->a or so. */
struct str order_names(const struct order *orders, struct arena *a);

static inline const struct stmt *page_rows(const struct list_page *p)
{
    return p->order->rows(p->down);
}
/* The part of the area where the page goes on; NULL: it is full, or that was all. */
const struct scope *page_part(struct list_page *p, const struct scopes *s);
/* Behind which key it goes on in this part: below or above every other where it starts. */
struct page_key page_behind(const struct list_page *p);
/* How many rows to read at most: one more than it shows. */
size_t page_room(const struct list_page *p);
/* Does the row belong on the page?  false: it is full. */
bool page_take(struct list_page *p, struct page_key key);
/* The next row of a list of n that is at hand; and whether that one belongs on the page. */
bool page_step(struct list_page *p, size_t n, size_t *i);
bool page_take_step(struct list_page *p);
/* The next row of a list of n that is at hand and short: all of it, unless somebody said how many.  It stands
 * in the list's own order. */
bool page_each(struct list_page *p, size_t n, size_t *i);
/* The page ends here, behind that key, and there is more. */
void page_cut(struct list_page *p, struct page_key key);
/* Where the next one begins; unknown: that was all. */
struct str page_next(const struct list_page *p, struct arena *a);
/* Ends what rows_begin() has begun. */
void page_end(struct call *c);
/* An answer that is such a short list. */
void put_list_of(struct call *c, const struct entity *en, const struct list *list);

#endif
