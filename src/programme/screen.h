/* screen.h - who of a region qualifies for a programme, and why not: its conditions asked of every household.
 *
 * A household is eligible if every condition is yes and every exclusion no, ineligible if one of them fails,
 * else unknown: then something is not written down.  What is asked at a later stage, or by people, is listed
 * and not counted; a condition of which only the first application needs an opinion is counted by what the
 * books say.  Of a programme whose applicant is a member, some member must satisfy what it asks of one. */
#ifndef PROGRAMME_SCREEN_H
#define PROGRAMME_SCREEN_H

#include "programme/facts_kept.h"
#include "programme/parameter.h"
#include "programme/rule.h"

enum { SCREEN_RULES_MAX = 64, SCREEN_PRIORITY_MAX = 8, SCREEN_VARIANTS = 2 };

/* One question of a programme. */
struct screen_rule {
    struct str id;
    struct wording label;
    enum programme_stage stage;
    bool exclude;            /* yes is what fails */
    bool people;             /* answered by an office */
    bool first_time;         /* of those never helped, an office is asked besides */
    const struct rule *rule; /* NULL: not asked in screening */
};

/* A programme ready to be asked. */
struct screen {
    const struct programme *programme;
    const struct code_book *codes;
    struct fact_plan plan;
    struct rule_param params[RULE_PARAMS_MAX];
    size_t params_n;
    struct screen_rule rules[SCREEN_RULES_MAX];
    size_t rules_n;
    const struct rule *must;
    struct {
        const struct rule *rule;
        bool descending;
        struct wording label;
    } priority[SCREEN_PRIORITY_MAX];
    size_t priority_n;
    struct parameter_book book; /* what offices set */
};
/* With nothing that offices set. */
bool screen_prepare(const struct programme *p, const struct code_book *codes, struct arena *a,
                    struct screen *s, struct errs *e);
/* With what they had set when `up_to` was the last number (PARAMETERS_NOW: all). */
bool screen_open(struct tx *tx, const struct programme *p, const struct code_book *codes, int64_t up_to,
                 struct arena *a, struct screen *s, struct errs *e);

/* name=value as typed, the name as rules or as people say it; a later one of a name wins.  Says what is wrong
 * with it, with the names there are. */
struct screen_setting {
    struct str name, value;
    size_t param;
    struct programme_constant constant;
};
bool screen_setting_read(const struct screen *s, struct str text, struct screen_setting *out, struct errs *e);

/* What every run over households of a county starts from: what was typed, else what the programme or an
 * office says for that region and day (parameter.h), else its default. */
void screen_given(const struct screen *s, const struct screen_setting *set, size_t n, int64_t county,
                  struct date as_of, struct rule_given given[RULE_PARAMS_MAX]);

enum verdict { VERDICT_UNKNOWN, VERDICT_ELIGIBLE, VERDICT_INELIGIBLE };

struct screen_tally {
    int64_t yes, no, unknown, only; /* only: fails this one and no other */
};
struct screen_counts {
    int64_t households, eligible, ineligible, unknown;
};
struct screen_line {
    struct region_code region; /* a village */
    struct screen_counts n;
};
/* The outcome with one set of parameters. */
struct screen_variant {
    const struct screen_setting *set;
    size_t set_n;
    struct screen_counts n;
    struct screen_tally tally[SCREEN_RULES_MAX];
    /* per parameter: the value that was used, and whether it differs between households */
    struct rule_value value[RULE_PARAMS_MAX];
    bool seen[RULE_PARAMS_MAX], varies[RULE_PARAMS_MAX];
};
/* One who qualifies, with what the order goes by. */
struct screen_candidate {
    int64_t county, household, village;
    struct {
        int64_t num, den;
        bool known;
    } key[SCREEN_PRIORITY_MAX];
};

/* A household that is judged as of a day of its own. */
struct screen_own_day {
    int64_t county, household;
    struct date day;
};

struct screen_request {
    const struct screen *screen;
    const struct fact_sources *sources;
    const struct actor *who;
    struct region_code within;
    struct date as_of, today;
    const struct screen_own_day
        *own_days; /* only these, by county, day and household; NULL: all, as of as_of */
    size_t own_days_n;
    struct facts_kept *kept; /* where columns are kept between questions; NULL: nowhere */
    bool candidates;         /* list them */
    /* Called for households of which the first variant's verdict is unknown; NULL: not wanted.  `one` holds
     * only this household, and `run` is about it. */
    bool (*unknown)(void *ctx, const struct fact_page *one, struct rule_run *run, struct errs *e);
    void *ctx;
};
struct screen_result {
    struct screen_variant variant[SCREEN_VARIANTS]; /* as it is; with what is compared */
    size_t variants;
    int64_t gained, lost;         /* eligible with the second only, with the first only */
    struct screen_line *villages; /* of the first variant, ascending */
    size_t villages_n;
    struct screen_candidate *candidates; /* in the order of priority */
    size_t candidates_n;
    struct rule_value key_like[SCREEN_PRIORITY_MAX]; /* type and unit of the keys */
};
/* r->variant[].set, .set_n and r->variants are the caller's. */
bool screen_run(struct tx *tx, const struct screen_request *q, struct screen_result *r, struct errs *e);
void screen_result_release(struct screen_result *r);

/* --- one household ------------------------------------------------------------------------------ */

/* A page of the h-th household alone, its columns copied into a. */
struct fact_page fact_page_one(const struct fact_page *page, const struct fact_plan *plan, size_t h,
                               struct arena *a);

/* The same of n households from the h-th on. */
struct fact_page fact_page_part(const struct fact_page *page, const struct fact_plan *plan, size_t h,
                                size_t n, struct arena *a);

struct screen_answer {
    const struct screen_rule *rule;
    struct rule_story story;
};
struct screen_explained {
    bool there;
    enum verdict verdict;
    struct screen_answer answers[SCREEN_RULES_MAX]; /* of the rules, in order; not asked: no story */
    struct fact_page page;                          /* the household's facts */
};
/* Several households of one county, out of one reading; x->there: false where the household was not on the
 * register on that day, or is outside the area. */
bool screen_explain(struct tx *tx, const struct screen_request *q, const struct screen_setting *set,
                    size_t set_n, const int64_t *households, size_t n, struct screen_explained *out,
                    struct errs *e);

#endif
