/* export_registry.c - the registry's own kinds of export: each is one of import_registry.c the other way. */
#include "base/clock.h"
#include "registry/export.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"

/* Examples are about nobody, in a county that is not there, so that none can be imported.  Codes are named by
 * their short names, which no site edits. */

/* --- regions and their figures
 * ------------------------------------------------------------------------------- */

static const struct stmt *region_rows(void)
{
    return SQL_OF(STMT_REF, &region_entity,
                  "SELECT {*} FROM region WHERE code BETWEEN $1 AND $2 ORDER BY code");
}

static const struct export_example region_example[] = {
    { "code", "990603100201" },
    { "name", "东村" },
    { "level", "village" },
    { NULL, NULL },
};

static const struct stmt *region_year_rows(void)
{
    return SQL_OF(
        STMT_REF, &region_year_entity,
        "SELECT {*} FROM region_year WHERE region BETWEEN $1 AND $2 ORDER BY region, year, indicator");
}

static const struct export_example region_year_example[] = {
    { "region", "990603000000" }, { "year", "2024" }, { "indicator", "rural_net_income_per_head" },
    { "value", "21500.00" },      { NULL, NULL },
};

/* --- households
 * -------------------------------------------------------------------------------------------------- */

static const struct stmt *household_rows(void)
{
    return SQL_OF(STMT_KEY, &household_entity,
                  "SELECT {*} FROM household WHERE county = $1 AND village BETWEEN $2 AND $3 ORDER BY id");
}

static const struct export_example household_example[] = {
    { "hh_no", "示例0001" },
    { "village", "990603100201" },
    { "head_name", "余小梅" },
    { "address", "第10组" },
    { "phone", "13900000001" },
    { "bank", "农村信用社" },
    { "bank_account", "9999990000000001061" },
    { "attribute", "poor" },
    { "cause_main", "illness" },
    { "causes_other", "no_skill、no_capital" },
    { "state", "exited" },
    { "exit_year", "2016" },
    { "entered_on", "2014-03-01" },
    { "debt", "12000.50" },
    { "two_daughters", "yes" },
    { NULL, NULL },
};

/* --- members
 * ---------------------------------------------------------------------------------------------------------
 */

/* CROSS JOIN keeps SQLite from beginning with the households and sorting all members behind them. */
static const struct stmt *person_rows(void)
{
    return SQL_OF(STMT_KEY, &person_entity,
                  "SELECT {*}, hh_no FROM person p CROSS JOIN (SELECT h.county AS hh_county, h.id AS hh_id, "
                  "h.hh_no AS hh_no FROM household h WHERE h.county = $1 AND h.village BETWEEN $2 AND $3) x "
                  "WHERE p.county = $1 AND x.hh_county = p.county AND x.hh_id = p.household_id ORDER BY id");
}

/* Of a certificate only what follows the identity number is kept; that a re-issue is known, be it 0, says
 * that there was one. */
static struct str disability_card(const struct col *extra, const void *obj, struct arena *a)
{
    const struct person *p = obj;
    struct person again = *p;
    (void)extra;
    if (!p->id_number.p || !p->disability_kind.set || !p->disability_grade.set || !p->disability_reissue.set)
        return (struct str){ 0 };
    char *card = arena_printf(a, "%.*s%d%d", (int)p->id_number.n, p->id_number.p, (int)p->disability_kind.v,
                              (int)p->disability_grade.v);
    if (p->disability_reissue.v)
        card = arena_printf(a, "%sB%d", card, (int)p->disability_reissue.v);
    bool same = person_take_disability_card(&again, str_of(card), clock_today()) &&
                again.disability_kind.v == p->disability_kind.v &&
                again.disability_grade.v == p->disability_grade.v &&
                again.disability_reissue.v == p->disability_reissue.v;
    return same ? str_of(card) : (struct str){ 0 };
}

static const struct export_example person_example[] = {
    { "hh_no", "示例0001" },
    { "name", "余小梅" },
    { "id_number", "990603195508032067" },
    { "sex", "female" },
    { "birth_date", "1955-08-03" },
    { "relation", "head" },
    { "ethnicity", "han" },
    { "political_status", "masses" },
    { "education", "primary" },
    { "health", "chronic_illness" },
    { "labour", "ordinary" },
    { "work_months", "6" },
    { "monthly_wage", "2600.00" },
    { "resident_medical", "yes" },
    { NULL, NULL },
};

/* --- years
 * ---------------------------------------------------------------------------------------------------------------
 */

static const struct stmt *year_rows(void)
{
    return SQL_OF(
        STMT_KEY, &household_year_entity,
        "SELECT {*}, hh_no FROM household_year y CROSS JOIN (SELECT h.county AS hh_county, h.id AS "
        "hh_id, h.hh_no AS hh_no FROM household h WHERE h.county = $1 AND h.village BETWEEN $2 AND "
        "$3) x WHERE y.county = $1 AND x.hh_county = y.county AND x.hh_id = y.household_id ORDER BY id");
}

static const struct export_example year_example[] = {
    { "hh_no", "示例0001" },          { "year", "2024" },         { "wage_income", "15998.00" },
    { "business_income", "6424.50" }, { "property_income", "0" }, { "transfer_income", "600" },
    { "business_expense", "333" },    { "arable", "2.5" },        { "house_area", "96" },
    { "water_safe", "yes" },          { "poultry", "12" },        { NULL, NULL },
};

static const struct export_kind kinds[] = {
    { .kind = "region", .also = "行政区划|regions", .rows = region_rows, .examples = region_example },
    { .kind = "region_year",
      .also = "区划指标|region_years",
      .rows = region_year_rows,
      .examples = region_year_example },
    { .kind = "household", .also = "农户|households", .rows = household_rows, .examples = household_example },
    { .kind = "person",
      .also = "成员|人|人员|member|members|persons",
      .rows = person_rows,
      .joined = 1,
      .derive = disability_card,
      .examples = person_example },
    { .kind = "household_year",
      .also = "户年度|年度|收入|income|incomes|household_years",
      .rows = year_rows,
      .joined = 1,
      .examples = year_example },
};
const struct export_kind *const registry_export_kinds[] = { &kinds[0], &kinds[1], &kinds[2], &kinds[3],
                                                            &kinds[4] };
const size_t registry_export_kinds_n = N_ELEMS(registry_export_kinds);
