/* figures_parts.h - a run of figures, private to src/report. */
#ifndef REPORT_FIGURES_PARTS_H
#define REPORT_FIGURES_PARTS_H

#include "fund/dues.h"
#include "registry/history.h"
#include "registry/scope.h"
#include "report/figures.h"

struct payment {
    int32_t day;
    int64_t fen; /* principal paid back; negative where a repayment was taken back */
};
struct loan {
    int64_t id, household, borrower, period;
    struct region_code village;
    struct str number;
    int32_t due_on, ends_on;
    struct opt_int instalments, every_months;
    struct opt_date paid_out_on;
    struct str rate;
    struct code method, day_count;
    bool wanted; /* of the region and periods asked for */
    /* from the journal, up to as_of: */
    int32_t first_out; /* day of the first pay-out */
    bool out;
    int64_t lent, lent_in_span, back, back_in_span, written_off;
    struct payment *payments; /* in the order of days, on the heap */
    size_t payments_n, payments_cap;
};
struct run {
    struct tx *tx;
    const struct figures_question *q;
    struct figures *out;
    struct errs *e;
    struct scope scope;
    bool whole; /* the county's books as a whole are asked for */
    int64_t fund_id;
    struct loan *loans; /* ascending by id */
    size_t loans_n;
    struct kept_dues kept; /* schedules that were changed, as of as_of */
    struct arena *a;
    size_t rows_cap;
    struct hh_name {
        int64_t id;
        struct str hh_no;
    } * names; /* only for a trace; ascending by id */
    size_t names_n;
};

/* Add to a figure, and keep the row if this figure is traced. */
void take(struct run *r, enum figure_id id, enum figure_part part, int64_t v, const struct figure_row *row);
struct loan *loan_of(struct run *r, int64_t id);
bool in_span(const struct run *r, int32_t day);
struct str household_name(const struct run *r, int64_t id);
static inline struct opt_date on_day(int32_t day)
{
    return (struct opt_date){ { day }, true };
}

bool figures_journal(struct run *r);
bool figures_loans(struct run *r);   /* after the journal */
bool figures_effects(struct run *r); /* after the journal */

#endif
