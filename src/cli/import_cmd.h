/* import_cmd.h - importing files as a command does it: progress, interruption, what came of it. */
#ifndef CLI_IMPORT_CMD_H
#define CLI_IMPORT_CMD_H

#include "cli/command.h"
#include "registry/import.h"

/* Import and keep quiet; the database must be open and the codes loaded.  Options without paths get the
 * command's stop flag and progress. */
bool cli_import(struct cli *c, struct import_options o, struct import_result *r);

#endif
