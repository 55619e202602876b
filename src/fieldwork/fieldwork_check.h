/* fieldwork_check.h - what the quality check looks at in visits: copied notes, contacts who do not come,
 * misuse without a consequence. */
#ifndef FIELDWORK_FIELDWORK_CHECK_H
#define FIELDWORK_FIELDWORK_CHECK_H

#include "registry/quality.h"

extern const struct quality_table fieldwork_quality;

#endif
