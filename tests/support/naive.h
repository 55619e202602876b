/* naive.h - what a rule means, as directly as it can be said: one household, one value after the other, no
 * columns. The engine has to agree with it. */
#ifndef TESTS_SUPPORT_NAIVE_H
#define TESTS_SUPPORT_NAIVE_H

#include "programme/rule_program.h"

struct naive_world {
    const struct rule_scope *scope;
    const struct fact_plan *plan;
    const struct fact_batch *batch;
    const struct fact_env *env;
    const struct rule_given *given;
};
/* The rule's value for a household of the batch; of a type that rule_type_of(r) says. */
struct rule_value naive_value(const struct naive_world *w, const struct rule *r, size_t household);

#endif
