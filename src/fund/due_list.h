/* due_list.h - a day's work in getting loans back: due soon, due today, overdue, promises broken. */
#ifndef FUND_DUE_LIST_H
#define FUND_DUE_LIST_H

#include "fund/collect.h"
#include "registry/scope.h"

enum due_kind { DUE_SOON, DUE_TODAY, DUE_OVERDUE, DUE_BROKEN, DUE_KINDS };
extern const char *const due_slugs[];
extern const struct label due_labels[];

struct due_row {
    enum due_kind kind;
    int64_t contract_id;
    struct region_code village;
    struct str number, borrower;
    struct date due_on; /* of a broken promise the day it was for; of what is overdue the oldest */
    struct money amount, outstanding;
    int32_t days;                 /* until then, or since */
    struct opt_date collected_on; /* the last entry of the collection log */
};
struct due_rows {
    struct due_row *list; /* by village, kind, day and number; on the heap */
    size_t n, cap;
};
/* Of a fund within a scope; soon: until that day. */
bool due_list(struct tx *tx, const struct fund *f, const struct scope *s, struct date on, struct date soon,
              struct due_rows *out, struct errs *e);
void due_rows_release(struct due_rows *x);

#endif
