/* facts.h - what rules see: households as columns, with their members, incomes, loans … as nested lists.
 *
 * A batch holds a few thousand households in region order.  Record 0 is the household itself; a list's
 * elements of household i are rows start[i] to start[i + 1] of its columns, start[0] is 0.  A record that is
 * no list (the `application` of a case) has a row per household.  Only the columns that the rules need are
 * there: rules ask for them in a plan, a reader fills them.
 *
 * A blank cell is unknown: its bit in `known` is off and its value means nothing.  A list is unknown where
 * nobody wrote it down (a household without recorded members), which is not the same as an empty one. */
#ifndef PROGRAMME_FACTS_H
#define PROGRAMME_FACTS_H

#include "base/entity.h"

enum fact_type {
    FACT_BOOL,     /* yes or no: bits */
    FACT_INT,      /* num */
    FACT_MONEY,    /* num, fen */
    FACT_QUANTITY, /* num, ten-thousandths */
    FACT_DATE,     /* day, days since 1970-01-01 */
    FACT_TEXT,     /* text */
    FACT_CODE,     /* code, of the field's code table; rules write slugs */
    FACT_CODES,    /* set: bit n is code n */
};

struct fact_field {
    const char *name; /* in rules */
    struct label label;
    enum fact_type type;
    const char *codes;     /* FACT_CODE and FACT_CODES: the code table */
    const struct col *col; /* the entity's column; NULL: derived by the reader */
};

/* A record that rules may speak of: household, members, incomes, …  Its fields are the columns of an entity,
 * but for keys and sealed ones, and what the reader derives from a row or its family. */
struct fact_record {
    const char *name;
    struct label label;
    const struct entity *en;
    const struct fact_field *derived;
    size_t n_derived;
    bool list;
};
/* In the batch's order; household first. */
struct fact_schema {
    const struct fact_record *records;
    size_t n;
};
enum { FACT_RECORDS_MAX = 8 };

int fact_record_find(const struct fact_schema *s, struct str name); /* -1: none */
bool fact_field_find(const struct fact_record *r, struct str name, struct fact_field *out);
/* The names of all fields of a record, for "did you mean". */
size_t fact_field_names(const struct fact_record *r, const char **out, size_t cap);

/* --- what is needed ------------------------------------------------------------------------------ */

struct fact_need {
    int record;
    struct fact_field field;
};
enum { FACT_NEEDS_MAX = 128 };
struct fact_plan {
    struct fact_need needs[FACT_NEEDS_MAX];
    size_t n;
    bool lists[FACT_RECORDS_MAX]; /* the list is needed, if only for its length */
};
/* The column's place in the batch; asked for twice it is the same place.  -1: the plan is full. */
int fact_need(struct fact_plan *p, int record, const struct fact_field *f);

/* --- a batch ------------------------------------------------------------------------------------- */

struct fact_col {
    union {
        const uint64_t *bits;
        const int64_t *num;
        const int32_t *day;
        const int16_t *code;
        const uint64_t *set;
        const struct str *text;
    };
    const uint64_t *known; /* a bit per row; NULL: every cell is known */
};
struct fact_list {
    const uint32_t *start; /* n + 1 offsets; of record 0 NULL */
    const uint64_t *known; /* a bit per household; NULL: every list is known */
};
struct fact_batch {
    size_t n; /* households */
    struct fact_list lists[FACT_RECORDS_MAX];
    struct fact_col cols[FACT_NEEDS_MAX]; /* in the plan's order */
    const uint32_t *region;               /* per household: its village's place in the indicators' regions */
    const uint32_t *applicant; /* per household: the applying member's row in `members`; NULL: screening */
};

/* Yearly figures of regions: what region.indicator(name, year) finds for a village is the figure of the
 * nearest region that has one: the village's own, its township's, its county's, … (R092). */
struct fact_indicators {
    const struct region_code *regions; /* ascending */
    size_t n_regions;
    const struct fact_indicator {
        int64_t region;
        int32_t year, indicator; /* code table `indicator` */
        int64_t value;           /* ten-thousandths, as a quantity; money counts in yuan */
    } * rows;                    /* ascending by region, year, indicator */
    size_t n_rows;
};
struct fact_env {
    struct date today;
    const struct fact_indicators *indicators;
};

#endif
