/* tables.h - the route tables, one per file *_api.c. */
#ifndef API_TABLES_H
#define API_TABLES_H

#include "api/route.h"

extern const struct route_table session_routes, user_routes, registry_routes, edit_routes, movement_routes,
    check_routes, programme_routes, job_routes, document_routes, notice_routes, fund_routes, loan_routes,
    audit_routes, meta_routes, case_routes, case_office_routes, home_routes, lending_routes, pay_routes,
    field_routes, office_routes, remind_routes, collect_routes, open_loan_routes, relief_routes,
    followup_routes;
extern const struct route_table monitor_routes, form_routes, office_admin_routes, dictionary_routes;

#endif
