#include "fund/disclosure.h"

static const struct col fund_disclosure_cols[] = {
    COL(fund_disclosure, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED),
    COL(fund_disclosure, fund_id, "资金", "Fund", .flags = PKEY | SERVER | REQUIRED),
    COL(fund_disclosure, disclosed_on, "公开日期", "Disclosed on", .flags = SERVER | REQUIRED),
    COL(fund_disclosure, disclosed_by, "公开人", "Disclosed by", .flags = SERVER | REQUIRED, .max = 40),
};
const struct entity fund_disclosure_entity =
    ENTITY(fund_disclosure, TABLE_COUNTY, "资金公开", "Disclosure of a fund", fund_disclosure_cols);

enum found fund_disclosure_of(struct tx *tx, const struct fund *f, struct fund_disclosure *out,
                              struct errs *e)
{
    return db_get(tx, &fund_disclosure_entity, out, e, V(f->county), V(f->id));
}

bool fund_disclose(struct act *act, const struct fund *f, bool disclosed, struct date today, struct errs *e)
{
    struct fund_disclosure x = {
        .county = f->county, .fund_id = f->id, .disclosed_on = today, .disclosed_by = act->who->login
    };
    struct fund_disclosure old;
    enum found found = fund_disclosure_of(act->tx, f, &old, e);
    if (found == FAILED)
        return false;
    if (disclosed)
        return found == FOUND || db_insert(act->tx, &fund_disclosure_entity, &x, e);
    return found == NONE || db_delete(act->tx, &fund_disclosure_entity, &old, e);
}
