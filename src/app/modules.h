/* modules.h - what the modules bring along, put into lists. */
#ifndef APP_MODULES_H
#define APP_MODULES_H

#include "cli/command.h"

extern const struct schema app_schema; /* every table, in the order in which rows may be written */
struct program app_program(void);

#endif
