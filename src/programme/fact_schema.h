/* fact_schema.h - the records that every programme's rules may speak of, and who supplies their rows.
 *
 * household, members and incomes come from the registry.  loans and cases belong to modules above this one:
 * they bring the rows as a fact_source, and until one does the list is known to be empty, and what screens
 * says so. */
#ifndef PROGRAMME_FACT_SCHEMA_H
#define PROGRAMME_FACT_SCHEMA_H

#include "programme/facts.h"
#include "store/store.h"

enum fact_place {
    FACTS_HOUSEHOLD,
    FACTS_MEMBERS,
    FACTS_INCOMES,
    FACTS_LOANS,
    FACTS_CASES,
    FACTS_RECORDS,
};
extern const struct fact_schema fact_schema; /* in this order */

/* Where the rows of a record come from that is no table of the registry. */
struct fact_source {
    const char *record;
    /* The rows of a county as they were on that day: the household's id, then the record's fields in their
     * order (money in fen, dates in days, yes and no as 1 and 0, what is not known as NULL).  They come in
     * any order.  household: only this one's, unless 0. */
    bool (*rows)(struct tx *tx, struct rows *r, int64_t county, int64_t household, struct date day,
                 struct errs *e);
};
struct fact_sources {
    const struct fact_source *const *list;
    size_t n;
};
const struct fact_source *fact_source_of(const struct fact_sources *s, const char *record); /* NULL: none */

#endif
