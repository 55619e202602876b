/* case_cmd.h - what the commands of cases share; private to src/cli. */
#ifndef CLI_CASE_CMD_H
#define CLI_CASE_CMD_H

#include "casework/case_check.h"
#include "casework/step.h"
#include "cli/casework_cmd.h"

struct caseing {
    struct cli *c;
    struct casework w;
    struct relief_case k;
    struct case_meeting meeting;
    bool with_meeting;
    struct list list;
    void *more; /* the command's own */
};

struct casework case_desk(struct cli *c, struct tx *tx, struct act *act, struct errs *e);
/* x->k: the case that people call so; false says that there is none. */
bool case_named(struct caseing *x, struct tx *tx, struct str text, struct errs *e);
/* Where it stands now, on a line. */
void case_say_now(struct cli *c, const struct relief_case *k);
struct str case_label(struct cli *c, const char *table, int32_t code);
bool case_meeting_named(struct caseing *x, struct tx *tx, struct errs *e); /* --meeting, if given */
bool case_approved(struct cli *c, struct opt_money *m, struct errs *e);    /* --approved, if given */

/* Rows as a table or as a JSON array. */
void case_put_rows(struct cli *c, const struct entity *en, const struct list *rows, const char *const *names,
                   size_t n);

bool case_set_fields(struct caseing *x, struct errs *e); /* --set */

int case_decide_cmd(struct cli *c);
int case_apply_list(struct cli *c);
int case_show_cmd(struct cli *c);
int case_list_cmd(struct cli *c);
int case_candidates_cmd(struct cli *c);
int case_exceptions_cmd(struct cli *c);
int case_numbers_cmd(struct cli *c);
int case_notice_cmd(struct cli *c);
int case_print_cmd(struct cli *c);
int site_cmd(struct cli *c);
int site_list_cmd(struct cli *c);
int round_cmd(struct cli *c);
int round_show_cmd(struct cli *c);
int user_family_cmd(struct cli *c);

#endif
