/* quality.h - does what the register says agree with itself?  (dictionary §10)
 *
 * A rule looks at one member, at one household, at a family as a whole (its present members and its latest
 * year), or for a value that only one household should have.  Modules bring their rules as tables.
 *
 * Unknown is neither yes nor no: a rule that needs a value that is blank does not fire, unless it is about
 * blanks.  Limits of amounts, areas and ages are those of the public checkers of the national data; the
 * monitoring line is a yearly figure of the region, and where none is on record DQ72 keeps silent.
 *
 * Households that were removed from the register (state 9) and members who left are not looked at. */
#ifndef REGISTRY_QUALITY_H
#define REGISTRY_QUALITY_H

#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/scope.h"

#include <signal.h>

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTICE };
extern const struct label severity_labels[];
extern const char *const severity_slugs[];

struct quality_case {
    const struct household *household;
    const struct person *members; /* the present ones */
    size_t n;
    const struct household_year *year; /* the latest on record, or NULL */
    struct opt_money monitoring_line;  /* of that year, per head */
    struct date today;
};

/* Where a rule about shared values puts them; they are kept as keyed hashes only. */
struct quality_keys;
void quality_key(struct quality_keys *k, struct str value); /* unknown: nothing */

struct quality_rule {
    const char *id; /* DQ13 */
    enum severity severity;
    struct label text;  /* what does not agree */
    const char *fields; /* what it looks at: "person.relation person.sex" */
    /* true: it does not agree.  One of these, or `person` and `household` for a value both have. */
    bool (*person)(const struct person *p, struct date today);
    bool (*household)(const struct household *h);
    bool (*family)(const struct quality_case *c);
    void (*keys)(const struct quality_case *c, struct quality_keys *k);
    /* Of other modules' tables: household number, name, village; binds county, span of regions, today. */
    const struct stmt *(*rows)(void);
    /* The same where no statement can say it: struct quality_finding, in the order in which they are told. */
    bool (*find)(struct tx *tx, const struct scope *s, struct date today, struct list *out, struct errs *e);
    struct label missing; /* not yet checkable: what is not on record */
    bool at_import;       /* cheap, and about the row alone: also warns when a file comes in */
};
struct quality_table {
    const struct quality_rule *rules;
    size_t n;
};
extern const struct quality_table registry_quality;

static inline bool quality_checkable(const struct quality_rule *r)
{
    return !r->missing.zh;
}

/* What the rules of the registry have to say about a row of a file: warnings with the rule and its fields. */
void quality_warn_person(const struct person *p, struct date today, struct errs *e);
void quality_warn_household(const struct household *h, struct errs *e);

/* --- the whole register ------------------------------------------------------------------- */

struct quality_finding {
    int64_t county;
    struct str hh_no, name; /* of the member, or of the head */
    struct region_code village;
    struct str village_name;
};
struct quality_list {
    const struct quality_rule *rule;
    int64_t count;                 /* members or households, as the rule looks at them */
    struct quality_finding *first; /* at most options.limit of them */
    size_t n;
    bool wanted;
};
struct quality_report {
    struct quality_list *lists; /* every rule, in the order of the tables */
    size_t n;
    int64_t households, persons; /* looked at */
};

enum { QUALITY_LIMIT_MAX = 1000 };
struct quality_options {
    struct region_code within; /* 0: the actor's whole area */
    const struct str *rules;   /* only these; none: all */
    size_t rules_n;
    size_t limit;
    struct date today;
    const volatile sig_atomic_t *stop; /* not 0: give up */
    void (*progress)(void *ctx, int64_t households);
    void *ctx;
};
/* One pass over each county in the order of ids, a few thousand households in memory at a time; for rules
 * about shared values also 24 bytes per value.  Fails for a rule that does not exist. */
bool quality_run(struct tx *tx, const struct actor *who, const struct quality_table *const *tables, size_t n,
                 const struct quality_options *o, struct quality_report *r, struct errs *e);

#endif
