/* parameter.h - what offices set a programme's parameters to, from a day on: the county's own lines, limits
 * and ratios, without a new version of the programme.
 *
 * A parameter has a value for everywhere, a province, a prefecture or a county, and none below: rules are
 * asked county by county.  Rows are never changed and never removed.  Of one place and day the latest row
 * counts; one without a value takes back what stood there.  Among what a programme's file says and what was
 * set, the nearest region wins, then the latest beginning (a year begins on 1 January), then what was set. */
#ifndef PROGRAMME_PARAMETER_H
#define PROGRAMME_PARAMETER_H

#include "access/audit.h"
#include "programme/programme.h"

struct parameter_setting {
    int64_t no; /* from 1, over all programmes */
    struct str programme, parameter;
    struct region_code region; /* 0: everywhere */
    struct date valid_from;
    struct str value; /* as typed; unknown: taken back */
    struct str basis; /* the paper or decision that it rests on */
    struct date set_on;
    struct str set_by;
};
extern const struct entity parameter_setting_entity;

enum { PARAMETER_SETTINGS_MAX = 20000 }; /* of one programme */

/* All rows of a programme, the latest first; up_to: only those that were there when that number was the last.
 */
#define PARAMETERS_NOW INT64_MAX
bool parameter_settings(struct tx *tx, struct str programme, int64_t up_to, struct list *out, struct arena *a,
                        struct errs *e);
/* The last number there is, of whatever programme; 0: none. */
bool parameter_last(struct tx *tx, int64_t *no, struct errs *e);

/* Is the i-th row what counts for its place and day, or did a later one take its place? */
bool parameter_counts(const struct parameter_setting *rows, size_t n, size_t i);

/* May a value be given for this region?  Says why not, under `field`. */
bool parameter_region_fits(struct region_code region, const char *field, struct errs *e);

/* Keep x under the next number.  Every field that is wrong is named: parameter, region, valid_from, value,
 * basis.  p: the latest version of the programme. */
bool parameter_set(struct act *act, const struct programme *p, struct parameter_setting *x, struct errs *e);

/* Does what counts fit a new version of its programme?  Names each that does not; a parameter that the
 * version has no more is nobody's. */
bool parameters_fit(struct tx *tx, const struct programme *p, struct errs *e);

/* What a parameter is for a county (or a region above it) on a day; chosen from the file and the rows. */
struct parameter_choice {
    const struct programme_constant *constant; /* NULL: its default */
    const struct parameter_setting *row;       /* NULL: from the file */
};
struct parameter_known; /* a row beside its constant */
struct parameter_book {
    struct parameter_known *known;
    size_t n;
};
/* The rows that count, read as the version's parameters want them; a row that this version cannot read,
 * because it has no such parameter or of another type, is left out. */
struct parameter_book parameter_book_of(const struct programme *p, const struct list *rows, struct arena *a);
struct parameter_choice parameter_choose(const struct programme_parameter *p,
                                         const struct parameter_book *book, struct region_code place,
                                         struct date day);
/* Its constant there and then, if it does not hang on facts; x->set says whether it does. */
void parameter_value_at(const struct programme_parameter *p, const struct parameter_book *book,
                        struct region_code place, struct date day, struct programme_constant *x);

#endif
