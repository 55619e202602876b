/* figures.h - what a report states, computed from the journal, the contracts and the registry; never typed.
 *
 * One table (figures.def) names and defines every figure; `figures_of` computes all of them in one pass over
 * the journal, one over the contracts and one over people and incomes.  Ratios keep numerator and
 * denominator.  A figure can be traced: the rows that make it add up to it. */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "access/actor.h"
#include "programme/version.h"

enum figure_unit {
    UNIT_YUAN,
    UNIT_YUAN_EACH,     /* numerator ÷ denominator, rounded half up to the fen */
    UNIT_YUAN_PER_HEAD, /* the same, per person */
    UNIT_YUAN_PARTS,    /* one value per source */
    UNIT_COUNT,
    UNIT_RATIO, /* of money, four decimals */
    UNIT_SHARE, /* of a number, four decimals */
    UNIT_DAYS,  /* money × days ÷ money, four decimals */
};
enum figure_id {
#define FIGURE(id, name, zh, en, unit, def_zh, def_en) FIGURE_##id,
#include "report/figures.def"
#undef FIGURE
    FIGURES
};
struct figure_kind {
    const char *name; /* fund.capital */
    struct label label, definition;
    enum figure_unit unit;
};
extern const struct figure_kind figure_kinds[FIGURES];

enum figure_part { NUMERATOR, DENOMINATOR };
struct figure {
    int64_t part[2]; /* fen, or a number */
    bool unset;      /* not known here; `why` says why */
    struct label why;
    int64_t left_out; /* households without the years */
    struct opt_date oldest;
};
/* A row of the trace. */
struct figure_row {
    enum figure_part part;
    const char *kind; /* voucher, contract, household, person, loss */
    struct str name;  /* its number */
    struct opt_date on;
    int64_t amount; /* as in part[] */
};
struct figure_source {
    int32_t source;
    struct money amount;
};

/* What the pass over the books comes by, for whoever lists what is behind the figures (monitor.h). */
struct figure_loan {
    int64_t id, household, borrower, period;
    struct region_code village;
    struct str number;
    int32_t first_out, due_on, ends_on;
    int32_t since;                  /* late since that day, where late > 0 */
    int64_t lent, back, open, late; /* fen, up to as_of */
    int64_t due, recovered;         /* due in the span, and what came back of it */
};
/* A line of the special account or of a township's transit account, in the order of days. */
struct figure_cash {
    int64_t account, voucher; /* enum account_kind, enum voucher_kind */
    int32_t day;
    int64_t fen, region, period;
};
struct figures_watch {
    void *ctx;
    void (*loan)(void *ctx, const struct figure_loan *l);
    void (*cash)(void *ctx, const struct figure_cash *c);
};

struct figures_question {
    struct str programme; /* code or name */
    struct opt_date from;
    struct date as_of;
    struct region_code region;         /* 0: all of the actor's area */
    int64_t period_first, period_last; /* 0: all */
    int trace;                         /* enum figure_id, or -1 */
    const struct figures_watch *watch; /* or NULL */
};
struct figures {
    struct programme_version version;
    const struct programme *programme;
    struct figure list[FIGURES];
    struct figure_source sources[64]; /* in the order of their codes */
    size_t sources_n;
    struct figure_row *rows; /* of the trace */
    size_t rows_n;
};
/* -1: there is none of that name. */
int figure_find(struct str name);
bool figures_of(struct tx *tx, const struct actor *who, const struct code_book *codes,
                const struct figures_question *q, struct figures *out, struct errs *e);
/* Label with the programme's own words: 受助母亲 for a borrower. */
struct str figure_label(const struct figures *f, enum figure_id id, enum lang lang);
/* What it says, as text: 8215000.00, 4.4754, 987; NULL: nothing (denominator 0, or unset). */
const char *figure_text(const struct figures *f, enum figure_id id, struct arena *a);
const char *figure_part_text(const struct figures *f, enum figure_id id, enum figure_part part,
                             struct arena *a);

#endif
