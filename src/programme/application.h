/* application.h - the record `application` that conditions of a programme may speak of, made from the fields
 * that it asks for, behind the records that all programmes have. */
#ifndef PROGRAMME_APPLICATION_H
#define PROGRAMME_APPLICATION_H

#include "programme/fact_schema.h"
#include "programme/programme.h"

enum { APPLICATION_TABLES_MAX = 512, FACTS_APPLICATION = FACTS_RECORDS };

struct application_facts {
    struct fact_schema schema;
    struct code_book codes; /* the site's, and a table for each list of choices */
    struct fact_record records[FACT_RECORDS_MAX];
    struct code_table tables[APPLICATION_TABLES_MAX];
};
/* Lives in a; fields without a name are left out. */
struct application_facts *application_facts(const struct programme *p, const struct code_book *codes,
                                            struct arena *a);
const struct programme_application_field *application_field(const struct programme *p, struct str id);

#endif
