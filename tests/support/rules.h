/* rules.h - what the tests of rules stand on: records and code tables that never change, and batches of
 * random households. */
#ifndef TESTS_SUPPORT_RULES_H
#define TESTS_SUPPORT_RULES_H

#include "programme/rule.h"

/* household members incomes loans application, with a few fields of every type. */
extern const struct fact_schema rules_schema;
extern const struct code_book rules_codes;
enum { RULES_HOUSEHOLD, RULES_MEMBERS, RULES_INCOMES, RULES_LOANS, RULES_APPLICATION };

/* A plan that needs every field of the schema, so that any batch suits any rule. */
void rules_plan_all(struct fact_plan *p);

/* Numbers that look random and are the same everywhere. */
struct dice {
    uint64_t state;
};
uint64_t dice_roll(struct dice *d, uint64_t sides);

/* Households with everything in them; `blank` of a thousand cells are unknown, some numbers are enormous. */
void rules_batch(struct arena *a, const struct fact_plan *p, size_t households, unsigned blank,
                 struct dice *d, struct fact_batch *out);

/* A prefecture's villages and some of its figures. */
extern const struct fact_indicators rules_indicators;

#endif
