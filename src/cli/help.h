/* help.h - help on the screen, as a manual page and as JSON, all from the tables; private to src/cli. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

void help_overview(const struct program *p, enum lang lang, struct buf *b);
void help_command(const struct command *x, enum lang lang, struct buf *b);
void help_man(const struct program *p, struct buf *b);
void version_print(bool json, struct buf *b);

#endif
