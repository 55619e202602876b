#include "programme/place.h"

const char *place_name(struct arena *a, struct file_place at)
{
    return arena_printf(a, "%d:%d", at.line, at.column);
}

static struct file_place place_of(const struct err *x)
{
    struct str rest = str_of(x->field), part;
    int64_t line = 0, column = 0;
    if (str_split(&rest, ':', &part) && str_int(part, &line) && str_int(rest, &column))
        return (struct file_place){ (int)line, (int)column };
    return (struct file_place){ 0, 0 };
}

static bool before(const struct err *x, const struct err *y)
{
    struct file_place a = place_of(x), b = place_of(y);
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* Insertion keeps what stands at one place in the order in which it was found; mistakes are few. */
void errs_sort_places(struct errs *e)
{
    struct err *sorted = NULL;
    for (struct err *x = e->bad.first, *next; x; x = next) {
        struct err **to = &sorted;
        next = x->next;
        while (*to && !before(x, *to))
            to = &(*to)->next;
        x->next = *to;
        *to = x;
    }
    e->bad.first = sorted;
    e->bad.tail = &e->bad.first;
    while (*e->bad.tail)
        e->bad.tail = &(*e->bad.tail)->next;
}
