#include "registry/national_id.h"

static const struct col cols[] = {
    COL(national_id, id_key, "查找键", "Look-up key", .flags = PKEY | SERVER | REQUIRED),
    COL(national_id, county, "县代码", "County", .flags = SERVER | REQUIRED),
    COL(national_id, person_id, "人员内部编号", "Person id", .flags = SERVER | REQUIRED),
};
const struct entity national_id_entity =
    ENTITY(national_id, TABLE_NATIONAL, "证件号码登记", "National id register", cols);
