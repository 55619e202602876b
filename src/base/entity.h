/* entity.h - one table of columns drives SQL, JSON, CSV, checks, masking, sealing and docs.
 *
 * A column's C type picks its kind, so the two cannot disagree.  Adding a field is one row here
 * and one migration. */
#ifndef BASE_ENTITY_H
#define BASE_ENTITY_H

#include "base/codes.h"
#include "base/idno.h"
#include "base/json.h"

#include <jansson.h>

enum type {
    T_INT,
    T_OPT_INT,
    T_TEXT,
    T_BYTES,
    T_MONEY,
    T_OPT_MONEY,
    T_DATE,
    T_OPT_DATE,
    T_INSTANT,
    T_OPT_QUANTITY,
    T_BOOL,
    T_YESNO,
    T_CODE,
    T_CODES,
    T_REGION,
};
#define TYPE_OF(x)                            \
    _Generic((x), int64_t                     \
             : T_INT, struct opt_int          \
             : T_OPT_INT, struct str          \
             : T_TEXT, struct bytes           \
             : T_BYTES, struct money          \
             : T_MONEY, struct opt_money      \
             : T_OPT_MONEY, struct date       \
             : T_DATE, struct opt_date        \
             : T_OPT_DATE, struct instant     \
             : T_INSTANT, struct opt_quantity \
             : T_OPT_QUANTITY, bool           \
             : T_BOOL, enum yesno             \
             : T_YESNO, struct code           \
             : T_CODE, struct code_set        \
             : T_CODES, struct region_code    \
             : T_REGION)

enum {
    PKEY = 1, /* part of the primary key, in the table's order */
    REQUIRED = 2,
    SERVER = 4,  /* set by the system: not in imports, forms or request bodies */
    NATURAL = 8, /* people know the row by it; with the county it is unique */
    MONTH = 16,  /* a date of which often only the month is known: its first day is taken, with a warning */
};

/* Sealed columns (architecture §5): the struct holds the plain text, the database never does. */
enum seal_kind { SEAL_NONE, SEAL_ID_NUMBER, SEAL_BANK_ACCOUNT, SEAL_DOCUMENT, SEAL_KINDS };

/* What those without the right to the whole value see (dictionary §11). */
enum mask_kind { MASK_NONE, MASK_IDNO, MASK_ACCOUNT, MASK_PHONE, MASK_HIDE };

struct col;
/* What reading a cell needs besides the cell. */
struct reading {
    struct errs *e;
    const struct code_book *codes;
    struct date today;
    const struct code_table *table; /* the column's, where the reader has looked it up before; else NULL */
    bool newly; /* somebody says it today, no old paper: a code that came to an end is refused */
};
/* Checks and normalises a text column; the result lives in rd->e->a. */
typedef bool check_fn(const struct col *c, struct str in, struct str *out, const struct reading *rd);

struct col {
    const char *name; /* in SQL, JSON and rules */
    struct label label;
    enum type type;
    size_t off;
    unsigned flags;
    int64_t min, max;     /* value range (fen, days, ten-thousandths), or length of a text in
                           * characters; both 0: no limit but the type's own */
    const char *codes;    /* T_CODE and T_CODES: the code table */
    const char *unit;     /* T_OPT_QUANTITY */
    const char *national; /* field code of the national system, AAC001; more with '|' between */
    const char *aliases;  /* other headings seen on files, '|' between them */
    check_fn *check;
    enum seal_kind seal;
    enum mask_kind mask;
};

/* Who holds the rows on a sharded site (distributed.md T1). */
enum table_class { TABLE_COUNTY, TABLE_NATIONAL, TABLE_REFERENCE, TABLE_LOCAL };

struct entity {
    const char *table;
    struct label label;
    enum table_class class;
    const struct col *cols;
    size_t n, size;
    bool own_check; /* its rows carry a MAC of their own and are left out of the row sums */
    bool row_mac;   /* and that MAC is the last column, over all others (access/secret.h) */
};

#define COL(s, m, zh_, en_, ...)                                                \
    {                                                                           \
        .name = #m, .label = { zh_, en_ }, .type = TYPE_OF(((struct s *)0)->m), \
        .off = offsetof(struct s, m), __VA_ARGS__                               \
    }
#define ENTITY(s, cls, zh_, en_, c)                                                       \
    {                                                                                     \
        .table = #s, .label = { zh_, en_ }, .class = (cls), .cols = (c), .n = N_ELEMS(c), \
        .size = sizeof(struct s)                                                          \
    }

enum { COLS_MAX = 96 }; /* columns of one entity */

const struct col *entity_col(const struct entity *en, const char *name); /* NULL: none */
const struct entity *entity_find(const struct entity *const *list, size_t n, const char *table);

/* --- cells -------------------------------------------------------------------------------- */

bool col_known(const struct col *c, const void *obj); /* false: the value is unknown */
bool col_same(const struct col *c, const void *a, const void *b);
void col_copy(const struct col *c, void *to, const void *from);

/* Fill the column from a cell as people write it; blank makes it unknown.  Says what is wrong under
 * the column's name.  Text is copied into rd->e->a.  A masked value (***) is refused: it is no data. */
bool col_read(const struct col *c, void *obj, struct str cell, const struct reading *rd);
/* The same, with the memory of one column: most cells say what one not long before them said.  col_recall
 * fills the column where that is so. */
struct col_memo {
    struct {
        unsigned char text[24], value[16];
        uint8_t n; /* 0: nothing yet */
    } slot[16];
};
bool col_recall(const struct col *c, void *obj, struct str cell, const struct col_memo *memo);
bool col_read_like(const struct col *c, void *obj, struct str cell, const struct reading *rd,
                   struct col_memo *memo);
/* As people write it: labels for codes, yuan for money, nothing for unknown. */
void col_print(const struct col *c, const void *obj, struct buf *b, const struct code_book *codes,
               enum lang lang);
/* The same, masked as the column says. */
void col_print_masked(const struct col *c, const void *obj, struct buf *b, const struct code_book *codes,
                      enum lang lang);
/* A text of the column, masked likewise. */
void col_mask(const struct col *c, struct str text, struct buf *b);
/* A limit in the words of the column: 0.00, 2026-11-21 or a plain number. */
struct str col_limit(const struct col *c, int64_t v, struct arena *a);
/* A required column is unknown: every one is reported. */
bool entity_complete(const struct entity *en, const void *obj, struct errs *e);
/* The same beside what else is wrong: of a field that is told already it says nothing. */
bool entity_complete_too(const struct entity *en, const void *obj, struct errs *e);

/* --- JSON --------------------------------------------------------------------------------- */

/* Fill obj from a JSON object; reports every bad field.  Codes are slugs, money is text. */
bool entity_from_json(const struct entity *en, const json_t *j, void *obj, const struct reading *rd);
void col_json(const struct col *c, const void *obj, struct json_out *w, const struct code_book *codes,
              bool masked);

/* --- checks for text columns -------------------------------------------------------------- */

check_fn check_idno, check_account, check_phone, check_name;

#endif
