/* region_book.h - the regions of the country that the program brings along: 31 provinces down to villages, by
 * the statistical codes of 2023-06-30, and the six digits that identity numbers began with since 1980.
 *
 * tools/regions.sh makes the files and describes them.  They are unpacked when asked for, never at the start;
 * a program built without them lacks the data and says so. */
#ifndef REGISTRY_REGION_BOOK_H
#define REGISTRY_REGION_BOOK_H

#include "base/err.h"
#include "base/value.h"

extern const char region_book_source[]; /* as the audit keeps it */

/* The provinces there are, two digits each, in order; how many. */
enum { REGION_PROVINCES_MAX = 40 };
size_t region_book_provinces(int64_t out[REGION_PROVINCES_MAX]);

/* Every region of a province (two digits), in the order of codes, the province first.  The name lives until
 * fn returns.  false: there is no such province, or fn failed. */
typedef bool region_book_fn(void *ctx, struct region_code code, struct str name, struct errs *e);
bool region_book_read(int64_t province, region_book_fn *fn, void *ctx, struct errs *e);

/* May an identity number begin with these six digits: a county or what is above it, past or present?  99… is
 * assigned to nobody and stands for test data and for people without a number: it passes, and so does
 * everything in a program without the list.  Any thread may ask; the first one waits until the list is
 * unpacked. */
bool region_prefix_passes(int32_t prefix);

#endif
