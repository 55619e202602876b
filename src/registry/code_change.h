/* code_change.h - a site's own codes: added, renamed, ended.  Never removed, and never given another meaning.
 *
 * A number and its short name stay for good, since rows, rules and other systems hold them; a label that is
 * replaced stays as an alias, so that papers with the old word are still understood.  The tables of national
 * standards are nobody's to change; what the program itself goes by may get other labels and nothing else. */
#ifndef REGISTRY_CODE_CHANGE_H
#define REGISTRY_CODE_CHANGE_H

#include "access/audit.h"
#include "registry/code.h"

enum code_use { CODES_STANDARD, CODES_PROGRAM, CODES_OWN };
/* What may be done to a table; *standard: of which standard it is, or NULL. */
enum code_use codes_use(struct str table, const char **standard);
const char *codes_use_name(enum code_use use);             /* standard, program, own */
static inline bool code_is_own(const struct code_entry *x) /* added here, not shipped */
{
    return str_starts(x->slug, STR("own_"));
}

enum found code_get(struct tx *tx, struct str table, int64_t code, struct code_entry *x, struct errs *e);
/* By label, alias, short name or number. */
bool code_named(struct tx *tx, struct str table, struct str name, struct code_entry *x, struct errs *e);

/* A row of one's own: zh, and en (as zh if unknown), short_zh, aliases, note, valid_from are the caller's;
 * the number, the short name and the place in the order are given here. */
bool code_add(struct act *act, struct code_entry *x, struct errs *e);
/* new: old with other zh, en, short_zh, aliases or note. */
bool code_rename(struct act *act, const struct code_entry *old, struct code_entry *new, struct errs *e);
/* From the day on it is offered and accepted no more; unknown: it is again.  Rows that have it keep it. */
bool code_end(struct act *act, const struct code_entry *old, struct opt_date from, struct code_entry *new,
              struct errs *e);

#endif
