/* export.h - the registry goes out into files that come in again as they are.
 *
 * A kind of export is a kind of import seen from the other side: the same columns under the same headings,
 * the values as people write them.  Whole files of an office, exported (full) and imported into an empty
 * database, export again to the same bytes.  Modules bring their kinds as export_kind tables. */
#ifndef REGISTRY_EXPORT_H
#define REGISTRY_EXPORT_H

#include "base/encoding.h"
#include "registry/import.h"

/* A value of the example row in the template. */
struct export_example {
    const char *col, *value;
};

struct export_kind {
    const char *kind; /* the import_kind of this name: entity, extra columns, label */
    const char *also; /* other names people have for it, '|' between them */
    /* The rows: SELECT {*} and then the first `joined` extra columns as text, in the order of the file.
     * A county's: $1 the county, $2 to $3 the villages; reference data: $1 to $2 the regions. */
    const struct stmt *(*rows)(void);
    size_t joined;
    struct str (*derive)(const struct col *extra, const void *obj,
                         struct arena *a); /* the other extra columns */
    const struct export_example *examples; /* ended by col NULL */
};
extern const struct export_kind *const registry_export_kinds[];
extern const size_t registry_export_kinds_n;

/* What there is: kinds of export with their kinds of import. */
struct export_kinds {
    const struct export_kind *const *out;
    size_t out_n;
    const struct import_kind *const *in;
    size_t in_n;
};
/* A kind by its name, its label in either language, or another name it has; NULL, and an error that lists
 * them. */
const struct export_kind *export_kind_named(const struct export_kinds *all, struct str name, struct errs *e);
const struct import_kind *export_import_kind(const struct export_kinds *all, const struct export_kind *k);

/* The columns of such a file: what the row hangs on, then the entity's in its order, then other extra ones.
 */
enum { EXPORT_COLS_MAX = 120 };
size_t export_columns(const struct import_kind *k, const struct col *out[EXPORT_COLS_MAX]);

/* How a code stands in files: by its label if import finds the code again by that, else by its short name or
 * number: labels may be edited, and a list in one cell is taken apart at commas and strokes. */
struct str code_in_file(const struct col *c, const struct code_row *row, const struct code_book *codes,
                        enum lang lang, struct arena *a);

enum export_format { EXPORT_CSV, EXPORT_XLSX };
struct export_options {
    enum export_format format;
    enum encoding encoding; /* of CSV */
    enum lang lang;         /* of headings and labels */
    struct str columns;     /* the ones to write, ',' between them; unknown: those that have any value */
    bool all_columns;
    struct region_code within; /* 0: the actor's whole area */
    bool full; /* nothing is masked; needs PERM_PERSONAL_FULL wherever rows come from, and is audited */
    struct str purpose;
    const char *path; /* "-": standard output */
    bool replace;
    const volatile sig_atomic_t *stop; /* not 0: leave off, nothing is written */
    void (*progress)(void *ctx, int64_t rows);
    void *ctx;
};
struct export_result {
    int64_t rows;
    const struct col *cols[EXPORT_COLS_MAX];
    size_t cols_n;
    bool masked; /* some values were */
};

/* false: nothing is at o->path that was not there before. */
bool export_run(struct store *st, const struct actor *who, const struct code_book *codes,
                const struct export_kinds *all, const struct export_kind *k, const struct export_options *o,
                struct export_result *r, struct errs *e);

#endif
