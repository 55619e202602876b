#include "base/clock.h"

#include <stdatomic.h>

enum { DAY_S = 86400, CHINA_S = 8 * 3600 };

static atomic_int_least64_t set_day = INT64_MIN;

struct instant clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (struct instant){ (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 };
}

struct date clock_today(void)
{
    int64_t day = atomic_load(&set_day);
    if (day != INT64_MIN)
        return (struct date){ (int32_t)day };
    return (struct date){ (int32_t)((clock_now().us / 1000000 + CHINA_S) / DAY_S) };
}

void clock_set_today(struct date d)
{
    atomic_store(&set_day, d.day);
}
