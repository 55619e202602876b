/* screen_cmd.h - what the commands of screening share. */
#ifndef CLI_SCREEN_CMD_H
#define CLI_SCREEN_CMD_H

#include "cli/command.h"
#include "programme/screen_show.h"
#include "programme/screening.h"
#include "programme/version.h"
#include "registry/region.h"

/* A programme found in the database and made ready, and what was set on the command line. */
struct screen_asked {
    struct cli *c;
    struct programme_version version;
    struct screen screen;
    struct screen_setting *set;
    size_t set_n;
    struct date as_of;
    int64_t settings_up_to; /* of what offices set (parameter.h) */
};
bool screen_ask(struct screen_asked *a, struct tx *tx, struct str programme, struct errs *e);
/* What was set by an option, behind `n` others; the list grows in e->a. */
bool screen_settings(struct screen_asked *a, const char *option, struct screen_setting **set, size_t *n,
                     struct errs *e);

struct screened {
    struct screen_asked asked;
    struct screen_result result;
    struct screen_setting *compared; /* the first variant's settings, and what --compare changes */
    size_t compared_n;
    struct screen_report report;
    struct screened_candidate *first; /* the page shown */
    size_t first_n;
    struct screening_record kept, before; /* before: the one that is made again */
    bool again;
    struct screen_own_day *own_days; /* of a replay; NULL: none */
    size_t own_days_n;
    const struct fill_in *fill_in; /* NULL: not asked for */
};
void screen_print_text(struct cli *c, const struct screened *s);
void screen_print_json(struct cli *c, const struct screened *s);
int explain_cmd(struct cli *c);

#endif
