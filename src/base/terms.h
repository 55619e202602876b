/* terms.h - words that programmes and schedules share: how what is lent is reckoned. */
#ifndef BASE_TERMS_H
#define BASE_TERMS_H

#include <stdint.h>

/* An exact fraction; den > 0, or 0 where none was given. */
struct fraction {
    int64_t num, den;
};

enum loan_method { METHOD_BULLET, METHOD_EQUAL_PRINCIPAL, METHOD_ANNUITY, METHOD_FLAT };
enum day_count { DAYS_SAME_AS_PERIOD, DAYS_30_360, DAYS_ACTUAL_365, DAYS_ACTUAL_ACTUAL };
enum rounding { ROUND_HALF_UP, ROUND_HALF_EVEN };

#endif
