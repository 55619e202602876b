/* case_facts.h - what rules see of a household's cases (fact source `cases`): all but drafts. */
#ifndef CASEWORK_CASE_FACTS_H
#define CASEWORK_CASE_FACTS_H

#include "programme/fact_schema.h"

extern const struct fact_source case_fact_source;

#endif
