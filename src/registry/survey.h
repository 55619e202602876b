/* survey.h - survey rounds (摸底调查): when, where, by whom, and what was found in each household (R017).
 *
 * A household's paper file is opened or brought up to date by a survey (R018): the record of a household may
 * set its file number, and files without a record of any round are counted where progress is shown. */
#ifndef REGISTRY_SURVEY_H
#define REGISTRY_SURVEY_H

#include "access/audit.h"
#include "registry/household.h"

struct survey {
    int64_t county, id;
    struct str name;
    struct region_code region; /* a county or a region below it */
    struct date opened_on;
    struct str surveyor, note;
    struct str made_by;
    struct opt_date closed_on;
};
struct survey_result {
    int64_t county, id, survey_id, household_id;
    struct str hh_no;
    struct region_code village;
    int64_t members; /* present on the day of recording */
    struct code result;
    struct date surveyed_on;
    struct str surveyor, note;
    struct date recorded_on;
    struct str recorded_by;
};
extern const struct entity survey_entity, survey_result_entity;

/* s: name, region, opened_on, surveyor, note. */
bool survey_open(struct act *act, struct survey *s, struct date today, struct errs *e);
bool survey_close(struct act *act, struct survey *s, struct date on, struct date today, struct errs *e);
enum found survey_by_name(struct tx *tx, const struct actor *who, struct str name, struct region_code within,
                          struct survey *s, struct errs *e);
bool survey_list(struct tx *tx, const struct actor *who, struct region_code within, struct list *out,
                 struct errs *e);

/* What was found in h; a second record of the same household corrects the first.  x: result, surveyed_on,
 * surveyor (unknown: that of the round), note.  file_no: its file's number, unknown: as it is. */
bool survey_record(struct act *act, const struct survey *s, const struct household *h,
                   struct survey_result *x, struct str file_no, struct date today, struct errs *e);

enum { SURVEY_RESULTS = 16 };
struct survey_line {
    struct region_code village;
    struct str name;
    int64_t households;    /* on the register now */
    int64_t done, persons; /* surveyed, and their members */
    int64_t gone;          /* surveyed, but no longer in the village: closed or moved since */
    int64_t files;         /* households that have a file */
    int64_t unfounded;     /* of these, never surveyed in any round */
    int64_t results[SURVEY_RESULTS];
};
struct survey_progress {
    struct survey_line all, *lines; /* by village, in the order of codes */
    size_t n;
    struct list missing; /* struct household, those not yet surveyed, at most `limit` */
};
bool survey_progress(struct tx *tx, const struct actor *who, const struct survey *s, size_t limit,
                     struct survey_progress *out, struct errs *e);

#endif
