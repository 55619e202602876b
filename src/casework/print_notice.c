#include "casework/print_notice.h"

#include "base/value.h"
#include "casework/print.h"

#include <assert.h>

enum { NOTICE_COLS = 24 };

struct columns {
    const struct col *col[NOTICE_COLS];
    struct print_col shown[NOTICE_COLS + 1];
    size_t n;
};

static bool has(struct str list, const char *name)
{
    struct str one;
    while (str_split(&list, ',', &one))
        if (str_eq(one, str_of(name)))
            return true;
    return false;
}

/* The frozen columns behind a serial number. */
static void columns_of(const struct notice *n, struct columns *c)
{
    c->shown[0] = (struct print_col){ { "序号", "No" }, false, 75 };
    for (size_t i = 0; i < notice_row_entity.n; i++) {
        const struct col *x = &notice_row_entity.cols[i];
        if (!notice_publishes(x) || !has(n->columns, x->name))
            continue;
        assert(c->n < NOTICE_COLS);
        c->col[c->n++] = x;
        c->shown[c->n] = (struct print_col){ x->label, x->type == T_OPT_MONEY, 0 };
    }
}

static struct str cell_of(const struct col *c, const struct notice_row *row, struct arena *a)
{
    static const struct code_book no_codes = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    if (!col_known(c, row))
        return (struct str){ 0 };
    if (c->type == T_OPT_MONEY)
        money_print_grouped(&b, ((const struct opt_money *)(const void *)((const char *)row + c->off))->v);
    else
        col_print(c, row, &b, &no_codes, ZH);
    return arena_str(a, buf_str(&b));
}

/* Sums under the amounts; false when there are none, or one does not fit a number. */
static bool sum_up(const struct columns *c, const struct list *rows, struct str *total, struct arena *a)
{
    const struct notice_row *row = rows->rows;
    bool any = false;
    for (size_t k = 0; k < c->n; k++) {
        struct money sum = { 0 };
        if (strcmp(c->col[k]->name, "amount") != 0)
            continue;
        for (size_t i = 0; i < rows->n; i++)
            if (row[i].amount.set && !money_add(&sum, row[i].amount.v))
                return false;
        CLEANUP(buf_release) struct buf b = BUF(64);
        money_print_grouped(&b, sum);
        total[k + 1] = arena_str(a, buf_str(&b));
        any = true;
    }
    total[0] = STR("合计");
    return any && rows->n > 1;
}

static void put_rows(struct print *p, const struct notice *n, const struct list *rows, struct arena *a)
{
    struct columns c = { .n = 0 };
    const struct notice_row *row = rows->rows;
    columns_of(n, &c);
    size_t width = c.n + 1;
    struct str *cells = NEW_ARRAY(a, struct str, arena_mul(width, rows->n + 1));
    struct str *total = NEW_ARRAY(a, struct str, width);
    for (size_t i = 0; i < rows->n; i++) {
        cells[i * width] = str_of(arena_printf(a, "%lld", (long long)row[i].no));
        for (size_t k = 0; k < c.n; k++)
            cells[i * width + k + 1] = cell_of(c.col[k], &row[i], a);
    }
    bool sums = sum_up(&c, rows, total, a);
    struct print_table t = {
        .cols = c.shown, .cols_n = width, .cells = cells, .rows_n = rows->n, .total = sums ? total : NULL
    };
    print_table(p, &t);
}

const char *notice_check_text(const struct notice *n, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(128);
    for (size_t i = 0; i < n->mac.n; i++)
        buf_addf(&b, "%s%02X", i && i % 4 == 0 ? " " : "", n->mac.p[i]);
    return arena_str(a, buf_str(&b)).p;
}

static struct str day_zh(struct date d, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    date_print_zh(&b, d);
    return arena_str(a, buf_str(&b));
}

static struct str words(enum msg m)
{
    return str_of(catalogue_text(m, ZH));
}

static void put_words(struct print *p, const struct notice *n, struct arena *a)
{
    enum msg period = n->day_unit.v == WORKING_DAYS ? MSG_PRINT_PERIOD_WORKING : MSG_PRINT_PERIOD;
    struct str first = day_zh(n->starts_on, a), last = day_zh(n->ends_on, a);
    print_text(p, str_of(say(a, ZH, period, A(first), A(last), A(n->days))));
    if (n->kind.v == NOTICE_PUBLIC)
        print_text(p, str_of(say(a, ZH, MSG_PRINT_OBJECT, A(n->unit))));
    print_line(p, words(MSG_PRINT_HOTLINE), n->hotline);
    print_line(p, words(MSG_PRINT_ADDRESS), n->address);
    print_line(p, words(MSG_PRINT_EMAIL), n->email);
}

bool print_notice(struct tx *tx, const struct notice *n, struct buf *out, struct errs *e)
{
    struct list rows;
    struct print p;
    if (n->state.v == NOTICE_VOID)
        return fail(e, ERR_CONFLICT, "no", MSG_NOTICE_IS_VOID, A(n->no));
    if (!notice_rows(tx, n, &rows, e))
        return false;
    if (!notice_is_intact(tx, n, &rows))
        return fail(e, ERR_INTERNAL, "no", MSG_NOTICE_BROKEN, A(n->no));
    print_begin(&p, out, ZH, (struct print_page){ .name = n->title });
    print_title(&p, n->title);
    print_number(&p, n->document_no);
    if (n->basis.n)
        print_text(&p, n->basis);
    else
        print_text(&p, words(n->kind.v == NOTICE_RESULT ? MSG_PRINT_BASIS_RESULT : MSG_PRINT_BASIS));
    put_rows(&p, n, &rows, e->a);
    put_words(&p, n, e->a);
    print_together(&p, true);
    print_seal(&p, n->unit, n->starts_on);
    print_foot(&p,
               str_of(say(e->a, ZH, MSG_PRINT_CHECK, A(n->no), A(n->rows_n), A(notice_check_text(n, e->a)))));
    print_together(&p, false);
    print_end(&p);
    return !out->full || fail(e, ERR_INVALID, "no", MSG_FILE_TOO_LARGE, A(n->title));
}
