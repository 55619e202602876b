/* ledger_cmd.h - what the ledger's commands share; their table stands in ledger_cmd.c. */
#ifndef CLI_LEDGER_CMD_H
#define CLI_LEDGER_CMD_H

#include "base/json.h"
#include "cli/command.h"
#include "ledger/report.h"

int ledger_accounts_cmd(struct cli *c);
int ledger_balance_cmd(struct cli *c);
int ledger_journal_cmd(struct cli *c);
int ledger_statement_cmd(struct cli *c);

/* The fund that --fund names, of the county that --region or the actor's area is in; fails for who may not do
 * this in all of the county. */
bool cli_fund(struct cli *c, struct tx *tx, enum perm p, struct fund *f, struct errs *e);
bool cli_ledger_county(struct cli *c, struct tx *tx, enum perm p, int64_t *county, struct errs *e);
struct str cli_yuan(struct cli *c, struct money m); /* 1234.50 */
struct str cli_day(struct cli *c, struct date d);   /* 2016-05-01 */
/* 2016-1 */
struct str cli_voucher(struct cli *c, const struct voucher *v);

#endif
