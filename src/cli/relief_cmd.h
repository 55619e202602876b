/* relief_cmd.h - what commands about troubled loans share. */
#ifndef CLI_RELIEF_CMD_H
#define CLI_RELIEF_CMD_H

#include "cli/lending_cmd.h"
#include "fund/relief.h"

/* Reads --months, --amount, --date, --reason, --document, --subsidy, --payer and --receipt, those that the
 * command has. */
bool relief_read(struct cli *c, struct loan_relief *x, struct errs *e);
/* Relief and contract of that number within the actor's area; they go into x and w->contract. */
bool relief_find(struct lend *w, struct tx *tx, enum perm p, struct str no, struct loan_relief *x,
                 struct errs *e);
/* 展期, in the language of the run. */
struct str relief_kind_text(struct cli *c, const struct loan_relief *x);

#define OPT_WHY                                                                                         \
    {                                                                                                   \
        .name = "reason", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "理由", "WHY" }, .label = { \
            "理由",                                                                                     \
            "why"                                                                                       \
        }                                                                                               \
    }
#define OPT_PAPER(text_zh, text_en)                                                                  \
    {                                                                                                \
        .name = "document", .kind = OPT_TEXT, .arg = { "文号", "NO" }, .label = { text_zh, text_en } \
    }
#define OPT_MONTHS(text_zh, text_en)                                                                   \
    {                                                                                                  \
        .name = "months", .kind = OPT_INT, .min = 1, .max = RELIEF_MONTHS_MAX, .arg = { "月数", "N" }, \
        .label = {                                                                                     \
            text_zh,                                                                                   \
            text_en                                                                                    \
        }                                                                                              \
    }

#endif
