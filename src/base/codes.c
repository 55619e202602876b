#include "base/codes.h"

#include "base/value.h"

const struct code_table *code_table(const struct code_book *book, const char *name)
{
    struct str wanted = str_of(name);
    size_t lo = 0, hi = book->n;
    while (lo < hi) { /* as the database gives them they are in order */
        size_t mid = lo + (hi - lo) / 2;
        int c = str_cmp(book->tables[mid].name, wanted);
        if (c == 0)
            return &book->tables[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (size_t i = 0; i < book->n; i++)
        if (str_eq(book->tables[i].name, wanted))
            return &book->tables[i];
    return NULL;
}

const struct code_row *code_row(const struct code_table *t, int32_t code)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].code == code)
            return &t->rows[i];
    return NULL;
}

static bool is_alias(struct str aliases, struct str text)
{
    struct str one;
    while (str_split(&aliases, '|', &one))
        if (str_eq(one, text))
            return true;
    return false;
}

static bool is_national(struct str national, struct str text)
{
    if (str_eq(national, text))
        return true;
    int64_t a, b; /* a spreadsheet makes 1 of 01 */
    return national.n && str_int(national, &a) && int_read(text, &b) == READ_OK && a == b;
}

const struct code_row *code_find(const struct code_table *t, struct str text)
{
    int64_t number;
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->rows[i].zh, text) || str_eq(t->rows[i].en, text))
            return &t->rows[i];
    for (size_t i = 0; i < t->n; i++)
        if (is_alias(t->rows[i].aliases, text) || str_eq(t->rows[i].slug, text))
            return &t->rows[i];
    for (size_t i = 0; i < t->n; i++)
        if (is_national(t->rows[i].national, text))
            return &t->rows[i];
    if (int_read(text, &number) == READ_OK && number >= 0 && number <= INT32_MAX)
        return code_row(t, (int32_t)number);
    return NULL;
}
