#include "api/tables.h"

const struct route_table *const api_tables[] = {
    &session_routes,     &user_routes,      &registry_routes, &edit_routes,         &movement_routes,
    &check_routes,       &programme_routes, &document_routes, &notice_routes,       &job_routes,
    &fund_routes,        &loan_routes,      &audit_routes,    &meta_routes,         &case_routes,
    &case_office_routes, &home_routes,      &lending_routes,  &pay_routes,          &field_routes,
    &office_routes,      &remind_routes,    &collect_routes,  &open_loan_routes,    &relief_routes,
    &followup_routes,    &monitor_routes,   &form_routes,     &office_admin_routes, &dictionary_routes,
};
const size_t api_tables_n = N_ELEMS(api_tables);
