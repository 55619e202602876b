/* tables.h - the route tables, one per file *_api.c. */
#ifndef API_TABLES_H
#define API_TABLES_H

#include "api/route.h"

extern const struct route_table session_routes, user_routes, registry_routes, audit_routes, meta_routes;

#endif
