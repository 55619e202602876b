/* commands.h - the command tables, one per file *_cmd.c; app/modules.c puts them into an order. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"

extern const struct command_table help_commands, admin_commands, registry_commands, import_commands;
extern const struct command_table region_commands, sample_commands, demo_commands;
extern const struct command_table move_commands, roster_commands, merge_commands, dci_commands;
extern const struct command_table check_commands;
extern const struct command_table export_commands;
extern const struct command_table document_commands, notice_commands;
extern const struct command_table schedule_commands, ledger_commands;
extern const struct command_table screen_commands;
extern const struct command_table programme_commands, dictionary_commands;
extern const struct command_table report_commands;
extern const struct command_table api_commands;
extern const struct command_table lending_commands, contract_commands, pay_commands, repay_commands;
extern const struct command_table case_commands;
extern const struct command_table relief_commands, disaster_commands, followup_commands;
extern const struct command_table print_commands, monitor_commands;
extern const struct command_table backup_commands, tidy_commands;
extern const struct command_table repay_file_commands;
extern const struct command_table remind_commands, collect_commands, day_commands;

#endif
