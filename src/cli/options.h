/* options.h - from argv to a command and the values of its options; private to src/cli. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/nearest.h"
#include "cli/command.h"

extern const struct opt global_opts[]; /* ends with name NULL */

/* Find the command, its options and arguments; every mistake is recorded. */
bool options_parse(struct cli *c, int argc, const char *const *argv);
/* --lang and --json, found before anything else is understood, so that mistakes are told rightly. */
void options_peek(struct cli *c, int argc, const char *const *argv);

const struct command *command_find(const struct program *p, struct str name);

/* Records that there is no command `both` (one or two words, beginning with `first`), and which may have been
 * meant; false. */
bool command_unknown(struct cli *c, struct str first, struct str both);

/* "--limit N", "[--json]" … */
void opt_usage(struct buf *b, const struct opt *o, enum lang lang);

#endif
