/* admin_cmd.h - what the commands of admin_cmd.c do; private to src/cli. */
#ifndef CLI_ADMIN_CMD_H
#define CLI_ADMIN_CMD_H

#include "cli/command.h"

int init_cmd(struct cli *c);
/* The folder that the key file lies in by default is made. */
void make_key_folder(struct cli *c);
int verify_cmd(struct cli *c);
int user_add_cmd(struct cli *c);
int user_appoint_cmd(struct cli *c);
int user_disable_cmd(struct cli *c);
int user_enable_cmd(struct cli *c);
int user_list_cmd(struct cli *c);
int user_password_cmd(struct cli *c);
int audit_cmd(struct cli *c);
int key_rotate_cmd(struct cli *c);
int key_rekey_cmd(struct cli *c);

#endif
