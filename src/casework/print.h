/* print.h - A4 pages in the style of official documents (GB/T 9704-2012), as HTML that a browser prints.
 *
 * Text block 156 × 225 mm, 22 lines of 28 characters, body 3号仿宋 (16 pt), title 2号小标宋 (22 pt), page
 * numbers — 1 — outside.  No font is shipped: the names of the official ones come first, open ones behind.
 *
 * A page is written from top to bottom:
 *     struct print p;
 *     print_begin(&p, out, ZH, (struct print_page){ .name = title });
 *     print_title(&p, title); print_text(&p, …); print_table(&p, …); print_seal(&p, unit, day);
 *     print_end(&p);
 * A form (申请表, 登记表, 责任状 …) is data: a struct print_form and a function that knows the values. */
#ifndef CASEWORK_PRINT_H
#define CASEWORK_PRINT_H

#include "base/buf.h"
#include "base/err.h"

struct print_page {
    struct str name; /* of the document, in the browser's title */
    bool landscape;  /* for wide registers */
    bool form;       /* narrow margins and small type, so that a form fits its page */
};
/* What a page says, as rows of cells: of a field its label and its content, of a table its heading and rows;
 * of several copies the first. */
struct print_cell {
    struct str text;
    bool number;
};
struct print_row {
    const struct print_cell *cells;
    size_t n;
};
struct print_rows {
    struct arena *a;
    struct print_row *list;
    size_t n, cap;
    const struct print_field *form; /* that a copy was made of */
};
struct print {
    struct buf *out;
    enum lang lang;
    int pages;               /* begun by print_page so far */
    struct print_rows *rows; /* whoever wants them too, for a workbook, sets it after print_begin */
};
void print_begin(struct print *p, struct buf *out, enum lang lang, struct print_page page);
void print_end(struct print *p);

/* --- words -------------------------------------------------------------------------------- */

void print_title(struct print *p, struct str s);
void print_number(struct print *p, struct str s);             /* 文号, centred; unknown: nothing */
void print_address(struct print *p, struct str s);            /* 各村民小组： */
void print_heading(struct print *p, int level, struct str s); /* 1: 黑体, 2: 楷体 */
void print_text(struct print *p, struct str s); /* a paragraph, two characters in; lines are kept */
void print_line(struct print *p, struct str label, struct str value); /* 监督电话：…; unknown: nothing */
/* One line above or below a table: 填报单位（盖章）… 单位：元 */
void print_edges(struct print *p, struct str left, struct str middle, struct str right);
void print_note(struct print *p, struct str s);   /* small, under a table; unknown: nothing */
void print_foot(struct print *p, struct str s);   /* small, at the end of the document */
void print_together(struct print *p, bool begin); /* what stands between stays on one page */
void print_break(struct print *p);                /* what follows stands on a new page */
void print_gap(struct print *p);                  /* a line to cut along: two copies on a page */
void print_page(struct print *p); /* the same, but for the first: each paper of a batch begins with it */

/* --- tables ------------------------------------------------------------------------------- */

struct print_col {
    struct label label;
    bool number; /* to the right */
    int width;   /* per mille; 0: as it comes */
};
struct print_table {
    const struct print_col *cols;
    size_t cols_n;
    const struct str *cells; /* row by row, cols_n each */
    size_t rows_n;
    /* cols_n each, unknown: blank; NULL: no such line.  The page totals are one line per page. */
    const struct str *total, *page_totals;
    const size_t *page_ends; /* the row behind the last of each page; NULL: as page_rows says */
    bool small;              /* dense, however few its columns are */
    bool tall;               /* rows have room for a signature */
    size_t page_rows; /* 0: pages break by themselves; else so many rows a page, the blank rest struck out */
};
/* The heading is repeated on every page. */
void print_table(struct print *p, const struct print_table *t);

/* --- forms -------------------------------------------------------------------------------- */

/* Fields stand side by side in a grid of PRINT_GRID columns; `width` columns each, the label's included. */
enum { PRINT_GRID = 24, PRINT_COPIES_MAX = 8 };
struct print_field {
    struct label label; /* NULL: no cell for it */
    const char *key;    /* of the value; NULL: left blank */
    int width;          /* 0 ends the table of fields */
    int label_width;    /* 0: 4 */
    int height;         /* mm; 0: one line */
    bool opinion;       /* the text above, signature, seal and date below */
};
struct print_form {
    struct label title;
    const struct print_field *fields;
    const char *const *holders; /* 第一联 存根 …: one copy each, NULL-terminated; NULL: one copy */
    struct label note;          /* small, under the form */
    bool landscape;
};
typedef struct str print_value_fn(void *ctx, const char *key); /* unknown: blank */
/* Its grid alone; one copy where the page is; one page per copy, within a document; and the whole document.
 */
void print_form_fields(struct print *p, const struct print_form *f, print_value_fn *value, void *ctx);
void print_form_block(struct print *p, const struct print_form *f, const char *holder, struct str number,
                      print_value_fn *value, void *ctx);
void print_form_pages(struct print *p, const struct print_form *f, struct str number, print_value_fn *value,
                      void *ctx);
void print_form(struct buf *out, enum lang lang, const struct print_form *f, struct str number,
                print_value_fn *value, void *ctx);

/* --- signatures --------------------------------------------------------------------------- */

/* Unit and date at the right, with room for a seal of 42 mm over them. */
void print_seal(struct print *p, struct str unit, struct date day);
/* Parties side by side: 甲方（盖章）, 法定代表人, date … */
struct print_party {
    struct str role, name;
    bool seals; /* a seal, else a signature and a fingerprint */
};
void print_parties(struct print *p, const struct print_party *parties, size_t n);

#endif
