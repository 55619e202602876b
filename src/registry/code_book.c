#include "registry/code_book.h"

#include "base/assets.h"
#include "base/csv.h"

#include <assert.h>

enum { CODES_MAX = 1 << 16, TABLES_MAX = 256, SHIPPED_MAX = 4096 };

/* The files are ours: a column or value that does not read is a bug of the build. */
static void read_entry(const struct csv_row *head, const struct csv_row *row, struct code_entry *x,
                       const struct reading *rd)
{
    static const char *const names[] = { "table_name", "code",     "slug",     "zh",
                                         "en",         "short_zh", "national", "aliases",
                                         "valid_from", "valid_to", "parent",   "note" };
    assert(row->damage == CSV_WHOLE);
    assert(row->n == head->n);
    assert(row->n == N_ELEMS(names));
    for (size_t i = 0; i < row->n; i++) {
        bool ok = col_read(entity_col(&code_entity, names[i]), x, row->cells[i], rd);
        assert(ok);
    }
}

/* One statement for the many look-ups of init: what is there already. */
static bool known_codes(struct tx *tx, struct list *have, struct errs *e)
{
    return db_list(tx, SQL_OF(STMT_REF, &code_entity, "SELECT {*} FROM code ORDER BY table_name, code"), have,
                   e->a, e);
}

static bool is_known(const struct list *have, const struct code_entry *x)
{
    const struct code_entry *rows = have->rows;
    size_t lo = 0, hi = have->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = str_cmp(rows[mid].table_name, x->table_name);
        if (c == 0)
            c = (rows[mid].code > x->code) - (rows[mid].code < x->code);
        if (c == 0)
            return true;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

static bool load_file(struct act *act, const struct asset *file, const struct list *have, int64_t *added,
                      struct errs *e)
{
    struct reading rd = { .e = e };
    struct csv csv = csv_open((struct str){ (const char *)file->p, file->n });
    struct csv_row head, row;
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &code_entity);
    bool any = csv_next(&csv, e->a, &head);
    assert(any);
    for (int64_t sort = 1; csv_next(&csv, e->a, &row); sort++) {
        struct code_entry x = { .sort = sort };
        read_entry(&head, &row, &x, &rd);
        if (is_known(have, &x))
            continue;
        if (!bulk_add(b, &x, e))
            return false;
        ++*added;
    }
    return bulk_flush(b, e);
}

bool codes_load_shipped(struct act *act, int64_t *added, struct errs *e)
{
    struct list have;
    *added = 0;
    if (!known_codes(act->tx, &have, e))
        return false;
    for (size_t i = 0; i < assets_n; i++)
        if (str_starts(str_of(assets[i].path), STR("sql/codes/")) &&
            !load_file(act, &assets[i], &have, added, e))
            return false;
    return true;
}

static struct code_row row_of(const struct code_entry *x)
{
    return (struct code_row){ .code = (int32_t)x->code,
                              .slug = x->slug,
                              .zh = x->zh,
                              .en = x->en,
                              .national = x->national,
                              .aliases = x->aliases,
                              .valid_from = x->valid_from,
                              .valid_to = x->valid_to };
}

static uint64_t mixed(uint64_t h, const void *p, size_t n) /* FNV-1a */
{
    const unsigned char *c = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ c[i]) * UINT64_C(0x100000001b3);
    return (h ^ n) * UINT64_C(0x100000001b3);
}

static uint64_t stamp_of(const struct code_entry *x, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++) {
        const struct str texts[] = {
            x[i].table_name, x[i].slug, x[i].zh, x[i].en, x[i].national, x[i].aliases
        };
        const int64_t numbers[] = { x[i].code, x[i].sort,
                                    x[i].valid_to.set ? x[i].valid_to.v.day : INT64_MAX };
        for (size_t k = 0; k < N_ELEMS(texts); k++)
            h = mixed(h, texts[k].p, texts[k].n);
        h = mixed(h, numbers, sizeof numbers);
    }
    return h;
}

bool codes_read(struct tx *tx, struct code_book *book, struct arena *a, struct errs *e)
{
    struct list all;
    if (!db_list(tx, SQL_OF(STMT_REF, &code_entity, "SELECT {*} FROM code ORDER BY table_name, sort, code"),
                 &all, a, e))
        return false;
    const struct code_entry *x = all.rows;
    struct code_row *rows = NEW_ARRAY(a, struct code_row, all.n);
    struct code_table *tables = NEW_ARRAY(a, struct code_table, all.n);
    size_t n = 0;
    for (size_t i = 0; i < all.n && i < CODES_MAX; i++) {
        rows[i] = row_of(&x[i]);
        if (!n || !str_eq(tables[n - 1].name, x[i].table_name))
            tables[n++] = (struct code_table){ .name = x[i].table_name, .rows = &rows[i] };
        tables[n - 1].n++;
    }
    *book = (struct code_book){ tables, n, stamp_of(x, all.n) };
    return true;
}

/* The rows of a table stand together in one file. */
void codes_shipped(struct code_book *book, struct arena *a)
{
    struct errs e = { .a = a };
    struct reading rd = { .e = &e };
    struct code_row *rows = NEW_ARRAY(a, struct code_row, SHIPPED_MAX);
    struct code_table *tables = NEW_ARRAY(a, struct code_table, TABLES_MAX);
    size_t n = 0, tables_n = 0;
    for (size_t i = 0; i < assets_n; i++) {
        struct csv_row head, row;
        if (!str_starts(str_of(assets[i].path), STR("sql/codes/")))
            continue;
        struct csv csv = csv_open((struct str){ (const char *)assets[i].p, assets[i].n });
        bool any = csv_next(&csv, a, &head);
        assert(any);
        while (csv_next(&csv, a, &row)) {
            struct code_entry x = { .sort = (int64_t)n };
            read_entry(&head, &row, &x, &rd);
            assert(n < SHIPPED_MAX);
            rows[n] = row_of(&x);
            if (!tables_n || !str_eq(tables[tables_n - 1].name, x.table_name)) {
                assert(tables_n < TABLES_MAX);
                tables[tables_n++] = (struct code_table){ .name = x.table_name, .rows = &rows[n] };
            }
            tables[tables_n - 1].n++;
            n++;
        }
    }
    *book = (struct code_book){ .tables = tables, .n = tables_n };
}
