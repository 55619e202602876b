/* move_cmd.h - the commands of movements, lists and surveys; their tables stand in move_cmd.c and
 * roster_cmd.c. */
#ifndef CLI_MOVE_CMD_H
#define CLI_MOVE_CMD_H

#include "base/json.h"
#include "cli/command.h"
#include "registry/income.h"

int movements_cmd(struct cli *c);
int states_cmd(struct cli *c);
/* `show household --as-of` */
int show_as_of(struct cli *c);
int survey_open_cmd(struct cli *c);
int survey_record_cmd(struct cli *c);
int survey_show_cmd(struct cli *c);
int survey_close_cmd(struct cli *c);
int survey_list_cmd(struct cli *c);

/* A value in words, masked as its column says. */
struct str cli_cell(struct cli *c, const struct entity *en, const char *name, const void *obj);
/* All known columns of a row but internal ids. */
void cli_put_cols(struct cli *c, struct json_out *w, const struct entity *en, const void *obj);
/* Incomes by year as a table; members: among whom a year's net income is divided. */
void cli_show_years(struct cli *c, const struct household_year *years, size_t n, size_t members);
/* The sums of a year as members of a JSON object. */
void cli_put_sums(struct json_out *w, const struct household_year *y, size_t members);
/* The region named, or the one that the actor's area is; false unless it lies within one county. */
bool cli_one_region(struct cli *c, struct tx *tx, enum perm p, struct region_code *r, struct errs *e);

#endif
