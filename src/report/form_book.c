#include "report/form_book.h"

#include "report/form_parts.h"

enum { PAGE_BYTES = 16 << 20, NAME_CHARS_MAX = 31 };

/* --- what the sheets hold ------------------------------------------------------------------- */

/* What a sheet may be called. */
static const char *sheet_name(struct str title, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(400);
    size_t chars = 0;
    for (size_t i = 0; i < title.n; i++) {
        if (((unsigned char)title.p[i] & 0xC0) != 0x80 && chars++ == NAME_CHARS_MAX)
            break;
        buf_addc(&b, strchr("[]:*?/\\'", title.p[i]) ? ' ' : title.p[i]);
    }
    return arena_str(a, buf_str(&b)).p;
}

/* Names that are cut off, or differ by a capital letter only, get a number before them. */
static const char *free_name(const struct form_book *b, struct str title, struct arena *a)
{
    const char *name = sheet_name(title, a);
    for (size_t i = 0; i < b->n; i++)
        if (!strcasecmp(b->sheets[i].name, name))
            return sheet_name(str_of(arena_printf(a, "%zu %s", b->n + 1, name)), a);
    return name;
}

static bool is_survey(const struct forms *f)
{
    return str_eq(str_of(f->kind->name), STR("survey"));
}

/* The page itself is made and forgotten: its words are what the sheet holds. */
static bool read_paper(struct forms *f, size_t i, struct print_rows *out, struct errs *e)
{
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES);
    const struct form_kind *k = forms_kind(f, i);
    struct print p;
    *out = (struct print_rows){ .a = f->a };
    print_begin(&p, &page, ZH, (struct print_page){ .name = str_of(k->label.zh) });
    p.rows = out;
    return k->put(f, i, &p, e);
}

static bool add_sheet(struct forms *f, size_t i, struct form_book *b, struct errs *e)
{
    struct form_sheet *x = &b->sheets[b->n];
    *x = (struct form_sheet){ .register_ = forms_kind(f, i)->table != NULL };
    if (!(x->register_ ? forms_table(f, i, &x->table, e) : read_paper(f, i, &x->paper, e)))
        return false;
    bool alone = x->register_ && forms_n(f) == 1;
    x->name = free_name(b, alone || is_survey(f) ? x->table.title : forms_name(f, i), f->a);
    b->rows += x->register_ ? x->table.rows_n : x->paper.n;
    b->n++;
    return true;
}

bool form_book_one(struct forms *f, size_t i, struct form_book *out, struct errs *e)
{
    *out = (struct form_book){ .sheets = NEW(f->a, struct form_sheet) };
    return add_sheet(f, i, out, e);
}

bool form_book_make(struct forms *f, struct form_book *out, struct errs *e)
{
    size_t n = is_survey(f) ? 1 : forms_n(f);
    if (n > FORM_SHEETS_MAX)
        return fail(e, ERR_INVALID, "number", MSG_FORM_SHEETS, A((int64_t)FORM_SHEETS_MAX), A((int64_t)n));
    *out = (struct form_book){ .sheets = NEW_ARRAY(f->a, struct form_sheet, n) };
    for (size_t i = 0; i < n; i++)
        if (!add_sheet(f, i, out, e))
            return false;
    return true;
}

/* --- the file --------------------------------------------------------------------------------- */

static void put_row(struct xlsx *book, const struct form_table *t, const struct str *cells)
{
    for (size_t k = 0; k < t->cols_n; k++)
        if (t->cols[k].kind == XLSX_TEXT || !cells[k].p)
            xlsx_cell(book, cells[k]);
        else
            xlsx_number(book, cells[k], t->cols[k].kind);
    xlsx_next_row(book);
}

static void put_register(struct xlsx *book, const struct form_table *t, struct arena *a)
{
    struct xlsx_col *heads = NEW_ARRAY(a, struct xlsx_col, t->cols_n);
    for (size_t i = 0; i < t->cols_n; i++)
        heads[i] = (struct xlsx_col){ .heading = t->cols[i].label.zh, .kind = t->cols[i].kind };
    xlsx_head(book, heads, t->cols_n);
    for (size_t i = 0; i < t->rows_n; i++)
        put_row(book, t, t->cells + i * t->cols_n);
    if (t->total)
        put_row(book, t, t->total);
}

/* 10,000.00 on paper is a number that can be added up here. */
static void put_number(struct xlsx *book, struct str text)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    bool point = false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != ',')
            buf_addc(&b, text.p[i]);
        point = point || text.p[i] == '.';
    }
    xlsx_number(book, b.full ? text : buf_str(&b), point ? XLSX_MONEY : XLSX_COUNT);
}

static void put_paper(struct xlsx *book, const struct print_rows *rows)
{
    enum { LABEL = 24, CONTENT = 72 }; /* letters wide; a paragraph stands where there is more room */
    static const struct xlsx_col heads[] = { { .heading = "栏目", .width = LABEL, .wraps = true },
                                             { .heading = "内容", .width = CONTENT, .wraps = true } };
    xlsx_head(book, heads, N_ELEMS(heads));
    for (size_t i = 0; i < rows->n; i++) {
        const struct print_row *r = &rows->list[i];
        if (r->n == 1 && str_width(r->cells[0].text) > LABEL)
            xlsx_cell(book, (struct str){ 0 });
        for (size_t k = 0; k < r->n; k++)
            if (r->cells[k].number)
                put_number(book, r->cells[k].text);
            else
                xlsx_cell(book, r->cells[k].text);
        xlsx_next_row(book);
    }
}

bool form_book_write(const struct form_book *b, const char *path, struct arena *a, struct errs *e)
{
    struct xlsx *book = xlsx_open(path, false);
    for (size_t i = 0; i < b->n; i++) {
        const struct form_sheet *x = &b->sheets[i];
        xlsx_sheet(book, x->name);
        if (x->register_)
            put_register(book, &x->table, a);
        else
            put_paper(book, &x->paper);
    }
    return xlsx_close(book, "lists", e);
}
