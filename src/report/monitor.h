/* monitor.h - what an audit of a loan fund looks at, on one page: each indicator with its definition, its
 * limit, what it says and the rows behind it (dictionary §9, users.md §2).
 *
 * One table (indicator_kinds) names them all.  The ratios are figures (figures.h), with the same definitions;
 * rows come by in the same pass over the journal, and a statement per county for each of the others.  A limit
 * is the programme's parameter (monitor_lending_rate, monitor_remitted_late_days …: monitor_parameters of
 * programme.h), which has its source and may differ by year and county; where the programme is silent it is
 * that of the audit where one is known, else this house's own. */
#ifndef REPORT_MONITOR_H
#define REPORT_MONITOR_H

#include "report/figures.h"

enum indicator_unit {
    INDICATOR_SHARE, /* of money, against a limit in per cent */
    INDICATOR_DAYS,  /* the longest of the rows */
    INDICATOR_ROWS,  /* how many; any is too many unless limit says otherwise */
};
enum indicator_id {
    INDICATOR_LENDING_RATE,
    INDICATOR_YEAR_LENDING_RATE,
    INDICATOR_IDLE_RATE,
    INDICATOR_IDLE_DAYS,
    INDICATOR_TOWNSHIP_IDLE,
    INDICATOR_BAD_RATE,
    INDICATOR_OVERDUE,
    INDICATOR_OVERDUE_TERMS,
    INDICATOR_RECOVERY_RATE,
    INDICATOR_REMITTED_LATE,
    INDICATOR_LENT_UNPOSTED,
    INDICATOR_RECOVERED_UNPOSTED,
    INDICATOR_UNAPPROVED,
    INDICATOR_GUARANTOR,
    INDICATOR_PAID_NOT_APPROVED,
    INDICATOR_NO_PURPOSE,
    INDICATOR_TWICE,
    INDICATOR_SECOND_LIVE,
    INDICATOR_NO_VISIT,
    INDICATOR_NOT_REMINDED,
    INDICATOR_NOT_DUNNED,
    INDICATORS,
};
struct indicator_kind {
    const char *name; /* lending_rate */
    struct label label, definition;
    enum indicator_unit unit;
    bool at_least;      /* below the limit is a finding; else above it */
    int64_t limit;      /* per cent, days, or rows, where the programme does not say */
    const char *source; /* what asks for it */
    int64_t from;       /* {1} of the definition: days or periods, where the programme does not say */
    const char *parameter, *from_parameter; /* of the programme, that say otherwise; NULL: none may */
};
extern const struct indicator_kind indicator_kinds[INDICATORS];
int indicator_find(struct str name); /* by name or label; -1: none */

/* One thing behind an indicator: a contract, or an account. */
struct indicator_row {
    int64_t contract; /* its id; 0: an account */
    struct str number, name;
    struct region_code region;
    struct opt_date on;
    struct money amount;
    struct opt_int days;
};
struct indicator {
    int64_t part[2];     /* numerator and denominator of a share, fen */
    int64_t value;       /* days or rows */
    struct money amount; /* of the rows */
    bool unset;
    struct label why;
    bool found; /* the limit is passed */
    int64_t limit, from;
    struct str source;
    struct indicator_row *rows;
    size_t rows_n, rows_cap;
};
struct monitor_question {
    struct str programme; /* code or name */
    struct date as_of;
    struct region_code region;         /* 0: all of the actor's area */
    int64_t period_first, period_last; /* 0: all */
};
struct monitor {
    struct figures figures;
    struct indicator list[INDICATORS];
    int64_t found;
};
bool monitor_of(struct tx *tx, const struct actor *who, const struct code_book *codes,
                const struct monitor_question *q, struct monitor *out, struct errs *e);
/* What it says: 43.48%, 12 days, 3; "—" where it says nothing.  And its limit: at least 50%. */
const char *indicator_text(const struct monitor *m, enum indicator_id id, enum lang lang, struct arena *a);
const char *indicator_limit(const struct monitor *m, enum indicator_id id, enum lang lang, struct arena *a);
const char *indicator_definition(const struct monitor *m, enum indicator_id id, enum lang lang,
                                 struct arena *a);

#endif
