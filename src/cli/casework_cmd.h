/* casework_cmd.h - what the commands of documents and notices share. */
#ifndef CLI_CASEWORK_CMD_H
#define CLI_CASEWORK_CMD_H

#include "base/json.h"
#include "cli/command.h"
#include "cli/move_cmd.h"

/* The whole file, at most b->max bytes. */
bool cli_read_file(const char *path, struct buf *b, struct errs *e);
/* --out and --force; false says why. */
bool cli_write_file(struct cli *c, struct str content);
bool cli_number(struct str s, int64_t *no, struct errs *e);
/* --on, else today. */
struct date cli_on(const struct cli *c);
/* A column of obj from an option's text; not given: it stays. */
bool cli_col(struct cli *c, const struct entity *en, const char *name, const char *option, void *obj,
             struct errs *e);
/* The row as a JSON object with --json, on a line of its own. */
void cli_answer(struct cli *c, const struct entity *en, const void *obj);

#endif
