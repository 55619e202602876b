/* screen_show.h - a screening and an explained household in words and as JSON, the same for the command line
 * and the server. */
#ifndef PROGRAMME_SCREEN_SHOW_H
#define PROGRAMME_SCREEN_SHOW_H

#include "programme/screen.h"
#include "programme/version.h"
#include "registry/household.h"

/* What it is told in, and where its texts live. */
struct screen_words {
    const struct code_book *codes;
    enum lang lang;
    struct arena *a;
};
/* A value as people read it. */
struct str screen_value(const struct screen_words *in, const struct rule_value *v);
struct str screen_label(const struct screen_words *in, const struct screen_rule *r);
const char *verdict_name(enum verdict v);
const struct label *verdict_label(enum verdict v);
const char *stage_name(enum programme_stage stage);
const struct label *stage_label(enum programme_stage stage);
extern const struct label screen_first_time;

/* --- a screening -------------------------------------------------------------------------- */

struct screen_report {
    struct screen_words in;
    const struct screen *screen;
    const struct programme_version *version;
    const struct screen_result *result;
    const struct fact_sources *sources;
    struct date as_of;
    struct str *village_names, *township_names; /* of result->villages */
    int64_t no;                                 /* 0: it is not kept */
    bool replayed;                              /* each household as of the day of its first pay-out */
    size_t own_days_n;                          /* those that have such a day */
};
/* Fills in the names of villages and townships. */
bool screen_name_villages(struct tx *tx, struct screen_report *s, struct errs *e);
/* Members of an object that the caller opens and closes. */
void screen_report_put(const struct screen_report *s, struct json_out *w);
/* The sums of the township that the i-th village begins; *end: the first village of the next one. */
struct screen_counts screen_township_at(const struct screen_result *r, size_t i, size_t *end);

struct screened_candidate {
    struct str hh_no, head_name, village_name, township_name;
};
bool screen_candidate_read(struct tx *tx, const struct screen_report *s, const struct screen_candidate *x,
                           struct screened_candidate *out, struct errs *e);

/* --- one household ------------------------------------------------------------------------ */

struct explained {
    const struct screen_words *in;
    const struct screen *screen;
    const struct programme_version *version;
    struct date as_of;
    struct household household;
    struct screen_explained x;
    struct str *members; /* names, by their place in the list */
    size_t members_n;
};
bool explained_name_members(struct tx *tx, struct explained *v, struct errs *e);
void explained_put(const struct explained *v, struct json_out *w);
/* Whose or which, what, and its value (masked) of something that was seen. */
struct str explained_element(const struct explained *v, const struct rule_seen *s);
struct str explained_what(const struct explained *v, const struct rule_seen *s);
struct str explained_value(const struct explained *v, const struct rule_seen *s);
struct str explained_why(const struct explained *v, enum rule_why why);
/* Of a household that no loan is known of, an office is asked besides. */
bool explained_asks_office(const struct explained *v, const struct screen_rule *r);
struct str screen_answer_text(const struct rule_value *v, enum lang lang);

#endif
