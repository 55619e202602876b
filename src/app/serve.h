/* serve.h - the command that serves. */
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include "cli/command.h"

extern const struct command_table serve_commands;

#endif
