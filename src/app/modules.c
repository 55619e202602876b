#include "app/modules.h"

#include "access/site.h"
#include "cli/commands.h"
#include "programme/fact_schema.h"
#include "programme/screening.h"
#include "programme/version.h"
#include "registry/balance.h"
#include "registry/code.h"
#include "registry/duplicate.h"
#include "registry/export.h"
#include "registry/household.h"
#include "registry/import.h"
#include "registry/income.h"
#include "registry/national_id.h"
#include "registry/person.h"
#include "registry/quality.h"
#include "registry/region.h"
#include "registry/roster.h"
#include "registry/survey.h"
#include "store/id.h"
#include "store/migrate.h"

static const struct entity *const entities[] = {
    /* store */
    &migration_entity,
    &id_block_entity,
    /* access */
    &site_entity,
    &app_user_entity,
    &role_entity,
    &appointment_entity,
    &counter_entity,
    &audit_entity,
    &audit_head_entity,
    &field_change_entity,
    /* registry */
    &code_entity,
    &region_entity,
    &county_entity,
    &region_year_entity,
    &household_entity,
    &household_status_entity,
    &person_entity,
    &household_year_entity,
    &national_id_entity,
    &not_duplicate_entity,
    /* movements */
    &movement_entity,
    &roster_entity,
    &roster_row_entity,
    &survey_entity,
    &survey_result_entity,
    /* programmes */
    &programme_version_entity,
    /* screening */
    &screening_entity,
};
const struct schema app_schema = { entities, N_ELEMS(entities) };

static const struct command_table *const tables[] = {
    &import_commands, &export_commands, &registry_commands, &check_commands,     &move_commands,
    &roster_commands, &region_commands, &sample_commands,   &admin_commands,     &help_commands,
    &screen_commands, &import_commands, &export_commands,   &registry_commands,  &check_commands,
    &move_commands,   &roster_commands, &region_commands,   &programme_commands, &sample_commands,
    &admin_commands,  &help_commands,
};
/* Rows that rules see of loans and cases; the modules that keep them bring them along (fact_schema.h). */
static const struct fact_sources fact_sources = { NULL, 0 };
static const struct invariant *const invariants[] = { &movement_invariant, &roster_invariant };
static const struct quality_table *const quality[] = { &registry_quality };

struct program app_program(void)
{
    return (struct program){
        .schema = &app_schema,
        .tables = tables,
        .tables_n = N_ELEMS(tables),
        .invariants = invariants,
        .invariants_n = N_ELEMS(invariants),
        .import_kinds = registry_import_kinds,
        .import_kinds_n = registry_import_kinds_n,
        .quality = quality,
        .quality_n = N_ELEMS(quality),
        .export_kinds = registry_export_kinds,
        .export_kinds_n = registry_export_kinds_n,
        .fact_sources = &fact_sources,
    };
}
