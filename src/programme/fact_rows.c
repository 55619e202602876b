#include "programme/fact_rows.h"

#include <assert.h>

static const size_t sizes[] = {
    [FACT_BOOL] = 1, [FACT_INT] = 8,  [FACT_MONEY] = 8, [FACT_QUANTITY] = 8,
    [FACT_DATE] = 4, [FACT_CODE] = 2, [FACT_CODES] = 8, [FACT_TEXT] = sizeof(struct str),
};

size_t fact_rows_col(struct fact_rows *t, enum fact_type type)
{
    assert(t->n == 0);
    assert(t->cols_n < FACT_NEEDS_MAX);
    t->cols[t->cols_n] = (struct fact_cells){ .type = type };
    return t->cols_n++;
}

static void grow(struct fact_rows *t)
{
    t->cap = t->cap ? t->cap * 2 : 1024;
    t->home = xrealloc(t->home, arena_mul(t->cap, sizeof *t->home));
    t->id = xrealloc(t->id, arena_mul(t->cap, sizeof *t->id));
    for (size_t i = 0; i < t->cols_n; i++) {
        struct fact_cells *c = &t->cols[i];
        c->data = xrealloc(c->data, arena_mul(t->cap, sizes[c->type]));
        c->known = xrealloc(c->known, t->cap);
    }
}

size_t fact_rows_add(struct fact_rows *t, uint32_t home, int64_t id)
{
    size_t row = t->n++;
    if (row == t->cap)
        grow(t);
    t->home[row] = home;
    t->id[row] = id;
    if (row == 0)
        t->in_order = true;
    else if (home < t->home[row - 1] || (home == t->home[row - 1] && id < t->id[row - 1]))
        t->in_order = false;
    return row;
}

void fact_rows_put(struct fact_rows *t, size_t col, size_t row, struct val v, struct arena *texts)
{
    struct fact_cells *c = &t->cols[col];
    c->known[row] = v.kind != V_NULL;
    if (v.kind == V_NULL) {
        memset(c->data + row * sizes[c->type], 0, sizes[c->type]);
        c->gaps = true;
        return;
    }
    switch (c->type) {
    case FACT_BOOL: c->data[row] = v.i != 0; break;
    case FACT_DATE: ((int32_t *)(void *)c->data)[row] = (int32_t)v.i; break;
    case FACT_CODE: ((int16_t *)(void *)c->data)[row] = (int16_t)v.i; break;
    case FACT_TEXT: ((struct str *)(void *)c->data)[row] = arena_str(texts, v.s); break;
    case FACT_INT:
    case FACT_MONEY:
    case FACT_QUANTITY:
    case FACT_CODES: ((int64_t *)(void *)c->data)[row] = v.i; break;
    }
}

/* --- arranging ---------------------------------------------------------------------------------- */

static bool comes_before(const struct fact_rows *t, uint32_t a, uint32_t b)
{
    return t->home[a] == t->home[b] && t->id[a] < t->id[b];
}

/* Rows by household; within one by id. */
static uint32_t *order_of(const struct fact_rows *t, size_t households)
{
    uint32_t *order = xcalloc(t->n + 1, sizeof *order), *next = xcalloc(households + 1, sizeof *next);
    for (size_t i = 0; i < t->n; i++)
        next[t->home[i] + 1]++;
    for (size_t h = 0; h < households; h++)
        next[h + 1] += next[h];
    for (size_t i = 0; i < t->n; i++)
        order[next[t->home[i]]++] = (uint32_t)i;
    for (size_t k = 1; k < t->n; k++)
        for (size_t at = k; at && comes_before(t, order[at], order[at - 1]); at--) {
            uint32_t x = order[at];
            order[at] = order[at - 1];
            order[at - 1] = x;
        }
    free(next);
    return order;
}

/* Where a page's rows begin, and its households' among them; gives the number of rows with the gaps. */
static size_t lay_out(struct fact_rows *t, size_t households, const uint32_t *order)
{
    size_t pages = (households + FACT_PAGE - 1) / FACT_PAGE, at = 0, k = 0;
    t->start = xcalloc(pages * (FACT_PAGE + 1) + 1, sizeof *t->start);
    t->base = xcalloc(pages + 1, sizeof *t->base);
    for (size_t p = 0; p < pages; p++) {
        uint32_t *start = t->start + p * (FACT_PAGE + 1);
        size_t from = k;
        t->base[p] = at;
        for (size_t i = 0; i < FACT_PAGE && p * FACT_PAGE + i < households; i++) {
            start[i] = (uint32_t)(k - from);
            while (k < t->n && t->home[order ? order[k] : k] == p * FACT_PAGE + i)
                k++;
            start[i + 1] = (uint32_t)(k - from);
        }
        at = (at + (k - from) + 63) / 64 * 64;
    }
    assert(k == t->n);
    return at;
}

struct move {
    const struct fact_rows *t;
    const uint32_t *order;
    size_t households, rows;
};

/* Rows of a page stand together, in order. */
static void move_cells(const struct move *m, struct fact_cells *c)
{
    size_t pages = (m->households + FACT_PAGE - 1) / FACT_PAGE, size = sizes[c->type], k = 0;
    uint64_t *words = c->type == FACT_BOOL ? xcalloc(m->rows / 64 + 1, 8) : NULL;
    char *to = words ? NULL : xcalloc(m->rows + 1, size);
    if (c->gaps)
        c->bits = xcalloc(m->rows / 64 + 1, 8);
    for (size_t p = 0; p < pages; p++) {
        size_t last = m->households - p * FACT_PAGE < FACT_PAGE ? m->households - p * FACT_PAGE : FACT_PAGE;
        size_t n = m->t->start[p * (FACT_PAGE + 1) + last];
        for (size_t i = 0; i < n; i++, k++) {
            size_t from = m->order ? m->order[k] : k, at = m->t->base[p] + i;
            if (words)
                words[at / 64] |= (uint64_t)(c->data[from] != 0) << (at % 64);
            else
                memcpy(to + at * size, c->data + from * size, size);
            if (c->bits)
                c->bits[at / 64] |= (uint64_t)c->known[from] << (at % 64);
        }
    }
    c->column = words ? (void *)words : (void *)to;
    free(c->data);
    free(c->known);
    c->data = NULL;
    c->known = NULL;
}

void fact_rows_arrange(struct fact_rows *t, size_t households)
{
    uint32_t *order = t->in_order || t->n == 0 ? NULL : order_of(t, households);
    struct move m = { t, order, households, lay_out(t, households, order) };
    for (size_t i = 0; i < t->cols_n; i++)
        move_cells(&m, &t->cols[i]);
    free(order);
}

struct fact_col fact_rows_page(const struct fact_rows *t, size_t col, size_t page)
{
    const struct fact_cells *c = &t->cols[col];
    struct fact_col out = { 0 };
    size_t at = t->base[page];
    if (c->type == FACT_BOOL)
        out.bits = (const uint64_t *)c->column + at / 64;
    else
        out.num = (const void *)((const char *)c->column + at * sizes[c->type]);
    out.known = c->bits ? c->bits + at / 64 : NULL;
    return out;
}

void fact_rows_release(struct fact_rows *t)
{
    for (size_t i = 0; i < t->cols_n; i++) {
        free(t->cols[i].data);
        free(t->cols[i].known);
        free(t->cols[i].column);
        free(t->cols[i].bits);
    }
    free(t->home);
    free(t->id);
    free(t->start);
    free(t->base);
    *t = (struct fact_rows){ 0 };
}
