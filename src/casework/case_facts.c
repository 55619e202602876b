/* What rules see of cases: fact source `cases`. */
#include "casework/case_facts.h"

/* The year of a day, reckoned as in base/value.c, because the two databases share no function for it. */
static bool case_rows(struct tx *tx, struct rows *r, int64_t county, int64_t household, struct date day,
                      struct errs *e)
{
    return db_query(tx, r,
                    SQL(STMT_KEY, "SELECT household_id, programme, CASE state WHEN 1 THEN 'draft' WHEN 2 "
                                  "THEN 'in_steps' WHEN 3 THEN "
                                  "'returned' WHEN 4 THEN 'confirmed' WHEN 5 THEN 'refused' WHEN 6 THEN "
                                  "'withdrawn' ELSE 'void' END, y + "
                                  "CASE WHEN 5 * doy + 2 >= 1530 THEN 1 ELSE 0 END, applied_on, decided_on, "
                                  "CASE WHEN state = 4 THEN 1 "
                                  "ELSE 0 END, COALESCE(approved, asked) FROM (SELECT c.*, yoe + era * 400 "
                                  "AS y, doe - (365 * yoe + yoe / 4 "
                                  "- yoe / 100) AS doy FROM (SELECT b.*, (doe - doe / 1460 + doe / 36524 - "
                                  "doe / 146096) / 365 AS yoe "
                                  "FROM (SELECT a.*, (applied_on + 719468) / 146097 AS era, (applied_on + "
                                  "719468) % 146097 AS doe FROM "
                                  "relief_case a WHERE a.county = $1 AND ($2 = 0 OR a.household_id = $2) AND "
                                  "a.applied_on <= $3 AND "
                                  "a.state <> 1) b) c) d"),
                    e, V(county), V(household), V(day));
}

const struct fact_source case_fact_source = { .record = "cases", .rows = case_rows };
