/* facts_read.h - the facts of an actor's households, read out of either database in region order.
 *
 * A county at a time: its households by village and number, each with its members, incomes, loans, …, in
 * pages of some thousand.  Only the columns that the plan asks for are read.
 *
 * Households and members count as `count` has them: as of today or later those that the register has now;
 * of a past day those who were on it then, where they lived then, in the state of then (history.h).  All
 * other fields are what the register says now.  A member of then whose row has left the county is there with
 * nothing known of him or her; a household whose row has left is not.
 *
 *     household.members_n   present members; unknown where no member was ever recorded
 *     members.mother        female, head or spouse of a household that has a son or daughter of the head
 *     incomes.net, .total   income.h
 *     incomes.members       members on 31 December of that year; the present ones where the archive has no
 * dates
 *
 * Members and incomes of which nobody wrote down any are unknown lists; loans and cases without a source, or
 * without a row, are empty. */
#ifndef PROGRAMME_FACTS_READ_H
#define PROGRAMME_FACTS_READ_H

#include "access/actor.h"
#include "programme/fact_schema.h"

struct fact_request {
    const struct fact_plan *plan;
    const struct fact_sources *sources;
    const struct fact_indicators *indicators; /* facts_indicators of the same area */
    const struct actor *who;
    struct region_code within; /* 0: the actor's whole area */
    struct date as_of, today;
    int64_t household;   /* only this one, of the county of `within`; 0: all */
    const int64_t *only; /* these households, ascending; NULL: all */
    size_t only_n;
    int64_t year_first, year_last; /* incomes of these years only; both 0: of all */
};
struct fact_page {
    struct fact_batch batch;
    int64_t county;
    const int64_t *household, *village; /* per household: id, and where it lived */
    const int64_t *ids[FACTS_RECORDS];  /* of the lists' rows: members' ids, years of incomes */
};
typedef bool fact_page_fn(void *ctx, const struct fact_page *page, struct errs *e);

/* The columns and pages are gone when fn returns. */
struct scope;
bool facts_read_scope(struct tx *tx, const struct fact_request *q, const struct scope *scope,
                      fact_page_fn *fn, void *ctx, struct errs *e);
/* Scope by scope, all of the actor's area within the region. */
bool facts_read(struct tx *tx, const struct fact_request *q, fact_page_fn *fn, void *ctx, struct errs *e);

/* The yearly figures of the actor's villages and of everything above them; in e->a. */
bool facts_indicators(struct tx *tx, const struct actor *who, struct region_code within,
                      struct fact_indicators *out, struct errs *e);

#endif
