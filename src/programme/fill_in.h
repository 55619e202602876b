/* fill_in.h - what is missing for a verdict, as lists to be filled in: the headings and numbers of our own
 * import files, a row for each household, member or year, the cells to be filled left blank. */
#ifndef PROGRAMME_FILL_IN_H
#define PROGRAMME_FILL_IN_H

#include "programme/screen.h"

/* In the order in which they are imported. */
enum fill_kind { FILL_REGION_YEARS, FILL_HOUSEHOLDS, FILL_MEMBERS, FILL_YEARS, FILL_KINDS };

struct fill_in {
    const struct screen *screen;
    struct arena *a;
    struct fill_row {
        enum fill_kind kind;
        int64_t county, household;
        int64_t id, year;          /* of the row; 0: not written down yet, or known by its year */
        int64_t region, indicator; /* of a region's figure */
        uint64_t cols[2];          /* which columns of the entity are missing */
    } * rows;
    size_t n, cap;
};
/* For screen_request.unknown; ctx is a fill_in. */
bool fill_in_note(void *ctx, const struct fact_page *one, struct rule_run *run, struct errs *e);
/* Settle the rows: each once, in order; n[] says how many of each kind. */
void fill_in_settle(struct fill_in *f, size_t n[FILL_KINDS]);
/* The file of one kind, as it is imported. */
bool fill_in_print(struct tx *tx, const struct fill_in *f, enum fill_kind kind, const struct code_book *codes,
                   enum lang lang, struct buf *b, struct errs *e);
extern const char *const fill_in_files[FILL_KINDS]; /* endings of their names */

#endif
