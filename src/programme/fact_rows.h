/* fact_rows.h - the rows of one record of a county on their way from the database into columns.
 *
 * Rows come in the order in which the database gives them fastest, each with the place of its household; at
 * the end they are arranged by household, in pages whose first row lies on a word of the bit columns. */
#ifndef PROGRAMME_FACT_ROWS_H
#define PROGRAMME_FACT_ROWS_H

#include "programme/facts.h"
#include "store/store.h"

enum { FACT_PAGE = 4096 }; /* households of a batch; a multiple of 64 */
#define FACT_NO_HOME UINT32_MAX

struct fact_cells {
    enum fact_type type;
    char *data;     /* one value a row; yes and no as a byte */
    uint8_t *known; /* a byte a row */
    bool gaps;      /* some cell is unknown */
    /* arranged */
    void *column;
    uint64_t *bits;
};
struct fact_rows {
    size_t n, cap;
    uint32_t *home;
    int64_t *id;
    bool in_order; /* by household and id, so far */
    struct fact_cells cols[FACT_NEEDS_MAX];
    size_t cols_n;
    /* arranged */
    uint32_t *start; /* of page p the FACT_PAGE + 1 places from p * (FACT_PAGE + 1) */
    size_t *base;    /* the first row of a page */
};

size_t fact_rows_col(struct fact_rows *t, enum fact_type type); /* before the first row */
size_t fact_rows_add(struct fact_rows *t, uint32_t home, int64_t id);
void fact_rows_put(struct fact_rows *t, size_t col, size_t row, struct val v, struct arena *texts);
/* A row per household: home is its own place. */
void fact_rows_arrange(struct fact_rows *t, size_t households);
struct fact_col fact_rows_page(const struct fact_rows *t, size_t col, size_t page);
void fact_rows_release(struct fact_rows *t);

#endif
