#include "app/modules.h"

#include "access/credential.h"
#include "access/session.h"
#include "access/site.h"
#include "access/token.h"
#include "api/answered.h"
#include "api/jobs.h"
#include "app/serve.h"
#include "casework/case_check.h"
#include "casework/case_facts.h"
#include "casework/document.h"
#include "casework/number.h"
#include "casework/objection.h"
#include "casework/round.h"
#include "casework/site.h"
#include "casework/step.h"
#include "cli/commands.h"
#include "dci/dci.h"
#include "dci/dci_waiting.h"
#include "fieldwork/disaster.h"
#include "fieldwork/fieldwork.h"
#include "fieldwork/fieldwork_check.h"
#include "fieldwork/followup.h"
#include "fieldwork/loan_facts.h"
#include "fund/book.h"
#include "fund/case_hook.h"
#include "fund/check.h"
#include "fund/collection.h"
#include "fund/disclosure.h"
#include "fund/history.h"
#include "fund/lending.h"
#include "fund/relief.h"
#include "ledger/check.h"
#include "ledger/draft.h"
#include "programme/fact_schema.h"
#include "programme/parameter.h"
#include "programme/screening.h"
#include "programme/version.h"
#include "registry/balance.h"
#include "registry/code.h"
#include "registry/duplicate.h"
#include "registry/duplicate_merge.h"
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
    &credential_entity,
    &api_token_entity,
    &session_entity,
    &login_guard_entity,
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
    &duplicate_merge_entity,
    &duplicate_merge_change_entity,
    /* movements */
    &movement_entity,
    &roster_entity,
    &roster_row_entity,
    &survey_entity,
    &survey_result_entity,
    /* documents and notices */
    &holiday_entity,
    &document_content_entity,
    &document_piece_entity,
    &document_entity,
    &notice_entity,
    &notice_row_entity,
    &notice_channel_entity,
    &objection_entity,
    /* ledger */
    &fund_entity,
    &fund_account_entity,
    &account_balance_entity,
    &voucher_entity,
    &voucher_line_entity,
    &closed_day_entity,
    &draft_entity,
    &draft_line_entity,
    /* funds and fieldwork */
    &fund_source_entity,
    &period_entity,
    &contract_entity,
    &guarantee_entity,
    &repayment_entity,
    &visit_entity,
    &pairing_entity,
    &disaster_loss_entity,
    /* programmes */
    &programme_version_entity,
    /* screening */
    &screening_entity,
    &parameter_setting_entity,
    /* api */
    &answered_entity,
    &job_entity,
    &dci_client_entity,
    &dci_transaction_entity,
    &dci_subscription_entity,
    &dci_waiting_entity,
    &dci_seen_entity,
    /* lending */
    &contract_terms_entity,
    &contract_signature_entity,
    &iou_entity,
    &contract_change_entity,
    &payout_entity,
    &payout_line_entity,
    &overpayment_entity,
    &contract_text_entity,
    &fund_disclosure_entity,
    /* collection and the close of days */
    &due_notice_entity,
    &due_notice_row_entity,
    &due_notice_delivery_entity,
    &due_notice_print_entity,
    &collection_log_entity,
    &remittance_entity,
    &day_close_entity,
    &day_class_entity,
    &day_item_entity,
    /* cases */
    &user_person_entity,
    &relief_case_entity,
    &case_answer_entity,
    &case_check_entity,
    &case_event_entity,
    &case_meeting_entity,
    &case_batch_entity,
    &case_visit_entity,
    &case_appraisal_entity,
    &case_paper_entity,
    &case_exception_entity,
    &number_counter_entity,
    &case_number_entity,
    &project_site_entity,
    &survey_group_entity,
    &survey_area_entity,
    /* relief */
    &loan_relief_entity,
    &loan_schedule_entity,
    &disaster_entity,
    &guarantee_release_entity,
    &effect_survey_entity,
    &money_use_entity,
};
const struct schema app_schema = { entities, N_ELEMS(entities) };

// clang-format off
static const struct command_table *const tables[] = { /* one a line: branches add to the end */
    &import_commands,
    &export_commands,
    &registry_commands,
    &check_commands,
    &move_commands,
    &merge_commands,
    &dci_commands,
    &roster_commands,
    &region_commands,
    &programme_commands, &dictionary_commands,
    &screen_commands,
    &document_commands,
    &notice_commands,
    &ledger_commands,
    &schedule_commands,
    &report_commands,
    &sample_commands,
    &demo_commands,
    &admin_commands,
    &help_commands,
    &serve_commands,
    &api_commands,
    &lending_commands,
    &contract_commands,
    &pay_commands,
    &repay_commands,
    &case_commands,
    &remind_commands,
    &collect_commands,
    &day_commands,
    &repay_file_commands,
    &relief_commands,
    &disaster_commands,
    &followup_commands,
    &print_commands,
    &monitor_commands,
    &backup_commands,
    &tidy_commands,
};
// clang-format on
/* Rows that rules see of loans and cases; the modules that keep them bring them along (fact_schema.h). */
static const struct fact_source *const fact_source_list[] = { &loan_facts, &case_fact_source };
static const struct fact_sources fact_sources = { fact_source_list, N_ELEMS(fact_source_list) };
/* What cases have to know of the modules above them: loans that run on. */
static const struct case_hook *const hooks[] = { &fund_case_hook };
static const struct case_hooks case_hooks = { hooks, N_ELEMS(hooks) };
static const struct transfer_block *const transfer_blocks[] = { &case_transfer_block, &fund_transfer_block };
static const struct invariant *const invariants[] = { &movement_invariant, &roster_invariant,
                                                      &document_invariant, &notice_invariant,
                                                      &ledger_invariant,   &fund_invariant };
static const struct quality_table *const quality[] = { &registry_quality, &fund_quality, &fieldwork_quality };

/* The kinds of files of all modules, in one list. */
static const struct import_kind *import_kinds[32];
static size_t gather_import_kinds(void)
{
    const struct {
        const struct import_kind *const *list;
        size_t n;
    } of[] = {
        { registry_import_kinds, registry_import_kinds_n },
        { fund_import_kinds, fund_import_kinds_n },
        { fieldwork_import_kinds, fieldwork_import_kinds_n },
    };
    size_t n = 0;
    for (size_t i = 0; i < N_ELEMS(of); i++)
        for (size_t k = 0; k < of[i].n; k++)
            import_kinds[n++] = of[i].list[k];
    return n;
}

struct program app_program(void)
{
    size_t import_kinds_n = gather_import_kinds();
    return (struct program){
        .schema = &app_schema,
        .tables = tables,
        .tables_n = N_ELEMS(tables),
        .invariants = invariants,
        .invariants_n = N_ELEMS(invariants),
        .import_kinds = import_kinds,
        .import_kinds_n = import_kinds_n,
        .quality = quality,
        .quality_n = N_ELEMS(quality),
        .export_kinds = registry_export_kinds,
        .export_kinds_n = registry_export_kinds_n,
        .fact_sources = &fact_sources,
        .transfer_blocks = transfer_blocks,
        .transfer_blocks_n = N_ELEMS(transfer_blocks),
        .case_hooks = &case_hooks,
    };
}
